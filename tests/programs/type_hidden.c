/* SPDX-License-Identifier: MIT */
/* The only unit that knows what is in struct hidden. */
#include "type_shapes.h"

static struct hidden hidden = {1, "hidden"};
union hidden_union hidden_union = {2};

int use_hidden(void);

int use_hidden(void)
{
	return hidden.secret + hidden.text[0] + hidden_union.i;
}
