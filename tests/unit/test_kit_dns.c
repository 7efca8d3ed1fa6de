/* SPDX-License-Identifier: MIT */
/* getaddrinfo and its like: methods, the check of freeaddrinfo, numbers. */
#include <arpa/inet.h>

#include "CTester/wrap_network_dns.h"
#include "kit_fixture.h"

static const struct addrinfo numeric = {
    .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
    .ai_family = AF_INET,
    .ai_socktype = SOCK_STREAM,
};

static int setup(void **state)
{
	int ret = kit_setup(state);
	monitored.getaddrinfo = monitored.freeaddrinfo = true;
	return ret;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, kit_teardown)

/* ---- the wrappers */

static void getaddrinfo_is_the_real_one(void **state)
{
	(void)state;
	struct addrinfo *res = NULL, *failed = NULL;
	assert_int_equal(CALL(getaddrinfo, "127.0.0.9", "80", &numeric, &res),
			 0);
	assert_string_equal(stats.getaddrinfo.last_params.node, "127.0.0.9");
	assert_string_equal(stats.getaddrinfo.last_params.service, "80");
	assert_ptr_equal(stats.getaddrinfo.last_params.hints, &numeric);
	assert_ptr_equal(stats.getaddrinfo.last_params.res, &res);
	struct sockaddr_in *address = (void *)res->ai_addr;
	assert_int_equal(address->sin_addr.s_addr, inet_addr("127.0.0.9"));
	assert_int_equal(address->sin_port, htons(80));

	FAILS(getaddrinfo, "127.0.0.9", "80", &numeric, &failed);
	assert_null(failed);
	assert_int_equal(
	    CALL(getaddrinfo, "no number", NULL, &numeric, &failed),
	    EAI_NONAME);
	IGNORED(getaddrinfo, NULL, NULL, NULL, &failed);

	ctester_wrap_freeaddrinfo(res);
	assert_int_equal(stats.freeaddrinfo.called, 1);
	assert_ptr_equal(stats.freeaddrinfo.last_param, res);
	assert_int_equal(stats.freeaddrinfo.status, 0);
	monitored.freeaddrinfo = false;
	ctester_wrap_freeaddrinfo(NULL);
	assert_int_equal(stats.freeaddrinfo.called, 1);
}

static void getnameinfo_is_the_real_one(void **state)
{
	(void)state;
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_port = htons(81)};
	struct sockaddr *addr = (struct sockaddr *)&address;
	char host[32] = "", serv[32] = "";
	int flags = NI_NUMERICHOST | NI_NUMERICSERV;
	FAILS(getnameinfo, addr, sizeof(address), host, 32, serv, 31, flags);
	assert_string_equal(host, "");
	assert_int_equal(SUCCEEDS(getnameinfo, addr, sizeof(address), host, 32,
				  serv, 31, flags),
			 0);
	assert_string_equal(host, "0.0.0.0");
	assert_string_equal(serv, "81");
	const struct params_getnameinfo_t *params =
	    &stats.getnameinfo.last_params;
	assert_ptr_equal(params->addr, addr);
	assert_int_equal(params->addrlen, sizeof(address));
	assert_ptr_equal(params->host, host);
	assert_int_equal(params->hostlen, 32);
	assert_ptr_equal(params->serv, serv);
	assert_int_equal(params->servlen, 31);
	assert_int_equal(params->flags, flags);
	IGNORED(getnameinfo, addr, sizeof(address), host, 32, serv, 32, flags);
}

static void gai_strerror_is_the_real_one(void **state)
{
	(void)state;
	const char *text = SUCCEEDS(gai_strerror, EAI_MEMORY);
	assert_string_equal(text, gai_strerror(EAI_MEMORY));
	assert_int_equal(stats.gai_strerror.last_params, EAI_MEMORY);
	static const char nothing[] = "nothing";
	FAILS_WITH(gai_strerror, nothing, EAI_MEMORY);
	IGNORED(gai_strerror, EAI_MEMORY);
}

static void dns_stats_are_cleared_together(void **state)
{
	(void)state;
	struct addrinfo *res;
	set_check_freeaddrinfo(true);
	assert_int_equal(
	    ctester_wrap_getaddrinfo("127.0.0.1", NULL, &numeric, &res), 0);
	stats.getnameinfo.called = stats.gai_strerror.called = 1;
	stats.freeaddrinfo.called = stats.socket.called = 1;
	reinit_stats_network_dns();
	assert_int_equal(stats.getaddrinfo.called, 0);
	assert_null(stats.getaddrinfo.addrinfo_list);
	assert_int_equal(stats.getnameinfo.called, 0);
	assert_int_equal(stats.freeaddrinfo.called, 0);
	assert_int_equal(stats.gai_strerror.called, 0);
	assert_int_equal(stats.socket.called, 1);
	freeaddrinfo(res);
}

/* ---- methods */

static struct addrinfo made;
static int gai_calls, fai_calls, gni_calls, gstr_calls, reports;
static const struct addrinfo *fai_argument;

static int own_gai(const char *node, const char *service,
		   const struct addrinfo *hints, struct addrinfo **res)
{
	(void)service, (void)hints;
	gai_calls++;
	if (!node)
		return EAI_AGAIN;
	*res = &made;
	return 0;
}

static void own_fai(struct addrinfo *res)
{
	fai_calls++;
	fai_argument = res;
}

static int own_gni(const struct sockaddr *addr, socklen_t addrlen, char *host,
		   socklen_t hostlen, char *serv, socklen_t servlen, int flags)
{
	(void)addr, (void)addrlen, (void)hostlen, (void)servlen;
	gni_calls++;
	strcpy(host, "Hello");
	strcpy(serv, "world");
	return flags;
}

static const char *own_gstr(int errcode)
{
	gstr_calls++;
	return errcode == 5 ? "five" : "other";
}

static void own_report(void)
{
	reports++;
}

static void forget_calls(void)
{
	gai_calls = fai_calls = gni_calls = gstr_calls = reports = 0;
	fai_argument = NULL;
}

static void a_method_is_called_in_place_of_getaddrinfo(void **state)
{
	(void)state;
	struct addrinfo *res = NULL;
	forget_calls();
	set_gai_methods(own_gai, own_fai);
	assert_int_equal(SUCCEEDS(getaddrinfo, "any", "1", NULL, &res), 0);
	assert_ptr_equal(res, &made);
	assert_int_equal(CALL(getaddrinfo, NULL, "1", NULL, &res), EAI_AGAIN);
	ctester_wrap_freeaddrinfo(res);
	assert_int_equal(gai_calls, 2);
	assert_int_equal(fai_calls, 1);
	assert_ptr_equal(fai_argument, &made);
	/* A mask is before a method. */
	FAILS(getaddrinfo, "any", "1", NULL, &res);
	assert_int_equal(gai_calls, 2);
	/* Only what is watched goes to a method. */
	monitored.getaddrinfo = false;
	assert_int_equal(
	    ctester_wrap_getaddrinfo("127.0.0.1", NULL, &numeric, &res), 0);
	monitored.freeaddrinfo = false;
	ctester_wrap_freeaddrinfo(res);
	assert_int_equal(gai_calls, 2);
	assert_int_equal(fai_calls, 1);
}

static void null_is_the_real_function_again(void **state)
{
	(void)state;
	struct addrinfo *res;
	forget_calls();
	set_gai_methods(own_gai, own_fai);
	set_gai_methods(NULL, own_fai);
	assert_int_equal(
	    ctester_wrap_getaddrinfo("127.0.0.1", NULL, &numeric, &res), 0);
	assert_ptr_not_equal(res, &made);
	ctester_wrap_freeaddrinfo(res);
	assert_int_equal(fai_calls, 1);
	freeaddrinfo(res);

	set_getaddrinfo_method(own_gai);
	assert_int_equal(ctester_wrap_getaddrinfo("x", NULL, NULL, &res), 0);
	assert_int_equal(gai_calls, 1);
	ctester_wrap_freeaddrinfo(res); /* its method stayed */
	assert_int_equal(fai_calls, 2);
	reset_gai_fai_gstr_gni_methods();
	assert_int_equal(
	    ctester_wrap_getaddrinfo("127.0.0.1", NULL, &numeric, &res), 0);
	ctester_wrap_freeaddrinfo(res);
	assert_int_equal(gai_calls, 1);
	assert_int_equal(fai_calls, 2);
}

static void names_and_texts_have_methods_too(void **state)
{
	(void)state;
	char host[10], serv[10];
	forget_calls();
	set_getnameinfo_method(own_gni);
	assert_int_equal(CALL(getnameinfo, NULL, 0, host, 10, serv, 10, 3), 3);
	assert_string_equal(host, "Hello");
	assert_string_equal(serv, "world");
	set_gai_strerror_method(own_gstr);
	assert_string_equal(CALL(gai_strerror, 5), "five");
	assert_int_equal(gni_calls + gstr_calls, 2);
	set_getnameinfo_method(NULL);
	set_gai_strerror_method(NULL);
	assert_string_equal(CALL(gai_strerror, EAI_MEMORY),
			    gai_strerror(EAI_MEMORY));
	assert_int_equal(CALL(getnameinfo, NULL, 0, host, 10, serv, 10, 0),
			 EAI_FAMILY);
	set_getnameinfo_method(own_gni);
	set_gai_strerror_method(own_gstr);
	reset_gai_fai_gstr_gni_methods();
	CALL(gai_strerror, 5);
	CALL(getnameinfo, NULL, 0, host, 10, serv, 10, 0);
	assert_int_equal(gni_calls + gstr_calls, 2);
}

static void each_test_starts_without_methods(void **state)
{
	(void)state;
	struct addrinfo *res;
	forget_calls();
	set_gai_methods(own_gai, own_fai);
	set_check_freeaddrinfo(true);
	set_freeaddrinfo_badarg_report(own_report);
	ctester_reset();
	monitored.getaddrinfo = monitored.freeaddrinfo = true;
	assert_int_equal(
	    ctester_wrap_getaddrinfo("127.0.0.1", NULL, &numeric, &res), 0);
	assert_null(stats.getaddrinfo.addrinfo_list);
	ctester_wrap_freeaddrinfo(res);
	ctester_wrap_freeaddrinfo(NULL);
	assert_int_equal(gai_calls + fai_calls + reports, 0);
	assert_int_equal(stats.freeaddrinfo.status, 0);
	/* Nor with what it was to report to. */
	static struct addrinfo strange;
	forget_calls();
	set_freeaddrinfo_badarg_report(own_report);
	setup(state);
	set_gai_methods(own_gai, own_fai);
	set_check_freeaddrinfo(true);
	ctester_wrap_freeaddrinfo(&strange);
	assert_int_equal(stats.freeaddrinfo.status, 1);
	assert_int_equal(reports, 0);
}

/* ---- the check of freeaddrinfo */

static void lists_are_remembered_while_it_is_checked(void **state)
{
	(void)state;
	struct addrinfo *first, *second, *none = NULL;
	set_check_freeaddrinfo(true);
	ctester_wrap_getaddrinfo("127.0.0.1", NULL, &numeric, &first);
	ctester_wrap_getaddrinfo("127.0.0.2", NULL, &numeric, &second);
	ctester_wrap_getaddrinfo("no number", NULL, &numeric, &none);
	struct addrinfo_node_t *list = stats.getaddrinfo.addrinfo_list;
	assert_ptr_equal(list->addr_list, second);
	assert_ptr_equal(list->next->addr_list, first);
	assert_null(list->next->next);
	ctester_wrap_freeaddrinfo(first);
	assert_int_equal(stats.freeaddrinfo.status, 0);
	assert_ptr_equal(stats.getaddrinfo.addrinfo_list, list);
	assert_null(list->next);
	ctester_wrap_freeaddrinfo(second);
	assert_int_equal(stats.freeaddrinfo.status, 0);
	assert_null(stats.getaddrinfo.addrinfo_list);
}

static void a_list_that_a_test_overwrites_is_not_followed(void **state)
{
	(void)state;
	struct addrinfo *first, *second;
	set_check_freeaddrinfo(true);
	ctester_wrap_getaddrinfo("127.0.0.1", NULL, &numeric, &first);
	memset(&stats, 0xa5, sizeof(stats));
	ctester_wrap_getaddrinfo("127.0.0.2", NULL, &numeric, &second);
	assert_ptr_equal(stats.getaddrinfo.addrinfo_list->addr_list, second);
	/* But one that it clears is forgotten. */
	stats.getaddrinfo.addrinfo_list = NULL;
	ctester_wrap_freeaddrinfo(second);
	assert_int_equal(stats.freeaddrinfo.status, 1);
	memset(&stats, 0xa5, sizeof(stats));
	ctester_wrap_freeaddrinfo(first);
	memset(&stats, 0xa5, sizeof(stats));
	ctester_reset();
	assert_null(stats.getaddrinfo.addrinfo_list);
}

static void what_getaddrinfo_has_not_returned_is_reported(void **state)
{
	(void)state;
	static struct addrinfo strange;
	struct addrinfo *res;
	forget_calls();
	set_gai_methods(own_gai, own_fai);
	set_freeaddrinfo_badarg_report(own_report);
	/* Not checked, nothing is. */
	ctester_wrap_freeaddrinfo(&strange);
	assert_int_equal(reports, 0);
	assert_int_equal(stats.freeaddrinfo.status, 0);
	set_check_freeaddrinfo(true);
	ctester_wrap_freeaddrinfo(&strange);
	assert_int_equal(reports, 1);
	assert_int_equal(stats.freeaddrinfo.status, 1);
	assert_int_equal(fai_calls, 2); /* it is freed all the same */
	ctester_wrap_getaddrinfo("x", NULL, NULL, &res);
	ctester_wrap_freeaddrinfo(res);
	assert_int_equal(reports, 1);
	assert_int_equal(stats.freeaddrinfo.status, 0);
	ctester_wrap_freeaddrinfo(res);
	assert_int_equal(reports, 2);
	assert_int_equal(stats.freeaddrinfo.status, 1);
	assert_int_equal(fai_calls, 4);
	/* The name that is documented sets the same. */
	set_freeaddrinfo_badarg_reporter(NULL);
	ctester_wrap_freeaddrinfo(&strange);
	assert_int_equal(reports, 2);
	assert_int_equal(stats.freeaddrinfo.status, 1);
	/* Not monitored, it is not checked. */
	set_freeaddrinfo_badarg_reporter(own_report);
	monitored.freeaddrinfo = false;
	ctester_wrap_freeaddrinfo(NULL);
	assert_int_equal(reports, 2);
}

static void a_list_of_the_real_one_is_freed_once(void **state)
{
	(void)state;
	struct addrinfo *res, *again;
	forget_calls();
	set_check_freeaddrinfo(true);
	set_freeaddrinfo_badarg_report(own_report);
	for (int i = 0; i < 3; i++) {
		ctester_wrap_getaddrinfo("127.0.0.1", NULL, &numeric, &res);
		ctester_wrap_freeaddrinfo(res);
		assert_int_equal(stats.freeaddrinfo.status, 0);
		ctester_wrap_freeaddrinfo(res);
		assert_int_equal(stats.freeaddrinfo.status, 1);
		ctester_wrap_freeaddrinfo(res);
		assert_int_equal(stats.freeaddrinfo.status, 1);
	}
	assert_int_equal(reports, 6);
	/* The heap is sound. */
	ctester_wrap_getaddrinfo("127.0.0.1", NULL, &numeric, &res);
	ctester_wrap_getaddrinfo("127.0.0.1", NULL, &numeric, &again);
	assert_ptr_not_equal(res, again);
	ctester_wrap_freeaddrinfo(again);
	ctester_wrap_freeaddrinfo(res);
	assert_int_equal(stats.freeaddrinfo.status, 0);
}

static void a_part_of_a_list_is_not_the_list(void **state)
{
	(void)state;
	struct addrinfo *res;
	struct addrinfo hints = numeric;
	hints.ai_socktype = 0; /* one entry for each type */
	set_check_freeaddrinfo(true);
	ctester_wrap_getaddrinfo("127.0.0.1", NULL, &hints, &res);
	assert_non_null(res->ai_next);
	ctester_wrap_freeaddrinfo(res->ai_next);
	assert_int_equal(stats.freeaddrinfo.status, 1);
	res->ai_next = NULL;
	ctester_wrap_freeaddrinfo(res);
	assert_int_equal(stats.freeaddrinfo.status, 0);
}

/* ---- numbers only */

static struct addrinfo *simple(const char *node, const char *serv, int flags,
			       int family, int type)
{
	struct addrinfo *res = NULL;
	struct addrinfo hints = {
	    .ai_flags = flags, .ai_family = family, .ai_socktype = type};
	assert_int_equal(simple_getaddrinfo(node, serv, &hints, &res), 0);
	assert_non_null(res);
	assert_null(res->ai_next);
	assert_int_equal(res->ai_addr->sa_family, res->ai_family);
	assert_int_equal(res->ai_flags, flags);
	return res;
}

static void assert_v4(struct addrinfo *res, uint32_t address, int port,
		      int type)
{
	assert_int_equal(res->ai_family, AF_INET);
	assert_int_equal(res->ai_socktype, type);
	assert_int_equal(res->ai_addrlen, sizeof(struct sockaddr_in));
	struct sockaddr_in *at = (void *)res->ai_addr;
	assert_int_equal(at->sin_addr.s_addr, htonl(address));
	assert_int_equal(at->sin_port, htons((uint16_t)port));
	simple_freeaddrinfo(res);
}

static void assert_v6(struct addrinfo *res, const char *address, int port,
		      int type)
{
	char text[INET6_ADDRSTRLEN];
	assert_int_equal(res->ai_family, AF_INET6);
	assert_int_equal(res->ai_socktype, type);
	assert_int_equal(res->ai_addrlen, sizeof(struct sockaddr_in6));
	struct sockaddr_in6 *at = (void *)res->ai_addr;
	assert_string_equal(
	    inet_ntop(AF_INET6, &at->sin6_addr, text, sizeof(text)), address);
	assert_int_equal(at->sin6_port, htons((uint16_t)port));
	simple_freeaddrinfo(res);
}

static void numbers_are_addresses(void **state)
{
	(void)state;
	int stream = SOCK_STREAM, datagram = SOCK_DGRAM;
	assert_v4(simple("192.168.1.1", "443", AI_NUMERICHOST | AI_PASSIVE,
			 AF_INET, datagram),
		  0xc0a80101, 443, datagram);
	assert_v4(simple(NULL, "80", 0, AF_INET, stream), INADDR_LOOPBACK, 80,
		  stream);
	assert_v4(simple(NULL, "65535", AI_PASSIVE, AF_INET, stream),
		  INADDR_ANY, 65535, stream);
	assert_v4(simple("1.2.3.4", NULL, 0, AF_UNSPEC, 0), 0x01020304, 0,
		  datagram);
	assert_v6(simple("::2", NULL, 0, AF_INET6, stream), "::2", 0, stream);
	assert_v6(simple(NULL, "22", AI_PASSIVE, AF_INET6, 0), "::", 22,
		  datagram);
	assert_v6(simple(NULL, "443", 0, AF_UNSPEC, stream), "::1", 443,
		  stream);
	struct addrinfo *res;
	assert_int_equal(simple_getaddrinfo("1.2.3.4", "80", NULL, &res), 0);
	assert_v4(res, 0x01020304, 80, datagram);
}

static void a_canonical_name_is_the_node_behind_a_c(void **state)
{
	(void)state;
	struct addrinfo *res =
	    simple("127.0.0.1", "80", AI_CANONNAME, AF_INET, SOCK_STREAM);
	assert_string_equal(res->ai_canonname, "C127.0.0.1");
	simple_freeaddrinfo(res);
	res = simple("::1", "22", AI_CANONNAME, AF_UNSPEC, SOCK_STREAM);
	assert_string_equal(res->ai_canonname, "C::1");
	simple_freeaddrinfo(res);
	res = simple("::1", "22", 0, AF_UNSPEC, SOCK_STREAM);
	assert_null(res->ai_canonname);
	simple_freeaddrinfo(res);
}

static void what_is_no_number_is_an_error(void **state)
{
	(void)state;
	static const struct {
		const char *node, *serv;
		int flags, family, code;
	} rows[] = {
	    {"123.45.67.89", "80", 0, AF_INET6, EAI_FAMILY},
	    {"1::1", "80", 0, AF_INET, EAI_FAMILY},
	    {"1::1", "80", 0, AF_UNIX, EAI_FAMILY},
	    {"www.example.com", "80", 0, AF_UNSPEC, EAI_NONAME},
	    {"", "80", 0, AF_UNSPEC, EAI_NONAME},
	    {"::1", "http", 0, AF_UNSPEC, EAI_NONAME},
	    {"::1", "", 0, AF_UNSPEC, EAI_NONAME},
	    {"::1", "-1", 0, AF_UNSPEC, EAI_NONAME},
	    {"::1", "80 ", 0, AF_UNSPEC, EAI_NONAME},
	    {"::1", "65536", 0, AF_UNSPEC, EAI_NONAME},
	    {"::1", "99999999999999999999", 0, AF_UNSPEC, EAI_NONAME},
	    {NULL, NULL, 0, AF_INET, EAI_NONAME},
	    {NULL, "80", AI_CANONNAME, AF_INET, EAI_BADFLAGS},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct addrinfo *res = NULL;
		struct addrinfo hints = {.ai_flags = rows[i].flags,
					 .ai_family = rows[i].family};
		assert_int_equal(simple_getaddrinfo(rows[i].node, rows[i].serv,
						    &hints, &res),
				 rows[i].code);
		assert_null(res);
	}
	simple_freeaddrinfo(NULL);
}

static void numbers_work_as_methods(void **state)
{
	(void)state;
	struct addrinfo *res;
	set_gai_methods(simple_getaddrinfo, simple_freeaddrinfo);
	set_check_freeaddrinfo(true);
	assert_int_equal(CALL(getaddrinfo, "www.example.com", "80", NULL, &res),
			 EAI_NONAME);
	assert_int_equal(SUCCEEDS(getaddrinfo, "1.2.3.4", "80", NULL, &res), 0);
	ctester_wrap_freeaddrinfo(res);
	assert_int_equal(stats.freeaddrinfo.status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(getaddrinfo_is_the_real_one),
	    TEST(getnameinfo_is_the_real_one),
	    TEST(gai_strerror_is_the_real_one),
	    TEST(dns_stats_are_cleared_together),
	    TEST(a_method_is_called_in_place_of_getaddrinfo),
	    TEST(null_is_the_real_function_again),
	    TEST(names_and_texts_have_methods_too),
	    TEST(each_test_starts_without_methods),
	    TEST(lists_are_remembered_while_it_is_checked),
	    TEST(a_list_that_a_test_overwrites_is_not_followed),
	    TEST(what_getaddrinfo_has_not_returned_is_reported),
	    TEST(a_list_of_the_real_one_is_freed_once),
	    TEST(a_part_of_a_list_is_not_the_list),
	    TEST(numbers_are_addresses),
	    TEST(a_canonical_name_is_the_node_behind_a_c),
	    TEST(what_is_no_number_is_an_error),
	    TEST(numbers_work_as_methods),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
