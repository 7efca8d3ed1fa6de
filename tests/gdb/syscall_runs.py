# SPDX-License-Identifier: MIT
"""What the tests of system calls share: tests/programs/syscalls.c runs under
GDB, and its calls are read from the trace."""

from typing import Any, Dict, List, Optional, Sequence, Tuple

from conftest import Gdb, Result

Event = Dict[str, Any]
SIGNALS = "handle SIGALRM SIGUSR1 SIGPIPE nostop noprint pass"
# Up to the program's own part: what the loader and libc do is not counted.
TO_MAIN = ["break here", "run"]


def run(gdb: Gdb, words: Sequence[str], *commands: str, status: int = 0,
        **options: Any) -> Result:
    """Run the program with these words under commands; the trace is in
    trace.jsonl."""
    program = gdb.program("syscalls", libraries=("-lpthread",))
    result = gdb.run(program, "set ctester live off", SIGNALS, *commands,
                     "ctester save trace.jsonl", args=words, **options)
    assert "Traceback" not in result.stderr, result.shown()
    assert result.status == status, result.shown()
    return result


def trace(gdb: Gdb, words: Sequence[str], *what: str, status: int = 0,
          **options: Any) -> Tuple[Result, List[Event]]:
    """Trace from here() on; what: the commands for it."""
    result = run(gdb, words, *TO_MAIN, *what, "continue", status=status,
                 **options)
    return result, calls(result)


def calls(result: Result, name: Optional[str] = None) -> List[Event]:
    """System calls in the order in which they were made."""
    events = [event for event in result.events()
              if event["type"] == "syscall" and name in (None, event["name"])]
    return sorted(events, key=lambda event: event["seq"])


def value(event: Event, name: str, after: bool = False) -> Any:
    """An argument at the entry, or what it had become at the exit."""
    for part in ("out",) * after + ("args",):
        for argument in event.get(part, ()):
            if argument["name"] == name:
                found = argument["value"]
                if isinstance(found, dict) and "value" in found:
                    return found["value"]
                return found
    raise AssertionError(f"no {name} in {event}")


def result_of(event: Event) -> Optional[int]:
    """The register."""
    return None if event["return"] is None else event["return"]["value"]
