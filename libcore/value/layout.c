/* SPDX-License-Identifier: MIT */
/*
 * Long values over several lines.
 *
 * Works on the text of text.c, whose grammar is small: groups in braces,
 * parts of a group behind ", ", members with " = ", and strings, characters
 * and <...> in which none of these count.  A group that fits on its line
 * stays there.  Else each part gets a line, except that parts without any
 * group or name of their own (numbers of an array) share lines.
 */
#define _GNU_SOURCE
#include <string.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "ctester/value.h"

enum {
	INDENT = 4,
	DEPTH_MAX = 64 /* names can be full of braces */
};

struct layout {
	struct ct_buffer *out;
	size_t width, indent;
	size_t line; /* where in out the line begins */
};

/* Behind the string, character or <...> that p starts with, else behind the
 * one byte.  p is before end. */
static const char *skip(const char *p, const char *end)
{
	char close = *p == '<' ? '>' : *p;
	bool quoted = *p == '"' || *p == '\'';
	p++;
	if (!quoted && close != '>')
		return p;
	while (p < end && *p != close)
		p += quoted && *p == '\\' && p + 1 < end ? 2 : 1;
	return p < end ? p + 1 : end;
}

/* The first of `wanted` outside of groups that start behind p; else end. */
static const char *find(const char *p, const char *end, const char *wanted)
{
	int depth = 0;
	while (p < end) {
		if (!depth && strchr(wanted, *p))
			return p;
		depth += *p == '{';
		depth -= *p == '}';
		p = skip(p, end);
	}
	return end;
}

static void put(struct layout *layout, const char *p, const char *end)
{
	ct_buffer_append(layout->out, p, (size_t)(end - p));
}

static void put_line(struct layout *layout, unsigned depth)
{
	size_t indent = layout->indent + depth * INDENT;
	ct_buffer_putc(layout->out, '\n');
	layout->line = layout->out->size;
	for (size_t i = 0; i < indent; i++)
		ct_buffer_putc(layout->out, ' ');
}

static bool fits(const struct layout *layout, size_t size)
{
	size_t column = layout->out->size - layout->line;
	return column < layout->width && size <= layout->width - column;
}

static void put_value(struct layout *layout, const char *p, const char *end,
		      unsigned depth);

/* The parts of a group, between its braces. */
static void put_parts(struct layout *layout, const char *p, const char *end,
		      unsigned depth)
{
	bool sharing = false;
	while (p < end) {
		const char *part = p;
		p = find(p, end, ",");
		bool plain = find(part, p, "{=") == p;
		/* a space before it and a comma behind */
		if (sharing && plain && fits(layout, (size_t)(p - part) + 2))
			ct_buffer_putc(layout->out, ' ');
		else
			put_line(layout, depth);
		put_value(layout, part, p, depth);
		sharing = plain;
		if (p < end)
			ct_buffer_putc(layout->out, ',');
		p = end - p > 2 ? p + 2 : end;
	}
}

/* depth: of the line that the value begins on. */
static void put_value(struct layout *layout, const char *p, const char *end,
		      unsigned depth)
{
	while (p < end) {
		const char *open = find(p, end, "{");
		put(layout, p, open);
		if (open == end)
			return;
		const char *close = find(open + 1, end, "}");
		p = close < end ? close + 1 : end;
		/* A comma may follow. */
		if (fits(layout, (size_t)(p - open) + 1) || close - open < 2 ||
		    depth >= DEPTH_MAX) {
			put(layout, open, p);
			continue;
		}
		ct_buffer_putc(layout->out, '{');
		put_parts(layout, open + 1, close, depth + 1);
		put_line(layout, depth);
		put(layout, close, p);
	}
}

static size_t line_start(const struct ct_buffer *out)
{
	const char *newline =
	    out->size ? memrchr(out->data, '\n', out->size) : NULL;
	return newline ? (size_t)(newline + 1 - out->data) : 0;
}

struct ct_error *ct_value_encode_lines(const struct ct_decoder *decoder,
				       const struct ct_value *value,
				       uint32_t width, uint32_t indent,
				       struct ct_buffer *out)
{
	size_t start = out->size, line = line_start(out);
	struct ct_error *err = ct_value_encode_text(decoder, value, out);
	size_t size = out->size - start;
	/* Where all fits, each group does. */
	if (err || !size ||
	    (start - line < width && size + 1 <= width - (start - line)))
		return err;
	CT_CLEANUP(ct_buffer_deinit) struct ct_buffer text;
	ct_buffer_init(&text);
	ct_buffer_append(&text, out->data + start, size);
	out->size = start;
	struct layout layout = {out, width, indent, line};
	if (!ct_buffer_failed(&text))
		put_value(&layout, text.data, text.data + size, 0);
	if (!ct_buffer_failed(&text) && !ct_buffer_failed(out))
		return NULL;
	out->size = start;
	return &ct_enomem;
}
