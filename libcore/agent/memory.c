/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <string.h>
#include <unistd.h>

#include "agent/clock.h"
#include "agent/memory.h"
#include "agent/quick.h"

enum {
	RING_SIZE = 1 << 20,
	OPEN_SIZE = 4 << 20,
	NESTED_SIZE = 1 << 19,
	PAGE = 4096,
	HOOKS_MAX = 1 << 16,
	OUTS_MAX = 1 << 16,
	CALLERS_MAX = 1 << 13,
	/* What is copied where nobody knows how much there is. */
	VARIADIC_ARGS = 256,
	GUESSED_ARGS = 64,
	ALIGNMENT = 64,
};

static ct_ref alloc_aligned(struct ct_region *region, size_t size)
{
	ct_ref ref = ct_region_alloc(region, size + ALIGNMENT);
	return ref ? (ref + ALIGNMENT / 8 - 1) & ~(ct_ref)(ALIGNMENT / 8 - 1)
		   : 0;
}

struct ct_error *ct_agent_memory_create(struct ct_region *region,
					const struct ct_agent_options *options,
					struct ct_agent_shared **ret)
{
	uint64_t ring = options->ring_size ? options->ring_size : RING_SIZE;
	if (ring < RING_SIZE || ring & (ring - 1))
		return ct_error_format(
		    CT_ERROR_BAD_ARGUMENT,
		    "a ring's size is a power of two from %d on", RING_SIZE);
	struct ct_agent_shared *shared = ct_region_at(
	    region, alloc_aligned(region, sizeof(struct ct_agent_shared)));
	ct_ref hooks =
	    alloc_aligned(region, HOOKS_MAX * sizeof(struct ct_hook));
	ct_ref outs = ct_region_alloc(region, OUTS_MAX * sizeof(ct_ref));
	ct_ref callers = ct_region_alloc(
	    region, CALLERS_MAX * sizeof(struct ct_agent_caller));
	if (!shared || !hooks || !outs || !callers)
		return &ct_enomem;
	shared->magic = CT_AGENT_MAGIC;
	shared->version = CT_AGENT_VERSION;
	shared->size = sizeof(*shared);
	shared->ring_mode = options->mode;
	shared->ring_size = ring;
	shared->open_size = options->open_size ? options->open_size : OPEN_SIZE;
	shared->calls_at = ((sizeof(struct ct_agent_thread) + 63) & ~63ull) +
			   shared->open_size + ring +
			   (CT_AGENT_LEVELS - 1) * NESTED_SIZE + 0;
	shared->block_size =
	    (shared->calls_at + HOOKS_MAX * sizeof(uint64_t) + PAGE - 1) &
	    ~(PAGE - 1ull);
	shared->nested_size = NESTED_SIZE;
	shared->hooks = hooks;
	shared->hook_capacity = HOOKS_MAX;
	shared->outs = outs;
	shared->outs_capacity = OUTS_MAX;
	shared->callers = callers;
	shared->caller_capacity = CALLERS_MAX;
	shared->reader_pid = getpid();
	ct_agent_clock_init(shared, options->started_ns);
	*ret = shared;
	return NULL;
}

static void reset_thread(const struct ct_agent_shared *shared,
			 struct ct_agent_thread *thread)
{
	_Atomic uint64_t *calls = ct_agent_calls(shared, thread);
	for (uint32_t i = 0; i < shared->hook_count; i++)
		calls[i] = 0;
	thread->tid = 0;
	thread->stack = 0;
	thread->open_last = CT_OPEN_NONE;
	thread->open_top = 0;
	for (int i = 0; i < CT_AGENT_LEVELS; i++) {
		thread->owners[i] = thread->idle[i] = 0;
		thread->deciding[i] = 0;
	}
	thread->hooks_passed = 0;
	thread->trap = (struct ct_trap){0};
	thread->since = 0;
	for (int i = 0; i < CT_AGENT_LEVELS; i++) {
		struct ct_ring *ring = &thread->rings[i];
		ring->head = ring->tail = ring->lost = 0;
		ring->waiting = 0;
	}
}

void ct_agent_memory_reset(struct ct_region *region,
			   struct ct_agent_shared *shared, uint64_t started_ns)
{
	ct_ref *outs = ct_region_at(region, shared->outs);
	shared->released = 0;
	for (uint32_t i = 0; i < CT_AGENT_THREADS_MAX && shared->threads[i];
	     i++) {
		reset_thread(shared, ct_region_at(region, shared->threads[i]));
		shared->released++;
	}
	memset(outs, 0, shared->outs_capacity * sizeof(*outs));
	shared->armed = 0;
	shared->hook_count = 0;
	shared->threadless = 0;
	shared->reader_waits = 0;
	shared->quiet = 0;
	shared->left = 0;
	shared->calling = 0;
	shared->recovers = 0;
	ct_agent_clock_init(shared, started_ns);
}

/* The end of what the plan takes from the stack, behind the return address. */
static uint32_t stack_args(const struct ct_plan *plan)
{
	int64_t end = 8;
	for (uint32_t i = 0; i < plan->copy_count; i++) {
		const struct ct_piece *piece = &ct_plan_copies(plan)[i].piece;
		if (piece->kind != CT_PIECE_STACK || piece->stack_offset < 8)
			continue;
		if (piece->stack_offset + (int64_t)piece->size > end)
			end = piece->stack_offset + (int64_t)piece->size;
	}
	return ((uint32_t)(end - 8) + 7) & ~7u;
}

static uint32_t result_flags(const struct ct_plan *plan)
{
	uint32_t flags = 0;
	for (uint32_t i = 0; i < plan->result_copy_count; i++) {
		uint8_t kind = ct_plan_result_copies(plan)[i].piece.kind;
		if (kind == CT_PIECE_SSE)
			flags |= CT_HOOK_RESULT_FP;
		if (kind == CT_PIECE_X87)
			flags |= CT_HOOK_RESULT_FP | CT_HOOK_RESULT_X87;
	}
	return flags;
}

struct ct_hook *ct_agent_add_hook(struct ct_region *region,
				  struct ct_agent_shared *shared, ct_ref target,
				  const struct ct_plan *plan,
				  uint32_t signature, uint32_t flags,
				  uint32_t function_flags)
{
	struct ct_hook *hooks = ct_region_at(region, shared->hooks);
	uint32_t i = shared->hook_count;
	if (i == shared->hook_capacity)
		return NULL;
	struct ct_hook *hook = &hooks[i];
	*hook = (struct ct_hook){.target = target,
				 .plan = ct_region_ref(region, plan),
				 .signature = signature,
				 .flags = flags};
	if (plan) {
		hook->flags |= result_flags(plan);
		if (plan->entry_uses_fp || plan->tail_rule)
			hook->flags |= CT_HOOK_ENTRY_FP;
		hook->stack_args = stack_args(plan);
		hook->quick = ct_quick_compile(region, plan);
	}
	if (function_flags & CT_AGENT_VARIADIC)
		hook->stack_args += VARIADIC_ARGS;
	else if (function_flags & CT_AGENT_GUESSED)
		hook->stack_args += GUESSED_ARGS;
	shared->hook_count = i + 1;
	return hook;
}

uint32_t ct_agent_hook_index(struct ct_region *region,
			     const struct ct_agent_shared *shared,
			     const struct ct_hook *hook)
{
	const struct ct_hook *hooks = ct_region_at(region, shared->hooks);
	return (uint32_t)(hook - hooks);
}

int32_t ct_agent_deciding(struct ct_region *region,
			  const struct ct_agent_shared *shared)
{
	for (uint32_t i = 0; i < CT_AGENT_THREADS_MAX && shared->threads[i];
	     i++) {
		const struct ct_agent_thread *thread =
		    ct_region_at(region, shared->threads[i]);
		for (int j = 0; j < CT_AGENT_LEVELS; j++)
			if (thread->deciding[j] && thread->tid > 0)
				return thread->tid;
	}
	return 0;
}

ct_ref ct_plan_pack(struct ct_region *region, const struct ct_plan *plan)
{
	ct_ref ref = ct_region_alloc(region, plan->size);
	if (ref)
		memcpy(ct_region_at(region, ref), plan, plan->size);
	return ref;
}

bool ct_agent_add_out(struct ct_region *region, struct ct_agent_shared *shared,
		      uint32_t id, uint32_t offset, const void *bytes,
		      uint32_t size)
{
	ct_ref *table = ct_region_at(region, shared->outs);
	if (id >= shared->outs_capacity)
		return false;
	ct_ref ref =
	    ct_region_alloc(region, sizeof(struct ct_agent_outs) + size);
	struct ct_agent_outs *out = ct_region_at(region, ref);
	if (!out)
		return false;
	*out = (struct ct_agent_outs){
	    .next = table[id], .size = size, .offset = offset};
	memcpy(out->bytes, bytes, size);
	table[id] = ref;
	return true;
}
