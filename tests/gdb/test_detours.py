# SPDX-License-Identifier: MIT
"""Mocked calls that take their time, or raise an exception in Python."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
from typing import Any, Dict, List, Optional, Sequence

import pytest

from calls import HEAD, SIGNALS, run
from conftest import BUILD, Gdb, Result, compile_c

MOCK = """
import gdb
from ctester import _core
from ctester.state import engine, session

def mock(library, function, value, exception=None, ms=0, times=1, errno=None,
         signal=0, when=None):
    text = exception and exception.encode()
    session.mock(library, function, value, _core.MockOptions(
        times=times, required=True, scope=0, delay_ns=ms * 1000000,
        exception=text, raises=text, set_errno=errno is not None,
        errno_value=errno or 0, signal=signal,
        filter=when and when.encode()))
"""
TIMES = """
#include <time.h>
static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}
"""


def delayed(gdb: Gdb, source: str, *mocks: str, **options: Any) -> Result:
    """Run a snippet with mocks: the arguments of MOCK's mock()."""
    python = MOCK + "".join(f"mock({one})\n" for one in mocks)
    return run(gdb, TIMES + source, python=python + "engine.refresh()\n",
               timeout=60, **options)


# How long calls take.

RESULTS = """
struct two { long a, b; };
struct reals { double a, b; };
struct mixed { long a; double b; };
struct big { long a[5]; };
KEEP int whole(int n) { return n; }
KEEP double real(double x) { return x; }
KEEP long double wide(long double x) { return x; }
KEEP __int128 huge(void) { return 0; }
KEEP struct two two(void) { return (struct two){0}; }
KEEP struct reals reals(void) { return (struct reals){0}; }
KEEP struct mixed mixed(void) { return (struct mixed){0}; }
KEEP struct big big(void) { return (struct big){{0}}; }
KEEP long double _Complex both(void) { return 0; }
int main(void) {
    double start = now();
    struct two t = two();
    struct reals r = reals();
    struct mixed m = mixed();
    struct big b = big();
    long double _Complex c = both();
    __int128 h = huge();
    printf("%d %g %Lg\\n", whole(1), real(1), wide(1));
    printf("%ld %ld %g %g %ld %g %ld %ld\\n", t.a, t.b, r.a, r.b, m.a, m.b,
           b.a[0], b.a[4]);
    printf("%Lg %Lg %lx %lx\\n", __real__ c, __imag__ c, (long)(h >> 64),
           (long)h);
    printf("long %d\\n", now() - start >= 9 * 30);
    return 0;
}
"""


@pytest.mark.parametrize("level", ["-O0", "-O2"])
def test_results_of_every_kind_survive(gdb: Gdb, level: str) -> None:
    values = {"whole": "5", "real": "2.5", "wide": "1.25", "two": "{6, 7}",
              "reals": "{0.5, 0.75}", "mixed": "{8, 9.5}",
              "big": "{{1, 2, 3, 4, 5}}", "both": "(1.5+2.5j)",
              "huge": "0x0123456789abcdef0011223344556677"}
    result = delayed(gdb, RESULTS, *(
        f"'', {name!r}, {value!r}, ms=30" for name, value in values.items()),
        flags=("-g", level))
    for line in ("5 2.5 1.25", "6 7 0.5 0.75 8 9.5 1 5",
                 "1.5 2.5 123456789abcdef 11223344556677", "long 1"):
        assert line in result.stdout, result.shown()
    for call in result.calls():
        assert call["outcome"] == "mocked"
        assert 30e6 <= call["duration_ns"] < 1e9


def test_nothing_above_the_stack_pointer_is_touched(gdb: Gdb) -> None:
    """A caller without a frame of its own, with arguments on the stack; and
    registers that a compiler may know the callee to leave alone."""
    delayed(gdb, """
    KEEP long many(long a, long b, long c, long d, long e, long f, long g,
                   long h) { return a + b + c + d + e + f + g + h; }
    static int same(void) {
        int ok;
        asm volatile("sub $128, %%rsp\\n"
                     "push $8; push $7\\n"
                     "mov $11, %%ecx; mov $12, %%esi; mov $13, %%edi\\n"
                     "mov $14, %%r8d; mov $15, %%r9d; mov $16, %%r10d\\n"
                     "mov $17, %%r11d; mov $18, %%ebx; mov $19, %%r12d\\n"
                     "call many\\n"
                     "lea -99(%%rax, %%rcx), %%rax\\n"
                     "add %%rsi, %%rax; add %%rdi, %%rax\\n"
                     "add %%r8, %%rax; add %%r9, %%rax; add %%r10, %%rax\\n"
                     "add %%r11, %%rax; add %%rbx, %%rax\\n"
                     "add %%r12, %%rax\\n"
                     "pop %%rcx; add %%rcx, %%rax\\n"
                     "pop %%rcx; add %%rcx, %%rax\\n"
                     "add $128, %%rsp\\n"
                     : "=a"(ok) : : "rcx", "rdx", "rsi", "rdi", "r8", "r9",
                       "r10", "r11", "rbx", "r12", "memory", "cc");
        return ok;
    }
    int main(void) {
        printf("sum %d\\n", same());
        return 0;
    }
    """, "'', 'many', '99', ms=5").stdout.index(
        f"sum {sum(range(11, 20)) + 7 + 8}\n")


def test_other_threads_run_on(gdb: Gdb) -> None:
    result = delayed(gdb, """
    static volatile long steps;
    static volatile int done;
    KEEP int slow(void) { return 1; }
    static void *other(void *arg) {
        while (!done)
            steps++;
        return arg;
    }
    int main(void) {
        pthread_t thread;
        pthread_create(&thread, NULL, other, NULL);
        while (!steps)
            ;
        long before = steps;
        int got = slow();
        printf("got %d, on %d\\n", got, steps - before > 100000);
        done = 1;
        pthread_join(thread, NULL);
        return 0;
    }
    """, "'', 'slow', '7', ms=300")
    assert "got 7, on 1" in result.stdout, result.shown()


def test_eight_threads_wait_at_once(gdb: Gdb) -> None:
    result = delayed(gdb, """
    static pthread_barrier_t gate;
    KEEP double slow(int n) { return n; }
    static void *body(void *arg) {
        double *sum = arg;
        pthread_barrier_wait(&gate);
        for (int i = 0; i < 4; i++)
            *sum += slow(i);
        return NULL;
    }
    int main(void) {
        pthread_t threads[8];
        double sums[8] = {0};
        pthread_barrier_init(&gate, NULL, 8);
        double start = now();
        for (int i = 0; i < 8; i++)
            pthread_create(&threads[i], NULL, body, &sums[i]);
        double sum = 0;
        for (int i = 0; i < 8; i++) {
            pthread_join(threads[i], NULL);
            sum += sums[i];
        }
        double ms = now() - start;
        printf("sum %g, each %d, together %d\\n", sum, ms >= 800,
               ms < 32 * 200 / 2);
        return 0;
    }
    """, "'', 'slow', '1.5', ms=200, times=32")
    assert "sum 48, each 1, together 1" in result.stdout, result.shown()
    assert len(result.calls()) == 32


@pytest.mark.parametrize("flags", ["0", "SA_RESTART", "SA_ONSTACK"])
def test_signal_handlers_run_meanwhile(gdb: Gdb, flags: str) -> None:
    result = delayed(gdb, """
    static volatile int ticks;
    static volatile double deep;
    KEEP double slow(double x) { return x; }
    static void tick(int signal) {
        volatile double garbage[64];
        for (int i = 0; i < 64; i++)
            garbage[i] = signal + i;
        deep += garbage[63];
        ticks++;
    }
    int main(void) {
        static char stack[65536];
        stack_t other = {.ss_sp = stack, .ss_size = sizeof(stack)};
        struct sigaction action = {.sa_handler = tick, .sa_flags = FLAGS};
        struct itimerval often = {{0, 10000}, {0, 10000}}, never = {0};
        sigaltstack(&other, NULL);
        sigaction(SIGALRM, &action, NULL);
        setitimer(ITIMER_REAL, &often, NULL);
        double start = now(), got = slow(1), ms = now() - start;
        setitimer(ITIMER_REAL, &never, NULL);
        printf("got %g, ticks %d, whole %d, once %d\\n", got, ticks > 5,
               ms >= 300, ms < 2000);
        return 0;
    }
    """.replace("FLAGS", flags), "'', 'slow', '2.5', ms=300")
    assert "got 2.5, ticks 1, whole 1, once 1" in result.stdout, \
        result.shown()


def test_signal_of_the_mock_and_delay(gdb: Gdb) -> None:
    result = delayed(gdb, """
    static volatile int got_signal;
    KEEP int slow(void) { return 1; }
    static void note(int signal) { got_signal = signal; }
    int main(void) {
        signal(SIGUSR1, note);
        double start = now();
        int got = slow(), error = errno;
        printf("got %d, signal %d, errno %d, whole %d\\n", got,
               got_signal == SIGUSR1, error == EINTR,
               now() - start >= 100);
        return 0;
    }
    """, "'', 'slow', '-1', ms=100, signal=10, errno=4")
    assert "got -1, signal 1, errno 1, whole 1" in result.stdout, \
        result.shown()


def test_forked_child_goes_on_without_a_debugger(gdb: Gdb) -> None:
    """The pad is code of the program's own, also in a child that is forked by
    a handler during the delay."""
    result = delayed(gdb, """
    static volatile pid_t child = -1;
    KEEP int slow(void) { return 1; }
    static void split(int signal) { child = fork(); }
    int main(void) {
        signal(SIGUSR1, split);
        int got = slow(), status = 0;
        if (child == 0)
            _exit(got);
        waitpid(child, &status, 0);
        printf("got %d, child %d\\n", got, WEXITSTATUS(status));
        return 0;
    }
    """, "'', 'slow', '42', ms=100, signal=10")
    assert "got 42, child 42" in result.stdout, result.shown()


def test_detached_program_goes_on(gdb: Gdb) -> None:
    """GDB leaves while a thread is on its way."""
    source = """
    KEEP int slow(void) { return 1; }
    int main(void) {
        int got = slow();
        FILE *out = fopen("out.new", "w");
        fprintf(out, "got %d\\n", got);
        fclose(out);
        rename("out.new", "out");
        return 0;
    }
    """
    result = gdb.run(
        compile_c(HEAD + source), "tbreak *slow", "run", "detach",
        "python import time\n"
        "while not os.path.exists('out'): time.sleep(0.01)",
        python=MOCK + "import os\nmock('', 'slow', '42', ms=300)\n"
                      "engine.refresh()\n")
    assert (gdb.directory / "out").read_text() == "got 42\n", result.shown()


STEPS = """
KEEP int slow(int n) { return n + 1; }
KEEP int outer(int n) {
    int got = slow(n);              /* outer call */
    got += slow(n + 10);            /* outer again */
    return got;                     /* outer end */
}
int main(void) {
    int shared = outer(1);          /* main call */
    shared += slow(100);            /* main slow */
    shared += outer(2);             /* main again */
    printf("total %d\\n", shared);  /* main print */
    return 0;
}
"""
WHERE = "python where()"


def places(gdb: Gdb, *commands: str) -> List[str]:
    """Where the commands with WHERE among them have stopped."""
    python = """
def where():
    frame, chain = gdb.selected_frame(), []
    line = frame.find_sal().line
    while frame:
        chain.append(str(frame.name()))
        frame = frame.older()
    gdb.write(f"at {'<'.join(chain)}:{line}\\n")
mock("", "slow", "1000", ms=20, times=6)
engine.refresh()
"""
    result = run(gdb, STEPS, start=[*commands, "continue"],
                 python=MOCK + python)
    assert "total 5000" in result.stdout, result.shown()
    return [one[3:] for one in result.stdout.splitlines()
            if one.startswith("at ")]


def line(text: str) -> int:
    return next(number for number, one
                in enumerate((HEAD + STEPS).splitlines(), 1) if text in one)


def test_next_goes_over_delayed_calls(gdb: Gdb) -> None:
    assert places(gdb, "break main", "run", "next", WHERE, "next", WHERE,
                  "next", WHERE) == [
        f"main:{line(text)}" for text in ("main slow", "main again",
                                          "main print")]


def test_finish_over_delayed_calls(gdb: Gdb) -> None:
    assert places(gdb, "break outer", "run", "delete", "next", WHERE,
                  "finish", WHERE) == [
        f"outer<main:{line('outer again')}", f"main:{line('main call')}"]


def test_until_and_advance_over_delayed_calls(gdb: Gdb) -> None:
    assert places(gdb, "break outer", "run", "delete",
                  f"until {line('outer again')}", WHERE,
                  f"advance {line('outer end')}", WHERE) == [
        f"outer<main:{line('outer again')}",
        f"outer<main:{line('outer end')}"]


def test_breakpoint_at_a_delayed_function(gdb: Gdb) -> None:
    """The thread stands at the code; GDB knows its callers, and finish is
    the return."""
    there, back = places(gdb, "break *slow", "run", WHERE, "delete",
                         "finish", WHERE)
    assert there == "None<outer<main:0"
    assert back == f"outer<main:{line('outer call')}"


def test_backtrace_during_a_delay(gdb: Gdb) -> None:
    result = delayed(gdb, """
    static pthread_t sleeper;
    KEEP int slow(void) { return 1; }
    KEEP void look(void) { }
    static void *other(void *arg) {
        usleep(100000);
        look();
        return arg;
    }
    KEEP int caller(void) { return slow(); }
    int main(void) {
        pthread_create(&sleeper, NULL, other, NULL);
        printf("got %d\\n", caller());
        pthread_join(sleeper, NULL);
        return 0;
    }
    """, "'', 'slow', '7', ms=500",
        start=("break look", "run", "thread apply 1 backtrace", "continue"))
    trace = [one for one in result.stdout.splitlines()
             if one.startswith("#")]
    assert [one.split(" in ")[1].split()[0] for one in trace[-3:]] == [
        "??", "caller", "main"], result.shown()
    assert "got 7" in result.stdout


# What calls raise.

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
    del local
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
