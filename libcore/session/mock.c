/* SPDX-License-Identifier: MIT */
/*
 * Mocks: checked against the function's types when they are queued, with
 * everything copied; what they point to is placed in the program's memory
 * once it runs.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "program/ffi_value.h"
#include "session/agent.h"
#include "session/detour.h"
#include "session/syscalls.h"

/* Calls are shown with it after the mock is gone, too. */
static struct ct_error *remember_raised(struct ct_session *session, uint32_t id,
					const char *raises)
{
	if (!raises)
		return NULL;
	if (id >= session->raised_capacity) {
		size_t capacity = (size_t)id + 64;
		const char **bigger =
		    reallocarray(session->raised, capacity, sizeof(*bigger));
		if (!bigger)
			return &ct_enomem;
		memset(bigger + session->raised_capacity, 0,
		       (capacity - session->raised_capacity) * sizeof(*bigger));
		session->raised = bigger;
		session->raised_capacity = capacity;
	}
	session->raised[id] = raises;
	return NULL;
}

static struct ct_error *add_entry(struct ct_session *session,
				  const struct ct_mock_entry *entry)
{
	if (session->mock_count == session->mock_capacity) {
		size_t capacity =
		    session->mock_capacity ? session->mock_capacity * 2 : 16;
		struct ct_mock_entry *bigger =
		    reallocarray(session->mocks, capacity, sizeof(*bigger));
		if (!bigger)
			return &ct_enomem;
		session->mocks = bigger;
		session->mock_capacity = capacity;
	}
	struct ct_error *err =
	    remember_raised(session, entry->id, entry->options.raises);
	if (err)
		return err;
	entry->mock->entry = (uint32_t)session->mock_count;
	session->mocks[session->mock_count++] = *entry;
	return NULL;
}

void ct_mock_entry_deinit(struct ct_mock_entry *entry)
{
	ct_literal_deinit(&entry->literal);
	for (size_t i = 0; i < entry->write_count; i++)
		ct_literal_deinit(&entry->writes[i].literal);
	entry->write_count = 0;
}

struct ct_error *ct_watch_check_mockable(const struct ct_watch *watch)
{
	if (watch->is_clone)
		return ct_error_format(
		    CT_ERROR_UNSUPPORTED,
		    "it cannot be mocked: the compiler made %s of it, whose "
		    "parameters or result have changed; compile it with "
		    "__attribute__((noipa)) or -O0",
		    watch->symbol);
	if (watch->plan->result_size && !watch->plan->result_copy_count)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "it cannot be mocked: its result's "
				       "place is not known");
	return NULL;
}

/* Where nobody knows the result's type, the value has to say it; where it is
 * looked for is up to ct_session_force_for_ffi(). */
struct ct_error *ct_watch_parse_result(const struct ct_watch *watch,
				       const char *value,
				       struct ct_literal *ret)
{
	struct ct_type *type;
	if (watch->source == CT_PROTOTYPE_GUESSED)
		return ct_ffi_parse_value(value, &type, ret);
	return ct_literal_parse(watch->signature->result.type, value, ret);
}

struct ct_error *ct_session_no_python(const char *raises)
{
	return ct_error_format(
	    CT_ERROR_UNSUPPORTED,
	    "%s cannot be raised: the program is no Python; in C, a call "
	    "fails by its result with an OSError's errno, or by a signal",
	    raises ? raises : "it");
}

/* An exception is raised in Python; elsewhere errno may say the same. */
static struct ct_error *check_raises(struct ct_session *session,
				     const struct ct_mock_options *options)
{
	if (!options->exception || options->set_errno ||
	    ct_session_may_be_python(session))
		return NULL;
	return ct_session_no_python(options->raises);
}

/* A program that stops is to GDB one that it has stopped itself. */
static struct ct_error *check_signal(int signal)
{
	if (signal != SIGSTOP)
		return NULL;
	return ct_error_format(CT_ERROR_UNSUPPORTED,
			       "SIGSTOP cannot be sent: GDB takes it for its "
			       "own and lets the program go on");
}

static const char *keep(struct ct_session *session, const char *text, bool *ok)
{
	const char *copy = text ? ct_arena_strdup(&session->arena, text) : NULL;
	*ok &= !text == !copy;
	return copy;
}

struct ct_error *ct_session_keep_options(struct ct_session *session,
					 const struct ct_mock_options *options,
					 struct ct_mock_options *ret)
{
	bool ok = true;
	*ret = *options;
	ret->filter = keep(session, options->filter, &ok);
	ret->caller = keep(session, options->caller, &ok);
	ret->raises = keep(session, options->raises, &ok);
	ret->exception = keep(session, options->exception, &ok);
	struct ct_mock_out *outs = NULL;
	if (options->out_count)
		outs = ct_arena_alloc(&session->arena,
				      options->out_count * sizeof(*outs));
	if (options->out_count && !outs)
		return &ct_enomem;
	for (size_t i = 0; i < options->out_count; i++) {
		outs[i].parameter =
		    keep(session, options->out[i].parameter, &ok);
		outs[i].value = keep(session, options->out[i].value, &ok);
	}
	ret->out = outs;
	return ok ? NULL : &ct_enomem;
}

static struct ct_error *region_is_full(void)
{
	return ct_error_format(CT_ERROR_NO_MEMORY, "the shared region is full");
}

static struct ct_error *fill(struct ct_session *session,
			     const struct ct_request *request, ct_ref filter,
			     struct ct_mock *mock)
{
	const struct ct_mock_options *options = &request->options;
	mock->id = request->id;
	/* It may ask how many calls there were. */
	if (filter)
		ct_session_count_calls(session);
	mock->filter = filter;
	mock->signal = options->signal;
	mock->delay_ns = options->delay_ns;
	mock->errno_value = options->errno_value;
	mock->flags = (options->required ? CT_MOCK_REQUIRED : 0) |
		      (options->set_errno ? CT_MOCK_HAS_ERRNO : 0) |
		      (options->strict ? CT_MOCK_STRICT : 0) |
		      (options->asks ? CT_MOCK_ASKS : 0) |
		      (options->raises ? CT_MOCK_RAISES : 0) |
		      (options->exception ? CT_MOCK_DETOURS : 0);
	ct_session_note_name(session, options->caller);
	mock->caller = ct_region_strdup(session->region, options->caller);
	ct_region_note_change(session->region);
	return !options->caller || mock->caller ? NULL : region_is_full();
}

/* What a call returns that raises and has no value of its own: nobody in
 * Python sees it, and in C it has failed, as most of its functions say that. */
static struct ct_error *find_failure(const struct ct_watch *watch,
				     const char **ret)
{
	struct ct_type *type;
	if (watch->signature->returns_void)
		return NULL;
	struct ct_error *err =
	    ct_type_strip(watch->signature->result.type, &type);
	if (err)
		return err;
	bool is_signed = ct_type_kind(type) == CT_TYPE_BASE &&
			 ct_type_encoding(type) == CT_ENCODING_SIGNED;
	*ret = is_signed ? "-1" : "0";
	return NULL;
}

/* Everything that can be wrong, before anything is queued. */
static struct ct_error *prepare(struct ct_session *session,
				struct ct_watch *watch,
				const struct ct_request *request,
				struct ct_mock_entry *entry, ct_ref *filter)
{
	const char *value = request->value ? request->value : "void";
	struct ct_error *err = ct_watch_check_mockable(watch);
	if (!err && !request->value && request->options.raises)
		err = find_failure(watch, &value);
	if (!err)
		err = check_raises(session, &request->options);
	if (!err)
		err = ct_watch_parse_result(watch, value, &entry->literal);
	if (!err)
		err = ct_watch_prepare_outs(session, watch, &request->options,
					    entry);
	if (err)
		return ct_error_prefix(err, "%s", watch->function);
	*filter = 0;
	if (request->options.filter)
		err = ct_watch_compile_filter(
		    session, watch, request->options.filter, false, filter);
	if (!err)
		err = ct_session_keep_options(session, &request->options,
					      &entry->options);
	entry->value = ct_arena_strdup(&session->arena, value);
	return err || entry->value ? err : &ct_enomem;
}

static struct ct_error *queue(struct ct_session *session,
			      struct ct_watch *watch,
			      const struct ct_request *request, ct_ref filter,
			      struct ct_mock_entry *entry)
{
	struct ct_target *target =
	    watch->target->owner
		? ct_region_at(session->region, watch->target->owner)
		: watch->target;
	if (!ct_target_add_rule(session->region, target, CT_RULE_MOCKED,
				request->options.caller))
		return region_is_full();
	entry->mock = ct_target_add_mock(
	    session->region, target, request->options.times,
	    entry->literal.bytes, (uint32_t)entry->literal.size);
	if (!entry->mock)
		return region_is_full();
	struct ct_error *err = fill(session, request, filter, entry->mock);
	return err ? err : add_entry(session, entry);
}

struct ct_error *ct_watch_add_mock(struct ct_session *session,
				   struct ct_watch *watch,
				   const struct ct_request *request)
{
	struct ct_mock_entry entry = {.id = request->id, .watch = watch};
	ct_ref filter;
	struct ct_error *err =
	    prepare(session, watch, request, &entry, &filter);
	if (!err)
		err = queue(session, watch, request, filter, &entry);
	if (err) {
		ct_mock_entry_deinit(&entry);
		return err;
	}
	if (!watch->asked && *request->library)
		watch->asked =
		    ct_arena_strdup(&session->arena, request->library);
	/* A trace keeps its own scope. */
	if (!watch->traced)
		watch->target->scope = watch->scope = request->options.scope;
	return NULL;
}

struct ct_error *ct_session_mock(struct ct_session *session,
				 const char *library, const char *function,
				 const char *value,
				 const struct ct_mock_options *options,
				 uint32_t *id)
{
	if (strpbrk(function, "*?["))
		return ct_error_format(CT_ERROR_BAD_ARGUMENT,
				       "'%s' is a pattern; a mock is for one "
				       "function",
				       function);
	const struct ct_request request = {
	    .kind = CT_REQUEST_MOCK,
	    .library = library,
	    .function = function,
	    .value = value,
	    .options = *options,
	    .id = session->next_mock_id,
	};
	size_t count;
	struct ct_error *err = check_signal(options->signal);
	if (!err)
		err = check_raises(session, options);
	if (!err)
		err = ct_session_ask(session, &request, &count);
	if (!err)
		err = ct_session_watch_neighbours(session);
	if (!err)
		*id = session->next_mock_id++;
	return err;
}

void ct_session_clear_mocks(struct ct_session *session)
{
	ct_session_settle_agents(session);
	for (size_t i = 0; i < session->mock_count; i++)
		ct_mock_entry_deinit(&session->mocks[i]);
	session->mock_count = 0;
	ct_buffer_clear(&session->told_callers);
	for (size_t i = 0; i < session->watch_count; i++) {
		struct ct_watch *watch = session->watches[i];
		ct_target_forget_mocks(session->region, watch->target);
		watch->mocked = watch->ruled = watch->neighbour = false;
		watch->starts = watch->ends = watch->spent = false;
		if (!watch->traced)
			watch->asked = NULL;
	}
	for (struct ct_request **at = &session->requests; *at;)
		if ((*at)->kind == CT_REQUEST_TRACE)
			at = &(*at)->next;
		else
			*at = (*at)->next;
	ct_session_forget_monitors(session);
	ct_session_forget_sandbox(session);
	for (size_t i = 0; i < session->watch_count; i++)
		ct_watch_set_flags(session, session->watches[i]);
}

/* Of a strict one a verifier tells. */
bool ct_mock_entry_is_missed(const struct ct_mock_entry *entry)
{
	const struct ct_mock *mock = entry->mock;
	return mock->flags & CT_MOCK_REQUIRED &&
	       !(mock->flags & CT_MOCK_STRICT) && !mock->used;
}

bool ct_request_is_missed(const struct ct_request *request)
{
	return request->kind == CT_REQUEST_MOCK && request->options.required &&
	       !request->options.strict;
}

size_t ct_session_unused_mocks(const struct ct_session *session)
{
	size_t unused = 0;
	for (size_t i = 0; i < session->mock_count; i++)
		unused += ct_mock_entry_is_missed(&session->mocks[i]);
	for (const struct ct_request *request = session->requests; request;
	     request = request->next)
		unused += ct_request_is_missed(request);
	return unused + ct_session_unused_answers(session);
}

size_t ct_session_mock_uses(const struct ct_session *session, uint32_t *ret,
			    size_t capacity)
{
	if (capacity)
		memset(ret, 0, capacity * sizeof(*ret));
	for (size_t i = 0; i < session->mock_count; i++)
		if (session->mocks[i].id < capacity)
			ret[session->mocks[i].id] +=
			    session->mocks[i].mock->used;
	ct_session_count_answers(session, ret, capacity);
	return session->next_mock_id;
}

void ct_session_set_judge(struct ct_session *session, ct_judge judge, void *arg)
{
	session->judge = judge;
	session->judge_arg = arg;
}

static struct ct_error *place_literal(struct ct_session *session, pid_t tid,
				      const struct ct_literal *literal,
				      uint8_t *bytes)
{
	for (size_t i = 0; i < literal->relocation_count; i++) {
		const struct ct_literal_relocation *relocation =
		    &literal->relocations[i];
		const struct ct_literal *pointee = &relocation->pointee;
		uint64_t addr;
		struct ct_error *err =
		    ct_session_take_memory(session, tid, pointee->size, &addr);
		if (!err)
			err = place_literal(session, tid, pointee,
					    pointee->bytes);
		if (!err)
			err = ct_process_write(session->now->pid, addr,
					       pointee->bytes, pointee->size);
		if (err)
			return err;
		memcpy(bytes + relocation->offset, &addr, sizeof(addr));
	}
	return NULL;
}

/* What is written through parameters has its place; not so what that points
 * to. */
static struct ct_error *place_writes(struct ct_session *session, pid_t tid,
				     const struct ct_mock_entry *entry)
{
	struct ct_error *err = NULL;
	for (size_t i = 0; !err && i < entry->write_count; i++) {
		const struct ct_literal *written =
		    &entry->writes[i].literal.relocations[0].pointee;
		err = place_literal(session, tid, written, written->bytes);
	}
	return err;
}

static struct ct_error *place_entry(struct ct_session *session, pid_t tid,
				    struct ct_mock_entry *entry)
{
	if (entry->placed_in == session->now->pid ||
	    (!entry->literal.relocation_count && !entry->write_count))
		return NULL;
	struct ct_error *err =
	    place_literal(session, tid, &entry->literal, entry->mock->value);
	if (!err)
		err = place_writes(session, tid, entry);
	if (!err)
		entry->placed_in = session->now->pid;
	return err;
}

struct ct_error *ct_session_place_pointees(struct ct_session *session,
					   pid_t tid)
{
	struct ct_error *err = NULL;
	for (size_t i = 0; !err && i < session->mock_count; i++)
		err = place_entry(session, tid, &session->mocks[i]);
	for (struct ct_monitor *monitor = session->monitors; !err && monitor;
	     monitor = monitor->next)
		if (monitor->failure.mock)
			err = place_entry(session, tid, &monitor->failure);
	return err;
}
