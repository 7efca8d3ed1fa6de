# SPDX-License-Identifier: MIT
"""What commands say and record is the same under both engines: many cases in
one GDB for each."""

import json
import pathlib
import re
from typing import Any, List, Sequence

import conformance
from calls import HEAD
from conftest import Gdb, compile_c

DRIVER = """
import json
import gdb
import ctester

gdb.execute("set ctester engine {engine}")
gdb.execute("handle SIGUSR1 SIGALRM nostop noprint pass")
gdb.execute("set confirm off")

said = open("said", "w")
count = 0
monitored = []

def do(command):
    try:
        return gdb.execute(command, to_string=True)
    except gdb.error as error:
        return f"error: {error}"

def say(command):
    print(json.dumps([command, do(command).splitlines()]), file=said)

def case(*commands):
    '''From nothing; what is said, and the trace.'''
    global count
    count += 1
    for command in ("set ctester live off", "delete", "ctester sandbox close",
                    *[f"ctester monitor --off {name}" for name in monitored],
                    "ctester untrace", "ctester unsyscall", "ctester clear"):
        do(command)
    for command in commands:
        say(command)
    say("ctester stats")
    say(f"ctester save {count:02}.jsonl")
    say(f"ctester save {count:02}.txt")
    for line in open(f"{count:02}.txt"):
        print(json.dumps(line), file=said)
    said.flush()
    if gdb.selected_inferior().pid:
        gdb.execute("kill", to_string=True)
"""
# Times, processes, and where something is.
CHANGING = re.compile(r"0x[0-9a-f]+|process \d+|\[\d+\]|\d{4,}")
# In a table of calls; GDB does not wait for returns that nobody wants.
MOMENTS = re.compile(r"^( +\d+ +\d+) +\S+ +\S+ (?=.*:)")
# What GDB says by itself, and what only one engine has to say.
ENGINES = re.compile(r"^(agent|breakpoint): |engine: |by GDB: |^\[|^Using |"
                     r"^Reading symbols |^warning: ")


def plain(line: str) -> Any:
    """What a command has said, without what no two runs share."""
    said = json.loads(line)
    if isinstance(said, str):
        return CHANGING.sub("#", said)
    command, text = said
    return [command, [CHANGING.sub("#", MOMENTS.sub(r"\1", each))
                      for each in text if not ENGINES.search(each)]]


def run_both(gdb: Gdb, tmp_path: pathlib.Path, cases: str,
             program: pathlib.Path, unhooked: Sequence[str] = ()
             ) -> List[Any]:
    """Run cases under both engines; what has been said.

    unhooked: functions with calls that are left to GDB.
    """
    said = []
    for engine in ("breakpoint", "agent"):
        gdb.directory = tmp_path / engine
        gdb.directory.mkdir()
        result = gdb.run(program, timeout=60,
                         python=DRIVER.replace("{engine}", engine) + cases)
        assert "Traceback" not in result.stderr, result.shown()
        # Two processes have no order.
        said.append([plain(line) for line in (gdb.directory / "said").open()
                     if "+++" not in line])
    for one, other in zip(*said):
        assert one == other
    assert len(said[0]) == len(said[1])
    found = conformance.compare_directories(tmp_path / "breakpoint",
                                            tmp_path / "agent")
    assert not found, "\n".join(found[:20])
    calls = [json.loads(line) for path in (tmp_path / "agent").glob("*.jsonl")
             for line in path.open()]
    engines = {(call["function"], call["engine"]) for call in calls
               if call["type"] == "call" and "library" in call}
    assert engines
    assert sorted({function for function, engine in engines
                   if engine != "agent"}) == sorted(unhooked)
    return said[0]


ITEMS = HEAD + r"""
#include <math.h>
struct point { int x, y; };
struct node { int id; const char *name; struct node *next; int values[5]; };
enum color { RED, GREEN, BLUE };
KEEP int area(struct point p) { return p.x * p.y; }
KEEP struct point origin(int n) { return (struct point){n, n}; }
KEEP struct node *walk(struct node *node) { return node->next; }
KEEP const char *name_of(const struct node *node) { return node->name; }
KEEP enum color color(int n) { return (enum color)(n % 3); }
KEEP double half(double x) { return x / 2; }
KEEP void nothing(int n) { __asm__("" :: "r"(n)); }
KEEP int fails(int n) { errno = n; return -1; }
KEEP int deep(int n) { return n ? deep(n - 1) + area((struct point){n, 1}) : 0; }
static void *body(void *arg) { return (void *)(long)area((struct point){7, 7}); }
int main(int argc, char **argv)
{
    struct node last = {2, "a rather long name, of many letters", 0, {1, 2}};
    struct node first = {1, "first", &last, {3, 4, 5, 6, 7}};
    int sum = 0;
    for (int i = 1; i < 6; i++) {
        struct point at = origin(i);
        errno = 0;
        sum += area(at) + color(i) + fails(i) + errno;
        nothing(i);
    }
    struct node *next = walk(&first);
    const char *name = name_of(&last);
    printf("%d %d %s %g %d %g\n", sum, next ? next->id : -1, name ? name : "-",
           half(sum), deep(3), sqrt(sum));
    pthread_t thread;
    void *result;
    pthread_create(&thread, 0, body, 0);
    pthread_join(thread, &result);
    printf("%ld %s\n", (long)result, getenv("NOWHERE") ? "set" : "not set");
    return 0;
}
"""


def items(name: str = "prog") -> pathlib.Path:
    return compile_c(ITEMS, name=name, libraries=("-lm", "-lpthread"))


def test_tracing(gdb: Gdb, tmp_path: pathlib.Path) -> None:
    run_both(gdb, tmp_path, """
case("ctester trace area", "ctester trace nowhere", "info ctester targets",
     "run > out", "ctester show 3", "ctester show", "info ctester")
case("ctester trace ?a* are?", "run > out", "ctester show 2")
case("ctester trace libm:s*", "ctester trace --scope program getenv printf",
     "run > out", "ctester show")
case("ctester trace area deep", "tbreak nothing", "run > out",
     "info ctester targets area", "ctester untrace deep",
     "ctester trace area --if 'p.x > 2'", "tbreak body", "continue",
     "ctester stats area", "ctester untrace", "ctester trace half", "continue")
case("ctester trace walk name_of", "set ctester string-limit 5",
     "set ctester array-limit 2", "set ctester depth 1", "run > out",
     "set ctester depth 0", "run > out", "set ctester string-limit 200",
     "set ctester array-limit 200", "set ctester depth 3", "run > out",
     "show ctester depth")
case("ctester trace area", "tbreak nothing", "run > out", "ctester clear",
     "continue")
case("ctester trace area fails", "set ctester trace-file 90.jsonl",
     "run > out", "set ctester trace-file 91.txt", "run > out",
     "set ctester trace-file")
case("ctester trace deep area fails", "set ctester live on", "run > out")
case("ctester trace area", "break deep if n == 2", "run > out", "bt 3",
     "up", "ctester show 1", "delete", "continue")
""", items())
    for name in ("90.jsonl", "91.txt"):
        assert (tmp_path / "agent" / name).stat().st_size > 500


def test_mocks(gdb: Gdb, tmp_path: pathlib.Path) -> None:
    run_both(gdb, tmp_path, """
for mocks in (["area -1 --if 'p.x > 3' --times 2", "origin {x = 4, y = -2}",
               "walk NULL", "name_of 'a b'", "color BLUE --times 3",
               "half nan --optional", "fails 0 --if 'n == 77'"],
              ["origin {1, 2} --times all", "walk '&{id = 9}'", "half 1e-3",
               "nothing void", "fails 5 --errno ENOENT --times 2",
               "deep 9 --if '$depth == 1'", "--scope all area 3 --times 2"],
              ["area 8 --if '$caller == \\"deep\\"' --times all",
               "area 6 --if '$tid != $pid'", "area 5 --if '$nth == 3'"]):
    case(*[f"ctester mock - {options}" for options in mocks],
         "info ctester mocks", "run > out", "shell cat out",
         "info ctester mocks")
case("ctester mock libm sqrt 3.0 --times all",
     "ctester mock libc getenv set --if 'name ~ \\\\"NO*\\\\"'", "run > out",
     "shell cat out", "info ctester mocks")
case("ctester trace area", "ctester mock - area 1", "ctester mock - area 2",
     "ctester mock --times 2 - area 3", "tbreak nothing", "run > out",
     "info ctester mocks", "ctester mock - area 40", "continue",
     "shell cat out", "info ctester mocks")
case("ctester mock - area 1 --times all", "tbreak nothing", "run > out",
     "ctester clear", "continue", "shell cat out")
case("ctester mock - area x", "ctester mock - nowhere 1",
     "ctester mock - area 1 --errno NONE", "run > out")
""".replace("\\\\", "\\"), items())


def test_strict_commands(gdb: Gdb, tmp_path: pathlib.Path) -> None:
    run_both(gdb, tmp_path, """
case("ctester mock - area 7", "ctester sandbox open", "ctester sandbox",
     "run > out", "bt", "info ctester", "continue", "continue", "continue",
     "delete", "kill", "ctester sandbox close",
     "ctester assert prog area '{x = 1, y = 1}'",
     "ctester assert - area 5", "ctester verify")
case("ctester mock - area 7 --times 8", "ctester mock - origin {9,9} --times 5",
     "ctester sandbox open", "run > out", "shell cat out",
     "ctester sandbox close",
     "ctester assert - origin 2", "ctester assert - origin 1",
     "ctester assert --any-order - area '{x = 7, y = 7}'",
     "ctester assert - area *", "ctester assert - origin ...",
     "ctester verify")
case("ctester mock - area 7 --times all --optional",
     "ctester sandbox open --start origin", "run > out", "shell cat out",
     "ctester sandbox close", "ctester verify")
case("ctester mock - area 7 --times all --optional",
     "ctester sandbox open --start origin --end walk", "run > out",
     "shell cat out", "ctester sandbox close", "ctester verify")
case("ctester mock libm sqrt 2", "ctester mock libc getenv NULL",
     "ctester sandbox open --strict", "run > out", "kill",
     "ctester sandbox close", "ctester verify")
""", items())


def test_monitored_functions(gdb: Gdb, tmp_path: pathlib.Path) -> None:
    run_both(gdb, tmp_path, """
monitored = "area fails half walk origin color name_of getenv printf".split()
case("ctester monitor area fails half", "ctester monitor",
     "ctester fail getenv --ret set", "ctester trace walk", "run > out",
     "ctester stats area", "ctester monitor --off fails", "ctester monitor")
for failures in (["area second --ret 5", "half --ret 0.5", "walk first",
                  "color third --ret GREEN", "name_of --ret none"],
                 ["area calls 1,3-4,7- --ret -1 --errno ENOMEM",
                  "origin twice --ret {5,6}", "fails 5",
                  "color 0x80000000+"],
                 ["area 0b101 --when 'p.x != 2' --caller main",
                  "half never"],
                 ["area --thread 2 --ret 3"]):
    case(*[f"ctester fail {options}" for options in failures], "run > out",
         "shell cat out", "ctester stats")
case("ctester fail area --ret 1", "tbreak nothing", "run > out",
     "ctester stats area", "ctester fail area calls 2 --errno 5",
     "tbreak body", "continue", "ctester clear", "continue", "shell cat out")
case("set ctester endless-masks on", "ctester fail area 0x80000001",
     "run > out", "ctester stats area", "set ctester endless-masks off")
""", items())


def test_system_calls_between_functions(gdb: Gdb,
                                        tmp_path: pathlib.Path) -> None:
    """They are in one order."""
    run_both(gdb, tmp_path, """
case("ctester syscall close --if 'fd > 90'", "ctester trace f", "run > out",
     "ctester show")
case("ctester syscall getpid close --if '$caller == \\"f\\"'", "ctester mock - f 5 --times all",
     "run > out", "shell cat out", "ctester show", "info ctester syscalls")
""", compile_c(HEAD + """
        KEEP int f(int n) { close(n); return n + getpid() * 0; }
        int main(void) {
            int sum = 0;
            for (int i = 0; i < 4; i++) {
                sum += f(100 + i);
                close(200 + i);
            }
            printf("%d\\n", sum);
            return 0;
        }"""))


def test_ways_out_of_calls(gdb: Gdb, tmp_path: pathlib.Path) -> None:
    """By exceptions, by the end of a thread, by another stack; and handlers on
    a stack of their own."""
    program = compile_c(r"""
        #include <csignal>
        #include <csetjmp>
        #include <cstdio>
        #include <cstring>
        #include <stdexcept>
        #include <pthread.h>
        #include <ucontext.h>
        #define KEEP extern "C" __attribute__((noinline, noipa))
        struct guard { int *n; ~guard() { ++*n; } };
        static int ended;
        KEEP int throws(int n) {
            if (n > 2) throw std::runtime_error("x");
            return n;
        }
        KEEP int passes(int n) { guard g{&ended}; return throws(n) + 1; }
        KEEP int again(int n) {
            try { return passes(n); } catch (int) { return 0; }
        }
        KEEP int catches(int n) {
            try { return again(n); }
            catch (const std::exception &) { return -passes(1); }
        }
        KEEP int leaves(int n) { guard g{&ended}; pthread_exit(0); return n; }
        KEEP int outer(int n) { return leaves(n) + 1; }
        static void *body(void *) { outer(4); return 0; }
        static ucontext_t here, there;
        static char stack[1 << 16], other[1 << 16];
        KEEP int yields(int n) { swapcontext(&there, &here); return n; }
        static void routine() { yields(5); yields(6); }
        static sigjmp_buf where;
        KEEP int handled(int n) { if (n == 9) siglongjmp(where, 1); return n; }
        static void on_signal(int n) { handled(n == SIGUSR1 ? 8 : 9); }
        KEEP int signals(int n) { raise(n); return n; }
        int main() {
            int sum = catches(1) + catches(3);
            pthread_t thread;
            pthread_create(&thread, 0, body, 0);
            pthread_join(thread, 0);
            getcontext(&there);
            there.uc_stack.ss_sp = stack;
            there.uc_stack.ss_size = sizeof(stack);
            there.uc_link = &here;
            makecontext(&there, routine, 0);
            for (int i = 0; i < 3; i++) {
                swapcontext(&here, &there);
                sum += throws(i);
            }
            stack_t alternate = {};
            alternate.ss_sp = other;
            alternate.ss_size = sizeof(other);
            sigaltstack(&alternate, 0);
            struct sigaction action = {};
            action.sa_handler = on_signal;
            action.sa_flags = SA_ONSTACK;
            sigaction(SIGUSR1, &action, 0);
            /* of one that is left there, breakpoints know later */
            action.sa_flags = 0;
            sigaction(SIGALRM, &action, 0);
            sum += signals(SIGUSR1);
            if (!sigsetjmp(where, 1))
                signals(SIGALRM);
            sum += throws(2);
            printf("%d %d\n", sum, ended);
            return 0;
        }""", name="ways", cc="g++", libraries=("-lpthread",),
        flags=("-g", "-O2", "-x", "c++", "-std=gnu++17"))
    run_both(gdb, tmp_path, """
case("ctester trace throws passes again catches leaves outer yields handled "
     "signals", "run > out", "shell cat out", "ctester show")
case("ctester trace passes outer signals", "ctester mock - throws 40 --times 2",
     "ctester mock - leaves 3", "run > out", "shell cat out")
case("ctester trace outer catches", "ctester mock - handled 1 --times all",
     "run > out", "shell cat out", "ctester show")
""", program)


def test_programs_that_become_others(gdb: Gdb,
                                     tmp_path: pathlib.Path) -> None:
    plugin = compile_c("int twice(int n) { return 2 * n; }", name="libgo.so",
                       flags=("-g", "-O0", "-shared", "-fPIC"))
    run_both(gdb, tmp_path, f"PLUGIN = {str(plugin)!r}\n" + """
for follow in ("off", "on"):
    case(f"set ctester follow-fork {follow}", "ctester trace work libgo:twice",
         "ctester mock - work 90 --if 'n == 50' --times all --optional",
         f"run {PLUGIN} > out", "shell sort out")
gdb.execute("set ctester follow-fork off")
""", compile_c(HEAD + """
        #include <dlfcn.h>
        #include <spawn.h>
        extern char **environ;
        KEEP int work(int n) { return n + 1; }
        static int wait_for(pid_t child) {
            int status;
            waitpid(child, &status, 0);
            return WEXITSTATUS(status);
        }
        int main(int argc, char **argv) {
            int n = argc > 2 ? atoi(argv[2]) : 0;
            char next[12];
            char *words[] = {argv[0], argv[1], next, 0};
            pid_t child;
            if (n > 5)
                return work(n);
            snprintf(next, sizeof(next), "%d", work(n));
            if (n == 0)
                execv(argv[0], words);
            for (int i = 0; i < 2; i++) {
                void *library = dlopen(argv[1], RTLD_NOW);
                work(((int (*)(int))dlsym(library, "twice"))(i + 9));
                dlclose(library);
            }
            if (!(child = fork()))
                _exit(work(50));
            printf("%d\\n", wait_for(child));
            fflush(stdout);
            strcpy(next, "60");
            posix_spawn(&child, argv[0], 0, 0, words, environ);
            printf("%d\\n", wait_for(child));
            fflush(stdout);
            strcpy(next, "70");
            if (!(child = vfork())) {
                execv(argv[0], words);
                _exit(99);
            }
            printf("%d %d\\n", wait_for(child), work(50));
            return 0;
        }""", libraries=("-ldl",)))
