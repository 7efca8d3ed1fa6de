/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "program/needed.h"

enum {
	LIST_MAX = 1024 * 1024,  /* bytes of output */
	LIST_TIMEOUT_MS = 10000, /* a loader that hangs is given up */
};

extern char **environ;

/* Read what the loader prints, until it ends or takes too long. */
static void read_all(int fd, struct ct_buffer *out)
{
	char chunk[4096];
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	while (out->size < LIST_MAX && poll(&ready, 1, LIST_TIMEOUT_MS) > 0) {
		ssize_t size = read(fd, chunk, sizeof(chunk));
		if (size <= 0)
			return;
		ct_buffer_append(out, chunk, (size_t)size);
	}
}

static void run_loader(const char *loader, const char *program,
		       struct ct_buffer *out)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) < 0)
		return;
	posix_spawn_file_actions_t actions;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	char *argv[] = {(char *)(uintptr_t)loader, (char *)(uintptr_t) "--list",
			(char *)(uintptr_t)program, NULL};
	pid_t pid;
	int failed = posix_spawn(&pid, loader, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	if (!failed) {
		read_all(ends[0], out);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	close(ends[0]);
}

/* "\tlibm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x…)", or
 * "\t/lib64/ld-linux-x86-64.so.2 (0x…)". */
static char *path_of_line(char *line)
{
	char *arrow = strstr(line, " => ");
	char *path = arrow ? arrow + 4 : line + strspn(line, " \t");
	char *end = strstr(path, " (0x");
	if (!end)
		return NULL;
	*end = '\0';
	/* A relative one is of an RPATH without $ORIGIN. */
	return strchr(path, '/') ? path : NULL;
}

struct ct_error *ct_needed_for_each(struct ct_image *image, ct_needed_fn *visit,
				    void *arg)
{
	const char *loader = ct_image_interpreter(image);
	if (!loader)
		return NULL;
	struct ct_buffer out = {0};
	run_loader(loader, ct_image_path(image), &out);
	CT_AUTO_FREE char *list = ct_buffer_take_string(&out);
	if (!list)
		return &ct_enomem;

	char *rest = NULL;
	for (char *line = strtok_r(list, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		const char *path = path_of_line(line);
		CT_AUTO_FREE char *absolute =
		    path && *path != '/' ? realpath(path, NULL) : NULL;
		if (absolute)
			path = absolute;
		struct ct_error *err = path ? visit(path, arg) : NULL;
		if (err)
			return err;
	}
	return NULL;
}
