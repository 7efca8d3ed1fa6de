/* SPDX-License-Identifier: MIT */
/* What the user asks for: traces, mocks, and requests that wait for a library
 * that is not loaded yet. */
#define _GNU_SOURCE
#include <fnmatch.h>
#include <string.h>

#include "base/cleanup.h"
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

static struct ct_error *postpone(struct ct_session *session,
				 const struct ct_request *request)
{
	struct ct_request *copy = malloc(sizeof(*copy));
	if (!copy)
		return &ct_enomem;
	*copy = *request;
	copy->next = NULL;
	copy->library = strdup(request->library);
	copy->function = strdup(request->function);
	copy->filter = request->filter ? strdup(request->filter) : NULL;
	copy->value = request->value ? strdup(request->value) : NULL;
	struct ct_request **last = &session->requests;
	while (*last)
		last = &(*last)->next;
	*last = copy;
	return copy->library && copy->function ? NULL : &ct_enomem;
}

static struct ct_error *set_filter(struct ct_session *session,
				   struct ct_watch *watch, const char *text,
				   bool return_allowed, ct_ref *ret)
{
	if (!text) {
		*ret = 0;
		return NULL;
	}
	return ct_watch_compile_filter(session, watch, text, return_allowed,
				       ret);
}

static void set_flags(struct ct_watch *watch, uint32_t flags)
{
	if (!watch->no_return && !watch->returns_twice)
		flags |= CT_TARGET_WANTS_RETURN;
	watch->target->flags |= flags | CT_TARGET_ACTIVE;
}

static struct ct_error *trace_watch(struct ct_session *session,
				    struct ct_watch *watch,
				    const struct ct_request *request)
{
	ct_ref filter;
	struct ct_error *err =
	    set_filter(session, watch, request->filter, true, &filter);
	if (err)
		return err;
	watch->target->filter = filter;
	watch->asked = request->library && *request->library
			   ? ct_arena_strdup(&session->arena, request->library)
			   : NULL;
	watch->filter = request->filter
			    ? ct_arena_strdup(&session->arena, request->filter)
			    : NULL;
	watch->target->scope = watch->scope = request->scope;
	watch->traced = true;
	set_flags(watch, CT_TARGET_RECORDED);
	return NULL;
}

static struct ct_error *add_mock_entry(struct ct_session *session,
				       const struct ct_mock_entry *entry)
{
	if (session->mock_count == session->mock_capacity) {
		size_t capacity =
		    session->mock_capacity ? session->mock_capacity * 2 : 16;
		struct ct_mock_entry *bigger =
		    reallocarray(session->mocks, capacity, sizeof(*bigger));
		if (!bigger)
			return &ct_enomem;
		session->mocks = bigger;
		session->mock_capacity = capacity;
	}
	session->mocks[session->mock_count++] = *entry;
	return NULL;
}

static struct ct_error *check_mockable(const struct ct_watch *watch)
{
	if (watch->is_clone)
		return ct_error_format(
		    CT_ERROR_UNSUPPORTED,
		    "it cannot be mocked: the compiler made %s of it, whose "
		    "parameters or result have changed; compile it with "
		    "__attribute__((noipa)) or -O0",
		    watch->symbol);
	if (watch->source == CT_PROTOTYPE_GUESSED)
		return ct_error_format(
		    CT_ERROR_UNSUPPORTED,
		    "it cannot be mocked: nothing says what it returns; give "
		    "its header with 'ctester prototypes FILE.h'");
	if (watch->plan->result_size && !watch->plan->result_copy_count)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "it cannot be mocked: its result's "
				       "place is not known");
	return NULL;
}

static void fill_mock(struct ct_mock *mock, const struct ct_request *request,
		      ct_ref filter)
{
	mock->id = request->id;
	mock->filter = filter;
	mock->times = request->options.times;
	if (request->options.required)
		mock->flags |= CT_MOCK_REQUIRED;
	if (request->options.set_errno) {
		mock->flags |= CT_MOCK_HAS_ERRNO;
		mock->errno_value = request->options.errno_value;
	}
}

static struct ct_error *mock_watch(struct ct_session *session,
				   struct ct_watch *watch,
				   const struct ct_request *request)
{
	struct ct_mock_entry entry = {.id = request->id, .watch = watch};
	ct_ref filter;
	struct ct_error *err = check_mockable(watch);
	if (!err)
		err = ct_literal_parse(watch->signature->result.type,
				       request->value ? request->value : "void",
				       &entry.literal);
	if (err)
		return ct_error_prefix(err, "%s", watch->function);
	err =
	    set_filter(session, watch, request->options.filter, false, &filter);
	entry.value = ct_arena_strdup(&session->arena,
				      request->value ? request->value : "void");
	if (!err && !entry.value)
		err = &ct_enomem;
	if (!err) {
		entry.mock = ct_target_add_mock(session->region, watch->target,
						entry.literal.bytes,
						(uint32_t)entry.literal.size);
		err = entry.mock ? NULL
				 : ct_error_format(CT_ERROR_NO_MEMORY,
						   "the shared region is full");
	}
	if (!err) {
		entry.options = request->options;
		entry.options.filter =
		    request->options.filter
			? ct_arena_strdup(&session->arena,
					  request->options.filter)
			: NULL;
		if (!watch->asked && *request->library)
			watch->asked =
			    ct_arena_strdup(&session->arena, request->library);
		fill_mock(entry.mock, request, filter);
		err = add_mock_entry(session, &entry);
	}
	if (err) {
		ct_literal_deinit(&entry.literal);
		return err;
	}
	/* A trace keeps its own scope. */
	if (!watch->traced)
		watch->target->scope = watch->scope = request->options.scope;
	set_flags(watch, 0);
	return NULL;
}

struct ct_error *ct_session_apply(struct ct_session *session,
				  const struct ct_request *request,
				  size_t *count, bool *pending)
{
	struct ct_watch **watches = NULL;
	struct ct_error *err = ct_session_find_watches(
	    session, request->library, request->function,
	    request->is_mock ? request->options.scope : request->scope,
	    &watches, count, pending);
	if (err)
		return err;
	for (size_t i = 0; !err && i < *count; i++) {
		if (!request->is_mock)
			err = trace_watch(session, watches[i], request);
		else if (i == 0)
			err = mock_watch(session, watches[i], request);
		else
			set_flags(watches[i], 0);
	}
	free(watches);
	return err;
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
	struct ct_request request = {.library = library,
				     .function = function,
				     .filter = (char *)(uintptr_t)filter,
				     .scope = scope};
	bool pending;
	*count = 0;
	err = ct_session_apply(session, &request, count, &pending);
	return !err && pending ? postpone(session, &request) : err;
}

struct ct_error *ct_session_mock(struct ct_session *session,
				 const char *library, const char *function,
				 const char *value,
				 const struct ct_mock_options *options,
				 uint32_t *id)
{
	if (strpbrk(function, "*?["))
		return ct_error_format(CT_ERROR_BAD_ARGUMENT,
				       "'%s' is a pattern; a mock is for one "
				       "function",
				       function);
	struct ct_request request = {
	    .library = (char *)(uintptr_t)library,
	    .function = (char *)(uintptr_t)function,
	    .value = (char *)(uintptr_t)value,
	    .options = *options,
	    .is_mock = true,
	    .id = session->next_mock_id,
	};
	size_t count;
	bool pending;
	struct ct_error *err =
	    ct_session_apply(session, &request, &count, &pending);
	if (!err && pending) {
		request.filter = (char *)(uintptr_t)options->filter;
		err = postpone(session, &request);
	}
	if (!err)
		*id = session->next_mock_id++;
	return err;
}

struct ct_error *ct_session_resolve_requests(struct ct_session *session)
{
	struct ct_request **at = &session->requests;
	while (*at) {
		struct ct_request *request = *at;
		size_t count;
		bool pending;
		request->options.filter = request->filter;
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
		free(request->library);
		free(request->function);
		free(request->filter);
		free(request->value);
		free(request);
	}
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
		watch->target->flags &= ~(uint32_t)CT_TARGET_RECORDED;
		if (!watch->target->first_mock)
			watch->target->flags &= ~(uint32_t)CT_TARGET_ACTIVE;
		++*count;
	}
	if (what && !*count)
		return ct_error_format(CT_ERROR_NOT_FOUND, "'%s' is not traced",
				       what);
	return NULL;
}

void ct_session_clear_mocks(struct ct_session *session)
{
	for (size_t i = 0; i < session->mock_count; i++) {
		struct ct_watch *watch = session->mocks[i].watch;
		watch->target->first_mock = watch->target->last_mock = 0;
		if (!watch->traced)
			watch->target->flags = 0;
		ct_literal_deinit(&session->mocks[i].literal);
	}
	session->mock_count = 0;
	for (struct ct_request **at = &session->requests; *at;) {
		struct ct_request *request = *at;
		if (!request->is_mock) {
			at = &request->next;
			continue;
		}
		*at = request->next;
		free(request->library);
		free(request->function);
		free(request->filter);
		free(request->value);
		free(request);
	}
}

size_t ct_session_unused_mocks(const struct ct_session *session)
{
	size_t unused = 0;
	for (size_t i = 0; i < session->mock_count; i++)
		if (session->mocks[i].mock->flags & CT_MOCK_REQUIRED &&
		    !session->mocks[i].mock->used)
			unused++;
	for (const struct ct_request *request = session->requests; request;
	     request = request->next)
		if (request->is_mock && request->options.required)
			unused++;
	return unused;
}
