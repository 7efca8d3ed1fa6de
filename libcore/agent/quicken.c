/* SPDX-License-Identifier: MIT */
#include "agent/quick.h"

enum {
	OBJECT_MAX = 1024
};

static bool compile_copy(const struct ct_copy *copy, struct ct_quick_copy *ret)
{
	const struct ct_piece *piece = &copy->piece;
	uint32_t size = piece->size;
	if (piece->kind != CT_PIECE_GPR || copy->at > UINT16_MAX ||
	    !(size == 1 || size == 2 || size == 4 || size == 8))
		return false;
	*ret = (struct ct_quick_copy){piece->reg, (uint8_t)size,
				      (uint16_t)copy->at};
	return true;
}

static bool compile_copies(const struct ct_copy *copies, uint32_t count,
			   struct ct_quick_copy *ret, uint32_t max,
			   uint8_t *ret_count)
{
	if (count > max)
		return false;
	for (uint32_t i = 0; i < count; i++)
		if (!compile_copy(&copies[i], &ret[i]))
			return false;
	*ret_count = (uint8_t)count;
	return true;
}

static bool compile_link(const struct ct_plan *plan, const struct ct_link *link,
			 struct ct_quick_link *ret)
{
	*ret = (struct ct_quick_link){.offset = link->offset};
	if (link->offset + sizeof(uint64_t) > plan->args_size)
		return false;
	if (link->kind == CT_LINK_TEXT)
		return link->unit == 1;
	const struct ct_shape *shape = &ct_plan_shapes(plan)[link->shape];
	if (link->kind != CT_LINK_OBJECT || !shape->size ||
	    shape->size > OBJECT_MAX ||
	    (shape->link_count && plan->limits.depth > 1))
		return false;
	ret->size = shape->size;
	ret->shape = shape->link_count ? link->shape + 1 : 0;
	return true;
}

static bool compile_parameter(const struct ct_plan *plan,
			      const struct ct_plan_parameter *parameter,
			      struct ct_quick *quick)
{
	const struct ct_link *links =
	    ct_plan_links(plan) + parameter->first_link;
	if (parameter->extent.kind != CT_EXTENT_TYPE || parameter->scatter)
		return false;
	for (uint32_t i = 0; !parameter->absent && i < parameter->link_count;
	     i++) {
		struct ct_quick_link link;
		if (!compile_link(plan, &links[i], &link) ||
		    quick->link_count == CT_QUICK_LINKS ||
		    quick->output_count == CT_QUICK_LINKS)
			return false;
		if (parameter->input)
			quick->links[quick->link_count++] = link;
		if (parameter->output)
			quick->outputs[quick->output_count++] = link;
	}
	return true;
}

ct_ref ct_quick_compile(struct ct_region *region, const struct ct_plan *plan)
{
	struct ct_quick quick = {.args_size = plan->args_size,
				 .result_size = plan->result_size,
				 .string = plan->limits.string + 1};
	if (plan->tail_rule || plan->result_indirect ||
	    plan->result_link_count || !plan->limits.depth ||
	    plan->args_size > CT_QUICK_COPIES * 16 || plan->result_size > 16 ||
	    !compile_copies(ct_plan_copies(plan), plan->copy_count,
			    quick.copies, CT_QUICK_COPIES, &quick.copy_count) ||
	    !compile_copies(ct_plan_result_copies(plan),
			    plan->result_copy_count, quick.result_copies, 2,
			    &quick.result_copy_count))
		return 0;
	for (uint32_t i = 0; i < plan->parameter_count; i++)
		if (!compile_parameter(plan, &ct_plan_parameters(plan)[i],
				       &quick))
			return 0;
	ct_ref ref = ct_region_alloc(region, sizeof(quick));
	struct ct_quick *copy = ct_region_at(region, ref);
	if (copy)
		*copy = quick;
	return ref;
}
