# SPDX-License-Identifier: MIT
"""ctester in GDB's Python: trace and mock the functions of a program.

    import ctester
    ctester.native.mock_call("libm", "sqrt", returns=3.0)
    with ctester.sandbox():
        ctester.run()
    ctester.native.assert_call("libm", "sqrt", args=(9.0,))

    ctester.trace("area", "libm:sqrt")
    gdb.execute("run")
    print(ctester.calls()[0]["args"])

docs/python.md has all of it.  Names mean what they mean at the prompt.
"""

from __future__ import annotations

import importlib
from typing import Any

# Name: the module that has it.  Imported when it is first used, so that the
# modules that need no GDB can be had without one.
_HOMES = {
    **dict.fromkeys(("Counts", "Error", "calls", "clear", "counts", "mock",
                     "prototypes", "save", "trace", "untrace", "version"),
                    "api"),
    **dict.fromkeys(("FAIL_ALWAYS", "FAIL_FIRST", "FAIL_NEVER", "FAIL_ONCE",
                     "FAIL_SECOND", "FAIL_THIRD", "FAIL_TWICE"), "failing"),
    **dict.fromkeys(("failures", "logs", "malloc_allocated", "malloced",
                     "monitored", "stats"), "monitors"),
    **dict.fromkeys(("READ_WRITE_AFTER_INTERVAL",
                     "READ_WRITE_BEFORE_INTERVAL",
                     "READ_WRITE_REAL_INTERVAL", "create_partial_read_buffer",
                     "create_read_buffer", "fd_is_read_buffered",
                     "get_bytes_read", "get_current_chunk_id",
                     "reinit_read_fd_table", "set_read_buffer"), "reads"),
    **dict.fromkeys(("reset_gai_fai_gstr_gni_methods",
                     "set_check_freeaddrinfo",
                     "set_freeaddrinfo_badarg_report",
                     "set_freeaddrinfo_badarg_reporter", "set_gai_methods",
                     "set_gai_strerror_method", "set_getaddrinfo_method",
                     "set_getnameinfo_method", "simple_freeaddrinfo",
                     "simple_getaddrinfo"), "resolving"),
    **dict.fromkeys(("ANY", "approx"), "matchers"),
    **dict.fromkeys(("Cycle", "Unreadable"), "values"),
    **dict.fromkeys(("AllWildcardAssertionError", "AssertionInsideSandboxError",
                     "BadMockError", "ConflictError",
                     "InteractionMismatchError", "MissingAssertionFieldsError",
                     "StrictError", "UnassertedInteractionsError",
                     "UnmockedInteractionError", "UnusedMocksError",
                     "ProgramTimeoutError", "SandboxError",
                     "VerificationError"), "errors"),
    **dict.fromkeys(("Completed", "run"), "running"),
    "Interaction": "interactions",
    **dict.fromkeys(("in_any_order", "sandbox", "verify_all"), "strict"),
    "StrictVerifier": "verifier",
}
_MODULES = ("native", "syscalls")

# What docs/python.md lists.
__all__ = [*_HOMES, *_MODULES]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f".{name}", __name__)
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f".{_HOMES[name]}", __name__),
                    name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES, *_MODULES})
