# SPDX-License-Identifier: MIT
"""Regular expressions as globs, which the core matches.

A glob is either exact, or lets more text through than the expression: the
expression has to be asked again then.
"""

from __future__ import annotations

import re
import warnings
from typing import Any, NamedTuple

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import sre_parse

_SPECIAL = b"\\*?["


class Glob(NamedTuple):
    """A pattern of libcore/decide/filter.h."""

    pattern: bytes
    is_exact: bool


class _Writer:
    def __init__(self, pattern: re.Pattern[Any]) -> None:
        self.is_text = isinstance(pattern.pattern, str)
        self.takes_newlines = bool(pattern.flags & re.DOTALL)
        self.parts: list[bytes] = []
        self.is_exact = True
        self.is_bound = False       # \Z has been

    def star(self) -> None:
        if self.parts[-1:] != [b"*"]:
            self.parts.append(b"*")

    def give_up(self) -> None:
        """Any text can be here."""
        self.is_exact = False
        self.star()

    def one(self) -> None:
        """Any character, which can have several bytes."""
        self.parts.append(b"?")
        if self.is_text:
            self.star()

    def literal(self, code: int) -> None:
        try:
            data = (chr(code).encode("utf-8", "surrogateescape")
                    if self.is_text else bytes([code]))
        except UnicodeEncodeError:
            self.give_up()
            return
        if 0 in data:
            self.give_up()
            return
        self.parts.append(b"".join(
            b"\\" + bytes([byte]) if byte in _SPECIAL else bytes([byte])
            for byte in data))

    def any(self) -> None:
        self.is_exact = self.is_exact and (self.takes_newlines
                                           and not self.is_text)
        self.one()

    def repeat(self, low: int, high: Any, inside: Any) -> None:
        is_any = [str(op) for op, _ in inside] == ["ANY"]
        if not is_any:
            self.give_up()
            return
        if high is not sre_parse.MAXREPEAT or low > 16 or not (
                self.takes_newlines):
            self.is_exact = False
        for _ in range(min(low, 16)):
            self.any()
        self.star()

    def write(self, sequence: Any, is_last: bool) -> None:
        items = list(sequence)
        for i, (op, argument) in enumerate(items):
            ends = is_last and i == len(items) - 1
            self.item(str(op), argument, ends)

    def item(self, op: str, argument: Any, ends: bool) -> None:
        if op == "LITERAL":
            self.literal(argument)
        elif op == "ANY":
            self.any()
        elif op == "SUBPATTERN" and not (argument[1] or argument[2]):
            self.write(argument[3], ends)
        elif op in ("MAX_REPEAT", "MIN_REPEAT"):
            # With nothing behind it, `.*` can match nothing as well.
            low, high, inside = argument
            if not (ends and low == 0):
                self.repeat(low, high, inside)
        elif op == "IN":
            self.is_exact = False
            self.one()
        elif op == "AT" and str(argument) == "AT_END_STRING" and ends:
            self.is_bound = True
        elif op == "AT" and not self.parts and str(argument) in (
                "AT_BEGINNING", "AT_BEGINNING_STRING"):
            pass    # match() begins there
        else:
            self.give_up()


def translate(pattern: re.Pattern[Any]) -> Glob | None:
    """For pattern.match(); None when a glob would say nothing."""
    if pattern.flags & (re.IGNORECASE | re.LOCALE):
        return None
    writer = _Writer(pattern)
    writer.write(sre_parse.parse(pattern.pattern,
                                 pattern.flags & ~re.DEBUG), True)
    if not writer.is_bound:
        writer.star()
    glob = b"".join(writer.parts)
    return None if glob == b"*" and not writer.is_exact else (
        Glob(glob, writer.is_exact))
