# SPDX-License-Identifier: MIT
"""The commands, one module a family; register() adds them to GDB."""

from __future__ import annotations

from . import info, monitor, record, strict, syscalls, trace


def register() -> None:
    """Add every command."""
    for family in (trace, info, syscalls, monitor, record, strict):
        family.register()
