# SPDX-License-Identifier: MIT
"""A suite as a teacher wrote it for the reference (tests/programs/kit_*.c),
with a right and a wrong answer to it: results.txt is compared whole."""

import os
import pathlib
import re
import shutil
import signal
import subprocess
from typing import Any, List, Sequence

import pytest

from conftest import BUILD, ROOT, Gdb, compile_c
import test_kit_run
from test_kit_programs import INCLUDE, WRAP, kit_stamp

PROGRAMS = ROOT / "tests" / "programs"
SHARED = [f"-L{BUILD}", "-lctester-kit", f"-Wl,-rpath,{BUILD}"]
STATIC = [str(BUILD / "libctester-kit.a")]
RIGHT = """\
open#SUCCESS#open is called once, and as asked#3#
open#SUCCESS#0 is that it was not called#1#
sandbox#SUCCESS#only calls in the sandbox count#1#
masks#SUCCESS#bit n is the n-th call from now#2#
masks#SUCCESS#each failure has the same values#1#
reset#SUCCESS#a test may leave what it likes#1#
reset#SUCCESS#a test begins with the defaults#1#
list#SUCCESS#a failed malloc leaves the list#2#
list#SUCCESS#malloc returns what is prepared#1#
reads#SUCCESS#what comes in parts is read whole#3#
names#SUCCESS#getaddrinfo is the test's own#2#
threads#SUCCESS#counts are exact in 4 threads#2#
child#SUCCESS#a child has the real functions#1#
connect#SUCCESS#a sleep that fails takes no time#1#
real#SUCCESS#a test calls the real functions#1#
many#SUCCESS#3,000 calls are in time#1#
fault#SUCCESS#the real function meets a fault#1#
output#SUCCESS#what is written can be read#1#
kit#SUCCESS#what the kit calls is not counted#1#tag#a message
"""
# What the tests say of the wrong answer.
WRONG = {
    0: "open#FAIL#open is called once, and as asked#3#too_many_calls"
       "#Your code opens the file again.",
    7: "list#FAIL#a failed malloc leaves the list#2#sigsegv,double_free"
       "#Your code produced a segfault."
       "#It happened in push() at source.c:LINE."
       "#Your code produced a double free.",
    9: "reads#FAIL#what comes in parts is read whole#3#",
    10: "names#FAIL#getaddrinfo is the test's own#2#not_freed",
}
# Without a debugger these need no monitoring; the others fail.
UNMONITORED = {1, 5, 6, 12, 14, 17, 18}
KINDS = [
    ("shared", "gcc", SHARED, ["-O0"]),
    ("archive", "gcc", STATIC, ["-O0"]),
    ("relro-O2", "gcc", SHARED, ["-O2", "-Wl,-z,now,-z,relro"]),
    ("clang", "clang", SHARED, ["-O0"]),
    ("clang-O2-archive", "clang", STATIC, ["-O2"]),
    ("fortified", "gcc", SHARED, ["-O2", "-U_FORTIFY_SOURCE",
                                  "-D_FORTIFY_SOURCE=2"]),
    ("static", "gcc", STATIC, ["-O0", "-static", "-w"]),
]


def answer(cc: str, flags: Sequence[str]) -> pathlib.Path:
    """The code under test: an object file, as students hand it in."""
    return compile_c((PROGRAMS / "kit_student.c").read_text(),
                     name="answer.o", cc=cc, libraries=[],
                     flags=["-c", "-g", "-fno-builtin", "-Wno-unused-result",
                            *[one for one in flags if "-Wl" not in one]],
                     includes=[PROGRAMS / "kit_student.h"])


def suite(cc: str = "gcc", libraries: Sequence[str] = tuple(SHARED),
          flags: Sequence[str] = ("-O0",), wrong: bool = False
          ) -> pathlib.Path:
    handed_in = answer(cc, [*flags, *["-DWRONG", "-w"] * wrong])
    return compile_c((PROGRAMS / "kit_suite.c").read_text(), name="tests",
                     cc=cc, includes=[PROGRAMS / "kit_student.h"],
                     flags=["-g", "-fno-builtin", f"-I{INCLUDE}", "-Wall",
                            "-Werror", f"-DSTAMP={kit_stamp()}",
                            *flags],
                     libraries=[str(handed_in), *libraries, "-lcunit",
                                "-ldl"])


def written(directory: pathlib.Path) -> str:
    return (directory / "results.txt").read_text()


def expected_of_the_wrong_one() -> str:
    source = (PROGRAMS / "kit_student.c").read_text().splitlines()
    line = source.index("\tnode->next = *list;") + 1
    lines = RIGHT.splitlines()
    for index, text in WRONG.items():
        lines[index] = text.replace("LINE", str(line))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind[0])
def test_a_right_answer_passes(gdb: Gdb, kind: Any) -> None:
    result = gdb.shell(WRAP, "wrap", suite(*kind[1:]))
    assert written(gdb.directory) == RIGHT, result.shown()
    assert result.status == 0
    assert "warning: the program has no call of recvmsg: " in result.stderr
    assert result.stderr.endswith("-fno-builtin\ntold"), result.shown()


@pytest.mark.parametrize("how", ["wrap", "gdb"])
def test_a_wrong_answer_does_not(gdb: Gdb, how: str) -> None:
    program = suite(wrong=True)
    result = (gdb.shell(WRAP, "wrap", program) if how == "wrap"
              else gdb.run(program))
    assert written(gdb.directory) == expected_of_the_wrong_one(), (
        result.shown())
    assert result.status == 0
    assert re.search(r"^ctester: SIGSEGV ended the sandbox, in push\(\) at "
                     r"source\.c:\d+$", result.stderr, re.M), result.shown()


def test_both_ways_to_run_it_print_the_same(gdb: Gdb) -> None:
    program = suite()
    ways = [gdb.shell(WRAP, "wrap", program), gdb.run(program)]
    outputs = [re.sub(r"= +\d+\.\d+ seconds", "", way.stdout) for way in ways]
    assert outputs[0] == outputs[1]
    assert ways[0].stderr == ways[1].stderr
    assert outputs[0].count("==== Results for test ") == len(
        RIGHT.splitlines())


@pytest.mark.parametrize("libraries,flags", [
    (SHARED, ["-O0"]), (STATIC, ["-O0"]), (STATIC, ["-O0", "-static", "-w"]),
    (STATIC, ["-O2", "-static", "-s", "-w"]),
    (STATIC, ["-O0", "-static-pie", "-fPIE", "-w"]),
], ids=["shared", "archive", "static", "static-stripped", "static-pie"])
def test_without_gdb_it_runs_to_its_end_and_says_why(
        gdb: Gdb, libraries: List[str], flags: List[str]) -> None:
    result = gdb.shell(suite("gcc", libraries, flags))
    wanted: List[str] = [
        line if index in UNMONITORED else line.replace("SUCCESS", "FAIL", 1)
        for index, line in enumerate(RIGHT.splitlines())]
    lines = written(gdb.directory).splitlines()
    assert [line.split("#")[:4] for line in lines] == [
        line.split("#")[:4] for line in wanted], result.shown()
    assert result.stderr.count("nothing is monitored") == 1
    assert "ctester wrap" in result.stderr and result.status == 0


def test_a_directory_may_have_blanks(gdb: Gdb) -> None:
    place = gdb.directory / "her tests" / "build 'one'"
    place.mkdir(parents=True)
    program = shutil.copy(suite(), place / "all the tests")
    for command in ((WRAP, "wrap", program),
                    ("sh", "-c", 'cd "$0" && exec "$1" wrap "./$2" "a b"',
                     place, WRAP, "all the tests")):
        result = gdb.shell(*command)
        assert result.status == 0, result.shown()
    assert written(gdb.directory) == written(place) == RIGHT
    (place / "results.txt").unlink()
    gdb.directory = place
    result = gdb.run(program)
    assert written(place) == RIGHT, result.shown()


# ---- results.txt that cannot be written

def test_results_that_cannot_be_written_are_told(gdb: Gdb) -> None:
    (gdb.directory / "results.txt").mkdir()
    for result in (gdb.shell(WRAP, "wrap", suite()), gdb.shell(suite())):
        assert result.status == 1, result.shown()
        assert ("ctester: results.txt: cannot be written: Is a directory\n"
                in result.stderr), result.shown()
        assert "Results for test" not in result.stdout


# ---- fields that the reference has not

@pytest.mark.parametrize("field", [
    "failures.getpid", "failures.htons", "failures.freeaddrinfo",
    "failures.malloc_errno", "failures.free_ret", "failures.free_errno",
    "failures.sleep_errno", "stats.getpid.last_params",
    "stats.free.last_return", "stats.freeaddrinfo.last_return",
    "stats.sleep.last_params", "stats.pthread_mutex_lock.last_params"])
def test_what_makes_no_sense_is_no_field(tmp_path: pathlib.Path,
                                         field: str) -> None:
    source = tmp_path / "tests.c"
    source.write_text('#include "CTester/CTester.h"\n'
                      f"int main(void) {{ (void){field}; return 0; }}\n")
    done = subprocess.run(["gcc", f"-I{INCLUDE}", "-fsyntax-only", source],
                          check=False, capture_output=True, text=True)
    assert "has no member named" in done.stderr, done.stderr


TYPES = """
#include "CTester/%s"
#define IS(type, field) \\
	_Static_assert(_Generic(&(field), type *: 1, default: 0), #field)
IS(bool, monitored.open);
IS(uint32_t, failures.open);
IS(int, failures.open_ret);
IS(int, failures.open_errno);
IS(void *, failures.malloc_ret);
IS(unsigned int, failures.sleep_ret);
IS(struct stats_open_t, stats.open);
IS(struct params_open_t, stats.open.last_params);
IS(struct params_read_t, stats.write.last_params);
IS(mode_t, stats.open.last_params.mode);
IS(int, stats.open.called);
IS(ssize_t, stats.read.last_return);
IS(off_t, stats.lseek.last_return);
IS(struct stat, stats.stat.returned_stat);
IS(struct sockaddr_storage, stats.accept.last_returns.addr);
IS(socklen_t, stats.recvfrom.last_returned_addr.addrlen);
IS(socklen_t, stats.recvfrom.last_returns.addrlen);
IS(struct wrap_monitor_t, monitored);
IS(struct wrap_fail_t, failures);
IS(struct wrap_stats_t, stats);
IS(struct wrap_log_t, logs);
IS(struct malloc_t, logs.malloc);
_Static_assert(sizeof(stats.open) == sizeof(struct stats_open_t), "");
int main(void) { return (int)NEXT(FAIL(failures.open) ? 2u : 0u); }
"""


@pytest.mark.parametrize("header", ["CTester.h", "wrap.h"])
@pytest.mark.parametrize("cc", ["gcc", "clang"])
def test_types_are_the_reference_s(tmp_path: pathlib.Path, cc: str,
                                   header: str) -> None:
    """wrap.h alone has them all, too."""
    source = tmp_path / "tests.c"
    source.write_text(TYPES % header)
    done = subprocess.run([cc, "-std=gnu11", f"-I{INCLUDE}", "-fsyntax-only",
                           source], check=False, capture_output=True,
                          text=True)
    assert done.returncode == 0, done.stderr


# ---- what ends a sandbox

def programs_of_ends() -> pathlib.Path:
    return test_kit_run.build(test_kit_run.suite(
        ("first", ""), *((name, body) for name, body, _ in test_kit_run.ENDS),
        ("last", "")), SHARED)


@pytest.mark.parametrize("how", ["wrap", "gdb"])
def test_each_end_is_told_with_its_line(gdb: Gdb, how: str) -> None:
    program = programs_of_ends()
    result = (gdb.shell(WRAP, "wrap", program) if how == "wrap"
              else gdb.run(program))
    source = (program.parent / "source.c").read_text().splitlines()
    lines = written(gdb.directory).splitlines()
    assert lines[0] == "first#SUCCESS#what it does#1#", result.shown()
    assert lines[-1] == "last#SUCCESS#what it does#1#", result.shown()
    assert len(lines) == len(test_kit_run.ENDS) + 2
    for line, (name, body, told) in zip(lines[1:], test_kit_run.ENDS):
        found = re.fullmatch(
            rf"{name}#FAIL#what it does#1#{re.escape(told)}#"
            r"(It happened|The stack overflowed) in (\w+)\(\) at "
            r"source\.c:(\d+)(, in \w+\(\))?\.", line)
        assert found, line
        inner = {"stack": "recurse", "thread": "crash"}.get(name, name)
        assert found[2] == inner, line
        if inner == name:
            assert body in source[int(found[3]) - 1], line
        assert (found[1] == "It happened") == (name != "stack"), line


THREADS = test_kit_run.HEAD + r"""
static void *deep(void *unused) { recurse(0); return unused; }
static void *gives(void *text) { return text; }
static void *exits(void *text) { pthread_exit(text); }
static void *waits(void *text)
{
	for (;;)
		pause();
	return text;
}
static void overflow(void)
{
	pthread_t thread;
	set_test_metadata("overflow", "d", 1);
	set_sandbox_timeout(100);
	SANDBOX_BEGIN;
	pthread_create(&thread, NULL, deep, NULL);
	pthread_join(thread, NULL);
	pause();
	SANDBOX_END;
}
static void ends(void)
{
	static char mark;
	void *volatile result[3] = { NULL };
	int volatile bad = 0;
	pthread_attr_t no_stack;
	pthread_attr_init(&no_stack);
	pthread_attr_setstacksize(&no_stack, (size_t)1 << 60);
	set_test_metadata("ends", "d", 1);
	set_sandbox_timeout(100);
	monitored.mmap = monitored.munmap = true;
	SANDBOX_BEGIN;
	void *(*volatile each[])(void *) = { gives, exits, waits };
	for (int i = 0; i < 3; i++) {
		pthread_t thread;
		void *back = NULL;
		pthread_create(&thread, NULL, each[i], &mark);
		if (each[i] == waits)
			pthread_cancel(thread);
		pthread_join(thread, &back);
		result[i] = back;
	}
	pthread_t none;
	bad = pthread_create(&none, &no_stack, gives, NULL);
	SANDBOX_END;
	CU_ASSERT_PTR_EQUAL(result[0], &mark);
	CU_ASSERT_PTR_EQUAL(result[1], &mark);
	CU_ASSERT_PTR_EQUAL(result[2], PTHREAD_CANCELED);
	CU_ASSERT_EQUAL(bad, EAGAIN);
	CU_ASSERT_EQUAL(stats.mmap.called + stats.munmap.called, 0);
}
/* Each has a stack for signals, and leaves none behind. */
static volatile uintptr_t at;
static void *notes(void *unused)
{
	stack_t now;
	sigaltstack(NULL, &now);
	at = now.ss_flags & SS_DISABLE ? 0 : (uintptr_t)now.ss_sp;
	return unused;
}
static void gone(void)
{
	pthread_t thread;
	set_test_metadata("gone", "d", 1);
	SANDBOX_BEGIN;
	pthread_create(&thread, NULL, notes, NULL);
	pthread_join(thread, NULL);
	SANDBOX_END;
	CU_ASSERT_NOT_EQUAL(at, 0);
	CU_ASSERT_EQUAL(msync((void *)at, 4096, MS_ASYNC), -1);
	pthread_create(&thread, NULL, notes, NULL);
	pthread_join(thread, NULL);
	CU_ASSERT_EQUAL(at, 0);
}
""" + test_kit_run.MAIN % ("", "overflow, ends, gone, ends")


@pytest.mark.parametrize("libraries,flags", [
    (SHARED, ["-O0"]), (STATIC, ["-O0"]), (STATIC, ["-O0", "-static", "-w"]),
    (STATIC, ["-O2", "-static-pie", "-fPIE", "-w"]),
], ids=["shared", "archive", "static", "static-pie"])
def test_a_threads_full_stack_ends_the_sandbox(
        gdb: Gdb, libraries: List[str], flags: List[str]) -> None:
    program = test_kit_run.build(THREADS, libraries, flags=flags)
    result = gdb.shell(WRAP, "wrap", program)
    lines = written(gdb.directory).splitlines()
    assert re.fullmatch(
        "overflow#FAIL#d#1#sigsegv#Your code produced a segfault.#The stack "
        r"overflowed in (recurse|deep)\(\) at source.c:\d+.", lines[0]), (
            result.shown())
    assert lines[1:] == ["ends#SUCCESS#d#1#", "gone#SUCCESS#d#1#",
                         "ends#SUCCESS#d#1#"], result.shown()


CHILDREN = test_kit_run.HEAD + r"""
static void leave_child(void)
{
	pid_t pid = fork();
	if (!pid)
		for (;;)
			pause();
	FILE *file = fopen("children", "a");
	fprintf(file, "%d\n", (int)pid);
	fclose(file);
}
static void leaves(void)
{
	set_test_metadata("leaves", "d", 1);
	leave_child();
	SANDBOX_BEGIN;
	leave_child();
	SANDBOX_END;
}
""" + test_kit_run.MAIN % ("", "leaves")


def test_children_that_do_not_end_are_not_waited_for(gdb: Gdb) -> None:
    """Its output is a file: who reads a pipe waits for all its writers."""
    program = test_kit_run.build(CHILDREN, SHARED)
    pids: List[int] = []
    try:
        with open(gdb.directory / "out", "w", encoding="utf-8") as out:
            done = subprocess.run([WRAP, "wrap", program], check=False,
                                  cwd=gdb.directory, stdout=out, stderr=out,
                                  timeout=120)
        pids = [int(line) for line in (gdb.directory / "children")
                .read_text().split()]
        shown = (gdb.directory / "out").read_text()
        assert done.returncode == 0, shown
        assert written(gdb.directory) == "leaves#SUCCESS#d#1#\n", shown
        assert len(pids) == 2
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGKILL)


def test_the_limit_can_be_left_at_two_seconds(gdb: Gdb) -> None:
    program = test_kit_run.build(test_kit_run.suite(
        ("slow", "for (;;) nought = 0"), ("last", "")), SHARED)
    result = gdb.shell(WRAP, "wrap", program)
    lines = written(gdb.directory).splitlines()
    assert lines[0].startswith("slow#FAIL#what it does#1#timeout#Your code "
                               "exceeded the maximal allowed execution time.")
    assert lines[1:] == ["last#SUCCESS#what it does#1#"], result.shown()


STOPS = test_kit_run.HEAD + r"""
static void __attribute__((noinline)) stop_here(void) { nought++; }
static void slow(void)
{
	set_test_metadata("slow", "d", 1);
	set_sandbox_timeout(1);
	monitored.getpid = true;
	SANDBOX_BEGIN;
	for (int i = 0; i < 8; i++)
		stop_here(), getpid();
	SANDBOX_END;
	CU_ASSERT_EQUAL(stats.getpid.called, 8);
}
int main(int argc, char *argv[])
{
	RUN(slow);
}
"""


def test_stops_at_a_users_breakpoint_take_no_time(gdb: Gdb) -> None:
    """Eight, of a quarter of a second each: twice the limit."""
    program = test_kit_run.build(STOPS, SHARED)
    result = gdb.run(program, "run", script="break stop_here\ncommands\n"
                     "silent\nshell sleep 0.25\necho stopped\\n\ncontinue\n"
                     "end\n")
    assert result.stdout.count("stopped\n") == 8, result.shown()
    assert written(gdb.directory) == "slow#SUCCESS#d#1#\n", result.shown()
