# SPDX-License-Identifier: MIT
"""leaks(): descriptors that are open still, and who has opened them."""

from __future__ import annotations

import fcntl
import os
import re
import socket
import traceback
from typing import Any, Iterator

from .call import Frame, SysCall
from .collector import Collector, Mistakes, Subscriber
from .plan import Request
from .value import Descriptor

# What opens, closes and hands on descriptors.  fork and its kin are not here:
# a child is looked at with what its parent had when it first appears.
OPENERS = (
    "open", "openat", "openat2", "creat", "open_by_handle_at", "open_tree",
    "open_tree_attr", "socket", "accept", "accept4", "dup", "dup2", "dup3",
    "eventfd", "eventfd2", "signalfd", "signalfd4", "timerfd_create",
    "memfd_create", "memfd_secret", "epoll_create", "epoll_create1",
    "inotify_init", "inotify_init1", "fanotify_init", "perf_event_open",
    "userfaultfd", "pidfd_open", "pidfd_getfd", "io_uring_setup", "fsopen",
    "fsmount", "fspick", "mq_open", "landlock_create_ruleset", "bpf")
PAIRS = {"pipe": 0, "pipe2": 0, "socketpair": 3}
OTHERS = ("fcntl", "close", "close_range", "execve", "execveat", "recvmsg",
          "recvmmsg")
NAMES = (*OPENERS, *PAIRS, *OTHERS)

_CLOEXEC = 0o2000000    # O_, SOCK_, EFD_, TFD_, SFD_, EPOLL_, IN_
_MFD_CLOEXEC = 1
_FD_CLOEXEC = 1
_RANGE_CLOEXEC = 4
_CMSG_CLOEXEC = 0x40000000
# The parameter in which an opener is told to close at exec, and by which bit;
# of those with None, the kernel always does.
_CLOEXEC_PLACES: dict[str, tuple[int, int] | None] = {
    "open": (1, _CLOEXEC), "openat": (2, _CLOEXEC),
    "open_by_handle_at": (2, _CLOEXEC), "open_tree": (2, _CLOEXEC),
    "open_tree_attr": (2, _CLOEXEC), "socket": (1, _CLOEXEC),
    "socketpair": (1, _CLOEXEC), "accept4": (3, _CLOEXEC),
    "dup3": (2, _CLOEXEC), "pipe2": (1, _CLOEXEC), "eventfd2": (1, _CLOEXEC),
    "signalfd4": (3, _CLOEXEC), "timerfd_create": (1, _CLOEXEC),
    "epoll_create1": (0, _CLOEXEC), "inotify_init1": (0, _CLOEXEC),
    "fanotify_init": (0, 1), "perf_event_open": (4, 8),
    "userfaultfd": (0, _CLOEXEC), "memfd_create": (1, _MFD_CLOEXEC),
    "memfd_secret": (0, _CLOEXEC), "fsopen": (1, 1), "fsmount": (1, 1),
    "fspick": (2, 1), "mq_open": (1, _CLOEXEC),
    **dict.fromkeys(("pidfd_open", "pidfd_getfd", "io_uring_setup",
                     "landlock_create_ruleset", "bpf")),
}


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


def _flag(call: SysCall) -> bool:
    """Whether exec closes what a call has opened."""
    if call.name == "fcntl":
        return call.args[1].raw_value == fcntl.F_DUPFD_CLOEXEC
    if call.name == "openat2":
        how = call.args[2].value
        return bool(isinstance(how, dict) and how.get("flags", 0) & _CLOEXEC)
    if call.name in ("recvmsg", "recvmmsg"):
        at = 2 if call.name == "recvmsg" else 3
        return bool(call.args[at].raw_value & _CMSG_CLOEXEC)
    place = _CLOEXEC_PLACES.get(call.name, (0, 0))
    return place is None or bool(call.args[place[0]].raw_value & place[1])


def _rights(message: Any) -> Iterator[int]:
    """Descriptors in the control messages of a struct msghdr (cmsg(3))."""
    parts = message.get("msg_control") if isinstance(message, dict) else None
    for part in parts if isinstance(parts, list) else []:
        if isinstance(part, dict) and (
                part.get("cmsg_level"), part.get("cmsg_type")) == (
                    socket.SOL_SOCKET, socket.SCM_RIGHTS):
            yield from (fd for fd in part.get("cmsg_data", [])
                        if isinstance(fd, int))


def _messages(call: SysCall) -> list[Any]:
    """What recvmsg or recvmmsg has received."""
    value = call.args[1].value
    if call.name == "recvmsg":
        return [value]
    return [each.get("msg_hdr") for each in value if isinstance(each, dict)
            ] if isinstance(value, list) else []


def opened(call: SysCall) -> list[tuple[int, str | None]]:
    """The descriptors that a call has opened, with their paths."""
    value = call.result.value
    if not isinstance(value, int) or value < 0:
        return []
    if call.name in PAIRS:
        both = call.args[PAIRS[call.name]].value
        return ([(int(fd), getattr(fd, "path", None)) for fd in both]
                if isinstance(both, list) else [])
    if call.name == "fcntl":
        if call.args[1].raw_value not in (fcntl.F_DUPFD,
                                          fcntl.F_DUPFD_CLOEXEC):
            return []
    elif call.name in ("recvmsg", "recvmmsg"):
        return [(fd, None) for message in _messages(call)
                for fd in _rights(message)]
    elif call.name == "bpf" and value == 0 or (
            call.name == "landlock_create_ruleset"
            and call.args[2].raw_value):
        return []
    elif call.name in ("dup2", "dup3") or call.name in OPENERS:
        pass
    else:
        return []
    return [(value, value.path if isinstance(value, Descriptor) else None)]


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
            [Request(NAMES, None, None)], self.note,
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
        for pid, table in self._open.items():
            there = _descriptors_of(pid)
            # Of a process that lives, the kernel knows better.
            found += [leak for fd, leak in table.items()
                      if not there or fd in there]
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
        if call.name == "close":
            table.pop(call.args[0].raw_value & 0xffffffff, None)
        elif call.name == "close_range":
            self._close_range(table, *(arg.raw_value & 0xffffffff
                                       for arg in call.args[:3]))
        elif call.name in ("execve", "execveat"):
            for fd in [fd for fd, leak in table.items() if leak.cloexec]:
                del table[fd]
        elif call.name == "fcntl" and (
                call.args[1].raw_value == fcntl.F_SETFD):
            leak = table.get(call.args[0].raw_value & 0xffffffff)
            if leak is not None:
                leak.cloexec = bool(call.args[2].raw_value & _FD_CLOEXEC)
        else:
            self._add(table, call)

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
            if call.name == "dup2" and call.args[0].raw_value == fd:
                continue    # that does nothing
            table[fd] = Leak(int(fd), path or _path_of(call.process, fd),
                             call.process, call, _flag(call))

    @staticmethod
    def _close_range(table: dict[int, Leak], first: int, last: int,
                     flags: int) -> None:
        for fd in [fd for fd in table if first <= fd <= last]:
            if flags & _RANGE_CLOEXEC:
                table[fd].cloexec = True
            else:
                del table[fd]
