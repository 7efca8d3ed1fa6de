/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "ctester/process.h"
#include "session/decide.h"

/* Take the first mock that wants this call; under the target's lock. */
static struct ct_mock *pop_mock(struct ct_region *region,
				struct ct_target *target)
{
	for (ct_ref ref = target->first_mock; ref;) {
		struct ct_mock *mock = ct_region_at(region, ref);
		if (!mock->times || mock->used < mock->times) {
			mock->used++;
			return mock;
		}
		/* Used up, and everything before it: start behind it next
		 * time, so that a long queue costs the same at its end. */
		if (ref == target->first_mock) {
			target->first_mock = mock->next;
			if (!mock->next)
				target->last_mock = 0;
		}
		ref = mock->next;
	}
	return NULL;
}

struct ct_decision ct_decide(struct ct_region *region, struct ct_target *target,
			     const struct ct_memory *memory,
			     struct ct_record *record)
{
	struct ct_decision decision = {CT_ACTION_PASS, NULL, false};
	uint32_t flags = target->flags;
	(void)memory;
	if (target->owner)
		target = ct_region_at(region, target->owner);

	ct_lock_acquire(&target->lock);
	decision.mock = pop_mock(region, target);
	record->seq = atomic_fetch_add(&region->next_seq, 1);
	ct_lock_release(&target->lock);

	target->counts.calls++;
	record->outcome = CT_OUTCOME_REAL;
	decision.recorded = flags & CT_TARGET_RECORDED;
	if (decision.mock) {
		target->counts.mocked++;
		record->outcome = CT_OUTCOME_MOCKED;
		decision.action = CT_ACTION_RETURN;
		decision.recorded = true;
	} else if (flags & CT_TARGET_EXHAUSTED_STOPS) {
		record->outcome = CT_OUTCOME_UNMOCKED;
		decision.action = CT_ACTION_STOP;
		decision.recorded = true;
	}
	return decision;
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
