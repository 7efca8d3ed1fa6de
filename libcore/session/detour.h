/* SPDX-License-Identifier: MIT */
/* What a thread does between a mocked call and its return. */
#ifndef CT_SESSION_DETOUR_H
#define CT_SESSION_DETOUR_H

#include "session/internal.h"

struct ct_detour {
	uint64_t delay_ns;
	const char *exception; /* a Python expression, or NULL */
	const char *program;   /* in Python, to be run instead; or NULL */
};
/* True when the program is CPython, or has it in it. */
bool ct_session_is_python(struct ct_session *session);
/* The same, or the program may become one: env and shells start others. */
bool ct_session_may_be_python(struct ct_session *session);
/*
 * regs say that the function has returned.  Change them so that the thread
 * takes the detour first, and then is as they said; results in xmm and x87
 * registers (already written to the thread) survive it.
 */
CT_MUST_CHECK
struct ct_error *ct_session_take_detour(struct ct_session *session, pid_t tid,
					const struct ct_detour *detour,
					struct ct_regs *regs);
/* The user steps, and GDB may wait elsewhere for a thread that was sent on a
 * detour: true when it is to stop at `site`, where that ends. */
bool ct_session_detour_stops(struct ct_session *session, pid_t tid,
			     uint64_t site, const struct ct_regs *regs);
/* What was put into the process for them. */
void ct_session_forget_detours(struct ct_session *session);

#endif
