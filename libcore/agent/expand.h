/* SPDX-License-Identifier: MIT */
/*
 * The reader's end of agent/fast.h: from a compact answer to the record that
 * it stands for.  Both were written by the program; so nothing here is as long
 * as they say, but as the result says.
 */
#ifndef CT_AGENT_EXPAND_H
#define CT_AGENT_EXPAND_H

#include "agent/fast.h"

enum {
	CT_EXPAND_KNOWN = 128,
	CT_EXPAND_MOST = sizeof(struct ct_record) + (CT_FAST_ARGS + 1) * 8,
};

/* What has been looked at, by its reference. */
struct ct_expander {
	struct ct_region *region;
	uint64_t region_size;
	struct {
		ct_ref ref;
		struct ct_fast fast;
	} known[CT_EXPAND_KNOWN];
};

/*
 * One answer.
 *
 * @param bytes  What is behind the entry.
 * @param ret    CT_EXPAND_MOST bytes.  Without pid and tid.
 * @return Of whom it is, until the next one is asked for; NULL: of nobody.
 */
const struct ct_fast *ct_expand(struct ct_expander *expander,
				const struct ct_ring_entry *entry,
				const struct ct_compact *bytes,
				struct ct_record *ret);

#endif
