/* SPDX-License-Identifier: MIT */
/* A call as a Python tuple, for tests that assert it; its form is that of
 * ct_session_interactions(). */
#include <stdlib.h>
#include <string.h>

#include "trace/event.h"
#include "value/tail.h"

#define PUT(out, literal) ct_buffer_append(out, literal, sizeof(literal) - 1)

/* A string of JSON is one of Python. */
static void put_string(struct ct_buffer *out, const char *string)
{
	if (string)
		ct_json_string(out, string);
	else
		PUT(out, "None");
}

struct ct_error *ct_python_args(const struct ct_call_event *event,
				struct ct_buffer *out)
{
	struct ct_decoder decoder = ct_event_decoder(event, false);
	const struct ct_tail_value *tail = ct_record_tail(event->record);
	struct ct_error *err = NULL;
	ct_buffer_putc(out, '(');
	for (size_t i = 0; !err && i < event->signature->count; i++) {
		struct ct_value value = ct_event_argument(event, i, false);
		err = ct_value_encode_python(&decoder, &value, out);
		ct_buffer_putc(out, ',');
	}
	for (uint32_t i = 0; !err && i < event->record->tail_count; i++) {
		struct ct_value value = ct_event_tail(&tail[i]);
		err = ct_value_encode_python(&decoder, &value, out);
		ct_buffer_putc(out, ',');
	}
	ct_buffer_putc(out, ')');
	return err;
}

static struct ct_error *put_result(const struct ct_call_event *event,
				   struct ct_buffer *out)
{
	if (!(event->record->flags & CT_RECORD_HAS_RESULT) ||
	    event->signature->returns_void) {
		PUT(out, "None");
		return NULL;
	}
	struct ct_decoder decoder = ct_event_decoder(event, true);
	struct ct_value value = ct_event_result(event);
	return ct_value_encode_python(&decoder, &value, out);
}

static struct ct_error *put_out(const struct ct_call_event *event,
				struct ct_buffer *out)
{
	const struct ct_signature *signature = event->signature;
	struct ct_decoder decoder = ct_event_decoder(event, true);
	struct ct_error *err = NULL;
	ct_buffer_putc(out, '{');
	for (size_t i = 0; !err && i < signature->count && i < 64; i++) {
		if (!(event->record->changed >> i & 1))
			continue;
		if (signature->parameters[i].name)
			put_string(out, signature->parameters[i].name);
		else
			ct_buffer_put_u64(out, i);
		ct_buffer_putc(out, ':');
		struct ct_value value = ct_event_argument(event, i, true);
		err = ct_value_encode_python(&decoder, &value, out);
		ct_buffer_putc(out, ',');
	}
	ct_buffer_putc(out, '}');
	return err;
}

/* The argument as it was passed: a pointer's own value. */
static void put_address(const struct ct_call_event *event, size_t i,
			struct ct_buffer *out)
{
	struct ct_value value = ct_event_argument(event, i, false);
	struct ct_type *type;
	uint64_t address;
	struct ct_error *err = ct_type_strip(value.type, &type);
	if (!err && value.size == sizeof(address) &&
	    ct_type_kind(type) == CT_TYPE_POINTER) {
		memcpy(&address, value.bytes, sizeof(address));
		ct_buffer_put_u64(out, address);
	} else {
		PUT(out, "None");
	}
	ct_error_destroy(err);
	ct_buffer_putc(out, ',');
}

static void put_addresses(const struct ct_call_event *event,
			  struct ct_buffer *out)
{
	if (!(event->record->flags & CT_RECORD_MONITORED)) {
		PUT(out, "None");
		return;
	}
	ct_buffer_putc(out, '(');
	for (size_t i = 0; i < event->signature->count; i++)
		put_address(event, i, out);
	ct_buffer_putc(out, ')');
}

static void put_bool(bool value, struct ct_buffer *out)
{
	ct_buffer_puts(out, value ? "True," : "False,");
}

static void put_note(const struct ct_record *record, unsigned int index,
		     struct ct_buffer *out)
{
	size_t size;
	const char *note = ct_record_note(record, index, &size);
	char *text = note ? strndup(note, size) : NULL;
	put_string(out, text);
	free(text);
}

static struct ct_error *put_call(const struct ct_call_event *event,
				 struct ct_buffer *out)
{
	const struct ct_record *record = event->record;
	ct_buffer_putc(out, '(');
	ct_buffer_put_u64(out, record->seq);
	ct_buffer_putc(out, ',');
	put_string(out, event->signature->library);
	ct_buffer_putc(out, ',');
	put_string(out, event->signature->function);
	ct_buffer_putc(out, ',');
	struct ct_error *err = ct_python_args(event, out);
	ct_buffer_putc(out, ',');
	if (!err)
		err = put_result(event, out);
	ct_buffer_putc(out, ',');
	if (record->flags & CT_RECORD_HAS_ERRNO)
		ct_buffer_put_i64(out, record->errno_value);
	else
		PUT(out, "None");
	ct_buffer_putc(out, ',');
	if (!err)
		err = put_out(event, out);
	ct_buffer_printf(out, ",%d,", record->tid);
	put_string(out, event->caller ? event->caller->function : NULL);
	enum ct_outcome outcome = record->outcome;
	if (event->is_open && outcome == CT_OUTCOME_REAL)
		outcome = CT_OUTCOME_UNFINISHED;
	ct_buffer_printf(out, ",'%s',", ct_outcome_name(outcome));
	put_string(out, event->raised);
	ct_buffer_putc(out, ',');
	put_bool(record->flags & CT_RECORD_MUST, out);
	put_bool(event->is_open, out);
	put_bool(event->signature->guessed, out);
	put_note(record, CT_NOTE_CALLER, out);
	ct_buffer_putc(out, ',');
	put_addresses(event, out);
	PUT(out, ")\n");
	return err;
}

/* A flag or a command is an int that prints as its names. */
static struct ct_error *put_value(const struct ct_signature_part *part,
				  const struct ct_decoder *decoder,
				  const struct ct_value *value,
				  struct ct_buffer *out)
{
	struct ct_buffer symbol = {0};
	char *text = NULL;
	if ((part->meaning == CT_MEANING_NAMES ||
	     part->meaning == CT_MEANING_DIRFD) &&
	    ct_part_spell(part, value->bytes, value->size, &symbol))
		text = ct_buffer_take_string(&symbol);
	ct_buffer_deinit(&symbol);
	if (!text)
		return ct_value_encode_python(decoder, value, out);
	PUT(out, "Enum(");
	struct ct_error *err = ct_value_encode_python(decoder, value, out);
	ct_buffer_printf(out, ",'%s')", text);
	free(text);
	return err;
}

/* The whole register, or the part of it that the type has. */
static void put_register(const struct ct_call_event *event, size_t i,
			 struct ct_buffer *out)
{
	size_t size;
	uint64_t word = 0;
	const char *note =
	    ct_record_note(event->record, CT_NOTE_REGISTERS, &size);
	if (note && size >= (i + 1) * sizeof(word)) {
		memcpy(&word, note + i * sizeof(word), sizeof(word));
	} else {
		struct ct_value value = ct_event_argument(event, i, false);
		memcpy(&word, value.bytes,
		       value.size < sizeof(word) ? value.size : sizeof(word));
	}
	ct_buffer_put_u64(out, word);
}

/* (name, type, register, value), and with an entry's value that was another,
 * that behind it. */
static struct ct_error *put_parameter(const struct ct_call_event *event,
				      size_t i, struct ct_buffer *out)
{
	const struct ct_signature_part *part = &event->signature->parameters[i];
	bool returned = event->record->flags & CT_RECORD_HAS_RESULT;
	struct ct_decoder decoder = ct_event_decoder(event, returned);
	struct ct_value value = ct_event_argument(event, i, returned);
	ct_buffer_putc(out, '(');
	put_string(out, part->name);
	ct_buffer_putc(out, ',');
	struct ct_buffer spelling = {0};
	struct ct_error *err = ct_type_spell(part->type, &spelling);
	char *type = ct_buffer_take_string(&spelling);
	put_string(out, type);
	free(type);
	ct_buffer_putc(out, ',');
	put_register(event, i, out);
	ct_buffer_putc(out, ',');
	if (!err)
		err = put_value(part, &decoder, &value, out);
	if (!err && i < 64 && event->record->changed >> i & 1) {
		decoder = ct_event_decoder(event, false);
		value = ct_event_argument(event, i, false);
		ct_buffer_putc(out, ',');
		err = put_value(part, &decoder, &value, out);
	}
	PUT(out, "),");
	return err;
}

/* What a descriptor was at the call, behind its key. */
static void put_path(const struct ct_record *record, unsigned int index,
		     int key, struct ct_buffer *out)
{
	size_t size;
	const char *note = ct_record_note(record, index, &size);
	char *path = note ? strndup(note, size) : NULL;
	if (path) {
		ct_buffer_put_i64(out, key);
		ct_buffer_putc(out, ':');
		put_string(out, path);
		ct_buffer_putc(out, ',');
	}
	free(path);
}

static struct ct_error *put_syscall(const struct ct_call_event *event,
				    struct ct_buffer *out)
{
	const struct ct_record *record = event->record;
	struct ct_error *err = NULL;
	ct_buffer_printf(out, "(%llu,%u,", (unsigned long long)record->seq,
			 event->signature->number);
	put_string(out, event->signature->function);
	ct_buffer_printf(out, ",%d,%d,%llu,%llu,(", record->pid, record->tid,
			 (unsigned long long)record->time_ns,
			 (unsigned long long)record->duration_ns);
	for (size_t i = 0; !err && i < event->signature->count; i++)
		err = put_parameter(event, i, out);
	PUT(out, "),");
	if (record->flags & CT_RECORD_HAS_RESULT) {
		int64_t result = 0;
		memcpy(&result, ct_record_result(record), sizeof(result));
		ct_buffer_put_i64(out, result);
	} else {
		PUT(out, "None");
	}
	if (record->flags & CT_RECORD_HAS_ERRNO)
		ct_buffer_printf(out, ",%d,", record->errno_value);
	else
		PUT(out, ",None,");
	ct_buffer_printf(out, "'%s',{", ct_outcome_name(record->outcome));
	for (unsigned int i = 0; i < event->signature->count; i++)
		put_path(record, i, (int)i, out);
	put_path(record, CT_NOTE_RESULT, -1, out);
	PUT(out, "})\n");
	return err;
}

struct ct_error *ct_python_syscall(const struct ct_call_event *event,
				   struct ct_buffer *out)
{
	size_t start = out->size;
	struct ct_error *err = put_syscall(event, out);
	if (err)
		out->size = start;
	return err;
}

struct ct_error *ct_python_call(const struct ct_call_event *event,
				struct ct_buffer *out)
{
	size_t start = out->size;
	struct ct_error *err = put_call(event, out);
	if (err)
		out->size = start;
	return err;
}
