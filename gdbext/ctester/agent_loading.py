# SPDX-License-Identifier: MIT
"""When the agent's library gets into programs: at their start, where GDB has
brought them to the dynamic linker's first instruction, or later, at a prompt.

The core does it (include/ctester/agent_loading.h); here is which moment is
the right one, and which thread.

    loader = Loader(on_loaded, on_refused)
    loader.start()      from now on, programs that begin have the agent
    loader.load()       the selected one, which runs already, too
    loader.leave(pid)   before GDB detaches
    loader.stop()       no more programs

GDB starts a program by a shell, and says nothing of the programs before the
one that is meant.  At its exec, GDB looks for the dynamic linker and for the
vdso, and tells of both: the program has not executed an instruction then.
The same comes when a program becomes another by exec.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import re
import tempfile
from typing import Callable

import gdb

from . import _core, _core_loading, breakpoints, inferior, stacks


# Stacks are looked at so far.
FRAMES_MAX = 256
# Of glibc; without underscores at the beginning.
ALLOCATORS = {
    "malloc", "calloc", "realloc", "reallocarray", "free", "cfree",
    "memalign", "aligned_alloc", "posix_memalign", "valloc", "pvalloc",
    "libc_malloc", "libc_calloc", "libc_realloc", "libc_free",
    "libc_memalign", "int_malloc", "int_free", "int_realloc",
    "int_memalign", "malloc_consolidate", "sysmalloc", "systrim",
    "malloc_trim", "malloc_info", "mallinfo", "mallinfo2", "mallopt",
    "malloc_stats", "malloc_usable_size", "arena_get2", "tcache_init"}
# They have a lock that dlopen() takes late; the second lets others in.
CREATION = {"pthread_create", "pthread_create_2_1"}
ITERATION = "dl_iterate_phdr"
# They have all locks of the allocator.
LOCKED = {"fork", "libc_fork", "Fork", "vfork"}
SYSTEM = re.compile(r"(libc|libpthread|libdl)[-.]")


class _Link:
    """Another name of the agent's file, for a path that LD_PRELOAD cannot
    spell.  GDB reads the file by that name, too."""

    def __init__(self, path: str) -> None:
        self._directory = tempfile.mkdtemp(prefix="ctester-")
        self.path = os.path.join(self._directory, os.path.basename(path))
        os.chmod(self._directory, 0o755)
        os.symlink(path, self.path)
        atexit.register(self.remove)

    def remove(self) -> None:
        """Nobody needs it any more."""
        atexit.unregister(self.remove)
        with contextlib.suppress(OSError):
            os.unlink(self.path)
            os.rmdir(self._directory)


class _Start:
    """A program that begins, with LD_PRELOAD in its environment."""

    def __init__(self, preload: _core_loading.Preload,
                 place: breakpoints.Place) -> None:
        self.preload = preload
        self.place = place


class Loader:
    """Has programs load the agent.

    on_loaded: gets the process and a stopped thread when the agent is in it
    and relocated, before the first constructor runs.  It is called in a
    breakpoint's stop(), or at a prompt by load().  It must not raise.
    on_refused: gets the process and why it will have no agent; it may be
    called while GDB starts the program.  It must not raise.
    is_wanted: asked when a program begins; others are left alone.
    """

    def __init__(self, on_loaded: Callable[[int, int], None],
                 on_refused: Callable[[int, str], None],
                 is_wanted: Callable[[], bool] = lambda: True) -> None:
        self._is_wanted = is_wanted
        self._on_loaded = on_loaded
        self._on_refused = on_refused
        self._starts: dict[int, _Start] = {}
        self._refusals: dict[int, str] = {}
        self._is_on = False
        self._link: _Link | None = None

    def start(self) -> None:
        """From now on, programs that GDB starts load the agent, and those that
        they become by exec."""
        if self._is_on:
            return
        self._is_on = True
        gdb.events.new_objfile.connect(self._on_objfile)
        gdb.events.exited.connect(self._on_exited)
        for pid in inferior.each_process():
            self._look(pid)

    def stop(self) -> None:
        """Leave programs alone that are started from now on."""
        if self._is_on:
            self._is_on = False
            gdb.events.new_objfile.disconnect(self._on_objfile)
            gdb.events.exited.disconnect(self._on_exited)

    def refusal(self, pid: int) -> str | None:
        """Why a process has no agent, when that was tried."""
        return self._refusals.get(pid)

    # At the start.

    def _on_objfile(self, event: gdb.NewObjFileEvent) -> None:
        pid = inferior.process_of_space(event.new_objfile.progspace)
        if pid:
            self._look(pid)

    def _look(self, pid: int) -> None:
        # A program that begins has one thread, the first.
        if (inferior.native_problem()
                or not _core_loading.is_at_start(pid, pid)):
            return
        start = self._starts.get(pid)
        if start is not None:
            if _core_loading.is_in(pid, start.preload):
                return
            breakpoints.delete(start.place)
            del self._starts[pid]
        if not self._is_wanted():
            return
        try:
            self._begin(pid)
        except (_core.CoreError, OSError) as error:
            self._refuse(pid, str(error))

    def _begin(self, pid: int) -> None:
        preload = _core_loading.insert(pid, pid, self._agent())
        if preload.flags & _core_loading.MOVED:
            inferior.forget_registers()
        try:
            place = breakpoints.Place(preload.loaded, pid, self._on_arrival)
        except gdb.error as error:
            _take_out(pid, preload)
            raise _unsupported(f"GDB: {error}") from None
        self._starts[pid] = _Start(preload, place)
        self._refusals.pop(pid, None)

    def _refuse(self, pid: int, reason: str) -> None:
        """Once: GDB tells of more than one file at a start."""
        if self._refusals.get(pid) != reason:
            self._refusals[pid] = reason
            self._on_refused(pid, reason)

    def _on_arrival(self, _address: int, pid: int, tid: int) -> bool:
        start = self._starts.get(pid)
        if start is None:
            return False
        try:
            if not _core_loading.remove(pid, start.preload):
                return False
            # A breakpoint cannot be deleted in its own stop().
            start.place.enabled = False
            present = _core_loading.look(pid)
        except _core.CoreError as error:
            self._refuse(pid, str(error))
            return False
        if present == _core_loading.ABSENT:
            self._refuse(pid, f"the dynamic linker of process {pid} has not "
                              f"loaded {self._agent()}")
        else:
            self._on_loaded(pid, tid)
        return False

    def leave(self, pid: int) -> None:
        """A process is going to be let go; it is stopped."""
        start = self._starts.pop(pid, None)
        if start is None:
            return
        breakpoints.delete(start.place)
        if _core_loading.is_in(pid, start.preload):
            with contextlib.suppress(_core.CoreError):
                _take_out(pid, start.preload)

    def _on_exited(self, event: gdb.ExitedEvent) -> None:
        start = self._starts.pop(event.inferior.pid, None)
        if start is not None:
            breakpoints.delete(start.place)
        self._refusals.pop(event.inferior.pid, None)
        if self._link is not None and not self._starts:
            self._link.remove()
            self._link = None

    def _agent(self) -> str:
        """The file, by a path that LD_PRELOAD can spell."""
        path = _core_loading.agent_path()
        if not re.search(r"[\s:;$]", path):
            return path
        if self._link is None:
            self._link = _Link(path)
        return self._link.path

    # Later.

    def load(self) -> None:
        """Have the selected process, which is stopped, load the agent, where
        it has none; at a prompt or in a command.  Raises the core's error
        with the reason when that is not possible."""
        pid = inferior.process()
        problem = inferior.native_problem()
        if problem or not pid or inferior.is_running():
            raise _unsupported(problem or "no program is stopped")
        tid = inferior.stopped_thread()
        start = self._starts.get(pid)
        if start is not None and _core_loading.is_in(pid, start.preload):
            return      # it will come
        presence = _core_loading.look(pid)
        if presence == _core_loading.ATTACHED:
            return
        if presence == _core_loading.ABSENT:
            if _core_loading.is_at_start(pid, pid):
                self._begin(pid)
                return
            tid = self._load_running(pid, tid)
            inferior.find_libraries()
        self._refusals.pop(pid, None)
        self._on_loaded(pid, tid)

    def _load_running(self, pid: int, tid: int) -> int:
        """By which thread."""
        path = _core_loading.agent_path()
        _core_loading.check_load(pid, tid, path)
        threads = [_Thread(each, stacks.frames(FRAMES_MAX))
                   for each in inferior.each_thread()]
        # Who has a lock that is wanted late leaves it, or is the one.
        for thread in threads:
            if thread.busy in CREATION and len(threads) > 1:
                thread.run_out(pid)
        threads = [each for each in threads if each.iterates] or threads
        first: _core.CoreError | None = None
        # Out of what it is in, only when there is nobody else.
        for thread in sorted(threads, key=lambda each: each.depth):
            try:
                thread.run_out(pid)
                _core_loading.load(pid, thread.tid, path)
                return thread.tid
            except _core.CoreError as error:
                first = first or error
        raise first or _unsupported(f"process {pid} has no threads")


def _take_out(pid: int, preload: _core_loading.Preload) -> None:
    """As if the program had come by: at the second time, at the latest."""
    while not _core_loading.remove(pid, preload):
        pass


def _unsupported(text: str) -> _core.CoreError:
    return _core.CoreError(_core.ERROR_UNSUPPORTED, text)


class _Thread:
    """One that might call dlopen()."""

    def __init__(self, tid: int, frames: list[stacks.Frame]) -> None:
        self.tid = tid
        self._frames = frames
        self.busy = busy_function(frames)
        # How many functions it has to leave before.
        self.depth = next((depth for depth in range(len(frames))
                           if not busy_function(frames[depth:])),
                          len(frames))
        # It may take that lock again.
        self.iterates = any(plain_name(frame.function) == ITERATION
                            for frame in frames)

    def run_out(self, pid: int) -> None:
        """Let it leave what it is in."""
        if not self.depth:
            return
        if self.depth == len(self._frames):
            raise _unsupported(
                f"thread {self.tid} is inside {self.busy}(), where it cannot "
                "call dlopen()")
        frame = self._frames[self.depth]
        self.depth = 0
        try:
            _core_loading.run_out(pid, self.tid, frame.pc, frame.sp)
        finally:
            inferior.forget_registers()


def plain_name(function: str) -> str:
    """Without what C libraries and sanitizers put before names."""
    return re.sub(r"^(?:_|GI_|interceptor_)+", "", function).split("@")[0]


def busy_function(frames: list[stacks.Frame]) -> str:
    """The function, of a stack, that has to return before its thread can call
    dlopen(); "" for none.

    An allocator is left in between by a signal only, and is not there for
    others then.  The dynamic linker lets constructors that it calls load
    libraries, and so does fork for its handlers.
    """
    is_inner = True     # in libraries of the system, so far
    for frame in frames:
        library = os.path.basename(frame.library)
        name = plain_name(frame.function)
        is_linker = library.startswith(("ld-", "ld.", "ld64."))
        if frame.is_signal:
            is_inner = True
        elif name in ALLOCATORS or "malloc" in library:
            return name or library
        elif is_inner and (is_linker or name in CREATION or name in LOCKED):
            return name or library
        elif not (is_linker or SYSTEM.match(library)):
            is_inner = False
    return ""
