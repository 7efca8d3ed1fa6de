/* SPDX-License-Identifier: MIT */
/* Numbers that enter.S and C agree on; start.c and fast.c assert it. */
#ifndef CT_AGENT_STUB_H
#define CT_AGENT_STUB_H

/* What ct_agent_call() wants to happen. */
#define STUB_PASS   0 /* the real function, not seen again */
#define STUB_CALL   1 /* the real function, and its return */
#define STUB_RETURN 2 /* to the caller, with what is in the registers */
#define STUB_TRAP   3 /* GDB decides */
#define STUB_SIGNAL \
	4 /* as STUB_RETURN, and a signal, in the next byte, comes */

/* struct ct_regs */
#define STUB_RAX      0
#define STUB_RDX      8
#define STUB_RCX      16
#define STUB_RBX      24
#define STUB_RSI      32
#define STUB_RDI      40
#define STUB_R8       64
#define STUB_R9       72
#define STUB_R10      80
#define STUB_R11      88
#define STUB_R12      96
#define STUB_R13      104
#define STUB_R14      112
#define STUB_R15      120
#define STUB_GENERAL  96  /* bytes of those */
#define STUB_ST_COUNT 156 /* in the reserved word: of a mock's result */
#define STUB_XMM      160
#define STUB_ST       416
#define STUB_ROOM     576 /* the struct below the frame's own words */

/* struct ct_agent_thread */
#define STUB_OWNERS     16
#define STUB_STATE      STUB_OWNERS         /* of the first level */
#define STUB_IDLE       (200 - STUB_OWNERS) /* from there */
#define STUB_OWNER_FAST 1
#define STUB_OWNER_SLOW 2

/* struct ct_hook */
#define STUB_HOOK_TRAMPOLINE 0
#define STUB_HOOK_FLAGS      28
#define STUB_ENTRY_FP        2
#define STUB_RESULT_FP       4
#define STUB_RESULT_X87      8

/* Of them, what enter.S needs to answer by itself: fast.c asserts. */
#define STUB_OPEN_LAST   48
#define STUB_TRAP_REASON 72
#define STUB_TIME        112
#define STUB_RING_AT     120
#define STUB_ROOM_UP_TO  152
#define STUB_FRESH_UP_TO 160
#define STUB_RING_MASK   168
#define STUB_TICK        188
#define STUB_RING_HEAD   1344
#define STUB_RING_LOST   1368
/* struct ct_agent_shared, struct ct_region */
#define STUB_CLOCK      64
#define STUB_CLOCK_TSC  0
#define STUB_CLOCK_MULT 8
#define STUB_CLOCK_NS   16
#define STUB_TURNS      24
#define STUB_EPOCH_BITS 20
#define STUB_CHANGES    68
#define STUB_NOW_TICK   72

/* struct ct_ring_entry and struct ct_compact behind it */
#define STUB_ENTRY_ORDER  8
#define STUB_ENTRY_TIME   16
#define STUB_ENTRY_CALLER 24
#define STUB_ENTRY_ARGS   32
#define STUB_ORDER_BITS   48

/* struct ct_fast */
#define STUB_FAST_CHANGES      0
#define STUB_FAST_SPECIAL      4
#define STUB_FAST_ENTRY        8
#define STUB_FAST_TOTAL        16
#define STUB_FAST_VALUE        24
#define STUB_FAST_CALLERS      32
#define STUB_FAST_CALLERS_SIZE 40
#define STUB_FAST_MORE         48
#define STUB_FAST_ANY          52
#define STUB_FAST_ERRNO        60
#define STUB_FAST_ERRNO_OFFSET 64
#define STUB_FAST_FROM         72
#define STUB_FAST_FRESH        4096 /* bytes with one time */
#define STUB_FAST_XMM          1
#define STUB_FAST_VOID         2
#define STUB_FAST_SETS_ERRNO   4
/* Where .Lfast_any has its registers. */
#define STUB_ANY_XMM 0
#define STUB_ANY_RDI 64
#define STUB_ANY_R9  72
#define STUB_ANY_R8  80
#define STUB_ANY_RSI 88
#define STUB_ANY_RDX 96
#define STUB_ANY_RCX 104

/* The open calls behind a thread's struct, from the newest's offset on. */
#define STUB_OPEN_AREA  1856
#define STUB_OPEN_STATE 8
#define STUB_OPEN_FRAME 16
#define STUB_OPEN_DEPTH 52
#define STUB_OPEN_CALL  1

#endif
