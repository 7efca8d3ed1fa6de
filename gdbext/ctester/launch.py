# SPDX-License-Identifier: MIT
"""What GDB runs in the program's place for scripts/ctester and running.py, a
process that becomes the program.

GDB starts programs through a shell, in a process group of their own, with its
own standard files and LINES and COLUMNS added to the environment.  Here the
program gets what the task says.  GDB counts the programs that are
executed before the one to debug: this is one, and must be one only.

usage: python3 -I -S launch.py TASK [ARGUMENT...]
TASK: a file, or its descriptor; the arguments follow those that it has
"""

from __future__ import annotations

import os
import pickle
import signal
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def main() -> None:
    """Become the program."""
    task = read_task(sys.argv[1])
    try:
        # In the group of the command, ^C and the terminal are the program's.
        os.setpgid(0, task["group"])
    except OSError:
        pass    # the command was killed, and its group is gone
    report = task.get("report")
    if report is not None:
        report = os.open(report, os.O_WRONLY | os.O_APPEND)
        # Who ends the program in time must know it.
        os.write(report, b"%d\n" % os.getpid())
    for fd, file in enumerate(task["files"]):
        if not is_redirected(fd, task):
            place(file, fd)
    for fd in task["own"]:
        os.close(fd)
    # Python has changed these two at its start; GDB was started with the
    # third one ignored.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    signal.signal(signal.SIGTTOU, signal.SIG_IGN if task["ignores_output"]
                  else signal.SIG_DFL)
    try:
        os.execve(task["path"],
                  [*task["argv"], *map(os.fsencode, sys.argv[2:])],
                  task["environment"])
    except OSError as error:
        text = f"{task['name']}: {error.strerror}"
        if report is None:
            text = f"ctester: {text}\n"
        os.write(2 if report is None else report,
                 text.encode(errors="replace"))
        os._exit(126)


def read_task(where: str) -> dict[str, Any]:
    """The task in a file, by its name or its descriptor."""
    fd = os.open(where, os.O_RDONLY) if "/" in where else int(where)
    return pickle.loads(os.pread(fd, os.fstat(fd).st_size, 0))


def place(file: int | str | None, fd: int) -> None:
    """Make a file one of the standard files."""
    if file is None:
        os.close(fd)
        return
    if isinstance(file, str):
        file = os.open(file, os.O_WRONLY | os.O_APPEND if fd else os.O_RDONLY)
    os.dup2(file, fd)
    if file != fd:
        os.close(file)


def is_redirected(fd: int, task: dict[str, Any]) -> bool:
    """True when the shell has given the program another file than GDB's."""
    if "gdb_files" not in task:
        return False
    try:
        status = os.fstat(fd)
    except OSError:
        return None not in task["gdb_files"]
    return (status.st_dev, status.st_ino) not in task["gdb_files"]


main()
