/* SPDX-License-Identifier: MIT */
/* What real system calls look like in a trace; expected is what strace shows
 * of the same call, or the kernel's documentation says. */
#include "syscall_fixture.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

static void open_flags_and_at_fdcwd_have_their_names(void **state)
{
	struct bench *bench = *state;
	CALL(bench, SYS_openat, (uint64_t)AT_FDCWD, WORD("/dev/null"),
	     O_RDWR | O_CLOEXEC);
	assert_has(text_of(bench), "openat(dfd = AT_FDCWD, filename = "
				   "\"/dev/null\", flags = "
				   "O_RDWR|O_CLOEXEC) = ");
	assert_has(json_of(bench), "\"type\":\"syscall\"");
	assert_has(json_of(bench), "\"name\":\"openat\",\"number\":257");
	assert_has(json_of(bench), "{\"name\":\"flags\",\"type\":\"int\","
				   "\"value\":524290,\"symbol\":"
				   "\"O_RDWR|O_CLOEXEC\"}");
	assert_has(python_of(bench), "(\"flags\",\"int\",524290,Enum(524290,"
				     "'O_RDWR|O_CLOEXEC'))");
}

static void a_failed_call_has_minus_one_and_the_error(void **state)
{
	struct bench *bench = *state;
	CALL(bench, SYS_open, WORD("/nowhere/at/all"), O_WRONLY | O_CREAT,
	     0644);
	assert_string_equal(text_of(bench),
			    "open(filename = \"/nowhere/at/all\", flags = "
			    "O_WRONLY|O_CREAT, mode = 0644) = -1 ENOENT (No "
			    "such file or directory)");
	assert_has(json_of(bench),
		   "\"return\":{\"type\":\"long\",\"value\":-2},\"errno\":2");
	assert_has(python_of(bench), "),-2,2,'real',{})");
}

static void write_shows_as_much_as_its_count(void **state)
{
	struct bench *bench = *state;
	int fds[2];
	assert_int_equal(pipe(fds), 0);
	CALL(bench, SYS_write, (uint64_t)fds[1],
	     WORD("0123456789abcdefghijklmnopqrst"), 10);
	assert_has(text_of(bench), "buf = \"0123456789\", count = 10) = 10");
	close(fds[0]);
	close(fds[1]);
}

static void a_nul_in_a_buffer_survives(void **state)
{
	struct bench *bench = *state;
	char buf[30] = "???????????????";
	int fds[2];
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], "a\0b", 3), 3);
	CALL(bench, SYS_read, (uint64_t)fds[0], WORD(buf), sizeof(buf));
	assert_has(text_of(bench), "count = 30) = 3 [buf = \"a\\000b\"]");
	assert_has(json_of(bench), "\"out\":[{\"name\":\"buf\",\"type\":"
				   "\"char *\",\"value\":\"a\\u0000b\"}]");
	close(fds[0]);
	close(fds[1]);
}

static void a_path_of_1500_bytes_is_whole(void **state)
{
	struct bench *bench = *state;
	char path[1501];
	memset(path, 'x', 1500);
	path[1500] = 0;
	CALL(bench, SYS_access, WORD(path), R_OK | W_OK);
	assert_has(text_of(bench), path);
	assert_has(text_of(bench), "mode = R_OK|W_OK");
	assert_has(text_of(bench), "-1 ENAMETOOLONG");
}

static void a_count_beyond_32_bits_is_shown_as_such(void **state)
{
	struct bench *bench = *state;
	CALL(bench, SYS_write, (uint64_t)-1, WORD("x"), 4294967303ull);
	assert_has(text_of(bench), "fd = -1");
	assert_has(text_of(bench), "count = 4294967303) = -1 EBADF");
}

static void a_directory_is_read_as_its_entries(void **state)
{
	struct bench *bench = *state;
	char buf[4096], path[] = "/tmp/ctester-XXXXXX", file[64];
	assert_non_null(mkdtemp(path));
	snprintf(file, sizeof(file), "%s/a-file", path);
	close(open(file, O_CREAT | O_WRONLY, 0600));
	int fd = open(path, O_RDONLY | O_DIRECTORY);
	CALL(bench, SYS_getdents64, (uint64_t)fd, WORD(buf), sizeof(buf));
	const char *json = json_of(bench);
	assert_has(json, "\"d_type\":\"DT_REG\",\"d_name\":\"a-file\"}");
	assert_has(json, "\"d_type\":\"DT_DIR\",\"d_name\":\"..\"}");
	assert_null(strstr(json, "truncated"));
	/* Nothing more: an empty list. */
	CALL(bench, SYS_getdents64, (uint64_t)fd, WORD(buf), sizeof(buf));
	assert_has(text_of(bench), "count = 4096) = 0");
	/* A record that is as long as nothing ends the list. */
	memset(bench->page, 0, 4096);
	const uint64_t args[6] = {3, WORD(bench->page), 100};
	enter(bench, SYS_getdents64, args);
	leave(bench, 100);
	text_of(bench);
	close(fd);
	unlink(file);
	rmdir(path);
}

static void registers_are_whole(void **state)
{
	struct bench *bench = *state;
	CALL(bench, SYS_close, 0x1234567800000fffull);
	assert_has(python_of(bench),
		   "((\"fd\",\"unsigned int\",1311768464867725311,4095),)");
}

static void an_unreadable_path_is_one_event_with_the_error(void **state)
{
	struct bench *bench = *state;
	CALL(bench, SYS_open, 1, O_RDONLY);
	assert_has(text_of(bench), "filename = 0x1 <unreadable>, flags = "
				   "O_RDONLY");
	assert_has(text_of(bench), "= -1 EFAULT (Bad address)");
	assert_has(python_of(bench), "Unreadable(0x1)");
}

static void pipe2_gives_both_descriptors(void **state)
{
	struct bench *bench = *state;
	int fds[2] = {-1, -1};
	char expected[64];
	CALL(bench, SYS_pipe2, WORD(fds), O_CLOEXEC | O_NONBLOCK);
	snprintf(expected, sizeof(expected), "[fildes = &{%d, %d}]", fds[0],
		 fds[1]);
	assert_has(text_of(bench), "flags = O_NONBLOCK|O_CLOEXEC) = 0");
	assert_has(text_of(bench), expected);
	close(fds[0]);
	close(fds[1]);
}

static void an_unknown_number_has_six_words(void **state)
{
	struct bench *bench = *state;
	CALL(bench, 9999, 1, 2, 3, 4, 5, 6);
	assert_string_equal(bench->form->name, "<9999>");
	assert_has(text_of(bench),
		   "<9999>(param0 = 1, param1 = 2, param2 = 3, param3 = 4, "
		   "param4 = 5, param5 = 6) = -1 ENOSYS");
	assert_has(json_of(bench), "{\"name\":\"param5\",\"type\":"
				   "\"unsigned long\",\"value\":6}");
	assert_has(python_of(bench), ",-38,38,'real',{})");
}

static void many_unknown_numbers_do_not_eat_memory(void **state)
{
	struct bench *bench = *state;
	const uint64_t args[6] = {0};
	for (uint64_t number = 2000; number < 3000; number++)
		enter(bench, number, args);
	assert_string_equal(bench->form->name, "<?>");
	enter(bench, 2001, args);
	assert_string_equal(bench->form->name, "<2001>");
}

static void an_internet_address_is_as_people_write_it(void **state)
{
	struct bench *bench = *state;
	struct sockaddr_in address = {
	    .sin_family = AF_INET,
	    .sin_port = htons(8080),
	    .sin_addr.s_addr = htonl(0x7f000001),
	};
	CALL(bench, SYS_connect, (uint64_t)-1, WORD(&address), sizeof(address));
	assert_has(text_of(bench), "uservaddr = &{sa_family = AF_INET, "
				   "sin_port = 8080, sin_addr = "
				   "\"127.0.0.1\"}, addrlen = 16");
	assert_has(json_of(bench), "\"value\":{\"sa_family\":\"AF_INET\","
				   "\"sin_port\":8080,\"sin_addr\":"
				   "\"127.0.0.1\"}");
}

static void an_ipv6_address_is_as_people_write_it(void **state)
{
	struct bench *bench = *state;
	struct sockaddr_in6 address = {
	    .sin6_family = AF_INET6,
	    .sin6_port = htons(443),
	    .sin6_addr = IN6ADDR_LOOPBACK_INIT,
	    .sin6_scope_id = 7,
	};
	CALL(bench, SYS_bind, (uint64_t)-1, WORD(&address), sizeof(address));
	assert_has(json_of(bench), "\"sin6_port\":443,\"sin6_flowinfo\":0,"
				   "\"sin6_addr\":\"::1\",\"sin6_scope_id\":7");
}

static void socket_addresses_end_with_their_length(void **state)
{
	struct bench *bench = *state;
	char *address = bench->page + 4096 - 7;
	memcpy(address, "\1\0\0name", 7); /* AF_UNIX is 1 */
	CALL(bench, SYS_bind, (uint64_t)-1, WORD(address), 7);
	assert_has(text_of(bench), "&{sa_family = AF_UNIX, sun_path = "
				   "\"\\000name\"}, addrlen = 7");
	address = bench->page + 4096 - 2;
	memcpy(address, "\1", 2);
	CALL(bench, SYS_bind, (uint64_t)-1, WORD(address), 2);
	assert_has(text_of(bench), "&{sa_family = AF_UNIX, sun_path = \"\"}, "
				   "addrlen = 2");
}

static void getsockname_fills_as_much_as_its_length_says(void **state)
{
	struct bench *bench = *state;
	struct sockaddr_un address;
	socklen_t length = sizeof(address);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	memset(&address, 'x', sizeof(address));
	CALL(bench, SYS_getsockname, (uint64_t)fd, WORD(&address),
	     WORD(&length));
	assert_has(text_of(bench), "[usockaddr = &{sa_family = AF_UNIX, "
				   "sun_path = \"\"}, usockaddr_len = &2]");
	close(fd);
}

static void sockets_have_names_for_domain_and_type(void **state)
{
	struct bench *bench = *state;
	CALL(bench, SYS_socket, AF_INET, SOCK_STREAM | SOCK_CLOEXEC,
	     IPPROTO_TCP);
	assert_has(text_of(bench), "socket(family = AF_INET, type = "
				   "SOCK_STREAM|SOCK_CLOEXEC, protocol = "
				   "IPPROTO_TCP) = ");
	close((int)*(const int64_t *)ct_record_result(bench->record));
}

static void an_iovec_shows_what_its_parts_lead_to(void **state)
{
	struct bench *bench = *state;
	char text[] = "hello, world";
	struct iovec parts[2] = {{text, 5}, {text + 7, 3}};
	int fds[2];
	assert_int_equal(pipe(fds), 0);
	CALL(bench, SYS_writev, (uint64_t)fds[1], WORD(parts), 2);
	assert_has(text_of(bench), "{iov_base = \"hello\", iov_len = 5}");
	assert_has(text_of(bench), "{iov_base = \"wor\", iov_len = 3}");
	close(fds[0]);
	close(fds[1]);
}

static void readv_fills_its_parts_up_to_the_result(void **state)
{
	struct bench *bench = *state;
	char first[5] = "....", second[16] = "...............",
	     third[4] = "...";
	struct iovec parts[3] = {{first, 4}, {second, 15}, {third, 3}};
	int fds[2];
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], "abcdefg", 7), 7);
	CALL(bench, SYS_readv, (uint64_t)fds[0], WORD(parts), 3);
	assert_has(json_of(bench), "\"iov_base\":\"abcd\"");
	assert_has(json_of(bench), "\"iov_base\":\"efg\",\"iov_len\":15");
	assert_null(strstr(json_of(bench), "..."));
	close(fds[0]);
	close(fds[1]);
}

static void recvmsg_has_address_and_bytes_of_what_came(void **state)
{
	struct bench *bench = *state;
	char room[32] = "???";
	struct sockaddr_un from, name = {.sun_family = AF_UNIX};
	struct iovec part = {room, sizeof(room)};
	struct msghdr message = {.msg_name = &from,
				 .msg_namelen = sizeof(from),
				 .msg_iov = &part,
				 .msg_iovlen = 1};
	int fds[2];
	memset(&from, '?', sizeof(from));
	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM, 0, fds), 0);
	/* Autobind: an abstract name of five digits, unix(7). */
	assert_int_equal(
	    bind(fds[1], (struct sockaddr *)&name, sizeof(name.sun_family)), 0);
	assert_int_equal(send(fds[1], "hello", 5, 0), 5);
	CALL(bench, SYS_recvmsg, (uint64_t)fds[0], WORD(&message),
	     MSG_DONTWAIT);
	const char *json = json_of(bench);
	assert_has(json, "\"iov_base\":\"hello\",\"iov_len\":32");
	assert_has(json, "\"sa_family\":\"AF_UNIX\",\"sun_path\":\"\\u0000");
	assert_null(strstr(json, "?"));
	close(fds[0]);
	close(fds[1]);
}

static void a_message_shows_its_address_and_parts(void **state)
{
	struct bench *bench = *state;
	struct iovec part = {(char[]){"datagram"}, 4};
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_port = htons(53)};
	struct msghdr message = {
	    .msg_name = &address,
	    .msg_namelen = sizeof(address),
	    .msg_iov = &part,
	    .msg_iovlen = 1,
	};
	CALL(bench, SYS_sendmsg, (uint64_t)-1, WORD(&message), MSG_NOSIGNAL);
	const char *json = json_of(bench);
	assert_has(json, "\"sa_family\":\"AF_INET\",\"sin_port\":53");
	assert_has(json, "\"iov_base\":\"data\",\"iov_len\":4");
	assert_has(json, "\"symbol\":\"MSG_NOSIGNAL\"");
}

static void sigaction_is_the_kernels(void **state)
{
	struct bench *bench = *state;
	struct {
		void *handler;
		unsigned long flags;
		void *restorer;
		uint64_t mask;
	} action = {NULL, 0x14000000, NULL, 1 << 1 | 1 << 14}, old = {0};
	CALL(bench, SYS_rt_sigaction, 10, WORD(&action), WORD(&old), 8);
	const char *json = json_of(bench);
	assert_has(json, "\"symbol\":\"SIGUSR1\"");
	assert_has(json, "\"sa_flags\":\"SA_RESTORER|SA_RESTART\"");
	assert_has(json, "\"sa_mask\":\"SIGINT|SIGTERM\"");
}

static void stat_shows_type_and_mode(void **state)
{
	struct bench *bench = *state;
	struct stat status;
	CALL(bench, SYS_stat, WORD("/dev/zero"), WORD(&status));
	assert_has(json_of(bench), "\"st_mode\":\"S_IFCHR|0666\"");
}

static void poll_shows_what_was_asked_and_what_came(void **state)
{
	struct bench *bench = *state;
	int fds[2];
	assert_int_equal(pipe(fds), 0);
	struct pollfd polled = {fds[1], POLLIN | POLLOUT, 0};
	CALL(bench, SYS_poll, WORD(&polled), 1, 0);
	const char *json = json_of(bench);
	assert_has(json, "\"events\":\"POLLIN|POLLOUT\",\"revents\":0}]");
	assert_has(json, "\"events\":\"POLLIN|POLLOUT\",\"revents\":"
			 "\"POLLOUT\"}]");
	close(fds[0]);
	close(fds[1]);
}

static void epoll_shows_as_many_events_as_came(void **state)
{
	struct bench *bench = *state;
	int fds[2], epoll = epoll_create1(EPOLL_CLOEXEC);
	struct epoll_event wanted = {EPOLLOUT | EPOLLET, {.u64 = 77}};
	struct epoll_event events[8] = {0};
	assert_int_equal(pipe(fds), 0);
	CALL(bench, SYS_epoll_ctl, (uint64_t)epoll, EPOLL_CTL_ADD,
	     (uint64_t)fds[1], WORD(&wanted));
	assert_has(text_of(bench), "op = EPOLL_CTL_ADD");
	assert_has(json_of(bench), "{\"events\":\"EPOLLOUT|EPOLLET\","
				   "\"data\":77}");
	CALL(bench, SYS_epoll_wait, (uint64_t)epoll, WORD(events), 8, 0);
	assert_has(json_of(bench), "\"value\":[{\"events\":\"EPOLLOUT\","
				   "\"data\":77}]}}]");
	close(epoll);
	close(fds[0]);
	close(fds[1]);
}

static void a_vector_of_strings_is_whole(void **state)
{
	struct bench *bench = *state;
	char *argv[] = {(char[]){"prog"}, (char[]){"-x"}, NULL};
	char *envp[] = {(char[]){"A=1"}, NULL};
	CALL(bench, SYS_execve, WORD("/nowhere"), WORD(argv), WORD(envp));
	assert_has(text_of(bench), "argv = &{\"prog\", \"-x\"}, envp = "
				   "&{\"A=1\"}) = -1 ENOENT");
}

static void fcntls_third_argument_is_what_its_command_takes(void **state)
{
	struct bench *bench = *state;
	struct flock lock = {
	    .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 10};
	CALL(bench, SYS_fcntl, (uint64_t)-1, F_SETLK, WORD(&lock));
	assert_has(text_of(bench), "cmd = F_SETLK, arg = &{l_type = F_WRLCK, "
				   "l_whence = SEEK_SET, l_start = 0, l_len = "
				   "10, l_pid = 0}");
	CALL(bench, SYS_fcntl, (uint64_t)-1, F_SETFL, O_NONBLOCK);
	assert_has(text_of(bench), "cmd = F_SETFL, arg = O_RDONLY|O_NONBLOCK");
	assert_string_equal(bench->form->name, "fcntl");
}

static void ioctls_argument_is_what_its_request_takes(void **state)
{
	struct bench *bench = *state;
	int fds[2], waiting = 0;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], "four", 4), 4);
	CALL(bench, SYS_ioctl, (uint64_t)fds[0], 0x541b, WORD(&waiting));
	assert_has(text_of(bench), "cmd = FIONREAD, arg = ");
	assert_has(text_of(bench), "[arg = &4]");
	close(fds[0]);
	close(fds[1]);
}

static void mmap_gives_an_address(void **state)
{
	struct bench *bench = *state;
	CALL(bench, SYS_mmap, 0, 4096, PROT_READ | PROT_WRITE,
	     MAP_PRIVATE | MAP_ANONYMOUS, (uint64_t)-1, 0);
	assert_has(text_of(bench), "prot = PROT_READ|PROT_WRITE, flags = "
				   "MAP_PRIVATE|MAP_ANONYMOUS, fd = -1, off = "
				   "0) = 0x");
}

static void what_was_at_the_entry_is_kept(void **state)
{
	struct bench *bench = *state;
	struct {
		long seconds, nanoseconds;
	} wanted = {0, 1}, left = {5, 6};
	CALL(bench, SYS_nanosleep, WORD(&wanted), WORD(&left));
	assert_has(json_of(bench), "{\"tv_sec\":0,\"tv_nsec\":1}");
	/* An int is changed by the call: both are told. */
	int fds[2];
	off_t offset = 3;
	assert_int_equal(pipe(fds), 0);
	int file = open("/proc/self/exe", O_RDONLY);
	CALL(bench, SYS_sendfile, (uint64_t)fds[1], (uint64_t)file,
	     WORD(&offset), 4);
	assert_has(text_of(bench), "offset = &3, count = 4) = 4 [offset = "
				   "&7]");
	assert_has(python_of(bench), "\"loff_t *\"");
	assert_has(python_of(bench), ",7,3),");
	close(file);
	close(fds[0]);
	close(fds[1]);
}

static void a_restarted_call_is_no_error_of_the_program(void **state)
{
	struct bench *bench = *state;
	const uint64_t args[6] = {0};
	enter(bench, SYS_pause, args);
	leave(bench, -514);
	assert_string_equal(text_of(bench), "pause() = ? ERESTARTNOHAND (To "
					    "be restarted if no handler)");
}

static void a_call_that_does_not_return_is_told_without_result(void **state)
{
	struct bench *bench = *state;
	const uint64_t args[6] = {3};
	enter(bench, SYS_exit_group, args);
	assert_has(text_of(bench), "exit_group(error_code = 3) = ?");
	assert_has(python_of(bench), "),None,None,");
}

static size_t name_descriptor(void *arg, int fd, char *buf, size_t size)
{
	char link[64];
	(void)arg;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	ssize_t length =
	    readlink(fd == AT_FDCWD ? "/proc/self/cwd" : link, buf, size);
	return length < 0 ? 0 : (size_t)length;
}

static void descriptors_know_what_they_were(void **state)
{
	static const struct ct_syscall_descriptors descriptors = {
	    name_descriptor, NULL};
	struct bench *bench = *state;
	char expected[64];
	assert_int_equal(chdir("/"), 0);
	const uint64_t args[6] = {(uint64_t)AT_FDCWD, WORD("dev/null"),
				  O_RDONLY};
	enter(bench, SYS_openat, args);
	ct_syscall_note_descriptors(bench->form, args, &descriptors,
				    CT_CAPTURE_SIZE, bench->record);
	int fd = open("dev/null", O_RDONLY);
	leave(bench, fd);
	ct_syscall_note_descriptors(bench->form, args, &descriptors,
				    CT_CAPTURE_SIZE, bench->record);
	assert_null(ct_record_check(bench->record, bench->record->size,
				    bench->form->plan));
	close(fd);
	assert_has(text_of(bench), "openat(dfd = AT_FDCWD</>, filename");
	snprintf(expected, sizeof(expected), " = %d</dev/null>", fd);
	assert_has(text_of(bench), expected);
	assert_has(json_of(bench), "\"symbol\":\"AT_FDCWD\",\"path\":\"/\"}");
	assert_has(json_of(bench), ",\"path\":\"/dev/null\"},\"errno\"");
	assert_has(python_of(bench), "{0:\"/\",-1:\"/dev/null\",})");
	/* What is not known is not told. */
	const uint64_t closed[6] = {(uint64_t)fd};
	enter(bench, SYS_fsync, closed);
	ct_syscall_note_descriptors(bench->form, closed, &descriptors,
				    CT_CAPTURE_SIZE, bench->record);
	leave(bench, -9);
	snprintf(expected, sizeof(expected), "fsync(fd = %d) = -1 EBADF", fd);
	assert_has(text_of(bench), expected);
}

static int set_up_small(void **state)
{
	static const struct ct_limits limits = {8, 2, 3};
	return set_up_with(state, &limits);
}

static void more_than_the_limits_is_cut_and_says_so(void **state)
{
	struct bench *bench = *state;
	CALL(bench, SYS_write, (uint64_t)-1, WORD("0123456789"), 10);
	assert_has(text_of(bench), "buf = \"01234567\"..., count = 10");
}

static void every_call_captures_garbage_without_harm(void **state)
{
	struct bench *bench = *state;
	static const uint64_t words[] = {0, 1, ~0ull, 1ull << 63, 4096};
	for (uint64_t number = 0; number < 600; number++) {
		for (size_t w = 0; w <= sizeof(words) / sizeof(*words); w++) {
			uint64_t word =
			    w ? words[w - 1] : WORD(bench->page) + 4090;
			const uint64_t args[6] = {word, word, word,
						  word, word, word};
			enter(bench, number, args);
			leave(bench, w % 2 ? -14 : (int64_t)word);
			text_of(bench);
			json_of(bench);
			python_of(bench);
		}
	}
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(open_flags_and_at_fdcwd_have_their_names),
	    CASE(a_failed_call_has_minus_one_and_the_error),
	    CASE(write_shows_as_much_as_its_count),
	    CASE(a_nul_in_a_buffer_survives),
	    CASE(a_path_of_1500_bytes_is_whole),
	    CASE(a_count_beyond_32_bits_is_shown_as_such),
	    CASE(a_directory_is_read_as_its_entries),
	    CASE(registers_are_whole),
	    CASE(an_unreadable_path_is_one_event_with_the_error),
	    CASE(pipe2_gives_both_descriptors),
	    CASE(an_unknown_number_has_six_words),
	    CASE(many_unknown_numbers_do_not_eat_memory),
	    CASE(an_internet_address_is_as_people_write_it),
	    CASE(an_ipv6_address_is_as_people_write_it),
	    CASE(socket_addresses_end_with_their_length),
	    CASE(getsockname_fills_as_much_as_its_length_says),
	    CASE(sockets_have_names_for_domain_and_type),
	    CASE(an_iovec_shows_what_its_parts_lead_to),
	    CASE(readv_fills_its_parts_up_to_the_result),
	    CASE(recvmsg_has_address_and_bytes_of_what_came),
	    CASE(a_message_shows_its_address_and_parts),
	    CASE(sigaction_is_the_kernels),
	    CASE(stat_shows_type_and_mode),
	    CASE(poll_shows_what_was_asked_and_what_came),
	    CASE(epoll_shows_as_many_events_as_came),
	    CASE(a_vector_of_strings_is_whole),
	    CASE(fcntls_third_argument_is_what_its_command_takes),
	    CASE(ioctls_argument_is_what_its_request_takes),
	    CASE(mmap_gives_an_address),
	    CASE(what_was_at_the_entry_is_kept),
	    CASE(a_restarted_call_is_no_error_of_the_program),
	    CASE(a_call_that_does_not_return_is_told_without_result),
	    CASE(descriptors_know_what_they_were),
	    cmocka_unit_test_setup_teardown(
		more_than_the_limits_is_cut_and_says_so, set_up_small,
		tear_down),
	    CASE(every_call_captures_garbage_without_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
