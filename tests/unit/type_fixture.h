/* SPDX-License-Identifier: MIT */
/*
 * Opens the fixtures of the type room, out of the directory that the
 * environment variable CTESTER_FIXTURES names.
 */
#ifndef CT_TESTS_TYPE_FIXTURE_H
#define CT_TESTS_TYPE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "ctester/function.h"

struct fixture {
	const char *name;
	struct ct_image *image;
	struct ct_types *types;
};

#define assert_success(expression) \
	expect_success(expression, __FILE__, __LINE__)

static inline void expect_success(struct ct_error *err, const char *file,
				  int line)
{
	if (err) {
		print_error("%s:%d: %s\n", file, line, ct_error_message(err));
		ct_error_destroy(err);
		fail();
	}
}

static inline void fixture_open(struct fixture *fixture, const char *name)
{
	const char *directory = getenv("CTESTER_FIXTURES");
	char path[4096];
	snprintf(path, sizeof(path), "%s/%s", directory ? directory : ".",
		 name);
	fixture->name = name;
	assert_success(ct_image_open(path, &fixture->image));
	assert_success(ct_types_create(fixture->image, &fixture->types));
}

static inline void fixture_close(struct fixture *fixture)
{
	ct_types_destroy(fixture->types);
	ct_image_close(fixture->image);
}

/* The type of a variable that must be there. */
static inline struct ct_type *variable_type(const struct fixture *fixture,
					    const char *name)
{
	struct ct_type *type;
	uint64_t addr;
	assert_success(ct_types_variable(fixture->types, name, &type, &addr));
	if (!type)
		print_error("%s: no variable %s\n", fixture->name, name);
	assert_non_null(type);
	return type;
}

static inline struct ct_type *stripped(struct ct_type *type)
{
	struct ct_type *plain;
	assert_success(ct_type_strip(type, &plain));
	return plain;
}

static inline struct ct_type *target_of(struct ct_type *type)
{
	struct ct_type *target;
	assert_success(ct_type_target(type, &target));
	return target;
}

static inline void assert_spelling(const char *where, struct ct_type *type,
				   const char *expected)
{
	struct ct_buffer buffer;
	ct_buffer_init(&buffer);
	assert_success(ct_type_spell(type, &buffer));
	char *spelling = ct_buffer_take_string(&buffer);
	assert_non_null(spelling);
	if (strcmp(spelling, expected) != 0)
		print_error("%s: %s instead of %s\n", where, spelling,
			    expected);
	assert_string_equal(spelling, expected);
	free(spelling);
	ct_buffer_deinit(&buffer);
}

#endif
