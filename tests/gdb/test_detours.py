# SPDX-License-Identifier: MIT
"""Mocked calls that take their time."""

from typing import Any, List

import pytest

from calls import HEAD, run
from conftest import Gdb, Result, compile_c
from detours import MOCK

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


def test_step_into_delayed_calls_is_back_in_the_caller(gdb: Gdb) -> None:
    assert places(gdb, "break outer", "run", "delete", "step", WHERE, "step",
                  WHERE, "step", WHERE) == [
        f"outer<main:{line('outer call')}",
        f"outer<main:{line('outer again')}",
        f"outer<main:{line('outer again')}"]


def test_steps_of_all_kinds_in_turn(gdb: Gdb) -> None:
    assert places(gdb, "break outer", "run", "delete", "step", WHERE, "next",
                  WHERE, "finish", WHERE, "step", WHERE) == [
        f"outer<main:{line('outer call')}",
        f"outer<main:{line('outer again')}",
        f"main:{line('main call')}",
        f"main:{line('main slow')}"]


def test_continue_after_a_step_into_a_delayed_call(gdb: Gdb) -> None:
    there, = places(gdb, "break outer", "run", "delete", "stepi 3", WHERE)
    assert there == "None<outer<main:0"


def test_backtrace_during_a_delay(gdb: Gdb) -> None:
    """The other thread looks until the first one is in nanosleep."""
    program = compile_c(HEAD + """
    KEEP int slow(void) { return 1; }
    KEEP void look(void) { }
    static void *other(void *arg) {
        char name[64], call[4] = "";
        snprintf(name, sizeof(name), "/proc/self/task/%d/syscall", getpid());
        while (strcmp(call, "35 ")) {
            FILE *file = fopen(name, "r");
            if (!file || !fgets(call, sizeof(call), file))
                abort();
            fclose(file);
        }
        look();
        return arg;
    }
    KEEP int caller(void) { return slow(); }
    int main(void) {
        pthread_t thread;
        pthread_create(&thread, NULL, other, NULL);
        return caller();
    }
    """)
    result = gdb.run(
        program, "break look", "run", "thread apply 1 backtrace", "kill",
        python=MOCK + "mock('', 'slow', '7', ms=60000)\nengine.refresh()\n")
    trace = [one for one in result.stdout.splitlines()
             if one.startswith("#")]
    assert [one.split(" in ")[1].split()[0] for one in trace[-3:]] == [
        "??", "caller", "main"], result.shown()
