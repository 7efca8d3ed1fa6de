# SPDX-License-Identifier: MIT
"""The strict test of this GDB: its verifier, its sandbox, its life."""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from types import TracebackType
from typing import Any, Callable, Iterator

import gdb

from . import guard, messages, monitors, native, running
from ._core import CoreError
from .backend import SessionBackend, forget as forget_owners
from .errors import (BadMockError, ConflictError, StrictError,
                     UnmockedInteractionError, VerificationError)
from .interactions import Interaction
from .native import NativePlugin
from .state import engine, session, verdict
from .verdict import BAD_USE, FAILED
from .verifier import StrictVerifier, raise_found

_verifier: StrictVerifier | None = None
# Those that the script has made beside it.
_adopted: list[StrictVerifier] = []


def backend() -> SessionBackend:
    """The program in this GDB, from now on."""
    return SessionBackend(from_now=True)


def adopt(other: StrictVerifier) -> None:
    """Verify it at the end of the test, if the script does not."""
    _adopted.append(other)


def verifier() -> StrictVerifier:
    """That of the current test, which is made on first use."""
    global _verifier
    if _verifier is None:
        _note_called()
        _verifier = StrictVerifier()
        NativePlugin(_verifier, SessionBackend())
    return _verifier


def plugin() -> NativePlugin:
    """The current test's."""
    return verifier().plugin(NativePlugin)


def begin() -> None:
    """A new test: nothing is mocked, nothing recorded."""
    forget()
    session.clear()
    running.forget()
    verifier()


def finish() -> None:
    """The end of a test: raise what it has left open."""
    if engine.conflict is not None:
        raise engine.conflict
    guard.raise_double_free(*running.last_output())
    found = {}
    for one in _verifiers():
        if one is _verifier or not one.is_verified:
            found.update((str(error), error) for error in one.sections())
    for error in filter(None, [each() for each in at_finish]):
        found[str(error)] = error
    raise_found(list(found.values()))


def _verifiers() -> list[StrictVerifier]:
    return _adopted if _verifier is None else [_verifier, *_adopted]


def _close(one: StrictVerifier) -> None:
    while one.is_open:
        one.close()


# What else a test has, of modules that not every script uses: at its end, what
# it has left open, or None; and that it is thrown away.
at_finish: list[Callable[[], VerificationError | None]] = []
at_forget: list[Callable[[], None]] = []


def forget() -> None:
    """Throw the test away: its mocks, and what it knows of the program."""
    global _verifier
    for one in _verifiers():
        _close(one)
    _verifier = None
    _adopted.clear()
    session.bound_sandbox(None, None)
    session.set_strict_libraries(False)
    session.clear_mocks()
    forget_owners()
    monitors.forget()
    guard.begin()
    for each in at_forget:
        each()
    engine.arm(False)


def finish_script() -> str | None:
    """The end of a script that was no test function: what is left open, or
    None.  Of a failure that the script has told of, nothing is added."""
    if not _verifiers() or verdict.status:
        return None
    for one in _verifiers():
        _close(one)
    try:
        finish()
    except StrictError as error:
        return str(error)
    return None


def _run_tests() -> int:
    """At the end of a batch run: the tests of a script that was given to GDB,
    and what a script without tests has left open."""
    from . import runner
    left = finish_script()
    if left is not None:
        gdb.flush(gdb.STDOUT)
        gdb.write(f"ctester: {left}\n", gdb.STDERR)
    return max(runner.run_pending(), FAILED if left is not None else 0)


@contextlib.contextmanager
def sandbox(start: str | None = None, end: str | None = None,
            strict: str | None = None,
            timeout: float | None = None) -> Iterator[StrictVerifier]:
    """Intercept while the body runs; may be nested.

    start, end: functions of the program; only from a call of the one to a
        call of the other is intercepted, or without `end`, to the return of
        `start`.
    strict: "library": in libraries that have mocks, every function that is
        called from outside needs one.
    timeout: seconds that the program may take in run(); when the debugger has
        stopped it, no time passes.  With one, the program has to come to the
        sandbox's end: a signal that would end it, no time left, or exit()
        before the end of a sandbox that has a start, raise SandboxError.
    SandboxError is also raised at the end, when a monitored free() was of
    memory that is freed already; that free was not made, and the program has
    gone on.
    Raises ConflictError when somebody else intercepts a mocked function,
    BadMockError when a parameter is wrong.
    """
    if strict not in (None, "library"):
        raise BadMockError(f"sandbox: strict: {strict!r} is not \"library\"")
    _check_timeout(timeout)
    current = verifier()
    is_outermost = not current.is_open
    if is_outermost:
        bound(start, end, strict)
        guard.set_up(timeout, start is not None)
        guard.begin()
    elif start or end or strict or timeout:
        raise BadMockError("sandbox: start, end, strict and timeout are for "
                           "the outermost one")
    try:
        with current.sandbox():
            yield current
        if is_outermost:
            guard.raise_double_free(*running.last_output())
    finally:
        if is_outermost:
            guard.set_up(None, False)
            # A verifier of the script's own may open the next one.
            bound(None, None, None)


def _check_timeout(timeout: Any) -> None:
    if timeout is not None and (
            isinstance(timeout, bool) or not isinstance(timeout, int | float)
            or not timeout > 0):
        raise BadMockError(f"sandbox: timeout: {timeout!r} is no number of "
                           "seconds above 0")


def bound(start: str | None, end: str | None, strict: str | None) -> None:
    """Say where the next sandbox begins and ends, and how strict it is."""
    try:
        session.bound_sandbox(start, end)
        session.set_strict_libraries(strict == "library")
    except CoreError as error:
        raise BadMockError(f"sandbox: {error}") from None


def in_any_order() -> contextlib.AbstractContextManager[None]:
    """Assertions in the body match any interaction that is not asserted; may
    be nested.  Raises AssertionInsideSandboxError in an open sandbox."""
    return verifier().in_any_order()


def verify_all() -> None:
    """Raise what the current test has left open: calls without a mock
    (UnmockedInteractionError), calls that were not asserted
    (UnassertedInteractionsError), required mocks that were not used
    (UnusedMocksError); of several kinds one VerificationError.  Raises
    AssertionInsideSandboxError in an open sandbox."""
    verifier().verify_all()


# A call without a mock.

def unplanned() -> list[Interaction]:
    """Those of the current test."""
    current = verifier()
    current.collect()
    return current.timeline.unmocked


def _raise_unplanned() -> None:
    """In ctester.run(): the test is over."""
    if engine.conflict is not None:
        raise engine.conflict
    if engine.unplanned:
        raise UnmockedInteractionError(messages.unmocked(unplanned()[-1:]))


def _show_unplanned() -> None:
    """GDB has stopped there: say why, and where."""
    if verdict.batch:
        verdict.fail(FAILED)
    if running.is_busy():
        return
    gdb.write(messages.unmocked(unplanned()[-1:]) + "\n", gdb.STDERR)
    gdb.execute("backtrace 5")


def _note_called() -> None:
    from . import runner
    runner.note_called()


# A script that GDB was given.

_HERE = os.path.dirname(os.path.abspath(__file__))
_show_exception = sys.excepthook


def _on_exception(kind: type[BaseException], error: BaseException,
                  trace: TracebackType | None) -> None:
    """An exception has left a script, of which GDB's status says nothing.
    What is wrong for ctester is told without ctester's own lines."""
    verdict.fail(FAILED if issubclass(kind, AssertionError) else BAD_USE)
    if not issubclass(kind, (StrictError, CoreError)):
        _show_exception(kind, error, trace)
        return
    lines = [frame for frame in traceback.extract_tb(trace)
             if os.path.dirname(os.path.abspath(frame.filename)) != _HERE
             and frame.filename[:1] != "<"]
    place = (f"{os.path.basename(lines[-1].filename)}:{lines[-1].lineno}: "
             if lines else "")
    gdb.flush(gdb.STDOUT)
    gdb.write(f"{place}{error}\n", gdb.STDERR)


class _Provider:
    """What native.py asks for."""

    plugin = staticmethod(plugin)
    backend = staticmethod(backend)
    adopt = staticmethod(adopt)


native.provide(_Provider())
sys.excepthook = _on_exception
verdict.run_tests = _run_tests
engine.on_unplanned = _show_unplanned
running.after_stop.append(_raise_unplanned)
