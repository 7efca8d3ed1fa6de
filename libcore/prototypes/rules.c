/* SPDX-License-Identifier: MIT */
/* Looking rules up.  The rows are in rules_buffers.c, _tails.c, _names.c. */
#include "prototypes/rules.h"

#include <stdlib.h>
#include <string.h>

#include "prototypes/rules_tables.h"

/* For every table: its rows begin with the name that they are sorted by. */
static int compare_row(const void *key, const void *row)
{
	return strcmp(key, *(const char *const *)row);
}

static void shift(struct ct_rule_parameter *parameter,
		  const struct ct_rule_alias *alias)
{
	if (alias && parameter->name && parameter->index >= alias->at)
		parameter->index += alias->by;
}

/* A function has several rows: go back to the first, then copy them all. */
static void find_buffers(const char *function,
			 const struct ct_rule_alias *alias,
			 struct ct_rules *rules)
{
	const struct ct_buffer_rule *end =
	    ct_buffer_rules + ct_buffer_rule_count;
	const struct ct_buffer_rule *row =
	    bsearch(function, ct_buffer_rules, ct_buffer_rule_count,
		    sizeof(*row), compare_row);

	if (!row)
		return;
	while (row > ct_buffer_rules && !strcmp(row[-1].function, function))
		row--;
	for (; row < end && !strcmp(row->function, function); row++) {
		if (rules->buffer_count == CT_RULES_BUFFERS_MAX)
			return;
		struct ct_buffer_rule *copy =
		    &rules->buffers[rules->buffer_count++];
		*copy = *row;
		shift(&copy->pointer, alias);
		shift(&copy->count, alias);
		shift(&copy->scale, alias);
	}
}

static void find_tail(const char *function, const struct ct_rule_alias *alias,
		      struct ct_rules *rules)
{
	const struct ct_rule_tail *row =
	    bsearch(function, ct_tail_rules, ct_tail_rule_count, sizeof(*row),
		    compare_row);

	if (!row || (alias && alias->no_tail))
		return;
	rules->tail = *row;
	shift(&rules->tail.control, alias);
	shift(&rules->tail.list, alias);
}

bool ct_rules_find(const char *function, struct ct_rules *ret)
{
	const struct ct_rule_alias *alias =
	    bsearch(function, ct_rule_aliases, ct_rule_alias_count,
		    sizeof(*alias), compare_row);
	if (alias)
		function = alias->function;

	struct ct_rules rules = {.function = alias ? function : NULL};
	find_buffers(function, alias, &rules);
	find_tail(function, alias, &rules);
	const struct ct_rule_trait *trait =
	    bsearch(function, ct_rule_traits, ct_rule_trait_count,
		    sizeof(*trait), compare_row);
	if (trait) {
		rules.function = trait->function;
		rules.traits = trait->traits;
	}
	if (rules.tail.kind != CT_RULE_TAIL_NONE)
		rules.function = rules.tail.function;
	if (rules.buffer_count)
		rules.function = rules.buffers[0].function;
	if (!rules.function)
		return false;
	*ret = rules;
	return true;
}

const char *ct_rules_stand_in(const char *function, size_t index)
{
	for (size_t i = 0; i < ct_rule_alias_count; i++) {
		const struct ct_rule_alias *row = &ct_rule_aliases[i];

		if (row->stands_in && !strcmp(row->function, function) &&
		    index-- == 0)
			return row->alias;
	}
	return NULL;
}

/* The upper half of a register that holds an int is not defined (SysV ABI). */
static bool matches(const struct ct_rule_choice *choice, uint32_t control)
{
	switch (choice->match) {
	case CT_RULE_MATCH_ALWAYS:
		return true;
	case CT_RULE_MATCH_EQUAL:
		return control == choice->value;
	case CT_RULE_MATCH_FLAGS:
		return (control & choice->value) == choice->value;
	}
	return false;
}

size_t ct_rules_choose(const struct ct_rule_tail *tail, uint64_t control,
		       const struct ct_rule_argument **ret)
{
	for (size_t i = 0; i < tail->choice_count; i++) {
		const struct ct_rule_choice *choice = &tail->choices[i];
		size_t count = 0;

		if (!matches(choice, (uint32_t)control))
			continue;
		while (count < CT_RULE_TAIL_ARGUMENTS_MAX &&
		       choice->arguments[count].type)
			count++;
		if (count)
			*ret = choice->arguments;
		return count;
	}
	return 0;
}

#define SETS_ERRNO(name) name,
static const char *const errno_setters[] = {
#include "prototypes/errno.h"
};
#undef SETS_ERRNO

bool ct_rules_sets_errno(const char *function)
{
	struct ct_rules rules;
	if (bsearch(function, errno_setters,
		    sizeof(errno_setters) / sizeof(*errno_setters),
		    sizeof(*errno_setters), compare_row))
		return true;
	/* __open_2 does what open does. */
	return ct_rules_find(function, &rules) &&
	       strcmp(rules.function, function) != 0 &&
	       ct_rules_sets_errno(rules.function);
}
