/* SPDX-License-Identifier: MIT */
/* Reports for people, and the trace as a whole. */
#define _GNU_SOURCE
#include <ctype.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "session/agent.h"
#include "session/output.h"
#include "session/syscalls.h"

static const char *const source_names[] = {
    [CT_PROTOTYPE_CALLER] = "the caller's ffi_cif",
    [CT_PROTOTYPE_DEFINITION] = "debug information",
    [CT_PROTOTYPE_DECLARATION] = "a caller's declaration",
    [CT_PROTOTYPE_USER] = "the user's header",
    [CT_PROTOTYPE_SHIPPED] = "the shipped list",
    [CT_PROTOTYPE_GUESSED] = "guessed",
};

static const char *const scope_names[] = {
    [CT_SCOPE_BOUNDARY] = "boundary",
    [CT_SCOPE_ALL] = "all",
    [CT_SCOPE_PROGRAM] = "program",
};

static bool is_active(const struct ct_watch *watch)
{
	return watch->target->flags & CT_TARGET_ACTIVE;
}

/* Where the name goes in the spelling of a type: behind `(*` of a pointer to
 * a function or an array, else at the end. */
static size_t name_position(const char *spelling)
{
	const char *at = strstr(spelling, "(*");
	if (!at)
		return strlen(spelling);
	while (*at == '(' || *at == '*' || *at == ' ' || isalpha(*at))
		at++;
	return (size_t)(at - spelling);
}

/* `int fd`, `char *path`, `void (*handler)(int)`: a type around a name, which
 * may be a whole function's. */
static void put_declarator(struct ct_type *type, const char *name, size_t size,
			   struct ct_buffer *out)
{
	struct ct_buffer buffer = {0};
	ct_error_destroy(ct_type_spell(type, &buffer));
	char *spelling = ct_buffer_take_string(&buffer);
	if (!spelling)
		return;
	size_t position = name_position(spelling);
	ct_buffer_append(out, spelling, position);
	if (size && position && !strchr("*(", spelling[position - 1]))
		ct_buffer_putc(out, ' ');
	ct_buffer_append(out, name, size);
	ct_buffer_puts(out, spelling + position);
	free(spelling);
}

static void put_prototype(const struct ct_watch *watch, struct ct_buffer *out)
{
	const struct ct_signature *signature = watch->signature;
	struct ct_buffer call = {0};
	ct_buffer_printf(&call, "%s(", watch->function);
	for (size_t i = 0; i < signature->count; i++) {
		const char *name = signature->parameters[i].name;
		if (i)
			ct_buffer_puts(&call, ", ");
		put_declarator(signature->parameters[i].type, name ? name : "",
			       name ? strlen(name) : 0, &call);
	}
	if (ct_type_is_variadic(watch->type))
		ct_buffer_puts(&call, signature->count ? ", ..." : "...");
	ct_buffer_putc(&call, ')');
	put_declarator(signature->result.type, call.data, call.size, out);
	ct_buffer_deinit(&call);
}

/* Without a running program there is nothing to say. */
static void put_interception(const struct ct_watch *watch,
			     struct ct_buffer *out)
{
	if (watch->problem)
		ct_buffer_printf(out, "\n    not intercepted: %s",
				 watch->problem);
	else if (watch->place_count)
		ct_buffer_printf(out, "\n    intercepted at %zu place%s",
				 watch->place_count,
				 watch->place_count == 1 ? "" : "s");
	if (!watch->problem && watch->place_count && watch->unhooked)
		ct_buffer_printf(out, ", by GDB: %s", watch->unhooked);
}

/* Other symbols that are the function for the program: a clone, or what a
 * header makes of its name (__printf_chk). */
static void put_stand_ins(const struct ct_session *session,
			  const struct ct_watch *owner, struct ct_buffer *out)
{
	for (size_t i = 0; i < session->watch_count; i++) {
		const struct ct_watch *watch = session->watches[i];
		if (!watch->target->owner || !is_active(watch) ||
		    ct_region_at(session->region, watch->target->owner) !=
			owner->target)
			continue;
		ct_buffer_printf(out, "\n    also as %s: ", watch->symbol);
		put_prototype(watch, out);
		put_interception(watch, out);
	}
}

static void put_inlined(const struct ct_watch *watch, struct ct_buffer *out)
{
	if (watch->inlined)
		ct_buffer_printf(out,
				 "\n    inlined at %zu place%s, which %s not "
				 "seen: compile with -fno-inline to see %s",
				 watch->inlined, watch->inlined == 1 ? "" : "s",
				 watch->inlined == 1 ? "is" : "are",
				 watch->inlined == 1 ? "it" : "them");
}

static void put_target(const struct ct_session *session,
		       const struct ct_watch *watch, struct ct_buffer *out)
{
	bool has_suffix = strcmp(watch->symbol, watch->function) != 0;
	ct_buffer_printf(out, "%s:%s\n    ", watch->library, watch->function);
	put_prototype(watch, out);
	ct_buffer_printf(out, "\n    prototype: %s; scope: %s; %s",
			 source_names[watch->source], scope_names[watch->scope],
			 watch->traced   ? "traced"
			 : watch->mocked ? "mocked"
					 : "of the sandbox");
	if (watch->traced && watch->mocked)
		ct_buffer_puts(out, " and mocked");
	if (has_suffix)
		ct_buffer_printf(out, "; %s: %s",
				 watch->is_clone ? "the compiler's copy"
						 : "symbol",
				 watch->symbol);
	put_interception(watch, out);
	put_stand_ins(session, watch, out);
	put_inlined(watch, out);
	ct_buffer_putc(out, '\n');
}

/* FUNCTION, LIBRARY:FUNCTION, or a glob in FUNCTION; NULL names all. */
struct selection {
	char *library, *function;
	const struct ct_module *module; /* NULL: any */
};

static void selection_deinit(struct selection *selection)
{
	free(selection->library);
	free(selection->function);
}

static struct ct_error *select_watches(struct ct_session *session,
				       const char *what, struct selection *ret)
{
	struct ct_module *module = NULL;
	*ret = (struct selection){0};
	if (!what)
		return NULL;
	struct ct_error *err =
	    ct_session_split(what, &ret->library, &ret->function);
	if (!err && ret->library)
		err = ct_program_find_module(session->program, ret->library,
					     &module);
	ret->module = module;
	return err;
}

static bool is_selected(const struct selection *selection,
			const struct ct_watch *watch)
{
	if (!selection->function)
		return true;
	if (selection->library && selection->module != watch->module)
		return false;
	return fnmatch(selection->function, watch->function, 0) == 0;
}

static struct ct_error *nothing_selected(const char *what,
					 struct ct_buffer *out)
{
	if (what)
		return ct_error_format(CT_ERROR_NOT_FOUND,
				       "'%s' is not traced or mocked", what);
	ct_buffer_puts(out, "Nothing is traced or mocked.\n");
	return NULL;
}

static size_t report_waiting(const struct ct_session *session, const char *what,
			     struct ct_buffer *out)
{
	size_t shown = 0;
	for (const struct ct_request *request = session->requests; request;
	     request = request->next) {
		if (what && strcmp(what, request->function) != 0)
			continue;
		ct_buffer_printf(out,
				 "%s:%s\n    waits for the library to be "
				 "loaded\n",
				 request->library ? request->library : "",
				 request->function);
		shown++;
	}
	return shown;
}

static struct ct_error *report_targets(struct ct_session *session,
				       const char *what, struct ct_buffer *out)
{
	CT_CLEANUP(selection_deinit) struct selection selection;
	struct ct_error *err = select_watches(session, what, &selection);
	size_t shown = 0;
	for (size_t i = 0; !err && i < session->watch_count; i++) {
		const struct ct_watch *watch = session->watches[i];
		if (!is_active(watch) || watch->target->owner ||
		    !is_selected(&selection, watch))
			continue;
		shown++;
		put_target(session, watch, out);
	}
	if (err)
		return err;
	shown += report_waiting(session, what, out);
	return shown ? NULL : nothing_selected(what, out);
}

/* What a mock does beside returning a value, and for which calls. */
static void put_options(const struct ct_mock_options *options,
			struct ct_buffer *out)
{
	const char *name =
	    options->set_errno ? strerrorname_np(options->errno_value) : NULL;
	if (options->set_errno)
		ct_buffer_printf(out, ", errno %s", name ? name : "unknown");
	if (options->raises)
		ct_buffer_printf(out, ", raises %s", options->raises);
	name = options->signal ? sigabbrev_np(options->signal) : NULL;
	if (options->signal)
		ct_buffer_printf(out, ", signal %s", name ? name : "unknown");
	for (size_t i = 0; i < options->out_count; i++)
		ct_buffer_printf(out, ", %s: %s", options->out[i].parameter,
				 options->out[i].value);
	if (options->delay_ns)
		ct_buffer_printf(out, ", after %g s",
				 (double)options->delay_ns / 1e9);
	if (options->filter)
		ct_buffer_printf(out, ", when %s", options->filter);
	if (options->asks)
		ct_buffer_puts(out, ", when its script says so");
	if (options->caller)
		ct_buffer_printf(out, ", for calls of %s", options->caller);
}

static void put_mock(const struct ct_mock_entry *entry, struct ct_buffer *out)
{
	const struct ct_mock *mock = entry->mock;
	ct_buffer_printf(out, "%u  %s:%s = %s", entry->id,
			 entry->watch->library, entry->watch->function,
			 entry->value);
	put_options(&entry->options, out);
	if (!mock->times)
		ct_buffer_printf(out,
				 ", whenever no other answers: used %u time%s",
				 mock->used, mock->used == 1 ? "" : "s");
	else
		ct_buffer_printf(out, ", used %u of %u", mock->used,
				 mock->times);
	if (!(mock->flags & CT_MOCK_REQUIRED))
		ct_buffer_puts(out, ", optional");
	if (mock->flags & CT_MOCK_STRICT)
		ct_buffer_puts(out, ", in the sandbox");
	ct_buffer_putc(out, '\n');
}

/* unused: those alone that should have been used. */
static void report_mocks(const struct ct_session *session, bool unused,
			 struct ct_buffer *out)
{
	for (size_t i = 0; i < session->mock_count; i++)
		if (!unused || ct_mock_entry_is_missed(&session->mocks[i]))
			put_mock(&session->mocks[i], out);
	for (const struct ct_request *request = session->requests; request;
	     request = request->next) {
		if (request->kind != CT_REQUEST_MOCK ||
		    (unused && !ct_request_is_missed(request)))
			continue;
		ct_buffer_printf(out, "%u  %s:%s = %s", request->id,
				 request->library, request->function,
				 request->value ? request->value : "0");
		put_options(&request->options, out);
		ct_buffer_puts(out, ", waits for the library to be loaded\n");
	}
	ct_session_report_answers(session, unused, out);
	if (!out->size)
		ct_buffer_puts(out, "No mocks.\n");
}

static void put_microseconds(struct ct_buffer *out, uint64_t ns)
{
	ct_buffer_printf(out, "%10llu.%llu", (unsigned long long)(ns / 1000),
			 (unsigned long long)(ns % 1000 / 100));
}

/* A row of the table. */
static void put_counts(const struct ct_watch *watch, struct ct_buffer *out)
{
	const struct ct_counts *counts = &watch->target->counts;
	ct_buffer_printf(out, "%10llu%10llu", (unsigned long long)counts->calls,
			 (unsigned long long)counts->mocked);
	if (counts->returned) {
		put_microseconds(out, counts->total_ns / counts->returned);
		put_microseconds(out, counts->max_ns);
	} else {
		ct_buffer_printf(out, "%12s%12s", "-", "-");
	}
	ct_buffer_printf(out, "  %s:%s\n", watch->library, watch->function);
}

static void put_counts_json(const struct ct_watch *watch, struct ct_buffer *out)
{
	const struct ct_counts *counts = &watch->target->counts;
	ct_buffer_putc(out, '{');
	ct_buffer_append(out, watch->signature->json.data,
			 watch->signature->json.size);
	ct_buffer_printf(out,
			 ",\"calls\":%llu,\"mocked\":%llu,\"returned\":%llu,"
			 "\"total_ns\":%llu,\"max_ns\":%llu}\n",
			 (unsigned long long)counts->calls,
			 (unsigned long long)counts->mocked,
			 (unsigned long long)counts->returned,
			 (unsigned long long)counts->total_ns,
			 (unsigned long long)counts->max_ns);
}

static struct ct_error *report_counts(struct ct_session *session,
				      const char *what, bool as_json,
				      struct ct_buffer *out)
{
	CT_CLEANUP(selection_deinit) struct selection selection;
	struct ct_error *err = select_watches(session, what, &selection);
	size_t shown = 0;
	for (size_t i = 0; !err && i < session->watch_count; i++) {
		const struct ct_watch *watch = session->watches[i];
		/* A clone's calls are counted with the function's. */
		if (watch->target->owner ||
		    (!is_active(watch) && !watch->target->counts.calls) ||
		    !is_selected(&selection, watch))
			continue;
		if (!shown++ && !as_json)
			ct_buffer_puts(out, "     calls    mocked     mean us"
					    "      max us  function\n");
		if (as_json)
			put_counts_json(watch, out);
		else
			put_counts(watch, out);
	}
	if (err || shown || (as_json && !what))
		return err;
	return nothing_selected(what, out);
}

static void report_summary(const struct ct_session *session,
			   struct ct_buffer *out)
{
	size_t unused = ct_session_unused_mocks(session);
	ct_buffer_printf(out, "%zu call%s recorded", session->timeline.count,
			 session->timeline.count == 1 ? "" : "s");
	if (session->mock_count)
		ct_buffer_printf(out, ", %zu mock%s, %zu unused",
				 session->mock_count,
				 session->mock_count == 1 ? "" : "s", unused);
	uint64_t lost =
	    ct_session_lost_calls(session) + session->timeline.unkept;
	if (lost)
		ct_buffer_printf(out, ", %llu not recorded",
				 (unsigned long long)lost);
	ct_buffer_putc(out, '\n');
}

struct ct_error *ct_session_report(struct ct_session *session,
				   enum ct_report report, const char *what,
				   char **ret)
{
	struct ct_buffer out = {0};
	struct ct_error *err = NULL;
	ct_session_drain_notified(session, false);
	ct_session_drain_all(session);
	switch (report) {
	case CT_REPORT_TARGETS:
		err = report_targets(session, what, &out);
		break;
	case CT_REPORT_MOCKS:
	case CT_REPORT_UNUSED:
		report_mocks(session, report == CT_REPORT_UNUSED, &out);
		break;
	case CT_REPORT_STATS:
		err = report_counts(session, what, false, &out);
		break;
	case CT_REPORT_COUNTS:
		err = report_counts(session, what, true, &out);
		break;
	case CT_REPORT_SUMMARY:
		report_summary(session, &out);
		break;
	case CT_REPORT_TRACE:
		err = ct_session_put_trace(
		    session, CT_TRACE_TEXT,
		    what ? strtoull(what, NULL, 10) : SIZE_MAX, &out);
		break;
	case CT_REPORT_JSONL:
		err = ct_session_put_trace(session, CT_TRACE_JSONL, SIZE_MAX,
					   &out);
		break;
	}
	char *text = ct_buffer_take_string(&out);
	if (!err && !text)
		err = &ct_enomem;
	if (err)
		free(text);
	else
		*ret = text;
	return err;
}
