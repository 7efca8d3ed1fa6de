# SPDX-License-Identifier: MIT
"""GDB's floor: a breakpoint at an address whose stop() does nothing.

BENCH_OTHERS is how many functions of large.py have such a breakpoint too.
"""

import os

import gdb


class Floor(gdb.Breakpoint):
    """Stops at nothing."""

    def stop(self) -> bool:
        return False


def plant(function: str) -> None:
    """At the exact address, as ctester does."""
    address = int(gdb.parse_and_eval(f"(long) &{function}"))
    Floor(f"*{address:#x}", internal=True)


gdb.execute("starti", False, True)
plant("touch")
for i in range(int(os.environ.get("BENCH_OTHERS", "0"))):
    plant(f"u{i // 250 + 1}_function_{i % 250}")
gdb.execute("kill", False, True)
