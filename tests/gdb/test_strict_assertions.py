# SPDX-License-Identifier: MIT
"""Assertions on what a real program has called: values, order, and messages
that end in a line which works when it is pasted."""

import pathlib
from typing import List, Tuple

import pytest

from conftest import Gdb, compile_c
from strict_script import carry_out

# A function for each row of the table of values; main() calls the one that is
# its argument.
VALUES = r"""
#define _GNU_SOURCE
#include <complex.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>
/* Arguments that nobody uses are passed all the same. */
#ifdef __clang__
#define KEEP __attribute__((noinline, optnone)) void
#else
#define KEEP __attribute__((noipa)) void
#endif
#define END { __asm__ volatile("" : : : "memory"); }
enum color { RED = 1, GREEN = 2, BLUE = 4 };
enum level { LOW = -1, HIGH = 1 };
struct point { int x, y; };
struct mixed { int i; double d; };
struct floats { float x, y, z; };
struct large { double d[3]; struct point p; char name[8]; char full[4]; };
struct bits {
    unsigned a : 3; int b : 5; unsigned long c : 40;
    union { unsigned u; unsigned char raw[4]; };
    struct { short s; struct { bool deep; }; };
};
struct holder { const char *text; int *number; struct point *point; };
struct node { int value; struct node *next; };
struct opaque;
union both { unsigned u; unsigned short half[2]; };
typedef int (*callback)(int);

KEEP integers(signed char a, unsigned char b, short c, unsigned short d, int e,
              unsigned f, long g, unsigned long h, long long i, bool j,
              bool k) END
KEEP wide(__int128 a, unsigned __int128 b) END
KEEP reals(float a, double b, long double c) END
KEEP special(double a, double b, float c, long double d, double e) END
KEEP complexes(float complex a, double complex b, long double complex c) END
KEEP complex_nan(double complex a) END
KEEP characters(char a, char b, char c, char d) END
KEEP enums(enum color a, enum color b, enum color c, enum level d) END
KEEP texts(const char *a, char *b, const char *c, const char *d) END
KEEP long_text(const char *a) END
KEEP wide_texts(const wchar_t *a, const wchar_t *b) END
KEEP structs(struct point a, struct mixed b, struct floats c) END
KEEP in_memory(struct large a) END
KEEP bitfields(struct bits a) END
KEEP unions(union both a) END
KEEP arrays(int (*a)[3], int (*b)[2][3]) END
KEEP pointers(int *a, int **b, struct point *c, struct point *d) END
KEEP addresses(void *a, void *b, struct opaque *c, struct opaque *d) END
KEEP lists(struct node *a) END
KEEP rings(struct node *a, struct node *b) END
KEEP deep(int *****a) END
KEEP unreadable(int *a, const char *b, struct holder c) END
KEEP held(struct holder *a) END
KEEP callbacks(callback a, callback b) END
KEEP nothing(void) END
KEEP some(int count, ...) END
KEEP scribbled(int *a, char *b, struct point *c)
{
    *a = -1, b[0] = 'X', c->x = -1;
    __asm__ volatile("" : : : "memory");
}
static int negative(int n) { return -n; }

int main(int argc, char **argv)
{
    (void)argc;
#define IF(name) if (!strcmp(argv[1], #name))
    int i = 42, *p = &i, **pp = &p, ***ppp = &pp, ****pppp = &ppp;
    struct point point = {3, -4};
    IF(integers) integers(SCHAR_MIN, UCHAR_MAX, SHRT_MIN, USHRT_MAX, INT_MIN,
                          UINT_MAX, LONG_MIN, ULONG_MAX, -5, true, false);
    IF(wide) wide(-((__int128)1 << 100), ((unsigned __int128)1 << 127) + 1);
    IF(reals) reals(0.5f, 0.1, 0.1L);
    IF(special) special(NAN, INFINITY, -INFINITY, 1e4000L, -0.0);
    IF(complexes) complexes(1 + 2 * I, -0.5 - 0.25 * I, 3 + 0.125 * I);
    IF(complex_nan) complex_nan(__builtin_complex(NAN, INFINITY));
    IF(characters) characters('a', 0, '\xff', '\'');
    IF(enums) enums(RED, RED | BLUE, 8, LOW);
    IF(texts) texts("it's \"so\"\n\x01\xff", "", NULL, "\xc3\xaf");
    IF(long_text) {
        char text[301] = "";
        long_text(memset(text, 'x', 300));
    }
    IF(wide_texts) wide_texts(L"w\u00efde \U0001f600", NULL);
    IF(structs) structs(point, (struct mixed){-1, 2.5},
                        (struct floats){0.5f, 1.5f, 2.5f});
    IF(in_memory) in_memory((struct large){
        {1, 2, 3}, {4, 5}, "six", {'f', 'u', 'l', 'l'}});
    IF(bitfields) bitfields((struct bits){
        5, -3, 1UL << 39, {.u = 0x04030201}, {-7, {true}}});
    IF(unions) unions((union both){0x00020001});
    IF(arrays) {
        int a[3] = {1, 2, 3}, b[2][3] = {{1, 2, 3}, {4, 5, 6}};
        arrays(&a, &b);
    }
    IF(pointers) pointers(&i, &p, &point, NULL);
    IF(addresses) addresses(&i, NULL, (struct opaque *)&i, NULL);
    IF(lists) lists(&(struct node){1, &(struct node){2, NULL}});
    IF(rings) {
        struct node one = {1, &one}, a, b = {3, &a};
        a = (struct node){2, &b};
        rings(&one, &a);
    }
    IF(deep) deep(&pppp);
    IF(unreadable) unreadable((int *)16, (char *)32, (struct holder){
        "good", (int *)48, &point});
    IF(held) held(&(struct holder){"inner", &i, &point});
    IF(callbacks) callbacks(negative, NULL);
    IF(nothing) nothing();
    IF(some) some(1, 2, 3);
    IF(scribbled) {
        char text[] = "abc";
        scribbled(&i, text, &point);
    }
    IF(write) if (write(2, "a\0b", 3) < 0) return 1;
    IF(read) {
        char got[4];
        int fd = open("/dev/zero", O_RDONLY);
        if (read(fd, got, 3) < 0) return 1;
    }
    IF(memcpy) {
        char to[8] = "", *volatile at = to;
        volatile unsigned long size = 3;
        memcpy(at, "c\0d", size);
    }
    IF(open) {
        open("/nowhere/a", O_RDONLY | O_CLOEXEC);
        open("/nowhere/b", O_WRONLY | O_CREAT, 0640);
    }
    IF(fcntl) fcntl(1, F_GETFD), fcntl(1, F_SETFD, 0);
    IF(ioctl) {
        int ready = 7;
        ioctl(-1, FIONREAD, &ready);
    }
    IF(snprintf) {
        char to[64];
        snprintf(to, sizeof(to), "%d %s %5.2f %ld %% %hhu %x %.3s", -1,
                 "text", 0.5, 1L << 40, 200, 255U, "cut");
    }
    return 0;
}
"""

# What the contract says that the arguments are.
ARGUMENTS: List[Tuple[str, str]] = [
    ("integers", "(-128, 255, -32768, 65535, -2 ** 31, 2 ** 32 - 1, -2 ** 63, "
                 "2 ** 64 - 1, -5, True, False)"),
    ("wide", "(-2 ** 100, 2 ** 127 + 1)"),
    ("reals", "(0.5, 0.1, 0.1)"),
    ("special", "(NAN, INF, -INF, INF, 0.0)"),
    ("complexes", "(1 + 2j, -0.5 - 0.25j, 3 + 0.125j)"),
    ("characters", "(b'a', b'\\0', b'\\xff', b\"'\")"),
    ("enums", "(1, 5, 8, -1)"),
    ("enums", "('RED', 'RED|BLUE', 8, 'LOW')"),
    ("texts", "(b'it\\'s \"so\"\\n\\x01\\xff', b'', None, b'\\xc3\\xaf')"),
    ("wide_texts", "('w\\u00efde \\U0001f600', None)"),
    ("structs", "({'x': 3, 'y': -4}, {'i': -1, 'd': 2.5}, "
                "{'x': 0.5, 'y': 1.5, 'z': 2.5})"),
    ("in_memory", "({'d': [1, 2, 3], 'p': {'x': 4, 'y': 5}, 'name': b'six', "
                  "'full': b'full'},)"),
    ("bitfields", "({'a': 5, 'b': -3, 'c': 2 ** 39, 'u': 0x04030201, "
                  "'raw': [1, 2, 3, 4], 's': -7, 'deep': True},)"),
    ("unions", "({'u': 0x20001, 'half': [1, 2]},)"),
    ("arrays", "([1, 2, 3], [[1, 2, 3], [4, 5, 6]])"),
    ("pointers", "(42, 42, {'x': 3, 'y': -4}, None)"),
    ("addresses", "(ADDRESS, None, ADDRESS, None)"),
    ("lists", "({'value': 1, 'next': {'value': 2, 'next': None}},)"),
    ("rings", "({'value': 1, 'next': ctester.Cycle()}, {'value': 2, "
              "'next': {'value': 3, 'next': ctester.Cycle()}})"),
    ("deep", "(ADDRESS,)"),
    ("unreadable", "(ctester.Unreadable(16), ctester.Unreadable(32), "
                   "{'text': b'good', 'number': ctester.Unreadable(48), "
                   "'point': {'x': 3, 'y': -4}})"),
    ("held", "({'text': b'inner', 'number': 42, "
             "'point': {'x': 3, 'y': -4}},)"),
    ("callbacks", "('<callback>', None)"),
    ("nothing", "()"),
    ("some", "(1,)"),
    ("scribbled", "(42, b'abc', {'x': 3, 'y': -4})"),
]
# Of the C library, by rules of their own; one run may make several calls.
CALLED: List[Tuple[str, List[str]]] = [
    ("write", ["(2, b'a\\0b', 3)"]),
    ("read", ["(3, ADDRESS, 3)"]),
    ("memcpy", ["(ctester.ANY, b'c\\0d', 3)"]),
    ("open", ["(b'/nowhere/a', 0o2000000)", "(b'/nowhere/b', 0o101, 0o640)"]),
    ("fcntl", ["(1, 1)", "(1, 2, 0)"]),
    ("ioctl", ["(-1, 0x541b, ADDRESS)"]),
    ("snprintf", ["(ADDRESS, 64, b'%d %s %5.2f %ld %% %hhu %x %.3s', -1, "
                  "b'text', 0.5, 2 ** 40, 200, 255, b'cut')"]),
]

NAMES = """
import textwrap
NAN, INF = ctester.approx(float("nan")), float("inf")

class Address:
    def __eq__(self, other):
        return isinstance(other, int) and other > 99
    def __repr__(self):
        return "ADDRESS"
ADDRESS = Address()

def last_lines(text):
    '''What a message says is to be pasted: its last lines.'''
    lines = text.splitlines()
    first = len(lines)
    while lines[first - 1].startswith("    "):
        first -= 1
    assert 0 < first < len(lines), text
    assert lines[first - 1].endswith(":"), text
    return textwrap.dedent("\\n".join(lines[first:]))

def paste(text, **names):
    exec(last_lines(text), {"ctester": ctester, "signal": signal, **names})
"""


@pytest.fixture(name="values", params=[
    pytest.param(("gcc", "-O0"), marks=pytest.mark.long, id="gcc"),
    pytest.param(("clang", "-O2"), id="clang")])
def fixture_values(request: pytest.FixtureRequest) -> pathlib.Path:
    cc, level = request.param
    return compile_c(VALUES, name="values", cc=cc, flags=(
        "-g", level, "-fno-builtin", "-w"))


# Values.

def test_arguments_are_what_the_table_says(gdb: Gdb,
                                           values: pathlib.Path) -> None:
    rows = [(None, name, [expected]) for name, expected in ARGUMENTS]
    rows += [("libc", name, expected) for name, expected in CALLED]
    outcome = carry_out(gdb, f"ROWS = {rows!r}\n" + NAMES + """
def test_values():
    for library, function, expected in ROWS:
        native.spy(library, function)
        with ctester.sandbox():
            run(function)
        for one in expected:
            try:
                native.assert_call(library, function, args=eval(one))
            except ctester.InteractionMismatchError as error:
                note(function, str(error))
        if left():
            note(function, "left", repr(left()))
            assert_all()
        ctester.clear()
""", values, timeout=120)
    assert outcome.notes() == []


def test_values_know_more_than_they_are_equal_to(
        gdb: Gdb, values: pathlib.Path) -> None:
    carry_out(gdb, NAMES + """
def spied(function, library=None):
    native.spy(library, function)
    with ctester.sandbox():
        run(function)
    one, = left()
    assert_all()
    return one

def test_they_have_the_types_of_python():
    assert [type(one) for one in spied("integers").args] == [int] * 9 + [
        bool] * 2
    assert all(isinstance(one, complex) for one in spied("complexes").args)
    assert isinstance(spied("enums").args[0], int)

def test_of_a_long_double_all_digits():
    text = spied("reals").args[2].text
    # 0.1L is exactly this (its 64 bits of mantissa).
    from decimal import Decimal
    exact = Decimal(0xcccccccccccccccd) / 2 ** 67
    assert abs(Decimal(text) - exact) < Decimal("1e-20"), text

def test_enums_print_as_their_enumerators():
    assert list(map(str, spied("enums").args)) == [
        "RED", "RED|BLUE", "8", "LOW"]

def test_a_callback_has_its_symbol():
    assert spied("callbacks").args[0].symbol == "negative"

def test_what_is_too_long_is_marked():
    text, = spied("long_text").args
    assert text.truncated and text == b"x" * len(text) and len(text) < 300
    assert not getattr(spied("texts").args[0], "truncated", False)

def test_the_limit_can_be_raised():
    gdb.execute("set ctester string-limit 400")
    assert spied("long_text").args == (b"x" * 300,)
    gdb.execute("set ctester string-limit 4")
    assert spied("long_text").args == (b"xxxx",)
    gdb.execute("set ctester string-limit 200")

def test_depth_is_a_setting():
    gdb.execute("set ctester depth 5")
    assert spied("deep").args == (42,)
    gdb.execute("set ctester depth 1")
    assert spied("lists").args == ({"value": 1, "next": ADDRESS},)

def test_a_cycle_and_what_is_unreadable_say_where():
    gdb.execute("set ctester depth 4")
    one, two = spied("rings").args
    assert isinstance(one["next"], ctester.Cycle) and one["next"].address
    assert two["next"]["next"].address != one["next"].address
    assert spied("unreadable").args[0].address == 16
    assert spied("unreadable").args[0] != ctester.Unreadable(17)

def test_what_was_written_is_apart_from_the_arguments():
    one = spied("read", "libc")
    assert one.result == 3 and one.out == {"buf": b"\\0\\0\\0"}
    assert spied("scribbled").out == {
        "a": -1, "b": b"Xbc", "c": {"x": -1, "y": -4}}
""", values, timeout=120)


# Messages: what each ends in does what it says.

def test_what_a_mismatch_says_to_paste_is_an_assertion(
        gdb: Gdb, values: pathlib.Path) -> None:
    names = sorted({name for name, _ in ARGUMENTS} | {"complex_nan",
                                                      "long_text"})
    rows = [(None, name) for name in names]
    rows += [("libc", name) for name, _ in CALLED]
    outcome = carry_out(gdb, f"ROWS = {rows!r}\n" + NAMES + """
def test_pasted():
    for library, function in ROWS:
        native.spy(library, function)
        with ctester.sandbox():
            run(function)
        for one in left():
            text = said(ctester.InteractionMismatchError, native.assert_call,
                        library, function, args=("else", "where"))
            try:
                paste(text)
            except (SyntaxError, NameError, ctester.StrictError) as error:
                note(function, last_lines(text), str(error))
        if not left():
            ctester.verify_all()
        ctester.clear()

def test_pasted_in_another_run():
    # Addresses are other ones then.
    gdb.execute("set disable-randomization off")
    for library, function in ROWS:
        native.spy(library, function)
        with ctester.sandbox():
            run(function)
        text = said(ctester.UnassertedInteractionsError, ctester.verify_all)
        ctester.clear()
        native.spy(library, function)
        with ctester.sandbox():
            run(function)
        try:
            paste(text)
            ctester.verify_all()
        except (SyntaxError, NameError, ctester.StrictError) as error:
            note(function, last_lines(text), str(error))
        ctester.clear()
""", values, timeout=240)
    assert outcome.notes() == []


def test_what_messages_of_mocks_say_to_paste(gdb: Gdb) -> None:
    carry_out(gdb, NAMES + """
def test_a_call_without_a_mock():
    native.mock_call("libm", "sqrt", returns=3.0)
    with ctester.sandbox():
        text = said(ctester.UnmockedInteractionError, run, "sqrt,9",
                    "sqrt,16")
    assert text == textwrap.dedent('''\\
        sqrt(16.0) in libm was called but no mock was registered.
        Register a mock with:
            ctester.native.mock_call('libm', 'sqrt', returns=...)''')
    native.assert_call("libm", "sqrt", args=(9.0,))
    ctester.clear()
    native.mock_call("libm", "sqrt", returns=3.0)
    exec(last_lines(text).replace("...", "4.0"))
    with ctester.sandbox():
        assert run("sqrt,9", "sqrt,16") == ["3", "4"]
    assert_all()

def test_a_mock_that_is_not_used():
    native.mock_call("libm", "sqrt", returns=3.0, errno="EDOM", times=2,
                     when="x > 0", caller="main", delay=0.5,
                     signal="SIGUSR1")
    native.mock_call(None, "fetch", returns=-1, out={"buf": b"a", "got": 7})
    native.mock_call(None, "area", returns=1, raises=OSError(5, "no"))
    native.mock_call("libm", "pow", returns=float("inf"), scope="all")
    with ctester.sandbox():
        run()
    text = said(ctester.UnusedMocksError, ctester.verify_all)
    # The script's line: one, not a stack.
    import re
    places = re.findall(r"registered at (case.py):(\\d+): (.*)", text)
    assert len(places) == 4, text
    for name, line, source in places:
        assert open(name).read().splitlines()[int(line) - 1].strip() == source
    ctester.clear()
    paste(text)
    with ctester.sandbox():
        run()
    ctester.verify_all()
    with ctester.sandbox():
        assert run("sqrt,9", "fetch,x", "area,2,3", "pow,1,2") == [
            "3", "-1 a............. 7 0", "1", "inf"]
    assert [one.result for one in left()] == [3.0, -1, 1, float("inf")]
    assert left()[0].errno == 33 and left()[2].raised
    assert_all()

def test_somebody_else_is_there():
    gdb.execute("break *add")
    native.mock_call(None, "add", returns=5)
    try:
        with ctester.sandbox():
            run("add,1,2")
    except ctester.ConflictError as error:
        assert error.function == "add" and "breakpoint" in error.patcher
        assert "add" in str(error) and "kit" in str(error)
        gdb.execute(last_lines(str(error)))
    with ctester.sandbox():
        assert run("add,1,2") == ["5"]
    native.assert_call(None, "add", args=(1, 2))
""", failing=["test_a_call_without_a_mock"], timeout=120)


def test_what_messages_of_assertions_say_to_paste(gdb: Gdb) -> None:
    carry_out(gdb, NAMES + """
def test_missing_fields():
    native.spy(None, "add")
    with ctester.sandbox():
        run("add,1,2")
    try:
        native.assert_call(args=(1, 2))
    except ctester.MissingAssertionFieldsError as error:
        assert error.fields == ("library", "function")
        text = str(error)
    line = last_lines(text)
    assert line.count("...") == 2, text
    exec(line.replace("...", "'kit'", 1).replace("...", "'add'", 1))
    ctester.verify_all()

def test_nothing_but_wildcards():
    native.spy(None, "add")
    with ctester.sandbox():
        run("add,1,2")
    text = said(ctester.AllWildcardAssertionError, native.assert_call,
                ctester.ANY, ctester.ANY, args=(ctester.ANY, ctester.ANY))
    assert "add" in text and "kit" in text
    paste(text)
    ctester.verify_all()

def test_inside_of_the_sandbox():
    native.spy(None, "add")
    for inside in (lambda: native.assert_call(None, "add", args=(1, 2)),
                   ctester.verify_all, lambda: ctester.in_any_order(
                       ).__enter__()):
        with ctester.sandbox():
            run("add,3,4")
            text = said(ctester.AssertionInsideSandboxError, inside)
        assert_all()
        with ctester.sandbox():
            run("add,1,2")
        if inside is ctester.verify_all:
            assert_all()
        lines = last_lines(text).splitlines()
        assert lines[:2] == ["with ctester.sandbox():", "    ctester.run()"]
        exec("\\n".join(lines[2:]), {"ctester": ctester})
        assert inside is not ctester.verify_all or not left()
        assert_all()

def test_a_call_that_was_not_made():
    wanted = "ctester.native.assert_call('kit', 'add', args=(1, 2))"
    text = said(ctester.InteractionMismatchError, exec, wanted)
    assert "none is left" in text and last_lines(text) == wanted
    native.spy(None, "add")
    with ctester.sandbox():
        run("add,1,2")
    exec(wanted)
    assert "none is left" in said(ctester.InteractionMismatchError, exec,
                                  wanted)
""", timeout=120)
