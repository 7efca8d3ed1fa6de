/* SPDX-License-Identifier: MIT */
/* Values whose type is not known, or another: what a cast in C makes of them,
 * by the compiler's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "literal_types.h"
#include "program/ffi_value.h"

static struct ct_ffi_number convert(struct ct_type *from, const void *bytes,
				    struct ct_type *to)
{
	struct ct_ffi_number number;
	assert_null(
	    ct_ffi_convert(from, bytes, ct_type_size(from), to, &number));
	return number;
}

/* As C casts; integers are extended to 8 bytes. */
#define CASTS(from, ctype, value, to, wide)                             \
	do {                                                            \
		const ctype given_ = (value);                           \
		const wide expected_ = (__typeof__(expected_))(given_); \
		struct ct_ffi_number got_ =                             \
		    convert(&t_##from, &given_, &t_##to);               \
		assert_true(got_.is_number);                            \
		assert_memory_equal(                                    \
		    got_.bytes, &expected_,                             \
		    sizeof(expected_) == 16 ? 10 : sizeof(expected_));  \
	} while (0)

static void numbers_are_cast_as_in_c(void **state)
{
	(void)state;
	CASTS(double, double, 3.0, int, long);
	CASTS(double, double, -7.75, int, long);
	CASTS(double, double, 1e19, ulong, unsigned long);
	CASTS(double, double, -0x1p63, long, long);
	CASTS(float, float, 2.5f, double, double);
	CASTS(double, double, 0.1, float, float);
	CASTS(double, double, 0.1, ldouble, long double);
	CASTS(ldouble, long double, 0.1L, double, double);
	CASTS(int, int, -4, long, long);
	CASTS(int, int, -4, double, double);
	CASTS(int, int, -4, ldouble, long double);
	CASTS(uint, unsigned, 4000000000u, long, long);
	CASTS(uint, unsigned, 4000000000u, float, float);
	CASTS(schar, signed char, -1, long, long);
	CASTS(ulong, unsigned long, UINT64_MAX, double, double);
	CASTS(long, long, INT64_MIN, ldouble, long double);
	CASTS(bool, _Bool, true, double, double);
}

/* The low bytes of an integer, extended as its caller does. */
static void integers_are_cut_and_extended(void **state)
{
	static const struct {
		struct ct_type *to;
		long value;
		int64_t expected;
		bool is_inexact;
	} rows[] = {
	    {&t_int, -1, -1, false},     {&t_uint, -1, UINT32_MAX, true},
	    {&t_ulong, -1, -1, true},    {&t_uchar, 300, 44, true},
	    {&t_schar, 200, -56, true},  {&t_short, -300, -300, false},
	    {&t_int, 1L << 32, 0, true}, {&t_bool, 2, 1, true},
	    {&t_bool, 1, 1, false},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct ct_ffi_number got =
		    convert(&t_long, &rows[i].value, rows[i].to);
		assert_memory_equal(got.bytes, &rows[i].expected, 8);
		assert_int_equal(got.is_inexact, rows[i].is_inexact);
	}
}

static void what_does_not_fit_is_the_lowest_number(void **state)
{
	const double values[] = {1e30, -1e30, 0x1p64, __builtin_nan(""),
				 __builtin_inf()};
	const int64_t lowest = INT64_MIN;
	(void)state;
	for (size_t i = 0; i < COUNT(values); i++) {
		struct ct_ffi_number got =
		    convert(&t_double, &values[i], &t_long);
		assert_memory_equal(got.bytes, &lowest, 8);
		assert_true(got.is_inexact);
	}
}

static void structs_are_no_numbers(void **state)
{
	struct ct_type record = {.kind = CT_TYPE_STRUCT, .size = 8};
	long value = 1;
	struct ct_ffi_number number;
	(void)state;
	assert_false(convert(&t_long, &value, &record).is_number);
	assert_false(convert(&record, &value, &t_long).is_number);
	assert_false(convert(&t_long, &value, &ct_type_void).is_number);
	/* Fewer bytes than the type has. */
	assert_null(ct_ffi_convert(&t_long, &value, 4, &t_int, &number));
	assert_false(number.is_number);
}

static void a_value_says_its_type(void **state)
{
	static const struct {
		const char *text, *type;
		uint64_t bits;
	} rows[] = {
	    {"3", "long", 3},
	    {" -1", "long", UINT64_MAX},
	    {"True", "long", 1},
	    {"'a'", "long", 97},
	    {"None", "long", 0},
	    {"void", "long", 0},
	    {"18446744073709551615", "unsigned long", UINT64_MAX},
	    {"2.5", "double", 0x4004000000000000},
	    {"-inf", "double", 0xfff0000000000000},
	    {"1e308", "double", 0x7fe1ccf385ebc8a0},
	    {"\"text\"", "char *", 0},
	    {"'text'", "char *", 0},
	    {"b'x'", "char *", 0},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct ct_type *type;
		struct ct_literal literal;
		struct ct_buffer out = {0};
		struct ct_error *err =
		    ct_ffi_parse_value(rows[i].text, &type, &literal);
		if (err)
			fail_msg("%s", ct_error_message(err));
		assert_null(ct_type_spell(type, &out));
		char *spelled = ct_buffer_take_string(&out);
		assert_string_equal(spelled, rows[i].type);
		assert_int_equal(literal.size, 8);
		assert_memory_equal(literal.bytes, &rows[i].bits, 8);
		assert_int_equal(literal.relocation_count,
				 *rows[i].type == 'c');
		free(spelled);
		ct_literal_deinit(&literal);
	}
}

static void a_value_of_a_type_of_its_own_is_refused(void **state)
{
	static const char *const rows[] = {
	    "", "{1}", "[1, 2]", "RED", "1+2i", "3 4", "\"open", "&1", "1e400"};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct ct_type *type;
		struct ct_literal literal;
		struct ct_error *err =
		    ct_ffi_parse_value(rows[i], &type, &literal);
		assert_non_null(err);
		assert_int_equal(ct_error_code(err), CT_ERROR_BAD_ARGUMENT);
		ct_error_destroy(err);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(numbers_are_cast_as_in_c),
	    cmocka_unit_test(integers_are_cut_and_extended),
	    cmocka_unit_test(what_does_not_fit_is_the_lowest_number),
	    cmocka_unit_test(structs_are_no_numbers),
	    cmocka_unit_test(a_value_says_its_type),
	    cmocka_unit_test(a_value_of_a_type_of_its_own_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
