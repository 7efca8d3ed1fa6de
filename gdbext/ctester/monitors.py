# SPDX-License-Identifier: MIT
"""monitored, failures, stats and logs of the program in this GDB."""

from __future__ import annotations

import errno as errno_names
import fnmatch
from typing import Any

from . import _core, api, resolving, values
from .errors import BadMockError
from .failing import Failures, Settings
from .literals import literal
from .monitoring import Monitored
from .state import engine, session
from .statistics import Call, Heap, History, Logs, Stats


class Text(str):
    """A value as it is written at the prompt, no text of the program's."""


class SessionProgram:
    """monitoring.Program over the session."""

    def monitor(self, function: str, on: bool, at_once: bool = False) -> None:
        """at_once: outside of the sandbox, too."""
        state = (_core.MONITOR_OFF if not on else
                 _core.MONITOR_AT_ONCE if at_once else _core.MONITOR_SANDBOX)
        try:
            session.monitor(function, state)
        except _core.CoreError as error:
            raise _refused("monitored", function, error) from None
        # Where nobody looks at calls, stops do no harm; a breakpoint's own
        # stop() could not take them away.
        if on:
            engine.refresh()

    def is_monitored(self, function: str) -> bool:
        try:
            return session.monitored(function) != _core.MONITOR_OFF
        except _core.CoreError as error:
            raise _refused("monitored", function, error) from None

    def set_failure(self, function: str, failure: Settings) -> None:
        value = failure.value
        options = _core.FailureOptions(
            value=None if value is None else _encoded(
                value if isinstance(value, Text)
                else literal(value, quoted=True)),
            set_errno=failure.errno is not None,
            errno_value=failure.errno or 0, thread=failure.thread or 0,
            filter=_encoded(failure.when), caller=_encoded(failure.caller))
        try:
            session.set_failure(function, options)
        except _core.CoreError as error:
            raise _refused("failures", function, error) from None
        engine.refresh()    # what a result points to has to be placed

    def fail(self, function: str, calls: str, keeps: bool) -> None:
        try:
            session.fail(function, calls, keeps)
        except _core.CoreError as error:
            raise _refused("failures", function, error) from None

    def failing(self, function: str) -> str:
        try:
            return session.failing(function)
        except _core.CoreError as error:
            raise _refused("failures", function, error) from None

    def prototype(self, function: str) -> list[tuple[str, str]]:
        try:
            result, *parameters = session.prototype(function) or [""]
        except _core.CoreError as error:
            raise _refused("stats", function, error) from None
        if not result:
            return []
        named = [line.partition("\t") for line in parameters]
        return [(name, type_) for name, _, type_ in named] + [("", result)]

    def new_calls(self, since: int) -> tuple[list[tuple], int]:
        found = []
        for text, since in session.interactions(since):
            found += (values.read(line) for line in text.splitlines()
                      if not line.endswith(",None)"))
        return found, since

    def status(self, seq: int) -> int:
        return resolving.status(seq)

    def library_key(self, name: str) -> str:
        return session.library_key(name)

    def name(self) -> str:
        return engine.program_name() or ""


def _refused(what: str, function: str,
             error: _core.CoreError) -> BadMockError:
    """The core's sentence, which may begin with the function."""
    sentence = str(error).removeprefix(f"{function}: ")
    return BadMockError(f"{what}.{function}: {sentence}")


def _encoded(text: str | None) -> bytes | None:
    return None if text is None else text.encode(errors="surrogateescape")


program = SessionProgram()
history = History(program)
monitored = Monitored(program)
failures = Failures(program)
heap = Heap(history)
logs = Logs(heap)


def monitor(function: str, on: bool) -> None:
    """What `ctester monitor` does: also outside of the sandbox."""
    program.monitor(function, on, at_once=True)
    monitored._note(function, on)


def set_text(function: str, value: str) -> None:
    """What failing calls return, as it is written at the prompt."""
    failures._change(function, "value", Text(value))


def table(function: str | None = None) -> str:
    """The table of `ctester stats`, and what it says of monitored ones."""
    names = [name for name in monitored
             if function is None or fnmatch.fnmatchcase(name, function)]
    try:
        text = api.stats(function)
    except _core.CoreError:
        if not names:
            raise
        text = ""   # its library is not there yet
    if not names:
        return text
    rows = [f"{len(calls):10}{sum(call.failed for call in calls):10}  "
            f"{failures[name]!r:<12}{name}{_last(calls)}\n"
            for name in names for calls in [stats[name].calls]]
    return (text + "\n" + "    called    failed  to fail     monitored\n"
            + "".join(rows))


def _last(calls: list[Call]) -> str:
    """How the last one went."""
    if not calls:
        return ""
    call = calls[-1]
    text = f", last: {call.params!r}"
    if call.is_open:
        return text
    errno = errno_names.errorcode.get(call.errno or 0)
    return (f"{text} = {call.result!r}" + (f" {errno}" if errno else "")
            + (" <failed>" if call.failed else ""))


stats = Stats(history, heap, table)


def malloced(address: Any) -> bool:
    """Whether an address is in memory that monitored calls of malloc() and
    its like have allocated and not freed."""
    return heap.has(address)


def malloc_allocated() -> int:
    """How many bytes those calls have allocated and not freed."""
    return heap.used


def forget() -> None:
    """A new test: nothing is monitored, nothing known."""
    history.forget()
    monitored._forget()
    failures._forget()
    resolving.forget()
    session.clear_read_buffers()
