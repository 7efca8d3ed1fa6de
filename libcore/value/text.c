/* SPDX-License-Identifier: MIT */
/*
 * Values as text for people, in one line, as C and GDB write them.  Nothing
 * of the program gets out unescaped: no newline, no control sequence.
 */
#include <math.h>
#include <string.h>

#include "base/buffer.h"
#include "value/number.h"
#include "value/sink.h"
#include "value/text.h"
#include "value/utf8.h"

struct text_sink {
	struct ct_sink sink;
	struct ct_buffer *out;
};

static struct ct_buffer *out_of(struct ct_sink *sink)
{
	return ((struct text_sink *)sink)->out;
}

#define PUT(out, literal) ct_buffer_append(out, literal, sizeof(literal) - 1)

/* The letter after the backslash of C's simple escapes. */
static const char escapes[32] = {
    ['\a'] = 'a', ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n',
    ['\v'] = 'v', ['\f'] = 'f', ['\r'] = 'r',
};

/* A control character or a bad byte.  Octal always with three digits, so that
 * a digit behind it is not taken for a part of it. */
static char *write_escaped(char *to, unsigned char c)
{
	*to++ = '\\';
	if (c < sizeof(escapes) && escapes[c]) {
		*to++ = escapes[c];
		return to;
	}
	*to++ = (char)('0' + (c >> 6));
	*to++ = (char)('0' + (c >> 3 & 7));
	*to++ = (char)('0' + (c & 7));
	return to;
}

/* U+0080 to U+009F steer terminals as the controls of ASCII do. */
static bool is_c1_control(const unsigned char *s, unsigned length)
{
	return length == 2 && s[0] == 0xc2 && s[1] < 0xa0;
}

/* Bytes between quotes, or names when quote is 0. */
static void put_bytes(struct ct_buffer *out, const unsigned char *s,
		      size_t size, char quote)
{
	if (!size || !ct_buffer_reserve(out, size * 4))
		return;
	char *to = out->data + out->size;
	const unsigned char *end = s + size;
	while (s < end) {
		unsigned char c = *s;
		if (c >= 0x80) {
			unsigned length =
			    ct_utf8_sequence(s, (size_t)(end - s));
			if (length && !is_c1_control(s, length)) {
				memcpy(to, s, length);
				to += length;
				s += length;
				continue;
			}
			to = write_escaped(to, c);
		} else if (c < 0x20 || c == 0x7f) {
			to = write_escaped(to, c);
		} else {
			if (quote && (c == (unsigned char)quote || c == '\\'))
				*to++ = '\\';
			*to++ = (char)c;
		}
		s++;
	}
	out->size = (size_t)(to - out->data);
}

void ct_text_sentence(struct ct_buffer *out, const char *text)
{
	put_bytes(out, (const unsigned char *)text, strlen(text), 0);
}

void ct_text_name(struct ct_buffer *out, const char *name)
{
	/* No name of C has these; in a value's text they mean something, and
	 * layout.c goes by it. */
	static const char grammar[] = "\"'{}<>,";
	for (;;) {
		size_t plain = strcspn(name, grammar);
		put_bytes(out, (const unsigned char *)name, plain, 0);
		name += plain;
		if (!*name)
			return;
		ct_buffer_printf(out, "\\%03o", (unsigned char)*name++);
	}
}

static void put_separator(struct ct_buffer *out)
{
	if (out->size && out->data[out->size - 1] != '{')
		PUT(out, ", ");
}

static void text_nothing(struct ct_sink *sink)
{
	PUT(out_of(sink), "void");
}

static void text_boolean(struct ct_sink *sink, bool value)
{
	ct_buffer_puts(out_of(sink), value ? "true" : "false");
}

static void text_integer(struct ct_sink *sink, unsigned __int128 bits,
			 bool is_signed)
{
	char digits[CT_NUMBER_MAX];
	char *end = ct_number_write_integer(digits, bits, is_signed);
	ct_buffer_append(out_of(sink), digits, (size_t)(end - digits));
}

static void text_real(struct ct_sink *sink, long double value, size_t size)
{
	char digits[CT_NUMBER_MAX];
	char *end = ct_number_write_real(digits, value, size);
	ct_buffer_append(out_of(sink), digits, (size_t)(end - digits));
}

/* A part of a complex number: 1, not 1.0, as GDB and C programmers do. */
static void put_part(struct ct_buffer *out, long double value, size_t size)
{
	char digits[CT_NUMBER_MAX];
	char *end = ct_number_write_real(digits, value, size);
	if (end - digits > 2 && end[-1] == '0' && end[-2] == '.')
		end -= 2;
	ct_buffer_append(out, digits, (size_t)(end - digits));
}

static void text_complex(struct ct_sink *sink, long double re, long double im,
			 size_t part_size)
{
	struct ct_buffer *out = out_of(sink);
	bool minus = signbit(im) && !isnan(im);
	put_part(out, re, part_size);
	ct_buffer_puts(out, minus ? " - " : " + ");
	put_part(out, minus ? -im : im, part_size);
	ct_buffer_putc(out, 'i');
}

static void text_character(struct ct_sink *sink, unsigned char c)
{
	struct ct_buffer *out = out_of(sink);
	ct_buffer_putc(out, '\'');
	put_bytes(out, &c, 1, '\'');
	ct_buffer_putc(out, '\'');
}

static void text_enumerator(struct ct_sink *sink, unsigned __int128 bits,
			    bool is_signed, const char *const *names,
			    size_t count)
{
	(void)bits;
	(void)is_signed;
	for (size_t i = 0; i < count; i++) {
		if (i)
			PUT(out_of(sink), " | ");
		ct_text_name(out_of(sink), names[i]);
	}
}

static void text_described(struct ct_sink *sink, const char *text)
{
	ct_text_name(out_of(sink), text);
}

static void text_text(struct ct_sink *sink, const struct ct_text_piece *piece)
{
	struct ct_buffer *out = out_of(sink);
	ct_buffer_putc(out, '"');
	put_bytes(out, piece->bytes, piece->size, '"');
	ct_buffer_putc(out, '"');
	if (piece->truncated)
		PUT(out, "...");
}

static void text_null(struct ct_sink *sink)
{
	PUT(out_of(sink), "NULL");
}

static void text_pointer_text(struct ct_sink *sink, uint64_t addr,
			      const struct ct_text_piece *piece)
{
	(void)addr;
	text_text(sink, piece);
}

static void text_pointer_code(struct ct_sink *sink, uint64_t addr,
			      const char *symbol)
{
	struct ct_buffer *out = out_of(sink);
	if (!symbol) {
		ct_buffer_put_hex(out, addr);
		return;
	}
	ct_buffer_putc(out, '<');
	ct_text_name(out, symbol);
	ct_buffer_putc(out, '>');
}

static void text_pointer_end(struct ct_sink *sink, uint64_t addr,
			     enum ct_pointer_end why)
{
	struct ct_buffer *out = out_of(sink);
	ct_buffer_put_hex(out, addr);
	if (why == CT_POINTER_UNREADABLE)
		PUT(out, " <unreadable>");
	else if (why == CT_POINTER_CYCLE)
		PUT(out, " <cycle>");
}

static void text_pointer_begin(struct ct_sink *sink, uint64_t addr)
{
	(void)addr;
	ct_buffer_putc(out_of(sink), '&');
}

static void text_pointer_done(struct ct_sink *sink)
{
	(void)sink;
}

static size_t text_begin(struct ct_sink *sink)
{
	ct_buffer_putc(out_of(sink), '{');
	return 0;
}

static void text_member(struct ct_sink *sink, const char *name)
{
	put_separator(out_of(sink));
	ct_text_name(out_of(sink), name);
	PUT(out_of(sink), " = ");
}

static void text_element(struct ct_sink *sink)
{
	put_separator(out_of(sink));
}

static void text_repeated(struct ct_sink *sink, uint64_t count)
{
	PUT(out_of(sink), " <repeats ");
	ct_buffer_put_u64(out_of(sink), count);
	PUT(out_of(sink), " times>");
}

static void text_done(struct ct_sink *sink, size_t mark, bool truncated)
{
	(void)mark;
	if (truncated)
		PUT(out_of(sink), "...");
	ct_buffer_putc(out_of(sink), '}');
}

static void text_unreadable(struct ct_sink *sink)
{
	PUT(out_of(sink), "<unreadable>");
}

static const struct ct_sink_ops text_ops = {
    .nothing = text_nothing,
    .boolean = text_boolean,
    .integer = text_integer,
    .real = text_real,
    .complex = text_complex,
    .character = text_character,
    .enumerator = text_enumerator,
    .described = text_described,
    .text = text_text,
    .null = text_null,
    .pointer_text = text_pointer_text,
    .pointer_code = text_pointer_code,
    .pointer_end = text_pointer_end,
    .pointer_begin = text_pointer_begin,
    .pointer_done = text_pointer_done,
    .struct_begin = text_begin,
    .member = text_member,
    .struct_done = text_done,
    .array_begin = text_begin,
    .element = text_element,
    .repeated = text_repeated,
    .array_done = text_done,
    .unreadable = text_unreadable,
};

struct ct_error *ct_value_encode_text(const struct ct_decoder *decoder,
				      const struct ct_value *value,
				      struct ct_buffer *out)
{
	struct text_sink text = {.sink = {&text_ops}, .out = out};
	size_t start = out->size;
	struct ct_error *err = ct_value_decode(decoder, value, &text.sink);
	if (!err && ct_buffer_failed(out))
		err = &ct_enomem;
	if (err)
		out->size = start;
	return err;
}
