# SPDX-License-Identifier: MIT
"""A sandbox with a limit: what ends the program ends the test, not the run."""

import pathlib
from typing import Any, Dict, List

import pytest

import monitors
from conftest import Gdb

CRASHES = """
#include <sys/time.h>
static volatile int zero;
static int deep(int level) { volatile char room[4096]; room[0] = 1;
                             return deep(level + 1) + room[0]; }
static void ignore(int number) { (void)number; }
static int fail(const char *how)
{
    int ends[2];
    puts("working");
    fflush(stdout);
    switch (how[0]) {
    case 's': return *(volatile int *)(long)zero;
    case 'f': return 10 / zero;
    case 'a': abort();
    case 'd': return deep(0);
    case 'l': for (;;) ;
    case 'w': sleep(1000); break;
    case 'e': exit(3);
    case 't': raise(SIGTERM); break;
    case 'b': raise(SIGBUS); break;
    case 'i': __builtin_trap();
    case 'p': return pipe(ends) + close(ends[0]) + (int)write(ends[1], "", 1);
    case 'h': signal(SIGSEGV, ignore); raise(SIGSEGV); break;
    case 'g': signal(SIGPIPE, SIG_IGN);
              return pipe(ends) + close(ends[0])
                     + ((int)write(ends[1], "", 1) != -1);
    }
    return 0;
}
int main(int argc, char **argv)
{
    int result = fail(argv[1]);
    if (argc > 2)
        exit(4);
    return result;
}
"""
MESSAGES = {
    "s": ("sigsegv", "Your code produced a segfault."),
    "f": ("sigfpe", "Your code produced an arithmetic exception."),
    "a": ("sigabrt", "Your code aborted."),
    "d": ("sigsegv", "Your code produced a segfault."),
    "l": ("timeout", "Your code exceeded the maximal allowed execution time."),
    "w": ("timeout", "Your code exceeded the maximal allowed execution time."),
    "t": ("sigterm", "Your code was ended by SIGTERM."),
    "b": ("sigbus", "Your code produced a bus error."),
    "i": ("sigill", "Your code executed an illegal instruction."),
    "p": ("sigpipe",
          "Your code wrote to a pipe or socket that nobody reads."),
    "e": ("exit", "Your code called exit(3)."),
}
ALL = """
def end(how, **options):
    try:
        with sandbox(**options):
            done = ctester.run(*how.split())
    except ctester.SandboxError as error:
        return [error.tag, str(error), error.place, error.stdout]
    return [done.exit_code, done.signal, done.stdout]
"""


@pytest.fixture(name="ends", scope="module")
def _ends(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Each in one GDB, one behind the other."""
    gdb = Gdb(tmp_path_factory.mktemp("ends"))
    result = monitors.run(gdb, monitors.compile_program(CRASHES), ALL + """
tell({how: end(how, start="fail", timeout=0.5 if how in "lw" else 30)
      for how in "sfadlwtbipehg"})
""", timeout=120)
    return monitors.told(result)


@pytest.mark.parametrize("how", MESSAGES)
def test_an_end_has_tag_message_and_line(ends: Dict[str, Any],
                                         how: str) -> None:
    tag, message, place, stdout = ends[how]
    assert (tag, message.splitlines()[0]) == MESSAGES[how]
    if how == "d":
        assert place.startswith("deep (level=")
        assert f"The stack overflowed in {place}." == message.splitlines()[1]
    else:
        assert place.startswith("fail (how=0x") and " at source.c:" in place
        assert f"It happened in {place}." == message.splitlines()[1]
    assert stdout == "working\n"


def test_the_line_is_that_of_the_program(ends: Dict[str, Any]) -> None:
    lines = (monitors.HEAD + CRASHES).splitlines()
    for how in "sfatlwbe":
        at = int(ends[how][2].rpartition(":")[2])
        assert f"case '{how}':" in lines[at - 1], how


def test_what_the_program_handles_is_its_own(ends: Dict[str, Any]) -> None:
    assert ends["h"] == ends["g"] == [0, None, "working\n"]


def test_without_a_limit_the_program_is_judged_by_the_script(gdb: Gdb) -> None:
    found = monitors.told(monitors.run(
        gdb, monitors.compile_program(CRASHES), ALL + """
tell([end("s"), end("e", start="fail")])
"""))
    assert found == [[None, 11, "working\n"], [3, None, "working\n"]]


def test_behind_the_end_of_the_sandbox_all_is_allowed(gdb: Gdb) -> None:
    found = monitors.told(monitors.run(
        gdb, monitors.compile_program(CRASHES), ALL + """
tell([end("x exit", start="fail", timeout=30), end("x exit", timeout=30),
      end("e", timeout=30)])
"""))
    assert found == [[4, None, "working\n"]] * 2 + [[3, None, "working\n"]]


def test_stops_of_the_debugger_take_no_time(gdb: Gdb) -> None:
    """Thousands of stops take longer than the limit; what the program itself
    does is next to nothing."""
    program = monitors.compile_program("""
int main(void)
{
    for (int i = 0; i < 6000; i++)
        close(1000);
    return 0;
}
""")
    found = monitors.told(monitors.run(gdb, program, """
import time
gdb.execute("set ctester engine breakpoint")
monitored.close = True
started = time.monotonic()
with sandbox(timeout=0.5):
    done = ctester.run()
tell([done.exit_code, stats.close.called, time.monotonic() - started > 0.5])
""", timeout=300))
    assert found == [0, 6000, 1]


def test_the_tests_behind_one_that_crashes_are_run(gdb: Gdb) -> None:
    program = monitors.compile_program(CRASHES)
    (gdb.directory / "test_ends.py").write_text("""
import ctester

def test_one():
    with ctester.sandbox(start="fail", timeout=10):
        ctester.run("s")

def test_two():
    with ctester.sandbox(start="fail", timeout=0.3):
        ctester.run("l")

def test_three():
    with ctester.sandbox(start="fail", timeout=10):
        assert ctester.run("x").exit_code == 0
""")
    result = gdb.shell(gdb.root / "scripts" / "ctester", "test",
                       "test_ends.py", "--", program)
    assert result.status == 1, result.shown()
    lines = result.stdout.splitlines()
    assert [line.split(" - ")[0] for line in lines
            if " - " in line] == ["not ok 1", "not ok 2", "ok 3"]
    assert "Your code produced a segfault." in result.stdout
    assert "It happened in fail (how=0x" in result.stdout


def test_at_a_prompt_the_program_stands_there(gdb: Gdb) -> None:
    program = monitors.compile_program(CRASHES)
    script = gdb.directory / "case.py"
    script.write_text("""
import ctester
try:
    with ctester.sandbox(timeout=20):
        ctester.run("s")
except ctester.SandboxError as error:
    print("tag:", error.tag)
""")
    result = gdb.shell(gdb.executable, "-nx", "-q", "-iex",
                       "set debuginfod enabled off", "-x",
                       gdb.root / "ctester.gdb", program,
                       stdin=f"source {script}\nbacktrace\nprint *how\n"
                             "kill\nquit\n")
    assert "tag: sigsegv" in result.stdout, result.shown()
    assert "fail (how=0x" in result.stdout
    assert "115 's'" in result.stdout


def test_settings_are_put_back(gdb: Gdb) -> None:
    program = monitors.compile_program(CRASHES)
    found = monitors.told(monitors.run(gdb, program, ALL + """
def signals():
    return gdb.execute("info signals", False, True)

before = signals()
end("s", start="fail", timeout=20)
end("x", start="fail", timeout=20)
tell([signals() == before,
      [one.location for one in gdb.breakpoints()].count("_exit") == 0,
      end("s")])
"""))
    assert found == [1, 1, [None, 11, "working\n"]]


@pytest.mark.parametrize("inner,words", [
    ("sandbox(timeout=1)", ["start, end, strict and timeout are for the "
                            "outermost one"]),
])
def test_only_the_outermost_has_a_limit(gdb: Gdb, inner: str,
                                        words: List[str]) -> None:
    program: pathlib.Path = monitors.compile_program(CRASHES)
    found = monitors.told(monitors.run(gdb, program, f"""
with sandbox(timeout=5):
    tell(refused(lambda: {inner}.__enter__()))
"""))
    for word in words:
        assert word in found
