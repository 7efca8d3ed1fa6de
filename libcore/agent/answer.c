/* SPDX-License-Identifier: MIT */
/*
 * The quick way of a mocked call: a mock without conditions, and a capture
 * that is quick (quick.h).  The record is made in the ring, where it stays,
 * and what decide.c would count the reader counts.  Everything else about such
 * a call is as call.c does it.
 *
 * Whatever is unusual is left to that, before anything is changed.  What a
 * call costs here is its instructions, nearly all of them: so the common case
 * has few, and no structs that go through memory.
 */
#include <string.h>

#include "agent/answer.h"
#include "agent/fast.h"
#include "agent/quick_inside.h"
#include "ctester/process.h"

#define RARELY(condition) __builtin_expect(!!(condition), 0)
#define COLD              __attribute__((noinline, cold))

static bool has_outs(const struct ct_mock *mock)
{
	const ct_ref *table = ct_region_at(agent_region, agent_shared->outs);
	return table && mock->id < agent_shared->outs_capacity &&
	       table[mock->id];
}

static inline bool is_plain(const struct ct_mock *mock,
			    const struct ct_quick *quick)
{
	const uint32_t odd = CT_MOCK_ASKS | CT_MOCK_RAISES | CT_MOCK_FAILS;
	if (mock->flags & odd || mock->thread | mock->filter | mock->caller ||
	    mock->signal || mock->delay_ns ||
	    mock->value_size < quick->value_size)
		return false;
	if (mock->flags & CT_MOCK_STRICT &&
	    !ct_sandbox_is_armed(agent_region->sandbox))
		return false;
	return !has_outs(mock);
}

/* The first of the queue, as decide.c takes it; NULL when it is no longer
 * plain.  The order of numbers is that of mocks. */
static const struct ct_mock *take(struct ct_agent_thread *thread,
				  uint32_t level, const struct ct_hook *hook,
				  struct ct_target *target,
				  const struct ct_quick *quick, uint64_t *seq)
{
	struct ct_queue *queue = &target->mocks;
	if (!agent_begin_deciding(thread, level, hook->target))
		return NULL;
	ct_lock_acquire_as(&target->lock, ct_agent_lock_id(thread->tid, level));
	struct ct_mock *mock = ct_region_at(agent_region, queue->first);
	if (mock && !is_plain(mock, quick))
		mock = NULL;
	if (mock && !ct_mock_use(mock))
		mock = NULL;
	if (mock) {
		if (ct_mock_is_used_up(mock)) {
			if (queue->last == queue->first)
				queue->last = 0;
			queue->first = mock->next;
		}
		*seq = ct_region_take_turn(agent_region);
	}
	ct_lock_release(&target->lock);
	agent_end_deciding(thread, level);
	return mock;
}

static inline void set_errno(const struct ct_mock *mock)
{
	if (RARELY(mock->flags & CT_MOCK_HAS_ERRNO) &&
	    agent_shared->errno_known)
		*agent_errno_at() = mock->errno_value;
}

/* Into the registers, of which the rest is 0. */
static inline void force(const struct ct_quick *quick,
			 const struct ct_mock *mock, struct ct_regs *regs)
{
	regs->reserved = (uint32_t)quick->result_xmm << 8;
	for (unsigned i = 0; i < quick->result_copy_count; i++) {
		const struct ct_quick_copy *copy = &quick->result_copies[i];
		uint64_t *to = (void *)((uint8_t *)regs + copy->from);
		uint64_t value;
		memcpy(&value, mock->value + copy->at, sizeof(value));
		to[0] = value & copy->mask;
		if (copy->from >= offsetof(struct ct_regs, xmm))
			to[1] = 0;
	}
}

static inline void fill(struct ct_agent_thread *thread,
			const struct ct_hook *hook,
			const struct ct_target *target,
			const struct ct_mock *mock, uint64_t caller,
			struct ct_record *record)
{
	uint32_t flags =
	    agent_origin_of(caller) | CT_RECORD_MUST | CT_RECORD_HAS_RESULT;
	record->target = target->index;
	record->signature = hook->signature;
	record->depth = 0;
	if (RARELY(thread->open_last != CT_OPEN_NONE))
		record->depth =
		    agent_open_record(agent_open_last(thread))->depth + 1;
	record->duration_ns = 0;
	record->pid = thread->pid;
	record->tid = thread->tid;
	record->caller = caller;
	record->caller_index = CT_NO_CALLER;
	record->errno_value = agent_errno();
	if (RARELY(mock->flags & CT_MOCK_HAS_ERRNO)) {
		record->errno_value = mock->errno_value;
		flags |= CT_RECORD_HAS_ERRNO;
	}
	record->flags = (uint16_t)flags;
	record->outcome = CT_OUTCOME_MOCKED;
	record->engine = 0;
	record->mock = mock->id;
	record->thread = thread->number;
}

/* The clock is read as enter.S does it (ticker.h). */
static inline uint64_t time_of(struct ct_agent_thread *thread, uint32_t level,
			       const struct ct_quick *quick, uint64_t head)
{
	uint32_t tick =
	    atomic_load_explicit(&agent_region->tick, memory_order_relaxed);
	uint64_t now = thread->time;
	if (tick != thread->tick || head - thread->timed > CT_FAST_FRESH ||
	    level) {
		now = agent_now();
		thread->tick = tick ? tick : CT_NO_TICK;
		thread->time = now;
		thread->timed = head;
	}
	if (quick->link_count)
		agent_set_moment(thread, now);
	return now;
}

/* The newest open call has been left by longjmp, or is half done. */
static bool was_left(struct ct_agent_thread *thread, const struct frame *frame)
{
	const struct ct_open *last = agent_open_last(thread);
	return last->state != CT_OPEN_CALL || last->frame <= (uintptr_t)frame;
}

/* All that is decided is there, in a record that somebody else has written
 * over: a handler that this thread has left and come back to. */
static COLD void write_again(struct ct_agent_thread *thread, uint32_t level,
			     const struct ct_hook *hook,
			     const struct ct_record *damaged)
{
	thread->rings[level].lost++;
	ct_agent_count(agent_region, agent_region->size, hook->target,
		       damaged->mock, 1);
}

bool agent_answer(struct ct_agent_thread *thread, uint32_t level,
		  struct ct_regs *regs, struct ct_hook *hook,
		  struct ct_target *target, const struct frame *frame)
{
	const uint64_t caller = frame->return_address;
	const uint32_t changes =
	    atomic_load_explicit(&agent_region->changes, memory_order_acquire);
	const struct ct_quick *quick = ct_region_at(agent_region, hook->quick);
	/* Looked at once: other threads use the queue up. */
	const ct_ref first =
	    __atomic_load_n(&target->mocks.first, __ATOMIC_RELAXED);
	const bool stands = !first;
	const struct ct_mock *mock =
	    ct_region_at(agent_region, stands ? target->standing.first : first);
	uint64_t seq, head;
	if (thread->open_last != CT_OPEN_NONE && was_left(thread, frame))
		return false;
	if (!quick->answers || target->owner | target->filter ||
	    (target->flags & (CT_TARGET_MONITORED | CT_TARGET_ACTIVE)) !=
		CT_TARGET_ACTIVE ||
	    (!(hook->flags & CT_HOOK_ANYWHERE) &&
	     !ct_target_in_scope(target, caller)) ||
	    (stands && (RARELY(!mock) || !is_plain(mock, quick))))
		return false;
	struct ct_record *record =
	    agent_ring_begin(thread, level, quick->most, &head);
	if (RARELY(!record))
		return false;
	uint64_t now = time_of(thread, level, quick, head);
	if (!quick->link_count) {
		agent_quick_args(quick, regs, record);
		agent_quick_head(quick, 0, record);
	} else if (!agent_quick_entry(quick, thread, regs, record)) {
		return false;
	}
	if (stands) {
		seq = ct_region_take_turn(agent_region);
	} else {
		mock = take(thread, level, hook, target, quick, &seq);
		if (!mock)
			return false;
	}
	record->time_ns = now;
	record->seq = seq;
	fill(thread, hook, target, mock, caller, record);
	force(quick, mock, regs);
	agent_quick_result(quick, regs, record);
	set_errno(mock);
	const struct ct_ring_entry entry = {
	    .what = CT_RING_ANSWER,
	    .of = (uint32_t)(hook - ct_agent_hooks),
	    .order = seq};
	if (RARELY(!agent_ring_end(thread, level, head, record, entry)))
		write_again(thread, level, hook, record);
	else if (stands && !quick->link_count && !level)
		agent_make_fast(thread, hook, target, quick, mock, record,
				changes);
	agent_ring_bell(&thread->rings[level]);
	return true;
}
