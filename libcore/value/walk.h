/* SPDX-License-Identifier: MIT */
/*
 * The walk over a value, shared by decode.c (what is made of parts),
 * scalar.c (numbers, enumerators) and pointer.c (what memory is followed to).
 *
 * Types and bytes are both hostile.  Three things end every walk: `nesting`
 * bounds the C stack; `budget` bounds the work, each part costing at least
 * one; no byte is read outside a ct_span.
 */
#ifndef CT_VALUE_WALK_H
#define CT_VALUE_WALK_H

#include "value/sink.h"

enum {
	CT_WALK_NESTING_MAX = 128,    /* deeper is a damaged type */
	CT_WALK_FOLLOW_MAX = 64,      /* deeper pointers are not followed */
	CT_WALK_SCRATCH = 4096,       /* bytes of memory held without malloc */
	CT_WALK_OBJECT_MAX = 1 << 20, /* bytes read of one object */
};

/* Bytes of the program that we hold. */
struct ct_span {
	const unsigned char *bytes;
	size_t size;
	uint64_t addr; /* in the program; 0 when not in memory */
};

/* An object that we are inside of. */
struct ct_walk_frame {
	const struct ct_walk_frame *outer;
	const struct ct_type *type; /* stripped */
	uint64_t addr;
};

struct ct_walk {
	const struct ct_decoder *decoder;
	struct ct_sink *sink;
	const struct ct_sink_ops *ops;
	const struct ct_walk_frame *path;
	int64_t budget;
	unsigned depth;   /* pointers followed to here */
	unsigned nesting; /* of pointers, structs and arrays */
	bool unknown;     /* the last read: nobody has looked there */
	bool cut;         /* the struct at hand ran out of budget */
	bool is_part;     /* the object at hand ends with its span */
	bool arrives;     /* bytes of which the call has filled some */
	size_t scratch_used;
	unsigned char scratch[CT_WALK_SCRATCH];
};

/* A value of any type at the start of the span. */
CT_MUST_CHECK
struct ct_error *ct_walk_value(struct ct_walk *walk, struct ct_type *type,
			       const struct ct_span *span);

/* The first `shown` elements of an array, which has more when cut. */
CT_MUST_CHECK
struct ct_error *ct_walk_elements(struct ct_walk *walk, struct ct_type *type,
				  const struct ct_span *span, uint64_t shown,
				  bool cut);

/* A BASE or an ENUM (stripped); all of it is in the span. */
CT_MUST_CHECK
struct ct_error *ct_walk_scalar(struct ct_walk *walk, struct ct_type *type,
				const struct ct_span *span);
/* A bitfield; type as declared.  The span is the whole struct. */
CT_MUST_CHECK
struct ct_error *ct_walk_bitfield(struct ct_walk *walk,
				  const struct ct_member *member,
				  const struct ct_span *span);

/* A POINTER (stripped); all of it is in the span. */
CT_MUST_CHECK
struct ct_error *ct_walk_pointer(struct ct_walk *walk, struct ct_type *type,
				 const struct ct_span *span,
				 enum ct_extent_kind kind, uint64_t extent);

/* The control messages in the span, as sendmsg(2) takes them; `cut` when there
 * are more.  control.c. */
void ct_walk_control(struct ct_walk *walk, const struct ct_span *span,
		     bool cut);

/* An ARRAY of text in place; `held` units of it are in the span. */
CT_MUST_CHECK
struct ct_error *ct_walk_array_text(struct ct_walk *walk, unsigned width,
				    const struct ct_span *span, size_t held,
				    bool complete);

/*
 * The bytes of one character when text is made of this type, else 0: plain
 * char, char16_t, char32_t and wchar_t.  `stripped` is the type stripped.
 */
CT_MUST_CHECK
struct ct_error *ct_walk_text_width(struct ct_type *type,
				    struct ct_type *stripped, unsigned *ret);

/* Units of text to look at: one more than the limit tells whether the text
 * ends there. */
static inline size_t ct_walk_text_units(const struct ct_walk *walk)
{
	return (size_t)walk->decoder->limits.string + 1;
}

static inline void ct_walk_spend(struct ct_walk *walk, size_t cost)
{
	walk->budget -= (int64_t)cost;
}

static inline bool ct_walk_exhausted(const struct ct_walk *walk)
{
	return walk->budget <= 0;
}

#endif
