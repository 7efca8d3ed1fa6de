/* SPDX-License-Identifier: MIT */
/* What a test asserts: the recorded calls in Python, and those that are still
 * open, which it may ask for in the middle of the run. */
#include "session/internal.h"

struct export
{
	struct ct_session *session;
	struct ct_buffer *out;
	struct ct_error *err;
};

static void add_open(void *arg, const struct ct_frame *frame)
{
	struct export *export = arg;
	struct ct_call_event event =
	    ct_session_event(export->session, frame->record);
	event.is_open = true;
	if (!export->err && !(frame->record->flags & CT_RECORD_UNSEEN) &&
	    !ct_session_is_provisional(export->session, frame->record))
		export->err = ct_python_call(&event, export->out);
}

struct ct_error *ct_session_interactions(struct ct_session *session,
					 size_t since, size_t *next, char **ret)
{
	const struct ct_timeline *timeline = &session->timeline;
	struct ct_buffer out = {0};
	struct export export = {session, &out, NULL};
	for (size_t i = since; !export.err && i < timeline->count; i++) {
		struct ct_call_event event =
		    ct_session_event(session, timeline->records[i]);
		export.err = ct_python_call(&event, &out);
	}
	if (!export.err)
		ct_frames_each(session->frames, add_open, &export);
	char *text = ct_buffer_take_string(&out);
	if (!export.err && !text)
		export.err = &ct_enomem;
	if (export.err) {
		free(text);
		return export.err;
	}
	*next = timeline->count;
	*ret = text;
	return NULL;
}
