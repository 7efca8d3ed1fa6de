/* SPDX-License-Identifier: MIT */
/* Making a watch: from a symbol to a prototype, a layout, a plan. */
#include <string.h>

#include "abi/abi.h"
#include "base/cleanup.h"
#include "program/plan_rules.h"
#include "prototypes/rules.h"
#include "session/internal.h"

static struct ct_error *copy_plan(struct ct_session *session,
				  const struct ct_buffer *plan, ct_ref *ret)
{
	ct_ref ref = ct_region_alloc(session->region, plan->size);
	void *at = ct_region_at(session->region, ref);
	if (!at)
		return ct_error_format(CT_ERROR_NO_MEMORY,
				       "the shared region is full");
	memcpy(at, plan->data, plan->size);
	*ret = ref;
	return NULL;
}

static bool find_rules(const struct ct_watch *watch,
		       const struct ct_prototype *prototype,
		       size_t parameter_count, struct ct_plan_rules_of *ret)
{
	if (prototype->is_system)
		return ct_plan_rules_find(watch->symbol, parameter_count, ret);
	return watch->module->is_main && !strcmp(watch->symbol, "main") &&
	       ct_plan_rules_main(parameter_count, ret);
}

/* The plan of a function of that prototype.  With `is_whole`, there is nothing
 * behind the parameters of its type. */
static struct ct_error *compile_plan(struct ct_session *session,
				     const struct ct_watch *watch,
				     const struct ct_prototype *prototype,
				     bool is_whole, ct_ref *ret)
{
	struct ct_plan_rules_of rules;
	struct ct_call_layout layout;
	size_t count;
	const struct ct_parameter *parameters;
	struct ct_error *err =
	    ct_type_parameters(prototype->type, &count, &parameters);
	if (!err)
		err = prototype->function
			  ? ct_abi_layout_function(prototype->function,
						   &session->arena, &layout)
			  : ct_abi_layout(prototype->type, &session->arena,
					  &layout);
	if (err)
		return err;
	bool has_rules = find_rules(watch, prototype, count, &rules);
	if (has_rules && is_whole)
		rules.rules.tail_rule = CT_PLAN_TAIL_UNKNOWN;
	struct ct_buffer plan = {0};
	err = ct_plan_compile(prototype->type, &layout,
			      has_rules ? &rules.rules : NULL, &session->limits,
			      &plan);
	if (!err)
		err = copy_plan(session, &plan, ret);
	ct_buffer_deinit(&plan);
	return err;
}

/* What is known of how the function comes back. */
static void read_traits(struct ct_watch *watch,
			const struct ct_prototype *prototype)
{
	struct ct_rules rules;
	if (prototype->function && prototype->function->is_noreturn)
		watch->no_return = true;
	if (!prototype->is_system)
		return;
	watch->sets_errno = ct_rules_sets_errno(watch->symbol);
	if (!ct_rules_find(watch->symbol, &rules))
		return;
	if (rules.traits & CT_FUNCTION_NO_RETURN)
		watch->no_return = true;
	if (rules.traits & CT_FUNCTION_RETURNS_TWICE)
		watch->returns_twice = true;
}

/* Copies that the compiler has put into their callers are never seen.  That
 * is counted for the main program only: it means a walk through all of the
 * debug information. */
static struct ct_error *count_inlined(struct ct_watch *watch,
				      const struct ct_prototype *prototype)
{
	if (!watch->module->is_main || !prototype->function ||
	    !prototype->function->is_inlined)
		return NULL;
	return ct_types_inlined_count(
	    watch->module->types, prototype->function->name, &watch->inlined);
}

/* A debug file that was found and not taken, once a file. */
static void note_debug_problem(struct ct_session *session,
			       struct ct_module *module)
{
	const char *problem = ct_image_debug_problem(module->image);
	if (problem && !module->problem_told) {
		module->problem_told = true;
		ct_session_note(session, problem);
	}
}

static struct ct_error *keep_signature(struct ct_session *session,
				       struct ct_signature *signature,
				       uint32_t *ret)
{
	if (session->signature_count == session->signature_capacity) {
		size_t capacity = session->signature_capacity
				      ? session->signature_capacity * 2
				      : 64;
		struct ct_signature **bigger = reallocarray(
		    session->signatures, capacity, sizeof(*bigger));
		if (!bigger)
			return &ct_enomem;
		session->signatures = bigger;
		session->signature_capacity = capacity;
	}
	*ret = (uint32_t)session->signature_count;
	session->signatures[session->signature_count++] = signature;
	return NULL;
}

/* Flags and commands of libc's functions are shown by their names, and
 * anybody's permissions in octal. */
static void add_names(const struct ct_watch *watch,
		      const struct ct_prototype *prototype,
		      struct ct_signature *signature)
{
	if (ct_signature_is_mode(&signature->result))
		signature->result.meaning = CT_MEANING_MODE;
	for (size_t i = 0; i < signature->count; i++) {
		struct ct_signature_part *part = &signature->parameters[i];
		if (ct_signature_is_mode(part))
			part->meaning = CT_MEANING_MODE;
		if (!prototype->is_system)
			continue;
		part->names = ct_rules_names(watch->symbol, i);
		if (part->names && ct_signature_is_number(part))
			part->meaning = CT_MEANING_NAMES;
	}
}

static struct ct_error *plan_watch(struct ct_session *session,
				   const struct ct_prototype *prototype,
				   struct ct_watch *watch)
{
	ct_ref plan;
	struct ct_error *err =
	    compile_plan(session, watch, prototype, false, &plan);
	if (err)
		return err;
	watch->target->plan = plan;
	watch->plan = ct_region_at(session->region, plan);
	err = ct_signature_create(&session->arena, watch->library,
				  watch->function, watch->type, watch->plan,
				  &watch->signature);
	if (err)
		return err;
	add_names(watch, prototype, watch->signature);
	watch->signature->guessed = watch->source == CT_PROTOTYPE_GUESSED;
	return keep_signature(session, watch->signature,
			      &watch->signature_index);
}

struct ct_error *ct_watch_plan_view(struct ct_session *session,
				    const struct ct_watch *watch,
				    struct ct_type *type, struct ct_view *ret)
{
	struct ct_prototype prototype;
	struct ct_signature *signature;
	struct ct_view view = *ret;
	ct_ref plan;
	struct ct_error *err =
	    ct_program_prototype(session->program, watch->module, watch->symbol,
				 watch->symbols[0]->addr, &prototype);
	if (err)
		return err;
	ct_error_destroy(prototype.damage);
	prototype.type = type;
	prototype.function = NULL;
	err = compile_plan(session, watch, &prototype,
			   !ct_type_is_variadic(type), &plan);
	if (err)
		return err;
	view.plan = ct_region_at(session->region, plan);
	err = ct_signature_create(&session->arena, watch->library,
				  watch->function, type, view.plan, &signature);
	if (!err)
		add_names(watch, &prototype, signature);
	if (!err)
		err = keep_signature(session, signature, &view.signature);
	if (!err)
		*ret = view;
	return err;
}

/* Its problems were told when the watch was made. */
struct ct_error *ct_watch_replan(struct ct_session *session,
				 struct ct_watch *watch)
{
	struct ct_prototype prototype;
	struct ct_error *err =
	    ct_program_prototype(session->program, watch->module, watch->symbol,
				 watch->symbols[0]->addr, &prototype);
	if (err)
		return err;
	ct_error_destroy(prototype.damage);
	watch->type = prototype.type;
	watch->source = prototype.source;
	return plan_watch(session, &prototype, watch);
}

static struct ct_error *prepare(struct ct_session *session,
				struct ct_watch *watch)
{
	struct ct_prototype prototype;
	struct ct_error *err =
	    ct_program_prototype(session->program, watch->module, watch->symbol,
				 watch->symbols[0]->addr, &prototype);
	if (err)
		return err;
	if (prototype.damage)
		ct_session_trouble(
		    session, ct_error_prefix(prototype.damage,
					     "%s: debug information is damaged",
					     watch->function));
	note_debug_problem(session, watch->module);
	watch->type = prototype.type;
	watch->source = prototype.source;
	watch->is_clone = prototype.function && prototype.function->is_clone;
	read_traits(watch, &prototype);
	err = plan_watch(session, &prototype, watch);
	return err ? err : count_inlined(watch, &prototype);
}

static struct ct_error *enlist(struct ct_session *session,
			       struct ct_watch *watch)
{
	if (session->watch_count == session->watch_capacity) {
		size_t capacity =
		    session->watch_capacity ? session->watch_capacity * 2 : 64;
		struct ct_watch **bigger =
		    reallocarray(session->watches, capacity, sizeof(*bigger));
		if (!bigger)
			return &ct_enomem;
		session->watches = bigger;
		session->watch_capacity = capacity;
	}
	session->watches[session->watch_count++] = watch;
	return NULL;
}

/* Every other symbol with the same name: versions of one function. */
static struct ct_error *add_versions(struct ct_watch *watch)
{
	size_t count;
	const struct ct_symbol *const *symbols;
	struct ct_error *err = ct_image_symbols_named(
	    watch->module->image, watch->symbol, &count, &symbols);
	for (size_t i = 0; !err && i < count; i++) {
		if (symbols[i]->is_defined && symbols[i]->is_dynamic &&
		    symbols[i]->addr != watch->symbols[0]->addr &&
		    symbols[i]->kind != CT_SYMBOL_OBJECT &&
		    watch->symbol_count < CT_WATCH_SYMBOLS_MAX)
			watch->symbols[watch->symbol_count++] = symbols[i];
	}
	return err;
}

struct ct_error *ct_watch_create(struct ct_session *session,
				 struct ct_module *module, const char *function,
				 const struct ct_symbol *symbol,
				 enum ct_scope scope, struct ct_watch **ret)
{
	struct ct_watch *watch =
	    ct_arena_alloc(&session->arena, sizeof(*watch));
	char *name = ct_arena_strdup(&session->arena, function);
	char *library = ct_arena_strdup(&session->arena, module->name);
	if (!watch || !name || !library)
		return &ct_enomem;
	watch->module = module;
	watch->library = library;
	watch->of_main = module->is_main;
	watch->function = name;
	watch->symbol = symbol->name;
	watch->scope = scope;
	watch->symbols[watch->symbol_count++] = symbol;
	watch->target = ct_target_create(session->region,
					 (uint32_t)session->watch_count, scope);
	if (!watch->target)
		return ct_error_format(CT_ERROR_NO_MEMORY,
				       "the shared region is full");
	struct ct_error *err = symbol->is_dynamic ? add_versions(watch) : NULL;
	if (!err)
		err = prepare(session, watch);
	if (!err)
		err = enlist(session, watch);
	if (err)
		return ct_error_prefix(err, "%s", function);
	*ret = watch;
	return NULL;
}
