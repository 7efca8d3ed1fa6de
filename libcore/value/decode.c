/* SPDX-License-Identifier: MIT */
/*
 * The walk over a value: from a type and bytes to calls of a sink.
 *
 * One function a kind of type, each given the type stripped and the span of
 * bytes that the object starts in.  What lies outside the span, because the
 * type lies or the memory is not there, is told as unreadable.
 */
#include <stdlib.h>
#include <string.h>

#include "value/special.h"
#include "value/walk.h"

const struct ct_limits ct_limits_default = {
    .string = 200,
    .array = 200,
    .depth = 3,
};

enum {
	/* Of work for one value, beside what the limits ask for: about the
	 * bytes of its text. */
	BUDGET = 64 << 10,
	BUDGET_MAX = 64 << 20,
	VALUE_COST = 8,
	/* As many equal elements as GDB shows as `<repeats N times>`. */
	REPEATS_MIN = 10,
};

static struct ct_span span_from(const struct ct_span *span, uint64_t offset)
{
	if (offset >= span->size)
		return (struct ct_span){span->bytes, 0, 0};
	return (struct ct_span){
	    .bytes = span->bytes + offset,
	    .size = span->size - (size_t)offset,
	    .addr = span->addr ? span->addr + offset : 0,
	};
}

static bool is_wide_name(const char *name)
{
	return name && (!strcmp(name, "wchar_t") || !strcmp(name, "char16_t") ||
			!strcmp(name, "char32_t"));
}

struct ct_error *ct_walk_text_width(struct ct_type *type,
				    struct ct_type *stripped, unsigned *ret)
{
	*ret = 0;
	if (ct_type_kind(stripped) != CT_TYPE_BASE)
		return NULL;
	enum ct_encoding encoding = ct_type_encoding(stripped);
	uint64_t size = ct_type_size(stripped);
	if (size == 1) {
		*ret =
		    encoding == CT_ENCODING_CHAR || encoding == CT_ENCODING_UTF;
		return NULL;
	}
	if (size != 2 && size != 4)
		return NULL;
	if (encoding == CT_ENCODING_UTF) {
		*ret = (unsigned)size;
		return NULL;
	}
	/* In C the wide characters are integers with a typedef; the walk to
	 * `stripped` has shown that this ends. */
	while (type != stripped) {
		if (ct_type_kind(type) == CT_TYPE_TYPEDEF &&
		    is_wide_name(ct_type_name(type))) {
			*ret = (unsigned)size;
			return NULL;
		}
		struct ct_error *err = ct_type_target(type, &type);
		if (err)
			return err;
	}
	return NULL;
}

static bool is_composite(const struct ct_type *type)
{
	enum ct_type_kind kind = ct_type_kind(type);
	return kind == CT_TYPE_STRUCT || kind == CT_TYPE_UNION;
}

static struct ct_error *too_deep(const struct ct_type *type)
{
	const char *name = ct_type_name(type);
	return ct_error_format(CT_ERROR_BAD_DATA,
			       "type %s is nested too deep to be real",
			       name ? name : "<unnamed>");
}

static struct ct_error *walk_members(struct ct_walk *walk, struct ct_type *type,
				     const struct ct_span *span);

/* The members of an anonymous struct or union are its owner's. */
static struct ct_error *walk_anonymous(struct ct_walk *walk,
				       const struct ct_member *member,
				       const struct ct_span *span)
{
	struct ct_type *type;
	struct ct_error *err = ct_type_strip(member->type, &type);
	if (err || member->bit_size || !is_composite(type))
		return err;
	if (walk->nesting >= CT_WALK_NESTING_MAX)
		return too_deep(type);
	struct ct_span inner = span_from(span, member->bit_offset / 8);
	walk->nesting++;
	err = walk_members(walk, type, &inner);
	walk->nesting--;
	return err;
}

/* The part of a union that the object has, as members of its owner. */
static struct ct_error *walk_choice(struct ct_walk *walk,
				    const struct ct_member *members,
				    size_t count, size_t index,
				    const struct ct_span *span)
{
	const struct ct_member *choice;
	struct ct_error *err =
	    ct_special_choose(members, count, index, span, &choice);
	if (err || !choice)
		return err;
	struct ct_span inner = span_from(span, members[index].bit_offset / 8);
	return walk_anonymous(walk, choice, &inner);
}

/* A pointer of which another member says how far it reaches. */
static struct ct_error *walk_counted(struct ct_walk *walk,
				     const struct ct_member *member,
				     const struct ct_special_length *length,
				     const struct ct_span *span)
{
	struct ct_type *type;
	struct ct_span inner = span_from(span, member->bit_offset / 8);
	struct ct_error *err = ct_type_strip(member->type, &type);
	if (err)
		return err;
	if (ct_type_kind(type) != CT_TYPE_POINTER ||
	    ct_type_size(type) > inner.size)
		return ct_walk_value(walk, member->type, &inner);
	walk->arrives = length->by_result;
	err =
	    ct_walk_pointer(walk, type, &inner, length->kind,
			    ct_special_length(length, span->bytes, span->size));
	walk->arrives = false;
	return err;
}

static struct ct_error *walk_member(struct ct_walk *walk,
				    const struct ct_member *member,
				    const struct ct_span *span)
{
	if (!member->name || !member->name[0])
		return walk_anonymous(walk, member, span);
	ct_walk_spend(walk, strlen(member->name));
	walk->ops->member(walk->sink, member->name);
	if (member->bit_size)
		return ct_walk_bitfield(walk, member, span);
	struct ct_span inner = span_from(span, member->bit_offset / 8);
	return ct_walk_value(walk, member->type, &inner);
}

static struct ct_error *walk_members(struct ct_walk *walk, struct ct_type *type,
				     const struct ct_span *span)
{
	size_t count;
	const struct ct_member *members;
	struct ct_error *err = ct_type_members(type, &count, &members);
	for (size_t i = 0; !err && i < count; i++) {
		if (ct_walk_exhausted(walk)) {
			walk->cut = true;
			return NULL;
		}
		if (walk->is_part && members[i].bit_offset / 8 >= span->size &&
		    !ct_special_is_choice(&members[i]))
			continue;
		ct_walk_spend(walk, 1);
		struct ct_special_length length;
		if (ct_special_is_choice(&members[i])) {
			err = walk_choice(walk, members, count, i, span);
		} else if (ct_special_is_counted(members, count, i, &length)) {
			walk->ops->member(walk->sink, members[i].name);
			err = walk_counted(walk, &members[i], &length, span);
		} else {
			err = walk_member(walk, &members[i], span);
		}
	}
	return err;
}

static struct ct_error *walk_struct(struct ct_walk *walk, struct ct_type *type,
				    const struct ct_span *span)
{
	if (ct_type_is_incomplete(type) ||
	    (ct_type_size(type) && !span->size)) {
		walk->ops->unreadable(walk->sink);
		return NULL;
	}
	size_t mark = walk->ops->struct_begin(walk->sink);
	bool outer_cut = walk->cut;
	walk->cut = false;
	struct ct_error *err = walk_members(walk, type, span);
	walk->ops->struct_done(walk->sink, mark, walk->cut);
	walk->cut = outer_cut;
	return err;
}

static bool is_scalar(const struct ct_type *type)
{
	switch (ct_type_kind(type)) {
	case CT_TYPE_BASE:
	case CT_TYPE_ENUM:
	case CT_TYPE_POINTER:
		return true;
	default:
		return false;
	}
}

/* How many of the `count` elements at bytes are the same as the first. */
static uint64_t equal_elements(const unsigned char *bytes, uint64_t stride,
			       uint64_t count)
{
	uint64_t run = 1;
	while (run < count &&
	       !memcmp(bytes, bytes + run * stride, (size_t)stride))
		run++;
	return run;
}

struct ct_error *ct_walk_elements(struct ct_walk *walk, struct ct_type *type,
				  const struct ct_span *span, uint64_t shown,
				  bool cut)
{
	struct ct_type *element;
	struct ct_error *err = ct_type_strip(type, &element);
	if (err)
		return err;
	uint64_t stride = ct_type_size(element);
	bool repeats = walk->ops->repeated && stride && is_scalar(element);
	size_t mark = walk->ops->array_begin(walk->sink);
	uint64_t i = 0;
	while (!err && i < shown && !ct_walk_exhausted(walk)) {
		struct ct_span inner = span_from(span, i * stride);
		uint64_t run = 1;
		if (repeats && inner.size / stride >= shown - i)
			run = equal_elements(inner.bytes, stride, shown - i);
		ct_walk_spend(walk, 1);
		walk->ops->element(walk->sink);
		err = ct_walk_value(walk, type, &inner);
		if (run >= REPEATS_MIN) {
			walk->ops->repeated(walk->sink, run);
			i += run;
		} else {
			i++;
		}
	}
	walk->ops->array_done(walk->sink, mark, cut || i < shown);
	return err;
}

static struct ct_error *walk_array(struct ct_walk *walk, struct ct_type *type,
				   const struct ct_span *span)
{
	bool known;
	uint64_t count = ct_type_count(type, &known);
	struct ct_type *target, *element;
	struct ct_error *err = ct_type_target(type, &target);
	if (!err)
		err = ct_type_strip(target, &element);
	unsigned width = 0;
	if (!err && known && count && !ct_type_is_vector(type))
		err = ct_walk_text_width(target, element, &width);
	if (err)
		return err;

	uint64_t most =
	    width ? ct_walk_text_units(walk) : walk->decoder->limits.array;
	uint64_t shown = known ? count < most ? count : most : 0;
	uint64_t stride = ct_type_size(element);
	if (stride && shown > span->size / stride) {
		walk->ops->unreadable(walk->sink);
		return NULL;
	}
	if (width)
		return ct_walk_array_text(walk, width, span, (size_t)shown,
					  shown == count);
	return ct_walk_elements(walk, target, span, shown,
				known && shown < count);
}

static struct ct_error *walk_kind(struct ct_walk *walk, struct ct_type *type,
				  const struct ct_span *span)
{
	switch (ct_type_kind(type)) {
	case CT_TYPE_BASE:
	case CT_TYPE_ENUM:
		if (ct_type_size(type) > span->size)
			break;
		return ct_walk_scalar(walk, type, span);
	case CT_TYPE_POINTER:
		if (ct_type_size(type) > span->size)
			break;
		return ct_walk_pointer(walk, type, span, CT_EXTENT_TYPE, 0);
	case CT_TYPE_ARRAY:
		return walk_array(walk, type, span);
	case CT_TYPE_STRUCT:
	case CT_TYPE_UNION:
		return walk_struct(walk, type, span);
	default:
		break;
	}
	walk->ops->unreadable(walk->sink);
	return NULL;
}

struct ct_error *ct_walk_value(struct ct_walk *walk, struct ct_type *type,
			       const struct ct_span *span)
{
	struct ct_type *stripped;
	struct ct_error *err = ct_type_strip(type, &stripped);
	if (err)
		return err;
	ct_walk_spend(walk, VALUE_COST);
	if (ct_walk_special(walk, type, stripped, span))
		return NULL;
	if (walk->nesting >= CT_WALK_NESTING_MAX)
		return too_deep(stripped);
	struct ct_walk_frame frame = {walk->path, stripped, span->addr};
	if (span->addr)
		walk->path = &frame;
	walk->nesting++;
	err = walk_kind(walk, stripped, span);
	walk->nesting--;
	walk->path = frame.outer;
	return err;
}

static int64_t budget_for(const struct ct_limits *limits)
{
	uint64_t budget = BUDGET;
	budget += limits->string;
	budget += (uint64_t)limits->array * 64;
	return (int64_t)(budget < BUDGET_MAX ? budget : BUDGET_MAX);
}

static struct ct_error *walk_root(struct ct_walk *walk,
				  const struct ct_value *value)
{
	struct ct_type *type;
	struct ct_error *err = ct_type_strip(value->type, &type);
	if (err)
		return err;
	if (ct_type_kind(type) == CT_TYPE_VOID) {
		walk->ops->nothing(walk->sink);
		return NULL;
	}
	struct ct_span span = {value->bytes, value->size, value->addr};
	if (!span.bytes)
		span.size = 0;
	if (span.size < ct_type_size(type)) {
		walk->ops->unreadable(walk->sink);
		return NULL;
	}
	if (ct_type_kind(type) == CT_TYPE_POINTER &&
	    value->extent_kind != CT_EXTENT_TYPE)
		return ct_walk_pointer(walk, type, &span, value->extent_kind,
				       value->extent);
	return ct_walk_value(walk, value->type, &span);
}

struct ct_error *ct_value_decode(const struct ct_decoder *decoder,
				 const struct ct_value *value,
				 struct ct_sink *sink)
{
	struct ct_walk walk; /* the scratch is not worth clearing */
	walk.decoder = decoder;
	walk.sink = sink;
	walk.ops = sink->ops;
	walk.path = NULL;
	walk.budget = budget_for(&decoder->limits);
	walk.depth = 0;
	walk.nesting = 0;
	walk.cut = false;
	walk.is_part = false;
	walk.arrives = false;
	walk.scratch_used = 0;
	return walk_root(&walk, value);
}
