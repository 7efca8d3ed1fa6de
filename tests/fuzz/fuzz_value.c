/* SPDX-License-Identifier: MIT */
/*
 * Fuzzing the value decoder and its encoders.
 *
 * The input makes a few types that refer to each other in any way, cycles
 * included, then limits, an extent and the bytes of a value; the rest is the
 * program's memory.  Whatever they are, the JSON must parse, the text must be
 * one line, and an error must leave nothing behind.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "ctester/value.h"
#include "type/model.h"

enum {
	TYPES_MAX = 16,
	PARTS_MAX = 6,
	SPARE_SIZE = 64,
	LINES_MAX = 4096 /* longer is only slower */
};

struct input {
	const uint8_t *at;
	size_t size;
};

struct world {
	struct input memory;
	size_t type_count;
	struct ct_type types[TYPES_MAX];
	struct ct_member members[TYPES_MAX][PARTS_MAX];
	struct ct_enumerator enumerators[TYPES_MAX][PARTS_MAX];
};

static uint8_t take_byte(struct input *in)
{
	if (!in->size)
		return 0;
	in->size--;
	return *in->at++;
}

static uint64_t take_u64(struct input *in)
{
	uint64_t value = 0;
	for (int i = 0; i < 8; i++)
		value = value << 8 | take_byte(in);
	return value;
}

/* Mostly small, at times anything. */
static uint64_t take_size(struct input *in)
{
	uint8_t byte = take_byte(in);
	return byte == 0xff ? take_u64(in) : byte & 0x3f;
}

static const char *take_name(struct input *in)
{
	static const char *const names[] = {
	    NULL,       "",      "a",         "wchar_t",  "char16_t",
	    "char32_t", "value", "_Float128", "a\"\\\n{", "\xff\xc3\xa9",
	    "address",  "RED",
	};
	return names[take_byte(in) % (sizeof(names) / sizeof(names[0]))];
}

static struct ct_type *take_type(struct world *world, struct input *in)
{
	size_t index = take_byte(in) % (world->type_count + 1);
	return index < world->type_count ? &world->types[index] : NULL;
}

static void make_members(struct world *world, size_t index, struct input *in)
{
	struct ct_type *type = &world->types[index];
	struct ct_member *members = world->members[index];
	for (size_t i = 0; i < type->part_count; i++) {
		members[i].name = take_name(in);
		members[i].type = take_type(world, in);
		if (!members[i].type)
			members[i].type = &ct_type_void;
		members[i].bit_offset = take_size(in);
		uint8_t bits = take_byte(in);
		if (bits & 0x80)
			members[i].bit_size =
			    bits == 0xff ? (uint32_t)take_u64(in) : bits & 0x7f;
		else
			members[i].bit_offset *= 8;
	}
	type->members = members;
}

static void make_enumerators(struct world *world, size_t index,
			     struct input *in)
{
	struct ct_type *type = &world->types[index];
	struct ct_enumerator *enumerators = world->enumerators[index];
	for (size_t i = 0; i < type->part_count; i++) {
		enumerators[i].name = take_name(in);
		enumerators[i].value = (int64_t)take_size(in);
		if (enumerators[i].value & 0x20)
			enumerators[i].value = 1 << i;
	}
	type->enumerators = enumerators;
}

static void make_type(struct world *world, size_t index, struct input *in)
{
	struct ct_type *type = &world->types[index];
	uint8_t bits = take_byte(in);
	type->kind = take_byte(in) % (CT_TYPE_OPAQUE + 1);
	type->encoding = bits % (CT_ENCODING_UTF + 1);
	type->incomplete = bits >> 4 == 15;
	type->vector = bits >> 4 == 14;
	type->count_known = bits >> 4 != 13;
	type->name = take_name(in);
	type->size = take_size(in);
	type->count = take_size(in);
	type->target = take_type(world, in);
	if (type->kind == CT_TYPE_POINTER && bits & 0x10)
		type->size = 8;
	if (type->kind == CT_TYPE_BASE && bits & 0x10)
		type->size = 1 << type->size % 6;
	if (type->kind == CT_TYPE_STRUCT || type->kind == CT_TYPE_UNION ||
	    type->kind == CT_TYPE_ENUM)
		type->part_count = take_byte(in) % (PARTS_MAX + 1);
	if (type->kind == CT_TYPE_ENUM)
		make_enumerators(world, index, in);
	else if (type->part_count)
		make_members(world, index, in);
}

static size_t read_memory(void *arg, uint64_t addr, void *buf, size_t size)
{
	const struct input *memory = arg;
	uint64_t offset = addr & 0x1ff;
	if (offset >= memory->size || addr >> 61)
		return 0;
	if (size > memory->size - offset)
		size = memory->size - (size_t)offset;
	memcpy(buf, memory->at + offset, size);
	return size;
}

static const char *name_code(void *arg, uint64_t addr)
{
	(void)arg;
	return addr & 1 ? "a\"\n\xff" : NULL;
}

/* A scanner of JSON (RFC 8259), which keeps to valid UTF-8. */
static const char *scan_value(const char *p, const char *end);

static void wrong(const char *what, const char *p, const char *end)
{
	fprintf(stderr, "%s at: %.*s\n", what, (int)(end - p), p);
	abort();
}

static const char *expect(const char *p, const char *end, const char *word)
{
	size_t size = strlen(word);
	if ((size_t)(end - p) < size || memcmp(p, word, size) != 0)
		wrong(word, p, end);
	return p + size;
}

static const char *scan_escape(const char *p, const char *end)
{
	if (p == end || !strchr("\"\\/bfnrtu", *p) || !*p)
		wrong("escape", p, end);
	if (*p++ != 'u')
		return p;
	for (int i = 0; i < 4; i++, p++) {
		if (p == end || !strchr("0123456789abcdef", *p) || !*p)
			wrong("hex digit", p, end);
	}
	return p;
}

/* One well-formed sequence, by the decoded value and not by tables. */
static const char *scan_utf8(const char *p, const char *end)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	unsigned char lead = (unsigned char)*p;
	int length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
	uint32_t c = length == 1 ? lead : lead & (0xff >> (length + 1));
	if (end - p < length || (length > 1 && lead < 0xc0) || lead >= 0xf8)
		wrong("UTF-8", p, end);
	for (int i = 1; i < length; i++) {
		if ((p[i] & 0xc0) != 0x80)
			wrong("UTF-8", p, end);
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least[length] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		wrong("UTF-8", p, end);
	return p + length;
}

static const char *scan_string(const char *p, const char *end)
{
	p = expect(p, end, "\"");
	while (p < end && *p != '"') {
		if ((unsigned char)*p < 0x20)
			wrong("control character", p, end);
		if (*p == '\\')
			p = scan_escape(p + 1, end);
		else
			p = scan_utf8(p, end);
	}
	return expect(p, end, "\"");
}

static const char *scan_digits(const char *p, const char *end)
{
	const char *begin = p;
	while (p < end && *p >= '0' && *p <= '9')
		p++;
	if (p == begin)
		wrong("digit", p, end);
	return p;
}

static const char *scan_number(const char *p, const char *end)
{
	if (p < end && *p == '-')
		p++;
	if (p < end && *p == '0')
		p++;
	else
		p = scan_digits(p, end);
	if (p < end && *p == '.')
		p = scan_digits(p + 1, end);
	if (p < end && *p == 'e') {
		p++;
		if (p < end && (*p == '+' || *p == '-'))
			p++;
		p = scan_digits(p, end);
	}
	return p;
}

static const char *scan_parts(const char *p, const char *end, char close)
{
	if (p < end && *p == close)
		return p + 1;
	for (;;) {
		if (close == '}')
			p = expect(scan_string(p, end), end, ":");
		p = scan_value(p, end);
		if (p < end && *p == close)
			return p + 1;
		p = expect(p, end, ",");
	}
}

static const char *scan_value(const char *p, const char *end)
{
	switch (p < end ? *p : 0) {
	case '{':
		return scan_parts(p + 1, end, '}');
	case '[':
		return scan_parts(p + 1, end, ']');
	case '"':
		return scan_string(p, end);
	case 't':
		return expect(p, end, "true");
	case 'f':
		return expect(p, end, "false");
	case 'n':
		return expect(p, end, "null");
	default:
		return scan_number(p, end);
	}
}

static void check_json(const struct ct_buffer *out)
{
	const char *end = out->data + out->size;
	if (scan_value(out->data, end) != end)
		wrong("bytes behind the value", out->data, end);
}

static void check_text(const struct ct_buffer *out)
{
	if (!out->size)
		return;
	const char *end = out->data + out->size, *p = out->data;
	while (p < end) {
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			wrong("control character", p, end);
		p = scan_utf8(p, end);
	}
}

/* Lines are the text, with spaces changed. */
static void run_lines(const struct ct_decoder *decoder,
		      const struct ct_value *value,
		      const struct ct_buffer *text)
{
	struct ct_buffer out;
	ct_buffer_init(&out);
	struct ct_error *err =
	    ct_value_encode_lines(decoder, value, 40, 2, &out);
	size_t at = 0;
	for (size_t i = 0; !err && i < out.size; i++) {
		if (out.data[i] == ' ' || out.data[i] == '\n')
			continue;
		while (at < text->size && text->data[at] == ' ')
			at++;
		if (at == text->size || text->data[at++] != out.data[i])
			wrong("other text", out.data + i, out.data + out.size);
	}
	ct_error_destroy(err);
	ct_buffer_deinit(&out);
}

static void run(const struct ct_decoder *decoder, const struct ct_value *value)
{
	struct ct_buffer out;
	ct_buffer_init(&out);
	struct ct_error *err = ct_value_encode_json(decoder, value, &out);
	if (!err)
		check_json(&out);
	else if (out.size)
		abort();
	ct_error_destroy(err);
	ct_buffer_clear(&out);
	err = ct_value_encode_text(decoder, value, &out);
	if (!err)
		check_text(&out);
	else if (out.size)
		abort();
	ct_error_destroy(err);
	if (out.size < LINES_MAX)
		run_lines(decoder, value, &out);
	ct_buffer_deinit(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct world world;
	struct input in = {data, size};
	memset(&world, 0, sizeof(world));
	world.type_count = 1 + take_byte(&in) % TYPES_MAX;
	for (size_t i = 0; i < world.type_count; i++)
		make_type(&world, i, &in);

	struct ct_decoder decoder = {
	    .memory = {read_memory, &world.memory},
	    .symbolizer = {.name = name_code},
	    .limits = {.string = (uint32_t)take_size(&in) & 0xfff,
		       .array = (uint32_t)take_size(&in) & 0xfff,
		       .depth = (uint32_t)take_size(&in)},
	};
	struct ct_value value = {
	    .type = &world.types[0],
	    .size = take_byte(&in) % SPARE_SIZE,
	    .addr = take_byte(&in),
	    .extent_kind = take_byte(&in) % (CT_EXTENT_TERMINATED + 1),
	    .extent = take_size(&in),
	};
	if (value.size > in.size)
		value.size = in.size;
	/* On the heap alone, so that a byte too many is found. */
	void *bytes = malloc(value.size);
	if (value.size)
		memcpy(bytes, in.at, value.size);
	value.bytes = bytes;
	in.at += value.size;
	in.size -= value.size;
	world.memory = in;
	run(&decoder, &value);
	free(bytes);
	return 0;
}
