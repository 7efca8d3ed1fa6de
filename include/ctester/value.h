/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Values: bytes with a type, decoded and written as text, JSON or Python.
 *
 * The core never asks where the bytes are from: it reads through callbacks,
 * so that the same decoder serves a live program, a recorded call and a test.
 */
#ifndef CTESTER_VALUE_H
#define CTESTER_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ctester/error.h"
#include "ctester/type.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ct_buffer;

/** What ct_memory::read returns where nobody has looked: a record has only
 * what its capture followed.  The pointer is then shown by its address. */
#define CT_MEMORY_UNKNOWN ((size_t)-1)

/** Memory of the program, as it was at the moment the value was taken. */
struct ct_memory {
	/** Copy up to @p size bytes from @p addr; returns how many were
	 * readable from the start (0: none), or CT_MEMORY_UNKNOWN. */
	size_t (*read)(void *arg, uint64_t addr, void *buf, size_t size);
	void *arg;
};

/** Names for code addresses. */
struct ct_symbolizer {
	/** The symbol that starts at @p addr, or NULL. */
	const char *(*name)(void *arg, uint64_t addr);
	void *arg;
};

/** How much of a value is shown. */
struct ct_limits {
	uint32_t string; /**< bytes of a string; more is cut */
	uint32_t array;  /**< elements of an array; more is cut */
	uint32_t depth;  /**< pointers followed one behind the other */
};

/** string 200, array 200, depth 3. */
extern const struct ct_limits ct_limits_default;

/** How far a pointer reaches, where a rule of the function says it. */
enum ct_extent_kind {
	CT_EXTENT_TYPE,       /**< one object; a `char *` up to its NUL */
	CT_EXTENT_BYTES,      /**< `extent` bytes, text with any byte in it */
	CT_EXTENT_COUNT,      /**< `extent` elements */
	CT_EXTENT_TERMINATED, /**< pointers up to a NULL one (argv) */
	CT_EXTENT_PART, /**< one object of which `extent` bytes are there */
	CT_EXTENT_BITS, /**< a set of numbers below `extent`, a bit for each */
};

/** One value to decode. */
struct ct_value {
	struct ct_type *type; /**< borrowed */
	const void *bytes;    /**< borrowed; the object representation */
	size_t size;          /**< bytes; less than the type's: unreadable */
	uint64_t addr;        /**< where it lay in the program; 0: a register */
	enum ct_extent_kind extent_kind;
	uint64_t extent;
};

/** What decoding needs beside the value; all borrowed. */
struct ct_decoder {
	struct ct_memory memory;
	struct ct_symbolizer symbolizer; /**< name may be NULL */
	struct ct_limits limits;
};

/**
 * Append @p value as JSON (docs/trace-format.md, "Values"): the JSON of a
 * member "value", without a newline.
 *
 * @return what kept the type from being read (damaged DWARF).  What the
 *         program's memory hides is part of the value, not an error.  On an
 *         error nothing is left in @p out.
 */
struct ct_error *ct_value_encode_json(const struct ct_decoder *decoder,
				      const struct ct_value *value,
				      struct ct_buffer *out);

/** The same as text for people: `{x = 1, name = "pt"}`. */
struct ct_error *ct_value_encode_text(const struct ct_decoder *decoder,
				      const struct ct_value *value,
				      struct ct_buffer *out);

/**
 * The same as a Python expression, in which nothing of its type is lost:
 *
 *   numbers, True, [1, 2], {'x': 1}, None    as Python writes them
 *   b'text'                  char (one byte), char *, buffers
 *   'text'                   wide characters
 *   Enum(3, 'RED|BLUE')      an enumerator, the number first
 *   Real('nan'), Long('0.1'), Complex(1.0, Real('inf'))
 *                            no number; a long double; complex
 *   Cut(b'text'), [1, ...], {'x': 1, ...: ...}    cut at a limit
 *   Address(0x10)            a pointer that is not followed
 *   Callback(0x10, 'name')   a function; without its name where none is known
 *   Unreadable(0x10), Unreadable(), Cycle(0x10)
 *
 * A pointer to an object is the object.
 */
struct ct_error *ct_value_encode_python(const struct ct_decoder *decoder,
					const struct ct_value *value,
					struct ct_buffer *out);

/**
 * The text of ct_value_encode_text() over several lines, where it is long.
 *
 * @param width   Columns (bytes) of a line.  The first line begins where the
 *                last one in @p out ends.
 * @param indent  Of that line; what is inside is indented by 4 more.
 */
struct ct_error *ct_value_encode_lines(const struct ct_decoder *decoder,
				       const struct ct_value *value,
				       uint32_t width, uint32_t indent,
				       struct ct_buffer *out);

#ifdef __cplusplus
}
#endif
#endif
