/* SPDX-License-Identifier: MIT */
/*
 * The timeline: every record, in order of completion, kept raw.
 *
 * Records are copied in and stay at their address until the timeline is
 * cleared.
 */
#ifndef CT_SESSION_TIMELINE_H
#define CT_SESSION_TIMELINE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "value/record.h"

struct ct_timeline {
	struct ct_arena arena;
	const struct ct_record **records;
	size_t count, capacity;
};

void ct_timeline_init(struct ct_timeline *timeline);
void ct_timeline_deinit(struct ct_timeline *timeline);

/* Add a copy; *ret is the copy. */
CT_MUST_CHECK
struct ct_error *ct_timeline_add(struct ct_timeline *timeline,
				 const struct ct_record *record,
				 const struct ct_record **ret);

void ct_timeline_clear(struct ct_timeline *timeline);

#endif
