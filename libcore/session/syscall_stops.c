/* SPDX-License-Identifier: MIT */
/*
 * Threads and the system calls that they are in.
 *
 * A call that a signal interrupts ends with a result that only debuggers see.
 * Then either the kernel makes it again, from the same instruction with the
 * same stack pointer, itself or as restart_syscall; or a handler runs first,
 * with calls of its own, and rt_sigreturn takes the thread to where the
 * interrupted call returns, or back before it (signal(7), "Interruption of
 * system calls by signal handlers").  So such a call is put aside until one of
 * these is seen.  When a debugger stops the other threads, that is by signals,
 * too.
 */
#define _GNU_SOURCE
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ucontext.h>
#include <ucontext.h>

#include "ctester/process.h"
#include "session/agent.h"
#include "session/output.h"
#include "session/syscalls.h"

enum {
	NR_RT_SIGRETURN = 15,
	NR_EXIT = 60,
	NR_RESTART_SYSCALL = 219,
	NR_EXIT_GROUP = 231,
	/* More than handlers can be in each other: they were left by jumps. */
	INTERRUPTED_MAX = 16,
};

/* What a stop is about. */
struct stop {
	struct ct_session *session;
	struct ct_syscall_tracing *tracing;
	struct ct_syscall_thread *thread;
	struct ct_syscall_stop at;
	struct ct_memory memory;
	uint32_t actions;
	/* Read before it is asked for: the stack, and the name of a file. */
	uint8_t stack[256], text[64];
	size_t stack_size, text_size;
	uint64_t text_addr;
};

static size_t read_thread(void *arg, uint64_t addr, void *buf, size_t size)
{
	const struct stop *stop = arg;
	if (addr == stop->text_addr && size <= stop->text_size) {
		memcpy(buf, stop->text, size);
		return size;
	}
	return ct_process_read(stop->thread->tid, addr, buf, size);
}

/* What a trace needs of most calls, by one read: a second one costs more than
 * all that is done with it. */
static void read_ahead(struct stop *stop, const struct ct_syscall_call *call)
{
	const struct ct_signature *signature = call->form->signature;
	size_t i = 0;
	while (i < signature->count &&
	       signature->parameters[i].meaning != CT_MEANING_PATH)
		i++;
	if (i == signature->count)
		return;
	size_t got = ct_process_read_two(
	    stop->thread->tid, call->sp, stop->stack, sizeof(stop->stack),
	    call->args[i], stop->text, sizeof(stop->text));
	stop->text_addr = call->args[i];
	stop->stack_size = got < sizeof(stop->stack) ? 0 : sizeof(stop->stack);
	stop->text_size = stop->stack_size ? got - stop->stack_size : 0;
}

static size_t read_descriptor(void *arg, int fd, char *buf, size_t size)
{
	return ct_process_read_descriptor(*(const pid_t *)arg, fd, buf, size);
}

/* What is asked next is about this call; by notification, nothing is known of
 * the stack. */
static void set_site(const struct stop *stop,
		     const struct ct_syscall_call *call, uint64_t caller)
{
	stop->tracing->site = (struct ct_syscall_site){
	    .pid = stop->thread->pid,
	    .tid = call->pc ? stop->thread->tid : 0,
	    .pc = call->pc,
	    .sp = call->sp,
	    .caller = caller,
	    .stack = stop->stack,
	    .stack_size = stop->stack_size,
	};
}

/* The wishes for a call whose record is the scratch one. */
static void find_wishes(const struct stop *stop, struct ct_syscall_call *call,
			const struct ct_record *record)
{
	for (uint64_t left = stop->tracing->active; left; left &= left - 1) {
		size_t i = (size_t)__builtin_ctzll(left);
		struct ct_wish *wish = &stop->tracing->wishes[i];
		if (!ct_syscall_set_has(&wish->set, call->number))
			continue;
		enum ct_syscall_verdict verdict = ct_syscall_filter_run(
		    stop->session, wish->filter, call->form, record,
		    &stop->memory, ++wish->calls);
		if (verdict != CT_VERDICT_NO)
			call->wishes |= 1ull << i;
		if (verdict == CT_VERDICT_LATER)
			call->waiting |= 1ull << i;
	}
}

/* At the exit, those that have waited for the result. */
static void ask_again(const struct stop *stop, struct ct_syscall_call *call,
		      const struct ct_record *record)
{
	for (uint64_t left = call->waiting & call->wishes; left;
	     left &= left - 1) {
		size_t i = (size_t)__builtin_ctzll(left);
		struct ct_wish *wish = &stop->tracing->wishes[i];
		if (ct_syscall_filter_run(stop->session, wish->filter,
					  call->form, record, &stop->memory,
					  wish->calls) != CT_VERDICT_YES)
			call->wishes &= ~(1ull << i);
	}
	call->waiting = 0;
}

static bool is_recorded(const struct stop *stop, uint64_t wishes)
{
	for (uint64_t left = wishes; left; left &= left - 1)
		if (stop->tracing->wishes[__builtin_ctzll(left)].recorded)
			return true;
	return false;
}

/* The call as it is now, into the scratch record. */
static struct ct_error *capture(const struct stop *stop,
				const struct ct_syscall_call *call,
				uint8_t engine)
{
	struct ct_session *session = stop->session;
	struct ct_syscall_thread *thread = stop->thread;
	struct ct_record *record = session->scratch;
	uint32_t signature;
	struct ct_error *err =
	    ct_session_syscall_signature(session, call->form, &signature);
	if (err)
		return err;
	ct_syscall_capture_entry(call->form, call->args, &stop->memory,
				 CT_CAPTURE_SIZE, record);
	record->target = UINT32_MAX;
	record->signature = signature;
	record->depth = ct_session_depth(session, thread->tid, call->sp);
	record->seq = 0;
	record->time_ns = ct_session_now(session);
	record->duration_ns = 0;
	record->pid = thread->pid;
	record->tid = thread->tid;
	record->caller = 0;
	record->caller_index = CT_NO_CALLER;
	record->errno_value = 0;
	record->outcome = CT_OUTCOME_REAL;
	record->engine = engine;
	record->mock = 0;
	record->thread = session->now->pid == thread->pid
			     ? ct_session_thread_number(session, thread->tid)
			     : 0;
	const struct ct_syscall_descriptors descriptors = {read_descriptor,
							   &thread->tid};
	ct_syscall_note_descriptors(call->form, call->args, &descriptors,
				    CT_CAPTURE_SIZE, record);
	return NULL;
}

static void note_caller(struct ct_session *session)
{
	uint64_t caller =
	    ct_session_syscall_caller(session, &session->syscalls->site);
	session->scratch->caller = caller;
	if (caller)
		session->scratch->caller_index =
		    ct_session_caller(session, caller);
}

static struct ct_error *keep_record(const struct stop *stop,
				    struct ct_syscall_call *call)
{
	struct ct_record *record = stop->session->scratch;
	record->seq = ct_region_take_turn(stop->session->region);
	ct_session_number(stop->session, record);
	call->record = malloc(record->size);
	if (!call->record)
		return &ct_enomem;
	memcpy(call->record, record, record->size);
	return NULL;
}

/* The call has ended with that result. */
static void complete(struct stop *stop, struct ct_syscall_call *call,
		     int64_t result)
{
	struct ct_session *session = stop->session;
	struct ct_record *record = session->scratch;
	if (!call->record || !call->wishes)
		return;
	memcpy(record, call->record, call->record->size);
	record->duration_ns = ct_session_now(session) - record->time_ns;
	ct_syscall_capture_exit(call->form, result, &stop->memory,
				CT_CAPTURE_SIZE, record);
	const struct ct_syscall_descriptors descriptors = {read_descriptor,
							   &stop->thread->tid};
	ct_syscall_note_descriptors(call->form, call->args, &descriptors,
				    CT_CAPTURE_SIZE, record);
	set_site(stop, call, record->caller);
	ask_again(stop, call, record);
	if (call->wishes)
		ct_session_deliver(session, record, call->wishes);
}

/* A mock has to do with it: what that says, now. */
static struct ct_error *answer(struct stop *stop, struct ct_syscall_call *call)
{
	const struct ct_syscall_answer *mock =
	    &stop->tracing->answers[call->answer - 1];
	struct ct_error *err = ct_syscall_answer_enter(mock, stop->thread->pid,
						       stop->thread->tid, call);
	stop->actions |= CT_ANSWER_MOVED;
	if (!err && call->state == CT_CALL_ANSWERED) {
		if (call->record)
			call->record->outcome = CT_OUTCOME_MOCKED;
		complete(stop, call, mock->how.result);
		call->wishes = 0;
	}
	return err;
}

/* Whether this entry is of the same call. */
static bool is_again(const struct ct_syscall_call *call,
		     const struct ct_syscall_stop *at)
{
	return call->pc == at->pc && call->sp == at->sp &&
	       (at->number == NR_RESTART_SYSCALL ||
		(at->number == call->number &&
		 !memcmp(at->args, call->sent, sizeof(at->args))));
}

/* The interrupted call that goes on with this entry; what was put aside and
 * stands where it cannot be any more, has ended. */
static bool resume(struct stop *stop)
{
	struct ct_syscall_thread *thread = stop->thread;
	const struct ct_syscall_stop *at = &stop->at;
	for (size_t i = thread->interrupted_count; i-- > 0;) {
		struct ct_syscall_call *call = &thread->interrupted[i];
		if (call->sp != at->sp)
			continue;
		bool goes_on = is_again(call, at);
		if (goes_on)
			thread->call = *call;
		else
			ct_session_give_up(stop->session, call, ~0ull);
		if (!goes_on)
			ct_syscall_forget_call(call);
		thread->interrupted_count--;
		memmove(call, call + 1,
			(thread->interrupted_count - i) * sizeof(*call));
		thread->in_call = goes_on;
		if (goes_on)
			return true;
	}
	return false;
}

/* A call that was made before anybody looked. */
static void tell_late(const struct stop *stop,
		      const struct ct_syscall_call *call)
{
	struct ct_buffer text = {0};
	ct_buffer_printf(&text,
			 "%s of thread %d was under way when its trace began: "
			 "what it was given is what is there at its end",
			 call->form->name, (int)stop->thread->tid);
	char *string = ct_buffer_take_string(&text);
	if (string)
		ct_session_mark(
		    stop->session,
		    &(struct ct_mark){.kind = CT_EVENT_NOTE,
				      .time_ns = ct_session_now(stop->session),
				      .pid = stop->thread->pid,
				      .tid = stop->thread->tid,
				      .text = string});
	free(string);
}

/* What the filter in the program asks about, is not for stops; and what the
 * agent asks the kernel, the program does not. */
static bool is_wanted(const struct stop *stop, uint64_t number)
{
	return ct_syscall_is_wanted(stop->tracing, number) &&
	       !ct_session_is_agents_call(stop->session, stop->thread->pid,
					  stop->at.pc) &&
	       !ct_syscall_is_notified(stop->tracing, stop->thread->pid,
				       number);
}

/* A new call of the thread: what it is, and who wants it. */
static struct ct_error *begin(struct stop *stop, struct ct_syscall_call *call,
			      uint8_t engine, bool mocks)
{
	struct ct_session *session = stop->session;
	struct ct_error *err = ct_session_open_syscalls(session);
	if (!err)
		err = ct_syscalls_form(stop->tracing->syscalls, call->number,
				       call->args, &call->form);
	if (!err && engine == CT_ENGINE_STOPS &&
	    is_recorded(stop, stop->tracing->active))
		read_ahead(stop, call);
	if (!err)
		err = capture(stop, call, engine);
	stop->text_size = 0; /* a mock may write there */
	if (err)
		return err;
	set_site(stop, call, 0);
	find_wishes(stop, call, session->scratch);
	struct ct_syscall_answer *found =
	    mocks ? ct_session_find_answer(session, call->form,
					   session->scratch, &stop->memory)
		  : NULL;
	if (found) {
		call->answer = (uint32_t)(found - stop->tracing->answers) + 1;
		session->scratch->mock = found->id;
	}
	if (!call->wishes)
		return NULL;
	if (is_recorded(stop, call->wishes))
		note_caller(session);
	err = keep_record(stop, call);
	if (!err && is_recorded(stop, call->wishes & ~call->waiting))
		ct_session_begin(session, call->record);
	return err;
}

/* The call, or the sleep of a mock before it, has ended. */
static struct ct_error *finish(struct stop *stop, struct ct_syscall_call *call,
			       int64_t result, bool *over)
{
	struct ct_error *err = NULL;
	*over = true;
	if (call->answer && (call->changed || call->state == CT_CALL_SLEEPS)) {
		err = ct_syscall_answer_leave(
		    &stop->tracing->answers[call->answer - 1],
		    stop->thread->pid, stop->thread->tid, call, over, &result);
		stop->actions |= CT_ANSWER_MOVED;
	}
	if (*over)
		complete(stop, call, result);
	return err;
}

/*
 * A handler returns: what rt_sigreturn will put into the registers lies at the
 * stack pointer (arch/x86/kernel/signal.c), and may be the end of the call that
 * was interrupted last.  At its own exit, the kernel calls it number -1, and
 * GDB does not stop for that.
 */
static struct ct_error *finish_interrupted(struct stop *stop)
{
	struct ct_syscall_thread *thread = stop->thread;
	uint64_t regs[REG_RIP + 1];
	uint64_t frame = stop->at.sp + offsetof(ucontext_t, uc_mcontext.gregs);
	if (!thread->interrupted_count ||
	    stop->memory.read(stop->memory.arg, frame, regs, sizeof(regs)) !=
		sizeof(regs))
		return NULL;
	struct ct_syscall_call *call =
	    &thread->interrupted[thread->interrupted_count - 1];
	bool over;
	if (call->sp != regs[REG_RSP] || call->pc != regs[REG_RIP])
		return NULL;
	call->frame = frame;
	struct ct_error *err =
	    finish(stop, call, (int64_t)regs[REG_RAX], &over);
	call->frame = 0;
	if (over) {
		thread->interrupted_count--;
		ct_syscall_forget_call(call);
	}
	return err;
}

static struct ct_error *enter(struct stop *stop)
{
	struct ct_syscall_thread *thread = stop->thread;
	struct ct_syscall_call *call = &thread->call;
	/* Sent back to it by ourselves, after a sleep. */
	if (thread->in_call && call->state == CT_CALL_AGAIN &&
	    call->number == stop->at.number && call->sp == stop->at.sp)
		return answer(stop, call);
	if (thread->in_call && call->state != CT_CALL_ANSWERED) {
		/* GDB has stopped the thread meanwhile, and kept to itself
		 * that the call was interrupted by that. */
		if (is_again(call, &stop->at))
			return NULL;
		ct_session_give_up(stop->session, call, ~0ull);
	}
	ct_syscall_forget_call(call);
	if (thread->interrupted_count && resume(stop))
		return call->state == CT_CALL_AGAIN ? answer(stop, call) : NULL;
	thread->in_call = true;
	call->number = stop->at.number;
	memcpy(call->args, stop->at.args, sizeof(call->args));
	memcpy(call->sent, stop->at.args, sizeof(call->sent));
	call->pc = stop->at.pc;
	call->sp = stop->at.sp;
	struct ct_error *err = NULL;
	if (call->number == NR_RT_SIGRETURN)
		err = finish_interrupted(stop);
	if (err || !is_wanted(stop, call->number))
		return err;
	err = begin(stop, call, CT_ENGINE_STOPS, true);
	if (!err && call->answer)
		err = answer(stop, call);
	else if (call->number == NR_EXIT || call->number == NR_EXIT_GROUP)
		ct_session_give_up(stop->session, call, ~0ull);
	return err;
}

/* Put the call aside. */
static struct ct_error *interrupt(struct stop *stop)
{
	struct ct_syscall_thread *thread = stop->thread;
	if (thread->interrupted_count == INTERRUPTED_MAX) {
		ct_session_give_up(stop->session, &thread->interrupted[0],
				   ~0ull);
		ct_syscall_forget_call(&thread->interrupted[0]);
		thread->interrupted_count--;
		memmove(thread->interrupted, thread->interrupted + 1,
			thread->interrupted_count * sizeof(thread->call));
	}
	struct ct_syscall_call *bigger =
	    reallocarray(thread->interrupted, thread->interrupted_count + 1,
			 sizeof(*bigger));
	if (!bigger)
		return &ct_enomem;
	thread->interrupted = bigger;
	bigger[thread->interrupted_count++] = thread->call;
	thread->call = (struct ct_syscall_call){0};
	thread->in_call = false;
	return NULL;
}

static struct ct_error *leave_unseen(struct stop *stop)
{
	struct ct_syscall_call call = {.pc = stop->at.pc, .sp = stop->at.sp};
	struct ct_error *err =
	    ct_process_read_left_syscall(stop->thread->tid, &stop->at);
	call.number = stop->at.number;
	memcpy(call.args, stop->at.args, sizeof(call.args));
	/* It will be made again, from its entry. */
	if (err || (stop->at.result <= -CT_RESTART_FIRST &&
		    stop->at.result >= -CT_RESTART_LAST))
		return err;
	if (call.number == NR_RT_SIGRETURN || !is_wanted(stop, call.number))
		return NULL;
	err = begin(stop, &call, CT_ENGINE_STOPS, false);
	if (!err && is_recorded(stop, call.wishes))
		tell_late(stop, &call);
	if (!err)
		complete(stop, &call, stop->at.result);
	ct_syscall_forget_call(&call);
	return err;
}

static struct ct_error *leave(struct stop *stop)
{
	struct ct_syscall_thread *thread = stop->thread;
	struct ct_syscall_call *call = &thread->call;
	int64_t result = stop->at.result;
	bool over = true;
	if (!thread->in_call)
		return leave_unseen(stop);
	if (call->state == CT_CALL_ANSWERED) {
		thread->in_call = false;
		ct_syscall_forget_call(call);
		return NULL;
	}
	if (result <= -CT_RESTART_FIRST && result >= -CT_RESTART_LAST)
		return interrupt(stop);
	struct ct_error *err = finish(stop, call, result, &over);
	if (!over)
		return err;
	thread->in_call = false;
	ct_syscall_forget_call(call);
	return err;
}

static uint32_t tell(struct stop *stop)
{
	struct ct_session *session = stop->session;
	for (uint64_t left = stop->tracing->active; left; left &= left - 1)
		if (stop->tracing->wishes[__builtin_ctzll(left)].count)
			stop->actions |= CT_ANSWER_CALLS;
	if (session->live && session->text.size)
		stop->actions |= CT_ANSWER_TEXT;
	if (session->trouble.size)
		stop->actions |= CT_ANSWER_TROUBLE;
	return stop->actions;
}

static bool make_stop(struct ct_session *session, pid_t pid, pid_t tid,
		      struct stop *ret)
{
	struct ct_syscall_tracing *tracing = session->syscalls;
	if (!tracing || (!tracing->active && !tracing->answer_count))
		return false;
	*ret = (struct stop){.session = session, .tracing = tracing};
	ret->thread = ct_syscall_get_thread(tracing, pid, tid);
	if (!ret->thread)
		return false;
	ret->memory = (struct ct_memory){read_thread, ret};
	return true;
}

uint32_t ct_session_syscall_stop(struct ct_session *session, pid_t pid,
				 pid_t tid)
{
	struct stop stop;
	ct_session_drain_notified(session, false);
	if (!make_stop(session, pid, tid, &stop))
		return 0;
	session->stopped = tid;
	ct_syscalls_lock(stop.tracing);
	struct ct_error *err = ct_process_read_syscall(tid, &stop.at);
	if (!err && stop.at.phase == CT_SYSCALL_ENTRY)
		err = enter(&stop);
	else if (!err && stop.at.phase == CT_SYSCALL_EXIT)
		err = leave(&stop);
	ct_syscalls_unlock(stop.tracing);
	ct_session_trouble(session, err);
	session->stopped = 0;
	/* What it has of the stack was the stop's. */
	stop.tracing->site = (struct ct_syscall_site){0};
	return tell(&stop);
}

static struct ct_session *bound;

void ct_session_bind_syscall_stops(struct ct_session *session)
{
	bound = session;
}

uint32_t ct_syscall_stop(int pid, int tid)
{
	return bound ? ct_session_syscall_stop(bound, pid, tid) : 0;
}

void ct_session_unbind_syscall_stops(const struct ct_session *session)
{
	if (bound == session)
		bound = NULL;
}
