/* SPDX-License-Identifier: MIT */
/* RUN(): the tests one by one, under CUnit, each with the kit as new. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <limits.h>
#include <malloc.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "CTester/CTester.h"
#include "CTester/hooks.h"
#include "CTester/kit.h"
#include "kit/sandbox.h"

/* What new memory is filled with, as in the reference: nobody's zeros. */
#define PERTURBATION 142
#define DOMAIN       "tests"

static void set_language(int argc, char *argv[])
{
	for (int i = 1; i < argc; i++)
		if (strncmp(argv[i], "LANGUAGE=", 9) == 0)
			putenv(argv[i]);
	setlocale(LC_ALL, "");
	char here[PATH_MAX];
	const char *directory = getenv("PWD");
	if (!directory)
		directory = getcwd(here, sizeof(here));
	bindtextdomain(DOMAIN, directory);
	bind_textdomain_codeset(DOMAIN, "UTF-8");
	textdomain(DOMAIN);
}

static void tell_if_unarmed(void)
{
	if (ctester_kit.armed_pid == (uint32_t)getpid())
		return;
	fputs("ctester: no debugger has set up this program: the tests run, "
	      "but nothing is monitored and no call is made to fail.  "
	      "Run it as `ctester wrap PROGRAM`.\n",
	      stderr);
}

/* The next of "a, b, c", of which none has a comma of its own. */
static bool next_name(const char **names, char *name, size_t size)
{
	const char *begin = *names + strspn(*names, " \t\n&");
	size_t length = strcspn(begin, ",");
	*names = begin + length + (begin[length] == ',');
	while (length && strchr(" \t\n", begin[length - 1]))
		length--;
	snprintf(name, size, "%.*s", (int)length, begin);
	return length > 0 && length < size;
}

static void name_test(const char **names, void *test, char *name, size_t size)
{
	Dl_info info;
	if (next_name(names, name, size))
		return;
	if (dladdr(test, &info) && info.dli_sname)
		snprintf(name, size, "%s", info.dli_sname);
	else
		snprintf(name, size, "%p", test);
}

static sigjmp_buf crash_jmp;
static CU_TestFunc running;

static void crashed(int number)
{
	siglongjmp(crash_jmp, number);
}

/*
 * A test that relies on what the program did not do, such as call open() for
 * stats to have a pathname, crashes itself.  The next ones are run.
 */
static void run_guarded(void)
{
	int number = sigsetjmp(crash_jmp, 1);
	if (number == 0) {
		ctester_catch_crashes(crashed);
		running();
	} else {
		CU_assertImplementation(CU_FALSE, 0, "the test has crashed", "",
					"", CU_FALSE);
		push_info_msg(_("The test itself has crashed."));
		fprintf(stderr,
			"ctester: SIG%s in the test itself, outside of the "
			"sandbox\n",
			sigabbrev_np(number));
	}
	ctester_catch_crashes(NULL);
}

static int run_test(CU_pSuite suite, const char *name, void *test)
{
	*(void **)&running = test;
	CU_pTest added = CU_add_test(suite, name, run_guarded);
	if (!added)
		return CU_get_error();
	printf("\n==== Results for test %s : ====\n", name);
	ctester_results_begin_test();
	ctester_reset();
	ctester_sandbox_before_test();
	CU_ErrorCode error = CU_basic_run_test(suite, added);
	ctester_sandbox_after_test();
	if (error != CUE_SUCCESS)
		return (int)error;
	bool success =
	    CU_get_number_of_tests_failed() == 0 && !ctester_banned_used();
	return ctester_results_end_test(success) ? 0 : 1;
}

static int run_all(void *tests[], size_t count, const char *names)
{
	if (!ctester_results_begin())
		return 1;
	if (CU_initialize_registry() != CUE_SUCCESS)
		return (int)CU_get_error();
	CU_pSuite suite = CU_add_suite("Suite_1", NULL, NULL);
	int error = suite ? 0 : (int)CU_get_error();
	for (size_t i = 0; i < count && !error; i++) {
		char name[256];
		name_test(&names, tests[i], name, sizeof(name));
		error = run_test(suite, name, tests[i]);
	}
	CU_cleanup_registry();
	return error ? error : (int)CU_get_error();
}

int ctester_run(int argc, char *argv[], void *tests[], size_t count,
		const char *names, unsigned int version, unsigned int layout)
{
	if (version != CTESTER_VERSION || layout != CTESTER_LAYOUT) {
		fprintf(stderr,
			"ctester: the tests were compiled with version %u "
			"(layout %#x) of CTester.h, and the library is version "
			"%u (layout %#x): compile them again\n",
			version, layout, CTESTER_VERSION, CTESTER_LAYOUT);
		return 2;
	}
	set_language(argc, argv);
	mallopt(M_PERTURB, PERTURBATION);
	/* What libc says as it aborts is to be captured with all else. */
	setenv("LIBC_FATAL_STDERR_", "2", 1);
	tell_if_unarmed();
	return run_all(tests, count, names);
}
