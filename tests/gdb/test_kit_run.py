# SPDX-License-Identifier: MIT
"""C tests without a debugger: what a program of tests prints and writes, and
that what ends one test does not end the run."""

import os
import pathlib
import re
import struct
import subprocess
from typing import Any, Dict, List, Sequence, Tuple

import pytest

from conftest import BUILD, ROOT, compile_c

INCLUDE = ROOT / "include"
SHARED = [f"-L{BUILD}", "-lctester-kit", f"-Wl,-rpath,{BUILD}"]
STATIC = [str(BUILD / "libctester-kit.a")]
MAIN = """
int main(int argc, char *argv[])
{
	%s;
	RUN(%s);
}
"""
TEST = """
void %s(void)
{
	set_test_metadata("%s", _("what it does"), 1);
	volatile int ret = -1;
	SANDBOX_BEGIN;
	%s;
	ret = 0;
	SANDBOX_END;
	CU_ASSERT_EQUAL(ret, 0);
}
"""
HEAD = """
#include "CTester/CTester.h"
#include <err.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
static int *volatile nowhere;
static volatile int nought;
static int recurse(int depth)
{
	volatile char room[1000];
	room[0] = (char)depth;
	return depth < 0 ? 0 : recurse(depth + 1) + room[0];
}
static void *crash(void *unused) { *nowhere = 1; return unused; }
"""
SIGSEGV = "sigsegv#Your code produced a segfault."
TIMEOUT = "timeout#Your code exceeded the maximal allowed execution time."
ABORTED = "sigabrt#Your code aborted."
# A name, what it does in the sandbox, its tags and first message.
ENDS = [
    ("segv", "*nowhere = 1", SIGSEGV),
    ("fpe", "nought = 5 % nought",
     "sigfpe#Your code produced an arithmetic exception."),
    ("aborts", "abort()", ABORTED),
    ("ill", "__builtin_trap()",
     "sigill#Your code executed an illegal instruction."),
    ("bus", "raise(SIGBUS)", "sigbus#Your code produced a bus error."),
    ("pipes", "int p[2]; pipe(p); close(p[0]); write(p[1], p, 1)",
     "sigpipe#Your code wrote to a pipe or socket that nobody reads."),
    ("stack", "recurse(0)", SIGSEGV),
    ("thread", "pthread_t t; pthread_create(&t, NULL, crash, NULL); pause()",
     SIGSEGV),
    ("loop", "set_sandbox_timeout(0.1); for (;;) nought = 0", TIMEOUT),
    ("sleeps", "set_sandbox_timeout(0.1); sleep(100)", TIMEOUT),
    ("exits", "exit(0)", "exit#Your code called exit(0)."),
    ("_exits", "_exit(2)", "exit#Your code called exit(2)."),
    ("errs", 'errx(5, "libc calls exit")', "exit#Your code called exit(5)."),
]


def build(source: str, libraries: Sequence[str] = STATIC, cc: str = "gcc",
          flags: Sequence[str] = ("-O0",),
          include: pathlib.Path = INCLUDE) -> pathlib.Path:
    stamp = sum(path.stat().st_mtime_ns for path in
                [*(include / "CTester").glob("*.h"),
                 BUILD / "libctester-kit.a"])
    return compile_c(source, name="tests", cc=cc,
                     flags=["-g", "-fno-builtin", "-Wno-unused-result",
                            f"-DSTAMP={stamp}", f"-I{include}", *flags],
                     libraries=[*libraries, "-lcunit", "-ldl", "-lpthread"])


def run(program: pathlib.Path, directory: pathlib.Path, *arguments: str,
        status: int = 0, **environment: str) -> Tuple[List[str], str, str]:
    """The lines of results.txt, the output, and what was said of errors."""
    every: Dict[str, Any] = {**os.environ, "PWD": str(directory),
                             "LC_ALL": "C.UTF-8", **environment}
    done = subprocess.run([str(program), *arguments], cwd=directory, text=True,
                          env=every, timeout=120, check=False,
                          capture_output=True)
    assert done.returncode == status, done.stderr
    results = directory / "results.txt"
    lines = results.read_text().splitlines() if results.exists() else []
    return lines, done.stdout, done.stderr


def suite(*each: Tuple[str, str], before: str = "") -> str:
    return (HEAD + "".join(TEST % (name, name, body) for name, body in each)
            + MAIN % (before, ", ".join(name for name, _ in each)))


@pytest.mark.parametrize("libraries,cc,flags", [
    (STATIC, "gcc", ["-O0"]), (SHARED, "gcc", ["-O0"]),
    (SHARED, "clang", ["-O2"]), (STATIC, "gcc", ["-O2", "-no-pie"]),
], ids=["archive", "shared", "clang-O2", "no-pie-O2"])
def test_what_ends_a_test_does_not_end_the_run(
        tmp_path: pathlib.Path, libraries: List[str], cc: str,
        flags: List[str]) -> None:
    source = suite(("first", ""), *((name, body) for name, body, _ in ENDS),
                   ("last", ""))
    lines, out, _ = run(build(source, libraries, cc, flags), tmp_path)
    assert lines[0] == "first#SUCCESS#what it does#1#"
    assert lines[-1] == "last#SUCCESS#what it does#1#"
    for line, (name, _, told) in zip(lines[1:-1], ENDS):
        assert line.startswith(f"{name}#FAIL#what it does#1#{told}")
        assert f"==== Results for test {name} : ====" in out
    assert len(lines) == len(ENDS) + 2
    assert out.count("Segfault or timeout") == len(ENDS)


def test_the_place_is_told(tmp_path: pathlib.Path) -> None:
    source = suite(("thread", ENDS[7][1]), ("stack", "recurse(0)"),
                   ("libc", 'printf("%s", (char *)8)'), ("exits", "exit(1)"),
                   ("errs", 'errx(1, "bye")'))
    lines, _, err = run(build(source), tmp_path)
    assert len(lines) == 5
    for line, place in zip(lines, [
            r"It happened in crash\(\) \(tests\+0x[0-9a-f]+\)\.",
            r"The stack overflowed in recurse\(\) \(tests\+0x[0-9a-f]+\)\.",
            r"It happened in libc\(\) \(tests\+0x[0-9a-f]+\)\.",
            r"It happened in exits\(\) \(tests\+0x[0-9a-f]+\)\.",
            r"It happened in errs\(\) \(tests\+0x[0-9a-f]+\)\."]):
        assert re.search("#" + place + "$", line), line
    assert "ctester: SIGSEGV ended the sandbox, in crash() (tests+0x" in err
    assert "ctester: stack overflow ended the sandbox, in recurse()" in err


def test_a_static_program_is_tested_too(tmp_path: pathlib.Path) -> None:
    source = suite(("segv", "*nowhere = 1"), ("exits", "exit(3)"), ("ok", ""),
                   before="BAN_FUNCS(system)")
    program = build(source, flags=["-O0", "-static", "-w"])
    lines, _, err = run(program, tmp_path)
    assert re.search(r"segv#FAIL.*It happened in segv\(\) \(tests", lines[0])
    assert "#exit#Your code called exit(3)." in lines[1]
    assert lines[2:] == ["ok#SUCCESS#what it does#1#"]
    assert "BAN_FUNCS(system): in a static program nobody can tell" in err


# All of it calls real functions that the program calls nowhere.
REALS = HEAD + r"""
#include "CTester/util_sockets.h"
int __real_creat(const char *, mode_t);
ssize_t __real_recv(int, void *, size_t, int);
uint16_t __real_htons(uint16_t);
void *__real_memcpy(void *, const void *, size_t);
const char *__real_gai_strerror(int);
void real(void)
{
	char data[] = "data", got[8] = "";
	set_test_metadata("real", "d", 1);
	char *edge = trap_buffer(5, TRAP_RIGHT, PROT_READ, data);
	CU_ASSERT_STRING_EQUAL(edge, "data");
	CU_ASSERT_EQUAL(free_trap(edge, 5), 0);
	CU_ASSERT_EQUAL(__real_creat("/", 0), -1);
	CU_ASSERT_EQUAL(__real_recv(-1, data, 1, 0), -1);
	CU_ASSERT_EQUAL(__real_htons(0x1234), 0x3412);
	CU_ASSERT_PTR_EQUAL(__real_memcpy(got, data, 5), got);
	CU_ASSERT_STRING_EQUAL(got, data);
	CU_ASSERT_PTR_NOT_NULL(__real_gai_strerror(EAI_AGAIN));
	int server = create_tcp_server_socket("0", AF_INET, SOCK_STREAM);
	CU_ASSERT_NOT_EQUAL(server, -1);
}
""" + MAIN % ("", "real")


@pytest.mark.parametrize("libraries,flags", [
    (SHARED, []), (STATIC, []), (STATIC, ["-no-pie"]),
    (STATIC, ["-static", "-w"]), (STATIC, ["-static", "-s", "-w"]),
    (STATIC, ["-static-pie", "-fPIE", "-w"]),
], ids=["shared", "archive", "no-pie", "static", "stripped", "static-pie"])
def test_the_real_functions_are_there_without_a_debugger(
        tmp_path: pathlib.Path, libraries: List[str],
        flags: List[str]) -> None:
    lines, out, _ = run(build(REALS, libraries, flags=flags), tmp_path)
    assert lines == ["real#SUCCESS#d#1#"], out


def test_strict_upstream_has_the_messages_of_the_reference_alone(
        tmp_path: pathlib.Path) -> None:
    program = build(suite(("segv", "*nowhere = 1")),
                    flags=["-O0", "-DCTESTER_STRICT_UPSTREAM"])
    lines, _, _ = run(program, tmp_path)
    assert lines == [f"segv#FAIL#what it does#1#{SIGSEGV}"]


def test_without_gdb_it_says_so_once_and_runs(tmp_path: pathlib.Path) -> None:
    source = HEAD + """
void counts(void)
{
	monitored.getpid = true;
	SANDBOX_BEGIN;
	getpid();
	SANDBOX_END;
	CU_ASSERT_EQUAL(stats.getpid.called, 0);
}
""" + MAIN % ("", "counts, counts")
    program = build(source.replace("counts, counts", "counts"))
    lines, out, err = run(program, tmp_path)
    assert lines == ["#SUCCESS##0#"]
    assert err.count("nothing is monitored") == 1
    assert "ctester wrap" in err
    assert "asserts      1      1      1      0" in out


def test_a_test_begins_with_the_kit_as_new(tmp_path: pathlib.Path) -> None:
    source = HEAD + """
void sets(void)
{
	set_test_metadata("sets", "d", 1);
	monitored.open = true;
	failures.open = FAIL_ALWAYS;
	failures.open_ret = -1;
	failures.open_errno = EACCES;
	stats.open.called = 3;
	logs.malloc.n = 2;
	set_tag("mine");
	push_info_msg("mine");
}
void finds(void)
{
	struct wrap_fail_t none;
	memset(&none, 0, sizeof(none));
	set_test_metadata("finds", "d", 1);
	CU_ASSERT_FALSE(monitored.open);
	CU_ASSERT_EQUAL(memcmp(&none, &failures, sizeof(none)), 0);
	CU_ASSERT_EQUAL(stats.open.called, 0);
	CU_ASSERT_EQUAL(logs.malloc.n, 0);
}
""" + MAIN % ("", "sets, finds")
    lines, _, _ = run(build(source), tmp_path)
    assert lines == ["sets#SUCCESS#d#1#mine#mine", "finds#SUCCESS#d#1#"]


def test_a_double_free_is_told(tmp_path: pathlib.Path) -> None:
    source = suite(("twice", "char *p = malloc(9); free(p); free(p)"),
                   ("next", ""))
    lines, _, err = run(build(source, flags=["-O0", "-w"]), tmp_path)
    assert lines[0].startswith("twice#FAIL#what it does#1#sigabrt,double_free"
                               "#Your code aborted.#")
    assert lines[0].endswith("#Your code produced a double free.")
    assert lines[1] == "next#SUCCESS#what it does#1#"
    assert "double free detected" in err


def catalogue(texts: Dict[str, str]) -> bytes:
    """A .mo file: the format's section in the manual of gettext."""
    pairs = sorted((a.encode(), b.encode()) for a, b in texts.items())
    tables, strings, at = b"", b"", 28 + 16 * len(pairs)
    for column in (0, 1):
        for pair in pairs:
            tables += struct.pack("<II", len(pair[column]), at + len(strings))
            strings += pair[column] + b"\0"
    return struct.pack("<7I", 0x950412de, 0, len(pairs), 28,
                       28 + 8 * len(pairs), 0, 0) + tables + strings


def test_the_language_is_an_argument(tmp_path: pathlib.Path) -> None:
    place = tmp_path / "fr" / "LC_MESSAGES"
    place.mkdir(parents=True)
    (place / "tests.mo").write_bytes(catalogue({
        "": "Content-Type: text/plain; charset=UTF-8\n",
        "what it does": "ce qu'il fait, à peu près",
        "Your code produced a segfault.": "Erreur de segmentation."}))
    program = build(suite(("segv", "*nowhere = 1")))
    lines, _, _ = run(program, tmp_path, "LANGUAGE=fr")
    assert lines[0].startswith("segv#FAIL#ce qu'il fait, à peu près#1#sigsegv"
                               "#Erreur de segmentation.#")
    lines, _, _ = run(program, tmp_path, "LANGUAGE=en")
    assert lines[0].startswith(f"segv#FAIL#what it does#1#{SIGSEGV}#")


@pytest.mark.parametrize("libraries", [STATIC, SHARED],
                         ids=["archive", "shared"])
def test_a_header_of_another_version_is_refused_with_both(
        tmp_path: pathlib.Path, libraries: List[str]) -> None:
    headers = tmp_path / "include" / "CTester"
    headers.mkdir(parents=True)
    for path in (INCLUDE / "CTester").glob("*.h"):
        (headers / path.name).write_text(path.read_text())
    header = headers / "wrap.h"
    header.write_text(header.read_text().replace(
        "#define CTESTER_VERSION 1\n", "#define CTESTER_VERSION 97\n"))
    program = build(suite(("never", "")), libraries,
                    include=tmp_path / "include")
    lines, out, err = run(program, tmp_path, status=2)
    assert lines == [] and "Results" not in out
    assert re.search(r"compiled with version 97 .* the library is version 1 ",
                     err)


BANNED = """
#include <stdlib.h>
#include <string.h>
int under_test(const char *text);
int under_test(const char *text)
{
	%s;
}
"""
BANS = HEAD + """
int under_test(const char *);
void bans(void)
{
	set_test_metadata("bans", "d", 2);
	volatile int ret = -1;
	system("true");
	free(strdup("mine"));
	SANDBOX_BEGIN;
	ret = under_test("x");
	SANDBOX_END;
	CU_ASSERT_EQUAL(ret, 0);
}
""" + MAIN % (
    "BAN_FUNCS(system, strdup,puts, mmap, select)", "bans")
KINDS = [("gcc", ["-O0"]), ("gcc", ["-O2"]), ("clang", ["-O0"]),
         ("clang", ["-O2"]), ("gcc", ["-O0", "-no-pie", "-fno-pie"]),
         ("gcc", ["-O2", "-fno-plt"]), ("gcc", ["-O0", "-Wl,-z,now"])]


@pytest.mark.parametrize("libraries", [STATIC, SHARED],
                         ids=["archive", "shared"])
@pytest.mark.parametrize("cc,flags", KINDS, ids=lambda value: "".join(value))
@pytest.mark.parametrize("body,used", [
    ("return text == NULL", ""),
    ('return system("exit 0")', "system"),
    ("free(strdup(text)); return system(text)", "system, strdup"),
    ("int (*volatile call)(const char *) = system; return call(NULL) == 0",
     "system"),
], ids=["none", "one", "two", "pointer"])
def test_a_banned_function_is_found_where_it_is_banned(
        tmp_path: pathlib.Path, libraries: List[str], cc: str,
        flags: List[str], body: str, used: str) -> None:
    other = tmp_path / "other.c"
    other.write_text(BANNED % body)
    made = subprocess.run([cc, *[f for f in flags if "-Wl" not in f],
                           "-fno-builtin", "-c", "-o", tmp_path / "other.o",
                           other], check=False)
    assert made.returncode == 0
    lines, _, _ = run(build(BANS, [str(tmp_path / "other.o"), *libraries], cc,
                            flags), tmp_path)
    if not used:
        assert lines == ["bans#SUCCESS#d#2#"]
    else:
        assert lines == ["bans#FAIL#d#2#banned#Your code uses functions that "
                         f"are not allowed: {used}."]


@pytest.mark.parametrize("flags", [
    ["-std=gnu99", "-pedantic", "-Wall", "-Wextra", "-Wshadow"],
    ["-std=gnu11", "-Wall", "-Wextra", "-DCTESTER_OLD_HEADER"],
    ["-std=gnu17", "-Wall", "-Wextra", "-DCTESTER_STRICT_UPSTREAM"],
], ids=["gnu99", "old", "strict"])
@pytest.mark.parametrize("cc", ["gcc", "clang"])
def test_the_header_gives_no_warning(tmp_path: pathlib.Path, cc: str,
                                     flags: List[str]) -> None:
    source = tmp_path / "tests.c"
    source.write_text("""
#include "CTester/CTester.h"
void test_a()
{
	set_test_metadata("a", _("b"), 1);
	failures.open = FAIL_ONCE;
	SANDBOX_BEGIN;
	getpid();
	SANDBOX_END;
	CU_ASSERT_EQUAL(1, 1);
}
int main(int argc, char **argv)
{
	BAN_FUNCS();
	RUN(test_a);
}
""")
    done = subprocess.run([cc, *flags, "-Werror", f"-I{INCLUDE}",
                           "-fsyntax-only", source], check=False,
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


SLOW = """
import gdb, time


class Slow(gdb.Breakpoint):
    def stop(self):
        time.sleep(0.1)
        return False


Slow("stop_here")
"""


def test_breakpoints_that_go_on_do_not_take_its_time(
        tmp_path: pathlib.Path) -> None:
    """Thirty of them, of a tenth of a second each: three times the limit."""
    source = HEAD + "static void stop_here(void) { nought++; }" + TEST % (
        "slow", "slow", "set_sandbox_timeout(1); sandbox_begin(); "
        "for (int i = 0; i < 30; i++) stop_here()") + MAIN % ("", "slow")
    (tmp_path / "slow.py").write_text(SLOW)
    subprocess.run(["gdb", "-nx", "-batch", "-iex",
                    "set debuginfod enabled off", "-x", ROOT / "ctester.gdb",
                    "-x", tmp_path / "slow.py", "-ex", "run", build(source)],
                   cwd=tmp_path, timeout=100, check=False,
                   env={**os.environ, "CTESTER_BUILD": str(BUILD)},
                   capture_output=True)
    assert ((tmp_path / "results.txt").read_text()
            == "slow#SUCCESS#what it does#1#\n")


DAMAGE = HEAD + r"""
static char *volatile big, *volatile behind;
static void *allocate(void *unused) { free(malloc(9)); return unused; }
static void damage(void)
{
	big = malloc(5000), behind = malloc(5000);
	free(big), free(big);
}
static void threads(void)
{
	pthread_t thread;
	set_test_metadata("threads", "d", 1);
	SANDBOX_BEGIN;
	pthread_create(&thread, NULL, allocate, NULL);
	pthread_join(thread, NULL);
	SANDBOX_END;
}
static void inside(void)
{
	set_test_metadata("inside", "d", 1);
	SANDBOX_BEGIN;
	damage();
	SANDBOX_END;
}
static void outside(void)
{
	set_test_metadata("outside", "d", 1);
	damage();
}
static void allocates(void)
{
	set_test_metadata("allocates", "d", 1);
	SANDBOX_BEGIN;
	allocate(NULL), free(malloc(9000));
	SANDBOX_END;
}
""" + MAIN % ("", "inside, allocates, threads, outside, allocates")


def test_a_damaged_heap_does_not_hang_the_next_test(
        tmp_path: pathlib.Path) -> None:
    """glibc finds this one with the heap's lock held."""
    source = DAMAGE.replace("outside, allocates)", "outside, again)").replace(
        "\nint main", "\nstatic void again(void) { allocates(); }\nint main")
    lines, _, err = run(build(source, flags=["-O0", "-w"]), tmp_path)
    assert [line.split("#")[:2] for line in lines] == [
        ["inside", "FAIL"], ["allocates", "SUCCESS"], ["threads", "SUCCESS"],
        ["outside", "FAIL"], ["allocates", "SUCCESS"]], err
    assert "#sigabrt,double_free#Your code aborted.#" in lines[0]


@pytest.mark.parametrize("before", ["", "SANDBOX_BEGIN; SANDBOX_END"])
@pytest.mark.parametrize("crash,name", [
    ("*nowhere = 1", "SIGSEGV"), ("nought = 5 % nought", "SIGFPE"),
    ("abort()", "SIGABRT")])
def test_a_test_that_crashes_itself_fails_alone(
        tmp_path: pathlib.Path, before: str, crash: str, name: str) -> None:
    """As one does that compares a pathname of stats, without a debugger."""
    source = HEAD + """
static void crashes(void)
{
	set_test_metadata("crashes", "d", 1);
	%s;
	%s;
}
static void passes(void) { set_test_metadata("passes", "d", 2); }
""" % (before, crash) + MAIN % ("", "crashes, passes")
    lines, out, err = run(build(source), tmp_path)
    assert lines == ["crashes#FAIL#d#1##The test itself has crashed.",
                     "passes#SUCCESS#d#2#"]
    assert "1. :0  - the test has crashed" in out
    assert f"ctester: {name} in the test itself, outside of the" in err


def test_a_crash_behind_the_tests_is_the_programs(
        tmp_path: pathlib.Path) -> None:
    source = HEAD + """
static void passes(void) { SANDBOX_BEGIN; SANDBOX_END; }
static void crash_late(void) { *nowhere = 1; }
""" + MAIN % ("atexit(crash_late)", "passes")
    lines, _, _ = run(build(source), tmp_path, status=-11)
    assert lines == ["#SUCCESS##0#"]


PLUS = """
#include "CTester/CTester.h"
#include <vector>
static int *volatile nowhere;
static void crashes(void)
{
	set_test_metadata("crashes", _("in C++"), 1);
	SANDBOX_BEGIN;
	std::vector<int> some(100);
	*nowhere = some[3];
	SANDBOX_END;
}
static void throws(void)
{
	set_test_metadata("throws", _("in C++"), 1);
	SANDBOX_BEGIN;
	throw 5;
	SANDBOX_END;
}
static void passes(void) { set_test_metadata("passes", "d", 1); }
int main(int argc, char *argv[])
{
	BAN_FUNCS(system);
	RUN(crashes, throws, passes);
}
"""


@pytest.mark.parametrize("cc", ["g++", "clang++"])
def test_tests_may_be_in_cplusplus(tmp_path: pathlib.Path, cc: str) -> None:
    source = tmp_path / "tests.cc"
    source.write_text(PLUS)
    program = tmp_path / "tests"
    subprocess.run([cc, "-g", "-Wall", "-Wextra", "-Werror", "-fno-builtin",
                    f"-I{INCLUDE}", source, *STATIC, "-lcunit", "-o",
                    program], check=True)
    lines, _, _ = run(program, tmp_path)
    assert [line.split("#")[:2] for line in lines] == [
        ["crashes", "FAIL"], ["throws", "FAIL"], ["passes", "SUCCESS"]]
