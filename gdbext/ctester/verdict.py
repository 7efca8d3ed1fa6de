# SPDX-License-Identifier: MIT
"""How GDB's own exit status comes about.

GDB's status in batch mode is that of its last command.  Ours says what a
script needs: 1 for a failed assertion or verification, 2 for a command that
could not be carried out, else the program's own status.  `quit N` with N not
0 is respected.
"""

from __future__ import annotations

import os
import sys
from typing import Callable

import gdb

from . import _core

FAILED = 1
BAD_USE = 2


def is_batch() -> bool:
    """True when GDB was started to run commands and end."""
    try:
        with open("/proc/self/cmdline", "rb") as file:
            arguments = file.read().split(b"\0")
    except OSError:
        return False
    for argument in arguments[1:]:
        if argument in (b"--args", b"-args"):
            return False
        if argument in (b"-batch", b"--batch", b"-batch-silent",
                        b"--batch-silent"):
            return True
    return False


class Verdict:
    """Collects what went wrong, and decides the status at the end."""

    def __init__(self, session: _core.Session) -> None:
        self.session = session
        self.batch = is_batch()
        self.status = 0
        self.program_status = 0
        # Called first at the end: what GDB has not told of.
        self.at_end: Callable[[], bool] = lambda: False
        # Called first of all in batch mode: runs a C test, if nothing has
        # been run.
        self.run_program: Callable[[], None] = lambda: None
        # Called before that in batch mode: runs the tests of a script, and
        # says what a script has left open.  Returns a status.
        self.run_tests: Callable[[], int] = lambda: 0
        gdb.events.gdb_exiting.connect(self._on_exit)

    def fail(self, status: int) -> None:
        """Remember a failure; bad use counts more than a failed test."""
        self.status = max(self.status, status)

    def program_ended(self, code: int) -> None:
        """The program's status; minus a signal's number when one killed it,
        which becomes 128 plus that number, as in a shell."""
        self.program_status = code if code >= 0 else 128 - code

    def _on_exit(self, event: gdb.GdbExitingEvent) -> None:
        asked = getattr(event, "exit_code", 0)
        if self.batch:
            self.run_program()
            tested = self.run_tests()
            if tested:
                self.fail(tested)
        lost = self.at_end()
        text = self.session.flush_text()
        if text:
            gdb.write(text)
        self._report_trouble()
        unused = self.session.unused_mocks()
        if unused and self.batch:
            gdb.write("ctester: " + ("1 mock was" if unused == 1 else
                                     f"{unused} mocks were")
                      + " not used:\n", gdb.STDERR)
            gdb.write(self.session.report(_core.REPORT_UNUSED), gdb.STDERR)
            self.fail(FAILED)
        self._close_trace()
        if not self.batch:
            return
        gdb.flush(gdb.STDOUT)
        gdb.flush(gdb.STDERR)
        # A program killed during a stop makes GDB's own command fail.
        status = self.status or (0 if lost else asked) or self.program_status
        # What GDB does at its end happens here: os._exit is the only way to
        # decide the status, and leaves breakpoints where they are.
        for inferior in gdb.inferiors():
            if inferior.pid and inferior.threads():
                self._let_go(inferior)
        sys.stdout.flush()
        os._exit(status)

    @staticmethod
    def _let_go(inferior: gdb.Inferior) -> None:
        try:
            inferior.threads()[0].switch()
            gdb.execute("detach" if inferior.was_attached else "kill", False,
                        True)
        except gdb.error:
            pass    # a core file, or a connection that is gone

    def _report_trouble(self) -> None:
        trouble = self.session.take_trouble()
        if trouble:
            for line in trouble.splitlines():
                gdb.write(f"ctester: {line}\n", gdb.STDERR)
            self.fail(BAD_USE)

    def _close_trace(self) -> None:
        try:
            self.session.open_trace(None, None)
        except _core.CoreError as error:
            gdb.write(f"ctester: {error}\n", gdb.STDERR)
            self.fail(BAD_USE)
