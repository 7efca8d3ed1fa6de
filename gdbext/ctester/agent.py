# SPDX-License-Identifier: MIT
"""The agent as engine, as far as GDB has a part in it: where its threads ask,
what it has recorded taken while the program runs, and what GDB must not do to
its hooks.

The core hooks and unhooks, at each update of a process (include/ctester/
agent.h).
"""

from __future__ import annotations

import signal
import threading
import time
from typing import Callable

from . import _core, breakpoints, inferior

# How long what was recorded may wait until it is shown.
SHOWN_AFTER_MS = 100


class Hooked:
    """The agent in one process.

    on_trap: as of breakpoints.Place, where a thread asks.
    on_records: something was recorded; on GDB's main thread.
    """

    def __init__(self, session: _core.Session, pid: int, trap: int,
                 on_trap: Callable[[int, int, int], bool],
                 on_records: Callable[[], None]) -> None:
        self._trap = breakpoints.Place(trap, pid, on_trap)
        self._waiter = Waiter(session.watch_rings(pid), on_records)

    def close(self) -> None:
        """Before the process is forgotten."""
        self._waiter.close()
        breakpoints.delete(self._trap)


class Waiter:
    """Has what was recorded taken while the program runs."""

    def __init__(self, rings: _core.Rings,
                 on_records: Callable[[], None]) -> None:
        self._rings = rings
        self._on_records = on_records
        self._done = threading.Event()
        self._is_closed = False
        self._thread = threading.Thread(target=self._wait, daemon=True)
        # GDB's signals are for its own threads.
        old = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        try:
            self._thread.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, old)

    def _wait(self) -> None:
        had_some = False
        while not self._is_closed:
            since = time.monotonic()
            has_some = self._rings.wait(SHOWN_AFTER_MS // 2)
            waited = time.monotonic() - since
            # What is new waits once more, unless a ring fills: so calls come
            # together with those inside of them.
            if not has_some or not (had_some or
                                    waited < SHOWN_AFTER_MS / 2000):
                had_some = has_some
                continue
            had_some = False
            self._done.clear()
            if self._is_closed:
                return
            inferior.post(self._on_event)
            # Not twice for one time: GDB may be busy.
            self._done.wait()

    def _on_event(self) -> None:
        if not self._is_closed:
            self._on_records()
        self._done.set()

    def close(self) -> None:
        """Wait no longer."""
        self._is_closed = True
        self._rings.wake()
        self._done.set()
        self._thread.join()
        self._rings.close()


def refuse_steps(session: _core.Session) -> bool:
    """Give up hooks where GDB's `step` would put a breakpoint, of which nobody
    is told; whether there were any."""
    found = False
    for address, first, end in session.hooks():
        if any(first <= body < end for body in inferior.bodies(address)):
            session.refuse_hook(address, "`step` stops in its first "
                                "instructions")
            found = True
    return found
