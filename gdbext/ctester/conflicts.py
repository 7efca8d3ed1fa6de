# SPDX-License-Identifier: MIT
"""Who else intercepts a mocked function."""

from __future__ import annotations

from . import _core, breakpoints
from .errors import ConflictError


def find(session: _core.Session, pid: int) -> ConflictError | None:
    """The first in a process; None when there is nobody."""
    users = breakpoints.users_breakpoints()
    for library, function, address, kind, patcher in session.conflicts(pid):
        if kind == "preloaded":
            return ConflictError(library, function,
                                 f"the preloaded {patcher}",
                                 "ctester.run(env={'LD_PRELOAD': None})")
        if kind == "patched":
            return ConflictError(
                library, function, "a jump to " + patcher if patcher
                else "a patch of its first instructions",
                f"run the program without {patcher or 'it'}")
        number = users.get(int(address))
        if number is not None:
            return ConflictError(library, function, f"breakpoint {number}",
                                 f"delete {number}")
    return None
