/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "session/stub_directory.h"

#define PREFIX "ctester-stubs-"

enum {
	ATTEMPTS = 8
};

struct ct_stub_directory {
	char *path;
	int fd; /* open and locked while it is there; else -1 */
};

static void cleanup_directory(DIR **directory)
{
	if (*directory)
		closedir(*directory);
}

static void remove_files(int fd)
{
	int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CT_CLEANUP(cleanup_directory)
	DIR *files = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *entry;
	if (!files && copy >= 0)
		close(copy);
	while (files && (entry = readdir(files)))
		unlinkat(fd, entry->d_name, 0);
}

/* Remove a directory whose owner has not lived to do it. */
static void remove_abandoned(int parent, const char *name)
{
	struct stat status;
	CT_AUTO_CLOSE int fd = openat(
	    parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &status) || status.st_uid != geteuid() ||
	    flock(fd, LOCK_EX | LOCK_NB))
		return;
	remove_files(fd);
	unlinkat(parent, name, AT_REMOVEDIR);
}

static void sweep(const char *where)
{
	CT_CLEANUP(cleanup_directory) DIR *parent = opendir(where);
	struct dirent *entry;
	while (parent && (entry = readdir(parent)))
		if (!strncmp(entry->d_name, PREFIX, strlen(PREFIX)))
			remove_abandoned(dirfd(parent), entry->d_name);
}

/* Take possession; false when somebody has removed it, taking it for one that
 * nobody has. */
static bool take_lock(struct ct_stub_directory *directory)
{
	struct stat status;
	CT_AUTO_CLOSE int fd = open(
	    directory->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) || fstat(fd, &status) ||
	    !status.st_nlink || status.st_uid != geteuid() || fchmod(fd, 0755))
		return false;
	directory->fd = ct_take_fd(&fd);
	return true;
}

static struct ct_error *make(struct ct_stub_directory *directory,
			     const char *where)
{
	for (int i = 0; i < ATTEMPTS; i++) {
		if (asprintf(&directory->path, "%s/" PREFIX "XXXXXX", where) <
		    0) {
			directory->path = NULL;
			return &ct_enomem;
		}
		if (!mkdtemp(directory->path))
			return ct_error_format(CT_ERROR_OS, "%s: %m",
					       directory->path);
		if (take_lock(directory))
			return NULL;
		rmdir(directory->path);
		free(ct_take(directory->path));
	}
	return ct_error_format(CT_ERROR_OS, "no directory in %s can be locked",
			       where);
}

struct ct_error *ct_stub_directory_create(struct ct_stub_directory **ret)
{
	const char *where = getenv("TMPDIR");
	/* The program may be in another directory than we. */
	CT_AUTO_FREE char *whole =
	    realpath(where && *where ? where : "/tmp", NULL);
	if (!whole)
		return ct_error_format(CT_ERROR_OS, "%s: %m",
				       where && *where ? where : "/tmp");
	struct ct_stub_directory *directory = calloc(1, sizeof(*directory));
	if (!directory)
		return &ct_enomem;
	directory->fd = -1;
	sweep(whole);
	struct ct_error *err = make(directory, whole);
	if (err)
		ct_stub_directory_destroy(directory);
	else
		*ret = directory;
	return err;
}

struct ct_error *ct_stub_directory_restore(struct ct_stub_directory *directory)
{
	if (directory->fd >= 0)
		return NULL;
	if (mkdir(directory->path, 0700))
		return ct_error_format(CT_ERROR_OS, "%s: %m", directory->path);
	if (take_lock(directory))
		return NULL;
	rmdir(directory->path);
	return ct_error_format(CT_ERROR_OS, "%s: it cannot be locked",
			       directory->path);
}

const char *ct_stub_directory_path(const struct ct_stub_directory *directory)
{
	return directory->path;
}

void ct_stub_directory_remove(struct ct_stub_directory *directory)
{
	if (directory->fd < 0)
		return;
	rmdir(directory->path);
	close(ct_take_fd(&directory->fd));
}

void ct_stub_directory_destroy(struct ct_stub_directory *directory)
{
	if (!directory)
		return;
	ct_stub_directory_remove(directory);
	free(directory->path);
	free(directory);
}
