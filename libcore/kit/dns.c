/* SPDX-License-Identifier: MIT */
/*
 * The methods in place of getaddrinfo and its like, and the book of lists.
 *
 * Methods and the reporter are the test's code: they are called without the
 * lock, and what they call themselves is watched as everything else.
 */
#include "CTester/hooks.h"
#include "CTester/wrap_network_dns.h"
#include "kit/enter.h"
#include "kit/reals.h"

static struct {
	getaddrinfo_method_t getaddrinfo;
	freeaddrinfo_method_t freeaddrinfo;
	getnameinfo_method_t getnameinfo;
	gai_strerror_method_t gai_strerror;
} methods;

static bool checks;
static freeaddrinfo_badarg_report_t report;

/* What stats.getaddrinfo.addrinfo_list shows.  It is never read from there: a
 * test may have written anything, but NULL, which is that it starts anew. */
static struct addrinfo_node_t *listed;

/* Lists that the real freeaddrinfo has had, and getaddrinfo not returned
 * again: to free one of them again would damage the heap. */
static struct addrinfo_node_t *freed;

void set_getaddrinfo_method(getaddrinfo_method_t method)
{
	methods.getaddrinfo = method;
}

void set_gai_methods(getaddrinfo_method_t gai_method,
		     freeaddrinfo_method_t fai_method)
{
	methods.getaddrinfo = gai_method;
	methods.freeaddrinfo = fai_method;
}

void set_getnameinfo_method(getnameinfo_method_t method)
{
	methods.getnameinfo = method;
}

void set_gai_strerror_method(gai_strerror_method_t method)
{
	methods.gai_strerror = method;
}

void reset_gai_fai_gstr_gni_methods(void)
{
	set_gai_methods(NULL, NULL);
	set_getnameinfo_method(NULL);
	set_gai_strerror_method(NULL);
}

void set_check_freeaddrinfo(bool check)
{
	checks = check;
}

void set_freeaddrinfo_badarg_report(freeaddrinfo_badarg_report_t reporter)
{
	report = reporter;
}

void set_freeaddrinfo_badarg_reporter(freeaddrinfo_badarg_report_t reporter)
{
	set_freeaddrinfo_badarg_report(reporter);
}

void ctester_reset_dns(void)
{
	reset_gai_fai_gstr_gni_methods();
	set_check_freeaddrinfo(false);
	set_freeaddrinfo_badarg_report(NULL);
}

/* ---- the book; all with the lock */

static void add(struct addrinfo_node_t **list, struct addrinfo *res)
{
	struct addrinfo_node_t *node = REAL(malloc)(sizeof(*node));
	if (!node)
		return;
	*node = (struct addrinfo_node_t){res, *list};
	*list = node;
}

static bool drop(struct addrinfo_node_t **list, const struct addrinfo *res)
{
	for (; *list; list = &(*list)->next) {
		if ((*list)->addr_list != res)
			continue;
		struct addrinfo_node_t *node = *list;
		*list = node->next;
		REAL(free)(node);
		return true;
	}
	return false;
}

static void drop_all(struct addrinfo_node_t **list)
{
	while (*list)
		drop(list, (*list)->addr_list);
}

static struct addrinfo_node_t **lists(void)
{
	if (!stats.getaddrinfo.addrinfo_list)
		drop_all(&listed);
	return &listed;
}

void ctester_forget_addrinfo(void)
{
	ctester_enter_again();
	drop_all(&listed);
	drop_all(&freed);
	stats.getaddrinfo.addrinfo_list = NULL;
	ctester_leave();
}

/* ---- what the wrappers call */

int ctester_getaddrinfo(const char *node, const char *service,
			const struct addrinfo *hints, struct addrinfo **res)
{
	getaddrinfo_method_t method = methods.getaddrinfo;
	if (!method)
		method = REAL(getaddrinfo);
	int ret = method(node, service, hints, res);
	if (ret != 0)
		return ret;
	int before = errno;
	ctester_enter_again();
	drop(&freed, *res);
	if (checks)
		add(lists(), *res);
	stats.getaddrinfo.addrinfo_list = listed;
	ctester_leave();
	errno = before;
	return ret;
}

int ctester_freeaddrinfo(struct addrinfo *res)
{
	freeaddrinfo_method_t method = methods.freeaddrinfo;
	int before = errno;
	ctester_enter_again();
	bool known = drop(lists(), res);
	stats.getaddrinfo.addrinfo_list = listed;
	bool again = checks && !known && !method && drop(&freed, res);
	bool bad = checks && !known;
	if (!method && res && (known || again))
		add(&freed, res);
	ctester_leave();
	errno = before;

	if (bad && report)
		report();
	if (method)
		method(res);
	else if (!again || ctester_upstream_quirks)
		REAL(freeaddrinfo)(res);
	return bad;
}

int ctester_getnameinfo(const struct sockaddr *addr, socklen_t addrlen,
			char *host, socklen_t hostlen, char *serv,
			socklen_t servlen, int flags)
{
	getnameinfo_method_t method = methods.getnameinfo;
	if (!method)
		method = REAL(getnameinfo);
	return method(addr, addrlen, host, hostlen, serv, servlen, flags);
}

const char *ctester_gai_strerror(int errcode)
{
	gai_strerror_method_t method = methods.gai_strerror;
	if (!method)
		method = REAL(gai_strerror);
	return method(errcode);
}
