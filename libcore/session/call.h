/* SPDX-License-Identifier: MIT */
/* What intercept.c and answer.c share: a call that is being decided. */
#ifndef CT_SESSION_CALL_H
#define CT_SESSION_CALL_H

#include "session/internal.h"

struct ct_call {
	struct ct_session *session;
	const struct ct_record *record;
	const struct ct_view *view; /* NULL at the return */
	const struct ct_regs *regs;
	const struct ct_memory *memory;
};

/* A thread stands at the entry of a place that the agent has given back for
 * one call: all is done as at a breakpoint there.  It goes on at go_on. */
CT_MUST_CHECK
struct ct_error *ct_session_meet(struct ct_session *session,
				 const struct ct_place_entry *place, pid_t tid,
				 uint64_t go_on, struct ct_answer *answer);

/* What is asked about it. */
struct ct_circumstances ct_call_circumstances(struct ct_call *call);

/* The record once more, as the view has it; what was decided stays. */
void ct_call_capture_again(const struct ct_call *call, struct ct_record *ret);

/* Answer in the function's stead; `regs` are those of its entry. */
CT_MUST_CHECK
struct ct_error *ct_call_answer(const struct ct_call *call,
				struct ct_watch *watch, struct ct_regs *regs,
				const struct ct_mock_entry *entry,
				struct ct_answer *answer);

/* True when the result says, by the habit of C libraries, that errno counts:
 * -1, or no pointer. */
bool ct_session_looks_failed(const struct ct_watch *watch,
			     const struct ct_record *record);

/* Let the call run, of which scratch is the record: wait for its return. */
CT_MUST_CHECK
struct ct_error *ct_session_pass(struct ct_session *session,
				 struct ct_watch *watch,
				 const struct ct_regs *regs,
				 const struct ct_decision *decision,
				 struct ct_answer *answer);

/* Say what the session has to tell. */
void ct_session_tell(const struct ct_session *session,
		     struct ct_answer *answer);

/* The call has ended. */
void ct_session_finish(struct ct_session *session, struct ct_record *record);

/* Control is at `site`: complete the calls that this ends. */
void ct_session_complete_returns(struct ct_session *session, pid_t tid,
				 uint64_t site, struct ct_regs *regs);

#endif
