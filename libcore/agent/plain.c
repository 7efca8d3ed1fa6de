/* SPDX-License-Identifier: MIT */
/*
 * What compilers and the shared code call of the C library, in plain C: the
 * program's own may be hooked.  Without vector registers, in words.
 */
#include <stddef.h>
#include <stdint.h>

/* A loop in memcpy() must not become a call of memcpy(). */
#ifndef __clang__
#pragma GCC optimize("no-tree-loop-distribute-patterns")
#endif

typedef uint64_t __attribute__((may_alias, aligned(1))) word;
typedef uint32_t __attribute__((may_alias, aligned(1))) half;

#define ONES  UINT64_C(0x0101010101010101)
#define HIGHS UINT64_C(0x8080808080808080)

void *memcpy(void *to, const void *from, size_t size);
void *memset(void *to, int byte, size_t size);
int memcmp(const void *a, const void *b, size_t size);
int bcmp(const void *a, const void *b, size_t size);
void *memchr(const void *bytes, int byte, size_t size);
char *strchr(const char *text, int byte);
int strcmp(const char *a, const char *b);
size_t strlen(const char *text);
size_t strnlen(const char *text, size_t most);
const unsigned short **__ctype_b_loc(void);

void *memcpy(void *to, const void *from, size_t size)
{
	char *t = to;
	const char *f = from;
	if (size >= 8) {
		/* The last word first: it may overlap those before it. */
		word last = *(const word *)(f + size - 8);
		size_t at = 0;
		for (; at + 32 <= size; at += 32) {
			word a = *(const word *)(f + at);
			word b = *(const word *)(f + at + 8);
			word c = *(const word *)(f + at + 16);
			word d = *(const word *)(f + at + 24);
			*(word *)(t + at) = a;
			*(word *)(t + at + 8) = b;
			*(word *)(t + at + 16) = c;
			*(word *)(t + at + 24) = d;
		}
		for (; at + 8 <= size; at += 8)
			*(word *)(t + at) = *(const word *)(f + at);
		*(word *)(t + size - 8) = last;
		return to;
	}
	if (size >= 4) {
		half last = *(const half *)(f + size - 4);
		*(half *)t = *(const half *)f;
		*(half *)(t + size - 4) = last;
		return to;
	}
	for (size_t i = 0; i < size; i++)
		t[i] = f[i];
	return to;
}

void *memset(void *to, int byte, size_t size)
{
	char *t = to;
	word all = ONES * (unsigned char)byte;
	size_t at = 0;
	for (; at + 8 <= size; at += 8)
		*(word *)(t + at) = all;
	for (; at < size; at++)
		t[at] = (char)byte;
	return to;
}

int memcmp(const void *a, const void *b, size_t size)
{
	const unsigned char *x = a, *y = b;
	size_t at = 0;
	while (at + 8 <= size &&
	       *(const word *)(x + at) == *(const word *)(y + at))
		at += 8;
	for (; at < size; at++)
		if (x[at] != y[at])
			return x[at] - y[at];
	return 0;
}

/* clang's, where only equality is asked for. */
int bcmp(const void *a, const void *b, size_t size)
{
	return memcmp(a, b, size);
}

void *memchr(const void *bytes, int byte, size_t size)
{
	const unsigned char *b = bytes;
	word pattern = ONES * (unsigned char)byte;
	size_t at = 0;
	for (; at + 8 <= size; at += 8) {
		word x = *(const word *)(b + at) ^ pattern;
		word found = (x - ONES) & ~x & HIGHS;
		if (found)
			return (void *)(uintptr_t)(b + at +
						   __builtin_ctzll(found) / 8);
	}
	for (; at < size; at++)
		if (b[at] == (unsigned char)byte)
			return (void *)(uintptr_t)(b + at);
	return NULL;
}

char *strchr(const char *text, int byte)
{
	for (;; text++) {
		if (*text == (char)byte)
			return (char *)(uintptr_t)text;
		if (!*text)
			return NULL;
	}
}

int strcmp(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return (unsigned char)*a - (unsigned char)*b;
}

size_t strnlen(const char *text, size_t most)
{
	size_t size = 0;
	while (size < most && text[size])
		size++;
	return size;
}

size_t strlen(const char *text)
{
	return strnlen(text, SIZE_MAX / 2);
}

/* For isdigit(), which is all that tail.c asks: the bit of <ctype.h>. */
const unsigned short **__ctype_b_loc(void)
{
	enum {
		IS_DIGIT = 1 << 11,
		FIRST = 128 /* EOF and signed characters are before it */
	};
#define DIGIT(c) [FIRST + (c)] = IS_DIGIT
	static const unsigned short table[FIRST + 256] = {
	    DIGIT('0'), DIGIT('1'), DIGIT('2'), DIGIT('3'), DIGIT('4'),
	    DIGIT('5'), DIGIT('6'), DIGIT('7'), DIGIT('8'), DIGIT('9')};
	static const unsigned short *zero;
	zero = table + FIRST;
	return &zero;
}
