/* SPDX-License-Identifier: MIT */
/* What is packed comes back, and what is damaged does no harm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "session/packing.h"
#include "value/record.h"

enum {
	SIZE = 64 << 10,
	COUNT_MAX = SIZE / sizeof(struct ct_record)
};

static _Alignas(8) uint8_t records[SIZE], again[SIZE];
static uint32_t begins[COUNT_MAX], found[COUNT_MAX];

static uint64_t next_random(void)
{
	static uint64_t seed = 42;
	seed ^= seed << 13;
	seed ^= seed >> 7;
	return seed ^= seed << 17;
}

/* The size of all; as many as there is room for, or `most`. */
static size_t make_records(uint32_t most, uint32_t functions, uint32_t longest,
			   uint32_t *count)
{
	size_t at = 0;
	*count = 0;
	while (*count < most) {
		struct ct_record *record = (void *)(records + at);
		uint32_t extra = (uint32_t)(next_random() % (longest + 1)) * 8;
		uint32_t size = (uint32_t)sizeof(*record) + extra;
		if (at + size > SIZE)
			break;
		memset(record, 0x11, size);
		record->size = size;
		record->signature = (uint32_t)(next_random() % functions);
		record->seq = *count;
		record->time_ns = next_random() % 1000000;
		if (extra)
			memcpy(record + 1, &record->time_ns, 8);
		begins[(*count)++] = (uint32_t)at;
		at += size;
	}
	return at;
}

/* How long it is packed. */
static size_t expect_back(size_t size, uint32_t count)
{
	size_t bound = ct_pack_bound(size, count);
	uint8_t *packed = malloc(bound);
	assert_non_null(packed);
	size_t used = ct_pack(records, size, packed);
	assert_in_range(used, 1, bound);
	/* Exactly as long as it is, so that no sanitizer misses a byte. */
	packed = realloc(packed, used);
	memset(again, 0xee, sizeof(again));
	assert_true(ct_unpack(packed, used, again, size, found, count));
	assert_memory_equal(again, records, size);
	for (uint32_t i = 0; i < count; i++)
		assert_int_equal(found[count - 1 - i], begins[i]);
	free(packed);
	return used;
}

static void records_come_back(void **state)
{
	static const struct {
		uint32_t most, functions, longest;
	} cases[] = {
	    {1, 1, 0},     {2, 1, 0},      {1000, 1, 0},  {1000, 1, 9},
	    {1000, 3, 20}, {1000, 200, 9}, {30, 2, 1000}, {1, 1, 7000},
	    {1000, 1, 49}, {1000, 1, 50},  {1000, 1, 51}, {100, 3, 114},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		for (int round = 0; round < 20; round++) {
			uint32_t count;
			size_t size =
			    make_records(cases[i].most, cases[i].functions,
					 cases[i].longest, &count);
			expect_back(size, count);
		}
}

static void calls_of_one_function_become_a_third(void **state)
{
	uint32_t count;
	(void)state;
	size_t size = make_records(500, 1, 0, &count);
	assert_in_range(expect_back(size, count), 1, size / 3);
	/* Also when those of another come between. */
	size = make_records(500, 2, 0, &count);
	assert_in_range(expect_back(size, count), 1, size / 3);
}

static void what_nothing_is_common_to_fits_into_its_bound(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < SIZE; i += 8) {
		uint64_t word = next_random();
		memcpy(records + i, &word, 8);
	}
	uint32_t count = 0;
	for (size_t at = 0; at + 1032 <= SIZE; at += 1032) {
		struct ct_record *record = (void *)(records + at);
		record->size = 1032;
		begins[count++] = (uint32_t)at;
	}
	expect_back(count * 1032, count);
}

static void damage_is_found_or_does_no_harm(void **state)
{
	uint32_t count;
	(void)state;
	size_t size = make_records(100, 3, 9, &count);
	uint8_t *packed = malloc(ct_pack_bound(size, count));
	size_t used = ct_pack(records, size, packed);
	uint8_t *out = malloc(size);
	uint32_t *index = malloc(count * sizeof(*index));
	for (size_t length = 0; length < used; length++) {
		uint8_t *cut = malloc(length ? length : 1);
		memcpy(cut, packed, length);
		assert_false(ct_unpack(cut, length, out, size, index, count));
		free(cut);
	}
	for (int i = 0; i < 20000; i++) {
		size_t at = next_random() % used;
		uint8_t was = packed[at];
		packed[at] ^= (uint8_t)(1 + next_random() % 255);
		if (ct_unpack(packed, used, out, size, index, count))
			for (uint32_t k = 0; k < count; k++)
				assert_in_range(index[k], 0, size - 8);
		packed[at] = was;
	}
	assert_false(ct_unpack(packed, used, out, size, index, count - 1));
	assert_false(ct_unpack(packed, used, out, size - 8, index, count));
	free(index);
	free(out);
	free(packed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(records_come_back),
	    cmocka_unit_test(calls_of_one_function_become_a_third),
	    cmocka_unit_test(what_nothing_is_common_to_fits_into_its_bound),
	    cmocka_unit_test(damage_is_found_or_does_no_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
