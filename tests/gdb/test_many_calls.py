# SPDX-License-Identifier: MIT
"""However many calls there are, GDB's memory is bounded, and all of them can
be had again."""

import os
import pathlib
import re
from typing import List, Optional

import pytest

from calls import HEAD
from conftest import Gdb, Result, compile_c

SOURCE = HEAD + """
#include <stdlib.h>
KEEP int twice(int number, int other) { return 2 * number; }
int main(int argc, char **argv)
{
    long count = argc > 1 ? atol(argv[1]) : 0, sum = 0;
    for (long i = 0; i < count; i++)
        sum += twice((int)i, 2);
    return sum == 0;
}
"""

MEMORY = """
python
def peak():
    for line in open("/proc/self/status"):
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
end
"""
MARK = "python before = peak()"
SAY = "python print('grown by', peak() - before, 'KiB')"

# What stays of the timeline, what is on its way, and what GDB reads of a
# program that begins.
BOUND_KIB = 80 * 1024
FEW = 300_000
MANY = 10_000_000


def counts() -> List[object]:
    """Calls of the ordinary test, and of `make check-long`."""
    return [FEW, pytest.param(MANY, marks=pytest.mark.long)]


def run(gdb: Gdb, count: int, *commands: str,
        environment: Optional[dict] = None) -> Result:
    program = compile_c(SOURCE, flags=("-g", "-O0"))
    gdb.environment.update(environment or {})
    before, after = commands[:-1], commands[-1:]
    return gdb.run(program, "set ctester engine agent",
                   "set ctester live off", *before, MARK, "run", SAY, *after,
                   args=[str(count)], script=MEMORY, timeout=60 if count == FEW else 600)


def grown(result: Result) -> int:
    match = re.search(r"grown by (\d+) KiB", result.stdout)
    assert match, result.shown()
    return int(match[1])


def check_lines(path: pathlib.Path, count: int) -> None:
    """One a call, in their order."""
    seen = 0
    with open(path, "rb") as file:
        for line in file:
            if b'"type":"call"' not in line:
                continue
            if seen % 1000 == 0 or seen == count - 1:
                assert b'"name":"number","type":"int","value":%d}' % seen \
                    in line
            seen += 1
    assert seen == count


@pytest.mark.parametrize("count", counts())
def test_a_trace_is_in_a_file_and_whole(gdb: Gdb, count: int) -> None:
    result = run(gdb, count, "ctester trace twice",
                 "ctester save late.jsonl").expect_success()
    assert grown(result) < BOUND_KIB
    check_lines(result.directory / "late.jsonl", count)
    os.unlink(result.directory / "late.jsonl")


@pytest.mark.parametrize("count", counts())
def test_mocked_calls_are_counted(gdb: Gdb, count: int) -> None:
    result = run(gdb, count, "ctester mock '' twice 7 --times all",
                 "ctester show 3").expect_success()
    assert grown(result) < BOUND_KIB
    assert result.stdout.endswith(
        "".join(f"twice(number = {count - i}, other = 2) = 7 <mocked>\n"
                for i in (3, 2, 1)) + "+++ exited with 0 +++\n")


@pytest.mark.parametrize("name", ["out.jsonl", "out.txt"])
@pytest.mark.parametrize("count", counts())
def test_a_trace_file_is_written_meanwhile(gdb: Gdb, count: int,
                                           name: str) -> None:
    result = run(gdb, count, f"set ctester trace-file {name}",
                 "ctester trace twice", "info ctester").expect_success()
    assert grown(result) < BOUND_KIB
    assert f"{count} calls recorded" in result.stdout
    if name.endswith(".jsonl"):
        check_lines(result.directory / name, count)
    else:
        with open(result.directory / name) as file:
            assert sum(1 for _ in file) == count + 1
    os.unlink(result.directory / name)


def test_a_full_disk_keeps_what_there_is(gdb: Gdb) -> None:
    result = gdb.run(
        compile_c(SOURCE), "set ctester engine agent", "set ctester live off",
        "ctester trace twice", "break main", "run",
        "python import resource, signal; "
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4 << 20, -1))",
        "continue", "info ctester",
        "python resource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1))",
        "ctester stats", "ctester save trace.jsonl", args=[str(FEW)])
    result.expect_failure("calls are kept, and none from here on",
                          "File too large", status=2)
    assert result.stderr.count("none from here on") == 1
    match = re.search(r"(\d+) calls recorded, (\d+) not", result.stdout)
    assert match, result.shown()
    kept, lost = map(int, match.groups())
    assert kept + lost == FEW and kept > FEW // 2
    assert f" {FEW} " in result.stdout      # they are counted
    check_lines(result.directory / "trace.jsonl", kept)
