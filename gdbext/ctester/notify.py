# SPDX-License-Identifier: MIT
"""System calls by seccomp notification: the filter, put into a program at a
stop, and what its calls were.

The core does it all (include/ctester/notify.h); here is which thread has to
run the calls that the filter needs, and when the queue is emptied: at stops,
and by a thread of Python's that asks GDB to do so while the program runs.
"""

from __future__ import annotations

import os
import select
import signal
import threading
from typing import Callable, Iterable, NamedTuple

from . import _core, inferior


class Call(NamedTuple):
    """One system call at its entry."""

    number: int
    args: tuple[int, ...]
    pid: int
    tid: int
    time_ns: int
    address: int
    is_lost: bool


def problem() -> str | None:
    """Why this kernel, or the container, has no notifications."""
    try:
        _core.check_notifications()
    except _core.CoreError as error:
        return str(error)
    return None


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
        self._waker = _Waker(self._core.wake_fd(), self.drain)

    def _start(self, numbers: list[int], is_strict: bool) -> _core.Notify:
        if not self.pid or inferior.is_running():
            raise _core.CoreError(
                _core.ERROR_UNSUPPORTED,
                "a filter needs a program that is stopped")
        options = _core.NotifyOptions(refuses_no_new_privs=is_strict)
        first: _core.CoreError | None = None
        # One that stands in the middle of a system call cannot run others.
        for tid in inferior.thread_ids():
            try:
                return _core.Notify(self.pid, tid, numbers, options)
            except _core.CoreError as error:
                first = first or error
        assert first is not None
        raise first

    def drain(self) -> int:
        """Hand out what has come; how many."""
        return self._core.drain(self._hand_out)

    def _hand_out(self, record: _core.NotifyRecord) -> None:
        call = record.call
        self._on_call(Call(call.number, tuple(call.args), call.pid, call.tid,
                           call.time_ns, call.addr, record.is_lost))

    def set_quiet(self, is_quiet: bool) -> None:
        """Record nothing; also while GDB has the process run calls of its
        own."""
        self._core.set_quiet(is_quiet)

    def counts(self) -> _core.NotifyCounts:
        """What the server has counted."""
        return self._core.counts()

    def describe(self) -> str:
        """Some lines for the user."""
        return self._core.describe()

    def close(self) -> None:
        """Hand out the rest, and leave the filter to the keeper: it cannot be
        taken away, or served again."""
        self._waker.close()
        self.drain()
        self._core.close()


class _Waker:
    """Empties the queue while the program runs."""

    def __init__(self, wake_fd: int, drain: Callable[[], int]) -> None:
        self._wake_fd = wake_fd
        self._drain = drain
        self._done = threading.Event()
        self._is_closed = False
        self._stop_fd, self._stopper = os.pipe2(os.O_CLOEXEC)
        self._thread = threading.Thread(target=self._wait, daemon=True)
        # GDB's signals are for its own threads.
        old = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        try:
            self._thread.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, old)

    def _wait(self) -> None:
        while True:
            ready, _, _ = select.select([self._wake_fd, self._stop_fd], [], [])
            if self._stop_fd in ready:
                return
            self._done.clear()
            if self._is_closed:
                return
            inferior.post(self._on_event)
            # Not twice for one time: GDB may be busy.
            self._done.wait()

    def _on_event(self) -> None:
        if not self._is_closed:
            self._drain()
        self._done.set()

    def close(self) -> None:
        self._is_closed = True
        os.close(self._stopper)
        self._done.set()
        self._thread.join()
        os.close(self._stop_fd)
