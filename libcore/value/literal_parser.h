/* SPDX-License-Identifier: MIT */
/*
 * What the files of the literal parser share: literal.c (the way in, errors,
 * places), literal_number.c, literal_pointer.c, literal_parts.c.
 *
 * Three things bound the work on hostile text and types: `depth` the C stack,
 * `budget` the memory, and the text itself, as each value takes a character.
 */
#ifndef CT_VALUE_LITERAL_PARSER_H
#define CT_VALUE_LITERAL_PARSER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "value/literal.h"
#include "value/scan.h"

enum {
	CT_LITERAL_DEPTH_MAX = 64,
	CT_LITERAL_BYTES_MAX = 64 << 20, /* of all objects of one literal */
	CT_LITERAL_FIELDS_MAX = 1 << 16,
};

/* The way to the value at hand: .origin.x[3]; a pointer followed is "*". */
struct literal_path {
	const struct literal_path *outer;
	const char *member; /* NULL: an index */
	size_t index;
};

struct literal_parser {
	const char *text, *at;
	const struct literal_path *path;
	unsigned depth;
	size_t budget; /* bytes */
};

/* Where a value goes.  By object, not by address: an object that is a list
 * of unknown length moves when it grows. */
struct literal_place {
	struct ct_literal *object;
	uint64_t bit_offset;
	uint32_t bit_size; /* of a bitfield, else 0 */
};

/* literal.c */

/* A value of any type, at parser->at; moves it behind the value. */
CT_MUST_CHECK
struct ct_error *literal_value(struct literal_parser *parser,
			       struct ct_type *type,
			       const struct literal_place *place);
/* "path: what at column N"; `at` is a place in the text. */
CT_MUST_CHECK
struct ct_error *literal_refuse(const struct literal_parser *parser,
				const char *at, const char *format, ...)
    CT_PRINTF(3, 4);
/* The same, with "%s" of the type's C spelling for the format's last. */
CT_MUST_CHECK
struct ct_error *literal_misfit(const struct literal_parser *parser,
				const char *at, struct ct_type *type,
				const char *what);
/* "what 'token'": expected something else. */
CT_MUST_CHECK
struct ct_error *literal_expected(const struct literal_parser *parser,
				  struct ct_type *type, const char *what);
CT_MUST_CHECK
struct ct_error *literal_put(const struct literal_place *place,
			     const void *bytes, size_t size);
CT_MUST_CHECK
struct ct_error *literal_allocate(struct literal_parser *parser, uint64_t size,
				  struct ct_literal *ret);
/* parser->at moves behind any of the words, which end with NULL. */
bool literal_accept_word(struct literal_parser *parser,
			 const char *const *words);
static inline void literal_skip_space(struct literal_parser *parser)
{
	parser->at = ct_scan_space(parser->at);
}
/* One or more adjacent quoted texts, appended to out. */
CT_MUST_CHECK
struct ct_error *literal_quoted(struct literal_parser *parser,
				struct ct_buffer *out);

/* literal_number.c: type as declared, stripped the BASE or ENUM behind it. */

CT_MUST_CHECK
struct ct_error *literal_base(struct literal_parser *parser,
			      struct ct_type *type, struct ct_type *stripped,
			      const struct literal_place *place);
CT_MUST_CHECK
struct ct_error *literal_enum(struct literal_parser *parser,
			      struct ct_type *type, struct ct_type *stripped,
			      const struct literal_place *place);

/* literal_real.c */

CT_MUST_CHECK
struct ct_error *literal_real(struct literal_parser *parser,
			      struct ct_type *type,
			      const struct literal_place *place, size_t size);
CT_MUST_CHECK
struct ct_error *literal_complex(struct literal_parser *parser,
				 struct ct_type *type,
				 const struct literal_place *place,
				 size_t size);

/* literal_pointer.c */

CT_MUST_CHECK
struct ct_error *literal_pointer(struct literal_parser *parser,
				 struct ct_type *type, struct ct_type *stripped,
				 const struct literal_place *place);
/* Text for a character type, in its width: 1, 2 or 4; 0 in *width when the
 * type is no character (bytes, of any sign, are). */
CT_MUST_CHECK
struct ct_error *literal_text_width(struct ct_type *type, unsigned *width);
CT_MUST_CHECK
struct ct_error *literal_text(struct literal_parser *parser, unsigned width,
			      struct ct_buffer *out);

/* literal_parts.c */

CT_MUST_CHECK
struct ct_error *literal_array(struct literal_parser *parser,
			       struct ct_type *type, struct ct_type *stripped,
			       const struct literal_place *place);
CT_MUST_CHECK
struct ct_error *literal_record(struct literal_parser *parser,
				struct ct_type *type, struct ct_type *stripped,
				const struct literal_place *place);
/* The bracket that closes the one at `open`. */
char literal_closing(char open);
/* To the next item of a list, over its comma; *more is false, and the
 * bracket passed, at the end. */
CT_MUST_CHECK
struct ct_error *literal_next_item(struct literal_parser *parser, char closing,
				   bool first, bool *more);

#endif
