/* SPDX-License-Identifier: MIT */
/* Floating point and complex numbers. */
#include <string.h>

#include "base/cleanup.h"
#include "type/model.h"
#include "value/literal_parser.h"

typedef unsigned __int128 u128;

static struct ct_error *unsupported(struct ct_type *type, size_t size)
{
	const char *name = ct_type_name(type);
	return ct_error_format(CT_ERROR_UNSUPPORTED,
			       "%s: a floating point type of %zu bytes",
			       name ? name : "<unnamed>", size);
}

/* "info" is not "inf"; but "infj" is, of a complex number. */
static bool runs_on(const char *end)
{
	size_t length = (size_t)(ct_scan_word(end) - end);
	return length > 1 || (length == 1 && !strchr("ijIJ", *end));
}

static bool is_infinite(const void *bytes, size_t size)
{
	float narrow;
	double wide;
	long double widest;
	if (size == sizeof(narrow)) {
		memcpy(&narrow, bytes, size);
		return __builtin_isinf(narrow);
	}
	if (size == sizeof(wide)) {
		memcpy(&wide, bytes, size);
		return __builtin_isinf(wide);
	}
	memcpy(&widest, bytes, sizeof(widest));
	return __builtin_isinf(widest);
}

static struct ct_error *too_large(const char *start, const char *end,
				  struct ct_type *type)
{
	const char *name = ct_type_name(type);
	int length = end - start > 60 ? 60 : (int)(end - start);
	return ct_error_format(
	    CT_ERROR_BAD_ARGUMENT, "%.*s%s does not fit in %s", length, start,
	    end - start > 60 ? "..." : "", name ? name : "its type");
}

static struct ct_error *parse_real(struct literal_parser *parser,
				   struct ct_type *type, size_t size,
				   void *bytes)
{
	const char *start = parser->at;
	bool negative = *start == '-';
	struct ct_scan_number number;
	if (*start == '-' || *start == '+')
		parser->at = ct_scan_space(start + 1);
	const char *end = ct_scan_number(parser->at, &number);
	if (end && runs_on(end))
		end = NULL;
	if (!end) {
		parser->at = start;
		return literal_expected(parser, type, "a number");
	}
	if (!ct_scan_real(&number, negative, size, bytes))
		return unsupported(type, size);
	if (is_infinite(bytes, size) && !strchr("iI", *parser->at))
		return too_large(start, end, type);
	parser->at = end;
	return NULL;
}

/* _Float128 has the size of long double, and only its name tells. */
static bool is_quad(struct ct_type *type)
{
	const char *name = ct_type_name(type);
	return name &&
	       (!strcmp(name, "_Float128") || !strcmp(name, "__float128") ||
		!strcmp(name, "_Complex _Float128"));
}

struct ct_error *literal_real(struct literal_parser *parser,
			      struct ct_type *type,
			      const struct literal_place *place, size_t size)
{
	unsigned char bytes[sizeof(long double)];
	struct ct_type *stripped;
	struct ct_error *err = ct_type_strip(type, &stripped);
	if (!err)
		err = parse_real(parser, type, size, bytes);
	if (err)
		return err;
	if (is_quad(stripped)) { /* with the precision of a long double */
		long double value;
		memcpy(&value, bytes, sizeof(value));
		__float128 quad = value;
		memcpy(bytes, &quad, sizeof(quad));
	}
	return literal_put(place, bytes, size);
}

/* i or j behind a number, not the start of a word. */
static bool accept_unit(struct literal_parser *parser)
{
	const char *end = ct_scan_word(parser->at);
	if (end - parser->at != 1 || !strchr("ijIJ", *parser->at))
		return false;
	parser->at = end;
	return true;
}

/* 1, 2i, 1+2i: parts[0] is the real part.  size: of one part. */
static struct ct_error *parse_sum(struct literal_parser *parser,
				  struct ct_type *type, size_t size,
				  unsigned char *parts)
{
	unsigned char number[sizeof(long double)];
	struct ct_error *err = parse_real(parser, type, size, number);
	if (err)
		return err;
	if (accept_unit(parser)) {
		memcpy(parts + size, number, size);
		return NULL;
	}
	memcpy(parts, number, size);
	const char *sign = ct_scan_space(parser->at);
	if (*sign != '+' && *sign != '-')
		return NULL;
	parser->at = sign;
	err = parse_real(parser, type, size, parts + size);
	if (err || accept_unit(parser))
		return err;
	return literal_expected(parser, type, "i or j");
}

/* {re = 1, im = 2}, {"re": 1, "im": 2} and {1, 2}: as of a struct. */
static struct ct_error *parse_braces(struct literal_parser *parser,
				     struct ct_type *type, size_t size,
				     unsigned char *parts)
{
	struct ct_type part = {
	    .kind = CT_TYPE_BASE,
	    .encoding = CT_ENCODING_FLOAT,
	    .name = size == sizeof(float)    ? "float"
		    : size == sizeof(double) ? "double"
					     : "long double",
	    .size = size,
	};
	const struct ct_member members[] = {
	    {.name = "re", .type = &part},
	    {.name = "im", .type = &part, .bit_offset = 8 * size},
	};
	struct ct_type both = {
	    .kind = CT_TYPE_STRUCT,
	    .size = 2 * size,
	    .part_count = 2,
	    .members = members,
	};
	struct ct_literal object = {.size = 2 * size, .bytes = parts};
	struct literal_place place = {.object = &object};
	return literal_record(parser, type, &both, &place);
}

struct ct_error *literal_complex(struct literal_parser *parser,
				 struct ct_type *type,
				 const struct literal_place *place, size_t size)
{
	unsigned char parts[2 * sizeof(long double)] = {0};
	struct ct_error *err;
	if (size != 8 && size != 16 && size != 32)
		return unsupported(type, size);
	if (*parser->at == '{') {
		err = parse_braces(parser, type, size / 2, parts);
	} else if (*parser->at == '(') {
		parser->at = ct_scan_space(parser->at + 1);
		err = parse_sum(parser, type, size / 2, parts);
		literal_skip_space(parser);
		if (!err && *parser->at != ')')
			err = literal_expected(parser, type, "')'");
		if (!err)
			parser->at++;
	} else {
		err = parse_sum(parser, type, size / 2, parts);
	}
	return err ? err : literal_put(place, parts, size);
}
