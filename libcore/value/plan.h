/* SPDX-License-Identifier: MIT */
/*
 * A capture plan: what to copy when a function is called and when it returns,
 * compiled once from its prototype and the ABI.
 *
 * A plan knows no types.  It has copies (pieces of registers and stack into
 * the argument block), and links: places in a block that hold a pointer, with
 * the shape of what it points to.  Shapes have links again, and may lead back
 * to themselves (lists, trees); the depth limit ends the walk.
 *
 * A plan is one flat piece, parts reached by offset, so that the same code
 * runs it in GDB's process and, on shared memory, inside the program.
 */
#ifndef CT_VALUE_PLAN_H
#define CT_VALUE_PLAN_H

#include "abi/abi.h"
#include "base/buffer.h"
#include "base/error.h"
#include "ctester/value.h"

/* Bytes of an argument block: half of what a record has room for. */
enum {
	CT_PLAN_ARGS_MAX = 128 * 1024
};

enum ct_link_kind {
	CT_LINK_TEXT,   /* a pointer to characters of `unit` bytes, to NUL */
	CT_LINK_OBJECT, /* a pointer to one object of a shape */
	CT_LINK_COUNT,  /* to as many objects as a length in the block says */
	CT_LINK_BYTES,  /* to as many bytes */
};

struct ct_link {
	uint32_t offset; /* in the block that has it */
	uint16_t kind;
	uint16_t unit;   /* of text; of a length: its bytes */
	uint32_t shape;  /* of CT_LINK_BYTES: 1 when the result bounds it */
	uint32_t length; /* where the length is in the block */
};

struct ct_shape {
	uint32_t size;
	uint32_t first_link, link_count;
};

/* A piece and where its bytes go in the block. */
struct ct_copy {
	struct ct_piece piece;
	uint32_t at;
};

/*
 * How far a pointer parameter reaches: `fixed`, or parameter `length`, times
 * parameter `factor`; at the return no more than the result says.  With a
 * length, `fixed` is more of an object that the length does not count
 * (CT_EXTENT_PART), or how many bits each unit has (CT_EXTENT_BITS).
 */
enum {
	CT_NO_PARAMETER = 0xffff
};
struct ct_extent_rule {
	uint8_t kind;           /* enum ct_extent_kind */
	bool by_result;         /* the result counts in units of `length` */
	bool length_is_pointer; /* a socklen_t *, size_t *: what is there */
	uint16_t length;        /* parameter index, or CT_NO_PARAMETER */
	uint16_t factor;        /* parameter index, or CT_NO_PARAMETER */
	uint32_t fixed;         /* when there is no length */
};

struct ct_plan_parameter {
	uint32_t offset, size; /* in the argument block */
	uint32_t first_link, link_count;
	bool is_signed;   /* for its use as a length */
	bool absent;      /* optimized out: no bytes */
	bool output;      /* points to what the function may change */
	bool input;       /* what it points to means something at the call */
	uint8_t scatter;  /* what it points to says where the result goes: bytes
			     that are counted there are the call's to fill; 2:
			     each element says itself how many have come */
	bool on_success;  /* an error leaves it as it was */
	bool if_positive; /* and so does a result of 0 */
	uint32_t each_offset; /* in an element: what it says of itself */
	struct ct_extent_rule extent;
};

/* How the arguments behind `...` are known. */
enum ct_plan_tail {
	CT_PLAN_TAIL_UNKNOWN, /* they are not */
	CT_PLAN_TAIL_PRINTF,  /* by the format in the control parameter */
	CT_PLAN_TAIL_SCANF,   /* the same, all pointers */
	CT_PLAN_TAIL_STRINGS, /* strings up to NULL, from the control on */
	CT_PLAN_TAIL_CHOICE,  /* by the value of the control parameter */
};

enum {
	CT_TAIL_CHOICE_MAX = 6
};

/* One row of CT_PLAN_TAIL_CHOICE: the first that matches counts. */
struct ct_plan_choice {
	uint64_t mask, value; /* (control & mask) == value */
	uint8_t count;
	uint8_t classes[CT_TAIL_CHOICE_MAX]; /* enum ct_tail_class */
};

struct ct_plan {
	uint32_t size; /* of the whole plan in bytes */
	uint32_t args_size, result_size;
	uint32_t parameter_count, copy_count, result_copy_count;
	uint32_t shape_count, link_count;
	uint32_t result_first_link, result_link_count;
	bool entry_uses_fp, result_uses_fp;
	bool result_indirect; /* result copies give its address */
	int8_t sret_reg;      /* at the entry: where the result will be; -1 */
	uint8_t tail_rule;    /* enum ct_plan_tail */
	uint8_t tail_control; /* the parameter that decides */
	uint32_t choice_count;
	struct ct_abi_tail tail;
	struct ct_limits limits;
	/* Offsets of the tables from the start of the plan. */
	uint32_t parameters, copies, result_copies, shapes, links, choices;
};

static inline const struct ct_plan_parameter *ct_plan_parameters(
    const struct ct_plan *plan)
{
	return (const void *)((const char *)plan + plan->parameters);
}

static inline const struct ct_copy *ct_plan_copies(const struct ct_plan *plan)
{
	return (const void *)((const char *)plan + plan->copies);
}

static inline const struct ct_copy *ct_plan_result_copies(
    const struct ct_plan *plan)
{
	return (const void *)((const char *)plan + plan->result_copies);
}

static inline const struct ct_shape *ct_plan_shapes(const struct ct_plan *plan)
{
	return (const void *)((const char *)plan + plan->shapes);
}

static inline const struct ct_link *ct_plan_links(const struct ct_plan *plan)
{
	return (const void *)((const char *)plan + plan->links);
}

static inline const struct ct_plan_choice *ct_plan_choices(
    const struct ct_plan *plan)
{
	return (const void *)((const char *)plan + plan->choices);
}

/* What C prototypes cannot say of a function; parameters by index. */
struct ct_plan_rules {
	const struct ct_extent_rule *extents; /* one a parameter, or NULL */
	uint64_t outputs;  /* bit i: parameter i is written, its content at the
			      call means nothing */
	uint8_t tail_rule; /* enum ct_plan_tail */
	uint8_t tail_control;
	const struct ct_plan_choice *choices;
	size_t choice_count;
};

/*
 * Compile a plan for a function type with that layout.  The plan is appended
 * to out, whose start must be aligned to 8.  Damage in the types is an error,
 * arguments of more than CT_PLAN_ARGS_MAX are CT_ERROR_UNSUPPORTED; a type
 * graph too large is followed as far as the plan's bounds allow.
 */
CT_MUST_CHECK
struct ct_error *ct_plan_compile(struct ct_type *function,
				 const struct ct_call_layout *layout,
				 const struct ct_plan_rules *rules,
				 const struct ct_limits *limits,
				 struct ct_buffer *out);

#endif
