/* SPDX-License-Identifier: MIT */
/* Values as JSON: the form of each kind of part. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "value_fixture.h"

static const char *json_with(struct ct_decoder decoder, struct ct_type *type,
			     const void *bytes, size_t size)
{
	struct ct_value value = {
	    .type = type,
	    .bytes = at_end(bytes, size),
	    .size = size,
	};
	return encoded(ct_value_encode_json, &decoder, &value);
}

#define JSON(type, object) \
	json_with(area_decoder(), type, &(object), sizeof(object))

#define ASSERT_JSON(type, c_type, value, expected)                  \
	do {                                                        \
		c_type object_ = value;                             \
		assert_string_equal(JSON(type, object_), expected); \
	} while (0)

static void integers_of_all_widths_and_signs(void **state)
{
	(void)state;
	ASSERT_JSON(&type_int, int, 42, "42");
	ASSERT_JSON(&type_int, int, INT32_MIN, "-2147483648");
	ASSERT_JSON(&type_uint, unsigned, UINT32_MAX, "4294967295");
	ASSERT_JSON(&type_short, short, -1, "-1");
	ASSERT_JSON(&type_long, long, INT64_MIN, "-9223372036854775808");
	ASSERT_JSON(&type_ulong, unsigned long, UINT64_MAX,
		    "18446744073709551615");
	ASSERT_JSON(&type_uchar, unsigned char, 200, "200");
	__int128 least = -((__int128)1 << 126) * 2;
	assert_string_equal(JSON(&type_int128, least),
			    "-170141183460469231731687303715884105728");
	unsigned __int128 most = ~(unsigned __int128)0;
	assert_string_equal(JSON(&type_uint128, most),
			    "340282366920938463463374607431768211455");
}

static void a_bool_is_true_or_false(void **state)
{
	(void)state;
	ASSERT_JSON(&type_bool, unsigned char, 1, "true");
	ASSERT_JSON(&type_bool, unsigned char, 0, "false");
}

static void reals_are_as_short_as_reads_back(void **state)
{
	(void)state;
	ASSERT_JSON(&type_double, double, 9, "9.0");
	ASSERT_JSON(&type_double, double, 0.1, "0.1");
	ASSERT_JSON(&type_double, double, 1e100, "1e+100");
	ASSERT_JSON(&type_double, double, 5e-324, "5e-324");
	ASSERT_JSON(&type_double, double, DBL_MAX, "1.7976931348623157e+308");
	ASSERT_JSON(&type_double, double, -0.0, "-0.0");
	ASSERT_JSON(&type_double, double, 1.4142135623730951,
		    "1.4142135623730951");
	/* The nearest of 16 digits is ...044 and reads back as another. */
	ASSERT_JSON(&type_double, double, 0x1p-1017, "7.120236347223045e-307");
	ASSERT_JSON(&type_double, double, 1e16, "1e+16");
	ASSERT_JSON(&type_double, double, 123456789012345680.0,
		    "1.2345678901234568e+17");
	ASSERT_JSON(&type_double, double, 0.0001, "0.0001");
	ASSERT_JSON(&type_double, double, 0.00001, "1e-05");
	ASSERT_JSON(&type_float, float, 0.1f, "0.1");
	ASSERT_JSON(&type_float, float, FLT_MAX, "3.4028235e+38");
	ASSERT_JSON(&type_long_double, long double, 0.1L, "0.1");
	ASSERT_JSON(&type_long_double, long double, 1.5L, "1.5");
	ASSERT_JSON(&type_long_double, long double, LDBL_MAX,
		    "1.189731495357231765e+4932");
}

static void every_real_reads_back_and_is_shortest(void **state)
{
	(void)state;
	uint64_t random = 88172645463325252;
	for (int i = 0; i < 20000; i++) {
		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		double value = ldexp((double)(random >> 11), i % 160 - 130);
		const char *json = JSON(&type_double, value);
		assert_true(strtod(json, NULL) == value);
		/* One digit less does not read back. */
		int digits = 0;
		for (const char *p = json; *p && *p != 'e'; p++)
			digits +=
			    *p >= '0' && *p <= '9' && (digits || *p != '0');
		char shorter[40];
		snprintf(shorter, sizeof(shorter), "%.*e", digits - 2, value);
		if (digits >= 2 && !strstr(json, ".0"))
			assert_true(strtod(shorter, NULL) != value);
		float narrow = (float)value;
		assert_true(strtof(JSON(&type_float, narrow), NULL) == narrow);
	}
}

static void reals_that_are_no_numbers_are_strings(void **state)
{
	(void)state;
	ASSERT_JSON(&type_double, double, NAN, "\"nan\"");
	ASSERT_JSON(&type_double, double, -NAN, "\"nan\"");
	ASSERT_JSON(&type_float, float, INFINITY, "\"inf\"");
	ASSERT_JSON(&type_long_double, long double, -INFINITY, "\"-inf\"");
	/* An x87 number without its leading bit is none. */
	unsigned char unnormal[16] = {1, 0, 0, 0, 0, 0, 0, 0, 0xff, 0x3f};
	assert_string_equal(JSON(&type_long_double, unnormal), "\"nan\"");
}

static void complex_numbers_are_objects(void **state)
{
	(void)state;
	double parts[2] = {1, -2.5};
	assert_string_equal(JSON(&type_complex, parts),
			    "{\"re\":1.0,\"im\":-2.5}");
}

static void plain_char_is_a_string_of_one(void **state)
{
	(void)state;
	ASSERT_JSON(&type_char, char, 'a', "\"a\"");
	ASSERT_JSON(&type_char, char, '"', "\"\\\"\"");
	ASSERT_JSON(&type_char, char, 0, "\"\\u0000\"");
	ASSERT_JSON(&type_char, char, '\n', "\"\\n\"");
	ASSERT_JSON(&type_char, char, (char)0xff, "\"\\udcff\"");
	ASSERT_JSON(&type_wchar, int, 'a', "97");
}

static const struct ct_enumerator colours[] = {
    {"RED", 0}, {"GREEN", 1}, {"BLUE", 7}, {"NONE", -1}};
static struct ct_type type_colour = ENUM(4, &type_int, colours);
static const struct ct_enumerator flags[] = {{"A", 1}, {"B", 2}, {"C", 8}};
static struct ct_type type_flags = ENUM(4, &type_uint, flags);

static void enums_by_name_else_by_number(void **state)
{
	(void)state;
	ASSERT_JSON(&type_colour, int, 0, "\"RED\"");
	ASSERT_JSON(&type_colour, int, -1, "\"NONE\"");
	ASSERT_JSON(&type_colour, int, 3, "3");
	/* Enumerators are kept sign-extended, also of an unsigned enum. */
	static const struct ct_enumerator masks[] = {{"ALL", -1}};
	static struct ct_type type_mask = ENUM(4, &type_uint, masks);
	ASSERT_JSON(&type_mask, unsigned, UINT32_MAX, "\"ALL\"");
	ASSERT_JSON(&type_mask, unsigned, UINT32_MAX - 1, "4294967294");
	ASSERT_JSON(&type_flags, int, 11, "\"A|B|C\"");
	ASSERT_JSON(&type_flags, int, 2, "\"B\"");
	ASSERT_JSON(&type_flags, int, 0, "0");
	ASSERT_JSON(&type_flags, int, 5, "5");
	ASSERT_JSON(&type_flags, unsigned, 0x80000001u, "2147483649");
}

static struct ct_type type_name8 = ARRAY(&type_char, 8, 8);
static struct ct_type type_grid_row = ARRAY(&type_short, 2, 4);
static struct ct_type type_grid = ARRAY(&type_grid_row, 2, 8);
static struct ct_type type_flexible = {.kind = CT_TYPE_ARRAY,
				       .target = &type_char};
static const struct ct_member inner_members[] = {
    {"a", &type_int, 0, 0},
    {"b", &type_int, 32, 0},
};
static struct ct_type type_inner = STRUCT(8, inner_members);
static const struct ct_member outer_members[] = {
    {"x", &type_int, 0, 0},       {NULL, &type_uint, 32, 5}, /* unsigned : 5 */
    {NULL, &type_inner, 64, 0},   {"name", &type_name8, 128, 0},
    {"grid", &type_grid, 192, 0}, {"tail", &type_flexible, 256, 0},
};
static struct ct_type type_outer = STRUCT(32, outer_members);

static void structs_are_objects_in_member_order(void **state)
{
	(void)state;
	struct {
		int x, unnamed, a, b;
		char name[8];
		short grid[2][2];
	} object = {1, -1, 2, 3, "pt", {{4, 5}, {6, 7}}};
	assert_string_equal(JSON(&type_outer, object),
			    "{\"x\":1,\"a\":2,\"b\":3,\"name\":\"pt\","
			    "\"grid\":[[4,5],[6,7]],\"tail\":[]}");
}

static void bitfields_are_values_of_their_type(void **state)
{
	(void)state;
	static const struct ct_member members[] = {
	    {"low", &type_uint, 0, 3},     {"neg", &type_int, 3, 5},
	    {"yes", &type_bool, 8, 1},     {"colour", &type_colour, 9, 3},
	    {"long", &type_ulong, 12, 60}, {"wide", &type_uint128, 77, 127},
	};
	static struct ct_type type = STRUCT(26, members);
	/* low 5, neg -3, yes 1, colour 1, long all ones, wide 1 << 126 | 1 */
	unsigned char bytes[26] = {0};
	bytes[0] = 5 | (29 & 31) << 3;
	bytes[1] = 1 | 1 << 1 | 0xf0;
	memset(bytes + 2, 0xff, 7);
	bytes[77 / 8] |= 1 << 77 % 8;
	bytes[203 / 8] |= 1 << 203 % 8;
	assert_string_equal(JSON(&type, bytes),
			    "{\"low\":5,\"neg\":-3,\"yes\":true,"
			    "\"colour\":\"GREEN\","
			    "\"long\":1152921504606846975,"
			    "\"wide\":85070591730234615865843651857942052865}");
}

static void char_arrays_are_strings(void **state)
{
	(void)state;
	assert_string_equal(JSON(&type_name8, "1234567"), "\"1234567\"");
	char full[8] = "12345678";
	assert_string_equal(JSON(&type_name8, full), "\"12345678\"");
	struct ct_decoder decoder = area_decoder();
	decoder.limits.string = 7;
	assert_string_equal(json_with(decoder, &type_name8, full, 8),
			    "{\"value\":\"1234567\",\"truncated\":true}");
	decoder.limits.string = 8;
	assert_string_equal(json_with(decoder, &type_name8, full, 8),
			    "\"12345678\"");
}

static void long_arrays_are_cut(void **state)
{
	(void)state;
	int object[4] = {1, 2, 3, 4};
	static struct ct_type type = ARRAY(&type_int, 4, 16);
	struct ct_decoder decoder = area_decoder();
	decoder.limits.array = 3;
	assert_string_equal(json_with(decoder, &type, object, 16),
			    "{\"value\":[1,2,3],\"truncated\":true}");
	decoder.limits.array = 4;
	assert_string_equal(json_with(decoder, &type, object, 16), "[1,2,3,4]");
}

static void bytes_that_are_missing_are_unreadable(void **state)
{
	(void)state;
	assert_string_equal(json_with(area_decoder(), &type_int, "abc", 3),
			    "{\"error\":\"unreadable\"}");
	static const struct ct_member members[] = {
	    {"in", &type_int, 0, 0},
	    {"across", &type_int, 16, 0},
	    {"out", &type_inner, 1024, 0},
	    {"bits", &type_int, 30, 3},
	    {"name", &type_name8, 0, 0},
	    {"grid", &type_grid, 0, 0},
	    {"far", &type_int, UINT64_MAX, 0},
	    {"farbits", &type_int, UINT64_MAX, 8},
	};
	static struct ct_type type = STRUCT(4, members);
	int object = 7;
	assert_string_equal(JSON(&type, object),
			    "{\"in\":7,\"across\":{\"error\":\"unreadable\"},"
			    "\"out\":{\"error\":\"unreadable\"},"
			    "\"bits\":{\"error\":\"unreadable\"},"
			    "\"name\":{\"error\":\"unreadable\"},"
			    "\"grid\":{\"error\":\"unreadable\"},"
			    "\"far\":{\"error\":\"unreadable\"},"
			    "\"farbits\":{\"error\":\"unreadable\"}}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(integers_of_all_widths_and_signs),
	    cmocka_unit_test(a_bool_is_true_or_false),
	    cmocka_unit_test(reals_are_as_short_as_reads_back),
	    cmocka_unit_test(every_real_reads_back_and_is_shortest),
	    cmocka_unit_test(reals_that_are_no_numbers_are_strings),
	    cmocka_unit_test(complex_numbers_are_objects),
	    cmocka_unit_test(plain_char_is_a_string_of_one),
	    cmocka_unit_test(enums_by_name_else_by_number),
	    cmocka_unit_test(structs_are_objects_in_member_order),
	    cmocka_unit_test(bitfields_are_values_of_their_type),
	    cmocka_unit_test(char_arrays_are_strings),
	    cmocka_unit_test(long_arrays_are_cut),
	    cmocka_unit_test(bytes_that_are_missing_are_unreadable),
	};
	return cmocka_run_group_tests(tests, area_setup, NULL);
}
