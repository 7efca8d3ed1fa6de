/* SPDX-License-Identifier: MIT */
/*
 * The DWARF reader over a file of any bytes: every unit, DIE, attribute, line
 * and location of it, within a budget.
 */
#include "image/dw.h"
#include "image/dwarf_names.h"
#include "image/elf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	DIE_BUDGET = 2000,
	DEPTH_MAX = 32
};

struct walk {
	struct ct_dw *dw;
	unsigned dies, depth;
};

static void read_attribute(const struct ct_die *die, uint16_t attribute)
{
	const char *string;
	bool found;
	uint64_t number;
	struct ct_die target = {0};

	ct_die_has(die, attribute);
	ct_die_flag(die, attribute);
	ct_error_destroy(ct_die_string(die, attribute, &string));
	ct_error_destroy(ct_die_constant(die, attribute, &found, &number));
	ct_error_destroy(ct_die_reference(die, attribute, &target));
	if (ct_die_exists(&target))
		ct_die_tag(&target);
	ct_die_deinit(&target);
}

static void read_expression(const struct ct_die *die, uint16_t attribute,
			    uint64_t pc)
{
	struct ct_expression expression = {0};
	bool found = false;

	ct_error_destroy(
	    ct_die_expression(die, attribute, pc, &found, &expression));
	for (size_t i = 0; found && i < expression.count; i++) {
		struct ct_expression inner = {0};
		if (expression.ops[i].atom != DW_OP_entry_value)
			continue;
		ct_error_destroy(
		    ct_die_entry_value(die, &expression.ops[i], &inner));
		ct_expression_deinit(&inner);
	}
	if (found)
		ct_expression_deinit(&expression);
}

static void read_code(struct walk *walk, const struct ct_die *die)
{
	bool found = false, covers;
	uint64_t pc = 0;
	const char *file;
	unsigned line;

	ct_error_destroy(ct_die_entry_pc(die, &found, &pc));
	ct_error_destroy(ct_die_covers(die, pc + 1, &covers));
	if (found)
		ct_error_destroy(ct_dw_line_at(walk->dw, pc, &file, &line));
	read_expression(die, DW_AT_location, pc);
	read_expression(die, DW_AT_location, 0x1140);
	read_expression(die, DW_AT_frame_base, pc);
	read_expression(die, DW_AT_upper_bound, pc);
}

static struct ct_error *visit(struct ct_die *die, void *arg, bool *stop)
{
	static const uint16_t attributes[] = {
	    DW_AT_name,         DW_AT_type,
	    DW_AT_byte_size,    DW_AT_abstract_origin,
	    DW_AT_sibling,      DW_AT_specification,
	    DW_AT_const_value,  DW_AT_external,
	    DW_AT_linkage_name, DW_AT_low_pc,
	    DW_AT_import,       DW_AT_dwo_name,
	    DW_AT_signature};
	struct walk *walk = arg;

	if (++walk->dies > DIE_BUDGET || walk->depth > DEPTH_MAX) {
		*stop = true;
		return NULL;
	}
	for (size_t i = 0; i < sizeof(attributes) / sizeof(*attributes); i++)
		read_attribute(die, attributes[i]);
	read_code(walk, die);
	struct ct_die again = {0};
	ct_error_destroy(ct_die_by_id(ct_die_id(die), &again));
	ct_die_deinit(&again);
	walk->depth++;
	struct ct_error *err = ct_die_for_each_child(die, visit, walk);
	walk->depth--;
	*stop = walk->dies > DIE_BUDGET;
	return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ct_elf *elf;
	struct ct_dw *dw = NULL;
	/* A path with which no .dwo or alternate file is found by chance. */
	struct ct_error *err =
	    ct_elf_open_memory("/nonexistent/fuzzed", data, size, &elf);
	if (err) {
		ct_error_destroy(err);
		return 0;
	}
	ct_error_destroy(ct_dw_open(elf, &dw));
	if (dw) {
		struct walk walk = {.dw = dw};
		struct ct_die die = {0};
		ct_error_destroy(ct_dw_for_each_unit(dw, visit, &walk));
		ct_error_destroy(ct_dw_unit_at(dw, 0x1140, &die));
		ct_die_deinit(&die);
	}
	ct_dw_close(dw);
	ct_elf_close(elf);
	return 0;
}
