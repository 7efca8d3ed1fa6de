/* SPDX-License-Identifier: MIT */
/*
 * Where complete calls go: the timeline, the trace file, the live text.
 *
 * A trace file is written call by call with one write(2) each: whoever dies
 * next, the calls reported before are in the file.  What is taken from the
 * agent was not reported before it is all taken; its lines are written
 * together.  When a write fails, the file is cut back to its last whole line,
 * the user is told once, and the timeline still has everything for `ctester
 * save`.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "session/agent.h"
#include "session/output.h"
#include "session/telling.h"

enum {
	PAGE = 4096,
	LINES_SIZE = 64 * 1024, /* kept, where calls come at once */
};

static const char *name_of(void *arg, uint64_t addr)
{
	struct ct_session *session = arg;
	struct ct_address_name name =
	    ct_program_name_address(session->program, addr);
	return name.symbol && !name.offset ? name.symbol : NULL;
}

static struct ct_text caller_json(struct ct_arena *arena,
				  const struct ct_caller *caller, uint64_t addr)
{
	struct ct_buffer out = {0};
	ct_buffer_puts(&out, "{\"function\":");
	ct_json_string(&out, caller->function);
	ct_buffer_puts(&out, ",\"file\":");
	ct_json_string(&out, caller->file);
	ct_buffer_puts(&out, ",\"line\":");
	if (caller->line)
		ct_buffer_put_u64(&out, caller->line);
	else
		ct_buffer_puts(&out, "null");
	ct_buffer_puts(&out, ",\"library\":");
	ct_json_string(&out, caller->library);
	ct_buffer_puts(&out, ",\"address\":\"");
	ct_buffer_put_hex(&out, addr);
	ct_buffer_puts(&out, "\"}");
	struct ct_text text = {"null", 4};
	char *copy = ct_arena_alloc(arena, out.size + 1);
	if (copy && !ct_buffer_failed(&out)) {
		memcpy(copy, out.data, out.size);
		text = (struct ct_text){copy, out.size};
	}
	ct_buffer_deinit(&out);
	return text;
}

static const struct ct_caller *name_caller(struct ct_session *session,
					   uint64_t addr)
{
	struct ct_caller *caller =
	    ct_arena_alloc(&session->arena, sizeof(*caller));
	if (!caller)
		return NULL;
	/* The call is before the return address, perhaps on another line. */
	struct ct_address_name name =
	    ct_program_name_address(session->program, addr - 1);
	caller->function = name.symbol;
	caller->file = name.file;
	caller->line = name.line;
	caller->library = name.module ? name.module->name : NULL;
	caller->json = caller_json(&session->arena, caller, addr);
	return caller;
}

uint32_t ct_session_caller(struct ct_session *session, uint64_t addr)
{
	const struct ct_caller_entry **last =
	    &session->last_callers[addr % CT_LAST_CALLERS];
	struct ct_caller_entry *entry;
	if (*last && (*last)->addr == addr)
		return (*last)->index;
	HASH_FIND(hh, session->callers, &addr, sizeof(addr), entry);
	if (entry) {
		*last = entry;
		return entry->index;
	}
	if (session->caller_count == session->caller_capacity) {
		size_t capacity = session->caller_capacity
				      ? session->caller_capacity * 2
				      : 64;
		const struct ct_caller **bigger = reallocarray(
		    session->caller_table, capacity, sizeof(*bigger));
		if (!bigger)
			return CT_NO_CALLER;
		session->caller_table = bigger;
		session->caller_capacity = capacity;
	}
	const struct ct_caller *caller = name_caller(session, addr);
	entry = calloc(1, sizeof(*entry));
	if (!caller || !entry) {
		free(entry);
		return CT_NO_CALLER;
	}
	entry->addr = addr;
	entry->index = (uint32_t)session->caller_count;
	session->caller_table[session->caller_count++] = caller;
	HASH_ADD(hh, session->callers, addr, sizeof(entry->addr), entry);
	return entry->index;
}

/* A mock's words outlive it: they are the arena's. */
static const char *raised_by(const struct ct_session *session,
			     const struct ct_record *record)
{
	return record->outcome == CT_OUTCOME_RAISED &&
		       record->mock < session->raised_capacity
		   ? session->raised[record->mock]
		   : NULL;
}

static const char *engine_of(const struct ct_session *session,
			     const struct ct_record *record)
{
	if (!session->signatures[record->signature]->is_syscall)
		return record->engine == CT_ENGINE_AGENT ? "agent"
							 : "breakpoint";
	return record->engine ? "notify" : "catch";
}

struct ct_call_event ct_session_event(struct ct_session *session,
				      const struct ct_record *record)
{
	return (struct ct_call_event){
	    .record = record,
	    .signature = session->signatures[record->signature],
	    .caller = record->caller_index < session->caller_count
			  ? session->caller_table[record->caller_index]
			  : NULL,
	    .engine = engine_of(session, record),
	    .raised = raised_by(session, record),
	    .symbolizer = {name_of, session},
	};
}

struct ct_error *ct_write_all(int fd, const char *data, size_t size)
{
	while (size) {
		ssize_t written = write(fd, data, size);
		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return ct_error_format(CT_ERROR_OS, "%m");
		data += written;
		size -= (size_t)written;
	}
	return NULL;
}

/* As much of the lines as has a newline. */
static size_t whole_lines(const char *data, size_t size)
{
	const char *newline = size ? memrchr(data, '\n', size) : NULL;
	return newline ? (size_t)(newline + 1 - data) : 0;
}

/*
 * A kill ends write(2) between two pages of a file: what is written at once
 * ends with a line, and lies in one page, unless it is a line alone.
 */
static struct ct_error *write_by_pages(int fd, const char *data, size_t size,
				       off_t offset)
{
	struct ct_error *err = NULL;
	while (!err && size) {
		size_t rest = PAGE - (size_t)offset % PAGE;
		size_t piece = whole_lines(data, size < rest ? size : rest);
		if (!piece) {
			const char *newline = memchr(data, '\n', size);
			piece = newline ? (size_t)(newline + 1 - data) : size;
		}
		err = ct_write_all(fd, data, piece);
		data += piece;
		size -= piece;
		offset += (off_t)piece;
	}
	return err;
}

/* What was written in part is cut back: one call, or many to whole lines. */
static void cut_trace(struct ct_session *session, off_t before)
{
	off_t now = lseek(session->trace_fd, 0, SEEK_CUR);
	off_t whole = before;
	if (before < 0 || now < before)
		return;
	if (session->is_draining)
		whole += (off_t)whole_lines(session->line.data,
					    (size_t)(now - before));
	if (ftruncate(session->trace_fd, whole) == 0)
		lseek(session->trace_fd, whole, SEEK_SET);
}

/* Put the lines into the trace file. */
static void write_lines(struct ct_session *session)
{
	struct ct_buffer *line = &session->line;
	if (!session->trace_broken && !ct_buffer_failed(line) && line->size) {
		off_t before = lseek(session->trace_fd, 0, SEEK_CUR);
		struct ct_error *err =
		    write_by_pages(session->trace_fd, line->data, line->size,
				   before < 0 ? 0 : before);
		if (err) {
			cut_trace(session, before);
			session->trace_broken = true;
			ct_session_complain(
			    session,
			    ct_error_prefix(
				err,
				"the trace file %s ends here (what follows is "
				"kept: ctester save FILE)",
				session->trace_path));
		}
	}
	ct_buffer_clear(line);
}

static void trace_call(struct ct_session *session,
		       const struct ct_call_event *event, bool begin)
{
	struct ct_error *err = NULL;
	struct ct_buffer *line = &session->line;
	size_t start = line->size;
	if (session->trace_fd < 0 || (begin && session->trace_is_json))
		return;
	if (session->trace_is_json)
		err = ct_jsonl_call(event, line);
	else if (begin)
		err = ct_text_begin(&session->trace_text, event, line);
	else
		err = ct_text_end(&session->trace_text, event, line);
	if (err) {
		line->size = start;
		ct_session_trouble(session, err);
	}
	if (!session->is_draining || line->size >= LINES_SIZE)
		write_lines(session);
}

static void show_call(struct ct_session *session,
		      const struct ct_call_event *event, bool begin)
{
	if (!session->live)
		return;
	ct_session_trouble(
	    session,
	    begin ? ct_text_begin(&session->live_text, event, &session->text)
		  : ct_text_end(&session->live_text, event, &session->text));
}

void ct_session_begin(struct ct_session *session,
		      const struct ct_record *record)
{
	if (!session->live && (session->trace_fd < 0 || session->trace_is_json))
		return;
	struct ct_call_event event = ct_session_event(session, record);
	trace_call(session, &event, true);
	show_call(session, &event, true);
}

bool ct_session_is_provisional(const struct ct_session *session,
			       const struct ct_record *record)
{
	return !ct_decide_keeps(session->region,
				session->watches[record->target]->target, NULL,
				record);
}

void ct_session_complete_call(struct ct_session *session,
			      const struct ct_record *record)
{
	if (record->flags & CT_RECORD_UNSEEN)
		return;
	/* A call that a filter was to judge by its return has not returned. */
	if (record->outcome == CT_OUTCOME_UNFINISHED &&
	    ct_session_is_provisional(session, record))
		return;
	ct_session_put_record(session, record);
}

void ct_session_put_record(struct ct_session *session,
			   const struct ct_record *record)
{
	struct ct_timeline *timeline = &session->timeline;
	/* What has ended before is before it. */
	if (record->engine != CT_ENGINE_AGENT)
		ct_session_drain(session);
	size_t known = timeline->count;
	struct ct_error *err = ct_timeline_add(timeline, record);
	/* A program that is gone does not excuse it. */
	if (err)
		ct_session_complain(session, err);
	if (!session->live && session->trace_fd < 0)
		return;
	struct ct_call_event event = ct_session_event(session, record);
	/* The text of calls that ended long ago: when all are there. */
	bool later = record->engine == CT_ENGINE_AGENT &&
		     session->is_draining && timeline->count != known;
	if (!later || session->trace_is_json)
		trace_call(session, &event, false);
	if (!later)
		show_call(session, &event, false);
}

static void tell_text(struct ct_session *session,
		      const struct ct_record *record, bool begin)
{
	struct ct_call_event event = ct_session_event(session, record);
	if (!session->trace_is_json)
		trace_call(session, &event, begin);
	show_call(session, &event, begin);
}

static struct ct_error *tell(struct ct_session *session,
			     struct ct_telling *telling)
{
	enum ct_told told;
	const struct ct_record *record;
	const struct ct_mark *mark;
	for (;;) {
		struct ct_error *err =
		    ct_telling_next(telling, &told, &record, &mark);
		if (err || told == CT_TOLD_ALL)
			return err;
		tell_text(session, record, told == CT_TOLD_BEGIN);
	}
}

void ct_session_tell_drained(struct ct_session *session, size_t first)
{
	bool has_file = session->trace_fd >= 0 && !session->trace_is_json;
	struct ct_telling telling;
	if (first < session->timeline.count && (session->live || has_file)) {
		struct ct_error *err = ct_telling_init(
		    &telling, &session->timeline, first, CT_TELL_BEGINS);
		if (!err)
			err = tell(session, &telling);
		ct_telling_deinit(&telling);
		if (err)
			ct_session_complain(session, err);
	}
	if (session->trace_fd >= 0)
		write_lines(session);
}

void ct_session_mark(struct ct_session *session, const struct ct_mark *mark)
{
	ct_session_drain_notified(session, false);
	ct_session_drain(session);
	ct_session_trouble(session,
			   ct_timeline_add_mark(&session->timeline, mark));
	if (session->trace_fd >= 0) {
		if (session->trace_is_json)
			ct_jsonl_mark(mark, &session->line);
		else
			ct_text_mark(&session->trace_text, mark,
				     &session->line);
		write_lines(session);
	}
	if (session->live)
		ct_text_mark(&session->live_text, mark, &session->text);
}

char *ct_session_take_text(struct ct_session *session)
{
	return session->text.size ? ct_buffer_take_string(&session->text)
				  : NULL;
}

char *ct_session_flush_text(struct ct_session *session)
{
	ct_text_flush(&session->live_text, &session->text);
	return ct_session_take_text(session);
}

bool ct_trace_is_json(const char *path, enum ct_trace_format format)
{
	const char *dot = strrchr(path, '.');
	if (format != CT_TRACE_BY_NAME)
		return format == CT_TRACE_JSONL;
	return dot && (!strcmp(dot, ".jsonl") || !strcmp(dot, ".json"));
}

struct ct_error *ct_trace_create(const char *path, int *ret)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0)
		return ct_error_format(CT_ERROR_OS,
				       "the trace file %s cannot be written: "
				       "%m",
				       path);
	*ret = fd;
	return NULL;
}

struct ct_error *ct_session_open_trace(struct ct_session *session,
				       const char *path,
				       enum ct_trace_format format)
{
	int fd = -1;
	char *copy = NULL;
	if (path) {
		struct ct_error *err = ct_trace_create(path, &fd);
		if (err)
			return err;
		copy = strdup(path);
		if (!copy) {
			close(fd);
			return &ct_enomem;
		}
	}
	if (session->trace_fd >= 0) {
		ct_text_flush(&session->trace_text, &session->line);
		write_lines(session);
		close(session->trace_fd);
	}
	free(session->trace_path);
	session->trace_path = copy;
	session->trace_fd = fd;
	session->trace_broken = false;
	session->trace_is_json = path && ct_trace_is_json(path, format);
	return NULL;
}
