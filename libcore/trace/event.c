/* SPDX-License-Identifier: MIT */
#include "trace/event.h"
#include "value/capture.h"
#include "value/tail.h"

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
	if (value.extent_kind == CT_EXTENT_BYTES ||
	    value.extent_kind == CT_EXTENT_COUNT)
		value.extent =
		    ct_capture_extent(plan, event->record, i, at_return);
	return value;
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
	};
}
