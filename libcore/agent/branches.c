/* SPDX-License-Identifier: MIT */
/*
 * The targets of a file's direct branches, sorted when they are first asked
 * for.  Assembly has functions that jump into the middle of others: glibc's
 * mempcpy enters memmove three bytes behind its beginning.
 */
#include <stdlib.h>

#include <Zydis/Zydis.h>

#include "agent/relocate.h"

struct ct_branches {
	uint64_t *targets;
	size_t count, capacity;
	bool sorted;
};

struct ct_branches *ct_branches_create(void)
{
	return calloc(1, sizeof(struct ct_branches));
}

void ct_branches_destroy(struct ct_branches *branches)
{
	if (!branches)
		return;
	free(branches->targets);
	free(branches);
}

static bool add(struct ct_branches *branches, uint64_t target)
{
	if (branches->count == branches->capacity) {
		size_t capacity =
		    branches->capacity ? branches->capacity * 2 : 1024;
		uint64_t *targets =
		    realloc(branches->targets, capacity * sizeof(*targets));
		if (!targets)
			return false;
		branches->targets = targets;
		branches->capacity = capacity;
	}
	branches->targets[branches->count++] = target;
	branches->sorted = false;
	return true;
}

/* Calls lead to beginnings, but thunks for "where am I" need not. */
bool ct_branches_add(struct ct_branches *branches, uint64_t addr,
		     const uint8_t *code, size_t size)
{
	ZydisDecoder decoder;
	ZydisDecodedInstruction insn;
	ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64,
			 ZYDIS_STACK_WIDTH_64);
	ZydisDecoderEnableMode(&decoder, ZYDIS_DECODER_MODE_MINIMAL, true);
	for (size_t at = 0; at < size;) {
		if (ZYAN_FAILED(ZydisDecoderDecodeInstruction(
			&decoder, NULL, code + at, size - at, &insn))) {
			at++;
			continue;
		}
		at += insn.length;
		if (insn.raw.imm[0].is_relative &&
		    !add(branches,
			 addr + at + (uint64_t)insn.raw.imm[0].value.s))
			return false;
	}
	return true;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

bool ct_branches_is_target(void *arg, uint64_t low, uint64_t high)
{
	struct ct_branches *branches = arg;
	if (!branches->sorted && branches->count)
		qsort(branches->targets, branches->count, sizeof(uint64_t),
		      compare);
	branches->sorted = true;
	size_t first = 0, end = branches->count;
	while (first < end) {
		size_t middle = first + (end - first) / 2;
		if (branches->targets[middle] < low)
			first = middle + 1;
		else
			end = middle;
	}
	return first < branches->count && branches->targets[first] < high;
}
