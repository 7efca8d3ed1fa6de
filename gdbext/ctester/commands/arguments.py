# SPDX-License-Identifier: MIT
"""Words of a command line: options, and errors in one line."""

from __future__ import annotations

from typing import Callable, NoReturn

import gdb

from .. import _core
from ..state import session, verdict
from ..verdict import BAD_USE


def fail(command: str, text: str) -> NoReturn:
    """End a command with one line and a status for batch mode."""
    verdict.fail(BAD_USE)
    raise gdb.GdbError(f"{command}: {text}")


class Command(gdb.Command):
    """A command of ours: its errors are one line, whatever they are of."""

    name = ""

    def __init__(self, completer: int | None = None) -> None:
        if completer is None:
            super().__init__(self.name, gdb.COMMAND_DATA)
        else:
            super().__init__(self.name, gdb.COMMAND_DATA, completer)

    def run(self, words: list[str]) -> None:
        """Carry the command out."""
        raise NotImplementedError

    def invoke(self, argument: str, from_tty: bool) -> None:
        self.dont_repeat()
        try:
            self.run(gdb.string_to_argv(argument))
        except _core.CoreError as error:
            fail(self.name, str(error))


def take_options(command: str, words: list[str],
                 known: dict[str, bool]) -> tuple[list[str], dict[str, str]]:
    """Split words into operands and options.

    known: the options' names, and whether each takes a value, as `--scope
    all` or `--scope=all`.  `--` ends the options.
    """
    operands: list[str] = []
    options: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        if word == "--":
            operands.extend(rest)
        elif not word.startswith("--"):
            operands.append(word)
        else:
            name, equals, value = word[2:].partition("=")
            if name not in known:
                fail(command, f"no option --{name}; there is "
                     + ", ".join(f"--{each}" for each in known))
            if known[name] and not equals:
                value = next(rest, "")
                if not value:
                    fail(command, f"--{name} needs a value")
            options[name] = value
    return operands, options


def complete_function(text: str, word: str) -> list[str]:
    """Names for the last word: FUNCTION or LIBRARY:FUNCTION."""
    whole = text.split()[-1] if text and not text[-1].isspace() else ""
    library, colon, start = whole.rpartition(":")
    try:
        names = session.complete(_core.COMPLETE_FUNCTION,
                                 library if colon else None,
                                 start if colon else whole)
    except _core.CoreError:
        return []
    # GDB completes the part of the word behind the last break character.
    prefix = whole[:len(whole) - len(word)]
    full = [f"{library}:{name}" if colon else name for name in names]
    return [name.removeprefix(prefix) for name in full]


def complete_option(text: str, names: dict[str, bool]) -> list[str]:
    """Options for a word that starts with a dash."""
    start = text.split()[-1]
    return [f"--{name}" for name in names if f"--{name}".startswith(start)]


Completer = Callable[[str, str], list[str]]
