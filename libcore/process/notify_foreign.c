/* SPDX-License-Identifier: MIT */
/*
 * Filters that a program has already.  One may kill it for a call that we
 * would have it make, so each is asked first: run here, as the kernel would
 * (bpf.c).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <sys/ptrace.h>

#include "base/cleanup.h"
#include "process/bpf.h"
#include "process/notify.h"
#include "process/ptrace.h"
#include "process/status.h"

#define PTRACE_SECCOMP_GET_FILTER_ 0x420c

/* A number in /proc/ID/status; `absent` where there is none. */
static uint64_t read_status(pid_t id, const char *name, uint64_t absent)
{
	CT_CLEANUP(ct_buffer_deinit) struct ct_buffer status = {0};
	struct ct_error *err = ct_status_read(id, &status);
	const char *number = err ? NULL : ct_status_find(&status, name);
	ct_error_destroy(err);
	return number ? strtoull(number, NULL, 10) : absent;
}

/* What is asked about, and how strictly. */
struct question {
	const struct ct_notify_wish *wishes;
	size_t count;
	bool tries; /* only what is known to be refused is */
};

static bool lets_pass(const struct sock_filter *code, size_t count,
		      const struct ct_notify_wish *wish, bool tries)
{
	uint32_t action = ct_bpf_action(code, count, wish->number, wish->args);
	return action == SECCOMP_RET_ALLOW || action == SECCOMP_RET_LOG ||
	       (tries && action == SECCOMP_RET_USER_NOTIF);
}

static struct ct_error *check_filter(pid_t tid, const struct sock_filter *code,
				     size_t count,
				     const struct question *question)
{
	const struct ct_notify_wish *wishes = question->wishes;
	for (size_t i = 0; i < question->count; i++)
		if (!lets_pass(code, count, wishes + i, question->tries))
			return ct_error_format(
			    CT_ERROR_UNSUPPORTED,
			    "thread %d has a seccomp filter of its own, which "
			    "does not let it make system call %d",
			    (int)tid, wishes[i].number);
	return NULL;
}

static struct ct_error *check_each(pid_t tid, const struct question *question)
{
	CT_AUTO_FREE struct sock_filter *code =
	    calloc(BPF_MAXINSNS, sizeof(*code));
	if (!code)
		return &ct_enomem;
	for (uintptr_t i = 0;; i++) {
		long size =
		    ptrace(PTRACE_SECCOMP_GET_FILTER_, tid, (void *)i, code);
		if (size < 0 && errno == ENOENT)
			return NULL;
		if (size < 0 && question->tries)
			return NULL;
		if (size < 0 || size > BPF_MAXINSNS)
			return ct_error_format(
			    CT_ERROR_UNSUPPORTED,
			    "thread %d has a seccomp filter of its own, which "
			    "cannot be looked at: %m",
			    (int)tid);
		struct ct_error *err =
		    check_filter(tid, code, (size_t)size, question);
		if (err)
			return err;
	}
}

static struct ct_error *ask(pid_t tid, const struct question *question)
{
	uint64_t mode = read_status(tid, "Seccomp", 0);
	if (mode == SECCOMP_MODE_DISABLED)
		return NULL;
	if (mode == SECCOMP_MODE_STRICT)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "thread %d is in seccomp's strict mode",
				       (int)tid);
	/*
	 * A container's filters are everybody's.  As many as we have are those
	 * that we have, and they let debuggers live.
	 */
	uint64_t filters = read_status(tid, "Seccomp_filters", 0);
	if (filters && filters == read_status(getpid(), "Seccomp_filters", 0))
		return NULL;
	return check_each(tid, question);
}

struct ct_error *ct_notify_check_filters(pid_t tid,
					 const struct ct_notify_wish *wishes,
					 size_t count)
{
	return ask(tid, &(struct question){wishes, count, false});
}

struct ct_error *ct_notify_try_filters(pid_t tid,
				       const struct ct_notify_wish *wish)
{
	return ask(tid, &(struct question){wish, 1, true});
}
