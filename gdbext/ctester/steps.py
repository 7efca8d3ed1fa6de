# SPDX-License-Identifier: MIT
"""Who else waits at the addresses where we stop threads.

The core sends a thread on behind a breakpoint, to a copy of the instruction,
which is half of a breakpoint's cost.  It must not where the user has a
breakpoint, too, nor while `next`, `finish` and their like wait for the thread
with a breakpoint of GDB's own: GDB would find it somewhere else.
"""

from __future__ import annotations

import gdb

from . import _core, breakpoints


class Steps:
    """Tells the core where threads have to stay."""

    def __init__(self, session: _core.Session) -> None:
        self.session = session
        self.kept: set[int] = set()
        self.free: set[int] = set()     # threads known not to be stepping
        events = gdb.events
        events.stop.connect(self._on_stop)
        for event in (events.breakpoint_created, events.breakpoint_modified,
                      events.breakpoint_deleted):
            event.connect(self._on_breakpoint)

    def look(self, tid: int) -> None:
        """Before the core is asked about a thread; called in stop().

        A thread that is under a `continue` is so until GDB stops for the
        user.  One that is stepped comes here by a single step, or while a
        breakpoint waits for it.
        """
        if tid in self.free:
            return
        self._keep(set(breakpoints.users_breakpoints()))
        stepping = self.session.was_stepped(tid) or _gdb_waits()
        self.session.keep_all(stepping)
        if not stepping:
            self.free.add(tid)

    @staticmethod
    def waits_at(address: int) -> bool:
        """True when GDB has a momentary breakpoint there: the user's `next`
        or `finish` goes on by itself, or ends."""
        return any(f"0x{address:016x}" in line for line in _momentary())

    def note_breakpoints(self) -> None:
        """Tell the core where the user's breakpoints are."""
        self._keep(set(breakpoints.users_breakpoints()))

    def _keep(self, addresses: set[int]) -> None:
        for address in addresses ^ self.kept:
            self.session.keep(address, address in addresses)
        self.kept = addresses

    def _on_stop(self, _: gdb.StopEvent) -> None:
        self.free.clear()

    def _on_breakpoint(self, breakpoint_: gdb.Breakpoint) -> None:
        if not isinstance(breakpoint_, breakpoints.Place):
            self.free.clear()


def _gdb_waits() -> bool:
    """True while GDB has momentary breakpoints."""
    return bool(_momentary())


def _momentary() -> list[str]:
    """GDB's momentary breakpoints, which have the number 0: those of next,
    finish, until, advance, and of calls from the prompt."""
    try:
        text = gdb.execute("maintenance info breakpoints", False, True)
    except (gdb.error, UnicodeDecodeError):
        return ["0 is not known"]   # it names functions, by damaged symbols
    return [line for line in text.splitlines() if line.startswith("0 ")]
