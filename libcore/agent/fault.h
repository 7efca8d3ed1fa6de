/* SPDX-License-Identifier: MIT */
/*
 * Reading and writing memory of the program that may go away in that very
 * moment: another thread unmaps it, or truncates the file behind it.
 *
 * Each instruction that does so is a row of the section ct_faults: where it
 * is, and where the thread goes on when the kernel has a signal for it there.
 * GDB's process, which hears of signals first, moves the thread
 * (process/faults.h), and the program hears of nothing.  What was read is 0
 * then, and the thread has one fault more.
 */
#ifndef CT_AGENT_FAULT_H
#define CT_AGENT_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/inside.h"

typedef uint64_t __attribute__((may_alias, aligned(1))) agent_word;

extern __thread volatile uint32_t ctester_agent_faults;

/* In %0 is what was read, and the only register that there is. */
#define AGENT_FAULT_READ                                      \
	".pushsection .text.agent_fault, \"ax\", @progbits\n" \
	"3: movq ctester_agent_faults@gottpoff(%%rip), %q0\n" \
	"incl %%fs:(%q0)\n"                                   \
	"xorl %k0, %k0\n"                                     \
	"jmp 2b\n"                                            \
	".popsection\n" AGENT_FAULT_ROW

static inline uint64_t agent_load(const void *from)
{
	uint64_t word;
	asm volatile("1: movq %1, %q0\n2:\n" AGENT_FAULT_READ
		     : "=r"(word)
		     : "m"(*(const agent_word *)from));
	return word;
}

static inline uint8_t agent_load_byte(const void *from)
{
	uint32_t byte;
	asm volatile("1: movzbl %1, %k0\n2:\n" AGENT_FAULT_READ
		     : "=r"(byte)
		     : "m"(*(const uint8_t *)from));
	return (uint8_t)byte;
}

/* Whether all was there.  What has not been, is 0. */
static inline bool agent_copy(void *to, const void *from, size_t size)
{
	uint32_t faults = ctester_agent_faults;
	uint8_t *t = to;
	const uint8_t *f = from;
	size_t at = 0;
	for (; at + 8 <= size; at += 8)
		*(agent_word *)(t + at) = agent_load(f + at);
	for (; at < size; at++)
		t[at] = agent_load_byte(f + at);
	return ctester_agent_faults == faults;
}

/* The same for memory that is written; as much of it as is there. */
static inline bool agent_store(void *to, const void *from, size_t size)
{
	asm volatile("1: rep movsb\n3:\n" AGENT_FAULT_ROW
		     : "+D"(to), "+S"(from), "+c"(size)
		     :
		     : "memory");
	return !size;
}

#endif
