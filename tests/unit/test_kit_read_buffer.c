/* SPDX-License-Identifier: MIT */
/* Partial reads: buffers, chunks, flags. */
#include <fcntl.h>
#include <limits.h>

#include "kit_read.h"

/* ---- setting */

static void a_buffer_is_set_and_replaced_and_removed(void **state)
{
	(void)state;
	struct read_buffer_t buf = {READ_WRITE_AFTER_INTERVAL, 1,
				    CHUNKS({0, "abc", 3})};
	assert_false(fd_is_read_buffered(FD));
	assert_int_equal(get_bytes_read(FD), -1);
	assert_int_equal(get_current_chunk_id(FD), -1);
	assert_int_equal(set_read_buffer(FD, NULL), 0);
	assert_int_equal(set_read_buffer(FD, &buf), 0);
	assert_true(fd_is_read_buffered(FD));
	assert_false(fd_is_read_buffered(FD + 1));
	RECEIVES(2, 0, "ab");
	assert_int_equal(get_bytes_read(FD), 2);
	/* Set again, it starts again. */
	assert_int_equal(set_read_buffer(FD, &buf), 1);
	assert_int_equal(get_bytes_read(FD), 0);
	assert_int_equal(set_read_data(FD, NULL), 1);
	assert_false(fd_is_read_buffered(FD));
	assert_int_equal(set_read_data(FD, &buf), 0);
	assert_int_equal(set_read_buffer(FD + 1, &buf), 0);
	reinit_read_fd_table();
	assert_false(fd_is_read_buffered(FD) || fd_is_read_buffered(FD + 1));
	assert_int_equal(receive(1, 0), -1);
	assert_int_equal(errno, EBADF);
}

static void bad_buffers_are_refused(void **state)
{
	(void)state;
	struct read_buffer_t good = {READ_WRITE_AFTER_INTERVAL, 1,
				     CHUNKS({0, "abc", 3})};
	const int modes[] = {0, 4, -1, INT_MAX};
	SETS(FD, &good);
	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++) {
		struct read_buffer_t bad = good;
		bad.mode = modes[i];
		assert_int_equal(set_read_buffer(FD, &bad), -2);
	}
	struct read_buffer_t no_chunks = {READ_WRITE_REAL_INTERVAL, 1, NULL};
	assert_int_equal(set_read_buffer(FD, &no_chunks), -2);
	struct read_buffer_t no_data = {READ_WRITE_REAL_INTERVAL, 1,
					CHUNKS({0, NULL, 3})};
	assert_int_equal(set_read_buffer(FD, &no_data), -2);
	RECEIVES(10, 0, "abc");
}

static void each_test_starts_without_buffers(void **state)
{
	(void)state;
	struct read_buffer_t buf = {READ_WRITE_AFTER_INTERVAL, 0, NULL};
	SETS(FD, &buf);
	ctester_reset();
	assert_false(fd_is_read_buffered(FD));
	SETS(FD, &buf);
	reinit_network_socket_stats();
	assert_false(fd_is_read_buffered(FD));
}

static void buffers_are_cut_from_data(void **state)
{
	(void)state;
	char data[40];
	off_t sizes[] = {10, 30};
	int intervals[] = {100, 200};
	struct read_buffer_t *rep = create_read_buffer(
	    data, 2, sizes, intervals, READ_WRITE_REAL_INTERVAL);
	assert_non_null(rep);
	assert_int_equal(rep->mode, READ_WRITE_REAL_INTERVAL);
	assert_int_equal(rep->nchunks, 2);
	assert_ptr_equal(rep->chunks[0].buf, data);
	assert_int_equal(rep->chunks[0].buflen, 10);
	assert_int_equal(rep->chunks[0].interval, 100);
	assert_ptr_equal(rep->chunks[1].buf, data + 10);
	assert_int_equal(rep->chunks[1].buflen, 30);
	assert_int_equal(rep->chunks[1].interval, 200);
	free_read_buffer(rep);

	struct read_buffer_t partial = {.mode = READ_WRITE_AFTER_INTERVAL};
	assert_int_equal(
	    create_partial_read_buffer(data, 2, sizes, intervals, &partial), 0);
	assert_int_equal(partial.mode, READ_WRITE_AFTER_INTERVAL);
	assert_ptr_equal(partial.chunks[1].buf, data + 10);
	free_partial_read_buffer(&partial);
	free_partial_read_buffer(&partial);
	free_partial_read_buffer(NULL);
	free_read_buffer(NULL);
}

static void sizes_that_are_none_are_refused(void **state)
{
	(void)state;
	char data[8];
	int intervals[] = {0, 0, 0};
	off_t negative[] = {3, -1};
	struct read_buffer_t buf = {0, 77, NULL};
	assert_int_equal(
	    create_partial_read_buffer(data, 2, negative, intervals, &buf), -1);
	assert_int_equal(buf.nchunks, 77);
	assert_null(create_read_buffer(data, 2, negative, intervals, 1));
	off_t below[] = {-1};
	assert_null(create_read_buffer(data, 1, below, intervals, 1));
	off_t huge[] = {INT64_MAX, INT64_MAX, INT64_MAX};
	assert_null(create_read_buffer(data, 3, huge, intervals, 1));
	struct read_buffer_t *none =
	    create_read_buffer(data, 0, NULL, NULL, READ_WRITE_AFTER_INTERVAL);
	assert_non_null(none);
	SETS(FD, none);
	assert_int_equal(receive(5, 0), 0);
	free_read_buffer(none);
}

/* ---- who reads it */

static void read_recv_and_recvfrom_share_one_buffer(void **state)
{
	(void)state;
	char to[8] = "";
	struct read_buffer_t buf = {READ_WRITE_AFTER_INTERVAL, 1,
				    CHUNKS({0, "abcdef", 6})};
	SETS(FD, &buf);
	assert_int_equal(ctester_wrap_read(FD, to, 2), 2);
	assert_int_equal(stats.read.last_return, 2);
	assert_int_equal(ctester_wrap_recv(FD, to + 2, 2, 0), 2);
	assert_int_equal(ctester_wrap_recvfrom(FD, to + 4, 2, 0, NULL, NULL),
			 2);
	assert_int_equal(stats.recvfrom.last_return, 2);
	assert_string_equal(to, "abcdef");
	assert_int_equal(ctester_wrap_read(FD, to, 2), 0);
	assert_int_equal(stats.recv_all.called, 2);
	assert_int_equal(get_bytes_read(FD), 6);
}

static void a_real_pipe_is_left_alone(void **state)
{
	(void)state;
	int fds[2];
	char to[8] = "";
	struct read_buffer_t buf = {READ_WRITE_REAL_INTERVAL, 1,
				    CHUNKS({0, "abc", 3})};
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], "real", 4), 4);
	SETS(fds[0], &buf);
	assert_int_equal(ctester_wrap_read(fds[0], to, 8), 3);
	assert_string_equal(to, "abc");
	/* Not monitored, and outside of the sandbox, it is the real one. */
	monitored.read = false;
	assert_int_equal(ctester_wrap_read(fds[0], to, 1), 1);
	monitored.read = true;
	wrap_monitoring = false;
	assert_int_equal(ctester_wrap_read(fds[0], to + 1, 1), 1);
	wrap_monitoring = true;
	assert_int_equal(set_read_buffer(fds[0], NULL), 1);
	assert_int_equal(ctester_wrap_read(fds[0], to + 2, 8), 2);
	assert_string_equal(to, "real");
	close(fds[0]);
	close(fds[1]);
}

static void a_mask_fails_a_read_that_has_a_buffer(void **state)
{
	(void)state;
	struct read_buffer_t buf = {READ_WRITE_REAL_INTERVAL, 1,
				    CHUNKS({0, "abc", 3})};
	SETS(FD, &buf);
	FAILS(recv, FD, got, 3, 0);
	assert_int_equal(get_bytes_read(FD), 0);
	RECEIVES(3, 0, "abc");
}

static void recvfrom_tells_a_datagram_s_peer(void **state)
{
	(void)state;
	int fds[2];
	char to[8];
	struct sockaddr_storage from;
	socklen_t length = sizeof(from);
	struct read_buffer_t buf = {READ_WRITE_AFTER_INTERVAL, 2,
				    CHUNKS({0, "abc", 3}, {0, "def", 3})};
	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM, 0, fds), 0);
	SETS(fds[0], &buf);
	assert_int_equal(ctester_wrap_recvfrom(fds[0], to, 8, 0,
					       (struct sockaddr *)&from,
					       &length),
			 3);
	assert_int_equal(from.ss_family, AF_UNIX);
	assert_int_equal(length, sizeof(sa_family_t));
	assert_int_equal(stats.recvfrom.last_returned_addr.addrlen, length);
	assert_int_equal(stats.recvfrom.last_returned_addr.src_addr.ss_family,
			 AF_UNIX);
	close(fds[0]);
	close(fds[1]);
	/* No socket, no address. */
	length = sizeof(from);
	SETS(FD, &buf);
	assert_int_equal(ctester_wrap_recvfrom(
			     FD, to, 8, 0, (struct sockaddr *)&from, &length),
			 3);
	assert_int_equal(length, 0);
}

/* ---- chunks */

static void an_open_chunk_is_there_at_once(void **state)
{
	(void)state;
	for (int mode = READ_WRITE_REAL_INTERVAL;
	     mode <= READ_WRITE_BEFORE_INTERVAL; mode++) {
		struct read_buffer_t buf = {
		    mode, 2, CHUNKS({0, "abcdef", 6}, {HOUR, "ghi", 3})};
		set_read_buffer(FD, &buf);
		assert_int_equal(get_current_chunk_id(FD), 0);
		RECEIVES(2, MSG_DONTWAIT, "ab");
		assert_int_equal(get_current_chunk_id(FD), 0);
		RECEIVES(3, MSG_DONTWAIT, "cde");
		/* What is left is less than asked for: no wait for more. */
		RECEIVES(5, 0, "f");
		assert_int_equal(get_current_chunk_id(FD), 1);
		assert_int_equal(get_bytes_read(FD), 6);
		WOULD_BLOCK(5, 0);
		assert_int_equal(get_bytes_read(FD), 6);
	}
}

static void all_read_gives_0_for_ever(void **state)
{
	(void)state;
	for (int mode = READ_WRITE_REAL_INTERVAL;
	     mode <= READ_WRITE_BEFORE_INTERVAL; mode++) {
		struct read_buffer_t buf = {mode, 1, CHUNKS({0, "abc", 3})};
		set_read_buffer(FD, &buf);
		RECEIVES(3, 0, "abc");
		for (int i = 0; i < 3; i++) {
			assert_int_equal(receive(3, MSG_DONTWAIT), 0);
			assert_int_equal(receive(3, MSG_WAITALL), 0);
		}
		assert_int_equal(ctester_wrap_recv(FD, NULL, 9, 0), 0);
		assert_int_equal(get_current_chunk_id(FD), 1);
		assert_int_equal(get_bytes_read(FD), 3);
	}
}

static void real_spans_what_has_arrived(void **state)
{
	(void)state;
	struct read_buffer_t buf = {READ_WRITE_REAL_INTERVAL, 4,
				    CHUNKS({0, "ab", 2}, {0, "cd", 2},
					   {-HOUR, "ef", 2}, {HOUR, "gh", 2})};
	SETS(FD, &buf);
	RECEIVES(3, 0, "abc");
	RECEIVES(20, 0, "def");
	WOULD_BLOCK(20, 0);
	assert_int_equal(get_current_chunk_id(FD), 3);
}

static void after_and_before_give_one_chunk_a_call(void **state)
{
	(void)state;
	for (int mode = READ_WRITE_AFTER_INTERVAL;
	     mode <= READ_WRITE_BEFORE_INTERVAL; mode++) {
		struct read_buffer_t buf = {
		    mode, 3, CHUNKS({0, "ab", 2}, {0, "cd", 2}, {0, "ef", 2})};
		set_read_buffer(FD, &buf);
		RECEIVES(20, 0, "ab");
		RECEIVES(1, 0, "c");
		/* The rest of one and no more. */
		RECEIVES(20, 0, "d");
		RECEIVES(2, 0, "ef");
		assert_int_equal(receive(20, 0), 0);
	}
}

static void no_bytes_asked_for_is_no_read(void **state)
{
	(void)state;
	struct read_buffer_t buf = {READ_WRITE_BEFORE_INTERVAL, 1,
				    CHUNKS({HOUR, "ab", 2})};
	SETS(FD, &buf);
	assert_int_equal(receive(0, 0), 0);
	assert_int_equal(ctester_wrap_read(FD, NULL, 0), 0);
	assert_int_equal(get_current_chunk_id(FD), 0);
}

static void an_empty_chunk_is_an_empty_read_or_a_wait(void **state)
{
	(void)state;
	struct read_buffer_t buf = {
	    READ_WRITE_AFTER_INTERVAL, 3,
	    CHUNKS({0, "ab", 2}, {0, NULL, 0}, {0, "cd", 2})};
	SETS(FD, &buf);
	RECEIVES(9, 0, "ab");
	assert_int_equal(receive(9, 0), 0);
	RECEIVES(9, 0, "cd");

	buf.mode = READ_WRITE_REAL_INTERVAL;
	set_read_buffer(FD, &buf);
	RECEIVES(9, 0, "abcd");
	/* Behind all data: the end comes when the chunk has arrived. */
	struct read_buffer_t late = {READ_WRITE_REAL_INTERVAL, 2,
				     CHUNKS({0, "ab", 2}, {HOUR, NULL, 0})};
	set_read_buffer(FD, &late);
	RECEIVES(9, 0, "ab");
	WOULD_BLOCK(9, 0);
}

static void a_null_buffer_is_a_bad_address(void **state)
{
	(void)state;
	struct read_buffer_t buf = {READ_WRITE_REAL_INTERVAL, 1,
				    CHUNKS({0, "ab", 2})};
	SETS(FD, &buf);
	assert_int_equal(ctester_wrap_recv(FD, NULL, 2, 0), -1);
	assert_int_equal(errno, EFAULT);
	assert_int_equal(stats.recv.last_return, -1);
	RECEIVES(2, 0, "ab");
}

static void any_count_is_enough(void **state)
{
	(void)state;
	struct read_buffer_t buf = {READ_WRITE_REAL_INTERVAL, 1,
				    CHUNKS({0, "ab", 2})};
	SETS(FD, &buf);
	memset(got, 0, sizeof(got));
	assert_int_equal(ctester_wrap_read(FD, got, SIZE_MAX), 2);
	assert_string_equal(got, "ab");
}

/* ---- flags */

static void what_is_peeked_at_stays(void **state)
{
	(void)state;
	for (int mode = READ_WRITE_REAL_INTERVAL;
	     mode <= READ_WRITE_BEFORE_INTERVAL; mode++) {
		struct read_buffer_t buf = {
		    mode, 2, CHUNKS({1, "abc", 3}, {HOUR, "d", 1})};
		set_read_buffer(FD, &buf);
		RECEIVES(2, MSG_PEEK, "ab");
		assert_int_equal(get_bytes_read(FD), 0);
		/* Waited for once, it is there. */
		RECEIVES(9, MSG_PEEK | MSG_DONTWAIT, "abc");
		RECEIVES(2, MSG_DONTWAIT, "ab");
		RECEIVES(9, MSG_PEEK, "c");
		RECEIVES(9, MSG_DONTWAIT, "c");
		WOULD_BLOCK(9, MSG_PEEK);
	}
}

static void waitall_takes_chunk_after_chunk(void **state)
{
	(void)state;
	for (int mode = READ_WRITE_REAL_INTERVAL;
	     mode <= READ_WRITE_BEFORE_INTERVAL; mode++) {
		struct read_buffer_t buf = {mode, 4,
					    CHUNKS({2, "ab", 2}, {2, "cd", 2},
						   {2, "ef", 2}, {2, "gh", 2})};
		int64_t start = now();
		set_read_buffer(FD, &buf);
		RECEIVES(5, MSG_WAITALL, "abcde");
		assert_true(now() - start >= 6 * MILLISECOND);
		assert_int_equal(get_bytes_read(FD), 5);
		RECEIVES(2, MSG_WAITALL | MSG_PEEK, "fg");
		assert_int_equal(get_bytes_read(FD), 5);
		RECEIVES(9, MSG_WAITALL, "fgh");
		assert_int_equal(receive(9, MSG_WAITALL), 0);
	}
}

static void waitall_that_must_not_wait_takes_what_is_there(void **state)
{
	(void)state;
	struct read_buffer_t buf = {
	    READ_WRITE_AFTER_INTERVAL, 3,
	    CHUNKS({0, "ab", 2}, {0, "cd", 2}, {HOUR, "ef", 2})};
	SETS(FD, &buf);
	RECEIVES(6, MSG_WAITALL | MSG_DONTWAIT, "abcd");
	WOULD_BLOCK(6, MSG_WAITALL);
}

static void a_descriptor_that_does_not_block_does_not(void **state)
{
	(void)state;
	int fds[2];
	char to[8] = "";
	struct read_buffer_t buf = {READ_WRITE_AFTER_INTERVAL, 2,
				    CHUNKS({0, "ab", 2}, {HOUR, "c", 1})};
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(fcntl(fds[0], F_SETFL, O_NONBLOCK), 0);
	SETS(fds[0], &buf);
	assert_int_equal(ctester_wrap_read(fds[0], to, 8), 2);
	assert_int_equal(ctester_wrap_read(fds[0], to, 8), -1);
	assert_int_equal(errno, EAGAIN);
	close(fds[0]);
	close(fds[1]);
}

static void data_out_of_band_is_not_of_the_buffer(void **state)
{
	(void)state;
	struct read_buffer_t buf = {READ_WRITE_AFTER_INTERVAL, 1,
				    CHUNKS({0, "ab", 2})};
	SETS(FD, &buf);
	assert_int_equal(receive(1, MSG_OOB), -1);
	assert_int_equal(errno, EBADF);
	RECEIVES(2, 0, "ab");
}

/* ---- what the reference's own tests look at */

static void the_table_shows_each_descriptor(void **state)
{
	(void)state;
	struct timespec before, after;
	struct read_buffer_t real = {READ_WRITE_REAL_INTERVAL, 1,
				     CHUNKS({4242, "ab", 2})};
	struct read_buffer_t other = {READ_WRITE_AFTER_INTERVAL, 1,
				      CHUNKS({0, "abc", 3})};
	assert_int_equal(read_fd_table.n, 0);
	assert_null(read_fd_table.items);
	getnanotime(&before);
	SETS(17, &other);
	getnanotime(&after);
	SETS(42, &real);
	SETS(0, &real);
	assert_int_equal(set_read_buffer(42, NULL), 1);
	assert_int_equal(read_fd_table.n, 2);
	struct read_item *items = read_fd_table.items;
	assert_int_equal(items[0].fd, 17);
	assert_ptr_equal(items[0].buf, &other);
	assert_int_equal(items[0].interval, 0);
	assert_true(get_time_interval(&before, &items[0].last_time) >= 0);
	assert_true(get_time_interval(&items[0].last_time, &after) >= 0);
	assert_int_equal(items[1].fd, 0);
	assert_true(items[1].interval == 4242 * MILLISECOND);
	getnanotime(&before);
	assert_int_equal(read_handle_buffer(17, got, 2, 0), 2);
	assert_true(get_time_interval(&before, &items[0].last_time) >= 0);
	assert_int_equal(items[0].chunk_id, 0);
	assert_int_equal(items[0].bytes_read, 2);
	assert_int_equal(read_handle_buffer(99, got, 2, 0), -1);
	assert_int_equal(errno, EBADF);
	reinit_read_fd_table();
	assert_int_equal(read_fd_table.n, 0);
	assert_null(read_fd_table.items);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_buffer_is_set_and_replaced_and_removed),
	    TEST(bad_buffers_are_refused),
	    TEST(each_test_starts_without_buffers),
	    TEST(buffers_are_cut_from_data),
	    TEST(sizes_that_are_none_are_refused),
	    TEST(read_recv_and_recvfrom_share_one_buffer),
	    TEST(a_real_pipe_is_left_alone),
	    TEST(a_mask_fails_a_read_that_has_a_buffer),
	    TEST(recvfrom_tells_a_datagram_s_peer),
	    TEST(an_open_chunk_is_there_at_once),
	    TEST(all_read_gives_0_for_ever),
	    TEST(real_spans_what_has_arrived),
	    TEST(after_and_before_give_one_chunk_a_call),
	    TEST(no_bytes_asked_for_is_no_read),
	    TEST(an_empty_chunk_is_an_empty_read_or_a_wait),
	    TEST(a_null_buffer_is_a_bad_address),
	    TEST(any_count_is_enough),
	    TEST(what_is_peeked_at_stays),
	    TEST(waitall_takes_chunk_after_chunk),
	    TEST(waitall_that_must_not_wait_takes_what_is_there),
	    TEST(a_descriptor_that_does_not_block_does_not),
	    TEST(data_out_of_band_is_not_of_the_buffer),
	    TEST(the_table_shows_each_descriptor),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
