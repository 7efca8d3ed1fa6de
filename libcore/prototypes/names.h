/* SPDX-License-Identifier: MIT */
/*
 * Numbers and their names: flags, commands, signals.  The sets are from
 * names.txt; scripts/generate-syscalls makes names_tables.c of it.
 */
#ifndef CT_PROTOTYPES_NAMES_H
#define CT_PROTOTYPES_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

/* The bits of mask have this name when they are value. */
struct ct_name_row {
	uint64_t mask;
	uint64_t value;
	const char *name;
};

/* How bits without a name are written. */
enum ct_names_style {
	CT_NAMES_HEX,
	CT_NAMES_OCTAL,
	CT_NAMES_IOCTL,   /* as _IOC() of asm/ioctl.h, when nothing fits */
	CT_NAMES_INVERSE, /* a set of most bits: by those that are not in it */
};

/* In the order in which they are tried and written. */
struct ct_names {
	const char *set;
	size_t count;
	const struct ct_name_row *rows;
	uint8_t style; /* enum ct_names_style */
};

/* By name of the set. */
extern const struct ct_names ct_names_tables[];
extern const size_t ct_names_count;

/* The set of that name, or NULL.  Digits behind the name do not count: they
 * make another width of the same. */
const struct ct_names *ct_names_find(const char *set);

/*
 * Append the names of a number of `size` bytes: `O_RDWR|O_CREAT`, with the
 * bits that have none in hexadecimal behind them.  False, with nothing
 * appended, when not one bit has a name.
 */
bool ct_names_spell(const struct ct_names *names, uint64_t word, size_t size,
		    struct ct_buffer *out);

/* The number of a name of the set; false when there is none. */
bool ct_names_value(const struct ct_names *names, const char *name,
		    uint64_t *ret);

#endif
