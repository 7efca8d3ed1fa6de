# SPDX-License-Identifier: MIT
"""Monitored functions at the prompt: monitor, fail."""

from __future__ import annotations

import abc

import gdb

from .. import kit_table, monitors
from ..errors import StrictError
from .arguments import (CHOICES, Command, complete_function, complete_option,
                        fail, offer, take_options)

_NAMED = ("always", "never", "first", "second", "third", "twice")


class MonitorCommand(Command):
    """A command whose errors are those of monitored and failures."""

    def run(self, words: list[str]) -> None:
        try:
            self.carry_out(words)
        except StrictError as error:
            # The prompt has other words for it.
            text = str(error)
            for prefix in ("monitored.", "failures.", "stats."):
                text = text.removeprefix(prefix)
            fail(self.name, text)

    @abc.abstractmethod
    def carry_out(self, words: list[str]) -> None:
        """What run() is for other commands."""


class Monitor(MonitorCommand):
    """Count the calls of functions, and keep their arguments and results.
Usage: ctester monitor [--off] [FUNCTION...]

FUNCTION is a name, LIBRARY:NAME or FILE.c:NAME.  Of a library's function, the
calls count that the program's own code makes, also through pointers.  "ctester
stats" shows what was counted, "ctester fail" makes calls fail, and in Python
ctester.stats has all of it.  It counts inside and outside of the sandbox.

--off: no longer.  Without a FUNCTION, show which are monitored."""

    name = "ctester monitor"
    options = {"off": False}

    def carry_out(self, words: list[str]) -> None:
        names, options = take_options(self.name, words, self.options)
        if not names and options:
            fail(self.name, "expected FUNCTION behind --off")
        for name in names:
            monitors.monitor(name, "off" not in options)
        if not names:
            gdb.write(", ".join(monitors.monitored)
                      or "No function is monitored.")
            gdb.write("\n")

    def complete(self, text: str, word: str) -> list[str]:
        options = complete_option(text, word, self.options)
        if options is not None:
            return options
        known = offer(kit_table.MONITORED, text, word)
        return list(dict.fromkeys(complete_function(text, word) + known))


class Fail(MonitorCommand):
    """Make calls of a function fail.
Usage: ctester fail FUNCTION [CALLS] [OPTION...]

CALLS says which, counted from the next one on; "always" when it is left out:

  always never first second third twice
  calls 1,3-5,33-  numbers of calls; the last one may be "and all behind"
  0xff 0b101 5     a mask: its lowest bit is the next call

  --ret V          what they return; 0 or NULL without it
  --errno E        the errno that they set, by name or number
  --when EXPR      only of calls for which the expression is true
  --caller F       only of calls that this function or library makes
  --thread N       only of calls of this thread, as in "info threads"

The function is monitored from then on, and the real one does not run when a
call fails.  An option that is left out stays what it was."""

    name = "ctester fail"
    options = {"ret": True, "errno": True, "when": True, "caller": True,
               "thread": True}

    def carry_out(self, words: list[str]) -> None:
        # A value may begin with a dash: --ret -1.
        operands, options = take_options(self.name, words, self.options)
        if not operands or len(operands) > 3 or (
                len(operands) == 3 and operands[1] != "calls"):
            fail(self.name, "expected FUNCTION [CALLS], as in: ctester fail "
                 "open calls 1,3-5 --ret -1 --errno EACCES")
        function, calls = operands[0], operands[1:]
        if calls == ["calls"]:
            fail(self.name, "expected numbers behind calls, as 1,3-5")
        mask = self._mask(calls)
        if function not in monitors.monitored:
            monitors.monitor(function, True)
        self._set(function, options)
        monitors.failures[function] = mask

    def _mask(self, calls: list[str]) -> int | str:
        if calls[:1] == ["calls"] or not calls or calls[0] in _NAMED:
            return calls[-1] if calls else "always"
        try:
            return int(calls[0], 0)
        except ValueError:
            if calls[0].lower().startswith(("0x", "0b")):
                return calls[0]     # with a + behind
            fail(self.name, f"'{calls[0]}' is no mask and none of "
                 + ", ".join(_NAMED) + ", calls")

    def _set(self, function: str, options: dict[str, str]) -> None:
        chosen = monitors.failures[function]
        for name, value in options.items():
            if name == "ret":
                monitors.set_text(function, value)
            elif name == "errno":
                chosen.errno = int(value) if value.isdecimal() else (
                    value.upper())
            elif name == "thread" and not value.isdecimal():
                fail(self.name, f"--thread: '{value}' is no number")
            else:
                setattr(chosen, name,
                        int(value) if name == "thread" else value)

    def complete(self, text: str, word: str) -> list[str]:
        before = text.split() if text[-1:].isspace() else text.split()[:-1]
        if before[-1:] in (["--ret"], ["--when"], ["--thread"]):
            return []
        if before[-1:] == ["--errno"]:
            return offer(CHOICES["errno"], text, word)
        if before[-1:] == ["--caller"]:
            return complete_function(text, word)
        options = complete_option(text, word, self.options)
        if options is not None:
            return options
        if not before:
            known = offer(kit_table.MONITORED, text, word)
            return list(dict.fromkeys(complete_function(text, word) + known))
        if len(before) == 1:
            return offer((*_NAMED, "calls"), text, word)
        return []


def register() -> None:
    """Add these commands."""
    for command in (Monitor, Fail):
        command()
