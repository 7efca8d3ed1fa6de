/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "process/late_stops.h"
#include "process/status.h"

/* With more at a time, GDB hears of the others as ever. */
#define LATE_MAX 256

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

void ct_late_stop_detached(pid_t tid)
{
	struct late *late = find(tid);
	if (!late)
		return;
	/* This takes back a SIGSTOP that is on its way; GDB does the same with
	 * those that it knows of. */
	if (late->state != ASKED)
		syscall(SYS_tkill, tid, SIGCONT);
	forget(late);
}

/* Of a process (not another thread of it): 'Z' and the like; 0 for a thread, or
 * when there is none. */
static char state_of_process(pid_t pid)
{
	CT_CLEANUP(ct_buffer_deinit) struct ct_buffer status = {0};
	struct ct_error *err = ct_status_read(pid, &status);
	if (err) {
		ct_error_destroy(err);
		return 0;
	}
	const char *state = ct_status_find(&status, "State");
	const char *group = ct_status_find(&status, "Tgid");
	return state && group && atoi(group) == pid ? *state : 0;
}

/* Until there is something to wait for, or a moment is over: a first thread
 * that ends before the others says nothing.  False when GDB will not sleep
 * next. */
static bool sleep_a_moment(void)
{
	static const struct timespec moment = {.tv_nsec = 20000000};
	sigset_t mask;
	if (pthread_sigmask(SIG_BLOCK, NULL, &mask) ||
	    !sigismember(&mask, SIGCHLD))
		return false;
	sigdelset(&mask, SIGCHLD);
	ppoll(NULL, 0, &moment, &mask);
	return true;
}

pid_t ct_late_stop_wait(pid_t tid, int *status,
			const struct ct_late_calls *calls)
{
	char state;
	do {
		state = state_of_process(tid);
		if (!state)
			return calls->waitpid(tid, status, __WALL | WNOHANG);
		siginfo_t info = {0};
		if (!waitid(P_PID, (id_t)tid, &info,
			    WSTOPPED | WNOHANG | __WALL) &&
		    info.si_pid == tid) {
			*status = STATUS_OF(info.si_status);
			return tid;
		}
	} while (state != 'Z' && state != 'X' && sleep_a_moment());
	if (state != 'Z')
		return 0;
	*status = STATUS_OF(SIGSTOP);
	return tid;
}

bool ct_late_stop_is_any(void)
{
	return late_count > 0;
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

/* The thread that has executed a program, where it was not the first one and
 * has taken the number of that, which is gone with what was on its way to it; 0
 * where no other has. */
static pid_t former_self(pid_t tid, int status,
			 const struct ct_late_calls *calls)
{
	unsigned long former = (unsigned long)tid;
	if ((unsigned int)status >> 16 != PTRACE_EVENT_EXEC ||
	    calls->ptrace(PTRACE_GETEVENTMSG, tid, NULL, &former) ||
	    former == (unsigned long)tid)
		return 0;
	return (pid_t)former;
}

bool ct_late_stop_filter(pid_t tid, bool is_awaited, int *status,
			 const struct ct_late_calls *calls)
{
	pid_t former = late_count ? former_self(tid, *status, calls) : 0;
	struct late *gone = former ? find(former) : NULL;
	if (gone)
		forget(gone);
	struct late *late = find(tid);
	if (!late)
		return true;
	if (!WIFSTOPPED(*status) || former) {
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
