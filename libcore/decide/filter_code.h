/* SPDX-License-Identifier: MIT */
/*
 * The bytecode of filters, between the compiler (filter_compiler.h) and
 * filter_run.c.
 *
 * A stack machine of 64-bit slots.  A slot has no type: the compiler knows
 * what is in it, and ops say the class of each operand.  Jumps go forward
 * only, so that every run ends.
 */
#ifndef CT_DECIDE_FILTER_CODE_H
#define CT_DECIDE_FILTER_CODE_H

#include <stdint.h>

#include "decide/filter.h"

enum {
	FILTER_OPS_MAX = 4096,
	FILTER_STACK_MAX = 64,
	FILTER_TEXT_MAX = 4096,  /* bytes of the program's text */
	FILTER_STRING_MAX = 1024 /* bytes of a text in the filter */
};

/* C's types after promotion.  S32 is kept sign-extended, U32 zero-extended,
 * F64 as its bits. */
enum filter_class {
	FILTER_S32,
	FILTER_U32,
	FILTER_S64,
	FILTER_U64,
	FILTER_F64,
};

enum filter_space {
	FILTER_ARGS,
	FILTER_RESULT,
	FILTER_MEMORY,
};

enum filter_variable {
	FILTER_TID,
	FILTER_PID,
	FILTER_NTH,
	FILTER_DEPTH,
	FILTER_ERRNO,
};

enum filter_load {
	FILTER_LOAD_UNSIGNED,
	FILTER_LOAD_SIGNED,
	FILTER_LOAD_BOOL,
	FILTER_LOAD_FLOAT, /* by its size */
};

enum filter_code {
	OP_PUSH,     /* value */
	OP_VARIABLE, /* arg: enum filter_variable */
	OP_OFFSET,   /* value is added to the top: an address or offset */
	OP_INDEX,    /* pop i of class right; top += i * value */
	OP_BOUND,    /* i on top, of class left, must be in 0..value */
	/* The place on top, in space left, becomes what is there: right is an
	 * enum filter_load, type the class, arg the bit offset | bit size << 8
	 * from the place. */
	OP_LOAD,
	OP_BOOL, /* top, of class left, becomes 0 or 1 */
	OP_NOT,
	OP_COMPLEMENT, /* of class type, from left */
	OP_NEGATE,
	/* Two operands of classes left and right, computed in class type. */
	OP_ADD,
	OP_SUBTRACT,
	OP_MULTIPLY,
	OP_DIVIDE,
	OP_REMAINDER,
	OP_AND,
	OP_OR,
	OP_XOR,
	OP_SHIFT_LEFT,
	OP_SHIFT_RIGHT,
	OP_EQUAL,
	OP_NOT_EQUAL,
	OP_LESS,
	OP_LESS_EQUAL,
	OP_GREATER,
	OP_GREATER_EQUAL,
	OP_AND_JUMP, /* top is 0: jump to op value; else pop */
	OP_OR_JUMP,  /* top is not 0: jump to op value; else pop */
	/* The text at the place on top, in space left, of value bytes at most,
	 * becomes 0 or 1: arg is the offset in the strings of what it is
	 * compared with, right whether that is a glob, type whether the answer
	 * is turned. */
	OP_TEXT,
	OP_CALLER, /* the same of the caller's name, which is pushed */
};

struct filter_op {
	uint8_t code;
	uint8_t left, right, type;
	uint32_t arg;
	uint64_t value;
};

/* filter_glob.c */
bool filter_glob(const char *pattern, uint32_t pattern_size, const char *text,
		 uint32_t text_size);

#endif
