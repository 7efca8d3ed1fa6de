# SPDX-License-Identifier: MIT
"""Stacks of the program's threads, as GDB finds them."""

from __future__ import annotations

import os
import re
from typing import NamedTuple

import gdb

from . import inferior

# Where a stack begins: of a program, of a thread.
OUTERMOST = ("_start", "clone3", "__clone3", "clone", "__clone")

# Addresses of which is known what they are.
MOST_ROWS = 1 << 16


def where() -> str | None:
    """The innermost frame of the program's own that has a line, as "f (x=1) at
    prog.c:7"; else any that has one, or its name.  May be called in stop()."""
    others: list[str] = []
    try:
        frame = gdb.newest_frame()
        others.append(frame.name() or hex(frame.pc()))
        while frame is not None:
            line = frame.find_sal()
            if line.symtab is not None and frame.function() is not None:
                text = (f"{frame.name()} ({_arguments(frame)}) at "
                        f"{os.path.basename(line.symtab.filename)}:"
                        f"{line.line}")
                if not _is_of_system(frame.pc()):
                    return text
                others.append(text)
            frame = frame.older()
    except gdb.error:
        pass    # the rest of the stack is damaged
    return others[1] if len(others) > 1 else (others or [None])[0]


class Stacks:
    """Stacks of threads.  To look a source file up costs more than to find
    a frame: what is known of an address is kept, as long as the files are."""

    def __init__(self) -> None:
        self._rows: dict[tuple[int, int, bool, int],
                         tuple[str, int, str]] = {}
        gdb.events.new_objfile.connect(self._forget)
        gdb.events.clear_objfiles.connect(self._forget)

    def _forget(self, _: gdb.Event) -> None:
        self._rows.clear()

    def read(self, limit: int) -> list[tuple[str, int, str]]:
        """The frames of the selected thread, innermost first, up to a limit:
        file, line and function.  Without a line the file is that of the code,
        and the line 0.  May be called in stop() and in conditions."""
        rows: list[tuple[str, int, str]] = []
        pid, last, depth = inferior.process(), -1, 0
        try:
            frame = gdb.newest_frame()
            while frame is not None and len(rows) < limit:
                pc = frame.pc()
                # Functions that are inlined have one address.
                depth = depth + 1 if pc == last else 0
                last = pc
                # A caller's address is behind its call.
                key = (pid, pc, not rows, depth)
                row = self._rows.get(key)
                if row is None:
                    # A program can make code without end.
                    if len(self._rows) >= MOST_ROWS:
                        self._rows.clear()
                    row = self._rows[key] = _row(frame)
                rows.append(row)
                # What GDB finds behind the first function is no caller.
                frame = None if row[2] in OUTERMOST else frame.older()
        except (gdb.error, UnicodeDecodeError):
            pass    # the rest of the stack is damaged
        return rows


def _row(frame: gdb.Frame) -> tuple[str, int, str]:
    pc = frame.pc()
    line = frame.find_sal()
    name = frame.name() or hex(pc)
    if line.symtab is not None and line.line:
        return line.symtab.fullname(), line.line, name
    file = gdb.solib_name(pc) or gdb.current_progspace().filename
    return file or "?", 0, name


def _is_of_system(pc: int) -> bool:
    """Whether an address is in the C library."""
    name = os.path.basename(gdb.solib_name(pc) or "")
    return re.match(r"(libc|libm|libpthread|ld-[\w-]+)[-.]", name) is not None


def _arguments(frame: gdb.Frame) -> str:
    words = []
    block = frame.block()
    while block.function is None and block.superblock is not None:
        block = block.superblock
    for symbol in block:
        if symbol.is_argument:
            try:
                value = frame.read_var(symbol).format_string(
                    max_elements=40, repeat_threshold=0)
            except gdb.error:
                value = "..."
            words.append(f"{symbol.name}={value}")
    return ", ".join(words)


class Frame(NamedTuple):
    """One of a stack: of which function and file, and its registers."""

    function: str
    library: str
    is_signal: bool
    pc: int
    sp: int


def frames(limit: int) -> list[Frame]:
    """The frames of the selected thread, innermost first."""
    found: list[Frame] = []
    try:
        frame = gdb.newest_frame()
        while frame is not None and len(found) < limit:
            pc = frame.pc()
            found.append(Frame(
                frame.name() or "", gdb.solib_name(pc) or "",
                frame.type() == gdb.SIGTRAMP_FRAME, pc,
                int(frame.read_register("rsp"))))
            frame = frame.older()
    except (gdb.error, UnicodeDecodeError):
        pass    # the rest of the stack is damaged
    return found


def overflowed(size: int) -> bool:
    """At SIGSEGV: whether the address is that of no memory, next to the stack
    pointer; size: how near."""
    try:
        address = int(gdb.parse_and_eval(
            "(unsigned long)$_siginfo._sifields._sigfault.si_addr"))
        stack = int(gdb.parse_and_eval("(unsigned long)$sp"))
    except gdb.error:
        return False
    if abs(address - stack) > size:
        return False
    try:
        gdb.selected_inferior().read_memory(address, 1)
    except gdb.MemoryError:
        return True
    return False
