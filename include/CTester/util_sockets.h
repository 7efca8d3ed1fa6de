/* SPDX-License-Identifier: MIT */
/*
 * Sockets for a test to talk to the program by.  Nothing of it is monitored.
 *
 * Hosts and services are numbers; domain is AF_INET, AF_INET6 or AF_UNSPEC.
 * Each returns a descriptor that the caller closes, or -1, where errno is of
 * the last address tried, or EINVAL if there is no such address.
 */
#ifndef CTESTER_UTIL_SOCKETS_H
#define CTESTER_UTIL_SOCKETS_H

#include <sys/socket.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Create a socket and bind or connect it.
 *
 * @param flags    More of them for getaddrinfo(3): AI_PASSIVE for a server.
 * @param do_bind  Bind it, its address free for the next one at once; it does
 *                 not listen.  Else connect it.
 */
int create_socket(const char *host, const char *serv, int domain, int type,
		  int flags, int do_bind);

/* It listens, for one connection at a time. */
int create_tcp_server_socket(const char *serv, int domain, int type);
int create_tcp_client_socket(const char *host, const char *serv, int domain,
			     int type);
int create_udp_server_socket(const char *serv, int domain);
int create_udp_client_socket(const char *host, const char *serv, int domain);

/**
 * Connect a server of datagrams to a client that is connected to it, so that
 * the server may send() and recv() too.
 *
 * @return 0, or -1 with errno.
 */
int connect_udp_server_to_client(int sfd, int cfd);

#ifdef __cplusplus
}
#endif

#endif /* CTESTER_UTIL_SOCKETS_H */
