# SPDX-License-Identifier: MIT
"""GDB's view of stacks while a program has the agent in it.

A hooked function returns to the agent, whose frame lies between its own and
its caller's.  GDB asks unwinders about each frame before it looks for
itself: ours answers for functions that return to the agent, with the
registers of their real callers, and for the agent's pads, of which no file
says anything.  `backtrace`, `up`, `finish`, `return` and GDB's own steps have
the program's frames by that, and no others.

It is asked at each stop, a breakpoint's of ctester's too, and for each frame
of each backtrace: what concerns the agent is decided in the core.
"""

from __future__ import annotations

import contextlib

import gdb
import gdb.unwinder

from . import _core

# By enum ct_reg.
REGISTERS = ("rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp",
             "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "rip")
# Of threads; `info registers` has more, which are in GDB's general group.
BASES = ("fs_base", "gs_base")


class _FrameId:
    """What GDB knows a frame by."""

    def __init__(self, sp: gdb.Value, pc: gdb.Value) -> None:
        self.sp = sp
        self.pc = pc


class Unwinder(gdb.unwinder.Unwinder):
    """Passes the agent over."""

    def __init__(self, session: _core.Session) -> None:
        super().__init__("ctester")
        self._session = session
        self._is_on = False
        self._others: list[str] = []

    def turn_on(self) -> None:
        """A program has the agent; it may have children when it is gone.  May
        be called in stop()."""
        if not self._is_on:
            self._is_on = True
            # In front, and frames that GDB knows are found anew.
            gdb.unwinder.register_unwinder(None, self, True)

    def __call__(self, pending: gdb.PendingFrame) -> gdb.UnwindInfo | None:
        try:
            return self._unwind(pending)
        except (gdb.error, ValueError):
            # A damaged stack, damaged symbols; a program of 32 bits has no
            # such registers.
            return None

    def _unwind(self, pending: gdb.PendingFrame) -> gdb.UnwindInfo | None:
        pc, sp, bp = (_read(pending, name) for name in ("rip", "rsp", "rbp"))
        is_newest = pending.level() == 0
        frame = self._session.unwind(gdb.selected_inferior().pid, is_newest,
                                     pc, sp, bp)
        if frame is None:
            return None
        word = pending.architecture().integer_type(64, False)

        def value(number: int) -> gdb.Value:
            return gdb.Value(number).cast(word)

        info = pending.create_unwind_info(_FrameId(
            value(frame.cfa), value(_function(pc, is_newest) or frame.function)))
        for i, name in enumerate(REGISTERS):
            if frame.known >> i & 1:
                info.add_saved_register(name, value(frame.gpr[i]))
            elif frame.same >> i & 1:
                _keep(pending, info, name)
        # GDB takes what it is not told for lost.
        for name in self._others or self._find_others(pending):
            _keep(pending, info, name)
        return info

    def _find_others(self, pending: gdb.PendingFrame) -> list[str]:
        names = [each.name for each
                 in pending.architecture().registers("general")]
        self._others = [name for name in (*names, *BASES)
                        if name not in REGISTERS]
        return self._others


def _read(pending: gdb.PendingFrame, name: str) -> int:
    return int(pending.read_register(name)) & (1 << 64) - 1


def _keep(pending: gdb.PendingFrame, info: gdb.UnwindInfo,
          name: str) -> None:
    """The caller has what the frame has, unless that is lost."""
    with contextlib.suppress(gdb.error):
        info.add_saved_register(name, pending.read_register(name))


def _function(pc: int, is_newest: bool) -> int:
    """Where GDB lets a function begin; 0 for one that it does not know.  It
    is the outermost block: those within are of inlined functions."""
    # The last instruction of a function may be a call.
    block = gdb.block_for_pc(pc if is_newest else pc - 1)
    start = 0
    while block is not None and not (block.is_static or block.is_global):
        start = block.start
        block = block.superblock
    return start
