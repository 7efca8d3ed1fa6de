/* SPDX-License-Identifier: MIT */
/*
 * One hooked call, as it is seen to the long way: call.c, decision.c, mocked.c,
 * trap.c, hook.c and leave.c.
 *
 * Everything there may be interrupted by a signal's handler that calls a hooked
 * function in the same thread, and may never be continued after that.
 */
#ifndef CT_AGENT_CALL_H
#define CT_AGENT_CALL_H

#include "agent/inside.h"

struct agent_call {
	struct ct_agent_thread *thread;
	uint32_t level;
	struct ct_regs *regs;
	struct frame *frame;
	const struct ct_hook *hook;
	struct ct_target *target; /* NULL: nobody wants to hear of it */
	const struct ct_plan *plan;
	struct ct_open *open;
	bool is_open; /* and known as such, not only room for it */
	struct ct_record *record;
	struct ct_memory memory;
};

/* ---- the frame */

/*
 * A function that a hooked one ended in, by a jump, returns to that one's
 * stub: it is part of its frame, and the caller is the caller of both.
 */
static inline struct frame *agent_outer_frame(const struct frame *frame)
{
	uint64_t entry = (uintptr_t)frame + 16;
	if (frame->return_address != (uintptr_t)ctester_agent_returned)
		return NULL;
	if (frame->rbp - entry > CT_AGENT_TAIL_FAR)
		return NULL;
	return (struct frame *)frame->rbp;
}

/* The hook's flags, which enter.S has put behind the frame. */
static inline uint64_t *agent_frame_flags(struct frame *frame)
{
	return (uint64_t *)frame - 2;
}

/* ---- call.c */

/* What the frame says; no record yet. */
void agent_call_begin(struct agent_call *call, struct ct_agent_thread *thread,
		      struct ct_regs *regs, struct frame *frame,
		      uint32_t level);
/* Make the record of its entry, in the open call; `outer` is the frame that it
 * is part of, or NULL.  False when there is no room. */
bool agent_call_capture_entry(struct agent_call *call,
			      const struct frame *outer);
void agent_call_capture_exit(struct agent_call *call);
/* Room behind the record for what the return adds.  That of the open call stays
 * as it is: a handler may come and not go back, and it is unfinished then. */
void agent_call_make_room(struct agent_call *call);
/* From now on it is one that has not returned; false when there is no room. */
bool agent_call_open(struct agent_call *call);
/* It never was, as far as anybody is told. */
void agent_call_drop(struct agent_call *call);
void agent_call_finish(struct agent_call *call, bool recorded);

/* ---- decision.c */

/* What mocks, filters and the sandbox may ask is known, or GDB's side is to
 * tell it. */
bool agent_call_is_known(const struct agent_call *call);
struct ct_circumstances agent_call_circumstances(struct agent_call *call);
struct ct_decision agent_call_decide(struct agent_call *call);

/* ---- mocked.c */

void agent_call_answer(struct agent_call *call, const struct ct_mock *mock,
		       bool recorded);

/* ---- trap.c: STUB_TRAP, or STUB_PASS when nobody would hear it */

uint32_t agent_call_ask(struct agent_call *call, enum ct_trap_reason reason);
/* GDB's side does all, as at a breakpoint. */
uint32_t agent_call_give(struct ct_agent_thread *thread, struct ct_regs *regs,
			 struct frame *frame, uint32_t level);
/* GDB has stopped the thread at the function's entry, for a call without a
 * mock.  It comes by again, and is seen by GDB's side alone.  True only once.
 */
bool agent_take_stopped_call(struct ct_agent_thread *thread,
			     const struct frame *frame);

#endif
