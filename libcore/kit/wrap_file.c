/* SPDX-License-Identifier: MIT */
/* open, whose third argument may be missing, and what fills in a stat. */
#include <stdarg.h>

#include "CTester/hooks.h"
#include "CTester/wrap.h"
#include "kit/calls.h"
#include "kit/enter.h"
#include "kit/reals.h"

/* O_TMPFILE is several bits, O_DIRECTORY one of them; not all standards have
 * it in their <fcntl.h>. */
#ifdef __O_TMPFILE
#define TMPFILE_FLAG __O_TMPFILE
#else
#define TMPFILE_FLAG 0
#endif

bool ctester_open_has_mode(int flags)
{
	return flags & (O_CREAT | TMPFILE_FLAG);
}

int ctester_wrap_open(const char *pathname, int flags, ...)
{
	mode_t mode = 0;
	if (ctester_open_has_mode(flags)) {
		va_list arguments;
		va_start(arguments, flags);
		mode = va_arg(arguments, mode_t);
		va_end(arguments);
	}
	if (!ctester_enter(&monitored.open))
		return REAL(open)(pathname, flags, mode);
	stats.open.called++;
	stats.open.last_params.pathname = (char *)(uintptr_t)pathname;
	stats.open.last_params.flags = flags;
	stats.open.last_params.mode = mode;
	if (ctester_fails(&failures.open)) {
		int ret = failures.open_ret;
		errno = failures.open_errno;
		stats.open.last_return = ret;
		ctester_leave();
		return ret;
	}
	ctester_leave();

	int ret = REAL(open)(pathname, flags, mode);
	ctester_enter_again();
	stats.open.last_return = ret;
	ctester_leave();
	return ret;
}

int ctester_wrap_stat(const char *path, struct stat *buf)
{
	if (!ctester_enter(&monitored.stat))
		return REAL(stat)(path, buf);
	stats.stat.called++;
	stats.stat.last_params.path = (char *)(uintptr_t)path;
	stats.stat.last_params.buf = buf;
	if (ctester_fails(&failures.stat)) {
		int ret = failures.stat_ret;
		errno = failures.stat_errno;
		stats.stat.last_return = ret;
		ctester_leave();
		return ret;
	}
	ctester_leave();

	int ret = REAL(stat)(path, buf);
	ctester_enter_again();
	stats.stat.last_return = ret;
	if (ret == 0)
		stats.stat.returned_stat = *buf;
	ctester_leave();
	return ret;
}

int ctester_wrap_fstat(int fd, struct stat *buf)
{
	if (!ctester_enter(&monitored.fstat))
		return REAL(fstat)(fd, buf);
	stats.fstat.called++;
	stats.fstat.last_params.fd = fd;
	stats.fstat.last_params.buf = buf;
	if (ctester_fails(&failures.fstat)) {
		int ret = failures.fstat_ret;
		errno = failures.fstat_errno;
		if (!ctester_upstream_quirks)
			stats.fstat.last_return = ret;
		ctester_leave();
		return ret;
	}
	ctester_leave();

	int ret = REAL(fstat)(fd, buf);
	ctester_enter_again();
	stats.fstat.last_return = ret;
	if (ret == 0)
		stats.fstat.returned_stat = *buf;
	ctester_leave();
	return ret;
}

ssize_t ctester_read(int fd, void *buf, size_t count)
{
	bool handled = false;
	ssize_t ret = ctester_read_buffered(fd, buf, count, 0, &handled);
	return handled ? ret : REAL(read)(fd, buf, count);
}

ssize_t ctester_recv(int sockfd, void *buf, size_t len, int flags)
{
	bool handled = false;
	ssize_t ret = ctester_read_buffered(sockfd, buf, len, flags, &handled);
	return handled ? ret : REAL(recv)(sockfd, buf, len, flags);
}
