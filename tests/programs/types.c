/* SPDX-License-Identifier: MIT */
/*
 * The types fixture, first unit: scalars, enums, pointers, text, arrays, and
 * main().  types.h explains how a case is written.
 */
#include <complex.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <uchar.h>
#include <unistd.h>
#include <wchar.h>

#include "types.h"

/* Integers. */
CASE(char, char, 'a');
CASE(char_nul, char, '\0');
CASE(char_high, char, (char)0xe9);
CASE(char_quote, char, '"');
SCALAR(schar, signed char, -5);
SCALAR(uchar, unsigned char, 250);
SCALAR(short, short, -12345);
SCALAR(ushort, unsigned short, 54321);
SCALAR(int, int, -123456789);
SCALAR(uint, unsigned int, 4000000000u);
SCALAR(long, long, -1234567890123456789L);
SCALAR(ulong, unsigned long, 12345678901234567890UL);
SCALAR(llong, long long, -9223372036854775807LL - 1);
SCALAR(ullong, unsigned long long, 18446744073709551615ULL);
SCALAR(int128, __int128, -((__int128)1 << 100) - 7);
SCALAR(uint128, unsigned __int128, ~(unsigned __int128)0 - 4);
CASE(int128_positive, __int128, ((__int128)1 << 126) + 3);
CASE(int128_minus_one, __int128, -1);
CASE(uint128_small, unsigned __int128, 17);
SCALAR(bool, _Bool, 1);
CASE(bool_false, _Bool, 0);
CASE(int_min, int, INT32_MIN);
CASE(int_max, int, INT32_MAX);
CASE(int_zero, int, 0);

SCALAR(int8, int8_t, 65);
SCALAR(int16, int16_t, -300);
SCALAR(int32, int32_t, -70000);
SCALAR(int64, int64_t, -5000000000);
SCALAR(uint8, uint8_t, 0xff);
SCALAR(uint16, uint16_t, 0xfffe);
SCALAR(uint32, uint32_t, 0xfffffffd);
SCALAR(uint64, uint64_t, 0xfffffffffffffffc);
SCALAR(size, size_t, 4096);
SCALAR(ssize, ssize_t, -1);
SCALAR(ptrdiff, ptrdiff_t, -8);
SCALAR(intptr, intptr_t, -2);
SCALAR(uintptr, uintptr_t, 0xdeadbeef);
SCALAR(intmax, intmax_t, INTMAX_MIN);
SCALAR(uintmax, uintmax_t, UINTMAX_MAX);
SCALAR(int_fast16, int_fast16_t, -16);
SCALAR(uint_least8, uint_least8_t, 200);
SCALAR(off, off_t, 1L << 40);
SCALAR(pid, pid_t, 4711);
SCALAR(mode, mode_t, 0644);
SCALAR(wint, wint_t, 0x20ac);
CASE(wchar, wchar_t, L'é');
CASE(char16, char16_t, u'é');
CASE(char32, char32_t, U'😀');

/* Floats.  0.1 and 1/3 show whether every bit comes through. */
SCALAR(float, float, 0.1f);
SCALAR(double, double, 0.1);
SCALAR(ldouble, long double, 0.1L);
SCALAR(cfloat, float _Complex, 1.5f - 2.25f * I);
SCALAR(cdouble, double _Complex, 0.1 + 1e300 * I);
SCALAR(cldouble, long double _Complex, 0.1L - 0.3L * I);
SCALAR(float128, __float128, (__float128)1 / 3);
CASE(float_max, float, 3.40282346638528859812e+38F);
CASE(float_denormal, float, 1.4e-45f);
CASE(float_nan, float, __builtin_nanf(""));
CASE(float_minus_inf, float, -__builtin_inff());
CASE(double_nan, double, __builtin_nan(""));
CASE(double_minus_nan, double, -__builtin_nan("0x123"));
CASE(double_inf, double, __builtin_inf());
CASE(double_minus_inf, double, -__builtin_inf());
CASE(double_minus_zero, double, -0.0);
CASE(double_denormal, double, 4.9406564584124654e-324);
CASE(double_max, double, 1.7976931348623157e+308);
CASE(double_third, double, 1.0 / 3);
CASE(double_whole, double, 9.0);
CASE(double_big_whole, double, 1e22);
CASE(ldouble_nan, long double, __builtin_nanl(""));
CASE(ldouble_minus_inf, long double, -__builtin_infl());
CASE(ldouble_third, long double, 1.0L / 3);
CASE(ldouble_max, long double, 1.18973149535723176502e+4932L);
CASE(ldouble_denormal, long double, 3.64519953188247460253e-4951L);
CASE(cdouble_nan, double _Complex, __builtin_complex(__builtin_nan(""), -0.0));
CASE(cfloat_inf, float _Complex,
     __builtin_complex(__builtin_inff(), -__builtin_inff()));

/* Enums. */
enum colour {
	RED,
	GREEN,
	BLUE
};
enum level {
	LEVEL_LOW = -5,
	LEVEL_MIDDLE = 0,
	LEVEL_HIGH = 7
};
enum access {
	ACCESS_READ = 1,
	ACCESS_WRITE = 2,
	ACCESS_EXEC = 4
};
enum option {
	OPTION_NONE = 0,
	OPTION_A = 0x1,
	OPTION_MODE = 0x0e,
	OPTION_TOP = 0x40000000
};
enum wide {
	WIDE_SMALL = 1,
	WIDE_BIG = 0x123456789abcdefL
};
enum wide_signed {
	WIDE_NEGATIVE = -0x123456789abcdefL,
	WIDE_ONE = 1
};
enum __attribute__((packed)) tiny {
	TINY_A = 10,
	TINY_B = 200
};
enum __attribute__((packed)) tiny_signed {
	TINY_MINUS = -1,
	TINY_PLUS = 1
};
enum alias {
	ALIAS_FIRST = 3,
	ALIAS_SECOND = 3,
	ALIAS_OTHER = 9
};
enum single {
	SINGLE = 1
};
enum overlap {
	OVERLAP_A = 3,
	OVERLAP_B = 6
};
enum holes {
	HOLES_ODD = 5,
	HOLES_BIT = 8
};
typedef enum {
	STATE_IDLE,
	STATE_BUSY = 100
} state;

SCALAR(colour, enum colour, GREEN);
CASE(colour_zero, enum colour, RED);
CASE(colour_three, enum colour, (enum colour)3);
CASE(colour_unknown, enum colour, (enum colour)42);
SCALAR(level, enum level, LEVEL_LOW);
CASE(level_unknown, enum level, (enum level) - 6);
SCALAR(access, enum access, ACCESS_WRITE);
CASE(access_two, enum access, ACCESS_READ | ACCESS_EXEC);
CASE(access_all, enum access, (enum access)7);
CASE(access_none, enum access, (enum access)0);
CASE(access_unknown_bit, enum access, (enum access)9);
CASE(access_only_unknown, enum access, (enum access)16);
CASE(option_none, enum option, OPTION_NONE);
CASE(option_mode, enum option, OPTION_MODE);
CASE(option_part, enum option, (enum option)4);
CASE(option_two, enum option, OPTION_TOP | OPTION_MODE);
CASE(wide, enum wide, WIDE_BIG);
CASE(wide_signed, enum wide_signed, WIDE_NEGATIVE);
SCALAR(tiny, enum tiny, TINY_B);
CASE(tiny_signed, enum tiny_signed, TINY_MINUS);
CASE(alias, enum alias, ALIAS_SECOND);
CASE(single, enum single, SINGLE);
CASE(overlap, enum overlap, (enum overlap)7);
CASE(holes, enum holes, (enum holes)13);
SCALAR(state, state, STATE_BUSY);

/* Typedefs and qualifiers. */
typedef int whole;
typedef whole whole_again;
typedef const whole_again whole_fixed;
typedef char letter;
typedef letter *word;
typedef const letter *fixed_word;
typedef unsigned char octet;
typedef signed char tiny_number;
typedef int row[3];
typedef row grid[2];
typedef int operation(int, int);
typedef operation *operation_ptr;
typedef void *handle;
typedef enum colour paint;

SCALAR(whole, whole, 11);
SCALAR(whole_again, whole_again, 12);
QUALIFIED(whole_fixed, whole_fixed, whole_again, 13);
CASE(letter, letter, 'z');
CASE(word, word, (char[]){"a word"});
CASE(fixed_word, fixed_word, "a fixed word");
SCALAR(octet, octet, 'o');
SCALAR(tiny_number, tiny_number, 't');
ARRAY(row, row, {1, 2, 3});
ARRAY(grid, grid, {{1, 2, 3}, {4, 5, 6}});
CASE(handle, handle, &v_int);
CASE(paint, paint, BLUE);
QUALIFIED(const_int, const int, int, 14);
QUALIFIED(volatile_int, volatile int, int, 15);
QUALIFIED(const_volatile_int, const volatile long, long, 16);
QUALIFIED(const_char, const char, char, 'c');
QUALIFIED(const_bool, const _Bool, _Bool, 1);
QUALIFIED(volatile_double, volatile double, double, 2.5);
QUALIFIED(const_enum, const enum colour, enum colour, BLUE);
QUALIFIED(atomic_int, _Atomic int, int, 17);
QUALIFIED(atomic_bool, _Atomic _Bool, _Bool, 1);
QUALIFIED(atomic_ptr, int *_Atomic, int *, &v_int);
QUALIFIED(const_ptr, int *const, int *, &v_int);
QUALIFIED(restrict_ptr, int *restrict, int *, &v_int);
QUALIFIED(const_restrict_ptr, const int *const restrict, const int *, &v_int);
CASE(ptr_const_int, const int *, &v_const_int);
CASE(ptr_volatile_int, volatile int *, &v_volatile_int);
CASE(ptr_const_volatile, const volatile long *, &v_const_volatile_int);
CASE(ptr_atomic, _Atomic int *, &v_atomic_int);
CASE(ptr_const_octet, const octet *, &v_octet);

/* Pointers. */
CASE(void_ptr, void *, &v_int);
CASE(void_null, void *, NULL);
CASE(const_void_ptr, const void *, &v_int);
CASE(void_ptr_ptr, void **, &v_void_ptr);
CASE(int_null, int *, NULL);
CASE(int_dangling, int *, (int *)1);
CASE(int_wild, int *, (int *)0xdead0000beef0000);
CASE(int_ptr_ptr, int **, &v_int_ptr);
CASE(int_ptr3, int ***, &v_int_ptr_ptr);
CASE(int_ptr4, int ****, &v_int_ptr3);
CASE(null_ptr_ptr, int **, &v_int_null);
CASE(dangling_ptr_ptr, int **, &v_int_dangling);
CASE(self_ptr, void **, (void **)&v_self_ptr);
CASE(double_ptr_ptr, double **, &v_double_ptr);
CASE(bool_ptr_ptr, _Bool **, &v_bool_ptr);
CASE(array_ptr, int (*)[3], &v_row);
CASE(grid_ptr, int (*)[2][3], &v_grid);
CASE(array_dangling, int (*)[3], (int (*)[3])1);
CASE(opaque, struct opaque *, (struct opaque *)&v_int);
CASE(opaque_const, const struct opaque *, (struct opaque *)&v_long);
CASE(opaque_null, struct opaque *, NULL);
CASE(opaque_ptr, struct opaque **, &v_opaque);
CASE(opaque_union, union opaque_union *, (union opaque_union *)&v_int);
CASE(later_ptr, struct later *, &v_later);
CASE(later_ptr_const, const struct later *, &v_later);
CASE(later_ptr_ptr, struct later **, &v_later_ptr);

struct earlier {
	int first;
	struct later *later;
	const char *name;
};
CASE(earlier, struct earlier, {21, &v_later, "earlier"});

/* The same tag means another struct in types_more.c. */
struct local {
	int number;
};
CASE(local, struct local, {22});
CASE(local_ptr, struct local *, &v_local);

/* Text. */
#define BYTES_200                                  \
	"0123456789012345678901234567890123456789" \
	"0123456789012345678901234567890123456789" \
	"0123456789012345678901234567890123456789" \
	"0123456789012345678901234567890123456789" \
	"0123456789012345678901234567890123456789"

static char long_text[5001];

CASE(text, const char *, "hello");
CASE(text_plain, char *, (char[]){"writable"});
CASE(text_empty, const char *, "");
CASE(text_null, const char *, NULL);
CASE(text_dangling, const char *, (const char *)1);
CASE(text_utf8, const char *,
     "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80");
CASE(text_invalid, const char *, "a\xff\xc3(\xe2\x82 z\x80");
CASE(text_overlong, const char *, "\xc0\xaf\xe0\x80\xaf\xf0\x80\x80\xaf");
CASE(text_surrogate, const char *, "\xed\xa0\x80\xed\xbf\xbf");
CASE(text_too_big, const char *, "\xf4\x8f\xbf\xbf\xf4\x90\x80\x80\xf8");
CASE(text_escapes, const char *, "\"\\/\b\f\n\r\t\a\v\x1b\x01\x1f\x7f%s");
CASE(text_200, const char *, BYTES_200);
CASE(text_201, const char *, BYTES_200 "x");
CASE(text_cut_in_character, const char *, NULL);
CASE(text_long, const char *, long_text);
CASE(text_at_page_end, const char *, NULL);
CASE(text_typedef, const word *, &v_word);
QUALIFIED(text_const_ptr, const char *const, const char *, "constant");
CASE(text_volatile, volatile char *, (volatile char[]){"volatile"});
CASE(text_ptr, const char **, &v_text);
CASE(text_ptr_ptr, const char ***, &v_text_ptr);
CASE(text_ptr3, const char ****, &v_text_ptr_ptr);
CASE(wide_text, const wchar_t *, L"wide \u20ac \U0001f600");
CASE(wide_empty, const wchar_t *, L"");
CASE(wide_null, const wchar_t *, NULL);
CASE(wide_dangling, wchar_t *, (wchar_t *)4);
CASE(wide_long, const wchar_t *, L"" BYTES_200 "x");
CASE(utf16_text, const char16_t *, u"utf16 \u20ac \U0001f600");
CASE(utf32_text, const char32_t *, U"utf32 \u20ac \U0001f600");
CASE(utf16_broken, const char16_t *,
     (char16_t[]){0xd83d, 'a', 0xde00, 0xd83d, 0});
CASE(utf32_broken, const char32_t *, (char32_t[]){0xd83d, 'b', 0x110000, 0});
CASE(utf16_cut, const char16_t *, NULL);
CASE(octet_text, const unsigned char *, (const unsigned char *)"octets");

/* Arrays. */
ARRAY(array_int, int[4], {1, -2, 3, -4});
ARRAY(array_one, int[1], {5});
ARRAY(array_zero, int[0], {});
ARRAY(array_long, long[2], {1L << 62, -1});
ARRAY(array_bool, _Bool[3], {1, 0, 1});
ARRAY(array_double, double[3], {0.5, -0.0, 1e-5});
ARRAY(array_float, float[2], {1.5f, 0.1f});
ARRAY(array_ldouble, long double[2], {0.1L, -1});
ARRAY(array_complex, double _Complex [2], { 1 + 2 * I, -I });
ARRAY(array_int128, __int128[2], {-1, 1});
ARRAY(array_enum, enum colour[3], {BLUE, RED, (enum colour)9});
ARRAY(array_2d, int[2][3], {{1, 2, 3}, {4, 5, 6}});
ARRAY(array_3d, short[2][2][2], {{{1, 2}, {3, 4}}, {{5, 6}, {7, 8}}});
ARRAY(array_const, const int[2], {7, 8});
ARRAY(array_200, unsigned char[200], {1, [199] = 2});
ARRAY(array_201, unsigned char[201], {1, [200] = 2});
ARRAY(array_1000, int[1000], {0, 1, 2, [199] = 199, [200] = 200, [999] = 999});
ARRAY(array_tall, short[300][2], {{1, 2}, [199] = {3, 4}, [200] = {5, 6}});
ARRAY(array_ptr_int, int *[3], { &v_int, NULL, (int *)1 });
ARRAY(array_text, const char *[4], { "one", "", NULL, "four" });
ARRAY(array_void_ptr, void *[2], { &v_int, NULL });
ARRAY(array_struct, struct earlier[2], {{1, NULL, "x"}, {2, &v_later, NULL}});
ARRAY(array_opaque, struct opaque *[2], { (struct opaque *)&v_int, NULL });
ARRAY(char_array, char[8], "text");
ARRAY(char_full, char[4], {'f', 'u', 'l', 'l'});
ARRAY(char_nul_inside, char[8], "ab\0cd");
ARRAY(char_empty, char[4], "");
ARRAY(char_one, char[1], {'x'});
ARRAY(char_invalid, char[5], "a\xff\xfe");
ARRAY(char_300, char[300], BYTES_200 "tail");
ARRAY(char_2d, char[3][6], {"first", "2nd", ""});
ARRAY(char_typedef, letter[6], "abc");
ARRAY(const_char_array, const char[6], "const");
ARRAY(schar_array, signed char[3], {-1, 'a', 0});
ARRAY(uchar_array, unsigned char[3], {255, 'a', 0});
ARRAY(int8_array, int8_t[2], {'a', -128});
ARRAY(wchar_array, wchar_t[8], L"wide\u20ac");
ARRAY(wchar_full, wchar_t[2], {L'o', L'k'});
ARRAY(char16_array, char16_t[8], u"u16\U0001f600");
ARRAY(char32_array, char32_t[6], U"u32\U0001f600");

/* Functions. */
static int add(int a, int b)
{
	return a + b;
}

static int twice(int a)
{
	return 2 * a;
}

static int (*choose(int which))(int)
{
	return which ? twice : NULL;
}

static void nothing(void)
{
}

CASE(fn, int (*)(int), twice);
CASE(fn_two, int (*)(int, int), add);
CASE(fn_void, void (*)(void), nothing);
CASE(fn_null, int (*)(int), NULL);
CASE(fn_dangling, int (*)(int), (int (*)(int))1);
CASE(fn_in_data, void (*)(void), (void (*)(void)) & v_int);
CASE(fn_typedef, operation_ptr, add);
CASE(fn_typedef_ptr, operation *, add);
CASE(fn_returning_fn, int (*(*)(int))(int), choose);
CASE(fn_variadic, int (*)(const char *, ...), NULL);
CASE(fn_struct, struct earlier (*)(struct earlier), take_earlier);
CASE(fn_ptr_ptr, int (**)(int), &v_fn);
QUALIFIED(fn_const, int (*const)(int), int (*)(int), twice);
ARRAY(array_fn, int (*[3])(int, int), {add, NULL, add});
ARRAY(array_fn_2d, int (*[2][2])(int), {{twice, NULL}, {NULL, twice}});

/* Vectors. */
typedef int vec_int2 __attribute__((vector_size(8)));
typedef int vec_int4 __attribute__((vector_size(16)));
typedef float vec_float2 __attribute__((vector_size(8)));
typedef float vec_float4 __attribute__((vector_size(16)));
typedef double vec_double2 __attribute__((vector_size(16)));
typedef long vec_long2 __attribute__((vector_size(16)));
typedef unsigned char vec_byte16 __attribute__((vector_size(16)));
typedef short vec_short8 __attribute__((vector_size(16)));

SCALAR(vec_int2, vec_int2, {-1, 2});
SCALAR(vec_int4, vec_int4, {1, -2, 3, -4});
SCALAR(vec_float2, vec_float2, {0.1f, -0.5f});
SCALAR(vec_float4, vec_float4, {1, 2.5f, 0.1f, -0.0f});
SCALAR(vec_double2, vec_double2, {0.1, -1});
SCALAR(vec_long2, vec_long2, {-1, 1L << 40});
SCALAR(vec_byte16, vec_byte16, {1, 255, 'a', 98});
SCALAR(vec_short8, vec_short8, {-1, 2, 8});

/* Arrays whose length only the call knows. */
int r_vla;
int take_vla(int count, int values[count]);
TAKES int take_vla(int count, int values[count])
{
	arguments_ready();
	return r_vla = values[count - 1];
}
CALL(vla, 4, v_array_int);

int r_vla_2d;
int take_vla_2d(int rows, int columns, int (*values)[columns]);
TAKES int take_vla_2d(int rows, int columns, int (*values)[columns])
{
	arguments_ready();
	return r_vla_2d = values[rows - 1][columns - 1];
}
CALL(vla_2d, 2, 3, v_array_2d);

int r_unsized;
int take_unsized(const int values[], char name[static 4]);
TAKES int take_unsized(const int values[], char name[static 4])
{
	arguments_ready();
	return r_unsized = values[0] + name[0];
}
CALL(unsized, v_array_int, v_char_array);

/* Collected by the linker: every ENTRY() of all units. */
extern struct call __start_calls[], __stop_calls[];

/* Values that no initialiser can give. */
static int prepare(void)
{
	static char split_text[204];
	static char16_t split_pair[204];
	memset(long_text, 'x', sizeof(long_text) - 1);
	memset(split_text, 'y', 199);
	strcpy(split_text + 199,
	       "\xe2\x82\xac"); /* its last two bytes are cut off */
	v_text_cut_in_character = split_text;
	for (int i = 0; i < 199; i++)
		split_pair[i] = u'z';
	memcpy(split_pair + 199, u"\U0001f600", sizeof(u"\U0001f600"));
	v_utf16_cut = split_pair;

	/*
	 * Four bytes of text, no NUL, then nothing mapped: a debugger reads
	 * pages of PROT_NONE.
	 */
	long page = sysconf(_SC_PAGESIZE);
	char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (pages == MAP_FAILED)
		return -1;
	if (munmap(pages + page, page))
		return -1;
	memcpy(pages + page - 4, "edge", 4);
	v_text_at_page_end = pages + page - 4;
	return 0;
}

TAKES void arguments_ready(void)
{
	STAY();
}

int finished(int calls);
TAKES int finished(int calls)
{
	printf("%d calls\n", calls);
	return 0;
}

int main(int argc, char **argv)
{
	int calls = 0;

	if (prepare())
		return 2;
	for (struct call *call = __start_calls; call < __stop_calls; call++) {
		if (argc > 1 && strcmp(argv[1], call->name))
			continue;
		call->run();
		calls++;
	}
	return finished(calls) || !calls;
}
