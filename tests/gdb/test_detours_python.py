# SPDX-License-Identifier: MIT
"""Mocked calls that raise an exception in a Python program, at the line."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
from typing import Any, Dict, List, Optional, Sequence

import pytest

from calls import SIGNALS, run
from conftest import BUILD, Gdb, compile_c
from detours import MOCK

PYTHON = pathlib.Path("/usr/bin/python3")
CTYPES = """
import ctypes
libm = ctypes.{loader}("libm.so.6", use_errno=True)
libm.cbrt.restype = ctypes.c_double
libm.cbrt.argtypes = [ctypes.c_double]
cbrt = libm.cbrt
"""
CFFI = """
import cffi
ffi = cffi.FFI()
ffi.cdef("double cbrt(double);")
cbrt = ffi.dlopen("libm.so.6").cbrt
"""
COMPILED = """
import sys
sys.path.insert(0, {path!r})
from _libm_of_test import lib
cbrt = lib.cbrt
"""
CALLERS = ["CDLL", "PyDLL", "cffi", "compiled"]


def build_cffi() -> pathlib.Path:
    """A compiled cffi module, once for all tests."""
    place = BUILD / "snippets" / f"cffi-cbrt-{sys.implementation.cache_tag}"
    if not place.exists():
        scratch = place.with_name(f"{place.name}.{os.getpid()}")
        scratch.mkdir(parents=True, exist_ok=True)
        (scratch / "build.py").write_text(
            "import cffi\n"
            "ffi = cffi.FFI()\n"
            "ffi.cdef('double cbrt(double);')\n"
            "ffi.set_source('_libm_of_test', '#include <math.h>',\n"
            "               libraries=['m'])\n"
            "ffi.compile()\n")
        subprocess.run([PYTHON, "build.py"], cwd=scratch, check=True,
                       stdout=subprocess.DEVNULL)
        try:
            scratch.rename(place)
        except OSError:     # another worker was faster
            shutil.rmtree(scratch)
    return place


def imports(caller: str) -> str:
    if caller == "cffi":
        return CFFI
    if caller == "compiled":
        return COMPILED.format(path=str(build_cffi()))
    return CTYPES.format(loader=caller)


def raised(gdb: Gdb, source: str, *exceptions: str, caller: str = "CDLL",
           function: str = "cbrt", program: pathlib.Path = PYTHON,
           more: str = "", commands: Sequence[str] = ("run",),
           status: Optional[int] = 0) -> List[str]:
    """Run a script under mocks that raise; the lines of its output."""
    (gdb.directory / "case_program.py").write_text(
        imports(caller) + source)
    python = MOCK + "".join(
        f"mock('libm.so.6', {function!r}, '3.0', {one!r})\n"
        for one in exceptions) + more + "engine.refresh()\n"
    result = gdb.run(program, SIGNALS, *commands,
                     "ctester save trace.jsonl", python=python,
                     args=("case_program.py",), timeout=100)
    assert result.status == status, result.shown()
    assert "ctester: " not in "".join(
        one for one in result.stderr.splitlines()
        if " saved in " not in one), result.shown()
    if status == 0:
        assert "Traceback" not in result.stderr, result.shown()
    return [*result.stdout.splitlines(), *result.stderr.splitlines()]


def recorded(gdb: Gdb) -> List[Dict[str, Any]]:
    events = map(json.loads,
                 (gdb.directory / "trace.jsonl").read_text().splitlines())
    return [event for event in events if event["type"] == "call"]


SHOWS = """
import sys, traceback
class MyError(Exception):
    "The program's own."
    def __init__(self, text, extra=5):
        super().__init__(text, extra)
        self.extra = extra
def show(error):
    frames = traceback.extract_tb(error.__traceback__)
    marks = [frame.line.partition("# ")[2] for frame in frames]
    print("shown", type(error).__module__, type(error).__qualname__,
          ascii(str(error)), marks, sys.exc_info()[0] is type(error))
"""
SIX = SHOWS + """
for number in range(6):
    try:
        cbrt(64.0)          # first
        print("not raised")
    except FileNotFoundError as error:
        show(error)
        assert error.errno == 2 and error.filename is None
    except ValueError as error:
        show(error)
    except KeyError as error:
        show(error)
        assert error.args == ("gone",)
    except MyError as error:
        show(error)
        assert type(error) is MyError and error.extra == 6
    except KeyboardInterrupt as error:
        show(error)
    except SystemExit as error:
        show(error)
        assert error.code == 3
print("names", sorted(set(globals()) & {"raised", "kind", "make", "errors",
                                        "parts", "base", "old", "failure"}))
print("real", cbrt(64.0))
"""


@pytest.mark.parametrize("caller", CALLERS)
def test_exceptions_of_all_kinds(gdb: Gdb, caller: str) -> None:
    lines = raised(
        gdb, SIX, "OSError(2, 'No such file or directory')",
        "ValueError('\u03c0 \\'\"\\\\ \\U0001f40d \\n')", "KeyError('gone')",
        "__import__('sys').modules['__main__'].MyError('x', 6)",
        "KeyboardInterrupt()", "SystemExit(3)", caller=caller)
    assert [one for one in lines if one.startswith("shown")] == [
        "shown builtins FileNotFoundError "
        "'[Errno 2] No such file or directory' ['first'] True",
        "shown builtins ValueError "
        "'\\u03c0 \\'\"\\\\ \\U0001f40d \\n' ['first'] True",
        "shown builtins KeyError \"'gone'\" ['first'] True",
        "shown __main__ MyError \"('x', 6)\" ['first'] True",
        "shown builtins KeyboardInterrupt '' ['first'] True",
        "shown builtins SystemExit '3' ['first'] True"], lines
    assert "names []" in lines and "real 4.0" in lines, lines


def test_calls_are_recorded_as_raised(gdb: Gdb) -> None:
    raised(gdb, "try:\n    cbrt(9.0)\nexcept ValueError:\n    pass\n",
           "ValueError('x')")
    assert [(one["outcome"], one["raised"], one["return"]["value"])
            for one in recorded(gdb)] == [("raised", "ValueError('x')", 3.0)]


WHERE_IT_IS = SHOWS + """
def nested(): return cbrt(1.0)      # nested
def outer():
    return [nested()]               # outer
try:
    outer()                         # top
except ValueError as error:
    show(error)

def cleaned():
    try:
        x = cbrt(1.0)               # tried
        print("went on")
    finally:
        print("cleaned")
try:
    cleaned()                       # cleaning
except ValueError as error:
    show(error)

def items():
    yield 1
    yield cbrt(1.0)                 # item
made = []
try:
    for one in items():             # loop
        made.append(one)
except ValueError as error:
    show(error)
print("made", made)

class Manager:
    def __enter__(self): return self
    def __exit__(self, kind, value, trace):
        print("exit", kind is ValueError, type(value) is ValueError)
        return True
with Manager():
    cbrt(1.0)
try:
    [cbrt(x) for x in (1.0, 2.0)]   # comprehension
except ValueError as error:
    show(error)
try:
    list(map(cbrt, (1.0,)))         # mapped
except ValueError as error:
    show(error)
try:
    cbrt(*(1.0,))                   # starred
except ValueError as error:
    show(error)

class Attribute:
    @property
    def gone(self): return cbrt(1.0)
print("hasattr", hasattr(Attribute(), "gone"), getattr(Attribute(), "gone", 7))
class Items:
    def __getitem__(self, i):
        return i if i < 3 else cbrt(1.0)
print("items", list(Items()))
try:
    raise KeyError("first")
except KeyError as first:
    try:
        cbrt(1.0)
    except ValueError as error:
        print("context", error.__context__ is first, error.__cause__)
"""


@pytest.mark.parametrize("caller", ["CDLL", "compiled"])
def test_exceptions_come_up_at_the_calling_line(gdb: Gdb,
                                                caller: str) -> None:
    """Among them places where C looks at the class before there is an
    instance: hasattr(), iteration by __getitem__."""
    value = "ValueError('v')"
    attribute, index = "AttributeError('a')", "IndexError('i')"
    lines = raised(gdb, WHERE_IT_IS, *[value] * 7, attribute, attribute,
                   index, value, caller=caller)
    marks = [one.split("[")[1].split("]")[0] for one in lines
             if one.startswith("shown")]
    assert marks == [
        "'top', 'outer', 'nested'", "'cleaning', 'tried'", "'loop', 'item'",
        "'comprehension', 'comprehension'", "'mapped'", "'starred'"], lines
    for one in ("cleaned", "made [1]", "exit True True", "hasattr False 7",
                "items [0, 1, 2]", "context True None"):
        assert one in lines, lines
    assert "went on" not in lines


HEALTH = SHOWS + """
import gc, threading, weakref
class Local: pass
def once():
    local = Local()
    alive = weakref.ref(local)
    try:
        cbrt(2.0)
    except OSError as error:
        assert type(error) is PermissionError and error.errno == 13
        assert len(traceback.extract_tb(error.__traceback__)) == 1
    else:
        raise SystemExit("not raised")
    return alive
for number in range(50):
    once()
def settle():
    if sys.version_info < (3, 13):
        sys._clear_type_cache()     # its free places refer to None
    gc.collect()
settle()
nones, objects = sys.getrefcount(None), len(gc.get_objects())
classes = len(OSError.__subclasses__())
for number in range(950):
    alive = once()
    assert alive() is None, "the frame is kept"
settle()
print("nones", abs(sys.getrefcount(None) - nones) < 20)
print("objects", abs(len(gc.get_objects()) - objects) < 50)
print("classes", len(OSError.__subclasses__()) == classes)
print("garbage", gc.garbage, threading.active_count())
"""


@pytest.mark.parametrize("caller", ["CDLL", "cffi"])
def test_a_thousand_exceptions_leave_nothing(gdb: Gdb, caller: str) -> None:
    lines = raised(gdb, HEALTH, caller=caller, more=(
        "mock('libm.so.6', 'cbrt', '3.0', \"OSError(13, 'no')\","
        " times=1000)\n"))
    for one in ("nones True", "objects True", "classes True",
                "garbage [] 1"):
        assert one in lines, lines


def test_what_is_raised_is_in_the_program_once(gdb: Gdb) -> None:
    """A long text would be 12 MB, were it written for each call."""
    lines = raised(gdb, """
def size():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * 4096
def once():
    try:
        cbrt(2.0)
    except ValueError as error:
        assert len(str(error)) == 60000
for number in range(10):
    once()
before = size()
for number in range(200):
    once()
print("grown", size() - before > 4000000)
""", more="mock('libm.so.6', 'cbrt', '3.0', \"ValueError('\" + 60000 * 'x'"
          "+ \"')\", times=210)\nsession.set_option(3, 0)\n")
    assert "grown False" in lines, lines[-9:]


THREADS = SHOWS + """
import threading
counts = []
def body(n):
    count = 0
    for i in range(25):
        try:
            cbrt(float(n))
        except ValueError as error:
            count += str(error) == "thread" and type(error) is ValueError
    counts.append(count)
threads = [threading.Thread(target=body, args=(n,)) for n in range(8)]
for one in threads: one.start()
for one in threads: one.join()
print("counts", counts)
"""


@pytest.mark.parametrize("caller", CALLERS)
def test_exceptions_in_eight_threads(gdb: Gdb, caller: str) -> None:
    lines = raised(gdb, THREADS, caller=caller, more=(
        "mock('libm.so.6', 'cbrt', '3.0', \"ValueError('thread')\","
        " times=200)\n"))
    assert f"counts {[25] * 8}" in lines, lines


@pytest.mark.parametrize("caller", CALLERS)
def test_delay_and_then_exception(gdb: Gdb, caller: str) -> None:
    lines = raised(gdb, SHOWS + """
import threading, time
steps, done = 0, False
def other():
    global steps
    while not done:
        steps += 1
thread = threading.Thread(target=other)
thread.start()
start, before = time.monotonic(), steps
try:
    cbrt(2.0)           # slow
except ValueError as error:
    print("whole", time.monotonic() - start >= 0.2, steps > before + 1000)
    show(error)
done = True
thread.join()
""", caller=caller, more=(
        "mock('libm.so.6', 'cbrt', '3.0', \"ValueError('late')\", ms=200)\n"))
    # PyDLL keeps the GIL, as it would around the real function.
    assert ("whole True " + str(caller != "PyDLL")) in lines or \
        caller == "PyDLL" and "whole True True" in lines, lines
    assert "shown builtins ValueError 'late' ['slow'] True" in lines, lines


def find_python(minor: int) -> pathlib.Path:
    """Another CPython, when the machine has it: on the PATH, or pyenv's."""
    name = f"python3.{minor}"
    pyenv = pathlib.Path.home() / ".pyenv" / "versions"
    for found in [shutil.which(name), *pyenv.glob(f"3.{minor}.*/bin/{name}")]:
        done = found and subprocess.run(
            [found, "-c", "import os, sys, ctypes, threading;"
             "print(os.path.realpath(sys.executable))"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            check=False)
        if done and not done.returncode:
            return pathlib.Path(done.stdout.strip())
    return pytest.skip(f"there is no {name}")


@pytest.mark.parametrize("minor", [8, 9, 10, 12, 13, 14])
@pytest.mark.parametrize("source", ["SIX", "WHERE_IT_IS", "HEALTH", "THREADS"])
def test_other_versions_of_python(gdb: Gdb, minor: int, source: str) -> None:
    """Before 3.11 sys.exc_info() has the derived class beside the
    exception."""
    program = find_python(minor)
    value, more = "ValueError('v')", ""
    exceptions = {
        "SIX": ["OSError(2, 'x')", value, "KeyError('gone')",
                "__import__('sys').modules['__main__'].MyError('x', 6)",
                "KeyboardInterrupt()", "SystemExit(3)"],
        "WHERE_IT_IS": [value] * 7 + ["AttributeError('a')"] * 2
                       + ["IndexError('i')", value]}.get(source, [])
    if source in ("HEALTH", "THREADS"):
        text = {"HEALTH": "OSError(13, 'no')", "THREADS":
                "ValueError('thread')"}[source]
        more = (f"mock('libm.so.6', 'cbrt', '3.0', {text!r}, times=1000)\n")
    lines = raised(gdb, globals()[source], *exceptions, program=program,
                   more=more)
    assert "not raised" not in lines and "went on" not in lines
    wanted = {
        "SIX": ["real 4.0", "names []", "shown builtins KeyboardInterrupt '' "
                f"['first'] {minor > 10}"],
        "WHERE_IT_IS": ["cleaned", "made [1]", f"exit {minor > 10} True",
                        "hasattr False 7", "items [0, 1, 2]",
                        "context True None"],
        "HEALTH": ["objects True", "classes True", "garbage [] 1"],
        "THREADS": [f"counts {[25] * 8}"]}
    for one in wanted[source]:
        assert one in lines, lines


def test_errno_and_exception(gdb: Gdb) -> None:
    lines = raised(gdb, """
try:
    cbrt(2.0)
except OSError as error:
    print("errno", ctypes.get_errno(), error.errno)
""", more="mock('libm.so.6', 'cbrt', '3.0', 'OSError(28, \"full\")', "
          "errno=28)\n")
    assert "errno 28 28" in lines, lines


def test_expressions_that_fail_are_raised_themselves(gdb: Gdb) -> None:
    lines = raised(gdb, SHOWS + """
for number in range(4):
    try:
        cbrt(2.0)
    except BaseException as error:
        print("failed", type(error).__name__, error)
""", "nowhere", "ValueError(", "42", "ValueError")
    assert [one for one in lines if one.startswith("failed")] == [
        "failed NameError name 'nowhere' is not defined",
        "failed SyntaxError '(' was never closed (<string>, line 1)",
        "failed TypeError 42 is no exception",
        "failed TypeError <class 'ValueError'> is no exception"], lines


def test_classes_that_resist(gdb: Gdb) -> None:
    """One that nothing may be derived from, and one that makes other
    instances."""
    lines = raised(gdb, """
class Final(Exception):
    def __init_subclass__(cls):
        raise RuntimeError("final")
class Meta(type):
    def __call__(cls, *args):
        made = super().__call__(*args)
        made.by = "meta"
        return made
class Odd(Exception, metaclass=Meta):
    def __new__(cls, *args):
        return super().__new__(cls, "odd")
for kind in (Final, Odd):
    try:
        cbrt(2.0)
    except kind as error:
        print("caught", type(error) is kind, error.args,
              getattr(error, "by", ""))
""", "__import__('sys').modules['__main__'].Final('f')",
        "__import__('sys').modules['__main__'].Odd('o')")
    assert "caught True ('f',) " in lines, lines
    assert "caught True ('o',) meta" in lines, lines


def test_uncaught_exception_ends_the_program(gdb: Gdb) -> None:
    lines = raised(gdb, "cbrt(2.0)   # the line\n", "OSError(5, 'broken')",
                   status=1)
    assert "OSError: [Errno 5] broken" in lines, lines
    assert any("cbrt(2.0)   # the line" in one for one in lines), lines


def test_functions_that_are_called_on_the_way(gdb: Gdb) -> None:
    """CPython's own calls have their mocks, too; but an exception for one
    would take the place of the one that is made."""
    lines = raised(gdb, """
for number in range(3):
    try:
        cbrt(2.0)
    except ValueError as error:
        print("caught", error)
print("healthy", eval("1 + 1"))
""", *["ValueError('v')"] * 3, more=(
        "mock('libc.so.6', 'strlen', '6', \"KeyError('inner')\", ms=1,\n"
        "     times=0, when='s == \"raised\"')\n"
        "session.trace('libc.so.6:strrchr', 'boundary', None)\n"))
    assert lines.count("caught v") == 3 and "healthy 2" in lines, lines
    inner = [call["function"] for call in recorded(gdb)]
    assert inner.count("strlen") >= 3 and "strrchr" in inner


def test_mocked_functions_in_the_expression(gdb: Gdb) -> None:
    """The expression calls the mocked function: its own exception would be
    lost or come up in the wrong place, and only its result counts."""
    lines = raised(gdb, SHOWS + """
for number in range(2):
    try:
        cbrt(2.0)           # outside
    except ValueError as error:
        show(error)
""", more="mock('libm.so.6', 'cbrt', '3.0', \"ValueError(__import__('sys')"
          ".modules['__main__'].cbrt(1.0))\", times=4)\n")
    assert lines.count(
        "shown builtins ValueError '3.0' ['outside'] True") == 2, lines
    assert len(recorded(gdb)) == 4


def test_exceptions_while_others_are_traced(gdb: Gdb) -> None:
    lines = raised(gdb, THREADS, caller="CDLL", more=(
        "mock('libm.so.6', 'cbrt', '3.0', \"ValueError('thread')\","
        " times=200)\n"
        "session.trace('libc.so.6:pthread_cond_signal', 'boundary', None)\n"))
    assert f"counts {[25] * 8}" in lines, lines


def test_child_of_fork_raises_nothing_by_itself(gdb: Gdb) -> None:
    lines = raised(gdb, """
import os
try:
    cbrt(2.0)
except ValueError:
    print("parent raised")
child = os.fork()
if not child:
    os._exit(int(cbrt(343.0)))
print("child", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
""", "ValueError('v')")
    assert "parent raised" in lines and "child 7" in lines, lines


EMBEDS = r"""
#include <Python.h>
#include <stdio.h>
double under(double x);
double under(double x) { return x; }
static PyObject *call(PyObject *self, PyObject *args) {
    double got;
    Py_BEGIN_ALLOW_THREADS
    got = under(1);
    Py_END_ALLOW_THREADS
    return PyFloat_FromDouble(got);
}
static PyMethodDef methods[] = {{"call", call, METH_NOARGS, ""}, {0}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "host", "", -1,
                                    methods, 0, 0, 0, 0};
static PyObject *init(void) { return PyModule_Create(&module); }
int main(void) {
    printf("before %g\n", under(1));    /* there is no interpreter */
    PyImport_AppendInittab("host", init);
    for (int i = 0; i < 2; i++) {
        Py_Initialize();
        PyRun_SimpleString("import host\n"
                           "try: host.call()\n"
                           "except KeyError as e: print('caught', e)\n");
        Py_Finalize();
    }
    printf("after %g\n", under(1));
    return 0;
}
"""


def test_embedded_interpreter_that_comes_and_goes(gdb: Gdb) -> None:
    include = subprocess.run(
        [PYTHON, "-c", "import sysconfig as s;"
         "print(s.get_paths()['include'], s.get_config_var('LIBDIR'),"
         "s.get_config_var('LDVERSION'))"],
        stdout=subprocess.PIPE, text=True, check=True).stdout.split()
    if not os.path.exists(os.path.join(include[0], "Python.h")):
        pytest.skip("Python.h is not installed")
    source = gdb.directory / "embeds.c"
    source.write_text(EMBEDS)
    program = gdb.directory / "embeds"
    subprocess.run(
        ["gcc", "-g", "-w", f"-I{include[0]}", "-o", program, source,
         f"-L{include[1]}", f"-lpython{include[2]}"], check=True)
    result = gdb.run(program, "run", python=MOCK + (
        "mock('', 'under', '2.5', \"KeyError('k')\", times=4)\n"
        "engine.refresh()\n"))
    assert result.stderr == "", result.shown()
    for one in ("before 2.5", "after 2.5"):
        assert one in result.stdout, result.shown()
    assert result.stdout.count("caught 'k'") == 2, result.shown()


def test_program_without_python_raises_nothing(gdb: Gdb) -> None:
    result = run(gdb, """
    KEEP int f(void) { return 1; }
    int main(void) { printf("got %d\\n", f()); return 0; }
    """, python=MOCK + """
try:
    mock("", "f", "1", "ValueError('x')")
except _core.CoreError as error:
    gdb.write(f"refused: {error}\\n")
mock("", "f", "-1", "OSError(5, 'x')", errno=5)
engine.refresh()
""")
    assert "ValueError('x') cannot be raised: the program is no Python" \
        in result.stdout, result.shown()
    assert "got -1" in result.stdout


@pytest.mark.parametrize("command", [
    ["/usr/bin/env", "/usr/bin/python3", "program.py"],
    ["/bin/sh", "-c", "exec /usr/bin/python3 program.py"]])
@pytest.mark.parametrize("library,function,call", [
    ("libm", "floor", "CDLL('libm.so.6').floor(ctypes.c_double(3))"),
    ("libc", "getppid", "CDLL('libc.so.6').getppid()")])
def test_a_program_that_becomes_python(gdb: Gdb, command: list, library: str,
                                       function: str, call: str) -> None:
    (gdb.directory / "program.py").write_text(f"""
import ctypes
try:
    ctypes.{call}
except ValueError as error:
    print("got", error)
""")
    gdb.run(command[0], args=command[1:], python=f"""
import ctester
ctester.native.mock_call("{library}", "{function}", returns=None,
                         raises=ValueError("lost"), caller="libffi")
with ctester.sandbox():
    done = ctester.run()
assert done.stdout == "got lost\\n", done
ctester.native.assert_call("{library}", "{function}", args=ctester.ANY)
""").expect_success()


def test_a_program_that_does_not(gdb: Gdb) -> None:
    """It could have; what it is is known at the call."""
    program = compile_c("""
    #include <unistd.h>
    __attribute__((noinline)) int f(void) { return 1; }
    int main(int argc, char **argv)
    {
        if (argc > 5)
            execv(argv[1], argv);
        return f() != -1;
    }
    """)
    result = gdb.run(program, python="""
import ctester
ctester.native.mock_call(None, "f", returns=None, raises=ValueError("lost"))
with ctester.sandbox():
    ctester.run()
ctester.native.assert_call(None, "f")
""")
    assert ("ValueError: lost cannot be raised: the program is no Python"
            in result.stderr), result.shown()
