# SPDX-License-Identifier: MIT
"""info ctester ..."""

from __future__ import annotations

import gdb

from .. import _core, api
from ..state import engine, session
from .arguments import Command


class Info(Command):
    """Show what ctester watches and has recorded.

Without a subcommand: a line of each."""

    name = "info ctester"

    def __init__(self) -> None:
        gdb.Command.__init__(self, self.name, gdb.COMMAND_STATUS,
                             gdb.COMPLETE_NONE, True)

    def run(self, words: list[str]) -> None:
        gdb.write(f"ctester {api.version()}, engine: {engine.name}\n")
        gdb.write(session.report(_core.REPORT_SUMMARY))


class Targets(Command):
    """Show every watched function: its prototype and where that is from, its
scope, at how many places it is intercepted, or why it is not.
Usage: info ctester targets"""

    name = "info ctester targets"

    def run(self, words: list[str]) -> None:
        gdb.write(session.report(_core.REPORT_TARGETS))


class Mocks(Command):
    """Show the mocks in the order of their numbers, and how often each was
used.
Usage: info ctester mocks"""

    name = "info ctester mocks"

    def run(self, words: list[str]) -> None:
        gdb.write(session.report(_core.REPORT_MOCKS))


class Engine(Command):
    """Show which engine intercepts calls.
Usage: info ctester engine"""

    name = "info ctester engine"

    def run(self, words: list[str]) -> None:
        gdb.write(f"{engine.name}: GDB stops at {len(engine.places)} "
                  f"place{'' if len(engine.places) == 1 else 's'} and "
                  f"{len(engine.sites)} return "
                  f"site{'' if len(engine.sites) == 1 else 's'}\n")


def register() -> None:
    """Add these commands."""
    for command in (Info, Targets, Mocks, Engine):
        command()
