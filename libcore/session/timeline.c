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
	timeline->records = NULL;
	timeline->count = timeline->capacity = 0;
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
