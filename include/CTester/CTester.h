/* SPDX-License-Identifier: MIT */
/*
 * What a C test includes: all of the kit, and CUnit.
 *
 *	void test_open_fails(void)
 *	{
 *		set_test_metadata("q1", _("open() fails"), 1);
 *		int ret = 0;
 *		monitored.open = true;
 *		failures.open = FAIL_FIRST;
 *		failures.open_ret = -1;
 *		SANDBOX_BEGIN;
 *		ret = copy("from", "to");
 *		SANDBOX_END;
 *		CU_ASSERT_EQUAL(ret, -1);
 *	}
 *
 *	int main(int argc, char *argv[])
 *	{
 *		BAN_FUNCS(system);
 *		RUN(test_open_fails);
 *	}
 *
 * Link with -lctester-kit -lcunit, and run it in GDB, which does the
 * monitoring: `ctester wrap ./tests`.
 *
 * Between SANDBOX_BEGIN and SANDBOX_END calls are monitored, what is written
 * to the standard output and error is kept and then shown, and a signal that
 * would end the program, exit(), or too much time end the sandbox: the test
 * fails, and goes on behind SANDBOX_END.  Variables set within have then the
 * value that they had, so declare them before it and give them a wrong one.
 *
 * To be defined before this is included, if at all:
 *	CTESTER_OLD_HEADER	the older header, of 19 functions
 *	CTESTER_STRICT_UPSTREAM	what the reference's code does, where that is
 *				not what its documentation says; no messages
 *				that it has not
 */
#ifndef CTESTER_CTESTER_H
#define CTESTER_CTESTER_H

#include <CUnit/Basic.h>
#include <CUnit/CUnit.h>
#include <libintl.h>
#include <locale.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "trap.h"
#include "wrap.h"
#ifndef CTESTER_OLD_HEADER
#include "read_write.h"
#include "wrap_network_dns.h"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The text in the language of the run: LANGUAGE=fr is an argument of main. */
#define _(STRING) gettext(STRING)

/**
 * Run test functions, each with all of the kit reset, write results.txt, and
 * return from main(): 0 if they ran, whether they failed or not.
 */
#define RUN(...)                                                            \
	do {                                                                \
		__extension__ ctester_test ctester_tests[] = {__VA_ARGS__}; \
		return ctester_run(argc, argv, (void **)ctester_tests,      \
				   sizeof(ctester_tests) / sizeof(void *),  \
				   #__VA_ARGS__, CTESTER_VERSION,           \
				   CTESTER_LAYOUT);                         \
	} while (0)

/**
 * Functions that the program must not use, by their names; for main(), before
 * RUN().  Files that include this header may.  If the program does, its code is
 * not run: each test fails as it opens its sandbox.
 */
#define BAN_FUNCS(...)                                             \
	ctester_ban(#__VA_ARGS__,                                  \
		    (struct ctester_own_code){__start_ctester_own, \
					      __stop_ctester_own})

#define SANDBOX_BEGIN                      \
	if (sigsetjmp(segv_jmp, 1) == 0) { \
		sandbox_begin();
#define SANDBOX_END             \
	}                       \
	else                    \
	{                       \
		sandbox_fail(); \
	}                       \
	sandbox_end();

/**
 * What the test is about, as it will stand in results.txt.  They are copied,
 * and of any length; # and line ends are written as \x23 and \n there.
 */
void set_test_metadata(const char *problem, const char *descr,
		       unsigned int weight);

/* One more message in the test's line of results.txt. */
void push_info_msg(const char *msg);

/*
 * One more tag: letters, digits, - and _, at most 29 of them; at most 20 tags.
 * Others are left out.
 */
void set_tag(const char *tag);

/**
 * How long the code in a sandbox may take; 2 seconds unless set.  While a
 * debugger has the program stopped no time passes.  Set in a test it is for
 * that test, set before RUN() it is for each.
 *
 * @param seconds  0 and less: as long as it likes.
 */
void set_sandbox_timeout(double seconds);

/*
 * What the last sandbox wrote to its standard output and error: descriptors
 * to read from.  -1 before the first one.
 */
extern int stdout_cpy, stderr_cpy;

/* ---- what the macros call */

#ifdef __cplusplus
typedef void (*ctester_test)(void);
#else
typedef void *ctester_test; /* a function of any type */
#endif
extern sigjmp_buf segv_jmp;
int ctester_run(int argc, char *argv[], void *tests[], size_t count,
		const char *names, unsigned int version, unsigned int layout);

/*
 * Where the code of files that include this begins and ends, in a section that
 * the linker collects.  The last of the assembler's subsections comes last,
 * and so ends what the compiler puts into the section.
 */
struct ctester_own_code {
	const int *begin, *end;
};
extern const int __start_ctester_own[]
    __attribute__((weak, visibility("hidden")));
extern const int __stop_ctester_own[]
    __attribute__((weak, visibility("hidden")));
#ifdef __x86_64__
#define CTESTER_MARK(section)                                 \
	__asm__(".pushsection " section ",\"ax\",@progbits\n" \
		"7701:\n"                                     \
		".subsection 8192\n"                          \
		"7702:\n"                                     \
		".popsection\n"                               \
		".pushsection ctester_own,\"a\",@progbits\n"  \
		".balign 4\n"                                 \
		".long 7701b - ., 7702b - .\n"                \
		".popsection\n");
CTESTER_MARK(".text")
CTESTER_MARK(".text.startup")
CTESTER_MARK(".text.unlikely")
#undef CTESTER_MARK
#endif

void ctester_ban(const char *names, struct ctester_own_code own);
int sandbox_begin(void);
void sandbox_fail(void);
void sandbox_end(void);

#ifdef __cplusplus
}
#endif

#endif /* CTESTER_CTESTER_H */
