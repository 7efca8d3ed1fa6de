# SPDX-License-Identifier: MIT
"""Getting the agent into programs: the part of the C library that
include/ctester/agent_loading.h describes."""

from __future__ import annotations

import os
from ctypes import (POINTER, Structure, byref, c_bool, c_char_p, c_int,
                    c_uint32, c_uint64)

from ._core_library import check, declare, find, library

# enum ct_preload_flags
MOVED, AT_ENTRY, BY_LINKER = 1, 2, 4
# enum ct_agent_presence
ABSENT, LOADED, ATTACHED = range(3)


class Preload(Structure):
    """struct ct_preload"""

    _fields_ = [("loaded", c_uint64), ("slot", c_uint64), ("was", c_uint64),
                ("is_", c_uint64), ("size", c_uint64), ("dev", c_uint64),
                ("inode", c_uint64), ("arrivals", c_uint32),
                ("flags", c_uint32)]


_pid = c_int

declare({
    "ct_preload_insert": [_pid, _pid, c_char_p, POINTER(Preload)],
    "ct_preload_remove": [_pid, POINTER(Preload), POINTER(c_bool)],
    "ct_agent_look": [_pid, POINTER(c_int)],
    "ct_agent_check_load": [_pid, _pid, c_char_p],
    "ct_agent_load": [_pid, _pid, c_char_p],
    "ct_process_run_out": [_pid, _pid, c_uint64, c_uint64],
}, [
    ("ct_process_is_at_start", c_bool, [_pid, _pid]),
    ("ct_preload_is_in", c_bool, [_pid, POINTER(Preload)]),
])


def agent_path() -> str:
    """The agent's file, without symbolic links.  Raises ImportError."""
    return os.path.realpath(find("libctester-agent.so"))


def is_at_start(pid: int, tid: int) -> bool:
    """True before a program's first instruction."""
    return library.ct_process_is_at_start(pid, tid)


def insert(pid: int, tid: int, path: str) -> Preload:
    """Have a program that is at its start load a library."""
    preload = Preload()
    check(library.ct_preload_insert(pid, tid, os.fsencode(path),
                                    byref(preload)))
    return preload


def is_in(pid: int, preload: Preload) -> bool:
    """Whether it is still in the program's environment."""
    return library.ct_preload_is_in(pid, byref(preload))


def remove(pid: int, preload: Preload) -> bool:
    """At `loaded`: whether the libraries are there."""
    done = c_bool()
    check(library.ct_preload_remove(pid, byref(preload), byref(done)))
    return done.value


def look(pid: int) -> int:
    """Whether the agent is in a program: ABSENT, LOADED or ATTACHED."""
    presence = c_int()
    check(library.ct_agent_look(pid, byref(presence)))
    return presence.value


def check_load(pid: int, tid: int, path: str) -> None:
    """Raises what load() would, before it does anything."""
    check(library.ct_agent_check_load(pid, tid, os.fsencode(path)))


def load(pid: int, tid: int, path: str) -> None:
    """Have a stopped thread call dlopen()."""
    check(library.ct_agent_load(pid, tid, os.fsencode(path)))


def run_out(pid: int, tid: int, pc: int, sp: int) -> None:
    """Let a stopped thread go on alone until it is there."""
    check(library.ct_process_run_out(pid, tid, pc, sp))
