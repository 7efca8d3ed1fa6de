/* SPDX-License-Identifier: MIT */
/*
 * The source line of a call, where nothing else says what was called: libc has
 * one piece of code for htons() and ntohs(), and one for htonl() and ntohl().
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "ctester/image.h"
#include "session/kit.h"

enum {
	SOURCE_SIZE_MAX = 1 << 24,
};

/* Debug information may name anything: only a file is opened, and read to no
 * great length. */
static FILE *open_source(const char *path)
{
	struct stat status;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return NULL;
	FILE *file = fstat(fd, &status) || !S_ISREG(status.st_mode) ||
			     status.st_size > SOURCE_SIZE_MAX
			 ? NULL
			 : fdopen(fd, "r");
	if (!file)
		close(fd);
	return file;
}

/* Where it was compiled, or beside the program, should it have moved. */
static FILE *find_source(const char *path, const char *program)
{
	FILE *file = open_source(path);
	const char *end = strrchr(program, '/');
	const char *name = strrchr(path, '/');
	char *beside;
	if (file || !end ||
	    asprintf(&beside, "%.*s/%s", (int)(end - program), program,
		     name ? name + 1 : path) < 0)
		return file;
	file = open_source(beside);
	free(beside);
	return file;
}

char *ct_kit_read_line(struct ct_image *image, uint64_t addr)
{
	const char *path = NULL;
	unsigned line = 0;
	/* Without a line it cannot be told; that is all. */
	ct_error_destroy(ct_image_line_at(image, addr, &path, &line));
	FILE *file =
	    path && line ? find_source(path, ct_image_path(image)) : NULL;
	if (!file)
		return NULL;
	char *text = NULL;
	size_t capacity = 0;
	while (line && getline(&text, &capacity, file) >= 0)
		line--;
	fclose(file);
	if (!line)
		return text;
	free(text);
	return NULL;
}

static bool is_of_name(char letter)
{
	return isalnum((unsigned char)letter) || letter == '_';
}

bool ct_kit_line_has(const char *line, const char *name)
{
	size_t length = strlen(name);
	for (const char *at = line; (at = strstr(at, name)); at++)
		if ((at == line || !is_of_name(at[-1])) &&
		    !is_of_name(at[length]))
			return true;
	return false;
}
