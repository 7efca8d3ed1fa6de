/* SPDX-License-Identifier: MIT */
/*
 * Line tables (DWARF 5, 6.2): address to source file and line, as GDB's
 * find_pc_line() answers.  A unit's table is read whole on first use and kept
 * as an array sorted by address.
 *
 * The program is run here, not by libdwarf: checking it well enough to let
 * libdwarf run it is the same work, and libdwarf allocates for every row.
 */
#define _GNU_SOURCE
#include <stdio.h>

#include "base/arena.h"
#include "image/dw_internal.h"

struct row {
	uint64_t addr;
	uint32_t line;
	uint32_t file;  /* index in files */
	uint32_t order; /* in the program */
	bool is_stmt;
	bool end; /* the address after a sequence */
};

struct dw_lines {
	struct row *rows;
	size_t count;
	const char **files; /* NULL where there is no name */
	size_t file_count;
	const char **dirs;
	size_t dir_count;
	struct ct_arena arena; /* of joined names */
};

/* A program's header and registers (6.2.2, 6.2.4). */
struct program {
	struct dw_unit *unit;
	struct dw_lines *lines;
	struct dw_reader reader;
	uint64_t offset; /* of the table, for messages */
	unsigned version, offset_size;
	unsigned min_length, line_range, opcode_base;
	int line_base;
	bool default_is_stmt;
	const uint8_t *opcode_lengths;
	bool no_memory;

	uint64_t addr, file;
	uint32_t line;
	bool is_stmt;
	size_t sequence; /* its first row */
};

void dw_lines_destroy(struct dw_lines *lines)
{
	if (!lines)
		return;
	free(lines->rows);
	free(lines->files);
	free(lines->dirs);
	ct_arena_deinit(&lines->arena);
	free(lines);
}

/* Room for one more in an array that is full at powers of two. */
static bool grow(struct program *program, void *array, size_t count,
		 size_t size)
{
	void **place = array;

	if (count & (count - 1))
		return true;
	void *larger = reallocarray(*place, count ? count * 2 : 1, size);
	if (larger)
		*place = larger;
	else
		program->no_memory = true;
	return larger != NULL;
}

static bool add_dir(struct program *program, const char *name)
{
	struct dw_lines *lines = program->lines;

	if (!grow(program, &lines->dirs, lines->dir_count, sizeof(name)))
		return false;
	lines->dirs[lines->dir_count++] = name;
	return true;
}

/*
 * As GDB names a symtab: the name as written, after its directory unless that
 * is absolute and the compilation directory.
 */
static const char *join(struct program *program, const char *name, uint64_t dir)
{
	struct dw_lines *lines = program->lines;

	/* Directory 0 is said since DWARF 5 (6.2.4.1). */
	if (!name || name[0] == '/' || dir >= lines->dir_count ||
	    (dir == 0 && program->version < 5))
		return name;
	const char *directory = lines->dirs[dir];
	if (!directory || !*directory)
		return name;
	if (directory[0] == '/' && lines->dirs[0] &&
	    strcmp(directory, lines->dirs[0]) == 0)
		return name;
	size_t size = strlen(directory) + 1 + strlen(name) + 1;
	char *joined = ct_arena_alloc(&lines->arena, size);
	if (!joined) {
		program->no_memory = true;
		return NULL;
	}
	snprintf(joined, size, "%s/%s", directory, name);
	return joined;
}

static bool add_file(struct program *program, const char *name, uint64_t dir)
{
	struct dw_lines *lines = program->lines;

	if (!grow(program, &lines->files, lines->file_count, sizeof(name)))
		return false;
	lines->files[lines->file_count++] = join(program, name, dir);
	return !program->no_memory;
}

/* DWARF 4 and before: both count from 1. */
static void read_tables_4(struct program *program)
{
	struct dw_reader *reader = &program->reader;
	const char *comp_dir = NULL;
	struct dw_value *value = &program->unit->top[DW_TOP_COMP_DIR];

	if (value->form)
		ct_error_destroy(dw_value_string(value, &comp_dir));
	bool more = add_dir(program, comp_dir) && add_file(program, NULL, 0);
	while (more) {
		const char *name = dw_read_string(reader);
		more = name && *name && add_dir(program, name);
	}
	while (!reader->bad && !program->no_memory) {
		const char *name = dw_read_string(reader);
		if (!name || !*name)
			return;
		uint64_t dir = dw_read_uleb(reader);
		dw_read_uleb(reader); /* time */
		dw_read_uleb(reader); /* size */
		add_file(program, name, dir);
	}
}

/* A name in a table of DWARF 5.  A line table has forms of its own unit. */
static const char *read_name(struct program *program, uint16_t form)
{
	struct dw_unit unit = *program->unit;
	unit.offset_size = (uint8_t)program->offset_size;
	struct dw_reader *reader = &program->reader;
	struct dw_span span = {0};
	struct ct_error *err = NULL;

	if (form == DW_FORM_string)
		return dw_read_string(reader);
	if (form == DW_FORM_line_strp || form == DW_FORM_strp) {
		uint64_t offset = dw_read(reader, program->offset_size);
		err = dw_section(unit.dw,
				 form == DW_FORM_strp ? DW_STR : DW_LINE_STR,
				 &span);
		struct dw_reader strings =
		    dw_reader_over(span.data, span.size, offset);
		ct_error_destroy(err);
		return err || strings.bad ? NULL : dw_read_string(&strings);
	}
	if (!dw_form_skip(reader, &unit, form))
		dw_reader_fail(reader);
	return NULL;
}

static uint64_t read_dir_index(struct program *program, uint16_t form)
{
	struct dw_reader *reader = &program->reader;

	switch (form) {
	case DW_FORM_data1:
		return dw_read(reader, 1);
	case DW_FORM_data2:
		return dw_read(reader, 2);
	case DW_FORM_udata:
		return dw_read_uleb(reader);
	default:
		dw_reader_fail(reader);
		return 0;
	}
}

/* 6.2.4, items 13 to 20: a description of the entries, then the entries. */
static void read_table_5(struct program *program,
			 bool (*add)(struct program *, const char *, uint64_t))
{
	struct dw_reader *reader = &program->reader;
	struct {
		uint16_t content, form;
	} formats[UINT8_MAX];
	unsigned format_count = (unsigned)dw_read(reader, 1);

	for (unsigned i = 0; i < format_count; i++) {
		uint64_t content = dw_read_uleb(reader);
		uint64_t form = dw_read_uleb(reader);
		if (content > UINT16_MAX || form > UINT16_MAX)
			dw_reader_fail(reader);
		formats[i].content = (uint16_t)content;
		formats[i].form = (uint16_t)form;
	}
	uint64_t count = dw_read_uleb(reader);
	/* An entry has at least a byte: no endless loop over nothing. */
	if (count > dw_reader_left(reader) || (count && !format_count))
		dw_reader_fail(reader);
	for (uint64_t n = 0; n < count && !reader->bad; n++) {
		const char *name = NULL;
		uint64_t dir = 0;
		const uint8_t *start = reader->pos;
		for (unsigned i = 0; i < format_count; i++) {
			uint16_t form = formats[i].form;
			if (formats[i].content == DW_LNCT_path)
				name = read_name(program, form);
			else if (formats[i].content == DW_LNCT_directory_index)
				dir = read_dir_index(program, form);
			else if (!dw_form_skip(reader, program->unit, form))
				dw_reader_fail(reader);
		}
		if (reader->pos == start || !add(program, name, dir))
			return;
	}
}

static bool add_dir_5(struct program *program, const char *name, uint64_t dir)
{
	(void)dir;
	return add_dir(program, name);
}

static void read_header(struct program *program)
{
	struct dw_reader *reader = &program->reader;
	uint64_t length = dw_read(reader, 4);

	program->offset_size = 4;
	if (length == 0xffffffff) {
		program->offset_size = 8;
		length = dw_read(reader, 8);
	}
	if (reader->bad || length > dw_reader_left(reader)) {
		dw_reader_fail(reader);
		return;
	}
	reader->end = reader->pos + length;
	program->version = (unsigned)dw_read(reader, 2);
	if (program->version < 2 || program->version > 5) {
		dw_reader_fail(reader);
		return;
	}
	if (program->version >= 5)
		dw_skip(reader, 2); /* address and segment selector sizes */
	uint64_t header_length = dw_read(reader, program->offset_size);
	if (header_length > dw_reader_left(reader)) {
		dw_reader_fail(reader);
		return;
	}
	const uint8_t *start = reader->pos + header_length;
	program->min_length = (unsigned)dw_read(reader, 1);
	if (program->version >= 4)
		dw_skip(reader, 1); /* operations of an instruction: 1 */
	program->default_is_stmt = dw_read(reader, 1);
	program->line_base = (int8_t)dw_read(reader, 1);
	program->line_range = (unsigned)dw_read(reader, 1);
	program->opcode_base = (unsigned)dw_read(reader, 1);
	program->opcode_lengths = reader->pos;
	if (!program->line_range || !program->opcode_base)
		dw_reader_fail(reader);
	else
		dw_skip(reader, program->opcode_base - 1);

	if (program->version >= 5) {
		read_table_5(program, add_dir_5);
		read_table_5(program, add_file);
	} else {
		read_tables_4(program);
	}
	if (!reader->bad)
		reader->pos = start;
}

static void add_row(struct program *program, bool end)
{
	struct dw_lines *lines = program->lines;

	/* GDB leaves line 0, "no source line", to the line before. */
	if (!end && !program->line)
		return;
	if (!grow(program, &lines->rows, lines->count, sizeof(*lines->rows)))
		return;
	lines->rows[lines->count] = (struct row){
	    .addr = program->addr,
	    .line = program->line,
	    .file = program->file < UINT32_MAX ? (uint32_t)program->file
					       : UINT32_MAX,
	    .order = (uint32_t)lines->count,
	    .is_stmt = program->is_stmt,
	    .end = end};
	lines->count++;
}

static void start_sequence(struct program *program)
{
	program->addr = 0;
	program->file = 1;
	program->line = 1;
	program->is_stmt = program->default_is_stmt;
	program->sequence = program->lines->count;
}

/* Sequences of sections that the linker discarded start at 0, and empty ones
 * say nothing: both are forgotten. */
static void end_sequence(struct program *program)
{
	struct dw_lines *lines = program->lines;
	size_t first = program->sequence;

	add_row(program, true);
	if (first < lines->count && (lines->rows[first].addr == 0 ||
				     lines->rows[first].addr >= program->addr))
		lines->count = first;
	start_sequence(program);
}

static void run_extended(struct program *program)
{
	struct dw_reader *reader = &program->reader;
	uint64_t size = dw_read_uleb(reader);

	if (reader->bad || !size || size > dw_reader_left(reader)) {
		dw_reader_fail(reader);
		return;
	}
	struct dw_reader operands = {.pos = reader->pos,
				     .end = reader->pos + size};
	reader->pos = operands.end;
	switch (dw_read(&operands, 1)) {
	case DW_LNE_end_sequence:
		end_sequence(program);
		break;
	case DW_LNE_set_address:
		program->addr = 0;
		if (size - 1 <= 8)
			program->addr = dw_read(&operands, (unsigned)size - 1);
		break;
	case DW_LNE_define_file: {
		const char *name = dw_read_string(&operands);
		add_file(program, name, dw_read_uleb(&operands));
		break;
	}
	}
}

static void run_standard(struct program *program, unsigned opcode)
{
	struct dw_reader *reader = &program->reader;

	switch (opcode) {
	case DW_LNS_copy:
		add_row(program, false);
		break;
	case DW_LNS_advance_pc:
		program->addr += dw_read_uleb(reader) * program->min_length;
		break;
	case DW_LNS_advance_line:
		program->line += (uint32_t)dw_read_sleb(reader);
		break;
	case DW_LNS_set_file:
		program->file = dw_read_uleb(reader);
		break;
	case DW_LNS_negate_stmt:
		program->is_stmt = !program->is_stmt;
		break;
	case DW_LNS_const_add_pc:
		program->addr += (255 - program->opcode_base) /
				 program->line_range * program->min_length;
		break;
	case DW_LNS_fixed_advance_pc:
		program->addr += dw_read(reader, 2);
		break;
	default:
		for (unsigned i = program->opcode_lengths[opcode - 1]; i; i--)
			dw_read_uleb(reader);
	}
}

static void run(struct program *program)
{
	struct dw_reader *reader = &program->reader;

	start_sequence(program);
	while (dw_reader_left(reader) && !program->no_memory) {
		unsigned opcode = (unsigned)dw_read(reader, 1);
		if (opcode == 0) {
			run_extended(program);
		} else if (opcode < program->opcode_base) {
			run_standard(program, opcode);
		} else {
			unsigned special = opcode - program->opcode_base;
			program->addr +=
			    special / program->line_range * program->min_length;
			program->line +=
			    (uint32_t)(program->line_base +
				       (int)(special % program->line_range));
			add_row(program, false);
		}
	}
	/* What has no end has no extent. */
	program->lines->count = program->sequence;
}

static int by_address(const void *a, const void *b)
{
	const struct row *left = a, *right = b;

	if (left->addr != right->addr)
		return left->addr < right->addr ? -1 : 1;
	/* A sequence may start where another ends. */
	if (left->end != right->end)
		return left->end ? -1 : 1;
	return left->order < right->order ? -1 : 1;
}

static struct ct_error *lines_read(struct dw_unit *unit, uint64_t offset,
				   struct dw_lines *lines)
{
	struct dw_span span;
	struct ct_error *err = dw_section(unit->dw, DW_LINE, &span);
	if (err)
		return err;
	struct program program = {
	    .unit = unit,
	    .lines = lines,
	    .offset = offset,
	    .reader = dw_reader_over(span.data, span.size, offset)};
	if (!program.reader.bad)
		read_header(&program);
	if (!program.reader.bad && !program.no_memory)
		run(&program);
	if (program.no_memory)
		return &ct_enomem;
	if (program.reader.bad)
		return dw_damage(unit->dw, DW_LINE, offset,
				 "the line table is damaged");
	if (lines->count)
		qsort(lines->rows, lines->count, sizeof(*lines->rows),
		      by_address);
	return NULL;
}

static struct ct_error *unit_lines(struct dw_unit *unit, struct dw_lines **ret)
{
	bool found = false;
	uint64_t offset;
	struct ct_error *err = NULL;

	if (!unit->lines_read) {
		err = dw_top_number(unit, DW_TOP_STMT_LIST, &found, &offset);
		if (err)
			return err;
		if (found) {
			struct dw_lines *lines = calloc(1, sizeof(*lines));
			if (!lines)
				return &ct_enomem;
			ct_arena_init(&lines->arena);
			err = lines_read(unit, offset, lines);
			if (err) {
				dw_lines_destroy(lines);
				return err;
			}
			unit->lines = lines;
		}
		unit->lines_read = true;
	}
	*ret = unit->lines;
	return NULL;
}

/* The row that says where addr is, or NULL. */
static const struct row *row_find(const struct dw_lines *lines, uint64_t addr)
{
	size_t low = 0, high = lines->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (lines->rows[middle].addr <= addr)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low || lines->rows[low - 1].end)
		return NULL;
	/* Of rows of one address, one that starts a statement is better. */
	const struct row *best = &lines->rows[low - 1];
	for (; low; low--) {
		const struct row *row = &lines->rows[low - 1];
		if (row->addr != best->addr || row->end)
			break;
		if (row->is_stmt)
			return row;
	}
	return best;
}

struct ct_error *ct_dw_line_at(struct ct_dw *dw, uint64_t addr,
			       const char **file, unsigned *line)
{
	struct dw_unit *unit;
	struct dw_lines *lines = NULL;
	struct ct_error *err = dw_unit_of_address(dw, addr, &unit);
	if (!err && unit)
		err = unit_lines(unit, &lines);
	if (err)
		return err;

	const struct row *row = lines ? row_find(lines, addr) : NULL;
	bool known = row && row->file < lines->file_count;
	*file = known ? lines->files[row->file] : NULL;
	*line = *file ? row->line : 0;
	return NULL;
}

/* amd64_skip_prologue() of GDB knows no others. */
static bool goes_by_lines(const struct dw_unit *unit)
{
	static const char *const llvm[] = {"clang", "LLVM", "flang"};
	const struct dw_value *value = &unit->top[DW_TOP_PRODUCER];
	const char *producer = NULL;

	if (value->form)
		ct_error_destroy(dw_value_string(value, &producer));
	if (!producer)
		return false;
	for (size_t i = 0; i < sizeof(llvm) / sizeof(*llvm); i++)
		if (strstr(producer, llvm[i]))
			return true;
	return false;
}

/* The first row behind an address, in its sequence; 0: there is none. */
static uint64_t row_behind(const struct dw_lines *lines, uint64_t addr)
{
	const struct row *row = row_find(lines, addr);
	const struct row *end = lines->rows + lines->count;

	for (; row && row < end; row++)
		if (row->addr > addr)
			return row->end ? 0 : row->addr;
	return 0;
}

struct ct_error *ct_dw_body_of(struct ct_dw *dw, uint64_t entry, bool framed,
			       uint64_t *ret)
{
	struct dw_unit *unit;
	struct dw_lines *lines = NULL;
	struct ct_error *err = dw_unit_of_address(dw, entry, &unit);
	if (!err && unit)
		err = dw_unit_top(unit);
	if (!err && unit && (framed || goes_by_lines(unit)))
		err = unit_lines(unit, &lines);
	if (err)
		return err;
	*ret = lines ? row_behind(lines, entry) : 0;
	return NULL;
}
