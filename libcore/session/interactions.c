/* SPDX-License-Identifier: MIT */
/* What a test asserts: the recorded calls in Python, and those that are still
 * open, which it may ask for in the middle of the run. */
#include <string.h>

#include "base/cleanup.h"
#include "session/agent.h"
#include "session/output.h"

enum {
	PIECE = 256 * 1024, /* about so much is told at once */
};

struct export
{
	struct ct_session *session;
	struct ct_buffer *out;
	struct ct_error *err;
};

/* Of two libraries with one file name, the path says which was called. */
static bool has_namesake(const struct ct_session *session,
			 const struct ct_module *module)
{
	const struct ct_module *other;
	for (size_t i = 0; (other = ct_program_module(session->program, i));
	     i++)
		if (other != module && !strcmp(other->name, module->name))
			return true;
	return false;
}

/* What a script names the library, where a file name is not enough: a path, or
 * the source file of a static function. */
static const char *library_of(const struct ct_session *session,
			      const struct ct_watch *watch,
			      const struct ct_record *record)
{
	size_t length = watch->asked ? strlen(watch->asked) : 0;
	if (record->flags & CT_RECORD_MUST && length > 2 &&
	    !strcmp(watch->asked + length - 2, ".c"))
		return watch->asked;
	if (record->flags & CT_RECORD_MONITORED && watch->monitor &&
	    watch->monitor->unit)
		return watch->monitor->unit;
	return has_namesake(session, watch->module) ? watch->module->path
						    : watch->library;
}

static void add_call(struct export *export, const struct ct_record *record,
		     bool is_open)
{
	struct ct_session *session = export->session;
	const struct ct_watch *watch = session->watches[record->target];
	struct ct_call_event event = ct_session_event(session, record);
	struct ct_signature named = *event.signature;
	named.library = library_of(session, watch, record);
	event.signature = &named;
	event.is_open = is_open;
	if (!export->err)
		export->err = ct_python_call(&event, export->out);
}

static bool is_syscall(const struct ct_session *session,
		       const struct ct_record *record)
{
	return session->signatures[record->signature]->is_syscall;
}

static void add_open(void *arg, const struct ct_frame *frame)
{
	struct export *export = arg;
	if (!(frame->record->flags & CT_RECORD_UNSEEN) &&
	    !ct_session_is_provisional(export->session, frame->record))
		add_call(export, frame->record, true);
}

static void add_open_hooked(void *arg, const struct ct_record *record)
{
	add_call(arg, record, true);
}

/* From *at on, as many as are wanted at once. */
static struct ct_error *add_calls(struct export *export, size_t *at)
{
	const struct ct_timeline *timeline = &export->session->timeline;
	CT_CLEANUP(ct_timeline_cursor_deinit)
	struct ct_timeline_cursor cursor;
	ct_timeline_cursor_init(&cursor, timeline);
	for (; *at < timeline->count && export->out->size < PIECE; ++*at) {
		const struct ct_record *record;
		struct ct_error *err = ct_timeline_at(&cursor, *at, &record);
		if (err)
			return err;
		if (!is_syscall(export->session, record))
			add_call(export, record, false);
		if (export->err)
			return export->err;
	}
	return NULL;
}

struct ct_error *ct_session_interactions(struct ct_session *session,
					 size_t since, size_t *next, char **ret)
{
	struct ct_buffer out = {0};
	struct export export = {session, &out, NULL};
	ct_session_drain_all(session);
	if (since < session->timeline.count) {
		export.err = add_calls(&export, &since);
	} else {
		since = session->timeline.count;
		ct_frames_each(session->frames, add_open, &export);
		ct_session_each_open_hooked(session, add_open_hooked, &export);
	}
	char *text = ct_buffer_take_string(&out);
	if (!export.err && !text)
		export.err = &ct_enomem;
	if (export.err) {
		free(text);
		return export.err;
	}
	*next = since;
	*ret = text;
	return NULL;
}
