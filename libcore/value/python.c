/* SPDX-License-Identifier: MIT */
/*
 * Values as Python expressions, in one line: what JSON has one form for
 * (bytes and text, a number and its enumerator) is kept apart.
 *
 * The reader is gdbext/ctester/values.py, which evaluates nothing but these
 * forms.  Brackets are opened for structs and arrays alone, of which the walk
 * bounds the nesting: Python's own parser refuses 200.
 */
#include <math.h>
#include <string.h>

#include "base/buffer.h"
#include "value/number.h"
#include "value/sink.h"
#include "value/utf8.h"

struct python_sink {
	struct ct_sink sink;
	struct ct_buffer *out;
};

static struct ct_buffer *out_of(struct ct_sink *sink)
{
	return ((struct python_sink *)sink)->out;
}

#define PUT(out, literal) ct_buffer_append(out, literal, sizeof(literal) - 1)

static char *write_hex(char *to, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	*to++ = hex[c >> 4];
	*to++ = hex[c & 15];
	return to;
}

/* What is the same between quotes of bytes and of text. */
static char *write_ascii(char *to, unsigned char c)
{
	if (c < 0x20 || c == 0x7f) {
		*to++ = '\\';
		*to++ = 'x';
		return write_hex(to, c);
	}
	if (c == '\'' || c == '\\')
		*to++ = '\\';
	*to++ = (char)c;
	return to;
}

static void put_bytes(struct ct_buffer *out, const unsigned char *s,
		      size_t size)
{
	if (!ct_buffer_reserve(out, size * 4 + 3))
		return;
	char *to = out->data + out->size;
	*to++ = 'b';
	*to++ = '\'';
	for (size_t i = 0; i < size; i++) {
		if (s[i] < 0x80) {
			to = write_ascii(to, s[i]);
			continue;
		}
		*to++ = '\\';
		*to++ = 'x';
		to = write_hex(to, s[i]);
	}
	*to++ = '\'';
	out->size = (size_t)(to - out->data);
}

/* The inside of a string; a byte that is no UTF-8 as surrogateescape has it. */
static void put_inside(struct ct_buffer *out, const void *bytes, size_t size)
{
	if (!size || !ct_buffer_reserve(out, size * 6))
		return;
	const unsigned char *s = bytes, *end = s + size;
	char *to = out->data + out->size;
	while (s < end) {
		if (*s < 0x80) {
			to = write_ascii(to, *s++);
			continue;
		}
		unsigned length = ct_utf8_sequence(s, (size_t)(end - s));
		if (length) {
			memcpy(to, s, length);
			to += length;
			s += length;
		} else {
			memcpy(to, "\\udc", 4);
			to = write_hex(to + 4, *s++);
		}
	}
	out->size = (size_t)(to - out->data);
}

static void put_string(struct ct_buffer *out, const void *bytes, size_t size)
{
	ct_buffer_putc(out, '\'');
	put_inside(out, bytes, size);
	ct_buffer_putc(out, '\'');
}

static void put_integer(struct ct_buffer *out, unsigned __int128 bits,
			bool is_signed)
{
	char digits[CT_NUMBER_MAX];
	char *end = ct_number_write_integer(digits, bits, is_signed);
	ct_buffer_append(out, digits, (size_t)(end - digits));
}

static void put_real(struct ct_buffer *out, long double value, size_t size)
{
	char digits[CT_NUMBER_MAX];
	char *end = ct_number_write_real(digits, value, size);
	bool is_long = size > sizeof(double);
	bool quoted = is_long || !isfinite(value);
	if (quoted)
		ct_buffer_puts(out, is_long ? "Long('" : "Real('");
	ct_buffer_append(out, digits, (size_t)(end - digits));
	if (quoted)
		PUT(out, "')");
}

/* Elements and members: a comma is due but behind an opening bracket.  What
 * is in quotes ends with one, so that the byte before tells. */
static void put_comma(struct ct_buffer *out)
{
	if (out->size && out->data[out->size - 1] != '{' &&
	    out->data[out->size - 1] != '[')
		PUT(out, ", ");
}

static void python_null(struct ct_sink *sink)
{
	PUT(out_of(sink), "None");
}

static void python_boolean(struct ct_sink *sink, bool value)
{
	ct_buffer_puts(out_of(sink), value ? "True" : "False");
}

static void python_integer(struct ct_sink *sink, unsigned __int128 bits,
			   bool is_signed)
{
	put_integer(out_of(sink), bits, is_signed);
}

static void python_real(struct ct_sink *sink, long double value, size_t size)
{
	put_real(out_of(sink), value, size);
}

static void python_complex(struct ct_sink *sink, long double re, long double im,
			   size_t part_size)
{
	struct ct_buffer *out = out_of(sink);
	PUT(out, "Complex(");
	put_real(out, re, part_size);
	PUT(out, ", ");
	put_real(out, im, part_size);
	ct_buffer_putc(out, ')');
}

static void python_character(struct ct_sink *sink, unsigned char c)
{
	put_bytes(out_of(sink), &c, 1);
}

static void python_enumerator(struct ct_sink *sink, unsigned __int128 bits,
			      bool is_signed, const char *const *names,
			      size_t count)
{
	struct ct_buffer *out = out_of(sink);
	PUT(out, "Enum(");
	put_integer(out, bits, is_signed);
	PUT(out, ", '");
	for (size_t i = 0; i < count; i++) {
		if (i)
			ct_buffer_putc(out, '|');
		put_inside(out, names[i], strlen(names[i]));
	}
	PUT(out, "')");
}

static void python_text(struct ct_sink *sink, const struct ct_text_piece *piece)
{
	struct ct_buffer *out = out_of(sink);
	if (piece->truncated)
		PUT(out, "Cut(");
	if (piece->wide)
		put_string(out, piece->bytes, piece->size);
	else
		put_bytes(out, piece->bytes, piece->size);
	if (piece->truncated)
		ct_buffer_putc(out, ')');
}

static void python_pointer_text(struct ct_sink *sink, uint64_t addr,
				const struct ct_text_piece *piece)
{
	(void)addr;
	python_text(sink, piece);
}

static void python_pointer_code(struct ct_sink *sink, uint64_t addr,
				const char *symbol)
{
	struct ct_buffer *out = out_of(sink);
	PUT(out, "Callback(");
	ct_buffer_put_hex(out, addr);
	if (symbol) {
		PUT(out, ", ");
		put_string(out, symbol, strlen(symbol));
	}
	ct_buffer_putc(out, ')');
}

static void python_pointer_end(struct ct_sink *sink, uint64_t addr,
			       enum ct_pointer_end why)
{
	static const char *const heads[] = {
	    [CT_POINTER_OPAQUE] = "Address(",
	    [CT_POINTER_UNREADABLE] = "Unreadable(",
	    [CT_POINTER_CYCLE] = "Cycle(",
	};
	struct ct_buffer *out = out_of(sink);
	ct_buffer_puts(out, heads[why]);
	ct_buffer_put_hex(out, addr);
	ct_buffer_putc(out, ')');
}

static void python_pointer_begin(struct ct_sink *sink, uint64_t addr)
{
	(void)sink;
	(void)addr;
}

static void python_pointer_done(struct ct_sink *sink)
{
	(void)sink;
}

static size_t python_struct_begin(struct ct_sink *sink)
{
	ct_buffer_putc(out_of(sink), '{');
	return 0;
}

static void python_member(struct ct_sink *sink, const char *name)
{
	struct ct_buffer *out = out_of(sink);
	put_comma(out);
	put_string(out, name, strlen(name));
	PUT(out, ": ");
}

static void python_struct_done(struct ct_sink *sink, size_t mark,
			       bool truncated)
{
	struct ct_buffer *out = out_of(sink);
	(void)mark;
	if (truncated) {
		put_comma(out);
		PUT(out, "...: ...");
	}
	ct_buffer_putc(out, '}');
}

static size_t python_array_begin(struct ct_sink *sink)
{
	ct_buffer_putc(out_of(sink), '[');
	return 0;
}

static void python_element(struct ct_sink *sink)
{
	put_comma(out_of(sink));
}

static void python_array_done(struct ct_sink *sink, size_t mark, bool truncated)
{
	struct ct_buffer *out = out_of(sink);
	(void)mark;
	if (truncated) {
		put_comma(out);
		PUT(out, "...");
	}
	ct_buffer_putc(out, ']');
}

static void python_unreadable(struct ct_sink *sink)
{
	PUT(out_of(sink), "Unreadable()");
}

static const struct ct_sink_ops python_ops = {
    .nothing = python_null,
    .boolean = python_boolean,
    .integer = python_integer,
    .real = python_real,
    .complex = python_complex,
    .character = python_character,
    .enumerator = python_enumerator,
    .text = python_text,
    .null = python_null,
    .pointer_text = python_pointer_text,
    .pointer_code = python_pointer_code,
    .pointer_end = python_pointer_end,
    .pointer_begin = python_pointer_begin,
    .pointer_done = python_pointer_done,
    .struct_begin = python_struct_begin,
    .member = python_member,
    .struct_done = python_struct_done,
    .array_begin = python_array_begin,
    .element = python_element,
    .array_done = python_array_done,
    .unreadable = python_unreadable,
};

struct ct_error *ct_value_encode_python(const struct ct_decoder *decoder,
					const struct ct_value *value,
					struct ct_buffer *out)
{
	struct python_sink python = {.sink = {&python_ops}, .out = out};
	size_t start = out->size;
	struct ct_error *err = ct_value_decode(decoder, value, &python.sink);
	if (!err && ct_buffer_failed(out))
		err = &ct_enomem;
	if (err)
		out->size = start;
	return err;
}
