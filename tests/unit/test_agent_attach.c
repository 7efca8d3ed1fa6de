/* SPDX-License-Identifier: MIT */
/*
 * An agent in another process: found, and given the region's descriptor, with
 * the process as before otherwise.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/user.h>

#include "agent_fixture.h"
#include "tracee.h"

#include "agent/loading.h"
#include "ctester/process.h"
#include "process/dynsym.h"
#include "process/give.h"

#define TRAP() __asm__ volatile("int3")

static struct ct_region *region;
static struct ct_agent_shared *shared;
static int region_fd;

static int setup(void **state)
{
	(void)state;
	const struct ct_agent_options options = {0};
	assert_ok(ct_region_create(64 << 20, &region_fd, &region));
	assert_ok(ct_agent_memory_create(region, &options, &shared));
	/* The children have it: its file must not look as if it were ours. */
	agent_load();
	return 0;
}

static struct ct_error *attach(pid_t pid, struct ct_agent_info *info)
{
	return ct_agent_attach(pid, pid, info, region_fd, 64 << 20,
			       ct_region_ref(region, shared));
}

static struct ct_agent_info find(pid_t pid)
{
	uint64_t addr = 0;
	struct ct_agent_info info = {0};
	assert_ok(ct_agent_find(pid, &addr, &info));
	assert_int_equal(addr, (uintptr_t)agent.info);
	assert_int_equal(info.attach, agent.info->attach);
	return info;
}

static enum ct_agent_presence look(pid_t pid)
{
	enum ct_agent_presence presence;
	assert_ok(ct_agent_look(pid, &presence));
	return presence;
}

/* Descriptors that are open, as bits. */
static uint64_t descriptors(void)
{
	uint64_t set = 0;
	for (int fd = 0; fd < 64; fd++)
		set |= (uint64_t)(fcntl(fd, F_GETFD) >= 0) << fd;
	return set;
}

/* Stops twice; its descriptors are the same afterwards, and so is the number
 * that the next one gets. */
static int same_descriptors(void)
{
	uint64_t before = descriptors();
	int next = open("/dev/null", O_RDONLY);
	close(next);
	TRAP();
	int now = open("/dev/null", O_RDONLY);
	close(now);
	return descriptors() == before && now == next ? 0 : 1;
}

static pid_t start(int (*body)(void))
{
	pid_t pid = tracee_start(body);
	tracee_run_to_trap(pid);
	return pid;
}

/* It is mapped, both see the same, and the program has noticed nothing. */
static void expect_attached(pid_t pid)
{
	struct user_regs_struct before, after;
	uint8_t below[1024], now[1024];
	struct ct_agent_info info = find(pid);
	ptrace(PTRACE_GETREGS, pid, NULL, &before);
	ct_process_read(pid, before.rsp - 1024, below, sizeof(below));
	assert_int_equal(look(pid), CT_AGENT_LOADED);
	assert_ok(attach(pid, &info));
	assert_int_equal(look(pid), CT_AGENT_ATTACHED);
	ptrace(PTRACE_GETREGS, pid, NULL, &after);
	assert_memory_equal(&before, &after, sizeof(before));
	/* The red zone, that is. */
	ct_process_read(pid, before.rsp - 1024, now, sizeof(now));
	assert_memory_equal(below + 1024 - 128, now + 1024 - 128, 128);

	uint64_t offset = (uint64_t)((char *)shared - (char *)region), magic;
	uint64_t magic_at = info.region + offset;
	assert_ok(ct_process_read_slot(pid, magic_at, &magic));
	assert_int_equal(magic, CT_AGENT_MAGIC);
	shared->magic = 7;
	assert_ok(ct_process_read_slot(pid, magic_at, &magic));
	shared->magic = CT_AGENT_MAGIC;
	assert_int_equal(magic, 7);

	assert_refused(attach(pid, &info), CT_ERROR_UNSUPPORTED, "another");
	assert_int_equal(tracee_finish(pid), 0);
}

static void a_program_gets_the_region(void **state)
{
	(void)state;
	expect_attached(start(same_descriptors));
}

static int body_chroot(void)
{
	if (chroot("/tmp"))
		return 77;
	return same_descriptors();
}

/* Without /proc. */
static int body_mounts(void)
{
	if (unshare(CLONE_NEWNS) ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    umount2("/proc", MNT_DETACH))
		return 77;
	return same_descriptors();
}

static int body_other_user(void)
{
	int dumpable = prctl(PR_GET_DUMPABLE);
	if (setresuid(65534, 65534, 65534))
		return 77;
	prctl(PR_SET_DUMPABLE, dumpable);
	return same_descriptors();
}

static int body_not_dumpable(void)
{
	prctl(PR_SET_DUMPABLE, 0);
	return same_descriptors();
}

static int as_root(int (*body)(void))
{
	if (getuid()) {
		skip();
		return 0;
	}
	pid_t pid = tracee_start(body);
	int status = tracee_go(pid, PTRACE_CONT, 0);
	if (WIFEXITED(status)) {
		assert_int_equal(WEXITSTATUS(status), 77);
		skip();
	}
	return pid;
}

static void a_program_in_another_root_gets_it(void **state)
{
	(void)state;
	expect_attached(as_root(body_chroot));
}

static void a_program_with_mounts_of_its_own_gets_it(void **state)
{
	(void)state;
	expect_attached(as_root(body_mounts));
}

static void a_program_of_another_user_gets_it(void **state)
{
	(void)state;
	expect_attached(as_root(body_other_user));
}

static void a_program_that_nobody_may_look_at_gets_it(void **state)
{
	(void)state;
	expect_attached(as_root(body_not_dumpable));
}

/* ---- refusals */

/* It dies of the call. */
static int forbid(uint32_t number)
{
	struct sock_filter code[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		     offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {sizeof(code) / sizeof(*code), code};
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		return 77;
	return 0;
}

static int body_no_mmap(void)
{
	int problem = forbid(SYS_mmap);
	TRAP();
	return problem;
}

static int body_no_open(void)
{
	uint64_t before = descriptors();
	int problem = forbid(SYS_openat);
	TRAP();
	return problem || descriptors() != before;
}

static int body_no_close(void)
{
	int problem = forbid(SYS_close);
	TRAP();
	return problem;
}

static int body_strict(void)
{
	TRAP(); /* ptrace cannot look into strict mode later on */
	prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT);
	TRAP();
	syscall(SYS_exit, 0);
	return 0;
}

static void expect_refused(pid_t pid, const char *word)
{
	struct ct_agent_info info = find(pid);
	assert_refused(attach(pid, &info), CT_ERROR_UNSUPPORTED, word);
	assert_int_equal(look(pid), CT_AGENT_LOADED);
	assert_int_equal(tracee_finish(pid), 0);
}

static void a_filter_that_kills_is_not_tried(void **state)
{
	(void)state;
	expect_refused(start(body_no_mmap), "seccomp");
	expect_refused(start(body_no_close), "seccomp");
}

/* Without openat, there is the socket. */
static void a_filter_against_open_is_passed_by(void **state)
{
	(void)state;
	expect_attached(start(body_no_open));
}

static void strict_mode_is_refused(void **state)
{
	(void)state;
	pid_t pid = start(body_strict);
	tracee_run_to_trap(pid);
	expect_refused(pid, "strict mode");
}

static int body_no_descriptors(void)
{
	struct rlimit none = {0, 0};
	setrlimit(RLIMIT_NOFILE, &none);
	TRAP();
	return 0;
}

static void no_room_for_a_descriptor_is_refused(void **state)
{
	(void)state;
	expect_refused(start(body_no_descriptors), "open files");
}

static int body_small(void)
{
	struct rlimit small = {16 << 20, 16 << 20};
	uint64_t before = descriptors();
	setrlimit(RLIMIT_AS, &small);
	TRAP();
	return descriptors() != before;
}

static void no_room_for_the_region_is_refused(void **state)
{
	(void)state;
	expect_refused(start(body_small), "cannot map");
}

static void another_pid_namespace_is_refused(void **state)
{
	(void)state;
	/* The next child is in it. */
	int ours = open("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC);
	if (unshare(CLONE_NEWPID)) {
		close(ours);
		skip();
	}
	pid_t pid = tracee_start(same_descriptors);
	assert_int_equal(setns(ours, CLONE_NEWPID), 0);
	close(ours);
	tracee_run_to_trap(pid);
	expect_refused(pid, "PID namespace");
}

static int body_other_version(void)
{
	struct ct_agent_info *info = (void *)(uintptr_t)agent.info;
	info->version++;
	TRAP();
	return 0;
}

static void another_version_is_refused(void **state)
{
	(void)state;
	struct ct_agent_info info;
	uint64_t addr;
	pid_t pid = start(body_other_version);
	assert_refused(ct_agent_find(pid, &addr, &info), CT_ERROR_UNSUPPORTED,
		       "version");
	tracee_kill(pid);
}

/* ---- names in memory */

static struct ct_error *find_export(const char *library, const char *name,
				    uint64_t *ret)
{
	struct ct_maps *maps;
	const struct ct_loaded *loaded;
	struct ct_error *err = ct_maps_read(getpid(), &maps);
	if (err)
		return err;
	*ret = 0;
	for (size_t i = 0; !err && (loaded = ct_maps_get_loaded(maps, i)); i++)
		if (strstr(loaded->path, library))
			err =
			    ct_process_find_export(getpid(), loaded, name, ret);
	ct_maps_destroy(maps);
	return err;
}

static void names_are_found_as_the_dynamic_linker_finds_them(void **state)
{
	(void)state;
	static const char *const names[] = {"puts", "dlopen", "getenv", "qsort",
					    "strtol"};
	void *libc = dlopen("libc.so.6", RTLD_NOW | RTLD_NOLOAD);
	assert_non_null(libc);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		uint64_t addr;
		assert_ok(find_export("/libc.so.6", names[i], &addr));
		assert_int_equal(addr, (uintptr_t)dlsym(libc, names[i]));
	}
	dlclose(libc);
	uint64_t addr;
	assert_ok(find_export("/libc.so.6", "there is no such name", &addr));
	assert_int_equal(addr, 0);
	assert_ok(
	    find_export("/ld-linux-x86-64.so.2", "_dl_debug_state", &addr));
	assert_int_not_equal(addr, 0);
	/* Undefined in it. */
	assert_ok(find_export("test_agent_attach", "ct_no", &addr));
	assert_int_equal(addr, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_program_gets_the_region),
	    cmocka_unit_test(a_program_in_another_root_gets_it),
	    cmocka_unit_test(a_program_with_mounts_of_its_own_gets_it),
	    cmocka_unit_test(a_program_of_another_user_gets_it),
	    cmocka_unit_test(a_program_that_nobody_may_look_at_gets_it),
	    cmocka_unit_test(a_filter_that_kills_is_not_tried),
	    cmocka_unit_test(a_filter_against_open_is_passed_by),
	    cmocka_unit_test(strict_mode_is_refused),
	    cmocka_unit_test(no_room_for_a_descriptor_is_refused),
	    cmocka_unit_test(no_room_for_the_region_is_refused),
	    cmocka_unit_test(another_pid_namespace_is_refused),
	    cmocka_unit_test(another_version_is_refused),
	    cmocka_unit_test(names_are_found_as_the_dynamic_linker_finds_them),
	};
	return cmocka_run_group_tests(tests, setup, NULL);
}
