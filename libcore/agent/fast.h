/* SPDX-License-Identifier: MIT */
/*
 * A mocked call that enter.S answers by itself: a mock without conditions that
 * is no queue's, few arguments, all in registers, a result in rax or xmm0, and
 * a caller in the program.  What such a call's record has in common with all
 * others of its hook is here, made by the first of them (answer.c).
 *
 * It is never changed: who is in the middle of it goes on.  When the target is
 * not as it says, the call goes the long way, and the next one has another.
 */
#ifndef CT_AGENT_FAST_H
#define CT_AGENT_FAST_H

#include <stdint.h>

#include "base/region.h"

enum {
	CT_FAST_ARGS = 6
};

struct ct_fast {
	uint64_t entry;                 /* struct ct_ring_entry */
	uint64_t target_word;           /* of struct ct_record: size, target */
	uint64_t signature_word;        /* signature, depth */
	uint64_t flags_word;            /* flags to args_size */
	uint64_t result_word;           /* tail_count, result_size */
	uint64_t masks[CT_FAST_ARGS];   /* of arguments, by their number */
	uint64_t value;                 /* what is returned */
	uint64_t total;                 /* bytes of the entry and its record */
	uint64_t low;                   /* of the target, when this was made */
	uint64_t program, program_size; /* who may call */
	int64_t errno_offset;
	ct_ref target;
	uint32_t target_flags;
	ct_ref standing; /* the mock, still the first */
	uint32_t mock;   /* its number */
	uint32_t result_at;
	uint32_t options; /* the hook's flags */
	uint32_t arg_count;
	uint8_t from[CT_FAST_ARGS + 2]; /* with `any`: where enter.S has them */
	uint8_t any;        /* arguments are not in rdi, rsi... in order */
	uint8_t result_xmm; /* the result is not in rax, but in xmm0 */
	uint8_t reserved[2];
};

#endif
