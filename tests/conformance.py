# SPDX-License-Identifier: MIT
"""Two engines, one meaning: the traces of two runs are the same.

Compared are the JSON Lines that two runs have left behind, without what no two
runs share: times, the numbers of processes and threads, addresses, and the
name of the engine.  Calls of several threads have an order within each thread
only.
"""

import json
import pathlib
import re
from typing import Any, Dict, List

DROPPED = {"time_ns", "duration_ns", "engine", "address"}
HEXADECIMAL = re.compile(r"0x[0-9a-f]+")


class Numbers:
    """Processes and threads by the order of their appearance."""

    def __init__(self) -> None:
        self.known: Dict[int, str] = {}

    def name(self, number: int) -> str:
        return self.known.setdefault(number, f"#{len(self.known)}")


def normalize(value: Any, numbers: Numbers) -> Any:
    """A value without what differs between two runs."""
    if isinstance(value, list):
        return [normalize(each, numbers) for each in value]
    if isinstance(value, str):
        return HEXADECIMAL.sub("0x", value)
    if not isinstance(value, dict):
        return value
    return {name: numbers.name(each)
            if name in ("pid", "tid", "child", "thread")
            and isinstance(each, int) else normalize(each, numbers)
            for name, each in value.items() if name not in DROPPED}


def read_trace(path: pathlib.Path) -> Dict[str, List[Any]]:
    """The events of a trace by their threads, in order of completion; `seq`
    becomes a thread's own."""
    numbers = Numbers()
    events = [normalize(json.loads(line), numbers)
              for line in path.read_text().splitlines()]
    threads: Dict[str, List[Any]] = {}
    for event in events:
        if event["type"] != "note":
            threads.setdefault(event.get("tid", ""), []).append(event)
    for calls in threads.values():
        order = sorted(each["seq"] for each in calls if "seq" in each)
        ranks = {seq: rank for rank, seq in enumerate(order)}
        for each in calls:
            if "seq" in each:
                each["seq"] = ranks[each["seq"]]
    return threads


def show(event: Any) -> str:
    return json.dumps(event, sort_keys=True)


def differences(first: pathlib.Path, second: pathlib.Path) -> List[str]:
    """What two traces do not share, a line a difference."""
    one, other = read_trace(first), read_trace(second)
    found = []
    # Which thread came first may differ: they are paired by what they did.
    left = sorted(one.values(), key=lambda calls: [show(c) for c in calls])
    right = sorted(other.values(), key=lambda calls: [show(c) for c in calls])
    if len(left) == len(right) == 1 or len(left) != len(right):
        left, right = list(one.values()), list(other.values())
    for index in range(max(len(left), len(right))):
        mine = left[index] if index < len(left) else []
        yours = right[index] if index < len(right) else []
        for place in range(max(len(mine), len(yours))):
            was = show(mine[place]) if place < len(mine) else "nothing"
            now = show(yours[place]) if place < len(yours) else "nothing"
            if was != now:
                found.append(f"thread {index}, event {place}:\n"
                             f"  {was}\n  {now}")
    return found


def compare_directories(first: pathlib.Path,
                        second: pathlib.Path) -> List[str]:
    """All traces of two runs, by the names of their files."""
    found = []
    traces = sorted(first.glob("*.jsonl"))
    if not traces:
        found.append("the first run has left no trace")
    for path in traces:
        if not (second / path.name).exists():
            found.append(f"{path.name}: only the first run has left it")
            continue
        found += [f"{path.name}: {each}"
                  for each in differences(path, second / path.name)]
    return found
