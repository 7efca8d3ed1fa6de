# SPDX-License-Identifier: MIT
"""ctester.syscalls: the system calls of the program, on demand.

    def callback(syscall):
        print(syscall.name, [arg.value for arg in syscall.args],
              syscall.result.text)

    with ctester.syscalls.context(callback, filter=SysCallPattern("openat")):
        ctester.run()

docs/python.md has all of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Mapping

from .call import Counts, Frame, SysCall, SysCallArg, SysCallResult
from .ctype import CType
from .leaks import Leak
from .mocks import DEFAULT, SysCallMock, check
from .pattern import NULL, BadFilterError, SysCallPattern

if TYPE_CHECKING:
    from .tracing import Tracing

__all__ = ["BadFilterError", "CType", "Counts", "Frame", "Leak", "NULL",
           "SysCall", "SysCallArg", "SysCallMock", "SysCallPattern",
           "SysCallResult", "context", "counts", "disable", "enable", "leaks",
           "mock", "track_leaks"]


def context(callback: Callable[[SysCall], Any] | None, filter: Any = None, *,
            python: bool = False, traceback: bool | None = None,
            entries: bool = False) -> Tracing:
    """Trace the system calls of what runs inside of `with`.

    callback: gets each SysCall when it has returned; None: they are only kept
        in `.calls` of what this returns.
    filter: a SysCallPattern, a name or group, anything with match(syscall),
        or an iterable of these; None is every call.
    python: tracebacks are of the Python program that runs, where there is one.
    traceback: False: there are none, which saves time; the default with
        entries.
    entries: the callback gets calls when they are made, without results, and
        need not get them at once.  The program then goes on while ctester is
        notified of them, at a tenth of the cost, unless there are tracebacks;
        `info ctester engine` says whether that is so.
    Raises BadFilterError; entered, RuntimeError when tracing is enabled.
    """
    from .program import tracer
    return tracer.context(callback, filter, python, traceback, entries)


def enable(callback: Callable[[SysCall], Any] | None, filter: Any = None, *,
           python: bool = False, traceback: bool | None = None,
           entries: bool = False) -> Tracing:
    """The same from now until disable()."""
    return context(callback, filter, python=python, traceback=traceback,
                   entries=entries).__enter__()


def disable() -> None:
    """End it: all calls have been delivered then.  Nothing when it is off."""
    from .program import tracer
    tracer.disable()


def mock(name: str | int, *, returns: int | None = None,
         errno: int | str | None = None, when: Any = None,
         times: int | None = DEFAULT, delay: float = 0,
         out: Mapping[str | int, Any] | None = None,
         args: Mapping[str | int, int] | None = None, calls: Any = None,
         required: bool = True) -> SysCallMock:
    """Queue an answer for a system call: the next one that no earlier mock
    takes does not reach the kernel and returns it.

    name: a name or a number.
    returns: the result.
    errno: a number or a name: the result is this error.
    when: a filter expression, or a function that gets the arguments; other
        calls pass it over.
    times: how many calls it is for, by default 1; None for all.
    delay: seconds that the call takes longer.
    out: {parameter: value}, written through pointers.
    args: {parameter: number}, put into registers before the call is made.
    calls: which ones, counted from 1 on and as in `failures`: a mask, numbers
        or text; `times` is then None by default.
    required: whether it is a failure when the program does not use it.
    With neither returns nor errno the kernel makes the call.
    Raises BadMockError when that cannot be.
    """
    answer = check(name, returns, errno, when, times, delay, out, args, calls,
                   required)
    from .mocking import add
    return add(answer)


def track_leaks(on: bool = True, *, python: bool = False) -> None:
    """Begin, or end, to note who opens descriptors.  context() and enable()
    without a filter begin it, too.

    python: tracebacks are of the Python program that runs, where there is one.
    """
    from .program import ledger
    ledger.track(on, python)


def leaks() -> list[Leak]:
    """Descriptors that were opened since track_leaks() and are open still, or
    were when their process ended; the oldest first."""
    from .program import ledger
    return ledger.leaks()


def counts() -> dict[str, Counts]:
    """What `info ctester syscalls` shows, by the names of the calls."""
    from .program import program
    return program.counts()
