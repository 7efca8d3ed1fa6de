/* SPDX-License-Identifier: MIT */
/*
 * The limit of time.
 *
 * A thread of its own counts ticks.  However long a tick took, it counts as
 * two at most: when a debugger has stopped all of the program it has stopped
 * this thread as well, and so no time passes.  Where it has stopped the owner
 * alone, as GDB does at breakpoints that go on by themselves, the thread sees
 * that (proc_pid_stat(5)) and does not count.  A timer's signals would come
 * late all at once, and would end each sleep() and poll() of the program at
 * each tick.
 *
 * When time is up the owner gets a SIGALRM at each further tick, until the
 * sandbox is closed: what it interrupts may have to be finished first.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/single_threaded.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "kit/sandbox.h"

#define TICK UINT64_C(10000000) /* nanoseconds */

/* Odd while a sandbox is open, and another number for each. */
static uint32_t generation;
/* The thread looks at a sandbox that may be about to close. */
static uint32_t busy;
static uint64_t limit;
static char owner_stat[64], owner_status[64];
/* It is a thread of this process; a child of a fork has none. */
static pid_t watching;

static uint64_t now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static uint32_t current(void)
{
	return __atomic_load_n(&generation, __ATOMIC_SEQ_CST);
}

/* System calls by numbers: the sandbox may be open. */
static const char *read_text(const char *path, char *text, size_t size)
{
	long fd = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
	if (fd < 0)
		return "";
	long count = syscall(SYS_read, fd, text, size - 1);
	syscall(SYS_close, fd);
	text[count > 0 ? count : 0] = '\0';
	return text;
}

static bool owner_is_stopped(void)
{
	char text[128];
	/* The state stands behind the name, which may have anything in it. */
	const char *name =
	    strrchr(read_text(owner_stat, text, sizeof(text)), ')');
	return name && name[1] && (name[2] == 't' || name[2] == 'T');
}

/* proc_pid_status(5): a mask of what it blocks, in hexadecimal. */
static bool owner_blocks_alarm(void)
{
	char text[4096];
	const char *mask =
	    strstr(read_text(owner_status, text, sizeof(text)), "\nSigBlk:");
	return mask && strtoull(mask + 8, NULL, 16) & UINT64_C(1)
							  << (SIGALRM - 1);
}

static void wake_owner(void)
{
	if (owner_blocks_alarm())
		ctester_sandbox_force_owner();
	else
		ctester_sandbox_wake_owner();
}

static void end_if_over(uint32_t mine, uint64_t spent)
{
	__atomic_store_n(&busy, 1, __ATOMIC_SEQ_CST);
	if (current() == mine) {
		bool late = limit && spent >= limit;
		if (late)
			ctester_incident_set(CTESTER_INCIDENT_TIMEOUT, 0, NULL,
					     NULL);
		else if (ctester_capture_is_full())
			late = ctester_incident_set(CTESTER_INCIDENT_OUTPUT, 0,
						    NULL, NULL);
		if (late || ctester_incident_get())
			wake_owner();
	}
	__atomic_store_n(&busy, 0, __ATOMIC_SEQ_CST);
}

static void watch(uint32_t mine)
{
	uint64_t spent = 0;
	while (current() == mine) {
		uint64_t before = now();
		struct timespec tick = {0, (long)TICK};
		clock_nanosleep(CLOCK_MONOTONIC, 0, &tick, NULL);
		uint64_t took = now() - before;
		if (!owner_is_stopped())
			spent += took < 2 * TICK ? took : 2 * TICK;
		end_if_over(mine, spent);
	}
}

static void *run(void *unused)
{
	(void)unused;
	for (;;) {
		uint32_t seen = current();
		if (seen % 2)
			watch(seen);
		else
			syscall(SYS_futex, &generation, FUTEX_WAIT_PRIVATE,
				seen, NULL, NULL, 0);
	}
	return NULL;
}

/* Without a signal: those of the program are for the program's threads. */
static bool start(void)
{
	pthread_attr_t attributes;
	sigset_t all, before;
	pthread_t thread;
	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int error = pthread_create(&thread, &attributes, run, NULL);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	if (error) {
		fprintf(stderr, "ctester: no limit of time: %s\n",
			strerror(error));
		return false;
	}
	pthread_setname_np(thread, "ctester");
	return true;
}

/*
 * The watchdog takes no lock of glibc's.  As without it, then, glibc need take
 * none while the program has no threads of its own: free(), which calls abort()
 * when it finds the heap damaged, would else be left with the heap's lock held,
 * and the next allocation would wait for ever.
 */
void ctester_watchdog_count_threads(void)
{
	struct stat tasks;
	/* Two links of a directory's own, this thread's, and the watchdog's. */
	if (watching == getpid() && stat("/proc/self/task", &tasks) == 0 &&
	    tasks.st_nlink == 4)
		__libc_single_threaded = 1;
}

void ctester_watchdog_begin(uint64_t nanoseconds)
{
	if (watching != getpid()) {
		__atomic_store_n(&busy, 0, __ATOMIC_SEQ_CST);
		if (!start())
			return;
		watching = getpid();
	}
	ctester_watchdog_count_threads();
	limit = nanoseconds;
	long owner = syscall(SYS_gettid);
	snprintf(owner_stat, sizeof(owner_stat), "/proc/self/task/%ld/stat",
		 owner);
	snprintf(owner_status, sizeof(owner_status),
		 "/proc/self/task/%ld/status", owner);
	__atomic_fetch_add(&generation, 1, __ATOMIC_SEQ_CST);
	syscall(SYS_futex, &generation, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

/* Afterwards no signal is sent any more; one may be pending. */
void ctester_watchdog_end(void)
{
	if (current() % 2 == 0)
		return;
	__atomic_fetch_add(&generation, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&busy, __ATOMIC_SEQ_CST))
		sched_yield();
	ctester_watchdog_count_threads();
}
