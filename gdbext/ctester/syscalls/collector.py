# SPDX-License-Identifier: MIT
"""System calls from the core to those who have asked for them.

At the exit of each call, where the thread still stands, and whenever GDB
stops, the requests are emptied.  A call that several requests have is one
object, and is given once to each subscriber, in the order of completion.
"""

from __future__ import annotations

import collections
import os
import traceback
from typing import Any, Callable, Protocol, Sequence

from .call import Frame, SysCall
from .pattern import BadFilterError, is_ours
from .plan import Request

_HERE = os.path.dirname(os.path.abspath(__file__))


class Program(Protocol):
    """The program and its session, as this room sees them."""

    def begin(self, request: Request, entries: bool) -> int:
        """Ask the core; the request's number.  BadFilterError.

        entries: results are not wanted."""

    def end(self, number: int) -> None:
        """Ask no longer.  What was collected can be taken once more."""

    def take(self, number: int) -> Sequence[str]:
        """A line for each call that was collected since the last time."""

    def refresh(self) -> None:
        """Have the engines do what is asked for now."""

    def stopped_thread(self) -> int:
        """The thread that stands at the exit of a call; 0: none."""

    def frames(self) -> list[Frame]:
        """Its stack, the oldest first."""

    def python_frames(self) -> list[Frame]:
        """The same of the Python program that it runs."""

    def complain(self, text: str) -> None:
        """Tell the user; the run has failed."""


class Mistakes:
    """Exceptions of the script's own functions: each place is told once."""

    def __init__(self, complain: Callable[[str], None]) -> None:
        self._complain = complain
        self.places: dict[tuple[str, int, str], int] = {}
        self.count = 0

    def add(self, what: str, error: BaseException) -> None:
        """One more; what: whose it is."""
        self.count += 1
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames
               if os.path.dirname(frame.filename) != _HERE]
        last = (own or frames)[-1]
        key = (last.filename, last.lineno or 0, type(error).__name__)
        self.places[key] = self.places.get(key, 0) + 1
        if self.places[key] > 1:
            return
        text = "".join(traceback.format_list(own)
                       + traceback.format_exception_only(error))
        self._complain(f"{what} raised {type(error).__name__}; tracing goes "
                       "on\nTraceback (most recent call last):\n"
                       + text.rstrip("\n"))

    def tell(self, what: str) -> None:
        """At the end: how often, where that was more than once."""
        for (file, line, name), count in self.places.items():
            if count > 1:
                self._complain(f"{what} raised {name} {count} times at "
                               f"{os.path.basename(file)}:{line}")
        self.places.clear()


class Subscriber:
    """Who has asked for calls.

    deliver: gets each of them.
    wants_frames, python: whether with the stack, and of which kind.
    entries: nothing that takes a stop is wanted.
    """

    def __init__(self, requests: list[Request],
                 deliver: Callable[[SysCall], Any], mistakes: Mistakes, *,
                 wants_frames: bool, python: bool = False,
                 entries: bool = False) -> None:
        self.requests = requests
        self.deliver = deliver
        self.mistakes = mistakes
        self.wants_frames = wants_frames
        self.python = python
        self.entries = entries
        self.numbers: dict[int, Request] = {}
        self.queue: collections.deque[SysCall] = collections.deque()

    def is_meant(self, call: SysCall, requests: list[Request]) -> bool:
        """Whether one of the requests that have let it through means it."""
        if any(each.patterns is None for each in requests):
            return True
        asked = dict.fromkeys(pattern for each in requests
                              for pattern in each.patterns or ())
        return any(self._ask(pattern, call) for pattern in asked)

    def _ask(self, pattern: Any, call: SysCall) -> bool:
        try:
            if is_ours(pattern):
                return pattern.match_rest(call)
            return bool(pattern.match(call))
        except KeyboardInterrupt:
            raise   # the user's
        except BaseException as error:  # the script's own code: any
            self.mistakes.add("a filter", error)
            return False

    def flush(self) -> None:
        """Give it what is waiting."""
        while self.queue:
            try:
                self.deliver(self.queue.popleft())
            except KeyboardInterrupt:
                raise   # the user's
            except BaseException as error:  # the script's own code: any
                self.mistakes.add("the callback", error)


class Collector:
    """All subscribers of one program."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.subscribers: list[Subscriber] = []
        self._is_busy = False

    def add(self, subscriber: Subscriber) -> None:
        """From now on it gets calls."""
        try:
            for request in subscriber.requests:
                number = self.program.begin(request, subscriber.entries)
                subscriber.numbers[number] = request
        except BadFilterError:
            for number in subscriber.numbers:
                self.program.end(number)
            subscriber.numbers.clear()
            raise
        self.subscribers.append(subscriber)
        self.program.refresh()

    def remove(self, subscriber: Subscriber) -> None:
        """It gets what is left, and no more."""
        for number in subscriber.numbers:
            self.program.end(number)
        self._collect()
        subscriber.flush()
        self.subscribers.remove(subscriber)
        self.program.refresh()

    def drain(self) -> None:
        """Take what there is, and give it to those who have asked."""
        if self._is_busy:
            return      # a callback lets the program run: later
        self._is_busy = True
        try:
            self._collect()
            for subscriber in list(self.subscribers):
                subscriber.flush()
        finally:
            self._is_busy = False

    def _collect(self) -> None:
        calls: dict[int, SysCall] = {}
        found: list[tuple[Subscriber, dict[int, list[Request]]]] = []
        for subscriber in self.subscribers:
            mine: dict[int, list[Request]] = {}
            for number, request in subscriber.numbers.items():
                for line in self.program.take(number):
                    call = SysCall(line)
                    calls.setdefault(call.seq, call)
                    mine.setdefault(call.seq, []).append(request)
            found.append((subscriber, mine))
        if calls:
            self._sort(calls, found)

    def _sort(self, calls: dict[int, SysCall],
              found: list[tuple[Subscriber, dict[int, list[Request]]]]
              ) -> None:
        stopped = self.program.stopped_thread()
        order = sorted(calls.values(), key=lambda call: (
            call.time_ns + call.duration_ns, call.seq))
        for call in order:
            for subscriber, mine in found:
                requests = mine.get(call.seq)
                if requests is None or not subscriber.is_meant(call, requests):
                    continue
                # Of several calls of a thread, it stands at the last one.
                if call.pid == stopped and call is order[-1]:
                    self._add_frames(subscriber, call)
                subscriber.queue.append(call)

    def _add_frames(self, subscriber: Subscriber, call: SysCall) -> None:
        if subscriber.wants_frames and not call.traceback:
            call.traceback = (self.program.python_frames() if subscriber.python
                              else []) or self.program.frames()
