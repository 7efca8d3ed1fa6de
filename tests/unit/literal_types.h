/* SPDX-License-Identifier: MIT */
/*
 * C types and their struct ct_type by hand, for tests of what takes text:
 * sizes and offsets come from the compiler.
 */
#ifndef CT_TESTS_LITERAL_TYPES_H
#define CT_TESTS_LITERAL_TYPES_H

#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

#include "type/model.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define BASE(variable, ctype, meaning)                                 \
	__attribute__((unused)) static struct ct_type t_##variable = { \
	    .kind = CT_TYPE_BASE,                                      \
	    .encoding = CT_ENCODING_##meaning,                         \
	    .name = #ctype,                                            \
	    .size = sizeof(ctype),                                     \
	}
#define POINTER(variable, to)                                          \
	__attribute__((unused)) static struct ct_type t_##variable = { \
	    .kind = CT_TYPE_POINTER,                                   \
	    .size = 8,                                                 \
	    .target = &t_##to,                                         \
	}
#define ARRAY(variable, of, number, bytes)                             \
	__attribute__((unused)) static struct ct_type t_##variable = { \
	    .kind = CT_TYPE_ARRAY,                                     \
	    .target = &t_##of,                                         \
	    .count_known = true,                                       \
	    .count = (number),                                         \
	    .size = (bytes),                                           \
	}
#define RECORD(variable, tag, what, ctype)                             \
	__attribute__((unused)) static struct ct_type t_##variable = { \
	    .kind = CT_TYPE_##what,                                    \
	    .name = (tag),                                             \
	    .size = sizeof(ctype),                                     \
	    .part_count = COUNT(variable##_members),                   \
	    .members = variable##_members,                             \
	}
#define MEMBER(ctype, member, is)                         \
	{                                                 \
		.name = #member, .type = &t_##is,         \
		.bit_offset = 8 * offsetof(ctype, member) \
	}
#define BITS(member, is, offset, bits)                                    \
	{                                                                 \
		.name = #member, .type = &t_##is, .bit_offset = (offset), \
		.bit_size = (bits)                                        \
	}

BASE(bool, _Bool, BOOL);
BASE(char, char, CHAR);
BASE(schar, signed char, SIGNED);
BASE(uchar, unsigned char, UNSIGNED);
BASE(short, short, SIGNED);
BASE(ushort, unsigned short, UNSIGNED);
BASE(int, int, SIGNED);
BASE(uint, unsigned int, UNSIGNED);
BASE(long, long, SIGNED);
BASE(ulong, unsigned long, UNSIGNED);
BASE(i128, __int128, SIGNED);
BASE(u128, unsigned __int128, UNSIGNED);
BASE(float, float, FLOAT);
BASE(double, double, FLOAT);
BASE(ldouble, long double, FLOAT);
BASE(cfloat, _Complex float, COMPLEX);
BASE(cdouble, _Complex double, COMPLEX);

__attribute__((unused)) static struct ct_type t_void = {.kind = CT_TYPE_VOID,
							.name = "void"};
__attribute__((unused)) static struct ct_type t_wchar = {
    .kind = CT_TYPE_TYPEDEF, .name = "wchar_t", .target = &t_int};
__attribute__((unused)) static struct ct_type t_size = {
    .kind = CT_TYPE_TYPEDEF, .name = "size_t", .target = &t_ulong};
__attribute__((unused)) static struct ct_type t_const_char = {
    .kind = CT_TYPE_QUALIFIED,
    .qualifier = CT_QUALIFIER_CONST,
    .target = &t_char};

POINTER(charp, char);
POINTER(string, const_char);
POINTER(strings, string);
POINTER(voidp, void);
POINTER(ucharp, uchar);
POINTER(intp, int);
POINTER(wcharp, wchar);

enum color {
	RED,
	GREEN,
	BLUE = 7
};
__attribute__((
    unused)) static const struct ct_enumerator color_enumerators[] = {
    {"RED", RED}, {"GREEN", GREEN}, {"BLUE", BLUE}};
__attribute__((unused)) static struct ct_type t_color = {.kind = CT_TYPE_ENUM,
							 .name = "color",
							 .size = 4,
							 .target = &t_uint,
							 .part_count = 3,
							 .enumerators =
							     color_enumerators};

enum mode {
	NONE = 0,
	READ = 1,
	WRITE = 2,
	EXEC = 4,
	HIGH = 0x80000000u
};
__attribute__((unused)) static const struct ct_enumerator mode_enumerators[] = {
    {"NONE", 0},
    {"READ", READ},
    {"WRITE", WRITE},
    {"EXEC", EXEC},
    {"HIGH", (int32_t)HIGH}};
__attribute__((unused)) static struct ct_type t_mode = {.kind = CT_TYPE_ENUM,
							.name = "mode",
							.size = 4,
							.target = &t_uint,
							.part_count = 5,
							.enumerators =
							    mode_enumerators};

enum level {
	LOW = -2,
	MIDDLE = 0
};
__attribute__((
    unused)) static const struct ct_enumerator level_enumerators[] = {
    {"LOW", LOW}, {"MIDDLE", MIDDLE}};
__attribute__((unused)) static struct ct_type t_level = {.kind = CT_TYPE_ENUM,
							 .name = "level",
							 .size = 4,
							 .target = &t_int,
							 .part_count = 2,
							 .enumerators =
							     level_enumerators};

struct point {
	int x;
	double y;
};
static const struct ct_member point_members[] = {
    MEMBER(struct point, x, int), MEMBER(struct point, y, double)};
RECORD(point, "point", STRUCT, struct point);
POINTER(pointp, point);

/* struct flags, as gcc and clang lay it out (psABI 3.1.2, bit-fields). */
struct flags {
	unsigned a : 3;
	int b : 5;
	unsigned long wide : 40;
	enum color color : 4;
	_Bool on : 1;
};
static const struct ct_member flags_members[] = {
    BITS(a, uint, 0, 3), BITS(b, int, 3, 5), BITS(wide, ulong, 8, 40),
    BITS(color, color, 48, 4), BITS(on, bool, 52, 1)};
RECORD(flags, "flags", STRUCT, struct flags);

union number {
	int i;
	double d;
	const char *s;
};
static const struct ct_member number_members[] = {
    MEMBER(union number, i, int), MEMBER(union number, d, double),
    MEMBER(union number, s, string)};
RECORD(number, NULL, UNION, union number);

struct name_buffer {
	char text[8];
	int matrix[2][3];
};
ARRAY(char8, char, 8, 8);
ARRAY(int3, int, 3, 12);
ARRAY(int23, int3, 2, 24);
static const struct ct_member name_buffer_members[] = {
    MEMBER(struct name_buffer, text, char8),
    MEMBER(struct name_buffer, matrix, int23)};
RECORD(name_buffer, "name_buffer", STRUCT, struct name_buffer);

/* Anonymous members and a list. */
struct node {
	struct point origin;
	union {
		int i;
		double d;
		const char *s;
	};
	struct {
		short left;
		short right;
	};
	struct node *next;
	const char *name;
};
static const struct ct_member sides_members[] = {
    {.name = "left", .type = &t_short},
    {.name = "right", .type = &t_short, .bit_offset = 16}};
RECORD(sides, NULL, STRUCT, short[2]);
static struct ct_type t_nodep;
static const struct ct_member node_members[] = {
    MEMBER(struct node, origin, point),
    {.type = &t_number, .bit_offset = 8 * offsetof(struct node, i)},
    {.type = &t_sides, .bit_offset = 8 * offsetof(struct node, left)},
    MEMBER(struct node, next, nodep),
    MEMBER(struct node, name, string)};
RECORD(node, "node", STRUCT, struct node);
static struct ct_type t_nodep = {
    .kind = CT_TYPE_POINTER, .size = 8, .target = &t_node};

#endif
