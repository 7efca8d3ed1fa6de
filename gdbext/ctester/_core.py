# SPDX-License-Identifier: MIT
"""The C core, by ctypes: one row a function.

RTLD_DEEPBIND is needed: GDB has elfutils' libdw mapped, whose names libdwarf
shares; bound the ordinary way, libdwarf would call into it and crash GDB.
"""

from __future__ import annotations

import ctypes
import os
from ctypes import (POINTER, Structure, byref, c_bool, c_char_p, c_int,
                    c_int32, c_int64, c_size_t, c_uint, c_uint8, c_uint32,
                    c_uint64, c_void_p)
from typing import Any, Callable, Iterator


class Error(Exception):
    """An error of the core: its message is one line for the user."""

    __module__ = "ctester"

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


CoreError = Error  # beside errors of other kinds


class Answer(Structure):
    """struct ct_answer"""

    _fields_ = [("actions", c_uint32), ("reserved", c_uint32),
                ("return_site", c_uint64)]


class AgentFrame(Structure):
    """struct ct_agent_frame"""

    _fields_ = [("cfa", c_uint64), ("function", c_uint64),
                ("known", c_uint32), ("same", c_uint32),
                ("gpr", c_uint64 * 17)]


class MockOut(Structure):
    """struct ct_mock_out"""

    _fields_ = [("parameter", c_char_p), ("value", c_char_p)]


class MockOptions(Structure):
    """struct ct_mock_options"""

    _fields_ = [("times", c_uint32), ("required", c_bool),
                ("set_errno", c_bool), ("strict", c_bool), ("asks", c_bool),
                ("errno_value", c_int32), ("signal", c_int32),
                ("scope", c_int), ("delay_ns", c_uint64),
                ("filter", c_char_p), ("caller", c_char_p),
                ("raises", c_char_p), ("exception", c_char_p),
                ("out_count", c_size_t), ("out", POINTER(MockOut))]


class FailureOptions(Structure):
    """struct ct_failure_options"""

    _fields_ = [("value", c_char_p), ("set_errno", c_bool),
                ("errno_value", c_int), ("thread", c_uint32),
                ("filter", c_char_p), ("caller", c_char_p)]


class SyscallRequest(Structure):
    """struct ct_syscall_request"""

    _fields_ = [("name_count", c_size_t), ("names", POINTER(c_char_p)),
                ("filter", c_char_p), ("recorded", c_bool),
                ("collected", c_bool), ("of_others", c_bool),
                ("entries", c_bool)]


class ToldMemory(Structure):
    """struct ct_told_memory"""

    _fields_ = [("addr", c_uint64), ("bytes", c_char_p), ("size", c_size_t)]


class SyscallTold(Structure):
    """struct ct_syscall_told"""

    _fields_ = [("number", c_uint64), ("args", c_uint64 * 6),
                ("returned", c_bool), ("result", c_int64), ("pid", c_int32),
                ("tid", c_int32), ("memory_count", c_size_t),
                ("memory", POINTER(ToldMemory))]


class SyscallArgument(Structure):
    """struct ct_syscall_argument"""

    _fields_ = [("parameter", c_char_p), ("value", c_uint64)]


class SyscallMock(Structure):
    """struct ct_syscall_mock"""

    _fields_ = [("name", c_char_p), ("returns", c_bool), ("result", c_int64),
                ("calls", c_char_p), ("filter", c_char_p),
                ("times", c_uint32), ("required", c_bool), ("asks", c_bool),
                ("delay_ns", c_uint64), ("out_count", c_size_t),
                ("out", POINTER(MockOut)), ("argument_count", c_size_t),
                ("arguments", POINTER(SyscallArgument))]


class ReadData(Structure):
    """struct ct_read_data"""

    _fields_ = [("mode", c_int), ("count", c_size_t),
                ("sizes", POINTER(c_uint64)), ("intervals", POINTER(c_int32)),
                ("data", c_char_p)]


class MethodWrite(Structure):
    """struct ct_method_write"""

    _fields_ = [("addr", c_uint64), ("bytes", c_char_p), ("size", c_size_t)]


class MethodCall(Structure):
    """struct ct_method_call"""

    _fields_ = [("event", c_uint32), ("which", c_uint32), ("seq", c_uint64),
                ("arguments", c_char_p), ("passed", c_uint64 * 6),
                ("result", c_int64), ("list", c_uint64),
                ("reply", c_uint32), ("reserved", c_uint32),
                ("text", c_char_p), ("writes", MethodWrite * 2)]


# ct_method
Method = ctypes.CFUNCTYPE(None, c_void_p, POINTER(MethodCall))

# ct_judge
Judge = ctypes.CFUNCTYPE(c_bool, c_void_p, c_uint32, c_char_p)

# enum ct_error_code
ERROR_UNSUPPORTED = 6
# enum ct_option
(OPTION_STRING_LIMIT, OPTION_ARRAY_LIMIT, OPTION_DEPTH, OPTION_LIVE,
 OPTION_QUIRKS, OPTION_ENDLESS_MASKS, OPTION_AGENT, OPTION_RING,
 OPTION_RING_SIZE, OPTION_STEPS) = range(10)
# enum ct_ring_full
RINGS = {"lossless": 0, "drop": 1, "flight": 2}
# enum ct_scope
SCOPES = {"boundary": 0, "all": 1, "program": 2}
# enum ct_attitude
ATTITUDE_SPY, ATTITUDE_ALLOW = range(2)
# enum ct_monitor_state
MONITOR_OFF, MONITOR_SANDBOX, MONITOR_AT_ONCE = range(3)
# enum ct_method
(METHOD_GETADDRINFO, METHOD_FREEADDRINFO, METHOD_GETNAMEINFO,
 METHOD_GAI_STRERROR) = 1, 2, 4, 8
# enum ct_method_event
METHOD_CALL, METHOD_RETURN, METHOD_DOUBLE_FREE = range(3)
# enum ct_method_reply
REPLY_RUN, REPLY_RETURN, REPLY_TEXT, REPLY_NAMES = range(4)
# enum ct_answer_action
RETURN_SITE, MOVED, STOP, TEXT, TROUBLE, ARRIVED, CALLS = (
    1, 2, 4, 8, 16, 32, 64)
# enum ct_trace_format
FORMATS = {None: 0, "jsonl": 1, "text": 2}
# enum ct_report
(REPORT_TARGETS, REPORT_MOCKS, REPORT_STATS, REPORT_SUMMARY, REPORT_TRACE,
 REPORT_JSONL, REPORT_COUNTS, REPORT_UNUSED) = range(8)
# enum ct_kit_state
KIT_NONE, KIT_ARMED, KIT_REFUSED = range(3)
# enum ct_completion
COMPLETE_FUNCTION, COMPLETE_LIBRARY, COMPLETE_WATCHED = range(3)

# enum ct_syscall_need
SYSCALL_NOTHING, SYSCALL_ENTRIES, SYSCALL_BOTH = range(3)

# enum ct_syscall_engine
SYSCALL_BY_NEED, SYSCALL_BY_STOPS, SYSCALL_BY_NOTIFICATION = range(3)

_session = c_void_p
_pid = c_int

# Functions that return struct ct_error *: name and argument types.
_FALLIBLE: dict[str, list[Any]] = {
    "ct_session_create": [c_char_p, POINTER(c_void_p)],
    "ct_session_set_option": [_session, c_int, c_uint64],
    "ct_session_set_executable": [_session, c_char_p],
    "ct_session_set_debug_directories": [_session, c_char_p],
    "ct_session_add_header": [_session, c_char_p, POINTER(c_size_t)],
    "ct_session_trace": [_session, c_char_p, c_int, c_char_p,
                         POINTER(c_size_t)],
    "ct_session_untrace": [_session, c_char_p, POINTER(c_size_t)],
    "ct_session_mock": [_session, c_char_p, c_char_p, c_char_p,
                        POINTER(MockOptions), POINTER(c_uint32)],
    "ct_session_permit": [_session, c_char_p, c_char_p, c_int, c_int,
                          c_char_p],
    "ct_session_monitor": [_session, c_char_p, c_int],
    "ct_session_monitored": [_session, c_char_p, POINTER(c_int)],
    "ct_session_set_failure": [_session, c_char_p, POINTER(FailureOptions)],
    "ct_session_fail": [_session, c_char_p, c_char_p, c_bool],
    "ct_session_failing": [_session, c_char_p, POINTER(c_void_p)],
    "ct_session_prototype": [_session, c_char_p, POINTER(c_void_p)],
    "ct_session_set_read_buffer": [_session, c_int, POINTER(ReadData),
                                   POINTER(c_bool)],
    "ct_session_bound_sandbox": [_session, c_char_p, c_char_p],
    "ct_session_set_strict_libraries": [_session, c_bool],
    "ct_session_interactions": [_session, c_size_t, POINTER(c_size_t),
                                POINTER(c_void_p)],
    "ct_session_library_key": [_session, c_char_p, POINTER(c_void_p)],
    "ct_session_conflicts": [_session, _pid, POINTER(c_void_p)],
    "ct_session_update": [_session, _pid, _pid, c_bool],
    "ct_session_save": [_session, c_char_p, c_int, POINTER(c_size_t)],
    "ct_session_open_trace": [_session, c_char_p, c_int],
    "ct_session_retell": [_session, c_int, c_size_t, POINTER(c_void_p)],
    "ct_retelling_next": [c_void_p, POINTER(c_void_p)],
    "ct_session_report": [_session, c_int, c_char_p, POINTER(c_void_p)],
    "ct_session_set_syscalls": [_session, c_char_p],
    "ct_session_trace_syscalls": [_session, POINTER(SyscallRequest),
                                  POINTER(c_uint32)],
    "ct_session_take_syscalls": [_session, c_uint32, POINTER(c_void_p)],
    "ct_session_judge_syscall": [_session, c_char_p, POINTER(SyscallTold),
                                 POINTER(c_bool)],
    "ct_session_mock_syscall": [_session, POINTER(SyscallMock),
                                POINTER(c_uint32)],
    "ct_session_choose_syscall_engine": [_session, c_int],
    "ct_session_notify_syscalls": [_session, _pid, _pid, c_bool,
                                   POINTER(c_uint32)],
    "ct_session_syscall_summary": [_session, c_bool, POINTER(c_void_p)],
    "ct_session_complete_syscall": [c_char_p, POINTER(c_void_p)],
    "ct_session_complete": [_session, c_int, c_char_p, c_char_p,
                            POINTER(c_void_p)],
    "ct_vforks_hold": [c_bool],
    "ct_notify_check_kernel": [],
}

# The others: name, result, argument types.
_PLAIN: list[tuple[str, Any, list[Any]]] = [
    ("ct_version", c_char_p, []),
    ("ct_error_code", c_int, [c_void_p]),
    ("ct_error_message", c_char_p, [c_void_p]),
    ("ct_error_destroy", None, [c_void_p]),
    ("ct_free", None, [c_void_p]),
    ("ct_session_destroy", None, [_session]),
    ("ct_session_clear_mocks", None, [_session]),
    ("ct_session_arm", None, [_session, c_bool]),
    ("ct_session_is_open", c_bool, [_session]),
    ("ct_session_set_judge", None, [_session, Judge, c_void_p]),
    ("ct_session_clear_read_buffers", None, [_session]),
    ("ct_session_read_progress", c_bool, [_session, c_int, POINTER(c_uint64),
                                          POINTER(c_uint64)]),
    ("ct_session_set_methods", None, [_session, c_uint32, Method, c_void_p]),
    ("ct_session_mock_uses", c_size_t, [_session, POINTER(c_uint32),
                                        c_size_t]),
    ("ct_session_kit", c_int, [_session, POINTER(c_uint64)]),
    ("ct_session_expects_kit", c_bool, [_session]),
    ("ct_session_exited", None, [_session, _pid, c_int]),
    ("ct_session_executed", None, [_session, _pid, c_char_p]),
    ("ct_session_left", None, [_session, _pid]),
    ("ct_session_thread_started", None, [_session, _pid, _pid]),
    ("ct_session_find_ended_threads", None, [_session, _pid]),
    ("ct_session_pc", c_uint64, [_session, _pid]),
    ("ct_session_find_fork", None, [_session, _pid, _pid]),
    ("ct_session_find_exec", c_bool, [_session, _pid, _pid]),
    ("ct_session_forked", None, [_session, _pid, _pid, _pid]),
    ("ct_session_signalled", None, [_session, _pid, _pid, c_char_p]),
    ("ct_session_note", None, [_session, c_char_p]),
    ("ct_session_places", c_size_t, [_session, POINTER(c_uint64), c_size_t]),
    ("ct_session_hit", c_uint32, [_session, c_uint64, _pid, _pid,
                                  POINTER(Answer)]),
    ("ct_session_returned", c_uint32, [_session, c_uint64, _pid, _pid,
                                       POINTER(Answer)]),
    ("ct_session_is_watching", c_bool, [_session]),
    ("ct_session_hook_count", c_size_t, [_session]),
    ("ct_session_has_hook_at", c_bool, [_session, c_uint64]),
    ("ct_session_hooks", c_size_t, [_session, POINTER(c_uint64),
                                    POINTER(c_uint32), c_size_t]),
    ("ct_session_refuse_hook", None, [_session, c_uint64, c_char_p]),
    ("ct_session_is_postponed", c_bool, [_session, _pid]),
    ("ct_session_note_loaded", None, [_session, _pid, c_char_p]),
    ("ct_session_set_agent_problem", None, [_session, c_char_p]),
    ("ct_session_drain", c_size_t, [_session]),
    ("ct_session_watch_rings", c_void_p, [_session, _pid]),
    ("ct_rings_wait", c_bool, [c_void_p, c_uint]),
    ("ct_rings_wake", None, [c_void_p]),
    ("ct_rings_destroy", None, [c_void_p]),
    ("ct_session_trap", c_uint64, [_session, _pid]),
    ("ct_session_trapped", c_uint32, [_session, _pid, _pid,
                                      POINTER(Answer)]),
    ("ct_session_unwind", c_bool, [_session, _pid, c_bool, c_uint64,
                                   c_uint64, c_uint64, POINTER(AgentFrame)]),
    ("ct_session_unhook", None, [_session, _pid, _pid]),
    ("ct_session_untrace_syscalls", None, [_session, c_uint32,
                                           POINTER(c_size_t)]),
    ("ct_session_clear_syscall_mocks", None, [_session, c_uint32]),
    ("ct_session_wanted_syscalls", c_int, [
        _session, _pid, POINTER(c_bool), POINTER(c_uint32), c_size_t,
        POINTER(c_size_t)]),
    ("ct_session_can_notify", c_bool, [_session, _pid]),
    ("ct_session_is_notifying", c_bool, [_session, _pid]),
    ("ct_session_has_lost_privileges", c_bool, [_session, _pid]),
    ("ct_session_wake_fd", c_int, [_session, c_uint32]),
    ("ct_session_notify_child", None, [_session, _pid, _pid]),
    ("ct_session_find_interrupted", None, [_session, _pid]),
    ("ct_session_drain_syscalls", c_uint32, [_session]),
    ("ct_session_describe_notifying", c_void_p, [_session]),
    ("ct_session_syscall_stop", c_uint32, [_session, _pid, _pid]),
    ("ct_session_bind_syscall_stops", None, [_session]),
    ("ct_syscall_stop", c_uint32, [c_int, c_int]),
    ("ct_session_end_syscalls", None, [_session, _pid]),
    ("ct_session_keep", None, [_session, c_uint64, c_bool]),
    ("ct_session_keep_all", None, [_session, c_bool]),
    ("ct_session_was_stepped", c_bool, [_pid]),
    ("ct_retelling_destroy", None, [c_void_p]),
    ("ct_session_call_count", c_size_t, [_session]),
    ("ct_session_take_text", c_void_p, [_session]),
    ("ct_session_flush_text", c_void_p, [_session]),
    ("ct_session_take_trouble", c_void_p, [_session]),
    ("ct_session_take_warnings", c_void_p, [_session]),
    ("ct_session_clear", None, [_session]),
    ("ct_session_unused_mocks", c_size_t, [_session]),
]


def _find(name: str) -> str:
    """A file of the build: in a checkout, or below an installation."""
    here = os.path.dirname(os.path.realpath(__file__))
    top = os.path.dirname(os.path.dirname(here))
    places = [os.environ.get("CTESTER_BUILD"),
              os.path.join(top, "build"),
              os.path.join(top, "..", "..", "lib", "ctester")]
    for place in places:
        if place and os.path.exists(os.path.join(place, name)):
            return os.path.join(place, name)
    raise ImportError(f"{name} is not built: run make in {top}")


find_file = _find  # for modules with other parts of the library


def _check_whole(path: str) -> None:
    """The loader maps a file that was cut off, and dies of it."""
    with open(path, "rb") as file:
        header = file.read(64)
        size = os.fstat(file.fileno()).st_size
    if len(header) == 64 and header.startswith(b"\x7fELF"):
        sections = int.from_bytes(header[40:48], "little")
        entry_size = int.from_bytes(header[58:60], "little")
        count = int.from_bytes(header[60:62], "little")
        if sections + entry_size * count <= size:
            return
    raise ImportError(f"{path} is damaged: run make again")


def _load() -> ctypes.CDLL:
    path = _find("libctester.so")
    try:
        _check_whole(path)
        library = ctypes.CDLL(path, mode=os.RTLD_NOW | os.RTLD_DEEPBIND)
    except OSError as error:
        raise ImportError(f"{path} cannot be loaded: {error}") from None
    if not hasattr(library, "ct_session_create"):
        raise ImportError(f"{path} is not ctester's library")
    fallible = [(name, c_void_p, arguments)
                for name, arguments in _FALLIBLE.items()]
    for name, result, arguments in fallible + _PLAIN:
        # After git pull without make, say.
        if not hasattr(library, name):
            raise ImportError(f"{path} is of another version, without {name}: "
                              "run make again")
        function = getattr(library, name)
        function.restype = result
        function.argtypes = arguments
    return library


library = _load()


def _encode(text: str | None) -> bytes | None:
    return None if text is None else os.fsencode(text)


def _check(error: int | None) -> None:
    if not error:
        return
    code = library.ct_error_code(error)
    message = os.fsdecode(library.ct_error_message(error))
    library.ct_error_destroy(error)
    raise CoreError(code, message)


check = _check


def _take(pointer: int | None) -> str | None:
    """A string that the core gave out, released."""
    if not pointer:
        return None
    text = os.fsdecode(ctypes.string_at(pointer))
    library.ct_free(pointer)
    return text


class Session:
    """struct ct_session; see include/ctester/session.h."""

    def __init__(self) -> None:
        handle = c_void_p()
        _check(library.ct_session_create(
            _encode(_find("prototypes.so")), byref(handle)))
        self.handle = handle
        _check(library.ct_session_set_syscalls(
            handle, _encode(_find("syscalls.so"))))
        # Called before names are looked up: GDB may know other files now.
        self.before_lookup: Callable[[], None] = lambda: None
        self.answer = Answer()
        self._answer = byref(self.answer)
        self._hit = library.ct_session_hit
        self._returned = library.ct_session_returned
        # (pid, tid) -> enum ct_answer_action.  Python waits for it: to let
        # its other threads run meanwhile would cost more than the call; so
        # would types of the arguments, which are int.
        library.ct_session_bind_syscall_stops(handle)
        self.syscall_stop = ctypes.PYFUNCTYPE(c_uint32)(
            ("ct_syscall_stop", library))

    def set_option(self, option: int, value: int) -> None:
        _check(library.ct_session_set_option(self.handle, option, value))

    def set_executable(self, path: str) -> None:
        _check(library.ct_session_set_executable(self.handle, _encode(path)))

    def set_debug_directories(self, directories: str) -> None:
        _check(library.ct_session_set_debug_directories(
            self.handle, _encode(directories)))

    def add_header(self, path: str) -> int:
        count = c_size_t()
        _check(library.ct_session_add_header(self.handle, _encode(path),
                                             byref(count)))
        return count.value

    def trace(self, what: str, scope: str, condition: str | None) -> int:
        self.before_lookup()
        count = c_size_t()
        _check(library.ct_session_trace(self.handle, _encode(what),
                                        SCOPES[scope], _encode(condition),
                                        byref(count)))
        return count.value

    def untrace(self, what: str | None) -> int:
        count = c_size_t()
        _check(library.ct_session_untrace(self.handle, _encode(what),
                                          byref(count)))
        return count.value

    def mock(self, library_name: str, function: str, value: str | None,
             options: MockOptions) -> int:
        self.before_lookup()
        number = c_uint32()
        _check(library.ct_session_mock(self.handle, _encode(library_name),
                                       _encode(function), _encode(value),
                                       byref(options), byref(number)))
        return number.value

    def clear_mocks(self) -> None:
        library.ct_session_clear_mocks(self.handle)

    def permit(self, library_name: str, function: str, attitude: int,
               scope: str, caller: str | None) -> None:
        self.before_lookup()
        _check(library.ct_session_permit(
            self.handle, _encode(library_name), _encode(function), attitude,
            SCOPES[scope], _encode(caller)))

    def monitor(self, what: str, state: int) -> None:
        self.before_lookup()
        _check(library.ct_session_monitor(self.handle, _encode(what), state))

    def monitored(self, what: str) -> int:
        self.before_lookup()
        state = c_int()
        _check(library.ct_session_monitored(self.handle, _encode(what),
                                            byref(state)))
        return state.value

    def set_failure(self, what: str, options: FailureOptions) -> None:
        self.before_lookup()
        _check(library.ct_session_set_failure(self.handle, _encode(what),
                                              byref(options)))

    def fail(self, what: str, calls: str, keeps: bool) -> None:
        self.before_lookup()
        _check(library.ct_session_fail(self.handle, _encode(what),
                                       _encode(calls), keeps))

    def failing(self, what: str) -> str:
        self.before_lookup()
        text = c_void_p()
        _check(library.ct_session_failing(self.handle, _encode(what),
                                          byref(text)))
        return _take(text.value) or ""

    def prototype(self, what: str) -> list[str]:
        """The type of the result, then NAME<tab>TYPE of each parameter."""
        self.before_lookup()
        text = c_void_p()
        _check(library.ct_session_prototype(self.handle, _encode(what),
                                            byref(text)))
        return (_take(text.value) or "").splitlines()

    def arm(self, armed: bool) -> None:
        library.ct_session_arm(self.handle, armed)

    def is_open(self) -> bool:
        """Whether calls are intercepted by the sandbox now."""
        return library.ct_session_is_open(self.handle)

    def bound_sandbox(self, start: str | None, end: str | None) -> None:
        self.before_lookup()
        _check(library.ct_session_bound_sandbox(self.handle, _encode(start),
                                                _encode(end)))

    def set_strict_libraries(self, strict: bool) -> None:
        _check(library.ct_session_set_strict_libraries(self.handle, strict))

    def set_judge(self, judge: Callable[[int, str], bool]) -> None:
        """judge(mock's number, its arguments) must not raise."""
        def call(_: int | None, number: int, arguments: bytes) -> bool:
            return judge(number, os.fsdecode(arguments))

        # The core keeps the address: it lives as long as the session.
        self._judge = Judge(call)
        library.ct_session_set_judge(self.handle, self._judge, None)

    def set_read_buffer(self, fd: int, data: ReadData | None) -> bool:
        """Whether the descriptor had one."""
        had = c_bool()
        _check(library.ct_session_set_read_buffer(
            self.handle, fd, None if data is None else byref(data),
            byref(had)))
        return had.value

    def clear_read_buffers(self) -> None:
        library.ct_session_clear_read_buffers(self.handle)

    def read_progress(self, fd: int) -> tuple[int, int] | None:
        """Bytes that were read, and the chunk; None without a buffer."""
        count, chunk = c_uint64(), c_uint64()
        known = library.ct_session_read_progress(self.handle, fd,
                                                 byref(count), byref(chunk))
        return (count.value, chunk.value) if known else None

    def set_methods(self, which: int,
                    method: Callable[[MethodCall], None]) -> None:
        """method must not raise."""
        def call(_: int | None, asked: Any) -> None:
            method(asked.contents)

        # The core keeps the address: it lives as long as the session.
        self._method = Method(call)
        library.ct_session_set_methods(self.handle, which, self._method, None)

    def interactions(self, since: int) -> Iterator[tuple[str, int]]:
        """The lines, in pieces, each with what `since` is to be the next
        time."""
        while True:
            text, following = c_void_p(), c_size_t()
            _check(library.ct_session_interactions(
                self.handle, since, byref(following), byref(text)))
            yield _take(text.value) or "", following.value
            if following.value <= since:
                return
            since = following.value

    def retell(self, format: int, last: int | None = None) -> Iterator[str]:
        """The trace over again, of the last calls or of all, in pieces."""
        retelling, text = c_void_p(), c_void_p()
        count = c_size_t(-1).value  # all
        if last is not None:
            count = min(count, last)
        _check(library.ct_session_retell(self.handle, format, count,
                                         byref(retelling)))
        try:
            while True:
                _check(library.ct_retelling_next(retelling, byref(text)))
                if not text.value:
                    return
                yield _take(text.value) or ""
        finally:
            library.ct_retelling_destroy(retelling)

    def conflicts(self, pid: int) -> list[list[str]]:
        """The fields of the lines."""
        text = c_void_p()
        _check(library.ct_session_conflicts(self.handle, pid, byref(text)))
        return [line.split("\t")
                for line in (_take(text.value) or "").splitlines()]

    def mock_uses(self) -> list[int]:
        """How often the mocks have answered, by their numbers."""
        count = library.ct_session_mock_uses(self.handle, None, 0)
        uses = (c_uint32 * count)()
        library.ct_session_mock_uses(self.handle, uses, count)
        return list(uses)

    def library_key(self, name: str) -> str:
        text = c_void_p()
        _check(library.ct_session_library_key(self.handle, _encode(name),
                                              byref(text)))
        return _take(text.value) or ""

    def update(self, pid: int, tid: int, settled: bool) -> None:
        _check(library.ct_session_update(self.handle, pid, tid, settled))

    def kit(self) -> tuple[int, int]:
        """enum ct_kit_state, and where the program asks where it is."""
        place = c_uint64()
        return library.ct_session_kit(self.handle, byref(place)), place.value

    def expects_kit(self) -> bool:
        return library.ct_session_expects_kit(self.handle)

    def exited(self, pid: int, code: int) -> None:
        library.ct_session_exited(self.handle, pid, code)

    def executed(self, pid: int, path: str) -> None:
        library.ct_session_executed(self.handle, pid, _encode(path))

    def left(self, pid: int) -> None:
        library.ct_session_left(self.handle, pid)

    def thread_started(self, pid: int, tid: int) -> None:
        library.ct_session_thread_started(self.handle, pid, tid)

    def find_ended_threads(self, pid: int) -> None:
        library.ct_session_find_ended_threads(self.handle, pid)

    def pc(self, tid: int) -> int:
        return library.ct_session_pc(self.handle, tid)

    def find_fork(self, pid: int, tid: int) -> None:
        library.ct_session_find_fork(self.handle, pid, tid)

    def find_exec(self, pid: int, tid: int) -> bool:
        return library.ct_session_find_exec(self.handle, pid, tid)

    def forked(self, pid: int, tid: int, child: int) -> None:
        library.ct_session_forked(self.handle, pid, tid, child)

    def signalled(self, pid: int, tid: int, signal: str) -> None:
        library.ct_session_signalled(self.handle, pid, tid, _encode(signal))

    def note(self, text: str) -> None:
        library.ct_session_note(self.handle, _encode(text))

    def places(self) -> list[int]:
        count = library.ct_session_places(self.handle, None, 0)
        addresses = (c_uint64 * count)()
        library.ct_session_places(self.handle, addresses, count)
        return list(addresses)

    def hit(self, place: int, pid: int, tid: int) -> int:
        return self._hit(self.handle, place, pid, tid, self._answer)

    def returned(self, site: int, pid: int, tid: int) -> int:
        return self._returned(self.handle, site, pid, tid, self._answer)

    def is_watching(self) -> bool:
        return library.ct_session_is_watching(self.handle)

    def hook_count(self) -> int:
        return library.ct_session_hook_count(self.handle)

    def has_hook_at(self, address: int) -> bool:
        return library.ct_session_has_hook_at(self.handle, address)

    def hooks(self) -> list[tuple[int, int, int]]:
        """Addresses, and the bounds of what is replaced there."""
        count = library.ct_session_hooks(self.handle, None, None, 0)
        addresses = (c_uint64 * count)()
        replaced = (c_uint32 * (2 * count))()
        library.ct_session_hooks(self.handle, addresses, replaced, count)
        return [(address, address + first, address + end)
                for address, first, end in zip(addresses, replaced[::2],
                                               replaced[1::2])]

    def refuse_hook(self, address: int, reason: str) -> None:
        library.ct_session_refuse_hook(self.handle, address, _encode(reason))

    def is_postponed(self, pid: int) -> bool:
        return library.ct_session_is_postponed(self.handle, pid)

    def note_loaded(self, pid: int, path: str) -> None:
        library.ct_session_note_loaded(self.handle, pid, _encode(path))

    def set_agent_problem(self, problem: str | None) -> None:
        library.ct_session_set_agent_problem(self.handle, _encode(problem))

    def drain(self) -> int:
        return library.ct_session_drain(self.handle)

    def watch_rings(self, pid: int) -> Rings:
        return Rings(library.ct_session_watch_rings(self.handle, pid))

    def trap(self, pid: int) -> int:
        return library.ct_session_trap(self.handle, pid)

    def trapped(self, pid: int, tid: int) -> int:
        return library.ct_session_trapped(self.handle, pid, tid, self._answer)

    def unwind(self, pid: int, is_newest: bool, pc: int, sp: int,
               bp: int) -> AgentFrame | None:
        frame = AgentFrame()
        found = library.ct_session_unwind(self.handle, pid, is_newest, pc, sp,
                                          bp, frame)
        return frame if found else None

    def unhook(self, pid: int, tid: int) -> None:
        library.ct_session_unhook(self.handle, pid, tid)

    def trace_syscalls(self, names: list[str], condition: str | None,
                       recorded: bool = True, collected: bool = False,
                       of_others: bool = False, entries: bool = False
                       ) -> int:
        """The number of the request."""
        number = c_uint32()
        items = (c_char_p * len(names))(*map(_encode, names))
        _check(library.ct_session_trace_syscalls(
            self.handle, byref(SyscallRequest(
                len(names), items, _encode(condition), recorded, collected,
                of_others, entries)), byref(number)))
        return number.value

    def judge_syscall(self, expression: str, number: int, args: list[int],
                      result: int | None, pid: int, tid: int,
                      memory: list[tuple[int, bytes]]) -> bool:
        """Whether the expression is true of a call that was taken."""
        is_true = c_bool()
        told = SyscallTold(
            number, (c_uint64 * 6)(*args[:6]), result is not None,
            result or 0, pid, tid, len(memory),
            (ToldMemory * len(memory))(
                *((at, data, len(data)) for at, data in memory)))
        _check(library.ct_session_judge_syscall(
            self.handle, _encode(expression), byref(told), byref(is_true)))
        return is_true.value

    def untrace_syscalls(self, number: int) -> int:
        """How many requests have ended; 0 is all of the prompt's."""
        count = c_size_t()
        library.ct_session_untrace_syscalls(self.handle, number, byref(count))
        return count.value

    def take_syscalls(self, number: int) -> str:
        """What a request has collected, a tuple a line."""
        text = c_void_p()
        _check(library.ct_session_take_syscalls(self.handle, number,
                                                byref(text)))
        return _take(text.value) or ""

    def mock_syscall(self, mock: SyscallMock) -> int:
        """The number of the mock."""
        number = c_uint32()
        _check(library.ct_session_mock_syscall(self.handle, byref(mock),
                                               byref(number)))
        return number.value

    def clear_syscall_mocks(self, number: int = 0) -> None:
        library.ct_session_clear_syscall_mocks(self.handle, number)

    def wanted_syscalls(self, pid: int) -> tuple[int, list[int] | None]:
        """Of a process, or of one to come (0): enum ct_syscall_need, and the
        numbers; None for all."""
        every, count = c_bool(), c_size_t()
        numbers = (c_uint32 * 2048)()
        need = library.ct_session_wanted_syscalls(
            self.handle, pid, byref(every), numbers, len(numbers),
            byref(count))
        return need, None if every.value else numbers[:count.value]

    def choose_syscall_engine(self, engine: int) -> None:
        """enum ct_syscall_engine"""
        _check(library.ct_session_choose_syscall_engine(self.handle, engine))

    def can_notify(self, pid: int) -> bool:
        return library.ct_session_can_notify(self.handle, pid)

    def notify_syscalls(self, pid: int, tid: int,
                        refuses_no_new_privs: bool) -> int:
        """The number of the filter that the process has."""
        number = c_uint32()
        _check(library.ct_session_notify_syscalls(
            self.handle, pid, tid, refuses_no_new_privs, byref(number)))
        return number.value

    def wake_fd(self, number: int) -> int:
        """-1 when its processes have ended."""
        return library.ct_session_wake_fd(self.handle, number)

    def has_lost_privileges(self, pid: int) -> bool:
        return library.ct_session_has_lost_privileges(self.handle, pid)

    def is_notifying(self, pid: int) -> bool:
        return library.ct_session_is_notifying(self.handle, pid)

    def notify_child(self, parent: int, child: int) -> None:
        library.ct_session_notify_child(self.handle, parent, child)

    def find_interrupted(self, pid: int) -> None:
        library.ct_session_find_interrupted(self.handle, pid)

    def drain_syscalls(self) -> int:
        """enum ct_answer_action"""
        return library.ct_session_drain_syscalls(self.handle)

    def describe_notifying(self) -> str:
        return _take(library.ct_session_describe_notifying(
            self.handle)) or ""

    def end_syscalls(self, pid: int) -> None:
        library.ct_session_end_syscalls(self.handle, pid)

    def syscall_summary(self, as_json: bool = False) -> str:
        text = c_void_p()
        _check(library.ct_session_syscall_summary(self.handle, as_json,
                                                  byref(text)))
        return _take(text.value) or ""

    def keep(self, address: int, keep: bool) -> None:
        library.ct_session_keep(self.handle, address, keep)

    def keep_all(self, keep: bool) -> None:
        library.ct_session_keep_all(self.handle, keep)

    def was_stepped(self, tid: int) -> bool:
        return library.ct_session_was_stepped(tid)

    def call_count(self) -> int:
        return library.ct_session_call_count(self.handle)

    def take_text(self) -> str | None:
        return _take(library.ct_session_take_text(self.handle))

    def flush_text(self) -> str | None:
        return _take(library.ct_session_flush_text(self.handle))

    def take_trouble(self) -> str | None:
        return _take(library.ct_session_take_trouble(self.handle))

    def take_warnings(self) -> str | None:
        return _take(library.ct_session_take_warnings(self.handle))

    def save(self, path: str, format_name: str | None) -> int:
        count = c_size_t()
        _check(library.ct_session_save(self.handle, _encode(path),
                                       FORMATS[format_name], byref(count)))
        return count.value

    def open_trace(self, path: str | None, format_name: str | None) -> None:
        _check(library.ct_session_open_trace(self.handle, _encode(path),
                                             FORMATS[format_name]))

    def clear(self) -> None:
        library.ct_session_clear(self.handle)

    def report(self, report: int, what: str | None = None) -> str:
        text = c_void_p()
        _check(library.ct_session_report(self.handle, report, _encode(what),
                                         byref(text)))
        return _take(text.value) or ""

    def complete(self, what: int, library_name: str | None,
                 word: str) -> list[str]:
        self.before_lookup()
        text = c_void_p()
        _check(library.ct_session_complete(
            self.handle, what, _encode(library_name), _encode(word),
            byref(text)))
        return (_take(text.value) or "").split()

    def unused_mocks(self) -> int:
        return library.ct_session_unused_mocks(self.handle)


class Rings:
    """struct ct_rings; see include/ctester/agent.h."""

    def __init__(self, handle: int) -> None:
        self.handle = handle

    def wait(self, milliseconds: int) -> bool:
        return library.ct_rings_wait(self.handle, milliseconds)

    def wake(self) -> None:
        library.ct_rings_wake(self.handle)

    def close(self) -> None:
        library.ct_rings_destroy(self.handle)


def hold_vforks(is_on: bool) -> None:
    """Keep GDB from waiting for ever for parents in vfork; see
    include/ctester/vforks.h."""
    _check(library.ct_vforks_hold(is_on))


def check_notifications() -> None:
    """Raises an error with the reason where the kernel has none."""
    _check(library.ct_notify_check_kernel())


def complete_syscall(word: str) -> list[str]:
    """Names of system calls and of groups that begin so."""
    text = c_void_p()
    _check(library.ct_session_complete_syscall(_encode(word), byref(text)))
    return (_take(text.value) or "").split()


def version() -> str:
    """The core's version."""
    return library.ct_version().decode()
