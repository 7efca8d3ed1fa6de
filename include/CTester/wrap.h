/* SPDX-License-Identifier: MIT */
/*
 * What a C test sees of the functions it watches: four objects.
 *
 *	monitored.open = true;		watch open() inside of the sandbox
 *	failures.open = FAIL_SECOND;	its second call from now fails ...
 *	failures.open_ret = -1;		... with this result
 *	failures.open_errno = EACCES;	... and this errno
 *	stats.open.called		what happened
 *
 * A call is watched when the sandbox is open and monitored.f is true as it is
 * made; all else goes to the real function, counts nothing and leaves
 * failures.f as it is.  failures.f is used up bit by bit, lowest first, one
 * bit a call; FAIL_ALWAYS alone stays.
 *
 * The structs are the same whatever is defined before this file is included,
 * because the library has one layout:
 *	CTESTER_OLD_HEADER	leaves out the helpers that the older header,
 *				of 19 functions, has not; the fields stay.
 *	CTESTER_STRICT_UPSTREAM	does as the reference's code does where that
 *				differs from its documentation.
 *
 * Pointers in last_params are the program's: what they point to may be gone.
 */
#ifndef CTESTER_WRAP_H
#define CTESTER_WRAP_H

/* Made by scripts/generate-kit from libcore/kit/functions.json. */

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <unistd.h>

/* The header's version: the debugger refuses a library of another one. */
#define CTESTER_VERSION 1
/* Another number for each other layout of the structs below. */
#define CTESTER_LAYOUT 0xe455d54cu

/* One field that has two names.  C99 has no anonymous unions: an extension. */
#define CTESTER_SAME_FIELD __extension__ union

#ifdef __cplusplus
extern "C" {
#endif

/* Declared in <netdb.h> and <poll.h>, but not for each language standard. */
struct addrinfo;
struct addrinfo_node_t;
struct msghdr;
struct pollfd;
struct sockaddr;

/* Masks: bit n is the n-th call from now. */
#define FAIL_ALWAYS 0xffffffffu /* every call, and it stays */
#define FAIL_NEVER  0u          /* no call */
#define FAIL_FIRST  1u          /* the next call */
#define FAIL_SECOND 2u          /* the one after it */
#define FAIL_TWICE  3u          /* the next two */
#define FAIL_THIRD  4u          /* the third from now */
#define FAIL_ONCE   FAIL_FIRST  /* what an older dialect calls it */

/* True if the next call of the mask fails; the mask after that call. */
#define FAIL(mask) (((mask)&1u) == 1u)
#define NEXT(mask) ((mask) == FAIL_ALWAYS ? FAIL_ALWAYS : (mask) >> 1)

struct wrap_monitor_t {
	bool getpid;
	bool open;
	bool creat;
	bool close;
	bool read;
	bool write;
	bool stat;
	bool fstat;
	bool lseek;
	bool free;
	bool malloc;
	bool calloc;
	bool realloc;
	bool pthread_mutex_lock;
	bool pthread_mutex_trylock;
	bool pthread_mutex_unlock;
	bool pthread_mutex_init;
	bool pthread_mutex_destroy;
	bool sleep;
	bool getaddrinfo;
	bool getnameinfo;
	bool freeaddrinfo;
	bool gai_strerror;
	bool accept;
	bool bind;
	bool connect;
	bool listen;
	bool poll;
	bool recv;
	bool recvfrom;
	bool recvmsg;
	bool select;
	bool send;
	bool sendto;
	bool sendmsg;
	bool shutdown;
	bool socket;
	bool htons;
	bool ntohs;
	bool htonl;
	bool ntohl;
	bool mmap;
	bool munmap;
	bool msync;
	bool ftruncate;
	bool memcpy;
};

struct wrap_fail_t {
	uint32_t open;
	int open_ret;
	int open_errno;
	uint32_t creat;
	int creat_ret;
	int creat_errno;
	uint32_t close;
	int close_ret;
	int close_errno;
	uint32_t read;
	int read_ret;
	int read_errno;
	uint32_t write;
	int write_ret;
	int write_errno;
	uint32_t stat;
	int stat_ret;
	int stat_errno;
	uint32_t fstat;
	int fstat_ret;
	int fstat_errno;
	uint32_t lseek;
	int lseek_ret;
	int lseek_errno;
	uint32_t malloc;
	void *malloc_ret;
	uint32_t calloc;
	void *calloc_ret;
	uint32_t realloc;
	void *realloc_ret;
	uint32_t free;
	uint32_t pthread_mutex_lock;
	int pthread_mutex_lock_ret;
	int pthread_mutex_lock_errno;
	uint32_t pthread_mutex_trylock;
	int pthread_mutex_trylock_ret;
	int pthread_mutex_trylock_errno;
	uint32_t pthread_mutex_unlock;
	int pthread_mutex_unlock_ret;
	int pthread_mutex_unlock_errno;
	uint32_t pthread_mutex_init;
	int pthread_mutex_init_ret;
	int pthread_mutex_init_errno;
	uint32_t pthread_mutex_destroy;
	int pthread_mutex_destroy_ret;
	int pthread_mutex_destroy_errno;
	uint32_t sleep;
	unsigned int sleep_ret;
	uint32_t getaddrinfo;
	int getaddrinfo_ret;
	int getaddrinfo_errno;
	uint32_t getnameinfo;
	int getnameinfo_ret;
	int getnameinfo_errno;
	uint32_t gai_strerror;
	const char *gai_strerror_ret;
	int gai_strerror_errno;
	uint32_t accept;
	int accept_ret;
	int accept_errno;
	uint32_t bind;
	int bind_ret;
	int bind_errno;
	uint32_t connect;
	int connect_ret;
	int connect_errno;
	uint32_t listen;
	int listen_ret;
	int listen_errno;
	uint32_t poll;
	int poll_ret;
	int poll_errno;
	uint32_t recv;
	int recv_ret;
	int recv_errno;
	uint32_t recvfrom;
	int recvfrom_ret;
	int recvfrom_errno;
	uint32_t recvmsg;
	int recvmsg_ret;
	int recvmsg_errno;
	uint32_t select;
	int select_ret;
	int select_errno;
	uint32_t send;
	int send_ret;
	int send_errno;
	uint32_t sendto;
	int sendto_ret;
	int sendto_errno;
	uint32_t sendmsg;
	int sendmsg_ret;
	int sendmsg_errno;
	uint32_t shutdown;
	int shutdown_ret;
	int shutdown_errno;
	uint32_t socket;
	int socket_ret;
	int socket_errno;
	uint32_t mmap;
	void *mmap_ret;
	int mmap_errno;
	uint32_t munmap;
	int munmap_ret;
	int munmap_errno;
	uint32_t msync;
	int msync_ret;
	int msync_errno;
	uint32_t ftruncate;
	int ftruncate_ret;
	int ftruncate_errno;
	uint32_t memcpy;
	void *memcpy_ret;
};

struct stats_getpid_t {
	int called;
	pid_t last_return;
};

struct params_open_t {
	char *pathname;
	int flags;
	mode_t mode;
};

struct stats_open_t {
	int called;
	struct params_open_t last_params;
	int last_return;
};

struct params_creat_t {
	char *pathname;
	mode_t mode;
};

struct stats_creat_t {
	int called;
	struct params_creat_t last_params;
	int last_return;
};

struct params_close_t {
	int fd;
};

struct stats_close_t {
	int called;
	struct params_close_t last_params;
	int last_return;
};

struct params_read_t {
	int fd;
	void *buf;
	size_t count;
};

struct stats_read_t {
	int called;
	struct params_read_t last_params;
	ssize_t last_return;
};

struct params_write_t {
	int fd;
	void *buf;
	size_t count;
};

struct stats_write_t {
	int called;
	struct params_read_t last_params;
	ssize_t last_return;
};

struct params_stat_t {
	char *path;
	struct stat *buf;
};

struct stats_stat_t {
	int called;
	struct params_stat_t last_params;
	int last_return;
	struct stat returned_stat;
};

struct params_fstat_t {
	int fd;
	struct stat *buf;
};

struct stats_fstat_t {
	int called;
	struct params_fstat_t last_params;
	int last_return;
	struct stat returned_stat;
};

struct params_lseek_t {
	int fd;
	off_t offset;
	int whence;
};

struct stats_lseek_t {
	int called;
	struct params_lseek_t last_params;
	off_t last_return;
};

struct params_free_t {
	void *ptr;
};

struct stats_free_t {
	int called;
	struct params_free_t last_params;
};

struct params_malloc_t {
	size_t size;
};

struct stats_malloc_t {
	int called;
	struct params_malloc_t last_params;
	void *last_return;
};

struct params_calloc_t {
	size_t nmemb;
	size_t size;
};

struct stats_calloc_t {
	int called;
	struct params_calloc_t last_params;
	void *last_return;
};

struct params_realloc_t {
	void *ptr;
	size_t size;
};

struct stats_realloc_t {
	int called;
	struct params_realloc_t last_params;
	void *last_return;
};

struct stats_pthread_mutex_lock_t {
	int called;
	int last_return;
	pthread_mutex_t *last_arg;
};

struct stats_pthread_mutex_trylock_t {
	int called;
	int last_return;
	pthread_mutex_t *last_arg;
};

struct stats_pthread_mutex_unlock_t {
	int called;
	int last_return;
	pthread_mutex_t *last_arg;
};

struct stats_pthread_mutex_init_t {
	int called;
	int last_return;
	pthread_mutex_t *last_arg;
};

struct stats_pthread_mutex_destroy_t {
	int called;
	int last_return;
	pthread_mutex_t *last_arg;
};

struct stats_sleep_t {
	int called;
	unsigned int last_arg;
	unsigned int last_return;
};

struct params_getaddrinfo_t {
	const char *node;
	const char *service;
	const struct addrinfo *hints;
	struct addrinfo **res;
};

struct stats_getaddrinfo_t {
	int called;
	struct params_getaddrinfo_t last_params;
	struct addrinfo_node_t *addrinfo_list;
	int last_return;
};

struct params_getnameinfo_t {
	const struct sockaddr *addr;
	socklen_t addrlen;
	char *host;
	socklen_t hostlen;
	char *serv;
	socklen_t servlen;
	int flags;
};

struct stats_getnameinfo_t {
	int called;
	struct params_getnameinfo_t last_params;
	int last_return;
};

struct stats_freeaddrinfo_t {
	int called;
	struct addrinfo *last_param;
	int status;
};

struct stats_gai_strerror_t {
	int called;
	int last_params;
	const char *last_return;
};

struct params_accept_t {
	int sockfd;
	struct sockaddr *addr;
	CTESTER_SAME_FIELD
	{
		socklen_t *addrlen;
		socklen_t *addrlen_ptr;
	};
};

struct return_accept_t {
	struct sockaddr_storage addr;
	socklen_t addrlen;
};

struct stats_accept_t {
	int called;
	struct params_accept_t last_params;
	int last_return;
	struct return_accept_t last_returns;
};

struct params_bind_t {
	int sockfd;
	const struct sockaddr *addr;
	socklen_t addrlen;
};

struct stats_bind_t {
	int called;
	struct params_bind_t last_params;
	int last_return;
};

struct params_connect_t {
	int sockfd;
	const struct sockaddr *addr;
	socklen_t addrlen;
};

struct stats_connect_t {
	int called;
	struct params_connect_t last_params;
	int last_return;
};

struct params_listen_t {
	int sockfd;
	int backlog;
};

struct stats_listen_t {
	int called;
	struct params_listen_t last_params;
	int last_return;
};

struct params_poll_t {
	struct pollfd *fds_ptr;
	unsigned long int nfds;
	int timeout;
	struct pollfd *fds_copy;
};

struct stats_poll_t {
	int called;
	struct params_poll_t last_params;
	int last_return;
};

struct params_recv_t {
	int sockfd;
	void *buf;
	size_t len;
	int flags;
};

struct stats_recv_t {
	int called;
	struct params_recv_t last_params;
	ssize_t last_return;
};

struct params_recvfrom_t {
	int sockfd;
	void *buf;
	size_t len;
	int flags;
	struct sockaddr *src_addr;
	CTESTER_SAME_FIELD
	{
		socklen_t *addrlen;
		socklen_t *addrlen_ptr;
	};
};

struct return_recvfrom_t {
	struct sockaddr_storage src_addr;
	socklen_t addrlen;
};

struct stats_recvfrom_t {
	int called;
	struct params_recvfrom_t last_params;
	ssize_t last_return;
	CTESTER_SAME_FIELD
	{
		struct return_recvfrom_t last_returned_addr;
		struct return_recvfrom_t last_returns;
	};
};

struct params_recvmsg_t {
	int sockfd;
	struct msghdr *msg;
	int flags;
};

struct stats_recvmsg_t {
	int called;
	struct params_recvmsg_t last_params;
	ssize_t last_return;
	struct msghdr last_returned_msg;
};

struct params_select_t {
	int nfds;
	fd_set *readfds_ptr;
	fd_set *writefds_ptr;
	fd_set *exceptfds_ptr;
	struct timeval *timeout_ptr;
	fd_set readfds;
	fd_set writefds;
	fd_set exceptfds;
	struct timeval timeout;
};

struct stats_select_t {
	int called;
	struct params_select_t last_params;
	int last_return;
};

struct params_send_t {
	int sockfd;
	const void *buf;
	size_t len;
	int flags;
};

struct stats_send_t {
	int called;
	struct params_send_t last_params;
	ssize_t last_return;
};

struct params_sendto_t {
	int sockfd;
	const void *buf;
	size_t len;
	int flags;
	CTESTER_SAME_FIELD
	{
		const struct sockaddr *dest_addr;
		const struct sockaddr *dest_addr_ptr;
	};
	socklen_t addrlen;
};

struct stats_sendto_t {
	int called;
	struct params_sendto_t last_params;
	ssize_t last_return;
};

struct params_sendmsg_t {
	int sockfd;
	CTESTER_SAME_FIELD
	{
		const struct msghdr *msg;
		const struct msghdr *msg_ptr;
	};
	int flags;
};

struct stats_sendmsg_t {
	int called;
	struct params_sendmsg_t last_params;
	ssize_t last_return;
};

struct params_shutdown_t {
	int sockfd;
	int how;
};

struct stats_shutdown_t {
	int called;
	struct params_shutdown_t last_params;
	int last_return;
};

struct params_socket_t {
	int domain;
	int type;
	int protocol;
};

struct stats_socket_t {
	int called;
	struct params_socket_t last_params;
	int last_return;
};

struct params_htons_t {
	uint16_t hostshort;
};

struct stats_htons_t {
	int called;
	struct params_htons_t last_params;
	uint16_t last_return;
};

struct params_ntohs_t {
	uint16_t netshort;
};

struct stats_ntohs_t {
	int called;
	struct params_ntohs_t last_params;
	uint16_t last_return;
};

struct params_htonl_t {
	uint32_t hostlong;
};

struct stats_htonl_t {
	int called;
	struct params_htonl_t last_params;
	uint32_t last_return;
};

struct params_ntohl_t {
	uint32_t netlong;
};

struct stats_ntohl_t {
	int called;
	struct params_ntohl_t last_params;
	uint32_t last_return;
};

struct params_mmap_t {
	void *addr;
	size_t length;
	int prot;
	int flags;
	int fd;
	off_t offset;
};

struct stats_mmap_t {
	int called;
	struct params_mmap_t last_params;
	void *last_return;
};

struct params_munmap_t {
	void *addr;
	size_t length;
};

struct stats_munmap_t {
	int called;
	struct params_munmap_t last_params;
	int last_return;
};

struct params_msync_t {
	void *addr;
	size_t length;
	int flags;
};

struct stats_msync_t {
	int called;
	struct params_msync_t last_params;
	int last_return;
};

struct params_ftruncate_t {
	int fd;
	off_t length;
};

struct stats_ftruncate_t {
	int called;
	struct params_ftruncate_t last_params;
	int last_return;
};

struct params_memcpy_t {
	void *dest;
	const void *src;
	size_t n;
};

struct stats_memcpy_t {
	int called;
	struct params_memcpy_t last_params;
	void *last_return;
};

/* Bytes that monitored calls have allocated and not freed. */
struct stats_memory_t {
	int used;
};

/* Calls of recv, recvfrom and recvmsg together. */
struct stats_recv_all_t {
	int called;
};

/* Calls of send, sendto and sendmsg together. */
struct stats_send_all_t {
	int called;
};

struct wrap_stats_t {
	struct stats_getpid_t getpid;
	struct stats_open_t open;
	struct stats_creat_t creat;
	struct stats_close_t close;
	struct stats_read_t read;
	struct stats_write_t write;
	struct stats_stat_t stat;
	struct stats_fstat_t fstat;
	struct stats_lseek_t lseek;
	struct stats_malloc_t malloc;
	struct stats_calloc_t calloc;
	struct stats_memory_t memory;
	struct stats_free_t free;
	struct stats_realloc_t realloc;
	struct stats_pthread_mutex_lock_t pthread_mutex_lock;
	struct stats_pthread_mutex_trylock_t pthread_mutex_trylock;
	struct stats_pthread_mutex_unlock_t pthread_mutex_unlock;
	struct stats_pthread_mutex_init_t pthread_mutex_init;
	struct stats_pthread_mutex_destroy_t pthread_mutex_destroy;
	struct stats_sleep_t sleep;
	struct stats_getaddrinfo_t getaddrinfo;
	struct stats_getnameinfo_t getnameinfo;
	struct stats_freeaddrinfo_t freeaddrinfo;
	struct stats_gai_strerror_t gai_strerror;
	struct stats_accept_t accept;
	struct stats_bind_t bind;
	struct stats_connect_t connect;
	struct stats_listen_t listen;
	struct stats_poll_t poll;
	struct stats_recv_t recv;
	struct stats_recvfrom_t recvfrom;
	struct stats_recvmsg_t recvmsg;
	struct stats_recv_all_t recv_all;
	struct stats_select_t select;
	struct stats_send_t send;
	struct stats_sendto_t sendto;
	struct stats_sendmsg_t sendmsg;
	struct stats_send_all_t send_all;
	struct stats_shutdown_t shutdown;
	struct stats_socket_t socket;
	struct stats_htons_t htons;
	struct stats_ntohs_t ntohs;
	struct stats_htonl_t htonl;
	struct stats_ntohl_t ntohl;
	struct stats_mmap_t mmap;
	struct stats_munmap_t munmap;
	struct stats_msync_t msync;
	struct stats_ftruncate_t ftruncate;
	struct stats_memcpy_t memcpy;
};

/* How many allocations logs.malloc shows; malloced() knows of all. */
#define MAX_LOG 1000

/* A block; once it is freed, ptr is NULL and size is (size_t)-1. */
struct malloc_elem_t {
	size_t size;
	void *ptr;
};

struct malloc_t {
	int n; /* how many of log are in use */
	struct malloc_elem_t log[MAX_LOG];
};

struct wrap_log_t {
	struct malloc_t malloc;
};

extern struct wrap_monitor_t monitored;
extern struct wrap_fail_t failures;
extern struct wrap_stats_t stats;
extern struct wrap_log_t logs;

/* The sandbox is open: SANDBOX_BEGIN and SANDBOX_END set it. */
extern bool wrap_monitoring;

/* Do as the reference's code does, see CTESTER_STRICT_UPSTREAM. */
extern bool ctester_upstream_quirks;

/*
 * The 32nd bit of a mask stays: all calls from there on fail, so that
 * FAIL_ALWAYS & ~FAIL_FIRST is all but the first.  Off; a new test leaves it.
 */
extern bool ctester_endless_masks;

/* What a program was compiled with: the debugger compares it with its own. */
extern const uint32_t ctester_header[2];
#ifdef __cplusplus
extern
#endif
    __attribute__((weak, used, visibility("hidden")))
    const uint32_t ctester_header[2] = {CTESTER_VERSION, CTESTER_LAYOUT};

/*
 * Whether a block that monitored calls have allocated, and not freed, has
 * this address in it; the bytes in all such blocks.
 */
int malloced(void *addr);
int malloc_allocated(void);

#ifndef CTESTER_OLD_HEADER

/* In braces, so that they work with a semicolon behind them and without. */
#define MONITOR_ALL_RECV(m, v)                               \
	{                                                    \
		(m).recv = (m).recvfrom = (m).recvmsg = (v); \
	}
#define MONITOR_ALL_SEND(m, v)                             \
	{                                                  \
		(m).send = (m).sendto = (m).sendmsg = (v); \
	}
#define MONITOR_ALL_BYTEORDER(m, v)                                  \
	{                                                            \
		(m).ntohs = (m).htons = (m).ntohl = (m).htonl = (v); \
	}

/* Set stats, or a group of them, or monitored, back to zero. */
void reinit_all_stats(void);
void reinit_all_monitored(void);
void reinit_file_stats(void);
void reinit_network_socket_stats(void);
void reinit_network_inet_stats(void);
void reinit_stats_network_dns(void);

#endif /* CTESTER_OLD_HEADER */

#ifdef CTESTER_STRICT_UPSTREAM
__attribute__((constructor, unused)) static void
ctester_ask_for_upstream_quirks(void)
{
	ctester_upstream_quirks = true;
}
#endif

#ifdef __cplusplus
}
#endif

#endif /* CTESTER_WRAP_H */
