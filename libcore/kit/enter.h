/* SPDX-License-Identifier: MIT */
/*
 * Being in a wrapper.
 *
 * One lock is held while monitored, failures, stats and logs are looked at,
 * and never while the real function runs.  A thread that has it is "inside":
 * what it calls then, and what a signal handler that interrupts it calls,
 * goes to the real function and is not counted, so that the kit's own calls
 * are not, and nothing waits for itself.
 */
#ifndef CTESTER_KIT_ENTER_H
#define CTESTER_KIT_ENTER_H

#include <stdbool.h>
#include <stdint.h>

/* Of the library, not of the program that is linked with it. */
#define KIT_HIDDEN __attribute__((visibility("hidden")))

/*
 * Whether a call made now is watched: the sandbox is open, the member of
 * `monitored` is true, this is the process that is armed, and the thread is
 * not inside.
 */
KIT_HIDDEN bool ctester_watched(const bool *flag);

/* If it is, go inside: true.  errno stays as it is here and below. */
KIT_HIDDEN bool ctester_enter(const bool *flag);

/* Go inside, whatever is monitored: to keep what the real call returned. */
KIT_HIDDEN void ctester_enter_again(void);

/* The same, unless this is another process, where nobody might unlock. */
KIT_HIDDEN bool ctester_enter_own(void);

KIT_HIDDEN void ctester_leave(void);

/* Use up one bit of a mask.  True if the call is to fail. */
KIT_HIDDEN bool ctester_fails(uint32_t *mask);

#endif /* CTESTER_KIT_ENTER_H */
