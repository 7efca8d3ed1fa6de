/* SPDX-License-Identifier: MIT */
/* Integers, bool and enums: whatever is an integer in memory. */
#include <string.h>

#include "base/cleanup.h"
#include "value/literal_parser.h"
#include "value/number.h"

typedef unsigned __int128 u128;

/* An integer as written. */
struct integer {
	bool negative;
	bool is_huge;
	bool is_byte; /* a character of one byte, which has no sign */
	u128 magnitude;
};

/* What an integer type can hold. */
struct room {
	unsigned width; /* bits, 1 to 128 */
	bool is_signed;
};

static u128 most(const struct room *room)
{
	return ~(u128)0 >> (128 - room->width + room->is_signed);
}

static bool fits(const struct integer *value, const struct room *room)
{
	if (value->is_huge)
		return false;
	if (value->is_byte && room->width == 8)
		return true;
	if (!value->negative || !value->magnitude)
		return value->magnitude <= most(room);
	return room->is_signed && value->magnitude <= most(room) + 1;
}

static struct ct_error *refuse_range(struct literal_parser *parser,
				     const char *start, struct ct_type *type,
				     const struct literal_place *place,
				     const struct room *room)
{
	CT_CLEANUP(ct_buffer_deinit) struct ct_buffer spelling = {0};
	char low[CT_NUMBER_MAX], high[CT_NUMBER_MAX];
	u128 least = room->is_signed ? ~most(room) : 0;
	*ct_number_write_integer(low, least, room->is_signed) = '\0';
	*ct_number_write_integer(high, most(room), false) = '\0';
	struct ct_error *err = ct_type_spell(type, &spelling);
	if (err)
		return err;
	if (place->bit_size)
		ct_buffer_printf(&spelling, " : %u", place->bit_size);
	int length = parser->at - start > 60 ? 60 : (int)(parser->at - start);
	return literal_refuse(
	    parser, start, "%.*s does not fit in %.*s (%s to %s)", length,
	    start, (int)spelling.size, spelling.data, low, high);
}

static struct ct_error *put_integer(struct literal_parser *parser,
				    const char *start, struct ct_type *type,
				    const struct integer *value, bool is_signed,
				    const struct literal_place *place)
{
	size_t size = ct_type_size(type);
	struct room room = {(unsigned)size * 8, is_signed};
	if (!size || size > sizeof(u128) || place->bit_size > room.width)
		return ct_error_format(CT_ERROR_BAD_DATA,
				       "an integer of %zu bytes", size);
	if (place->bit_size)
		room.width = place->bit_size;
	if (!fits(value, &room))
		return refuse_range(parser, start, type, place, &room);
	u128 bits = value->negative ? -value->magnitude : value->magnitude;
	return literal_put(place, &bits, size);
}

/* 'a', also as "a" for a character type.  *found: false when the text at hand
 * is not one character. */
static struct ct_error *parse_character(struct literal_parser *parser,
					bool *found, struct integer *ret)
{
	CT_CLEANUP(ct_buffer_deinit) struct ct_buffer text = {0};
	struct ct_error *err = literal_quoted(parser, &text);
	if (err)
		return err;
	int32_t c = ct_scan_character(text.data, text.size);
	*found = c >= 0;
	/* A plain char is signed: in C, '\xff' is -1. */
	if (*found && text.size == 1)
		c = (signed char)c;
	ret->is_byte = text.size == 1;
	ret->negative = *found && c < 0;
	ret->magnitude = (u128)(c < 0 ? -c : c);
	return NULL;
}

static bool accept_truth(struct literal_parser *parser, bool *ret)
{
	static const char *const yes[] = {"true", "True", NULL};
	static const char *const no[] = {"false", "False", NULL};
	*ret = literal_accept_word(parser, yes);
	return *ret || literal_accept_word(parser, no);
}

/* A real whose value is an integer, as Python likes to give, is one. */
static bool real_to_integer(const struct ct_scan_number *number, u128 *ret)
{
	long double value;
	ct_scan_real(number, false, sizeof(value), &value);
	if (!(value >= 0 && value < 0x1p127L) ||
	    (long double)(u128)value != value)
		return false;
	*ret = (u128)value;
	return true;
}

/* The digits behind a sign. */
static struct ct_error *parse_digits(struct literal_parser *parser,
				     struct ct_type *type, const char *start,
				     struct integer *ret)
{
	struct ct_scan_number number;
	const char *end = ct_scan_number(parser->at, &number);
	if (!end) {
		parser->at = start;
		return literal_expected(parser, type, "an integer");
	}
	ret->magnitude = number.integer;
	ret->is_huge = number.is_huge;
	if (number.is_real && !real_to_integer(&number, &ret->magnitude)) {
		parser->at = start;
		return literal_expected(parser, type, "an integer");
	}
	parser->at = end;
	return NULL;
}

static struct ct_error *parse_integer(struct literal_parser *parser,
				      struct ct_type *type, bool is_character,
				      struct integer *ret)
{
	const char *start = parser->at;
	bool truth;
	if (ct_scan_is_quoted(start) && (is_character || *start == '\'')) {
		bool found;
		struct ct_error *err = parse_character(parser, &found, ret);
		if (err || found)
			return err;
		parser->at = start;
		return literal_expected(parser, type, "one character");
	}
	if (accept_truth(parser, &truth)) {
		ret->magnitude = truth;
		return NULL;
	}
	if (*start == '-' || *start == '+') {
		ret->negative = *start == '-';
		parser->at = ct_scan_space(start + 1);
	}
	return parse_digits(parser, type, start, ret);
}

static struct ct_error *parse_bool(struct literal_parser *parser,
				   struct ct_type *type,
				   const struct literal_place *place)
{
	struct integer value = {0};
	const char *start = parser->at;
	struct ct_error *err = parse_integer(parser, type, false, &value);
	if (err)
		return err;
	if (value.is_huge || value.negative || value.magnitude > 1) {
		parser->at = start;
		return literal_expected(parser, type, "true or false");
	}
	size_t size = ct_type_size(type);
	if (!size || size > sizeof(value.magnitude))
		return ct_error_format(CT_ERROR_BAD_DATA, "a bool of %zu bytes",
				       size);
	return literal_put(place, &value.magnitude, size);
}

struct ct_error *literal_base(struct literal_parser *parser,
			      struct ct_type *type, struct ct_type *stripped,
			      const struct literal_place *place)
{
	size_t size = ct_type_size(stripped);
	enum ct_encoding encoding = ct_type_encoding(stripped);
	switch (encoding) {
	case CT_ENCODING_BOOL:
		return parse_bool(parser, type, place);
	case CT_ENCODING_FLOAT:
		return literal_real(parser, type, place, size);
	case CT_ENCODING_COMPLEX:
		return literal_complex(parser, type, place, size);
	default:
		break;
	}

	unsigned width;
	struct integer value = {0};
	const char *start = parser->at;
	struct ct_error *err = literal_text_width(type, &width);
	if (!err)
		err = parse_integer(parser, type, width != 0, &value);
	if (err)
		return err;
	/* A plain char is signed on x86 (psABI 3.1.2). */
	bool is_signed =
	    encoding == CT_ENCODING_SIGNED || encoding == CT_ENCODING_CHAR;
	return put_integer(parser, start, type, &value, is_signed, place);
}

static struct ct_error *enum_sign(struct ct_type *type, bool *ret)
{
	size_t count;
	const struct ct_enumerator *enumerators;
	struct ct_type *target;
	struct ct_error *err = ct_type_target(type, &target);
	if (!err)
		err = ct_type_strip(target, &target);
	if (err)
		return err;
	if (ct_type_kind(target) == CT_TYPE_BASE) {
		*ret = ct_type_encoding(target) == CT_ENCODING_SIGNED ||
		       ct_type_encoding(target) == CT_ENCODING_CHAR;
		return NULL;
	}
	/* Nothing says it: signed when an enumerator needs to be. */
	err = ct_type_enumerators(type, &count, &enumerators);
	if (err)
		return err;
	*ret = false;
	for (size_t i = 0; i < count; i++)
		*ret |= enumerators[i].value < 0;
	return NULL;
}

static struct ct_error *unknown_enumerator(struct literal_parser *parser,
					   struct ct_type *type, size_t count,
					   const struct ct_enumerator *all)
{
	enum {
		SHOWN = 12
	};
	CT_CLEANUP(ct_buffer_deinit) struct ct_buffer what = {0};
	ct_buffer_puts(&what, "an enumerator (");
	for (size_t i = 0; i < count && i < SHOWN; i++)
		ct_buffer_printf(&what, "%s%s", i ? ", " : "", all[i].name);
	ct_buffer_puts(&what, count > SHOWN ? ", ...)" : ")");
	CT_AUTO_FREE char *string = ct_buffer_take_string(&what);
	if (!string)
		return &ct_enomem;
	return literal_expected(parser, type, string);
}

/* One of the terms of A|B: a name or a number. */
static struct ct_error *parse_enum_term(struct literal_parser *parser,
					struct ct_type *type,
					struct ct_type *stripped,
					bool is_signed, struct integer *ret)
{
	size_t count;
	const struct ct_enumerator *all;
	const char *end = ct_scan_word(parser->at);
	if (end == parser->at || ct_scan_is_quoted(parser->at))
		return parse_integer(parser, type, false, ret);

	struct ct_error *err = ct_type_enumerators(stripped, &count, &all);
	if (err)
		return err;
	size_t length = (size_t)(end - parser->at);
	for (size_t i = 0; i < count; i++) {
		if (!all[i].name || strlen(all[i].name) != length ||
		    memcmp(all[i].name, parser->at, length))
			continue;
		/* Sign-extended in any case: take the extension off. */
		uint64_t bits = (uint64_t)all[i].value;
		uint64_t size = ct_type_size(stripped);
		ret->negative = is_signed && all[i].value < 0;
		if (ret->negative)
			bits = -bits;
		else if (size && size < sizeof(bits))
			bits &= (UINT64_C(1) << 8 * size) - 1;
		ret->magnitude = bits;
		parser->at = end;
		return NULL;
	}
	return unknown_enumerator(parser, type, count, all);
}

struct ct_error *literal_enum(struct literal_parser *parser,
			      struct ct_type *type, struct ct_type *stripped,
			      const struct literal_place *place)
{
	const char *start = parser->at;
	struct integer value = {0};
	bool is_signed;
	/* A program that writes literals quotes names. */
	bool is_quoted = *start == '"';
	parser->at += is_quoted;
	struct ct_error *err = enum_sign(stripped, &is_signed);
	if (!err)
		err =
		    parse_enum_term(parser, type, stripped, is_signed, &value);
	while (!err && *ct_scan_space(parser->at) == '|') {
		struct integer term = {0};
		parser->at = ct_scan_space(ct_scan_space(parser->at) + 1);
		err = parse_enum_term(parser, type, stripped, is_signed, &term);
		__int128 both = (__int128)(value.negative ? -value.magnitude
							  : value.magnitude) |
				(__int128)(term.negative ? -term.magnitude
							 : term.magnitude);
		value.negative = both < 0;
		value.magnitude = both < 0 ? -(u128)both : (u128)both;
		value.is_huge |= term.is_huge;
	}
	if (!err && is_quoted && *parser->at != '"')
		err = literal_expected(parser, type, "an enumerator");
	if (err)
		return err;
	parser->at += is_quoted;
	return put_integer(parser, start, type, &value, is_signed, place);
}
