/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "decide/target.h"

struct ct_target *ct_target_create(struct ct_region *region, uint32_t index,
				   enum ct_scope scope)
{
	ct_ref ref = ct_region_alloc(region, sizeof(struct ct_target));
	struct ct_target *target = ct_region_at(region, ref);
	if (!target)
		return NULL;
	target->index = index;
	target->scope = scope;
	return target;
}

static void append(struct ct_region *region, struct ct_queue *queue, ct_ref ref)
{
	struct ct_mock *last = ct_region_at(region, queue->last);
	if (last)
		last->next = ref;
	else
		queue->first = ref;
	queue->last = ref;
}

static struct ct_mock *create_mock(struct ct_region *region, const void *value,
				   uint32_t value_size)
{
	ct_ref ref =
	    ct_region_alloc(region, sizeof(struct ct_mock) + value_size);
	struct ct_mock *mock = ct_region_at(region, ref);
	if (!mock)
		return NULL;
	mock->value_size = value_size;
	if (value_size)
		memcpy(mock->value, value, value_size);
	return mock;
}

struct ct_mock *ct_target_add_mock(struct ct_region *region,
				   struct ct_target *target, uint32_t times,
				   const void *value, uint32_t value_size)
{
	struct ct_mock *mock = create_mock(region, value, value_size);
	if (!mock)
		return NULL;
	mock->times = times;
	ct_ref ref = ct_region_ref(region, mock);

	ct_lock_acquire(&target->lock);
	append(region, times ? &target->mocks : &target->standing, ref);
	ct_lock_release(&target->lock);
	ct_region_note_change(region);
	return mock;
}

struct ct_mock *ct_target_create_failure(struct ct_region *region,
					 const void *value, uint32_t value_size)
{
	struct ct_mock *mock = create_mock(region, value, value_size);
	if (mock)
		mock->flags = CT_MOCK_FAILS;
	return mock;
}

void ct_target_set_failing(struct ct_target *target, struct ct_failing failing)
{
	ct_lock_acquire(&target->lock);
	target->failing = failing;
	ct_lock_release(&target->lock);
}

void ct_target_forget_mocks(struct ct_region *region, struct ct_target *target)
{
	ct_lock_acquire(&target->lock);
	target->mocks = target->standing = (struct ct_queue){0};
	target->first_rule = 0;
	ct_lock_release(&target->lock);
	ct_region_note_change(region);
}

ct_ref ct_region_strdup(struct ct_region *region, const char *string)
{
	if (!string)
		return 0;
	size_t size = strlen(string) + 1;
	ct_ref ref = ct_region_alloc(region, size);
	if (ref)
		memcpy(ct_region_at(region, ref), string, size);
	return ref;
}

static bool is_rule(struct ct_region *region, const struct ct_rule *rule,
		    enum ct_rule_kind kind, const char *caller)
{
	const char *its = ct_region_at(region, rule->caller);
	if (rule->kind != kind || !its != !caller)
		return false;
	return !its || !strcmp(its, caller);
}

bool ct_target_add_rule(struct ct_region *region, struct ct_target *target,
			enum ct_rule_kind kind, const char *caller)
{
	for (const struct ct_rule *rule =
		 ct_region_at(region, target->first_rule);
	     rule; rule = ct_region_at(region, rule->next))
		if (is_rule(region, rule, kind, caller))
			return true;
	ct_ref ref = ct_region_alloc(region, sizeof(struct ct_rule));
	struct ct_rule *rule = ct_region_at(region, ref);
	if (!rule)
		return false;
	rule->kind = kind;
	rule->caller = ct_region_strdup(region, caller);
	if (caller && !rule->caller)
		return false;
	ct_lock_acquire(&target->lock);
	rule->next = target->first_rule;
	target->first_rule = ref;
	ct_lock_release(&target->lock);
	return true;
}
