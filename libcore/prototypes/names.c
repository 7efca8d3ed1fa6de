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

/* include/uapi/asm-generic/ioctl.h: number, type, size, direction. */
static void spell_ioctl(uint64_t word, struct ct_buffer *out)
{
	static const char *const directions[] = {
	    "_IOC_NONE", "_IOC_WRITE", "_IOC_READ", "_IOC_READ|_IOC_WRITE"};
	ct_buffer_printf(
	    out, "_IOC(%s, %#x, %#x, %#x)", directions[word >> 30 & 3],
	    (unsigned int)(word >> 8 & 0xff), (unsigned int)(word & 0xff),
	    (unsigned int)(word >> 16 & 0x3fff));
}

static bool spell_rows(const struct ct_names *names, uint64_t word,
		       uint64_t whole, struct ct_buffer *out);

static bool spell_inverse(const struct ct_names *names, uint64_t word,
			  uint64_t whole, struct ct_buffer *out)
{
	uint64_t missing = ~word & whole;
	if (!missing) {
		ct_buffer_puts(out, "~0");
		return true;
	}
	ct_buffer_puts(out, "~(");
	if (!spell_rows(names, missing, whole, out))
		ct_buffer_put_hex(out, missing);
	ct_buffer_putc(out, ')');
	return true;
}

bool ct_names_spell(const struct ct_names *names, uint64_t word, size_t size,
		    struct ct_buffer *out)
{
	uint64_t whole = size < 8 ? (1ull << size * 8) - 1 : ~0ull;
	if (names->style == CT_NAMES_INVERSE &&
	    __builtin_popcountll(word & whole) > (int)size * 4)
		return spell_inverse(names, word, whole, out);
	if (spell_rows(names, word, whole, out))
		return true;
	if (names->style != CT_NAMES_IOCTL || !(word & whole))
		return false;
	spell_ioctl(word, out);
	return true;
}

static bool spell_rows(const struct ct_names *names, uint64_t word,
		       uint64_t whole, struct ct_buffer *out)
{
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
	bool octal = names->style == CT_NAMES_OCTAL;
	if (out->size == start && !octal)
		return false;
	if (rest || out->size == start) {
		if (out->size > start)
			ct_buffer_putc(out, '|');
		if (octal)
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
