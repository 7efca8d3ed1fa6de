/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/error.h"
#include "ctester/process.h"

struct ct_error *ct_process_send_signal(pid_t pid, pid_t tid, int signal)
{
	if (syscall(SYS_tgkill, pid, tid, signal) == 0)
		return NULL;
	return ct_error_format(CT_ERROR_OS, "signal %d was not sent: %m",
			       signal);
}
