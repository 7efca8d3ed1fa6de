# SPDX-License-Identifier: MIT
"""set ctester ..., show ctester ..."""

from __future__ import annotations

import abc
import os

import gdb

from . import _core, monitoring
from .commands.arguments import PrefixCommand
from .state import catcher, engine, session, verdict
from .verdict import BAD_USE


class SetPrefix(PrefixCommand):
    """Set how ctester traces and what it keeps."""

    name = "set ctester"


class ShowPrefix(PrefixCommand):
    """Show the settings of ctester; alone, all of them."""

    name = "show ctester"

    def alone(self) -> None:
        for parameter in all_parameters:
            shown = parameter.get_show_string(parameter.shown())
            gdb.write(f"{parameter.name}:  {shown}\n")


class Setting(gdb.Parameter):
    """A setting of ours."""

    name = ""

    def shown(self) -> str:
        """The value as GDB would show it."""
        return str(self.value if self.value is not None else "")

    @abc.abstractmethod
    def get_show_string(self, value: str) -> str:
        """The sentence of `show ctester NAME`."""


all_parameters: list[Setting] = []


class Limit(Setting):
    """A number that the core keeps."""

    def __init__(self, name: str, option: int, default: int, what: str,
                 sentence: str, doc: str) -> None:
        self.set_doc = f"Set {what}."
        self.show_doc = f"Show {what}."
        self.__doc__ = doc
        self.name = name
        self.option = option
        self.sentence = sentence
        super().__init__(f"ctester {name}", gdb.COMMAND_DATA,
                         gdb.PARAM_ZUINTEGER)
        self.value = default
        self.accepted = default

    def get_set_string(self) -> str:
        try:
            session.set_option(self.option, self.value)
        except _core.CoreError as error:
            self.value = self.accepted
            verdict.fail(BAD_USE)
            raise gdb.GdbError(f"set ctester {error}") from None
        self.accepted = self.value
        return ""

    def get_show_string(self, value: str) -> str:
        return self.sentence.format(value)


class Live(Setting):
    """When on, calls are shown as they happen; what is recorded does not
depend on it."""

    name = "live"
    set_doc = "Set whether calls are shown as they happen."
    show_doc = "Show whether calls are shown as they happen."

    def __init__(self) -> None:
        super().__init__("ctester live", gdb.COMMAND_DATA, gdb.PARAM_BOOLEAN)
        self.value = True
        session.set_option(_core.OPTION_LIVE, 1)

    def get_set_string(self) -> str:
        session.set_option(_core.OPTION_LIVE, int(self.value))
        return ""

    def get_show_string(self, value: str) -> str:
        return f"Calls are {'' if self.value else 'not '}shown as they happen."


class TraceFile(Setting):
    """Each call is in the file as soon as it is complete, whatever happens to
the program or to GDB afterwards.  .jsonl and .json are JSON Lines, anything
else is text.  An empty name ends it."""

    name = "trace-file"
    set_doc = "Set the file that calls are written to as they complete."
    show_doc = "Show the file that calls are written to as they complete."

    def __init__(self) -> None:
        super().__init__("ctester trace-file", gdb.COMMAND_DATA,
                         gdb.PARAM_OPTIONAL_FILENAME)
        self.value = ""

    def get_set_string(self) -> str:
        path = os.path.expanduser(self.value) if self.value else None
        try:
            session.open_trace(path, None)
        except _core.CoreError as error:
            self.value = ""
            verdict.fail(BAD_USE)
            raise gdb.GdbError(f"set ctester trace-file: {error}") from None
        return ""

    def get_show_string(self, value: str) -> str:
        return (f"Calls are written to {value}." if value
                else "Calls are not written to a file.")


class EngineChoice(Setting):
    """breakpoint has GDB stop the program for each call.  agent hooks
functions inside the program, which runs on without a stop; what cannot be
hooked has breakpoints, and "info ctester targets" says why.  auto takes what
works best here: breakpoint.  "info ctester engine" says what is in use."""

    name = "engine"
    set_doc = "Set the engine that intercepts calls."
    show_doc = "Show the engine that intercepts calls."

    def __init__(self) -> None:
        super().__init__("ctester engine", gdb.COMMAND_DATA, gdb.PARAM_ENUM,
                         ["auto", "breakpoint", "agent"])
        self.value = "auto"

    def get_set_string(self) -> str:
        engine.choose(self.value)
        return ""

    def get_show_string(self, value: str) -> str:
        return f"The engine is {value}; in use: {engine.name}."


class SyscallEngine(Setting):
    """auto: system calls of which entries are wanted (ctester syscall
--entries), or mocks that need no more, are answered while GDB goes on, by a
filter in the program (seccomp); the others are stopped at.  catchpoint: all
are stopped at.  notification: all are left to the filter, and have no results,
but for filters and mocks that need a stop.  "info ctester engine" says what is
done.

A filter stays until the program and all its children have ended.  A program
without privileges can only have one if setuid programs that it starts will
have none either, so auto leaves it alone; with notification, it is done, and
said."""

    name = "syscall-engine"
    set_doc = "Set the engine for system calls."
    show_doc = "Show the engine for system calls."
    numbers = {"auto": _core.SYSCALL_BY_NEED,
               "catchpoint": _core.SYSCALL_BY_STOPS,
               "notification": _core.SYSCALL_BY_NOTIFICATION}

    def __init__(self) -> None:
        super().__init__("ctester syscall-engine", gdb.COMMAND_DATA,
                         gdb.PARAM_ENUM, list(self.numbers))
        self.value = "auto"

    def get_set_string(self) -> str:
        catcher.choose(self.numbers[self.value])
        return ""

    def get_show_string(self, value: str) -> str:
        return f"The engine for system calls is {value}."


class Ring(Setting):
    """The agent's threads write into buffers in shared memory, which GDB
empties.  When one is full, lossless has the thread wait, drop counts calls
that are not recorded, and flight gives up the oldest: the last calls are shown
when the program crashes or ends.  It counts for programs from then on."""

    name = "ring"
    set_doc = "Set what becomes of calls when a buffer of the agent is full."
    show_doc = "Show what becomes of calls when a buffer of the agent is full."
    _sentences = {"lossless": "The program waits.",
                  "drop": "Calls are not recorded, and counted.",
                  "flight": "The oldest calls are given up."}

    def __init__(self) -> None:
        super().__init__("ctester ring", gdb.COMMAND_DATA, gdb.PARAM_ENUM,
                         list(self._sentences))
        self.value = "lossless"

    def get_set_string(self) -> str:
        session.set_option(_core.OPTION_RING, _core.RINGS[self.value])
        return ""

    def get_show_string(self, value: str) -> str:
        return f"When a buffer of the agent is full: {self._sentences[value]}"


class Pin(Setting):
    """GDB and the program take turns at every call.  On one processor, a turn
costs half as much.  Off by default: it changes how the program's threads
run."""

    name = "pin"
    set_doc = "Set whether GDB and the program share one processor."
    show_doc = "Show whether GDB and the program share one processor."

    def __init__(self) -> None:
        super().__init__("ctester pin", gdb.COMMAND_DATA, gdb.PARAM_BOOLEAN)
        self.value = False
        self.allowed = os.sched_getaffinity(0)

    def get_set_string(self) -> str:
        processors = {min(self.allowed)} if self.value else self.allowed
        os.sched_setaffinity(0, processors)
        engine.pin(processors)
        return ""

    def get_show_string(self, value: str) -> str:
        return (f"GDB and the program {'' if self.value else 'do not '}share "
                "one processor.")


class FollowFork(Setting):
    """When on, forked children are traced like their parent.  When off, they
run without ctester; the trace says that they were forked."""

    name = "follow-fork"
    set_doc = "Set whether forked children are traced."
    show_doc = "Show whether forked children are traced."

    def __init__(self) -> None:
        super().__init__("ctester follow-fork", gdb.COMMAND_DATA,
                         gdb.PARAM_BOOLEAN)
        self.value = False

    def get_set_string(self) -> str:
        engine.follow_forks(self.value)
        catcher.refresh()
        return ""

    def get_show_string(self, value: str) -> str:
        return f"Forked children are {'' if self.value else 'not '}traced."


class Reference(Setting):
    """A way in which masks and statistics differ."""

    def __init__(self, name: str, field: str, option: int, what: str,
                 on: str, off: str, doc: str) -> None:
        self.set_doc = f"Set whether {what}."
        self.show_doc = f"Show whether {what}."
        self.__doc__ = doc
        self.name = name
        self.field = field
        self.option = option
        self.sentences = (off, on)
        super().__init__(f"ctester {name}", gdb.COMMAND_DATA,
                         gdb.PARAM_BOOLEAN)
        self.value = False

    def get_set_string(self) -> str:
        setattr(monitoring.options, self.field, self.value)
        session.set_option(self.option, int(self.value))
        engine.refresh()    # a C test is told
        return ""

    def get_show_string(self, value: str) -> str:
        return self.sentences[bool(self.value)]


def register() -> None:
    """Add the settings."""
    SetPrefix()
    ShowPrefix()
    later = "It counts for calls from then on."
    all_parameters[:] = [
        Limit("string-limit", _core.OPTION_STRING_LIMIT, 200,
              "how many bytes of a string are kept",
              "At most {} bytes of a string are kept.", later),
        Limit("array-limit", _core.OPTION_ARRAY_LIMIT, 200,
              "how many elements of an array are kept",
              "At most {} elements of an array are kept.", later),
        Limit("depth", _core.OPTION_DEPTH, 3,
              "how many pointers are followed one behind the other",
              "Pointers are followed {} deep.", later),
        Live(), TraceFile(), EngineChoice(), SyscallEngine(),
        Ring(),
        Limit("ring-size", _core.OPTION_RING_SIZE, 1,
              "how large the agent's buffers are, in MiB",
              "The agent's buffers have {} MiB for each thread.",
              "A power of two, up to 64.  It counts for programs from then "
              "on."),
        Pin(),
        FollowFork(),
        Reference("upstream-quirks", "upstream_quirks", _core.OPTION_QUIRKS,
                  "monitored functions behave as the reference's code",
                  "Monitored functions behave as the reference's code.",
                  "Monitored functions behave as the reference's documents.",
                  "The code is not always what its documentation says, which "
                  "is followed\nwhen this is off.  docs/c-tests.md has the "
                  "differences."),
        Reference("endless-masks", "endless_masks",
                  _core.OPTION_ENDLESS_MASKS,
                  "the 32nd bit of a mask goes on for ever",
                  "The 32nd bit of a mask means all further calls, too.",
                  "The 32nd bit of a mask means one call.",
                  "It counts for masks that are set from then on."),
    ]
