# SPDX-License-Identifier: MIT
"""Structs, callbacks and enums of the C library: include/ctester."""

from __future__ import annotations

import ctypes
from ctypes import (POINTER, Structure, c_bool, c_char_p, c_int, c_int32,
                    c_int64, c_size_t, c_uint32, c_uint64, c_void_p)


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
