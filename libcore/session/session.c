/* SPDX-License-Identifier: MIT */
/* The life of a session and of the process it watches. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "ctester/process.h"
#include "session/internal.h"

const char *ct_version(void)
{
	return "0.1.0";
}

void ct_free(void *memory)
{
	free(memory);
}

struct ct_error *ct_session_create(const char *prototypes,
				   struct ct_session **ret)
{
	struct ct_session *session = calloc(1, sizeof(*session));
	if (!session)
		return &ct_enomem;
	session->trace_fd = -1;
	session->limits = ct_limits_default;
	session->next_mock_id = 1;
	ct_arena_init(&session->arena);
	ct_timeline_init(&session->timeline);
	ct_text_trace_init(&session->trace_text);
	ct_text_trace_init(&session->live_text);
	session->frames = ct_frames_create();
	session->scratch = malloc(CT_CAPTURE_SIZE);
	struct ct_error *err =
	    session->frames && session->scratch ? NULL : &ct_enomem;
	if (!err)
		err = ct_region_create(CT_REGION_SIZE, NULL, &session->region);
	if (!err)
		err = ct_program_create(prototypes, &session->program);
	if (err) {
		ct_session_destroy(session);
		return err;
	}
	*ret = session;
	return NULL;
}

static void destroy_requests(struct ct_session *session)
{
	while (session->requests) {
		struct ct_request *request = session->requests;
		session->requests = request->next;
		free(request->library);
		free(request->function);
		free(request->filter);
		free(request->value);
		free(request);
	}
}

/* Addresses may mean something else from now on.  What calls were recorded
 * with stays. */
static void forget_callers(struct ct_session *session)
{
	struct ct_caller_entry *entry, *next;
	HASH_ITER (hh, session->callers, entry, next) {
		HASH_DEL(session->callers, entry);
		free(entry);
	}
}

void ct_session_destroy(struct ct_session *session)
{
	if (!session)
		return;
	ct_error_destroy(ct_session_open_trace(session, NULL, 0));
	ct_session_forget_places(session);
	forget_callers(session);
	destroy_requests(session);
	for (size_t i = 0; i < session->mock_count; i++)
		ct_literal_deinit(&session->mocks[i].literal);
	free(session->mocks);
	free(session->watches);
	free(session->caller_table);
	ct_frames_destroy(session->frames);
	ct_timeline_deinit(&session->timeline);
	ct_text_trace_deinit(&session->trace_text);
	ct_text_trace_deinit(&session->live_text);
	ct_buffer_deinit(&session->line);
	ct_buffer_deinit(&session->text);
	ct_buffer_deinit(&session->trouble);
	ct_arena_deinit(&session->arena);
	ct_program_destroy(session->program);
	ct_region_destroy(session->region);
	free(session->trace_path);
	free(session->scratch);
	free(session);
}

struct ct_error *ct_session_set_option(struct ct_session *session,
				       enum ct_option option, uint64_t value)
{
	static const struct {
		const char *name;
		uint64_t max;
	} rows[CT_OPTIONS] = {
	    [CT_OPTION_STRING_LIMIT] = {"string-limit", 64 * 1024},
	    [CT_OPTION_ARRAY_LIMIT] = {"array-limit", 16 * 1024},
	    [CT_OPTION_DEPTH] = {"depth", 32},
	    [CT_OPTION_LIVE] = {"live", 1},
	};
	if ((unsigned)option >= CT_OPTIONS)
		return ct_error_format(CT_ERROR_BAD_ARGUMENT, "no option %d",
				       (int)option);
	if (value > rows[option].max)
		return ct_error_format(
		    CT_ERROR_BAD_ARGUMENT, "%s: %llu is more than %llu",
		    rows[option].name, (unsigned long long)value,
		    (unsigned long long)rows[option].max);
	if (option == CT_OPTION_STRING_LIMIT)
		session->limits.string = (uint32_t)value;
	else if (option == CT_OPTION_ARRAY_LIMIT)
		session->limits.array = (uint32_t)value;
	else if (option == CT_OPTION_DEPTH)
		session->limits.depth = (uint32_t)value;
	else
		session->live = value;
	return NULL;
}

struct ct_error *ct_session_set_executable(struct ct_session *session,
					   const char *path)
{
	if (!path)
		return NULL;
	struct ct_error *err =
	    ct_program_set_executable(session->program, path);
	return err ? err : ct_session_resolve_requests(session);
}

struct ct_error *ct_session_add_header(struct ct_session *session,
				       const char *path, size_t *count)
{
	return ct_program_add_header(session->program, path, count);
}

static uint64_t monotonic_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

uint64_t ct_session_now(const struct ct_session *session)
{
	return session->started_ns ? monotonic_ns() - session->started_ns : 0;
}

void ct_session_trouble(struct ct_session *session, struct ct_error *err)
{
	if (!err)
		return;
	/* The same trouble at every call must not bury the rest. */
	if (session->trouble_count++ < 100) {
		ct_buffer_puts(&session->trouble, ct_error_message(err));
		ct_buffer_putc(&session->trouble, '\n');
	}
	ct_error_destroy(err);
}

char *ct_session_take_trouble(struct ct_session *session)
{
	session->trouble_count = 0;
	return session->trouble.size ? ct_buffer_take_string(&session->trouble)
				     : NULL;
}

/* Start over with a process: nothing of the one before is true any more. */
static void begin_process(struct ct_session *session, pid_t pid)
{
	ct_session_forget_places(session);
	ct_program_unmap(session->program);
	session->pid = pid;
	session->settled = false;
	session->errno_known = false;
	session->memory_at = session->memory_end = 0;
	session->started_ns = monotonic_ns();
	for (size_t i = 0; i < session->mock_count; i++)
		session->mocks[i].placed_in = 0;
}

static void tell_start(struct ct_session *session)
{
	const struct ct_module *main = ct_program_module(session->program, 0);
	session->started_told = true;
	ct_session_mark(session,
			&(struct ct_mark){.kind = CT_EVENT_START,
					  .pid = session->pid,
					  .tid = session->pid,
					  .text = main ? main->path : NULL});
}

struct ct_error *ct_session_update(struct ct_session *session, pid_t pid,
				   pid_t tid, bool settled)
{
	bool changed = false;
	if (pid != session->pid) {
		begin_process(session, pid);
		session->started_told = false;
	}
	session->settled = session->settled || settled;
	struct ct_error *err =
	    ct_program_refresh(session->program, pid, &changed);
	if (!err && changed)
		forget_callers(session);
	if (!err)
		err = ct_session_resolve_requests(session);
	if (!err)
		err = ct_session_find_places(session, tid);
	if (!err && session->settled)
		err = ct_session_place_pointees(session, tid);
	if (!session->started_told)
		tell_start(session);
	return err;
}

/* Calls that will not return, of a thread or (0) of all. */
static void abandon_calls(struct ct_session *session, pid_t tid)
{
	struct ct_frame frame;
	while (ct_frames_pop_any(session->frames, tid, &frame)) {
		frame.record->outcome = CT_OUTCOME_UNFINISHED;
		frame.record->duration_ns =
		    ct_session_now(session) - frame.record->time_ns;
		ct_session_complete_call(session, frame.record);
		free(frame.record);
	}
}

void ct_session_exited(struct ct_session *session, pid_t pid, int code)
{
	if (!session->pid)
		return;
	abandon_calls(session, 0);
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
	/* Modules stay mapped, as it were: the trace is still to be read. */
	ct_session_forget_places(session);
	session->pid = 0;
}

void ct_session_executed(struct ct_session *session, pid_t pid,
			 const char *path)
{
	abandon_calls(session, 0);
	ct_session_mark(session,
			&(struct ct_mark){.kind = CT_EVENT_EXEC,
					  .time_ns = ct_session_now(session),
					  .pid = pid,
					  .tid = pid,
					  .text = path});
	ct_session_forget_places(session);
	forget_callers(session);
	session->settled = false;
	session->errno_known = false;
	session->memory_at = session->memory_end = 0;
	for (size_t i = 0; i < session->mock_count; i++)
		session->mocks[i].placed_in = 0;
}

void ct_session_thread_exited(struct ct_session *session, pid_t tid)
{
	abandon_calls(session, tid);
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
					  .pid = session->pid,
					  .tid = session->pid,
					  .text = text});
}

size_t ct_session_call_count(const struct ct_session *session)
{
	return session->timeline.count;
}

void ct_session_clear(struct ct_session *session)
{
	ct_timeline_clear(&session->timeline);
	for (size_t i = 0; i < session->watch_count; i++)
		memset(&session->watches[i]->target->counts, 0,
		       sizeof(struct ct_counts));
}
