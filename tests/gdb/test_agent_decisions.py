# SPDX-License-Identifier: MIT
"""What the agent decides by itself, and what it asks GDB's side about: each
question is a stop, and is counted."""

from typing import Any

import pytest

import monitors
import test_monitor_heap
from calls import HEAD
from conftest import Gdb, Result, compile_c
from monitors import SCRIPT, told

COUNTING = """
from ctester import native
from ctester.state import engine, session

gdb.execute("set ctester engine agent")
asked = 0
trapped = session.trapped

def count_trap(*args):
    global asked
    asked += 1
    return trapped(*args)

session.trapped = count_trap

def by_gdb():
    # Functions that have been met, and were not hooked.
    gdb.execute("ctester save by_gdb.jsonl")
    with open("by_gdb.jsonl") as lines:
        calls = [json.loads(line) for line in lines]
    assert calls
    return sorted({call["function"] for call in calls
                   if call.get("engine") == "breakpoint"})

def assert_all():
    # How many calls there were.
    from ctester import strict
    verifier = strict.verifier()
    verifier.collect()
    calls = list(verifier.timeline.unasserted())
    with ctester.in_any_order():
        for call in calls:
            native.assert_call(call.library, call.function, args=call.args)
    return len(calls)

def run(*argv, **options):
    with ctester.sandbox(**options):
        done = ctester.run(*argv)
    return [int(word) for word in done.stdout.split()]
"""

PROGRAM = HEAD + """
KEEP int add(int a, int b) { return a + b; }
KEEP int twice(int n) { return add(n, n); }
KEEP int other(int n) { return add(n, 1); }
int main(int argc, char **argv) {
    long sum = 0;
    for (int i = 0; i < 200; i++)
        sum += twice(i) + other(i) + add(i, -i);
    printf("%ld\\n", sum);
    return 0;
}
"""
TWICE, OTHER, MAIN = 199 * 200, 199 * 100 + 200, 0


def run(gdb: Gdb, script: str, source: str = PROGRAM,
        **options: Any) -> Result:
    program = compile_c(source, flags=options.pop("flags", ("-g", "-O0")),
                        libraries=options.pop("libraries", ("-lpthread",)))
    return gdb.run(program, python=SCRIPT + COUNTING + script, **options)


def test_a_caller_is_asked_about_once(gdb: Gdb) -> None:
    result = run(gdb, """
native.mock_call(None, "add", returns=0, times=None, caller="twice")
tell([run(), asked, assert_all()])
""")
    # From three places.
    assert told(result) == [[OTHER], 3, 200]


def test_of_a_filter_too(gdb: Gdb) -> None:
    result = run(gdb, """
gdb.execute("ctester trace add --if '$caller == \\"other\\"'")
gdb.execute("run")
gdb.execute("ctester save trace.jsonl")
tell([asked, by_gdb()])
""")
    assert told(result) == [3, []]
    calls = result.calls()
    assert len(calls) == 200
    assert {call["caller"]["function"] for call in calls} == {"other"}
    assert {call["engine"] for call in calls} == {"agent"}


@pytest.mark.parametrize("how", ["queue", "standing", "failure"])
def test_whatever_names_a_caller_asks_once(gdb: Gdb, how: str) -> None:
    mock = """ctester mock - add 0 --times %s --if '$caller == "twice"'"""
    script = {
        "queue": f"gdb.execute({mock % 200!r})\nrun = ctester.run",
        "standing": f"gdb.execute({mock % 'all'!r})\nrun = ctester.run",
        "failure": 'monitored["add"] = True\nfailures.add = FAIL_ALWAYS\n'
                   'failures.add.caller = "twice"'}[how]
    result = run(gdb, script + "\ngot = run()\n"
                 "tell([getattr(got, 'stdout', got), asked, by_gdb()])")
    assert told(result) in ([f"{OTHER}\n", 3, []], [[OTHER], 3, []])


def test_rules_that_name_a_caller_ask_once(gdb: Gdb) -> None:
    result = run(gdb, """
native.spy(None, "add", caller="twice")
native.allow(None, "add")
tell([run(), asked, by_gdb(), assert_all()])
""")
    assert told(result) == [[TWICE + OTHER], 3, [], 200]


def test_a_name_that_is_asked_for_later(gdb: Gdb) -> None:
    """What was known of a caller was not whether it is called that."""
    result = run(gdb, """
native.mock_call(None, "add", returns=1, times=None, caller="go_on",
                 required=False)
native.allow(None, "add")
with ctester.sandbox():
    gdb.execute("break *&go_on")
    gdb.execute("run")
    known = asked
    native.mock_call(None, "add", returns=0, times=None, caller="twice")
    gdb.execute("continue")
assert_all()
tell([known, asked, by_gdb()])
""", source=HEAD + """
KEEP int add(int a, int b) { return a + b; }
KEEP int twice(int n) { return add(n, n); }
KEEP void go_on(void) { __asm__(""); }
int main(void) {
    int first = twice(2) + twice(3);
    go_on();
    return first + twice(4) + twice(5) != 10;
}
""")
    assert told(result) == [1, 2, []]


def test_more_callers_than_there_is_room_for(gdb: Gdb) -> None:
    """Those that are not known are asked about each time."""
    sites = 4096 + 40
    result = run(gdb, """
native.mock_call(None, "add", returns=7, times=None, caller="many")
got = run()
tell([got, asked, assert_all()])
""", source=HEAD + f"""
KEEP int add(int a, int b) {{ return a + b; }}
KEEP long many(void) {{
    long sum = 0;
    __asm__ volatile(".rept {sites}\\n"
                     "mov $1, %%edi\\nmov $1, %%esi\\n"
                     "call add\\nadd %%rax, %0\\n.endr"
                     : "+r"(sum)
                     : : "rax", "rdi", "rsi", "rcx", "rdx", "r8", "r9", "r10",
                         "r11", "memory");
    return sum;
}}
int main(void) {{
    printf("%ld\\n", many() + many());
    return 0;
}}
""")
    got, asked, count = told(result)
    assert (got, count) == ([2 * sites * 7], 2 * sites)
    assert sites < asked < sites + 1000


def test_a_script_is_asked_where_no_other_mock_answers(gdb: Gdb) -> None:
    result = run(gdb, """
native.mock_call(None, "add", returns=1, times=100)
native.mock_call(None, "add", returns=5, when=lambda a, b: a == 50)
native.mock_call(None, "add", returns=2, times=None)
tell([run(), asked, assert_all()])
""")
    # Calls 101 to 151 are those before and with the 51st of each.
    assert told(result) == [[100 + 5 + 499 * 2], 51, 600]


def test_a_thread_has_a_number(gdb: Gdb) -> None:
    """Told when its first call asks for it."""
    result = run(gdb, """
monitored["add"] = True
failures.add = FAIL_ALWAYS
failures.add.thread = 2
got = run()
tell([got, asked, by_gdb(), stats.add.called, stats.add.failed])
""", source=HEAD + """
KEEP int add(int a, int b) { return a + b; }
static void *body(void *arg) {
    long sum = 0;
    for (int i = 0; i < 100; i++)
        sum += add(1, 0);
    return (void *)sum;
}
int main(void) {
    pthread_t threads[3];
    void *sum;
    for (int i = 0; i < 3; i++) {
        pthread_create(&threads[i], 0, body, 0);
        pthread_join(threads[i], &sum);
        printf("%ld\\n", (long)sum);
    }
    printf("%ld\\n", (long)body(0));
    return 0;
}
""")
    got, asked, left, called, failed = told(result)
    assert got == [0, 100, 100, 100]
    assert (asked, left, called, failed) == (4, [], 400, 100)


def test_a_signal_finds_the_program_behind_the_call(gdb: Gdb) -> None:
    """Its handler sees the caller's registers, and may leave by a jump."""
    result = run(gdb, """
gdb.execute("handle SIGSEGV SIGALRM SIGUSR1 nostop noprint pass")
native.mock_call(None, "add", returns=4, signal="SEGV")
native.mock_call(None, "add", returns=5, signal="ALRM", errno="EINTR")
native.mock_call(None, "add", returns=6, signal="INT", times=2)
native.mock_call(None, "add", returns=7)
gdb.execute("handle SIGINT nostop noprint pass")
tell([run(), asked, by_gdb(), assert_all()])
""", source=HEAD + """
static sigjmp_buf where;
static volatile long seen_ip, seen_result;
static void on_signal(int number, siginfo_t *info, void *context) {
    const ucontext_t *at = context;
    seen_ip = at->uc_mcontext.gregs[REG_RIP];
    seen_result = at->uc_mcontext.gregs[REG_RAX];
    if (number == SIGALRM)
        siglongjmp(where, 1);
}
KEEP int add(int a, int b) { return a + b; }
extern char behind[];
KEEP int call(int n) {
    int result;
    __asm__ volatile("mov %1, %%edi\\nmov $1, %%esi\\ncall add\\n"
                     ".globl behind\\nbehind:"
                     : "=a"(result) : "r"(n)
                     : "rdi", "rsi", "rcx", "rdx", "r8", "r9", "r10", "r11",
                       "memory");
    return result;
}
static void *body(void *arg) {
    seen_ip = seen_result = 0;
    printf("%d ", call(1));
    printf("%d %ld\\n", seen_ip == (long)behind, seen_result);
    return 0;
}
int main(void) {
    struct sigaction action = {.sa_sigaction = on_signal,
                               .sa_flags = SA_SIGINFO};
    int numbers[] = {SIGSEGV, SIGALRM, SIGINT};
    pthread_t thread;
    for (int i = 0; i < 3; i++)
        sigaction(numbers[i], &action, 0);
    body(0);
    if (!sigsetjmp(where, 1))
        body(0);
    else
        printf("%d %ld %d\\n", seen_ip == (long)behind, seen_result,
               errno == EINTR);
    body(0);
    pthread_create(&thread, 0, body, 0);
    pthread_join(thread, 0);
    body(0);
    return 0;
}
""")
    got, asked, left, count = told(result)
    assert got == [4, 1, 4, 1, 5, 1, 6, 1, 6, 6, 1, 6, 7, 0, 0]
    assert (asked, left, count) == (0, [], 5)


def test_monitored_calls_stop_nowhere(gdb: Gdb) -> None:
    result = run(gdb, """
monitored["add"] = True
failures["add"] = "3,5-7,300-"
got = run()
tell([got, asked, by_gdb(), stats["add"].called, stats["add"].failed])
""")
    got, asked, left, called, failed = told(result)
    assert (asked, left, called, failed) == (0, [], 600, 4 + 301)


def test_neighbours_that_are_allowed_stop_nowhere(gdb: Gdb) -> None:
    """And one that is not, does."""
    result = run(gdb, """
native.mock_call("libm", "sqrt", returns=2.0)
native.allow("libm", "cbrt")
try:
    with ctester.sandbox(strict="library"):
        ctester.run()
except ctester.StrictError as error:
    tell([str(error).splitlines()[0], asked, by_gdb(), assert_all()])
""", source=HEAD + """
#include <math.h>
KEEP double call(double x) { return cbrt(x); }
int main(int argc, char **argv) {
    volatile double x = sqrt(argc);
    for (int i = 0; i < 200; i++)
        call(x);
    return (int)log1p(x);
}
""", libraries=("-lm",))
    # By sqrt() nobody asks; by the second place, its call is stopped.
    assert told(result, status=1) == [
        "log1p(2.0) in libm was called but no mock was registered.", 3, [],
        1]


def test_step_to_a_mocked_function_is_back_in_its_caller(gdb: Gdb) -> None:
    """It never gets to where GDB waits for it: behind the prologue."""
    result = run(gdb, """
def line():
    return gdb.selected_frame().find_sal().line - start

gdb.execute("ctester mock --times all - add 9")
gdb.execute("break main")
gdb.execute("run")
gdb.execute("delete")
start = gdb.selected_frame().find_sal().line
lines = []
for command in ("next", "step", "step", "step", "step"):
    gdb.execute(command)
    lines.append(line())
gdb.execute("continue")
gdb.execute("ctester save trace.jsonl")
tell(lines)
""", source=HEAD + """
KEEP int add(int a, int b) { return a + b; }
int main(void) {
    int sum = 0;
    sum += add(1, 2);
    sum += add(3, 4);
    sum += add(5, 6);
    return sum != 27;
}
""")
    assert told(result) == [1, 1, 2, 2, 3]
    assert [call["engine"] for call in result.calls()] == [
        "breakpoint", "breakpoint", "agent"]


def test_threads_that_ask_at_once(gdb: Gdb) -> None:
    """Each of the mocks that a script judges answers once, with handlers of
    signals in between that are hooked, too."""
    result = run(gdb, """
gdb.execute("handle SIGALRM nostop noprint pass")
for value in range(1, 41):
    native.mock_call(None, "add", returns=value,
                     when=lambda a, b: a % 2 == 0)
native.mock_call(None, "add", returns=1000, times=40, caller="body")
native.spy(None, "add")
gdb.execute("ctester trace handled")
tell([run(), assert_all(), by_gdb()])
""", source=HEAD + """
KEEP int add(int a, int b) { return 0; }
KEEP int handled(int number) { return number; }
static void on_alarm(int number) { handled(number); }
static void *body(void *arg) {
    long sum = 0;
    for (int i = 0; i < 40; i++)
        sum += add(i, (int)(long)arg);
    return (void *)sum;
}
int main(void) {
    pthread_t threads[4];
    struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
    struct itimerval every = {{0, 5000}, {0, 5000}};
    long sum = 0;
    sigaction(SIGALRM, &action, 0);
    setitimer(ITIMER_REAL, &every, 0);
    for (long i = 0; i < 4; i++)
        pthread_create(&threads[i], 0, body, (void *)i);
    for (int i = 0; i < 4; i++) {
        void *part;
        pthread_join(threads[i], &part);
        sum += (long)part;
    }
    printf("%ld\\n", sum);
    return 0;
}
""")
    assert told(result) == [[40 * 41 // 2 + 40 * 1000], 160, []]


def test_a_program_that_is_killed_while_it_asks(gdb: Gdb) -> None:
    result = run(gdb, """
import signal
from ctester.state import session
counted = session.trapped

def killed(*args):
    if asked == 2:
        os.kill(gdb.selected_inferior().pid, signal.SIGKILL)
    return counted(*args)

session.trapped = killed
native.mock_call(None, "add", returns=9, times=None, required=False,
                 when=lambda a, b: a == 3)
native.spy(None, "add")
with ctester.sandbox():
    done = ctester.run()
tell([done.signal, done.stdout, assert_all() > 1])
""")
    assert told(result) == [9, "", True]
    assert not result.stderr, result.shown()


def test_a_signal_changes_nothing_else(gdb: Gdb) -> None:
    """Results of all kinds, vector registers, the alternate stack, a signal
    that is blocked."""
    result = run(gdb, """
gdb.execute("handle SIGUSR1 nostop noprint pass")
native.mock_call(None, "add", returns=7, signal="USR1", times=3)
native.mock_call(None, "real", returns=2.5, signal="USR1")
native.mock_call(None, "wide", returns=0.1, signal="USR1", errno=11)
native.mock_call(None, "pair", returns={"a": 1.5, "b": -9}, signal="USR1")
native.mock_call(None, "big", returns={"a": [3, 4, 5]}, signal="USR1")
tell([run(), asked, assert_all(), by_gdb()])
""", source=HEAD + """
struct pair { double a; long b; };
struct big { long a[3]; };
KEEP int add(int a, int b) { return a + b; }
KEEP double real(double x) { return x; }
KEEP long double wide(long double x) { return x; }
KEEP struct pair pair(int n) { return (struct pair){n, n}; }
KEEP struct big big(int n) { return (struct big){{n, n, n}}; }
static volatile int handled;
static void on_signal(int number) { handled++; }
static char stack[1 << 16], before[32], after[32];
__attribute__((target("avx"))) static int keeps_vectors(void) {
    int result;
    memset(before, 0x5a, sizeof(before));
    __asm__ volatile("vmovdqu %2, %%ymm9\\n"
                     "mov $1, %%edi\\nmov $2, %%esi\\ncall add\\n"
                     "vmovdqu %%ymm9, %1\\n"
                     : "=a"(result), "=m"(after) : "m"(before)
                     : "rdi", "rsi", "rcx", "rdx", "r8", "r9", "r10", "r11",
                       "xmm9", "memory");
    return result == 7 && !memcmp(before, after, sizeof(after));
}
int main(void) {
    struct sigaction action = {.sa_handler = on_signal,
                               .sa_flags = SA_ONSTACK};
    stack_t other = {.ss_sp = stack, .ss_size = sizeof(stack)}, now;
    sigset_t set;
    sigaction(SIGUSR1, &action, 0);
    sigaltstack(&other, 0);
    int kept = __builtin_cpu_supports("avx") ? keeps_vectors()
                                             : add(1, 2) == 7;
    sigaltstack(0, &now);
    printf("%d %d ", kept, now.ss_sp == stack && !now.ss_flags);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, 0);
    int so_far = handled, got = add(1, 2);
    printf("%d %d ", got, handled == so_far);
    sigprocmask(SIG_SETMASK, 0, &set);
    printf("%d ", sigismember(&set, SIGUSR1) && !sigismember(&set, SIGALRM));
    sigprocmask(SIG_UNBLOCK, &set, 0);
    printf("%d ", handled == so_far + 1);
    printf("%d ", add(1, 2) + handled);
    printf("%d ", real(1) == 2.5);
    errno = 0;
    int same = wide(1) == 0.1L;
    printf("%d %d ", same, errno);
    struct pair two = pair(1);
    printf("%d %d ", two.a == 1.5 && two.b == -9, big(1).a[2] == 5);
    printf("%d\\n", handled);
    return 0;
}
""")
    assert told(result) == [[1, 1, 7, 1, 1, 1, 10, 1, 1, 11, 1, 1, 7], 0, 7,
                            []]


def test_start_up_code_needs_no_mocks(gdb: Gdb) -> None:
    """It calls neighbours of what is mocked, and nobody has meant that."""
    result = run(gdb, """
native.mock_call("libm", "sqrt", returns=2.0)
tell([run(strict="library"), asked, assert_all(), by_gdb()])
""", source=HEAD + """
#include <math.h>
KEEP static double __do_global_dtors_aux(double x) { return cbrt(x); }
int main(int argc, char **argv) {
    double sum = sqrt(argc);
    for (int i = 0; i < 3; i++)
        sum += __do_global_dtors_aux(8 * argc);
    printf("%d\\n", (int)sum);
    return 0;
}
""", libraries=("-lm",))
    assert told(result) == [[8], 1, 1, []]


def test_blocks_are_looked_after_in_the_sandbox_alone(gdb: Gdb) -> None:
    """Outside of it, monitored calls of malloc() stop nowhere."""
    result = run(gdb, """
monitored.malloc = monitored.free = True
tell([run(start="inside"), asked, stats.malloc.called, stats.free.called,
      [call.params.size for call in stats.malloc.calls]])
""", source=HEAD + """
KEEP int inside(void) {
    void *first = malloc(11), *other = malloc(12);
    free(first);
    int kept = first != other;
    free(other);
    return kept;
}
int main(void) {
    for (int i = 0; i < 200; i++)
        free(malloc(10));
    printf("%d\\n", inside());
    return 0;
}
""", flags=("-g", "-O0", "-fno-builtin"))
    assert told(result) == [[1], 4, 2, 2, [11, 12]]


def test_a_double_free_of_a_hooked_program_is_survived(gdb: Gdb) -> None:
    """And realloc() gives a block up that it has moved."""
    found = told(monitors.run(
        gdb, monitors.compile_program(test_monitor_heap.FREES),
        COUNTING + test_monitor_heap.SCRIPT
        + "tell([end('t'), asked > 2, end('z'), stats.memory.used])"))
    assert [found[0][0], *found[0][2:]] == ["double_free", "0", 2]
    assert found[1:] == [True, [0, "1", 2], 0]
