# SPDX-License-Identifier: MIT
"""What scripts/ctester runs in GDB: read the task, trace, run the program,
and answer how it ended.

GDB's own output goes to a log that nobody sees unless GDB fails.  Ours all
passes gdb.write(), which is replaced here, and so do Python's own streams.
"""

from __future__ import annotations

import os
import pickle
from typing import Any, NoReturn

import gdb

from . import _core, api, settings
from .course import Course, launched
from .state import engine, session, verdict
from .verdict import BAD_USE

NOT_EXECUTABLE = 126


def main(start: int) -> None:
    """Carry out the task in the file `start`."""
    task = pickle.loads(os.pread(start, os.fstat(start).st_size, 0))
    _write_to(task["files"][2])
    with Course() as course:
        try:
            _check_program(task)
            if task.get("wrap"):
                _check_kit(task)
            _watch(task)
            _run(task, start, course)
        except _core.CoreError as error:
            _fail(str(error))
        except gdb.error as error:
            _fail(f"GDB: {error}")
        finally:
            os.pwrite(task["answer"], pickle.dumps(_answer(course), 4), 0)


def _answer(course: Course) -> dict[str, int]:
    """How the program ended: the first process, not its children."""
    if course.exit_code is not None:
        return {"status": course.exit_code}
    if course.signal is not None:
        return {"signal": course.signal}
    return {"status": BAD_USE}


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


def _fail(text: str, status: int = BAD_USE) -> None:
    gdb.write(f"ctester: {text}\n", gdb.STDERR)
    verdict.fail(status)


def _check_program(task: dict[str, Any]) -> None:
    if gdb.current_progspace().filename is None:
        _fail(f"{task['name']}: not a program that GDB can read",
              NOT_EXECUTABLE)
        _leave(task)


def _check_kit(task: dict[str, Any]) -> None:
    if not session.expects_kit():
        _fail(f"wrap: {task['name']} is not linked with libctester-kit, so "
              "it is no C test")
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
    if task.get("syscalls"):
        api.trace_syscalls(*task["syscalls"], condition=task["if"],
                           entries=task["entries"])
    path = task["output"]
    if task.get("wrap"):
        session.set_option(_core.OPTION_LIVE, 0)
    if task["copier"] is not None:
        path = f"/proc/self/fd/{task['copier']}"
    if path is not None:
        session.open_trace(path, task["format"])
        session.set_option(_core.OPTION_LIVE, 0)
    if task["follow-fork"]:
        gdb.execute("set ctester follow-fork on")


def _run(task: dict[str, Any], start: int, course: Course) -> None:
    """Run the program as if GDB were not there, to its end."""
    with (settings.changed({**settings.TO_THE_END,
                            "disable-randomization": "off"}),
          settings.passing_signals("nostop noprint pass"),
          launched(task["python"], str(start))):
        ended = course.go()
        while not ended:
            if engine.is_refused:
                course.kill()
                break
            ended = course.go_on()
