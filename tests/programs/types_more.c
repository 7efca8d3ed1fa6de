/* SPDX-License-Identifier: MIT */
/*
 * The types fixture, second unit: how values travel.  Structs of every size
 * and register class, layout, and functions whose arguments do not fit the
 * registers.  types.h explains how a case is written.
 */
#include <complex.h>
#include <stdarg.h>
#include <stddef.h>

#include "types.h"

/* Completing types.c's declaration, and a declaration types.c completes. */
struct later {
	int number;
	struct earlier *earlier;
	char name[8];
};
CASE(later, struct later, {31, &v_earlier, "later"});
CASE(earlier_ptr, struct earlier *, &v_earlier);

/* The same tag means another struct in types.c. */
struct local {
	double real;
	const char *text;
};
CASE(local_more, struct local, {0.25, "local"});
CASE(local_more_ptr, struct local *, &v_local_more);

/* Sizes: each changes how a struct travels. */
#define BYTES(N)                    \
	struct bytes_##N {          \
		unsigned char b[N]; \
	};                          \
	CASE(bytes_##N, struct bytes_##N, {{N}})

BYTES(1);
BYTES(2);
BYTES(3);
BYTES(4);
BYTES(5);
BYTES(6);
BYTES(7);
BYTES(8);
BYTES(9);
BYTES(12);
BYTES(15);
BYTES(16);
BYTES(17);
BYTES(24);
BYTES(31);
BYTES(32);
BYTES(40);
BYTES(64);
BYTES(65);
BYTES(100);

/* Register classes (System V ABI, section 3.2.3). */
#define PAIR(NAME, FIRST, SECOND, ...) \
	struct NAME {                  \
		FIRST a;               \
		SECOND b;              \
	};                             \
	CASE(NAME, struct NAME, __VA_ARGS__)
#define WRAP(NAME, TYPE, ...) \
	struct NAME {         \
		TYPE a;       \
	};                    \
	CASE(NAME, struct NAME, {__VA_ARGS__})

PAIR(float_float, float, float, {0.1f, -2});
PAIR(float_int, float, int, {0.5f, -3});
PAIR(int_float, int, float, {-4, 0.25f});
PAIR(double_int, double, int, {0.1, -5});
PAIR(int_double, int, double, {-6, 1e100});
PAIR(double_double, double, double, {0.1, 0.2});
PAIR(double_float, double, float, {0.3, 0.4f});
PAIR(long_long, long, long, {-7, 1L << 40});
PAIR(long_double_pair, long, double, {8, 0.8});
PAIR(char_long, char, long, {'q', -9});
PAIR(short_char, short, char, {-10, 'r'});
PAIR(ptr_int, char *, int, {NULL, 11});
PAIR(int128_long, __int128, long, {-1, 12});
PAIR(ldouble_int, long double, int, {0.1L, 13});
PAIR(bool_double, _Bool, double, {1, 0.5});
PAIR(cfloat_int, float _Complex, int, {1.5f + 2 * I, 14});
WRAP(only_char, char, 's');
WRAP(only_float, float, 0.1f);
WRAP(only_double, double, 0.1);
WRAP(only_ldouble, long double, 0.1L);
WRAP(only_int128, __int128, -2);
WRAP(only_cfloat, float _Complex, 1 - 2 * I);
WRAP(only_cdouble, double _Complex, 0.1 - 2 * I);
WRAP(only_cldouble, long double _Complex, 1 + 0.1L * I);
WRAP(only_ptr, int *, NULL);

struct three_chars {
	char text[3];
};
struct four_floats {
	float f[4];
};
struct three_floats {
	float x, y, z;
};
struct two_doubles {
	double d[2];
};
struct three_doubles {
	double d[3];
};
struct float_in_struct {
	struct float_float inner;
	int tail;
};
struct floats_then_ints {
	float f[2];
	int i[2];
};
struct empty {
};
struct empty_inside {
	struct empty nothing;
	int number;
};
CASE(three_chars, struct three_chars, {"abc"});
CASE(four_floats, struct four_floats, {{1, 0.1f, -0.0f, 4}});
CASE(three_floats, struct three_floats, {1, 2, 0.3f});
CASE(two_doubles, struct two_doubles, {{0.1, -1}});
CASE(three_doubles, struct three_doubles, {{0.1, -1, 1e-300}});
CASE(float_in_struct, struct float_in_struct, {{0.5f, 1.5f}, 9});
CASE(floats_then_ints, struct floats_then_ints, {{0.5f, 1.5f}, {1, -1}});
CASE(empty, struct empty, {});
CASE(empty_inside, struct empty_inside, {{}, 3});
CASE(empty_ptr, struct empty *, &v_empty);

/* Layout: holes, packing, alignment. */
struct holey {
	char a;
	long b;
	char c;
	int d;
	short e;
};
struct __attribute__((packed)) packed {
	char a;
	long b;
	char c;
	double d;
};
/* A misaligned member makes the class MEMORY, however small the struct. */
struct __attribute__((packed)) misaligned {
	char a;
	int b;
};
struct __attribute__((aligned(16))) aligned16 {
	int a;
};
struct __attribute__((aligned(32))) aligned32 {
	int a;
	char b;
};
struct aligned_member {
	char a;
	long b __attribute__((aligned(16)));
	char c;
};
CASE(holey, struct holey, {'a', -2, 'c', 4, -5});
CASE(packed, struct packed, {'a', 1L << 50, 'c', 0.1});
CASE(misaligned, struct misaligned, {'a', -77});
CASE(aligned16, struct aligned16, {16});
CASE(aligned32, struct aligned32, {32, 'x'});
CASE(aligned_member, struct aligned_member, {'a', 2, 'c'});
CASE(packed_ptr, struct packed *, &v_packed);

/* In a union, the classes of all members merge. */
union int_or_float {
	int i;
	float f;
};
CASE(int_or_float, union int_or_float, {.f = 1.5f});

/*
 * More arguments than registers, and what goes to the stack between them.
 * What take_NAME returned stays in r_NAME.
 */
long r_nine_ints;
long take_nine_ints(char a, short b, int c, long d, unsigned int e, _Bool f,
		    signed char g, short h, long i);
TAKES long take_nine_ints(char a, short b, int c, long d, unsigned int e,
			  _Bool f, signed char g, short h, long i)
{
	arguments_ready();
	return r_nine_ints = a + b + c + d + e + f + g + h + i;
}
CALL(nine_ints, 'a', -2, 3, -4, 5, 1, -7, 8, -9);

double r_ten_doubles;
double take_ten_doubles(double a, float b, double c, float d, double e, float f,
			double g, float h, double i, float j);
TAKES double take_ten_doubles(double a, float b, double c, float d, double e,
			      float f, double g, float h, double i, float j)
{
	arguments_ready();
	return r_ten_doubles = a + b + c + d + e + f + g + h + i + j;
}
CALL(ten_doubles, 0.1, 0.2f, 0.3, 0.4f, 0.5, 0.6f, 0.7, 0.8f, 0.9, 1.0f);

double r_mixed;
double take_mixed(int a, double b, struct double_int c, long d, float e,
		  struct bytes_24 f, char g, struct long_long h, int i,
		  struct int_double j);
TAKES double take_mixed(int a, double b, struct double_int c, long d, float e,
			struct bytes_24 f, char g, struct long_long h, int i,
			struct int_double j)
{
	arguments_ready();
	return r_mixed = a + b + c.a + d + e + f.b[0] + g + h.a + i + j.b;
}
CALL(mixed, 1, 2.5, v_double_int, 4, 5.5f, v_bytes_24, 'g', v_long_long, 9,
     v_int_double);

/* The last register goes to d: a pair that no longer fits leaves it. */
long r_pair_too_late;
long take_pair_too_late(long a, long b, long c, long d, long e,
			struct long_long pair, long f);
TAKES long take_pair_too_late(long a, long b, long c, long d, long e,
			      struct long_long pair, long f)
{
	arguments_ready();
	return r_pair_too_late = a + b + c + d + e + pair.b + f;
}
CALL(pair_too_late, 1, 2, 3, 4, 5, v_long_long, 7);

long double r_stack_ldouble;
long double take_stack_ldouble(int a, long double b, int c, long double d,
			       double e);
TAKES long double take_stack_ldouble(int a, long double b, int c, long double d,
				     double e)
{
	arguments_ready();
	return r_stack_ldouble = a + b + c + d + e;
}
CALL(stack_ldouble, 1, 0.1L, 3, -0.3L, 0.5);

__int128 r_int128_stack;
__int128 take_int128_stack(long a, long b, long c, long d, long e, __int128 f,
			   long g, __int128 h);
TAKES __int128 take_int128_stack(long a, long b, long c, long d, long e,
				 __int128 f, long g, __int128 h)
{
	arguments_ready();
	return r_int128_stack = a + b + c + d + e + f + g + h;
}
CALL(int128_stack, 1, 2, 3, 4, 5, -6, 7, (__int128)1 << 100);

struct bytes_40 r_sret;
struct bytes_40 take_sret(int a, double b, const char *c, struct bytes_17 d);
TAKES struct bytes_40 take_sret(int a, double b, const char *c,
				struct bytes_17 d)
{
	struct bytes_40 result = {{a, (int)b, c[0], d.b[0]}};

	arguments_ready();
	return r_sret = result;
}
CALL(sret, 1, 2.5, "three", v_bytes_17);

struct aligned32 r_aligned_stack;
struct aligned32 take_aligned_stack(char a, struct aligned32 b, int c,
				    struct aligned16 d, struct aligned32 e);
TAKES struct aligned32 take_aligned_stack(char a, struct aligned32 b, int c,
					  struct aligned16 d,
					  struct aligned32 e)
{
	arguments_ready();
	b.a += a + c + d.a + e.a;
	return r_aligned_stack = b;
}
CALL(aligned_stack, 'a', v_aligned32, 3, v_aligned16, v_aligned32);

double r_packed_between;
double take_packed_between(int a, struct misaligned b, struct empty c, int d,
			   union int_or_float e, struct only_ldouble f, int g);
TAKES double take_packed_between(int a, struct misaligned b, struct empty c,
				 int d, union int_or_float e,
				 struct only_ldouble f, int g)
{
	(void)c;
	arguments_ready();
	return r_packed_between = a + b.b + d + e.f + f.a + g;
}
CALL(packed_between, 1, v_misaligned, v_empty, 4, v_int_or_float,
     v_only_ldouble, 7);

double _Complex r_complex_mix;
double _Complex take_complex_mix(float _Complex a, double _Complex b, int c,
				 long double _Complex d);
TAKES double _Complex take_complex_mix(float _Complex a, double _Complex b,
				       int c, long double _Complex d)
{
	arguments_ready();
	return r_complex_mix = a + b + c + d;
}
CALL(complex_mix, 1 + 2 * I, 3 - 4 * I, 5, 0.1L + 0.2L * I);

int r_variadic;
int take_variadic(const char *format, ...);
TAKES int take_variadic(const char *format, ...)
{
	va_list list;

	arguments_ready();
	va_start(list, format);
	int first = va_arg(list, int);
	va_end(list);
	return r_variadic = first;
}
CALL(variadic, "%d %f %s", 1, 2.5, "three");

int r_nothing;
int take_nothing(void);
TAKES int take_nothing(void)
{
	arguments_ready();
	return r_nothing = 77;
}
CALL(nothing);

void take_only(int a);
TAKES void take_only(int a)
{
	(void)a;
	arguments_ready();
}
CALL(only, 5);
