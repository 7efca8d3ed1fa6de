/* SPDX-License-Identifier: MIT */
/*
 * Time for mocked calls that come fast: reading the clock would cost as much
 * as all the rest of such a call.  A thread of GDB's process gives the region
 * another tick each millisecond, as long as there are many calls; and a thread
 * of the program reads the clock at its first call in a tick, and from time to
 * time besides, and uses that for the others.
 *
 * So the time of a call is never later than the call, and never goes back in a
 * thread.  Without ticks each call reads the clock: the first ones after a
 * pause, and all where calls are few.
 */
#ifndef CT_AGENT_TICKER_H
#define CT_AGENT_TICKER_H

#include "base/error.h"
#include "base/region.h"

struct ct_ticker;

CT_MUST_CHECK
struct ct_error *ct_ticker_create(struct ct_region *region,
				  struct ct_ticker **ret);
/* Calls come fast: give ticks until they do no more. */
void ct_ticker_start(struct ct_ticker *ticker);
/* Before the region is destroyed. */
void ct_ticker_destroy(struct ct_ticker *ticker);

#endif
