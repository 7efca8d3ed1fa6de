# SPDX-License-Identifier: MIT
"""The agent of a session: include/ctester/agent.h."""

from __future__ import annotations

from ctypes import (POINTER, c_bool, c_char_p, c_int, c_size_t, c_uint,
                    c_uint32, c_uint64, c_void_p)

from ._core_library import Part, declare, encode, library
from ._core_structs import AgentFrame, Answer

_session = c_void_p
_pid = c_int

declare({}, [
    ("ct_session_hook_count", c_size_t, [_session]),
    ("ct_session_has_hook_at", c_bool, [_session, c_uint64]),
    ("ct_session_hooks", c_size_t, [_session, POINTER(c_uint64),
                                    POINTER(c_uint32), c_size_t]),
    ("ct_session_refuse_hook", None, [_session, c_uint64, c_char_p]),
    ("ct_session_is_postponed", c_bool, [_session, _pid]),
    ("ct_session_note_loaded", None, [_session, _pid, c_char_p]),
    ("ct_session_set_agent_problem", None, [_session, c_char_p]),
    ("ct_session_drain", c_size_t, [_session]),
    ("ct_session_watch_rings", c_void_p, [_session, _pid]),
    ("ct_rings_wait", c_bool, [c_void_p, c_uint]),
    ("ct_rings_wake", None, [c_void_p]),
    ("ct_rings_destroy", None, [c_void_p]),
    ("ct_session_trap", c_uint64, [_session, _pid]),
    ("ct_session_trapped", c_uint32, [_session, _pid, _pid,
                                      POINTER(Answer)]),
    ("ct_session_unwind", c_bool, [_session, _pid, c_bool, c_uint64,
                                   c_uint64, c_uint64, POINTER(AgentFrame)]),
    ("ct_session_unhook", None, [_session, _pid, _pid]),
])


class Rings:
    """struct ct_rings; see include/ctester/agent.h."""

    def __init__(self, handle: int) -> None:
        self.handle = handle

    def wait(self, milliseconds: int) -> bool:
        return library.ct_rings_wait(self.handle, milliseconds)

    def wake(self) -> None:
        library.ct_rings_wake(self.handle)

    def close(self) -> None:
        library.ct_rings_destroy(self.handle)


class Agent(Part):
    """Of a Session: its hooks, and what the agent asks and records."""

    def hook_count(self) -> int:
        return library.ct_session_hook_count(self.handle)

    def has_hook_at(self, address: int) -> bool:
        return library.ct_session_has_hook_at(self.handle, address)

    def hooks(self) -> list[tuple[int, int, int]]:
        """Addresses, and the bounds of what is replaced there."""
        count = library.ct_session_hooks(self.handle, None, None, 0)
        addresses = (c_uint64 * count)()
        replaced = (c_uint32 * (2 * count))()
        library.ct_session_hooks(self.handle, addresses, replaced, count)
        return [(address, address + first, address + end)
                for address, first, end in zip(addresses, replaced[::2],
                                               replaced[1::2])]

    def refuse_hook(self, address: int, reason: str) -> None:
        library.ct_session_refuse_hook(self.handle, address, encode(reason))

    def is_postponed(self, pid: int) -> bool:
        return library.ct_session_is_postponed(self.handle, pid)

    def note_loaded(self, pid: int, path: str) -> None:
        library.ct_session_note_loaded(self.handle, pid, encode(path))

    def set_agent_problem(self, problem: str | None) -> None:
        library.ct_session_set_agent_problem(self.handle, encode(problem))

    def drain(self) -> int:
        return library.ct_session_drain(self.handle)

    def watch_rings(self, pid: int) -> Rings:
        return Rings(library.ct_session_watch_rings(self.handle, pid))

    def trap(self, pid: int) -> int:
        return library.ct_session_trap(self.handle, pid)

    def trapped(self, pid: int, tid: int) -> int:
        return library.ct_session_trapped(self.handle, pid, tid, self._answer)

    def unwind(self, pid: int, is_newest: bool, pc: int, sp: int,
               bp: int) -> AgentFrame | None:
        frame = AgentFrame()
        found = library.ct_session_unwind(self.handle, pid, is_newest, pc, sp,
                                          bp, frame)
        return frame if found else None

    def unhook(self, pid: int, tid: int) -> None:
        library.ct_session_unhook(self.handle, pid, tid)
