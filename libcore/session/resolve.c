/* SPDX-License-Identifier: MIT */
/*
 * From what a user names to functions that have code.
 *
 * A name without a library is looked for in the main program, then in the
 * libraries in the order of the dynamic linker, the loader's private copies
 * last.  In a library, functions that others can call come before static
 * ones.  A pattern means the main program's own functions and those it calls
 * in its libraries, or with a library, what that one exports.
 */
#define _GNU_SOURCE
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "image/near.h"
#include "prototypes/rules.h"
#include "session/internal.h"

enum {
	MATCHES_MAX = 5000
};

struct match {
	struct ct_module *module;
	const struct ct_symbol *symbol;
	const char *function; /* the name to report */
};

struct matches {
	struct match *items;
	size_t count, capacity;
};

static bool is_code(const struct ct_symbol *symbol)
{
	return symbol->is_defined && symbol->kind != CT_SYMBOL_OBJECT;
}

static bool has(const struct matches *matches, const struct ct_module *module,
		uint64_t addr)
{
	for (size_t i = 0; i < matches->count; i++)
		if (matches->items[i].module == module &&
		    matches->items[i].symbol->addr == addr)
			return true;
	return false;
}

static struct ct_error *add(struct matches *matches, struct ct_module *module,
			    const struct ct_symbol *symbol,
			    const char *function)
{
	if (has(matches, module, symbol->addr))
		return NULL;
	if (matches->count == MATCHES_MAX)
		return ct_error_format(CT_ERROR_BAD_ARGUMENT,
				       "more than %d functions match; name "
				       "fewer",
				       MATCHES_MAX);
	if (matches->count == matches->capacity) {
		size_t capacity = matches->capacity ? matches->capacity * 2 : 8;
		struct match *bigger =
		    reallocarray(matches->items, capacity, sizeof(*bigger));
		if (!bigger)
			return &ct_enomem;
		matches->items = bigger;
		matches->capacity = capacity;
	}
	matches->items[matches->count++] =
	    (struct match){module, symbol, function};
	return NULL;
}

/* The suffixes of compilers' clones that can be entered like functions:
 * .part and .cold are pieces of one. */
static bool is_clone_of(const char *symbol, const char *function)
{
	size_t length = strlen(function);
	if (strncmp(symbol, function, length) || symbol[length] != '.')
		return false;
	const char *suffix = symbol + length;
	return !strncmp(suffix, ".isra.", 6) ||
	       !strncmp(suffix, ".constprop.", 11) ||
	       !strncmp(suffix, ".lto_priv.", 10);
}

/* The i-th symbol of a sorted list is the first that is not before name. */
static size_t lower_bound(const struct ct_symbol *const *symbols, size_t count,
			  const char *name)
{
	size_t low = 0;
	while (low < count) {
		size_t middle = low + (count - low) / 2;
		if (strcmp(symbols[middle]->name, name) < 0)
			low = middle + 1;
		else
			count = middle;
	}
	return low;
}

/* The functions of that name in a module: its clones are it, too. */
static struct ct_error *match_in_module(struct ct_module *module,
					const char *function, bool dynamic,
					struct matches *ret)
{
	size_t count;
	const struct ct_symbol *const *symbols;
	struct ct_error *err =
	    ct_image_symbols(module->image, &count, &symbols);
	if (err)
		return err;
	size_t length = strlen(function);
	for (size_t i = lower_bound(symbols, count, function);
	     !err && i < count && !strncmp(symbols[i]->name, function, length);
	     i++) {
		const struct ct_symbol *symbol = symbols[i];
		if (!is_code(symbol) || symbol->is_dynamic != dynamic)
			continue;
		if (!symbol->name[length] ||
		    is_clone_of(symbol->name, function))
			err = add(ret, module, symbol, function);
	}
	return err;
}

/* The unit that defines the code at a file address, or NULL. */
static const char *unit_of(const struct match *match)
{
	const struct ct_function *function = NULL;
	ct_error_destroy(ct_types_function_at(match->module->types,
					      match->symbol->addr, &function));
	return function ? function->unit : NULL;
}

static bool is_unit(const char *unit, const char *name)
{
	size_t unit_length = unit ? strlen(unit) : 0;
	size_t length = strlen(name);
	if (unit_length < length ||
	    strcmp(unit + unit_length - length, name) != 0)
		return false;
	return unit_length == length || unit[unit_length - length - 1] == '/';
}

static void keep_unit(struct matches *matches, const char *unit)
{
	size_t kept = 0;
	for (size_t i = 0; i < matches->count; i++)
		if (is_unit(unit_of(&matches->items[i]), unit))
			matches->items[kept++] = matches->items[i];
	matches->count = kept;
}

/* Several static functions of one name are several functions, unless they are
 * clones of one. */
static struct ct_error *check_one(const struct matches *matches,
				  const char *function)
{
	size_t plain = 0;
	const struct match *pair[2] = {NULL, NULL};
	for (size_t i = 0; i < matches->count; i++)
		if (!strcmp(matches->items[i].symbol->name, function) &&
		    matches->items[i].symbol->is_local && plain++ < 2)
			pair[plain - 1] = &matches->items[i];
	if (plain < 2)
		return NULL;
	const char *first = unit_of(pair[0]), *second = unit_of(pair[1]);
	if (!first || !second)
		return ct_error_format(CT_ERROR_AMBIGUOUS,
				       "%zu functions are named '%s', and no "
				       "debug information tells them apart",
				       plain, function);
	return ct_error_format(CT_ERROR_AMBIGUOUS,
			       "%zu functions are named '%s': say %s:%s or "
			       "%s:%s",
			       plain, function, first, function, second,
			       function);
}

static struct ct_error *match_in_order(struct ct_session *session,
				       struct ct_module *only,
				       const char *function,
				       struct matches *ret)
{
	/* Exported functions, static ones, and at last the loader's. */
	static const struct {
		bool dynamic, loader;
	} rounds[] = {{true, false}, {false, false}, {true, true}};
	struct ct_module *main = ct_program_module(session->program, 0);
	struct ct_error *err = NULL;
	if (main && (!only || only == main)) {
		err = match_in_module(main, function, false, ret);
		if (!err)
			err = match_in_module(main, function, true, ret);
	}
	for (int round = 0; round < 3 && !err && !ret->count; round++) {
		struct ct_module *module;
		for (size_t i = 0;
		     !err && !ret->count &&
		     (module = ct_program_module(session->program, i));
		     i++) {
			if (only ? module != only
				 : module->is_loader != rounds[round].loader)
				continue;
			err = match_in_module(module, function,
					      rounds[round].dynamic, ret);
		}
	}
	return err;
}

/* What begins with _ is the compiler's and libc's own, and so is the start-up
 * code that every program is linked with: a pattern means them only when it
 * begins so, too. */
static bool is_glue(const char *name, const char *pattern)
{
	static const char *const start_up[] = {
	    "frame_dummy", "register_tm_clones", "deregister_tm_clones"};
	if (name[0] == '_')
		return pattern[0] != '_';
	for (size_t i = 0; i < sizeof(start_up) / sizeof(*start_up); i++)
		if (!strcmp(name, start_up[i]))
			return strcmp(pattern, name) != 0;
	return false;
}

/* What the program calls in its libraries, by pattern. */
static struct ct_error *match_imports(struct ct_session *session,
				      struct ct_module *main,
				      const char *pattern, struct matches *ret)
{
	size_t count;
	const struct ct_slot *slots;
	struct ct_error *err = ct_image_slots(main->image, &count, &slots);
	for (size_t i = 0; !err && i < count; i++) {
		if (!slots[i].name || is_glue(slots[i].name, pattern) ||
		    fnmatch(pattern, slots[i].name, 0) ||
		    (i && slots[i - 1].name &&
		     !strcmp(slots[i].name, slots[i - 1].name)))
			continue;
		struct ct_module *module;
		struct matches found = {0};
		for (size_t j = 1;
		     !err && !found.count &&
		     (module = ct_program_module(session->program, j));
		     j++)
			err = match_in_module(module, slots[i].name, true,
					      &found);
		for (size_t j = 0; !err && j < found.count; j++)
			err = add(ret, found.items[j].module,
				  found.items[j].symbol, slots[i].name);
		free(found.items);
	}
	return err;
}

/* Of the names of one piece of code, the one that people write: sqrt, not
 * f32xsqrtf64. */
static struct ct_error *add_by_best_name(struct matches *matches,
					 struct ct_module *module,
					 const struct ct_symbol *symbol,
					 const char *pattern)
{
	const struct ct_symbol *best;
	struct ct_error *err =
	    ct_image_symbol_at(module->image, symbol->addr, &best);
	if (err)
		return err;
	if (best && best->addr == symbol->addr && is_code(best) &&
	    best->is_dynamic == symbol->is_dynamic &&
	    !fnmatch(pattern, best->name, 0))
		symbol = best;
	return add(matches, module, symbol, symbol->name);
}

static struct ct_error *match_pattern(struct ct_session *session,
				      struct ct_module *only,
				      const char *pattern, struct matches *ret)
{
	struct ct_module *main = ct_program_module(session->program, 0);
	struct ct_module *module = only ? only : main;
	if (!module)
		return NULL;
	size_t count;
	const struct ct_symbol *const *symbols;
	struct ct_error *err =
	    ct_image_symbols(module->image, &count, &symbols);
	for (size_t i = 0; !err && i < count; i++) {
		const struct ct_symbol *symbol = symbols[i];
		bool ours = module == main ? !strchr(symbol->name, '.')
					   : symbol->is_dynamic;
		if (!ours || is_glue(symbol->name, pattern))
			continue;
		if (is_code(symbol) && !fnmatch(pattern, symbol->name, 0))
			err = add_by_best_name(ret, module, symbol, pattern);
	}
	if (!err && !only)
		err = match_imports(session, main, pattern, ret);
	return err;
}

/* Other functions that a program calls where its source says `function`. */
static struct ct_error *add_stand_ins(struct ct_session *session,
				      struct matches *ret)
{
	if (!ret->count)
		return NULL;
	struct match first = ret->items[0];
	struct ct_prototype prototype;
	const char *name = ct_rules_stand_in(first.function, 0);
	if (!name)
		return NULL;
	struct ct_error *err =
	    ct_program_prototype(session->program, first.module, first.function,
				 first.symbol->addr, &prototype);
	if (err)
		return err;
	ct_error_destroy(prototype.damage);
	if (!prototype.is_system)
		return NULL;
	bool dynamic = first.module->is_system;
	for (size_t i = 0;
	     !err && (name = ct_rules_stand_in(first.function, i)); i++) {
		struct matches found = {0};
		err = match_in_module(first.module, name, dynamic, &found);
		for (size_t j = 0; !err && j < found.count; j++)
			err = add(ret, first.module, found.items[j].symbol,
				  first.function);
		free(found.items);
	}
	return err;
}

static void offer_module(struct ct_near *near, struct ct_module *module,
			 bool dynamic)
{
	size_t count;
	const struct ct_symbol *const *symbols;
	struct ct_error *err =
	    ct_image_symbols(module->image, &count, &symbols);
	for (size_t i = 0; !err && i < count; i++)
		if (is_code(symbols[i]) && (!dynamic || symbols[i]->is_dynamic))
			ct_near_offer(near, symbols[i]->name);
	ct_error_destroy(err);
}

static struct ct_error *not_found(struct ct_session *session,
				  struct ct_module *only, const char *function)
{
	struct ct_module *main = ct_program_module(session->program, 0);
	struct ct_module *module;
	struct ct_near near;
	size_t inlined = 0;
	if (main && (!only || only == main) &&
	    ct_image_has_debug_info(main->image))
		ct_error_destroy(
		    ct_types_inlined_count(main->types, function, &inlined));
	if (inlined)
		return ct_error_format(
		    CT_ERROR_UNSUPPORTED,
		    "'%s' is inlined at %zu place%s and has no code of its "
		    "own; compile it with __attribute__((noinline)) or -O0",
		    function, inlined, inlined == 1 ? "" : "s");

	ct_near_init(&near, function, 3);
	for (size_t i = 0; (module = ct_program_module(session->program, i));
	     i++)
		if (!only || module == only)
			offer_module(&near, module, module != main);
	struct ct_buffer hint = {0};
	for (size_t i = 0; i < near.count; i++) {
		ct_buffer_puts(&hint, i ? ", '" : "; did you mean '");
		ct_buffer_puts(&hint, near.names[i]);
		ct_buffer_putc(&hint, '\'');
	}
	if (near.count)
		ct_buffer_putc(&hint, '?');
	else if (!only && main && !ct_image_has_debug_info(main->image))
		ct_buffer_puts(&hint, "; the program has no symbols of its own "
				      "functions (stripped?)");
	else if (!only)
		ct_buffer_puts(&hint, "; for a library that is loaded later, "
				      "say LIBRARY:FUNCTION");
	CT_AUTO_FREE char *text = ct_buffer_take_string(&hint);
	return ct_error_format(CT_ERROR_NOT_FOUND, "no function '%s' in %s%s",
			       function,
			       only   ? only->name
			       : main ? "the program and its libraries"
				      : "sight: no program is loaded",
			       text ? text : "");
}

/* A stub has what was asked for when the program opened it.  Made for another
 * run, it will be made anew. */
static struct ct_error *not_in_stub(struct ct_session *session,
				    const struct ct_module *stub,
				    const char *function, bool *pending)
{
	*pending = !session->tracees || !stub->is_mapped;
	if (*pending)
		return NULL;
	return ct_error_format(
	    CT_ERROR_NOT_FOUND,
	    "%s was opened as a stub without '%s'; register it before the "
	    "program opens it",
	    stub->name, function);
}

/* Whether a known watch will do.  By the program's slots, one function is
 * several: htons and ntohs have one code. */
static bool is_watch_of(struct ct_session *session,
			const struct ct_watch *watch, const struct match *match,
			enum ct_scope scope)
{
	if (watch->module != match->module)
		return false;
	bool by_slot = scope == CT_SCOPE_PROGRAM && !watch->module->is_main;
	const char *name = match->symbol->name;
	return !by_slot || !strcmp(watch->symbol, name) ||
	       !ct_session_has_slot(session, name);
}

/* A watch of exactly that code, new or known. */
static struct ct_error *get_watch(struct ct_session *session,
				  const struct match *match,
				  enum ct_scope scope, struct ct_watch **ret)
{
	for (size_t i = 0; i < session->watch_count; i++) {
		struct ct_watch *watch = session->watches[i];
		for (size_t j = 0; j < watch->symbol_count; j++) {
			if (watch->symbols[j]->addr == match->symbol->addr &&
			    is_watch_of(session, watch, match, scope)) {
				*ret = watch;
				return NULL;
			}
		}
	}
	return ct_watch_create(session, match->module, match->function,
			       match->symbol, scope, ret);
}

static struct ct_error *make_watches(struct ct_session *session,
				     const struct matches *matches,
				     enum ct_scope scope, bool is_pattern,
				     struct ct_watch ***ret, size_t *count)
{
	struct ct_watch **watches =
	    calloc(matches->count + 1, sizeof(*watches));
	size_t made = 0;
	if (!watches)
		return &ct_enomem;
	for (size_t i = 0; i < matches->count; i++) {
		struct ct_error *err = get_watch(session, &matches->items[i],
						 scope, &watches[made]);
		if (!err) {
			made++;
			continue;
		}
		/* One function of many that cannot be watched is said. */
		if (!is_pattern && !made && i + 1 == matches->count) {
			free(watches);
			return err;
		}
		ct_session_trouble(session, err);
	}
	/* Clones and stand-ins share the first one's queue. */
	for (size_t i = 1; !is_pattern && i < made; i++)
		if (watches[i] != watches[0] && !watches[i]->target->owner)
			watches[i]->target->owner =
			    ct_region_ref(session->region, watches[0]->target);
	*ret = watches;
	*count = made;
	return NULL;
}

/* A static program has the system's libraries in itself.  Waiting for one of
 * them would never end. */
static struct ct_error *check_linked(struct ct_session *session,
				     const char *library, const char *function)
{
	struct ct_module *main = ct_program_module(session->program, 0);
	if (!main || !ct_module_is_static_program(main) ||
	    !ct_program_is_system_library(library))
		return NULL;
	return ct_error_format(CT_ERROR_NOT_FOUND,
			       "no library '%s': the program is linked "
			       "statically and has its functions itself; name "
			       "'%s' without a library",
			       library, function);
}

static bool is_pattern(const char *function)
{
	return strpbrk(function, "*?[") != NULL;
}

struct ct_error *ct_session_find_watches(
    struct ct_session *session, const char *library, const char *function,
    enum ct_scope scope, struct ct_watch ***ret, size_t *count, bool *pending)
{
	struct ct_module *only = NULL;
	const char *unit = NULL;
	struct ct_error *err = NULL;
	size_t length = library ? strlen(library) : 0;
	*pending = false;
	*ret = NULL;
	*count = 0;
	if (length && (library[length - 1] == ':' || function[0] == ':'))
		err = ct_error_format(
		    CT_ERROR_BAD_ARGUMENT,
		    "'%s:%s': functions of C++ have the names that nm shows, "
		    "such as _ZN4shop5totalEv",
		    library, function);
	else if (length > 2 && !strcmp(library + length - 2, ".c"))
		unit = library;
	else if (library)
		err = ct_program_find_module(session->program, library, &only);
	if (err)
		return err;
	if (library && !unit && !only)
		only = ct_session_find_stub(session, library);
	if (library && !unit && !only) {
		*pending = true;
		return check_linked(session, library, function);
	}

	struct matches matches = {0};
	bool pattern = is_pattern(function);
	if (pattern)
		err = match_pattern(session, only, function, &matches);
	else
		err = match_in_order(session, only, function, &matches);
	if (!err && unit)
		keep_unit(&matches, unit);
	else if (!err && !pattern)
		err = check_one(&matches, function);
	if (!err && !pattern)
		err = add_stand_ins(session, &matches);
	if (!err && !matches.count && only && ct_session_is_stub(session, only))
		err = not_in_stub(session, only, function, pending);
	else if (!err && !matches.count)
		err = not_found(session, only, function);
	if (!err && !*pending)
		err =
		    make_watches(session, &matches, scope, pattern, ret, count);
	free(matches.items);
	return err;
}
