# SPDX-License-Identifier: MIT
"""Names of callers that nothing has: told when the program has ended."""

import re
from typing import List

from conftest import Gdb, Result, compile_c
from strict_script import HEAD, carry_out, kit


def warnings(result: Result) -> List[str]:
    return re.findall(r"^ctester: warning: (.*)$", result.stderr, re.M)


def none(name: str, function: str) -> str:
    return (f"caller '{name}' of {function}: no function and no library of "
            "the program is called that")


def test_of_mocks_spies_and_allowed_functions(gdb: Gdb) -> None:
    outcome = carry_out(gdb, """
def test_names_that_nothing_has():
    native.mock_call(None, "add", returns=1, caller="twize", required=False)
    native.mock_call(None, "area", returns=1, caller="twize", required=False)
    native.spy("libm", "sqrt", caller="mian")
    native.allow("libm", "pow", caller="zzyzx_of_nobody")
    with ctester.sandbox():
        run("add,1,2")
        run("sqrt,81")

def test_the_next_test_is_told_its_own():
    native.spy("libm", "sqrt", caller="mian")
    with ctester.sandbox():
        run("add,1,2")
""")
    # Once a name, not once a run, nor once a mock.
    first, second, third, again = warnings(outcome.result)
    assert first == none("twize", "add") + "; did you mean 'twice'?"
    assert second.startswith(none("mian", "sqrt") + "; did you mean 'main'")
    assert third == none("zzyzx_of_nobody", "pow")
    assert again == second


def test_names_that_something_has(gdb: Gdb) -> None:
    later = compile_c("int half_of(int n) { return n / 2; }",
                      name="liblater.so", libraries=(),
                      flags=("-g", "-shared", "-fPIC"))
    outcome = carry_out(gdb, f"""
def test_functions_and_libraries():
    for name in ("twice", "main", "kit", "libm", "libc.so.6", "c", "qsort"):
        native.mock_call(None, "add", returns=1, caller=name, required=False)
    with ctester.sandbox():
        run("end")

def test_of_a_library_that_comes_later():
    native.allow(None, "add", caller="later")
    native.allow(None, "add", caller="liblater.so")
    native.allow(None, "add", caller="half_of")
    native.allow(None, "add", caller="libnever")
    with ctester.sandbox():
        assert run("load,{later},half_of") == ["10"]
""")
    told, = warnings(outcome.result)
    assert told.startswith(none("libnever", "add")), told


def test_before_the_program_has_ended_nothing_is_known(gdb: Gdb) -> None:
    script = HEAD + """
native.spy("libm", "sqrt", caller="mian")
gdb.execute("break main")
gdb.execute("run")
print("@stopped")
"""
    stopped = gdb.run(kit(), python=script + "gdb.execute('detach')\n")
    assert warnings(stopped) == [], stopped.shown()
