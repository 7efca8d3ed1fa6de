/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <limits.h>
#include <linux/futex.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "agent/drain_inside.h"

enum {
	READ_MAX = 1 << 15, /* then somebody wants to see them */
	STREAMS = CT_AGENT_THREADS_MAX * CT_AGENT_LEVELS,
	QUIET_MS = 2,
	PUBLISH_PARTS = 8, /* of a ring: what is read is given back in those */
};

/* One ring while it is read: what was complete when the reading began. */
struct stream {
	struct ct_agent_thread *thread;
	uint32_t thread_index;
	struct ct_ring *ring;
	struct ct_ring_view view; /* from the tail on */
	uint64_t published;       /* the tail, as the program knows it */
	bool shared_tail; /* the program moves it, too: CT_RING_FLIGHT */
	bool is_news;     /* nobody was woken for what was published last */
	/* The entry at the tail: a copy, and what is behind it. */
	struct ct_ring_entry entry;
	const void *bytes;
	uint64_t order; /* among all rings' */
	uint64_t end;   /* when the call ended, for those with one order */
};

void ct_drain_destroy(struct ct_drain *drain)
{
	if (!drain)
		return;
	if (drain->numbers)
		ct_numbers_remove(drain->numbers, drain);
	for (uint32_t i = 0; i < CT_AGENT_THREADS_MAX; i++)
		ct_drain_forget_counted(drain, i);
	free(drain->heap);
	free(drain->streams);
	free(drain->copy);
	free(drain);
}

struct ct_error *ct_drain_create(struct ct_region *region,
				 struct ct_agent_shared *shared,
				 struct ct_numbers *numbers,
				 struct ct_drain **ret)
{
	struct ct_drain *drain = calloc(1, sizeof(*drain));
	if (!drain)
		return &ct_enomem;
	drain->copy = malloc(CT_CAPTURE_SIZE);
	drain->streams = malloc(STREAMS * sizeof(*drain->streams));
	drain->heap = malloc(STREAMS * sizeof(*drain->heap));
	if (!drain->copy || !drain->streams || !drain->heap) {
		ct_drain_destroy(drain);
		return &ct_enomem;
	}
	drain->region = region;
	drain->shared = shared;
	ct_agent_clock_follow(&drain->clock, shared);
	drain->region_size = region->size;
	drain->expander.region = region;
	drain->expander.region_size = region->size;
	drain->ring_size = shared->ring_size;
	drain->nested_size = shared->nested_size;
	drain->open_size = shared->open_size;
	drain->block_size = shared->block_size;
	drain->calls_at = shared->calls_at;
	drain->hooks = ct_region_at(region, shared->hooks);
	drain->hook_capacity = shared->hook_capacity;
	if (numbers)
		ct_numbers_add(numbers, drain);
	*ret = drain;
	return NULL;
}

static void wake(_Atomic uint32_t *at)
{
	atomic_fetch_add(at, 1);
	syscall(SYS_futex, at, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

/* ---- one ring */

/* Whether a thread that waits would soon wait again. */
static bool is_still_full(const struct stream *stream)
{
	return atomic_load(&stream->ring->head) - stream->view.at >
	       stream->view.size / 2;
}

/* The program may have what is before the tail.  Who waits for that is woken
 * when half of the ring is free, or nothing more is read for now: to wake and
 * to wait cost more than a hundred calls. */
static void publish(struct stream *stream, bool is_last)
{
	if (stream->shared_tail)
		return;
	if (stream->published != stream->view.at) {
		atomic_store(&stream->ring->tail, stream->view.at);
		stream->published = stream->view.at;
		stream->is_news = true;
	}
	if (stream->is_news && atomic_load(&stream->ring->waiting) &&
	    (is_last || !is_still_full(stream))) {
		stream->is_news = false;
		wake(&stream->ring->emptied);
	}
}

/* False when the program has taken it away meanwhile: CT_RING_FLIGHT. */
static bool consume(struct stream *stream, uint64_t next)
{
	uint64_t tail = stream->view.at;
	stream->view.at = next;
	if (stream->shared_tail) {
		if (atomic_compare_exchange_strong(&stream->ring->tail, &tail,
						   next))
			return true;
		stream->view.at = tail;
		return false;
	}
	/* A thread that waits is not woken for each record, to wait again. */
	if (next - stream->published >= stream->view.size / PUBLISH_PARTS)
		publish(stream, false);
	return true;
}

/* Twice the turn of the call that an answer is; other calls have ended before
 * the call of which they say the turn.  What cannot be so is given
 * out as it comes. */
static void set_order(const struct ct_drain *drain, struct stream *stream)
{
	const struct ct_ring_entry *entry = &stream->entry;
	const void *bytes = stream->bytes;
	uint64_t number = entry->order, order;
	if (CT_RING_KIND(entry->what) == CT_RING_COMPACT) {
		number &= (UINT64_C(1) << CT_ORDER_BITS) - 1;
		stream->end = ((const struct ct_compact *)bytes)->time_ns;
	} else {
		const struct ct_record *record = bytes;
		stream->end = record->time_ns + record->duration_ns;
	}
	bool is_answer = CT_RING_KIND(entry->what) != CT_RING_RECORD;
	order = 2 * number + is_answer;
	if (number + is_answer > (drain->region->turns & CT_TURN_MASK))
		order = stream->order;
	stream->order = order;
}

static uint32_t least_size(uint32_t what)
{
	switch (CT_RING_KIND(what)) {
	case CT_RING_RECORD:
	case CT_RING_ANSWER:
		return sizeof(struct ct_record);
	case CT_RING_COMPACT:
		return sizeof(struct ct_compact);
	case CT_RING_TURN:
		return 0;
	default:
		return UINT32_MAX;
	}
}

bool ct_ring_view_find(struct ct_ring_view *view, struct ct_ring_entry *entry,
		       const void **bytes)
{
	for (;;) {
		uint64_t rest = ct_ring_rest(view->size, view->at);
		uint64_t there = view->limit - view->at;
		if (!there || there > view->size || view->at & 7)
			return false;
		if (rest < sizeof(*entry)) {
			if (there < rest)
				return false;
			view->at += rest;
			continue;
		}
		const struct ct_ring_entry *at =
		    (const void *)(view->data + (view->at & (view->size - 1)));
		*entry = *(const volatile struct ct_ring_entry *)at;
		uint32_t size = CT_RING_SIZE(entry->what);
		uint64_t whole = sizeof(*entry) + (uint64_t)size;
		if (whole > rest || whole > there)
			return false;
		*bytes = at + 1;
		if (size >= least_size(entry->what))
			return true;
		view->at += whole;
	}
}

/* What has ended in this epoch may have been caused by what was not seen. */
static bool is_of_this_time(const struct ct_drain *drain,
			    const struct stream *stream)
{
	const struct ct_ring_entry *entry = &stream->entry;
	return stream->order <= 2 * drain->cut.turn &&
	       (CT_RING_KIND(entry->what) != CT_RING_RECORD ||
		entry->of != drain->cut.epoch);
}

/* The next record at or behind the tail; false when there is none. */
static bool find_record(const struct ct_drain *drain, struct stream *stream)
{
	for (;;) {
		struct ct_ring_view view = stream->view;
		bool found =
		    ct_ring_view_find(&view, &stream->entry, &stream->bytes);
		if (view.at != stream->view.at && !consume(stream, view.at))
			continue;
		if (!found)
			return false;
		if (CT_RING_KIND(stream->entry.what) != CT_RING_TURN) {
			set_order(drain, stream);
			return is_of_this_time(drain, stream);
		}
		if (stream->entry.order >= drain->cut.turn)
			return false;
		ct_numbers_forget(drain->numbers, stream->entry.order);
		consume(stream, view.at + sizeof(stream->entry) +
				    CT_RING_SIZE(stream->entry.what));
	}
}

static bool open_stream(const struct ct_drain *drain, uint32_t thread_index,
			uint32_t level, struct stream *stream)
{
	struct ct_agent_thread *thread = ct_drain_thread(drain, thread_index);
	struct ct_ring *ring = &thread->rings[level];
	uint64_t tail = ring->tail;
	*stream = (struct stream){
	    .thread = thread,
	    .thread_index = thread_index,
	    .ring = ring,
	    .view = {ct_drain_ring_data(drain, thread, level),
		     ct_drain_ring_size(drain, level), tail,
		     atomic_load_explicit(&ring->head, memory_order_acquire)},
	    .published = tail,
	    .shared_tail = drain->shared->ring_mode == CT_RING_FLIGHT,
	};
	if (stream->view.limit == tail || !find_record(drain, stream)) {
		publish(stream, true);
		return false;
	}
	return true;
}

/* ---- all of them, by the end of their next call */

static bool ends_before(const struct stream *x, const struct stream *y)
{
	return x->order != y->order ? x->order < y->order : x->end < y->end;
}

static struct stream *stream_at(const struct ct_drain *drain, size_t at)
{
	return &drain->streams[drain->heap[at]];
}

static bool is_before(const struct ct_drain *drain, size_t a, size_t b)
{
	return ends_before(stream_at(drain, a), stream_at(drain, b));
}

static void swap(struct ct_drain *drain, size_t a, size_t b)
{
	uint16_t index = drain->heap[a];
	drain->heap[a] = drain->heap[b];
	drain->heap[b] = index;
}

static void sift_up(struct ct_drain *drain, size_t at)
{
	for (; at && is_before(drain, at, (at - 1) / 2); at = (at - 1) / 2)
		swap(drain, at, (at - 1) / 2);
}

static void sift_down(struct ct_drain *drain)
{
	for (size_t at = 0;;) {
		size_t least = at;
		for (size_t child = 2 * at + 1;
		     child <= 2 * at + 2 && child < drain->heap_count; child++)
			if (is_before(drain, child, least))
				least = child;
		if (least == at)
			return;
		swap(drain, at, least);
		at = least;
	}
}

/* What a thread had completed before another began is there, when the heads
 * are looked at behind the cut. */
static void gather(struct ct_drain *drain, struct ct_cut cut)
{
	uint32_t count = ct_drain_thread_count(drain);
	drain->cut = cut;
	drain->heap_count = 0;
	for (uint32_t i = 0; i < count; i++) {
		struct ct_agent_thread *thread = ct_drain_thread(drain, i);
		for (uint32_t level = 0; thread && level < CT_AGENT_LEVELS;
		     level++) {
			size_t at = drain->heap_count;
			if (!open_stream(drain, i, level, &drain->streams[at]))
				continue;
			drain->heap[at] = (uint16_t)at;
			drain->heap_count++;
			sift_up(drain, at);
		}
	}
}

/* The one on top has moved on. */
static void next(struct ct_drain *drain)
{
	struct stream *stream = stream_at(drain, 0);
	if (!find_record(drain, stream)) {
		publish(stream, true);
		drain->heap[0] = drain->heap[--drain->heap_count];
	}
	sift_down(drain);
}

/* ---- counts that the program has left to be made */

static void count_answer(struct ct_drain *drain, ct_ref target)
{
	ct_agent_count(drain->region, drain->region_size, target,
		       drain->copy->mock, 1);
}

static bool expand(struct ct_drain *drain, const struct stream *stream,
		   ct_ref *target)
{
	const struct ct_agent_thread *thread = stream->thread;
	const struct ct_fast *fast = ct_expand(&drain->expander, &stream->entry,
					       stream->bytes, drain->copy);
	if (!fast)
		return false;
	/* As thread.c changes them. */
	int32_t writer = thread->writer;
	drain->copy->tid =
	    stream->view.at < thread->since ? thread->writer_before : writer;
	drain->copy->pid = thread->pid;
	*target = fast->target;
	return true;
}

/* The record at the tail, and whom to count it for. */
static bool take_copy(struct ct_drain *drain, const struct stream *stream,
		      ct_ref *target)
{
	const struct ct_ring_entry *entry = &stream->entry;
	if (CT_RING_KIND(entry->what) == CT_RING_COMPACT)
		return expand(drain, stream, target);
	if (CT_RING_KIND(entry->what) == CT_RING_ANSWER &&
	    entry->of < drain->hook_capacity)
		*target = drain->hooks[entry->of].target;
	return ct_drain_copy(drain, stream->bytes, CT_RING_SIZE(entry->what));
}

/* The first to end; true when it was given out. */
static bool take_first(struct ct_drain *drain, ct_drain_take *take, void *arg)
{
	struct stream *stream = stream_at(drain, 0);
	ct_ref target = 0;
	bool good = take_copy(drain, stream, &target);
	uint64_t after = stream->view.at + sizeof(struct ct_ring_entry) +
			 CT_RING_SIZE(stream->entry.what);
	if (!consume(stream, after) || !good)
		return false;
	count_answer(drain, target);
	ct_numbers_put(drain, stream->thread_index, true, drain->copy);
	take(arg, drain->copy, drain->copy->size);
	return true;
}

/* Of several; NULL when there is nothing any more. */
static const struct ct_drain_source *first_of(
    const struct ct_drain_source *sources, size_t count)
{
	const struct ct_drain_source *first = NULL;
	for (size_t i = 0; i < count; i++)
		if (sources[i].drain->heap_count &&
		    (!first || ends_before(stream_at(sources[i].drain, 0),
					   stream_at(first->drain, 0))))
			first = &sources[i];
	return first;
}

/* What was complete when it began; returns how many were looked at. */
static size_t read_once(const struct ct_drain_source *sources, size_t count,
			ct_drain_take *take, size_t *ret_count)
{
	const struct ct_drain_source *first;
	struct ct_cut cut = ct_numbers_settle(sources->drain->numbers);
	size_t looked = 0;
	for (size_t i = 0; i < count; i++)
		gather(sources[i].drain, cut);
	for (; (first = first_of(sources, count)); looked++) {
		*ret_count += take_first(first->drain, take, first->arg);
		next(first->drain);
	}
	return looked;
}

size_t ct_drain_read_all(const struct ct_drain_source *sources, size_t count,
			 ct_drain_take *take)
{
	size_t taken = 0, looked = 0, now;
	for (size_t i = 0; i < count; i++)
		ct_agent_clock_tick(&sources[i].drain->clock,
				    sources[i].drain->shared);
	/* A program may write as fast as we read. */
	while (count && looked < READ_MAX &&
	       (now = read_once(sources, count, take, &taken)) != 0)
		looked += now;
	return taken;
}

size_t ct_drain_read(struct ct_drain *drain, ct_drain_take *take, void *arg)
{
	const struct ct_drain_source source = {drain, arg};
	return ct_drain_read_all(&source, 1, take);
}

static bool is_urgent(const struct ct_drain *drain,
		      const struct ct_agent_thread *thread)
{
	for (uint32_t level = 0; level < CT_AGENT_LEVELS; level++) {
		const struct ct_ring *ring = &thread->rings[level];
		if (ring->waiting || ring->head - ring->tail >=
					 ct_drain_ring_size(drain, level) / 2)
			return true;
	}
	return false;
}

static bool is_any_urgent(const struct ct_drain *drain)
{
	for (uint32_t i = 0; i < ct_drain_thread_count(drain); i++) {
		const struct ct_agent_thread *thread =
		    ct_drain_thread(drain, i);
		if (thread && is_urgent(drain, thread))
			return true;
	}
	return false;
}

bool ct_drain_wait(struct ct_drain *drain, unsigned int milliseconds)
{
	struct ct_agent_shared *shared = drain->shared;
	uint32_t bell = shared->doorbell;
	atomic_store(&shared->reader_waits, 1);
	for (;;) {
		/* Who is quiet does not wake us. */
		unsigned int wait = shared->quiet && milliseconds > QUIET_MS
					? QUIET_MS
					: milliseconds;
		const struct timespec time = {wait / 1000,
					      (long)(wait % 1000) * 1000000};
		if (is_any_urgent(drain))
			return true;
		if (syscall(SYS_futex, &shared->doorbell, FUTEX_WAIT, bell,
			    &time, NULL, 0) == 0 ||
		    shared->doorbell != bell)
			return true;
		milliseconds -= wait;
		if (!milliseconds)
			return false;
	}
}

bool ct_drain_has_records(const struct ct_drain *drain)
{
	for (uint32_t i = 0; i < ct_drain_thread_count(drain); i++) {
		const struct ct_agent_thread *thread =
		    ct_drain_thread(drain, i);
		for (uint32_t level = 0; thread && level < CT_AGENT_LEVELS;
		     level++)
			if (thread->rings[level].head !=
			    thread->rings[level].tail)
				return true;
	}
	return false;
}

uint64_t ct_drain_lost(const struct ct_drain *drain)
{
	uint64_t lost = 0;
	for (uint32_t i = 0; i < ct_drain_thread_count(drain); i++) {
		const struct ct_agent_thread *thread =
		    ct_drain_thread(drain, i);
		for (uint32_t level = 0; thread && level < CT_AGENT_LEVELS;
		     level++)
			lost += thread->rings[level].lost;
	}
	return lost;
}

uint64_t ct_drain_unseen(const struct ct_drain *drain)
{
	uint64_t unseen = drain->shared->threadless;
	for (uint32_t i = 0; i < ct_drain_thread_count(drain); i++) {
		const struct ct_agent_thread *thread =
		    ct_drain_thread(drain, i);
		unseen += thread ? thread->hooks_passed : 0;
	}
	return unseen;
}
