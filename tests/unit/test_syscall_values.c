/* SPDX-License-Identifier: MIT */
/* Arguments and results whose meaning another argument says.  Expected is what
 * strace shows of the same call, or its man page says. */
#include "syscall_fixture.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "ctester/process.h"

static void fcntl_has_arguments_and_results_of_its_command(void **state)
{
	struct bench *bench = *state;
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	CALL(bench, SYS_fcntl, (uint64_t)fd, F_GETFL, 0x12345678);
	assert_has(text_of(bench), "cmd = F_GETFL) = O_RDWR|O_LARGEFILE");
	assert_has(json_of(bench), "{\"name\":\"arg\",\"type\":\"unsigned "
				   "long\",\"value\":305419896}");
	assert_has(json_of(bench), "\"value\":32770,\"symbol\":"
				   "\"O_RDWR|O_LARGEFILE\"}");
	CALL(bench, SYS_fcntl, (uint64_t)fd, F_GETFD, 7);
	assert_has(text_of(bench), "cmd = F_GETFD) = FD_CLOEXEC");
	CALL(bench, SYS_fcntl, (uint64_t)fd, F_NOTIFY, DN_MODIFY | DN_CREATE);
	assert_has(text_of(bench), "arg = DN_MODIFY|DN_CREATE) = -1 ENOTDIR");
	CALL(bench, SYS_fcntl, (uint64_t)fd, 77, 0x7f0000001234);
	assert_has(text_of(bench), "cmd = 77, arg = 0x7f0000001234) = -1");
	close(fd);
}

static void a_mode_is_there_only_for_a_file_that_is_made(void **state)
{
	struct bench *bench = *state;
	CALL(bench, SYS_open, WORD("/nowhere/x"), O_RDONLY, 0177600);
	assert_has(text_of(bench), "flags = O_RDONLY) = -1 ENOENT");
	CALL(bench, SYS_open, WORD("/nowhere/x"), O_TMPFILE | O_RDWR, 0600);
	assert_has(text_of(bench), "flags = O_RDWR|O_TMPFILE, mode = 0600)");
	CALL(bench, SYS_mknod, WORD("/nowhere/x"), 010600, 0x103);
	assert_has(text_of(bench), "mode = S_IFIFO|0600, dev = 1:3)");
	CALL(bench, SYS_chown, WORD("/nowhere/x"), (uint32_t)-1, 5);
	assert_has(text_of(bench), "user = -1, group = 5)");
	assert_has(json_of(bench), "\"value\":4294967295}");
}

static void sets_of_descriptors_end_with_their_count(void **state)
{
	struct bench *bench = *state;
	fd_set readers;
	struct timeval none = {0, 0};
	int fds[2];
	assert_int_equal(pipe(fds), 0);
	memset(&readers, 0xff, sizeof(readers));
	for (int i = 0; i < fds[1]; i++)
		FD_CLR(i, &readers);
	FD_CLR(fds[1], &readers);
	FD_SET(fds[0], &readers);
	CALL(bench, SYS_select, (uint64_t)fds[1], WORD(&readers), 0, 0,
	     WORD(&none));
	char expected[64];
	snprintf(expected, sizeof(expected), "inp = &{%d}, outp = NULL",
		 fds[0]);
	assert_has(text_of(bench), expected);
	assert_has(text_of(bench), "[inp = &{}]");
	snprintf(expected, sizeof(expected), "\"value\":[%d]}", fds[0]);
	assert_has(json_of(bench), expected);
	/* What is not there is not told of. */
	char *last = bench->page + 4096 - 2;
	memcpy(last, "\1\200", 2);
	const uint64_t args[6] = {1u << 30, WORD(last), 0, 0, 0};
	enter(bench, SYS_select, args);
	leave(bench, -14);
	assert_has(text_of(bench), "inp = &{0, 15...}");
	close(fds[0]);
	close(fds[1]);
}

static void socket_options_are_what_their_names_say(void **state)
{
	struct bench *bench = *state;
	int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1, pair[2];
	struct linger linger = {1, 5};
	struct timeval timeout = {3, 0};
	socklen_t length = sizeof(linger);
	CALL(bench, SYS_setsockopt, (uint64_t)fd, SOL_SOCKET, SO_LINGER,
	     WORD(&linger), sizeof(linger));
	assert_has(text_of(bench), "optname = SO_LINGER, optval = &{l_onoff = "
				   "1, l_linger = 5}, optlen = 8) = 0");
	CALL(bench, SYS_getsockopt, (uint64_t)fd, SOL_SOCKET, SO_LINGER,
	     WORD(&linger), WORD(&length));
	assert_has(text_of(bench), "[optval = &{l_onoff = 1, l_linger = 5}]");
	CALL(bench, SYS_setsockopt, (uint64_t)fd, SOL_SOCKET, SO_RCVTIMEO,
	     WORD(&timeout), sizeof(timeout));
	assert_has(text_of(bench), "optval = &{tv_sec = 3, tv_usec = 0}");
	CALL(bench, SYS_setsockopt, (uint64_t)fd, IPPROTO_TCP, TCP_NODELAY,
	     WORD(&on), sizeof(on));
	assert_has(text_of(bench), "level = SOL_TCP, optname = TCP_NODELAY, "
				   "optval = &1, optlen = 4) = 0");
	length = sizeof(on);
	CALL(bench, SYS_getsockopt, (uint64_t)fd, SOL_SOCKET, SO_TYPE,
	     WORD(&on), WORD(&length));
	assert_has(text_of(bench), "[optval = &SOCK_STREAM]");
	close(fd);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	struct ucred peer;
	length = sizeof(peer);
	CALL(bench, SYS_getsockopt, (uint64_t)pair[0], SOL_SOCKET, SO_PEERCRED,
	     WORD(&peer), WORD(&length));
	char expected[64];
	snprintf(expected, sizeof(expected), "[optval = &{pid = %d, uid = %u",
		 (int)getpid(), getuid());
	assert_has(text_of(bench), expected);
	close(pair[0]);
	close(pair[1]);
}

static void an_option_that_is_too_short_is_as_long_as_it_says(void **state)
{
	struct bench *bench = *state;
	char *last = bench->page + 4096 - 4;
	memcpy(last, "\1\0\0\0", 4);
	CALL(bench, SYS_setsockopt, (uint64_t)-1, SOL_SOCKET, SO_LINGER,
	     WORD(last), 4);
	assert_has(text_of(bench), "optval = &{l_onoff = 1}, optlen = 4)");
	CALL(bench, SYS_setsockopt, (uint64_t)-1, SOL_SOCKET, SO_KEEPALIVE,
	     WORD(last), 2);
	assert_has(text_of(bench), "optval = \"\\001\\000\", optlen = 2)");
	CALL(bench, SYS_setsockopt, (uint64_t)-1, SOL_SOCKET, SO_KEEPALIVE,
	     WORD(last), (uint64_t)-1);
	assert_has(text_of(bench), "= -1 EBADF");
}

union control {
	struct cmsghdr header;
	char room[CMSG_SPACE(2 * sizeof(int)) +
		  CMSG_SPACE(sizeof(struct ucred))];
};

static void fill_control(union control *control, struct msghdr *message)
{
	memset(control, 0, sizeof(*control));
	message->msg_control = control;
	message->msg_controllen = sizeof(*control);
	struct cmsghdr *header = CMSG_FIRSTHDR(message);
	*header =
	    (struct cmsghdr){CMSG_LEN(2 * sizeof(int)), SOL_SOCKET, SCM_RIGHTS};
	memcpy(CMSG_DATA(header), (int[]){1, 2}, 2 * sizeof(int));
	header = CMSG_NXTHDR(message, header);
	*header = (struct cmsghdr){CMSG_LEN(sizeof(struct ucred)), SOL_SOCKET,
				   SCM_CREDENTIALS};
	struct ucred self = {getpid(), getuid(), getgid()};
	memcpy(CMSG_DATA(header), &self, sizeof(self));
}

static void control_messages_are_descriptors_and_credentials(void **state)
{
	struct bench *bench = *state;
	int fds[2], on = 1;
	char expected[128], room[256];
	struct iovec part = {(char[]){"x"}, 1};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
	union control control;
	fill_control(&control, &message);
	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM, 0, fds), 0);
	setsockopt(fds[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on));
	CALL(bench, SYS_sendmsg, (uint64_t)fds[0], WORD(&message), 0);
	const char *json = json_of(bench);
	assert_has(json, "{\"cmsg_len\":24,\"cmsg_level\":\"SOL_SOCKET\","
			 "\"cmsg_type\":\"SCM_RIGHTS\",\"cmsg_data\":[1,2]}");
	snprintf(expected, sizeof(expected),
		 "\"cmsg_type\":\"SCM_CREDENTIALS\",\"cmsg_data\":{\"pid\":%d,"
		 "\"uid\":%u,\"gid\":%u}}",
		 (int)getpid(), getuid(), getgid());
	assert_has(json, expected);
	message = (struct msghdr){.msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = room,
				  .msg_controllen = sizeof(room)};
	CALL(bench, SYS_recvmsg, (uint64_t)fds[1], WORD(&message), 0);
	json = json_of(bench);
	assert_has(json, expected);
	assert_has(json, "\"SCM_RIGHTS\",\"cmsg_data\":[");
	close(fds[0]);
	close(fds[1]);
}

static void control_messages_that_lie_do_no_harm(void **state)
{
	struct bench *bench = *state;
	char *last = bench->page + 4096 - 24;
	static const uint64_t lengths[] = {
	    0, 1, 15, 16, 17, 24, 25, ~0ull, ~0ull - 6, 1ull << 63};
	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		struct msghdr message = {.msg_control = last,
					 .msg_controllen = i % 2 ? 24 : ~0ul};
		memcpy(last, &lengths[i], 8);
		memcpy(last + 8, (uint32_t[]){1, 1, 7, 8}, 16);
		const uint64_t args[6] = {3, WORD(&message), 0};
		enter(bench, SYS_sendmsg, args);
		leave(bench, 0);
		text_of(bench);
		json_of(bench);
		python_of(bench);
	}
}

static void each_message_has_what_came_to_it(void **state)
{
	struct bench *bench = *state;
	int fds[2];
	char rooms[3][8];
	struct iovec parts[3];
	struct mmsghdr messages[3] = {0};
	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM, 0, fds), 0);
	memset(rooms, '?', sizeof(rooms));
	for (int i = 0; i < 3; i++) {
		parts[i] = (struct iovec){rooms[i], sizeof(rooms[i])};
		messages[i].msg_hdr.msg_iov = &parts[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	assert_int_equal(send(fds[1], "one", 3, 0), 3);
	assert_int_equal(send(fds[1], "seven77", 7, 0), 7);
	CALL(bench, SYS_recvmmsg, (uint64_t)fds[0], WORD(messages), 3,
	     MSG_DONTWAIT, 0);
	const char *json = json_of(bench);
	assert_has(json, "\"iov_base\":\"one\",\"iov_len\":8}");
	assert_has(json, "\"iov_base\":\"seven77\",\"iov_len\":8}");
	assert_null(strchr(json, '?'));
	assert_has(text_of(bench), "msg_len = 3}");
	close(fds[0]);
	close(fds[1]);
}

static void signals_and_sets_of_them_have_names(void **state)
{
	struct bench *bench = *state;
	uint64_t set = 1ull << (SIGINT - 1) | 1ull << (36 - 1), old = 0;
	CALL(bench, SYS_rt_sigprocmask, SIG_BLOCK, WORD(&set), WORD(&old), 8);
	assert_has(text_of(bench), "nset = &SIGINT|SIGRT_4, oset");
	set = ~(1ull << (SIGKILL - 1));
	CALL(bench, SYS_rt_sigprocmask, SIG_UNBLOCK, WORD(&set), 0, 8);
	assert_has(text_of(bench), "nset = &~(SIGKILL), oset = NULL");
	set = ~0ull;
	CALL(bench, SYS_rt_sigprocmask, SIG_UNBLOCK, WORD(&set), 0, 8);
	assert_has(text_of(bench), "nset = &~0, oset = NULL");
	struct {
		uint64_t handler, flags, restorer, mask;
	} action = {1, 0, 0, 0};
	const uint64_t args[6] = {SIGUSR1, WORD(&action), 0, 8};
	enter(bench, SYS_rt_sigaction, args);
	assert_has(text_of(bench), "sa_handler = SIG_IGN");
	action.handler = 0;
	enter(bench, SYS_rt_sigaction, args);
	assert_has(json_of(bench), "\"sa_handler\":\"SIG_DFL\"");
}

static void a_status_says_how_a_child_ended(void **state)
{
	static const struct {
		int status;
		const char *text;
	} rows[] = {
	    {3 << 8, "&exited with 3]"},
	    {SIGKILL, "&killed by SIGKILL]"},
	    {SIGSEGV | 0x80, "&killed by SIGSEGV (core dumped)]"},
	    {SIGSTOP << 8 | 0x7f, "&stopped by SIGSTOP]"},
	    {0xffff, "&continued]"},
	};
	struct bench *bench = *state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		int status = -1;
		const uint64_t args[6] = {(uint64_t)-1, WORD(&status), 0, 0};
		enter(bench, SYS_wait4, args);
		status = rows[i].status;
		leave(bench, 100);
		assert_has(text_of(bench), rows[i].text);
	}
	assert_has(json_of(bench), "\"type\":\"int *\",\"value\":"
				   "{\"address\":");
	assert_has(json_of(bench), "\"value\":65535}}]");
	/* WNOHANG, and nobody there: nothing is filled. */
	int status = -1;
	const uint64_t args[6] = {(uint64_t)-1, WORD(&status), WNOHANG, 0};
	enter(bench, SYS_wait4, args);
	leave(bench, 0);
	assert_null(strstr(json_of(bench), "\"out\""));
}

static void a_call_that_failed_has_filled_nothing(void **state)
{
	struct bench *bench = *state;
	char room[64];
	memset(room, 'x', sizeof(room));
	int fd = open("/dev/null", O_RDWR);
	CALL(bench, SYS_ioctl, (uint64_t)fd, TCGETS, WORD(room));
	assert_has(text_of(bench), "-1 ENOTTY");
	assert_null(strchr(text_of(bench), '['));
	close(fd);
	/* But for the rest of a sleep, nanosleep(2). */
	struct {
		long seconds, nanoseconds;
	} wanted = {5, 0}, left = {0, 0};
	const uint64_t args[6] = {WORD(&wanted), WORD(&left)};
	enter(bench, SYS_nanosleep, args);
	left.seconds = 4;
	leave(bench, -516);
	assert_has(text_of(bench), "[rmtp = &{tv_sec = 4, tv_nsec = 0}]");
}

static void requests_without_a_name_are_taken_apart(void **state)
{
	struct bench *bench = *state;
	CALL(bench, SYS_ioctl, (uint64_t)-1, 0x80047a21, 0x7ffe00001000);
	assert_has(text_of(bench), "cmd = _IOC(_IOC_READ, 0x7a, 0x21, 0x4), "
				   "arg = 0x7ffe00001000) = -1 EBADF");
	CALL(bench, SYS_ioctl, (uint64_t)-1, FIOCLEX, 0x1234);
	assert_has(text_of(bench), "cmd = FIOCLEX) = -1 EBADF");
}

static void futex_has_what_its_operation_takes(void **state)
{
	struct bench *bench = *state;
	uint32_t word = 5, other = 6;
	CALL(bench, SYS_futex, WORD(&word), FUTEX_WAKE_PRIVATE, 1, 99, 98, 97);
	assert_has(text_of(bench), "FUTEX_WAKE_PRIVATE, val = 1) = 0");
	CALL(bench, SYS_futex, WORD(&word), FUTEX_CMP_REQUEUE, 1, 2,
	     WORD(&other), 5);
	assert_has(text_of(bench), "val = 1, utime = 2, uaddr2 = &6, val3 = "
				   "5) = 0");
	CALL(bench, SYS_futex, WORD(&word), FUTEX_WAIT, 4, 0, 1, 1);
	assert_has(text_of(bench), "val = 4, utime = NULL) = -1 EAGAIN");
}

static void prctl_has_what_its_option_takes(void **state)
{
	struct bench *bench = *state;
	CALL(bench, SYS_prctl, PR_GET_DUMPABLE, 1, 2, 3, 4);
	assert_has(text_of(bench), "prctl(option = PR_GET_DUMPABLE) = "
				   "SUID_DUMP_");
	CALL(bench, SYS_prctl, PR_CAPBSET_READ, 21, 1, 1, 1);
	assert_has(text_of(bench), "arg2 = CAP_SYS_ADMIN) = ");
	CALL(bench, SYS_prctl, 9999, 1, 2, 3, 0x7f0000000000);
	assert_has(text_of(bench), "option = 9999, arg2 = 1, arg3 = 2, arg4 = "
				   "3, arg5 = 0x7f0000000000) = -1 EINVAL");
}

static void bpf_has_the_part_of_its_command(void **state)
{
	struct bench *bench = *state;
	uint32_t words[18] = {2, 4, 8, 16};
	const uint64_t create[6] = {0, WORD(words), 16};
	enter(bench, SYS_bpf, create);
	assert_has(text_of(bench), "cmd = BPF_MAP_CREATE, uattr = &{map_type = "
				   "BPF_MAP_TYPE_ARRAY, key_size = 4, "
				   "value_size = 8, max_entries = 16}, size = "
				   "16)");
	char license[] = "GPL";
	uint64_t load[6] = {1 | 2ull << 32, 0x1000, WORD(license)};
	const uint64_t args[6] = {5, WORD(load), 24};
	enter(bench, SYS_bpf, args);
	assert_has(text_of(bench), "&{prog_type = BPF_PROG_TYPE_SOCKET_FILTER, "
				   "insn_cnt = 2, insns = 0x1000, license = "
				   "\"GPL\"}, size = 24)");
}

static void an_object_ends_where_its_size_says(void **state)
{
	struct bench *bench = *state;
	uint64_t *last = (uint64_t *)(void *)(bench->page + 4096 - 8);
	*last = 3;
	const uint64_t args[6] = {WORD(last), 8, 0};
	enter(bench, 444 /* landlock_create_ruleset */, args);
	assert_has(text_of(bench), "attr = &{handled_access_fs = LANDLOCK_"
				   "ACCESS_FS_EXECUTE|LANDLOCK_ACCESS_FS_WRITE_"
				   "FILE}, size = 8");
}

static void a_message_of_a_queue_has_its_length(void **state)
{
	struct bench *bench = *state;
	char *last = bench->page + 4096 - 13;
	long type = 7;
	memcpy(last, &type, sizeof(type));
	memcpy(last + 8, "he\0lo", 5);
	const uint64_t send[6] = {1, WORD(last), 5, IPC_NOWAIT};
	enter(bench, SYS_msgsnd, send);
	assert_has(text_of(bench), "msgp = &{mtype = 7, mtext = \"he\\000lo\"}"
				   ", msgsz = 5, msgflg = IPC_NOWAIT)");
	const uint64_t receive[6] = {1, WORD(last), 1000, 0, 0};
	enter(bench, SYS_msgrcv, receive);
	leave(bench, 2);
	assert_has(text_of(bench), "= 2 [msgp = &{mtype = 7, mtext = \"he\"}]");
}

static void requests_of_aio_are_read(void **state)
{
	struct bench *bench = *state;
	/* struct iocb of linux/aio_abi.h: IOCB_CMD_PWRITE to descriptor 1 */
	uint64_t request[8] = {7, 0, 1 | 1ull << 32, 0x7f0000001000, 4};
	uint64_t *requests[] = {request};
	const uint64_t args[6] = {0x7f0000002000, 1, WORD(requests)};
	enter(bench, SYS_io_submit, args);
	assert_has(text_of(bench), "ctx_id = 0x7f0000002000, nr = 1, iocbpp = "
				   "&{&{aio_data = 7, aio_key = 0, "
				   "aio_rw_flags = 0, aio_lio_opcode = "
				   "IOCB_CMD_PWRITE, aio_reqprio = 0, "
				   "aio_fildes = 1, aio_buf = 0x7f0000001000, "
				   "aio_nbytes = 4, aio_offset = 0, aio_flags "
				   "= 0, aio_resfd = 0}})");
}

static void a_mask_of_processors_is_their_numbers(void **state)
{
	struct bench *bench = *state;
	unsigned char mask[128] = {0};
	mask[0] = 0x81;
	mask[127] = 0x80;
	const uint64_t args[6] = {0, sizeof(mask), WORD(mask)};
	enter(bench, SYS_sched_setaffinity, args);
	assert_has(text_of(bench), "user_mask_ptr = &{0, 7, 1023})");
	enter(bench, SYS_sched_getaffinity, args);
	leave(bench, 8);
	assert_has(text_of(bench), "= 8 [user_mask_ptr = &{0, 7}]");
}

static void calls_of_32_bit_programs_have_names_of_their_own(void **state)
{
	/* asm/unistd_32.h */
	static const struct {
		uint64_t number;
		const char *text;
	} rows[] = {
	    {CT_SYSCALL_I386 | 4, "<i386 write>(param0 = 1, param1 = "
				  "0x40001000, param2 = 3, param3 = 0, param4 "
				  "= 0, param5 = 0) = 3"},
	    {CT_SYSCALL_I386 | 102, "<i386 socketcall>(param0 = 1"},
	    {CT_SYSCALL_I386 | 9999, "<i386 9999>(param0 = 1"},
	    {9999, "<9999>(param0 = 1, param1 = 0x40001000"},
	};
	const uint64_t args[6] = {1, 0x40001000, 3};
	struct bench *bench = *state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		enter(bench, rows[i].number, args);
		leave(bench, 3);
		assert_has(text_of(bench), rows[i].text);
	}
}

static void data_is_cut_at_the_limit_and_names_are_whole(void **state)
{
	struct bench *bench = *state;
	char *text = malloc(6001), *argv[] = {text, NULL};
	memset(text, 'x', 6000);
	text[6000] = 0;
	ct_syscalls_limit_data(bench->syscalls, 10);
	CALL(bench, SYS_write, (uint64_t)-1, WORD(text), 6000);
	assert_has(text_of(bench), "buf = \"xxxxxxxxxx\"..., count = 6000)");
	assert_has(json_of(bench), "\"value\":\"xxxxxxxxxx\","
				   "\"truncated\":true}");
	/* Scripts have more. */
	assert_true(strlen(python_of(bench)) > 4096);
	text[1500] = 0;
	CALL(bench, SYS_execve, WORD("/nowhere"), WORD(argv), 0);
	assert_has(text_of(bench), text);
	assert_has(json_of(bench), text);
	CALL(bench, SYS_access, WORD(text), 0);
	assert_has(json_of(bench), text);
	/* And beyond, when that is asked for. */
	text[1500] = 'x';
	ct_syscalls_limit_data(bench->syscalls, 8192);
	CALL(bench, SYS_write, (uint64_t)-1, WORD(text), 6000);
	assert_has(text_of(bench), text);
	assert_has(json_of(bench), text);
	free(text);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(fcntl_has_arguments_and_results_of_its_command),
	    CASE(a_mode_is_there_only_for_a_file_that_is_made),
	    CASE(sets_of_descriptors_end_with_their_count),
	    CASE(socket_options_are_what_their_names_say),
	    CASE(an_option_that_is_too_short_is_as_long_as_it_says),
	    CASE(control_messages_are_descriptors_and_credentials),
	    CASE(control_messages_that_lie_do_no_harm),
	    CASE(each_message_has_what_came_to_it),
	    CASE(signals_and_sets_of_them_have_names),
	    CASE(a_status_says_how_a_child_ended),
	    CASE(a_call_that_failed_has_filled_nothing),
	    CASE(requests_without_a_name_are_taken_apart),
	    CASE(futex_has_what_its_operation_takes),
	    CASE(prctl_has_what_its_option_takes),
	    CASE(bpf_has_the_part_of_its_command),
	    CASE(an_object_ends_where_its_size_says),
	    CASE(a_message_of_a_queue_has_its_length),
	    CASE(requests_of_aio_are_read),
	    CASE(a_mask_of_processors_is_their_numbers),
	    CASE(data_is_cut_at_the_limit_and_names_are_whole),
	    CASE(calls_of_32_bit_programs_have_names_of_their_own),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
