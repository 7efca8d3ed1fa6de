/* SPDX-License-Identifier: MIT */
/* What a thread does between a mocked call and its return. */
#include "session/internal.h"

bool ct_session_is_python(struct ct_session *session)
{
	(void)session;
	return false;
}

struct ct_error *ct_session_take_detour(struct ct_session *session, pid_t tid,
					const struct ct_detour *detour,
					struct ct_regs *regs)
{
	(void)session, (void)tid, (void)detour, (void)regs;
	return NULL;
}
