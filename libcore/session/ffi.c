/* SPDX-License-Identifier: MIT */
/* Calls through libffi: what their callers say that they pass. */
#include "session/internal.h"

struct ct_error *ct_session_plant_ffi(struct ct_session *session)
{
	(void)session;
	return NULL;
}

void ct_session_note_ffi_call(struct ct_session *session, pid_t tid,
			      const struct ct_regs *regs)
{
	(void)session, (void)tid, (void)regs;
}

struct ct_view ct_session_view(struct ct_session *session,
			       struct ct_watch *watch,
			       const struct ct_place_entry *place, pid_t tid,
			       uint64_t caller)
{
	(void)session, (void)place, (void)tid, (void)caller;
	return (struct ct_view){watch->signature_index, watch->plan, NULL};
}

void ct_session_force_for_ffi(struct ct_session *session,
			      const struct ct_mock_entry *entry,
			      const struct ct_view *view, struct ct_regs *regs,
			      struct ct_fp_result *fp)
{
	(void)session, (void)entry, (void)view, (void)regs, (void)fp;
}
