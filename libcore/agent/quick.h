/* SPDX-License-Identifier: MIT */
/*
 * The common case of a plan, flattened: scalars in registers, and pointers to
 * text and to objects, and on from those.  It makes the same record as
 * value/capture.c, or none: whatever is unusual in a call (memory that is not
 * there, text over a page's end, an output that has changed, one address met
 * twice) is left to that.
 */
#ifndef CT_AGENT_QUICK_H
#define CT_AGENT_QUICK_H

#include "base/region.h"
#include "value/plan.h"

enum {
	CT_QUICK_COPIES = 16,
	CT_QUICK_LINKS = 8,
	CT_QUICK_OBJECT_MAX = 1024, /* bytes */
};

struct ct_quick_copy {
	uint16_t from; /* in struct ct_regs */
	uint16_t at;   /* in the block */
	uint32_t size; /* 1, 2, 4 or 8 bytes */
	uint64_t mask; /* of those */
};

struct ct_quick_link {
	uint32_t offset; /* of the pointer in the argument block */
	uint32_t size;   /* of the object; 0: text */
	uint32_t shape;  /* 1 + the one whose links are followed; 0: none */
};

struct ct_quick {
	uint32_t args_size, result_size;
	uint32_t string;     /* bytes of text with its NUL */
	uint32_t most;       /* bytes of a whole record */
	uint32_t value_size; /* of a mock's value, at least */
	uint32_t depth;      /* how far objects are followed */
	ct_ref plan;         /* for that */
	bool answers;       /* what outputs lead to is there at the call, too */
	bool result_links;  /* a result that is not 0 is followed */
	bool gaps;          /* copies leave some of the block out */
	uint8_t result_xmm; /* registers of the result */
	uint8_t copy_count, result_copy_count;
	uint8_t link_count, output_count;
	struct ct_quick_copy copies[CT_QUICK_COPIES];
	struct ct_quick_copy result_copies[2];
	struct ct_quick_link links[CT_QUICK_LINKS];   /* at the call */
	struct ct_quick_link outputs[CT_QUICK_LINKS]; /* at the return */
};

/* A plan's common case in the region; 0: it has none. */
ct_ref ct_quick_compile(struct ct_region *region, const struct ct_plan *plan);

#endif
