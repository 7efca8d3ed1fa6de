/* SPDX-License-Identifier: MIT */
/*
 * Signals that would end the program end the sandbox.
 *
 * The handlers stay when the sandbox is closed, where nobody had any before:
 * threads that it has left behind may still crash, and are then ended.  All
 * else outside of the sandbox is as if there was no handler.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <execinfo.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include "CTester/hooks.h"
#include "kit/sandbox.h"
#include "kit/thread.h"

/* Ticks for which what the time's end has interrupted may go on. */
#define PATIENCE 50

static const int numbers[] = {SIGSEGV, SIGFPE,  SIGALRM, SIGABRT,
			      SIGBUS,  SIGPIPE, SIGILL};
#define COUNT (sizeof(numbers) / sizeof(numbers[0]))

static struct sigaction before[COUNT];
static stack_t stack, stack_before;
static sigset_t mask_before;
static volatile sig_atomic_t patience;
/* What is run when the test itself crashes; NULL: no test runs. */
static void (*volatile on_crash)(int number);
static long tester;

static bool is_fault(const siginfo_t *info)
{
	switch (info->si_signo) {
	case SIGSEGV:
	case SIGBUS:
	case SIGFPE:
	case SIGILL:
		return info->si_code > 0; /* sigaction(2): the kernel's */
	default:
		return false;
	}
}

static bool at_system_call(uintptr_t pc)
{
#ifdef __x86_64__
	/* It stands behind the instruction, or at it to restart the call. */
	static const unsigned char code[] = {0x0f, 0x05};
	return memcmp((const void *)(pc - 2), code, 2) == 0 ||
	       memcmp((const void *)pc, code, 2) == 0;
#else
	(void)pc;
	return true;
#endif
}

/*
 * Whether a jump now would leave a library's function halfway: an allocation,
 * say, after which nothing can be allocated any more.
 */
static bool must_wait(void *context)
{
#ifdef __x86_64__
	const ucontext_t *at = context;
	uintptr_t pc = (uintptr_t)at->uc_mcontext.gregs[REG_RIP];
	if (ctester_symbols_in_program(pc) || at_system_call(pc))
		return false;
	return patience-- > 0;
#else
	(void)context;
	return false;
#endif
}

/* Time is up, or another thread has something to tell, or alarm() is used. */
static void owner_alarm(const siginfo_t *info, void *context)
{
	/* The watchdog sends it again as long as there is an incident. */
	ctester_incident_set(CTESTER_INCIDENT_TIMEOUT, 0, NULL, NULL);
	if (ctester_wrap_defer(SIGALRM) || must_wait(context))
		return;
	const struct ctester_incident *incident = ctester_incident_get();
	if (incident && (incident->kind == CTESTER_INCIDENT_TIMEOUT ||
			 incident->kind == CTESTER_INCIDENT_OUTPUT))
		ctester_incident_locate(info, context);
	ctester_sandbox_leave();
}

static void on_owner(int number, const siginfo_t *info, void *context)
{
	/* The jump lets one through that came before it. */
	if (ctester_sandbox_is_left() && !is_fault(info))
		return;
	if (number == SIGALRM) {
		owner_alarm(info, context);
		return;
	}
	if (number == SIGPIPE && ctester_wrap_defer(number))
		return;
	ctester_incident_set(CTESTER_INCIDENT_SIGNAL, number, info, context);
	ctester_sandbox_leave();
}

/* A thread cannot go on where it has crashed: it ends, and frees nothing. */
static void end_thread(void)
{
	ctester_wrap_recover();
	ctester_capture_unlock();
	syscall(SYS_exit, 0);
}

static void on_other(int number, const siginfo_t *info, void *context)
{
	if (number == SIGALRM) {
		ctester_incident_set(CTESTER_INCIDENT_TIMEOUT, 0, NULL, NULL);
		ctester_sandbox_wake_owner();
		return;
	}
	ctester_incident_set(CTESTER_INCIDENT_SIGNAL, number, info, context);
	ctester_sandbox_wake_owner();
	end_thread();
}

static struct sigaction *before_of(int number)
{
	size_t i = 0;
	while (i < COUNT - 1 && numbers[i] != number)
		i++;
	return &before[i];
}

/* A fault, or abort(), of the test's code that is in no sandbox. */
static bool is_crash(int number, const siginfo_t *info)
{
	return on_crash && syscall(SYS_gettid) == tester &&
	       (is_fault(info) || number == SIGABRT);
}

/* As it would be without us: a fault happens again when this returns. */
static void not_ours(int number, const siginfo_t *info)
{
	if (is_crash(number, info))
		on_crash(number);
	bool own_process = ctester_sandbox_is_process();
	if (own_process && syscall(SYS_gettid) != syscall(SYS_getpid) &&
	    is_fault(info))
		end_thread();
	/* Sent as the sandbox closed. */
	if (own_process && number == SIGALRM && info->si_code == SI_TKILL &&
	    info->si_pid == syscall(SYS_getpid))
		return;
	sigaction(number, before_of(number), NULL);
	if (!is_fault(info))
		raise(number);
}

static void on_signal(int number, siginfo_t *info, void *context)
{
	int error = errno;
	if (!ctester_sandbox_is_open())
		not_ours(number, info);
	else if (ctester_sandbox_is_owner())
		on_owner(number, info, context);
	else
		on_other(number, info, context);
	errno = error;
}

static void install(int number, struct sigaction *old)
{
	struct sigaction action = {
	    .sa_sigaction = on_signal,
	    .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTART,
	};
	sigemptyset(&action.sa_mask);
	/* A fault of the handler's own must get through; these can wait. */
	sigaddset(&action.sa_mask, SIGALRM);
	sigaddset(&action.sa_mask, SIGPIPE);
	struct sigaction found;
	sigaction(number, &action, &found);
	if (old && found.sa_sigaction != on_signal)
		*old = found;
}

void ctester_catch_alarm(void)
{
	install(SIGALRM, NULL);
}

void ctester_catch_crashes(void (*crashed)(int number))
{
	static const int ours[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
	tester = syscall(SYS_gettid);
	on_crash = crashed;
	for (size_t i = 0; crashed && i < sizeof(ours) / sizeof(*ours); i++)
		install(ours[i], before_of(ours[i]));
}

/*
 * For an owner that blocks SIGALRM: a signal that glibc keeps for itself, for
 * setuid() in threads, and so takes out of each set that is to be blocked
 * (nptl(7)).  sigaction() refuses it, too.
 */
#define RESERVED 33

struct kernel_action {
	void (*handler)(int, siginfo_t *, void *);
	unsigned long flags;
	void *restorer;
	uint64_t mask;
};

static struct kernel_action reserved_before;
static bool has_reserved;

static long set_action(int number, const struct kernel_action *action,
		       struct kernel_action *old)
{
	return syscall(SYS_rt_sigaction, (long)number, action, old,
		       sizeof(action->mask));
}

static void on_reserved(int number, siginfo_t *info, void *context)
{
	if (ctester_sandbox_is_open() && ctester_sandbox_is_owner() &&
	    ctester_incident_get())
		on_signal(SIGALRM, info, context);
	else if ((uintptr_t)reserved_before.handler > 1) /* SIG_IGN */
		reserved_before.handler(number, info, context);
}

void ctester_catch_reserved(pid_t process, pid_t owner)
{
	struct kernel_action action;
	/* Ours of SIGALRM has what glibc adds to each. */
	if (!has_reserved && set_action(SIGALRM, NULL, &action) == 0) {
		action.handler = on_reserved;
		has_reserved =
		    set_action(RESERVED, &action, &reserved_before) == 0;
	}
	if (has_reserved)
		syscall(SYS_tgkill, (long)process, (long)owner, (long)RESERVED);
}

static void prepare(void)
{
	void *frame;
	/* The first one loads a library. */
	backtrace(&frame, 1);
	stack.ss_sp = mmap(NULL, SIGNAL_STACK_SIZE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	stack.ss_size = SIGNAL_STACK_SIZE;
	if (stack.ss_sp == MAP_FAILED)
		stack = (stack_t){.ss_flags = SS_DISABLE};
}

void ctester_catch_begin(void)
{
	if (!stack.ss_sp)
		prepare();
	sigaltstack(&stack, &stack_before);
	sigset_t ours;
	sigemptyset(&ours);
	for (size_t i = 0; i < COUNT; i++) {
		sigaddset(&ours, numbers[i]);
		install(numbers[i], &before[i]);
	}
	patience = PATIENCE;
	sigprocmask(SIG_UNBLOCK, &ours, &mask_before);
}

void ctester_catch_end(void)
{
	/* What is still to come comes now, when the sandbox is closed. */
	sigset_t ours;
	sigemptyset(&ours);
	sigaddset(&ours, SIGALRM);
	sigprocmask(SIG_UNBLOCK, &ours, NULL);
	sigprocmask(SIG_SETMASK, &mask_before, NULL);
	for (size_t i = 0; i < COUNT; i++)
		if (before[i].sa_handler != SIG_DFL)
			sigaction(numbers[i], &before[i], NULL);
		else
			install(numbers[i], NULL);
	sigaltstack(&stack_before, NULL);
	if (has_reserved)
		set_action(RESERVED, &reserved_before, NULL);
	has_reserved = false;
}
