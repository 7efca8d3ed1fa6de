/* SPDX-License-Identifier: MIT */
#include "prototypes/names.h"

#include <stdlib.h>
#include <string.h>

static int compare_set(const void *key, const void *row)
{
	const struct ct_names *names = row;
	return strcmp(key, names->set);
}

const struct ct_names *ct_names_find(const char *set)
{
	char name[64];
	size_t length = strlen(set);
	while (length && set[length - 1] >= '0' && set[length - 1] <= '9')
		length--;
	if (length >= sizeof(name))
		return NULL;
	memcpy(name, set, length);
	name[length] = 0;
	return bsearch(name, ct_names_tables, ct_names_count,
		       sizeof(*ct_names_tables), compare_set);
}

static void put_name(const char *name, size_t start, struct ct_buffer *out)
{
	if (out->size > start)
		ct_buffer_putc(out, '|');
	ct_buffer_puts(out, name);
}

bool ct_names_spell(const struct ct_names *names, uint64_t word, size_t size,
		    struct ct_buffer *out)
{
	uint64_t whole = size < 8 ? (1ull << size * 8) - 1 : ~0ull;
	size_t start = out->size;
	/* A field is named once; so is a bit. */
	uint64_t left = whole, rest = word & whole;
	for (size_t i = 0; i < names->count; i++) {
		const struct ct_name_row *row = &names->rows[i];
		uint64_t mask = row->mask & whole;
		if (!mask || (mask & left) != mask ||
		    (word & mask) != (row->value & whole))
			continue;
		put_name(row->name, start, out);
		left &= ~mask;
		rest &= ~mask;
	}
	if (out->size == start && !names->octal)
		return false;
	if (rest || out->size == start) {
		if (out->size > start)
			ct_buffer_putc(out, '|');
		if (names->octal)
			ct_buffer_printf(out, "%#llo",
					 (unsigned long long)rest);
		else
			ct_buffer_put_hex(out, rest);
	}
	return true;
}

bool ct_names_value(const struct ct_names *names, const char *name,
		    uint64_t *ret)
{
	for (size_t i = 0; i < names->count; i++) {
		if (strcmp(names->rows[i].name, name) != 0)
			continue;
		*ret = names->rows[i].value;
		return true;
	}
	return false;
}
