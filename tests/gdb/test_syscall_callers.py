# SPDX-License-Identifier: MIT
"""Who makes a system call: the caller in a trace, and $caller in filters."""

from typing import List, Optional, Sequence, Tuple

import pytest
from conftest import Gdb, Result, compile_c

SOURCE = r"""
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void direct(void)
{
	long result;
	__asm__ volatile("syscall" : "=a"(result) : "a"(SYS_getppid)
			 : "rcx", "r11", "memory");
}

static void wrapped(void)
{
	close(open("/dev/null", O_RDONLY));
}

static void buffered(void)
{
	FILE *file = fopen("/dev/zero", "r");
	fgetc(file);
	fclose(file);
}

static void by_number(void)
{
	syscall(SYS_getpgid, 0);
}

static void forks(void)
{
	if (!vfork())
		_exit(0);
	wait(NULL);
}

static void *work(void *arg)
{
	getpriority(0, 0);
	return arg;
}

static void threads(void)
{
	pthread_t thread;
	pthread_create(&thread, NULL, work, NULL);
	pthread_join(thread, NULL);
}

int getpriority(int, int);

int main(void)
{
	direct();
	wrapped();
	buffered();
	by_number();
	forks();
	threads();
	return 0;
}
"""

Caller = Tuple[str, Optional[str], Optional[str], Optional[int],
               Optional[str]]


def callers(result: Result) -> List[Caller]:
    """The calls with who made them, in their order."""
    events = [event for event in result.events()
              if event["type"] == "syscall" and event["caller"]]
    return [(event["name"], *(event["caller"][member] for member in (
        "function", "file", "line", "library")))
        for event in sorted(events, key=lambda event: event["seq"])]


def trace(gdb: Gdb, flags: Sequence[str], *commands: str) -> Result:
    result = gdb.run(
        compile_c(SOURCE, flags=("-g", "-D_GNU_SOURCE", "-pthread", *flags)),
        "set ctester live off", *commands, "run", "ctester save trace.jsonl")
    return result.expect_success()


def line_of(text: str) -> int:
    return 1 + [text in line for line in SOURCE.splitlines()].index(True)


@pytest.mark.parametrize("flags", [("-O0",), ("-O2", "-fno-inline",
                                             "-fno-optimize-sibling-calls"),
                                   ("-O0", "-static")])
def test_the_caller_is_who_has_called_the_c_library(gdb: Gdb,
                                                    flags: Sequence[str]
                                                    ) -> None:
    result = trace(gdb, flags, "ctester syscall getppid openat close read "
                   "getpgid vfork wait4 getpriority clone3")
    found = [(name, function, line, library)
             for name, function, file, line, library in callers(result)
             if file and file.endswith("source.c")]
    program = found[0][3]
    wrapped = line_of("close(open(")
    buffered = line_of("fopen(")
    expected = [
        ("getppid", "direct", None), ("openat", "wrapped", wrapped),
        ("close", "wrapped", wrapped), ("openat", "buffered", buffered),
        ("read", "buffered", buffered + 1),
        ("close", "buffered", buffered + 2),
        ("getpgid", "by_number", line_of("SYS_getpgid")),
        ("vfork", "forks", line_of("vfork()")),
        ("wait4", "forks", line_of("wait(NULL)")),
        ("clone3", "threads", line_of("pthread_create(")),
        ("getpriority", "work", line_of("getpriority(0")),
    ]
    assert [(name, function) for name, function, _, _ in found] == [
        each[:2] for each in expected]
    for (_, _, line, library), (_, _, wanted) in zip(found, expected):
        assert wanted in (None, line) and library == program


def test_of_the_loaders_own_calls_it_is_the_loader(gdb: Gdb) -> None:
    result = trace(gdb, ("-O0",), "ctester syscall pread64")
    assert {library for *_, library in callers(result)} == {
        "ld-linux-x86-64.so.2"}


def test_a_program_without_symbols_is_named_by_its_file(gdb: Gdb) -> None:
    result = trace(gdb, ("-O0", "-s"), "ctester syscall getpgid")
    (_, function, file, line, library), = callers(result)
    assert (function, file, line) == (None, None, None)
    assert library and not library.startswith("lib")


def test_a_trace_file_has_it_at_once(gdb: Gdb) -> None:
    result = gdb.run(
        compile_c(SOURCE, flags=("-g", "-D_GNU_SOURCE", "-pthread")),
        "set ctester live off", "set ctester trace-file written.jsonl",
        "ctester syscall getpgid", "run")
    event, = [event for event in result.events("written.jsonl")
              if event["type"] == "syscall"]
    assert event["caller"]["function"] == "by_number"


def test_a_filter_can_ask_for_the_caller(gdb: Gdb) -> None:
    result = trace(gdb, ("-O0",), """ctester syscall --if '$caller == """
                   """"buffered"' openat close""")
    assert [call[:2] for call in callers(result)] == [
        ("openat", "buffered"), ("close", "buffered")]


def test_a_filter_can_ask_for_the_caller_and_the_result(gdb: Gdb) -> None:
    result = trace(gdb, ("-O0",), """ctester syscall --if '$caller ~ "b*" """
                   """&& $return >= 0' openat""")
    assert [call[:2] for call in callers(result)] == [("openat", "buffered")]


def test_a_mock_can_ask_for_the_caller(gdb: Gdb) -> None:
    program = compile_c(r"""
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
static int one(void) { return (int)syscall(SYS_getpgid, 0); }
static int other(void) { return (int)syscall(SYS_getpgid, 0); }
int main(void) { printf("%d %d\n", one() == 42, other() == 42); return 0; }
""", flags=("-g", "-O0", "-D_GNU_SOURCE"))
    result = gdb.run(program, "run", python="""
from ctester import syscalls
syscalls.mock("getpgid", returns=42, when='$caller == "other"', times=None)
""")
    assert "0 1\n" in result.expect_success().stdout


PARENT = r"""
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
static void in_child(void) { close(open("/dev/zero", O_RDONLY)); }
static void in_parent(void) { close(open("/dev/null", O_RDONLY)); }
static void after(void) { close(open("/dev/full", O_RDONLY)); }
int main(int argc, char **argv)
{
	if (argc > 1) {
		after();
		return 0;
	}
	if (!fork()) {
		in_child();
		execl(argv[0], argv[0], "again", (char *)NULL);
	}
	wait(NULL);
	in_parent();
	return 0;
}
"""


def test_each_process_has_its_own_callers(gdb: Gdb) -> None:
    result = gdb.run(
        compile_c(PARENT), "set ctester live off",
        "set ctester follow-fork on",
        """ctester syscall --if 'path ~ "/dev/*"' openat""", "run",
        "ctester save trace.jsonl").expect_success()
    assert [call[:2] for call in callers(result)] == [
        ("openat", "in_child"), ("openat", "after"), ("openat", "in_parent")]


def test_a_call_in_a_signal_handler_is_the_handlers(gdb: Gdb) -> None:
    result = gdb.run(compile_c(r"""
#include <signal.h>
#include <unistd.h>
static void handle(int signal) { (void)signal; write(9, "", 1); }
int main(void)
{
	signal(SIGUSR1, handle);
	raise(SIGUSR1);
	return 0;
}
"""), "set ctester live off", "handle SIGUSR1 nostop noprint pass",
                     "ctester syscall write tgkill", "run",
                     "ctester save trace.jsonl").expect_success()
    assert [call[:2] for call in callers(result)] == [
        ("tgkill", "main"), ("write", "handle")]
