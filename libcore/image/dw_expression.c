/* SPDX-License-Identifier: MIT */
/* Location expressions and lists. */
#include "image/dw_internal.h"

struct ct_error *ct_die_expression(const struct ct_die *die, uint16_t attribute,
				   uint64_t pc, bool *found,
				   struct ct_expression *ret)
{
	(void)die;
	(void)attribute;
	(void)pc;
	(void)ret;
	*found = false;
	return NULL;
}

void ct_expression_deinit(struct ct_expression *expression)
{
	free(expression->ops);
	*expression = (struct ct_expression){0};
}
