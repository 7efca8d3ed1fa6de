# SPDX-License-Identifier: MIT
"""The breakpoint engine: it stops where the core says, asks the core what the
call does, and does it.

Nothing is decided here.  Breakpoints stand at exact function entries or at
landing pads, and at return sites.  They persist: a return site met once keeps
its breakpoint, so that the cost of a call does not grow with their number.
"""

from __future__ import annotations

import contextlib
import functools
import os
import signal
from typing import Callable

import gdb

from . import (_core, _core_loading, agent, breakpoints, conflicts, frames,
               inferior, kit, proc)
from .agent_loading import Loader
from .errors import ConflictError
from .steps import Steps
from .verdict import BAD_USE, Verdict


# What `auto` takes where it can.
BEST = "agent"
# Commands that go on and stop again at once.
STEPPING = ("step", "next", "stepi", "nexti", "finish", "until", "advance",
            "return", "jump")
# Then a process is left where it is.
SILENT_STOPS_MAX = 100


def _guarded(handler: Callable[..., None]) -> Callable[..., None]:
    """An event handler that may ask GDB what it cannot tell, because the
    program's debug information is damaged."""
    @functools.wraps(handler)
    def guarded(engine: BreakpointEngine, *event: gdb.Event) -> None:
        try:
            handler(engine, *event)
        except (gdb.error, UnicodeDecodeError) as error:
            engine.complain_of_gdb(error)
    return guarded


class Process:
    """What the engine has in one process."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.places: dict[int, breakpoints.Place] = {}
        self.sites: dict[int, breakpoints.Place] = {}
        self.start: breakpoints.Place | None = None
        # A C test's: it cannot be monitored; where it asks where it is.
        self.is_refused = False
        self.question: breakpoints.Place | None = None
        self.agent: agent.Hooked | None = None
        self.settled = False
        self.tells_forks = False

    def forget(self) -> None:
        """Take all breakpoints away."""
        for table in (self.places, self.sites):
            for place in table.values():
                breakpoints.delete(place)
            table.clear()
        if self.start is not None:
            breakpoints.delete(self.start)
            self.start = None
        if self.question is not None:
            breakpoints.delete(self.question)
            self.question = None
        self.forget_agent()

    def forget_agent(self) -> None:
        """The agent records no more."""
        if self.agent is not None:
            self.agent.close()
            self.agent = None


class BreakpointEngine:
    """Keeps GDB's breakpoints in step with the core's places."""

    def __init__(self, session: _core.Session, verdict: Verdict) -> None:
        self.session = session
        self.name = "breakpoint"    # in use
        self.wish = "auto"
        self.has_stepped = False
        # Commands that step have hooks of the user's.
        self.steps_unseen = False
        self._knows_commands = False
        self.has_deleted = False    # a breakpoint of the user's
        self.verdict = verdict
        self.steps = Steps(session)
        self.processes: dict[int, Process] = {}
        self.debug_directories = ""
        self.first = 0      # whose status is the program's
        self.has_run = False
        self.processors: set[int] | None = None
        self.complaints: set[str] = set()
        # GDB has stopped, and said at what: not at the end of a process.
        self.has_stopped = False
        self.silent_stops = 0   # one after the other
        self.is_armed = False       # a sandbox is open
        # A call without a mock, which GDB is about to stop at: its thread.
        self.unplanned = 0
        # A SIGINT is ours, to have the program stop, and no event of it.
        self.interrupts = False
        # Who else intercepts a mocked function.
        self.conflict: ConflictError | None = None
        # Called at a prompt where GDB has stopped for that.
        self.on_unplanned: Callable[[], None] = lambda: None
        self.is_refused = False     # the C test that was run last
        self.loader = Loader(self._on_agent, self._on_no_agent,
                             self._wants_agent)
        self.unwinder = frames.Unwinder(session)
        session.before_lookup = self._find_executable
        # Processes that GDB has attached to, until it says so.
        self.attached: set[int] = set()
        # By process, the signal that it stands at.
        self.deadly: dict[int, int] = {}
        verdict.at_end = self._end
        verdict.run_program = self._run_kit
        breakpoints.Forked(session.find_fork)
        events = gdb.events
        events.new_objfile.connect(self._on_objfile)
        events.clear_objfiles.connect(self._on_clear)
        events.new_inferior.connect(self._on_inferior)
        events.new_thread.connect(self._on_thread)
        events.exited.connect(self._on_exited)
        events.stop.connect(self._on_stop)
        events.before_prompt.connect(self._on_prompt)
        events.cont.connect(self._on_continue)
        for event in (events.breakpoint_created, events.breakpoint_modified):
            event.connect(self._on_breakpoint)
        events.breakpoint_deleted.connect(self._on_deletion)
        self._find_executable()

    @property
    def places(self) -> list[breakpoints.Place]:
        """Where calls are intercepted, in all processes."""
        return [place for process in self.processes.values()
                for place in process.places.values()]

    @property
    def sites(self) -> list[breakpoints.Place]:
        """Where returns are, in all processes."""
        return [place for process in self.processes.values()
                for place in process.sites.values()]

    # What is watched has changed, or the program has.

    def refresh(self) -> None:
        """Bring places in line with what is watched; at a prompt or between
        two commands, when the program is stopped or does not run."""
        self._find_executable()
        for pid in inferior.each_process():
            self._load_agent(pid)
            self._update()
            # The core may have let a thread go on a little.
            if self.name == "agent" and not inferior.is_running():
                inferior.forget_registers()

    def arm(self, on: bool) -> None:
        """Open or close the sandbox."""
        self.is_armed = on
        self.unplanned = 0
        self.conflict = None
        self.session.arm(on)
        self.refresh()

    def choose(self, wish: str) -> None:
        """Take "breakpoint", "agent", or what is best ("auto") from now
        on."""
        self.wish = wish
        if wish == "agent" or (wish == "auto" and BEST == "agent"):
            self.loader.start()
            self._hook_commands()
        else:
            self.loader.stop()
        self._take(self._best())
        self.refresh()

    def _take(self, name: str) -> None:
        self.name = name
        self.session.set_option(_core.OPTION_AGENT, int(name == "agent"))

    def _best(self) -> str:
        """Whoever looks into the program wants to see its own frames, and
        stops it anyway."""
        if self.wish != "auto":
            return self.wish
        if self.has_stepped or breakpoints.users_breakpoints():
            return "breakpoint"
        return BEST

    def _wants_agent(self) -> bool:
        """Who asks for nothing finds nothing in the program."""
        return self.name == "agent" and (self.wish == "agent"
                                         or self.session.is_watching())

    def _hook_commands(self) -> None:
        this = "import ctester.state; ctester.state.engine"
        inferior.hook_before("detach", f"{this}.before_detach()")
        inferior.hook_after("detach", f"{this}.after_detach()")
        is_told = [inferior.hook_before(command, f"{this}.note_steps(True)")
                   for command in STEPPING]
        # Hooks of the user's are left alone.
        if not self._knows_commands:
            self._knows_commands = True
            self.steps_unseen |= not all(is_told)
            self._tell_steps()

    def note_steps(self, on: bool) -> None:
        """The user goes on in steps, or does not any more."""
        is_new = on != self.has_stepped
        self.has_stepped = on
        self._tell_steps()
        if on:
            inferior.hook_before("continue", "import ctester.state; "
                                 "ctester.state.engine.note_steps(False)")
        self._reconsider()
        refused = on and agent.refuse_steps(self.session)
        if self.name == "agent" and (is_new or refused):
            self._update()

    def _tell_steps(self) -> None:
        self.session.set_option(_core.OPTION_STEPS,
                                int(self.has_stepped or self.steps_unseen))

    def _reconsider(self) -> None:
        best = self._best()
        if best != self.name:
            self._take(best)
            self.refresh()

    def program_name(self) -> str | None:
        """What the program is called in reports; None without one."""
        path = inferior.executable()
        return os.path.basename(path) if path else None

    def pin(self, processors: set[int]) -> None:
        """Let the program run on these processors only."""
        self.processors = processors
        for pid in inferior.processes():
            proc.pin(pid, processors)

    def follow_forks(self, on: bool) -> None:
        """Keep forked children, and trace them like their parent."""
        inferior.follow_forks(on)
        with contextlib.suppress(_core.CoreError):
            # Another GDB may not have what that needs, nor need it.
            _core.hold_vforks(on)
        if on:
            call = "import ctester.state; ctester.state.engine.go_on()"
            for command in ("run", "continue", "start", "starti"):
                inferior.hook_after(command, call)

    def go_on(self) -> None:
        """GDB stops whenever a process ends, and GDB 13 now and then at
        nothing, when a thread begins meanwhile.  After a command that let
        the program run, let the others run on until they end, too."""
        self.silent_stops = 0
        while (not self.has_stopped and inferior.follows_forks()
               and self.silent_stops < SILENT_STOPS_MAX
               and inferior.processes() and inferior.go_on()):
            self.silent_stops += 1

    def _find_executable(self) -> None:
        path = inferior.executable()
        directories = inferior.debug_directories()
        try:
            if directories != self.debug_directories:
                self.debug_directories = directories
                self.session.set_debug_directories(directories)
            if path and not inferior.processes():
                self.session.set_executable(path)
                if self.verdict.batch:
                    kit.pass_signals(self.session.expects_kit())
        except _core.CoreError as error:
            self.complain_once(str(error))

    def _update(self) -> None:
        pid, tid = inferior.process(), inferior.stopped_thread()
        if not pid or not tid or inferior.shares_memory():
            return
        problem = inferior.native_problem()
        if problem:
            self.complain_once(problem)
            return
        process = self.processes.get(pid)
        if process is None:
            if inferior.is_attached(pid):
                self.attached.add(pid)
            if inferior.is_attaching(pid):
                return
            process = self._begin(pid)
        elif process.start is None and not process.settled:
            self._await_start(process)
        if self.name == "agent":
            self.steps.note_breakpoints()
        try:
            self.session.update(pid, tid, process.settled)
        except _core.CoreError as error:
            self._complain(str(error))
            return
        self._attend_agent(process)
        self._plant(process)
        self._attend_kit(process)
        if self.is_armed and self.conflict is None:
            self.conflict = conflicts.find(self.session, pid)
        self.report()

    def _load_agent(self, pid: int) -> None:
        """Into a process that has begun without it."""
        process = self.processes.get(pid)
        if (self.name != "agent" or (process and process.agent)
                or not self.session.is_watching()
                or self.loader.refusal(pid) or inferior.is_running()
                or inferior.shares_memory()):
            return
        try:
            self.loader.load()
        except _core.CoreError as error:
            self.session.set_agent_problem(str(error))

    def before_detach(self) -> None:
        """The selected process is going to be let go: it gets its code
        back."""
        pid = inferior.process()
        self.loader.leave(pid)
        process = self.processes.get(pid)
        if process is not None and process.agent is not None:
            process.forget_agent()
            self.session.unhook(pid, inferior.stopped_thread())

    def after_detach(self) -> None:
        """It may be attached to again at once."""
        self._leave()

    def _on_agent(self, pid: int, _: int) -> None:
        """It is in a program; in stop() when that begins."""
        if pid != inferior.process():
            return
        try:
            self._update()
        except gdb.error as error:
            self.complain_of_gdb(error)

    def _on_no_agent(self, _: int, reason: str) -> None:
        self.session.set_agent_problem(reason)

    def _attend_agent(self, process: Process) -> None:
        trap = self.session.trap(process.pid)
        if trap and process.agent is None:
            process.agent = agent.Hooked(self.session, process.pid, trap,
                                         self._on_trap, self._on_records)
        elif not trap:
            process.forget_agent()
        if trap:
            self.unwinder.turn_on()
        if trap and self.steps_unseen:
            if agent.refuse_steps(self.session):
                self.session.update(process.pid, inferior.stopped_thread(),
                                    process.settled)

    def _attend_kit(self, process: Process) -> None:
        """A C test does by itself what is to be done, but may ask."""
        state, question = self.session.kit()
        self.is_refused = process.is_refused = state == _core.KIT_REFUSED
        if question and process.question is None:
            process.question = breakpoints.Place(question, process.pid,
                                                 kit.tell_place)

    def _begin(self, pid: int) -> Process:
        """A new process: stop once more when the loader has done its work."""
        process = self.processes[pid] = Process(pid)
        self.has_run = True
        self.has_stepped = False
        if not self.first:
            self.first = pid
        if self.processors is not None:
            proc.pin(pid, self.processors)
        self._await_start(process)
        return process

    def _await_start(self, process: Process) -> None:
        start = inferior.start_address(process.pid)
        pc = self.session.pc(inferior.stopped_thread())
        process.settled = (start is None
                           or self._is_past(process.pid, start, pc))
        # A static program that is at its exec has yet to be relocated by GDB.
        if (start is not None and not process.settled
                and inferior.can_execute(start)):
            process.start = breakpoints.Place(start, process.pid,
                                              self._on_start)

    def _is_past(self, pid: int, start: int, pc: int) -> bool:
        """True when the program's own code runs already: an attached one, or
        one that is at a breakpoint of the user's."""
        # At an exec, GDB has forgotten the loader of the program before.
        return (not inferior.in_loader(pc) and pc != start
                and not inferior.is_entry(pc)
                and not _core_loading.is_at_start(pid, pid))

    def _on_start(self, address: int, pid: int, tid: int) -> bool:
        process = self.processes.get(pid)
        if process is None or process.settled:
            return False
        # A breakpoint cannot be deleted in its own stop().
        process.settled = True
        process.start.enabled = False
        try:
            self._update()
        except gdb.error as error:
            self.complain_of_gdb(error)
        return self.conflict is not None or process.is_refused

    def _plant(self, process: Process) -> None:
        wanted = self.session.places()
        places = process.places
        for address in set(places) - set(wanted):
            breakpoints.delete(places.pop(address))
        if ((wanted or self.session.hook_count())
                and not process.tells_forks):
            process.tells_forks = True
            if not inferior.follows_forks():
                breakpoints.catch_forks()
        for address in wanted:
            place = places.get(address)
            if place is None or not place.is_valid():
                places[address] = breakpoints.Place(address, process.pid,
                                                    self._on_hit)

    # Calls.  These run in stop().

    def _on_hit(self, address: int, pid: int, tid: int) -> bool:
        self.steps.look(tid)
        actions = self.session.hit(address, pid, tid)
        return self._apply(actions, pid, tid) if actions else False

    def _on_site(self, address: int, pid: int, tid: int) -> bool:
        self.steps.look(tid)
        actions = self.session.returned(address, pid, tid)
        if not actions:
            return False
        arrived = actions & _core.ARRIVED
        return (self._apply(actions, pid, tid)
                or bool(arrived and not self.steps.waits_at(address)))

    def _on_trap(self, _: int, pid: int, tid: int) -> bool:
        self.steps.look(tid)
        actions = self.session.trapped(pid, tid)
        return self._apply(actions, pid, tid) if actions else False

    def _on_records(self) -> None:
        """The agent has some, while the program runs."""
        self.session.drain()
        text = self.session.take_text()
        if text:
            inferior.say(text)
        self.report()

    def _apply(self, actions: int, pid: int, tid: int) -> bool:
        if actions & _core.RETURN_SITE:
            site = self.session.answer.return_site
            sites = self.processes[pid].sites
            # A function that nobody called has no place to return to.
            if site not in sites and inferior.can_execute(site):
                self._plant_site(sites, site, pid)
        if actions & _core.MOVED:
            inferior.forget_registers()
        if actions & _core.TEXT:
            text = self.session.take_text()
            if text:
                inferior.say(text)
        if actions & _core.TROUBLE:
            self.report()
        if actions & _core.STOP:
            self.unplanned = tid
            return True
        return False

    def _plant_site(self, sites: dict[int, breakpoints.Place], site: int,
                    pid: int) -> None:
        try:
            sites[site] = breakpoints.Place(site, pid, self._on_site)
        except gdb.error as error:
            self.complain_of_gdb(error, "no breakpoint at a return: ")

    # Events of GDB.

    @_guarded
    def _on_objfile(self, event: gdb.NewObjFileEvent) -> None:
        self._find_executable()
        if event.new_objfile.progspace == inferior.current_space():
            self.session.note_loaded(inferior.process(),
                                     event.new_objfile.filename or "")
            self._update()

    @_guarded
    def _on_clear(self, event: gdb.ClearObjFilesEvent) -> None:
        """GDB forgets the files of a program: after exec, among others."""
        pid = inferior.process_of_space(event.progspace)
        process = self.processes.get(pid)
        if process is None or pid != inferior.process():
            return
        if self.session.find_exec(pid, inferior.stopped_thread()):
            process.forget()
            self._await_start(process)

    @_guarded
    def _on_inferior(self, event: gdb.NewInferiorEvent) -> None:
        """A child that is followed: its parent is the selected process."""
        pid, tid = inferior.process(), inferior.stopped_thread()
        if event.inferior.pid and pid in self.processes and tid:
            self.session.find_fork(pid, tid)

    @_guarded
    def _on_breakpoint(self, breakpoint_: gdb.Breakpoint) -> None:
        """The user's, which may stand where the agent has written."""
        if isinstance(breakpoint_, breakpoints.Place) or self.name != "agent":
            return
        self.steps.note_breakpoints()
        if self.wish == "auto":
            self._reconsider()
        elif any(map(self.session.has_hook_at,
                     breakpoints.users_breakpoints())):
            self._update()

    def _on_deletion(self, breakpoint_: gdb.Breakpoint) -> None:
        """GDB still has it: what that changes is for the next stop."""
        if not isinstance(breakpoint_, breakpoints.Place):
            self.has_deleted = True


    @_guarded
    def _on_thread(self, event: gdb.NewThreadEvent) -> None:
        pid, tid, _ = event.inferior_thread.ptid
        if pid in self.processes and pid != tid:
            self.session.thread_started(pid, tid)

    @_guarded
    def _on_continue(self, event: gdb.ContinueEvent) -> None:
        """A static program brings no new file when it starts."""
        self.has_stopped = False
        self.unplanned = 0
        self.deadly.pop(inferior.process(), None)
        if inferior.process() not in self.processes:
            self._update()

    @_guarded
    def _on_exited(self, event: gdb.ExitedEvent) -> None:
        pid = event.inferior.pid
        process = self.processes.pop(pid, None)
        self.silent_stops = 0
        if process is None:
            return
        process.forget()
        code = self._exit_code(event)
        if code is not None:
            self.session.exited(pid, code)
        elif event.inferior.was_attached or proc.is_there(pid):
            self.session.left(pid)
        else:
            # The user's own kill, which is no verdict on the program.
            self.session.exited(pid, -signal.SIGKILL)
        if pid == self.first:
            self.first = 0
            if code is not None:
                self.verdict.program_ended(code)
        self._show()

    @staticmethod
    def _exit_code(event: gdb.ExitedEvent) -> int | None:
        """The exit status, or minus the signal; None when GDB has let the
        process go or killed it."""
        code = getattr(event, "exit_code", None)
        if code is not None:
            return code
        signal_ = gdb.convenience_variable("_exitsignal")
        return None if signal_ is None else -int(signal_)

    @_guarded
    def _on_stop(self, event: gdb.StopEvent) -> None:
        self.has_stopped = True
        pid = inferior.process()
        if pid in self.processes:
            if isinstance(event, gdb.SignalEvent) and not (
                    self.interrupts and event.stop_signal == "SIGINT"):
                self.session.signalled(pid, inferior.stopped_thread(),
                                       event.stop_signal)
                self._remember_deadly(pid, event.stop_signal)
            self.session.find_ended_threads(pid)
            if self.session.is_postponed(pid):
                self._update()
        if pid in self.attached:
            self.attached.discard(pid)
            self.refresh()
        self._show()
        if self.unplanned:
            self.on_unplanned()

    def _remember_deadly(self, pid: int, name: str) -> None:
        """A program that stands at a signal of its own would die of it, were
        it not for GDB; batch mode then says so."""
        number = getattr(signal, name, None)
        if number not in (None, signal.SIGINT, signal.SIGTRAP,
                          signal.SIGSTOP):
            self.deadly[pid] = number

    @_guarded
    def _on_prompt(self) -> None:
        self._leave()
        if self.has_deleted:
            self.has_deleted = False
            self._reconsider()
        self._find_executable()
        self._show()

    def _leave(self) -> None:
        """Forget processes that GDB has detached from."""
        for pid in set(self.processes) - set(inferior.processes()):
            self.session.left(pid)
            self.processes.pop(pid).forget()
            if pid == self.first:
                self.first = 0

    def _end(self) -> bool:
        """GDB ends, and with it the programs that it has started: their open
        calls will not return.  True when GDB has missed an end before."""
        lost = self._find_lost()
        for pid in list(self.processes):
            if inferior.is_attached(pid):
                self.processes[pid].forget_agent()
                self.session.unhook(pid, pid)
                self.session.left(pid)
                continue
            code = -self.deadly.get(pid, signal.SIGKILL)
            self.session.exited(pid, code)
            if pid == self.first and pid in self.deadly:
                self.verdict.program_ended(code)
        return lost

    def _run_kit(self) -> None:
        """`gdb -batch -x ctester.gdb ./tests` runs the tests."""
        if (self.has_run or self.verdict.status
                or not kit.is_asked_for_nothing()):
            return
        self._find_executable()
        if not self.session.expects_kit():
            return
        self.session.set_option(_core.OPTION_LIVE, 0)
        try:
            kit.run()
        except gdb.error as error:
            self.complain_of_gdb(error)

    def _find_lost(self) -> bool:
        """Tell of processes that have ended without GDB's saying so: it gives
        up on one that is killed while it looks into it."""
        lost = False
        for pid in list(self.processes):
            if proc.is_alive(pid):
                continue
            code = proc.exit_code(pid)
            del self.processes[pid]
            self.session.exited(pid, code)
            lost = True
            if pid == self.first:
                self.verdict.program_ended(code)
        return lost

    # Words for the user.

    def _show(self) -> None:
        text = self.session.flush_text()
        if text:
            inferior.say(text)
        self.report()

    def report(self) -> None:
        """Tell the user what the core has to say."""
        trouble = self.session.take_trouble()
        if trouble:
            for line in trouble.splitlines():
                self._complain(line)
        # The program can do without what these tell.
        for line in (self.session.take_warnings() or "").splitlines():
            gdb.write(f"ctester: warning: {line}\n", gdb.STDERR)

    def _complain(self, text: str) -> None:
        gdb.write(f"ctester: {text}\n", gdb.STDERR)
        self.verdict.fail(BAD_USE)

    def complain_of_gdb(self, error: Exception, what: str = "") -> None:
        """The same of what GDB cannot do; that is no wonder with a process
        that has just been killed."""
        pid = inferior.process()
        if not pid or proc.is_alive(pid):
            self.complain_once(f"GDB: {what}{error}")

    def complain_once(self, text: str) -> None:
        """A line for the user, and status 2, the first time."""
        if text not in self.complaints:
            self.complaints.add(text)
            self._complain(text)
