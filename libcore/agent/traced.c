/* SPDX-License-Identifier: MIT */
/*
 * The quick way of a call that is traced and nothing else, with a capture that
 * is quick (quick.h), in a thread that no handler has interrupted here.  What
 * it does is what any_call() in hook.c would do, and any_leave() in leave.c;
 * what is unusual is left to those.
 */
#include "agent/quick_inside.h"
#include "agent/stub.h"
#include "ctester/process.h"
#include "value/capture.h"

#define RARELY(condition) __builtin_expect(!!(condition), 0)

enum {
	BLOCK = 32, /* bytes that are copied at once, over the end if need be */
	LINE = 64,
	NEXT_LINES = 5,
};

static inline struct ct_open *open_at(struct ct_agent_thread *thread,
				      uint32_t offset)
{
	return (void *)(ct_agent_open_area(thread) + offset);
}

/* The newest is below that frame: nothing has been left. */
static inline bool find_depth(struct ct_agent_thread *thread, uint32_t newest,
			      uint64_t frame, uint32_t *depth)
{
	*depth = 0;
	if (newest == CT_OPEN_NONE)
		return true;
	struct ct_open *last = open_at(thread, newest);
	if (last->state != CT_OPEN_CALL || last->frame <= frame)
		return false;
	*depth = agent_open_record(last)->depth + 1;
	return true;
}

static inline void fill(struct ct_agent_thread *thread,
			const struct ct_hook *hook,
			const struct ct_target *target, uint64_t caller,
			struct ct_record *record)
{
	record->target = target->index;
	record->signature = hook->signature;
	record->pid = thread->pid;
	record->tid = thread->tid;
	record->caller = caller;
	record->errno_value = agent_errno();
	record->flags |= agent_origin_of(caller);
	record->outcome = CT_OUTCOME_REAL;
	record->engine = 0;
	record->duration_ns = 0;
	record->mock = 0;
	record->thread = thread->number;
}

/* One more, in one instruction: a handler may come behind any.  Returns how
 * many there were. */
static inline uint64_t add_one(_Atomic uint64_t *at)
{
	uint64_t before = 1;
	asm volatile("xaddq %0, %1" : "+r"(before), "+m"(*at) : : "memory");
	return before;
}

/*
 * A call gets its number from who reads it, for a counter that all threads
 * write would be the only thing that holds them up: numbers.h.  Only while
 * nothing is lost, for then all are read.
 */
static inline void number(struct ct_agent_thread *thread,
			  struct ct_record *record)
{
	if (RARELY(agent_shared->ring_mode != CT_RING_LOSSLESS)) {
		record->seq = ct_region_take_turn(agent_region);
		record->caller_index = CT_NO_CALLER;
		return;
	}
	/* In this order: what a handler notes meanwhile is not older. */
	const uint64_t since = thread->entered_since;
	const uint64_t turns =
	    atomic_load_explicit(&agent_region->turns, memory_order_acquire);
	if (RARELY(!ct_agent_is_since(since, turns)))
		agent_swap(&thread->entered_since, since,
			   ct_agent_entered_since(turns, thread->entered));
	record->caller_index = (uint32_t)turns;
	record->flags |= CT_RECORD_LATER;
	record->seq = add_one(&thread->entered);
}

/* As agent_open_push() and agent_open_link() do it. */
bool agent_trace(struct ct_agent_thread *thread, const struct ct_regs *regs,
		 const struct ct_hook *hook, struct ct_target *target,
		 const struct frame *frame)
{
	const struct ct_quick *quick = ct_region_at(agent_region, hook->quick);
	const uint64_t caller = frame->return_address;
	const uint64_t opens = thread->opens;
	const uint32_t offset = agent_opens_top(opens);
	uint32_t depth;
	if ((hook->flags & (CT_HOOK_RETURNS | CT_HOOK_ASKS)) !=
		CT_HOOK_RETURNS ||
	    !agent_is_only_traced(target) ||
	    (!(hook->flags & CT_HOOK_ANYWHERE) &&
	     !ct_target_in_scope(target, caller)) ||
	    !find_depth(thread, agent_opens_last(opens), (uintptr_t)frame,
			&depth))
		return false;
	const uint32_t most = (uint32_t)sizeof(struct ct_open) + quick->most;
	const uint64_t taken =
	    agent_opens(agent_opens_last(opens), offset + most);
	if (agent_shared->open_size < offset + (uint64_t)most ||
	    !agent_swap(&thread->opens, opens, taken))
		return false;
	struct ct_open *open = open_at(thread, offset);
	struct ct_record *record = agent_open_record(open);
	open->before = agent_opens_last(opens);
	open->state = CT_OPEN_CALL;
	open->frame = (uintptr_t)frame;
	open->hook = (uint32_t)frame->index;
	open->tail = 0;

	uint64_t now = agent_now();
	thread->time = now;
	if (quick->link_count)
		agent_set_moment(thread, now);
	if (RARELY(!agent_quick_entry(quick, thread, regs, record))) {
		agent_swap(&thread->opens, taken, opens);
		return false;
	}
	record->time_ns = now;
	record->depth = depth;
	fill(thread, hook, target, caller, record);
	const uint32_t size = (uint32_t)sizeof(*open) + record->size;
	open->size = size;
	_Atomic uint64_t *calls =
	    &ct_agent_calls(agent_shared, thread)[frame->index];
	agent_barrier();
	/* All three at once, nearly: what a handler comes between, and does not
	 * come back, is numbered and not there, or there and not counted. */
	number(thread, record);
	agent_barrier();
	/* A handler has left calls above. */
	if (RARELY(!agent_swap(&thread->opens, taken,
			       agent_opens(offset, offset + size))))
		return false;
	add_one(calls);
	return true;
}

/* ---- the return */

/* The reader, on another processor, has had the lines of a ring that are
 * written next: a store that waits for them would hold up all others.  They are
 * asked for a call before.  Behind the ring is other memory. */
static inline void fetch_next(const struct ct_record *whole)
{
	const char *next = (const char *)whole + whole->size;
	for (int i = 0; i < NEXT_LINES; i++)
		asm volatile("prefetchw %0" : : "m"(next[i * LINE]));
}

static inline void copy_record(struct ct_record *copy,
			       const struct ct_record *record)
{
	uint32_t size = record->size;
	agent_word *to = (void *)copy;
	const agent_word *from = (const void *)record;
#pragma GCC unroll 1
	for (const agent_word *end = from + size / 8; from < end;
	     from += BLOCK / 8, to += BLOCK / 8) {
		uint64_t a = from[0], b = from[1], c = from[2], d = from[3];
		to[0] = a;
		to[1] = b;
		to[2] = c;
		to[3] = d;
	}
}

/*
 * The record is completed in the ring; that of the open call is as it was
 * until then, and stays so when a handler does not come back.
 */
bool agent_traced(struct ct_agent_thread *thread, uint32_t level,
		  const struct ct_regs *regs, const struct frame *frame,
		  uint64_t now)
{
	const uint64_t opens = thread->opens;
	const uint32_t offset = agent_opens_last(opens);
	if (offset == CT_OPEN_NONE)
		return false;
	struct ct_open *open = open_at(thread, offset);
	if (open->frame != (uintptr_t)frame || open->state != CT_OPEN_CALL ||
	    open->tail)
		return false;
	const struct ct_hook *hook = &ct_agent_hooks[open->hook];
	const struct ct_target *target =
	    ct_region_at(agent_region, hook->target);
	const struct ct_quick *quick = ct_region_at(agent_region, hook->quick);
	const struct ct_record *record = agent_open_record(open);
	uint64_t head;
	if (!quick || !target || target->filter ||
	    record->flags & CT_RECORD_UNSEEN)
		return false;
	struct ct_record *whole = agent_ring_begin(
	    thread, level, record->size + ct_pad8(quick->result_size) + BLOCK,
	    &head);
	const bool in_ring = whole != NULL;
	if (RARELY(!in_ring))
		whole = agent_scratch(thread, level);
	copy_record(whole, record);
	if (!agent_quick_exit(quick, thread, regs, whole))
		return false;
	whole->duration_ns = now > whole->time_ns ? now - whole->time_ns : 0;
	agent_note_errno(hook, whole);
	if (RARELY(!in_ring)) {
		agent_write(thread, level, whole, open);
		agent_open_pop(thread, level, open);
		return true;
	}
	agent_open_mark(open, level, head);
	if (RARELY(!agent_ring_end(thread, level, head, whole,
				   agent_entry_of_record())))
		thread->rings[level].lost++;
	if (RARELY(!agent_swap(&thread->opens, opens,
			       agent_opens(open->before, offset))))
		agent_open_pop(thread, level, open);
	fetch_next(whole);
	agent_ring_bell(&thread->rings[level]);
	return true;
}
