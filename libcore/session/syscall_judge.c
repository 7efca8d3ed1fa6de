/* SPDX-License-Identifier: MIT */
/*
 * Expressions over calls that a script has in its hands: what is left of them
 * are the registers, and what of the memory the script was told.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "ctester/process.h"
#include "session/syscalls.h"

/* What was told counts, and then what is there still. */
static size_t read_told(void *arg, uint64_t addr, void *buf, size_t size)
{
	const struct ct_syscall_told *told = arg;
	for (size_t i = 0; i < told->memory_count; i++) {
		const struct ct_told_memory *memory = &told->memory[i];
		if (addr < memory->addr || addr - memory->addr >= memory->size)
			continue;
		size_t left = memory->size - (size_t)(addr - memory->addr);
		size_t count = size < left ? size : left;
		memcpy(buf, (const char *)memory->bytes + (addr - memory->addr),
		       count);
		return count;
	}
	return ct_process_read(told->tid, addr, buf, size);
}

static void fill_record(const struct ct_syscall_form *form,
			const struct ct_syscall_told *told,
			const struct ct_memory *memory,
			struct ct_record *record)
{
	ct_syscall_capture_entry(form, told->args, memory, CT_CAPTURE_SIZE,
				 record);
	record->pid = told->pid;
	record->tid = told->tid;
	record->depth = 0;
	record->errno_value = 0;
	if (told->returned)
		ct_syscall_capture_exit(form, told->result, memory,
					CT_CAPTURE_SIZE, record);
}

static struct ct_error *judge(struct ct_session *session,
			      const char *expression,
			      const struct ct_syscall_told *told, bool *ret)
{
	const struct ct_syscall_form *form;
	CT_AUTO_FREE struct ct_record *record = calloc(1, CT_CAPTURE_SIZE);
	struct ct_syscall_filter *filter = NULL;
	struct ct_syscall_set set = {.all = true};
	const struct ct_memory memory = {read_told, (void *)(uintptr_t)told};
	if (!record)
		return &ct_enomem;
	struct ct_error *err = ct_syscalls_form(
	    session->syscalls->syscalls, told->number, told->args, &form);
	if (!err)
		err = ct_syscall_filter_create(expression, true, &filter);
	if (!err)
		err = ct_syscall_filter_check(session, filter, &set, true);
	if (!err) {
		fill_record(form, told, &memory, record);
		/* Nobody knows who has called, or how often. */
		session->syscalls->site = (struct ct_syscall_site){0};
		*ret = ct_syscall_filter_run(session, filter, form, record,
					     &memory, 0) == CT_VERDICT_YES;
	}
	ct_syscall_filter_destroy(filter);
	return err;
}

struct ct_error *ct_session_judge_syscall(struct ct_session *session,
					  const char *expression,
					  const struct ct_syscall_told *told,
					  bool *ret)
{
	struct ct_error *err = ct_session_open_syscalls(session);
	if (err)
		return err;
	ct_syscalls_lock(session->syscalls);
	err = judge(session, expression, told, ret);
	ct_syscalls_unlock(session->syscalls);
	return err;
}
