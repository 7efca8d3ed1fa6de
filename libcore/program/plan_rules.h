/* SPDX-License-Identifier: MIT */
/* From the facts about libc's functions to the rules of a capture plan. */
#ifndef CT_PROGRAM_PLAN_RULES_H
#define CT_PROGRAM_PLAN_RULES_H

#include "value/plan.h"

enum {
	CT_PLAN_PARAMETERS_MAX = 64,
	CT_PLAN_CHOICES_MAX = 64
};

/* Storage for one function's rules; `rules` points into it. */
struct ct_plan_rules_of {
	struct ct_plan_rules rules;
	struct ct_extent_rule extents[CT_PLAN_PARAMETERS_MAX];
	struct ct_plan_choice choices[CT_PLAN_CHOICES_MAX];
};

/* The rules of a function of a system library; false when there are none, or
 * when they speak of parameters that the prototype does not have. */
bool ct_plan_rules_find(const char *function, size_t parameter_count,
			struct ct_plan_rules_of *ret);

/* The rules of main: argv and envp end with NULL (C11 5.1.2.2.1). */
bool ct_plan_rules_main(size_t parameter_count, struct ct_plan_rules_of *ret);

#endif
