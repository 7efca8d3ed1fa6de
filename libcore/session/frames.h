/* SPDX-License-Identifier: MIT */
/*
 * Calls that have not returned, one stack of them a thread.
 *
 * A call is known by where its return address lies: the stack pointer at the
 * entry.  When control comes back to the return address with the stack
 * pointer right above that place, the call has returned.  Tail calls share a
 * place and return together, the last one first.  Calls that were pushed
 * later and lie deeper on the same stack were left by longjmp.
 */
#ifndef CT_SESSION_FRAMES_H
#define CT_SESSION_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "value/record.h"

struct ct_frame {
	uint64_t entry_sp; /* where the return address lies */
	uint64_t return_address;
	struct ct_record *record; /* owned; as captured at the entry */
};

struct ct_frames;

struct ct_frames *ct_frames_create(void);
void ct_frames_destroy(struct ct_frames *frames);

/* Push a call; takes the record on success.  NULL result is success. */
CT_MUST_CHECK
struct ct_error *ct_frames_push(struct ct_frames *frames, pid_t tid,
				struct ct_frame frame);

/* Calls of the thread that have not returned. */
size_t ct_frames_depth(const struct ct_frames *frames, pid_t tid);

/* True when some call waits for control at that address. */
bool ct_frames_await(const struct ct_frames *frames, pid_t tid,
		     uint64_t return_address, uint64_t sp);

/*
 * Take the newest call of the thread off when it is ended by control being at
 * `address` with that stack pointer: either returned (*returned true), or
 * left behind by a jump.  False when there is none (any more): call it in a
 * loop.  The record is the caller's.
 */
bool ct_frames_pop(struct ct_frames *frames, pid_t tid, uint64_t address,
		   uint64_t sp, struct ct_frame *ret, bool *returned);

/*
 * Take the newest call off that can no longer be running when the thread
 * enters a function with the return address at entry_sp: a jump has left it.
 */
bool ct_frames_pop_left(struct ct_frames *frames, pid_t tid, uint64_t entry_sp,
			struct ct_frame *ret);

/*
 * Take a call off, newest first, of a thread of the process that is not among
 * tids; with none, of any thread.  False when there is none.  For threads and
 * processes that have ended.
 */
bool ct_frames_pop_dead(struct ct_frames *frames, pid_t pid, const pid_t *tids,
			size_t count, struct ct_frame *ret);

#endif
