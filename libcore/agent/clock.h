/* SPDX-License-Identifier: MIT */
/* The agent's clock, as GDB's side keeps it; see struct ct_agent_clock. */
#ifndef CT_AGENT_CLOCK_H
#define CT_AGENT_CLOCK_H

#include "agent/shared.h"

struct ct_clock_sample {
	uint64_t tsc, ns;
};

/* Who makes new clocks from time to time: one for a program. */
struct ct_clock_keeper {
	struct ct_clock_sample first;
	struct ct_agent_clock clock; /* as the program has it */
	uint64_t started_ns, last_ns;
	uint32_t used;
};

/* The first clock, which takes some milliseconds. */
void ct_agent_clock_init(struct ct_agent_shared *shared, uint64_t started_ns);

/* Keep it from now on. */
void ct_agent_clock_follow(struct ct_clock_keeper *keeper,
			   const struct ct_agent_shared *shared);
/* To be called often; every tenth of a second there is a better clock. */
void ct_agent_clock_tick(struct ct_clock_keeper *keeper,
			 struct ct_agent_shared *shared);

#endif
