/* SPDX-License-Identifier: MIT */
/*
 * Being loaded, being attached to the shared memory, and the blocks of
 * threads.  A thread finds its block through one word of thread-local storage
 * (initial-exec: no call, there from the thread's first instruction on).
 */
#include <linux/mman.h>
#include <linux/sched.h>
#include <sys/syscall.h>

#include "agent/fault.h"
#include "agent/stub.h"
#include "value/capture.h"

enum {
	PROT_NOTHING = 0,
	PROT_READ_WRITE = 3,
	MAP_SHARED_FILE = 1,
	MAP_PRIVATE_ANONYMOUS = 0x22,
	MAP_NOT_RESERVED = 0x4000,
	MADV_DONT_DUMP = 16,
	MADV_WIPE_ON_FORK = 18,
	PAGE = 4096,
	SS_ON_STACK = 1,
	SS_NONE = 2,
	SIG_SET_MASK = 2,
	ESRCH_NUMBER = 3,
	REUSE_FROM = 8, /* blocks */
	FEW = 4,
	MANY = 256,
	RETRY = 1024, /* calls of a thread without a block */
	/* A level's part of the stack: a page that nobody may touch, the stack,
	 * on which a handler may run, and room for a record. */
	STACK_SIZE = 256 << 10,
	PART_SIZE = STACK_SIZE + CT_CAPTURE_SIZE,
	WHOLE_SIZE = CT_AGENT_LEVELS * PART_SIZE,
	SPARE_STACKS = 64,
	FAR = 8 << 20,     /* what is farther away is on another stack */
	OWN_MAX = 1 << 30, /* bytes that a thread's stack may have */
	FAST_INDEX = 40,   /* where .Lfast has the hook's index */
	SPAWN_CALLS = 16,  /* of a parent that has had its child, for sure */
};

/* ct_agent_thread's spawning: the child does not keep its parent waiting. */
#define SPAWNING_FOR_GOOD UINT64_MAX

#define ASSERT_AT(type, field, offset) \
	_Static_assert(__builtin_offsetof(type, field) == (offset), "stub.h")
ASSERT_AT(struct ct_agent_thread, owners, STUB_OWNERS);
ASSERT_AT(struct ct_agent_thread, idle, STUB_OWNERS + STUB_IDLE);
_Static_assert(CT_OWNER_FAST == STUB_OWNER_FAST, "stub.h");
_Static_assert(CT_OWNER_SLOW == STUB_OWNER_SLOW, "stub.h");
ASSERT_AT(struct ct_hook, trampoline, STUB_HOOK_TRAMPOLINE);
ASSERT_AT(struct ct_hook, flags, STUB_HOOK_FLAGS);
ASSERT_AT(struct ct_regs, gpr[CT_REG_R11], STUB_R11);
ASSERT_AT(struct ct_regs, gpr[CT_REG_RDI], STUB_RDI);
ASSERT_AT(struct ct_regs, gpr[CT_REG_R12], STUB_R12);
ASSERT_AT(struct ct_regs, gpr[CT_REG_R13], STUB_R13);
ASSERT_AT(struct ct_regs, gpr[CT_REG_R14], STUB_R14);
ASSERT_AT(struct ct_regs, gpr[CT_REG_R15], STUB_R15);
ASSERT_AT(struct ct_regs, reserved, STUB_ST_COUNT);
ASSERT_AT(struct ct_regs, xmm, STUB_XMM);
ASSERT_AT(struct ct_regs, st, STUB_ST);
_Static_assert(sizeof(struct ct_regs) + 32 <= STUB_ROOM, "stub.h");
_Static_assert(CT_HOOK_ENTRY_FP == STUB_ENTRY_FP, "stub.h");
_Static_assert(CT_HOOK_RESULT_FP == STUB_RESULT_FP, "stub.h");
_Static_assert(CT_HOOK_RESULT_X87 == STUB_RESULT_X87, "stub.h");

struct ct_region *agent_region;
struct ct_agent_shared *agent_shared;
struct ct_hook *ct_agent_hooks;
/* Until there is one: nothing is armed. */
static struct live never;
struct live *ct_agent_live = &never;
struct ct_fast **ct_agent_fast = never.fast;
__thread struct ct_agent_thread *ctester_agent_thread;
__thread volatile uint32_t ctester_agent_faults;
static int32_t agent_pid;
static uint64_t spare_stacks;
static __thread uint32_t refused; /* calls for which there was no block */

static int attach(int fd, uint64_t size, ct_ref ref, uint64_t before);

/* The linker's: where this library's code begins and ends. */
extern const char __ehdr_start[] __attribute__((visibility("hidden")));
extern const char etext[] __attribute__((visibility("hidden")));
extern const int32_t __start_ct_faults[][2]
    __attribute__((visibility("hidden")));
extern const int32_t __stop_ct_faults[][2]
    __attribute__((visibility("hidden")));

__attribute__((visibility("default"))) struct ct_agent_info ctester_agent = {
    .magic = CT_AGENT_MAGIC,
    .version = CT_AGENT_VERSION,
    .size = sizeof(struct ct_agent_info),
    .attach = (uintptr_t)attach,
    .enter = (uintptr_t)ctester_agent_enter,
    .returned = (uintptr_t)ctester_agent_returned,
    .trap = (uintptr_t)ctester_agent_trap,
    .trap_next = (uintptr_t)ctester_agent_trap_next,
    .text = (uintptr_t)__ehdr_start,
    .text_end = (uintptr_t)etext,
    .faults = (uintptr_t)__start_ct_faults,
    .faults_end = (uintptr_t)__stop_ct_faults,
};

/*
 * Where the region had better be.  The kernel's choice is right below the
 * libraries: it would take all free pages that their hooks' pads can be in,
 * within 2 GiB.  The kernel is free to take another place.
 */
static long region_hint(void)
{
	enum {
		HUGE_PAGE = 1 << 21
	};
	const uint64_t distance = UINT64_C(64) << 30;
	uint64_t here = (uintptr_t)__ehdr_start;
	return here > 2 * distance ? (long)((here - distance) & -HUGE_PAGE) : 0;
}

static struct ct_agent_thread *thread_at(uint32_t i)
{
	return i < CT_AGENT_THREADS_MAX
		   ? ct_region_at(agent_region, agent_shared->threads[i])
		   : NULL;
}

static long live_size_of(const struct ct_agent_shared *shared)
{
	return (long)(sizeof(*ct_agent_live) +
		      shared->hook_capacity * sizeof(*ct_agent_fast) + PAGE -
		      1) &
	       -PAGE;
}

/* Of the session before, whose region had that size: nobody is in it. */
static void forget_session(uint64_t size)
{
	uint32_t count = agent_shared->thread_count;
	struct ct_agent_thread *thread;
	for (uint32_t i = 0; i < count && (thread = thread_at(i)); i++)
		if (thread->stack &&
		    thread->stack - spare_stacks >= SPARE_STACKS * WHOLE_SIZE)
			agent_syscall(SYS_munmap, (long)thread->stack,
				      WHOLE_SIZE, 0, 0);
	agent_syscall(SYS_munmap, (long)ct_agent_live,
		      live_size_of(agent_shared), 0, 0);
	ct_agent_live = &never;
	ct_agent_fast = never.fast;
	agent_syscall(SYS_munmap, (long)agent_region, (long)size, 0, 0);
}

/*
 * Called by GDB in the program, once a session; the descriptor stays the
 * caller's.
 * Returns 0, or -errno.  A forked child must not write into what the parent
 * writes into: the page that says "armed" is empty there.
 */
static int attach(int fd, uint64_t size, ct_ref ref, uint64_t before)
{
	if (before)
		forget_session(before);
	agent_pid = (int32_t)agent_syscall(SYS_getpid, 0, 0, 0, 0);
	long at = agent_syscall6(SYS_mmap, region_hint(), (long)size,
				 PROT_READ_WRITE, MAP_SHARED_FILE, fd, 0);
	if (at < 0 && at > -PAGE)
		return (int)at;
	/* A core file has no use for it, and no room. */
	agent_syscall(SYS_madvise, at, (long)size, MADV_DONT_DUMP, 0);
	struct ct_region *region = (void *)at;
	struct ct_agent_shared *shared = ct_region_at(region, ref);
	if (shared->magic != CT_AGENT_MAGIC ||
	    shared->version != CT_AGENT_VERSION ||
	    shared->size != sizeof(*shared))
		return -22;
	const long live_size = live_size_of(shared);
	at = agent_syscall6(SYS_mmap, 0, live_size, PROT_READ_WRITE,
			    MAP_PRIVATE_ANONYMOUS, -1, 0);
	if (at < 0 && at > -PAGE)
		return (int)at;
	long err =
	    agent_syscall(SYS_madvise, at, live_size, MADV_WIPE_ON_FORK, 0);
	if (err)
		return (int)err;
	agent_region = region;
	agent_shared = shared;
	ctester_agent_thread = NULL; /* in a child: the parent's */
	ct_agent_hooks = ct_region_at(region, shared->hooks);
	for (uint32_t i = 0; i < shared->hook_count; i++)
		ct_agent_hooks[i].fast = 0; /* another program's */
	ct_agent_live = (void *)at;
	ct_agent_fast = ct_agent_live->fast;
	ct_agent_live->armed = 1;
	shared->quiet = agent_quiet ? CT_AGENT_QUIET : CT_AGENT_ASKS;
	uint64_t self;
	asm("movq %%fs:0, %0" : "=r"(self));
	ctester_agent.thread_word =
	    (int64_t)((uintptr_t)&ctester_agent_thread - self);
	ctester_agent.shared = (uintptr_t)shared;
	ctester_agent.region = (uintptr_t)region;
	return 0;
}

/* ---- the stack */

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

/*
 * The agent's own, which is private: a handler that interrupts a hook runs
 * there, and a child that it forks has a copy.  False when there is no memory.
 */
static bool map_stack(struct ct_agent_thread *thread)
{
	uint32_t spare;
	if (!thread->stack && !spare_stacks)
		thread->stack = map_stacks(1);
	else if (!thread->stack &&
		 (spare = atomic_fetch_add(&spares_used, 1)) < SPARE_STACKS)
		thread->stack = spare_stacks + (uint64_t)spare * WHOLE_SIZE;
	return thread->stack;
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

/* ---- who has a level */

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

/* Where the stub had the hook's index is something else. */
static bool is_overwritten(struct ct_agent_thread *thread, uint64_t owner)
{
	uint64_t at = owner & ~(uint64_t)CT_OWNER_BITS, index;
	at +=
	    owner & CT_OWNER_FAST ? FAST_INDEX : offsetof(struct frame, index);
	return agent_look(thread, at, &index, sizeof(index)) < sizeof(index) ||
	       index >= agent_shared->hook_capacity;
}

static void drop_lock(struct ct_agent_thread *thread, uint32_t level,
		      int32_t tid)
{
	struct ct_target *target =
	    ct_region_at(agent_region, thread->deciding[level]);
	if (target)
		ct_lock_drop(&target->lock, ct_agent_lock_id(tid, level));
	thread->deciding[level] = 0;
}

/* What somebody has left as it was.  A handler may come and do the same. */
static void clear_level(struct ct_agent_thread *thread, uint32_t level,
			int32_t tid)
{
	drop_lock(thread, level, tid);
	thread->rings[level].waiting = 0;
	agent_open_settle(thread, level);
}

/* Hooks that a signal's handler has left by longjmp give their levels back. */
static void leave_levels(struct ct_agent_thread *thread, uint64_t frame,
			 bool looks)
{
	for (uint32_t i = 0; i < CT_AGENT_LEVELS; i++) {
		uint64_t owner = thread->owners[i];
		uint64_t at = owner & ~(uint64_t)CT_OWNER_BITS;
		if (!owner || owner == CT_OWNER_SPAWN ||
		    (agent_where(thread, CT_AGENT_LEVELS, at, frame) !=
			 AGENT_LEFT &&
		     !(looks && is_overwritten(thread, owner))))
			continue;
		clear_level(thread, i, thread->tid);
		agent_swap(&thread->owners[i], owner, thread->idle[i]);
	}
}

/* ---- children in the same memory */

/*
 * A child of vfork() or posix_spawn() is in its parent's memory until it
 * executes another program, with the thread-local storage of the thread that
 * waits for it meanwhile.  What it calls passes unseen.  While there may be
 * one, the lowest level is nobody's to take, and ct_agent_choose() asks.
 */
void agent_begin_spawning(struct ct_agent_thread *thread,
			  const struct frame *frame)
{
	if (thread->spawning == SPAWNING_FOR_GOOD)
		return;
	thread->spawning = (uintptr_t)frame;
	thread->spawn_calls = 0;
	thread->idle[0] = CT_OWNER_SPAWN;
	agent_barrier();
	agent_swap(&thread->owners[0], 0, CT_OWNER_SPAWN);
}

void agent_end_spawning(struct ct_agent_thread *thread)
{
	if (thread->spawning == SPAWNING_FOR_GOOD)
		return;
	thread->idle[0] = 0;
	agent_barrier();
	agent_swap(&thread->owners[0], CT_OWNER_SPAWN, 0);
	thread->spawning = 0;
}

/*
 * A child that clone() gives no thread-local storage of its own has that of
 * the thread that calls it; and unless that waits (CLONE_VFORK), for as long
 * as it pleases.
 */
void agent_meet_clone(struct ct_agent_thread *thread, const struct frame *frame,
		      uint64_t flags)
{
	if (!(flags & CLONE_VM) || flags & CLONE_SETTLS)
		return;
	agent_begin_spawning(thread, frame);
	if (!(flags & CLONE_VFORK))
		thread->spawning = SPAWNING_FOR_GOOD;
}

/* Locked are then the pages that are used, when they are used first. */
void agent_meet_lock(uint64_t *flags)
{
	if (*flags & MCL_CURRENT)
		*flags |= MCL_ONFAULT;
}

/* The parent goes on when its child is no more.  vfork() itself calls nothing;
 * a handler may come before it. */
static bool is_child(struct ct_agent_thread *thread, uint64_t frame)
{
	if (agent_quiet)
		return false;
	if (agent_ask(SYS_gettid, 0, 0, 0, 0) != thread->tid) {
		/* A thread's calls should be recorded, a child's not. */
		if (agent_ask(SYS_getpid, 0, 0, 0, 0) == thread->pid)
			atomic_fetch_add(&agent_shared->threadless, 1);
		return true;
	}
	if (frame >= thread->spawning || ++thread->spawn_calls >= SPAWN_CALLS)
		agent_end_spawning(thread);
	return false;
}

static struct ct_agent_thread *find_thread(void);

/*
 * A level for the stub with that frame: the lowest that is nobody's.  A handler
 * that comes in between has given back what it took when it returns.
 */
struct ct_agent_place ct_agent_choose(const struct frame *frame)
{
	struct ct_agent_thread *thread = ctester_agent_thread;
	if (!thread)
		thread = find_thread();
	if (!thread) {
		atomic_fetch_add(&agent_shared->threadless, 1);
		return (struct ct_agent_place){NULL, 0};
	}
	if (thread->spawning && is_child(thread, (uintptr_t)frame))
		return (struct ct_agent_place){NULL, 0};
	for (int round = 0; round < 2; round++) {
		leave_levels(thread, (uintptr_t)frame, round > 0);
		for (uint32_t i = 0; i < CT_AGENT_LEVELS; i++)
			if (agent_swap(&thread->owners[i], 0,
				       (uintptr_t)frame | CT_OWNER_SLOW))
				return (struct ct_agent_place){thread, i};
	}
	thread->hooks_passed++;
	return (struct ct_agent_place){NULL, 0};
}

/* ---- blocks */

static void init_thread(struct ct_agent_thread *thread, int32_t tid)
{
	thread->pid = agent_pid;
	for (int i = 0; i < CT_AGENT_LEVELS; i++)
		thread->owners[i] = thread->idle[i] = 0;
	thread->spawning = 0;
	thread->number = 0;
	thread->open_last = CT_OPEN_NONE;
	thread->open_top = 0;
	thread->time = 0;
	thread->tick = CT_NO_TICK;
	thread->room = thread->fresh = 0;
	thread->ring_mask = agent_shared->ring_size - 1;
	thread->no_alternate = UINT64_MAX; /* not asked yet */
	thread->ring_at =
	    (uintptr_t)ct_agent_ring_data(agent_shared, thread, 0);
	for (int i = 0; i < CT_AGENT_LEVELS; i++)
		thread->rings[i].size =
		    i ? agent_shared->nested_size : agent_shared->ring_size;
	/*
	 * Compact answers do not say whose they are, so two know of theirs,
	 * and who comes while there are others makes none (fast.c).  In this
	 * order, for the reader.
	 */
	if (thread->rings[0].tail >= thread->since) {
		thread->writer_before = thread->writer;
		agent_barrier();
		thread->since = thread->rings[0].head;
		agent_barrier();
	}
	thread->writer = tid;
	thread->tid = tid;
}

static struct ct_agent_thread *new_thread(int32_t tid)
{
	if (agent_shared->thread_count >= CT_AGENT_THREADS_MAX)
		return NULL;
	/* In pages of its own, which can be given back. */
	ct_ref ref =
	    ct_region_alloc(agent_region, agent_shared->block_size + PAGE);
	ref = ref ? (ref + PAGE / 8 - 1) & ~(ct_ref)(PAGE / 8 - 1) : 0;
	struct ct_agent_thread *thread = ct_region_at(agent_region, ref);
	if (!thread)
		return NULL;
	init_thread(thread, tid);
	uint32_t i = atomic_fetch_add(&agent_shared->thread_count, 1);
	if (i >= CT_AGENT_THREADS_MAX) {
		atomic_fetch_sub(&agent_shared->thread_count, 1);
		return NULL;
	}
	agent_shared->threads[i] = ref;
	return thread;
}

/* GDB's side gives back the block of a thread that has ended, when it has
 * read everything in it: tid 0. */
static struct ct_agent_thread *released_thread(int32_t tid)
{
	uint32_t count = agent_shared->thread_count;
	for (uint32_t i = 0; agent_shared->released && i < count; i++) {
		struct ct_agent_thread *thread = thread_at(i);
		int32_t nobody = 0;
		if (!thread ||
		    !atomic_compare_exchange_strong(&thread->tid, &nobody, -1))
			continue;
		atomic_fetch_sub(&agent_shared->released, 1);
		init_thread(thread, tid);
		return thread;
	}
	return NULL;
}

/*
 * The block of a thread that has ended, and nobody has noticed: a program may
 * have made and lost thousands before GDB's side looks.  A few are asked about
 * in turn, so that there are not many more blocks than threads.
 */
static struct ct_agent_thread *ended_thread(int32_t tid, uint32_t asked)
{
	uint32_t count = agent_quiet ? 0 : agent_shared->thread_count;
	if (count > CT_AGENT_THREADS_MAX)
		count = CT_AGENT_THREADS_MAX;
	for (; count >= REUSE_FROM && asked; asked--) {
		struct ct_agent_thread *thread = thread_at(
		    atomic_fetch_add(&agent_shared->asked, 1) % count);
		int32_t its = thread ? thread->tid : 0;
		if (its <= 0 ||
		    agent_ask(SYS_tgkill, thread->pid, its, 0, 0) !=
			-ESRCH_NUMBER ||
		    !atomic_compare_exchange_strong(&thread->tid, &its, -1))
			continue;
		for (uint32_t j = 0; j < CT_AGENT_LEVELS; j++)
			clear_level(thread, j, its);
		agent_open_abandon(thread);
		init_thread(thread, tid);
		return thread;
	}
	return NULL;
}

static struct ct_agent_thread *find_thread(void)
{
	/* Nobody can ask each time. */
	if (refused && refused++ % RETRY != 0)
		return NULL;
	int32_t tid = agent_own_tid();
	if (tid <= 0)
		return NULL;
	struct ct_agent_thread *thread = released_thread(tid);
	if (!thread)
		thread = ended_thread(tid, FEW);
	if (!thread)
		thread = new_thread(tid);
	if (!thread)
		thread = ended_thread(tid, MANY);
	if (thread && (ctester_agent_thread || !map_stack(thread))) {
		/* A handler has been faster; or there is no memory. */
		atomic_fetch_add(&agent_shared->released, 1);
		thread->tid = 0;
		thread = ctester_agent_thread;
	}
	refused = thread ? 0 : refused ? refused : 1;
	ctester_agent_thread = thread;
	return thread;
}

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

uint32_t agent_with_stack(struct ct_agent_thread *thread, struct ct_regs *regs,
			  struct frame *frame, uint32_t level,
			  agent_action *action)
{
	void *top = agent_scratch(thread, level);
	uint64_t all = UINT64_MAX, before;
	agent_set_moment(thread, agent_now());
	if (!is_on_alternate_stack(thread, (uintptr_t)frame))
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
