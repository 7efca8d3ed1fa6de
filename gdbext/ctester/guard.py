# SPDX-License-Identifier: MIT
"""sandbox(timeout=...): the program's own time has a limit, and a signal that
would end the program, or exit() before the sandbox's end, ends the test.

GDB stops at such a signal before the program gets it, so that it can be said
where that was.
"""

from __future__ import annotations

import contextlib
import os
import signal as signals
import threading
import time
from typing import Iterator

from . import breakpoints, inferior, proc, programs, settings, stacks
from .errors import SandboxError
from .state import session

# What is said of the end of a sandbox, by its tag: C tests say the same.
MESSAGES = {
    "sigsegv": "Your code produced a segfault.",
    "sigfpe": "Your code produced an arithmetic exception.",
    "timeout": "Your code exceeded the maximal allowed execution time.",
    "sigabrt": "Your code aborted.",
    "sigbus": "Your code produced a bus error.",
    "sigpipe": "Your code wrote to a pipe or socket that nobody reads.",
    "sigill": "Your code executed an illegal instruction.",
}
_STOPPING = ("SIGSEGV", "SIGFPE", "SIGABRT", "SIGBUS", "SIGPIPE", "SIGILL",
             "SIGSYS", "SIGALRM", "SIGTERM", "SIGHUP")
_TICK = 0.01
# Of a time in which nobody looked, so much counts.
_LONGEST_TICK = 0.05
_PATIENCE = 100     # ticks until a program that does not stop is killed
_NEAR_STACK = 1 << 20


class Guard:
    """Watches one open sandbox; counts the time of all its runs."""

    def __init__(self, timeout: float, bounded: bool) -> None:
        self.left = timeout
        self.bounded = bounded
        self.tag = ""
        self.place: str | None = None
        self.status = 0             # of exit()
        self.overflowed = False     # its stack

    def end_test(self, stdout: str, stderr: str) -> None:
        """Raise what has ended the sandbox, if something has."""
        if self.tag:
            raise SandboxError(self.message, self.tag, self.place, stdout,
                               stderr)

    @property
    def message(self) -> str:
        text = MESSAGES.get(self.tag) or (
            f"Your code called exit({self.status})." if self.tag == "exit"
            else f"Your code was ended by {self.tag.upper()}.")
        where = ("The stack overflowed" if self.overflowed
                 else "It happened")
        return f"{text}\n{where} in {self.place}." if self.place else text

    def judge(self, name: str) -> bool:
        """GDB has stopped at a signal: whether it ends the sandbox."""
        if self.tag:
            return True
        if self.left <= 0:
            self._note("timeout")
            return True
        if (name not in _STOPPING or not session.is_open()
                or not inferior.would_end(signals.Signals[name])):
            return False
        self.overflowed = (name == "SIGSEGV"
                           and stacks.overflowed(_NEAR_STACK))
        self._note(name.lower())
        return True

    def ended(self, number: int | None) -> None:
        """The program has ended without a stop: by a signal, or not."""
        if self.tag or number is None or not session.is_open():
            return
        self.tag = ("timeout" if self.left <= 0
                    else proc.signal_name(number).lower())

    def _on_exit(self, status: int) -> bool:
        """In stop()."""
        if session.is_open():
            self.status = status
            self._note("exit")
        return bool(self.tag)

    def _note(self, tag: str) -> None:
        self.tag, self.place = tag, stacks.where()

    @contextlib.contextmanager
    def watching(self, report: int) -> Iterator[None]:
        """While a program runs, whose number is in the file `report`."""
        before = settings.stopping_at(_STOPPING)
        exits = breakpoints.Exits(self._on_exit) if self.bounded else None
        ticker = _Ticker(self, report)
        try:
            with ticker:
                yield
        finally:
            before()
            if exits is not None:
                exits.remove()


class _Ticker(threading.Thread):
    """Takes the time; when none is left, stops the program."""

    def __init__(self, guard: Guard, report: int) -> None:
        super().__init__(daemon=True)
        self.guard = guard
        self.report = report
        self.over = threading.Event()

    def __enter__(self) -> None:
        # GDB waits for signals, which another thread must not take.
        mask = signals.pthread_sigmask(signals.SIG_BLOCK,
                                       signals.valid_signals())
        try:
            self.start()
        finally:
            signals.pthread_sigmask(signals.SIG_SETMASK, mask)

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.join()

    def run(self) -> None:
        pid, last, used = 0, time.monotonic(), 0.0
        while self.guard.left > 0:
            if self.over.wait(_TICK):
                return
            pid = pid or self._find()
            now = time.monotonic()
            used_now = proc.processor_time(pid) if pid else 0.0
            # It sleeps, or it has run for a part of the time.
            passed = min(now - last, _LONGEST_TICK)
            if pid and session.is_open():
                self.guard.left -= (passed if proc.is_waiting(pid)
                                    else min(passed, used_now - used))
            last, used = now, used_now
        for tick in range(_PATIENCE):
            number = signals.SIGINT if tick % 10 == 0 else 0
            self._send(pid, number)
            if self.over.wait(_TICK):
                return
        self._send(pid, signals.SIGKILL)

    def _find(self) -> int:
        first = programs.read_file(self.report).partition(b"\n")[0]
        return int(first or 0)

    @staticmethod
    def _send(pid: int, number: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


# That of the open sandbox.
current: Guard | None = None
# Where memory was freed twice in it.
_double_frees: list[str | None] = []


def note_double_free(place: str | None) -> None:
    """In stop(): the second free was noticed, and does not happen."""
    _double_frees.append(place)


def begin() -> None:
    """A sandbox opens."""
    _double_frees.clear()


def raise_double_free(stdout: str = "", stderr: str = "") -> None:
    """The sandbox has come to its end: what it has survived."""
    if not _double_frees:
        return
    place = _double_frees[0]
    _double_frees.clear()
    raise SandboxError("Your code produced a double free."
                       + (f"\nIt happened in {place}." if place else ""),
                       "double_free", place, stdout, stderr)


def set_up(timeout: float | None, bounded: bool) -> None:
    """For the sandbox that is about to open; None: there is none."""
    global current
    current = None if timeout is None else Guard(timeout, bounded)
