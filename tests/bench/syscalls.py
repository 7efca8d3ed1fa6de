# SPDX-License-Identifier: MIT
"""System calls by GDB's catchpoints, beside a catchpoint whose condition is 0,
and beside strace."""

import statistics
from typing import List

import tools
from tools import Calls

# The path and the result are captured; the call fails.
TRACE = "ctester syscall faccessat"
FLOOR = ["-ex", "catch syscall faccessat2", "-ex", "condition $bpnum 0"]


def program() -> str:
    return tools.compile_program("syscalls", tools.HERE / "programs" /
                                 "syscalls.c")


def traced(*commands: str) -> List[str]:
    """GDB with the floor on one call, and ctester on the other, if it is; at
    the end it says how many calls were seen."""
    command = [*tools.GDB]
    if commands:
        command += ["-x", str(tools.ROOT / "ctester.gdb")]
    command += FLOOR
    for text in commands:
        command += ["-ex", text]
    command += ["-ex", "run"]
    if commands:
        command += ["-ex", "python import ctester.state; print('seen', "
                    "ctester.state.session.call_count())"]
    return [*command, "--args"]


def once(count: int) -> Calls:
    """Each call seen, ratio to the floor block by block."""
    return tools.seen_calls(traced("set ctester live off", TRACE), program(),
                            count)


def entries(opens: str, count: int) -> Calls:
    """openat() as `ctester syscall --entries` records it, GDB and all."""
    command = [*tools.GDB, "-x", str(tools.ROOT / "ctester.gdb")]
    for text in ("set ctester live off", "ctester syscall --entries openat",
                 "run", "python import ctester.state as state; print('seen', "
                 "state.session.call_count())"):
        command += ["-ex", text]
    run = tools.calls([*command, "--args"], opens, count)
    seen = int(run.output.split("seen ")[-1].split()[0])
    # Those of the loader, of /dev/zero and of the times are among them.
    if not count < seen < count + 20:
        raise tools.Failure(f"entries: {seen} of {count} calls seen")
    return run


def strace(count: int) -> float:
    """The same call under strace, which looks at no other."""
    return tools.calls(["strace", "-o", "/dev/null", "-e", "trace=faccessat"],
                       program(), count).cost


def ratio(run: Calls) -> float:
    return statistics.median(run.ratios)
