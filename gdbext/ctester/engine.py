# SPDX-License-Identifier: MIT
"""The breakpoint engine: it stops where the core says, asks the core what the
call does, and does it.

Nothing is decided here.  Breakpoints stand at exact function entries or at
landing pads, and at return sites.  They persist: a return site met once keeps
its breakpoint, so that the cost of a call does not grow with their number.
"""

from __future__ import annotations

import gdb

from . import _core, inferior
from .verdict import BAD_USE, Verdict


class BreakpointEngine:
    """Keeps GDB's breakpoints in step with the core's places."""

    name = "breakpoint"

    def __init__(self, session: _core.Session, verdict: Verdict) -> None:
        self.session = session
        self.verdict = verdict
        self.places: dict[int, inferior.Place] = {}
        self.sites: dict[int, inferior.Place] = {}
        self.entry: inferior.Place | None = None
        self.pid = 0
        self.settled = False
        self.executable: str | None = None
        events = gdb.events
        events.new_objfile.connect(self._on_objfile)
        events.clear_objfiles.connect(self._on_clear)
        events.exited.connect(self._on_exited)
        events.stop.connect(self._on_stop)
        events.before_prompt.connect(self._on_prompt)
        events.cont.connect(self._on_continue)
        self._find_executable()

    # What is watched has changed, or the program has.

    def refresh(self) -> None:
        """Bring places in line with what is watched; at a prompt or between
        two commands, when the program is stopped or does not run."""
        if inferior.process():
            self._update()

    def _find_executable(self) -> None:
        path = inferior.executable()
        if path and path != self.executable:
            self.executable = path
            try:
                self.session.set_executable(path)
            except _core.CoreError as error:
                self._complain(str(error))

    def _update(self) -> None:
        pid, tid = inferior.process(), inferior.stopped_thread()
        problem = inferior.native_problem()
        if not pid or not tid:
            return
        if problem:
            self._complain(problem)
            return
        if pid != self.pid:
            self._begin(pid)
        try:
            self.session.update(pid, tid, self.settled)
        except _core.CoreError as error:
            self._complain(str(error))
            return
        self._plant()
        self._report()

    def _begin(self, pid: int) -> None:
        """A new process: stop once more when the loader has done its work."""
        self._forget()
        self.pid = pid
        self.settled = False
        address = inferior.entry_address()
        pc = gdb.newest_frame().pc()
        if address is None or self._is_past(address, pc):
            self.settled = True
        else:
            self.entry = inferior.Place(address, self._on_entry)

    @staticmethod
    def _is_past(entry: int, pc: int) -> bool:
        """True when the program's own code runs already: an attached one, or
        one that is at a breakpoint of the user's."""
        name = gdb.solib_name(pc)
        loader = name is not None and "ld" in name.rsplit("/", 1)[-1][:2]
        return not loader and pc != entry

    def _on_entry(self, address: int, pid: int, tid: int) -> bool:
        self.settled = True
        entry, self.entry = self.entry, None
        if entry is not None:
            entry.enabled = False
        self._update()
        return False

    def _plant(self) -> None:
        wanted = self.session.places()
        for address in set(self.places) - set(wanted):
            inferior.delete(self.places.pop(address))
        for address in wanted:
            place = self.places.get(address)
            if place is None or not place.is_valid():
                self.places[address] = inferior.Place(address, self._on_hit)

    def _forget(self) -> None:
        for table in (self.places, self.sites):
            for place in table.values():
                inferior.delete(place)
            table.clear()
        if self.entry is not None:
            inferior.delete(self.entry)
            self.entry = None

    # Calls.  These run in stop().

    def _on_hit(self, address: int, pid: int, tid: int) -> bool:
        actions = self.session.hit(address, pid, tid)
        return self._apply(actions) if actions else False

    def _on_site(self, address: int, pid: int, tid: int) -> bool:
        actions = self.session.returned(address, pid, tid)
        return self._apply(actions) if actions else False

    def _apply(self, actions: int) -> bool:
        if actions & _core.RETURN_SITE:
            site = self.session.answer.return_site
            if site not in self.sites:
                self.sites[site] = inferior.Place(site, self._on_site)
        if actions & _core.MOVED:
            inferior.forget_registers()
        if actions & _core.TEXT:
            text = self.session.take_text()
            if text:
                inferior.say(text)
        if actions & _core.TROUBLE:
            self._report()
        return bool(actions & _core.STOP)

    # Events of GDB.

    def _on_objfile(self, event: gdb.NewObjFileEvent) -> None:
        self._find_executable()
        if inferior.process() and inferior.stopped_thread():
            self._update()

    def _on_clear(self, event: gdb.ClearObjFilesEvent) -> None:
        """The program of this process has been replaced: exec."""
        if self.pid and inferior.process() == self.pid:
            self._forget()

    def _on_continue(self, event: gdb.ThreadEvent) -> None:
        """A static program brings no new file when it starts."""
        if inferior.process() != self.pid:
            self._update()

    def _on_exited(self, event: gdb.ExitedEvent) -> None:
        if event.inferior.pid not in (0, self.pid):
            return
        code = getattr(event, "exit_code", None)
        if code is None:
            signal = gdb.convenience_variable("_exitsignal")
            code = -int(signal) if signal is not None else 0
        if self.pid:
            self.session.exited(self.pid, code)
        self._forget()
        self.pid = 0
        self.verdict.program_ended(code)
        self._show()

    def _on_stop(self, event: gdb.StopEvent) -> None:
        if isinstance(event, gdb.SignalEvent) and self.pid:
            self.session.signalled(self.pid, inferior.stopped_thread(),
                                   event.stop_signal)
        self._show()

    def _on_prompt(self) -> None:
        self._find_executable()
        self._show()

    # Words for the user.

    def _show(self) -> None:
        text = self.session.flush_text()
        if text:
            inferior.say(text)
        self._report()

    def _report(self) -> None:
        trouble = self.session.take_trouble()
        if trouble:
            for line in trouble.splitlines():
                self._complain(line)

    def _complain(self, text: str) -> None:
        gdb.write(f"ctester: {text}\n", gdb.STDERR)
        self.verdict.fail(BAD_USE)
