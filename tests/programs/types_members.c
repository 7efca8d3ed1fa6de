/* SPDX-License-Identifier: MIT */
/*
 * The types fixture, third unit: what structs and unions hold.  Bitfields,
 * members without a name, arrays without a length, types that contain
 * themselves, and structs as programs and the system have them.  types.h
 * explains how a case is written.
 */
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
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
