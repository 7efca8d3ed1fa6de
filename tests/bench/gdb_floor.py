# SPDX-License-Identifier: MIT
"""GDB's floor: a breakpoint at an address whose stop() does nothing."""

import gdb


class Floor(gdb.Breakpoint):
    """Stops at nothing."""

    def stop(self) -> bool:
        return False


gdb.execute("starti", False, True)
address = int(gdb.parse_and_eval("(long) &touch"))
gdb.execute("kill", False, True)
Floor(f"*{address:#x}", internal=True)
