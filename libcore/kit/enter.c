/* SPDX-License-Identifier: MIT */
/*
 * The lock of the wrappers: a futex(2), because pthread_mutex_lock() is a
 * function that tests monitor, and because a thread that jumped out of a
 * signal handler must be able to give it back.
 */
#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "CTester/hooks.h"
#include "CTester/kit.h"
#include "CTester/wrap.h"
#include "kit/enter.h"

/* 0: free; 1: held; 2: held, and somebody may wait. */
static int lock_word;

static __thread volatile sig_atomic_t inside;
static __thread volatile sig_atomic_t holding;
/* A signal that waits for this thread to leave. */
static __thread volatile sig_atomic_t deferred;

static void lock(void)
{
	int found = 0;
	if (!__atomic_compare_exchange_n(&lock_word, &found, 1, false,
					 __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
		int before = errno;
		while (__atomic_exchange_n(&lock_word, 2, __ATOMIC_ACQUIRE))
			syscall(SYS_futex, &lock_word, FUTEX_WAIT_PRIVATE, 2,
				NULL, NULL, 0);
		errno = before;
	}
	holding = 1;
}

static void unlock(void)
{
	holding = 0;
	if (__atomic_exchange_n(&lock_word, 0, __ATOMIC_RELEASE) != 2)
		return;
	int before = errno;
	syscall(SYS_futex, &lock_word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
	errno = before;
}

/* getpid() by its number: by its name it may be a wrapper. */
static bool is_armed(void)
{
	uint32_t pid = ctester_kit.armed_pid;
	return pid && pid == (uint32_t)syscall(SYS_getpid);
}

/* A test may write anything: a bool that is neither 0 nor 1 counts as set. */
static bool is_set(const bool *flag)
{
	return *(const volatile unsigned char *)flag;
}

bool ctester_watched(const bool *flag)
{
	return is_set(&wrap_monitoring) && is_set(flag) && !inside &&
	       is_armed();
}

void ctester_enter_again(void)
{
	inside = 1;
	lock();
}

bool ctester_enter(const bool *flag)
{
	if (!ctester_watched(flag))
		return false;
	ctester_enter_again();
	return true;
}

bool ctester_enter_own(void)
{
	if (inside || !is_armed())
		return false;
	ctester_enter_again();
	return true;
}

void ctester_leave(void)
{
	unlock();
	inside = 0;
	if (!deferred)
		return;
	int signal_number = (int)deferred;
	deferred = 0;
	raise(signal_number);
}

bool ctester_fails(uint32_t *mask)
{
	bool fails = FAIL(*mask);
	uint32_t stays = ctester_endless_masks ? *mask & 0x80000000u : 0;
	*mask = NEXT(*mask) | stays;
	return fails;
}

bool ctester_wrap_defer(int signal_number)
{
	if (!inside)
		return false;
	deferred = signal_number;
	return true;
}

void ctester_wrap_recover(void)
{
	deferred = 0;
	if (holding)
		unlock();
	inside = 0;
}
