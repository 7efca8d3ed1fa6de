/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "ctester/process.h"
#include "decide/decide.h"
#include "decide/filter.h"

static bool passes(struct ct_region *region, ct_ref filter,
		   const struct ct_target *target,
		   const struct ct_circumstances *where,
		   const struct ct_record *record)
{
	const struct ct_filter *compiled = ct_region_at(region, filter);
	bool returned = record->flags & CT_RECORD_HAS_RESULT;
	struct ct_filter_input input = {
	    .args = ct_record_args(record),
	    .args_size = record->args_size,
	    .result = returned ? ct_record_result(record) : NULL,
	    .result_size = record->result_size,
	    .memory = where->memory,
	    .pid = record->pid,
	    .tid = record->tid,
	    .nth = target->counts.calls,
	    .depth = record->depth,
	    .errno_value = record->errno_value,
	    .caller = where->caller,
	    .caller_arg = where->caller_arg,
	};
	return ct_filter_run(compiled, &input) == CT_FILTER_TRUE;
}

static bool is_used_up(const struct ct_mock *mock)
{
	return mock->times && mock->used >= mock->times;
}

/* Used-up mocks at the head are forgotten, so that a long queue costs the same
 * at its end. */
static void drop_used_up(struct ct_region *region, struct ct_target *target)
{
	while (target->first_mock) {
		struct ct_mock *mock = ct_region_at(region, target->first_mock);
		if (!is_used_up(mock))
			return;
		target->first_mock = mock->next;
	}
	target->last_mock = 0;
}

/* Take the first mock that wants this call; under the target's lock. */
static struct ct_mock *pop_mock(struct ct_region *region,
				struct ct_target *target,
				const struct ct_circumstances *where,
				const struct ct_record *record)
{
	drop_used_up(region, target);
	for (ct_ref ref = target->first_mock; ref;) {
		struct ct_mock *mock = ct_region_at(region, ref);
		if (!is_used_up(mock) &&
		    (!mock->filter ||
		     passes(region, mock->filter, target, where, record))) {
			mock->used++;
			return mock;
		}
		ref = mock->next;
	}
	return NULL;
}

static bool filter_waits(struct ct_region *region, ct_ref filter)
{
	const struct ct_filter *compiled = ct_region_at(region, filter);
	return compiled->flags & CT_FILTER_AT_RETURN;
}

struct ct_decision ct_decide(struct ct_region *region, struct ct_target *target,
			     const struct ct_circumstances *where,
			     struct ct_record *record)
{
	struct ct_decision decision = {CT_ACTION_PASS, NULL, false, false};
	ct_ref filter = target->filter;
	uint32_t flags = target->flags;
	if (target->owner)
		target = ct_region_at(region, target->owner);

	ct_lock_acquire(&target->lock);
	target->counts.calls++;
	decision.mock = pop_mock(region, target, where, record);
	decision.recorded = flags & CT_TARGET_RECORDED &&
			    (!filter || filter_waits(region, filter) ||
			     passes(region, filter, target, where, record));
	decision.provisional = filter && filter_waits(region, filter);
	if (decision.mock) {
		record->outcome = CT_OUTCOME_MOCKED;
		decision.action = CT_ACTION_RETURN;
		decision.recorded = true;
		target->counts.mocked++;
	} else if (flags & CT_TARGET_EXHAUSTED_STOPS) {
		record->outcome = CT_OUTCOME_UNMOCKED;
		decision.action = CT_ACTION_STOP;
		decision.recorded = true;
	} else {
		record->outcome = CT_OUTCOME_REAL;
	}
	/* Only what is recorded is numbered: the order of the trace. */
	if (decision.recorded)
		record->seq = atomic_fetch_add(&region->next_seq, 1);
	ct_lock_release(&target->lock);
	return decision;
}

bool ct_decide_keeps(struct ct_region *region, const struct ct_target *target,
		     const struct ct_circumstances *where,
		     const struct ct_record *record)
{
	if (!target->filter || !filter_waits(region, target->filter))
		return true;
	if (!(record->flags & CT_RECORD_HAS_RESULT))
		return false;
	const struct ct_target *counting =
	    target->owner ? ct_region_at(region, target->owner) : target;
	return passes(region, target->filter, counting, where, record);
}

void ct_decide_returned(struct ct_region *region, struct ct_target *target,
			uint64_t duration_ns)
{
	if (target->owner)
		target = ct_region_at(region, target->owner);
	target->counts.returned++;
	target->counts.total_ns += duration_ns;
	uint64_t max = target->counts.max_ns;
	while (duration_ns > max &&
	       !atomic_compare_exchange_weak(&target->counts.max_ns, &max,
					     duration_ns))
		;
}

static void force_piece(const struct ct_copy *copy, const struct ct_mock *mock,
			struct ct_regs *regs, struct ct_fp_result *fp)
{
	const struct ct_piece *piece = &copy->piece;
	uint8_t bytes[16] = {0};
	if (copy->at + piece->size > mock->value_size || piece->size > 16)
		return;
	memcpy(bytes, mock->value + copy->at, piece->size);
	switch (piece->kind) {
	case CT_PIECE_GPR:
		memcpy(&regs->gpr[piece->reg], bytes, 8);
		break;
	case CT_PIECE_SSE:
		memcpy(fp->xmm[piece->reg & 1], bytes, 16);
		if (fp->xmm_count < (piece->reg & 1) + 1)
			fp->xmm_count = (piece->reg & 1) + 1;
		break;
	case CT_PIECE_X87:
		memcpy(fp->st[piece->reg & 1], bytes, 10);
		if (fp->st_count < (piece->reg & 1) + 1)
			fp->st_count = (piece->reg & 1) + 1;
		break;
	}
}

void ct_decide_force(const struct ct_plan *plan, const struct ct_mock *mock,
		     uint64_t return_address, struct ct_regs *regs,
		     struct ct_fp_result *fp)
{
	*fp = (struct ct_fp_result){0};
	if (plan->result_indirect) {
		/* The address of the memory comes back in rax (ABI 3.2.3). */
		if (plan->sret_reg >= 0)
			regs->gpr[CT_REG_RAX] = regs->gpr[plan->sret_reg];
	} else {
		for (uint32_t i = 0; i < plan->result_copy_count; i++)
			force_piece(&ct_plan_result_copies(plan)[i], mock, regs,
				    fp);
	}
	regs->gpr[CT_REG_RSP] += 8;
	regs->gpr[CT_REG_RIP] = return_address;
}
