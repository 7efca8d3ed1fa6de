/* SPDX-License-Identifier: MIT */
/*
 * Room for a jump beside a function whose own first bytes are too few: in the
 * padding between two others, which nothing runs through and nothing leads to.
 */
#include <string.h>

#include "ctester/process.h"
#include "image/image.h"
#include "session/agent.h"

enum {
	FUNCTION_MAX = 1 << 16, /* bytes of the one before it that are read */
	PADDING_MAX = 256,
	GAPS_MAX = 32,
};

/* Of memory, what is the file's: no breakpoint, no jump of another hook. */
static bool is_free(struct ct_session *session, uint64_t addr,
		    const uint8_t *file)
{
	uint8_t memory[CT_HOOK_ROOM];
	return !ct_session_keeps_any(session, addr, addr + CT_HOOK_ROOM) &&
	       ct_process_read(session->now->pid, addr, memory,
			       sizeof(memory)) == sizeof(memory) &&
	       !memcmp(memory, file, sizeof(memory));
}

/* Nothing runs on into the gap behind it. */
static bool ends_there(const struct ct_module *module,
		       const struct ct_extent_gap *gap)
{
	uint8_t code[FUNCTION_MAX];
	uint64_t size = gap->low - gap->function;
	return size && size <= sizeof(code) &&
	       ct_image_read_code(module->image, gap->function, code, size) ==
		   size &&
	       ct_code_ends(code, size);
}

/* The padding at the beginning of a gap. */
static size_t read_padding(const struct ct_module *module,
			   const struct ct_extent_gap *gap, uint8_t *code)
{
	uint64_t size = gap->high - gap->low;
	if (size > PADDING_MAX)
		size = PADDING_MAX;
	size = ct_image_read_code(module->image, gap->low, code, size);
	return ct_padding_size(code, size);
}

static bool find_in(struct ct_session *session, const struct ct_module *module,
		    const struct ct_agent_code *code,
		    const struct ct_extent_gap *gap, uint64_t low,
		    uint64_t high, struct ct_room *ret)
{
	uint8_t bytes[PADDING_MAX];
	uint64_t padding = read_padding(module, gap, bytes);
	if (padding < CT_HOOK_ROOM)
		return false;
	/* From the far end: what is before may itself need the beginning. */
	for (uint64_t at = gap->low + padding - CT_HOOK_ROOM + 1;
	     at-- > gap->low;) {
		const uint8_t *file = bytes + (at - gap->low);
		if (at < low || at >= high ||
		    ct_branches_is_target(code->branches, at,
					  at + CT_HOOK_ROOM) ||
		    !is_free(session, at + module->bias, file))
			continue;
		if (!ends_there(module, gap))
			return false;
		ret->addr = at + module->bias;
		memcpy(ret->original, file, CT_HOOK_ROOM);
		return true;
	}
	return false;
}

bool ct_agent_find_room(struct ct_session *session,
			const struct ct_module *module,
			const struct ct_agent_code *code, uint64_t low,
			uint64_t high, struct ct_room *ret)
{
	struct ct_extent_gap gaps[GAPS_MAX];
	if (!code || !code->branches || !code->extents)
		return false;
	low -= module->bias;
	high -= module->bias;
	size_t count = ct_extents_gaps(code->extents, low, high + CT_HOOK_ROOM,
				       gaps, GAPS_MAX);
	for (size_t i = 0; i < count; i++)
		if (find_in(session, module, code, &gaps[i], low, high, ret))
			return true;
	return false;
}
