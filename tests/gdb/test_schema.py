# SPDX-License-Identifier: MIT
"""Every line of a trace fits docs/trace-format.schema.json, which fits no
other, and values have the forms that docs/trace-format.md gives."""

import copy
import json
import pathlib
import re
from typing import Any, Dict, List

import pytest

from conftest import ROOT, Gdb, Result, compile_c, validator

FUNCTIONS = ("area moved older walk real turn bytes paint first apply sum "
             "letter nothing leaves thread libc:printf libc:open libm:sqrt")
MEMBERS = ["type", "seq", "time_ns", "duration_ns", "pid", "tid", "library",
           "function", "engine", "outcome", "args", "return", "out", "errno",
           "raised", "truncated", "guessed", "caller"]


def record(gdb: Gdb, *args: str, flags: str = "-O0") -> Result:
    program = gdb.program("trace_shapes", flags=("-g", flags, "-fno-builtin"),
                          libraries=("-lm", "-pthread"))
    return gdb.run(program, "set ctester live off",
                   f"ctester trace {FUNCTIONS}",
                   "ctester mock - first -2 --errno ENOENT --optional",
                   "handle SIGUSR1 nostop noprint pass",
                   "run", "ctester save trace.jsonl", args=args)


def values(result: Result, function: str) -> List[Any]:
    """The first argument's value in each call of a function."""
    calls = result.calls(function=function)
    assert calls, result.shown()
    return [call["args"][0]["value"] for call in calls]


@pytest.mark.parametrize("flags", ["-O0", "-O2"])
@pytest.mark.parametrize("end", ["", "fork", "signal", "crash", "exec"])
def test_every_line_fits(gdb: Gdb, end: str, flags: str) -> None:
    result = record(gdb, *end.split(), flags=flags)
    events = result.events()
    assert events[0]["type"] == "start"
    # The optimizer drops calls of which nothing is used.
    least = 20 if flags == "-O0" else 8
    assert len(result.calls()) > least, result.shown()


def test_ways_to_end_are_told(gdb: Gdb) -> None:
    assert record(gdb).events()[-1]["code"] == 3
    ended = record(gdb, "signal").events()[-1]
    assert (ended["type"], ended["signal"]) == ("exit", "SIGUSR1")


def test_members_come_in_the_order_of_the_document(gdb: Gdb) -> None:
    calls = record(gdb).calls()
    for call in calls:
        assert list(call) == [name for name in MEMBERS if name in call]
    assert any("out" in call for call in calls)


RAISING = """
import ctester
mock = ctester.native.mock_call
mock(None, "area", returns=7, raises=OSError(28, "no disk"))
mock(None, "sum", returns=8, raises=__import__("signal").SIGURG)
with ctester.sandbox():
    ctester.run()
with ctester.in_any_order():
    ctester.native.assert_call(None, "area", args=ctester.ANY)
    ctester.native.assert_call(None, "sum", args=ctester.ANY)
gdb.execute("ctester save trace.jsonl")
"""


def test_what_was_raised_is_told(gdb: Gdb) -> None:
    """Each line fits the schema; so it would not without the member."""
    program = compile_c("""
    __attribute__((noinline)) int area(int n) { return n; }
    __attribute__((noinline)) int sum(int n) { return n; }
    int main(void) { return area(1) + sum(2) != 15; }
    """)
    result = gdb.run(program, python=RAISING).expect_success()
    calls = result.calls()
    assert [(call["outcome"], call["raised"], call["errno"])
            for call in calls] == [
        ("raised", "OSError: [Errno 28] no disk", 28),
        ("raised", "SIGURG", None)]
    for call in calls:
        assert list(call) == [name for name in MEMBERS if name in call]
        for wrong in ({**call, "outcome": "mocked"}, {**call, "raised": 1},
                      {name: call[name] for name in call
                       if name != "raised"}):
            assert not validator().is_valid(wrong)


def test_seq_is_the_order_of_entries_and_lines_that_of_completion(
        gdb: Gdb) -> None:
    calls = record(gdb).calls()
    by_entry = sorted(calls, key=lambda call: call["seq"])
    times = [call["time_ns"] for call in by_entry]
    assert times == sorted(times)
    assert len({call["seq"] for call in calls}) == len(calls)
    ends = [call["time_ns"] + call["duration_ns"] for call in calls]
    # An unfinished call's end is when the program's end was seen.
    assert ends == sorted(ends)
    apply, = (call for call in calls if call["function"] == "apply")
    inner, = (call for call in calls if call["function"] == "area"
              and call["caller"]["function"] == "apply")
    assert apply["seq"] < inner["seq"]
    assert calls.index(inner) < calls.index(apply)


def test_values_have_the_forms_of_the_document(gdb: Gdb) -> None:
    result = record(gdb)
    assert values(result, "area")[0] == {"x": 3, "y": 4}
    person, = values(result, "older")
    assert person["value"] == {
        "name": "Ada", "age": 36, "height": 1.7, "flags": 5,
        "at": {"x": 1, "y": 2}, "u": person["value"]["u"]}
    node, = values(result, "walk")
    ring = node["value"]["next"]["value"]["next"]
    assert ring == {"address": node["address"], "cycle": True}
    assert values(result, "real")[0] == "nan"
    infinite = result.calls(function="real")[0]["args"]
    assert [one["value"] for one in infinite[1:]] == ["inf", "-inf"]
    assert values(result, "turn") == [{"re": 1.0, "im": 2.0}]
    plain, bad, cut = values(result, "bytes")
    assert plain == 'ok "quoted" \\ \n \x01'
    assert bad == "bad \udcff\udcfe bytes"
    assert cut["truncated"] is True and cut["value"] == "x" * 200
    assert values(result, "paint") == ["RED|BLUE", 64]
    assert values(result, "first") == [
        None, {"address": "0x10", "error": "unreadable"}]
    assert values(result, "apply")[0]["symbol"] == "area"
    letters = [[one["value"] for one in call["args"]]
               for call in result.calls(function="letter")]
    assert letters == [["a", True, 1 << 100], ["\udce9", False, 65]]


def test_outcomes_results_and_errno(gdb: Gdb) -> None:
    result = record(gdb)
    mocked, real = result.calls(function="first")
    assert (mocked["outcome"], mocked["return"], mocked["errno"]) == (
        "mocked", {"type": "int", "value": -2}, 2)
    assert (real["outcome"], real["errno"]) == ("real", None)
    nothing, = result.calls(function="nothing")
    assert nothing["return"] == {"type": "void", "value": None}
    left, = result.calls(function="leaves")
    assert (left["outcome"], left["return"]) == ("unfinished", None)
    older, = result.calls(function="older")
    assert older["out"][0]["value"]["value"]["age"] == 37
    printf, = result.calls(function="printf")
    assert [one["name"] for one in printf["args"][1:]] == [None] * 5
    threads = {call["tid"] for call in result.calls(function="thread")}
    assert len(threads) == 2


@pytest.fixture(name="call")
def fixture_call() -> Dict[str, Any]:
    text = (ROOT / "docs" / "trace-format.md").read_text()
    match = re.search(r'^\{"type":"call".*?\}\}$', text, re.M | re.S)
    assert match
    event = json.loads(match.group())
    assert validator().is_valid(event)
    return dict(event)


@pytest.mark.parametrize("change", [
    {"more": 1}, {"seq": -1}, {"pid": "7"}, {"outcome": "good"},
    {"args": [{"name": "x", "type": "int"}]},
    {"args": [{"name": "x", "type": "int", "value": 1, "unit": "m"}]},
    {"out": []}, {"truncated": False}, {"return": 3.0},
    {"caller": {"function": "main"}}, {"type": "syscall"},
])
def test_the_schema_takes_nothing_else(
        call: Dict[str, Any], change: Dict[str, Any]) -> None:
    assert not validator().is_valid({**call, **change})


@pytest.mark.parametrize("name", [name for name in MEMBERS
                                  if name not in ("out", "raised", "truncated",
                                                  "guessed")])
def test_each_member_is_required(call: Dict[str, Any], name: str) -> None:
    less = copy.deepcopy(call)
    del less[name]
    assert not validator().is_valid(less)


def test_examples_of_the_document_fit() -> None:
    text = pathlib.Path(ROOT / "docs" / "trace-format.md").read_text()
    seen = set()
    for block in re.findall(r"^```json\n(.*?)^```$", text, re.M | re.S):
        for line in re.sub(r"\n +", "", block).splitlines():
            event = json.loads(line)
            for error in validator().iter_errors(event):
                pytest.fail(f"{line}: {error.message}")
            seen.add(event["type"])
    kinds = {kind["$ref"].rsplit("/", 1)[-1]
             for kind in validator().schema["oneOf"]}
    assert seen == kinds
