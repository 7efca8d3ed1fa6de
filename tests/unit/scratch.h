/* SPDX-License-Identifier: MIT */
/*
 * A directory that dies with the test, the output of other tools, files in
 * memory that end at an unmapped page.
 */
#ifndef CT_TESTS_SCRATCH_H
#define CT_TESTS_SCRATCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#define SCRATCH_UNUSED __attribute__((unused))

static char scratch_directory[] = "/tmp/ctester-test-XXXXXX";

SCRATCH_UNUSED static int scratch_setup(void **state)
{
	(void)state;
	return mkdtemp(scratch_directory) && chdir(scratch_directory) == 0 ? 0
									   : -1;
}

SCRATCH_UNUSED static int scratch_teardown(void **state)
{
	char command[64];
	(void)state;
	if (chdir("/") != 0)
		return -1;
	snprintf(command, sizeof(command), "rm -rf %s", scratch_directory);
	return system(command);
}

/* Run a shell command that must succeed. */
SCRATCH_UNUSED __attribute__((format(printf, 1, 2))) static void run(
    const char *format, ...)
{
	char command[1024];
	va_list args;
	va_start(args, format);
	int length = vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	assert_in_range(length, 1, sizeof(command) - 1);
	if (system(command) != 0)
		fail_msg("failed: %s", command);
}

/* The output of a shell command, on the heap. */
SCRATCH_UNUSED __attribute__((format(printf, 1, 2))) static char *output_of(
    const char *format, ...)
{
	char command[1024];
	va_list args;
	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	FILE *pipe = popen(command, "r");
	assert_non_null(pipe);
	size_t size = 0, capacity = 1 << 16;
	char *output = malloc(capacity);
	for (size_t got; output; size += got) {
		if (capacity - size < 4096)
			output = realloc(output, capacity *= 2);
		got = fread(output + size, 1, capacity - size - 1, pipe);
		if (!got)
			break;
	}
	assert_non_null(output);
	assert_int_equal(pclose(pipe), 0);
	output[size] = '\0';
	return output;
}

SCRATCH_UNUSED static void write_file(const char *path, const void *data,
				      size_t size)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

/* A program's text, to be compiled. */
SCRATCH_UNUSED static void write_text(const char *path, const char *text)
{
	write_file(path, text, strlen(text));
}

SCRATCH_UNUSED static uint8_t *read_file(const char *path, size_t *size)
{
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	*size = (size_t)ftell(file);
	rewind(file);
	uint8_t *data = malloc(*size + 1);
	assert_non_null(data);
	assert_int_equal(fread(data, 1, *size, file), *size);
	fclose(file);
	return data;
}

/* Memory whose last byte is the last of a page before an unmapped one. */
struct edge {
	uint8_t *pages;
	size_t size; /* of the readable ones */
};

SCRATCH_UNUSED static struct edge edge_create(size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct edge edge = {.size = (size + page) / page * page};
	edge.pages = mmap(NULL, edge.size + page, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_true(edge.pages != MAP_FAILED);
	assert_int_equal(mprotect(edge.pages + edge.size, page, PROT_NONE), 0);
	return edge;
}

SCRATCH_UNUSED static void edge_destroy(struct edge *edge)
{
	munmap(edge->pages, edge->size + (size_t)sysconf(_SC_PAGESIZE));
}

/* A copy of data that ends at the edge. */
SCRATCH_UNUSED static uint8_t *edge_put(struct edge *edge, const void *data,
					size_t size)
{
	assert_in_range(size, 0, edge->size);
	uint8_t *at = edge->pages + edge->size - size;
	memcpy(at, data, size);
	return at;
}

#endif
