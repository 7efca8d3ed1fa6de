# SPDX-License-Identifier: MIT
"""info ctester ..."""

from __future__ import annotations

import gdb

from .. import _core, api
from ..state import catcher, engine, session
from .arguments import Command, PrefixCommand, complete_watched, fail, plural


class Info(PrefixCommand):
    """Show what ctester watches and has recorded, in short.
Usage: info ctester"""

    name = "info ctester"
    kind = gdb.COMMAND_STATUS

    def alone(self) -> None:
        gdb.write(f"ctester {api.version()}, engine: {engine.name}\n")
        gdb.write(session.report(_core.REPORT_SUMMARY))


class Targets(Command):
    """Show watched functions, with prototype, scope and places.
Usage: info ctester targets [FUNCTION|GLOB]

For each: its prototype and where that is from, the scope, at how many places
it is intercepted in the running program or why it is not, and how many copies
of it the compiler has put into its callers, where they are not seen."""

    name = "info ctester targets"

    def run(self, words: list[str]) -> None:
        if len(words) > 1:
            fail(self.name, "expected one FUNCTION or GLOB")
        text = session.report(_core.REPORT_TARGETS,
                              words[0] if words else None)
        if not gdb.selected_inferior().pid:
            gdb.write("The program is not running.\n")
        gdb.write(text)

    def complete(self, text: str, word: str) -> list[str]:
        return complete_watched(text, word)


class Mocks(Command):
    """Show the mocks by their numbers, and how often each was used.
Usage: info ctester mocks"""

    name = "info ctester mocks"

    def run(self, words: list[str]) -> None:
        self.refuse(words)
        gdb.write(session.report(_core.REPORT_MOCKS))


class Engine(Command):
    """Show which engine intercepts calls, and at how many places.
Usage: info ctester engine

"catch" is for system calls that GDB stops at, "notify" for those whose entries
are enough; a process where that is not possible is shown with the reason."""

    name = "info ctester engine"

    def run(self, words: list[str]) -> None:
        self.refuse(words)
        hooks = session.hook_count()
        if engine.name != "breakpoint":
            gdb.write(f"{engine.name}: {plural(hooks, 'function')} "
                      f"hooked in the program\n")
        gdb.write("breakpoint: GDB stops at "
                  f"{plural(len(engine.places), 'place')} and "
                  f"{plural(len(engine.sites), 'return site')}\n")
        gdb.write(catcher.described())


def register() -> None:
    """Add these commands."""
    for command in (Info, Targets, Mocks, Engine):
        command()
