/* SPDX-License-Identifier: MIT */
/*
 * Filters: C expressions over a call, compiled to bytecode that both engines
 * run: `fd > 2 && buf->len >= 4096`, `path ~ "*.conf"`, `$return < 0`.
 *
 *   operators   || && | ^ & == != ~ !~ < <= > >= << >> + - * / % and the
 *               unary ! ~ - + *, with C's precedence; ~ and !~ as == and !=
 *   places      parameters by name, or $1, $2, ... in order; . -> [i]
 *   constants   numbers, 'c', "text", enumerators of the types at hand,
 *               NULL, and the usual macros (O_CREAT, SEEK_SET, EINTR, ...)
 *   variables   $tid $pid $depth (calls around this one), $nth (this is the
 *               n-th call of the target, from 1), $caller (function name);
 *               at the return: $return, $errno
 *
 * Arithmetic is C's on x86-64: integers are promoted to 32 or 64 bits of
 * either sign and wrap, except that signed overflow wraps too.  Unlike in C,
 * -1 < 1u: a comparison of integers is that of their mathematical values.
 * float and long double are computed as double.
 *
 * A pointer to characters (or bytes), or an array of them, compared with text
 * is compared as text.  `~` matches a glob: * (also over slashes), ?, [a-z],
 * [!a-z], and \ before a character that means itself.  At most 4096 bytes of
 * the program's text are looked at.
 *
 * What cannot be known (unreadable memory, a division by zero, a shift too
 * far, an index outside an array argument, $caller without a name) makes the
 * whole filter unknown, and unknown means no.  && and || stop at the left
 * side as in C, so that `p && p->x` is safe.
 *
 * A filter can be for several functions, some of which do not have all
 * parameters.  A comparison with one that is absent is false, != and !~, too;
 * so is its truth, and !.
 */
#ifndef CT_DECIDE_FILTER_H
#define CT_DECIDE_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "ctester/value.h"

struct ct_buffer;

enum ct_filter_flags {
	/* $return or $errno: it can only be decided at the return. */
	CT_FILTER_AT_RETURN = 1 << 0,
	CT_FILTER_USES_CALLER = 1 << 1, /* the caller's name is worth finding */
	CT_FILTER_USES_MEMORY = 1 << 2, /* needs the program's memory */
	CT_FILTER_USES_PARAMETERS = 1 << 3,
	CT_FILTER_HAS_ABSENT = 1
			       << 4, /* and names of some that are not there */
	CT_FILTER_USES_DEPTH = 1 << 5, /* calls around it have to be known */
};

/* One flat piece of `size` bytes, all of its parts reached by offset; may be
 * copied anywhere aligned to 8. */
struct ct_filter {
	uint32_t size;
	uint32_t flags; /* enum ct_filter_flags */
	uint32_t op_count;
	uint32_t strings; /* offset of the text, from the start */
};

enum {
	CT_FILTER_ABSENT = UINT32_MAX /* as an offset: optimized out */
};

/* Another name for a parameter, where none has it. */
struct ct_filter_alias {
	const char *name;
	size_t index;
};

struct ct_filter_scope {
	struct ct_type *function; /* CT_TYPE_FUNCTION */
	/* Where parameter i is in the argument block (struct
	 * ct_plan_parameter), or CT_FILTER_ABSENT. */
	const uint32_t *offsets;
	size_t offset_count;
	bool return_allowed; /* else $return and $errno are refused */
	const struct ct_filter_alias *aliases;
	size_t alias_count;
	/* Bit i: parameter i is an int, whatever type it has: the kernel's
	 * descriptors. */
	uint64_t ints;
	/* Asked about a name, or a $1, that means nothing here, unless NULL:
	 * true when it is a parameter that is absent.  It has no NUL. */
	bool (*absent)(void *arg, const char *name, size_t length);
	void *absent_arg;
};

/*
 * Compile text and append the filter to out, whose start must be aligned to
 * 8 and whose size is kept so.
 *
 * @return CT_ERROR_BAD_ARGUMENT with what is wrong and at which column of the
 *         text; what keeps a type from being read.  out is then as before.
 */
CT_MUST_CHECK
struct ct_error *ct_filter_compile(const char *text,
				   const struct ct_filter_scope *scope,
				   struct ct_buffer *out);

/* What a filter is run on; all borrowed. */
struct ct_filter_input {
	const uint8_t *args; /* the argument block */
	uint32_t args_size;
	const uint8_t *result; /* the result block; NULL before the return */
	uint32_t result_size;
	/* Of the program itself: a record has only what its capture followed,
	 * and text only up to the string limit.  read may be NULL. */
	const struct ct_memory *memory;
	int32_t pid, tid;
	uint64_t nth;
	uint32_t depth;
	int32_t errno_value;
	/* The name of the function that called, or NULL; may be NULL. */
	const char *(*caller)(void *arg);
	void *caller_arg;
};

enum ct_filter_result {
	CT_FILTER_FALSE,
	CT_FILTER_TRUE,
	CT_FILTER_UNKNOWN, /* to be taken as false, and perhaps counted */
};

/*
 * Decide.  No allocation, no types, 5 KiB of stack, a bounded number of
 * steps.  The filter may lie in memory that the program can write: a damaged
 * one gives any result, but reads nothing outside its `size` bytes, which the
 * caller knows to be there, and the input.
 */
enum ct_filter_result ct_filter_run(const struct ct_filter *filter,
				    const struct ct_filter_input *input);

#endif
