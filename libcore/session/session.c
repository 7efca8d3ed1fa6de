/* SPDX-License-Identifier: MIT */
/* The life of a session; that of its processes is in tracee.c. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "agent/numbers.h"
#include "base/cleanup.h"
#include "ctester/process.h"
#include "session/agent.h"
#include "session/stubs.h"
#include "session/syscalls.h"

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
	session->trace_fd = session->region_fd = -1;
	session->now = &session->none;
	session->limits = ct_limits_default;
	session->next_mock_id = 1;
	ct_arena_init(&session->arena);
	ct_timeline_init(&session->timeline);
	ct_text_trace_init(&session->trace_text);
	ct_text_trace_init(&session->live_text);
	session->frames = ct_frames_create();
	session->scratch = malloc(CT_CAPTURE_SIZE);
	session->second = malloc(CT_CAPTURE_SIZE);
	struct ct_error *err =
	    session->frames && session->scratch && session->second ? NULL
								   : &ct_enomem;
	if (!err)
		err = ct_region_create(CT_REGION_SIZE, &session->region_fd,
				       &session->region);
	if (!err)
		err = ct_numbers_create(session->region, &session->numbers);
	if (!err)
		err = ct_program_create(prototypes, &session->program);
	if (err) {
		ct_session_destroy(session);
		return err;
	}
	*ret = session;
	return NULL;
}

void ct_session_destroy(struct ct_session *session)
{
	if (!session)
		return;
	ct_error_destroy(ct_session_open_trace(session, NULL, 0));
	ct_session_forget_tracees(session);
	ct_session_forget_monitors(session);
	ct_session_forget_syscalls(session);
	ct_session_unbind_syscall_stops(session);
	ct_session_clear_read_buffers(session);
	ct_stubs_destroy(session->stubs);
	ct_session_forget_kept(session);
	ct_session_forget_callers(session);
	ct_session_forget_ffi(session);
	for (size_t i = 0; i < session->mock_count; i++)
		ct_mock_entry_deinit(&session->mocks[i]);
	free(session->mocks);
	free(session->raised);
	free(session->watches);
	free(session->signatures);
	free(session->caller_table);
	free(session->caller_names);
	ct_frames_destroy(session->frames);
	ct_timeline_deinit(&session->timeline);
	ct_text_trace_deinit(&session->trace_text);
	ct_text_trace_deinit(&session->live_text);
	ct_buffer_deinit(&session->line);
	ct_buffer_deinit(&session->text);
	ct_buffer_deinit(&session->trouble);
	ct_buffer_deinit(&session->warnings);
	ct_buffer_deinit(&session->told_callers);
	ct_arena_deinit(&session->arena);
	ct_program_destroy(session->program);
	ct_numbers_destroy(session->numbers);
	ct_region_destroy(session->region);
	if (session->region_fd >= 0)
		close(session->region_fd);
	free(session->trace_path);
	free(session->scratch);
	free(session->second);
	free(session);
}

/* What is watched already is captured by the new limits, too. */
static struct ct_error *replan(struct ct_session *session)
{
	struct ct_error *err = NULL;
	for (size_t i = 0; !err && i < session->watch_count; i++)
		err = ct_watch_replan(session, session->watches[i]);
	return err;
}

static void limit_strings(struct ct_session *session, uint32_t value)
{
	session->limits.string = value;
	if (session->syscalls && session->syscalls->syscalls)
		ct_syscalls_limit_data(session->syscalls->syscalls, value);
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
	    [CT_OPTION_QUIRKS] = {"upstream-quirks", 1},
	    [CT_OPTION_ENDLESS_MASKS] = {"endless-masks", 1},
	    [CT_OPTION_AGENT] = {"engine", 1},
	    [CT_OPTION_RING] = {"ring", CT_RING_OF_LAST},
	    [CT_OPTION_RING_SIZE] = {"ring-size", 64},
	    [CT_OPTION_STEPS] = {"steps", 1},
	};
	if ((unsigned)option >= CT_OPTIONS)
		return ct_error_format(CT_ERROR_BAD_ARGUMENT, "no option %d",
				       (int)option);
	if (value > rows[option].max)
		return ct_error_format(
		    CT_ERROR_BAD_ARGUMENT, "%s: %llu is more than %llu",
		    rows[option].name, (unsigned long long)value,
		    (unsigned long long)rows[option].max);
	if (option == CT_OPTION_RING_SIZE && value & (value - 1))
		return ct_error_format(CT_ERROR_BAD_ARGUMENT,
				       "ring-size: %llu is no power of two",
				       (unsigned long long)value);
	if (option == CT_OPTION_STRING_LIMIT)
		limit_strings(session, (uint32_t)value);
	else if (option == CT_OPTION_ARRAY_LIMIT)
		session->limits.array = (uint32_t)value;
	else if (option == CT_OPTION_DEPTH)
		session->limits.depth = (uint32_t)value;
	else if (option == CT_OPTION_QUIRKS)
		session->upstream_quirks = value;
	else if (option == CT_OPTION_ENDLESS_MASKS)
		session->endless_masks = value;
	else if (option == CT_OPTION_AGENT)
		session->wants_agent = value;
	else if (option == CT_OPTION_RING)
		session->ring_mode = (uint32_t)value;
	else if (option == CT_OPTION_RING_SIZE)
		session->ring_size = value << 20;
	else if (option == CT_OPTION_STEPS)
		session->steps = value;
	else
		session->live = value;
	return option >= CT_OPTION_LIVE ? NULL : replan(session);
}

struct ct_error *ct_session_set_executable(struct ct_session *session,
					   const char *path)
{
	/* Of a running process, the core sees itself which program it runs. */
	if (!path || session->tracees)
		return NULL;
	struct ct_error *err =
	    ct_program_set_executable(session->program, path);
	if (!err)
		err = ct_session_follow_modules(session);
	return err ? err : ct_session_resolve_requests(session);
}

struct ct_error *ct_session_set_debug_directories(struct ct_session *session,
						  const char *directories)
{
	struct ct_error *err =
	    ct_program_set_debug_directories(session->program, directories);
	return err ? err : ct_session_follow_modules(session);
}

struct ct_error *ct_session_add_header(struct ct_session *session,
				       const char *path, size_t *count)
{
	return ct_program_add_header(session->program, path, count);
}

uint64_t ct_monotonic_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

uint64_t ct_session_now(const struct ct_session *session)
{
	return session->started_ns ? ct_monotonic_ns() - session->started_ns
				   : 0;
}

bool ct_session_is_killed(const struct ct_session *session)
{
	return session->stopped && !ct_process_is_stopped(session->stopped);
}

void ct_session_trouble(struct ct_session *session, struct ct_error *err)
{
	if (err && ct_session_is_killed(session))
		ct_error_destroy(err);
	else
		ct_session_complain(session, err);
}

void ct_session_complain(struct ct_session *session, struct ct_error *err)
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

char *ct_session_take_warnings(struct ct_session *session)
{
	return session->warnings.size
		   ? ct_buffer_take_string(&session->warnings)
		   : NULL;
}

size_t ct_session_call_count(struct ct_session *session)
{
	ct_session_drain_all(session);
	return session->timeline.count;
}

/* Which libraries earlier runs have opened, and which types these have given
 * to functions of others, is nothing for later ones. */
static void forget_runs(struct ct_session *session)
{
	ct_program_forget_opened(session->program);
	for (size_t i = 0; i < session->watch_count; i++) {
		struct ct_watch *watch = session->watches[i];
		/* A mock, a filter are made for the type that it had. */
		if (watch->source != CT_PROTOTYPE_DEFINITION &&
		    !watch->mocked && !watch->traced)
			ct_session_trouble(session,
					   ct_watch_replan(session, watch));
	}
}

void ct_session_clear(struct ct_session *session)
{
	ct_session_drain_notified(session, true);
	ct_session_drain_all(session);
	session->lost = 0;
	ct_timeline_clear(&session->timeline);
	ct_session_forget_counts(session);
	/* Open calls have their numbers. */
	if (!session->tracees) {
		ct_numbers_reset(session->numbers);
		forget_runs(session);
	}
	for (size_t i = 0; i < session->watch_count; i++)
		memset(&session->watches[i]->target->counts, 0,
		       sizeof(struct ct_counts));
}
