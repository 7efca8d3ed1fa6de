/* SPDX-License-Identifier: MIT */
/*
 * Room for a jump beside a function whose own first bytes are too few: in the
 * padding of others, which nothing runs through and nothing leads to.
 */
#include <string.h>

#include "ctester/process.h"
#include "image/image.h"
#include "session/agent.h"

enum {
	SPAN_MAX = 1 << 16, /* bytes of a function that are looked through */
	SPANS_MAX = 256,
	PADDING_MAX = 64,
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

struct search {
	struct ct_session *session;
	const struct ct_module *module;
	const struct ct_agent_code *code;
	uint64_t low, high; /* of the file */
};

/* From the far end: a function before it may itself need the beginning. */
static bool find_in(const struct search *search, uint64_t addr,
		    const uint8_t *padding, size_t size, struct ct_room *ret)
{
	for (size_t i = size < CT_HOOK_ROOM ? 0 : size - CT_HOOK_ROOM + 1;
	     i-- > 0;) {
		uint64_t at = addr + i;
		if (at < search->low || at >= search->high ||
		    ct_branches_is_target(search->code->branches, at,
					  at + CT_HOOK_ROOM) ||
		    !is_free(search->session, at + search->module->bias,
			     padding + i))
			continue;
		ret->addr = at + search->module->bias;
		memcpy(ret->original, padding + i, CT_HOOK_ROOM);
		return true;
	}
	return false;
}

static bool find_in_span(const struct search *search,
			 const struct ct_extent_span *span, struct ct_room *ret)
{
	uint8_t code[SPAN_MAX];
	uint64_t size = span->high - span->low;
	/* One that begins before may reach into what is looked through. */
	uint64_t before = search->low - span->low;
	size_t at =
	    span->low + PADDING_MAX < search->low ? before - PADDING_MAX : 0;
	size_t found;
	if (size > sizeof(code) ||
	    ct_image_read_code(search->module->image, span->low, code, size) !=
		size)
		return false;
	while (span->low + at < search->high &&
	       (found = ct_code_find_padding(code, size, at, &at))) {
		if (find_in(search, span->low + at, code + at, found, ret))
			return true;
		at += found;
	}
	return false;
}

bool ct_agent_find_room(struct ct_session *session,
			const struct ct_module *module,
			const struct ct_agent_code *code, uint64_t low,
			uint64_t high, struct ct_room *ret)
{
	struct ct_extent_span spans[SPANS_MAX];
	const struct search search = {session, module, code, low - module->bias,
				      high - module->bias};
	if (!code || !code->branches || !code->extents)
		return false;
	size_t count =
	    ct_extents_spans(code->extents, search.low,
			     search.high + CT_HOOK_ROOM, spans, SPANS_MAX);
	for (size_t i = 0; i < count; i++)
		if (find_in_span(&search, &spans[i], ret))
			return true;
	return false;
}
