/* SPDX-License-Identifier: MIT */
/*
 * Calls that have not returned: a stack of records, in shared memory so that
 * they are known when the program is killed.
 *
 * A signal's handler may come between any two instructions, push calls above
 * whatever is being done, and leave them there when the program leaves them by
 * longjmp.  The newest call and the end of what is in use are one word, and
 * change only from what they were seen to be: else all is done again, above
 * what is there now.  Room is taken first; then it is nobody else's, and the
 * call is made a part of the chain when its record is whole.
 */
#include <string.h>

#include "agent/inside.h"
#include "value/capture.h"

enum {
	WHOLE = sizeof(struct ct_open) + CT_CAPTURE_SIZE,
	SEARCH_MAX = 256, /* open calls that are looked through */
};

static struct ct_open *at(struct ct_agent_thread *thread, uint32_t offset)
{
	return offset == CT_OPEN_NONE
		   ? NULL
		   : (struct ct_open *)(void *)(ct_agent_open_area(thread) +
						offset);
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

struct ct_open *agent_open_find(struct ct_agent_thread *thread,
				const struct frame *frame)
{
	struct ct_open *open = agent_open_last(thread);
	for (int i = 0; open && i < SEARCH_MAX; i++) {
		if (open->frame == (uintptr_t)frame &&
		    open->state == CT_OPEN_CALL)
			return open;
		open = agent_open_before(thread, open);
	}
	return NULL;
}

/* Not within a signal's handler that has interrupted a hook: then all that
 * there is belongs to nobody who is at work. */
static bool is_alone(const struct ct_agent_thread *thread, uint32_t level)
{
	for (uint32_t i = 0; i < CT_AGENT_LEVELS; i++)
		if (i != level && ct_agent_is_owned(thread, i))
			return false;
	return true;
}

static bool has_room(uint32_t offset)
{
	return agent_shared->open_size >= WHOLE &&
	       agent_shared->open_size - WHOLE >= offset;
}

/* Where the next one goes.  What was taken in hooks that have been left is
 * found when it is missed. */
static uint32_t find_room(struct ct_agent_thread *thread, uint32_t level,
			  uint64_t opens)
{
	const struct ct_open *last = at(thread, agent_opens_last(opens));
	if (has_room(agent_opens_top(opens)) || !is_alone(thread, level))
		return agent_opens_top(opens);
	return last ? agent_opens_last(opens) + last->size : 0;
}

struct ct_open *agent_open_push(struct ct_agent_thread *thread, uint32_t level,
				uint64_t frame)
{
	uint64_t opens;
	uint32_t offset;
	do {
		opens = thread->opens;
		offset = find_room(thread, level, opens);
		if (!has_room(offset))
			return NULL;
	} while (
	    !agent_swap(&thread->opens, opens,
			agent_opens(agent_opens_last(opens), offset + WHOLE)));
	struct ct_open *open = at(thread, offset);
	open->size = WHOLE;
	open->before = agent_opens_last(opens);
	open->frame = frame;
	open->tail = 0;
	open->asked = 0;
	return open;
}

struct ct_open *agent_open_link(struct ct_agent_thread *thread, uint32_t level,
				struct ct_open *open)
{
	for (;;) {
		uint32_t offset = agent_open_offset(thread, open);
		open->size =
		    (uint32_t)sizeof(*open) + agent_open_record(open)->size;
		open->state = CT_OPEN_CALL;
		agent_barrier();
		if (agent_swap(&thread->opens,
			       agent_opens(open->before, offset + WHOLE),
			       agent_opens(offset, offset + open->size)))
			return open;
		struct ct_open *copy =
		    agent_open_push(thread, level, open->frame);
		if (!copy)
			return NULL;
		copy->hook = open->hook;
		copy->answer = open->answer;
		copy->tail = open->tail;
		memcpy(agent_open_record(copy), agent_open_record(open),
		       agent_open_record(open)->size);
		open = copy;
	}
}

void agent_open_cancel(struct ct_agent_thread *thread, struct ct_open *open)
{
	uint32_t offset = agent_open_offset(thread, open);
	agent_swap(&thread->opens, agent_opens(open->before, offset + WHOLE),
		   agent_opens(open->before, offset));
}

/* One that is not the last leaves a gap until those above it are gone.  A
 * handler takes away nothing but its own: what is below may be at work. */
void agent_open_pop(struct ct_agent_thread *thread, uint32_t level,
		    struct ct_open *open)
{
	atomic_store_explicit(&open->state, CT_OPEN_FREE, memory_order_release);
	for (;;) {
		uint64_t opens = thread->opens;
		uint32_t offset = agent_opens_last(opens);
		const struct ct_open *last = at(thread, offset);
		if (!last || last->state != CT_OPEN_FREE ||
		    (last != open && !is_alone(thread, level)))
			return;
		agent_swap(&thread->opens, opens,
			   agent_opens(last->before, offset));
	}
}

/* Its return address is no longer where the call has put it. */
static bool is_overwritten(struct ct_agent_thread *thread, struct ct_open *open)
{
	struct frame frame;
	return agent_look(thread, open->frame, &frame, sizeof(frame)) <
		   sizeof(frame) ||
	       frame.return_address != agent_open_record(open)->caller;
}

/* Whether a call has been left.  Of stacks that coroutines have, which may lie
 * side by side, nobody knows the bounds. */
static bool is_left(struct ct_agent_thread *thread, uint32_t level,
		    struct ct_open *open, uint64_t frame)
{
	switch (agent_where(thread, level, open->frame, frame)) {
	case AGENT_LEFT:
		return true;
	case AGENT_UNKNOWN:
		return open->frame < frame && is_overwritten(thread, open);
	default:
		return false;
	}
}

static void abandon(struct ct_agent_thread *thread, uint32_t level,
		    struct ct_open *open)
{
	struct ct_record *record = agent_open_record(open);
	uint32_t state = CT_OPEN_CALL;
	open->mark = (uint32_t)thread->rings[level].head;
	agent_barrier();
	/* A handler may have done it. */
	if (!atomic_compare_exchange_strong(&open->state, &state,
					    CT_OPEN_LEAVING | level << 8))
		return;
	record->outcome = CT_OUTCOME_UNFINISHED;
	if (!(record->flags & CT_RECORD_UNSEEN))
		agent_write(thread, level, record, open);
	agent_open_pop(thread, level, open);
}

void agent_open_leave(struct ct_agent_thread *thread, uint32_t level,
		      uint64_t frame, bool inclusive)
{
	struct ct_open *last;
	while ((last = agent_open_last(thread))) {
		if (last->state != CT_OPEN_CALL) {
			if (!is_alone(thread, level))
				return;
			agent_open_pop(thread, level, last);
			continue;
		}
		if (last->frame == frame ? !inclusive
					 : !is_left(thread, level, last, frame))
			return;
		abandon(thread, level, last);
	}
}

void agent_open_settle(struct ct_agent_thread *thread, uint32_t level)
{
	struct ct_open *open = agent_open_last(thread);
	for (int i = 0; open && i < SEARCH_MAX; i++) {
		if (open->state == (CT_OPEN_LEAVING | level << 8))
			open->state = ct_agent_is_open(thread, open)
					  ? CT_OPEN_CALL
					  : CT_OPEN_FREE;
		open = agent_open_before(thread, open);
	}
}

void agent_open_abandon(struct ct_agent_thread *thread)
{
	struct ct_open *last;
	while ((last = agent_open_last(thread)))
		if (last->state == CT_OPEN_CALL)
			abandon(thread, 0, last);
		else
			agent_open_pop(thread, 0, last);
}
