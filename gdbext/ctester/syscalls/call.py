# SPDX-License-Identifier: MIT
"""A system call as a script sees it: read from what the core writes.

ct_session_take_syscalls() has the form of the text.  Most callbacks look at a
part of a call: beyond the first numbers, it is read when that is asked for.
"""

from __future__ import annotations

import errno as errno_names
import functools
import linecache
import os
import re
from typing import Any, NamedTuple

from .. import values
from . import ctype, value as unpacked
from .ctype import CType
from .table import CALLS

_HEAD = re.compile(r'\((\d+),(\d+),"((?:[^"\\]|\\.)*)",(\d+),(\d+),(\d+),'
                   r"(\d+),")
_WORD = (1 << 64) - 1

# include/linux/errno.h: what only a debugger sees.
_KERNEL_ERRORS = {
    512: ("ERESTARTSYS", "To be restarted if SA_RESTART is set"),
    513: ("ERESTARTNOINTR", "To be restarted"),
    514: ("ERESTARTNOHAND", "To be restarted if no handler"),
    516: ("ERESTART_RESTARTBLOCK", "Interrupted by signal"),
    517: ("EPROBE_DEFER", "Driver requests probe retry"),
    524: ("ENOTSUPP", "Operation is not supported"),
}


def error_of(number: int) -> tuple[str, str]:
    """The name of an errno, and what it means."""
    if number in _KERNEL_ERRORS:
        return _KERNEL_ERRORS[number]
    name = errno_names.errorcode.get(number)
    if name is None:
        return f"E{number}", "unknown error"
    # As the kernel's and strace's documents call it.
    name = {"ENOTSUP": "EOPNOTSUPP", "EWOULDBLOCK": "EAGAIN",
            "EDEADLOCK": "EDEADLK"}.get(name, name)
    return name, os.strerror(number)


class Frame(NamedTuple):
    """An entry of a traceback: traceback.format_list() takes it."""

    file: str
    line: int
    function: str
    text: str


class Counts(NamedTuple):
    """What was counted of a system call; times in nanoseconds, from its entry
    to its exit."""

    calls: int
    errors: int
    total_ns: int


@functools.lru_cache(maxsize=4096)
def frame(file: str, line: int, function: str, directory: str = "") -> Frame:
    """The entry with its line of source, "" where there is none.  To find that
    out again at each call costs more than the call.

    directory: where a relative name begins."""
    text = (linecache.getline(os.path.join(directory, file), line).strip()
            if line else "")
    return Frame(file, line, function, text)


class SysCallArg:
    """An argument of a system call.

    name: as in the kernel's prototype; paramN of a call that is not known.
    type: a CType.
    raw_value: the whole register, unsigned.
    value: what it means, and what a pointer leads to when the call has
        returned; None for NULL, and for what cannot be read.
    entry: the same as it was before the call.
    note: why there is no value, or None.
    """

    __slots__ = ("name", "type", "raw_value", "value", "entry", "note")

    def __init__(self, name: str, type_: CType, raw_value: int, value: Any,
                 entry: Any, note: str | None = None) -> None:
        self.name = name
        self.type = type_
        self.raw_value = raw_value
        self.value = value
        self.entry = entry
        self.note = note

    def __repr__(self) -> str:
        return f"<SysCallArg {self.name}={self.value!r}>"


class SysCallResult:
    """What a system call has returned.

    type: a CType.
    raw_value: the whole register, unsigned.
    value: the number; errors are negative.  A descriptor has a path.
    errno: of an error its number, which is equal to its name; else None.
    text: as strace writes it: "3", "-1 ENOENT (No such file or directory)".
    All but type and text are None for a call that did not come back.
    """

    __slots__ = ("type", "raw_value", "value", "errno", "_kind")

    def __init__(self, type_: CType, value: int | None, kind: str,
                 path: str | None = None, errno: int | None = None) -> None:
        self.type = type_
        self.raw_value = None if value is None else value & _WORD
        self.errno = (None if errno is None else
                      values.Enumerator(errno, error_of(errno)[0]))
        self.value: Any = value
        if value is not None and errno is None:
            if kind == "fd":
                self.value = unpacked.Descriptor(value, path)
            elif kind == "address":
                self.value = values.Address(value & _WORD)
        self._kind = kind

    @property
    def text(self) -> str:
        if self.value is None:
            return "?"
        if self.errno is not None:
            name, meaning = error_of(int(self.errno))
            if int(self.errno) in _KERNEL_ERRORS:
                return f"? {name} ({meaning})"
            return f"-1 {name} ({meaning})"
        if self._kind == "octal":
            return f"{'0' if self.value else ''}{self.value:o}"
        if self._kind == "address":
            return repr(self.value)
        return int.__repr__(self.value)

    def __repr__(self) -> str:
        return f"<SysCallResult {self.text}>"


class SysCall:
    """A system call that the program has made.

    name: "openat"; "<9999>" for a number without a name.
    pid: the thread that made it.
    process: the process of that.
    number, seq: the kernel's number; its place among all recorded calls.
    time, duration: seconds, from when ctester first saw the process, and
        from the entry to the exit.
    outcome: "real"; "mocked" for an answer of a mock.
    traceback: the stack that called, as (file, line, function, source line),
        the oldest first.
    args, result, errno: see SysCallArg and SysCallResult.
    """

    __slots__ = ("seq", "number", "process", "pid", "time_ns", "duration_ns",
                 "name", "traceback", "_line", "_args", "_result", "_outcome")

    def __init__(self, line: str) -> None:
        head = _HEAD.match(line)
        if head is None:
            raise ValueError(f"no system call of the core's: {line[:80]!r}")
        (self.seq, self.number, self.process, self.pid, self.time_ns,
         self.duration_ns) = map(int, head.group(1, 2, 4, 5, 6, 7))
        self.name: str = head[3]
        self.traceback: list[Frame] = []
        self._line: str | None = line
        self._args: list[SysCallArg] = []
        self._result: SysCallResult | None = None
        self._outcome = ""

    @property
    def time(self) -> float:
        return self.time_ns / 1e9

    @property
    def duration(self) -> float:
        return self.duration_ns / 1e9

    @property
    def args(self) -> list[SysCallArg]:
        self._read()
        return self._args

    @property
    def result(self) -> SysCallResult:
        self._read()
        assert self._result is not None
        return self._result

    @property
    def errno(self) -> int | None:
        return self.result.errno

    @property
    def outcome(self) -> str:
        self._read()
        return self._outcome

    def arg(self, name: str) -> SysCallArg:
        """The argument of that name; KeyError when there is none."""
        for each in self.args:
            if each.name == name:
                return each
        raise KeyError(name)

    def _read(self) -> None:
        if self._line is None:
            return
        line, self._line = self._line, None
        parts = values.read(line.strip())
        arguments, result, errno, self._outcome, paths = parts[7:12]
        row = CALLS.get(self.name)
        roles = [each.role for each in row.parameters] if row else []
        self._args = [
            _argument(words, roles[i] if i < len(roles) else "", paths.get(i))
            for i, words in enumerate(arguments)]
        self._result = SysCallResult(
            ctype.read("long" if row else "unsigned long"), result,
            row.result if row else "number", paths.get(-1), errno)

    def __repr__(self) -> str:
        shown = ", ".join(f"{each.name}={each.value!r}" for each in self.args)
        return f"<SysCall {self.name}({shown}) = {self.result.text}>"


def _argument(words: tuple[Any, ...], role: str,
              path: str | None) -> SysCallArg:
    """What the core says of one: (name, type, register, value[, entry])."""
    kind = ctype.read(words[1])
    value, note = _value(words[3], role, path)
    entry = _value(words[4], role, path)[0] if len(words) > 4 else value
    return SysCallArg(words[0], kind, words[2], value, entry, note)


def _value(value: Any, role: str, path: str | None) -> tuple[Any, str | None]:
    if isinstance(value, values.Unreadable):
        where = "" if value.address is None else f" at {value.address:#x}"
        return None, "there is no memory" + where
    if isinstance(value, int) and not isinstance(value, bool) and (
            path is not None or role in ("fd", "dirfd")):
        if value >= 1 << 31:    # the type has no sign, or is a long
            value = (value & 0xffffffff ^ 1 << 31) - (1 << 31)
        return unpacked.Descriptor(value, path), None
    return unpacked.unpack(value), None
