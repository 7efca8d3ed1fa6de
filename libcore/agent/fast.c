/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "agent/answer.h"
#include "agent/fast.h"
#include "agent/quick_inside.h"
#include "agent/stub.h"

#define ASSERT_AT(type, field, offset) \
	_Static_assert(__builtin_offsetof(type, field) == (offset), "stub.h")
ASSERT_AT(struct ct_fast, entry, STUB_FAST_ENTRY);
ASSERT_AT(struct ct_fast, target_word, STUB_FAST_TARGET_WORD);
ASSERT_AT(struct ct_fast, signature_word, STUB_FAST_SIGNATURE_WORD);
ASSERT_AT(struct ct_fast, flags_word, STUB_FAST_FLAGS_WORD);
ASSERT_AT(struct ct_fast, result_word, STUB_FAST_RESULT_WORD);
ASSERT_AT(struct ct_fast, masks, STUB_FAST_MASKS);
ASSERT_AT(struct ct_fast, value, STUB_FAST_VALUE);
ASSERT_AT(struct ct_fast, total, STUB_FAST_TOTAL);
ASSERT_AT(struct ct_fast, low, STUB_FAST_LOW);
ASSERT_AT(struct ct_fast, program, STUB_FAST_PROGRAM);
ASSERT_AT(struct ct_fast, program_size, STUB_FAST_PROGRAM_SIZE);
ASSERT_AT(struct ct_fast, errno_offset, STUB_FAST_ERRNO_OFFSET);
ASSERT_AT(struct ct_fast, target, STUB_FAST_TARGET);
ASSERT_AT(struct ct_fast, target_flags, STUB_FAST_TARGET_FLAGS);
ASSERT_AT(struct ct_fast, standing, STUB_FAST_STANDING);
ASSERT_AT(struct ct_fast, mock, STUB_FAST_MOCK);
ASSERT_AT(struct ct_fast, result_at, STUB_FAST_RESULT_AT);
ASSERT_AT(struct ct_fast, options, STUB_FAST_OPTIONS);
ASSERT_AT(struct ct_fast, arg_count, STUB_FAST_ARG_COUNT);
ASSERT_AT(struct ct_hook, fast, STUB_HOOK_FAST);
ASSERT_AT(struct ct_hook, answered, STUB_HOOK_ANSWERED);
ASSERT_AT(struct ct_target, flags, STUB_TARGET_FLAGS);
ASSERT_AT(struct ct_target, filter, STUB_TARGET_FILTER_AND_MOCKS);
ASSERT_AT(struct ct_target, mocks.first, STUB_TARGET_FILTER_AND_MOCKS + 4);
ASSERT_AT(struct ct_target, standing.first, STUB_TARGET_STANDING);
ASSERT_AT(struct ct_target, low, STUB_TARGET_LOW);
ASSERT_AT(struct ct_agent_thread, tid, STUB_TID);
ASSERT_AT(struct ct_agent_thread, pid, STUB_PID);
ASSERT_AT(struct ct_agent_thread, number, STUB_NUMBER);
ASSERT_AT(struct ct_agent_thread, open_last, STUB_OPEN_LAST);
ASSERT_AT(struct ct_agent_thread, trap.reason, STUB_TRAP_REASON);
ASSERT_AT(struct ct_agent_thread, time, STUB_TIME);
ASSERT_AT(struct ct_agent_thread, ring_at, STUB_RING_AT);
ASSERT_AT(struct ct_agent_thread, rings[0].head, STUB_RING_HEAD);
ASSERT_AT(struct ct_agent_thread, rings[0].size, STUB_RING_SIZE);
ASSERT_AT(struct ct_agent_thread, rings[0].tail_seen, STUB_RING_TAIL_SEEN);
ASSERT_AT(struct ct_agent_thread, rings[0].lost, STUB_RING_LOST);
ASSERT_AT(struct ct_agent_shared, reader_waits, STUB_READER_WAITS);
ASSERT_AT(struct ct_agent_shared, clock, STUB_CLOCK);
ASSERT_AT(struct ct_agent_clock, tsc, STUB_CLOCK_TSC);
ASSERT_AT(struct ct_agent_clock, mult, STUB_CLOCK_MULT);
ASSERT_AT(struct ct_agent_clock, ns, STUB_CLOCK_NS);
ASSERT_AT(struct ct_region, next_seq, STUB_NEXT_SEQ);
ASSERT_AT(struct ct_record, target, STUB_RECORD_TARGET_WORD + 4);
ASSERT_AT(struct ct_record, signature, STUB_RECORD_SIGNATURE_WORD);
ASSERT_AT(struct ct_record, seq, STUB_RECORD_SEQ);
ASSERT_AT(struct ct_record, time_ns, STUB_RECORD_TIME);
ASSERT_AT(struct ct_record, duration_ns, STUB_RECORD_DURATION);
ASSERT_AT(struct ct_record, pid, STUB_RECORD_PID);
ASSERT_AT(struct ct_record, tid, STUB_RECORD_PID + 4);
ASSERT_AT(struct ct_record, caller, STUB_RECORD_CALLER);
ASSERT_AT(struct ct_record, changed, STUB_RECORD_CHANGED);
ASSERT_AT(struct ct_record, caller_index, STUB_RECORD_CALLER_INDEX);
ASSERT_AT(struct ct_record, errno_value, STUB_RECORD_ERRNO);
ASSERT_AT(struct ct_record, flags, STUB_RECORD_FLAGS_WORD);
ASSERT_AT(struct ct_record, args_size, STUB_RECORD_FLAGS_WORD + 4);
ASSERT_AT(struct ct_record, tail_count, STUB_RECORD_RESULT_WORD);
ASSERT_AT(struct ct_record, entry_blobs_size, STUB_RECORD_BLOBS_WORD);
ASSERT_AT(struct ct_record, mock, STUB_RECORD_MOCK);
ASSERT_AT(struct ct_record, thread, STUB_RECORD_THREAD);
_Static_assert(sizeof(struct ct_record) == STUB_RECORD_ARGS, "stub.h");
_Static_assert(sizeof(struct ct_ring_entry) == STUB_ENTRY, "stub.h");
_Static_assert(CT_OPEN_NONE == UINT32_MAX, "enter.S compares with -1");
_Static_assert(CT_HOOK_COUNTS == STUB_HOOK_COUNTS, "stub.h");
_Static_assert(CT_HOOK_TIMELESS == STUB_HOOK_TIMELESS, "stub.h");

ASSERT_AT(struct ct_fast, from, STUB_FAST_FROM);
ASSERT_AT(struct ct_fast, any, STUB_FAST_ANY);
ASSERT_AT(struct ct_fast, result_xmm, STUB_FAST_RESULT_XMM);
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
		  struct ct_fast *fast)
{
	if (copy->at != i * 8u)
		return false;
	fast->masks[i] = copy->mask;
	fast->any |= copy->from != places[i].from;
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

/* Each argument in 8 bytes of the block, one register of result. */
static bool place_all(const struct ct_quick *quick, struct ct_fast *fast)
{
	if (quick->link_count || quick->gaps ||
	    quick->copy_count > CT_FAST_ARGS || quick->result_copy_count != 1)
		return false;
	for (unsigned i = 0; i < quick->copy_count; i++)
		if (!place(&quick->copies[i], i, fast))
			return false;
	const struct ct_quick_copy *result = &quick->result_copies[0];
	fast->arg_count = quick->copy_count;
	fast->result_xmm = result->from == offsetof(struct ct_regs, xmm);
	return !result->at &&
	       (fast->result_xmm || result->from == CT_REG_RAX * 8u);
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

static bool is_current(const struct ct_fast *fast, const struct ct_hook *hook,
		       const struct ct_target *target)
{
	return fast && fast->standing == target->standing.first &&
	       fast->target_flags == target->flags &&
	       fast->options == hook->flags && fast->low == target->low;
}

static uint64_t word_of(const void *at)
{
	uint64_t word;
	memcpy(&word, at, sizeof(word));
	return word;
}

static void take_words(struct ct_fast *fast, const struct ct_record *record)
{
	const uint8_t *bytes = (const uint8_t *)record;
	fast->entry = word_of(bytes - STUB_ENTRY);
	fast->target_word = word_of(bytes + STUB_RECORD_TARGET_WORD);
	fast->signature_word = record->signature;
	fast->flags_word = word_of(bytes + STUB_RECORD_FLAGS_WORD);
	fast->result_word = word_of(bytes + STUB_RECORD_RESULT_WORD);
	fast->total = STUB_ENTRY + record->size;
}

static bool is_fit(const struct ct_hook *hook, const struct ct_target *target,
		   const struct ct_mock *mock, const struct ct_record *record)
{
	return !target->mocks.first &&
	       !(mock->flags & (CT_MOCK_STRICT | CT_MOCK_HAS_ERRNO)) &&
	       (!record || record->flags & CT_RECORD_FROM_PROGRAM) &&
	       (agent_shared->clock || !record) && agent_shared->errno_known &&
	       has_whole_program(hook, target);
}

__attribute__((noinline)) void agent_make_fast(struct ct_hook *hook,
					       const struct ct_target *target,
					       const struct ct_quick *quick,
					       const struct ct_mock *mock,
					       const struct ct_record *record)
{
	const struct ct_agent_shared *shared = agent_shared;
	struct ct_fast fast = {
	    .value = word_of(mock->value) & quick->result_copies[0].mask,
	    .result_at =
		STUB_ENTRY + STUB_RECORD_ARGS + ct_pad8(quick->args_size),
	    .low = target->low,
	    .program = shared->program.low,
	    .program_size = shared->program.high - shared->program.low,
	    .errno_offset = shared->errno_offset,
	    .target = hook->target,
	    .target_flags = target->flags,
	    .standing = target->standing.first,
	    .mock = mock->id,
	    .options = hook->flags,
	};
	if (is_current(ct_region_at(agent_region, hook->fast), hook, target) ||
	    !is_fit(hook, target, mock, record) || !place_all(quick, &fast))
		return;
	if (record)
		take_words(&fast, record);
	ct_ref ref = ct_region_alloc(agent_region, sizeof(fast));
	if (!ref)
		return;
	memcpy(ct_region_at(agent_region, ref), &fast, sizeof(fast));
	agent_barrier();
	hook->fast = ref;
}
