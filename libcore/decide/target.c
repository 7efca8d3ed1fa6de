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

struct ct_mock *ct_target_add_mock(struct ct_region *region,
				   struct ct_target *target, const void *value,
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

	ct_lock_acquire(&target->lock);
	struct ct_mock *last = ct_region_at(region, target->last_mock);
	if (last)
		last->next = ref;
	else
		target->first_mock = ref;
	target->last_mock = ref;
	ct_lock_release(&target->lock);
	return mock;
}
