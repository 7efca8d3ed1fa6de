/* SPDX-License-Identifier: MIT */
/* Attributes of a DIE: found by libdwarf, decoded by dw_form.c. */
#include "image/dw_internal.h"

static bool is_unit_die(const struct ct_die *die)
{
	return ct_die_id(die).offset == die->unit->die_offset;
}

/* Where libdwarf's attribute stands, in our section. */
static struct ct_error *value_locate(const struct ct_die *die,
				     Dwarf_Attribute attribute,
				     struct dw_value *ret)
{
	struct dw_unit *unit = die->unit;
	Dwarf_Error error = NULL;
	Dwarf_Half form;
	Dwarf_Off offset;
	Dwarf_Signed implicit = 0;

	int result = dwarf_whatform(attribute, &form, &error);
	if (result == DW_DLV_OK)
		result =
		    dwarf_attr_offset(die->handle, attribute, &offset, &error);
	if (result == DW_DLV_OK && form == DW_FORM_implicit_const)
		result = dwarf_formsdata(attribute, &implicit, &error);
	if (result != DW_DLV_OK)
		return dw_libdwarf_error(unit, ct_die_id(die).offset, error);
	if (offset > unit->end - unit->offset)
		return dw_damage(unit->dw, dw_unit_section(unit), offset,
				 "an attribute out of its unit");

	const struct dw_span *span = &unit->dw->sections[dw_unit_section(unit)];
	*ret = (struct dw_value){.unit = unit,
				 .bytes = span->data + unit->offset + offset,
				 .implicit = implicit,
				 .form = form};
	return NULL;
}

struct ct_error *dw_die_value(const struct ct_die *die, uint16_t attribute,
			      struct dw_value *ret)
{
	struct dw_unit *unit = die->unit;

	if (dw_attribute_is_hidden(attribute) && is_unit_die(die)) {
		const struct dw_value *top = dw_unit_top_value(unit, attribute);
		*ret = top ? *top : (struct dw_value){0};
		return NULL;
	}
	Dwarf_Attribute handle;
	Dwarf_Error error = NULL;
	int result = dwarf_attr(die->handle, attribute, &handle, &error);
	if (result == DW_DLV_NO_ENTRY) {
		*ret = (struct dw_value){0};
		return NULL;
	}
	if (result != DW_DLV_OK)
		return dw_libdwarf_error(unit, ct_die_id(die).offset, error);
	struct ct_error *err = value_locate(die, handle, ret);
	dwarf_dealloc_attribute(handle);
	if (!err)
		ret->name = attribute;
	return err;
}

bool ct_die_has(const struct ct_die *die, uint16_t attribute)
{
	Dwarf_Bool has = 0;
	Dwarf_Error error = NULL;

	if (dw_attribute_is_hidden(attribute) && is_unit_die(die))
		return dw_unit_top_value(die->unit, attribute) != NULL;
	if (dwarf_hasattr(die->handle, attribute, &has, &error) == DW_DLV_ERROR)
		dwarf_dealloc_error(die->unit->dbg, error);
	return has;
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
