# SPDX-License-Identifier: MIT
"""System calls: include/ctester/syscalls.h."""

from __future__ import annotations

from ctypes import (POINTER, byref, c_bool, c_char_p, c_int, c_size_t,
                    c_uint32, c_uint64, c_void_p)

from ._core_library import Part, check, declare, encode, library, take
from ._core_structs import SyscallMock, SyscallRequest, SyscallTold, ToldMemory

_session = c_void_p
_pid = c_int

declare({
    "ct_session_trace_syscalls": [_session, POINTER(SyscallRequest),
                                  POINTER(c_uint32)],
    "ct_session_take_syscalls": [_session, c_uint32, POINTER(c_void_p)],
    "ct_session_judge_syscall": [_session, c_char_p, POINTER(SyscallTold),
                                 POINTER(c_bool)],
    "ct_session_mock_syscall": [_session, POINTER(SyscallMock),
                                POINTER(c_uint32)],
    "ct_session_choose_syscall_engine": [_session, c_int],
    "ct_session_notify_syscalls": [_session, _pid, _pid, c_bool,
                                   POINTER(c_uint32)],
    "ct_session_syscall_summary": [_session, c_bool, POINTER(c_void_p)],
    "ct_session_complete_syscall": [c_char_p, POINTER(c_void_p)],
    "ct_notify_check_kernel": [],
}, [
    ("ct_session_untrace_syscalls", None, [_session, c_uint32,
                                           POINTER(c_size_t)]),
    ("ct_session_clear_syscall_mocks", None, [_session, c_uint32]),
    ("ct_session_wanted_syscalls", c_int, [
        _session, _pid, POINTER(c_bool), POINTER(c_uint32), c_size_t,
        POINTER(c_size_t)]),
    ("ct_session_can_notify", c_bool, [_session, _pid]),
    ("ct_session_is_notifying", c_bool, [_session, _pid]),
    ("ct_session_has_lost_privileges", c_bool, [_session, _pid]),
    ("ct_session_wake_fd", c_int, [_session, c_uint32]),
    ("ct_session_notify_child", None, [_session, _pid, _pid]),
    ("ct_session_find_interrupted", None, [_session, _pid]),
    ("ct_session_drain_syscalls", c_uint32, [_session]),
    ("ct_session_describe_notifying", c_void_p, [_session]),
    ("ct_session_end_syscalls", None, [_session, _pid]),
])


class Syscalls(Part):
    """Of a Session: requests, mocks and engines of system calls."""

    def trace_syscalls(self, names: list[str], condition: str | None,
                       recorded: bool = True, collected: bool = False,
                       of_others: bool = False, entries: bool = False
                       ) -> int:
        """The number of the request."""
        number = c_uint32()
        items = (c_char_p * len(names))(*map(encode, names))
        check(library.ct_session_trace_syscalls(
            self.handle, byref(SyscallRequest(
                len(names), items, encode(condition), recorded, collected,
                of_others, entries)), byref(number)))
        return number.value

    def judge_syscall(self, expression: str, number: int, args: list[int],
                      result: int | None, pid: int, tid: int,
                      memory: list[tuple[int, bytes]]) -> bool:
        """Whether the expression is true of a call that was taken."""
        is_true = c_bool()
        told = SyscallTold(
            number, (c_uint64 * 6)(*args[:6]), result is not None,
            result or 0, pid, tid, len(memory),
            (ToldMemory * len(memory))(
                *((at, data, len(data)) for at, data in memory)))
        check(library.ct_session_judge_syscall(
            self.handle, encode(expression), byref(told), byref(is_true)))
        return is_true.value

    def untrace_syscalls(self, number: int) -> int:
        """How many requests have ended; 0 is all of the prompt's."""
        count = c_size_t()
        library.ct_session_untrace_syscalls(self.handle, number, byref(count))
        return count.value

    def take_syscalls(self, number: int) -> str:
        """What a request has collected, a tuple a line."""
        text = c_void_p()
        check(library.ct_session_take_syscalls(self.handle, number,
                                               byref(text)))
        return take(text.value) or ""

    def mock_syscall(self, mock: SyscallMock) -> int:
        """The number of the mock."""
        number = c_uint32()
        check(library.ct_session_mock_syscall(self.handle, byref(mock),
                                              byref(number)))
        return number.value

    def clear_syscall_mocks(self, number: int = 0) -> None:
        library.ct_session_clear_syscall_mocks(self.handle, number)

    def wanted_syscalls(self, pid: int) -> tuple[int, list[int] | None]:
        """Of a process, or of one to come (0): enum ct_syscall_need, and the
        numbers; None for all."""
        every, count = c_bool(), c_size_t()
        numbers = (c_uint32 * 2048)()
        need = library.ct_session_wanted_syscalls(
            self.handle, pid, byref(every), numbers, len(numbers),
            byref(count))
        return need, None if every.value else numbers[:count.value]

    def choose_syscall_engine(self, engine: int) -> None:
        """enum ct_syscall_engine"""
        check(library.ct_session_choose_syscall_engine(self.handle, engine))

    def can_notify(self, pid: int) -> bool:
        return library.ct_session_can_notify(self.handle, pid)

    def notify_syscalls(self, pid: int, tid: int,
                        refuses_no_new_privs: bool) -> int:
        """The number of the filter that the process has."""
        number = c_uint32()
        check(library.ct_session_notify_syscalls(
            self.handle, pid, tid, refuses_no_new_privs, byref(number)))
        return number.value

    def wake_fd(self, number: int) -> int:
        """-1 when its processes have ended."""
        return library.ct_session_wake_fd(self.handle, number)

    def has_lost_privileges(self, pid: int) -> bool:
        return library.ct_session_has_lost_privileges(self.handle, pid)

    def is_notifying(self, pid: int) -> bool:
        return library.ct_session_is_notifying(self.handle, pid)

    def notify_child(self, parent: int, child: int) -> None:
        library.ct_session_notify_child(self.handle, parent, child)

    def find_interrupted(self, pid: int) -> None:
        library.ct_session_find_interrupted(self.handle, pid)

    def drain_syscalls(self) -> int:
        """enum ct_answer_action"""
        return library.ct_session_drain_syscalls(self.handle)

    def describe_notifying(self) -> str:
        return take(library.ct_session_describe_notifying(
            self.handle)) or ""

    def end_syscalls(self, pid: int) -> None:
        library.ct_session_end_syscalls(self.handle, pid)

    def syscall_summary(self, as_json: bool = False) -> str:
        text = c_void_p()
        check(library.ct_session_syscall_summary(self.handle, as_json,
                                                 byref(text)))
        return take(text.value) or ""


def check_notifications() -> None:
    """Raises an error with the reason where the kernel has none."""
    check(library.ct_notify_check_kernel())


def complete_syscall(word: str) -> list[str]:
    """Names of system calls and of groups that begin so."""
    text = c_void_p()
    check(library.ct_session_complete_syscall(encode(word), byref(text)))
    return (take(text.value) or "").split()
