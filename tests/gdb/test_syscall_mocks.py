# SPDX-License-Identifier: MIT
"""What mocks do to system calls: results, which calls, time, arguments, what
is written.  The core is asked itself."""

from typing import Any

from conftest import Gdb, Result
from syscall_runs import calls, result_of, run, value

PRELUDE = """
import ctypes
import gdb
from ctester import _core
from ctester.state import catcher, session

def mock(name, *, args=None, out=None, **options):
    args, out = args or {}, out or {}
    outs = (_core.MockOut * len(out))(*[
        _core.MockOut(key.encode(), text.encode())
        for key, text in out.items()])
    arguments = (_core.SyscallArgument * len(args))(*[
        _core.SyscallArgument(key.encode(), number)
        for key, number in args.items()])
    options = {key: each.encode() if isinstance(each, str) else each
               for key, each in options.items()}
    session.mock_syscall(_core.SyscallMock(
        name=name.encode(), returns="result" in options,
        out_count=len(out), out=outs, argument_count=len(args),
        arguments=arguments, **options))
    catcher.refresh()
"""


def mocked(gdb: Gdb, mocks: str, *commands: str, **options: Any) -> Result:
    """Run `mocked` with mocks from here() on."""
    python = PRELUDE + ("gdb.execute('break here')\ngdb.execute('run')\n"
                        + mocks)
    (gdb.directory / "mocks.py").write_text(python)
    return run(gdb, ["mocked"], f"source {gdb.directory}/mocks.py", *commands,
               "continue", **options)


def test_a_result_without_the_call(gdb: Gdb) -> None:
    result = mocked(gdb, "mock('openat', result=-13)",
                    "ctester syscall openat")
    assert "open -1 EACCES\n" in result.stdout
    assert [(result_of(event), event["outcome"], event["errno"])
            for event in calls(result)] == [(-13, "mocked", 13)]


def test_a_mock_alone_records_nothing(gdb: Gdb) -> None:
    result = mocked(gdb, "mock('openat', result=-2)")
    assert "open -1 ENOENT\n" in result.stdout
    assert calls(result) == []


def test_what_is_written_through_pointers(gdb: Gdb) -> None:
    result = mocked(gdb, "mock('read', result=5, out={'buf': 'b\"mocks\"'}, "
                    "filter='fd == 0')", "ctester syscall --if 'fd == 0' read")
    assert "read 5 mockse\n" in result.stdout
    (event,) = calls(result)
    assert value(event, "buf", after=True) == "mocks"


def test_the_nth_calls_only(gdb: Gdb) -> None:
    result = mocked(gdb, "mock('getppid', result=77, calls='2,4')",
                    "ctester syscall getppid")
    found = [line for line in result.stdout.splitlines()
             if line.startswith("getppid ")]
    assert found == ["getppid 0", "getppid 1", "getppid 0", "getppid 1"]
    assert [event["outcome"] for event in calls(result)] == [
        "real", "mocked", "real", "mocked"]


def test_so_many_times(gdb: Gdb) -> None:
    result = mocked(gdb, "mock('getppid', result=77, times=3)",
                    "info ctester mocks")
    assert result.stdout.count("getppid 1\n") == 3
    assert "1  system call getppid = 77: used 0 of 3, optional\n" in (
        result.stdout)


def test_a_delay_before_a_result_and_before_the_call(gdb: Gdb) -> None:
    result = mocked(gdb, "mock('getuid', result=5, delay_ns=80000000)\n"
                    "mock('getgid', delay_ns=80000000)",
                    "ctester syscall getuid getgid")
    for line in ("getuid 5", "getgid 1", "slept 1"):
        assert line in result.stdout.splitlines(), result.shown()
    assert [(event["name"], event["outcome"]) for event in calls(result)] == [
        ("getuid", "mocked"), ("getgid", "real"), ("getgid", "real")]
    assert all(event["duration_ns"] >= 80000000 for event in calls(result))


def test_other_arguments(gdb: Gdb) -> None:
    """The program has its own back behind the call, and so has the trace."""
    result = mocked(gdb, "mock('lseek', args={'offset': 9})",
                    "ctester syscall lseek")
    assert "lseek 9\n" in result.stdout
    (event,) = calls(result)
    assert value(event, "offset") == 5 and result_of(event) == 9


def test_a_mock_that_was_required_and_not_used(gdb: Gdb) -> None:
    result = mocked(gdb, "mock('socket', result=3, required=True)", status=1)
    assert "socket" in result.stderr


def test_mocks_that_cannot_be(gdb: Gdb) -> None:
    result = mocked(gdb, """
for name, options in [("opnat", {}), ("%file", {}),
                      ("read", {"out": {"bug": "1"}}),
                      ("read", {"out": {"fd": "1"}}),
                      ("read", {"args": {"fdd": 1}}),
                      ("read", {"filter": "$return < 0"}),
                      ("read", {"calls": "sometimes"})]:
    try:
        mock(name, result=1, **options)
    except _core.CoreError as error:
        print("refused:", error)
""")
    said = [line for line in result.stdout.splitlines()
            if line.startswith("refused")]
    assert len(said) == 7
    for line, word in zip(said, (
            "did you mean 'openat'?", "is a group", "no parameter 'bug'",
            "is no pointer", "no parameter 'fdd'; it has fd, buf, count",
            "not known before", "names no calls")):
        assert word in line
