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

static size_t read_mapped(pid_t pid, uint64_t addr, char *buffer, size_t size)
{
	struct iovec local = {buffer, size};
	struct iovec remote = {(void *)(uintptr_t)addr, size};
	ssize_t got = process_vm_readv(pid, &local, 1, &remote, 1, 0);
	return got > 0 ? (size_t)got : 0;
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
	ssize_t got = process_vm_readv(pid, local, 2, remote, 2, 0);
	return got > 0 ? (size_t)got : 0;
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
