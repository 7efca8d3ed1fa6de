/* SPDX-License-Identifier: MIT */
/* Values as text: the spelling of each kind of part, as C and GDB have it. */
#include <math.h>

#include "value_fixture.h"

static const char *text_with(struct ct_decoder decoder, struct ct_type *type,
			     const void *bytes, size_t size)
{
	struct ct_value value = {
	    .type = type,
	    .bytes = at_end(bytes, size),
	    .size = size,
	};
	return encoded(ct_value_encode_text, &decoder, &value);
}

#define TEXT(type, object) \
	text_with(area_decoder(), type, &(object), sizeof(object))

#define ASSERT_TEXT(type, c_type, value, expected)                  \
	do {                                                        \
		c_type object_ = value;                             \
		assert_string_equal(TEXT(type, object_), expected); \
	} while (0)

static void numbers(void **state)
{
	(void)state;
	ASSERT_TEXT(&type_int, int, -42, "-42");
	ASSERT_TEXT(&type_bool, char, 1, "true");
	ASSERT_TEXT(&type_double, double, 3, "3.0");
	ASSERT_TEXT(&type_double, double, 3.5, "3.5");
	ASSERT_TEXT(&type_double, double, NAN, "nan");
	ASSERT_TEXT(&type_float, float, -INFINITY, "-inf");
	double parts[2] = {1, 2};
	assert_string_equal(TEXT(&type_complex, parts), "1 + 2i");
	parts[1] = -2.5;
	assert_string_equal(TEXT(&type_complex, parts), "1 - 2.5i");
}

static void characters_with_the_escapes_of_c(void **state)
{
	(void)state;
	ASSERT_TEXT(&type_char, char, 'a', "'a'");
	ASSERT_TEXT(&type_char, char, '\'', "'\\''");
	ASSERT_TEXT(&type_char, char, '"', "'\"'");
	ASSERT_TEXT(&type_char, char, '\\', "'\\\\'");
	ASSERT_TEXT(&type_char, char, '\n', "'\\n'");
	ASSERT_TEXT(&type_char, char, 0, "'\\000'");
	ASSERT_TEXT(&type_char, char, 27, "'\\033'");
	ASSERT_TEXT(&type_char, char, (char)0xff, "'\\377'");
}

static void enums_and_flags(void **state)
{
	(void)state;
	static const struct ct_enumerator flags[] = {
	    {"A", 1}, {"B", 2}, {"C", 4}};
	static struct ct_type type = ENUM(4, &type_uint, flags);
	ASSERT_TEXT(&type, int, 2, "B");
	ASSERT_TEXT(&type, int, 3, "A | B");
	ASSERT_TEXT(&type, int, 9, "9");
}

static struct ct_type type_name6 = ARRAY(&type_char, 6, 6);
static const struct ct_member point_members[] = {
    {"x", &type_int, 0, 0},
    {"name", &type_name6, 32, 0},
};
static struct ct_type type_point = STRUCT(12, point_members);
static struct ct_type type_point_pointer = POINTER(&type_point);

struct point {
	int x;
	char name[6];
};

static void structs_and_arrays_in_braces(void **state)
{
	(void)state;
	struct point point = {1, "pt"};
	assert_string_equal(TEXT(&type_point, point), "{x = 1, name = \"pt\"}");
	static struct ct_type type = ARRAY(&type_int, 3, 12);
	int numbers[] = {1, 2, 3};
	assert_string_equal(TEXT(&type, numbers), "{1, 2, 3}");
	struct ct_decoder decoder = area_decoder();
	decoder.limits.array = 2;
	assert_string_equal(text_with(decoder, &type, numbers, 12),
			    "{1, 2...}");
}

static void runs_of_ten_equal_scalars_are_counted(void **state)
{
	(void)state;
	static struct ct_type hundred = ARRAY(&type_int, 100, 400);
	int numbers[100] = {1, 2};
	assert_string_equal(TEXT(&hundred, numbers),
			    "{1, 2, 0 <repeats 98 times>}");
	static struct ct_type nine = ARRAY(&type_int, 9, 36);
	assert_string_equal(text_with(area_decoder(), &nine, numbers + 2, 36),
			    "{0, 0, 0, 0, 0, 0, 0, 0, 0}");
	static struct ct_type ten = ARRAY(&type_int, 10, 40);
	assert_string_equal(text_with(area_decoder(), &ten, numbers + 2, 40),
			    "{0 <repeats 10 times>}");
}

static void strings_in_quotes_with_escapes(void **state)
{
	(void)state;
	static struct ct_type type = ARRAY(&type_char, 16, 16);
	char bytes[16] = "a\"b\\\n\xff\x01"
			 "2\x7f\xc2\x85";
	assert_string_equal(TEXT(&type, bytes),
			    "\"a\\\"b\\\\\\n\\377\\0012\\177\\302\\205\"");
	char utf8[16] = "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80";
	assert_string_equal(TEXT(&type, utf8),
			    "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"");
	struct ct_decoder decoder = area_decoder();
	decoder.limits.string = 3;
	assert_string_equal(text_with(decoder, &type, "abcdefghijklmno", 16),
			    "\"abc\"...");
}

static void pointers(void **state)
{
	(void)state;
	struct point point = {1, "pt"};
	void *pointer = memcpy(area.begin, &point, sizeof(point));
	assert_string_equal(TEXT(&type_point_pointer, pointer),
			    "&{x = 1, name = \"pt\"}");
	assert_string_equal(TEXT(&type_int_pointer, pointer), "&1");
	pointer = strcpy((char *)area.begin, "hello");
	assert_string_equal(TEXT(&type_string, pointer), "\"hello\"");
	ASSERT_TEXT(&type_string, uint64_t, 0, "NULL");
	ASSERT_TEXT(&type_string, uint64_t, 16, "0x10 <unreadable>");
	ASSERT_TEXT(&type_point_pointer, uint64_t, 16, "0x10 <unreadable>");
	ASSERT_TEXT(&type_void_pointer, uint64_t, 0x55aa, "0x55aa");
	ASSERT_TEXT(&type_code_pointer, uint64_t, 0x401156, "<handler>");
	ASSERT_TEXT(&type_code_pointer, uint64_t, 0x401157, "0x401157");
}

static void a_list_that_ends_in_itself_is_a_cycle(void **state)
{
	(void)state;
	static struct ct_type list, link = POINTER(&list);
	static const struct ct_member members[] = {{"next", &link, 0, 0}};
	list = (struct ct_type)STRUCT(8, members);
	memcpy(area.begin, &area.begin, 8);
	assert_string_equal(without_addresses(TEXT(&link, area.begin)),
			    "&{next = @ <cycle>}");
}

static void what_is_not_there(void **state)
{
	(void)state;
	assert_string_equal(text_with(area_decoder(), &type_int, "", 0),
			    "<unreadable>");
	assert_string_equal(text_with(area_decoder(), &ct_type_void, "", 0),
			    "void");
}

static void names_cannot_break_the_line(void **state)
{
	(void)state;
	static const struct ct_member members[] = {
	    {"a\nb\033", &type_int, 0, 0}};
	static struct ct_type type = STRUCT(4, members);
	ASSERT_TEXT(&type, int, 1, "{a\\nb\\033 = 1}");
}

static void an_empty_name_starts_an_empty_buffer(void **state)
{
	(void)state;
	static const struct ct_enumerator unnamed[] = {{"", 1}};
	static struct ct_type type = ENUM(4, &type_int, unnamed);
	struct ct_decoder decoder = area_decoder();
	struct ct_value value = {.type = &type, .bytes = &(int){1}, .size = 4};
	struct ct_buffer out;
	ct_buffer_init(&out);
	assert_null(ct_value_encode_text(&decoder, &value, &out));
	assert_null(ct_value_encode_lines(&decoder, &value, 80, 0, &out));
	assert_int_equal(out.size, 0);
	ct_buffer_deinit(&out);
}

static const char *lines(uint32_t width, const char *before,
			 struct ct_type *type, const void *bytes, size_t size)
{
	static struct ct_buffer out;
	struct ct_decoder decoder = area_decoder();
	struct ct_value value = {.type = type, .bytes = bytes, .size = size};
	ct_buffer_clear(&out);
	ct_buffer_puts(&out, before);
	struct ct_error *err =
	    ct_value_encode_lines(&decoder, &value, width, 2, &out);
	assert_null(err);
	ct_buffer_append(&out, "", 1);
	return out.data;
}

static void long_values_take_several_lines(void **state)
{
	(void)state;
	struct point points[2] = {{1, "a, b"}, {22, "{=<\""}};
	static struct ct_type type = ARRAY(&type_point, 2, 24);
	const char *second = "{x = 22, name = \"{=<\\\"\"}";
	assert_string_equal(lines(80, "x\n  p = ", &type, points, 24),
			    "x\n  p = {{x = 1, name = \"a, b\"}, "
			    "{x = 22, name = \"{=<\\\"\"}}");
	char expected[200] = "x\n  p = {\n      {x = 1, name = \"a, b\"},\n"
			     "      ";
	strcat(expected, second);
	strcat(expected, "\n  }");
	size_t width = 6 + strlen(second) + 1;
	assert_string_equal(
	    lines((uint32_t)width, "x\n  p = ", &type, points, 24), expected);
	assert_string_equal(lines(20, "", &type_point, points, 12),
			    "{\n      x = 1,\n      name = \"a, b\"\n  }");
}

static void numbers_of_a_long_array_share_lines(void **state)
{
	(void)state;
	static struct ct_type type = ARRAY(&type_int, 8, 32);
	int numbers[] = {10, 20, 30, 40, 50, 60, 70, 80};
	assert_string_equal(lines(20, "", &type, numbers, 32),
			    "{\n      10, 20, 30,\n      40, 50, 60,\n"
			    "      70, 80\n  }");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(numbers),
	    cmocka_unit_test(characters_with_the_escapes_of_c),
	    cmocka_unit_test(enums_and_flags),
	    cmocka_unit_test(structs_and_arrays_in_braces),
	    cmocka_unit_test(runs_of_ten_equal_scalars_are_counted),
	    cmocka_unit_test(strings_in_quotes_with_escapes),
	    cmocka_unit_test(pointers),
	    cmocka_unit_test(a_list_that_ends_in_itself_is_a_cycle),
	    cmocka_unit_test(what_is_not_there),
	    cmocka_unit_test(names_cannot_break_the_line),
	    cmocka_unit_test(an_empty_name_starts_an_empty_buffer),
	    cmocka_unit_test(long_values_take_several_lines),
	    cmocka_unit_test(numbers_of_a_long_array_share_lines),
	};
	return cmocka_run_group_tests(tests, area_setup, NULL);
}
