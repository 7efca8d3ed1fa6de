/* SPDX-License-Identifier: MIT */
/*
 * Fuzzing a system call from six words and memory to its trace lines: any
 * number, any words, and a program's memory that is there in part and changes
 * while the call is made.
 *
 * The prototypes are those of $CTESTER_BUILD, or build/.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctester/process.h"
#include "output_check.h"
#include "syscall/syscalls.h"
#include "trace/event.h"

enum {
	FIRST_ADDR = 4096,
	MEMORY_MAX = 2048
};

struct input {
	const uint8_t *at;
	size_t size;
};

struct program {
	uint8_t bytes[MEMORY_MAX];
	size_t size;
};

static uint64_t take(struct input *in, size_t size)
{
	uint64_t value = 0;
	if (size > in->size)
		size = in->size;
	memcpy(&value, in->at, size);
	in->at += size;
	in->size -= size;
	return value;
}

/* A small number, an address, or what is neither. */
static uint64_t take_word(struct input *in)
{
	uint8_t kind = (uint8_t)take(in, 1);
	if (kind < 0x60)
		return take(in, 1);
	if (kind < 0xc0)
		return FIRST_ADDR + take(in, 2) % (MEMORY_MAX + 8);
	if (kind < 0xd0)
		return (1ull << 32) + 7;
	if (kind < 0xe0)
		return ~take(in, 1);
	return take(in, kind < 0xf0 ? 4 : 8);
}

static size_t read_program(void *arg, uint64_t addr, void *buf, size_t size)
{
	const struct program *program = arg;
	if (addr < FIRST_ADDR || addr - FIRST_ADDR >= program->size)
		return 0;
	size_t at = (size_t)(addr - FIRST_ADDR);
	if (size > program->size - at)
		size = program->size - at;
	memcpy(buf, program->bytes + at, size);
	return size;
}

/* Words, so that pointers lead to pointers. */
static void make_memory(struct program *program, struct input *in)
{
	for (size_t at = 0; at < MEMORY_MAX; at += 8) {
		uint64_t word = in->size ? take_word(in) : at;
		memcpy(program->bytes + at, &word, 8);
	}
	program->size = MEMORY_MAX - take(in, 1);
}

static void encode(const struct ct_call_event *event)
{
	struct ct_buffer out = {0};
	struct ct_text_trace trace;
	struct ct_error *err = ct_jsonl_call(event, &out);
	if (err)
		abort();
	const char *end = out.data + out.size;
	if (expect(scan_value(out.data, end), end, "\n") != end)
		wrong("bytes behind the line", out.data, end);
	ct_buffer_clear(&out);
	err = ct_python_syscall(event, &out);
	if (err)
		abort();
	ct_buffer_clear(&out);
	ct_text_trace_init(&trace);
	err = ct_text_end(&trace, event, &out);
	if (err)
		abort();
	check_lines(&out);
	ct_text_trace_deinit(&trace);
	ct_buffer_deinit(&out);
}

static struct ct_syscalls *open_syscalls(void)
{
	const char *build = getenv("CTESTER_BUILD");
	char path[4096];
	struct ct_syscalls *syscalls = NULL;
	snprintf(path, sizeof(path), "%s/syscalls.so", build ? build : "build");
	struct ct_error *err =
	    ct_syscalls_open(path, &ct_syscall_limits, &syscalls);
	if (err) {
		fprintf(stderr, "%s\n", ct_error_message(err));
		abort();
	}
	return syscalls;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ct_syscalls *syscalls;
	static _Alignas(8) uint8_t space[CT_CAPTURE_SIZE];
	static struct program before, after;
	struct ct_record *record = (void *)space;
	struct input in = {data, size};
	uint64_t args[CT_SYSCALL_ARGS], number = take(&in, 2) % 600;
	if (!syscalls)
		syscalls = open_syscalls();
	ct_syscalls_limit_data(syscalls, (uint32_t)take(&in, 1) * 40);
	if (take(&in, 1) == 0xff)
		number |= CT_SYSCALL_I386;
	for (int i = 0; i < CT_SYSCALL_ARGS; i++)
		args[i] = take_word(&in);
	int64_t result = (int64_t)take_word(&in);
	make_memory(&before, &in);
	after = before;
	for (int i = 0; i < 16 && in.size; i++)
		after.bytes[take(&in, 2) % MEMORY_MAX] = (uint8_t)take(&in, 1);

	const struct ct_syscall_form *form;
	struct ct_memory memory = {read_program, &before};
	struct ct_error *err = ct_syscalls_form(syscalls, number, args, &form);
	if (err)
		abort();
	*record = (struct ct_record){0};
	ct_syscall_capture_entry(form, args, &memory, CT_CAPTURE_SIZE, record);
	struct ct_call_event event = {
	    .record = record, .signature = form->signature, .engine = "catch"};
	encode(&event);
	memory.arg = &after;
	ct_syscall_capture_exit(form, result, &memory, CT_CAPTURE_SIZE, record);
	err = ct_record_check(record, record->size, form->plan);
	if (err)
		abort();
	encode(&event);
	return 0;
}
