# SPDX-License-Identifier: MIT
"""The calls of a real program in their order, what is known of each, what
goes wrong on the way, and how much asserting costs."""

import pytest

from conftest import Gdb, compile_c
from strict_script import carry_out


def test_order(gdb: Gdb) -> None:
    carry_out(gdb, """
def record():
    native.spy(None, "add")
    native.mock_call("libm", "sqrt", returns=3.0, times=2)
    with ctester.sandbox():
        run("add,1,2", "sqrt,9", "add,3,4", "sqrt,9")

def test_assertions_are_in_the_order_of_the_calls():
    record()
    for function, args in (("add", (3, 4)), ("sqrt", (9.0,)), ("mul", ())):
        said(ctester.InteractionMismatchError, native.assert_call, None,
             function, args=args)
    assert len(left()) == 4
    assert native.assert_call(None, "add", args=(1, 2)).seq == 0
    said(ctester.InteractionMismatchError, native.assert_call, None, "add",
         args=(3, 4))
    assert native.assert_call("libm", "sqrt", args=(9,)).seq == 1
    assert native.assert_call(None, "add", args=(3.0, 4.0)).seq == 2
    assert native.assert_call("libm", "sqrt", args=(9.0,)).seq == 3
    said(ctester.InteractionMismatchError, native.assert_call, "libm", "sqrt",
         args=(9.0,))

def test_in_any_order():
    record()
    with ctester.in_any_order():
        # Of several that are alike the earliest.
        assert native.assert_call("libm", "sqrt", args=(9.0,)).seq == 1
        with ctester.in_any_order():
            assert native.assert_call(None, "add", args=(3, 4)).seq == 2
        said(ctester.InteractionMismatchError, native.assert_call, None,
             "add", args=(3, 4))
        assert native.assert_call("libm", "sqrt", args=(9.0,)).seq == 3
    native.assert_call(None, "add", args=(1, 2))
    ctester.verify_all()

def test_an_error_ends_any_order():
    record()
    try:
        with ctester.in_any_order():
            raise KeyError
    except KeyError:
        said(ctester.InteractionMismatchError, native.assert_call, "libm",
             "sqrt", args=(9.0,))
    assert_all()

def test_sides_are_shown_field_by_field():
    record()
    text = said(ctester.InteractionMismatchError, native.assert_call, "libm",
                "add", args=(1, 5))
    rows = [line.split() for line in text.splitlines()]
    assert ["library", "'libm'", "'kit'", "<--"] in rows
    assert ["function", "'add'", "'add'"] in rows
    assert ["args[0]", "1", "1"] in rows
    assert ["args[1]", "5", "2", "<--"] in rows
    timeline = [line for line in text.splitlines() if line.startswith("  #")]
    assert timeline == [
        "  #0 add(1, 2) = 3 in kit", "  #1 sqrt(9.0) = 3.0 in libm",
        "  #2 add(3, 4) = 7 in kit", "  #3 sqrt(9.0) = 3.0 in libm"]
    assert_all()

def test_matchers():
    record()
    native.assert_call(ctester.ANY, re.compile("ad."), args=(ctester.ANY, 2))
    native.assert_call("libm", "sqrt", args=(ctester.approx(9.0000001),))
    class Even:
        def __eq__(self, other):
            return other % 2 == 0
    said(ctester.InteractionMismatchError, native.assert_call, None, "add",
         args=(Even(), Even()))
    native.assert_call(None, "add", args=(3, Even()))
    native.assert_call("libm", "sqrt", args=ctester.ANY)
""", timeout=120)


FIELDS = r"""
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
__attribute__((noinline)) int probe(int number) { return number; }
static void *work(void *number)
{
    printf("%d\n", (int)syscall(SYS_gettid));
    probe(*(int *)number);
    return NULL;
}
int main(void)
{
    pthread_t thread;
    int number = 2;
    printf("%d\n", (int)syscall(SYS_gettid));
    probe(1);
    pthread_create(&thread, NULL, work, &number);
    pthread_join(thread, NULL);
    open("/nowhere", O_RDONLY);
    return 0;
}
"""


def test_what_is_known_of_a_call(gdb: Gdb) -> None:
    program = compile_c(FIELDS, name="fields", libraries=("-lpthread",))
    carry_out(gdb, """
def test_fields():
    native.mock_call(None, "probe", returns=10)
    native.spy(None, "probe")
    native.spy("libc.so.6", "open")
    with ctester.sandbox():
        first_thread, second_thread = map(int, run())
    first, second, third = left()
    assert (first.seq, second.seq, third.seq) == (0, 1, 2)
    assert (first.library, first.function) == ("fields", "probe")
    assert third.library == "libc.so.6"
    assert (first.args, second.args) == ((1,), (2,))
    assert (first.result, second.result, third.result) == (10, 2, -1)
    assert (second.errno, third.errno) == (None, 2)
    assert (first.thread, second.thread) == (first_thread, second_thread)
    assert first_thread != second_thread
    assert (first.caller, second.caller, third.caller) == (
        "main", "work", "main")
    assert [one.outcome for one in left()] == ["mocked", "real", "real"]
    assert_all()
""", program)


# What goes wrong.

def one_line(text: str, *words: str) -> None:
    lines = [line for line in text.splitlines()
             if all(word in line for word in words)]
    assert len(lines) == 1, text


def test_what_explodes_is_one_line(gdb: Gdb) -> None:
    outcome = carry_out(gdb, """
def explode(*args):
    raise ZeroDivisionError("boom of when")

def test_when():
    native.mock_call(None, "add", returns=50, when=explode, required=False)
    native.mock_call(None, "add", returns=60, times=None)
    with ctester.sandbox():
        assert run("add,1,2", "add,3,4") == ["60", "60"]
    assert [one.args for one in left()] == [(1, 2), (3, 4)]
    assert_all()

def test_matcher():
    class Explosive:
        def __eq__(self, other):
            raise ZeroDivisionError("boom of eq")
        def __repr__(self):
            return "Explosive()"
    native.spy(None, "add")
    with ctester.sandbox():
        run("add,1,2")
    for assertions in (ctester.in_any_order, __import__(
            "contextlib").nullcontext):
        with assertions():
            note(said(ctester.InteractionMismatchError, native.assert_call,
                      None, "add", args=(1, Explosive())))
    native.assert_call(None, "add", args=(1, 2))
""", failing=["test_when"], status=2)
    assert "Traceback" not in outcome.result.stdout
    one_line(outcome.result.stderr, "ZeroDivisionError", "boom of when")
    for (text,) in outcome.notes():
        one_line(text, "Explosive() raised ZeroDivisionError: boom of eq",
                 "args[1]")


def test_an_error_in_the_sandbox_loses_nothing(gdb: Gdb) -> None:
    outcome = carry_out(gdb, """
def test_behind_the_run():
    native.mock_call(None, "add", returns=7, times=2)
    try:
        with ctester.sandbox():
            with ctester.sandbox():
                assert run("add,1,2") == ["7"]
                raise KeyError("mine")
    except KeyError:
        pass
    assert run("add,1,2") == ["3"]      # closed
    with ctester.sandbox():
        assert run("add,3,4") == ["7"]  # and no mock was lost
    native.assert_call(None, "add", args=(1, 2))
    native.assert_call(None, "add", args=(3, 4))

def test_in_the_middle_of_a_run():
    native.mock_call(None, "add", returns=7)
    gdb.execute("break end")
    try:
        with ctester.sandbox():
            gdb.execute("run add,1,2 end add,3,4 >middle.txt")
            int("no number")
    except ValueError:
        pass
    gdb.execute("delete")
    gdb.execute("continue")
    assert open("middle.txt").read() == "7\\n7\\n"
    native.assert_call(None, "add", args=(1, 2))

def test_that_fails():
    native.mock_call(None, "add", returns=7)
    with ctester.sandbox():
        run("add,1,2")
        native.no_such_thing()

def test_the_next_one_has_its_own():
    from ctester import strict
    assert not strict.verifier().is_open and left() == []
    assert run("add,1,2") == ["3"]
""", failing=["test_that_fails"])
    text = outcome.failed["test_that_fails"]
    one_line(text, "AttributeError", "no_such_thing")
    assert "not asserted" not in text


# Each class of errors, raised by a program or a script.

ERRORS = ["AllWildcardAssertionError", "AssertionInsideSandboxError",
          "BadMockError", "ConflictError", "Error",
          "InteractionMismatchError", "MissingAssertionFieldsError",
          "ProgramTimeoutError", "UnassertedInteractionsError",
          "UnmockedInteractionError", "UnusedMocksError", "VerificationError"]

def test_each_error_is_raised_by_something(gdb: Gdb) -> None:
    outcome = carry_out(gdb, """
def sandboxed(*words, **options):
    with ctester.sandbox():
        return run(*words, **options)

def test_each():
    kinds = set()
    def record(do, *args, **options):
        try:
            do(*args, **options)
        except (ctester.StrictError, ctester.Error) as error:
            assert str(error), type(error)
            kinds.update(name for name in ctester.__all__
                         if type(error) is getattr(ctester, name))
        else:
            raise AssertionError(f"{do}: nothing was raised")
    add = None, "add"
    record(native.mock_call, *add, returns="text")
    native.spy(*add)
    sandboxed("add,1,2")
    record(native.assert_call, *add, args=(2, 2))
    record(native.assert_call, args=(1, 2))
    record(native.assert_call, ctester.ANY, ctester.ANY, args=ctester.ANY)
    with ctester.sandbox():
        record(ctester.verify_all)
    record(ctester.verify_all)
    native.mock_call("libm", "sqrt", returns=3.0)
    record(ctester.verify_all)
    native.assert_call(*add, args=(1, 2))
    record(ctester.verify_all)
    sandboxed("sqrt,9")
    assert_all()
    native.mock_call(*add, returns=1, delay=600)
    record(sandboxed, "add,1,2", timeout=5)
    assert_all()
    record(ctester.trace, "no_such_function_at_all(")
    gdb.execute("break *add")
    native.mock_call(*add, returns=1, required=False)
    record(sandboxed, "add,1,2")
    gdb.execute("delete")
    native.mock_call("libm", "sqrt", returns=1, required=False, when="x > 9")
    record(sandboxed, "sqrt,9")
    note(*sorted(kinds))
""", failing=["test_each"])
    assert outcome.notes() == [ERRORS]


# How much asserting costs: by the functions that Python calls for it, which
# are the same in each run.

LOOP = r"""
#include <stdlib.h>
__attribute__((noinline)) int probe(int number, const char *text)
{
    __asm__ volatile("" : : "r"(text));
    return number;
}
int main(int argc, char **argv)
{
    for (int i = 0; argc > 1 && i < atoi(argv[1]); i++)
        probe(i, "text");
    return 0;
}
"""


@pytest.mark.parametrize("order", ["forward", "backward"])
def test_asserting_is_linear(gdb: Gdb, order: str) -> None:
    outcome = carry_out(gdb, f"ORDER = {order!r}\n" + """
import contextlib, sys

def work(count):
    native.mock_call(None, "probe", returns=1, times=count)
    with ctester.sandbox():
        run(str(count))
    backward = ORDER == "backward"
    numbers = range(count)[::-1] if backward else range(count)
    calls = 0
    def counted(frame, event, argument):
        nonlocal calls
        calls += 1
    with (ctester.in_any_order() if backward else contextlib.nullcontext()):
        sys.setprofile(counted)
        try:
            for i in numbers:
                native.assert_call(None, "probe", args=(i, b"text"))
            ctester.verify_all()
        finally:
            sys.setprofile(None)
    ctester.clear()
    return calls / count

def test_it():
    few, many = work(1000), work(10000)
    note(few, many)
""", compile_c(LOOP, name="loop"), timeout=300)
    (few, many), = outcome.notes()
    assert few > 1
    # Were it quadratic, it would be ten times as much.
    assert many < 2 * few
