/* SPDX-License-Identifier: MIT */
/*
 * Hooked functions of whose calls a record shows by itself whether it is
 * whole: the second argument is the first one's complement, and the result
 * follows from both.
 */
#ifndef TESTS_UNIT_PAIRED_CALLS_H
#define TESTS_UNIT_PAIRED_CALLS_H

#include "agent_fixture.h"

enum {
	MOCKED = 1234567,
};

static HOOKED long traced(long a, long b)
{
	return a ^ b;
}
static HOOKED long mocked(long a, long b)
{
	return a + b;
}
static HOOKED long traced_text(const char *text, long b)
{
	return text[0] + b;
}
static HOOKED long outer(long a, long b)
{
	return traced(a, b) == -1 ? -1 : 0;
}

/* How it is called: traced_text(PAIRED_TEXT, n). */
#define PAIRED_TEXT "interrupted"

static const struct ct_parameter longs[] = {{"a", &type_long},
					    {"b", &type_long}};
static const struct ct_parameter text_and_long[] = {{"text", &type_string},
						    {"b", &type_long}};

enum {
	TRACED,
	MOCK,
	TEXT,
	OUTER,
	FUNCTIONS
};

static struct ct_patch patches[FUNCTIONS];
static const struct ct_plan *plans[FUNCTIONS];
static struct ct_target *targets[FUNCTIONS];

static void paired_start(enum ct_ring_mode mode)
{
	const long value = MOCKED;
	void *const functions[] = {(void *)traced, (void *)mocked,
				   (void *)traced_text, (void *)outer};
	agent_start((struct ct_agent_options){.mode = mode});
	agent_know_program();
	for (int i = 0; i < FUNCTIONS; i++) {
		plans[i] = agent_plan(
		    &type_long, i == TEXT ? text_and_long : longs, 2, NULL);
		targets[i] = agent_target(plans[i]);
		agent_hook(functions[i], targets[i], plans[i], CT_HOOK_RETURNS,
			   &patches[i]);
	}
	ct_target_add_mock(agent.region, targets[MOCK], 0, &value,
			   sizeof(value))
	    ->id = 1;
}

static void paired_stop(void)
{
	for (int i = 0; i < FUNCTIONS; i++)
		fail_error(ct_patch_remove(&own_access, &patches[i]));
	agent_stop();
}

/* Which of them it was. */
static uint32_t paired_function(const struct ct_record *record)
{
	return record->target - targets[0]->index;
}

static bool paired_is_whole(const struct ct_record *record)
{
	uint32_t which = paired_function(record);
	const uint64_t *words = (const void *)ct_record_args(record);
	const uint64_t *result = (const void *)ct_record_result(record);
	const char *text = (const char *)(ct_record_entry_blobs(record) +
					  sizeof(struct ct_blob));
	if (which == TEXT ? strcmp(text, PAIRED_TEXT) != 0
			  : words[1] != ~words[0])
		return false;
	if (record->outcome == CT_OUTCOME_UNFINISHED)
		return true;
	if (which == MOCK)
		return record->outcome == CT_OUTCOME_MOCKED &&
		       *result == MOCKED;
	return record->outcome == CT_OUTCOME_REAL &&
	       *result ==
		   (which == TEXT ? PAIRED_TEXT[0] + words[1] : UINT64_MAX);
}

#endif
