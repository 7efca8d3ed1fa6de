# SPDX-License-Identifier: MIT
"""What the tests of calls share: a snippet is compiled, traced and saved."""

from typing import Any, Dict, List, Sequence, Tuple

import conftest

OPTIMIZED = ("-g", "-O2")
HEAD = """
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>
#define KEEP __attribute__((noinline, noipa))
"""
SIGNALS = "handle SIGALRM SIGUSR1 SIGSEGV SIGPROF nostop noprint pass"


# For what only happens where calls stop the program.
BREAKPOINTS = "set ctester engine breakpoint"


def run(gdb: conftest.Gdb, source: str, *commands: str,
        flags: Sequence[str] = ("-g", "-O0"),
        libraries: Sequence[str] = ("-lm", "-lpthread"),
        cc: str = "gcc", status: int = 0, start: Sequence[str] = ("run",),
        **options: Any) -> conftest.Result:
    """Run a snippet under commands; the trace is in trace.jsonl.

    start: the commands that let the program run.
    """
    program = conftest.compile_c(HEAD + source, flags=flags, cc=cc,
                                 libraries=libraries)
    result = gdb.run(program, SIGNALS, *commands, *start,
                     "ctester save trace.jsonl", **options)
    assert result.status == status, result.shown()
    # GDB has no source to show where it stops.
    problems = [line for line in result.stderr.splitlines()
                if not line.endswith("source.c: No such file or directory.")]
    assert not problems, result.shown()
    return result


def trace(gdb: conftest.Gdb, source: str, *what: str,
          **options: Any) -> List[Dict[str, Any]]:
    """The recorded calls of a snippet, in order of completion."""
    return run(gdb, source, "ctester trace " + " ".join(what),
               **options).calls()


def brief(call: Dict[str, Any]) -> Tuple[Any, ...]:
    """(function, arguments..., outcome or result)."""
    end = call["outcome"]
    if end in ("real", "mocked"):
        end = call["return"].get("value") if call["return"] else None
    return (call["function"],
            *(argument.get("value") for argument in call["args"]), end)


def briefs(calls: Sequence[Dict[str, Any]]) -> List[Tuple[Any, ...]]:
    return [brief(call) for call in calls]
