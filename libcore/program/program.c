/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "ctester/maps.h"
#include "ctester/process.h"
#include "program/internal.h"
#include "program/needed.h"

/* Libraries whose functions are those of the shipped prototypes. */
static const char *const system_stems[] = {
    "libc",   "libm",      "libpthread", "librt",    "libdl",
    "libnsl", "libresolv", "libutil",    "libcrypt", "libanl",
};

struct ct_error *ct_program_create(const char *prototypes,
				   struct ct_program **ret)
{
	struct ct_program *program = calloc(1, sizeof(*program));
	if (!program)
		return &ct_enomem;
	ct_arena_init(&program->arena);
	program->debug_directories = strdup("/usr/lib/debug");
	if (!program->debug_directories) {
		free(program);
		return &ct_enomem;
	}
	if (prototypes) {
		struct ct_error *err =
		    ct_prototype_file_open(prototypes, &program->shipped);
		if (err) {
			ct_program_destroy(program);
			return err;
		}
	}
	*ret = program;
	return NULL;
}

static void destroy_module(struct ct_module *module)
{
	ct_types_destroy(module->types);
	ct_image_close(module->image);
	free((char *)(uintptr_t)module->path);
	free(module);
}

void ct_program_destroy(struct ct_program *program)
{
	if (!program)
		return;
	for (size_t i = 0; i < program->known_count; i++)
		destroy_module(program->known[i]);
	free(program->known);
	free(program->modules);
	ct_prototype_file_close(&program->shipped);
	for (size_t i = 0; i < program->header_count; i++)
		ct_prototype_file_close(&program->headers[i]);
	free(program->headers);
	free(program->debug_directories);
	ct_maps_destroy(program->maps);
	ct_arena_deinit(&program->arena);
	free(program);
}

static bool has_stem(const char *name, const char *stem)
{
	size_t length = strlen(stem);
	return !strncmp(name, stem, length) &&
	       (name[length] == '.' || name[length] == '-');
}

/* musl has its libraries in one file, which is its dynamic linker, too. */
static bool is_musl(const struct ct_module *module)
{
	return !strncmp(module->name, "ld-musl-", 8);
}

static void classify(struct ct_module *module)
{
	module->is_musl = is_musl(module);
	module->is_system = module->is_musl;
	module->is_loader =
	    !module->is_system && (has_stem(module->name, "ld") ||
				   has_stem(module->name, "ld-linux"));
	for (size_t i = 0; i < sizeof(system_stems) / sizeof(*system_stems);
	     i++)
		/* Without a suffix: a stub for a program that asks so. */
		if (has_stem(module->name, system_stems[i]) ||
		    !strcmp(module->name, system_stems[i]))
			module->is_system = true;
}

static struct ct_error *open_module(struct ct_program *program,
				    const char *file, const char *path,
				    struct ct_module **ret)
{
	struct ct_module *module = calloc(1, sizeof(*module));
	char *copy = strdup(path);
	if (!module || !copy) {
		free(module);
		free(copy);
		return &ct_enomem;
	}
	module->path = copy;
	const char *slash = strrchr(copy, '/');
	module->name = slash ? slash + 1 : copy;
	classify(module);
	struct ct_error *err = ct_image_open_searching(
	    file, program->debug_directories, &module->image);
	if (!err)
		err = ct_types_create(module->image, &module->types);
	if (err)
		destroy_module(module);
	else
		*ret = module;
	return err;
}

static struct ct_error *identify(const char *file, struct ct_file_id *ret)
{
	struct stat status;
	if (stat(file, &status) < 0)
		return ct_error_format(CT_ERROR_OS, "%s: %m", file);
	*ret =
	    (struct ct_file_id){status.st_dev, status.st_ino,
				status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
	return NULL;
}

/* The module of a file, opened now or before; path is its name for people,
 * where it is read by another. */
static struct ct_error *get_module(struct ct_program *program, const char *file,
				   const char *path, struct ct_module **ret)
{
	struct ct_file_id id;
	struct ct_error *err = identify(file, &id);
	if (err)
		return err;
	for (size_t i = 0; i < program->known_count; i++) {
		/* By file, not by path: /lib may be /usr/lib. */
		if (!memcmp(&program->known_ids[i], &id, sizeof(id))) {
			*ret = program->known[i];
			return NULL;
		}
	}
	if (program->known_count == CT_MODULES_MAX)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "more than %d files", CT_MODULES_MAX);
	if (!program->known) {
		program->known =
		    calloc(CT_MODULES_MAX, sizeof(*program->known));
		program->modules =
		    calloc(CT_MODULES_MAX, sizeof(*program->modules));
		if (!program->known || !program->modules)
			return &ct_enomem;
	}
	err = open_module(program, file, path, ret);
	if (err)
		return err;
	program->known_ids[program->known_count] = id;
	program->known[program->known_count++] = *ret;
	return NULL;
}

/* Put a module in the order of look-up, once; in the place of an older file
 * of that name. */
static void enlist(struct ct_program *program, struct ct_module *module)
{
	for (size_t i = 0; i < program->module_count; i++)
		if (program->modules[i] == module)
			return;
	for (size_t i = 1; i < program->module_count; i++) {
		if (!program->modules[i]->is_mapped &&
		    !strcmp(program->modules[i]->path, module->path)) {
			program->modules[i] = module;
			return;
		}
	}
	program->modules[program->module_count++] = module;
}

static struct ct_error *enlist_needed(const char *path, void *arg)
{
	struct ct_program *program = arg;
	struct ct_module *module;
	struct ct_error *err = get_module(program, path, path, &module);
	/* A library that cannot be read is one less to look in. */
	if (err) {
		ct_error_destroy(err);
		return NULL;
	}
	module->is_needed = true;
	enlist(program, module);
	return NULL;
}

static void make_main(struct ct_program *program, struct ct_module *module)
{
	if (program->module_count)
		program->modules[0]->is_main = false;
	program->module_count = 0;
	for (size_t i = 0; i < program->known_count; i++)
		program->known[i]->is_needed = false;
	module->is_main = true;
	enlist(program, module);
}

struct ct_error *ct_program_set_executable(struct ct_program *program,
					   const char *path)
{
	struct ct_module *module;
	struct ct_error *err = get_module(program, path, path, &module);
	if (err)
		return err;
	if (program->module_count && program->modules[0] == module)
		return NULL;
	ct_program_unmap(program);
	make_main(program, module);
	return ct_needed_for_each(module->image, enlist_needed, program);
}

struct ct_error *ct_program_set_debug_directories(struct ct_program *program,
						  const char *directories)
{
	if (!strcmp(program->debug_directories, directories))
		return NULL;
	char *copy = strdup(directories);
	if (!copy)
		return &ct_enomem;
	free(program->debug_directories);
	program->debug_directories = copy;
	/* No file is the one that was opened: all are opened anew. */
	memset(program->known_ids, 0xff, sizeof(program->known_ids));
	ct_maps_destroy(ct_take(program->maps));
	if (!program->module_count)
		return NULL;
	return ct_program_set_executable(program, program->modules[0]->path);
}

void ct_program_unmap(struct ct_program *program)
{
	for (size_t i = 0; i < program->known_count; i++)
		program->known[i]->is_mapped = false;
	ct_maps_destroy(ct_take(program->maps));
	program->name_count = 0;
}

void ct_program_forget_opened(struct ct_program *program)
{
	size_t kept = 0;
	ct_program_unmap(program);
	for (size_t i = 0; i < program->module_count; i++)
		if (program->modules[i]->is_main ||
		    program->modules[i]->is_needed)
			program->modules[kept++] = program->modules[i];
	program->module_count = kept;
}

/* The process says which file it runs: another one after exec, a file without
 * a name when it was replaced meanwhile. */
static struct ct_error *find_executable(struct ct_program *program, pid_t pid)
{
	char link[32];
	snprintf(link, sizeof(link), "/proc/%d/exe", (int)pid);
	CT_AUTO_FREE char *path = NULL;
	struct ct_file_id running, named;
	struct ct_module *module;
	struct ct_error *err = identify(link, &running);
	if (!err)
		err = ct_process_read_exe(pid, &path);
	if (err)
		return err;
	struct ct_error *gone = identify(path, &named);
	bool same = !gone && !memcmp(&running, &named, sizeof(running));
	ct_error_destroy(gone);
	err = get_module(program, same ? path : link, path, &module);
	if (err)
		return err;
	if (!program->module_count || program->modules[0] != module)
		make_main(program, module);
	return NULL;
}

/* A library whose file has been deleted can be read through its mapping, by
 * those who may. */
static void mapped_file(struct ct_program *program, pid_t pid,
			const struct ct_loaded *loaded, char ret[96])
{
	const struct ct_map *map = ct_maps_find(program->maps, loaded->start);
	snprintf(ret, 96, "/proc/%d/map_files/%llx-%llx", (int)pid,
		 (unsigned long long)(map ? map->start : 0),
		 (unsigned long long)(map ? map->end : 0));
}

static struct ct_error *map_module(struct ct_program *program, pid_t pid,
				   const struct ct_loaded *loaded)
{
	struct ct_module *module = NULL;
	struct ct_module *main = ct_program_module(program, 0);
	char link[96];
	struct ct_error *err = NULL;
	if (loaded->deleted)
		mapped_file(program, pid, loaded, link);
	if (loaded->deleted && main && !strcmp(main->path, loaded->path))
		module = main;
	else
		err = get_module(program, loaded->deleted ? link : loaded->path,
				 loaded->path, &module);
	if (err) {
		/* Unreadable: it runs, but cannot be looked into. */
		bool fatal = ct_error_code(err) == CT_ERROR_NO_MEMORY;
		if (fatal)
			return err;
		ct_error_destroy(err);
		return NULL;
	}
	module->is_mapped = true;
	module->bias = loaded->bias;
	module->start = loaded->start;
	module->end = loaded->end;
	enlist(program, module);
	return NULL;
}

/* The agent is no part of the program: its functions are nobody's to trace,
 * and what it declares is about others. */
static bool is_ours(const char *path)
{
	const char *slash = strrchr(path, '/');
	return !strcmp(slash ? slash + 1 : path, "libctester-agent.so");
}

struct ct_error *ct_program_refresh(struct ct_program *program, pid_t pid,
				    bool *changed)
{
	struct ct_error *err = ct_maps_refresh(pid, &program->maps, changed);
	if (err || !*changed)
		return err;
	program->name_count = 0;
	for (size_t i = 0; i < program->known_count; i++)
		program->known[i]->is_mapped = false;
	/* Without it, the program is still what GDB has been told. */
	ct_error_destroy(find_executable(program, pid));
	const struct ct_loaded *loaded;
	for (size_t i = 0;
	     !err && (loaded = ct_maps_get_loaded(program->maps, i)); i++)
		if (!loaded->vdso && !is_ours(loaded->path))
			err = map_module(program, pid, loaded);
	return err;
}

bool ct_program_has_module(const struct ct_program *program,
			   const struct ct_module *module)
{
	for (size_t i = 0; i < program->module_count; i++)
		if (program->modules[i] == module)
			return true;
	return false;
}

struct ct_module *ct_program_module(struct ct_program *program, size_t i)
{
	return i < program->module_count ? program->modules[i] : NULL;
}

struct ct_module *ct_program_module_at(struct ct_program *program,
				       uint64_t addr)
{
	for (size_t i = 0; i < program->module_count; i++) {
		struct ct_module *module = program->modules[i];
		if (module->is_mapped && addr >= module->start &&
		    addr < module->end)
			return module;
	}
	return NULL;
}

static size_t without_so(const char *name)
{
	const char *so = strstr(name, ".so");
	return so ? (size_t)(so - name) : strlen(name);
}

size_t ct_program_stem_length(const char *name)
{
	static const char *const tags[] = {".cpython-", ".abi3", ".pypy"};
	size_t length = without_so(name);
	for (size_t i = 0; i < sizeof(tags) / sizeof(*tags); i++) {
		const char *tag = strstr(name, tags[i]);
		if (tag && tag > name && (size_t)(tag - name) < length)
			length = (size_t)(tag - name);
	}
	return length;
}

/* Whether the first `length` bytes of a file's name are the name, with "lib"
 * or without. */
static bool is_stem(const char *file, size_t length, const char *name)
{
	size_t size = strlen(name);
	if (size == length && !strncmp(file, name, length))
		return true;
	return length > 3 && !strncmp(file, "lib", 3) && size == length - 3 &&
	       !strncmp(file + 3, name, size);
}

static bool matches(const char *file, const char *name)
{
	size_t length = without_so(file);
	/* libm-2.31.so is libm as well. */
	size_t short_length = length;
	for (size_t i = 0; i + 1 < length; i++)
		if (file[i] == '-' && file[i + 1] >= '0' && file[i + 1] <= '9')
			short_length = i;
	return !strcmp(file, name) || is_stem(file, length, name) ||
	       is_stem(file, short_length, name) ||
	       is_stem(file, ct_program_stem_length(file), name);
}

/* A path is compared as a file: /lib and /usr/lib may be the same place. */
static bool is_same_file(const char *a, const char *b)
{
	struct stat of_a, of_b;
	return !strcmp(a, b) ||
	       (stat(a, &of_a) == 0 && stat(b, &of_b) == 0 &&
		of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino);
}

bool ct_program_same_library(const char *path, const char *soname,
			     const char *name)
{
	const char *slash = strrchr(path, '/');
	if (strchr(name, '/'))
		return is_same_file(path, name);
	return matches(slash ? slash + 1 : path, name) ||
	       (soname && matches(soname, name));
}

bool ct_program_is_system_library(const char *name)
{
	for (size_t i = 0; i < sizeof(system_stems) / sizeof(*system_stems);
	     i++)
		if (is_stem(system_stems[i], strlen(system_stems[i]), name) ||
		    has_stem(name, system_stems[i]))
			return true;
	return false;
}

static struct ct_module *find_musl(struct ct_program *program, const char *name)
{
	for (size_t i = 0; i < program->module_count; i++)
		if (is_musl(program->modules[i]) &&
		    ct_program_is_system_library(name))
			return program->modules[i];
	return NULL;
}

struct ct_error *ct_program_find_module(struct ct_program *program,
					const char *name,
					struct ct_module **ret)
{
	struct ct_module *found = NULL;
	if (!*name) {
		*ret = ct_program_module(program, 0);
		return NULL;
	}
	for (size_t i = 0; i < program->module_count; i++) {
		struct ct_module *module = program->modules[i];
		bool same = ct_program_same_library(
		    module->path, ct_image_soname(module->image), name);
		/* One of an earlier run, or a stub, steps back for one that
		 * the program has. */
		if (!same || (found && found->is_mapped && !module->is_mapped))
			continue;
		if (found && found->is_mapped == module->is_mapped)
			return ct_error_format(
			    CT_ERROR_AMBIGUOUS,
			    "library '%s' is ambiguous: %s or %s; give a path",
			    name, found->path, module->path);
		found = module;
	}
	*ret = found ? found : find_musl(program, name);
	return NULL;
}
