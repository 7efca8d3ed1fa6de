/* SPDX-License-Identifier: MIT */
/* The trace as text.  See struct ct_text_trace for its rules. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "trace/event.h"
#include "value/tail.h"
#include "value/text.h"
#include "value/way.h"

enum {
	LINE_WIDTH = 100, /* longer calls get a line an argument */
	DEPTH_SHOWN = 64  /* deeper calls are not indented further */
};

void ct_text_trace_init(struct ct_text_trace *trace)
{
	*trace = (struct ct_text_trace){0};
}

void ct_text_trace_deinit(struct ct_text_trace *trace)
{
	ct_buffer_deinit(&trace->open);
	free(trace->begun);
}

static void put_indent(struct ct_buffer *out, size_t columns)
{
	while (columns--)
		ct_buffer_putc(out, ' ');
}

/* Thread and depth; from the second thread on, each line names its own. */
static size_t put_margin(struct ct_text_trace *trace, pid_t tid, uint32_t depth,
			 struct ct_buffer *out)
{
	size_t start = out->size;
	if (!trace->first_tid)
		trace->first_tid = tid;
	if (tid != trace->first_tid)
		trace->many_threads = true;
	if (trace->many_threads)
		ct_buffer_printf(out, "[%d] ", (int)tid);
	put_indent(out, (depth < DEPTH_SHOWN ? depth : DEPTH_SHOWN) * 2);
	return out->size - start;
}

static uint32_t indent_of(const struct ct_record *record)
{
	return (record->depth < DEPTH_SHOWN ? record->depth : DEPTH_SHOWN) * 2;
}

/* How arguments are laid out: on the line at hand, or one a line. */
struct layout {
	bool spread;
	size_t indent; /* of an argument's line */
};

/* A word that nobody knows the type of: a small number, or hexadecimal. */
static void put_word(const struct ct_value *value, struct ct_buffer *out)
{
	uint64_t word = 0;
	memcpy(&word, value->bytes,
	       value->size < sizeof(word) ? value->size : sizeof(word));
	if (word < 4096)
		ct_buffer_put_u64(out, word);
	else
		ct_buffer_put_hex(out, word);
}

/* What programs want as a number. */
static bool say_number(uint8_t meaning, const struct ct_value *value,
		       struct ct_buffer *out)
{
	static const struct {
		uint8_t meaning;
		enum ct_number_way way;
	} rows[] = {
	    {CT_MEANING_WORD, CT_NUMBER_WORD},
	    {CT_MEANING_ID, CT_NUMBER_ID},
	    {CT_MEANING_DEVICE, CT_NUMBER_DEVICE},
	    {CT_MEANING_STATUS, CT_NUMBER_STATUS},
	};
	uint64_t word = 0;
	if (value->size > sizeof(word))
		return false;
	memcpy(&word, value->bytes, value->size);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (rows[i].meaning == meaning)
			return ct_number_say(rows[i].way, word, value->size,
					     out);
	return false;
}

/* By its meaning; false: by its type. */
static bool put_meaning(const struct ct_signature_part *part,
			const struct ct_value *value, struct ct_buffer *out)
{
	int32_t small;
	if (!value->size)
		return false;
	if (ct_part_spell(part, value->bytes, value->size, out))
		return true;
	if (part->meaning == CT_MEANING_ADDRESS) {
		ct_buffer_puts(out, "NULL");
		return true;
	}
	if (say_number(part->meaning, value, out))
		return true;
	/* An int that the kernel takes as a word: mmap's -1. */
	if ((part->meaning != CT_MEANING_FD &&
	     part->meaning != CT_MEANING_DIRFD) ||
	    value->size < sizeof(small))
		return false;
	memcpy(&small, value->bytes, sizeof(small));
	ct_buffer_put_i64(out, small);
	return true;
}

/* `3</dev/null>`, as strace has it. */
static void put_path(const struct ct_record *record, unsigned int index,
		     struct ct_buffer *out)
{
	size_t size;
	const char *note = ct_record_note(record, index, &size);
	char *path = note ? strndup(note, size) : NULL;
	if (path) {
		ct_buffer_putc(out, '<');
		ct_text_name(out, path);
		ct_buffer_putc(out, '>');
	}
	free(path);
}

static struct ct_error *put_argument(const struct ct_call_event *event,
				     size_t i, bool at_return,
				     const struct layout *layout,
				     struct ct_buffer *out)
{
	const struct ct_signature *signature = event->signature;
	struct ct_value value;
	if (i < signature->count) {
		const struct ct_signature_part *part =
		    &signature->parameters[i];
		if (part->name)
			ct_buffer_append(out, part->text.data, part->text.size);
		if (!at_return && !signature->guessed &&
		    ct_event_put_number(event, i, out))
			return NULL;
		value = ct_event_argument(event, i, at_return);
		if (signature->guessed) {
			put_word(&value, out);
			return NULL;
		}
		if (put_meaning(part, &value, out)) {
			put_path(event->record, (unsigned int)i, out);
			return NULL;
		}
	} else {
		const struct ct_tail_value *tail =
		    &ct_record_tail(event->record)[i - signature->count];
		if (ct_tail_say(tail, out))
			return NULL;
		value = ct_event_tail(tail);
	}
	struct ct_decoder decoder = ct_event_decoder(event, at_return);
	decoder.limits = ct_event_limits(event, i);
	return layout->spread
		   ? ct_value_encode_lines(&decoder, &value, LINE_WIDTH,
					   (uint32_t)layout->indent, out)
		   : ct_value_encode_text(&decoder, &value, out);
}

static struct ct_error *put_args(const struct ct_call_event *event,
				 const struct layout *layout,
				 struct ct_buffer *out)
{
	size_t count = event->signature->count + event->record->tail_count;
	struct ct_error *err = NULL;
	bool first = true;
	for (size_t i = 0; !err && i < count; i++) {
		if (i < event->signature->count &&
		    event->signature->parameters[i].meaning ==
			CT_MEANING_UNUSED)
			continue;
		if (!first)
			ct_buffer_puts(out, layout->spread ? "," : ", ");
		first = false;
		if (layout->spread) {
			ct_buffer_putc(out, '\n');
			put_indent(out, layout->indent);
		}
		err = put_argument(event, i, false, layout, out);
	}
	return err;
}

static void put_name(const struct ct_call_event *event, struct ct_buffer *out)
{
	ct_buffer_append(out, event->signature->text.data,
			 event->signature->text.size);
}

/* name(args, without the closing parenthesis */
static struct ct_error *put_call(const struct ct_call_event *event,
				 size_t margin, struct ct_buffer *out)
{
	struct layout layout = {false, margin + 4};
	size_t start = out->size;
	put_name(event, out);
	ct_buffer_putc(out, '(');
	size_t args = out->size;
	struct ct_error *err = put_args(event, &layout, out);
	if (!err && out->size - start + margin > LINE_WIDTH) {
		out->size = args;
		layout.spread = true;
		err = put_args(event, &layout, out);
	}
	return err;
}

/* include/linux/errno.h: results that only debuggers see.  The kernel makes
 * the call again, or EINTR of it. */
static const struct {
	int number;
	const char *name;
	const char *text;
} restarts[] = {
    {512, "ERESTARTSYS", "To be restarted if SA_RESTART is set"},
    {513, "ERESTARTNOINTR", "To be restarted"},
    {514, "ERESTARTNOHAND", "To be restarted if no handler"},
    {516, "ERESTART_RESTARTBLOCK", "Interrupted by signal"},
};

static bool is_restart(int number, const char **name, const char **text)
{
	for (size_t i = 0; i < sizeof(restarts) / sizeof(*restarts); i++) {
		if (restarts[i].number != number)
			continue;
		*name = restarts[i].name;
		*text = restarts[i].text;
		return true;
	}
	return false;
}

static void put_errno(int number, struct ct_buffer *out)
{
	const char *name = strerrorname_np(number);
	const char *text = strerrordesc_np(number);
	if (is_restart(number, &name, &text) || name)
		ct_buffer_printf(out, " %s (%s)", name, text);
	else
		ct_buffer_printf(out, " errno %d", number);
}

/* As strace and libc have it: -1, the error is behind it. */
static void put_failure(int number, struct ct_buffer *out)
{
	const char *name, *text;
	ct_buffer_puts(out, is_restart(number, &name, &text) ? "?" : "-1");
}

static struct ct_error *put_changes(const struct ct_call_event *event,
				    struct ct_buffer *out)
{
	struct ct_error *err = NULL;
	const struct layout layout = {true, indent_of(event->record)};
	const char *before = " [";
	for (size_t i = 0; !err && i < event->signature->count && i < 64; i++) {
		if (!(event->record->changed >> i & 1))
			continue;
		ct_buffer_puts(out, before);
		before = ", ";
		err = put_argument(event, i, true, &layout, out);
	}
	if (*before == ',')
		ct_buffer_putc(out, ']');
	return err;
}

static struct ct_error *put_result(const struct ct_call_event *event,
				   struct ct_buffer *out)
{
	static const char *const notes[] = {
	    [CT_OUTCOME_REAL] = "",
	    [CT_OUTCOME_MOCKED] = " <mocked>",
	    [CT_OUTCOME_FAILED] = " <failed>",
	    [CT_OUTCOME_RAISED] = " <raised>",
	    [CT_OUTCOME_UNMOCKED] = " <unmocked>",
	    [CT_OUTCOME_UNFINISHED] = " <unfinished>",
	};
	const struct ct_record *record = event->record;
	struct ct_error *err = NULL;
	ct_buffer_putc(out, ')');
	if (!(record->flags & CT_RECORD_HAS_RESULT)) {
		ct_buffer_puts(out, " = ?");
	} else if (!event->signature->returns_void) {
		struct ct_decoder decoder = ct_event_decoder(event, true);
		struct ct_value value = ct_event_result(event);
		ct_buffer_puts(out, " = ");
		if (event->signature->is_syscall &&
		    record->flags & CT_RECORD_HAS_ERRNO)
			put_failure(record->errno_value, out);
		else if (event->signature->guessed)
			put_word(&value, out);
		else if (ct_part_put_number(&event->signature->result,
					    value.bytes, value.size, out))
			;
		else if (put_meaning(&event->signature->result, &value, out))
			put_path(record, CT_NOTE_RESULT, out);
		else
			err =
			    ct_value_encode_lines(&decoder, &value, LINE_WIDTH,
						  indent_of(record), out);
	}
	if (record->flags & CT_RECORD_HAS_ERRNO)
		put_errno(record->errno_value, out);
	if (!err)
		err = put_changes(event, out);
	ct_buffer_puts(out, notes[record->outcome]);
	if (event->raised)
		ct_buffer_printf(out, " %s", event->raised);
	ct_buffer_putc(out, '\n');
	return err;
}

/* Without memory for it, the call is printed whole when it ends. */
static void remember_begun(struct ct_text_trace *trace, uint64_t seq)
{
	if (trace->begun_count == trace->begun_capacity) {
		size_t capacity =
		    trace->begun_capacity ? trace->begun_capacity * 2 : 16;
		uint64_t *bigger =
		    reallocarray(trace->begun, capacity, sizeof(*bigger));
		if (!bigger)
			return;
		trace->begun = bigger;
		trace->begun_capacity = capacity;
	}
	trace->begun[trace->begun_count++] = seq;
}

/* Newest first: calls return in the reverse order. */
static bool take_begun(struct ct_text_trace *trace, uint64_t seq)
{
	for (size_t i = trace->begun_count; i-- > 0;) {
		if (trace->begun[i] != seq)
			continue;
		trace->begun_count--;
		memmove(&trace->begun[i], &trace->begun[i + 1],
			(trace->begun_count - i) * sizeof(seq));
		return true;
	}
	return false;
}

void ct_text_flush(struct ct_text_trace *trace, struct ct_buffer *out)
{
	if (!trace->has_open)
		return;
	ct_buffer_append(out, trace->open.data, trace->open.size);
	ct_buffer_puts(out, " <unfinished ...>\n");
	trace->has_open = false;
	remember_begun(trace, trace->open_seq);
}

struct ct_error *ct_text_begin(struct ct_text_trace *trace,
			       const struct ct_call_event *event,
			       struct ct_buffer *out)
{
	const struct ct_record *record = event->record;
	ct_text_flush(trace, out);
	ct_buffer_clear(&trace->open);
	size_t margin =
	    put_margin(trace, record->tid, record->depth, &trace->open);
	struct ct_error *err = put_call(event, margin, &trace->open);
	trace->has_open = !err;
	trace->open_seq = record->seq;
	return err;
}

static void put_resumed(const struct ct_call_event *event,
			struct ct_buffer *out)
{
	ct_buffer_puts(out, "<... ");
	put_name(event, out);
	ct_buffer_puts(out, " resumed>");
}

struct ct_error *ct_text_end(struct ct_text_trace *trace,
			     const struct ct_call_event *event,
			     struct ct_buffer *out)
{
	const struct ct_record *record = event->record;
	struct ct_error *err = NULL;
	if (trace->has_open && trace->open_seq == record->seq) {
		ct_buffer_append(out, trace->open.data, trace->open.size);
		trace->has_open = false;
		return put_result(event, out);
	}
	ct_text_flush(trace, out);
	size_t margin = put_margin(trace, record->tid, record->depth, out);
	if (take_begun(trace, record->seq))
		put_resumed(event, out);
	else
		err = put_call(event, margin, out);
	return err ? err : put_result(event, out);
}

/* A run's threads are counted anew; a child that is followed into is one more
 * beside its parent's. */
static void count_start(struct ct_text_trace *trace)
{
	trace->many_threads = trace->processes > 0;
	if (!trace->processes++)
		trace->first_tid = 0;
}

/* The start may have been before the trace was asked for. */
static void count_end(struct ct_text_trace *trace)
{
	if (trace->processes)
		trace->processes--;
}

void ct_text_mark(struct ct_text_trace *trace, const struct ct_mark *mark,
		  struct ct_buffer *out)
{
	ct_text_flush(trace, out);
	switch (mark->kind) {
	case CT_EVENT_START:
		count_start(trace);
		return;
	case CT_EVENT_THREAD:
		return; /* its calls will say so */
	case CT_EVENT_EXIT:
		count_end(trace);
		put_margin(trace, mark->tid, 0, out);
		ct_buffer_printf(out, "+++ exited with %lld +++\n",
				 (long long)mark->number);
		return;
	case CT_EVENT_KILLED:
		count_end(trace);
		put_margin(trace, mark->tid, 0, out);
		ct_buffer_printf(out, "+++ killed by %s +++\n", mark->text);
		return;
	case CT_EVENT_SIGNAL:
		put_margin(trace, mark->tid, 0, out);
		ct_buffer_printf(out, "--- %s ---\n", mark->text);
		return;
	case CT_EVENT_FORK:
		put_margin(trace, mark->tid, 0, out);
		ct_buffer_printf(out, "+++ forked %lld +++\n",
				 (long long)mark->number);
		return;
	case CT_EVENT_EXEC:
		put_margin(trace, mark->tid, 0, out);
		ct_buffer_puts(out, "+++ executes ");
		ct_text_sentence(out, mark->text);
		ct_buffer_puts(out, " +++\n");
		return;
	case CT_EVENT_NOTE:
		ct_buffer_puts(out, "+++ ");
		ct_text_sentence(out, mark->text);
		ct_buffer_puts(out, " +++\n");
		return;
	}
}
