/* SPDX-License-Identifier: MIT */
/*
 * Reading what pointers lead to, which need not be there.
 *
 * A page that was readable within the last millisecond is read directly; the
 * kernel is asked about all others, in a way that has no other effect.  No
 * signal is taken: the program may have its own handlers.  munmap() and its
 * kin are hooked themselves (CT_HOOK_UNMAPS) and end the moment at once; the
 * millisecond is for those who call the kernel by themselves.  What goes away
 * all the same is a fault (fault.h).
 */
#include <sys/syscall.h>

#include "agent/fault.h"

#define SIGSET   8  /* bytes of the kernel's */
#define MOMENT   20 /* bits of nanoseconds */
#define UNMAPPED 44 /* where the count of unmappings begins */

enum {
	EFAULT_NUMBER = 14,
	EINVAL_NUMBER = 22,
	LOWEST_PAGE = 16, /* that anything is in (vm.mmap_min_addr) */
};

static _Atomic uint64_t last_time;

void agent_count_time(uint64_t from)
{
	last_time = from;
}

uint64_t agent_ask_time(void)
{
	enum {
		MONOTONIC = 1,
		NS_PER_S = 1000000000
	};
	int64_t time[2] = {0, 0};
	if (agent_quiet)
		return ++last_time;
	agent_ask(SYS_clock_gettime, MONOTONIC, (long)time, 0, 0);
	return (uint64_t)(time[0] * NS_PER_S + time[1]) -
	       agent_shared->started_ns;
}

void agent_set_moment(struct ct_agent_thread *thread, uint64_t ns)
{
	thread->moment =
	    (ns >> MOMENT) +
	    (atomic_load_explicit(&agent_shared->unmapped, memory_order_relaxed)
	     << UNMAPPED) +
	    1;
}

/* rt_sigprocmask() reads the set before it refuses what it is to do with it:
 * EFAULT or EINVAL.  Not at the page's beginning: NULL would be no set.  Any
 * other answer is a filter's. */
static bool ask_kernel(struct ct_agent_thread *thread, uint64_t page)
{
	long answer = agent_ask(SYS_rt_sigprocmask, -1,
				(long)(page * AGENT_PAGE) + SIGSET, 0, SIGSET);
	if (answer != -EFAULT_NUMBER && answer != -EINVAL_NUMBER)
		agent_be_quiet(thread);
	return answer == -EINVAL_NUMBER;
}

/* Where a page can be noted: in place of one that is of no use, or of any. */
static struct ct_agent_page *find_place(struct ct_agent_thread *thread,
					uint64_t page)
{
	struct ct_agent_page *set = agent_page_set(thread, page);
	for (int i = 0; i < CT_AGENT_PAGE_WAYS; i++)
		if (set[i].when != thread->moment)
			return &set[i];
	return &set[page / CT_AGENT_PAGES % CT_AGENT_PAGE_WAYS];
}

bool agent_ask_page(struct ct_agent_thread *thread, uint64_t page)
{
	struct ct_agent_page *known = find_place(thread, page);
	/* Whoever reads it finds out. */
	if (agent_quiet)
		return page >= LOWEST_PAGE;
	if (!ask_kernel(thread, page))
		return agent_quiet && page >= LOWEST_PAGE;
	known->when = 0; /* a signal's handler may look in between */
	agent_barrier();
	known->number = page;
	agent_barrier();
	known->when = thread->moment;
	return true;
}

size_t agent_look(void *arg, uint64_t addr, void *buf, size_t size)
{
	struct ct_agent_thread *thread = arg;
	size_t done = 0;
	if (addr >= AGENT_USER_END)
		return 0;
	while (done < size && agent_is_readable(thread, addr + done)) {
		size_t here = AGENT_PAGE - (addr + done) % AGENT_PAGE;
		if (here > size - done)
			here = size - done;
		if (!agent_copy((char *)buf + done, (const void *)(addr + done),
				here))
			break;
		done += here;
	}
	return done;
}
