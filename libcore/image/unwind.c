/* SPDX-License-Identifier: MIT */
/*
 * .eh_frame is a chain of entries, and so is .debug_frame, which compilers
 * write where no tables are wanted in memory: a CIE is what several functions
 * share, an FDE one function.  Both have a program that fills a table: a row
 * for each instruction where something changes.  Here only the row that is
 * asked for is kept.
 */
#include "image/unwind.h"

#include "ctester/regs.h"
#include "image/dw_reader.h"

enum {
	REMEMBERED_MAX = 8, /* compilers nest one */

	/* DW_EH_PE_: how pointers are encoded (LSB 10.5). */
	PE_ABSPTR = 0x00,
	PE_UDATA4 = 0x03,
	PE_UDATA8 = 0x04,
	PE_SDATA4 = 0x0b,
	PE_SDATA8 = 0x0c,
	PE_FORMAT = 0x0f,
	PE_PCREL = 0x10,
	PE_DATAREL = 0x30,
	ROW_SIZE = 8, /* of .eh_frame_hdr */

	/* DW_CFA_ (DWARF 5, 7.24; LSB 10.6.2). */
	CFA_ADVANCE = 0x40, /* these three: in the upper two bits */
	CFA_OFFSET = 0x80,
	CFA_RESTORE = 0xc0,
	CFA_SET_LOC = 0x01,
	CFA_ADVANCE1 = 0x02,
	CFA_ADVANCE2 = 0x03,
	CFA_ADVANCE4 = 0x04,
	CFA_OFFSET_EXTENDED = 0x05,
	CFA_RESTORE_EXTENDED = 0x06,
	CFA_UNDEFINED = 0x07,
	CFA_SAME_VALUE = 0x08,
	CFA_REGISTER = 0x09,
	CFA_REMEMBER = 0x0a,
	CFA_RESTORE_STATE = 0x0b,
	CFA_DEF_CFA = 0x0c,
	CFA_DEF_CFA_REGISTER = 0x0d,
	CFA_DEF_CFA_OFFSET = 0x0e,
	CFA_OFFSET_EXTENDED_SF = 0x11,
	CFA_DEF_CFA_SF = 0x12,
	CFA_DEF_CFA_OFFSET_SF = 0x13,
	CFA_ARGS_SIZE = 0x2e,
};

/* Of the section; pointers in it are relative to where they are. */
struct place {
	const uint8_t *start;
	uint64_t addr;
	bool is_debug; /* .debug_frame */
};

struct cie {
	uint64_t code_factor;
	int64_t data_factor;
	uint8_t encoding;
	bool is_signal;
	bool has_data; /* its functions have augmentation data */
	struct dw_reader program;
};

struct state {
	struct ct_unwind_row row;
	bool cfa_lost; /* it is somewhere that a row cannot say */
};

struct machine {
	const struct place *place;
	const struct cie *cie;
	struct state now, initial;
	struct state remembered[REMEMBERED_MAX];
	unsigned depth;
	uint64_t location;
};

/* Compilers write these; another one makes the entry unreadable. */
static uint64_t read_pointer(const struct place *place,
			     struct dw_reader *reader, uint8_t encoding)
{
	uint64_t base = 0;
	if ((encoding & ~PE_FORMAT) == PE_PCREL)
		base = place->addr + (uint64_t)(reader->pos - place->start);
	else if (encoding & ~PE_FORMAT)
		dw_reader_fail(reader);
	switch (encoding & PE_FORMAT) {
	case PE_SDATA4:
		return base + (uint64_t)(int64_t)(int32_t)dw_read(reader, 4);
	case PE_UDATA4:
		return base + dw_read(reader, 4);
	case PE_ABSPTR:
	case PE_UDATA8:
	case PE_SDATA8:
		return base + dw_read(reader, 8);
	default:
		dw_reader_fail(reader);
		return 0;
	}
}

/* The next entry's bytes behind its length; false at the end. */
static bool next_entry(struct dw_reader *section, struct dw_reader *ret)
{
	uint64_t length = dw_read(section, 4);
	if (length == UINT32_MAX)
		length = dw_read(section, 8);
	if (section->bad || !length || length > dw_reader_left(section))
		return false;
	*ret = *section;
	ret->end = section->pos + length;
	section->pos += length;
	return true;
}

/* LSB 10.6.1.1: "z", then a letter for each datum. */
static void read_augmentation(const struct place *place,
			      struct dw_reader *entry, const char *letters,
			      struct cie *ret)
{
	if (*letters != 'z') {
		entry->bad |= *letters != '\0';
		return;
	}
	ret->has_data = true;
	uint64_t size = dw_read_uleb(entry);
	struct dw_reader data = *entry;
	dw_skip(entry, size);
	data.end = entry->pos;
	for (letters++; *letters && !data.bad; letters++) {
		if (*letters == 'R')
			ret->encoding = (uint8_t)dw_read(&data, 1);
		else if (*letters == 'P')
			read_pointer(place, &data,
				     (uint8_t)dw_read(&data, 1) & 0x1f);
		else if (*letters == 'L')
			dw_skip(&data, 1);
		else if (*letters == 'S')
			ret->is_signal = true;
	}
	entry->bad |= data.bad;
}

/* at: where its length is. */
static bool read_cie(const struct place *place, struct dw_reader section,
		     const uint8_t *at, struct cie *ret)
{
	struct dw_reader entry;
	*ret = (struct cie){.encoding = PE_ABSPTR};
	section.pos = at;
	if (!next_entry(&section, &entry) ||
	    dw_read(&entry, 4) != (place->is_debug ? UINT32_MAX : 0))
		return false;
	uint64_t version = dw_read(&entry, 1);
	const char *letters = dw_read_string(&entry);
	if ((version != 1 && version != 3 && version != 4) || !letters)
		return false;
	if (version == 4) /* the sizes of addresses and of segments' */
		entry.bad |= dw_read(&entry, 2) != sizeof(uint64_t);
	ret->code_factor = dw_read_uleb(&entry);
	ret->data_factor = dw_read_sleb(&entry);
	uint64_t result =
	    version == 1 ? dw_read(&entry, 1) : dw_read_uleb(&entry);
	read_augmentation(place, &entry, letters, ret);
	ret->program = entry;
	return !entry.bad && result == CT_REG_RIP;
}

/* Where a register of the caller is; known: at CFA + offset. */
static void set_rule(struct state *state, uint64_t number, bool known,
		     int64_t offset)
{
	if (number >= CT_UNWIND_REGISTERS)
		return;
	state->row.saved &= ~(1u << number);
	state->row.lost &= ~(1u << number);
	if (number == CT_REG_RIP)
		state->row.return_register = CT_REG_RIP;
	if (known) {
		state->row.saved |= 1u << number;
		state->row.at[number] = offset;
	} else {
		state->row.lost |= 1u << number;
	}
}

static void set_register(struct state *state, uint64_t number, uint64_t other)
{
	if (number == CT_REG_RIP && other < CT_REG_RIP)
		state->row.return_register = (uint8_t)other;
}

static void restore_rule(struct machine *machine, uint64_t number)
{
	if (number >= CT_UNWIND_REGISTERS)
		return;
	uint32_t bit = 1u << number;
	const struct state *from = &machine->initial;
	struct state *now = &machine->now;
	now->row.saved = (now->row.saved & ~bit) | (from->row.saved & bit);
	now->row.at[number] = from->row.at[number];
	now->row.lost = (now->row.lost & ~bit) | (from->row.lost & bit);
	if (number == CT_REG_RIP)
		now->row.return_register = from->row.return_register;
}

static void define_cfa(struct state *state, uint64_t number, int64_t offset)
{
	state->cfa_lost = number >= CT_UNWIND_REGISTERS;
	state->row.cfa_register = (uint8_t)(state->cfa_lost ? 0 : number);
	state->row.cfa_offset = offset;
}

static int64_t scaled(const struct machine *machine, int64_t value)
{
	return (int64_t)((uint64_t)value * (uint64_t)machine->cie->data_factor);
}

/* Instructions about registers; false for one that is none of these. */
static bool run_rule(struct machine *machine, struct dw_reader *program,
		     uint8_t code)
{
	struct state *now = &machine->now;
	uint64_t number;
	switch (code) {
	case CFA_OFFSET_EXTENDED:
		number = dw_read_uleb(program);
		set_rule(now, number, true,
			 scaled(machine, (int64_t)dw_read_uleb(program)));
		return true;
	case CFA_OFFSET_EXTENDED_SF:
		number = dw_read_uleb(program);
		set_rule(now, number, true,
			 scaled(machine, dw_read_sleb(program)));
		return true;
	case CFA_RESTORE_EXTENDED:
		restore_rule(machine, dw_read_uleb(program));
		return true;
	case CFA_UNDEFINED:
		number = dw_read_uleb(program);
		set_rule(now, number, false, 0);
		now->row.is_outermost |= number == CT_REG_RIP;
		return true;
	case CFA_SAME_VALUE:
		number = dw_read_uleb(program);
		set_rule(now, number, false, 0);
		if (number < CT_UNWIND_REGISTERS)
			now->row.lost &= ~(1u << number);
		return true;
	case CFA_REGISTER:
		number = dw_read_uleb(program);
		set_rule(now, number, false, 0);
		set_register(now, number, dw_read_uleb(program));
		return true;
	default:
		return false;
	}
}

/* Instructions about the frame's address. */
static bool run_cfa(struct machine *machine, struct dw_reader *program,
		    uint8_t code)
{
	struct state *now = &machine->now;
	uint64_t number;
	switch (code) {
	case CFA_DEF_CFA:
		number = dw_read_uleb(program);
		define_cfa(now, number, (int64_t)dw_read_uleb(program));
		return true;
	case CFA_DEF_CFA_SF:
		number = dw_read_uleb(program);
		define_cfa(now, number, scaled(machine, dw_read_sleb(program)));
		return true;
	case CFA_DEF_CFA_REGISTER:
		define_cfa(now, dw_read_uleb(program), now->row.cfa_offset);
		return true;
	case CFA_DEF_CFA_OFFSET:
		now->row.cfa_offset = (int64_t)dw_read_uleb(program);
		return true;
	case CFA_DEF_CFA_OFFSET_SF:
		now->row.cfa_offset = scaled(machine, dw_read_sleb(program));
		return true;
	case CFA_REMEMBER:
		if (machine->depth == REMEMBERED_MAX)
			return false;
		machine->remembered[machine->depth++] = *now;
		return true;
	case CFA_RESTORE_STATE:
		if (!machine->depth)
			return false;
		*now = machine->remembered[--machine->depth];
		return true;
	case CFA_ARGS_SIZE:
		dw_read_uleb(program);
		return true;
	default:
		return false;
	}
}

/* Expressions: what they are about is not known from there on. */
static bool run_expression(struct machine *machine, struct dw_reader *program,
			   uint8_t code)
{
	switch (code) {
	case 0x0f: /* DW_CFA_def_cfa_expression */
		machine->now.cfa_lost = true;
		break;
	case 0x10: /* DW_CFA_expression */
	case 0x16: /* DW_CFA_val_expression */
		set_rule(&machine->now, dw_read_uleb(program), false, 0);
		break;
	case 0x14: /* DW_CFA_val_offset */
	case 0x15: /* DW_CFA_val_offset_sf */
		set_rule(&machine->now, dw_read_uleb(program), false, 0);
		dw_read_uleb(program);
		return true;
	default:
		return false;
	}
	dw_skip(program, dw_read_uleb(program));
	return true;
}

/* How far the location goes on; false for an instruction of another kind. */
static bool run_advance(struct machine *machine, struct dw_reader *program,
			uint8_t code, uint64_t *ret)
{
	uint64_t factor = machine->cie->code_factor;
	if ((code & 0xc0) == CFA_ADVANCE)
		*ret = machine->location + (code & 0x3f) * factor;
	else if (code == CFA_ADVANCE1)
		*ret = machine->location + dw_read(program, 1) * factor;
	else if (code == CFA_ADVANCE2)
		*ret = machine->location + dw_read(program, 2) * factor;
	else if (code == CFA_ADVANCE4)
		*ret = machine->location + dw_read(program, 4) * factor;
	else if (code == CFA_SET_LOC)
		*ret = read_pointer(machine->place, program,
				    machine->cie->encoding);
	else
		return false;
	return true;
}

/* Run a program up to the row for `addr`; false when it is damaged. */
static bool run(struct machine *machine, struct dw_reader program,
		uint64_t addr)
{
	while (program.pos < program.end && !program.bad) {
		uint8_t code = (uint8_t)dw_read(&program, 1);
		uint64_t location;
		if (!code) /* DW_CFA_nop */
			continue;
		if (run_advance(machine, &program, code, &location)) {
			if (location > addr)
				break;
			machine->location = location;
		} else if ((code & 0xc0) == CFA_OFFSET) {
			set_rule(
			    &machine->now, code & 0x3f, true,
			    scaled(machine, (int64_t)dw_read_uleb(&program)));
		} else if ((code & 0xc0) == CFA_RESTORE) {
			restore_rule(machine, code & 0x3f);
		} else if (!run_rule(machine, &program, code) &&
			   !run_cfa(machine, &program, code) &&
			   !run_expression(machine, &program, code)) {
			return false;
		}
	}
	return !program.bad;
}

static bool compute(const struct place *place, const struct cie *cie,
		    struct dw_reader program, uint64_t begin, uint64_t addr,
		    struct ct_unwind_row *ret)
{
	struct machine machine = {
	    .place = place, .cie = cie, .location = begin};
	machine.now.row.return_register = CT_REG_RIP;
	if (cie->is_signal || !run(&machine, cie->program, UINT64_MAX))
		return false;
	machine.initial = machine.now;
	machine.location = begin;
	if (!run(&machine, program, addr))
		return false;
	const struct state *now = &machine.now;
	bool returns = now->row.saved >> CT_REG_RIP & 1 ||
		       now->row.return_register != CT_REG_RIP;
	if (!now->row.is_outermost && (now->cfa_lost || !returns))
		return false;
	*ret = now->row;
	return true;
}

static bool find_section(struct ct_elf *elf, const char *name,
			 struct place *place, struct dw_reader *ret)
{
	size_t index, size;
	const void *data;
	const struct ct_section *section =
	    ct_elf_find_section(elf, name, &index);
	if (!section)
		return false;
	struct ct_error *err = ct_elf_section_data(elf, index, &data, &size);
	if (err || !data) {
		ct_error_destroy(err);
		return false;
	}
	*place = (struct place){data, section->addr, name[1] == 'd'};
	*ret = dw_reader_over(data, size, 0);
	return true;
}

/* Where an entry's piece of code is. */
static bool read_range(const struct place *place, const struct cie *cie,
		       struct dw_reader *entry, uint64_t *begin, uint64_t *size)
{
	*begin = read_pointer(place, entry, cie->encoding);
	*size = read_pointer(place, entry, cie->encoding & PE_FORMAT);
	return !entry->bad;
}

/* The entries of a section, with their CIE. */
struct walk {
	struct place place;
	struct dw_reader section;
	struct cie cie;
	const uint8_t *cie_at;
	bool has_cie;
};

/* An entry begins with where its CIE is; NULL for one that is a CIE. */
static const uint8_t *cie_of(const struct walk *walk, struct dw_reader *entry)
{
	uint64_t at = (uint64_t)(entry->pos - walk->place.start);
	uint64_t field = dw_read(entry, 4);
	if (walk->place.is_debug)
		return field < at ? walk->place.start + field : NULL;
	return field && field <= at ? walk->place.start + (at - field) : NULL;
}

/* The next that has a CIE and says where its code is; false at the end. */
static bool walk_next(struct walk *walk, struct dw_reader *entry,
		      uint64_t *begin, uint64_t *size)
{
	while (next_entry(&walk->section, entry)) {
		const uint8_t *cie_at = cie_of(walk, entry);
		if (!cie_at)
			continue;
		if (walk->cie_at != cie_at) {
			walk->cie_at = cie_at;
			walk->has_cie = read_cie(&walk->place, walk->section,
						 walk->cie_at, &walk->cie);
		}
		if (walk->has_cie &&
		    read_range(&walk->place, &walk->cie, entry, begin, size))
			return true;
	}
	return false;
}

/* .eh_frame_hdr (LSB 10.6.2): addresses and their entries, sorted, each of 32
 * bits from the section on.  Linkers write no other kind. */
struct table {
	uint64_t addr;
	const uint8_t *rows;
	uint64_t count;
};

static bool find_table(struct ct_elf *elf, struct table *ret)
{
	struct place place;
	struct dw_reader reader;
	if (!find_section(elf, ".eh_frame_hdr", &place, &reader) ||
	    dw_read(&reader, 1) != 1)
		return false;
	uint8_t frame = (uint8_t)dw_read(&reader, 1);
	uint8_t count = (uint8_t)dw_read(&reader, 1);
	if (dw_read(&reader, 1) != (PE_DATAREL | PE_SDATA4) ||
	    count != PE_UDATA4)
		return false;
	read_pointer(&place, &reader, frame);
	*ret = (struct table){.addr = place.addr,
			      .count = dw_read(&reader, 4),
			      .rows = reader.pos};
	return !reader.bad && ret->count <= dw_reader_left(&reader) / ROW_SIZE;
}

static uint64_t table_word(const struct table *table, uint64_t index)
{
	int32_t word;
	memcpy(&word, table->rows + index * sizeof(word), sizeof(word));
	return table->addr + (uint64_t)(int64_t)word;
}

/* Where the entry is whose code begins last before addr, or there. */
static bool look_up(const struct table *table, uint64_t addr, uint64_t *begin,
		    uint64_t *entry)
{
	uint64_t low = 0, high = table->count;
	while (low < high) {
		uint64_t middle = low + (high - low) / 2;
		if (table_word(table, 2 * middle) <= addr)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return false;
	*begin = table_word(table, 2 * (low - 1));
	*entry = table_word(table, 2 * (low - 1) + 1);
	return true;
}

/* Have the walk begin at the entry that has addr, if the table leads there.  It
 * lacks those that linkers make, of a PLT. */
static void skip_to(struct walk *walk, struct ct_elf *elf, uint64_t addr)
{
	struct table table;
	struct dw_reader entry;
	struct walk there = *walk;
	uint64_t begin, at, from, size;
	if (!find_table(elf, &table) || !look_up(&table, addr, &begin, &at) ||
	    at - walk->place.addr >= dw_reader_left(&walk->section))
		return;
	dw_skip(&there.section, at - walk->place.addr);
	struct dw_reader start = there.section;
	if (walk_next(&there, &entry, &from, &size) && from == begin &&
	    addr - from < size)
		walk->section = start;
}

static bool find_in(struct ct_elf *elf, const char *name, uint64_t addr,
		    struct ct_unwind_row *ret)
{
	struct walk walk = {0};
	struct dw_reader entry;
	uint64_t begin, size;
	if (!find_section(elf, name, &walk.place, &walk.section))
		return false;
	if (!walk.place.is_debug)
		skip_to(&walk, elf, addr);
	while (walk_next(&walk, &entry, &begin, &size)) {
		/* At 0 is what the linker has thrown away. */
		if (addr - begin >= size || !begin)
			continue;
		if (walk.cie.has_data)
			dw_skip(&entry, dw_read_uleb(&entry));
		return compute(&walk.place, &walk.cie, entry, begin, addr, ret);
	}
	return false;
}

bool ct_unwind_find(struct ct_elf *elf, uint64_t addr,
		    struct ct_unwind_row *ret)
{
	return find_in(elf, ".eh_frame", addr, ret) ||
	       find_in(elf, ".debug_frame", addr, ret);
}

void ct_unwind_each(struct ct_elf *elf,
		    void (*tell)(void *arg, uint64_t addr, uint64_t size),
		    void *arg)
{
	struct walk walk = {0};
	struct dw_reader entry;
	uint64_t begin, size;
	if (!find_section(elf, ".eh_frame", &walk.place, &walk.section))
		return;
	while (walk_next(&walk, &entry, &begin, &size))
		tell(arg, begin, size);
}
