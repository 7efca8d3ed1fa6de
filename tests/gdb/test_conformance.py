# SPDX-License-Identifier: MIT
"""Both engines mean the same: each case runs under one and under the other, and
what they have recorded is compared (tests/conformance.py)."""

import json
import pathlib
from typing import Sequence

import pytest

import conformance
from calls import HEAD, OPTIMIZED, SIGNALS
from conftest import Gdb, compile_c

ENGINES = ("breakpoint", "agent")
# Engines are said by info; live text has no names of theirs.
QUIET = "set ctester live off"


def run_both(gdb: Gdb, tmp_path: pathlib.Path, program: pathlib.Path,
             *commands: str, args: Sequence[str] = (), script: str = "",
             python: str = "", unhooked: Sequence[str] = ()) -> None:
    """Run a program under both engines: output, status and traces are the same.

    unhooked: functions with calls that are left to GDB; all others are the
    agent's.
    """
    directories, outputs, statuses = [], [], []
    for engine in ENGINES:
        directory = tmp_path / engine
        directory.mkdir()
        gdb.directory = directory
        result = gdb.run(program, f"set ctester engine {engine}", SIGNALS,
                         QUIET, *commands, "ctester save trace.jsonl",
                         args=args, script=script, python=python, timeout=120)
        assert "Traceback" not in result.stderr, result.shown()
        directories.append(directory)
        # What GDB says has the numbers of processes.
        outputs.append([line for line in result.stdout.splitlines()
                        if not line.startswith("[")])
        statuses.append((result.status, result.shown()))
    assert statuses[0][0] == statuses[1][0], "\n".join(
        shown for _, shown in statuses)
    found = conformance.compare_directories(*directories)
    assert not found, "\n".join(found[:20])
    assert outputs[0] == outputs[1]
    check_engines(tmp_path / "agent", unhooked)


def check_engines(directory: pathlib.Path, unhooked: Sequence[str]) -> None:
    """There were calls, and none by GDB but of these functions."""
    calls = [call for call in map(json.loads,
                                  (directory / "trace.jsonl").open())
             if call["type"] == "call"]
    assert calls
    assert sorted({call["function"] for call in calls
                   if call["engine"] != "agent"}) == sorted(unhooked)


def snippet(source: str, flags: Sequence[str] = ("-g", "-O0")
            ) -> pathlib.Path:
    return compile_c(HEAD + source, flags=flags,
                     libraries=("-lm", "-lpthread"))


def test_values_of_every_form(gdb: Gdb, tmp_path: pathlib.Path) -> None:
    program = gdb.program("trace_shapes")
    run_both(gdb, tmp_path, program, "ctester trace trace_shapes:*", "run")


@pytest.mark.parametrize("build", ["types-gcc-4-O0", "types-gcc-5-O2"])
def test_types_of_every_kind(gdb: Gdb, tmp_path: pathlib.Path,
                             build: str) -> None:
    run_both(gdb, tmp_path, gdb.fixture(build), f"ctester trace {build}:*",
             "run")


# Each is a main() whose calls of the functions named are traced.
TRACES = {
    "recursion": ("f", """
        KEEP int f(int n) { return n ? f(n - 1) + n : 0; }
        int main(void) { printf("%d\\n", f(50)); return 0; }"""),
    "tail calls": ("f g h", """
        KEEP int h(int n) { return n * 2; }
        KEEP int g(int n) { return h(n + 1); }
        KEEP int f(int n) { return g(n + 1); }
        int main(void) { printf("%d\\n", f(1) + g(5) + h(7)); return 0; }"""),
    "longjmp": ("f g", """
        static jmp_buf where;
        KEEP void g(int n) { if (n > 2) longjmp(where, n); }
        KEEP int f(int n) { g(n); return n; }
        int main(void) {
            for (volatile int i = 0; i < 5; i++)
                if (!setjmp(where))
                    f(i);
            return f(1);
        }"""),
    "handlers": ("f g on_signal", """
        KEEP int g(int n) { return -n; }
        static void on_signal(int number) { g(number); }
        KEEP int f(int n) { raise(SIGUSR1); return g(n); }
        int main(void) {
            signal(SIGUSR1, on_signal);
            return f(1) + f(2) + 3;
        }"""),
    "exit in a call": ("f g", """
        KEEP void g(int n) { exit(n); }
        KEEP int f(int n) { g(n); return n; }
        int main(void) { return f(3); }"""),
    "killed in a call": ("f", """
        KEEP int f(int n) { if (n == 2) raise(SIGKILL); return n; }
        int main(void) { return f(1) + f(2); }"""),
    "many arguments": ("f", """
        struct big { long a[5]; };
        KEEP double f(int a, long b, char c, short d, void *e, int *g,
                      struct big h, double i, float j, int k, long double l) {
            return a + b + c + d + (e == 0) + *g + h.a[4] + i + j + k + l;
        }
        int main(void) {
            struct big h = {{1, 2, 3, 4, 5}};
            int g = 6;
            printf("%g\\n", f(1, 2, 'c', 4, 0, &g, h, 7.5, 8.5f, 9, 10.5L));
            return 0;
        }"""),
    "outputs": ("fill move", """
        struct pair { int a; char name[8]; };
        KEEP int fill(char *buffer, unsigned long size, struct pair *pair) {
            snprintf(buffer, size, "filled");
            pair->a++;
            return 0;
        }
        KEEP char **move(char **at) { return at + 1; }
        int main(void) {
            char buffer[16] = "before";
            struct pair pair = {1, "x"};
            char *words[] = {"one", "two", 0};
            fill(buffer, sizeof(buffer), &pair);
            fill(buffer, sizeof(buffer), &pair);
            return !*move(words);
        }"""),
    "bad pointers": ("f", """
        struct node { int id; struct node *next; const char *name; };
        KEEP int f(struct node *n, const char *text) { return n != 0; }
        int main(void) {
            struct node loop = {1, &loop, (char *)8}, two = {2, &loop, 0};
            char *page = mmap(0, 8192, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
            munmap(page + 4096, 4096);
            memset(page, 'x', 4096);
            f(&loop, "text");
            f(&two, (char *)1);
            f((struct node *)8, page + 4090);
            f((struct node *)(page + 4092), 0);
            return 0;
        }"""),
    "long text": ("f", """
        KEEP unsigned long f(const char *text) { return strlen(text); }
        int main(void) {
            char *text = malloc(100001);
            memset(text, 'a', 100000);
            text[100000] = 0;
            f(text);
            f("\\303\\244\\200\\n\\"");
            return 0;
        }"""),
    "results": ("d ld fl st cx bl vd", """
        #include <complex.h>
        #include <stdbool.h>
        struct two { double a; long b; };
        struct three { long a[3]; };
        KEEP void vd(void) { __asm__(""); }
        KEEP double d(void) { return 1.5; }
        KEEP long double ld(void) { return 2.25L; }
        KEEP float fl(float x) { return x / 2; }
        KEEP struct two st(int n) { return (struct two){n, n}; }
        KEEP struct three big(int n) { return (struct three){{n, n, n}}; }
        KEEP double complex cx(double x) { return x + 2 * I; }
        KEEP bool bl(int n) { return n > 1; }
        int main(void) {
            vd();
            return (int)(d() + ld() + fl(3) + st(4).a + big(5).a[2]
                         + creal(cx(6)) + bl(7)) * 0;
        }"""),
    "errno": ("open close fails", """
        #include <fcntl.h>
        KEEP int fails(int n) { errno = n; return -1; }
        int main(void) {
            open("/nowhere/at/all", O_RDONLY);
            close(open("/dev/null", O_RDWR));
            close(999);
            fails(ENOSPC);
            return 0;
        }"""),
    "variadic": ("sum printf", """
        #include <stdarg.h>
        KEEP int sum(int count, ...) {
            va_list list;
            int total = 0;
            va_start(list, count);
            while (count--)
                total += va_arg(list, int);
            va_end(list);
            return total;
        }
        int main(void) {
            printf("%d %s %.2f\\n", sum(9, 1, 2, 3, 4, 5, 6, 7, 8, 9), "x",
                   2.5);
            return 0;
        }"""),
    "threads": ("f g", """
        KEEP int g(int n) { return n + 1; }
        KEEP int f(int n, const char *name) { return g(n) + (int)strlen(name); }
        static void *body(void *arg) {
            char name[16];
            snprintf(name, sizeof(name), "thread %ld", (long)arg);
            for (int i = 0; i < 50; i++)
                f((int)(long)arg * 1000 + i, name);
            return 0;
        }
        int main(void) {
            pthread_t threads[4];
            for (long i = 0; i < 4; i++)
                pthread_create(&threads[i], 0, body, (void *)i);
            for (int i = 0; i < 4; i++)
                pthread_join(threads[i], 0);
            return 0;
        }"""),
    "fork": ("f", """
        KEEP int f(int n) { return n; }
        int main(void) {
            f(1);
            pid_t child = fork();
            if (!child)
                _exit(f(2));
            int status;
            waitpid(child, &status, 0);
            return f(WEXITSTATUS(status)) - 2;
        }"""),
    "constructors": ("f", """
        KEEP int f(int n) { return n; }
        __attribute__((constructor)) static void before(void) { f(1); }
        __attribute__((destructor)) static void after(void) { f(3); }
        int main(void) { return f(2) - 2; }"""),
    "library": ("qsort sqrt strtol getenv", """
        #include <math.h>
        static int compare(const void *a, const void *b) {
            return *(const int *)a - *(const int *)b;
        }
        int main(int argc, char **argv) {
            int numbers[] = {3, 1, 2};
            qsort(numbers, 3, sizeof(int), compare);
            return (int)sqrt(strtol("16", 0, 10)) - 4 + !!getenv("NOWHERE");
        }"""),
}


@pytest.mark.parametrize("name", TRACES)
@pytest.mark.parametrize("flags", [("-g", "-O0"), OPTIMIZED], ids=["O0", "O2"])
def test_traces(gdb: Gdb, tmp_path: pathlib.Path, name: str,
                flags: Sequence[str]) -> None:
    functions, source = TRACES[name]
    run_both(gdb, tmp_path, snippet(source, flags),
             f"ctester trace {functions}", "run")


FILTERED = """
    struct item { int id; const char *name; };
    KEEP int store(struct item *item, long n) { return item->id > n; }
    KEEP int other(struct item *item) { return store(item, 5); }
    int main(void) {
        for (int i = 0; i < 20; i++) {
            struct item item = {i, i % 2 ? "odd" : "even"};
            printf("%d", i % 3 ? store(&item, 10) : other(&item));
        }
        puts("");
        return 0;
    }
    """


@pytest.mark.parametrize("condition", [
    "item->id > 10 && n == 10", "item->name ~ \"od*\"", "$nth % 4 == 1",
    "$return == 1", "$caller == \"other\"", "$return == 1 && n == 5"])
def test_filters(gdb: Gdb, tmp_path: pathlib.Path, condition: str) -> None:
    run_both(gdb, tmp_path, snippet(FILTERED),
             f"ctester trace store --if '{condition}'", "run")


@pytest.mark.parametrize("options", [
    "store 7", "--times 3 store 7", "--times all --optional store -1",
    "store 7 --errno ENOENT", "store 7 --if 'item->id > 4'",
    "store 7 --if '$caller == \"other\"'"])
def test_mocks(gdb: Gdb, tmp_path: pathlib.Path, options: str) -> None:
    run_both(gdb, tmp_path, snippet(FILTERED), "ctester trace other",
             f"ctester mock - {options}", f"ctester mock - {options}", "run")


@pytest.mark.parametrize("command", ["trace rec --if '$depth == 2'",
                                     "mock - rec 1000 --if '$depth == 2'"])
def test_depth_counts_all_watched_calls(gdb: Gdb, tmp_path: pathlib.Path,
                                        command: str) -> None:
    # Those, too, that a filter does not want.
    run_both(gdb, tmp_path, snippet("""
        KEEP int rec(int n) { return n ? rec(n - 1) + 1 : 0; }
        int main(void) { printf("%d\\n", rec(5)); return 0; }"""),
             f"ctester {command}", "run")


def test_answers_of_a_queue_end(gdb: Gdb, tmp_path: pathlib.Path) -> None:
    # Of numbers: the quickest way of the agent's.
    run_both(gdb, tmp_path, snippet("""
        KEEP int f(int n) { return n * 3; }
        KEEP double g(double x) { return x * 3; }
        int main(void) {
            for (int i = 0; i < 12; i++)
                printf("%d %g\\n", f(i), g(i));
            return 0;
        }"""), "ctester trace g", "ctester mock - f 100",
             "ctester mock --times 3 - f 200", "ctester mock - g 1.5",
             "ctester mock --times 2 --optional - f 300 --errno EIO", "run")


@pytest.mark.parametrize("scope", ["program", "boundary", "all"])
def test_scopes(gdb: Gdb, tmp_path: pathlib.Path, scope: str) -> None:
    run_both(gdb, tmp_path, snippet("""
        KEEP int own(int n) { return n; }
        int main(void) {
            char *text = strdup("text");
            text = realloc(text, 100);
            free(text);
            return own(0);
        }"""), f"ctester trace --scope {scope} malloc free own", "run")


SCRIPTS = {
    "a queue and a sandbox": """
native.mock_call("libm", "sqrt", returns=2.0)
native.mock_call(None, "add", returns=-5, times=2)
native.mock_call(None, "fetch", returns=3, out={"buf": b"mocked",
                 "got": 5}, errno="EAGAIN")
with ctester.sandbox():
    tell(run("sqrt,81", "add,1,1", "fetch,name", "add,2,2"))
left()
""",
    "a filter in Python and a caller": """
native.mock_call(None, "area", returns=1, when=lambda p: p["x"] == 4)
native.mock_call(None, "area", returns=2)
native.mock_call(None, "add", returns=9, caller="twice")
with ctester.sandbox():
    tell(run("area,3,5", "area,4,5", "twice,2"))
left()
""",
    "a signal and a spy": """
native.mock_call(None, "add", signal="USR1", returns=4)
native.mock_call(None, "add", raises=signal.SIGUSR1, returns=1)
native.spy(None, "twice")
native.mock_call(None, "add", returns=4)
with ctester.sandbox():
    tell(run("kill,1,2", "kill,1,2", "twice,7"))
left()
""",
    "a call without a mock": """
native.mock_call("libm", "sqrt", returns=1.0)
try:
    with ctester.sandbox():
        run("sqrt,4", "pow,2,3")
except ctester.StrictError as error:
    tell(str(error))
left()
""",
    "monitored functions": """
monitored.open = True
monitored.close = True
failures.open = FAIL_SECOND
failures.open_ret = -1
failures.open_errno = errno.EMFILE
with sandbox():
    done = ctester.run("open,/dev/null", "open,/dev/zero", "open,/nowhere")
tell([done.stdout, stats.open.called, stats.open.failed,
      [[call.failed, call.result] for call in stats.open.calls]])
""",
}
SCRIPT_HEAD = """
import errno, json, signal
import gdb, ctester
from ctester import *
from ctester import native
gdb.execute("set ctester engine {engine}")

def tell(value):
    print("@" + json.dumps(value, default=repr))

def run(*argv):
    return ctester.run(*argv).stdout.splitlines()

def left():
    from ctester import strict
    strict.verifier().collect()
    for one in strict.verifier().timeline.unasserted():
        tell([one.library, one.function, one.args])
"""


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts(gdb: Gdb, tmp_path: pathlib.Path, name: str) -> None:
    from strict_script import kit
    told = []
    for engine in ENGINES:
        directory = tmp_path / engine
        directory.mkdir()
        gdb.directory = directory
        result = gdb.run(kit(), "ctester save trace.jsonl",
                         python=SCRIPT_HEAD.replace("{engine}", engine)
                         + SCRIPTS[name])
        told.append([line for line in result.stdout.splitlines()
                     if line.startswith("@")])
        assert "Traceback" not in result.stderr, result.shown()
    assert told[0] and told[0] == told[1]
    check_engines(tmp_path / "agent", ())
    found = conformance.compare_directories(*(tmp_path / engine
                                              for engine in ENGINES))
    assert not found, "\n".join(found[:20])


FFI = """
    #include <ffi.h>
    int add(int a, int b);
    KEEP int twice(int n) { return add(n, n); }
    KEEP int add(int a, int b) { return a + b; }
    KEEP double half(double x) { return x / 2; }
    static ffi_cif two, one, real;
    static int add_by_ffi(int a, int b) {
        ffi_arg result;
        void *values[] = {&a, &b};
        ffi_call(&two, FFI_FN(add), &result, values);
        return (int)result;
    }
    static int twice_by_ffi(int n) {
        ffi_arg result;
        void *values[] = {&n};
        ffi_call(&one, FFI_FN(twice), &result, values);
        return (int)result;
    }
    static double half_by_ffi(double x) {
        double result;
        void *values[] = {&x};
        ffi_call(&real, FFI_FN(half), &result, values);
        return result;
    }
    int main(void) {
        ffi_type *ints[] = {&ffi_type_sint, &ffi_type_sint};
        ffi_type *reals[] = {&ffi_type_double};
        ffi_prep_cif(&two, FFI_DEFAULT_ABI, 2, &ffi_type_sint, ints);
        ffi_prep_cif(&one, FFI_DEFAULT_ABI, 1, &ffi_type_sint, ints);
        ffi_prep_cif(&real, FFI_DEFAULT_ABI, 1, &ffi_type_double, reals);
        for (int i = 0; i < 4; i++)
            printf("%d %d %d %d %g %g\\n", add(i, 1), add_by_ffi(i, 2),
                   twice(i), twice_by_ffi(i), half(i), half_by_ffi(i));
        return 0;
    }"""


@pytest.mark.parametrize("library", ["-lffi", "-l:libffi.a"])
@pytest.mark.parametrize("mocks", [
    (), ("ctester mock - add 40", "ctester mock - add 50 --if 'b == 2' "
         "--times 2", "ctester mock - half 0.25 --times 3")],
    ids=["traced", "mocked"])
def test_calls_through_libffi_are_those_of_gdb(
        gdb: Gdb, tmp_path: pathlib.Path, library: str,
        mocks: Sequence[str]) -> None:
    """And all others the agent's."""
    if not pathlib.Path("/usr/include/x86_64-linux-gnu/ffi.h").exists():
        pytest.skip("libffi-dev is not installed")
    program = compile_c(HEAD + FFI, flags=("-g", "-O2"),
                        libraries=(library,))
    run_both(gdb, tmp_path, program, "ctester trace add half twice", *mocks,
             "run", unhooked=["add", "half", "twice"])
    engines = {(call["caller"]["function"] in ("main", "twice"),
                call["engine"])
               for call in map(json.loads, (
                   tmp_path / "agent" / "trace.jsonl").open())
               if call["type"] == "call"}
    assert engines == {(True, "agent"), (False, "breakpoint")}
