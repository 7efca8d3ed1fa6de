/* SPDX-License-Identifier: MIT */
/* Text of the program: bytes that are UTF-8 or not, and wide characters. */
#ifndef CT_VALUE_UTF8_H
#define CT_VALUE_UTF8_H

#include <stddef.h>

/*
 * The length (1 to 4) of the well-formed sequence that s starts with, or 0
 * (Unicode 15, table 3-7: no overlong forms, no surrogates, no more than
 * U+10FFFF).  size is at least 1.
 */
unsigned ct_utf8_sequence(const unsigned char *s, size_t size);

/*
 * How much of the first `kept` of `size` bytes to show, so that no sequence
 * is broken by the cut: `kept` less up to three bytes.  Bytes that are wrong
 * in themselves stay.
 */
size_t ct_utf8_cut(const unsigned char *s, size_t kept, size_t size);

/*
 * Convert `count` units of 2 (UTF-16) or 4 bytes (UTF-32), little-endian, to
 * UTF-8; what is no character becomes U+FFFD.  `out` has room for 4 bytes a
 * unit.  cut: a first half of a surrogate pair at the end is left out.
 */
size_t ct_utf8_from_wide(const unsigned char *units, size_t count,
			 unsigned width, int cut, unsigned char *out);

#endif
