/* SPDX-License-Identifier: MIT */
/*
 * Pointers: text, code, objects, and arrays whose length a rule of the
 * function gives.  What memory is asked for here is what a capture copied
 * (capture.c): a string's limit and one more, an object's size.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "value/reach.h"
#include "value/special.h"
#include "value/utf8.h"

enum {
	POINTER_COST = 24 /* of the budget: the address */
};

/* Units before the NUL, or `count` when there is none. */
static size_t find_nul(const unsigned char *bytes, size_t count, unsigned width)
{
	if (width == 1) {
		const unsigned char *nul = memchr(bytes, 0, count);
		return nul ? (size_t)(nul - bytes) : count;
	}
	static const unsigned char zero[4];
	size_t i = 0;
	while (i < count && memcmp(bytes + i * width, zero, width) != 0)
		i++;
	return i;
}

/* Text of `units` characters, cut to `limit`, given to tell(). */
struct text {
	const unsigned char *bytes;
	size_t units;
	size_t limit;
	unsigned width;
	bool truncated;
	/* of a pointer; else text in place */
	bool is_pointer;
	uint64_t addr;
};

static void tell_piece(struct ct_walk *walk, const struct text *text,
		       const struct ct_text_piece *piece)
{
	ct_walk_spend(walk, piece->size);
	if (text->is_pointer)
		walk->ops->pointer_text(walk->sink, text->addr, piece);
	else
		walk->ops->text(walk->sink, piece);
}

static struct ct_error *tell_text(struct ct_walk *walk, const struct text *text)
{
	bool cut = text->units > text->limit;
	size_t shown = cut ? text->limit : text->units;
	struct ct_text_piece piece = {
	    .bytes = text->bytes,
	    .size = shown,
	    .truncated = cut || text->truncated,
	    .wide = text->width > 1,
	};
	if (text->width == 1) {
		if (piece.truncated)
			piece.size =
			    ct_utf8_cut(text->bytes, shown, text->units);
		tell_piece(walk, text, &piece);
		return NULL;
	}
	CT_CLEANUP(ct_loan_return) struct ct_loan loan = {0};
	struct ct_error *err = ct_loan_take(walk, shown * 4 + 1, &loan);
	if (err)
		return err;
	piece.size = ct_utf8_from_wide(text->bytes, shown, text->width,
				       piece.truncated, loan.data);
	piece.bytes = loan.data;
	tell_piece(walk, text, &piece);
	return NULL;
}

struct ct_error *ct_walk_array_text(struct ct_walk *walk, unsigned width,
				    const struct ct_span *span, size_t held,
				    bool complete)
{
	struct text text = {
	    .bytes = span->bytes,
	    .units = held ? find_nul(span->bytes, held, width) : 0,
	    .limit = walk->decoder->limits.string,
	    .width = width,
	};
	text.truncated = text.units == held && !complete;
	return tell_text(walk, &text);
}

/* A string up to its NUL. */
static struct ct_error *follow_string(struct ct_walk *walk, unsigned width,
				      uint64_t addr)
{
	size_t units = ct_walk_text_units(walk);
	CT_CLEANUP(ct_loan_return) struct ct_loan loan = {0};
	struct ct_error *err = ct_loan_take(walk, units * width, &loan);
	if (err)
		return err;
	size_t size = ct_walk_read(walk, addr, loan.data, units * width);
	size_t got = size / width;
	if (!got) {
		ct_walk_short(walk, addr, size);
		return NULL;
	}
	size_t length = find_nul(loan.data, got, width);
	struct text text = {
	    .bytes = loan.data,
	    .units = length,
	    .limit = walk->decoder->limits.string,
	    .width = width,
	    .truncated = length == got,
	    .is_pointer = true,
	    .addr = addr,
	};
	return tell_text(walk, &text);
}

/* The room behind what a call has filled was not looked at: recvmsg(2). */
static bool has_arrived(struct ct_walk *walk, uint64_t end)
{
	unsigned char byte;
	return !ct_walk_read(walk, end, &byte, 1) && walk->unknown;
}

/* Text of exactly that many bytes, with any byte in it. */
struct ct_error *ct_walk_bytes(struct ct_walk *walk, uint64_t addr,
			       uint64_t extent)
{
	size_t units = ct_walk_text_units(walk);
	size_t wanted = extent < units ? (size_t)extent : units;
	CT_CLEANUP(ct_loan_return) struct ct_loan loan = {0};
	struct ct_error *err = ct_loan_take(walk, wanted + 1, &loan);
	if (err)
		return err;
	size_t got = ct_walk_read(walk, addr, loan.data, wanted);
	if (!got && wanted) {
		ct_walk_unread(walk, addr);
		return NULL;
	}
	if (got < wanted && walk->arrives && has_arrived(walk, addr + got))
		extent = got;
	struct text text = {
	    .bytes = loan.data,
	    .units = got,
	    .limit = walk->decoder->limits.string,
	    .width = 1,
	    .truncated = got < extent,
	    .is_pointer = true,
	    .addr = addr,
	};
	return tell_text(walk, &text);
}

/* Bytes that the walk will look at of an object that is pointed to. */
static struct ct_error *object_read_size(const struct ct_walk *walk,
					 struct ct_type *type, size_t *ret)
{
	uint64_t size = ct_type_size(type);
	bool known;
	if (ct_type_kind(type) == CT_TYPE_ARRAY) {
		uint64_t count = ct_type_count(type, &known);
		struct ct_type *element;
		struct ct_error *err = ct_type_target(type, &element);
		if (err)
			return err;
		/* One limit or the other holds: text or elements. */
		const struct ct_limits *limits = &walk->decoder->limits;
		uint64_t most = limits->string > limits->array ? limits->string
							       : limits->array;
		if (count > most + 1)
			count = most + 1;
		uint64_t stride = ct_type_size(element);
		if (__builtin_mul_overflow(count, stride, &size))
			size = CT_WALK_OBJECT_MAX;
	}
	*ret = size < CT_WALK_OBJECT_MAX ? (size_t)size : CT_WALK_OBJECT_MAX;
	return NULL;
}

/* A struct that one unit declares and another defines has a type in each. */
static bool is_same_type(const struct ct_type *a, const struct ct_type *b)
{
	const char *name = ct_type_name(a), *other = ct_type_name(b);
	return a == b || (ct_type_kind(a) == ct_type_kind(b) &&
			  ct_type_size(a) == ct_type_size(b) && name && other &&
			  !strcmp(name, other));
}

static bool is_on_path(const struct ct_walk *walk, const struct ct_type *type,
		       uint64_t addr)
{
	const struct ct_walk_frame *frame = walk->path;
	while (frame &&
	       (frame->addr != addr || !is_same_type(frame->type, type)))
		frame = frame->outer;
	return frame;
}

/* named: the type as it is declared, which may say how it is shown. */
static struct ct_error *follow_object(struct ct_walk *walk,
				      struct ct_type *named,
				      struct ct_type *type, uint64_t addr)
{
	if (is_on_path(walk, type, addr)) {
		ct_walk_end(walk, addr, CT_POINTER_CYCLE);
		return NULL;
	}
	size_t size;
	struct ct_error *err = object_read_size(walk, type, &size);
	if (err)
		return err;
	CT_CLEANUP(ct_loan_return) struct ct_loan loan = {0};
	err = ct_loan_take(walk, size + 1, &loan);
	if (err)
		return err;
	size_t got = ct_walk_read(walk, addr, loan.data, size);
	if (got < size) {
		ct_walk_short(walk, addr, got);
		return NULL;
	}
	struct ct_span span = {loan.data, size, addr};
	walk->ops->pointer_begin(walk->sink, addr);
	err = ct_walk_value(walk, named, &span);
	walk->ops->pointer_done(walk->sink);
	return err;
}

/* The elements behind a pointer; `cut` when there are more. */
static struct ct_error *tell_elements(struct ct_walk *walk,
				      struct ct_type *type,
				      const struct ct_span *span,
				      uint64_t shown, bool cut)
{
	walk->ops->pointer_begin(walk->sink, span->addr);
	struct ct_error *err = ct_walk_elements(walk, type, span, shown, cut);
	walk->ops->pointer_done(walk->sink);
	return err;
}

/* A struct of which a length says how much there is: a socket's address. */
static bool is_open_ended(struct ct_type *type)
{
	size_t count;
	const struct ct_member *members;
	if (ct_type_kind(type) != CT_TYPE_STRUCT)
		return false;
	struct ct_error *err = ct_type_members(type, &count, &members);
	bool is_open =
	    !err && count && ct_special_is_choice(&members[count - 1]);
	ct_error_destroy(err);
	return is_open;
}

static struct ct_error *follow_part(struct ct_walk *walk, struct ct_type *type,
				    uint64_t addr, uint64_t extent)
{
	size_t size;
	struct ct_error *err = object_read_size(walk, type, &size);
	if (err)
		return err;
	if (extent < size)
		size = (size_t)extent;
	CT_CLEANUP(ct_loan_return) struct ct_loan loan = {0};
	err = ct_loan_take(walk, size + 1, &loan);
	if (err)
		return err;
	size_t got = ct_walk_read(walk, addr, loan.data, size);
	if (!got) {
		ct_walk_short(walk, addr, got);
		return NULL;
	}
	struct ct_span span = {loan.data, got, addr};
	walk->ops->pointer_begin(walk->sink, addr);
	err = ct_walk_value(walk, type, &span);
	walk->ops->pointer_done(walk->sink);
	return err;
}

/* `extent` elements, or as many as can be read. */
static struct ct_error *follow_count(struct ct_walk *walk, struct ct_type *type,
				     uint64_t addr, uint64_t extent)
{
	struct ct_type *element;
	struct ct_error *err = ct_type_strip(type, &element);
	if (err)
		return err;
	uint64_t shown = walk->decoder->limits.array;
	if (extent < shown)
		shown = extent;
	uint64_t stride = ct_type_size(element);
	if (stride && shown > CT_WALK_OBJECT_MAX / stride)
		shown = CT_WALK_OBJECT_MAX / stride;
	CT_CLEANUP(ct_loan_return) struct ct_loan loan = {0};
	err = ct_loan_take(walk, (size_t)(shown * stride) + 1, &loan);
	if (err)
		return err;
	size_t wanted = (size_t)(shown * stride);
	size_t got = ct_walk_read(walk, addr, loan.data, wanted);
	if (wanted && got < stride) {
		ct_walk_short(walk, addr, got);
		return NULL;
	}
	if (got < wanted)
		shown = got / stride;
	struct ct_span span = {loan.data, got, addr};
	return tell_elements(walk, type, &span, shown, shown < extent);
}

/* Pointers up to a NULL one. */
static struct ct_error *follow_terminated(struct ct_walk *walk,
					  struct ct_type *type, uint64_t addr)
{
	const size_t width = sizeof(uint64_t);
	size_t limit = walk->decoder->limits.array;
	if (limit > CT_WALK_OBJECT_MAX / width - 1)
		limit = CT_WALK_OBJECT_MAX / width - 1;
	CT_CLEANUP(ct_loan_return) struct ct_loan loan = {0};
	struct ct_error *err = ct_loan_take(walk, (limit + 1) * width, &loan);
	if (err)
		return err;
	size_t got = ct_walk_read(walk, addr, loan.data, (limit + 1) * width);
	if (got < width) {
		ct_walk_unread(walk, addr);
		return NULL;
	}
	static const unsigned char null[sizeof(uint64_t)];
	size_t count = got / width, shown = 0;
	while (shown < count &&
	       memcmp(loan.data + shown * width, null, width) != 0)
		shown++;
	bool cut = shown == count || shown > limit;
	struct ct_span span = {loan.data, shown * width, addr};
	return tell_elements(walk, type, &span, shown < limit ? shown : limit,
			     cut);
}

/* Types whose objects cannot be shown: only the address is. */
static bool is_opaque(const struct ct_type *type)
{
	enum ct_type_kind kind = ct_type_kind(type);
	return kind == CT_TYPE_VOID || kind == CT_TYPE_OPAQUE ||
	       ct_type_is_incomplete(type) || ct_special_is_private(type);
}

static struct ct_error *follow_by_type(struct ct_walk *walk,
				       struct ct_type *target,
				       struct ct_type *stripped, uint64_t addr)
{
	unsigned width;
	struct ct_error *err = ct_walk_text_width(target, stripped, &width);
	if (err)
		return err;
	if (width)
		return follow_string(walk, width, addr);
	return follow_object(walk, target, stripped, addr);
}

static struct ct_error *follow(struct ct_walk *walk, struct ct_type *target,
			       struct ct_type *stripped, uint64_t addr,
			       enum ct_extent_kind kind, uint64_t extent)
{
	bool opaque = is_opaque(stripped);
	bool is_char = ct_type_kind(stripped) == CT_TYPE_BASE &&
		       ct_type_encoding(stripped) == CT_ENCODING_CHAR;
	const struct ct_member *size_at = NULL;
	if (kind == CT_EXTENT_BYTES) {
		struct ct_error *err =
		    ct_special_record_size(stripped, &size_at);
		if (err)
			return err;
	}
	if (size_at)
		return ct_walk_records(walk, stripped, size_at, addr, extent);
	if (kind == CT_EXTENT_BITS)
		return ct_walk_bits(walk, addr, extent);
	if (kind == CT_EXTENT_PART)
		return ct_walk_part(walk, target, stripped, addr, extent);
	if (kind == CT_EXTENT_BYTES && ct_special_is_control(stripped))
		return ct_walk_messages(walk, addr, extent);
	/* A name of length 0 is nowhere. */
	if (kind == CT_EXTENT_BYTES && !extent && is_open_ended(stripped)) {
		ct_walk_end(walk, addr, CT_POINTER_OPAQUE);
		return NULL;
	}
	if (kind == CT_EXTENT_BYTES && is_open_ended(stripped))
		return follow_part(walk, stripped, addr, extent);
	if (kind == CT_EXTENT_BYTES || (kind == CT_EXTENT_COUNT && is_char))
		return ct_walk_bytes(walk, addr, extent);
	if (opaque) {
		ct_walk_end(walk, addr, CT_POINTER_OPAQUE);
		return NULL;
	}
	if (kind == CT_EXTENT_COUNT)
		return follow_count(walk, target, addr, extent);
	if (kind == CT_EXTENT_TERMINATED &&
	    ct_type_kind(stripped) == CT_TYPE_POINTER &&
	    ct_type_size(stripped) == sizeof(uint64_t))
		return follow_terminated(walk, target, addr);
	return follow_by_type(walk, target, stripped, addr);
}

static void tell_code(struct ct_walk *walk, uint64_t addr)
{
	const struct ct_symbolizer *symbolizer = &walk->decoder->symbolizer;
	const char *symbol =
	    symbolizer->name ? symbolizer->name(symbolizer->arg, addr) : NULL;
	walk->ops->pointer_code(walk->sink, addr, symbol);
}

struct ct_error *ct_walk_pointer(struct ct_walk *walk, struct ct_type *type,
				 const struct ct_span *span,
				 enum ct_extent_kind kind, uint64_t extent)
{
	uint64_t size = ct_type_size(type);
	uint64_t addr = 0;
	if (!size || size > sizeof(addr)) {
		walk->ops->unreadable(walk->sink);
		return NULL;
	}
	memcpy(&addr, span->bytes, (size_t)size);
	if (!addr) {
		walk->ops->null(walk->sink);
		return NULL;
	}
	ct_walk_spend(walk, POINTER_COST);
	struct ct_type *target, *stripped;
	struct ct_error *err = ct_type_target(type, &target);
	if (!err)
		err = ct_type_strip(target, &stripped);
	if (err)
		return err;
	if (ct_type_kind(stripped) == CT_TYPE_FUNCTION) {
		tell_code(walk, addr);
		return NULL;
	}
	if (walk->depth >= walk->decoder->limits.depth ||
	    walk->nesting >= CT_WALK_FOLLOW_MAX) {
		ct_walk_end(walk, addr, CT_POINTER_OPAQUE);
		return NULL;
	}
	walk->depth++;
	err = follow(walk, target, stripped, addr, kind, extent);
	walk->depth--;
	return err;
}
