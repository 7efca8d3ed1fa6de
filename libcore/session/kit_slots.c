/* SPDX-License-Identifier: MIT */
/*
 * A dynamic program's own calls: all go through words that the dynamic loader
 * fills in, the slots of its file.  That a linker's --wrap would have changed
 * the same calls is why these are pointed at the kit's wrappers: pointers to
 * functions are slots, too, and what libraries call is not.
 */
#include <string.h>

#include "image/image.h"
#include "session/kit.h"

/* The symbol that a slot binds to: of its version, else the default one. */
static const struct ct_symbol *choose(const struct ct_symbol *const *symbols,
				      size_t count, const char *version)
{
	const struct ct_symbol *best = NULL;
	for (size_t i = 0; i < count; i++) {
		const struct ct_symbol *symbol = symbols[i];
		if (!symbol->is_defined || !symbol->is_dynamic ||
		    symbol->kind == CT_SYMBOL_OBJECT)
			continue;
		if (version && symbol->version &&
		    !strcmp(version, symbol->version))
			return symbol;
		if (!best)
			best = symbol;
	}
	return best;
}

/* The function that the loader finds for a name, in the order of look-up. */
static struct ct_error *look_up(struct ct_session *session, pid_t tid,
				const struct ct_slot *slot, uint64_t *ret)
{
	struct ct_module *module;
	for (size_t i = 0; (module = ct_program_module(session->program, i));
	     i++) {
		size_t count = 0;
		const struct ct_symbol *const *symbols;
		if (!module->is_mapped || module->is_loader)
			continue;
		struct ct_error *err = ct_image_symbols_named(
		    module->image, slot->name, &count, &symbols);
		if (err)
			return err;
		const struct ct_symbol *symbol =
		    choose(symbols, count, slot->version);
		if (!symbol)
			continue;
		*ret = symbol->addr + module->bias;
		return symbol->kind == CT_SYMBOL_IFUNC
			   ? ct_session_resolve_ifunc(session, tid, *ret, ret)
			   : NULL;
	}
	return NULL;
}

/*
 * What the slot holds is the real function when it is code of a library.  In
 * the program itself lie its stubs: of a slot that is not bound yet, and the
 * one that is the function's address for everybody in a program that is not
 * relocatable.  These would lead back to the slot.
 */
static struct ct_error *find_real(struct ct_session *session, pid_t tid,
				  const struct ct_slot *slot, uint64_t held,
				  uint64_t *ret)
{
	const struct ct_module *module =
	    ct_program_module_at(session->program, held);
	*ret = 0;
	if (!held)
		return NULL;
	if (module && !module->is_main &&
	    ct_image_has_code_at(module->image, held - module->bias)) {
		*ret = held;
		return NULL;
	}
	return look_up(session, tid, slot, ret);
}

/* The kit's own pointers to the real functions, linked as an archive. */
static bool is_real(const struct ct_kit *kit, uint64_t addr)
{
	for (size_t i = 0; i < kit->count; i++)
		if (kit->functions[i].real_at == addr)
			return true;
	return false;
}

static struct ct_error *point_slot(struct ct_session *session, pid_t tid,
				   const struct ct_slot *slot, uint64_t addr,
				   struct ct_kit_function *function)
{
	uint64_t held;
	pid_t pid = session->now->pid;
	struct ct_error *err = ct_process_read_slot(pid, addr, &held);
	if (err)
		return err;
	/* Done before: GDB was attached to it once. */
	if (held == function->wrapper) {
		function->has_call = true;
		return NULL;
	}
	if (!function->real) {
		err = find_real(session, tid, slot, held, &function->real);
		if (!err && function->real)
			err = ct_process_write_slot(pid, function->real_at,
						    function->real);
	}
	if (err || !function->real)
		return err;
	function->has_call = true;
	return ct_process_write_slot(pid, addr, function->wrapper);
}

struct ct_error *ct_kit_point_slots(struct ct_session *session, pid_t tid,
				    struct ct_kit *kit)
{
	size_t count;
	const struct ct_slot *slots;
	struct ct_module *main = ct_program_module(session->program, 0);
	struct ct_error *err = ct_image_slots(main->image, &count, &slots);
	for (size_t i = 0; !err && i < count; i++) {
		struct ct_kit_function *function =
		    slots[i].name && !slots[i].addend
			? ct_kit_find(kit, slots[i].name)
			: NULL;
		uint64_t addr = slots[i].addr + main->bias;
		if (!function || is_real(kit, addr))
			continue;
		err = point_slot(session, tid, &slots[i], addr, function);
		if (err)
			err = ct_error_prefix(err, "%s", function->name);
	}
	return err;
}
