/* SPDX-License-Identifier: MIT */
/*
 * A mocked call that enter.S answers by itself: a mock without conditions that
 * is no queue's, few arguments, all in registers, and a result in rax or xmm0.
 * What such a call's record has in common with all others of its hook is here,
 * made by the first of them (answer.c).  In the ring is the rest, from which
 * the reader makes a record as any other (expand.c).
 *
 * It is never changed and never used again for something else: who is in the
 * middle of it goes on, and what is in a ring refers to it.  Only `changes` is
 * renewed: when the region's is another, the call goes the long way, which
 * looks at everything anew.
 */
#ifndef CT_AGENT_FAST_H
#define CT_AGENT_FAST_H

#include <stdint.h>

#include "agent/shared.h"

enum {
	CT_FAST_ARGS = 6,
	/* Bytes of the longest entry. */
	CT_FAST_MOST = sizeof(struct ct_ring_entry) +
		       sizeof(struct ct_compact) + CT_FAST_ARGS * 8,
	/* Bytes of entries that have one reading of the clock. */
	CT_FAST_FRESH = 4096,
	CT_FAST_ALIGNMENT = 64,
};

enum ct_fast_special {
	CT_FAST_XMM = 1 << 0,   /* the result is not in rax, but in xmm0 */
	CT_FAST_VOID = 1 << 1,  /* there is none */
	CT_FAST_ERRNO = 1 << 2, /* errno is set */
};

struct ct_fast {
	/* What enter.S needs of a common one is in one line. */
	_Atomic uint32_t changes;       /* of the region: nothing has */
	uint32_t special;               /* enum ct_fast_special */
	uint64_t entry;                 /* of struct ct_ring_entry */
	uint64_t total;                 /* bytes of it, with what follows */
	uint64_t value;                 /* what is returned */
	uint64_t callers, callers_size; /* who may call, as a range */
	uint32_t more; /* than two arguments, or other places than rdi, rsi */
	uint32_t any;  /* so many are not in rdi, rsi... in order; or 0 */
	uint32_t arg_count;
	int32_t errno_value;

	int64_t errno_offset;
	uint8_t from[CT_FAST_ARGS + 2]; /* with `any`: where enter.S has them */
	/* The reader's part. */
	ct_ref target;
	uint32_t hook;
	uint64_t masks[CT_FAST_ARGS]; /* of arguments, by their number */
	struct ct_record record;      /* without what differs */
};

#endif
