# SPDX-License-Identifier: MIT
"""Words of a command line: options, completion, and errors in one line."""

from __future__ import annotations

import abc
import errno as errno_names
from typing import Iterable, NoReturn

import gdb

from .. import _core
from ..state import session, verdict
from ..verdict import BAD_USE

# Values that can be completed, by option.
CHOICES = {
    "scope": list(_core.SCOPES),
    "format": [name for name in _core.FORMATS if name],
    "errno": sorted(errno_names.errorcode.values()),
}


def fail(command: str, text: str) -> NoReturn:
    """End a command with one line and a status for batch mode."""
    verdict.fail(BAD_USE)
    raise gdb.GdbError(f"{command}: {text}")


def plural(count: int, noun: str) -> str:
    """The number and the noun, as "1 call" and "2 calls"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


class Command(gdb.Command):
    """A command of ours: its errors are one line, whatever they are of."""

    name = ""

    def __init__(self, completer: int | None = None) -> None:
        if completer is None:
            super().__init__(self.name, gdb.COMMAND_DATA)
        else:
            super().__init__(self.name, gdb.COMMAND_DATA, completer)

    @abc.abstractmethod
    def run(self, words: list[str]) -> None:
        """Carry the command out."""

    def invoke(self, argument: str, from_tty: bool) -> None:
        self.dont_repeat()
        if _has_open_quote(argument):
            fail(self.name, f"a quote is not closed in: {argument}")
        try:
            self.run(gdb.string_to_argv(argument))
        except _core.CoreError as error:
            fail(self.name, str(error))

    def refuse(self, words: list[str]) -> None:
        """For commands without arguments."""
        if words:
            fail(self.name, f"it takes no argument, not '{words[0]}'")


class PrefixCommand(gdb.Command):
    """A command that has subcommands; alone, it says which."""

    name = ""
    kind = gdb.COMMAND_DATA

    def __init__(self) -> None:
        super().__init__(self.name, self.kind, gdb.COMPLETE_NONE, True)

    def alone(self) -> None:
        """What it does without a subcommand."""
        gdb.execute(f"help {self.name}")

    def invoke(self, argument: str, from_tty: bool) -> None:
        self.dont_repeat()
        if argument.strip():
            word = argument.split()[0]
            fail(self.name, f"no '{word}' here; see \"help {self.name}\"")
        try:
            self.alone()
        except _core.CoreError as error:
            fail(self.name, str(error))


def _has_open_quote(text: str) -> bool:
    quote, letters = "", iter(text)
    for letter in letters:
        if letter == "\\":
            next(letters, "")
        elif quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
    return bool(quote)


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
        elif not word.startswith("-") or word == "-":
            operands.append(word)
        else:
            name, equals, value = word[2:].partition("=")
            if name not in known or not word.startswith("--"):
                fail(command, f"no option {word.partition('=')[0]}; there is "
                     + ", ".join(f"--{each}" for each in known))
            if known[name] and not equals:
                value = next(rest, "")
            if known[name] and not value:
                fail(command, f"--{name} needs a value")
            if equals and not known[name]:
                fail(command, f"--{name} takes no value")
            options[name] = value
    _check_choice(command, options, "scope")
    _check_choice(command, options, "format")
    return operands, options


def _check_choice(command: str, options: dict[str, str], name: str) -> None:
    if name in options and options[name] not in CHOICES[name]:
        fail(command, f"--{name}: '{options[name]}' is none of "
             + ", ".join(CHOICES[name]))


def last_word(text: str) -> str:
    """The word that is being typed, which may be empty."""
    return text.split()[-1] if text and not text[-1].isspace() else ""


def offer(names: Iterable[str], text: str, word: str) -> list[str]:
    """Completions of the last word.

    GDB breaks words at colons, dashes and the like, and wants only what comes
    behind the break: word is that part.
    """
    whole = last_word(text)
    break_at = len(whole) - len(word)
    return [name[break_at:] for name in names if name.startswith(whole)]


def complete_function(text: str, word: str) -> list[str]:
    """Names for the last word: FUNCTION or LIBRARY:FUNCTION."""
    library, colon, start = last_word(text).rpartition(":")
    names = _ask(_core.COMPLETE_FUNCTION, library if colon else None, start)
    return offer((library + colon + name for name in names), text, word)


def complete_watched(text: str, word: str) -> list[str]:
    """Names of functions that are traced or mocked."""
    return offer(_ask(_core.COMPLETE_WATCHED, None, last_word(text)), text,
                 word)


def complete_library(text: str, word: str) -> list[str]:
    """Names of the program and its libraries."""
    return offer(_ask(_core.COMPLETE_LIBRARY, None, last_word(text)), text,
                 word)


def complete_in_library(library: str, text: str, word: str) -> list[str]:
    """Names of a library's functions."""
    return offer(_ask(_core.COMPLETE_FUNCTION, library, last_word(text)), text,
                 word)


def complete_option(text: str, word: str,
                    known: dict[str, bool]) -> list[str] | None:
    """Options, or values of the option before; None for another word."""
    whole = last_word(text)
    before = text[:len(text) - len(whole)].split()
    if before and before[-1].startswith("--") and known.get(before[-1][2:]):
        return offer(CHOICES.get(before[-1][2:], []), text, word)
    if whole.startswith("-") and "--" not in before:
        name, equals, _ = whole.partition("=")
        if equals:
            return offer((f"{name}={value}" for value
                          in CHOICES.get(name[2:], [])), text, word)
        return offer((f"--{each}" for each in known), text, word)
    return None


def _ask(what: int, library: str | None, start: str) -> list[str]:
    try:
        return session.complete(what, library, start)
    except _core.CoreError:
        return []
