/* SPDX-License-Identifier: MIT */
/* Libraries that are mocked and do not exist: what dlopen opens instead. */
#include "session/internal.h"

struct ct_error *ct_session_plant_opens(struct ct_session *session)
{
	(void)session;
	return NULL;
}

void ct_session_note_open(struct ct_session *session, pid_t tid,
			  const struct ct_regs *regs, struct ct_answer *answer)
{
	(void)session, (void)tid, (void)regs, (void)answer;
}

bool ct_session_retry_open(struct ct_session *session, uint64_t site, pid_t tid,
			   struct ct_regs *regs)
{
	(void)session, (void)site, (void)tid, (void)regs;
	return false;
}

void ct_session_forget_opens(struct ct_session *session)
{
	(void)session;
}
