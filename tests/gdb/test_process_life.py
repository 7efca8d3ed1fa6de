# SPDX-License-Identifier: MIT
"""The life of a process: start, run again, fork, exec, threads, end."""

import os
import shutil
import signal
import subprocess
import tempfile
from typing import Any, Dict, Iterator, List

import pytest
from calls import HEAD
from conftest import Gdb, compile_c

AREA = r"""
#include <stdio.h>
__attribute__((noinline)) static int area(int w, int h) { return w * h; }
int main(void)
{
    int result = 0;
    result = area(3, 4);
    printf("%d\n", result);
    return 0;
}
"""

RECOMPILED = r"""
#include <stdio.h>
struct size { int w, h; };
__attribute__((noinline)) static int area(const struct size *s)
{ return s->w * s->h; }
int main(void)
{ struct size s = {5, 6}; printf("%d\n", area(&s)); return 0; }
"""

FORKS = r"""
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <spawn.h>
#include <sys/wait.h>
extern char **environ;
__attribute__((noinline)) int work(int n) { return n * 2; }
int main(void)
{
    int status;
    work(1);
    pid_t child = fork();
    if (!child) {
        int ok = work(10) == 20 && getenv("PATH");
        if (!fork())
            _exit(work(100) == 200 ? 0 : 1);
        wait(&status);
        _exit(ok && !status ? 5 : 6);
    }
    waitpid(child, &status, 0);
    printf("child %d\n", WEXITSTATUS(status));
    printf("system %d\n", WEXITSTATUS(system("exit 3")));
    FILE *pipe = popen("echo hello", "r");
    char line[64] = "";
    fgets(line, sizeof(line), pipe);
    printf("popen %d %s", pclose(pipe), line);
    char *argv[] = {"true", NULL};
    pid_t spawned;
    posix_spawn(&spawned, "/bin/true", NULL, NULL, argv, environ);
    waitpid(spawned, &status, 0);
    printf("spawned %d\n", status);
    fflush(stdout);
    return work(2);
}
"""
FORKS_OUTPUT = ["child 5", "system 3", "popen 0 hello", "spawned 0"]

CHILDREN = r"""
#include <stdio.h>
#include <unistd.h>
#include <sys/wait.h>
__attribute__((noinline)) int work(int n) { return n * 2; }
int main(void)
{
    int status;
    work(1);
    for (int i = 1; i < 3; i++) {
        pid_t child = fork();
        if (!child)
            _exit(work(i * 10));
        waitpid(child, &status, 0);
        printf("child %d\n", WEXITSTATUS(status));
        fflush(stdout);
    }
    return work(2);
}
"""

VFORKS = r"""
#include <sys/wait.h>
#include <unistd.h>
__attribute__((noinline)) int work(int n) { return n * 2; }
int main(void)
{
    int status;
    pid_t child = vfork();
    if (!child)
        _exit(9);
    waitpid(child, &status, 0);
    return work(WEXITSTATUS(status));
}
"""

# Three threads; each has three children, one after the other, with one each.
FAMILY = r"""
#include <pthread.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
extern char **environ;
static char *program;
__attribute__((noinline)) int work(int n) { return n * 2; }
static void have_child(char *what)
{
    char *words[] = {program, what, NULL};
    pid_t child;
    if (posix_spawn(&child, program, NULL, NULL, words, environ)
        || waitpid(child, NULL, 0) != child)
        exit(1);
}
static void *run(void *arg)
{
    for (int i = 0; i < 3; i++)
        have_child("child");
    return arg;
}
int main(int argc, char **argv)
{
    pthread_t threads[3];
    program = argv[0];
    if (argc > 1) {
        if (*argv[1] == 'c')
            have_child("grandchild");
        work(getpid());
        return 0;
    }
    for (int i = 0; i < 3; i++)
        pthread_create(&threads[i], NULL, run, NULL);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    return work(4);
}
"""

EXEC = r"""
#include <stdlib.h>
#include <unistd.h>
__attribute__((noinline)) int work(int n) { return n * 2; }
int main(int argc, char **argv)
{
    work(argc);
    if (argc == 1)
        execl(argv[0], argv[0], "again", NULL);
    if (argc == 2)
        execl(getenv("OTHER"), "other", NULL);
    return 9;
}
"""

THREADS = r"""
#include <pthread.h>
#include <stdio.h>
__attribute__((noinline)) int leave(int n) { pthread_exit(NULL); return n; }
static void *run(void *arg) { leave(*(int *)arg); return arg; }
int main(void)
{
    for (int i = 1; i < 4; i++) {
        pthread_t thread;
        pthread_create(&thread, NULL, run, &i);
        pthread_join(thread, NULL);
    }
    return 0;
}
"""

SIGNALS = r"""
#include <signal.h>
#include <stdio.h>
static volatile int seen;
static void handler(int number) { seen = number; }
__attribute__((noinline)) int work(int n) { return raise(SIGUSR1) + n; }
int main(int argc, char **argv)
{
    signal(SIGUSR1, handler);
    int result = work(4);
    printf("%d %d\n", result, seen == SIGUSR1);
    fflush(stdout);
    if (argc > 1)
        *(volatile int *)8 = work(5);
    return 0;
}
"""

WAITS = r"""
#include <stdio.h>
#include <string.h>
#include <unistd.h>
__attribute__((noinline)) int work(int n) { return n + 1; }
int main(int argc, char **argv)
{
    char line[100];
    int n = 0;
    while (fgets(line, sizeof(line), stdin)) {
        n = work(n);
        printf("%d %zu\n", n, strlen(line));
        fflush(stdout);
    }
    return n;
}
"""


def of_type(events: List[Dict[str, Any]], kind: str) -> List[Dict[str, Any]]:
    return [event for event in events if event["type"] == kind]


def test_a_program_runs_three_times_in_a_session(gdb: Gdb) -> None:
    program = compile_c(AREA)
    result = gdb.run(program, "ctester trace area", "run", "run", "run",
                     "ctester save trace.jsonl").expect_success()
    assert result.stdout.count("area(w = 3, h = 4) = 12") == 3
    events = result.events()
    assert len({call["pid"] for call in result.calls()}) == 3
    assert [len(of_type(events, kind)) for kind in ("start", "exit")] == [3, 3]


def test_a_program_that_is_compiled_anew_is_traced_on(gdb: Gdb) -> None:
    program = gdb.directory / "prog"
    shutil.copy(compile_c(AREA), program)
    new = gdb.directory / "new"
    shutil.copy(compile_c(RECOMPILED), new)
    os.utime(new, (2_000_000_000, 2_000_000_000))
    result = gdb.run(program, "ctester trace area",
                     "ctester mock --times 2 - area 7", "run",
                     f"shell cp -p {new} {program}", "run", "run",
                     "ctester save trace.jsonl").expect_success()
    first, second, third = result.calls()
    assert first["args"] == [
        {"name": "w", "type": "int", "value": 3},
        {"name": "h", "type": "int", "value": 4}]
    assert second["args"][0]["value"]["value"] == {"w": 5, "h": 6}
    assert [call["return"]["value"] for call in (first, second, third)] == [
        7, 7, 30]


def test_start_starti_and_kill(gdb: Gdb) -> None:
    for command in ("start", "starti"):
        result = gdb.run(compile_c(AREA), "ctester trace area", command,
                         "continue").expect_success()
        assert "area(w = 3, h = 4) = 12" in result.stdout
        result = gdb.run(compile_c(AREA), "ctester trace area", command,
                         "kill", "run").expect_success()
        assert result.stdout.count("area(w = 3, h = 4) = 12") == 1


def test_another_file_in_the_same_session(gdb: Gdb) -> None:
    other = compile_c(RECOMPILED, name="other")
    result = gdb.run(compile_c(AREA), "ctester trace area", "run",
                     f"file '{other}'", "run").expect_success()
    assert "area(w = 3, h = 4) = 12" in result.stdout
    assert "area(s = &{w = 5, h = 6}) = 30" in result.stdout


def test_children_run_the_real_functions_unharmed(gdb: Gdb) -> None:
    result = gdb.run(compile_c(FORKS),
                     "ctester trace --scope program getenv system printf",
                     "ctester trace work", "run", "ctester save trace.jsonl")
    assert result.status == 4, result.shown()
    for line in FORKS_OUTPUT:
        assert line in result.stdout.splitlines(), result.shown()
    events = result.events()
    assert len({event["pid"] for event in events}) == 1
    forks = of_type(events, "fork")
    assert len(forks) == 4
    assert all(event["child"] > 0 for event in forks)
    assert [call["args"][0]["value"] for call in result.calls(
        function="work")] == [1, 2]


def test_children_are_followed_when_asked(gdb: Gdb) -> None:
    result = gdb.run(compile_c(CHILDREN), "set ctester follow-fork on",
                     "ctester trace work", "run",
                     "ctester save trace.jsonl")
    assert result.status == 4, result.shown()
    lines = result.stdout.splitlines()
    assert [line for line in lines if line.startswith("child ")] == [
        "child 20", "child 40"], result.shown()
    events = result.events()
    assert [(call["args"][0]["value"], call["return"]["value"])
            for call in result.calls()] == [(1, 2), (10, 20), (20, 40), (2, 4)]
    parent, first, second, last = [call["pid"] for call in result.calls()]
    assert parent == last
    assert len({parent, first, second}) == 3
    assert [event["child"] for event in of_type(events, "fork")] == [
        first, second]
    assert [event["pid"] for event in of_type(events, "start")] == [
        parent, first, second]
    # GDB may tell of a child's end when its parent is on its way already.
    assert sorted((event["pid"], event["code"])
                  for event in of_type(events, "exit")) == sorted([
        (first, 20), (second, 40), (parent, 4)])
    for line in ("work(n = 1) = 2", f"[{first}] work(n = 10) = 20",
                 f"[{first}] +++ exited with 20 +++",
                 f"[{parent}] +++ forked {second} +++",
                 f"[{second}] +++ exited with 40 +++",
                 f"[{parent}] +++ exited with 4 +++"):
        assert line in lines, result.shown()


def test_the_end_of_a_child_of_vfork_is_not_the_programs(gdb: Gdb) -> None:
    result = gdb.run(compile_c(VFORKS), "set ctester follow-fork on",
                     "ctester trace work", "run")
    assert result.status == 18, result.shown()
    assert "work(n = 9) = 18" in result.stdout, result.shown()


@pytest.mark.parametrize("engine", ["breakpoint", "agent"])
def test_mocks_are_the_parents_when_a_child_is_another_program(
        gdb: Gdb, engine: str) -> None:
    result = gdb.run(compile_c("""
        #include <sys/wait.h>
        #include <unistd.h>
        __attribute__((noinline)) int work(int n) { return n * 2; }
        int main(void) {
            work(1);
            pid_t child = vfork();
            if (!child) {
                execl("/bin/true", "true", (char *)0);
                _exit(1);
            }
            waitpid(child, 0, 0);
            return work(2);
        }"""), f"set ctester engine {engine}", "set ctester follow-fork on",
                     "ctester mock - work 7 --if 'n == 2'", "run")
    assert result.status == 7, result.shown()


def test_many_children_at_a_time_are_followed_to_their_ends(gdb: Gdb) -> None:
    program = compile_c(FAMILY, flags=("-g", "-O0", "-pthread"))
    result = gdb.run(program, "set ctester follow-fork on",
                     "ctester trace work malloc", "run",
                     "ctester save trace.jsonl", timeout=120)
    assert result.status == 8, result.shown()
    events = result.events()
    children = {event["child"] for event in of_type(events, "fork")}
    assert len(children) == 18
    assert {event["pid"]: event["code"] for event in of_type(events, "exit")
            if event["pid"] in children} == dict.fromkeys(children, 0)
    assert {call["pid"] for call in result.calls(function="work")
            if call["args"][0]["value"] == call["pid"]} == children


def test_follow_fork_can_be_switched_off_again(gdb: Gdb) -> None:
    result = gdb.run(compile_c(FORKS), "set ctester follow-fork on",
                     "set ctester follow-fork off", "ctester trace work",
                     "run", "ctester save trace.jsonl")
    assert result.status == 4, result.shown()
    assert len(result.calls()) == 2


def test_exec_is_followed_and_harms_nothing(gdb: Gdb) -> None:
    gdb.environment["OTHER"] = str(compile_c(AREA, name="other"))
    result = gdb.run(compile_c(EXEC), "ctester trace work getenv",
                     "run", "ctester save trace.jsonl").expect_success()
    events = result.events()
    assert [os.path.basename(event["program"])
            for event in of_type(events, "exec")] == ["prog", "other"]
    assert [call["args"][0]["value"]
            for call in result.calls(function="work")] == [1, 2]
    assert "12" in result.stdout.splitlines()


@pytest.mark.parametrize("flag", ["-no-pie", "-pie", "-static",
                                  "-static-pie"])
def test_functions_of_the_executed_program_are_traced(
        gdb: Gdb, flag: str) -> None:
    gdb.environment["OTHER"] = str(compile_c(
        "int work(int n) { return n + 5; }\n"
        "int main(void) { return work(3) - 8; }", name="other",
        flags=("-g", "-O0", "-fPIE", flag)))
    result = gdb.run(compile_c(EXEC), "ctester trace work", "run",
                     "ctester save trace.jsonl").expect_success()
    assert [(call["args"][0]["value"], call["return"]["value"],
             call["library"]) for call in result.calls()] == [
        (1, 2, "prog"), (2, 4, "prog"), (3, 8, "other")]


def test_calls_of_threads_that_end_are_unfinished(gdb: Gdb) -> None:
    result = gdb.run(compile_c(THREADS, libraries=("-lpthread",)),
                     "ctester trace leave", "run",
                     "ctester save trace.jsonl").expect_success()
    assert [(call["args"][0]["value"], call["outcome"])
            for call in result.calls()] == [
        (1, "unfinished"), (2, "unfinished"), (3, "unfinished")]
    threads = of_type(result.events(), "thread")
    assert [event["thread"] for event in threads] == [
        call["tid"] for call in result.calls()]


def test_signals_are_the_users_affair(gdb: Gdb) -> None:
    program = compile_c(SIGNALS)
    result = gdb.run(program, "ctester trace work",
                     "handle SIGUSR1 nostop noprint pass", "run",
                     "ctester save trace.jsonl").expect_success()
    assert "4 1" in result.stdout.splitlines()
    assert not of_type(result.events(), "signal")
    result = gdb.run(program, "ctester trace work", "run", "continue",
                     "ctester save trace.jsonl").expect_success()
    assert "4 1" in result.stdout.splitlines()
    assert [event["signal"] for event in of_type(
        result.events(), "signal")] == ["SIGUSR1"]


def test_a_program_killed_by_a_signal(gdb: Gdb) -> None:
    result = gdb.run(compile_c(SIGNALS), "ctester trace work",
                     "handle SIGUSR1 nostop noprint pass",
                     "handle SIGSEGV nostop noprint pass", "run",
                     "ctester save trace.jsonl", args=("crash",))
    assert result.status == 128 + signal.SIGSEGV, result.shown()
    assert of_type(result.events(), "exit")[0]["signal"] == "SIGSEGV"
    assert len(result.calls()) == 2


@pytest.fixture
def waiting(gdb: Gdb) -> Iterator["subprocess.Popen[str]"]:
    program = compile_c(WAITS, flags=("-g", "-O0", "-fno-builtin"))
    process = subprocess.Popen([program], stdin=subprocess.PIPE, text=True,
                               stdout=subprocess.PIPE)
    yield process
    process.kill()
    process.wait()


def ask(process: "subprocess.Popen[str]") -> str:
    assert process.stdin and process.stdout
    process.stdin.write("line\n")
    process.stdin.flush()
    return process.stdout.readline()


@pytest.mark.parametrize("last", [(), ("detach",), ("detach", "quit")])
def test_a_process_that_was_attached_to_goes_on(
        gdb: Gdb, waiting: "subprocess.Popen[str]", last: Any) -> None:
    assert ask(waiting) == "1 5\n"
    assert waiting.stdin
    waiting.stdin.write("more\n")
    waiting.stdin.flush()
    # It waits in read(2) when it is attached to, or will soon.
    result = gdb.run(
        None, "ctester trace work", "ctester trace --scope program strlen",
        "break fflush", f"shell printf 'again\\n' > /proc/{waiting.pid}/fd/0",
        "continue", "ctester save trace.jsonl", *last,
        options=("-p", str(waiting.pid)))
    assert "Traceback" not in result.stderr, result.shown()
    assert waiting.poll() is None
    assert waiting.stdout
    assert waiting.stdout.readline() == "2 5\n"
    assert waiting.stdout.readline() == "3 6\n"
    assert ask(waiting) == "4 5\n"
    assert result.status == 0, result.shown()
    assert {call["function"] for call in result.calls()} <= {"work", "strlen"}
    assert result.calls()


def test_tracing_can_begin_in_the_middle(gdb: Gdb) -> None:
    program = compile_c(WAITS, flags=("-g", "-O0", "-fno-builtin"))
    (gdb.directory / "input").write_text("a\nbb\nccc\n")
    result = gdb.run(program, "break work", "run < input", "ctester trace work",
                     "ctester trace --scope program strlen", "delete",
                     "continue", "ctester save trace.jsonl")
    assert result.status == 3, result.shown()
    assert [call["args"][0]["value"]
            for call in result.calls(function="strlen")] == [
        "a\n", "bb\n", "ccc\n"]
    assert [call["return"]["value"]
            for call in result.calls(function="work")] == [2, 3]


def test_detaching_leaves_the_program_running(gdb: Gdb) -> None:
    program = compile_c(WAITS, flags=("-g", "-O0", "-fno-builtin"))
    (gdb.directory / "input").write_text("a\nbb\nccc\n")
    result = gdb.run(program, "ctester trace --scope program strlen",
                     "ctester trace work", "break work",
                     "run < input > output", "detach",
                     "shell timeout 9 sh -c "
                     "'until [ $(wc -l < output) = 3 ]; do :; done'",
                     "ctester save trace.jsonl")
    assert result.status == 0, result.shown()
    assert (gdb.directory / "output").read_text() == "1 2\n2 3\n3 4\n"
    assert of_type(result.events(), "note")


def test_a_program_whose_file_is_gone(gdb: Gdb) -> None:
    program = gdb.directory / "prog"
    shutil.copy(compile_c(AREA), program)
    result = gdb.run(program, "ctester trace area", "starti",
                     f"shell rm {program}", "ctester trace main", "continue",
                     "ctester save trace.jsonl").expect_success()
    assert {call["function"] for call in result.calls()} == {"area", "main"}


def test_the_program_and_gdb_share_a_processor(gdb: Gdb) -> None:
    result = gdb.run(
        compile_c(AREA), "set ctester pin on", "ctester trace area",
        "break area", "run", "python import os; print(len(os.sched_getaffinity"
        "(gdb.selected_inferior().pid)), len(os.sched_getaffinity(0)))",
        "continue").expect_success()
    assert "1 1" in result.stdout.splitlines()


def test_breakpoints_of_the_user_work_as_ever(gdb: Gdb) -> None:
    result = gdb.run(compile_c(AREA), "break main", "ctester trace area",
                     "run", "next", "next", "next", "print result",
                     "info breakpoints", "continue").expect_success()
    assert "$1 = 12" in result.stdout
    assert "Breakpoint 1, main" in result.stdout
    assert "area(w = 3, h = 4) = 12" in result.stdout


def test_a_program_that_nothing_is_asked_of_is_left_alone(gdb: Gdb) -> None:
    result = gdb.run(compile_c(FORKS), "break work", "run",
                     "info breakpoints", "delete", "continue")
    assert result.status == 4, result.shown()
    assert "catchpoint" not in result.stdout
    for line in FORKS_OUTPUT:
        assert line in result.stdout.splitlines(), result.shown()


def test_deleting_all_breakpoints_only_loses_forks(gdb: Gdb) -> None:
    result = gdb.run(compile_c(FORKS), "ctester trace work", "start",
                     "delete", "continue", "ctester save trace.jsonl")
    assert result.status == 4, result.shown()
    assert len(result.calls()) == 2
    assert not of_type(result.events(), "fork")


def test_forks_are_told_when_only_an_ifunc_is_traced(gdb: Gdb) -> None:
    result = gdb.run(compile_c(FORKS, flags=("-g", "-O0", "-fno-builtin")),
                     "ctester trace --scope program libc:strlen libc:strchr",
                     "ctester trace --scope program getenv", "run",
                     "ctester save trace.jsonl")
    assert result.status == 4, result.shown()
    assert len(of_type(result.events(), "fork")) == 4


def test_two_inferiors_of_the_user(gdb: Gdb) -> None:
    program = compile_c(AREA)
    result = gdb.run(program, "ctester trace area", "run",
                     f"add-inferior -exec {program}", "inferior 2", "run",
                     "ctester save trace.jsonl").expect_success()
    assert len(result.calls()) == 2


def test_directory_is_not_touched(gdb: Gdb) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        gdb.environment["TMPDIR"] = temporary
        gdb.run(compile_c(AREA), "ctester trace area", "run").expect_success()
        assert not os.listdir(temporary)
    assert not any(gdb.directory.iterdir())


def test_calls_that_an_exception_leaves_have_not_returned(gdb: Gdb) -> None:
    """The way on from the handler is where the call would have returned to,
    with the stack as it would be then."""
    if not shutil.which("g++"):
        pytest.skip("the package g++ is not installed")
    program = compile_c(r"""
#include <stdio.h>
extern "C" __attribute__((noinline)) int deep(int n)
{
    if (!n)
        throw 42;
    int rest = deep(n - 1);
    return rest + 1;
}
int main(void)
{
    try {
        deep(2);
    } catch (int thrown) {
        printf("%d\n", thrown);
    }
    return 0;
}
""", cc="g++", flags=("-g", "-O0", "-x", "c++", "-std=gnu++17", "-w"))
    result = gdb.run(program, "ctester trace deep", "run",
                     "ctester save trace.jsonl").expect_success()
    assert "42\n" in result.stdout
    assert [(call["args"][0]["value"], call["outcome"])
            for call in result.calls()] == [
                (0, "unfinished"), (1, "unfinished"), (2, "unfinished")]


@pytest.mark.parametrize("engine", ["breakpoint", "agent"])
def test_threads_go_on_when_the_first_has_ended(
        gdb: Gdb, engine: str) -> None:
    """It has no memory any more, by its number."""
    program = compile_c(HEAD + """
        static pthread_t first;
        KEEP int f(int n, const char *s) { return n + s[0]; }
        static void *body(void *arg) {
            pthread_join(first, NULL);
            usleep(1000);
            exit(f(1, "a") + f(2, "b") != 198);
        }
        int main(void) {
            pthread_t thread;
            first = pthread_self();
            pthread_create(&thread, NULL, body, NULL);
            pthread_exit(NULL);
        }""")
    result = gdb.run(program, f"set ctester engine {engine}",
                     "ctester trace f", "run",
                     "ctester save trace.jsonl").expect_success()
    assert [(call["args"][1]["value"], call["return"]["value"])
            for call in result.calls()] == [("a", 98), ("b", 100)]


@pytest.mark.parametrize("asked", ["ctester trace twice",
                                   "ctester mock '' twice 7 --times all"])
def test_children_that_the_user_has_gdb_keep(gdb: Gdb, asked: str) -> None:
    """Each of their calls is one: GDB gives the parent's breakpoints locations
    in them."""
    program = compile_c(HEAD + """
        #include <sys/wait.h>
        __attribute__((noinline)) int twice(int n) { return n * 2; }
        int main(void) {
            if (fork()) wait(0);
            for (int i = 0; i < 10; i++) twice(i);
            return 0;
        }
        """, flags=("-g", "-O0"))
    result = gdb.run(program, "set ctester engine breakpoint",
                     "set ctester live off", "set detach-on-fork off",
                     "set schedule-multiple on", asked, "run",
                     "ctester save trace.jsonl")
    assert "SIGSEGV" not in result.stdout, result.shown()
    seen = [(call["pid"], call["args"][0]["value"])
            for call in result.calls()]
    assert len(seen) == len(set(seen)) >= 10, result.shown()
