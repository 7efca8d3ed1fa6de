# SPDX-License-Identifier: MIT
"""The frames of a Python program, read out of the interpreter's memory.

CPython 3.11 exports where its state is, and the headers of that version say
what lies there: no debug symbols are needed, and nothing is called in the
program.  Other versions have other layouts and give no frames.
"""

from __future__ import annotations

import os
import struct
from typing import Iterator

from .call import Frame, frame

VERSION = 0x030b

# Include/internal/pycore_runtime.h, pycore_interp.h, pycore_frame.h and
# Include/cpython/pystate.h, code.h, unicodeobject.h of 3.11.
RUNTIME_INTERPRETERS = 40
INTERPRETER_NEXT, INTERPRETER_THREADS = 0, 16
THREAD_NEXT, THREAD_CFRAME, THREAD_NATIVE_ID = 8, 56, 160
CFRAME_CURRENT = 8
FRAME_CODE, FRAME_PREVIOUS, FRAME_INSTRUCTION = 32, 48, 56
CODE_FIRST_LINE, CODE_FILE, CODE_NAME, CODE_LINES, CODE_START = (
    72, 112, 120, 136, 184)
UNICODE_LENGTH, UNICODE_STATE, UNICODE_ASCII, UNICODE_COMPACT = 16, 32, 48, 72
BYTES_SIZE, BYTES_DATA = 16, 32

_MOST_FRAMES = 256
_MOST_THREADS = 4096
_MOST_TEXT = 4096
_MOST_LINES = 1 << 20


class Memory:
    """Of a process; OSError where there is none."""

    def __init__(self, pid: int) -> None:
        self._fd = os.open(f"/proc/{pid}/mem", os.O_RDONLY | os.O_CLOEXEC)

    def close(self) -> None:
        """No more."""
        os.close(self._fd)

    def read(self, address: int, size: int) -> bytes:
        """All of it."""
        if not 0 <= address < 1 << 63:
            raise OSError(f"no address: {address:#x}")
        data = os.pread(self._fd, size, address)
        if len(data) != size:
            raise OSError(f"no memory at {address:#x}")
        return data

    def word(self, address: int) -> int:
        """8 bytes."""
        return struct.unpack("<Q", self.read(address, 8))[0]

    def int(self, address: int) -> int:
        """4 bytes."""
        return struct.unpack("<i", self.read(address, 4))[0]


def _chain(memory: Memory, first: int, following: int, most: int
           ) -> Iterator[int]:
    while first and most:
        yield first
        first = memory.word(first + following)
        most -= 1


def _find_thread(memory: Memory, runtime: int, tid: int) -> int:
    """The interpreter's struct of a thread; 0 for none."""
    interpreters = memory.word(runtime + RUNTIME_INTERPRETERS)
    for interpreter in _chain(memory, interpreters, INTERPRETER_NEXT, 64):
        threads = memory.word(interpreter + INTERPRETER_THREADS)
        for thread in _chain(memory, threads, THREAD_NEXT, _MOST_THREADS):
            if memory.word(thread + THREAD_NATIVE_ID) == tid:
                return thread
    return 0


def _text(memory: Memory, address: int) -> str:
    length = min(memory.word(address + UNICODE_LENGTH), _MOST_TEXT)
    state = memory.int(address + UNICODE_STATE)
    kind, is_ascii = state >> 2 & 7, state >> 6 & 1
    if is_ascii:
        return memory.read(address + UNICODE_ASCII, length).decode("ascii")
    coding = {1: "latin-1", 2: "utf-16-le", 4: "utf-32-le"}[kind]
    return memory.read(address + UNICODE_COMPACT, length * kind).decode(
        coding, "replace")


def _varint(data: Iterator[int]) -> int:
    value = shift = 0
    for byte in data:
        value |= (byte & 63) << shift
        shift += 6
        if not byte & 64:
            break
    return value


def line_at(table: bytes, first: int, offset: int) -> int:
    """The line of a byte of code: Objects/locations.md of 3.11."""
    data, at, line = iter(table), 0, first
    for byte in data:
        code, size = byte >> 3 & 15, (byte & 7) + 1
        if code in (13, 14):
            delta = _varint(data)
            line += -(delta >> 1) if delta & 1 else delta >> 1
            for _ in range(3 if code == 14 else 0):
                _varint(data)
        elif 10 <= code <= 12:
            line += code - 10
            next(data), next(data)
        elif code < 10:
            next(data)
        at += size * 2
        if offset < at:
            return line
    return first


def _frame(memory: Memory, address: int, directory: str) -> Frame:
    code = memory.word(address + FRAME_CODE)
    first = memory.int(code + CODE_FIRST_LINE)
    offset = memory.word(address + FRAME_INSTRUCTION) - (code + CODE_START)
    table = memory.word(code + CODE_LINES)
    size = min(memory.word(table + BYTES_SIZE), _MOST_LINES)
    lines = memory.read(table + BYTES_DATA, size)
    line = line_at(lines, first, offset) if offset >= 0 else first
    file = _text(memory, memory.word(code + CODE_FILE))
    return frame(file, line, _text(memory, memory.word(code + CODE_NAME)),
                 directory)


def problem(pid: int, version: int) -> str | None:
    """Why the frames of an interpreter cannot be read, for people; version is
    the address of Py_Version, 0 where it has none."""
    name = "before 3.11"
    if version:
        try:
            memory = Memory(pid)
        except OSError:
            return None
        try:
            number = memory.int(version)
        except OSError:
            return None
        finally:
            memory.close()
        if number >> 16 == VERSION:
            return None
        name = f"{number >> 24}.{number >> 16 & 0xff}"
    return (f"the frames of Python {name} are not known, only those of 3.11; "
            "tracebacks are native")


def read(pid: int, tid: int, runtime: int, version: int) -> list[Frame]:
    """The frames of a stopped thread, the oldest first; none where they
    cannot be read.

    runtime, version: what _PyRuntime and Py_Version are the addresses of.
    """
    frames: list[Frame] = []
    try:
        directory = os.readlink(f"/proc/{pid}/cwd")
        memory = Memory(pid)
    except OSError:
        return frames
    try:
        if memory.int(version) >> 16 != VERSION:
            return frames
        thread = _find_thread(memory, runtime, tid)
        if thread:
            current = memory.word(memory.word(thread + THREAD_CFRAME)
                                  + CFRAME_CURRENT)
            for each in _chain(memory, current, FRAME_PREVIOUS, _MOST_FRAMES):
                frames.append(_frame(memory, each, directory))
    except (OSError, KeyError, UnicodeDecodeError, StopIteration):
        pass    # the interpreter begins, or ends: as far as it goes
    finally:
        memory.close()
    return frames[::-1]
