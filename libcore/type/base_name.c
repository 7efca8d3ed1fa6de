/* SPDX-License-Identifier: MIT */
/*
 * One name for each of C's integers.
 *
 * Compilers name them in DWARF as they like: `long unsigned int`,
 * `unsigned long`.  GDB 13 prints the second for both, and so do we.
 */
#include <string.h>

#include "type/types.h"

enum word {
	WORD_SIGNED,
	WORD_UNSIGNED,
	WORD_SHORT,
	WORD_LONG,
	WORD_INT,
	WORD_CHAR,
	WORD_COUNT,
};

static const char *const words[WORD_COUNT] = {
    [WORD_SIGNED] = "signed", [WORD_UNSIGNED] = "unsigned",
    [WORD_SHORT] = "short",   [WORD_LONG] = "long",
    [WORD_INT] = "int",       [WORD_CHAR] = "char",
};

/* Count the words of a name; false when it has others. */
static bool count_words(const char *name, unsigned counts[WORD_COUNT])
{
	while (*name) {
		size_t length = strcspn(name, " ");
		size_t i = 0;
		while (i < WORD_COUNT && (strncmp(words[i], name, length) ||
					  words[i][length] != '\0'))
			i++;
		if (i == WORD_COUNT)
			return false;
		counts[i]++;
		name += length;
		name += strspn(name, " ");
	}
	return true;
}

const char *ct_base_name(const char *name)
{
	unsigned counts[WORD_COUNT] = {0};
	if (!name || !count_words(name, counts))
		return name;
	bool is_unsigned = counts[WORD_UNSIGNED];
	if (counts[WORD_CHAR]) {
		if (counts[WORD_SIGNED])
			return "signed char";
		return is_unsigned ? "unsigned char" : "char";
	}
	if (counts[WORD_SHORT])
		return is_unsigned ? "unsigned short" : "short";
	if (counts[WORD_LONG] > 1)
		return is_unsigned ? "unsigned long long" : "long long";
	if (counts[WORD_LONG])
		return is_unsigned ? "unsigned long" : "long";
	return is_unsigned ? "unsigned int" : "int";
}
