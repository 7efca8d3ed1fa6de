/* SPDX-License-Identifier: MIT */
/* The return of a hooked call, and of all that have ended in its frame. */
#include "agent/call.h"
#include "decide/decide.h"

static void complete(struct agent_call *call, uint64_t now)
{
	struct ct_record *record = call->record;
	bool unseen = record->flags & CT_RECORD_UNSEEN;
	uint64_t duration = now > record->time_ns ? now - record->time_ns : 0;
	if (unseen) {
		ct_decide_returned(agent_region, call->target, duration);
		agent_call_finish(call, false);
		return;
	}
	agent_call_make_room(call);
	record = call->record;
	record->duration_ns = duration;
	agent_call_capture_exit(call);
	agent_note_errno(call->hook, record);
	struct ct_circumstances where = agent_call_circumstances(call);
	bool kept = !call->target->filter ||
		    ct_decide_keeps(agent_region, call->target, &where, record);
	/* Else who reads the record does it. */
	const uint64_t turn = record->seq;
	const bool has_turn = !(record->flags & CT_RECORD_LATER);
	if (!kept)
		ct_decide_returned(agent_region, call->target, duration);
	agent_call_finish(call, kept);
	if (!kept && has_turn)
		agent_write_turn(call->thread, call->level, turn);
}

static uint32_t any_leave(struct ct_agent_thread *thread, struct ct_regs *regs,
			  struct frame *frame, uint32_t level)
{
	uint64_t now = agent_now();
	struct ct_open *open;
	bool more = true;
	agent_set_moment(thread, now);
	agent_open_leave(thread, level, (uintptr_t)frame, false);
	/* Those that jumped, and the first, by which the frame was made. */
	while (more && (open = agent_open_find(thread, frame))) {
		struct agent_call call;
		more = open->tail;
		agent_call_begin(&call, thread, regs, frame, level);
		call.open = open;
		call.record = agent_open_record(open);
		call.hook = &ct_agent_hooks[open->hook];
		call.target = ct_region_at(agent_region, call.hook->target);
		call.plan = ct_region_at(agent_region, call.hook->plan);
		if (call.target)
			complete(&call, now);
		else /* GDB's side has let go of the hook meanwhile */
			agent_open_pop(thread, level, open);
	}
	return 0;
}

void ct_agent_leave(struct ct_agent_thread *thread, struct ct_regs *regs,
		    struct frame *frame, uint32_t level)
{
	uint64_t now = agent_now();
	thread->time = now;
	if (*agent_frame_flags(frame) & CT_HOOK_UNMAPS)
		atomic_fetch_add(&agent_shared->unmapped, 1);
	if (*agent_frame_flags(frame) & CT_HOOK_SPAWNS)
		agent_end_spawning(thread);
	agent_set_moment(thread, now);
	if (!agent_traced(thread, level, regs, frame, now))
		agent_with_stack(thread, regs, frame, level, any_leave);
}
