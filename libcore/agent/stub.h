/* SPDX-License-Identifier: MIT */
/* Numbers that enter.S and C agree on; hook.c asserts that they are so. */
#ifndef CT_AGENT_STUB_H
#define CT_AGENT_STUB_H

/* What ct_agent_call() wants to happen. */
#define STUB_PASS   0 /* the real function, not seen again */
#define STUB_CALL   1 /* the real function, and its return */
#define STUB_RETURN 2 /* to the caller, with what is in the registers */
#define STUB_TRAP   3 /* GDB decides */

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
#define STUB_GENERAL  96  /* bytes of those */
#define STUB_ST_COUNT 156 /* in the reserved word: of a mock's result */
#define STUB_XMM      160
#define STUB_ST       416
#define STUB_ROOM     576 /* the struct below the frame's own words */

/* struct ct_agent_thread */
#define STUB_STATE       16
#define STUB_UNDER       24
#define STUB_STATE_LEVEL 7
#define STUB_STACK_TOP   64

/* struct ct_hook */
#define STUB_HOOK_TRAMPOLINE 0
#define STUB_HOOK_FLAGS      28
#define STUB_ENTRY_FP        2
#define STUB_RESULT_FP       4
#define STUB_RESULT_X87      8

/* Of them, what enter.S needs to answer by itself: fast.c asserts. */
#define STUB_TID            0
#define STUB_PID            4
#define STUB_NUMBER         8
#define STUB_OPEN_LAST      48
#define STUB_TRAP_REASON    72
#define STUB_TIME           112
#define STUB_RING_AT        120
#define STUB_RING_HEAD      1216
#define STUB_RING_SIZE      1224
#define STUB_RING_TAIL_SEEN 1232
#define STUB_RING_LOST      1240
#define STUB_HOOK_ANSWERED  40
#define STUB_HOOK_FAST      48
#define STUB_HOOK_COUNTS    256
#define STUB_HOOK_TIMELESS  512
#define STUB_ENTRY          8

/* struct ct_target */
#define STUB_TARGET_FLAGS            4
#define STUB_TARGET_FILTER_AND_MOCKS 24
#define STUB_TARGET_STANDING         36
#define STUB_TARGET_LOW              56

/* struct ct_agent_shared, struct ct_region */
#define STUB_READER_WAITS 92
#define STUB_CLOCK        56
#define STUB_CLOCK_TSC    0
#define STUB_CLOCK_MULT   8
#define STUB_CLOCK_NS     16
#define STUB_NEXT_SEQ     24

/* struct ct_record */
#define STUB_RECORD_TARGET_WORD    0
#define STUB_RECORD_SIGNATURE_WORD 8
#define STUB_RECORD_SEQ            16
#define STUB_RECORD_TIME           24
#define STUB_RECORD_DURATION       32
#define STUB_RECORD_PID            40
#define STUB_RECORD_CALLER         48
#define STUB_RECORD_CHANGED        56
#define STUB_RECORD_CALLER_INDEX   64
#define STUB_RECORD_ERRNO          68
#define STUB_RECORD_FLAGS_WORD     72
#define STUB_RECORD_RESULT_WORD    80
#define STUB_RECORD_BLOBS_WORD     88
#define STUB_RECORD_MOCK           96
#define STUB_RECORD_THREAD         100
#define STUB_RECORD_ARGS           104

/* struct ct_fast */
#define STUB_FAST_ENTRY          0
#define STUB_FAST_TARGET_WORD    8
#define STUB_FAST_SIGNATURE_WORD 16
#define STUB_FAST_FLAGS_WORD     24
#define STUB_FAST_RESULT_WORD    32
#define STUB_FAST_MASKS          40
#define STUB_FAST_VALUE          88
#define STUB_FAST_TOTAL          96
#define STUB_FAST_LOW            104
#define STUB_FAST_PROGRAM        112
#define STUB_FAST_PROGRAM_SIZE   120
#define STUB_FAST_ERRNO_OFFSET   128
#define STUB_FAST_TARGET         136
#define STUB_FAST_TARGET_FLAGS   140
#define STUB_FAST_STANDING       144
#define STUB_FAST_MOCK           148
#define STUB_FAST_RESULT_AT      152
#define STUB_FAST_OPTIONS        156
#define STUB_FAST_ARG_COUNT      160
#define STUB_FAST_FROM           164
#define STUB_FAST_ANY            172
#define STUB_FAST_RESULT_XMM     173
/* Where .Lfast_any has its registers. */
#define STUB_ANY_XMM 0
#define STUB_ANY_RDI 64
#define STUB_ANY_R9  72
#define STUB_ANY_R8  80
#define STUB_ANY_RSI 88
#define STUB_ANY_RDX 96
#define STUB_ANY_RCX 104

/* The open calls behind a thread's struct, from the newest's offset on. */
#define STUB_OPEN_AREA  1728
#define STUB_OPEN_STATE 8
#define STUB_OPEN_FRAME 16
#define STUB_OPEN_DEPTH 44
#define STUB_OPEN_CALL  2

#endif
