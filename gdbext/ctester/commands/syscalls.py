# SPDX-License-Identifier: MIT
"""Commands about system calls: syscall, unsyscall, info ctester syscalls."""

from __future__ import annotations

import gdb

from .. import _core, api
from ..state import session
from .arguments import (Command, complete_option, fail, last_word, offer,
                        plural, take_options)


def complete_syscall(text: str, word: str) -> list[str]:
    """Names of system calls and groups for the last word."""
    try:
        names = _core.complete_syscall(last_word(text))
    except _core.CoreError:
        return []
    return offer(names, text, word)


class Syscall(Command):
    """Record system calls, with arguments and results.
Usage: ctester syscall [--entries] [--if EXPR] [NAME|%GROUP]...

NAME is as in section 2 of the manual, or a number: 9999.  GROUP is file, desc,
network, process, memory, signal or all.  Without a name, every call is
recorded.

EXPR is an expression over the parameters, with the kernel's names, as count >
4096.  "path" is any parameter that is the name of a file, "fd" any that is a
descriptor, $return the result, negative for an error.  Comparing a parameter
that a call does not have is false.

With --entries, results are not recorded.  GDB then need not stop the program
for them, which costs a tenth; "info ctester engine" says whether it does.

The calls are those of the whole process, the dynamic loader's and the C
library's own, too; children are followed with "set ctester follow-fork on".
Calls are shown and saved like those of functions, in one order with them."""

    name = "ctester syscall"
    options = {"entries": False, "if": True}

    def run(self, words: list[str]) -> None:
        names, options = take_options(self.name, words, self.options)
        api.trace_syscalls(*names, condition=options.get("if"),
                           entries="entries" in options)

    def complete(self, text: str, word: str) -> list[str]:
        options = complete_option(text, word, self.options)
        return complete_syscall(text, word) if options is None else options


class Unsyscall(Command):
    """Stop recording system calls.
Usage: ctester unsyscall

Nothing of "ctester syscall" is recorded any more, and the program runs at its
own speed.  Mocks of system calls stay."""

    name = "ctester unsyscall"

    def run(self, words: list[str]) -> None:
        self.refuse(words)
        count = api.untrace_syscalls()
        gdb.write(f"ctester: {plural(count, 'request')} for system calls "
                  "ended\n")


class Syscalls(Command):
    """Count system calls: how many, how many errors, how much time.
Usage: info ctester syscalls

As "strace -c" shows it.  The time of a call is that between the stops at its
entry and its exit, and includes what GDB does in between."""

    name = "info ctester syscalls"

    def run(self, words: list[str]) -> None:
        if words:
            fail(self.name, f"it takes no argument, not '{words[0]}'")
        gdb.write(session.syscall_summary())


def register() -> None:
    """Add these commands."""
    for command in (Syscall, Unsyscall, Syscalls):
        command()
