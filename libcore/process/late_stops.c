/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "process/late_stops.h"

/* With more at a time, GDB hears of the others as ever. */
#define LATE_MAX 256

/* Of a process's flags (linux/sched.h). */
#define PF_EXITING 4

/* PTRACE_O_TRACESYSGOOD (ptrace(2)). */
#define SYSCALL_STOP  (SIGTRAP | 0x80)
#define STATUS_OF(by) ((by) << 8 | 0x7f)

enum state {
	ASKED,   /* GDB has sent SIGSTOP */
	STOPPED, /* at its call; by SIGSTOP, as far as GDB knows */
	READY,   /* GDB has let it run: is told of the call next */
	AGAIN,   /* GDB has sent another SIGSTOP: is told of that next */
	OWING,   /* GDB knows of the call; the SIGSTOP is still to come */
};

static struct late {
	pid_t tid;
	enum state state;
	int status;   /* that of the call */
	long request; /* by which GDB has let it run */
} lates[LATE_MAX];
static size_t late_count;

static struct late *find(pid_t tid)
{
	for (size_t i = 0; i < late_count; i++)
		if (lates[i].tid == tid)
			return &lates[i];
	return NULL;
}

static void forget(struct late *late)
{
	*late = lates[--late_count];
}

bool ct_late_stop_asked(pid_t tid)
{
	struct late *late = find(tid);
	if (!late) {
		if (late_count < LATE_MAX)
			lates[late_count++] =
			    (struct late){.tid = tid, .state = ASKED};
		return true;
	}
	switch (late->state) {
	case READY:
		late->state = AGAIN;
		return false;
	case OWING:
		late->state = ASKED;
		return false;
	case ASKED:
	case STOPPED:
	case AGAIN:
		break;
	}
	return true;
}

bool ct_late_stop_resumed(pid_t tid, long request)
{
	struct late *late = find(tid);
	if (!late)
		return false;
	late->request = request;
	if (late->state == STOPPED)
		late->state = READY;
	return late->state == READY;
}

bool ct_late_stop_owe(pid_t tid, long request)
{
	struct late *late = find(tid);
	if (!late || late->state != ASKED)
		return false;
	late->state = OWING;
	late->request = request;
	return true;
}

void ct_late_stop_detached(pid_t tid, const struct ct_late_calls *calls)
{
	struct late *late = find(tid);
	if (!late)
		return;
	int status;
	while (!calls->ptrace(PTRACE_CONT, tid, NULL, NULL) &&
	       calls->waitpid(tid, &status, __WALL) == tid &&
	       WIFSTOPPED(status) && WSTOPSIG(status) != SIGSTOP)
		;
	forget(late);
}

bool ct_late_stop_ends(pid_t pid)
{
	char path[64], text[512];
	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	FILE *file = fopen(path, "re");
	if (!file)
		return false;
	size_t size = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[size] = 0;
	/* Flags are the ninth field, the count of threads the twentieth
	 * (proc(5)); the second can have anything in it. */
	const char *name_end = strrchr(text, ')');
	unsigned int flags = 0;
	long threads = 0;
	return name_end &&
	       sscanf(name_end,
		      ") %*c %*d %*d %*d %*d %*d %u %*u %*u %*u %*u %*u %*u "
		      "%*d %*d %*d %*d %ld",
		      &flags, &threads) == 2 &&
	       flags & PF_EXITING && threads <= 1;
}

pid_t ct_late_stop_take(pid_t which, int *status)
{
	for (size_t i = 0; i < late_count; i++) {
		struct late *late = &lates[i];
		if (which > 0 && late->tid != which)
			continue;
		if (late->state != READY && late->state != AGAIN)
			continue;
		bool is_again = late->state == AGAIN;
		late->state = is_again ? STOPPED : OWING;
		if (status)
			*status = is_again ? STATUS_OF(SIGSTOP) : late->status;
		return late->tid;
	}
	return 0;
}

/* Whether another thread has executed a program and taken the number of the
 * first one, which is gone with what was on its way to it. */
static bool is_successor(pid_t tid, int status,
			 const struct ct_late_calls *calls)
{
	unsigned long former = (unsigned long)tid;
	return (unsigned int)status >> 16 == PTRACE_EVENT_EXEC &&
	       !calls->ptrace(PTRACE_GETEVENTMSG, tid, NULL, &former) &&
	       former != (unsigned long)tid;
}

bool ct_late_stop_filter(pid_t tid, bool is_awaited, int *status,
			 const struct ct_late_calls *calls)
{
	struct late *late = find(tid);
	if (!late)
		return true;
	if (!WIFSTOPPED(*status) || is_successor(tid, *status, calls)) {
		forget(late);
		return true;
	}
	if (*status == STATUS_OF(SIGSTOP)) {
		bool is_owed = late->state == OWING;
		long request = late->request;
		forget(late);
		if (is_owed)
			calls->ptrace(request ? request : PTRACE_SYSCALL, tid,
				      NULL, NULL);
		return !is_owed;
	}
	if (is_awaited && late->state == ASKED &&
	    *status == STATUS_OF(SYSCALL_STOP)) {
		late->state = STOPPED;
		late->status = *status;
		*status = STATUS_OF(SIGSTOP);
	}
	return true;
}
