/* SPDX-License-Identifier: MIT */
/*
 * Other files of the same program: split units in .dwo files (DWARF 5,
 * 7.3.2; GNU's for DWARF 4), dwz's alternate file, and the type units that a
 * signature names.  dw_package.c has .dwp files.
 *
 * The file that was opened first is the root; every other is its child, and
 * lives as long.  A .dwo that is not to be had is a problem, not an error:
 * the skeleton still says which addresses are whose.
 */
#define _GNU_SOURCE
#include <limits.h>
#include <stdio.h>

#include "image/dw_internal.h"

struct dw_signature {
	uint64_t signature;
	struct dw_unit *unit;
	UT_hash_handle hh;
};

struct ct_dw *dw_root(struct ct_dw *dw)
{
	while (dw->parent)
		dw = dw->parent;
	return dw;
}

void dw_adopt(struct ct_dw *root, struct ct_dw *child)
{
	child->parent = root;
	child->next = root->children;
	root->children = child;
}

/* The DWARF of the file at path; NULL when it is not there or has none. */
struct ct_error *dw_open_child(struct ct_dw *root, const char *path,
			       bool is_dwo, struct ct_dw **ret)
{
	for (struct ct_dw *child = root->children; child; child = child->next)
		if (child->path && strcmp(child->path, path) == 0) {
			*ret = child;
			return NULL;
		}
	*ret = NULL;
	if (access(path, R_OK) != 0)
		return NULL;
	struct ct_elf *elf;
	struct ct_dw *dw = NULL;
	struct ct_error *err = ct_elf_open(path, &elf);
	if (err)
		return err;
	err = dw_open_as(elf, is_dwo, &dw);
	if (err || !dw) {
		ct_elf_close(elf);
		return err;
	}
	dw->owns_elf = true;
	dw_adopt(root, dw);
	dw->path = strdup(path);
	if (!dw->path)
		return &ct_enomem;
	*ret = dw;
	return NULL;
}

/* "directory/name", the directory being that of the file at `beside`. */
static char *path_beside(const char *beside, const char *name)
{
	char *path;
	const char *slash = strrchr(beside, '/');
	int length = slash ? (int)(slash - beside) + 1 : 0;

	return asprintf(&path, "%.*s%s", length, beside, name) < 0 ? NULL
								   : path;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

/*
 * Where a .dwo may be, in this order: as the compiler wrote it, then from the
 * directory of the object, since programs are moved together with their .dwo
 * files.  The caller frees; NULL after the last.
 */
static char *dwo_candidate(const struct ct_dw *dw, const char *comp_dir,
			   const char *name, int attempt)
{
	char *path = NULL;

	switch (attempt) {
	case 0:
		if (name[0] == '/' || !comp_dir)
			return strdup(name);
		return asprintf(&path, "%s/%s", comp_dir, name) < 0 ? NULL
								    : path;
	case 1:
		return path_beside(ct_elf_path(dw->elf),
				   name[0] == '/' ? base_name(name) : name);
	case 2:
		return path_beside(ct_elf_path(dw->elf), base_name(name));
	default:
		return NULL;
	}
}

/* DWARF 5 has the id in the header, GNU's DWARF 4 in an attribute. */
static struct ct_error *unit_dwo_id(struct dw_unit *unit, uint64_t *ret)
{
	bool found;
	if (unit->version >= 5) {
		*ret = unit->id;
		return NULL;
	}
	return dw_top_number(unit, DW_TOP_DWO_ID, &found, ret);
}

struct ct_error *dw_split_unit_in(struct ct_dw *dw, uint64_t id,
				  struct dw_unit **ret)
{
	struct ct_error *err = dw_prepare(dw);

	*ret = NULL;
	for (size_t i = 0; !err && i < dw->info_count; i++) {
		struct dw_unit *unit = &dw->units[i];
		uint64_t unit_id = 0;
		if (unit->type != DW_UT_split_compile &&
		    unit->type != DW_UT_compile)
			continue;
		err = unit_dwo_id(unit, &unit_id);
		if (!err && unit_id == id) {
			*ret = unit;
			return NULL;
		}
	}
	return err;
}

/* *stale: a file of the name is there, but of another compilation. */
static struct ct_error *split_search(struct dw_unit *unit, const char *name,
				     uint64_t id, bool *stale,
				     struct dw_unit **ret)
{
	struct dw_value *value = &unit->top[DW_TOP_COMP_DIR];
	const char *comp_dir = NULL;
	struct ct_error *err =
	    value->form ? dw_value_string(value, &comp_dir) : NULL;

	*ret = NULL;
	for (int attempt = 0; !err && !*ret; attempt++) {
		CT_AUTO_FREE char *path =
		    dwo_candidate(unit->dw, comp_dir, name, attempt);
		if (!path)
			return attempt > 2 ? NULL : &ct_enomem;
		struct ct_dw *dwo;
		err = dw_open_child(dw_root(unit->dw), path, true, &dwo);
		if (err || !dwo)
			continue;
		err = dw_split_unit_in(dwo, id, ret);
		*stale |= !err && !*ret;
	}
	return err;
}

static struct ct_error *split_find(struct dw_unit *unit, struct dw_unit **ret)
{
	const char *name;
	uint64_t id;
	bool stale = false;

	struct ct_error *err = unit_dwo_id(unit, &id);
	if (!err)
		err = dw_package_unit(unit->dw, id, false, ret);
	if (err || *ret)
		return err;
	err = dw_value_string(&unit->top[DW_TOP_DWO_NAME], &name);
	if (!err)
		err = split_search(unit, name, id, &stale, ret);
	if (!err && !*ret)
		dw_note_problem(
		    unit->dw,
		    stale ? "%s: the split debug file %s is of another "
			    "compilation"
			  : "%s: the split debug file %s is not to be found",
		    ct_elf_path(unit->dw->elf), name);
	return err;
}

struct ct_error *dw_unit_split(struct dw_unit *unit, struct dw_unit **ret)
{
	struct dw_unit *found = NULL;
	struct ct_error *err = NULL;

	if (!unit->split_sought && !unit->dw->is_dwo) {
		err = dw_unit_top(unit);
		if (!err && unit->top[DW_TOP_DWO_NAME].form)
			err = split_find(unit, &found);
		/* Damage in the other file is its own. */
		if (err && ct_error_code(err) != CT_ERROR_NO_MEMORY) {
			dw_note_problem(unit->dw, "%s", ct_error_message(err));
			ct_error_destroy(err);
			err = NULL;
		}
		if (err)
			return err;
		unit->split_sought = true;
		if (found && !found->skeleton) {
			unit->split = found;
			found->skeleton = unit;
		}
	}
	*ret = unit->split ? unit->split : unit;
	return NULL;
}

/* What the file says of its alternate file. */
struct link {
	const char *path;
	const uint8_t *id;
	uint64_t id_size;
};

/* .gnu_debugaltlink of dwz, or .debug_sup of DWARF 5 (7.3.6). */
static struct ct_error *link_read(struct ct_dw *dw, struct link *ret)
{
	size_t index, size;
	const void *data;
	bool is_sup = false;

	*ret = (struct link){0};
	if (!ct_elf_find_section(dw->elf, ".gnu_debugaltlink", &index)) {
		if (!ct_elf_find_section(dw->elf, ".debug_sup", &index))
			return NULL;
		is_sup = true;
	}
	struct ct_error *err =
	    ct_elf_section_data(dw->elf, index, &data, &size);
	if (err)
		return err;
	struct dw_reader reader = dw_reader_over(data, size, 0);
	if (is_sup)
		dw_skip(&reader, 3); /* version, is_supplementary */
	ret->path = dw_read_string(&reader);
	ret->id_size = is_sup ? dw_read_uleb(&reader) : dw_reader_left(&reader);
	ret->id = reader.pos;
	if (reader.bad || ret->id_size > dw_reader_left(&reader))
		return ct_error_format(CT_ERROR_BAD_DATA, "%s: %s is damaged",
				       ct_elf_path(dw->elf),
				       is_sup ? ".debug_sup"
					      : ".gnu_debugaltlink");
	return NULL;
}

static char *build_id_path(const struct link *link)
{
	enum {
		ID_MAX = 64
	};
	char hex[2 * ID_MAX + 1];
	char *path;

	if (link->id_size < 2 || link->id_size > ID_MAX)
		return strdup("");
	for (size_t i = 0; i < link->id_size; i++)
		snprintf(hex + 2 * i, 3, "%02x", link->id[i]);
	return asprintf(&path, "/usr/lib/debug/.build-id/%.2s/%s.debug", hex,
			hex + 2) < 0
		   ? NULL
		   : path;
}

static char *alt_candidate(const struct ct_dw *dw, const struct link *link,
			   int attempt)
{
	char *path;

	switch (attempt) {
	case 0:
		if (link->path[0] == '/')
			return strdup(link->path);
		return path_beside(ct_elf_path(dw->elf), link->path);
	case 1: {
		/* The file may be known by a symbolic link. */
		CT_AUTO_FREE char *real = realpath(ct_elf_path(dw->elf), NULL);
		return real ? path_beside(real, link->path) : strdup("");
	}
	case 2:
		return asprintf(&path, "/usr/lib/debug/.dwz/%s",
				base_name(link->path)) < 0
			   ? NULL
			   : path;
	case 3:
		return build_id_path(link);
	default:
		return NULL;
	}
}

static bool id_matches(const struct ct_dw *alt, const struct link *link)
{
	size_t size;
	const uint8_t *id = ct_elf_build_id(alt->elf, &size);

	return id && size == link->id_size && memcmp(id, link->id, size) == 0;
}

static struct ct_error *alternate_find(struct ct_dw *dw, struct ct_dw **ret)
{
	struct link link;
	struct ct_error *err = link_read(dw, &link);
	if (err)
		return err;
	for (int attempt = 0; link.path && attempt <= 3; attempt++) {
		CT_AUTO_FREE char *path = alt_candidate(dw, &link, attempt);
		if (!path)
			return &ct_enomem;
		struct ct_dw *alt;
		err = dw_open_child(dw_root(dw), path, false, &alt);
		if (err)
			return err;
		if (alt && alt != dw && id_matches(alt, &link)) {
			*ret = alt;
			return NULL;
		}
	}
	err = ct_error_format(CT_ERROR_NOT_FOUND,
			      "%s: the alternate debug file %s is not to be "
			      "found",
			      ct_elf_path(dw->elf),
			      link.path ? link.path : "(not named)");
	dw_note_problem(dw, "%s", ct_error_message(err));
	return err;
}

struct ct_error *dw_alternate(struct ct_dw *dw, struct ct_dw **ret)
{
	if (!dw->alt) {
		if (dw->alt_sought)
			return ct_error_format(
			    CT_ERROR_NOT_FOUND,
			    "%s: the alternate debug file is "
			    "not to be found",
			    ct_elf_path(dw->elf));
		struct ct_error *err = alternate_find(dw, &dw->alt);
		dw->alt_sought = true;
		if (err)
			return err;
	}
	*ret = dw->alt;
	return NULL;
}

struct ct_error *dw_alternate_prepare(struct ct_dw *dw)
{
	struct link link;
	struct ct_dw *alt;
	struct ct_error *err = link_read(dw, &link);

	if (!err && !link.path)
		return NULL;
	if (!err)
		err = dw_alternate(dw, &alt);
	if (!err)
		err = dw_prepare(alt);
	if (err && ct_error_code(err) != CT_ERROR_NO_MEMORY) {
		dw_note_problem(dw, "%s", ct_error_message(err));
		ct_error_destroy(err);
		err = NULL;
	}
	return err;
}

void dw_signatures_destroy(struct ct_dw *dw)
{
	struct dw_signature *entry, *next;

	HASH_ITER (hh, dw->signatures, entry, next) {
		HASH_DEL(dw->signatures, entry);
		free(entry);
	}
}

bool dw_is_type_unit(const struct dw_unit *unit)
{
	return unit->type == DW_UT_type || unit->type == DW_UT_split_type;
}

static struct ct_error *signature_add(struct ct_dw *dw, struct dw_unit *unit)
{
	struct dw_signature *entry;

	HASH_FIND(hh, dw->signatures, &unit->id, sizeof(unit->id), entry);
	if (entry)
		return NULL; /* the same type: that is what they are for */
	entry = calloc(1, sizeof(*entry));
	if (!entry)
		return &ct_enomem;
	entry->signature = unit->id;
	entry->unit = unit;
	HASH_ADD(hh, dw->signatures, signature, sizeof(entry->signature),
		 entry);
	return NULL;
}

static struct ct_error *index_types(struct ct_dw *dw)
{
	struct ct_error *err = dw_prepare(dw);
	if (err || dw->types_indexed)
		return err;
	for (size_t i = 0; !err && i < dw->unit_count; i++)
		if (dw_is_type_unit(&dw->units[i]))
			err = signature_add(dw, &dw->units[i]);
	dw->types_indexed = !err;
	return err;
}

struct ct_error *dw_type_unit(struct ct_dw *dw, uint64_t signature,
			      struct dw_unit **ret)
{
	struct ct_error *err = index_types(dw);
	if (err)
		return err;
	struct dw_signature *entry;
	HASH_FIND(hh, dw->signatures, &signature, sizeof(signature), entry);
	*ret = entry ? entry->unit : NULL;
	if (entry || !dw->is_dwo)
		return NULL;
	return dw_package_unit(dw, signature, true, ret);
}
