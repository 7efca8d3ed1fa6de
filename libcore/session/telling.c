/* SPDX-License-Identifier: MIT */
/*
 * Calls lie in the order in which they ended; to tell where they begin, one
 * has to know of calls that end later.  Nearly all of these end soon, so the
 * timeline is taken in blocks, each sorted by entries.  The few that span the
 * end of a block, at most as many as can be open at once, are looked for
 * beforehand: memory does not grow with the number of calls.
 */
#include <stdlib.h>

#include "session/telling.h"

enum {
	BLOCK = 16384,
	/* Of times that nobody can believe; such calls are told at their end.
	 */
	LATE_MAX = 1 << 20,
};

static int by_seq(const void *a, const void *b)
{
	const struct ct_entered *x = a, *y = b;
	return (x->seq > y->seq) - (x->seq < y->seq);
}

static uint64_t end_of(const struct ct_record *record)
{
	return record->time_ns + record->duration_ns;
}

static struct ct_entered entry_of(const struct ct_record *record, size_t index)
{
	return (struct ct_entered){record->seq,   record->time_ns,
				   index,         record->tid,
				   record->depth, !record->duration_ns};
}

/*
 * Clocks may stand still for several calls, but one thread's calls are one
 * behind the other, or in each other.  What takes no time, a mock's answer, is
 * where its number says, whatever its clock does: that can be a moment behind
 * those of other threads.
 */
static bool is_begun(const struct ct_entered *entered,
		     const struct ct_record *record)
{
	if (entered->seq <= record->seq)
		return true;
	return !entered->is_moment && record->duration_ns &&
	       entered->time_ns < end_of(record) &&
	       (entered->tid != record->tid || entered->depth > record->depth);
}

static bool begins_run(const struct ct_mark *mark)
{
	return mark->kind == CT_EVENT_START && mark->number;
}

/* Where the run that a call is of has ended: calls from there on have not begun
 * before, whatever their times are. */
static size_t end_of_run(struct ct_telling *telling, size_t at)
{
	const struct ct_timeline *timeline = telling->timeline;
	size_t *i = &telling->run_mark;
	while (*i < timeline->mark_count &&
	       (timeline->marks[*i].position <= at ||
		!begins_run(&timeline->marks[*i].mark)))
		++*i;
	return *i < timeline->mark_count ? timeline->marks[*i].position
					 : SIZE_MAX;
}

/* Whether a run begins with a call; they are asked about one by one. */
static bool is_first_of_run(struct ct_telling *telling, size_t at)
{
	const struct ct_timeline *timeline = telling->timeline;
	size_t *i = &telling->block_mark;
	bool first = false;
	for (; *i < timeline->mark_count && timeline->marks[*i].position <= at;
	     ++*i)
		first |= begins_run(&timeline->marks[*i].mark);
	return first;
}

/* It may begin before the block at hand, of which it is. */
static bool is_late(const struct ct_telling *telling,
		    const struct ct_record *record)
{
	return record->seq <= telling->last_seq ||
	       (record->duration_ns && record->time_ns < telling->last_end);
}

static struct ct_error *add_late(struct ct_telling *telling,
				 struct ct_entered entry)
{
	if (telling->late_count == LATE_MAX)
		return NULL;
	if (telling->late_count == telling->late_capacity) {
		size_t capacity =
		    telling->late_capacity ? telling->late_capacity * 2 : 64;
		struct ct_entered *bigger =
		    reallocarray(telling->late, capacity, sizeof(*bigger));
		if (!bigger)
			return &ct_enomem;
		telling->late = bigger;
		telling->late_capacity = capacity;
	}
	telling->late[telling->late_count++] = entry;
	return NULL;
}

static size_t block_behind(const struct ct_telling *telling, size_t at)
{
	return telling->end - at > BLOCK ? at + BLOCK : telling->end;
}

/* Walk over a block; finds_late: take the late ones, else the others. */
static struct ct_error *walk(struct ct_telling *telling,
			     struct ct_timeline_cursor *cursor, size_t from,
			     bool finds_late)
{
	uint64_t last_seq = telling->last_seq, last_end = telling->last_end;
	size_t to = block_behind(telling, from);
	bool is_first = !telling->block_end;
	for (size_t i = from; i < to; i++) {
		const struct ct_record *record;
		struct ct_error *err = ct_timeline_at(cursor, i, &record);
		if (is_first_of_run(telling, i))
			last_end = telling->last_end = 0;
		bool late = !is_first && !err && is_late(telling, record);
		if (!err && late && finds_late)
			err = add_late(telling, entry_of(record, i));
		if (err)
			return err;
		if (!late && !finds_late)
			telling->block[telling->block_count++] =
			    entry_of(record, i);
		if (record->seq > last_seq)
			last_seq = record->seq;
		if (end_of(record) > last_end)
			last_end = end_of(record);
	}
	telling->last_seq = last_seq;
	telling->last_end = last_end;
	telling->block_end = to;
	return NULL;
}

static void sort(struct ct_entered *entries, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		if (entries[i - 1].seq <= entries[i].seq)
			continue;
		qsort(entries, count, sizeof(*entries), by_seq);
		return;
	}
}

static struct ct_error *find_late(struct ct_telling *telling)
{
	struct ct_error *err = NULL;
	for (size_t i = telling->at; !err && i < telling->end; i += BLOCK)
		err = walk(telling, &telling->begins, i, true);
	sort(telling->late, telling->late_count);
	telling->last_seq = telling->last_end = 0;
	telling->block_end = telling->block_mark = 0;
	return err;
}

struct ct_error *ct_telling_init(struct ct_telling *telling,
				 const struct ct_timeline *timeline,
				 size_t first, unsigned int flags)
{
	*telling = (struct ct_telling){
	    .timeline = timeline,
	    .cleared = timeline->cleared,
	    .flags = flags,
	    .at = first,
	    .end = timeline->count,
	};
	ct_timeline_cursor_init(&telling->begins, timeline);
	ct_timeline_cursor_init(&telling->ends, timeline);
	while (telling->mark < timeline->mark_count &&
	       timeline->marks[telling->mark].position < first)
		telling->mark++;
	size_t count = telling->end - first;
	if (!(flags & CT_TELL_BEGINS))
		return NULL;
	telling->block = calloc((count < BLOCK ? count : BLOCK) + 1,
				sizeof(*telling->block));
	if (!telling->block)
		return &ct_enomem;
	return count > BLOCK ? find_late(telling) : NULL;
}

void ct_telling_deinit(struct ct_telling *telling)
{
	ct_timeline_cursor_deinit(&telling->begins);
	ct_timeline_cursor_deinit(&telling->ends);
	free(telling->block);
	free(telling->late);
	*telling = (struct ct_telling){0};
}

static struct ct_error *load_block(struct ct_telling *telling)
{
	telling->block_count = telling->block_begun = 0;
	struct ct_error *err =
	    walk(telling, &telling->begins, telling->at, false);
	sort(telling->block, telling->block_count);
	return err;
}

/* The call to begin next, of those that are known. */
static const struct ct_entered *next_entered(const struct ct_telling *telling)
{
	const struct ct_entered *a = telling->block_begun < telling->block_count
					 ? &telling->block[telling->block_begun]
					 : NULL;
	const struct ct_entered *b = telling->late_begun < telling->late_count
					 ? &telling->late[telling->late_begun]
					 : NULL;
	return !b || (a && a->seq <= b->seq) ? a : b;
}

static const struct ct_mark *tell_mark(struct ct_telling *telling)
{
	const struct ct_timeline *timeline = telling->timeline;
	return telling->flags & CT_TELL_MARKS &&
		       telling->mark < timeline->mark_count &&
		       timeline->marks[telling->mark].position <= telling->at
		   ? &timeline->marks[telling->mark++].mark
		   : NULL;
}

/* The first call that begins before the one at hand has ended. */
static struct ct_error *tell_begin(struct ct_telling *telling,
				   const struct ct_record **record)
{
	const struct ct_entered *entered = next_entered(telling);
	if (!entered || !is_begun(entered, telling->record) ||
	    entered->index >= end_of_run(telling, telling->at))
		return NULL;
	size_t index = entered->index;
	if (entered == telling->block + telling->block_begun)
		telling->block_begun++;
	else
		telling->late_begun++;
	return ct_timeline_at(&telling->begins, index, record);
}

struct ct_error *ct_telling_next(struct ct_telling *telling, enum ct_told *told,
				 const struct ct_record **record,
				 const struct ct_mark **mark)
{
	struct ct_error *err = NULL;
	bool begins = telling->flags & CT_TELL_BEGINS;
	*told = CT_TOLD_ALL;
	*record = NULL;
	*mark = NULL;
	if (telling->cleared != telling->timeline->cleared)
		return NULL;
	if (!telling->record) {
		*mark = tell_mark(telling);
		*told = *mark ? CT_TOLD_MARK : CT_TOLD_ALL;
		if (*mark || telling->at == telling->end)
			return NULL;
		if (begins && telling->at >= telling->block_end)
			err = load_block(telling);
		if (!err)
			err = ct_timeline_at(&telling->ends, telling->at,
					     &telling->record);
	}
	if (!err && begins)
		err = tell_begin(telling, record);
	if (err)
		return err;
	*told = CT_TOLD_BEGIN;
	if (*record)
		return NULL;
	*told = CT_TOLD_END;
	*record = telling->record;
	telling->record = NULL;
	telling->at++;
	return NULL;
}
