/* SPDX-License-Identifier: MIT */
/*
 * Libraries that a program opens while its other threads run.
 *
 * GDB tells of a file when the dynamic linker has mapped it, and relocated it
 * at most: the thread that opens it stands in the dynamic linker, and none of
 * the library's code has run, nor can anybody else know where it is.  So it can
 * be written without stopping the others.  What GDB has told of before may be
 * at work.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "ctester/process.h"
#include "session/agent.h"

/* Where a library was at the last update. */
struct ct_seen {
	const struct ct_module *module;
	uint64_t start;
};

struct ct_loaded_files {
	char *told; /* by GDB, since the last update; NULL: nothing */
	struct ct_seen *seen;
	size_t seen_count;
	struct ct_seen *fresh;
	size_t fresh_count;
};

void ct_session_forget_loaded(struct ct_session *session)
{
	struct ct_loaded_files *files = ct_take(session->now->loaded);
	if (!files)
		return;
	free(files->told);
	free(files->seen);
	free(files->fresh);
	free(files);
}

static struct ct_loaded_files *get_files(struct ct_tracee *now)
{
	if (!now->loaded)
		now->loaded = calloc(1, sizeof(*now->loaded));
	return now->loaded;
}

void ct_session_note_loaded(struct ct_session *session, pid_t pid,
			    const char *path)
{
	if (!ct_session_enter(session, pid))
		return;
	struct ct_loaded_files *files = get_files(session->now);
	if (!files)
		return;
	free(files->told);
	files->told = realpath(path, NULL);
}

static bool is_in_loader(struct ct_session *session, pid_t tid)
{
	struct ct_regs regs;
	struct ct_error *err = ct_process_read_regs(tid, &regs);
	if (err) {
		ct_error_destroy(err);
		return false;
	}
	const struct ct_module *module =
	    ct_program_module_at(session->program, regs.gpr[CT_REG_RIP]);
	return module &&
	       (module->is_loader || !strncmp(module->name, "ld-musl-", 8));
}

static bool was_seen(const struct ct_loaded_files *files,
		     const struct ct_module *module)
{
	for (size_t i = 0; i < files->seen_count; i++)
		if (files->seen[i].module == module &&
		    files->seen[i].start == module->start)
			return true;
	return false;
}

/* What is known of functions there was of another library. */
static void forget_functions(struct ct_session *session,
			     const struct ct_module *module)
{
	struct ct_refused *refused, *next;
	if (session->now->agent)
		ct_agent_forget_retired(session->now->agent, module->start,
					module->end);
	HASH_ITER (hh, session->now->refused, refused, next) {
		if (refused->addr - module->start >=
		    module->end - module->start)
			continue;
		HASH_DEL(session->now->refused, refused);
		free(refused);
	}
}

static void put(struct ct_seen **list, size_t *count,
		const struct ct_module *module)
{
	struct ct_seen *bigger =
	    reallocarray(*list, *count + 1, sizeof(**list));
	if (!bigger)
		return;
	*list = bigger;
	bigger[(*count)++] = (struct ct_seen){module, module->start};
}

void ct_session_find_fresh(struct ct_session *session, pid_t tid)
{
	struct ct_loaded_files *files = get_files(session->now);
	const struct ct_module *module;
	if (!files)
		return;
	CT_AUTO_FREE char *told = ct_take(files->told);
	bool loading = told && files->seen_count && is_in_loader(session, tid);
	files->fresh_count = 0;
	for (size_t i = 0; (module = ct_program_module(session->program, i));
	     i++)
		if (loading && module->is_mapped && !module->is_main &&
		    (!was_seen(files, module) || !strcmp(module->path, told))) {
			put(&files->fresh, &files->fresh_count, module);
			forget_functions(session, module);
		}
	files->seen_count = 0;
	for (size_t i = 0; (module = ct_program_module(session->program, i));
	     i++)
		if (module->is_mapped)
			put(&files->seen, &files->seen_count, module);
}

bool ct_session_is_fresh(const struct ct_session *session, uint64_t addr)
{
	const struct ct_loaded_files *files = session->now->loaded;
	for (size_t i = 0; files && i < files->fresh_count; i++)
		if (addr - files->fresh[i].start <
		    files->fresh[i].module->end - files->fresh[i].start)
			return true;
	return false;
}
