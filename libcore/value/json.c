/* SPDX-License-Identifier: MIT */
/*
 * Values as JSON (RFC 8259), in one line.
 *
 * A comma is due whenever the byte before is not an opening bracket: what was
 * written is the only state.  What turns out cut is wrapped afterwards, by
 * making room at its mark: {"value":...,"truncated":true}.  Behind a pointer,
 * whose object has a "value" already, only the second half is added.
 */
#include <math.h>
#include <string.h>

#include "base/buffer.h"
#include "value/number.h"
#include "value/sink.h"
#include "value/utf8.h"

struct json_sink {
	struct ct_sink sink;
	struct ct_buffer *out;
	size_t pointee;   /* where the value of a pointer begins */
	bool pointee_cut; /* the value that just ended was cut */
};

static struct json_sink *json_of(struct ct_sink *sink)
{
	return (struct json_sink *)sink;
}

static struct ct_buffer *out_of(struct ct_sink *sink)
{
	return json_of(sink)->out;
}

#define PUT(out, literal) ct_buffer_append(out, literal, sizeof(literal) - 1)

/* 0: as it is; HIGH: not ASCII; u: \u00XX; else the letter after \. */
enum {
	HIGH = 1
};
static const unsigned char escapes[256] = {
    [0 ... 7] = 'u', ['\b'] = 'b',  ['\t'] = 't',         ['\n'] = 'n',
    [11] = 'u',      ['\f'] = 'f',  ['\r'] = 'r',         [14 ... 31] = 'u',
    ['"'] = '"',     ['\\'] = '\\', [128 ... 255] = HIGH,
};

static char *write_unit(char *to, unsigned unit)
{
	static const char hex[] = "0123456789abcdef";
	*to++ = '\\';
	*to++ = 'u';
	*to++ = hex[unit >> 12 & 15];
	*to++ = hex[unit >> 8 & 15];
	*to++ = hex[unit >> 4 & 15];
	*to++ = hex[unit & 15];
	return to;
}

/* The bytes of a string; `to` has room for 6 times as many. */
static char *write_bytes(char *to, const unsigned char *s, size_t size)
{
	const unsigned char *end = s + size;
	while (s < end) {
		unsigned char c = *s;
		unsigned char escape = escapes[c];
		if (!escape) {
			*to++ = (char)c;
			s++;
			continue;
		}
		if (escape == HIGH) {
			unsigned length =
			    ct_utf8_sequence(s, (size_t)(end - s));
			if (length) {
				memcpy(to, s, length);
				to += length;
				s += length;
				continue;
			}
			to = write_unit(to, 0xdc00 + c);
		} else if (escape == 'u') {
			to = write_unit(to, c);
		} else {
			*to++ = '\\';
			*to++ = (char)escape;
		}
		s++;
	}
	return to;
}

static void put_string(struct ct_buffer *out, const void *bytes, size_t size)
{
	if (!ct_buffer_reserve(out, size * 6 + 2))
		return;
	char *to = out->data + out->size;
	*to++ = '"';
	to = write_bytes(to, bytes, size);
	*to++ = '"';
	out->size = (size_t)(to - out->data);
}

static void put_comma(struct ct_buffer *out)
{
	if (out->size && out->data[out->size - 1] != '{' &&
	    out->data[out->size - 1] != '[')
		ct_buffer_putc(out, ',');
}

/* The digits of put() go straight into the buffer. */
static char *number_begin(struct ct_buffer *out)
{
	if (!ct_buffer_reserve(out, CT_NUMBER_MAX + 2))
		return NULL;
	return out->data + out->size;
}

static void number_end(struct ct_buffer *out, const char *end)
{
	out->size = (size_t)(end - out->data);
}

static void json_nothing(struct ct_sink *sink)
{
	PUT(out_of(sink), "null");
}

static void json_boolean(struct ct_sink *sink, bool value)
{
	if (value)
		PUT(out_of(sink), "true");
	else
		PUT(out_of(sink), "false");
}

static void json_integer(struct ct_sink *sink, unsigned __int128 bits,
			 bool is_signed)
{
	char *to = number_begin(out_of(sink));
	if (to)
		number_end(out_of(sink),
			   ct_number_write_integer(to, bits, is_signed));
}

static void put_real(struct ct_buffer *out, long double value, size_t size)
{
	char *to = number_begin(out);
	if (!to)
		return;
	if (isfinite(value)) {
		to = ct_number_write_real(to, value, size);
	} else {
		*to++ = '"';
		to = ct_number_write_real(to, value, size);
		*to++ = '"';
	}
	number_end(out, to);
}

static void json_real(struct ct_sink *sink, long double value, size_t size)
{
	put_real(out_of(sink), value, size);
}

static void json_complex(struct ct_sink *sink, long double re, long double im,
			 size_t part_size)
{
	struct ct_buffer *out = out_of(sink);
	PUT(out, "{\"re\":");
	put_real(out, re, part_size);
	PUT(out, ",\"im\":");
	put_real(out, im, part_size);
	ct_buffer_putc(out, '}');
}

static void json_character(struct ct_sink *sink, unsigned char c)
{
	put_string(out_of(sink), &c, 1);
}

static void json_enumerator(struct ct_sink *sink, unsigned __int128 bits,
			    bool is_signed, const char *const *names,
			    size_t count)
{
	(void)bits;
	(void)is_signed;
	struct ct_buffer *out = out_of(sink);
	put_string(out, names[0], strlen(names[0]));
	for (size_t i = 1; i < count; i++) {
		/* Go on inside of the quotes. */
		if (out->size)
			out->size--;
		size_t quote = out->size;
		put_string(out, names[i], strlen(names[i]));
		if (!ct_buffer_failed(out))
			out->data[quote] = '|';
	}
}

/* Wrap what was written since mark. */
static void wrap(struct ct_buffer *out, size_t mark)
{
	static const char before[] = "{\"value\":";
	size_t room = sizeof(before) - 1;
	if (!ct_buffer_reserve(out, room))
		return;
	memmove(out->data + mark + room, out->data + mark, out->size - mark);
	memcpy(out->data + mark, before, room);
	out->size += room;
	PUT(out, ",\"truncated\":true}");
}

/* A mark is where the value begins, and whether a pointer leads to it. */
static size_t mark_here(struct json_sink *json)
{
	return json->out->size << 1 | (json->out->size == json->pointee);
}

static void value_cut(struct json_sink *json, size_t mark)
{
	if (mark & 1)
		json->pointee_cut = true;
	else
		wrap(json->out, mark >> 1);
}

static void json_text(struct ct_sink *sink, const struct ct_text_piece *piece)
{
	size_t mark = mark_here(json_of(sink));
	put_string(out_of(sink), piece->bytes, piece->size);
	if (piece->truncated)
		value_cut(json_of(sink), mark);
}

static void put_address(struct ct_buffer *out, uint64_t addr)
{
	PUT(out, "{\"address\":\"");
	ct_buffer_put_hex(out, addr);
	ct_buffer_putc(out, '"');
}

static void json_pointer_text(struct ct_sink *sink, uint64_t addr,
			      const struct ct_text_piece *piece)
{
	struct ct_buffer *out = out_of(sink);
	if (!piece->truncated) {
		put_string(out, piece->bytes, piece->size);
		return;
	}
	put_address(out, addr);
	PUT(out, ",\"value\":");
	put_string(out, piece->bytes, piece->size);
	PUT(out, ",\"truncated\":true}");
}

static void json_pointer_code(struct ct_sink *sink, uint64_t addr,
			      const char *symbol)
{
	struct ct_buffer *out = out_of(sink);
	put_address(out, addr);
	if (symbol) {
		PUT(out, ",\"symbol\":");
		put_string(out, symbol, strlen(symbol));
	}
	ct_buffer_putc(out, '}');
}

static void json_pointer_end(struct ct_sink *sink, uint64_t addr,
			     enum ct_pointer_end why)
{
	struct ct_buffer *out = out_of(sink);
	put_address(out, addr);
	if (why == CT_POINTER_UNREADABLE)
		PUT(out, ",\"error\":\"unreadable\"}");
	else if (why == CT_POINTER_CYCLE)
		PUT(out, ",\"cycle\":true}");
	else
		ct_buffer_putc(out, '}');
}

static void json_pointer_begin(struct ct_sink *sink, uint64_t addr)
{
	struct ct_buffer *out = out_of(sink);
	put_address(out, addr);
	PUT(out, ",\"value\":");
	json_of(sink)->pointee = out->size;
}

static void json_pointer_done(struct ct_sink *sink)
{
	struct json_sink *json = json_of(sink);
	if (json->pointee_cut)
		PUT(json->out, ",\"truncated\":true}");
	else
		ct_buffer_putc(json->out, '}');
	json->pointee_cut = false;
}

static size_t json_struct_begin(struct ct_sink *sink)
{
	size_t mark = mark_here(json_of(sink));
	ct_buffer_putc(out_of(sink), '{');
	return mark;
}

static void json_member(struct ct_sink *sink, const char *name)
{
	struct ct_buffer *out = out_of(sink);
	put_comma(out);
	put_string(out, name, strlen(name));
	ct_buffer_putc(out, ':');
}

static void json_struct_done(struct ct_sink *sink, size_t mark, bool truncated)
{
	ct_buffer_putc(out_of(sink), '}');
	if (truncated)
		value_cut(json_of(sink), mark);
}

static size_t json_array_begin(struct ct_sink *sink)
{
	size_t mark = mark_here(json_of(sink));
	ct_buffer_putc(out_of(sink), '[');
	return mark;
}

static void json_element(struct ct_sink *sink)
{
	put_comma(out_of(sink));
}

static void json_array_done(struct ct_sink *sink, size_t mark, bool truncated)
{
	ct_buffer_putc(out_of(sink), ']');
	if (truncated)
		value_cut(json_of(sink), mark);
}

static void json_unreadable(struct ct_sink *sink)
{
	PUT(out_of(sink), "{\"error\":\"unreadable\"}");
}

static const struct ct_sink_ops json_ops = {
    .nothing = json_nothing,
    .boolean = json_boolean,
    .integer = json_integer,
    .real = json_real,
    .complex = json_complex,
    .character = json_character,
    .enumerator = json_enumerator,
    .text = json_text,
    .null = json_nothing,
    .pointer_text = json_pointer_text,
    .pointer_code = json_pointer_code,
    .pointer_end = json_pointer_end,
    .pointer_begin = json_pointer_begin,
    .pointer_done = json_pointer_done,
    .struct_begin = json_struct_begin,
    .member = json_member,
    .struct_done = json_struct_done,
    .array_begin = json_array_begin,
    .element = json_element,
    .array_done = json_array_done,
    .unreadable = json_unreadable,
};

struct ct_error *ct_value_encode_json(const struct ct_decoder *decoder,
				      const struct ct_value *value,
				      struct ct_buffer *out)
{
	struct json_sink json = {
	    .sink = {&json_ops},
	    .out = out,
	    .pointee = SIZE_MAX,
	};
	size_t start = out->size;
	struct ct_error *err = ct_value_decode(decoder, value, &json.sink);
	if (!err && ct_buffer_failed(out))
		err = &ct_enomem;
	if (err)
		out->size = start;
	return err;
}
