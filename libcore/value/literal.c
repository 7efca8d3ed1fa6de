/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "value/literal_parser.h"

void ct_literal_deinit(struct ct_literal *literal)
{
	for (size_t i = 0; i < literal->relocation_count; i++)
		ct_literal_deinit(&literal->relocations[i].pointee);
	free(literal->relocations);
	free(literal->bytes);
	*literal = (struct ct_literal){0};
}

struct ct_error *literal_allocate(struct literal_parser *parser, uint64_t size,
				  struct ct_literal *ret)
{
	if (size > parser->budget)
		return literal_refuse(parser, parser->at,
				      "a value of more than %d bytes",
				      CT_LITERAL_BYTES_MAX);
	parser->budget -= size;
	unsigned char *bytes = size ? calloc(1, size) : NULL;
	if (size && !bytes)
		return &ct_enomem;
	*ret = (struct ct_literal){.size = size, .bytes = bytes};
	return NULL;
}

static void put_path(struct ct_buffer *out, const struct literal_path *path,
		     unsigned depth)
{
	if (!path || depth > CT_LITERAL_DEPTH_MAX)
		return;
	put_path(out, path->outer, depth + 1);
	if (path->member)
		ct_buffer_printf(out, ".%s", path->member);
	else
		ct_buffer_printf(out, "[%zu]", path->index);
}

/* In characters, from 1. */
static size_t column(const struct literal_parser *parser, const char *at)
{
	size_t count = 1;
	for (const char *p = parser->text; p < at; p++)
		count += ((unsigned char)*p & 0xc0) != 0x80;
	return count;
}

struct ct_error *literal_refuse(const struct literal_parser *parser,
				const char *at, const char *format, ...)
{
	CT_CLEANUP(ct_buffer_deinit) struct ct_buffer message = {0};
	CT_AUTO_FREE char *what = NULL;
	put_path(&message, parser->path, 0);
	if (message.size)
		ct_buffer_puts(&message, ": ");

	va_list args;
	va_start(args, format);
	int length = vasprintf(&what, format, args);
	va_end(args);
	if (length < 0) {
		what = NULL;
		return &ct_enomem;
	}
	ct_buffer_puts(&message, what);
	if (at > parser->text)
		ct_buffer_printf(&message, " at column %zu",
				 column(parser, at));
	CT_AUTO_FREE char *line = ct_buffer_take_string(&message);
	if (!line)
		return &ct_enomem;
	/* The text is in the message, which must be one line. */
	for (char *p = line; *p; p++) {
		if ((unsigned char)*p < ' ')
			*p = ' ';
	}
	return ct_error_format(CT_ERROR_BAD_ARGUMENT, "%s", line);
}

static struct ct_error *spell(struct ct_type *type, char **ret)
{
	CT_CLEANUP(ct_buffer_deinit) struct ct_buffer out = {0};
	struct ct_error *err = ct_type_spell(type, &out);
	if (err)
		return err;
	char *spelling = ct_buffer_take_string(&out);
	if (!spelling)
		return &ct_enomem;
	*ret = spelling;
	return NULL;
}

struct ct_error *literal_misfit(const struct literal_parser *parser,
				const char *at, struct ct_type *type,
				const char *what)
{
	CT_AUTO_FREE char *spelling = NULL;
	struct ct_error *err = spell(type, &spelling);
	if (err)
		return err;
	return literal_refuse(parser, at, "%s %s", what, spelling);
}

/* The word, number or sign at `at`, for a message. */
static int token_length(const char *at)
{
	size_t length = strcspn(at, " \t\n,;}])=:");
	if (!length && *at)
		length = 1;
	return length > 40 ? 40 : (int)length;
}

/* The same of a word in quotes, which `at` is behind the first of; -1: it is
 * none. */
static int quoted_length(const struct literal_parser *parser)
{
	const char *at = parser->at;
	char quote = at > parser->text ? at[-1] : 0;
	if (quote != '"' && quote != '\'')
		return -1;
	const char *end = strchr(at, quote);
	if (!end)
		return -1;
	return end - at > 40 ? 40 : (int)(end - at);
}

struct ct_error *literal_expected(const struct literal_parser *parser,
				  struct ct_type *type, const char *what)
{
	CT_AUTO_FREE char *spelling = NULL;
	struct ct_error *err = spell(type, &spelling);
	if (err)
		return err;
	if (!*parser->at)
		return literal_refuse(parser, parser->at, "expected %s for %s",
				      what, spelling);
	const char *at = parser->at;
	int length = quoted_length(parser);
	if (length < 0)
		length = token_length(at);
	else
		at--;
	return literal_refuse(parser, at, "expected %s for %s, not '%.*s'",
			      what, spelling, length, parser->at);
}

static struct ct_error *outside(void)
{
	return ct_error_format(
	    CT_ERROR_BAD_DATA,
	    "damaged debug information: a part lies outside its type");
}

static struct ct_error *put_bits(const struct literal_place *place,
				 const void *bytes, size_t size)
{
	const unsigned char *from = bytes;
	const struct ct_literal *object = place->object;
	if (place->bit_size > size * 8 ||
	    place->bit_offset / 8 >= object->size ||
	    place->bit_size > object->size * 8 - place->bit_offset)
		return outside();
	for (uint32_t i = 0; i < place->bit_size; i++) {
		uint64_t to = place->bit_offset + i;
		unsigned char bit = from[i / 8] >> i % 8 & 1;
		unsigned char mask = (unsigned char)(1u << to % 8);
		object->bytes[to / 8] &= (unsigned char)~mask;
		object->bytes[to / 8] |= (unsigned char)(bit << to % 8);
	}
	return NULL;
}

struct ct_error *literal_put(const struct literal_place *place,
			     const void *bytes, size_t size)
{
	if (place->bit_size)
		return put_bits(place, bytes, size);
	uint64_t offset = place->bit_offset / 8;
	if (offset > place->object->size || size > place->object->size - offset)
		return outside();
	if (size)
		memcpy(place->object->bytes + offset, bytes, size);
	return NULL;
}

bool literal_accept_word(struct literal_parser *parser,
			 const char *const *words)
{
	const char *end = ct_scan_word(parser->at);
	size_t length = (size_t)(end - parser->at);
	for (; *words; words++) {
		if (strlen(*words) == length &&
		    !memcmp(*words, parser->at, length)) {
			parser->at = end;
			return true;
		}
	}
	return false;
}

struct ct_error *literal_quoted(struct literal_parser *parser,
				struct ct_buffer *out)
{
	do {
		const char *problem, *where;
		const char *end =
		    ct_scan_quoted(parser->at, out, &problem, &where);
		if (!end)
			return literal_refuse(parser, where, "%s", problem);
		parser->at = ct_scan_space(end);
	} while (ct_scan_is_quoted(parser->at));
	return ct_buffer_failed(out) ? &ct_enomem : NULL;
}

static struct ct_error *dispatch(struct literal_parser *parser,
				 struct ct_type *type, struct ct_type *stripped,
				 const struct literal_place *place)
{
	switch (ct_type_kind(stripped)) {
	case CT_TYPE_BASE:
		return literal_base(parser, type, stripped, place);
	case CT_TYPE_ENUM:
		return literal_enum(parser, type, stripped, place);
	case CT_TYPE_POINTER:
		return literal_pointer(parser, type, stripped, place);
	case CT_TYPE_ARRAY:
		return literal_array(parser, type, stripped, place);
	case CT_TYPE_STRUCT:
	case CT_TYPE_UNION:
		return literal_record(parser, type, stripped, place);
	default:
		return literal_misfit(parser, parser->at, type,
				      "there are no values of type");
	}
}

struct ct_error *literal_value(struct literal_parser *parser,
			       struct ct_type *type,
			       const struct literal_place *place)
{
	struct ct_type *stripped;
	struct ct_error *err = ct_type_strip(type, &stripped);
	if (err)
		return err;
	if (parser->depth == CT_LITERAL_DEPTH_MAX)
		return literal_refuse(parser, parser->at, "nested too deeply");
	parser->depth++;
	literal_skip_space(parser);
	err = dispatch(parser, type, stripped, place);
	parser->depth--;
	return err;
}

static struct ct_error *parse_void(struct literal_parser *parser,
				   struct ct_type *type)
{
	static const char *const words[] = {"None", "void", "nothing", NULL};
	literal_accept_word(parser, words);
	literal_skip_space(parser);
	return *parser->at ? literal_expected(parser, type, "no value") : NULL;
}

struct ct_error *ct_literal_parse(struct ct_type *type, const char *text,
				  struct ct_literal *ret)
{
	struct literal_parser parser = {
	    .text = text, .at = text, .budget = CT_LITERAL_BYTES_MAX};
	CT_CLEANUP(ct_literal_deinit) struct ct_literal literal = {0};
	struct ct_type *stripped;
	literal_skip_space(&parser);
	struct ct_error *err = ct_type_strip(type, &stripped);
	if (err)
		return err;
	if (ct_type_kind(stripped) == CT_TYPE_VOID) {
		err = parse_void(&parser, type);
	} else {
		err =
		    literal_allocate(&parser, ct_type_size(stripped), &literal);
		struct literal_place place = {.object = &literal};
		if (!err)
			err = literal_value(&parser, type, &place);
	}
	if (err)
		return err;
	literal_skip_space(&parser);
	if (*parser.at)
		return literal_refuse(&parser, parser.at,
				      "unexpected '%.*s' after the value",
				      token_length(parser.at), parser.at);
	*ret = literal;
	literal = (struct ct_literal){0};
	return NULL;
}
