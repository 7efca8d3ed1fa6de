# SPDX-License-Identifier: MIT
"""Commands that say what is watched: trace, untrace, mock, prototypes."""

from __future__ import annotations

import os
import re

import gdb

from .. import _core, api
from .arguments import (Command, PrefixCommand, complete_function,
                        complete_in_library, complete_library,
                        complete_option, complete_watched, fail, plural,
                        take_options)


class Prefix(PrefixCommand):
    """Trace, mock and record the calls of a running program.

The functions of the program and of its libraries, static ones too, need no
recompiling.  See "help ctester trace" and "help ctester mock" first; "info
ctester" shows what is watched, "set ctester" has the settings."""

    name = "ctester"


class Trace(Command):
    """Record the calls of functions, with arguments and results.
Usage: ctester trace [--scope SCOPE] [--if EXPR] FUNCTION|GLOB...

FUNCTION is a name, LIBRARY:NAME or FILE.c:NAME.  A glob without a library
means the program's own functions and those that it calls in its libraries;
LIBRARY:GLOB means what the library exports.  A library that is not loaded
yet is waited for.

SCOPE says whose calls count: "boundary", from outside the library (the
default; for the program's own functions, every call), "all", or "program",
those that the main program's code makes.

EXPR is an expression over the parameters, as fd > 2 && path ~ "/etc/*".

Calls are shown as they return; "ctester save FILE" writes them to a file,
"set ctester trace-file FILE" as they complete."""

    name = "ctester trace"
    options = {"scope": True, "if": True}

    def run(self, words: list[str]) -> None:
        names, options = take_options(self.name, words, self.options)
        if not names:
            fail(self.name, "expected FUNCTION or GLOB; for all of the "
                 "program's functions: ctester trace '*'")
        for name in names:
            # What is left of: --if fd > 2
            if "if" in options and not re.search(r"\w|\*", name):
                fail(self.name, f"'{name}' is no function; an expression "
                     "with blanks needs quotes: --if \"fd > 2\"")
            if "," in name:
                fail(self.name, f"'{name}': blanks, not commas, stand "
                     "between functions")
        for name in names:
            count = api.trace(name, scope=options.get("scope", "boundary"),
                              condition=options.get("if"))
            if not count:
                gdb.write(f"ctester: {name}: waits for the library to be "
                          "loaded\n")
            elif any(letter in name for letter in "*?["):
                gdb.write(f"ctester: {name}: {plural(count, 'function')}\n")

    def complete(self, text: str, word: str) -> list[str]:
        options = complete_option(text, word, self.options)
        return complete_function(text, word) if options is None else options


class Untrace(Command):
    """Stop recording functions.
Usage: ctester untrace [FUNCTION|GLOB]

Without an argument, nothing is traced any more.  Mocks stay."""

    name = "ctester untrace"

    def run(self, words: list[str]) -> None:
        if len(words) > 1:
            fail(self.name, "expected one FUNCTION or GLOB")
        count = api.untrace(words[0] if words else None)
        gdb.write(f"ctester: {plural(count, 'function')} not traced any "
                  "more\n")

    def complete(self, text: str, word: str) -> list[str]:
        return complete_watched(text, word)


class Mock(Command):
    """Answer the next call of a function instead of the function.
Usage: ctester mock [OPTION...] LIBRARY FUNCTION VALUE

LIBRARY is a name in any spelling (libm.so.6, libm, m), or the program's own,
or - for the program.  VALUE is a value of the function's result type: 3.0,
-1, NULL, "text", RED|BLUE, {x = 1, y = 2}; void for none.  Each function has
a queue: answers are given in the order of these commands.

  --errno E     also set errno, by name or number
  --times N     answer N calls; "all" for every one
  --optional    in batch mode, an unused mock is a failure unless it has this
  --scope S     whose calls count, as in "ctester trace"
  --if EXPR     answer only calls for which the expression is true

Options may stand before LIBRARY, before VALUE or behind it."""

    name = "ctester mock"
    options = {"errno": True, "times": True, "optional": False,
               "scope": True, "if": True}

    def invoke(self, argument: str, from_tty: bool) -> None:
        # VALUE may have quotes and backslashes that are its own.
        self.dont_repeat()
        try:
            self._mock(argument)
        except _core.CoreError as error:
            fail(self.name, str(error))

    def _mock(self, argument: str) -> None:
        head, value = self._split(argument)
        names, options = take_options(self.name, head, self.options)
        library, function = names
        times = options.get("times", "1")
        if times != "all" and not (times.isdecimal() and int(times) > 0):
            fail(self.name, f"--times: '{times}' is no number of calls; "
                 "\"all\" is for every one")
        api.mock("" if library == "-" else library, function, value,
                 errno=options.get("errno"),
                 times=None if times == "all" else int(times),
                 required="optional" not in options,
                 scope=options.get("scope", "boundary"),
                 condition=options.get("if"))

    def _split(self, argument: str) -> tuple[list[str], str]:
        """Options and the two names, word by word; the rest is VALUE, with
        options that follow it."""
        words: list[str] = []
        names = 0
        rest = argument.strip()
        while rest and (names < 2 or rest.startswith("--")):
            word, rest = _first_word(rest)
            if word == "--" and names == 2:
                break
            words.append(word)
            if not word.startswith("--"):
                names += 1
            elif self.options.get(word[2:]) and rest:
                value, rest = _first_word(rest)
                words.append(value)
        value, options = _trailing_options(rest)
        if names < 2 or not value:
            take_options(self.name, words, self.options)
            fail(self.name, "expected LIBRARY FUNCTION VALUE, as in: ctester "
                 "mock libm sqrt 3.0")
        return words + options, value

    def complete(self, text: str, word: str) -> list[str]:
        options = complete_option(text, word, self.options)
        if options is not None:
            return options
        names = self._names(text)
        if not names:
            return complete_library(text, word)
        if len(names) == 1:
            return complete_in_library("" if names[0] == "-" else names[0],
                                       text, word)
        return []

    def _names(self, text: str) -> list[str]:
        """The words before the last one that are no options."""
        words = text.split() if not text or text[-1].isspace() else (
            text.split()[:-1])
        names, rest = [], iter(words)
        for each in rest:
            if not each.startswith("--"):
                names.append(each)
            elif self.options.get(each[2:]):
                next(rest, "")
        return names


def _first_word(text: str) -> tuple[str, str]:
    """The first word, which may be quoted, and what follows it."""
    text = text.lstrip()
    if text[:1] in ("'", '"'):
        end = text.find(text[0], 1)
        if end > 0:
            return text[1:end], text[end + 1:].strip()
    word, _, rest = text.partition(" ")
    return word, rest.strip()


def _trailing_options(text: str) -> tuple[str, list[str]]:
    """VALUE and the options behind it; dashes in quotes or braces are
    VALUE's."""
    depth, quote, i = 0, "", 0
    while i < len(text):
        letter = text[i]
        if quote:
            if letter == "\\":
                i += 1
            elif letter == quote:
                quote = ""
        elif letter in "'\"":
            quote = letter
        elif letter in "{[(":
            depth += 1
        elif letter in "}])":
            depth -= 1
        elif (not depth and text.startswith("--", i)
              and text[i + 2:i + 3].isalpha()
              and (i == 0 or text[i - 1].isspace())):
            return text[:i].strip(), gdb.string_to_argv(text[i:])
        i += 1
    return text.strip(), []


class Prototypes(Command):
    """Read prototypes out of a C header, through the C compiler.
Usage: ctester prototypes FILE.h

They are used for functions that have no debug information of their own."""

    name = "ctester prototypes"

    def __init__(self) -> None:
        super().__init__(gdb.COMPLETE_FILENAME)

    def run(self, words: list[str]) -> None:
        if len(words) != 1:
            fail(self.name, "expected FILE.h")
        count = api.prototypes(os.path.expanduser(words[0]))
        gdb.write(f"ctester: {plural(count, 'prototype')} in {words[0]}\n")


def register() -> None:
    """Add these commands."""
    Prefix()
    for command in (Trace, Untrace, Mock, Prototypes):
        command()
