# SPDX-License-Identifier: MIT
"""Commands about what was recorded: stats, save, show, clear."""

from __future__ import annotations

import os

import gdb

from .. import _core, api, monitors
from ..state import session
from .arguments import (Command, complete_option, complete_watched, fail,
                        plural, take_options)


class Stats(Command):
    """Count the calls of watched functions.
Usage: ctester stats [FUNCTION|GLOB]

For each: its calls, how many of them were mocked, and the mean and the
longest time of those that returned.  Times are those between the breakpoints
at the call and at the return, and include what GDB does in between.

For those of "ctester monitor" also: how many calls were made to fail, the mask
of those that are still to fail, and the last call."""

    name = "ctester stats"

    def run(self, words: list[str]) -> None:
        if len(words) > 1:
            fail(self.name, "expected one FUNCTION or GLOB")
        gdb.write(monitors.table(words[0] if words else None))

    def complete(self, text: str, word: str) -> list[str]:
        return complete_watched(text, word)


class Save(Command):
    """Write the trace to a file.
Usage: ctester save FILE [--format jsonl|text]

Without --format the name says it: .jsonl and .json are JSON Lines, anything
else is text."""

    name = "ctester save"
    options = {"format": True}

    def run(self, words: list[str]) -> None:
        names, options = take_options(self.name, words, self.options)
        if len(names) != 1 or not names[0]:
            fail(self.name, "expected one FILE, in quotes when its name has "
                 "blanks")
        path = os.path.expanduser(names[0])
        count = api.save(path, options.get("format"))
        gdb.write(f"ctester: {plural(count, 'call')} saved in {path}\n")

    def complete(self, text: str, word: str) -> list[str] | int:
        options = complete_option(text, word, self.options)
        return gdb.COMPLETE_FILENAME if options is None else options


class Show(Command):
    """Show the trace as text, or its last calls.
Usage: ctester show [COUNT]

COUNT is how many of the last complete calls."""

    name = "ctester show"

    def run(self, words: list[str]) -> None:
        if len(words) > 1 or not "".join(words or "1").isdecimal():
            fail(self.name, "expected a COUNT of calls, or nothing for all")
        for text in session.retell(_core.FORMATS["text"],
                                   int(words[0]) if words else None):
            gdb.write(text)


class Clear(Command):
    """Forget what was recorded, and all mocks; traces go on.
Usage: ctester clear"""

    name = "ctester clear"

    def run(self, words: list[str]) -> None:
        self.refuse(words)
        api.clear()


def register() -> None:
    """Add these commands."""
    for command in (Stats, Save, Show, Clear):
        command()
