# SPDX-License-Identifier: MIT
"""`ctester test` inside of a GDB: load the file, list its tests or run one.

Where a script is given to GDB itself (-x FILE.py), run_pending() runs the tests
that the script has defined and not called.
"""

from __future__ import annotations

import collections
import ctypes
import faulthandler
import functools
import inspect
import json
import os
import signal
import sys
import time
import types
from typing import Any, Callable

import gdb

from . import errors, inferior, running, strict
from .state import verdict
from .testing.describe import describe
from .testing.results import (ERROR, FAILED, PASSED, SKIPPED, Result,
                              count_by_kind, write_record)
from .testing.text import clean, last_part

_OUTPUT_SIZE = 65536
_PR_SET_PDEATHSIG = 1   # prctl(2)

Function = Callable[..., Any]


# ---- one task of `ctester test`

_has_task = False


def main(start: int) -> None:
    """Carry out the task in the file `start`."""
    global _has_task
    _has_task = True
    task = json.loads(os.pread(start, os.fstat(start).st_size, 0))
    for fd in (start, task["answer"], task["stacks"]):
        os.set_inheritable(fd, False)   # not for the program
    _die_with(task["runner"])
    _say_at_once()
    faulthandler.dump_traceback_later(
        max(0.001, task["ends_at"] - time.monotonic()), file=task["stacks"])
    faulthandler.enable(file=task["stacks"], all_threads=False)
    _give_environment(task["environment"])
    running.script_words[:] = task["script_words"]
    own = os.getpid()

    def answer(name: str, value: Any) -> None:
        # A child that the script has forked comes by here, too.
        if os.getpid() == own:
            write_record(task["answer"], {name: value})

    answer("began", True)
    module, result = _load(task["file"], task["shown"])
    if result is None and task["test"] is None:
        answer("tests", [[name, _line(function, task["file"])]
                         for name, function in _tests(vars(module))])
        return
    if result is None:
        result = _run_named(module, task)
    answer("result", vars(result))
    _kill_program()


def _die_with(runner: int) -> None:
    """GDB, and the program with it, ends when its runner is killed."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if not os.path.exists(f"/proc/{runner}"):
        os.kill(os.getpid(), signal.SIGKILL)


def _say_at_once() -> None:
    """What a script prints must not be lost when GDB crashes."""
    for stream, number in ((sys.stdout, gdb.STDOUT), (sys.stderr, gdb.STDERR)):
        def write(text: str, number: int = number) -> None:
            # GDB takes neither half letters nor zeros.
            text = text.encode(errors="backslashreplace").decode()
            gdb.write(text.replace("\0", "\\x00"), number)
            gdb.flush(number)

        stream.write = write    # type: ignore[assignment, method-assign]


def _give_environment(changes: list[tuple[str, str | None]]) -> None:
    """The program's environment is that of the command, not GDB's own."""
    for name, value in changes:
        if not name.isidentifier() or not (value or "").isprintable():
            gdb.write(f"ctester: the variable {ascii(name)} cannot be passed "
                      "on\n", gdb.STDERR)
        elif value is None:
            gdb.execute(f"unset environment {name}")
        else:
            gdb.execute(f"set environment {name}={value}")


def _load(path: str, shown: str) -> tuple[types.ModuleType, Result | None]:
    """Run the file as a module; the result is of what it has raised."""
    stem = os.path.splitext(os.path.basename(path))[0]
    name = stem if stem not in sys.modules else f"ctester_test_{stem}"
    module = types.ModuleType(name)
    # As for a script of `gdb -x`, which finds gdb in its names.
    module.__dict__.update(__file__=path, gdb=gdb)
    sys.modules[name] = module
    sys.path.insert(0, os.path.dirname(path))
    try:
        with open(path, "rb") as file:
            code = compile(file.read(), path, "exec", dont_inherit=True)
        exec(code, module.__dict__)
    except BaseException as error:
        result = describe(error, path, shown)
        if result.kind == SKIPPED:
            # Its tests cannot be listed.
            result.kind = ERROR
            result.message = f"skipped as a whole: {result.message}"
        return module, result
    return module, None


def _tests(names: dict[str, Any]) -> list[tuple[str, Function]]:
    """In the order of their definition."""
    return [(name, value) for name, value in names.items()
            if name.startswith("test_") and callable(value)
            and not isinstance(value, type)]


def _code(function: Function) -> types.CodeType | None:
    """Of the function that a decorator or functools.partial() has wrapped."""
    for _ in range(100):
        if isinstance(function, functools.partial):
            function = function.func
        elif hasattr(function, "__wrapped__"):
            function = function.__wrapped__
        else:
            break
    return getattr(function, "__code__", None)


def _line(function: Function, path: str) -> int | None:
    code = _code(function)
    return (code.co_firstlineno if isinstance(code, types.CodeType)
            and code.co_filename == path else None)


def _run_named(module: types.ModuleType, task: dict[str, Any]) -> Result:
    function = dict(_tests(vars(module))).get(task["test"])
    if function is None:
        return Result(ERROR, f"{task['test']} is not there when the file is "
                      "loaded again")
    return _run(function, task["file"], task["shown"])


# ---- one test

def _run(function: Function, path: str, shown: str) -> Result:
    """From begin() to forget(), whatever it raises."""
    started, complaints = time.monotonic(), verdict.status
    try:
        strict.begin()
        _refuse_generator(function())
        strict.finish()
        result = Result(PASSED)
        if verdict.status > complaints:
            result = Result(ERROR, "ctester has complained, and the test has "
                            "taken no notice of it")
    except BaseException as error:
        result = describe(error, path, shown)
        if result.kind in (FAILED, ERROR):
            _add_unmocked(result, error)
    result.stdout, result.stderr = _outputs()
    try:
        strict.forget()
    except (errors.StrictError, gdb.error, ValueError) as error:
        if result.is_good:
            result = describe(error, path, shown)
            result.stdout, result.stderr = _outputs()
    result.seconds = time.monotonic() - started
    return result


def _refuse_generator(value: Any) -> None:
    """The body of an async function, or of one with yield, has not run."""
    if inspect.iscoroutine(value) or inspect.isgenerator(value) \
            or inspect.isasyncgen(value):
        getattr(value, "close", lambda: None)()
        raise TypeError("the test is a generator or a coroutine: it has not "
                        "run")


def _add_unmocked(result: Result, error: BaseException) -> None:
    """What the program was not given is often why the rest went wrong."""
    try:
        strict.finish()
    except errors.VerificationError as more:
        for section in more.sections:
            if isinstance(section, errors.UnmockedInteractionError) \
                    and section is not error \
                    and str(section) not in result.message:
                result.message += f"\n\n{section}"
    except (errors.StrictError, gdb.error, ValueError):
        pass    # the failure that there is says more


def _outputs() -> tuple[str, str]:
    """What the program has written, of all its runs."""
    texts = []
    for name in ("stdout_bytes", "stderr_bytes"):
        parts = [getattr(run, name) for run in running.completed]
        texts.append(last_part(b"".join(parts), _OUTPUT_SIZE))
    return texts[0], texts[1]


def _kill_program() -> None:
    for _ in inferior.each_process():
        try:
            gdb.execute("kill", False, True)
        except gdb.error:
            pass    # it has just ended


# ---- the tests of a script that GDB was given

_called: set[str] = set()
_running: str | None = None


def note_called() -> None:
    """Called from a test, before run_pending(): remember which, because it
    need not run again."""
    if _has_task or _running is not None:
        return
    tests = collections.defaultdict(list)
    for name, function in _tests(_script()):
        tests[_code(function)].append((name, function))
    frame = sys._getframe(1) if tests else None
    while frame:
        for name, function in tests.get(frame.f_code, ()):
            if _is_call_of(frame, function):
                _called.add(name)
        frame = frame.f_back


def _script() -> dict[str, Any]:
    return vars(sys.modules["__main__"])


def _is_call_of(frame: types.FrameType, function: Function) -> bool:
    """Functions that were made in a loop have one code: what they close over
    tells them apart, or the arguments of functools.partial()."""
    values = frame.f_locals
    if isinstance(function, functools.partial):
        given = list(function.args) + list(function.keywords.values())
        return all(any(value is one for one in values.values())
                   for value in given)
    inner = function
    while hasattr(inner, "__wrapped__"):
        inner = inner.__wrapped__
    cells = getattr(inner, "__closure__", None) or ()
    for name, cell in zip(frame.f_code.co_freevars, cells):
        try:
            if values.get(name) is not cell.cell_contents:
                return False
        except ValueError:
            return False    # an empty cell
    defaults = getattr(inner, "__defaults__", None) or ()
    names = frame.f_code.co_varnames[:frame.f_code.co_argcount]
    return all(values.get(name) is value for name, value
               in zip(names[len(names) - len(defaults):], defaults))


def _pending() -> list[tuple[str, Function]]:
    return [(name, function) for name, function in _tests(_script())
            if name not in _called]


def run_pending() -> int:
    """Run the tests that the script has defined and not called, one after the
    other in this GDB.

    Returns 0 when all have passed, else 1.  For the end of a batch run.
    """
    global _running
    if _has_task:
        return 0
    if _running is not None:
        # From the test's own end of GDB, which nothing can stop any more.
        left = [name for name, _ in _pending()]
        _say(Result(ERROR, "the test has ended GDB"
                    + (f"; not run: {', '.join(left)}" if left else "")),
             _running)
        return 1
    results, status = [], verdict.program_status
    for name, function in _pending():
        _called.add(name)
        _running = name
        _kill_program()
        code = _code(function)
        path = code.co_filename if code else ""
        results.append(_run(function, path, os.path.basename(path)))
        _say(results[-1], name)
    _running = None
    if not results:
        return 0
    _kill_program()
    # What the programs of tests return is for the tests.
    verdict.program_status = status
    gdb.write(f"{count_by_kind(results)}\n")
    return 0 if all(result.is_good for result in results) else 1


def _say(result: Result, name: str) -> None:
    """A line for each test; why one has failed to standard error."""
    if result.kind == SKIPPED:
        gdb.write(f"{name}: skipped: {clean(result.message)}\n")
    elif result.is_good:
        gdb.write(f"{name}: passed\n")
    else:
        gdb.flush(gdb.STDOUT)
        place = (f"{result.file}:{result.line}: " if result.line is not None
                 else "")
        lines = clean(f"{place}{result.message}").splitlines()
        for what, text in (("stdout", result.stdout),
                           ("stderr", result.stderr)):
            if text.strip():
                lines.append(f"the program's {what}:")
                lines += [f"  {line}" for line in clean(text).splitlines()]
        gdb.write(f"{name}: {result.kind}\n" + "".join(
            f"  {line}".rstrip() + "\n" for line in lines), gdb.STDERR)
    gdb.flush(gdb.STDOUT)
    gdb.flush(gdb.STDERR)
