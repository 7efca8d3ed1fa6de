# SPDX-License-Identifier: MIT
"""The notification engine: filters that are put into programs at stops, and
what they bring, taken while the program runs.

The core does it all (include/ctester/notify.h, syscalls.h); here is which
thread has to run the calls that a filter needs, and when the queue is emptied:
at stops, and by a thread of Python's that asks GDB to do so in between.
"""

from __future__ import annotations

import os
import select
import signal
import threading
from typing import Callable

from . import _core, inferior


class Notifiers:
    """The filters in the processes of this GDB.

    drain: called on GDB's main thread when there is something.
    warn: tells the user.
    """

    name = "notify"

    def __init__(self, session: _core.Session, drain: Callable[[], None],
                 warn: Callable[[str], None]) -> None:
        self._session = session
        self._drain = drain
        self._warn = warn
        self._wakers: dict[int, _Waker] = {}
        # By process, why it has no filter.
        self.refusals: dict[int, str] = {}
        self.is_forced = False

    def begin(self, pid: int) -> None:
        """Put a filter into the selected process, which is stopped, if one
        would do for something that is wanted."""
        if not self._session.can_notify(pid):
            return
        try:
            number = self._start(pid)
        except _core.CoreError as error:
            self._refuse(pid, str(error))
            return
        self.refusals.pop(pid, None)
        self._wakers[number] = _Waker(self._session.wake_fd(number),
                                      self._drain)
        if self._session.has_lost_privileges(pid):
            self._warn("to be notified of its system calls, process "
                       f"{pid} has given up that setuid programs which it "
                       "starts have privileges (no_new_privs)")

    def _start(self, pid: int) -> int:
        first: _core.CoreError | None = None
        # One that stands in the middle of a system call cannot run others.
        for tid in inferior.thread_ids():
            try:
                return self._session.notify_syscalls(pid, tid,
                                                     not self.is_forced)
            except _core.CoreError as error:
                first = first or error
        raise first or _core.CoreError(_core.ERROR_UNSUPPORTED,
                                       "it has no thread")

    def _refuse(self, pid: int, reason: str) -> None:
        known = self.refusals.get(pid)
        self.refusals[pid] = reason
        if self.is_forced and known != reason:
            self._warn(f"no notification of system calls: {reason}; GDB "
                       "stops at them")

    def add_child(self, parent: int, child: int) -> None:
        """A child that is seen to like its parent."""
        if self._session.is_notifying(parent):
            self._session.notify_child(parent, child)
        elif parent in self.refusals:
            self.refusals[child] = self.refusals[parent]

    def forget(self, pid: int) -> None:
        """The process has ended, or was let go."""
        self.refusals.pop(pid, None)
        for number in list(self._wakers):
            if self._session.wake_fd(number) < 0:
                self._wakers.pop(number).close()

    def described(self) -> str:
        """Some lines for the user, or none."""
        return self._session.describe_notifying() + "".join(
            f"{self.name}: not in process {pid}: {reason}\n"
            for pid, reason in self.refusals.items())


class _Waker:
    """Has a queue emptied while the program runs."""

    def __init__(self, wake_fd: int, drain: Callable[[], None]) -> None:
        # The core may close its own.
        self._wake_fd = os.dup(wake_fd)
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
        try:
            if not self._is_closed:
                self._drain()
        finally:
            self._done.set()

    def close(self) -> None:
        """Wait for it no longer."""
        self._is_closed = True
        os.close(self._stopper)
        self._done.set()
        self._thread.join()
        os.close(self._stop_fd)
        os.close(self._wake_fd)
