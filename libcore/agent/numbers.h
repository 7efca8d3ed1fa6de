/* SPDX-License-Identifier: MIT */
/*
 * The numbers of calls: one row without gaps, in the order in which they begin.
 *
 * A counter that all threads write would be the only thing in a traced call
 * that holds other threads up.  So there are two kinds of calls.  Whoever uses
 * something up, as a mock does, takes a turn, from a counter of the region.  A
 * call that is only traced reads which turn would be the next, and counts in
 * its thread (CT_RECORD_LATER).  Who reads the rings makes numbers of both:
 * that of a turn is the turn and how many of the others have begun before; the
 * others, between two turns, are in the order of their clocks, those of one
 * thread as it has counted them.
 *
 * Numbers are given to all that have begun by some moment, whether they have
 * returned or not: to be in order with what comes later, nothing that has
 * caused one of them may be missing.  A reader begins an epoch, which is in the
 * counter of turns, so that each turn is of one; then it looks how many calls
 * each thread has begun.  A call that it has not seen began behind that look,
 * and so behind the beginning of the epoch; what it causes, reads or takes what
 * is of the new epoch, and is not of this time.  (x86-64 keeps the order of one
 * thread's stores, and of its loads.)
 */
#ifndef CT_AGENT_NUMBERS_H
#define CT_AGENT_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct ct_region;
struct ct_record;
struct ct_drain;

/* Of a region; by one thread at a time. */
struct ct_numbers;

CT_MUST_CHECK
struct ct_error *ct_numbers_create(struct ct_region *region,
				   struct ct_numbers **ret);
/* Behind the drains that use them. */
void ct_numbers_destroy(struct ct_numbers *numbers);

/* The next call is number 0 again; there is no drain. */
void ct_numbers_reset(struct ct_numbers *numbers);

/* A drain's calls are numbered, too, until it is removed. */
void ct_numbers_add(struct ct_numbers *numbers, struct ct_drain *drain);
void ct_numbers_remove(struct ct_numbers *numbers, struct ct_drain *drain);

/* What has begun before this moment, and ended. */
struct ct_cut {
	uint64_t turn;  /* turns below */
	uint32_t epoch; /* not what has ended in this one */
};

/* All calls that have begun get their numbers. */
struct ct_cut ct_numbers_settle(struct ct_numbers *numbers);

/* The number of a turn, asked once; one behind all that is settled, settles. */
uint64_t ct_numbers_of_turn(struct ct_numbers *numbers, uint64_t turn);

/* Nobody will ask for it. */
void ct_numbers_forget(struct ct_numbers *numbers, uint64_t turn);

/*
 * The same of a record that a thread of a drain has written, whose number is
 * put in.
 *
 * @param thread  Its index.
 * @param ends    It will not be asked again.
 */
void ct_numbers_put(struct ct_drain *drain, uint32_t thread, bool ends,
		    struct ct_record *record);

#endif
