/* SPDX-License-Identifier: MIT */
/* JSON Lines.  The order of the members is that of docs/trace-format.md. */
#include <stdlib.h>
#include <string.h>

#include "trace/event.h"
#include "value/tail.h"

static const char *const outcome_names[] = {
    [CT_OUTCOME_REAL] = "real",         [CT_OUTCOME_MOCKED] = "mocked",
    [CT_OUTCOME_FAILED] = "failed",     [CT_OUTCOME_RAISED] = "raised",
    [CT_OUTCOME_UNMOCKED] = "unmocked", [CT_OUTCOME_UNFINISHED] = "unfinished",
};

/* One row a class of the variadic tail. */
static const char *const tail_heads[CT_TAIL_CLASSES] = {
    [CT_TAIL_INT] = "int",
    [CT_TAIL_UINT] = "unsigned int",
    [CT_TAIL_LONG] = "long",
    [CT_TAIL_ULONG] = "unsigned long",
    [CT_TAIL_CHAR] = "char",
    [CT_TAIL_DOUBLE] = "double",
    [CT_TAIL_LONG_DOUBLE] = "long double",
    [CT_TAIL_STRING] = "const char *",
    [CT_TAIL_WSTRING] = "const wchar_t *",
    [CT_TAIL_POINTER] = "void *",
    [CT_TAIL_MODE] = "unsigned int",
};

const char *ct_outcome_name(enum ct_outcome outcome)
{
	return outcome_names[outcome];
}

#define PUT(out, literal) ct_buffer_append(out, literal, sizeof(literal) - 1)

static void put_text(struct ct_buffer *out, const struct ct_text *text)
{
	ct_buffer_append(out, text->data, text->size);
}

static struct ct_error *put_tail(const struct ct_call_event *event,
				 const struct ct_decoder *decoder,
				 struct ct_buffer *out)
{
	const struct ct_tail_value *tail = ct_record_tail(event->record);
	struct ct_error *err = NULL;
	for (uint32_t i = 0; !err && i < event->record->tail_count; i++) {
		if (i || event->signature->count)
			ct_buffer_putc(out, ',');
		PUT(out, "{\"name\":null,\"type\":\"");
		ct_buffer_puts(out, tail_heads[tail[i].class]);
		PUT(out, "\",\"value\":");
		struct ct_value value = ct_event_tail(&tail[i]);
		err = ct_value_encode_json(decoder, &value, out);
		if (!err && tail[i].class == CT_TAIL_MODE) {
			PUT(out, ",\"symbol\":\"");
			ct_tail_say(&tail[i], out);
			ct_buffer_putc(out, '"');
		}
		ct_buffer_putc(out, '}');
	}
	return err;
}

/* What a descriptor was at the call. */
static void put_path(const struct ct_record *record, unsigned int index,
		     struct ct_buffer *out)
{
	size_t size;
	const char *note = ct_record_note(record, index, &size);
	char *path = note ? strndup(note, size) : NULL;
	if (path) {
		PUT(out, ",\"path\":");
		ct_json_string(out, path);
	}
	free(path);
}

/* A value and, where it has one, its meaning; ends the object. */
static struct ct_error *put_value(const struct ct_call_event *event,
				  const struct ct_signature_part *part,
				  unsigned int index,
				  const struct ct_decoder *decoder,
				  const struct ct_value *value,
				  struct ct_buffer *out)
{
	struct ct_error *err = NULL;
	put_text(out, &part->json);
	if (value->type != part->type ||
	    !ct_part_put_number(part, value->bytes, value->size, out))
		err = ct_value_encode_json(decoder, value, out);
	if (!err && part->meaning) {
		struct ct_buffer symbol = {0};
		char *text = NULL;
		if (ct_part_spell(part, value->bytes, value->size, &symbol))
			text = ct_buffer_take_string(&symbol);
		ct_buffer_deinit(&symbol);
		if (text) {
			PUT(out, ",\"symbol\":");
			ct_json_string(out, text);
			free(text);
		}
		put_path(event->record, index, out);
	}
	ct_buffer_putc(out, '}');
	return err;
}

static struct ct_error *put_args(const struct ct_call_event *event,
				 struct ct_buffer *out)
{
	const struct ct_signature *signature = event->signature;
	struct ct_decoder decoder = ct_event_decoder(event, false);
	struct ct_error *err = NULL;
	for (size_t i = 0; !err && i < signature->count; i++) {
		if (i)
			ct_buffer_putc(out, ',');
		size_t start = out->size;
		put_text(out, &signature->parameters[i].json);
		if (ct_event_put_number(event, i, out)) {
			ct_buffer_putc(out, '}');
			continue;
		}
		out->size = start;
		decoder.limits = ct_event_limits(event, i);
		struct ct_value value = ct_event_argument(event, i, false);
		err = put_value(event, &signature->parameters[i],
				(unsigned int)i, &decoder, &value, out);
	}
	return err ? err : put_tail(event, &decoder, out);
}

static struct ct_error *put_out(const struct ct_call_event *event,
				struct ct_buffer *out)
{
	const struct ct_signature *signature = event->signature;
	struct ct_decoder decoder = ct_event_decoder(event, true);
	struct ct_error *err = NULL;
	bool first = true;
	for (size_t i = 0; !err && i < signature->count && i < 64; i++) {
		if (!(event->record->changed >> i & 1))
			continue;
		if (first)
			PUT(out, ",\"out\":[");
		else
			ct_buffer_putc(out, ',');
		first = false;
		decoder.limits = ct_event_limits(event, i);
		struct ct_value value = ct_event_argument(event, i, true);
		err = put_value(event, &signature->parameters[i],
				(unsigned int)i, &decoder, &value, out);
	}
	if (!first)
		ct_buffer_putc(out, ']');
	return err;
}

static struct ct_error *put_return(const struct ct_call_event *event,
				   struct ct_buffer *out)
{
	if (!(event->record->flags & CT_RECORD_HAS_RESULT)) {
		PUT(out, "null");
		return NULL;
	}
	if (event->signature->returns_void) {
		put_text(out, &event->signature->result.json);
		PUT(out, "null}");
		return NULL;
	}
	struct ct_signature_part part = event->signature->result;
	struct ct_decoder decoder = ct_event_decoder(event, true);
	struct ct_value value = ct_event_result(event);
	if (event->record->flags & CT_RECORD_HAS_ERRNO)
		part.meaning = CT_MEANING_NONE;
	return put_value(event, &part, CT_NOTE_RESULT, &decoder, &value, out);
}

static void put_number(struct ct_buffer *out, const char *key, size_t size,
		       uint64_t number)
{
	ct_buffer_append(out, key, size);
	ct_buffer_put_u64(out, number);
}
#define PUT_NUMBER(out, key, number) \
	put_number(out, key, sizeof(key) - 1, (uint64_t)(number))

static struct ct_error *put_call(const struct ct_call_event *event,
				 struct ct_buffer *out)
{
	const struct ct_record *record = event->record;
	if (event->signature->is_syscall)
		PUT(out, "{\"type\":\"syscall\"");
	else
		PUT(out, "{\"type\":\"call\"");
	PUT_NUMBER(out, ",\"seq\":", record->seq);
	PUT_NUMBER(out, ",\"time_ns\":", record->time_ns);
	PUT_NUMBER(out, ",\"duration_ns\":", record->duration_ns);
	PUT_NUMBER(out, ",\"pid\":", record->pid);
	PUT_NUMBER(out, ",\"tid\":", record->tid);
	ct_buffer_putc(out, ',');
	put_text(out, &event->signature->json);
	PUT(out, ",\"engine\":\"");
	ct_buffer_puts(out, event->engine);
	PUT(out, "\",\"outcome\":\"");
	ct_buffer_puts(out, outcome_names[record->outcome]);
	PUT(out, "\",\"args\":[");
	struct ct_error *err = put_args(event, out);
	PUT(out, "],\"return\":");
	if (!err)
		err = put_return(event, out);
	if (!err)
		err = put_out(event, out);
	PUT(out, ",\"errno\":");
	if (record->flags & CT_RECORD_HAS_ERRNO)
		ct_buffer_put_i64(out, record->errno_value);
	else
		PUT(out, "null");
	if (event->raised) {
		PUT(out, ",\"raised\":");
		ct_json_string(out, event->raised);
	}
	if (record->flags & CT_RECORD_CUT)
		PUT(out, ",\"truncated\":true");
	if (event->signature->guessed)
		PUT(out, ",\"guessed\":true");
	PUT(out, ",\"caller\":");
	if (event->caller)
		put_text(out, &event->caller->json);
	else
		PUT(out, "null");
	PUT(out, "}\n");
	return err;
}

struct ct_error *ct_jsonl_call(const struct ct_call_event *event,
			       struct ct_buffer *out)
{
	size_t start = out->size;
	struct ct_error *err = put_call(event, out);
	if (err)
		out->size = start;
	return err;
}

void ct_jsonl_mark(const struct ct_mark *mark, struct ct_buffer *out)
{
	static const struct {
		const char *type;
		const char *text; /* key of ct_mark::text, or NULL */
		const char *number;
	} rows[] = {
	    [CT_EVENT_START] = {"start", "program", NULL},
	    [CT_EVENT_EXIT] = {"exit", NULL, "code"},
	    [CT_EVENT_KILLED] = {"exit", "signal", NULL},
	    [CT_EVENT_SIGNAL] = {"signal", "signal", NULL},
	    [CT_EVENT_FORK] = {"fork", NULL, "child"},
	    [CT_EVENT_EXEC] = {"exec", "program", NULL},
	    [CT_EVENT_THREAD] = {"thread", NULL, "thread"},
	    [CT_EVENT_NOTE] = {"note", "text", NULL},
	};
	ct_buffer_printf(out, "{\"type\":\"%s\"", rows[mark->kind].type);
	PUT_NUMBER(out, ",\"time_ns\":", mark->time_ns);
	PUT_NUMBER(out, ",\"pid\":", mark->pid);
	PUT_NUMBER(out, ",\"tid\":", mark->tid);
	if (rows[mark->kind].text) {
		ct_buffer_printf(out, ",\"%s\":", rows[mark->kind].text);
		ct_json_string(out, mark->text);
	}
	if (rows[mark->kind].number)
		ct_buffer_printf(out, ",\"%s\":%lld", rows[mark->kind].number,
				 (long long)mark->number);
	PUT(out, "}\n");
}
