/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "agent/answer.h"
#include "agent/expand.h"

/* A record of arguments and one result, as long as those are. */
static bool is_sound(struct ct_fast *fast)
{
	struct ct_record *record = &fast->record;
	uint64_t size = (uint64_t)sizeof(*record) + fast->arg_count * 8ull +
			ct_pad8(record->result_size);
	return fast->arg_count <= CT_FAST_ARGS &&
	       ct_pad8(record->args_size) == fast->arg_count * 8 &&
	       record->result_size <= 8 && record->size == size &&
	       !(record->tail_count | record->entry_blobs_size |
		 record->exit_blobs_size);
}

/* A copy, which nobody changes. */
static const struct ct_fast *find(struct ct_expander *expander, ct_ref ref)
{
	size_t at = ref / (CT_FAST_ALIGNMENT / 8) % CT_EXPAND_KNOWN;
	struct ct_fast *known = &expander->known[at].fast;
	if (expander->known[at].ref == ref)
		return ref ? known : NULL;
	const struct ct_fast *fast = ct_agent_checked(
	    expander->region, expander->region_size, ref, sizeof(*fast));
	if (!fast)
		return NULL;
	memcpy(known, fast, sizeof(*known));
	expander->known[at].ref = is_sound(known) ? ref : 0;
	return expander->known[at].ref ? known : NULL;
}

const struct ct_fast *ct_expand(struct ct_expander *expander,
				const struct ct_ring_entry *entry,
				const struct ct_compact *bytes,
				struct ct_record *ret)
{
	const struct ct_fast *fast = find(expander, entry->of);
	if (!fast ||
	    CT_RING_SIZE(entry->what) != sizeof(*bytes) + fast->arg_count * 8)
		return NULL;
	*ret = fast->record;
	ret->seq = entry->order & ((UINT64_C(1) << CT_ORDER_BITS) - 1);
	ret->depth = (uint32_t)(entry->order >> CT_ORDER_BITS);
	ret->time_ns = bytes->time_ns;
	ret->caller = bytes->caller;
	uint64_t *to = (uint64_t *)(ret + 1);
	for (uint32_t i = 0; i < fast->arg_count; i++)
		*to++ = bytes->args[i] & fast->masks[i];
	if (ret->result_size)
		*to = fast->value;
	return fast;
}
