# SPDX-License-Identifier: MIT
"""What the kernel says of a process, without GDB: proc(5) has the formats."""

from __future__ import annotations

import os
import select
import signal
import struct
import time

# In auxiliary().
AT_BASE, AT_ENTRY, AT_SYSINFO_EHDR = 7, 9, 33

# Of the flags in /proc/PID/stat (linux/sched.h): it is about to end.
PF_EXITING = 4
# How long that may take a process.
END_SECONDS = 10


def status_fields(pid: int) -> list[str]:
    """The fields of /proc/PID/stat (proc(5)) from the third on."""
    try:
        with open(f"/proc/{pid}/stat", encoding="latin-1") as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return []


def parent(pid: int) -> int:
    fields = status_fields(pid)
    return int(fields[1]) if fields else 0


def is_alive(pid: int) -> bool:
    """True for a process that has neither ended nor been killed."""
    # What has begun to end has no signal left that kills it: look for that
    # first.
    if _is_killed(pid):
        return False
    fields = status_fields(pid)
    return (bool(fields) and fields[0] not in "ZX"
            and not int(fields[6]) & PF_EXITING)


def _is_killed(pid: int) -> bool:
    """True while SIGKILL is on its way to a process."""
    bit = 1 << signal.SIGKILL - 1
    try:
        with open(f"/proc/{pid}/status", encoding="latin-1") as file:
            return any(int(line.split()[1], 16) & bit for line in file
                       if line.startswith(("SigPnd:", "ShdPnd:")))
    except OSError:
        return True


def is_there(pid: int) -> bool:
    """True for a process that lives, or has ended and was not waited for:
    GDB waits for those that it kills, not for those that it lets go."""
    return bool(status_fields(pid))


def exit_code(pid: int) -> int:
    """How a process ended that nobody has waited for yet: its status, or
    minus the signal.  One that is gone was killed."""
    _await_end(pid)
    fields = status_fields(pid)
    status = int(fields[49]) if len(fields) > 49 else signal.SIGKILL
    killer = status & 0x7f
    return -killer if killer else status >> 8


def _await_end(pid: int) -> None:
    """Wait for the end of a process that has been killed: its memory may be
    large."""
    try:
        fd = os.pidfd_open(pid)
    except OSError:
        return      # it is gone
    try:
        if status_fields(pid)[:1] != ["Z"]:
            select.select([fd], [], [], END_SECONDS)
    finally:
        os.close(fd)


def signal_name(number: int) -> str:
    """As "SIGTERM", or "signal 40" for one without a name."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def masks(pid: int) -> dict[str, int]:
    """Sets of signals in /proc/PID/status (proc(5))."""
    try:
        with open(f"/proc/{pid}/status", encoding="latin-1") as file:
            rows = (line.partition(":\t") for line in file)
            return {name: int(value, 16) for name, _, value in rows
                    if name.startswith("Sig") and "/" not in value}
    except OSError:
        return {}


def is_waiting(pid: int) -> bool:
    """Whether each thread of a process sleeps; one at a stop of GDB's does
    not."""
    states = set()
    try:
        for tid in os.listdir(f"/proc/{pid}/task"):
            states.update(status_fields(int(tid))[:1])
    except OSError:
        return False
    return bool(states) and states <= {"S", "D"}


def processor_time(pid: int) -> float:
    """The seconds that a process has run; 0.0 for none."""
    # As clock_getcpuclockid(3) makes it.
    try:
        return time.clock_gettime(~pid << 3 | 2)
    except OSError:
        return 0.0


def pin(pid: int, processors: set[int]) -> None:
    """Let a process run on these processors only; its later threads, too."""
    try:
        threads = os.listdir(f"/proc/{pid}/task")
    except FileNotFoundError:
        return
    for tid in threads:
        try:
            os.sched_setaffinity(int(tid), processors)
        except ProcessLookupError:
            pass    # it has just ended


def auxiliary(pid: int) -> dict[int, int]:
    try:
        with open(f"/proc/{pid}/auxv", "rb") as file:
            data = file.read()
    except OSError:
        return {}
    return dict(struct.iter_unpack("<QQ", data[:len(data) // 16 * 16]))
