/* SPDX-License-Identifier: MIT */
/*
 * The real functions under the names that a test declares itself when it was
 * written for a linker's --wrap: __real_malloc().
 */
/* Made by scripts/generate-kit from libcore/kit/functions.json. */

/* Hidden behind inline copies otherwise. */
#undef _FORTIFY_SOURCE

#include "kit/reals.h"

LINK_REAL(getpid);
pid_t __real_getpid(void);
pid_t __real_getpid(void)
{
	return REAL(getpid)();
}

LINK_REAL(open);
int __real_open(const char *pathname, int flags, mode_t mode);
int __real_open(const char *pathname, int flags, mode_t mode)
{
	return REAL(open)(pathname, flags, mode);
}

LINK_REAL(creat);
int __real_creat(const char *pathname, mode_t mode);
int __real_creat(const char *pathname, mode_t mode)
{
	return REAL(creat)(pathname, mode);
}

LINK_REAL(close);
int __real_close(int fd);
int __real_close(int fd)
{
	return REAL(close)(fd);
}

LINK_REAL(read);
ssize_t __real_read(int fd, void *buf, size_t count);
ssize_t __real_read(int fd, void *buf, size_t count)
{
	return REAL(read)(fd, buf, count);
}

LINK_REAL(write);
ssize_t __real_write(int fd, const void *buf, size_t count);
ssize_t __real_write(int fd, const void *buf, size_t count)
{
	return REAL(write)(fd, buf, count);
}

LINK_REAL(stat);
int __real_stat(const char *path, struct stat *buf);
int __real_stat(const char *path, struct stat *buf)
{
	return REAL(stat)(path, buf);
}

LINK_REAL(fstat);
int __real_fstat(int fd, struct stat *buf);
int __real_fstat(int fd, struct stat *buf)
{
	return REAL(fstat)(fd, buf);
}

LINK_REAL(lseek);
off_t __real_lseek(int fd, off_t offset, int whence);
off_t __real_lseek(int fd, off_t offset, int whence)
{
	return REAL(lseek)(fd, offset, whence);
}

LINK_REAL(free);
void __real_free(void *ptr);
void __real_free(void *ptr)
{
	REAL(free)(ptr);
}

LINK_REAL(malloc);
void *__real_malloc(size_t size);
void *__real_malloc(size_t size)
{
	return REAL(malloc)(size);
}

LINK_REAL(calloc);
void *__real_calloc(size_t nmemb, size_t size);
void *__real_calloc(size_t nmemb, size_t size)
{
	return REAL(calloc)(nmemb, size);
}

LINK_REAL(realloc);
void *__real_realloc(void *ptr, size_t size);
void *__real_realloc(void *ptr, size_t size)
{
	return REAL(realloc)(ptr, size);
}

LINK_REAL(pthread_mutex_lock);
int __real_pthread_mutex_lock(pthread_mutex_t *mutex);
int __real_pthread_mutex_lock(pthread_mutex_t *mutex)
{
	return REAL(pthread_mutex_lock)(mutex);
}

LINK_REAL(pthread_mutex_trylock);
int __real_pthread_mutex_trylock(pthread_mutex_t *mutex);
int __real_pthread_mutex_trylock(pthread_mutex_t *mutex)
{
	return REAL(pthread_mutex_trylock)(mutex);
}

LINK_REAL(pthread_mutex_unlock);
int __real_pthread_mutex_unlock(pthread_mutex_t *mutex);
int __real_pthread_mutex_unlock(pthread_mutex_t *mutex)
{
	return REAL(pthread_mutex_unlock)(mutex);
}

LINK_REAL(pthread_mutex_init);
int __real_pthread_mutex_init(pthread_mutex_t *mutex,
			      const pthread_mutexattr_t *attr);
int __real_pthread_mutex_init(pthread_mutex_t *mutex,
			      const pthread_mutexattr_t *attr)
{
	return REAL(pthread_mutex_init)(mutex, attr);
}

LINK_REAL(pthread_mutex_destroy);
int __real_pthread_mutex_destroy(pthread_mutex_t *mutex);
int __real_pthread_mutex_destroy(pthread_mutex_t *mutex)
{
	return REAL(pthread_mutex_destroy)(mutex);
}

LINK_REAL(sleep);
unsigned int __real_sleep(unsigned int seconds);
unsigned int __real_sleep(unsigned int seconds)
{
	return REAL(sleep)(seconds);
}

LINK_REAL(getaddrinfo);
int __real_getaddrinfo(const char *node, const char *service,
		       const struct addrinfo *hints, struct addrinfo **res);
int __real_getaddrinfo(const char *node, const char *service,
		       const struct addrinfo *hints, struct addrinfo **res)
{
	return REAL(getaddrinfo)(node, service, hints, res);
}

LINK_REAL(getnameinfo);
int __real_getnameinfo(const struct sockaddr *addr, socklen_t addrlen,
		       char *host, socklen_t hostlen, char *serv,
		       socklen_t servlen, int flags);
int __real_getnameinfo(const struct sockaddr *addr, socklen_t addrlen,
		       char *host, socklen_t hostlen, char *serv,
		       socklen_t servlen, int flags)
{
	return REAL(getnameinfo)(addr, addrlen, host, hostlen, serv, servlen,
				 flags);
}

LINK_REAL(freeaddrinfo);
void __real_freeaddrinfo(struct addrinfo *res);
void __real_freeaddrinfo(struct addrinfo *res)
{
	REAL(freeaddrinfo)(res);
}

LINK_REAL(gai_strerror);
const char *__real_gai_strerror(int errcode);
const char *__real_gai_strerror(int errcode)
{
	return REAL(gai_strerror)(errcode);
}

LINK_REAL(accept);
int __real_accept(int sockfd, struct sockaddr *addr, socklen_t *addrlen);
int __real_accept(int sockfd, struct sockaddr *addr, socklen_t *addrlen)
{
	return REAL(accept)(sockfd, addr, addrlen);
}

LINK_REAL(bind);
int __real_bind(int sockfd, const struct sockaddr *addr, socklen_t addrlen);
int __real_bind(int sockfd, const struct sockaddr *addr, socklen_t addrlen)
{
	return REAL(bind)(sockfd, addr, addrlen);
}

LINK_REAL(connect);
int __real_connect(int sockfd, const struct sockaddr *addr, socklen_t addrlen);
int __real_connect(int sockfd, const struct sockaddr *addr, socklen_t addrlen)
{
	return REAL(connect)(sockfd, addr, addrlen);
}

LINK_REAL(listen);
int __real_listen(int sockfd, int backlog);
int __real_listen(int sockfd, int backlog)
{
	return REAL(listen)(sockfd, backlog);
}

LINK_REAL(poll);
int __real_poll(struct pollfd *fds, nfds_t nfds, int timeout);
int __real_poll(struct pollfd *fds, nfds_t nfds, int timeout)
{
	return REAL(poll)(fds, nfds, timeout);
}

LINK_REAL(recv);
ssize_t __real_recv(int sockfd, void *buf, size_t len, int flags);
ssize_t __real_recv(int sockfd, void *buf, size_t len, int flags)
{
	return REAL(recv)(sockfd, buf, len, flags);
}

LINK_REAL(recvfrom);
ssize_t __real_recvfrom(int sockfd, void *buf, size_t len, int flags,
			struct sockaddr *src_addr, socklen_t *addrlen);
ssize_t __real_recvfrom(int sockfd, void *buf, size_t len, int flags,
			struct sockaddr *src_addr, socklen_t *addrlen)
{
	return REAL(recvfrom)(sockfd, buf, len, flags, src_addr, addrlen);
}

LINK_REAL(recvmsg);
ssize_t __real_recvmsg(int sockfd, struct msghdr *msg, int flags);
ssize_t __real_recvmsg(int sockfd, struct msghdr *msg, int flags)
{
	return REAL(recvmsg)(sockfd, msg, flags);
}

LINK_REAL(select);
int __real_select(int nfds, fd_set *readfds, fd_set *writefds,
		  fd_set *exceptfds, struct timeval *timeout);
int __real_select(int nfds, fd_set *readfds, fd_set *writefds,
		  fd_set *exceptfds, struct timeval *timeout)
{
	return REAL(select)(nfds, readfds, writefds, exceptfds, timeout);
}

LINK_REAL(send);
ssize_t __real_send(int sockfd, const void *buf, size_t len, int flags);
ssize_t __real_send(int sockfd, const void *buf, size_t len, int flags)
{
	return REAL(send)(sockfd, buf, len, flags);
}

LINK_REAL(sendto);
ssize_t __real_sendto(int sockfd, const void *buf, size_t len, int flags,
		      const struct sockaddr *dest_addr, socklen_t addrlen);
ssize_t __real_sendto(int sockfd, const void *buf, size_t len, int flags,
		      const struct sockaddr *dest_addr, socklen_t addrlen)
{
	return REAL(sendto)(sockfd, buf, len, flags, dest_addr, addrlen);
}

LINK_REAL(sendmsg);
ssize_t __real_sendmsg(int sockfd, const struct msghdr *msg, int flags);
ssize_t __real_sendmsg(int sockfd, const struct msghdr *msg, int flags)
{
	return REAL(sendmsg)(sockfd, msg, flags);
}

LINK_REAL(shutdown);
int __real_shutdown(int sockfd, int how);
int __real_shutdown(int sockfd, int how)
{
	return REAL(shutdown)(sockfd, how);
}

LINK_REAL(socket);
int __real_socket(int domain, int type, int protocol);
int __real_socket(int domain, int type, int protocol)
{
	return REAL(socket)(domain, type, protocol);
}

LINK_REAL(htons);
uint16_t __real_htons(uint16_t hostshort);
uint16_t __real_htons(uint16_t hostshort)
{
	return REAL(htons)(hostshort);
}

LINK_REAL(ntohs);
uint16_t __real_ntohs(uint16_t netshort);
uint16_t __real_ntohs(uint16_t netshort)
{
	return REAL(ntohs)(netshort);
}

LINK_REAL(htonl);
uint32_t __real_htonl(uint32_t hostlong);
uint32_t __real_htonl(uint32_t hostlong)
{
	return REAL(htonl)(hostlong);
}

LINK_REAL(ntohl);
uint32_t __real_ntohl(uint32_t netlong);
uint32_t __real_ntohl(uint32_t netlong)
{
	return REAL(ntohl)(netlong);
}

LINK_REAL(mmap);
void *__real_mmap(void *addr, size_t length, int prot, int flags, int fd,
		  off_t offset);
void *__real_mmap(void *addr, size_t length, int prot, int flags, int fd,
		  off_t offset)
{
	return REAL(mmap)(addr, length, prot, flags, fd, offset);
}

LINK_REAL(munmap);
int __real_munmap(void *addr, size_t length);
int __real_munmap(void *addr, size_t length)
{
	return REAL(munmap)(addr, length);
}

LINK_REAL(msync);
int __real_msync(void *addr, size_t length, int flags);
int __real_msync(void *addr, size_t length, int flags)
{
	return REAL(msync)(addr, length, flags);
}

LINK_REAL(ftruncate);
int __real_ftruncate(int fd, off_t length);
int __real_ftruncate(int fd, off_t length)
{
	return REAL(ftruncate)(fd, length);
}

LINK_REAL(memcpy);
void *__real_memcpy(void *dest, const void *src, size_t n);
void *__real_memcpy(void *dest, const void *src, size_t n)
{
	return REAL(memcpy)(dest, src, n);
}
