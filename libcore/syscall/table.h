/* SPDX-License-Identifier: MIT */
/*
 * What is known of each system call of x86-64, beside its C prototype.
 *
 * calls.c has the rows, made by scripts/generate-syscalls; the prototypes
 * themselves are debug information (prototypes.c), so that a type is read,
 * captured and shown as that of any function.
 */
#ifndef CT_SYSCALL_TABLE_H
#define CT_SYSCALL_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ctester/value.h"
#include "image/near.h"
#include "trace/signature.h"

enum {
	CT_SYSCALL_ARGS = 6,
	/* Numbers are below; what has 0x40000000 is of the x32 ABI. */
	CT_SYSCALL_NUMBERS = 1024,
	/* Results from -4095 to -1 are errors (asm/err.h: MAX_ERRNO). */
	CT_SYSCALL_ERRORS = 4095,
};

/* As strace has them; a set. */
enum ct_syscall_group {
	CT_GROUP_FILE = 1 << 0,    /* takes the name of a file */
	CT_GROUP_DESC = 1 << 1,    /* takes or gives a descriptor */
	CT_GROUP_NETWORK = 1 << 2, /* of sockets */
	CT_GROUP_PROCESS = 1 << 3, /* starts, ends, awaits processes */
	CT_GROUP_MEMORY = 1 << 4,  /* of the address space */
	CT_GROUP_SIGNAL = 1 << 5,  /* of signals */
};

enum ct_syscall_result {
	CT_RESULT_NUMBER, /* 0, or what the call's page says */
	CT_RESULT_FD,
	CT_RESULT_SIZE, /* bytes read, written */
	CT_RESULT_ADDRESS,
	CT_RESULT_PID,
	CT_RESULT_OCTAL,
	CT_RESULT_NAMES, /* flags, or one of some names */
	CT_RESULT_NONE,  /* it does not come back */
};

/* Who fills what a pointer leads to; without a word, what the type says. */
enum ct_syscall_direction {
	CT_DIRECTION_BY_TYPE,
	CT_DIRECTION_IN,
	CT_DIRECTION_OUT,
	CT_DIRECTION_INOUT,
};

/* What a pointer leads to says where the result's bytes go: readv. */
enum ct_syscall_scatter {
	CT_SCATTER_NONE,
	CT_SCATTER_ALL,  /* the result counts them together */
	CT_SCATTER_EACH, /* each element has its own count: recvmmsg */
};

struct ct_syscall_parameter {
	const char *name;
	uint8_t meaning;   /* enum ct_meaning */
	uint8_t direction; /* enum ct_syscall_direction */
	uint8_t extent;    /* enum ct_extent_kind */
	uint8_t length;    /* 1 + the parameter that has it; 0: none */
	bool length_is_pointer;
	bool by_result;
	bool positive;     /* filled only when the result is more than 0 */
	uint8_t scatter;   /* enum ct_syscall_scatter */
	uint16_t fixed;    /* the length, where no parameter has it; else see
			      struct ct_extent_rule */
	const char *names; /* of CT_MEANING_NAMES: the set */
};

/* When the lower halves of two parameters, as far as the masks go, have these
 * values, others mean something else.  The first that fits counts; a mask of 0
 * fits always. */
struct ct_syscall_variant {
	const char *prototype;
	uint8_t controls[2];
	uint32_t masks_and_values[4]; /* mask, value, mask, value */
	uint8_t result;               /* enum ct_syscall_result */
	const char *result_names;
	const struct ct_syscall_parameter *parameters;
};

struct ct_syscall {
	uint32_t number;
	const char *name;
	uint8_t groups;           /* of enum ct_syscall_group */
	uint8_t result;           /* enum ct_syscall_result */
	const char *result_names; /* of CT_RESULT_NAMES: the set */
	uint8_t parameter_count;
	struct ct_syscall_parameter parameters[CT_SYSCALL_ARGS];
	size_t variant_count;
	const struct ct_syscall_variant *variants;
};

/* By number. */
extern const struct ct_syscall ct_syscall_rows[];
extern const size_t ct_syscall_row_count;

/* By number: the calls of 32-bit programs, NULL where there is none. */
extern const char *const ct_syscall_i386_names[];
extern const size_t ct_syscall_i386_count;

/* NULL: no call that we know has that number. */
const struct ct_syscall *ct_syscall_by_number(uint64_t number);

/* NULL: none has that name.  `<N>` is not a name here. */
const struct ct_syscall *ct_syscall_by_name(const char *name);

/* The bit of a group by its name without `%`; 0: there is none. */
unsigned int ct_syscall_group(const char *name);

/* The index-th group's name, NULL past the last. */
const char *ct_syscall_group_name(size_t index);

/* Names near to a wrong one. */
void ct_syscall_near(const char *name, size_t max, struct ct_near *ret);

/* The error of a result, 1 to 4095; 0: it is none. */
static inline int ct_syscall_error(int64_t result)
{
	return result < 0 && result >= -CT_SYSCALL_ERRORS ? (int)-result : 0;
}

#endif
