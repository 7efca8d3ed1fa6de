/* SPDX-License-Identifier: MIT */
/*
 * What LD_PRELOAD shall say: the user's own libraries first, which want to be
 * before others, then a sanitizer's, then ours, of which nobody notices.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "ctester/process.h"
#include "image/elf.h"
#include "image/symtab.h"
#include "process/preload.h"

enum {
	VALUE_MAX = 64 << 10, /* of the user's LD_PRELOAD */
};

static struct ct_error *add_users(pid_t pid, uint64_t addr,
				  struct ct_buffer *text)
{
	CT_AUTO_FREE char *value = malloc(VALUE_MAX);
	if (!value)
		return &ct_enomem;
	size_t size = ct_process_read(pid, addr, value, VALUE_MAX);
	const char *end = memchr(value, 0, size);
	if (!end)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "process %d: its LD_PRELOAD is too long",
				       (int)pid);
	size_t name = strlen(CT_PRELOAD_NAME);
	ct_buffer_append(text, value + name, (size_t)(end - value) - name);
	ct_buffer_putc(text, ':');
	return NULL;
}

static bool is_sanitizer(const char *name)
{
	static const char *const beginnings[] = {
	    "libasan.so", "libtsan.so", "libhwasan.so", "libclang_rt."};
	for (size_t i = 0; i < sizeof(beginnings) / sizeof(*beginnings); i++)
		if (strncmp(name, beginnings[i], strlen(beginnings[i])) == 0)
			return true;
	return false;
}

static struct ct_error *find_sanitizer(struct ct_elf *elf, const char **ret)
{
	const void *data;
	const char *strings;
	size_t size, strings_size;
	size_t index = ct_elf_find_type(elf, SHT_DYNAMIC);
	if (!index)
		return NULL;
	struct ct_error *err = ct_elf_section_data(elf, index, &data, &size);
	if (!err)
		err = ct_elf_strings(elf, ct_elf_section(elf, index)->link,
				     &strings, &strings_size);
	if (err)
		return err;
	for (size_t at = 0; at + sizeof(Elf64_Dyn) <= size;
	     at += sizeof(Elf64_Dyn)) {
		Elf64_Dyn entry;
		memcpy(&entry, (const char *)data + at, sizeof(entry));
		if (entry.d_tag == DT_NEEDED &&
		    entry.d_un.d_val < strings_size &&
		    is_sanitizer(strings + entry.d_un.d_val)) {
			*ret = strings + entry.d_un.d_val;
			return NULL;
		}
	}
	return NULL;
}

/*
 * ASan insists on being the first library of all, and ends the program
 * otherwise (asan_linux.cpp, AsanCheckDynamicRTPrereqs()).
 */
static void add_sanitizer(pid_t pid, struct ct_buffer *text)
{
	char path[32];
	const char *name = NULL;
	struct ct_elf *elf = NULL;
	snprintf(path, sizeof(path), "/proc/%d/exe", (int)pid);
	struct ct_error *err = ct_elf_open(path, &elf);
	if (!err)
		err = find_sanitizer(elf, &name);
	/* A file that we cannot read has none that we could know of. */
	ct_error_destroy(err);
	if (name) {
		ct_buffer_puts(text, name);
		ct_buffer_putc(text, ':');
	}
	ct_elf_close(elf);
}

struct ct_error *ct_preload_spell(pid_t pid, uint64_t users, const char *path,
				  struct ct_buffer *text)
{
	ct_buffer_puts(text, CT_PRELOAD_NAME);
	struct ct_error *err = users ? add_users(pid, users, text) : NULL;
	if (err)
		return err;
	add_sanitizer(pid, text);
	ct_buffer_puts(text, path);
	ct_buffer_putc(text, '\0');
	return ct_buffer_failed(text) ? &ct_enomem : NULL;
}
