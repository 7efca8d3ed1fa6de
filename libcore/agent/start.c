/* SPDX-License-Identifier: MIT */
/* Being loaded, and being attached to the shared memory. */
#include <sys/syscall.h>

#include "agent/fault.h"
#include "agent/stub.h"
#include "agent/thread.h"

enum {
	MAP_SHARED_FILE = 1,
	MADV_DONT_DUMP = 16,
	MADV_WIPE_ON_FORK = 18,
};

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
	for (uint32_t i = 0; i < count && (thread = agent_thread_at(i)); i++)
		agent_stack_unmap(thread);
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
	agent_set_pid();
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
