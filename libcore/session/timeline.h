/* SPDX-License-Identifier: MIT */
/*
 * The timeline: every complete call, kept raw, and the marks between them.
 *
 * However many calls there are, memory is bounded: records lie in chunks, of
 * which the newest stay in memory, and the older ones go into a temporary file
 * that has no name any more (TMPDIR, else /var/tmp, else /tmp).  So a record
 * has no address for good: who wants one asks a cursor.
 *
 * When the file cannot be written, what is kept stays, and what comes is
 * counted, and not kept.
 */
#ifndef CT_SESSION_TIMELINE_H
#define CT_SESSION_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "trace/event.h"

struct ct_timeline_mark {
	struct ct_mark mark; /* its text is the timeline's */
	size_t position;     /* calls complete before it */
};

struct ct_timeline_chunk;

struct ct_timeline {
	size_t count;    /* records that are kept */
	uint64_t unkept; /* those that came when no more could be */
	struct ct_timeline_mark *marks;
	size_t mark_count, mark_capacity;
	uint64_t cleared; /* how often */

	/* What chunks may take of memory, beside the newest one, before there
	 * is a file. */
	size_t memory_max;
	/* In order of completion; those before `spilled` are in the file. */
	struct ct_timeline_chunk *chunks;
	size_t chunk_count, chunk_capacity, spilled;
	size_t memory_used;
	int fd; /* -1: none yet */
	uint64_t file_size;
	uint8_t *packed; /* what is written to it */
	size_t packed_size;
	bool is_full;          /* nothing more is kept */
	struct ct_arena texts; /* of marks */
};

void ct_timeline_init(struct ct_timeline *timeline);
void ct_timeline_deinit(struct ct_timeline *timeline);

/* Add a copy.  An error is one for the user, and told once: from then on,
 * records are counted as unkept. */
CT_MUST_CHECK
struct ct_error *ct_timeline_add(struct ct_timeline *timeline,
				 const struct ct_record *record);
CT_MUST_CHECK
struct ct_error *ct_timeline_add_mark(struct ct_timeline *timeline,
				      const struct ct_mark *mark);

void ct_timeline_clear(struct ct_timeline *timeline);

/*
 * Reads records, best in their order, until the timeline is cleared.
 */
struct ct_timeline_cursor {
	const struct ct_timeline *timeline;
	size_t chunk; /* the one that the last record was in */
	/* What was read of the file. */
	size_t window_chunk; /* SIZE_MAX: nothing */
	uint8_t *window;
	size_t window_size;
	uint8_t *packed;
	size_t packed_size;
};

void ct_timeline_cursor_init(struct ct_timeline_cursor *cursor,
			     const struct ct_timeline *timeline);
void ct_timeline_cursor_deinit(struct ct_timeline_cursor *cursor);

/* The record at an index, which is there until this cursor is asked again, or
 * one is added to the timeline. */
CT_MUST_CHECK
struct ct_error *ct_timeline_at(struct ct_timeline_cursor *cursor, size_t index,
				const struct ct_record **ret);

#endif
