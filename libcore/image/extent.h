/* SPDX-License-Identifier: MIT */
/*
 * Where code begins, by all that a file says of it: symbols, and the entries
 * of .eh_frame, which stripped files have, too, for functions without a symbol
 * as well.
 */
#ifndef CT_IMAGE_EXTENT_H
#define CT_IMAGE_EXTENT_H

#include <stdint.h>

#include "base/error.h"
#include "ctester/image.h"

/* Borrows nothing of the image.  Empty where a table is damaged. */
struct ct_extents;
CT_MUST_CHECK
struct ct_error *ct_extents_read(struct ct_image *image,
				 struct ct_extents **ret);
void ct_extents_destroy(struct ct_extents *extents);

struct ct_extent {
	uint64_t size; /* of the function from addr on; 0: nobody says */
	uint64_t next; /* the first address behind addr where code begins;
			  UINT64_MAX: none */
};

/* addr is a file's, of a function's beginning. */
struct ct_extent ct_extents_find(const struct ct_extents *extents,
				 uint64_t addr);

/* From one beginning to the next. */
struct ct_extent_span {
	uint64_t low, high;
};

/* The spans that reach into [low, high), as far as there is room; nothing is
 * known of what is behind the last beginning. */
size_t ct_extents_spans(const struct ct_extents *extents, uint64_t low,
			uint64_t high, struct ct_extent_span *ret,
			size_t capacity);

#endif
