/* SPDX-License-Identifier: MIT */
/* Separate debug files: found, and refused where they do not fit. */
#include "image_fixture.h"

static void the_debug_file_of_libc_is_found(void **state)
{
	char *id = output_of("readelf -n " LIBC
			     " | sed -n 's/.*Build ID: //p' | tr -d '\\n'");
	char path[256];
	(void)state;
	snprintf(path, sizeof(path), "/usr/lib/debug/.build-id/%.2s/%s.debug",
		 id, id + 2);
	free(id);
	if (access(path, R_OK) != 0)
		skip();
	struct ct_image *image = open_image(LIBC);
	assert_true(ct_image_has_debug_info(image));
	assert_string_equal(ct_image_debug_path(image), path);
	assert_null(ct_image_debug_problem(image));
	assert_non_null(ct_image_debug_elf(image));
	/* A static function, which is in the debug file alone. */
	const struct ct_symbol *symbol = the(image, "_int_malloc");
	assert_true(symbol->is_local && symbol->is_defined);
	assert_int_equal(symbol->addr, nm_address(path, "", "_int_malloc"));
	char *output = output_of("nm --defined-only %s", path);
	assert_true(compare_with_nm(image, output) > 5000);
	free(output);
	ct_image_close(image);
}

/* Split prog into stripped and its debug file, at a path. */
static void split_program(const char *stripped, const char *debug)
{
	run("mkdir -p $(dirname %s)", debug);
	run("objcopy --only-keep-debug prog %s", debug);
	run("strip -o %s prog", stripped);
}

static void assert_debug_file_is(const char *path, const char *directories,
				 const char *expected)
{
	struct ct_image *image = open_searching(path, directories);
	if (ct_image_debug_problem(image))
		fail_msg("%s", ct_image_debug_problem(image));
	assert_true(ct_image_has_debug_info(image));
	assert_non_null(strstr(ct_image_debug_path(image), expected));
	assert_true(the(image, "twice")->is_local);
	assert_string_equal(name_at(image, the(image, "twice")->addr), "twice");
	ct_image_close(image);
}

static void a_debug_file_is_found_by_build_id(void **state)
{
	char path[256];
	char *id = output_of("readelf -n prog | sed -n 's/.*Build ID: //p' | "
			     "tr -d '\\n'");
	(void)state;
	snprintf(path, sizeof(path), "store/.build-id/%.2s/%s.debug", id,
		 id + 2);
	free(id);
	split_program("by-id", path);
	assert_debug_file_is("by-id", "/nowhere:store", path);
	assert_debug_file_is("by-id", "store:/nowhere", path);

	struct ct_image *image = open_searching("by-id", "/nowhere");
	assert_false(ct_image_has_debug_info(image));
	assert_null(ct_image_debug_problem(image));
	ct_image_close(image);

	/* Another program's file under this name. */
	run("cc -g -Wl,--build-id=0x1234 -o other prog.c && cp other %s", path);
	image = open_searching("by-id", "store");
	assert_false(ct_image_has_debug_info(image));
	assert_non_null(strstr(ct_image_debug_problem(image), "build-id"));
	assert_non_null(strstr(ct_image_debug_problem(image), path));
	ct_image_close(image);

	run("head -c 1000 prog >%s", path);
	image = open_searching("by-id", "store");
	assert_non_null(strstr(ct_image_debug_problem(image), "cut off"));
	ct_image_close(image);
}

static void a_debug_file_is_found_by_link(void **state)
{
	(void)state;
	run("mkdir -p place");
	split_program("place/linked", "place/linked.debug");
	run("cd place && objcopy --add-gnu-debuglink=linked.debug linked");
	assert_debug_file_is("place/linked", "", "/place/linked.debug");
	run("mkdir place/.debug && mv place/linked.debug place/.debug");
	assert_debug_file_is("place/linked", "", "/place/.debug/linked.debug");
	run("mkdir -p store$PWD/place && mv place/.debug/* store$PWD/place");
	assert_debug_file_is("place/linked", "/nowhere:store",
			     "/place/linked.debug");
	/* From elsewhere, through a symbolic link. */
	run("ln -s place/linked elsewhere");
	assert_debug_file_is("elsewhere", "store", "/place/linked.debug");
}

static void a_linked_debug_file_must_fit(void **state)
{
	(void)state;
	run("mkdir -p wrong");
	split_program("wrong/linked", "wrong/linked.debug");
	run("cd wrong && objcopy --add-gnu-debuglink=linked.debug linked");
	run("printf x >>wrong/linked.debug");
	struct ct_image *image = open_searching("wrong/linked", "");
	assert_false(ct_image_has_debug_info(image));
	assert_non_null(strstr(ct_image_debug_problem(image), "CRC"));
	ct_image_close(image);

	/* The right CRC of another program. */
	run("cc -g -Wl,--build-id=0x1234 -o wrong/linked.debug prog.c");
	run("cd wrong && objcopy --remove-section=.gnu_debuglink linked && "
	    "objcopy --add-gnu-debuglink=linked.debug linked");
	image = open_searching("wrong/linked", "");
	assert_false(ct_image_has_debug_info(image));
	assert_non_null(strstr(ct_image_debug_problem(image), "build-id"));
	ct_image_close(image);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_debug_file_of_libc_is_found),
	    cmocka_unit_test(a_debug_file_is_found_by_build_id),
	    cmocka_unit_test(a_debug_file_is_found_by_link),
	    cmocka_unit_test(a_linked_debug_file_must_fit),
	};
	return cmocka_run_group_tests_name("debug_file", tests, image_setup,
					   scratch_teardown);
}
