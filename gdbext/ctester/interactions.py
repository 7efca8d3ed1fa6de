# SPDX-License-Identifier: MIT
"""What was intercepted, and what of it has been asserted.

An assertion costs the same at the end of a long timeline as at its start: in
order, a cursor moves on behind what is asserted; in any order, an index finds
the interactions with equal arguments.  Only an assertion with a matcher looks
at those of its function one by one.
"""

from __future__ import annotations

import bisect
import collections
import dataclasses
from typing import Any, Callable, Iterator

from .matchers import key_of, matches, matches_word


@dataclasses.dataclass(slots=True, weakref_slot=True)
class Interaction:
    """One intercepted call, as it was when it was made."""

    seq: int
    library: str
    function: str
    args: tuple = ()
    result: Any = None
    errno: int | None = None
    thread: int = 0
    caller: str | None = None
    outcome: str = "mocked"
    raised: str | None = None
    out: dict = dataclasses.field(default_factory=dict)
    must: bool = True   # or it is only traced, and need not be asserted
    is_open: bool = False   # it has not returned yet
    # Nothing says what the parameters are: args are six words.
    guessed: bool = False
    # How the caller, through libffi, contradicts the prototype.
    note: str | None = None
    asserted: bool = dataclasses.field(default=False, compare=False)


@dataclasses.dataclass(frozen=True)
class Expected:
    """What an assertion says of an interaction."""

    library: Any
    function: Any
    args: Any = ()


# What is known of a call only when it returns.
_AT_RETURN = ("result", "errno", "outcome", "raised", "out", "is_open")

# What makes the spellings of a library's name one.
LibraryKey = Callable[[str], str]


# How many asserted interactions are forgotten at once, at least.
_FORGOTTEN_MIN = 1000


class _Unasserted:
    """Interactions in order, without those that have been asserted."""

    def __init__(self) -> None:
        self._all: list[Interaction] = []
        self._begin = 0
        self._kept = 0      # passed by before, and not asserted

    def add(self, interaction: Interaction) -> None:
        """At its place by number; nearly always that is the end."""
        if self._begin - self._kept > max(_FORGOTTEN_MIN,
                                          len(self._all) // 2):
            kept = [one for one in self._all[:self._begin]
                    if not one.asserted]
            self._all[:self._begin] = kept
            self._begin = self._kept = len(kept)
        if self._all and self._all[-1].seq > interaction.seq:
            bisect.insort(self._all, interaction, self._begin,
                          key=lambda one: one.seq)
        else:
            self._all.append(interaction)

    def pass_by(self, interaction: Interaction) -> None:
        """Leave behind what is before it and need not be asserted."""
        while (self._begin < len(self._all)
               and self._all[self._begin].seq <= interaction.seq):
            self._begin += 1

    def everything(self) -> list[Interaction]:
        """Also what was passed by."""
        return [one for one in self._all if not one.asserted]

    def __iter__(self) -> Iterator[Interaction]:
        while (self._begin < len(self._all)
               and self._all[self._begin].asserted):
            self._begin += 1
        for index in range(self._begin, len(self._all)):
            if not self._all[index].asserted:
                yield self._all[index]


def _keys_of(one: Interaction) -> set:
    """Of all the arguments that an assertion may name."""
    shortest = 0 if one.guessed else len(one.args)
    return {key_of(one.args[:count], names)
            for count in range(shortest, len(one.args) + 1)
            for names in (False, True)}


def matches_args(expected: Any, actual: Interaction) -> bool:
    """Of a guessed call, some of the first arguments are enough."""
    if actual.guessed and isinstance(expected, tuple | list):
        return (len(expected) <= len(actual.args)
                and all(map(matches_word, expected, actual.args)))
    return matches(expected, actual.args)


class Timeline:
    """All interactions of a test, in the order of their numbers."""

    def __init__(self, library_key: LibraryKey) -> None:
        self._library_key = library_key
        self._unasserted = _Unasserted()
        self._of_function: dict[tuple, _Unasserted] = (
            collections.defaultdict(_Unasserted))
        self._of_args: dict[tuple, _Unasserted] = (
            collections.defaultdict(_Unasserted))
        self._is_indexed = False
        self._open: dict[int, Interaction] = {}
        self.unmocked: list[Interaction] = []
        self.count = 0

    def add(self, interaction: Interaction) -> None:
        """A new one; or one that was open, and may have returned now."""
        known = self._open.pop(interaction.seq, None)
        if known is not None:
            for name in _AT_RETURN:
                setattr(known, name, getattr(interaction, name))
        else:
            self._add_new(interaction)
        if interaction.is_open:
            self._open[interaction.seq] = known or interaction

    def _add_new(self, interaction: Interaction) -> None:
        self.count += 1
        # A call that nobody has planned for cannot be asserted away.
        if interaction.outcome == "unmocked":
            self.unmocked.append(interaction)
            return
        self._unasserted.add(interaction)
        if self._is_indexed:
            self._index(interaction)

    def _index(self, interaction: Interaction) -> None:
        where = (self._library_key(interaction.library), interaction.function)
        self._of_function[where].add(interaction)
        for key in _keys_of(interaction) - {None}:
            self._of_args[*where, key].add(interaction)

    def unasserted(self) -> Iterator[Interaction]:
        """Those that must be asserted, in order."""
        return (one for one in self._unasserted if one.must)

    def next(self) -> Interaction | None:
        """The first that must be asserted; else the first that may be."""
        return next(self.unasserted(), next(iter(self._unasserted), None))

    def take_next(self, expected: Expected) -> Interaction | None:
        """The next one, when it is as expected.  What is only traced may be
        passed by; it cannot be asserted any more then."""
        for one in self._unasserted:
            if self.is_match(expected, one):
                self._unasserted.pass_by(one)
                return one
            if one.must:
                return None
        return None

    def find(self, expected: Expected) -> Interaction | None:
        """The first unasserted one that is as expected."""
        if not isinstance(expected.library, str) or not isinstance(
                expected.function, str):
            return self._first(self._unasserted, expected)
        if not self._is_indexed:
            self._is_indexed = True
            for one in self._unasserted.everything():
                self._index(one)
        where = (self._library_key(expected.library), expected.function)
        key = key_of(expected.args)
        if key is not None and (*where, key) in self._of_args:
            found = self._first(self._of_args[*where, key], expected)
            if found:
                return found
        # Matchers, and types whose equality only they know.
        if where not in self._of_function:
            return None
        return self._first(self._of_function[where], expected)

    def _first(self, among: _Unasserted,
               expected: Expected) -> Interaction | None:
        return next((one for one in among if self.is_match(expected, one)),
                    None)

    def is_match(self, expected: Expected, actual: Interaction) -> bool:
        return (self.is_library(expected.library, actual.library)
                and matches(expected.function, actual.function)
                and matches_args(expected.args, actual))

    def is_library(self, expected: Any, actual: str) -> bool:
        """A name in any spelling, or a matcher of the reported one."""
        if isinstance(expected, str):
            return self._library_key(expected) == self._library_key(actual)
        return matches(expected, actual)
