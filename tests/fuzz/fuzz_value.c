/* SPDX-License-Identifier: MIT */
/*
 * Fuzzing the value decoder and its encoders.
 *
 * The input makes types (type_world.h), then limits, an extent and the bytes
 * of a value; the rest is the program's memory.  Whatever they are, the JSON
 * must parse, text and Python must be one line, and an error must leave nothing
 * behind.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "ctester/value.h"
#include "output_check.h"
#include "type_world.h"

enum {
	SPARE_SIZE = 64,
	LINES_MAX = 4096 /* longer is only slower */
};

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
	ct_buffer_clear(&out);
	err = ct_value_encode_python(decoder, value, &out);
	if (!err)
		check_text(&out);
	else if (out.size)
		abort();
	ct_error_destroy(err);
	ct_buffer_deinit(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct world world;
	struct input in = {data, size};
	world_init(&world, &in);
	make_types(&world, &in);

	struct ct_decoder decoder = {
	    .memory = {read_memory, &in},
	    .symbolizer = {.name = name_code},
	    .limits = {.string = (uint32_t)take_size(&in) & 0xfff,
		       .array = (uint32_t)take_size(&in) & 0xfff,
		       .depth = (uint32_t)take_size(&in)},
	};
	struct ct_value value = {
	    .type = &world.types[0],
	    .size = take_byte(&in) % SPARE_SIZE,
	    .addr = take_byte(&in),
	    .extent_kind = take_byte(&in) % (CT_EXTENT_BITS + 1),
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
	run(&decoder, &value);
	free(bytes);
	return 0;
}
