/* SPDX-License-Identifier: MIT */
/* What is asserted of output, by other means than it was made with. */
#ifndef CT_FUZZ_OUTPUT_CHECK_H
#define CT_FUZZ_OUTPUT_CHECK_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"

#pragma GCC diagnostic ignored "-Wunused-function"

/* What is compared now, for the message. */
static const struct ct_buffer *viewed;

/* A scanner of JSON (RFC 8259), which keeps to valid UTF-8. */
static const char *scan_value(const char *p, const char *end);

static void wrong(const char *what, const char *p, const char *end)
{
	fprintf(stderr, "%s at: %.*s\n", what, (int)(end - p), p);
	if (viewed)
		fprintf(stderr, "the record: %.*s\n", (int)viewed->size,
			viewed->data);
	abort();
}

static const char *expect(const char *p, const char *end, const char *word)
{
	size_t size = strlen(word);
	if ((size_t)(end - p) < size || memcmp(p, word, size) != 0)
		wrong(word, p, end);
	return p + size;
}

static const char *scan_escape(const char *p, const char *end)
{
	if (p == end || !strchr("\"\\/bfnrtu", *p) || !*p)
		wrong("escape", p, end);
	if (*p++ != 'u')
		return p;
	for (int i = 0; i < 4; i++, p++) {
		if (p == end || !strchr("0123456789abcdef", *p) || !*p)
			wrong("hex digit", p, end);
	}
	return p;
}

/* One well-formed sequence, by the decoded value and not by tables. */
static const char *scan_utf8(const char *p, const char *end)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	unsigned char lead = (unsigned char)*p;
	int length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
	uint32_t c = length == 1 ? lead : lead & (0xff >> (length + 1));
	if (end - p < length || (length > 1 && lead < 0xc0) || lead >= 0xf8)
		wrong("UTF-8", p, end);
	for (int i = 1; i < length; i++) {
		if ((p[i] & 0xc0) != 0x80)
			wrong("UTF-8", p, end);
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least[length] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		wrong("UTF-8", p, end);
	return p + length;
}

static const char *scan_string(const char *p, const char *end)
{
	p = expect(p, end, "\"");
	while (p < end && *p != '"') {
		if ((unsigned char)*p < 0x20)
			wrong("control character", p, end);
		if (*p == '\\')
			p = scan_escape(p + 1, end);
		else
			p = scan_utf8(p, end);
	}
	return expect(p, end, "\"");
}

static const char *scan_digits(const char *p, const char *end)
{
	const char *begin = p;
	while (p < end && *p >= '0' && *p <= '9')
		p++;
	if (p == begin)
		wrong("digit", p, end);
	return p;
}

static const char *scan_number(const char *p, const char *end)
{
	if (p < end && *p == '-')
		p++;
	if (p < end && *p == '0')
		p++;
	else
		p = scan_digits(p, end);
	if (p < end && *p == '.')
		p = scan_digits(p + 1, end);
	if (p < end && *p == 'e') {
		p++;
		if (p < end && (*p == '+' || *p == '-'))
			p++;
		p = scan_digits(p, end);
	}
	return p;
}

static const char *scan_parts(const char *p, const char *end, char close)
{
	if (p < end && *p == close)
		return p + 1;
	for (;;) {
		if (close == '}')
			p = expect(scan_string(p, end), end, ":");
		p = scan_value(p, end);
		if (p < end && *p == close)
			return p + 1;
		p = expect(p, end, ",");
	}
}

static const char *scan_value(const char *p, const char *end)
{
	switch (p < end ? *p : 0) {
	case '{':
		return scan_parts(p + 1, end, '}');
	case '[':
		return scan_parts(p + 1, end, ']');
	case '"':
		return scan_string(p, end);
	case 't':
		return expect(p, end, "true");
	case 'f':
		return expect(p, end, "false");
	case 'n':
		return expect(p, end, "null");
	default:
		return scan_number(p, end);
	}
}

static void check_json(const struct ct_buffer *out)
{
	const char *end = out->data + out->size;
	if (scan_value(out->data, end) != end)
		wrong("bytes behind the value", out->data, end);
}

static void check_lines(const struct ct_buffer *out)
{
	const char *p = out->data, *end = p + out->size;
	if (!out->size || end[-1] != '\n')
		wrong("no line", p, end);
	for (end--; p < end; p = scan_utf8(p, end)) {
		/* Laid out: what is inside is indented, a result's end is not.
		 */
		bool is_break = *p == '\n' && (p[1] == ' ' || p[1] == '}');
		if (((unsigned char)*p < 0x20 || *p == 0x7f) && !is_break)
			wrong("control character", p, end);
	}
}

static void check_text(const struct ct_buffer *out)
{
	if (!out->size)
		return;
	const char *end = out->data + out->size, *p = out->data;
	while (p < end) {
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			wrong("control character", p, end);
		p = scan_utf8(p, end);
	}
}

static size_t span_of(const char *p, const char *end)
{
	return (size_t)(scan_value(p, end) - p);
}

/* A pointer that was not followed: {"address":"0x…"}. */
static bool is_address_alone(const char *p, const char *end)
{
	static const char head[] = "{\"address\":";
	if ((size_t)(end - p) < sizeof(head) || memcmp(p, head, strlen(head)))
		return false;
	p = scan_string(p + strlen(head), end);
	return p < end && *p == '}';
}

/* Everything that the record says, the memory says too; the record may say
 * less: a pointer that the capture did not follow. */
static void check_value_view(const char *record, const char *record_end,
			     const char *live, const char *live_end)
{
	size_t size = span_of(record, record_end);
	if (size == span_of(live, live_end) && !memcmp(record, live, size))
		return;
	if (is_address_alone(record, record_end))
		return;
	char close = *record == '{' ? '}' : *record == '[' ? ']' : 0;
	if (!close || *record++ != *live++)
		wrong("the memory has another value", live, live_end);
	while (*record != close && *live != close) {
		if (close == '}') {
			size =
			    (size_t)(scan_string(record, record_end) - record) +
			    1;
			if (size > (size_t)(live_end - live) ||
			    memcmp(record, live, size))
				wrong("the memory has another member", live,
				      live_end);
			record += size;
			live += size;
		}
		check_value_view(record, record_end, live, live_end);
		record = scan_value(record, record_end);
		live = scan_value(live, live_end);
		if (*record == ',' && *live == ',') {
			record++;
			live++;
		}
	}
	if (*record != *live)
		wrong("the memory has more or less", live, live_end);
}

static void check_view(const struct ct_buffer *record,
		       const struct ct_buffer *live)
{
	viewed = record;
	check_value_view(record->data, record->data + record->size, live->data,
			 live->data + live->size);
	viewed = NULL;
}

#endif
