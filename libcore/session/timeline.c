/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "session/timeline.h"

void ct_timeline_init(struct ct_timeline *timeline)
{
	*timeline = (struct ct_timeline){0};
	ct_arena_init(&timeline->arena);
}

void ct_timeline_deinit(struct ct_timeline *timeline)
{
	ct_arena_deinit(&timeline->arena);
	free(timeline->records);
	free(timeline->marks);
	*timeline = (struct ct_timeline){0};
}

void ct_timeline_clear(struct ct_timeline *timeline)
{
	ct_timeline_deinit(timeline);
	ct_timeline_init(timeline);
}

struct ct_error *ct_timeline_add(struct ct_timeline *timeline,
				 const struct ct_record *record,
				 const struct ct_record **ret)
{
	if (timeline->count == timeline->capacity) {
		size_t capacity =
		    timeline->capacity ? timeline->capacity * 2 : 256;
		const struct ct_record **bigger =
		    reallocarray(timeline->records, capacity, sizeof(*bigger));
		if (!bigger)
			return &ct_enomem;
		timeline->records = bigger;
		timeline->capacity = capacity;
	}
	struct ct_record *copy = ct_arena_alloc(&timeline->arena, record->size);
	if (!copy)
		return &ct_enomem;
	memcpy(copy, record, record->size);
	timeline->records[timeline->count++] = copy;
	*ret = copy;
	return NULL;
}

struct ct_error *ct_timeline_add_mark(struct ct_timeline *timeline,
				      const struct ct_mark *mark)
{
	if (timeline->mark_count == timeline->mark_capacity) {
		size_t capacity =
		    timeline->mark_capacity ? timeline->mark_capacity * 2 : 16;
		struct ct_timeline_mark *bigger =
		    reallocarray(timeline->marks, capacity, sizeof(*bigger));
		if (!bigger)
			return &ct_enomem;
		timeline->marks = bigger;
		timeline->mark_capacity = capacity;
	}
	struct ct_timeline_mark kept = {*mark, timeline->count};
	if (mark->text) {
		kept.mark.text = ct_arena_strdup(&timeline->arena, mark->text);
		if (!kept.mark.text)
			return &ct_enomem;
	}
	timeline->marks[timeline->mark_count++] = kept;
	return NULL;
}
