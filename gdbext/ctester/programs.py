# SPDX-License-Identifier: MIT
"""Which file a command line means, and what to hand over to launch.py: for
scripts/ctester, which has no GDB, and for running.py."""

from __future__ import annotations

import errno
import fcntl
import os
import pickle
import shutil
import stat
import tempfile
from typing import IO, Any

BAD_USE = 2
NOT_EXECUTABLE = 126
NOT_FOUND = 127


class Problem(Exception):
    """Why nothing can be run: one line, and an exit status."""

    def __init__(self, text: str, status: int = BAD_USE) -> None:
        super().__init__(text)
        self.status = status


def shown(text: str) -> str:
    """A word of the command line as part of a line."""
    plain = text.encode(errors="surrogateescape").decode(errors="replace")
    return "".join(letter if letter.isprintable() else "?" for letter in plain)


def find_program(name: str) -> str:
    """The file that a shell would run, or its complaint."""
    if not name:
        raise Problem("'': no such program", NOT_FOUND)
    path = name if "/" in name else shutil.which(name)
    if path is None:
        places = os.environ.get("PATH", os.defpath).split(os.pathsep)
        if any(os.path.isfile(os.path.join(place, name)) for place in places):
            raise Problem(f"{shown(name)}: not executable", NOT_EXECUTABLE)
        raise Problem(f"{shown(name)}: no such program", NOT_FOUND)
    try:
        mode = os.stat(path).st_mode
    except OSError as error:
        status = (NOT_FOUND if error.errno in (errno.ENOENT, errno.ENOTDIR)
                  else NOT_EXECUTABLE)
        raise Problem(f"{shown(path)}: {error.strerror}", status) from None
    if stat.S_ISDIR(mode):
        raise Problem(f"{shown(path)}: is a directory", NOT_EXECUTABLE)
    if not os.access(path, os.X_OK):
        raise Problem(f"{shown(path)}: not executable", NOT_EXECUTABLE)
    return os.path.abspath(path)


def resolve(words: list[str]) -> tuple[str, list[str]]:
    """The file to run and its argv: of a script, its interpreter, which is
    what the kernel runs then."""
    path, argv = find_program(words[0]), list(words)
    for _ in range(4):
        try:
            with open(path, "rb") as file:
                line = file.read(256)
        except OSError as error:
            raise Problem(f"{shown(path)}: {error.strerror}",
                          NOT_EXECUTABLE) from None
        if not line.startswith(b"#!"):
            return _checked(path), argv
        head = os.fsdecode(line[2:].split(b"\n")[0].strip()).split(None, 1)
        if not head:
            raise Problem(f"{shown(path)}: names no interpreter",
                          NOT_EXECUTABLE)
        # A script of PATH gets the name under which it was found.
        script = path if "/" not in argv[0] else argv[0]
        path, argv = find_program(head[0]), [*head, script, *argv[1:]]
    raise Problem(f"{shown(words[0])}: too many interpreters", NOT_EXECUTABLE)


def _checked(path: str) -> str:
    """A path that GDB can be told."""
    try:
        os.fsencode(path).decode()
    except UnicodeDecodeError:
        raise Problem(f"{shown(path)}: GDB needs a path in UTF-8; a symbolic "
                      "link will do", NOT_EXECUTABLE) from None
    return path


def above(fd: int) -> int:
    """A duplicate that is none of the standard files and is inherited."""
    copy = fcntl.fcntl(fd, fcntl.F_DUPFD, 10)
    os.set_inheritable(copy, True)
    return copy


def memory_file(name: str, content: bytes = b"") -> int:
    """A file without a name that GDB inherits."""
    low = os.memfd_create(name)
    fd = above(low)
    os.close(low)
    os.write(fd, content)
    return fd


def read_file(fd: int) -> bytes:
    """All of a file, wherever it stands."""
    parts, place = [], 0
    while part := os.pread(fd, 1 << 24, place):
        parts.append(part)
        place += len(part)
    return b"".join(parts)


def temporary_file(content: bytes) -> IO[bytes]:
    """A file without a name."""
    file = tempfile.TemporaryFile(buffering=0)
    rest = memoryview(content)
    while rest:
        rest = rest[file.write(rest):]
    return file


def task_file(task: dict[str, Any]) -> int:
    """What launch.py reads, as a file that GDB inherits.  It is to close
    task["own"], and this file."""
    fd = memory_file("ctester-task")
    task["own"].append(fd)
    os.write(fd, pickle.dumps(task, 4))
    return fd


def identity(fd: int) -> tuple[int, int] | None:
    """Which file a descriptor is of; None when it is closed."""
    try:
        status = os.fstat(fd)
    except OSError:
        return None
    return status.st_dev, status.st_ino
