# SPDX-License-Identifier: MIT
"""What GDB itself says while a program runs, and what others say."""

from __future__ import annotations

import contextlib
import os
import re
from typing import Iterator

import gdb

from . import programs, settings

# Words of GDB that no setting turns off.
_CHATTER = re.compile(
    rb"^\n?(\[Thread debugging using libthread_db enabled\]"
    rb"|Using host libthread_db library .*"
    rb"|process \d+ is executing new program: .*"
    rb"|warning: Error disabling address space randomization: .*"
    rb"|\[Inferior \d+ \(.*\) (exited|killed).*\]"
    rb"|(Program|Thread .*) (received|terminated with) signal .*"
    rb"|Reading symbols from .*|\[Switching to .*\]"
    rb"|The program no longer exists\.)\n", re.M)


class Chatter:
    """Carries out commands of GDB without its words, and lets those of
    others through.

    What GDB says of signals and of ends, and what commands at breakpoints
    say, does not come as text: while the command lasts, GDB's standard output
    is a file."""

    def __init__(self, file: int) -> None:
        self.write, self.command = gdb.write, gdb.execute
        self.file = file
        self.silent = _is_plain()
        self.out = -1
        self.kept: list[tuple[str, int]] = []

    def execute(self, command: str) -> None:
        text = b""
        try:
            with self._replaced():
                text = os.fsencode(self.command(command, False, True))
        finally:
            for each in self.kept:
                self.write(*each)
            self.kept.clear()
            text += programs.read_file(self.file)
            os.ftruncate(self.file, 0)
            os.lseek(self.file, 0, os.SEEK_SET)
            self.write(_CHATTER.sub(b"", text).decode(errors="replace"))

    @contextlib.contextmanager
    def _replaced(self) -> Iterator[None]:
        gdb.flush(gdb.STDOUT)
        gdb.flush(gdb.STDERR)
        gdb.write, gdb.execute = self._write, self._execute
        if self.silent:
            self.out = os.dup(1)
            os.dup2(self.file, 1)
        try:
            yield
        finally:
            gdb.write, gdb.execute = self.write, self.command
            if self.silent:
                gdb.flush(gdb.STDOUT)
                os.dup2(self.out, 1)
                os.close(self.out)

    def _write(self, text: str, stream: int = gdb.STDOUT) -> None:
        if not self.silent:
            self.kept.append((text, stream))
            return
        fd = self.out if stream == gdb.STDOUT else 2
        data = text.encode(errors="surrogateescape")
        with contextlib.suppress(OSError):
            while data:
                data = data[os.write(fd, data):]

    def _execute(self, command: str, from_tty: bool = False,
                 to_string: bool = False) -> str | None:
        """Who wants a command's words gets them."""
        if not to_string:
            return self.command(command, from_tty, to_string)
        write, gdb.write = gdb.write, self.write
        try:
            return self.command(command, from_tty, to_string)
        finally:
            gdb.write = write


def _is_plain() -> bool:
    """True when GDB's standard output is only text for a person."""
    with open("/proc/self/cmdline", "rb") as file:
        words = file.read().split(b"\0")
    if any(re.fullmatch(rb"(--?i(nterpreter)?=)?mi[0-9]?", word)
           for word in words) or not programs.identity(1):
        return False
    try:
        return "not active" in settings.quiet("info win")
    except gdb.error:
        return True     # it has no windows
