# SPDX-License-Identifier: MIT
"""The agent in programs that do what few programs do: nothing of theirs
changes, and what can be hooked is hooked."""

import pathlib
import shutil

import pytest

from calls import HEAD
from conftest import Gdb, compile_c


def test_code_that_reads_data_first_is_hooked(gdb: Gdb) -> None:
    """Its copy has to be near the library's data: the session's memory must
    not lie around the library."""
    library = compile_c("""
        static int count = 3;
        int count_up(void) { return count++; }""", name="libcount.so",
        flags=("-g", "-O2", "-shared", "-fPIC"))
    program = compile_c(HEAD + """
        int count_up(void);
        int main(void) { return count_up() + count_up() - 7; }""",
        libraries=(str(library), f"-Wl,-rpath,{library.parent}"))
    result = gdb.run(program, "set ctester engine agent",
                     "ctester trace count_up", "run",
                     "ctester save trace.jsonl").expect_success()
    assert [(call["engine"], call["return"]["value"])
            for call in result.calls()] == [("agent", 3), ("agent", 4)]


STEPPED = """
    static int global, other;
    KEEP int add(int n) {
        global = n;
        other = n + global;
        return n * 3;
    }
    KEEP int multiply(int a, int b) {
        a += 2;
        b = a * b;
        global += b;
        return add(global) + other;
    }
    int main(void) {
        int r = add(3);
        r += multiply(r, 2);
        printf("%d\\n", r);
        return 0;
    }"""


@pytest.mark.parametrize("cc, flags", [("gcc", "-O0"), ("gcc", "-O1"),
                                       ("gcc", "-O2"), ("clang", "-O0"),
                                       ("clang", "-O2")])
def test_stepping_into_a_hooked_function_leaves_it_whole(
        gdb: Gdb, cc: str, flags: str) -> None:
    """GDB puts a breakpoint where it takes the body to begin, and tells
    nobody: in the bytes of a jump it would lead elsewhere."""
    if not shutil.which(cc):
        pytest.skip(f"{cc} is not there")
    program = compile_c(HEAD + STEPPED, cc=cc, flags=(
        "-g", flags, "-Wno-unknown-attributes"))
    result = gdb.run(program, "set ctester engine agent", "set ctester live "
                     "off", "ctester trace add multiply", "break main", "run",
                     "advance multiply", "step", "tbreak main", "run", "step",
                     "step", "step", "step", "continue",
                     "ctester save trace.jsonl").expect_success()
    assert "SIGSEGV" not in result.stdout
    assert "\n134\n" in result.stdout, result.shown()
    assert [call["return"]["value"]
            for call in result.calls(function="add")][-2:] == [9, 75]


def test_a_breakpoint_stays_where_the_body_begins(gdb: Gdb) -> None:
    """GDB looks for the prologue again when libraries come, and in memory."""
    program = compile_c(HEAD + """
        KEEP int leaf(int n) { return n * 3; }
        int main(void) { return leaf(0) + leaf(1) - 3; }""")
    result = gdb.run(program, "set ctester engine agent", "ctester trace leaf",
                     "break leaf if n == 1", "run", "print n", "continue",
                     "ctester save trace.jsonl").expect_success()
    assert "$1 = 1\n" in result.stdout, result.shown()
    assert len(result.calls()) == 2


def test_a_jump_to_a_function_of_the_other_engine(gdb: Gdb) -> None:
    """What is too short for the agent is seen by GDB: it returns to the agent
    and was called by whoever has called the hooked function."""
    program = compile_c(HEAD + """
        /* Far from the padding of others. */
        asm(".text\\n.skip 400, 0x51");
        KEEP int twice(int n) { return 2 * n; }
        KEEP int last(int n) { if (n > 100) puts("big"); return twice(n + 1); }
        int main(void) { return last(3) + twice(4) + last(5) - 28; }""",
        flags=("-g", "-Os"))
    result = gdb.run(program, "set ctester engine agent",
                     "ctester trace last twice", "ctester mock - twice 12 --times all "
                     "--if 'n == 6'", "run",
                     "ctester save trace.jsonl").expect_success()
    assert sorted({(call["function"], call["engine"], call["outcome"],
                    call["caller"]["function"], call["return"]["value"])
                   for call in result.calls()}) == [
        ("last", "agent", "real", "main", 8),
        ("last", "agent", "real", "main", 12),
        ("twice", "breakpoint", "mocked", "main", 12),
        ("twice", "breakpoint", "real", "main", 8)], result.shown()


@pytest.mark.parametrize("flags", ["-O1", "-O2", "-O2 -fcf-protection"])
def test_llvms_bodies_are_no_reason_when_nobody_steps(
        gdb: Gdb, flags: str) -> None:
    """They begin in the first bytes, nearly always."""
    if not shutil.which("clang"):
        pytest.skip("clang is not there")
    program = compile_c(HEAD + STEPPED, cc="clang", flags=(
        "-g", *flags.split(), "-Wno-unknown-attributes"))
    result = gdb.run(program, "set ctester engine agent",
                     "ctester trace add multiply", "run",
                     "ctester save trace.jsonl").expect_success()
    assert {(call["function"], call["engine"])
            for call in result.calls()} == {
        ("add", "agent"), ("multiply", "agent")}, result.shown()


SHORT = """
    void nothing(void) { }
    int same(int a) { return a; }
    int zero(void) { return 0; }
    int add(int a, int b) { return a + b; }
    int seven(void) { return 7; }
    long follow(long *p) { return *p; }
    double real(double x) { return x; }
    double twice(double x) { return x + x; }
    long minus(long n) { return -n; }"""

CALLS = """
    void nothing(void);
    int same(int), zero(void), add(int, int), seven(void);
    long follow(long *), minus(long);
    double real(double), twice(double);
    /* Nothing in the code says that these are called. */
    int (*volatile first)(int) = same;
    void (*volatile none)(void) = nothing;
    int main(void) {
        long n = 5;
        for (int i = 0; i < 3; i++) {
            none();
            printf("%d %d %d %d %ld %g %g %ld\\n", first(1), zero(),
                   add(1, 2), seven(), follow(&n), real(1), twice(2),
                   minus(3));
        }
        return 0;
    }"""
NAMES = "nothing same zero add seven follow real twice minus"


@pytest.mark.parametrize("cc, flags, hooked", [
    ("gcc", "-O2", set(NAMES.split())), ("clang", "-O2", set(NAMES.split())),
    ("gcc", "-Os", {"seven", "twice", "minus"}),
    ("clang", "-Os", {"seven", "twice", "minus"}),
    ("gcc", "-O2 -fcf-protection", set(NAMES.split())),
    # The next function begins as padding looks like.
    ("gcc", "-Os -fpatchable-function-entry=3", {"seven", "twice", "minus"}),
    ("clang", "-O1 -fsanitize=address", set())])
def test_short_functions_are_hooked_where_there_is_room(
        gdb: Gdb, tmp_path: pathlib.Path, cc: str, flags: str,
        hooked: set[str]) -> None:
    if not shutil.which(cc):
        pytest.skip(f"{cc} is not there")
    (tmp_path / "calls.c").write_text("#include <stdio.h>\n" + CALLS)
    program = compile_c(SHORT, cc=cc, flags=(
        "-g", *flags.split(), str(tmp_path / "calls.c")))
    result = gdb.run(program, "set environment ASAN_OPTIONS=detect_leaks=0",
                     "set ctester engine agent", "set ctester live off",
                     f"ctester trace {NAMES}", "run",
                     "ctester save trace.jsonl").expect_success()
    assert result.stdout.count("1 0 3 7 5 1 4 -3\n") == 3, result.shown()
    calls = result.calls()
    assert len(calls) == 27, result.shown()
    assert {call["function"] for call in calls
            if call["engine"] == "agent"} >= hooked, result.shown()


def test_a_library_is_hooked_that_is_opened_while_threads_run(
        gdb: Gdb) -> None:
    """Before its constructors run, each time."""
    needed = compile_c("int scale(int n) { return 7 * n + (n >> 2); }",
                       name="libneeded.so", flags=("-g", "-O2", "-shared",
                                                   "-fPIC"))
    plugin = compile_c("""
        static int count;
        int scale(int n);
        int work(int n) { count += n; return 3 * count + scale(n); }
        __attribute__((constructor)) static void begin(void) { work(1); }""",
        name="libplugin.so", flags=("-g", "-O2", "-shared", "-fPIC"),
        libraries=(str(needed), f"-Wl,-rpath,{needed.parent}"))
    program = compile_c(HEAD + """
        #include <dlfcn.h>
        static volatile int over;
        static void *spin(void *arg) { while (!over); return arg; }
        int main(int argc, char **argv) {
            pthread_t threads[3];
            for (int i = 0; i < 3; i++)
                pthread_create(&threads[i], NULL, spin, NULL);
            for (int round = 0; round < 2; round++) {
                void *plugin = dlopen(argv[1], RTLD_NOW);
                int (*work)(int) = dlsym(plugin, "work");
                printf("%d\\n", work(2) + work(3));
                dlclose(plugin);
            }
            over = 1;
            for (int i = 0; i < 3; i++)
                pthread_join(threads[i], NULL);
            return 0;
        }""", libraries=("-lpthread", "-ldl"))
    result = gdb.run(program, "set ctester engine agent",
                     "set ctester live off", "ctester trace libplugin:work", "ctester trace "
                     "libneeded:scale", "run", "ctester save trace.jsonl",
                     args=[str(plugin)]).expect_success()
    assert result.stdout.count("62\n") == 2, result.shown()
    calls = result.calls()
    assert [call["args"][0]["value"] for call in calls] == [
        1, 1, 2, 2, 3, 3] * 2, result.shown()
    opened = [call["engine"] for call in calls]
    assert opened[:6] == ["agent"] * 6, result.shown()
    # GDB tells of a library that is opened again, not of what that needs.
    assert {call["engine"] for call in calls
            if call["function"] == "work"} == {"agent"}


CHOSEN = HEAD + """
    #include <sys/time.h>
    #include <time.h>
    static volatile size_t size = 5;
    int main(void) {
        char a[64] = "hello", b[64] = "";
        struct timeval now;
        for (int i = 0; i < 3; i++) {
            memcpy(b, a, size);
            memmove(b + 1, b, size);
            memset(b + 10, 'x', size);
            gettimeofday(&now, NULL);
            printf("%zu %s %d %ld\\n", strlen(a), b, strcmp(a, b) > 0,
                   (long)time(NULL));
        }
        return 0;
    }"""


def test_functions_that_are_chosen_at_the_start_are_hooked(gdb: Gdb) -> None:
    """One that others enter behind its first instruction, memcpy(), and those
    of the kernel's library, among them."""
    program = compile_c(CHOSEN, flags=("-g", "-O1", "-fno-builtin"))
    names = ("memcpy", "memset", "strlen", "strcmp", "gettimeofday", "time")
    result = gdb.run(program, "set ctester engine agent",
                     "set ctester live off", f"ctester trace {' '.join(names)}",
                     "ctester mock libc time 1000 --times all",
                     "run", "ctester save trace.jsonl").expect_success()
    assert result.stdout.count("5 hhello 0 1000\n") == 3, result.shown()
    calls = result.calls()
    assert {call["function"] for call in calls} >= set(names)
    assert {call["engine"] for call in calls} == {"agent"}, result.shown()


def test_what_could_not_be_hooked_is_at_the_next_stop(gdb: Gdb) -> None:
    """In a breakpoint's stop(), other threads run."""
    program = compile_c(HEAD + """
        static volatile int over;
        static void *spin(void *arg) { while (!over); return arg; }
        KEEP int f(int n) { return 5 * n + 1; }
        KEEP void mark(int n) { over = n > 30; }
        int main(void) {
            pthread_t thread;
            pthread_create(&thread, NULL, spin, NULL);
            for (int i = 0; i < 33; i++) {
                mark(i);
                f(i);
            }
            return pthread_join(thread, NULL);
        }""", libraries=("-lpthread",))
    result = gdb.run(program, python="""
import gdb
class Begin(gdb.Breakpoint):
    count = 0
    def stop(self):
        self.count += 1
        if self.count == 2:
            gdb.execute("ctester trace f")
        return self.count == 11
gdb.execute("set ctester engine agent")
gdb.execute("set ctester live off")
gdb.execute("ctester trace main")
begin = Begin("mark")
gdb.execute("run")
begin.delete()
gdb.execute("continue")
gdb.execute("ctester save trace.jsonl")
""").expect_success()
    calls = result.calls(function="f")
    assert [call["args"][0]["value"] for call in calls] == list(range(1, 33))
    engines = [call["engine"] for call in calls]
    assert engines == ["breakpoint"] * 9 + ["agent"] * 23, result.shown()


CHILDREN = r"""
    #include <spawn.h>
    #include <sys/wait.h>
    #include <unistd.h>
    extern char **environ;
    KEEP int f(int n) { return n + 1; }
    KEEP int g(int n) { return n + 1; }
    static int wait_for(pid_t child) {
        int status;
        waitpid(child, &status, 0);
        return WEXITSTATUS(status);
    }
    int main(void) {
        char *words[] = {"sh", "-c", "exit 5", NULL};
        int sum = f(1);
        pid_t child = vfork();
        if (!child) {
            f(100);
            g(100);
            _exit(g(100) == 101 ? 6 : 99);
        }
        sum += f(2) + wait_for(child);
        child = vfork();
        if (!child) {
            f(200);
            execv("/bin/sh", words);
            _exit(99);
        }
        sum += f(3) + wait_for(child);
        posix_spawn(&child, "/bin/sh", NULL, NULL, words, environ);
        sum += f(4) + wait_for(child) + WEXITSTATUS(system("exit 4"));
        FILE *file = popen("exit 3", "r");
        sum += f(5) + WEXITSTATUS(pclose(file)) + g(7);
        printf("sum %d\n", sum);
        return 0;
    }"""


@pytest.mark.parametrize("engine", ["agent", "breakpoint"])
@pytest.mark.parametrize("follow", ["on", "off"])
def test_calls_of_a_child_before_it_executes_are_nobodys(
        gdb: Gdb, engine: str, follow: str) -> None:
    """It is in its parent's memory, and in its thread."""
    result = gdb.run(compile_c(HEAD + CHILDREN),
                     f"set ctester engine {engine}",
                     f"set ctester follow-fork {follow}",
                     "ctester trace f execve dup2 _exit",
                     "ctester trace g", "run",
                     "ctester save trace.jsonl").expect_success()
    assert "sum 51" in result.stdout, result.shown()
    events = result.events()
    program = next(event["pid"] for event in events if "pid" in event)
    calls = [(call["function"], call["return"]["value"])
             for call in result.calls() if call["pid"] == program]
    mine = [("f", n + 1) for n in range(1, 6)] + [("g", 8)]
    assert set(calls) <= set(mine)
    if follow == "off":
        assert calls == mine


def test_a_child_before_it_executes_uses_no_mock(gdb: Gdb) -> None:
    result = gdb.run(compile_c(HEAD + CHILDREN), "set ctester engine agent",
                     "ctester mock - g 50", "run").expect_success()
    assert "sum 93" in result.stdout, result.shown()


CLONED = r"""
    #include <sched.h>
    KEEP int f(int n) { return n + 1; }
    static volatile int stop;
    static volatile pid_t tid = 1;
    static int child(void *arg) {
        f(100);
        while (arg && !stop)
            f(101);
        return f(102);
    }
    int main(void) {
        static char stacks[2][65536];
        int status;
        f(1);
        pid_t pid = clone(child, stacks[0] + 65536, CLONE_VM | CLONE_VFORK |
                          SIGCHLD, NULL);
        waitpid(pid, &status, 0);
        f(2);
        pid = clone(child, stacks[0] + 65536, CLONE_VM | SIGCHLD, &status);
        for (int i = 0; i < 200; i++)
            f(3);
        stop = 1;
        waitpid(pid, &status, 0);
        printf("child %d\n", WEXITSTATUS(status));
        clone(child, stacks[1] + 65536, CLONE_VM | CLONE_FS | CLONE_FILES |
              CLONE_SIGHAND | CLONE_THREAD | CLONE_CHILD_CLEARTID, NULL,
              NULL, NULL, &tid);
        while (tid)
            usleep(100);
        return f(4) - 5;
    }"""


def test_clones_that_have_their_parents_thread_local_storage(
        gdb: Gdb) -> None:
    """Two of them write into one buffer otherwise."""
    result = gdb.run(compile_c(HEAD + CLONED), "set ctester engine agent",
                     "ctester trace f", "set ctester live off", "run",
                     "info ctester",
                     "ctester save trace.jsonl").expect_success()
    assert "child 103" in result.stdout, result.shown()
    assert [call["args"][0]["value"] for call in result.calls()] == [
        1, 2, *[3] * 200, 4], result.shown()
    assert "203 calls recorded, 2 not recorded" in result.stdout
    assert [event["text"] for event in result.events()
            if event["type"] == "note"] == [
        "2 calls were not seen: in signal handlers that interrupted the "
        "agent, or in too many threads"]


@pytest.mark.parametrize("call", ["mlockall(3)", "syscall(SYS_mlockall, 1)"])
def test_all_memory_is_locked(gdb: Gdb, call: str) -> None:
    """The agent's is larger than most machines."""
    program = compile_c(HEAD + f"""
        #include <sys/syscall.h>
        KEEP int f(int n) {{ return n + 1; }}
        int main(void) {{
            f(1);
            printf("locked: %d\\n", (int){call});
            return f(2) - 3;
        }}""")
    result = gdb.run(program, "set ctester engine agent", "ctester trace f",
                     "ctester trace mlockall", "run",
                     "ctester save trace.jsonl").expect_success()
    assert "locked: " in result.stdout
    assert [call["return"]["value"]
            for call in result.calls(function="f")] == [2, 3]
    assert [call["args"][0]["value"]
            for call in result.calls(function="mlockall")] in ([], [3])


@pytest.mark.parametrize("command", [
    "ctester mock - tick 7 --if 'i < 0' --times all",
    "ctester mock - tick 7 --if 'i < 0' --times 100000 --optional",
    "ctester fail tick --when 'i < 0' --ret 7"])
def test_handlers_that_interrupt_a_decision_have_their_mocks(
        gdb: Gdb, command: str) -> None:
    """However often they come; it is the same function, and thread."""
    program = compile_c(HEAD + """
        #include <sys/time.h>
        static volatile long alarms, bad;
        KEEP long tick(long i) { return i + 97; }
        static void on_alarm(int number) { bad += tick(-++alarms) != 7; }
        int main(void) {
            struct itimerval often = {{0, 300}, {0, 300}}, never = {0};
            signal(SIGPROF, on_alarm);
            setitimer(ITIMER_PROF, &often, 0);
            for (long i = 0; i < 4000000 && alarms < 50; i++)
                bad += tick(i) != i + 97;
            setitimer(ITIMER_PROF, &never, 0);
            return bad != 0;
        }""", flags=("-g", "-O2"))
    result = gdb.run(program, "set ctester engine agent",
                     "set ctester live off",
                     "handle SIGPROF nostop noprint pass", command, "run")
    assert result.status == 0, result.shown()


@pytest.mark.parametrize("function, first, last", [
    ("main.work", "runtime.text", "runtime.etext"),
    ("camlMain__work_81", "caml_system__code_begin", "caml_system__code_end"),
    ("caml_call_gc", "caml_system__code_begin", "caml_system__code_end")])
def test_code_that_knows_all_return_addresses(
        gdb: Gdb, function: str, first: str, last: str) -> None:
    """As collectors of Go and OCaml do; C beside it is hooked."""
    program = compile_c(HEAD + f"""
        extern const char begin[] asm("{first}"), end[] asm("{last}");
        KEEP int beside(int n) {{ return n + 1; }}
        asm("{first}: .globl {first}");
        KEEP int work(int n) asm("{function}");
        int work(int n) {{
            const char *to = __builtin_return_address(0);
            return to > end && to < end + 200 ? beside(n) : 0;
        }}
        asm("{last}: .globl {last}");
        KEEP void stop(void) {{ asm(""); }}
        int main(void) {{ stop(); return work(end > begin) != 2; }}""",
        flags=("-g", "-O1", "-fno-toplevel-reorder"))
    result = gdb.run(program, "set ctester engine agent",
                     f"ctester trace {function} beside", "break stop",
                     "run", "info ctester targets", "delete 1", "continue",
                     "ctester save trace.jsonl").expect_success()
    assert {(call["function"], call["engine"]) for call in result.calls()} == {
        (function, "breakpoint"), ("beside", "agent")}
    assert "by tables of its own" in result.stdout, result.shown()


def test_handlers_that_tell_a_collector_where_the_stack_is(gdb: Gdb) -> None:
    """It scans from there to the stack's other end."""
    program = compile_c(HEAD + """
        #include <stdatomic.h>
        KEEP void GC_gcollect(void) { asm(""); }
        KEEP int leaf(int n, const char *s) { return n + s[0]; }
        static volatile int done;
        static atomic_int handled, elsewhere;
        static char *low, *high;
        static void on_signal(int number) {
            char *here = (char *)&number;
            elsewhere += here < low || here >= high;
            handled++;
        }
        static void *body(void *arg) {
            while (!done)
                leaf(1, "some words, so that it takes its time");
            return arg;
        }
        int main(void) {
            pthread_attr_t attr;
            pthread_t thread;
            size_t size = 1 << 20;
            low = mmap(NULL, size, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
            high = low + size;
            pthread_attr_init(&attr);
            pthread_attr_setstack(&attr, low, size);
            signal(SIGUSR1, on_signal);
            pthread_create(&thread, &attr, body, NULL);
            for (int i = 0; i < 100; i++) {
                pthread_kill(thread, SIGUSR1);
                while (handled <= i)
                    sched_yield();
            }
            done = 1;
            pthread_join(thread, NULL);
            GC_gcollect();
            printf("elsewhere: %d\\n", elsewhere);
            return 0;
        }""")
    result = gdb.run(program, "set ctester engine agent",
                     "handle SIGUSR1 nostop noprint pass",
                     "ctester trace leaf --if 's == \"others\"'",
                     "run").expect_success()
    assert "elsewhere: 0\n" in result.stdout, result.shown()
