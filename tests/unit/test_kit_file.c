/* SPDX-License-Identifier: MIT */
/* The wrappers of files, of mappings and of memcpy. */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "kit_fixture.h"
#include "scratch.h"

static char name[] = "file";

static int a_file(const char *text)
{
	write_text(name, text);
	int fd = open(name, O_RDWR);
	assert_true(fd >= 0);
	return fd;
}

static void open_keeps_three_arguments(void **state)
{
	(void)state;
	unlink(name);
	int fd = SUCCEEDS(open, name, O_RDWR | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_ptr_equal(stats.open.last_params.pathname, name);
	assert_int_equal(stats.open.last_params.flags,
			 O_RDWR | O_CREAT | O_TRUNC);
	assert_int_equal(stats.open.last_params.mode, 0600);
	struct stat is;
	assert_int_equal(fstat(fd, &is), 0);
	assert_int_equal(is.st_mode & 0777, 0600);
	close(fd);
	FAILS(open, name, O_RDONLY);
	IGNORED(open, "/", O_RDONLY);
}

static void open_has_no_mode_where_it_creates_nothing(void **state)
{
	(void)state;
	close(a_file(""));
	int fd = SUCCEEDS(open, name, O_RDONLY, 0777);
	assert_int_equal(stats.open.last_params.mode, 0);
	close(fd);
#ifdef O_TMPFILE
	fd = CALL(open, ".", O_TMPFILE | O_RDWR, 0640);
	assert_int_equal(stats.open.last_params.mode, 0640);
	if (fd >= 0)
		close(fd);
#endif
}

static void a_real_failure_is_kept_with_its_errno(void **state)
{
	(void)state;
	assert_int_equal(CALL(open, "/nowhere/at/all", O_RDONLY), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(CALL(close, -1), -1);
	assert_int_equal(errno, EBADF);
	assert_int_equal(CALL(creat, "/nowhere/at/all", 0600), -1);
	assert_int_equal(errno, ENOENT);
	struct stat is;
	assert_int_equal(CALL(stat, "/nowhere/at/all", &is), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(CALL(read, -1, &is, 1), -1);
	assert_int_equal(errno, EBADF);
}

static void fortified_open_is_open(void **state)
{
	(void)state;
	close(a_file(""));
	monitored.open = true;
	failures.open = FAIL_SECOND;
	failures.open_ret = ODD_RESULT;
	int fd = ctester_wrap___open_2(name, O_RDONLY);
	assert_true(fd >= 0);
	assert_int_equal(ctester_wrap___open64_2(name, O_RDONLY), ODD_RESULT);
	assert_int_equal(stats.open.called, 2);
	assert_int_equal(stats.open.last_params.mode, 0);
	monitored.open = false;
	int other = ctester_wrap___open_2(name, O_RDONLY);
	assert_true(other >= 0);
	assert_int_equal(stats.open.called, 2);
	close(other);
	close(fd);
}

static void creat_and_close(void **state)
{
	(void)state;
	int fd = SUCCEEDS(creat, name, 0604);
	assert_true(fd >= 0);
	assert_ptr_equal(stats.creat.last_params.pathname, name);
	assert_int_equal(stats.creat.last_params.mode, 0604);
	FAILS(creat, name, 0600);
	IGNORED(creat, "/nowhere/at/all", 0600);

	FAILS(close, fd);
	assert_int_equal(SUCCEEDS(close, fd), 0);
	assert_int_equal(stats.close.last_params.fd, fd);
	IGNORED(close, -1);
}

static void read_and_write(void **state)
{
	(void)state;
	char text[] = "abcdef", got[8] = "";
	int fd = a_file("");
	FAILS(write, fd, text, 6);
	assert_int_equal(SUCCEEDS(write, fd, text, 6), 6);
	assert_int_equal(stats.write.last_params.fd, fd);
	assert_ptr_equal(stats.write.last_params.buf, text);
	assert_int_equal(stats.write.last_params.count, 6);
	IGNORED(write, -1, text, 1);

	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	FAILS(read, fd, got, 4);
	assert_string_equal(got, "");
	assert_int_equal(SUCCEEDS(read, fd, got, 4), 4);
	assert_string_equal(got, "abcd");
	assert_int_equal(stats.read.last_params.fd, fd);
	assert_ptr_equal(stats.read.last_params.buf, got);
	assert_int_equal(stats.read.last_params.count, 4);
	assert_int_equal(SUCCEEDS(read, fd, got, 4), 2);
	assert_int_equal(SUCCEEDS(read, fd, got, 4), 0);
	IGNORED(read, -1, got, 1);
	close(fd);
}

static void fortified_read_is_read(void **state)
{
	(void)state;
	char got[8] = "";
	int fd = a_file("abc");
	monitored.read = true;
	assert_int_equal(ctester_wrap___read_chk(fd, got, 3, sizeof(got)), 3);
	assert_int_equal(stats.read.called, 1);
	assert_int_equal(stats.read.last_params.count, 3);
	monitored.read = false;
	assert_int_equal(ctester_wrap___read_chk(fd, got, 3, sizeof(got)), 0);
	assert_int_equal(stats.read.called, 1);
	close(fd);
}

static void a_bad_pointer_is_the_real_function_s(void **state)
{
	(void)state;
	int fd = a_file("abc");
	char *nowhere = (char *)8;
	assert_int_equal(CALL(read, fd, nowhere, 3), -1);
	assert_int_equal(errno, EFAULT);
	assert_int_equal(CALL(write, fd, nowhere, 3), -1);
	assert_int_equal(errno, EFAULT);
	assert_int_equal(CALL(open, nowhere, O_RDONLY), -1);
	assert_int_equal(errno, EFAULT);
	assert_int_equal(CALL(stat, name, (struct stat *)nowhere), -1);
	assert_int_equal(errno, EFAULT);
	assert_int_equal(CALL(fstat, fd, (struct stat *)nowhere), -1);
	assert_int_equal(errno, EFAULT);
	close(fd);
}

static void stat_and_fstat_copy_what_they_fill_in(void **state)
{
	(void)state;
	struct stat is, want;
	int fd = a_file("12345");
	assert_int_equal(fstat(fd, &want), 0);
	assert_int_equal(SUCCEEDS(stat, name, &is), 0);
	assert_ptr_equal(stats.stat.last_params.path, name);
	assert_ptr_equal(stats.stat.last_params.buf, &is);
	memset(&is, 0x55, sizeof(is));
	assert_int_equal(stats.stat.returned_stat.st_ino, want.st_ino);
	assert_int_equal(stats.stat.returned_stat.st_size, 5);
	FAILS(stat, name, &is);
	IGNORED(stat, name, &is);

	assert_int_equal(SUCCEEDS(fstat, fd, &is), 0);
	assert_int_equal(stats.fstat.last_params.fd, fd);
	assert_ptr_equal(stats.fstat.last_params.buf, &is);
	assert_int_equal(stats.fstat.returned_stat.st_ino, want.st_ino);
	assert_int_equal(stats.fstat.returned_stat.st_size, 5);
	FAILS(fstat, fd, &is);
	IGNORED(fstat, fd, &is);
	close(fd);
}

static void older_names_of_stat_are_stat(void **state)
{
	(void)state;
	struct stat is;
	int fd = a_file("12345");
	monitored.stat = monitored.fstat = true;
	assert_int_equal(ctester_wrap___xstat(1, name, &is), 0);
	assert_int_equal(ctester_wrap___xstat64(1, name, &is), 0);
	assert_int_equal(stats.stat.called, 2);
	assert_int_equal(stats.stat.returned_stat.st_size, 5);
	assert_int_equal(ctester_wrap___fxstat(1, fd, &is), 0);
	assert_int_equal(ctester_wrap___fxstat64(1, fd, &is), 0);
	assert_int_equal(stats.fstat.called, 2);
	assert_int_equal(stats.fstat.last_params.fd, fd);
	close(fd);
}

static void lseek_beyond_an_int(void **state)
{
	(void)state;
	int fd = a_file("12345");
	off_t far = (off_t)5 << 32;
	assert_true(SUCCEEDS(lseek, fd, far, SEEK_SET) == far);
	assert_int_equal(stats.lseek.last_params.fd, fd);
	assert_true(stats.lseek.last_params.offset == far);
	assert_int_equal(stats.lseek.last_params.whence, SEEK_SET);
	FAILS(lseek, fd, 0, SEEK_SET);
	assert_true(lseek(fd, 0, SEEK_CUR) == far);
	IGNORED(lseek, fd, 0, SEEK_SET);
	close(fd);
}

static void mappings(void **state)
{
	(void)state;
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	int fd = a_file("");
	assert_int_equal(SUCCEEDS(ftruncate, fd, (off_t)page), 0);
	assert_int_equal(stats.ftruncate.last_params.fd, fd);
	assert_true(stats.ftruncate.last_params.length == (off_t)page);
	FAILS(ftruncate, fd, 1);
	IGNORED(ftruncate, -1, 0);

	void *at = SUCCEEDS(mmap, NULL, page, PROT_READ | PROT_WRITE,
			    MAP_SHARED, fd, 0);
	assert_true(at != MAP_FAILED);
	assert_null(stats.mmap.last_params.addr);
	assert_int_equal(stats.mmap.last_params.length, page);
	assert_int_equal(stats.mmap.last_params.prot, PROT_READ | PROT_WRITE);
	assert_int_equal(stats.mmap.last_params.flags, MAP_SHARED);
	assert_int_equal(stats.mmap.last_params.fd, fd);
	assert_true(stats.mmap.last_params.offset == 0);
	failures.mmap_errno = ENOMEM;
	FAILS_WITH(mmap, MAP_FAILED, NULL, page, PROT_READ, MAP_SHARED, fd, 0);
	assert_int_equal(errno, ENOMEM);
	IGNORED(mmap, NULL, 0, PROT_READ, MAP_SHARED, fd, 0);

	assert_int_equal(SUCCEEDS(msync, at, page, MS_SYNC), 0);
	assert_ptr_equal(stats.msync.last_params.addr, at);
	assert_int_equal(stats.msync.last_params.length, page);
	assert_int_equal(stats.msync.last_params.flags, MS_SYNC);
	FAILS(msync, at, page, MS_SYNC);
	IGNORED(msync, at, page, MS_SYNC);

	FAILS(munmap, at, page);
	((volatile char *)at)[0] = 'x'; /* it is still mapped */
	assert_int_equal(SUCCEEDS(munmap, at, page), 0);
	assert_ptr_equal(stats.munmap.last_params.addr, at);
	assert_int_equal(stats.munmap.last_params.length, page);
	IGNORED(munmap, (void *)1, 1);
	close(fd);
}

static void memcpy_copies_or_does_not(void **state)
{
	(void)state;
	char from[] = "abc", to[8] = "";
	FAILS_WITH(memcpy, (void *)from, to, from, 4);
	assert_int_equal(errno, 0); /* it has no errno to set */
	assert_string_equal(to, "");
	assert_ptr_equal(SUCCEEDS(memcpy, to, from, 4), to);
	assert_string_equal(to, "abc");
	assert_ptr_equal(stats.memcpy.last_params.dest, to);
	assert_ptr_equal(stats.memcpy.last_params.src, from);
	assert_int_equal(stats.memcpy.last_params.n, 4);
	IGNORED(memcpy, to, from, 1);

	monitored.memcpy = true;
	int called = stats.memcpy.called;
	assert_ptr_equal(ctester_wrap___memcpy_chk(to, from, 2, sizeof(to)),
			 to);
	assert_int_equal(stats.memcpy.called, called + 1);
	assert_int_equal(stats.memcpy.last_params.n, 2);
}

static void file_stats_are_cleared_together(void **state)
{
	(void)state;
	stats.open.called = stats.creat.called = stats.close.called = 1;
	stats.read.called = stats.write.called = stats.stat.called = 1;
	stats.fstat.called = stats.lseek.called = stats.recv.called = 1;
	reinit_file_stats();
	assert_int_equal(stats.open.called + stats.creat.called +
			     stats.close.called + stats.read.called +
			     stats.write.called + stats.stat.called +
			     stats.fstat.called + stats.lseek.called,
			 0);
	assert_int_equal(stats.recv.called, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    KIT_TEST(open_keeps_three_arguments),
	    KIT_TEST(open_has_no_mode_where_it_creates_nothing),
	    KIT_TEST(a_real_failure_is_kept_with_its_errno),
	    KIT_TEST(fortified_open_is_open),
	    KIT_TEST(creat_and_close),
	    KIT_TEST(read_and_write),
	    KIT_TEST(fortified_read_is_read),
	    KIT_TEST(a_bad_pointer_is_the_real_function_s),
	    KIT_TEST(stat_and_fstat_copy_what_they_fill_in),
	    KIT_TEST(older_names_of_stat_are_stat),
	    KIT_TEST(lseek_beyond_an_int),
	    KIT_TEST(mappings),
	    KIT_TEST(memcpy_copies_or_does_not),
	    KIT_TEST(file_stats_are_cleared_together),
	};
	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
