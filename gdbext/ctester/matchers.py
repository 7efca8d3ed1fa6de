# SPDX-License-Identifier: MIT
"""How an expected value is compared with what was recorded.

Python's equality decides, so that any object with an __eq__ of its own is a
matcher.  A compiled regular expression matches text and bytes.
"""

from __future__ import annotations

import math
import re
from typing import Any

from .values import (Address, Callback, CutBytes, CutText, Enumerator,
                     LongDouble)


class _Any:
    """Equal to everything."""

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return "ctester.ANY"


ANY = _Any()


class approx:
    """Equal to numbers near to one: within rel of it, or within abs.

    approx(float("nan")) is equal to what is not a number.
    """

    def __init__(self, expected: complex, rel: float = 1e-6,
                 abs: float = 1e-12) -> None:
        if not isinstance(expected, int | float | complex):
            raise TypeError(f"approx: {expected!r} is no number")
        if not (rel >= 0 and abs >= 0):
            raise ValueError("approx: rel and abs are not below 0")
        self._expected = expected
        self._rel = rel
        self._abs = abs

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, int | float | complex):
            return False
        if other == self._expected:
            return True
        if self._expected != self._expected:
            return other != other
        distance = abs(other - self._expected)
        return math.isfinite(distance) and distance <= max(
            self._abs, self._rel * abs(self._expected))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"ctester.approx({self._expected!r})"


def matches(expected: Any, actual: Any) -> bool:
    """Whether a recorded value is what was expected.

    Goes into dicts, lists and tuples, where matchers may be, too.
    """
    if isinstance(expected, re.Pattern):
        return _matches_pattern(expected, actual)
    if isinstance(expected, dict) and isinstance(actual, dict):
        return (expected.keys() == actual.keys()
                and all(matches(part, actual[key])
                        for key, part in expected.items()))
    for kind in (list, tuple):
        if isinstance(expected, kind) and isinstance(actual, kind):
            return (len(expected) == len(actual)
                    and all(map(matches, expected, actual)))
    return compare(expected, actual) is True


def matches_word(expected: Any, word: int) -> bool:
    """The same of a register whose type nobody knows: a number below 0 may
    have been an int or a long."""
    if isinstance(expected, int) and expected < 0:
        return word in (expected % 2**64, expected % 2**32)
    return matches(expected, word)


def compare(expected: Any, actual: Any) -> bool | str:
    """Whether two values are equal, or what comparing them raised.

    A matcher is the user's code and may raise anything: that is no match,
    and not the end of the assertion.
    """
    try:
        return bool(expected == actual)
    except Exception as error:  # any: see above
        return f"{type(error).__name__}: {error}"


def _matches_pattern(pattern: re.Pattern, actual: Any) -> bool:
    """The whole text must match.  A pattern of text also matches bytes."""
    if isinstance(actual, bytes) and isinstance(pattern.pattern, str):
        actual = actual.decode("utf-8", "surrogateescape")
    if not isinstance(actual, type(pattern.pattern)):
        return False
    return pattern.fullmatch(actual) is not None


def is_wildcard(expected: Any) -> bool:
    """ANY, or arguments that are all ANY."""
    if isinstance(expected, tuple | list) and expected:
        return all(map(is_wildcard, expected))
    return expected is ANY


# Types of which equality is known: equal values have equal hashes.
_PLAIN = frozenset({bool, int, float, complex, str, bytes, Address, LongDouble,
                    Callback, CutBytes, CutText})


def key_of(value: Any, names: bool = False) -> Any:
    """Something hashable, equal for equal values; None for a value of which
    that is not known.  names: of enumerators the name, else the number."""
    if isinstance(value, Enumerator):
        return value.name if names else int(value)
    if isinstance(value, dict):
        parts = [(key, key_of(part, names)) for key, part in value.items()]
        return (dict, frozenset(parts)) if all(
            part is not None for _, part in parts) else None
    for kind in (list, tuple):
        if isinstance(value, kind):
            keys = tuple(key_of(part, names) for part in value)
            return None if None in keys else (kind, keys)
    if value is None:
        return type(None)
    if isinstance(value, float) and value != value:
        return None
    return value if type(value) in _PLAIN else None
