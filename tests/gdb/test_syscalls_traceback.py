# SPDX-License-Identifier: MIT
"""SysCall.traceback: of the program's own frames, and of Python's."""

import dis
import pathlib
import sys
import types
from typing import Iterator

import pytest

from conftest import Gdb
from syscalls import run, run_python, shown
from ctester.syscalls import python_stack

SOURCE = r"""
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

static int inner(const char *path)
{
	return open(path, O_RDONLY);
}

static int outer(const char *path)
{
	return inner(path) + 1;
}

static void *work(void *arg)
{
	outer("/dev/zero");
	return arg;
}

int main(void)
{
	pthread_t thread;
	outer("/dev/null");
	pthread_create(&thread, NULL, work, NULL);
	pthread_join(thread, NULL);
	return 3;
}
"""


def test_frames_are_native_and_the_oldest_is_first(gdb: Gdb) -> None:
    lines = shown(run(gdb, SOURCE, """
with syscalls.context(None, SysCallPattern(path="/dev/null")) as tracing:
    gdb.execute("run")
for file, line, function, text in tracing.calls[0].traceback:
    print("-", os.path.basename(file), line, function, "|", text)
for line in "".join(traceback.format_list(tracing.calls[0].traceback)
                    ).splitlines():
    print("-", line)
"""), 3)
    own = [line for line in lines if line.startswith("source.c")]
    assert own == ["source.c 25 main | outer(\"/dev/null\");",
                   "source.c 13 outer | return inner(path) + 1;",
                   "source.c 8 inner | return open(path, O_RDONLY);"]
    assert '    return inner(path) + 1;' in lines
    assert any(line.startswith('  File "') and line.endswith("in outer")
               for line in lines)


def test_it_is_the_calling_thread(gdb: Gdb) -> None:
    line, = shown(run(gdb, SOURCE, """
with syscalls.context(None, SysCallPattern(path="/dev/zero")) as tracing:
    gdb.execute("run")
names = [frame.function for frame in tracing.calls[0].traceback]
print("-", names[-5:-1] + names[-1:] if "work" in names else names,
      "main" in names)
""", flags=["-pthread"]), 3)
    assert "'work', 'outer', 'inner'" in line and line.endswith("False")


def test_it_is_there_inside_of_the_callback(gdb: Gdb) -> None:
    assert shown(run(gdb, SOURCE, """
def callback(call):
    print("-", [frame.function for frame in call.traceback
                if frame.file.endswith("source.c")])
with syscalls.context(callback, SysCallPattern(path="/dev/null")):
    gdb.execute("run")
"""), 3) == ["['main', 'outer', 'inner']"]


def test_without_debug_information_names_are_those_of_symbols(gdb: Gdb
                                                              ) -> None:
    line, = shown(run(gdb, SOURCE, """
with syscalls.context(None, SysCallPattern(path="/dev/null")) as tracing:
    gdb.execute("run")
print("-", [(os.path.basename(frame.file), frame.line, frame.function)
            for frame in tracing.calls[0].traceback
            if frame.function in ("main", "outer", "inner")])
""", flags=["-g0"]), 3)
    assert line == "[('prog', 0, 'main'), ('prog', 0, 'outer'), " \
                   "('prog', 0, 'inner')]"


def test_endless_recursion_gives_the_newest_frames(gdb: Gdb) -> None:
    source = r"""
#include <unistd.h>
#include <sys/syscall.h>
static int deep(int n)
{
	return n ? deep(n - 1) + 1 : (int)syscall(SYS_getppid);
}
int main(void)
{
	return deep(2000) ? 3 : 3;
}
"""
    assert shown(run(gdb, source, """
with syscalls.context(None, "getppid") as tracing:
    gdb.execute("run")
frames = tracing.calls[0].traceback
print("-", len(frames), frames[0].function, frames[-2].function)
"""), 3) == ["256 deep deep"]


PROGRAM = '''\
import os
import threading


def inner(path):
    return os.open(
        path,
        os.O_RDONLY)


def outer(path):
    return [inner(each) for each in (path,)]


class Opener:
    def __init__(self, path):
        try:
            outer(path)
        finally:
            pass


sorted([1], key=lambda _: Opener("/dev/null"))
thread = threading.Thread(target=outer, args=("/dev/zero",))
thread.start()
thread.join()
'''

LIBPYTHON = pathlib.Path("/usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0")
NEEDS_311 = pytest.mark.skipif(
    sys.version_info[:2] != (3, 11), reason="the layout is that of 3.11")


@NEEDS_311
def test_the_frames_of_a_python_program_without_symbols(gdb: Gdb) -> None:
    lines = shown(run_python(gdb, PROGRAM, """
with syscalls.context(None, SysCallPattern(path=re.compile("/dev/[nz]")),
                      python=True) as tracing:
    gdb.execute("run")
for call in tracing.calls:
    for file, line, function, text in call.traceback:
        if file.endswith("program.py"):
            print("-", call.args[1].value, line, function, "|", text)
"""))
    assert lines == [
        "/dev/null 23 <module> | "
        'sorted([1], key=lambda _: Opener("/dev/null"))',
        "/dev/null 23 <lambda> | "
        'sorted([1], key=lambda _: Opener("/dev/null"))',
        "/dev/null 18 __init__ | outer(path)",
        "/dev/null 12 outer | return [inner(each) for each in (path,)]",
        "/dev/null 12 <listcomp> | return [inner(each) for each in (path,)]",
        "/dev/null 6 inner | return os.open(",
        "/dev/zero 12 outer | return [inner(each) for each in (path,)]",
        "/dev/zero 12 <listcomp> | return [inner(each) for each in (path,)]",
        "/dev/zero 6 inner | return os.open(",
    ]


@NEEDS_311
def test_calls_before_python_runs_have_native_frames(gdb: Gdb) -> None:
    assert shown(run_python(gdb, "pass", """
with syscalls.context(None, python=True) as tracing:
    gdb.execute("run")
first = tracing.calls[0]
print("-", first.name, bool(first.traceback))
""")) == ["brk True"]


@NEEDS_311
def test_what_python_does_between_frames(gdb: Gdb) -> None:
    """Generators, coroutines, callbacks of C, destructors, a forked child."""
    lines = shown(run_python(gdb, """\
import asyncio, ctypes, os
def generate(path):
    yield os.open(path, os.O_RDONLY)
def consume():
    return list(generate("/dev/null"))
consume()
async def later():
    await asyncio.sleep(0)
    return os.open("/dev/zero", os.O_RDONLY)
asyncio.run(later())
function = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
def compare(a, b):
    os.open("/dev/full", os.O_RDONLY)
    return 0
def sort():
    ctypes.CDLL(None).qsort((ctypes.c_int * 2)(2, 1), 2, 4, function(compare))
sort()
class Scoped:
    def __del__(self):
        os.open("/dev/random", os.O_RDONLY)
def leave():
    scoped = Scoped()
leave()
def in_child():
    os.open("/dev/urandom", os.O_RDONLY)
    os._exit(0)
if os.fork() == 0:
    in_child()
os.wait()
exec(compile("\\n\\nos.open('/dev', 0)", "<made>", "exec"))
""", """
gdb.execute("set ctester follow-fork on")
with syscalls.context(None, SysCallPattern(
        path=re.compile("/dev(/null|/zero|/full|/u?random)?$")),
        python=True) as tracing:
    gdb.execute("run")
for call in tracing.calls:
    print("-", call.args[1].value, *(
        f"{frame.function}:{frame.line}" for frame in call.traceback[-2:]))
"""))
    assert lines == [
        "/dev/null consume:5 generate:3", "/dev/zero _run:80 later:9",
        "/dev/full sort:16 compare:13", "/dev/random <module>:23 __del__:20",
        "/dev/urandom <module>:28 in_child:25", "/dev <module>:30 "
        "<module>:3"]


EMBEDDED = r"""
void Py_Initialize(void);
int PyRun_SimpleString(const char *);
int main(void)
{
	Py_Initialize();
	PyRun_SimpleString("import os\n"
			   "def inner(path):\n"
			   "    return os.open(path, os.O_RDONLY)\n"
			   "inner('/dev/null')\n");
	return 3;
}
"""


@NEEDS_311
@pytest.mark.skipif(not LIBPYTHON.exists(), reason="no libpython")
def test_an_interpreter_in_a_program_has_its_frames(gdb: Gdb) -> None:
    line, = shown(run(gdb, EMBEDDED, """
with syscalls.context(None, SysCallPattern("openat", path="/dev/null"),
                      python=True) as tracing:
    gdb.execute("run")
print("-", [tuple(frame) for frame in tracing.calls[0].traceback])
""", flags=["-Wl,--no-as-needed", str(LIBPYTHON)]), 3)
    assert line == "[('<string>', 4, '<module>', ''), " \
                   "('<string>', 3, 'inner', '')]"


@pytest.mark.parametrize("symbols,name", [
    ("unsigned long Py_Version = 0x030c04f0;", "3.12"), ("", "before 3.11")])
def test_another_python_is_told_and_has_native_frames(gdb: Gdb, symbols: str,
                                                      name: str) -> None:
    result = run(gdb, SOURCE + "char _PyRuntime[4096];\n" + symbols, """
with syscalls.context(None, SysCallPattern("openat"), python=True) as tracing:
    gdb.execute("run")
print("-", "inner" in [frame.function for frame in
                       tracing.calls[-1].traceback])
""")
    assert shown(result, 3) == ["True"]
    assert result.stdout.count(f"ctester: the frames of Python {name} are not "
                               "known") == 1


def test_a_program_without_python_has_native_frames(gdb: Gdb) -> None:
    assert shown(run(gdb, SOURCE, """
with syscalls.context(None, SysCallPattern(path="/dev/null"), python=True
                      ) as tracing:
    gdb.execute("run")
print("-", "inner" in [frame.function for frame in
                       tracing.calls[0].traceback])
"""), 3) == ["True"]


def codes(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for each in code.co_consts:
        if isinstance(each, types.CodeType):
            yield from codes(each)


@NEEDS_311
def test_lines_are_those_that_python_says() -> None:
    """Over all code of some modules of the library."""
    for module in (dis, types):
        source = open(module.__file__, encoding="utf-8").read()
        for code in codes(compile(source, "x", "exec")):
            for start, end, line in code.co_lines():
                for offset in range(start, end, 2):
                    if line is not None:
                        assert python_stack.line_at(
                            code.co_linetable, code.co_firstlineno,
                            offset) == line, (code, offset)


def test_a_damaged_interpreter_gives_no_frames() -> None:
    import os
    assert python_stack.read(os.getpid(), os.getpid(), 1, 1) == []
    assert python_stack.read(os.getpid(), os.getpid(), 0, 2**64 - 1) == []
    assert python_stack.read(2**22 + 5, 1, 1, 1) == []
