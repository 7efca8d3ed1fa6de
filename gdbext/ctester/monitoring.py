# SPDX-License-Identifier: MIT
"""ctester.monitored: which functions are counted, and may be made to fail.

    from ctester import monitored
    monitored.open = True
    monitored["libm:sqrt"] = True

Calls count while the sandbox is open: of a library's function those that the
program's own code makes, also through pointers; of one of the program's, all.
"""

from __future__ import annotations

import dataclasses
import difflib
from typing import Any, Iterable, Iterator, Protocol

from .errors import BadMockError


class Program(Protocol):
    """The program, as these objects see it.  A function is named as for
    `ctester trace`: FUNCTION, LIBRARY:FUNCTION, FILE.c:FUNCTION.  Each method
    raises BadMockError when there is no such function."""

    def monitor(self, function: str, on: bool) -> None:
        """Begin or end to record it in the sandbox."""

    def is_monitored(self, function: str) -> bool:
        """Whether that was begun."""

    def set_failure(self, function: str, failure: Any) -> None:
        """What its failing calls do: a failing.Settings."""

    def fail(self, function: str, calls: str, keeps: bool) -> None:
        """Which calls fail, in the words of libcore/decide/mask.h; keeps: one
        that does not fail uses up nothing."""

    def failing(self, function: str) -> str:
        """Which still do."""

    def prototype(self, function: str) -> list[tuple[str, str]]:
        """Its parameters, as (name, type); behind them ("", type of the
        result).  Empty while there is no such function."""

    def new_calls(self, since: int) -> tuple[list[tuple], int]:
        """Monitored calls as ct_session_interactions() has them, and what
        `since` is the next time."""

    def status(self, seq: int) -> int:
        """What the check of freeaddrinfo() has found of a call."""

    def library_key(self, name: str) -> str:
        """The same for all spellings of a library's name."""

    def name(self) -> str:
        """What the program itself is called where libraries are."""


@dataclasses.dataclass
class Options:
    """What `set ctester` says of these objects."""

    upstream_quirks: bool = False
    endless_masks: bool = False


options = Options()


def check_name(what: str, function: object) -> str:
    """The name of a function, or an error."""
    if not isinstance(function, str) or not function:
        raise BadMockError(f"{what}: {function!r} is no name of a function")
    return function


def no_such(what: str, name: str, names: Iterable[str]) -> AttributeError:
    """An error that says which names there are, and which may be meant."""
    names = list(dict.fromkeys(names))
    near = difflib.get_close_matches(name, names, 1)
    hint = (f"did you mean '{near[0]}'?" if near
            else "there is " + (", ".join(names) or "none"))
    return AttributeError(f"{what} '{name}'; {hint}")


def is_private(name: str) -> bool:
    """What Python itself asks objects for is no function."""
    return name.startswith("__") and name.endswith("__")


class Monitored:
    """monitored.FUNCTION is True or False; monitored[NAME] is the same for a
    name that is no word of Python, as "libm:sqrt".  del is False."""

    __slots__ = ("_program", "_names")

    def __init__(self, program: Program) -> None:
        object.__setattr__(self, "_program", program)
        object.__setattr__(self, "_names", {})

    def __getitem__(self, function: str) -> bool:
        return self._program.is_monitored(check_name("monitored", function))

    def __setitem__(self, function: str, on: bool) -> None:
        name = check_name("monitored", function)
        if on not in (True, False):
            raise BadMockError(f"monitored.{name}: {on!r} is not True or "
                               "False")
        self._program.monitor(name, bool(on))
        self._note(name, bool(on))

    def __delitem__(self, function: str) -> None:
        self[function] = False

    def __getattr__(self, function: str) -> bool:
        if is_private(function):
            raise AttributeError(function)
        return self[function]

    def __setattr__(self, function: str, on: bool) -> None:
        self[function] = on

    def __delattr__(self, function: str) -> None:
        self[function] = False

    def __iter__(self) -> Iterator[str]:
        """Names of those that are monitored, in the order they were named."""
        return iter(list(self._names))

    def __repr__(self) -> str:
        return f"<monitored: {', '.join(self) or 'nothing'}>"

    def _note(self, name: str, on: bool) -> None:
        if on:
            self._names[name] = None
        else:
            self._names.pop(name, None)

    def _forget(self) -> None:
        """A new test begins."""
        self._names.clear()
