# SPDX-License-Identifier: MIT
"""Mocks in programs: what is registered, and which call gets which."""

import pathlib

import pytest

from conftest import Gdb, compile_c
from strict_script import carry_out, kit


def test_queues(gdb: Gdb) -> None:
    carry_out(gdb, """
def test_in_the_order_of_registration_whatever_the_arguments():
    native.mock_call("libm", "sqrt", returns=2.0)
    native.mock_call("libm", "pow", returns=100.0)
    native.mock_call("libm", "sqrt", returns=3.0)
    native.mock_call(None, "add", returns=-5)
    with ctester.sandbox():
        assert run("sqrt,81", "add,1,1", "pow,2,3", "sqrt,64") == [
            "2", "-5", "100", "3"]
    native.assert_call("libm", "sqrt", args=(81.0,))
    native.assert_call(None, "add", args=(1, 1))
    native.assert_call("libm", "pow", args=(2.0, 3.0))
    native.assert_call("libm", "sqrt", args=(64,))

def test_each_has_a_number_of_times():
    native.mock_call(None, "add", returns=1, times=3)
    native.mock_call(None, "add", returns=2)
    with ctester.sandbox():
        assert run(*["add,9,9"] * 4) == ["1", "1", "1", "2"]
    assert_all()

def test_a_standing_default_comes_behind_the_queue():
    native.mock_call(None, "add", returns=0, times=None)
    native.mock_call(None, "add", returns=7)
    with ctester.sandbox():
        assert run(*["add,9,9"] * 4) == ["7", "0", "0", "0"]
    assert len(left()) == 4
    assert_all()

def test_a_filter_passes_over_and_does_not_consume():
    native.mock_call(None, "add", returns=1, when="a > 5 && b == 2")
    native.mock_call(None, "add", returns=2)
    native.mock_call(None, "add", returns=3, when="a > 5")
    with ctester.sandbox():
        assert run("add,1,2", "add,6,3", "add,6,2") == ["2", "3", "1"]
    assert_all()

def test_a_function_gets_the_arguments():
    got = []
    native.mock_call(None, "area", returns=1,
                     when=lambda p: got.append(p) or p["x"] == 4)
    native.mock_call(None, "area", returns=2)
    native.mock_call("libm", "pow", returns=3.0, when=lambda x, y: y == 3.0)
    with ctester.sandbox():
        assert run("area,3,5", "area,4,5", "pow,2,3") == ["2", "1", "3"]
    assert got == [{"x": 3, "y": 5}, {"x": 4, "y": 5}], got
    assert_all()

def test_a_caller():
    native.mock_call(None, "add", returns=1, caller="twice")
    native.mock_call(None, "add", returns=2, caller="main")
    native.mock_call("libm", "sqrt", returns=4.0, caller="kit")
    native.mock_call("libm", "sqrt", returns=5.0, caller="libm",
                     required=False)
    with ctester.sandbox():
        assert run("add,3,3", "twice,3", "sqrt,1") == ["2", "1", "4"]
    calls = left()
    assert [one.caller for one in calls] == ["main", "twice", "main"], calls
    assert_all()

def test_of_a_caller_without_a_mock_nothing_is_known():
    native.mock_call(None, "add", returns=1, caller="twice")
    with ctester.sandbox():
        assert run("add,3,3", "twice,3") == ["6", "1"]
    native.assert_call(None, "add", args=(3, 3))

def test_is_copied_when_it_is_queued():
    out = {"got": 1, "buf": b"abc"}
    native.mock_call(None, "fetch", returns=3, out=out)
    out["got"] = 9
    out["buf"] = b"zzz"
    with ctester.sandbox():
        assert run("fetch,a") == ["3 abc........... 1 0"]
    assert_all()
""")


def test_what_is_written_and_errno(gdb: Gdb) -> None:
    carry_out(gdb, """
def test_out_is_written_through_pointers():
    native.mock_call(None, "fetch", returns=5, out={"buf": b"abc", "got": 3})
    native.mock_call(None, "fetch", returns=6, out={"buf": "abc", 3: -1})
    native.mock_call(None, "fetch", returns=7, out={"buf": b"x", "got": 3})
    with ctester.sandbox():
        # bytes have no NUL, str has; NULL is not written through.
        assert run("fetch,n", "fetch,n", "fetch,n,null") == [
            "5 abc........... 3 0", "6 abc -1 0",
            "7 .............. -7 0"]
    first, second, third = left()
    assert first.args == (b"n", b"." * 14, 16, -7), first.args
    assert first.out == {"buf": b"abc...........", "got": 3}, first.out
    assert second.out == {"buf": b"abc", "got": -1}, second.out
    assert third.args == (b"n", None, 0, None) and third.out == {}
    assert_all()

def test_errno_by_name_and_number():
    native.mock_call("libc", "open", returns=-1, errno="EMFILE")
    native.mock_call("libc", "open", returns=-1, errno=5)
    native.mock_call("libc", "open", returns=77)
    with ctester.sandbox():
        assert run("open,/a", "open,/b", "open,/c") == [
            "-1 24", "-1 5", "77 0"]
    assert [one.errno for one in left()] == [24, 5, None]
    assert_all()

def test_an_os_error_is_its_errno():
    native.mock_call("libc", "open", returns=-1,
                     raises=PermissionError(13, "no"))
    native.mock_call("libc", "open", returns=-2, raises=OSError(28, "full"),
                     errno="ENOSPC")
    with ctester.sandbox():
        assert run("open,/a", "open,/b") == ["-1 13", "-2 28"]
    native.mock_call("libc", "open", returns=None, raises=OSError(5, "x"))
    native.mock_call(None, "half", returns=None, raises=OSError(5, "x"))
    with ctester.sandbox():
        assert run("open,/c", "half,8") == ["-1 5", "-1"]
    first, second, third, fourth = left()
    assert [(one.result, one.errno) for one in (third, fourth)] == [
        (-1, 5), (-1, 5)]
    assert (first.outcome, first.raised, first.errno) == (
        "raised", "PermissionError: [Errno 13] no", 13), first
    assert second.raised == "OSError: [Errno 28] full"
    native.assert_call("libc", "open", args=(b"/a", 0))
    native.assert_call("libc", "open", args=(b"/b", 0))
    native.assert_call("libc", "open", args=(b"/c", 0))
    native.assert_call(None, "half", args=(8,))
""")


def test_signals_delays_and_exceptions(gdb: Gdb) -> None:
    carry_out(gdb, """
def test_a_signal_reaches_the_calling_thread():
    native.mock_call(None, "add", returns=4, signal="USR1")
    native.mock_call(None, "add", returns=5, raises=signal.SIGUSR1)
    native.mock_call(None, "add", returns=6)
    with ctester.sandbox():
        assert run(*["kill,1,2"] * 3) == ["4 1", "5 1", "6 0"]
    assert [one.raised for one in left()] == [None, "SIGUSR1", None]
    assert_all()

def test_a_signal_kills_by_default():
    native.mock_call(None, "add", returns=4, signal=signal.SIGTERM)
    with ctester.sandbox():
        result = ctester.run("add,1,2", "add,3,4")
    assert (result.exit_code, result.signal) == (None, signal.SIGTERM)
    assert result.stdout == ""
    native.assert_call(None, "add", args=(1, 2))

def test_those_that_nobody_can_catch():
    for number in (signal.SIGKILL, signal.SIGINT):
        native.mock_call(None, "add", returns=4, raises=number)
        with ctester.sandbox():
            result = ctester.run("add,1,2", "add,3,4")
        assert (result.exit_code, result.signal) == (None, number)
        one = native.assert_call(None, "add", args=(1, 2))
        assert (one.outcome, one.raised) == ("raised", number.name)
        ctester.save("trace.jsonl")
        with open("trace.jsonl") as trace:
            end = json.loads(trace.readlines()[-1])
        assert (end["type"], end["signal"]) == ("exit", number.name), end

def test_a_stop_is_refused():
    for how in ({"raises": signal.SIGSTOP}, {"signal": "STOP"}):
        text = said(ctester.BadMockError, native.mock_call, None, "add",
                    returns=0, **how)
        assert "SIGSTOP cannot be sent: GDB takes it for its own" in text, text

def test_a_delay_lasts():
    native.mock_call(None, "add", returns=4, delay=0.2)
    with ctester.sandbox():
        assert run("add,1,2") == ["4"]
    assert_all()
    assert ctester.calls()[-1]["duration_ns"] >= 200_000_000

def test_other_exceptions_are_refused_in_c():
    for raises in (ValueError("x"), KeyError, OSError("without a number")):
        text = said(ctester.BadMockError, native.mock_call, None, "add",
                    returns=0, raises=raises)
        assert "cannot be raised: the program is no Python" in text, text
        assert text.count("\\n") == 0
    with ctester.sandbox():
        assert run("add,1,2") == ["3"]
""")


def test_spies_and_allowed_functions(gdb: Gdb) -> None:
    outcome = carry_out(gdb, """
def test_a_spied_function_runs():
    native.spy("libm", "sqrt")
    native.spy(None, "half")
    with ctester.sandbox():
        assert run("sqrt,81", "half,10") == ["9", "5"]
    first, second = left()
    assert (first.outcome, first.result) == ("real", 9.0)
    assert (second.args, second.result) == ((10,), 5)
    native.assert_call("libm", "sqrt", args=(81.0,))
    native.assert_call(None, "half", args=(10,))

def test_a_spied_call_must_be_asserted():
    native.spy("libm", "sqrt")
    with ctester.sandbox():
        run("sqrt,81")

def test_mocks_come_before_the_spy():
    native.mock_call("libm", "sqrt", returns=1.0)
    native.spy("libm", "sqrt")
    with ctester.sandbox():
        assert run("sqrt,81", "sqrt,49") == ["1", "7"]
    assert [(one.outcome, one.result) for one in left()] == [
        ("mocked", 1.0), ("real", 7.0)]
    assert_all()

def test_allowed_calls_are_not_recorded():
    native.mock_call("libm", "sqrt", returns=1.0)
    native.allow("libm", "sqrt")
    with ctester.sandbox():
        assert run("sqrt,81", "sqrt,49") == ["1", "7"]
    native.assert_call("libm", "sqrt", args=(81.0,))

def test_only_a_caller_is_allowed():
    native.mock_call(None, "add", returns=1)
    native.allow(None, "add", caller="twice")
    with ctester.sandbox():
        assert run("add,2,3", "twice,4") == ["1", "8"]
    native.assert_call(None, "add", args=(2, 3))

def test_another_caller_is_not():
    native.mock_call(None, "add", returns=1)
    native.allow(None, "add", caller="twice")
    with ctester.sandbox():
        run("add,2,3", "twice,4", "add,5,6")

def test_only_calls_of_one_caller_are_spied_on():
    native.spy(None, "add", caller="twice")
    with ctester.sandbox():
        assert run("add,2,3", "twice,4") == ["5", "8"]
    native.assert_call(None, "add", args=(4, 4))
""", failing=("test_a_spied_call_must_be_asserted",
              "test_another_caller_is_not"))
    assert "assert_call('libm', 'sqrt', args=(81.0,))" in outcome.failed[
        "test_a_spied_call_must_be_asserted"]
    assert "add(5, 6) in kit was called but no mock was registered." in (
        outcome.failed["test_another_caller_is_not"])


SCOPED = r"""
__attribute__((visibility("default"))) int inner(int n) { return n; }
__attribute__((visibility("default"))) int outer(int n) { return inner(n); }
"""
SCOPED_USER = r"""
#include <stdio.h>
int inner(int), outer(int);
static int local(int n) { return n; }
int main(void)
{
    printf("%d %d %d\n", inner(1), outer(2), local(3));
    return 0;
}
"""


def test_scopes(gdb: Gdb) -> None:
    library = compile_c(SCOPED, name="libscoped.so",
                        flags=("-g", "-O0", "-shared", "-fPIC"), libraries=())
    program = compile_c(SCOPED_USER, name="user", libraries=(
        str(library), f"-Wl,-rpath,{library.parent}"))
    carry_out(gdb, """
def mocked(scope):
    native.mock_call("libscoped", "inner", returns=50, times=None, scope=scope)
    with ctester.sandbox():
        lines = run()
    assert_all()
    return lines

def test_boundary_is_the_default():
    native.mock_call("libscoped", "inner", returns=50)
    with ctester.sandbox():
        assert run() == ["50 2 3"]
    native.assert_call("libscoped", "inner", args=(1,))

def test_boundary():
    assert mocked("boundary") == ["50 2 3"]

def test_all():
    assert mocked("all") == ["50 50 3"]

def test_program():
    assert mocked("program") == ["50 2 3"]

def test_each_call_within_the_program_itself_counts():
    native.mock_call(None, "local", returns=9)
    with ctester.sandbox():
        assert run() == ["1 2 9"]
    native.assert_call(None, "local", args=(3,))
""", program)


def test_registration_while_the_sandbox_is_open(gdb: Gdb) -> None:
    carry_out(gdb, """
def test_before_the_program_runs():
    with ctester.sandbox():
        native.mock_call("libm", "sqrt", returns=2.0)
        assert run("sqrt,81") == ["2"]
    native.assert_call("libm", "sqrt", args=(81.0,))

def test_while_the_program_stands():
    gdb.execute("break end")
    native.mock_call("libm", "sqrt", returns=2.0)
    with ctester.sandbox():
        gdb.execute("run sqrt,81 end sqrt,49 add,1,2 >late.txt")
        native.mock_call("libm", "sqrt", returns=3.0)
        native.mock_call(None, "add", returns=77)
        gdb.execute("delete")
        gdb.execute("continue")
    assert open("late.txt").read().split() == ["2", "3", "77"]
    native.assert_call("libm", "sqrt", args=(81.0,))
    native.assert_call("libm", "sqrt", args=(49.0,))
    native.assert_call(None, "add", args=(1, 2))
""")


SPELLINGS = ("/lib/x86_64-linux-gnu/libm.so.6", "libm.so.6", "libm", "m")


def test_all_spellings_of_a_library_are_one(gdb: Gdb) -> None:
    carry_out(gdb, f"SPELLINGS = {SPELLINGS!r}\n" + """
def test_each_against_each():
    for spelling in SPELLINGS:
        native.mock_call(spelling, "sqrt", returns=2.0, times=4)
    with ctester.sandbox():
        assert run(*["sqrt,81"] * 16) == ["2"] * 16
    # What was registered first names it.
    assert {one.library for one in left()} == {SPELLINGS[0]}
    for spelling in SPELLINGS * 4:
        native.assert_call(spelling, "sqrt", args=(81.0,))

def test_in_separate_runs():
    for spelling in SPELLINGS:
        native.mock_call(spelling, "sqrt", returns=2.0)
        with ctester.sandbox():
            assert run("sqrt,81") == ["2"]
        native.assert_call(spelling, "sqrt", args=(81.0,))

def test_the_program_itself():
    for own in (None, "kit", gdb.current_progspace().filename):
        native.mock_call(own, "add", returns=3)
        with ctester.sandbox():
            assert run("add,1,2") == ["3"]
        native.assert_call(own, "add", args=(1, 2))
        assert left() == []
""")


def test_reports_use_the_spelling_that_was_registered(gdb: Gdb) -> None:
    outcome = carry_out(gdb, """
def test_m():
    native.mock_call("m", "sqrt", returns=2.0)
    with ctester.sandbox():
        run("sqrt,81")

def test_path():
    native.mock_call("/lib/x86_64-linux-gnu/libm.so.6", "sqrt", returns=2.0)
    with ctester.sandbox():
        run("sqrt,81", "sqrt,4")
""", failing=("test_m", "test_path"))
    assert "ctester.native.assert_call('m', 'sqrt', args=(81.0,))" in (
        outcome.failed["test_m"])
    assert ("sqrt(4.0) in /lib/x86_64-linux-gnu/libm.so.6 was called but no "
            "mock was registered.") in outcome.failed["test_path"]


PLUGIN = """
int inc(int n) { return n + 1; }
"""


def plugin(name: str = "libplug.so", extra: str = "") -> pathlib.Path:
    return compile_c(PLUGIN + extra, name=name,
                     flags=("-g", "-O0", "-shared", "-fPIC"), libraries=())


def test_a_library_that_is_loaded_late(gdb: Gdb) -> None:
    path = plugin()
    carry_out(gdb, f"PATH = {str(path)!r}\n" + """
def test_by_each_name():
    for name in ("libplug", "plug", "libplug.so", PATH):
        native.mock_call(name, "inc", returns=50)
        with ctester.sandbox():
            assert run(f"load,{PATH},inc", "add,1,2") == ["50", "3"]
        native.assert_call(name, "inc", args=(20,))

def test_with_the_types_of_its_own():
    native.spy("libplug", "inc")
    with ctester.sandbox():
        assert run(f"load,{PATH},inc") == ["21"]
    native.assert_call("plug", "inc", args=(20,))
""")


@pytest.mark.parametrize("function,value,words", [
    ("inch", "50", "no function 'inch' in libplug.so; did you mean 'inc'?"),
    ("inc", "2 ** 40", "inc: 1099511627776 does not fit in int "),
])
def test_what_is_wrong_in_a_late_library_is_said_when_it_is_loaded(
        gdb: Gdb, function: str, value: str, words: str) -> None:
    outcome = carry_out(gdb, f"""
def test_mock():
    native.mock_call("libplug", "{function}", returns={value})
    with ctester.sandbox():
        ctester.run("load,{plugin()},inc")
""", failing=["test_mock"], status=2)
    assert f"ctester: {words}" in outcome.result.stderr
    assert (f"{function} in libplug, returns={eval(value)}, registered at "
            "case.py:" in outcome.failed["test_mock"])


def test_names_that_are_not_there(gdb: Gdb) -> None:
    carry_out(gdb, """
def near(library, function):
    return said(ctester.BadMockError, native.mock_call, library, function,
                returns=0)

def test_near_names():
    run()
    assert near("kit", "areaa") == (
        "mock_call of areaa in kit: no function 'areaa' in kit; did you mean "
        "'area'?")
    assert near(None, "twicee") == (
        "mock_call of twicee in the program: no function 'twicee' in kit; did "
        "you mean 'twice'?")
    assert near("libc", "fopn") == (
        "mock_call of fopn in libc: no function 'fopn' in libc.so.6; did you "
        "mean 'fopen'?")
    assert "did you mean" in said(ctester.BadMockError, native.spy, None,
                                  "aera")
    assert "did you mean" in said(ctester.BadMockError, native.allow, None,
                                  "aera")
    assert "'*q*' is a pattern" in near(None, "*q*")

def test_nothing_of_it_stays():
    near(None, "twicee")
    with ctester.sandbox():
        assert run("add,1,2") == ["3"]
""")


def test_a_misspelt_library_is_told_of(gdb: Gdb) -> None:
    """It could be one that the program opens yet: so at the end."""
    outcome = carry_out(gdb, """
def test_library():
    native.mock_call("libmm", "sqrt", returns=1.0)
    with ctester.sandbox():
        run("sqrt,9")
""", failing=("test_library",))
    assert ("sqrt in libmm, returns=1.0, registered at case.py:"
            in outcome.failed["test_library"])


def test_a_library_of_an_earlier_run_is_not_in_the_way(gdb: Gdb) -> None:
    first = plugin("libsame.so")
    second = plugin("libsame.so", "int two(void) { return 2; }")
    carry_out(gdb, f"FIRST, SECOND = {str(first)!r}, {str(second)!r}\n" + """
def test_the_later_one_counts():
    gdb.execute("break end")
    for path in (FIRST, SECOND):
        load = f"'load,{path},inc'"
        gdb.execute(f"run {load} end {load} >same.txt")
    native.mock_call("libsame", "inc", returns=1)
    with ctester.sandbox():
        gdb.execute("continue")
    assert open("same.txt").read().split() == ["21", "1"]
    native.assert_call("libsame", "inc", args=(20,))
""")


def test_an_ambiguous_name(gdb: Gdb) -> None:
    first = plugin("libsame.so")
    second = plugin("libsame.so", "int two(void) { return 2; }")
    carry_out(gdb, f"FIRST, SECOND = {str(first)!r}, {str(second)!r}\n" + """
def test_two_of_one_name():
    gdb.execute("break end")
    loads = f"'load,{FIRST},inc' 'load,{SECOND},inc'"
    gdb.execute(f"run {loads} end {loads} >same.txt")
    for name in ("libsame", "same", "libsame.so"):
        text = said(ctester.BadMockError, native.mock_call, name, "inc",
                    returns=1)
        assert FIRST in text and SECOND in text, text
    native.mock_call(SECOND, "inc", returns=1)
    with ctester.sandbox():
        gdb.execute("continue")
    assert open("same.txt").read().split() == ["21", "21", "21", "1"]
    native.assert_call(SECOND, "inc", args=(20,))
""")


TWINS = r"""
#include <stdio.h>
int other(int n);
static int __attribute__((noinline)) helper(int n) { return n + 1; }
int main(void)
{
    printf("%d %d\n", helper(1), other(1));
    return 0;
}
"""


def test_two_static_functions_of_one_name(gdb: Gdb, tmp_path: pathlib.Path
                                          ) -> None:
    (tmp_path / "second.c").write_text(
        "static int __attribute__((noinline)) helper(int n)"
        " { return n + 10; }\n"
        "int other(int n) { return helper(n); }\n")
    program = compile_c(TWINS, name="twins", libraries=("second.c",),
                        includes=[tmp_path / "second.c"])
    outcome = carry_out(gdb, """
def test_the_file_says_which():
    text = said(ctester.BadMockError, native.mock_call, None, "helper",
                returns=7)
    assert "say source.c:helper or second.c:helper" in text, text
    native.mock_call("second.c", "helper", returns=7)
    with ctester.sandbox():
        assert run() == ["2 7"]
    native.assert_call("second.c", "helper", args=(1,))

def test_both():
    native.mock_call("second.c", "helper", returns=7)
    native.spy("source.c", "helper")
    with ctester.sandbox():
        assert run() == ["2 7"]
    with ctester.in_any_order():
        native.assert_call("source.c", "helper", args=(1,))
        native.assert_call("second.c", "helper", args=(1,))

def test_the_line_to_paste():
    native.mock_call("source.c", "helper", returns=7, when="n == 5")
    with ctester.sandbox():
        run()
""", program, failing=["test_the_line_to_paste"])
    assert ("    ctester.native.mock_call('source.c', 'helper', returns=...)"
            in outcome.failed["test_the_line_to_paste"])
