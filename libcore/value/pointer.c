/* SPDX-License-Identifier: MIT */
/*
 * Pointers: text, code, objects, and arrays whose length a rule of the
 * function gives.  What memory is asked for here is what a capture copied
 * (capture.c): a string's limit and one more, an object's size.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "value/special.h"
#include "value/utf8.h"
#include "value/walk.h"

enum {
	POINTER_COST = 24 /* of the budget: the address */
};

/* Memory for a copy, given back in the reverse order. */
struct loan {
	struct ct_walk *walk;
	unsigned char *data;
	size_t mark;
};

static struct ct_error *loan_take(struct ct_walk *walk, size_t size,
				  struct loan *ret)
{
	size_t rounded = (size + 15) & ~(size_t)15;
	ret->mark = walk->scratch_used;
	if (rounded <= CT_WALK_SCRATCH - walk->scratch_used) {
		ret->data = walk->scratch + walk->scratch_used;
		walk->scratch_used += rounded;
	} else {
		ret->data = malloc(size);
		if (!ret->data)
			return &ct_enomem;
	}
	ret->walk = walk;
	return NULL;
}

static void loan_return(struct loan *loan)
{
	struct ct_walk *walk = loan->walk;
	if (!walk)
		return;
	if (walk->scratch_used == loan->mark)
		free(loan->data);
	else
		walk->scratch_used = loan->mark;
}

static size_t read_memory(struct ct_walk *walk, uint64_t addr, void *buf,
			  size_t size)
{
	const struct ct_memory *memory = &walk->decoder->memory;
	walk->unknown = false;
	if (!memory->read || !size)
		return 0;
	size_t got = memory->read(memory->arg, addr, buf, size);
	if (got == CT_MEMORY_UNKNOWN) {
		walk->unknown = true;
		return 0;
	}
	return got < size ? got : size;
}

static void tell_end(struct ct_walk *walk, uint64_t addr,
		     enum ct_pointer_end why)
{
	walk->ops->pointer_end(walk->sink, addr, why);
}

/* The last read gave nothing: because there is nothing, or because nobody has
 * looked. */
static void tell_unread(struct ct_walk *walk, uint64_t addr)
{
	tell_end(walk, addr,
		 walk->unknown ? CT_POINTER_OPAQUE : CT_POINTER_UNREADABLE);
}

/* The last read gave less than an object.  The capture of something smaller
 * there tells nothing of the rest. */
static void tell_short(struct ct_walk *walk, uint64_t addr, size_t got)
{
	unsigned char byte;
	if (got)
		read_memory(walk, addr + got, &byte, 1);
	tell_unread(walk, addr);
}

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
	CT_CLEANUP(loan_return) struct loan loan = {0};
	struct ct_error *err = loan_take(walk, shown * 4 + 1, &loan);
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
	CT_CLEANUP(loan_return) struct loan loan = {0};
	struct ct_error *err = loan_take(walk, units * width, &loan);
	if (err)
		return err;
	size_t size = read_memory(walk, addr, loan.data, units * width);
	size_t got = size / width;
	if (!got) {
		tell_short(walk, addr, size);
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
	return !read_memory(walk, end, &byte, 1) && walk->unknown;
}

/* Text of exactly that many bytes, with any byte in it. */
static struct ct_error *follow_bytes(struct ct_walk *walk, uint64_t addr,
				     uint64_t extent)
{
	size_t units = ct_walk_text_units(walk);
	size_t wanted = extent < units ? (size_t)extent : units;
	CT_CLEANUP(loan_return) struct loan loan = {0};
	struct ct_error *err = loan_take(walk, wanted + 1, &loan);
	if (err)
		return err;
	size_t got = read_memory(walk, addr, loan.data, wanted);
	if (!got && wanted) {
		tell_unread(walk, addr);
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
		tell_end(walk, addr, CT_POINTER_CYCLE);
		return NULL;
	}
	size_t size;
	struct ct_error *err = object_read_size(walk, type, &size);
	if (err)
		return err;
	CT_CLEANUP(loan_return) struct loan loan = {0};
	err = loan_take(walk, size + 1, &loan);
	if (err)
		return err;
	size_t got = read_memory(walk, addr, loan.data, size);
	if (got < size) {
		tell_short(walk, addr, got);
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
	CT_CLEANUP(loan_return) struct loan loan = {0};
	err = loan_take(walk, size + 1, &loan);
	if (err)
		return err;
	size_t got = read_memory(walk, addr, loan.data, size);
	if (!got) {
		tell_short(walk, addr, got);
		return NULL;
	}
	struct ct_span span = {loan.data, got, addr};
	walk->ops->pointer_begin(walk->sink, addr);
	err = ct_walk_value(walk, type, &span);
	walk->ops->pointer_done(walk->sink);
	return err;
}

/* The objects in a span, of which `size_at` says how large each is. */
static struct ct_error *tell_records(struct ct_walk *walk, struct ct_type *type,
				     const struct ct_member *size_at,
				     const struct ct_span *span, bool cut)
{
	uint64_t limit = walk->decoder->limits.array;
	size_t at = 0, field = (size_t)(size_at->bit_offset / 8);
	struct ct_error *err = NULL;
	walk->ops->pointer_begin(walk->sink, span->addr);
	size_t mark = walk->ops->array_begin(walk->sink);
	while (!err && span->size - at >= field + sizeof(uint16_t)) {
		uint16_t size;
		memcpy(&size, span->bytes + at + field, sizeof(size));
		if (!limit-- || ct_walk_exhausted(walk) ||
		    size < field + sizeof(size) || size > span->size - at) {
			cut = true;
			break;
		}
		struct ct_span record = {span->bytes + at, size,
					 span->addr + at};
		walk->ops->element(walk->sink);
		err = ct_walk_value(walk, type, &record);
		at += size;
	}
	walk->ops->array_done(walk->sink, mark, cut);
	walk->ops->pointer_done(walk->sink);
	return err;
}

static struct ct_error *follow_records(struct ct_walk *walk,
				       struct ct_type *type,
				       const struct ct_member *size_at,
				       uint64_t addr, uint64_t extent)
{
	size_t most = ct_walk_text_units(walk);
	size_t wanted = extent < most ? (size_t)extent : most;
	CT_CLEANUP(loan_return) struct loan loan = {0};
	struct ct_error *err = loan_take(walk, wanted + 1, &loan);
	if (err)
		return err;
	size_t got = read_memory(walk, addr, loan.data, wanted);
	if (!got && wanted) {
		tell_unread(walk, addr);
		return NULL;
	}
	struct ct_span span = {loan.data, got, addr};
	return tell_records(walk, type, size_at, &span, got < extent);
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
	CT_CLEANUP(loan_return) struct loan loan = {0};
	err = loan_take(walk, (size_t)(shown * stride) + 1, &loan);
	if (err)
		return err;
	size_t wanted = (size_t)(shown * stride);
	size_t got = read_memory(walk, addr, loan.data, wanted);
	if (wanted && got < stride) {
		tell_short(walk, addr, got);
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
	CT_CLEANUP(loan_return) struct loan loan = {0};
	struct ct_error *err = loan_take(walk, (limit + 1) * width, &loan);
	if (err)
		return err;
	size_t got = read_memory(walk, addr, loan.data, (limit + 1) * width);
	if (got < width) {
		tell_unread(walk, addr);
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

/* An object that ends where a length says, its last member perhaps behind its
 * type. */
static struct ct_error *follow_object_part(struct ct_walk *walk,
					   struct ct_type *named,
					   struct ct_type *type, uint64_t addr,
					   uint64_t extent)
{
	uint64_t size = ct_type_size(type), most = ct_walk_text_units(walk);
	if (most < size)
		most = size;
	if (extent > most || extent > CT_WALK_OBJECT_MAX)
		extent = most < CT_WALK_OBJECT_MAX ? most : CT_WALK_OBJECT_MAX;
	enum ct_type_kind kind = ct_type_kind(type);
	if (kind != CT_TYPE_STRUCT && kind != CT_TYPE_UNION && extent < size)
		return follow_bytes(walk, addr, extent);
	CT_CLEANUP(loan_return) struct loan loan = {0};
	struct ct_error *err = loan_take(walk, (size_t)extent + 1, &loan);
	if (err)
		return err;
	size_t got = read_memory(walk, addr, loan.data, (size_t)extent);
	if (!got && extent) {
		tell_short(walk, addr, got);
		return NULL;
	}
	struct ct_span span = {loan.data, got, addr};
	bool outer = walk->is_part;
	walk->is_part = true;
	walk->ops->pointer_begin(walk->sink, addr);
	err = ct_walk_value(walk, named, &span);
	walk->ops->pointer_done(walk->sink);
	walk->is_part = outer;
	return err;
}

/* The numbers whose bits are set: fd_set, cpu_set_t. */
static void tell_bits(struct ct_walk *walk, const unsigned char *bytes,
		      uint64_t count, bool cut)
{
	uint64_t limit = walk->decoder->limits.array;
	size_t mark = walk->ops->array_begin(walk->sink);
	for (uint64_t i = 0; i < count; i++) {
		if (!(bytes[i / 8] >> i % 8 & 1))
			continue;
		if (!limit-- || ct_walk_exhausted(walk)) {
			cut = true;
			break;
		}
		ct_walk_spend(walk, 8);
		walk->ops->element(walk->sink);
		walk->ops->integer(walk->sink, i, false);
	}
	walk->ops->array_done(walk->sink, mark, cut);
}

static struct ct_error *follow_bits(struct ct_walk *walk, uint64_t addr,
				    uint64_t extent)
{
	size_t most = ct_walk_text_units(walk);
	uint64_t bytes = extent / 8 + (extent % 8 != 0);
	size_t wanted = bytes < most ? (size_t)bytes : most;
	CT_CLEANUP(loan_return) struct loan loan = {0};
	struct ct_error *err = loan_take(walk, wanted + 1, &loan);
	if (err)
		return err;
	size_t got = read_memory(walk, addr, loan.data, wanted);
	if (!got && wanted) {
		tell_unread(walk, addr);
		return NULL;
	}
	uint64_t held = (uint64_t)got * 8;
	walk->ops->pointer_begin(walk->sink, addr);
	tell_bits(walk, loan.data, held < extent ? held : extent,
		  held < extent);
	walk->ops->pointer_done(walk->sink);
	return NULL;
}

/* The control messages of a msghdr. */
static struct ct_error *follow_control(struct ct_walk *walk, uint64_t addr,
				       uint64_t extent)
{
	size_t most = ct_walk_text_units(walk);
	size_t wanted = extent < most ? (size_t)extent : most;
	CT_CLEANUP(loan_return) struct loan loan = {0};
	struct ct_error *err = loan_take(walk, wanted + 1, &loan);
	if (err)
		return err;
	size_t got = read_memory(walk, addr, loan.data, wanted);
	if (!got && wanted) {
		tell_unread(walk, addr);
		return NULL;
	}
	struct ct_span span = {loan.data, got, addr};
	walk->ops->pointer_begin(walk->sink, addr);
	ct_walk_control(walk, &span, got < extent);
	walk->ops->pointer_done(walk->sink);
	return NULL;
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
		return follow_records(walk, stripped, size_at, addr, extent);
	if (kind == CT_EXTENT_BITS)
		return follow_bits(walk, addr, extent);
	if (kind == CT_EXTENT_PART)
		return follow_object_part(walk, target, stripped, addr, extent);
	if (kind == CT_EXTENT_BYTES && ct_special_is_control(stripped))
		return follow_control(walk, addr, extent);
	/* A name of length 0 is nowhere. */
	if (kind == CT_EXTENT_BYTES && !extent && is_open_ended(stripped)) {
		tell_end(walk, addr, CT_POINTER_OPAQUE);
		return NULL;
	}
	if (kind == CT_EXTENT_BYTES && is_open_ended(stripped))
		return follow_part(walk, stripped, addr, extent);
	if (kind == CT_EXTENT_BYTES || (kind == CT_EXTENT_COUNT && is_char))
		return follow_bytes(walk, addr, extent);
	if (opaque) {
		tell_end(walk, addr, CT_POINTER_OPAQUE);
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
		tell_end(walk, addr, CT_POINTER_OPAQUE);
		return NULL;
	}
	walk->depth++;
	err = follow(walk, target, stripped, addr, kind, extent);
	walk->depth--;
	return err;
}
