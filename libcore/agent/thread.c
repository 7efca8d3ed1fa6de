/* SPDX-License-Identifier: MIT */
/*
 * Being loaded, being attached to the shared memory, and the blocks of
 * threads.  A thread finds its block through one word of thread-local storage
 * (initial-exec: no call, there from the thread's first instruction on).
 */
#include <sys/syscall.h>

#include "agent/fault.h"
#include "agent/stub.h"

enum {
	PROT_READ_WRITE = 3,
	MAP_SHARED_FILE = 1,
	MAP_PRIVATE_ANONYMOUS = 0x22,
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
};

#define ASSERT_AT(type, field, offset) \
	_Static_assert(__builtin_offsetof(type, field) == (offset), "stub.h")
ASSERT_AT(struct ct_agent_thread, state, STUB_STATE);
ASSERT_AT(struct ct_agent_thread, under, STUB_UNDER);
_Static_assert(CT_AGENT_LEVEL == STUB_STATE_LEVEL, "stub.h");
ASSERT_AT(struct ct_agent_thread, stack_top, STUB_STACK_TOP);
ASSERT_AT(struct ct_hook, trampoline, STUB_HOOK_TRAMPOLINE);
ASSERT_AT(struct ct_hook, flags, STUB_HOOK_FLAGS);
ASSERT_AT(struct ct_regs, gpr[CT_REG_R11], STUB_R11);
ASSERT_AT(struct ct_regs, gpr[CT_REG_RDI], STUB_RDI);
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
static __thread uint32_t refused; /* calls for which there was no block */

static int attach(int fd, uint64_t size, ct_ref ref);

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

/*
 * Called by GDB in the program, once; the descriptor stays the caller's.
 * Returns 0, or -errno.  A forked child must not write into what the parent
 * writes into: the page that says "armed" is empty there.
 */
static int attach(int fd, uint64_t size, ct_ref ref)
{
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
	const long live_size =
	    (long)(sizeof(*ct_agent_live) +
		   shared->hook_capacity * sizeof(*ct_agent_fast) + PAGE - 1) &
	    -PAGE;
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
	ctester_agent.region = (uintptr_t)region;
	return 0;
}

static void *stack_at(struct ct_agent_thread *thread, uint32_t level)
{
	return (char *)thread + thread->stack_top -
	       (uint64_t)level * CT_AGENT_LEVEL_SIZE;
}

/* The alternate stack for signals (sigaltstack(2)), as the kernel has said
 * last. */
static __thread struct {
	uint64_t sp;
	int flags;
	uint64_t size;
} alternate;

static void ask_alternate(void)
{
	if (!agent_quiet)
		agent_ask(SYS_sigaltstack, 0, (long)&alternate, 0, 0);
}

bool agent_is_elsewhere(uint64_t frame, uint64_t other)
{
	ask_alternate();
	return (frame - alternate.sp < alternate.size) !=
	       (other - alternate.sp < alternate.size);
}

static void init_thread(struct ct_agent_thread *thread, int32_t tid)
{
	thread->pid = agent_pid;
	thread->state = 0;
	thread->number = 0;
	thread->open_last = CT_OPEN_NONE;
	thread->open_top = 0;
	thread->stack_top = agent_shared->block_size;
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

static struct ct_agent_thread *thread_at(uint32_t i)
{
	return i < CT_AGENT_THREADS_MAX
		   ? ct_region_at(agent_region, agent_shared->threads[i])
		   : NULL;
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
		thread->state = 1;
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
	refused = thread ? 0 : refused ? refused : 1;
	ctester_agent_thread = thread;
	return thread;
}

/* In a handler that has interrupted C code of a hook: the part of the agent's
 * stack that it is on. */
static uint32_t level_of_stack(struct ct_agent_thread *thread, uint64_t frame)
{
	uint64_t below = (uintptr_t)stack_at(thread, 0) - frame;
	return below - 1 < CT_AGENT_LEVELS * CT_AGENT_LEVEL_SIZE
		   ? (uint32_t)((below - 1) / CT_AGENT_LEVEL_SIZE) + 1
		   : 0;
}

/* Hooks that a signal's handler has left by longjmp. */
static void leave_levels(struct ct_agent_thread *thread, uint64_t frame)
{
	uint32_t least = level_of_stack(thread, frame), level;
	while ((level = ct_agent_level(thread)) > least) {
		uint64_t sp = thread->state & ~CT_AGENT_LEVEL;
		if (!least && (sp > frame || agent_is_elsewhere(frame, sp)))
			return;
		thread->state = level > 1 ? thread->under[level - 2] : 0;
	}
}

struct ct_agent_thread *ct_agent_choose(const struct frame *frame)
{
	struct ct_agent_thread *thread = ctester_agent_thread;
	if (!thread)
		thread = find_thread();
	if (!thread) {
		atomic_fetch_add(&agent_shared->threadless, 1);
		return NULL;
	}
	leave_levels(thread, (uintptr_t)frame);
	uint32_t level = ct_agent_level(thread);
	if (level == CT_AGENT_LEVELS) {
		thread->hooks_passed++;
		return NULL;
	}
	if (level)
		thread->under[level - 1] = thread->state;
	agent_barrier();
	thread->state = (uintptr_t)frame | (level + 1);
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
	if (agent_quiet)
		return frame - alternate.sp < alternate.size;
	/* Few threads have one; who has none is not asked all the time. */
	if (thread->no_alternate == thread->moment)
		return false;
	ask_alternate();
	if (alternate.flags & SS_NONE)
		thread->no_alternate = thread->moment;
	return alternate.flags & SS_ON_STACK;
}

uint32_t agent_with_stack(struct ct_agent_thread *thread, struct ct_regs *regs,
			  struct frame *frame, agent_action *action)
{
	void *top = stack_at(thread, ct_agent_level(thread) - 1);
	uint64_t all = UINT64_MAX, before;
	if (!is_on_alternate_stack(thread, (uintptr_t)frame))
		return agent_on_stack(thread, regs, frame, action, top);
	/* Nobody can keep handlers away. */
	if (agent_quiet) {
		thread->hooks_passed++;
		return STUB_PASS;
	}
	agent_ask(SYS_rt_sigprocmask, SIG_SET_MASK, (long)&all, (long)&before,
		  sizeof(all));
	uint32_t result = agent_on_stack(thread, regs, frame, action, top);
	agent_ask(SYS_rt_sigprocmask, SIG_SET_MASK, (long)&before, 0,
		  sizeof(all));
	return result;
}
