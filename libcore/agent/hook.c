/* SPDX-License-Identifier: MIT */
/*
 * One hooked call: capture, decide, record, and what is to happen then; and
 * its return.  The same as session/intercept.c does at a breakpoint, by the
 * same code where it matters.
 *
 * Everything here may be interrupted by a signal's handler that calls a hooked
 * function in the same thread, and may never be continued after that.
 */
#include <string.h>
#include <sys/syscall.h>

#include "agent/fault.h"
#include "agent/stub.h"
#include "ctester/process.h"
#include "value/capture.h"

/* Behind the frame, by index from it: see enter.S. */
enum {
	FRAME_TRAMPOLINE = -1,
	FRAME_FLAGS = -2,
	FRAME_SEARCH = 256, /* open calls that are looked through */
	ASKED_MAX = 64,     /* questions about one call that nobody hears */
	TAIL_FAR = 1 << 20,
};

struct call {
	struct ct_agent_thread *thread;
	uint32_t level;
	struct ct_regs *regs;
	struct frame *frame;
	const struct ct_hook *hook;
	struct ct_target *target;
	const struct ct_plan *plan;
	struct ct_open *open;
	bool is_open; /* and known as such, not only room for it */
	struct ct_record *record;
	struct ct_memory memory;
};

static uint64_t *word_of(struct frame *frame, int index)
{
	return (uint64_t *)frame + index;
}

/*
 * A function that a hooked one ended in, by a jump, returns to that one's
 * stub: it is part of its frame, and the caller is the caller of both.
 */
static struct frame *outer_of(const struct frame *frame)
{
	uint64_t entry = (uintptr_t)frame + 16;
	if (frame->return_address != (uintptr_t)ctester_agent_returned)
		return NULL;
	if (frame->rbp - entry > TAIL_FAR)
		return NULL;
	return (struct frame *)frame->rbp;
}

static void fill(struct call *call, uint64_t caller, uint64_t now)
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

/* ---- deciding */

static const char *caller_name(void *arg)
{
	const struct call *call = arg;
	return agent_caller_name(call->record->caller);
}

static bool is_caller(void *arg, const char *name)
{
	const struct call *call = arg;
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
static bool asks_meaning(const struct call *call)
{
	return call->hook->flags & CT_HOOK_MEANT &&
	       ct_sandbox_is_armed(agent_region->sandbox) &&
	       !(call->record->flags & CT_RECORD_FROM_SYSTEM);
}

/* What mocks, filters and the sandbox may ask is known, or GDB's side is to
 * tell it. */
static bool is_known(const struct call *call)
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

static struct ct_circumstances circumstances(struct call *call)
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
	return atomic_fetch_add_explicit(&agent_region->next_seq, 1,
					 memory_order_relaxed);
}

static bool has_mask(const struct ct_target *target)
{
	if (target->owner)
		target = ct_region_at(agent_region, target->owner);
	return target->failing.mask;
}

static struct ct_decision decide(struct call *call)
{
	struct ct_decision decision = {CT_ACTION_PASS, NULL, true, false};
	struct ct_circumstances where = circumstances(call);
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
		return (struct ct_decision){CT_ACTION_PASS, NULL, false, false};
	}
	if (!is_mine)
		where.locker = CT_LOCK_BELOW;
	decision = ct_decide(agent_region, call->target, &where, call->record);
	if (is_mine)
		agent_end_deciding(call->thread, call->level);
	return decision;
}

static void capture_exit(struct call *call)
{
	const struct ct_quick *quick =
	    ct_region_at(agent_region, call->hook->quick);
	if (!quick ||
	    !agent_quick_exit(quick, call->thread, call->regs, call->record))
		ct_capture_exit(call->plan, call->regs, &call->memory,
				CT_CAPTURE_SIZE, call->record);
}

/* ---- answering */

/* Room behind the record for what the return adds.  That of the open call stays
 * as it is: a handler may come and not go back, and it is unfinished then. */
static void make_room(struct call *call)
{
	struct ct_record *copy = agent_scratch(call->thread, call->level);
	memcpy(copy, call->record, call->record->size);
	call->record = copy;
}

static void write_outs(struct call *call, const struct ct_mock *mock)
{
	const ct_ref *table = ct_region_at(agent_region, agent_shared->outs);
	if (!table || mock->id >= agent_shared->outs_capacity)
		return;
	for (ct_ref ref = table[mock->id]; ref;) {
		const struct ct_agent_outs *out =
		    ct_region_at(agent_region, ref);
		uint64_t to = 0;
		uint8_t byte;
		if (out->offset + sizeof(to) <= call->record->args_size)
			memcpy(&to, ct_record_args(call->record) + out->offset,
			       sizeof(to));
		if (to && agent_look(call->thread, to, &byte, 1) == 1)
			agent_store((void *)to, out->bytes, out->size);
		ref = out->next;
	}
}

static void force(struct call *call, const struct ct_mock *mock)
{
	struct ct_regs *regs = call->regs;
	struct ct_fp_result fp;
	uint64_t sret = ct_capture_sret(call->plan, regs);
	if (call->plan->result_indirect && sret &&
	    mock->value_size >= call->plan->result_size)
		memcpy((void *)sret, mock->value, call->plan->result_size);
	ct_decide_force(call->plan, mock, call->frame->return_address, regs,
			&fp);
	for (int i = 0; i < fp.xmm_count; i++)
		memcpy(regs->xmm[i], fp.xmm[i], sizeof(fp.xmm[i]));
	for (int i = 0; i < fp.st_count; i++)
		memcpy(regs->st[i], fp.st[i], sizeof(fp.st[i]));
	regs->reserved = (uint32_t)(fp.st_count | fp.xmm_count << 8);
}

static void sleep_ns(uint64_t ns)
{
	uint64_t time[2] = {ns / 1000000000, ns % 1000000000};
	uint64_t started = agent_now();
	while (agent_quiet && agent_shared->clock && agent_ticks() &&
	       agent_since(started) < ns)
		__builtin_ia32_pause();
	while (!agent_quiet &&
	       agent_ask(SYS_nanosleep, (long)time, (long)time, 0, 0) < 0)
		; /* interrupted: what is left */
}

/* From now on it is one that has not returned; false when there is no room. */
static bool open_call(struct call *call)
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

static void drop(struct call *call)
{
	if (call->is_open)
		agent_open_pop(call->thread, call->level, call->open);
	else
		agent_open_cancel(call->thread, call->open);
}

static void finish(struct call *call, bool recorded)
{
	if (recorded)
		agent_write(call->thread, call->level, call->record,
			    call->is_open ? call->open : NULL);
	drop(call);
}

static void answer(struct call *call, const struct ct_mock *mock, bool recorded)
{
	uint64_t started = call->record->time_ns;
	write_outs(call, mock);
	force(call, mock);
	if (mock->delay_ns)
		open_call(call);
	make_room(call);
	struct ct_record *record = call->record;
	if (mock->flags & CT_MOCK_HAS_ERRNO) {
		record->errno_value = mock->errno_value;
		record->flags |= CT_RECORD_HAS_ERRNO;
		if (agent_shared->errno_known)
			*agent_errno_at() = mock->errno_value;
	}
	if (recorded)
		capture_exit(call);
	if (mock->delay_ns) {
		sleep_ns(mock->delay_ns);
		record->duration_ns = agent_since(started);
	}
	finish(call, recorded);
}

/* ---- the call */

static uint32_t ask(struct call *call, enum ct_trap_reason reason)
{
	if (agent_is_abandoned()) {
		drop(call);
		return STUB_PASS;
	}
	if (!open_call(call))
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

static uint32_t call_real(const struct ct_hook *hook)
{
	return STUB_CALL | ((hook->stack_args + 7) & ~7u) << 8;
}

/* The real function runs; its return is awaited when that is of use. */
static uint32_t pass(struct call *call, bool recorded)
{
	struct frame *outer = outer_of(call->frame);
	if (!(call->hook->flags & CT_HOOK_RETURNS)) {
		call->record->flags |= recorded ? 0 : CT_RECORD_UNSEEN;
		call->record->outcome = call->record->outcome == CT_OUTCOME_REAL
					    ? CT_OUTCOME_UNFINISHED
					    : call->record->outcome;
		finish(call, recorded);
		return STUB_PASS;
	}
	if (!recorded)
		call->record->flags |= CT_RECORD_UNSEEN;
	if (!open_call(call))
		return STUB_PASS;
	if (outer) {
		*word_of(outer, FRAME_FLAGS) |=
		    call->hook->flags &
		    (CT_HOOK_RESULT_FP | CT_HOOK_RESULT_X87);
		return STUB_PASS;
	}
	return call_real(call->hook);
}

static uint32_t act(struct call *call)
{
	struct ct_decision decision = decide(call);
	switch (decision.action) {
	case CT_ACTION_RETURN:
		answer(call, decision.mock, decision.recorded);
		return decision.mock->signal
			   ? STUB_SIGNAL | (uint32_t)decision.mock->signal << 8
			   : STUB_RETURN;
	case CT_ACTION_STOP:
		return ask(call, CT_TRAP_STOP);
	case CT_ACTION_ASK:
		return ask(call, CT_TRAP_DECIDE);
	default:
		return pass(call, decision.recorded);
	}
}

static void begin(struct call *call, struct ct_agent_thread *thread,
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

/* What is told of a call at another of its function's names is that call, too:
 * __read_chk() jumps into read(). */
static bool is_met(const struct call *call, const struct frame *outer)
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

/* GDB has stopped the thread at the function's entry, for a call without a
 * mock.  It comes by again, and is seen by GDB's side alone. */
static bool is_stopped_call(struct ct_agent_thread *thread,
			    const struct frame *frame)
{
	const struct ct_trap *trap = &thread->trap;
	if (trap->reason != CT_TRAP_STOP || trap->hook != frame->index ||
	    trap->frame != (uintptr_t)&frame->return_address)
		return false;
	thread->trap.reason = CT_TRAP_NONE;
	return true;
}

/* Memory goes away: what was readable need not be so any more, neither while
 * the function runs nor behind it. */
static uint32_t unmap(struct call *call)
{
	return outer_of(call->frame) ? STUB_PASS : STUB_CALL;
}

static __attribute__((noinline)) uint32_t any_call(
    struct ct_agent_thread *thread, struct ct_regs *regs, struct frame *frame,
    uint32_t level)
{
	struct call call;
	begin(&call, thread, regs, frame, level);
	struct frame *outer = outer_of(frame);
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
	    (thread->trap.reason && is_stopped_call(thread, frame)))
		return STUB_PASS;
	agent_open_leave(thread, level, (uintptr_t)at, !outer);
	call.open = agent_open_push(thread, level, (uintptr_t)at);
	if (!call.open) {
		thread->hooks_passed++;
		return STUB_PASS;
	}
	call.is_open = false;
	call.record = agent_open_record(call.open);
	call.open->hook = (uint32_t)frame->index;
	call.open->tail = outer != NULL;
	uint64_t now = agent_now();
	thread->time = now;
	agent_set_moment(thread, now);
	const struct ct_quick *quick =
	    ct_region_at(agent_region, call.hook->quick);
	if (!quick || !agent_quick_entry(quick, thread, regs, call.record))
		ct_capture_entry(call.plan, regs, &call.memory, CT_CAPTURE_SIZE,
				 call.record);
	fill(&call, at->return_address, now);
	return call.hook->flags & CT_HOOK_ASKS || !is_known(&call)
		   ? ask(&call, CT_TRAP_DECIDE)
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
	const struct frame *outer = outer_of(frame);
	uint64_t caller = (outer ? outer : frame)->return_address;
	if (!target || !(target->flags & CT_TARGET_MONITORED) ||
	    (!(target->flags & CT_TARGET_AT_ONCE) &&
	     !ct_sandbox_is_armed(agent_region->sandbox)))
		return false;
	return hook->flags & (CT_HOOK_ANYWHERE | CT_HOOK_PROGRAM) ||
	       agent_origin_of(caller) & CT_RECORD_FROM_PROGRAM;
}

/* GDB's side does all, as at a breakpoint. */
static uint32_t give(struct ct_agent_thread *thread, struct ct_regs *regs,
		     struct frame *frame, uint32_t level)
{
	struct call call;
	begin(&call, thread, regs, frame, level);
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

static uint32_t note_spawn(struct ct_agent_thread *thread,
			   const struct frame *frame, uint32_t flags,
			   uint32_t what)
{
	if (flags & CT_HOOK_SPAWNS &&
	    (what == STUB_PASS || (what & 0xff) == STUB_CALL))
		agent_begin_spawning(thread, frame);
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
		return hook->flags & CT_HOOK_RETURNS && !outer_of(frame)
			   ? STUB_CALL
			   : STUB_PASS;
	if ((agent_shared->ffi[0].high && comes_through_ffi(frame)) ||
	    (hook->flags & CT_HOOK_GIVES &&
	     is_looked_after(hook, target, frame)))
		return give(thread, regs, frame, level);
	if (!hook->quick || !target || hook->flags & CT_HOOK_UNMAPS ||
	    thread->trap.reason || outer_of(frame))
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

static struct ct_open *find_open(struct ct_agent_thread *thread,
				 const struct frame *frame)
{
	struct ct_open *open = agent_open_last(thread);
	for (int i = 0; open && i < FRAME_SEARCH; i++) {
		if (open->frame == (uintptr_t)frame &&
		    open->state == CT_OPEN_CALL)
			return open;
		open = agent_open_before(thread, open);
	}
	return NULL;
}

uint32_t ct_agent_call(struct ct_agent_thread *thread, struct ct_regs *regs,
		       struct frame *frame, uint32_t level)
{
	struct ct_hook *hook = &ct_agent_hooks[(uint32_t)frame->index];
	uint32_t flags = hook->flags;
	uint32_t what = meet(thread, regs, frame, level, hook);
	return __builtin_expect(flags & CT_HOOK_SPAWNS, 0)
		   ? note_spawn(thread, frame, flags, what)
		   : what;
}

static uint32_t any_answer(struct ct_agent_thread *thread, struct ct_regs *regs,
			   struct frame *frame, uint32_t level)
{
	struct call call;
	struct frame *outer = outer_of(frame);
	begin(&call, thread, regs, frame, level);
	call.open = find_open(thread, outer ? outer : frame);
	if (!call.open)
		return comes_through_ffi(frame)
			   ? give(thread, regs, frame, level)
			   : STUB_PASS;
	if (!call.target) {
		agent_open_pop(thread, level, call.open);
		return STUB_PASS;
	}
	call.record = agent_open_record(call.open);
	agent_set_moment(thread, agent_now());
	if (call.open->answer == CT_TRAP_UNHEARD &&
	    call.open->asked++ < ASKED_MAX)
		return ask(&call, CT_TRAP_DECIDE);
	if (call.open->answer == CT_TRAP_AGAIN) {
		call.record->thread = thread->number;
		is_known(&call);
		return act(&call);
	}
	bool recorded = !(call.record->flags & CT_RECORD_UNSEEN);
	if (call.open->answer != CT_TRAP_RETURN)
		return pass(&call, recorded);
	finish(&call, recorded);
	regs->reserved |= 2 << 8; /* both xmm registers */
	return STUB_RETURN;
}

uint32_t ct_agent_answered(struct ct_agent_thread *thread, struct ct_regs *regs,
			   struct frame *frame, uint32_t level)
{
	return note_spawn(
	    thread, frame, ct_agent_hooks[(uint32_t)frame->index].flags,
	    agent_with_stack(thread, regs, frame, level, any_answer));
}

/* ---- the return */

static void note_errno(struct call *call)
{
	struct ct_record *record = call->record;
	int32_t before = record->errno_value, now = agent_errno();
	if (!now ||
	    (now == before && !(call->hook->flags & CT_HOOK_SETS_ERRNO)))
		return;
	record->errno_value = now;
	record->flags |= CT_RECORD_HAS_ERRNO;
}

static void complete(struct call *call, uint64_t now)
{
	struct ct_record *record = call->record;
	bool unseen = record->flags & CT_RECORD_UNSEEN;
	uint64_t duration = now > record->time_ns ? now - record->time_ns : 0;
	if (unseen) {
		ct_decide_returned(agent_region, call->target, duration);
		finish(call, false);
		return;
	}
	make_room(call);
	record = call->record;
	record->duration_ns = duration;
	capture_exit(call);
	note_errno(call);
	struct ct_circumstances where = circumstances(call);
	bool kept = !call->target->filter ||
		    ct_decide_keeps(agent_region, call->target, &where, record);
	/* Else who reads the record does it. */
	if (!kept)
		ct_decide_returned(agent_region, call->target, duration);
	finish(call, kept);
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
	while (more && (open = find_open(thread, frame))) {
		struct call call;
		more = open->tail;
		begin(&call, thread, regs, frame, level);
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
	if (*word_of(frame, FRAME_FLAGS) & CT_HOOK_UNMAPS)
		atomic_fetch_add(&agent_shared->unmapped, 1);
	if (*word_of(frame, FRAME_FLAGS) & CT_HOOK_SPAWNS)
		agent_end_spawning(thread);
	agent_set_moment(thread, now);
	if (!agent_traced(thread, level, regs, frame, now))
		agent_with_stack(thread, regs, frame, level, any_leave);
}
