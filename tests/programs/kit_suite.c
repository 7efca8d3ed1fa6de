/* SPDX-License-Identifier: MIT */
/*
 * A teacher's tests, as they were written for a linker's --wrap: a test for
 * each sentence of the reference that promises something of the program under
 * test.  Its sentence is its description.
 */
#include "CTester/CTester.h"
#include "CTester/util_sockets.h"

#include <arpa/inet.h>
#include <sys/wait.h>

#include "kit_student.h"

#define FD_NONE 700

static int opened_by(int (*student)(void))
{
	int ret = -1;
	monitored.open = true;
	failures.open = FAIL_ALWAYS & ~(FAIL_FIRST);
	failures.open_ret = -1;
	failures.open_errno = EACCES;
	SANDBOX_BEGIN;
	ret = student();
	SANDBOX_END;
	return ret;
}

static int create_none(void)
{
	return 5;
}

void test_workflow(void)
{
	set_test_metadata("open", _("open is called once, and as asked"), 3);
	int fd = opened_by(create_file);
	CU_ASSERT_TRUE(fd >= 0);
	CU_ASSERT_EQUAL(stats.open.called, 1);
	CU_ASSERT_STRING_EQUAL(stats.open.last_params.pathname, "file.txt");
	CU_ASSERT_EQUAL(stats.open.last_params.flags,
			O_RDWR | O_CREAT | O_TRUNC);
	CU_ASSERT_EQUAL(stats.open.last_params.mode, S_IRUSR | S_IWUSR);
	CU_ASSERT_EQUAL(stats.open.last_return, fd);
	if (stats.open.called > 1) {
		push_info_msg(_("Your code opens the file again."));
		set_tag("too_many_calls");
	}
	close(fd);
	unlink("file.txt");
}

void test_not_called(void)
{
	set_test_metadata("open", "0 is that it was not called", 1);
	CU_ASSERT_EQUAL(opened_by(create_none), 5);
	CU_ASSERT_EQUAL(stats.open.called, 0);
	CU_ASSERT_EQUAL(failures.open, FAIL_ALWAYS & ~FAIL_FIRST);
}

void test_inside_alone(void)
{
	set_test_metadata("sandbox", "only calls in the sandbox count", 1);
	char pattern[8];
	monitored.open = true;
	failures.open = FAIL_SECOND;
	failures.open_ret = -1;
	open_often("/dev/null", 3, pattern);
	CU_ASSERT_STRING_EQUAL(pattern, "...");
	SANDBOX_BEGIN;
	open_often("/dev/null", 2, pattern);
	monitored.open = false;
	open_often("/dev/null", 5, pattern + 2);
	SANDBOX_END;
	CU_ASSERT_STRING_EQUAL(pattern, ".F.....");
	open_often("/dev/null", 3, pattern);
	CU_ASSERT_EQUAL(stats.open.called, 2);
}

static void fails_as(uint32_t mask, const char *wanted)
{
	char pattern[41] = "";
	monitored.open = true;
	failures.open = mask;
	failures.open_ret = -1;
	SANDBOX_BEGIN;
	open_often("/dev/null", 40, pattern);
	SANDBOX_END;
	CU_ASSERT_STRING_EQUAL(pattern, wanted);
	CU_ASSERT_EQUAL(failures.open,
			mask == FAIL_ALWAYS ? FAIL_ALWAYS : FAIL_NEVER);
}

#define NONE_32 "................................"
#define ALL_32  "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"

void test_masks(void)
{
	set_test_metadata("masks", "bit n is the n-th call from now", 2);
	fails_as(FAIL_NEVER, NONE_32 "........");
	fails_as(FAIL_FIRST, "F." NONE_32 "......");
	fails_as(FAIL_SECOND, ".F" NONE_32 "......");
	fails_as(FAIL_THIRD, "..F." NONE_32 "....");
	fails_as(FAIL_TWICE, "FF" NONE_32 "......");
	fails_as(FAIL_ALWAYS, ALL_32 "FFFFFFFF");
	fails_as(FAIL_ALWAYS & ~FAIL_FIRST,
		 ".FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF........");
	fails_as(FAIL_ALWAYS & ~(FAIL_TWICE | 0b1000),
		 "..F.FFFFFFFFFFFFFFFFFFFFFFFFFFFF........");
	fails_as(1u << 31, "...............................F........");
	fails_as(0xff, "FFFFFFFF" NONE_32);
	fails_as(0x3ff, "FFFFFFFFFF..............................");
	fails_as(1 << 3, "...F...." NONE_32);
}

void test_same_values(void)
{
	set_test_metadata("masks", "each failure has the same values", 1);
	int codes[3] = {0}, fds[3] = {0};
	monitored.creat = true;
	failures.creat = FAIL_ALWAYS;
	failures.creat_ret = -7;
	failures.creat_errno = ENOSPC;
	SANDBOX_BEGIN;
	for (int i = 0; i < 3; i++) {
		errno = 0;
		fds[i] = creat("never.txt", 0600);
		codes[i] = errno;
	}
	SANDBOX_END;
	for (int i = 0; i < 3; i++) {
		CU_ASSERT_EQUAL(fds[i], -7);
		CU_ASSERT_EQUAL(codes[i], ENOSPC);
	}
	CU_ASSERT_EQUAL(stats.creat.last_return, -7);
	CU_ASSERT_EQUAL(access("never.txt", F_OK), -1);
}

void test_leaves_all_set(void)
{
	set_test_metadata("reset", "a test may leave what it likes", 1);
	memset(&monitored, 1, sizeof(monitored));
	memset(&failures, 0xff, sizeof(failures));
	memset(&stats, 0xff, sizeof(stats));
	memset(&logs, 0x11, sizeof(logs));
}

static bool is_zero(const void *object, size_t size)
{
	const char *bytes = object;
	while (size && !*bytes)
		bytes++, size--;
	return size == 0;
}

void test_begins_with_zeros(void)
{
	set_test_metadata("reset", "a test begins with the defaults", 1);
	CU_ASSERT_TRUE(is_zero(&monitored, sizeof(monitored)));
	CU_ASSERT_TRUE(is_zero(&failures, sizeof(failures)));
	CU_ASSERT_TRUE(is_zero(&stats, sizeof(stats)));
	CU_ASSERT_TRUE(is_zero(&logs, sizeof(logs)));
}

void test_memory(void)
{
	set_test_metadata("list", "a failed malloc leaves the list", 2);
	struct node *list = NULL;
	int ret[3] = {9, 9, 9}, used = 0;
	monitored.malloc = monitored.free = true;
	failures.malloc = FAIL_SECOND;
	SANDBOX_BEGIN;
	ret[0] = push(&list, 1);
	used = stats.memory.used;
	ret[1] = push(&list, 2);
	ret[2] = push(&list, 3);
	SANDBOX_END;
	CU_ASSERT_EQUAL(ret[0], 0);
	CU_ASSERT_EQUAL(ret[1], -1);
	CU_ASSERT_EQUAL(ret[2], 0);
	CU_ASSERT_EQUAL(used, sizeof(struct node));
	CU_ASSERT_EQUAL(stats.malloc.last_params.size, sizeof(struct node));
	CU_ASSERT_EQUAL(logs.malloc.n, 2);
	CU_ASSERT_TRUE(list && malloced(list) && malloced(list->next));
	CU_ASSERT_EQUAL(malloc_allocated(), 2 * sizeof(struct node));
	SANDBOX_BEGIN;
	destroy(list);
	SANDBOX_END;
	CU_ASSERT_EQUAL(stats.free.called, 2);
	CU_ASSERT_EQUAL(stats.memory.used, 0);
	CU_ASSERT_FALSE(malloced(list));
}

void test_prepared_buffer(void)
{
	set_test_metadata("list", "malloc returns what is prepared", 1);
	struct node *list = NULL;
	struct node *node = trap_buffer(sizeof(*node), TRAP_RIGHT,
					PROT_READ | PROT_WRITE, NULL);
	monitored.malloc = monitored.free = true;
	failures.malloc = FAIL_ALWAYS;
	failures.malloc_ret = node;
	failures.free = FAIL_ALWAYS;
	SANDBOX_BEGIN;
	push(&list, 77);
	destroy(list);
	SANDBOX_END;
	CU_ASSERT_PTR_EQUAL(list, node);
	CU_ASSERT_EQUAL(node->value, 77);
	CU_ASSERT_PTR_EQUAL(stats.free.last_params.ptr, node);
	CU_ASSERT_EQUAL(free_trap(node, sizeof(*node)), 0);
}

/* What the three loops get of "partial reads" in chunks. */
static void reads_in(int mode, ssize_t (*student)(int, char *, size_t),
		     int calls, const int *called)
{
	char data[] = "partial reads", text[16] = "";
	off_t sizes[] = {3, 4, 6};
	int intervals[] = {0, 0, 0};
	ssize_t got = -1;
	struct read_buffer_t *buffer =
	    create_read_buffer(data, 3, sizes, intervals, mode);
	CU_ASSERT_EQUAL(set_read_buffer(FD_NONE, buffer), 0);
	CU_ASSERT_TRUE(fd_is_read_buffered(FD_NONE));
	int before = *called;
	SANDBOX_BEGIN;
	got = student(FD_NONE, text, sizeof(text));
	SANDBOX_END;
	CU_ASSERT_EQUAL(got, 13);
	CU_ASSERT_STRING_EQUAL(text, "partial reads");
	CU_ASSERT_EQUAL(*called - before, calls);
	CU_ASSERT_EQUAL(get_bytes_read(FD_NONE), 13);
	CU_ASSERT_EQUAL(set_read_buffer(FD_NONE, NULL), 1);
	free_read_buffer(buffer);
}

void test_partial_reads(void)
{
	set_test_metadata("reads", "what comes in parts is read whole", 3);
	monitored.read = true;
	MONITOR_ALL_RECV(monitored, true);
	/* The last call is told that there is no more. */
	reads_in(READ_WRITE_AFTER_INTERVAL, read_all, 4, &stats.read.called);
	reads_in(READ_WRITE_BEFORE_INTERVAL, receive_all, 4,
		 &stats.recv.called);
	reads_in(READ_WRITE_REAL_INTERVAL, receive_from_all, 2,
		 &stats.recvfrom.called);
	CU_ASSERT_EQUAL(stats.recv_all.called, 6);
}

static int own_getaddrinfo(const char *node, const char *service,
			   const struct addrinfo *hints, struct addrinfo **res)
{
	if (strcmp(node, "www.example.org") != 0)
		return EAI_NONAME;
	return simple_getaddrinfo("192.0.2.7", service, hints, res);
}

static void bad_free(void)
{
	set_tag("bad_free");
}

void test_names(void)
{
	set_test_metadata("names", "getaddrinfo is the test's own", 2);
	char text[64] = "";
	const char *found = NULL, *error = NULL;
	monitored.getaddrinfo = monitored.freeaddrinfo = true;
	monitored.gai_strerror = true;
	set_gai_methods(own_getaddrinfo, simple_freeaddrinfo);
	set_check_freeaddrinfo(true);
	set_freeaddrinfo_badarg_report(bad_free);
	SANDBOX_BEGIN;
	found = look_up("www.example.org", text, sizeof(text));
	error = look_up("nobody.example.org", text, sizeof(text));
	SANDBOX_END;
	CU_ASSERT_TRUE(found && strcmp(found, "192.0.2.7") == 0);
	CU_ASSERT_STRING_EQUAL(stats.getaddrinfo.last_params.node,
			       "nobody.example.org");
	CU_ASSERT_EQUAL(stats.getaddrinfo.called, 2);
	CU_ASSERT_EQUAL(stats.getaddrinfo.last_return, EAI_NONAME);
	CU_ASSERT_PTR_NULL(stats.getaddrinfo.addrinfo_list);
	CU_ASSERT_EQUAL(stats.freeaddrinfo.called, 1);
	CU_ASSERT_EQUAL(stats.freeaddrinfo.status, 0);
	CU_ASSERT_EQUAL(stats.gai_strerror.last_params, EAI_NONAME);
	CU_ASSERT_PTR_EQUAL(stats.gai_strerror.last_return, error);
	if (stats.getaddrinfo.addrinfo_list)
		set_tag("not_freed");
}

void test_threads(void)
{
	set_test_metadata("threads", "counts are exact in 4 threads", 2);
	long sum = 0;
	int ret = -1;
	monitored.pthread_mutex_lock = monitored.pthread_mutex_unlock = true;
	SANDBOX_BEGIN;
	ret = add_in_threads(500, &sum);
	SANDBOX_END;
	CU_ASSERT_EQUAL(ret, 0);
	CU_ASSERT_EQUAL(sum, 2000);
	CU_ASSERT_EQUAL(stats.pthread_mutex_lock.called, 2000);
	CU_ASSERT_EQUAL(stats.pthread_mutex_unlock.called, 2000);
	failures.pthread_mutex_lock = FAIL_SECOND;
	failures.pthread_mutex_lock_ret = EINVAL;
	SANDBOX_BEGIN;
	ret = add_in_threads(100, &sum);
	SANDBOX_END;
	CU_ASSERT_EQUAL(ret, -1);
}

void test_child(void)
{
	set_test_metadata("child", "a child has the real functions", 1);
	int status = -1;
	monitored.open = true;
	failures.open = FAIL_ALWAYS;
	failures.open_ret = -1;
	failures.open_errno = EIO;
	SANDBOX_BEGIN;
	status = open_in_child();
	SANDBOX_END;
	CU_ASSERT_EQUAL(status, 0);
	CU_ASSERT_EQUAL(stats.open.called, 0);
}

void test_no_waiting(void)
{
	set_test_metadata("connect", "a sleep that fails takes no time", 1);
	int tried = 0;
	monitored.connect = monitored.sleep = true;
	failures.sleep = FAIL_ALWAYS;
	failures.connect = FAIL_ALWAYS;
	failures.connect_ret = -1;
	failures.connect_errno = ECONNREFUSED;
	SANDBOX_BEGIN;
	tried = try_to_connect(100);
	SANDBOX_END;
	CU_ASSERT_EQUAL(tried, 100);
	CU_ASSERT_EQUAL(stats.sleep.called, 99);
	CU_ASSERT_EQUAL(stats.sleep.last_arg, 1);
	CU_ASSERT_EQUAL(stats.connect.last_params.addrlen,
			sizeof(struct sockaddr_in));
}

void *__real_malloc(size_t size);
int __real_close(int fd);

void test_real_functions(void)
{
	set_test_metadata("real", "a test calls the real functions", 1);
	void *block = NULL;
	int ret = -1;
	monitored.malloc = monitored.close = true;
	failures.malloc = failures.close = FAIL_ALWAYS;
	failures.close_ret = -1;
	SANDBOX_BEGIN;
	block = __real_malloc(10);
	ret = __real_close(dup(1));
	SANDBOX_END;
	CU_ASSERT_PTR_NOT_NULL(block);
	CU_ASSERT_EQUAL(ret, 0);
	CU_ASSERT_EQUAL(stats.malloc.called + stats.close.called, 0);
	free(block);
}

void test_many_calls(void)
{
	set_test_metadata("many", "3,000 calls are in time", 1);
	char pattern[3001] = "";
	monitored.open = monitored.close = true;
	SANDBOX_BEGIN;
	open_often("/dev/null", 3000, pattern);
	SANDBOX_END;
	CU_ASSERT_EQUAL(strspn(pattern, "."), 3000);
	CU_ASSERT_EQUAL(stats.open.called, 3000);
	CU_ASSERT_EQUAL(stats.close.called, 3000);
}

void test_bad_pointer(void)
{
	set_test_metadata("fault", "the real function meets a fault", 1);
	/* Not constants: a compiler would warn. */
	char *volatile nowhere = (char *)16;
	socklen_t *volatile length = (socklen_t *)16;
	int codes[4] = {0};
	memset(&monitored, 1, sizeof(monitored));
	SANDBOX_BEGIN;
	if (open(nowhere, O_RDONLY) < 0)
		codes[0] = errno;
	if (stat(nowhere, (struct stat *)nowhere) < 0)
		codes[1] = errno;
	if (bind(1, (struct sockaddr *)nowhere, 16) < 0)
		codes[2] = errno;
	if (accept(1, (struct sockaddr *)nowhere, length) < 0)
		codes[3] = errno;
	SANDBOX_END;
	CU_ASSERT_EQUAL(codes[0], EFAULT);
	CU_ASSERT_EQUAL(codes[1], EFAULT);
	CU_ASSERT_TRUE(codes[2] == ENOTSOCK || codes[2] == EFAULT);
	CU_ASSERT_TRUE(codes[3] == ENOTSOCK || codes[3] == EFAULT);
	CU_ASSERT_EQUAL(stats.accept.last_return, -1);
}

void test_output(void)
{
	set_test_metadata("output", "what is written can be read", 1);
	char text[16] = "";
	SANDBOX_BEGIN;
	printf("seen");
	fputs("told", stderr);
	SANDBOX_END;
	CU_ASSERT_EQUAL(read(stdout_cpy, text, 8), 4);
	CU_ASSERT_EQUAL(read(stderr_cpy, text + 4, 8), 4);
	CU_ASSERT_STRING_EQUAL(text, "seentold");
}

/* All but what is not a count: a call of the kit's own would be in it. */
static bool counts_nothing(void)
{
	struct wrap_stats_t seen = stats;
	return is_zero(&seen, sizeof(seen));
}

void test_kit_is_not_counted(void)
{
	set_test_metadata("kit", "what the kit calls is not counted", 1);
	struct addrinfo hints = {.ai_family = AF_INET}, *list = NULL;
	struct read_buffer_t *buffer = NULL;
	char data[] = "123456", *trap = NULL;
	off_t sizes[] = {2, 4};
	int intervals[] = {0, 0}, found = -1, server = -1, client = -1;
	memset(&monitored, 1, sizeof(monitored));
	SANDBOX_BEGIN;
	trap = trap_buffer(6, TRAP_RIGHT, PROT_READ, data);
	buffer = create_read_buffer(data, 2, sizes, intervals,
				    READ_WRITE_AFTER_INTERVAL);
	set_read_buffer(FD_NONE, buffer);
	found = simple_getaddrinfo("127.0.0.1", "80", &hints, &list);
	server = create_udp_server_socket("0", AF_INET);
	client = create_udp_client_socket("127.0.0.1", "9", AF_INET);
	push_info_msg("a message");
	set_tag("tag");
	malloced(data);
	SANDBOX_END;
	CU_ASSERT_TRUE(counts_nothing());
	CU_ASSERT_EQUAL(logs.malloc.n, 0);
	CU_ASSERT_EQUAL(found, 0);
	CU_ASSERT_TRUE(server >= 0 && client >= 0);
	SANDBOX_BEGIN;
	simple_freeaddrinfo(list);
	set_read_buffer(FD_NONE, NULL);
	free_read_buffer(buffer);
	free_trap(trap, 6);
	SANDBOX_END;
	CU_ASSERT_TRUE(counts_nothing());
	close(server);
	close(client);
}

int main(int argc, char *argv[])
{
	BAN_FUNCS(system, popen);
	RUN(test_workflow, test_not_called, test_inside_alone, test_masks,
	    test_same_values, test_leaves_all_set, test_begins_with_zeros,
	    test_memory, test_prepared_buffer, test_partial_reads, test_names,
	    test_threads, test_child, test_no_waiting, test_real_functions,
	    test_many_calls, test_bad_pointer, test_output,
	    test_kit_is_not_counted);
}
