/* SPDX-License-Identifier: MIT */
/*
 * The wrappers of usual shape, and the list of all of them.
 *
 * Not watched: the real function, and nothing else.  Watched: the call is
 * counted and its arguments are kept; if the mask says so it fails here; else
 * the real function runs, without the lock because it may block, and what it
 * returned is kept.  kit/enter.h tells of the lock.
 */
/* Made by scripts/generate-kit from libcore/kit/functions.json. */

/* The functions are called by pointers here, and their names are ours. */
#undef _FORTIFY_SOURCE

#include <string.h>

#include "CTester/hooks.h"
#include "CTester/kit.h"
#include "kit/calls.h"
#include "kit/enter.h"
#include "kit/reals.h"
#include "kit/thread.h"

pid_t ctester_wrap_getpid(void)
{
	if (!ctester_enter(&monitored.getpid))
		return REAL(getpid)();
	stats.getpid.called++;
	ctester_leave();

	pid_t ret = REAL(getpid)();
	ctester_enter_again();
	stats.getpid.last_return = ret;
	ctester_leave();
	return ret;
}

int ctester_wrap_creat(const char *pathname, mode_t mode)
{
	if (!ctester_enter(&monitored.creat))
		return REAL(creat)(pathname, mode);
	stats.creat.called++;
	stats.creat.last_params = (struct params_creat_t){
	    .pathname = (char *)(uintptr_t)pathname,
	    .mode = mode,
	};
	if (ctester_fails(&failures.creat)) {
		int ret = failures.creat_ret;
		errno = failures.creat_errno;
		stats.creat.last_return = ret;
		ctester_leave();
		return ret;
	}
	ctester_leave();

	int ret = REAL(creat)(pathname, mode);
	ctester_enter_again();
	stats.creat.last_return = ret;
	ctester_leave();
	return ret;
}

int ctester_wrap_close(int fd)
{
	if (!ctester_enter(&monitored.close))
		return REAL(close)(fd);
	stats.close.called++;
	stats.close.last_params = (struct params_close_t){
	    .fd = fd,
	};
	if (ctester_fails(&failures.close)) {
		int ret = failures.close_ret;
		errno = failures.close_errno;
		stats.close.last_return = ret;
		ctester_leave();
		return ret;
	}
	ctester_leave();

	int ret = REAL(close)(fd);
	ctester_enter_again();
	stats.close.last_return = ret;
	ctester_leave();
	return ret;
}

ssize_t ctester_wrap_read(int fd, void *buf, size_t count)
{
	if (!ctester_enter(&monitored.read))
		return REAL(read)(fd, buf, count);
	stats.read.called++;
	stats.read.last_params = (struct params_read_t){
	    .fd = fd,
	    .buf = buf,
	    .count = count,
	};
	if (ctester_fails(&failures.read)) {
		ssize_t ret = failures.read_ret;
		errno = failures.read_errno;
		stats.read.last_return = ret;
		ctester_leave();
		return ret;
	}
	ctester_leave();

	ssize_t ret = ctester_read(fd, buf, count);
	ctester_enter_again();
	stats.read.last_return = ret;
	ctester_leave();
	return ret;
}

ssize_t ctester_wrap_write(int fd, const void *buf, size_t count)
{
	if (!ctester_enter(&monitored.write))
		return REAL(write)(fd, buf, count);
	stats.write.called++;
	stats.write.last_params = (struct params_read_t){
	    .fd = fd,
	    .buf = (void *)(uintptr_t)buf,
	    .count = count,
	};
	if (ctester_fails(&failures.write)) {
		ssize_t ret = failures.write_ret;
		errno = failures.write_errno;
		stats.write.last_return = ret;
		ctester_leave();
		return ret;
	}
	ctester_leave();

	ssize_t ret = REAL(write)(fd, buf, count);
	ctester_enter_again();
	stats.write.last_return = ret;
	ctester_leave();
	return ret;
}

off_t ctester_wrap_lseek(int fd, off_t offset, int whence)
{
	if (!ctester_enter(&monitored.lseek))
		return REAL(lseek)(fd, offset, whence);
	stats.lseek.called++;
	stats.lseek.last_params = (struct params_lseek_t){
	    .fd = fd,
	    .offset = offset,
	    .whence = whence,
	};
	if (ctester_fails(&failures.lseek)) {
		off_t ret = failures.lseek_ret;
		errno = failures.lseek_errno;
		if (!ctester_upstream_quirks)
			stats.lseek.last_return = ret;
		ctester_leave();
		return ret;
	}
	ctester_leave();

	off_t ret = REAL(lseek)(fd, offset, whence);
	ctester_enter_again();
	if (ctester_upstream_quirks)
		ret = (int)ret;
	stats.lseek.last_return = ret;
	ctester_leave();
	return ret;
}

int ctester_wrap_pthread_mutex_lock(pthread_mutex_t *mutex)
{
	if (!ctester_enter(&monitored.pthread_mutex_lock))
		return REAL(pthread_mutex_lock)(mutex);
	stats.pthread_mutex_lock.called++;
	stats.pthread_mutex_lock.last_arg = mutex;
	if (!ctester_upstream_quirks &&
	    ctester_fails(&failures.pthread_mutex_lock)) {
		int ret = failures.pthread_mutex_lock_ret;
		errno = failures.pthread_mutex_lock_errno;
		stats.pthread_mutex_lock.last_return = ret;
		ctester_leave();
		return ret;
	}
	ctester_leave();

	int ret = REAL(pthread_mutex_lock)(mutex);
	ctester_enter_again();
	stats.pthread_mutex_lock.last_return = ret;
	ctester_leave();
	return ret;
}

int ctester_wrap_pthread_mutex_trylock(pthread_mutex_t *mutex)
{
	if (!ctester_enter(&monitored.pthread_mutex_trylock))
		return REAL(pthread_mutex_trylock)(mutex);
	stats.pthread_mutex_trylock.called++;
	stats.pthread_mutex_trylock.last_arg = mutex;
	if (!ctester_upstream_quirks &&
	    ctester_fails(&failures.pthread_mutex_trylock)) {
		int ret = failures.pthread_mutex_trylock_ret;
		errno = failures.pthread_mutex_trylock_errno;
		stats.pthread_mutex_trylock.last_return = ret;
		ctester_leave();
		return ret;
	}
	ctester_leave();

	int ret = REAL(pthread_mutex_trylock)(mutex);
	ctester_enter_again();
	stats.pthread_mutex_trylock.last_return = ret;
	ctester_leave();
	return ret;
}

int ctester_wrap_pthread_mutex_unlock(pthread_mutex_t *mutex)
{
	if (!ctester_enter(&monitored.pthread_mutex_unlock))
		return REAL(pthread_mutex_unlock)(mutex);
	stats.pthread_mutex_unlock.called++;
	stats.pthread_mutex_unlock.last_arg = mutex;
	if (!ctester_upstream_quirks &&
	    ctester_fails(&failures.pthread_mutex_unlock)) {
		int ret = failures.pthread_mutex_unlock_ret;
		errno = failures.pthread_mutex_unlock_errno;
		stats.pthread_mutex_unlock.last_return = ret;
		ctester_leave();
		return ret;
	}
	ctester_leave();

	int ret = REAL(pthread_mutex_unlock)(mutex);
	ctester_enter_again();
	stats.pthread_mutex_unlock.last_return = ret;
	ctester_leave();
	return ret;
}

int ctester_wrap_pthread_mutex_init(pthread_mutex_t *mutex,
				    const pthread_mutexattr_t *attr)
{
	if (!ctester_enter(&monitored.pthread_mutex_init))
		return REAL(pthread_mutex_init)(mutex, attr);
	stats.pthread_mutex_init.called++;
	stats.pthread_mutex_init.last_arg = mutex;
	if (!ctester_upstream_quirks &&
	    ctester_fails(&failures.pthread_mutex_init)) {
		int ret = failures.pthread_mutex_init_ret;
		errno = failures.pthread_mutex_init_errno;
		stats.pthread_mutex_init.last_return = ret;
		ctester_leave();
		return ret;
	}
	ctester_leave();

	int ret = REAL(pthread_mutex_init)(mutex, attr);
	ctester_enter_again();
	stats.pthread_mutex_init.last_return = ret;
	ctester_leave();
	return ret;
}

int ctester_wrap_pthread_mutex_destroy(pthread_mutex_t *mutex)
{
	if (!ctester_enter(&monitored.pthread_mutex_destroy))
		return REAL(pthread_mutex_destroy)(mutex);
	stats.pthread_mutex_destroy.called++;
	stats.pthread_mutex_destroy.last_arg = mutex;
	if (!ctester_upstream_quirks &&
	    ctester_fails(&failures.pthread_mutex_destroy)) {
		int ret = failures.pthread_mutex_destroy_ret;
		errno = failures.pthread_mutex_destroy_errno;
		stats.pthread_mutex_destroy.last_return = ret;
		ctester_leave();
		return ret;
	}
	ctester_leave();

	int ret = REAL(pthread_mutex_destroy)(mutex);
	ctester_enter_again();
	stats.pthread_mutex_destroy.last_return = ret;
	ctester_leave();
	return ret;
}

unsigned int ctester_wrap_sleep(unsigned int seconds)
{
	if (!ctester_enter(&monitored.sleep))
		return REAL(sleep)(seconds);
	stats.sleep.called++;
	stats.sleep.last_arg = seconds;
	if (ctester_fails(&failures.sleep)) {
		unsigned int ret = failures.sleep_ret;
		stats.sleep.last_return = ret;
		ctester_leave();
		return ret;
	}
	ctester_leave();

	unsigned int ret = REAL(sleep)(seconds);
	ctester_enter_again();
	stats.sleep.last_return = ret;
	ctester_leave();
	return ret;
}

int ctester_wrap_getaddrinfo(const char *node, const char *service,
			     const struct addrinfo *hints,
			     struct addrinfo **res)
{
	if (!ctester_enter(&monitored.getaddrinfo))
		return REAL(getaddrinfo)(node, service, hints, res);
	stats.getaddrinfo.called++;
	stats.getaddrinfo.last_params = (struct params_getaddrinfo_t){
	    .node = node,
	    .service = service,
	    .hints = hints,
	    .res = res,
	};
	if (ctester_fails(&failures.getaddrinfo)) {
		int ret = failures.getaddrinfo_ret;
		errno = failures.getaddrinfo_errno;
		stats.getaddrinfo.last_return = ret;
		ctester_leave();
		return ret;
	}
	ctester_leave();

	int ret = ctester_getaddrinfo(node, service, hints, res);
	ctester_enter_again();
	stats.getaddrinfo.last_return = ret;
	ctester_leave();
	return ret;
}

int ctester_wrap_getnameinfo(const struct sockaddr *addr, socklen_t addrlen,
			     char *host, socklen_t hostlen, char *serv,
			     socklen_t servlen, int flags)
{
	if (!ctester_enter(&monitored.getnameinfo))
		return REAL(getnameinfo)(addr, addrlen, host, hostlen, serv,
					 servlen, flags);
	stats.getnameinfo.called++;
	stats.getnameinfo.last_params = (struct params_getnameinfo_t){
	    .addr = addr,
	    .addrlen = addrlen,
	    .host = host,
	    .hostlen = hostlen,
	    .serv = serv,
	    .servlen = servlen,
	    .flags = flags,
	};
	if (ctester_fails(&failures.getnameinfo)) {
		int ret = failures.getnameinfo_ret;
		errno = failures.getnameinfo_errno;
		stats.getnameinfo.last_return = ret;
		ctester_leave();
		return ret;
	}
	ctester_leave();

	int ret = ctester_getnameinfo(addr, addrlen, host, hostlen, serv,
				      servlen, flags);
	ctester_enter_again();
	stats.getnameinfo.last_return = ret;
	ctester_leave();
	return ret;
}

const char *ctester_wrap_gai_strerror(int errcode)
{
	if (!ctester_enter(&monitored.gai_strerror))
		return REAL(gai_strerror)(errcode);
	stats.gai_strerror.called++;
	stats.gai_strerror.last_params = errcode;
	if (ctester_fails(&failures.gai_strerror)) {
		const char *ret = failures.gai_strerror_ret;
		errno = failures.gai_strerror_errno;
		stats.gai_strerror.last_return = ret;
		ctester_leave();
		return ret;
	}
	ctester_leave();

	const char *ret = ctester_gai_strerror(errcode);
	ctester_enter_again();
	stats.gai_strerror.last_return = ret;
	ctester_leave();
	return ret;
}

int ctester_wrap_bind(int sockfd, const struct sockaddr *addr,
		      socklen_t addrlen)
{
	if (!ctester_enter(&monitored.bind))
		return REAL(bind)(sockfd, addr, addrlen);
	stats.bind.called++;
	stats.bind.last_params = (struct params_bind_t){
	    .sockfd = sockfd,
	    .addr = addr,
	    .addrlen = addrlen,
	};
	if (ctester_fails(&failures.bind)) {
		int ret = failures.bind_ret;
		errno = failures.bind_errno;
		stats.bind.last_return = ret;
		ctester_leave();
		return ret;
	}
	ctester_leave();

	int ret = REAL(bind)(sockfd, addr, addrlen);
	ctester_enter_again();
	stats.bind.last_return = ret;
	ctester_leave();
	return ret;
}

int ctester_wrap_connect(int sockfd, const struct sockaddr *addr,
			 socklen_t addrlen)
{
	if (!ctester_enter(&monitored.connect))
		return REAL(connect)(sockfd, addr, addrlen);
	stats.connect.called++;
	stats.connect.last_params = (struct params_connect_t){
	    .sockfd = sockfd,
	    .addr = addr,
	    .addrlen = addrlen,
	};
	if (ctester_fails(&failures.connect)) {
		int ret = failures.connect_ret;
		errno = failures.connect_errno;
		stats.connect.last_return = ret;
		ctester_leave();
		return ret;
	}
	ctester_leave();

	int ret = REAL(connect)(sockfd, addr, addrlen);
	ctester_enter_again();
	stats.connect.last_return = ret;
	ctester_leave();
	return ret;
}

int ctester_wrap_listen(int sockfd, int backlog)
{
	if (!ctester_enter(&monitored.listen))
		return REAL(listen)(sockfd, backlog);
	stats.listen.called++;
	stats.listen.last_params = (struct params_listen_t){
	    .sockfd = sockfd,
	    .backlog = backlog,
	};
	if (ctester_fails(&failures.listen)) {
		int ret = failures.listen_ret;
		errno = failures.listen_errno;
		stats.listen.last_return = ret;
		ctester_leave();
		return ret;
	}
	ctester_leave();

	int ret = REAL(listen)(sockfd, backlog);
	ctester_enter_again();
	stats.listen.last_return = ret;
	ctester_leave();
	return ret;
}

ssize_t ctester_wrap_recv(int sockfd, void *buf, size_t len, int flags)
{
	if (!ctester_enter(&monitored.recv))
		return REAL(recv)(sockfd, buf, len, flags);
	stats.recv.called++;
	stats.recv_all.called++;
	stats.recv.last_params = (struct params_recv_t){
	    .sockfd = sockfd,
	    .buf = buf,
	    .len = len,
	    .flags = flags,
	};
	if (ctester_fails(&failures.recv)) {
		ssize_t ret = failures.recv_ret;
		errno = failures.recv_errno;
		stats.recv.last_return = ret;
		ctester_leave();
		return ret;
	}
	ctester_leave();

	ssize_t ret = ctester_recv(sockfd, buf, len, flags);
	ctester_enter_again();
	stats.recv.last_return = ret;
	ctester_leave();
	return ret;
}

ssize_t ctester_wrap_send(int sockfd, const void *buf, size_t len, int flags)
{
	if (!ctester_enter(&monitored.send))
		return REAL(send)(sockfd, buf, len, flags);
	stats.send.called++;
	stats.send_all.called++;
	stats.send.last_params = (struct params_send_t){
	    .sockfd = sockfd,
	    .buf = buf,
	    .len = len,
	    .flags = flags,
	};
	if (ctester_fails(&failures.send)) {
		ssize_t ret = failures.send_ret;
		errno = failures.send_errno;
		stats.send.last_return = ret;
		ctester_leave();
		return ret;
	}
	ctester_leave();

	ssize_t ret = REAL(send)(sockfd, buf, len, flags);
	ctester_enter_again();
	stats.send.last_return = ret;
	ctester_leave();
	return ret;
}

ssize_t ctester_wrap_sendto(int sockfd, const void *buf, size_t len, int flags,
			    const struct sockaddr *dest_addr, socklen_t addrlen)
{
	if (!ctester_enter(&monitored.sendto))
		return REAL(sendto)(sockfd, buf, len, flags, dest_addr,
				    addrlen);
	stats.sendto.called++;
	stats.send_all.called++;
	stats.sendto.last_params = (struct params_sendto_t){
	    .sockfd = sockfd,
	    .buf = buf,
	    .len = len,
	    .flags = flags,
	    .dest_addr = dest_addr,
	    .addrlen = addrlen,
	};
	if (ctester_fails(&failures.sendto)) {
		ssize_t ret = failures.sendto_ret;
		errno = failures.sendto_errno;
		stats.sendto.last_return = ret;
		ctester_leave();
		return ret;
	}
	ctester_leave();

	ssize_t ret = REAL(sendto)(sockfd, buf, len, flags, dest_addr, addrlen);
	ctester_enter_again();
	stats.sendto.last_return = ret;
	ctester_leave();
	return ret;
}

ssize_t ctester_wrap_sendmsg(int sockfd, const struct msghdr *msg, int flags)
{
	if (!ctester_enter(&monitored.sendmsg))
		return REAL(sendmsg)(sockfd, msg, flags);
	stats.sendmsg.called++;
	stats.send_all.called++;
	stats.sendmsg.last_params = (struct params_sendmsg_t){
	    .sockfd = sockfd,
	    .msg = msg,
	    .flags = flags,
	};
	if (ctester_fails(&failures.sendmsg)) {
		ssize_t ret = failures.sendmsg_ret;
		errno = failures.sendmsg_errno;
		stats.sendmsg.last_return = ret;
		ctester_leave();
		return ret;
	}
	ctester_leave();

	ssize_t ret = REAL(sendmsg)(sockfd, msg, flags);
	ctester_enter_again();
	if (!ctester_upstream_quirks)
		stats.sendmsg.last_return = ret;
	ctester_leave();
	return ret;
}

int ctester_wrap_shutdown(int sockfd, int how)
{
	if (!ctester_enter(&monitored.shutdown))
		return REAL(shutdown)(sockfd, how);
	stats.shutdown.called++;
	stats.shutdown.last_params = (struct params_shutdown_t){
	    .sockfd = sockfd,
	    .how = how,
	};
	if (ctester_fails(&failures.shutdown)) {
		int ret = failures.shutdown_ret;
		errno = failures.shutdown_errno;
		stats.shutdown.last_return = ret;
		ctester_leave();
		return ret;
	}
	ctester_leave();

	int ret = REAL(shutdown)(sockfd, how);
	ctester_enter_again();
	if (!ctester_upstream_quirks)
		stats.shutdown.last_return = ret;
	ctester_leave();
	return ret;
}

int ctester_wrap_socket(int domain, int type, int protocol)
{
	if (!ctester_enter(&monitored.socket))
		return REAL(socket)(domain, type, protocol);
	stats.socket.called++;
	stats.socket.last_params = (struct params_socket_t){
	    .domain = domain,
	    .type = type,
	    .protocol = protocol,
	};
	if (ctester_fails(&failures.socket)) {
		int ret = failures.socket_ret;
		errno = failures.socket_errno;
		stats.socket.last_return = ret;
		ctester_leave();
		return ret;
	}
	ctester_leave();

	int ret = REAL(socket)(domain, type, protocol);
	ctester_enter_again();
	stats.socket.last_return = ret;
	ctester_leave();
	return ret;
}

uint16_t ctester_wrap_htons(uint16_t hostshort)
{
	if (!ctester_enter(&monitored.htons))
		return REAL(htons)(hostshort);
	stats.htons.called++;
	stats.htons.last_params = (struct params_htons_t){
	    .hostshort = hostshort,
	};
	ctester_leave();

	uint16_t ret = REAL(htons)(hostshort);
	ctester_enter_again();
	stats.htons.last_return = ret;
	ctester_leave();
	return ret;
}

uint16_t ctester_wrap_ntohs(uint16_t netshort)
{
	if (!ctester_enter(&monitored.ntohs))
		return REAL(ntohs)(netshort);
	stats.ntohs.called++;
	stats.ntohs.last_params = (struct params_ntohs_t){
	    .netshort = netshort,
	};
	ctester_leave();

	uint16_t ret = REAL(ntohs)(netshort);
	ctester_enter_again();
	stats.ntohs.last_return = ret;
	ctester_leave();
	return ret;
}

uint32_t ctester_wrap_htonl(uint32_t hostlong)
{
	if (!ctester_enter(&monitored.htonl))
		return REAL(htonl)(hostlong);
	stats.htonl.called++;
	stats.htonl.last_params = (struct params_htonl_t){
	    .hostlong = hostlong,
	};
	ctester_leave();

	uint32_t ret = REAL(htonl)(hostlong);
	ctester_enter_again();
	stats.htonl.last_return = ret;
	ctester_leave();
	return ret;
}

uint32_t ctester_wrap_ntohl(uint32_t netlong)
{
	if (!ctester_enter(&monitored.ntohl))
		return REAL(ntohl)(netlong);
	stats.ntohl.called++;
	stats.ntohl.last_params = (struct params_ntohl_t){
	    .netlong = netlong,
	};
	ctester_leave();

	uint32_t ret = REAL(ntohl)(netlong);
	ctester_enter_again();
	stats.ntohl.last_return = ret;
	ctester_leave();
	return ret;
}

void *ctester_wrap_mmap(void *addr, size_t length, int prot, int flags, int fd,
			off_t offset)
{
	if (!ctester_enter(&monitored.mmap))
		return REAL(mmap)(addr, length, prot, flags, fd, offset);
	stats.mmap.called++;
	stats.mmap.last_params = (struct params_mmap_t){
	    .addr = addr,
	    .length = length,
	    .prot = prot,
	    .flags = flags,
	    .fd = fd,
	    .offset = offset,
	};
	if (ctester_fails(&failures.mmap)) {
		void *ret = failures.mmap_ret;
		errno = failures.mmap_errno;
		stats.mmap.last_return = ret;
		ctester_leave();
		return ret;
	}
	ctester_leave();

	void *ret = REAL(mmap)(addr, length, prot, flags, fd, offset);
	ctester_enter_again();
	stats.mmap.last_return = ret;
	ctester_leave();
	return ret;
}

int ctester_wrap_munmap(void *addr, size_t length)
{
	if (!ctester_enter(&monitored.munmap))
		return REAL(munmap)(addr, length);
	stats.munmap.called++;
	stats.munmap.last_params = (struct params_munmap_t){
	    .addr = addr,
	    .length = length,
	};
	if (ctester_fails(&failures.munmap)) {
		int ret = failures.munmap_ret;
		errno = failures.munmap_errno;
		stats.munmap.last_return = ret;
		ctester_leave();
		return ret;
	}
	ctester_leave();

	int ret = REAL(munmap)(addr, length);
	ctester_enter_again();
	stats.munmap.last_return = ret;
	ctester_leave();
	return ret;
}

int ctester_wrap_msync(void *addr, size_t length, int flags)
{
	if (!ctester_enter(&monitored.msync))
		return REAL(msync)(addr, length, flags);
	stats.msync.called++;
	stats.msync.last_params = (struct params_msync_t){
	    .addr = addr,
	    .length = length,
	    .flags = flags,
	};
	if (ctester_fails(&failures.msync)) {
		int ret = failures.msync_ret;
		errno = failures.msync_errno;
		stats.msync.last_return = ret;
		ctester_leave();
		return ret;
	}
	ctester_leave();

	int ret = REAL(msync)(addr, length, flags);
	ctester_enter_again();
	stats.msync.last_return = ret;
	ctester_leave();
	return ret;
}

int ctester_wrap_ftruncate(int fd, off_t length)
{
	if (!ctester_enter(&monitored.ftruncate))
		return REAL(ftruncate)(fd, length);
	stats.ftruncate.called++;
	stats.ftruncate.last_params = (struct params_ftruncate_t){
	    .fd = fd,
	    .length = length,
	};
	if (ctester_fails(&failures.ftruncate)) {
		int ret = failures.ftruncate_ret;
		errno = failures.ftruncate_errno;
		stats.ftruncate.last_return = ret;
		ctester_leave();
		return ret;
	}
	ctester_leave();

	int ret = REAL(ftruncate)(fd, length);
	ctester_enter_again();
	stats.ftruncate.last_return = ret;
	ctester_leave();
	return ret;
}

void *ctester_wrap_memcpy(void *dest, const void *src, size_t n)
{
	if (!ctester_enter(&monitored.memcpy))
		return REAL(memcpy)(dest, src, n);
	stats.memcpy.called++;
	stats.memcpy.last_params = (struct params_memcpy_t){
	    .dest = dest,
	    .src = src,
	    .n = n,
	};
	if (ctester_fails(&failures.memcpy)) {
		void *ret = failures.memcpy_ret;
		stats.memcpy.last_return = ret;
		ctester_leave();
		return ret;
	}
	ctester_leave();

	void *ret = REAL(memcpy)(dest, src, n);
	ctester_enter_again();
	stats.memcpy.last_return = ret;
	ctester_leave();
	return ret;
}

/* The same functions under names with other parameters. */
int ctester_wrap___open_2(const char *pathname, int flags)
{
	if (ctester_open_has_mode(flags) || !ctester_watched(&monitored.open))
		return REAL(__open_2)(pathname, flags);
	return ctester_wrap_open(pathname, flags);
}

int ctester_wrap___open64_2(const char *pathname, int flags)
{
	if (ctester_open_has_mode(flags) || !ctester_watched(&monitored.open))
		return REAL(__open64_2)(pathname, flags);
	return ctester_wrap_open(pathname, flags);
}

ssize_t ctester_wrap___read_chk(int fd, void *buf, size_t count, size_t room)
{
	if (count > room || !ctester_watched(&monitored.read))
		return REAL(__read_chk)(fd, buf, count, room);
	return ctester_wrap_read(fd, buf, count);
}

int ctester_wrap___xstat(int version, const char *path, struct stat *buf)
{
	if (!ctester_watched(&monitored.stat))
		return REAL(__xstat)(version, path, buf);
	return ctester_wrap_stat(path, buf);
}

int ctester_wrap___xstat64(int version, const char *path, struct stat *buf)
{
	if (!ctester_watched(&monitored.stat))
		return REAL(__xstat64)(version, path, buf);
	return ctester_wrap_stat(path, buf);
}

int ctester_wrap___fxstat(int version, int fd, struct stat *buf)
{
	if (!ctester_watched(&monitored.fstat))
		return REAL(__fxstat)(version, fd, buf);
	return ctester_wrap_fstat(fd, buf);
}

int ctester_wrap___fxstat64(int version, int fd, struct stat *buf)
{
	if (!ctester_watched(&monitored.fstat))
		return REAL(__fxstat64)(version, fd, buf);
	return ctester_wrap_fstat(fd, buf);
}

int ctester_wrap___poll_chk(struct pollfd *fds, nfds_t nfds, int timeout,
			    size_t room)
{
	if (nfds > room / sizeof(*fds) || !ctester_watched(&monitored.poll))
		return REAL(__poll_chk)(fds, nfds, timeout, room);
	return ctester_wrap_poll(fds, nfds, timeout);
}

ssize_t ctester_wrap___recv_chk(int sockfd, void *buf, size_t len, size_t room,
				int flags)
{
	if (len > room || !ctester_watched(&monitored.recv))
		return REAL(__recv_chk)(sockfd, buf, len, room, flags);
	return ctester_wrap_recv(sockfd, buf, len, flags);
}

ssize_t ctester_wrap___recvfrom_chk(int sockfd, void *buf, size_t len,
				    size_t room, int flags,
				    struct sockaddr *src_addr,
				    socklen_t *addrlen)
{
	if (len > room || !ctester_watched(&monitored.recvfrom))
		return REAL(__recvfrom_chk)(sockfd, buf, len, room, flags,
					    src_addr, addrlen);
	return ctester_wrap_recvfrom(sockfd, buf, len, flags, src_addr,
				     addrlen);
}

void *ctester_wrap___memcpy_chk(void *dest, const void *src, size_t n,
				size_t room)
{
	if (n > room || !ctester_watched(&monitored.memcpy))
		return REAL(__memcpy_chk)(dest, src, n, room);
	return ctester_wrap_memcpy(dest, src, n);
}

void reinit_file_stats(void)
{
	memset(&stats.open, 0, sizeof(stats.open));
	memset(&stats.creat, 0, sizeof(stats.creat));
	memset(&stats.close, 0, sizeof(stats.close));
	memset(&stats.read, 0, sizeof(stats.read));
	memset(&stats.write, 0, sizeof(stats.write));
	memset(&stats.stat, 0, sizeof(stats.stat));
	memset(&stats.fstat, 0, sizeof(stats.fstat));
	memset(&stats.lseek, 0, sizeof(stats.lseek));
	memset(&stats.mmap, 0, sizeof(stats.mmap));
	memset(&stats.munmap, 0, sizeof(stats.munmap));
	memset(&stats.msync, 0, sizeof(stats.msync));
	memset(&stats.ftruncate, 0, sizeof(stats.ftruncate));
	memset(&stats.memcpy, 0, sizeof(stats.memcpy));
}

void reinit_network_inet_stats(void)
{
	memset(&stats.htons, 0, sizeof(stats.htons));
	memset(&stats.ntohs, 0, sizeof(stats.ntohs));
	memset(&stats.htonl, 0, sizeof(stats.htonl));
	memset(&stats.ntohl, 0, sizeof(stats.ntohl));
}

void reinit_network_socket_stats(void)
{
	memset(&stats.accept, 0, sizeof(stats.accept));
	memset(&stats.bind, 0, sizeof(stats.bind));
	memset(&stats.connect, 0, sizeof(stats.connect));
	memset(&stats.listen, 0, sizeof(stats.listen));
	memset(&stats.poll, 0, sizeof(stats.poll));
	memset(&stats.recv, 0, sizeof(stats.recv));
	memset(&stats.recvfrom, 0, sizeof(stats.recvfrom));
	memset(&stats.recvmsg, 0, sizeof(stats.recvmsg));
	memset(&stats.recv_all, 0, sizeof(stats.recv_all));
	memset(&stats.select, 0, sizeof(stats.select));
	memset(&stats.send, 0, sizeof(stats.send));
	memset(&stats.sendto, 0, sizeof(stats.sendto));
	memset(&stats.sendmsg, 0, sizeof(stats.sendmsg));
	memset(&stats.send_all, 0, sizeof(stats.send_all));
	memset(&stats.shutdown, 0, sizeof(stats.shutdown));
	memset(&stats.socket, 0, sizeof(stats.socket));
	reinit_read_fd_table();
}

void reinit_stats_network_dns(void)
{
	ctester_forget_addrinfo();
	memset(&stats.getaddrinfo, 0, sizeof(stats.getaddrinfo));
	memset(&stats.getnameinfo, 0, sizeof(stats.getnameinfo));
	memset(&stats.freeaddrinfo, 0, sizeof(stats.freeaddrinfo));
	memset(&stats.gai_strerror, 0, sizeof(stats.gai_strerror));
}

/* Names with the same parameters share a wrapper and its pointer. */
static const struct ctester_kit_entry entries[] = {
    {"getpid", (void *)ctester_wrap_getpid, (void **)&ctester_reals.getpid,
     &monitored.getpid},
    {"open", (void *)ctester_wrap_open, (void **)&ctester_reals.open,
     &monitored.open},
    {"open64", (void *)ctester_wrap_open, (void **)&ctester_reals.open,
     &monitored.open},
    {"__open_2", (void *)ctester_wrap___open_2,
     (void **)&ctester_reals.__open_2, &monitored.open},
    {"__open64_2", (void *)ctester_wrap___open64_2,
     (void **)&ctester_reals.__open64_2, &monitored.open},
    {"creat", (void *)ctester_wrap_creat, (void **)&ctester_reals.creat,
     &monitored.creat},
    {"creat64", (void *)ctester_wrap_creat, (void **)&ctester_reals.creat,
     &monitored.creat},
    {"close", (void *)ctester_wrap_close, (void **)&ctester_reals.close,
     &monitored.close},
    {"read", (void *)ctester_wrap_read, (void **)&ctester_reals.read,
     &monitored.read},
    {"__read_chk", (void *)ctester_wrap___read_chk,
     (void **)&ctester_reals.__read_chk, &monitored.read},
    {"write", (void *)ctester_wrap_write, (void **)&ctester_reals.write,
     &monitored.write},
    {"stat", (void *)ctester_wrap_stat, (void **)&ctester_reals.stat,
     &monitored.stat},
    {"stat64", (void *)ctester_wrap_stat, (void **)&ctester_reals.stat,
     &monitored.stat},
    {"__xstat", (void *)ctester_wrap___xstat, (void **)&ctester_reals.__xstat,
     &monitored.stat},
    {"__xstat64", (void *)ctester_wrap___xstat64,
     (void **)&ctester_reals.__xstat64, &monitored.stat},
    {"fstat", (void *)ctester_wrap_fstat, (void **)&ctester_reals.fstat,
     &monitored.fstat},
    {"fstat64", (void *)ctester_wrap_fstat, (void **)&ctester_reals.fstat,
     &monitored.fstat},
    {"__fxstat", (void *)ctester_wrap___fxstat,
     (void **)&ctester_reals.__fxstat, &monitored.fstat},
    {"__fxstat64", (void *)ctester_wrap___fxstat64,
     (void **)&ctester_reals.__fxstat64, &monitored.fstat},
    {"lseek", (void *)ctester_wrap_lseek, (void **)&ctester_reals.lseek,
     &monitored.lseek},
    {"lseek64", (void *)ctester_wrap_lseek, (void **)&ctester_reals.lseek,
     &monitored.lseek},
    {"free", (void *)ctester_wrap_free, (void **)&ctester_reals.free,
     &monitored.free},
    {"malloc", (void *)ctester_wrap_malloc, (void **)&ctester_reals.malloc,
     &monitored.malloc},
    {"calloc", (void *)ctester_wrap_calloc, (void **)&ctester_reals.calloc,
     &monitored.calloc},
    {"realloc", (void *)ctester_wrap_realloc, (void **)&ctester_reals.realloc,
     &monitored.realloc},
    {"pthread_mutex_lock", (void *)ctester_wrap_pthread_mutex_lock,
     (void **)&ctester_reals.pthread_mutex_lock, &monitored.pthread_mutex_lock},
    {"pthread_mutex_trylock", (void *)ctester_wrap_pthread_mutex_trylock,
     (void **)&ctester_reals.pthread_mutex_trylock,
     &monitored.pthread_mutex_trylock},
    {"pthread_mutex_unlock", (void *)ctester_wrap_pthread_mutex_unlock,
     (void **)&ctester_reals.pthread_mutex_unlock,
     &monitored.pthread_mutex_unlock},
    {"pthread_mutex_init", (void *)ctester_wrap_pthread_mutex_init,
     (void **)&ctester_reals.pthread_mutex_init, &monitored.pthread_mutex_init},
    {"pthread_mutex_destroy", (void *)ctester_wrap_pthread_mutex_destroy,
     (void **)&ctester_reals.pthread_mutex_destroy,
     &monitored.pthread_mutex_destroy},
    {"sleep", (void *)ctester_wrap_sleep, (void **)&ctester_reals.sleep,
     &monitored.sleep},
    {"getaddrinfo", (void *)ctester_wrap_getaddrinfo,
     (void **)&ctester_reals.getaddrinfo, &monitored.getaddrinfo},
    {"getnameinfo", (void *)ctester_wrap_getnameinfo,
     (void **)&ctester_reals.getnameinfo, &monitored.getnameinfo},
    {"freeaddrinfo", (void *)ctester_wrap_freeaddrinfo,
     (void **)&ctester_reals.freeaddrinfo, &monitored.freeaddrinfo},
    {"gai_strerror", (void *)ctester_wrap_gai_strerror,
     (void **)&ctester_reals.gai_strerror, &monitored.gai_strerror},
    {"accept", (void *)ctester_wrap_accept, (void **)&ctester_reals.accept,
     &monitored.accept},
    {"bind", (void *)ctester_wrap_bind, (void **)&ctester_reals.bind,
     &monitored.bind},
    {"connect", (void *)ctester_wrap_connect, (void **)&ctester_reals.connect,
     &monitored.connect},
    {"listen", (void *)ctester_wrap_listen, (void **)&ctester_reals.listen,
     &monitored.listen},
    {"poll", (void *)ctester_wrap_poll, (void **)&ctester_reals.poll,
     &monitored.poll},
    {"__poll_chk", (void *)ctester_wrap___poll_chk,
     (void **)&ctester_reals.__poll_chk, &monitored.poll},
    {"recv", (void *)ctester_wrap_recv, (void **)&ctester_reals.recv,
     &monitored.recv},
    {"__recv_chk", (void *)ctester_wrap___recv_chk,
     (void **)&ctester_reals.__recv_chk, &monitored.recv},
    {"recvfrom", (void *)ctester_wrap_recvfrom,
     (void **)&ctester_reals.recvfrom, &monitored.recvfrom},
    {"__recvfrom_chk", (void *)ctester_wrap___recvfrom_chk,
     (void **)&ctester_reals.__recvfrom_chk, &monitored.recvfrom},
    {"recvmsg", (void *)ctester_wrap_recvmsg, (void **)&ctester_reals.recvmsg,
     &monitored.recvmsg},
    {"select", (void *)ctester_wrap_select, (void **)&ctester_reals.select,
     &monitored.select},
    {"send", (void *)ctester_wrap_send, (void **)&ctester_reals.send,
     &monitored.send},
    {"sendto", (void *)ctester_wrap_sendto, (void **)&ctester_reals.sendto,
     &monitored.sendto},
    {"sendmsg", (void *)ctester_wrap_sendmsg, (void **)&ctester_reals.sendmsg,
     &monitored.sendmsg},
    {"shutdown", (void *)ctester_wrap_shutdown,
     (void **)&ctester_reals.shutdown, &monitored.shutdown},
    {"socket", (void *)ctester_wrap_socket, (void **)&ctester_reals.socket,
     &monitored.socket},
    {"htons", (void *)ctester_wrap_htons, (void **)&ctester_reals.htons,
     &monitored.htons},
    {"ntohs", (void *)ctester_wrap_ntohs, (void **)&ctester_reals.ntohs,
     &monitored.ntohs},
    {"htonl", (void *)ctester_wrap_htonl, (void **)&ctester_reals.htonl,
     &monitored.htonl},
    {"ntohl", (void *)ctester_wrap_ntohl, (void **)&ctester_reals.ntohl,
     &monitored.ntohl},
    {"mmap", (void *)ctester_wrap_mmap, (void **)&ctester_reals.mmap,
     &monitored.mmap},
    {"mmap64", (void *)ctester_wrap_mmap, (void **)&ctester_reals.mmap,
     &monitored.mmap},
    {"munmap", (void *)ctester_wrap_munmap, (void **)&ctester_reals.munmap,
     &monitored.munmap},
    {"msync", (void *)ctester_wrap_msync, (void **)&ctester_reals.msync,
     &monitored.msync},
    {"ftruncate", (void *)ctester_wrap_ftruncate,
     (void **)&ctester_reals.ftruncate, &monitored.ftruncate},
    {"ftruncate64", (void *)ctester_wrap_ftruncate,
     (void **)&ctester_reals.ftruncate, &monitored.ftruncate},
    {"memcpy", (void *)ctester_wrap_memcpy, (void **)&ctester_reals.memcpy,
     &monitored.memcpy},
    {"__memcpy_chk", (void *)ctester_wrap___memcpy_chk,
     (void **)&ctester_reals.__memcpy_chk, &monitored.memcpy},
    {"pthread_create", (void *)ctester_wrap_pthread_create,
     (void **)&ctester_real_pthread_create, &ctester_never_monitored},
};

static unsigned char absent[sizeof(entries) / sizeof(entries[0])];

struct ctester_kit ctester_kit = {
    .magic = CTESTER_KIT_MAGIC,
    .version = CTESTER_VERSION,
    .size = sizeof(struct ctester_kit),
    .count = sizeof(entries) / sizeof(entries[0]),
    .entry_size = sizeof(struct ctester_kit_entry),
    .entries = entries,
    .layout = CTESTER_LAYOUT,
    .absent = absent,
};
