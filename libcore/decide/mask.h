/* SPDX-License-Identifier: MIT */
/*
 * A mask: which calls of a function fail, counted from now.
 *
 * Bit n, lowest first, is the n-th call that is looked at; a look consumes it.
 * A 32-bit mask of ones is all calls there ever will be.  Masks may be of any
 * length, and may say that every call behind their bits fails, too.
 */
#ifndef CT_DECIDE_MASK_H
#define CT_DECIDE_MASK_H

#include "base/buffer.h"
#include "base/region.h"

enum ct_mask_flags {
	CT_MASK_ALWAYS = 1 << 0,  /* every call; it is not consumed */
	CT_MASK_ENDLESS = 1 << 1, /* those behind the bits, too */
	CT_MASK_KEEPS = 1 << 2,   /* a 0 in front is not consumed: `free` of
				     the reference */
};

enum {
	CT_MASK_BITS = 32,           /* of FAIL_ALWAYS */
	CT_MASK_CALLS_MAX = 1 << 24, /* the last call that can be named */
};

struct ct_mask {
	uint32_t flags;
	uint32_t word_count; /* that there is room for */
	uint32_t count;      /* bits */
	uint32_t taken;      /* of them, up to count */
	uint64_t words[];
};

/* A mask as it was said, on the heap; release with ct_mask_text_deinit(). */
struct ct_mask_text {
	uint32_t flags;
	uint32_t count;
	uint64_t *words;
};

/*
 * Read what people write:
 *
 *   always never first second third twice
 *   1,3,5-9,33-      numbers of calls; the last one may be "and all behind"
 *   0xff 0b101       a mask; with a + behind it, its last bit (the 32nd, if
 *                    it is shorter) goes on for ever
 */
CT_MUST_CHECK
struct ct_error *ct_mask_parse(const char *text, struct ct_mask_text *ret);
void ct_mask_text_deinit(struct ct_mask_text *text);

/* A copy in the region, into `room` if that is large enough; 0 when the region
 * is full. */
ct_ref ct_mask_place(struct ct_region *region, ct_ref room,
		     const struct ct_mask_text *text);

/* Whether the next call fails, which is used up with that. */
bool ct_mask_take(struct ct_mask *mask);

/* What is left, as ct_mask_parse() reads it: 0xff, or 0x80000000+. */
void ct_mask_write(const struct ct_mask *mask, struct ct_buffer *out);

#endif
