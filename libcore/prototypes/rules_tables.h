/* SPDX-License-Identifier: MIT */
/*
 * The tables behind rules.h, for rules.c and its tests.  Each is sorted by
 * its first column, as strcmp() sorts; buffers of one function by index.
 */
#ifndef CT_PROTOTYPES_RULES_TABLES_H
#define CT_PROTOTYPES_RULES_TABLES_H

#include "prototypes/rules.h"

/*
 * Another name of a function.  Parameters of the function from index `at` on
 * stand `by` places later in the alias: __fprintf_chk() has a flag at 1.
 */
struct ct_rule_alias {
	const char *alias;
	const char *function;
	int at;
	int by;
	bool no_tail;   /* the alias is not variadic: __open_2() */
	bool stands_in; /* calls of function are compiled to calls of it */
};

struct ct_rule_trait {
	const char *function;
	unsigned int traits;
};

extern const struct ct_buffer_rule ct_buffer_rules[];
extern const size_t ct_buffer_rule_count;
extern const struct ct_rule_tail ct_tail_rules[];
extern const size_t ct_tail_rule_count;
extern const struct ct_rule_alias ct_rule_aliases[];
extern const size_t ct_rule_alias_count;
extern const struct ct_rule_trait ct_rule_traits[];
extern const size_t ct_rule_trait_count;

#endif
