/* SPDX-License-Identifier: MIT */
/* Which library is meant, and the file that is given; see stubs.h. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "image/image.h"
#include "image/stub.h"
#include "session/stub_directory.h"
#include "session/stubs.h"

/* A stub that was made once.  Its path stays the same for all runs: the
 * program's files are told apart by it. */
struct stub {
	struct stub *next;
	char *path;
	const char *soname; /* in path */
	char *names;        /* what the file has; NULL: there is no file */
	size_t names_size;
	/* How the library was called, by mocks and by the program. */
	char **spellings;
	size_t spelling_count;
};

struct ct_stubs {
	struct stub *list;
	struct ct_stub_directory *directory;
};

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

/* Whether two spellings mean one library.  Of two whole paths, only the same
 * one; else the directories do not count. */
static bool is_same(const char *a, const char *b)
{
	if (*a == '/' && *b == '/')
		return !strcmp(a, b);
	a = base_name(a);
	b = base_name(b);
	return *a && *b &&
	       (ct_program_same_library(a, NULL, b) ||
		ct_program_same_library(b, NULL, a));
}

static bool is_unit(const char *library)
{
	size_t length = strlen(library);
	return length > 2 && !strcmp(library + length - 2, ".c");
}

/* A request that a library has to be given for. */
static bool gives(const struct ct_request *request)
{
	return (request->kind == CT_REQUEST_MOCK ||
		request->kind == CT_REQUEST_PERMIT) &&
	       request->library && *request->library &&
	       !is_unit(request->library);
}

/* Whether a library has to be given for it. */
static bool is_answered(const struct ct_watch *watch)
{
	return ((watch->mocked && !watch->spent) || watch->ruled) &&
	       !watch->of_main;
}

bool ct_session_has_gifts(const struct ct_session *session)
{
	const struct ct_request *request = session->requests;
	for (; request; request = request->next)
		if (gives(request))
			return true;
	for (size_t i = 0; i < session->watch_count; i++)
		if (is_answered(session->watches[i]))
			return true;
	return false;
}

static bool has_answers(const struct ct_session *session,
			const struct ct_module *module)
{
	for (size_t i = 0; i < session->watch_count; i++)
		if (session->watches[i]->module == module &&
		    is_answered(session->watches[i]))
			return true;
	return false;
}

static bool module_is(const struct ct_module *module, const char *name)
{
	const char *soname = ct_image_soname(module->image);
	name = base_name(name);
	return *name && (is_same(module->name, name) ||
			 (soname && is_same(soname, name)));
}

static bool is_spelling(const struct stub *stub, const char *name)
{
	for (size_t i = 0; i < stub->spelling_count; i++)
		if (is_same(stub->spellings[i], name))
			return true;
	return false;
}

static struct stub *find_stub(const struct ct_session *session,
			      const char *name)
{
	struct stub *stub = session->stubs ? session->stubs->list : NULL;
	while (stub && !is_spelling(stub, name))
		stub = stub->next;
	return stub;
}

static struct stub *stub_of(const struct ct_session *session,
			    const struct ct_module *module)
{
	struct stub *stub = session->stubs ? session->stubs->list : NULL;
	while (stub && strcmp(stub->path, module->path))
		stub = stub->next;
	return stub;
}

bool ct_session_may_mean(const struct ct_session *session, const char *name)
{
	const struct ct_request *request = session->requests;
	if (find_stub(session, name))
		return true;
	for (; request; request = request->next)
		if (gives(request) && is_same(request->library, name))
			return true;
	for (size_t i = 0; i < session->watch_count; i++)
		if (is_answered(session->watches[i]) &&
		    module_is(session->watches[i]->module, name))
			return true;
	return false;
}

/* The file of a library that the name means: one that is mapped, or was. */
static const struct ct_module *find_known(const struct ct_session *session,
					  const char *name, bool loaded_only)
{
	const struct ct_module *known = NULL;
	const struct ct_module *module;
	const struct stub *stub = find_stub(session, name);
	for (size_t i = 1; (module = ct_program_module(session->program, i));
	     i++) {
		bool ours = stub && !strcmp(stub->path, module->path);
		if (module->is_main || module->is_loader ||
		    !(ours || module_is(module, name)) ||
		    !has_answers(session, module))
			continue;
		if (module->is_mapped)
			return module;
		/* A stub's file may be gone, or be an older one. */
		if (!known && !loaded_only && !stub_of(session, module))
			known = module;
	}
	return known;
}

static struct ct_error *add_spelling(struct stub *stub, const char *name)
{
	for (size_t i = 0; i < stub->spelling_count; i++)
		if (!strcmp(stub->spellings[i], name))
			return NULL;
	char **bigger = reallocarray(stub->spellings, stub->spelling_count + 1,
				     sizeof(*bigger));
	if (!bigger)
		return &ct_enomem;
	stub->spellings = bigger;
	bigger[stub->spelling_count] = strdup(name);
	if (!bigger[stub->spelling_count])
		return &ct_enomem;
	stub->spelling_count++;
	return NULL;
}

static void free_stub(struct stub *stub)
{
	for (size_t i = 0; i < stub->spelling_count; i++)
		free(stub->spellings[i]);
	free(stub->spellings);
	free(stub->names);
	free(stub->path);
	free(stub);
}

static struct ct_error *get_stub(struct ct_session *session, const char *name,
				 struct stub **ret)
{
	struct stub *stub = find_stub(session, name);
	struct ct_error *err = NULL;
	if (!session->stubs)
		session->stubs = calloc(1, sizeof(*session->stubs));
	if (!session->stubs)
		return &ct_enomem;
	if (!session->stubs->directory)
		err = ct_stub_directory_create(&session->stubs->directory);
	if (!err)
		err = ct_stub_directory_restore(session->stubs->directory);
	if (err)
		return err;
	if (!stub) {
		stub = calloc(1, sizeof(*stub));
		if (!stub)
			return &ct_enomem;
		if (asprintf(&stub->path, "%s/%s",
			     ct_stub_directory_path(session->stubs->directory),
			     base_name(name)) < 0) {
			free(stub);
			return &ct_enomem;
		}
		stub->soname = base_name(stub->path);
		stub->next = session->stubs->list;
		session->stubs->list = stub;
	}
	*ret = stub;
	return add_spelling(stub, name);
}

/* A list of names, once each, in an order that is always the same. */
struct names {
	const char **items;
	size_t count, capacity;
};

static void deinit_names(struct names *names)
{
	free(names->items);
}

static struct ct_error *add_name(struct names *names, const char *name)
{
	if (names->count == names->capacity) {
		size_t capacity = names->capacity ? names->capacity * 2 : 16;
		const char **bigger =
		    reallocarray(names->items, capacity, sizeof(*bigger));
		if (!bigger)
			return &ct_enomem;
		names->items = bigger;
		names->capacity = capacity;
	}
	names->items[names->count++] = name;
	return NULL;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* All that is asked of the library that the program calls `name`, and what
 * the mocks call it. */
static struct ct_error *collect(const struct ct_session *session,
				const char *name, struct names *ret,
				struct names *spellings)
{
	const struct stub *stub = find_stub(session, name);
	const struct ct_request *request = session->requests;
	struct ct_error *err = NULL;
	bool wanted = false;
	for (; !err && request; request = request->next) {
		if (!gives(request) || strpbrk(request->function, "*?[") ||
		    !(is_same(request->library, name) ||
		      (stub && is_spelling(stub, request->library))))
			continue;
		wanted = true;
		err = add_name(ret, request->function);
		if (!err)
			err = add_name(spellings, request->library);
	}
	for (size_t i = 0; !err && stub && i < session->watch_count; i++) {
		const struct ct_watch *watch = session->watches[i];
		if (!(watch->mocked || watch->ruled) ||
		    strcmp(watch->module->path, stub->path))
			continue;
		wanted |= is_answered(watch);
		err = add_name(ret, watch->function);
	}
	if (!wanted)
		ret->count = 0;
	if (!err && ret->count)
		qsort(ret->items, ret->count, sizeof(*ret->items),
		      compare_names);
	size_t kept = 0;
	for (size_t i = 0; i < ret->count; i++)
		if (!kept || strcmp(ret->items[kept - 1], ret->items[i]))
			ret->items[kept++] = ret->items[i];
	ret->count = kept;
	return err;
}

/* Make the file have these functions.  One that has them already stays: it is
 * the file that GDB and the core know. */
static struct ct_error *write_stub(struct stub *stub, const struct names *names)
{
	struct ct_buffer key = {0};
	for (size_t i = 0; i < names->count; i++)
		ct_buffer_append(&key, names->items[i],
				 strlen(names->items[i]) + 1);
	if (ct_buffer_failed(&key))
		return &ct_enomem;
	struct ct_error *err = NULL;
	if (stub->names && stub->names_size == key.size &&
	    !memcmp(stub->names, key.data, key.size) &&
	    !access(stub->path, R_OK))
		goto out;
	err =
	    ct_stub_write(stub->path, stub->soname, names->items, names->count);
	if (err)
		goto out;
	free(stub->names);
	stub->names_size = key.size;
	stub->names = ct_buffer_take_string(&key);
out:
	ct_buffer_deinit(&key);
	return err;
}

static struct ct_error *make_stub(struct ct_session *session, const char *name,
				  char **ret)
{
	CT_CLEANUP(deinit_names) struct names names = {0}, spellings = {0};
	const char *base = base_name(name);
	struct stub *stub;
	if (!*base || !strcmp(base, ".") || !strcmp(base, ".."))
		return NULL;
	struct ct_error *err = collect(session, name, &names, &spellings);
	if (err || !names.count)
		return err;
	err = get_stub(session, name, &stub);
	for (size_t i = 0; !err && i < spellings.count; i++)
		err = add_spelling(stub, spellings.items[i]);
	if (!err)
		err = write_stub(stub, &names);
	if (!err && !(*ret = strdup(stub->path)))
		err = &ct_enomem;
	return err;
}

struct ct_error *ct_session_find_gift(struct ct_session *session,
				      const char *name, bool loaded_only,
				      char **ret)
{
	const struct ct_module *known = find_known(session, name, loaded_only);
	char *path = NULL;
	struct ct_error *err = NULL;
	if (known && !(path = strdup(known->path)))
		return &ct_enomem;
	if (!known && !loaded_only)
		err = make_stub(session, name, &path);
	if (!err)
		*ret = path;
	return err ? ct_error_prefix(err, "%s", name) : NULL;
}

struct ct_module *ct_session_find_stub(struct ct_session *session,
				       const char *library)
{
	const struct stub *stub = find_stub(session, library);
	struct ct_module *module;
	for (size_t i = 1;
	     stub && (module = ct_program_module(session->program, i)); i++)
		if (!strcmp(module->path, stub->path))
			return module;
	return NULL;
}

bool ct_session_is_stub(const struct ct_session *session,
			const struct ct_module *module)
{
	return stub_of(session, module) != NULL;
}

void ct_stubs_remove(struct ct_stubs *stubs)
{
	for (struct stub *stub = stubs ? stubs->list : NULL; stub;
	     stub = stub->next) {
		if (stub->names)
			unlink(stub->path);
		free(ct_take(stub->names));
	}
	if (stubs && stubs->directory)
		ct_stub_directory_remove(stubs->directory);
}

void ct_stubs_destroy(struct ct_stubs *stubs)
{
	if (!stubs)
		return;
	ct_stubs_remove(stubs);
	while (stubs->list) {
		struct stub *stub = stubs->list;
		stubs->list = stub->next;
		free_stub(stub);
	}
	ct_stub_directory_destroy(stubs->directory);
	free(stubs);
}
