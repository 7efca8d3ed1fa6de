# SPDX-License-Identifier: MIT
"""Trace files: written as calls complete, whole lines, and what happens when
they cannot be; and the exit status."""

import json
import os
import pathlib
import signal
import subprocess
import time

import pytest
from calls import BREAKPOINTS
from conftest import ROOT, Gdb, compile_c, end_session, parse_events

COUNTS = r"""
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
__attribute__((noinline)) int step(int n) { return n + 1; }
int main(int argc, char **argv)
{
    int last = argc > 1 ? atoi(argv[1]) : 10, n = 0;
    while (n < last)
        n = step(n);
    printf("counted %d\n", n);
    fflush(stdout);
    return argc > 2 ? atoi(argv[2]) : 0;
}
"""


@pytest.mark.parametrize("name", ["trace.jsonl", "trace.txt", "a b.jsonl"])
def test_calls_are_in_the_file_when_they_are_complete(
        gdb: Gdb, name: str) -> None:
    result = gdb.run(compile_c(COUNTS), f"set ctester trace-file {name}",
                     "ctester trace step", "run",
                     f"shell grep -c step '{name}'", args=("25",)
                     ).expect_success()
    assert "25" in result.stdout.splitlines()


def test_a_tilde_is_the_home_directory(gdb: Gdb) -> None:
    gdb.run(compile_c(COUNTS), "set ctester trace-file ~/here.jsonl",
            "ctester trace step", "run", "ctester save ~/there.jsonl"
            ).expect_success()
    home = pathlib.Path(gdb.environment["HOME"])
    for name in ("here", "there"):
        assert len(parse_events((home / f"{name}.jsonl").read_text())) == 12


@pytest.mark.parametrize("victim", ["gdb", "program"])
def test_a_kill_loses_no_complete_call(gdb: Gdb, victim: str) -> None:
    trace = gdb.directory / "trace.jsonl"
    program = compile_c(COUNTS)
    command = [gdb.executable, "-nx", "-batch", "-iex",
               "set debuginfod enabled off", "-x", ROOT / "ctester.gdb",
               "-ex", "set ctester live off",
               "-ex", f"set ctester trace-file {trace}",
               "-ex", "ctester trace step", "-ex", "run",
               "--args", program, "100000000"]
    process = subprocess.Popen(command, env=gdb.environment,
                               stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL,
                               start_new_session=True)
    try:
        deadline = time.monotonic() + 30
        while not trace.exists() or trace.read_bytes().count(b"\n") < 50:
            assert time.monotonic() < deadline and process.poll() is None
        pid = json.loads(trace.read_text().splitlines()[0])["pid"]
        os.kill(process.pid if victim == "gdb" else pid, signal.SIGKILL)
        status = process.wait(30)
    finally:
        end_session(process.pid)
        process.wait()
    text = trace.read_text()
    if victim == "gdb":
        # A kill ends write(2) where a line goes from one page to the next.
        text = text[:text.rindex("\n") + 1]
    assert text.endswith("\n")
    events = parse_events(text)
    calls = [event for event in events if event["type"] == "call"
             and event["outcome"] == "real"]
    assert [call["args"][0]["value"] for call in calls] == list(
        range(len(calls)))
    if victim == "program":
        assert status == 128 + signal.SIGKILL
        assert events[-1]["type"] == "exit"
        assert events[-1]["signal"] == "SIGKILL"


@pytest.mark.parametrize("moment", ["update", "hit", "returned"])
@pytest.mark.parametrize("is_over", [False, True])
def test_a_kill_in_the_middle_of_a_stop_is_no_error_of_ours(
        gdb: Gdb, moment: str, is_over: bool) -> None:
    """is_over: the process has ended when we look into it."""
    result = gdb.run(compile_c(COUNTS), BREAKPOINTS, "run", python=f"""
import os, signal
import ctester, gdb
from ctester.state import engine
real, count = engine.session.{moment}, 0

def killed(*args):
    global count
    pid = gdb.selected_inferior().pid
    count += pid != 0
    if count == (2 if {moment!r} == "update" else 5):
        os.kill(pid, signal.SIGKILL)
        while {is_over}:
            with open(f"/proc/{{pid}}/stat") as file:
                if file.read().rpartition(")")[2].split()[0] == "Z":
                    break
    return real(*args)

engine.session.{moment} = killed
ctester.trace("step")
gdb.execute("set ctester trace-file trace.jsonl")
""", args=("10",))
    assert result.status == 128 + signal.SIGKILL, result.shown()
    assert "ctester:" not in result.stderr, result.shown()
    assert result.events()[-1]["signal"] == "SIGKILL"
    if moment != "update":
        values = [call["args"][0]["value"] for call in result.calls()]
        assert values[:4] == [0, 1, 2, 3] and len(values) <= 5


def test_a_full_disk(gdb: Gdb) -> None:
    result = gdb.run(compile_c(COUNTS), "set ctester trace-file /dev/full",
                     "ctester trace step", "run", "ctester save trace.jsonl")
    result.expect_failure("/dev/full", "No space left", status=2)
    assert result.stderr.count("/dev/full") == 1
    assert "counted 10" in result.stdout
    assert len(result.calls()) == 10


def test_a_file_that_may_not_grow(gdb: Gdb) -> None:
    program = compile_c(COUNTS)
    result = gdb.run(
        program, "python import resource, signal; "
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1500, -1))",
        "set ctester trace-file short.jsonl", "ctester trace step", "run",
        "python resource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1))",
        "ctester save trace.jsonl", args=("50",))
    result.expect_failure("short.jsonl", status=2)
    assert len(result.calls()) == 50
    text = (gdb.directory / "short.jsonl").read_text()
    assert 0 < len(text) <= 1500 and text.endswith("\n")
    parse_events(text)


@pytest.mark.parametrize("path", ["/nowhere/trace.jsonl", "/", "."])
def test_a_file_that_cannot_be_written(gdb: Gdb, path: str) -> None:
    for command in (f"set ctester trace-file {path}", f"ctester save {path}"):
        result = gdb.run(compile_c(COUNTS), command, "ctester trace step",
                         "run")
        result.expect_failure(path, "cannot be written", status=2)
        assert "counted 10" in result.stdout


def test_the_programs_status_is_passed_on(gdb: Gdb) -> None:
    result = gdb.run(compile_c(COUNTS), "ctester trace step", "run",
                     "print 1", args=("3", "42"))
    assert result.status == 42, result.shown()


def test_quit_with_a_number_is_respected(gdb: Gdb) -> None:
    result = gdb.run(compile_c(COUNTS), "ctester trace step", "run", "quit 7",
                     args=("3", "42"))
    assert result.status == 7, result.shown()


def test_an_unused_mock_is_a_failure(gdb: Gdb) -> None:
    result = gdb.run(compile_c(COUNTS), "ctester mock --times 2 - step 5",
                     "ctester mock - main 5 --if 'argc == 99'", "run",
                     args=("3",))
    result.expect_failure("1 mock was not used", status=1)
    assert "main = 5" in result.stderr, result.shown()
    assert "step = 5" not in result.stderr, result.shown()


def test_a_failed_command_of_gdb_is_a_failure(gdb: Gdb) -> None:
    result = gdb.run(compile_c(COUNTS), "ctester trace step", "run",
                     "print nonsense")
    assert result.status == 1, result.shown()


def test_bad_use_counts_also_when_the_last_command_was_good(gdb: Gdb) -> None:
    result = gdb.run(compile_c(COUNTS), "ctester trace nonsense", "run",
                     "print 1")
    assert result.status == 2, result.shown()


def test_quitting_by_hand_is_untouched(gdb: Gdb) -> None:
    command = ["gdb", "-nx", "-q", "-iex", "set debuginfod enabled off",
               "-x", ROOT / "ctester.gdb", compile_c(COUNTS)]
    result = gdb.shell(*command, stdin="ctester trace nonsense\nrun 3 9\n"
                       "print 1\n")
    assert result.status == 0, result.shown()
    result = gdb.shell(*command, stdin="run\nquit 5\n")
    assert result.status == 5, result.shown()


def test_two_sessions_write_two_files(gdb: Gdb) -> None:
    program = compile_c(COUNTS)
    inner = (f"gdb -nx -batch -iex 'set debuginfod enabled off' "
             f"-x '{ROOT}/ctester.gdb' -ex 'set ctester trace-file inner.jsonl' "
             f"-ex 'ctester trace step' -ex run --args '{program}' 7")
    result = gdb.run(program, "set ctester trace-file outer.jsonl",
                     "ctester trace step", "break step", "run",
                     f"shell {inner} > inner.txt", "delete 1", "continue",
                     args=("5",)).expect_success()
    assert len(result.calls("inner.jsonl")) == 7
    assert len(result.calls("outer.jsonl")) == 5
