/* SPDX-License-Identifier: MIT */
/*
 * Functions whose arguments are where the ABI has them, and functions whose
 * arguments the compiler has moved: built with optimization, clones.
 */
#include <stdlib.h>

#define NOINLINE __attribute__((noinline))

struct two {
	long a, b;
};

struct small {
	int a, b;
};

struct big {
	long words[5];
};

/* GCC describes it without its members. */
typedef union {
	const struct two *two;
	const struct small *small;
} any_pair __attribute__((transparent_union));

volatile int sink;

/* b and unused are the same in every call. */
NOINLINE static int constant(int a, int b, int unused)
{
	sink = a * b;
	return sink + b;
}

/* Only one member of *pair is needed. */
NOINLINE static int scalar(struct two *pair, int x)
{
	sink = x;
	return (int)pair->a + x;
}

NOINLINE static long two_registers(struct two pair, int x)
{
	sink = x;
	return pair.a * pair.b + x;
}

/* Clang drops `unused` and passes `last` in its register. */
NOINLINE static int dropped(int first, int unused, int last)
{
	sink = first;
	sink = last;
	return first * last;
}

NOINLINE long small_struct(struct small small, double real)
{
	sink = (int)real;
	return small.a * small.b;
}

NOINLINE long in_memory(struct big big, double real, long double longest)
{
	sink = (int)real;
	return big.words[3] + (long)longest;
}

NOINLINE long many(int a, int b, int c, int d, int e, int f, int g,
		   struct two pair)
{
	sink = g;
	return pair.a + a + b + c + d + e + f;
}

/* The last one is in memory, and written: it gets a location list. */
NOINLINE int on_stack(int a, int b, int c, int d, int e, int f, long last)
{
	sink = (int)last;
	last = last * a + sink;
	sink = (int)last;
	last += b + c + d + e + f;
	return (int)last;
}

static inline int always(int value)
{
	sink = value;
	return value * 3;
}

int also_inlined(int value)
{
	sink = value + 1;
	return value - 3;
}

NOINLINE int old_style(a, b)
int a;
char b;
{
	sink = a + b;
	return a;
}

NOINLINE int variadic(const char *format, ...)
{
	sink = format[0];
	return sink;
}

NOINLINE static int same_everywhere(const char *text, int count)
{
	sink = text[count];
	return sink;
}

int (*keep)(const char *, int) = same_everywhere;

NOINLINE int transparent(any_pair any, int x)
{
	sink = any.small->a;
	return x;
}

_Noreturn NOINLINE void leave(int status)
{
	exit(status);
}

int main(int argc, char **argv)
{
	struct two pair = {argc, argc + 2};
	sink = constant(argc, 7, 3);
	sink += scalar(&pair, argc);
	sink += (int)two_registers(pair, argc);
	sink += dropped(argc, 3, argc + 1);
	sink += (int)small_struct((struct small){argc, 2}, argc);
	sink += (int)in_memory((struct big){{argc}}, 1, 2);
	sink += (int)many(1, 2, 3, 4, 5, 6, argc, pair);
	sink += on_stack(1, 2, 3, 4, 5, 6, argc);
	sink += always(argc) + always(sink);
	sink += also_inlined(argc);
	sink += old_style(sink, 'x');
	sink += variadic(argv[0], 1, 2.0);
	sink += same_everywhere(argv[0], argc);
	sink += transparent(&pair, argc);
	leave(abs(sink) > 0);
}
