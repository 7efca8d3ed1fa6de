/* SPDX-License-Identifier: MIT */
/*
 * Run a fuzzer, without libFuzzer, on what it once found: each file of
 * tests/fuzz/regressions/FUZZER is a test, which fails by crashing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define DIRECTORY "tests/fuzz/regressions/" FUZZER

static void replay(void **state)
{
	const struct dirent *entry = *state;
	char path[512];
	snprintf(path, sizeof(path), DIRECTORY "/%s", entry->d_name);
	FILE *file = fopen(path, "rb");
	assert_non_null(file);
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	long size = ftell(file);
	assert_true(size >= 0);
	rewind(file);
	/* Exactly as long, so that a byte too many is found. */
	uint8_t *data = malloc((size_t)size);
	assert_int_equal(fread(data, 1, (size_t)size, file), size);
	fclose(file);
	LLVMFuzzerTestOneInput(data, (size_t)size);
	free(data);
}

static int is_input(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

int main(void)
{
	struct dirent **entries;
	int count = scandir(DIRECTORY, &entries, is_input, alphasort);
	if (count < 0)
		return 0; /* nothing was found yet */
	struct CMUnitTest *tests = calloc((size_t)count + 1, sizeof(*tests));
	if (!tests)
		return 1;
	for (int i = 0; i < count; i++)
		tests[i] = (struct CMUnitTest){.name = entries[i]->d_name,
					       .test_func = replay,
					       .initial_state = entries[i]};
	int failed =
	    _cmocka_run_group_tests(FUZZER, tests, (size_t)count, NULL, NULL);
	for (int i = 0; i < count; i++)
		free(entries[i]);
	free(entries);
	free(tests);
	return failed;
}
