# SPDX-License-Identifier: MIT
"""-k EXPR: parts of tests' names, with and, or, not and parentheses."""

from __future__ import annotations

import re
from typing import Callable

Chooser = Callable[[str], bool]

_WORD = re.compile(r"\s*(\(|\)|[^\s()]+)")
# Parentheses and nots, one in the other.
_DEEPEST = 50


class BadExpression(ValueError):
    """EXPR, and where it is wrong."""


def compile_expression(text: str) -> Chooser:
    """A function that says whether a name is chosen; letters' case does not
    matter.  Raises BadExpression."""
    if not text.strip():
        return lambda name: True
    chooser = _Parser(text).parse()
    return lambda name: chooser(name.lower())


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._words = [(found[1], found.start(1))
                       for found in _WORD.finditer(text)]
        self._words.append(("", len(text)))
        self._at = 0
        self._depth = 0

    def parse(self) -> Chooser:
        chooser = self._either()
        if self._peek():
            raise self._bad("expected 'and', 'or' or the end")
        return chooser

    def _peek(self) -> str:
        return self._words[self._at][0]

    def _take(self, word: str) -> bool:
        if self._peek() != word:
            return False
        self._at += 1
        return True

    def _bad(self, what: str) -> BadExpression:
        word, column = self._words[self._at]
        found = f"'{word}'" if word else "the end"
        return BadExpression(f"column {column + 1}: {what}, found {found}: "
                             f"{self._text.strip()}")

    def _either(self) -> Chooser:
        parts = [self._both()]
        while self._take("or"):
            parts.append(self._both())
        return lambda name: any(part(name) for part in parts)

    def _both(self) -> Chooser:
        parts = [self._one()]
        while self._take("and"):
            parts.append(self._one())
        return lambda name: all(part(name) for part in parts)

    def _one(self) -> Chooser:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._bad("that is too deep")
        chooser = self._simple()
        self._depth -= 1
        return chooser

    def _simple(self) -> Chooser:
        if self._take("not"):
            inner = self._one()
            return lambda name: not inner(name)
        if self._take("("):
            inside = self._either()
            if not self._take(")"):
                raise self._bad("expected ')'")
            return inside
        word = self._peek()
        if word in ("", ")", "and", "or"):
            raise self._bad("expected a part of a name, 'not' or '('")
        self._at += 1
        part = word.lower()
        return lambda name: part in name
