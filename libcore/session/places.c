/* SPDX-License-Identifier: MIT */
/*
 * Where to stop in the running program, found anew whenever files come or go
 * or other functions are watched.
 *
 * A function is met at its exact first instruction.  Breakpoints of GDB skip
 * the prologue; there the return address is no longer at the stack pointer.
 * With CT_SCOPE_PROGRAM it is met at a pad that the main program's slots are
 * pointed at, so that other callers cost nothing.  An IFUNC's address is asked
 * of its resolver, in the program itself, once its file has been relocated.
 */
#include <string.h>
#include <sys/mman.h>

#include "ctester/process.h"
#include "image/image.h"
#include "session/agent.h"
#include "session/detour.h"

void ct_session_forget_places(struct ct_session *session)
{
	struct ct_place_entry *place, *next_place;
	HASH_ITER (hh, session->now->places, place, next_place) {
		HASH_DEL(session->now->places, place);
		free(place);
	}
	struct ct_resolved *resolved, *next_resolved;
	HASH_ITER (hh, session->now->resolved, resolved, next_resolved) {
		HASH_DEL(session->now->resolved, resolved);
		free(resolved);
	}
	struct ct_bypass *bypass, *next_bypass;
	HASH_ITER (hh, session->now->bypasses, bypass, next_bypass) {
		HASH_DEL(session->now->bypasses, bypass);
		free(bypass);
	}
	ct_pads_destroy(session->now->pads);
	session->now->pads = NULL;
	session->now->return_pad = 0;
	ct_session_forget_detours(session);
	for (size_t i = 0; i < session->watch_count; i++)
		session->watches[i]->place_count = 0;
}

size_t ct_session_places(struct ct_session *session, uint64_t *ret,
			 size_t capacity)
{
	size_t count = 0;
	for (const struct ct_place_entry *place = session->now->places; place;
	     place = place->hh.next) {
		if (place->hooked)
			continue;
		if (count < capacity)
			ret[count] = place->addr;
		count++;
	}
	return count;
}

struct ct_place_entry *ct_session_get_place(struct ct_session *session,
					    uint64_t addr)
{
	struct ct_place_entry *place;
	HASH_FIND(hh, session->now->places, &addr, sizeof(addr), place);
	if (place)
		return place;
	place = calloc(1, sizeof(*place));
	if (!place)
		return NULL;
	place->addr = addr;
	HASH_ADD(hh, session->now->places, addr, sizeof(place->addr), place);
	return place;
}

static struct ct_error *add_place(struct ct_session *session,
				  struct ct_watch *watch, uint64_t addr,
				  uint64_t pad_to)
{
	struct ct_place_entry *place = ct_session_get_place(session, addr);
	if (!place)
		return &ct_enomem;
	if (!place->watch) {
		place->watch = watch;
		place->pad_to = pad_to;
	}
	watch->place_count += place->watch == watch;
	return NULL;
}

struct ct_error *ct_session_resolve_ifunc(struct ct_session *session, pid_t tid,
					  uint64_t resolver, uint64_t *ret)
{
	struct ct_resolved *known;
	HASH_FIND(hh, session->now->resolved, &resolver, sizeof(resolver),
		  known);
	if (known) {
		*ret = known->target;
		return NULL;
	}
	uint64_t target;
	struct ct_error *err = ct_process_call(session->now->pid, tid, resolver,
					       NULL, 0, 0, &target);
	if (err)
		return err;
	known = calloc(1, sizeof(*known));
	if (!known)
		return &ct_enomem;
	known->resolver = resolver;
	known->target = *ret = target;
	HASH_ADD(hh, session->now->resolved, resolver, sizeof(resolver), known);
	return NULL;
}

/* The runtime address of a symbol; 0 while it cannot be known. */
static struct ct_error *address_of(struct ct_session *session, pid_t tid,
				   const struct ct_watch *watch,
				   const struct ct_symbol *symbol,
				   uint64_t *ret)
{
	uint64_t addr = symbol->addr + watch->module->bias;
	*ret = addr;
	if (symbol->kind != CT_SYMBOL_IFUNC)
		return NULL;
	*ret = 0;
	return session->now->settled
		   ? ct_session_resolve_ifunc(session, tid, addr, ret)
		   : NULL;
}

/* The calls that count at an entry, by where they return to. */
static void set_bounds(struct ct_session *session, struct ct_watch *watch)
{
	struct ct_target *target = watch->target;
	const struct ct_module *main = ct_program_module(session->program, 0);
	target->low = target->high = 0;
	if (watch->scope == CT_SCOPE_BOUNDARY && !watch->module->is_main) {
		target->low = watch->module->start;
		target->high = watch->module->end;
		target->low_high_excluded = true;
	} else if (watch->scope == CT_SCOPE_PROGRAM && main) {
		target->low = main->start;
		target->high = main->end;
		target->low_high_excluded = false;
	}
}

void ct_session_set_bounds(struct ct_session *session)
{
	for (size_t i = 0; i < session->watch_count; i++)
		set_bounds(session, session->watches[i]);
	ct_region_note_change(session->region);
}

static struct ct_error *plant_entries(struct ct_session *session, pid_t tid,
				      struct ct_watch *watch)
{
	set_bounds(session, watch);
	for (size_t i = 0; i < watch->symbol_count; i++) {
		uint64_t addr;
		struct ct_error *err =
		    address_of(session, tid, watch, watch->symbols[i], &addr);
		if (!err && addr)
			err = add_place(session, watch, addr, 0);
		if (err)
			return err;
	}
	return NULL;
}

/* open64 is open, where files are large anyway. */
static bool is_large_name(const struct ct_watch *watch, const char *name)
{
	size_t length = strlen(watch->symbol), count;
	const struct ct_symbol *const *symbols;
	if (strncmp(name, watch->symbol, length) || strcmp(name + length, "64"))
		return false;
	struct ct_error *err = ct_image_symbols_named(watch->module->image,
						      name, &count, &symbols);
	bool same =
	    !err && count && symbols[0]->addr == watch->symbols[0]->addr;
	ct_error_destroy(err);
	return same;
}

static bool is_slot_of(const struct ct_slot *slot, const struct ct_watch *watch)
{
	return slot->name && !slot->addend &&
	       (!strcmp(slot->name, watch->symbol) ||
		is_large_name(watch, slot->name));
}

bool ct_session_has_slot(struct ct_session *session, const char *name)
{
	struct ct_module *main = ct_program_module(session->program, 0);
	size_t count;
	const struct ct_slot *slots;
	struct ct_error *err = ct_image_slots(main->image, &count, &slots);
	for (size_t i = 0; !err && i < count; i++)
		if (slots[i].name && !slots[i].addend &&
		    !strcmp(slots[i].name, name))
			return true;
	ct_error_destroy(err);
	return false;
}

/* The symbol that a slot binds to: of its version, else the default one. */
static const struct ct_symbol *bound_symbol(const struct ct_slot *slot,
					    const struct ct_watch *watch)
{
	for (size_t i = 0; i < watch->symbol_count; i++)
		if (slot->version && watch->symbols[i]->version &&
		    !strcmp(slot->version, watch->symbols[i]->version))
			return watch->symbols[i];
	return watch->symbols[0];
}

static struct ct_error *point_to_pad(struct ct_session *session, pid_t tid,
				     struct ct_watch *watch, uint64_t slot,
				     uint64_t real)
{
	uint64_t now, pad;
	struct ct_error *err =
	    ct_process_read_slot(session->now->pid, slot, &now);
	if (err)
		return err;
	if (session->now->pads && ct_pads_contain(session->now->pads, now))
		return add_place(session, watch, now, real);
	/* A C test's wrapper is to be called all the same. */
	if (ct_session_is_kit_wrapper(session, now))
		real = now;
	if (!session->now->pads)
		err = ct_pads_create(session->now->pid, &session->now->pads);
	if (!err)
		err = ct_pads_add(session->now->pads, tid, real, &pad);
	if (!err)
		err = ct_process_write_slot(session->now->pid, slot, pad);
	return err ? err : add_place(session, watch, pad, real);
}

/* The main program's slots; *found when it has any. */
static struct ct_error *plant_slots(struct ct_session *session, pid_t tid,
				    struct ct_watch *watch, bool *found)
{
	struct ct_module *main = ct_program_module(session->program, 0);
	size_t count;
	const struct ct_slot *slots;
	struct ct_error *err = ct_image_slots(main->image, &count, &slots);
	*found = false;
	for (size_t i = 0; !err && i < count; i++) {
		if (!is_slot_of(&slots[i], watch))
			continue;
		uint64_t real;
		*found = true;
		err = address_of(session, tid, watch,
				 bound_symbol(&slots[i], watch), &real);
		if (!err && real)
			err = point_to_pad(session, tid, watch,
					   slots[i].addr + main->bias, real);
	}
	return err;
}

/* open64 where the source says open: the program calls the same function by
 * another of its names. */
static bool is_called_otherwise(struct ct_session *session,
				const struct ct_watch *watch)
{
	ct_ref own = ct_region_ref(session->region, watch->target);
	for (size_t i = 0; i < session->watch_count; i++) {
		const struct ct_watch *other = session->watches[i];
		if (other != watch && other->target->owner == own &&
		    other->module == watch->module &&
		    ct_session_has_slot(session, other->symbol))
			return true;
	}
	return false;
}

static struct ct_error *plant(struct ct_session *session, pid_t tid,
			      struct ct_watch *watch)
{
	watch->place_count = 0;
	watch->problem = NULL;
	if (!(watch->target->flags & CT_TARGET_ACTIVE))
		return NULL;
	if (!watch->module->is_mapped) {
		watch->problem = "its file is not loaded";
		return NULL;
	}
	if (watch->scope == CT_SCOPE_PROGRAM && !watch->module->is_main) {
		bool found;
		if (!session->now->settled) {
			watch->problem = "the program is still being linked";
			return NULL;
		}
		struct ct_error *err = plant_slots(session, tid, watch, &found);
		found = found || is_called_otherwise(session, watch);
		ct_watch_warn(session, watch, found);
		if (err || found)
			return err;
	}
	if (watch->module->is_main && session->now->settled)
		ct_watch_warn(session, watch, true);
	return plant_entries(session, tid, watch);
}

/* errno lies at a constant distance from the thread pointer.  Which one is
 * asked of the program. */
static void find_errno(struct ct_session *session, pid_t tid)
{
	struct ct_module *module;
	for (size_t i = 0; !session->now->errno_known &&
			   (module = ct_program_module(session->program, i));
	     i++) {
		size_t count;
		const struct ct_symbol *const *symbols;
		if (!module->is_mapped || module->is_loader)
			continue;
		struct ct_error *err = ct_image_symbols_named(
		    module->image, "__errno_location", &count, &symbols);
		if (err || !count || !symbols[0]->is_defined) {
			ct_error_destroy(err);
			continue;
		}
		uint64_t addr;
		struct ct_regs regs;
		err = ct_process_call(session->now->pid, tid,
				      symbols[0]->addr + module->bias, NULL, 0,
				      0, &addr);
		if (!err)
			err = ct_process_read_regs(tid, &regs);
		if (!err) {
			session->now->errno_known = true;
			session->now->errno_offset =
			    (int64_t)(addr - regs.fs_base);
		}
		/* Without it errno is not shown; that is no reason to stop. */
		ct_error_destroy(err);
	}
}

static struct ct_error *plant_jumps_in(struct ct_session *session,
				       const struct ct_module *module)
{
	/* glibc's, the others are aliases of these; and libstdc++'s. */
	static const char *const names[] = {"longjmp", "siglongjmp", "_longjmp",
					    "__longjmp_chk",
					    "__cxa_begin_catch"};
	const size_t catch = sizeof(names) / sizeof(*names) - 1;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		size_t count;
		const struct ct_symbol *const *symbols;
		struct ct_error *err = ct_image_symbols_named(
		    module->image, names[i], &count, &symbols);
		if (err)
			return err;
		for (size_t j = 0; j < count; j++) {
			if (!symbols[j]->is_defined ||
			    symbols[j]->kind == CT_SYMBOL_OBJECT)
				continue;
			struct ct_place_entry *place = ct_session_get_place(
			    session, symbols[j]->addr + module->bias);
			if (!place)
				return &ct_enomem;
			place->is_jump = i != catch;
			place->is_catch = i == catch;
		}
	}
	return NULL;
}

/* Control may come to a return site by a longjmp and a branch, with the stack
 * as if the call had returned.  So who jumps is to be seen. */
static void plant_jumps(struct ct_session *session)
{
	struct ct_module *module;
	const struct ct_place_entry *place = session->now->places;
	while (place && (place->hooked || !place->watch))
		place = place->hh.next;
	if (!place)
		return;
	for (size_t i = 0; (module = ct_program_module(session->program, i));
	     i++)
		if (module->is_mapped && !module->is_loader)
			ct_session_trouble(session,
					   plant_jumps_in(session, module));
}

struct ct_error *ct_session_find_places(struct ct_session *session, pid_t tid)
{
	if (session->now->settled && !session->now->errno_known)
		find_errno(session, tid);
	struct ct_place_entry *place, *next;
	HASH_ITER (hh, session->now->places, place, next) {
		HASH_DEL(session->now->places, place);
		free(place);
	}
	for (size_t i = 0; i < session->watch_count; i++) {
		struct ct_watch *watch = session->watches[i];
		struct ct_error *err = plant(session, tid, watch);
		if (!err)
			continue;
		watch->problem =
		    ct_arena_strdup(&session->arena, ct_error_message(err));
		ct_session_trouble(session,
				   ct_error_prefix(err, "%s", watch->function));
	}
	ct_session_trouble(session, ct_session_plant_ffi(session));
	ct_session_trouble(session, ct_session_plant_opens(session));
	ct_session_trouble(session, ct_session_plant_kit(session));
	ct_session_hook_places(session, tid);
	plant_jumps(session);
	return NULL;
}

struct ct_error *ct_session_take_memory(struct ct_session *session, pid_t tid,
					size_t size, uint64_t *ret)
{
	size = (size + 63) & ~(size_t)63;
	if (session->now->memory_end - session->now->memory_at < size) {
		size_t wanted = size > 65536 ? (size + 4095) & ~4095ul : 65536;
		const uint64_t args[6] = {0,
					  wanted,
					  PROT_READ | PROT_WRITE,
					  MAP_PRIVATE | MAP_ANONYMOUS,
					  (uint64_t)-1,
					  0};
		int64_t addr;
		struct ct_error *err = ct_process_syscall(
		    session->now->pid, tid, 9 /* mmap */, args, &addr);
		if (err)
			return err;
		if (addr < 0 && addr > -4096)
			return ct_error_format(CT_ERROR_OS,
					       "no memory in the program for "
					       "a mock's value: %s",
					       strerror((int)-addr));
		session->now->memory_at = (uint64_t)addr;
		session->now->memory_end = (uint64_t)addr + wanted;
	}
	*ret = session->now->memory_at;
	session->now->memory_at += size;
	return NULL;
}
