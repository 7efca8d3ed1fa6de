/* SPDX-License-Identifier: MIT */
/*
 * Attributes that a DIE leaves to another: the concrete instance of a function
 * to its abstract one (DW_AT_abstract_origin), a definition to an earlier
 * declaration (DW_AT_specification).  DWARF 5, 3.3.8 and 2.13.2.
 */
#include "type/types.h"

/* Longest chain of origins. */
enum {
	ORIGIN_DEPTH_MAX = 8
};

static struct ct_error *too_long(void)
{
	return ct_error_format(CT_ERROR_BAD_DATA,
			       "more than %d origins behind a DIE",
			       ORIGIN_DEPTH_MAX);
}

struct ct_error *ct_die_with(const struct ct_die *die, uint16_t attribute,
			     struct ct_die *ret)
{
	if (ct_die_has(die, attribute))
		return ct_die_by_id(ct_die_id(die), ret);

	struct ct_die CT_AUTO_DIE current = {0};
	for (int depth = 0; depth < ORIGIN_DEPTH_MAX; depth++) {
		struct ct_die origin = {0};
		struct ct_error *err =
		    ct_die_reference(die, DW_AT_abstract_origin, &origin);
		if (!err && !ct_die_exists(&origin))
			err =
			    ct_die_reference(die, DW_AT_specification, &origin);
		if (err)
			return err;
		ct_die_deinit(&current);
		current = origin;
		die = &current;
		if (!ct_die_exists(&current) ||
		    ct_die_has(&current, attribute)) {
			*ret = current;
			current = (struct ct_die){0};
			return NULL;
		}
	}
	return too_long();
}

struct ct_error *ct_die_inherited_string(const struct ct_die *die,
					 uint16_t attribute, const char **ret)
{
	struct ct_die CT_AUTO_DIE owner = {0};
	struct ct_error *err = ct_die_with(die, attribute, &owner);
	if (err)
		return err;
	if (ct_die_exists(&owner))
		return ct_die_string(&owner, attribute, ret);
	*ret = NULL;
	return NULL;
}

struct ct_error *ct_die_inherited_flag(const struct ct_die *die,
				       uint16_t attribute, bool *ret)
{
	struct ct_die CT_AUTO_DIE owner = {0};
	struct ct_error *err = ct_die_with(die, attribute, &owner);
	if (err)
		return err;
	*ret = ct_die_exists(&owner) && ct_die_flag(&owner, attribute);
	return NULL;
}

struct ct_error *ct_die_inherited_constant(const struct ct_die *die,
					   uint16_t attribute, uint64_t *ret)
{
	bool found = false;
	uint64_t value = 0;
	struct ct_die CT_AUTO_DIE owner = {0};
	struct ct_error *err = ct_die_with(die, attribute, &owner);
	if (!err && ct_die_exists(&owner))
		err = ct_die_constant(&owner, attribute, &found, &value);
	if (err)
		return err;
	*ret = found ? value : 0;
	return NULL;
}

struct ct_error *ct_die_origin(const struct ct_die *die, struct ct_die *ret)
{
	struct ct_die CT_AUTO_DIE current = {0};
	struct ct_error *err = ct_die_by_id(ct_die_id(die), &current);
	for (int depth = 0; !err && depth < ORIGIN_DEPTH_MAX; depth++) {
		struct ct_die origin = {0};
		err =
		    ct_die_reference(&current, DW_AT_abstract_origin, &origin);
		if (err)
			break;
		if (!ct_die_exists(&origin)) {
			*ret = current;
			current = (struct ct_die){0};
			return NULL;
		}
		ct_die_deinit(&current);
		current = origin;
	}
	return err ? err : too_long();
}
