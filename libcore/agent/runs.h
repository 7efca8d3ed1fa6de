/* SPDX-License-Identifier: MIT */
/*
 * A table of numbers: where those from one on, in a row, lead to, in a row.
 * Each is asked once; rows of which all were asked are forgotten.
 */
#ifndef CT_AGENT_RUNS_H
#define CT_AGENT_RUNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ct_run {
	uint64_t from, to, count;
	uint64_t left; /* those that have not been asked */
};

/* By `from`, those before `first` forgotten. */
struct ct_runs {
	struct ct_run *runs;
	size_t first, count, capacity;
	size_t empty; /* behind first, with nothing left */
	size_t hint;  /* where the last one was found */
};

void ct_runs_deinit(struct ct_runs *runs);

/* `count` more, behind all that are there; false when memory is short, and they
 * are not. */
bool ct_runs_add(struct ct_runs *runs, uint64_t from, uint64_t to,
		 uint64_t count);

/* False for what is not there.  ends: it will not be asked again. */
bool ct_runs_find(struct ct_runs *runs, uint64_t from, bool ends, uint64_t *to);

#endif
