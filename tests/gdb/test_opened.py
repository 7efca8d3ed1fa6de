# SPDX-License-Identifier: MIT
"""Libraries that have mocks and do not exist."""

import contextlib
import os
import pathlib
import shlex
import signal
import subprocess
from typing import Any, Iterator, List, Sequence

import pytest
from conftest import ROOT, Gdb, Result, compile_c

HEADER = """
int initialize(int level);
double ratio(double a);
int finish(void);
"""

# Opens each argument, and what it prints is by the library's own word.
OPENS = r"""
#include <dlfcn.h>
#include <stdio.h>
__attribute__((noinline)) void between(void) { __asm__(""); }
int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        void *library = dlopen(argv[i], RTLD_NOW);
        const char *problem = dlerror();
        if (!library) {
            printf("@%s\n", problem);
            continue;
        }
        int (*initialize)(int) = (int (*)(int))dlsym(library, "initialize");
        int same = dlopen(argv[i], RTLD_LAZY) == library;
        printf("@%d%s%s\n", initialize ? initialize(i) : -1,
               same ? " same" : "", problem ? " dlerror" : "");
        dlclose(library);
        dlclose(library);
        between();
    }
    return 0;
}
"""


STEPPED = r"""
#include <dlfcn.h>
#include <stdio.h>
void *library, *other;
int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "libcustom";
    library = dlopen(name, RTLD_NOW);
    other = dlopen("libother", RTLD_NOW);
    int (*finish)(void) = (int (*)(void))dlsym(library, "finish");
    printf("@%d %d\n", finish(), other != NULL);
    return 0;
}
"""


@pytest.fixture(autouse=True)
def own_tmp(gdb: Gdb) -> pathlib.Path:
    """Where stubs are made: nothing may stay there."""
    (gdb.directory / "case.h").write_text(HEADER)
    place = gdb.directory / "tmp"
    place.mkdir()
    gdb.environment["TMPDIR"] = str(place)
    return place


def lines(result: Result) -> List[str]:
    assert "Traceback" not in result.stderr, result.shown()
    return [line[1:] for line in result.stdout.splitlines()
            if line.startswith("@")]


def run(gdb: Gdb, source: str, *commands: str, args: Sequence[str] = (),
        flags: Sequence[str] = ("-g", "-O0"), **options: Any) -> Result:
    program = compile_c(source, flags=flags, libraries=("-ldl", "-lpthread"))
    result = gdb.run(program, "ctester prototypes case.h", *commands,
                     args=args, **options)
    assert not list((gdb.directory / "tmp").iterdir()), result.shown()
    return result


def mock(value: int, *options: str, library: str = "libcustom",
         function: str = "initialize") -> str:
    return " ".join(("ctester mock", *options, shlex.quote(library), function,
                     str(value)))


@pytest.mark.parametrize("opened,mocked", [
    ("libcustom", "libcustom"), ("libcustom", "custom"),
    ("libcustom", "libcustom.so.1"), ("libcustom.so", "libcustom"),
    ("libcustom.so.1.2", "custom"), ("./libcustom.so", "libcustom"),
    ("/opt/x/libcustom.so.1", "libcustom"),
    ("/opt/x/libcustom.so.1", "/opt/x/libcustom.so.1"),
    ("libcustom.so.1", "/opt/x/libcustom.so.1"),
    ("odd name", "odd name"), ("custom", "libcustom"),
])
def test_a_library_that_is_not_there_has_its_mocks(
        gdb: Gdb, opened: str, mocked: str) -> None:
    result = run(gdb, OPENS, mock(7, library=mocked), "run",
                 "ctester save trace.jsonl", args=(opened,)).expect_success()
    assert lines(result) == ["7 same"]
    # The program closes it.
    assert "disabling" not in result.stdout + result.stderr, result.shown()
    call, = result.calls()
    assert (call["function"], call["outcome"]) == ("initialize", "mocked")
    assert call["args"][0]["value"] == 1


def test_other_libraries_fail_as_they_do_without_us(gdb: Gdb) -> None:
    names = ("libother", "/opt/y/libcustom", "libcustomer", "/", "libcustom")
    without = run(gdb, OPENS, "run", args=names)
    result = run(gdb, OPENS, mock(7, library="/opt/x/libcustom"), "run",
                 args=names).expect_success()
    assert lines(result)[-1] == "7 same"
    assert lines(result)[:-1] == lines(without)[:-1]
    assert lines(without)[0] == (
        "libother: cannot open shared object file: No such file or directory")


def test_a_program_is_no_library(gdb: Gdb) -> None:
    result = run(gdb, r"""
#include <dlfcn.h>
#include <stdio.h>
int main(void)
{
    void *self = dlopen(NULL, RTLD_NOW), *none = dlopen("", RTLD_NOW);
    printf("@%d %d\n", self != NULL, self == none);
    return dlopen("libcustom", RTLD_NOW) == NULL;
}
""", mock(7, "--optional"), "run").expect_success()
    assert lines(result) == ["1 1"]


def test_it_can_be_closed_and_opened_by_another_name(gdb: Gdb) -> None:
    result = run(gdb, OPENS, mock(7, "--times", "4"), "run",
                 args=("libcustom", "./libcustom.so", "libcustom.so.1",
                       "libcustom")).expect_success()
    assert lines(result) == ["7 same"] * 4


def test_a_library_that_is_there_is_opened(gdb: Gdb) -> None:
    real = compile_c("int initialize(int n) { return 10 * n; }\n"
                     "int finish(void) { return 4; }", name="libcustom",
                     flags=("-g", "-O0", "-shared", "-fPIC"))
    result = run(gdb, OPENS, mock(7), "run",
                 args=(str(real), str(real), "libcustom")).expect_success()
    # Its path is known now.
    assert lines(result) == ["7 same", "20 same", "30 same"]


def test_it_has_the_functions_that_were_asked_for(gdb: Gdb) -> None:
    result = run(gdb, r"""
#include <dlfcn.h>
#include <stdio.h>
int main(void)
{
    void *library = dlopen("libcustom", RTLD_NOW);
    double (*ratio)(double) = (double (*)(double))dlsym(library, "ratio");
    int (*finish)(void) = (int (*)(void))dlsym(library, "finish");
    printf("@%g %d %d\n", ratio(2), finish(),
           dlsym(library, "initialize") != NULL);
    return 0;
}
""", mock(3, function="finish"), "ctester mock libcustom ratio 0.25",
                 mock(1, "--optional", library="libelse"), "run"
                 ).expect_success()
    assert lines(result) == ["0.25 3 0"]


def test_noload_opens_nothing_new(gdb: Gdb) -> None:
    result = run(gdb, r"""
#include <dlfcn.h>
#include <stdio.h>
int main(void)
{
    int flags = RTLD_NOW | RTLD_NOLOAD;
    printf("@%d\n", dlopen("libcustom.so", flags) != NULL);
    void *library = dlopen("libcustom", RTLD_NOW);
    printf("@%d\n", dlopen("libcustom.so", flags) == library);
    return library == NULL;
}
""", mock(1, "--optional"), "run").expect_success()
    assert lines(result) == ["0", "1"]


def test_threads_open_at_once(gdb: Gdb) -> None:
    result = run(gdb, r"""
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
static void *first[4];
static void *work(void *arg)
{
    char name[32];
    snprintf(name, sizeof(name), "lib%c", (char)('a' + (long)arg % 2));
    for (int i = 0; i < 5; i++) {
        void *library = dlopen(name, RTLD_NOW);
        int (*finish)(void) = (int (*)(void))dlsym(library, "finish");
        first[(long)arg] = library;
        if (!finish || finish() != 5 + (long)arg % 2)
            return "bad";
        if (dlopen("libnone", RTLD_NOW))
            return "none";
    }
    return NULL;
}
int main(void)
{
    pthread_t threads[4];
    void *bad = NULL;
    for (long i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, work, (void *)i);
    for (int i = 0; i < 4; i++) {
        void *its;
        pthread_join(threads[i], &its);
        bad = its ? its : bad;
    }
    printf("@%s %d %d\n", bad ? (char *)bad : "good", first[0] == first[2],
           first[1] == first[3]);
    return 0;
}
""", mock(5, "--times", "10", library="liba", function="finish"),
                 mock(6, "--times", "10", library="libb", function="finish"),
                 "run").expect_success()
    assert lines(result) == ["good 1 1"]


PYTHON = """
import ctypes
for name in ("libm", "libm", "libcustom", "libnone"):
    try:
        library = ctypes.CDLL(name)
    except OSError as problem:
        print("@" + str(problem))
        continue
    if name == "libm":
        library.sqrt.restype = library.cos.restype = ctypes.c_double
        library.sqrt.argtypes = library.cos.argtypes = [ctypes.c_double]
        print(f"@{library.sqrt(16.0)} {library.cos(0.0)}")
    else:
        print(f"@{library.initialize(3)}")
"""


def test_ctypes_opens_libm_and_what_does_not_exist(gdb: Gdb) -> None:
    (gdb.directory / "case.py3").write_text(PYTHON)
    result = gdb.run(pathlib.Path("/usr/bin/python3"),
                     "ctester prototypes case.h", mock(7),
                     "ctester mock libm sqrt 3.5", "run",
                     args=("case.py3",)).expect_success()
    # The real libm, but for the call that is mocked.
    assert lines(result) == [
        "3.5 1.0", "4.0 1.0", "7",
        "libnone: cannot open shared object file: No such file or directory"]


def test_a_stub_of_a_system_library_has_its_types(gdb: Gdb) -> None:
    result = run(gdb, r"""
#include <dlfcn.h>
#include <stdio.h>
int main(void)
{
    void *m = dlopen("libm", RTLD_NOW);
    double (*pow)(double, double) = (double (*)(double, double))dlsym(m, "pow");
    printf("@%g\n", pow(2, 3));
    return 0;
}
""", "ctester mock libm pow 0.125", "run", "ctester save trace.jsonl",
                 flags=("-g", "-O0", "-fno-builtin")).expect_success()
    assert lines(result) == ["0.125"]
    call, = result.calls()
    assert [(arg["name"], arg["value"]) for arg in call["args"]] == [
        ("x", 2.0), ("y", 3.0)]


@pytest.mark.parametrize("scope", ["all", "boundary", "program"])
def test_dlopen_is_traced_once_with_the_handle(gdb: Gdb, scope: str) -> None:
    result = run(gdb, OPENS, f"ctester trace --scope {scope} dlopen", mock(7),
                 "run", "ctester save trace.jsonl",
                 args=("libcustom", "libnone")).expect_success()
    assert lines(result)[0] == "7 same"
    first, second, third = result.calls(function="dlopen")
    assert first["args"][0]["value"] == "libcustom"
    assert first["return"]["value"] not in (None, 0)
    assert first["return"] == second["return"]
    assert third["return"]["value"] in (None, 0)


def test_nothing_is_watched_when_nothing_is_mocked(gdb: Gdb) -> None:
    result = run(gdb, OPENS, "ctester trace initialize --scope all", "start",
                 "python import ctester.state, gdb",
                 "python at = int(gdb.parse_and_eval('(long)&dlopen'))",
                 "python places = ctester.state.engine.places",
                 "python print(f'@{at in [p.address for p in places]}')",
                 mock(7), "python places = ctester.state.engine.places",
                 "python print(f'@{at in [p.address for p in places]}')",
                 "kill", args=("libcustom",))
    assert lines(result) == ["False", "True"]


@pytest.mark.parametrize("flags,command,traced", [
    (("-O0",), "next", False), (("-O2",), "next", True),
    (("-O0", "-Wl,-z,lazy"), "next", False), (("-O0", "-fno-plt"), "next", True),
    (("-O2", "-fno-plt"), "next", False), (("-O0",), "until", True),
    (("-O0",), "advance 9", True)])
def test_a_step_over_dlopen_ends_behind_it(
        gdb: Gdb, flags: Sequence[str], command: str, traced: bool) -> None:
    trace = ["ctester trace dlopen"] if traced else []
    result = run(gdb, STEPPED, mock(7, function="finish"), *trace,
                 "break 8", "run", command,
                 "python print('@%d' % gdb.selected_frame().find_sal().line)",
                 "python print('@%s' % gdb.selected_frame().name())",
                 "continue", "ctester save trace.jsonl",
                 flags=("-g", *flags)).expect_success()
    assert lines(result) == ["9", "main", "7 0"]
    assert [call["function"] for call in result.calls()] == (
        ["dlopen", "dlopen", "finish"] if traced else ["finish"])


def test_a_step_into_dlopen_can_be_finished(gdb: Gdb) -> None:
    # With libc's debug information, `step` stops in it.
    result = run(gdb, STEPPED, mock(7, function="finish"), "break 8", "run",
                 "step", "break 9", "finish", "info symbol $pc",
                 "delete", "continue").expect_success()
    assert "main" in result.stdout
    assert lines(result) == ["7 0"]


def test_a_step_over_what_is_there_goes_on(gdb: Gdb) -> None:
    real = compile_c("int finish(void) { return 4; }", name="libcustom",
                     flags=("-g", "-O0", "-shared", "-fPIC"))
    result = run(gdb, STEPPED, mock(7, library=str(real), function="finish"),
                 "ctester trace dlopen", "break 8", "run", "next",
                 "python print('@%d' % gdb.selected_frame().find_sal().line)",
                 "continue", "ctester save trace.jsonl",
                 args=(str(real),)).expect_success()
    assert lines(result) == ["9", "7 0"]
    assert len(result.calls(function="dlopen")) == 2


def test_a_finish_out_of_dlopen_has_the_handle(gdb: Gdb) -> None:
    result = run(gdb, OPENS, mock(7), "break main", "run", "break dlopen",
                 "continue", "delete", "finish",
                 "python print('@%s' % gdb.selected_frame().name())",
                 "continue", args=("libcustom",)).expect_success()
    assert lines(result) == ["main", "7 same"]


def test_stepping_out_of_dlopen_gets_none_and_is_told(gdb: Gdb) -> None:
    result = run(gdb, OPENS, mock(7), "break main", "run",
                 "break *(char *)&dlopen", "continue", "delete",
                 "python while gdb.selected_frame().name() != 'main': "
                 "gdb.execute('stepi' if gdb.selected_frame().name() in "
                 "('dlopen', '___dlopen') else 'finish')",
                 "continue", args=("libcustom",))
    result.expect_failure("libcustom: not opened, for the program was stepped "
                          "out of dlopen; use 'finish'", status=2)
    assert lines(result)[0].startswith("libcustom: cannot open shared object")


def test_a_function_that_comes_too_late_is_told_so(gdb: Gdb) -> None:
    result = run(gdb, OPENS.replace("        dlclose(library);\n", ""),
                 mock(7), "break between", "run",
                 mock(3, function="finish"), "kill", args=("libcustom",))
    result.expect_failure("libcustom was opened as a stub without 'finish'; "
                          "register it before the program opens it", status=2)


def test_the_next_run_has_other_functions(gdb: Gdb) -> None:
    result = run(gdb, OPENS.replace('"initialize"', 'argv[2]'), mock(7), "run",
                 mock(3, "--optional", function="finish"), mock(8), "run",
                 "set args libcustom finish", "run",
                 args=("libcustom", "initialize")).expect_success()
    known = [line for line in lines(result) if "cannot" not in line]
    assert known == ["7 same", "8 same", "3 same"]
    assert "disappeared" not in result.stdout + result.stderr


def test_mocks_that_were_used_up_give_nothing_to_the_next_run(
        gdb: Gdb) -> None:
    """In their own run they do: it may open the library again."""
    result = run(gdb, OPENS, mock(7, "--times", "2"), "run", "run",
                 mock(8, "--times", "4", "--optional"), "run", "run",
                 args=("libcustom", "custom")).expect_success()
    found = lines(result)
    assert found[:2] + found[4:] == ["7 same", "7 same"] + ["8 same"] * 4
    assert all("cannot open shared object" in line for line in found[2:4])


SANDBOXES = """
import ctester
def opened(name):
    return ctester.run(name).stdout.strip("@\\n")
def mock(**options):
    ctester.native.mock_call("libcustom", "initialize", returns=7, **options)
"""


def test_in_one_sandbox_they_do_to_all_its_runs(gdb: Gdb) -> None:
    result = run(gdb, OPENS, python=SANDBOXES + """
mock()
with ctester.sandbox():
    assert opened("custom") == "7 same"
    try:
        print("@" + opened("custom"))
    except ctester.UnmockedInteractionError as error:
        print("@" + str(error).splitlines()[0])
""")
    said, = lines(result)
    assert said.startswith("initialize(1, "), result.shown()
    assert said.endswith(
        ") in libcustom was called but no mock was registered.")


def test_in_the_next_sandbox_they_do_not(gdb: Gdb) -> None:
    result = run(gdb, OPENS, python=SANDBOXES + """
mock()
with ctester.sandbox():
    assert opened("custom") == "7 same"
assert "cannot open shared object" in opened("custom")
with ctester.sandbox():
    assert "cannot open shared object" in opened("custom")
mock()
with ctester.sandbox():
    assert opened("custom") == "7 same"
mock(times=None, required=False)
for i in range(2):
    with ctester.sandbox():
        assert opened("custom") == "7 same"
with ctester.in_any_order():
    for i in range(4):
        ctester.native.assert_call("libcustom", "initialize", args=(1,))
ctester.verify_all()
print("@done")
""").expect_success()
    assert lines(result) == ["done"]


def test_the_program_may_run_as_another_user(gdb: Gdb) -> None:
    if os.geteuid():
        pytest.skip("only root can become another user")
    for parent in [gdb.directory, *gdb.directory.parents][:-2]:
        if parent != pathlib.Path("/tmp"):
            parent.chmod(parent.stat().st_mode | 0o011)
    (gdb.directory / "tmp").chmod(0o755)
    result = run(gdb, OPENS.replace("int main(int argc, char **argv)\n{", """
#include <unistd.h>
int main(int argc, char **argv)
{
    if (setgid(65534) || setuid(65534))
        return 1;"""), mock(7), "run", args=("libcustom",)).expect_success()
    assert lines(result) == ["7 same"]


def test_what_cannot_be_written_is_told(gdb: Gdb) -> None:
    gdb.environment["TMPDIR"] = str(gdb.directory / "nowhere")
    result = run(gdb, OPENS, mock(7, "--optional"), "run", args=("libcustom",))
    result.expect_failure("libcustom: ", "nowhere", "No such file", status=2)
    assert lines(result) == ["libcustom: cannot open shared object file: "
                             "No such file or directory"]


def test_a_child_that_is_followed_opens_too(gdb: Gdb) -> None:
    result = run(gdb, r"""
#include <dlfcn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
static void open_it(const char *who)
{
    void *library = dlopen("libcustom", RTLD_NOW);
    int (*finish)(void) = (int (*)(void))dlsym(library, "finish");
    printf("@%s %d\n", who, finish());
    fflush(stdout);
}
int main(void)
{
    if (fork() == 0) {
        open_it("child");
        _exit(0);
    }
    wait(NULL);
    open_it("parent");
    return 0;
}
""", "set ctester follow-fork on", mock(7, "--times", "2", function="finish"),
                 "run").expect_success()
    assert lines(result) == ["child 7", "parent 7"]


def test_a_program_that_is_executed_opens_too(gdb: Gdb) -> None:
    result = run(gdb, OPENS.replace(
        "int main(int argc, char **argv)\n{", """
#include <unistd.h>
int main(int argc, char **argv)
{
    if (argc == 3)
        execl("/proc/self/exe", "again", argv[1], (char *)0);"""),
                 mock(7), "run", args=("libcustom", "exec")).expect_success()
    assert lines(result) == ["7 same"]


WAITS = r"""
#include <unistd.h>
__attribute__((constructor)) static void begin(void)
{
    if (fork() == 0)
        return;
    __asm__("");
}
int finish(void) { return 4; }
"""


def test_a_trap_leads_out_by_itself(gdb: Gdb) -> None:
    # A child that nobody follows, made in dlopen: its return is the trap.
    real = compile_c(WAITS, name="libcustom",
                     flags=("-g", "-O0", "-shared", "-fPIC"))
    result = run(gdb, r"""
#include <dlfcn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
int main(int argc, char **argv)
{
    pid_t self = getpid();
    int status = 0;
    void *library = dlopen(argv[1], RTLD_NOW);
    if (getpid() != self)
        _exit(library ? 42 : 1);
    wait(&status);
    printf("@%d\n", WEXITSTATUS(status));
    return 0;
}
""", mock(7, "--optional", library=str(real), function="finish"),
                 "break 10", "run", "next", "continue",
                 args=(str(real),)).expect_success()
    assert lines(result) == ["42"]


def test_a_loop_of_opens_takes_no_more_memory(gdb: Gdb) -> None:
    result = run(gdb, r"""
#include <dlfcn.h>
#include <stdio.h>
static int pages(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    int count = 0;
    if (fscanf(file, "%d", &count) != 1)
        count = -1;
    fclose(file);
    return count;
}
int main(void)
{
    void *library = dlopen("./libcustom", RTLD_NOW);
    int first = pages();
    for (int i = 0; i < 1500; i++)
        if (!library || dlopen("./libcustom", RTLD_NOW) != library)
            return 1;
    printf("@%d\n", pages() - first);
    return 0;
}
""", mock(7, "--optional", function="finish"), "run").expect_success()
    assert lines(result) == ["0"]


def interactive(gdb: Gdb) -> List[Any]:
    return [gdb.executable, "-nx", "-q", "-iex", "set debuginfod enabled off",
            "-x", ROOT / "ctester.gdb", "-ex", "ctester prototypes case.h",
            "-ex", mock(7), "-ex", "break between", "-ex", "run",
            "--args", compile_c(OPENS), "libcustom"]


def test_quitting_removes_the_files(
        gdb: Gdb, own_tmp: pathlib.Path) -> None:
    result = gdb.shell(*interactive(gdb), stdin="shell ls tmp/*\nquit\n")
    assert "libcustom" in result.stdout, result.shown()
    assert not list(own_tmp.iterdir()), result.shown()


@contextlib.contextmanager
def standing_gdb(gdb: Gdb) -> Iterator["subprocess.Popen[str]"]:
    """A GDB at its prompt, whose program has opened a stub."""
    with subprocess.Popen([str(word) for word in interactive(gdb)],
                          cwd=gdb.directory, env=gdb.environment,
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True,
                          start_new_session=True) as process:
        assert process.stdin and process.stdout
        process.stdin.write("python print('@' + 'ready', flush=True)\n")
        process.stdin.flush()
        assert any("@ready" in line for line in process.stdout)
        try:
            yield process
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def test_what_a_killed_gdb_leaves_is_removed_by_the_next(
        gdb: Gdb, own_tmp: pathlib.Path) -> None:
    with standing_gdb(gdb):
        pass
    left, = own_tmp.iterdir()
    assert [file.name for file in left.iterdir()] == ["libcustom"]
    run(gdb, OPENS, mock(7), "run", args=("libcustom",)).expect_success()
    assert not left.exists()


def test_what_another_gdb_uses_stays(
        gdb: Gdb, own_tmp: pathlib.Path) -> None:
    with standing_gdb(gdb):
        before = sorted(own_tmp.glob("*/*"))
        program = compile_c(OPENS)
        result = gdb.run(program, "ctester prototypes case.h", mock(7), "run",
                         args=("libcustom",)).expect_success()
        assert lines(result) == ["7 same"]
        assert before and sorted(own_tmp.glob("*/*")) == before
