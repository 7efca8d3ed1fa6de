/* SPDX-License-Identifier: MIT */
/*
 * usage: prototype FILE FUNCTION...
 *
 * How long it takes from an unopened file to the prototypes of functions in
 * it, and which part of that was the first.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "ctester/function.h"

static double now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void check(struct ct_error *err)
{
	if (!err)
		return;
	fprintf(stderr, "prototype: %s\n", ct_error_message(err));
	exit(1);
}

static void find(struct ct_image *image, struct ct_types *types,
		 const char *name)
{
	const struct ct_symbol *const *symbols;
	const struct ct_function *function = NULL;
	size_t count;
	check(ct_image_symbols_named(image, name, &count, &symbols));
	if (count)
		check(ct_types_function_at(types, symbols[0]->addr, &function));
	if (function)
		return;
	fprintf(stderr, "prototype: no prototype of %s\n", name);
	exit(1);
}

int main(int argc, char **argv)
{
	struct ct_image *image;
	struct ct_types *types;
	if (argc < 3)
		return 2;
	double begin = now();
	check(ct_image_open(argv[1], &image));
	check(ct_types_create(image, &types));
	find(image, types, argv[2]);
	double first = now() - begin;
	for (int i = 3; i < argc; i++)
		find(image, types, argv[i]);
	printf("first %.6f s, all %.6f s\n", first, now() - begin);
	ct_types_destroy(types);
	ct_image_close(image);
	return 0;
}
