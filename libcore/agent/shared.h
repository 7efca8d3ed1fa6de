/* SPDX-License-Identifier: MIT */
/*
 * What the agent in the program and GDB's process share, all of it in the
 * region that targets, mocks, filters and plans lie in (base/region.h):
 *
 *   struct ct_agent_shared     one, at the reference that both are told
 *   struct ct_hook[]           a place that is hooked, by its index
 *   blocks, one a thread:      struct ct_agent_thread
 *                              open calls   those that have not returned
 *                              rings        complete records, one a level
 *                              calls        how many, one a hook
 *
 * References only; nothing here is a pointer.  Addresses are the program's.
 */
#ifndef CT_AGENT_SHARED_H
#define CT_AGENT_SHARED_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/region.h"
#include "ctester/regs.h"
#include "value/record.h"

enum {
	CT_AGENT_VERSION = 5,
	CT_AGENT_THREADS_MAX = 1024,
	CT_AGENT_SYSTEM_RANGES = 8,
	CT_AGENT_CLOCKS = 8,
	CT_AGENT_FFI_RANGES = 4,
	CT_AGENT_CALLER_PROBES = 64,
	CT_AGENT_LEVELS = 4, /* hooks that signals nest */
};
/* Bytes from where a function is entered that a hooked one ends in, by a jump,
 * to that one's frame: arguments are in between. */
#define CT_AGENT_TAIL_FAR (UINT64_C(1) << 20)
#define CT_AGENT_MAGIC    UINT64_C(0x746e656761746374) /* "tctagent" */

enum ct_hook_flags {
	CT_HOOK_RETURNS = 1 << 0,   /* the return is captured */
	CT_HOOK_ENTRY_FP = 1 << 1,  /* arguments in xmm registers */
	CT_HOOK_RESULT_FP = 1 << 2, /* a result in xmm or x87 registers */
	CT_HOOK_RESULT_X87 = 1 << 3,
	CT_HOOK_SETS_ERRNO = 1 << 4, /* when it fails */
	CT_HOOK_ASKS = 1 << 5,       /* GDB's side decides about all calls */
	CT_HOOK_UNMAPS = 1 << 6,     /* memory may be unreadable afterwards */
	CT_HOOK_ANYWHERE = 1 << 7,   /* the scope is not asked: a pad's */
	CT_HOOK_CALLERS = 1 << 10,   /* who calls has to be known */
	CT_HOOK_NUMBERS = 1 << 11,   /* GDB's number of the thread, too */
	CT_HOOK_PROGRAM = 1 << 12,   /* all calls are the program's own */
	/* By which a program gives itself a seccomp filter: prctl(), seccomp(),
	 * syscall(). */
	CT_HOOK_PRCTL = 1 << 13,
	CT_HOOK_SECCOMP = 1 << 14,
	CT_HOOK_SYSCALL = 1 << 15,
	CT_HOOK_FILTERS = CT_HOOK_PRCTL | CT_HOOK_SECCOMP | CT_HOOK_SYSCALL,
	/* By which a program has children in its own memory: vfork() and
	 * posix_spawn(). */
	CT_HOOK_SPAWNS = 1 << 18,
	CT_HOOK_CLONES = 1 << 19, /* the same, by clone()'s arguments */
	CT_HOOK_LOCKS = 1 << 20,  /* all memory, as mlockall() does */
	/* In the sandbox, it matters whether anybody has meant the call. */
	CT_HOOK_MEANT = 1 << 16,
	/* While it is monitored, calls of the program's are CT_TRAP_GIVE. */
	CT_HOOK_GIVES = 1 << 17,
};

/* 64 bytes: the entry stub multiplies by shifting. */
struct ct_hook {
	uint64_t trampoline; /* the real function */
	uint64_t addr;       /* of its entry */
	ct_ref target;       /* struct ct_target; 0: calls pass unseen */
	ct_ref plan;         /* struct ct_plan */
	uint32_t signature;  /* in the session's table */
	uint32_t flags;      /* enum ct_hook_flags */
	uint32_t stack_args; /* bytes of arguments on the stack */
	ct_ref quick;        /* struct ct_quick; 0: the plan has none */
	_Atomic ct_ref fast; /* the newest struct ct_fast, by the program */
	uint32_t reserved[5];
};
_Static_assert(sizeof(struct ct_hook) == 64, "enter.S shifts by 6");

/* ct_agent_shared's quiet. */
enum ct_agent_quiet {
	CT_AGENT_ASKS,    /* the kernel, by system calls */
	CT_AGENT_QUIET,   /* nothing: the program's filters forbid it */
	CT_AGENT_GAVE_UP, /* which it cannot do: calls pass unseen */
};

enum ct_ring_mode {
	CT_RING_LOSSLESS, /* the program waits while it is full */
	CT_RING_DROP,     /* what has no room is counted */
	CT_RING_FLIGHT,   /* the oldest makes room */
};

/*
 * One piece of a ring, with so many bytes behind it.  It is there when the
 * ring's head is behind it: the head moves last.
 *
 * All rings together are in the order of the calls' ends: by turns, and by
 * their clocks in between (numbers.h).  A mocked call ends where it begins; of
 * another, it is said which turn was the next by then.
 */
struct ct_ring_entry {
	uint32_t what; /* enum ct_ring_kind + bytes, a multiple of 8 */
	/* An answer's hook; a compact one's struct ct_fast; else the epoch. */
	uint32_t of;
	uint64_t order; /* an answer's turn; else the next one that there
			   will be.  A compact one has its depth above. */
};
#define CT_RING_KIND(what) ((what)&7)
#define CT_RING_SIZE(what) ((what) & ~UINT32_C(7))
#define CT_ORDER_BITS      48

enum ct_ring_kind {
	CT_RING_SKIP,   /* nothing: the rest of the ring is too small */
	CT_RING_RECORD, /* struct ct_record, complete or unfinished */
	/* The same, of a mock that has answered: it is not yet in the counts
	 * of its target. */
	CT_RING_ANSWER,
	/* Such an answer, of which only that is there in which it differs from
	 * others (agent/fast.h): struct ct_compact. */
	CT_RING_COMPACT,
	/* Nothing but the turn of a call that is not recorded. */
	CT_RING_TURN,
};

struct ct_compact {
	uint64_t time_ns;
	uint64_t caller;
	uint64_t args[]; /* registers, as they are */
};

/* Bytes from there to the ring's end; what is too small for an entry there is
 * nobody's. */
static inline uint64_t ct_ring_rest(uint64_t size, uint64_t position)
{
	return size - (position & (size - 1));
}

/*
 * Positions count bytes and never wrap; modulo the size they are places.  The
 * thread's half and the reader's are in cache lines of their own.
 */
struct ct_ring {
	_Atomic uint64_t head; /* complete up to here, by the thread */
	uint64_t size;         /* of data, a power of two */
	uint64_t tail_seen;    /* the thread's: tail is there or behind */
	_Atomic uint64_t lost; /* records without room */
	uint64_t reserved[4];
	_Atomic uint64_t tail;    /* read up to here, by GDB's side; with
				     CT_RING_FLIGHT: or forgotten, by the
				     thread */
	_Atomic uint32_t emptied; /* futex: changes when room was made */
	_Atomic uint32_t waiting; /* threads that wait for it */
	uint64_t reserved_too[6];
};
_Static_assert(sizeof(struct ct_ring) == 128, "two lines");

enum ct_open_state {
	CT_OPEN_FREE, /* was completed */
	CT_OPEN_CALL, /* a call that has not returned */
	/* Its record is on its way to a ring, and there as soon as the ring's
	 * head is behind `mark`.  Above the lowest byte is the level. */
	CT_OPEN_LEAVING,
};

/* Before each record among the open calls. */
struct ct_open {
	uint32_t size;          /* of both, a multiple of 8 */
	uint32_t before;        /* offset of the one below; CT_OPEN_NONE */
	_Atomic uint32_t state; /* enum ct_open_state */
	uint32_t hook;
	uint64_t frame;  /* of the entry stub, in the program's stack */
	uint32_t answer; /* enum ct_trap_answer, by GDB's side */
	uint32_t mark;   /* the lower half of a ring's position */
	uint32_t tail;   /* of another open call, by a jump: has its frame */
	uint32_t asked;  /* how often that was not heard */
};
#define CT_OPEN_NONE UINT32_MAX

/* Those that are known are in sets, by their numbers: of what a call looks at,
 * some may well be in one set. */
enum {
	CT_AGENT_PAGES = 64,
	CT_AGENT_PAGE_WAYS = 4
};

/* A page that was readable a moment ago. */
struct ct_agent_page {
	uint64_t number; /* address / 4096 */
	uint64_t when;   /* the moment in which that was seen */
};

enum ct_trap_reason {
	CT_TRAP_NONE,
	CT_TRAP_DECIDE, /* what the agent cannot know decides about the call */
	CT_TRAP_STOP,   /* a call that has no mock, in the sandbox */
	/* The call is GDB's side's, as if a breakpoint had been hit: nothing
	 * has been recorded, and what is to be done is done there. */
	CT_TRAP_GIVE,
};

/* What GDB's side says of a trap. */
enum ct_trap_answer {
	CT_TRAP_PASS,   /* the real function; the record is decided */
	CT_TRAP_RETURN, /* with the registers as they are now in regs */
	CT_TRAP_AGAIN,  /* the agent decides: what was not known is known */
	/* It has not answered: a signal's handler has asked before the int3. */
	CT_TRAP_UNHEARD,
};

/* One question to GDB's side, by a thread that stands at the agent's int3. */
struct ct_trap {
	uint32_t reason; /* enum ct_trap_reason */
	uint32_t hook;
	uint32_t open; /* offset of its struct ct_open, which gets the answer */
	uint32_t reserved;
	uint64_t regs;  /* address of its struct ct_regs */
	uint64_t frame; /* and of the return address */
};

/* How a level was taken, in the bits that an address does not need. */
enum ct_agent_owner {
	CT_OWNER_FAST = 1, /* by .Lfast: its stack pointer */
	CT_OWNER_SLOW = 2,
	/* Nobody, but whose call it is has to be asked: a child may be in this
	 * memory, with this thread's thread-local storage. */
	CT_OWNER_SPAWN = 4,
	CT_OWNER_BITS = 7,
};

struct ct_agent_thread {
	_Atomic int32_t tid; /* 0: nobody's */
	int32_t pid;
	_Atomic uint32_t number; /* as GDB counts threads; 0: not known */
	int32_t writer_before;   /* who has written the first ring before... */
	/* By level, who has its ring and its part of the stack: the address of
	 * the entry stub's frame, and enum ct_agent_owner.  0: nobody. */
	_Atomic uint64_t owners[CT_AGENT_LEVELS];
	union {
		struct {
			uint32_t open_last; /* offset of the newest open call */
			uint32_t open_top;  /* bytes in use */
		};
		_Atomic uint64_t opens; /* both change at once */
	};
	uint32_t reserved;
	uint32_t hooks_passed; /* calls that were not looked at: too nested */
	uint64_t stack;        /* address of the agent's own; 0: none yet */
	struct ct_trap trap;
	uint64_t moment;  /* of struct ct_agent_page */
	uint64_t time;    /* of the newest call that has looked at a clock */
	uint64_t ring_at; /* where the program has the first ring's data */
	/* By level, the target whose lock it may hold. */
	_Atomic ct_ref deciding[CT_AGENT_LEVELS];
	uint64_t no_alternate; /* the moment in which there was no such stack */
	/* For enter.S, of the first ring: where compact answers may begin
	 * without another look at its tail, and where they may besides have
	 * `time`, as long as the region has this tick. */
	uint64_t room, fresh;
	uint64_t ring_mask;     /* its size - 1 */
	_Atomic uint64_t since; /* ...this position, */
	_Atomic int32_t writer; /* and who has since then */
	uint32_t tick;
	uint64_t timed; /* where the ring was when answer.c read `time` */
	/* What a level's owner is when nobody has it: 0, or CT_OWNER_SPAWN. */
	uint64_t idle[CT_AGENT_LEVELS];
	uint64_t spawning; /* the frame of such a call (CT_HOOK_SPAWNS), or 0 */
	uint32_t spawn_calls; /* of the parent's since then */
	uint32_t reserved_too[3];
	/* Calls of this thread that have begun without a turn, and how many
	 * those were in an epoch's beginning: ct_agent_entered_since(). */
	_Atomic uint64_t entered;
	_Atomic uint64_t entered_since;
	uint64_t reserved_line[6];
	struct ct_agent_page pages[CT_AGENT_PAGES];
	/* By level: a handler that interrupts a hook has a ring of its own, so
	 * that nobody writes where another is writing. */
	struct ct_ring rings[CT_AGENT_LEVELS];
};
_Static_assert(offsetof(struct ct_agent_thread, rings) % 64 == 0, "lines");

struct ct_agent_range {
	uint64_t low, high;
};

/* What is known of a return address, in a hash table of open addressing that
 * GDB's side fills. */
struct ct_agent_caller {
	_Atomic uint64_t addr;  /* 0: free; written last */
	ct_ref function;        /* char[]; 0: it has none */
	_Atomic ct_ref names;   /* struct ct_agent_names */
	_Atomic uint32_t asked; /* of caller_names, those that were asked */
	uint32_t is_system;     /* nobody has meant its calls */
};

/* Those of the names that mocks ask for which are the caller's. */
struct ct_agent_names {
	uint32_t count;
	ct_ref names[]; /* char[] */
};

/* The entry of an address, or the one for it; NULL: there is no room. */
static inline struct ct_agent_caller *ct_agent_find_caller(
    struct ct_agent_caller *table, uint32_t capacity, uint64_t addr)
{
	uint64_t hash = (addr * UINT64_C(0x9e3779b97f4a7c15)) >> 32;
	for (uint32_t i = 0; table && i < CT_AGENT_CALLER_PROBES; i++) {
		struct ct_agent_caller *entry =
		    &table[(hash + i) & (capacity - 1)];
		uint64_t its =
		    atomic_load_explicit(&entry->addr, memory_order_acquire);
		if (!its || its == addr)
			return entry;
	}
	return NULL;
}

/* One clock: nanoseconds are (tsc - .tsc) * .mult >> 32 + .ns. */
struct ct_agent_clock {
	uint64_t tsc, mult, ns, reserved;
};

static inline uint64_t ct_agent_clock_ns(const struct ct_agent_clock *clock,
					 uint64_t tsc)
{
	/* Time stamps that are older than the clock are hardly so. */
	uint64_t ticks = (int64_t)(tsc - clock->tsc) > 0 ? tsc - clock->tsc : 0;
	return clock->ns +
	       (uint64_t)((unsigned __int128)ticks * clock->mult >> 32);
}

struct ct_agent_shared {
	uint64_t magic;
	uint32_t version, size; /* of this struct */
	_Atomic uint32_t armed; /* 0: calls pass unseen */
	uint32_t ring_mode;     /* enum ct_ring_mode */
	uint64_t ring_size, open_size, block_size;
	uint64_t calls_at;    /* in each block: uint64_t[hook_capacity] */
	uint64_t nested_size; /* of each ring but the first */
	/* Of the clock that counts, its offset from here; 0: the kernel is
	 * asked, because time stamps say nothing. */
	_Atomic uint32_t clock;
	uint32_t recovers;    /* GDB's side sees to faults (fault.h) */
	uint64_t started_ns;  /* CLOCK_MONOTONIC that times count from */
	int64_t errno_offset; /* from the thread pointer */
	uint32_t errno_known;
	int32_t reader_pid;
	_Atomic uint32_t doorbell; /* futex: a ring is half full */
	_Atomic uint32_t reader_waits;
	_Atomic uint32_t quiet;    /* enum ct_agent_quiet */
	_Atomic uint32_t calling;  /* a system call that it is in, plus 1 */
	_Atomic uint64_t unmapped; /* how often memory was unmapped */
	struct ct_agent_range program;
	struct ct_agent_range stack; /* of the first thread; 0: not known */
	struct ct_agent_range system[CT_AGENT_SYSTEM_RANGES];
	ct_ref hooks;
	uint32_t hook_capacity;
	_Atomic uint32_t hook_count;
	_Atomic uint32_t thread_count;
	_Atomic uint32_t released; /* blocks that are nobody's */
	_Atomic uint32_t asked;    /* blocks, whether their thread has ended */
	ct_ref callers;            /* struct ct_agent_caller[caller_capacity] */
	uint32_t caller_capacity;  /* a power of two */
	_Atomic uint64_t threadless; /* calls of threads without a block */
	_Atomic ct_ref threads[CT_AGENT_THREADS_MAX];
	/* By a mock's number: ct_ref of its struct ct_agent_outs; 0: none. */
	ct_ref outs;
	uint32_t outs_capacity;
	/* In turn: who has looked at `clock` and not yet at what that says has
	 * most of a second for it. */
	struct ct_agent_clock clocks[CT_AGENT_CLOCKS];
	/* Of libffi: calls from there are CT_TRAP_GIVE.  Empty ones behind. */
	struct ct_agent_range ffi[CT_AGENT_FFI_RANGES];
	uint32_t caller_count;         /* in the table */
	_Atomic uint32_t caller_names; /* how many names are asked for */
	uint32_t is_python;            /* exceptions can be raised in it */
	/* A thread of reader_pid's, but not its first, as long as there is one
	 * that ends with it; or 0. */
	_Atomic int32_t reader_tid;
	_Atomic uint32_t left; /* GDB's side has taken all hooks away */
	uint32_t scanned;      /* no handler may find a thread on our stacks */
};

/* What a mock writes through a pointer, chained. */
struct ct_agent_outs {
	ct_ref next;
	uint32_t size;
	uint32_t offset; /* of the pointer in the argument block */
	uint32_t reserved;
	uint8_t bytes[];
};

#define CT_NO_TICK UINT32_MAX /* nor is 0 any */

static inline bool ct_agent_is_owned(const struct ct_agent_thread *thread,
				     uint32_t level)
{
	return thread->owners[level] && thread->owners[level] != CT_OWNER_SPAWN;
}

/* It is in a hook, or has left one by longjmp. */
static inline bool ct_agent_is_busy(const struct ct_agent_thread *thread)
{
	for (uint32_t i = 0; i < CT_AGENT_LEVELS; i++)
		if (ct_agent_is_owned(thread, i))
			return true;
	return false;
}

/* Whose a target's lock is: a thread's (of 22 bits, proc(5)), at a level. */
static inline uint32_t ct_agent_lock_id(int32_t tid, uint32_t level)
{
	return UINT32_C(1) << 31 | level << 24 | (uint32_t)tid;
}

static inline bool ct_agent_is_locked_by(uint32_t lock, int32_t tid)
{
	return (lock & ~(UINT32_C(0x7f) << 24)) == ct_agent_lock_id(tid, 0);
}

/* Whether an open call has no record in a ring. */
static inline bool ct_agent_is_open(const struct ct_agent_thread *thread,
				    const struct ct_open *open)
{
	uint32_t state = open->state, level = state >> 8;
	return state == CT_OPEN_CALL ||
	       ((state & 0xff) == CT_OPEN_LEAVING && level < CT_AGENT_LEVELS &&
		(int32_t)((uint32_t)thread->rings[level].head - open->mark) <=
		    0);
}

/* It may hold the lock of a target. */
static inline bool ct_agent_is_deciding(const struct ct_agent_thread *thread)
{
	for (int i = 0; i < CT_AGENT_LEVELS; i++)
		if (thread->deciding[i])
			return true;
	return false;
}

static inline uint8_t *ct_agent_open_area(struct ct_agent_thread *thread)
{
	return (uint8_t *)thread + ((sizeof(*thread) + 63) & ~63ull);
}

/* Of one of its rings. */
static inline uint8_t *ct_agent_ring_data(const struct ct_agent_shared *shared,
					  struct ct_agent_thread *thread,
					  uint32_t level)
{
	uint8_t *first = ct_agent_open_area(thread) + shared->open_size;
	return level ? first + shared->ring_size +
			   (level - 1) * shared->nested_size
		     : first;
}

/* Of a thread, how often it has called what each hook is at, but for calls that
 * have a turn: those are in their target's counts. */
static inline _Atomic uint64_t *ct_agent_calls(
    const struct ct_agent_shared *shared, struct ct_agent_thread *thread)
{
	return (_Atomic uint64_t *)((uint8_t *)thread + shared->calls_at);
}

/* The epoch that is in the region's turns, and how many calls a thread had
 * begun before. */
static inline uint64_t ct_agent_entered_since(uint64_t turns, uint64_t entered)
{
	return (turns & ~CT_TURN_MASK) | (entered & CT_TURN_MASK);
}
static inline bool ct_agent_is_since(uint64_t since, uint64_t turns)
{
	return !((since ^ turns) >> CT_TURN_BITS);
}

/*
 * What the agent tells of itself: the object `ctester_agent` in its library,
 * which GDB finds by the symbol.  Addresses are filled in when it is loaded.
 */
struct ct_agent_info {
	uint64_t magic;
	uint32_t version, size;
	/* int (*)(int fd, uint64_t size, ct_ref, uint64_t before): of the
	 * region that was before, which nobody uses any more, its size */
	uint64_t attach;
	uint64_t enter;     /* where pads lead */
	uint64_t returned;  /* what a hooked function returns to */
	uint64_t trap;      /* the int3 */
	uint64_t trap_next; /* behind it */
	uint64_t text, text_end;
	/* Of instructions that may fault, and where to go on then: each by its
	 * distance from itself, int32_t[][2] (fault.h). */
	uint64_t faults, faults_end;
	uint64_t region; /* where it is mapped; 0: not attached */
	uint64_t shared; /* struct ct_agent_shared, there */
	/* Of the word that has a thread's block, from the thread pointer. */
	int64_t thread_word;
};

#endif
