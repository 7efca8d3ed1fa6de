/* SPDX-License-Identifier: MIT */
/*
 * The type model: what a source fills in.  It knows no DWARF.
 *
 * A source makes a struct ct_type in its own arena with kind, name, size and
 * the flags set, and `fill` for the lazy rest.  The accessors of
 * <ctester/type.h> call fill once, before they read target, members,
 * enumerators or parameters; a fill that fails is not called again, and its
 * message is given to everyone who asks.
 *
 * Typedefs and qualifiers are never lazy in their target, so that a size can
 * be had through them without failing.
 */
#ifndef CT_TYPE_MODEL_H
#define CT_TYPE_MODEL_H

#include "base/error.h"
#include "ctester/type.h"

struct ct_arena;

struct ct_type_source {
	/* Where the message of a failed fill is kept; may be NULL. */
	struct ct_arena *arena;
	/*
	 * Read the lazy part of type, whose `key` is the source's own.  Of an
	 * incomplete type: look for its definition, and when there is one,
	 * clear `incomplete` and set size, align and parts from it.
	 */
	struct ct_error *(*fill)(struct ct_type_source *source,
				 struct ct_type *type);
};

enum ct_type_state {
	CT_TYPE_FILLED, /* nothing is left to read: the value for built-ins */
	CT_TYPE_LAZY,
	CT_TYPE_FILLING, /* fill is running: guards against endless recursion */
	CT_TYPE_FAILED,  /* fill failed, with `failure` */
};

struct ct_type {
	enum ct_type_kind kind;
	enum ct_encoding encoding;
	enum ct_qualifier qualifier;
	enum ct_type_state state;
	bool incomplete;
	bool vector;
	bool variadic;        /* `...`, or no prototype */
	bool unprototyped;    /* `int f()`, which is spelled so */
	bool count_known;     /* of an array */
	bool variable_length; /* !count_known: computed when it runs */
	uint32_t align;       /* declared; 0: natural */
	const char *name;
	uint64_t size; /* typedefs and qualifiers: see ct_type_size() */
	uint64_t count;
	struct ct_type *target;
	size_t part_count;
	union {
		const struct ct_member *members;
		const struct ct_enumerator *enumerators;
		const struct ct_parameter *parameters;
	};
	struct ct_type_source *source;
	uint64_t key;
	enum ct_error_code failure_code;
	const char *failure;
};

/* void, borrowed from nobody. */
extern struct ct_type ct_type_void;

/* More steps than this through typedefs, qualifiers or arrays is damage. */
enum {
	CT_TYPE_DEPTH_MAX = 64
};

#endif
