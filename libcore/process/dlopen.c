/* SPDX-License-Identifier: MIT */
/*
 * A program that runs loads a library, by a call of dlopen() that one of its
 * stopped threads is made to do.
 *
 * The others stay stopped, and may have locks that are wanted.  So the thread
 * is watched at its system calls: one that would wait for a lock is not made.
 * As long as the library's file was not opened nothing has happened then, and
 * the call is given up.  The allocator's locks, which dlopen() wants when it is
 * half done, are tried before.
 *
 * The call has a stack of its own, as threads may have little, and returns to
 * an int3 there.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>

#include "base/cleanup.h"
#include "ctester/agent_loading.h"
#include "ctester/maps.h"
#include "ctester/process.h"
#include "process/borrow.h"
#include "process/dynsym.h"
#include "process/notify.h"
#include "process/ptrace.h"
#include "process/reach.h"

enum {
	STACK_SIZE = 1 << 20, /* of which only touched pages cost anything */
	MESSAGE_SIZE = 512,
	/* More than is kept without a lock (glibc: TCACHE_MAX_BYTES). */
	TRIED_SIZE = 100000,
	SYSCALLS_MAX = 100000,
	INT3 = 0xcc,
	RTLD_NOW_ = 2,
};
/* Of <dlfcn.h> in glibc, without which __libc_dlopen_mode() refuses. */
#define RTLD_DLOPEN 0x80000000u

struct names {
	uint64_t open, error; /* dlopen(), dlerror() or 0 */
	uint64_t mode;
	uint64_t errno_location;
};

struct loading {
	struct ct_borrow borrow;
	const struct ct_maps *maps;
	struct names names;
	uint64_t scratch; /* the path, the int3, and the stack above */
	uint64_t trap;
	bool waits; /* a call was given up, for a lock */
	bool opened;
};

/* ---- functions */

static const char *base_name(const struct ct_loaded *loaded)
{
	const char *slash = strrchr(loaded->path, '/');
	return slash ? slash + 1 : loaded->path;
}

static bool is_libc(const struct ct_loaded *loaded)
{
	const char *name = base_name(loaded);
	return strncmp(name, "libc.so", 7) == 0 ||
	       strncmp(name, "libc-", 5) == 0 ||
	       strncmp(name, "libc.musl", 9) == 0 ||
	       strncmp(name, "ld-musl", 7) == 0;
}

static bool is_libdl(const struct ct_loaded *loaded)
{
	return strncmp(base_name(loaded), "libdl", 5) == 0;
}

/* musl gives no thread that runs room for the agent's word, and cannot go
 * back once it has tried; of others nothing is known. */
static struct ct_error *check_libc(pid_t pid, const struct ct_loaded *loaded)
{
	uint64_t addr = 0;
	struct ct_error *err =
	    ct_process_find_export(pid, loaded, "gnu_get_libc_version", &addr);
	if (!err && !addr)
		err = ct_error_format(
		    CT_ERROR_UNSUPPORTED,
		    "process %d has another C library than glibc (musl?), "
		    "which cannot load the agent later: start the program "
		    "from GDB",
		    (int)pid);
	return err;
}

static struct ct_error *find_in(pid_t pid, const struct ct_loaded *loaded,
				struct names *names)
{
	uint64_t hidden = 0;
	struct ct_error *err =
	    ct_process_find_export(pid, loaded, "dlopen", &names->open);
	if (!err)
		err = ct_process_find_export(pid, loaded, "dlerror",
					     &names->error);
	names->mode = RTLD_NOW_;
	/* Before glibc 2.34, dlopen() is in a library that need not be there.
	 */
	if (!err && !names->open && is_libc(loaded))
		err = ct_process_find_export(pid, loaded, "__libc_dlopen_mode",
					     &hidden);
	if (hidden) {
		names->open = hidden;
		names->mode |= RTLD_DLOPEN;
	}
	return err;
}

static struct ct_error *find_names(pid_t pid, const struct ct_maps *maps,
				   struct names *names)
{
	const struct ct_loaded *loaded;
	struct ct_error *err = NULL;
	for (size_t i = 0; !err && (loaded = ct_maps_get_loaded(maps, i));
	     i++) {
		struct names found = {0};
		if (!is_libc(loaded) && !is_libdl(loaded))
			continue;
		if (is_libc(loaded))
			err = check_libc(pid, loaded);
		if (!err)
			err = find_in(pid, loaded, &found);
		if (found.open && (is_libdl(loaded) || !names->open)) {
			names->open = found.open;
			names->error = found.error;
			names->mode = found.mode;
		}
		if (!err && is_libc(loaded))
			err = ct_process_find_export(pid, loaded,
						     "__errno_location",
						     &names->errno_location);
	}
	if (!err && !names->open)
		err = ct_error_format(CT_ERROR_UNSUPPORTED,
				      "process %d has no dlopen(): it is "
				      "linked statically",
				      (int)pid);
	return err;
}

/* A breakpoint that the thread would come by. */
static struct ct_error *check_breakpoint(pid_t pid, uint64_t addr)
{
	uint8_t byte = 0;
	if (addr && ct_process_read(pid, addr, &byte, 1) == 1 && byte == INT3)
		return ct_error_format(
		    CT_ERROR_UNSUPPORTED,
		    "process %d: a breakpoint at 0x%llx is in the way of "
		    "dlopen() (set breakpoint always-inserted off)",
		    (int)pid, (unsigned long long)addr);
	return NULL;
}

static struct ct_error *check_breakpoints(pid_t pid, const struct ct_maps *maps,
					  const struct names *names)
{
	static const char *const others[] = {"_dl_debug_state", "malloc",
					     "calloc", "free"};
	struct ct_error *err = check_breakpoint(pid, names->open);
	const struct ct_loaded *loaded;
	for (size_t i = 0; !err && (loaded = ct_maps_get_loaded(maps, i)); i++)
		for (size_t j = 0; !err && j < sizeof(others) / sizeof(*others);
		     j++) {
			uint64_t addr = 0;
			err = ct_process_find_export(pid, loaded, others[j],
						     &addr);
			if (!err)
				err = check_breakpoint(pid, addr);
		}
	return err;
}

/* ---- what can be known before */

static struct ct_error *check_filters(pid_t tid)
{
	static const uint64_t nowhere = CT_PAGE_SIZE;
	const struct ct_notify_wish wishes[] = {
	    {SYS_mmap,
	     {0, STACK_SIZE, PROT_READ | PROT_WRITE | PROT_EXEC,
	      MAP_PRIVATE | MAP_ANONYMOUS, (uint64_t)-1, 0}},
	    {SYS_openat, {(uint64_t)AT_FDCWD, nowhere, O_RDONLY | O_CLOEXEC}},
	    {SYS_read, {3, nowhere, 832}},
	    {SYS_newfstatat, {3, nowhere, nowhere, AT_EMPTY_PATH}},
	    {SYS_mmap, {0, nowhere, PROT_READ, MAP_PRIVATE, 3, 0}},
	    {SYS_mmap,
	     {nowhere, nowhere, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_FIXED,
	      3, nowhere}},
	    {SYS_mprotect, {nowhere, nowhere, PROT_READ}},
	    {SYS_close, {3}},
	    {SYS_brk, {0}},
	    {SYS_futex, {nowhere, FUTEX_WAKE}},
	    {SYS_munmap, {nowhere, STACK_SIZE}},
	};
	return ct_notify_check_filters(tid, wishes,
				       sizeof(wishes) / sizeof(*wishes));
}

static struct ct_error *check(pid_t pid, pid_t tid, const char *path,
			      const struct ct_maps *maps, struct names *names)
{
	struct user_regs_struct regs;
	struct stat file;
	struct ct_error *err = ct_ptrace_get_regs(tid, &regs);
	if (err)
		return err;
	if (regs.cs != CT_CS_64)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "thread %d runs 32-bit code", (int)tid);
	err = ct_process_check_reach(pid, path, &file);
	if (!err)
		err = find_names(pid, maps, names);
	if (!err)
		err = check_breakpoints(pid, maps, names);
	return err ? err : check_filters(tid);
}

static void cleanup_maps(struct ct_maps **maps)
{
	ct_maps_destroy(*maps);
}

struct ct_error *ct_agent_check_load(pid_t pid, pid_t tid, const char *path)
{
	struct names names = {0};
	CT_CLEANUP(cleanup_maps) struct ct_maps *maps = NULL;
	struct ct_error *err = ct_maps_read(pid, &maps);
	return err ? err : check(pid, tid, path, maps, &names);
}

/* ---- one call */

static bool would_wait(const struct ct_syscall_stop *stop)
{
	if (stop->number != SYS_futex)
		return false;
	switch (stop->args[1] & FUTEX_CMD_MASK) {
	case FUTEX_WAIT:
	case FUTEX_WAIT_BITSET:
	case FUTEX_LOCK_PI:
		return true;
	default:
		return false;
	}
}

/* Instead, nobody is woken; filters let that pass as well. */
static struct ct_error *give_up(struct loading *loading,
				struct user_regs_struct *regs)
{
	enum ct_borrow_stop stop;
	regs->rsi = FUTEX_WAKE;
	regs->rdx = 0;
	struct ct_error *err = ct_ptrace_set_regs(loading->borrow.tid, regs);
	if (!err)
		err = ct_borrow_run(&loading->borrow, regs, &stop);
	if (err)
		return err;
	loading->waits = true;
	return ct_error_format(CT_ERROR_UNSUPPORTED,
			       "thread %d would wait for a lock that a "
			       "stopped thread has%s",
			       (int)loading->borrow.tid,
			       loading->opened
				   ? ", in the middle of dlopen(): the program "
				     "may hang"
				   : ": let the program run on a little");
}

static struct ct_error *look_at_syscall(struct loading *loading,
					struct user_regs_struct *regs)
{
	struct ct_syscall_stop stop;
	struct ct_error *err =
	    ct_process_read_syscall(loading->borrow.tid, &stop);
	if (err || stop.phase != CT_SYSCALL_ENTRY)
		return err;
	if (would_wait(&stop))
		return give_up(loading, regs);
	loading->opened |= stop.number == SYS_openat;
	return NULL;
}

static struct ct_error *enter(struct loading *loading, uint64_t function,
			      uint64_t first, uint64_t second, uint64_t *ret_sp)
{
	struct user_regs_struct regs = loading->borrow.regs;
	regs.rsp = loading->scratch + STACK_SIZE - 64;
	*ret_sp = regs.rsp;
	regs.rsp -= 8;
	struct ct_error *err =
	    ct_process_write_slot(loading->borrow.pid, regs.rsp, loading->trap);
	if (err)
		return err;
	regs.rip = function;
	regs.orig_rax = -1ull;
	regs.eflags &= ~(unsigned long long)CT_EFLAGS_DF;
	regs.rax = 0;
	regs.rdi = first;
	regs.rsi = second;
	return ct_ptrace_set_regs(loading->borrow.tid, &regs);
}

static struct ct_error *run(struct loading *loading, uint64_t function,
			    uint64_t first, uint64_t second, uint64_t *ret)
{
	uint64_t sp;
	struct user_regs_struct regs;
	struct ct_error *err = enter(loading, function, first, second, &sp);
	for (int i = 0; !err && i < SYSCALLS_MAX; i++) {
		enum ct_borrow_stop stop;
		err = ct_borrow_run(&loading->borrow, &regs, &stop);
		if (!err && stop == CT_BORROW_SYSCALL) {
			err = look_at_syscall(loading, &regs);
			continue;
		}
		if (err)
			return err;
		if (regs.rip != loading->trap + 1 || regs.rsp != sp)
			return ct_error_format(
			    CT_ERROR_UNSUPPORTED,
			    "thread %d: a breakpoint at 0x%llx was in the way "
			    "of dlopen()",
			    (int)loading->borrow.tid, regs.rip - 1);
		*ret = regs.rax;
		return NULL;
	}
	return err ? err
		   : ct_error_format(CT_ERROR_UNSUPPORTED,
				     "thread %d: dlopen() does not end",
				     (int)loading->borrow.tid);
}

/* ---- the calls */

/* Each file's allocator, of which we do not know which is in use. */
static struct ct_error *try_allocators(struct loading *loading)
{
	pid_t pid = loading->borrow.pid;
	const struct ct_loaded *loaded;
	for (size_t i = 0; (loaded = ct_maps_get_loaded(loading->maps, i));
	     i++) {
		uint64_t malloc_addr = 0, free_addr = 0, block = 0;
		struct ct_error *err =
		    ct_process_find_export(pid, loaded, "malloc", &malloc_addr);
		if (!err)
			err = ct_process_find_export(pid, loaded, "free",
						     &free_addr);
		if (err)
			return err;
		if (!malloc_addr || !free_addr)
			continue;
		err = run(loading, malloc_addr, TRIED_SIZE, 0, &block);
		if (!err && block)
			err = run(loading, free_addr, block, 0, &block);
		if (err)
			return err;
	}
	return NULL;
}

static struct ct_error *refusal(struct loading *loading, const char *path)
{
	pid_t pid = loading->borrow.pid;
	char message[MESSAGE_SIZE] = "dlopen() says no";
	uint64_t text = 0;
	struct ct_error *err = NULL;
	if (loading->names.error)
		err = run(loading, loading->names.error, 0, 0, &text);
	if (err)
		return err;
	if (text)
		ct_process_read(pid, text, message, sizeof(message) - 1);
	return ct_error_format(CT_ERROR_UNSUPPORTED,
			       "process %d cannot load %s: %s", (int)pid, path,
			       message);
}

static struct ct_error *call_dlopen(struct loading *loading, const char *path)
{
	uint64_t handle = 0;
	loading->opened = false;
	struct ct_error *err =
	    run(loading, loading->names.open, loading->scratch,
		loading->names.mode, &handle);
	return err || handle ? err : refusal(loading, path);
}

static struct ct_error *call_all(struct loading *loading, const char *path)
{
	pid_t pid = loading->borrow.pid;
	uint64_t errno_addr = 0;
	int32_t errno_value = 0;
	struct ct_error *err = NULL;
	if (loading->names.errno_location)
		err = run(loading, loading->names.errno_location, 0, 0,
			  &errno_addr);
	if (!err && errno_addr)
		err = ct_process_read_all(pid, errno_addr, &errno_value,
					  sizeof(errno_value));
	if (!err)
		err = try_allocators(loading);
	if (!err)
		err = call_dlopen(loading, path);
	if (errno_addr && !loading->borrow.dead) {
		struct ct_error *write_err = ct_process_write(
		    pid, errno_addr, &errno_value, sizeof(errno_value));
		if (err)
			ct_error_destroy(write_err);
		else
			err = write_err;
	}
	return err;
}

/* ---- around them */

static struct ct_error *with_registers(struct loading *loading,
				       const char *path)
{
	CT_AUTO_FREE void *xstate = malloc(CT_XSTATE_SIZE);
	if (!xstate)
		return &ct_enomem;
	struct iovec state = {xstate, CT_XSTATE_SIZE};
	pid_t tid = loading->borrow.tid;
	struct ct_error *err = ct_ptrace_get_xstate(tid, &state);
	if (err)
		return err;
	err = call_all(loading, path);
	if (loading->borrow.dead)
		return err;
	struct ct_error *restore_err = ct_ptrace_set_xstate(tid, &state);
	if (!restore_err)
		return err;
	ct_error_destroy(err);
	return restore_err;
}

static struct ct_error *with_scratch(struct loading *loading, pid_t pid,
				     pid_t tid, const char *path)
{
	static const uint8_t trap = INT3;
	size_t size = strlen(path) + 1;
	struct ct_error *err =
	    ct_process_write(pid, loading->scratch, path, size);
	loading->trap = loading->scratch + size;
	if (!err)
		err = ct_process_write(pid, loading->trap, &trap, 1);
	if (!err)
		err = ct_borrow_begin(&loading->borrow, pid, tid);
	if (err)
		return err;
	err = with_registers(loading, path);
	return ct_borrow_end(&loading->borrow, err);
}

static struct ct_error *map_scratch(pid_t pid, pid_t tid, uint64_t *ret)
{
	const uint64_t args[6] = {0,
				  STACK_SIZE,
				  PROT_READ | PROT_WRITE | PROT_EXEC,
				  MAP_PRIVATE | MAP_ANONYMOUS,
				  (uint64_t)-1,
				  0};
	int64_t addr = 0;
	struct ct_error *err =
	    ct_process_syscall(pid, tid, SYS_mmap, args, &addr);
	if (!err && addr < 0 && addr > -CT_PAGE_SIZE)
		err = ct_error_format(CT_ERROR_UNSUPPORTED,
				      "process %d cannot map memory: %s",
				      (int)pid, strerror((int)-addr));
	if (!err)
		*ret = (uint64_t)addr;
	return err;
}

struct ct_error *ct_agent_load(pid_t pid, pid_t tid, const char *path)
{
	struct loading loading = {0};
	CT_CLEANUP(cleanup_maps) struct ct_maps *maps = NULL;
	struct ct_error *err = ct_maps_read(pid, &maps);
	if (!err)
		err = check(pid, tid, path, maps, &loading.names);
	if (!err)
		err = map_scratch(pid, tid, &loading.scratch);
	if (err)
		return err;
	loading.maps = maps;
	err = with_scratch(&loading, pid, tid, path);
	if (loading.borrow.dead)
		return err;
	const uint64_t args[6] = {loading.scratch, STACK_SIZE};
	int64_t result;
	struct ct_error *unmap_err =
	    ct_process_syscall(pid, tid, SYS_munmap, args, &result);
	if (!err)
		return unmap_err;
	ct_error_destroy(unmap_err);
	return err;
}
