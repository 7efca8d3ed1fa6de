/* SPDX-License-Identifier: MIT */
/*
 * Units, read and checked by ourselves before libdwarf sees them: headers
 * (DWARF 5, 7.5.1), abbreviations (7.5.3) and the shape of the DIE tree.
 *
 * libdwarf 20210528 trusts what it reads: a wrong DW_AT_sibling makes it loop,
 * a reference into the middle of a DIE makes it read garbage, and merely
 * opening a unit makes it follow DW_AT_low_pc and DW_AT_dwo_name of the unit
 * DIE into sections that may be in another file or too small.  So
 *
 *   - dw_unit_check() walks a unit once and notes where its DIEs begin;
 *     everything that leaves dw.c starts at such a place;
 *   - libdwarf is given a copy of .debug_abbrev in which the attributes of
 *     unit DIEs that it would follow have another number;
 *   - it steps over four bytes for DW_FORM_strx3 and addrx3: where a table
 *     has them, the copy says data1 and data2 instead.
 *
 * Attributes are therefore read by our own abbreviations, here too.
 */
#include "base/buffer.h"
#include "image/dw_internal.h"

enum {
	/* The most that are seen in real files are about 30. */
	ATTRIBUTES_MAX = 256,
	/* Lexical blocks nest some tens deep. */
	DIE_DEPTH_MAX = 1024,
	/* Of all rewritten tables, which real files have few of. */
	REWRITTEN_MAX = 256 << 20,
	/* Attribute numbers that DWARF does not use, one byte and two. */
	HIDDEN_SHORT = 0x04,
	HIDDEN_LONG = 0x3ffe,
};

struct abbrev_attribute {
	uint16_t name, form;
	int64_t implicit;
};

struct abbrev {
	uint64_t code;
	uint16_t tag;
	bool children;
	uint16_t count;
	size_t first; /* of its attributes */
};

struct dw_abbrevs {
	uint64_t offset; /* the key */
	bool damaged;
	bool misread; /* has forms that libdwarf takes for another size */
	struct ct_buffer rewritten; /* then: the section as libdwarf sees it */
	struct abbrev *rows;        /* by code */
	size_t count;
	struct abbrev_attribute *attributes;
	size_t attribute_count;
	UT_hash_handle hh;
};

static void abbrevs_free(struct dw_abbrevs *table)
{
	free(table->rows);
	free(table->attributes);
	ct_buffer_deinit(&table->rewritten);
	free(table);
}

void dw_abbrevs_destroy(struct dw_abbrevs *abbrevs)
{
	struct dw_abbrevs *table, *next;

	HASH_ITER (hh, abbrevs, table, next) {
		HASH_DEL(abbrevs, table);
		abbrevs_free(table);
	}
}

/* A unit DIE's attributes that we read; `hide` from libdwarf. */
static const struct {
	uint16_t attribute;
	uint8_t top;
	bool hide;
} top_attributes[] = {
    {DW_AT_name, DW_TOP_NAME, false},
    {DW_AT_producer, DW_TOP_PRODUCER, false},
    {DW_AT_comp_dir, DW_TOP_COMP_DIR, false},
    {DW_AT_low_pc, DW_TOP_LOW_PC, true},
    {DW_AT_high_pc, DW_TOP_HIGH_PC, false},
    {DW_AT_ranges, DW_TOP_RANGES, false},
    {DW_AT_stmt_list, DW_TOP_STMT_LIST, false},
    {DW_AT_str_offsets_base, DW_TOP_STR_OFFSETS_BASE, true},
    {DW_AT_addr_base, DW_TOP_ADDR_BASE, true},
    {DW_AT_GNU_addr_base, DW_TOP_ADDR_BASE, true},
    {DW_AT_rnglists_base, DW_TOP_RNGLISTS_BASE, true},
    {DW_AT_GNU_ranges_base, DW_TOP_GNU_RANGES_BASE, true},
    {DW_AT_loclists_base, DW_TOP_LOCLISTS_BASE, true},
    {DW_AT_dwo_name, DW_TOP_DWO_NAME, true},
    {DW_AT_GNU_dwo_name, DW_TOP_DWO_NAME, true},
    {DW_AT_GNU_dwo_id, DW_TOP_DWO_ID, true},
    {DW_AT_dwo_id, DW_TOP_DWO_ID, true},
};

static int top_find(uint16_t attribute)
{
	for (size_t i = 0; i < sizeof(top_attributes) / sizeof(*top_attributes);
	     i++)
		if (top_attributes[i].attribute == attribute)
			return (int)i;
	return -1;
}

static bool is_unit_tag(uint64_t tag)
{
	return tag == DW_TAG_compile_unit || tag == DW_TAG_partial_unit ||
	       tag == DW_TAG_type_unit || tag == DW_TAG_skeleton_unit;
}

static bool is_hidden(uint16_t attribute)
{
	int index = top_find(attribute);
	return index >= 0 && top_attributes[index].hide;
}

/* Give the attribute's number, at `where` in our copy of the section, to
 * HIDDEN_: the same bytes but for the number. */
static void hide_attribute(uint8_t *where, size_t size)
{
	uint16_t number = size == 1 ? HIDDEN_SHORT : HIDDEN_LONG;

	for (size_t i = 0; i < size; i++) {
		where[i] = (number & 0x7f) | (i + 1 < size ? 0x80 : 0);
		number >>= 7;
	}
}

static bool grow(void **array, size_t count, size_t size)
{
	/* Full when count is 0 or a power of two. */
	if (count & (count - 1))
		return true;
	void *larger = reallocarray(*array, count ? count * 2 : 1, size);
	if (larger)
		*array = larger;
	return larger != NULL;
}

/* One attribute specification: 1 read, 0 the list's end, -1 damage, -2 no
 * memory. */
static int read_attribute(struct ct_dw *dw, struct dw_reader *reader,
			  struct dw_abbrevs *table, const struct abbrev *row)
{
	const uint8_t *start = reader->pos;
	uint64_t name = dw_read_uleb(reader);
	size_t name_size = (size_t)(reader->pos - start);
	uint64_t form = dw_read_uleb(reader);

	if (reader->bad)
		return -1;
	if (!name && !form)
		return 0;
	if (!name || name > UINT16_MAX || form > UINT16_MAX ||
	    row->count == ATTRIBUTES_MAX)
		return -1;
	if (form != DW_FORM_indirect &&
	    dw_form_class((uint16_t)form) == DW_CLASS_NONE)
		return -1;

	/* libdwarf steps over four bytes for these. */
	if (form == DW_FORM_strx3 || form == DW_FORM_addrx3)
		table->misread = true;
	int64_t implicit = 0;
	if (form == DW_FORM_implicit_const)
		implicit = dw_read_sleb(reader);
	if (!grow((void **)&table->attributes, table->attribute_count,
		  sizeof(*table->attributes)))
		return -2;
	table->attributes[table->attribute_count++] =
	    (struct abbrev_attribute){(uint16_t)name, (uint16_t)form, implicit};
	if (is_unit_tag(row->tag) && is_hidden((uint16_t)name))
		hide_attribute(dw->abbrev_copy +
				   (start - dw->sections[DW_ABBREV].data),
			       name_size);
	return 1;
}

/* As read_attribute(), for one abbreviation. */
static int read_abbrev(struct ct_dw *dw, struct dw_reader *reader,
		       struct dw_abbrevs *table)
{
	uint64_t code = dw_read_uleb(reader);
	if (reader->bad)
		return -1;
	if (!code)
		return 0;
	uint64_t tag = dw_read_uleb(reader);
	uint64_t children = dw_read(reader, 1);
	if (reader->bad || !tag || tag > UINT16_MAX || children > 1)
		return -1;

	struct abbrev row = {.code = code,
			     .tag = (uint16_t)tag,
			     .children = children,
			     .first = table->attribute_count};
	int more;
	while ((more = read_attribute(dw, reader, table, &row)) > 0)
		row.count++;
	if (more < 0)
		return more;
	if (!grow((void **)&table->rows, table->count, sizeof(row)))
		return -2;
	table->rows[table->count++] = row;
	return 1;
}

static int by_code(const void *a, const void *b)
{
	const struct abbrev *left = a, *right = b;
	return (left->code > right->code) - (left->code < right->code);
}

/* Sorted, and no code twice. */
static bool abbrevs_order(struct dw_abbrevs *table)
{
	bool sorted = true;

	for (size_t i = 1; i < table->count && sorted; i++)
		sorted = table->rows[i - 1].code < table->rows[i].code;
	if (sorted)
		return true;
	qsort(table->rows, table->count, sizeof(*table->rows), by_code);
	for (size_t i = 1; i < table->count; i++)
		if (table->rows[i - 1].code == table->rows[i].code)
			return false;
	return true;
}

/*
 * Tables do not overlap, so reading each once costs the section's size.  A
 * file whose units point into the middle of each other's tables would cost
 * the square: the total is bounded.
 */
static bool abbrevs_over_budget(struct ct_dw *dw, uint64_t size)
{
	dw->abbrev_bytes_read += size;
	return dw->abbrev_bytes_read > 2 * dw->sections[DW_ABBREV].size;
}

static struct ct_error *abbrevs_read(struct ct_dw *dw, uint64_t offset,
				     struct dw_abbrevs **ret)
{
	struct dw_span span;
	struct ct_error *err = dw_section(dw, DW_ABBREV, &span);
	if (err)
		return err;
	if (!dw->abbrev_copy && span.size) {
		dw->abbrev_copy = malloc(span.size);
		if (!dw->abbrev_copy)
			return &ct_enomem;
		memcpy(dw->abbrev_copy, span.data, span.size);
	}
	struct dw_abbrevs *table = calloc(1, sizeof(*table));
	if (!table)
		return &ct_enomem;
	table->offset = offset;

	struct dw_reader reader = dw_reader_over(span.data, span.size, offset);
	const uint8_t *start = reader.pos;
	int more = reader.bad ? -1 : 1;
	while (more > 0)
		more = read_abbrev(dw, &reader, table);
	if (more == -2) {
		abbrevs_free(table);
		return &ct_enomem;
	}
	table->damaged =
	    more < 0 || !abbrevs_order(table) ||
	    abbrevs_over_budget(dw, (uint64_t)(reader.pos - start));
	HASH_ADD(hh, dw->abbrevs, offset, sizeof(table->offset), table);
	*ret = table;
	return NULL;
}

static struct ct_error *unit_abbrevs(struct dw_unit *unit,
				     struct dw_abbrevs **ret)
{
	struct dw_abbrevs *table;
	HASH_FIND(hh, unit->dw->abbrevs, &unit->abbrev_offset,
		  sizeof(unit->abbrev_offset), table);
	if (!table) {
		struct ct_error *err =
		    abbrevs_read(unit->dw, unit->abbrev_offset, &table);
		if (err)
			return err;
	}
	if (table->damaged)
		return dw_damage(unit->dw, DW_ABBREV, unit->abbrev_offset,
				 "the abbreviations are damaged");
	*ret = table;
	return NULL;
}

static const struct abbrev *abbrev_find(const struct dw_abbrevs *table,
					uint64_t code)
{
	/* Producers number them from 1 without holes. */
	if (code - 1 < table->count && table->rows[code - 1].code == code)
		return &table->rows[code - 1];
	struct abbrev key = {.code = code};
	return table->count ? bsearch(&key, table->rows, table->count,
				      sizeof(key), by_code)
			    : NULL;
}

/* Read one attribute's value at the reader, which steps over it. */
static bool read_value(struct dw_reader *reader, struct dw_unit *unit,
		       const struct abbrev_attribute *attribute,
		       struct dw_value *ret)
{
	uint64_t form = attribute->form;

	if (form == DW_FORM_indirect) {
		form = dw_read_uleb(reader);
		/* The constant of implicit_const is in the abbreviation. */
		if (reader->bad || form > UINT16_MAX ||
		    form == DW_FORM_indirect || form == DW_FORM_implicit_const)
			return false;
	}
	*ret = (struct dw_value){.unit = unit,
				 .bytes = reader->pos,
				 .implicit = attribute->implicit,
				 .name = attribute->name,
				 .form = (uint16_t)form};
	return dw_form_skip(reader, unit, (uint16_t)form) && !reader->bad;
}

static struct ct_error *die_damage(struct dw_unit *unit, const uint8_t *where)
{
	enum dw_section id = dw_unit_section(unit);
	return dw_damage(unit->dw, id,
			 (uint64_t)(where - unit->dw->sections[id].data),
			 "a DIE is damaged");
}

static struct ct_error *unit_reader(struct dw_unit *unit, struct dw_reader *ret)
{
	struct dw_span span;
	struct ct_error *err =
	    dw_section(unit->dw, dw_unit_section(unit), &span);
	if (err)
		return err;
	*ret = (struct dw_reader){.pos = span.data + unit->die_offset,
				  .end = span.data + unit->end};
	return NULL;
}

static struct ct_error *top_read(struct dw_unit *unit)
{
	struct dw_abbrevs *table;
	struct dw_reader reader;
	struct ct_error *err = unit_abbrevs(unit, &table);
	if (!err)
		err = unit_reader(unit, &reader);
	if (err)
		return err;

	const uint8_t *start = reader.pos;
	const struct abbrev *row = abbrev_find(table, dw_read_uleb(&reader));
	if (reader.bad || !row || !is_unit_tag(row->tag))
		return die_damage(unit, start);
	for (size_t i = 0; i < row->count; i++) {
		const struct abbrev_attribute *attribute =
		    &table->attributes[row->first + i];
		struct dw_value value;
		if (!read_value(&reader, unit, attribute, &value))
			return die_damage(unit, start);
		int index = top_find(attribute->name);
		if (index >= 0)
			unit->top[top_attributes[index].top] = value;
	}
	unit->tag = row->tag;
	return NULL;
}

struct ct_error *dw_unit_top(struct dw_unit *unit)
{
	if (unit->top_state == DW_CHECKED)
		return NULL;
	struct ct_error *err = top_read(unit);
	if (!err)
		unit->top_state = DW_CHECKED;
	return err;
}

/* The walk of one unit. */
struct walk {
	struct dw_unit *unit;
	const struct dw_abbrevs *table;
	struct dw_reader reader;
	const uint8_t *unit_start;
	unsigned depth;
	/* What DW_AT_sibling of the open DIEs says, or 0. */
	uint64_t siblings[DIE_DEPTH_MAX];
};

static uint64_t walk_position(const struct walk *walk)
{
	return (uint64_t)(walk->reader.pos - walk->unit_start);
}

/* The DIE at `depth` ends here: does its DW_AT_sibling point here? */
static bool walk_close(struct walk *walk)
{
	uint64_t sibling = walk->siblings[walk->depth];
	return !sibling || sibling == walk_position(walk);
}

static bool walk_attributes(struct walk *walk, const struct abbrev *row)
{
	for (size_t i = 0; i < row->count; i++) {
		const struct abbrev_attribute *attribute =
		    &walk->table->attributes[row->first + i];
		struct dw_value value;
		if (!read_value(&walk->reader, walk->unit, attribute, &value))
			return false;
		if (attribute->name != DW_AT_sibling)
			continue;
		if (dw_form_class(value.form) != DW_CLASS_REFERENCE)
			return false;
		struct ct_error *err =
		    dw_value_number(&value, &walk->siblings[walk->depth]);
		if (err) {
			ct_error_destroy(err);
			return false;
		}
	}
	return true;
}

/* One DIE, or the end of a list of siblings. */
static bool walk_step(struct walk *walk)
{
	uint64_t position = walk_position(walk);
	uint64_t code = dw_read_uleb(&walk->reader);
	if (walk->reader.bad)
		return false;
	if (!code) {
		walk->depth--;
		return walk_close(walk);
	}
	const struct abbrev *row = abbrev_find(walk->table, code);
	if (!row)
		return false;

	walk->unit->die_starts[position / 8] |= (uint8_t)(1 << position % 8);
	walk->siblings[walk->depth] = 0;
	if (!walk_attributes(walk, row))
		return false;
	if (!row->children)
		return walk_close(walk);
	return ++walk->depth < DIE_DEPTH_MAX;
}

static void put_uleb(struct ct_buffer *buffer, uint64_t value)
{
	for (; value > 0x7f; value >>= 7)
		ct_buffer_putc(buffer, (char)(value | 0x80));
	ct_buffer_putc(buffer, (char)value);
}

static void put_sleb(struct ct_buffer *buffer, int64_t value)
{
	for (; value < -0x40 || value > 0x3f; value >>= 7)
		ct_buffer_putc(buffer, (char)(value | 0x80));
	ct_buffer_putc(buffer, (char)(value & 0x7f));
}

static void rewrite_attribute(struct ct_buffer *to, bool is_unit,
			      const struct abbrev_attribute *attribute)
{
	uint16_t form = attribute->form;

	if (form == DW_FORM_strx3 || form == DW_FORM_addrx3) {
		put_uleb(to, HIDDEN_SHORT);
		put_uleb(to, DW_FORM_data1);
		put_uleb(to, HIDDEN_LONG);
		put_uleb(to, DW_FORM_data2);
		return;
	}
	put_uleb(to, is_unit && is_hidden(attribute->name) ? HIDDEN_LONG
							   : attribute->name);
	put_uleb(to, form);
	if (form == DW_FORM_implicit_const)
		put_sleb(to, attribute->implicit);
}

/* The table with forms that libdwarf knows, at its offset of a section. */
static void rewrite(struct dw_abbrevs *table)
{
	struct ct_buffer *to = &table->rewritten;

	for (uint64_t i = 0; i < table->offset; i++)
		ct_buffer_putc(to, 0);
	for (size_t i = 0; i < table->count; i++) {
		const struct abbrev *row = &table->rows[i];
		put_uleb(to, row->code);
		put_uleb(to, row->tag);
		ct_buffer_putc(to, row->children);
		for (size_t j = 0; j < row->count; j++)
			rewrite_attribute(to, is_unit_tag(row->tag),
					  &table->attributes[row->first + j]);
		put_uleb(to, 0);
		put_uleb(to, 0);
	}
	put_uleb(to, 0);
}

struct dw_span dw_unit_abbrev_section(const struct dw_unit *unit)
{
	const struct ct_buffer *rewritten = &unit->abbrevs->rewritten;

	if (unit->abbrevs->misread)
		return (struct dw_span){.data = (uint8_t *)rewritten->data,
					.size = rewritten->size};
	return (struct dw_span){.data = unit->dw->abbrev_copy,
				.size = unit->dw->sections[DW_ABBREV].size};
}

struct ct_error *dw_unit_attribute(struct dw_unit *unit, uint64_t offset,
				   uint16_t name, struct dw_value *ret)
{
	const uint8_t *section = unit->dw->sections[dw_unit_section(unit)].data;
	struct dw_reader reader = {.pos = section + offset,
				   .end = section + unit->end};
	const struct abbrev *row =
	    abbrev_find(unit->abbrevs, dw_read_uleb(&reader));

	*ret = (struct dw_value){0};
	for (size_t i = 0; row && i < row->count; i++) {
		const struct abbrev_attribute *attribute =
		    &unit->abbrevs->attributes[row->first + i];
		struct dw_value value;
		if (!read_value(&reader, unit, attribute, &value))
			return die_damage(unit, section + offset);
		if (attribute->name == name) {
			*ret = value;
			return NULL;
		}
	}
	return row ? NULL : die_damage(unit, section + offset);
}

static struct ct_error *check(struct dw_unit *unit)
{
	struct dw_abbrevs *table;
	struct walk walk = {.unit = unit};
	struct ct_error *err = unit_abbrevs(unit, &table);
	if (!err)
		err = unit_reader(unit, &walk.reader);
	if (err)
		return err;
	if (table->misread && !table->rewritten.size) {
		unit->dw->rewritten_bytes += table->offset;
		if (unit->dw->rewritten_bytes > REWRITTEN_MAX)
			return die_damage(unit, walk.reader.pos);
		rewrite(table);
	}
	if (ct_buffer_failed(&table->rewritten))
		return &ct_enomem;
	unit->abbrevs = table;
	uint64_t size = unit->end - unit->offset;
	unit->die_starts = calloc(size / 8 + 1, 1);
	if (!unit->die_starts)
		return &ct_enomem;

	walk.table = table;
	walk.unit_start = walk.reader.end - size;
	/* Padding may follow the unit DIE. */
	do {
		const uint8_t *start = walk.reader.pos;
		if (!walk_step(&walk))
			return die_damage(unit, start);
	} while (walk.depth);
	return NULL;
}

struct ct_error *dw_unit_check(struct dw_unit *unit)
{
	if (unit->state == DW_CHECKED)
		return NULL;
	if (unit->state == DW_DAMAGED)
		return dw_damage(unit->dw, dw_unit_section(unit), unit->offset,
				 "the unit is damaged");
	struct ct_error *err = dw_unit_top(unit);
	if (!err)
		err = check(unit);
	if (err) {
		free(ct_take(unit->die_starts));
		if (ct_error_code(err) == CT_ERROR_BAD_DATA)
			unit->state = DW_DAMAGED;
		return err;
	}
	unit->state = DW_CHECKED;
	return NULL;
}
