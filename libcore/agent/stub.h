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
#define STUB_LEVEL     12
#define STUB_LEVEL_SP  16
#define STUB_STACK_TOP 64

/* struct ct_hook */
#define STUB_HOOK_TRAMPOLINE 0
#define STUB_HOOK_FLAGS      28
#define STUB_ENTRY_FP        2
#define STUB_RESULT_FP       4
#define STUB_RESULT_X87      8

#endif
