# SPDX-License-Identifier: MIT
"""How GDB was started."""

from __future__ import annotations

from typing import Iterator

BATCH = ("batch", "batch-silent")


def _options() -> Iterator[tuple[str, str]]:
    """GDB's own options without their dashes, and what may be their values."""
    try:
        with open("/proc/self/cmdline", "rb") as file:
            words = file.read().decode(errors="replace").split("\0")[1:]
    except OSError:
        return
    for word, following in zip(words, words[1:] + [""]):
        if not word.startswith("-"):
            continue
        name, equals, value = word.lstrip("-").partition("=")
        if name == "args":
            return
        yield name, value if equals else following


def is_batch() -> bool:
    """True when GDB was started to run commands and end."""
    return any(name in BATCH for name, _ in _options())


def has_machine_interface() -> bool:
    """True when a frontend gives commands in a language of its own, which
    hooks of commands do not see.  GDB takes any beginning of a long option's
    name."""
    return any(name and "interpreter".startswith(name)
               and value.startswith("mi") for name, value in _options())
