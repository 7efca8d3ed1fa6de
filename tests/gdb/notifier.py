# SPDX-License-Identifier: MIT
"""The core's notifications of system calls without a session; runs in GDB."""

from __future__ import annotations

import ctypes
import select
from ctypes import (POINTER, Structure, byref, c_bool, c_int, c_int32,
                    c_int64, c_size_t, c_uint8, c_uint32, c_uint64, c_void_p)
from typing import Any, Callable, Iterable, NamedTuple

from ctester import _core, inferior

library = _core.library


class NotifyCall(Structure):
    """struct ct_notify_call"""

    _fields_ = [("id", c_uint64), ("time_ns", c_uint64), ("addr", c_uint64),
                ("args", c_uint64 * 6), ("pid", c_int32), ("tid", c_int32),
                ("number", c_uint32), ("reserved", c_uint32)]


class NotifyAnswer(Structure):
    """struct ct_notify_answer"""

    _fields_ = [("delay_ns", c_uint64), ("value", c_int64),
                ("payload_size", c_uint32), ("is_answered", c_bool),
                ("is_silent", c_bool), ("is_made_to", c_bool)]


class NotifyRecord(Structure):
    """struct ct_notify_record; the payload is behind it"""

    _fields_ = [("call", NotifyCall), ("answer", NotifyAnswer),
                ("is_lost", c_bool), ("is_end", c_bool),
                ("reserved", c_uint8 * 6)]


class NotifyOptions(Structure):
    """struct ct_notify_options"""

    _fields_ = [("decide", c_void_p), ("arg", c_void_p),
                ("queue_limit", c_size_t), ("wake_count", c_uint32),
                ("is_quiet", c_bool), ("is_killable", c_bool),
                ("refuses_no_new_privs", c_bool)]


class NotifyCounts(Structure):
    """struct ct_notify_counts"""

    _fields_ = [("received", c_uint64), ("recorded", c_uint64),
                ("answered", c_uint64), ("lost", c_uint64),
                ("repeated", c_uint64), ("dropped", c_uint64),
                ("waiting", c_uint64), ("keeper", c_uint64),
                ("no_new_privs", c_bool), ("is_killable", c_bool),
                ("reserved", c_uint8 * 2), ("state", c_int32)]


# What ct_notify_drain() calls
NotifyEach = ctypes.CFUNCTYPE(None, c_void_p, POINTER(NotifyRecord))

for _name, _result, _arguments in [
        ("ct_notify_start", c_void_p, [
            c_int, c_int, POINTER(c_uint32), c_size_t,
            POINTER(NotifyOptions), POINTER(c_void_p)]),
        ("ct_notify_destroy", None, [c_void_p]),
        ("ct_notify_set_quiet", None, [c_void_p, c_bool]),
        ("ct_notify_drain", c_size_t, [c_void_p, NotifyEach, c_void_p]),
        ("ct_notify_wake_fd", c_int, [c_void_p]),
        ("ct_notify_get_counts", None, [c_void_p, POINTER(NotifyCounts)]),
        ("ct_notify_describe", c_void_p, [c_void_p])]:
    getattr(library, _name).restype = _result
    getattr(library, _name).argtypes = _arguments


class Notify:
    """struct ct_notify; see include/ctester/notify.h."""

    def __init__(self, pid: int, tid: int, numbers: list[int],
                 options: NotifyOptions) -> None:
        handle = c_void_p()
        _core.check(library.ct_notify_start(
            pid, tid, (c_uint32 * len(numbers))(*numbers), len(numbers),
            byref(options), byref(handle)))
        self.handle = handle

    def close(self) -> None:
        library.ct_notify_destroy(self.handle)

    def set_quiet(self, is_quiet: bool) -> None:
        library.ct_notify_set_quiet(self.handle, is_quiet)

    def drain(self, each: Callable[[Any], None]) -> int:
        """each gets a NotifyRecord, which lives until it returns."""
        function = NotifyEach(lambda _, record: each(record.contents))
        return library.ct_notify_drain(self.handle, function, None)

    def wake_fd(self) -> int:
        return library.ct_notify_wake_fd(self.handle)

    def counts(self) -> NotifyCounts:
        counts = NotifyCounts()
        library.ct_notify_get_counts(self.handle, byref(counts))
        return counts

    def describe(self) -> str:
        return _core.take(library.ct_notify_describe(self.handle)) or ""


class Call(NamedTuple):
    """One system call at its entry."""

    number: int
    args: tuple[int, ...]
    pid: int
    tid: int
    time_ns: int
    address: int
    is_lost: bool


class Notifier:
    """The calls of the selected process, which is stopped.

    Raises the core's error, with the reason, where that is not possible; the
    process is as before then.

    on_call: gets each call, on GDB's main thread; it must not raise.
    is_strict: rather not at all than taking privileges from setuid programs
    that the process starts.
    """

    def __init__(self, numbers: Iterable[int],
                 on_call: Callable[[Call], None],
                 is_strict: bool = False) -> None:
        self.pid = inferior.process()
        self._on_call = on_call
        self._core = self._start(sorted(set(numbers)), is_strict)

    def _start(self, numbers: list[int], is_strict: bool) -> Notify:
        if not self.pid or inferior.is_running():
            raise _core.CoreError(
                _core.ERROR_UNSUPPORTED,
                "a filter needs a program that is stopped")
        options = NotifyOptions(refuses_no_new_privs=is_strict)
        first: _core.CoreError | None = None
        # One that stands in the middle of a system call cannot run others.
        for tid in inferior.thread_ids():
            try:
                return Notify(self.pid, tid, numbers, options)
            except _core.CoreError as error:
                first = first or error
        assert first is not None
        raise first

    def wait(self) -> None:
        """Wait until something has come."""
        select.select([self._core.wake_fd()], [], [])

    def drain(self) -> int:
        """Hand out what has come; how many."""
        return self._core.drain(self._hand_out)

    def _hand_out(self, record: NotifyRecord) -> None:
        call = record.call
        self._on_call(Call(call.number, tuple(call.args), call.pid, call.tid,
                           call.time_ns, call.addr, record.is_lost))

    def set_quiet(self, is_quiet: bool) -> None:
        """Record nothing; also while GDB has the process run calls of its
        own."""
        self._core.set_quiet(is_quiet)

    def counts(self) -> NotifyCounts:
        """What the server has counted."""
        return self._core.counts()

    def describe(self) -> str:
        """Some lines for the user."""
        return self._core.describe()

    def close(self) -> None:
        """Hand out the rest, and leave the filter to the keeper: it cannot be
        taken away, or served again."""
        self.drain()
        self._core.close()
