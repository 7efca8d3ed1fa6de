/* SPDX-License-Identifier: MIT */
/* Small on purpose: what the fuzzers of files start from.  One of every kind
 * of type and of function; tests/fuzz/make-seeds has the ways to build it. */
#include <stdarg.h>

typedef unsigned long word;
typedef int (*handler)(const void *, word);
enum color {
	RED,
	GREEN = 5,
	BLUE = -1
};

struct opaque;
union number {
	int i;
	float f;
	_Complex double c;
	__int128 wide;
};
struct node {
	struct node *next, *const *others;
	const char *name;
	enum color color : 3;
	unsigned flag : 1;
	struct {
		short x, y[2][3];
	};
	union number number;
	handler call;
	struct opaque *opaque;
	_Bool ok;
	long double real;
	unsigned char tail[];
};
typedef float quad __attribute__((vector_size(16)));

extern int outside(const char *path, int flags, ...);
struct node head = {.name = "head"};
static int count = 3;

static inline int twice(int x)
{
	return x * 2 + count;
}

static __attribute__((noinline)) int area(const struct node *n, word size,
					  int twist)
{
	return (int)size * n->number.i + twice(twist);
}

quad scale(quad q, volatile float *by, union number n)
{
	return q * *by * (float)n.i;
}

struct node *sum(int n, ...)
{
	va_list list;
	int squares[n];
	va_start(list, n);
	for (int i = 0; i < n; i++)
		squares[i] = va_arg(list, int);
	va_end(list);
	count += area(&head, (word)squares[0], 7) + outside("x", twice(n), 1);
	return &head;
}
