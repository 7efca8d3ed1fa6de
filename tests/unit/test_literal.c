/* SPDX-License-Identifier: MIT */
/*
 * Text into objects: what the compiler makes of the same initializer is what
 * the literal must be, byte for byte.
 */
#include <complex.h>
#include <locale.h>
#include <math.h>

#include "literal_types.h"
#include "scratch.h"
#include "value/literal.h"

static struct ct_literal parse(struct ct_type *type, const char *text)
{
	struct ct_literal literal = {0};
	struct ct_error *err = ct_literal_parse(type, text, &literal);
	if (err)
		fail_msg("%s: %s", text, ct_error_message(err));
	return literal;
}

/* The text gives an object like that one, and points nowhere. */
static void expect(struct ct_type *type, const char *text, const void *object,
		   size_t size)
{
	struct ct_literal literal = parse(type, text);
	if (literal.size != size || literal.relocation_count ||
	    (size && memcmp(literal.bytes, object, size))) {
		print_error("%s:\n", text);
		assert_int_equal(literal.size, size);
		assert_memory_equal(literal.bytes, object, size);
		fail_msg("relocations");
	}
	ct_literal_deinit(&literal);
}

/* Static, as the padding of static objects is zero. */
#define SAME(type, text, ctype, ...)                                \
	do {                                                        \
		static const ctype object_ = __VA_ARGS__;           \
		expect(&t_##type, text, &object_, sizeof(object_)); \
	} while (0)

static void refuse(struct ct_type *type, const char *text, const char *message)
{
	struct ct_literal literal = {.size = 77};
	struct ct_error *err = ct_literal_parse(type, text, &literal);
	if (!err)
		fail_msg("%s was accepted", text);
	if (strcmp(ct_error_message(err), message))
		fail_msg("%s:\n got  %s\n want %s", text, ct_error_message(err),
			 message);
	assert_int_equal(ct_error_code(err), CT_ERROR_BAD_ARGUMENT);
	assert_int_equal(literal.size, 77);
	ct_error_destroy(err);
}

static void integers_are_as_in_c(void **state)
{
	(void)state;
	SAME(int, "42", int, 42);
	SAME(int, "  -42 ", int, -42);
	SAME(int, "+7", int, 7);
	SAME(int, "0x2A", int, 0x2A);
	SAME(int, "0b101", int, 5);
	SAME(int, "052", int, 052);
	SAME(int, "0o52", int, 052);
	SAME(int, "0", int, 0);
	SAME(int, "3.0", int, 3);
	SAME(int, "True", int, 1);
	SAME(ulong, "42UL", unsigned long, 42UL);
	SAME(long, "-9223372036854775808", long, INT64_MIN);
	SAME(ulong, "18446744073709551615", unsigned long, UINT64_MAX);
	SAME(schar, "-128", signed char, -128);
	SAME(size, "0xffffffffffffffff", size_t, SIZE_MAX);
	SAME(i128, "-0x80000000000000000000000000000000", __int128,
	     (__int128)((unsigned __int128)1 << 127));
	SAME(u128, "340282366920938463463374607431768211455", unsigned __int128,
	     ~(unsigned __int128)0);
}

static void characters_are_as_in_c(void **state)
{
	(void)state;
	SAME(char, "'a'", char, 'a');
	SAME(char, "\"a\"", char, 'a');
	SAME(char, "'\\n'", char, '\n');
	SAME(char, "'\\''", char, '\'');
	SAME(char, "'\\xff'", char, '\xff');
	SAME(uchar, "'\\xff'", unsigned char, 0xff);
	SAME(int, "'\\xff'", int, '\xff');
	SAME(int, "'\\101'", int, 'A');
	SAME(wchar, "'\xc3\xa9'", wchar_t, L'\u00e9');
	refuse(&t_char, "'ab'", "expected one character for char, not ''ab''");
	refuse(&t_char, "'\xc3\xa9'",
	       "'\xc3\xa9' does not fit in char (-128 to 127)");
	refuse(&t_int, "\"a\"", "expected an integer for int, not '\"a\"'");
}

static void integers_out_of_range_are_refused(void **state)
{
	(void)state;
	refuse(&t_uchar, "300", "300 does not fit in unsigned char (0 to 255)");
	refuse(&t_uint, "-1",
	       "-1 does not fit in unsigned int (0 to 4294967295)");
	refuse(&t_size, "-1",
	       "-1 does not fit in size_t (0 to 18446744073709551615)");
	refuse(&t_int, "0x80000000",
	       "0x80000000 does not fit in int (-2147483648 to 2147483647)");
	refuse(&t_schar, "-129",
	       "-129 does not fit in signed char (-128 to 127)");
	refuse(&t_ulong, "18446744073709551616",
	       "18446744073709551616 does not fit in unsigned long (0 to "
	       "18446744073709551615)");
	refuse(&t_i128, "170141183460469231731687303715884105728",
	       "170141183460469231731687303715884105728 does not fit in "
	       "__int128 (-170141183460469231731687303715884105728 to "
	       "170141183460469231731687303715884105727)");
	refuse(&t_u128, "340282366920938463463374607431768211456",
	       "340282366920938463463374607431768211456 does not fit in "
	       "unsigned __int128 (0 to "
	       "340282366920938463463374607431768211455)");
	SAME(uint, "-0", unsigned, 0);
}

static void what_is_no_integer_is_refused(void **state)
{
	(void)state;
	refuse(&t_int, "1.5", "expected an integer for int, not '1.5'");
	refuse(&t_int, "nan", "expected an integer for int, not 'nan'");
	refuse(&t_int, "inf", "expected an integer for int, not 'inf'");
	refuse(&t_int, "", "expected an integer for int");
	refuse(&t_int, "--1", "expected an integer for int, not '--1'");
	refuse(&t_int, "12abc", "unexpected 'abc' after the value at column 3");
	refuse(&t_int, "089", "unexpected '89' after the value at column 2");
	refuse(&t_int, "1 2", "unexpected '2' after the value at column 3");
	refuse(&t_int, "{1}", "expected an integer for int, not '{1'");
	refuse(&t_int, "NULL", "expected an integer for int, not 'NULL'");
}

static void floats_are_as_in_c(void **state)
{
	(void)state;
	SAME(double, "1.5", double, 1.5);
	SAME(double, "-0.1", double, -0.1);
	SAME(double, "9", double, 9);
	SAME(double, "1e-3", double, 1e-3);
	SAME(double, "0x1.8p3", double, 0x1.8p3);
	SAME(double, ".5", double, .5);
	SAME(double, "-0.0", double, -0.0);
	SAME(double, "-0", double, -0.0);
	SAME(double, "inf", double, INFINITY);
	SAME(double, "-inf", double, -INFINITY);
	SAME(double, "nan", double, NAN);
	SAME(double, "NAN", double, NAN);
	SAME(float, "0.1", float, 0.1f);
	SAME(float, "0.1f", float, 0.1f);
	/* Rounded twice, by way of double, this would be 1. */
	SAME(float, "1.00000005960464477539062500000000000000001", float,
	     0x1.000002p0f);
	SAME(double, "18446744073709551615", double, 18446744073709551615.0);
	refuse(&t_double, "abc", "expected a number for double, not 'abc'");
	refuse(&t_double, "info", "expected a number for double, not 'info'");
	refuse(&t_double, "1.5x", "expected a number for double, not '1.5x'");
}

/* In C they become infinite, with a warning. */
static void floats_out_of_range_are_refused(void **state)
{
	(void)state;
	char digits[402];
	memset(digits, '1', sizeof(digits) - 1);
	digits[sizeof(digits) - 1] = '\0';
	refuse(&t_double, "1e400", "1e400 does not fit in double");
	refuse(&t_double, "-1e400", "-1e400 does not fit in double");
	refuse(&t_float, "3.5e38", "3.5e38 does not fit in float");
	refuse(&t_ldouble, "1e5000", "1e5000 does not fit in long double");
	refuse(&t_double, digits,
	       "11111111111111111111111111111111111111111111111111111111"
	       "1111... does not fit in double");
	SAME(double, "1e-400", double, 0);
	SAME(float, "3.4e38", float, 3.4e38f);
}

static void long_doubles_have_ten_bytes(void **state)
{
	(void)state;
	unsigned char expected[16] = {0};
	long double value = 0.1L;
	memcpy(expected, &value, 10);
	expect(&t_ldouble, "0.1", expected, 16);
	value = 0x7fffffffffffffffL;
	memcpy(expected, &value, 10);
	expect(&t_ldouble, "0x7fffffffffffffff", expected, 16);
}

static void floats_do_not_depend_on_the_locale(void **state)
{
	(void)state;
	/* One with a decimal comma; a minimal system has none. */
	run("localedef -i de_DE -f UTF-8 --no-archive ./de_DE.UTF-8");
	setenv("LOCPATH", ".", 1);
	assert_non_null(setlocale(LC_ALL, "de_DE.UTF-8"));
	unsetenv("LOCPATH");
	assert_string_equal(localeconv()->decimal_point, ",");
	SAME(double, "1.5", double, 1.5);
	setlocale(LC_ALL, "C");
}

static void complex_numbers_have_two_parts(void **state)
{
	(void)state;
	SAME(cdouble, "1+2i", _Complex double, 1 + 2 * I);
	SAME(cdouble, "1 - 2.5j", _Complex double, 1 - 2.5 * I);
	SAME(cdouble, "(1+2j)", _Complex double, 1 + 2 * I);
	SAME(cdouble, "2j", _Complex double, 2 * I);
	SAME(cdouble, "3", _Complex double, 3);
	SAME(cdouble, "{re = 1, im = 2}", _Complex double, 1 + 2 * I);
	SAME(cdouble, "{\"re\": 1.0, \"im\": -2.0}", _Complex double,
	     1 - 2 * I);
	SAME(cfloat, "{1, 2}", _Complex float, 1 + 2 * I);
	SAME(cdouble, "(inf-infj)", _Complex double,
	     __builtin_complex((double)INFINITY, -(double)INFINITY));
	refuse(&t_cdouble, "1+2",
	       "expected i or j for _Complex double at column 4");
	refuse(&t_cdouble, "{re = 1, in = 2}",
	       "_Complex double has no member in; it has re, im at column 10");
}

static void bools_are_true_or_false(void **state)
{
	(void)state;
	SAME(bool, "true", _Bool, 1);
	SAME(bool, "False", _Bool, 0);
	SAME(bool, "1", _Bool, 1);
	SAME(bool, "0", _Bool, 0);
	refuse(&t_bool, "2", "expected true or false for _Bool, not '2'");
	refuse(&t_bool, "-1", "expected true or false for _Bool, not '-1'");
}

static void enums_go_by_name_flags_or_number(void **state)
{
	(void)state;
	SAME(color, "BLUE", enum color, BLUE);
	SAME(color, "7", enum color, 7);
	SAME(color, "1000", enum color, 1000);
	SAME(mode, "READ|WRITE", enum mode, READ | WRITE);
	SAME(mode, " READ | 4 | NONE", enum mode, 5);
	SAME(mode, "HIGH|READ", enum mode, HIGH | READ);
	SAME(level, "LOW", enum level, LOW);
	SAME(level, "LOW|MIDDLE", enum level, LOW);
	refuse(&t_color, "YELLOW",
	       "expected an enumerator (RED, GREEN, BLUE) for enum color, not "
	       "'YELLOW'");
	refuse(&t_color, "-1",
	       "-1 does not fit in enum color (0 to 4294967295)");
	refuse(&t_mode, "READ|",
	       "expected an integer for enum mode at column 6");
}

static void void_has_no_value(void **state)
{
	(void)state;
	expect(&t_void, "", "", 0);
	expect(&t_void, "None", "", 0);
	expect(&t_void, " void ", "", 0);
	refuse(&t_void, "1", "expected no value for void, not '1'");
}

static void pointers_are_addresses(void **state)
{
	(void)state;
	SAME(voidp, "NULL", void *, NULL);
	SAME(pointp, "None", void *, NULL);
	SAME(charp, "0", void *, NULL);
	SAME(voidp, "0x7fff00001000", void *, (void *)0x7fff00001000);
	SAME(voidp, "4096", void *, (void *)4096);
	SAME(voidp, "-1", void *, (void *)-1);
	refuse(&t_voidp, "0x10000000000000000",
	       "the address does not fit in void *");
	refuse(&t_intp, "1.5",
	       "expected an address, NULL, text or {...} for int *, not '1.5'");
}

/* A pointer at `offset` leads to that object. */
static const struct ct_literal *pointee(const struct ct_literal *literal,
					size_t offset)
{
	for (size_t i = 0; i < literal->relocation_count; i++) {
		if (literal->relocations[i].offset == offset)
			return &literal->relocations[i].pointee;
	}
	fail_msg("no relocation at %zu", offset);
	return NULL;
}

static void expect_text(struct ct_type *type, const char *text,
			const void *bytes, size_t size)
{
	static const char zero[8];
	struct ct_literal literal = parse(type, text);
	assert_int_equal(literal.size, 8);
	assert_memory_equal(literal.bytes, zero, 8);
	assert_int_equal(literal.relocation_count, 1);
	assert_int_equal(pointee(&literal, 0)->size, size);
	assert_memory_equal(pointee(&literal, 0)->bytes, bytes, size);
	ct_literal_deinit(&literal);
}

static void text_is_placed_behind_pointers(void **state)
{
	(void)state;
#define TEXT(type, text, string) \
	expect_text(&t_##type, text, string, sizeof(string))
	TEXT(charp, "\"hello\"", "hello");
	TEXT(string, "\"\"", "");
	TEXT(voidp, "\"a\\tb\\\"\\x41\\102\\0c\"", "a\tb\"\x41\102\0c");
	TEXT(ucharp, "b'\\xff\\x00'", "\xff\0");
	TEXT(string, "'it\\'s'", "it's");
	TEXT(string, "\"con\" \"cat\"", "concat");
	TEXT(string, "'\\u00e9\\U0001F600'", "\xc3\xa9\xf0\x9f\x98\x80");
	TEXT(string, "\"\\ud83d\\ude00\"", "\xf0\x9f\x98\x80");
	TEXT(string, "'a\\udcffb'",
	     "a\xff"
	     "b");
	TEXT(string, "\"caf\xc3\xa9\"", "caf\xc3\xa9");
	TEXT(wcharp, "\"a\xc3\xa9\"", L"a\u00e9");
#undef TEXT
	refuse(&t_intp, "\"a\"", "text does not fit in int *");
	refuse(&t_pointp, "\"a\"", "text does not fit in struct point *");
	refuse(&t_string, "\"abc", "missing closing quote");
	refuse(&t_string, "\"abc\\", "unknown escape at column 5");
	refuse(&t_string, "\"a\\q\"", "unknown escape at column 3");
	refuse(&t_string, "\"\\u12\"", "\\u wants four hex digits at column 2");
	refuse(&t_string, "\"\\ud800\"", "no such character at column 2");
	refuse(&t_string, "\"\\777\"",
	       "an escape of more than one byte at column 2");
}

static void objects_are_placed_behind_pointers(void **state)
{
	(void)state;
	static const struct point origin = {1, 2.5}, other = {3, 4};
	static const char *const texts[] = {
	    "{x = 1, y = 2.5}", "&{x = 1, y = 2.5}", "{'x': 1, 'y': 2.5}"};
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct ct_literal literal = parse(&t_pointp, texts[i]);
		assert_int_equal(pointee(&literal, 0)->size, sizeof(origin));
		assert_memory_equal(pointee(&literal, 0)->bytes, &origin, 4);
		assert_memory_equal(pointee(&literal, 0)->bytes + 8, &origin.y,
				    8);
		ct_literal_deinit(&literal);
	}
	struct ct_literal literal = parse(&t_pointp, "[{1, 2.5}, {3, 4}]");
	assert_int_equal(pointee(&literal, 0)->size, 2 * sizeof(origin));
	assert_memory_equal(pointee(&literal, 0)->bytes + 16, &other.x, 4);
	assert_memory_equal(pointee(&literal, 0)->bytes + 24, &other.y, 8);
	ct_literal_deinit(&literal);
	expect_text(&t_intp, "{1, 2, 3}", (int[]){1, 2, 3}, 12);
	expect_text(&t_intp, "[4]", (int[]){4}, 4);
	expect_text(&t_intp, "&5", (int[]){5}, 4);
	refuse(&t_voidp, "{1}", "no known object to place behind void *");
}

static void placed_objects_point_to_others(void **state)
{
	(void)state;
	struct ct_literal literal =
	    parse(&t_strings, "{\"a\", NULL, \"bc\", 0x10}");
	const struct ct_literal *list = pointee(&literal, 0);
	assert_int_equal(list->size, 32);
	assert_int_equal(list->relocation_count, 2);
	assert_string_equal((char *)pointee(list, 0)->bytes, "a");
	assert_string_equal((char *)pointee(list, 16)->bytes, "bc");
	assert_memory_equal(list->bytes + 24, &(uint64_t){0x10}, 8);
	ct_literal_deinit(&literal);

	literal = parse(&t_nodep,
			"{.name = \"first\", .next = {name = \"second\", left "
			"= -3, next = NULL}}");
	const struct ct_literal *first = pointee(&literal, 0);
	assert_int_equal(first->size, sizeof(struct node));
	assert_string_equal(
	    (char *)pointee(first, offsetof(struct node, name))->bytes,
	    "first");
	const struct ct_literal *second =
	    pointee(first, offsetof(struct node, next));
	assert_string_equal(
	    (char *)pointee(second, offsetof(struct node, name))->bytes,
	    "second");
	assert_memory_equal(second->bytes + offsetof(struct node, left),
			    &(short){-3}, 2);
	ct_literal_deinit(&literal);
}

static void arrays_are_filled_up_with_zeros(void **state)
{
	(void)state;
	SAME(int3, "{1, 2, 3}", struct { int a[3]; }, {{1, 2, 3}});
	SAME(int3, "[1, 2]", struct { int a[3]; }, {{1, 2}});
	SAME(int3, "(7,)", struct { int a[3]; }, {{7}});
	SAME(int3, "{}", struct { int a[3]; }, {{0}});
	SAME(int23, "{{1, 2}, {3, 4, 5}}", struct { int a[2][3]; },
	     {{{1, 2}, {3, 4, 5}}});
	refuse(&t_int3, "{1, 2, 3, 4}",
	       "too many values for int [3] at column 11");
	refuse(&t_int3, "{1, 2", "missing '}' at column 6");
	refuse(&t_int3, "{1 2}", "expected ',' or '}', not '2' at column 4");
	refuse(&t_int3, "[1, 2}", "expected ',' or ']', not '}' at column 6");
	refuse(&t_int3, "5", "expected {...} for int [3], not '5'");
	refuse(&t_int23, "{{1}, {2, x}}",
	       "[1][1]: expected an integer for int, not 'x' at column 11");
}

static void character_arrays_take_text(void **state)
{
	(void)state;
	SAME(char8, "\"hello\"", struct { char a[8]; }, {"hello"});
	SAME(char8, "'12345678'", struct { char a[8]; },
	     {{'1', '2', '3', '4', '5', '6', '7', '8'}});
	SAME(char8, "{'a', 98}", struct { char a[8]; }, {"ab"});
	refuse(&t_char8, "\"123456789\"",
	       "9 characters do not fit in char [8]");
}

static void structs_go_by_name_or_order(void **state)
{
	(void)state;
	static const char *const texts[] = {
	    "{x = -1, y = 2.5}",   "{.x = -1, .y = 2.5}",
	    "{y = 2.5, x = -1}",   "{\"x\": -1, \"y\": 2.5}",
	    "{'x': -1, 'y': 2.5}", "{-1, 2.5}",
	    "{-1, y = 2.5,}",      "(-1, 2.5)"};
	for (size_t i = 0; i < COUNT(texts); i++)
		SAME(point, texts[i], struct point, {-1, 2.5});
	SAME(point, "{y = 2}", struct point, {.y = 2});
	SAME(point, "{}", struct point, {0});
	SAME(point, "0", struct point, {0});
	SAME(name_buffer, "{\"abc\", {{1}, {2}}}", struct name_buffer,
	     {"abc", {{1}, {2}}});
	refuse(&t_point, "{z = 1}",
	       "struct point has no member z; it has x, y at column 2");
	refuse(&t_point, "{1, 2, 3}",
	       "too many values for struct point, which takes 2 at column 8");
	refuse(&t_point, "{x = 1, x = 2}", "x is given twice at column 9");
	refuse(&t_point, "{x = 1, 2, x = 3}", "x is given twice at column 12");
	refuse(&t_point, "{x 1}",
	       ".x: expected an integer for int, not 'x' at column 2");
	refuse(&t_point, "{.x 1}", "expected '=' after .x at column 5");
	refuse(&t_point, "7", "expected {...} for struct point, not '7'");
}

static void errors_give_the_path(void **state)
{
	(void)state;
	refuse(&t_node, "{origin = {x = 3000000000}}",
	       ".origin.x: 3000000000 does not fit in int (-2147483648 to "
	       "2147483647) at column 16");
	refuse(&t_node, "{next = {next = {left = 99999}}}",
	       ".next.next.left: 99999 does not fit in short (-32768 to "
	       "32767) at column 25");
	refuse(&t_node, "{nmae = \"x\"}",
	       "struct node has no member nmae; did you mean name? at column "
	       "2");
}

static void bitfields_have_their_own_range(void **state)
{
	(void)state;
	SAME(flags, "{5, -16, 0xffffffffff, BLUE, true}", struct flags,
	     {5, -16, 0xffffffffff, BLUE, 1});
	SAME(flags, "{b = 15, on = 1}", struct flags, {.b = 15, .on = 1});
	refuse(&t_flags, "{a = 8}",
	       ".a: 8 does not fit in unsigned int : 3 (0 to 7) at column 6");
	refuse(&t_flags, "{b = -17}",
	       ".b: -17 does not fit in int : 5 (-16 to 15) at column 6");
	refuse(&t_flags, "{color = 16}",
	       ".color: 16 does not fit in enum color : 4 (0 to 15) at column "
	       "10");
}

static void unions_take_one_member(void **state)
{
	(void)state;
	SAME(number, "{d = 1.5}", union number, {.d = 1.5});
	SAME(number, "{42}", union number, {42});
	refuse(&t_number, "{1, 2.5}",
	       "too many values for union {...}, which takes 1 at column 5");
	refuse(&t_number, "{i = 1, d = 2.5}",
	       "d overlaps i, which is given too at column 9");
}

static void anonymous_members_are_reached_by_name(void **state)
{
	(void)state;
	SAME(node, "{d = 1.5, right = 7}", struct node, {.d = 1.5, .right = 7});
	SAME(node, "{{1, 2}, 3, 4, 5}", struct node,
	     {.origin = {1, 2}, .i = 3, .left = 4, .right = 5});
	refuse(&t_node, "{i = 1, s = NULL}",
	       "s overlaps i, which is given too at column 9");
}

static void types_without_values_are_refused(void **state)
{
	(void)state;
	struct ct_type function = {.kind = CT_TYPE_FUNCTION, .target = &t_int};
	struct ct_type hidden = {
	    .kind = CT_TYPE_STRUCT, .name = "hidden", .incomplete = true};
	struct ct_type open = {.kind = CT_TYPE_ARRAY, .target = &t_int};
	struct ct_type hiddenp = {
	    .kind = CT_TYPE_POINTER, .size = 8, .target = &hidden};
	refuse(&function, "1", "there are no values of type int (void)");
	refuse(&hidden, "{}", "nothing defines struct hidden");
	refuse(&open, "{1}", "no fixed size has int []");
	refuse(&hiddenp, "{1}",
	       "no known object to place behind struct hidden *");
}

static void deep_nesting_is_refused(void **state)
{
	(void)state;
	char text[100 * 16 + 1] = "";
	for (int i = 0; i < 100; i++)
		strcat(text, "{next = ");
	struct ct_literal literal;
	struct ct_error *err = ct_literal_parse(&t_node, text, &literal);
	assert_non_null(err);
	assert_non_null(strstr(ct_error_message(err), "nested too deeply"));
	ct_error_destroy(err);
}

/* A damaged type whose member lies behind its end, and one of huge size. */
static void damaged_types_write_nothing_outside(void **state)
{
	(void)state;
	const struct ct_member members[] = {
	    {.name = "a", .type = &t_int, .bit_offset = 8 * 6},
	    {.name = "b", .type = &t_int, .bit_offset = 60, .bit_size = 8}};
	struct ct_type damaged = {.kind = CT_TYPE_STRUCT,
				  .size = 8,
				  .part_count = 2,
				  .members = members};
	struct ct_type huge = {.kind = CT_TYPE_STRUCT,
			       .size = UINT64_MAX,
			       .part_count = 2,
			       .members = members};
	static const char *const texts[] = {"{a = 1}", "{b = 1}"};
	struct ct_literal literal;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct ct_error *err =
		    ct_literal_parse(&damaged, texts[i], &literal);
		assert_non_null(err);
		assert_int_equal(ct_error_code(err), CT_ERROR_BAD_DATA);
		ct_error_destroy(err);
	}
	refuse(&huge, "{}", "a value of more than 67108864 bytes");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(integers_are_as_in_c),
	    cmocka_unit_test(characters_are_as_in_c),
	    cmocka_unit_test(integers_out_of_range_are_refused),
	    cmocka_unit_test(what_is_no_integer_is_refused),
	    cmocka_unit_test(floats_are_as_in_c),
	    cmocka_unit_test(floats_out_of_range_are_refused),
	    cmocka_unit_test(long_doubles_have_ten_bytes),
	    cmocka_unit_test_setup_teardown(floats_do_not_depend_on_the_locale,
					    scratch_setup, scratch_teardown),
	    cmocka_unit_test(complex_numbers_have_two_parts),
	    cmocka_unit_test(bools_are_true_or_false),
	    cmocka_unit_test(enums_go_by_name_flags_or_number),
	    cmocka_unit_test(void_has_no_value),
	    cmocka_unit_test(pointers_are_addresses),
	    cmocka_unit_test(text_is_placed_behind_pointers),
	    cmocka_unit_test(objects_are_placed_behind_pointers),
	    cmocka_unit_test(placed_objects_point_to_others),
	    cmocka_unit_test(arrays_are_filled_up_with_zeros),
	    cmocka_unit_test(character_arrays_take_text),
	    cmocka_unit_test(structs_go_by_name_or_order),
	    cmocka_unit_test(errors_give_the_path),
	    cmocka_unit_test(bitfields_have_their_own_range),
	    cmocka_unit_test(unions_take_one_member),
	    cmocka_unit_test(anonymous_members_are_reached_by_name),
	    cmocka_unit_test(types_without_values_are_refused),
	    cmocka_unit_test(deep_nesting_is_refused),
	    cmocka_unit_test(damaged_types_write_nothing_outside),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
