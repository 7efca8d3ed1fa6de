# SPDX-License-Identifier: MIT
"""The catchpoint engine: GDB stops threads at system calls, the core says what
they are, and none of these stops is seen.

A catchpoint of GDB is one process's: each has its own.  Its condition is never
true, and asks the core.  GDB has no internal catchpoints, so the user will see
them.
"""

from __future__ import annotations

import functools
from typing import Any, Callable

import gdb

from . import _core, inferior
from .engine import BreakpointEngine


# What a catchpoint is made of: numbers, or None for all, and its condition.
_Making = tuple[list[int] | None, str]


class _Stop(gdb.Function):
    """Tells of system calls: the condition of our catchpoints.

    Its argument is the inferior that the catchpoint is for, where there can be
    several: GDB asks all of them wherever a thread stops."""

    def __init__(self, session: _core.Session,
                 apply: Callable[[int, int, int], bool]) -> None:
        super().__init__("_ctester_syscall")
        self.stop = session.syscall_stop
        self.apply = apply

    def invoke(self, number: gdb.Value | None = None) -> bool:
        # This is all that most stops cost: it is kept short.
        thread = gdb.selected_thread()
        if number is not None and thread.inferior.num != int(number):
            return False
        pid, tid, _ = thread.ptid
        actions = self.stop(pid, tid)
        return self.apply(actions, pid, tid) if actions else False


def _guarded(handler: Callable[..., None]) -> Callable[..., None]:
    """An event handler that may ask GDB what it cannot do."""
    @functools.wraps(handler)
    def guarded(catcher: Catcher, *event: Any) -> None:
        try:
            handler(catcher, *event)
        except gdb.error as error:
            catcher.engine.complain_of_gdb(error)
    return guarded


class Catcher:
    """Keeps GDB's catchpoints in step with what the session wants to see."""

    name = "catch"

    def __init__(self, session: _core.Session, engine: BreakpointEngine
                 ) -> None:
        self.session = session
        self.engine = engine
        # What calls are caught: enum ct_syscall_need, numbers or None for all.
        self.wanted: tuple[int, list[int] | None] = (0, [])
        # By inferior: its catchpoint, and for what that was made.
        self.catchpoints: dict[int, tuple[int, _Making]] = {}
        self.in_stop = False
        self.is_late = False    # something is to be done after a stop
        # Called in a stop with the process and the thread when requests have
        # collected calls: it must not raise, and says whether the user gets
        # a prompt.
        self.on_calls: Callable[[int, int], bool] = lambda pid, tid: False
        # Another engine sees to the calls of these processes.
        self.others: set[int] = set()
        _Stop(session, self._apply)
        events = gdb.events
        events.new_objfile.connect(self._on_objfile)
        events.new_inferior.connect(self._on_inferior)
        events.exited.connect(self._on_exited)
        events.stop.connect(self._on_event)
        events.before_prompt.connect(self._on_event)
        events.cont.connect(self._on_continue)

    def refresh(self) -> None:
        """Bring catchpoints in line with what is asked for."""
        self.wanted = self.session.wanted_syscalls()
        self.is_late = True
        if not self.in_stop:
            self._renew()

    @property
    def count(self) -> int:
        """How many catchpoints there are."""
        return len(self.catchpoints)

    def described(self) -> str:
        """What is caught, for people."""
        numbers = self.wanted[1]
        if numbers is None:
            return "all system calls"
        return f"{len(numbers)} system calls"

    def _renew(self) -> None:
        self.is_late = False
        needed = self.wanted[0]
        living = {number for number, pid in inferior.numbers()
                  if pid not in self.others or not pid}
        for number in list(self.catchpoints):
            breakpoint_, made_for = self.catchpoints[number]
            if (needed == _core.SYSCALL_NOTHING or number not in living
                    or made_for != self._making(number)
                    or not inferior.has_breakpoint(breakpoint_)):
                del self.catchpoints[number]
                inferior.delete_by_number(breakpoint_)
        if needed != _core.SYSCALL_NOTHING:
            for number in inferior.each_number(living - set(self.catchpoints)):
                self._catch(number)

    def _catch(self, number: int) -> None:
        """The selected inferior gets its catchpoint."""
        if number not in self.catchpoints:
            making = self._making(number)
            self.catchpoints[number] = (inferior.catch_syscalls(*making),
                                        making)

    def _making(self, number: int) -> _Making:
        whose = str(number) if inferior.can_be_several() else ""
        return self.wanted[1], f"$_ctester_syscall({whose})"

    # Stops.  These are in the condition of a catchpoint.

    def _apply(self, actions: int, pid: int, tid: int) -> bool:
        stops = False
        if actions & _core.MOVED:
            inferior.forget_registers()
        if actions & _core.TEXT:
            text = self.session.take_text()
            if text:
                inferior.say(text)
        if actions & _core.TROUBLE:
            self.engine.report()
        if actions & _core.CALLS:
            self.in_stop = True
            try:
                stops = self.on_calls(pid, tid)
            finally:
                self.in_stop = False
        return stops

    # Events of GDB.

    @_guarded
    def _on_objfile(self, event: gdb.NewObjFileEvent) -> None:
        """A child that is followed has no catchpoint of its own yet, and this
        is the first that is heard of it; of one of vfork, too."""
        needed = self.wanted[0]
        number, pid = inferior.selected_number()
        if needed and pid and pid not in self.others:
            self._catch(number)

    def _on_inferior(self, event: gdb.NewInferiorEvent) -> None:
        """Catchpoints that were made for one alone are for it among others
        now."""
        if not inferior.follows_forks():
            self.is_late = bool(self.catchpoints)

    @_guarded
    def _on_exited(self, event: gdb.ExitedEvent) -> None:
        self.session.end_syscalls(event.inferior.pid)

    @_guarded
    def _on_continue(self, event: gdb.ContinueEvent) -> None:
        """Also of a child in the middle of its fork, where no other process
        must be selected."""
        if self.is_late and not inferior.follows_forks():
            self._renew()

    @_guarded
    def _on_event(self, event: gdb.Event | None = None) -> None:
        if self.is_late:
            self._renew()
