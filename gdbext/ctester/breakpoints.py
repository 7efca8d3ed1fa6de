# SPDX-License-Identifier: MIT
"""Breakpoints of GDB's: ours, catchpoints, and what the user has.

What may be called from a breakpoint's stop() is said in inferior.py.
"""

from __future__ import annotations

from typing import Callable

import gdb

from . import inferior, proc

# Bytes 9 to 15 of an ELF header are padding: nobody reads or executes them.
ELF_PADDING = 9


class Address(gdb.Function):
    """Where a breakpoint of one process stands in another one.

    GDB gives `break *ADDRESS` a location in every process, and would write
    it into the code of another program that happens to be there.  It
    evaluates the expression anew for each of them: with this function, the
    others get one where it does no harm, in the header of their vdso."""

    def __init__(self) -> None:
        super().__init__("_ctester_address")

    def invoke(self, address: gdb.Value, pid: gdb.Value) -> int:
        space = gdb.current_progspace()
        here = [each.pid for each in gdb.inferiors()
                if each.progspace == space]
        if int(pid) in here or not any(here):
            return int(address)
        header = proc.auxiliary(max(here)).get(proc.AT_SYSINFO_EHDR, 0)
        return header + ELF_PADDING if header else int(address)


class Place(gdb.Breakpoint):
    """An internal breakpoint at an exact address.

    on_hit(address, pid, tid) is called in stop(): it must be quick, must not
    raise, and says whether the user gets a prompt.
    """

    def __init__(self, address: int, pid: int,
                 on_hit: Callable[[int, int, int], bool]) -> None:
        alone = len(gdb.inferiors()) == 1 and not inferior.follows_forks()
        where = (f"*{address:#x}" if alone else
                 f"*$_ctester_address({address:#x}, {pid})")
        # First: GDB may fail behind the making of it, and it stays.
        self.address = address
        self.pid = pid
        self.on_hit = on_hit
        super().__init__(where, type=gdb.BP_BREAKPOINT, internal=True)
        self.silent = True

    def stop(self) -> bool:
        pid, tid, _ = gdb.selected_thread().ptid
        # GDB may have given it a location in a child as well, which has
        # another for itself: `set detach-on-fork off`.
        return pid == self.pid and self.on_hit(self.address, pid, tid)


class Forked(gdb.Function):
    """Tells of a fork: the condition of our catchpoints, never true."""

    def __init__(self, on_fork: Callable[[int, int], None]) -> None:
        super().__init__("_ctester_forked")
        self.on_fork = on_fork

    def invoke(self) -> int:
        thread = gdb.selected_thread()
        if thread is not None:
            pid, tid, _ = thread.ptid
            self.on_fork(pid, tid)
        return 0


Address()

_fork_catchpoints: dict[str, int] = {}


def catch_forks() -> None:
    """Be told of forks.  GDB's Python has no event for them; it has no
    internal catchpoints either, so the user will see these two."""
    numbers = [each.number for each in gdb.breakpoints()]
    for event in ("fork", "vfork"):
        if _fork_catchpoints.get(event) not in numbers:
            gdb.execute(f"catch {event}", False, True)
            number = int(gdb.convenience_variable("bpnum"))
            gdb.execute(f"condition {number} $_ctester_forked()", False, True)
            _fork_catchpoints[event] = number


def catch_syscalls(numbers: list[int] | None, condition: str) -> int:
    """Have the selected inferior stop at system calls; None is all of them.
    Returns the number of the catchpoint."""
    before = gdb.convenience_variable("bpnum")
    words = "" if numbers is None else " ".join(map(str, numbers))
    gdb.execute(f"catch syscall {words}", False, True)
    number = int(gdb.convenience_variable("bpnum"))
    gdb.execute(f"condition {number} {condition}", False, True)
    gdb.set_convenience_variable("bpnum", before)
    return number


def has_breakpoint(number: int) -> bool:
    """Whether a breakpoint is there still: the user can delete ours."""
    return any(each.number == number for each in gdb.breakpoints())


def delete_by_number(number: int) -> None:
    """Delete a breakpoint, which may be gone already."""
    for each in gdb.breakpoints():
        if each.number == number:
            each.delete()


def users_breakpoints() -> dict[int, int]:
    """Where breakpoints of the user and of other scripts stand: their numbers
    by address."""
    kinds = (gdb.BP_BREAKPOINT, gdb.BP_HARDWARE_BREAKPOINT)
    return {location.address: breakpoint_.number
            for breakpoint_ in gdb.breakpoints()
            if not isinstance(breakpoint_, Place)
            and breakpoint_.type in kinds and not breakpoint_.pending
            for location in breakpoint_.locations}


def delete(place: gdb.Breakpoint) -> None:
    """Delete a breakpoint, which may be gone already."""
    if place.is_valid():
        place.delete()


class Exits:
    """Where the program ends itself.  Which that is, GDB knows when the C
    library is loaded; it would complain of an earlier question."""

    class _Place(gdb.Breakpoint):
        on_hit: Callable[[int], bool]

        def stop(self) -> bool:
            # The first argument, by the ABI.
            return self.on_hit(int(gdb.parse_and_eval("$edi")))

    def __init__(self, on_hit: Callable[[int], bool]) -> None:
        self._on_hit = on_hit
        self._place: Exits._Place | None = None
        gdb.events.new_objfile.connect(self._look)
        self._look()

    def _look(self, _: gdb.NewObjFileEvent | None = None) -> None:
        try:
            gdb.parse_and_eval("(long)&_exit")
        except gdb.error:
            return
        if self._place is None:
            self._place = self._Place("_exit", internal=True)
            self._place.on_hit = self._on_hit
            self._place.silent = True

    def remove(self) -> None:
        """Look no longer."""
        gdb.events.new_objfile.disconnect(self._look)
        if self._place is not None:
            delete(self._place)
