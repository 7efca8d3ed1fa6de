/* SPDX-License-Identifier: MIT */
#include "value/reach.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

struct ct_error *ct_loan_take(struct ct_walk *walk, size_t size,
			      struct ct_loan *ret)
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

void ct_loan_return(struct ct_loan *loan)
{
	struct ct_walk *walk = loan->walk;
	if (!walk)
		return;
	if (walk->scratch_used == loan->mark)
		free(loan->data);
	else
		walk->scratch_used = loan->mark;
}

size_t ct_walk_read(struct ct_walk *walk, uint64_t addr, void *buf, size_t size)
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

void ct_walk_end(struct ct_walk *walk, uint64_t addr, enum ct_pointer_end why)
{
	walk->ops->pointer_end(walk->sink, addr, why);
}

/* The last read gave nothing: because there is nothing, or because nobody has
 * looked. */
void ct_walk_unread(struct ct_walk *walk, uint64_t addr)
{
	ct_walk_end(walk, addr,
		    walk->unknown ? CT_POINTER_OPAQUE : CT_POINTER_UNREADABLE);
}

/* The last read gave less than an object.  The capture of something smaller
 * there tells nothing of the rest. */
void ct_walk_short(struct ct_walk *walk, uint64_t addr, size_t got)
{
	unsigned char byte;
	if (got)
		ct_walk_read(walk, addr + got, &byte, 1);
	ct_walk_unread(walk, addr);
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

struct ct_error *ct_walk_records(struct ct_walk *walk, struct ct_type *type,
				 const struct ct_member *size_at, uint64_t addr,
				 uint64_t extent)
{
	size_t most = ct_walk_text_units(walk);
	size_t wanted = extent < most ? (size_t)extent : most;
	CT_CLEANUP(ct_loan_return) struct ct_loan loan = {0};
	struct ct_error *err = ct_loan_take(walk, wanted + 1, &loan);
	if (err)
		return err;
	size_t got = ct_walk_read(walk, addr, loan.data, wanted);
	if (!got && wanted) {
		ct_walk_unread(walk, addr);
		return NULL;
	}
	struct ct_span span = {loan.data, got, addr};
	return tell_records(walk, type, size_at, &span, got < extent);
}

/* An object that ends where a length says, its last member perhaps behind its
 * type. */
struct ct_error *ct_walk_part(struct ct_walk *walk, struct ct_type *named,
			      struct ct_type *type, uint64_t addr,
			      uint64_t extent)
{
	uint64_t size = ct_type_size(type), most = ct_walk_text_units(walk);
	if (most < size)
		most = size;
	if (extent > most || extent > CT_WALK_OBJECT_MAX)
		extent = most < CT_WALK_OBJECT_MAX ? most : CT_WALK_OBJECT_MAX;
	enum ct_type_kind kind = ct_type_kind(type);
	unsigned width;
	struct ct_error *err = ct_walk_text_width(named, type, &width);
	if (err)
		return err;
	if (width ||
	    (kind != CT_TYPE_STRUCT && kind != CT_TYPE_UNION && extent < size))
		return ct_walk_bytes(walk, addr, extent);
	CT_CLEANUP(ct_loan_return) struct ct_loan loan = {0};
	err = ct_loan_take(walk, (size_t)extent + 1, &loan);
	if (err)
		return err;
	size_t got = ct_walk_read(walk, addr, loan.data, (size_t)extent);
	if (!got && extent) {
		ct_walk_short(walk, addr, got);
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

struct ct_error *ct_walk_bits(struct ct_walk *walk, uint64_t addr,
			      uint64_t extent)
{
	size_t most = ct_walk_text_units(walk);
	uint64_t bytes = extent / 8 + (extent % 8 != 0);
	size_t wanted = bytes < most ? (size_t)bytes : most;
	CT_CLEANUP(ct_loan_return) struct ct_loan loan = {0};
	struct ct_error *err = ct_loan_take(walk, wanted + 1, &loan);
	if (err)
		return err;
	size_t got = ct_walk_read(walk, addr, loan.data, wanted);
	if (!got && wanted) {
		ct_walk_unread(walk, addr);
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
struct ct_error *ct_walk_messages(struct ct_walk *walk, uint64_t addr,
				  uint64_t extent)
{
	size_t most = ct_walk_text_units(walk);
	size_t wanted = extent < most ? (size_t)extent : most;
	CT_CLEANUP(ct_loan_return) struct ct_loan loan = {0};
	struct ct_error *err = ct_loan_take(walk, wanted + 1, &loan);
	if (err)
		return err;
	size_t got = ct_walk_read(walk, addr, loan.data, wanted);
	if (!got && wanted) {
		ct_walk_unread(walk, addr);
		return NULL;
	}
	struct ct_span span = {loan.data, got, addr};
	walk->ops->pointer_begin(walk->sink, addr);
	ct_walk_control(walk, &span, got < extent);
	walk->ops->pointer_done(walk->sink);
	return NULL;
}
