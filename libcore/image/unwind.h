/* SPDX-License-Identifier: MIT */
/*
 * How to get from a function's frame to its caller's: the rows of .eh_frame
 * (Linux Standard Base Core 5.0, 10.6; DWARF 5, 6.4), which stripped files
 * have, too; or of .debug_frame.
 */
#ifndef CT_IMAGE_UNWIND_H
#define CT_IMAGE_UNWIND_H

#include <stdbool.h>
#include <stdint.h>

#include "image/elf.h"

enum {
	CT_UNWIND_REGISTERS = 17, /* as enum ct_reg has them; 16 is rip's */
};

/* At one instruction.  The canonical frame address (CFA) is the stack pointer
 * of the caller, behind the call. */
struct ct_unwind_row {
	bool is_outermost; /* nobody has called it */
	/* Where the return address is, unless it is saved as others are: vfork
	 * has it in rdi. */
	uint8_t return_register;
	uint8_t cfa_register;
	int64_t cfa_offset;
	/* Bit i: register i of the caller is at CFA + at[i]; or is somewhere
	 * that rows cannot say.  Others are as in this frame. */
	uint32_t saved, lost;
	int64_t at[CT_UNWIND_REGISTERS];
};

/*
 * The row for an instruction's file address.  False when there is none, or
 * one that takes more than registers and offsets (expressions, as in signal
 * trampolines), or that is damaged.
 *
 * Where there is none, and without .eh_frame_hdr, the section is read from its
 * beginning, some 100 us in libc: keep rows.
 */
bool ct_unwind_find(struct ct_elf *elf, uint64_t addr,
		    struct ct_unwind_row *ret);

/* Tell of all pieces of code that have rows, as far as they can be read. */
void ct_unwind_each(struct ct_elf *elf,
		    void (*tell)(void *arg, uint64_t addr, uint64_t size),
		    void *arg);

#endif
