/* SPDX-License-Identifier: MIT */
/*
 * What the reference's code does otherwise than its documentation says, each
 * with and without upstream quirks.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "kit_fixture.h"

#define UNTOUCHED 4711

/* What last_return is after a call, where it was UNTOUCHED before. */
#define RETURN_AFTER(f, ...)                                    \
	__extension__({                                         \
		monitored.f = true;                             \
		stats.f.last_return =                           \
		    (__typeof__(stats.f.last_return))UNTOUCHED; \
		ctester_wrap_##f(__VA_ARGS__);                  \
		(long long)stats.f.last_return;                 \
	})

#define FAILED_RETURN(f, ret, ...)            \
	__extension__({                       \
		failures.f = FAIL_FIRST;      \
		failures.f##_ret = (ret);     \
		RETURN_AFTER(f, __VA_ARGS__); \
	})

static void mutexes_never_fail(void **state)
{
	(void)state;
	pthread_mutex_t mutex;
	for (int quirks = 0; quirks < 2; quirks++) {
		ctester_upstream_quirks = quirks;
		long long want = quirks ? 0 : ODD_RESULT;
		pthread_mutex_init(&mutex, NULL);
		assert_int_equal(
		    FAILED_RETURN(pthread_mutex_lock, ODD_RESULT, &mutex),
		    want);
		assert_int_equal(failures.pthread_mutex_lock,
				 quirks ? FAIL_FIRST : FAIL_NEVER);
		if (!quirks)
			pthread_mutex_lock(&mutex);
		assert_int_equal(
		    FAILED_RETURN(pthread_mutex_trylock, ODD_RESULT, &mutex),
		    quirks ? EBUSY : ODD_RESULT);
		assert_int_equal(
		    FAILED_RETURN(pthread_mutex_unlock, ODD_RESULT, &mutex),
		    want);
		if (!quirks)
			pthread_mutex_unlock(&mutex);
		assert_int_equal(
		    FAILED_RETURN(pthread_mutex_destroy, ODD_RESULT, &mutex),
		    want);
		assert_int_equal(
		    FAILED_RETURN(pthread_mutex_init, ODD_RESULT, &mutex, NULL),
		    want);
	}
}

static void some_successes_have_no_last_return(void **state)
{
	(void)state;
	for (int quirks = 0; quirks < 2; quirks++) {
		ctester_upstream_quirks = quirks;
		int fds[2];
		char byte = 'x';
		struct iovec vector = {&byte, 1};
		struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
		struct timeval none = {0, 0};
		fd_set sets[3];
		memset(sets, 0, sizeof(sets));
		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
		assert_int_equal(RETURN_AFTER(sendmsg, fds[0], &message, 0),
				 quirks ? UNTOUCHED : 1);
		assert_int_equal(RETURN_AFTER(recvmsg, fds[1], &message, 0),
				 quirks ? UNTOUCHED : 1);
		assert_int_equal(RETURN_AFTER(poll, NULL, 0, 0),
				 quirks ? UNTOUCHED : 0);
		assert_int_equal(
		    RETURN_AFTER(select, 0, sets, sets + 1, sets + 2, &none),
		    quirks ? UNTOUCHED : 0);
		assert_int_equal(RETURN_AFTER(shutdown, fds[0], SHUT_WR),
				 quirks ? UNTOUCHED : 0);
		/* Failures by a mask have. */
		assert_int_equal(FAILED_RETURN(poll, ODD_RESULT, NULL, 0, 0),
				 ODD_RESULT);
		assert_int_equal(
		    FAILED_RETURN(sendmsg, ODD_RESULT, -1, &message, 0),
		    ODD_RESULT);
		close(fds[0]);
		close(fds[1]);
	}
}

static void some_failures_have_no_last_return(void **state)
{
	(void)state;
	char block[8];
	struct stat is;
	for (int quirks = 0; quirks < 2; quirks++) {
		ctester_upstream_quirks = quirks;
		int want = quirks ? UNTOUCHED : ODD_RESULT;
		void *ret = (void *)(intptr_t)ODD_RESULT;
		assert_int_equal(FAILED_RETURN(fstat, ODD_RESULT, 0, &is),
				 want);
		assert_int_equal(FAILED_RETURN(lseek, ODD_RESULT, 0, 0, 0),
				 want);
		assert_int_equal(FAILED_RETURN(malloc, ret, 1), want);
		assert_int_equal(FAILED_RETURN(calloc, ret, 1, 1), want);
		assert_int_equal(FAILED_RETURN(realloc, ret, block, 1), want);
		/* And stat has. */
		assert_int_equal(FAILED_RETURN(stat, ODD_RESULT, "/", &is),
				 ODD_RESULT);
	}
}

static void accept_keeps_no_address(void **state)
{
	(void)state;
	for (int quirks = 0; quirks < 2; quirks++) {
		ctester_upstream_quirks = quirks;
		struct sockaddr_in at = {.sin_family = AF_INET,
					 .sin_addr = {htonl(INADDR_LOOPBACK)}};
		struct sockaddr *addr = (struct sockaddr *)&at;
		socklen_t length = sizeof(at);
		int server = socket(AF_INET, SOCK_STREAM, 0);
		int client = socket(AF_INET, SOCK_STREAM, 0);
		assert_int_equal(bind(server, addr, length), 0);
		assert_int_equal(listen(server, 1), 0);
		assert_int_equal(getsockname(server, addr, &length), 0);
		assert_int_equal(connect(client, addr, length), 0);
		monitored.accept = true;
		int fd = ctester_wrap_accept(server, addr, &length);
		assert_true(fd >= 0);
		assert_int_equal(stats.accept.last_return, fd);
		assert_int_equal(stats.accept.last_returns.addrlen,
				 quirks ? 0 : sizeof(at));
		close(fd);
		close(client);
		close(server);
	}
}

static void a_failed_recvfrom_is_a_recv(void **state)
{
	(void)state;
	for (int quirks = 0; quirks < 2; quirks++) {
		ctester_upstream_quirks = quirks;
		stats.recv.last_return = UNTOUCHED;
		assert_int_equal(FAILED_RETURN(recvfrom, ODD_RESULT, 0, NULL, 0,
					       0, NULL, NULL),
				 quirks ? UNTOUCHED : ODD_RESULT);
		assert_int_equal(stats.recv.last_return,
				 quirks ? ODD_RESULT : UNTOUCHED);
		assert_int_equal(stats.recv.called, 0);
	}
}

static void a_mask_of_free_shifts_when_it_fails(void **state)
{
	(void)state;
	for (int quirks = 0; quirks < 2; quirks++) {
		ctester_upstream_quirks = quirks;
		monitored.free = true;
		failures.free = FAIL_SECOND;
		ctester_wrap_free(malloc(1));
		assert_int_equal(failures.free,
				 quirks ? FAIL_SECOND : FAIL_FIRST);
		void *block = malloc(1);
		failures.free = 5;
		ctester_wrap_free(block);
		assert_int_equal(failures.free, 2);
		free(block);
		failures.free = FAIL_NEVER;
	}
}

static void select_stops_at_a_null_set(void **state)
{
	(void)state;
	monitored.select = true;
	for (int quirks = 0; quirks < 2; quirks++) {
		pid_t child = fork();
		if (child == 0) {
			struct timeval none = {0, 0};
			signal(SIGSEGV, SIG_DFL);
			ctester_kit.armed_pid = (uint32_t)getpid();
			ctester_upstream_quirks = quirks;
			_exit(ctester_wrap_select(0, NULL, NULL, NULL, &none));
		}
		int status;
		assert_int_equal(waitpid(child, &status, 0), child);
		if (quirks) {
			assert_true(WIFSIGNALED(status));
			assert_int_equal(WTERMSIG(status), SIGSEGV);
		} else {
			assert_int_equal(status, 0);
		}
	}
}

static void after_a_free_all_is_malloced(void **state)
{
	(void)state;
	int local;
	for (int quirks = 0; quirks < 2; quirks++) {
		ctester_reset();
		ctester_upstream_quirks = quirks;
		monitored.malloc = monitored.free = true;
		void *block = ctester_wrap_malloc(10);
		assert_false(malloced(&local));
		ctester_wrap_free(block);
		assert_int_equal(malloced(&local), quirks);
	}
}

static void what_is_not_logged_is_not_known(void **state)
{
	(void)state;
	static void *blocks[MAX_LOG + 1];
	for (int quirks = 0; quirks < 2; quirks++) {
		ctester_reset();
		ctester_upstream_quirks = quirks;
		monitored.malloc = true;
		for (size_t i = 0; i <= MAX_LOG; i++)
			blocks[i] = ctester_wrap_malloc(16);
		assert_int_equal(logs.malloc.n, MAX_LOG);
		assert_true(malloced(blocks[MAX_LOG - 1]));
		assert_int_equal(malloced(blocks[MAX_LOG]), !quirks);
		for (size_t i = 0; i <= MAX_LOG; i++)
			free(blocks[i]);
	}
}

static void lseek_is_cut_to_an_int(void **state)
{
	(void)state;
	off_t far = ((off_t)5 << 32) + 7;
	int file = memfd_create("far", 0);
	monitored.lseek = true;
	for (int quirks = 0; quirks < 2; quirks++) {
		ctester_upstream_quirks = quirks;
		off_t ret = ctester_wrap_lseek(file, far, SEEK_SET);
		assert_true(stats.lseek.last_return == (quirks ? 7 : far));
		assert_true(ret == (quirks ? 7 : far));
	}
	close(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    KIT_TEST(mutexes_never_fail),
	    KIT_TEST(some_successes_have_no_last_return),
	    KIT_TEST(some_failures_have_no_last_return),
	    KIT_TEST(accept_keeps_no_address),
	    KIT_TEST(a_failed_recvfrom_is_a_recv),
	    KIT_TEST(a_mask_of_free_shifts_when_it_fails),
	    KIT_TEST(select_stops_at_a_null_set),
	    KIT_TEST(after_a_free_all_is_malloced),
	    KIT_TEST(what_is_not_logged_is_not_known),
	    KIT_TEST(lseek_is_cut_to_an_int),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
