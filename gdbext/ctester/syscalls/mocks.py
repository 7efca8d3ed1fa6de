# SPDX-License-Identifier: MIT
"""Answers for system calls: what a script registers, checked as far as that is
possible without the program."""

from __future__ import annotations

import dataclasses
import errno as errno_names
from typing import Any, Callable, Iterable, Mapping, Protocol

from .. import failing
from ..errors import BadMockError, UnusedMocksError
from ..native import Place, script_place
from ..registration import Refusal, check_delay, check_when
from .pattern import BadFilterError, check_call
from .table import CALLS

_ERRNO_MAX = 4095
_WORD = 1 << 64


class _Default:
    """A parameter that was not given."""

    def __repr__(self) -> str:
        return "1"


DEFAULT: Any = _Default()


@dataclasses.dataclass
class Answer:
    """What becomes of calls.  result: None, the kernel makes them."""

    name: str
    result: int | None
    when: str | Callable[..., Any] | None
    times: int | None
    delay: float
    out: dict[str | int, Any]
    args: dict[str | int, int]
    calls: str | None
    required: bool
    place: Place


class Backend(Protocol):
    """The program."""

    def add(self, answer: Answer) -> int:
        """Queue it; its number.  Raises BadMockError."""

    def remove(self, number: int) -> None:
        """Take it away."""

    def uses(self, number: int) -> int:
        """How often it has answered."""


class SysCallMock:
    """What mock() returns.

    number: as `info ctester mocks` has it.
    used: how many calls it was for, so far.
    """

    __slots__ = ("name", "number", "_answer", "_backend", "_used")

    def __init__(self, backend: Backend, answer: Answer) -> None:
        self._backend = backend
        self.name = answer.name
        self._answer = answer
        self.number = backend.add(answer)

        self._used: int | None = None   # before it was taken away

    @property
    def used(self) -> int:
        return (self._backend.uses(self.number) if self._used is None
                else self._used)

    @property
    def is_missed(self) -> bool:
        """Whether it is required, and was not used so often as it can be."""
        wanted = 1 if self._answer.times is None else self._answer.times
        return (self._answer.required and self._used is None
                and self.used < wanted)

    def missed_text(self) -> str:
        """What is to be said of it then."""
        often = (f" (used {self.used} of {self._answer.times} times)"
                 if self.used else "")
        return (f"system call {self.name}{often}, registered at "
                f"{self._answer.place}")

    def remove(self) -> None:
        """It answers no more."""
        if self._used is None:
            self._used = self.used
            self._backend.remove(self.number)

    def __repr__(self) -> str:
        return f"<SysCallMock {self.number} of {self.name}>"


def missed(mocks: Iterable[SysCallMock]) -> UnusedMocksError | None:
    """What a test has to fail with for mocks that it has not used."""
    lines = [mock.missed_text() for mock in mocks if mock.is_missed]
    if not lines:
        return None
    were = "mock was" if len(lines) == 1 else "mocks were"
    return UnusedMocksError(
        f"{len(lines)} required {were} not used:\n  "
        + "\n  ".join(lines)
        + "\nIf the program need not make the call, write: required=False")


def check(name: Any, returns: Any, errno: Any, when: Any, times: Any,
          delay: Any, out: Any, args: Any, calls: Any, required: Any
          ) -> Answer:
    """An Answer; BadMockError when it cannot be."""
    call = _check_name(name)
    bad = Refusal(f"mock of {call}")
    return Answer(
        name=call, result=_check_end(bad, call, returns, errno),
        when=check_when(bad, when),
        times=_check_times(bad, times, calls), delay=check_delay(bad, delay),
        out=_check_table(bad, "out", out, call, lambda value: True),
        args=_check_table(bad, "args", args, call, _is_word),
        calls=None if calls is None else failing.spell(
            f"mock of {call}: calls", calls),
        required=bool(required), place=script_place())


def _check_name(name: Any) -> str:
    if isinstance(name, int) and not isinstance(name, bool) and name >= 0:
        return next((row.name for row in CALLS.values()
                     if row.number == name), f"<{int(name)}>")
    if not isinstance(name, str) or not name or name.startswith("%"):
        raise BadMockError(f"mock: {name!r} is no name of a system call")
    try:
        check_call(name)
    except BadFilterError as error:
        raise BadMockError(f"mock: {error}") from None
    return name


def _check_result(bad: Refusal, returns: Any, errno: Any) -> int | None:
    number = errno
    if isinstance(errno, str):
        number = getattr(errno_names, errno, None)
        number = number if errno.startswith("E") else None
    if errno is not None and (isinstance(number, bool) or not (
            isinstance(number, int) and 1 <= number <= _ERRNO_MAX)):
        raise bad(f"errno: {errno!r} is no name of errno(3) and no number")
    if returns is not None and (isinstance(returns, bool) or not (
            isinstance(returns, int) and -_WORD // 2 <= returns < _WORD)):
        raise bad(f"returns: {returns!r} is no number of 64 bits")
    if number is None:
        if returns is None:
            return None
        return returns - _WORD if returns >= _WORD // 2 else int(returns)
    # The C library makes -1 and errno of it.
    if returns not in (None, -1, -number):
        raise bad(f"returns: {returns} contradicts errno: the kernel returns "
                  f"an error as {-number}")
    return -int(number)


# Of these the program never sees a result: what follows in its code is there
# to crash it, and a handler's frame stays on the stack.
_NO_RETURN = ("exit", "exit_group", "rt_sigreturn")


def _check_end(bad: Refusal, call: str, returns: Any, errno: Any
               ) -> int | None:
    result = _check_result(bad, returns, errno)
    if result is not None and call in _NO_RETURN:
        raise bad("it does not return, and a program is not made for it to: "
                  "it can only be delayed, or get other arguments")
    return result


def _check_times(bad: Refusal, times: Any, calls: Any) -> int | None:
    if times is DEFAULT:
        return 1 if calls is None else None
    if times is not None and (type(times) is not int
                              or not 1 <= times < 1 << 32):
        raise bad(f"times: {times!r} is no number from 1 on; None is for "
                  "every call")
    return times


def _is_word(value: Any) -> bool:
    return (isinstance(value, int) and not isinstance(value, bool)
            and -_WORD // 2 <= value < _WORD)


def _check_table(bad: Refusal, field: str, table: Any, call: str,
                 is_good: Callable[[Any], bool]) -> dict[str | int, Any]:
    if table is None:
        return {}
    if not isinstance(table, Mapping):
        raise bad(f"{field}: {table!r} is no dict of parameters' names")
    row = CALLS.get(call)
    names = ([each.name for each in row.parameters] if row else
             [f"param{i}" for i in range(6)])
    for name, value in table.items():
        if name not in names and not (type(name) is int
                                      and 0 <= name < len(names)):
            raise bad(f"{field}: there is no parameter {name!r}; there is "
                      + (", ".join(names) or "none"))
        if not is_good(value):
            raise bad(f"{field}: {value!r} for {name} is no number of 64 "
                      "bits")
    return dict(table)
