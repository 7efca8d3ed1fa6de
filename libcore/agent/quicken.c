/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "agent/quick.h"
#include "ctester/regs.h"
#include "value/record.h"

enum {
	NESTED = 4096, /* bytes for what objects lead to */
	STRING_MAX = 1 << 16,
	SSE_ARGS = 8, /* registers that enter.S stores */
};

static bool compile_copy(const struct ct_copy *copy, struct ct_quick_copy *ret)
{
	const struct ct_piece *piece = &copy->piece;
	uint32_t size = piece->size;
	size_t from;
	if (piece->kind == CT_PIECE_GPR && piece->reg < CT_REG_GENERAL_COUNT)
		from = offsetof(struct ct_regs, gpr) + piece->reg * 8u;
	else if (piece->kind == CT_PIECE_SSE && piece->reg < SSE_ARGS)
		from = offsetof(struct ct_regs, xmm) + piece->reg * 16u;
	else
		return false;
	if (copy->at > UINT16_MAX ||
	    !(size == 1 || size == 2 || size == 4 || size == 8))
		return false;
	*ret = (struct ct_quick_copy){.from = (uint16_t)from,
				      .at = (uint16_t)copy->at,
				      .size = size,
				      .mask = UINT64_MAX >> (64 - size * 8)};
	return true;
}

static int compare(const void *a, const void *b)
{
	const struct ct_quick_copy *x = a, *y = b;
	return x->at - y->at;
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
	qsort(ret, count, sizeof(*ret), compare);
	return true;
}

/* Each copy writes 8 bytes, the next one over what was too much. */
static bool has_gaps(const struct ct_quick_copy *copies, uint32_t count,
		     uint32_t size)
{
	uint32_t end = 0;
	for (uint32_t i = 0; i < count && copies[i].at <= end; i++)
		end = copies[i].at + 8u;
	return end < size;
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
	    shape->size > CT_QUICK_OBJECT_MAX)
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

static uint32_t link_size(const struct ct_quick *quick,
			  const struct ct_quick_link *link)
{
	uint32_t size = link->size ? link->size : quick->string;
	return (uint32_t)sizeof(struct ct_blob) + ct_pad8(size);
}

static bool is_input(const struct ct_quick *quick, uint32_t offset)
{
	for (unsigned i = 0; i < quick->link_count; i++)
		if (quick->links[i].offset == offset)
			return true;
	return false;
}

/* What follows of the rest. */
static void complete(struct ct_quick *quick)
{
	quick->most = (uint32_t)sizeof(struct ct_record) +
		      ct_pad8(quick->args_size) + ct_pad8(quick->result_size);
	bool nested = false;
	for (unsigned i = 0; i < quick->link_count; i++) {
		quick->most += link_size(quick, &quick->links[i]);
		nested |= quick->links[i].shape && quick->depth > 1;
	}
	if (nested)
		quick->most += NESTED;
	quick->answers = !quick->result_links;
	for (unsigned i = 0; i < quick->output_count; i++)
		quick->answers &= is_input(quick, quick->outputs[i].offset);
	for (unsigned i = 0; i < quick->result_copy_count; i++) {
		const struct ct_quick_copy *copy = &quick->result_copies[i];
		quick->result_xmm +=
		    copy->from >= offsetof(struct ct_regs, xmm);
		if (quick->value_size < copy->at + copy->size)
			quick->value_size = copy->at + copy->size;
	}
	quick->gaps =
	    has_gaps(quick->copies, quick->copy_count, quick->args_size) ||
	    has_gaps(quick->result_copies, quick->result_copy_count,
		     quick->result_size);
}

ct_ref ct_quick_compile(struct ct_region *region, const struct ct_plan *plan)
{
	struct ct_quick quick = {.args_size = plan->args_size,
				 .result_size = plan->result_size,
				 .string = plan->limits.string + 1};
	quick.depth = plan->limits.depth;
	quick.plan = ct_region_ref(region, plan);
	quick.result_links = plan->result_link_count != 0;
	if (plan->tail_rule || plan->result_indirect || !plan->limits.depth ||
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
	if (quick.string > STRING_MAX)
		return 0;
	complete(&quick);
	ct_ref ref = ct_region_alloc(region, sizeof(quick));
	struct ct_quick *copy = ct_region_at(region, ref);
	if (copy)
		*copy = quick;
	return ref;
}
