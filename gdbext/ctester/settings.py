# SPDX-License-Identifier: MIT
"""The user's settings of GDB, changed for a while and put back."""

from __future__ import annotations

import contextlib
import re
from typing import Callable, Iterable, Iterator

import gdb

# A row of `info signals`: stop, print, pass.
_SIGNAL = re.compile(r"^(\w+)\s+(Yes|No)\s+(Yes|No)\s+(Yes|No)\s", re.M)
_VERBS = (("nostop", "stop"), ("noprint", "print"), ("nopass", "pass"))
# These are for every program that is run to its end.
TO_THE_END = {
    "confirm": "off",
    "startup-with-shell": "on",
    "print inferior-events": "off",
    "print thread-events": "off",
    # Where a signal has stopped the program, which then goes on.
    "suppress-cli-notifications": "on",
}


def quiet(command: str) -> str:
    """Carry out a command; GDB's words are the result."""
    return gdb.execute(command, False, True)


@contextlib.contextmanager
def changed(settings: dict[str, str]) -> Iterator[None]:
    """Have settings for a while.  One that this GDB has not got is left."""
    before: dict[str, str] = {}
    try:
        for name, value in settings.items():
            try:
                old = gdb.parameter(name)
            except RuntimeError:
                continue
            before[name] = _text(old)
            _set(name, value)
        yield
    finally:
        # `confirm` was the first one, and must not ask about the others.
        for name in reversed(before):
            _set(name, before[name])


def _text(value: bool | int | str | None) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return "" if value is None else str(value)


def _set(name: str, value: str) -> None:
    quiet(f"set {name} {value}" if value or name != "exec-wrapper"
          else f"unset {name}")


@contextlib.contextmanager
def passing_signals(interrupt: str) -> Iterator[None]:
    """Let the program have its signals as if GDB were not there.

    interrupt: what is to be done with SIGINT, in words of `handle`.
    SIGTRAP is GDB's own; who runs the program has to pass it.
    """
    before = _signals()
    try:
        quiet("handle all nostop noprint pass")
        quiet(f"handle SIGINT {interrupt}")
        yield
    finally:
        _restore_signals(before)


def stopping_at(names: Iterable[str]) -> Callable[[], None]:
    """Have GDB stop at signals, which the program gets when it goes on.
    Returns what puts that back."""
    before = _signals()
    quiet(f"handle {' '.join(names)} stop print pass")
    return lambda: _restore_signals(before)


def _signals() -> dict[str, tuple[str, ...]]:
    rows = _SIGNAL.findall(quiet("info signals"))
    return {name: tuple(verbs[answer == "Yes"]
                        for verbs, answer in zip(_VERBS, answers))
            for name, *answers in rows}


def _restore_signals(before: dict[str, tuple[str, ...]]) -> None:
    groups: dict[tuple[str, ...], list[str]] = {}
    for name, verbs in _signals().items():
        if name in before and before[name] != verbs:
            groups.setdefault(before[name], []).append(name)
    for verbs, names in groups.items():
        quiet(f"handle {' '.join(names)} {' '.join(verbs)}")
