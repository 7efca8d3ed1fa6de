/* SPDX-License-Identifier: MIT */
/*
 * Numbers as text, the same in every locale: GDB sets the user's, so printf's
 * decimal point cannot be relied on.
 */
#ifndef CT_VALUE_NUMBER_H
#define CT_VALUE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	CT_NUMBER_MAX = 48 /* bytes that any number below fits in */
};

/* Decimal; returns the end of what was written, without a NUL. */
char *ct_number_write_u64(char *out, uint64_t value);
char *ct_number_write_integer(char *out, unsigned __int128 bits,
			      bool is_signed);

/*
 * The shortest decimal that reads back as the same float (size 4), double
 * (8) or long double (any other size), laid out as Python's repr() does:
 * always with a point or an exponent.  "nan", "inf" and "-inf" for the rest.
 */
char *ct_number_write_real(char *out, long double value, size_t size);

#endif
