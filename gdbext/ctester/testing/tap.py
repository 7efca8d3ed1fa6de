# SPDX-License-Identifier: MIT
"""TAP 13: https://testanything.org/tap-version-13-specification.html

The YAML of a failing test is written so that perl's TAP::Parser reads it, too:
it knows of literal blocks only "|" itself, takes the indent of the first line
for that of all, and an empty line for the end.
"""

from __future__ import annotations

import json
from typing import Iterator

from .results import SKIPPED, Result, Test
from .text import clean, one_line

_RED, _GREEN, _YELLOW, _PLAIN = "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[0m"


class TapWriter:
    """The lines of a run; `colour` is for people."""

    def __init__(self, colour: bool = False) -> None:
        self._colour = colour

    def head(self, count: int) -> str:
        return f"TAP version 13\n1..{count}\n"

    def test(self, number: int, test: Test, result: Result) -> str:
        """A test with what is to be known of it."""
        name = one_line(str(test)).replace("#", "\\#")
        text = f"{self._word(result)} {number} - {name}"
        if result.kind == SKIPPED:
            return f"{text} # SKIP {one_line(result.message)}".rstrip() + "\n"
        if result.is_good:
            return text + "\n"
        lines = ["  ---", *(f"  {line}" for line in _facts(test, result)),
                 "  ..."]
        return "\n".join([text, *lines, ""])

    def _word(self, result: Result) -> str:
        word = "ok" if result.is_good else "not ok"
        if not self._colour:
            return word
        colour = (_YELLOW if result.kind == SKIPPED
                  else _GREEN if result.is_good else _RED)
        return f"{colour}{word}{_PLAIN}"

    def comment(self, text: str) -> str:
        return "".join(f"# {line}\n" for line in clean(text).splitlines())

    def bail_out(self, why: str) -> str:
        return f"Bail out! {one_line(why)}\n"


def _facts(test: Test, result: Result) -> Iterator[str]:
    """The lines of the YAML block."""
    yield from _entry("message", result.message)
    yield "severity: fail"
    yield from _entry("kind", result.kind)
    if result.type:
        yield from _entry("type", result.type)
    line = result.line if result.line is not None else test.line
    yield "at:"
    yield from ("  " + row for row in _entry("file", result.file or test.file))
    if line is not None:
        yield f"  line: {line}"
    yield f"duration_ms: {result.seconds * 1000:.0f}"
    for name, text in (("traceback", result.traceback),
                       ("stdout", result.stdout), ("stderr", result.stderr),
                       ("gdb", result.gdb)):
        if text.strip():
            yield from _entry(name, text, True)


def _entry(name: str, text: str, is_block: bool = False) -> Iterator[str]:
    text = clean(text).rstrip("\n")
    if "\n" not in text and not is_block:
        # A string of JSON is one of YAML.
        yield f"{name}: {json.dumps(text, ensure_ascii=False)}"
        return
    # Neither reader may guess the indent from a line that has its own.
    text = text.lstrip("\n")
    if text[:1].isspace():
        text = f"\\x{ord(text[0]):02x}" + text[1:]
    yield f"{name}: |"
    for line in text.split("\n"):
        yield "  " + line
