/* SPDX-License-Identifier: MIT */
/*
 * Types of every shape, included by the fixture that describes them in its
 * DWARF and by the test that knows them from the compiler: sizeof, offsetof
 * and, for bitfields, the bits that change when the member is written.
 *
 * Every struct shape_X has its variable v_shape_X in the fixture.
 */
#ifndef TESTS_PROGRAMS_TYPE_SHAPES_H
#define TESTS_PROGRAMS_TYPE_SHAPES_H

#include <stdbool.h>
#include <stdint.h>
#include <uchar.h>

enum colour {
	RED,
	GREEN = 5,
	BLUE
};
enum flags {
	FLAG_A = 1,
	FLAG_B = 2,
	FLAG_C = 4
};
enum below {
	BELOW = -3,
	ABOVE = 7
};
enum lowest {
	LOWEST = -2147483647 - 1,
	LOWEST_ONE = 1
};
enum wide {
	WIDE_LOW = 1,
	WIDE_TOP = 0x80000000u
};
enum huge {
	HUGE_ONE = 1,
	HUGE_TOP = 0x8000000000000000u
};
enum __attribute__((packed)) tiny {
	TINY_LOW = 1,
	TINY_HIGH = 200
};
enum several {
	SEVERAL_ONE = 1,
	SEVERAL_THREE = 3
};

struct shape_plain {
	char c;
	short s;
	int i;
	long l;
	float f;
	double d;
	long double ld;
	bool b;
	const char *name;
	enum colour colour;
	unsigned char bytes[3];
};

struct shape_bits {
	unsigned a : 3;
	unsigned b : 7;
	int c : 12;
	unsigned long d : 40;
	bool e : 1;
	unsigned char f : 5;
	int : 0;
	short g : 9;
	int tail;
};

struct __attribute__((packed)) shape_packed_bits {
	unsigned a : 5;
	unsigned b : 30;
	unsigned long c : 50;
	char d;
	int e : 11;
};

struct shape_nested {
	int tag;
	union {
		int number;
		float real;
		struct {
			short low, high;
		};
	};
	struct {
		char text[6];
	} named;
};

struct __attribute__((packed)) shape_packed {
	char c;
	int i;
	double d;
};

struct shape_aligned {
	char c;
	_Alignas(32) int i;
} __attribute__((aligned(64)));

struct shape_flexible {
	unsigned count;
	int items[];
};

struct shape_none {
	unsigned count;
	int items[0];
};

struct shape_list {
	struct shape_list *next;
	struct shape_list *(*step)(struct shape_list *, int);
	struct hidden *hidden;
};

struct shape_matrix {
	int cells[5][3];
	const char *names[2][2][2];
};

union shape_union {
	int i;
	char bytes[12];
	struct shape_plain plain;
};

struct shape_empty {
};

/* The fixture's first unit knows no more of these than their names. */
struct hidden;
union hidden_union;
#ifndef TYPE_SHAPES_HIDE
struct hidden {
	int secret;
	char text[28];
};
union hidden_union {
	int i;
	struct hidden hidden;
};
#endif

#endif
