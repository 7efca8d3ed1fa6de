/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "base/cleanup.h"
#include "image/extent.h"
#include "image/image.h"
#include "image/unwind.h"

/* One beginning, and how much there is by whoever says most. */
struct piece {
	uint64_t addr, size;
};

struct ct_extents {
	struct piece *pieces; /* sorted */
	size_t count, capacity;
	bool failed;
};

static void add(struct ct_extents *extents, uint64_t addr, uint64_t size)
{
	if (extents->count == extents->capacity) {
		size_t capacity =
		    extents->capacity ? extents->capacity * 2 : 1024;
		struct piece *pieces =
		    reallocarray(extents->pieces, capacity, sizeof(*pieces));
		if (!pieces) {
			extents->failed = true;
			return;
		}
		extents->pieces = pieces;
		extents->capacity = capacity;
	}
	extents->pieces[extents->count++] = (struct piece){addr, size};
}

static void add_range(void *arg, uint64_t addr, uint64_t size)
{
	add(arg, addr, size);
}

static int compare(const void *a, const void *b)
{
	const struct piece *x = a, *y = b;
	return (x->addr > y->addr) - (x->addr < y->addr);
}

static void merge(struct ct_extents *extents)
{
	struct piece *pieces = extents->pieces;
	size_t count = 0;
	if (extents->count)
		qsort(pieces, extents->count, sizeof(*pieces), compare);
	for (size_t i = 0; i < extents->count; i++) {
		struct piece *last = count ? &pieces[count - 1] : NULL;
		if (!last || last->addr != pieces[i].addr)
			pieces[count++] = pieces[i];
		else if (pieces[i].size > last->size)
			last->size = pieces[i].size;
	}
	extents->count = count;
}

static struct ct_error *add_symbols(struct ct_extents *extents,
				    struct ct_image *image)
{
	size_t count;
	const struct ct_symbol *const *symbols;
	struct ct_error *err = ct_image_symbols(image, &count, &symbols);
	for (size_t i = 0; !err && i < count; i++)
		if (symbols[i]->is_defined &&
		    symbols[i]->kind != CT_SYMBOL_OBJECT)
			add(extents, symbols[i]->addr, symbols[i]->size);
	return err;
}

struct ct_error *ct_extents_read(struct ct_image *image,
				 struct ct_extents **ret)
{
	struct ct_extents *extents = calloc(1, sizeof(*extents));
	if (!extents)
		return &ct_enomem;
	struct ct_error *err = add_symbols(extents, image);
	if (!err)
		ct_unwind_each(ct_image_elf(image), add_range, extents);
	if (!err && extents->failed)
		err = &ct_enomem;
	if (err) {
		ct_extents_destroy(extents);
		return err;
	}
	merge(extents);
	*ret = extents;
	return NULL;
}

void ct_extents_destroy(struct ct_extents *extents)
{
	if (!extents)
		return;
	free(extents->pieces);
	free(extents);
}

/* The first piece that begins behind an address. */
static size_t first_behind(const struct ct_extents *extents, uint64_t addr)
{
	size_t low = 0, high = extents->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (extents->pieces[middle].addr <= addr)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct ct_extent ct_extents_find(const struct ct_extents *extents,
				 uint64_t addr)
{
	size_t low = first_behind(extents, addr);
	struct ct_extent extent = {0, UINT64_MAX};
	if (low < extents->count)
		extent.next = extents->pieces[low].addr;
	if (low && extents->pieces[low - 1].addr == addr)
		extent.size = extents->pieces[low - 1].size;
	return extent;
}

size_t ct_extents_spans(const struct ct_extents *extents, uint64_t low,
			uint64_t high, struct ct_extent_span *ret,
			size_t capacity)
{
	size_t count = 0;
	for (size_t i = first_behind(extents, low);
	     i < extents->count && count < capacity; i++) {
		const struct piece *pieces = extents->pieces;
		if (!i)
			continue;
		if (pieces[i - 1].addr >= high)
			break;
		ret[count++] =
		    (struct ct_extent_span){pieces[i - 1].addr, pieces[i].addr};
	}
	return count;
}
