/* SPDX-License-Identifier: MIT */
/* What a capture does with registers alone, inline: see quick.h. */
#ifndef CT_AGENT_QUICK_INSIDE_H
#define CT_AGENT_QUICK_INSIDE_H

#include "agent/fault.h"
#include "agent/quick.h"

void agent_quick_clear(uint8_t *block, uint32_t size);

/* In ascending order: what is written behind one is the next one's. */
static inline void agent_quick_copy(const struct ct_quick_copy *copies,
				    unsigned count, const struct ct_regs *regs,
				    uint8_t *block)
{
#pragma GCC unroll 1
	for (unsigned i = 0; i < count; i++)
		*(agent_word *)(block + copies[i].at) =
		    *(const agent_word *)((const uint8_t *)regs +
					  copies[i].from) &
		    copies[i].mask;
}

static inline void agent_quick_args(const struct ct_quick *quick,
				    const struct ct_regs *regs,
				    struct ct_record *record)
{
	uint8_t *args = (uint8_t *)(record + 1);
	if (__builtin_expect(quick->gaps, 0))
		agent_quick_clear(args, quick->args_size);
	agent_quick_copy(quick->copies, quick->copy_count, regs, args);
}

/* What the record says of the call's part, of which the arguments and so many
 * bytes of blobs are there. */
static inline void agent_quick_head(const struct ct_quick *quick,
				    uint32_t blobs, struct ct_record *record)
{
	record->flags = 0;
	record->changed = 0;
	record->args_size = quick->args_size;
	record->tail_count = 0;
	record->result_size = 0;
	record->exit_blobs_size = 0;
	record->entry_blobs_size = blobs;
	record->size =
	    (uint32_t)sizeof(*record) + ct_pad8(quick->args_size) + blobs;
}

/* The result, behind all that. */
static inline void agent_quick_result(const struct ct_quick *quick,
				      const struct ct_regs *regs,
				      struct ct_record *record)
{
	uint8_t *result = (uint8_t *)record + record->size;
	if (__builtin_expect(quick->gaps, 0))
		agent_quick_clear(result, quick->result_size);
	agent_quick_copy(quick->result_copies, quick->result_copy_count, regs,
			 result);
	record->result_size = quick->result_size;
	record->size += ct_pad8(quick->result_size);
}

#endif
