/* SPDX-License-Identifier: MIT */
/* Names for addresses of the running program, with a cache: the same few call
 * sites and handlers are asked for again and again. */
#include "program/internal.h"

static struct ct_address_name look_up(struct ct_program *program, uint64_t addr)
{
	struct ct_address_name name = {0};
	struct ct_module *module = ct_program_module_at(program, addr);
	if (!module)
		return name;
	name.module = module;
	const struct ct_symbol *symbol = NULL;
	/* Damaged debug information names nothing; that is no reason to lose
	 * the event that asks. */
	ct_error_destroy(
	    ct_image_symbol_at(module->image, addr - module->bias, &symbol));
	if (symbol) {
		name.symbol = symbol->name;
		name.offset = addr - module->bias - symbol->addr;
	}
	ct_error_destroy(ct_image_line_at(module->image, addr - module->bias,
					  &name.file, &name.line));
	return name;
}

struct ct_address_name ct_program_name_address(struct ct_program *program,
					       uint64_t addr)
{
	/* Open addressing; when it is full, it starts anew. */
	if (program->name_count > CT_NAMES_MAX / 2)
		program->name_count = 0;
	if (!program->name_count)
		for (size_t i = 0; i < CT_NAMES_MAX; i++)
			program->names[i].addr = 0;
	size_t at = (addr * 0x9e3779b97f4a7c15u >> 32) % CT_NAMES_MAX;
	while (program->names[at].addr && program->names[at].addr != addr)
		at = (at + 1) % CT_NAMES_MAX;
	if (!program->names[at].addr) {
		program->names[at].addr = addr;
		program->names[at].name = look_up(program, addr);
		program->name_count++;
	}
	return program->names[at].name;
}
