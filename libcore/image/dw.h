/* SPDX-License-Identifier: MIT */
/*
 * DWARF, one file's: the only door to libdwarf.
 *
 * A ct_dw is opened over sections that the caller has loaded (libdwarf loses
 * compressed ones in silence) and is told where to find the files it may
 * point to: .dwo files, and the alternate file of dwz.  Nothing is decoded
 * until it is asked for, one unit at a time.
 *
 * A ct_die is held by value and released with ct_die_deinit(), which takes a
 * zeroed one.  An absent child, sibling, reference or unit is a ct_die whose
 * handle is NULL.  Strings live as long as their ct_dw.
 *
 * One thread at a time per ct_dw: libdwarf's rule.
 *
 * The numbers of the standard (DW_TAG_, DW_AT_…) are in image/dwarf_names.h.
 */
#ifndef CT_IMAGE_DW_H
#define CT_IMAGE_DW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/error.h"

struct ct_dw;
struct ct_elf;

struct ct_die {
	struct ct_dw
	    *dw; /* of the file that has it: not always the one asked */
	void *handle;
	struct dw_unit *unit;
};

/* Unreadable by hand: identify a DIE across units and files. */
struct ct_die_id {
	struct ct_dw *dw;
	uint64_t offset; /* in .debug_info, or in .debug_types */
	bool in_types;
};

/*
 * Open the DWARF of elf, which must outlive it.  *ret is NULL when the file
 * has none: a stripped file is no error.
 */
CT_MUST_CHECK
struct ct_error *ct_dw_open(struct ct_elf *elf, struct ct_dw **ret);
/* NULL is fine.  Every ct_die of it must have been released. */
void ct_dw_close(struct ct_dw *dw);

/* What of the DWARF could not be had, in one sentence (a .dwo file that is
 * not there, a damaged unit that was left out), or NULL. */
const char *ct_dw_problem(const struct ct_dw *dw);

/*
 * The unit DIE (DW_TAG_compile_unit) whose code has addr, through
 * .debug_aranges or else the units' own ranges, indexed once.  A skeleton is
 * replaced by its split unit where the .dwo can be found.
 */
CT_MUST_CHECK
struct ct_error *ct_dw_unit_at(struct ct_dw *dw, uint64_t addr,
			       struct ct_die *ret);

/* Visit every compile, partial and type unit; stop early when visit returns
 * an error or sets *stop.  die is released afterwards.  A skeleton is replaced
 * as in ct_dw_unit_at(); the units of dwz's alternate file come last. */
typedef struct ct_error *ct_die_visit_fn(struct ct_die *die, void *arg,
					 bool *stop);
CT_MUST_CHECK
struct ct_error *ct_dw_for_each_unit(struct ct_dw *dw, ct_die_visit_fn *visit,
				     void *arg);

/* Source file and line of an address; *file is NULL when nothing is known. */
CT_MUST_CHECK
struct ct_error *ct_dw_line_at(struct ct_dw *dw, uint64_t addr,
			       const char **file, unsigned *line);

/*
 * Where GDB takes the body of the function at `entry` to begin, when it goes by
 * lines for that: always for LLVM's code, else if the function makes a frame.
 * 0: it does not, or nothing is known.
 */
CT_MUST_CHECK
struct ct_error *ct_dw_body_of(struct ct_dw *dw, uint64_t entry, bool framed,
			       uint64_t *ret);

void ct_die_deinit(struct ct_die *die);
#define CT_AUTO_DIE CT_CLEANUP(ct_die_deinit)

static inline bool ct_die_exists(const struct ct_die *die)
{
	return die->handle != NULL;
}

struct ct_die_id ct_die_id(const struct ct_die *die);
/* A new handle for a DIE seen before. */
CT_MUST_CHECK
struct ct_error *ct_die_by_id(struct ct_die_id id, struct ct_die *ret);

/* A DW_TAG_ value; 0 when libdwarf cannot say. */
uint16_t ct_die_tag(const struct ct_die *die);

CT_MUST_CHECK
struct ct_error *ct_die_child(const struct ct_die *die, struct ct_die *ret);
CT_MUST_CHECK
struct ct_error *ct_die_sibling(const struct ct_die *die, struct ct_die *ret);
/* Children in order; visit as in ct_dw_for_each_unit(). */
CT_MUST_CHECK
struct ct_error *ct_die_for_each_child(const struct ct_die *die,
				       ct_die_visit_fn *visit, void *arg);

/* The unit DIE that die is in. */
CT_MUST_CHECK
struct ct_error *ct_die_unit(const struct ct_die *die, struct ct_die *ret);

bool ct_die_has(const struct ct_die *die, uint16_t attribute);
bool ct_die_flag(const struct ct_die *die, uint16_t attribute);

/* A string attribute of any form; *ret is NULL when it is not there. */
CT_MUST_CHECK
struct ct_error *ct_die_string(const struct ct_die *die, uint16_t attribute,
			       const char **ret);

/*
 * A constant; *found is false when it is absent or not a constant (a block:
 * an expression).  DW_FORM_sdata and implicit_const keep their sign: read as
 * int64_t.  DW_FORM_data1 to data8 have none and are zero-extended: the type
 * says what the top bit means.  A data16 that needs more than 64 bits is
 * CT_ERROR_UNSUPPORTED.
 */
CT_MUST_CHECK
struct ct_error *ct_die_constant(const struct ct_die *die, uint16_t attribute,
				 bool *found, uint64_t *ret);

/* The DIE that a reference attribute names, in this file, a type unit or the
 * alternate file. */
CT_MUST_CHECK
struct ct_error *ct_die_reference(const struct ct_die *die, uint16_t attribute,
				  struct ct_die *ret);

/* The DIE at an offset from the header of die's unit, as the operands of
 * DW_OP_call2, call4, regval_type, convert… are. */
CT_MUST_CHECK
struct ct_error *ct_die_in_unit(const struct ct_die *die, uint64_t offset,
				struct ct_die *ret);

/* DW_AT_low_pc or the first address of DW_AT_ranges. */
CT_MUST_CHECK
struct ct_error *ct_die_entry_pc(const struct ct_die *die, bool *found,
				 uint64_t *ret);

/* True in *ret when addr is in low_pc..high_pc or in DW_AT_ranges. */
CT_MUST_CHECK
struct ct_error *ct_die_covers(const struct ct_die *die, uint64_t addr,
			       bool *ret);

/*
 * One operation of a location expression, operands as DWARF 5 2.5 has them
 * but for these: signed operands are sign-extended; DW_OP_addrx and constx
 * (and GNU's) come as DW_OP_addr and DW_OP_constu, looked up; a block
 * (DW_OP_implicit_value, DW_OP_entry_value) is its size and, as a pointer,
 * its bytes; the block of DW_OP_const_type is a pointer to the byte of its
 * size, which the bytes follow.  The pointers live as long as the ct_dw.
 */
struct ct_dw_op {
	uint8_t atom; /* DW_OP_ */
	uint64_t operands[2];
	uint64_t offset; /* of the operation in its expression, for branches */
};

/* A location expression.  Release with ct_expression_deinit(). */
struct ct_expression {
	struct ct_dw_op *ops;
	size_t count;
	/* From a location list: the entry's range; else the whole space. */
	bool from_list;
	uint64_t low_pc, high_pc;
};

/*
 * The expression of an attribute (DW_AT_location, DW_AT_frame_base,
 * DW_AT_upper_bound…) that is valid at pc: of an exprloc, itself; of a
 * location list, the entry that has pc.  *found is false when there is none.
 */
CT_MUST_CHECK
struct ct_error *ct_die_expression(const struct ct_die *die, uint16_t attribute,
				   uint64_t pc, bool *found,
				   struct ct_expression *ret);
/* The expression in a DW_OP_entry_value (or GNU's) that was read from die. */
CT_MUST_CHECK
struct ct_error *ct_die_entry_value(const struct ct_die *die,
				    const struct ct_dw_op *op,
				    struct ct_expression *ret);
void ct_expression_deinit(struct ct_expression *expression);

#endif
