/* SPDX-License-Identifier: MIT */
/*
 * What a call does: the one decision that both engines make, on shared
 * memory, without GDB, without types, without allocation.
 */
#ifndef CT_DECIDE_DECIDE_H
#define CT_DECIDE_DECIDE_H

#include "ctester/regs.h"
#include "decide/target.h"
#include "value/record.h"

enum ct_action {
	CT_ACTION_PASS,   /* the real function runs */
	CT_ACTION_RETURN, /* the mock's value is returned at once */
	CT_ACTION_STOP,   /* a mock was needed, and none is left: stop here */
	CT_ACTION_ASK,    /* who can judge decides; nothing has happened */
};

/* Of a mock that takes more than its registers say. */
enum ct_judgement {
	CT_JUDGED_NO,
	CT_JUDGED_YES,
	CT_JUDGED_ASK, /* it cannot be judged here: CT_ACTION_ASK */
};

struct ct_decision {
	enum ct_action action;
	const struct ct_mock *mock; /* for CT_ACTION_RETURN */
	bool recorded;
	bool provisional; /* ct_decide_keeps() has the last word */
	bool numbered;    /* the record's seq is a turn (agent/numbers.h) */
};

/* Where a call is decided: what may be asked beyond the record. */
struct ct_circumstances {
	const struct ct_memory *memory; /* the program's */
	/* The calling function's name, or NULL. */
	const char *(*caller)(void *arg);
	/* Whether the caller is that function, or of that library. */
	bool (*is_caller)(void *arg, const char *name);
	/* Whether a mock that asks is to answer, and can: also asked of those
	 * that raise an exception or send a signal. */
	enum ct_judgement (*judge)(void *arg, const struct ct_mock *mock);
	void *arg;
	uint32_t locker; /* whose the target's lock is meanwhile */
};

/*
 * Decide about a call that is in the target's scope and active.  `record` has
 * been captured; its seq and outcome are set here, seq in the order in which
 * mocks are taken.  The target's counters are updated.
 */
struct ct_decision ct_decide(struct ct_region *region, struct ct_target *target,
			     const struct ct_circumstances *where,
			     struct ct_record *record);

/* At the return of a call whose filter asks for it: is it recorded?  One that
 * has not returned is not; then `where` may be NULL. */
bool ct_decide_keeps(struct ct_region *region, const struct ct_target *target,
		     const struct ct_circumstances *where,
		     const struct ct_record *record);

/* Calls of a target that have returned. */
struct ct_returns {
	struct ct_target *target;
	uint64_t count, total_ns, max_ns;
};

/* The return of calls that passed: the counters' other half. */
void ct_decide_returned(struct ct_region *region, struct ct_target *target,
			uint64_t duration_ns);
void ct_decide_count_returns(struct ct_region *region,
			     const struct ct_returns *returns);

/*
 * Make registers say that the function has returned the mock's value: rax and
 * the like, rsp and rip.  What does not fit in registers (a struct in memory)
 * is to be written to *sret by the caller first.
 *
 * @param fp  Set to what goes to xmm and x87 registers.
 */
struct ct_fp_result;
void ct_decide_force(const struct ct_plan *plan, const struct ct_mock *mock,
		     uint64_t return_address, struct ct_regs *regs,
		     struct ct_fp_result *fp);

#endif
