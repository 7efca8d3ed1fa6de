/* SPDX-License-Identifier: MIT */
/*
 * What GDB sees of parents in vfork; see ctester/vforks.h.
 *
 * A parent is in the table from the moment in which GDB hears of its vfork.  It
 * is in a ptrace-stop then, and stays in it:
 *
 *   GDB lets it run          the request is remembered
 *   GDB sends it SIGSTOP     the signal is not sent; the next waitpid() says
 *                            that it has stopped by it
 *   the child executes,      what is remembered is done, and from then on all
 *   or ends                  is as ever
 *
 * All this happens on one thread, the tracer's.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "ctester/vforks.h"
#include "process/faults.h"
#include "process/late_stops.h"
#include "process/own_calls.h"
#include "process/own_slot.h"

/* With more at a time, GDB sees the others as ever. */
#define VFORK_MAX 64

/* What a ptrace-event-stop's status has above the signal (ptrace(2)). */
#define EVENT_OF(status)   ((unsigned int)(status) >> 16)
#define STATUS_OF_STOP(by) ((by) << 8 | 0x7f)

typedef long syscall_fn(long number, ...);

struct vfork {
	pid_t parent; /* the thread */
	pid_t child;  /* 0 when it is ready */
	/* GDB has let the parent run by this request; 0 when it has not. */
	long request;
	void *signal;
	/* GDB has sent SIGSTOP. */
	bool is_to_stop;
};

static struct {
	bool is_on;
	bool taken; /* ours are in their places */
	pid_t tracer;
	/* The C library's; NULL before ours are in their places. */
	struct ct_late_calls calls;
	syscall_fn *syscall;
	struct vfork vforks[VFORK_MAX];
	size_t count;
} held;

/* Nothing is, once it is off and what was begun is over. */
static bool is_ours(void)
{
	return (held.is_on || held.count || ct_late_stop_is_any()) &&
	       gettid() == held.tracer;
}

static struct vfork *find(pid_t parent)
{
	for (size_t i = 0; i < held.count; i++)
		if (held.vforks[i].parent == parent)
			return &held.vforks[i];
	return NULL;
}

static void forget(struct vfork *vfork)
{
	*vfork = held.vforks[--held.count];
}

static void begin(pid_t parent)
{
	unsigned long child = 0;
	if (!held.is_on || held.count == VFORK_MAX ||
	    held.calls.ptrace(PTRACE_GETEVENTMSG, parent, NULL, &child) ||
	    !child)
		return;
	held.vforks[held.count++] =
	    (struct vfork){.parent = parent, .child = (pid_t)child};
}

static void release(struct vfork *vfork)
{
	vfork->child = 0;
	/* Where it is to stop, it has not moved, and GDB will hear so. */
	if (vfork->is_to_stop)
		return;
	if (vfork->request)
		held.calls.ptrace(vfork->request, vfork->parent, NULL,
				  vfork->signal);
	forget(vfork);
}

/* The program that was watched is no more. */
static void forget_faults(pid_t pid, int status)
{
	if (WIFEXITED(status) || WIFSIGNALED(status) ||
	    EVENT_OF(status) == PTRACE_EVENT_EXEC)
		ct_faults_forget(pid);
}

/* GDB is about to hear of this. */
static void note(pid_t pid, int status)
{
	bool is_end = WIFEXITED(status) || WIFSIGNALED(status);
	bool is_exec =
	    WIFSTOPPED(status) && EVENT_OF(status) == PTRACE_EVENT_EXEC;
	if (!is_end && !is_exec) {
		if (WIFSTOPPED(status) &&
		    EVENT_OF(status) == PTRACE_EVENT_VFORK)
			begin(pid);
		return;
	}
	for (size_t i = held.count; i-- > 0;) {
		struct vfork *each = &held.vforks[i];
		if (each->parent == pid)
			forget(each); /* it was killed */
		else if (each->child == pid)
			release(each);
	}
}

/* A parent that GDB waits to have stopped, of these; 0 when there is none. */
static pid_t take_stopped(pid_t which, int *status)
{
	for (size_t i = 0; i < held.count; i++) {
		struct vfork *each = &held.vforks[i];
		if (!each->is_to_stop || (which > 0 && each->parent != which))
			continue;
		pid_t parent = each->parent;
		each->is_to_stop = false;
		each->request = 0;
		if (!each->child)
			forget(each);
		if (status)
			*status = STATUS_OF_STOP(SIGSTOP);
		return parent;
	}
	return 0;
}

/* Nothing of ours but faults is there to be seen to. */
static pid_t wait_for_others(pid_t pid, int *ret, int options)
{
	pid_t found;
	int status = 0;
	do
		found = held.calls.waitpid(pid, &status, options);
	while (found > 0 && ct_faults_handle(found, status, &held.calls));
	if (found > 0) {
		forget_faults(found, status);
		if (ret)
			*ret = status;
	}
	return found;
}

static pid_t our_waitpid(pid_t pid, int *ret, int options)
{
	if (!(options & __WALL) || gettid() != held.tracer)
		return held.calls.waitpid(pid, ret, options);
	if (!is_ours())
		return wait_for_others(pid, ret, options);
	pid_t found = take_stopped(pid, ret);
	if (!found)
		found = ct_late_stop_take(pid, ret);
	if (found)
		return found;
	int status = 0;
	bool is_awaited = pid > 0 && ret;
	do {
		found = is_awaited && options & WNOHANG
			    ? ct_late_stop_wait(pid, &status, &held.calls)
			    : held.calls.waitpid(pid, &status, options);
	} while (found > 0 && (ct_faults_handle(found, status, &held.calls) ||
			       !ct_late_stop_filter(found, is_awaited, &status,
						    &held.calls)));
	if (found > 0) {
		note(found, status);
		forget_faults(found, status);
		if (ret)
			*ret = status;
	}
	return found;
}

/* GDB lets a thread run; true when it has to stay where it is. */
static bool is_held(pid_t tid, long request, void *signal)
{
	struct vfork *vfork = find(tid);
	if (vfork) {
		vfork->request = request;
		vfork->signal = signal;
		/* The SIGSTOP was sent before the vfork. */
		if (!ct_late_stop_owe(tid, request))
			return true;
		vfork->is_to_stop = true;
	} else {
		if (!ct_late_stop_resumed(tid, request))
			return false;
		/* As the kernel would at such a stop. */
		if (signal)
			held.syscall(SYS_tkill, tid, (long)signal);
	}
	/* There is something to be told. */
	held.syscall(SYS_tgkill, getpid(), held.tracer, SIGCHLD);
	return true;
}

/* GDB detaches from a thread. */
static void let_go(pid_t tid)
{
	for (size_t i = held.count; i-- > 0;) {
		struct vfork *each = &held.vforks[i];
		if (each->parent == tid)
			forget(each);
		else if (each->child == tid)
			release(each); /* nothing is heard of it any more */
	}
	ct_late_stop_detached(tid);
}

static long our_ptrace(long request, long pid, void *addr, void *data)
{
	bool resumes = request == PTRACE_CONT || request == PTRACE_SYSCALL ||
		       request == PTRACE_SINGLESTEP;
	if (resumes && ct_faults_is_any())
		ct_faults_resumed((pid_t)pid, request);
	if (is_ours()) {
		if (resumes && is_held((pid_t)pid, request, data))
			return 0;
		if (request == PTRACE_DETACH)
			let_go((pid_t)pid);
	}
	return held.calls.ptrace(request, pid, addr, data);
}

/* GDB sends SIGSTOP to a thread; true when it need not. */
static bool stops_without(pid_t tid)
{
	struct vfork *vfork = find(tid);
	if (!vfork || !vfork->request)
		return !ct_late_stop_asked(tid);
	vfork->is_to_stop = true;
	return true;
}

/* Whatever the call is, it has no more than six arguments; those that were not
 * passed are what happens to be in the registers and, the last, on the stack,
 * as for syscall(2)'s own. */
__attribute__((no_sanitize_address)) static long our_syscall(long number, ...)
{
	long args[6];
	va_list list;
	va_start(list, number);
	for (size_t i = 0; i < 6; i++)
		args[i] = va_arg(list, long);
	va_end(list);
	if ((number == SYS_tkill || number == SYS_tgkill) && is_ours()) {
		const long *of = number == SYS_tkill ? args : args + 1;
		if ((int)of[1] == SIGSTOP && stops_without((pid_t)of[0]))
			return 0;
	}
	return held.syscall(number, args[0], args[1], args[2], args[3], args[4],
			    args[5]);
}

struct ct_error *ct_own_calls_take(void)
{
	static const struct {
		const char *name;
		void *ours;
	} calls[] = {
	    {"waitpid", (void *)our_waitpid},
	    {"ptrace", (void *)our_ptrace},
	    {"syscall", (void *)our_syscall},
	};
	void **slots[sizeof(calls) / sizeof(*calls)];
	if (held.taken)
		return NULL;
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
		slots[i] = ct_own_slot_find(calls[i].name);
		if (!slots[i])
			return ct_error_format(CT_ERROR_NOT_FOUND,
					       "GDB does not call %s()",
					       calls[i].name);
	}
	held.tracer = gettid();
	held.calls.waitpid = waitpid;
	*(void **)&held.calls.ptrace = (void *)ptrace;
	held.syscall = syscall;
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
		struct ct_error *error =
		    ct_own_slot_set(slots[i], calls[i].ours);
		if (error)
			return error;
	}
	held.taken = true;
	return NULL;
}

struct ct_error *ct_vforks_hold(bool on)
{
	if (on) {
		struct ct_error *error = ct_own_calls_take();
		if (error)
			return error;
	}
	held.is_on = on;
	return NULL;
}
