/* SPDX-License-Identifier: MIT */
/* Which instructions mean the same at another address. */
#ifndef CT_PROCESS_INSN_H
#define CT_PROCESS_INSN_H

#include <stddef.h>
#include <stdint.h>

/* Intel SDM, volume 2, 2.3.11. */
#define CT_INSN_SIZE_MAX 15

/*
 * The size of the instruction at code[0], when it does the same wherever it
 * stands and either runs on into the next one or leaves by an absolute jump.
 * 0 for one that looks at rip (calls, relative jumps, rip-relative operands),
 * for one that is cut off, and for any this table does not know.
 */
size_t ct_insn_get_copyable_size(const uint8_t *code, size_t size);

#endif
