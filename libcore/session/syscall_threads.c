/* SPDX-License-Identifier: MIT */
/* The threads that are seen at system calls, until they end or run another
 * program; what they do is in syscall_stops.c. */
#include <stdlib.h>
#include <string.h>

#include "session/syscalls.h"

enum {
	NR_EXECVE = 59,
	NR_EXECVEAT = 322,
};

struct ct_syscall_thread *ct_syscall_get_thread(
    struct ct_syscall_tracing *tracing, pid_t pid, pid_t tid)
{
	struct ct_syscall_thread *thread;
	HASH_FIND(hh, tracing->threads, &tid, sizeof(tid), thread);
	if (thread)
		return thread;
	thread = calloc(1, sizeof(*thread));
	if (!thread)
		return NULL;
	thread->tid = tid;
	thread->pid = pid;
	HASH_ADD(hh, tracing->threads, tid, sizeof(tid), thread);
	return thread;
}

void ct_syscall_forget_call(struct ct_syscall_call *call)
{
	free(call->record);
	free(call->whole);
	*call = (struct ct_syscall_call){0};
}

static void forget_thread(struct ct_syscall_tracing *tracing,
			  struct ct_syscall_thread *thread)
{
	HASH_DEL(tracing->threads, thread);
	ct_syscall_forget_call(&thread->call);
	for (size_t i = 0; i < thread->interrupted_count; i++)
		ct_syscall_forget_call(&thread->interrupted[i]);
	free(thread->interrupted);
	free(thread);
}

void ct_session_forget_syscall_threads(struct ct_session *session)
{
	struct ct_syscall_thread *each, *next;
	HASH_ITER (hh, session->syscalls->threads, each, next)
		forget_thread(session->syscalls, each);
}

void ct_session_give_up(struct ct_session *session,
			struct ct_syscall_call *call, uint64_t wishes)
{
	struct ct_record *record = call->record;
	/* What a filter was to judge by its result has none. */
	wishes &= call->wishes & ~call->waiting;
	call->wishes &= ~wishes;
	if (!record || !wishes)
		return;
	uint8_t outcome = record->outcome;
	record->outcome = CT_OUTCOME_UNFINISHED;
	record->duration_ns = ct_session_now(session) - record->time_ns;
	ct_session_deliver(session, record, wishes);
	record->outcome = outcome;
}

static void abandon_thread(struct ct_session *session,
			   struct ct_syscall_thread *thread)
{
	for (size_t i = 0; i < thread->interrupted_count; i++)
		ct_session_give_up(session, &thread->interrupted[i], ~0ull);
	ct_session_give_up(session, &thread->call, ~0ull);
	forget_thread(session->syscalls, thread);
}

static bool is_among(pid_t tid, const pid_t *tids, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (tids[i] == tid)
			return true;
	return false;
}

void ct_session_abandon_syscalls(struct ct_session *session, pid_t pid,
				 const pid_t *tids, size_t count)
{
	struct ct_syscall_thread *each, *next;
	if (!session->syscalls)
		return;
	HASH_ITER (hh, session->syscalls->threads, each, next)
		if (each->pid == pid && !is_among(each->tid, tids, count))
			abandon_thread(session, each);
}

void ct_session_end_syscalls(struct ct_session *session, pid_t pid)
{
	ct_session_end_notifying(session, pid);
	ct_session_abandon_syscalls(session, pid, NULL, 0);
}

void ct_session_syscalls_executed(struct ct_session *session, pid_t pid)
{
	struct ct_syscall_thread *each, *next, *executing = NULL;
	if (!session->syscalls)
		return;
	HASH_ITER (hh, session->syscalls->threads, each, next)
		if (each->pid == pid && each->in_call &&
		    (each->call.number == NR_EXECVE ||
		     each->call.number == NR_EXECVEAT))
			executing = each;
	HASH_ITER (hh, session->syscalls->threads, each, next)
		if (each->pid == pid && each != executing)
			abandon_thread(session, each);
	if (!executing || executing->tid == pid)
		return;
	HASH_DEL(session->syscalls->threads, executing);
	executing->tid = pid;
	HASH_ADD(hh, session->syscalls->threads, tid, sizeof(pid), executing);
}

void ct_session_leave_wish(struct ct_session *session, uint64_t bit)
{
	struct ct_syscall_thread *each, *next;
	HASH_ITER (hh, session->syscalls->threads, each, next) {
		for (size_t i = 0; i < each->interrupted_count; i++) {
			ct_session_give_up(session, &each->interrupted[i], bit);
			each->interrupted[i].wishes &= ~bit;
		}
		ct_session_give_up(session, &each->call, bit);
		each->call.wishes &= ~bit;
	}
}
