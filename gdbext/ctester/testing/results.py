# SPDX-License-Identifier: MIT
"""What became of a test, and how GDB's side says so.

GDB writes records into a file that it inherits, a line of JSON each.  What was
written before GDB dies is kept; a line without its end is as if it were not
there.
"""

from __future__ import annotations

import dataclasses
import json
import os
from typing import Any

PASSED = "passed"
FAILED = "failed"           # the program did other things than expected
ERROR = "error"             # the test itself is wrong
CRASHED = "crashed"         # GDB died
TIMED_OUT = "timed out"
SKIPPED = "skipped"
NOT_RUN = "not run"         # ended from outside before its turn

# In the order in which they are counted for people.
KINDS = (PASSED, FAILED, ERROR, CRASHED, TIMED_OUT, SKIPPED, NOT_RUN)
GOOD = (PASSED, SKIPPED)


@dataclasses.dataclass(frozen=True)
class Test:
    """A test of a file, or with the name None the loading of the file."""

    file: str                   # as it was given
    name: str | None = None
    line: int | None = None     # of its definition

    def __str__(self) -> str:
        return self.file if self.name is None else f"{self.file}::{self.name}"


@dataclasses.dataclass
class Result:
    """What became of one test."""

    kind: str
    message: str = ""
    type: str = ""              # the class of what was raised
    traceback: str = ""
    file: str | None = None     # the script's line
    line: int | None = None
    seconds: float = 0.0
    stdout: str = ""            # the program's
    stderr: str = ""
    gdb: str = ""               # GDB's own words, and what the script prints

    @property
    def is_good(self) -> bool:
        return self.kind in GOOD


def write_record(fd: int, record: dict[str, Any]) -> None:
    """Add a record to the file."""
    data = json.dumps(record).encode() + b"\n"
    while data:
        data = data[os.write(fd, data):]


def read_records(fd: int) -> list[dict[str, Any]]:
    """The records that are complete."""
    whole = os.pread(fd, os.fstat(fd).st_size, 0).rpartition(b"\n")[0]
    found = []
    for line in whole.splitlines():
        try:
            record = json.loads(line)
        except ValueError:
            continue        # not ours: the file is open to the script
        if isinstance(record, dict):
            found.append(record)
    return found


def last_record(fd: int, name: str) -> Any:
    """What the last record of a name says, or None."""
    said = [record[name] for record in read_records(fd) if name in record]
    return said[-1] if said else None


def count_by_kind(results: list[Result]) -> str:
    """3 passed, 1 failed"""
    counts = {kind: sum(one.kind == kind for one in results)
              for kind in KINDS}
    return ", ".join(f"{count} {kind}" for kind, count in counts.items()
                     if count)
