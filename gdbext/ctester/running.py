# SPDX-License-Identifier: MIT
"""ctester.run(): the program from its start to its end, with its output.

What GDB itself says meanwhile is not shown; what Python code says is, and
what the user's commands at breakpoints and dprintf say.
"""

from __future__ import annotations

import contextlib
import dataclasses
import math
import os
import pickle
import re
import shutil
import signal as signals
import sys
import tempfile
from typing import IO, Any, Callable, Iterator, Mapping

import gdb

from . import _core, guard, inferior, programs, settings
from .chatter import Chatter
from .course import Course, launched
from .errors import ProgramTimeoutError
from .state import verdict
from .watchdog import Watchdog

Word = str | bytes | os.PathLike[Any]

# Called when GDB has stopped the program before its end and not at a signal.
# What one raises leaves run(); the program was killed then in batch mode.
after_stop: list[Callable[[], None]] = []


@dataclasses.dataclass(frozen=True)
class Completed:
    """How a program has ended, and what it has written.

    exit_code is None when a signal has ended it.  With `running`, GDB has
    stopped it before its end and it stands there; both are None then.
    """

    exit_code: int | None
    signal: signals.Signals | int | None
    stdout_bytes: bytes
    stderr_bytes: bytes
    running: bool = False

    @property
    def stdout(self) -> str:
        """Its standard output; bytes that are not UTF-8 as surrogates."""
        return self.stdout_bytes.decode(errors="surrogateescape")

    @property
    def stderr(self) -> str:
        """Its standard error, likewise."""
        return self.stderr_bytes.decode(errors="surrogateescape")


# The runs so far, also of those that run() was left from by an exception.
completed: list[Completed] = []


def last_output() -> tuple[str, str]:
    """What the last run has written."""
    last = completed[-1] if completed else None
    return (last.stdout, last.stderr) if last else ("", "")


# The program that run() has loaded, as GDB calls it.
_loaded: str | None = None
_busy = False

# When GDB's program is a script's interpreter: the words that make it run the
# script, which are no arguments of the script.
script_words: list[str] = []


def is_busy() -> bool:
    """Whether run() is under way."""
    return _busy


def forget() -> None:
    """Forget the runs so far."""
    completed.clear()


def run(*argv: Word, stdin: bytes | str | None = None,
        env: Mapping[str, str | None] | None = None,
        timeout: float | None = None) -> Completed:
    """Run the program to its end, or to a breakpoint of the user's.

    argv: the arguments of the program that GDB has loaded; none: those that
        GDB has.  When GDB has no program, or one that came from here, the
        program and its arguments.
    stdin: what it reads; None for nothing.
    env: variables to add to GDB's environment; None takes one away.
    timeout: seconds until it is killed.
    Raises ProgramTimeoutError when it takes longer, Error when it cannot be
    run, UnmockedInteractionError at a call in the sandbox that no mock is left
    for, ConflictError when somebody else intercepts a mocked function,
    SandboxError when the open sandbox has a limit and the program does not
    come to its end.
    """
    global _busy
    words = [_word(word, number) for number, word in enumerate(argv, 1)]
    given, changes = _input(stdin), _changes(env or {})
    _check_timeout(timeout)
    if _busy:
        raise _error("a program is being run already")
    _busy = True
    status, failed = verdict.program_status, verdict.status
    try:
        return _run(words, given, changes, timeout)
    except _core.CoreError:
        # What the core has complained of is in it.
        verdict.status = failed
        raise
    finally:
        # It is the caller who judges the program.
        verdict.program_status = status
        _busy = False


def _run(words: list[str], given: bytes | None, changes: dict[bytes, Any],
         timeout: float | None) -> Completed:
    python = _python()
    with settings.changed(_settings()):
        if gdb.selected_inferior().pid:
            settings.quiet("kill")
        target = _choose(words)
        with _Files(given) as files:
            task = files.task(target, _environment(changes))
            with (launched(python, task, files.arguments),
                  settings.passing_signals("stop print nopass"),
                  Course(Chatter(files.words.fileno()).execute) as course,
                  Watchdog(timeout, files.report.fileno(),
                            course) as watchdog):
                watched = _Run(target.name, timeout, course, watchdog, files)
                with watched.guarded():
                    watched.carry_out()
            return completed[-1]


def _settings() -> dict[str, str]:
    wanted = {**settings.TO_THE_END, "inferior-tty": ""}
    if gdb.parameter("exec-wrapper"):
        raise _error("'set exec-wrapper' is in use, and run() needs it; env= "
                     "gives the program variables")
    # Not asking is the answer "off", which would stay.
    with contextlib.suppress(RuntimeError):
        if gdb.parameter("debuginfod enabled") == "ask":
            wanted["debuginfod enabled"] = "off"
    return wanted


class _Run:
    """A run, from the start to what is known of it at its end."""

    def __init__(self, name: str, timeout: float | None, course: Course,
                 watchdog: Watchdog, files: _Files) -> None:
        self.name = name
        self.timeout = timeout
        self.course = course
        self.watchdog = watchdog
        self.files = files
        self.guard = guard.current
        course.stays = self._stays

    @contextlib.contextmanager
    def guarded(self) -> Iterator[None]:
        """As the open sandbox says."""
        if self.guard is None:
            yield
            return
        with self.guard.watching(self.files.report.fileno()):
            yield

    def carry_out(self) -> None:
        try:
            ended = self._go()
            if ended and self.guard is not None:
                self.guard.ended(self.course.signal)
            if not ended and not self._is_over() and not self.watchdog.fired:
                for hook in list(after_stop):
                    hook()
        except BaseException:
            if self.watchdog.fired:
                self.watchdog.kill()
            elif verdict.batch:
                self.course.kill()
            if self.files.has_started():
                self._complete()
            if self.watchdog.stop():
                self._time_out()
            raise
        if self.watchdog.stop():
            self.watchdog.kill()
            self._complete()
            self._time_out()
        if self._is_over() and verdict.batch:
            self.course.kill()
        self._complete()
        if completed[-1].running and not verdict.batch:
            gdb.execute("frame")
        if self.guard is not None:
            self.guard.end_test(completed[-1].stdout, completed[-1].stderr)

    def _stays(self, name: str) -> bool:
        return self.watchdog.fired or (
            self.guard is not None and self.guard.judge(name))

    def _is_over(self) -> bool:
        """Whether the sandbox has ended before its end."""
        return self.guard is not None and bool(self.guard.tag)

    def _go(self) -> bool:
        try:
            return self.course.go()
        except gdb.error as error:
            problem = self.files.problem()
            if problem:
                raise _error(problem) from None
            if self.course.find_lost():
                return True
            self.course.kill()
            if self.watchdog.fired:
                return True
            raise _error(f"{self.name}: GDB: {error}") from None

    def _complete(self) -> None:
        course, number = self.course, self.course.signal
        running = bool(course.processes())
        if not running and not course.ended:
            number = signals.SIGKILL
        with contextlib.suppress(ValueError):
            number = None if number is None else signals.Signals(number)
        completed.append(Completed(None if running else course.exit_code,
                                   None if running else number,
                                   *self.files.output(), running))
        own = course.inferior.num
        if not running and gdb.selected_inferior().num != own:
            settings.quiet(f"inferior {own}")   # a child's was

    def _time_out(self) -> None:
        text = (f"{self.name} was killed: it has not ended within "
                f"{self.timeout:g} s")
        raise ProgramTimeoutError(text, completed[-1].stdout,
                                  completed[-1].stderr) from None


# ---- what the caller wants

def _error(text: str) -> _core.CoreError:
    return _core.CoreError(0, text if text.startswith("run: ")
                           else f"run: {text}")


def _kind(value: Any) -> str:
    """As in "an object"."""
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


def _word(word: object, number: int) -> str:
    if not isinstance(word, str | bytes | os.PathLike):
        raise _error(f"argument {number}: {_kind(word)} is no text")
    text = os.fsdecode(word)
    _encoded(text, f"argument {number}")
    return text


def _encoded(text: str, what: str) -> bytes:
    try:
        data = os.fsencode(text)
    except UnicodeEncodeError:
        raise _error(f"{what}: cannot be encoded in UTF-8") from None
    if b"\0" in data:
        raise _error(f"{what}: a NUL cannot be in it")
    return data


def _input(stdin: object) -> bytes | None:
    if isinstance(stdin, str):
        return stdin.encode(errors="surrogateescape")
    if stdin is None or isinstance(stdin, bytes | bytearray):
        return None if stdin is None else bytes(stdin)
    raise _error(f"stdin: {_kind(stdin)} is neither bytes nor text")


def _changes(env: Mapping[str, str | None]) -> dict[bytes, bytes | None]:
    if not isinstance(env, Mapping):
        raise _error(f"env: {_kind(env)} is no dict")
    changes: dict[bytes, bytes | None] = {}
    for name, value in env.items():
        if not isinstance(name, str | bytes) or not isinstance(
                value, str | bytes | os.PathLike | None):
            raise _error(f"env: {name!r}: expected text, or None as the value")
        encoded = _encoded(os.fsdecode(name), f"env: {name!r}")
        if not encoded or b"=" in encoded:
            raise _error(f"env: {name!r} is no name of a variable")
        changes[encoded] = (None if value is None else
                            _encoded(os.fsdecode(value), f"env: {name!r}"))
    return changes


def _check_timeout(timeout: object) -> None:
    if timeout is None:
        return
    if (isinstance(timeout, bool) or not isinstance(timeout, int | float)
            or math.isnan(timeout) or timeout <= 0):
        raise _error(f"timeout: {timeout!r} is no number of seconds above 0")


# ---- what is run

@dataclasses.dataclass
class _Target:
    """A program; without `complete`, GDB's arguments belong to it."""

    name: str
    path: str
    argv: list[bytes]
    complete: bool = True


def _choose(words: list[str]) -> _Target:
    """The program, which is loaded when it returns."""
    path = inferior.executable()
    if path is not None and path != _loaded:
        # GDB's own arguments have them already.
        before = script_words if words else []
        argv = [os.fsencode(word) for word in (path, *before, *words)]
        return _Target(programs.shown(os.path.basename(path)), path, argv,
                       bool(words))
    if not words:
        raise _error("GDB has no program: name one, as in run(PROGRAM, "
                     "ARGUMENT...), or start GDB with one")
    name = programs.shown(words[0])
    try:
        path, argv = programs.resolve(words)
    except programs.Problem as problem:
        raise _error(str(problem)) from None
    _load(name, path)
    return _Target(name, path, [os.fsencode(word) for word in argv])


def _load(name: str, path: str) -> None:
    global _loaded
    if path == _loaded:
        return
    if "\n" in path:
        raise _error(f"{name}: GDB cannot load a path with a line break")
    try:
        settings.quiet("file " + re.sub(r"""([\s'"\\])""", r"\\\1", path))
    except gdb.error:
        raise _error(f"{name}: not a program that GDB can read") from None
    _loaded = inferior.executable()


def _python() -> str:
    """The Python that becomes the program."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for path in (os.path.join(sys.base_prefix, "bin", version),
                 sys.executable, shutil.which("python3")):
        # A script in its place would be one program too many for GDB.
        with contextlib.suppress(OSError), open(path or "", "rb") as file:
            if file.read(4) == b"\x7fELF":
                return path
    raise _error("there is no python3, which starts the program")


def _environment(changes: dict[bytes, bytes | None]) -> dict[bytes, bytes]:
    """GDB's environment for programs, with changes."""
    shown = _show("environment")
    with open("/proc/self/environ", "rb") as file:
        start = dict(_variable(entry) for entry in file.read().split(b"\0")
                     if entry)
    variables: dict[bytes, bytes] = {}
    while shown:
        # Only one that GDB was started with can have lines.
        name, value = _variable(shown)
        known = name + b"=" + start.get(name, b"\n")
        if shown.startswith(known + b"\n"):
            value = start[name]
        else:
            value = value.partition(b"\n")[0]
        shown = shown[len(name) + len(value) + 2:]
        variables[name] = value
    for name in (b"LINES", b"COLUMNS"):
        # GDB sets them in its own environment, which programs inherit.
        if variables.get(name) == os.environb.get(name):
            changes = {name: start.get(name), **changes}
    for name, change in changes.items():
        variables.pop(name, None)
        if change is not None:
            variables[name] = change
    return variables


def _variable(entry: bytes) -> tuple[bytes, bytes]:
    name, _, value = entry.partition(b"=")
    return name, value


def _show(what: str) -> bytes:
    """What `show` says; Python's way to it wants UTF-8."""
    with tempfile.TemporaryFile() as file:
        settings.quiet(f"pipe show {what} | cat >{_name(file)}")
        return programs.read_file(file.fileno())


def _shown_arguments() -> bytes:
    """What `show args` has between its quotes."""
    shown = _show("args")
    return shown[shown.index(b'"') + 1:shown.rindex(b'"')]


def _name(file: IO[bytes]) -> str:
    """A name of an open file, for other processes."""
    return f"/proc/{os.getpid()}/fd/{file.fileno()}"


class _Files:
    """The program's standard files, and those that launch.py reads and
    writes.  Files, not pipes: nobody need read while GDB waits.  GDB does not
    hand on what it has opened late, so they are told by name."""

    def __init__(self, given: bytes | None) -> None:
        self.given = given
        self.stack = contextlib.ExitStack()
        self.arguments: str | None = None

    def __enter__(self) -> _Files:
        with contextlib.ExitStack() as stack:
            self.stdout, self.stderr, self.report, self.words = (
                stack.enter_context(tempfile.TemporaryFile(buffering=0))
                for _ in range(4))
            self.stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self.stack.close()

    def _with(self, content: bytes) -> str:
        """The name of a file with a content."""
        return _name(self.stack.enter_context(
            programs.temporary_file(content)))

    def task(self, target: _Target, environment: dict[bytes, bytes]) -> str:
        """The name of launch.py's task."""
        stdin = os.devnull if self.given is None else self._with(self.given)
        task: dict[str, Any] = {
            "name": target.name, "path": os.fsencode(target.path),
            "argv": target.argv, "environment": environment,
            "files": [stdin, _name(self.stdout), _name(self.stderr)],
            "group": 0, "ignores_output": False, "own": [],
            "report": _name(self.report)}
        if not target.complete:
            self.arguments = self._with(_shown_arguments())
            # `set args <FILE` is the user's wish.
            task["gdb_files"] = [programs.identity(fd) for fd in (
                0, 1, 2, self.words.fileno())]
        return self._with(pickle.dumps(task, 4))

    def has_started(self) -> bool:
        """True when there was a process that would become the program."""
        return (bool(programs.read_file(self.report.fileno()))
                and not self.problem())

    def problem(self) -> str:
        """Why launch.py could not become the program, or nothing."""
        report = programs.read_file(self.report.fileno())
        return report.decode(errors="replace").partition("\n")[2]

    def output(self) -> tuple[bytes, bytes]:
        """What was written so far."""
        return (programs.read_file(self.stdout.fileno()),
                programs.read_file(self.stderr.fileno()))
