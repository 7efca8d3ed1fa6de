# SPDX-License-Identifier: MIT
"""The verifier of one test: every call is asserted, every mock is used.

It knows no GDB: plugins bring it interactions and mocks.
"""

from __future__ import annotations

import contextlib
from typing import Any, Iterator, Protocol, Sequence

from . import errors, messages
from .interactions import Expected, Interaction, LibraryKey, Timeline
from .matchers import is_wildcard


class Plugin(Protocol):
    """Where interactions come from."""

    def collect(self) -> Sequence[Interaction]:
        """Those since the last time, in order."""

    def unused_mocks(self) -> Sequence[Any]:
        """Required mocks that were not used up."""

    def arm(self) -> None:
        """The sandbox opens."""

    def disarm(self) -> None:
        """The sandbox closes."""


class StrictVerifier:
    """Holds what happened in a test against what the test says of it."""

    def __init__(self, library_key: LibraryKey = str) -> None:
        self.timeline = Timeline(lambda name: self.library_key(name))
        self.library_key = library_key
        self._plugins: dict[type, Plugin] = {}
        self._sandboxes = 0
        self._any_order = 0
        # What is recorded was verified, or it was told what is wrong with it.
        self.is_verified = False

    def attach(self, plugin: Plugin) -> None:
        """Take a plugin; ValueError when there is one of its class."""
        kind = type(plugin)
        if kind in self._plugins:
            raise ValueError(f"this verifier has a {kind.__name__} already")
        self._plugins[kind] = plugin

    def plugin(self, kind: type) -> Any:
        """The plugin of a class, or None."""
        return self._plugins.get(kind)

    @property
    def is_open(self) -> bool:
        """Whether a sandbox is open."""
        return self._sandboxes > 0

    def open(self) -> None:
        """Begin to intercept; counted, so that it nests."""
        if not self._sandboxes:
            self.is_verified = False
            self._arm()
        self._sandboxes += 1

    def close(self) -> None:
        """End what open() began; the last one stops intercepting."""
        if not self._sandboxes:
            raise ValueError("the sandbox is not open")
        self._sandboxes -= 1
        if not self._sandboxes:
            for plugin in self._plugins.values():
                plugin.disarm()

    def _arm(self) -> None:
        """All or none: a plugin that cannot leaves nothing behind."""
        with contextlib.ExitStack() as armed:
            for plugin in self._plugins.values():
                plugin.arm()
                armed.callback(plugin.disarm)
            armed.pop_all()

    @contextlib.contextmanager
    def sandbox(self) -> Iterator[StrictVerifier]:
        """Intercept while the body runs.  An exception in it closes the
        sandbox, too; nothing is verified then."""
        self.open()
        try:
            yield self
        finally:
            self.close()

    @contextlib.contextmanager
    def in_any_order(self) -> Iterator[None]:
        """Assertions in the body match any unasserted interaction."""
        self._refuse_inside("in_any_order() was used",
                            ["with ctester.in_any_order():", "    ..."])
        self._any_order += 1
        try:
            yield
        finally:
            self._any_order -= 1

    def assert_call(self, expected: Expected) -> Interaction:
        """The interaction that is as expected, from now on asserted.

        In order, the next one must be.  A failure consumes nothing.
        """
        self._refuse_inside(
            f"{messages.expected_call(expected)} was asserted",
            [messages.assert_line(expected)])
        self.collect()
        if all(map(is_wildcard, (expected.library, expected.function,
                                 expected.args))):
            raise errors.AllWildcardAssertionError(
                messages.all_wildcard(self.timeline))
        found = self._find(expected)
        if found is None:
            raise errors.InteractionMismatchError(messages.mismatch(
                expected, self._nearest(expected), self.timeline,
                self._any_order > 0))
        found.asserted = True
        return found

    def _find(self, expected: Expected) -> Interaction | None:
        if self._any_order:
            return self.timeline.find(expected)
        return self.timeline.take_next(expected)

    def _nearest(self, expected: Expected) -> Interaction | None:
        """What to compare with: of the same function, if there is one."""
        following = self.timeline.next()
        if not self._any_order:
            return following
        return next((one for one in self.timeline.unasserted()
                     if one.function == expected.function), following)

    def verify_all(self) -> None:
        """Raise what there is: unmocked calls, interactions that were not
        asserted, required mocks that were not used.  One kind as an error of
        its own, several as sections of a VerificationError."""
        raise_found(self.sections())

    def sections(self) -> list[errors.VerificationError]:
        """What verify_all() raises, an error a kind."""
        self._refuse_inside("verify_all() was called",
                            ["ctester.verify_all()"])
        self.collect()
        self.is_verified = True
        return list(self._sections())

    def _sections(self) -> Iterator[errors.VerificationError]:
        if self.timeline.unmocked:
            yield errors.UnmockedInteractionError(
                messages.unmocked(self.timeline.unmocked))
        if any(True for _ in self.timeline.unasserted()):
            yield errors.UnassertedInteractionsError(
                messages.unasserted(self.timeline))
        unused = [mock for plugin in self._plugins.values()
                  for mock in plugin.unused_mocks()]
        if unused:
            yield errors.UnusedMocksError(messages.unused(unused))

    def collect(self) -> None:
        """Take what has happened since the last time into the timeline."""
        for plugin in self._plugins.values():
            for interaction in plugin.collect():
                self.timeline.add(interaction)

    def _refuse_inside(self, what: str, lines: Sequence[str]) -> None:
        if self.is_open:
            raise errors.AssertionInsideSandboxError(
                messages.inside_sandbox(what, lines))


def raise_found(found: Sequence[errors.VerificationError]) -> None:
    """One error as it is, several as sections of a VerificationError."""
    if len(found) == 1:
        raise found[0]
    if found:
        raise errors.VerificationError("\n\n".join(map(str, found)), found)
