/* SPDX-License-Identifier: MIT */
/* Values as Python expressions: what Python tells apart is told apart. */
#include <float.h>
#include <math.h>

#include "value_fixture.h"

static const char *python_with(struct ct_decoder decoder, struct ct_type *type,
			       const void *bytes, size_t size)
{
	struct ct_value value = {
	    .type = type,
	    .bytes = at_end(bytes, size),
	    .size = size,
	};
	return encoded(ct_value_encode_python, &decoder, &value);
}

#define PYTHON(type, object) \
	python_with(area_decoder(), type, &(object), sizeof(object))

#define ASSERT_PYTHON(type, c_type, value, expected)                  \
	do {                                                          \
		c_type object_ = value;                               \
		assert_string_equal(PYTHON(type, object_), expected); \
	} while (0)

/* A pointer held in a register. */
static const char *python_at(struct ct_type *type, const void *pointer)
{
	struct ct_decoder decoder = area_decoder();
	struct ct_value value = {
	    .type = type, .bytes = &pointer, .size = sizeof(pointer)};
	return without_addresses(
	    encoded(ct_value_encode_python, &decoder, &value));
}

static void numbers_are_python_literals(void **state)
{
	(void)state;
	ASSERT_PYTHON(&type_int, int, -42, "-42");
	ASSERT_PYTHON(&type_ulong, unsigned long, UINT64_MAX,
		      "18446744073709551615");
	ASSERT_PYTHON(&type_uchar, unsigned char, 'a', "97");
	ASSERT_PYTHON(&type_wchar, int, 'a', "97");
	ASSERT_PYTHON(&type_bool, unsigned char, 1, "True");
	ASSERT_PYTHON(&type_bool, unsigned char, 0, "False");
	ASSERT_PYTHON(&type_double, double, 9, "9.0");
	ASSERT_PYTHON(&type_double, double, 0.00001, "1e-05");
	ASSERT_PYTHON(&type_float, float, 0.1f, "0.1");
}

static void reals_that_are_no_numbers_are_named(void **state)
{
	(void)state;
	ASSERT_PYTHON(&type_double, double, NAN, "Real('nan')");
	ASSERT_PYTHON(&type_float, float, -INFINITY, "Real('-inf')");
}

static void a_long_double_keeps_its_digits(void **state)
{
	(void)state;
	ASSERT_PYTHON(&type_long_double, long double, 0.1L, "Long('0.1')");
	ASSERT_PYTHON(&type_long_double, long double, LDBL_MAX,
		      "Long('1.189731495357231765e+4932')");
	ASSERT_PYTHON(&type_long_double, long double, INFINITY, "Long('inf')");
}

static void a_complex_number_has_two_parts(void **state)
{
	(void)state;
	double parts[2] = {1, -2.5};
	assert_string_equal(PYTHON(&type_complex, parts), "Complex(1.0, -2.5)");
	parts[1] = INFINITY;
	assert_string_equal(PYTHON(&type_complex, parts),
			    "Complex(1.0, Real('inf'))");
}

static void a_char_is_one_byte(void **state)
{
	(void)state;
	ASSERT_PYTHON(&type_char, char, 'a', "b'a'");
	ASSERT_PYTHON(&type_char, char, '\'', "b'\\''");
	ASSERT_PYTHON(&type_char, char, '"', "b'\"'");
	ASSERT_PYTHON(&type_char, char, '\\', "b'\\\\'");
	ASSERT_PYTHON(&type_char, char, 0, "b'\\x00'");
	ASSERT_PYTHON(&type_char, char, '\n', "b'\\x0a'");
	ASSERT_PYTHON(&type_char, char, 0x7f, "b'\\x7f'");
	ASSERT_PYTHON(&type_char, char, (char)0xff, "b'\\xff'");
}

static void an_enumerator_keeps_its_number(void **state)
{
	(void)state;
	static const struct ct_enumerator colours[] = {
	    {"RED", 0}, {"BLUE", 7}, {"NONE", -1}};
	static struct ct_type colour = ENUM(4, &type_int, colours);
	static const struct ct_enumerator bits[] = {
	    {"A", 1}, {"B", 2}, {"H", -2147483648}};
	static struct ct_type flags = ENUM(4, &type_uint, bits);
	ASSERT_PYTHON(&colour, int, 7, "Enum(7, 'BLUE')");
	ASSERT_PYTHON(&colour, int, -1, "Enum(-1, 'NONE')");
	ASSERT_PYTHON(&colour, int, 3, "3");
	ASSERT_PYTHON(&flags, int, 3, "Enum(3, 'A|B')");
	ASSERT_PYTHON(&flags, unsigned, 0x80000000u, "Enum(2147483648, 'H')");
	ASSERT_PYTHON(&flags, int, 4, "4");
}

static struct ct_type type_name8 = ARRAY(&type_char, 8, 8);
static struct ct_type type_pair = ARRAY(&type_short, 2, 4);
static struct ct_type type_grid = ARRAY(&type_pair, 2, 8);
static struct ct_type type_none = {.kind = CT_TYPE_ARRAY, .target = &type_int};

static void composites_are_dicts_and_lists(void **state)
{
	(void)state;
	static const struct ct_member members[] = {
	    {"x", &type_int, 0, 0},       {"low", &type_uint, 32, 3},
	    {"name", &type_name8, 64, 0}, {"grid", &type_grid, 128, 0},
	    {"tail", &type_none, 192, 0},
	};
	static struct ct_type type = STRUCT(24, members);
	struct {
		int x, bits;
		char name[8];
		short grid[2][2];
	} object = {1, 5, "pt", {{4, 5}, {6, 7}}};
	assert_string_equal(PYTHON(&type, object),
			    "{'x': 1, 'low': 5, 'name': b'pt', "
			    "'grid': [[4, 5], [6, 7]], 'tail': []}");
}

static void names_of_members_stay_in_their_quotes(void **state)
{
	(void)state;
	static const struct ct_member members[] = {
	    {"a'\\\n{", &type_int, 0, 0},
	    {"\xff\xc3\xa9", &type_int, 0, 0},
	};
	static struct ct_type type = STRUCT(4, members);
	ASSERT_PYTHON(&type, int, 1,
		      "{'a\\'\\\\\\x0a{': 1, '\\udcff\xc3\xa9': 1}");
}

static void pointers_to_text_are_the_text(void **state)
{
	(void)state;
	assert_string_equal(python_at(&type_string, at_end("caf\xc3\xa9", 6)),
			    "b'caf\\xc3\\xa9'");
	assert_string_equal(python_at(&type_wide, at_end(L"caf\u00e9", 20)),
			    "'caf\xc3\xa9'");
	assert_string_equal(python_at(&type_utf16, at_end(u"'\n", 6)),
			    "'\\'\\x0a'");
	assert_string_equal(python_at(&type_string, at_end("", 1)), "b''");
	assert_string_equal(python_at(&type_string, NULL), "None");
}

static void a_buffer_is_bytes_with_any_byte(void **state)
{
	(void)state;
	struct ct_decoder decoder = area_decoder();
	void *pointer = at_end("a\0\xff", 3);
	struct ct_value value = {
	    .type = &type_void_pointer,
	    .bytes = &pointer,
	    .size = sizeof(pointer),
	    .extent_kind = CT_EXTENT_BYTES,
	    .extent = 3,
	};
	assert_string_equal(encoded(ct_value_encode_python, &decoder, &value),
			    "b'a\\x00\\xff'");
}

static void what_is_cut_says_so(void **state)
{
	(void)state;
	struct ct_decoder decoder = area_decoder();
	decoder.limits.string = 3;
	decoder.limits.array = 3;
	assert_string_equal(python_with(decoder, &type_name8, "1234567", 8),
			    "Cut(b'123')");
	static struct ct_type wide = ARRAY(&type_wchar, 5, 20);
	assert_string_equal(python_with(decoder, &wide, L"abcd", 20),
			    "Cut('abc')");
	int object[4] = {1, 2, 3, 4};
	static struct ct_type type = ARRAY(&type_int, 4, 16);
	assert_string_equal(python_with(decoder, &type, object, 16),
			    "[1, 2, 3, ...]");
	decoder.limits.array = 0;
	assert_string_equal(python_with(decoder, &type, object, 16), "[...]");
}

static void a_struct_is_cut_where_the_budget_ends(void **state)
{
	(void)state;
	/* 64 KiB of work, and 8 KiB a member. */
	static char name[8193];
	static struct ct_member members[64];
	memset(name, 'n', sizeof(name) - 1);
	for (int i = 0; i < 64; i++)
		members[i] = (struct ct_member){name, &type_int, 0, 0};
	static struct ct_type type = STRUCT(4, members);
	int object = 1;
	const char *text = PYTHON(&type, object);
	assert_string_equal(text + strlen(text) - 15, "': 1, ...: ...}");
	assert_true(strlen(text) < 160000);
}

static void a_pointer_to_an_object_is_the_object(void **state)
{
	(void)state;
	int **where = (int **)area.begin;
	where[0] = (int *)at_end(&(int){7}, 4);
	assert_string_equal(python_at(&type_int_pointer, where[0]), "7");
	assert_string_equal(python_at(&type_int_pointer_pointer, where), "7");
}

static void pointers_without_an_object_have_their_address(void **state)
{
	(void)state;
	assert_string_equal(python_at(&type_void_pointer, area.begin),
			    "Address(@)");
	assert_string_equal(python_at(&type_incomplete_pointer, area.begin),
			    "Address(@)");
	assert_string_equal(python_at(&type_int_pointer, area.end - 3),
			    "Unreadable(@)");
	assert_string_equal(python_at(&type_code_pointer, area.begin),
			    "Callback(@)");
	assert_string_equal(python_at(&type_code_pointer, (void *)0x401156),
			    "Callback(@, 'handler')");
	assert_string_equal(python_with(area_decoder(), &type_void_pointer,
					&(uint64_t){0x7ffe10}, 8),
			    "Address(0x7ffe10)");
	assert_string_equal(python_with(area_decoder(), &type_int, "abc", 3),
			    "Unreadable()");
}

static struct ct_type type_link;
static const struct ct_member node_members[] = {
    {"n", &type_long, 0, 0},
    {"next", &type_link, 64, 0},
};
static struct ct_type type_node = STRUCT(16, node_members);
static struct ct_type type_link = POINTER(&type_node);

static void a_cycle_is_told_where_it_closes(void **state)
{
	(void)state;
	struct node {
		long n;
		void *next;
	} *nodes = (void *)area.begin;
	nodes[0] = (struct node){1, &nodes[1]};
	nodes[1] = (struct node){2, &nodes[0]};
	assert_string_equal(python_at(&type_link, &nodes[0]),
			    "{'n': 1, 'next': {'n': 2, 'next': Cycle(@)}}");
}

static void void_is_none(void **state)
{
	(void)state;
	struct ct_decoder decoder = area_decoder();
	static struct ct_type type_void = {.kind = CT_TYPE_VOID};
	struct ct_value value = {.type = &type_void};
	assert_string_equal(encoded(ct_value_encode_python, &decoder, &value),
			    "None");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup(name, area_setup)
	    T(numbers_are_python_literals),
	    T(reals_that_are_no_numbers_are_named),
	    T(a_long_double_keeps_its_digits),
	    T(a_complex_number_has_two_parts),
	    T(a_char_is_one_byte),
	    T(an_enumerator_keeps_its_number),
	    T(composites_are_dicts_and_lists),
	    T(names_of_members_stay_in_their_quotes),
	    T(pointers_to_text_are_the_text),
	    T(a_buffer_is_bytes_with_any_byte),
	    T(what_is_cut_says_so),
	    T(a_struct_is_cut_where_the_budget_ends),
	    T(a_pointer_to_an_object_is_the_object),
	    T(pointers_without_an_object_have_their_address),
	    T(a_cycle_is_told_where_it_closes),
	    T(void_is_none),
#undef T
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
