/* SPDX-License-Identifier: MIT */
/*
 * A watch belongs to a file.  When the program has been compiled anew, or is
 * another one after exec or `file`, what was asked for is asked of the new
 * file.  The old watch stays: calls were recorded with it, and its file may
 * come back.
 */
#include "session/internal.h"

/* The library of the request that made the watch. */
static const char *library_of(const struct ct_watch *watch)
{
	if (watch->asked)
		return watch->asked;
	return watch->of_main ? "" : watch->library;
}

static struct ct_error *find_replacement(struct ct_session *session,
					 const struct ct_watch *watch,
					 const struct ct_module **ret)
{
	*ret = NULL;
	if (watch->of_main) {
		*ret = ct_program_module(session->program, 0);
		return NULL;
	}
	struct ct_module *module = NULL;
	struct ct_error *err =
	    ct_program_find_module(session->program, watch->library, &module);
	*ret = module;
	return err;
}

static void move_mock(struct ct_session *session, size_t index)
{
	struct ct_mock_entry entry = session->mocks[index];
	uint32_t used = entry.mock->used;
	if (entry.options.times && used >= entry.options.times)
		return;
	struct ct_request request = {
	    .library = library_of(entry.watch),
	    .function = entry.watch->function,
	    .value = entry.value,
	    .options = entry.options,
	    .kind = CT_REQUEST_MOCK,
	    .id = entry.id,
	};
	size_t count;
	bool pending;
	struct ct_error *err =
	    ct_session_apply(session, &request, &count, &pending);
	if (err || pending) {
		ct_error_destroy(err);
		return;
	}
	/* The new one is the last; it takes the old one's place. */
	session->mocks[index] = session->mocks[--session->mock_count];
	session->mocks[index].mock->entry = (uint32_t)index;
	session->mocks[index].mock->used = used;
	ct_mock_entry_deinit(&entry);
}

/* That it has had mocks: in the sandbox, calls without one are told, also when
 * none is left to be moved. */
static void move_mocked(struct ct_session *session,
			const struct ct_watch *watch, const char *caller)
{
	struct ct_watch **watches = NULL;
	size_t count = 0;
	bool pending;
	ct_error_destroy(ct_session_find_watches(session, library_of(watch),
						 watch->function, watch->scope,
						 &watches, &count, &pending));
	for (size_t i = 0; i < count; i++) {
		struct ct_target *target = watches[i]->target;
		if (target->owner)
			target = ct_region_at(session->region, target->owner);
		if (!i && !ct_target_add_rule(session->region, target,
					      CT_RULE_MOCKED, caller))
			break;
		/* With a mock of its own, it is as new. */
		if (!watches[i]->mocked)
			watches[i]->spent = watch->spent;
		watches[i]->mocked = true;
		ct_watch_set_flags(session, watches[i]);
	}
	free(watches);
}

/* What was said of the function for the sandbox; its mocks have moved. */
static void move_rules(struct ct_session *session, struct ct_watch *watch)
{
	struct ct_request request = {
	    .kind = CT_REQUEST_PERMIT,
	    .library = library_of(watch),
	    .function = watch->function,
	    .scope = watch->scope,
	};
	size_t count;
	bool pending;
	for (ct_ref ref = watch->target->first_rule; ref;) {
		const struct ct_rule *rule = ct_region_at(session->region, ref);
		ref = rule->next;
		request.caller = ct_region_at(session->region, rule->caller);
		if (rule->kind == CT_RULE_MOCKED) {
			move_mocked(session, watch, request.caller);
			continue;
		}
		request.attitude = rule->kind == CT_RULE_SPIED
				       ? CT_ATTITUDE_SPY
				       : CT_ATTITUDE_ALLOW;
		ct_error_destroy(
		    ct_session_apply(session, &request, &count, &pending));
	}
	request.scope = CT_SCOPE_ALL;
	request.kind = CT_REQUEST_START;
	if (watch->starts)
		ct_error_destroy(
		    ct_session_apply(session, &request, &count, &pending));
	request.kind = CT_REQUEST_END;
	if (watch->ends)
		ct_error_destroy(
		    ct_session_apply(session, &request, &count, &pending));
}

static void move_trace(struct ct_session *session, struct ct_watch *watch)
{
	struct ct_request request = {
	    .kind = CT_REQUEST_TRACE,
	    .library = library_of(watch),
	    .function = watch->function,
	    .filter = watch->filter,
	    .scope = watch->scope,
	};
	size_t count;
	bool pending;
	/* It has no such function: then there is nothing to watch. */
	ct_error_destroy(ct_session_apply(session, &request, &count, &pending));
}

/* Another process has the file still: a child has become another program, and
 * what is said of the function is meant for its parent. */
static bool is_elsewhere(const struct ct_session *session,
			 const struct ct_watch *watch)
{
	for (const struct ct_tracee *tracee = session->tracees; tracee;
	     tracee = tracee->next) {
		const struct ct_place_entry *place =
		    tracee == session->now ? NULL : tracee->places;
		for (; place; place = place->hh.next)
			if (place->watch == watch)
				return true;
	}
	return false;
}

static struct ct_error *follow(struct ct_session *session,
			       struct ct_watch *watch)
{
	const struct ct_module *module;
	if (ct_program_has_module(session->program, watch->module)) {
		watch->followed_by = NULL;
		return NULL;
	}
	struct ct_error *err = find_replacement(session, watch, &module);
	if (err || !module || module == watch->followed_by)
		return err;
	watch->followed_by = module;
	if (watch->traced)
		move_trace(session, watch);
	if (is_elsewhere(session, watch))
		return NULL;
	size_t mock_count = session->mock_count;
	for (size_t i = 0; i < mock_count; i++)
		if (session->mocks[i].watch == watch)
			move_mock(session, i);
	move_rules(session, watch);
	ct_watch_lose_monitor(session, watch);
	ct_target_forget_mocks(session->region, watch->target);
	return NULL;
}

struct ct_error *ct_session_follow_modules(struct ct_session *session)
{
	struct ct_error *err = NULL;
	size_t count = session->watch_count;
	for (size_t i = 0; !err && i < count; i++)
		err = follow(session, session->watches[i]);
	return err;
}
