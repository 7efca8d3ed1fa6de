/* SPDX-License-Identifier: MIT */
/*
 * The agent's clock, as GDB's side keeps it: what turns the processor's time
 * stamps into CLOCK_MONOTONIC.
 *
 * One measurement of both clocks is as good as the time between two readings
 * of one, some ten nanoseconds, and the rate is as good as the time between
 * two measurements is long: so it gets better while the program runs.  A new
 * clock goes on where the old one was and is right a moment later, so that
 * times neither jump nor go back.
 */
#include <cpuid.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "agent/clock.h"

enum {
	NS_PER_S = 1000000000,
	FIRST_NS = 4000000,      /* for the first rate */
	TICK_NS = 100000000,     /* between two clocks */
	ADJUST_NS = 2 * TICK_NS, /* in which a new one comes right */
	JUMP_NS = 1000000,       /* what is corrected at once */
	SAMPLES = 24,
	EXTENDED_POWER = 0x80000007u, /* cpuid: power management */
	INVARIANT_TSC = 1 << 8,       /* edx of that */
};

static uint64_t monotonic_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

/* Both clocks at one moment: the narrowest of some. */
static struct ct_clock_sample measure(void)
{
	struct ct_clock_sample best = {0};
	uint64_t width = UINT64_MAX;
	for (int i = 0; i < SAMPLES; i++) {
		uint64_t before = __builtin_ia32_rdtsc();
		uint64_t ns = monotonic_ns();
		uint64_t after = __builtin_ia32_rdtsc();
		if (after - before >= width)
			continue;
		width = after - before;
		best = (struct ct_clock_sample){before + width / 2, ns};
	}
	return best;
}

static uint64_t rate(uint64_t ns, uint64_t ticks)
{
	return ticks ? (uint64_t)(((unsigned __int128)ns << 32) / ticks) : 0;
}

/* Whether time stamps count time, in all states and on all processors alike:
 * the processor says so, or the kernel trusts them itself. */
static bool has_steady_tsc(void)
{
	unsigned eax, ebx, ecx, edx;
	char name[8] = "";
	if (__get_cpuid(EXTENDED_POWER, &eax, &ebx, &ecx, &edx) &&
	    edx & INVARIANT_TSC)
		return true;
	FILE *file = fopen("/sys/devices/system/clocksource/clocksource0/"
			   "current_clocksource",
			   "re");
	if (!file)
		return false;
	bool read = fgets(name, sizeof(name), file);
	fclose(file);
	return read && !strcmp(name, "tsc\n");
}

static void use(struct ct_agent_shared *shared, uint32_t i)
{
	atomic_store_explicit(
	    &shared->clock,
	    (uint32_t)(offsetof(struct ct_agent_shared, clocks) +
		       i * sizeof(shared->clocks[0])),
	    memory_order_release);
}

void ct_agent_clock_init(struct ct_agent_shared *shared, uint64_t started_ns)
{
	shared->started_ns = started_ns;
	if (!has_steady_tsc())
		return;
	struct ct_clock_sample from = measure(), to;
	do
		to = measure();
	while (to.ns - from.ns < FIRST_NS);
	shared->clocks[0] = (struct ct_agent_clock){
	    .tsc = to.tsc,
	    .mult = rate(to.ns - from.ns, to.tsc - from.tsc),
	    .ns = to.ns - started_ns};
	use(shared, 0);
}

void ct_agent_clock_follow(struct ct_clock_keeper *keeper,
			   const struct ct_agent_shared *shared)
{
	*keeper = (struct ct_clock_keeper){.first = measure(),
					   .started_ns = shared->started_ns,
					   .clock = shared->clocks[0]};
	keeper->last_ns = keeper->first.ns;
}

void ct_agent_clock_tick(struct ct_clock_keeper *keeper,
			 struct ct_agent_shared *shared)
{
	if (!shared->clock || monotonic_ns() - keeper->last_ns < TICK_NS)
		return;
	/* Another program has begun, and another time. */
	if (keeper->started_ns != shared->started_ns ||
	    memcmp(&shared->clocks[keeper->used], &keeper->clock,
		   sizeof(keeper->clock)) != 0) {
		ct_agent_clock_follow(keeper, shared);
		return;
	}
	struct ct_clock_sample now = measure();
	uint64_t mult =
	    rate(now.ns - keeper->first.ns, now.tsc - keeper->first.tsc);
	uint64_t told = ct_agent_clock_ns(&keeper->clock, now.tsc);
	int64_t behind = (int64_t)(now.ns - keeper->started_ns - told);
	if (behind > JUMP_NS || behind < -JUMP_NS)
		told += (uint64_t)behind;
	else
		mult += (uint64_t)((int64_t)(mult / (ADJUST_NS / 1024)) *
				   behind / 1024);
	keeper->clock =
	    (struct ct_agent_clock){.tsc = now.tsc, .mult = mult, .ns = told};
	keeper->last_ns = now.ns;
	keeper->used = (keeper->used + 1) % CT_AGENT_CLOCKS;
	shared->clocks[keeper->used] = keeper->clock;
	use(shared, keeper->used);
}
