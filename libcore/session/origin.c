/* SPDX-License-Identifier: MIT */
/*
 * Who has made a call: scopes are about where it comes from by its address,
 * these are about who meant it.
 */
#include <string.h>

#include "session/internal.h"

static const struct ct_caller *caller_of(const struct ct_session *session,
					 const struct ct_record *record)
{
	return record->caller_index < session->caller_count
		   ? session->caller_table[record->caller_index]
		   : NULL;
}

const char *ct_session_caller_name(const struct ct_session *session,
				   const struct ct_record *record)
{
	const struct ct_caller *caller = caller_of(session, record);
	return caller ? caller->function : NULL;
}

bool ct_session_is_caller(const struct ct_session *session,
			  const struct ct_record *record, const char *name)
{
	const char *function = ct_session_caller_name(session, record);
	const struct ct_module *module =
	    ct_program_module_at(session->program, record->caller);
	if (function && !strcmp(function, name))
		return true;
	return module &&
	       ct_program_same_library(module->path,
				       ct_image_soname(module->image), name);
}

bool ct_watch_is_programs_own(const struct ct_watch *watch)
{
	return watch->of_main &&
	       (watch->source == CT_PROTOTYPE_DEFINITION ||
		!ct_image_has_debug_info(watch->module->image));
}

/* Whether the program's own code has made the call, as far as that is known:
 * not so a library, linked into the program as it may be. */
bool ct_session_is_from_program(const struct ct_session *session,
				const struct ct_place_entry *place,
				const struct ct_record *record)
{
	const struct ct_watch *watch = place->watch;
	const struct ct_module *main = ct_program_module(session->program, 0);
	uint64_t caller = record->caller;
	if (!watch->of_main)
		return place->pad_to ||
		       (main && caller - main->start < main->end - main->start);
	if (ct_watch_is_programs_own(watch))
		return true;
	/* Where it was compiled with debug information, and libc was not. */
	const struct ct_caller *named = caller_of(session, record);
	return named && named->file;
}

/* Whether nobody has asked for the call: the parts of the C library and the
 * loader call each other, and every program is started and ended by the code
 * that the compiler puts into it, under these names. */
bool ct_session_is_from_system(const struct ct_session *session,
			       const struct ct_record *record)
{
	static const char *const starters[] = {"_start", "_init", "_fini",
					       "__do_global_dtors_aux"};
	const struct ct_module *module =
	    ct_program_module_at(session->program, record->caller);
	if (module && (module->is_system || module->is_loader))
		return true;
	const char *name = ct_session_caller_name(session, record);
	for (size_t i = 0; name && i < sizeof(starters) / sizeof(*starters);
	     i++)
		if (!strcmp(name, starters[i]))
			return true;
	return false;
}
