# SPDX-License-Identifier: MIT
"""What mocks of functions and of system calls are checked for alike."""

from __future__ import annotations

from typing import Any

from .errors import BadMockError


class Refusal:
    """Says what is wrong with a registration, and of what."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, sentence: str) -> BadMockError:
        return BadMockError(f"{self._name}: {sentence}")


def check_when(bad: Refusal, when: Any) -> Any:
    if not (when is None or callable(when)
            or (isinstance(when, str) and when.strip())):
        raise bad(f"when: {when!r} is no filter expression and no function")
    return when


def check_delay(bad: Refusal, delay: Any) -> float:
    if isinstance(delay, bool) or not isinstance(
            delay, int | float) or not 0 <= delay < float("inf"):
        raise bad(f"delay: {delay!r} is no number of seconds")
    return float(delay)
