/* SPDX-License-Identifier: MIT */
/*
 * What people mistype: case, underscores, a letter or two, the end of a long
 * name.  Each has a cost; the cheapest candidates win.
 */
#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "image/near.h"

enum {
	MAX_LENGTH = 128, /* longer names are only compared as a whole */
	MAX_EDITS = 3,

	COST_CASE = 1,
	COST_UNDERSCORES = 2,
	COST_EDIT = 3, /* each */
	COST_PREFIX = 5,
	COST_NONE = 1000,
};

static unsigned max_edits(size_t length)
{
	if (length < 3)
		return 0;
	size_t edits = length / 3;
	return edits > MAX_EDITS ? MAX_EDITS : (unsigned)edits;
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static bool is_same_letter(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* Where a name without its leading underscores begins, and its length without
 * the trailing ones. */
static const char *strip(const char *name, size_t *length)
{
	const char *from = name + strspn(name, "_");
	*length = strlen(from);
	while (*length && from[*length - 1] == '_')
		(*length)--;
	return from;
}

/*
 * Edits between a and b: insertion, deletion, substitution, and the swap of
 * neighbours (optimal string alignment: Damerau-Levenshtein in which no
 * letter is touched twice).  Any number above limit means more than limit.
 */
static unsigned count_edits(const char *a, size_t a_size, const char *b,
			    size_t b_size, unsigned limit)
{
	unsigned rows[3][MAX_LENGTH + 1];
	if ((a_size > b_size ? a_size - b_size : b_size - a_size) > limit ||
	    a_size > MAX_LENGTH || b_size > MAX_LENGTH)
		return limit + 1;

	for (unsigned j = 0; j <= b_size; j++)
		rows[0][j] = j;
	for (unsigned i = 1; i <= a_size; i++) {
		unsigned *row = rows[i % 3];
		const unsigned *above = rows[(i + 2) % 3];
		const unsigned *two_above = rows[(i + 1) % 3];
		unsigned smallest = row[0] = i;
		for (unsigned j = 1; j <= b_size; j++) {
			bool is_same = is_same_letter(a[i - 1], b[j - 1]);
			unsigned edits = above[j - 1] + !is_same;
			edits = least(edits, above[j] + 1);
			edits = least(edits, row[j - 1] + 1);
			if (i > 1 && j > 1 &&
			    is_same_letter(a[i - 1], b[j - 2]) &&
			    is_same_letter(a[i - 2], b[j - 1]))
				edits = least(edits, two_above[j - 2] + 1);
			row[j] = edits;
			smallest = least(smallest, edits);
		}
		if (smallest > limit)
			return smallest;
	}
	return rows[a_size % 3][b_size];
}

static unsigned cost_of(const char *wanted, const char *candidate)
{
	size_t a_size, b_size, length = strlen(wanted);
	const char *a = strip(wanted, &a_size);
	const char *b = strip(candidate, &b_size);
	unsigned cost = COST_NONE;

	if (strcasecmp(wanted, candidate) == 0)
		return strcmp(wanted, candidate) ? COST_CASE : 0;
	if (a_size && a_size == b_size && strncasecmp(a, b, a_size) == 0)
		return COST_UNDERSCORES;
	if (length >= 3 && strncasecmp(wanted, candidate, length) == 0)
		cost = COST_PREFIX +
		       (unsigned)least(strlen(candidate) - length, COST_NONE);
	unsigned limit = max_edits(a_size);
	unsigned edits = count_edits(a, a_size, b, b_size, limit);
	return edits <= limit ? least(cost, COST_EDIT * edits) : cost;
}

void ct_near_init(struct ct_near *near, const char *wanted, size_t max)
{
	*near = (struct ct_near){
	    .wanted = wanted,
	    .max = max < CT_NEAR_MAX ? max : CT_NEAR_MAX,
	};
}

/* Of names as near, those that people write come first: libraries have
 * __open beside open. */
static int compare_names(const char *a, const char *b)
{
	int order = (a[0] == '_') - (b[0] == '_');
	return order ? order : strcmp(a, b);
}

void ct_near_offer(struct ct_near *near, const char *candidate)
{
	unsigned cost = cost_of(near->wanted, candidate);
	if (cost >= COST_NONE)
		return;
	size_t at = 0;
	while (at < near->count) {
		int order = (near->costs[at] > cost) - (near->costs[at] < cost);
		if (!order)
			order = compare_names(near->names[at], candidate);
		if (!order)
			return;
		if (order > 0)
			break;
		at++;
	}
	if (at == near->max)
		return;
	if (near->count < near->max)
		near->count++;
	for (size_t i = near->count - 1; i > at; i--) {
		near->names[i] = near->names[i - 1];
		near->costs[i] = near->costs[i - 1];
	}
	near->names[at] = candidate;
	near->costs[at] = cost;
}

struct ct_error *ct_image_near_names(struct ct_image *image, const char *name,
				     size_t max, struct ct_near *ret)
{
	size_t count;
	const struct ct_symbol *const *symbols;
	struct ct_error *err = ct_image_symbols(image, &count, &symbols);
	if (err)
		return err;
	ct_near_init(ret, name, max);
	for (size_t i = 0; i < count; i++)
		if (symbols[i]->kind != CT_SYMBOL_OBJECT)
			ct_near_offer(ret, symbols[i]->name);
	return NULL;
}
