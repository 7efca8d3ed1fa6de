# SPDX-License-Identifier: MIT
"""The C core, by ctypes: a row a function.  What belongs together is in
_core_*.py; who uses it finds all of it here."""

from __future__ import annotations

import ctypes
from ctypes import (POINTER, byref, c_bool, c_char_p, c_int, c_size_t,
                    c_uint32, c_uint64, c_void_p)
from typing import Callable, Iterator

from ._core_agent import Agent, Rings
from ._core_library import (CoreError, Error, check, declare, encode, find,
                            library, take)
from ._core_mocks import Mocks
from ._core_structs import *
from ._core_structs import FORMATS, SCOPES, Answer
from ._core_syscalls import Syscalls, check_notifications, complete_syscall

_session = c_void_p
_pid = c_int

declare({
    "ct_session_create": [c_char_p, POINTER(c_void_p)],
    "ct_session_set_option": [_session, c_int, c_uint64],
    "ct_session_set_executable": [_session, c_char_p],
    "ct_session_set_debug_directories": [_session, c_char_p],
    "ct_session_add_header": [_session, c_char_p, POINTER(c_size_t)],
    "ct_session_trace": [_session, c_char_p, c_int, c_char_p,
                         POINTER(c_size_t)],
    "ct_session_untrace": [_session, c_char_p, POINTER(c_size_t)],
    "ct_session_update": [_session, _pid, _pid, c_bool],
    "ct_session_save": [_session, c_char_p, c_int, POINTER(c_size_t)],
    "ct_session_open_trace": [_session, c_char_p, c_int],
    "ct_session_retell": [_session, c_int, c_size_t, POINTER(c_void_p)],
    "ct_retelling_next": [c_void_p, POINTER(c_void_p)],
    "ct_session_report": [_session, c_int, c_char_p, POINTER(c_void_p)],
    "ct_session_set_syscalls": [_session, c_char_p],
    "ct_session_complete": [_session, c_int, c_char_p, c_char_p,
                            POINTER(c_void_p)],
    "ct_vforks_hold": [c_bool],
}, [
    ("ct_version", c_char_p, []),
    ("ct_session_destroy", None, [_session]),
    ("ct_session_kit", c_int, [_session, POINTER(c_uint64)]),
    ("ct_session_expects_kit", c_bool, [_session]),
    ("ct_session_exited", None, [_session, _pid, c_int]),
    ("ct_session_executed", None, [_session, _pid, c_char_p]),
    ("ct_session_left", None, [_session, _pid]),
    ("ct_session_thread_started", None, [_session, _pid, _pid]),
    ("ct_session_find_ended_threads", None, [_session, _pid]),
    ("ct_session_pc", c_uint64, [_session, _pid]),
    ("ct_session_find_fork", None, [_session, _pid, _pid]),
    ("ct_session_find_exec", c_bool, [_session, _pid, _pid]),
    ("ct_session_forked", None, [_session, _pid, _pid, _pid]),
    ("ct_session_signalled", None, [_session, _pid, _pid, c_char_p]),
    ("ct_session_note", None, [_session, c_char_p]),
    ("ct_session_places", c_size_t, [_session, POINTER(c_uint64), c_size_t]),
    ("ct_session_hit", c_uint32, [_session, c_uint64, _pid, _pid,
                                  POINTER(Answer)]),
    ("ct_session_returned", c_uint32, [_session, c_uint64, _pid, _pid,
                                       POINTER(Answer)]),
    ("ct_session_is_watching", c_bool, [_session]),
    ("ct_session_syscall_stop", c_uint32, [_session, _pid, _pid]),
    ("ct_session_bind_syscall_stops", None, [_session]),
    ("ct_syscall_stop", c_uint32, [c_int, c_int]),
    ("ct_session_keep", None, [_session, c_uint64, c_bool]),
    ("ct_session_keep_all", None, [_session, c_bool]),
    ("ct_session_was_stepped", c_bool, [_pid]),
    ("ct_retelling_destroy", None, [c_void_p]),
    ("ct_session_call_count", c_size_t, [_session]),
    ("ct_session_take_text", c_void_p, [_session]),
    ("ct_session_flush_text", c_void_p, [_session]),
    ("ct_session_take_trouble", c_void_p, [_session]),
    ("ct_session_take_warnings", c_void_p, [_session]),
    ("ct_session_clear", None, [_session]),
])


class Session(Mocks, Agent, Syscalls):
    """struct ct_session; see include/ctester/session.h."""

    def __init__(self) -> None:
        handle = c_void_p()
        check(library.ct_session_create(
            encode(find("prototypes.so")), byref(handle)))
        self.handle = handle
        check(library.ct_session_set_syscalls(
            handle, encode(find("syscalls.so"))))
        # Called before names are looked up: GDB may know other files now.
        self.before_lookup: Callable[[], None] = lambda: None
        self.answer = Answer()
        self._answer = byref(self.answer)
        self._hit = library.ct_session_hit
        self._returned = library.ct_session_returned
        # (pid, tid) -> enum ct_answer_action.  Python waits for it: to let
        # its other threads run meanwhile would cost more than the call; so
        # would types of the arguments, which are int.
        library.ct_session_bind_syscall_stops(handle)
        self.syscall_stop = ctypes.PYFUNCTYPE(c_uint32)(
            ("ct_syscall_stop", library))

    def set_option(self, option: int, value: int) -> None:
        check(library.ct_session_set_option(self.handle, option, value))

    def set_executable(self, path: str) -> None:
        check(library.ct_session_set_executable(self.handle, encode(path)))

    def set_debug_directories(self, directories: str) -> None:
        check(library.ct_session_set_debug_directories(
            self.handle, encode(directories)))

    def add_header(self, path: str) -> int:
        count = c_size_t()
        check(library.ct_session_add_header(self.handle, encode(path),
                                            byref(count)))
        return count.value

    def trace(self, what: str, scope: str, condition: str | None) -> int:
        self.before_lookup()
        count = c_size_t()
        check(library.ct_session_trace(self.handle, encode(what),
                                       SCOPES[scope], encode(condition),
                                       byref(count)))
        return count.value

    def untrace(self, what: str | None) -> int:
        count = c_size_t()
        check(library.ct_session_untrace(self.handle, encode(what),
                                         byref(count)))
        return count.value

    def retell(self, format: int, last: int | None = None) -> Iterator[str]:
        """The trace over again, of the last calls or of all, in pieces."""
        retelling, text = c_void_p(), c_void_p()
        count = c_size_t(-1).value  # all
        if last is not None:
            count = min(count, last)
        check(library.ct_session_retell(self.handle, format, count,
                                        byref(retelling)))
        try:
            while True:
                check(library.ct_retelling_next(retelling, byref(text)))
                if not text.value:
                    return
                yield take(text.value) or ""
        finally:
            library.ct_retelling_destroy(retelling)

    def update(self, pid: int, tid: int, settled: bool) -> None:
        check(library.ct_session_update(self.handle, pid, tid, settled))

    def kit(self) -> tuple[int, int]:
        """enum ct_kit_state, and where the program asks where it is."""
        place = c_uint64()
        return library.ct_session_kit(self.handle, byref(place)), place.value

    def expects_kit(self) -> bool:
        return library.ct_session_expects_kit(self.handle)

    def exited(self, pid: int, code: int) -> None:
        library.ct_session_exited(self.handle, pid, code)

    def executed(self, pid: int, path: str) -> None:
        library.ct_session_executed(self.handle, pid, encode(path))

    def left(self, pid: int) -> None:
        library.ct_session_left(self.handle, pid)

    def thread_started(self, pid: int, tid: int) -> None:
        library.ct_session_thread_started(self.handle, pid, tid)

    def find_ended_threads(self, pid: int) -> None:
        library.ct_session_find_ended_threads(self.handle, pid)

    def pc(self, tid: int) -> int:
        return library.ct_session_pc(self.handle, tid)

    def find_fork(self, pid: int, tid: int) -> None:
        library.ct_session_find_fork(self.handle, pid, tid)

    def find_exec(self, pid: int, tid: int) -> bool:
        return library.ct_session_find_exec(self.handle, pid, tid)

    def forked(self, pid: int, tid: int, child: int) -> None:
        library.ct_session_forked(self.handle, pid, tid, child)

    def signalled(self, pid: int, tid: int, signal: str) -> None:
        library.ct_session_signalled(self.handle, pid, tid, encode(signal))

    def note(self, text: str) -> None:
        library.ct_session_note(self.handle, encode(text))

    def places(self) -> list[int]:
        count = library.ct_session_places(self.handle, None, 0)
        addresses = (c_uint64 * count)()
        library.ct_session_places(self.handle, addresses, count)
        return list(addresses)

    def hit(self, place: int, pid: int, tid: int) -> int:
        return self._hit(self.handle, place, pid, tid, self._answer)

    def returned(self, site: int, pid: int, tid: int) -> int:
        return self._returned(self.handle, site, pid, tid, self._answer)

    def is_watching(self) -> bool:
        return library.ct_session_is_watching(self.handle)

    def keep(self, address: int, keep: bool) -> None:
        library.ct_session_keep(self.handle, address, keep)

    def keep_all(self, keep: bool) -> None:
        library.ct_session_keep_all(self.handle, keep)

    def was_stepped(self, tid: int) -> bool:
        return library.ct_session_was_stepped(tid)

    def call_count(self) -> int:
        return library.ct_session_call_count(self.handle)

    def take_text(self) -> str | None:
        return take(library.ct_session_take_text(self.handle))

    def flush_text(self) -> str | None:
        return take(library.ct_session_flush_text(self.handle))

    def take_trouble(self) -> str | None:
        return take(library.ct_session_take_trouble(self.handle))

    def take_warnings(self) -> str | None:
        return take(library.ct_session_take_warnings(self.handle))

    def save(self, path: str, format_name: str | None) -> int:
        count = c_size_t()
        check(library.ct_session_save(self.handle, encode(path),
                                      FORMATS[format_name], byref(count)))
        return count.value

    def open_trace(self, path: str | None, format_name: str | None) -> None:
        check(library.ct_session_open_trace(self.handle, encode(path),
                                            FORMATS[format_name]))

    def clear(self) -> None:
        library.ct_session_clear(self.handle)

    def report(self, report: int, what: str | None = None) -> str:
        text = c_void_p()
        check(library.ct_session_report(self.handle, report, encode(what),
                                        byref(text)))
        return take(text.value) or ""

    def complete(self, what: int, library_name: str | None,
                 word: str) -> list[str]:
        self.before_lookup()
        text = c_void_p()
        check(library.ct_session_complete(
            self.handle, what, encode(library_name), encode(word),
            byref(text)))
        return (take(text.value) or "").split()


def hold_vforks(is_on: bool) -> None:
    """Keep GDB from waiting for ever for parents in vfork; see
    include/ctester/vforks.h."""
    check(library.ct_vforks_hold(is_on))


def version() -> str:
    """The core's version."""
    return library.ct_version().decode()
