/* SPDX-License-Identifier: MIT */
/*
 * The timeline told again, in the order in which things happened: calls are
 * kept when they end, and a story has where they begin, too.
 */
#ifndef CT_SESSION_TELLING_H
#define CT_SESSION_TELLING_H

#include "session/timeline.h"

enum ct_told {
	CT_TOLD_ALL, /* there is no more */
	CT_TOLD_MARK,
	CT_TOLD_BEGIN,
	CT_TOLD_END,
};

enum ct_telling_flags {
	CT_TELL_MARKS = 1 << 0,
	CT_TELL_BEGINS = 1 << 1,
};

/* A call by its entry. */
struct ct_entered {
	uint64_t seq, time_ns;
	size_t index; /* in the timeline */
	int32_t tid;
	uint32_t depth;
	bool is_moment; /* it has taken no time */
};

struct ct_telling {
	const struct ct_timeline *timeline;
	uint64_t cleared;
	unsigned int flags;
	size_t at, end; /* the call to end next, and behind the last one */
	size_t mark;    /* the next one */
	const struct ct_record *record; /* the call at `at`, if it was read */
	struct ct_timeline_cursor begins, ends;
	/* The calls that end in the block at hand, by seq; and of the whole
	 * story, those that begin in an earlier block than they end. */
	struct ct_entered *block, *late;
	size_t block_count, block_begun, block_end;
	size_t late_count, late_capacity, late_begun;
	/* The highest seq and the last end of all blocks before. */
	uint64_t last_seq, last_end;
	/* The first marks that may be of another run, whose clock begins anew,
	 * behind the call at hand and behind those of the block. */
	size_t run_mark, block_mark;
};

/* The calls from `first` on that are in the timeline now.  To be ended by
 * ct_telling_deinit(), also after an error. */
CT_MUST_CHECK
struct ct_error *ct_telling_init(struct ct_telling *telling,
				 const struct ct_timeline *timeline,
				 size_t first, unsigned int flags);
void ct_telling_deinit(struct ct_telling *telling);

/*
 * What is next.  Its record or mark is there until the next time, or until
 * something is added to the timeline.  Calls begin in the order of seq, each
 * before the first one that ends after that.
 */
CT_MUST_CHECK
struct ct_error *ct_telling_next(struct ct_telling *telling, enum ct_told *told,
				 const struct ct_record **record,
				 const struct ct_mark **mark);

#endif
