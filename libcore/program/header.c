/* SPDX-License-Identifier: MIT */
/*
 * Prototypes from a user's own header.
 *
 * The C compiler reads it: nothing else knows its macros, typedefs and
 * attributes.  gcc's -aux-info lists every function that is declared, with
 * the place; a second run compiles the header and a definition of each
 * function of this header, without a body's worth of code, into a shared
 * object that carries its debug information.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "program/header_names.h"
#include "program/internal.h"

extern char **environ;

/* Run a compiler; its first line of complaint becomes the error. */
static struct ct_error *run_compiler(const char *const *argv,
				     const char *header)
{
	char log[] = "/tmp/ctester-XXXXXX";
	CT_AUTO_CLOSE int fd = mkostemp(log, O_CLOEXEC);
	if (fd < 0)
		return ct_error_format(CT_ERROR_OS, "%s: %m", log);
	unlink(log);
	posix_spawn_file_actions_t actions;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, fd, 2);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	pid_t pid;
	int failed = posix_spawnp(&pid, argv[0], &actions, NULL,
				  (char **)(uintptr_t)argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (failed)
		return ct_error_format(CT_ERROR_OS,
				       "%s: cannot run '%s' to read it: %s",
				       header, argv[0], strerror(failed));
	int status = 0;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return NULL;

	char text[512];
	ssize_t size = pread(fd, text, sizeof(text) - 1, 0);
	text[size > 0 ? size : 0] = '\0';
	/* The line that has the error, not the ones about where it was
	 * included from. */
	char *line = strstr(text, "error:");
	while (line && line > text && line[-1] != '\n')
		line--;
	line = line ? line : text;
	line[strcspn(line, "\n")] = '\0';
	return ct_error_format(CT_ERROR_BAD_ARGUMENT,
			       "%s: the compiler refuses it: %s", header, line);
}

/* The text of a whole file, NUL-terminated. */
static struct ct_error *read_file(const char *path, char **ret)
{
	CT_AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return ct_error_format(CT_ERROR_OS, "%s: %m", path);
	struct ct_buffer text = {0};
	char chunk[8192];
	ssize_t size;
	while ((size = read(fd, chunk, sizeof(chunk))) > 0)
		ct_buffer_append(&text, chunk, (size_t)size);
	*ret = ct_buffer_take_string(&text);
	return *ret ? NULL : &ct_enomem;
}

struct scratch {
	char directory[32];
	char source[64], list[64], preprocessed[64], object[64];
};

static struct ct_error *scratch_create(struct scratch *scratch)
{
	strcpy(scratch->directory, "/tmp/ctester-XXXXXX");
	if (!mkdtemp(scratch->directory))
		return ct_error_format(CT_ERROR_OS, "%s: %m",
				       scratch->directory);
	snprintf(scratch->source, sizeof(scratch->source), "%s/header.c",
		 scratch->directory);
	snprintf(scratch->list, sizeof(scratch->list), "%s/list",
		 scratch->directory);
	snprintf(scratch->preprocessed, sizeof(scratch->preprocessed), "%s/i.i",
		 scratch->directory);
	snprintf(scratch->object, sizeof(scratch->object), "%s/header.so",
		 scratch->directory);
	return NULL;
}

/* The object stays open as an image; its name is not needed any more. */
static void scratch_remove(struct scratch *scratch)
{
	unlink(scratch->source);
	unlink(scratch->list);
	unlink(scratch->preprocessed);
	unlink(scratch->object);
	rmdir(scratch->directory);
}

static struct ct_error *write_source(const char *path, const char *header,
				     const char *definitions)
{
	FILE *file = fopen(path, "we");
	if (!file)
		return ct_error_format(CT_ERROR_OS, "%s: %m", path);
	fprintf(file, "#include \"%s\"\n%s", header, definitions);
	bool failed = ferror(file);
	if (fclose(file) || failed)
		return ct_error_format(CT_ERROR_OS, "%s: %m", path);
	return NULL;
}

static struct ct_error *compile_header(const char *header,
				       struct scratch *scratch, size_t *count)
{
	char include[PATH_MAX + 2];
	snprintf(include, sizeof(include), "-I%s", header);
	*strrchr(include, '/') = '\0';
	const char *list[] = {"gcc",         "-std=gnu11",    "-w",
			      include,       "-fsyntax-only", "-aux-info",
			      scratch->list, scratch->source, NULL};
	const char *preprocess[] = {"gcc",
				    "-std=gnu11",
				    "-w",
				    include,
				    "-E",
				    "-P",
				    "-o",
				    scratch->preprocessed,
				    scratch->source,
				    NULL};
	const char *compile[] = {
	    "gcc",           "-std=gnu11", "-w",      "-g",
	    "-O0",           "-fPIC",      "-shared", "-nostdlib",
	    "-fno-builtin",  include,      "-o",      scratch->object,
	    scratch->source, NULL};

	struct ct_error *err = write_source(scratch->source, header, "");
	if (!err)
		err = run_compiler(list, header);
	if (!err)
		err = run_compiler(preprocess, header);
	CT_AUTO_FREE char *declared = NULL;
	CT_AUTO_FREE char *text = NULL;
	if (!err)
		err = read_file(scratch->list, &declared);
	if (!err)
		err = read_file(scratch->preprocessed, &text);
	if (err)
		return err;
	CT_AUTO_FREE char *definitions =
	    ct_header_definitions(declared, text, count);
	if (!definitions)
		return &ct_enomem;
	err = write_source(scratch->source, header, definitions);
	return err ? err : run_compiler(compile, header);
}

struct ct_error *ct_program_add_header(struct ct_program *program,
				       const char *path, size_t *count)
{
	CT_AUTO_FREE char *header = realpath(path, NULL);
	if (!header)
		return ct_error_format(CT_ERROR_OS, "%s: %m", path);
	struct ct_prototype_file *headers = reallocarray(
	    program->headers, program->header_count + 1, sizeof(*headers));
	if (!headers)
		return &ct_enomem;
	program->headers = headers;

	struct scratch scratch;
	struct ct_error *err = scratch_create(&scratch);
	if (err)
		return err;
	err = compile_header(header, &scratch, count);
	if (!err)
		err = ct_prototype_file_open(scratch.object,
					     &headers[program->header_count]);
	if (!err)
		program->header_count++;
	scratch_remove(&scratch);
	return err;
}
