/* SPDX-License-Identifier: MIT */
/*
 * Names at the top level of all units, listed once when the first is asked
 * for, and the questions that they answer.
 *
 * A name often has many DIEs: every unit that includes a header repeats its
 * types and functions.  The best one is kept, see name_rank().
 */
#include <stdlib.h>
#include <string.h>

#include "type/types.h"

struct declaration {
	const char *name;
	struct ct_die_id id;
	unsigned rank;
	UT_hash_handle hh;
};

struct declarations {
	struct ct_arena arena;
	struct declaration *names[NAME_KIND_COUNT];
};

static const struct {
	uint16_t tag;
	enum name_kind kind;
} name_tags[] = {
    {DW_TAG_structure_type, NAME_STRUCT}, {DW_TAG_union_type, NAME_UNION},
    {DW_TAG_enumeration_type, NAME_ENUM}, {DW_TAG_typedef, NAME_TYPEDEF},
    {DW_TAG_base_type, NAME_BASE},        {DW_TAG_subprogram, NAME_FUNCTION},
    {DW_TAG_variable, NAME_VARIABLE},
};

static bool name_kind_of_tag(uint16_t tag, enum name_kind *ret)
{
	for (size_t i = 0; i < sizeof(name_tags) / sizeof(*name_tags); i++) {
		if (name_tags[i].tag == tag) {
			*ret = name_tags[i].kind;
			return true;
		}
	}
	return false;
}

/* How good a DIE is for its name: the highest is kept; 0 is of no use. */
static unsigned name_rank(enum name_kind kind, const struct ct_die *die)
{
	bool is_declaration = ct_die_flag(die, DW_AT_declaration);
	bool is_external = ct_die_flag(die, DW_AT_external);

	switch (kind) {
	case NAME_STRUCT:
	case NAME_UNION:
	case NAME_ENUM:
		return !is_declaration;
	case NAME_FUNCTION:
		/* A prototype that callers were compiled with, before
		 * definitions; what has no prototype says little. */
		if (!ct_die_has(die, DW_AT_prototyped))
			return is_external ? 2 : 1;
		if (is_declaration)
			return is_external ? 5 : 3;
		return is_external ? 4 : 3;
	case NAME_VARIABLE:
		if (ct_die_has(die, DW_AT_location))
			return is_external ||
				       ct_die_has(die, DW_AT_specification)
				   ? 3
				   : 2;
		return 1;
	default:
		return 1;
	}
}

static struct ct_error *add_name(struct declarations *declarations,
				 enum name_kind kind, const char *name,
				 const struct ct_die *die)
{
	unsigned rank = name_rank(kind, die);
	if (!rank)
		return NULL;
	struct declaration *known;
	size_t length = strlen(name);
	HASH_FIND(hh, declarations->names[kind], name, length, known);
	if (known) {
		if (rank > known->rank) {
			known->rank = rank;
			known->id = ct_die_id(die);
		}
		return NULL;
	}
	known = ct_arena_alloc(&declarations->arena, sizeof(*known));
	if (!known)
		return &ct_enomem;
	known->name = name;
	known->id = ct_die_id(die);
	known->rank = rank;
	HASH_ADD_KEYPTR(hh, declarations->names[kind], name, length, known);
	return known->hh.tbl ? NULL : &ct_enomem;
}

/* A DIE without a name of its own has that of what it completes. */
static struct ct_error *name_of(const struct ct_die *die, const char **ret)
{
	struct ct_error *err = ct_die_string(die, DW_AT_name, ret);
	if (err || *ret || !ct_die_has(die, DW_AT_specification))
		return err;
	return ct_die_inherited_string(die, DW_AT_name, ret);
}

static struct ct_error *list_name(struct ct_die *die, void *arg, bool *stop)
{
	(void)stop;
	struct declarations *declarations = arg;
	enum name_kind kind;
	if (!name_kind_of_tag(ct_die_tag(die), &kind))
		return NULL;
	const char *name;
	struct ct_error *err = name_of(die, &name);
	if (err || !name)
		return err;
	if (kind == NAME_BASE)
		name = ct_base_name(name);
	/* GCC declares what it knows itself without parameters. */
	if (kind == NAME_FUNCTION && strncmp(name, "__builtin_", 10) == 0)
		return NULL;
	return add_name(declarations, kind, name, die);
}

/* A unit that is damaged has no names, but does not hide those of others. */
static struct ct_error *list_unit(struct ct_die *die, void *arg, bool *stop)
{
	(void)stop;
	bool is_assembly = false;
	struct ct_error *err = ct_unit_is_assembly(die, &is_assembly);
	if (!err && !is_assembly)
		err = ct_die_for_each_child(die, list_name, arg);
	if (err && ct_error_code(err) != CT_ERROR_NO_MEMORY) {
		ct_error_destroy(err);
		err = NULL;
	}
	return err;
}

static void declarations_destroy(struct declarations *declarations)
{
	for (size_t i = 0; i < NAME_KIND_COUNT; i++)
		HASH_CLEAR(hh, declarations->names[i]);
	ct_arena_deinit(&declarations->arena);
	free(declarations);
}

static struct ct_error *declarations_get(struct ct_types *types,
					 struct declarations **ret)
{
	if (!types->declarations) {
		struct declarations *made = calloc(1, sizeof(*made));
		if (!made)
			return &ct_enomem;
		ct_arena_init(&made->arena);
		struct ct_error *err =
		    ct_dw_for_each_unit(types->dw, list_unit, made);
		if (err) {
			declarations_destroy(made);
			return err;
		}
		types->declarations = made;
	}
	*ret = types->declarations;
	return NULL;
}

struct ct_error *ct_declarations_find(struct ct_types *types,
				      enum name_kind kind, const char *name,
				      bool *found, struct ct_die_id *ret)
{
	struct declaration *known = NULL;
	if (types->dw) {
		struct declarations *declarations;
		struct ct_error *err = declarations_get(types, &declarations);
		if (err)
			return err;
		HASH_FIND(hh, declarations->names[kind], name, strlen(name),
			  known);
	}
	*found = known != NULL;
	if (known)
		*ret = known->id;
	return NULL;
}

void ct_types_deinit_declarations(struct ct_types *types)
{
	if (types->declarations)
		declarations_destroy(types->declarations);
}

/* The DIE of a name; one that does not exist when there is none. */
static struct ct_error *find_die(struct ct_types *types, enum name_kind kind,
				 const char *name, struct ct_die *ret)
{
	bool found;
	struct ct_die_id id;
	struct ct_error *err =
	    ct_declarations_find(types, kind, name, &found, &id);
	if (err || !found)
		return err;
	return ct_die_by_id(id, ret);
}

struct ct_error *ct_types_declaration(struct ct_types *types, const char *name,
				      const struct ct_function **ret)
{
	struct ct_die CT_AUTO_DIE die = {0};
	struct ct_error *err = find_die(types, NAME_FUNCTION, name, &die);
	if (err)
		return err;
	if (ct_die_exists(&die))
		return ct_function_from_die(types, &die, ret);
	*ret = NULL;
	return NULL;
}

static struct ct_error *find_type(struct ct_types *types, enum name_kind kind,
				  const char *name, struct ct_type **ret)
{
	struct ct_die CT_AUTO_DIE die = {0};
	struct ct_error *err = find_die(types, kind, name, &die);
	if (err)
		return err;
	if (ct_die_exists(&die))
		return ct_type_from_die(types, &die, 0, ret);
	*ret = NULL;
	return NULL;
}

struct ct_error *ct_types_find(struct ct_types *types, const char *tag,
			       const char *name, struct ct_type **ret)
{
	static const struct {
		const char *tag;
		enum name_kind kind;
	} tags[] = {
	    {"struct", NAME_STRUCT},
	    {"union", NAME_UNION},
	    {"enum", NAME_ENUM},
	};
	if (!tag) {
		struct ct_type *type;
		struct ct_error *err =
		    find_type(types, NAME_TYPEDEF, name, &type);
		if (!err && !type)
			err = find_type(types, NAME_BASE, ct_base_name(name),
					&type);
		if (!err)
			*ret = type;
		return err;
	}
	for (size_t i = 0; i < sizeof(tags) / sizeof(*tags); i++) {
		if (strcmp(tags[i].tag, tag) == 0)
			return find_type(types, tags[i].kind, name, ret);
	}
	return ct_error_format(CT_ERROR_BAD_ARGUMENT,
			       "%s: expected struct, union or enum", tag);
}

/* The address in DW_AT_location, when it is one that the file knows. */
static struct ct_error *static_address(const struct ct_die *die, uint64_t *ret)
{
	bool found;
	struct ct_expression CT_CLEANUP(ct_expression_deinit) expression = {0};
	struct ct_error *err =
	    ct_die_expression(die, DW_AT_location, 0, &found, &expression);
	if (err)
		return err;
	bool is_address = found && expression.count == 1 &&
			  expression.ops[0].atom == DW_OP_addr;
	*ret = is_address ? expression.ops[0].operands[0] : 0;
	return NULL;
}

struct ct_error *ct_types_variable(struct ct_types *types, const char *name,
				   struct ct_type **ret, uint64_t *addr)
{
	struct ct_die CT_AUTO_DIE die = {0};
	struct ct_error *err = find_die(types, NAME_VARIABLE, name, &die);
	if (err)
		return err;
	if (!ct_die_exists(&die)) {
		*ret = NULL;
		*addr = 0;
		return NULL;
	}
	struct ct_type *type;
	uint64_t address;
	err = ct_type_of_die(types, &die, 0, &type);
	if (err)
		return err;
	err = static_address(&die, &address);
	if (err)
		return err;
	*ret = type;
	*addr = address;
	return NULL;
}
