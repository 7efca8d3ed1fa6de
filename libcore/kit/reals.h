/* SPDX-License-Identifier: MIT */
/*
 * The real functions, by pointers.
 *
 * Linked statically, the kit's own call of open() would go through the
 * program's slot and be a call of the wrapper, so nothing in the kit that
 * means the real function may call it by its name: it is REAL(open)(...).
 * The linker fills them in (linked.c), and the debugger writes the address that
 * the slot had.
 */
#ifndef CTESTER_KIT_REALS_H
#define CTESTER_KIT_REALS_H

/* Made by scripts/generate-kit from libcore/kit/functions.json. */

#include "CTester/wrap.h"

struct ctester_reals {
	pid_t (*getpid)(void);
	int (*open)(const char *pathname, int flags, ...);
	int (*creat)(const char *pathname, mode_t mode);
	int (*close)(int fd);
	ssize_t (*read)(int fd, void *buf, size_t count);
	ssize_t (*write)(int fd, const void *buf, size_t count);
	int (*stat)(const char *path, struct stat *buf);
	int (*fstat)(int fd, struct stat *buf);
	off_t (*lseek)(int fd, off_t offset, int whence);
	void (*free)(void *ptr);
	void *(*malloc)(size_t size);
	void *(*calloc)(size_t nmemb, size_t size);
	void *(*realloc)(void *ptr, size_t size);
	int (*pthread_mutex_lock)(pthread_mutex_t *mutex);
	int (*pthread_mutex_trylock)(pthread_mutex_t *mutex);
	int (*pthread_mutex_unlock)(pthread_mutex_t *mutex);
	int (*pthread_mutex_init)(pthread_mutex_t *mutex,
				  const pthread_mutexattr_t *attr);
	int (*pthread_mutex_destroy)(pthread_mutex_t *mutex);
	unsigned int (*sleep)(unsigned int seconds);
	int (*getaddrinfo)(const char *node, const char *service,
			   const struct addrinfo *hints, struct addrinfo **res);
	int (*getnameinfo)(const struct sockaddr *addr, socklen_t addrlen,
			   char *host, socklen_t hostlen, char *serv,
			   socklen_t servlen, int flags);
	void (*freeaddrinfo)(struct addrinfo *res);
	const char *(*gai_strerror)(int errcode);
	int (*accept)(int sockfd, struct sockaddr *addr, socklen_t *addrlen);
	int (*bind)(int sockfd, const struct sockaddr *addr, socklen_t addrlen);
	int (*connect)(int sockfd, const struct sockaddr *addr,
		       socklen_t addrlen);
	int (*listen)(int sockfd, int backlog);
	int (*poll)(struct pollfd *fds, nfds_t nfds, int timeout);
	ssize_t (*recv)(int sockfd, void *buf, size_t len, int flags);
	ssize_t (*recvfrom)(int sockfd, void *buf, size_t len, int flags,
			    struct sockaddr *src_addr, socklen_t *addrlen);
	ssize_t (*recvmsg)(int sockfd, struct msghdr *msg, int flags);
	int (*select)(int nfds, fd_set *readfds, fd_set *writefds,
		      fd_set *exceptfds, struct timeval *timeout);
	ssize_t (*send)(int sockfd, const void *buf, size_t len, int flags);
	ssize_t (*sendto)(int sockfd, const void *buf, size_t len, int flags,
			  const struct sockaddr *dest_addr, socklen_t addrlen);
	ssize_t (*sendmsg)(int sockfd, const struct msghdr *msg, int flags);
	int (*shutdown)(int sockfd, int how);
	int (*socket)(int domain, int type, int protocol);
	uint16_t (*htons)(uint16_t hostshort);
	uint16_t (*ntohs)(uint16_t netshort);
	uint32_t (*htonl)(uint32_t hostlong);
	uint32_t (*ntohl)(uint32_t netlong);
	void *(*mmap)(void *addr, size_t length, int prot, int flags, int fd,
		      off_t offset);
	int (*munmap)(void *addr, size_t length);
	int (*msync)(void *addr, size_t length, int flags);
	int (*ftruncate)(int fd, off_t length);
	void *(*memcpy)(void *dest, const void *src, size_t n);
	int (*__open_2)(const char *pathname, int flags);
	int (*__open64_2)(const char *pathname, int flags);
	ssize_t (*__read_chk)(int fd, void *buf, size_t count, size_t room);
	int (*__xstat)(int version, const char *path, struct stat *buf);
	int (*__xstat64)(int version, const char *path, struct stat *buf);
	int (*__fxstat)(int version, int fd, struct stat *buf);
	int (*__fxstat64)(int version, int fd, struct stat *buf);
	int (*__poll_chk)(struct pollfd *fds, nfds_t nfds, int timeout,
			  size_t room);
	ssize_t (*__recv_chk)(int sockfd, void *buf, size_t len, size_t room,
			      int flags);
	ssize_t (*__recvfrom_chk)(int sockfd, void *buf, size_t len,
				  size_t room, int flags,
				  struct sockaddr *src_addr,
				  socklen_t *addrlen);
	void *(*__memcpy_chk)(void *dest, const void *src, size_t n,
			      size_t room);
};

extern struct ctester_reals ctester_reals;

/* Fill in what is still NULL, as far as the program has such functions. */
void ctester_find_reals(void);

#define REAL(f)                                            \
	(*__extension__({                                  \
		if (__builtin_expect(!ctester_reals.f, 0)) \
			ctester_find_reals();              \
		ctester_reals.f;                           \
	}))

/*
 * For whoever calls the real function when the program may not: a static
 * program is then linked with it.  A symbol without a use: nobody who looks for
 * calls takes it for one.
 */
#define LINK_REAL(f) __asm__(".globl " #f)

/* The wrappers, and those of the names with other parameters. */
pid_t ctester_wrap_getpid(void);
int ctester_wrap_open(const char *pathname, int flags, ...);
int ctester_wrap_creat(const char *pathname, mode_t mode);
int ctester_wrap_close(int fd);
ssize_t ctester_wrap_read(int fd, void *buf, size_t count);
ssize_t ctester_wrap_write(int fd, const void *buf, size_t count);
int ctester_wrap_stat(const char *path, struct stat *buf);
int ctester_wrap_fstat(int fd, struct stat *buf);
off_t ctester_wrap_lseek(int fd, off_t offset, int whence);
void ctester_wrap_free(void *ptr);
void *ctester_wrap_malloc(size_t size);
void *ctester_wrap_calloc(size_t nmemb, size_t size);
void *ctester_wrap_realloc(void *ptr, size_t size);
int ctester_wrap_pthread_mutex_lock(pthread_mutex_t *mutex);
int ctester_wrap_pthread_mutex_trylock(pthread_mutex_t *mutex);
int ctester_wrap_pthread_mutex_unlock(pthread_mutex_t *mutex);
int ctester_wrap_pthread_mutex_init(pthread_mutex_t *mutex,
				    const pthread_mutexattr_t *attr);
int ctester_wrap_pthread_mutex_destroy(pthread_mutex_t *mutex);
unsigned int ctester_wrap_sleep(unsigned int seconds);
int ctester_wrap_getaddrinfo(const char *node, const char *service,
			     const struct addrinfo *hints,
			     struct addrinfo **res);
int ctester_wrap_getnameinfo(const struct sockaddr *addr, socklen_t addrlen,
			     char *host, socklen_t hostlen, char *serv,
			     socklen_t servlen, int flags);
void ctester_wrap_freeaddrinfo(struct addrinfo *res);
const char *ctester_wrap_gai_strerror(int errcode);
int ctester_wrap_accept(int sockfd, struct sockaddr *addr, socklen_t *addrlen);
int ctester_wrap_bind(int sockfd, const struct sockaddr *addr,
		      socklen_t addrlen);
int ctester_wrap_connect(int sockfd, const struct sockaddr *addr,
			 socklen_t addrlen);
int ctester_wrap_listen(int sockfd, int backlog);
int ctester_wrap_poll(struct pollfd *fds, nfds_t nfds, int timeout);
ssize_t ctester_wrap_recv(int sockfd, void *buf, size_t len, int flags);
ssize_t ctester_wrap_recvfrom(int sockfd, void *buf, size_t len, int flags,
			      struct sockaddr *src_addr, socklen_t *addrlen);
ssize_t ctester_wrap_recvmsg(int sockfd, struct msghdr *msg, int flags);
int ctester_wrap_select(int nfds, fd_set *readfds, fd_set *writefds,
			fd_set *exceptfds, struct timeval *timeout);
ssize_t ctester_wrap_send(int sockfd, const void *buf, size_t len, int flags);
ssize_t ctester_wrap_sendto(int sockfd, const void *buf, size_t len, int flags,
			    const struct sockaddr *dest_addr,
			    socklen_t addrlen);
ssize_t ctester_wrap_sendmsg(int sockfd, const struct msghdr *msg, int flags);
int ctester_wrap_shutdown(int sockfd, int how);
int ctester_wrap_socket(int domain, int type, int protocol);
uint16_t ctester_wrap_htons(uint16_t hostshort);
uint16_t ctester_wrap_ntohs(uint16_t netshort);
uint32_t ctester_wrap_htonl(uint32_t hostlong);
uint32_t ctester_wrap_ntohl(uint32_t netlong);
void *ctester_wrap_mmap(void *addr, size_t length, int prot, int flags, int fd,
			off_t offset);
int ctester_wrap_munmap(void *addr, size_t length);
int ctester_wrap_msync(void *addr, size_t length, int flags);
int ctester_wrap_ftruncate(int fd, off_t length);
void *ctester_wrap_memcpy(void *dest, const void *src, size_t n);
int ctester_wrap___open_2(const char *pathname, int flags);
int ctester_wrap___open64_2(const char *pathname, int flags);
ssize_t ctester_wrap___read_chk(int fd, void *buf, size_t count, size_t room);
int ctester_wrap___xstat(int version, const char *path, struct stat *buf);
int ctester_wrap___xstat64(int version, const char *path, struct stat *buf);
int ctester_wrap___fxstat(int version, int fd, struct stat *buf);
int ctester_wrap___fxstat64(int version, int fd, struct stat *buf);
int ctester_wrap___poll_chk(struct pollfd *fds, nfds_t nfds, int timeout,
			    size_t room);
ssize_t ctester_wrap___recv_chk(int sockfd, void *buf, size_t len, size_t room,
				int flags);
ssize_t ctester_wrap___recvfrom_chk(int sockfd, void *buf, size_t len,
				    size_t room, int flags,
				    struct sockaddr *src_addr,
				    socklen_t *addrlen);
void *ctester_wrap___memcpy_chk(void *dest, const void *src, size_t n,
				size_t room);

#endif /* CTESTER_KIT_REALS_H */
