/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "scratch.h"
#include "session/stub_directory.h"

static struct ct_stub_directory *create(void)
{
	struct ct_stub_directory *directory = NULL;
	assert_null(ct_stub_directory_create(&directory));
	assert_non_null(directory);
	return directory;
}

static bool is_directory(const char *path)
{
	struct stat status;
	return lstat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static char *path_in(const char *format, const char *name)
{
	char *path;
	assert_true(asprintf(&path, format, getenv("TMPDIR"), name) > 0);
	return path;
}

/* A directory with a file, as a killed debugger leaves it. */
static char *leave(const char *name)
{
	char *path = path_in("%s/%s", name);
	assert_int_equal(mkdir(path, 0755), 0);
	char *file = path_in("%s/%s/libcustom", name);
	int fd = open(file, O_CREAT | O_WRONLY, 0644);
	assert_true(fd >= 0);
	close(fd);
	free(file);
	return path;
}

static void others_can_read_in_it(void **state)
{
	struct stat status;
	(void)state;
	mode_t mask = umask(077);
	struct ct_stub_directory *directory = create();
	umask(mask);
	const char *path = ct_stub_directory_path(directory);
	assert_int_equal(*path, '/');
	assert_int_equal(lstat(path, &status), 0);
	assert_int_equal(status.st_mode, S_IFDIR | 0755);
	char *copy = strdup(path);
	ct_stub_directory_destroy(directory);
	assert_false(is_directory(copy));
	free(copy);
}

static void it_comes_back_under_its_name(void **state)
{
	(void)state;
	struct ct_stub_directory *directory = create();
	char *path = strdup(ct_stub_directory_path(directory));
	assert_null(ct_stub_directory_restore(directory));
	ct_stub_directory_remove(directory);
	assert_false(is_directory(path));
	ct_stub_directory_remove(directory);
	assert_null(ct_stub_directory_restore(directory));
	assert_true(is_directory(path));
	assert_string_equal(ct_stub_directory_path(directory), path);
	ct_stub_directory_destroy(directory);
	assert_false(is_directory(path));
	free(path);
}

static void a_name_that_somebody_has_taken_is_not_ours(void **state)
{
	(void)state;
	struct ct_stub_directory *directory = create();
	char *path = strdup(ct_stub_directory_path(directory));
	ct_stub_directory_remove(directory);
	assert_int_equal(symlink("/", path), 0);
	struct ct_error *err = ct_stub_directory_restore(directory);
	assert_non_null(err);
	assert_non_null(strstr(ct_error_message(err), path));
	ct_error_destroy(err);
	ct_stub_directory_destroy(directory);
	assert_int_equal(unlink(path), 0);
	free(path);
}

static void what_was_left_behind_is_removed(void **state)
{
	(void)state;
	char *left = leave("ctester-stubs-abcdef");
	char *other = leave("ctester-abcdef");
	struct ct_stub_directory *used = create();
	assert_false(is_directory(left));
	assert_true(is_directory(other));
	/* One that has an owner stays; this one's is another description of
	 * the same process. */
	struct ct_stub_directory *second = create();
	assert_true(is_directory(ct_stub_directory_path(used)));
	ct_stub_directory_destroy(second);
	assert_true(is_directory(ct_stub_directory_path(used)));
	ct_stub_directory_destroy(used);
	free(left);
	free(other);
}

static void a_link_is_not_followed(void **state)
{
	(void)state;
	char *target = leave("target");
	char *link = path_in("%s/%s", "ctester-stubs-link00");
	char *file = path_in("%s/%s/libcustom", "target");
	assert_int_equal(symlink(target, link), 0);
	ct_stub_directory_destroy(create());
	assert_int_equal(access(file, F_OK), 0);
	free(target);
	free(link);
	free(file);
}

static void no_place_is_an_error_that_names_it(void **state)
{
	(void)state;
	char *before = strdup(getenv("TMPDIR"));
	setenv("TMPDIR", "/nowhere/at/all", 1);
	struct ct_stub_directory *directory = NULL;
	struct ct_error *err = ct_stub_directory_create(&directory);
	assert_non_null(err);
	assert_non_null(strstr(ct_error_message(err), "/nowhere/at/all"));
	assert_null(directory);
	ct_error_destroy(err);
	setenv("TMPDIR", before, 1);
	free(before);
}

static int setup(void **state)
{
	if (scratch_setup(state) != 0)
		return -1;
	return setenv("TMPDIR", scratch_directory, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(others_can_read_in_it),
	    cmocka_unit_test(it_comes_back_under_its_name),
	    cmocka_unit_test(a_name_that_somebody_has_taken_is_not_ours),
	    cmocka_unit_test(what_was_left_behind_is_removed),
	    cmocka_unit_test(a_link_is_not_followed),
	    cmocka_unit_test(no_place_is_an_error_that_names_it),
	};
	return cmocka_run_group_tests(tests, setup, scratch_teardown);
}
