# SPDX-License-Identifier: MIT
"""leaks(): descriptors that are open still, and who has opened them."""

from __future__ import annotations

import fcntl
import os
import re
import traceback

from .call import Frame, SysCall
from .collector import Collector, Mistakes, Subscriber
from .descriptors import (FIOCLEX, FIONCLEX, IOCTLS, NAMES, closes_at_exec,
                          opened, shares, unshares)
from .plan import Request

_FD_CLOEXEC = 1
_RANGE_CLOEXEC = 4
# Of ioctls, all but a few are passed over by the core.
_REQUESTS = [
    Request(tuple(name for name in NAMES if name != "ioctl"), None, None),
    Request(("ioctl",), " || ".join(
        f"$2 == {number:#x}" for number in (*IOCTLS, FIOCLEX, FIONCLEX)),
            None)]


class Leak:
    """A descriptor that is open still.

    fd: its number; path: what it was when it was opened, or None.
    process: whose it is.
    call: the SysCall that has opened it; traceback: from where.
    cloexec: whether exec closes it.
    """

    __slots__ = ("fd", "path", "process", "call", "cloexec")

    def __init__(self, fd: int, path: str | None, process: int, call: SysCall,
                 cloexec: bool) -> None:
        self.fd = fd
        self.path = path
        self.process = process
        self.call = call
        self.cloexec = cloexec

    @property
    def traceback(self) -> list[Frame]:
        return self.call.traceback

    def __repr__(self) -> str:
        what = f"<{self.path}>" if self.path is not None else ""
        return f"<Leak {self.fd}{what} by {self.call.name}>"

    def __str__(self) -> str:
        what = f" ({self.path})" if self.path is not None else ""
        return (f"descriptor {self.fd}{what} of process {self.process}, "
                f"opened by {self.call.name}:\n"
                + "".join(traceback.format_list(self.traceback)))


def _descriptors_of(pid: int) -> set[int] | None:
    try:
        return set(map(int, os.listdir(f"/proc/{pid}/fd")))
    except OSError:
        return None


def _path_of(pid: int, fd: int) -> str | None:
    try:
        return os.readlink(f"/proc/{pid}/fd/{fd}")
    except OSError:
        return None


def _parent_of(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/status", encoding="latin-1") as file:
            found = re.search(r"^PPid:\t(\d+)", file.read(), re.M)
    except OSError:
        return 0
    return int(found[1]) if found else 0


class Ledger:
    """What the processes have open, as far as the calls tell."""

    def __init__(self, collector: Collector) -> None:
        self._collector = collector
        self._open: dict[int, dict[int, Leak]] = {}
        self._subscriber: Subscriber | None = None

    def track(self, on: bool, python: bool = False) -> None:
        """Begin, with nothing open; or end, and keep what there is."""
        if on == (self._subscriber is not None):
            if self._subscriber is not None and python:
                self._subscriber.python = True
            return
        if not on:
            subscriber, self._subscriber = self._subscriber, None
            assert subscriber is not None
            self._collector.remove(subscriber)
            return
        self._open.clear()
        self._subscriber = Subscriber(
            _REQUESTS, self.note,
            Mistakes(self._collector.program.complain), wants_frames=True,
            python=python)
        self._collector.add(self._subscriber)

    def forget(self) -> None:
        """End, and keep nothing."""
        self.track(False)
        self._open.clear()

    def leaks(self) -> list[Leak]:
        """What is open, or was when its process ended."""
        self._collector.drain()
        found: list[Leak] = []
        for table in {id(each): each for each in self._open.values()}.values():
            owners = {pid: there for pid in self._open
                      if self._open[pid] is table
                      and (there := _descriptors_of(pid))}
            for fd, leak in table.items():
                # Of a process that lives, the kernel knows better.
                if owners and not any(fd in each for each in owners.values()):
                    continue
                # One that had the same, and has ended, has opened it.
                if owners and leak.process not in owners:
                    leak.process = min(owners)
                found.append(leak)
        return sorted(found, key=lambda leak: (leak.call.seq, leak.process,
                                               leak.fd))

    def note(self, call: SysCall) -> None:
        """A call has returned."""
        if call.outcome == "mocked":
            return
        table = self._table(call.process)
        if call.result.errno is not None:
            # EINTR of close(2) and its kin has closed it, too.
            if call.name == "close" and call.result.errno == "EINTR":
                table.pop(call.args[0].raw_value & 0xffffffff, None)
            return
        if unshares(call):
            table = self._open[call.process] = dict(table)
        if call.name == "close":
            table.pop(call.args[0].raw_value & 0xffffffff, None)
        elif call.name == "close_range":
            self._close_range(table, *(arg.raw_value & 0xffffffff
                                       for arg in call.args[:3]))
        elif call.name in ("execve", "execveat"):
            for fd in [fd for fd, leak in table.items() if leak.cloexec]:
                del table[fd]
        else:
            self._mark(table, call)
            self._add(table, call)
            if shares(call):
                self._share(table, int(call.result.value))

    @staticmethod
    def _mark(table: dict[int, Leak], call: SysCall) -> None:
        """What is said of an open one."""
        if call.name not in ("fcntl", "ioctl"):
            return
        leak = table.get(call.args[0].raw_value & 0xffffffff)
        what = call.args[1].raw_value & 0xffffffff
        if leak is None:
            return
        if call.name == "fcntl" and what == fcntl.F_SETFD:
            leak.cloexec = bool(call.args[2].raw_value & _FD_CLOEXEC)
        elif call.name == "ioctl" and what in (FIOCLEX, FIONCLEX):
            leak.cloexec = what == FIOCLEX

    def _share(self, table: dict[int, Leak], child: int) -> None:
        """The child may have made calls before its parent goes on."""
        for fd, leak in self._open.get(child, {}).items():
            if fd not in table or table[fd].call.seq < leak.call.seq:
                table[fd] = leak
        self._open[child] = table

    def _table(self, pid: int) -> dict[int, Leak]:
        table = self._open.get(pid)
        if table is None:
            inherited = self._open.get(_parent_of(pid), {})
            there = _descriptors_of(pid)
            table = self._open[pid] = {
                fd: Leak(fd, leak.path, pid, leak.call, leak.cloexec)
                for fd, leak in inherited.items()
                if there is None or fd in there}
        return table

    def _add(self, table: dict[int, Leak], call: SysCall) -> None:
        for fd, path in opened(call):
            table[fd] = Leak(int(fd), path or _path_of(call.process, fd),
                             call.process, call, closes_at_exec(call))

    @staticmethod
    def _close_range(table: dict[int, Leak], first: int, last: int,
                     flags: int) -> None:
        for fd in [fd for fd in table if first <= fd <= last]:
            if flags & _RANGE_CLOEXEC:
                table[fd].cloexec = True
            else:
                del table[fd]
