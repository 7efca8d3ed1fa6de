# SPDX-License-Identifier: MIT
"""The only gateway to GDB's inferiors, threads and breakpoints.

Everything here runs on GDB's main thread.  What may be called from a
breakpoint's stop() is said so; GDB forbids most things there.
"""

from __future__ import annotations

import os
import re
import select
import signal
import struct
import time
from typing import Callable, Iterator, NamedTuple

import gdb

AT_BASE, AT_ENTRY, AT_SYSINFO_EHDR = 7, 9, 33

# Bytes 9 to 15 of an ELF header are padding: nobody reads or executes them.
ELF_PADDING = 9

# Where a stack begins: of a program, of a thread.
OUTERMOST = ("_start", "clone3", "__clone3", "clone", "__clone")

# Addresses of which is known what they are.
MOST_ROWS = 1 << 16

# Of the flags in /proc/PID/stat (linux/sched.h): it is about to end.
PF_EXITING = 4
# How long that may take a process.
END_SECONDS = 10


class Address(gdb.Function):
    """Where a breakpoint of one process stands in another one.

    GDB gives `break *ADDRESS` a location in every process, and would write
    it into the code of another program that happens to be there.  It
    evaluates the expression anew for each of them: with this function, the
    others get one where it does no harm, in the header of their vdso."""

    def __init__(self) -> None:
        super().__init__("_ctester_address")

    def invoke(self, address: gdb.Value, pid: gdb.Value) -> int:
        space = gdb.current_progspace()
        here = [inferior.pid for inferior in gdb.inferiors()
                if inferior.progspace == space]
        if int(pid) in here or not any(here):
            return int(address)
        header = _auxiliary(max(here)).get(AT_SYSINFO_EHDR, 0)
        return header + ELF_PADDING if header else int(address)


class Place(gdb.Breakpoint):
    """An internal breakpoint at an exact address.

    on_hit(address, pid, tid) is called in stop(): it must be quick, must not
    raise, and says whether the user gets a prompt.
    """

    def __init__(self, address: int, pid: int,
                 on_hit: Callable[[int, int, int], bool]) -> None:
        alone = len(gdb.inferiors()) == 1 and not follows_forks()
        where = (f"*{address:#x}" if alone else
                 f"*$_ctester_address({address:#x}, {pid})")
        # First: GDB may fail behind the making of it, and it stays.
        self.address = address
        self.on_hit = on_hit
        super().__init__(where, type=gdb.BP_BREAKPOINT, internal=True)
        self.silent = True

    def stop(self) -> bool:
        pid, tid, _ = gdb.selected_thread().ptid
        return self.on_hit(self.address, pid, tid)


class Forked(gdb.Function):
    """Tells of a fork: the condition of our catchpoints, never true."""

    def __init__(self, on_fork: Callable[[int, int], None]) -> None:
        super().__init__("_ctester_forked")
        self.on_fork = on_fork

    def invoke(self) -> int:
        thread = gdb.selected_thread()
        if thread is not None:
            pid, tid, _ = thread.ptid
            self.on_fork(pid, tid)
        return 0


Address()


_fork_catchpoints: dict[str, int] = {}


def catch_forks() -> None:
    """Be told of forks.  GDB's Python has no event for them; it has no
    internal catchpoints either, so the user will see these two."""
    numbers = [each.number for each in gdb.breakpoints()]
    for event in ("fork", "vfork"):
        if _fork_catchpoints.get(event) not in numbers:
            gdb.execute(f"catch {event}", False, True)
            number = int(gdb.convenience_variable("bpnum"))
            gdb.execute(f"condition {number} $_ctester_forked()", False, True)
            _fork_catchpoints[event] = number


def catch_syscalls(numbers: list[int] | None, condition: str) -> int:
    """Have the selected inferior stop at system calls; None is all of them.
    Returns the number of the catchpoint."""
    before = gdb.convenience_variable("bpnum")
    words = "" if numbers is None else " ".join(map(str, numbers))
    gdb.execute(f"catch syscall {words}", False, True)
    number = int(gdb.convenience_variable("bpnum"))
    gdb.execute(f"condition {number} {condition}", False, True)
    gdb.set_convenience_variable("bpnum", before)
    return number


def has_breakpoint(number: int) -> bool:
    """Whether a breakpoint is there still: the user can delete ours."""
    return any(each.number == number for each in gdb.breakpoints())


def delete_by_number(number: int) -> None:
    """Delete a breakpoint, which may be gone already."""
    for each in gdb.breakpoints():
        if each.number == number:
            each.delete()


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


def users_breakpoints() -> dict[int, int]:
    """Where breakpoints of the user and of other scripts stand: their numbers
    by address."""
    kinds = (gdb.BP_BREAKPOINT, gdb.BP_HARDWARE_BREAKPOINT)
    return {location.address: breakpoint_.number
            for breakpoint_ in gdb.breakpoints()
            if not isinstance(breakpoint_, Place)
            and breakpoint_.type in kinds and not breakpoint_.pending
            for location in breakpoint_.locations}


def delete(place: gdb.Breakpoint) -> None:
    """Delete a breakpoint, which may be gone already."""
    if place.is_valid():
        place.delete()


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


def _status_fields(pid: int) -> list[str]:
    """The fields of /proc/PID/stat (proc(5)) from the third on."""
    try:
        with open(f"/proc/{pid}/stat", encoding="latin-1") as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return []


def is_attached(pid: int) -> bool:
    """True for a process that GDB has not started: it lives on."""
    return any(each.pid == pid and each.was_attached
               for each in gdb.inferiors())


def is_attaching(pid: int) -> bool:
    """True while GDB attaches to the selected process.  It tells of its files
    before it has all threads, which a breakpoint would kill; and forgets then
    which breakpoints are in memory."""
    return (is_attached(pid) and is_running()
            and _parent(pid) not in processes())


def _parent(pid: int) -> int:
    fields = _status_fields(pid)
    return int(fields[1]) if fields else 0


def is_alive(pid: int) -> bool:
    """True for a process that has neither ended nor been killed."""
    # What has begun to end has no signal left that kills it: look for that
    # first.
    if _is_killed(pid):
        return False
    fields = _status_fields(pid)
    return (bool(fields) and fields[0] not in "ZX"
            and not int(fields[6]) & PF_EXITING)


def _is_killed(pid: int) -> bool:
    """True while SIGKILL is on its way to a process."""
    bit = 1 << signal.SIGKILL - 1
    try:
        with open(f"/proc/{pid}/status", encoding="latin-1") as file:
            return any(int(line.split()[1], 16) & bit for line in file
                       if line.startswith(("SigPnd:", "ShdPnd:")))
    except OSError:
        return True


def is_there(pid: int) -> bool:
    """True for a process that lives, or has ended and was not waited for:
    GDB waits for those that it kills, not for those that it lets go."""
    return bool(_status_fields(pid))


def exit_code(pid: int) -> int:
    """How a process ended that nobody has waited for yet: its status, or
    minus the signal.  One that is gone was killed."""
    _await_end(pid)
    fields = _status_fields(pid)
    status = int(fields[49]) if len(fields) > 49 else signal.SIGKILL
    killer = status & 0x7f
    return -killer if killer else status >> 8


def signal_name(number: int) -> str:
    """As "SIGTERM", or "signal 40" for one without a name."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def would_end(number: int) -> bool:
    """Whether a signal ends the selected process: it neither catches nor
    ignores it."""
    masks = _masks(process())
    return not any(masks.get(name, 0) >> (number - 1) & 1
                   for name in ("SigCgt", "SigIgn"))


def _masks(pid: int) -> dict[str, int]:
    """Sets of signals in /proc/PID/status (proc(5))."""
    try:
        with open(f"/proc/{pid}/status", encoding="latin-1") as file:
            rows = (line.partition(":\t") for line in file)
            return {name: int(value, 16) for name, _, value in rows
                    if name.startswith("Sig") and "/" not in value}
    except OSError:
        return {}


def is_waiting(pid: int) -> bool:
    """Whether each thread of a process sleeps; one at a stop of GDB's does
    not."""
    states = set()
    try:
        for tid in os.listdir(f"/proc/{pid}/task"):
            states.update(_status_fields(int(tid))[:1])
    except OSError:
        return False
    return bool(states) and states <= {"S", "D"}


def processor_time(pid: int) -> float:
    """The seconds that a process has run; 0.0 for none."""
    # As clock_getcpuclockid(3) makes it.
    try:
        return time.clock_gettime(~pid << 3 | 2)
    except OSError:
        return 0.0


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
        pid, last, depth = process(), -1, 0
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


class Exits:
    """Where the program ends itself.  Which that is, GDB knows when the C
    library is loaded; it would complain of an earlier question."""

    class _Place(gdb.Breakpoint):
        on_hit: Callable[[int], bool]

        def stop(self) -> bool:
            # The first argument, by the ABI.
            return self.on_hit(int(gdb.parse_and_eval("$edi")))

    def __init__(self, on_hit: Callable[[int], bool]) -> None:
        self._on_hit = on_hit
        self._place: Exits._Place | None = None
        gdb.events.new_objfile.connect(self._look)
        self._look()

    def _look(self, _: gdb.NewObjFileEvent | None = None) -> None:
        try:
            gdb.parse_and_eval("(long)&_exit")
        except gdb.error:
            return
        if self._place is None:
            self._place = self._Place("_exit", internal=True)
            self._place.on_hit = self._on_hit
            self._place.silent = True

    def remove(self) -> None:
        """Look no longer."""
        gdb.events.new_objfile.disconnect(self._look)
        if self._place is not None:
            delete(self._place)


def _await_end(pid: int) -> None:
    """Wait for the end of a process that has been killed: its memory may be
    large."""
    try:
        fd = os.pidfd_open(pid)
    except OSError:
        return      # it is gone
    try:
        if _status_fields(pid)[:1] != ["Z"]:
            select.select([fd], [], [], END_SECONDS)
    finally:
        os.close(fd)


def process_of_space(space: gdb.Progspace) -> int:
    """The process whose files a program space describes; 0 for none."""
    for inferior in gdb.inferiors():
        if inferior.pid and inferior.progspace == space:
            return inferior.pid
    return 0


def _is_in_stop(pid: int) -> bool:
    """In stop(), GDB calls all threads running; the selected one stands."""
    return (process() == pid
            and _status_fields(stopped_thread())[:1] == ["t"])


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


def _auxiliary(pid: int) -> dict[int, int]:
    try:
        with open(f"/proc/{pid}/auxv", "rb") as file:
            data = file.read()
    except OSError:
        return {}
    return dict(struct.iter_unpack("<QQ", data[:len(data) // 16 * 16]))


def start_address(pid: int) -> int | None:
    """Where to stop for the last time before the program's own code runs.

    With a dynamic loader, that is the program's entry.  A static program
    chooses its IFUNCs itself, between its entry and main.
    """
    facts = _auxiliary(pid)
    if not facts.get(AT_BASE):
        try:
            return int(gdb.parse_and_eval("(long)&main"))
        except gdb.error:
            pass    # stripped: it has no IFUNC that we could know, either
    return facts.get(AT_ENTRY)


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
    return pc == _auxiliary(process()).get(AT_ENTRY)


def in_loader(pc: int) -> bool:
    """True in the dynamic loader's code."""
    name = gdb.solib_name(pc)
    return name is not None and os.path.basename(name).startswith("ld")


def pin(pid: int, processors: set[int]) -> None:
    """Let a process run on these processors only; its later threads, too."""
    try:
        threads = os.listdir(f"/proc/{pid}/task")
    except FileNotFoundError:
        return
    for tid in threads:
        try:
            os.sched_setaffinity(int(tid), processors)
        except ProcessLookupError:
            pass    # it has just ended


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
