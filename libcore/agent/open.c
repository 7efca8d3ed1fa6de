/* SPDX-License-Identifier: MIT */
/*
 * Calls that have not returned: a stack of records, in shared memory so that
 * they are known when the program is killed.
 *
 * A signal's handler pushes above whatever is being done and pops again before
 * it goes on; only one that leaves by longjmp does not, and then nothing goes
 * on here either.  So plain stores in the right order are enough: the room is
 * taken first, the chain says so last.
 */
#include "agent/inside.h"
#include "value/capture.h"

enum {
	WHOLE = sizeof(struct ct_open) + CT_CAPTURE_SIZE,
	FAR = 8 << 20,     /* what is farther away is on another stack */
	OWN_MAX = 1 << 30, /* bytes that a thread's stack may have */
};

static struct ct_open *at(struct ct_agent_thread *thread, uint32_t offset)
{
	return offset == CT_OPEN_NONE
		   ? NULL
		   : (struct ct_open *)(void *)(ct_agent_open_area(thread) +
						offset);
}

static uint32_t offset_of(struct ct_agent_thread *thread,
			  const struct ct_open *open)
{
	return (uint32_t)((const uint8_t *)open - ct_agent_open_area(thread));
}

struct ct_open *agent_open_last(struct ct_agent_thread *thread)
{
	return at(thread, thread->open_last);
}

struct ct_open *agent_open_before(struct ct_agent_thread *thread,
				  const struct ct_open *open)
{
	return at(thread, open->before);
}

/* Not within a signal's handler that has interrupted a hook: then all that
 * there is belongs to nobody who is at work. */
static bool is_alone(const struct ct_agent_thread *thread)
{
	return ct_agent_level(thread) <= 1;
}

/* Where the next one goes: a handler that has left by longjmp may have taken
 * room and not said so. */
static uint32_t top_of(struct ct_agent_thread *thread)
{
	const struct ct_open *last = agent_open_last(thread);
	if (!is_alone(thread))
		return thread->open_top;
	return last ? thread->open_last + last->size : 0;
}

struct ct_open *agent_open_push(struct ct_agent_thread *thread, uint64_t frame)
{
	uint32_t offset = top_of(thread);
	if (agent_shared->open_size < WHOLE ||
	    agent_shared->open_size - WHOLE < offset)
		return NULL;
	thread->open_top = offset + WHOLE;
	agent_barrier();
	struct ct_open *open = at(thread, offset);
	open->size = WHOLE;
	open->before = thread->open_last;
	atomic_store_explicit(&open->state, CT_OPEN_FILLING,
			      memory_order_relaxed);
	open->frame = frame;
	agent_barrier();
	thread->open_last = offset;
	return open;
}

void agent_open_shrink(struct ct_agent_thread *thread, struct ct_open *open)
{
	open->size = (uint32_t)sizeof(*open) + agent_open_record(open)->size;
	atomic_store_explicit(&open->state, CT_OPEN_CALL, memory_order_release);
	thread->open_top = offset_of(thread, open) + open->size;
}

static void unlink_last(struct ct_agent_thread *thread,
			const struct ct_open *last)
{
	uint32_t offset = offset_of(thread, last);
	thread->open_last = last->before;
	agent_barrier();
	thread->open_top = offset;
}

/* One that is not the last leaves a gap until those above it are gone.  A
 * handler takes away nothing but its own: what is below may be half done. */
void agent_open_pop(struct ct_agent_thread *thread, struct ct_open *open)
{
	atomic_store_explicit(&open->state, CT_OPEN_FREE, memory_order_release);
	if (open != agent_open_last(thread))
		return;
	unlink_last(thread, open);
	while (is_alone(thread) && (open = agent_open_last(thread)) &&
	       open->state == CT_OPEN_FREE)
		unlink_last(thread, open);
}

/* Whether the thread was started with the stack that has an address: there,
 * what is below has ended.  Other threads have their descriptor, to which fs
 * points, at the upper end. */
static bool is_own_stack(const struct ct_agent_thread *thread, uint64_t addr)
{
	const struct ct_agent_range *first = &agent_shared->stack;
	uint64_t self;
	if (thread->tid == thread->pid)
		return first->low == first->high ||
		       addr - first->low < first->high - first->low;
	asm("movq %%fs:0, %0" : "=r"(self));
	return self - addr < OWN_MAX;
}

/* Between stacks are pages that nobody may read. */
static bool is_contiguous(struct ct_agent_thread *thread, uint64_t low,
			  uint64_t high)
{
	for (uint64_t at = low; at < high; at += AGENT_PAGE)
		if (!agent_is_readable(thread, at))
			return false;
	return true;
}

/* Its return address is no longer where the call has put it. */
static bool is_overwritten(struct ct_agent_thread *thread, struct ct_open *open)
{
	struct frame frame;
	return agent_look(thread, open->frame, &frame, sizeof(frame)) <
		   sizeof(frame) ||
	       frame.return_address != agent_open_record(open)->caller;
}

/* Whether a call with a frame below has been left.  Of stacks that coroutines
 * have, which may lie side by side, nobody knows the bounds. */
static bool is_left(struct ct_agent_thread *thread, struct ct_open *open,
		    uint64_t frame)
{
	if (agent_is_elsewhere(frame, open->frame))
		return false;
	if (!is_own_stack(thread, open->frame) || !is_own_stack(thread, frame))
		return is_overwritten(thread, open);
	return thread->tid == thread->pid ||
	       is_contiguous(thread, open->frame, frame);
}

static void abandon(struct ct_agent_thread *thread, struct ct_open *open)
{
	struct ct_record *record = agent_open_record(open);
	record->outcome = CT_OUTCOME_UNFINISHED;
	if (!(record->flags & CT_RECORD_UNSEEN))
		agent_write(thread, record);
	agent_open_pop(thread, open);
}

void agent_open_leave(struct ct_agent_thread *thread, uint64_t frame,
		      bool inclusive)
{
	for (;;) {
		struct ct_open *last = agent_open_last(thread);
		if (last && last->state == CT_OPEN_FILLING &&
		    is_alone(thread)) {
			agent_open_pop(thread, last);
			continue;
		}
		if (!last || last->state != CT_OPEN_CALL ||
		    last->frame > frame || (last->frame == frame && !inclusive))
			return;
		if (frame - last->frame > FAR || !is_left(thread, last, frame))
			return;
		abandon(thread, last);
	}
}

void agent_open_abandon(struct ct_agent_thread *thread)
{
	struct ct_open *last;
	while ((last = agent_open_last(thread)))
		if (last->state == CT_OPEN_CALL)
			abandon(thread, last);
		else
			agent_open_pop(thread, last);
}
