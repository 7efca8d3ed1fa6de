# SPDX-License-Identifier: MIT
"""Threads and children in the sandbox."""

import os
import pathlib
import subprocess

import pytest

from conftest import Gdb, compile_c
from strict_script import carry_out

EIGHT = r"""
#include <pthread.h>
#include <stdio.h>
enum { CALLS = 250 };
__attribute__((noinline)) long take(int thread, int n)
{
    return -1 - thread - n;
}
static long got[8][CALLS];
static void *body(void *arg)
{
    int thread = (int)(long)arg;
    for (int n = 0; n < CALLS; n++)
        got[thread][n] = take(thread, n);
    return NULL;
}
int main(void)
{
    pthread_t threads[8];
    for (long i = 0; i < 8; i++)
        pthread_create(&threads[i], NULL, body, (void *)i);
    for (int i = 0; i < 8; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < 8; i++)
        for (int n = 0; n < CALLS; n++)
            printf("%d %d %ld\n", i, n, got[i][n]);
    return 0;
}
"""


def test_eight_threads_use_each_of_2000_mocks_once(gdb: Gdb) -> None:
    program = compile_c(EIGHT, name="eight", libraries=("-lpthread",))
    carry_out(gdb, """
def test_eight_threads():
    for value in range(2000):
        native.mock_call(None, "take", returns=10 * value)
    with ctester.sandbox():
        lines = run()
    got = {(int(i), int(n)): int(value) for i, n, value in map(str.split, lines)}
    assert sorted(got.values()) == [10 * value for value in range(2000)]
    calls = left()
    assert len(calls) == 2000
    # In the order in which they took their values.
    assert [one.seq for one in calls] == list(range(2000))
    assert [one.result for one in calls] == [10 * n for n in range(2000)]
    assert all(got[one.args] == one.result for one in calls)
    assert len({one.thread for one in calls}) == 8
    assert len({(one.thread, one.args[0]) for one in calls}) == 8
    for thread in range(8):
        own = [one.args[1] for one in calls if one.args[0] == thread]
        assert own == list(range(250))
    for one in calls:
        assert native.assert_call(None, "take", args=one.args) is one
    ctester.verify_all()

def test_one_call_too_many():
    for value in range(1999):
        native.mock_call(None, "take", returns=value)
    with ctester.sandbox():
        said(ctester.UnmockedInteractionError, ctester.run)
    assert len(left()) == 1999
    assert_all()
""", program, failing=["test_one_call_too_many"], timeout=60)


LATE = r"""
#include <pthread.h>
#include <stdio.h>
#include <semaphore.h>
static sem_t go, done;
__attribute__((noinline)) int take(int n) { return -n; }
__attribute__((noinline)) void here(void) { __asm__(""); }
static void *body(void *arg)
{
    for (int n = 1; n <= 2; n++) {
        sem_wait(&go);
        printf("%s %d\n", (const char *)arg, take(n));
        sem_post(&done);
    }
    return NULL;
}
static void let(void)
{
    sem_post(&go);
    sem_wait(&done);
}
int main(void)
{
    pthread_t first, second;
    sem_init(&go, 0, 0);
    sem_init(&done, 0, 0);
    pthread_create(&first, NULL, body, "before");
    let();
    here();
    let();
    pthread_join(first, NULL);
    pthread_create(&second, NULL, body, "after");
    let();
    let();
    pthread_join(second, NULL);
    return 0;
}
"""


def test_threads_from_before_and_after_the_sandbox_opened(gdb: Gdb) -> None:
    program = compile_c(LATE, name="late", libraries=("-lpthread",))
    carry_out(gdb, """
def test_threads():
    gdb.execute("break here")
    gdb.execute("run >threads.txt")
    native.mock_call(None, "take", returns=10)
    native.mock_call(None, "take", returns=20, times=2)
    with ctester.sandbox():
        gdb.execute("continue")
    assert open("threads.txt").read().splitlines() == [
        "before -1", "before 10", "after 20", "after 20"]
    calls = left()
    assert [one.args for one in calls] == [(2,), (1,), (2,)]
    assert calls[0].thread != calls[1].thread == calls[2].thread
    assert_all()
    gdb.execute("delete")

def test_a_thread_calls_in_the_bounds_of_another():
    gdb.execute("set args")
    native.mock_call(None, "take", returns=10, times=None)
    with ctester.sandbox(start="here", end="pthread_join"):
        assert run() == ["before -1", "before 10", "after -1", "after -2"]
    assert_all()

def test_a_thread_begins_it():
    native.mock_call(None, "take", returns=10, times=None)
    with ctester.sandbox(start="take", end="pthread_join"):
        assert run() == ["before 10", "before 10", "after 10", "after 10"]
    assert_all()
""", program)


def test_an_attached_program(gdb: Gdb) -> None:
    program = compile_c(r"""
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
__attribute__((noinline)) int take(int n) { return -n; }
int main(void)
{
    char line[16];
    prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
    setvbuf(stdout, NULL, _IONBF, 0);
    while (fgets(line, sizeof(line), stdin) && line[0] != '.')
        printf("%d\n", take((int)strlen(line)));
    return 0;
}
""", name="attached")
    os.mkfifo(gdb.directory / "input")
    with (open(gdb.directory / "input", "r+b", buffering=0) as given,
          subprocess.Popen([program], stdin=given, text=True,
                           stdout=subprocess.PIPE) as process):
        assert process.stdout
        try:
            given.write(b"ab\n")
            assert process.stdout.readline() == "-3\n"
            outcome = carry_out(gdb, f"PID = {process.pid}\n" + """
def test_attached():
    gdb.execute(f"attach {PID}")
    native.mock_call(None, "take", returns=10)
    native.mock_call(None, "take", returns=20)
    open("input", "w").write("abc\\nabcd\\n.\\n")
    with ctester.sandbox():
        gdb.execute("continue")
    native.assert_call(None, "take", args=(4,))
    native.assert_call(None, "take", args=(5,))
""", program)
        finally:
            process.kill()
        assert process.stdout.read() == "10\n20\n", outcome.result.shown()


FORKS = r"""
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
__attribute__((noinline)) int take(int n) { return -n; }
int main(void)
{
    printf("parent %d\n", take(1));
    fflush(stdout);
    if (!fork()) {
        printf("child %d\n", take(2));
        fflush(stdout);
        _exit(0);
    }
    wait(NULL);
    printf("parent %d\n", take(3));
    return 0;
}
"""


@pytest.fixture
def forks() -> pathlib.Path:
    return compile_c(FORKS, name="forks")


def test_children_are_inside_when_they_are_followed(gdb: Gdb,
                                                    forks: pathlib.Path
                                                    ) -> None:
    outcome = carry_out(gdb, """
gdb.execute("set ctester follow-fork on")

def test_each_takes_from_one_queue():
    for value in (10, 20, 30):
        native.mock_call(None, "take", returns=value)
    with ctester.sandbox():
        assert run() == ["parent 10", "child 20", "parent 30"]
    first, second, third = left()
    assert first.thread == third.thread != second.thread
    for n in (1, 2, 3):
        native.assert_call(None, "take", args=(n,))

def test_a_child_has_no_mock_left():
    native.mock_call(None, "take", returns=10)
    with ctester.sandbox():
        ctester.run()
""", forks, failing=["test_a_child_has_no_mock_left"])
    assert "take(2) in forks was called but no mock was registered." in (
        outcome.failed["test_a_child_has_no_mock_left"])


def test_children_that_are_not_followed_are_told_of(gdb: Gdb,
                                                    forks: pathlib.Path
                                                    ) -> None:
    outcome = carry_out(gdb, """
def test_the_child_is_real():
    for value in (10, 30):
        native.mock_call(None, "take", returns=value)
    with ctester.sandbox():
        assert run() == ["parent 10", "child -2", "parent 30"]
    native.assert_call(None, "take", args=(1,))
    native.assert_call(None, "take", args=(3,))
    ctester.save("forked.jsonl")
""", forks)
    events = outcome.result.events("forked.jsonl")
    fork, = (event for event in events if event["type"] == "fork")
    told = outcome.result.stdout + outcome.result.stderr
    assert str(fork["child"]) in told, outcome.result.shown()
