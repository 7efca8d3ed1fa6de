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
#include "value/plan.h"

struct ct_text {
	const char *data;
	size_t size;
};

struct ct_signature_part {
	const char *name; /* or NULL */
	struct ct_type *type;
	struct ct_text json; /* {"name":"x","type":"double","value": */
};

struct ct_signature {
	const char *library; /* as reports name it */
	const char *function;
	const struct ct_plan *plan; /* borrowed */
	size_t count;
	struct ct_signature_part *parameters;
	struct ct_signature_part result; /* {"type":"double","value": */
	bool returns_void;
	bool guessed;        /* nobody knows the prototype */
	struct ct_text json; /* "library":"libm.so.6","function":"sqrt", */
};

/* All in the arena; the plan and the type must outlive it. */
CT_MUST_CHECK
struct ct_error *ct_signature_create(struct ct_arena *arena,
				     const char *library, const char *function,
				     struct ct_type *type,
				     const struct ct_plan *plan,
				     struct ct_signature **ret);

/* Append a JSON string with its quotes; NULL gives null.  Bytes that are no
 * UTF-8 are written as \udcXX. */
void ct_json_string(struct ct_buffer *out, const char *string);

#endif
