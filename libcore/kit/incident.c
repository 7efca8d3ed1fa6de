/* SPDX-License-Identifier: MIT */
/* What ends a sandbox before its time: written down, and told. */
#define _GNU_SOURCE
#include <execinfo.h>
#include <link.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include "CTester/CTester.h"
#include "CTester/kit.h"
#include "kit/sandbox.h"

extern ElfW(Dyn) _DYNAMIC[] __attribute__((weak, visibility("hidden")));

/* How far from the stack pointer a push or a local variable may be. */
#define NEAR_STACK 65536u

static struct ctester_incident incident;
/* 0: none; 1: being written; 2: there. */
static int state;
static pid_t writer;

/* The reference's messages and tags, and for what it has not, ours. */
static const struct {
	int number;
	const char *name, *tag, *message;
} signals[] = {
    {SIGSEGV, "SIGSEGV", "sigsegv", "Your code produced a segfault."},
    {SIGFPE, "SIGFPE", "sigfpe", "Your code produced an arithmetic exception."},
    {SIGALRM, "SIGALRM", "timeout",
     "Your code exceeded the maximal allowed execution time."},
    {SIGABRT, "SIGABRT", "sigabrt", "Your code aborted."},
    {SIGBUS, "SIGBUS", "sigbus", "Your code produced a bus error."},
    {SIGPIPE, "SIGPIPE", "sigpipe",
     "Your code wrote to a pipe or socket that nobody reads."},
    {SIGILL, "SIGILL", "sigill", "Your code executed an illegal instruction."},
};

void ctester_incident_clear(void)
{
	__atomic_store_n(&state, 0, __ATOMIC_RELEASE);
}

const struct ctester_incident *ctester_incident_get(void)
{
	return __atomic_load_n(&state, __ATOMIC_ACQUIRE) == 2 ? &incident
							      : NULL;
}

static uintptr_t interrupted(void *context)
{
#ifdef __x86_64__
	const ucontext_t *at = context;
	return (uintptr_t)at->uc_mcontext.gregs[REG_RIP];
#else
	(void)context;
	return 0;
#endif
}

static bool is_overflow(const siginfo_t *info, void *context)
{
#ifdef __x86_64__
	if (info->si_signo != SIGSEGV || info->si_code <= 0)
		return false;
	const ucontext_t *at = context;
	uintptr_t stack = (uintptr_t)at->uc_mcontext.gregs[REG_RSP];
	return (uintptr_t)info->si_addr - (stack - NEAR_STACK) < 2 * NEAR_STACK;
#else
	(void)info, (void)context;
	return false;
#endif
}

/*
 * The program's innermost frame.  Above the interrupted one: the handler's own
 * are the kit's, and linked statically that is the program too.
 */
static uintptr_t find_frame(uintptr_t pc)
{
	void *frames[48];
	if (pc && ctester_symbols_in_program(pc))
		return pc;
	int count = backtrace(frames, 48), i = 0;
	while (pc && i < count && (uintptr_t)frames[i] != pc)
		i++;
	for (; i < count; i++)
		if (ctester_symbols_in_program((uintptr_t)frames[i]))
			return (uintptr_t)frames[i] - 1;
	return pc;
}

static pid_t self(void)
{
	return (pid_t)syscall(SYS_gettid);
}

static void done(void)
{
	__atomic_store_n(&state, 2, __ATOMIC_RELEASE);
}

bool ctester_incident_set(enum ctester_incident_kind kind, int number,
			  const void *info, void *context)
{
	int none = 0;
	if (!__atomic_compare_exchange_n(&state, &none, 1, false,
					 __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
		/* A fault of finding the place: then there is none. */
		if (none == 1 && writer == self())
			done();
		return false;
	}
	writer = self();
	incident = (struct ctester_incident){.kind = kind, .number = number};
	if (context)
		ctester_incident_locate(info, context);
	done();
	return true;
}

void ctester_incident_locate(const void *info, void *context)
{
	incident.stack_overflow = info && is_overflow(info, context);
	incident.pc = interrupted(context);
	ctester_ask_place(incident.place, sizeof(incident.place));
	if (!incident.place[0])
		incident.pc = find_frame(incident.pc);
}

void ctester_incident_locate_caller(const void *pc)
{
	/* In a static program libc's frames are the program's. */
	if (pc)
		incident.pc = (uintptr_t)pc - 1;
	else if (_DYNAMIC)
		incident.pc = find_frame(0);
	ctester_ask_place(incident.place, sizeof(incident.place));
}

static void tell(const char *tag, const char *message)
{
	push_info_msg(message);
	set_tag(tag);
}

/* What the signal was called, for the person at the terminal. */
static const char *tell_signal(int number)
{
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		if (signals[i].number != number)
			continue;
		tell(signals[i].tag, _(signals[i].message));
		return signals[i].name;
	}
	return "a signal";
}

static const char *tell_exit(int status)
{
	char text[200];
	snprintf(text, sizeof(text), _("Your code called exit(%d)."), status);
	tell("exit", text);
	return "exit()";
}

static const char *tell_banned(void)
{
	char text[1000];
	snprintf(text, sizeof(text),
		 _("Your code uses functions that are not allowed: %s."),
		 ctester_banned_used());
	tell("banned", text);
	return "a banned function";
}

static const char *tell_kind(void)
{
	switch (incident.kind) {
	case CTESTER_INCIDENT_SIGNAL:
		return tell_signal(incident.number);
	case CTESTER_INCIDENT_TIMEOUT:
		tell_signal(SIGALRM);
		return "the limit of time";
	case CTESTER_INCIDENT_OUTPUT:
		tell("timeout", _("Your code exceeded the maximum output size: "
				  "try limiting the output, or fix a potential "
				  "infinite loop."));
		return "too much output";
	case CTESTER_INCIDENT_EXIT:
		return tell_exit(incident.number);
	case CTESTER_INCIDENT_BANNED:
		return tell_banned();
	}
	return "";
}

static void tell_place(const char *what)
{
	char text[PLACE_SIZE + 100];
	if (!incident.place[0])
		ctester_symbols_describe(incident.pc, incident.place,
					 sizeof(incident.place));
	if (incident.stack_overflow)
		what = "stack overflow";
	fprintf(stderr, "ctester: %s ended the sandbox%s%s\n", what,
		incident.place[0] ? ", in " : "", incident.place);
	if (!incident.place[0] || ctester_upstream_quirks)
		return;
	snprintf(text, sizeof(text),
		 incident.stack_overflow ? _("The stack overflowed in %s.")
					 : _("It happened in %s."),
		 incident.place);
	push_info_msg(text);
}

void ctester_incident_report(void)
{
	/* Another thread may be about to finish it. */
	for (int i = 0; i < 1000 && !ctester_incident_get(); i++)
		sched_yield();
	if (!ctester_incident_get())
		return;
	tell_place(tell_kind());
	ctester_incident_clear();
}
