/* SPDX-License-Identifier: MIT */
/* Reports for people, and the trace as a whole. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "session/internal.h"

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

/* `int fd`, but `char *path`. */
static void put_declarator(struct ct_type *type, const char *name,
			   struct ct_buffer *out)
{
	ct_error_destroy(ct_type_spell(type, out));
	if (!name)
		return;
	if (out->size && out->data[out->size - 1] != '*')
		ct_buffer_putc(out, ' ');
	ct_buffer_puts(out, name);
}

static void put_prototype(const struct ct_watch *watch, struct ct_buffer *out)
{
	const struct ct_signature *signature = watch->signature;
	put_declarator(signature->result.type, watch->function, out);
	ct_buffer_putc(out, '(');
	for (size_t i = 0; i < signature->count; i++) {
		if (i)
			ct_buffer_puts(out, ", ");
		put_declarator(signature->parameters[i].type,
			       signature->parameters[i].name, out);
	}
	if (ct_type_is_variadic(watch->type))
		ct_buffer_puts(out, signature->count ? ", ..." : "...");
	ct_buffer_putc(out, ')');
}

static void put_target(const struct ct_session *session,
		       const struct ct_watch *watch, struct ct_buffer *out)
{
	ct_buffer_printf(out, "%s:%s\n    ", watch->library, watch->function);
	put_prototype(watch, out);
	ct_buffer_printf(out, "\n    prototype: %s; scope: %s",
			 source_names[watch->source],
			 scope_names[watch->scope]);
	if (strcmp(watch->symbol, watch->function) != 0)
		ct_buffer_printf(out, "; symbol: %s", watch->symbol);
	if (watch->problem)
		ct_buffer_printf(out, "\n    not intercepted: %s",
				 watch->problem);
	else if (!session->pid)
		ct_buffer_puts(out, "\n    the program is not running");
	else
		ct_buffer_printf(out, "\n    intercepted at %zu place%s",
				 watch->place_count,
				 watch->place_count == 1 ? "" : "s");
	if (watch->inlined)
		ct_buffer_printf(out,
				 "\n    inlined at %zu place%s, which %s not "
				 "seen",
				 watch->inlined, watch->inlined == 1 ? "" : "s",
				 watch->inlined == 1 ? "is" : "are");
	ct_buffer_putc(out, '\n');
}

static bool is_active(const struct ct_watch *watch)
{
	return watch->target->flags & CT_TARGET_ACTIVE;
}

static void report_targets(const struct ct_session *session,
			   struct ct_buffer *out)
{
	size_t shown = 0;
	for (size_t i = 0; i < session->watch_count; i++) {
		if (!is_active(session->watches[i]))
			continue;
		put_target(session, session->watches[i], out);
		shown++;
	}
	for (const struct ct_request *request = session->requests; request;
	     request = request->next, shown++)
		ct_buffer_printf(out,
				 "%s:%s\n    waits for the library to be "
				 "loaded\n",
				 request->library, request->function);
	if (!shown)
		ct_buffer_puts(out, "Nothing is traced or mocked.\n");
}

static void report_mocks(const struct ct_session *session,
			 struct ct_buffer *out)
{
	for (size_t i = 0; i < session->mock_count; i++) {
		const struct ct_mock_entry *entry = &session->mocks[i];
		const struct ct_mock *mock = entry->mock;
		ct_buffer_printf(out, "%u  %s:%s = %s", entry->id,
				 entry->watch->library, entry->watch->function,
				 entry->value);
		if (mock->flags & CT_MOCK_HAS_ERRNO) {
			const char *name = strerrorname_np(mock->errno_value);
			ct_buffer_printf(out, ", errno %s",
					 name ? name : "unknown");
		}
		if (!mock->times)
			ct_buffer_printf(out, ", used %u times, for ever",
					 mock->used);
		else
			ct_buffer_printf(out, ", used %u of %u", mock->used,
					 mock->times);
		if (!(mock->flags & CT_MOCK_REQUIRED))
			ct_buffer_puts(out, ", optional");
		ct_buffer_putc(out, '\n');
	}
	for (const struct ct_request *request = session->requests; request;
	     request = request->next)
		if (request->is_mock)
			ct_buffer_printf(out,
					 "%u  %s:%s = %s, waits for the "
					 "library to be loaded\n",
					 request->id, request->library,
					 request->function, request->value);
	if (!out->size)
		ct_buffer_puts(out, "No mocks.\n");
}

static void put_microseconds(struct ct_buffer *out, uint64_t ns)
{
	ct_buffer_printf(out, "%12llu.%llu", (unsigned long long)(ns / 1000),
			 (unsigned long long)(ns % 1000 / 100));
}

static void report_stats(const struct ct_session *session, const char *what,
			 struct ct_buffer *out)
{
	size_t shown = 0;
	for (size_t i = 0; i < session->watch_count; i++) {
		const struct ct_watch *watch = session->watches[i];
		const struct ct_counts *counts = &watch->target->counts;
		if (watch->target->owner ||
		    (!is_active(watch) && !counts->calls))
			continue;
		if (what && strcmp(what, watch->function) != 0)
			continue;
		if (!shown++)
			ct_buffer_puts(out, "     calls    mocked   mean us"
					    "        max us  function\n");
		ct_buffer_printf(out, "%10llu%10llu",
				 (unsigned long long)counts->calls,
				 (unsigned long long)counts->mocked);
		if (counts->returned) {
			ct_buffer_printf(out, "%10llu",
					 (unsigned long long)(counts->total_ns /
							      counts->returned /
							      1000));
			put_microseconds(out, counts->max_ns);
		} else {
			ct_buffer_printf(out, "%10s%14s", "-", "-");
		}
		ct_buffer_printf(out, "  %s:%s\n", watch->library,
				 watch->function);
	}
	if (!shown)
		ct_buffer_puts(out, what ? "That function is not traced or "
					   "mocked.\n"
					 : "Nothing is traced or mocked.\n");
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
	ct_buffer_putc(out, '\n');
}

static struct ct_error *report_jsonl(struct ct_session *session,
				     struct ct_buffer *out)
{
	const struct ct_timeline *timeline = &session->timeline;
	size_t mark = 0;
	for (size_t i = 0; i <= timeline->count; i++) {
		while (mark < timeline->mark_count &&
		       timeline->marks[mark].position == i)
			ct_jsonl_mark(&timeline->marks[mark++].mark, out);
		if (i == timeline->count)
			return NULL;
		struct ct_call_event event =
		    ct_session_event(session, timeline->records[i]);
		struct ct_error *err = ct_jsonl_call(&event, out);
		if (err)
			return err;
	}
	return NULL;
}

static int by_seq(const void *a, const void *b)
{
	const struct ct_record *const *left = a, *const *right = b;
	return ((*left)->seq > (*right)->seq) - ((*left)->seq < (*right)->seq);
}

/* Begin every call that was entered before a moment. */
static struct ct_error *begin_until(struct ct_session *session,
				    const struct ct_record **by_entry,
				    size_t *at, uint64_t seq,
				    struct ct_text_trace *text,
				    struct ct_buffer *out)
{
	struct ct_error *err = NULL;
	for (;
	     !err && *at < session->timeline.count && by_entry[*at]->seq <= seq;
	     ++*at) {
		struct ct_call_event event =
		    ct_session_event(session, by_entry[*at]);
		err = ct_text_begin(text, &event, out);
	}
	return err;
}

/* The seq of the last call that was entered before this one was complete. */
static uint64_t last_entered(const struct ct_session *session,
			     const struct ct_record **by_entry, size_t from,
			     const struct ct_record *record)
{
	uint64_t end = record->time_ns + record->duration_ns;
	uint64_t seq = record->seq;
	for (size_t i = from; i < session->timeline.count; i++) {
		if (by_entry[i]->time_ns > end)
			break;
		if (by_entry[i]->seq > seq)
			seq = by_entry[i]->seq;
	}
	return seq;
}

/* The live text over again: entries in the order of seq, each before the
 * first call that was complete after it. */
static struct ct_error *report_trace(struct ct_session *session,
				     struct ct_buffer *out)
{
	const struct ct_timeline *timeline = &session->timeline;
	const struct ct_record **by_entry =
	    calloc(timeline->count + 1, sizeof(*by_entry));
	struct ct_text_trace text;
	struct ct_error *err = NULL;
	size_t mark = 0, begun = 0;
	if (!by_entry)
		return &ct_enomem;
	if (timeline->count)
		memcpy(by_entry, timeline->records,
		       timeline->count * sizeof(*by_entry));
	qsort(by_entry, timeline->count, sizeof(*by_entry), by_seq);
	ct_text_trace_init(&text);
	for (size_t i = 0; !err && i <= timeline->count; i++) {
		while (mark < timeline->mark_count &&
		       timeline->marks[mark].position == i)
			ct_text_mark(&text, &timeline->marks[mark++].mark, out);
		if (i == timeline->count)
			break;
		const struct ct_record *record = timeline->records[i];
		err = begin_until(
		    session, by_entry, &begun,
		    last_entered(session, by_entry, begun, record), &text, out);
		struct ct_call_event event = ct_session_event(session, record);
		if (!err)
			err = ct_text_end(&text, &event, out);
	}
	ct_text_trace_deinit(&text);
	free(by_entry);
	return err;
}

struct ct_error *ct_session_report(struct ct_session *session,
				   enum ct_report report, const char *what,
				   char **ret)
{
	struct ct_buffer out = {0};
	struct ct_error *err = NULL;
	switch (report) {
	case CT_REPORT_TARGETS:
		report_targets(session, &out);
		break;
	case CT_REPORT_MOCKS:
		report_mocks(session, &out);
		break;
	case CT_REPORT_STATS:
		report_stats(session, what, &out);
		break;
	case CT_REPORT_SUMMARY:
		report_summary(session, &out);
		break;
	case CT_REPORT_TRACE:
		err = report_trace(session, &out);
		break;
	case CT_REPORT_JSONL:
		err = report_jsonl(session, &out);
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
