/* SPDX-License-Identifier: MIT */
/*
 * The writing end of a thread's rings.  Only who has the level writes; a
 * signal's handler may come at any point, write as well, and not even come
 * back: it has a ring of its own.  Nothing is reserved: a record is put behind
 * the head, which then moves over it.
 */
#include <string.h>
#include <sys/syscall.h>

#include "agent/answer.h"
#include "agent/fast.h"
#include "agent/inside.h"

enum {
	FUTEX_WAIT_SHARED = 0,
	FUTEX_WAKE_SHARED = 1,
	WAIT_SECONDS = 1,
	LOOKS_MAX = 1 << 30, /* some ten seconds and more */
	ESRCH_NUMBER = 3,
};

static struct ct_ring_entry *entry_at(struct ct_agent_thread *thread,
				      uint32_t level, uint64_t position)
{
	return (void *)(ct_agent_ring_data(agent_shared, thread, level) +
			(position & (thread->rings[level].size - 1)));
}

/*
 * A process that was killed is found by kill(2) until it is waited for, which
 * may be never, and its number may then be another's.  Its other threads are
 * gone with it, and tgkill(2) wants both numbers to be right.
 */
static bool is_reader_gone(void)
{
	int32_t pid = agent_shared->reader_pid;
	int32_t tid = agent_shared->reader_tid;
	if (!pid)
		return false;
	return (tid ? agent_ask(SYS_tgkill, pid, tid, 0, 0)
		    : agent_ask(SYS_kill, pid, 0, 0, 0)) == -ESRCH_NUMBER;
}

/* There is nobody to ask: the program goes on without us.  Once for all, since
 * it would wait at each call. */
static void go_on_alone(void)
{
	ct_agent_live->armed = 0;
	ct_region_note_change(agent_region);
}

bool agent_is_abandoned(void)
{
	if (agent_quiet || !is_reader_gone())
		return false;
	go_on_alone();
	return true;
}

/* Who does not sleep hears of it. */
static void ring_doorbell(void)
{
	atomic_fetch_add(&agent_shared->doorbell, 1);
	if (!agent_quiet)
		agent_ask(SYS_futex, (long)&agent_shared->doorbell,
			  FUTEX_WAKE_SHARED, 1, 0);
}

static void watch_tail(const struct ct_ring *ring, uint64_t tail)
{
	for (uint32_t i = 0; i < LOOKS_MAX && atomic_load(&ring->tail) == tail;
	     i++)
		__builtin_ia32_pause();
}

/* Full, and lossless: until the reader has made room.  False when nobody will
 * any more. */
static bool wait_for_room(struct ct_ring *ring, uint64_t tail)
{
	const long timeout[2] = {WAIT_SECONDS, 0};
	if (!agent_shared->armed) /* GDB's side has let go of the program */
		return false;
	uint32_t emptied = ring->emptied;
	atomic_fetch_add(&ring->waiting, 1);
	ring_doorbell();
	if (agent_quiet)
		watch_tail(ring, tail);
	else if (atomic_load(&ring->tail) == tail)
		agent_ask(SYS_futex, (long)&ring->emptied, FUTEX_WAIT_SHARED,
			  emptied, (long)timeout);
	atomic_fetch_sub(&ring->waiting, 1);
	if (atomic_load(&ring->tail) != tail ||
	    (!agent_quiet && !is_reader_gone()))
		return true;
	go_on_alone();
	return false;
}

/* The oldest is given up, unless it has just been read. */
static void forget_oldest(struct ct_agent_thread *thread, uint32_t level,
			  uint64_t tail)
{
	struct ct_ring *ring = &thread->rings[level];
	const struct ct_ring_entry *entry = entry_at(thread, level, tail);
	uint64_t rest = ct_ring_rest(ring->size, tail);
	if (rest < sizeof(*entry)) {
		atomic_compare_exchange_strong(&ring->tail, &tail, tail + rest);
		return;
	}
	uint64_t next = tail + sizeof(*entry) + CT_RING_SIZE(entry->what);
	uint32_t kind = CT_RING_KIND(entry->what), mock = 0;
	ct_ref target = 0;
	/* Not looked at without need: it is far away by now. */
	if (kind == CT_RING_ANSWER) {
		target = ct_agent_hooks[entry->of].target;
		mock = ((const struct ct_record *)(entry + 1))->mock;
	} else if (kind == CT_RING_COMPACT) {
		const struct ct_fast *fast =
		    ct_region_at(agent_region, entry->of);
		target = fast->target;
		mock = fast->record.mock;
	}
	if (!atomic_compare_exchange_strong(&ring->tail, &tail, next) ||
	    kind == CT_RING_SKIP)
		return;
	ring->lost++;
	ct_agent_count(agent_region, agent_region->size, target, mock, 1);
}

static bool make_room(struct ct_agent_thread *thread, uint32_t level,
		      uint64_t tail)
{
	switch (agent_shared->ring_mode) {
	case CT_RING_LOSSLESS:
		return wait_for_room(&thread->rings[level], tail);
	case CT_RING_FLIGHT:
		forget_oldest(thread, level, tail);
		return true;
	default:
		return false;
	}
}

/* Whether there is room for so many bytes; false for good. */
static bool wait_until_free(struct ct_agent_thread *thread, uint32_t level,
			    uint64_t size)
{
	struct ct_ring *ring = &thread->rings[level];
	for (;;) {
		uint64_t tail =
		    atomic_load_explicit(&ring->tail, memory_order_acquire);
		ring->tail_seen = tail;
		if (ring->head - tail + size <= ring->size)
			return true;
		if (!make_room(thread, level, tail))
			return false;
	}
}

/* The rest of the ring is too small for one piece. */
static void skip(struct ct_agent_thread *thread, uint32_t level, uint64_t rest)
{
	struct ct_ring *ring = &thread->rings[level];
	struct ct_ring_entry *entry = entry_at(thread, level, ring->head);
	if (rest >= sizeof(*entry))
		entry->what = (uint32_t)(rest - sizeof(*entry)) | CT_RING_SKIP;
	atomic_store_explicit(&ring->head, ring->head + rest,
			      memory_order_release);
}

/* A record, which counts as ended when there is room for it, or only `as`;
 * false when there is none. */
static bool put(struct ct_agent_thread *thread, uint32_t level,
		const struct ct_record *record, const struct ct_ring_entry *as,
		struct ct_open *open)
{
	struct ct_ring *ring = &thread->rings[level];
	uint64_t size = sizeof(*as) + (record ? record->size : 0);
	if (size > ring->size / 2)
		return false;
	uint64_t rest = ring->size - (ring->head & (ring->size - 1));
	if (rest < size) {
		if (!wait_until_free(thread, level, rest))
			return false;
		if (open)
			open->mark = (uint32_t)(ring->head + rest);
		agent_barrier();
		skip(thread, level, rest);
	}
	if (!wait_until_free(thread, level, size))
		return false;
	uint64_t head = ring->head;
	struct ct_ring_entry *entry = entry_at(thread, level, head);
	*entry = as ? *as : agent_entry_of_record();
	if (record) {
		entry->what |= record->size;
		memcpy(entry + 1, record, record->size);
	}
	if (open)
		agent_open_mark(open, level, head);
	atomic_store_explicit(&ring->head, head + size, memory_order_release);
	return true;
}

void agent_ring_wake(const struct ct_ring *ring)
{
	if (ring->head - ring->tail < ring->size / 2)
		return;
	atomic_store(&agent_shared->reader_waits, 0);
	ring_doorbell();
}

void agent_write(struct ct_agent_thread *thread, uint32_t level,
		 const struct ct_record *record, struct ct_open *open)
{
	if (put(thread, level, record, NULL, open))
		agent_ring_bell(&thread->rings[level]);
	else
		thread->rings[level].lost++;
}

void agent_write_turn(struct ct_agent_thread *thread, uint32_t level,
		      uint64_t turn)
{
	const struct ct_ring_entry as = {.what = CT_RING_TURN, .order = turn};
	if (agent_shared->ring_mode == CT_RING_LOSSLESS)
		(void)put(thread, level, NULL, &as, NULL);
}
