/* SPDX-License-Identifier: MIT */
/*
 * A hooked function is called: which way the call goes, quick or long, and what
 * enter.S is to do then.  The same as session/intercept.c does at a breakpoint,
 * by the same code where it matters.
 */
#include <linux/mman.h>
#include <sys/syscall.h>

#include "agent/call.h"
#include "agent/stub.h"

enum {
	ASKED_MAX = 64, /* questions about one call that nobody hears */
};

static uint32_t call_real(const struct ct_hook *hook)
{
	return STUB_CALL | ((hook->stack_args + 7) & ~7u) << 8;
}

/* The real function runs; its return is awaited when that is of use. */
static uint32_t pass(struct agent_call *call, bool recorded)
{
	struct frame *outer = agent_outer_frame(call->frame);
	if (!(call->hook->flags & CT_HOOK_RETURNS)) {
		call->record->flags |= recorded ? 0 : CT_RECORD_UNSEEN;
		call->record->outcome = call->record->outcome == CT_OUTCOME_REAL
					    ? CT_OUTCOME_UNFINISHED
					    : call->record->outcome;
		agent_call_finish(call, recorded);
		return STUB_PASS;
	}
	if (!recorded)
		call->record->flags |= CT_RECORD_UNSEEN;
	if (!agent_call_open(call))
		return STUB_PASS;
	if (outer) {
		*agent_frame_flags(outer) |=
		    call->hook->flags &
		    (CT_HOOK_RESULT_FP | CT_HOOK_RESULT_X87);
		return STUB_PASS;
	}
	return call_real(call->hook);
}

static uint32_t act(struct agent_call *call)
{
	struct ct_decision decision = agent_call_decide(call);
	switch (decision.action) {
	case CT_ACTION_RETURN:
		agent_call_answer(call, decision.mock, decision.recorded);
		return decision.mock->signal
			   ? STUB_SIGNAL | (uint32_t)decision.mock->signal << 8
			   : STUB_RETURN;
	case CT_ACTION_STOP:
		return agent_call_ask(call, CT_TRAP_STOP);
	case CT_ACTION_ASK:
		return agent_call_ask(call, CT_TRAP_DECIDE);
	default:
		return pass(call, decision.recorded);
	}
}

/* What is told of a call at another of its function's names is that call, too:
 * __read_chk() jumps into read(). */
static bool is_met(const struct agent_call *call, const struct frame *outer)
{
	const struct ct_open *open = agent_open_last(call->thread);
	if (!open || open->state != CT_OPEN_CALL ||
	    open->frame != (uintptr_t)outer)
		return false;
	const struct ct_hook *other = &ct_agent_hooks[open->hook];
	const struct ct_target *theirs =
	    ct_region_at(agent_region, other->target);
	if (!theirs || theirs == call->target)
		return false;
	ct_ref owner = theirs->owner ? theirs->owner : other->target;
	return owner ==
	       (call->target->owner ? call->target->owner : call->hook->target);
}

/* Memory goes away: what was readable need not be so any more, neither while
 * the function runs nor behind it. */
static uint32_t unmap(struct agent_call *call)
{
	return agent_outer_frame(call->frame) ? STUB_PASS : STUB_CALL;
}

static __attribute__((noinline)) uint32_t any_call(
    struct ct_agent_thread *thread, struct ct_regs *regs, struct frame *frame,
    uint32_t level)
{
	struct agent_call call;
	agent_call_begin(&call, thread, regs, frame, level);
	struct frame *outer = agent_outer_frame(frame);
	struct frame *at = outer ? outer : frame;
	if (call.hook->flags & CT_HOOK_UNMAPS) {
		atomic_fetch_add(&agent_shared->unmapped, 1);
		if (!call.target)
			return unmap(&call);
	}
	if (!call.target || !(call.target->flags & CT_TARGET_ACTIVE) ||
	    (!(call.hook->flags & CT_HOOK_ANYWHERE) &&
	     !ct_target_in_scope(call.target, at->return_address)) ||
	    (outer && is_met(&call, outer)) ||
	    (thread->trap.reason && agent_take_stopped_call(thread, frame)))
		return STUB_PASS;
	agent_open_leave(thread, level, (uintptr_t)at, !outer);
	if (!agent_call_capture_entry(&call, outer)) {
		thread->hooks_passed++;
		return STUB_PASS;
	}
	return call.hook->flags & CT_HOOK_ASKS || !agent_call_is_known(&call)
		   ? agent_call_ask(&call, CT_TRAP_DECIDE)
		   : act(&call);
}

static bool comes_through_ffi(const struct frame *frame)
{
	const struct ct_agent_range *ffi = agent_shared->ffi;
	for (int i = 0; i < CT_AGENT_FFI_RANGES && ffi[i].high; i++)
		if (agent_in_range(&ffi[i], frame->return_address))
			return true;
	return false;
}

/* Something may answer in the function's stead that only GDB's side has. */
static bool is_looked_after(const struct ct_hook *hook,
			    const struct ct_target *target,
			    const struct frame *frame)
{
	const struct frame *outer = agent_outer_frame(frame);
	uint64_t caller = (outer ? outer : frame)->return_address;
	if (!target || !(target->flags & CT_TARGET_MONITORED) ||
	    (!(target->flags & CT_TARGET_AT_ONCE) &&
	     !ct_sandbox_is_armed(agent_region->sandbox)))
		return false;
	return hook->flags & (CT_HOOK_ANYWHERE | CT_HOOK_PROGRAM) ||
	       agent_origin_of(caller) & CT_RECORD_FROM_PROGRAM;
}

/* mlockall() with these flags is about to run: the region is larger than the
 * machine may be, and the kernel would fill it.  Locked are then the pages that
 * are used, when they are used first. */
static void meet_lock(uint64_t *flags)
{
	if (*flags & MCL_CURRENT)
		*flags |= MCL_ONFAULT;
}

/* The real function is about to run. */
static uint32_t go_on(struct ct_agent_thread *thread, struct ct_regs *regs,
		      const struct frame *frame, uint32_t flags, uint32_t what)
{
	if (what != STUB_PASS && (what & 0xff) != STUB_CALL)
		return what;
	if (flags & CT_HOOK_SPAWNS)
		agent_begin_spawning(thread, frame);
	if (flags & CT_HOOK_CLONES)
		agent_meet_clone(thread, frame, regs->gpr[CT_REG_RDX]);
	if (flags & CT_HOOK_LOCKS)
		meet_lock(&regs->gpr[CT_REG_RDI]);
	if (flags & CT_HOOK_SYSCALL && regs->gpr[CT_REG_RDI] == SYS_mlockall)
		meet_lock(&regs->gpr[CT_REG_RSI]);
	return what;
}

static inline uint32_t meet(struct ct_agent_thread *thread,
			    struct ct_regs *regs, struct frame *frame,
			    uint32_t level, struct ct_hook *hook)
{
	struct ct_target *target = ct_region_at(agent_region, hook->target);
	if (hook->flags & CT_HOOK_FILTERS) {
		agent_meet_filter(thread, hook->flags, regs);
		if (!target)
			return STUB_PASS;
	}
	/* vfork() does not return here, where its child has been. */
	if (hook->flags & CT_HOOK_SPAWNS && !target)
		return hook->flags & CT_HOOK_RETURNS &&
			       !agent_outer_frame(frame)
			   ? STUB_CALL
			   : STUB_PASS;
	if ((agent_shared->ffi[0].high && comes_through_ffi(frame)) ||
	    (hook->flags & CT_HOOK_GIVES &&
	     is_looked_after(hook, target, frame)))
		return agent_call_give(thread, regs, frame, level);
	if (!hook->quick || !target || hook->flags & CT_HOOK_UNMAPS ||
	    thread->trap.reason || agent_outer_frame(frame))
		return agent_with_stack(thread, regs, frame, level, any_call);
	if (target->mocks.first | target->standing.first) {
		if (!(hook->flags & CT_HOOK_ASKS) &&
		    agent_answer(thread, level, regs, hook, target, frame))
			return STUB_RETURN;
	} else if (agent_trace(thread, regs, hook, target, frame)) {
		return call_real(hook);
	}
	return agent_with_stack(thread, regs, frame, level, any_call);
}

uint32_t ct_agent_call(struct ct_agent_thread *thread, struct ct_regs *regs,
		       struct frame *frame, uint32_t level)
{
	struct ct_hook *hook = &ct_agent_hooks[(uint32_t)frame->index];
	uint32_t flags = hook->flags;
	uint32_t what = meet(thread, regs, frame, level, hook);
	const uint32_t all =
	    CT_HOOK_SPAWNS | CT_HOOK_CLONES | CT_HOOK_LOCKS | CT_HOOK_SYSCALL;
	return __builtin_expect(flags & all, 0)
		   ? go_on(thread, regs, frame, flags, what)
		   : what;
}

static uint32_t any_answer(struct ct_agent_thread *thread, struct ct_regs *regs,
			   struct frame *frame, uint32_t level)
{
	struct agent_call call;
	struct frame *outer = agent_outer_frame(frame);
	agent_call_begin(&call, thread, regs, frame, level);
	call.open = agent_open_find(thread, outer ? outer : frame);
	if (!call.open)
		return comes_through_ffi(frame)
			   ? agent_call_give(thread, regs, frame, level)
			   : STUB_PASS;
	if (!call.target) {
		agent_open_pop(thread, level, call.open);
		return STUB_PASS;
	}
	call.record = agent_open_record(call.open);
	agent_set_moment(thread, agent_now());
	if (call.open->answer == CT_TRAP_UNHEARD &&
	    call.open->asked++ < ASKED_MAX)
		return agent_call_ask(&call, CT_TRAP_DECIDE);
	if (call.open->answer == CT_TRAP_AGAIN) {
		call.record->thread = thread->number;
		agent_call_is_known(&call);
		return act(&call);
	}
	bool recorded = !(call.record->flags & CT_RECORD_UNSEEN);
	if (call.open->answer != CT_TRAP_RETURN)
		return pass(&call, recorded);
	agent_call_finish(&call, recorded);
	regs->reserved |= 2 << 8; /* both xmm registers */
	return STUB_RETURN;
}

uint32_t ct_agent_answered(struct ct_agent_thread *thread, struct ct_regs *regs,
			   struct frame *frame, uint32_t level)
{
	return go_on(thread, regs, frame,
		     ct_agent_hooks[(uint32_t)frame->index].flags,
		     agent_with_stack(thread, regs, frame, level, any_answer));
}
