/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "agent/drain_inside.h"
#include "agent/numbers.h"

/* Where a call is among those that take no turn. */
struct key {
	uint64_t turn; /* the next one, when it began */
	uint64_t time_ns;
};
#define UNKNOWN UINT64_MAX

/* A thread that has begun calls since the last time. */
struct busy {
	struct ct_drain *drain;
	struct ct_agent_thread *thread;
	struct ct_numbered *numbered;
	uint64_t count;
	struct key *keys; /* of those, in their order */
	uint64_t done;
};

struct ct_numbers {
	struct ct_region *region;
	struct ct_drain *drains;
	uint64_t turns; /* all below have numbers... */
	uint64_t later; /* ...and so many other calls */
	/* The numbers of turns, which are the turns while there is nothing
	 * else. */
	struct ct_runs runs;
	struct busy *busy;
	size_t busy_count, busy_capacity;
	struct key *keys;
	size_t key_capacity;
	struct busy **heap; /* the one that is the next on top */
	size_t heap_count;
};

struct ct_error *ct_numbers_create(struct ct_region *region,
				   struct ct_numbers **ret)
{
	struct ct_numbers *numbers = calloc(1, sizeof(*numbers));
	if (!numbers)
		return &ct_enomem;
	numbers->region = region;
	*ret = numbers;
	return NULL;
}

void ct_numbers_destroy(struct ct_numbers *numbers)
{
	if (!numbers)
		return;
	ct_runs_deinit(&numbers->runs);
	free(numbers->busy);
	free(numbers->keys);
	free(numbers->heap);
	free(numbers);
}

void ct_numbers_reset(struct ct_numbers *numbers)
{
	ct_runs_deinit(&numbers->runs);
	numbers->region->turns = numbers->turns = numbers->later = 0;
}

void ct_numbers_add(struct ct_numbers *numbers, struct ct_drain *drain)
{
	/* What a block's thread has begun before is nothing to this drain. */
	for (uint32_t i = 0; i < ct_drain_thread_count(drain); i++) {
		const struct ct_agent_thread *thread =
		    ct_drain_thread(drain, i);
		drain->numbered[i].seen = thread ? thread->entered : 0;
	}
	drain->numbers = numbers;
	drain->next = numbers->drains;
	numbers->drains = drain;
}

void ct_numbers_remove(struct ct_numbers *numbers, struct ct_drain *drain)
{
	struct ct_drain **at = &numbers->drains;
	while (*at && *at != drain)
		at = &(*at)->next;
	if (*at)
		*at = drain->next;
	for (uint32_t i = 0; i < CT_AGENT_THREADS_MAX; i++)
		ct_runs_deinit(&drain->numbered[i].runs);
	drain->numbers = NULL;
}

static bool make_room(void **array, size_t *capacity, size_t needed,
		      size_t size)
{
	if (needed <= *capacity)
		return true;
	void *bigger = reallocarray(*array, needed + needed / 2, size);
	if (!bigger)
		return false;
	*array = bigger;
	*capacity = needed + needed / 2;
	return true;
}

/* ---- how many calls each thread has begun */

/* Before the epoch. */
static uint64_t entered(const struct ct_agent_thread *thread, uint64_t turns)
{
	uint64_t count = atomic_load(&thread->entered);
	uint64_t since = atomic_load(&thread->entered_since);
	if (!ct_agent_is_since(since, turns))
		return count;
	count = atomic_load(&thread->entered);
	return count - ((count - since) & CT_TURN_MASK);
}

/* So many can there be since the last time, when each has a record: a ring is
 * filled, read, and filled again. */
static uint64_t most(const struct ct_drain *drain)
{
	return (2 * (drain->ring_size + CT_AGENT_LEVELS * drain->nested_size) +
		drain->open_size) /
	       sizeof(struct ct_record);
}

static bool add_busy(struct ct_numbers *numbers, struct ct_drain *drain,
		     uint32_t i, uint64_t count)
{
	if (!make_room((void **)&numbers->busy, &numbers->busy_capacity,
		       numbers->busy_count + 1, sizeof(*numbers->busy)))
		return false;
	numbers->busy[numbers->busy_count++] =
	    (struct busy){.drain = drain,
			  .thread = ct_drain_thread(drain, i),
			  .numbered = &drain->numbered[i],
			  .count = count};
	return true;
}

/* What cannot be is not believed: those calls get their numbers when they are
 * read. */
static void count_entered(struct ct_numbers *numbers, struct ct_drain *drain,
			  uint64_t turns)
{
	uint32_t threads = ct_drain_thread_count(drain);
	for (uint32_t i = 0; i < threads; i++) {
		const struct ct_agent_thread *thread =
		    ct_drain_thread(drain, i);
		struct ct_numbered *numbered = &drain->numbered[i];
		uint64_t now = thread ? entered(thread, turns) : 0;
		/* A beginning that was seen late is no step back. */
		if ((int64_t)(now - numbered->seen) <= 0 &&
		    numbered->seen - now <= most(drain))
			continue;
		if (now - numbered->seen > most(drain) ||
		    !add_busy(numbers, drain, i, now - numbered->seen))
			numbered->seen = now;
	}
}

/* ---- when they began */

/* The record is read once: the program can change it. */
static void note_key(struct ct_numbers *numbers, struct busy *busy,
		     const volatile struct ct_record *record, uint64_t turn)
{
	uint64_t at = record->seq - busy->numbered->seen;
	if (!(record->flags & CT_RECORD_LATER) || at >= busy->count)
		return;
	/* The lower half is known, and it has not been long. */
	int32_t behind = (int32_t)((uint32_t)turn - record->caller_index);
	uint64_t its = behind > 0 ? turn - (uint64_t)behind : turn;
	busy->keys[at] = (struct key){
	    its < numbers->turns ? numbers->turns : its, record->time_ns};
}

/* Open calls come and go meanwhile: what is read of one may be of two, and then
 * it is a little too early or too late. */
static void look_at_open(struct ct_numbers *numbers, struct busy *busy,
			 uint64_t turn)
{
	uint32_t at = busy->thread->open_last;
	const struct ct_open *open;
	while ((open = ct_drain_open_at(busy->drain, busy->thread, at))) {
		const struct ct_record *record = (const void *)(open + 1);
		uint32_t before = open->before;
		note_key(numbers, busy, record, turn);
		/* Those below began earlier. */
		if (before >= at || (record->flags & CT_RECORD_LATER &&
				     record->seq < busy->numbered->seen))
			return;
		at = before;
	}
}

static void look_at_ring(struct ct_numbers *numbers, struct busy *busy,
			 uint32_t level, uint64_t turn)
{
	const struct ct_ring *ring = &busy->thread->rings[level];
	struct ct_ring_view view = {
	    ct_drain_ring_data(busy->drain, busy->thread, level),
	    ct_drain_ring_size(busy->drain, level), ring->tail,
	    atomic_load_explicit(&ring->head, memory_order_acquire)};
	struct ct_ring_entry entry;
	const void *bytes;
	while (ct_ring_view_find(&view, &entry, &bytes)) {
		if (CT_RING_KIND(entry.what) == CT_RING_RECORD)
			note_key(numbers, busy, bytes, turn);
		view.at += sizeof(entry) + CT_RING_SIZE(entry.what);
	}
}

/* Of one that was not found, no more is known than its neighbours. */
static void settle_keys(struct busy *busy, uint64_t turn)
{
	struct key next = {turn, UINT64_MAX}, before = {0, 0};
	for (uint64_t i = busy->count; i--;) {
		if (busy->keys[i].turn == UNKNOWN)
			busy->keys[i] = next;
		next = busy->keys[i];
	}
	for (uint64_t i = 0; i < busy->count; i++) {
		struct key *key = &busy->keys[i];
		if (key->turn < before.turn ||
		    (key->turn == before.turn && key->time_ns < before.time_ns))
			*key = before;
		before = *key;
	}
}

/* What a call has in a ring when it is no longer open is looked at behind. */
static bool find_keys(struct ct_numbers *numbers, uint64_t turn)
{
	uint64_t total = 0;
	for (size_t i = 0; i < numbers->busy_count; i++)
		total += numbers->busy[i].count;
	if (!make_room((void **)&numbers->keys, &numbers->key_capacity, total,
		       sizeof(*numbers->keys)))
		return false;
	struct key *keys = numbers->keys;
	for (size_t i = 0; i < numbers->busy_count; i++) {
		struct busy *busy = &numbers->busy[i];
		busy->keys = keys;
		keys += busy->count;
		for (uint64_t j = 0; j < busy->count; j++)
			busy->keys[j].turn = UNKNOWN;
		look_at_open(numbers, busy, turn);
		for (uint32_t j = 0; j < CT_AGENT_LEVELS; j++)
			look_at_ring(numbers, busy, j, turn);
		settle_keys(busy, turn);
	}
	return true;
}

/* ---- the numbers */

/* Memory is short: they get theirs when they are read. */
static void number_turns(struct ct_numbers *numbers, uint64_t upto)
{
	if (numbers->later && upto > numbers->turns)
		(void)ct_runs_add(&numbers->runs, numbers->turns,
				  numbers->turns + numbers->later,
				  upto - numbers->turns);
	numbers->turns = upto;
}

static void number_calls(struct ct_numbers *numbers, struct busy *busy,
			 uint64_t count)
{
	/* From here on, it matters who was numbered before. */
	if (!numbers->later && numbers->turns)
		(void)ct_runs_add(&numbers->runs, 0, 0, numbers->turns);
	(void)ct_runs_add(&busy->numbered->runs, busy->numbered->seen,
			  numbers->turns + numbers->later, count);
	busy->numbered->seen += count;
	busy->done += count;
	numbers->later += count;
}

static const struct key *key_of(const struct ct_numbers *numbers, size_t at)
{
	const struct busy *busy = numbers->heap[at];
	return &busy->keys[busy->done];
}

static bool is_before(const struct ct_numbers *numbers, size_t a, size_t b)
{
	const struct key *x = key_of(numbers, a), *y = key_of(numbers, b);
	return x->turn != y->turn ? x->turn < y->turn : x->time_ns < y->time_ns;
}

static void sift_down(struct ct_numbers *numbers, size_t at)
{
	for (;;) {
		size_t least = at;
		for (size_t child = 2 * at + 1;
		     child <= 2 * at + 2 && child < numbers->heap_count;
		     child++)
			if (is_before(numbers, child, least))
				least = child;
		if (least == at)
			return;
		struct busy *busy = numbers->heap[at];
		numbers->heap[at] = numbers->heap[least];
		numbers->heap[least] = busy;
		at = least;
	}
}

static bool make_heap(struct ct_numbers *numbers)
{
	struct busy **heap = reallocarray(numbers->heap, numbers->busy_count,
					  sizeof(struct busy *));
	if (!heap)
		return false;
	numbers->heap = heap;
	numbers->heap_count = numbers->busy_count;
	for (size_t i = 0; i < numbers->heap_count; i++)
		heap[i] = &numbers->busy[i];
	for (size_t i = numbers->heap_count; i--;)
		sift_down(numbers, i);
	return true;
}

static void merge(struct ct_numbers *numbers)
{
	while (numbers->heap_count) {
		struct busy *busy = numbers->heap[0];
		uint64_t turn = busy->keys[busy->done].turn;
		if (turn > numbers->turns)
			number_turns(numbers, turn);
		number_calls(numbers, busy, 1);
		if (busy->done == busy->count)
			numbers->heap[0] = numbers->heap[--numbers->heap_count];
		sift_down(numbers, 0);
	}
}

struct ct_cut ct_numbers_settle(struct ct_numbers *numbers)
{
	struct ct_region *region = numbers->region;
	const uint64_t one_epoch = UINT64_C(1) << CT_TURN_BITS;
	uint64_t turns = atomic_fetch_add(&region->turns, one_epoch);
	uint64_t turn = turns & CT_TURN_MASK;
	turns += one_epoch;
	/* The program can write it. */
	if (turn < numbers->turns)
		turn = numbers->turns;
	numbers->busy_count = 0;
	for (struct ct_drain *drain = numbers->drains; drain;
	     drain = drain->next)
		count_entered(numbers, drain, turns);
	bool one = numbers->busy_count == 1 && turn == numbers->turns;
	if (!one && numbers->busy_count && find_keys(numbers, turn) &&
	    make_heap(numbers))
		merge(numbers);
	/* One thread's are in order; without memory, each thread's. */
	for (size_t i = 0; i < numbers->busy_count; i++) {
		struct busy *busy = &numbers->busy[i];
		if (busy->done < busy->count)
			number_calls(numbers, busy, busy->count - busy->done);
	}
	number_turns(numbers, turn);
	return (struct ct_cut){turn, (uint32_t)(turns >> CT_TURN_BITS)};
}

/* One that nobody has expected: the next. */
static uint64_t number_late(struct ct_numbers *numbers)
{
	if (!numbers->later && numbers->turns)
		(void)ct_runs_add(&numbers->runs, 0, 0, numbers->turns);
	return numbers->turns + numbers->later++;
}

static uint64_t of_turn(struct ct_numbers *numbers, uint64_t turn, bool ends)
{
	uint64_t number;
	if (!numbers->later && turn < numbers->turns)
		return turn;
	return ct_runs_find(&numbers->runs, turn, ends, &number)
		   ? number
		   : number_late(numbers);
}

uint64_t ct_numbers_of_turn(struct ct_numbers *numbers, uint64_t turn)
{
	if (turn >= numbers->turns)
		ct_numbers_settle(numbers);
	return of_turn(numbers, turn, true);
}

void ct_numbers_forget(struct ct_numbers *numbers, uint64_t turn)
{
	uint64_t number;
	(void)ct_runs_find(&numbers->runs, turn, true, &number);
}

void ct_numbers_put(struct ct_drain *drain, uint32_t thread, bool ends,
		    struct ct_record *record)
{
	struct ct_numbers *numbers = drain->numbers;
	if (!(record->flags & CT_RECORD_LATER)) {
		record->seq = of_turn(numbers, record->seq, ends);
		return;
	}
	if (!ct_runs_find(&drain->numbered[thread].runs, record->seq, ends,
			  &record->seq))
		record->seq = number_late(numbers);
	record->flags &= (uint16_t)~CT_RECORD_LATER;
	record->caller_index = CT_NO_CALLER;
}
