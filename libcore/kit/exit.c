/* SPDX-License-Identifier: MIT */
/*
 * exit() and its like end the sandbox, not the run.
 *
 * They stand here under the C library's names, and so are found before its
 * own; weak, because a static program may have both.  What the C library calls
 * itself, as err(3) does, is found by a handler of on_exit(3).  Outside of the
 * sandbox, and in the children of a fork, they do what they always do.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "CTester/hooks.h"
#include "kit/sandbox.h"

static bool registered;

static void leave(int status, const void *pc)
{
	if (!ctester_sandbox_is_open())
		return;
	if (ctester_incident_set(CTESTER_INCIDENT_EXIT, status, NULL, NULL))
		ctester_incident_locate_caller(pc);
	if (ctester_sandbox_is_owner())
		ctester_sandbox_leave();
	ctester_wrap_recover();
	ctester_sandbox_wake_owner();
	syscall(SYS_exit, 0);
}

static void on_exit_handler(int status, void *unused)
{
	(void)unused;
	registered = false;
	leave(status, NULL);
}

void ctester_exit_prepare(void)
{
	if (!registered)
		registered = on_exit(on_exit_handler, NULL) == 0;
}

static __attribute__((noreturn)) void end_process(int status)
{
	for (;;)
		syscall(SYS_exit_group, status);
}

/* In a static program there is no other: then without its handlers. */
static __attribute__((noreturn)) void call_real(const char *name, int status)
{
	void (*real)(int);
	*(void **)&real = dlsym(RTLD_NEXT, name);
	if (real)
		real(status);
	fflush(NULL);
	end_process(status);
}

__attribute__((weak, noreturn)) void exit(int status)
{
	leave(status, __builtin_return_address(0));
	call_real("exit", status);
}

__attribute__((weak, noreturn)) void quick_exit(int status)
{
	leave(status, __builtin_return_address(0));
	call_real("quick_exit", status);
}

__attribute__((weak, noreturn)) void _exit(int status)
{
	leave(status, __builtin_return_address(0));
	end_process(status);
}

__attribute__((weak, noreturn)) void _Exit(int status)
{
	leave(status, __builtin_return_address(0));
	end_process(status);
}

/* As the tests that a linker's --wrap was for declare it. */
void __real_exit(int status);
__attribute__((noreturn)) void __real_exit(int status)
{
	call_real("exit", status);
}
