/* SPDX-License-Identifier: MIT */
/*
 * How many events a second are written as JSON Lines from raw records, on one
 * core.
 *
 * The record is made as the engines make it: a plan compiled from a prototype,
 * run on registers and memory at a call and at its return.  The call has three
 * integers, a double, a short string and a pointer to a struct of four
 * members, and returns an int.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "abi/abi.h"
#include "trace/event.h"
#include "type/model.h"
#include "value/capture.h"

enum {
	ROUNDS = 5,
	BATCH = 1000,
	BUFFER_SIZE = 1 << 20
};
static const double round_seconds = 0.5;

#define BASE(spelling, enc, bytes)                           \
	{                                                    \
		.kind = CT_TYPE_BASE, .name = spelling,      \
		.encoding = CT_ENCODING_##enc, .size = bytes \
	}
#define POINTER(to)                                              \
	{                                                        \
		.kind = CT_TYPE_POINTER, .size = 8, .target = to \
	}

static struct ct_type type_char = BASE("char", CHAR, 1);
static struct ct_type type_int = BASE("int", SIGNED, 4);
static struct ct_type type_size = BASE("unsigned long", UNSIGNED, 8);
static struct ct_type type_double = BASE("double", FLOAT, 8);
static struct ct_type type_const_char = {
    .kind = CT_TYPE_QUALIFIED,
    .qualifier = CT_QUALIFIER_CONST,
    .target = &type_char,
};
static struct ct_type type_string = POINTER(&type_const_char);
static struct ct_type type_name = {
    .kind = CT_TYPE_ARRAY,
    .size = 16,
    .count = 16,
    .count_known = true,
    .target = &type_char,
};
static struct ct_type type_item_pointer;
static const struct ct_member members[] = {
    {"id", &type_int, 0, 0},
    {"weight", &type_double, 64, 0},
    {"name", &type_name, 128, 0},
    {"next", &type_item_pointer, 256, 0},
};
static struct ct_type type_item = {
    .kind = CT_TYPE_STRUCT,
    .name = "item",
    .size = 40,
    .part_count = 4,
    .members = members,
};
static struct ct_type type_item_pointer = POINTER(&type_item);
static const struct ct_parameter parameters[] = {
    {"fd", &type_int},      {"flags", &type_int},
    {"size", &type_size},   {"ratio", &type_double},
    {"path", &type_string}, {"item", &type_item_pointer},
};
static struct ct_type type_function = {
    .kind = CT_TYPE_FUNCTION,
    .target = &type_int,
    .part_count = 6,
    .parameters = parameters,
};

static struct item {
	int id;
	double weight;
	char name[16];
	struct item *next;
} item = {7, 2.5, "screwdriver", NULL};

static const char path[32] = "/etc/hosts.conf";

static size_t read_own(void *arg, uint64_t addr, void *buf, size_t size)
{
	(void)arg;
	const struct {
		const void *begin;
		size_t size;
	} objects[] = {{&item, sizeof(item)}, {path, sizeof(path)}};
	for (int i = 0; i < 2; i++) {
		uint64_t offset = addr - (uintptr_t)objects[i].begin;
		if (offset >= objects[i].size)
			continue;
		if (size > objects[i].size - offset)
			size = objects[i].size - offset;
		memcpy(buf, (const char *)objects[i].begin + offset, size);
		return size;
	}
	return 0;
}

static void check(struct ct_error *err)
{
	if (!err)
		return;
	fprintf(stderr, "events: %s\n", ct_error_message(err));
	exit(1);
}

/* Of this process: what else runs on the core does not count. */
static double now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static const struct ct_signature *make_signature(struct ct_arena *arena,
						 struct ct_buffer *plan)
{
	struct ct_call_layout layout;
	struct ct_signature *signature;
	check(ct_abi_layout(&type_function, arena, &layout));
	check(ct_plan_compile(&type_function, &layout, NULL, &ct_limits_default,
			      plan));
	check(ct_signature_create(arena, "libexample.so.1", "store",
				  &type_function, (const void *)plan->data,
				  &signature));
	return signature;
}

/* The arguments where the System V ABI puts them. */
static struct ct_regs make_registers(void)
{
	const double ratio = 1.4142135623730951;
	struct ct_regs regs = {.filled = CT_REGS_GENERAL | CT_REGS_FP};
	regs.gpr[CT_REG_RDI] = 3;
	regs.gpr[CT_REG_RSI] = 0x241;
	regs.gpr[CT_REG_RDX] = 4096;
	regs.gpr[CT_REG_RCX] = (uintptr_t)path;
	regs.gpr[CT_REG_R8] = (uintptr_t)&item;
	regs.gpr[CT_REG_RAX] = 12;
	memcpy(regs.xmm[0], &ratio, sizeof(ratio));
	return regs;
}

static void capture(const struct ct_plan *plan, struct ct_record *record)
{
	const struct ct_memory memory = {.read = read_own};
	const struct ct_regs regs = make_registers();
	memset(record, 0, sizeof(*record));
	ct_capture_entry(plan, &regs, &memory, CT_CAPTURE_SIZE, record);
	ct_capture_exit(plan, &regs, &memory, CT_CAPTURE_SIZE, record);
	record->time_ns = 81244;
	record->duration_ns = 310;
	record->pid = record->tid = 4711;
}

static double measure(struct ct_call_event *event, struct ct_record *record,
		      struct ct_buffer *out)
{
	double begin = now(), spent = 0;
	uint64_t done = 0;
	while (spent < round_seconds) {
		for (int i = 0; i < BATCH; i++) {
			if (out->size > BUFFER_SIZE / 2)
				ct_buffer_clear(out);
			record->seq++;
			record->time_ns += 31415;
			check(ct_jsonl_call(event, out));
		}
		done += BATCH;
		spent = now() - begin;
	}
	return (double)done / spent;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	struct ct_arena arena;
	struct ct_buffer plan, out;
	ct_arena_init(&arena);
	ct_buffer_init(&plan);
	ct_buffer_init(&out);
	ct_buffer_reserve(&out, BUFFER_SIZE);
	struct ct_record *record = malloc(CT_CAPTURE_SIZE);
	if (!record)
		return 1;
	static const char caller_json[] =
	    "{\"function\":\"main\",\"file\":\"prog.c\",\"line\":12,"
	    "\"library\":\"prog\",\"address\":\"0x401156\"}";
	const struct ct_caller caller = {
	    .json = {caller_json, sizeof(caller_json) - 1},
	};
	struct ct_call_event event = {
	    .record = record,
	    .signature = make_signature(&arena, &plan),
	    .caller = &caller,
	    .engine = "breakpoint",
	};
	capture(event.signature->plan, record);
	if (argc > 1 && !strcmp(argv[1], "-v")) {
		check(ct_jsonl_call(&event, &out));
		printf("%.*s", (int)out.size, out.data);
	}
	double rates[ROUNDS];
	for (int i = 0; i < ROUNDS; i++)
		rates[i] = measure(&event, record, &out);
	qsort(rates, ROUNDS, sizeof(rates[0]), compare);
	printf("events: %.0f events/s\n", rates[ROUNDS / 2]);
	free(record);
	ct_buffer_deinit(&out);
	ct_buffer_deinit(&plan);
	ct_arena_deinit(&arena);
	return 0;
}
