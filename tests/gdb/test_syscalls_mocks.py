# SPDX-License-Identifier: MIT
"""Answers for system calls, by the words of the mocks of functions."""

from typing import List

import pytest

from conftest import Gdb
from syscalls import run, shown, syscalls
from ctester.errors import BadMockError
from ctester.syscalls import mocks

# The program prints what it gets: the result and errno of each call.
SOURCE = r"""
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static void show(const char *what, long result)
{
	printf("%s %ld %s\n", what, result, result < 0 ? strerrorname_np(errno)
						     : "");
	errno = 0;
}

int main(void)
{
	char buffer[16] = "";
	struct timespec before, after;
	setbuf(stdout, NULL);
	for (int i = 0; i < 3; i++)
		show("getppid", syscall(SYS_getppid) > 100000000);
	for (int i = 0; i < 3; i++)
		show("openat", syscall(SYS_openat, AT_FDCWD, i == 1 ? "/b" :
				       "/dev/null", O_RDONLY, 0) > 2);
	for (int i = 0; i < 3; i++)
		show("sync", syscall(SYS_umask, 022));
	show("read", syscall(SYS_read, 99, buffer, sizeof(buffer)));
	printf("buffer %s\n", buffer);
	clock_gettime(CLOCK_MONOTONIC, &before);
	syscall(SYS_getpgrp);
	clock_gettime(CLOCK_MONOTONIC, &after);
	printf("slow %d\n", (after.tv_sec - before.tv_sec) * 1000000000LL +
			    after.tv_nsec - before.tv_nsec > 200000000);
	int fd = open("/dev/zero", O_RDONLY);
	show("zeros", syscall(SYS_read, fd, buffer, 16));
	return 3;
}
"""


def outputs(gdb: Gdb, script: str) -> List[str]:
    """Lines of the program, then what the script prints at the end."""
    result = run(gdb, SOURCE, script.replace(
        "RUN", "done = ctester.run()\n"
        "print(''.join('- ' + line + '\\n' for line in "
        "done.stdout.splitlines()), end='')"))
    return shown(result)


def program(lines: List[str], what: str) -> List[str]:
    return [line[len(what) + 1:] for line in lines
            if line.startswith(what + " ")]


def test_a_result_is_that_of_the_next_call(gdb: Gdb) -> None:
    lines = outputs(gdb, """
one = syscalls.mock("getppid", returns=123456789)
RUN
print("-", "used", one.used)
""")
    assert program(lines, "getppid") == ["1 ", "0 ", "0 "]
    assert program(lines, "used") == ["1"]


def test_mocks_answer_in_their_order(gdb: Gdb) -> None:
    lines = outputs(gdb, """
syscalls.mock("umask", returns=1)
syscalls.mock("umask", returns=2)
syscalls.mock("umask", errno="EPERM")
RUN
""")
    assert program(lines, "sync") == ["1 ", "2 ", "-1 EPERM"]


def test_an_error_by_name_or_number_is_errno_in_the_program(gdb: Gdb
                                                            ) -> None:
    lines = outputs(gdb, """
syscalls.mock("read", errno="EIO", when="fd == 99")
syscalls.mock("umask", errno=11, times=None, required=False)
RUN
""")
    assert program(lines, "read") == ["-1 EIO"]
    assert program(lines, "sync") == ["-1 EAGAIN"] * 3


def test_times_is_how_often(gdb: Gdb) -> None:
    lines = outputs(gdb, """
syscalls.mock("umask", returns=7, times=2)
RUN
""")
    assert program(lines, "sync") == ["7 ", "7 ", "18 "]


def test_when_is_an_expression_or_a_function(gdb: Gdb) -> None:
    script = """
one = syscalls.mock("openat", errno="EACCES", when=%s)
RUN
print("-", "used", one.used)
"""
    for when in ("'filename == \"/b\"'",
                 "lambda dfd, filename, *others: filename == '/b'",
                 "lambda dfd, path, flags, mode: path == b'/b'"):
        lines = outputs(gdb, script % when)
        assert program(lines, "openat")[0] == "1 ", lines
        assert program(lines, "used") == ["1"], lines


@pytest.mark.parametrize("calls,expected", [
    ("{2}", ["18 ", "7 ", "18 "]),
    ("'1,3'", ["7 ", "18 ", "7 "]),
    ("ctester.FAIL_ALWAYS & ~ctester.FAIL_FIRST", ["18 ", "7 ", "7 "]),
])
def test_masks_say_which_calls(gdb: Gdb, calls: str, expected: List[str]
                               ) -> None:
    lines = outputs(gdb, f"""
syscalls.mock("umask", returns=7, calls={calls})
RUN
""")
    assert program(lines, "sync") == expected


def test_out_is_written_through_the_pointer(gdb: Gdb) -> None:
    lines = outputs(gdb, """
syscalls.mock("read", returns=4, out={"buf": b"four"}, when="fd == 99")
RUN
""")
    assert program(lines, "read") == ["4 "]
    assert program(lines, "buffer") == ["four"]


def test_a_delay_takes_the_program_time(gdb: Gdb) -> None:
    lines = outputs(gdb, """
syscalls.mock("getpgrp", delay=0.25)
RUN
""")
    assert program(lines, "slow") == ["1"]


def test_arguments_are_changed_before_the_call(gdb: Gdb) -> None:
    lines = outputs(gdb, """
syscalls.mock("read", args={"count": 5}, when="count == 16 && fd != 99")
with syscalls.context(None, SysCallPattern("read", fd="/dev/zero")) as t:
    RUN
""".replace("    RUN", "    RUN".replace("RUN", """done = ctester.run()
    print(''.join('- ' + line + '\\n' for line in
                  done.stdout.splitlines()), end='')""")))
    assert program(lines, "zeros") == ["5 "]


def test_a_mocked_call_says_so(gdb: Gdb) -> None:
    lines = outputs(gdb, """
syscalls.mock("umask", returns=7)
tracing = syscalls.enable(None, "umask")
RUN
syscalls.disable()
print("-", "outcome", [call.outcome for call in tracing.calls][:2])
""")
    assert program(lines, "outcome") == ["['mocked', 'real']"]


def test_a_mock_can_be_taken_away(gdb: Gdb) -> None:
    lines = outputs(gdb, """
one = syscalls.mock("umask", returns=7)
one.remove()
RUN
print("-", "used", one.used)
""")
    assert program(lines, "sync") == ["18 "] * 3
    assert program(lines, "used") == ["0"]


def test_a_mock_that_is_not_used_is_a_failure(gdb: Gdb) -> None:
    result = run(gdb, SOURCE, """
syscalls.mock("socket", returns=3)
ctester.run()
""")
    assert result.status == 1, result.shown()
    assert "socket" in result.stderr and "not used" in result.stderr


def test_a_raising_function_of_when_is_told_and_passes(gdb: Gdb) -> None:
    result = run(gdb, SOURCE, """
syscalls.mock("umask", returns=7, when=lambda mask: mask.nothing,
              required=False)
print("-", ctester.run().stdout.count("sync 18"))
""")
    assert "- 3\n" in result.stdout, result.shown()
    assert "AttributeError" in result.stderr and result.status == 2


def test_a_test_fails_for_a_mock_that_it_has_not_used(gdb: Gdb) -> None:
    result = run(gdb, SOURCE, """
def test_one():
    syscalls.mock("umask", returns=7, times=5)
    syscalls.mock("socket", returns=7)
    syscalls.mock("bind", returns=7, required=False)
    assert ctester.run().exit_code == 3

def test_two():
    assert ctester.run().stdout.count("sync 18") == 3
    syscalls.enable(None)

def test_three():
    with syscalls.context(None, "umask") as tracing:
        ctester.run()
    assert [call.outcome for call in tracing.calls] == ["real"] * 3
    assert syscalls.leaks() == []
""")
    assert result.status == 1, result.shown()
    assert "2 required mocks were not used:" in result.stderr + result.stdout
    text = result.stderr + result.stdout
    assert "system call umask (used 3 of 5 times), registered at case.py:" in (
        text), result.shown()
    assert "system call socket, registered at case.py:" in text
    assert "2 passed, 1 failed" in text or "1 failed, 2 passed" in text


def check(name: object = "read", **given: object) -> mocks.Answer:
    values = dict(returns=0, errno=None, when=None, times=mocks.DEFAULT,
                  delay=0, out=None, args=None, calls=None, required=True)
    return mocks.check(name, **{**values, **given})


def test_what_was_given_is_checked_and_completed() -> None:
    assert check().times == 1 and check(calls={1}).times is None
    assert check(returns=None, errno="ENOENT").result == -2
    assert check(returns=-1, errno="ENOENT").result == -2
    assert check(returns=None).result is None
    assert check(returns=2**64 - 1).result == -1
    assert check(0).name == "read" and check(9999).name == "<9999>"


@pytest.mark.parametrize("given,words", [
    ({"name": "raed"}, "did you mean read"), ({"name": "%file"}, "%file"),
    ({"errno": "EWHAT"}, "EWHAT"), ({"errno": 0}, "0"),
    ({"returns": 5, "errno": "EIO"}, "contradicts"),
    ({"returns": "5"}, "'5'"), ({"returns": 2**64}, "64 bits"),
    ({"times": 0}, "from 1 on"), ({"delay": -1}, "seconds"),
    ({"when": 3}, "when"), ({"out": {"bufer": b"x"}}, "fd, buf, count"),
    ({"args": {"fd": "x"}}, "64 bits"), ({"args": [1]}, "dict"),
    ({"calls": {0}}, "from 1 on"),
    ({"name": "exit_group"}, "does not return"),
    ({"name": "rt_sigreturn", "returns": -5}, "does not return"),
])
def test_what_cannot_be_is_refused_with_clear_words(given: dict, words: str
                                                    ) -> None:
    with pytest.raises(BadMockError, match=words):
        check(**given)


def test_the_core_refuses_in_the_same_way(gdb: Gdb) -> None:
    line, = shown(run(gdb, SOURCE, """
try:
    syscalls.mock("read", returns=1, when="coun == 3")
except ctester.BadMockError as error:
    print("-", error)
"""))
    assert line.startswith("mock of read: ") and "coun" in line
    assert syscalls.mock is not None
