/* SPDX-License-Identifier: MIT */
/*
 * Fuzzing the reading end of the agent's rings: the input is what a program
 * has written into the shared memory, which it may do anywhere and at any time
 * between two looks.  Whatever is there, reading it ends, and gives out copies
 * that are as long as they say.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/drain.h"
#include "agent/fast.h"
#include "agent/memory.h"
#include "agent/numbers.h"
#include "decide/target.h"
#include "value/capture.h"

enum {
	REGION = 64 << 20,
	OPEN_SIZE = 1 << 20,
	THREADS = 3,
	WRITES_MAX = 64,
	TAKEN_MAX = 1 << 22, /* more than all rings have room for */
	FAR = 1 << 16,
};

struct input {
	const uint8_t *at, *end;
};

static uint64_t take_bytes(struct input *in, size_t count)
{
	uint64_t value = 0;
	for (size_t i = 0; i < count && in->at < in->end; i++)
		value |= (uint64_t)*in->at++ << (8 * i);
	return value;
}

/* Where something is written, to be undone. */
struct written {
	uint8_t *at;
	size_t size;
};

struct world {
	struct ct_region *region;
	struct ct_agent_shared *shared, as_made;
	struct ct_agent_thread *threads[THREADS];
	struct ct_target *target;
	struct ct_hook *hook;
	struct ct_fast *fast; /* which compact answers refer to */
	struct written written[WRITES_MAX];
	size_t written_count;
};

static struct world world;

static void check(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "fuzz_drain: %s\n", what);
	abort();
}

static void make_world(void)
{
	check(!ct_region_create(REGION, NULL, &world.region), "region");
	check(!ct_agent_memory_create(
		  world.region,
		  &(struct ct_agent_options){.open_size = OPEN_SIZE},
		  &world.shared),
	      "memory");
	world.target = ct_target_create(world.region, 1, CT_SCOPE_ALL);
	int value = 1;
	check(world.target && ct_target_add_mock(world.region, world.target, 0,
						 &value, sizeof(value)),
	      "target");
	world.hook = ct_agent_add_hook(
	    world.region, world.shared,
	    ct_region_ref(world.region, world.target), NULL, 0, 0, 0);
	world.fast = ct_region_at(
	    world.region, ct_region_alloc(world.region, sizeof(*world.fast)));
	check(world.fast, "answers");
	for (int i = 0; i < THREADS; i++) {
		ct_ref ref = ct_region_alloc(world.region,
					     world.shared->block_size + FAR);
		ref = (ref + FAR / 8 - 1) & ~(ct_ref)(FAR / 8 - 1);
		world.threads[i] = ct_region_at(world.region, ref);
		check(world.threads[i], "block");
		world.shared->threads[i] = ref;
	}
	world.shared->thread_count = THREADS;
	memcpy(&world.as_made, world.shared, sizeof(world.as_made));
}

/* A function of two numbers. */
static void set_fast(void)
{
	*world.fast = (struct ct_fast){
	    .arg_count = 2,
	    .target = ct_region_ref(world.region, world.target),
	    .masks = {UINT32_MAX, UINT32_MAX},
	    .record = {.size = sizeof(struct ct_record) + 3 * 8,
		       .args_size = 12,
		       .result_size = 4}};
}

static void reset_world(void)
{
	for (size_t i = 0; i < world.written_count; i++)
		memset(world.written[i].at, 0, world.written[i].size);
	world.written_count = 0;
	memcpy(world.shared, &world.as_made, sizeof(world.as_made));
	set_fast();
	world.region->turns = 1 << 16;
	for (int i = 0; i < THREADS; i++) {
		struct ct_agent_thread *thread = world.threads[i];
		memset(thread, 0, sizeof(*thread));
		thread->tid = 100 + i;
		thread->open_last = CT_OPEN_NONE;
	}
}

/* Answers in a row, some of them with a part that is not as it should be. */
static void write_answers(struct input *in, struct ct_agent_thread *thread)
{
	uint8_t *data = ct_agent_ring_data(&world.as_made, thread, 0);
	uint64_t count = take_bytes(in, 1), at = 0;
	const uint32_t size = sizeof(struct ct_compact) + 16;
	for (uint64_t i = 0; i < count; i++) {
		uint8_t odd = (uint8_t)take_bytes(in, 1);
		struct ct_ring_entry entry = {
		    .what = size | CT_RING_COMPACT,
		    .of = ct_region_ref(world.region, world.fast),
		    .order = i};
		if (odd & 1)
			entry.order = take_bytes(in, 8);
		if (odd & 2)
			entry.of += (uint32_t)take_bytes(in, odd & 4 ? 4 : 1);
		if (odd & 8)
			entry.what = (uint32_t)take_bytes(in, 1);
		memcpy(data + at, &entry, sizeof(entry));
		at += sizeof(entry) + CT_RING_SIZE(entry.what);
	}
	thread->rings[0].head = at;
	world.written[world.written_count++] = (struct written){data, at};
}

/* Traced calls in a row, as their thread has counted them, or has not. */
static void write_traced(struct input *in, struct ct_agent_thread *thread,
			 uint32_t level)
{
	uint8_t *data = ct_agent_ring_data(&world.as_made, thread, level);
	uint64_t count = take_bytes(in, 1), at = 0;
	const uint32_t size = sizeof(struct ct_record);
	for (uint64_t i = 0; i < count; i++) {
		uint8_t odd = (uint8_t)take_bytes(in, 1);
		struct ct_ring_entry entry = {.what = size | CT_RING_RECORD,
					      .order = 1 << 16};
		struct ct_record record = {.size = size,
					   .seq = i,
					   .caller_index = 1 << 16,
					   .time_ns = take_bytes(in, 1),
					   .flags = CT_RECORD_LATER};
		if (odd & 1)
			record.seq = take_bytes(in, odd & 2 ? 8 : 1);
		if (odd & 4)
			record.caller_index = (uint32_t)take_bytes(in, 4);
		if (odd & 8)
			entry.what = CT_RING_TURN;
		if (odd & 16)
			entry.of = (uint32_t)take_bytes(in, 1);
		if (odd & 32)
			entry.order = take_bytes(in, 8);
		memcpy(data + at, &entry, sizeof(entry));
		memcpy(data + at + sizeof(entry), &record, sizeof(record));
		at += sizeof(entry) + CT_RING_SIZE(entry.what);
	}
	thread->rings[level].head = at;
	thread->entered += take_bytes(in, 1);
	world.written[world.written_count++] =
	    (struct written){data, at + sizeof(struct ct_record)};
}

/* The program's side of one write; false at the end. */
static bool write_some(struct input *in)
{
	if (in->at >= in->end || world.written_count == WRITES_MAX)
		return false;
	uint8_t what = (uint8_t)take_bytes(in, 1);
	struct ct_agent_thread *thread = world.threads[what % THREADS];
	uint32_t level = what / THREADS % CT_AGENT_LEVELS;
	uint8_t *at = (uint8_t *)thread;
	size_t room = sizeof(*thread);
	switch (what / THREADS / CT_AGENT_LEVELS % 10) {
	case 0: /* the ring's positions, near what they can be */
		thread->rings[level].head = take_bytes(in, 3);
		thread->rings[level].tail = take_bytes(in, 3) & ~7u;
		return true;
	case 1:
		at = ct_agent_ring_data(&world.as_made, thread, level);
		room =
		    level ? world.as_made.nested_size : world.as_made.ring_size;
		break;
	case 2:
		at = ct_agent_open_area(thread);
		room = world.as_made.open_size;
		break;
	case 3:
		at = (uint8_t *)world.shared;
		room = sizeof(*world.shared);
		break;
	case 4:
		at = (uint8_t *)world.hook;
		room = sizeof(*world.hook);
		break;
	case 5:
		at = (uint8_t *)world.fast;
		room = sizeof(*world.fast);
		break;
	case 6:
		write_answers(in, thread);
		return true;
	case 7:
		write_traced(in, thread, level);
		return true;
	case 8:
		world.region->turns += take_bytes(in, 1);
		return true;
	default:
		break;
	}
	size_t offset = take_bytes(in, 3) % room;
	size_t size = take_bytes(in, 1);
	if (size > room - offset)
		size = room - offset;
	if (size > (size_t)(in->end - in->at))
		size = (size_t)(in->end - in->at);
	memcpy(at + offset, in->at, size);
	in->at += size;
	world.written[world.written_count++] =
	    (struct written){at + offset, size};
	return true;
}

static size_t taken;
static void take(void *arg, struct ct_record *record, size_t size)
{
	volatile uint8_t sum = 0;
	(void)arg;
	check(++taken < TAKEN_MAX, "it does not end");
	check(size >= sizeof(*record) && size == record->size &&
		  size <= CT_CAPTURE_SIZE,
	      "a record is not as long as it says");
	for (size_t i = 0; i < size; i++)
		sum = (uint8_t)(sum + ((const uint8_t *)record)[i]);
}

static void read_all(struct ct_drain *drain)
{
	taken = 0;
	ct_drain_has_records(drain);
	ct_drain_read(drain, take, NULL);
	ct_drain_open_calls(drain, take, NULL);
	ct_drain_unfinished(drain, 101, take, NULL);
	ct_drain_count_calls(drain);
	ct_drain_lost(drain);
	ct_drain_unseen(drain);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, data + size};
	struct ct_numbers *numbers;
	struct ct_drain *drain;
	if (!world.region)
		make_world();
	reset_world();
	check(!ct_numbers_create(world.region, &numbers), "numbers");
	check(!ct_drain_create(world.region, world.shared, numbers, &drain),
	      "drain");
	while (write_some(&in))
		if (world.written_count % 8 == 7)
			read_all(drain);
	read_all(drain);
	ct_drain_release(drain, 102);
	taken = 0;
	ct_drain_unfinished(drain, 0, take, NULL);
	ct_drain_destroy(drain);
	ct_numbers_destroy(numbers);
	return 0;
}
