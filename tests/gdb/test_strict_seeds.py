# SPDX-License-Identifier: MIT
"""The guide to native mocks, example by example, by each kind of caller.

What is mocked and what is expected is the guide's, word by word; the program
is in a process of its own, so that the sandbox is around ctester.run().
"""

import pathlib
import subprocess
from typing import List, Tuple

import pytest

from conftest import Gdb, compile_c
from strict_script import carry_out

PYTHON = pathlib.Path("/usr/bin/python3")

# Libraries to link with, in place of what a machine may not have.
OWN = {
    "libcustom.so": "int initialize(void) { return 77; }",
    "libcrypto.so": "int RAND_bytes(unsigned char *b, int n) { return 77; }",
}

# The words are those of all programs: NAME,ARGUMENT,ARGUMENT.
WORDS = """
import sys
for word in sys.argv[1:]:
    name, *rest = word.split(",")
    try:
        result = globals()[name](*map(float, rest))
        print("%g" % result if result is not None else None)
    except OSError as error:
        print(type(error).__name__, error)
"""

CTYPES = """
import ctypes

def sqrt(x):
    libm = ctypes.CDLL("libm")
    return libm.sqrt(ctypes.c_double(x))

def twice(x, y):
    libm = ctypes.CDLL("libm")
    r1 = libm.sqrt(ctypes.c_double(x))
    r2 = libm.sqrt(ctypes.c_double(y))
    return r1 + r2 / 10

def pow(x, y):
    libm = ctypes.CDLL("libm")
    return libm.pow(ctypes.c_double(x), ctypes.c_double(y))

def log(x):
    return ctypes.CDLL("libm").log(ctypes.c_double(x))

def bytes_(count):
    libcrypto = ctypes.CDLL("libcrypto")
    return libcrypto.RAND_bytes(ctypes.create_string_buffer(8), int(count))

def initialize():
    lib = ctypes.CDLL("libcustom")
    lib.initialize()

def bound(size):
    return ctypes.CDLL("libz").compressBound(ctypes.c_long(int(size)))

def distance(x1, y1, x2, y2):
    libm = ctypes.CDLL("libm")
    dx = x2 - x1
    dy = y2 - y1
    return libm.sqrt(ctypes.c_double(dx * dx + dy * dy))
""" + WORDS

DECLARED = """
double sqrt(double x);
double pow(double x, double y);
double log(double x);
int RAND_bytes(unsigned char *buf, int num);
int initialize(void);
long compressBound(long sourceLen);
"""

# What cffi and its compiled module have in common: a library a function.
BY_CFFI = """
def twice(x, y):
    return libm.sqrt(x) + libm.sqrt(y) / 10

def distance(x1, y1, x2, y2):
    dx, dy = x2 - x1, y2 - y1
    return libm.sqrt(dx * dx + dy * dy)

def sqrt(x):
    return libm.sqrt(x)

def pow(x, y):
    return libm.pow(x, y)

def log(x):
    return libm.log(x)

def bytes_(count):
    return libcrypto.RAND_bytes(ffi.new("unsigned char[8]"), int(count))

def initialize():
    libcustom.initialize()

def bound(size):
    return libz.compressBound(int(size))
""" + WORDS

CFFI = f"""
import cffi
ffi = cffi.FFI()
ffi.cdef('''{DECLARED}''')

class Late:
    # Only what is mocked can be opened.
    def __init__(self, name):
        self.name = name
    def __getattr__(self, function):
        return getattr(ffi.dlopen(self.name), function)

libm, libcrypto = Late("libm"), Late("libcrypto")
libcustom, libz = Late("libcustom"), Late("libz")
""" + BY_CFFI

COMPILED = """
from _guide import ffi, lib
libm = libcrypto = libcustom = libz = lib
""" + BY_CFFI

C = r"""
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
%s
int main(int argc, char **argv)
{
    unsigned char buf[8];
    for (int i = 1; i < argc; i++) {
        double v[4] = {0};
        char *word = strtok(strdup(argv[i]), ",");
        for (char *text, **at = &text, j = 0;
             (text = strtok(NULL, ",")); j++)
            v[(int)j] = atof(*at);
        if (!strcmp(word, "sqrt"))
            printf("%%g\n", F(libm, sqrt)(v[0]));
        else if (!strcmp(word, "twice")) {
            double r1 = F(libm, sqrt)(v[0]), r2 = F(libm, sqrt)(v[1]);
            printf("%%g\n", r1 + r2 / 10);
        } else if (!strcmp(word, "pow"))
            printf("%%g\n", F(libm, pow)(v[0], v[1]));
        else if (!strcmp(word, "log"))
            printf("%%g\n", F(libm, log)(v[0]));
        else if (!strcmp(word, "bytes_"))
            printf("%%d\n", F(libcrypto, RAND_bytes)(buf, v[0]));
        else if (!strcmp(word, "bound"))
            printf("%%ld\n", F(libz, compressBound)(v[0]));
        else if (!strcmp(word, "distance")) {
            double dx = v[2] - v[0], dy = v[3] - v[1];
            printf("%%g\n", F(libm, sqrt)(dx * dx + dy * dy));
        } else if (F(libcustom, initialize)() < 0)
            printf("OSError %%s\n", strerror(errno));
        else
            printf("None\n");
    }
    return 0;
}
"""

# The same through pointers; what is declared says their types.
OPENED = DECLARED + """
#include <dlfcn.h>
static void *open_library(const char *name)
{
    void *library = dlopen(name, RTLD_NOW);
    if (!library)
        fprintf(stderr, "%s\\n", dlerror()), exit(1);
    return library;
}
#define F(library, name) \\
    ((__typeof__(&name))dlsym(open_library(#library), #name))
"""
LINKED = DECLARED + "#define F(library, name) name\n"

# The guide's examples, and the sandbox around the run.
EXAMPLES = """
import errno

def test_call_native_sqrt():
    native.mock_call("libm", "sqrt", returns=3.0)
    with ctester.sandbox():
        result, = program("sqrt,9.0")
    assert result == "3"
    ctester.native.assert_call(
        library="libm", function="sqrt", args=(9.0,),
    )

def test_multiple_native_calls():
    ctester.native.mock_call("libm", "sqrt", returns=2.0)
    ctester.native.mock_call("libm", "sqrt", returns=3.0)
    with ctester.sandbox():
        assert program("twice,4,9") == ["2.3"]
    ctester.native.assert_call(library="libm", function="sqrt", args=(4.0,))
    ctester.native.assert_call(library="libm", function="sqrt", args=(9.0,))

def test_registering_mocks():
    ctester.native.mock_call("libcrypto", "RAND_bytes", returns=0)
    ctester.native.mock_call("libm", "pow", returns=8.0, **FROM)
    with ctester.sandbox():
        assert program("pow,2,3", "bytes_,8") == ["8", "0"]
    ctester.native.assert_call(
        library="libm", function="pow", args=(2.0, 3.0),
    )
    ctester.native.assert_call("libcrypto", "RAND_bytes",
                               args=(ctester.ANY, 8))

def test_library_load_error():
    ctester.native.mock_call(
        "libcustom", "initialize",
        **ERROR,
    )
    with ctester.sandbox():
        said, = program("initialize")
    assert said == "OSError " + SAID, said
    ctester.native.assert_call(library="libcustom", function="initialize",
                               args=())

def test_compute_distance():
    ctester.native.mock_call("libm", "sqrt", returns=5.0)
    with ctester.sandbox():
        result, = program("distance,0.0,0.0,3.0,4.0")
    assert result == "5"
    ctester.native.assert_call(
        library="libm", function="sqrt", args=(25.0,),
    )

def test_cffi_library():
    ctester.native.mock_call("libz", "compressBound", returns=1024)
    with ctester.sandbox():
        bound, = program("bound,512")
    assert bound == "1024"
    ctester.native.assert_call(
        library="libz", function="compressBound", args=(512,),
    )

def test_optional_mocks():
    ctester.native.mock_call("libm", "log", returns=0.0, required=False,
                             **FROM)
    with ctester.sandbox():
        program()
    ctester.verify_all()

def test_optional_mocks_that_fire():
    ctester.native.mock_call("libm", "log", returns=4.0, required=False,
                             **FROM)
    with ctester.sandbox():
        assert program("log,2") == ["4"]
    said(ctester.UnassertedInteractionsError, ctester.verify_all)
    ctester.native.assert_call("libm", "log", args=(2.0,))

def test_unused_mocks():
    ctester.native.mock_call("libm", "log", returns=0.0, **FROM)
    with ctester.sandbox():
        program()
    said(ctester.UnusedMocksError, ctester.verify_all)
    ctester.clear()

def test_unmocked_interaction_error():
    ctester.native.mock_call("libm", "sqrt", returns=3.0)
    with ctester.sandbox():
        text = said(ctester.UnmockedInteractionError, program, "sqrt,9.0",
                    "sqrt,16.0")
    assert text == '''\\
sqrt(16.0) in libm was called but no mock was registered.
Register a mock with:
    ctester.native.mock_call('libm', 'sqrt', returns=...)''', text
    ctester.native.assert_call("libm", "sqrt", args=(9.0,))
"""

WAYS = ["ctypes", "cffi", "compiled", "linked", "opened"]


def own_libraries() -> List[str]:
    """What linking against libcustom and libcrypto takes."""
    flags: List[str] = []
    for name, source in OWN.items():
        place = compile_c(source, name=name, libraries=(), flags=(
            "-g", "-shared", "-fPIC", f"-Wl,-soname,{name}")).parent
        flags += [f"-L{place}", f"-Wl,-rpath,{place}", f"-l:{name}"]
    return flags + ["-l:libz.so.1"]


def compile_module(directory: pathlib.Path) -> None:
    """_guide, a module that cffi has compiled, to import from there."""
    (directory / "make.py").write_text(f"""
import cffi
ffi = cffi.FFI()
ffi.cdef('''{DECLARED}''')
ffi.set_source("_guide", '''{DECLARED}''', libraries=["m"],
               extra_compile_args=["-fno-builtin"],
               extra_link_args={own_libraries()!r})
ffi.compile()
""")
    subprocess.run([PYTHON, "make.py"], cwd=directory, check=True,
                   timeout=120, stdout=subprocess.DEVNULL)


def prepare(gdb: Gdb, way: str) -> Tuple[pathlib.Path, List[str]]:
    """The program of a way of calling: what GDB is given, and what comes
    before the words."""
    texts = {"ctypes": CTYPES, "cffi": CFFI, "compiled": COMPILED}
    if way in texts:
        (gdb.directory / "program.py").write_text(texts[way])
        if way == "compiled":
            compile_module(gdb.directory)
        return PYTHON, ["program.py"]
    if way == "linked":
        return compile_c(
            C % LINKED, name="linked", flags=("-g", "-fno-builtin"),
            libraries=("-lm", *own_libraries())), []
    return compile_c(C % OPENED, name="opened", flags=("-g", "-fno-builtin"),
                     libraries=("-ldl",)), []


PYTHON_ERROR = """
ERROR = dict(returns=None, raises=OSError("Symbol not found: initialize"))
SAID = "Symbol not found: initialize"
"""
# C knows of errno only.
C_ERROR = """
ERROR = dict(returns=-1, raises=OSError(38, "Symbol not found: initialize"))
SAID = "Function not implemented"
"""
# Python itself calls pow and log, too, when it imports cffi: a mock of theirs
# must say whose calls it is for.
FROM = {"cffi": {"caller": "libffi"}, "compiled": {"caller": "_guide"}}


@pytest.mark.parametrize("way", WAYS)
def test_the_guides_examples(gdb: Gdb, way: str) -> None:
    program, first = prepare(gdb, way)
    script = C_ERROR if way in ("linked", "opened") else PYTHON_ERROR
    if way == "opened":
        # Nothing else says which types a pointer from dlsym() has.
        (gdb.directory / "guide.h").write_text(DECLARED)
        script += "ctester.prototypes('guide.h')\n"
    outcome = carry_out(gdb, script + f"""
FROM = {FROM.get(way, {})!r}
def program(*words):
    return run(*{first!r}, *words)
""" + EXAMPLES, program, failing=["test_unmocked_interaction_error"],
                        timeout=120)
    # Caught, it is one all the same.
    assert outcome.failed["test_unmocked_interaction_error"].startswith("""\
sqrt(16.0) in libm was called but no mock was registered.
Register a mock with:
    ctester.native.mock_call('libm', 'sqrt', returns=...)
""")


# Registering by hand, outside of the plugin that a test has.

def test_a_verifier_and_a_plugin_made_by_hand(gdb: Gdb) -> None:
    program, first = prepare(gdb, "ctypes")
    carry_out(gdb, f"FIRST = {first!r}\n" + """
def test_manual_use():
    from ctester import StrictVerifier
    from ctester.plugins.native_plugin import NativePlugin

    verifier = StrictVerifier()
    native = NativePlugin(verifier)
    said(ValueError, NativePlugin, verifier)
    native.mock_call("libm", "sqrt", returns=3.0)
    with verifier.sandbox():
        assert run(*FIRST, "sqrt,9") == ["3"]
    native.assert_call(library="libm", function="sqrt", args=(9.0,))
    verifier.verify_all()
""", program)


# What arguments are.

LIBRARY = """
struct point { double x, y; };
int take(double a, int b, const char *c, struct point d, int (*e)(int),
         struct point *f, struct point *g, long h) { return 1; }
"""
TAKE = """int take(double a, int b, const char *c, struct point d,
    int (*e)(int), struct point *f, struct point *g, long h);"""
SERIALIZED = {"ctypes": """
import ctypes as c, sys
class Point(c.Structure):
    _fields_ = [("x", c.c_double), ("y", c.c_double)]
lib = c.CDLL(sys.argv[1])
back = c.CFUNCTYPE(c.c_int, c.c_int)(abs)
print(lib.take(c.c_double(9.0), c.c_int(42), c.c_char_p(b"hello"),
               Point(1, 2), back, c.pointer(Point(3, 4)), c.POINTER(Point)(),
               7))
""", "cffi": f"""
import cffi, sys
ffi = cffi.FFI()
ffi.cdef('''struct point {{ double x, y; }}; {TAKE}''')
lib = ffi.dlopen(sys.argv[1])
back = ffi.callback("int(int)", abs)
print(lib.take(9.0, 42, b"hello", {{"x": 1, "y": 2}}, back,
               ffi.new("struct point *", [3, 4]), ffi.NULL, 7))
""", "C": f"""
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
struct point {{ double x, y; }};
{TAKE}
int main(int argc, char **argv)
{{
    void *library = dlopen(argv[1], RTLD_NOW);
    __typeof__(&take) pointer = (__typeof__(&take))dlsym(library, "take");
    struct point third = {{3, 4}};
    printf("%d\\n", pointer(9.0, 42, "hello", (struct point){{1, 2}}, abs,
                           &third, NULL, 7));
    return 0;
}}
"""}

SERIALIZATION = """
def test_serialized():
    native.mock_call("libtake", "take", returns=5)
    with ctester.sandbox():
        assert run(*ARGUMENTS) == ["5"]
    native.assert_call("libtake", "take", args=(
        9.0, 42, b"hello", {"x": 1.0, "y": 2.0}, "<callback>",
        {"x": 3.0, "y": 4.0}, None, 7))
"""


@pytest.mark.parametrize("way", SERIALIZED)
def test_how_arguments_are_serialized(gdb: Gdb, way: str) -> None:
    library = compile_c(LIBRARY, name="libtake.so", libraries=(),
                        flags=("-g", "-shared", "-fPIC"))
    program, arguments = PYTHON, ["program.py", str(library)]
    if way == "C":
        program = compile_c(SERIALIZED[way], libraries=("-ldl",))
        arguments = [str(library)]
    else:
        (gdb.directory / "program.py").write_text(SERIALIZED[way])
    carry_out(gdb, f"ARGUMENTS = {arguments!r}\n" + SERIALIZATION, program)


# Of a function that nobody has declared Python itself tells what it passes.

@pytest.mark.parametrize("way", ["ctypes", "cffi"])
def test_how_arguments_of_the_undeclared_are_serialized(
        gdb: Gdb, way: str) -> None:
    (gdb.directory / "program.py").write_text(SERIALIZED[way])
    carry_out(gdb, """
def test_serialized():
    native.mock_call("libcustom", "take", returns=5)
    with ctester.sandbox():
        assert run("program.py", "libcustom") == ["5"]
    taken = native.assert_call("libcustom", "take", args=(
        9.0, 42, b"hello", ctester.ANY, "<callback>", ctester.ANY, None, 7))
    # libffi knows no names of members, and not what pointers lead to.
    assert list(taken.args[3].values()) == [1.0, 2.0]
    assert isinstance(taken.args[5], int)
""", PYTHON)
