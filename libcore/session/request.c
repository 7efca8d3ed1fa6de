/* SPDX-License-Identifier: MIT */
/* What the user asks for, applied to functions; what is asked of a library that
 * is not loaded yet waits. */
#define _GNU_SOURCE
#include <fnmatch.h>
#include <string.h>

#include "base/cleanup.h"
#include "session/agent.h"
#include "session/internal.h"

struct ct_error *ct_session_split(const char *what, char **library,
				  char **function)
{
	const char *colon = strrchr(what, ':');
	*library = NULL;
	*function = NULL;
	if (!*what || (colon && (colon == what || !colon[1])))
		return ct_error_format(CT_ERROR_BAD_ARGUMENT,
				       "'%s' is no FUNCTION, LIBRARY:FUNCTION "
				       "or FILE.c:FUNCTION",
				       what);
	*function = strdup(colon ? colon + 1 : what);
	if (colon)
		*library = strndup(what, (size_t)(colon - what));
	if (!*function || (colon && !*library)) {
		free(*function);
		free(*library);
		return &ct_enomem;
	}
	return NULL;
}

static const char *keep(struct ct_session *session, const char *text, bool *ok)
{
	const char *copy = text ? ct_arena_strdup(&session->arena, text) : NULL;
	*ok &= !text == !copy;
	return copy;
}

/* Requests that wait are few, and stay in the arena when they are done. */
static struct ct_error *postpone(struct ct_session *session,
				 const struct ct_request *request)
{
	bool ok = true;
	struct ct_request *copy =
	    ct_arena_alloc(&session->arena, sizeof(*copy));
	if (!copy)
		return &ct_enomem;
	*copy = *request;
	copy->next = NULL;
	copy->library = keep(session, request->library, &ok);
	copy->function = keep(session, request->function, &ok);
	copy->filter = keep(session, request->filter, &ok);
	copy->value = keep(session, request->value, &ok);
	copy->caller = keep(session, request->caller, &ok);
	struct ct_error *err =
	    ct_session_keep_options(session, &request->options, &copy->options);
	if (err || !ok)
		return err ? err : &ct_enomem;
	struct ct_request **last = &session->requests;
	while (*last)
		last = &(*last)->next;
	*last = copy;
	return NULL;
}

void ct_watch_set_flags(struct ct_session *session, struct ct_watch *watch)
{
	struct ct_target *target = watch->target;
	uint32_t flags = 0;
	if (!watch->no_return && !watch->returns_twice)
		flags |= CT_TARGET_WANTS_RETURN;
	if (watch->traced)
		flags |= CT_TARGET_ACTIVE | CT_TARGET_RECORDED;
	if (watch->mocked || watch->ruled || watch->starts || watch->ends)
		flags |= CT_TARGET_ACTIVE;
	if (watch->neighbour && session->strict_libraries)
		flags |= CT_TARGET_ACTIVE | CT_TARGET_NEIGHBOUR;
	if (watch->monitor && watch->monitor->state != CT_MONITOR_OFF)
		flags |= CT_TARGET_ACTIVE | CT_TARGET_MONITORED;
	if (watch->monitor && watch->monitor->state == CT_MONITOR_AT_ONCE)
		flags |= CT_TARGET_AT_ONCE;
	target->flags = flags;
	ct_region_note_change(session->region);
}

static struct ct_error *trace_watch(struct ct_session *session,
				    struct ct_watch *watch,
				    const struct ct_request *request)
{
	ct_ref filter = 0;
	struct ct_error *err = NULL;
	if (request->filter)
		err = ct_watch_compile_filter(session, watch, request->filter,
					      true, &filter);
	if (err)
		return err;
	/* It may ask how many there were. */
	if (filter)
		ct_session_count_calls(session);
	watch->target->filter = filter;
	ct_region_note_change(session->region);
	watch->asked = request->library && *request->library
			   ? ct_arena_strdup(&session->arena, request->library)
			   : NULL;
	watch->filter = request->filter
			    ? ct_arena_strdup(&session->arena, request->filter)
			    : NULL;
	watch->target->scope = watch->scope = request->scope;
	watch->traced = true;
	ct_watch_set_flags(session, watch);
	return NULL;
}

static struct ct_error *apply_to(struct ct_session *session,
				 struct ct_watch *watch,
				 const struct ct_request *request,
				 bool is_first)
{
	struct ct_error *err = NULL;
	switch (request->kind) {
	case CT_REQUEST_TRACE:
		err = trace_watch(session, watch, request);
		break;
	case CT_REQUEST_MOCK:
		/* The others, clones and stand-ins, share its queue. */
		if (is_first)
			err = ct_watch_add_mock(session, watch, request);
		watch->mocked = !err;
		watch->spent = false;
		break;
	case CT_REQUEST_PERMIT:
		if (is_first)
			err = ct_watch_add_permit(session, watch, request);
		watch->ruled = !err;
		break;
	case CT_REQUEST_START:
		watch->starts = true;
		break;
	case CT_REQUEST_END:
		watch->ends = true;
		break;
	case CT_REQUEST_NEIGHBOURS:
		watch->neighbour = true;
		break;
	}
	if (!err)
		ct_watch_set_flags(session, watch);
	return err;
}

struct ct_error *ct_session_apply(struct ct_session *session,
				  const struct ct_request *request,
				  size_t *count, bool *pending)
{
	struct ct_watch **watches = NULL;
	struct ct_error *err = ct_session_find_watches(
	    session, request->library, request->function,
	    request->kind == CT_REQUEST_MOCK ? request->options.scope
					     : request->scope,
	    &watches, count, pending);
	if (err)
		return err;
	for (size_t i = 0; !err && i < *count; i++)
		err = apply_to(session, watches[i], request, i == 0);
	free(watches);
	return err;
}

struct ct_error *ct_session_ask(struct ct_session *session,
				const struct ct_request *request, size_t *count)
{
	bool pending;
	*count = 0;
	ct_session_settle_agents(session);
	struct ct_error *err =
	    ct_session_apply(session, request, count, &pending);
	return !err && pending ? postpone(session, request) : err;
}

struct ct_error *ct_session_trace(struct ct_session *session, const char *what,
				  enum ct_scope scope, const char *filter,
				  size_t *count)
{
	CT_AUTO_FREE char *library = NULL;
	CT_AUTO_FREE char *function = NULL;
	struct ct_error *err = ct_session_split(what, &library, &function);
	if (err)
		return err;
	const struct ct_request request = {.kind = CT_REQUEST_TRACE,
					   .library = library,
					   .function = function,
					   .filter = filter,
					   .scope = scope};
	return ct_session_ask(session, &request, count);
}

struct ct_error *ct_session_resolve_requests(struct ct_session *session)
{
	struct ct_request **at = &session->requests;
	while (*at) {
		struct ct_request *request = *at;
		size_t count;
		bool pending;
		struct ct_error *err =
		    ct_session_apply(session, request, &count, &pending);
		if (!err && pending) {
			at = &request->next;
			continue;
		}
		/* A library that has come without the function: say so once,
		 * the program goes on. */
		ct_session_trouble(session, err);
		*at = request->next;
	}
	ct_session_find_monitors(session);
	return NULL;
}

struct ct_error *ct_session_untrace(struct ct_session *session,
				    const char *what, size_t *count)
{
	*count = 0;
	for (size_t i = 0; i < session->watch_count; i++) {
		struct ct_watch *watch = session->watches[i];
		if (!watch->traced ||
		    (what && fnmatch(what, watch->function, 0)))
			continue;
		watch->traced = false;
		ct_watch_set_flags(session, watch);
		++*count;
	}
	if (what && !*count)
		return ct_error_format(CT_ERROR_NOT_FOUND, "'%s' is not traced",
				       what);
	return NULL;
}
