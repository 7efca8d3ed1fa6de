/* SPDX-License-Identifier: MIT */
/* Buffers beside a page that nobody may touch. */
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include "CTester/trap.h"
#include "kit_fixture.h"

/* Whether the kernel can read, and write, a byte there. */
static bool is_readable(const void *at)
{
	int fds[2];
	assert_int_equal(pipe(fds), 0);
	bool ret = write(fds[1], at, 1) == 1;
	close(fds[0]);
	close(fds[1]);
	return ret;
}

static bool is_writable(void *at)
{
	int zero = open("/dev/zero", O_RDONLY);
	bool ret = read(zero, at, 1) == 1;
	close(zero);
	return ret;
}

static void a_buffer_is_trapped_at_its_edge(void **state)
{
	(void)state;
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	const size_t sizes[] = {1, 10, page - 1, page, page + 1, 3 * page};
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		size_t size = sizes[i];
		char *left = trap_buffer(size, TRAP_LEFT, PROT_READ, NULL);
		assert_non_null(left);
		assert_true(is_readable(left) && is_readable(left + size - 1));
		assert_false(is_readable(left - 1));
		char *right = trap_buffer(size, TRAP_RIGHT, PROT_READ, NULL);
		assert_non_null(right);
		assert_true(is_readable(right) &&
			    is_readable(right + size - 1));
		assert_false(is_readable(right + size));
		assert_int_equal(right[0] | right[size - 1], 0);
		assert_int_equal(free_trap(left, size), 0);
		assert_int_equal(free_trap(right, size), 0);
		assert_false(is_readable(left) || is_readable(right));
	}
}

static void flags_are_honoured_for_both_types(void **state)
{
	(void)state;
	char text[] = "text";
	for (int type = TRAP_LEFT; type <= TRAP_RIGHT; type++) {
		char *buffer = trap_buffer(5, type, PROT_READ, text);
		assert_string_equal(buffer, "text");
		assert_false(is_writable(buffer));
		assert_int_equal(free_trap(buffer, 5), 0);

		buffer = trap_buffer(5, type, PROT_READ | PROT_WRITE, text);
		assert_string_equal(buffer, "text");
		assert_true(is_writable(buffer));
		assert_int_equal(free_trap(buffer, 5), 0);

		buffer = trap_buffer(5, type, PROT_NONE, text);
		assert_non_null(buffer);
		assert_false(is_readable(buffer));
		assert_int_equal(free_trap(buffer, 5), 0);
	}
}

/* As the reference's documentation tells tests to free them. */
static void the_address_of_the_mapping_frees_too(void **state)
{
	(void)state;
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	const size_t sizes[] = {10, page, page + 1};
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		size_t size = sizes[i], pages = 2 + size / page;
		char *left = trap_buffer(size, TRAP_LEFT, PROT_READ, NULL);
		char *right = trap_buffer(size, TRAP_RIGHT, PROT_READ, NULL);
		char *first = right + size - (1 + size / page) * page;
		assert_true(is_readable(first));
		assert_int_equal(free_trap(left - page, pages * page), 0);
		assert_int_equal(free_trap(first, pages * page), 0);
		assert_false(is_readable(left) || is_readable(right));
	}
}

static void a_byte_too_far_is_a_fault(void **state)
{
	(void)state;
	for (int type = TRAP_LEFT; type <= TRAP_RIGHT; type++) {
		volatile char *buffer =
		    trap_buffer(10, type, PROT_READ | PROT_WRITE, NULL);
		pid_t child = fork();
		if (child == 0) {
			/* Of the test, not of a tool that watches it. */
			signal(SIGSEGV, SIG_DFL);
			buffer[9] = buffer[0] = 'x';
			if (type == TRAP_LEFT)
				buffer[-1] = 'x';
			else
				buffer[10] = 'x';
			_exit(0);
		}
		int status;
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), SIGSEGV);
		free_trap((void *)(uintptr_t)buffer, 10);
	}
}

static void what_is_no_trap_is_not_freed(void **state)
{
	(void)state;
	int local = 1;
	errno = 0;
	assert_int_equal(free_trap(&local, sizeof(local)), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(free_trap(NULL, 0), -1);
	char *buffer = trap_buffer(1, TRAP_LEFT, PROT_READ, NULL);
	assert_int_equal(free_trap(buffer, 1), 0);
	assert_int_equal(free_trap(buffer, 1), -1);
}

static void bad_arguments_are_refused(void **state)
{
	(void)state;
	errno = 0;
	assert_null(trap_buffer(1, 2, PROT_READ, NULL));
	assert_int_equal(errno, EINVAL);
	assert_null(trap_buffer(1, -1, PROT_READ, NULL));
	assert_null(trap_buffer(SIZE_MAX, TRAP_LEFT, PROT_READ, NULL));
	assert_int_equal(errno, ENOMEM);
	assert_null(trap_buffer(PTRDIFF_MAX, TRAP_RIGHT, PROT_READ, NULL));
	errno = 0;
	assert_null(trap_buffer(1, TRAP_RIGHT, -1, NULL));
	assert_int_equal(errno, EINVAL);
}

static void nothing_of_it_is_counted(void **state)
{
	(void)state;
	char text[] = "text";
	memset(&monitored, 1, sizeof(monitored));
	char *buffer = trap_buffer(5, TRAP_RIGHT, PROT_READ, text);
	free_trap(buffer, 5);
	static const struct wrap_stats_t none;
	assert_memory_equal(&stats, &none, sizeof(stats));
}

static void an_empty_buffer_has_an_edge(void **state)
{
	(void)state;
	char *left = trap_buffer(0, TRAP_LEFT, PROT_READ, NULL);
	assert_false(is_readable(left - 1));
	char *right = trap_buffer(0, TRAP_RIGHT, PROT_READ, NULL);
	assert_false(is_readable(right));
	assert_int_equal(free_trap(left, 0), 0);
	assert_int_equal(free_trap(right, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    KIT_TEST(a_buffer_is_trapped_at_its_edge),
	    KIT_TEST(flags_are_honoured_for_both_types),
	    KIT_TEST(the_address_of_the_mapping_frees_too),
	    KIT_TEST(a_byte_too_far_is_a_fault),
	    KIT_TEST(what_is_no_trap_is_not_freed),
	    KIT_TEST(bad_arguments_are_refused),
	    KIT_TEST(nothing_of_it_is_counted),
	    KIT_TEST(an_empty_buffer_has_an_edge),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
