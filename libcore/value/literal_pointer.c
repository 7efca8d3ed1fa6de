/* SPDX-License-Identifier: MIT */
/* Pointers: addresses, text, and objects to be placed behind them. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "value/literal_parser.h"
#include "value/utf8.h"
#include "value/walk.h"

/* pointee moves into a relocation of the pointer at place. */
static struct ct_error *add_relocation(const struct literal_place *place,
				       struct ct_literal *pointee)
{
	struct ct_literal *object = place->object;
	const uint64_t zero = 0;
	struct ct_error *err = literal_put(place, &zero, sizeof(zero));
	if (err)
		return err;

	size_t count = object->relocation_count;
	if ((count & (count - 1)) == 0) { /* full at the powers of two */
		size_t capacity = count ? 2 * count : 1;
		void *grown = reallocarray(object->relocations, capacity,
					   sizeof(*object->relocations));
		if (!grown)
			return &ct_enomem;
		object->relocations = grown;
	}
	object->relocations[count] = (struct ct_literal_relocation){
	    .offset = place->bit_offset / 8, .pointee = *pointee};
	object->relocation_count++;
	*pointee = (struct ct_literal){0};
	return NULL;
}

struct ct_error *literal_text_width(struct ct_type *type, unsigned *width)
{
	struct ct_type *stripped;
	struct ct_error *err = ct_type_strip(type, &stripped);
	if (!err)
		err = ct_walk_text_width(type, stripped, width);
	if (err || *width)
		return err;
	/* Bytes are not text to decode, but may be written as such. */
	if (ct_type_kind(stripped) == CT_TYPE_BASE &&
	    ct_type_size(stripped) == 1)
		*width = ct_type_encoding(stripped) != CT_ENCODING_BOOL;
	return NULL;
}

/* One character in UTF-16 or UTF-32; size is that of its UTF-8. */
static void put_wide(struct ct_buffer *out, const char *utf8, size_t size,
		     unsigned width)
{
	int32_t c =
	    size == 1 ? (unsigned char)*utf8 : ct_scan_character(utf8, size);
	if (width == 2 && c >= 0x10000) {
		uint16_t pair[] = {(uint16_t)(0xd800 + ((c - 0x10000) >> 10)),
				   (uint16_t)(0xdc00 + (c & 0x3ff))};
		ct_buffer_append(out, pair, sizeof(pair));
	} else {
		ct_buffer_append(out, &c, width);
	}
}

struct ct_error *literal_text(struct literal_parser *parser, unsigned width,
			      struct ct_buffer *out)
{
	if (width == 1)
		return literal_quoted(parser, out);
	const char *start = parser->at;
	CT_CLEANUP(ct_buffer_deinit) struct ct_buffer text = {0};
	struct ct_error *err = literal_quoted(parser, &text);
	if (err)
		return err;
	for (size_t i = 0; i < text.size;) {
		unsigned size = ct_utf8_sequence(
		    (const unsigned char *)text.data + i, text.size - i);
		if (!size)
			return literal_refuse(parser, start,
					      "wide text must be UTF-8");
		put_wide(out, text.data + i, size, width);
		i += size;
	}
	return ct_buffer_failed(out) ? &ct_enomem : NULL;
}

static struct ct_error *point_to_text(struct literal_parser *parser,
				      struct ct_type *type,
				      struct ct_type *target,
				      const struct literal_place *place)
{
	static const char terminator[4];
	unsigned width;
	struct ct_error *err = literal_text_width(target, &width);
	if (err)
		return err;
	struct ct_type *stripped;
	err = ct_type_strip(target, &stripped);
	if (err)
		return err;
	if (ct_type_kind(stripped) == CT_TYPE_VOID)
		width = 1;
	if (!width)
		return literal_misfit(parser, parser->at, type,
				      "text does not fit in");

	CT_CLEANUP(ct_buffer_deinit) struct ct_buffer text = {0};
	CT_CLEANUP(ct_literal_deinit) struct ct_literal pointee = {0};
	err = literal_text(parser, width, &text);
	if (err)
		return err;
	ct_buffer_append(&text, terminator, width);
	if (ct_buffer_failed(&text))
		return &ct_enomem;
	err = literal_allocate(parser, text.size, &pointee);
	if (err)
		return err;
	memcpy(pointee.bytes, text.data, text.size);
	return add_relocation(place, &pointee);
}

static struct ct_error *point_to_object(struct literal_parser *parser,
					struct ct_type *target,
					const struct literal_place *place)
{
	CT_CLEANUP(ct_literal_deinit) struct ct_literal pointee = {0};
	struct ct_type *stripped;
	struct ct_error *err = ct_type_strip(target, &stripped);
	if (!err)
		err =
		    literal_allocate(parser, ct_type_size(stripped), &pointee);
	struct literal_place inner = {.object = &pointee};
	if (!err)
		err = literal_value(parser, target, &inner);
	return err ? err : add_relocation(place, &pointee);
}

/* Room for one more element, in steps that double. */
static struct ct_error *grow(struct literal_parser *parser,
			     struct ct_literal *list, size_t stride,
			     size_t *capacity)
{
	if (stride > parser->budget)
		return literal_refuse(parser, parser->at,
				      "a value of more than %d bytes",
				      CT_LITERAL_BYTES_MAX);
	parser->budget -= stride;
	if (*capacity - list->size < stride) {
		size_t larger = 2 * *capacity + stride;
		unsigned char *bytes = realloc(list->bytes, larger);
		if (!bytes)
			return &ct_enomem;
		list->bytes = bytes;
		*capacity = larger;
	}
	if (stride)
		memset(list->bytes + list->size, 0, stride);
	list->size += stride;
	return NULL;
}

static struct ct_error *point_to_list(struct literal_parser *parser,
				      struct ct_type *target,
				      const struct literal_place *place)
{
	CT_CLEANUP(ct_literal_deinit) struct ct_literal list = {0};
	char closing = literal_closing(*parser->at++);
	struct ct_type *stripped;
	size_t capacity = 0;
	struct ct_error *err = ct_type_strip(target, &stripped);
	if (err)
		return err;
	size_t stride = ct_type_size(stripped);
	struct literal_path path = {.outer = parser->path};
	for (bool more;; path.index++) {
		err =
		    literal_next_item(parser, closing, path.index == 0, &more);
		if (err)
			return err;
		if (!more)
			break;
		parser->path = &path;
		uint64_t offset = list.size;
		err = grow(parser, &list, stride, &capacity);
		struct literal_place element = {.object = &list,
						.bit_offset = 8 * offset};
		if (!err)
			err = literal_value(parser, target, &element);
		parser->path = path.outer;
		if (err)
			return err;
	}
	return add_relocation(place, &list);
}

static bool is_composite(const struct ct_type *stripped)
{
	enum ct_type_kind kind = ct_type_kind(stripped);
	return kind == CT_TYPE_STRUCT || kind == CT_TYPE_UNION ||
	       kind == CT_TYPE_ARRAY;
}

/* At &, or at an opening bracket. */
static struct ct_error *point_to_value(struct literal_parser *parser,
				       struct ct_type *type,
				       struct ct_type *target,
				       const struct literal_place *place)
{
	const char *start = parser->at;
	struct ct_type *stripped;
	struct ct_error *err = ct_type_strip(target, &stripped);
	if (err)
		return err;
	bool by_address = *parser->at == '&';
	if (by_address)
		parser->at = ct_scan_space(parser->at + 1);
	if (!ct_type_size(stripped))
		return literal_misfit(parser, start, type,
				      "no known object to place behind");
	bool bracket = *parser->at && strchr("{[(", *parser->at);
	if (*parser->at == '[' ? ct_type_kind(stripped) != CT_TYPE_ARRAY
			       : bracket && !is_composite(stripped))
		return point_to_list(parser, target, place);
	return point_to_object(parser, target, place);
}

static struct ct_error *parse_address(struct literal_parser *parser,
				      struct ct_type *type,
				      const struct literal_place *place)
{
	const char *start = parser->at;
	bool negative = *start == '-'; /* (void *)-1 is an answer of mmap */
	struct ct_scan_number number;
	if (*start == '-' || *start == '+')
		parser->at = ct_scan_space(start + 1);
	const char *end = ct_scan_number(parser->at, &number);
	if (!end || number.is_real) {
		parser->at = start;
		return literal_expected(parser, type,
					"an address, NULL, text or {...}");
	}
	parser->at = end;
	if (number.is_huge ||
	    number.integer > (negative ? (uint64_t)INT64_MAX : UINT64_MAX))
		return literal_misfit(parser, start, type,
				      "the address does not fit in");
	uint64_t addr = (uint64_t)number.integer;
	if (negative)
		addr = -addr;
	return literal_put(place, &addr, sizeof(addr));
}

struct ct_error *literal_pointer(struct literal_parser *parser,
				 struct ct_type *type, struct ct_type *stripped,
				 const struct literal_place *place)
{
	static const char *const null[] = {"NULL", "None", "null", "nullptr",
					   NULL};
	struct ct_type *target;
	struct ct_error *err = ct_type_target(stripped, &target);
	if (err)
		return err;
	if (place->bit_size || ct_type_size(stripped) != sizeof(uint64_t))
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "a pointer that has not 8 bytes");
	if (literal_accept_word(parser, null)) {
		const uint64_t zero = 0;
		return literal_put(place, &zero, sizeof(zero));
	}
	if (ct_scan_is_quoted(parser->at))
		return point_to_text(parser, type, target, place);
	if (*parser->at && strchr("&{[(", *parser->at))
		return point_to_value(parser, type, target, place);
	return parse_address(parser, type, place);
}
