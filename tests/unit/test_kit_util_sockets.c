/* SPDX-License-Identifier: MIT */
/* Sockets for a test to talk to the program by. */
#include <stdio.h>

#include "CTester/util_sockets.h"
#include "kit_fixture.h"

/* The port that the system chose for "0". */
static const char *port_of(int fd)
{
	static char text[8];
	struct sockaddr_in at;
	socklen_t length = sizeof(at);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &length), 0);
	snprintf(text, sizeof(text), "%u", ntohs(at.sin_port));
	return text;
}

static int setup(void **state)
{
	int ret = kit_setup(state);
	memset(&monitored, 1, sizeof(monitored));
	memset(&failures, 0xff, sizeof(failures));
	return ret;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, kit_teardown)

static void a_client_reaches_its_tcp_server(void **state)
{
	(void)state;
	char got = 0;
	int server = create_tcp_server_socket("0", AF_INET, SOCK_STREAM);
	assert_true(server >= 0);
	int client = create_tcp_client_socket("127.0.0.1", port_of(server),
					      AF_INET, SOCK_STREAM);
	assert_true(client >= 0);
	int peer = accept(server, NULL, NULL);
	assert_true(peer >= 0);
	assert_int_equal(send(client, "x", 1, 0), 1);
	assert_int_equal(recv(peer, &got, 1, 0), 1);
	assert_int_equal(got, 'x');
	close(peer);
	close(client);
	close(server);
	static const struct wrap_stats_t none;
	assert_memory_equal(&stats, &none, sizeof(stats));
}

static void a_udp_server_answers_its_client(void **state)
{
	(void)state;
	char got = 0;
	int server = create_udp_server_socket("0", AF_INET);
	assert_true(server >= 0);
	int client =
	    create_udp_client_socket("127.0.0.1", port_of(server), AF_INET);
	assert_true(client >= 0);
	assert_int_equal(connect_udp_server_to_client(server, client), 0);
	assert_int_equal(send(server, "x", 1, 0), 1);
	assert_int_equal(recv(client, &got, 1, 0), 1);
	assert_int_equal(got, 'x');
	close(client);
	close(server);
}

static void what_cannot_be_made_is_told(void **state)
{
	(void)state;
	assert_int_equal(
	    create_socket("no number", "80", AF_INET, SOCK_STREAM, 0, false),
	    -1);
	assert_int_equal(errno, EINVAL);
	int bound =
	    create_socket("127.0.0.1", "0", AF_INET, SOCK_STREAM, 0, true);
	assert_true(bound >= 0);
	/* It does not listen. */
	assert_int_equal(create_tcp_client_socket("127.0.0.1", port_of(bound),
						  AF_INET, SOCK_STREAM),
			 -1);
	assert_int_equal(errno, ECONNREFUSED);
	close(bound);
	assert_int_equal(connect_udp_server_to_client(-1, -1), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_client_reaches_its_tcp_server),
	    TEST(a_udp_server_answers_its_client),
	    TEST(what_cannot_be_made_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
