/* SPDX-License-Identifier: MIT */
/*
 * The compiler of filters: filter_parse.c reads the text, filter_operand.c
 * turns operands and operators into ops, filter_names.c finds what a name
 * means.
 */
#ifndef CT_DECIDE_FILTER_COMPILER_H
#define CT_DECIDE_FILTER_COMPILER_H

#include "base/buffer.h"
#include "decide/filter_code.h"

enum {
	FILTER_NESTING_MAX = 100
};

struct filter_compiler {
	const char *text, *at;
	const struct ct_filter_scope *scope;
	struct ct_buffer ops, strings;
	uint32_t flags;
	unsigned slots;   /* on the stack at this op */
	unsigned nesting; /* of parentheses and unary operators */
};

enum filter_form {
	FILTER_NUMBER, /* on the stack */
	FILTER_PLACE,  /* base on the stack; offset still to be added */
	FILTER_TEXT,   /* in the strings; nothing is on the stack */
	FILTER_CALLER, /* nothing is on the stack */
};

/* What has been parsed, and where its value is when it runs. */
struct filter_operand {
	enum filter_form form;
	const char *start; /* in the text */
	/* Of a place, its type; of a number, the pointer type or NULL. */
	struct ct_type *type;
	enum filter_class class;
	enum filter_space space;
	uint64_t offset;
	uint32_t bit_offset, bit_size; /* of a bitfield, from offset */
	uint32_t string;               /* offset in strings */
	/* A number, 0, of something that there is not: what is computed with
	 * it is not there either, and comparing it is false. */
	bool is_absent;
	bool is_int; /* a place with one, whatever its type */
};

/* "what at column N of 'text'" */
CT_MUST_CHECK
struct ct_error *filter_refuse(const struct filter_compiler *compiler,
			       const char *at, const char *format, ...)
    CT_PRINTF(3, 4);

/* filter_operand.c */

CT_MUST_CHECK
struct ct_error *filter_emit(struct filter_compiler *compiler,
			     struct filter_op op);
CT_MUST_CHECK
struct ct_error *filter_push(struct filter_compiler *compiler, uint64_t value,
			     enum filter_class class,
			     struct filter_operand *ret);
/* An operand that is not there. */
CT_MUST_CHECK
struct ct_error *filter_push_absent(struct filter_compiler *compiler,
				    struct filter_operand *ret);
/* Load what is at a place; refuses what is no number. */
CT_MUST_CHECK
struct ct_error *filter_number(struct filter_compiler *compiler,
			       struct filter_operand *operand);
/* A number that is 0 or 1. */
CT_MUST_CHECK
struct ct_error *filter_truth(struct filter_compiler *compiler,
			      struct filter_operand *operand);
CT_MUST_CHECK
struct ct_error *filter_dereference(struct filter_compiler *compiler,
				    struct filter_operand *operand);
CT_MUST_CHECK
struct ct_error *filter_member(struct filter_compiler *compiler,
			       struct filter_operand *operand, const char *name,
			       size_t length);
/* Before the index is compiled, and after it: operand becomes a place. */
CT_MUST_CHECK
struct ct_error *filter_index_base(struct filter_compiler *compiler,
				   struct filter_operand *operand);
CT_MUST_CHECK
struct ct_error *filter_index(struct filter_compiler *compiler,
			      struct filter_operand *operand,
			      struct filter_operand *index);
CT_MUST_CHECK
struct ct_error *filter_unary(struct filter_compiler *compiler, char sign,
			      struct filter_operand *operand);
/* Both are numbers on the stack. */
CT_MUST_CHECK
struct ct_error *filter_binary(struct filter_compiler *compiler,
			       enum filter_code code, const char *sign,
			       struct filter_operand *left,
			       const struct filter_operand *right);
/* Compare a textual operand on the stack, or $caller, with text. */
CT_MUST_CHECK
struct ct_error *filter_match(struct filter_compiler *compiler,
			      struct filter_operand *operand,
			      const struct filter_operand *text, bool is_glob,
			      bool negated);

/* filter_names.c */

/* The operand that a name or a $variable at compiler->at is; moves behind
 * it. */
CT_MUST_CHECK
struct ct_error *filter_name(struct filter_compiler *compiler,
			     struct filter_operand *ret);
CT_MUST_CHECK
struct ct_error *filter_variable(struct filter_compiler *compiler,
				 struct filter_operand *ret);

#endif
