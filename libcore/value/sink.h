/* SPDX-License-Identifier: MIT */
/*
 * What the decoder (decode.c) tells an encoder: one call for each part of a
 * value, in order.  One file implements it for each format.
 *
 * That something is cut is known only when it ends, since a value has a
 * budget of work beside the user's limits.  So what begins returns a mark of
 * the sink's own, which comes back to it with the end.
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
	bool wide; /* of wide characters */
};

struct ct_sink {
	const struct ct_sink_ops *ops;
};

struct ct_sink_ops {
	/* void: nothing was returned. */
	void (*nothing)(struct ct_sink *);
	void (*boolean)(struct ct_sink *, bool);
	/* A two's complement number, extended to 128 bits. */
	void (*integer)(struct ct_sink *, unsigned __int128 bits,
			bool is_signed);
	/* size: of the C type, so that a float prints with a float's digits */
	void (*real)(struct ct_sink *, long double value, size_t size);
	void (*complex)(struct ct_sink *, long double re, long double im,
			size_t part_size);
	void (*character)(struct ct_sink *, unsigned char c);
	/* One enumerator, or flags or'ed, in order of declaration; the number
	 * is as for integer(). */
	void (*enumerator)(struct ct_sink *, unsigned __int128 bits,
			   bool is_signed, const char *const *names,
			   size_t count);
	/* A number that people read better in words: `254:0`.  NULL in a
	 * format that is for programs, where it is the number. */
	void (*described)(struct ct_sink *, const char *text);
	/* char[N] and wide arrays: text in place. */
	void (*text)(struct ct_sink *, const struct ct_text_piece *);

	void (*null)(struct ct_sink *);
	void (*pointer_text)(struct ct_sink *, uint64_t addr,
			     const struct ct_text_piece *);
	/* symbol may be NULL */
	void (*pointer_code)(struct ct_sink *, uint64_t addr,
			     const char *symbol);
	void (*pointer_end)(struct ct_sink *, uint64_t addr,
			    enum ct_pointer_end why);
	/* Between these two comes one value: what is pointed to. */
	void (*pointer_begin)(struct ct_sink *, uint64_t addr);
	void (*pointer_done)(struct ct_sink *);

	/* Each member(), and each element(), is followed by one value. */
	size_t (*struct_begin)(struct ct_sink *);
	void (*member)(struct ct_sink *, const char *name);
	void (*struct_done)(struct ct_sink *, size_t mark, bool truncated);
	size_t (*array_begin)(struct ct_sink *);
	void (*element)(struct ct_sink *);
	/* The element just given stands for `count` equal ones.  NULL in a
	 * format that wants every one. */
	void (*repeated)(struct ct_sink *, uint64_t count);
	void (*array_done)(struct ct_sink *, size_t mark, bool truncated);

	/* The value itself could not be read, or was optimized out. */
	void (*unreadable)(struct ct_sink *);
};

/* Walk the value and tell the sink.  On an error the sink has heard a part. */
CT_MUST_CHECK
struct ct_error *ct_value_decode(const struct ct_decoder *decoder,
				 const struct ct_value *value,
				 struct ct_sink *sink);

#endif
