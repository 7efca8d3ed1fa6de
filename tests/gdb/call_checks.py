# SPDX-License-Identifier: MIT
"""Recorded calls of the types fixture against the oracle.  Runs in GDB, in
which the extension is loaded."""

import json
from typing import Any, Dict, List

import gdb
import oracle

# A __float128 is shown as the long double next to it; the length of a row
# that a parameter gives is not known where the call is decoded.
EXCEPT = ["float128", "float128_ptr", "vla_2d"]

# Clang 14 departs from the ABI: it passes structs with a flexible array in
# memory, and splits an __int128 between the last register and the stack.
CLANG = ["flexible", "flexible_text", "int128_stack"]

# Clang does not pass at all what it sees the callee not look at.
CLANG_OPTIMIZED = ["mixed", "variadic"]



def saved_calls(path: str) -> Dict[str, Dict[str, Any]]:
    """{NAME: event} of every recorded take_NAME, each of which is called
    once."""
    result: Dict[str, Dict[str, Any]] = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            event = oracle.parse(line)
            if event["type"] != "call":
                continue
            name = event["function"].replace("take_", "", 1)
            if name in result:
                raise gdb.GdbError("recorded twice: " + name)
            result[name] = event
    return result


def flattened(value: Any) -> Any:
    """A cut array that a pointer leads to is said to be cut beside it."""
    if isinstance(value, dict) and list(value) == ["address", "value"]:
        inner = value["value"]
        if isinstance(inner, dict) and list(inner) == ["value", "truncated"]:
            return {"address": value["address"], **inner}
    return value


def expected_value(name: str, argument_type: gdb.Type) -> Any:
    """What take_NAME got: v_NAME, or for ARRAY a pointer to it."""
    value = oracle.variable(name)
    own = oracle.stripped(value.type)
    given = oracle.stripped(argument_type)
    if own.code == gdb.TYPE_CODE_ARRAY and given.code == gdb.TYPE_CODE_PTR:
        value = value.address
    return flattened(oracle.expected(value, rooted=False))


def parameter_type(name: str) -> gdb.Type:
    return oracle.global_value("take_" + name).type.fields()[0].type


def compare_values(calls: Dict[str, Dict[str, Any]]) -> List[str]:
    """Calls with a v_NAME: the argument and the result are its value."""
    different = []
    for name in oracle.case_names():
        if name in EXCEPT:
            continue
        event = calls.get(name)
        if event is None:
            different.append(name + ": not recorded")
            continue
        want = expected_value(name, parameter_type(name))
        different += oracle.disagreements(
            want, event["args"][0].get("value"), name)
        different += oracle.disagreements(
            want, event["return"].get("value"), name + " returned")
    return different


def without_addresses(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_addresses(part) for key, part in value.items()
                if key != "address"}
    if isinstance(value, list):
        return [without_addresses(part) for part in value]
    return value


def compare_events(calls: Dict[str, Dict[str, Any]],
                   expected: Dict[str, Dict[str, Any]]) -> List[str]:
    """Calls without a v_NAME, against calls_expected() of another run."""
    different = []
    for name, want in expected.items():
        if name in EXCEPT:
            continue
        event = calls.get(name)
        if event is None:
            different.append(name + ": not recorded")
            continue
        got = {argument["name"]: argument.get("value")
               for argument in event["args"] if argument["name"]}
        different += oracle.disagreements(
            without_addresses(want["args"]), without_addresses(got), name)
        if "return" in want:
            different += oracle.disagreements(
                without_addresses(want["return"]),
                without_addresses(event["return"].get("value")),
                name + " returned")
    return different


def check(program: str, unoptimized: str, report: str) -> None:
    """Trace all of the program's cases in one run and compare them.

    unoptimized: the same program, built with -O0, for the oracle.
    """
    if "clang" in program:
        EXCEPT.extend(CLANG)
        if program != unoptimized:
            EXCEPT.extend(CLANG_OPTIMIZED)
    gdb.execute("set confirm off")
    gdb.execute("set max-value-size 1048576")
    gdb.execute("ctester trace take_*")
    oracle.run_to("finished")
    gdb.execute("ctester save calls.jsonl")
    calls = saved_calls("calls.jsonl")
    different = compare_values(calls)
    gdb.execute("continue", to_string=True)
    gdb.execute("ctester untrace")
    gdb.execute("delete")
    gdb.execute('file "%s"' % unoptimized)
    different += compare_events(calls, oracle.calls_expected())
    with open(report, "w", encoding="utf-8") as out:
        json.dump({"calls": len(calls), "different": different}, out)
