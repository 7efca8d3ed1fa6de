/* SPDX-License-Identifier: MIT */
/*
 * How often functions are inlined: a walk over all code of all units.
 *
 * Copies are counted by the DIE that they are copies of, and only then by
 * name, because there are far fewer originals than copies.
 */
#include <stdlib.h>
#include <string.h>

#include "type/types.h"

struct inlined_origin {
	struct die_key key;
	struct ct_die_id id;
	size_t count;
	UT_hash_handle hh;
};

struct inlined_name {
	const char *name;
	size_t count;
	UT_hash_handle hh;
};

struct inlined {
	struct ct_arena arena;
	struct inlined_origin *origins;
	struct inlined_name *names;
	unsigned depth;
};

enum {
	DEPTH_MAX = 512
};

/* What can have inlined code in it. */
static bool is_scope(uint16_t tag)
{
	switch (tag) {
	case DW_TAG_subprogram:
	case DW_TAG_inlined_subroutine:
	case DW_TAG_lexical_block:
	case DW_TAG_try_block:
	case DW_TAG_catch_block:
	case DW_TAG_namespace:
	case DW_TAG_module:
		return true;
	default:
		return false;
	}
}

static struct ct_error *count_origin(struct inlined *inlined,
				     const struct ct_die *die)
{
	struct ct_die CT_AUTO_DIE origin = {0};
	struct ct_error *err =
	    ct_die_reference(die, DW_AT_abstract_origin, &origin);
	if (err || !ct_die_exists(&origin))
		return err;
	struct inlined_origin *known;
	struct die_key key = die_key(&origin);
	HASH_FIND(hh, inlined->origins, &key, sizeof(key), known);
	if (!known) {
		known = ct_arena_alloc(&inlined->arena, sizeof(*known));
		if (!known)
			return &ct_enomem;
		known->key = key;
		known->id = ct_die_id(&origin);
		HASH_ADD(hh, inlined->origins, key, sizeof(known->key), known);
		if (!known->hh.tbl)
			return &ct_enomem;
	}
	known->count++;
	return NULL;
}

static struct ct_error *walk_scope(struct ct_die *die, void *arg, bool *stop)
{
	(void)stop;
	struct inlined *inlined = arg;
	uint16_t tag = ct_die_tag(die);
	if (!is_scope(tag))
		return NULL;
	if (tag == DW_TAG_inlined_subroutine) {
		struct ct_error *err = count_origin(inlined, die);
		if (err)
			return err;
	}
	if (inlined->depth == DEPTH_MAX)
		return ct_error_format(CT_ERROR_BAD_DATA,
				       "code nested more than %d deep",
				       DEPTH_MAX);
	inlined->depth++;
	struct ct_error *err = ct_die_for_each_child(die, walk_scope, inlined);
	inlined->depth--;
	return err;
}

static struct ct_error *walk_unit(struct ct_die *die, void *arg, bool *stop)
{
	(void)stop;
	if (ct_die_tag(die) == DW_TAG_type_unit)
		return NULL;
	return ct_die_for_each_child(die, walk_scope, arg);
}

static struct ct_error *add_name(struct inlined *inlined,
				 const struct inlined_origin *origin)
{
	struct ct_die CT_AUTO_DIE die = {0};
	struct ct_error *err = ct_die_by_id(origin->id, &die);
	if (err)
		return err;
	const char *name;
	err = ct_die_inherited_string(&die, DW_AT_name, &name);
	if (err || !name)
		return err;
	struct inlined_name *known;
	HASH_FIND_STR(inlined->names, name, known);
	if (!known) {
		known = ct_arena_alloc(&inlined->arena, sizeof(*known));
		if (!known)
			return &ct_enomem;
		known->name = name;
		HASH_ADD_KEYPTR(hh, inlined->names, name, strlen(name), known);
		if (!known->hh.tbl)
			return &ct_enomem;
	}
	known->count += origin->count;
	return NULL;
}

static struct ct_error *inlined_read(struct ct_dw *dw, struct inlined *inlined)
{
	struct ct_error *err = ct_dw_for_each_unit(dw, walk_unit, inlined);
	struct inlined_origin *origin, *next;
	HASH_ITER (hh, inlined->origins, origin, next) {
		if (!err)
			err = add_name(inlined, origin);
	}
	return err;
}

static void inlined_destroy(struct inlined *inlined)
{
	HASH_CLEAR(hh, inlined->origins);
	HASH_CLEAR(hh, inlined->names);
	ct_arena_deinit(&inlined->arena);
	free(inlined);
}

struct ct_error *ct_types_inlined_count(struct ct_types *types,
					const char *name, size_t *ret)
{
	if (!types->inlined && types->dw) {
		struct inlined *inlined = calloc(1, sizeof(*inlined));
		if (!inlined)
			return &ct_enomem;
		ct_arena_init(&inlined->arena);
		struct ct_error *err = inlined_read(types->dw, inlined);
		if (err) {
			inlined_destroy(inlined);
			return err;
		}
		types->inlined = inlined;
	}
	struct inlined_name *known = NULL;
	if (types->inlined)
		HASH_FIND_STR(types->inlined->names, name, known);
	*ret = known ? known->count : 0;
	return NULL;
}

void ct_types_deinit_inlined(struct ct_types *types)
{
	if (types->inlined)
		inlined_destroy(types->inlined);
}
