/* SPDX-License-Identifier: MIT */
/* Real system calls of this very process, captured and told as a trace has
 * them. */
#ifndef SYSCALL_FIXTURE_H
#define SYSCALL_FIXTURE_H

#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cmocka.h>

#include "syscall/syscalls.h"
#include "trace/event.h"

struct bench {
	struct ct_syscalls *syscalls;
	const struct ct_syscall_form *form;
	struct ct_record *record;
	struct ct_buffer text;
	char *page; /* one that ends where nothing is mapped */
};

/* process_vm_readv(2) stops where memory ends, instead of us. */
static size_t read_self(void *arg, uint64_t addr, void *buf, size_t size)
{
	(void)arg;
	size_t done = 0;
	while (done < size) {
		size_t page = 4096 - (addr + done) % 4096;
		size_t part = size - done < page ? size - done : page;
		struct iovec here = {(char *)buf + done, part};
		struct iovec there = {(void *)(uintptr_t)(addr + done), part};
		ssize_t got =
		    process_vm_readv(getpid(), &here, 1, &there, 1, 0);
		if (got <= 0)
			break;
		done += (size_t)got;
	}
	return done;
}

static const struct ct_memory memory = {read_self, NULL};

static int set_up_with(void **state, const struct ct_limits *limits)
{
	struct bench *bench = calloc(1, sizeof(*bench));
	const char *build = getenv("CTESTER_BUILD");
	char path[4096];
	snprintf(path, sizeof(path), "%s/syscalls.so", build ? build : "build");
	assert_null(ct_syscalls_open(path, limits, &bench->syscalls));
	bench->record = calloc(1, CT_CAPTURE_SIZE);
	bench->page = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(bench->page, MAP_FAILED);
	assert_int_equal(munmap(bench->page + 4096, 4096), 0);
	*state = bench;
	return 0;
}

static int set_up(void **state)
{
	return set_up_with(state, &ct_syscall_limits);
}

static int tear_down(void **state)
{
	struct bench *bench = *state;
	ct_syscalls_close(bench->syscalls);
	munmap(bench->page, 4096);
	ct_buffer_deinit(&bench->text);
	free(bench->record);
	free(bench);
	return 0;
}

static inline void enter(struct bench *bench, uint64_t number,
			 const uint64_t *args)
{
	memset(bench->record, 0, sizeof(*bench->record));
	assert_null(
	    ct_syscalls_form(bench->syscalls, number, args, &bench->form));
	ct_syscall_capture_entry(bench->form, args, &memory, CT_CAPTURE_SIZE,
				 bench->record);
}

static inline void leave(struct bench *bench, int64_t result)
{
	ct_syscall_capture_exit(bench->form, result, &memory, CT_CAPTURE_SIZE,
				bench->record);
	assert_null(ct_record_check(bench->record, bench->record->size,
				    bench->form->plan));
}

static inline struct ct_call_event event_of(const struct bench *bench)
{
	return (struct ct_call_event){
	    .record = bench->record,
	    .signature = bench->form->signature,
	    .engine = "catch",
	};
}

/* Where a line is broken depends on addresses: take that back. */
static inline void join_lines(char *text)
{
	char *to = text;
	for (const char *from = text; *from; from++) {
		*to++ = *from;
		if (*from != '\n')
			continue;
		to--;
		while (from[1] == ' ')
			from++;
		if (to > text && to[-1] == ',')
			*to++ = ' ';
	}
	*to = 0;
}

/* The call as one line of text, without its newline. */
static inline const char *text_of(struct bench *bench)
{
	struct ct_call_event event = event_of(bench);
	struct ct_text_trace trace;
	ct_text_trace_init(&trace);
	ct_buffer_clear(&bench->text);
	assert_null(ct_text_end(&trace, &event, &bench->text));
	ct_text_trace_deinit(&trace);
	assert_true(bench->text.size > 0);
	bench->text.size--;
	ct_buffer_putc(&bench->text, 0);
	join_lines((char *)bench->text.data);
	return (const char *)bench->text.data;
}

static inline const char *json_of(struct bench *bench)
{
	struct ct_call_event event = event_of(bench);
	ct_buffer_clear(&bench->text);
	assert_null(ct_jsonl_call(&event, &bench->text));
	ct_buffer_putc(&bench->text, 0);
	return (const char *)bench->text.data;
}

static inline const char *python_of(struct bench *bench)
{
	struct ct_call_event event = event_of(bench);
	ct_buffer_clear(&bench->text);
	assert_null(ct_python_syscall(&event, &bench->text));
	ct_buffer_putc(&bench->text, 0);
	return (const char *)bench->text.data;
}

#define WORD(value) ((uint64_t)(uintptr_t)(value))

/* Make the call, between the capture of its entry and that of its return. */
#define CALL(bench, number, ...)                                              \
	do {                                                                  \
		const uint64_t call_args[6] = {__VA_ARGS__};                  \
		enter(bench, number, call_args);                              \
		long call_result =                                            \
		    syscall(number, call_args[0], call_args[1], call_args[2], \
			    call_args[3], call_args[4], call_args[5]);        \
		leave(bench, call_result == -1 ? -errno : call_result);       \
	} while (0)

static inline void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no %s in %s", part, text);
}

#endif
