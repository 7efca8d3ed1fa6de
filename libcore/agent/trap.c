/* SPDX-License-Identifier: MIT */
/*
 * What is GDB's side's to say: the question about a call, in the thread's
 * block, with which enter.S stops.
 */
#include "agent/call.h"
#include "agent/stub.h"

uint32_t agent_call_ask(struct agent_call *call, enum ct_trap_reason reason)
{
	if (agent_is_abandoned()) {
		agent_call_drop(call);
		return STUB_PASS;
	}
	if (!agent_call_open(call))
		return STUB_PASS;
	call->open->answer = CT_TRAP_UNHEARD;
	call->thread->trap = (struct ct_trap){
	    .reason = reason,
	    .hook = (uint32_t)(call->hook - ct_agent_hooks),
	    .open = (uint32_t)((uint8_t *)call->open -
			       ct_agent_open_area(call->thread)),
	    .regs = (uintptr_t)call->regs,
	    .frame = (uintptr_t)&call->frame->return_address,
	};
	return STUB_TRAP;
}

uint32_t agent_call_give(struct ct_agent_thread *thread, struct ct_regs *regs,
			 struct frame *frame, uint32_t level)
{
	struct agent_call call;
	agent_call_begin(&call, thread, regs, frame, level);
	if (call.hook->flags & CT_HOOK_UNMAPS)
		atomic_fetch_add(&agent_shared->unmapped, 1);
	if (!call.target || !(call.target->flags & CT_TARGET_ACTIVE) ||
	    agent_is_abandoned())
		return STUB_PASS;
	thread->trap = (struct ct_trap){
	    .reason = CT_TRAP_GIVE,
	    .hook = (uint32_t)frame->index,
	    .regs = (uintptr_t)regs,
	    .frame = (uintptr_t)&frame->return_address,
	};
	return STUB_TRAP;
}

bool agent_take_stopped_call(struct ct_agent_thread *thread,
			     const struct frame *frame)
{
	const struct ct_trap *trap = &thread->trap;
	if (trap->reason != CT_TRAP_STOP || trap->hook != frame->index ||
	    trap->frame != (uintptr_t)&frame->return_address)
		return false;
	thread->trap.reason = CT_TRAP_NONE;
	return true;
}
