/* SPDX-License-Identifier: MIT */
/*
 * What the agent asks GDB's side, and how it gives functions back.
 *
 * A call that must not happen stops the program at the function's entry, as a
 * breakpoint there would, and from then on is the session's alone: the agent
 * lets the thread pass when it comes by again.
 *
 * Of a call that the agent cannot decide, it may only have to know who makes
 * it; then it decides.  Else the session does, as at a breakpoint: an answer
 * leaves the agent's frame, and nothing is left for the agent to do; one that
 * passes is the agent's again.
 */
#include <string.h>

#include "ctester/process.h"
#include "session/agent.h"
#include "session/call.h"
#include "session/output.h"

enum {
	CALLER_AT = 16, /* the return address, from the stub's rbp (enter.S) */
};

uint64_t ct_session_trap(const struct ct_session *session, pid_t pid)
{
	for (const struct ct_tracee *tracee = session->tracees; tracee;
	     tracee = tracee->next)
		if (tracee->pid == pid && tracee->agent)
			return tracee->agent->info.trap;
	return 0;
}

static struct ct_agent_thread *find_thread(struct ct_session *session,
					   pid_t tid)
{
	const struct ct_agent_shared *shared = session->now->agent->shared;
	for (size_t i = 0; i < CT_AGENT_THREADS_MAX && shared->threads[i];
	     i++) {
		struct ct_agent_thread *thread =
		    ct_region_at(session->region, shared->threads[i]);
		if (thread->tid == tid)
			return thread;
	}
	return NULL;
}

/* The registers at the function's entry: those that the agent has stored, and
 * those that it has left alone. */
static struct ct_error *read_entry(struct ct_session *session, pid_t tid,
				   const struct ct_trap *trap,
				   struct ct_regs *ret)
{
	static const enum ct_reg stored[] = {
	    CT_REG_RAX, CT_REG_RDX, CT_REG_RCX, CT_REG_RBX, CT_REG_RSI,
	    CT_REG_RDI, CT_REG_RBP, CT_REG_R8,  CT_REG_R9,  CT_REG_R10,
	    CT_REG_R11, CT_REG_RSP, CT_REG_RIP};
	struct ct_regs regs;
	struct ct_error *err = ct_process_read_regs(tid, ret);
	if (!err)
		err = ct_process_read_all(session->now->pid, trap->regs, &regs,
					  sizeof(regs.gpr));
	for (size_t i = 0; !err && i < sizeof(stored) / sizeof(*stored); i++)
		ret->gpr[stored[i]] = regs.gpr[stored[i]];
	return err;
}

/* The call that is asked about, of which the record is copied into scratch;
 * NULL: that cannot be one. */
static struct ct_open *find_open(struct ct_session *session,
				 struct ct_agent_thread *thread)
{
	const struct ct_agent_shared *shared = session->now->agent->shared;
	uint64_t offset = thread->trap.open;
	if (shared->open_size < sizeof(struct ct_open) + CT_CAPTURE_SIZE ||
	    offset >
		shared->open_size - sizeof(struct ct_open) - CT_CAPTURE_SIZE)
		return NULL;
	struct ct_open *open =
	    (void *)(ct_agent_open_area(thread) + (offset & ~7ull));
	struct ct_record *record = session->scratch;
	memcpy(record, open + 1, CT_CAPTURE_SIZE);
	if (record->target >= session->watch_count ||
	    record->signature >= session->signature_count ||
	    session->signatures[record->signature]->is_syscall)
		return NULL;
	struct ct_error *err = ct_record_check(
	    record, record->size, session->signatures[record->signature]->plan);
	bool good = !err;
	ct_error_destroy(err);
	return good && record->size <= CT_CAPTURE_SIZE ? open : NULL;
}

/* The thread stands still, and at its end there is no other call. */
static void forget_open(struct ct_agent_thread *thread, struct ct_open *open)
{
	uint32_t offset =
	    (uint32_t)((uint8_t *)open - ct_agent_open_area(thread));
	open->state = CT_OPEN_FREE;
	if (thread->open_last != offset)
		return;
	thread->open_last = open->before;
	thread->open_top = offset;
}

static struct ct_error *stop_call(struct ct_session *session, pid_t tid,
				  struct ct_agent_thread *thread,
				  struct ct_open *open, struct ct_regs *regs,
				  struct ct_answer *answer)
{
	struct ct_watch *watch = session->watches[session->scratch->target];
	const struct ct_decision decision = {.action = CT_ACTION_STOP,
					     .recorded = true};
	forget_open(thread, open);
	ct_session_number(session, session->scratch);
	thread->trap.reason = CT_TRAP_STOP;
	struct ct_error *err =
	    ct_session_pass(session, watch, regs, &decision, answer);
	if (!err)
		err = ct_process_write_regs(tid, regs);
	answer->actions |= CT_ANSWER_STOP | CT_ANSWER_MOVED;
	return err;
}

/* The agent has done nothing; when the call is let go, it goes on behind the
 * jump. */
static struct ct_error *take_call(struct ct_session *session, pid_t tid,
				  struct ct_agent_thread *thread,
				  struct ct_answer *answer)
{
	const struct ct_agent_shared *shared = session->now->agent->shared;
	const struct ct_hook *hooks =
	    ct_region_at(session->region, shared->hooks);
	uint32_t index = thread->trap.hook;
	struct ct_place_entry *place;
	struct ct_regs regs;
	struct ct_error *err = read_entry(session, tid, &thread->trap, &regs);
	if (err)
		return err;
	thread->trap.reason = CT_TRAP_NONE;
	if (index >= shared->hook_count)
		return ct_error_format(CT_ERROR_BAD_DATA,
				       "the agent's memory is damaged");
	uint64_t addr = hooks[index].addr, go_on = hooks[index].trampoline;
	HASH_FIND(hh, session->now->places, &addr, sizeof(addr), place);
	bool known = place && place->watch;
	regs.gpr[CT_REG_RIP] = known ? addr : go_on;
	answer->actions |= CT_ANSWER_MOVED;
	err = ct_process_write_regs(tid, &regs);
	return err || !known
		   ? err
		   : ct_session_meet(session, place, tid, go_on, answer);
}

/* The agent goes on with the call. */
static struct ct_error *let_go(struct ct_session *session, pid_t tid,
			       struct ct_agent_thread *thread,
			       struct ct_open *open, enum ct_trap_answer what,
			       struct ct_answer *answer)
{
	struct ct_regs regs;
	struct ct_error *err = ct_process_read_regs(tid, &regs);
	if (err)
		return err;
	if (open)
		open->answer = what;
	if (thread)
		thread->trap.reason = CT_TRAP_NONE;
	regs.gpr[CT_REG_RIP] = session->now->agent->info.trap_next;
	answer->actions |= CT_ANSWER_MOVED;
	return ct_process_write_regs(tid, &regs);
}

/* Whether something was missing that the agent now knows. */
static bool tell_missing(struct ct_session *session,
			 struct ct_agent_thread *thread)
{
	const struct ct_agent_shared *shared = session->now->agent->shared;
	const struct ct_hook *hooks =
	    ct_region_at(session->region, shared->hooks);
	const struct ct_record *record = session->scratch;
	if (thread->trap.hook >= shared->hook_count)
		return false;
	uint32_t flags = hooks[thread->trap.hook].flags;
	bool told = false;
	if (flags & CT_HOOK_NUMBERS && !thread->number) {
		thread->number = record->thread;
		told = record->thread != 0;
		if (!told)
			return false;
	}
	if (!(flags & (CT_HOOK_CALLERS | CT_HOOK_MEANT)) ||
	    ct_agent_knows_caller(session, record->caller))
		return told;
	return ct_agent_tell_caller(session, record);
}

static struct ct_place_entry *place_of(struct ct_session *session,
				       const struct ct_regs *regs)
{
	uint64_t addr = regs->gpr[CT_REG_RIP];
	struct ct_place_entry *place;
	HASH_FIND(hh, session->now->places, &addr, sizeof(addr), place);
	return place;
}

static size_t read_process(void *arg, uint64_t addr, void *buf, size_t size)
{
	return ct_process_read(*(const pid_t *)arg, addr, buf, size);
}

/* It passes: what was decided is in scratch. */
static struct ct_error *pass_call(struct ct_session *session, pid_t tid,
				  struct ct_agent_thread *thread,
				  struct ct_open *open, bool recorded,
				  struct ct_answer *answer)
{
	const struct ct_record *decided = session->scratch;
	struct ct_record *record = (void *)(open + 1);
	record->seq = decided->seq;
	record->outcome = decided->outcome;
	record->mock = decided->mock;
	record->flags =
	    (uint16_t)(decided->flags | (recorded ? 0 : CT_RECORD_UNSEEN));
	return let_go(session, tid, thread, open, CT_TRAP_PASS, answer);
}

static struct ct_error *decide_call(struct ct_session *session, pid_t tid,
				    struct ct_agent_thread *thread,
				    struct ct_open *open, struct ct_regs *regs,
				    struct ct_answer *answer)
{
	struct ct_record *record = session->scratch;
	struct ct_watch *watch = session->watches[record->target];
	struct ct_memory memory = {read_process, &session->now->pid};
	struct ct_view view = ct_session_view(
	    session, watch, place_of(session, regs), tid, record->caller);
	struct ct_error *err = NULL;
	if (watch->plan->entry_uses_fp || view.plan->entry_uses_fp)
		err = ct_process_read_fp_regs(tid, regs);
	if (err)
		return err;
	struct ct_call call = {session, record, &view, regs, &memory};
	struct ct_circumstances where = ct_call_circumstances(&call);
	ct_session_settle_agents(session);
	struct ct_decision decision =
	    ct_decide(session->region, watch->target, &where, record);
	if (decision.action == CT_ACTION_STOP)
		return stop_call(session, tid, thread, open, regs, answer);
	if (decision.action != CT_ACTION_RETURN)
		return pass_call(session, tid, thread, open, decision.recorded,
				 answer);
	forget_open(thread, open);
	ct_session_number(session, record);
	thread->trap.reason = CT_TRAP_NONE;
	return ct_call_answer(&call, watch, regs,
			      ct_session_mock_entry(session, decision.mock),
			      answer);
}

/* Not when a signal's handler has come between the question and the int3, and
 * has asked, too: then it is asked again. */
static struct ct_error *is_its_question(const struct ct_agent_thread *thread,
					pid_t tid, bool *ret)
{
	struct ct_regs regs;
	struct ct_error *err = ct_process_read_regs(tid, &regs);
	*ret = !err && thread &&
	       thread->trap.frame == regs.gpr[CT_REG_RBP] + CALLER_AT;
	return err;
}

static struct ct_error *handle_trap(struct ct_session *session, pid_t tid,
				    struct ct_answer *answer)
{
	struct ct_agent_thread *thread = find_thread(session, tid);
	bool heard;
	struct ct_error *err = is_its_question(thread, tid, &heard);
	if (err)
		return err;
	if (!heard)
		return let_go(session, tid, NULL, NULL, CT_TRAP_PASS, answer);
	if (thread->trap.reason == CT_TRAP_GIVE)
		return take_call(session, tid, thread, answer);
	/* Nobody asks anything else: it goes on as if it had not. */
	if (thread->trap.reason != CT_TRAP_STOP &&
	    thread->trap.reason != CT_TRAP_DECIDE)
		return let_go(session, tid, NULL, NULL, CT_TRAP_PASS, answer);
	struct ct_regs regs;
	err = read_entry(session, tid, &thread->trap, &regs);
	if (err)
		return err;
	struct ct_open *open = find_open(session, thread);
	if (!open) {
		err = let_go(session, tid, NULL, NULL, CT_TRAP_PASS, answer);
		ct_error_destroy(err);
		return ct_error_format(CT_ERROR_BAD_DATA,
				       "the agent's memory is damaged");
	}
	struct ct_record *record = session->scratch;
	record->engine = CT_ENGINE_AGENT;
	record->thread = ct_session_thread_number(session, tid);
	record->caller_index = ct_session_caller(session, record->caller);
	if (thread->trap.reason == CT_TRAP_STOP)
		return stop_call(session, tid, thread, open, &regs, answer);
	ct_agent_set_origin(session, session->watches[record->target], record);
	if (tell_missing(session, thread))
		return let_go(session, tid, thread, open, CT_TRAP_AGAIN,
			      answer);
	return decide_call(session, tid, thread, open, &regs, answer);
}

uint32_t ct_session_trapped(struct ct_session *session, pid_t pid, pid_t tid,
			    struct ct_answer *ret)
{
	*ret = (struct ct_answer){0};
	session->stopped = tid;
	ct_session_drain(session);
	if (ct_session_enter(session, pid) && session->now->agent) {
		ct_session_trouble(session, handle_trap(session, tid, ret));
		ct_session_tell(session, ret);
	}
	session->stopped = 0;
	return ret->actions;
}

/* Hooks that cannot be taken away let calls pass.  Those until now are counted
 * before, while it is known for whom; and who waits for room in a ring would
 * give up when nobody is there any more. */
static void disable(struct ct_session *session, struct ct_agent *agent)
{
	struct ct_hook *hooks =
	    ct_region_at(session->region, agent->shared->hooks);
	ct_session_drain_all(session);
	agent->shared->armed = 0;
	ct_session_drain_all(session);
	for (uint32_t i = 0; i < agent->shared->hook_count; i++)
		hooks[i].target = 0;
	ct_region_note_change(session->region);
}

void ct_session_lose_agent(struct ct_session *session)
{
	if (!session->now->agent)
		return;
	disable(session, session->now->agent);
	ct_session_end_agent(session, true);
}

void ct_session_unhook(struct ct_session *session, pid_t pid, pid_t tid)
{
	struct ct_agent_site *site, *next;
	if (!ct_session_enter(session, pid) || !session->now->agent)
		return;
	session->stopped = tid;
	struct ct_agent *agent = session->now->agent;
	disable(session, agent);
	HASH_ITER (hh, agent->sites, site, next)
		ct_agent_unhook(session, site);
	/* Somebody else may come. */
	agent->shared->left = !agent->sites;
	ct_session_end_agent(session, true);
	session->stopped = 0;
}

/* ---- calls that breakpoints see */

uint64_t ct_agent_caller(const struct ct_session *session,
			 const struct ct_regs *regs, uint64_t return_address)
{
	const struct ct_agent *agent = session->now->agent;
	uint64_t frame[3]; /* agent/inside.h: rbp, index, return address */
	uint64_t at = regs->gpr[CT_REG_RBP];
	if (!agent || return_address != agent->info.returned ||
	    at - regs->gpr[CT_REG_RSP] > CT_AGENT_TAIL_FAR ||
	    ct_process_read(session->now->pid, at, frame, sizeof(frame)) !=
		sizeof(frame))
		return return_address;
	return frame[2];
}

uint64_t ct_agent_return_address(const struct ct_session *session,
				 const struct ct_regs *regs, uint64_t caller)
{
	uint64_t address;
	if (!session->now->agent ||
	    ct_process_read(session->now->pid, regs->gpr[CT_REG_RSP], &address,
			    sizeof(address)) != sizeof(address))
		return caller;
	return address;
}
