/* SPDX-License-Identifier: MIT */
/*
 * /proc/PID/maps.  The kernel writes the lines by ascending address and never
 * overlapping (proc(5)), so the array is sorted as it is read.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sysmacros.h>

#include "base/cleanup.h"
#include "process/maps.h"
#include "process/ptrace.h"

/* One row a name in square brackets. */
static const struct {
	const char *name;
	enum ct_map_kind kind;
} special_names[] = {
    {"[stack]", CT_MAP_STACK},
    {"[heap]", CT_MAP_HEAP},
    {"[vdso]", CT_MAP_VDSO},
};

static enum ct_map_kind kind_of(const char *path)
{
	if (path[0] == '\0' || strncmp(path, "[anon", 5) == 0)
		return CT_MAP_ANONYMOUS;
	if (path[0] == '/')
		return CT_MAP_FILE;
	for (size_t i = 0; i < sizeof(special_names) / sizeof(*special_names);
	     i++)
		if (strcmp(path, special_names[i].name) == 0)
			return special_names[i].kind;
	return CT_MAP_OTHER;
}

/* The kernel writes a newline in a file's name as \012, and nothing else. */
static void unescape(char *path)
{
	char *to = path;
	for (const char *from = path; *from; to++) {
		bool newline = strncmp(from, "\\012", 4) == 0;
		*to = newline ? '\n' : *from;
		from += newline ? 4 : 1;
	}
	*to = '\0';
}

/* "start-end perms offset major:minor inode   path"; `line` ends in NUL. */
static bool parse_line(char *line, struct ct_map *map)
{
	char perms[5];
	unsigned dev_major, dev_minor;
	int path_at = 0;
	int fields = sscanf(line,
			    "%" SCNx64 "-%" SCNx64 " %4s %" SCNx64
			    " %x:%x %" SCNu64 " %n",
			    &map->start, &map->end, perms, &map->offset,
			    &dev_major, &dev_minor, &map->inode, &path_at);
	if (fields != 7 || map->end <= map->start)
		return false;
	map->dev = makedev(dev_major, dev_minor);
	map->prot = (perms[0] == 'r' ? PROT_READ : 0) |
		    (perms[1] == 'w' ? PROT_WRITE : 0) |
		    (perms[2] == 'x' ? PROT_EXEC : 0);
	map->shared = perms[3] == 's';
	char *path = line + (path_at ? (size_t)path_at : strlen(line));
	map->deleted = ct_proc_cut_deleted(path);
	unescape(path);
	map->kind = kind_of(path);
	map->path = path;
	return true;
}

static size_t count_lines(const struct ct_buffer *text)
{
	size_t count = 0;
	for (size_t i = 0; i < text->size; i++)
		count += text->data[i] == '\n';
	return count;
}

static struct ct_error *parse(pid_t pid, struct ct_maps *maps)
{
	size_t lines = count_lines(&maps->text);
	char *text = ct_arena_alloc(&maps->arena, maps->text.size + 1);
	maps->maps =
	    ct_arena_alloc_array(&maps->arena, lines + 1, sizeof(*maps->maps));
	if (!text || !maps->maps)
		return &ct_enomem;
	memcpy(text, maps->text.data, maps->text.size);

	char *end;
	for (char *line = text; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		if (!parse_line(line, &maps->maps[maps->count]))
			return ct_error_format(CT_ERROR_BAD_DATA,
					       "/proc/%d/maps: cannot read "
					       "line %zu",
					       (int)pid, maps->count + 1);
		maps->count++;
	}
	return NULL;
}

static void cleanup_maps(struct ct_maps **maps)
{
	ct_maps_destroy(*maps);
}

struct ct_error *ct_maps_read(pid_t pid, struct ct_maps **ret)
{
	CT_CLEANUP(cleanup_maps)
	struct ct_maps *maps = calloc(1, sizeof(*maps));
	if (!maps)
		return &ct_enomem;
	ct_arena_init(&maps->arena);
	ct_buffer_init(&maps->text);
	struct ct_error *err = ct_proc_read(pid, "maps", &maps->text);
	if (!err)
		err = parse(pid, maps);
	if (!err)
		err = ct_maps_find_files(pid, maps);
	if (!err)
		*ret = ct_take(maps);
	return err;
}

void ct_maps_destroy(struct ct_maps *maps)
{
	if (!maps)
		return;
	ct_arena_deinit(&maps->arena);
	ct_buffer_deinit(&maps->text);
	free(maps);
}

const struct ct_map *ct_maps_get(const struct ct_maps *maps, size_t i)
{
	return i < maps->count ? &maps->maps[i] : NULL;
}

static int compare_map(const void *key, const void *element)
{
	uint64_t addr = *(const uint64_t *)key;
	const struct ct_map *map = element;
	if (addr < map->start)
		return -1;
	return addr >= map->end;
}

const struct ct_map *ct_maps_find(const struct ct_maps *maps, uint64_t addr)
{
	return bsearch(&addr, maps->maps, maps->count, sizeof(*maps->maps),
		       compare_map);
}

static bool same_text(const struct ct_buffer *a, const struct ct_buffer *b)
{
	return a->size == b->size && memcmp(a->data, b->data, a->size) == 0;
}

static bool same_files(const struct ct_maps *a, const struct ct_maps *b)
{
	if (a->loaded_count != b->loaded_count)
		return false;
	for (size_t i = 0; i < a->loaded_count; i++) {
		const struct ct_loaded *left = &a->loaded[i];
		const struct ct_loaded *right = &b->loaded[i];
		if (left->bias != right->bias || left->dev != right->dev ||
		    left->inode != right->inode ||
		    strcmp(left->path, right->path) != 0)
			return false;
	}
	return true;
}

struct ct_error *ct_maps_refresh(pid_t pid, struct ct_maps **maps,
				 bool *ret_changed)
{
	struct ct_maps *fresh;
	struct ct_error *err = ct_maps_read(pid, &fresh);
	if (err)
		return err;
	*ret_changed = !*maps || !same_files(*maps, fresh);
	if (*maps && same_text(&(*maps)->text, &fresh->text)) {
		ct_maps_destroy(fresh);
		return NULL;
	}
	ct_maps_destroy(*maps);
	*maps = fresh;
	return NULL;
}
