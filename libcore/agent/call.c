/* SPDX-License-Identifier: MIT */
/*
 * One hooked call, from the frame that enter.S has made to its record.
 */
#include <string.h>

#include "agent/call.h"
#include "value/capture.h"

void agent_call_begin(struct agent_call *call, struct ct_agent_thread *thread,
		      struct ct_regs *regs, struct frame *frame, uint32_t level)
{
	const struct ct_hook *hook = &ct_agent_hooks[(uint32_t)frame->index];
	call->thread = thread;
	call->level = level;
	call->is_open = true;
	call->regs = regs;
	call->frame = frame;
	call->hook = hook;
	call->target = ct_region_at(agent_region, hook->target);
	call->plan = ct_region_at(agent_region, hook->plan);
	call->memory = (struct ct_memory){agent_look, thread};
	regs->gpr[CT_REG_RBP] = frame->rbp;
	regs->gpr[CT_REG_RSP] = (uintptr_t)&frame->return_address;
	regs->gpr[CT_REG_RIP] = hook->addr;
}

static void fill(struct agent_call *call, uint64_t caller, uint64_t now)
{
	struct ct_record *record = call->record;
	struct ct_open *before = agent_open_before(call->thread, call->open);
	record->target = call->target->index;
	record->signature = call->hook->signature;
	record->depth = before ? agent_open_record(before)->depth + 1 : 0;
	record->seq = 0;
	record->time_ns = now;
	record->duration_ns = 0;
	record->pid = call->thread->pid;
	record->tid = call->thread->tid;
	record->caller = caller;
	record->caller_index = CT_NO_CALLER;
	record->errno_value = agent_errno();
	record->outcome = CT_OUTCOME_REAL;
	record->engine = 0;
	record->mock = 0;
	record->thread = call->thread->number;
	record->flags |= agent_origin_of(caller);
	if (call->hook->flags & (CT_HOOK_ANYWHERE | CT_HOOK_PROGRAM))
		record->flags |= CT_RECORD_FROM_PROGRAM;
}

bool agent_call_capture_entry(struct agent_call *call,
			      const struct frame *outer)
{
	struct ct_agent_thread *thread = call->thread;
	const struct frame *at = outer ? outer : call->frame;
	call->open = agent_open_push(thread, call->level, (uintptr_t)at);
	if (!call->open)
		return false;
	call->is_open = false;
	call->record = agent_open_record(call->open);
	call->open->hook = (uint32_t)call->frame->index;
	call->open->tail = outer != NULL;
	uint64_t now = agent_now();
	thread->time = now;
	agent_set_moment(thread, now);
	const struct ct_quick *quick =
	    ct_region_at(agent_region, call->hook->quick);
	if (!quick ||
	    !agent_quick_entry(quick, thread, call->regs, call->record))
		ct_capture_entry(call->plan, call->regs, &call->memory,
				 CT_CAPTURE_SIZE, call->record);
	fill(call, at->return_address, now);
	return true;
}

bool agent_call_open(struct agent_call *call)
{
	if (call->is_open)
		return true;
	struct ct_open *open =
	    agent_open_link(call->thread, call->level, call->open);
	if (!open) {
		call->thread->hooks_passed++;
		return false;
	}
	call->is_open = true;
	call->open = open;
	call->record = agent_open_record(open);
	return true;
}

void agent_call_drop(struct agent_call *call)
{
	if (call->is_open)
		agent_open_pop(call->thread, call->level, call->open);
	else
		agent_open_cancel(call->thread, call->open);
}

void agent_call_finish(struct agent_call *call, bool recorded)
{
	if (recorded)
		agent_write(call->thread, call->level, call->record,
			    call->is_open ? call->open : NULL);
	agent_call_drop(call);
}

void agent_call_make_room(struct agent_call *call)
{
	struct ct_record *copy = agent_scratch(call->thread, call->level);
	memcpy(copy, call->record, call->record->size);
	call->record = copy;
}

void agent_call_capture_exit(struct agent_call *call)
{
	const struct ct_quick *quick =
	    ct_region_at(agent_region, call->hook->quick);
	if (!quick ||
	    !agent_quick_exit(quick, call->thread, call->regs, call->record))
		ct_capture_exit(call->plan, call->regs, &call->memory,
				CT_CAPTURE_SIZE, call->record);
}
