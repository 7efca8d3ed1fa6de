/* SPDX-License-Identifier: MIT */
/*
 * What the dw*.c files share.  Nobody else includes this.
 *
 * Division of labour.  libdwarf walks DIEs.  Three things are ours:
 *
 *   - bytes: sections come from elf.h, inflated (libdwarf 20210528 loses DIEs
 *     of compressed ones in silence);
 *   - checks: a unit's header, abbreviations and DIEs are walked once, by
 *     dw_unit.c, before libdwarf sees them (it trusts too much, and a crash
 *     here is a crash of GDB);
 *   - values: attributes, lists of ranges and locations, and line programs
 *     are decoded by dw_form.c and its neighbours, since libdwarf misreads
 *     strx3 and addrx3, does not look into other files, and reads tables
 *     that were not checked.
 *
 * Each unit has a Dwarf_Debug of its own, whose .debug_info is that unit's
 * bytes alone.  libdwarf finds the unit of an offset by a linear search that
 * reads every unit before it; this way a look-up among thousands of units
 * costs nothing, and damage in one unit stays there.  So offsets given to
 * libdwarf are relative to the unit's header.
 */
#ifndef CT_IMAGE_DW_INTERNAL_H
#define CT_IMAGE_DW_INTERNAL_H

#include <libdwarf/libdwarf.h>
#include <uthash.h>

#include "image/dw.h"
#include "image/dw_reader.h"
#include "image/dwarf_names.h"
#include "image/elf.h"

enum dw_section {
	DW_INFO,
	DW_TYPES,
	DW_ABBREV,
	DW_STR,
	DW_LINE_STR,
	DW_STR_OFFSETS,
	DW_ADDR,
	DW_LINE,
	DW_RANGES,
	DW_RNGLISTS,
	DW_LOC,
	DW_LOCLISTS,
	DW_ARANGES,
	DW_SECTION_COUNT,
};

struct dw_span {
	const uint8_t *data;
	uint64_t size;
	bool loaded;
	void *owned; /* when the bytes are not the ELF file's */
};

/* An attribute's value, still encoded. */
struct dw_value {
	struct dw_unit *unit;
	const uint8_t *bytes; /* in the unit */
	int64_t implicit;     /* of DW_FORM_implicit_const */
	uint16_t name;        /* DW_AT_ */
	uint16_t form;        /* never DW_FORM_indirect; 0: absent */
};

/* The attributes of a unit DIE that others depend on. */
enum dw_top {
	DW_TOP_NAME,
	DW_TOP_PRODUCER,
	DW_TOP_COMP_DIR,
	DW_TOP_LOW_PC,
	DW_TOP_HIGH_PC,
	DW_TOP_RANGES,
	DW_TOP_STMT_LIST,
	DW_TOP_STR_OFFSETS_BASE,
	DW_TOP_ADDR_BASE,
	DW_TOP_RNGLISTS_BASE,
	DW_TOP_GNU_RANGES_BASE,
	DW_TOP_LOCLISTS_BASE,
	DW_TOP_DWO_NAME,
	DW_TOP_DWO_ID,
	DW_TOP_COUNT,
};

enum dw_check_state {
	DW_UNCHECKED,
	DW_CHECKED,
	DW_DAMAGED
};

struct dw_unit {
	struct ct_dw *dw;
	uint64_t offset, end; /* in its section */
	uint64_t die_offset;  /* of the unit DIE, in its section */
	uint64_t abbrev_offset;
	uint64_t id;          /* type signature or dwo_id, 0: none */
	uint64_t type_offset; /* of a type unit's type, in its section */
	uint8_t version;
	uint8_t type;        /* DW_UT_, also for DWARF 4 and before */
	uint8_t offset_size; /* 4 or 8 */
	uint8_t address_size;
	bool in_types;
	bool has_aranges;

	/* The unit DIE, read on first use (dw_unit_top()). */
	enum dw_check_state top_state;
	uint16_t tag;
	struct dw_value top[DW_TOP_COUNT];

	/* All its DIEs, checked before libdwarf opens the unit. */
	enum dw_check_state state;
	uint8_t *die_starts; /* a bit for each byte of the unit */
	struct dw_abbrevs *abbrevs;
	Dwarf_Debug dbg;
	Dwarf_Obj_Access_Interface interface;

	/* Between a skeleton and its split unit, both ways. */
	bool split_sought;
	struct dw_unit *split;
	struct dw_unit *skeleton;

	struct dw_lines *lines;
	bool lines_read;
};

struct dw_abbrevs;
struct dw_ranges_index;

struct ct_dw {
	struct ct_elf *elf;
	bool owns_elf;
	bool is_dwo;
	struct ct_dw *parent; /* that opened this split or alternate file */
	struct ct_dw *next;   /* among the children of parent */
	struct ct_dw *children;
	char *path; /* as a child: what it was looked for under */

	struct dw_span sections[DW_SECTION_COUNT];
	struct dw_abbrevs *abbrevs; /* by offset */
	uint8_t *abbrev_copy;       /* what libdwarf sees: dw_unit.c */
	uint64_t abbrev_bytes_read, rewritten_bytes;

	bool prepared;
	struct dw_unit *units; /* of .debug_info, then of .debug_types */
	size_t unit_count, info_count;

	bool types_indexed;
	struct dw_signature *signatures;
	bool alt_sought;
	struct ct_dw *alt;
	bool package_sought;
	struct ct_dw *package; /* PROGRAM.dwp, a child whose units are unread */
	/* Of a child that is one unit of the package. */
	uint32_t package_row;
	bool package_types;
	uint64_t package_id;
	struct dw_ranges_index *ranges;

	char *problem;
};

/* dw.c */
const char *dw_section_name(enum dw_section id);
CT_MUST_CHECK
struct ct_error *dw_section(struct ct_dw *dw, enum dw_section id,
			    struct dw_span *ret);
CT_MUST_CHECK
struct ct_error *dw_open_as(struct ct_elf *elf, bool is_dwo,
			    struct ct_dw **ret);
/* Make sure that dw->units is there. */
CT_MUST_CHECK
struct ct_error *dw_prepare(struct ct_dw *dw);
/* "path: .debug_x+0xoffset: message", as CT_ERROR_BAD_DATA. */
struct ct_error *dw_damage(const struct ct_dw *dw, enum dw_section id,
			   uint64_t offset, const char *format, ...)
    CT_PRINTF(4, 5);
/* Remember the first thing that could not be had without being an error. */
void dw_note_problem(struct ct_dw *dw, const char *format, ...) CT_PRINTF(2, 3);
/* Takes error apart; unit may not have a Dwarf_Debug yet. */
struct ct_error *dw_libdwarf_error(struct dw_unit *unit, uint64_t offset,
				   Dwarf_Error error);
/* A handle for the DIE at a section offset of the unit. */
CT_MUST_CHECK
struct ct_error *dw_die_at(struct dw_unit *unit, uint64_t offset,
			   struct ct_die *ret);

/* dw_header.c */
CT_MUST_CHECK
struct ct_error *dw_units_read(struct ct_dw *dw);
/* The unit whose bytes have offset, or NULL. */
struct dw_unit *dw_unit_find(struct ct_dw *dw, bool in_types, uint64_t offset);

/* dw_unit.c */
CT_MUST_CHECK
struct ct_error *dw_unit_top(struct dw_unit *unit);
/* Walk every DIE of the unit; after it libdwarf may. */
CT_MUST_CHECK
struct ct_error *dw_unit_check(struct dw_unit *unit);
/* Of a checked unit: the abbreviations for libdwarf, and an attribute of the
 * DIE at a section offset; its form is 0 when the DIE does not have it. */
struct dw_span dw_unit_abbrev_section(const struct dw_unit *unit);
CT_MUST_CHECK
struct ct_error *dw_unit_attribute(struct dw_unit *unit, uint64_t offset,
				   uint16_t name, struct dw_value *ret);
static inline enum dw_section dw_unit_section(const struct dw_unit *unit)
{
	return unit->in_types ? DW_TYPES : DW_INFO;
}
void dw_abbrevs_destroy(struct dw_abbrevs *abbrevs);

/* dw_form.c */
enum dw_class {
	DW_CLASS_NONE, /* an unknown form */
	DW_CLASS_ADDRESS,
	DW_CLASS_BLOCK,
	DW_CLASS_CONSTANT,
	DW_CLASS_EXPRLOC,
	DW_CLASS_FLAG,
	DW_CLASS_STRING,
	DW_CLASS_REFERENCE,
	DW_CLASS_LIST, /* an offset or index into another section */
};
enum dw_class dw_form_class(uint16_t form);
/* Step over a value; false for a form that is not known. */
bool dw_form_skip(struct dw_reader *reader, const struct dw_unit *unit,
		  uint16_t form);
CT_MUST_CHECK
struct ct_error *dw_value_string(const struct dw_value *value,
				 const char **ret);
CT_MUST_CHECK
struct ct_error *dw_value_address(const struct dw_value *value, uint64_t *ret);
/* A constant, an offset or an index as it stands in the unit. */
CT_MUST_CHECK
struct ct_error *dw_value_number(const struct dw_value *value, uint64_t *ret);
CT_MUST_CHECK
struct ct_error *dw_value_block(const struct dw_value *value,
				struct dw_reader *ret);
CT_MUST_CHECK
struct ct_error *dw_value_reference(const struct dw_value *value,
				    struct ct_die *ret);
/* Entry index of the unit's part of .debug_addr. */
CT_MUST_CHECK
struct ct_error *dw_address_by_index(struct dw_unit *unit, uint64_t index,
				     uint64_t *ret);
/* A number of the unit DIE; 0, and false in *found, when absent. */
CT_MUST_CHECK
struct ct_error *dw_top_number(struct dw_unit *unit, enum dw_top which,
			       bool *found, uint64_t *ret);

/* dw_attribute.c */
/* form is 0 when the DIE does not have the attribute. */
CT_MUST_CHECK
struct ct_error *dw_die_value(const struct ct_die *die, uint16_t attribute,
			      struct dw_value *ret);

/* dw_files.c: other files of the same program. */
struct ct_dw *dw_root(struct ct_dw *dw);
/* child is closed with root. */
void dw_adopt(struct ct_dw *root, struct ct_dw *child);
CT_MUST_CHECK
struct ct_error *dw_open_child(struct ct_dw *root, const char *path,
			       bool is_dwo, struct ct_dw **ret);
bool dw_is_type_unit(const struct dw_unit *unit);
/* The split compile unit of an id in a .dwo file, or NULL. */
CT_MUST_CHECK
struct ct_error *dw_split_unit_in(struct ct_dw *dw, uint64_t id,
				  struct dw_unit **ret);
CT_MUST_CHECK
struct ct_error *dw_alternate(struct ct_dw *dw, struct ct_dw **ret);
/* Open the alternate file, if the file names one; that it is not to be had is
 * a problem. */
CT_MUST_CHECK
struct ct_error *dw_alternate_prepare(struct ct_dw *dw);
/* The split unit of a skeleton, the unit itself when it is none, or when the
 * other file cannot be had (a problem then, no error). */
CT_MUST_CHECK
struct ct_error *dw_unit_split(struct dw_unit *unit, struct dw_unit **ret);
/* The type unit of a signature, or NULL. */
CT_MUST_CHECK
struct ct_error *dw_type_unit(struct ct_dw *dw, uint64_t signature,
			      struct dw_unit **ret);
void dw_signatures_destroy(struct ct_dw *dw);

/* dw_package.c: the unit of a dwo_id or signature in the .dwp, or NULL. */
CT_MUST_CHECK
struct ct_error *dw_package_unit(struct ct_dw *dw, uint64_t id, bool is_type,
				 struct dw_unit **ret);

/* dw_ranges.c */
typedef bool dw_range_fn(uint64_t low, uint64_t high, void *arg);
/* Ranges of a DIE given low_pc, high_pc and ranges; visit returns false to
 * stop. */
CT_MUST_CHECK
struct ct_error *dw_ranges_each(const struct dw_value *low_pc,
				const struct dw_value *high_pc,
				const struct dw_value *ranges,
				dw_range_fn *visit, void *arg);
/* The place of list `index` of the unit's table in .debug_rnglists or
 * .debug_loclists. */
CT_MUST_CHECK
struct ct_error *dw_list_offset(struct dw_unit *unit, enum dw_section id,
				enum dw_top base_attribute, uint64_t index,
				uint64_t *ret);
/* The unit (a skeleton stays one) whose code has addr, or NULL. */
CT_MUST_CHECK
struct ct_error *dw_unit_of_address(struct ct_dw *dw, uint64_t addr,
				    struct dw_unit **ret);
void dw_ranges_index_destroy(struct dw_ranges_index *index);
/* The unit's DW_AT_low_pc, or its skeleton's; 0 when there is none. */
CT_MUST_CHECK
struct ct_error *dw_unit_base(struct dw_unit *unit, uint64_t *ret);

/* dw_lines.c */
void dw_lines_destroy(struct dw_lines *lines);

#endif
