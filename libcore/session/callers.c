/* SPDX-License-Identifier: MIT */
/* Callers that mocks, spies and allowed functions were given, and that nothing
 * is called: told when the program has ended, for a library may come late. */
#define _GNU_SOURCE
#include <string.h>

#include "base/cleanup.h"
#include "image/near.h"
#include "session/internal.h"

static bool was_seen(const struct ct_session *session, const char *name)
{
	for (size_t i = 0; i < session->caller_count; i++) {
		const char *function = session->caller_table[i]->function;
		if (function && !strcmp(function, name))
			return true;
	}
	return false;
}

/* A function, or what the compiler has made of one: a clone calls as it. */
static bool is_of(const struct ct_symbol *symbol, const char *name)
{
	size_t length = strlen(name);
	return !strncmp(symbol->name, name, length) &&
	       (!symbol->name[length] || symbol->name[length] == '.');
}

/* Whether a module is called that, or has such a function; else what it has
 * is offered. */
static bool has_name(struct ct_module *module, const char *name,
		     struct ct_near *near)
{
	size_t count;
	const struct ct_symbol *const *symbols;
	if (ct_program_same_library(module->path,
				    ct_image_soname(module->image), name))
		return true;
	struct ct_error *err =
	    ct_image_symbols(module->image, &count, &symbols);
	if (err) {
		ct_error_destroy(err);
		return false;
	}
	ct_near_offer(near, module->name);
	for (size_t i = 0; i < count; i++) {
		if (symbols[i]->kind == CT_SYMBOL_OBJECT ||
		    !symbols[i]->is_defined)
			continue;
		if (is_of(symbols[i], name))
			return true;
		if (module->is_main || symbols[i]->is_dynamic)
			ct_near_offer(near, symbols[i]->name);
	}
	return false;
}

static bool find(struct ct_session *session, const char *name,
		 struct ct_near *near)
{
	struct ct_module *module;
	ct_near_init(near, name, 3);
	if (was_seen(session, name))
		return true;
	for (size_t i = 0; (module = ct_program_module(session->program, i));
	     i++)
		if (has_name(module, name, near))
			return true;
	return false;
}

/* Once a name, until the mocks are taken away. */
static bool is_told(struct ct_session *session, const char *name)
{
	struct ct_buffer *told = &session->told_callers;
	size_t size = strlen(name) + 1;
	for (size_t at = 0; at < told->size;
	     at += strlen((const char *)told->data + at) + 1)
		if (!strcmp((const char *)told->data + at, name))
			return true;
	ct_buffer_append(told, name, size);
	return false;
}

static void check(struct ct_session *session, const char *name,
		  const char *function)
{
	struct ct_buffer *out = &session->warnings;
	struct ct_near near;
	if (!name || is_told(session, name) || find(session, name, &near))
		return;
	ct_buffer_printf(out,
			 "caller '%s' of %s: no function and no library of the "
			 "program is called that",
			 name, function);
	for (size_t i = 0; i < near.count; i++)
		ct_buffer_printf(out, "%s'%s'", i ? ", " : "; did you mean ",
				 near.names[i]);
	ct_buffer_puts(out, near.count ? "?\n" : "\n");
}

void ct_session_check_callers(struct ct_session *session)
{
	for (size_t i = 0; i < session->mock_count; i++)
		check(session, session->mocks[i].options.caller,
		      session->mocks[i].watch->function);
	for (size_t i = 0; i < session->watch_count; i++) {
		const struct ct_watch *watch = session->watches[i];
		const struct ct_rule *rule =
		    ct_region_at(session->region, watch->target->first_rule);
		for (; rule; rule = ct_region_at(session->region, rule->next))
			check(session,
			      ct_region_at(session->region, rule->caller),
			      watch->function);
	}
}
