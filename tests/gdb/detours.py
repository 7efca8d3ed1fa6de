# SPDX-License-Identifier: MIT
"""What the tests of detours share: mocks with all that a detour can do."""

# For GDB's Python: mock() takes what no command has.
MOCK = """
import gdb
from ctester import _core
from ctester.state import engine, session

def mock(library, function, value, exception=None, ms=0, times=1, errno=None,
         signal=0, when=None):
    text = exception and exception.encode()
    session.mock(library, function, value, _core.MockOptions(
        times=times, required=True, scope=0, delay_ns=ms * 1000000,
        exception=text, raises=text, set_errno=errno is not None,
        errno_value=errno or 0, signal=signal,
        filter=when and when.encode()))
"""
