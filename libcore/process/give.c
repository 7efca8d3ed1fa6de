/* SPDX-License-Identifier: MIT */
/*
 * Giving a program one of our descriptors.
 *
 * The short way: the program opens /proc/OUR-PID/fd/NUMBER.  It is taken when
 * that path, seen from the program's root directory, is our file, and not that
 * of a process which has our number in another PID namespace.
 *
 * Where there is no such path, or it is forbidden, the program makes a pair of
 * sockets, we take one end (pidfd_getfd(2)) and send the descriptor through.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "ctester/process.h"
#include "process/give.h"
#include "process/notify.h"
#include "process/ptrace.h"

#define RED_ZONE 128 /* psABI, 3.2.2 */

/* What is put below the thread's stack, and is as it was afterwards. */
struct scratch {
	uint64_t sockets; /* int[2] */
	char path[40];
	struct msghdr message;
	struct iovec bytes;
	uint64_t byte;
	_Alignas(8) char control[CMSG_SPACE(sizeof(int))];
};

struct giving {
	pid_t pid, tid;
	int fd;
	uint64_t addr; /* of the scratch */
	int ends[2];   /* the program's sockets */
};

/* A call of the program's that must succeed. */
static struct ct_error *make(const struct giving *giving, const char *name,
			     long number, const uint64_t args[6], int *ret)
{
	int64_t result = 0;
	struct ct_error *err =
	    ct_process_syscall(giving->pid, giving->tid, number, args, &result);
	if (!err && result < 0)
		err = ct_error_format(CT_ERROR_UNSUPPORTED,
				      "process %d: %s: %s", (int)giving->pid,
				      name, strerror((int)-result));
	if (!err && ret)
		*ret = (int)result;
	return err;
}

struct ct_error *ct_process_take_back(pid_t pid, pid_t tid, int number)
{
	const struct giving giving = {.pid = pid, .tid = tid};
	const uint64_t args[6] = {(uint64_t)number};
	return make(&giving, "close", SYS_close, args, NULL);
}

static uint64_t at(const struct giving *giving, size_t offset)
{
	return giving->addr + offset;
}

/* ---- by its path */

/* Whether the path leads the program to our file. */
static bool is_ours(const struct giving *giving, const char *path)
{
	char seen[80];
	struct stat ours, theirs;
	snprintf(seen, sizeof(seen), "/proc/%d/root%s", (int)giving->pid, path);
	return fstat(giving->fd, &ours) == 0 && stat(seen, &theirs) == 0 &&
	       ours.st_dev == theirs.st_dev && ours.st_ino == theirs.st_ino;
}

static struct ct_error *give_path(const struct giving *giving, int *ret)
{
	static const struct ct_notify_wish wishes[] = {
	    {SYS_openat,
	     {(uint64_t)AT_FDCWD, CT_PAGE_SIZE, O_RDWR | O_CLOEXEC}},
	    {SYS_close, {3}},
	};
	struct scratch scratch;
	snprintf(scratch.path, sizeof(scratch.path), "/proc/%d/fd/%d",
		 (int)getpid(), giving->fd);
	if (!is_ours(giving, scratch.path))
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "process %d cannot open %s",
				       (int)giving->pid, scratch.path);
	uint64_t path = at(giving, offsetof(struct scratch, path));
	struct ct_error *err = ct_notify_check_filters(giving->tid, wishes, 2);
	if (!err)
		err = ct_process_write(giving->pid, path, scratch.path,
				       sizeof(scratch.path));
	const uint64_t args[6] = {(uint64_t)AT_FDCWD, path, O_RDWR | O_CLOEXEC};
	return err ? err : make(giving, "openat", SYS_openat, args, ret);
}

/* ---- through a socket */

static struct ct_error *send_through(int socket, int fd)
{
	char byte = 0;
	struct iovec bytes = {&byte, 1};
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(fd))] = {0};
	struct msghdr message = {.msg_iov = &bytes,
				 .msg_iovlen = 1,
				 .msg_control = control,
				 .msg_controllen = sizeof(control)};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	*header =
	    (struct cmsghdr){CMSG_LEN(sizeof(fd)), SOL_SOCKET, SCM_RIGHTS};
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	if (sendmsg(socket, &message, MSG_NOSIGNAL) < 0)
		return ct_error_format(CT_ERROR_UNSUPPORTED, "sendmsg: %m");
	return NULL;
}

/* Our end of the program's pair. */
static struct ct_error *take_end(const struct giving *giving, int *ret)
{
	CT_AUTO_CLOSE int pidfd = (int)syscall(SYS_pidfd_open, giving->pid, 0);
	int end = pidfd < 0 ? -1
			    : (int)syscall(SYS_pidfd_getfd, pidfd,
					   giving->ends[0], 0);
	if (end < 0)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "process %d: pidfd_getfd: %m",
				       (int)giving->pid);
	*ret = end;
	return NULL;
}

static struct ct_error *receive(const struct giving *giving, int *ret)
{
	struct scratch scratch = {0};
	scratch.bytes.iov_base =
	    (void *)at(giving, offsetof(struct scratch, byte));
	scratch.bytes.iov_len = 1;
	scratch.message.msg_iov =
	    (void *)at(giving, offsetof(struct scratch, bytes));
	scratch.message.msg_iovlen = 1;
	scratch.message.msg_control =
	    (void *)at(giving, offsetof(struct scratch, control));
	scratch.message.msg_controllen = sizeof(scratch.control);
	struct ct_error *err = ct_process_write(giving->pid, giving->addr,
						&scratch, sizeof(scratch));
	const uint64_t args[6] = {(uint64_t)giving->ends[1],
				  at(giving, offsetof(struct scratch, message)),
				  MSG_CMSG_CLOEXEC};
	if (!err)
		err = make(giving, "recvmsg", SYS_recvmsg, args, NULL);
	if (!err)
		err = ct_process_read_all(giving->pid, giving->addr, &scratch,
					  sizeof(scratch));
	if (err)
		return err;
	struct cmsghdr header;
	memcpy(&header, scratch.control, sizeof(header));
	if (header.cmsg_len != CMSG_LEN(sizeof(int)) ||
	    header.cmsg_type != SCM_RIGHTS)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "process %d has no room for a "
				       "descriptor",
				       (int)giving->pid);
	memcpy(ret, scratch.control + CMSG_LEN(0), sizeof(*ret));
	return NULL;
}

static struct ct_error *pass(const struct giving *giving, int *ret)
{
	CT_AUTO_CLOSE int end = -1;
	struct ct_error *err = take_end(giving, &end);
	if (!err)
		err = send_through(end, giving->fd);
	return err ? err : receive(giving, ret);
}

static struct ct_error *close_ends(const struct giving *giving,
				   struct ct_error *err)
{
	for (int i = 0; i < 2; i++) {
		struct ct_error *close_err = ct_process_take_back(
		    giving->pid, giving->tid, giving->ends[i]);
		if (err)
			ct_error_destroy(close_err);
		else
			err = close_err;
	}
	return err;
}

static struct ct_error *give_through_socket(struct giving *giving, int *ret)
{
	static const struct ct_notify_wish wishes[] = {
	    {SYS_socketpair, {AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC}},
	    {SYS_recvmsg, {3, CT_PAGE_SIZE, MSG_CMSG_CLOEXEC}},
	    {SYS_close, {3}},
	};
	const uint64_t args[6] = {AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0,
				  giving->addr};
	struct ct_error *err = ct_notify_check_filters(giving->tid, wishes, 3);
	if (!err)
		err = make(giving, "socketpair", SYS_socketpair, args, NULL);
	if (!err)
		err = ct_process_read_all(giving->pid, giving->addr,
					  giving->ends, sizeof(giving->ends));
	return err ? err : close_ends(giving, pass(giving, ret));
}

/* ---- */

static struct ct_error *give(struct giving *giving, int *ret)
{
	struct ct_error *err = give_path(giving, ret);
	if (!err)
		return NULL;
	ct_error_destroy(err);
	return give_through_socket(giving, ret);
}

struct ct_error *ct_process_give(pid_t pid, pid_t tid, int fd, int *ret)
{
	struct giving giving = {.pid = pid, .tid = tid, .fd = fd};
	struct user_regs_struct regs;
	struct scratch before;
	struct ct_error *err = ct_ptrace_get_regs(tid, &regs);
	if (err)
		return err;
	giving.addr = (regs.rsp - RED_ZONE - sizeof(before)) & ~(uint64_t)15;
	err = ct_process_read_all(pid, giving.addr, &before, sizeof(before));
	if (err)
		return err;
	err = give(&giving, ret);
	struct ct_error *restore_err =
	    ct_process_write(pid, giving.addr, &before, sizeof(before));
	if (!err)
		return restore_err;
	ct_error_destroy(restore_err);
	return err;
}
