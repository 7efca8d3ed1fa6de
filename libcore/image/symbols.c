/* SPDX-License-Identifier: MIT */
/*
 * The same function stands in .symtab, in .dynsym and in the debug file's
 * .symtab.  All are collected, sorted once by name, and those of one name at
 * one address become one symbol for each of its versions.  .symtab writes the
 * version into the name (foo@V, foo@@V); .dynsym has it in a table.
 */
#include <stdlib.h>
#include <string.h>

#include "image/symbols.h"
#include "image/symtab.h"

struct ct_symbol_entry {
	struct ct_symbol symbol; /* first: pointers to it are pointers to us */
	uint64_t section_end;    /* where a symbol without a size must end */
};

/* One start address of code, under the best of its names. */
struct ct_symbol_place {
	uint64_t addr, end;
	uint64_t reach; /* the greatest end of this and all before */
	bool is_sized;
	const struct ct_symbol *symbol;
};

void ct_symbols_init(struct ct_symbols *symbols)
{
	*symbols = (struct ct_symbols){0};
	ct_arena_init(&symbols->arena);
}

void ct_symbols_deinit(struct ct_symbols *symbols)
{
	ct_arena_deinit(&symbols->arena);
	free(symbols->entries);
	free(symbols->by_name);
	free(symbols->places);
	ct_symbols_init(symbols);
}

/* What a table's entry names; false for what is of no use to us. */
static bool find_kind(const Elf64_Sym *symbol, const struct ct_section *section,
		      enum ct_symbol_kind *kind)
{
	switch (ELF64_ST_TYPE(symbol->st_info)) {
	case STT_FUNC:
		*kind = CT_SYMBOL_FUNCTION;
		return true;
	case STT_GNU_IFUNC:
		*kind = CT_SYMBOL_IFUNC;
		return true;
	case STT_OBJECT:
	case STT_COMMON:
		*kind = CT_SYMBOL_OBJECT;
		/* .dynsym has the names of the versions as absolute zeros. */
		return symbol->st_shndx != SHN_ABS || symbol->st_value;
	case STT_NOTYPE:
		/* Hand-written assembly; also what is not yet defined. */
		*kind = CT_SYMBOL_FUNCTION;
		return symbol->st_shndx == SHN_UNDEF ||
		       (section && section->flags & SHF_EXECINSTR);
	default:
		return false;
	}
}

/* Split foo@@V of .symtab. */
static bool split_version(struct ct_arena *arena, struct ct_symbol *symbol,
			  bool *is_hidden)
{
	const char *at = strchr(symbol->name, '@');
	if (!at || at == symbol->name)
		return true;
	size_t length = (size_t)(at - symbol->name);
	char *name = ct_arena_alloc(arena, length + 1);
	if (!name)
		return false;
	memcpy(name, symbol->name, length);
	*is_hidden = at[1] != '@';
	at += *is_hidden ? 1 : 2;
	symbol->name = name;
	symbol->version = *at ? at : NULL;
	return true;
}

static struct ct_error *add_entry(struct ct_symbols *symbols,
				  const struct ct_symtab *table,
				  const struct ct_symtab_entry *from,
				  bool is_dynamic)
{
	const Elf64_Sym *raw = &from->symbol;
	/* Reserved indexes (SHN_ABS, SHN_XINDEX…) are no sections. */
	const struct ct_section *section =
	    raw->st_shndx && raw->st_shndx < SHN_LORESERVE
		? ct_elf_section(table->elf, raw->st_shndx)
		: NULL;
	enum ct_symbol_kind kind;
	if (!*from->name || !find_kind(raw, section, &kind))
		return NULL;

	struct ct_symbol_entry *entry = &symbols->entries[symbols->entry_count];
	bool is_hidden = from->is_hidden;
	bool is_defined = raw->st_shndx != SHN_UNDEF;
	entry->symbol = (struct ct_symbol){
	    .name = from->name,
	    .version = from->version,
	    .addr = is_defined ? raw->st_value : 0,
	    .size = raw->st_size,
	    .kind = kind,
	    .is_defined = is_defined,
	    .is_local = ELF64_ST_BIND(raw->st_info) == STB_LOCAL,
	    .is_dynamic = is_dynamic,
	};
	entry->section_end = section ? section->addr + section->size : 0;
	if (!is_dynamic &&
	    !split_version(&symbols->arena, &entry->symbol, &is_hidden))
		return &ct_enomem;
	/* A reference is to one version: it has no default. */
	entry->symbol.is_default_version =
	    !entry->symbol.version || (is_defined && !is_hidden);
	symbols->entry_count++;
	return NULL;
}

static bool reserve_entries(struct ct_symbols *symbols, size_t count)
{
	size_t capacity = symbols->entry_count + count;
	if (capacity <= symbols->entry_capacity)
		return true;
	struct ct_symbol_entry *entries =
	    reallocarray(symbols->entries, capacity, sizeof(*symbols->entries));
	if (!entries)
		return false;
	symbols->entries = entries;
	symbols->entry_capacity = capacity;
	return true;
}

struct ct_error *ct_symbols_add(struct ct_symbols *symbols, struct ct_elf *elf,
				uint32_t type)
{
	struct ct_symtab table;
	struct ct_error *err = ct_symtab_init(&table, elf, type);
	if (err)
		return err;
	size_t before = symbols->entry_count;
	if (!reserve_entries(symbols, table.count))
		err = &ct_enomem;
	for (size_t i = 0; i < table.count && !err; i++) {
		struct ct_symtab_entry entry;
		err = ct_symtab_read(&table, i, &entry);
		if (!err)
			err = add_entry(symbols, &table, &entry,
					type == SHT_DYNSYM);
	}
	ct_symtab_deinit(&table);
	if (err)
		symbols->entry_count = before;
	return err;
}

static int compare_u64(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int compare_versions(const char *a, const char *b)
{
	if (!a || !b)
		return !a - !b;
	return strcmp(a, b);
}

/* By name, and then what is to be merged side by side, with a version before
 * without. */
static int compare_for_merge(const void *a, const void *b)
{
	const struct ct_symbol *x = *(const struct ct_symbol *const *)a;
	const struct ct_symbol *y = *(const struct ct_symbol *const *)b;
	int order = strcmp(x->name, y->name);
	if (!order)
		order = y->is_defined - x->is_defined;
	if (!order)
		order = compare_u64(x->addr, y->addr);
	if (!order)
		order = compare_versions(x->version, y->version);
	return order;
}

/* Within one name, the one that is meant most often first. */
static int compare_within_name(const void *a, const void *b)
{
	const struct ct_symbol *x = *(const struct ct_symbol *const *)a;
	const struct ct_symbol *y = *(const struct ct_symbol *const *)b;
	int order = y->is_defined - x->is_defined;
	if (!order)
		order = y->is_default_version - x->is_default_version;
	if (!order)
		order = y->is_dynamic - x->is_dynamic;
	if (!order)
		order = x->is_local - y->is_local;
	if (!order)
		order = compare_u64(x->addr, y->addr);
	if (!order)
		order = compare_versions(x->version, y->version);
	return order;
}

static bool is_same(const struct ct_symbol *kept, const struct ct_symbol *next)
{
	return kept->is_defined == next->is_defined &&
	       kept->addr == next->addr &&
	       (!next->version ||
		compare_versions(kept->version, next->version) == 0) &&
	       strcmp(kept->name, next->name) == 0;
}

static void merge_symbol(struct ct_symbol *kept, const struct ct_symbol *next)
{
	if (next->size > kept->size)
		kept->size = next->size;
	kept->is_dynamic |= next->is_dynamic;
	kept->is_local &= next->is_local;
	/* What has no version says nothing of defaults. */
	if (next->version)
		kept->is_default_version |= next->is_default_version;
}

static void merge_entries(struct ct_symbols *symbols)
{
	const struct ct_symbol **by_name = symbols->by_name;
	size_t count = 0;
	for (size_t i = 0; i < symbols->entry_count; i++) {
		/* Entries are ours to change until finish returns. */
		struct ct_symbol *kept =
		    count ? (struct ct_symbol *)(uintptr_t)by_name[count - 1]
			  : NULL;
		if (kept && is_same(kept, by_name[i]))
			merge_symbol(kept, by_name[i]);
		else
			by_name[count++] = by_name[i];
	}
	symbols->count = count;
}

static void sort_within_names(struct ct_symbols *symbols)
{
	const struct ct_symbol **by_name = symbols->by_name;
	for (size_t from = 0, to; from < symbols->count; from = to) {
		to = from + 1;
		while (to < symbols->count &&
		       strcmp(by_name[from]->name, by_name[to]->name) == 0)
			to++;
		if (to - from > 1)
			qsort(by_name + from, to - from, sizeof(*by_name),
			      compare_within_name);
	}
}

static bool is_code(const struct ct_symbol *symbol)
{
	return symbol->is_defined && (symbol->kind == CT_SYMBOL_FUNCTION ||
				      symbol->kind == CT_SYMBOL_IFUNC);
}

/* The name that people know: malloc, not __libc_malloc. */
static int compare_names(const struct ct_symbol *a, const struct ct_symbol *b)
{
	size_t underscores_a = strspn(a->name, "_");
	size_t underscores_b = strspn(b->name, "_");
	if (a->is_local != b->is_local)
		return a->is_local - b->is_local;
	if (underscores_a != underscores_b)
		return underscores_a < underscores_b ? -1 : 1;
	int order = compare_u64(strlen(a->name), strlen(b->name));
	if (!order)
		order = strcmp(a->name, b->name);
	if (!order)
		order = b->is_default_version - a->is_default_version;
	return order;
}

static int compare_places(const void *a, const void *b)
{
	const struct ct_symbol_place *x = a, *y = b;
	int order = compare_u64(x->addr, y->addr);
	return order ? order : compare_names(x->symbol, y->symbol);
}

static uint64_t symbol_end(const struct ct_symbol *symbol)
{
	uint64_t end;
	return __builtin_add_overflow(symbol->addr, symbol->size, &end)
		   ? UINT64_MAX
		   : end;
}

/* One place for each address, after the sort. */
static void merge_places(struct ct_symbols *symbols)
{
	struct ct_symbol_place *places = symbols->places;
	size_t count = 0;
	for (size_t i = 0; i < symbols->place_count; i++) {
		struct ct_symbol_place *kept =
		    count ? &places[count - 1] : NULL;
		if (!kept || kept->addr != places[i].addr) {
			places[count++] = places[i];
			continue;
		}
		if (places[i].end > kept->end)
			kept->end = places[i].end;
		kept->is_sized |= places[i].is_sized;
	}
	symbols->place_count = count;
}

/* A symbol without a size ends where the next begins, or its section ends. */
static void end_places(struct ct_symbols *symbols)
{
	struct ct_symbol_place *places = symbols->places;
	uint64_t reach = 0;
	for (size_t i = 0; i < symbols->place_count; i++) {
		struct ct_symbol_place *place = &places[i];
		if (!place->is_sized) {
			const struct ct_symbol_entry *entry =
			    (const void *)place->symbol;
			place->end = entry->section_end;
			if (i + 1 < symbols->place_count &&
			    places[i + 1].addr < place->end)
				place->end = places[i + 1].addr;
		}
		if (place->end > reach)
			reach = place->end;
		place->reach = reach;
	}
}

static struct ct_error *build_places(struct ct_symbols *symbols)
{
	symbols->places = calloc(symbols->count + 1, sizeof(*symbols->places));
	if (!symbols->places)
		return &ct_enomem;
	for (size_t i = 0; i < symbols->count; i++) {
		const struct ct_symbol *symbol = symbols->by_name[i];
		if (is_code(symbol))
			symbols->places[symbols->place_count++] =
			    (struct ct_symbol_place){
				.addr = symbol->addr,
				.end = symbol_end(symbol),
				.is_sized = symbol->size > 0,
				.symbol = symbol,
			    };
	}
	qsort(symbols->places, symbols->place_count, sizeof(*symbols->places),
	      compare_places);
	merge_places(symbols);
	end_places(symbols);
	return NULL;
}

struct ct_error *ct_symbols_finish(struct ct_symbols *symbols)
{
	/* One more than needed: an array of none is no failure. */
	symbols->by_name =
	    calloc(symbols->entry_count + 1, sizeof(*symbols->by_name));
	if (!symbols->by_name)
		return &ct_enomem;
	for (size_t i = 0; i < symbols->entry_count; i++)
		symbols->by_name[i] = &symbols->entries[i].symbol;
	qsort(symbols->by_name, symbols->entry_count, sizeof(*symbols->by_name),
	      compare_for_merge);
	merge_entries(symbols);
	sort_within_names(symbols);
	return build_places(symbols);
}

const struct ct_symbol *const *ct_symbols_named(
    const struct ct_symbols *symbols, const char *name, size_t *count)
{
	size_t low = 0, high = symbols->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (strcmp(symbols->by_name[middle]->name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	while (high < symbols->count &&
	       strcmp(symbols->by_name[high]->name, name) == 0)
		high++;
	*count = high - low;
	return symbols->by_name + low;
}

const struct ct_symbol *ct_symbols_at(const struct ct_symbols *symbols,
				      uint64_t addr)
{
	const struct ct_symbol_place *places = symbols->places;
	size_t low = 0, high = symbols->place_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (places[middle].addr <= addr)
			low = middle + 1;
		else
			high = middle;
	}
	/* The innermost that covers it; one that says so before one that is
	 * only assumed to. */
	const struct ct_symbol *assumed = NULL;
	for (size_t i = low; i-- > 0 && places[i].reach > addr;) {
		if (places[i].end <= addr)
			continue;
		if (places[i].is_sized)
			return places[i].symbol;
		if (!assumed)
			assumed = places[i].symbol;
	}
	return assumed;
}
