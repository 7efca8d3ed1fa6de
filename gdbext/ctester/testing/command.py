# SPDX-License-Identifier: MIT
"""`ctester test`: its words, and the run from listing to summary."""

from __future__ import annotations

import contextlib
import dataclasses
import getopt
import math
import os
import sys
import time
from typing import IO, Iterator

from . import junit
from .progress import Progress, has_colour
from .results import Result, Test, count_by_kind
from .schedule import Interrupts, Schedule
from .selection import BadExpression, Chooser, compile_expression
from .sessions import adopt_strays
from .tap import TapWriter
from .text import one_line
from .worker import Setup, not_run, signal_name

FAILED = 1
BAD_USE = 2

HELP = """\
usage: ctester test [OPTION...] FILE.py... [-- PROGRAM [ARGUMENT...]]

Run the functions test_* of scripts, each in a fresh GDB with a fresh PROGRAM,
and show the results as TAP 13 on standard output.

  -k EXPR               only tests whose FILE.py::NAME has a part: sqrt;
                        with and, or, not and parentheses
  -j, --jobs N          GDBs at a time (1); 0 or auto: one a processor
      --timeout SECONDS the time that a test may take, with GDB's start (60)
      --junit FILE      write the results as JUnit XML, too
  -h, --help            show this

The exit status is 0 when all tests have passed or were skipped, 1 when one has
failed, raised an error, crashed GDB or took too long; 2: ctester was used
wrongly, a file cannot be loaded, or there is no test.  ^C ends all that was
started, and this command by that signal.
"""


class BadUse(Exception):
    """What stops the command, in one line."""


@dataclasses.dataclass
class Options:
    """The command line."""

    files: list[str]
    program: list[str]
    choose: Chooser
    is_chosen: bool         # -k was given
    jobs: int
    limit: float
    junit: str | None


def parse(words: list[str]) -> Options | None:
    """The command line; None when it asks for help.  Raises BadUse."""
    end = words.index("--") if "--" in words else len(words)
    try:
        given, files = getopt.gnu_getopt(
            words[:end], "hk:j:", ["help", "jobs=", "timeout=", "junit="])
    except getopt.GetoptError as error:
        raise BadUse(f"{error}; see ctester test --help") from None
    options = {name.lstrip("-"): value for name, value in given}
    if "h" in options or "help" in options:
        return None
    if not files:
        raise BadUse("expected FILE.py; see ctester test --help")
    if end < len(words) and not words[end + 1:]:
        raise BadUse("expected PROGRAM behind --")
    try:
        choose = compile_expression(options.get("k", ""))
    except BadExpression as error:
        raise BadUse(f"-k: {error}") from None
    return Options(
        list(dict.fromkeys(map(_check_file, files))), words[end + 1:], choose,
        bool(options.get("k", "").strip()),
        _jobs(options.get("jobs", options.get("j", "1"))),
        _limit(options.get("timeout", "60")), options.get("junit"))


def _check_file(path: str) -> str:
    if os.path.isdir(path):
        raise BadUse(f"{path}: is a directory; name the files in it")
    try:
        with open(path, "rb"):
            return path
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise BadUse(f"{path}: {why}") from None


def _jobs(text: str) -> int:
    if text in ("0", "auto"):
        return len(os.sched_getaffinity(0))
    if not (text.isascii() and text.isdigit()) or len(text) > 4:
        raise BadUse(f"--jobs: {text} is no number of GDBs; auto is one a "
                     "processor")
    return int(text)


def _limit(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    # What poll(2) takes, in milliseconds.
    if not 0 < seconds <= 2_000_000:
        raise BadUse(f"--timeout: {text} is no number of seconds")
    return seconds


class Report:
    """The file of --junit: opened before anything runs, so that a wrong name
    costs no time, and no older report is taken for this one's."""

    def __init__(self, path: str | None) -> None:
        self._path = path
        self._file: IO[bytes] | None = None
        with self._refusing():
            self._file = open(path, "wb") if path is not None else None

    @contextlib.contextmanager
    def _refusing(self) -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            raise BadUse(f"--junit: {self._path}: {why}") from None

    def write(self, data: bytes) -> None:
        """The whole of it."""
        if self._file:
            with self._refusing(), self._file as file:
                file.write(data)


class Run:
    """One run of the command."""

    def __init__(self, options: Options, setup: Setup) -> None:
        self._options = options
        self._setup = setup
        self._started = time.time()
        self._clock = time.monotonic()
        self._interrupts = Interrupts()
        self._progress = Progress(sys.stderr)
        self._tap = TapWriter(bool(sys.stdout) and has_colour(sys.stdout))
        self._tests: list[Test] = []
        self._results: list[Result | None] = []
        self._printed = 0       # results
        self._is_unloaded = False
        self._reader_left = False

    def run(self) -> int:
        """The exit status; minus a signal's number when one has ended us."""
        report = Report(self._options.junit)
        problem = ""
        try:
            problem = self._list()
            if not problem and not self._interrupts.number:
                self._print(self._tap.head(len(self._tests)))
                self._run_tests()
        except BrokenPipeError:
            self._reader_left = True
        finally:
            self._progress.erase()
        outcomes = self._outcomes()
        report.write(junit.to_xml(outcomes, self._started,
                                  time.monotonic() - self._clock))
        if problem:
            raise BadUse(problem)
        return self._conclude([result for _, result in outcomes])

    def _list(self) -> str:
        """Ask each file for its tests; returns why there are none."""
        files = [Test(file) for file in self._options.files]
        listed: dict[int, list[Test] | Result] = {}
        for index, answer in self._schedule(files, "loading").run(files):
            listed[index] = answer
        found = 0
        for index, file in enumerate(files):
            answer = listed.get(index, [])
            if isinstance(answer, Result):
                self._is_unloaded = True
                self._tests.append(file)
                self._results.append(answer)
                continue
            found += len(answer)
            for test in answer:
                name = os.path.basename(test.file) + f"::{test.name}"
                if self._options.choose(name):
                    self._tests.append(test)
                    self._results.append(None)
        if self._tests or self._interrupts.number:
            return ""
        if found:
            return f"none of {found} tests is chosen by -k"
        return ("there is no function test_* in "
                + ", ".join(self._options.files))

    def _run_tests(self) -> None:
        """Print the results in order; a later one waits for those before."""
        self._print_ready()
        places = [index for index, result in enumerate(self._results)
                  if result is None]
        tests = [self._tests[index] for index in places]
        for index, result in self._schedule(tests, "").run(tests):
            self._results[places[index]] = result
            self._print_ready()

    def _schedule(self, tests: list[Test], doing: str) -> Schedule:
        def on_start(index: int, test: Test) -> None:
            what = f"{doing} {test}" if doing else str(test)
            self._progress.show(f"[{index + 1}/{len(tests)}] {what}")

        return Schedule(self._setup, self._options.jobs, self._interrupts,
                        on_start)

    def _print_ready(self) -> None:
        """Print what is complete up to the first that is not."""
        while self._printed < len(self._results):
            result = self._results[self._printed]
            if result is None:
                break
            self._print_result(self._printed, result)
            self._printed += 1

    def _print_result(self, index: int, result: Result) -> None:
        self._print(self._tap.test(index + 1, self._tests[index], result))

    def _print(self, text: str) -> None:
        self._progress.erase()
        if sys.stdout:
            try:
                sys.stdout.write(text)
                sys.stdout.flush()
            except BrokenPipeError:
                # Nor at the end of Python shall the rest be written.
                os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
                raise

    def _outcomes(self) -> list[tuple[Test, Result]]:
        why = (f"ended by {signal_name(self._interrupts.number)} before"
               if self._interrupts.number else "")
        return [(test, result or not_run(why)) for test, result
                in zip(self._tests, self._results)]

    def _conclude(self, results: list[Result]) -> int:
        """The summary, and the status."""
        seconds = time.monotonic() - self._clock
        summary = f"{count_by_kind(results)} in {seconds:.1f} s"
        number = self._interrupts.number
        if self._reader_left:
            return FAILED
        try:
            if number:
                self._print_waiting(number)
            if results:
                self._print(self._tap.comment(summary))
        except BrokenPipeError:
            return -number or FAILED
        if number:
            return -number
        if self._is_unloaded:
            return BAD_USE
        return 0 if all(result.is_good for result in results) else FAILED

    def _print_waiting(self, number: int) -> None:
        """What ^C has kept from its turn, and what has waited for that."""
        rest = list(enumerate(self._results))[self._printed:]
        for index, result in rest:
            if result:
                self._print_result(index, result)
        for index, result in rest:
            if not result:
                self._print(self._tap.comment(
                    f"not run: {one_line(str(self._tests[index]))}"))
        self._print(self._tap.bail_out(f"ended by {signal_name(number)}"))


def main(options: Options, setup: Setup) -> int:
    """Carry it out; Run.run()'s status."""
    if sys.stdout:
        # YAML is in UTF-8, whatever the locale.
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    adopt_strays()
    return Run(options, setup).run()
