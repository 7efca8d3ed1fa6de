/* SPDX-License-Identifier: MIT */
/* The methods in place of getaddrinfo and its like: the real ones yet. */
#include "CTester/hooks.h"
#include "kit/reals.h"

int ctester_getaddrinfo(const char *node, const char *service,
			const struct addrinfo *hints, struct addrinfo **res)
{
	return REAL(getaddrinfo)(node, service, hints, res);
}

int ctester_getnameinfo(const struct sockaddr *addr, socklen_t addrlen,
			char *host, socklen_t hostlen, char *serv,
			socklen_t servlen, int flags)
{
	return REAL(getnameinfo)(addr, addrlen, host, hostlen, serv, servlen,
				 flags);
}

const char *ctester_gai_strerror(int errcode)
{
	return REAL(gai_strerror)(errcode);
}

int ctester_freeaddrinfo(struct addrinfo *res)
{
	REAL(freeaddrinfo)(res);
	return 0;
}

void ctester_forget_addrinfo(void)
{
}
