# SPDX-License-Identifier: MIT
"""What scripts/ctester runs in GDB: read the task, trace, run the program,
and answer how it ended.

GDB's own output goes to a log that nobody sees unless GDB fails.  Ours all
passes gdb.write(), which is replaced here, and so do Python's own streams.
"""

from __future__ import annotations

import os
import pickle
import shlex
from signal import SIGTRAP
from typing import Any, NoReturn

import gdb

from . import _core, api
from .state import session, verdict
from .verdict import BAD_USE

NOT_EXECUTABLE = 126
SI_KERNEL = 0x80


def main(start: int) -> None:
    """Carry out the task in the file `start`."""
    task = pickle.loads(os.pread(start, os.fstat(start).st_size, 0))
    answer: dict[str, int] = {}
    _write_to(task["files"][2])
    _keep_from_program_events(answer)
    try:
        _check_program(task)
        _watch(task)
        _run(task, start)
    except _core.CoreError as error:
        _fail(str(error))
    except gdb.error as error:
        _fail(f"GDB: {error}")
    finally:
        os.pwrite(task["answer"], pickle.dumps(answer or {"status": BAD_USE},
                                               4), 0)


def _write_to(fd: int | None) -> None:
    """All words of ours to the command's standard error."""
    def write(text: str, stream: int = gdb.STDOUT) -> None:
        data = text.encode(errors="surrogateescape")
        while data and fd is not None:
            try:
                data = data[os.write(fd, data):]
            except OSError:
                return      # nobody reads it; the program goes on

    gdb.write = write


def _keep_from_program_events(answer: dict[str, int]) -> None:
    """Remember how the program ended: the first process, not its children."""
    def on_exited(event: gdb.ExitedEvent) -> None:
        if answer or event.inferior.num != 1:
            return
        if hasattr(event, "exit_code"):
            answer["status"] = event.exit_code
        else:
            number = gdb.convenience_variable("_exitsignal")
            answer["signal"] = int(number) if number is not None else 9

    gdb.events.exited.connect(on_exited)


def _fail(text: str, status: int = BAD_USE) -> None:
    gdb.write(f"ctester: {text}\n", gdb.STDERR)
    verdict.fail(status)


def _check_program(task: dict[str, Any]) -> None:
    if gdb.current_progspace().filename is None:
        _fail(f"{task['name']}: not a program that GDB can read",
              NOT_EXECUTABLE)
        _leave(task)


def _leave(task: dict[str, Any]) -> NoReturn:
    """End now; nothing has run."""
    os.pwrite(task["answer"], pickle.dumps({"status": verdict.status}, 4), 0)
    gdb.execute(f"quit {verdict.status}")
    raise SystemExit(verdict.status)


def _watch(task: dict[str, Any]) -> None:
    """Everything that must be right before the program is started."""
    for name, value in task["limits"].items():
        if value is not None:
            gdb.execute(f"set ctester {name} {value}")
    for header in task["prototypes"]:
        api.prototypes(header)
    for what in task["functions"]:
        count = api.trace(what, scope=task["scope"], condition=task["if"])
        if not count and not task["quiet"]:
            gdb.write(f"ctester: {what}: waits for the library to be "
                      "loaded\n")
    path = task["output"]
    if task["copier"] is not None:
        path = f"/proc/self/fd/{task['copier']}"
    if path is not None:
        session.open_trace(path, task["format"])
        session.set_option(_core.OPTION_LIVE, 0)
    if task["follow-fork"]:
        gdb.execute("set ctester follow-fork on")


def _run(task: dict[str, Any], start: int) -> None:
    """Run the program as if GDB were not there, to its end."""
    launch = os.path.join(os.path.dirname(os.path.realpath(__file__)),
                          "launch.py")
    # GDB puts the program's name behind the wrapper, not always quoted as sh
    # wants it; launch.py knows it, and # hides it from the shell.
    wrapper = shlex.join([task["python"], "-I", "-S", launch, str(start)])
    for command in ("set confirm off",
                    "set disable-randomization off",
                    "set startup-with-shell on",
                    "handle all nostop noprint pass",
                    "handle SIGINT nostop noprint pass",
                    f"set exec-wrapper {wrapper} #"):
        gdb.execute(command, False, True)
    command = "run"
    while True:
        # To a string: GDB's own words are for nobody.
        gdb.execute(command, False, True)
        process = next((one for one in gdb.inferiors() if one.pid), None)
        if process is None:
            return
        command = "continue"
        if process.num != gdb.selected_inferior().num:
            gdb.execute(f"inferior {process.num}", False, True)
        elif _has_trapped():
            command = "signal SIGTRAP"


def _has_trapped() -> bool:
    """True when the program stands at a SIGTRAP of its own.

    GDB is not told to pass that signal, as it does with the others: a late one
    of a breakpoint would kill the program."""
    try:
        code = int(gdb.parse_and_eval("$_siginfo.si_code"))
        number = int(gdb.parse_and_eval("$_siginfo.si_signo"))
    except gdb.error:
        return False
    # Sent by kill(2) and its like, or an int3 of the program's own code.
    return number == SIGTRAP and (code <= 0 or code == SI_KERNEL)
