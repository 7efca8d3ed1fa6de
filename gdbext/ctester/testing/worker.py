# SPDX-License-Identifier: MIT
"""One GDB with one task: to run a test, or to list those of a file.

It is a session of its own, so that all that comes of it can be ended: GDB, the
program, the program's children.  They are ended whenever GDB has ended.
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
import signal
import stat
import subprocess
import tempfile
import time
from typing import IO, Any

from .results import (CRASHED, ERROR, NOT_RUN, PASSED, TIMED_OUT, Result, Test,
                      last_record)
from .sessions import end_session, end_strays, members
from .text import last_part

# Of GDB's words.
_LOG_SIZE = 16384
# Of each of the program's.
_OUTPUT_SIZE = 65536
# Time for GDB to say where it hangs, beyond the limit.
_GRACE = 0.3


@dataclasses.dataclass(frozen=True)
class Setup:
    """What all GDBs of a run have in common."""

    gdb: str
    script: str                     # ctester.gdb
    environment: dict[bytes, bytes]     # GDB's
    program: list[str]              # with its arguments; may be empty
    script_words: list[str]     # of them, those that an interpreter needs
    changes: list[tuple[str, str | None]]   # to that, for the program
    limit: float                    # seconds


class Worker:
    """A running GDB."""

    _alive: set[int] = set()    # all of them

    def __init__(self, setup: Setup, test: Test) -> None:
        self.test = test
        self._setup = setup
        self._started = time.monotonic()
        self._ends_at = self._started + setup.limit
        self._is_late = False
        self._log = tempfile.TemporaryFile()
        self._answer = os.memfd_create("ctester-answer")
        self._stacks = os.memfd_create("ctester-stacks")
        start = os.memfd_create("ctester-task")
        try:
            os.write(start, json.dumps(self._task()).encode())
            self._process = self._start(start)
        except BaseException:
            self._close()
            raise
        finally:
            os.close(start)
        self._alive.add(self._process.pid)
        # Readable when it has ended.
        self.fd = os.pidfd_open(self._process.pid)

    def _task(self) -> dict[str, Any]:
        return {"file": os.path.abspath(self.test.file),
                "shown": self.test.file, "test": self.test.name,
                "answer": self._answer, "stacks": self._stacks,
                "runner": os.getpid(), "ends_at": self._ends_at,
                "environment": self._setup.changes,
                "script_words": self._setup.script_words}

    def _start(self, start: int) -> subprocess.Popen[bytes]:
        setup = self._setup
        command = [setup.gdb, "-nx", "-batch",
                   "-iex", "set debuginfod enabled off", "-x", setup.script,
                   "-ex", "python import ctester.runner; "
                          f"ctester.runner.main({start})"]
        if setup.program:
            command += ["--args", *setup.program]
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=self._log,
            stderr=subprocess.STDOUT, env=setup.environment,
            pass_fds=(start, self._answer, self._stacks),
            start_new_session=True)

    @property
    def seconds_left(self) -> float:
        """Until it has to end; never below 0."""
        return max(0.0, self._ends_at + _GRACE - time.monotonic())

    def time_out(self) -> None:
        """It has taken too long."""
        self._is_late = True

    def finish(self) -> Any:
        """The answer, of GDB that has ended or is ended now."""
        said = self._program_output() if self._is_late else {}
        # Not waited for yet, GDB keeps its number, and so does its session.
        end_session(self._process.pid)
        status = self._process.wait()
        self._alive.discard(self._process.pid)
        end_strays(self._alive)
        seconds = time.monotonic() - self._started
        try:
            if not self.test.name:
                return self._list(status, seconds)
            result = self._conclude(status, seconds)
            for name, text in said.items():
                setattr(result, name, getattr(result, name) or text)
            return result
        finally:
            self._close()

    def _program_output(self) -> dict[str, str]:
        """What the program has written so far into files that GDB's side has
        given it, and will not come to read."""
        own = os.fstat(self._log.fileno())
        gdb = self._process.pid
        found: dict[str, str] = {}
        for pid in (one for one in members(gdb) if one != gdb):
            for fd, name in ((1, "stdout"), (2, "stderr")):
                path = f"/proc/{pid}/fd/{fd}"
                try:
                    status = os.stat(path)
                    if (stat.S_ISREG(status.st_mode) and name not in found
                            and not os.path.samestat(status, own)):
                        with open(path, "rb") as file:
                            found[name] = _end_of(file, _OUTPUT_SIZE)
                except OSError:
                    continue    # closed, or the process has just ended
        return found

    def drop(self) -> None:
        """End it; nobody wants an answer."""
        end_session(self._process.pid)
        self._process.wait()
        self._alive.discard(self._process.pid)
        end_strays(self._alive)
        self._close()

    def _close(self) -> None:
        self._log.close()
        for fd in (self._answer, self._stacks, getattr(self, "fd", None)):
            if fd is not None:
                os.close(fd)

    def _list(self, status: int, seconds: float) -> list[Test] | Result:
        """The tests of the file, or why there are none."""
        listed = last_record(self._answer, "tests")
        if listed is None or self._is_late:
            return self._conclude(status, seconds)
        return [Test(self.test.file, name, line) for name, line in listed]

    def _conclude(self, status: int, seconds: float) -> Result:
        said = last_record(self._answer, "result")
        result = Result(**said) if said else Result(ERROR)
        # What GDB does after a failure does not change it.
        if not said or result.kind == PASSED:
            self._judge_end(result, status, bool(said))
        result.seconds = result.seconds or seconds
        if not result.is_good:
            result.gdb = _end_of(self._log, _LOG_SIZE)
        return result

    def _judge_end(self, result: Result, status: int, said: bool) -> None:
        """How GDB ended, of a test that has not failed by itself."""
        after = " after the test had passed" if said else ""
        doing = "test" if self.test.name else "loading of the file"
        began = last_record(self._answer, "began")
        if self._is_late:
            result.kind = TIMED_OUT
            result.message = (f"the {doing} took longer than "
                              f"{self._setup.limit:g} s")
            result.line = self._last_line()
            if said:
                result.message = f"GDB did not end{after}"
        elif status < 0:
            result.kind = CRASHED
            result.message = f"GDB was ended by {signal_name(-status)}{after}"
            result.line = self._last_line()
        elif not said:
            result.kind = ERROR
            result.message = (
                f"GDB ended with status {status} in the middle of the {doing}"
                if began else "GDB did not come to load the file")

    def _last_line(self) -> int | None:
        """Of the script, where GDB was when it crashed or the time was up."""
        text = os.pread(self._stacks, 65536, 0).decode(errors="replace")
        script = os.path.abspath(self.test.file)
        for found in re.finditer(r'^  File "(.*)", line (\d+) in ', text,
                                 re.M):
            # faulthandler cuts long names, from the front on.
            if found[1].removesuffix("...") and script.startswith(
                    found[1].removesuffix("...")):
                return int(found[2])
        return None


def _end_of(file: IO[bytes], most: int) -> str:
    size = os.fstat(file.fileno()).st_size
    return last_part(os.pread(file.fileno(), most + 1,
                              max(0, size - most - 1)), most)


def not_run(why: str) -> Result:
    return Result(NOT_RUN, why)


def signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
