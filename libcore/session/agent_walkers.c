/* SPDX-License-Identifier: MIT */
/*
 * Languages that walk their stacks themselves, and collectors that scan those
 * of other threads.
 *
 * The return address of a hooked function is the agent's.  An unwinder finds a
 * row of .eh_frame for it; a collector with tables of its own, of return
 * addresses, does not, and ends the program or takes the frame for something
 * else.
 *
 * Neither tells by DWARF which functions are meant: OCaml's have line numbers
 * alone, and both have C beside them that may be hooked as any other.
 */
#include <ctype.h>
#include <string.h>

#include "image/image.h"
#include "session/agent.h"

static const struct ct_symbol *find(const struct ct_module *module,
				    const char *name)
{
	size_t count = 0;
	const struct ct_symbol *const *symbols;
	struct ct_error *err =
	    ct_image_symbols_named(module->image, name, &count, &symbols);
	if (err || !count || !symbols[0]->is_defined) {
		ct_error_destroy(err);
		return NULL;
	}
	return symbols[0];
}

static bool is_between(const struct ct_watch *watch, const char *low,
		       const char *high)
{
	const struct ct_symbol *first = find(watch->module, low);
	const struct ct_symbol *last = find(watch->module, high);
	for (size_t i = 0; first && last && i < watch->symbol_count; i++)
		if (watch->symbols[i]->addr - first->addr <
		    last->addr - first->addr)
			return true;
	return false;
}

/* A module's functions are camlModule__name_N, since OCaml 5.1 with a dot or
 * a dollar sign; the runtime's own assembly lies between two symbols. */
static bool is_ocaml(const struct ct_watch *watch)
{
	static const char prefix[] = "caml";
	const size_t size = sizeof(prefix) - 1;
	if (is_between(watch, "caml_system__code_begin",
		       "caml_system__code_end"))
		return true;
	return !strncmp(watch->symbol, prefix, size) &&
	       isupper((unsigned char)watch->symbol[size]) &&
	       (find(watch->module, "caml_system__code_begin") ||
		find(watch->module, "caml_plugin_header"));
}

const char *ct_agent_refuse_walker(const struct ct_watch *watch)
{
	/* All of Go's code, the linker has put together. */
	if (is_between(watch, "runtime.text", "runtime.etext"))
		return "Go walks its stacks by tables of its own";
	if (is_ocaml(watch))
		return "OCaml walks its stack by tables of its own";
	return NULL;
}

bool ct_agent_is_scanned(struct ct_program *program)
{
	/* Of Boehm's collector, D's runtime and Mono. */
	static const char *const names[] = {
	    "GC_gcollect",
	    "thread_suspendAll",
	    "mono_gc_collect",
	};
	const struct ct_module *module;
	for (size_t i = 0; (module = ct_program_module(program, i)); i++)
		for (size_t j = 0; j < sizeof(names) / sizeof(*names); j++)
			if (module->is_mapped && find(module, names[j]))
				return true;
	return false;
}
