# SPDX-License-Identifier: MIT
"""Some GDBs at a time, until all is done or somebody ends us."""

from __future__ import annotations

import os
import select
import signal
from types import FrameType
from typing import Any, Callable, Iterator

from .results import Test
from .worker import Setup, Worker

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupts:
    """Turns ^C and its like into something that can be waited for.

    An exception out of a handler could come between the start of a GDB and
    our knowing of it."""

    def __init__(self) -> None:
        self.number = 0
        self.fd, self._end = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        self.workers: list[Worker] = []
        signal.set_wakeup_fd(self._end, warn_on_full_buffer=False)
        for number in _ENDING:
            # Ignored by nohup(1), or in the background.
            if signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._note)

    def _note(self, number: int, _: FrameType | None) -> None:
        if self.number:
            # Again: perhaps nobody reads what we write.
            for worker in self.workers:
                worker.drop()
            os._exit(128 + number)
        self.number = number

    def clear(self) -> None:
        """Take note of what has come through the pipe."""
        try:
            os.read(self.fd, 4096)
        except BlockingIOError:
            pass


class Schedule:
    """Runs tasks, `jobs` at a time."""

    def __init__(self, setup: Setup, jobs: int, interrupts: Interrupts,
                 on_start: Callable[[int, Test], None]) -> None:
        self._setup = setup
        self._jobs = jobs
        self._interrupts = interrupts
        self._on_start = on_start

    def run(self, tests: list[Test]) -> Iterator[tuple[int, Any]]:
        """The answers as they come, with the tests' places in the list.  Those
        that an interrupt has kept from it are missing."""
        waiting = list(enumerate(tests))[::-1]
        running: dict[int, tuple[int, Worker]] = {}
        try:
            while (waiting or running) and not self._interrupts.number:
                while waiting and len(running) < self._jobs:
                    index, test = waiting.pop()
                    self._on_start(index, test)
                    worker = Worker(self._setup, test)
                    running[worker.fd] = index, worker
                    self._interrupts.workers.append(worker)
                for fd in self._wait([one for _, one in running.values()]):
                    index, worker = running.pop(fd)
                    self._interrupts.workers.remove(worker)
                    yield index, worker.finish()
        finally:
            self._interrupts.workers.clear()
            for _, worker in running.values():
                worker.drop()

    def _wait(self, workers: list[Worker]) -> list[int]:
        """The descriptors of those that have ended or are too late."""
        poll = select.poll()
        poll.register(self._interrupts.fd, select.POLLIN)
        for worker in workers:
            poll.register(worker.fd, select.POLLIN)
        left = min(worker.seconds_left for worker in workers)
        ready = {fd for fd, _ in poll.poll(left * 1000 + 1)}
        if self._interrupts.fd in ready:
            self._interrupts.clear()
            return []
        for worker in workers:
            if worker.fd not in ready and not worker.seconds_left:
                worker.time_out()
                ready.add(worker.fd)
        return list(ready)
