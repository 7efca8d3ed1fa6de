# SPDX-License-Identifier: MIT
"""Threads: every call is there once, in its thread's order."""

from collections import Counter, defaultdict
from typing import Any, Dict, List

import pytest

from calls import BREAKPOINTS, OPTIMIZED, briefs, run
from conftest import Gdb

EIGHT = """
    struct work { int thread; double sum; };
    KEEP double work(int thread, int n, const char *name) {
        return thread * 1000 + n + (double)strlen(name) / 4;
    }
    static void *body(void *arg) {
        struct work *w = arg;
        char name[16];
        snprintf(name, sizeof(name), "t%d", w->thread);
        for (int n = 0; n < COUNT; n++)
            w->sum += work(w->thread, n, name);
        return NULL;
    }
    int main(void) {
        pthread_t threads[8];
        struct work all[8] = {{0}};
        double sum = 0;
        for (int i = 0; i < 8; i++) {
            all[i].thread = i;
            pthread_create(&threads[i], NULL, body, &all[i]);
        }
        for (int i = 0; i < 8; i++) {
            pthread_join(threads[i], NULL);
            sum += all[i].sum;
        }
        printf("sum %.2f\\n", sum);
        return 0;
    }
    """


def by_thread(calls: List[Dict[str, Any]]) -> Dict[int, List[Any]]:
    threads: Dict[int, List[Any]] = defaultdict(list)
    for call in calls:
        threads[call["tid"]].append(call)
    return threads


def test_eight_threads_at_once(gdb: Gdb) -> None:
    result = run(gdb, "#define COUNT 500\n" + EIGHT, "ctester trace work",
                 timeout=120)
    total = sum(t * 1000 + n + 0.5 for t in range(8) for n in range(500))
    assert f"sum {total:.2f}" in result.stdout
    threads = by_thread(result.calls())
    assert len(threads) == 8
    for calls in threads.values():
        thread = calls[0]["args"][0]["value"]
        assert briefs(calls) == [
            ("work", thread, n, f"t{thread}", thread * 1000 + n + 0.5)
            for n in range(500)]
    assert {calls[0]["args"][0]["value"]
            for calls in threads.values()} == set(range(8))


def test_mocks_are_used_once_each_by_eight_threads(gdb: Gdb) -> None:
    result = run(gdb, "#define COUNT 50\n" + EIGHT,
                 *(f"ctester mock - work {2 ** (i % 40)}"
                   for i in range(400)), timeout=120)
    total = 10 * sum(2 ** i for i in range(40))
    assert f"sum {total:.2f}" in result.stdout
    calls = result.calls()
    assert [call["outcome"] for call in calls] == ["mocked"] * 400
    assert Counter(call["return"]["value"] for call in calls) == {
        2 ** i: 10 for i in range(40)}
    # seq is the order in which answers were taken.
    in_order = sorted(calls, key=lambda call: call["seq"])
    assert [call["return"]["value"] for call in in_order] == [
        2 ** (i % 40) for i in range(400)]


def test_threads_that_tail_call_and_recurse(gdb: Gdb) -> None:
    result = run(gdb, """
        KEEP long leaf(long n) { return n * 2; }
        KEEP long jump(long n) { return leaf(n + 1); }
        KEEP long deep(long n) {
            long got = n % 10 ? deep(n - 1) + 1 : jump(n);
            __asm__ volatile("" : "+r"(got));
            return got;
        }
        static void *body(void *arg) {
            for (int i = 0; i < 5; i++) deep((long)arg * 10 + 9);
            return NULL;
        }
        int main(void) {
            pthread_t threads[8];
            for (long i = 0; i < 8; i++)
                pthread_create(&threads[i], NULL, body, (void *)i);
            for (int i = 0; i < 8; i++) pthread_join(threads[i], NULL);
            return 0;
        }
        """, "ctester trace leaf jump deep", flags=OPTIMIZED, timeout=120)
    threads = by_thread(result.calls())
    assert len(threads) == 8
    for calls in threads.values():
        base = calls[0]["args"][0]["value"] - 1
        once = [("leaf", base + 1, 2 * base + 2), ("jump", base, 2 * base + 2)]
        once += [("deep", base + i, 2 * base + 2 + i) for i in range(10)]
        assert briefs(calls) == once * 5


@pytest.mark.parametrize("end", ["pthread_exit(NULL)",
                                 "pthread_cancel(pthread_self()); "
                                 "pthread_testcancel()"])
def test_thread_that_ends_inside_a_call(gdb: Gdb, end: str) -> None:
    result = run(gdb, """
        KEEP int inner(int n) { if (n == 3) { %s; } return n; }
        KEEP int outer(int n) { return inner(n) + 1; }
        static void *body(void *arg) {
            for (int i = 1; i < 9; i++) outer(i);
            return NULL;
        }
        int main(void) {
            pthread_t thread;
            pthread_create(&thread, NULL, body, NULL);
            pthread_join(thread, NULL);
            outer(10);
            return 0;
        }
        """ % end, "ctester trace inner outer")
    calls = result.calls()
    assert sorted(briefs(calls), key=str) == sorted([
        ("inner", 1, 1), ("outer", 1, 2), ("inner", 2, 2), ("outer", 2, 3),
        ("inner", 3, "unfinished"), ("outer", 3, "unfinished"),
        ("inner", 10, 10), ("outer", 10, 11)], key=str)


def test_threads_that_run_before_the_trace(gdb: Gdb) -> None:
    result = run(gdb, """
        static volatile int go;
        KEEP int work(int n) { return n * 3; }
        KEEP void ready(void) { go = 1; }
        static void *body(void *arg) {
            while (!go) usleep(1000);
            for (int i = 0; i < 20; i++) work(i);
            return NULL;
        }
        int main(void) {
            pthread_t threads[4];
            for (int i = 0; i < 4; i++)
                pthread_create(&threads[i], NULL, body, NULL);
            ready();
            for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
            return 0;
        }
        """, "tbreak ready",
                 start=["run", "ctester trace work", "continue"])
    threads = by_thread(result.calls())
    assert len(threads) == 4
    for one in threads.values():
        assert briefs(one) == [("work", i, i * 3) for i in range(20)]


def test_timer_signals_in_threads(gdb: Gdb) -> None:
    result = run(gdb, """
        static volatile int ticks;
        KEEP int work(int thread, int n) { return n; }
        static void tick(int n) { ticks++; }
        static void *body(void *arg) {
            for (int i = 0; i < 300; i++) work((long)arg, i);
            return NULL;
        }
        int main(void) {
            pthread_t threads[4];
            struct sigaction action = {.sa_handler = tick,
                                       .sa_flags = SA_RESTART};
            struct itimerval every = {{0, 2000}, {0, 2000}};
            sigaction(SIGALRM, &action, NULL);
            setitimer(ITIMER_REAL, &every, NULL);
            for (long i = 0; i < 4; i++)
                pthread_create(&threads[i], NULL, body, (void *)i);
            for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
            printf("some ticks %d\\n", ticks > 10);
            return 0;
        }
        """, BREAKPOINTS, "ctester trace work", timeout=120)
    assert "some ticks 1" in result.stdout
    threads = by_thread(result.calls())
    assert len(threads) == 4
    for calls in threads.values():
        thread = calls[0]["args"][0]["value"]
        assert briefs(calls) == [("work", thread, i, i) for i in range(300)]
