/* SPDX-License-Identifier: MIT */
/* Filters of traces and mocks, compiled for a watch into shared memory. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "decide/filter.h"
#include "session/internal.h"

/* Where the plan puts each parameter. */
static uint32_t *parameter_offsets(const struct ct_plan *plan)
{
	uint32_t *offsets = calloc(plan->parameter_count + 1, sizeof(*offsets));
	for (uint32_t i = 0; offsets && i < plan->parameter_count; i++) {
		const struct ct_plan_parameter *parameter =
		    &ct_plan_parameters(plan)[i];
		offsets[i] =
		    parameter->absent ? CT_FILTER_ABSENT : parameter->offset;
	}
	return offsets;
}

static struct ct_error *copy_filter(struct ct_session *session,
				    const struct ct_buffer *filter, ct_ref *ret)
{
	ct_ref ref = ct_region_alloc(session->region, filter->size);
	void *at = ct_region_at(session->region, ref);
	if (!at)
		return ct_error_format(CT_ERROR_NO_MEMORY,
				       "the shared region is full");
	memcpy(at, filter->data, filter->size);
	*ret = ref;
	return NULL;
}

struct ct_error *ct_watch_compile_filter(struct ct_session *session,
					 struct ct_watch *watch,
					 const char *text, bool return_allowed,
					 ct_ref *ret)
{
	CT_AUTO_FREE uint32_t *offsets = parameter_offsets(watch->plan);
	if (!offsets)
		return &ct_enomem;
	struct ct_filter_scope scope = {
	    .function = watch->type,
	    .offsets = offsets,
	    .offset_count = watch->plan->parameter_count,
	    .return_allowed = return_allowed,
	};
	struct ct_buffer filter = {0};
	struct ct_error *err = ct_filter_compile(text, &scope, &filter);
	if (!err)
		err = copy_filter(session, &filter, ret);
	if (!err) {
		const struct ct_filter *compiled = (const void *)filter.data;
		session->counts_depth |= compiled->flags & CT_FILTER_USES_DEPTH;
	}
	ct_buffer_deinit(&filter);
	return err ? ct_error_prefix(err, "%s", watch->function) : NULL;
}
