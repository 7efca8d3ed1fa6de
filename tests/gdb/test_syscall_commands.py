# SPDX-License-Identifier: MIT
"""ctester syscall and its kin, conditions, and scripts/ctester trace."""

import json
import subprocess
from typing import List

import pytest
from conftest import ROOT, Gdb, parse_events
from syscall_runs import TO_MAIN, calls, result_of, run, trace, value

COMMAND = ROOT / "scripts" / "ctester"


@pytest.mark.parametrize("words,said", [
    ("opnat", "no system call 'opnat'; did you mean 'openat'?"),
    ("%net", "no group of system calls '%net'; there is %file, %desc, "
     "%network, %process, %memory, %signal, %all"),
    ("--if 'fd >' close", "close: unexpected end at column 5 of 'fd >'"),
    ("--if 'fdd > 1' close", "unknown name 'fdd' (did you mean fd?) at "
     "column 1"),
    ("--if", "--if needs a value"),
    ("--of x", "no option --of"),
    ("99999999999", "no system call '99999999999'"),
])
def test_what_cannot_be_traced_is_said_in_one_line(gdb: Gdb, words: str,
                                                   said: str) -> None:
    result = gdb.run(None, f"ctester syscall {words}")
    result.expect_failure(said, status=2)
    assert len(result.stderr.splitlines()) == 1


def test_a_failed_request_traces_nothing(gdb: Gdb) -> None:
    result = run(gdb, ["opens"], "ctester syscall openat opnat", "run",
                 status=2)
    assert calls(result) == []


@pytest.mark.parametrize("condition,expected", [
    ("path ~ \"/dev/*\"", ["/dev/null", "/dev/zero"]),
    ("$return < 0", ["/nowhere"]),
    ("$errno == ENOENT", ["/nowhere"]),
    ("$return >= 0 && path == \"/dev/zero\"", ["/dev/zero"]),
    ("$nth == 2", ["/nowhere"]),
    ("flags & O_CREAT", []),
])
def test_conditions(gdb: Gdb, condition: str, expected: List[str]) -> None:
    quoted = condition.replace('"', '\\"')
    _, found = trace(gdb, ["opens"],
                     f'ctester syscall --if "{quoted}" openat')
    assert [value(event, "filename") for event in found] == expected


def test_a_condition_is_for_the_calls_that_it_fits(gdb: Gdb) -> None:
    """close has no path, openat no fd of that name."""
    _, found = trace(gdb, ["opens"], "ctester syscall --if 'fd == 3' ",
                     "ctester syscall --if 'path ~ \"*zero\"'")
    assert {event["name"] for event in found} == {"close", "openat"}


def test_two_requests_record_a_call_once(gdb: Gdb) -> None:
    _, found = trace(gdb, ["opens"], "ctester syscall openat",
                     "ctester syscall %file")
    assert len(found) == 3


def test_groups(gdb: Gdb) -> None:
    _, found = trace(gdb, ["opens"], "ctester syscall %desc")
    assert [event["name"] for event in found] == [
        "openat", "close", "openat", "close", "openat", "close"]


def test_the_summary_is_like_that_of_strace(gdb: Gdb) -> None:
    result = run(gdb, ["opens"], *TO_MAIN, "ctester syscall openat close",
                 "continue", "info ctester syscalls", "ctester clear",
                 "info ctester syscalls")
    lines = result.stdout.splitlines()
    start = lines.index("% time     seconds  usecs/call     calls    errors "
                        "syscall")
    rows = {line.split()[-1]: line.split() for line in lines[start + 2:]}
    assert rows["openat"][3:] == ["3", "1", "openat"]
    assert rows["close"][3:] == ["3", "1", "close"]
    assert rows["total"][3:] == ["6", "2", "total"]
    assert "No system calls.\n" in result.stdout


def test_the_engine_is_shown(gdb: Gdb) -> None:
    result = run(gdb, ["opens"], *TO_MAIN, "ctester syscall",
                 "info ctester engine", "ctester unsyscall",
                 "info ctester engine")
    assert result.stdout.count("catch: GDB stops at the entries and exits of "
                               "all system calls\n") == 1
    assert "ctester: 1 request for system calls ended\n" in result.stdout


def test_names_are_completed(gdb: Gdb) -> None:
    result = gdb.run(None, "complete ctester syscall %n",
                     "complete ctester syscall close opena",
                     "complete ctester syscall --").expect_success()
    assert result.stdout.splitlines() == [
        "ctester syscall %network", "ctester syscall close openat",
        "ctester syscall close openat2", "ctester syscall --entries",
        "ctester syscall --if"]


def test_calls_are_shown_as_they_return(gdb: Gdb) -> None:
    result = run(gdb, ["opens"], *TO_MAIN, "set ctester live on",
                 "ctester syscall close", "continue")
    assert "close(fd = 3</dev/null>) = 0\n" in result.stdout
    assert "= -1 EBADF (Bad file descriptor)\n" in result.stdout


def test_in_python(gdb: Gdb) -> None:
    (gdb.directory / "s.py").write_text("""
from ctester import api
one = api.trace_syscalls("openat", condition='path ~ "/dev/*"')
gdb.execute("run")
print([call["args"][1]["value"] for call in api.syscalls()])
print(api.untrace_syscalls(one), api.untrace_syscalls(one))
""")
    result = run(gdb, ["opens"], f"source {gdb.directory}/s.py")
    assert "['/dev/null', '/dev/zero']\n1 0\n" in result.stdout


# scripts/ctester

def command(gdb: Gdb, *words: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([COMMAND, "trace", *map(str, words)], text=True,
                          cwd=gdb.directory, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=60, check=False)


def test_functions_and_system_calls_by_one_option(gdb: Gdb) -> None:
    program = gdb.program("syscalls", libraries=("-lpthread",))
    done = command(gdb, "-e", "area,syscall:getppid,%process", "-o",
                   "out.jsonl", "--", program, "area", "5")
    assert (done.returncode, done.stdout, done.stderr) == (
        5, "area 12\n", "")
    events = parse_events((gdb.directory / "out.jsonl").read_text())
    assert [event.get("function", event.get("name"))
            for event in sorted((event for event in events
                                 if event["type"] in ("call", "syscall")),
                                key=lambda event: event["seq"])] == [
        "area", "getppid", "exit_group"]


def test_children_of_the_program(gdb: Gdb) -> None:
    program = gdb.program("syscalls", libraries=("-lpthread",))
    done = command(gdb, "-e", "syscall:openat", "--if", 'path ~ "/dev/*"',
                   "--follow-fork", "--format", "jsonl", "--", program,
                   "fork")
    assert done.returncode == 0
    events = [json.loads(line) for line in done.stderr.splitlines()]
    assert [value(event, "filename") for event in events
            if event["type"] == "syscall"] == ["/dev/zero", "/dev/full"]


@pytest.mark.parametrize("words,said", [
    ("%net", "no group of system calls '%net'"),
    ("syscall:opnat", "did you mean 'openat'?"),
    ("syscall:", "expected a name"),
])
def test_bad_use_of_the_option(gdb: Gdb, words: str, said: str) -> None:
    program = gdb.program("syscalls", libraries=("-lpthread",))
    done = command(gdb, "-e", words, "--", program)
    assert done.returncode == 2 and said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_program_that_crashes(gdb: Gdb) -> None:
    program = gdb.program("syscalls", libraries=("-lpthread",))
    done = command(gdb, "-e", "%signal", "--format", "jsonl", "--", program,
                   "crash")
    assert done.returncode == -6
    events = [json.loads(line) for line in done.stderr.splitlines()]
    last = [event for event in events if event["type"] == "syscall"][-1]
    assert (last["name"], result_of(last)) in (("tgkill", None),
                                               ("tgkill", 0))
