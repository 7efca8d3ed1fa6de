/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "trace/event.h"
#include "value/capture.h"
#include "value/tail.h"

/* A pointer to nobody knows what, through which a mock has written. */
static void find_written(const struct ct_call_event *event,
			 const struct ct_plan_parameter *parameter,
			 struct ct_value *value)
{
	uint64_t addr;
	if (parameter->link_count || parameter->size != sizeof(addr) ||
	    value->extent_kind != CT_EXTENT_TYPE)
		return;
	memcpy(&addr, value->bytes, sizeof(addr));
	value->type = ct_tail_type(CT_TAIL_POINTER);
	value->extent_kind = CT_EXTENT_BYTES;
	value->extent = ct_record_exit_size(event->record, addr);
}

struct ct_value ct_event_argument(const struct ct_call_event *event, size_t i,
				  bool at_return)
{
	const struct ct_plan *plan = event->signature->plan;
	const struct ct_plan_parameter *parameter =
	    &ct_plan_parameters(plan)[i];
	struct ct_value value = {
	    .type = event->signature->parameters[i].type,
	    .bytes = ct_record_args(event->record) + parameter->offset,
	    .size = parameter->absent ? 0 : parameter->size,
	    .extent_kind = parameter->extent.kind,
	};
	if (value.extent_kind != CT_EXTENT_TYPE &&
	    value.extent_kind != CT_EXTENT_TERMINATED)
		value.extent =
		    ct_capture_extent(plan, event->record, i, at_return);
	if (at_return && i < 64 && event->record->changed >> i & 1)
		find_written(event, parameter, &value);
	return value;
}

static bool is_text(const struct ct_plan *plan, size_t i)
{
	const struct ct_plan_parameter *parameter =
	    &ct_plan_parameters(plan)[i];
	return parameter->extent.kind == CT_EXTENT_TERMINATED ||
	       (parameter->extent.kind == CT_EXTENT_TYPE &&
		parameter->link_count == 1 &&
		ct_plan_links(plan)[parameter->first_link].kind ==
		    CT_LINK_TEXT);
}

struct ct_limits ct_event_limits(const struct ct_call_event *event, size_t i)
{
	const struct ct_signature *signature = event->signature;
	struct ct_limits limits = signature->plan->limits;
	if (signature->data_limit && *signature->data_limit < limits.string &&
	    i < signature->count && !is_text(signature->plan, i))
		limits.string = *signature->data_limit;
	return limits;
}

struct ct_value ct_event_result(const struct ct_call_event *event)
{
	return (struct ct_value){
	    .type = event->signature->result.type,
	    .bytes = ct_record_result(event->record),
	    .size = event->record->result_size,
	};
}

struct ct_value ct_event_tail(const struct ct_tail_value *value)
{
	struct ct_type *type = ct_tail_type(value->class);
	return (struct ct_value){
	    .type = type,
	    .bytes = value->bytes,
	    .size = ct_type_size(type),
	    .extent_kind = value->bound ? CT_EXTENT_BYTES : CT_EXTENT_TYPE,
	    .extent = value->bound ? value->bound - 1 : 0,
	};
}
