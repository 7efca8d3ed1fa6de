# SPDX-License-Identifier: MIT
"""ctester monitor, ctester fail and ctester stats at the prompt."""

import re
from typing import List

import pytest

import monitors
from conftest import Gdb

OPENS = """
static void mark(int at) { (void)at; }
int main(void)
{
    for (int i = 1; i <= 6; i++) {
        errno = 0;
        int fd = open("/dev/null", i % 2 ? O_RDONLY : O_WRONLY);
        printf("%d:%s ", i, fd >= 0 ? "ok" : strerrorname_np(errno));
        if (fd >= 0)
            close(fd);
        mark(i);
    }
    return 0;
}
"""


def opens(gdb: Gdb, *commands: str, status: int = 0) -> str:
    """What the program has printed of its six calls, without blanks."""
    result = gdb.run(monitors.compile_program(OPENS), "set ctester live off",
                     *commands)
    assert result.status == status, result.shown()
    return " ".join(re.findall(r"\d:\w+", result.stdout))


def expected(*failing: int, name: str = "EACCES") -> str:
    return " ".join(f"{at}:{name if at in failing else 'ok'}"
                    for at in range(1, 7))


@pytest.mark.parametrize("calls,failing", [
    ("", [1, 2, 3, 4, 5, 6]),
    ("always", [1, 2, 3, 4, 5, 6]),
    ("never", []),
    ("first", [1]),
    ("second", [2]),
    ("twice", [1, 2]),
    ("third", [3]),
    ("calls 1,3-5", [1, 3, 4, 5]),
    ("calls 4-", [4, 5, 6]),
    ("calls 2", [2]),
    ("0x24", [3, 6]),
    ("0b101", [1, 3]),
    ("5", [1, 3]),
    ("-2", [2, 3, 4, 5, 6]),
    ("0x80000000+", []),
])
def test_which_calls_fail(gdb: Gdb, calls: str, failing: List[int]) -> None:
    before = "-- " if calls.startswith("-") else ""
    assert opens(gdb, "ctester fail open --ret -1 --errno EACCES "
                 f"{before}{calls}", "run") == expected(*failing)


@pytest.mark.parametrize("options,failing", [
    ("--when 'flags & O_WRONLY'", [2, 4, 6]),
    ("--when 'flags == 0'", [1, 3, 5]),
    ("--caller main", [1, 2, 3, 4, 5, 6]),
    ("--caller mark", []),
    ("--thread 1", [1, 2, 3, 4, 5, 6]),
    ("--thread 2", []),
    ("calls 2 --when flags", [4]),
])
def test_conditions(gdb: Gdb, options: str, failing: List[int]) -> None:
    assert opens(gdb, f"ctester fail open {options} --ret -1 --errno eacces",
                 "run") == expected(*failing)


def test_in_the_middle_of_debugging(gdb: Gdb) -> None:
    assert opens(gdb, "break mark if at == 2", "run",
                 "ctester fail open calls 1,3 --ret=-1 --errno=13",
                 "continue") == expected(3, 5)


def test_it_can_be_changed_while_the_program_runs(gdb: Gdb) -> None:
    assert opens(gdb, "ctester fail open --ret -1 --errno EACCES",
                 "break mark", "run", "ctester fail open never", "continue",
                 "ctester fail open", "continue",
                 "ctester monitor --off open", "delete", "continue"
                 ) == expected(1, 3)


def test_a_number_of_errno_and_a_pointer(gdb: Gdb) -> None:
    program = monitors.compile_program("""
int main(void)
{
    errno = 5;
    char *memory = malloc(10);
    printf("%p %d\\n", (void *)memory, errno);
    return 0;
}
""")
    result = gdb.run(program, "set ctester live off",
                     "ctester fail malloc first --ret 0x1234 --errno 12",
                     "run").expect_success()
    assert "0x1234 12\n" in result.stdout


def test_what_is_monitored_is_listed(gdb: Gdb) -> None:
    result = gdb.run(monitors.compile_program(OPENS), "ctester monitor",
                     "ctester monitor open close", "ctester fail strlen never",
                     "ctester monitor", "ctester monitor --off open",
                     "ctester monitor").expect_success()
    assert result.stdout.splitlines() == [
        "No function is monitored.", "open, close, strlen", "close, strlen"]


def test_calls_are_counted_outside_of_a_sandbox(gdb: Gdb) -> None:
    result = gdb.run(monitors.compile_program(OPENS), "set ctester live off",
                     "ctester monitor close",
                     "ctester fail open calls 2,9 --ret -1 --errno EACCES",
                     "run", "ctester stats", "ctester stats cl*",
                     "python print(ctester.stats.open.called)",
                     python="import ctester").expect_success()
    rows = [line.split() for line in result.stdout.splitlines()]
    assert ["6", "1", "0x4", "open,"] in [row[:4] for row in rows]
    assert [row[:4] for row in rows].count(["5", "0", "0x0", "close,"]) == 2
    assert ["6"] in rows
    assert "last: (pathname=b'/dev/null', flags=1, mode=0) = " in result.stdout


def test_clear_ends_it(gdb: Gdb) -> None:
    assert opens(gdb, "ctester fail open --ret -1 --errno EACCES",
                 "ctester clear", "run") == expected()


@pytest.mark.parametrize("command,words", [
    ("ctester monitor opne",
     ["ctester monitor: opne: no function 'opne'", "did you mean 'open'"]),
    ("ctester monitor op*", ["'op*' is a pattern; name one function"]),
    ("ctester monitor --on open", ["no option --on; there is --off"]),
    ("ctester monitor --off", ["expected FUNCTION behind --off"]),
    ("ctester fail", ["expected FUNCTION [CALLS], as in"]),
    ("ctester fail opne", ["ctester fail: opne: no function 'opne'"]),
    ("ctester fail open sometimes", ["'sometimes' is no mask and none of"]),
    ("ctester fail open 1 2", ["expected FUNCTION [CALLS]"]),
    ("ctester fail open calls", ["expected numbers behind calls"]),
    ("ctester fail open calls 0", ["calls are numbered from 1 to"]),
    ("ctester fail open calls 3-1", ["'3-1' names no calls"]),
    ("ctester fail open 0xfg", ["'0xfg' names no calls"]),
    ("ctester fail open --ret 99999999999",
     ["ctester fail: open: 99999999999 does not fit in int"]),
    ("ctester fail open --ret", ["--ret needs a value"]),
    ("ctester fail free --ret 1", ["ctester fail: free: "]),
    ("ctester fail open --errno ENONSENSE",
     ["'ENONSENSE' is no name of errno(3)"]),
    ("ctester fail open --when 'flgs & 1'",
     ["unknown name 'flgs' (did you mean flags?)"]),
    ("ctester fail open --thread x", ["--thread: 'x' is no number"]),
    ("ctester fail open --thread 0", ["0 is no number of a thread"]),
    ("ctester fail open --retrn 1", ["no option --retrn"]),
    ("ctester stats opne", ["'opne' is not traced or mocked"]),
])
def test_errors_are_one_line(gdb: Gdb, command: str, words: List[str]
                             ) -> None:
    result = gdb.run(monitors.compile_program(OPENS), "ctester monitor open",
                     command, "ctester monitor")
    result.expect_failure(*words, status=2)
    assert len(result.stderr.splitlines()) == 1, result.shown()


@pytest.mark.parametrize("text,word", [
    ("ctester monitor clo", "ctester monitor close"),
    ("ctester monitor pthread_mutex_try",
     "ctester monitor pthread_mutex_trylock"),
    ("ctester monitor --o", "ctester monitor --off"),
    ("ctester fail mar", "ctester fail mark"),
    ("ctester fail open al", "ctester fail open always"),
    ("ctester fail open cal", "ctester fail open calls"),
    ("ctester fail open --e", "ctester fail open --errno"),
    ("ctester fail open --errno EACC", "ctester fail open --errno EACCES"),
    ("ctester fail open --caller ma", "ctester fail open --caller main"),
    ("ctester fail sendm", "ctester fail sendmsg"),
])
def test_completion(gdb: Gdb, text: str, word: str) -> None:
    result = gdb.run(monitors.compile_program(OPENS), f"complete {text}")
    assert word in result.expect_success().stdout.splitlines()


def test_a_value_may_begin_with_a_dash(gdb: Gdb) -> None:
    program = monitors.compile_program("""
#include <math.h>
int main(int argc, char **argv)
{
    printf("%g\\n", sqrt(argc));
    return 0;
}
""")
    result = gdb.run(program, "set ctester live off",
                     "ctester fail sqrt --ret -2.5", "run").expect_success()
    assert "-2.5\n" in result.stdout
