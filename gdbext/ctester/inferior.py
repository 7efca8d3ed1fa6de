# SPDX-License-Identifier: MIT
"""The gateway to GDB's inferiors and threads; that to its breakpoints is
breakpoints.py, and to frames stacks.py.

Everything here runs on GDB's main thread.  What may be called from a
breakpoint's stop() is said so; GDB forbids most things there.
"""

from __future__ import annotations

import os
from typing import Callable, Iterator

import gdb

from . import proc


def can_be_several() -> bool:
    """Whether there is, or can be, more than one inferior."""
    return follows_forks() or len(gdb.inferiors()) > 1


def numbers() -> list[tuple[int, int]]:
    """The number and the process (or 0) of each inferior."""
    return [(each.num, each.pid) for each in gdb.inferiors()]


def selected_number() -> tuple[int, int]:
    """The same of the selected one."""
    selected = gdb.selected_inferior()
    return selected.num, selected.pid


def each_number(wanted: set[int]) -> Iterator[int]:
    """Select these inferiors one after the other.  One whose program does not
    run can be selected when there is no other."""
    thread, here = gdb.selected_thread(), gdb.selected_inferior()
    for each in gdb.inferiors():
        if each.num not in wanted:
            continue
        if each.num == here.num:
            yield each.num
        elif each.pid and each.threads():
            each.threads()[0].switch()
            yield each.num
            if thread is not None and thread.is_valid():
                thread.switch()


def forget_registers() -> None:
    """Make GDB read registers anew that were written behind its back.  May be
    called in stop(); measured at half the cost of writing them by GDB."""
    try:
        gdb.execute("maintenance flush register-cache", False, True)
    except (gdb.error, UnicodeDecodeError):
        # Done, but then GDB looked at the program's damaged symbols.
        pass


def process() -> int:
    """The selected inferior's process; 0 when it does not run."""
    return gdb.selected_inferior().pid


def processes() -> list[int]:
    """The processes of all inferiors."""
    return [inferior.pid for inferior in gdb.inferiors() if inferior.pid]


def shares_memory() -> bool:
    """True when the selected process is a child of vfork in its parent's
    memory: it has none of its own before it executes another program."""
    selected = gdb.selected_inferior()
    return any(other.pid and other.num < selected.num
               and other.progspace == selected.progspace
               for other in gdb.inferiors())


def is_attached(pid: int) -> bool:
    """True for a process that GDB has not started: it lives on."""
    return any(each.pid == pid and each.was_attached
               for each in gdb.inferiors())


def is_attaching(pid: int) -> bool:
    """True while GDB attaches to the selected process.  It tells of its files
    before it has all threads, which a breakpoint would kill; and forgets then
    which breakpoints are in memory."""
    return (is_attached(pid) and is_running()
            and proc.parent(pid) not in processes())


def would_end(number: int) -> bool:
    """Whether a signal ends the selected process: it neither catches nor
    ignores it."""
    masks = proc.masks(process())
    return not any(masks.get(name, 0) >> (number - 1) & 1
                   for name in ("SigCgt", "SigIgn"))


def symbol_address(name: str) -> int:
    """Where a variable of the selected process is; 0 for none."""
    try:
        return int(gdb.parse_and_eval(f"(long)&{name}"))
    except gdb.error:
        return 0


def find_type(name: str) -> gdb.Type | None:
    """A type by its name, as "struct stat"."""
    try:
        return gdb.lookup_type(name) if name else None
    except gdb.error:
        return None


def process_of_space(space: gdb.Progspace) -> int:
    """The process whose files a program space describes; 0 for none."""
    for inferior in gdb.inferiors():
        if inferior.pid and inferior.progspace == space:
            return inferior.pid
    return 0


def _is_in_stop(pid: int) -> bool:
    """In stop(), GDB calls all threads running; the selected one stands."""
    return (process() == pid
            and proc.status_fields(stopped_thread())[:1] == ["t"])


def each_process() -> Iterator[int]:
    """Select the stopped processes one after the other."""
    selected = gdb.selected_thread()
    for inferior in gdb.inferiors():
        threads = inferior.threads() if inferior.pid else ()
        if threads and (not threads[0].is_running()
                        or _is_in_stop(inferior.pid)):
            if inferior.pid != process() or stopped_thread() == 0:
                threads[0].switch()
            yield inferior.pid
    if selected is not None and selected.is_valid():
        selected.switch()


def stopped_thread() -> int:
    """A thread of the process that can be looked into; 0 for none."""
    thread = gdb.selected_thread()
    if thread is None or not thread.is_valid() or thread.is_exited():
        return 0
    return thread.ptid[1]


def thread_ids() -> list[int]:
    """The threads of the selected process, the selected one first."""
    first = stopped_thread()
    others = [thread.ptid[1] for thread in gdb.selected_inferior().threads()
              if thread.is_valid() and not thread.is_exited()]
    return sorted(others, key=lambda tid: tid != first)


def each_thread() -> Iterator[int]:
    """Select the threads of the selected process one after the other, the
    selected one first."""
    selected = gdb.selected_thread()
    threads = [each for each in gdb.selected_inferior().threads()
               if each.is_valid() and not each.is_exited()]
    try:
        for thread in sorted(threads, key=lambda each: each != selected):
            thread.switch()
            yield thread.ptid[1]
    finally:
        if selected is not None and selected.is_valid():
            selected.switch()


def find_libraries() -> None:
    """Have GDB look which libraries the selected process has."""
    gdb.execute("sharedlibrary", False, True)


def is_running() -> bool:
    """Whether the selected process has a thread that GDB does not stop."""
    return any(thread.is_valid() and thread.is_running()
               for thread in gdb.selected_inferior().threads())


def post(function: Callable[[], None]) -> None:
    """Have GDB call a function as soon as it can, while the program runs, too;
    for other threads than GDB's."""
    gdb.post_event(function)


def bodies(address: int) -> set[int]:
    """Where GDB may find that the body of a function begins: behind the
    instructions that it knows (amd64_analyze_prologue() in its source), at the
    next line; or at the second line of all, and behind those that are above
    the first (skip_prologue_using_sal())."""
    try:
        code = bytes(gdb.selected_inferior().read_memory(address, 8))
    except gdb.MemoryError:
        return set()
    at = address + 4 * code.startswith(b"\xf3\x0f\x1e\xfa")
    frame = code[at - address:]
    if frame.startswith((b"\x55\x48\x89\xe5", b"\x55\x48\x8b\xec")):
        at += 4
    elif frame.startswith(b"\x55"):
        at += 1
    # In the middle of a line it goes on to the next one.
    line = gdb.find_pc_line(at)
    found = {at} if line.symtab is None or line.pc == at else set()
    for pc in (address, at):
        found |= _line_ends(pc)
    return found


def _line_ends(pc: int) -> set[int]:
    """Where the next line begins, and those behind it for as long as they are
    above the first in the file."""
    found: set[int] = set()
    first = 0
    while True:
        line = gdb.find_pc_line(pc)
        if (line.symtab is None or line.last is None or line.last + 1 in found
                or (first and line.line >= first)):
            return found
        first = first or line.line
        pc = line.last + 1
        found.add(pc)


def executable() -> str | None:
    """The path of the program that GDB has loaded."""
    return gdb.current_progspace().filename


def debug_directories() -> str:
    """Where GDB looks for separate debug files, separated by colons."""
    return str(gdb.parameter("debug-file-directory") or "")


def native_problem() -> str | None:
    """Why the process cannot be reached by ptrace from here."""
    connection = gdb.selected_inferior().connection
    if connection is None or connection.type == "native":
        return None
    if connection.type == "core":
        return "a core file has no calls to trace; run the program"
    return (f"the program runs on the target '{connection.type}'; ctester "
            "needs a process of this machine (target native)")


def start_address(pid: int) -> int | None:
    """Where to stop for the last time before the program's own code runs.

    With a dynamic loader, that is the program's entry.  A static program
    chooses its IFUNCs itself, between its entry and main.
    """
    facts = proc.auxiliary(pid)
    if not facts.get(proc.AT_BASE):
        try:
            return int(gdb.parse_and_eval("(long)&main"))
        except gdb.error:
            pass    # stripped: it has no IFUNC that we could know, either
    return facts.get(proc.AT_ENTRY)


def can_execute(address: int) -> bool:
    """True when a breakpoint can be put there.  May be called in stop()."""
    try:
        gdb.selected_inferior().read_memory(address, 1)
    except gdb.MemoryError:
        return False
    return True


def current_space() -> gdb.Progspace:
    """What GDB knows of the selected process's files."""
    return gdb.selected_inferior().progspace


def is_entry(pc: int) -> bool:
    """True at the program's first instruction."""
    return pc == proc.auxiliary(process()).get(proc.AT_ENTRY)


def in_loader(pc: int) -> bool:
    """True in the dynamic loader's code."""
    name = gdb.solib_name(pc)
    return name is not None and os.path.basename(name).startswith("ld")


_following = False


def follows_forks() -> bool:
    """True when children are GDB's as well."""
    return _following


def follow_forks(on: bool) -> None:
    """Let GDB keep forked children, and all processes run when one does."""
    global _following
    _following = on
    gdb.execute(f"set detach-on-fork {'off' if on else 'on'}", False, True)
    gdb.execute(f"set schedule-multiple {'on' if on else 'off'}", False, True)


def hook_after(command: str, call: str) -> bool:
    """Run Python after a command of GDB; False when the user has a hook."""
    return _hook(f"hookpost-{command}", call)


def hook_before(command: str, call: str) -> bool:
    """The same before it."""
    return _hook(f"hook-{command}", call)


def _hook(name: str, call: str) -> bool:
    try:
        gdb.execute(f"show user {name}", False, True)
        return False
    except gdb.error:
        gdb.execute(f"define {name}\npython {call}\nend", False, True)
        return True


def go_on() -> bool:
    """Let all processes run; False when there is none that can.

    GDB 13 resumes the selected one and the others with it; but of a child of
    vfork and its parent, only the child can run, and has to be selected.
    With "non-stop", those that have not stopped run anyway."""
    stopped = [inferior.threads()[0] for inferior in gdb.inferiors()
               if inferior.pid and inferior.threads()
               and inferior.threads()[0].is_stopped()]
    if not stopped:
        return False
    for thread in stopped:
        thread.switch()
        if shares_memory():
            break
    else:
        stopped[0].switch()
    gdb.execute("continue")
    return True


def say(text: str) -> None:
    """Show text to the user; also from stop().

    GDB's pager would stop the program in the middle of a call and wait for a
    key: what is shown from there goes to the stream that is not paged.
    """
    paged = gdb.parameter("pagination") and gdb.parameter("height")
    gdb.write(text, gdb.STDERR if paged else gdb.STDOUT)
    gdb.flush(gdb.STDERR if paged else gdb.STDOUT)
