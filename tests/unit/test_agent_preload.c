/* SPDX-License-Identifier: MIT */
/*
 * LD_PRELOAD for a program that begins: this one, run once more with the
 * argument "child", which says by its exit status what it has seen.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <limits.h>
#include <link.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/user.h>

#include <cmocka.h>

#include "ctester/agent_loading.h"
#include "ctester/process.h"
#include "tracee.h"

extern char **environ;

static char agent_path[PATH_MAX];
static const char *const plain[] = {"FIRST=1", "LINES=2", "LAST=3", NULL};
static const char *const empty[] = {NULL};
static const char *const users[] = {"FIRST=1", "LD_PRELOAD=", "LAST=3", NULL};
static const char *const linkers[] = {"LD_BIND_NOW=1", "GLIBC_TUNABLES=", NULL};

static const char *const *const all[] = {plain, empty, users, linkers};

/* ---- the program */

enum {
	SEES_PRELOAD = 1,
	HAS_AGENT = 2,
	OTHER_ENVIRONMENT = 4,
	OTHER_VECTOR = 8,
};

static int look(struct dl_phdr_info *info, size_t size, void *arg)
{
	(void)size;
	if (strstr(info->dlpi_name, "libctester-agent.so"))
		*(int *)arg |= HAS_AGENT;
	return 0;
}

static int child(char **argv, char **envp)
{
	const char *const *wanted = all[argv[2][0] - '0'];
	int seen = getenv("LD_PRELOAD") ? SEES_PRELOAD : 0;
	size_t count = 0;
	dl_iterate_phdr(look, &seen);
	for (; wanted[count] && envp[count]; count++)
		if (strcmp(wanted[count], envp[count]) != 0)
			seen |= OTHER_ENVIRONMENT;
	if (wanted[count] || envp[count])
		seen |= OTHER_ENVIRONMENT;
	/* The auxiliary vector is where programs look for it. */
	const Elf64_auxv_t *entry = (const void *)(envp + count + 1);
	while (entry->a_type != AT_NULL && entry->a_type != AT_PAGESZ)
		entry++;
	if (entry->a_un.a_val != getauxval(AT_PAGESZ) || argv + 4 != envp ||
	    argv[3] || ((uintptr_t)argv & 15) != 8)
		seen |= OTHER_VECTOR;
	return seen;
}

/* ---- running it */

static pid_t start(int environment)
{
	char number[] = {(char)('0' + environment), 0};
	const char *const argv[] = {"test", "child", number, NULL};
	int status;
	pid_t pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		execve("/proc/self/exe", (char *const *)(uintptr_t)argv,
		       (char *const *)(uintptr_t)all[environment]);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, __WALL), pid);
	assert_true(WIFSTOPPED(status));
	return pid;
}

static uint64_t pc_of(pid_t pid)
{
	struct user_regs_struct regs;
	assert_int_equal(ptrace(PTRACE_GETREGS, pid, NULL, &regs), 0);
	return regs.rip;
}

static void set_pc(pid_t pid, uint64_t pc)
{
	struct user_regs_struct regs;
	assert_int_equal(ptrace(PTRACE_GETREGS, pid, NULL, &regs), 0);
	regs.rip = pc;
	assert_int_equal(ptrace(PTRACE_SETREGS, pid, NULL, &regs), 0);
}

/* As a debugger's breakpoint does it. */
static void run_to(pid_t pid, uint64_t addr)
{
	static const uint8_t trap = 0xcc;
	uint8_t byte;
	if (pc_of(pid) == addr)
		tracee_go(pid, PTRACE_SINGLESTEP, 0);
	assert_ok(ct_process_read_all(pid, addr, &byte, 1));
	assert_ok(ct_process_write(pid, addr, &trap, 1));
	tracee_run_to_trap(pid);
	assert_int_equal(pc_of(pid), addr + 1);
	assert_ok(ct_process_write(pid, addr, &byte, 1));
	set_pc(pid, addr);
}

static void expect_nothing_seen(int environment, bool moved)
{
	struct ct_preload preload;
	enum ct_agent_presence presence;
	bool done = false;
	pid_t pid = start(environment);
	assert_true(ct_process_is_at_start(pid, pid));
	assert_ok(ct_preload_insert(pid, pid, agent_path, &preload));
	assert_int_equal(!!(preload.flags & CT_PRELOAD_MOVED), moved);
	assert_true(ct_process_is_at_start(pid, pid));
	assert_true(ct_preload_is_in(pid, &preload));
	while (!done) {
		run_to(pid, preload.loaded);
		assert_false(ct_process_is_at_start(pid, pid));
		assert_ok(ct_preload_remove(pid, &preload, &done));
		assert_int_equal(ct_preload_is_in(pid, &preload), !done);
	}
	assert_ok(ct_agent_look(pid, &presence));
	assert_int_equal(presence, CT_AGENT_LOADED);
	int expected = HAS_AGENT;
	if (environment == 2)
		expected |= SEES_PRELOAD; /* that of the user's */
	assert_int_equal(tracee_finish(pid), expected);
}

static void it_is_in_an_entrys_place(void **state)
{
	(void)state;
	expect_nothing_seen(0, false);
}

static void an_empty_environment_has_two_words_more(void **state)
{
	(void)state;
	expect_nothing_seen(1, true);
}

static void the_users_is_as_it_was(void **state)
{
	(void)state;
	expect_nothing_seen(2, false);
}

static void what_the_dynamic_linker_reads_is_left(void **state)
{
	(void)state;
	expect_nothing_seen(3, true);
}

static void before_it_was_read_it_can_be_taken_out(void **state)
{
	(void)state;
	for (int environment = 0; environment < 4; environment++) {
		struct ct_preload preload;
		bool done = false;
		pid_t pid = start(environment);
		assert_ok(ct_preload_insert(pid, pid, agent_path, &preload));
		while (!done)
			assert_ok(ct_preload_remove(pid, &preload, &done));
		assert_int_equal(tracee_finish(pid),
				 environment == 2 ? SEES_PRELOAD : 0);
	}
}

static void paths_that_it_cannot_spell_are_refused(void **state)
{
	(void)state;
	static const char *const paths[] = {"relative.so", "/a b.so", "/a:b.so",
					    "/$ORIGIN.so", "/a\tb.so"};
	struct ct_preload preload;
	pid_t pid = start(0);
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		assert_refused(ct_preload_insert(pid, pid, paths[i], &preload),
			       CT_ERROR_BAD_ARGUMENT, "spell");
	assert_refused(ct_preload_insert(pid, pid, "/no/such.so", &preload),
		       CT_ERROR_OS, "/no/such.so");
	assert_int_equal(tracee_finish(pid), 0);
}

static void a_program_that_has_begun_is_refused(void **state)
{
	(void)state;
	struct ct_preload preload;
	pid_t pid = start(0);
	tracee_go(pid, PTRACE_SINGLESTEP, 0);
	assert_false(ct_process_is_at_start(pid, pid));
	assert_refused(ct_preload_insert(pid, pid, agent_path, &preload),
		       CT_ERROR_UNSUPPORTED, "begun");
	assert_int_equal(tracee_finish(pid), 0);
}

/* Stacks that no kernel makes. */
static void damaged_stacks_are_refused(void **state)
{
	(void)state;
	struct ct_preload preload;
	struct user_regs_struct regs;
	pid_t pid = start(0);
	assert_int_equal(ptrace(PTRACE_GETREGS, pid, NULL, &regs), 0);
	uint64_t sp = regs.rsp;
	assert_ok(ct_process_write_slot(pid, sp, UINT64_MAX));
	assert_refused(ct_preload_insert(pid, pid, agent_path, &preload),
		       CT_ERROR_BAD_DATA, "arguments");
	assert_ok(ct_process_write_slot(pid, sp, 1 << 20));
	assert_refused(ct_preload_insert(pid, pid, agent_path, &preload),
		       CT_ERROR_FAULT, "stack");
	regs.rsp = 4096;
	assert_int_equal(ptrace(PTRACE_SETREGS, pid, NULL, &regs), 0);
	assert_refused(ct_preload_insert(pid, pid, agent_path, &preload),
		       CT_ERROR_FAULT, "stack");
	tracee_kill(pid);
}

/* By a link, whose path LD_PRELOAD can spell wherever this was built. */
static char directory[] = "/tmp/test_agent_preload-XXXXXX";

static int setup(void **state)
{
	(void)state;
	char self[PATH_MAX];
	ssize_t size = readlink("/proc/self/exe", self, sizeof(self) - 64);
	assert_true(size > 0);
	self[size] = '\0';
	strcpy(strrchr(self, '/'), "/../libctester-agent.so");
	char *real = realpath(self, NULL);
	assert_non_null(real);
	assert_non_null(mkdtemp(directory));
	snprintf(agent_path, sizeof(agent_path), "%s/libctester-agent.so",
		 directory);
	assert_int_equal(symlink(real, agent_path), 0);
	free(real);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	unlink(agent_path);
	return rmdir(directory);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(it_is_in_an_entrys_place),
	    cmocka_unit_test(an_empty_environment_has_two_words_more),
	    cmocka_unit_test(the_users_is_as_it_was),
	    cmocka_unit_test(what_the_dynamic_linker_reads_is_left),
	    cmocka_unit_test(before_it_was_read_it_can_be_taken_out),
	    cmocka_unit_test(paths_that_it_cannot_spell_are_refused),
	    cmocka_unit_test(a_program_that_has_begun_is_refused),
	    cmocka_unit_test(damaged_stacks_are_refused),
	};
	if (argc == 3 && strcmp(argv[1], "child") == 0)
		_exit(
		    child(argv, environ)); /* LeakSanitizer fails when traced */
	return cmocka_run_group_tests(tests, setup, teardown);
}
