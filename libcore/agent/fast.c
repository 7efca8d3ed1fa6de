/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "agent/answer.h"
#include "agent/fast.h"
#include "agent/quick_inside.h"
#include "agent/stub.h"

#define ASSERT_AT(type, field, offset) \
	_Static_assert(__builtin_offsetof(type, field) == (offset), "stub.h")
ASSERT_AT(struct ct_fast, changes, STUB_FAST_CHANGES);
ASSERT_AT(struct ct_fast, special, STUB_FAST_SPECIAL);
ASSERT_AT(struct ct_fast, entry, STUB_FAST_ENTRY);
ASSERT_AT(struct ct_fast, total, STUB_FAST_TOTAL);
ASSERT_AT(struct ct_fast, value, STUB_FAST_VALUE);
ASSERT_AT(struct ct_fast, callers, STUB_FAST_CALLERS);
ASSERT_AT(struct ct_fast, callers_size, STUB_FAST_CALLERS_SIZE);
ASSERT_AT(struct ct_fast, more, STUB_FAST_MORE);
ASSERT_AT(struct ct_fast, any, STUB_FAST_ANY);
ASSERT_AT(struct ct_fast, errno_value, STUB_FAST_ERRNO);
ASSERT_AT(struct ct_fast, errno_offset, STUB_FAST_ERRNO_OFFSET);
ASSERT_AT(struct ct_fast, from, STUB_FAST_FROM);
_Static_assert(CT_FAST_FRESH == STUB_FAST_FRESH, "stub.h");
_Static_assert(CT_FAST_XMM == STUB_FAST_XMM, "stub.h");
_Static_assert(CT_FAST_VOID == STUB_FAST_VOID, "stub.h");
_Static_assert(CT_FAST_ERRNO == STUB_FAST_SETS_ERRNO, "stub.h");
ASSERT_AT(struct ct_agent_thread, open_last, STUB_OPEN_LAST);
ASSERT_AT(struct ct_agent_thread, trap.reason, STUB_TRAP_REASON);
ASSERT_AT(struct ct_agent_thread, time, STUB_TIME);
ASSERT_AT(struct ct_agent_thread, tick, STUB_TICK);
ASSERT_AT(struct ct_agent_thread, room, STUB_ROOM_UP_TO);
ASSERT_AT(struct ct_agent_thread, fresh, STUB_FRESH_UP_TO);
ASSERT_AT(struct ct_agent_thread, ring_at, STUB_RING_AT);
ASSERT_AT(struct ct_agent_thread, ring_mask, STUB_RING_MASK);
ASSERT_AT(struct ct_agent_thread, rings[0].head, STUB_RING_HEAD);
ASSERT_AT(struct ct_agent_thread, rings[0].lost, STUB_RING_LOST);
ASSERT_AT(struct ct_agent_shared, clock, STUB_CLOCK);
ASSERT_AT(struct ct_agent_clock, tsc, STUB_CLOCK_TSC);
ASSERT_AT(struct ct_agent_clock, mult, STUB_CLOCK_MULT);
ASSERT_AT(struct ct_agent_clock, ns, STUB_CLOCK_NS);
ASSERT_AT(struct ct_region, turns, STUB_TURNS);
_Static_assert(CT_TURN_BITS + STUB_EPOCH_BITS == 64, "stub.h");
ASSERT_AT(struct ct_region, changes, STUB_CHANGES);
ASSERT_AT(struct ct_region, tick, STUB_NOW_TICK);
ASSERT_AT(struct ct_ring_entry, order, STUB_ENTRY_ORDER);
_Static_assert(CT_ORDER_BITS == STUB_ORDER_BITS, "stub.h");
#define ASSERT_BEHIND(field, offset)                                           \
	_Static_assert(sizeof(struct ct_ring_entry) +                          \
			       __builtin_offsetof(struct ct_compact, field) == \
			   (offset),                                           \
		       "stub.h")
ASSERT_BEHIND(time_ns, STUB_ENTRY_TIME);
ASSERT_BEHIND(caller, STUB_ENTRY_CALLER);
ASSERT_BEHIND(args, STUB_ENTRY_ARGS);
_Static_assert(CT_OPEN_NONE == UINT32_MAX, "enter.S compares with -1");
ASSERT_AT(struct ct_open, state, STUB_OPEN_STATE);
ASSERT_AT(struct ct_open, frame, STUB_OPEN_FRAME);
_Static_assert(sizeof(struct ct_open) + offsetof(struct ct_record, depth) ==
		   STUB_OPEN_DEPTH,
	       "stub.h");
_Static_assert(((sizeof(struct ct_agent_thread) + 63) & ~63ull) ==
		   STUB_OPEN_AREA,
	       "stub.h");
_Static_assert(CT_OPEN_CALL == STUB_OPEN_CALL, "stub.h");

/* Where arguments are, in their order, and where .Lfast_any has them. */
static const struct {
	uint16_t from;
	uint8_t any;
} places[CT_FAST_ARGS] = {
    {CT_REG_RDI * 8, STUB_ANY_RDI}, {CT_REG_RSI * 8, STUB_ANY_RSI},
    {CT_REG_RDX * 8, STUB_ANY_RDX}, {CT_REG_RCX * 8, STUB_ANY_RCX},
    {CT_REG_R8 * 8, STUB_ANY_R8},   {CT_REG_R9 * 8, STUB_ANY_R9}};

static bool place(const struct ct_quick_copy *copy, unsigned i,
		  struct ct_fast *fast, bool *in_order)
{
	if (copy->at != i * 8u)
		return false;
	fast->masks[i] = copy->mask;
	*in_order &= copy->from == places[i].from;
	if (copy->from >= offsetof(struct ct_regs, xmm)) {
		size_t from = copy->from - offsetof(struct ct_regs, xmm);
		fast->from[i] = (uint8_t)(STUB_ANY_XMM + from / 2);
		return from % 16 == 0;
	}
	for (unsigned j = 0; j < CT_FAST_ARGS; j++)
		if (copy->from == places[j].from) {
			fast->from[i] = places[j].any;
			return true;
		}
	return false;
}

/* Each argument in 8 bytes of the block. */
static bool place_all(const struct ct_quick *quick, struct ct_fast *fast)
{
	const unsigned count = quick->copy_count;
	bool in_order = true;
	if (quick->link_count || quick->gaps || count > CT_FAST_ARGS ||
	    ct_pad8(quick->args_size) != count * 8)
		return false;
	for (unsigned i = 0; i < count; i++)
		if (!place(&quick->copies[i], i, fast, &in_order))
			return false;
	fast->arg_count = count;
	fast->any = in_order ? 0 : count;
	fast->more = !in_order || count > 2;
	return true;
}

static uint64_t word_of(const void *at)
{
	uint64_t word;
	memcpy(&word, at, sizeof(word));
	return word;
}

/* One register, or none. */
static bool place_result(const struct ct_quick *quick,
			 const struct ct_mock *mock, struct ct_fast *fast)
{
	const struct ct_quick_copy *result = &quick->result_copies[0];
	if (!quick->result_copy_count) {
		fast->special |= CT_FAST_VOID;
		return !quick->result_size;
	}
	if (result->from == offsetof(struct ct_regs, xmm))
		fast->special |= CT_FAST_XMM;
	else if (result->from != CT_REG_RAX * 8u)
		return false;
	fast->value = word_of(mock->value) & result->mask;
	return quick->result_copy_count == 1 && !result->at;
}

/* A program that is linked with libffi. */
static bool shares_with_ffi(const struct ct_agent_range *program)
{
	const struct ct_agent_range *ffi = agent_shared->ffi;
	for (int i = 0; i < CT_AGENT_FFI_RANGES && ffi[i].high; i++)
		if (ffi[i].low < program->high && program->low < ffi[i].high)
			return true;
	return false;
}

/* Every caller in the program is in the target's scope. */
static bool has_whole_program(const struct ct_hook *hook,
			      const struct ct_target *target)
{
	const struct ct_agent_range *program = &agent_shared->program;
	if (program->low >= program->high || shares_with_ffi(program))
		return false;
	if (hook->flags & CT_HOOK_ANYWHERE || target->low == target->high)
		return true;
	if (target->low_high_excluded)
		return target->high <= program->low ||
		       program->high <= target->low;
	return target->low <= program->low && program->high <= target->high;
}

/* The target's scope, which has a hole or is one piece.  Calls from libffi are
 * not ours: where there is such, only the program's. */
static bool place_callers(const struct ct_hook *hook,
			  const struct ct_target *target, struct ct_fast *fast)
{
	const struct ct_agent_range *program = &agent_shared->program;
	uint64_t from = target->low, to = target->high;
	if (agent_shared->ffi[0].high) {
		if (!has_whole_program(hook, target))
			return false;
		from = program->low;
		to = program->high;
	} else if (hook->flags & CT_HOOK_ANYWHERE || from == to) {
		from = 0;
		to = UINT64_MAX;
	} else if (target->low_high_excluded) {
		from = target->high;
		to = target->low;
	}
	fast->callers = from;
	fast->callers_size = to - from;
	return true;
}

/* What is in the record of every call, and `ref` in its entry. */
static void place_record(const struct ct_record *record, ct_ref ref,
			 struct ct_fast *fast)
{
	const struct ct_ring_entry entry = {
	    .what =
		(uint32_t)(sizeof(struct ct_compact) + fast->arg_count * 8) |
		CT_RING_COMPACT,
	    .of = ref};
	fast->entry = word_of(&entry);
	fast->total = sizeof(entry) + CT_RING_SIZE(entry.what);
	fast->record = *record;
	fast->record.seq = fast->record.time_ns = fast->record.caller = 0;
	fast->record.pid = fast->record.tid = 0;
	fast->record.depth = fast->record.thread = 0;
	fast->record.errno_value = fast->errno_value;
}

static bool is_like(const struct ct_fast *fast, const struct ct_fast *other)
{
	const size_t from = offsetof(struct ct_fast, special);
	return !memcmp((const char *)fast + from, (const char *)other + from,
		       sizeof(*fast) - from);
}

/* One that says the same, or a new one. */
static struct ct_fast *find(struct ct_hook *hook, struct ct_fast *fast,
			    const struct ct_record *record)
{
	struct ct_fast *old = ct_region_at(agent_region, hook->fast);
	place_record(record, hook->fast, fast);
	if (old && is_like(fast, old))
		return old;
	ct_ref ref =
	    ct_region_alloc(agent_region, sizeof(*fast) + CT_FAST_ALIGNMENT);
	if (!ref)
		return NULL;
	ref = (ref + CT_FAST_ALIGNMENT / 8 - 1) &
	      ~(ct_ref)(CT_FAST_ALIGNMENT / 8 - 1);
	place_record(record, ref, fast);
	struct ct_fast *made = ct_region_at(agent_region, ref);
	memcpy(made, fast, sizeof(*fast));
	agent_barrier();
	hook->fast = ref;
	return made;
}

static bool make(struct ct_hook *hook, const struct ct_target *target,
		 const struct ct_quick *quick, const struct ct_mock *mock,
		 const struct ct_record *record, uint32_t changes)
{
	struct ct_fast fast;
	memset(&fast, 0, sizeof(fast));
	if (mock->flags & CT_MOCK_HAS_ERRNO) {
		fast.special = CT_FAST_ERRNO;
		fast.errno_offset = agent_shared->errno_offset;
		fast.errno_value = mock->errno_value;
	}
	if ((fast.special && !agent_shared->errno_known) ||
	    hook->flags & CT_HOOK_FILTERS || !place_all(quick, &fast) ||
	    !place_result(quick, mock, &fast) ||
	    !place_callers(hook, target, &fast))
		return false;
	fast.target = hook->target;
	fast.hook = (uint32_t)(hook - ct_agent_hooks);
	struct ct_fast *found = find(hook, &fast, record);
	if (!found)
		return false;
	found->changes = changes;
	agent_barrier();
	ct_agent_fast[fast.hook] = found;
	return true;
}

/*
 * What enter.S need not look at for a while: until the ring is full, begins
 * anew, or has got another eighth, of which the reader may have to be told.
 */
static void ease(struct ct_agent_thread *thread)
{
	struct ct_ring *ring = &thread->rings[0];
	uint64_t head = ring->head, step = ring->size / 8;
	uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_acquire);
	uint64_t end = (head | (step - 1)) + 1;
	if (end > tail + ring->size)
		end = tail + ring->size;
	if (tail < thread->since)
		return;
	ring->tail_seen = tail;
	thread->room = end > CT_FAST_MOST ? end - CT_FAST_MOST : 0;
	thread->fresh = thread->timed + CT_FAST_FRESH;
	if (thread->fresh > thread->room)
		thread->fresh = thread->room;
}

/* At the first level. */
__attribute__((noinline)) void agent_make_fast(struct ct_agent_thread *thread,
					       struct ct_hook *hook,
					       const struct ct_target *target,
					       const struct ct_quick *quick,
					       const struct ct_mock *mock,
					       const struct ct_record *record,
					       uint32_t changes)
{
	const struct ct_fast *fast =
	    ct_agent_fast[(uint32_t)(hook - ct_agent_hooks)];
	if ((fast && fast->changes == changes) ||
	    make(hook, target, quick, mock, record, changes))
		ease(thread);
}
