/* SPDX-License-Identifier: MIT */
/*
 * A stack for signals in each thread that the program starts in the sandbox,
 * so that a thread's full stack ends the sandbox, and not the run.
 *
 * The debugger points the program's calls of pthread_create() here.  The stack
 * is a mapping of its own, which begins with what the thread is to run until
 * the thread has read it.  System calls are made by their numbers: mmap() may
 * be a wrapper.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "CTester/wrap.h"
#include "kit/sandbox.h"
#include "kit/thread.h"

struct start {
	void *(*routine)(void *);
	void *arg;
};

create_fn *ctester_real_pthread_create;
const bool ctester_never_monitored;

static struct start *make_stack(void)
{
	int before = errno;
	long at = syscall(SYS_mmap, NULL, (size_t)SIGNAL_STACK_SIZE,
			  PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			  -1, 0L);
	errno = before;
	return at == -1 ? NULL : (struct start *)at;
}

static void unmap(void *stack)
{
	int before = errno;
	syscall(SYS_munmap, stack, (size_t)SIGNAL_STACK_SIZE);
	errno = before;
}

/* The thread may have set another one, or may end in a handler, on this one:
 * then it cannot be taken away, sigaltstack(2). */
static void give_back(void *stack)
{
	static const stack_t none = {.ss_flags = SS_DISABLE};
	stack_t now;
	if (sigaltstack(NULL, &now) == 0 && now.ss_sp == stack &&
	    sigaltstack(&none, NULL) != 0)
		return;
	unmap(stack);
}

static void *run(void *given)
{
	struct start start = *(struct start *)given;
	stack_t stack = {.ss_sp = given, .ss_size = SIGNAL_STACK_SIZE};
	void *result;
	sigaltstack(&stack, NULL);
	/* Also for pthread_exit(), and when it is cancelled. */
	pthread_cleanup_push(give_back, given);
	result = start.routine(start.arg);
	pthread_cleanup_pop(1);
	return result;
}

int ctester_wrap_pthread_create(pthread_t *thread,
				const pthread_attr_t *attributes,
				void *(*routine)(void *), void *arg)
{
	/* The watchdog is started before calls are monitored. */
	struct start *start =
	    wrap_monitoring && ctester_sandbox_is_open() ? make_stack() : NULL;
	if (!start)
		return ctester_real_pthread_create(thread, attributes, routine,
						   arg);
	*start = (struct start){routine, arg};
	int error = ctester_real_pthread_create(thread, attributes, run, start);
	if (error)
		unmap(start);
	return error;
}
