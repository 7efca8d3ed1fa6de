# SPDX-License-Identifier: MIT
"""ctester sandbox, assert, verify: strict tests without Python."""

import os
import pty
import select
import time

import pytest

from conftest import Gdb, Result, clean_environment, end_session
from strict_script import HEAD, kit


def run(gdb: Gdb, *commands: str, **options: object) -> Result:
    return gdb.run(kit(), *commands, **options)     # type: ignore[arg-type]


MOCKED = HEAD + 'native.mock_call("libm", "sqrt", returns=5.0)\n'


def test_a_session_that_verifies(gdb: Gdb) -> None:
    result = run(gdb, "ctester sandbox", "ctester sandbox open",
                 "ctester sandbox", "run sqrt,81 area,3,4 >/dev/null",
                 "ctester sandbox close", "ctester sandbox",
                 "ctester assert libm sqrt 81", "ctester verify",
                 python=MOCKED).expect_success()
    lines = [line for line in result.stdout.splitlines()
             if line.startswith(("The sandbox", "#", "Verified"))]
    assert lines == ["The sandbox is closed.", "The sandbox is open.",
                     "The sandbox is open.", "The sandbox is closed.",
                     "The sandbox is closed.", "#0 sqrt(81.0) = 5.0 in libm",
                     "Verified: 1 call, nothing left open."]


def test_how_values_are_typed(gdb: Gdb) -> None:
    result = run(
        gdb, "ctester sandbox open",
        "run sqrt,81 area,3,4 fetch,name fetch,x,null add,1,-2 >/dev/null",
        "ctester sandbox close",
        "ctester assert m sqrt 81.0", "ctester assert - area '{x = 3, y = 4}'",
        "ctester assert kit fetch name * 16 *",
        "ctester assert kit fetch x NULL 0 NULL",
        "ctester assert --any-order kit add 1 -2", "ctester verify",
        python=MOCKED + "for name in 'area', 'fetch', 'add':\n"
        "    native.spy(None, name)\n")
    assert result.status == 0, result.shown()
    assert "Verified: 5 calls, nothing left open." in result.stdout


def test_orders(gdb: Gdb) -> None:
    commands = ["ctester sandbox open", "run add,1,2 add,3,4 add,5,6 >/dev/null",
                "ctester sandbox close"]
    spy = HEAD + "native.spy(None, 'add')\n"
    result = run(gdb, *commands, "ctester assert - add 3 4", python=spy)
    result.expect_failure(
        "add(3, 4) in kit was expected, but the next interaction is another "
        "one:", "    ctester.native.assert_call('kit', 'add', args=(1, 2))")
    run(gdb, *commands, "ctester assert --any-order - add 3 4",
        "ctester assert - add ...", "ctester assert - add 5 ...",
        "ctester verify", python=spy).expect_success()


@pytest.mark.parametrize("commands,status,words", [
    (["ctester verify"], 1, ["sqrt in libm, returns=5.0, registered at case."]),
    (["ctester sandbox open", "run sqrt,81 >/dev/null",
      "ctester sandbox close", "ctester verify"], 1,
     ["1 interaction was not asserted:", "#0 sqrt(81.0) = 5.0 in libm"]),
    (["ctester sandbox open", "run sqrt,81 >/dev/null",
      "ctester assert libm sqrt 81"], 2,
     ["sqrt(81) in libm was asserted while the sandbox is open",
      "Close it first:\n    ctester sandbox close\n"]),
    (["ctester sandbox open", "ctester verify"], 2,
     ["while the sandbox is open",
      "Close it first:\n    ctester sandbox close\n"]),
    (["ctester sandbox open", "ctester sandbox open"], 2,
     ["ctester sandbox: it is open already"]),
    (["ctester sandbox close"], 2, ["ctester sandbox: it is not open"]),
    (["ctester sandbox ajar"], 2,
     ["ctester sandbox: expected open, close or nothing"]),
    (["ctester sandbox --start begin"], 2, ["the options are for open"]),
    (["ctester sandbox open --start begn"], 2,
     ["no function 'begn'", "did you mean 'begin'?"]),
    (["ctester sandbox open --end end"], 2, ["needs a start"]),
    (["ctester assert libm"], 2,
     ["ctester assert: expected LIBRARY FUNCTION [ARG...]"]),
    (["ctester verify all"], 2, ["ctester verify"]),
    (["ctester sandbox open", "run sqrt,81 sqrt,4 >/dev/null"], 1,
     ["sqrt(4.0) in libm was called but no mock was registered.",
      "    ctester.native.mock_call('libm', 'sqrt', returns=...)"]),
])
def test_what_goes_wrong(gdb: Gdb, commands: list, status: int,
                         words: list) -> None:
    """A good command behind it does not change the status."""
    result = run(gdb, *commands, "echo fine\\n", python=MOCKED)
    result.expect_failure(*words, status=status)
    assert "fine\n" in result.stdout


def test_bounds_and_strict_libraries(gdb: Gdb) -> None:
    run(gdb, "ctester sandbox open --start begin --end end",
        "run sqrt,49 begin,0 sqrt,81 end sqrt,4 >bounds.txt",
        "ctester sandbox close", "ctester assert libm sqrt 81",
        "ctester verify", python=MOCKED).expect_success()
    assert (gdb.directory / "bounds.txt").read_text().split() == [
        "7", "0", "5", "2"]
    result = run(gdb, "ctester sandbox open --strict",
                 "run sqrt,49 pow,2,3 >/dev/null", python=MOCKED)
    result.expect_failure("pow(2.0, 3.0) in libm was called but no mock was")


def test_in_the_middle_of_debugging(gdb: Gdb) -> None:
    result = run(gdb, "break end", "run sqrt,81 end sqrt,49 end >middle.txt",
                 "ctester sandbox open", "continue", "ctester sandbox close",
                 "ctester assert libm sqrt 49.0", "ctester verify", "info line",
                 "kill", python=MOCKED)
    result.expect_success()
    assert (gdb.directory / "middle.txt").read_text().split() == ["9", "5"]


def test_completion(gdb: Gdb) -> None:
    result = run(gdb, "complete ctester sandbox ", "complete ctester sandbox o",
                 "complete ctester sandbox open --", "complete ctester verify ",
                 "complete ctester sandbox open --start beg",
                 "complete ctester assert -", "complete ctester assert lib",
                 "complete ctester assert libm sqr",
                 "complete ctester assert - twic", python=HEAD
                 + "gdb.execute('break main')\ngdb.execute('run')\n")
    lines = result.stdout.splitlines()
    for line in ("ctester sandbox close", "ctester sandbox open",
                 "ctester sandbox open --start", "ctester sandbox open --end",
                 "ctester sandbox open --strict",
                 "ctester sandbox open --start begin",
                 "ctester assert libm.so.6", "ctester assert libm sqrt",
                 "ctester assert - twice"):
        assert line in lines, result.shown()
    assert not [line for line in lines if line.startswith("ctester verify")]


def test_the_call_that_it_stops_at_is_saved(gdb: Gdb) -> None:
    result = run(gdb, "ctester mock libm sqrt 5.0", "ctester sandbox open",
                 "run sqrt,9 sqrt,16 >/dev/null", "ctester save stop.jsonl",
                 "ctester save stop.txt")
    first, second = result.calls("stop.jsonl")
    assert [(one["outcome"], one["args"][0]["value"])
            for one in (first, second)] == [
        ("mocked", 9.0), ("unmocked", 16.0)], result.shown()
    assert "ctester: 2 calls saved in stop.txt" in result.stdout
    lines = (gdb.directory / "stop.txt").read_text().splitlines()
    assert [one for one in lines if one.startswith("sqrt")][1:] == [
        "sqrt(x = 16.0) = ? <unmocked>"]


def test_gdb_stops_at_an_unmocked_call_with_a_prompt(gdb: Gdb) -> None:
    (gdb.directory / "case.py").write_text(MOCKED)
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(gdb.directory)
        os.execve(gdb.executable, [
            "gdb", "-nx", "-q", "-iex", "set debuginfod enabled off", "-iex",
            "set style enabled off", "-iex", "set confirm off", "-x",
            str(gdb.root / "ctester.gdb"), "-x", "case.py", str(kit())],
            clean_environment(gdb.directory))
    said = ""

    def until(text: str) -> str:
        """What is said up to a text."""
        nonlocal said
        ends = time.monotonic() + 30
        while text not in said:
            assert time.monotonic() < ends, said
            if select.select([terminal], [], [], 1)[0]:
                said += os.read(terminal, 4096).decode(errors="replace")
        before, _, said = said.partition(text)
        return before.replace("\r", "")

    def type_in(line: str) -> str:
        os.write(terminal, line.encode() + b"\n")
        until("\r\n")
        return until("(gdb) ")

    try:
        until("(gdb) ")
        type_in("ctester sandbox open")
        stop = type_in("run root,81 root,4 add,1,2 >/dev/null")
        assert ("sqrt(4.0) in libm was called but no mock was registered.\n"
                "Register a mock with:\n"
                "    ctester.native.mock_call('libm', 'sqrt', returns=...)\n"
                ) in stop, stop
        assert "#1  " in stop and " in root (x=4) at " in stop, stop
        # The call has not been made yet, and all is at hand.
        assert "x = 4" in type_in("up") + type_in("info args")
        assert "The sandbox is open." in type_in("ctester sandbox")
        type_in("ctester sandbox close")
        assert "#0 sqrt(81.0) = 5.0 in libm" in type_in(
            "ctester assert libm sqrt 81")
        assert "was called but no mock" in type_in("ctester verify")
        assert "exited normally" in type_in("continue")
        assert "was called but no mock" in type_in("ctester verify")
        os.write(terminal, b"quit\n")
        assert os.WEXITSTATUS(os.waitpid(pid, 0)[1]) == 0
    finally:
        end_session(pid)
        os.close(terminal)
