# SPDX-License-Identifier: MIT
"""What the benchmarks measure with: programs, commands, one run of each.

Everything runs pinned to one core, GDB and the program together: half the
cost of a stop is otherwise the way from one core to the other, and it varies.
"""

import os
import pathlib
import shutil
import statistics
import subprocess
import time
from typing import Callable, Dict, List, NamedTuple, Optional, Sequence

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUILD = pathlib.Path(os.environ.get("CTESTER_BUILD", ROOT / "build"))
WORK = BUILD / "bench"
CORE = max(os.sched_getaffinity(0))
TIMEOUT = 600

GDB = ["gdb", "-nx", "-batch", "-iex", "set debuginfod enabled off"]


class Failure(Exception):
    """A measurement could not be made; the text says why."""


def run(command: Sequence[str]) -> str:
    """Run a command on the core; its standard output."""
    return run_free(["taskset", "-c", str(CORE), *command])


def run_free(command: Sequence[str]) -> str:
    """Run a command on all cores; its standard output."""
    result = subprocess.run(
        list(command), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=TIMEOUT,
        cwd=WORK, check=False)
    output = result.stdout.decode(errors="replace")
    if result.returncode:
        errors = result.stderr.decode(errors="replace").strip()
        raise Failure(f"{' '.join(command)}: status {result.returncode}: "
                      f"{(errors or output)[-400:]}")
    return output


def seconds(command: Sequence[str]) -> float:
    """How long a command takes as a whole."""
    begin = time.monotonic()
    run(command)
    return time.monotonic() - begin


def compile_program(name: str, source: pathlib.Path, *flags: str) -> str:
    """Compile into the work directory, when the source is newer."""
    program = WORK / name
    if (not program.exists()
            or program.stat().st_mtime < source.stat().st_mtime):
        run(["gcc", "-g", "-O1", *flags, "-o", str(program), str(source)])
    return str(program)


class Calls(NamedTuple):
    """One run of programs/calls.c under something."""

    blocks: List[float]      # nanoseconds a call, block by block
    calibrated: List[float]  # of calibrate(), after each
    output: str              # the tool's

    @property
    def cost(self) -> float:
        """Nanoseconds a call: the median block's, so that a pause of the
        machine in one block does not count."""
        return statistics.median(self.blocks)

    @property
    def mean(self) -> float:
        """The same with all pauses: of who waits for a reader, say."""
        return statistics.fmean(self.blocks)

    @property
    def ratios(self) -> List[float]:
        """A call to calibrate()'s, block by block."""
        return [a / b for a, b in zip(self.blocks, self.calibrated)]

    @property
    def floor(self) -> float:
        """The floor that this run met, so that cost / floor is its ratio."""
        return self.cost / statistics.median(self.ratios)

    @property
    def growth(self) -> float:
        """The last quarter's ratios to the first quarter's; 1 is flat."""
        quarter = len(self.blocks) // 4
        return (statistics.median(self.ratios[-quarter:])
                / statistics.median(self.ratios[:quarter]))


def calls(tool: Sequence[str], program: str, count: int,
          runner: Callable[[Sequence[str]], str] = run) -> Calls:
    """Run the program under a tool, and read what it measured."""
    times = WORK / "times"
    times.unlink(missing_ok=True)
    output = runner([*tool, program, str(count), str(times)])
    if not times.exists():
        raise Failure(f"{' '.join(tool)}: the program did not end")
    lines = [line.split() for line in times.read_text().splitlines()]
    return Calls([float(line[0]) for line in lines],
                 [float(line[1]) for line in lines], output)


def seen_calls(tool: Sequence[str], program: str, count: int,
               seen: Optional[int] = None,
               runner: Callable[[Sequence[str]], str] = run) -> Calls:
    """The same under ctester, which must have seen each call: what was not
    intercepted is cheap."""
    result = calls(tool, program, count, runner)
    wanted = f"seen {count if seen is None else seen}"
    if wanted not in result.output.splitlines():
        raise Failure(f"{' '.join(tool)}: not {wanted}: "
                      f"{result.output[-400:]}")
    return result


def gdb_script(*scripts: str) -> List[str]:
    """GDB with files of commands or Python, which plant, and then a run."""
    command = list(GDB)
    for script in scripts:
        command += ["-x", script]
    return [*command, "-ex", "run", "--args"]


def ctester(*commands: str, function: str = "touch",
            after: Sequence[str] = ()) -> List[str]:
    """GDB with ctester, which stops at calls, and its own floor on
    calibrate(), commands before the run and after it; at the end it says how
    many calls of the function were seen."""
    command = ["env", "BENCH_FLOOR=calibrate", *GDB, "-x",
               str(ROOT / "ctester.gdb"), "-x", str(HERE / "gdb_floor.py")]
    return session(command, ["set ctester engine breakpoint", *commands],
                   function, after)


def hooked(*commands: str, function: str = "touch",
           after: Sequence[str] = ()) -> List[str]:
    """The same with hooks in the program, and without the floor."""
    command = [*GDB, "-x", str(ROOT / "ctester.gdb")]
    return session(command, ["set ctester engine agent", *commands],
                   function, after)


def session(command: List[str], commands: Sequence[str], function: str,
            after: Sequence[str]) -> List[str]:
    """GDB's command line, with what it does before the run and after it."""
    count = f"python print('seen', ctester.counts('{function}').calls)"
    for text in (*commands, "run", "python import ctester", count, *after):
        command += ["-ex", text]
    return [*command, "--args"]


def find_tool(name: str) -> Optional[str]:
    """A peer, where it is installed."""
    return shutil.which(name)


def version(command: Sequence[str]) -> str:
    """The first line that a tool says of itself."""
    result = subprocess.run(command, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, check=False)
    return result.stdout.decode(errors="replace").split("\n")[0]


def machine() -> Dict[str, str]:
    """Where the numbers are from."""
    model = "unknown"
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    system = os.uname()
    return {
        "date": time.strftime("%Y-%m-%d"),
        "machine": f"{model}, {os.cpu_count()} cores, {system.machine}",
        "kernel": f"{system.sysname} {system.release}",
        "gdb": version(["gdb", "--version"]),
        "gcc": version(["gcc", "--version"]),
    }
