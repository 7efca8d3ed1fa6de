/* SPDX-License-Identifier: MIT */
/*
 * The timeline: every complete call, kept raw, and the marks between them.
 *
 * Records are copied in and stay at their address until the timeline is
 * cleared.
 */
#ifndef CT_SESSION_TIMELINE_H
#define CT_SESSION_TIMELINE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "trace/event.h"

struct ct_timeline_mark {
	struct ct_mark mark; /* its text is the timeline's */
	size_t position;     /* calls complete before it */
};

struct ct_timeline {
	struct ct_arena arena;
	const struct ct_record **records; /* in order of completion */
	size_t count, capacity;
	struct ct_timeline_mark *marks;
	size_t mark_count, mark_capacity;
};

void ct_timeline_init(struct ct_timeline *timeline);
void ct_timeline_deinit(struct ct_timeline *timeline);

/* Add a copy; *ret is the copy. */
CT_MUST_CHECK
struct ct_error *ct_timeline_add(struct ct_timeline *timeline,
				 const struct ct_record *record,
				 const struct ct_record **ret);
CT_MUST_CHECK
struct ct_error *ct_timeline_add_mark(struct ct_timeline *timeline,
				      const struct ct_mark *mark);

void ct_timeline_clear(struct ct_timeline *timeline);

#endif
