/* SPDX-License-Identifier: MIT */
/*
 * System calls by notification: what is decided of one at its entry, and what
 * becomes of that.
 *
 * decide() runs in the server's thread, while the session's own is busy or
 * waits.  It reads requests, mocks and forms under the lock of system calls,
 * which is never held while the program is waited for, and makes nothing for
 * which debug information is read: forms and filters are made before
 * (syscall_engines.c).  All that it finds out goes into the payload; what
 * belongs to the session's thread alone (signatures, the depth of frames,
 * threads) is added when the queue is drained.
 *
 * The session drains it before anything else happens, so that calls are in
 * the trace before what came behind them.
 */
#include <stdlib.h>
#include <string.h>

#include "ctester/notify.h"
#include "ctester/process.h"
#include "session/agent.h"
#include "session/output.h"
#include "session/syscalls.h"

enum {
	NR_EXIT = 60,
	NR_RESTART_SYSCALL = 219,
	NR_EXIT_GROUP = 231,
};

/* The payload of a call: this, the record of its entry, and where there is a
 * result, the one with that. */
struct notified {
	const struct ct_syscall_form *form;
	uint64_t wishes;
	struct ct_error *err; /* for the user; owned */
	uint32_t entry_size;  /* 0: there is no record */
	uint32_t whole_size;  /* 0: none with a result */
};

/* A call that is decided. */
struct decision {
	struct ct_session *session;
	const struct ct_notify_call *call;
	struct ct_memory memory;
	/* Where records are made, of CT_CAPTURE_SIZE bytes. */
	struct ct_record *record, *whole;
	struct notified head;
	uint64_t waiting; /* of the wishes, whose filter needs the result */
	struct ct_error *(*write)(void *arg, uint64_t addr, const void *data,
				  size_t size);
	void *write_arg;
	struct ct_notify_answer *answer;
};

static size_t read_memory(void *arg, uint64_t addr, void *buf, size_t size)
{
	return ct_process_read(*(const pid_t *)arg, addr, buf, size);
}

static size_t read_descriptor(void *arg, int fd, char *buf, size_t size)
{
	return ct_process_read_descriptor(*(const pid_t *)arg, fd, buf, size);
}

static void note_descriptors(struct decision *decision,
			     struct ct_record *record)
{
	pid_t tid = decision->call->tid;
	const struct ct_syscall_descriptors descriptors = {read_descriptor,
							   &tid};
	ct_syscall_note_descriptors(decision->head.form, decision->call->args,
				    &descriptors, CT_CAPTURE_SIZE, record);
}

static void capture(struct decision *decision)
{
	struct ct_record *record = decision->record;
	ct_syscall_capture_entry(decision->head.form, decision->call->args,
				 &decision->memory, CT_CAPTURE_SIZE, record);
	record->target = UINT32_MAX;
	record->signature = 0;
	record->depth = 0;
	record->seq = 0;
	record->time_ns = 0;
	record->duration_ns = 0;
	record->pid = decision->call->pid;
	record->tid = decision->call->tid;
	record->thread = 0;
	record->caller = 0;
	record->caller_index = CT_NO_CALLER;
	record->errno_value = 0;
	record->outcome = CT_OUTCOME_REAL;
	record->engine = CT_ENGINE_NOTIFY;
	record->mock = 0;
	note_descriptors(decision, record);
}

static void find_wishes(struct decision *decision)
{
	struct ct_syscall_tracing *tracing = decision->session->syscalls;
	for (uint64_t left = tracing->active; left; left &= left - 1) {
		size_t i = (size_t)__builtin_ctzll(left);
		struct ct_wish *wish = &tracing->wishes[i];
		if (!ct_syscall_set_has(&wish->set, decision->call->number))
			continue;
		enum ct_syscall_verdict verdict = ct_syscall_filter_run(
		    decision->session, wish->filter, decision->head.form,
		    decision->record, &decision->memory, ++wish->calls);
		if (verdict == CT_VERDICT_YES)
			decision->head.wishes |= 1ull << i;
		if (verdict == CT_VERDICT_LATER)
			decision->waiting |= 1ull << i;
	}
}

/* Of a mocked call the result is known, and so is what waits for it. */
static void complete(struct decision *decision, int64_t result)
{
	struct ct_syscall_tracing *tracing = decision->session->syscalls;
	struct ct_record *whole = decision->whole;
	memcpy(whole, decision->record, decision->record->size);
	ct_syscall_capture_exit(decision->head.form, result, &decision->memory,
				CT_CAPTURE_SIZE, whole);
	note_descriptors(decision, whole);
	whole->outcome = CT_OUTCOME_MOCKED;
	for (uint64_t left = decision->waiting; left; left &= left - 1) {
		size_t i = (size_t)__builtin_ctzll(left);
		struct ct_wish *wish = &tracing->wishes[i];
		if (ct_syscall_filter_run(decision->session, wish->filter,
					  decision->head.form, whole,
					  &decision->memory,
					  wish->calls) == CT_VERDICT_YES)
			decision->head.wishes |= 1ull << i;
	}
}

/* True when the call has its result. */
static bool find_answer(struct decision *decision)
{
	struct ct_notify_answer *answer = decision->answer;
	const struct ct_syscall_answer *mock =
	    ct_session_find_answer(decision->session, decision->head.form,
				   decision->record, &decision->memory);
	if (!mock)
		return false;
	decision->record->mock = mock->id;
	answer->delay_ns = mock->how.delay_ns;
	if (!mock->how.returns)
		return false;
	decision->head.err = ct_syscall_answer_write(
	    mock, decision->call->args, decision->write, decision->write_arg);
	if (decision->head.err)
		return false;
	answer->is_answered = true;
	answer->value = mock->how.result;
	return true;
}

static void decide_call(struct decision *decision)
{
	capture(decision);
	find_wishes(decision);
	bool has_result = find_answer(decision);
	struct notified *head = &decision->head;
	if (has_result && (head->wishes || decision->waiting))
		complete(decision, decision->answer->value);
	if (!head->wishes)
		return;
	decision->record->seq = ct_region_take_turn(decision->session->region);
	head->entry_size = decision->record->size;
	if (!has_result)
		return;
	decision->whole->seq = decision->record->seq;
	head->whole_size = decision->whole->size;
}

/* Records have sizes that are multiples of 8 (value/record.h). */
static void pack(const struct decision *decision, void *payload)
{
	const struct notified *head = &decision->head;
	struct ct_notify_answer *answer = decision->answer;
	uint8_t *to = (uint8_t *)payload + sizeof(*head);
	memcpy(payload, head, sizeof(*head));
	/* The entry's is in its place. */
	if (head->whole_size)
		memcpy(to + ct_pad8(head->entry_size), decision->whole,
		       head->whole_size);
	answer->is_silent = !head->wishes && !head->err;
	answer->payload_size =
	    (uint32_t)(sizeof(*head) + ct_pad8(head->entry_size) +
		       head->whole_size);
}

struct target {
	struct ct_notify *notify;
	const struct ct_notify_call *call;
};

static struct ct_error *write_notified(void *arg, uint64_t addr,
				       const void *data, size_t size)
{
	const struct target *target = arg;
	return ct_notify_write(target->notify, target->call, addr, data, size);
}

static struct ct_error *write_plain(void *arg, uint64_t addr, const void *data,
				    size_t size)
{
	return ct_process_write(*(const pid_t *)arg, addr, data, size);
}

static void decide_at(struct ct_syscall_notifier *notifier,
		      struct ct_notify *notify,
		      const struct ct_notify_call *call, void *payload,
		      struct ct_notify_answer *answer)
{
	struct ct_session *session = notifier->session;
	pid_t tid = call->tid;
	struct target target = {notify, call};
	struct decision decision = {
	    .session = session,
	    .call = call,
	    .memory = {read_memory, &tid},
	    .record = (void *)((uint8_t *)payload + sizeof(struct notified)),
	    .whole = notifier->whole,
	    .write = write_notified,
	    .write_arg = &target,
	    .answer = answer,
	};
	decision.head.form = ct_syscalls_find(session->syscalls->syscalls,
					      call->number, call->args);
	if (!decision.head.form)
		return;
	decide_call(&decision);
	pack(&decision, payload);
}

void ct_syscall_decide(void *arg, struct ct_notify *notify,
		       const struct ct_notify_call *call, void *payload,
		       size_t capacity, struct ct_notify_answer *answer)
{
	struct ct_syscall_notifier *notifier = arg;
	struct ct_syscall_tracing *tracing = notifier->session->syscalls;
	answer->is_silent = true;
	/* What the session has its stopped thread do is not the program's.  The
	 * lock may be held by who waits for that. */
	answer->is_made_to =
	    atomic_load(&notifier->session->stopped) == call->tid;
	if (answer->is_made_to || capacity < CT_NOTIFY_PAYLOAD_MAX)
		return;
	/* Nor is what the agent asks the kernel. */
	if (ct_session_is_agents_call(notifier->session, call->pid, call->addr))
		return;
	/* It goes on with what was counted. */
	if (call->number == NR_RESTART_SYSCALL)
		return;
	pthread_mutex_lock(&tracing->lock);
	if (ct_syscall_notifier_has(notifier, call->pid) &&
	    ct_syscall_notifier_serves(tracing, notifier, call->number))
		decide_at(notifier, notify, call, payload, answer);
	pthread_mutex_unlock(&tracing->lock);
}

/* Draining: the session's thread from here on. */

/* The number of the thread in its process; 0: not known. */
static uint32_t thread_number(struct ct_session *session, pid_t pid, pid_t tid)
{
	struct ct_tracee *before = session->now, *each = session->tracees;
	while (each && each->pid != pid)
		each = each->next;
	if (!each)
		return 0;
	/* It may be gone: nothing of it is looked at. */
	session->now = each;
	uint32_t number = ct_session_thread_number(session, tid);
	session->now = before;
	return number;
}

static struct ct_error *add_facts(struct ct_session *session,
				  const struct notified *head, uint64_t told_ns,
				  struct ct_record *record)
{
	record->depth = (uint32_t)ct_frames_depth(session->frames, record->tid);
	record->time_ns = session->started_ns && told_ns > session->started_ns
			      ? told_ns - session->started_ns
			      : 0;
	record->thread = thread_number(session, record->pid, record->tid);
	return ct_session_syscall_signature(session, head->form,
					    &record->signature);
}

static struct ct_record *copy_record(const struct ct_record *record)
{
	struct ct_record *copy = malloc(record->size);
	if (copy)
		memcpy(copy, record, record->size);
	return copy;
}

static bool is_recorded(const struct ct_syscall_tracing *tracing,
			uint64_t wishes)
{
	for (uint64_t left = wishes; left; left &= left - 1)
		if (tracing->wishes[__builtin_ctzll(left)].recorded)
			return true;
	return false;
}

/* A delayed call is one that its thread is in, until its end is told. */
static struct ct_error *put_aside(struct ct_session *session,
				  const struct ct_notify_record *told,
				  const struct notified *head,
				  const struct ct_record *entry,
				  const struct ct_record *whole)
{
	struct ct_syscall_tracing *tracing = session->syscalls;
	struct ct_syscall_thread *thread =
	    ct_syscall_get_thread(tracing, told->call.pid, told->call.tid);
	if (!thread)
		return &ct_enomem;
	if (thread->in_call)
		ct_session_give_up(session, &thread->call, ~0ull);
	ct_syscall_forget_call(&thread->call);
	struct ct_syscall_call *call = &thread->call;
	call->form = head->form;
	call->number = told->call.number;
	memcpy(call->args, told->call.args, sizeof(call->args));
	call->pc = told->call.addr;
	call->wishes = head->wishes;
	call->state = CT_CALL_DELAYED;
	call->notified = told->call.id;
	call->record = copy_record(entry);
	call->whole = whole ? copy_record(whole) : NULL;
	thread->in_call = true;
	if (!call->record || (whole && !call->whole))
		return &ct_enomem;
	if (is_recorded(tracing, call->wishes))
		ct_session_begin(session, call->record);
	return NULL;
}

static void end_delayed(struct ct_session *session,
			const struct ct_notify_record *told)
{
	struct ct_syscall_thread *thread;
	HASH_FIND(hh, session->syscalls->threads, &told->call.tid,
		  sizeof(told->call.tid), thread);
	if (!thread || !thread->in_call ||
	    thread->call.state != CT_CALL_DELAYED ||
	    thread->call.notified != told->call.id)
		return;
	struct ct_syscall_call *call = &thread->call;
	struct ct_record *record = call->whole ? call->whole : call->record;
	uint64_t ended = told->call.time_ns - session->started_ns;
	if (told->is_lost)
		ct_session_give_up(session, call, ~0ull);
	if (record && call->wishes) {
		record->duration_ns =
		    ended > record->time_ns ? ended - record->time_ns : 0;
		ct_session_deliver(session, record, call->wishes);
	}
	thread->in_call = false;
	ct_syscall_forget_call(call);
}

static void deliver(struct ct_session *session,
		    const struct ct_notify_record *told,
		    const struct notified *head, struct ct_record *entry,
		    struct ct_record *whole)
{
	bool never_ends = head->form->number == NR_EXIT ||
			  head->form->number == NR_EXIT_GROUP;
	if (whole && !told->is_lost)
		entry = whole;
	else if (told->is_lost || never_ends)
		entry->outcome = CT_OUTCOME_UNFINISHED;
	ct_session_deliver(session, entry, head->wishes);
}

static void take(struct ct_session *session,
		 const struct ct_notify_record *told)
{
	struct notified head;
	struct ct_record *entry = session->second, *whole = NULL;
	struct ct_error *err = NULL;
	if (told->is_end) {
		end_delayed(session, told);
		return;
	}
	if (told->answer.payload_size < sizeof(head))
		return;
	memcpy(&head, told->payload, sizeof(head));
	ct_session_trouble(session, head.err);
	if (!head.wishes)
		return;
	const uint8_t *from = told->payload + sizeof(head);
	memcpy(entry, from, head.entry_size);
	err = add_facts(session, &head, told->call.time_ns, entry);
	if (!err && head.whole_size) {
		whole = session->scratch;
		memcpy(whole, from + ct_pad8(head.entry_size), head.whole_size);
		err = add_facts(session, &head, told->call.time_ns, whole);
	}
	ct_session_number(session, entry);
	if (whole)
		whole->seq = entry->seq;
	if (!err && told->answer.delay_ns && !told->is_lost)
		err = put_aside(session, told, &head, entry, whole);
	else if (!err)
		deliver(session, told, &head, entry, whole);
	ct_session_trouble(session, err);
}

static void take_record(void *arg, const struct ct_notify_record *told)
{
	take(arg, told);
}

void ct_session_drain_notified(struct ct_session *session, bool settles)
{
	struct ct_syscall_tracing *tracing = session->syscalls;
	if (!tracing || !tracing->notifiers || tracing->is_draining)
		return;
	tracing->is_draining = true;
	for (struct ct_syscall_notifier *each = tracing->notifiers; each;
	     each = each->next) {
		/* In a stop, the lock is held, and the server may wait for it.
		 */
		if (settles && !session->stopped)
			ct_notify_sync(each->notify);
		ct_notify_drain(each->notify, take_record, session);
	}
	tracing->is_draining = false;
}

uint32_t ct_session_drain_syscalls(struct ct_session *session)
{
	struct ct_syscall_tracing *tracing = session->syscalls;
	uint32_t actions = 0;
	ct_session_drain_notified(session, false);
	for (uint64_t left = tracing ? tracing->active : 0; left;
	     left &= left - 1)
		if (tracing->wishes[__builtin_ctzll(left)].count)
			actions |= CT_ANSWER_CALLS;
	if (session->live && session->text.size)
		actions |= CT_ANSWER_TEXT;
	if (session->trouble.size)
		actions |= CT_ANSWER_TROUBLE;
	return actions;
}

/* An engine that is not ours. */

static struct ct_error *notified(struct ct_session *session,
				 const struct ct_notify_call *call,
				 struct ct_notify_record *told)
{
	pid_t pid = call->pid;
	struct decision decision = {
	    .session = session,
	    .call = call,
	    .memory = {read_memory, &pid},
	    .record = (void *)(told->payload + sizeof(struct notified)),
	    .whole = session->second,
	    .write = write_plain,
	    .write_arg = &pid,
	    .answer = &told->answer,
	};
	struct ct_error *err =
	    ct_syscalls_form(session->syscalls->syscalls, call->number,
			     call->args, &decision.head.form);
	if (err)
		return err;
	decide_call(&decision);
	pack(&decision, told->payload);
	told->call = *call;
	return NULL;
}

void ct_session_syscall_notified(struct ct_session *session,
				 const struct ct_syscall_notice *notice,
				 struct ct_syscall_reply *ret)
{
	struct ct_syscall_tracing *tracing = session->syscalls;
	struct ct_notify_call call = {.pid = notice->pid,
				      .tid = notice->tid,
				      .number = (uint32_t)notice->number,
				      .time_ns = ct_monotonic_ns()};
	*ret = (struct ct_syscall_reply){0};
	if (!tracing || !ct_syscall_is_wanted(tracing, notice->number))
		return;
	struct ct_notify_record *told =
	    calloc(1, sizeof(*told) + CT_NOTIFY_PAYLOAD_MAX);
	if (!told) {
		ct_session_trouble(session, &ct_enomem);
		return;
	}
	memcpy(call.args, notice->args, sizeof(call.args));
	ct_session_trouble(session, notified(session, &call, told));
	ret->answered = told->answer.is_answered;
	ret->result = told->answer.value;
	ret->delay_ns = told->answer.delay_ns;
	told->answer.delay_ns = 0;
	take(session, told);
	free(told);
	ret->actions = ct_session_drain_syscalls(session);
}
