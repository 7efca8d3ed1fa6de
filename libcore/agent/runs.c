/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "agent/runs.h"

enum {
	CAPACITY_MIN = 16,
	/* Rows of which something is never asked: records are lost, or a
	 * program says that there were some.  Of too many, the oldest go. */
	CAPACITY_MAX = 1 << 18,
};

void ct_runs_deinit(struct ct_runs *runs)
{
	free(runs->runs);
	*runs = (struct ct_runs){0};
}

/* Only those with something left. */
static void tidy(struct ct_runs *runs)
{
	size_t kept = 0;
	for (size_t i = runs->first; i < runs->count; i++)
		if (runs->runs[i].left)
			runs->runs[kept++] = runs->runs[i];
	runs->count = kept;
	runs->first = runs->empty = runs->hint = 0;
}

static bool make_room(struct ct_runs *runs)
{
	if (runs->count < runs->capacity)
		return true;
	if (runs->first + runs->empty > runs->capacity / 2) {
		tidy(runs);
		return true;
	}
	if (runs->capacity == CAPACITY_MAX) {
		runs->first = runs->count / 2;
		tidy(runs);
		return true;
	}
	size_t capacity =
	    runs->capacity ? runs->capacity * 2 : (size_t)CAPACITY_MIN;
	struct ct_run *bigger =
	    reallocarray(runs->runs, capacity, sizeof(*bigger));
	if (!bigger)
		return false;
	runs->runs = bigger;
	runs->capacity = capacity;
	return true;
}

bool ct_runs_add(struct ct_runs *runs, uint64_t from, uint64_t to,
		 uint64_t count)
{
	struct ct_run *last =
	    runs->count > runs->first ? &runs->runs[runs->count - 1] : NULL;
	if (!count)
		return true;
	if (last && last->left && last->from + last->count == from &&
	    last->to + last->count == to) {
		last->count += count;
		last->left += count;
		return true;
	}
	if (!make_room(runs))
		return false;
	runs->runs[runs->count++] = (struct ct_run){from, to, count, count};
	return true;
}

static bool has(const struct ct_runs *runs, size_t at, uint64_t from)
{
	return at >= runs->first && at < runs->count &&
	       from - runs->runs[at].from < runs->runs[at].count;
}

/* They are asked nearly in their order. */
static size_t find(const struct ct_runs *runs, uint64_t from)
{
	size_t low = runs->first, high = runs->count;
	for (size_t i = runs->hint; i < runs->hint + 2; i++)
		if (has(runs, i, from))
			return i;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (runs->runs[middle].from <= from)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static void end_one(struct ct_runs *runs, size_t at)
{
	if (!runs->runs[at].left || --runs->runs[at].left)
		return;
	runs->empty++;
	while (runs->first < runs->count && !runs->runs[runs->first].left) {
		runs->first++;
		runs->empty--;
	}
	if (runs->first == runs->count)
		runs->first = runs->count = runs->hint = 0;
}

bool ct_runs_find(struct ct_runs *runs, uint64_t from, bool ends, uint64_t *to)
{
	size_t at = find(runs, from);
	if (!has(runs, at, from))
		return false;
	runs->hint = at;
	*to = runs->runs[at].to + (from - runs->runs[at].from);
	if (ends)
		end_one(runs, at);
	return true;
}
