/* SPDX-License-Identifier: MIT */
/*
 * Where a file's direct branches lead.  Assembly has functions that jump into
 * the middle of others: glibc's mempcpy enters memmove three bytes behind its
 * beginning.
 *
 * To decode all code of a large file takes a second.  So a map of bits has
 * each byte that a far branch would lead to, whatever the four bytes behind
 * its opcode are: nearly all functions are known by that to be free, and for
 * the others code is decoded before what looked like a branch.  Near branches
 * have one byte for it, and are looked for around the target.
 */
#include <stdlib.h>
#include <string.h>

#include <Zydis/Zydis.h>

#include "agent/relocate.h"

enum {
	NEAR = 130,
	/* Decoding that begins inside of an instruction, or of data, has found
	 * the beginning of one behind so many bytes. */
	SETTLED = 128,
	/* And from some of so many neighbours, if not from one. */
	STARTS = 2,
	FAR_SIZE = 4,
};

struct piece {
	uint64_t addr;
	const uint8_t *code;
	size_t size;
	uint8_t *targets; /* a bit for each byte */
};

/* What looks like a branch, at an offset of a piece. */
struct branch {
	const struct piece *piece;
	size_t at, end;
	uint64_t target;
};

struct ct_branches {
	struct piece *pieces;
	size_t count;
	bool has_targets;
	struct branch *far; /* NULL, or all, by target */
	size_t far_count, far_capacity;
};

struct ct_branches *ct_branches_create(void)
{
	return calloc(1, sizeof(struct ct_branches));
}

static void forget_targets(struct ct_branches *branches)
{
	for (size_t i = 0; i < branches->count; i++) {
		free(branches->pieces[i].targets);
		branches->pieces[i].targets = NULL;
	}
	branches->has_targets = false;
	free(branches->far);
	branches->far = NULL;
	branches->far_count = branches->far_capacity = 0;
}

void ct_branches_destroy(struct ct_branches *branches)
{
	if (!branches)
		return;
	forget_targets(branches);
	free(branches->pieces);
	free(branches);
}

bool ct_branches_add(struct ct_branches *branches, uint64_t addr,
		     const uint8_t *code, size_t size)
{
	forget_targets(branches);
	struct piece *pieces =
	    realloc(branches->pieces, (branches->count + 1) * sizeof(*pieces));
	if (!pieces)
		return false;
	branches->pieces = pieces;
	pieces[branches->count++] = (struct piece){addr, code, size, NULL};
	return true;
}

/*
 * How long an opcode is that four bytes follow by which it is relative, else 0
 * (Intel SDM 2, CALL, JMP, Jcc, XBEGIN).  The code has one byte more.  Calls
 * lead to beginnings, but thunks for "where am I" need not.
 */
static size_t far_opcode(const uint8_t *code)
{
	if ((code[0] & 0xfe) == 0xe8)
		return 1;
	if ((code[0] == 0x0f && (code[1] & 0xf0) == 0x80) ||
	    (code[0] == 0xc7 && code[1] == 0xf8))
		return 2;
	return 0;
}

/* Each that may be a far branch; false when `found` has failed. */
static bool each_far(struct ct_branches *branches, const struct piece *piece,
		     bool (*found)(struct ct_branches *branches,
				   const struct branch *branch))
{
	int32_t distance;
	for (size_t at = 0; at + 1 + FAR_SIZE <= piece->size; at++) {
		size_t size = far_opcode(piece->code + at);
		struct branch branch = {piece, at, at + size + FAR_SIZE, 0};
		if (!size || branch.end > piece->size)
			continue;
		memcpy(&distance, piece->code + at + size, FAR_SIZE);
		branch.target =
		    piece->addr + branch.end + (uint64_t)(int64_t)distance;
		if (!found(branches, &branch))
			return false;
	}
	return true;
}

/* Jcc, LOOP, JRCXZ and JMP with one byte. */
static bool is_near_opcode(uint8_t code)
{
	return (code & 0xf0) == 0x70 || (code & 0xfc) == 0xe0 || code == 0xeb;
}

static bool mark(struct ct_branches *branches, const struct branch *branch)
{
	for (size_t i = 0; i < branches->count; i++) {
		const struct piece *piece = &branches->pieces[i];
		uint64_t offset = branch->target - piece->addr;
		if (offset < piece->size)
			piece->targets[offset / 8] |=
			    (uint8_t)(1u << offset % 8);
	}
	return true;
}

static bool keep(struct ct_branches *branches, const struct branch *branch)
{
	if (branches->far_count == branches->far_capacity) {
		size_t capacity =
		    branches->far_capacity ? branches->far_capacity * 2 : 4096;
		struct branch *far =
		    realloc(branches->far, capacity * sizeof(*far));
		if (!far)
			return false;
		branches->far = far;
		branches->far_capacity = capacity;
	}
	branches->far[branches->far_count++] = *branch;
	return true;
}

static int by_target(const void *a, const void *b)
{
	const struct branch *x = a, *y = b;
	return (x->target > y->target) - (x->target < y->target);
}

static bool list_far(struct ct_branches *branches)
{
	for (size_t i = 0; i < branches->count; i++)
		if (!each_far(branches, &branches->pieces[i], keep)) {
			free(branches->far);
			branches->far = NULL;
			branches->far_count = branches->far_capacity = 0;
			return false;
		}
	if (branches->far_count)
		qsort(branches->far, branches->far_count,
		      sizeof(*branches->far), by_target);
	return true;
}

static bool find_targets(struct ct_branches *branches)
{
	for (size_t i = 0; i < branches->count; i++) {
		struct piece *piece = &branches->pieces[i];
		piece->targets = calloc(1, piece->size / 8 + 1);
		if (!piece->targets) {
			forget_targets(branches);
			return false;
		}
	}
	for (size_t i = 0; i < branches->count; i++)
		each_far(branches, &branches->pieces[i], mark);
	branches->has_targets = true;
	return true;
}

struct window {
	uint64_t low, high;
};

static bool is_marked(const struct piece *piece, const struct window *window)
{
	for (uint64_t at = window->low; at < window->high; at++) {
		uint64_t offset = at - piece->addr;
		if (offset < piece->size &&
		    piece->targets[offset / 8] & 1u << offset % 8)
			return true;
	}
	return false;
}

/* Whether what is decoded from an offset on has the branch. */
static bool decodes(const struct branch *branch, size_t from)
{
	const struct piece *piece = branch->piece;
	ZydisDecoder decoder;
	ZydisDecodedInstruction insn = {0};
	ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64,
			 ZYDIS_STACK_WIDTH_64);
	ZydisDecoderEnableMode(&decoder, ZYDIS_DECODER_MODE_MINIMAL, true);
	size_t at = from;
	while (at < branch->end) {
		if (ZYAN_FAILED(ZydisDecoderDecodeInstruction(
			&decoder, NULL, piece->code + at, piece->size - at,
			&insn))) {
			at++;
			continue;
		}
		at += insn.length;
	}
	return at == branch->end && insn.raw.imm[0].is_relative &&
	       piece->addr + at + (uint64_t)insn.raw.imm[0].value.s ==
		   branch->target;
}

/* Whether it is a branch, and not the middle of something else. */
static bool is_real(const struct branch *branch)
{
	for (size_t back = SETTLED; back < SETTLED + STARTS; back++)
		if (decodes(branch, branch->at > back ? branch->at - back : 0))
			return true;
	return false;
}

static bool leads_into(const struct window *window, const struct branch *branch)
{
	return branch->target >= window->low && branch->target < window->high &&
	       is_real(branch);
}

static bool is_far_target(const struct ct_branches *branches,
			  const struct window *window)
{
	size_t first = 0, end = branches->far_count;
	while (first < end) {
		size_t middle = first + (end - first) / 2;
		if (branches->far[middle].target < window->low)
			first = middle + 1;
		else
			end = middle;
	}
	for (; first < branches->far_count &&
	       branches->far[first].target < window->high;
	     first++)
		if (is_real(&branches->far[first]))
			return true;
	return false;
}

static bool is_near_target(const struct piece *piece,
			   const struct window *window)
{
	int64_t low = (int64_t)(window->low - piece->addr) - NEAR;
	int64_t high = (int64_t)(window->high - piece->addr) + NEAR;
	int64_t size = (int64_t)piece->size;
	if (low < 0)
		low = 0;
	if (high > size - 1)
		high = size - 1;
	for (size_t at = (size_t)low; (int64_t)at < high; at++) {
		int8_t distance = (int8_t)piece->code[at + 1];
		const struct branch branch = {piece, at, at + 2,
					      piece->addr + at + 2 +
						  (uint64_t)(int64_t)distance};
		if (is_near_opcode(piece->code[at]) &&
		    leads_into(window, &branch))
			return true;
	}
	return false;
}

bool ct_branches_is_target(void *arg, uint64_t low, uint64_t high)
{
	struct ct_branches *branches = arg;
	const struct window window = {low, high};
	bool is_far = false;
	/* Nobody can look: it may be one. */
	if (!branches->has_targets && !find_targets(branches))
		return true;
	for (size_t i = 0; i < branches->count; i++) {
		if (is_near_target(&branches->pieces[i], &window))
			return true;
		is_far |= is_marked(&branches->pieces[i], &window);
	}
	if (!is_far)
		return false;
	if (!branches->far && !list_far(branches))
		return true;
	return is_far_target(branches, &window);
}
