/* SPDX-License-Identifier: MIT */
/*
 * What monitored calls of getaddrinfo and its like do in the sandbox, in
 * place of asking the network; and whether freeaddrinfo is checked.
 *
 * A method is called when the mask of the function does not fail the call,
 * and stats are as for the real one.  NULL is the real one.  All is as at
 * first again when the next test starts.
 */
#ifndef CTESTER_WRAP_NETWORK_DNS_H
#define CTESTER_WRAP_NETWORK_DNS_H

#include <netdb.h>
#include <stdbool.h>
#include <sys/socket.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Of stats.getaddrinfo.addrinfo_list: what it returned and nobody has freed,
 * the last one first.  It is kept while freeaddrinfo is checked. */
struct addrinfo_node_t {
	struct addrinfo *addr_list;
	struct addrinfo_node_t *next;
};

typedef int (*getaddrinfo_method_t)(const char *node, const char *service,
				    const struct addrinfo *hints,
				    struct addrinfo **res);
typedef void (*freeaddrinfo_method_t)(struct addrinfo *res);
typedef int (*getnameinfo_method_t)(const struct sockaddr *addr,
				    socklen_t addrlen, char *host,
				    socklen_t hostlen, char *serv,
				    socklen_t servlen, int flags);
typedef const char *(*gai_strerror_method_t)(int errcode);
typedef void (*freeaddrinfo_badarg_report_t)(void);

/* Leaves the method of freeaddrinfo as it is: it must fit. */
void set_getaddrinfo_method(getaddrinfo_method_t method);
/* No two libraries build their lists alike, so both are set together. */
void set_gai_methods(getaddrinfo_method_t gai_method,
		     freeaddrinfo_method_t fai_method);
void set_getnameinfo_method(getnameinfo_method_t method);
void set_gai_strerror_method(gai_strerror_method_t method);
/* All four. */
void reset_gai_fai_gstr_gni_methods(void);

/**
 * Remember from now on what getaddrinfo returns, and look whether that is
 * what freeaddrinfo gets: the very list, once.  If not,
 * stats.freeaddrinfo.status is 1 and the reporter is called.  The list is
 * freed all the same, unless the real freeaddrinfo has had it already.
 */
void set_check_freeaddrinfo(bool check);

/* One function, under the name it has and the one it is documented by. */
void set_freeaddrinfo_badarg_report(freeaddrinfo_badarg_report_t reporter);
void set_freeaddrinfo_badarg_reporter(freeaddrinfo_badarg_report_t reporter);

/**
 * A method for numbers only: it asks nobody.
 *
 * The list has one entry: of hints' family, type and protocol, where 0 as the
 * type is SOCK_DGRAM.  Without @p node it is the loopback, or for AI_PASSIVE
 * any address; of IPv4 if hints say AF_INET, else of IPv6.  With
 * AI_CANONNAME the name is 'C' and @p node.
 *
 * @return As getaddrinfo(3): EAI_NONAME where a number would be needed, or
 *         both are NULL; EAI_FAMILY for an address of another family;
 *         EAI_BADFLAGS for AI_CANONNAME without a node; EAI_MEMORY.
 */
int simple_getaddrinfo(const char *node, const char *serv,
		       const struct addrinfo *hints, struct addrinfo **res);
/* Free its list, and no other's. */
void simple_freeaddrinfo(struct addrinfo *res);

#ifdef __cplusplus
}
#endif

#endif /* CTESTER_WRAP_NETWORK_DNS_H */
