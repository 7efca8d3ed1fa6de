/* SPDX-License-Identifier: MIT */
/*
 * What runs in the program, libctester-agent.so: enter.S and what else
 * the Makefile has as AGENT_SOURCES, and of the core capture.c, tail.c,
 * decide.c and what those need.
 *
 * It calls no function of another library, not even memcpy(): any of them may
 * be hooked, or be at work when a signal's handler calls a hooked function.
 * It allocates nothing but the block of a new thread, takes no signal and is
 * compiled without vector registers.
 */
#ifndef CT_AGENT_INSIDE_H
#define CT_AGENT_INSIDE_H

#include "agent/shared.h"
#include "decide/decide.h"

/* The entry stub's frame, from its rbp on. */
struct frame {
	uint64_t rbp; /* the caller's */
	uint64_t index;
	uint64_t return_address;
};

/* This process's own, and empty in a forked child. */
struct live {
	_Atomic uint32_t armed;
	uint32_t reserved;
	struct ct_fast *fast[]; /* by the hook's index; NULL: none */
};

extern struct ct_region *agent_region;
extern struct ct_agent_shared *agent_shared;
extern struct ct_hook *ct_agent_hooks;
extern struct live *ct_agent_live;
extern struct ct_fast **ct_agent_fast; /* of ct_agent_live */
extern __thread struct ct_agent_thread *ctester_agent_thread;
extern struct ct_agent_info ctester_agent;

/* What a call of C code has for itself, until it is done: rings[level], and a
 * part of the stack. */
struct ct_agent_place {
	struct ct_agent_thread *thread; /* NULL: there is none */
	uint64_t level;
};

/* enter.S */
void ctester_agent_enter(void);
extern const char ctester_agent_returned[], ctester_agent_trap[],
    ctester_agent_trap_next[];

/* Called by enter.S. */
struct ct_agent_place ct_agent_choose(const struct frame *frame);
uint32_t ct_agent_call(struct ct_agent_thread *thread, struct ct_regs *regs,
		       struct frame *frame, uint32_t level);
void ct_agent_leave(struct ct_agent_thread *thread, struct ct_regs *regs,
		    struct frame *frame, uint32_t level);
/* What needs much stack, on the agent's own. */
typedef uint32_t agent_action(struct ct_agent_thread *thread,
			      struct ct_regs *regs, struct frame *frame,
			      uint32_t level);
uint32_t agent_on_stack(struct ct_agent_thread *thread, struct ct_regs *regs,
			struct frame *frame, uint32_t level,
			agent_action *action, void *top);
uint32_t agent_with_stack(struct ct_agent_thread *thread, struct ct_regs *regs,
			  struct frame *frame, uint32_t level,
			  agent_action *action);
/* Above that: room for a record, CT_CAPTURE_SIZE bytes. */
struct ct_record *agent_scratch(const struct ct_agent_thread *thread,
				uint32_t level);
/* signal.c: whether a mock's signal can be sent by the thread itself. */
bool agent_can_signal(void);
__attribute__((noreturn)) void ct_agent_signal(const struct ct_regs *regs,
					       int32_t number);
uint32_t ct_agent_answered(struct ct_agent_thread *thread, struct ct_regs *regs,
			   struct frame *frame, uint32_t level);

static inline void agent_barrier(void)
{
	atomic_signal_fence(memory_order_seq_cst);
}

/* quick.c: false when it has not done it, and capture.c is to. */
struct ct_quick;
bool agent_quick_entry(const struct ct_quick *quick,
		       struct ct_agent_thread *thread,
		       const struct ct_regs *regs, struct ct_record *record);
bool agent_quick_exit(const struct ct_quick *quick,
		      struct ct_agent_thread *thread,
		      const struct ct_regs *regs, struct ct_record *record);

/* answer.c: a mock that answers plainly has done so; false when nothing has
 * happened.  The hook has a quick plan. */
bool agent_answer(struct ct_agent_thread *thread, uint32_t level,
		  struct ct_regs *regs, struct ct_hook *hook,
		  struct ct_target *target, const struct frame *frame);

/* level.c: the real function is about to run, which may have a child in this
 * memory (CT_HOOK_SPAWNS); and it has returned, or is to be believed so when
 * calls come from above its frame. */
void agent_begin_spawning(struct ct_agent_thread *thread,
			  const struct frame *frame);
void agent_end_spawning(struct ct_agent_thread *thread);
/* The same of clone() with these flags (CT_HOOK_CLONES). */
void agent_meet_clone(struct ct_agent_thread *thread, const struct frame *frame,
		      uint64_t flags);

/* ---- who calls: enum ct_record_flags */

static inline bool agent_in_range(const struct ct_agent_range *range,
				  uint64_t addr)
{
	return addr - range->low < range->high - range->low;
}

/* The system's ranges are together, behind them is none. */
static inline uint16_t agent_origin_of(uint64_t caller)
{
	const struct ct_agent_shared *shared = agent_shared;
	if (agent_in_range(&shared->program, caller))
		return CT_RECORD_FROM_PROGRAM;
	for (int i = 0; i < CT_AGENT_SYSTEM_RANGES && shared->system[i].high;
	     i++)
		if (agent_in_range(&shared->system[i], caller))
			return CT_RECORD_FROM_SYSTEM;
	return 0;
}

/*
 * Before a target's lock may be taken: false in a handler that came while this
 * thread had it.  It is held below, and nobody would release it.
 */
static inline bool agent_begin_deciding(struct ct_agent_thread *thread,
					uint32_t level, ct_ref target)
{
	const struct ct_target *locked = ct_region_at(agent_region, target);
	if (ct_agent_is_locked_by(
		atomic_load_explicit(&locked->lock, memory_order_relaxed),
		thread->tid))
		return false;
	atomic_store_explicit(&thread->deciding[level], target,
			      memory_order_relaxed);
	agent_barrier();
	return true;
}

static inline void agent_end_deciding(struct ct_agent_thread *thread,
				      uint32_t level)
{
	agent_barrier();
	atomic_store_explicit(&thread->deciding[level], 0,
			      memory_order_relaxed);
}

/* traced.c: a call that is traced and nothing else; and its return.  False when
 * nothing has happened.  The hook has a quick plan. */
bool agent_trace(struct ct_agent_thread *thread, const struct ct_regs *regs,
		 const struct ct_hook *hook, struct ct_target *target,
		 const struct frame *frame);
bool agent_traced(struct ct_agent_thread *thread, uint32_t level,
		  const struct ct_regs *regs, const struct frame *frame,
		  uint64_t now);

/* Nothing can be said of the call but that. */
static inline bool agent_is_only_traced(const struct ct_target *target)
{
	const uint32_t flags = CT_TARGET_ACTIVE | CT_TARGET_RECORDED;
	return (target->flags & (flags | CT_TARGET_MONITORED)) == flags &&
	       !(target->owner | target->filter | target->mocks.first |
		 target->standing.first | target->failing.mask) &&
	       !ct_sandbox_is_armed(agent_region->sandbox);
}

/* fast.c: have enter.S answer calls as this one, if it can.  The region's
 * number of changes is from before anything else was looked at. */
void agent_make_fast(struct ct_agent_thread *thread, struct ct_hook *hook,
		     const struct ct_target *target,
		     const struct ct_quick *quick, const struct ct_mock *mock,
		     const struct ct_record *record, uint32_t changes);

/* callers.c: what GDB's side has told of a return address. */
bool agent_knows_caller(uint64_t addr);
const char *agent_caller_name(uint64_t addr);
bool agent_is_system_caller(uint64_t addr);
bool agent_is_caller(uint64_t addr, const char *name);

/* look.c: the program's memory; arg is the thread. */
size_t agent_look(void *arg, uint64_t addr, void *buf, size_t size);
void agent_set_moment(struct ct_agent_thread *thread, uint64_t ns);

/* write.c */
/* GDB is gone: nobody would answer, and nothing is hooked from now on. */
bool agent_is_abandoned(void);
/* The record of an open call; NULL: of none. */
void agent_write(struct ct_agent_thread *thread, uint32_t level,
		 const struct ct_record *record, struct ct_open *open);

/* A call that has taken a turn is not recorded: its number is of no use. */
void agent_write_turn(struct ct_agent_thread *thread, uint32_t level,
		      uint64_t turn);

/* How a record is put among others, when it is whole. */
static inline struct ct_ring_entry agent_entry_of_record(void)
{
	uint64_t turns =
	    atomic_load_explicit(&agent_region->turns, memory_order_relaxed);
	return (struct ct_ring_entry){.what = CT_RING_RECORD,
				      .of = (uint32_t)(turns >> CT_TURN_BITS),
				      .order = turns & CT_TURN_MASK};
}

/* A compare-and-swap without the lock prefix: only this thread is meant. */
static inline bool agent_swap(_Atomic uint64_t *at, uint64_t from, uint64_t to)
{
	bool is;
	asm volatile("cmpxchgq %3, %1"
		     : "=@cce"(is), "+m"(*at), "+a"(from)
		     : "r"(to)
		     : "memory");
	return is;
}

/* A record of at most so many bytes is made in place; NULL when there is no
 * room for it at once. */
static inline struct ct_record *agent_ring_begin(struct ct_agent_thread *thread,
						 uint32_t level, uint32_t most,
						 uint64_t *ret)
{
	struct ct_ring *ring = &thread->rings[level];
	uint64_t size = sizeof(struct ct_ring_entry) + most;
	uint64_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
	uint64_t place = head & (ring->size - 1);
	if (place + size > ring->size)
		return NULL;
	if (head - ring->tail_seen + size > ring->size) {
		ring->tail_seen =
		    atomic_load_explicit(&ring->tail, memory_order_acquire);
		if (head - ring->tail_seen + size > ring->size)
			return NULL;
	}
	*ret = head;
	uint64_t data = thread->ring_at;
	if (__builtin_expect(level, 0))
		data =
		    (uintptr_t)ct_agent_ring_data(agent_shared, thread, level);
	return (void *)(data + place + sizeof(struct ct_ring_entry));
}

/* It is whole.  False when somebody else has written there. */
static inline bool agent_ring_end(struct ct_agent_thread *thread,
				  uint32_t level, uint64_t head,
				  struct ct_record *record,
				  struct ct_ring_entry as)
{
	struct ct_ring_entry *entry = (struct ct_ring_entry *)record - 1;
	entry->what = record->size | as.what;
	entry->of = as.of;
	entry->order = as.order;
	agent_barrier();
	return agent_swap(&thread->rings[level].head, head,
			  head + sizeof(*entry) + record->size);
}

/* The reader sleeps until there is half a ring to read. */
void agent_ring_wake(const struct ct_ring *ring);
static inline void agent_ring_bell(const struct ct_ring *ring)
{
	if (atomic_load_explicit(&agent_shared->reader_waits,
				 memory_order_relaxed))
		agent_ring_wake(ring);
}

/* ---- open.c: the two halves of the thread's word */

static inline uint64_t agent_opens(uint32_t last, uint32_t top)
{
	return (uint64_t)top << 32 | last;
}
static inline uint32_t agent_opens_last(uint64_t opens)
{
	return (uint32_t)opens;
}
static inline uint32_t agent_opens_top(uint64_t opens)
{
	return (uint32_t)(opens >> 32);
}

static inline uint32_t agent_open_offset(struct ct_agent_thread *thread,
					 const struct ct_open *open)
{
	return (uint32_t)((const uint8_t *)open - ct_agent_open_area(thread));
}

/* What is about to go to the ring of that level. */
static inline void agent_open_mark(struct ct_open *open, uint32_t level,
				   uint64_t head)
{
	open->mark = (uint32_t)head;
	agent_barrier();
	atomic_store_explicit(&open->state, CT_OPEN_LEAVING | level << 8,
			      memory_order_relaxed);
	agent_barrier();
}

/* Room for a record, which is nobody's yet; NULL when there is none. */
struct ct_open *agent_open_push(struct ct_agent_thread *thread, uint32_t level,
				uint64_t frame);
/* The record is as long as it says, and that of a call from now on.  It may
 * have moved; NULL when it has no room there. */
struct ct_open *agent_open_link(struct ct_agent_thread *thread, uint32_t level,
				struct ct_open *open);
/* It is nobody's again, and was no call. */
void agent_open_cancel(struct ct_agent_thread *thread, struct ct_open *open);
void agent_open_pop(struct ct_agent_thread *thread, uint32_t level,
		    struct ct_open *open);
struct ct_open *agent_open_last(struct ct_agent_thread *thread);
struct ct_open *agent_open_before(struct ct_agent_thread *thread,
				  const struct ct_open *open);
/* The newest call of that frame, or NULL. */
struct ct_open *agent_open_find(struct ct_agent_thread *thread,
				const struct frame *frame);
/* The program has left calls behind, by longjmp or an exception: those whose
 * frames are below `frame`, which runs now. */
void agent_open_leave(struct ct_agent_thread *thread, uint32_t level,
		      uint64_t frame, bool inclusive);
/* Who had the level has been left, perhaps while he wrote a record. */
void agent_open_settle(struct ct_agent_thread *thread, uint32_t level);

/* All that a thread has left that is no more. */
void agent_open_abandon(struct ct_agent_thread *thread);

static inline struct ct_record *agent_open_record(struct ct_open *open)
{
	return (struct ct_record *)(open + 1);
}

/* stack.c: what has become of what stood at an address of some stack, when
 * `frame` runs now, at `level`. */
enum agent_where {
	AGENT_THERE,
	AGENT_LEFT, /* by longjmp, or an exception */
	AGENT_UNKNOWN,
};
enum agent_where agent_where(struct ct_agent_thread *thread, uint32_t level,
			     uint64_t addr, uint64_t frame);

/* A page about which the kernel has to be asked. */
bool agent_ask_page(struct ct_agent_thread *thread, uint64_t page);

#define AGENT_PAGE     UINT64_C(4096)
#define AGENT_USER_END (UINT64_C(1) << 47)

static inline struct ct_agent_page *agent_page_set(
    struct ct_agent_thread *thread, uint64_t page)
{
	return &thread->pages[page % (CT_AGENT_PAGES / CT_AGENT_PAGE_WAYS) *
			      CT_AGENT_PAGE_WAYS];
}

static inline bool agent_is_readable(struct ct_agent_thread *thread,
				     uint64_t addr)
{
	uint64_t page = addr / AGENT_PAGE;
	const struct ct_agent_page *set = agent_page_set(thread, page);
#pragma GCC unroll CT_AGENT_PAGE_WAYS
	for (int i = 0; i < CT_AGENT_PAGE_WAYS; i++)
		if (set[i].number == page && set[i].when == thread->moment)
			return true;
	return agent_ask_page(thread, page);
}

/* ---- errno, which is the program's */

static inline int32_t *agent_errno_at(void)
{
	uint64_t self;
	asm("movq %%fs:0, %0" : "=r"(self));
	return (int32_t *)(self + (uint64_t)agent_shared->errno_offset);
}

static inline int32_t agent_errno(void)
{
	return agent_shared->errno_known ? *agent_errno_at() : 0;
}

/* At the return, of a call whose record has errno as it was before. */
static inline void agent_note_errno(const struct ct_hook *hook,
				    struct ct_record *record)
{
	int32_t now = agent_errno();
	if (!now ||
	    (now == record->errno_value && !(hook->flags & CT_HOOK_SETS_ERRNO)))
		return;
	record->errno_value = now;
	record->flags |= CT_RECORD_HAS_ERRNO;
}

/* ---- system calls, and the clock */

static inline long agent_syscall(long number, long a, long b, long c, long d)
{
	long result;
	register long r10 asm("r10") = d;
	asm volatile("syscall"
		     : "=a"(result)
		     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10)
		     : "rcx", "r11", "memory");
	return result;
}

static inline long agent_syscall6(long number, long a, long b, long c, long d,
				  long e, long f)
{
	long result;
	register long r10 asm("r10") = d;
	register long r8 asm("r8") = e;
	register long r9 asm("r9") = f;
	asm volatile("syscall"
		     : "=a"(result)
		     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8),
		       "r"(r9)
		     : "rcx", "r11", "memory");
	return result;
}

/* The kernel is asked; when the program is killed for it, that is known. */
static inline long agent_ask(long number, long a, long b, long c, long d)
{
	atomic_store_explicit(&agent_shared->calling, (uint32_t)number + 1,
			      memory_order_relaxed);
	long result = agent_syscall(number, a, b, c, d);
	atomic_store_explicit(&agent_shared->calling, 0, memory_order_relaxed);
	return result;
}

/* quiet.c: no system calls are made; and whether the program is about to do
 * what needs that. */
extern bool agent_quiet;
void agent_be_quiet(struct ct_agent_thread *thread);
/* stack.c: those of threads that are not there yet. */
void agent_spare_stacks(void);
void agent_meet_filter(struct ct_agent_thread *thread, uint32_t flags,
		       const struct ct_regs *regs);
int32_t agent_own_tid(void);

/* look.c: where time stamps say nothing.  Who cannot ask the kernel either only
 * counts, from that time on. */
uint64_t agent_ask_time(void);
void agent_count_time(uint64_t from);

/* A row of ct_faults: from label 1 to label 3 (fault.h). */
#define AGENT_FAULT_ROW                              \
	".pushsection ct_faults, \"a\", @progbits\n" \
	".balign 4\n"                                \
	".long 1b - ., 3b - .\n"                     \
	".popsection\n"

/* 0: the program has had it forbidden (PR_SET_TSC; seccomp's strict mode). */
static inline uint64_t agent_ticks(void)
{
	uint32_t low, high;
	asm volatile("1: rdtsc\n2:\n"
		     ".pushsection .text.agent_fault, \"ax\", @progbits\n"
		     "3: xorl %%eax, %%eax\n"
		     "xorl %%edx, %%edx\n"
		     "jmp 2b\n"
		     ".popsection\n" AGENT_FAULT_ROW
		     : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
}

static inline uint64_t agent_now(void)
{
	const struct ct_agent_shared *shared = agent_shared;
	uint32_t at =
	    atomic_load_explicit(&shared->clock, memory_order_relaxed);
	if (__builtin_expect(!at, 0))
		return agent_ask_time();
	uint64_t ticks = agent_ticks();
	if (__builtin_expect(!ticks, 0))
		return agent_ask_time();
	return ct_agent_clock_ns((const void *)((const char *)shared + at),
				 ticks);
}

static inline uint64_t agent_since(uint64_t then)
{
	uint64_t now = agent_now();
	return now > then ? now - then : 0;
}

#endif
