/* SPDX-License-Identifier: MIT */
/* What an instruction needs to mean the same at another address. */
#ifndef CT_PROCESS_INSN_H
#define CT_PROCESS_INSN_H

#include <stddef.h>
#include <stdint.h>

/* Intel SDM, volume 2, 2.3.11. */
#define CT_INSN_SIZE_MAX 15

enum ct_insn_kind {
	CT_INSN_UNKNOWN,      /* or cut off */
	CT_INSN_PLAIN,        /* does the same wherever it stands */
	CT_INSN_RIP_RELATIVE, /* the same, once its displacement is adjusted */
	CT_INSN_JUMP,         /* relative */
	CT_INSN_BRANCH,       /* relative, on a condition */
	CT_INSN_CALL,         /* relative */
	CT_INSN_CALL_AT,      /* call *operand, which may be rip-relative */
};

struct ct_insn {
	enum ct_insn_kind kind;
	uint8_t size;
	uint8_t disp_at;      /* of a 4-byte rip-relative one; 0: none */
	uint8_t modrm_at;     /* CT_INSN_CALL_AT */
	uint8_t condition;    /* CT_INSN_BRANCH: the low bits of the opcode */
	int32_t displacement; /* from the instruction's end */
};

/* What the instruction at code[0] is. */
struct ct_insn ct_insn_decode(const uint8_t *code, size_t size);

/* The size of an instruction that is CT_INSN_PLAIN, else 0. */
size_t ct_insn_get_copyable_size(const uint8_t *code, size_t size);

#endif
