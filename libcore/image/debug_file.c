/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "base/cleanup.h"
#include "image/debug_file.h"

struct search {
	struct ct_elf *elf;
	const char *directories;
	const char *name; /* of .gnu_debuglink, or NULL */
	uint32_t crc;
	char *problem;
	struct ct_elf *found;
};

/* The first problem is kept: the likeliest file is tried first. */
static struct ct_error *note_problem(struct search *search,
				     struct ct_error *err)
{
	if (ct_error_code(err) == CT_ERROR_NO_MEMORY)
		return err;
	if (!search->problem)
		search->problem = strdup(ct_error_message(err));
	ct_error_destroy(err);
	return NULL;
}

static bool has_same_build_id(const struct ct_elf *a, const struct ct_elf *b,
			      bool *is_known)
{
	size_t size_a, size_b;
	const uint8_t *id_a = ct_elf_build_id(a, &size_a);
	const uint8_t *id_b = ct_elf_build_id(b, &size_b);
	*is_known = id_a && id_b;
	return *is_known && size_a == size_b && !memcmp(id_a, id_b, size_a);
}

static uint32_t file_crc(const struct ct_elf *elf)
{
	size_t size;
	const void *bytes = ct_elf_file(elf, &size);
	return (uint32_t)crc32_z(0, bytes, size);
}

static struct ct_error *check_fit(const struct search *search,
				  const struct ct_elf *candidate, bool by_link)
{
	bool is_known;
	bool is_same = has_same_build_id(search->elf, candidate, &is_known);
	if (!is_same && (is_known || !by_link))
		return ct_error_format(
		    CT_ERROR_BAD_DATA, "%s: its build-id is not that of %s",
		    ct_elf_path(candidate), ct_elf_path(search->elf));
	if (by_link && file_crc(candidate) != search->crc)
		return ct_error_format(CT_ERROR_BAD_DATA,
				       "%s: its CRC is not the one that %s "
				       "asks for",
				       ct_elf_path(candidate),
				       ct_elf_path(search->elf));
	return NULL;
}

static bool is_same_file(const char *a, const char *b)
{
	struct stat x, y;
	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev &&
	       x.st_ino == y.st_ino;
}

static struct ct_error *try_path(struct search *search, const char *path,
				 bool by_link)
{
	if (!path)
		return &ct_enomem;
	if (access(path, F_OK) != 0 ||
	    is_same_file(path, ct_elf_path(search->elf)))
		return NULL;

	struct ct_elf *candidate;
	struct ct_error *err = ct_elf_open(path, &candidate);
	if (err)
		return note_problem(search, err);
	err = check_fit(search, candidate, by_link);
	if (err) {
		ct_elf_close(candidate);
		return note_problem(search, err);
	}
	search->found = candidate;
	return NULL;
}

/* asprintf() into a result: NULL when there is no memory. */
static char *make_path(const char *format, ...)
    __attribute__((format(printf, 1, 2)));
static char *make_path(const char *format, ...)
{
	char *path;
	va_list args;
	va_start(args, format);
	int length = vasprintf(&path, format, args);
	va_end(args);
	return length < 0 ? NULL : path;
}

static struct ct_error *try_build_id(struct search *search,
				     const char *directory, size_t length)
{
	size_t size;
	const uint8_t *id = ct_elf_build_id(search->elf, &size);
	char hex[2 * 64 + 1];
	if (size < 2 || size > 64)
		return NULL;
	for (size_t i = 0; i < size; i++)
		snprintf(hex + 2 * i, 3, "%02x", id[i]);
	CT_AUTO_FREE char *path =
	    make_path("%.*s/.build-id/%.2s/%s.debug", (int)length, directory,
		      hex, hex + 2);
	return try_path(search, path, false);
}

/* The file that .gnu_debuglink names, in DIRECTORY + the directory of the file
 * itself + SUBDIRECTORY. */
static struct ct_error *try_link_in(struct search *search,
				    const char *directory, size_t length,
				    const char *subdirectory)
{
	CT_AUTO_FREE char *whole = realpath(ct_elf_path(search->elf), NULL);
	char *slash = whole ? strrchr(whole, '/') : NULL;
	if (!search->name || !slash)
		return NULL;
	*slash = '\0';
	CT_AUTO_FREE char *path =
	    make_path("%.*s%s%s/%s", (int)length, directory, whole,
		      subdirectory, search->name);
	return try_path(search, path, true);
}

static struct ct_error *try_link_under(struct search *search,
				       const char *directory, size_t length)
{
	return try_link_in(search, directory, length, "");
}

static struct ct_error *try_link_beside(struct search *search)
{
	struct ct_error *err = try_link_in(search, "", 0, "");
	if (!err && !search->found)
		err = try_link_in(search, "", 0, "/.debug");
	return err;
}

typedef struct ct_error *try_fn(struct search *search, const char *directory,
				size_t length);

static struct ct_error *for_each_directory(struct search *search, try_fn *try)
{
	const char *at = search->directories;
	while (!search->found) {
		size_t length = strcspn(at, ":");
		if (length && length < PATH_MAX) {
			struct ct_error *err = try(search, at, length);
			if (err)
				return err;
		}
		if (!at[length])
			break;
		at += length + 1;
	}
	return NULL;
}

/* .gnu_debuglink: a file name, padded to 4 bytes, and the CRC of the file. */
static struct ct_error *read_link(struct search *search)
{
	size_t index, size;
	const void *data;
	if (!ct_elf_find_section(search->elf, ".gnu_debuglink", &index))
		return NULL;
	struct ct_error *err =
	    ct_elf_section_data(search->elf, index, &data, &size);
	if (err)
		return note_problem(search, err);

	const char *name = data;
	size_t length = size ? strnlen(name, size) : 0;
	size_t crc_at = (length + 1 + 3) & ~(size_t)3;
	/* It is a name, not a way out of the directory. */
	if (!length || crc_at + sizeof(search->crc) > size ||
	    memchr(name, '/', length))
		return note_problem(
		    search, ct_error_format(CT_ERROR_BAD_DATA,
					    "%s: its .gnu_debuglink is damaged",
					    ct_elf_path(search->elf)));
	memcpy(&search->crc, name + crc_at, sizeof(search->crc));
	search->name = name;
	return NULL;
}

struct ct_error *ct_debug_file_find(struct ct_elf *elf, const char *directories,
				    char **problem, struct ct_elf **ret)
{
	struct search search = {
	    .elf = elf,
	    .directories = directories,
	};
	struct ct_error *err = for_each_directory(&search, try_build_id);
	if (!err && !search.found)
		err = read_link(&search);
	if (!err && !search.found)
		err = try_link_beside(&search);
	if (!err && !search.found)
		err = for_each_directory(&search, try_link_under);
	/* What did not fit does not matter once one does. */
	if (err || search.found) {
		free(search.problem);
		search.problem = NULL;
	}
	if (err)
		return err;
	*problem = search.problem;
	*ret = search.found;
	return NULL;
}
