# SPDX-License-Identifier: MIT
"""context(), enable() and disable(): the calls of a stretch of the run."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Callable

from .call import SysCall
from .collector import Collector, Mistakes, Subscriber
from .leaks import Ledger
from .pattern import BadFilterError, check_callback, read_filter
from .plan import plan


class Tracing:
    """What context() returns: it traces inside of `with`.

    calls: the system calls that the callback was given.
    errors: how often the callback or the filter has raised.
    """

    def __init__(self, tracer: Tracer, callback: Any, filter_: Any,
                 python: bool, traceback: bool | None,
                 entries: bool) -> None:
        self.calls: list[SysCall] = []
        self._tracer = tracer
        self.wants_frames = python or (not entries if traceback is None
                                       else traceback)
        self.python = python
        self._callback: Callable[[SysCall], Any] | None = (
            check_callback(callback))
        self._mistakes = Mistakes(tracer.collector.program.complain)
        patterns = read_filter(filter_)
        self.is_whole = patterns is None
        if entries and any(getattr(each, "result", None) is not None
                           for each in patterns or ()):
            raise BadFilterError("filter: with entries=True there are no "
                                 "results")
        self._subscriber = Subscriber(
            plan(patterns), self._deliver, self._mistakes,
            wants_frames=self.wants_frames, python=python,
            entries=entries and not self.wants_frames)

    @property
    def errors(self) -> int:
        return self._mistakes.count

    def _deliver(self, call: SysCall) -> None:
        self.calls.append(call)
        if self._callback is not None:
            self._callback(call)

    def __enter__(self) -> Tracing:
        self._tracer.begin(self)
        return self

    def __exit__(self, kind: type[BaseException] | None,
                 error: BaseException | None,
                 trace: TracebackType | None) -> None:
        if self._tracer.current is self:
            self._tracer.disable()

    def begin(self) -> None:
        """For the tracer."""
        self._tracer.collector.add(self._subscriber)

    def end(self) -> None:
        """For the tracer."""
        self._tracer.collector.remove(self._subscriber)
        self.finish()

    def finish(self) -> None:
        """Nothing comes any more: tell of exceptions."""
        self._mistakes.tell("the callback or a filter")

    def __repr__(self) -> str:
        return f"<system calls: {len(self.calls)}>"


class Tracer:
    """There is one tracing at a time."""

    def __init__(self, collector: Collector, ledger: Ledger) -> None:
        self.collector = collector
        self.ledger = ledger
        self.current: Tracing | None = None

    def context(self, callback: Any, filter_: Any, python: bool,
                traceback: bool | None, entries: bool) -> Tracing:
        """Something for `with`."""
        return Tracing(self, callback, filter_, python, traceback, entries)

    def begin(self, tracing: Tracing) -> None:
        """RuntimeError when there is another one."""
        if self.current is not None:
            raise RuntimeError("already enabled")
        tracing.begin()
        self.current = tracing
        # All calls are stopped at anyway.
        if tracing.is_whole and tracing.wants_frames:
            self.ledger.track(True, tracing.python)

    def disable(self) -> None:
        """Nothing, when there is none."""
        tracing, self.current = self.current, None
        if tracing is not None:
            tracing.end()

    def finish(self) -> None:
        """GDB ends."""
        self.collector.drain()
        if self.current is not None:
            self.current.finish()
