/* SPDX-License-Identifier: MIT */
/* Open and close the sandbox: kit/sandbox.h tells of its parts. */
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "CTester/CTester.h"
#include "CTester/hooks.h"
#include "kit/sandbox.h"

#define DEFAULT_SECONDS 2.0

sigjmp_buf segv_jmp;

static volatile sig_atomic_t is_open, is_left;
static pid_t owner, process;
static unsigned int double_frees;
static bool double_free;
static double seconds = DEFAULT_SECONDS, test_seconds = DEFAULT_SECONDS;
static bool in_test;

bool ctester_sandbox_is_process(void)
{
	return process == syscall(SYS_getpid);
}

bool ctester_sandbox_is_open(void)
{
	return is_open && ctester_sandbox_is_process();
}

bool ctester_sandbox_is_left(void)
{
	return is_left;
}

bool ctester_sandbox_is_owner(void)
{
	return owner == syscall(SYS_gettid);
}

void ctester_sandbox_leave(void)
{
	wrap_monitoring = false;
	is_left = 1;
	ctester_wrap_recover();
	siglongjmp(segv_jmp, 1);
}

void ctester_sandbox_wake_owner(void)
{
	/* The program may have a handler of its own by now. */
	ctester_catch_alarm();
	syscall(SYS_tgkill, process, owner, SIGALRM);
}

void ctester_sandbox_force_owner(void)
{
	ctester_sandbox_wake_owner();
	ctester_catch_reserved(process, owner);
}

void set_sandbox_timeout(double wanted)
{
	*(in_test ? &test_seconds : &seconds) = wanted;
}

void ctester_sandbox_before_test(void)
{
	ctester_watchdog_count_threads();
	in_test = true;
	test_seconds = seconds;
}

void ctester_sandbox_after_test(void)
{
	if (is_open)
		sandbox_end();
	in_test = false;
}

/* NaN, too, is no limit; so is more than a century. */
static uint64_t limit(void)
{
	double wanted = in_test ? test_seconds : seconds;
	return wanted > 0 && wanted < 4e9 ? (uint64_t)(wanted * 1e9) + 1 : 0;
}

/* A fork's child that comes here must not go on with the tests as well. */
static void end_child(void)
{
	fflush(stdout);
	fflush(stderr);
	_exit(0);
}

static void close_sandbox(void)
{
	wrap_monitoring = false;
	if (!is_open)
		return;
	if (!ctester_sandbox_is_process())
		end_child();
	ctester_watchdog_end();
	is_open = 0;
	ctester_catch_end();
	double_free = ctester_capture_end();
	if (ctester_double_frees > double_frees)
		double_free = true;
	ctester_memory_flush();
}

int sandbox_begin(void)
{
	int before = errno;
	close_sandbox();
	double_frees = ctester_double_frees;
	double_free = false;
	ctester_incident_clear();
	if (ctester_banned_used()) {
		ctester_incident_set(CTESTER_INCIDENT_BANNED, 0, NULL, NULL);
		ctester_sandbox_leave();
	}
	ctester_tell_absent();
	owner = (pid_t)syscall(SYS_gettid);
	process = getpid();
	ctester_exit_prepare();
	ctester_capture_begin();
	is_left = 0;
	is_open = 1;
	ctester_catch_begin();
	ctester_watchdog_begin(limit());
	errno = before;
	wrap_monitoring = true;
	return 0;
}

static void fail(const char *why)
{
	if (CU_is_test_running())
		CU_assertImplementation(CU_FALSE, 0, why, "SANDBOX_END", "",
					CU_FALSE);
}

void sandbox_fail(void)
{
	close_sandbox();
	fail("CU_FAIL(\"Segfault or timeout\")");
	ctester_incident_report();
}

void sandbox_end(void)
{
	int before = errno;
	close_sandbox();
	if (double_free) {
		double_free = false;
		fail("CU_FAIL(\"Double free or corruption\")");
		push_info_msg(_("Your code produced a double free."));
		set_tag("double_free");
	}
	errno = before;
}
