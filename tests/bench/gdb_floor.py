# SPDX-License-Identifier: MIT
"""GDB's floor: a breakpoint at an address whose stop() does nothing.

BENCH_FLOOR is the function, touch() if not set.  BENCH_OTHERS is how many
functions of large.py have such a breakpoint too.
"""

import os

import gdb


class Floor(gdb.Breakpoint):
    """Stops at nothing."""

    def stop(self) -> bool:
        return False


def plant(function: str) -> None:
    """At the exact address, as ctester does."""
    Floor(f"*{function}", internal=True)


plant(os.environ.get("BENCH_FLOOR", "touch"))
for i in range(int(os.environ.get("BENCH_OTHERS", "0"))):
    plant(f"u{i // 250 + 1}_function_{i % 250}")
