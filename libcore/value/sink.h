/* SPDX-License-Identifier: MIT */
/*
 * What the decoder (decode.c) tells an encoder: one call for each part of a
 * value, in order.  One file implements it for each format.
 */
#ifndef CT_VALUE_SINK_H
#define CT_VALUE_SINK_H

#include "base/error.h"
#include "ctester/value.h"

/* Why a pointer is shown without what it points to. */
enum ct_pointer_end {
	CT_POINTER_OPAQUE,     /* void *, an incomplete type, the depth limit */
	CT_POINTER_UNREADABLE, /* the memory is not there */
	CT_POINTER_CYCLE,      /* the object is already on the path */
};

struct ct_text_piece {
	const unsigned char *bytes; /* any bytes; for wide text: UTF-8 */
	size_t size;
	bool truncated;
};

struct ct_sink {
	const struct ct_sink_ops *ops;
};

struct ct_sink_ops {
	void (*boolean)(struct ct_sink *, bool);
	/* The low 128 bits of a two's complement number. */
	void (*integer)(struct ct_sink *, unsigned __int128 bits,
			bool is_signed);
	/* size: of the C type, so that a float prints with a float's digits */
	void (*real)(struct ct_sink *, long double value, size_t size);
	void (*complex)(struct ct_sink *, long double re, long double im,
			size_t part_size);
	void (*character)(struct ct_sink *, unsigned char c);
	/* Enumerators or'ed: name after name; ends with enumerators_end. */
	void (*enumerator)(struct ct_sink *, const char *const *names,
			   size_t count);
	/* char[N] and wide arrays: text in place. */
	void (*text)(struct ct_sink *, const struct ct_text_piece *);
	/* Pointers. */
	void (*null)(struct ct_sink *);
	void (*pointer_text)(struct ct_sink *, uint64_t addr,
			     const struct ct_text_piece *);
	void (*pointer_code)(struct ct_sink *, uint64_t addr,
			     const char *symbol);
	void (*pointer_end)(struct ct_sink *, uint64_t addr,
			    enum ct_pointer_end why);
	void (*pointer_begin)(struct ct_sink *, uint64_t addr);
	void (*pointer_done)(struct ct_sink *);
	/* Composites. */
	void (*struct_begin)(struct ct_sink *);
	void (*member)(struct ct_sink *, const char *name);
	void (*struct_done)(struct ct_sink *);
	void (*array_begin)(struct ct_sink *, bool truncated);
	void (*element)(struct ct_sink *);
	void (*array_done)(struct ct_sink *, bool truncated);
	/* The value itself could not be read, or was optimized out. */
	void (*unreadable)(struct ct_sink *);
};

CT_MUST_CHECK
struct ct_error *ct_value_decode(const struct ct_decoder *decoder,
				 const struct ct_value *value,
				 struct ct_sink *sink);

#endif
