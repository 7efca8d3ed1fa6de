/* SPDX-License-Identifier: MIT */
/*
 * A signature: what every event of one target has in common, spelled once.
 *
 * The encoders copy these pieces; spelling a type for each of half a million
 * events a second would cost more than all the rest.
 */
#ifndef CT_TRACE_SIGNATURE_H
#define CT_TRACE_SIGNATURE_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "ctester/type.h"
#include "prototypes/names.h"
#include "value/plan.h"

struct ct_text {
	const char *data;
	size_t size;
};

/* What a number or a pointer means, beside its type. */
enum ct_meaning {
	CT_MEANING_NONE,
	CT_MEANING_NAMES,   /* flags, commands: ct_signature_part::names */
	CT_MEANING_PATH,    /* the name of a file */
	CT_MEANING_FD,      /* a file descriptor */
	CT_MEANING_DIRFD,   /* one of a directory, or AT_FDCWD */
	CT_MEANING_MODE,    /* permissions, in octal */
	CT_MEANING_ADDRESS, /* an address that is not followed */
	CT_MEANING_PID,
	CT_MEANING_SIZE,
	CT_MEANING_WORD,   /* anything: a small number, or hexadecimal */
	CT_MEANING_ID,     /* of a user or group, or -1 */
	CT_MEANING_DEVICE, /* its major and minor number */
	CT_MEANING_STATUS, /* of a process: wait(2) */
	CT_MEANING_UNUSED, /* the call does not look at it */
};

struct ct_signature_part {
	const char *name; /* or NULL */
	struct ct_type *type;
	uint8_t meaning; /* enum ct_meaning */
	const struct ct_names *names;
	/* The size of an integer that every format shows as its number, as
	 * long as it has no meaning; 0: not one of these. */
	uint8_t number_size;
	bool is_signed;
	struct ct_text json; /* {"name":"x","type":"double","value": */
	struct ct_text text; /* x =  */
};

struct ct_signature {
	const char *library; /* as reports name it */
	const char *function;
	const struct ct_plan *plan; /* borrowed */
	size_t count;
	struct ct_signature_part *parameters;
	struct ct_signature_part result; /* {"type":"double","value": */
	bool returns_void;
	bool guessed;    /* nobody knows the prototype */
	bool is_syscall; /* errors are results from -4095 to -1 */
	uint32_t number; /* of the system call */
	/* Of a system call's data, how many bytes traces show, where that is
	 * less than was captured; NULL: what the plan has. */
	const uint32_t *data_limit;
	struct ct_text json; /* "library":"libm.so.6","function":"sqrt", */
	struct ct_text text; /* sqrt */
};

/* All in the arena; the plan and the type must outlive it. */
CT_MUST_CHECK
struct ct_error *ct_signature_create(struct ct_arena *arena,
				     const char *library, const char *function,
				     struct ct_type *type,
				     const struct ct_plan *plan,
				     struct ct_signature **ret);

/* The same of a system call. */
CT_MUST_CHECK
struct ct_error *ct_signature_create_syscall(struct ct_arena *arena,
					     const char *name, uint32_t number,
					     struct ct_type *type,
					     const struct ct_plan *plan,
					     struct ct_signature **ret);

/* True for an integer of a size that names can have: another function of the
 * same name may take anything there. */
bool ct_signature_is_number(const struct ct_signature_part *part);

/* True for permissions: the type is mode_t, by whatever name. */
bool ct_signature_is_mode(const struct ct_signature_part *part);

/*
 * Append what a value means: `O_RDWR|O_CREAT`, `AT_FDCWD`, `0644`.  False,
 * with nothing appended, where the number alone says as much.
 */
bool ct_part_spell(const struct ct_signature_part *part, const void *bytes,
		   size_t size, struct ct_buffer *out);

/*
 * Append a value that is a number and nothing more: what most values are, and
 * need no walk over their type for.  False, with nothing appended, for others.
 */
static inline bool ct_part_put_number(const struct ct_signature_part *part,
				      const void *bytes, size_t size,
				      struct ct_buffer *out)
{
	uint64_t word = 0;
	if (!size || size != part->number_size || part->meaning)
		return false;
	memcpy(&word, bytes, size);
	if (part->is_signed)
		ct_buffer_put_i64(out, (int64_t)(word << (64 - 8 * size)) >>
					   (64 - 8 * size));
	else
		ct_buffer_put_u64(out, word);
	return true;
}

/* Append a JSON string with its quotes; NULL gives null.  Bytes that are no
 * UTF-8 are written as \udcXX. */
void ct_json_string(struct ct_buffer *out, const char *string);

#endif
