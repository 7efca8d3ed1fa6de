# SPDX-License-Identifier: MIT
"""Ending processes that were started here, and no others.

A GDB is a session of its own, and what it starts is of that session, unless it
leaves it, as daemons do.  Those become our children when their parents end,
and nothing else does.
"""

from __future__ import annotations

import ctypes
import os
import signal
import time
from typing import Iterator

_PR_SET_CHILD_SUBREAPER = 36    # prctl(2)

_adopts = False


def adopt_strays() -> None:
    """Become the parent of processes that lose theirs.

    Not when there are children already: a shell may have started them before
    it became us, and theirs would come to us as well."""
    global _adopts
    if not _children():
        prctl = ctypes.CDLL(None).prctl
        _adopts = prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0


def end_strays(running: set[int]) -> None:
    """Kill what has left its session; once no GDB runs, of which it may be."""
    for _ in range(1000 if _adopts and not running else 0):
        found = _children()
        if not found:
            return
        for pid in found:
            # Our children keep their numbers until they are waited for.
            try:
                os.kill(pid, signal.SIGKILL)
            except PermissionError:
                return      # it has become another user's
            os.waitpid(pid, 0)


def _children() -> list[int]:
    """Of this process, whose only thread this is."""
    try:
        with open(f"/proc/self/task/{os.getpid()}/children") as file:
            return [int(word) for word in file.read().split()]
    except OSError:
        return []


def end_session(session: int) -> None:
    """Kill all of a session; its leader has not been waited for.

    A process may fork while we look: until there are none."""
    for _ in range(1000):
        found = list(members(session))
        if not found:
            return
        for pid in found:
            _kill(pid, session)
        time.sleep(0.001)


def members(session: int) -> Iterator[int]:
    """Its processes, without those that have ended."""
    for name in os.listdir("/proc"):
        if name.isdecimal():
            state, of = _state(int(name))
            if of == session and state not in "ZX":
                yield int(name)


def _state(pid: int) -> tuple[str, int]:
    """The state and the session of a process: proc(5), /proc/pid/stat."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
    except OSError:
        return "X", 0
    return fields[0].decode(), int(fields[3])


def _kill(pid: int, session: int) -> None:
    """Through a descriptor: the number may be another process's by now."""
    try:
        fd = os.pidfd_open(pid)
    except OSError:
        return
    try:
        if _state(pid)[1] == session:
            signal.pidfd_send_signal(fd, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
    finally:
        os.close(fd)
