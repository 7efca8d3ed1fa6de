# SPDX-License-Identifier: MIT
"""C tests: what GDB does for programs with the kit in them.

The core points their calls at the kit's wrappers, and the program does the
rest by itself.  It asks GDB where a signal came from, and has its signals.
"""

from __future__ import annotations

import contextlib
import os

import gdb

from . import settings

_passing: contextlib.ExitStack | None = None


def pass_signals(on: bool) -> None:
    """Let the program have its signals, which its sandbox catches, or put
    back what the user wants of GDB.  In batch mode alone: at a prompt the
    user may want to look at a fault first."""
    global _passing
    if on and _passing is None:
        _passing = contextlib.ExitStack()
        _passing.enter_context(settings.passing_signals("stop print nopass"))
    elif not on and _passing is not None:
        _passing.close()
        _passing = None


def tell_place(address: int, pid: int, tid: int) -> bool:
    """At the entry of ctester_ask_place(text, size): write the place there.
    Called in stop()."""
    frame = gdb.newest_frame()
    buffer = int(frame.read_register("rdi"))
    size = int(frame.read_register("rsi")) & 0xffffffff
    if not 1 < size <= 65536:
        return False
    text = _place(frame).encode(errors="replace")[:size - 1]
    # Not half of a character.
    text = text.decode(errors="ignore").encode() + b"\0"
    with contextlib.suppress(gdb.MemoryError):
        gdb.selected_inferior().write_memory(buffer & 0xffffffffffffffff, text)
    return False


def _place(frame: gdb.Frame) -> str:
    """Of the program's own frames the innermost that a signal has interrupted,
    or the caller: "crash() at prog.c:12", with the function that it called if
    that is a library's."""
    innermost = called = None
    try:
        frame = _interrupted(frame) or frame.older()
        while frame is not None:
            if not _is_kits(frame):
                line = frame.find_sal()
                if line.symtab is not None and _is_programs(line.symtab):
                    name = os.path.basename(line.symtab.filename)
                    return (f"{frame.name()}() at {name}:{line.line}"
                            + (f", in {called}()" if called else ""))
                # What glibc calls its own functions by.
                called = (frame.name() or "").removeprefix("__GI_")
                innermost = innermost or called
            frame = frame.older()
    except gdb.error:
        pass    # the stack is damaged
    return f"{innermost}()" if innermost else ""


def _is_kits(frame: gdb.Frame) -> bool:
    """True for code of the kit, which stands in for exit() and others."""
    symtab = frame.find_sal().symtab
    if symtab is not None and "libcore/kit/" in symtab.fullname():
        return True
    library = gdb.solib_name(frame.pc())
    return library is not None and "libctester-kit" in library


def _is_programs(symtab: gdb.Symtab) -> bool:
    """True for a source file of the program, and none of a library's."""
    objfile = symtab.objfile.owner or symtab.objfile
    return objfile.filename == gdb.current_progspace().filename


def _interrupted(frame: gdb.Frame) -> gdb.Frame | None:
    """The frame below a signal handler's."""
    for _ in range(64):
        if frame is None:
            break
        if frame.type() == gdb.SIGTRAMP_FRAME:
            return frame.older()
        frame = frame.older()
    return None


# ---- run at the end of a batch that has asked for nothing

def _words() -> list[str]:
    """GDB's own arguments."""
    try:
        with open("/proc/self/cmdline", "rb") as file:
            words = [os.fsdecode(word) for word in file.read().split(b"\0")]
    except OSError:
        return []
    for end in ("--args", "-args"):
        if end in words:
            words = words[:words.index(end)]
    return words[1:]


def is_asked_for_nothing() -> bool:
    """True when GDB was given no commands but ours and settings."""
    words = iter(_words())
    for word in words:
        option, equals, value = word.partition("=")
        name = option.lstrip("-")
        if not option.startswith("-"):
            continue
        if name in ("x", "command", "ex", "eval-command"):
            value = value if equals else next(words, "")
        elif option == "-p" or name == "pid":
            return False
        if name in ("x", "command") and (os.path.basename(value)
                                         != "ctester.gdb"):
            return False
        if name in ("ex", "eval-command") and not value.startswith("set "):
            return False
    return True


def run() -> None:
    """Run the program to its end, with nothing but its own output.

    GDB says on its standard output how the program has ended, and cannot be
    kept from it: that is led elsewhere once the program has its own.
    """
    output = os.dup(1)

    def mute(_: gdb.NewThreadEvent) -> None:
        gdb.events.new_thread.disconnect(mute)
        gdb.flush(gdb.STDOUT)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.close(nowhere)

    gdb.events.new_thread.connect(mute)
    try:
        with settings.changed(settings.TO_THE_END):
            gdb.execute("run")
    finally:
        gdb.flush(gdb.STDOUT)
        os.dup2(output, 1)
        os.close(output)
