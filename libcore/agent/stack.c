/* SPDX-License-Identifier: MIT */
/*
 * Stacks: the agent's own, of which a level has a part; the program's, on which
 * what has been called has ended or not; and the alternate one for signals.
 */
#include <sys/syscall.h>

#include "agent/stub.h"
#include "agent/thread.h"
#include "value/capture.h"

enum {
	PROT_NOTHING = 0,
	MAP_NOT_RESERVED = 0x4000,
	SS_NONE = 2,
	SIG_SET_MASK = 2,
	/* A level's part of the stack: a page that nobody may touch, the stack,
	 * on which a handler may run, and room for a record. */
	STACK_SIZE = 256 << 10,
	PART_SIZE = STACK_SIZE + CT_CAPTURE_SIZE,
	WHOLE_SIZE = CT_AGENT_LEVELS * PART_SIZE,
	SPARE_STACKS = 64,
	FAR = 8 << 20,     /* what is farther away is on another stack */
	OWN_MAX = 1 << 30, /* bytes that a thread's stack may have */
};

/* SIGBUS and SIGSEGV, in a set of signals. */
#define FAULTS ((UINT64_C(1) << 6) | (UINT64_C(1) << 10))

static uint64_t spare_stacks; /* of the first that come without one; 0: none */
static _Atomic uint32_t spares_used;

/* 0 when there is no memory. */
static uint64_t map_stacks(long count)
{
	long at =
	    agent_syscall6(SYS_mmap, 0, count * WHOLE_SIZE, PROT_READ_WRITE,
			   MAP_PRIVATE_ANONYMOUS | MAP_NOT_RESERVED, -1, 0);
	if (at < 0 && at > -PAGE)
		return 0;
	for (long i = 0; i < count * CT_AGENT_LEVELS; i++)
		agent_syscall(SYS_mprotect, at + i * PART_SIZE, PAGE,
			      PROT_NOTHING, 0);
	return (uint64_t)at;
}

bool agent_stack_map(struct ct_agent_thread *thread)
{
	uint32_t spare;
	if (!thread->stack && !spare_stacks)
		thread->stack = map_stacks(1);
	else if (!thread->stack &&
		 (spare = atomic_fetch_add(&spares_used, 1)) < SPARE_STACKS)
		thread->stack = spare_stacks + (uint64_t)spare * WHOLE_SIZE;
	return thread->stack;
}

void agent_stack_unmap(struct ct_agent_thread *thread)
{
	if (thread->stack &&
	    thread->stack - spare_stacks >= SPARE_STACKS * WHOLE_SIZE)
		agent_syscall(SYS_munmap, (long)thread->stack, WHOLE_SIZE, 0,
			      0);
}

/* The program is about to forbid that they are made one by one. */
void agent_spare_stacks(void)
{
	if (!spare_stacks)
		spare_stacks = map_stacks(SPARE_STACKS);
}

struct ct_record *agent_scratch(const struct ct_agent_thread *thread,
				uint32_t level)
{
	return (void *)(thread->stack + (uint64_t)level * PART_SIZE +
			STACK_SIZE);
}

/* The level on whose part of the stack an address is; CT_AGENT_LEVELS: none. */
static uint32_t part_of(const struct ct_agent_thread *thread, uint64_t addr)
{
	uint64_t from = addr - thread->stack;
	return thread->stack && from < WHOLE_SIZE ? (uint32_t)(from / PART_SIZE)
						  : CT_AGENT_LEVELS;
}

/* ---- where something stands */

/* The alternate stack for signals (sigaltstack(2)). */
struct alternate {
	uint64_t sp;
	int flags;
	uint64_t size;
};

/* As the kernel has said last. */
static __thread struct alternate known_alternate;

static struct alternate ask_alternate(void)
{
	struct alternate stack = {0};
	if (agent_quiet)
		return known_alternate;
	if (!agent_ask(SYS_sigaltstack, 0, (long)&stack, 0, 0))
		known_alternate = stack;
	return stack;
}

static bool is_in(const struct alternate *stack, uint64_t addr)
{
	return addr - stack->sp < stack->size;
}

/* Whether the thread was started with the stack that has an address: there,
 * what is below has ended.  Other threads have their descriptor, to which fs
 * points, at the upper end. */
static bool is_own_stack(const struct ct_agent_thread *thread, uint64_t addr)
{
	const struct ct_agent_range *first = &agent_shared->stack;
	uint64_t self;
	if (thread->tid == thread->pid)
		return first->low == first->high ||
		       addr - first->low < first->high - first->low;
	asm("movq %%fs:0, %0" : "=r"(self));
	return self - addr < OWN_MAX;
}

/* Between stacks are pages that nobody may read. */
static bool is_contiguous(struct ct_agent_thread *thread, uint64_t low,
			  uint64_t high)
{
	for (uint64_t at = low; at < high; at += AGENT_PAGE)
		if (!agent_is_readable(thread, at))
			return false;
	return true;
}

/*
 * Handlers are nested: what stood below on the same stack has ended, and so has
 * what stood on the alternate stack when that is not run on.  What a handler
 * did that ran on a part of the agent's stack has ended with the hook that it
 * interrupted.
 */
enum agent_where agent_where(struct ct_agent_thread *thread, uint32_t level,
			     uint64_t addr, uint64_t frame)
{
	uint32_t part = part_of(thread, addr), now = part_of(thread, frame);
	if (part < CT_AGENT_LEVELS)
		return !ct_agent_is_owned(thread, part) || part == level ||
			       (part == now && addr <= frame)
			   ? AGENT_LEFT
			   : AGENT_THERE;
	if (now < CT_AGENT_LEVELS)
		return AGENT_THERE;
	bool own = is_own_stack(thread, addr) && is_own_stack(thread, frame);
	/* The common case, for which nobody is asked: a call in a call. */
	if (own && addr > frame && addr - frame < FAR)
		return AGENT_THERE;
	const struct alternate stack = ask_alternate();
	if (is_in(&stack, addr) != is_in(&stack, frame))
		return is_in(&stack, addr) ? AGENT_LEFT : AGENT_THERE;
	if (addr > frame)
		return own || is_in(&stack, addr) ? AGENT_THERE : AGENT_UNKNOWN;
	if (is_in(&stack, addr) || (own && thread->tid == thread->pid))
		return AGENT_LEFT;
	if (!own || frame - addr > FAR)
		return AGENT_UNKNOWN;
	return is_contiguous(thread, addr, frame) ? AGENT_LEFT : AGENT_UNKNOWN;
}

/* ---- running there */

/*
 * The kernel starts a handler at the top of the alternate stack unless the
 * stack pointer says that one is running there.  When it is the agent's, who
 * is below on that stack would be written over: no handler may come.
 */
static bool is_on_alternate_stack(struct ct_agent_thread *thread,
				  uint64_t frame)
{
	/* Few threads have one; who has none is not asked all the time. */
	if (thread->no_alternate == thread->moment && !agent_quiet)
		return false;
	uint64_t moment = thread->moment;
	const struct alternate stack = ask_alternate();
	if (stack.flags & SS_NONE)
		thread->no_alternate = moment;
	return is_in(&stack, frame);
}

/*
 * So it is where the handlers of a collector tell another thread where the
 * stack ends (scanned); but the kernel takes a fault of a thread that blocks
 * its signal for the program's end, and GDB's side sees to ours (fault.h).
 */
uint32_t agent_with_stack(struct ct_agent_thread *thread, struct ct_regs *regs,
			  struct frame *frame, uint32_t level,
			  agent_action *action)
{
	void *top = agent_scratch(thread, level);
	bool scanned = agent_shared->scanned && !agent_quiet;
	uint64_t all = scanned ? ~FAULTS : UINT64_MAX, before;
	agent_set_moment(thread, agent_now());
	if (!is_on_alternate_stack(thread, (uintptr_t)frame) && !scanned)
		return agent_on_stack(thread, regs, frame, level, action, top);
	/* Nobody can keep handlers away. */
	if (agent_quiet) {
		thread->hooks_passed++;
		return STUB_PASS;
	}
	agent_ask(SYS_rt_sigprocmask, SIG_SET_MASK, (long)&all, (long)&before,
		  sizeof(all));
	uint32_t result =
	    agent_on_stack(thread, regs, frame, level, action, top);
	agent_ask(SYS_rt_sigprocmask, SIG_SET_MASK, (long)&before, 0,
		  sizeof(all));
	return result;
}
