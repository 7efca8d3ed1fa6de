/* SPDX-License-Identifier: MIT */
/*
 * Address ranges: of DIEs (DWARF 5, 2.17 and 7.28; 4, 2.17.3 and 7.24), and
 * the index from an address to its unit.
 *
 * The index is .debug_aranges, completed for the units it does not mention
 * (clang writes none) by the ranges of their unit DIEs.
 */
#include "image/dw_internal.h"

struct dw_ranges_index {
	struct entry {
		uint64_t low, high;
		uint64_t high_so_far; /* the most of this and all before */
		struct dw_unit *unit;
	} * entries;
	size_t count;
};

static struct ct_error *list_damage(struct dw_unit *unit, enum dw_section id,
				    uint64_t offset)
{
	return dw_damage(unit->dw, id, offset, "the list of ranges is damaged");
}

/* A list of DWARF 4 and before: pairs, from the unit's base address. */
static struct ct_error *ranges_4(struct dw_unit *unit, uint64_t offset,
				 uint64_t base, dw_range_fn *visit, void *arg)
{
	struct dw_span span;
	struct ct_error *err = dw_section(unit->dw, DW_RANGES, &span);
	if (err)
		return err;
	unsigned size = unit->address_size;
	uint64_t select = size == 8 ? UINT64_MAX : UINT32_MAX;
	struct dw_reader reader = dw_reader_over(span.data, span.size, offset);

	for (;;) {
		uint64_t low = dw_read(&reader, size);
		uint64_t high = dw_read(&reader, size);
		if (reader.bad)
			return list_damage(unit, DW_RANGES, offset);
		if (!low && !high)
			return NULL;
		if (low == select)
			base = high;
		else if (low < high && !visit(base + low, base + high, arg))
			return NULL;
	}
}

struct rnglist {
	struct dw_unit *unit;
	struct dw_reader reader;
	uint64_t base;
};

/* An entry of .debug_rnglists (7.25): *low == *high when it is no range. */
static struct ct_error *rnglist_entry(struct rnglist *list, unsigned kind,
				      uint64_t *low, uint64_t *high)
{
	struct dw_reader *reader = &list->reader;
	struct dw_unit *unit = list->unit;
	unsigned size = unit->address_size;
	struct ct_error *err = NULL;

	*low = *high = 0;
	switch (kind) {
	case DW_RLE_base_addressx:
		return dw_address_by_index(unit, dw_read_uleb(reader),
					   &list->base);
	case DW_RLE_startx_endx:
		err = dw_address_by_index(unit, dw_read_uleb(reader), low);
		if (!err)
			err = dw_address_by_index(unit, dw_read_uleb(reader),
						  high);
		return err;
	case DW_RLE_startx_length:
		err = dw_address_by_index(unit, dw_read_uleb(reader), low);
		*high = *low + dw_read_uleb(reader);
		return err;
	case DW_RLE_offset_pair:
		*low = list->base + dw_read_uleb(reader);
		*high = list->base + dw_read_uleb(reader);
		return NULL;
	case DW_RLE_base_address:
		list->base = dw_read(reader, size);
		return NULL;
	case DW_RLE_start_end:
		*low = dw_read(reader, size);
		*high = dw_read(reader, size);
		return NULL;
	case DW_RLE_start_length:
		*low = dw_read(reader, size);
		*high = *low + dw_read_uleb(reader);
		return NULL;
	default:
		dw_reader_fail(reader);
		return NULL;
	}
}

static struct ct_error *ranges_5(struct dw_unit *unit, uint64_t offset,
				 uint64_t base, dw_range_fn *visit, void *arg)
{
	struct dw_span span;
	struct ct_error *err = dw_section(unit->dw, DW_RNGLISTS, &span);
	if (err)
		return err;
	struct rnglist list = {.unit = unit,
			       .reader =
				   dw_reader_over(span.data, span.size, offset),
			       .base = base};

	for (;;) {
		unsigned kind = (unsigned)dw_read(&list.reader, 1);
		if (!list.reader.bad && kind == DW_RLE_end_of_list)
			return NULL;
		uint64_t low, high;
		err = rnglist_entry(&list, kind, &low, &high);
		if (err)
			return err;
		if (list.reader.bad)
			return list_damage(unit, DW_RNGLISTS, offset);
		if (low < high && !visit(low, high, arg))
			return NULL;
	}
}

struct ct_error *dw_list_offset(struct dw_unit *unit, enum dw_section id,
				enum dw_top base_attribute, uint64_t index,
				uint64_t *ret)
{
	bool found;
	uint64_t base;
	struct ct_error *err =
	    dw_top_number(unit, base_attribute, &found, &base);
	if (err)
		return err;
	/* A split unit says nothing: its section has one table (7.3.2.3),
	 * whose header ends here (7.28). */
	if (!found)
		base = unit->offset_size == 8 ? 20 : 12;
	struct dw_span span;
	err = dw_section(unit->dw, id, &span);
	if (err)
		return err;

	uint64_t place;
	if (__builtin_mul_overflow(index, unit->offset_size, &place) ||
	    __builtin_add_overflow(place, base, &place))
		place = UINT64_MAX;
	struct dw_reader reader = dw_reader_over(span.data, span.size, place);
	uint64_t offset = reader.bad ? 0 : dw_read(&reader, unit->offset_size);
	if (reader.bad)
		return dw_damage(unit->dw, id, place, "no list of index %llu",
				 (unsigned long long)index);
	*ret = base + offset;
	return NULL;
}

struct ct_error *dw_unit_base(struct dw_unit *unit, uint64_t *ret)
{
	if (unit->skeleton)
		unit = unit->skeleton;
	struct ct_error *err = dw_unit_top(unit);
	if (err)
		return err;
	if (unit->top[DW_TOP_LOW_PC].form)
		return dw_value_address(&unit->top[DW_TOP_LOW_PC], ret);
	*ret = 0;
	return NULL;
}

/*
 * Split units of DWARF 4 (GNU) have their ranges in the file of the skeleton,
 * from its DW_AT_GNU_ranges_base; the skeleton's own do not count from there.
 */
static struct ct_error *ranges_list(const struct dw_value *ranges,
				    dw_range_fn *visit, void *arg)
{
	struct dw_unit *unit = ranges->unit;
	uint64_t base, offset;
	struct ct_error *err = dw_unit_base(unit, &base);
	if (!err)
		err = dw_value_number(ranges, &offset);
	if (err)
		return err;

	if (unit->version >= 5) {
		if (ranges->form == DW_FORM_rnglistx)
			err = dw_list_offset(unit, DW_RNGLISTS,
					     DW_TOP_RNGLISTS_BASE, offset,
					     &offset);
		return err ? err : ranges_5(unit, offset, base, visit, arg);
	}
	if (unit->skeleton) {
		bool found;
		uint64_t start;
		unit = unit->skeleton;
		err =
		    dw_top_number(unit, DW_TOP_GNU_RANGES_BASE, &found, &start);
		if (err)
			return err;
		offset += start;
	}
	return ranges_4(unit, offset, base, visit, arg);
}

struct ct_error *dw_ranges_each(const struct dw_value *low_pc,
				const struct dw_value *high_pc,
				const struct dw_value *ranges,
				dw_range_fn *visit, void *arg)
{
	if (ranges->form)
		return ranges_list(ranges, visit, arg);
	if (!low_pc->form || !high_pc->form)
		return NULL;

	uint64_t low, high;
	struct ct_error *err = dw_value_address(low_pc, &low);
	if (err)
		return err;
	/* As a constant, high_pc counts from low_pc (2.17.2). */
	if (dw_form_class(high_pc->form) == DW_CLASS_ADDRESS) {
		err = dw_value_address(high_pc, &high);
	} else {
		err = dw_value_number(high_pc, &high);
		high += low;
	}
	if (!err && low < high)
		visit(low, high, arg);
	return err;
}

/* The three values of a DIE. */
static struct ct_error *die_ranges(const struct ct_die *die, dw_range_fn *visit,
				   void *arg)
{
	struct dw_value low_pc, high_pc, ranges;
	struct ct_error *err = dw_die_value(die, DW_AT_low_pc, &low_pc);
	if (!err)
		err = dw_die_value(die, DW_AT_high_pc, &high_pc);
	if (!err)
		err = dw_die_value(die, DW_AT_ranges, &ranges);
	return err ? err
		   : dw_ranges_each(&low_pc, &high_pc, &ranges, visit, arg);
}

struct search {
	uint64_t addr, first;
	bool found;
};

static bool take_first(uint64_t low, uint64_t high, void *arg)
{
	struct search *search = arg;

	(void)high;
	search->first = low;
	search->found = true;
	return false;
}

struct ct_error *ct_die_entry_pc(const struct ct_die *die, bool *found,
				 uint64_t *ret)
{
	struct search search = {0};
	struct dw_value low_pc, ranges;
	struct ct_error *err = dw_die_value(die, DW_AT_low_pc, &low_pc);
	if (!err)
		err = dw_die_value(die, DW_AT_ranges, &ranges);
	if (err)
		return err;

	/* A unit with ranges may have a low_pc too: the base of the ranges. */
	if (ranges.form) {
		err = ranges_list(&ranges, take_first, &search);
	} else if (low_pc.form) {
		search.found = true;
		err = dw_value_address(&low_pc, &search.first);
	}
	if (err)
		return err;
	*found = search.found;
	*ret = search.first;
	return NULL;
}

static bool has_address(uint64_t low, uint64_t high, void *arg)
{
	struct search *search = arg;

	search->found = low <= search->addr && search->addr < high;
	return !search->found;
}

struct ct_error *ct_die_covers(const struct ct_die *die, uint64_t addr,
			       bool *ret)
{
	struct search search = {.addr = addr};
	struct ct_error *err = die_ranges(die, has_address, &search);
	if (err)
		return err;
	*ret = search.found;
	return NULL;
}

/* Filling the index. */
struct fill {
	struct dw_ranges_index *index;
	struct dw_unit *unit;
	bool no_memory;
};

static bool add_range(uint64_t low, uint64_t high, void *arg)
{
	struct fill *fill = arg;
	struct dw_ranges_index *index = fill->index;
	size_t count = index->count;

	if (!(count & (count - 1))) {
		struct entry *entries = reallocarray(
		    index->entries, count ? count * 2 : 1, sizeof(*entries));
		if (!entries) {
			fill->no_memory = true;
			return false;
		}
		index->entries = entries;
	}
	index->entries[index->count++] =
	    (struct entry){.low = low, .high = high, .unit = fill->unit};
	return true;
}

/* One table of .debug_aranges (6.1.2), which the reader steps over. */
static bool read_aranges(struct ct_dw *dw, struct dw_reader *section,
			 struct fill *fill)
{
	const uint8_t *table = section->pos;
	uint64_t length = dw_read(section, 4);
	unsigned offset_size = 4;
	if (length == 0xffffffff) {
		length = dw_read(section, 8);
		offset_size = 8;
	}
	if (section->bad || length > dw_reader_left(section))
		return false;
	struct dw_reader reader = {.pos = section->pos,
				   .end = section->pos + length};
	section->pos = reader.end;

	uint64_t version = dw_read(&reader, 2);
	uint64_t offset = dw_read(&reader, offset_size);
	unsigned address_size = (unsigned)dw_read(&reader, 1);
	uint64_t segment_size = dw_read(&reader, 1);
	if (reader.bad || version != 2 || segment_size ||
	    (address_size != 4 && address_size != 8))
		return false;
	/* Pairs are aligned from the start of the table. */
	uint64_t past = (uint64_t)(reader.pos - table) % (2 * address_size);
	dw_skip(&reader, past ? 2 * address_size - past : 0);

	fill->unit = dw_unit_find(dw, false, offset);
	if (!fill->unit || fill->unit->offset != offset)
		return false;
	while (dw_reader_left(&reader) >= 2 * address_size) {
		uint64_t low = dw_read(&reader, address_size);
		uint64_t size = dw_read(&reader, address_size);
		if (!low && !size)
			break;
		if (size && low + size > low &&
		    !add_range(low, low + size, fill))
			return false;
		fill->unit->has_aranges = true;
	}
	return true;
}

/* Damage is no reason to fail: what is not mentioned is looked up by hand. */
static struct ct_error *index_aranges(struct ct_dw *dw, struct fill *fill)
{
	struct dw_span span;
	struct ct_error *err = dw_section(dw, DW_ARANGES, &span);
	if (err)
		return err;
	struct dw_reader reader = {.pos = span.data,
				   .end = span.data + span.size};
	while (dw_reader_left(&reader))
		if (!read_aranges(dw, &reader, fill))
			break;
	return fill->no_memory ? &ct_enomem : NULL;
}

/* A damaged unit must not hide the others. */
static struct ct_error *index_unit(struct dw_unit *unit, struct fill *fill)
{
	fill->unit = unit;
	struct ct_error *err = dw_unit_top(unit);
	if (!err && unit->tag == DW_TAG_partial_unit)
		return NULL;
	if (!err)
		err = dw_ranges_each(
		    &unit->top[DW_TOP_LOW_PC], &unit->top[DW_TOP_HIGH_PC],
		    &unit->top[DW_TOP_RANGES], add_range, fill);
	if (fill->no_memory) {
		ct_error_destroy(err);
		return &ct_enomem;
	}
	if (err && ct_error_code(err) == CT_ERROR_BAD_DATA) {
		dw_note_problem(unit->dw, "%s", ct_error_message(err));
		ct_error_destroy(err);
		return NULL;
	}
	return err;
}

static int by_low(const void *a, const void *b)
{
	const struct entry *left = a, *right = b;
	return (left->low > right->low) - (left->low < right->low);
}

static struct ct_error *index_fill(struct ct_dw *dw,
				   struct dw_ranges_index *index)
{
	struct fill fill = {.index = index};
	struct ct_error *err = index_aranges(dw, &fill);

	for (size_t i = 0; !err && i < dw->info_count; i++)
		if (!dw->units[i].has_aranges)
			err = index_unit(&dw->units[i], &fill);
	if (err)
		return err;
	if (index->count)
		qsort(index->entries, index->count, sizeof(*index->entries),
		      by_low);
	uint64_t high = 0;
	for (size_t i = 0; i < index->count; i++) {
		if (index->entries[i].high > high)
			high = index->entries[i].high;
		index->entries[i].high_so_far = high;
	}
	return NULL;
}

void dw_ranges_index_destroy(struct dw_ranges_index *index)
{
	if (!index)
		return;
	free(index->entries);
	free(index);
}

struct ct_error *dw_unit_of_address(struct ct_dw *dw, uint64_t addr,
				    struct dw_unit **ret)
{
	struct ct_error *err = dw_prepare(dw);
	if (err)
		return err;
	if (!dw->ranges) {
		struct dw_ranges_index *index = calloc(1, sizeof(*index));
		if (!index)
			return &ct_enomem;
		err = index_fill(dw, index);
		if (err) {
			dw_ranges_index_destroy(index);
			return err;
		}
		dw->ranges = index;
	}

	const struct entry *entries = dw->ranges->entries;
	size_t low = 0, high = dw->ranges->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (entries[middle].low <= addr)
			low = middle + 1;
		else
			high = middle;
	}
	/* Ranges overlap where sections were discarded by the linker. */
	*ret = NULL;
	for (; low && entries[low - 1].high_so_far > addr; low--)
		if (entries[low - 1].high > addr) {
			*ret = entries[low - 1].unit;
			break;
		}
	return NULL;
}
