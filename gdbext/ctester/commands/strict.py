# SPDX-License-Identifier: MIT
"""Strict tests at the prompt: sandbox, assert, verify."""

from __future__ import annotations

import abc
import ast
import re
from typing import Any

import gdb

from .. import _core, guard, strict
from ..errors import AssertionInsideSandboxError, StrictError
from ..interactions import Expected
from ..matchers import ANY
from ..messages import PROGRAM, show_interaction
from ..state import engine, session, verdict
from ..verdict import BAD_USE, FAILED
from .arguments import (Command, complete_function, complete_in_library,
                        complete_library, complete_option, fail, plural,
                        take_options)


class StrictCommand(Command):
    """A command whose errors are those of strict tests."""

    def run(self, words: list[str]) -> None:
        try:
            self.carry_out(words)
        except AssertionInsideSandboxError as error:
            verdict.fail(BAD_USE)
            # At the prompt, it is not a script's line that is wanted.
            happened = str(error).partition("\n")[0]
            raise gdb.GdbError(f"{happened}\nClose it first:\n"
                               "    ctester sandbox close") from None
        except StrictError as error:
            verdict.fail(FAILED if isinstance(error, AssertionError)
                         else BAD_USE)
            raise gdb.GdbError(str(error)) from None

    @abc.abstractmethod
    def carry_out(self, words: list[str]) -> None:
        """What run() is for other commands."""


class Sandbox(StrictCommand):
    """Open or close the sandbox, or show whether it is open.
Usage: ctester sandbox [open [--start FUNCTION] [--end FUNCTION] [--strict] | close]

In the open sandbox a mocked function is called only as planned: GDB stops at
a call for which no mock is left, and "ctester verify" will say so.

--start, --end: intercept only from a call of the one to a call of the other,
or without --end, to the return of the first.  --strict: in libraries that have
mocks, every function that is called from outside needs one."""

    name = "ctester sandbox"
    options = {"start": True, "end": True, "strict": False}

    def carry_out(self, words: list[str]) -> None:
        names, options = take_options(self.name, words, self.options)
        verifier = strict.verifier()
        if len(names) > 1 or (names or ["open"])[0] not in ("open", "close"):
            fail(self.name, "expected open, close or nothing")
        if options and names != ["open"]:
            fail(self.name, "the options are for open")
        if names == ["open"]:
            if verifier.is_open:
                fail(self.name, "it is open already")
            strict.bound(options.get("start"), options.get("end"),
                         "library" if "strict" in options else None)
            guard.begin()
            verifier.open()
        elif names:
            if not verifier.is_open:
                fail(self.name, "it is not open")
            verifier.close()
        gdb.write("The sandbox is "
                  f"{'open' if verifier.is_open else 'closed'}.\n")
        if names == ["close"]:
            guard.raise_double_free()

    def complete(self, text: str, word: str) -> list[str]:
        before = text.split() if text[-1:].isspace() else text.split()[:-1]
        if before[-1:] in (["--start"], ["--end"]):
            return complete_function(text, word)
        options = complete_option(text, word, self.options)
        if options is not None:
            return options
        return [each for each in ("open", "close") if each.startswith(word)]


class Assert(StrictCommand):
    """Assert the next recorded call.
Usage: ctester assert [--any-order] LIBRARY FUNCTION [ARG...]

LIBRARY "-" is the program.  ARGs are numbers, text, or Python literals in
quotes; "*" is any value, and "..." as the last one any arguments.  A call that
was mocked or spied on must be asserted before later ones are; one that was
only traced may be passed by.
--any-order: any call that was not asserted yet."""

    name = "ctester assert"
    options = {"any-order": False}

    def carry_out(self, words: list[str]) -> None:
        marks = {f"--{name}" for name in self.options}
        options = [word for word in words[:1] if word in marks]
        operands = words[len(options):]
        if len(operands) < 2:
            fail(self.name, "expected LIBRARY FUNCTION [ARG...]")
        library, function, *args = operands
        if library == "-":
            library = engine.program_name() or PROGRAM
        expected = Expected(library, function, read_arguments(args))
        verifier = strict.verifier()
        if options:
            with verifier.in_any_order():
                found = verifier.assert_call(expected)
        else:
            found = verifier.assert_call(expected)
        gdb.write(f"{show_interaction(found)}\n")

    def complete(self, text: str, word: str) -> list[str]:
        before = text.split() if text[-1:].isspace() else text.split()[:-1]
        names = [each for each in before if not each.startswith("--")]
        if not names:
            return complete_library(text, word)
        library = "" if names[0] == "-" else names[0]
        return (complete_in_library(library, text, word)
                if len(names) == 1 else [])


class Verify(StrictCommand):
    """Check that every call was planned and asserted, every mock used.
Usage: ctester verify

Says which calls had no mock left, which were mocked or spied on and not
asserted, and which required mocks were not used.  In batch mode that makes
the exit status 1."""

    name = "ctester verify"

    def carry_out(self, words: list[str]) -> None:
        self.refuse(words)
        count = strict.verifier().timeline.count
        failure = ""
        try:
            strict.verify_all()
        except AssertionError as error:
            failure = f"{error}\n\n"
        unused = session.unused_mocks()
        if unused:
            failure += (f"{plural(unused, 'mock')} of the prompt not used:\n"
                        + session.report(_core.REPORT_UNUSED))
        if failure:
            verdict.fail(FAILED)
            raise gdb.GdbError(failure.rstrip())
        count = strict.verifier().timeline.count
        gdb.write(f"Verified: {plural(count, 'call')}, nothing left open.\n")


class Word:
    """Text without a type: of bytes, of str, or an enumerator's name."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        if isinstance(other, bytes):
            return other == self.text.encode(errors="surrogateescape")
        return other == self.text

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(self.text)


def read_arguments(words: list[str]) -> Any:
    """The arguments of a call, as they are typed."""
    if words == ["..."]:
        return ANY
    if words[-1:] == ["..."]:
        return _Beginning(tuple(map(read_argument, words[:-1])))
    return tuple(map(read_argument, words))


class _Beginning:
    """Equal to arguments that begin so."""

    def __init__(self, expected: tuple[Any, ...]) -> None:
        self.expected = expected

    def __eq__(self, other: object) -> bool:
        return (isinstance(other, tuple)
                and len(other) >= len(self.expected)
                and all(map(lambda one, two: one == two, self.expected,
                            other)))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return "(" + ", ".join([*map(repr, self.expected), "..."]) + ")"


_NAMES = {"NULL": None, "None": None, "true": True, "false": False, "*": ANY}


def read_argument(text: str) -> Any:
    """A number, a Python literal, {x = 1} as traces write it, or text."""
    if text in _NAMES:
        return _NAMES[text]
    struct = re.sub(r"(?<=[{,\s])(\w+) = ", r"'\1': ", text.lstrip("&"))
    for literal in (text, struct):
        try:
            return ast.literal_eval(literal)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            pass    # then it is the next kind
    return Word(text)


def register() -> None:
    """Add these commands."""
    for command in (Sandbox, Assert, Verify):
        command()
