# SPDX-License-Identifier: MIT
"""Calls whose types are not what a prototype says: nobody knows one, or the
caller contradicts it."""

import pathlib

from conftest import Gdb, compile_c
from strict_script import carry_out

PYTHON = pathlib.Path("/usr/bin/python3")

MADE = r"""
#include <dlfcn.h>
#include <stdio.h>
int main(void)
{
    void *made = dlopen("libmade.so", RTLD_NOW);
    int (*two)(int, long) = (int (*)(int, long))dlsym(made, "two");
    int (*none)(void) = (int (*)(void))dlsym(made, "none");
    int first = two(7, -5), second = two(-3, 9), third = none();
    printf("%d %d %d\n", first, second, third);
    return 0;
}
"""


def test_words_of_a_library_that_does_not_exist(gdb: Gdb) -> None:
    outcome = carry_out(gdb, """
def made():
    native.mock_call("libmade", "two", returns=1)
    native.mock_call("libmade", "two", returns=2)
    native.mock_call("libmade", "none", returns=3)
    with ctester.sandbox():
        assert run() == ["1 2 3"]

def test_what_was_passed_is_asserted():
    made()
    assert [one.guessed for one in left()] == [True] * 3
    said(ctester.InteractionMismatchError, native.assert_call, "libmade",
         "two", args=(7, 5))
    one = native.assert_call("libmade", "two", args=(7, -5))
    assert len(one.args) == 6, one.args
    native.assert_call("libmade", "two", args=(-3,))
    native.assert_call("libmade", "none", args=())

def test_in_any_order():
    made()
    with ctester.in_any_order():
        native.assert_call("libmade", "none")
        native.assert_call("libmade", "two", args=(-3, 9))
        native.assert_call("libmade", "two", args=(7,))

def test_the_lines_to_paste_are_right():
    made()
    text = said(ctester.UnassertedInteractionsError, ctester.verify_all)
    note(text)
    before, _, lines = text.partition("Assert them with:")
    assert lines.count("assert_call") == 3, text
    for line in lines.split("\\n"):
        exec(line.strip(), globals())

def test_of_a_declared_function_all_must_be_named():
    with open("made.h", "w") as file:
        file.write("int two(int, long); int none(void);")
    ctester.prototypes("made.h")
    made()
    assert [one.args for one in left()] == [(7, -5), (-3, 9), ()], left()
    assert not any(one.guessed for one in left())
    said(ctester.InteractionMismatchError, native.assert_call, "libmade",
         "two", args=(7,))
    assert_all()
""", compile_c(MADE, name="asks", libraries=("-ldl",)))
    (said,), = outcome.notes()
    assert "#0 two(7, 0xfffffffffffffffb, " in said, said
    assert ") = 1 in libmade (nothing says what it is passed: " in said, said


NOTES = """
SQRT = ("the caller passes int as argument 1 where the prototype of sqrt "
        "wants double")
LABS = ("the caller passes int as argument 1 where the prototype of labs "
        "wants long")

def test_mocked_and_spied():
    native.mock_call("libm", "sqrt", returns=3.0)
    native.mock_call("libm", "sqrt", returns=4.0, when=lambda x: x > 5)
    native.spy("libc", "labs")
    with ctester.sandbox():
        run("program.py")
    text = said(ctester.UnassertedInteractionsError, ctester.verify_all)
    assert f"#0 sqrt(4) = 3.0 in libm ({SQRT})" in text, text
    assert f"#1 sqrt(6) = 4.0 in libm ({SQRT})" in text, text
    assert f"#2 labs(-5) = 5 in libc ({LABS})" in text, text
    assert [one.note for one in left()] == [SQRT, SQRT, LABS, None]
    text = said(ctester.InteractionMismatchError, native.assert_call, "libm",
                "sqrt", args=(4.5,))
    assert SQRT in text.partition("Remaining timeline")[0], text
    assert_all()
"""


def test_contradictions_are_told_with_the_call(gdb: Gdb) -> None:
    (gdb.directory / "program.py").write_text("""
import ctypes as c
libm, libc = c.CDLL("libm.so.6"), c.CDLL("libc.so.6")
libm.sqrt.restype = c.c_double
libc.labs.restype = c.c_long
libm.sqrt(4), libm.sqrt(6), libc.labs(-5), libc.labs(c.c_long(-5))
""")
    carry_out(gdb, NOTES, PYTHON)
