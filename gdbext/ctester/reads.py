# SPDX-License-Identifier: MIT
"""Partial reads: what a descriptor of the program gives to monitored calls of
read, recv and recvfrom, and when.

    from ctester import (READ_WRITE_AFTER_INTERVAL, create_read_buffer,
                         monitored, set_read_buffer)
    monitored.read = True
    set_read_buffer(0, create_read_buffer(b"hello world", [6, 5], [0, 100],
                                          READ_WRITE_AFTER_INTERVAL))

The modes are those of C tests: include/CTester/read_write.h.
"""

from __future__ import annotations

import ctypes
import dataclasses
from typing import Sequence

from . import _core
from .errors import BadMockError
from .state import engine, session

READ_WRITE_REAL_INTERVAL = 1
READ_WRITE_AFTER_INTERVAL = 2
READ_WRITE_BEFORE_INTERVAL = 3
_MODES = (READ_WRITE_REAL_INTERVAL, READ_WRITE_AFTER_INTERVAL,
          READ_WRITE_BEFORE_INTERVAL)
_INTERVAL_MAX = 2**31 - 1


@dataclasses.dataclass
class ReadBuffer:
    """Data in chunks, one behind the other.

    sizes: of the chunks, in bytes; intervals: of each, in milliseconds.
    mode: one of READ_WRITE_..., before it is set.
    """

    data: bytes
    sizes: list[int]
    intervals: list[int]
    mode: int | None = None


def create_partial_read_buffer(data: bytes | str, sizes: Sequence[int],
                               intervals: Sequence[int]) -> ReadBuffer:
    """Cut data into chunks; the mode is still to be set.  Raises BadMockError
    for sizes that are none, or more than there is."""
    found = data.encode() if isinstance(data, str) else bytes(data)
    if len(sizes) != len(intervals):
        raise BadMockError(f"read buffer: {len(sizes)} sizes and "
                           f"{len(intervals)} intervals; each chunk has one "
                           "of both")
    if any(size < 0 for size in sizes) or sum(sizes) > len(found):
        raise BadMockError(f"read buffer: the sizes {list(sizes)} do not cut "
                           f"{len(found)} bytes")
    return ReadBuffer(found, list(sizes), list(intervals))


def create_read_buffer(data: bytes | str, sizes: Sequence[int],
                       intervals: Sequence[int], mode: int) -> ReadBuffer:
    """The same, with a mode."""
    buffer = create_partial_read_buffer(data, sizes, intervals)
    buffer.mode = mode
    return buffer


def set_read_buffer(fd: int, buffer: ReadBuffer | None) -> int:
    """Give a descriptor of the program a buffer; None takes it away.

    What is in the buffer is copied.  Its time begins when the sandbox opens,
    or now if that is open.  Returns 1 if the descriptor had a buffer, else 0.
    Raises BadMockError for a mode that is none.
    """
    if buffer is None:
        had = session.set_read_buffer(fd, None)
        engine.refresh()    # other functions may be hooked now
        return int(had)
    if buffer.mode not in _MODES:
        raise BadMockError(f"read buffer: {buffer.mode!r} is no mode; the "
                           "modes are READ_WRITE_REAL_INTERVAL, "
                           "READ_WRITE_AFTER_INTERVAL and "
                           "READ_WRITE_BEFORE_INTERVAL")
    # So that what it says is right even if it was changed.
    buffer = create_read_buffer(buffer.data, buffer.sizes, buffer.intervals,
                                buffer.mode)
    count = len(buffer.sizes)
    intervals = [max(0, min(each, _INTERVAL_MAX)) for each in buffer.intervals]
    had = session.set_read_buffer(fd, _core.ReadData(
        mode=buffer.mode, count=count,
        sizes=(ctypes.c_uint64 * count)(*buffer.sizes),
        intervals=(ctypes.c_int32 * count)(*intervals), data=buffer.data))
    engine.refresh()
    return int(had)


def fd_is_read_buffered(fd: int) -> bool:
    """Whether a descriptor has a buffer."""
    return session.read_progress(fd) is not None


def get_bytes_read(fd: int) -> int:
    """How many bytes were read of its buffer; -1 when it has none."""
    progress = session.read_progress(fd)
    return -1 if progress is None else progress[0]


def get_current_chunk_id(fd: int) -> int:
    """The chunk that the next byte is of, or their number at the end; -1 when
    it has no buffer."""
    progress = session.read_progress(fd)
    return -1 if progress is None else progress[1]


def reinit_read_fd_table() -> None:
    """Take all buffers from their descriptors."""
    session.clear_read_buffers()
