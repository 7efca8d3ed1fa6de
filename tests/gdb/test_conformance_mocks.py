# SPDX-License-Identifier: MIT
"""Strict mocks, failures and stats mean the same under both engines: many cases
in one GDB for each, which tell what scripts, programs and traces have seen."""

import json
import pathlib
from typing import Any, List, Sequence

import conformance
import test_detours_python
import test_strict_returns
from conftest import Gdb, Result, compile_c
from strict_script import HEAD, kit, read

HELPERS = """
import errno, functools, time
import gdb, ctester
from ctester import *
from ctester.state import engine as the_engine

gdb.execute("set ctester engine {engine}")
gdb.execute("set ctester live off")
gdb.execute("handle SIGUSR1 SIGALRM SIGSEGV nostop noprint pass")

def shown(value):
    '''Without addresses, which differ from run to run.'''
    return re.sub("0x[0-9a-f]+|[0-9]{9,}", "#", repr(value))

def calls():
    '''What is left to assert, asserted.'''
    found = [[one.library, one.function, shown(one.args), shown(one.result),
              one.errno, shown(one.out), one.outcome, one.raised, one.caller]
             for one in left()]
    assert_all()
    return found

def go(*argv, **options):
    '''A run in the sandbox, and what it was.'''
    with ctester.sandbox(**options):
        done = ctester.run(*argv)
    note(done.exit_code, done.signal, done.stdout.splitlines(), calls())

def counted(function):
    its = stats[function]
    note(its.called, its.failed, shown(its.last_params),
         shown(its.last_return),
         [[call.failed, shown(call.result), call.errno, shown(call.params)]
          for call in its.calls])

engines = {}

def saving(test):
    '''With a trace of what has happened in it.'''
    @functools.wraps(test)
    def saved():
        try:
            test()
        finally:
            name = f"{test.__name__}.jsonl"
            gdb.execute(f"ctester save {name}")
            with open(name) as lines:
                for call in map(json.loads, lines):
                    if call["type"] == "call":
                        engines.setdefault(call["function"],
                                           set()).add(call["engine"])
    return saved

def tell_engines():
    print("%" + json.dumps({name: sorted(its)
                            for name, its in engines.items()}))
"""
TAIL = """
for name in [name for name in globals() if name.startswith("test_")]:
    globals()[name] = saving(globals()[name])

def test_last():
    tell_engines()
"""


def run_both(gdb: Gdb, tmp_path: pathlib.Path, script: str,
             program: pathlib.Path, failing: Sequence[str] = (),
             unhooked: Sequence[str] = ()) -> List[Any]:
    """Run the test functions of a script under both engines; what they have
    noted.

    unhooked: functions that are left to GDB, which is asked at the end.
    """
    seen = []
    for engine in ("breakpoint", "agent"):
        gdb.directory = tmp_path / engine
        gdb.directory.mkdir()
        result = gdb.run(program, python=HEAD
                         + HELPERS.replace("{engine}", engine) + script
                         + TAIL, timeout=120)
        outcome = read(result)
        assert sorted(outcome.failed) == sorted(failing), result.shown()
        assert "Traceback" not in result.stderr, result.shown()
        seen.append((outcome.notes(), outcome.passed, outcome.failed,
                     result.status))
        if engine == "agent":
            check_engines(result, unhooked)
    for one, other in zip(seen[0][0], seen[1][0]):
        assert one == other
    assert seen[0] == seen[1]
    found = conformance.compare_directories(tmp_path / "breakpoint",
                                            tmp_path / "agent")
    assert not found, "\n".join(found[:20])
    return seen[0][0]


def check_engines(result: Result, unhooked: Sequence[str]) -> None:
    """Calls were met, and by the agent."""
    [line] = [line for line in result.stdout.splitlines()
              if line.startswith("%")]
    engines = json.loads(line[1:])
    assert engines
    assert sorted(name for name in engines
                  if engines[name] != ["agent"]) == sorted(unhooked)


def each_type() -> pathlib.Path:
    """Its arguments are the types that it asks for, one by one."""
    source = test_strict_returns.TYPES.replace(
        "const char *name = argv[1];",
        "for (int i = 1; i < argc; i++) { const char *name = argv[i];")
    head, _, _ = source.rpartition("return 0;")
    return compile_c(head + "fflush(stdout); }\nreturn 0;\n}\n",
                     name="each", flags=("-g", "-O2"))


def test_what_calls_return(gdb: Gdb, tmp_path: pathlib.Path) -> None:
    """By mocks, and by failing."""
    rows = [(name, value, printed)
            for name, value, printed in test_strict_returns.RETURNED
            if name != "none"]
    noted = run_both(gdb, tmp_path, f"ROWS = {rows!r}\n" + """
FUNCTIONS = {"text": "f_void", "array": "f_ints"}
NAMES = [(FUNCTIONS.get(name, "f_" + name), name, eval(value))
         for name, value, _ in ROWS]

def test_mocks():
    for function, _, value in NAMES:
        native.mock_call(None, function, returns=value)
    native.mock_call(None, "f_none", returns=None)
    go(*[name for _, name, _ in NAMES], "none")

def test_failures():
    done = set()
    for function, name, value in NAMES:
        if function in done or isinstance(value, (dict, list)):
            continue
        done.add(function)
        monitored[function] = True
        failures[function] = FAIL_ALWAYS
        failures[function].ret = value
        failures[function].errno = 7
    with ctester.sandbox():
        result = ctester.run(*[function[2:] for function in sorted(done)])
    note(result.stdout)
    for function in sorted(done):
        counted(function)
""", each_type())
    # The addresses of what was placed are printed by nobody.
    assert noted[0][2] == [printed for _, _, printed in rows]


def test_which_mock_answers(gdb: Gdb, tmp_path: pathlib.Path) -> None:
    run_both(gdb, tmp_path, """
def test_in_the_order_of_registration():
    for value in (1, 2, 3):
        native.mock_call(None, "add", returns=value, times=value)
    go(*["add,1,1"] * 6)

def test_defaults_come_last():
    native.mock_call(None, "add", returns=-1, times=None)
    native.mock_call(None, "add", returns=5, times=2)
    native.mock_call(None, "add", returns=-2, times=None, required=False)
    go(*["add,1,1"] * 4)

def test_filters_pass_over():
    native.mock_call(None, "add", returns=1, when="a == 1 && b == 2")
    native.mock_call(None, "add", returns=2, when="$nth == 2")
    native.mock_call(None, "add", returns=3, when="$depth > 0",
                     required=False)
    native.mock_call(None, "add", returns=4, when="a == $tid",
                     required=False)
    native.mock_call(None, "area", returns=6, when="p.x == 2")
    native.mock_call(None, "add", returns=5, times=None)
    native.spy(None, "twice")
    native.spy(None, "area")
    go("add,0,0", "add,0,0", "add,1,2", "add,1,2", "twice,4", "area,2,2",
       "area,2,3")

def test_functions_of_the_script():
    seen = []
    def wants(name, buf, size, got):
        seen.append((name, size))
        return name == b"two"
    native.mock_call(None, "fetch", returns=7, when=wants)
    native.mock_call(None, "fetch", returns=8, times=2)
    go("fetch,one", "fetch,two", "fetch,three")
    note(seen)

def test_callers():
    native.mock_call(None, "add", returns=1, caller="twice")
    native.mock_call(None, "add", returns=2, caller="begin", times=2)
    native.mock_call(None, "add", returns=3, when="$caller ~ \\"m*n\\"")
    native.mock_call("libm", "sqrt", returns=4.0, caller="kit")
    native.allow(None, "add", caller="main")
    go("add,1,1", "begin,2", "twice,4", "add,1,1", "sqrt,9")

def test_of_a_library_nobody_calls():
    native.mock_call(None, "add", returns=1, caller="libm.so.6",
                     required=False)
    native.spy(None, "add", caller="twice")
    native.allow(None, "add")
    go("add,1,1", "twice,2")

def test_with_spies_and_allowed_functions():
    native.spy(None, "twice")
    native.spy(None, "begin")
    native.allow(None, "end")
    native.mock_call(None, "add", returns=0, times=3)
    go("twice,1", "begin,2", "end")

def test_scopes():
    native.mock_call(None, "begin", returns=-1, scope="all")
    native.mock_call("libm", "pow", returns=1.5, scope="program")
    native.mock_call("libm", "sqrt", returns=2.5, scope="boundary", times=2)
    go("begin,2", "pow,2,2", "sqrt,1", "root,1")
""", kit())


def test_what_mocks_do(gdb: Gdb, tmp_path: pathlib.Path) -> None:
    run_both(gdb, tmp_path, """
def test_out_parameters():
    for out in ({"buf": b"bytes"}, {"buf": "text", "got": 9}, {"got": -1},
                {"buf": b"a\\0b"}):
        native.mock_call(None, "fetch", returns=len(out), out=out)
    native.mock_call(None, "fetch", returns=1, out={"buf": b"none"})
    go("fetch,a", "fetch,b", "fetch,c", "fetch,d", "fetch,e,null")

def test_errno():
    native.mock_call(None, "fetch", returns=-1, errno="ENOSPC")
    native.mock_call(None, "fetch", returns=-1, errno=11)
    native.mock_call(None, "fetch", returns=0, errno=0)
    native.mock_call("libc", "open", returns=-1, errno="EMFILE")
    native.mock_call("libc", "open", returns=-1,
                     raises=OSError(errno.EACCES, "no"))
    go("fetch,a", "fetch,a", "fetch,a", "open,/x", "open,/y")

def test_signals():
    native.mock_call(None, "add", returns=1, signal="USR1")
    native.mock_call(None, "add", returns=2, raises=signal.SIGUSR1)
    native.mock_call(None, "add", returns=3, signal="USR1", errno="EINTR",
                     delay=0.001)
    native.mock_call(None, "add", returns=4)
    go(*["kill,1,1"] * 4)

def test_a_deadly_one():
    native.mock_call(None, "add", returns=1, signal="TERM")
    go("add,1,1", "add,2,2")

def test_delays():
    native.mock_call(None, "add", returns=1, delay=0.01, times=2)
    started = time.monotonic()
    go("add,1,1", "add,1,1")
    assert time.monotonic() - started > 0.02

def test_what_is_copied():
    point = {"value": 5}
    out = {"got": 3}
    native.mock_call(None, "fetch", returns=0, out=out)
    out["got"] = 4
    go("fetch,a")
""", kit())


def test_sandboxes(gdb: Gdb, tmp_path: pathlib.Path) -> None:
    run_both(gdb, tmp_path, """
def test_closed_it_is_all_real():
    native.mock_call(None, "add", returns=0, required=False)
    note(run("add,1,1", "twice,4"), calls())

def test_nested():
    native.mock_call(None, "add", returns=0, times=2)
    with ctester.sandbox():
        with ctester.sandbox():
            note(run("add,1,1"))
        note(run("add,1,1"))
    note(run("add,1,1"), calls())

def test_an_unmocked_call():
    native.mock_call(None, "add", returns=0)
    go("add,1,1", "add,2,3", "add,4,4")

def test_of_another_caller():
    native.mock_call(None, "add", returns=0, caller="begin", required=False)
    go("add,1,1")

def test_that_the_script_did_not_want():
    native.mock_call(None, "add", returns=0, when=lambda a, b: False,
                     required=False)
    go("add,6,7")

def test_in_a_call():
    native.spy(None, "twice")
    native.mock_call(None, "add", returns=0, when="a == 9", required=False)
    go("twice,3")

def test_strict_libraries():
    native.mock_call("libm", "sqrt", returns=2.0)
    native.allow("libm", "cbrt")
    go("sqrt,4", "pow,2,3", strict="library")

def test_mocks_that_are_not_used():
    native.mock_call(None, "add", returns=0, times=2)
    native.mock_call(None, "area", returns=0, caller="nobody")
    go("add,1,1")
""", kit(), failing=["test_an_unmocked_call", "test_in_a_call",
                     "test_mocks_that_are_not_used", "test_strict_libraries",
                     "test_that_the_script_did_not_want"])


def test_when_sandboxes_begin_and_end(gdb: Gdb,
                                      tmp_path: pathlib.Path) -> None:
    run_both(gdb, tmp_path, """
def test_bounds():
    native.mock_call(None, "add", returns=0, times=2)
    go("add,1,1", "begin,2", "add,1,1", start="begin")

def test_two_bounds():
    native.mock_call(None, "add", returns=0, times=3)
    go("add,1,1", "begin,1", "add,1,1", "twice,1", "end", "add,1,1",
       start="begin", end="end")

def test_in_the_middle_of_calls():
    native.spy(None, "begin")
    native.spy(None, "twice")
    monitored.twice = True
    failures.twice = FAIL_NEVER
    with ctester.sandbox():
        gdb.execute("tbreak add if a == 5")
        gdb.execute("run twice,3 begin,6 twice,5 > out")
        note([[one.function, shown(one.args), one.result, one.is_open]
              for one in left()], stats.twice.called)
        gdb.execute("continue")
    note(calls(), stats.twice.called)

def test_in_the_middle_of_a_run():
    native.mock_call(None, "add", returns=1)
    native.spy(None, "begin")
    with ctester.sandbox():
        gdb.execute("tbreak end")
        gdb.execute("run add,1,1 end add,2,2 begin,2 > out")
        note(len(left()))
        native.mock_call(None, "add", returns=2, times=3)
        gdb.execute("continue")
    note(open("out").read(), calls())
""", kit())


MONITORED = r"""
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#define KEEP __attribute__((noinline))
struct item { int id; const char *name; double weight; };
KEEP int store(struct item *item, int n) { item->id += n; return item->id; }
KEEP double weigh(struct item item) { return item.weight; }
KEEP int other(struct item *item) { return store(item, 7); }
static void *body(void *arg)
{
    struct item item = {0, "thread", 1};
    int failed = 0;
    for (int i = 0; i < 10; i++)
        failed += store(&item, 1) < 0;
    return (void *)(long)failed;
}
int main(int argc, char **argv)
{
    int times = argc > 1 ? atoi(argv[1]) : 10;
    struct item item = {1, "it", 2.5};
    for (int i = 0; i < times; i++) {
        errno = 0;
        int stored = store(&item, i);
        printf("%d:%d ", stored, errno);
    }
    printf("%g %d\n", weigh(item), other(&item));
    struct stat at;
    memset(&at, 0, sizeof(at));
    int fd = open("/dev/null", O_RDWR);
    ssize_t (*volatile indirect)(int, const void *, size_t) = write;
    long done = indirect(fd, "text", 4);
    char buf[8] = "";
    done += read(fd, buf, sizeof(buf));
    int ok = fstat(fd, &at) == 0 && S_ISCHR(at.st_mode);
    printf("%d %ld %d %d\n", fd >= 0, done, ok, close(fd));
    pthread_t threads[3];
    for (int i = 0; i < 3; i++) {
        void *failed;
        pthread_create(&threads[i], 0, body, 0);
        pthread_join(threads[i], &failed);
        printf("%ld ", (long)failed);
    }
    puts("");
    return 0;
}
"""


def test_monitored_functions(gdb: Gdb, tmp_path: pathlib.Path) -> None:
    run_both(gdb, tmp_path, """
def use(calls, times="10", **options):
    monitored["store"] = True
    failures["store"] = calls
    failures["store"].ret = -1
    failures["store"].errno = errno.ENOMEM
    for name, value in options.items():
        setattr(failures["store"], name, value)
    with ctester.sandbox():
        done = ctester.run(times)
    note(done.stdout.splitlines(), repr(failures["store"]))
    counted("store")
    monitored["store"] = False

def test_masks():
    use(FAIL_ALWAYS & ~FAIL_FIRST, "36")
    use({2, 5})
    use((1 << 70) | 5, "75")
    use("4-6,9-")

def test_conditions():
    use(FAIL_SECOND, when="n % 2 && item->id < 100")
    use(FAIL_ALWAYS, when='$caller ~ "ma*"')
    use("3-", caller="other")
    use(FAIL_ALWAYS, "2", thread=3)

def test_structs_and_reals():
    monitored.weigh = True
    failures.weigh = FAIL_ALWAYS
    failures.weigh.ret = 0.125
    with ctester.sandbox():
        note(ctester.run("1").stdout)
    counted("weigh")

def test_the_table():
    for name in ("open", "close", "read", "write", "fstat"):
        monitored[name] = True
    failures.read = FAIL_FIRST
    failures.read.ret = 5
    with ctester.sandbox():
        note(ctester.run("1").stdout)
    for name in ("open", "close", "read", "write", "fstat"):
        its = stats[name]
        note(name, its.called, its.failed, shown(its.last_params),
             shown(its.last_return))
    note(stats.fstat.returned_stat is not None, stats.open.last_params.flags)

def test_outside_nothing_counts():
    monitored.store = True
    failures.store = FAIL_ALWAYS
    note(ctester.run("2").stdout, stats.store.called, repr(failures.store))

def test_mocks_come_first():
    monitored.store = True
    failures.store = FAIL_ALWAYS
    native.mock_call(None, "store", returns=77, times=2)
    native.mock_call(None, "store", returns=78, when=lambda item, n: n == 4)
    go("6")
    counted("store")
""", compile_c(MONITORED, name="prog", libraries=("-lm", "-lpthread")))


CONDITIONS = ["$nth == 3 || $nth > 20", "$tid == $pid", "$depth", "$errno",
              "$return > 20", "$return == 8 && n == 7", "$caller == \"body\"",
              "$return % 2 && $caller == \"main\"", "item->name ~ \"t?*\"",
              "item->weight >= 2.5 && !n", "n / (n - 1) == 2"]


def test_filters_of_traces(gdb: Gdb, tmp_path: pathlib.Path) -> None:
    run_both(gdb, tmp_path, f"CONDITIONS = {CONDITIONS!r}\n" + """
def test_each():
    for i, condition in enumerate(CONDITIONS):
        gdb.execute("ctester clear")
        gdb.execute("ctester untrace")
        gdb.execute(f"ctester trace store --if '{condition}'")
        gdb.execute("ctester trace other")
        gdb.execute("run 12 > out")
        gdb.execute(f"ctester save {i}.jsonl")
        text = gdb.execute("ctester stats", to_string=True)
        note([line.split()[0] for line in text.splitlines()])
""", compile_c(MONITORED, name="prog", libraries=("-lm", "-lpthread")))


def test_exceptions_in_python(gdb: Gdb, tmp_path: pathlib.Path) -> None:
    """At the calling line, of a function that no libffi calls."""
    source = tmp_path / "program.py"
    source.write_text(test_detours_python.imports("compiled") + """
for number in (1, 8, 27, 64):
    try:
        print(cbrt(number))
    except (ValueError, OSError) as error:
        print(repr(error), error.__traceback__.tb_lineno)
""")
    run_both(gdb, tmp_path, f"SOURCE = {str(source)!r}\n" + """
def test_raised():
    native.mock_call("libm", "cbrt", returns=0, raises=ValueError("no"))
    native.mock_call("libm", "cbrt", returns=5)
    native.mock_call("libm", "cbrt", returns=0, raises=OSError(2, "gone"))
    native.spy("libm", "cbrt")
    go(SOURCE)
""", test_detours_python.PYTHON)
