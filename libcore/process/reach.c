/* SPDX-License-Identifier: MIT */
/*
 * A file is opened as the program would: below the program's root directory
 * and in its mounts, and with its user for the file system.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "process/reach.h"
#include "process/status.h"

/* The last of the four ids in a line is that for the file system. */
static long read_id(const struct ct_buffer *status, const char *name)
{
	const char *line = ct_status_find(status, name);
	long ids[4];
	if (!line || sscanf(line, "%ld %ld %ld %ld", ids, ids + 1, ids + 2,
			    ids + 3) != 4)
		return -1;
	return ids[3];
}

/* The user and group with which a process opens files. */
static struct ct_error *read_ids(pid_t pid, long *uid, long *gid)
{
	CT_CLEANUP(ct_buffer_deinit) struct ct_buffer status = {0};
	struct ct_error *err = ct_status_read(pid, &status);
	if (err)
		return err;
	*uid = read_id(&status, "Uid");
	*gid = read_id(&status, "Gid");
	return NULL;
}

static int open_below(int root, const char *path)
{
	struct open_how how = {
	    .flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
	    .resolve = RESOLVE_IN_ROOT,
	};
	int fd = (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
	/* Of Linux 5.6.  Without it, absolute links are followed from our own
	 * root. */
	if (fd < 0 && errno == ENOSYS)
		fd = openat(root, path + 1, (int)how.flags);
	return fd;
}

/*
 * These two change the calling thread alone.  A change makes the kernel
 * forget that the process may be looked at by others of its user.
 */
static int open_as(int root, const char *path, long uid, long gid)
{
	long own_uid = setfsuid((uid_t)-1), own_gid = setfsgid((gid_t)-1);
	if (uid < 0 || gid < 0 || (uid == own_uid && gid == own_gid))
		return open_below(root, path);
	int dumpable = prctl(PR_GET_DUMPABLE);
	setfsgid((gid_t)gid);
	setfsuid((uid_t)uid);
	int fd = open_below(root, path);
	int error = errno;
	setfsuid((uid_t)own_uid);
	setfsgid((gid_t)own_gid);
	if (dumpable == 1)
		prctl(PR_SET_DUMPABLE, dumpable);
	errno = error;
	return fd;
}

struct ct_error *ct_process_check_reach(pid_t pid, const char *path,
					struct stat *ret)
{
	char link[32];
	long uid, gid;
	struct ct_error *err = read_ids(pid, &uid, &gid);
	if (err)
		return err;
	if (stat(path, ret) < 0)
		return ct_error_format(CT_ERROR_OS, "%s: %m", path);
	snprintf(link, sizeof(link), "/proc/%d/root", (int)pid);
	CT_AUTO_CLOSE int root = open(link, O_PATH | O_CLOEXEC | O_DIRECTORY);
	if (root < 0)
		return ct_error_format(CT_ERROR_OS, "%s: %m", link);
	CT_AUTO_CLOSE int fd = open_as(root, path, uid, gid);
	if (fd < 0)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "process %d cannot read %s: %m",
				       (int)pid, path);
	struct stat other;
	struct statvfs mount;
	if (fstat(fd, &other) < 0 || fstatvfs(fd, &mount) < 0)
		return ct_error_format(CT_ERROR_OS, "%s: %m", path);
	if (other.st_dev != ret->st_dev || other.st_ino != ret->st_ino)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "process %d has another file as %s: it "
				       "has a root directory or mounts of its "
				       "own",
				       (int)pid, path);
	if (mount.f_flag & ST_NOEXEC)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "%s is on a file system that is mounted "
				       "noexec",
				       path);
	return NULL;
}
