/* SPDX-License-Identifier: MIT */
/*
 * Which prototype a function has.  The sources are tried in the order of enum
 * ct_prototype_source.  Declarations that gcc writes for the functions a unit
 * calls have types but no parameter names: those are lent by a prototype with
 * as many parameters.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "program/internal.h"
#include "type/model.h"

struct ct_error *ct_prototype_file_open(const char *path,
					struct ct_prototype_file *ret)
{
	struct ct_prototype_file file = {.path = strdup(path)};
	if (!file.path)
		return &ct_enomem;
	struct ct_error *err = ct_image_open(path, &file.image);
	if (!err)
		err = ct_types_create(file.image, &file.types);
	if (err)
		ct_prototype_file_close(&file);
	else
		*ret = file;
	return err;
}

void ct_prototype_file_close(struct ct_prototype_file *file)
{
	ct_types_destroy(file->types);
	ct_image_close(file->image);
	if (file->temporary && file->path)
		unlink(file->path);
	free(file->path);
	*file = (struct ct_prototype_file){0};
}

static struct ct_error *find_in_file(struct ct_prototype_file *file,
				     const char *function, struct ct_type **ret)
{
	size_t count;
	const struct ct_symbol *const *symbols;
	*ret = NULL;
	if (!file->image)
		return NULL;
	struct ct_error *err =
	    ct_image_symbols_named(file->image, function, &count, &symbols);
	if (err || !count || !symbols[0]->is_defined)
		return err;
	const struct ct_function *found;
	err = ct_types_function_at(file->types, symbols[0]->addr, &found);
	if (!err && found)
		*ret = found->type;
	return err;
}

static struct ct_error *find_user(struct ct_program *program,
				  const char *function, struct ct_type **ret)
{
	struct ct_error *err = NULL;
	*ret = NULL;
	/* The header that was given last is meant most. */
	for (size_t i = program->header_count; !err && !*ret && i-- > 0;)
		err = find_in_file(&program->headers[i], function, ret);
	return err;
}

static struct ct_error *find_declaration(struct ct_program *program,
					 const char *function,
					 struct ct_type **ret)
{
	*ret = NULL;
	for (size_t i = 0; i < program->module_count; i++) {
		struct ct_module *module = program->modules[i];
		const struct ct_function *found = NULL;
		/* libc6-dbg describes what libc calls; it is large, and the
		 * shipped prototypes say the same. */
		if (module->is_system || module->is_loader ||
		    !ct_image_has_debug_info(module->image))
			continue;
		struct ct_error *err =
		    ct_types_declaration(module->types, function, &found);
		if (err)
			return err;
		if (found) {
			*ret = found->type;
			return NULL;
		}
	}
	return NULL;
}

/* Whose name counts where both have one. */
enum naming {
	OWN_NAMES,
	LENT_NAMES,
};

/* A copy of type with the names of another prototype, where both have as many
 * parameters; otherwise type itself. */
static struct ct_error *lend_names(struct ct_program *program,
				   struct ct_type *type, struct ct_type *lender,
				   enum naming naming, struct ct_type **ret)
{
	size_t count, lender_count;
	const struct ct_parameter *own, *named;
	*ret = type;
	struct ct_error *err = ct_type_parameters(type, &count, &own);
	if (!err && lender)
		err = ct_type_parameters(lender, &lender_count, &named);
	if (err || !lender || count != lender_count)
		return err;

	struct ct_type *copy = ct_arena_alloc(&program->arena, sizeof(*copy));
	struct ct_parameter *parameters =
	    ct_arena_alloc_array(&program->arena, count, sizeof(*parameters));
	if (!copy || !parameters)
		return &ct_enomem;
	for (size_t i = 0; i < count; i++) {
		parameters[i] = own[i];
		if (named[i].name && (!own[i].name || naming == LENT_NAMES))
			parameters[i].name = named[i].name;
	}
	*copy = *type;
	copy->parameters = parameters;
	*ret = copy;
	return NULL;
}

/* Six words in, one out: what the registers of a call can hold. */
static struct ct_type word_type = {.kind = CT_TYPE_BASE,
				   .encoding = CT_ENCODING_UNSIGNED,
				   .name = "unsigned long",
				   .size = 8};
static const struct ct_parameter six_words[6] = {
    {"param0", &word_type}, {"param1", &word_type}, {"param2", &word_type},
    {"param3", &word_type}, {"param4", &word_type}, {"param5", &word_type},
};
static struct ct_type guessed_type = {.kind = CT_TYPE_FUNCTION,
				      .target = &word_type,
				      .part_count = 6,
				      .parameters = six_words};

static bool is_ifunc(struct ct_module *module, const char *function,
		     uint64_t addr)
{
	size_t count = 0;
	const struct ct_symbol *const *symbols;
	struct ct_error *err =
	    ct_image_symbols_named(module->image, function, &count, &symbols);
	ct_error_destroy(err);
	for (size_t i = 0; i < count; i++)
		if (symbols[i]->addr == addr &&
		    symbols[i]->kind == CT_SYMBOL_IFUNC)
			return true;
	return false;
}

/* What stands at an IFUNC's address is its resolver.  When that says more of
 * what it returns than `void *`, this is the function's type. */
static struct ct_error *resolved_type(struct ct_type *resolver,
				      struct ct_type **ret)
{
	struct ct_type *result = NULL, *function = NULL;
	struct ct_error *err = ct_type_target(resolver, &result);
	if (!err && result)
		err = ct_type_strip(result, &result);
	if (err || !result || ct_type_kind(result) != CT_TYPE_POINTER)
		return err;
	err = ct_type_target(result, &function);
	if (!err && function)
		err = ct_type_strip(function, &function);
	if (!err && function && ct_type_kind(function) == CT_TYPE_FUNCTION &&
	    !function->unprototyped)
		*ret = function;
	return err;
}

/* The function's own description.  libc6-dbg has some without any type:
 * assembler stubs. */
static struct ct_error *find_definition(struct ct_module *module,
					const char *name, uint64_t addr,
					struct ct_prototype *ret,
					struct ct_type **ifunc)
{
	const struct ct_function *function = NULL;
	struct ct_error *err = NULL;
	if (ct_image_has_debug_info(module->image))
		err = ct_types_function_at(module->types, addr, &function);
	if (err || !function || !function->type)
		return err;
	if (is_ifunc(module, name, addr)) {
		err = resolved_type(function->type, ifunc);
		if (err || *ifunc || !function->name ||
		    strcmp(function->name, name) != 0)
			return err;
	}
	*ret = (struct ct_prototype){.type = function->type,
				     .source = CT_PROTOTYPE_DEFINITION,
				     .function = function};
	return NULL;
}

/* Damage in one source is no reason not to ask the next one. */
static void keep_damage(struct ct_prototype *prototype, struct ct_error *err)
{
	if (prototype->damage)
		ct_error_destroy(err);
	else
		prototype->damage = err;
}

static struct ct_error *choose(struct ct_program *program,
			       struct ct_type *defined,
			       struct ct_type *declared, struct ct_type *user,
			       struct ct_type *shipped,
			       struct ct_prototype *ret)
{
	struct ct_type *exact = defined ? defined : declared;
	if (exact) {
		ret->source = defined ? CT_PROTOTYPE_DEFINITION
				      : CT_PROTOTYPE_DECLARATION;
		return lend_names(program, exact, user ? user : shipped,
				  user ? OWN_NAMES : LENT_NAMES, &ret->type);
	}
	ret->source = user      ? CT_PROTOTYPE_USER
		      : shipped ? CT_PROTOTYPE_SHIPPED
				: CT_PROTOTYPE_GUESSED;
	ret->type = user ? user : shipped ? shipped : &guessed_type;
	return NULL;
}

bool ct_module_is_static_program(const struct ct_module *module)
{
	return module->is_main && !module->is_loader &&
	       !ct_image_interpreter(module->image) &&
	       !ct_image_needed(module->image, 0);
}

/* Others can call it, and no unit of the program describes it: libc.a has no
 * debug information. */
static struct ct_error *is_foreign(struct ct_module *module, const char *name,
				   uint64_t addr, bool *ret)
{
	size_t count;
	const struct ct_symbol *const *symbols;
	const struct ct_function *function = NULL;
	*ret = false;
	struct ct_error *err = NULL;
	if (ct_image_has_debug_info(module->image))
		err = ct_types_function_at(module->types, addr, &function);
	if (!err && !function)
		err = ct_image_symbols_named(module->image, name, &count,
					     &symbols);
	if (err || function)
		return err;
	for (size_t i = 0; i < count; i++)
		if (symbols[i]->addr == addr && symbols[i]->is_defined &&
		    !symbols[i]->is_local)
			*ret = true;
	return NULL;
}

/* A static program has libc's functions among its own: those that it does not
 * describe itself, and declares as libc does, if at all. */
static struct ct_error *find_linked(struct ct_program *program,
				    struct ct_module *module,
				    const char *function, uint64_t addr,
				    struct ct_type *declared,
				    struct ct_type **ret)
{
	bool foreign = false;
	size_t count = 0, declared_count = 0;
	const struct ct_parameter *parameters;
	struct ct_type *shipped = NULL;
	*ret = NULL;
	if (!ct_module_is_static_program(module))
		return NULL;
	struct ct_error *err = is_foreign(module, function, addr, &foreign);
	if (!err && foreign)
		err = find_in_file(&program->shipped, function, &shipped);
	if (!err && shipped)
		err = ct_type_parameters(shipped, &count, &parameters);
	if (!err && shipped && declared)
		err =
		    ct_type_parameters(declared, &declared_count, &parameters);
	if (!err && (!declared || count == declared_count))
		*ret = shipped;
	return err;
}

struct ct_error *ct_program_prototype(struct ct_program *program,
				      struct ct_module *module,
				      const char *function, uint64_t addr,
				      struct ct_prototype *ret)
{
	struct ct_type *defined = NULL, *declared = NULL;
	struct ct_type *user = NULL, *shipped = NULL;
	*ret = (struct ct_prototype){.source = CT_PROTOTYPE_GUESSED};
	keep_damage(ret,
		    find_definition(module, function, addr, ret, &defined));
	ret->is_system = module->is_system;
	if (module->is_system)
		keep_damage(
		    ret, find_in_file(&program->shipped, function, &shipped));
	/* The man page's names, whether libc's debug information is installed
	 * or not: filters and scripts are written with them. */
	if (ret->type)
		return lend_names(program, ret->type, shipped, LENT_NAMES,
				  &ret->type);
	keep_damage(ret, find_declaration(program, function, &declared));
	if (!module->is_system) {
		keep_damage(ret, find_linked(program, module, function, addr,
					     declared, &shipped));
		ret->is_system = shipped != NULL;
	}
	keep_damage(ret, find_user(program, function, &user));
	return choose(program, defined, declared, user, shipped, ret);
}
