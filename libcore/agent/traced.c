/* SPDX-License-Identifier: MIT */
/*
 * The quick way of a call that is traced and nothing else, with a capture that
 * is quick (quick.h), in a thread that no handler has interrupted here.  What
 * it does is what hook.c would do; what is unusual is left to that.
 */
#include "agent/quick_inside.h"
#include "agent/stub.h"
#include "ctester/process.h"
#include "value/capture.h"

#define RARELY(condition) __builtin_expect(!!(condition), 0)

enum {
	BLOCK = 32, /* bytes that are copied at once, over the end if need be */
};

static inline struct ct_open *open_at(struct ct_agent_thread *thread,
				      uint32_t offset)
{
	return (void *)(ct_agent_open_area(thread) + offset);
}

/* Behind the newest, which is below that frame: nothing has been left. */
static inline bool find_room(struct ct_agent_thread *thread, uint64_t frame,
			     uint32_t *offset, uint32_t *depth)
{
	*offset = *depth = 0;
	if (thread->open_last == CT_OPEN_NONE)
		return true;
	struct ct_open *last = open_at(thread, thread->open_last);
	if (last->state != CT_OPEN_CALL || last->frame <= frame)
		return false;
	*offset = thread->open_last + last->size;
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
	record->caller_index = CT_NO_CALLER;
	record->errno_value = agent_errno();
	record->flags = agent_origin_of(caller);
	record->outcome = CT_OUTCOME_REAL;
	record->engine = 0;
	record->duration_ns = 0;
	record->mock = 0;
	record->thread = thread->number;
}

bool agent_trace(struct ct_agent_thread *thread, const struct ct_regs *regs,
		 const struct ct_hook *hook, struct ct_target *target,
		 const struct frame *frame)
{
	const struct ct_quick *quick = ct_region_at(agent_region, hook->quick);
	const uint64_t caller = frame->return_address;
	uint32_t offset, depth;
	if ((hook->flags & (CT_HOOK_RETURNS | CT_HOOK_ASKS)) !=
		CT_HOOK_RETURNS ||
	    ct_agent_level(thread) != 1 || !agent_is_only_traced(target) ||
	    (!(hook->flags & CT_HOOK_ANYWHERE) &&
	     !ct_target_in_scope(target, caller)) ||
	    !find_room(thread, (uintptr_t)frame, &offset, &depth))
		return false;
	const uint32_t most = (uint32_t)sizeof(struct ct_open) + quick->most;
	if (agent_shared->open_size < offset + (uint64_t)most)
		return false;
	thread->open_top = offset + most;
	agent_barrier();
	struct ct_open *open = open_at(thread, offset);
	struct ct_record *record = agent_open_record(open);
	open->size = most;
	open->before = thread->open_last;
	open->state = CT_OPEN_FILLING;
	open->frame = (uintptr_t)frame;
	open->hook = (uint32_t)frame->index;
	agent_barrier();
	thread->open_last = offset;

	uint64_t now = agent_now();
	thread->time = now;
	if (quick->link_count)
		agent_set_moment(thread, now);
	if (RARELY(!agent_quick_entry(quick, thread, regs, record))) {
		agent_open_pop(thread, open);
		return false;
	}
	atomic_fetch_add_explicit(&target->counts.calls, 1,
				  memory_order_relaxed);
	record->seq = atomic_fetch_add_explicit(&agent_region->next_seq, 1,
						memory_order_relaxed);
	record->time_ns = now;
	record->depth = depth;
	fill(thread, hook, target, caller, record);
	agent_barrier();
	open->size = (uint32_t)sizeof(*open) + record->size;
	open->state = CT_OPEN_CALL;
	thread->open_top = offset + open->size;
	return true;
}

/* ---- the return */

static inline void note_errno(const struct ct_hook *hook,
			      struct ct_record *record)
{
	int32_t now = agent_errno();
	if (!now ||
	    (now == record->errno_value && !(hook->flags & CT_HOOK_SETS_ERRNO)))
		return;
	record->errno_value = now;
	record->flags |= CT_RECORD_HAS_ERRNO;
}

static inline bool copy_to_ring(struct ct_agent_thread *thread,
				const struct ct_record *record)
{
	uint64_t head;
	uint32_t size = record->size;
	struct ct_record *copy = agent_ring_begin(thread, size + BLOCK, &head);
	if (RARELY(!copy))
		return false;
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
	return agent_ring_end(thread, head, copy, agent_entry_of_record());
}

/* The one open call of that frame, and no more of it is asked for. */
static inline bool is_simple(struct ct_agent_thread *thread,
			     const struct frame *frame,
			     const struct ct_open *open)
{
	if (open->frame != (uintptr_t)frame || open->state != CT_OPEN_CALL ||
	    ct_agent_level(thread) != 1)
		return false;
	return open->before == CT_OPEN_NONE ||
	       (open_at(thread, open->before)->frame != (uintptr_t)frame &&
		open_at(thread, open->before)->state == CT_OPEN_CALL);
}

bool agent_traced(struct ct_agent_thread *thread, const struct ct_regs *regs,
		  const struct frame *frame, uint64_t now)
{
	if (thread->open_last == CT_OPEN_NONE)
		return false;
	uint32_t offset = thread->open_last;
	struct ct_open *open = open_at(thread, offset);
	if (!is_simple(thread, frame, open))
		return false;
	const struct ct_hook *hook = &ct_agent_hooks[open->hook];
	const struct ct_target *target =
	    ct_region_at(agent_region, hook->target);
	const struct ct_quick *quick = ct_region_at(agent_region, hook->quick);
	struct ct_record *record = agent_open_record(open);
	uint64_t whole = offset + sizeof(*open) + record->size +
			 ct_pad8(quick ? quick->result_size : 0);
	if (!quick || target->filter || record->flags & CT_RECORD_UNSEEN ||
	    whole > agent_shared->open_size)
		return false;
	thread->open_top = (uint32_t)whole;
	agent_barrier();
	if (!agent_quick_exit(quick, thread, regs, record))
		return false;
	open->state = CT_OPEN_FILLING;
	record->duration_ns = now > record->time_ns ? now - record->time_ns : 0;
	note_errno(hook, record);
	if (RARELY(!copy_to_ring(thread, record)))
		agent_write(thread, record);
	else
		agent_ring_bell(thread);
	open->state = CT_OPEN_FREE;
	agent_barrier();
	thread->open_last = open->before;
	agent_barrier();
	thread->open_top = offset;
	return true;
}
