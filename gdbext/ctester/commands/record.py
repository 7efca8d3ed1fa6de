# SPDX-License-Identifier: MIT
"""Commands about what was recorded: stats, save, show, clear."""

from __future__ import annotations

import os

import gdb

from .. import _core, api
from ..state import session
from .arguments import Command, complete_function, fail, take_options


class Stats(Command):
    """Count the calls of watched functions.
Usage: ctester stats [FUNCTION]

Times are those between the breakpoints at the call and at the return, and
include what GDB needs in between."""

    name = "ctester stats"

    def run(self, words: list[str]) -> None:
        if len(words) > 1:
            fail(self.name, "expected one FUNCTION")
        gdb.write(api.stats(words[0] if words else None))

    def complete(self, text: str, word: str) -> list[str]:
        return complete_function(text, word)


class Save(Command):
    """Write the trace to a file.
Usage: ctester save FILE [--format jsonl|text]

Without --format the name says it: .jsonl and .json are JSON Lines, anything
else is text."""

    name = "ctester save"

    def __init__(self) -> None:
        super().__init__(gdb.COMPLETE_FILENAME)

    def run(self, words: list[str]) -> None:
        names, options = take_options(self.name, words, {"format": True})
        if len(names) != 1:
            fail(self.name, "expected FILE")
        format_name = options.get("format")
        if format_name not in _core.FORMATS:
            fail(self.name, f"no format '{format_name}'; there is jsonl and "
                 "text")
        path = os.path.expanduser(names[0])
        count = api.save(path, format_name)
        gdb.write(f"ctester: {count} call{'' if count == 1 else 's'} saved "
                  f"in {path}\n")


class Show(Command):
    """Show the whole trace as text.
Usage: ctester show"""

    name = "ctester show"

    def run(self, words: list[str]) -> None:
        if words:
            fail(self.name, "it takes no argument")
        gdb.write(session.report(_core.REPORT_TRACE))


class Clear(Command):
    """Forget what was recorded, and all mocks; traces go on.
Usage: ctester clear"""

    name = "ctester clear"

    def run(self, words: list[str]) -> None:
        if words:
            fail(self.name, "it takes no argument")
        api.clear()


def register() -> None:
    """Add these commands."""
    for command in (Stats, Save, Show, Clear):
        command()
