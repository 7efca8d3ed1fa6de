/* SPDX-License-Identifier: MIT */
/*
 * The trace over again, from the timeline, in pieces: all of it may be more
 * than fits in memory.
 */
#include "base/cleanup.h"
#include "session/agent.h"
#include "session/output.h"
#include "session/telling.h"

enum {
	PIECE = 256 * 1024, /* about so much is told at once */
};

struct ct_retelling {
	struct ct_session *session;
	bool is_json, is_over;
	struct ct_telling telling;
	struct ct_text_trace text;
	struct ct_buffer out;
};

void ct_retelling_destroy(struct ct_retelling *retelling)
{
	if (!retelling)
		return;
	ct_telling_deinit(&retelling->telling);
	ct_text_trace_deinit(&retelling->text);
	ct_buffer_deinit(&retelling->out);
	free(retelling);
}

struct ct_error *ct_session_retell(struct ct_session *session,
				   enum ct_trace_format format, size_t last,
				   struct ct_retelling **ret)
{
	const struct ct_timeline *timeline = &session->timeline;
	ct_session_drain_notified(session, false);
	ct_session_drain_all(session);
	struct ct_retelling *retelling = calloc(1, sizeof(*retelling));
	if (!retelling)
		return &ct_enomem;
	retelling->session = session;
	retelling->is_json = format == CT_TRACE_JSONL;
	ct_text_trace_init(&retelling->text);
	struct ct_error *err = ct_telling_init(
	    &retelling->telling, timeline,
	    last < timeline->count ? timeline->count - last : 0,
	    CT_TELL_MARKS | (retelling->is_json ? 0 : CT_TELL_BEGINS));
	if (err)
		ct_retelling_destroy(retelling);
	else
		*ret = retelling;
	return err;
}

static struct ct_error *put(struct ct_retelling *retelling, enum ct_told told,
			    const struct ct_record *record,
			    const struct ct_mark *mark, struct ct_buffer *out)
{
	if (mark) {
		if (retelling->is_json)
			ct_jsonl_mark(mark, out);
		else
			ct_text_mark(&retelling->text, mark, out);
		return NULL;
	}
	struct ct_call_event event =
	    ct_session_event(retelling->session, record);
	if (retelling->is_json)
		return ct_jsonl_call(&event, out);
	return told == CT_TOLD_BEGIN
		   ? ct_text_begin(&retelling->text, &event, out)
		   : ct_text_end(&retelling->text, &event, out);
}

/* The next piece, or all there is. */
static struct ct_error *put_piece(struct ct_retelling *retelling, size_t size,
				  struct ct_buffer *out)
{
	struct ct_error *err = NULL;
	while (!err && !retelling->is_over && out->size < size) {
		enum ct_told told;
		const struct ct_record *record;
		const struct ct_mark *mark;
		err =
		    ct_telling_next(&retelling->telling, &told, &record, &mark);
		if (!err && told == CT_TOLD_ALL)
			retelling->is_over = true;
		else if (!err)
			err = put(retelling, told, record, mark, out);
		if (!err && ct_buffer_failed(out))
			err = &ct_enomem;
	}
	return err;
}

struct ct_error *ct_session_put_trace(struct ct_session *session,
				      enum ct_trace_format format, size_t last,
				      struct ct_buffer *out)
{
	struct ct_retelling *retelling;
	struct ct_error *err =
	    ct_session_retell(session, format, last, &retelling);
	if (err)
		return err;
	err = put_piece(retelling, SIZE_MAX, out);
	ct_retelling_destroy(retelling);
	return err;
}

struct ct_error *ct_retelling_next(struct ct_retelling *retelling, char **ret)
{
	struct ct_buffer *out = &retelling->out;
	ct_buffer_clear(out);
	struct ct_error *err = put_piece(retelling, PIECE, out);
	if (err)
		return err;
	char *text = out->size ? ct_buffer_take_string(out) : NULL;
	*ret = text;
	return NULL;
}

/* ---- into a file */

/* Calls that no mock is there for, and at which the program stands. */
struct stopped {
	struct ct_session *session;
	bool is_json;
	struct ct_buffer out;
	size_t count;
	struct ct_error *err;
};

static void add_stopped(void *arg, const struct ct_frame *frame)
{
	struct stopped *stopped = arg;
	if (stopped->err || frame->record->outcome != CT_OUTCOME_UNMOCKED)
		return;
	struct ct_text_trace text;
	struct ct_call_event event =
	    ct_session_event(stopped->session, frame->record);
	ct_text_trace_init(&text);
	stopped->err = stopped->is_json
			   ? ct_jsonl_call(&event, &stopped->out)
			   : ct_text_end(&text, &event, &stopped->out);
	ct_text_trace_deinit(&text);
	stopped->count++;
}

static struct ct_error *save_all(struct ct_retelling *retelling, int fd)
{
	struct ct_buffer *out = &retelling->out;
	struct ct_error *err;
	do {
		ct_buffer_clear(out);
		err = put_piece(retelling, PIECE, out);
		if (!err)
			err = ct_write_all(fd, out->data, out->size);
	} while (!err && out->size);
	return err;
}

static struct ct_error *save_stopped(struct ct_session *session, bool is_json,
				     int fd, size_t *count)
{
	struct stopped stopped = {session, is_json, {0}, 0, NULL};
	ct_frames_each(session->frames, add_stopped, &stopped);
	if (!stopped.err)
		stopped.err =
		    ct_write_all(fd, stopped.out.data, stopped.out.size);
	ct_buffer_deinit(&stopped.out);
	*count += stopped.count;
	return stopped.err;
}

struct ct_error *ct_session_save(struct ct_session *session, const char *path,
				 enum ct_trace_format format, size_t *count)
{
	CT_AUTO_CLOSE int fd = -1;
	bool is_json = ct_trace_is_json(path, format);
	struct ct_retelling *retelling;
	struct ct_error *err = ct_trace_create(path, &fd);
	if (!err)
		err = ct_session_retell(
		    session, is_json ? CT_TRACE_JSONL : CT_TRACE_TEXT, SIZE_MAX,
		    &retelling);
	if (err)
		return err;
	size_t saved = session->timeline.count;
	err = save_all(retelling, fd);
	ct_retelling_destroy(retelling);
	if (!err)
		err = save_stopped(session, is_json, fd, &saved);
	if (!err && close(ct_take_fd(&fd)) < 0)
		err = ct_error_format(CT_ERROR_OS, "%m");
	if (err)
		return ct_error_prefix(
		    err, "the trace file %s cannot be written", path);
	*count = saved;
	return NULL;
}
