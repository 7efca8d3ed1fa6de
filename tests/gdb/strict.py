# SPDX-License-Identifier: MIT
"""A program made of Python, for the tests of strict mocks without GDB."""

import sys
from typing import Any, Dict, List

from conftest import ROOT

sys.path.insert(0, str(ROOT / "gdbext"))

# pylint: disable=wrong-import-position
from ctester import native  # noqa: E402
from ctester.interactions import Interaction  # noqa: E402
from ctester.verifier import StrictVerifier  # noqa: E402


class FakeProgram:
    """A Backend whose calls are made by the test."""

    def __init__(self) -> None:
        self.log: List[Any] = []
        self.mocks: List[native.Mock] = []
        self.calls: List[Interaction] = []
        self.used: Dict[int, int] = {}
        self.told = 0

    def mock(self, mock: native.Mock) -> int:
        self.mocks.append(mock)
        return len(self.mocks)

    def spy(self, *what: Any) -> None:
        self.log.append(("spy", *what))

    def allow(self, *what: Any) -> None:
        self.log.append(("allow", *what))

    def uses(self) -> List[int]:
        return [self.used.get(number, 0)
                for number in range(len(self.mocks) + 1)]

    def interactions(self) -> List[Interaction]:
        since, self.told = self.told, len(self.calls)
        return self.calls[since:]

    def program_name(self) -> str:
        return "shop"

    def library_key(self, name: str) -> str:
        return native.library_stem(name)

    def arm(self) -> None:
        self.log.append("arm")

    def disarm(self) -> None:
        self.log.append("disarm")

    def call(self, function: str, *args: Any, library: str = "libm.so.6",
             **more: Any) -> None:
        """The program calls a function."""
        self.calls.append(Interaction(len(self.calls), library, function,
                                      args, **more))


class World:
    """A program, a verifier and its plugin."""

    def __init__(self) -> None:
        self.program = FakeProgram()
        self.verifier = StrictVerifier()
        self.native = native.NativePlugin(self.verifier, self.program)
