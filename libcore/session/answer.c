/* SPDX-License-Identifier: MIT */
/*
 * A mock's answer to a call: what it writes, what it returns, and how the
 * thread comes back to its caller.
 */
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>

#include "base/cleanup.h"
#include "session/agent.h"
#include "session/detour.h"
#include "session/output.h"
#include "session/stand_in.h"

static struct ct_error *write_errno(struct ct_session *session,
				    const struct ct_regs *regs,
				    const struct ct_mock *mock,
				    struct ct_record *record)
{
	if (!(mock->flags & CT_MOCK_HAS_ERRNO))
		return NULL;
	record->flags |= CT_RECORD_HAS_ERRNO;
	record->errno_value = mock->errno_value;
	/* A static program without it has no errno that it could look at. */
	if (!session->now->errno_known && mock->flags & CT_MOCK_FAILS &&
	    !mock->errno_value)
		return NULL;
	if (!session->now->errno_known)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "errno of the program is not known: it "
				       "has no __errno_location");
	return ct_process_write(session->now->pid,
				regs->fs_base +
				    (uint64_t)session->now->errno_offset,
				&mock->errno_value, sizeof(mock->errno_value));
}

/* Copy what was forced into the registers as the capture reads them. */
static void mirror_fp(struct ct_regs *regs, const struct ct_fp_result *fp)
{
	for (int i = 0; i < fp->xmm_count; i++)
		memcpy(regs->xmm[i], fp->xmm[i], 16);
	for (int i = 0; i < fp->st_count; i++)
		memcpy(regs->st[i], fp->st[i], 10);
}

/*
 * While GDB waits for a thread at a return site, the thread must arrive there:
 * it is sent to a `ret`.  Not so when it has come by a single step.  GDB takes
 * it to be at the function's entry then, and `step` would wait for it behind
 * the prologue; back in the caller, it has arrived at another line.
 */
static bool returns_by_itself(struct ct_session *session, pid_t tid,
			      struct ct_regs *regs)
{
	uint64_t pad = 0;
	if (session->keeps_all && !ct_process_was_stepped(tid))
		pad = ct_session_return_pad(session, tid);
	if (!pad)
		return false;
	regs->gpr[CT_REG_RSP] -= 8;
	regs->gpr[CT_REG_RIP] = pad;
	return true;
}

/* What the mock does beside returning its value: before the registers say that
 * the function has returned.  Parameters are where the call has them, which a
 * caller through libffi may see differently than the prototype does. */
static struct ct_error *apply_effects(const struct ct_call *call,
				      const struct ct_mock_entry *entry,
				      const struct ct_plan *plan,
				      struct ct_record *record)
{
	struct ct_session *session = call->session;
	const struct ct_mock *mock = entry->mock;
	const struct ct_record *captured =
	    call->view->caller ? session->second : record;
	struct ct_error *err = ct_session_write_outs(
	    session, entry, call->view->plan, ct_record_args(captured));
	if (!err)
		err = write_errno(session, call->regs, mock, record);
	uint64_t sret = ct_capture_sret(plan, call->regs);
	/* Who does not look there has passed something else in its place. */
	if (!err && plan->result_indirect && sret &&
	    call->view->plan->result_indirect)
		err = ct_process_write(session->now->pid, sret, mock->value,
				       mock->value_size);
	if (!err && mock->signal && mock->signal != SIGKILL)
		err = ct_process_send_signal(session->now->pid, record->tid,
					     mock->signal);
	return err;
}

/*
 * SIGKILL does not wait until the thread goes on, and GDB would lose a program
 * that it is looking at.  The thread kills it, when it would have returned.
 */
static struct ct_error *kill_itself(struct ct_session *session,
				    struct ct_regs *regs)
{
	uint64_t insn;
	struct ct_error *err =
	    ct_process_find_syscall(session->now->pid, &insn);
	if (err)
		return err;
	regs->gpr[CT_REG_RAX] = SYS_kill;
	regs->gpr[CT_REG_RDI] = (uint64_t)session->now->pid;
	regs->gpr[CT_REG_RSI] = SIGKILL;
	regs->gpr[CT_REG_RIP] = insn;
	return NULL;
}

/* Send the thread back to its caller; *later when it takes some steps of its
 * own before it is there. */
static struct ct_error *send_back(struct ct_session *session,
				  const struct ct_mock_entry *entry, pid_t tid,
				  struct ct_regs *regs, bool *later)
{
	struct ct_detour detour = {.delay_ns = entry->mock->delay_ns};
	struct ct_error *err = NULL;
	bool dies = entry->mock->signal == SIGKILL;
	if (entry->options.exception) {
		if (ct_session_is_python(session))
			detour.exception = entry->options.exception;
		else if (!entry->options.set_errno)
			ct_session_trouble(session, ct_session_no_python(
							entry->options.raises));
	}
	*later = true;
	if (dies)
		err = kill_itself(session, regs);
	if (err)
		return err;
	if (detour.delay_ns || detour.exception)
		return ct_session_take_detour(session, tid, &detour, regs);
	*later = dies || returns_by_itself(session, tid, regs);
	return NULL;
}

/* What was captured again, before the mock wrote to memory. */
static void take_second(struct ct_session *session, struct ct_record *record)
{
	struct ct_record *second = session->second;
	second->flags |= record->flags & CT_RECORD_HAS_ERRNO;
	second->errno_value = record->errno_value;
	memcpy(record, second, second->size);
}

struct ct_error *ct_call_answer(const struct ct_call *call,
				struct ct_watch *watch, struct ct_regs *regs,
				const struct ct_mock_entry *entry,
				struct ct_answer *answer)
{
	struct ct_session *session = call->session;
	struct ct_record *record = session->scratch;
	const struct ct_mock *mock = entry->mock;
	const struct ct_view *view = call->view;
	uint64_t caller =
	    ct_agent_return_address(session, regs, record->caller);
	struct ct_fp_result fp;
	bool later;
	if (view->caller)
		ct_call_capture_again(call, session->second);
	struct ct_error *err = apply_effects(call, entry, watch->plan, record);
	if (view->caller)
		take_second(session, record);
	ct_session_begin(session, record);
	ct_decide_force(watch->plan, mock, caller, regs, &fp);
	if (view->caller && entry->value)
		ct_session_force_for_ffi(session, entry, view, regs, &fp);
	struct ct_regs returned = *regs;
	if (!err && (fp.xmm_count || fp.st_count))
		err = ct_process_write_fp_result(record->tid, &fp);
	if (!err)
		err = send_back(session, entry, record->tid, regs, &later);
	if (!err)
		err = ct_process_write_regs(record->tid, regs);
	if (err)
		return err;
	answer->actions |= CT_ANSWER_MOVED;
	if (later && session->keeps_all &&
	    ct_process_was_stepped(record->tid)) {
		answer->actions |= CT_ANSWER_RETURN_SITE;
		answer->return_site = caller;
	}
	mirror_fp(&returned, &fp);
	ct_capture_exit(view->plan, &returned, call->memory, CT_CAPTURE_SIZE,
			record);
	ct_session_record_outs(entry, view->plan, record);
	record->duration_ns =
	    ct_session_now(session) - record->time_ns + mock->delay_ns;
	ct_session_finish(session, record);
	/* Who called it by a jump returns with it.  GDB steps over a breakpoint
	 * where a thread goes on: its return site is not hit. */
	if (!later)
		ct_session_complete_returns(session, record->tid, caller, regs);
	return NULL;
}

struct ct_error *ct_call_reply(const struct ct_call *call,
			       struct ct_watch *watch, struct ct_regs *regs,
			       const struct ct_reply *reply,
			       struct ct_answer *answer)
{
	uint64_t size = watch->plan->result_size;
	CT_AUTO_FREE struct ct_mock *mock =
	    calloc(1, sizeof(*mock) + sizeof(reply->result));
	if (!mock)
		return &ct_enomem;
	mock->flags = reply->set_errno ? CT_MOCK_HAS_ERRNO : 0;
	mock->errno_value = reply->errno_value;
	mock->delay_ns = reply->delay_ns;
	mock->value_size =
	    (uint32_t)(size < sizeof(reply->result) ? size
						    : sizeof(reply->result));
	memcpy(mock->value, &reply->result, mock->value_size);
	const struct ct_mock_entry entry = {.watch = watch, .mock = mock};
	if (!reply->is_real)
		call->session->scratch->outcome = CT_OUTCOME_MOCKED;
	return ct_call_answer(call, watch, regs, &entry, answer);
}
