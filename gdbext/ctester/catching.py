# SPDX-License-Identifier: MIT
"""The catchpoint engine: GDB stops threads at system calls, the core says what
they are, and none of these stops is seen.

A catchpoint of GDB is one process's: each has its own.  Its condition is never
true, and asks the core.  GDB has no internal catchpoints, so the user will see
them.

What entries are enough for, is left to the notification engine (notify.py),
where that can be: the core says what is not.
"""

from __future__ import annotations

import functools
from typing import Any, Callable

import gdb

from . import _core, breakpoints, inferior
from .engine import BreakpointEngine
from .notify import Notifiers


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
        self.notifiers = Notifiers(session, self._on_notified, self._warn)
        # Processes that have been looked at.
        self.known: set[int] = set()
        # By inferior: its catchpoint, and for what that was made.
        self.catchpoints: dict[int, tuple[int, _Making]] = {}
        self.in_stop = False
        self.is_late = False    # something is to be done after a stop
        # Called in a stop with the process and the thread when requests have
        # collected calls: it must not raise, and says whether the user gets
        # a prompt.
        self.on_calls: Callable[[int, int], bool] = lambda pid, tid: False
        _Stop(session, self._apply)
        events = gdb.events
        events.new_objfile.connect(self._on_objfile)
        events.new_inferior.connect(self._on_inferior)
        events.exited.connect(self._on_exited)
        events.stop.connect(self._on_event)
        events.before_prompt.connect(self._on_event)
        events.cont.connect(self._on_continue)

    def refresh(self) -> None:
        """Bring catchpoints and filters in line with what is asked for."""
        self.is_late = True
        if not self.in_stop:
            self._renew()

    def choose(self, engine: int) -> None:
        """enum ct_syscall_engine: which is to see to system calls."""
        self.notifiers.is_forced = engine == _core.SYSCALL_BY_NOTIFICATION
        self.notifiers.refusals.clear()
        self.session.choose_syscall_engine(engine)
        self.refresh()

    def described(self) -> str:
        """What is caught and asked about, for people: some lines."""
        living = dict(inferior.numbers())
        numbers: set[int] | None = set()
        for number, (_, (caught, _)) in self.catchpoints.items():
            if number in living:
                numbers = (None if numbers is None or caught is None
                           else numbers | set(caught))
        if numbers:
            what = (f"{len(numbers)} system call"
                    f"{'s' if len(numbers) > 1 else ''}")
        elif numbers is None:
            what = "all system calls"
        else:
            return self.notifiers.described()
        return (f"{self.name}: GDB stops at the entries and exits of {what}\n"
                + self.notifiers.described())

    def _renew(self) -> None:
        self.is_late = False
        living = dict(inferior.numbers())
        running = {number for number, pid in living.items() if pid}
        for number in inferior.each_number(running):
            self._notify(living[number])
        makings = {number: self._making(number, pid)
                   for number, pid in living.items()}
        for number in list(self.catchpoints):
            breakpoint_, made_for = self.catchpoints[number]
            if (made_for != makings.get(number)
                    or not breakpoints.has_breakpoint(breakpoint_)):
                del self.catchpoints[number]
                breakpoints.delete_by_number(breakpoint_)
        missing = {number for number, making in makings.items() if making}
        for number in inferior.each_number(missing - set(self.catchpoints)):
            self._catch(number, makings[number])

    def _notify(self, pid: int) -> None:
        """The selected inferior gets its filter."""
        self.known.add(pid)
        if not inferior.is_running() and not inferior.shares_memory():
            self.notifiers.begin(pid)

    def _catch(self, number: int, making: _Making | None) -> None:
        """The selected inferior gets its catchpoint."""
        if making is not None and number not in self.catchpoints:
            self.catchpoints[number] = (
                breakpoints.catch_syscalls(*making), making)

    def _making(self, number: int, pid: int) -> _Making | None:
        need, numbers = self.session.wanted_syscalls(pid)
        if need == _core.SYSCALL_NOTHING:
            return None
        whose = str(number) if inferior.can_be_several() else ""
        return numbers, f"$_ctester_syscall({whose})"

    # Stops.  These are in the condition of a catchpoint.

    def _apply(self, actions: int, pid: int, tid: int) -> bool:
        if actions & _core.MOVED:
            inferior.forget_registers()
        return self._tell(actions, pid, tid)

    def _tell(self, actions: int, pid: int, tid: int) -> bool:
        stops = False
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

    # Notifications.

    def _on_notified(self) -> None:
        """While the program runs."""
        actions = self.session.drain_syscalls()
        if actions:
            self._tell(actions, 0, 0)

    def _warn(self, text: str) -> None:
        gdb.write(f"ctester: warning: {text}\n", gdb.STDERR)

    # Events of GDB.

    @_guarded
    def _on_objfile(self, event: gdb.NewObjFileEvent) -> None:
        """A child that is followed has no catchpoint of its own yet, and this
        is the first that is heard of it; of one of vfork, too.  And of a
        program that begins, it is the first stop."""
        number, pid = inferior.selected_number()
        if not pid:
            return
        self._notify(pid)
        making = self._making(number, pid)
        breakpoint_, made_for = self.catchpoints.get(number, (0, None))
        if made_for is not None and made_for != making:
            del self.catchpoints[number]
            breakpoints.delete_by_number(breakpoint_)
        self._catch(number, making)

    def _on_inferior(self, event: gdb.NewInferiorEvent) -> None:
        """Catchpoints that were made for one alone are for it among others
        now.  Of a child, the selected process is the parent."""
        if event.inferior.pid:
            self.notifiers.add_child(inferior.process(), event.inferior.pid)
        if not inferior.follows_forks():
            self.is_late = bool(self.catchpoints)

    @_guarded
    def _on_exited(self, event: gdb.ExitedEvent) -> None:
        pid = event.inferior.pid
        self.session.end_syscalls(pid)
        self.notifiers.forget(pid)
        self.known.discard(pid)

    @_guarded
    def _on_continue(self, event: gdb.ContinueEvent) -> None:
        """Also of a child in the middle of its fork, where no other process
        must be selected.  A static program brings no new file."""
        is_new = inferior.process() not in self.known
        if (self.is_late or is_new) and not inferior.follows_forks():
            self._renew()

    @_guarded
    def _on_event(self, event: gdb.Event | None = None) -> None:
        for pid in inferior.processes() if event is not None else ():
            self.session.find_interrupted(pid)
        self._on_notified()
        if self.is_late:
            self._renew()
