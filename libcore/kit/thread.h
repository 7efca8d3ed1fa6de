/* SPDX-License-Identifier: MIT */
/* pthread_create() of the program, which is redirected and never monitored. */
#ifndef CTESTER_KIT_THREAD_H
#define CTESTER_KIT_THREAD_H

#include <pthread.h>
#include <stdbool.h>

/* For a handler, and for a backtrace() in it. */
#define SIGNAL_STACK_SIZE (128 << 10)

typedef int create_fn(pthread_t *, const pthread_attr_t *, void *(*)(void *),
		      void *);

/* Written by the debugger as it points calls at the wrapper. */
extern create_fn *ctester_real_pthread_create;
/* For the list of wrappers: no member of `monitored`. */
extern const bool ctester_never_monitored;

create_fn ctester_wrap_pthread_create;

#endif /* CTESTER_KIT_THREAD_H */
