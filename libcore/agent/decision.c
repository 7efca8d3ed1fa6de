/* SPDX-License-Identifier: MIT */
/*
 * What a call is to do, by the same code as at a breakpoint: decide.c, told
 * what the agent knows of the call.
 */
#include "agent/call.h"

static const char *caller_name(void *arg)
{
	const struct agent_call *call = arg;
	return agent_caller_name(call->record->caller);
}

static bool is_caller(void *arg, const char *name)
{
	const struct agent_call *call = arg;
	return agent_is_caller(call->record->caller, name);
}

/* Python's part is GDB's side's. */
static enum ct_judgement judge(void *arg, const struct ct_mock *mock)
{
	(void)arg;
	if (mock->flags & CT_MOCK_ASKS || (mock->signal && !agent_can_signal()))
		return CT_JUDGED_ASK;
	return mock->flags & CT_MOCK_DETOURS &&
		       (agent_shared->is_python ||
			!(mock->flags & CT_MOCK_HAS_ERRNO))
		   ? CT_JUDGED_ASK
		   : CT_JUDGED_YES;
}

/* Calls of the system's own code are known by their address. */
static bool asks_meaning(const struct agent_call *call)
{
	return call->hook->flags & CT_HOOK_MEANT &&
	       ct_sandbox_is_armed(agent_region->sandbox) &&
	       !(call->record->flags & CT_RECORD_FROM_SYSTEM);
}

bool agent_call_is_known(const struct agent_call *call)
{
	struct ct_record *record = call->record;
	uint32_t flags = call->hook->flags;
	bool asks = asks_meaning(call);
	if (flags & CT_HOOK_NUMBERS && !call->thread->number)
		return false;
	if ((flags & CT_HOOK_CALLERS || asks) &&
	    !agent_knows_caller(record->caller))
		return false;
	if (asks && agent_is_system_caller(record->caller))
		record->flags |= CT_RECORD_FROM_SYSTEM;
	return true;
}

struct ct_circumstances agent_call_circumstances(struct agent_call *call)
{
	return (struct ct_circumstances){
	    &call->memory, caller_name,
	    is_caller,     judge,
	    call,          ct_agent_lock_id(call->thread->tid, call->level)};
}

static uint64_t count_call(struct ct_target *target)
{
	atomic_fetch_add_explicit(&target->counts.calls, 1,
				  memory_order_relaxed);
	return ct_region_take_turn(agent_region);
}

static bool has_mask(const struct ct_target *target)
{
	if (target->owner)
		target = ct_region_at(agent_region, target->owner);
	return target->failing.mask;
}

struct ct_decision agent_call_decide(struct agent_call *call)
{
	struct ct_decision decision = {.action = CT_ACTION_PASS,
				       .recorded = true};
	struct ct_circumstances where = agent_call_circumstances(call);
	const struct ct_target *target = call->target;
	if (agent_is_only_traced(call->target)) {
		call->record->seq = count_call(call->target);
		return decision;
	}
	/* Failures by a mask take turns, of which one is being taken. */
	bool is_mine = agent_begin_deciding(call->thread, call->level,
					    target->owner ? target->owner
							  : call->hook->target);
	if (!is_mine && has_mask(target)) {
		call->thread->hooks_passed++;
		return (struct ct_decision){.action = CT_ACTION_PASS};
	}
	if (!is_mine)
		where.locker = CT_LOCK_BELOW;
	decision = ct_decide(agent_region, call->target, &where, call->record);
	if (is_mine)
		agent_end_deciding(call->thread, call->level);
	return decision;
}
