/* SPDX-License-Identifier: MIT */
/*
 * Calls each function of the table once, and prints what it returned.  What a
 * call needs is made by system calls, so that it depends on no other one.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CALL(name, ...)                                          \
	do {                                                     \
		errno = 0;                                       \
		long long result = (long long)name(__VA_ARGS__); \
		printf("%s %lld %d\n", #name, result, errno);    \
	} while (0)

static struct sockaddr_in loopback(void)
{
	return (struct sockaddr_in){.sin_family = AF_INET,
				    .sin_addr.s_addr = 0x0100007f};
}

static int raw_socket(int type)
{
	return (int)syscall(SYS_socket, AF_INET, type, 0);
}

/* A bound socket, and where it is. */
static int raw_bound(int type, struct sockaddr_in *ret)
{
	socklen_t size = sizeof(*ret);
	int fd = raw_socket(type);
	*ret = loopback();
	syscall(SYS_bind, fd, ret, size);
	syscall(SYS_getsockname, fd, ret, &size);
	return fd;
}

static void files(void)
{
	struct stat found;
	int ends[2], memory = (int)syscall(SYS_memfd_create, "memory", 0);
	char buffer[16] = "";
	syscall(SYS_pipe2, ends, 0);
	CALL(open, "/dev/null", O_RDWR | O_CREAT, 0640);
	CALL(creat, "made.txt", 0600);
	CALL(close, (int)syscall(SYS_dup, 1));
	CALL(write, ends[1], "hello", 5);
	syscall(SYS_write, ends[1], "bye", 3);
	CALL(read, ends[0], buffer, sizeof(buffer));
	CALL(stat, "/dev/null", &found);
	CALL(fstat, memory, &found);
	CALL(lseek, memory, 5000000000, SEEK_SET);
	CALL(ftruncate, memory, 4096);
	void *map = (void *)syscall(SYS_mmap, NULL, 4096, PROT_READ,
				    MAP_PRIVATE, memory, 0);
	syscall(SYS_ftruncate, memory, 4096);
	CALL(msync, map, 4096, MS_SYNC);
	CALL(munmap, map, 4096);
	CALL(mmap, NULL, 4096, PROT_READ | PROT_WRITE,
	     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CALL(memcpy, buffer, "copied", 7);
}

static void memory(void)
{
	/* libc's own malloc. */
	char *copy = strdup("text"), *other = strdup("more");
	CALL(malloc, 100);
	CALL(calloc, 3, 7);
	CALL(realloc, other, 200);
	free(copy);
}

static void mutexes(void)
{
	static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER, other;
	CALL(pthread_mutex_lock, &mutex);
	CALL(pthread_mutex_unlock, &mutex);
	CALL(pthread_mutex_init, &other, NULL);
	CALL(pthread_mutex_trylock, &other);
	CALL(pthread_mutex_destroy, &mutex);
}

static void names(void)
{
	struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
				 .ai_family = AF_INET,
				 .ai_socktype = SOCK_STREAM};
	struct addrinfo *list = NULL;
	struct sockaddr_in address = loopback();
	char host[64] = "", service[64] = "";
	address.sin_port = 0x5000;
	CALL(getaddrinfo, "127.0.0.1", "80", &hints, &list);
	CALL(getnameinfo, (struct sockaddr *)&address, sizeof(address), host,
	     sizeof(host), service, sizeof(service),
	     NI_NUMERICHOST | NI_NUMERICSERV);
	freeaddrinfo(list);
	CALL(gai_strerror, EAI_NONAME);
	CALL(htons, 0x1234);
	CALL(ntohs, 0x1234);
	CALL(htonl, 0x12345678);
	CALL(ntohl, 0x12345678);
}

static void connections(void)
{
	struct sockaddr_in address, peer, own = loopback();
	socklen_t size = sizeof(peer);
	int server = raw_bound(SOCK_STREAM, &address);
	syscall(SYS_listen, server, 5);
	CALL(socket, AF_INET, SOCK_STREAM, 0);
	CALL(bind, raw_socket(SOCK_STREAM), (struct sockaddr *)&own,
	     sizeof(own));
	CALL(listen, raw_socket(SOCK_STREAM), 7);
	CALL(connect, raw_socket(SOCK_STREAM), (struct sockaddr *)&address,
	     sizeof(address));
	syscall(SYS_connect, raw_socket(SOCK_STREAM), &address,
		sizeof(address));
	CALL(accept, server, (struct sockaddr *)&peer, &size);
}

static void messages(void)
{
	struct sockaddr_in address, from;
	socklen_t size = sizeof(from);
	char buffer[16] = "", parts[16] = "";
	struct iovec in = {parts, sizeof(parts)}, out = {"parts", 5};
	struct msghdr got = {.msg_iov = &in, .msg_iovlen = 1};
	struct msghdr sent = {.msg_iov = &out, .msg_iovlen = 1};
	int pair[2], datagrams = raw_bound(SOCK_DGRAM, &address);
	syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, pair);
	syscall(SYS_sendto, datagrams, "udp", 3, 0, &address, sizeof(address));
	CALL(recvfrom, datagrams, buffer, sizeof(buffer), 0,
	     (struct sockaddr *)&from, &size);
	CALL(sendto, datagrams, "more", 4, 0, (struct sockaddr *)&address,
	     sizeof(address));
	CALL(send, pair[0], "hello", 5, 0);
	CALL(sendmsg, pair[0], &sent, 0);
	syscall(SYS_write, pair[0], "abc", 3);
	CALL(recv, pair[1], buffer, 3, 0);
	CALL(recvmsg, pair[1], &got, 0);
	CALL(shutdown, pair[0], SHUT_WR);
}

static void waiting(void)
{
	int ends[2];
	fd_set readers;
	struct timeval timeout = {0, 1000};
	syscall(SYS_pipe2, ends, 0);
	syscall(SYS_write, ends[1], "x", 1);
	struct pollfd polled[2] = {{ends[0], POLLIN, 0}, {ends[1], POLLIN, 0}};
	FD_ZERO(&readers);
	FD_SET(ends[0], &readers);
	CALL(poll, polled, 2, 0);
	CALL(select, ends[0] + 1, &readers, NULL, NULL, &timeout);
	CALL(sleep, 1);
	CALL(getpid);
}

int main(void)
{
	files();
	memory();
	mutexes();
	names();
	connections();
	messages();
	waiting();
	return 0;
}
