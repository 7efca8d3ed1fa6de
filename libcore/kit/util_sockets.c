/* SPDX-License-Identifier: MIT */
/* Sockets for a test to talk to the program by. */
#include "CTester/util_sockets.h"

#include "kit/reals.h"

LINK_REAL(socket);
LINK_REAL(bind);
LINK_REAL(connect);
LINK_REAL(listen);
LINK_REAL(close);
LINK_REAL(getaddrinfo);
LINK_REAL(freeaddrinfo);

static int open_at(const struct addrinfo *at, bool binds)
{
	int fd = REAL(socket)(at->ai_family, at->ai_socktype, at->ai_protocol);
	if (fd < 0)
		return -1;
	int on = 1, failed;
	if (binds)
		failed = setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on,
				    sizeof(on)) != 0 ||
			 REAL(bind)(fd, at->ai_addr, at->ai_addrlen) != 0;
	else
		failed = REAL(connect)(fd, at->ai_addr, at->ai_addrlen) != 0;
	if (!failed)
		return fd;
	int code = errno;
	REAL(close)(fd);
	errno = code;
	return -1;
}

int create_socket(const char *host, const char *serv, int domain, int type,
		  int flags, int do_bind)
{
	struct addrinfo *list;
	struct addrinfo hints = {
	    .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | flags,
	    .ai_family = domain,
	    .ai_socktype = type,
	};
	if (REAL(getaddrinfo)(host, serv, &hints, &list) != 0) {
		errno = EINVAL;
		return -1;
	}
	int fd = -1;
	for (struct addrinfo *at = list; at && fd < 0; at = at->ai_next)
		fd = open_at(at, do_bind);
	int code = errno;
	REAL(freeaddrinfo)(list);
	errno = code;
	return fd;
}

int create_tcp_server_socket(const char *serv, int domain, int type)
{
	int fd = create_socket(NULL, serv, domain, type, AI_PASSIVE, true);
	if (fd < 0 || REAL(listen)(fd, 1) == 0)
		return fd;
	int code = errno;
	REAL(close)(fd);
	errno = code;
	return -1;
}

int create_tcp_client_socket(const char *host, const char *serv, int domain,
			     int type)
{
	return create_socket(host, serv, domain, type, 0, false);
}

int create_udp_server_socket(const char *serv, int domain)
{
	return create_socket(NULL, serv, domain, SOCK_DGRAM, AI_PASSIVE, true);
}

int create_udp_client_socket(const char *host, const char *serv, int domain)
{
	return create_socket(host, serv, domain, SOCK_DGRAM, 0, false);
}

int connect_udp_server_to_client(int sfd, int cfd)
{
	struct sockaddr_storage client;
	socklen_t length = sizeof(client);
	if (getsockname(cfd, (struct sockaddr *)&client, &length) != 0)
		return -1;
	return REAL(connect)(sfd, (struct sockaddr *)&client, length);
}
