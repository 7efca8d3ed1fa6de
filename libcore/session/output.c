/* SPDX-License-Identifier: MIT */
/*
 * Where complete calls go: the timeline, the trace file, the live text.
 *
 * A trace file is written call by call with one write(2) each: whoever dies
 * next, the calls reported before are in the file.  When a write fails, the
 * file is cut back to its last whole line, the user is told once, and the
 * timeline still has everything for `ctester save`.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "session/agent.h"

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
	struct ct_caller_entry *entry;
	HASH_FIND(hh, session->callers, &addr, sizeof(addr), entry);
	if (entry)
		return entry->index;
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

static struct ct_error *write_all(int fd, const char *data, size_t size)
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

/* Put the line buffer into the trace file. */
static void write_line(struct ct_session *session)
{
	struct ct_buffer *line = &session->line;
	if (session->trace_broken || ct_buffer_failed(line))
		return;
	off_t before = lseek(session->trace_fd, 0, SEEK_CUR);
	struct ct_error *err =
	    write_all(session->trace_fd, line->data, line->size);
	if (!err)
		return;
	if (before >= 0 && ftruncate(session->trace_fd, before) == 0)
		lseek(session->trace_fd, before, SEEK_SET);
	session->trace_broken = true;
	ct_session_complain(
	    session,
	    ct_error_prefix(err,
			    "the trace file %s ends here (what follows is kept "
			    "in memory: ctester save FILE)",
			    session->trace_path));
}

static void trace_call(struct ct_session *session,
		       const struct ct_call_event *event, bool begin)
{
	struct ct_error *err = NULL;
	if (session->trace_fd < 0 || (begin && session->trace_is_json))
		return;
	ct_buffer_clear(&session->line);
	if (session->trace_is_json)
		err = ct_jsonl_call(event, &session->line);
	else if (begin)
		err =
		    ct_text_begin(&session->trace_text, event, &session->line);
	else
		err = ct_text_end(&session->trace_text, event, &session->line);
	if (err)
		ct_session_trouble(session, err);
	else if (session->line.size)
		write_line(session);
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
	const struct ct_record *kept;
	/* What has ended before is before it. */
	if (record->engine != CT_ENGINE_AGENT)
		ct_session_drain(session);
	ct_session_trouble(session,
			   ct_timeline_add(&session->timeline, record, &kept));
	if (!session->live && session->trace_fd < 0)
		return;
	struct ct_call_event event = ct_session_event(session, record);
	/* The text of calls that ended long ago: when all are there. */
	bool later = record->engine == CT_ENGINE_AGENT && session->is_draining;
	if (!later || session->trace_is_json)
		trace_call(session, &event, false);
	if (!later)
		show_call(session, &event, false);
}

static int by_seq(const void *a, const void *b)
{
	const struct ct_record *const *x = a, *const *y = b;
	return ((*x)->seq > (*y)->seq) - ((*x)->seq < (*y)->seq);
}

static void tell_text(struct ct_session *session,
		      const struct ct_record *record, bool begin)
{
	struct ct_call_event event = ct_session_event(session, record);
	if (!session->trace_is_json)
		trace_call(session, &event, begin);
	show_call(session, &event, begin);
}

void ct_session_tell_drained(struct ct_session *session, size_t first)
{
	const struct ct_timeline *timeline = &session->timeline;
	size_t count = timeline->count - first, begun = 0;
	bool has_file = session->trace_fd >= 0 && !session->trace_is_json;
	if (!count || (!session->live && !has_file))
		return;
	CT_AUTO_FREE const struct ct_record **by_entry =
	    calloc(count, sizeof(*by_entry));
	for (size_t i = 0; by_entry && i < count; i++)
		by_entry[i] = timeline->records[first + i];
	if (by_entry)
		qsort(by_entry, count, sizeof(*by_entry), by_seq);
	for (size_t i = first; i < timeline->count; i++) {
		const struct ct_record *record = timeline->records[i];
		uint64_t end = record->time_ns + record->duration_ns;
		while (by_entry && begun < count &&
		       (by_entry[begun]->seq <= record->seq ||
			by_entry[begun]->time_ns <= end))
			tell_text(session, by_entry[begun++], true);
		tell_text(session, record, false);
	}
}

void ct_session_mark(struct ct_session *session, const struct ct_mark *mark)
{
	ct_session_drain_notified(session, false);
	ct_session_drain(session);
	ct_session_trouble(session,
			   ct_timeline_add_mark(&session->timeline, mark));
	if (session->trace_fd >= 0) {
		ct_buffer_clear(&session->line);
		if (session->trace_is_json)
			ct_jsonl_mark(mark, &session->line);
		else
			ct_text_mark(&session->trace_text, mark,
				     &session->line);
		if (session->line.size)
			write_line(session);
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

static bool names_json(const char *path, enum ct_trace_format format)
{
	const char *dot = strrchr(path, '.');
	if (format != CT_TRACE_BY_NAME)
		return format == CT_TRACE_JSONL;
	return dot && (!strcmp(dot, ".jsonl") || !strcmp(dot, ".json"));
}

static struct ct_error *create_file(const char *path, int *ret)
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
		struct ct_error *err = create_file(path, &fd);
		if (err)
			return err;
		copy = strdup(path);
		if (!copy) {
			close(fd);
			return &ct_enomem;
		}
	}
	if (session->trace_fd >= 0) {
		ct_buffer_clear(&session->line);
		ct_text_flush(&session->trace_text, &session->line);
		if (session->line.size)
			write_line(session);
		close(session->trace_fd);
	}
	free(session->trace_path);
	session->trace_path = copy;
	session->trace_fd = fd;
	session->trace_broken = false;
	session->trace_is_json = path && names_json(path, format);
	return NULL;
}

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

struct ct_error *ct_session_save(struct ct_session *session, const char *path,
				 enum ct_trace_format format, size_t *count)
{
	CT_AUTO_CLOSE int fd = -1;
	char *trace;
	struct ct_error *err = create_file(path, &fd);
	if (!err)
		err = ct_session_report(session,
					names_json(path, format)
					    ? CT_REPORT_JSONL
					    : CT_REPORT_TRACE,
					NULL, &trace);
	if (err)
		return err;
	struct stopped stopped = {
	    session, names_json(path, format), {0}, 0, NULL};
	ct_frames_each(session->frames, add_stopped, &stopped);
	err = stopped.err;
	if (!err)
		err = write_all(fd, trace, strlen(trace));
	if (!err)
		err = write_all(fd, stopped.out.data, stopped.out.size);
	ct_buffer_deinit(&stopped.out);
	free(trace);
	if (!err && close(ct_take_fd(&fd)) < 0)
		err = ct_error_format(CT_ERROR_OS, "%m");
	if (err)
		return ct_error_prefix(
		    err, "the trace file %s cannot be written", path);
	*count = session->timeline.count + stopped.count;
	return NULL;
}
