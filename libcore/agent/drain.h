/* SPDX-License-Identifier: MIT */
/*
 * The reading end of all rings, in GDB's process, while the program runs,
 * when it is stopped, and after it is gone.
 *
 * What is in the rings was written by the program, which may have overwritten
 * it: sizes and positions are checked here; the records are copies, of which
 * ct_record_check() is still to be asked.
 */
#ifndef CT_AGENT_DRAIN_H
#define CT_AGENT_DRAIN_H

#include "agent/shared.h"
#include "base/error.h"

struct ct_drain;
struct ct_numbers;

/* Takes one record; it is the drain's and changes with the next. */
typedef void ct_drain_take(void *arg, struct ct_record *record, size_t size);

/* numbers: of the region, and there until this is destroyed; NULL for one that
 * only waits. */
CT_MUST_CHECK
struct ct_error *ct_drain_create(struct ct_region *region,
				 struct ct_agent_shared *shared,
				 struct ct_numbers *numbers,
				 struct ct_drain **ret);
void ct_drain_destroy(struct ct_drain *drain);

/* Give out what is complete, in the order in which the calls ended; returns
 * how many.  A program that waits for room goes on. */
size_t ct_drain_read(struct ct_drain *drain, ct_drain_take *take, void *arg);

/* The same of several processes of one region, whose calls have numbers in one
 * row; each with what take() gets. */
struct ct_drain_source {
	struct ct_drain *drain;
	void *arg;
};
size_t ct_drain_read_all(const struct ct_drain_source *sources, size_t count,
			 ct_drain_take *take);

/* Calls that have not returned, the newest of each thread first; to be asked
 * when the program, or that thread (tid; 0: all), has ended. */
size_t ct_drain_unfinished(struct ct_drain *drain, int32_t tid,
			   ct_drain_take *take, void *arg);

/* The same, while they go on: nothing changes. */
void ct_drain_open_calls(struct ct_drain *drain, ct_drain_take *take,
			 void *arg);

/* The number of a record that was taken from a thread's open calls otherwise;
 * false for what is no thread. */
bool ct_drain_number(struct ct_drain *drain,
		     const struct ct_agent_thread *thread,
		     struct ct_record *record);

/* Threads count traced calls by themselves: add that to the targets' counts. */
void ct_drain_count_calls(struct ct_drain *drain);

/* The block of a thread that has ended may be another's: behind the two
 * above. */
void ct_drain_release(struct ct_drain *drain, int32_t tid);

/* Sleep until a ring is half full, a thread waits for room, or the time is
 * over.  False: the latter. */
bool ct_drain_wait(struct ct_drain *drain, unsigned int milliseconds);

/* Whether there is something to read. */
bool ct_drain_has_records(const struct ct_drain *drain);

/* Records that had no room, and calls that were too nested to be seen. */
uint64_t ct_drain_lost(const struct ct_drain *drain);
uint64_t ct_drain_unseen(const struct ct_drain *drain);

#endif
