/* SPDX-License-Identifier: MIT */
/*
 * The kit of a C test, from the debugger's side: found, checked, armed.
 *
 * All that the program says is checked before anything is written: it may be
 * damaged, or of another version.  Then it is refused with a line, and runs
 * without being monitored.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "CTester/kit.h"
#include "CTester/wrap.h"
#include "image/image.h"
#include "session/kit.h"

/* What another tool would say of the kit's library begins so. */
#define LIBRARY "libctester-kit"

/* An object or function of a module: its address in the program, or 0. */
static uint64_t find_in(struct ct_module *module, const char *name)
{
	size_t count = 0;
	const struct ct_symbol *const *symbols;
	/* What cannot be read has no kit that could be used. */
	ct_error_destroy(
	    ct_image_symbols_named(module->image, name, &count, &symbols));
	return count && symbols[0]->is_defined ? symbols[0]->addr + module->bias
					       : 0;
}

/* Of the program first: where it refers to one of the library's objects
 * directly, the object lies there (R_X86_64_COPY). */
static uint64_t find_object(struct ct_session *session, const char *name,
			    struct ct_module **ret)
{
	struct ct_module *module;
	for (size_t i = 0; (module = ct_program_module(session->program, i));
	     i++) {
		if (!module->is_mapped ||
		    (i && strncmp(module->name, LIBRARY, strlen(LIBRARY)) != 0))
			continue;
		uint64_t addr = find_in(module, name);
		if (addr) {
			*ret = module;
			return addr;
		}
	}
	return 0;
}

bool ct_session_expects_kit(struct ct_session *session)
{
	const char *needed;
	struct ct_module *main = ct_program_module(session->program, 0);
	for (size_t i = 0; main && (needed = ct_image_needed(main->image, i));
	     i++)
		if (!strncmp(needed, LIBRARY, strlen(LIBRARY)))
			return true;
	return main && find_in(main, "ctester_kit");
}

static struct ct_error *damaged(const char *what)
{
	return ct_error_format(CT_ERROR_BAD_DATA,
			       "the program's " LIBRARY " is damaged: %s",
			       what);
}

static struct ct_error *check_version(const char *what, uint32_t version,
				      uint32_t layout)
{
	if (version == CTESTER_VERSION && layout == CTESTER_LAYOUT)
		return NULL;
	return ct_error_format(
	    CT_ERROR_UNSUPPORTED,
	    "%s of version %u (layout %08x), and this ctester is of version "
	    "%u (layout %08x): compile and link the program anew with this "
	    "one's headers and " LIBRARY,
	    what, version, layout, CTESTER_VERSION, CTESTER_LAYOUT);
}

static struct ct_error *check_kit(const struct ctester_kit *kit)
{
	if (kit->magic != CTESTER_KIT_MAGIC)
		return damaged("ctester_kit does not begin with its mark");
	struct ct_error *err = check_version("the program's " LIBRARY " is",
					     kit->version, kit->layout);
	if (err)
		return err;
	if (kit->size < sizeof(*kit) ||
	    kit->entry_size < sizeof(struct ctester_kit_entry) ||
	    kit->entry_size > 1024)
		return damaged("ctester_kit has the wrong size");
	if (!kit->count || kit->count > CT_KIT_FUNCTIONS_MAX)
		return damaged("it has no functions, or too many");
	return NULL;
}

/* Data that is written to must at least be no code of a file's. */
static bool is_data(struct ct_session *session, uint64_t addr, size_t size)
{
	char byte;
	pid_t pid = session->now->pid;
	for (size_t i = 0; i < 2; i++) {
		uint64_t at = addr + (i ? size - 1 : 0);
		struct ct_module *module =
		    ct_program_module_at(session->program, at);
		if (at < addr || ct_process_read(pid, at, &byte, 1) != 1 ||
		    (module &&
		     ct_image_has_code_at(module->image, at - module->bias)))
			return false;
	}
	return true;
}

static struct ct_error *read_entry(struct ct_session *session,
				   struct ct_kit *kit, uint64_t addr,
				   struct ct_kit_function *ret)
{
	struct ctester_kit_entry entry;
	pid_t pid = session->now->pid;
	if (ct_process_read(pid, addr, &entry, sizeof(entry)) < sizeof(entry))
		return damaged("its list of functions cannot be read");
	size_t size = ct_process_read(pid, (uintptr_t)entry.name, ret->name,
				      sizeof(ret->name));
	if (strnlen(ret->name, size) == size || !ret->name[0])
		return damaged("a function's name cannot be read");
	ret->wrapper = (uintptr_t)entry.wrapper;
	ret->wrapper_at = addr + offsetof(struct ctester_kit_entry, wrapper);
	ret->real_at = (uintptr_t)entry.real;
	ret->monitored = (uintptr_t)entry.monitored;
	if (ct_program_module_at(session->program, ret->wrapper) !=
		kit->module ||
	    !ct_image_has_code_at(kit->module->image,
				  ret->wrapper - kit->module->bias))
		return damaged("a wrapper is no function of it");
	if (ret->real_at % sizeof(uint64_t) ||
	    !is_data(session, ret->real_at, sizeof(uint64_t)))
		return damaged("a wrapper's pointer is not in its data");
	return NULL;
}

static int compare(const void *left, const void *right)
{
	const struct ct_kit_function *a = left, *b = right;
	int order = strcmp(a->name, b->name);
	return order ? order : (a->index > b->index) - (a->index < b->index);
}

static int compare_name(const void *name, const void *function)
{
	return strcmp(name, ((const struct ct_kit_function *)function)->name);
}

struct ct_kit_function *ct_kit_find(const struct ct_kit *kit, const char *name)
{
	return kit->count ? bsearch(name, kit->functions, kit->count,
				    sizeof(*kit->functions), compare_name)
			  : NULL;
}

/* A program keeps in a constant what it was compiled with. */
static struct ct_error *check_header(struct ct_session *session)
{
	uint32_t header[2];
	struct ct_module *main = ct_program_module(session->program, 0);
	uint64_t addr = find_in(main, "ctester_header");
	if (!addr || ct_process_read(session->now->pid, addr, header,
				     sizeof(header)) < sizeof(header))
		return NULL;
	return check_version("the program was compiled with headers", header[0],
			     header[1]);
}

struct ct_error *ct_kit_read(struct ct_session *session, struct ct_kit *kit)
{
	struct ctester_kit head;
	struct ct_module *module = NULL;
	kit->addr = find_object(session, "ctester_kit", &module);
	if (!kit->addr)
		return NULL;
	if (ct_process_read(session->now->pid, kit->addr, &head, sizeof(head)) <
	    sizeof(head))
		return damaged("ctester_kit cannot be read");
	kit->module = module;
	struct ct_error *err = check_kit(&head);
	if (!err)
		err = check_header(session);
	if (err)
		return err;
	kit->absent = (uintptr_t)head.absent;
	if (!is_data(session, kit->absent, head.count))
		return damaged("ctester_kit's pointers lead nowhere");
	kit->functions = calloc(head.count, sizeof(*kit->functions));
	if (!kit->functions)
		return &ct_enomem;
	for (size_t i = 0; i < head.count; i++) {
		kit->functions[i].index = i;
		err = read_entry(session, kit,
				 (uintptr_t)head.entries + i * head.entry_size,
				 &kit->functions[i]);
		if (err)
			return err;
	}
	kit->count = head.count;
	qsort(kit->functions, kit->count, sizeof(*kit->functions), compare);
	kit->ask_place = find_in(module, "ctester_ask_place");
	return NULL;
}

/* Functions of which no name is called: the first name of each says so. */
static struct ct_error *tell_absent(struct ct_session *session,
				    const struct ct_kit *kit)
{
	CT_AUTO_FREE uint8_t *absent = calloc(kit->count, 1);
	if (!absent)
		return &ct_enomem;
	for (size_t i = 0; i < kit->count; i++) {
		const struct ct_kit_function *function = &kit->functions[i];
		bool is_first = true, has_call = false;
		for (size_t j = 0; j < kit->count; j++) {
			const struct ct_kit_function *other =
			    &kit->functions[j];
			if (other->monitored != function->monitored)
				continue;
			is_first &= other->index >= function->index;
			has_call |= other->has_call;
		}
		absent[function->index] = is_first && !has_call;
	}
	return ct_process_write(session->now->pid, kit->absent, absent,
				kit->count);
}

/* A test may set the variable itself: it is written when the option changes. */
static struct ct_error *write_option(struct ct_session *session,
				     const char *name, bool on, bool *was)
{
	struct ct_module *module;
	if (*was == on)
		return NULL;
	uint64_t addr = find_object(session, name, &module);
	if (!addr || !is_data(session, addr, 1))
		return damaged("a variable of its settings is not there");
	*was = on;
	return ct_process_write(session->now->pid, addr, &on, 1);
}

static struct ct_error *write_options(struct ct_session *session,
				      struct ct_kit *kit)
{
	if (!kit->module || kit->is_refused)
		return NULL;
	struct ct_error *err =
	    write_option(session, "ctester_upstream_quirks",
			 session->upstream_quirks, &kit->has_quirks);
	return err ? err
		   : write_option(session, "ctester_endless_masks",
				  session->endless_masks,
				  &kit->has_endless_masks);
}

static bool is_static(struct ct_session *session)
{
	struct ct_module *main = ct_program_module(session->program, 0);
	return !ct_image_interpreter(main->image) &&
	       !ct_image_needed(main->image, 0);
}

static struct ct_error *arm(struct ct_session *session, pid_t tid,
			    struct ct_kit *kit)
{
	pid_t pid = 0;
	struct ct_error *err = ct_kit_read(session, kit);
	if (err || !kit->module)
		return err;
	err = is_static(session) ? ct_kit_point_calls(session, tid, kit)
				 : ct_kit_point_slots(session, tid, kit);
	if (!err)
		err = tell_absent(session, kit);
	if (!err)
		err = write_options(session, kit);
	if (!err)
		err = ct_process_read_own_pid(session->now->pid, &pid);
	return err ? err
		   : ct_process_write(
			 session->now->pid,
			 kit->addr + offsetof(struct ctester_kit, armed_pid),
			 &pid, sizeof(pid));
}

void ct_session_arm_kit(struct ct_session *session, pid_t tid)
{
	struct ct_tracee *now = session->now;
	if (!now->settled || !ct_program_module(session->program, 0))
		return;
	if (now->kit) {
		ct_session_trouble(session, write_options(session, now->kit));
		return;
	}
	now->kit = calloc(1, sizeof(*now->kit));
	struct ct_error *err =
	    now->kit ? arm(session, tid, now->kit) : &ct_enomem;
	if (err && now->kit)
		now->kit->is_refused = true;
	ct_session_trouble(session, err);
}

void ct_session_forget_kit(struct ct_session *session)
{
	if (session->now->kit) {
		free(session->now->kit->functions);
		free(session->now->kit->own);
	}
	free(session->now->kit);
	session->now->kit = NULL;
}

bool ct_session_is_kit_wrapper(const struct ct_session *session, uint64_t addr)
{
	const struct ct_kit *kit = session->now->kit;
	for (size_t i = 0; kit && !kit->is_refused && i < kit->count; i++)
		if (kit->functions[i].wrapper == addr)
			return true;
	return false;
}

struct ct_error *ct_session_plant_kit(struct ct_session *session)
{
	const struct ct_kit *kit = session->now->kit;
	for (size_t i = 0; kit && !kit->is_refused && i < kit->count; i++) {
		const struct ct_kit_function *function = &kit->functions[i];
		struct ct_place_entry *place;
		if (!function->stops)
			continue;
		place = ct_session_get_place(session, function->real);
		if (!place)
			return &ct_enomem;
		place->wrapper = function->wrapper;
	}
	return NULL;
}

bool ct_session_is_programs_call(const struct ct_session *session,
				 const struct ct_regs *regs)
{
	uint64_t caller;
	struct ct_error *err = ct_process_read_slot(
	    session->now->pid, regs->gpr[CT_REG_RSP], &caller);
	ct_error_destroy(err);
	return !err && session->now->kit &&
	       ct_kit_is_own_code(session->now->kit, caller);
}

enum ct_kit_state ct_session_kit(const struct ct_session *session,
				 uint64_t *ask_place)
{
	const struct ct_kit *kit = session->now->kit;
	*ask_place = 0;
	if (!kit || (!kit->module && !kit->is_refused))
		return CT_KIT_NONE;
	if (kit->is_refused)
		return CT_KIT_REFUSED;
	*ask_place = kit->ask_place;
	return CT_KIT_ARMED;
}
