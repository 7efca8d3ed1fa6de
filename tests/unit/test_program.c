/* SPDX-License-Identifier: MIT */
/* Which files a program is made of, and what people call them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "program/program.h"

static int create(void **state)
{
	struct ct_program *program;
	if (ct_program_create(NULL, &program))
		return -1;
	*state = program;
	return 0;
}

static int destroy(void **state)
{
	ct_program_destroy(*state);
	return 0;
}

static void libraries_have_many_spellings(void **state)
{
	static const struct {
		const char *path, *soname, *name;
		bool same;
	} cases[] = {
	    {"/lib/libm.so.6", "libm.so.6", "libm.so.6", true},
	    {"/lib/libm.so.6", "libm.so.6", "libm", true},
	    {"/lib/libm.so.6", "libm.so.6", "m", true},
	    {"/lib/libm.so.6", "libm.so.6", "/lib/libm.so.6", true},
	    {"/lib/libm.so.6", "libm.so.6", "/usr/libm.so.6", false},
	    {"/lib/libm-2.31.so", "libm.so.6", "libm.so.6", true},
	    {"/lib/libm-2.31.so", NULL, "m", true},
	    {"/lib/libmpfr.so.6", "libmpfr.so.6", "libm", false},
	    {"/lib/libm.so.6", "libm.so.6", "lib", false},
	    {"/lib/libm.so.6", "libm.so.6", "", false},
	    {"/x/plug.so", NULL, "plug", true},
	    {"/x/_g.cpython-311-x86_64-linux-gnu.so", NULL, "_g", true},
	    {"/x/_g.cpython-311-x86_64-linux-gnu.so", NULL,
	     "_g.cpython-311-x86_64-linux-gnu", true},
	    {"/x/_g.cpython-311-x86_64-linux-gnu.so", NULL, "_g.", false},
	    {"/x/_g.cpython-311-x86_64-linux-gnu.so", NULL, "_h", false},
	    {"/x/_g.abi3.so", NULL, "_g", true},
	    {"/x/libg.abi3.so", NULL, "g", true},
	    {"/proc/self/exe", NULL, "/proc/thread-self/exe", true},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (ct_program_same_library(cases[i].path, cases[i].soname,
					    cases[i].name) != cases[i].same)
			fail_msg("%s as %s", cases[i].path, cases[i].name);
}

static void libraries_are_known_before_the_start(void **state)
{
	struct ct_program *program = *state;
	struct ct_module *module, *libc;
	assert_null(ct_program_set_executable(program, "/bin/sh"));
	assert_true(ct_program_module(program, 0)->is_main);
	assert_null(ct_program_find_module(program, "", &module));
	assert_ptr_equal(module, ct_program_module(program, 0));
	assert_null(ct_program_find_module(program, "libc", &libc));
	assert_non_null(libc);
	assert_true(libc->is_system);
	assert_false(libc->is_mapped);
	assert_null(ct_program_find_module(program, "libnever", &module));
	assert_null(module);
}

static void a_running_program_says_what_it_is(void **state)
{
	struct ct_program *program = *state;
	bool changed = false;
	char self[4096] = "";
	assert_true(readlink("/proc/self/exe", self, sizeof(self) - 1) > 0);
	/* It was thought to be another one. */
	assert_null(ct_program_set_executable(program, "/bin/sh"));
	struct ct_module *shell = ct_program_module(program, 0);
	assert_null(ct_program_refresh(program, getpid(), &changed));
	assert_true(changed);
	struct ct_module *main = ct_program_module(program, 0);
	assert_string_equal(main->path, self);
	assert_true(main->is_main && main->is_mapped);
	assert_false(ct_program_has_module(program, shell));
	assert_ptr_equal(
	    ct_program_module_at(program,
				 (uint64_t)(uintptr_t)ct_program_module_at),
	    main);
	assert_null(ct_program_refresh(program, getpid(), &changed));
	assert_false(changed);
	ct_program_unmap(program);
	assert_null(ct_program_module_at(
	    program, (uint64_t)(uintptr_t)ct_program_module_at));
}

static void a_file_that_is_written_anew_is_another_module(void **state)
{
	struct ct_program *program = *state;
	char path[] = "/tmp/ctester-test-XXXXXX", command[128];
	close(mkstemp(path));
	snprintf(command, sizeof(command), "cp /bin/true %s", path);
	assert_int_equal(system(command), 0);
	assert_null(ct_program_set_executable(program, path));
	struct ct_module *old = ct_program_module(program, 0);
	assert_null(ct_program_set_executable(program, path));
	assert_ptr_equal(ct_program_module(program, 0), old);
	snprintf(command, sizeof(command),
		 "cp --remove-destination /bin/false "
		 "%s",
		 path);
	assert_int_equal(system(command), 0);
	assert_null(ct_program_set_executable(program, path));
	assert_ptr_not_equal(ct_program_module(program, 0), old);
	assert_false(ct_program_has_module(program, old));
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(libraries_have_many_spellings),
	    cmocka_unit_test_setup_teardown(
		libraries_are_known_before_the_start, create, destroy),
	    cmocka_unit_test_setup_teardown(a_running_program_says_what_it_is,
					    create, destroy),
	    cmocka_unit_test_setup_teardown(
		a_file_that_is_written_anew_is_another_module, create, destroy),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
