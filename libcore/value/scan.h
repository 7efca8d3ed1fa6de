/* SPDX-License-Identifier: MIT */
/*
 * Numbers and quoted text as people write them, in C or in Python: what
 * literals and filter expressions have in common.
 *
 * All text is NUL-terminated and hostile.  Nothing depends on the locale: GDB
 * sets the user's, whose decimal point may be a comma.
 */
#ifndef CT_VALUE_SCAN_H
#define CT_VALUE_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

/* A number without its sign. */
struct ct_scan_number {
	const char *at;            /* its first character */
	bool is_real;              /* 1.5, 1e3, 0x1p3, nan, inf */
	bool is_huge;              /* an integer of more than 128 bits */
	bool is_unsigned, is_long; /* suffixes of an integer */
	bool is_decimal;
	unsigned __int128 integer; /* of an integer that is not huge */
};

/* The character after the number that starts at `at`, with its suffix; NULL
 * when there is none.  *ret is untouched then. */
const char *ct_scan_number(const char *at, struct ct_scan_number *ret);

/* The number, integers too, as float (size 4), double (8) or long double
 * (16); rounded once.  False: there is no such size. */
bool ct_scan_real(const struct ct_scan_number *number, bool negative,
		  size_t size, void *bytes);

/* The end of the identifier that starts at `at`; `at` itself when none does. */
const char *ct_scan_word(const char *at);

const char *ct_scan_space(const char *at);

/* True where quoted text starts: "…, '…, b"…, b'…, u8"…. */
bool ct_scan_is_quoted(const char *at);

/*
 * Append the bytes of quoted text, of either quote: C's escapes, and \e, \u
 * and \U, which give UTF-8; a lone \udc80 to \udcff is the byte 0x80 to 0xff,
 * as in Python's surrogateescape.  \x has two digits at most, as in Python.
 *
 * @return the character after the closing quote.  NULL: damaged; *problem
 *         says how, *where at which character.
 */
const char *ct_scan_quoted(const char *at, struct ct_buffer *out,
			   const char **problem, const char **where);

/* The value of one character in quotes, scanned to `size` bytes: a byte, or
 * the code point of one UTF-8 sequence; -1 when it is not one character. */
int32_t ct_scan_character(const char *bytes, size_t size);

#endif
