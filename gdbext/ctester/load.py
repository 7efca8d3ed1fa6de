# SPDX-License-Identifier: MIT
"""What ctester.gdb runs: check this GDB, load the core, add the commands."""

from __future__ import annotations

import os
import re

import gdb

OLDEST_GDB = (12, 1)


def gdb_problem(version: str) -> str | None:
    """Why this GDB will not do, or None."""
    numbers = re.match(r"(\d+)\.(\d+)", version)
    if numbers and tuple(map(int, numbers.groups())) >= OLDEST_GDB:
        return None
    oldest = ".".join(map(str, OLDEST_GDB))
    return (f"GDB {version} is too old; ctester needs GDB {oldest} or later, "
            "built with Python")


def _refuse(problem: str) -> None:
    """One line, and in batch mode a status that says so."""
    gdb.write(f"ctester: {problem}\n", gdb.STDERR)
    with open("/proc/self/cmdline", "rb") as file:
        batch = any(word.lstrip(b"-").startswith(b"batch")
                    for word in file.read().split(b"\0"))
    if batch:
        gdb.flush(gdb.STDERR)
        os._exit(2)


def load() -> None:
    """Make ctester part of this GDB."""
    problem = gdb_problem(gdb.VERSION)
    if problem:
        _refuse(problem)
        return
    # Imported late: an old Python may not understand it, and it loads the
    # core.
    try:
        from ctester import commands, parameters, state, strict
    except ImportError as error:
        _refuse(str(error))
        return
    assert strict   # ctester.native is this GDB's from now on
    commands.register()
    parameters.register()
    state.engine.choose("auto")
