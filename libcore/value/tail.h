/* SPDX-License-Identifier: MIT */
/*
 * The arguments behind `...`: how many, of which class, and where.
 *
 * C passes them with their default promotions and says nothing about them;
 * the function's own rule does: a format string, flags, a NULL at the end.
 */
#ifndef CT_VALUE_TAIL_H
#define CT_VALUE_TAIL_H

#include "ctester/regs.h"
#include "value/plan.h"
#include "value/record.h"

enum {
	CT_TAIL_MAX = 32
};

/* Capture the tail of a call whose argument block is in the record already;
 * returns how many values were put at ret, CT_TAIL_MAX at most. */
uint32_t ct_tail_capture(const struct ct_plan *plan, const struct ct_regs *regs,
			 const struct ct_memory *memory,
			 const struct ct_record *record,
			 struct ct_tail_value *ret);

/* How much text a printf conversion reads at most (C11 7.21.6.1p8). */
enum {
	CT_TAIL_NO_BOUND = 0,
	CT_TAIL_BOUND_BEFORE = UINT32_MAX, /* the argument before it says */
};

/* The address of a string argument, and the bytes of its characters; 0 for
 * NULL and every other class. */
uint64_t ct_tail_text_addr(const struct ct_tail_value *value, uint16_t *unit);

/*
 * The classes of the arguments that a printf format takes (C11 7.21.6.1, and
 * POSIX's `m`); returns how many, CT_TAIL_MAX at most.  A format with
 * positions (`%2$d`) or with what is not known ends the list there.
 *
 * @param bounds  Of CT_TAIL_STRING: 1 + its precision in bytes, or one of the
 *                two above.
 */
uint32_t ct_tail_parse_printf(const char *format, size_t size,
			      uint8_t classes[CT_TAIL_MAX],
			      uint32_t bounds[CT_TAIL_MAX]);

/* The same for scanf: every conversion that assigns takes a pointer. */
uint32_t ct_tail_parse_scanf(const char *format, size_t size,
			     uint8_t classes[CT_TAIL_MAX]);

/* Append what people read better than a number; false: there is no such
 * thing. */
bool ct_tail_say(const struct ct_tail_value *value, struct ct_buffer *out);

/* The type of a class, borrowed from nobody. */
struct ct_type *ct_tail_type(enum ct_tail_class class);

#endif
