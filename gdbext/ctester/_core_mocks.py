# SPDX-License-Identifier: MIT
"""Mocks, monitored functions and what else calls are answered by:
include/ctester/session.h."""

from __future__ import annotations

import os
from ctypes import (POINTER, byref, c_bool, c_char_p, c_int, c_size_t,
                    c_uint32, c_uint64, c_void_p)
from typing import Any, Callable, Iterator

from ._core_library import Part, check, declare, encode, library, take
from ._core_structs import (SCOPES, FailureOptions, Judge, Method, MethodCall,
                            MockOptions, ReadData)

_session = c_void_p
_pid = c_int

declare({
    "ct_session_mock": [_session, c_char_p, c_char_p, c_char_p,
                        POINTER(MockOptions), POINTER(c_uint32)],
    "ct_session_permit": [_session, c_char_p, c_char_p, c_int, c_int,
                          c_char_p],
    "ct_session_monitor": [_session, c_char_p, c_int],
    "ct_session_monitored": [_session, c_char_p, POINTER(c_int)],
    "ct_session_set_failure": [_session, c_char_p, POINTER(FailureOptions)],
    "ct_session_fail": [_session, c_char_p, c_char_p, c_bool],
    "ct_session_failing": [_session, c_char_p, POINTER(c_void_p)],
    "ct_session_prototype": [_session, c_char_p, POINTER(c_void_p)],
    "ct_session_set_read_buffer": [_session, c_int, POINTER(ReadData),
                                   POINTER(c_bool)],
    "ct_session_bound_sandbox": [_session, c_char_p, c_char_p],
    "ct_session_set_strict_libraries": [_session, c_bool],
    "ct_session_interactions": [_session, c_size_t, POINTER(c_size_t),
                                POINTER(c_void_p)],
    "ct_session_library_key": [_session, c_char_p, POINTER(c_void_p)],
    "ct_session_conflicts": [_session, _pid, POINTER(c_void_p)],
}, [
    ("ct_session_clear_mocks", None, [_session]),
    ("ct_session_arm", None, [_session, c_bool]),
    ("ct_session_is_open", c_bool, [_session]),
    ("ct_session_set_judge", None, [_session, Judge, c_void_p]),
    ("ct_session_clear_read_buffers", None, [_session]),
    ("ct_session_read_progress", c_bool, [_session, c_int, POINTER(c_uint64),
                                          POINTER(c_uint64)]),
    ("ct_session_set_methods", None, [_session, c_uint32, Method, c_void_p]),
    ("ct_session_mock_uses", c_size_t, [_session, POINTER(c_uint32),
                                        c_size_t]),
    ("ct_session_unused_mocks", c_size_t, [_session]),
])


class Mocks(Part):
    """Of a Session: what its calls are to do."""

    def mock(self, library_name: str, function: str, value: str | None,
             options: MockOptions) -> int:
        self.before_lookup()
        number = c_uint32()
        check(library.ct_session_mock(self.handle, encode(library_name),
                                      encode(function), encode(value),
                                      byref(options), byref(number)))
        return number.value

    def clear_mocks(self) -> None:
        library.ct_session_clear_mocks(self.handle)

    def permit(self, library_name: str, function: str, attitude: int,
               scope: str, caller: str | None) -> None:
        self.before_lookup()
        check(library.ct_session_permit(
            self.handle, encode(library_name), encode(function), attitude,
            SCOPES[scope], encode(caller)))

    def monitor(self, what: str, state: int) -> None:
        self.before_lookup()
        check(library.ct_session_monitor(self.handle, encode(what), state))

    def monitored(self, what: str) -> int:
        self.before_lookup()
        state = c_int()
        check(library.ct_session_monitored(self.handle, encode(what),
                                           byref(state)))
        return state.value

    def set_failure(self, what: str, options: FailureOptions) -> None:
        self.before_lookup()
        check(library.ct_session_set_failure(self.handle, encode(what),
                                             byref(options)))

    def fail(self, what: str, calls: str, keeps: bool) -> None:
        self.before_lookup()
        check(library.ct_session_fail(self.handle, encode(what),
                                      encode(calls), keeps))

    def failing(self, what: str) -> str:
        self.before_lookup()
        text = c_void_p()
        check(library.ct_session_failing(self.handle, encode(what),
                                         byref(text)))
        return take(text.value) or ""

    def prototype(self, what: str) -> list[str]:
        """The type of the result, then NAME<tab>TYPE of each parameter."""
        self.before_lookup()
        text = c_void_p()
        check(library.ct_session_prototype(self.handle, encode(what),
                                           byref(text)))
        return (take(text.value) or "").splitlines()

    def arm(self, armed: bool) -> None:
        library.ct_session_arm(self.handle, armed)

    def is_open(self) -> bool:
        """Whether calls are intercepted by the sandbox now."""
        return library.ct_session_is_open(self.handle)

    def bound_sandbox(self, start: str | None, end: str | None) -> None:
        self.before_lookup()
        check(library.ct_session_bound_sandbox(self.handle, encode(start),
                                               encode(end)))

    def set_strict_libraries(self, strict: bool) -> None:
        check(library.ct_session_set_strict_libraries(self.handle, strict))

    def set_judge(self, judge: Callable[[int, str], bool]) -> None:
        """judge(mock's number, its arguments) must not raise."""
        def call(_: int | None, number: int, arguments: bytes) -> bool:
            return judge(number, os.fsdecode(arguments))

        # The core keeps the address: it lives as long as the session.
        self._judge = Judge(call)
        library.ct_session_set_judge(self.handle, self._judge, None)

    def set_read_buffer(self, fd: int, data: ReadData | None) -> bool:
        """Whether the descriptor had one."""
        had = c_bool()
        check(library.ct_session_set_read_buffer(
            self.handle, fd, None if data is None else byref(data),
            byref(had)))
        return had.value

    def clear_read_buffers(self) -> None:
        library.ct_session_clear_read_buffers(self.handle)

    def read_progress(self, fd: int) -> tuple[int, int] | None:
        """Bytes that were read, and the chunk; None without a buffer."""
        count, chunk = c_uint64(), c_uint64()
        known = library.ct_session_read_progress(self.handle, fd,
                                                 byref(count), byref(chunk))
        return (count.value, chunk.value) if known else None

    def set_methods(self, which: int,
                    method: Callable[[MethodCall], None]) -> None:
        """method must not raise."""
        def call(_: int | None, asked: Any) -> None:
            method(asked.contents)

        # The core keeps the address: it lives as long as the session.
        self._method = Method(call)
        library.ct_session_set_methods(self.handle, which, self._method, None)

    def interactions(self, since: int) -> Iterator[tuple[str, int]]:
        """The lines, in pieces, each with what `since` is to be the next
        time."""
        while True:
            text, following = c_void_p(), c_size_t()
            check(library.ct_session_interactions(
                self.handle, since, byref(following), byref(text)))
            yield take(text.value) or "", following.value
            if following.value <= since:
                return
            since = following.value

    def mock_uses(self) -> list[int]:
        """How often the mocks have answered, by their numbers."""
        count = library.ct_session_mock_uses(self.handle, None, 0)
        uses = (c_uint32 * count)()
        library.ct_session_mock_uses(self.handle, uses, count)
        return list(uses)

    def unused_mocks(self) -> int:
        return library.ct_session_unused_mocks(self.handle)

    def library_key(self, name: str) -> str:
        text = c_void_p()
        check(library.ct_session_library_key(self.handle, encode(name),
                                             byref(text)))
        return take(text.value) or ""

    def conflicts(self, pid: int) -> list[list[str]]:
        """The fields of the lines."""
        text = c_void_p()
        check(library.ct_session_conflicts(self.handle, pid, byref(text)))
        return [line.split("\t")
                for line in (take(text.value) or "").splitlines()]
