/* SPDX-License-Identifier: MIT */
/*
 * Calls that have not returned, one stack of them a thread.
 *
 * A call is known by where its return address lies: the stack pointer at the
 * entry.  When control comes back to the return address with the stack
 * pointer right above that place, the call has returned.  Tail calls share a
 * place and return together, the last one first.
 *
 * Calls that lie deeper than the stack pointer on the stack that the thread
 * was started with were left by a jump.  Of other stacks (signal stacks,
 * coroutines, which may lie side by side) nobody knows the bounds: there a
 * call has been left once its return address is overwritten.
 */
#ifndef CT_SESSION_FRAMES_H
#define CT_SESSION_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "ctester/regs.h"
#include "ctester/value.h"
#include "value/record.h"

struct ct_frame {
	uint64_t entry_sp; /* where the return address lies */
	uint64_t return_address;
	struct ct_record *record; /* owned; as captured at the entry */
};

struct ct_frames;

struct ct_frames *ct_frames_create(void);
void ct_frames_destroy(struct ct_frames *frames);

/* The bounds of the stack that a thread was started with; 0 and 0 when that
 * is not known. */
bool ct_frames_knows_stack(const struct ct_frames *frames, pid_t tid);
bool ct_frames_get_stack(const struct ct_frames *frames, pid_t tid,
			 uint64_t *low, uint64_t *high);
void ct_frames_set_stack(struct ct_frames *frames, pid_t tid, uint64_t low,
			 uint64_t high);

/* Visit the calls that have not returned, oldest first in each thread. */
void ct_frames_each(const struct ct_frames *frames,
		    void (*visit)(void *arg, const struct ct_frame *frame),
		    void *arg);

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
 * enters a function with the return address at entry_sp, or jumps to where
 * the stack pointer is that: a jump has left it.
 */
bool ct_frames_pop_left(struct ct_frames *frames, pid_t tid, uint64_t entry_sp,
			const struct ct_memory *memory, struct ct_frame *ret);

/*
 * A breakpoint that is stepped over is hit again when a signal comes during
 * the step, once its handler has returned.  Such a hit is known by all the
 * registers being the same, with nothing in between but what runs below on
 * the stack, or on another one.
 */
void ct_frames_note_step(struct ct_frames *frames, pid_t tid,
			 const struct ct_regs *regs);
bool ct_frames_is_repeated(struct ct_frames *frames, pid_t tid,
			   const struct ct_regs *regs);
/* The thread has come by with that stack pointer. */
void ct_frames_note_progress(struct ct_frames *frames, pid_t tid, uint64_t sp);

/* One call of a function, which may be met at several of its names. */
struct ct_meeting {
	uint64_t entry_sp, return_address;
	uint32_t owner; /* the function */
	uint32_t name;  /* the name of it that was called */
};

/*
 * True when a thread that was last met at another name of the same function
 * is still in that call: __read_chk jumps into read, and is one call of it.
 * Remembers the meeting otherwise.
 */
bool ct_frames_is_met(struct ct_frames *frames, pid_t tid,
		      const struct ct_meeting *meeting);
/* The thread has returned from somewhere. */
void ct_frames_end_meeting(struct ct_frames *frames, pid_t tid);

/* Take the newest call of the thread off, if it was made after that time:
 * whoever is around it has been left. */
bool ct_frames_pop_since(struct ct_frames *frames, pid_t tid, uint64_t time_ns,
			 struct ct_frame *ret);

/*
 * Take a call off, newest first, of a thread of the process that is not among
 * tids; with none, of any thread.  False when there is none.  For threads and
 * processes that have ended.
 */
bool ct_frames_pop_dead(struct ct_frames *frames, pid_t pid, const pid_t *tids,
			size_t count, struct ct_frame *ret);

#endif
