# SPDX-License-Identifier: MIT
"""Calls through libffi: Python's ctypes, and cffi without a compiler.

What was passed and what came back is what Python itself says.
"""

import json
import pathlib
from typing import Any, Dict, List

import pytest
from conftest import Gdb, Result, compile_c

PYTHON = pathlib.Path("/usr/bin/python3")

OWN = """
struct point { double x, y; };
struct pair { long a; float b; };
struct big { long v[5]; };
struct mixed { char c; short s; };
double norm(struct point p) { return p.x * p.x + p.y * p.y; }
struct pair make_pair(long a, float b) { return (struct pair){a, b}; }
struct big make_big(long a)
{
    return (struct big){{a, a + 1, a + 2, a + 3, a + 4}};
}
long sum_big(struct big b, int scale)
{
    long sum = 0;
    for (int i = 0; i < 5; i++)
        sum += b.v[i];
    return sum * scale;
}
int sum_mixed(struct mixed m, signed char k) { return m.c + m.s + k; }
void move_by(struct point *p, double dx) { p->x += dx; }
int apply(int (*f)(int), int x) { return f(x); }
float halve(float x) { return x / 2; }
unsigned char low(unsigned n) { return n; }
long many(long a, double b, int c, float d, long e, long f, long g, short h,
          double i)
{
    return a + b + c + d + e + f + g + h + i;
}
long double wide(long double x) { return x * 2; }
const char *name(const char *of) { return of; }
"""

CTYPES = """
import ctypes as c, json, sys
class P(c.Structure): _fields_ = [("x", c.c_double), ("y", c.c_double)]
class Pair(c.Structure): _fields_ = [("a", c.c_long), ("b", c.c_float)]
class Big(c.Structure): _fields_ = [("v", c.c_long * 5)]
class Mixed(c.Structure): _fields_ = [("c", c.c_char), ("s", c.c_short)]
"""

# In the order of the calls: what is passed, and what Python has got.
CALLS = {"ctypes": CTYPES + """
o = c.CDLL(sys.argv[1])
rows = []
def call(name, restype, shown, *args):
    function = o[name]
    function.restype = restype
    result = function(*args)
    rows.append([name, shown, result])
    return result
call("norm", c.c_double, [[3.0, 4.0]], P(3, 4))
pair = call("make_pair", Pair, [-3, 1.5], c.c_long(-3), c.c_float(1.5))
rows[-1][2] = [pair.a, pair.b]
call("sum_mixed", c.c_int, [[65, -300], -1], Mixed(b"A", -300), c.c_byte(-1))
call("halve", c.c_float, [5.0], c.c_float(5))
call("low", c.c_ubyte, [300], c.c_uint(300))
call("apply", c.c_int, [None, 41],
     c.CFUNCTYPE(c.c_int, c.c_int)(lambda x: x + 1), 41)
call("many", c.c_long, [1, 2.0, -3, 4.5, 5, 6, 7, -8, 9.5], c.c_long(1),
     c.c_double(2), -3, c.c_float(4.5), c.c_long(5), c.c_long(6), c.c_long(7),
     c.c_short(-8), c.c_double(9.5))
call("name", c.c_char_p, ["text"], b"text")
rows[-1][2] = rows[-1][2].decode()
big = call("make_big", Big, [3], c.c_long(3))
del rows[-1]
call("sum_big", c.c_long, None, big, 2)
print("@" + json.dumps(rows))
""", "cffi": """
import cffi, json, sys
ffi = cffi.FFI()
ffi.cdef('''
struct point { double x, y; };
struct pair { long a; float b; };
struct big { long v[5]; };
struct mixed { char c; short s; };
double norm(struct point p);
struct pair make_pair(long a, float b);
struct big make_big(long a);
long sum_big(struct big b, int scale);
int sum_mixed(struct mixed m, signed char k);
int apply(int (*f)(int), int x);
float halve(float x);
unsigned char low(unsigned n);
long many(long a, double b, int c, float d, long e, long f, long g, short h,
          double i);
const char *name(const char *of);
''')
o = ffi.dlopen(sys.argv[1])
rows = []
def call(name, shown, *args):
    result = getattr(o, name)(*args)
    rows.append([name, shown, result])
    return result
call("norm", [[3.0, 4.0]], {"x": 3, "y": 4})
pair = call("make_pair", [-3, 1.5], -3, 1.5)
rows[-1][2] = [pair.a, pair.b]
call("sum_mixed", [[65, -300], -1], {"c": b"A", "s": -300}, -1)
call("halve", [5.0], 5)
call("low", [300], 300)
call("apply", [None, 41], ffi.callback("int(int)", lambda x: x + 1), 41)
call("many", [1, 2.0, -3, 4.5, 5, 6, 7, -8, 9.5],
     1, 2, -3, 4.5, 5, 6, 7, -8, 9.5)
call("name", ["text"], b"text")
rows[-1][2] = ffi.string(rows[-1][2]).decode()
big = call("make_big", [3], 3)
del rows[-1]
call("sum_big", None, big, 2)
print("@" + json.dumps(rows))
"""}


@pytest.fixture(name="own")
def fixture_own() -> pathlib.Path:
    """A library with debug information."""
    return compile_c(OWN, name="libown.so",
                     flags=("-g", "-O1", "-shared", "-fPIC"))


@pytest.fixture(name="bare")
def fixture_bare() -> pathlib.Path:
    """The same one, of which nothing is known but names."""
    return compile_c(OWN, name="libbare.so",
                     flags=("-s", "-O1", "-shared", "-fPIC"))


def run(gdb: Gdb, text: str, *commands: str, args: Any = (),
        **options: Any) -> Result:
    """Run a Python program."""
    (gdb.directory / "program.py").write_text(text)
    return gdb.run(PYTHON, "set ctester live off", *commands, "run",
                   "ctester save trace.jsonl", args=["program.py", *args],
                   **options)


def printed(result: Result) -> Any:
    """What the program printed behind "@"."""
    line, = (line for line in result.stdout.splitlines()
             if line.startswith("@"))
    return json.loads(line[1:])


def plain(value: Any) -> Any:
    """A value without the names of members and without addresses."""
    if isinstance(value, dict) and "address" in value:
        return plain(value["value"]) if "value" in value else None
    if isinstance(value, dict):
        return [plain(part) for part in value.values()]
    # One character is a number, too.
    return ord(value) if value == "A" else value


def notes(result: Result) -> List[str]:
    return [event["text"] for event in result.events()
            if event["type"] == "note"]


def names(call: Dict[str, Any]) -> List[Any]:
    return [part["name"] for part in call["args"]]


def types(call: Dict[str, Any]) -> List[str]:
    return [part["type"] for part in call["args"]]


# What is passed is what is shown.

@pytest.mark.parametrize("way", ["ctypes", "cffi"])
@pytest.mark.parametrize("kind", ["own", "bare"])
def test_calls_are_shown_as_python_makes_them(
        gdb: Gdb, own: pathlib.Path, bare: pathlib.Path, way: str,
        kind: str) -> None:
    library = own if kind == "own" else bare
    result = run(gdb, CALLS[way], f"ctester trace {library.name}:*",
                 args=[str(library)]).expect_success()
    rows = printed(result)
    calls = [call for call in result.calls()
             if call["function"] != "make_big"]
    assert [call["function"] for call in calls] == [row[0] for row in rows]
    for call, (_, passed, got) in zip(calls, rows):
        shown = call["return"]["value"]
        if call["function"] == "name" and kind == "bare":
            assert call["args"][0]["type"] == "char *"
            assert call["return"]["type"] == "void *"
        else:
            assert plain(shown) == got, call
        if passed is not None:
            assert [plain(part["value"]) for part in call["args"]] == passed
        assert "guessed" not in call
        named = [name is not None for name in names(call)]
        assert set(named) == {kind == "own"}, call
    assert notes(result) == []


def test_a_struct_with_an_array_is_bytes_to_ctypes(
        gdb: Gdb, bare: pathlib.Path) -> None:
    result = run(gdb, CALLS["ctypes"], f"ctester trace {bare.name}:*big",
                 args=[str(bare)]).expect_success()
    made, summed = result.calls()
    whole = [byte for number in range(3, 8)
             for byte in number.to_bytes(8, "little")]
    assert made["return"]["value"] == {"_0": whole}
    assert [part["value"] for part in summed["args"]] == [{"_0": whole}, 2]
    assert summed["return"] == {"type": "long", "value": 50}


def test_what_a_pointer_leads_to_is_the_prototypes(
        gdb: Gdb, own: pathlib.Path) -> None:
    result = run(gdb, CTYPES + """
o = c.CDLL(sys.argv[1])
p = P(1, 2)
o.move_by(c.byref(p), c.c_double(2.5))
o.move_by.argtypes = [c.POINTER(P), c.c_double]
o.move_by.restype = None
o.move_by(c.pointer(p), 1)
print("@" + json.dumps(p.x))
""", "ctester trace libown:move_by", args=[str(own)]).expect_success()
    assert printed(result) == 4.5
    first, second = result.calls()
    for call, before, after in (first, 1.0, 3.5), (second, 3.5, 4.5):
        assert names(call) == ["p", "dx"]
        assert plain(call["args"][0]["value"]) == [before, 2.0]
        assert plain(call["out"][0]["value"]) == [after, 2.0]


def test_bytes_are_told_from_other_pointers(gdb: Gdb) -> None:
    result = run(gdb, CTYPES + """
o = c.CDLL("libcustom")
number, buffer = c.c_int(5), c.create_string_buffer(b"no bytes")
print("@" + json.dumps(o.send(
    1, b"in a register", c.c_char_p(b"as c_char_p"), None, c.byref(number), 6,
    b"on the stack", buffer, c.c_double(2))))
""", "ctester mock libcustom send 7").expect_success()
    assert printed(result) == 7
    call, = result.calls()
    values = [part["value"] for part in call["args"]]
    assert values[:4] == [1, "in a register", "as c_char_p", None]
    assert values[5:7] == [6, "on the stack"] and values[8] == 2.0
    assert set(values[4]) == set(values[7]) == {"address"}


# Where the caller contradicts the prototype.

def test_arguments_are_of_the_types_that_are_passed(gdb: Gdb) -> None:
    result = run(gdb, CTYPES + """
libc, libm = c.CDLL("libc.so.6"), c.CDLL("libm.so.6")
for i in range(3):
    libc.labs(-5)
libc.labs.restype = c.c_long
libc.labs(-5)
libc.labs(c.c_long(-6), c.c_double(1.5))
libc.labs()
libm.pow(3, c.c_double(2))
""", "ctester trace libc:labs", "ctester trace libm:pow").expect_success()
    first, _, _, _, more, less = result.calls(function="labs")
    assert types(first) == ["int"] and first["args"][0]["value"] == -5
    assert names(first) == ["j"]
    assert types(more) == ["long", "double"] and names(more) == ["j", None]
    assert [part["value"] for part in more["args"]] == [-6, 1.5]
    assert less["args"] == []
    power, = result.calls(function="pow")
    assert types(power) == ["int", "double"]
    assert [part["value"] for part in power["args"]] == [3, 2.0]
    assert notes(result) == [
        "the caller passes int as argument 1 where the prototype of labs "
        "wants long",
        "the caller passes 2 arguments where the prototype of labs wants 1",
        "the caller passes 0 arguments where the prototype of labs wants 1",
        "the caller passes int as argument 1 where the prototype of pow "
        "wants double"]


def test_a_result_is_the_functions_own(gdb: Gdb) -> None:
    result = run(gdb, CTYPES + """
libm = c.CDLL("libm.so.6")
libm.sqrt(c.c_double(9))
""", "ctester trace libm:sqrt").expect_success()
    call, = result.calls()
    assert call["return"] == {"type": "double", "value": 3.0}
    assert notes(result) == ["the caller takes int as the result where the "
                             "prototype of sqrt returns double"]


def test_variadic_arguments_are_told_by_the_format_or_by_the_caller(
        gdb: Gdb) -> None:
    result = run(gdb, CTYPES + """
import os
libc = c.CDLL("libc.so.6")
buffer = c.create_string_buffer(20)
libc.sprintf(buffer, b"%s %d %g", b"text", 5, c.c_double(2.5))
libc.syscall(c.c_long(39), b"text")
print("@" + json.dumps([buffer.value.decode(), os.getpid()]))
""", "ctester trace libc:sprintf", "ctester trace libc:syscall"
                 ).expect_success()
    text, pid = printed(result)
    assert text == "text 5 2.5"
    through = [call for call in result.calls()
               if "libffi" in call["caller"]["library"]]
    call, = (call for call in through if call["function"] == "sprintf")
    assert [part["value"] for part in call["args"][2:]] == ["text", 5, 2.5]
    call, = (call for call in through if call["function"] == "syscall")
    assert [part["value"] for part in call["args"]] == [39, "text"]
    assert call["return"]["value"] == pid


def test_each_thread_has_its_own_call(gdb: Gdb, own: pathlib.Path) -> None:
    result = run(gdb, CTYPES + """
import threading
path = sys.argv[1]
def calls(kind):
    o = c.CDLL(path)
    o.low.argtypes = [kind]
    for i in range(40):
        o.low(i)
threads = [threading.Thread(target=calls, args=(kind,))
           for kind in (c.c_uint, c.c_double, c.c_long, c.c_ubyte)]
for thread in threads: thread.start()
for thread in threads: thread.join()
""", "ctester trace libown:low", args=[str(own)]).expect_success()
    seen: Dict[str, List[Any]] = {}
    for call in result.calls():
        seen.setdefault(types(call)[0], []).append(call["args"][0]["value"])
    assert seen == {"unsigned int": list(range(40)),
                    "double": [float(i) for i in range(40)],
                    "long": list(range(40)),
                    "unsigned char": list(range(40))}


def test_a_callback_calls_through_libffi_itself(
        gdb: Gdb, own: pathlib.Path) -> None:
    result = run(gdb, CTYPES + """
o = c.CDLL(sys.argv[1])
@c.CFUNCTYPE(c.c_int, c.c_int)
def back(x):
    return o.low(c.c_double(x)) * 0 + o.apply(plus, c.c_int(x))
plus = c.CFUNCTYPE(c.c_int, c.c_int)(lambda x: x + 1)
print("@" + json.dumps(o.apply(back, c.c_int(41))))
""", "ctester trace libown:*", args=[str(own)]).expect_success()
    assert printed(result) == 42
    shown = [(call["function"], [plain(part["value"])
                                 for part in call["args"]],
              call["depth"] if "depth" in call else None)
             for call in sorted(result.calls(), key=lambda call: call["seq"])]
    assert [row[:2] for row in shown] == [
        ("apply", [None, 41]), ("low", [41.0]), ("apply", [None, 41])]


def test_new_limits_count_for_known_callers(gdb: Gdb,
                                            bare: pathlib.Path) -> None:
    result = run(gdb, CTYPES + """
c.CDLL(sys.argv[1]).name(b"long text")
""", "ctester trace libbare:name", "run", "set ctester string-limit 4",
                 args=[str(bare)]).expect_success()
    values = [call["args"][0]["value"] for call in result.calls()]
    assert values[0] == "long text" and values[1] != values[0], values
    assert "long" in json.dumps(values[1])


# Who the caller is.

DIRECT = """
#include <dlfcn.h>
#include <ffi.h>
#include <stdio.h>
static unsigned char get(unsigned n) { return n; }
__attribute__((noinline)) unsigned char low(unsigned n) { return get(n); }
int main(void)
{
    ffi_type *arguments[] = {&ffi_type_double};
    double given = 1.5;
    void *values[] = {&given};
    ffi_arg result;
    ffi_cif cif;
    ffi_prep_cif(&cif, FFI_DEFAULT_ABI, 1, &ffi_type_uint8, arguments);
    ffi_call(&cif, (void (*)(void))low, &result, values);
    low(7);
    return 0;
}
"""


@pytest.mark.parametrize("libffi", ["-lffi", "-l:libffi.a"])
def test_libffi_may_be_linked_in_and_the_next_call_is_direct(
        gdb: Gdb, libffi: str) -> None:
    program = compile_c(DIRECT, libraries=(libffi,))
    result = gdb.run(program, "ctester trace low", "run",
                     "ctester save trace.jsonl").expect_success()
    through, direct = result.calls()
    assert types(through) == ["double"]
    assert through["args"][0]["value"] == 1.5
    assert types(direct) == ["unsigned int"]
    assert direct["args"][0]["value"] == 7


def test_a_compiled_cffi_module_is_a_caller_like_any_other(
        gdb: Gdb, own: pathlib.Path) -> None:
    if not pathlib.Path("/usr/include/python3.11/Python.h").exists():
        pytest.skip("python3-dev is not installed")
    (gdb.directory / "make.py").write_text("""
import cffi, sys
ffi = cffi.FFI()
ffi.cdef("double norm(struct point p); struct point { double x, y; };"
         "float halve(float x);")
ffi.set_source("_made", '''
struct point { double x, y; };
double norm(struct point p);
float halve(float x);
''', extra_link_args=sys.argv[1:])
ffi.compile()
""")
    gdb.shell(PYTHON, "make.py", str(own)).expect_success()
    result = run(gdb, """
import json
from _made import lib
print("@" + json.dumps([lib.norm({"x": 3, "y": 4}), lib.halve(5)]))
""", "ctester trace libown:*", "ctester mock libown halve 1.25"
                 ).expect_success()
    assert printed(result) == [25.0, 1.25]
    norm, halve = result.calls()
    assert plain(norm["args"][0]["value"]) == [3.0, 4.0]
    assert halve["outcome"] == "mocked" and halve["args"][0]["value"] == 5.0


# Mocks.

@pytest.mark.parametrize("function,restype,value,expected", [
    ("sqrt", "c_int", "3.0", "3"), ("sqrt", "c_int", "-7.75", "-7"),
    ("sqrt", "c_long", "-3", "-3"),
    ("sqrt", "c_ulonglong", "1e19", str(10**19)),
    ("sqrt", "c_short", "12.5", "12"), ("sqrt", "c_bool", "2.5", "True"),
    ("sqrt", "c_double", "2.5", "2.5"), ("sqrt", "c_float", "2.5", "2.5"),
    ("sqrt", "c_longdouble", "2.5", "2.5"),
    ("sqrt", "c_float", "-inf", "-inf"),
    ("sqrt", None, "2.5", "None"),
    ("abs", "c_int", "-4", "-4"), ("abs", "c_long", "-4", "-4"),
    ("abs", "c_uint", "-4", str(2**32 - 4)), ("abs", "c_ubyte", "300", "44"),
    ("abs", "c_double", "-4", "-4.0"), ("abs", "c_float", "7", "7.0"),
    ("abs", "c_longdouble", "-4", "-4.0"), ("labs", "c_int", "-5", "-5"),
    ("sqrtl", "c_int", "6.0", "6"), ("sqrtl", "c_double", "6.5", "6.5"),
    ("sqrtf", "c_double", "6.5", "6.5"), ("sqrtf", "c_int", "6.5", "6"),
    ("l64a", "c_char_p", '"text"', "b'text'"),
    ("l64a", "c_void_p", "0x7fff00000010", str(0x7fff00000010)),
])
def test_a_caller_finds_the_result_where_it_looks(
        gdb: Gdb, function: str, restype: str, value: str,
        expected: str) -> None:
    library = "libm" if "sqrt" in function else "libc"
    result = run(gdb, CTYPES + f"""
function = c.CDLL("{library}.so.6")["{function}"]
function.restype = {"c." + restype if restype else None}
print("@" + json.dumps([repr(function(c.c_double(1))) for i in range(2)]))
""", f"ctester mock --times 2 {library} {function} {value} "
     "--if 1").expect_success()
    assert printed(result) == [expected, expected]


def test_a_result_that_nobody_takes_leaves_the_x87_stack_alone(
        gdb: Gdb) -> None:
    result = run(gdb, CTYPES + """
libm = c.CDLL("libm.so.6")
libm.sqrtl.restype = c.c_double
taken = [libm.sqrtl(c.c_longdouble(4)) for i in range(12)]
libm.cbrtl.restype = c.c_longdouble
taken.append(float(libm.cbrtl(c.c_longdouble(27))))
print("@" + json.dumps(taken))
""", "ctester mock libm sqrtl 1.5 --times 12").expect_success()
    assert printed(result) == [1.5] * 12 + [3.0]


def test_a_value_that_is_cut_is_noted_once(gdb: Gdb) -> None:
    result = run(gdb, CTYPES + """
libm = c.CDLL("libm.so.6")
print("@" + json.dumps([libm.sqrt(c.c_double(1)) for i in range(4)]))
""", "ctester mock libm sqrt 3.0", "ctester mock libm sqrt 3.7 --times 3"
                 ).expect_success()
    assert printed(result) == [3] * 4
    assert notes(result)[1:] == [
        "sqrt: the caller takes int as the result and 3.7 does not fit in it"]
    assert [call["return"]["value"] for call in result.calls()] == [
        3.0, 3.7, 3.7, 3.7]


# Where nobody knows what is returned, the value says it, and the caller.

@pytest.mark.parametrize("restype,value,expected", [
    ("c_int", "3.0", "3"), ("c_int", "True", "1"), ("c_int", "-1", "-1"),
    ("c_long", "-1", "-1"), ("c_double", "3", "3.0"),
    ("c_float", "2.5", "2.5"), ("c_longdouble", "2.5", "2.5"),
    ("c_ulong", "18446744073709551615", str(2**64 - 1)),
    ("c_char_p", '"text"', "b'text'"), ("c_char_p", "b'by\\x00tes'", "b'by'"),
    ("c_char_p", "None", "None"), ("c_int", "None", "0"),
    ("c_void_p", "0x1234", str(0x1234)), ("c_int", "void", "0"),
])
def test_a_function_that_nothing_is_known_of_is_mocked_by_its_value(
        gdb: Gdb, restype: str, value: str, expected: str) -> None:
    result = run(gdb, CTYPES + f"""
function = c.CDLL("libcustom").initialize
function.restype = c.{restype}
print("@" + json.dumps(repr(function(c.c_double(1)))))
""", f"ctester mock libcustom initialize {value}").expect_success()
    assert printed(result) == expected
    call, = result.calls()
    assert types(call) == ["double"] and call["args"][0]["value"] == 1.0


def test_a_struct_of_the_callers_is_zero(gdb: Gdb,
                                         bare: pathlib.Path) -> None:
    result = run(gdb, CTYPES + """
o = c.CDLL(sys.argv[1])
o.make_big.restype = Big
o.make_pair.restype = Pair
big = o.make_big(c.c_long(7))
pair = o.make_pair(c.c_long(7), c.c_float(1))
print("@" + json.dumps([list(big.v), pair.a, pair.b]))
""", "ctester mock libbare make_big 0", "ctester mock libbare make_pair 0",
                 args=[str(bare)]).expect_success()
    assert printed(result) == [[0] * 5, 0, 0.0]
    big, pair = result.calls()
    assert [part["value"] for part in big["args"]] == [7]
    assert big["return"]["value"] == {"_0": [0] * 40}
    assert [part["value"] for part in pair["args"]] == [7, 1.0]
    assert plain(pair["return"]["value"]) == [0, 0.0]


def test_strict_mocks_know_what_callers_pass(gdb: Gdb) -> None:
    (gdb.directory / "program.py").write_text(CTYPES + """
buffer = c.create_string_buffer(b"........")
custom, libm = c.CDLL("libcustom"), c.CDLL("libm.so.6")
assert libm.sqrt(c.c_double(9.0)) == 3.0
assert custom.read_it(5, buffer) == 3 and buffer.raw == b"abc.....\\0"
assert custom.read_it() == -1
custom.send(c.c_double(2.5), b"text", Mixed(b"A", -300), None)
""")
    result = gdb.run(PYTHON, args=["program.py"], python="""
import ctester
mock, called = ctester.native.mock_call, ctester.native.assert_call
mock("libm", "sqrt", returns=3.0)
mock("libcustom", "read_it", returns=3, out={1: b"abc"},
     when=lambda *args: len(args) == 2 and args[0] == 5)
mock("libcustom", "read_it", returns=-1)
mock("libcustom", "send", returns=None)
with ctester.sandbox():
    done = ctester.run()
assert done.exit_code == 0, done
called("libm", "sqrt", args=(9.0,))
called("libcustom", "read_it", args=(5, ctester.ANY))
called("libcustom", "read_it", args=())
called("libcustom", "send", args=(2.5, b"text", ctester.ANY, None))
print("asserted")
""").expect_success()
    assert "asserted" in result.stdout, result.shown()


def test_out_goes_where_the_caller_has_passed_its_pointer(gdb: Gdb) -> None:
    """A double in front: the pointer is not in the register that a guess
    has for the second parameter."""
    (gdb.directory / "program.py").write_text(CTYPES + """
custom = c.CDLL("libcustom")
one, two = (c.create_string_buffer(b"........") for i in range(2))
number = c.c_int(-1)
assert custom.get(c.c_double(0.5), one, c.c_double(1), two,
                  c.byref(number)) == 2
print("@" + json.dumps([one.raw.decode(), two.raw.decode(), number.value]))
""")
    result = gdb.run(PYTHON, args=["program.py"], python="""
import ctester
ctester.native.mock_call("libcustom", "get", returns=2, out={
    1: b"first", 3: "second", "4": b"\\x07\\0\\0\\0"})
with ctester.sandbox():
    done = ctester.run()
assert done.exit_code == 0, done
print(done.stdout)
ctester.native.assert_call("libcustom", "get", args=(
    0.5, ctester.ANY, 1.0, ctester.ANY, ctester.ANY))
""").expect_success()
    assert printed(result) == ["first...\0", "second\0.\0", 7]


@pytest.mark.parametrize("value", ["{x = 1}", "[1, 2]", "{1, 2}", "RED"])
def test_a_value_that_says_no_type_is_refused(
        gdb: Gdb, bare: pathlib.Path, value: str) -> None:
    result = gdb.run(bare, f"ctester mock {bare.name} low {value}")
    result.expect_failure(
        "low: nothing says what it returns",
        "give its header with 'ctester prototypes FILE.h'", status=2)


CALLER = """
#include <dlfcn.h>
#include <stdio.h>
int main(int argc, char **argv)
{
    void *library = dlopen(argv[argc - 1], RTLD_NOW);
    double (*real)(double) = (double (*)(double))dlsym(library, "norm");
    long (*whole)(long) = (long (*)(long))dlsym(library, "sum_big");
    const char *(*text)(void) = (const char *(*)(void))dlsym(library, "name");
    double a = real(1), b = real(1);
    long c = whole(1), d = whole(1);
    printf("@[%g, %g, %ld, %ld, \\"%s\\"]\\n", a, b, c, d, text());
    return 0;
}
"""


def test_a_caller_in_c_finds_numbers_in_both_registers(
        gdb: Gdb, bare: pathlib.Path) -> None:
    program = compile_c(CALLER, flags=("-O1",), libraries=("-ldl",))
    result = gdb.run(
        program, "ctester mock libbare norm 2.5",
        "ctester mock libbare norm 7",
        "ctester mock libbare sum_big -7.5",
        "ctester mock libbare sum_big 123456789012",
        'ctester mock libbare name "text"', "run", "ctester save trace.jsonl",
        args=[str(bare)]).expect_success()
    assert printed(result) == [2.5, 7, -7, 123456789012, "text"]
    assert all(call["guessed"] and len(call["args"]) == 6
               for call in result.calls())
    assert notes(result) == []
