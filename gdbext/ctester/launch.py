# SPDX-License-Identifier: MIT
"""What GDB runs in the program's place for scripts/ctester, a process that
becomes the program.

GDB starts programs through a shell, in a process group of their own, with its
own standard files and LINES and COLUMNS added to the environment.  Here the
program gets what the command line gave it.  GDB counts the programs that are
executed before the one to debug: this is one, and must be one only.

usage: python3 -I -S launch.py FD     FD: the task of scripts/ctester
"""

from __future__ import annotations

import os
import pickle
import signal
import sys


def main() -> None:
    """Become the program."""
    start = int(sys.argv[1])
    task = pickle.loads(os.pread(start, os.fstat(start).st_size, 0))
    try:
        # In the group of the command, ^C and the terminal are the program's.
        os.setpgid(0, task["group"])
    except OSError:
        pass    # the command was killed, and its group is gone
    for fd, copy in enumerate(task["files"]):
        if copy is None:
            os.close(fd)
        else:
            os.dup2(copy, fd)
            os.close(copy)
    for fd in task["own"]:
        os.close(fd)
    # Python has changed these two at its start; GDB was started with the
    # third one ignored.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    signal.signal(signal.SIGTTOU, signal.SIG_IGN if task["ignores_output"]
                  else signal.SIG_DFL)
    try:
        os.execve(task["path"], task["argv"], task["environment"])
    except OSError as error:
        text = f"ctester: {task['name']}: {error.strerror}\n"
        os.write(2, text.encode(errors="replace"))
        os._exit(126)


main()
