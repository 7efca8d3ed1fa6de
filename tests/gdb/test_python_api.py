# SPDX-License-Identifier: MIT
"""`import ctester` in GDB's Python."""

import json
import pathlib
import re
from typing import Any

import pytest

from conftest import Gdb, Result


def run(gdb: Gdb, text: str, *commands: str) -> Result:
    program = gdb.program("trace_shapes",
                          flags=("-g", "-O0", "-fno-builtin"),
                          libraries=("-lm", "-pthread"))
    return gdb.run(program, *commands, python="""
import json, pathlib
import ctester, gdb
gdb.execute("set ctester live off")
""" + text)


def answer(result: Result) -> Any:
    """What the script printed behind "@"."""
    match = re.search(r"^@(.*)$", result.stdout, re.M)
    assert match, result.shown()
    return json.loads(match[1])


def test_a_script_traces_mocks_and_reads_the_calls(gdb: Gdb) -> None:
    result = run(gdb, """
n = ctester.trace("area", "libm:sqrt")
m = ctester.mock("libm", "sqrt", 3.5, errno="EDOM", times=None)
gdb.execute("run")
print("@" + json.dumps([n, m, ctester.calls()]))
""")
    functions, number, calls = answer(result)
    assert functions == 2 and number > 0 and result.status == 3
    sqrt, = (call for call in calls if call["function"] == "sqrt")
    assert sqrt["outcome"] == "mocked" and sqrt["errno"] == 33
    assert sqrt["return"] == {"type": "double", "value": 3.5}
    assert {call["function"] for call in calls} == {"area", "sqrt"}


def test_calls_are_what_save_writes(gdb: Gdb) -> None:
    result = run(gdb, """
ctester.trace("area", "bytes", "walk", "real")
gdb.execute("run")
count = ctester.save(pathlib.Path("trace.jsonl"))
assert count == len(ctester.calls()), count
assert ctester.save("trace.txt", "text") == count
print("@" + json.dumps(ctester.calls()))
""")
    assert answer(result) == result.calls()
    assert "area(p = {x = 3, y = 4}) = 12" in (
        result.directory / "trace.txt").read_text()


def test_counts_are_numbers(gdb: Gdb) -> None:
    result = run(gdb, """
ctester.trace("area", "first", "leaves")
ctester.mock(None, "first", -1)
gdb.execute("run")
area, first = ctester.counts("area"), ctester.counts("first")
both, left = ctester.counts("?r*") , ctester.counts("leaves")
print("@" + json.dumps([area, first, left, both.calls, area.mean_ns,
                        left.mean_ns]))
""")
    area, first, left, both, mean, none = answer(result)
    assert area[:3] == [4, 0, 4] and first[:2] == [2, 1]
    assert 0 < mean <= area[4] <= area[3] and mean == area[3] / 4
    assert left[:3] == [1, 0, 0] and none == 0.0
    assert both == 4


@pytest.mark.parametrize("function,value,expected", [
    ("area", 7, 7), ("area", -7, -7), ("real", 2, 2.0), ("real", 0.1, 0.1),
    ("real", float("inf"), "inf"), ("paint", "GREEN", "GREEN"),
    ("turn", 1 - 2j, {"re": 1.0, "im": -2.0}), ("letter", "'z'", "z"),
    ("moved", {"x": 1, "y": -2}, {"x": 1, "y": -2}),
    ("moved", (3, 4), {"x": 3, "y": 4}), ("area", True, 1),
])
def test_python_values_become_results(
        gdb: Gdb, function: str, value: Any, expected: Any) -> None:
    shown = "float('inf')" if value == float("inf") else repr(value)
    result = run(gdb, f"""
ctester.mock(None, {function!r}, {shown})
gdb.execute("run")
print("@" + json.dumps(ctester.calls()[0]["return"]["value"]))
""")
    assert answer(result) == expected


@pytest.mark.parametrize("code,words", [
    ("ctester.trace('nosuch')", "no function 'nosuch'"),
    ("ctester.trace()", "expected FUNCTION"),
    ("ctester.trace('area', scope='wide')", "scope: 'wide'"),
    ("ctester.trace('area', condition='zzz')", "zzz"),
    ("ctester.untrace('area')", "'area' is not traced"),
    ("ctester.mock(None, 'area', 'x')", "expected an integer"),
    ("ctester.mock(None, 'area', {1})", "{1} is no value of C"),
    ("ctester.mock(None, 'area', 5, times=0)", "times: 0"),
    ("ctester.mock(None, 'area', 5, times=2**32)", "times: 4294967296"),
    ("ctester.mock(None, 'area', 5, errno='ENOSUCH')", "ENOSUCH"),
    ("ctester.mock(None, 'area', 5, errno=-1)", "-1"),
    ("ctester.counts('nosuch')", "'nosuch' is not traced or mocked"),
    ("ctester.stats('nosuch')", "'nosuch' is not traced or mocked"),
    ("ctester.save('/nonexistent/x')", "/nonexistent/x cannot be written"),
    ("ctester.save('x', 'xml')", "'xml' is none of jsonl, text"),
    ("ctester.prototypes('/nonexistent.h')", "/nonexistent.h"),
])
def test_errors_are_of_one_kind_and_one_line(gdb: Gdb, code: str,
                                             words: str) -> None:
    result = run(gdb, f"""
try:
    {code}
except ctester.Error as error:
    print("@" + json.dumps(str(error)))
""").expect_success()
    text = answer(result)
    assert words in text and "\n" not in text


def test_untrace_and_clear(gdb: Gdb) -> None:
    result = run(gdb, """
ctester.trace("area", "walk", "older")
count = ctester.untrace("walk")
ctester.mock(None, "first", 1)
gdb.execute("break leaves")
gdb.execute("run")
before = {call["function"] for call in ctester.calls()}
ctester.clear()
gdb.execute("continue")
print("@" + json.dumps([count, sorted(before), len(ctester.calls()),
                        ctester.counts("area").calls]))
""")
    assert answer(result) == [1, ["area", "first", "older"], 0, 0]


def test_a_header_gives_prototypes(gdb: Gdb, tmp_path: pathlib.Path) -> None:
    (tmp_path / "mine.h").write_text("int one(int a); double two(double b);\n")
    assert answer(run(gdb, """
print("@" + json.dumps(ctester.prototypes("mine.h")))
""")) == 2
