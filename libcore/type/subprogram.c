/* SPDX-License-Identifier: MIT */
/*
 * DIE to function.
 *
 * A function that is also inlined, or that is a clone, has its DIE in two
 * halves: an abstract instance with name, type and formals as the source has
 * them, and a concrete one with the code and the places of the formals, which
 * points to the other by DW_AT_abstract_origin (DWARF 5, 3.3.8).  The formals
 * of both are matched by that same reference.
 *
 * Functions are looked up by address in one unit at a time; a unit's entries
 * are listed when it is first asked about.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "image/image.h"
#include "type/types.h"

struct dwarf_function {
	struct ct_function function; /* first */
	struct die_key key;
	UT_hash_handle hh;
};

/* Where a subprogram of a unit begins. */
struct unit_entry {
	uint64_t entry;
	struct ct_die_id id;
};

struct unit_functions {
	struct die_key key;
	/* Functions nested in others (a GNU extension) are listed only when
	 * one was not found without them. */
	bool has_nested;
	struct ct_buffer entries; /* struct unit_entry, by entry */
	UT_hash_handle hh;
};

enum {
	/* More than any compiler accepts; matching them is quadratic when
	 * they are out of order. */
	FORMALS_MAX = 4096,
	NESTING_MAX = 64
};

/* The formals as they are collected. */
struct formals {
	struct ct_types *types;
	const struct ct_die *function; /* concrete, or NULL */
	uint64_t entry;
	enum argument_order order;
	size_t count, next;
	struct ct_formal *formals;
	struct die_key *keys; /* of the DIEs with the formals' names */
};

static struct ct_error *count_formal(struct ct_die *die, void *arg, bool *stop)
{
	(void)stop;
	size_t *count = arg;
	if (ct_die_tag(die) == DW_TAG_formal_parameter &&
	    ++*count > FORMALS_MAX)
		return ct_error_format(CT_ERROR_BAD_DATA,
				       "a function of more than %d parameters",
				       FORMALS_MAX);
	return NULL;
}

static struct ct_error *read_formal(struct ct_die *die, void *arg, bool *stop)
{
	(void)stop;
	struct formals *formals = arg;
	if (ct_die_tag(die) != DW_TAG_formal_parameter)
		return NULL;
	struct ct_formal *formal = &formals->formals[formals->count];
	formals->keys[formals->count++] = die_key(die);
	formal->reg = -1;
	struct ct_error *err =
	    ct_die_inherited_string(die, DW_AT_name, &formal->name);
	if (err)
		return err;
	return ct_type_of_die(formals->types, die, 0, &formal->type);
}

/* Find the formal of that key, first where the order lets us expect it. */
static struct ct_formal *find_formal(struct formals *formals,
				     struct die_key key)
{
	for (size_t i = 0; i < formals->count; i++) {
		size_t at = (formals->next + i) % formals->count;
		if (memcmp(&formals->keys[at], &key, sizeof(key)) == 0) {
			formals->next = at + 1;
			return &formals->formals[at];
		}
	}
	return NULL;
}

/* A formal of the concrete instance: its place is the origin's. */
static struct ct_error *place_formal(struct ct_die *die, void *arg, bool *stop)
{
	(void)stop;
	struct formals *formals = arg;
	if (ct_die_tag(die) != DW_TAG_formal_parameter)
		return NULL;
	struct ct_die CT_AUTO_DIE root = {0};
	struct ct_error *err = ct_die_origin(die, &root);
	if (err)
		return err;
	struct ct_formal *formal = find_formal(formals, die_key(&root));
	if (!formal)
		return NULL;
	return ct_formal_locate(formals->function, die, formals->entry,
				formals->order, formal);
}

static struct ct_error *argument_order(const struct ct_die *die,
				       const struct ct_function *function,
				       enum argument_order *ret)
{
	*ret = function->is_clone ? ORDER_NONE : ORDER_ABI;
	if (function->is_clone || function->is_external)
		return NULL;
	struct ct_die CT_AUTO_DIE unit = {0};
	const char *producer;
	struct ct_error *err = ct_die_unit(die, &unit);
	if (!err)
		err = ct_die_string(&unit, DW_AT_producer, &producer);
	if (!err && producer && strstr(producer, "clang"))
		*ret = ORDER_UNSURE;
	return err;
}

static struct ct_error *read_formals(struct ct_types *types,
				     const struct ct_die *die,
				     const struct ct_die *signature,
				     struct ct_function *function)
{
	size_t count = 0;
	struct ct_error *err =
	    ct_die_for_each_child(signature, count_formal, &count);
	if (err || !count)
		return err;
	enum argument_order order = ORDER_ABI;
	err = argument_order(die, function, &order);
	if (err)
		return err;
	struct die_key CT_AUTO_FREE *keys = calloc(count, sizeof(*keys));
	struct formals formals = {
	    .types = types,
	    .function = die,
	    .entry = function->entry,
	    .order = order,
	    .formals = ct_arena_alloc_array(&types->arena, count,
					    sizeof(*formals.formals)),
	    .keys = keys,
	};
	if (!formals.keys || !formals.formals)
		return &ct_enomem;
	err = ct_die_for_each_child(signature, read_formal, &formals);
	if (err)
		return err;
	if (function->has_code) {
		for (size_t i = 0; i < count; i++)
			ct_formal_absent(&formals.formals[i]);
		err = ct_die_for_each_child(die, place_formal, &formals);
		if (err)
			return err;
	}
	function->formals = formals.formals;
	function->formal_count = count;
	return NULL;
}

/* GCC's suffixes for functions whose arguments may not be the source's. */
static bool is_clone_name(const char *name)
{
	static const char *const suffixes[] = {".isra.", ".constprop.",
					       ".part.", ".cold"};
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++) {
		if (strstr(name, suffixes[i]))
			return true;
	}
	return false;
}

/*
 * Is it a clone?  Compilers say so by DW_AT_calling_convention, or name the
 * clone's symbol in DW_AT_linkage_name, or only in the symbol table.
 */
static struct ct_error *read_linkage(struct ct_types *types,
				     const struct ct_die *die,
				     struct ct_function *function)
{
	uint64_t convention;
	struct ct_error *err = ct_die_inherited_constant(
	    die, DW_AT_calling_convention, &convention);
	if (err)
		return err;
	function->is_clone = convention == DW_CC_nocall;

	const char *linkage;
	err = ct_die_inherited_string(die, DW_AT_linkage_name, &linkage);
	if (err)
		return err;
	if (!linkage && function->has_code &&
	    ct_die_has(die, DW_AT_abstract_origin)) {
		const struct ct_symbol *symbol;
		err =
		    ct_image_symbol_at(types->image, function->entry, &symbol);
		if (err)
			return err;
		if (symbol && symbol->addr == function->entry &&
		    is_clone_name(symbol->name))
			linkage = symbol->name;
	}
	function->linkage_name = linkage;
	if (linkage && is_clone_name(linkage))
		function->is_clone = true;
	return NULL;
}

static struct ct_error *read_source(const struct ct_die *die,
				    struct ct_function *function)
{
	struct ct_die CT_AUTO_DIE unit = {0};
	struct ct_error *err = ct_die_unit(die, &unit);
	if (err)
		return err;
	err = ct_die_string(&unit, DW_AT_name, &function->unit);
	if (err)
		return err;
	uint64_t line;
	err = ct_die_inherited_constant(die, DW_AT_decl_line, &line);
	if (err)
		return err;
	function->decl_line = line <= UINT32_MAX ? (unsigned)line : 0;
	return NULL;
}

static struct ct_error *read_flags(const struct ct_die *die,
				   struct ct_function *function)
{
	uint64_t inlining;
	struct ct_error *err =
	    ct_die_inherited_constant(die, DW_AT_inline, &inlining);
	if (err)
		return err;
	function->is_inlined =
	    inlining == DW_INL_inlined || inlining == DW_INL_declared_inlined;
	err =
	    ct_die_inherited_flag(die, DW_AT_noreturn, &function->is_noreturn);
	if (err)
		return err;
	return ct_die_inherited_flag(die, DW_AT_external,
				     &function->is_external);
}

/* Languages that pass arguments otherwise than C passes what the DIEs say:
 * by reference without a word of it, or in registers of their own. */
static bool passes_otherwise(uint64_t language)
{
	switch (language) {
	case DW_LANG_Ada83:
	case DW_LANG_Ada95:
	case DW_LANG_Cobol74:
	case DW_LANG_Cobol85:
	case DW_LANG_Fortran77:
	case DW_LANG_Fortran90:
	case DW_LANG_Fortran95:
	case DW_LANG_Fortran03:
	case DW_LANG_Fortran08:
	case DW_LANG_Go:
	case DW_LANG_Modula2:
	case DW_LANG_Pascal83:
		return true;
	default:
		return false;
	}
}

static struct ct_error *find_type(struct ct_die *die, void *arg, bool *stop)
{
	bool *found = arg;
	switch (ct_die_tag(die)) {
	case DW_TAG_base_type:
	case DW_TAG_enumeration_type:
	case DW_TAG_pointer_type:
	case DW_TAG_structure_type:
	case DW_TAG_typedef:
	case DW_TAG_union_type:
	case DW_TAG_imported_unit:
		*found = *stop = true;
		break;
	default:
		break;
	}
	return NULL;
}

static struct ct_error *find_child(struct ct_die *die, void *arg, bool *stop)
{
	bool *found = arg;
	if (ct_die_tag(die) == DW_TAG_formal_parameter ||
	    ct_die_tag(die) == DW_TAG_unspecified_parameters)
		*found = *stop = true;
	return NULL;
}

/*
 * Whether the entry has only a name and a place: with -g1 compilers leave out
 * all types and parameters.  What looks like void f() is one where its unit
 * has any type.
 */
static struct ct_error *is_bare_function(const struct ct_die *die, bool *ret)
{
	struct ct_die CT_AUTO_DIE unit = {0};
	bool found = false, prototyped = false;
	uint64_t language = 0;
	struct ct_error *err = ct_die_unit(die, &unit);
	if (err || !ct_die_exists(&unit))
		return err;
	err = ct_die_constant(&unit, DW_AT_language, &found, &language);
	if (err)
		return err;
	*ret = found && passes_otherwise(language);
	if (*ret || ct_die_has(die, DW_AT_type))
		return NULL;
	err = ct_die_inherited_flag(die, DW_AT_prototyped, &prototyped);
	if (err || prototyped)
		return err;
	found = false;
	err = ct_die_for_each_child(die, find_child, &found);
	if (!err && !found)
		err = ct_die_for_each_child(&unit, find_type, &found);
	*ret = !err && !found;
	return err;
}

static struct ct_error *read_function(struct ct_types *types,
				      const struct ct_die *die,
				      struct ct_function *function)
{
	struct ct_error *err =
	    ct_die_entry_pc(die, &function->has_code, &function->entry);
	if (err)
		return err;
	err = ct_die_inherited_string(die, DW_AT_name, &function->name);
	if (err)
		return err;
	err = read_linkage(types, die, function);
	if (err)
		return err;
	err = read_source(die, function);
	if (err)
		return err;
	err = read_flags(die, function);
	if (err)
		return err;

	bool is_bare = false;
	struct ct_die CT_AUTO_DIE signature = {0};
	err = ct_die_origin(die, &signature);
	if (!err)
		err = is_bare_function(&signature, &is_bare);
	if (err || is_bare)
		return err;
	err = ct_type_from_die(types, &signature, 0, &function->type);
	if (err)
		return err;
	return read_formals(types, die, &signature, function);
}

struct ct_error *ct_function_from_die(struct ct_types *types,
				      const struct ct_die *die,
				      const struct ct_function **ret)
{
	struct dwarf_function *made;
	struct die_key key = die_key(die);
	HASH_FIND(hh, types->functions, &key, sizeof(key), made);
	if (made) {
		*ret = &made->function;
		return NULL;
	}
	made = ct_arena_alloc(&types->arena, sizeof(*made));
	if (!made)
		return &ct_enomem;
	made->key = key;
	struct ct_error *err = read_function(types, die, &made->function);
	if (err)
		return made->function.name
			   ? ct_error_prefix(err, "function %s",
					     made->function.name)
			   : err;
	HASH_ADD(hh, types->functions, key, sizeof(made->key), made);
	*ret = &made->function;
	return NULL;
}

struct ct_error *ct_unit_is_assembly(const struct ct_die *unit, bool *ret)
{
	bool found;
	uint64_t language;
	struct ct_error *err =
	    ct_die_constant(unit, DW_AT_language, &found, &language);
	if (!err)
		*ret = found && language == DW_LANG_Mips_Assembler;
	return err;
}

/* Lists the subprograms below a unit DIE. */
struct entry_lister {
	struct ct_buffer *entries;
	bool nested; /* also those inside of others */
	unsigned depth;
};

static bool has_functions(uint16_t tag, bool nested)
{
	switch (tag) {
	case DW_TAG_namespace:
	case DW_TAG_module:
		return true;
	case DW_TAG_subprogram:
	case DW_TAG_lexical_block:
		return nested;
	default:
		return false;
	}
}

static struct ct_error *list_entry(struct ct_die *die, void *arg, bool *stop)
{
	(void)stop;
	struct entry_lister *lister = arg;
	uint16_t tag = ct_die_tag(die);
	if (tag == DW_TAG_subprogram) {
		bool found;
		struct unit_entry entry = {.id = ct_die_id(die)};
		struct ct_error *err =
		    ct_die_entry_pc(die, &found, &entry.entry);
		if (err)
			return err;
		if (found)
			ct_buffer_append(lister->entries, &entry,
					 sizeof(entry));
	}
	if (!has_functions(tag, lister->nested) || lister->depth == NESTING_MAX)
		return NULL;
	lister->depth++;
	struct ct_error *err = ct_die_for_each_child(die, list_entry, lister);
	lister->depth--;
	return err;
}

static int compare_entries(const void *left, const void *right)
{
	const struct unit_entry *a = left, *b = right;
	if (a->entry != b->entry)
		return a->entry < b->entry ? -1 : 1;
	return a->id.offset < b->id.offset ? -1 : a->id.offset > b->id.offset;
}

static struct ct_error *list_entries(struct unit_functions *functions,
				     const struct ct_die *unit, bool nested)
{
	bool is_assembly;
	struct ct_error *err = ct_unit_is_assembly(unit, &is_assembly);
	if (err)
		return err;
	ct_buffer_clear(&functions->entries);
	functions->has_nested = nested || is_assembly;
	if (is_assembly)
		return NULL;
	struct entry_lister lister = {&functions->entries, nested, 0};
	err = ct_die_for_each_child(unit, list_entry, &lister);
	if (err)
		return err;
	if (ct_buffer_failed(&functions->entries))
		return &ct_enomem;
	if (functions->entries.size)
		qsort(functions->entries.data,
		      functions->entries.size / sizeof(struct unit_entry),
		      sizeof(struct unit_entry), compare_entries);
	return NULL;
}

static const struct unit_entry *find_entry(
    const struct unit_functions *functions, uint64_t entry)
{
	const struct unit_entry *entries =
	    (const void *)functions->entries.data;
	size_t low = 0;
	size_t high = functions->entries.size / sizeof(*entries);
	size_t count = high;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (entries[middle].entry < entry)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == count || entries[low].entry != entry)
		return NULL;
	return &entries[low];
}

static struct ct_error *unit_functions_get(struct ct_types *types,
					   const struct ct_die *unit,
					   struct unit_functions **ret)
{
	struct unit_functions *functions;
	struct die_key key = die_key(unit);
	HASH_FIND(hh, types->units, &key, sizeof(key), functions);
	if (functions) {
		*ret = functions;
		return NULL;
	}
	functions = calloc(1, sizeof(*functions));
	if (!functions)
		return &ct_enomem;
	functions->key = key;
	ct_buffer_init(&functions->entries);
	struct ct_error *err = list_entries(functions, unit, false);
	if (!err) {
		HASH_ADD(hh, types->units, key, sizeof(functions->key),
			 functions);
		if (!functions->hh.tbl)
			err = &ct_enomem;
	}
	if (err) {
		ct_buffer_deinit(&functions->entries);
		free(functions);
		return err;
	}
	*ret = functions;
	return NULL;
}

struct ct_error *ct_types_function_at(struct ct_types *types, uint64_t entry,
				      const struct ct_function **ret)
{
	struct ct_die CT_AUTO_DIE unit = {0};
	if (types->dw) {
		struct ct_error *err = ct_dw_unit_at(types->dw, entry, &unit);
		if (err)
			return err;
	}
	if (!ct_die_exists(&unit)) {
		*ret = NULL;
		return NULL;
	}
	struct unit_functions *functions;
	struct ct_error *err = unit_functions_get(types, &unit, &functions);
	if (err)
		return err;
	const struct unit_entry *found = find_entry(functions, entry);
	if (!found && !functions->has_nested) {
		err = list_entries(functions, &unit, true);
		if (err)
			return err;
		found = find_entry(functions, entry);
	}
	if (!found) {
		*ret = NULL;
		return NULL;
	}
	struct ct_die CT_AUTO_DIE die = {0};
	err = ct_die_by_id(found->id, &die);
	return err ? err : ct_function_from_die(types, &die, ret);
}

void ct_types_deinit_functions(struct ct_types *types)
{
	HASH_CLEAR(hh, types->functions);
	struct unit_functions *functions, *next;
	HASH_ITER (hh, types->units, functions, next) {
		HASH_DEL(types->units, functions);
		ct_buffer_deinit(&functions->entries);
		free(functions);
	}
}
