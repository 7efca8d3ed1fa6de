/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "agent/shared.h"
#include "agent/ticker.h"

enum {
	TICK_NS = 1000000,
	NS_PER_S = 1000000000,
	CALLS_MIN = 64, /* in a tick, else there is not another one */
};

struct ct_ticker {
	struct ct_region *region;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool runs, ends;
};

/* Another program's process has a ticker, too: any number is good. */
static void tick(struct ct_region *region)
{
	uint32_t now = atomic_fetch_add(&region->tick, 1) + 1;
	if (!now || now == CT_NO_TICK)
		atomic_store(&region->tick, 1);
}

static struct timespec in_a_tick(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	time.tv_nsec += TICK_NS;
	if (time.tv_nsec >= NS_PER_S) {
		time.tv_nsec -= NS_PER_S;
		time.tv_sec++;
	}
	return time;
}

/* With the lock. */
static void give_ticks(struct ct_ticker *ticker)
{
	struct ct_region *region = ticker->region;
	uint64_t calls = region->turns & CT_TURN_MASK, before;
	do {
		struct timespec until = in_a_tick();
		tick(region);
		while (!ticker->ends &&
		       !pthread_cond_timedwait(&ticker->changed, &ticker->lock,
					       &until))
			;
		before = calls;
		calls = region->turns & CT_TURN_MASK;
	} while (!ticker->ends && calls - before >= CALLS_MIN);
	atomic_store(&region->tick, 0);
	ticker->runs = false;
}

static void *run(void *arg)
{
	struct ct_ticker *ticker = arg;
	pthread_mutex_lock(&ticker->lock);
	while (!ticker->ends) {
		if (ticker->runs)
			give_ticks(ticker);
		else
			pthread_cond_wait(&ticker->changed, &ticker->lock);
	}
	pthread_mutex_unlock(&ticker->lock);
	return NULL;
}

/* Without any signal: those are for the host's own threads. */
static int start_thread(struct ct_ticker *ticker)
{
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int err = pthread_create(&ticker->thread, NULL, run, ticker);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return err;
}

struct ct_error *ct_ticker_create(struct ct_region *region,
				  struct ct_ticker **ret)
{
	pthread_condattr_t monotonic;
	struct ct_ticker *ticker = calloc(1, sizeof(*ticker));
	if (!ticker)
		return &ct_enomem;
	ticker->region = region;
	pthread_mutex_init(&ticker->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&ticker->changed, &monotonic);
	pthread_condattr_destroy(&monotonic);
	int err = start_thread(ticker);
	if (err) {
		pthread_cond_destroy(&ticker->changed);
		pthread_mutex_destroy(&ticker->lock);
		free(ticker);
		return ct_error_format(CT_ERROR_OS, "a thread: error %d", err);
	}
	*ret = ticker;
	return NULL;
}

static void change(struct ct_ticker *ticker, bool *what)
{
	pthread_mutex_lock(&ticker->lock);
	*what = true;
	pthread_cond_signal(&ticker->changed);
	pthread_mutex_unlock(&ticker->lock);
}

void ct_ticker_start(struct ct_ticker *ticker)
{
	change(ticker, &ticker->runs);
}

void ct_ticker_destroy(struct ct_ticker *ticker)
{
	if (!ticker)
		return;
	change(ticker, &ticker->ends);
	pthread_join(ticker->thread, NULL);
	pthread_cond_destroy(&ticker->changed);
	pthread_mutex_destroy(&ticker->lock);
	free(ticker);
}
