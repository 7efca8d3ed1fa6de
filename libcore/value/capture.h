/* SPDX-License-Identifier: MIT */
/*
 * Capturing: run a plan on registers and memory, get a record.
 *
 * It allocates nothing, knows no types and keeps no state, so that it runs in
 * GDB's process on a stopped program and inside the program on itself.
 */
#ifndef CT_VALUE_CAPTURE_H
#define CT_VALUE_CAPTURE_H

#include <stddef.h>

#include "ctester/regs.h"
#include "value/plan.h"
#include "value/record.h"

/* The room a capture may fill; a call that needs more is cut and says so. */
enum {
	CT_CAPTURE_SIZE = 256 * 1024
};

/*
 * Capture a call at its entry.  *record is filled from args_size on; the
 * caller sets the rest (who, when, what was decided).  `capacity` bytes at
 * record, aligned to 8, at least CT_CAPTURE_SIZE.
 */
void ct_capture_entry(const struct ct_plan *plan, const struct ct_regs *regs,
		      const struct ct_memory *memory, size_t capacity,
		      struct ct_record *record);

/* Where the result of a call is written, when it is returned in memory; else
 * 0.  To be asked at the entry. */
uint64_t ct_capture_sret(const struct ct_plan *plan,
			 const struct ct_regs *regs);

/*
 * Complete a record at the return with the result and with what changed
 * behind pointers.  The record has been made by ct_capture_entry() with the
 * same plan, in a buffer of that capacity.
 */
void ct_capture_exit(const struct ct_plan *plan, const struct ct_regs *regs,
		     const struct ct_memory *memory, size_t capacity,
		     struct ct_record *record);

/* How far parameter `index` reaches: the length that its rule names.  At the
 * call (`at_return` false) a bound by the result is not known yet.  *ret is
 * bytes, elements or nothing, by the rule's kind. */
uint64_t ct_capture_extent(const struct ct_plan *plan,
			   const struct ct_record *record, size_t index,
			   bool at_return);

#endif
