/* SPDX-License-Identifier: MIT */
/* Bringing an agent together with the session's region: a stopped thread is
 * made to map it. */
#define _GNU_SOURCE
#include <linux/futex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "agent/loading.h"
#include "base/cleanup.h"
#include "ctester/process.h"
#include "process/give.h"
#include "process/notify.h"
#include "process/status.h"

#ifndef MADV_WIPEONFORK
#define MADV_WIPEONFORK 18
#endif

enum {
	PAGE = 4096,
	PAD_PIECE = 32, /* of a pad, as far as its jump to the agent */
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

/* With MCL_FUTURE, the kernel would fill the region when it is mapped.  That
 * this was asked for is nowhere to be read; then, or with MCL_CURRENT, as good
 * as all is locked. */
static struct ct_error *check_locks(pid_t pid)
{
	CT_CLEANUP(ct_buffer_deinit) struct ct_buffer status = {0};
	struct ct_error *err = ct_status_read(pid, &status);
	if (err)
		return err;
	const char *all = ct_status_find(&status, "VmSize");
	const char *locked = ct_status_find(&status, "VmLck");
	if (!all || !locked || atoll(locked) <= atoll(all) / 2)
		return NULL;
	return ct_error_format(CT_ERROR_UNSUPPORTED,
			       "process %d has locked its memory (mlockall)",
			       (int)pid);
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

/* ---- a session that has left */

/* On its way into the agent by a pad, which says which hook it was. */
static bool is_entering(pid_t pid, uint64_t pc,
			const struct ct_agent_info *info)
{
	enum {
		JUMP_SIZE = 6 /* jmp *disp32(%rip) */
	};
	uint8_t code[PAD_PIECE];
	size_t size = ct_process_read(pid, pc, code, sizeof(code));
	for (size_t i = 0; i + JUMP_SIZE <= size; i++) {
		int32_t distance;
		uint64_t to = 0;
		memcpy(&distance, code + i + 2, sizeof(distance));
		if (code[i] == 0xff && code[i + 1] == 0x25 &&
		    ct_process_read(
			pid, pc + i + JUMP_SIZE + (uint64_t)(int64_t)distance,
			&to, sizeof(to)) == sizeof(to) &&
		    to == info->enter)
			return true;
	}
	return false;
}

/* A signal's handler runs, and has interrupted the agent. */
static bool has_interrupted(pid_t pid, pid_t tid,
			    const struct ct_agent_info *info,
			    const struct ct_agent_shared *shared)
{
	struct ct_agent_thread thread;
	for (size_t i = 0; i < CT_AGENT_THREADS_MAX && shared->threads[i];
	     i++) {
		if (ct_process_read(pid, info->region + shared->threads[i] * 8,
				    &thread,
				    offsetof(struct ct_agent_thread, pages)) <
			offsetof(struct ct_agent_thread, pages) ||
		    thread.tid != tid)
			continue;
		for (size_t j = 0; j < CT_AGENT_LEVELS; j++)
			if (thread.owners[j])
				return true;
	}
	return false;
}

/* No thread is in the agent, and none remembers its block. */
static struct ct_error *forget_threads(pid_t pid,
				       const struct ct_agent_info *info,
				       const struct ct_agent_shared *shared)
{
	CT_AUTO_FREE pid_t *tids = NULL;
	size_t count = 0;
	struct ct_error *err = ct_process_read_tids(pid, &tids, &count);
	for (size_t i = 0; !err && i < count; i++) {
		struct ct_regs regs;
		err = ct_process_read_regs(tids[i], &regs);
		if (err)
			break;
		uint64_t pc = regs.gpr[CT_REG_RIP];
		if (pc - info->text < info->text_end - info->text ||
		    is_entering(pid, pc, info) ||
		    has_interrupted(pid, tids[i], info, shared))
			err = ct_error_format(CT_ERROR_UNSUPPORTED,
					      "thread %d is in the agent: "
					      "continue a little and ask again",
					      (int)tids[i]);
	}
	const uint64_t nobody = 0;
	for (size_t i = 0; !err && i < count; i++) {
		struct ct_regs regs;
		err = ct_process_read_regs(tids[i], &regs);
		if (!err && regs.fs_base)
			err = ct_process_write(
			    pid, regs.fs_base + (uint64_t)info->thread_word,
			    &nobody, sizeof(nobody));
	}
	return err;
}

/* The agent was attached before, by a session that has taken its hooks away;
 * how large its region was. */
static struct ct_error *take_over(pid_t pid, const struct ct_agent_info *info,
				  uint64_t *ret)
{
	struct ct_agent_shared shared;
	struct ct_region region;
	struct ct_error *err =
	    ct_process_read_all(pid, info->shared, &shared, sizeof(shared));
	if (!err)
		err = ct_process_read_all(pid, info->region, &region,
					  sizeof(region));
	if (err)
		return err;
	if (shared.magic != CT_AGENT_MAGIC || !shared.left)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "process %d has an agent that is "
				       "another session's",
				       (int)pid);
	err = forget_threads(pid, info, &shared);
	if (!err)
		*ret = region.size;
	return err;
}

static struct ct_error *call_attach(pid_t pid, pid_t tid,
				    const struct ct_agent_info *info,
				    int number, uint64_t size, ct_ref ref,
				    uint64_t before)
{
	const uint64_t args[] = {(uint64_t)number, size, ref, before};
	uint64_t result = 0;
	struct ct_error *err =
	    ct_process_call(pid, tid, info->attach, args, 4, 0, &result);
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
	uint64_t before = 0;
	struct ct_error *err = check_namespace(pid);
	if (!err)
		err = check_locks(pid);
	if (!err)
		err = check_filters(tid, size);
	if (!err && info->region)
		err = take_over(pid, info, &before);
	if (!err)
		err = ct_process_give(pid, tid, fd, &number);
	if (err)
		return err;
	err = call_attach(pid, tid, info, number, size, ref, before);
	struct ct_error *close_err = ct_process_take_back(pid, tid, number);
	if (!err)
		err = close_err;
	else
		ct_error_destroy(close_err);
	if (!err)
		err = ct_agent_find(pid, &addr, &after);
	if (err)
		return err;
	info->region = after.region;
	info->shared = after.shared;
	info->thread_word = after.thread_word;
	return NULL;
}
