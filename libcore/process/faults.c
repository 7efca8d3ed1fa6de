/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>

#include "ctester/process.h"
#include "process/faults.h"
#include "process/own_calls.h"

enum {
	ROWS_MAX = 256,
	REQUESTS = 256, /* a power of two */
	SYSCALL_SIZE = 2,
};

struct row {
	uint64_t at, go_on;
};

struct watched {
	struct watched *next;
	struct ct_faults faults;
	size_t count;
	struct row rows[];
};

static struct watched *all;

/* By which request GDB has let threads run last, of those whose numbers are not
 * in each other's way. */
static struct {
	pid_t tid;
	long request;
} requests[REQUESTS];

void ct_faults_resumed(pid_t tid, long request)
{
	requests[tid % REQUESTS].tid = tid;
	requests[tid % REQUESTS].request = request;
}

static long request_of(pid_t tid)
{
	return requests[tid % REQUESTS].tid == tid
		   ? requests[tid % REQUESTS].request
		   : PTRACE_CONT;
}

bool ct_faults_is_any(void)
{
	return all != NULL;
}

void ct_faults_forget(pid_t pid)
{
	for (struct watched **at = &all; *at;) {
		struct watched *each = *at;
		if (each->faults.pid != pid) {
			at = &each->next;
			continue;
		}
		*at = each->next;
		free(each);
	}
}

static struct ct_error *read_rows(struct watched *watched)
{
	const struct ct_faults *faults = &watched->faults;
	int32_t distances[ROWS_MAX][2];
	size_t size = faults->rows_end - faults->rows;
	if (size > sizeof(distances) || size % sizeof(*distances))
		return ct_error_format(CT_ERROR_BAD_DATA,
				       "the agent's table of faults has %zu "
				       "bytes",
				       size);
	struct ct_error *err =
	    ct_process_read_all(faults->pid, faults->rows, distances, size);
	if (err)
		return err;
	watched->count = size / sizeof(*distances);
	for (size_t i = 0; i < watched->count; i++) {
		uint64_t here = faults->rows + i * sizeof(*distances);
		watched->rows[i] =
		    (struct row){here + (uint64_t)(int64_t)distances[i][0],
				 here + sizeof(int32_t) +
				     (uint64_t)(int64_t)distances[i][1]};
	}
	return NULL;
}

struct ct_error *ct_faults_watch(const struct ct_faults *faults)
{
	struct ct_error *err = ct_own_calls_take();
	if (err)
		return err;
	struct watched *watched =
	    calloc(1, sizeof(*watched) + ROWS_MAX * sizeof(struct row));
	if (!watched)
		return &ct_enomem;
	watched->faults = *faults;
	err = read_rows(watched);
	if (err) {
		free(watched);
		return err;
	}
	ct_faults_forget(faults->pid);
	watched->next = all;
	all = watched;
	return NULL;
}

static pid_t process_of(pid_t tid)
{
	pid_t pid = 0;
	ct_error_destroy(ct_process_find_pid(tid, &pid));
	return pid;
}

static const struct watched *find(pid_t tid, uint64_t pc)
{
	for (const struct watched *each = all; each; each = each->next)
		if (pc - each->faults.text <
			each->faults.text_end - each->faults.text &&
		    each->faults.pid == process_of(tid))
			return each;
	return NULL;
}

/* Where the thread goes on; false when the signal is not ours. */
static bool move(const struct watched *watched, int signal,
		 struct user_regs_struct *regs)
{
	/* By SECCOMP_RET_TRAP: the call was not made, and rax is its number
	 * (seccomp(2)). */
	if (signal == SIGSYS) {
		regs->rax = (uint64_t)-ENOSYS;
		return true;
	}
	for (size_t i = 0; i < watched->count; i++) {
		if (watched->rows[i].at != regs->rip)
			continue;
		regs->rip = watched->rows[i].go_on;
		return true;
	}
	return false;
}

/* Who sends SIGSEGV by kill(2) means the program: only the kernel's own has a
 * positive code (sigaction(2)). */
static bool is_kernels(pid_t tid, const struct ct_late_calls *calls)
{
	siginfo_t info;
	return !calls->ptrace(PTRACE_GETSIGINFO, tid, NULL, &info) &&
	       info.si_code > 0;
}

bool ct_faults_handle(pid_t tid, int status, const struct ct_late_calls *calls)
{
	struct user_regs_struct regs;
	if (!all || !WIFSTOPPED(status) || status >> 16)
		return false;
	int signal = WSTOPSIG(status);
	if (signal != SIGSEGV && signal != SIGBUS && signal != SIGSYS)
		return false;
	if (calls->ptrace(PTRACE_GETREGS, tid, NULL, &regs))
		return false;
	const struct watched *watched = find(tid, regs.rip);
	if (!watched || !is_kernels(tid, calls) ||
	    !move(watched, signal, &regs))
		return false;
	/* What was in a system call must not be made again. */
	regs.orig_rax = (unsigned long long)-1;
	return !calls->ptrace(PTRACE_SETREGS, tid, NULL, &regs) &&
	       !calls->ptrace(request_of(tid), tid, NULL, NULL);
}
