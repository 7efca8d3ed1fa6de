/* SPDX-License-Identifier: MIT */
/*
 * One call, from the hit to the complete record: capture, decide, apply.
 * This is the breakpoint engine's half; the agent has its own around the same
 * capture.c and decide.c.
 */
#include <string.h>

#include "base/cleanup.h"
#include "ctester/process.h"
#include "session/agent.h"
#include "session/detour.h"
#include "session/output.h"
#include "session/stand_in.h"

static size_t read_process(void *arg, uint64_t addr, void *buf, size_t size)
{
	return ct_process_read(*(const pid_t *)arg, addr, buf, size);
}

static bool read_errno(const struct ct_session *session,
		       const struct ct_regs *regs, int32_t *ret)
{
	return session->now->errno_known &&
	       ct_process_read(session->now->pid,
			       regs->fs_base +
				   (uint64_t)session->now->errno_offset,
			       ret, sizeof(*ret)) == sizeof(*ret);
}

bool ct_session_looks_failed(const struct ct_watch *watch,
			     const struct ct_record *record)
{
	int64_t wide = 0;
	if (!(record->flags & CT_RECORD_HAS_RESULT))
		return false;
	if (record->result_size == 4) {
		int32_t narrow;
		memcpy(&narrow, ct_record_result(record), sizeof(narrow));
		return narrow == -1;
	}
	if (record->result_size != 8)
		return false;
	memcpy(&wide, ct_record_result(record), sizeof(wide));
	struct ct_type *type;
	struct ct_error *err =
	    ct_type_strip(watch->signature->result.type, &type);
	if (err) {
		ct_error_destroy(err);
		return false;
	}
	enum ct_type_kind kind = ct_type_kind(type);
	if (kind == CT_TYPE_POINTER)
		return !wide || wide == -1;
	return kind == CT_TYPE_BASE &&
	       ct_type_encoding(type) != CT_ENCODING_FLOAT && wide == -1;
}

/* errno at the return, where it means something: the function has failed, and
 * errno has changed or is what the function sets then.  A result that cannot
 * say so (a double) leaves the change. */
static void note_errno(const struct ct_session *session,
		       const struct ct_watch *watch, const struct ct_regs *regs,
		       struct ct_record *record)
{
	int32_t now, before = record->errno_value;
	if (!read_errno(session, regs, &now) || !now)
		return;
	if (now == before &&
	    !(watch->sets_errno && ct_session_looks_failed(watch, record)))
		return;
	if (!ct_session_looks_failed(watch, record) &&
	    watch->plan->result_size && !watch->plan->result_uses_fp)
		return;
	record->errno_value = now;
	record->flags |= CT_RECORD_HAS_ERRNO;
}

static const char *caller_name(void *arg)
{
	const struct ct_call *call = arg;
	return ct_session_caller_name(call->session, call->record);
}

static bool is_caller(void *arg, const char *name)
{
	const struct ct_call *call = arg;
	return ct_session_is_caller(call->session, call->record, name);
}

void ct_call_capture_again(const struct ct_call *call, struct ct_record *ret)
{
	struct ct_record head = *call->record;
	uint16_t decided =
	    head.flags & (CT_RECORD_MUST | CT_RECORD_UNSEEN |
			  CT_RECORD_HAS_ERRNO | CT_RECORD_MONITORED |
			  CT_RECORD_FROM_PROGRAM | CT_RECORD_FROM_SYSTEM);
	ct_capture_entry(call->view->plan, call->regs, call->memory,
			 CT_CAPTURE_SIZE, ret);
	struct ct_record *parts = ret;
	head.size = parts->size;
	head.signature = call->view->signature;
	head.changed = parts->changed;
	head.flags = parts->flags | decided;
	head.args_size = parts->args_size;
	head.tail_count = parts->tail_count;
	head.result_size = parts->result_size;
	head.entry_blobs_size = parts->entry_blobs_size;
	head.exit_blobs_size = parts->exit_blobs_size;
	*ret = head;
	if (call->view->note)
		ct_record_add_note(ret, CT_CAPTURE_SIZE, CT_NOTE_CALLER,
				   call->view->note, strlen(call->view->note));
}

static bool ask_script(const struct ct_call *call, const struct ct_mock *mock)
{
	struct ct_session *session = call->session;
	struct ct_buffer text = {0};
	if (!session->judge)
		return false;
	ct_call_capture_again(call, session->second);
	struct ct_call_event event = ct_session_event(session, session->second);
	struct ct_error *err = ct_python_args(&event, &text);
	CT_AUTO_FREE char *arguments = ct_buffer_take_string(&text);
	if (err) {
		ct_session_trouble(session, err);
		return false;
	}
	return arguments &&
	       session->judge(session->judge_arg, mock->id, arguments);
}

static enum ct_judgement judge(void *arg, const struct ct_mock *mock)
{
	return !(mock->flags & CT_MOCK_ASKS) || ask_script(arg, mock)
		   ? CT_JUDGED_YES
		   : CT_JUDGED_NO;
}

struct ct_circumstances ct_call_circumstances(struct ct_call *call)
{
	return (struct ct_circumstances){
	    call->memory, caller_name, is_caller, judge, call, CT_LOCK_HERE};
}

void ct_session_finish(struct ct_session *session, struct ct_record *record)
{
	ct_session_complete_call(session, record);
	ct_session_leave_bound(session, session->watches[record->target]);
}

void ct_session_finish_left(struct ct_session *session, struct ct_frame *frame)
{
	if (frame->record->outcome != CT_OUTCOME_UNMOCKED)
		frame->record->outcome = CT_OUTCOME_UNFINISHED;
	frame->record->duration_ns =
	    ct_session_now(session) - frame->record->time_ns;
	ct_session_finish(session, frame->record);
	free(frame->record);
}

void ct_session_tell(const struct ct_session *session, struct ct_answer *answer)
{
	if (session->live && session->text.size)
		answer->actions |= CT_ANSWER_TEXT;
	if (session->trouble.size)
		answer->actions |= CT_ANSWER_TROUBLE;
}

struct ct_error *ct_session_pass(struct ct_session *session,
				 struct ct_watch *watch,
				 const struct ct_regs *regs,
				 const struct ct_decision *decision,
				 struct ct_answer *answer)
{
	struct ct_record *record = session->scratch;
	bool awaited =
	    (watch->starts && session->ends_at_return) || session->counts_depth;
	if (!decision->recorded && !awaited)
		return NULL;
	if (!decision->recorded)
		record->flags |= CT_RECORD_UNSEEN;
	else if (!decision->provisional)
		ct_session_begin(session, record);
	if (!(watch->target->flags & CT_TARGET_WANTS_RETURN)) {
		/* It will not come back, or twice: what is known is all. */
		if (watch->no_return && record->outcome != CT_OUTCOME_UNMOCKED)
			record->outcome = CT_OUTCOME_UNFINISHED;
		if (!watch->no_return) {
			ct_session_finish(session, record);
			return NULL;
		}
	}
	struct ct_record *copy = malloc(record->size);
	if (!copy)
		return &ct_enomem;
	memcpy(copy, record, record->size);
	ct_session_find_stack(session, record->tid, regs);
	uint64_t site = ct_agent_return_address(session, regs, record->caller);
	struct ct_frame frame = {regs->gpr[CT_REG_RSP], site, copy};
	struct ct_error *err =
	    ct_frames_push(session->frames, record->tid, frame);
	if (err) {
		free(copy);
		return err;
	}
	if (watch->target->flags & CT_TARGET_WANTS_RETURN) {
		answer->actions |= CT_ANSWER_RETURN_SITE;
		answer->return_site = site;
	}
	return NULL;
}

static struct ct_error *complete_return(struct ct_session *session,
					struct ct_frame *frame,
					struct ct_regs *regs)
{
	struct ct_record *record = session->scratch;
	struct ct_watch *watch = session->watches[frame->record->target];
	struct ct_memory memory = {read_process, &session->now->pid};
	struct ct_error *err = NULL;
	memcpy(record, frame->record, frame->record->size);
	record->duration_ns = ct_session_now(session) - record->time_ns;
	/* The plan that its entry was captured by: limits may have changed. */
	const struct ct_plan *plan =
	    session->signatures[record->signature]->plan;
	if (plan->result_uses_fp && !(regs->filled & CT_REGS_FP))
		err = ct_process_read_fp_regs(record->tid, regs);
	if (!err) {
		ct_capture_exit(plan, regs, &memory, CT_CAPTURE_SIZE, record);
		note_errno(session, watch, regs, record);
		if (record->flags & CT_RECORD_MONITORED)
			ct_session_stood_in(session, watch, record, regs);
	}
	ct_decide_returned(session->region, watch->target, record->duration_ns);
	struct ct_call call = {session, record, NULL, regs, &memory};
	struct ct_circumstances where = ct_call_circumstances(&call);
	if (record->flags & CT_RECORD_UNSEEN ||
	    ct_decide_keeps(session->region, watch->target, &where, record))
		ct_session_finish(session, record);
	return err;
}

void ct_session_complete_returns(struct ct_session *session, pid_t tid,
				 uint64_t site, struct ct_regs *regs)
{
	struct ct_frame frame;
	bool returned;
	while (ct_frames_pop(session->frames, tid, site, regs->gpr[CT_REG_RSP],
			     &frame, &returned)) {
		if (!returned) {
			ct_session_finish_left(session, &frame);
			continue;
		}
		ct_session_trouble(session,
				   complete_return(session, &frame, regs));
		free(frame.record);
	}
}

/* Whether the call at a place counts, and where it comes from. */
static struct ct_error *read_call(struct ct_session *session,
				  const struct ct_place_entry *place, pid_t tid,
				  struct ct_regs *regs, uint64_t *caller,
				  bool *counts)
{
	const struct ct_watch *watch = place->watch;
	*counts = false;
	if (!watch || !(watch->target->flags & CT_TARGET_ACTIVE))
		return NULL;
	struct ct_error *err = ct_process_read_all(
	    session->now->pid, regs->gpr[CT_REG_RSP], caller, sizeof(*caller));
	if (err)
		return err;
	uint64_t return_address = *caller;
	*caller = ct_agent_caller(session, regs, return_address);
	if (!place->pad_to && !ct_target_in_scope(watch->target, *caller))
		return NULL;
	const struct ct_target *target = watch->target;
	struct ct_meeting meeting = {
	    .entry_sp = regs->gpr[CT_REG_RSP],
	    .return_address = return_address,
	    .owner = target->owner ? target->owner
				   : ct_region_ref(session->region, target),
	    .name = target->index,
	};
	*counts = !ct_frames_is_met(session->frames, tid, &meeting);
	return NULL;
}

static void capture_call(struct ct_session *session,
			 const struct ct_watch *watch,
			 const struct ct_regs *regs, uint64_t caller,
			 const struct ct_memory *memory, pid_t tid)
{
	struct ct_record *record = session->scratch;
	ct_capture_entry(watch->plan, regs, memory, CT_CAPTURE_SIZE, record);
	record->target = watch->target->index;
	record->signature = watch->signature_index;
	record->mock = 0;
	record->thread = ct_session_thread_number(session, tid);
	record->time_ns = ct_session_now(session);
	record->duration_ns = 0;
	record->pid = session->now->pid;
	record->tid = tid;
	record->caller = caller;
	record->caller_index = ct_session_caller(session, caller);
	record->depth = ct_session_depth(session, tid, regs->gpr[CT_REG_RSP]);
	record->engine = 0;
	record->errno_value = 0;
	read_errno(session, regs, &record->errno_value);
}

/* Frames that this call shows to be gone. */
static void drop_left_frames(struct ct_session *session, pid_t tid, uint64_t sp)
{
	struct ct_frame frame;
	struct ct_memory memory = {read_process, &session->now->pid};
	ct_frames_note_progress(session->frames, tid, sp);
	ct_session_leave_hooked(session, tid, sp);
	while (ct_frames_pop_left(session->frames, tid, sp, &memory, &frame))
		ct_session_finish_left(session, &frame);
}

/* A longjmp ends the calls between it and where it leads.  So does a C++
 * exception: who catches it calls __cxa_begin_catch() first of all, so that
 * its stack begins above that call's return address. */
static void leave_frames(struct ct_session *session, pid_t tid,
			 const struct ct_regs *regs, bool is_catch)
{
	uint64_t target = is_catch ? regs->gpr[CT_REG_RSP] + sizeof(uint64_t)
				   : ct_session_longjmp_target(session, regs);
	ct_session_find_stack(session, tid, regs);
	if (target)
		drop_left_frames(session, tid, target);
}

/* Go on behind the breakpoint without being stepped over it: half the cost,
 * and GDB 13 hits it twice when a signal comes during the step. */
static struct ct_error *skip_breakpoint(struct ct_session *session, pid_t tid,
					struct ct_regs *regs, uint64_t addr,
					uint64_t pad_to,
					struct ct_answer *answer)
{
	uint64_t copy = 0;
	if (!ct_session_keeps(session, addr))
		copy = pad_to ? pad_to : ct_session_bypass(session, tid, addr);
	if (!copy) {
		ct_frames_note_step(session->frames, tid, regs);
		return NULL;
	}
	regs->gpr[CT_REG_RIP] = copy;
	struct ct_error *err = ct_process_write_regs(tid, regs);
	if (!err)
		answer->actions |= CT_ANSWER_MOVED;
	return err;
}

/* It runs with other arguments than the program has passed. */
static struct ct_error *replace_arguments(const struct ct_reply *reply,
					  pid_t tid, struct ct_regs *regs,
					  struct ct_answer *answer)
{
	static const enum ct_reg registers[CT_REPLY_ARGS] = {
	    CT_REG_RDI, CT_REG_RSI, CT_REG_RDX,
	    CT_REG_RCX, CT_REG_R8,  CT_REG_R9};
	if (!reply->replaced)
		return NULL;
	for (size_t i = 0; i < CT_REPLY_ARGS; i++)
		if (reply->replaced >> i & 1)
			regs->gpr[registers[i]] = reply->args[i];
	answer->actions |= CT_ANSWER_MOVED;
	return ct_process_write_regs(tid, regs);
}

/* What a monitored call gets that no mock answers; *done when that is all. */
static struct ct_error *stand_in(const struct ct_call *call,
				 const struct ct_place_entry *place,
				 const struct ct_decision *decision,
				 struct ct_regs *regs, struct ct_answer *answer,
				 bool *done)
{
	struct ct_reply reply = {0};
	bool failed = decision->mock && decision->mock->flags & CT_MOCK_FAILS;
	*done = false;
	if (!(call->record->flags & CT_RECORD_MONITORED) ||
	    (decision->action != CT_ACTION_PASS && !failed))
		return NULL;
	struct ct_error *err =
	    ct_session_stand_in(call, place->watch, place, failed, &reply);
	if (err || failed)
		return err;
	if (!reply.returns)
		return replace_arguments(&reply, call->record->tid, regs,
					 answer);
	*done = true;
	return ct_call_reply(call, place->watch, regs, &reply, answer);
}

/* A call that counts; *on when the thread is to go on behind the place. */
static struct ct_error *handle_call(struct ct_session *session,
				    const struct ct_place_entry *place,
				    pid_t tid, struct ct_regs *regs,
				    uint64_t caller, struct ct_answer *answer,
				    bool *on)
{
	struct ct_memory memory = {read_process, &session->now->pid};
	struct ct_watch *watch = place->watch;
	if (session->now->agent)
		ct_session_find_stack(session, tid, regs);
	drop_left_frames(session, tid, regs->gpr[CT_REG_RSP]);
	struct ct_view view =
	    ct_session_view(session, watch, place, tid, caller);
	if (watch->plan->entry_uses_fp || view.plan->entry_uses_fp) {
		struct ct_error *err = ct_process_read_fp_regs(tid, regs);
		if (err)
			return err;
	}
	capture_call(session, watch, regs, caller, &memory, tid);
	if (watch->neighbour &&
	    ct_session_is_from_system(session, session->scratch))
		session->scratch->flags |= CT_RECORD_FROM_SYSTEM;
	if (ct_session_is_from_program(session, place, session->scratch))
		session->scratch->flags |= CT_RECORD_FROM_PROGRAM;
	struct ct_call call = {session, session->scratch, &view, regs, &memory};
	struct ct_circumstances where = ct_call_circumstances(&call);
	ct_session_pass_bound(session, watch);
	ct_session_settle_agents(session);
	struct ct_decision decision =
	    ct_decide(session->region, watch->target, &where, session->scratch);
	if (decision.numbered)
		ct_session_number(session, session->scratch);
	ct_session_close_bound(session, watch);
	bool done;
	struct ct_error *err =
	    stand_in(&call, place, &decision, regs, answer, &done);
	if (done)
		return err;
	ct_session_trouble(session, err);
	if (decision.action == CT_ACTION_RETURN)
		return ct_call_answer(
		    &call, watch, regs,
		    ct_session_mock_entry(session, decision.mock), answer);
	if (view.caller)
		ct_call_capture_again(&call, session->scratch);
	err = ct_session_pass(session, watch, regs, &decision, answer);
	if (decision.action == CT_ACTION_STOP) {
		answer->actions |= CT_ANSWER_STOP;
		ct_frames_note_step(session->frames, tid, regs);
		return err;
	}
	*on = true;
	return err;
}

/* Nothing of ours stands there: no breakpoint has to be passed. */
static struct ct_error *go_on_at(pid_t tid, struct ct_regs *regs, uint64_t addr,
				 struct ct_answer *answer)
{
	regs->gpr[CT_REG_RIP] = addr;
	answer->actions |= CT_ANSWER_MOVED;
	return ct_process_write_regs(tid, regs);
}

struct ct_error *ct_session_meet(struct ct_session *session,
				 const struct ct_place_entry *place, pid_t tid,
				 uint64_t go_on, struct ct_answer *answer)
{
	struct ct_regs regs;
	uint64_t caller;
	bool counts, on = true;
	regs.filled = 0;
	struct ct_error *err = ct_process_read_regs(tid, &regs);
	if (err)
		return err;
	/* The user has gone on behind a call without a mock. */
	if (!ct_frames_is_repeated(session->frames, tid, &regs)) {
		err = read_call(session, place, tid, &regs, &caller, &counts);
		if (!err && counts) {
			on = false;
			err = handle_call(session, place, tid, &regs, caller,
					  answer, &on);
		}
	}
	if (err || !on)
		return err;
	return go_on_at(tid, &regs, go_on, answer);
}

static struct ct_error *handle_hit(struct ct_session *session,
				   const struct ct_place_entry *place,
				   pid_t tid, struct ct_answer *answer)
{
	struct ct_regs regs;
	uint64_t caller;
	bool counts, on = false;
	regs.filled = 0;
	struct ct_error *err = ct_process_read_regs(tid, &regs);
	/* When GDB says it again, the answer is the same: step. */
	if (err || ct_frames_is_repeated(session->frames, tid, &regs))
		return err;
	if (place->wrapper && ct_session_is_programs_call(session, &regs)) {
		regs.gpr[CT_REG_RIP] = place->wrapper;
		answer->actions |= CT_ANSWER_MOVED;
		return ct_process_write_regs(tid, &regs);
	}
	if (place->is_jump || place->is_catch)
		leave_frames(session, tid, &regs, place->is_catch);
	if (place->is_ffi_call)
		ct_session_note_ffi_call(session, tid, &regs);
	err = read_call(session, place, tid, &regs, &caller, &counts);
	if (!err && counts) {
		err = handle_call(session, place, tid, &regs, caller, answer,
				  &on);
		if (!on)
			return err;
	}
	/* It is let go; where it will be seen next, a traced call's return
	 * site is asked for, too. */
	if (place->is_open)
		ct_session_note_open(session, tid, &regs, answer);
	struct ct_error *skipped = skip_breakpoint(
	    session, tid, &regs, place->addr, place->pad_to, answer);
	if (!err)
		return skipped;
	ct_error_destroy(skipped);
	return err;
}

uint32_t ct_session_hit(struct ct_session *session, uint64_t addr, pid_t pid,
			pid_t tid, struct ct_answer *ret)
{
	struct ct_place_entry *place;
	*ret = (struct ct_answer){0};
	session->stopped = tid;
	ct_session_drain_notified(session, false);
	if (ct_session_enter(session, pid)) {
		HASH_FIND(hh, session->now->places, &addr, sizeof(addr), place);
		if (place) {
			ct_session_trouble(
			    session, handle_hit(session, place, tid, ret));
			ct_session_tell(session, ret);
		}
	}
	session->stopped = 0;
	return ret->actions;
}

static struct ct_error *handle_return(struct ct_session *session, uint64_t site,
				      pid_t tid, struct ct_answer *answer)
{
	struct ct_regs regs = {0};
	struct ct_error *err = ct_process_read_regs(tid, &regs);
	if (err)
		return err;
	ct_frames_note_progress(session->frames, tid, regs.gpr[CT_REG_RSP]);
	ct_frames_end_meeting(session->frames, tid);
	if (ct_session_retry_open(session, site, tid, &regs, answer)) {
		answer->actions |= CT_ANSWER_MOVED;
		return ct_process_write_regs(tid, &regs);
	}
	if (ct_session_look_on(session, site, tid, &regs, answer)) {
		answer->actions |= CT_ANSWER_MOVED;
		return ct_process_write_regs(tid, &regs);
	}
	ct_session_complete_returns(session, tid, site, &regs);
	if (ct_session_detour_stops(session, tid, site, &regs))
		answer->actions |= CT_ANSWER_ARRIVED;
	return skip_breakpoint(session, tid, &regs, site, 0, answer);
}

uint32_t ct_session_returned(struct ct_session *session, uint64_t site,
			     pid_t pid, pid_t tid, struct ct_answer *ret)
{
	*ret = (struct ct_answer){0};
	session->stopped = tid;
	ct_session_drain_notified(session, false);
	if (ct_session_enter(session, pid)) {
		ct_session_trouble(session,
				   handle_return(session, site, tid, ret));
		ct_session_tell(session, ret);
	}
	session->stopped = 0;
	return ret->actions;
}
