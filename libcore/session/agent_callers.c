/* SPDX-License-Identifier: MIT */
/*
 * Who calls, for the agent.  Names are found and compared here, as a breakpoint
 * would have it (origin.c), for all names that mocks, rules and failures were
 * ever given; the agent has the answers, by return address.
 */
#include <string.h>

#include "session/agent.h"

static bool is_noted(const struct ct_session *session, const char *name)
{
	for (size_t i = 0; i < session->caller_name_count; i++)
		if (!strcmp(
			ct_region_at(session->region, session->caller_names[i]),
			name))
			return true;
	return false;
}

/* Those that the agents know do not say whether they are called that. */
static void outdate(struct ct_session *session)
{
	for (struct ct_tracee *tracee = session->tracees; tracee;
	     tracee = tracee->next)
		if (tracee->agent)
			tracee->agent->shared->caller_names =
			    (uint32_t)session->caller_name_count;
}

void ct_session_note_name(struct ct_session *session, const char *name)
{
	if (!name || is_noted(session, name))
		return;
	ct_ref *bigger =
	    reallocarray(session->caller_names, session->caller_name_count + 1,
			 sizeof(*bigger));
	if (!bigger)
		return;
	session->caller_names = bigger;
	ct_ref ref = ct_region_strdup(session->region, name);
	if (ref)
		bigger[session->caller_name_count++] = ref;
	outdate(session);
}

void ct_agent_forget_callers(struct ct_session *session, struct ct_agent *agent)
{
	struct ct_agent_shared *shared = agent->shared;
	struct ct_agent_caller *table =
	    ct_region_at(session->region, shared->callers);
	/* Most agents never ask. */
	for (uint32_t i = 0;
	     shared->caller_count && i < shared->caller_capacity; i++)
		table[i].addr = 0;
	shared->caller_count = 0;
	shared->caller_names = (uint32_t)session->caller_name_count;
}

/* The names that a caller has, of those that are asked for. */
static ct_ref collect_names(struct ct_session *session,
			    const struct ct_record *record)
{
	size_t most = session->caller_name_count;
	ct_ref ref =
	    ct_region_alloc(session->region, sizeof(struct ct_agent_names) +
						 most * sizeof(ct_ref));
	struct ct_agent_names *names = ct_region_at(session->region, ref);
	for (size_t i = 0; names && i < most; i++) {
		ct_ref name = session->caller_names[i];
		if (ct_session_is_caller(session, record,
					 ct_region_at(session->region, name)))
			names->names[names->count++] = name;
	}
	return ref;
}

bool ct_agent_knows_caller(struct ct_session *session, uint64_t addr)
{
	const struct ct_agent_shared *shared = session->now->agent->shared;
	const struct ct_agent_caller *caller =
	    ct_agent_find_caller(ct_region_at(session->region, shared->callers),
				 shared->caller_capacity, addr);
	return caller && caller->addr == addr &&
	       caller->asked == shared->caller_names;
}

bool ct_agent_tell_caller(struct ct_session *session,
			  const struct ct_record *record)
{
	struct ct_agent_shared *shared = session->now->agent->shared;
	uint64_t addr = record->caller;
	struct ct_agent_caller *caller =
	    ct_agent_find_caller(ct_region_at(session->region, shared->callers),
				 shared->caller_capacity, addr);
	if (!caller || (!caller->addr &&
			shared->caller_count >= shared->caller_capacity / 2))
		return false;
	if (!caller->addr) {
		const char *name = ct_session_caller_name(session, record);
		caller->function = ct_region_strdup(session->region, name);
		shared->caller_count++;
	}
	caller->is_system = ct_session_is_from_system(session, record);
	caller->names = collect_names(session, record);
	if (!caller->names && session->caller_name_count)
		return false;
	caller->asked = shared->caller_names;
	caller->addr = addr;
	return true;
}
