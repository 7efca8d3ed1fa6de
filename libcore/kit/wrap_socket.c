/* SPDX-License-Identifier: MIT */
/*
 * Of sockets, what fills in more than its result, and copies it.
 *
 * What the real function has filled in is copied plainly, with the lock held.
 * What is looked at before the call, the room for an address and the sets of
 * select, may be no memory at all: the kernel copies it, and where it cannot
 * the real function is left to say so.
 */
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "CTester/hooks.h"
#include "CTester/wrap.h"
#include "kit/enter.h"
#include "kit/reals.h"

/* Copy what may be no memory.  False, and nothing copied, if it is none. */
static bool peek(void *to, const void *from, size_t size)
{
	if (!from)
		return false;
	int before = errno;
	struct iovec local = {to, size};
	struct iovec remote = {(void *)(uintptr_t)from, size};
	pid_t pid = (pid_t)syscall(SYS_getpid);
	/* Each argument of syscall() is a long. */
	ssize_t got = syscall(SYS_process_vm_readv, (long)pid, &local, 1L,
			      &remote, 1L, 0L);
	bool refused = got < 0 && (errno == ENOSYS || errno == EPERM);
	errno = before;
	if (refused)
		memcpy(to, from, size);
	return refused || got == (ssize_t)size;
}

static socklen_t room_for_address(const struct sockaddr *addr,
				  const socklen_t *addrlen)
{
	socklen_t room;
	return addr && peek(&room, addrlen, sizeof(room)) ? room : 0;
}

/*
 * An address as accept(2) fills it in: *addrlen is its whole length, and may
 * be more than there was room for.
 */
static socklen_t copy_address(struct sockaddr_storage *to,
			      const struct sockaddr *from, socklen_t room,
			      const socklen_t *addrlen)
{
	if (!from || !addrlen)
		return 0;
	size_t length = *addrlen < room ? *addrlen : room;
	if (length > sizeof(*to))
		length = sizeof(*to);
	memcpy(to, from, length);
	return *addrlen;
}

int ctester_wrap_accept(int sockfd, struct sockaddr *addr, socklen_t *addrlen)
{
	if (!ctester_enter(&monitored.accept))
		return REAL(accept)(sockfd, addr, addrlen);
	stats.accept.called++;
	stats.accept.last_params.sockfd = sockfd;
	stats.accept.last_params.addr = addr;
	stats.accept.last_params.addrlen = addrlen;
	stats.accept.last_returns = (struct return_accept_t){0};
	socklen_t room = room_for_address(addr, addrlen);
	if (ctester_fails(&failures.accept)) {
		int ret = failures.accept_ret;
		errno = failures.accept_errno;
		stats.accept.last_return = ret;
		ctester_leave();
		return ret;
	}
	ctester_leave();

	int ret = REAL(accept)(sockfd, addr, addrlen);
	ctester_enter_again();
	stats.accept.last_return = ret;
	if (ret >= 0 && !ctester_upstream_quirks)
		stats.accept.last_returns.addrlen = copy_address(
		    &stats.accept.last_returns.addr, addr, room, addrlen);
	ctester_leave();
	return ret;
}

/*
 * Of a read buffer: the peer that the socket is connected to, if it is one of
 * datagrams.  Of streams, Linux tells no address either.
 */
static void tell_peer(int sockfd, struct sockaddr *src_addr, socklen_t *addrlen)
{
	int before = errno, type = 0;
	socklen_t size = sizeof(type);
	if (getsockopt(sockfd, SOL_SOCKET, SO_TYPE, &type, &size) != 0 ||
	    type != SOCK_DGRAM || getpeername(sockfd, src_addr, addrlen) != 0)
		*addrlen = 0;
	errno = before;
}

static ssize_t receive_from(int sockfd, void *buf, size_t len, int flags,
			    struct sockaddr *src_addr, socklen_t *addrlen)
{
	bool handled = false;
	ssize_t ret = ctester_read_buffered(sockfd, buf, len, flags, &handled);
	if (!handled)
		return REAL(recvfrom)(sockfd, buf, len, flags, src_addr,
				      addrlen);
	if (ret >= 0 && src_addr && addrlen)
		tell_peer(sockfd, src_addr, addrlen);
	return ret;
}

static ssize_t fail_recvfrom(void)
{
	ssize_t ret = failures.recvfrom_ret;
	errno = failures.recvfrom_errno;
	if (ctester_upstream_quirks)
		stats.recv.last_return = ret;
	else
		stats.recvfrom.last_return = ret;
	ctester_leave();
	return ret;
}

ssize_t ctester_wrap_recvfrom(int sockfd, void *buf, size_t len, int flags,
			      struct sockaddr *src_addr, socklen_t *addrlen)
{
	if (!ctester_enter(&monitored.recvfrom))
		return REAL(recvfrom)(sockfd, buf, len, flags, src_addr,
				      addrlen);
	stats.recvfrom.called++;
	stats.recv_all.called++;
	stats.recvfrom.last_params.sockfd = sockfd;
	stats.recvfrom.last_params.buf = buf;
	stats.recvfrom.last_params.len = len;
	stats.recvfrom.last_params.flags = flags;
	stats.recvfrom.last_params.src_addr = src_addr;
	stats.recvfrom.last_params.addrlen = addrlen;
	stats.recvfrom.last_returned_addr = (struct return_recvfrom_t){0};
	socklen_t room = room_for_address(src_addr, addrlen);
	if (ctester_fails(&failures.recvfrom))
		return fail_recvfrom();
	ctester_leave();

	ssize_t ret = receive_from(sockfd, buf, len, flags, src_addr, addrlen);
	ctester_enter_again();
	stats.recvfrom.last_return = ret;
	if (ret >= 0)
		stats.recvfrom.last_returned_addr.addrlen =
		    copy_address(&stats.recvfrom.last_returned_addr.src_addr,
				 src_addr, room, addrlen);
	ctester_leave();
	return ret;
}

ssize_t ctester_wrap_recvmsg(int sockfd, struct msghdr *msg, int flags)
{
	if (!ctester_enter(&monitored.recvmsg))
		return REAL(recvmsg)(sockfd, msg, flags);
	stats.recvmsg.called++;
	stats.recv_all.called++;
	stats.recvmsg.last_params.sockfd = sockfd;
	stats.recvmsg.last_params.msg = msg;
	stats.recvmsg.last_params.flags = flags;
	stats.recvmsg.last_returned_msg = (struct msghdr){0};
	if (ctester_fails(&failures.recvmsg)) {
		ssize_t ret = failures.recvmsg_ret;
		errno = failures.recvmsg_errno;
		stats.recvmsg.last_return = ret;
		ctester_leave();
		return ret;
	}
	ctester_leave();

	ssize_t ret = REAL(recvmsg)(sockfd, msg, flags);
	ctester_enter_again();
	if (!ctester_upstream_quirks)
		stats.recvmsg.last_return = ret;
	/* The reference takes 0 for success. */
	if (ctester_upstream_quirks ? ret == 0 : ret >= 0)
		stats.recvmsg.last_returned_msg = *msg;
	ctester_leave();
	return ret;
}

/* The last copy of poll's descriptors.  The kit's: a test need not free it. */
static struct pollfd *polled;

static void copy_polled(const struct pollfd *fds, nfds_t nfds)
{
	size_t size = nfds * sizeof(*fds);
	polled = fds && nfds ? REAL(malloc)(size) : NULL;
	if (polled)
		memcpy(polled, fds, size);
	stats.poll.last_params.fds_copy = polled;
}

int ctester_wrap_poll(struct pollfd *fds, nfds_t nfds, int timeout)
{
	if (!ctester_enter(&monitored.poll))
		return REAL(poll)(fds, nfds, timeout);
	stats.poll.called++;
	stats.poll.last_params.fds_ptr = fds;
	stats.poll.last_params.nfds = nfds;
	stats.poll.last_params.timeout = timeout;
	stats.poll.last_params.fds_copy = NULL;
	REAL(free)(polled);
	polled = NULL;
	if (ctester_fails(&failures.poll)) {
		int ret = failures.poll_ret;
		errno = failures.poll_errno;
		stats.poll.last_return = ret;
		ctester_leave();
		return ret;
	}
	ctester_leave();

	int ret = REAL(poll)(fds, nfds, timeout);
	int code = errno;
	ctester_enter_again();
	if (!ctester_upstream_quirks)
		stats.poll.last_return = ret;
	/* Else the array may be no array, or not that long. */
	if (ret >= 0 || code == EINTR)
		copy_polled(fds, nfds);
	errno = code;
	ctester_leave();
	return ret;
}

/* Stops where the reference stops, at a set that is NULL. */
__attribute__((no_sanitize("undefined"))) static void read_all_sets(
    const struct params_select_t *params)
{
	if (!ctester_upstream_quirks)
		return;
	(void)*(const volatile char *)params->readfds_ptr;
	(void)*(const volatile char *)params->writefds_ptr;
	(void)*(const volatile char *)params->exceptfds_ptr;
	(void)*(const volatile char *)params->timeout_ptr;
}

static void keep_select(const struct params_select_t *given)
{
	struct params_select_t *params = &stats.select.last_params;
	*params = *given;
	read_all_sets(params);
	peek(&params->readfds, params->readfds_ptr, sizeof(fd_set));
	peek(&params->writefds, params->writefds_ptr, sizeof(fd_set));
	peek(&params->exceptfds, params->exceptfds_ptr, sizeof(fd_set));
	peek(&params->timeout, params->timeout_ptr, sizeof(params->timeout));
}

int ctester_wrap_select(int nfds, fd_set *readfds, fd_set *writefds,
			fd_set *exceptfds, struct timeval *timeout)
{
	if (!ctester_enter(&monitored.select))
		return REAL(select)(nfds, readfds, writefds, exceptfds,
				    timeout);
	stats.select.called++;
	keep_select(&(struct params_select_t){
	    .nfds = nfds,
	    .readfds_ptr = readfds,
	    .writefds_ptr = writefds,
	    .exceptfds_ptr = exceptfds,
	    .timeout_ptr = timeout,
	});
	if (ctester_fails(&failures.select)) {
		int ret = failures.select_ret;
		errno = failures.select_errno;
		stats.select.last_return = ret;
		ctester_leave();
		return ret;
	}
	ctester_leave();

	int ret = REAL(select)(nfds, readfds, writefds, exceptfds, timeout);
	ctester_enter_again();
	if (!ctester_upstream_quirks)
		stats.select.last_return = ret;
	ctester_leave();
	return ret;
}

void ctester_wrap_freeaddrinfo(struct addrinfo *res)
{
	if (!ctester_enter(&monitored.freeaddrinfo)) {
		REAL(freeaddrinfo)(res);
		return;
	}
	stats.freeaddrinfo.called++;
	stats.freeaddrinfo.last_param = res;
	ctester_leave();

	int status = ctester_freeaddrinfo(res);
	ctester_enter_again();
	stats.freeaddrinfo.status = status;
	ctester_leave();
}
