/* SPDX-License-Identifier: MIT */
/* Attributes of a DIE, by name and by class. */
#include "image/dw_internal.h"

struct ct_error *dw_die_value(const struct ct_die *die, uint16_t attribute,
			      struct dw_value *ret)
{
	return dw_unit_attribute(die->unit, ct_die_id(die).offset, attribute,
				 ret);
}

bool ct_die_has(const struct ct_die *die, uint16_t attribute)
{
	struct dw_value value;
	struct ct_error *err = dw_die_value(die, attribute, &value);

	ct_error_destroy(err);
	return !err && value.form;
}

bool ct_die_flag(const struct ct_die *die, uint16_t attribute)
{
	struct dw_value value;
	struct ct_error *err = dw_die_value(die, attribute, &value);

	if (err || value.form != DW_FORM_flag) {
		ct_error_destroy(err);
		return !err && value.form == DW_FORM_flag_present;
	}
	uint64_t flag = 0;
	ct_error_destroy(dw_value_number(&value, &flag));
	return flag != 0;
}

struct ct_error *ct_die_string(const struct ct_die *die, uint16_t attribute,
			       const char **ret)
{
	struct dw_value value;
	struct ct_error *err = dw_die_value(die, attribute, &value);
	if (err)
		return err;
	if (dw_form_class(value.form) != DW_CLASS_STRING) {
		*ret = NULL;
		return NULL;
	}
	return dw_value_string(&value, ret);
}

struct ct_error *ct_die_constant(const struct ct_die *die, uint16_t attribute,
				 bool *found, uint64_t *ret)
{
	struct dw_value value;
	struct ct_error *err = dw_die_value(die, attribute, &value);
	if (err)
		return err;
	bool constant = dw_form_class(value.form) == DW_CLASS_CONSTANT;
	if (constant)
		err = dw_value_number(&value, ret);
	if (!err)
		*found = constant;
	return err;
}

struct ct_error *ct_die_reference(const struct ct_die *die, uint16_t attribute,
				  struct ct_die *ret)
{
	struct dw_value value;
	struct ct_error *err = dw_die_value(die, attribute, &value);
	if (err)
		return err;
	if (dw_form_class(value.form) != DW_CLASS_REFERENCE) {
		*ret = (struct ct_die){0};
		return NULL;
	}
	return dw_value_reference(&value, ret);
}
