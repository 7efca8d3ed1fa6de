/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The registers of one stopped thread, as captures and decisions see them.
 *
 * A plain struct without pointers: it is filled through ptrace(2) in GDB's
 * process, or by code inside the program, and may lie in shared memory.
 */
#ifndef CTESTER_REGS_H
#define CTESTER_REGS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Register numbers of DWARF (System V psABI for x86-64, figure 3.36). */
enum ct_reg {
	CT_REG_RAX = 0,
	CT_REG_RDX = 1,
	CT_REG_RCX = 2,
	CT_REG_RBX = 3,
	CT_REG_RSI = 4,
	CT_REG_RDI = 5,
	CT_REG_RBP = 6,
	CT_REG_RSP = 7,
	CT_REG_R8 = 8,
	CT_REG_R9 = 9,
	CT_REG_R10 = 10,
	CT_REG_R11 = 11,
	CT_REG_R12 = 12,
	CT_REG_R13 = 13,
	CT_REG_R14 = 14,
	CT_REG_R15 = 15,
	CT_REG_RIP = 16,
	CT_REG_GENERAL_COUNT = 17,
	CT_REG_XMM0 = 17, /**< to 32, xmm15 */
	CT_REG_ST0 = 33,  /**< to 40, st(7) */
};

/** Which groups of struct ct_regs hold something. */
enum {
	CT_REGS_GENERAL = 1 << 0, /**< gpr, fs_base, orig_rax */
	CT_REGS_FP = 1 << 1,      /**< xmm, st */
};

struct ct_regs {
	uint64_t gpr[CT_REG_GENERAL_COUNT]; /**< by enum ct_reg */
	uint64_t fs_base;                   /**< the thread pointer */
	/** The system call the thread is in, or all ones. */
	uint64_t orig_rax;
	uint32_t filled; /**< CT_REGS_… */
	uint32_t reserved;
	uint8_t xmm[16][16]; /**< the low 16 bytes of each vector register */
	uint8_t st[8][16];   /**< st[0] is the top; 10 bytes each count */
};

#ifdef __cplusplus
}
#endif
#endif
