/* SPDX-License-Identifier: MIT */
/*
 * The sandbox: when it is open, between which places, and what was said of
 * functions without a mock.
 */
#include <string.h>

#include "base/cleanup.h"
#include "session/internal.h"

static void set(struct ct_session *session, uint32_t flag, bool on)
{
	if (on)
		session->region->sandbox |= flag;
	else
		session->region->sandbox &= ~flag;
	ct_region_note_change(session->region);
}

static void note_opening(struct ct_session *session)
{
	session->opening++;
	session->opened_ns = ct_monotonic_ns();
}

void ct_session_arm(struct ct_session *session, bool armed)
{
	set(session, CT_SANDBOX_OPEN, armed);
	set(session, CT_SANDBOX_BETWEEN, false);
	session->starts_open = 0;
	if (armed)
		note_opening(session);
	session->is_old_sandbox = false;
}

static bool is_used_up(const struct ct_session *session,
		       const struct ct_target *target)
{
	if (target->owner)
		target = ct_region_at(session->region, target->owner);
	return !target->mocks.first && !target->standing.first;
}

void ct_session_begin_run(struct ct_session *session)
{
	bool goes_on = session->is_old_sandbox &&
		       session->region->sandbox & CT_SANDBOX_OPEN;
	for (size_t i = 0; !goes_on && i < session->watch_count; i++) {
		struct ct_watch *watch = session->watches[i];
		watch->spent =
		    watch->mocked && is_used_up(session, watch->target);
	}
	session->is_old_sandbox = true;
}

bool ct_session_is_open(const struct ct_session *session)
{
	return ct_sandbox_is_armed(session->region->sandbox);
}

struct ct_error *ct_watch_add_permit(struct ct_session *session,
				     struct ct_watch *watch,
				     const struct ct_request *request)
{
	struct ct_target *target =
	    watch->target->owner
		? ct_region_at(session->region, watch->target->owner)
		: watch->target;
	enum ct_rule_kind kind = request->attitude == CT_ATTITUDE_SPY
				     ? CT_RULE_SPIED
				     : CT_RULE_ALLOWED;
	ct_session_note_name(session, request->caller);
	if (!ct_target_add_rule(session->region, target, kind, request->caller))
		return ct_error_format(CT_ERROR_NO_MEMORY,
				       "the shared region is full");
	if (!watch->asked && *request->library) {
		watch->asked =
		    ct_arena_strdup(&session->arena, request->library);
		if (!watch->asked)
			return &ct_enomem;
	}
	if (!watch->traced && !watch->mocked)
		watch->target->scope = watch->scope = request->scope;
	return NULL;
}

struct ct_error *ct_session_permit(struct ct_session *session,
				   const char *library, const char *function,
				   enum ct_attitude attitude,
				   enum ct_scope scope, const char *caller)
{
	const struct ct_request request = {.kind = CT_REQUEST_PERMIT,
					   .library = library,
					   .function = function,
					   .scope = scope,
					   .attitude = attitude,
					   .caller = caller};
	size_t count;
	return ct_session_ask(session, &request, &count);
}

static struct ct_error *watch_bound(struct ct_session *session,
				    enum ct_request_kind kind, const char *what)
{
	CT_AUTO_FREE char *library = NULL;
	CT_AUTO_FREE char *function = NULL;
	struct ct_error *err = ct_session_split(what, &library, &function);
	if (err)
		return err;
	const struct ct_request request = {.kind = kind,
					   .library = library,
					   .function = function,
					   .scope = CT_SCOPE_ALL};
	size_t count;
	return ct_session_ask(session, &request, &count);
}

static void forget_bounds(struct ct_session *session)
{
	for (size_t i = 0; i < session->watch_count; i++) {
		struct ct_watch *watch = session->watches[i];
		if (!watch->starts && !watch->ends)
			continue;
		watch->starts = watch->ends = false;
		ct_watch_set_flags(session, watch);
	}
	set(session, CT_SANDBOX_BOUNDED | CT_SANDBOX_BETWEEN, false);
	session->starts_open = 0;
}

struct ct_error *ct_session_bound_sandbox(struct ct_session *session,
					  const char *start, const char *end)
{
	forget_bounds(session);
	if (!start && !end)
		return NULL;
	if (!start)
		return ct_error_format(CT_ERROR_BAD_ARGUMENT,
				       "a sandbox with an end needs a start");
	struct ct_error *err = watch_bound(session, CT_REQUEST_START, start);
	if (!err && end)
		err = watch_bound(session, CT_REQUEST_END, end);
	if (err) {
		forget_bounds(session);
		return err;
	}
	session->ends_at_return = !end;
	set(session, CT_SANDBOX_BOUNDED, true);
	return NULL;
}

void ct_session_pass_bound(struct ct_session *session,
			   const struct ct_watch *watch)
{
	if (watch->starts) {
		if (!(session->region->sandbox & CT_SANDBOX_BETWEEN))
			note_opening(session);
		set(session, CT_SANDBOX_BETWEEN, true);
		session->starts_open++;
	}
}

void ct_session_close_bound(struct ct_session *session,
			    const struct ct_watch *watch)
{
	if (watch->ends)
		set(session, CT_SANDBOX_BETWEEN, false);
}

void ct_session_leave_bound(struct ct_session *session,
			    const struct ct_watch *watch)
{
	if (!watch->starts || !session->starts_open)
		return;
	session->starts_open--;
	if (session->ends_at_return && !session->starts_open)
		set(session, CT_SANDBOX_BETWEEN, false);
}

static bool has_neighbours(const struct ct_session *session,
			   const struct ct_module *module)
{
	for (size_t i = 0; i < session->watch_count; i++)
		if (session->watches[i]->neighbour &&
		    session->watches[i]->module == module)
			return true;
	return false;
}

struct ct_error *ct_session_watch_neighbours(struct ct_session *session)
{
	struct ct_error *err = NULL;
	if (!session->strict_libraries)
		return NULL;
	/* The list grows meanwhile, by functions without mocks. */
	size_t count = session->watch_count;
	for (size_t i = 0; !err && i < count; i++) {
		const struct ct_watch *watch = session->watches[i];
		if (!watch->mocked || watch->of_main ||
		    has_neighbours(session, watch->module))
			continue;
		const struct ct_request request = {
		    .kind = CT_REQUEST_NEIGHBOURS,
		    .library = watch->module->path,
		    .function = "*",
		    .scope = CT_SCOPE_BOUNDARY};
		size_t found;
		err = ct_session_ask(session, &request, &found);
	}
	return err;
}

struct ct_error *ct_session_set_strict_libraries(struct ct_session *session,
						 bool strict)
{
	session->strict_libraries = strict;
	set(session, CT_SANDBOX_STRICT_LIBRARIES, strict);
	struct ct_error *err = ct_session_watch_neighbours(session);
	for (size_t i = 0; i < session->watch_count; i++)
		if (session->watches[i]->neighbour)
			ct_watch_set_flags(session, session->watches[i]);
	return err;
}

void ct_session_forget_sandbox(struct ct_session *session)
{
	session->region->sandbox &= CT_SANDBOX_OPEN;
	ct_region_note_change(session->region);
	session->strict_libraries = false;
	session->ends_at_return = false;
	session->starts_open = 0;
}

/* libm.so.6 and m are one library: "m". */
static char *stem_of(const char *name)
{
	const char *slash = strrchr(name, '/');
	if (slash && slash[1])
		name = slash + 1;
	size_t length = ct_program_stem_length(name);
	if (length > 3 && !strncmp(name, "lib", 3)) {
		name += 3;
		length -= 3;
	}
	return length ? strndup(name, length) : strdup(name);
}

struct ct_error *ct_session_library_key(struct ct_session *session,
					const char *name, char **ret)
{
	struct ct_module *main = ct_program_module(session->program, 0);
	struct ct_module *module;
	struct ct_error *err =
	    ct_program_find_module(session->program, name, &module);
	if (err)
		return err;
	if (module)
		name = module->name;
	else if (!*name && main)
		name = main->name;
	CT_AUTO_FREE char *stem = stem_of(name);
	size_t same = 0, namesakes = 0;
	struct ct_module *other;
	for (size_t i = 0;
	     stem && (other = ct_program_module(session->program, i)); i++) {
		CT_AUTO_FREE char *its = stem_of(other->name);
		same += its && !strcmp(its, stem);
		namesakes += !strcmp(other->name, name);
	}
	/* Two of one stem are told apart by their whole names, two of one name
	 * by their paths. */
	if (module && namesakes > 1)
		name = module->path;
	char *key = same > 1 ? strdup(name) : stem;
	if (key == stem)
		stem = NULL;
	if (!key)
		return &ct_enomem;
	*ret = key;
	return NULL;
}
