/* SPDX-License-Identifier: MIT */
/*
 * Memory of the program.  Reading is on the hot path: one process_vm_readv(2)
 * when all goes well, no allocation ever.  That call promises partial results
 * only between its iovecs, so after a short one we go on page by page.  It
 * also obeys page protections, which /proc/PID/mem does not for a tracer:
 * that file is the second try, and the only way to write.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/uio.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "ctester/process.h"
#include "process/ptrace.h"

/* Nothing is ever mapped below this: mmap_min_addr, proc(5). */
#define FIRST_ADDR CT_PAGE_SIZE

static int open_mem(pid_t pid, int flags)
{
	char path[32];
	snprintf(path, sizeof(path), "/proc/%d/mem", (int)pid);
	return open(path, flags | O_CLOEXEC);
}

/* A first thread that has ended has no memory any more (ESRCH), which the
 * others have still.  0: none has. */
static pid_t find_living(pid_t pid)
{
	CT_AUTO_FREE pid_t *tids = NULL;
	size_t count = 0;
	char byte;
	struct iovec local = {&byte, 1};
	struct iovec remote = {NULL, 1}; /* where nothing is: EFAULT */
	struct ct_error *err = ct_process_read_tids(pid, &tids, &count);
	for (size_t i = 0; !err && i < count; i++)
		if (process_vm_readv(tids[i], &local, 1, &remote, 1, 0) >= 0 ||
		    errno == EFAULT)
			return tids[i];
	ct_error_destroy(err);
	return 0;
}

static size_t read_pieces(pid_t pid, const struct iovec *local,
			  const struct iovec *remote, unsigned long count)
{
	ssize_t got = process_vm_readv(pid, local, count, remote, count, 0);
	if (got < 0 && errno == ESRCH)
		got = process_vm_readv(find_living(pid), local, count, remote,
				       count, 0);
	return got > 0 ? (size_t)got : 0;
}

static size_t read_mapped(pid_t pid, uint64_t addr, char *buffer, size_t size)
{
	struct iovec local = {buffer, size};
	struct iovec remote = {(void *)(uintptr_t)addr, size};
	return read_pieces(pid, &local, &remote, 1);
}

static size_t read_forced(pid_t pid, uint64_t addr, char *buffer, size_t size)
{
	CT_AUTO_CLOSE int fd = open_mem(pid, O_RDONLY);
	if (fd < 0)
		return 0;
	ssize_t got = pread(fd, buffer, size, (off_t)addr);
	return got > 0 ? (size_t)got : 0;
}

size_t ct_process_read(pid_t pid, uint64_t addr, void *buffer, size_t size)
{
	if (addr < FIRST_ADDR || addr > CT_USER_ADDR_MAX)
		return 0;
	if (size > CT_USER_ADDR_MAX - addr)
		size = CT_USER_ADDR_MAX - addr;

	size_t done = 0;
	size_t chunk = size;
	while (done < size) {
		uint64_t at = addr + done;
		char *to = (char *)buffer + done;
		size_t in_page = CT_PAGE_SIZE - at % CT_PAGE_SIZE;
		size_t got = read_mapped(pid, at, to, chunk);
		if (!got && chunk > in_page) {
			chunk = in_page;
			continue;
		}
		if (!got)
			got = read_forced(pid, at, to, chunk);
		if (!got)
			break;
		done += got;
		chunk = size - done;
	}
	return done;
}

size_t ct_process_read_two(pid_t pid, uint64_t addr, void *buffer, size_t size,
			   uint64_t addr2, void *buffer2, size_t size2)
{
	struct iovec local[] = {{buffer, size}, {buffer2, size2}};
	struct iovec remote[] = {{(void *)(uintptr_t)addr, size},
				 {(void *)(uintptr_t)addr2, size2}};
	return read_pieces(pid, local, remote, 2);
}

struct ct_error *ct_process_read_all(pid_t pid, uint64_t addr, void *buffer,
				     size_t size)
{
	size_t got = ct_process_read(pid, addr, buffer, size);
	if (got == size)
		return NULL;
	return ct_error_format(CT_ERROR_FAULT,
			       "process %d: cannot read %zu bytes at 0x%llx: "
			       "only %zu are mapped",
			       (int)pid, size, (unsigned long long)addr, got);
}

struct ct_error *ct_process_write(pid_t pid, uint64_t addr, const void *data,
				  size_t size)
{
	CT_AUTO_CLOSE int fd = open_mem(pid, O_WRONLY);
	if (fd < 0)
		return ct_error_format(CT_ERROR_OS, "/proc/%d/mem: %m",
				       (int)pid);
	if (addr > CT_USER_ADDR_MAX)
		errno = EFAULT;
	for (size_t done = 0; done < size;) {
		ssize_t put = addr > CT_USER_ADDR_MAX
				  ? -1
				  : pwrite(fd, (const char *)data + done,
					   size - done, (off_t)(addr + done));
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return ct_error_format(
			    CT_ERROR_FAULT,
			    "process %d: cannot write %zu bytes at 0x%llx: %m",
			    (int)pid, size - done,
			    (unsigned long long)addr + done);
		done += (size_t)put;
	}
	return NULL;
}

struct ct_error *ct_process_read_slot(pid_t pid, uint64_t addr, uint64_t *ret)
{
	uint64_t value;
	struct ct_error *err =
	    ct_process_read_all(pid, addr, &value, sizeof(value));
	if (!err)
		*ret = value;
	return err;
}

struct ct_error *ct_process_write_slot(pid_t pid, uint64_t addr, uint64_t value)
{
	return ct_process_write(pid, addr, &value, sizeof(value));
}
