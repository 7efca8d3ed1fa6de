/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "image/image.h"
#include "type/types.h"

struct ct_error *ct_types_create(struct ct_image *image, struct ct_types **ret)
{
	struct ct_types *types = calloc(1, sizeof(*types));
	if (!types)
		return &ct_enomem;
	types->image = image;
	ct_arena_init(&types->arena);
	types->source.arena = &types->arena;
	types->source.fill = ct_type_fill_parts;
	struct ct_error *err = ct_image_dw(image, &types->dw);
	if (err) {
		ct_types_destroy(types);
		return err;
	}
	*ret = types;
	return NULL;
}

void ct_types_destroy(struct ct_types *types)
{
	if (!types)
		return;
	ct_types_deinit_inlined(types);
	ct_types_deinit_declarations(types);
	ct_types_deinit_functions(types);
	ct_types_deinit_cache(types);
	ct_arena_deinit(&types->arena);
	free(types);
}
