/* SPDX-License-Identifier: MIT */
/*
 * What the agent has recorded, taken into the session: from there on it is as
 * if a breakpoint had been hit.  A program can write into the rings as it
 * likes; each record is checked.
 */
#define _GNU_SOURCE
#include <limits.h>
#include <linux/futex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent/numbers.h"
#include "agent/ticker.h"
#include "base/cleanup.h"
#include "ctester/process.h"
#include "session/agent.h"
#include "session/call.h"
#include "session/output.h"

enum {
	PROCESSES_MAX = 256 /* whose calls are read in one order */
};

/* ---- one record */

/* The agent tells of errno that was changed, or may mean something. */
static void check_errno(const struct ct_watch *watch, struct ct_record *record)
{
	const struct ct_plan *plan = watch->plan;
	if (record->mock || record->outcome == CT_OUTCOME_FAILED ||
	    ct_session_looks_failed(watch, record))
		return;
	if (plan->result_size && !plan->result_uses_fp)
		record->flags &= (uint16_t)~CT_RECORD_HAS_ERRNO;
}

static bool has_returned(const struct ct_record *record)
{
	return record->flags & CT_RECORD_HAS_RESULT &&
	       (record->outcome == CT_OUTCOME_REAL ||
		record->outcome == CT_OUTCOME_UNMOCKED);
}

void ct_agent_set_origin(struct ct_session *session,
			 const struct ct_watch *watch, struct ct_record *record)
{
	const struct ct_place_entry place = {
	    .watch = (struct ct_watch *)(uintptr_t)watch,
	    .pad_to = watch->scope == CT_SCOPE_PROGRAM};
	record->flags &=
	    (uint16_t) ~(CT_RECORD_FROM_PROGRAM | CT_RECORD_FROM_SYSTEM);
	if (watch->neighbour && ct_session_is_from_system(session, record))
		record->flags |= CT_RECORD_FROM_SYSTEM;
	if (ct_session_is_from_program(session, &place, record))
		record->flags |= CT_RECORD_FROM_PROGRAM;
}

static void add_outs(struct ct_session *session, const struct ct_plan *plan,
		     struct ct_record *record)
{
	for (size_t i = 0; i < session->mock_count; i++)
		if (session->mocks[i].id == record->mock &&
		    session->mocks[i].write_count)
			ct_session_record_outs(&session->mocks[i], plan,
					       record);
}

/* What the agent does not know.  False for what cannot be a record. */
static bool describe(struct ct_session *session, struct ct_record *record,
		     size_t size)
{
	if (record->target >= session->watch_count ||
	    record->signature >= session->signature_count ||
	    session->signatures[record->signature]->is_syscall ||
	    record->outcome > CT_OUTCOME_UNFINISHED)
		return false;
	struct ct_watch *watch = session->watches[record->target];
	const struct ct_plan *plan =
	    session->signatures[record->signature]->plan;
	struct ct_error *err = ct_record_check(record, size, plan);
	if (err) {
		ct_error_destroy(err);
		return false;
	}
	record->engine = CT_ENGINE_AGENT;
	record->pid = session->now->pid;
	record->thread = ct_session_thread_number(session, record->tid);
	record->caller_index = ct_session_caller(session, record->caller);
	ct_agent_set_origin(session, watch, record);
	return true;
}

/* Counters are the program's, too, which waits for them as we do: so calls of
 * one function are counted together. */
static void count_drained(struct ct_session *session)
{
	if (session->drained.target)
		ct_decide_count_returns(session->region, &session->drained);
	session->drained = (struct ct_returns){0};
}

static void count_return(struct ct_session *session, struct ct_target *target,
			 uint64_t duration_ns)
{
	struct ct_returns *drained = &session->drained;
	if (drained->target != target)
		count_drained(session);
	drained->target = target;
	drained->count++;
	drained->total_ns += duration_ns;
	if (duration_ns > drained->max_ns)
		drained->max_ns = duration_ns;
}

static bool complete(struct ct_session *session, struct ct_record *record,
		     size_t size)
{
	if (!describe(session, record, size))
		return false;
	struct ct_watch *watch = session->watches[record->target];
	if (watch->returns_twice && record->outcome == CT_OUTCOME_UNFINISHED)
		record->outcome = CT_OUTCOME_REAL;
	if (has_returned(record)) {
		check_errno(watch, record);
		count_return(session, watch->target, record->duration_ns);
	}
	if (record->mock)
		add_outs(session, session->signatures[record->signature]->plan,
			 record);
	return true;
}

static void take(void *arg, struct ct_record *record, size_t size)
{
	struct ct_session *session = arg;
	if (complete(session, record, size))
		ct_session_complete_call(session, record);
	else
		session->now->agent->damaged++;
}

/* With the calls inside of it that breakpoints have seen. */
static void take_left(void *arg, struct ct_record *record, size_t size)
{
	struct ct_session *session = arg;
	struct ct_frame frame;
	while (ct_frames_pop_since(session->frames, record->tid,
				   record->time_ns, &frame))
		ct_session_finish_left(session, &frame);
	record->duration_ns = ct_session_now(arg) - record->time_ns;
	take(arg, record, size);
}

struct visit {
	struct ct_session *session;
	void (*visit)(void *arg, const struct ct_record *record);
	void *arg;
};

static void take_open(void *arg, struct ct_record *record, size_t size)
{
	const struct visit *visit = arg;
	if (describe(visit->session, record, size) &&
	    !ct_session_is_provisional(visit->session, record))
		visit->visit(visit->arg, record);
}

void ct_session_each_open_hooked(struct ct_session *session,
				 void (*visit)(void *arg,
					       const struct ct_record *record),
				 void *arg)
{
	struct visit each = {session, visit, arg};
	struct ct_tracee *now = session->now;
	for (struct ct_tracee *tracee = session->tracees; tracee;
	     tracee = tracee->next) {
		if (!tracee->agent)
			continue;
		ct_session_look_at(session, tracee);
		ct_drain_open_calls(tracee->agent->drain, take_open, &each);
	}
	ct_session_look_at(session, now);
}

/* ---- all of them */

static size_t drain_now(struct ct_session *session)
{
	struct ct_agent *agent = session->now->agent;
	return ct_drain_read(agent->drain, take, session);
}

/* Of what was in the timeline before, `first` is the number. */
static void end_draining(struct ct_session *session, size_t first)
{
	count_drained(session);
	ct_session_tell_drained(session, first);
	session->is_draining = false;
}

struct source {
	struct ct_session *session;
	struct ct_tracee *tracee;
};

static void take_from(void *arg, struct ct_record *record, size_t size)
{
	const struct source *source = arg;
	if (source->session->now != source->tracee)
		ct_session_look_at(source->session, source->tracee);
	take(source->session, record, size);
}

/* Of the processes from one on, as many as are read together; returns the one
 * behind them. */
static struct ct_tracee *drain_some(struct ct_session *session,
				    struct ct_tracee *tracee, bool flights,
				    size_t *count)
{
	struct source sources[PROCESSES_MAX];
	struct ct_drain_source drains[PROCESSES_MAX];
	size_t used = 0;
	for (; tracee && used < PROCESSES_MAX; tracee = tracee->next) {
		const struct ct_agent *agent = tracee->agent;
		if (!agent ||
		    (agent->shared->ring_mode == CT_RING_FLIGHT && !flights))
			continue;
		sources[used] = (struct source){session, tracee};
		drains[used] =
		    (struct ct_drain_source){agent->drain, &sources[used]};
		used++;
	}
	*count += ct_drain_read_all(drains, used, take_from);
	return tracee;
}

static size_t drain(struct ct_session *session, bool flights)
{
	struct ct_tracee *now = session->now, *tracee = session->tracees;
	size_t count = 0, first = session->timeline.count;
	if (session->is_draining)
		return 0;
	session->is_draining = true;
	while (tracee)
		tracee = drain_some(session, tracee, flights, &count);
	end_draining(session, first);
	ct_session_look_at(session, now);
	return count;
}

size_t ct_session_drain(struct ct_session *session)
{
	return drain(session, false);
}

void ct_session_drain_all(struct ct_session *session)
{
	drain(session, true);
	ct_session_count_calls(session);
}

void ct_session_number(struct ct_session *session, struct ct_record *record)
{
	record->seq = ct_numbers_of_turn(session->numbers, record->seq);
}

void ct_session_count_calls(struct ct_session *session)
{
	for (const struct ct_tracee *tracee = session->tracees; tracee;
	     tracee = tracee->next)
		if (tracee->agent)
			ct_drain_count_calls(tracee->agent->drain);
}

uint64_t ct_session_lost_calls(const struct ct_session *session)
{
	uint64_t lost = session->lost;
	for (const struct ct_tracee *tracee = session->tracees; tracee;
	     tracee = tracee->next)
		if (tracee->agent)
			lost += ct_drain_lost(tracee->agent->drain) +
				ct_drain_unseen(tracee->agent->drain);
	return lost;
}

static bool is_among(pid_t tid, const pid_t *tids, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (tids[i] == tid)
			return true;
	return false;
}

struct ended {
	uint32_t number; /* as GDB counts threads */
	pid_t tid;
};

static int by_number(const void *a, const void *b)
{
	const struct ended *x = a, *y = b;
	return (x->number > y->number) - (x->number < y->number);
}

void ct_session_end_agent_threads(struct ct_session *session, const pid_t *tids,
				  size_t count)
{
	struct ct_agent *agent = session->now->agent;
	struct ended ended[CT_AGENT_THREADS_MAX];
	size_t ended_count = 0;
	if (!agent || session->is_draining)
		return;
	size_t first = session->timeline.count;
	session->is_draining = true;
	drain_now(session);
	const _Atomic ct_ref *threads = agent->shared->threads;
	for (size_t i = 0; i < CT_AGENT_THREADS_MAX && threads[i]; i++) {
		const struct ct_agent_thread *thread =
		    ct_region_at(session->region, threads[i]);
		pid_t tid = thread->tid;
		if (tid > 0 && !is_among(tid, tids, count))
			ended[ended_count++] = (struct ended){
			    ct_session_thread_number(session, tid), tid};
	}
	qsort(ended, ended_count, sizeof(*ended), by_number);
	for (size_t i = 0; i < ended_count; i++) {
		ct_drain_unfinished(agent->drain, ended[i].tid, take_left,
				    session);
		ct_drain_release(agent->drain, ended[i].tid);
	}
	end_draining(session, first);
}

/* ---- left by a jump */

static struct ct_agent_thread *find_thread(struct ct_session *session,
					   pid_t tid)
{
	const struct ct_agent *agent = session->now->agent;
	const _Atomic ct_ref *threads = agent ? agent->shared->threads : NULL;
	for (size_t i = 0; threads && i < CT_AGENT_THREADS_MAX && threads[i];
	     i++) {
		struct ct_agent_thread *thread =
		    ct_region_at(session->region, threads[i]);
		if (thread->tid == tid)
			return thread;
	}
	return NULL;
}

static struct ct_open *open_at(struct ct_agent_thread *thread,
			       const struct ct_agent_shared *shared,
			       uint64_t at)
{
	if (at == CT_OPEN_NONE || at & 7 ||
	    shared->open_size < sizeof(struct ct_open) + CT_CAPTURE_SIZE ||
	    at > shared->open_size - sizeof(struct ct_open) - CT_CAPTURE_SIZE)
		return NULL;
	return (void *)(ct_agent_open_area(thread) + at);
}

void ct_session_leave_hooked(struct ct_session *session, pid_t tid, uint64_t sp)
{
	struct ct_agent_thread *thread = find_thread(session, tid);
	uint64_t low, high;
	struct ct_open *open;
	/* In the middle of a hook, it is the agent's business. */
	if (!thread || ct_agent_is_busy(thread) || session->is_draining ||
	    !ct_frames_get_stack(session->frames, tid, &low, &high))
		return;
	ct_session_drain(session);
	size_t first = session->timeline.count;
	session->is_draining = true;
	while ((open = open_at(thread, session->now->agent->shared,
			       thread->open_last)) &&
	       (open->state != CT_OPEN_CALL ||
		(open->frame + 16 < sp && open->frame >= low && sp < high))) {
		struct ct_record *record = session->second;
		memcpy(record, open + 1, CT_CAPTURE_SIZE);
		thread->open_top = thread->open_last;
		thread->open_last = open->before;
		if (open->state != CT_OPEN_CALL ||
		    record->flags & CT_RECORD_UNSEEN ||
		    record->size > CT_CAPTURE_SIZE ||
		    !ct_drain_number(session->now->agent->drain, thread,
				     record))
			continue;
		record->outcome = CT_OUTCOME_UNFINISHED;
		take_left(session, record, record->size);
	}
	end_draining(session, first);
}

/* What lies below the stack pointer was left, or waits on another stack. */
static uint32_t count_hooked(struct ct_session *session, pid_t tid, uint64_t sp)
{
	struct ct_agent_thread *thread = find_thread(session, tid);
	if (!thread)
		return 0;
	const struct ct_agent_shared *shared = session->now->agent->shared;
	const struct ct_open *open;
	for (uint32_t at = thread->open_last;
	     (open = open_at(thread, shared, at)); at = open->before) {
		if (open->state == CT_OPEN_CALL && open->frame > sp)
			return ((const struct ct_record *)(open + 1))->depth +
			       1;
		if (open->before >= at)
			break;
	}
	return 0;
}

uint32_t ct_session_depth(struct ct_session *session, pid_t tid, uint64_t sp)
{
	return (uint32_t)ct_frames_depth(session->frames, tid) +
	       count_hooked(session, tid, sp);
}

/* ---- waiting for some */

struct ct_rings {
	struct ct_region *region;
	struct ct_agent_shared *shared;
	struct ct_drain *drain; /* its own: another thread's */
	struct ct_ticker *ticker;
	_Atomic bool awake;
	bool is_known; /* the thread that waits, to the program */
};

struct ct_rings *ct_session_watch_rings(const struct ct_session *session,
					pid_t pid)
{
	const struct ct_tracee *tracee = session->tracees;
	while (tracee && tracee->pid != pid)
		tracee = tracee->next;
	if (!tracee || !tracee->agent)
		return NULL;
	struct ct_rings *rings = calloc(1, sizeof(*rings));
	if (!rings)
		return NULL;
	rings->region = session->region;
	rings->shared = tracee->agent->shared;
	struct ct_error *err =
	    ct_drain_create(rings->region, rings->shared, NULL, &rings->drain);
	if (!err)
		err = ct_ticker_create(rings->region, &rings->ticker);
	if (!err)
		return rings;
	ct_error_destroy(err);
	ct_rings_destroy(rings);
	return NULL;
}

/* A program that waits for us looks whether this thread is there. */
static void tell_program(struct ct_rings *rings)
{
	rings->shared->reader_tid = gettid();
	rings->is_known = true;
	if (rings->awake)
		rings->shared->reader_tid = 0;
}

bool ct_rings_wait(struct ct_rings *rings, unsigned int milliseconds)
{
	if (!rings->is_known)
		tell_program(rings);
	/* Half a ring at once: calls come fast. */
	if (!rings->awake && ct_drain_wait(rings->drain, milliseconds))
		ct_ticker_start(rings->ticker);
	return rings->shared->ring_mode != CT_RING_FLIGHT &&
	       ct_drain_has_records(rings->drain);
}

void ct_rings_wake(struct ct_rings *rings)
{
	rings->awake = true;
	rings->shared->reader_tid = 0;
	atomic_fetch_add(&rings->shared->doorbell, 1);
	syscall(SYS_futex, &rings->shared->doorbell, FUTEX_WAKE, INT_MAX, NULL,
		NULL, 0);
}

void ct_rings_destroy(struct ct_rings *rings)
{
	if (!rings)
		return;
	ct_ticker_destroy(rings->ticker);
	ct_drain_destroy(rings->drain);
	free(rings);
}
