# SPDX-License-Identifier: MIT
"""ctester in GDB's Python: trace and mock the functions of a program.

    import ctester
    ctester.trace("area", "libm:sqrt")
    ctester.mock("libm", "sqrt", 3.0)
    gdb.execute("run")
    print(ctester.calls()[0]["args"])

Names mean what they mean at the prompt; errors are ctester.Error.
"""

from __future__ import annotations

from .api import (Counts, Error, calls, clear, counts, mock, prototypes, save,
                  stats, trace, untrace, version)

__all__ = ["Counts", "Error", "calls", "clear", "counts", "mock", "prototypes",
           "save", "stats", "trace", "untrace", "version"]
