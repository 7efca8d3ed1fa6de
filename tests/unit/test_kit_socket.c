/* SPDX-License-Identifier: MIT */
/* The wrappers of sockets, on the loopback. */
#include <arpa/inet.h>
#include <poll.h>
#include <sys/select.h>
#include <sys/socket.h>

#include "kit_fixture.h"
#include "sanitizer.h"

#define SOCKADDR(a) ((struct sockaddr *)(a))

static struct sockaddr_in loopback(void)
{
	return (struct sockaddr_in){.sin_family = AF_INET,
				    .sin_addr = {htonl(INADDR_LOOPBACK)}};
}

/* A socket bound to a port that the system chose. */
static int bound(int type, struct sockaddr_in *at)
{
	socklen_t length = sizeof(*at);
	int fd = socket(AF_INET, type, 0);
	*at = loopback();
	assert_int_equal(bind(fd, SOCKADDR(at), sizeof(*at)), 0);
	assert_int_equal(getsockname(fd, SOCKADDR(at), &length), 0);
	return fd;
}

static void socket_and_bind_and_listen(void **state)
{
	(void)state;
	struct sockaddr_in at = loopback();
	FAILS(socket, AF_INET, SOCK_STREAM, IPPROTO_TCP);
	int fd = SUCCEEDS(socket, AF_INET, SOCK_STREAM, IPPROTO_TCP);
	assert_true(fd >= 0);
	assert_int_equal(stats.socket.last_params.domain, AF_INET);
	assert_int_equal(stats.socket.last_params.type, SOCK_STREAM);
	assert_int_equal(stats.socket.last_params.protocol, IPPROTO_TCP);
	IGNORED(socket, -1, 0, 0);

	FAILS(bind, fd, SOCKADDR(&at), sizeof(at));
	assert_int_equal(SUCCEEDS(bind, fd, SOCKADDR(&at), sizeof(at)), 0);
	assert_int_equal(stats.bind.last_params.sockfd, fd);
	assert_ptr_equal(stats.bind.last_params.addr, &at);
	assert_int_equal(stats.bind.last_params.addrlen, sizeof(at));
	assert_int_equal(CALL(bind, fd, (struct sockaddr *)8, 16), -1);
	assert_int_equal(errno, EFAULT);
	IGNORED(bind, -1, SOCKADDR(&at), sizeof(at));

	FAILS(listen, fd, 3);
	assert_int_equal(SUCCEEDS(listen, fd, 3), 0);
	assert_int_equal(stats.listen.last_params.sockfd, fd);
	assert_int_equal(stats.listen.last_params.backlog, 3);
	IGNORED(listen, -1, 0);
	close(fd);
}

static void connect_and_accept(void **state)
{
	(void)state;
	struct sockaddr_in at, peer, want;
	socklen_t length = sizeof(peer), size = sizeof(want);
	int server = bound(SOCK_STREAM, &at);
	assert_int_equal(listen(server, 5), 0);
	int client = socket(AF_INET, SOCK_STREAM, 0);
	FAILS(connect, client, SOCKADDR(&at), sizeof(at));
	assert_int_equal(SUCCEEDS(connect, client, SOCKADDR(&at), sizeof(at)),
			 0);
	assert_int_equal(stats.connect.last_params.sockfd, client);
	assert_ptr_equal(stats.connect.last_params.addr, &at);
	assert_int_equal(stats.connect.last_params.addrlen, sizeof(at));
	IGNORED(connect, -1, SOCKADDR(&at), sizeof(at));

	FAILS(accept, server, SOCKADDR(&peer), &length);
	assert_int_equal(stats.accept.last_returns.addrlen, 0);
	int fd = SUCCEEDS(accept, server, SOCKADDR(&peer), &length);
	assert_true(fd >= 0);
	assert_int_equal(stats.accept.last_params.sockfd, server);
	assert_ptr_equal(stats.accept.last_params.addr, &peer);
	assert_ptr_equal(stats.accept.last_params.addrlen, &length);
	assert_ptr_equal(stats.accept.last_params.addrlen_ptr, &length);
	memset(&peer, 0, sizeof(peer));
	assert_int_equal(getsockname(client, SOCKADDR(&want), &size), 0);
	assert_int_equal(stats.accept.last_returns.addrlen, sizeof(want));
	assert_memory_equal(&stats.accept.last_returns.addr, &want,
			    sizeof(want));
	IGNORED(accept, -1, NULL, NULL);
	close(fd);
	close(client);
	close(server);
}

static void accept_with_no_room_or_none_at_all(void **state)
{
	(void)state;
	struct sockaddr_in at;
	int server = bound(SOCK_STREAM, &at);
	assert_int_equal(listen(server, 5), 0);
	int clients[3], fds[2];
	for (int i = 0; i < 3; i++) {
		clients[i] = socket(AF_INET, SOCK_STREAM, 0);
		assert_int_equal(connect(clients[i], SOCKADDR(&at), sizeof(at)),
				 0);
	}
	fds[0] = SUCCEEDS(accept, server, NULL, NULL);
	assert_int_equal(stats.accept.last_returns.addrlen, 0);
	assert_int_equal(stats.accept.last_returns.addr.ss_family, 0);

	/* Four bytes are filled in, and what is behind them is not read. */
	unsigned char room[32];
	memset(room, 0x55, sizeof(room));
	socklen_t length = 4;
	fds[1] = SUCCEEDS(accept, server, SOCKADDR(room), &length);
	assert_int_equal(length, sizeof(struct sockaddr_in));
	assert_int_equal(stats.accept.last_returns.addrlen, length);
	assert_int_equal(stats.accept.last_returns.addr.ss_family, AF_INET);
	assert_int_equal(((char *)&stats.accept.last_returns.addr)[4], 0);

	/* A bad pointer is the real function's. */
	if (!UNDER_ASAN) {
		assert_int_equal(
		    CALL(accept, server, SOCKADDR(room), (socklen_t *)8), -1);
		assert_int_equal(errno, EFAULT);
	}
	for (int i = 0; i < 3; i++)
		close(clients[i]);
	close(fds[0]);
	close(fds[1]);
	close(server);
}

static void send_and_recv(void **state)
{
	(void)state;
	int fds[2];
	char text[] = "abc", got[8] = "";
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	FAILS(send, fds[0], text, 3, 0);
	assert_int_equal(SUCCEEDS(send, fds[0], text, 3, MSG_NOSIGNAL), 3);
	assert_int_equal(stats.send.last_params.sockfd, fds[0]);
	assert_ptr_equal(stats.send.last_params.buf, text);
	assert_int_equal(stats.send.last_params.len, 3);
	assert_int_equal(stats.send.last_params.flags, MSG_NOSIGNAL);
	IGNORED(send, -1, text, 1, 0);

	FAILS(recv, fds[1], got, 8, 0);
	assert_int_equal(SUCCEEDS(recv, fds[1], got, 8, MSG_DONTWAIT), 3);
	assert_string_equal(got, "abc");
	assert_int_equal(stats.recv.last_params.sockfd, fds[1]);
	assert_ptr_equal(stats.recv.last_params.buf, got);
	assert_int_equal(stats.recv.last_params.len, 8);
	assert_int_equal(stats.recv.last_params.flags, MSG_DONTWAIT);
	assert_int_equal(CALL(recv, fds[1], got, 8, MSG_DONTWAIT), -1);
	assert_int_equal(errno, EAGAIN);
	IGNORED(recv, -1, got, 1, 0);

	assert_int_equal(send(fds[0], "xy", 2, 0), 2);
	monitored.recv = true;
	int called = stats.recv.called;
	assert_int_equal(
	    ctester_wrap___recv_chk(fds[1], got, 2, sizeof(got), 0), 2);
	assert_int_equal(stats.recv.called, called + 1);
	close(fds[0]);
	close(fds[1]);
}

static void sendto_and_recvfrom(void **state)
{
	(void)state;
	struct sockaddr_in at, me, from;
	socklen_t length = sizeof(from);
	char text[] = "abc", got[8] = "";
	int server = bound(SOCK_DGRAM, &at), client = bound(SOCK_DGRAM, &me);
	FAILS(sendto, client, text, 3, 0, SOCKADDR(&at), sizeof(at));
	assert_int_equal(SUCCEEDS(sendto, client, text, 3, MSG_NOSIGNAL,
				  SOCKADDR(&at), sizeof(at)),
			 3);
	assert_int_equal(stats.sendto.last_params.sockfd, client);
	assert_ptr_equal(stats.sendto.last_params.buf, text);
	assert_int_equal(stats.sendto.last_params.len, 3);
	assert_int_equal(stats.sendto.last_params.flags, MSG_NOSIGNAL);
	assert_ptr_equal(stats.sendto.last_params.dest_addr, &at);
	assert_ptr_equal(stats.sendto.last_params.dest_addr_ptr, &at);
	assert_int_equal(stats.sendto.last_params.addrlen, sizeof(at));
	IGNORED(sendto, -1, text, 1, 0, SOCKADDR(&at), sizeof(at));

	FAILS(recvfrom, server, got, 8, 0, SOCKADDR(&from), &length);
	assert_int_equal(SUCCEEDS(recvfrom, server, got, 8, MSG_TRUNC,
				  SOCKADDR(&from), &length),
			 3);
	assert_string_equal(got, "abc");
	assert_int_equal(stats.recvfrom.last_params.sockfd, server);
	assert_ptr_equal(stats.recvfrom.last_params.buf, got);
	assert_int_equal(stats.recvfrom.last_params.len, 8);
	assert_int_equal(stats.recvfrom.last_params.flags, MSG_TRUNC);
	assert_ptr_equal(stats.recvfrom.last_params.src_addr, &from);
	assert_ptr_equal(stats.recvfrom.last_params.addrlen, &length);
	assert_int_equal(stats.recvfrom.last_returned_addr.addrlen, sizeof(me));
	assert_memory_equal(&stats.recvfrom.last_returned_addr.src_addr, &me,
			    sizeof(me));
	assert_int_equal(stats.recvfrom.last_returns.addrlen, sizeof(me));
	IGNORED(recvfrom, -1, got, 1, 0, NULL, NULL);

	/* Without an address there is none; what was is not kept. */
	assert_int_equal(sendto(client, "x", 1, 0, SOCKADDR(&at), sizeof(at)),
			 1);
	monitored.recvfrom = true;
	assert_int_equal(ctester_wrap___recvfrom_chk(
			     server, got, 1, sizeof(got), 0, NULL, NULL),
			 1);
	assert_int_equal(stats.recvfrom.last_returned_addr.addrlen, 0);
	assert_int_equal(stats.recvfrom.last_returned_addr.src_addr.ss_family,
			 0);
	assert_int_equal(sendto(client, "x", 1, 0, SOCKADDR(&at), sizeof(at)),
			 1);
	assert_int_equal(
	    CALL(recvfrom, server, got, 1, 0, SOCKADDR(&from), (socklen_t *)8),
	    -1);
	assert_int_equal(errno, EFAULT);
	close(server);
	close(client);
}

static void sendmsg_and_recvmsg(void **state)
{
	(void)state;
	int fds[2];
	char text[] = "abc", got[8] = "";
	struct iovec from = {text, 3}, to = {got, 8};
	struct msghdr out = {.msg_iov = &from, .msg_iovlen = 1};
	struct msghdr in = {.msg_iov = &to, .msg_iovlen = 1, .msg_flags = -1};
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds), 0);
	FAILS(sendmsg, fds[0], &out, 0);
	assert_int_equal(SUCCEEDS(sendmsg, fds[0], &out, MSG_NOSIGNAL), 3);
	assert_int_equal(stats.sendmsg.last_params.sockfd, fds[0]);
	assert_ptr_equal(stats.sendmsg.last_params.msg, &out);
	assert_ptr_equal(stats.sendmsg.last_params.msg_ptr, &out);
	assert_int_equal(stats.sendmsg.last_params.flags, MSG_NOSIGNAL);
	IGNORED(sendmsg, -1, &out, 0);

	FAILS(recvmsg, fds[1], &in, 0);
	assert_null(stats.recvmsg.last_returned_msg.msg_iov);
	assert_int_equal(SUCCEEDS(recvmsg, fds[1], &in, MSG_DONTWAIT), 3);
	assert_string_equal(got, "abc");
	assert_int_equal(stats.recvmsg.last_params.sockfd, fds[1]);
	assert_ptr_equal(stats.recvmsg.last_params.msg, &in);
	assert_int_equal(stats.recvmsg.last_params.flags, MSG_DONTWAIT);
	assert_ptr_equal(stats.recvmsg.last_returned_msg.msg_iov, &to);
	assert_int_equal(stats.recvmsg.last_returned_msg.msg_flags, 0);
	assert_int_equal(CALL(recvmsg, fds[1], (struct msghdr *)8, 0), -1);
	assert_int_equal(errno, EFAULT);
	IGNORED(recvmsg, -1, &in, 0);
	close(fds[0]);
	close(fds[1]);
}

static void all_ways_to_send_and_to_receive_are_counted_together(void **state)
{
	(void)state;
	struct msghdr message = {0};
	MONITOR_ALL_SEND(monitored, true);
	MONITOR_ALL_RECV(monitored, true);
	ctester_wrap_send(-1, "", 0, 0);
	ctester_wrap_sendto(-1, "", 0, 0, NULL, 0);
	ctester_wrap_sendmsg(-1, &message, 0);
	failures.send = FAIL_FIRST;
	ctester_wrap_send(-1, "", 0, 0);
	assert_int_equal(stats.send_all.called, 4);
	assert_int_equal(stats.recv_all.called, 0);
	ctester_wrap_recv(-1, NULL, 0, 0);
	ctester_wrap_recvfrom(-1, NULL, 0, 0, NULL, NULL);
	ctester_wrap_recvmsg(-1, &message, 0);
	monitored.recv = false;
	ctester_wrap_recv(-1, NULL, 0, 0);
	assert_int_equal(stats.recv_all.called, 3);
	assert_int_equal(stats.send_all.called, 4);
	assert_int_equal(stats.send.called, 2);
}

static void poll_copies_its_descriptors(void **state)
{
	(void)state;
	int fds[2];
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], "x", 1), 1);
	struct pollfd polls[] = {{fds[0], POLLIN, -1}, {fds[1], POLLOUT, -1}};
	FAILS(poll, polls, 2, 0);
	assert_null(stats.poll.last_params.fds_copy);
	assert_int_equal(polls[0].revents, -1);
	assert_int_equal(SUCCEEDS(poll, polls, 2, 1000), 2);
	assert_ptr_equal(stats.poll.last_params.fds_ptr, polls);
	assert_int_equal(stats.poll.last_params.nfds, 2);
	assert_int_equal(stats.poll.last_params.timeout, 1000);
	memset(polls, 0, sizeof(polls));
	assert_int_equal(stats.poll.last_params.fds_copy[0].fd, fds[0]);
	assert_int_equal(stats.poll.last_params.fds_copy[0].revents, POLLIN);
	assert_int_equal(stats.poll.last_params.fds_copy[1].revents, POLLOUT);
	IGNORED(poll, NULL, 0, 0);
	monitored.poll = true;
	int called = stats.poll.called;
	assert_int_equal(ctester_wrap___poll_chk(polls, 1, 0, sizeof(polls)),
			 0);
	assert_int_equal(stats.poll.called, called + 1);
	close(fds[0]);
	close(fds[1]);
}

static void poll_of_nothing(void **state)
{
	(void)state;
	assert_int_equal(SUCCEEDS(poll, NULL, 0, 0), 0);
	assert_null(stats.poll.last_params.fds_ptr);
	assert_null(stats.poll.last_params.fds_copy);
	assert_int_equal(CALL(poll, (struct pollfd *)8, 1, 0), -1);
	assert_int_equal(errno, EFAULT);
	assert_null(stats.poll.last_params.fds_copy);
}

static void select_copies_its_sets_as_they_were(void **state)
{
	(void)state;
	int fds[2];
	assert_int_equal(pipe(fds), 0);
	fd_set readable, writable, except, given;
	FD_ZERO(&readable);
	FD_SET(fds[0], &readable);
	given = readable;
	FD_ZERO(&writable);
	FD_SET(fds[1], &writable);
	FD_ZERO(&except);
	struct timeval timeout = {3, 4};
	int count = fds[1] + 1;
	FAILS(select, count, &readable, &writable, &except, &timeout);
	assert_int_equal(
	    SUCCEEDS(select, count, &readable, &writable, &except, &timeout),
	    1);
	const struct params_select_t *params = &stats.select.last_params;
	assert_int_equal(params->nfds, count);
	assert_ptr_equal(params->readfds_ptr, &readable);
	assert_ptr_equal(params->writefds_ptr, &writable);
	assert_ptr_equal(params->exceptfds_ptr, &except);
	assert_ptr_equal(params->timeout_ptr, &timeout);
	assert_false(FD_ISSET(fds[0], &readable));
	assert_memory_equal(&params->readfds, &given, sizeof(given));
	assert_true(FD_ISSET(fds[1], &params->writefds));
	assert_int_equal(params->timeout.tv_sec, 3);
	assert_int_equal(params->timeout.tv_usec, 4);
	IGNORED(select, -1, NULL, NULL, NULL, NULL);
	close(fds[0]);
	close(fds[1]);
}

static void select_of_null_sets(void **state)
{
	(void)state;
	struct timeval none = {0, 0};
	fd_set zero;
	FD_ZERO(&zero);
	memset(&stats.select.last_params, 0x55,
	       sizeof(stats.select.last_params));
	assert_int_equal(SUCCEEDS(select, 0, NULL, NULL, NULL, &none), 0);
	const struct params_select_t *params = &stats.select.last_params;
	assert_null(params->readfds_ptr);
	assert_null(params->writefds_ptr);
	assert_null(params->exceptfds_ptr);
	assert_memory_equal(&params->readfds, &zero, sizeof(zero));
	assert_memory_equal(&params->writefds, &zero, sizeof(zero));
	assert_memory_equal(&params->exceptfds, &zero, sizeof(zero));
	assert_int_equal(CALL(select, -1, NULL, NULL, NULL, NULL), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(params->timeout.tv_sec, 0);
	assert_int_equal(CALL(select, 1, (fd_set *)8, NULL, NULL, &none), -1);
	assert_int_equal(errno, EFAULT);
	assert_ptr_equal(params->readfds_ptr, (fd_set *)8);
}

static void a_shut_down_socket_ends(void **state)
{
	(void)state;
	int fds[2];
	char got;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	FAILS(shutdown, fds[0], SHUT_WR);
	assert_int_equal(recv(fds[1], &got, 1, MSG_DONTWAIT), -1);
	assert_int_equal(SUCCEEDS(shutdown, fds[0], SHUT_WR), 0);
	assert_int_equal(recv(fds[1], &got, 1, MSG_DONTWAIT), 0);
	assert_int_equal(stats.shutdown.last_params.sockfd, fds[0]);
	assert_int_equal(stats.shutdown.last_params.how, SHUT_WR);
	IGNORED(shutdown, -1, SHUT_WR);
	close(fds[0]);
	close(fds[1]);
}

static void socket_stats_are_cleared_together(void **state)
{
	(void)state;
	stats.accept.called = stats.bind.called = stats.connect.called = 1;
	stats.listen.called = stats.poll.called = stats.recv.called = 1;
	stats.recvfrom.called = stats.recvmsg.called = 1;
	stats.recv_all.called = stats.select.called = stats.send.called = 1;
	stats.sendto.called = stats.sendmsg.called = 1;
	stats.send_all.called = stats.shutdown.called = 1;
	stats.socket.called = stats.read.called = stats.htons.called = 1;
	reinit_network_socket_stats();
	assert_int_equal(stats.accept.called + stats.bind.called +
			     stats.connect.called + stats.listen.called +
			     stats.poll.called + stats.recv.called +
			     stats.recvfrom.called + stats.recvmsg.called,
			 0);
	assert_int_equal(stats.recv_all.called + stats.select.called +
			     stats.send.called + stats.sendto.called +
			     stats.sendmsg.called + stats.send_all.called +
			     stats.shutdown.called + stats.socket.called,
			 0);
	assert_int_equal(stats.read.called + stats.htons.called, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    KIT_TEST(socket_and_bind_and_listen),
	    KIT_TEST(connect_and_accept),
	    KIT_TEST(accept_with_no_room_or_none_at_all),
	    KIT_TEST(send_and_recv),
	    KIT_TEST(sendto_and_recvfrom),
	    KIT_TEST(sendmsg_and_recvmsg),
	    KIT_TEST(all_ways_to_send_and_to_receive_are_counted_together),
	    KIT_TEST(poll_copies_its_descriptors),
	    KIT_TEST(poll_of_nothing),
	    KIT_TEST(select_copies_its_sets_as_they_were),
	    KIT_TEST(select_of_null_sets),
	    KIT_TEST(a_shut_down_socket_ends),
	    KIT_TEST(socket_stats_are_cleared_together),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
