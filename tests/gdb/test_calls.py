# SPDX-License-Identifier: MIT
"""Which calls are recorded, and when they are complete, whatever the program
does between the entry and the return."""

from collections import Counter
from typing import Sequence

import pytest

from calls import BREAKPOINTS, OPTIMIZED, briefs, run, trace
from conftest import Gdb

BOTH = pytest.mark.parametrize("flags", [("-g", "-O0"), OPTIMIZED],
                               ids=["O0", "O2"])


@BOTH
def test_recursion_of_a_thousand(gdb: Gdb, flags: Sequence[str]) -> None:
    calls = trace(gdb, """
        KEEP int down(int n) { int got = n ? down(n - 1) + 1 : 0;
            __asm__ volatile("" : "+r"(got));
            return got;
        }
        int main(void) { return down(1000) != 1000; }
        """, "down", flags=flags)
    assert briefs(calls) == [("down", n, n) for n in range(1001)]


def test_mutual_recursion(gdb: Gdb) -> None:
    calls = trace(gdb, """
        int odd(int n);
        int even(int n) { return n ? odd(n - 1) : 1; }
        int odd(int n) { return n ? even(n - 1) : 0; }
        int main(void) { return !even(10); }
        """, "even", "odd")
    assert briefs(calls) == [
        ("odd" if n % 2 else "even", n, 1) for n in range(11)]


def test_tail_calls_return_together_last_first(gdb: Gdb) -> None:
    calls = trace(gdb, """
        KEEP int last(int n) { return n * 2; }
        KEEP int middle(int n) { return last(n + 1); }
        KEEP int first(int n) { return middle(n + 1); }
        int main(void) { return first(1) + first(4) != 18; }
        """, "first", "middle", "last", flags=OPTIMIZED)
    assert briefs(calls) == [
        ("last", 3, 6), ("middle", 2, 6), ("first", 1, 6),
        ("last", 6, 12), ("middle", 5, 12), ("first", 4, 12)]


def test_tail_recursion_through_another_function(gdb: Gdb) -> None:
    """The same function, stack pointer and return address again and again,
    which are calls of their own."""
    calls = trace(gdb, """
        KEEP int other(int n);
        KEEP int step(int n) { return n ? other(n) : 42; }
        KEEP int other(int n) { return step(n - 1); }
        int main(void) { return step(20) != 42; }
        """, "step", flags=OPTIMIZED)
    assert briefs(calls) == [("step", n, 42) for n in range(21)]


@BOTH
def test_longjmp_leaves_calls_unfinished(gdb: Gdb,
                                         flags: Sequence[str]) -> None:
    calls = trace(gdb, """
        static jmp_buf back;
        KEEP int deep(int n) {
            if (!n) longjmp(back, 1);
            int got = deep(n - 1) + 1;
            __asm__ volatile("" : "+r"(got));
            return got;
        }
        KEEP int after(int n) { return n + 1; }
        int main(void) {
            volatile int i;
            for (i = 0; i < 3; i++)
                if (!setjmp(back)) deep(2);
            return after(5) != 6;
        }
        """, "deep", "after", flags=flags)
    left = [("deep", 0, "unfinished"), ("deep", 1, "unfinished"),
            ("deep", 2, "unfinished")]
    assert briefs(calls) == left * 3 + [("after", 5, 6)]


def test_longjmp_out_of_the_inner_call_only(gdb: Gdb) -> None:
    calls = trace(gdb, """
        static jmp_buf back;
        KEEP int inner(int n) { if (n) longjmp(back, n); return 0; }
        KEEP int outer(int n) {
            int got = setjmp(back);
            if (!got) inner(n);
            return got * 10;
        }
        int main(void) { return outer(3) + outer(4) != 70; }
        """, "inner", "outer")
    assert sorted(briefs(calls)) == [
        ("inner", 3, "unfinished"), ("inner", 4, "unfinished"),
        ("outer", 3, 30), ("outer", 4, 40)]


@pytest.mark.parametrize("stack", ["same", "alternate"])
def test_siglongjmp_out_of_a_handler(gdb: Gdb, stack: str) -> None:
    calls = trace(gdb, """
        static sigjmp_buf back;
        KEEP int in_handler(int n) { return n; }
        static void handler(int n) { in_handler(n); siglongjmp(back, 1); }
        KEEP int crash(int *p) { return *p; }
        KEEP int after(int n) { return n + 1; }
        int main(int argc, char **argv) {
            static char alternate[65536];
            stack_t s = {.ss_sp = alternate, .ss_size = sizeof(alternate)};
            struct sigaction action = {.sa_handler = handler};
            if (argv[1][0] == 'a') {
                sigaltstack(&s, NULL);
                action.sa_flags = SA_ONSTACK;
            }
            sigaction(SIGSEGV, &action, NULL);
            for (volatile int i = 0; i < 3; i++)
                if (!sigsetjmp(back, 1)) crash(NULL);
            return after(5) != 6;
        }
        """, "in_handler", "crash", "after", args=[stack])
    assert Counter(briefs(calls)) == {
        ("in_handler", 11, 11): 3, ("crash", None, "unfinished"): 3,
        ("after", 5, 6): 1}


@pytest.mark.parametrize("stack", ["same", "alternate"])
def test_handler_calls_while_another_call_is_open(gdb: Gdb,
                                                  stack: str) -> None:
    calls = trace(gdb, """
        KEEP int in_handler(int n) { return n + 1; }
        static void handler(int n) { in_handler(n); }
        KEEP int inner(int n) { raise(SIGUSR1); return n * 2; }
        KEEP int outer(int n) { return inner(n) + inner(n + 1); }
        int main(int argc, char **argv) {
            static char alternate[65536];
            stack_t s = {.ss_sp = alternate, .ss_size = sizeof(alternate)};
            struct sigaction action = {.sa_handler = handler};
            if (argv[1][0] == 'a') {
                sigaltstack(&s, NULL);
                action.sa_flags = SA_ONSTACK;
            }
            sigaction(SIGUSR1, &action, NULL);
            return outer(1) + outer(5) != 28;
        }
        """, "in_handler", "inner", "outer", args=[stack])
    assert briefs(calls) == [
        ("in_handler", 10, 11), ("inner", 1, 2),
        ("in_handler", 10, 11), ("inner", 2, 4), ("outer", 1, 6),
        ("in_handler", 10, 11), ("inner", 5, 10),
        ("in_handler", 10, 11), ("inner", 6, 12), ("outer", 5, 22)]


def test_callbacks_nest(gdb: Gdb) -> None:
    calls = trace(gdb, """
        KEEP int compare(const void *a, const void *b) {
            return *(const int *)a - *(const int *)b;
        }
        int main(void) {
            int v[] = {3, 1, 2};
            qsort(v, 3, sizeof(*v), compare);
            printf("%d%d%d\\n", v[0], v[1], v[2]);
            return 0;
        }
        """, "compare", "qsort")
    assert [call["function"] for call in calls[:-1]] == ["compare"] * (
        len(calls) - 1)
    assert calls[-1]["function"] == "qsort"
    assert len(calls) >= 3
    assert all(call["caller"]["library"] == "libc.so.6"
               for call in calls[:-1])


@pytest.mark.parametrize("way, status", [
    ("exit(3)", 3), ("_exit(4)", 4), ("abort()", 134),
    ("pthread_exit(NULL)", 0), ("raise(SIGKILL)", 137),
    ("*(volatile int *)8 = 1", 139)])
def test_what_the_end_interrupts_is_unfinished(gdb: Gdb, way: str,
                                               status: int) -> None:
    result = run(gdb, "KEEP int before(int n) { return n; }\n"
                      "KEEP void end(int n) { (void)n; %s; }\n"
                      "int main(void) { before(1); end(2); return 9; }" % way,
                 "ctester trace before end",
                 "handle SIGABRT SIGSEGV nostop", status=status)
    assert briefs(result.calls()) == [("before", 1, 1),
                                      ("end", 2, "unfinished")]


def test_coroutines_keep_their_calls_apart(gdb: Gdb) -> None:
    calls = trace(gdb, """
        static ucontext_t main_context, contexts[2];
        static char stacks[2][65536];
        KEEP int leaf(int n) { return n + 100; }
        KEEP int yielding(int who, int n) {
            leaf(n);
            swapcontext(&contexts[who], &main_context);
            leaf(n);
            return n * 10;
        }
        static void body(int who) {
            yielding(who, who + 1);
            yielding(who, who + 3);
        }
        int main(void) {
            for (int i = 0; i < 2; i++) {
                getcontext(&contexts[i]);
                contexts[i].uc_stack.ss_sp = stacks[i];
                contexts[i].uc_stack.ss_size = sizeof(stacks[i]);
                contexts[i].uc_link = &main_context;
                makecontext(&contexts[i], (void (*)(void))body, 1, i);
            }
            for (int round = 0; round < 3; round++)
                for (int i = 0; i < 2; i++) {
                    leaf(0);
                    swapcontext(&main_context, &contexts[i]);
                }
            return 0;
        }
        """, "leaf", "yielding")
    found = Counter(briefs(calls))
    assert found == {
        ("leaf", 0, 100): 6,
        **{("leaf", n, 100 + n): 2 for n in (1, 2, 3, 4)},
        **{("yielding", (n - 1) % 2, n, n * 10): 1 for n in (1, 2, 3, 4)}}


def test_setjmp_is_recorded_once_for_each_call(gdb: Gdb) -> None:
    result = run(gdb, """
        static jmp_buf back;
        KEEP int f(int n) { return n; }
        int main(void) {
            volatile int rounds = 0;
            int got = setjmp(back);
            f(got);
            if (rounds++ < 3) longjmp(back, rounds);
            printf("%d\\n", got);
            return 0;
        }
        """, "ctester trace f", "ctester trace _setjmp")
    assert result.stdout.splitlines()[-3:].count("3") == 1 \
        or "\n3\n" in result.stdout
    assert briefs(result.calls(function="f")) == [
        ("f", n, n) for n in range(4)]
    assert len(result.calls(function="_setjmp")) == 1


def test_vfork_child_does_not_disturb(gdb: Gdb) -> None:
    result = run(gdb, """
        KEEP int f(int n) { return n + 1; }
        int main(void) {
            f(1);
            pid_t child = vfork();
            if (!child) { f(2); _exit(7); }
            int status;
            waitpid(child, &status, 0);
            f(3);
            printf("status %d\\n", WEXITSTATUS(status));
            return 0;
        }
        """, "ctester trace f")
    assert "status 7" in result.stdout
    kept = [call for call in briefs(result.calls()) if call[1] != 2]
    assert kept == [("f", 1, 2), ("f", 3, 4)]


def test_fork_child_runs_to_its_end(gdb: Gdb) -> None:
    result = run(gdb, """
        KEEP int f(int n) { return n + 1; }
        int main(void) {
            f(1);
            pid_t child = fork();
            if (!child) _exit(f(2) + f(3));
            int status;
            waitpid(child, &status, 0);
            f(4);
            printf("status %d\\n", WEXITSTATUS(status));
            return 0;
        }
        """, "ctester trace f")
    assert "status 7" in result.stdout
    assert briefs(result.calls()) == [("f", 1, 2), ("f", 4, 5)]


def test_alloca_and_vla_frames(gdb: Gdb) -> None:
    calls = trace(gdb, """
        KEEP int f(int n) {
            char *p = __builtin_alloca(n);
            char v[n];
            memset(p, 1, n); memset(v, 2, n);
            return p[n - 1] + v[0] + (n > 10 ? f(n / 10) : 0);
        }
        int main(void) { return f(1000) != 9; }
        """, "f")
    assert briefs(calls) == [("f", 10, 3), ("f", 100, 6), ("f", 1000, 9)]


def test_calls_through_pointers_and_from_two_sites(gdb: Gdb) -> None:
    calls = trace(gdb, """
        KEEP int twice(int n) { return n * 2; }
        KEEP int thrice(int n) { return n * 3; }
        int main(void) {
            int (*volatile table[])(int) = {twice, thrice};
            int sum = 0;
            for (int i = 0; i < 4; i++)
                sum += table[i % 2](i);  /* one return site for both */
            sum += twice(10);
            return sum != 36;
        }
        """, "twice", "thrice")
    assert briefs(calls) == [("twice", 0, 0), ("thrice", 1, 3),
                             ("twice", 2, 4), ("thrice", 3, 9),
                             ("twice", 10, 20)]
    assert len({call["caller"]["address"] for call in calls}) == 2


def test_variadic_functions_of_the_program(gdb: Gdb) -> None:
    calls = trace(gdb, """
        #include <stdarg.h>
        KEEP double sum(int count, const char *name, ...) {
            va_list list;
            double result = 0;
            va_start(list, name);
            for (int i = 0; i < count; i++) result += va_arg(list, double);
            va_end(list);
            return result;
        }
        int main(void) { return sum(3, "x", 0.5, 1.0, 2.0) != 3.5; }
        """, "sum")
    assert [call["args"][0]["value"] for call in calls] == [3]
    assert calls[0]["args"][1]["value"] == "x"
    assert calls[0]["return"]["value"] == 3.5


def test_constructors_and_exit_handlers(gdb: Gdb) -> None:
    calls = trace(gdb, """
        KEEP int f(int n) { return n; }
        __attribute__((constructor)) static void start(void) { f(1); }
        __attribute__((destructor)) static void end(void) { f(4); }
        static void at_exit(void) { f(3); }
        int main(void) { atexit(at_exit); f(2); return 0; }
        """, "f")
    assert briefs(calls) == [("f", n, n) for n in (1, 2, 3, 4)]


def test_static_function(gdb: Gdb) -> None:
    calls = trace(gdb, """
        static __attribute__((noinline, noclone)) int hidden(int n) {
            __asm__ volatile("");
            return n * 7;
        }
        int main(int argc, char **argv) { return hidden(argc) != 7; }
        """, "hidden", flags=OPTIMIZED)
    assert briefs(calls) == [("hidden", 1, 7)]


def test_calls_inside_an_open_call_know_their_depth(gdb: Gdb) -> None:
    result = run(gdb, """
        KEEP int c(int n) { return n; }
        KEEP int b(int n) { return c(n) + 1; }
        KEEP int a(int n) { return b(n) + 1; }
        int main(void) { return a(1) != 3; }
        """, "ctester trace a b c", "ctester save trace.txt")
    assert [call["caller"]["function"] for call in result.calls()] == [
        "b", "a", "main"]


@pytest.mark.parametrize("body", [
    "return counter++;",               # mov counter(%rip),%eax first
    "if (counter > 1000000) abort(); return counter++;",
    "__asm__ volatile(\"vzeroupper\"); return counter++;",
])
@pytest.mark.parametrize("frequency", [2000])
def test_timer_signals_change_no_count(gdb: Gdb, body: str,
                                       frequency: int) -> None:
    """GDB hits a breakpoint again when a signal comes while it steps over
    it."""
    result = run(gdb, """
        static volatile int counter, ticks;
        KEEP int f(void) { %s }
        static void tick(int n) { ticks++; }
        int main(void) {
            struct sigaction action = {.sa_handler = tick,
                                       .sa_flags = SA_RESTART};
            struct itimerval every = {{0, %d}, {0, %d}};
            sigaction(SIGALRM, &action, NULL);
            setitimer(ITIMER_REAL, &every, NULL);
            for (int i = 0; i < 2000; i++) f();
            every = (struct itimerval){{0, 0}, {0, 0}};
            setitimer(ITIMER_REAL, &every, NULL);
            printf("calls %%d, some ticks %%d\\n", counter, ticks > 20);
            return 0;
        }
        """ % (body, frequency, frequency), BREAKPOINTS, "ctester trace f",
                 flags=OPTIMIZED)
    assert "calls 2000, some ticks 1" in result.stdout
    assert briefs(result.calls()) == [("f", n) for n in range(2000)]


def test_timer_signals_with_a_traced_handler(gdb: Gdb) -> None:
    result = run(gdb, """
        static volatile int counter, ticks;
        KEEP int f(int n) { counter++; return n; }
        KEEP int tock(int n) { ticks++; return n; }
        static void tick(int n) { tock(n); }
        int main(void) {
            struct sigaction action = {.sa_handler = tick,
                                       .sa_flags = SA_RESTART};
            struct itimerval every = {{0, 2000}, {0, 2000}};
            sigaction(SIGALRM, &action, NULL);
            setitimer(ITIMER_REAL, &every, NULL);
            for (int i = 0; i < 2000; i++) f(i);
            every = (struct itimerval){{0, 0}, {0, 0}};
            setitimer(ITIMER_REAL, &every, NULL);
            printf("ticks %d\\n", ticks);
            return 0;
        }
        """, BREAKPOINTS, "ctester trace f tock", flags=OPTIMIZED)
    ticks = int(result.stdout.split("ticks ")[1].split()[0])
    assert ticks > 20
    assert briefs(result.calls(function="f")) == [
        ("f", n, n) for n in range(2000)]
    assert briefs(result.calls(function="tock")) == [("tock", 14, 14)] * ticks


def test_a_slow_function_is_one_call(gdb: Gdb) -> None:
    """A system call that a signal interrupts is restarted, not repeated."""
    calls = trace(gdb, """
        static void tick(int n) { (void)n; }
        KEEP int slow(int n) {
            struct timespec t = {0, 30000000};
            while (nanosleep(&t, &t)) ;
            return n;
        }
        int main(void) {
            struct sigaction action = {.sa_handler = tick,
                                       .sa_flags = SA_RESTART};
            struct itimerval every = {{0, 2000}, {0, 2000}};
            sigaction(SIGALRM, &action, NULL);
            setitimer(ITIMER_REAL, &every, NULL);
            return slow(1) + slow(2) != 3;
        }
        """, "slow")
    assert briefs(calls) == [("slow", 1, 1), ("slow", 2, 2)]
    assert all(call["duration_ns"] >= 30000000 for call in calls)
