# SPDX-License-Identifier: MIT
"""The only gateway to GDB's inferiors, threads and breakpoints.

Everything here runs on GDB's main thread.  What may be called from a
breakpoint's stop() is said so; GDB forbids most things there.
"""

from __future__ import annotations

from typing import Callable

import gdb


class Place(gdb.Breakpoint):
    """An internal breakpoint at an exact address.

    on_hit(address, pid, tid) is called in stop(): it must be quick, must not
    raise, and says whether the user gets a prompt.
    """

    def __init__(self, address: int,
                 on_hit: Callable[[int, int, int], bool]) -> None:
        super().__init__(f"*{address:#x}", type=gdb.BP_BREAKPOINT,
                         internal=True)
        self.silent = True
        self.address = address
        self.on_hit = on_hit

    def stop(self) -> bool:
        pid, tid, _ = gdb.selected_thread().ptid
        return self.on_hit(self.address, pid, tid)


def delete(place: gdb.Breakpoint) -> None:
    """Delete a breakpoint, which may be gone already."""
    if place.is_valid():
        place.delete()


def forget_registers() -> None:
    """Make GDB read registers anew that were written behind its back.  May be
    called in stop(); measured at half the cost of writing them by GDB."""
    gdb.execute("maintenance flush register-cache", False, True)


def process() -> int:
    """The selected inferior's process; 0 when it does not run."""
    return gdb.selected_inferior().pid


def stopped_thread() -> int:
    """A thread of the process that can be looked into; 0 for none."""
    thread = gdb.selected_thread()
    if thread is None or not thread.is_valid():
        return 0
    return thread.ptid[1]


def executable() -> str | None:
    """The path of the program that GDB has loaded."""
    return gdb.current_progspace().filename


def native_problem() -> str | None:
    """Why the process cannot be reached by ptrace from here."""
    connection = gdb.selected_inferior().connection
    if connection is None or connection.type == "native":
        return None
    return (f"the program runs on the target '{connection.type}'; ctester "
            "needs a process of this machine (target native)")


def entry_address() -> int | None:
    """Where the running program's own code starts: by then the dynamic loader
    has done its work."""
    try:
        text = gdb.execute("info auxv", False, True)
    except gdb.error:
        return None
    for line in text.splitlines():
        words = line.split()
        if len(words) > 2 and words[1] == "AT_ENTRY":
            return int(words[-1], 16)
    return None


def say(text: str) -> None:
    """Show text to the user; also from stop().

    GDB's pager would stop the program in the middle of a call and wait for a
    key: what is shown from there goes to the stream that is not paged.
    """
    paged = gdb.parameter("pagination")
    gdb.write(text, gdb.STDERR if paged else gdb.STDOUT)
    gdb.flush(gdb.STDERR if paged else gdb.STDOUT)
