/* SPDX-License-Identifier: MIT */
/* Whether the kernel has stopped a thread, and why: ptrace(2), "PTRACE_EVENT
 * stops". */
#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>

#include "ctester/process.h"

bool ct_process_is_stopped(pid_t tid)
{
	siginfo_t info;
	/* EINVAL: a group-stop, which has no siginfo. */
	return ptrace(PTRACE_GETSIGINFO, tid, NULL, &info) == 0 ||
	       errno != ESRCH;
}

enum ct_process_event ct_process_read_event(pid_t tid, pid_t *child)
{
	siginfo_t info;
	unsigned long message;
	if (ptrace(PTRACE_GETSIGINFO, tid, NULL, &info) < 0 ||
	    (info.si_code & 0xff) != SIGTRAP)
		return CT_PROCESS_NO_EVENT;
	switch (info.si_code >> 8) {
	case PTRACE_EVENT_EXEC:
		return CT_PROCESS_EXECUTED;
	case PTRACE_EVENT_FORK:
	case PTRACE_EVENT_VFORK:
		if (ptrace(PTRACE_GETEVENTMSG, tid, NULL, &message) < 0)
			return CT_PROCESS_NO_EVENT;
		*child = (pid_t)message;
		return CT_PROCESS_FORKED;
	default:
		return CT_PROCESS_NO_EVENT;
	}
}
