# SPDX-License-Identifier: MIT
"""Values of every type, returned by mocks and found in arguments.

What the program makes of a value is what its compiler makes of it: it prints
what it got.
"""

import pathlib
from typing import Any, List, Tuple

import pytest

from conftest import Gdb, compile_c
from strict_script import carry_out

TYPES = r"""
#define _GNU_SOURCE
#include <complex.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>
enum color { RED = 1, GREEN = 2, BLUE = 4 };
enum level { LOW = -1, HIGH = 1 };
struct point { int x, y; };
struct pair { double a, b; };
struct mixed { int i; double d; };
struct swapped { double d; long i; };
struct floats { float x, y, z; };
struct small { char c; short s; };
struct big { double d[4]; enum color c; char name[8]; };
struct inside { struct point p; union { int i; float f; }; unsigned bits : 3; };
struct wide { long double ld; };
struct node { int value; struct node *next; };
union both { int i; float f; };
typedef int (*callback)(int);
#define IS(type, name) \
    __attribute__((noinline, noclone)) type name(void) \
    { type t; memset(&t, 0, sizeof(t)); __asm__ volatile("" : : "m"(t)); return t; }
IS(signed char, f_schar) IS(unsigned char, f_uchar) IS(char, f_char)
IS(short, f_short) IS(unsigned short, f_ushort) IS(int, f_int)
IS(unsigned, f_uint) IS(long, f_long) IS(unsigned long, f_ulong)
IS(long long, f_llong) IS(uint64_t, f_u64) IS(size_t, f_size)
IS(__int128, f_i128) IS(unsigned __int128, f_u128) IS(bool, f_bool)
IS(float, f_float) IS(double, f_double) IS(long double, f_ldouble)
IS(float complex, f_cfloat) IS(double complex, f_cdouble)
IS(long double complex, f_cldouble)
IS(enum color, f_enum) IS(enum level, f_level)
IS(struct point, f_point) IS(struct pair, f_pair) IS(struct mixed, f_mixed)
IS(struct swapped, f_swapped) IS(struct floats, f_floats)
IS(struct small, f_small) IS(struct big, f_big) IS(struct inside, f_inside)
IS(struct wide, f_wide) IS(union both, f_both)
IS(char *, f_str) IS(const char *, f_cstr) IS(const wchar_t *, f_wstr)
IS(void *, f_void) IS(struct point *, f_pointer) IS(int *, f_ints)
IS(struct node *, f_node) IS(callback, f_callback) IS(const uint8_t *, f_bytes)
__attribute__((noinline)) void f_none(void) { puts("really"); }
static int negative(int n) { return -n; }

#define P(format, ...) printf(format "\n", __VA_ARGS__)
static const char *wide_int(unsigned __int128 n)
{
    static char text[40];
    snprintf(text, sizeof(text), "%016llx%016llx",
             (unsigned long long)(n >> 64), (unsigned long long)n);
    return text;
}

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "C.UTF-8");
    if (argc < 2)
        return negative(0);
    const char *name = argv[1];
#define WHEN(which) if (!strcmp(name, #which))
    WHEN(schar) P("%d", f_schar());
    WHEN(uchar) P("%d", f_uchar());
    WHEN(char) P("%d", f_char());
    WHEN(short) P("%d", f_short());
    WHEN(ushort) P("%d", f_ushort());
    WHEN(int) P("%d", f_int());
    WHEN(uint) P("%u", f_uint());
    WHEN(long) P("%ld", f_long());
    WHEN(ulong) P("%lu", f_ulong());
    WHEN(llong) P("%lld", f_llong());
    WHEN(u64) P("%lu", f_u64());
    WHEN(size) P("%zu", f_size());
    WHEN(i128) P("%s", wide_int(f_i128()));
    WHEN(u128) P("%s", wide_int(f_u128()));
    WHEN(bool) P("%d", f_bool());
    WHEN(float) P("%a", f_float());
    WHEN(double) P("%a", f_double());
    WHEN(ldouble) P("%.20Lg", f_ldouble());
    WHEN(cfloat) { float complex c = f_cfloat(); P("%g %g", crealf(c), cimagf(c)); }
    WHEN(cdouble) { double complex c = f_cdouble(); P("%g %g", creal(c), cimag(c)); }
    WHEN(cldouble) { long double complex c = f_cldouble(); P("%Lg %Lg", creall(c), cimagl(c)); }
    WHEN(enum) P("%d", f_enum());
    WHEN(level) P("%d", f_level());
    WHEN(point) { struct point s = f_point(); P("%d %d", s.x, s.y); }
    WHEN(pair) { struct pair s = f_pair(); P("%g %g", s.a, s.b); }
    WHEN(mixed) { struct mixed s = f_mixed(); P("%d %g", s.i, s.d); }
    WHEN(swapped) { struct swapped s = f_swapped(); P("%g %ld", s.d, s.i); }
    WHEN(floats) { struct floats s = f_floats(); P("%g %g %g", s.x, s.y, s.z); }
    WHEN(small) { struct small s = f_small(); P("%c %d", s.c, s.s); }
    WHEN(big) { struct big s = f_big(); P("%g %g %g %g %d %s", s.d[0], s.d[1], s.d[2], s.d[3], s.c, s.name); }
    WHEN(inside) { struct inside s = f_inside(); P("%d %d %g %u", s.p.x, s.p.y, s.f, s.bits); }
    WHEN(wide) { struct wide s = f_wide(); P("%Lg", s.ld); }
    WHEN(both) { union both s = f_both(); P("%d", s.i); }
    WHEN(str) { char *s = f_str(); if (s && *s) *s = 'H'; P("%s", s ? s : "NULL"); }
    WHEN(cstr) { const char *s = f_cstr(); P("%s", s ? s : "NULL"); }
    WHEN(wstr) { const wchar_t *s = f_wstr(); P("%ls", s ? s : L"NULL"); }
    WHEN(void) { void *p = f_void(); P("%p", p); }
    WHEN(text) { P("%s", (char *)f_void()); }
    WHEN(pointer) { struct point *p = f_pointer(); if (p) P("%d %d", p->x, p->y); else P("%s", "NULL"); }
    WHEN(ints) { int *p = f_ints(); P("%d", *p); }
    WHEN(array) { int *p = f_ints(); P("%d %d %d", p[0], p[1], p[2]); }
    WHEN(node) { struct node *p = f_node(); P("%d %d %d", p->value, p->next->value, p->next->next == NULL); }
    WHEN(callback) { callback f = f_callback(); P("%d", f ? f(5) : 0); }
    WHEN(bytes) { const uint8_t *p = f_bytes(); P("%d %d %d", p[0], p[1], p[2]); }
    WHEN(none) f_none();
    return 0;
}
"""


@pytest.fixture(params=[pytest.param("-O0", marks=pytest.mark.long), "-O2"])
def types(request: Any) -> pathlib.Path:
    return compile_c(TYPES, name="types", flags=("-g", request.param))


# The function, what it returns in Python (as text), what the program prints;
# None: what is returned is recorded as it was given.
RETURNED: List[Tuple[str, str, str]] = [
    ("schar", "-128", "-128"), ("uchar", "255", "255"),
    ("char", "b'Q'", "81"), ("char", "65", "65"),
    ("short", "-32768", "-32768"), ("ushort", "65535", "65535"),
    ("int", "-2147483648", "-2147483648"), ("int", "True", "1"),
    ("uint", "4294967295", "4294967295"),
    ("long", "-2 ** 63", str(-2 ** 63)),
    ("ulong", "2 ** 64 - 1", str(2 ** 64 - 1)),
    ("llong", "2 ** 63 - 1", str(2 ** 63 - 1)),
    ("u64", "2 ** 63", str(2 ** 63)), ("size", "0", "0"),
    ("i128", "-2", "f" * 31 + "e"), ("u128", "2 ** 128 - 1", "f" * 32),
    ("i128", "5 << 64", "0" * 15 + "5" + "0" * 16),
    ("bool", "True", "1"), ("bool", "False", "0"),
    ("float", "2.5", "0x1.4p+1"), ("float", "3", "0x1.8p+1"),
    ("double", "0.1", (0.1).hex()), ("double", "float('inf')", "inf"),
    ("double", "float('nan')", "nan"), ("double", "-0.0", "-0x0p+0"),
    ("double", "5e-324", "0x0.0000000000001p-1022"),
    ("ldouble", "0.5", "0.5"), ("ldouble", "-3", "-3"),
    ("cfloat", "1 + 2j", "1 2"), ("cdouble", "1.5 - 2j", "1.5 -2"),
    ("cldouble", "3 - 4j", "3 -4"),
    ("enum", "'GREEN'", "2"), ("enum", "4", "4"), ("enum", "'RED|BLUE'", "5"),
    ("level", "'LOW'", "-1"), ("level", "-1", "-1"),
    ("point", "{'x': -1, 'y': 2}", "-1 2"), ("point", "{'y': 2}", "0 2"),
    ("pair", "{'a': 1.5, 'b': -2}", "1.5 -2"),
    ("mixed", "{'i': 7, 'd': 2.25}", "7 2.25"),
    ("swapped", "{'d': 2.25, 'i': -7}", "2.25 -7"),
    ("floats", "{'x': 1, 'y': 2.5, 'z': -3}", "1 2.5 -3"),
    ("small", "{'c': b'z', 's': -300}", "z -300"),
    ("big", "{'d': [1, 2, 3, 4.5], 'c': 'BLUE', 'name': b'abc'}",
     "1 2 3 4.5 4 abc"),
    ("inside", "{'p': {'x': 1, 'y': 2}, 'f': 1.5, 'bits': 5}", "1 2 1.5 5"),
    ("wide", "{'ld': 2.5}", "2.5"), ("both", "{'i': 9}", "9"),
    ("str", "b'hello'", "Hello"), ("cstr", "'caf\\u00e9'", "caf\u00e9"),
    ("cstr", "None", "NULL"), ("cstr", "b''", ""),
    ("wstr", "'w\\u20ac'", "w\u20ac"),
    ("void", "None", "(nil)"), ("void", "0x1234", "0x1234"),
    ("void", "-1", "0xffffffffffffffff"),
    ("text", "b'placed'", "placed"),
    ("pointer", "None", "NULL"), ("pointer", "{'x': 3, 'y': 4}", "3 4"),
    ("array", "[5, 6, 7]", "5 6 7"),
    ("node", "{'value': 1, 'next': {'value': 2, 'next': None}}", "1 2 1"),
    ("callback", "None", "0"),
    ("bytes", "b'\\x01\\xff\\x00'", "1 255 0"),
    ("none", "None", ""),
]
# Recorded otherwise than given: all members; the other ones of a union.
SEEN = {
    "-1": "ctester.ANY",
    "{'y': 2}": "{'x': 0, 'y': 2}", "65": "b'A'", "'GREEN'": "2",
    "'RED|BLUE'": "5", "'LOW'": "-1", "'caf\\u00e9'": "'caf\\u00e9'.encode()",
    "{'d': [1, 2, 3, 4.5], 'c': 'BLUE', 'name': b'abc'}":
    "{'d': [1, 2, 3, 4.5], 'c': 4, 'name': b'abc'}",
    "[5, 6, 7]": "5", "b'placed'": "ctester.ANY",
    "b'\\x01\\xff\\x00'": "ctester.ANY", "float('nan')":
    "ctester.approx(float('nan'))",
    "{'p': {'x': 1, 'y': 2}, 'f': 1.5, 'bits': 5}":
    "{'p': {'x': 1, 'y': 2}, 'i': 0x3fc00000, 'f': 1.5, 'bits': 5}",
    "{'i': 9}": "{'i': 9, 'f': ctester.ANY}",
}


def test_the_program_gets_what_a_mock_returns(gdb: Gdb,
                                              types: pathlib.Path) -> None:
    rows = [(name, value, printed, SEEN.get(value, value))
            for name, value, printed in RETURNED]
    outcome = carry_out(gdb, f"ROWS = {rows!r}\n" + """
FUNCTIONS = {"text": "void", "array": "ints"}

def test_returns():
    from ctester.matchers import matches
    for name, value, printed, seen in ROWS:
        function = "f_" + FUNCTIONS.get(name, name)
        try:
            native.mock_call(None, function, returns=eval(value))
        except ctester.BadMockError as error:
            note(name, value, str(error))
            continue
        with ctester.sandbox():
            got = ctester.run(name)
        if got.exit_code != 0 or got.stdout.rstrip("\\n") != printed:
            note(name, value, printed, got.stdout, str(got.signal))
        call = native.assert_call(None, function)
        if not matches(eval(seen), call.result):
            note(name, value, "recorded", repr(call.result))
""", types, timeout=120)
    assert outcome.notes() == []


REFUSED = [
    ("schar", "128", "128 does not fit in signed char (-128 to 127)"),
    ("uchar", "-1", "-1 does not fit in unsigned char (0 to 255)"),
    ("short", "-32769", "does not fit in short"),
    ("ushort", "65536", "does not fit in unsigned short (0 to 65535)"),
    ("int", "2 ** 31",
     "2147483648 does not fit in int (-2147483648 to 2147483647)"),
    ("uint", "2 ** 32", "does not fit in unsigned int (0 to 4294967295)"),
    ("long", "2 ** 63", "does not fit in long"),
    ("ulong", "2 ** 64", "does not fit in unsigned long"),
    ("i128", "2 ** 127", "does not fit in __int128"),
    ("int", "2.5", "an integer for int"), ("int", "'text'", " int"),
    ("int", "None", " int"), ("int", "{'x': 1}", " int"),
    ("bool", "2", "bool"), ("float", "1e39", "1e+39 does not fit in float"),
    ("double", "10 ** 400", f"1{'0' * 59}... does not fit in double"),
    ("double", "-10 ** 400", f"-1{'0' * 58}... does not fit in double"),
    ("double", "10 ** 5000", "... does not fit in double"),
    ("float", "'x'", "float"), ("double", "1j", "double"),
    ("double", "None", "double"),
    ("enum", "'PURPLE'", "RED, GREEN, BLUE"), ("enum", "2 ** 40", "enum color"),
    ("point", "{'z': 1}", "struct point has no member z; it has x, y"),
    ("point", "{'x': 2 ** 40}", "does not fit in int"),
    ("point", "None", "struct point"), ("point", "5", "struct point"),
    ("big", "{'d': [1, 2, 3, 4, 5]}", "double"),
    ("big", "{'name': b'far too long'}", "do not fit in char [8]"),
    ("cstr", "2.5", "char *"), ("cstr", "[1.5]", "char"),
    ("pointer", "'text'", "struct point *"),
    ("callback", "'no_such_function'", "callback"),
    ("none", "0", "void"), ("none", "b''", "void"),
    ("int", "object()", "object"), ("int", "{1}", "{1} is no value of C"),
]


def test_what_does_not_fit_is_refused_with_its_type(gdb: Gdb) -> None:
    outcome = carry_out(gdb, f"ROWS = {REFUSED!r}\n" + """
def test_refused():
    for name, value, words in ROWS:
        try:
            native.mock_call(None, "f_" + name, returns=eval(value),
                             required=False)
        except ctester.BadMockError as error:
            text = str(error)
            if (words not in text or "f_" + name not in text
                    or "\\n" in text):
                note(name, value, words, text)
        else:
            note(name, value, "taken")
    with ctester.sandbox():
        assert run("int") == ["0"]
    assert left() == []
""", compile_c(TYPES, name="types", flags=("-g", "-O0")))
    assert outcome.notes() == []


def test_messages_name_library_function_and_field(gdb: Gdb) -> None:
    carry_out(gdb, """
def test_names():
    def refused(**options):
        return said(ctester.BadMockError, native.mock_call, "types", "f_int",
                    **options)
    start = "mock_call of f_int in types: "
    assert refused(returns=2 ** 31) == start + (
        "2147483648 does not fit in int (-2147483648 to 2147483647)")
    assert refused(returns={1}) == start + "{1} is no value of C"
    assert said(ctester.BadMockError, native.mock_call, "types", "f_enum",
                returns="PURPLE") == (
        "mock_call of f_enum in types: expected an enumerator (RED, GREEN, "
        "BLUE) for enum color, not 'PURPLE'")
    assert said(ctester.Error, ctester.run, object()) == (
        "run: argument 1: an object is no text")
    assert refused(returns=1, out={"n": {1}}) == start + (
        "out: n: {1} is no value of C")
    assert refused(returns=1, out={"n": 1}) == start + (
        "out: there is no parameter 'n'")
    assert refused(returns=1, when="n > 1") == start + (
        "unknown name 'n' (no parameters) at column 1 of "
        "'n > 1'")
    assert refused(returns=1, when="1 >> ") == start + (
        "unexpected end at column 6 of '1 >> '")

def test_a_function_of_the_program_as_a_callback():
    gdb.execute("break main")
    gdb.execute("run callback >callback.txt")
    native.mock_call(None, "f_callback",
                     returns=int(gdb.parse_and_eval("(long)&negative")))
    with ctester.sandbox():
        gdb.execute("delete")
        gdb.execute("continue")
    assert open("callback.txt").read() == "-5\\n"
    assert left()[0].result == "<callback>"
    assert repr(left()[0].result) == "<callback negative>"
    native.assert_call(None, "f_callback")
""", compile_c(TYPES, name="types", flags=("-g", "-O0")))
