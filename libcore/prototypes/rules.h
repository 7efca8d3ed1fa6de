/* SPDX-License-Identifier: MIT */
/*
 * What C prototypes cannot say about the functions of libc: how long a buffer
 * is, what is only written, what follows in a variadic tail, which calls do
 * not come back.  Tables of facts from the man pages; nothing here looks at a
 * program.
 *
 * Parameters are meant by index, from 0.  Their names are those of the shipped
 * prototypes and serve people: a function's own debug information may use
 * others (glibc's has `nbytes` where the man page has `count`).
 */
#ifndef CT_PROTOTYPES_RULES_H
#define CT_PROTOTYPES_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "prototypes/names.h"

/* A parameter; one without a name is absent. */
struct ct_rule_parameter {
	const char *name;
	int index;
};

/* Who fills what a pointer leads to. */
enum ct_rule_direction {
	CT_RULE_IN,    /* the caller; the call leaves it alone */
	CT_RULE_OUT,   /* the call: at entry it holds nothing of meaning */
	CT_RULE_INOUT, /* both: look at entry and at return */
};

/* What a pointer leads to, where it is not NULL. */
enum ct_rule_extent {
	CT_RULE_EXTENT_OBJECT,   /* one object of the pointed-to type */
	CT_RULE_EXTENT_BYTES,    /* count bytes, times scale if there is one */
	CT_RULE_EXTENT_ELEMENTS, /* count objects of the pointed-to type */
	CT_RULE_EXTENT_STRING,   /* characters up to a NUL, at most count if any
				  */
	CT_RULE_EXTENT_VECTOR,   /* pointers up to a NULL pointer */
	/* count struct iovec, not written themselves; the direction is that of
	 * the bytes they lead to */
	CT_RULE_EXTENT_IOVECS,
};

/* Where the count is. */
enum ct_rule_count {
	CT_RULE_COUNT_NONE,
	CT_RULE_COUNT_VALUE,   /* the parameter `count` is it */
	CT_RULE_COUNT_POINTED, /* `count` points to it: the room at entry, what
			     was used or needed at return; may be more than the
			     room, and may be NULL */
	CT_RULE_COUNT_FIXED,   /* `fixed` is it */
};

/* How the result says what was written.  -1 and errors: nothing was. */
enum ct_rule_bound {
	CT_RULE_BOUND_NONE,
	CT_RULE_BOUND_RESULT, /* the result is a count in the units of `count`,
			    for iovecs in bytes; it can be more than there is
			    room for (MSG_TRUNC): take the smaller */
	CT_RULE_BOUND_NOT_NULL, /* written only if the result is not NULL */
};

/* One pointer parameter.  Without a row, a pointer is what its type says. */
struct ct_buffer_rule {
	const char *function;
	struct ct_rule_parameter pointer;
	enum ct_rule_direction direction;
	enum ct_rule_extent extent;
	enum ct_rule_count counted;
	struct ct_rule_parameter count;
	struct ct_rule_parameter scale; /* bytes in one unit of count */
	unsigned int fixed;
	enum ct_rule_bound bound;
};

enum ct_rule_tail_kind {
	CT_RULE_TAIL_NONE,
	CT_RULE_TAIL_PRINTF,  /* values as the format says */
	CT_RULE_TAIL_SCANF,   /* pointers to be written, as the format says */
	CT_RULE_TAIL_STRFMON, /* a double for each conversion of the format */
	CT_RULE_TAIL_STRINGS, /* strings up to NULL; `control` is the first one
			       */
	CT_RULE_TAIL_CHOICE,  /* ct_rules_choose() */
};

#define CT_RULE_TAIL_ARGUMENTS_MAX 6

/* One argument of a tail, in C: `struct flock *lock`. */
struct ct_rule_argument {
	const char *type;
	const char *name;
	enum ct_rule_direction direction; /* of what a pointer leads to */
};

enum ct_rule_match {
	CT_RULE_MATCH_ALWAYS,
	CT_RULE_MATCH_EQUAL, /* the control is value */
	CT_RULE_MATCH_FLAGS, /* the control has all bits of value */
};

struct ct_rule_choice {
	enum ct_rule_match match;
	uint32_t value;
	struct ct_rule_argument arguments[CT_RULE_TAIL_ARGUMENTS_MAX];
};

/* What follows the named parameters, or is in the va_list. */
struct ct_rule_tail {
	const char *function;
	enum ct_rule_tail_kind kind;
	struct ct_rule_parameter control; /* the format, flags or command */
	struct ct_rule_parameter list;    /* the va_list; absent for `...` */
	bool wide;                        /* the format is wchar_t */
	bool vector_follows;              /* envp after the NULL of execle() */
	const struct ct_rule_choice *choices;
	size_t choice_count;
};

/* How a call comes back; a set. */
enum ct_function_trait {
	CT_FUNCTION_NO_RETURN = 1,            /* exit */
	CT_FUNCTION_NO_RETURN_ON_SUCCESS = 2, /* execve */
	CT_FUNCTION_JUMPS = 4,                /* longjmp: frames vanish */
	CT_FUNCTION_RETURNS_TWICE = 8,        /* setjmp: to one call's frame */
	CT_FUNCTION_FORKS = 16,               /* fork: in two processes */
};

#define CT_RULES_BUFFERS_MAX 6

/* All rules of one function.  Plain values; the strings are static. */
struct ct_rules {
	const char *function; /* that the rules are written for: `open` */
	size_t buffer_count;
	struct ct_buffer_rule buffers[CT_RULES_BUFFERS_MAX];
	struct ct_rule_tail tail; /* kind CT_RULE_TAIL_NONE: no tail is known */
	unsigned int traits;      /* of enum ct_function_trait */
};

/*
 * The rules of a function by its name, without a version.  An alias (open64,
 * __printf_chk, __isoc99_sscanf, frexpf) has the rules of its function with
 * the indexes of its own parameters.  False, with *ret untouched, for a name
 * that is no alias and has no rules.
 */
bool ct_rules_find(const char *function, struct ct_rules *ret);

/*
 * True when the man page says that the function sets errno when it fails: then
 * errno counts with -1 or a null pointer, even when it was the same before.
 */
bool ct_rules_sets_errno(const char *function);

/* The names of a parameter's numbers (flags, commands), or NULL. */
const struct ct_names *ct_rules_names(const char *function, size_t parameter);

/*
 * The index-th of the names that a program may call where its source says
 * `function` (open: __open64_2, __open_2, open64...), NULL past the last.
 * What it lacks are names for another meaning: frexpf does not stand for
 * frexp.  Their parameters may stand elsewhere: see ct_rules_find().
 */
const char *ct_rules_stand_in(const char *function, size_t index);

/*
 * The arguments in the tail of a call whose control parameter is `control`:
 * their number, with *ret the first of them; 0 leaves *ret alone.  For
 * CT_RULE_TAIL_CHOICE; 0 for all others.  A whole register will do for
 * `control`: only the 32 bits that an int has count.
 */
size_t ct_rules_choose(const struct ct_rule_tail *tail, uint64_t control,
		       const struct ct_rule_argument **ret);

#endif
