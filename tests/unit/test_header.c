/* SPDX-License-Identifier: MIT */
/* A user's header, read through the compiler. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "program/program.h"

struct fixture {
	struct ct_program *program;
	char path[64];
};

static int create(void **state)
{
	static struct fixture fixture;
	strcpy(fixture.path, "/tmp/ctester-header-XXXXXX.h");
	int fd = mkstemps(fixture.path, 2);
	*state = &fixture;
	return fd < 0 || close(fd) < 0 ||
	       ct_program_create(NULL, &fixture.program);
}

static int destroy(void **state)
{
	struct fixture *fixture = *state;
	ct_program_destroy(fixture->program);
	return unlink(fixture->path);
}

static struct ct_error *add(struct fixture *fixture, const char *text,
			    size_t *count)
{
	FILE *file = fopen(fixture->path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
	return ct_program_add_header(fixture->program, fixture->path, count);
}

/* The prototype of a function that /bin/true, stripped, says nothing of. */
static struct ct_prototype find(struct fixture *fixture, const char *name)
{
	struct ct_prototype prototype;
	assert_null(ct_program_set_executable(fixture->program, "/bin/true"));
	assert_null(ct_program_prototype(fixture->program,
					 ct_program_module(fixture->program, 0),
					 name, 0, &prototype));
	ct_error_destroy(prototype.damage);
	return prototype;
}

static void parameters_have_names_and_types(void **state)
{
	size_t count, parameter_count;
	const struct ct_parameter *parameters;
	assert_null(add(*state,
			"#include <stddef.h>\n"
			"struct box { int w; };\n"
			"typedef int each_fn(struct box *box, void *arg);\n"
			"#define DECLARE(name) int name(int from_macro)\n"
			"int walk(struct box *boxes, size_t n, each_fn *each,\n"
			"	 void (*done)(int code), char tag[4]);\n"
			"DECLARE(made);\n"
			"static inline int twice(int n) { return 2 * n; }\n"
			"extern int variable;\n",
			&count));
	assert_true(count >= 2);
	struct ct_prototype walk = find(*state, "walk");
	assert_int_equal(walk.source, CT_PROTOTYPE_USER);
	assert_null(
	    ct_type_parameters(walk.type, &parameter_count, &parameters));
	static const char *const names[] = {"boxes", "n", "each", "done",
					    "tag"};
	assert_int_equal(parameter_count, 5);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(parameters[i].name, names[i]);
	struct ct_prototype made = find(*state, "made");
	assert_null(
	    ct_type_parameters(made.type, &parameter_count, &parameters));
	assert_int_equal(parameter_count, 1);
	assert_string_equal(parameters[0].name, "from_macro");
}

static void the_last_header_is_meant(void **state)
{
	size_t count;
	const struct ct_parameter *parameters;
	assert_null(add(*state, "int f(int first);\n", &count));
	assert_int_equal(count, 1);
	assert_null(add(*state, "int f(int second, int more);\n", &count));
	assert_null(
	    ct_type_parameters(find(*state, "f").type, &count, &parameters));
	assert_int_equal(count, 2);
	assert_string_equal(parameters[0].name, "second");
}

static void what_nobody_declares_is_guessed(void **state)
{
	size_t count;
	const struct ct_parameter *parameters;
	assert_null(add(*state, "int f(int first);\n", &count));
	struct ct_prototype other = find(*state, "other");
	assert_int_equal(other.source, CT_PROTOTYPE_GUESSED);
	assert_null(ct_type_parameters(other.type, &count, &parameters));
	assert_int_equal(count, 6);
}

static void an_error_is_one_line_and_changes_nothing(void **state)
{
	size_t count = 77;
	struct ct_error *err =
	    add(*state, "int f(int;\nint g(strange);\n", &count);
	assert_non_null(err);
	assert_non_null(strstr(ct_error_message(err), "error:"));
	assert_null(strchr(ct_error_message(err), '\n'));
	ct_error_destroy(err);
	assert_int_equal(find(*state, "f").source, CT_PROTOTYPE_GUESSED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(parameters_have_names_and_types,
					    create, destroy),
	    cmocka_unit_test_setup_teardown(the_last_header_is_meant, create,
					    destroy),
	    cmocka_unit_test_setup_teardown(what_nobody_declares_is_guessed,
					    create, destroy),
	    cmocka_unit_test_setup_teardown(
		an_error_is_one_line_and_changes_nothing, create, destroy),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
