# SPDX-License-Identifier: MIT
"""Which system calls open descriptors, close them, and hand them on."""

from __future__ import annotations

import fcntl
import os
import socket
import struct
from typing import Any, Iterator

from .call import SysCall
from .value import Descriptor

OPENERS = (
    "open", "openat", "openat2", "creat", "open_by_handle_at", "open_tree",
    "open_tree_attr", "socket", "accept", "accept4", "dup", "dup2", "dup3",
    "eventfd", "eventfd2", "signalfd", "signalfd4", "timerfd_create",
    "memfd_create", "memfd_secret", "epoll_create", "epoll_create1",
    "inotify_init", "inotify_init1", "fanotify_init", "perf_event_open",
    "userfaultfd", "pidfd_open", "pidfd_getfd", "io_uring_setup", "fsopen",
    "fsmount", "fspick", "mq_open", "landlock_create_ruleset", "bpf")
PAIRS = {"pipe": 0, "pipe2": 0, "socketpair": 3}
OTHERS = ("fcntl", "ioctl", "seccomp", "close", "close_range", "execve",
          "execveat", "recvmsg", "recvmmsg", "clone", "clone3", "unshare")
NAMES = (*OPENERS, *PAIRS, *OTHERS)

_CLOEXEC = 0o2000000    # O_, SOCK_, EFD_, TFD_, SFD_, EPOLL_, IN_
_MFD_CLOEXEC = 1
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
    "fspick": (2, 1),
    **dict.fromkeys(("pidfd_open", "pidfd_getfd", "io_uring_setup",
                     "landlock_create_ruleset", "bpf", "mq_open", "seccomp",
                     "clone", "clone3")),
}

# ioctls whose result is a descriptor; by which bit of their argument they are
# told to close it at exec, or None.
IOCTLS: dict[int, int | None] = {
    0x5441: _CLOEXEC,       # TIOCGPTPEER
    0xaa00: _CLOEXEC,       # USERFAULTFD_IOC_NEW
    0xae01: None, 0xae41: None,     # KVM_CREATE_VM, KVM_CREATE_VCPU
    0x3b6a: None,           # VFIO_GROUP_GET_DEVICE_FD
    0xb701: None, 0xb702: None,     # NS_GET_USERNS, NS_GET_PARENT
    0x894c: None,           # SIOCGSKNS
    **dict.fromkeys(range(0xff01, 0xff0b)),     # PIDFD_GET_..._NAMESPACE
}
FIONCLEX, FIOCLEX = 0x5450, 0x5451

_SECCOMP_SET_MODE_FILTER, _NEW_LISTENER = 1, 8
_CLONE_FILES, _CLONE_PIDFD, _CLONE_THREAD = 0x400, 0x1000, 0x10000
_CLONE_ARGS = struct.Struct("<QQ")      # flags, where the pidfd goes


def _word(call: SysCall, index: int) -> int:
    """An argument that is an int."""
    return call.args[index].raw_value & 0xffffffff


def closes_at_exec(call: SysCall) -> bool:
    """Whether exec closes what a call has opened."""
    if call.name == "fcntl":
        return call.args[1].raw_value == fcntl.F_DUPFD_CLOEXEC
    if call.name == "ioctl":
        bit = IOCTLS.get(_word(call, 1))
        return bit is None or bool(call.args[2].raw_value & bit)
    if call.name == "openat2":
        how = call.args[2].value
        return bool(isinstance(how, dict) and how.get("flags", 0) & _CLOEXEC)
    if call.name in ("recvmsg", "recvmmsg"):
        at = 2 if call.name == "recvmsg" else 3
        return bool(call.args[at].raw_value & _CMSG_CLOEXEC)
    if call.name not in _CLOEXEC_PLACES:
        return False
    place = _CLOEXEC_PLACES[call.name]
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


def _peek(pid: int, address: int, size: int) -> bytes:
    """Of the program's memory; b"" where there is none."""
    try:
        fd = os.open(f"/proc/{pid}/mem", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return b""
    try:
        data = os.pread(fd, size, address)
    except (OSError, OverflowError):
        return b""
    finally:
        os.close(fd)
    return data if len(data) == size else b""


def _clone(call: SysCall) -> tuple[int, int]:
    """The flags, and where a pidfd is put."""
    if call.name == "clone":
        return call.args[0].raw_value, call.args[2].raw_value
    data = _peek(call.process, call.args[0].raw_value, _CLONE_ARGS.size)
    return _CLONE_ARGS.unpack(data) if data else (0, 0)


def shares(call: SysCall) -> bool:
    """Whether the child of a clone has the same descriptors, for good."""
    if call.name not in ("clone", "clone3"):
        return False
    flags, _ = _clone(call)
    return bool(flags & _CLONE_FILES) and not flags & _CLONE_THREAD


def unshares(call: SysCall) -> bool:
    """Whether the process has descriptors of its own from now on."""
    if call.name == "close_range":
        return bool(call.args[2].raw_value & 2)     # CLOSE_RANGE_UNSHARE
    return call.name in ("execve", "execveat") or (
        call.name == "unshare" and bool(_word(call, 0) & _CLONE_FILES))


def _pidfd(call: SysCall) -> list[tuple[int, str | None]]:
    flags, where = _clone(call)
    data = _peek(call.process, where, 4) if flags & _CLONE_PIDFD else b""
    return [(int.from_bytes(data, "little"), None)] if data else []


def _gives_its_result(call: SysCall) -> bool:
    """Whether the result is a descriptor that was not there before."""
    if call.name == "fcntl":
        return call.args[1].raw_value in (fcntl.F_DUPFD,
                                          fcntl.F_DUPFD_CLOEXEC)
    if call.name == "ioctl":
        return _word(call, 1) in IOCTLS
    if call.name == "seccomp":
        return (_word(call, 0) == _SECCOMP_SET_MODE_FILTER
                and bool(_word(call, 1) & _NEW_LISTENER))
    if call.name in ("signalfd", "signalfd4"):
        return _word(call, 0) == 0xffffffff     # else the set is changed
    if call.name == "bpf":
        return bool(call.result.value)
    if call.name == "landlock_create_ruleset":
        return not call.args[2].raw_value
    if call.name == "dup2":
        return _word(call, 0) != call.result.value      # that does nothing
    return call.name in OPENERS


def opened(call: SysCall) -> list[tuple[int, str | None]]:
    """The descriptors that a call has opened, with their paths."""
    value = call.result.value
    if not isinstance(value, int) or value < 0:
        return []
    if call.name in PAIRS:
        both = call.args[PAIRS[call.name]].value
        return ([(int(fd), getattr(fd, "path", None)) for fd in both]
                if isinstance(both, list) else [])
    if call.name in ("recvmsg", "recvmmsg"):
        return [(fd, None) for message in _messages(call)
                for fd in _rights(message)]
    if call.name in ("clone", "clone3"):
        return _pidfd(call)
    if not _gives_its_result(call):
        return []
    return [(value, value.path if isinstance(value, Descriptor) else None)]
