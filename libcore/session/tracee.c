/* SPDX-License-Identifier: MIT */
/*
 * The life of the processes that a session watches: start, exec, fork, threads,
 * end.
 *
 * There is one unless children are followed.  What is found in one of them,
 * such as addresses, is kept with it; `now` is the one that the last event was
 * of.  The program's modules have the addresses of that one, so that another
 * one's event reads what that has mapped first.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "ctester/process.h"
#include "session/agent.h"
#include "session/output.h"
#include "session/stubs.h"
#include "session/syscalls.h"

/* Addresses may mean something else from now on.  What calls were recorded
 * with stays. */
void ct_session_forget_callers(struct ct_session *session)
{
	struct ct_caller_entry *entry, *next;
	memset(session->last_callers, 0, sizeof(session->last_callers));
	HASH_ITER (hh, session->callers, entry, next) {
		HASH_DEL(session->callers, entry);
		free(entry);
	}
	ct_session_forget_syscall_steps(session);
	ct_session_forget_rows(session);
}

/* Nothing that was found in the process is true any more. */
static void forget_findings(struct ct_session *session)
{
	struct ct_tracee *now = session->now;
	ct_session_forget_places(session);
	ct_session_forget_opens(session);
	ct_session_forget_kit(session);
	ct_session_forget_stand_ins(session);
	ct_session_forget_refused(session);
	ct_session_forget_loaded(session);
	now->settled = false;
	now->errno_known = false;
	now->memory_at = now->memory_end = 0;
	now->thread_count = 0;
	memset(now->numbered, 0, sizeof(now->numbered));
	for (size_t i = 0; i < session->mock_count; i++)
		if (session->mocks[i].placed_in == now->pid)
			session->mocks[i].placed_in = 0;
	for (struct ct_monitor *monitor = session->monitors; monitor;
	     monitor = monitor->next)
		monitor->failure.placed_in = 0;
}

uint32_t ct_session_thread_number(const struct ct_session *session, pid_t tid)
{
	struct ct_tracee *now = session->now;
	if (tid == now->pid)
		return 1;
	size_t at = (size_t)tid % CT_NUMBERED;
	if (now->numbered[at].tid == tid)
		return now->numbered[at].number;
	/* The number may be one that an ended thread had. */
	for (size_t i = now->thread_count; i--;) {
		if (now->threads[i] != tid)
			continue;
		now->numbered[at].tid = tid;
		now->numbered[at].number = (uint32_t)i + 2;
		return (uint32_t)i + 2;
	}
	return 0;
}

/* Without memory, the thread has no number. */
static void count_thread(struct ct_tracee *tracee, pid_t tid)
{
	size_t at = (size_t)tid % CT_NUMBERED;
	/* Another thread of that number is found anew. */
	memset(&tracee->numbered[at], 0, sizeof(tracee->numbered[at]));
	if (tracee->thread_count == tracee->thread_capacity) {
		size_t capacity =
		    tracee->thread_capacity ? tracee->thread_capacity * 2 : 16;
		pid_t *bigger =
		    reallocarray(tracee->threads, capacity, sizeof(*bigger));
		if (!bigger)
			return;
		tracee->threads = bigger;
		tracee->thread_capacity = capacity;
	}
	tracee->threads[tracee->thread_count++] = tid;
}

static struct ct_tracee *find_tracee(struct ct_session *session, pid_t pid)
{
	struct ct_tracee *tracee = session->tracees;
	while (tracee && tracee->pid != pid)
		tracee = tracee->next;
	return tracee;
}

static struct ct_error *add_tracee(struct ct_session *session, pid_t pid)
{
	struct ct_tracee *tracee = calloc(1, sizeof(*tracee));
	if (!tracee)
		return &ct_enomem;
	if (!session->tracees) {
		ct_program_unmap(session->program);
		ct_session_begin_run(session);
		session->started_ns = ct_monotonic_ns();
		/* Its threads are to be told apart, not those of all runs. */
		session->trace_text.first_tid = session->live_text.first_tid =
		    0;
		session->trace_text.many_threads =
		    session->live_text.many_threads = false;
		/* One that GDB let go of had no end. */
		session->trace_text.processes = session->live_text.processes =
		    0;
	}
	tracee->pid = pid;
	tracee->next = session->tracees;
	session->tracees = session->now = tracee;
	return NULL;
}

/* Forget `now`; the next event says which one is meant. */
static void remove_now(struct ct_session *session)
{
	struct ct_tracee *gone = session->now;
	ct_session_forget_places(session);
	ct_session_forget_opens(session);
	ct_session_forget_kit(session);
	ct_session_forget_stand_ins(session);
	ct_session_forget_refused(session);
	for (struct ct_tracee **at = &session->tracees; *at; at = &(*at)->next)
		if (*at == gone) {
			*at = gone->next;
			break;
		}
	free(gone->threads);
	free(gone);
	session->now = &session->none;
	if (!session->tracees)
		ct_stubs_remove(session->stubs);
}

void ct_session_forget_tracees(struct ct_session *session)
{
	while (session->tracees) {
		session->now = session->tracees;
		remove_now(session);
	}
}

static struct ct_error *read_modules(struct ct_session *session, bool *changed)
{
	/* Addresses mean what they meant when calls were recorded. */
	ct_session_drain(session);
	struct ct_error *err =
	    ct_program_refresh(session->program, session->now->pid, changed);
	if (!err && *changed)
		ct_session_forget_callers(session);
	return err;
}

bool ct_session_enter(struct ct_session *session, pid_t pid)
{
	if (session->now->pid == pid)
		return true;
	struct ct_tracee *tracee = find_tracee(session, pid);
	if (!tracee)
		return false;
	session->now = tracee;
	bool changed = false;
	struct ct_error *err = read_modules(session, &changed);
	if (!err && changed)
		ct_session_set_bounds(session);
	ct_session_trouble(session, err);
	return true;
}

void ct_session_look_at(struct ct_session *session, struct ct_tracee *tracee)
{
	bool changed = false;
	if (session->now == tracee)
		return;
	session->now = tracee;
	/* One that has ended has no files; its parent's are the same. */
	if (tracee->pid)
		ct_error_destroy(ct_program_refresh(session->program,
						    tracee->pid, &changed));
	if (changed) {
		ct_session_forget_callers(session);
		ct_session_set_bounds(session);
	}
}

static void tell_start(struct ct_session *session)
{
	const struct ct_module *main = ct_program_module(session->program, 0);
	session->now->started_told = true;
	ct_session_mark(session,
			&(struct ct_mark){.kind = CT_EVENT_START,
					  .time_ns = ct_session_now(session),
					  .pid = session->now->pid,
					  .tid = session->now->pid,
					  .text = main ? main->path : NULL,
					  .number = !session->now->next});
}

static struct ct_error *update(struct ct_session *session, pid_t pid, pid_t tid,
			       bool settled)
{
	bool changed = false;
	struct ct_error *err = NULL;
	session->now = find_tracee(session, pid);
	if (!session->now) {
		session->now = &session->none;
		err = add_tracee(session, pid);
		if (err)
			return err;
	}
	session->now->settled = session->now->settled || settled;
	err = read_modules(session, &changed);
	if (!err && changed && session->now->agent)
		ct_agent_forget_callers(session, session->now->agent);
	if (!err && changed)
		err = ct_session_follow_modules(session);
	if (!err)
		err = ct_session_resolve_requests(session);
	if (!err) {
		ct_session_attach_agent(session, tid);
		ct_session_arm_kit(session, tid);
		err = ct_session_find_places(session, tid);
	}
	if (!err && session->now->settled)
		err = ct_session_place_pointees(session, tid);
	if (!err && session->now->agent)
		ct_session_tell_outs(session);
	if (!session->now->started_told)
		tell_start(session);
	return err;
}

struct ct_error *ct_session_update(struct ct_session *session, pid_t pid,
				   pid_t tid, bool settled)
{
	session->stopped = tid;
	struct ct_error *err = update(session, pid, tid, settled);
	if (err && ct_session_is_killed(session)) {
		ct_error_destroy(err);
		err = NULL;
	}
	session->stopped = 0;
	return err;
}

/* Calls of the process that will not return: those of threads that are not
 * among tids. */
static void abandon_calls(struct ct_session *session, pid_t pid,
			  const pid_t *tids, size_t count)
{
	struct ct_frame frame;
	while (ct_frames_pop_dead(session->frames, pid, tids, count, &frame)) {
		ct_session_finish_left(session, &frame);
	}
}

void ct_session_exited(struct ct_session *session, pid_t pid, int code)
{
	struct ct_tracee *tracee = find_tracee(session, pid);
	if (!tracee)
		return;
	session->now = tracee;
	ct_session_drain_notified(session, true);
	ct_session_judge_agent(session, -code);
	ct_session_end_agent(session, false);
	abandon_calls(session, pid, NULL, 0);
	ct_session_end_syscalls(session, pid);
	struct ct_mark mark = {.kind = CT_EVENT_EXIT,
			       .time_ns = ct_session_now(session),
			       .pid = pid,
			       .tid = pid,
			       .number = code};
	char name[32];
	if (code < 0) {
		const char *abbreviation = sigabbrev_np(-code);
		snprintf(name, sizeof(name), "SIG%s",
			 abbreviation ? abbreviation : "?");
		mark.kind = CT_EVENT_KILLED;
		mark.text = name;
	}
	ct_session_mark(session, &mark);
	if (!session->tracees->next)
		ct_session_check_callers(session);
	/* Modules stay mapped, as it were: the trace is still to be read. */
	remove_now(session);
}

void ct_session_left(struct ct_session *session, pid_t pid)
{
	if (!find_tracee(session, pid))
		return;
	session->now = find_tracee(session, pid);
	ct_session_drain_notified(session, true);
	ct_session_lose_agent(session);
	abandon_calls(session, pid, NULL, 0);
	ct_session_end_syscalls(session, pid);
	ct_session_note(session, "GDB has let go of the process; it goes on "
				 "unobserved");
	remove_now(session);
}

void ct_session_executed(struct ct_session *session, pid_t pid,
			 const char *path)
{
	session->now = find_tracee(session, pid);
	if (!session->now) {
		session->now = &session->none;
		return;
	}
	ct_session_drain_notified(session, false);
	ct_session_end_agent(session, false);
	abandon_calls(session, pid, NULL, 0);
	ct_session_syscalls_executed(session, pid);
	ct_session_mark(session,
			&(struct ct_mark){.kind = CT_EVENT_EXEC,
					  .time_ns = ct_session_now(session),
					  .pid = pid,
					  .tid = pid,
					  .text = path});
	forget_findings(session);
	ct_session_forget_callers(session);
}

void ct_session_thread_started(struct ct_session *session, pid_t pid, pid_t tid)
{
	struct ct_tracee *tracee = find_tracee(session, pid);
	if (!tracee)
		return;
	count_thread(tracee, tid);
	/* The number may be one that an ended thread had. */
	ct_session_find_ended_threads(session, pid);
	ct_session_mark(session,
			&(struct ct_mark){.kind = CT_EVENT_THREAD,
					  .time_ns = ct_session_now(session),
					  .pid = pid,
					  .tid = tid,
					  .number = tid});
}

void ct_session_find_ended_threads(struct ct_session *session, pid_t pid)
{
	pid_t *tids;
	size_t count;
	struct ct_error *err = ct_process_read_tids(pid, &tids, &count);
	if (err) {
		/* It has ended; its exit will be told. */
		ct_error_destroy(err);
		return;
	}
	if (count) {
		ct_session_drain_notified(session, false);
		ct_session_enter(session, pid);
		ct_session_end_agent_threads(session, tids, count);
		abandon_calls(session, pid, tids, count);
		ct_session_abandon_syscalls(session, pid, tids, count);
	}
	free(tids);
}

bool ct_session_find_exec(struct ct_session *session, pid_t pid, pid_t tid)
{
	char *path;
	pid_t child;
	if (!find_tracee(session, pid) ||
	    ct_process_read_event(tid, &child) != CT_PROCESS_EXECUTED)
		return false;
	struct ct_error *err = ct_process_read_exe(pid, &path);
	if (err) {
		ct_session_trouble(session, err);
		return false;
	}
	ct_session_executed(session, pid, path);
	free(path);
	return true;
}

uint64_t ct_session_pc(struct ct_session *session, pid_t tid)
{
	(void)session;
	struct ct_regs regs;
	struct ct_error *err = ct_process_read_regs(tid, &regs);
	if (err) {
		ct_error_destroy(err);
		return 0;
	}
	return regs.gpr[CT_REG_RIP];
}

void ct_session_find_fork(struct ct_session *session, pid_t pid, pid_t tid)
{
	pid_t child;
	if (ct_process_read_event(tid, &child) == CT_PROCESS_FORKED)
		ct_session_forked(session, pid, tid, child);
}

void ct_session_forked(struct ct_session *session, pid_t pid, pid_t tid,
		       pid_t child)
{
	ct_session_mark(session,
			&(struct ct_mark){.kind = CT_EVENT_FORK,
					  .time_ns = ct_session_now(session),
					  .pid = pid,
					  .tid = tid,
					  .number = child});
}

void ct_session_signalled(struct ct_session *session, pid_t pid, pid_t tid,
			  const char *signal)
{
	/* The last calls before it crashed, if that is what it does. */
	ct_session_drain_all(session);
	ct_session_mark(session,
			&(struct ct_mark){.kind = CT_EVENT_SIGNAL,
					  .time_ns = ct_session_now(session),
					  .pid = pid,
					  .tid = tid,
					  .text = signal});
}

void ct_session_note(struct ct_session *session, const char *text)
{
	ct_session_mark(session,
			&(struct ct_mark){.kind = CT_EVENT_NOTE,
					  .time_ns = ct_session_now(session),
					  .pid = session->now->pid,
					  .tid = session->now->pid,
					  .text = text});
}
