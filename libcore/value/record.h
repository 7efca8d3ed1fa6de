/* SPDX-License-Identifier: MIT */
/*
 * A record: one call as raw bytes, in one flat piece.
 *
 *   struct ct_record
 *   arguments    args_size bytes; parameter i at its plan's offset
 *   tail         tail_count struct ct_tail_value: the variadic arguments
 *   entry blobs  memory that pointers led to, as it was at the call
 *   result       result_size bytes; a call that has not returned ends here
 *   exit blobs   the same memory at the return, only where it differs
 *
 * Every part is padded to 8 bytes.  A record holds nothing but offsets: it is
 * copied with memcpy, kept in shared memory, and decoded later, by the plan
 * that made it and the types behind that plan.
 */
#ifndef CT_VALUE_RECORD_H
#define CT_VALUE_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "ctester/value.h"

struct ct_plan;

enum ct_outcome {
	CT_OUTCOME_REAL,
	CT_OUTCOME_MOCKED,
	CT_OUTCOME_FAILED,
	CT_OUTCOME_RAISED,
	CT_OUTCOME_UNMOCKED,
	CT_OUTCOME_UNFINISHED,
};

enum ct_record_flags {
	CT_RECORD_HAS_RESULT = 1 << 0,
	CT_RECORD_HAS_ERRNO = 1 << 1, /* errno was set or changed */
	CT_RECORD_CUT = 1 << 2,       /* the capture budget ran out */
	CT_RECORD_MUST = 1 << 3,      /* a strict test has to assert it */
	CT_RECORD_UNSEEN = 1 << 4, /* only its return matters: not recorded */
	CT_RECORD_MONITORED = 1 << 5,    /* it counts for statistics */
	CT_RECORD_FROM_PROGRAM = 1 << 6, /* the program's own code made it */
	CT_RECORD_FROM_SYSTEM = 1 << 7,  /* the C library or the loader did */
	/* Its number is yet to be found: seq counts its thread's calls, and
	 * caller_index has the turn (agent/numbers.h). */
	CT_RECORD_LATER = 1 << 8,
};

/* A record's caller_index when memory was short. */
#define CT_NO_CALLER UINT32_MAX

struct ct_record {
	uint32_t size; /* of the whole record, a multiple of 8 */
	uint32_t target;
	uint32_t signature; /* in the session's table: of the plan it is made by
			     */
	uint32_t depth;     /* intercepted calls around this one */
	uint64_t seq;
	uint64_t time_ns; /* of the call, since the program's start */
	uint64_t duration_ns;
	int32_t pid, tid;
	uint64_t caller;       /* the return address */
	uint64_t changed;      /* bit i: parameter i points to something new */
	uint32_t caller_index; /* in the session's table */
	int32_t errno_value;
	uint16_t flags;
	uint8_t outcome;
	uint8_t engine; /* the session's */
	uint32_t args_size;
	uint32_t tail_count;
	uint32_t result_size;
	uint32_t entry_blobs_size;
	uint32_t exit_blobs_size;
	uint32_t mock;   /* the number of the one that answered; 0: none did */
	uint32_t thread; /* as GDB counts them, from 1 on; 0: not known */
};

/* The classes that default promotions leave in a variadic tail. */
enum ct_tail_class {
	CT_TAIL_INT,
	CT_TAIL_UINT,
	CT_TAIL_LONG,
	CT_TAIL_ULONG,
	CT_TAIL_CHAR,
	CT_TAIL_DOUBLE,
	CT_TAIL_LONG_DOUBLE,
	CT_TAIL_STRING,
	CT_TAIL_WSTRING,
	CT_TAIL_POINTER,
	CT_TAIL_MODE, /* an unsigned int: permissions */
	CT_TAIL_CLASSES
};

struct ct_tail_value {
	uint32_t class; /* enum ct_tail_class */
	/* Of a string: 1 + how many bytes are read, where that is known
	 * without its NUL (`%.3s`); else 0. */
	uint32_t bound;
	uint8_t bytes[16];
};

/* Memory of the program, size bytes of it, which follow; size 0: it could not
 * be read there.  What has no blob was not looked at. */
struct ct_blob {
	uint64_t addr;
	uint32_t size;
	uint32_t shape; /* 1 + the shape whose links were followed, or 0 */
};

static inline uint32_t ct_pad8(uint32_t size)
{
	return (size + 7) & ~7u;
}

static inline const uint8_t *ct_record_args(const struct ct_record *record)
{
	return (const uint8_t *)(record + 1);
}

static inline const struct ct_tail_value *ct_record_tail(
    const struct ct_record *record)
{
	return (const void *)(ct_record_args(record) +
			      ct_pad8(record->args_size));
}

static inline const uint8_t *ct_record_entry_blobs(
    const struct ct_record *record)
{
	return (const uint8_t *)(ct_record_tail(record) + record->tail_count);
}

static inline const uint8_t *ct_record_result(const struct ct_record *record)
{
	return ct_record_entry_blobs(record) + record->entry_blobs_size;
}

static inline const uint8_t *ct_record_exit_blobs(
    const struct ct_record *record)
{
	return ct_record_result(record) + ct_pad8(record->result_size);
}

/*
 * Bytes of the program that a capture did not look for, added behind it; of
 * the return, when there is a result.  Without room for them, the record says
 * that it is cut.
 */
void ct_record_add_blob(struct ct_record *record, size_t capacity,
			uint64_t addr, const void *bytes, size_t size);
/* How many bytes a blob of the return has from addr on; 0: there is none. */
size_t ct_record_exit_size(const struct ct_record *record, uint64_t addr);

/*
 * A note: text that a capture adds about parameter `index`, or about the
 * result (CT_NOTE_RESULT), or the registers of a system call, six words.  It
 * lies among the blobs, at an address that no
 * program has.  Notes of the call come behind its capture, before the
 * return's; without room for it there is none.
 */
enum {
	CT_NOTE_RESULT = 64,
	CT_NOTE_REGISTERS,
	CT_NOTE_CALLER, /* how who calls contradicts the prototype */
};
void ct_record_add_note(struct ct_record *record, size_t capacity,
			unsigned int index, const void *text, size_t size);
/* Its bytes, *size of them, in the record; NULL: there is none. */
const char *ct_record_note(const struct ct_record *record, unsigned int index,
			   size_t *size);

/*
 * Is this a record that the plan can have made?  Everything that decodes
 * records trusts them: who takes one from outside (another process, shared
 * memory, a file) copies it, aligned to 8, and asks this of the copy.
 */
CT_MUST_CHECK
struct ct_error *ct_record_check(const struct ct_record *record, size_t size,
				 const struct ct_plan *plan);

/* The program's memory as the record has it, at the call… */
struct ct_memory ct_record_entry_memory(const struct ct_record *record);
/* …and at the return: exit blobs over entry blobs. */
struct ct_memory ct_record_exit_memory(const struct ct_record *record);

#endif
