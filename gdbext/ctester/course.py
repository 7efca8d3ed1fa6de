# SPDX-License-Identifier: MIT
"""A program on its way from its start to its end, as if GDB were not there.

GDB starts it through launch.py, and stops on the way for reasons that are
not the user's: a signal of the program's own, the end of one process of
several.  From these the program is sent on.
"""

from __future__ import annotations

import contextlib
import os
import shlex
from signal import SIGINT, SIGKILL, SIGTRAP
from typing import Callable, Iterator

import gdb

from . import inferior, proc, settings

SI_KERNEL = 0x80
_SI_TKILL = -6
# Of an int3 that stands where no breakpoint does: the end of a branch, a
# step, a breakpoint that has just been taken away (siginfo, sigaction(2)).
_LATE_TRAPS = range(1, 5)


@contextlib.contextmanager
def launched(python: str, task: str, arguments: str | None = None
             ) -> Iterator[None]:
    """Have GDB start programs through launch.py.

    task: its task's file.  arguments: a file that says in the shell's
    language what they are, when the task does not.
    """
    launch = os.path.join(os.path.dirname(os.path.realpath(__file__)),
                          "launch.py")
    wrapper = shlex.join([python, "-I", "-S", launch, task])
    if arguments is not None:
        with open(arguments, "r+b") as file:
            text = file.read()
            file.seek(0)
            file.write(b"exec %s %s\n" % (os.fsencode(wrapper), text))
        # GDB writes exec before it, and a setting has one line only.
        wrapper = f"; . {arguments}"
    shell = os.environ.get("SHELL")
    if arguments is None or os.path.basename(shell or "sh") not in (
            "sh", "dash", "bash", "ksh", "zsh"):
        os.environ["SHELL"] = "/bin/sh"
    # GDB puts the program's name behind the wrapper, not always quoted as sh
    # wants it; launch.py knows it, and # hides it from the shell.
    try:
        with settings.changed({"exec-wrapper": f"{wrapper} #"}):
            yield
    finally:
        os.environ.pop("SHELL", None)
        if shell is not None:
            os.environ["SHELL"] = shell


class Course:
    """Lets the program of the selected inferior run; a context manager."""

    def __init__(self, execute: Callable[[str], object] = settings.quiet
                 ) -> None:
        self.execute = execute
        self.inferior = gdb.selected_inferior()
        self.others = {each.num for each in gdb.inferiors()
                       if each.pid and each.num != self.inferior.num}
        self.pid = 0
        # How the first process ended.
        self.exit_code: int | None = None
        self.signal: int | None = None
        self.stop: gdb.StopEvent | None = None
        # Whether the program stays at a signal, of this name.
        self.stays: Callable[[str], bool] = lambda name: False

    def __enter__(self) -> Course:
        gdb.events.stop.connect(self._on_stop)
        gdb.events.exited.connect(self._on_exited)
        return self

    def __exit__(self, *_: object) -> None:
        gdb.events.stop.disconnect(self._on_stop)
        gdb.events.exited.disconnect(self._on_exited)

    @property
    def ended(self) -> bool:
        """True when the first process has ended."""
        return self.exit_code is not None or self.signal is not None

    def go(self) -> bool:
        """Start the program.  False when GDB stopped for the user, True when
        there is nothing left that runs."""
        return self._go("run")

    def go_on(self) -> bool:
        """Go on from such a stop."""
        return self._go("continue")

    def _go(self, command: str) -> bool:
        while command:
            self.stop = None
            self.execute(command)
            running = self.processes()
            if not running:
                return True
            if self.stop is None:
                if self.find_lost():
                    return True
                _select(running)
            command = self._next_command()
        return False

    def processes(self) -> list[gdb.Inferior]:
        """What runs of the program."""
        return [each for each in gdb.inferiors()
                if each.pid and each.num not in self.others]

    def kill(self, execute: Callable[[str], object] = settings.quiet) -> None:
        """End what runs of it."""
        for each in self.processes():
            with contextlib.suppress(gdb.error):
                execute(f"kill inferiors {each.num}")

    def find_lost(self) -> bool:
        """GDB gives up on a process that is killed while it looks into it.
        True when that is what happened; all are ended then."""
        pid = self.inferior.pid
        if not pid or proc.is_alive(pid):
            return False
        code = proc.exit_code(pid)
        self.kill()
        self.exit_code, self.signal = ((code, None) if code >= 0
                                       else (None, -code))
        return True

    def _next_command(self) -> str:
        """How to go on from a stop that is not the user's; "" from one that
        is."""
        if self.stop is None:
            return "continue"       # a process has ended
        if isinstance(self.stop, gdb.SignalEvent):
            if self.stays(self.stop.stop_signal):
                return ""
            if self.stop.stop_signal != SIGINT.name:
                return "continue"
            if _is_interrupt():
                raise KeyboardInterrupt
            return "signal SIGINT"
        if isinstance(self.stop, gdb.BreakpointEvent):
            return ""
        number, code = _signal_info()
        if number == SIGTRAP:
            # GDB is not told to pass it, as it does with the others: a late
            # one of a breakpoint would kill the program.
            if code <= 0 or code == SI_KERNEL and _is_behind_trap():
                return "signal SIGTRAP"
            if code in _LATE_TRAPS:
                return "continue"
        return ""

    def _on_stop(self, event: gdb.StopEvent) -> None:
        self.stop = event

    def _on_exited(self, event: gdb.ExitedEvent) -> None:
        if event.inferior.num in self.others:
            return
        self.stop = None
        if self.ended or event.inferior.num != self.inferior.num:
            return
        self.exit_code = getattr(event, "exit_code", None)
        if self.exit_code is None:
            number = gdb.convenience_variable("_exitsignal")
            self.signal = int(SIGKILL if number is None else number)


def _select(running: list[gdb.Inferior]) -> None:
    """Select the process to go on with: a child of vfork before its parent,
    which cannot run."""
    threads = [each.threads()[0] for each in running if each.threads()]
    for thread in threads:
        thread.switch()
        if inferior.shares_memory():
            return
    if threads:
        threads[0].switch()


def _signal_info() -> tuple[int, int]:
    """Number and code of the signal that the program stands at, or zeros."""
    try:
        return (int(gdb.parse_and_eval("$_siginfo.si_signo")),
                int(gdb.parse_and_eval("$_siginfo.si_code")))
    except gdb.error:
        return 0, 0


def _is_interrupt() -> bool:
    """True for a SIGINT of the terminal, or that GDB has sent; not for a
    mock's, which goes to one thread."""
    try:
        sender = int(gdb.parse_and_eval("$_siginfo._sifields._kill.si_pid"))
    except gdb.error:
        return True
    code = _signal_info()[1]
    return code == SI_KERNEL or (sender == os.getpid() and code != _SI_TKILL)


def _is_behind_trap() -> bool:
    """True behind an int3 of the program's own code; GDB does not show its
    breakpoints."""
    try:
        pc = int(gdb.parse_and_eval("(unsigned long)$pc"))
        code = bytes(gdb.selected_inferior().read_memory(pc - 2, 2))
    except (gdb.error, OverflowError):
        return False
    return code[1:] == b"\xcc" or code == b"\xcd\x03"
