/* SPDX-License-Identifier: MIT */
/* simple_getaddrinfo(): a getaddrinfo of numbers.  POSIX tells its errors. */
#include <arpa/inet.h>
#include <endian.h>
#include <string.h>

#include "CTester/wrap_network_dns.h"
#include "kit/reals.h"

/* A list of one, in one block. */
struct entry {
	struct addrinfo info;
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} address;
	char name[];
};

static bool parse_port(const char *serv, uint16_t *port)
{
	unsigned int value = 0;
	*port = 0;
	if (!serv)
		return true;
	for (const char *at = serv; *at; at++) {
		if (*at < '0' || *at > '9')
			return false;
		value = 10 * value + (unsigned int)(*at - '0');
		if (value > UINT16_MAX)
			return false;
	}
	*port = htobe16((uint16_t)value);
	return *serv != '\0';
}

/* The address that stands for no node. */
static int set_default(struct entry *entry, int family, bool passive)
{
	if (family == AF_INET) {
		entry->address.v4.sin_addr.s_addr =
		    htobe32(passive ? INADDR_ANY : INADDR_LOOPBACK);
		return AF_INET;
	}
	entry->address.v6.sin6_addr = passive ? in6addr_any : in6addr_loopback;
	return AF_INET6;
}

static int set_node(struct entry *entry, const char *node)
{
	if (inet_pton(AF_INET, node, &entry->address.v4.sin_addr) == 1)
		return AF_INET;
	if (inet_pton(AF_INET6, node, &entry->address.v6.sin6_addr) == 1)
		return AF_INET6;
	return AF_UNSPEC;
}

static void finish(struct entry *entry, int family, uint16_t port,
		   const struct addrinfo *hints)
{
	struct addrinfo *info = &entry->info;
	info->ai_flags = hints->ai_flags;
	info->ai_family = family;
	info->ai_socktype =
	    hints->ai_socktype ? hints->ai_socktype : SOCK_DGRAM;
	info->ai_protocol = hints->ai_protocol;
	info->ai_addr = &entry->address.any;
	if (family == AF_INET) {
		entry->address.v4.sin_port = port;
		info->ai_addrlen = sizeof(entry->address.v4);
	} else {
		entry->address.v6.sin6_port = port;
		info->ai_addrlen = sizeof(entry->address.v6);
	}
	entry->address.any.sa_family = (sa_family_t)family;
}

static void set_name(struct entry *entry, const char *node)
{
	entry->name[0] = 'C';
	strcpy(entry->name + 1, node);
	entry->info.ai_canonname = entry->name;
}

static int check(const char *node, const char *serv,
		 const struct addrinfo *hints, uint16_t *port)
{
	int family = hints->ai_family;
	if (!node && !serv)
		return EAI_NONAME;
	if (hints->ai_flags & AI_CANONNAME && !node)
		return EAI_BADFLAGS;
	if (family != AF_UNSPEC && family != AF_INET && family != AF_INET6)
		return EAI_FAMILY;
	return parse_port(serv, port) ? 0 : EAI_NONAME;
}

int simple_getaddrinfo(const char *node, const char *serv,
		       const struct addrinfo *hints, struct addrinfo **res)
{
	static const struct addrinfo none;
	uint16_t port;
	if (!hints)
		hints = &none;
	int code = check(node, serv, hints, &port);
	if (code != 0)
		return code;
	struct entry *entry =
	    REAL(calloc)(1, sizeof(*entry) + (node ? strlen(node) + 2 : 0));
	if (!entry)
		return EAI_MEMORY;
	int family = node ? set_node(entry, node)
			  : set_default(entry, hints->ai_family,
					hints->ai_flags & AI_PASSIVE);
	if (family == AF_UNSPEC ||
	    (hints->ai_family != AF_UNSPEC && hints->ai_family != family)) {
		REAL(free)(entry);
		return family == AF_UNSPEC ? EAI_NONAME : EAI_FAMILY;
	}
	finish(entry, family, port, hints);
	if (hints->ai_flags & AI_CANONNAME)
		set_name(entry, node);
	*res = &entry->info;
	return 0;
}

void simple_freeaddrinfo(struct addrinfo *res)
{
	while (res) {
		struct addrinfo *next = res->ai_next;
		REAL(free)(res); /* the entry: info is its first member */
		res = next;
	}
}
