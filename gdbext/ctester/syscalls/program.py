# SPDX-License-Identifier: MIT
"""The program in this GDB, as the collector wants it: a Program over the
session."""

from __future__ import annotations

import json
from typing import Any, Sequence

import gdb

from .. import _core, inferior, stacks, strict
from ..state import catcher, engine, session, verdict
from . import ctype, pattern, python_stack
from .call import Counts, Frame, SysCall, frame
from .collector import Collector
from .leaks import Ledger
from .pattern import BadFilterError
from .plan import Request
from .tracing import Tracer
from .value import Text

# A program that recurses without end has more frames than anybody reads.
_MOST_FRAMES = 256


class SessionProgram:
    """See collector.Program."""

    def __init__(self) -> None:
        self._thread = (0, 0)
        self._stacks = stacks.Stacks()
        self._told: set[str] = set()

    def begin(self, request: Request, entries: bool) -> int:
        """See collector.Program."""
        try:
            return session.trace_syscalls(list(request.names), request.filter,
                                          recorded=False, collected=True,
                                          of_others=request.of_others,
                                          entries=entries)
        except _core.CoreError as error:
            raise BadFilterError(str(error)) from None

    def end(self, number: int) -> None:
        """See collector.Program."""
        session.untrace_syscalls(number)

    def take(self, number: int) -> Sequence[str]:
        """See collector.Program."""
        try:
            return session.take_syscalls(number).splitlines()
        except _core.CoreError:
            return []   # it has ended, and that was all

    def refresh(self) -> None:
        """See collector.Program."""
        catcher.refresh()

    def stopped_thread(self) -> int:
        """See collector.Program."""
        return self._thread[1]

    def frames(self) -> list[Frame]:
        """See collector.Program."""
        rows = self._stacks.read(_MOST_FRAMES)
        return [frame(*row) for row in reversed(rows)]

    def python_frames(self) -> list[Frame]:
        """See collector.Program."""
        runtime = inferior.symbol_address("_PyRuntime")
        if not runtime:
            return []
        version = inferior.symbol_address("Py_Version")
        problem = python_stack.problem(self._thread[0], version)
        if problem is None:
            return python_stack.read(*self._thread, runtime, version)
        if problem not in self._told:
            self._told.add(problem)
            inferior.say(f"ctester: {problem}\n")
        return []

    @staticmethod
    def holds(condition: str, call: SysCall) -> bool:
        """See pattern.holds."""
        result = call.result.raw_value
        if result is not None and result >> 63:
            result -= 1 << 64
        # As it was at the entry, which is when conditions are asked.
        memory = [(arg.raw_value, arg.entry + b"\0" * isinstance(
            arg.entry, Text)) for arg in call.args
                  if isinstance(arg.entry, bytes) and arg.raw_value]
        try:
            return session.judge_syscall(
                condition, call.number,
                [arg.raw_value for arg in call.args], result, call.process,
                call.pid, memory)
        except _core.CoreError as error:
            raise BadFilterError(str(error)) from None

    def complain(self, text: str) -> None:
        """See collector.Program."""
        engine.complain_once(text)

    @staticmethod
    def counts() -> dict[str, Counts]:
        """By the names of the calls."""
        rows = map(json.loads, session.syscall_summary(True).splitlines())
        return {row["name"]: Counts(row["calls"], row["errors"],
                                    row["total_ns"]) for row in rows}

    def on_calls(self, pid: int, tid: int) -> bool:
        """In a stop, when calls have been collected."""
        self._thread = pid, tid
        try:
            collector.drain()
        finally:
            self._thread = 0, 0
        return False


program = SessionProgram()
collector = Collector(program)
ledger = Ledger(collector)
tracer = Tracer(collector, ledger)
ctype.lookup = inferior.find_type
pattern.holds = program.holds


def _drain(_: Any = None) -> None:
    collector.drain()


def _forget() -> None:
    """A new test: what the last one has begun is over."""
    tracer.disable()
    ledger.forget()


def _at_end() -> bool:
    lost = _engine_ends()
    tracer.finish()
    return lost


catcher.on_calls = program.on_calls
# What does not return is known when the process has ended.
gdb.events.exited.connect(_drain)
gdb.events.stop.connect(_drain)
gdb.events.before_prompt.connect(_drain)
strict.at_forget.append(_forget)
_engine_ends = verdict.at_end
verdict.at_end = _at_end
