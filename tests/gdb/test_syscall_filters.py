# SPDX-License-Identifier: MIT
"""Expressions over system calls that do not have the same parameters."""

from typing import Any, Dict, List

import pytest
from conftest import Gdb, compile_c
from syscalls import run, shown

SOURCE = r"""
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
int main(void)
{
	int fd = open("/dev/null", O_RDONLY);
	dup2(fd, 100);
	/* Nobody else's: its mode is changed. */
	dup2(memfd_create("own", 0), 101);
	lseek(100, 5, SEEK_SET);
	fchmod(101, 0600);
	close(100);
	close(101);
	access("/dev/zero", R_OK);
	return 0;
}
"""
CALLS = "openat dup2 lseek fchmod close access"


def found(gdb: Gdb, expression: str, names: str = CALLS) -> List[str]:
    """The names of the calls that main() makes and the expression lets
    through."""
    result = gdb.run(compile_c(SOURCE), "set ctester live off", "break main",
                     "run", f"ctester syscall --if '{expression}' {names}",
                     "continue", "ctester save trace.jsonl").expect_success()
    events: List[Dict[str, Any]] = [
        event for event in result.events() if event["type"] == "syscall"]
    return [event["name"]
            for event in sorted(events, key=lambda event: event["seq"])]


@pytest.mark.parametrize("expression, names", [
    # Either of two names.
    ('path ~ "/dev/z*" || fd == 101', ["dup2", "fchmod", "close", "access"]),
    ('fd == 101 || path ~ "/dev/z*"', ["dup2", "fchmod", "close", "access"]),
    ('path ~ "/dev/*" || oldfd == 99 || newfd == 100',
     ["openat", "dup2", "access"]),
    ('offset == 5 || path == "/dev/null"', ["openat", "lseek"]),
    # An absent parameter compares to nothing.
    ("offset != 6", ["lseek"]),
    ('path !~ "/tmp/*"', ["openat", "access"]),
    ("offset < 6", ["lseek"]),
    # What is not so, because there is nothing that it could be.
    ('!(path ~ "/dev/*") && fd == 100', ["dup2", "lseek", "close"]),
    ("!(offset == 5) && fd == 100", ["dup2", "close"]),
    # By position.
    ("$3 == 0 && $1 == 100", ["lseek"]),
    ("$2 == 100 || $2 == 5", ["dup2", "lseek"]),
    # Beside the result.
    ('(path == "/dev/zero" || fd == 100) && $return == 0',
     ["lseek", "close", "access"]),
    ("fd == 100 && $return == 100 || mode == 0600", ["dup2", "fchmod"]),
])
def test_a_call_without_a_parameter_compares_it_to_nothing(
        gdb: Gdb, expression: str, names: List[str]) -> None:
    assert found(gdb, expression) == names


def test_a_name_that_none_of_the_calls_has_is_refused(gdb: Gdb) -> None:
    def refused(words: str, text: str) -> None:
        gdb.run(compile_c(SOURCE), f"ctester syscall --if {words}"
                ).expect_failure(text, status=2)
    refused("'path == \"x\"' close", "close: unknown name 'path'")
    refused("'path == \"x\" || flagz == 1' openat close",
            "unknown name 'flagz'")
    refused("'fd == 3 || nothing_has_this == 1'",
            "unknown name 'nothing_has_this'")


@pytest.mark.parametrize("pattern, names", [
    ("""SysCallPattern(condition='path ~ "/dev/z*" || fd == 101')""",
     ["dup2", "fchmod", "close", "access"]),
    ("""SysCallPattern(re.compile("close|access|fchmod"),
        condition='path ~ "/dev/*" || fd == 100')""", ["close", "access"]),
    ("""SysCallPattern("%desc", result=0, condition='mode == 0600 || '
        'fd == 100')""", ["lseek", "fchmod", "close"]),
    ("""SysCallPattern(result=lambda result: result.value in (0, 5),
        condition='path == "/dev/zero" || fd == 100 && $return >= 0')""",
     ["lseek", "close", "access"]),
    # The core is asked about each of these in its own way.
    ("""SysCallPattern(fd=101, condition='mode == 0600 || $nth > 0')""",
     ["dup2", "fchmod", "close"]),
    ("""SysCallPattern(re.compile("lseek|access"), args=[None, None, 0],
        condition='path == "/dev/zero" || fd == 100')""", ["lseek"]),
])
def test_conditions_of_patterns_are_the_same(gdb: Gdb, pattern: str,
                                             names: List[str]) -> None:
    assert shown(run(gdb, SOURCE, f"""
gdb.execute("break main")
gdb.execute("run")
with syscalls.context(None, {pattern}) as tracing:
    gdb.execute("continue")
for call in tracing.calls:
    print("-", call.name)
""")) == names


DESCRIPTORS = r"""
#include <sys/mman.h>
#include <unistd.h>
int main(void)
{
	close(-1);
	dup2(-5, -6);
	mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return 0;
}
"""


def test_a_descriptor_is_an_int_whatever_type_it_has(gdb: Gdb) -> None:
    """close takes an unsigned int, mmap an unsigned long."""
    assert shown(run(gdb, DESCRIPTORS, """
gdb.execute("break main")
for pattern in (SysCallPattern(fd=-1), SysCallPattern("close", args=[-1]),
                SysCallPattern(fd=lambda arg: arg.value < -1),
                SysCallPattern(condition="fd < 0 && fd > -6"),
                SysCallPattern(condition="newfd == -6")):
    gdb.execute("run")
    with syscalls.context(None, pattern) as tracing:
        gdb.execute("continue")
    print("-", *((call.name, call.args[-2 * (call.name == "mmap")].value)
                 for call in tracing.calls))
""")) == ["('close', -1) ('mmap', -1)", "('close', -1)", "('dup2', -5)",
          "('close', -1) ('dup2', -5) ('mmap', -1)", "('dup2', -5)"]


def test_a_condition_that_no_call_of_the_pattern_fits_is_refused(gdb: Gdb
                                                                 ) -> None:
    line, = shown(run(gdb, SOURCE, """
try:
    syscalls.enable(None, SysCallPattern("close", condition='path == "x"'))
except syscalls.BadFilterError as error:
    print("-", error)
"""))
    assert "close: unknown name 'path'" in line
