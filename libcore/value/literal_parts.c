/* SPDX-License-Identifier: MIT */
/*
 * Arrays, structs and unions in brackets.
 *
 * A record is flattened first: the members of anonymous members are fields
 * like its own.  Positional values take the fields in order, of a union only
 * the first, as in C.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "image/near.h"
#include "value/literal_parser.h"

char literal_closing(char open)
{
	return open == '{' ? '}' : open == '[' ? ']' : ')';
}

struct ct_error *literal_next_item(struct literal_parser *parser, char closing,
				   bool first, bool *more)
{
	literal_skip_space(parser);
	bool comma = !first && *parser->at == ',';
	if (comma)
		parser->at = ct_scan_space(parser->at + 1);
	if (*parser->at == closing) {
		parser->at++;
		*more = false;
		return NULL;
	}
	if (!*parser->at)
		return literal_refuse(parser, parser->at, "missing '%c'",
				      closing);
	if (!first && !comma)
		return literal_refuse(parser, parser->at,
				      "expected ',' or '%c', not '%c'", closing,
				      *parser->at);
	*more = true;
	return NULL;
}

/* A lone 0 in the place of something in braces: all of it is zero. */
static bool accept_zero(struct literal_parser *parser)
{
	const char *p = parser->at;
	if (p[0] != '0' || ct_scan_word(p + 1) != p + 1 ||
	    (p[1] && strchr(".0123456789", p[1])))
		return false;
	parser->at++;
	return true;
}

static struct ct_error *array_text(struct literal_parser *parser,
				   struct ct_type *type, unsigned width,
				   uint64_t count,
				   const struct literal_place *place)
{
	CT_CLEANUP(ct_buffer_deinit) struct ct_buffer text = {0};
	const char *start = parser->at;
	struct ct_error *err = literal_text(parser, width, &text);
	if (err)
		return err;
	/* As in C, the NUL may be left out when there is no room for it. */
	if (text.size / width > count) {
		char what[80];
		snprintf(what, sizeof(what), "%zu characters do not fit in",
			 text.size / width);
		return literal_misfit(parser, start, type, what);
	}
	return literal_put(place, text.data, text.size);
}

static struct ct_error *array_items(struct literal_parser *parser,
				    struct ct_type *type,
				    struct ct_type *element, uint64_t count,
				    const struct literal_place *place)
{
	char closing = literal_closing(*parser->at++);
	uint64_t stride = ct_type_size(element);
	struct literal_path path = {.outer = parser->path};
	for (bool more;; path.index++) {
		struct ct_error *err =
		    literal_next_item(parser, closing, path.index == 0, &more);
		if (err || !more)
			return err;
		if (path.index == count)
			return literal_misfit(parser, parser->at, type,
					      "too many values for");
		struct literal_place at = {
		    .object = place->object,
		    .bit_offset = place->bit_offset + 8 * stride * path.index};
		parser->path = &path;
		err = literal_value(parser, element, &at);
		parser->path = path.outer;
		if (err)
			return err;
	}
}

struct ct_error *literal_array(struct literal_parser *parser,
			       struct ct_type *type, struct ct_type *stripped,
			       const struct literal_place *place)
{
	struct ct_type *element;
	unsigned width;
	bool known;
	uint64_t count = ct_type_count(stripped, &known);
	struct ct_error *err = ct_type_target(stripped, &element);
	if (!err)
		err = literal_text_width(element, &width);
	if (err)
		return err;
	uint64_t stride = ct_type_size(element);
	if (!known || (stride && count > CT_LITERAL_BYTES_MAX / stride))
		return literal_misfit(parser, parser->at, type,
				      "no fixed size has");
	if (accept_zero(parser))
		return NULL;
	if (width && ct_scan_is_quoted(parser->at))
		return array_text(parser, type, width, count, place);
	if (!*parser->at || !strchr("{[(", *parser->at))
		return literal_expected(parser, type,
					width ? "text or {...}" : "{...}");
	return array_items(parser, type, element, count, place);
}

/* A member, or a member of an anonymous one. */
struct field {
	const struct ct_member *member;
	uint64_t bit_offset; /* in the record */
	uint64_t bit_end;
	bool positional;
	bool given;
};

struct fields {
	struct ct_buffer buffer;
	struct field *all;
	size_t count;
};

static struct ct_error *flatten(struct ct_type *record, uint64_t bit_offset,
				bool positional, unsigned depth,
				struct fields *fields);

static struct ct_error *flatten_member(const struct ct_member *member,
				       uint64_t bit_offset, bool positional,
				       unsigned depth, struct fields *fields)
{
	struct field field = {.member = member,
			      .bit_offset = bit_offset,
			      .positional = positional};
	uint64_t size = ct_type_size(member->type);
	if (!member->name) {
		struct ct_type *inner;
		struct ct_error *err = ct_type_strip(member->type, &inner);
		if (err)
			return err;
		enum ct_type_kind kind = ct_type_kind(inner);
		if (kind != CT_TYPE_STRUCT && kind != CT_TYPE_UNION)
			return NULL; /* padding */
		return flatten(inner, bit_offset, positional, depth + 1,
			       fields);
	}
	if (fields->buffer.size / sizeof(field) == CT_LITERAL_FIELDS_MAX ||
	    size > CT_LITERAL_BYTES_MAX ||
	    bit_offset > UINT64_C(8) * CT_LITERAL_BYTES_MAX)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "a struct that is too large");
	field.bit_end =
	    bit_offset + (member->bit_size ? member->bit_size : 8 * size);
	ct_buffer_append(&fields->buffer, &field, sizeof(field));
	return ct_buffer_failed(&fields->buffer) ? &ct_enomem : NULL;
}

static struct ct_error *flatten(struct ct_type *record, uint64_t bit_offset,
				bool positional, unsigned depth,
				struct fields *fields)
{
	size_t count;
	const struct ct_member *members;
	bool is_union = ct_type_kind(record) == CT_TYPE_UNION;
	if (depth == CT_LITERAL_DEPTH_MAX)
		return ct_error_format(CT_ERROR_BAD_DATA,
				       "anonymous members never end");
	struct ct_error *err = ct_type_members(record, &count, &members);
	for (size_t i = 0; !err && i < count; i++)
		err = flatten_member(
		    &members[i], bit_offset + members[i].bit_offset,
		    positional && (!is_union || i == 0), depth, fields);
	return err;
}

static struct ct_error *unknown_member(struct literal_parser *parser,
				       const char *at, struct ct_type *type,
				       const struct fields *fields,
				       const char *name)
{
	enum {
		SHOWN = 12
	};
	CT_CLEANUP(ct_buffer_deinit) struct ct_buffer out = {0};
	struct ct_near near;
	ct_near_init(&near, name, 1);
	for (size_t i = 0; i < fields->count; i++)
		ct_near_offer(&near, fields->all[i].member->name);
	struct ct_error *err = ct_type_spell(type, &out);
	if (err)
		return err;
	ct_buffer_printf(&out, " has no member %s", name);
	if (near.count)
		ct_buffer_printf(&out, "; did you mean %s?", near.names[0]);
	else if (fields->count)
		ct_buffer_puts(&out, "; it has ");
	for (size_t i = 0; !near.count && i < fields->count && i < SHOWN; i++)
		ct_buffer_printf(&out, "%s%s", i ? ", " : "",
				 fields->all[i].member->name);
	if (!near.count && fields->count > SHOWN)
		ct_buffer_puts(&out, ", ...");
	CT_AUTO_FREE char *what = ct_buffer_take_string(&out);
	return what ? literal_refuse(parser, at, "%s", what) : &ct_enomem;
}

/* `.x =`, `x =`, `"x":` before a value; *name stays empty without one. */
static struct ct_error *parse_name(struct literal_parser *parser,
				   struct ct_buffer *name, bool *found)
{
	const char *start = parser->at;
	const char *word = start + (*start == '.');
	const char *end = ct_scan_word(word);
	*found = false;
	if (ct_scan_is_quoted(start)) {
		const char *problem, *where;
		end = ct_scan_quoted(start, name, &problem, &where);
		if (!end || *ct_scan_space(end) != ':')
			return NULL;
	} else {
		if (end == word)
			return NULL;
		ct_buffer_append(name, word, (size_t)(end - word));
	}
	const char *sign = ct_scan_space(end);
	if (*sign != '=' && *sign != ':') {
		if (word == start)
			return NULL;
		return literal_refuse(parser, sign, "expected '=' after .%.*s",
				      (int)(end - word), word);
	}
	parser->at = ct_scan_space(sign + 1);
	ct_buffer_putc(name, '\0');
	*found = true;
	return ct_buffer_failed(name) ? &ct_enomem : NULL;
}

static struct field *find_field(const struct fields *fields, const char *name)
{
	for (size_t i = 0; i < fields->count; i++) {
		if (!strcmp(fields->all[i].member->name, name))
			return &fields->all[i];
	}
	return NULL;
}

static struct ct_error *too_many(struct literal_parser *parser,
				 struct ct_type *type,
				 const struct fields *fields)
{
	CT_CLEANUP(ct_buffer_deinit) struct ct_buffer out = {0};
	size_t count = 0;
	for (size_t i = 0; i < fields->count; i++)
		count += fields->all[i].positional;
	struct ct_error *err = ct_type_spell(type, &out);
	if (err)
		return err;
	return literal_refuse(parser, parser->at,
			      "too many values for %.*s, which takes %zu",
			      (int)out.size, out.data, count);
}

/* The field of the next item: by its name, or the next in order. */
static struct ct_error *choose_field(struct literal_parser *parser,
				     struct ct_type *type,
				     const struct fields *fields, size_t *next,
				     struct field **ret)
{
	CT_CLEANUP(ct_buffer_deinit) struct ct_buffer name = {0};
	const char *start = parser->at;
	struct field *field;
	bool named;
	struct ct_error *err = parse_name(parser, &name, &named);
	if (err)
		return err;
	if (named) {
		field = find_field(fields, name.data);
		if (!field)
			return unknown_member(parser, start, type, fields,
					      name.data);
	} else {
		while (*next < fields->count && !fields->all[*next].positional)
			++*next;
		if (*next == fields->count)
			return too_many(parser, type, fields);
		field = &fields->all[*next];
	}
	*next = (size_t)(field - fields->all) + 1;
	*ret = field;
	/* Twice the same bytes: twice the same name, or of one union. */
	for (size_t i = 0; i < fields->count; i++) {
		const struct field *other = &fields->all[i];
		if (other->given && other->bit_offset < field->bit_end &&
		    field->bit_offset < other->bit_end)
			return literal_refuse(
			    parser, start,
			    other == field
				? "%s is given twice"
				: "%s overlaps %s, which is given too",
			    field->member->name, other->member->name);
	}
	field->given = true;
	return NULL;
}

static struct ct_error *record_items(struct literal_parser *parser,
				     struct ct_type *type,
				     struct fields *fields,
				     const struct literal_place *place)
{
	char closing = literal_closing(*parser->at++);
	size_t next = 0;
	bool more;
	for (bool first = true;; first = false) {
		struct field *field = NULL;
		struct ct_error *err =
		    literal_next_item(parser, closing, first, &more);
		if (err || !more)
			return err;
		err = choose_field(parser, type, fields, &next, &field);
		if (err)
			return err;
		struct literal_path path = {.outer = parser->path,
					    .member = field->member->name};
		struct literal_place at = {.object = place->object,
					   .bit_offset = place->bit_offset +
							 field->bit_offset,
					   .bit_size = field->member->bit_size};
		parser->path = &path;
		err = literal_value(parser, field->member->type, &at);
		parser->path = path.outer;
		if (err)
			return err;
	}
}

struct ct_error *literal_record(struct literal_parser *parser,
				struct ct_type *type, struct ct_type *stripped,
				const struct literal_place *place)
{
	if (ct_type_is_incomplete(stripped))
		return literal_misfit(parser, parser->at, type,
				      "nothing defines");
	if (accept_zero(parser))
		return NULL;
	if (*parser->at != '{' && *parser->at != '(')
		return literal_expected(parser, type, "{...}");
	struct fields fields = {0};
	struct ct_error *err = flatten(stripped, 0, true, 0, &fields);
	fields.all = (struct field *)(void *)fields.buffer.data;
	fields.count = fields.buffer.size / sizeof(struct field);
	if (!err)
		err = record_items(parser, type, &fields, place);
	ct_buffer_deinit(&fields.buffer);
	return err;
}
