/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "ctester/process.h"
#include "decide/decide.h"
#include "decide/filter.h"
#include "decide/mask.h"

static bool passes(struct ct_region *region, ct_ref filter, uint64_t nth,
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
	    .nth = nth,
	    .depth = record->depth,
	    .errno_value = record->errno_value,
	    .caller = where->caller,
	    .caller_arg = where->arg,
	};
	return ct_filter_run(compiled, &input) == CT_FILTER_TRUE;
}

static bool is_caller(struct ct_region *region, ct_ref name,
		      const struct ct_circumstances *where)
{
	return !name ||
	       where->is_caller(where->arg, ct_region_at(region, name));
}

/* What one call is decided by. */
struct question {
	struct ct_region *region;
	struct ct_target *target; /* which has the queue */
	const struct ct_circumstances *where;
	struct ct_record *record;
	uint64_t nth;
	bool armed;
	bool asks; /* a mock that would answer cannot be judged here */
	bool is_numbered;
};

static bool judge(struct question *call, const struct ct_mock *mock)
{
	if (!(mock->flags & (CT_MOCK_ASKS | CT_MOCK_DETOURS)) && !mock->signal)
		return true;
	enum ct_judgement verdict = call->where->judge(call->where->arg, mock);
	call->asks = verdict == CT_JUDGED_ASK;
	return verdict == CT_JUDGED_YES;
}

static bool wants(struct question *call, const struct ct_mock *mock)
{
	if (mock->flags & CT_MOCK_STRICT && !call->armed)
		return false;
	if (mock->thread && mock->thread != call->record->thread)
		return false;
	if (!is_caller(call->region, mock->caller, call->where))
		return false;
	if (mock->filter && !passes(call->region, mock->filter, call->nth,
				    call->where, call->record))
		return false;
	return judge(call, mock);
}

static void take_off(struct question *call, struct ct_queue *queue,
		     struct ct_mock *before, const struct ct_mock *mock)
{
	ct_ref ref = ct_region_ref(call->region, mock);
	if (before)
		before->next = mock->next;
	else
		queue->first = mock->next;
	if (queue->last == ref)
		queue->last = ct_region_ref(call->region, before);
}

/* Take the first mock of a queue that wants this call.  Who has the lock takes
 * those off that are used up: a long queue costs the same at its end. */
static struct ct_mock *pop(struct question *call, struct ct_queue *queue,
			   bool is_locked)
{
	struct ct_mock *before = NULL, *mock;
	ct_ref ref = queue->first;
	for (; ref && !call->asks; ref = mock->next) {
		mock = ct_region_at(call->region, ref);
		bool takes = !ct_mock_is_used_up(mock) && wants(call, mock) &&
			     ct_mock_use(mock);
		if (is_locked && ct_mock_is_used_up(mock))
			take_off(call, queue, before, mock);
		else
			before = mock;
		if (takes)
			return mock;
	}
	return NULL;
}

/* Only what is recorded is numbered: the order of the trace. */
static void number(struct question *call)
{
	if (!call->is_numbered)
		call->record->seq = ct_region_take_turn(call->region);
	call->is_numbered = true;
}

/* From what is used up.  Only that takes the lock, so that numbers are in the
 * order in which mocks were used, and as shortly as can be.  A signal's handler
 * whose call comes meanwhile does without, and takes nothing off. */
static struct ct_mock *take(struct question *call)
{
	struct ct_queue *queue = &call->target->mocks;
	if (!__atomic_load_n(&queue->first, __ATOMIC_RELAXED))
		return NULL;
	bool locks = call->where->locker != CT_LOCK_BELOW;
	if (locks)
		ct_lock_acquire_as(&call->target->lock, call->where->locker);
	struct ct_mock *mock = pop(call, queue, locks);
	if (mock)
		number(call);
	if (locks)
		ct_lock_release(&call->target->lock);
	return mock;
}

/* A call of a monitored function: what the mask has for it, if that fails. */
static struct ct_mock *fail(struct question *call)
{
	const struct ct_failing *failing = &call->target->failing;
	struct ct_mask *mask = ct_region_at(call->region, failing->mask);
	struct ct_mock *mock = ct_region_at(call->region, failing->mock);
	if (!mask || !mock || !wants(call, mock))
		return NULL;
	ct_lock_acquire_as(&call->target->lock, call->where->locker);
	bool fails = ct_mask_take(mask);
	number(call);
	ct_lock_release(&call->target->lock);
	if (!fails)
		return NULL;
	mock->used++;
	return mock;
}

/* Whether the call is counted: made by the program while the sandbox is open,
 * or while nobody waits for that. */
static bool is_monitored(const struct question *call, uint32_t flags)
{
	return flags & CT_TARGET_MONITORED &&
	       call->record->flags & CT_RECORD_FROM_PROGRAM &&
	       (call->armed || flags & CT_TARGET_AT_ONCE);
}

static bool has_rule(const struct question *call, enum ct_rule_kind kind)
{
	for (ct_ref ref = call->target->first_rule; ref;) {
		const struct ct_rule *rule = ct_region_at(call->region, ref);
		if (rule->kind == kind &&
		    is_caller(call->region, rule->caller, call->where))
			return true;
		ref = rule->next;
	}
	return false;
}

/* What the sandbox says of a call that no mock answers. */
static void judge_real_call(const struct question *call, uint32_t flags,
			    struct ct_record *record,
			    struct ct_decision *decision)
{
	uint32_t sandbox = call->region->sandbox;
	if (has_rule(call, CT_RULE_SPIED)) {
		record->flags |= CT_RECORD_MUST;
		decision->recorded = true;
		return;
	}
	if (has_rule(call, CT_RULE_ALLOWED) ||
	    record->flags & CT_RECORD_MONITORED)
		return;
	bool is_neighbour = flags & CT_TARGET_NEIGHBOUR &&
			    sandbox & CT_SANDBOX_STRICT_LIBRARIES &&
			    !(record->flags & CT_RECORD_FROM_SYSTEM);
	if (!is_neighbour && !has_rule(call, CT_RULE_MOCKED))
		return;
	record->outcome = CT_OUTCOME_UNMOCKED;
	record->flags |= CT_RECORD_MUST;
	decision->action = CT_ACTION_STOP;
	decision->recorded = true;
}

static bool filter_waits(struct ct_region *region, ct_ref filter)
{
	const struct ct_filter *compiled = ct_region_at(region, filter);
	return compiled->flags & CT_FILTER_AT_RETURN;
}

static bool is_traced(struct ct_region *region, uint32_t flags, ct_ref filter,
		      const struct question *call)
{
	return flags & CT_TARGET_RECORDED &&
	       (!filter || filter_waits(region, filter) ||
		passes(region, filter, call->nth, call->where, call->record));
}

/* The real function does not run. */
static void note_answer(struct ct_target *target, struct ct_record *record,
			struct ct_decision *decision, bool mocked)
{
	const struct ct_mock *mock = decision->mock;
	decision->action = CT_ACTION_RETURN;
	if (!mocked) {
		record->outcome = CT_OUTCOME_FAILED;
		return;
	}
	record->outcome = mock->flags & CT_MOCK_RAISES ? CT_OUTCOME_RAISED
						       : CT_OUTCOME_MOCKED;
	record->mock = mock->id;
	record->flags |= CT_RECORD_MUST;
	decision->recorded = true;
	target->counts.mocked++;
}

struct ct_decision ct_decide(struct ct_region *region, struct ct_target *target,
			     const struct ct_circumstances *where,
			     struct ct_record *record)
{
	struct ct_decision decision = {.action = CT_ACTION_PASS};
	ct_ref filter = target->filter;
	uint32_t flags = target->flags;
	if (target->owner)
		target = ct_region_at(region, target->owner);
	struct question call = {
	    .region = region,
	    .target = target,
	    .where = where,
	    .record = record,
	    .nth = atomic_fetch_add(&target->counts.calls, 1) + 1,
	    .armed = ct_sandbox_is_armed(region->sandbox),
	};

	record->outcome = CT_OUTCOME_REAL;
	decision.mock = take(&call);
	if (!decision.mock && !call.asks)
		decision.mock = pop(&call, &target->standing, false);
	if (call.asks) {
		target->counts.calls--;
		decision.action = CT_ACTION_ASK;
		return decision;
	}
	bool monitored = is_monitored(&call, flags);
	bool mocked = decision.mock != NULL;
	if (!mocked && monitored)
		decision.mock = fail(&call);
	decision.recorded =
	    is_traced(region, flags, filter, &call) || monitored;
	if (monitored)
		record->flags |= CT_RECORD_MONITORED;
	decision.provisional = filter && filter_waits(region, filter);
	if (decision.mock)
		note_answer(target, record, &decision, mocked);
	else if (call.armed)
		judge_real_call(&call, flags, record, &decision);
	if (record->flags & (CT_RECORD_MUST | CT_RECORD_MONITORED))
		decision.provisional = false;
	if (decision.recorded)
		number(&call);
	decision.numbered = call.is_numbered;
	return decision;
}

bool ct_decide_keeps(struct ct_region *region, const struct ct_target *target,
		     const struct ct_circumstances *where,
		     const struct ct_record *record)
{
	if (!target->filter || !filter_waits(region, target->filter) ||
	    record->flags & (CT_RECORD_MUST | CT_RECORD_MONITORED))
		return true;
	if (!(record->flags & CT_RECORD_HAS_RESULT))
		return false;
	const struct ct_target *counting =
	    target->owner ? ct_region_at(region, target->owner) : target;
	return passes(region, target->filter, counting->counts.calls, where,
		      record);
}

void ct_decide_count_returns(struct ct_region *region,
			     const struct ct_returns *returns)
{
	struct ct_target *target = returns->target;
	if (target->owner)
		target = ct_region_at(region, target->owner);
	target->counts.returned += returns->count;
	target->counts.total_ns += returns->total_ns;
	uint64_t max = target->counts.max_ns;
	while (returns->max_ns > max &&
	       !atomic_compare_exchange_weak(&target->counts.max_ns, &max,
					     returns->max_ns))
		;
}

void ct_decide_returned(struct ct_region *region, struct ct_target *target,
			uint64_t duration_ns)
{
	const struct ct_returns one = {target, 1, duration_ns, duration_ns};
	ct_decide_count_returns(region, &one);
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
