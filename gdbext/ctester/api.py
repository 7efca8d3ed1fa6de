# SPDX-License-Identifier: MIT
"""What the commands do, for scripts."""

from __future__ import annotations

import errno as errno_names
import json
import os
from typing import Any, NamedTuple

from . import _core
from .literals import literal
from .state import catcher, engine, session

Error = _core.CoreError

_MOST_TIMES = 2**32 - 1


class Counts(NamedTuple):
    """What was counted of a function's calls; times in nanoseconds, only of
    calls that returned."""

    calls: int = 0
    mocked: int = 0
    returned: int = 0
    total_ns: int = 0
    max_ns: int = 0

    @property
    def mean_ns(self) -> float:
        """The mean time of a call; 0.0 when none has returned."""
        return self.total_ns / self.returned if self.returned else 0.0


def version() -> str:
    """The version, as "0.1.0"."""
    return _core.version()


def trace(*what: str, scope: str = "boundary",
          condition: str | None = None) -> int:
    """Record the calls of functions.

    what: FUNCTION, LIBRARY:FUNCTION or FILE.c:FUNCTION; a glob in FUNCTION.
    scope: "boundary", "all" or "program"; see docs/commands.md.
    condition: an expression over the parameters, or None for every call.
    Returns how many functions are watched for it now: 0 when their library
    is not loaded yet.  Raises Error when there is no such function.
    """
    _check_scope(scope)
    if not what:
        raise Error(0, "trace: expected FUNCTION or GLOB")
    try:
        return sum(session.trace(name, scope, condition) for name in what)
    finally:
        # What came before a wrong name is watched.
        engine.refresh()


def untrace(what: str | None = None) -> int:
    """Stop recording functions that a name or glob matches; None: all."""
    count = session.untrace(what)
    engine.refresh()
    return count


def trace_syscalls(*names: str, condition: str | None = None,
                   entries: bool = False) -> int:
    """Record system calls, in one order with the calls of functions.

    names: as "openat", "%network" or "9999"; none for every call.
    condition: an expression over the parameters, or None.
    entries: results are not wanted, which costs a tenth where the system lets
        ctester be notified.
    Returns a number for untrace_syscalls().  Raises Error for a name that no
    call has, and for an expression that fits none of these.
    """
    number = session.trace_syscalls(list(names), condition, entries=entries)
    catcher.refresh()
    return number


def untrace_syscalls(number: int = 0) -> int:
    """End what trace_syscalls() began; 0: all of it.  Returns how many."""
    count = session.untrace_syscalls(number)
    catcher.refresh()
    return count


def mock(library: str | None, function: str, returns: Any, *,
         errno: int | str | None = None, times: int | None = 1,
         required: bool = True, scope: str = "boundary",
         condition: str | None = None) -> int:
    """Queue an answer for the next call of a function.

    library: in any spelling; None or "" for the program itself.
    returns: a Python value, or text as at the prompt (see docs/commands.md);
        None for a function that returns nothing, or a null pointer.
    errno: a number or a name ("ENOENT") to set.
    times: how many calls it answers; None for every one.
    required: unused at the end of a batch run, it is a failure.
    Returns the mock's number in `info ctester mocks`.  Raises Error when the
    value does not fit the function's type.
    """
    _check_scope(scope)
    options = _core.MockOptions(
        times=0 if times is None else _positive(times), required=required,
        set_errno=errno is not None, errno_value=errno_number(errno),
        scope=_core.SCOPES[scope],
        filter=condition.encode() if condition else None)
    number = session.mock(library or "", function, literal(returns), options)
    engine.refresh()
    return number


def prototypes(path: str | os.PathLike[str]) -> int:
    """Read prototypes out of a C header; returns how many."""
    return session.add_header(os.fspath(path))


def save(path: str | os.PathLike[str], format: str | None = None) -> int:
    """Write the trace to a file as "jsonl" or "text"; by default as its name
    says: .jsonl and .json, else text.  Returns the number of calls."""
    if format not in _core.FORMATS:
        raise Error(0, f"format: '{format}' is none of jsonl, text")
    return session.save(os.fspath(path), format)


def calls() -> list[dict[str, Any]]:
    """The recorded calls, as docs/trace-format.md describes them."""
    return _events("call")


def syscalls() -> list[dict[str, Any]]:
    """The recorded system calls, like calls()."""
    return _events("syscall")


def _events(kind: str) -> list[dict[str, Any]]:
    return [event for text in session.retell(_core.FORMATS["jsonl"])
            for event in map(json.loads, text[:-1].split("\n"))
            if event["type"] == kind]


def stats(function: str | None = None) -> str:
    """The table of `ctester stats`."""
    return session.report(_core.REPORT_STATS, function)


def counts(function: str) -> Counts:
    """What `ctester stats FUNCTION` counts, as numbers; for a glob, or a name
    that several libraries have, of all together.  Raises Error when nothing
    of that name is traced or mocked."""
    lines = session.report(_core.REPORT_COUNTS, function).splitlines()
    total = Counts()
    for each in map(json.loads, lines):
        total = Counts(total.calls + each["calls"],
                       total.mocked + each["mocked"],
                       total.returned + each["returned"],
                       total.total_ns + each["total_ns"],
                       max(total.max_ns, each["max_ns"]))
    return total


def clear() -> None:
    """Forget what was recorded, all mocks, and what was asserted; traces
    stay."""
    from . import strict
    strict.forget()
    session.clear()


def errno_number(errno: int | str | None) -> int:
    """The number of an errno given by number or name."""
    if errno is None:
        return 0
    number = errno if isinstance(errno, int) else (
        int(errno) if errno.isdecimal()
        else getattr(errno_names, errno.upper(), None))
    if not isinstance(number, int) or not 0 <= number <= 4095:
        raise Error(0, f"errno: '{errno}' is no name of errno(3) and no "
                       "number")
    return number


def _positive(times: int) -> int:
    if not 1 <= times <= _MOST_TIMES:
        raise Error(0, f"times: {times} is not from 1 to {_MOST_TIMES}; None "
                       "is for every call")
    return times


def _check_scope(scope: str) -> None:
    if scope not in _core.SCOPES:
        raise Error(0, f"scope: '{scope}' is none of "
                       + ", ".join(_core.SCOPES))
