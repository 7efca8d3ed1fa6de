/* SPDX-License-Identifier: MIT */
/*
 * How many values a second the JSON encoder writes, on one core.
 *
 * The values are those of one middling event: three integers, a double, a
 * short string and a pointer to a struct of four members.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buffer.h"
#include "ctester/value.h"
#include "type/model.h"

enum {
	VALUES = 6,
	SECONDS = 1
};

static struct ct_type type_char = {
    .kind = CT_TYPE_BASE,
    .name = "char",
    .encoding = CT_ENCODING_CHAR,
    .size = 1,
};
static struct ct_type type_const_char = {
    .kind = CT_TYPE_QUALIFIED,
    .target = &type_char,
};
static struct ct_type type_string = {
    .kind = CT_TYPE_POINTER,
    .size = 8,
    .target = &type_const_char,
};
static struct ct_type type_int = {
    .kind = CT_TYPE_BASE,
    .name = "int",
    .encoding = CT_ENCODING_SIGNED,
    .size = 4,
};
static struct ct_type type_size = {
    .kind = CT_TYPE_BASE,
    .name = "unsigned long",
    .encoding = CT_ENCODING_UNSIGNED,
    .size = 8,
};
static struct ct_type type_double = {
    .kind = CT_TYPE_BASE,
    .name = "double",
    .encoding = CT_ENCODING_FLOAT,
    .size = 8,
};
static struct ct_type type_name = {
    .kind = CT_TYPE_ARRAY,
    .size = 16,
    .count = 16,
    .count_known = true,
    .target = &type_char,
};
static const struct ct_member members[] = {
    {"id", &type_int, 0, 0},
    {"weight", &type_double, 64, 0},
    {"name", &type_name, 128, 0},
    {"next", &type_string, 256, 0},
};
static struct ct_type type_item = {
    .kind = CT_TYPE_STRUCT,
    .name = "item",
    .size = 40,
    .part_count = 4,
    .members = members,
};
static struct ct_type type_item_pointer = {
    .kind = CT_TYPE_POINTER,
    .size = 8,
    .target = &type_item,
};

static struct {
	int id;
	double weight;
	char name[16];
	const char *next;
} item = {7, 2.5, "screwdriver", NULL};

static const char path[32] = "/etc/hosts.conf";

static size_t read_own(void *arg, uint64_t addr, void *buf, size_t size)
{
	(void)arg;
	const struct {
		const void *begin;
		size_t size;
	} objects[] = {{&item, sizeof(item)}, {path, sizeof(path)}};
	for (int i = 0; i < 2; i++) {
		uint64_t offset = addr - (uintptr_t)objects[i].begin;
		if (offset >= objects[i].size)
			continue;
		if (size > objects[i].size - offset)
			size = objects[i].size - offset;
		memcpy(buf, (const char *)objects[i].begin + offset, size);
		return size;
	}
	return 0;
}

/* Of this process: what else runs on the core does not count. */
static double now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void encode(const struct ct_decoder *decoder,
		   const struct ct_value *value, struct ct_buffer *out)
{
	struct ct_error *err = ct_value_encode_json(decoder, value, out);
	if (!err)
		return;
	fprintf(stderr, "encode: %s\n", ct_error_message(err));
	exit(1);
}

/* Values a second over `count` values, for about a second. */
static double measure(const struct ct_decoder *decoder,
		      const struct ct_value *values, int count,
		      struct ct_buffer *out)
{
	double begin = now(), spent = 0;
	uint64_t done = 0;
	while (spent < SECONDS) {
		for (int round = 0; round < 1000; round++) {
			ct_buffer_clear(out);
			for (int i = 0; i < count; i++)
				encode(decoder, &values[i], out);
			done += (uint64_t)count;
		}
		spent = now() - begin;
	}
	return (double)done / spent;
}

int main(int argc, char **argv)
{
	int fd = 3, flags = 0x241;
	unsigned long size = 4096;
	double ratio = 1.4142135623730951;
	const void *string = path, *pointer = &item;
	const struct ct_value values[VALUES] = {
	    {.type = &type_int, .bytes = &fd, .size = 4},
	    {.type = &type_int, .bytes = &flags, .size = 4},
	    {.type = &type_size, .bytes = &size, .size = 8},
	    {.type = &type_double, .bytes = &ratio, .size = 8},
	    {.type = &type_string, .bytes = &string, .size = 8},
	    {.type = &type_item_pointer, .bytes = &pointer, .size = 8},
	};
	const struct ct_decoder decoder = {
	    .memory = {.read = read_own},
	    .limits = ct_limits_default,
	};
	struct ct_buffer out;
	ct_buffer_init(&out);
	double rate = measure(&decoder, values, VALUES, &out);
	printf("encode: %.0f values/s, %.0f events/s\n", rate, rate / VALUES);
	for (int i = 0; argc > 1 && !strcmp(argv[1], "-v") && i < VALUES; i++) {
		rate = measure(&decoder, &values[i], 1, &out);
		printf("  %6.1f ns  %.*s\n", 1e9 / rate, (int)out.size,
		       out.data);
	}
	ct_buffer_deinit(&out);
	return 0;
}
