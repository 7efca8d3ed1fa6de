/* SPDX-License-Identifier: MIT */
/* Calls that have not returned, and threads that will make none any more. */
#define _GNU_SOURCE
#include <sys/mman.h>

#include "agent/drain_inside.h"

#define PAGE ((uintptr_t)4096)

static bool take_unfinished(struct ct_drain *drain, uint32_t thread,
			    struct ct_open *open, uint64_t room,
			    ct_drain_take *take, void *arg)
{
	uint64_t size = open->size;
	open->state = CT_OPEN_FREE;
	if (size < sizeof(*open) || size > room)
		return false;
	struct ct_record *record = (void *)(open + 1);
	if (record->flags & CT_RECORD_UNSEEN)
		return false;
	record->outcome = CT_OUTCOME_UNFINISHED;
	if (!ct_drain_copy(drain, record, size - sizeof(*open)))
		return false;
	ct_numbers_put(drain, thread, true, drain->copy);
	take(arg, drain->copy, drain->copy->size);
	return true;
}

static size_t unfinished_of(struct ct_drain *drain, uint32_t i,
			    struct ct_agent_thread *thread, ct_drain_take *take,
			    void *arg)
{
	size_t count = 0;
	/* They are linked from the newest; each lies above the next. */
	uint32_t at = thread->open_last;
	struct ct_open *open;
	while ((open = ct_drain_open_at(drain, thread, at))) {
		uint32_t before = open->before;
		if (ct_agent_is_open(thread, open))
			count += take_unfinished(
			    drain, i, open, drain->open_size - at, take, arg);
		at = before < at ? before : CT_OPEN_NONE;
	}
	return count;
}

size_t ct_drain_unfinished(struct ct_drain *drain, int32_t tid,
			   ct_drain_take *take, void *arg)
{
	size_t count = 0;
	ct_numbers_settle(drain->numbers);
	for (uint32_t i = 0; i < ct_drain_thread_count(drain); i++) {
		struct ct_agent_thread *thread = ct_drain_thread(drain, i);
		if (thread && (!tid || thread->tid == tid))
			count += unfinished_of(drain, i, thread, take, arg);
	}
	return count;
}

static void open_calls_of(struct ct_drain *drain, uint32_t i,
			  struct ct_agent_thread *thread, ct_drain_take *take,
			  void *arg)
{
	uint32_t at = thread->open_last;
	struct ct_open *open;
	while ((open = ct_drain_open_at(drain, thread, at))) {
		uint32_t before = open->before;
		uint64_t size = open->size;
		const struct ct_record *record = (void *)(open + 1);
		if (ct_agent_is_open(thread, open) &&
		    size >= sizeof(*open) + sizeof(*record) &&
		    size <= drain->open_size - at &&
		    !(record->flags & CT_RECORD_UNSEEN) &&
		    ct_drain_copy(drain, record, size - sizeof(*open))) {
			ct_numbers_put(drain, i, false, drain->copy);
			take(arg, drain->copy, drain->copy->size);
		}
		at = before < at ? before : CT_OPEN_NONE;
	}
}

void ct_drain_open_calls(struct ct_drain *drain, ct_drain_take *take, void *arg)
{
	ct_numbers_settle(drain->numbers);
	for (uint32_t i = 0; i < ct_drain_thread_count(drain); i++) {
		struct ct_agent_thread *thread = ct_drain_thread(drain, i);
		if (thread && thread->tid > 0)
			open_calls_of(drain, i, thread, take, arg);
	}
}

bool ct_drain_number(struct ct_drain *drain,
		     const struct ct_agent_thread *thread,
		     struct ct_record *record)
{
	uint32_t i = 0, count = ct_drain_thread_count(drain);
	while (i < count && ct_drain_thread(drain, i) != thread)
		i++;
	if (i == count)
		return false;
	ct_numbers_settle(drain->numbers);
	ct_numbers_put(drain, i, true, record);
	return true;
}

/* The pages of a block behind its struct: open calls, rings, counts, stack. */
static void give_back(struct ct_drain *drain, uint32_t i,
		      struct ct_agent_thread *thread)
{
	uintptr_t from = ((uintptr_t)(thread + 1) + PAGE - 1) & ~(PAGE - 1);
	uintptr_t to = ((uintptr_t)thread + drain->block_size) & ~(PAGE - 1);
	for (uint32_t level = 0; level < CT_AGENT_LEVELS; level++)
		if (thread->rings[level].head != thread->rings[level].tail)
			return;
	if (from >= to)
		return;
	ct_drain_count_thread(drain, i);
	if (!madvise((void *)from, to - from, MADV_REMOVE))
		ct_drain_forget_counted(drain, i);
}

void ct_drain_release(struct ct_drain *drain, int32_t tid)
{
	for (uint32_t i = 0; i < ct_drain_thread_count(drain); i++) {
		struct ct_agent_thread *thread = ct_drain_thread(drain, i);
		int32_t its = tid;
		if (!thread ||
		    !atomic_compare_exchange_strong(&thread->tid, &its, -1))
			continue;
		give_back(drain, i, thread);
		atomic_fetch_add(&drain->shared->released, 1);
		thread->tid = 0;
	}
}
