/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Landing pads: places in the program that GOT slots are pointed at, so that
 * a breakpoint there meets the calls of one caller only; and copies of the
 * instructions that breakpoints stand on.
 *
 * A pad is code that runs without a debugger: it jumps to the real function,
 * also in a forked child and after GDB has detached.  Pads are never reused
 * for another function while the program lives.
 */
#ifndef CTESTER_PADS_H
#define CTESTER_PADS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "ctester/error.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ct_pads;

/** Pads for one program; nothing is mapped there before the first is asked
 * for. */
struct ct_error *ct_pads_create(pid_t pid, struct ct_pads **ret);

/** Forget the pads.  They stay in the program: slots may point at them. */
void ct_pads_destroy(struct ct_pads *pads);

/**
 * Make a pad that jumps to @p target.
 *
 * @param tid  A stopped thread of the program; it maps a page when needed.
 * @param ret  The address of the pad.
 */
struct ct_error *ct_pads_add(struct ct_pads *pads, pid_t tid, uint64_t target,
			     uint64_t *ret);

/**
 * Make a pad that runs a copy of one instruction and goes on after the
 * original, or wherever that leads: calls, jumps and rip-relative operands
 * mean what they mean there.  A thread that stands at a breakpoint can be sent
 * there instead of being stepped over it, which is half of a breakpoint's cost.
 *
 * @param addr  Where the instruction is.
 * @param code  Its bytes, and what follows: at most 15 are looked at.  From
 *              the file, or from GDB: memory may have a breakpoint there.
 * @param ret   The address of the pad; 0 for an instruction that cannot be
 *              copied (it is not known here, or what it refers to is too far
 *              from any free page).
 */
struct ct_error *ct_pads_add_copy(struct ct_pads *pads, pid_t tid,
				  uint64_t addr, const uint8_t *code,
				  size_t size, uint64_t *ret);

/**
 * Put code into the program that runs wherever it is.
 *
 * @param size  Bytes, at most 4096.
 * @param ret   Its address.
 * @return CT_ERROR_BAD_ARGUMENT for none or too many of them.
 */
struct ct_error *ct_pads_add_code(struct ct_pads *pads, pid_t tid,
				  const uint8_t *code, size_t size,
				  uint64_t *ret);

/**
 * Room for code that is written later, as near to an address as can be had.
 *
 * @param size  Bytes, at most 4096.
 */
struct ct_error *ct_pads_reserve(struct ct_pads *pads, pid_t tid, uint64_t near,
				 size_t size, uint64_t *ret);

/** Of the room that was reserved last in its page, what is behind @p addr is
 * not needed. */
void ct_pads_give_back(struct ct_pads *pads, uint64_t addr);

/** Have a pad of ct_pads_add() jump somewhere else from now on; threads that
 * run through it meanwhile jump to one or the other. */
struct ct_error *ct_pads_lead(pid_t pid, uint64_t pad, uint64_t target);

/** True when an address is within a page of pads. */
bool ct_pads_contain(const struct ct_pads *pads, uint64_t addr);

#ifdef __cplusplus
}
#endif
#endif
