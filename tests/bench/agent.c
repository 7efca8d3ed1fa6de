/* SPDX-License-Identifier: MIT */
/*
 * usage: agent LIBRARY [CALLS [NAME|threads]]
 *
 * Nanoseconds for one hooked call in this process: traced, with what pointers
 * lead to at the call and what changed at the return; mocked; and plain.  A
 * line each: name, nanoseconds.  LIBRARY is libctester-agent.so.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "abi/abi.h"
#include "agent/drain.h"
#include "agent/memory.h"
#include "agent/numbers.h"
#include "agent/patch.h"
#include "agent/ticker.h"
#include "decide/target.h"
#include "type/model.h"

enum {
	REGION = 1 << 30,
	BATCH = 2000,
	ROUNDS = 15,
	THREAD_ROUNDS = 301,
	THREADS_MAX = 16
};

struct point {
	int x, y;
};

static struct ct_type t_int = {.kind = CT_TYPE_BASE,
			       .encoding = CT_ENCODING_SIGNED,
			       .name = "int",
			       .size = 4};
static struct ct_type t_char = {.kind = CT_TYPE_BASE,
				.encoding = CT_ENCODING_CHAR,
				.name = "char",
				.size = 1};
static struct ct_type t_const_char = {.kind = CT_TYPE_QUALIFIED,
				      .qualifier = CT_QUALIFIER_CONST,
				      .target = &t_char};
static struct ct_type t_text = {
    .kind = CT_TYPE_POINTER, .size = 8, .target = &t_const_char};
static const struct ct_member members[] = {{"x", &t_int, 0, 0},
					   {"y", &t_int, 32, 0}};
static struct ct_type t_point = {.kind = CT_TYPE_STRUCT,
				 .name = "point",
				 .size = 8,
				 .part_count = 2,
				 .members = members};
static struct ct_type t_pointer = {
    .kind = CT_TYPE_POINTER, .size = 8, .target = &t_point};
static const struct ct_parameter parameters[] = {{"point", &t_pointer},
						 {"name", &t_text}};
static struct ct_type t_function = {.kind = CT_TYPE_FUNCTION,
				    .target = &t_int,
				    .part_count = 2,
				    .parameters = parameters};
static const struct ct_parameter numbers[] = {{"a", &t_int}, {"b", &t_int}};
static struct ct_type t_numbers = {.kind = CT_TYPE_FUNCTION,
				   .target = &t_int,
				   .part_count = 2,
				   .parameters = numbers};

/* As in programs/calls.c, which uftrace is measured with. */
struct item {
	int id;
	double weight;
	char name[16];
	struct item *next;
};
static struct ct_type t_double = {.kind = CT_TYPE_BASE,
				  .encoding = CT_ENCODING_FLOAT,
				  .name = "double",
				  .size = 8};
static struct ct_type t_name = {.kind = CT_TYPE_ARRAY,
				.target = &t_char,
				.size = 16,
				.part_count = 1,
				.count = 16};
static struct ct_type t_item,
    t_item_pointer = {.kind = CT_TYPE_POINTER, .size = 8, .target = &t_item};
static const struct ct_member item_members[] = {
    {"id", &t_int, 0, 0},
    {"weight", &t_double, 64, 0},
    {"name", &t_name, 128, 0},
    {"next", &t_item_pointer, 256, 0}};
static struct ct_type t_item = {.kind = CT_TYPE_STRUCT,
				.name = "item",
				.size = 40,
				.part_count = 4,
				.members = item_members};
static const struct ct_parameter touch_parameters[] = {
    {"item", &t_item_pointer},
    {"path", &t_text},
    {"flags", &t_int},
    {"size", &t_int}};
static struct ct_type t_touch = {.kind = CT_TYPE_FUNCTION,
				 .target = &t_int,
				 .part_count = 4,
				 .parameters = touch_parameters};

static int total;
__attribute__((noinline)) static int touch(const struct item *item,
					   const char *path, int flags,
					   int size)
{
	asm volatile("" : : : "memory");
	total += item->id + path[0] + flags;
	return size;
}
static int touch_once(struct point *point, const char *text)
{
	static struct item item = {7, 2.5, "screwdriver", NULL};
	(void)point;
	(void)text;
	return touch(&item, "/etc/hosts.conf", 0x241, 3);
}

/* Each is hooked in its own way. */
#define FUNCTION(name)                                                 \
	__attribute__((noinline)) static int name(struct point *point, \
						  const char *text)    \
	{                                                              \
		asm volatile("" : : "r"(text) : "memory");             \
		return point->x + text[0];                             \
	}
FUNCTION(plain)
FUNCTION(traced)
FUNCTION(mocked)
FUNCTION(counted)

/* The same with two numbers: all are of one type, so that one loop calls
 * them. */
FUNCTION(mocked_numbers)
FUNCTION(mocked_queue)
FUNCTION(mocked_exactly)

/* What people write instead, without a record. */
static _Atomic unsigned long stub_calls;
__attribute__((noinline)) static int stub(struct point *point, const char *text)
{
	asm volatile("" : : "r"(point), "r"(text) : "memory");
	stub_calls++;
	return 7;
}

static struct ct_region *region;
static struct ct_agent_shared *shared;
static struct ct_numbers *in_order;
static struct ct_drain *drain;
static struct ct_ticker *ticker;
static const struct ct_agent_info *info;
static uint8_t *pads;

static void check(struct ct_error *err)
{
	if (!err)
		return;
	fprintf(stderr, "agent: %s\n", ct_error_message(err));
	exit(1);
}

static size_t own_read(void *arg, uint64_t addr, void *buf, size_t size)
{
	(void)arg;
	memcpy(buf, (const void *)addr, size);
	return size;
}

static struct ct_error *own_write(void *arg, uint64_t addr, const void *bytes,
				  size_t size)
{
	(void)arg;
	mprotect((void *)(addr & ~0xfffull), 8192,
		 PROT_READ | PROT_WRITE | PROT_EXEC);
	memcpy((void *)addr, bytes, size);
	return NULL;
}

static struct ct_target *hook(int (*function)(struct point *, const char *),
			      struct ct_type *type, uint32_t target_flags)
{
	static const struct ct_plan_rules none;
	const struct ct_patch_access access = {
	    {own_read, NULL}, own_write, NULL};
	struct ct_arena arena;
	struct ct_call_layout layout;
	struct ct_buffer buffer;
	struct ct_patch patch;
	ct_arena_init(&arena);
	ct_buffer_init(&buffer);
	check(ct_abi_layout(type, &arena, &layout));
	check(
	    ct_plan_compile(type, &layout, &none, &ct_limits_default, &buffer));
	ct_ref plan = ct_plan_pack(region, (const void *)buffer.data);
	struct ct_target *target = ct_target_create(region, 1, CT_SCOPE_ALL);
	target->flags = target_flags;
	struct ct_hook *hook = ct_agent_add_hook(
	    region, shared, ct_region_ref(region, target),
	    ct_region_at(region, plan), 0, CT_HOOK_RETURNS, 0);
	struct ct_patch_request request = {
	    .addr = (uintptr_t)function,
	    .function_size = 16,
	    .pad = (uintptr_t)pads,
	    .enter = info->enter,
	    .index = ct_agent_hook_index(region, shared, hook)};
	const char *problem = ct_patch_prepare(&access, &request, &patch);
	if (problem) {
		fprintf(stderr, "agent: %s\n", problem);
		exit(1);
	}
	hook->addr = request.addr;
	hook->trampoline = ct_patch_trampoline(&patch);
	check(ct_patch_apply(&access, &patch));
	pads += CT_HOOK_PAD_MAX;
	return target;
}

static void mock(int (*function)(struct point *, const char *),
		 struct ct_type *type, uint32_t times)
{
	const int value = 7;
	struct ct_target *target = hook(function, type, CT_TARGET_ACTIVE);
	ct_target_add_mock(region, target, times, &value, sizeof(value));
}

/* Of this thread's own work, not of others that share its processor. */
static double now_ns(clockid_t clock)
{
	struct timespec now;
	clock_gettime(clock, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static void ignore(void *arg, struct ct_record *record, size_t size)
{
	(void)arg;
	(void)record;
	(void)size;
}

static const char *only; /* the one measurement that is made */

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* The median of some rounds; what was recorded is drained in between, off the
 * clock. */
static void measure(const char *name,
		    int (*function)(struct point *, const char *), long calls)
{
	struct point point = {3, 4};
	/* As through a PLT: its address is in memory. */
	int (*volatile called)(struct point *, const char *) = function;
	double rounds[ROUNDS];
	if (only && strcmp(only, name) != 0)
		return;
	for (int i = 0; i < ROUNDS; i++) {
		double sum = 0;
		for (long done = 0; done < calls; done += BATCH) {
			double from = now_ns(CLOCK_THREAD_CPUTIME_ID);
			for (int j = 0; j < BATCH; j++)
				called(&point, "hello, world");
			sum += now_ns(CLOCK_THREAD_CPUTIME_ID) - from;
			ct_drain_read(drain, ignore, NULL);
			if (ticker)
				ct_ticker_start(ticker);
		}
		rounds[i] = sum / (double)calls;
	}
	qsort(rounds, ROUNDS, sizeof(*rounds), compare);
	printf("%s %.1f\n", name, rounds[ROUNDS / 2]);
}

/* Threads that call at once, as often as a ring has room for; then another one
 * reads all rings, as GDB's side does, and the next round begins. */
static struct {
	unsigned int count;
	_Atomic unsigned int arrived, round;
	double spent[THREAD_ROUNDS][THREADS_MAX];
} threads;

static void meet(void)
{
	unsigned int round = threads.round;
	atomic_fetch_add(&threads.arrived, 1);
	while (threads.round == round)
		sched_yield();
}

static void read_in_rounds(void)
{
	for (int i = 0; i <= THREAD_ROUNDS; i++) {
		while (threads.arrived < threads.count)
			sched_yield();
		ct_drain_read(drain, ignore, NULL);
		threads.arrived = 0;
		threads.round++;
	}
}

static void *call_in_rounds(void *arg)
{
	struct point point = {3, 4};
	for (int i = 0; i < THREAD_ROUNDS; i++) {
		meet();
		double from = now_ns(CLOCK_THREAD_CPUTIME_ID);
		for (int j = 0; j < BATCH; j++)
			traced(&point, "hello, world");
		threads.spent[i][(uintptr_t)arg] =
		    now_ns(CLOCK_THREAD_CPUTIME_ID) - from;
	}
	meet();
	return NULL;
}

/* The processors' time for a call: what threads cost each other is in it, and
 * what other programs take is not. */
static void measure_threads(unsigned int count)
{
	pthread_t ids[THREADS_MAX];
	double rounds[THREAD_ROUNDS] = {0};
	if (!only || strcmp(only, "threads") != 0)
		return;
	threads.count = count;
	for (uintptr_t i = 0; i < count; i++)
		pthread_create(&ids[i], NULL, call_in_rounds, (void *)i);
	read_in_rounds();
	for (unsigned int i = 0; i < count; i++)
		pthread_join(ids[i], NULL);
	for (int i = 0; i < THREAD_ROUNDS; i++)
		for (unsigned int j = 0; j < count; j++)
			rounds[i] += threads.spent[i][j] / count / BATCH;
	qsort(rounds, THREAD_ROUNDS, sizeof(*rounds), compare);
	printf("threads-%u %.1f\n", count, rounds[THREAD_ROUNDS / 2]);
}

int main(int argc, char **argv)
{
	long calls = argc > 2 ? atol(argv[2]) : 200000;
	only = argc > 3 ? argv[3] : NULL;
	int fd;
	void *library = argc > 1 ? dlopen(argv[1], RTLD_NOW) : NULL;
	if (!library) {
		fprintf(stderr, "usage: agent LIBRARY [CALLS]\n");
		return 2;
	}
	info = dlsym(library, "ctester_agent");
	pads = mmap((void *)(((uintptr_t)plain & ~0xfffull) + (64 << 20)), 4096,
		    PROT_READ | PROT_WRITE | PROT_EXEC,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	check(ct_region_create(REGION, &fd, &region));
	check(ct_agent_memory_create(
	    region, &(struct ct_agent_options){.mode = CT_RING_LOSSLESS},
	    &shared));
	check(ct_numbers_create(region, &in_order));
	check(ct_drain_create(region, shared, in_order, &drain));
	check(ct_ticker_create(region, &ticker));
	int (*attach)(int, uint64_t, ct_ref, uint64_t) =
	    (int (*)(int, uint64_t, ct_ref, uint64_t))info->attach;
	if (attach(fd, REGION, ct_region_ref(region, shared), 0))
		return 1;
	shared->armed = 1;
	shared->program = (struct ct_agent_range){0, UINT64_MAX};
	uint64_t self;
	asm("movq %%fs:0, %0" : "=r"(self));
	shared->errno_offset = (int64_t)((uintptr_t)&errno - self);
	shared->errno_known = 1;
	hook(traced, &t_function, CT_TARGET_ACTIVE | CT_TARGET_RECORDED);
	hook((int (*)(struct point *, const char *))(void *)touch, &t_touch,
	     CT_TARGET_ACTIVE | CT_TARGET_RECORDED);
	hook(counted, &t_function, CT_TARGET_ACTIVE);
	mock(mocked, &t_function, 0);
	mock(mocked_numbers, &t_numbers, 0);
	mock(mocked_exactly, &t_numbers, 0);
	mock(mocked_queue, &t_numbers, 1u << 30);
	measure("plain", plain, calls);
	measure("stub", stub, calls);
	measure("traced", traced, calls);
	measure("touch", touch_once, calls);
	measure("counted", counted, calls);
	measure("mocked", mocked, calls);
	measure("mocked-numbers", mocked_numbers, calls);
	measure("mocked-queue", mocked_queue, calls);
	/* As when calls are few: each reads the clock. */
	ct_ticker_destroy(ticker);
	ticker = NULL;
	measure("mocked-exactly", mocked_exactly, calls);
	measure_threads(1);
	measure_threads(2);
	measure_threads(8);
	return 0;
}
