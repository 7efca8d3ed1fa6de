# SPDX-License-Identifier: MIT
"""The end of a program whose time is over."""

from __future__ import annotations

import contextlib
import os
import signal as signals
import threading
from typing import Iterator

import gdb

from . import programs
from .course import Course
from .state import engine

_TICK = 0.02
# So long the program may take to stop, and GDB to find time for it.
_STOP_TICKS = 50
_BUSY_TICKS = 500


class Watchdog:
    """Kills the program when its time is over.

    A process that is killed while GDB starts it, or is busy with a stop of
    it, leaves GDB with half of what it needs to know, also for the next run.
    So GDB's own thread has the program stop, when nothing else is to be done,
    and GDB kills it there.  SIGKILL is for one that does not stop."""

    def __init__(self, timeout: float | None, report: int,
                 course: Course) -> None:
        self.timeout = timeout
        self.report = report
        self.course = course
        self.fired = False
        self.over = threading.Event()
        self.is_asked = False       # GDB's thread, which has not come to it
        self.ticks = 0              # in which it has
        self.thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Watchdog:
        if self.timeout is not None and self.timeout < threading.TIMEOUT_MAX:
            # GDB waits for signals, which another thread must not take.
            mask = signals.pthread_sigmask(signals.SIG_BLOCK,
                                           signals.valid_signals())
            try:
                self.thread.start()
            finally:
                signals.pthread_sigmask(signals.SIG_SETMASK, mask)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> bool:
        """Watch no longer; True when the time was over."""
        self.over.set()
        if self.thread.is_alive():
            self.thread.join()
        engine.interrupts = False
        return self.fired

    def kill(self) -> None:
        """Kill what GDB has of the program, stopped, and the rest."""
        first = self._first()
        self._kill_others()
        self.course.kill(self.course.execute)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if first:
                os.killpg(first, signals.SIGKILL)

    def _watch(self) -> None:
        if self.over.wait(self.timeout):
            return
        self.fired = True
        unanswered = 0
        while not self.over.wait(_TICK):
            unanswered = unanswered + 1 if self.is_asked else 0
            if not self.is_asked:
                self.is_asked = True
                gdb.post_event(self._end)
            elif unanswered > _BUSY_TICKS and self._first():
                _kill_all(self._first())

    def _end(self) -> None:
        """On GDB's thread, which waits for the program."""
        self.is_asked = False
        if self.over.is_set():
            return
        self.ticks += 1
        if self.ticks > _STOP_TICKS:
            _kill_all(self._first())
        elif self.ticks % 10 == 1:
            self._kill_others()
            engine.interrupts = True
            for each in self.course.processes():
                _send(each.pid, signals.SIGINT)

    def _first(self) -> int:
        """The program's process, or 0."""
        report = programs.read_file(self.report)
        return int(report.partition(b"\n")[0] or 0)

    def _kill_others(self) -> None:
        """Kill the processes of the program that GDB does not have."""
        known = [each.pid for each in self.course.processes()]
        for each in [*_descendants(self._first())]:
            if each not in known:
                _send(each, signals.SIGKILL)


def _send(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


def _kill_all(pid: int) -> None:
    """Kill a process, its descendants and its group."""
    for each in [*_descendants(pid), pid]:
        _send(each, signals.SIGKILL)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signals.SIGKILL)


def _descendants(pid: int) -> Iterator[int]:
    try:
        threads = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return
    for thread in threads:
        with contextlib.suppress(OSError):
            with open(f"/proc/{pid}/task/{thread}/children") as file:
                children = file.read().split()
            for child in map(int, children):
                yield from _descendants(child)
                yield child
