# SPDX-License-Identifier: MIT
"""Tests of one script in one GDB: what the first did is nothing for the
next."""

import re
from typing import Any, List

import pytest
from conftest import Gdb, compile_c
from strict_script import carry_out

LEVEL = "int level(int n) { return n + %d; }\n"
USES_LEVEL = "int level(int n); int use(int n) { return level(n); }\n"
SHARED = ("-shared", "-fPIC")

TYPES = """
def called(library, function):
    with ctester.sandbox():
        run(f"load,{library},{function}")
    note(len(left()[0].args))
    assert_all()

def test_declared():
    native.spy(DECLARES, "use")
    called(DECLARES, "use")

def test_bare():
    native.spy(BARE, "level")
    called(BARE, "level")

def test_made_up():
    native.mock_call("libmade", "level", returns=7)
    called("libmade", "level")
"""

NAMES = """
def answered(library, value):
    native.mock_call("libplug", "level", returns=value)
    with ctester.sandbox():
        note(run(f"load,{library},level"))
    assert_all()

def test_first():
    answered(FIRST, 5)

def test_second():
    answered(SECOND, 6)

def test_first_again():
    answered(FIRST, 7)

def test_made_up():
    answered("libplug.so.1", 8)

def test_not_there():
    with ctester.sandbox():
        note(run("load,libplug,level"))
"""


def in_one_and_alone(gdb: Gdb, head: str, tests: str) -> List[Any]:
    """What the tests note in one GDB, and it is the same in one each."""
    # What does not begin with a test is at hand for each.
    common, *each = re.split(r"^(?=def test_)", tests, flags=re.M)
    together = carry_out(gdb, head + tests).notes()
    alone = [note for test in each
             for note in carry_out(gdb, head + common + test).notes()]
    assert together == alone
    return together


def test_another_librarys_prototypes_are_gone(gdb: Gdb) -> None:
    level = compile_c(LEVEL % 1, name="liblevel.so", flags=("-g", *SHARED))
    declares = compile_c(
        USES_LEVEL, name="libuse.so", flags=("-g", *SHARED),
        libraries=(str(level), f"-Wl,-rpath,{level.parent}"))
    bare = compile_c(LEVEL % 2, name="libbare.so", flags=SHARED)
    head = f"DECLARES, BARE = {str(declares)!r}, {str(bare)!r}\n"
    # Six words is what is guessed.
    assert in_one_and_alone(gdb, head, TYPES) == [[1], [6], [6]]


def test_another_runs_libraries_are_gone(gdb: Gdb) -> None:
    first, second = (
        compile_c(LEVEL % more, name="libplug.so", flags=("-g", *SHARED))
        for more in (3, 4))
    head = f"FIRST, SECOND = {str(first)!r}, {str(second)!r}\n"
    assert in_one_and_alone(gdb, head, NAMES) == [
        [["5"]], [["6"]], [["7"]], [["8"]], [["-99"]]]


def test_bounds_are_those_of_one_sandbox(gdb: Gdb) -> None:
    carry_out(gdb, """
def test_bounded_and_not():
    native.mock_call("libm", "sqrt", returns=5.0)
    with ctester.sandbox(start="begin", end="end", strict="library"):
        assert run("sqrt,49", "begin,0", "sqrt,81", "end") == ["7", "0", "5"]
    assert_all()
    verifier = ctester.StrictVerifier()
    plugin = native.NativePlugin(verifier)
    plugin.mock_call("libm", "sqrt", returns=6.0)
    with verifier.sandbox():
        assert run("pow,2,3", "sqrt,49") == ["8", "6"]
    plugin.assert_call("libm", "sqrt", args=(49.0,))
    verifier.verify_all()
""")


@pytest.mark.parametrize("again", [False, True])
def test_a_traced_library_is_traced_in_the_next_run(gdb: Gdb,
                                                    again: bool) -> None:
    plug = compile_c(LEVEL % 5, name="libplug.so", flags=("-g", *SHARED))
    carry_out(gdb, f"""
ctester.trace({str(plug)!r} + ":level")

def test_first():
    run("load,{plug},level")
    assert [call["function"] for call in ctester.calls()] == ["level"]
    if {again}:
        ctester.clear()

def test_second():
    assert not ctester.calls()
    run("load,{plug},level")
    assert [call["function"] for call in ctester.calls()] == ["level"]
""")
