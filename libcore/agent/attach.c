/* SPDX-License-Identifier: MIT */
/* Bringing an agent together with the session's region: a stopped thread is
 * made to map it. */
#define _GNU_SOURCE
#include <linux/futex.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "agent/loading.h"
#include "ctester/process.h"
#include "process/give.h"
#include "process/notify.h"

#ifndef MADV_WIPEONFORK
#define MADV_WIPEONFORK 18
#endif

enum {
	PAGE = 4096
};

/* What thread.c makes there.  Once hooked, the program's threads ask for
 * memory and time as well. */
static struct ct_error *check_filters(pid_t tid, uint64_t size)
{
	const struct ct_notify_wish wishes[] = {
	    {SYS_mmap, {0, size, PROT_READ | PROT_WRITE, MAP_SHARED, 3, 0}},
	    {SYS_mmap,
	     {0, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
	      (uint64_t)-1, 0}},
	    {SYS_madvise, {PAGE, PAGE, MADV_WIPEONFORK}},
	    {SYS_gettid, {0}},
	    {SYS_getpid, {0}},
	    {SYS_sigaltstack, {0, PAGE}},
	    {SYS_rt_sigprocmask, {(uint64_t)-1, PAGE, 0, 8}},
	    {SYS_futex, {PAGE, FUTEX_WAIT}},
	    {SYS_kill, {1, 0}},
	    {SYS_tgkill, {1, 1, 0}},
	};
	return ct_notify_check_filters(tid, wishes,
				       sizeof(wishes) / sizeof(*wishes));
}

/* A thread that waits for room in its ring looks whether we live, by our
 * number. */
static struct ct_error *check_namespace(pid_t pid)
{
	char path[40];
	struct stat ours, theirs;
	snprintf(path, sizeof(path), "/proc/%d/ns/pid", (int)pid);
	if (stat(path, &theirs) < 0 || stat("/proc/self/ns/pid", &ours) < 0 ||
	    ours.st_ino == theirs.st_ino)
		return NULL;
	return ct_error_format(CT_ERROR_UNSUPPORTED,
			       "process %d is in another PID namespace",
			       (int)pid);
}

static struct ct_error *call_attach(pid_t pid, pid_t tid,
				    const struct ct_agent_info *info,
				    int number, uint64_t size, ct_ref ref)
{
	const uint64_t args[] = {(uint64_t)number, size, ref};
	uint64_t result = 0;
	struct ct_error *err =
	    ct_process_call(pid, tid, info->attach, args, 3, 0, &result);
	if (err || !(int32_t)result)
		return err;
	return ct_error_format(CT_ERROR_UNSUPPORTED,
			       "process %d cannot map the session's memory: %s",
			       (int)pid, strerror(-(int32_t)result));
}

struct ct_error *ct_agent_attach(pid_t pid, pid_t tid,
				 struct ct_agent_info *info, int fd,
				 uint64_t size, ct_ref ref)
{
	struct ct_agent_info after;
	uint64_t addr;
	int number;
	if (info->region)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "process %d has an agent that is "
				       "another session's",
				       (int)pid);
	struct ct_error *err = check_namespace(pid);
	if (!err)
		err = check_filters(tid, size);
	if (!err)
		err = ct_process_give(pid, tid, fd, &number);
	if (err)
		return err;
	err = call_attach(pid, tid, info, number, size, ref);
	struct ct_error *close_err = ct_process_take_back(pid, tid, number);
	if (!err)
		err = close_err;
	else
		ct_error_destroy(close_err);
	if (!err)
		err = ct_agent_find(pid, &addr, &after);
	if (!err)
		info->region = after.region;
	return err;
}
