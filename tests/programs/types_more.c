/* SPDX-License-Identifier: MIT */
/*
 * The types fixture, second unit: structs, unions, bitfields, the system's
 * own structs, and functions whose arguments do not fit the registers.
 * types.h explains how a case is written.
 */
#include <complex.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <wchar.h>

#include "types.h"

static int helper(int a)
{
	return a + 1;
}

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

/* Bitfields. */
enum speed {
	SPEED_SLOW,
	SPEED_FAST = 2
};
enum flag {
	FLAG_X = 1,
	FLAG_Y = 2,
	FLAG_Z = 4
};
struct bits_unsigned {
	unsigned int a : 1, b : 3, c : 12, d : 16;
};
struct bits_signed {
	int a : 1, b : 3, c : 12;
	signed char d : 4;
};
struct bits_bool {
	_Bool a : 1, b : 1;
	unsigned int c : 6;
};
struct bits_enum {
	enum speed a : 2;
	enum speed b : 8;
	enum flag c : 3;
};
struct bits_crossing {
	unsigned int a : 20, b : 20, c : 20;
};
struct bits_zero_width {
	unsigned int a : 3;
	unsigned int : 0;
	unsigned int b : 5;
	unsigned int : 7;
	unsigned int c : 9;
};
struct bits_long {
	unsigned long a : 33;
	long b : 31;
	long c : 63;
	unsigned long d : 64;
};
struct __attribute__((packed)) bits_packed {
	unsigned int a : 5;
	int b : 30;
	unsigned long c : 61;
	int d : 7;
};
struct bits_char {
	char a : 7;
	unsigned char b : 2;
	signed char c : 6;
};
struct bits_mixed {
	char before;
	unsigned short a : 9;
	int between;
	long b : 40;
	float after;
};
struct bits_typedef {
	uint8_t low : 4, high : 4;
	uint16_t word : 13;
	int64_t big : 50;
};
CASE(bits_unsigned, struct bits_unsigned, {1, 5, 4000, 65535});
CASE(bits_signed, struct bits_signed, {-1, -4, -2000, -8});
CASE(bits_bool, struct bits_bool, {1, 0, 42});
CASE(bits_enum, struct bits_enum,
     {SPEED_FAST, (enum speed)77, FLAG_X | FLAG_Z});
CASE(bits_crossing, struct bits_crossing, {0xfffff, 0x12345, 0xabcde});
CASE(bits_zero_width, struct bits_zero_width, {5, 21, 300});
CASE(bits_long, struct bits_long,
     {0x1ffffffffUL, -0x3fffffff, -(1L << 62), 0xfedcba9876543210});
CASE(bits_packed, struct bits_packed,
     {21, -123456789, 0x1234567890abcdefUL, -64});
CASE(bits_char, struct bits_char, {'a' & 0x3f, 3, -32});
CASE(bits_mixed, struct bits_mixed, {'m', 511, -1, -(1L << 39), 0.1f});
CASE(bits_typedef, struct bits_typedef, {9, 6, 8191, -(1L << 49)});
CASE(bits_ptr, struct bits_packed *, &v_bits_packed);

/* Members without a name. */
struct anonymous {
	int tag;
	union {
		int number;
		float real;
	};
	struct {
		short x, y;
	};
	int last;
};
struct anonymous_deep {
	struct {
		union {
			struct {
				unsigned char low, high;
			};
			unsigned short both;
		};
		union {
			struct {
				char a : 4;
				char b : 4;
			};
		};
	};
	const char *name;
};
struct nested {
	struct {
		int x;
		struct {
			long y;
		} deeper;
	} inner;
	union {
		int i;
		char c[4];
	} choice;
};
typedef struct {
	int x, y;
} point;
typedef union {
	double d;
	uint64_t bits;
} double_bits;
typedef struct point_list {
	point points[2];
	size_t count;
} point_list;
CASE(anonymous, struct anonymous, {1, {.real = 1.0f}, {2, -3}, 4});
CASE(anonymous_deep, struct anonymous_deep,
     {{{.both = 0x1234}, {{1, -2}}}, "deep"});
CASE(nested, struct nested, {{1, {2}}, {.c = "abc"}});
SCALAR(point, point, {3, -4});
SCALAR(double_bits, double_bits, {0.1});
SCALAR(point_list, point_list, {{{1, 2}, {3, 4}}, 2});
QUALIFIED(const_point, const point, point, {5, 6});
QUALIFIED(volatile_point, volatile point, point, {7, 8});
CASE(const_point_ptr, const point *, &v_const_point);
CASE(point_ptr_ptr, point **, &v_point_ptr);
CASE(point_dangling, point *, (point *)1);
CASE(point_null, point *, NULL);

/* Unions. */
union number {
	int i;
	float f;
};
union any {
	char c;
	long l;
	double d;
	char text[12];
};
union wide_union {
	long double ld;
	long l[2];
	__int128 i;
};
union big_union {
	char text[40];
	double d[3];
};
union nested_union {
	union number number;
	struct {
		short low;
		unsigned short high;
	} halves;
	uint32_t all;
};
union bits_union {
	unsigned int all;
	struct {
		unsigned int low : 4, middle : 20, high : 8;
	};
	struct {
		int sign : 1;
	} named;
};
struct union_inside {
	int kind;
	union bits_union bits;
	union any any;
};
union of_pointers {
	const char *text;
	const unsigned char *octets;
	void *any;
};
CASE(number, union number, {.f = 1.5f});
CASE(any, union any, {.text = "union text"});
CASE(wide_union, union wide_union, {.ld = 0.1L});
CASE(big_union, union big_union,
     {.text = "thirty-nine characters at the most"});
CASE(nested_union, union nested_union, {.all = 0x80017fff});
CASE(bits_union, union bits_union, {0xabcdef12});
CASE(union_inside, struct union_inside, {1, {0x12345678}, {.d = 0.1}});
CASE(of_pointers, union of_pointers, {"text"});
CASE(number_ptr, union number *, &v_number);
CASE(any_ptr, union any *, &v_any);

/* Arrays of no fixed length at the end of a struct. */
struct flexible {
	int count;
	short values[];
};
struct flexible_text {
	size_t length;
	char text[];
};
struct zero_length {
	int count;
	long values[0];
};
static struct flexible flexible_three = {3, {1, 2, 3}};
CASE(flexible, struct flexible, {2, {4, 5}});
CASE(flexible_ptr, struct flexible *, &flexible_three);
CASE(flexible_text, struct flexible_text, {4, {"text"}});
CASE(zero_length, struct zero_length, {6, {}});
CASE(zero_length_ptr, struct zero_length *, &v_zero_length);

/* Types that contain themselves. */
struct list {
	int value;
	struct list *next;
};
struct tree {
	const char *key;
	struct tree *left, *right;
};
struct ping {
	int number;
	struct pong *pong;
};
struct pong {
	struct ping *ping;
	char mark;
};
struct link {
	struct link *next, *previous;
};
struct linked {
	int number;
	struct link link;
};
struct with_self_fn {
	int (*call)(struct with_self_fn *self);
	struct with_self_fn *self;
};
static struct list list_5 = {5, NULL}, list_4 = {4, &list_5},
		   list_3 = {3, &list_4}, list_2 = {2, &list_3};
CASE(list, struct list, {1, &list_2});
CASE(list_ptr, struct list *, &list_3);
CASE(list_end, struct list, {9, NULL});
CASE(list_self, struct list, {7, &v_list_self});
CASE(list_self_ptr, struct list *, &v_list_self);
static struct list ring_2;
CASE(ring, struct list, {1, &ring_2});
static struct list ring_2 = {2, &v_ring};
CASE(ring_ptr, struct list *, &ring_2);
CASE(list_ptr_ptr, struct list **, &v_list_ptr);
CASE(list_broken, struct list, {8, (struct list *)1});
static struct tree leaf_a = {"a", NULL, NULL}, leaf_c = {"c", NULL, NULL};
CASE(tree, struct tree, {"b", &leaf_a, &leaf_c});
CASE(tree_ptr, struct tree *, &v_tree);
/* The same node twice, but never on one path: no cycle. */
CASE(tree_shared, struct tree, {"d", &leaf_a, &leaf_a});
CASE(ping, struct ping, {1, NULL});
static struct pong pong_back;
CASE(ping_back, struct ping, {2, &pong_back});
static struct pong pong_back = {&v_ping_back, 'p'};
CASE(pong_ptr, struct pong *, &pong_back);
CASE(linked, struct linked, {1, {&v_linked.link, &v_linked.link}});
CASE(link_ptr, struct link *, &v_linked.link);
static int call_self(struct with_self_fn *self)
{
	return self->self == self;
}
CASE(with_self_fn, struct with_self_fn, {call_self, &v_with_self_fn});

/* Structs as programs have them. */
struct person {
	char name[16];
	int age;
	double height;
	const char *town;
	struct person *friends[2];
};
struct operations {
	int (*open)(const char *path, int flags, ...);
	void (*close)(int);
	int (*steps[2])(int);
	const char *name;
};
struct deep_1 {
	struct deep_2 {
		struct deep_3 {
			struct deep_4 {
				int bottom;
			} four;
		} three;
	} two;
};
struct pointers_all {
	char *text;
	const wchar_t *wide;
	void *any;
	struct opaque *opaque;
	int *number;
	int **number_ptr;
	struct later *later;
	int (*function)(int);
	int (*row)[3];
};
struct qualified_members {
	const int a;
	volatile short b;
	int *const c;
	const char *const d;
	_Atomic int e;
};
struct matrix {
	double cells[2][2];
	char names[2][4];
};
static struct person ann = {"Ann", 30, 1.7, "Ulm", {NULL, NULL}};
static int row_3[3] = {1, 2, 3};
static int answer = 42, *answer_ptr = &answer;
CASE(person, struct person, {"Bob", 40, 1.8, "K\xc3\xb6ln", {&ann, &v_person}});
CASE(person_ptr, struct person *, &v_person);
ARRAY(persons, struct person[2], {{"Eve", 1, 0.5, NULL, {&ann, NULL}}});
CASE(operations, struct operations, {NULL, NULL, {helper, NULL}, "operations"});
CASE(operations_ptr, struct operations *, &v_operations);
CASE(deep, struct deep_1, {{{{5}}}});
CASE(deep_ptr, struct deep_1 *, &v_deep);
CASE(pointers_all, struct pointers_all,
     {(char[]){"text"}, L"wide", &answer, (struct opaque *)&answer, &answer,
      &answer_ptr, &v_later, helper, &row_3});
CASE(pointers_null, struct pointers_all, {0});
CASE(pointers_bad, struct pointers_all,
     {(char *)1, (wchar_t *)4, (void *)1, (struct opaque *)1, (int *)1,
      (int **)1, (struct later *)1, (int (*)(int))1, (int (*)[3])1});
CASE(pointers_ptr, struct pointers_all *, &v_pointers_all);
CASE(qualified_members, struct qualified_members, {1, 2, &answer, "const", 5});
CASE(matrix, struct matrix, {{{0.1, 0.2}, {0.3, 0.4}}, {"abc", "full"}});
ARRAY(array_points, point[3], {{1, 2}, {3, 4}, {5, 6}});
ARRAY(array_unions, union number[2], {{1}, {.f = 1}});
ARRAY(array_lists, struct list *[2], { &list_4, NULL });

/* The system's own. */
static jmp_buf jump;
CASE(time, time_t, 1700000000);
CASE(clock, clock_t, 12345);
CASE(timeval, struct timeval, {1700000000, 999999});
CASE(timespec, struct timespec, {-1, 5});
CASE(timeval_ptr, struct timeval *, &v_timeval);
CASE(tm, struct tm, {.tm_year = 123, .tm_mon = 10, .tm_zone = "UTC"});
CASE(stat, struct stat, {.st_mode = S_IFREG | 0644, .st_size = 1L << 33});
CASE(stat_ptr, struct stat *, &v_stat);
CASE(in_addr, struct in_addr, {0x0100007f});
CASE(sockaddr_in, struct sockaddr_in, {AF_INET, 0x5000, {0x0100007f}, {0}});
CASE(sockaddr_in6, struct sockaddr_in6, {.sin6_family = AF_INET6});
CASE(sockaddr_ptr, struct sockaddr *, (struct sockaddr *)&v_sockaddr_in);
CASE(div, div_t, {7, -1});
CASE(ldiv, ldiv_t, {1L << 40, -1});
CASE(iovec, struct iovec, {&answer, 4});
CASE(sigset, sigset_t, {{0x5}});
CASE(sigval, union sigval, {.sival_int = 9});
CASE(sigaction_ptr, struct sigaction *, NULL);
CASE(mbstate, mbstate_t, {0});
CASE(file_null, FILE *, NULL);
CASE(file_ptr_ptr, FILE **, &stdout);
ARRAY(jmp_buf, jmp_buf, {{{1, 2, 3}, 0, {{0}}}});
CASE(jmp_buf_ptr, jmp_buf *, &jump);
CASE(max_align, max_align_t, {1, 0.5L});

struct va_holder {
	va_list list;
	int number;
};
CASE(va_holder, struct va_holder, {.number = 6});

/* More arguments than registers, and what goes to the stack between them. */
long take_nine_ints(char a, short b, int c, long d, unsigned int e, _Bool f,
		    signed char g, short h, long i);
TAKES long take_nine_ints(char a, short b, int c, long d, unsigned int e,
			  _Bool f, signed char g, short h, long i)
{
	STAY();
	return a + b + c + d + e + f + g + h + i;
}
CALL(nine_ints, 'a', -2, 3, -4, 5, 1, -7, 8, -9);

double take_ten_doubles(double a, float b, double c, float d, double e, float f,
			double g, float h, double i, float j);
TAKES double take_ten_doubles(double a, float b, double c, float d, double e,
			      float f, double g, float h, double i, float j)
{
	STAY();
	return a + b + c + d + e + f + g + h + i + j;
}
CALL(ten_doubles, 0.1, 0.2f, 0.3, 0.4f, 0.5, 0.6f, 0.7, 0.8f, 0.9, 1.0f);

double take_mixed(int a, double b, struct double_int c, long d, float e,
		  struct bytes_24 f, char g, struct long_long h, int i,
		  struct int_double j);
TAKES double take_mixed(int a, double b, struct double_int c, long d, float e,
			struct bytes_24 f, char g, struct long_long h, int i,
			struct int_double j)
{
	STAY();
	return a + b + c.a + d + e + f.b[0] + g + h.a + i + j.b;
}
CALL(mixed, 1, 2.5, v_double_int, 4, 5.5f, v_bytes_24, 'g', v_long_long, 9,
     v_int_double);

/* The last register goes to d: a pair that no longer fits leaves it. */
long take_pair_too_late(long a, long b, long c, long d, long e,
			struct long_long pair, long f);
TAKES long take_pair_too_late(long a, long b, long c, long d, long e,
			      struct long_long pair, long f)
{
	STAY();
	return a + b + c + d + e + pair.b + f;
}
CALL(pair_too_late, 1, 2, 3, 4, 5, v_long_long, 7);

long double take_stack_ldouble(int a, long double b, int c, long double d,
			       double e);
TAKES long double take_stack_ldouble(int a, long double b, int c, long double d,
				     double e)
{
	STAY();
	return a + b + c + d + e;
}
CALL(stack_ldouble, 1, 0.1L, 3, -0.3L, 0.5);

__int128 take_int128_stack(long a, long b, long c, long d, long e, __int128 f,
			   long g, __int128 h);
TAKES __int128 take_int128_stack(long a, long b, long c, long d, long e,
				 __int128 f, long g, __int128 h)
{
	STAY();
	return a + b + c + d + e + f + g + h;
}
CALL(int128_stack, 1, 2, 3, 4, 5, -6, 7, (__int128)1 << 100);

struct bytes_40 take_sret(int a, double b, const char *c, struct bytes_17 d);
TAKES struct bytes_40 take_sret(int a, double b, const char *c,
				struct bytes_17 d)
{
	struct bytes_40 result = {{a, (int)b, c[0], d.b[0]}};

	STAY();
	return result;
}
CALL(sret, 1, 2.5, "three", v_bytes_17);

struct aligned32 take_aligned_stack(char a, struct aligned32 b, int c,
				    struct aligned16 d, struct aligned32 e);
TAKES struct aligned32 take_aligned_stack(char a, struct aligned32 b, int c,
					  struct aligned16 d,
					  struct aligned32 e)
{
	STAY();
	b.a += a + c + d.a + e.a;
	return b;
}
CALL(aligned_stack, 'a', v_aligned32, 3, v_aligned16, v_aligned32);

double take_packed_between(int a, struct misaligned b, struct empty c, int d,
			   union number e, struct only_ldouble f, int g);
TAKES double take_packed_between(int a, struct misaligned b, struct empty c,
				 int d, union number e, struct only_ldouble f,
				 int g)
{
	(void)c;
	STAY();
	return a + b.b + d + e.f + f.a + g;
}
CALL(packed_between, 1, v_misaligned, v_empty, 4, v_number, v_only_ldouble, 7);

double _Complex take_complex_mix(float _Complex a, double _Complex b, int c,
				 long double _Complex d);
TAKES double _Complex take_complex_mix(float _Complex a, double _Complex b,
				       int c, long double _Complex d)
{
	STAY();
	return a + b + c + d;
}
CALL(complex_mix, 1 + 2 * I, 3 - 4 * I, 5, 0.1L + 0.2L * I);

int take_variadic(const char *format, ...);
TAKES int take_variadic(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	int first = va_arg(list, int);
	va_end(list);
	return first;
}
CALL(variadic, "%d %f %s", 1, 2.5, "three");

int take_nothing(void);
TAKES int take_nothing(void)
{
	STAY();
	return 77;
}
CALL(nothing);

void take_only(int a);
TAKES void take_only(int a)
{
	(void)a;
	STAY();
}
CALL(only, 5);
