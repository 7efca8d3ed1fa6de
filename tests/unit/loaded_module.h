/* SPDX-License-Identifier: MIT */
/* A library that is loaded here: its functions, and room for pads near it. */
#ifndef TESTS_UNIT_LOADED_MODULE_H
#define TESTS_UNIT_LOADED_MODULE_H

#include <link.h>

#include "agent_fixture.h"

#include "image/extent.h"
#include "image/image.h"

enum {
	PATCHES_MAX = 8192,
	PADS_SIZE = PATCHES_MAX * CT_HOOK_PAD_MAX,
};

/* A loaded library: its file and where it is. */
struct module {
	struct ct_image *image;
	uint64_t base, text, text_end;
	struct ct_branches *branches;
	struct ct_extents *extents;
	uint64_t pads;
	const struct ct_symbol *const *symbols;
	size_t symbol_count;
};

static int find_text(struct dl_phdr_info *info, size_t size, void *arg)
{
	struct module *module = arg;
	(void)size;
	if (info->dlpi_addr != module->base)
		return 0;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &info->dlpi_phdr[i];
		if (header->p_type != PT_LOAD || !(header->p_flags & PF_X))
			continue;
		module->text = module->base + header->p_vaddr;
		module->text_end = module->text + header->p_memsz;
	}
	return 1;
}

static void open_module(const char *name, struct module *module)
{
	struct link_map *map = dlopen(name, RTLD_NOW);
	assert_non_null(map);
	*module = (struct module){.base = map->l_addr};
	fail_error(ct_image_open(map->l_name, &module->image));
	dl_iterate_phdr(find_text, module);
	assert_true(module->text_end > module->text);
	module->branches = ct_branches_create();
	assert_true(ct_branches_add(module->branches, module->text,
				    (const uint8_t *)module->text,
				    module->text_end - module->text));
	fail_error(ct_extents_read(module->image, &module->extents));
	void *pads = mmap((void *)((module->base - (700 << 20)) & ~0xfffull),
			  PADS_SIZE, PROT_READ | PROT_WRITE | PROT_EXEC,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(pads, MAP_FAILED);
	module->pads = (uintptr_t)pads;
	fail_error(ct_image_symbols(module->image, &module->symbol_count,
				    &module->symbols));
}

AGENT_UNUSED static void close_module(struct module *module)
{
	munmap((void *)module->pads, PADS_SIZE);
	ct_branches_destroy(module->branches);
	ct_extents_destroy(module->extents);
	ct_image_close(module->image);
}

static int by_address(const void *a, const void *b)
{
	const struct ct_symbol *const *x = a, *const *y = b;
	return ((*x)->addr > (*y)->addr) - ((*x)->addr < (*y)->addr);
}

/* Its functions, one for each address. */
static size_t functions_of(const struct module *module,
			   const struct ct_symbol **ret, size_t max)
{
	const struct ct_symbol **all =
	    calloc(module->symbol_count, sizeof(*all));
	size_t count = 0, kept = 0;
	for (size_t i = 0; i < module->symbol_count; i++) {
		const struct ct_symbol *symbol = module->symbols[i];
		if (symbol->kind == CT_SYMBOL_FUNCTION && symbol->is_defined &&
		    symbol->size)
			all[count++] = symbol;
	}
	qsort(all, count, sizeof(*all), by_address);
	for (size_t i = 0; i < count && kept < max; i++)
		if (!kept || ret[kept - 1]->addr != all[i]->addr)
			ret[kept++] = all[i];
	free(all);
	return kept;
}

#endif
