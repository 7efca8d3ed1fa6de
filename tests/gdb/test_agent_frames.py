# SPDX-License-Identifier: MIT
"""What GDB shows and where it stops in a program with the agent in it: the
same as without ctester, whose own output is the reference."""

import pathlib
import re
from typing import Any, List, Sequence

import pytest

from calls import HEAD
from conftest import Gdb, Result, compile_c, parse_events

AGENT = ("set ctester live off", "set ctester engine agent")

# Functions with arguments in registers and on the stack, whose callers have
# values in the registers that are kept across calls.
PROGRAM = """
KEEP int inner(int n) { int k = n * 2; return k + 1; }
static KEEP int area(int w, int h)
{
    int r = w * h;
    r += inner(r);
    r -= 1;
    return r;
}
KEEP long many(int a, int b, int c, int d, int e, int f, long g, double h,
               struct { long w[5]; } *i, long j)
{
    long sum = a + b + c + d + e + f + g + (long)h + i->w[4] + j;
    sum += inner(3);
    return sum;
}
KEEP int fact(int n)
{
    int (*volatile again)(int) = fact;
    if (n < 2)
        return inner(n) - 2;
    int below = again(n - 1);
    return n * below;
}
KEEP double real(double x, float y) { inner((int)x); return x * y; }
""".replace("struct { long w[5]; } *i", "const struct block *i")
PROGRAM = "struct block { long w[5]; };\n" + PROGRAM + """
int main(int argc, char **argv)
{
    struct block block = {{1, 2, 3, 4, 5}};
    volatile long keep[4] = {argc, 11, 12, 13};
    long a = keep[0], b = keep[1], c = keep[2], d = keep[3];
    int first = area(3, 4);
    long second = many(1, 2, 3, 4, 5, 6, 7, 8.5, &block, 10);
    int third = fact(4);
    double fourth = real(2.5, 3.0f);
    printf("%d %ld %d %g\\n", first, second, third, fourth);
    printf("%ld\\n", a + b + c + d);
    return 0;
}
"""


def plain(text: str) -> str:
    """Without addresses, which differ from one process to another, and the
    numbers of breakpoints, of which ctester takes two."""
    text = re.sub(r"0x[0-9a-f]+", "0x", text)
    text = re.sub(r"reakpoint \d+", "reakpoint", text)
    text = re.sub(r"^\[.*Thread 0x.*\n", "", text, flags=re.M)
    text = re.sub(r"\w+@entry=", "", text)
    return re.sub(r"\b\d{12,}\b|process \d+", "N", text)


def both(gdb: Gdb, program: pathlib.Path, what: str, *commands: str,
         prepare: Sequence[str] = (), **options: Any) -> Result:
    """Run commands with functions hooked, and without ctester: GDB must say
    the same.  Returns the first run."""
    agent = gdb.run(program, *AGENT, "set ctester trace-file trace.jsonl",
                    f"ctester trace {what}", *prepare, *commands, **options)
    reference = gdb.run(program, *prepare, *commands, extension=False,
                        **options)
    assert plain(agent.stdout).splitlines() == plain(
        reference.stdout).splitlines()
    # Others are where GDB's steps may have a breakpoint.
    assert "agent" in {call["engine"] for call in agent.calls()}
    return agent


def compiled(flags: Sequence[str], cc: str = "gcc") -> pathlib.Path:
    return compile_c(HEAD + PROGRAM, cc=cc, flags=("-g", *flags))


KEPT = "info registers rbx r12 r13 r14 r15 rip"
FRAMES = ("bt", "up", KEPT, "info args", "up", KEPT, "frame function main",
          KEPT, "info registers rbp", "print a + b + c + d", "info line *$pc")


@pytest.mark.parametrize("cc, flags", [
    ("gcc", ("-O0",)), ("gcc", ("-O2",)), ("clang", ("-O2",)),
    ("clang", ("-O2", "-fno-omit-frame-pointer")),
    ("gcc", ("-O2", "-fno-asynchronous-unwind-tables"))], ids=str)
def test_backtraces_have_the_programs_frames(
        gdb: Gdb, cc: str, flags: Sequence[str]) -> None:
    result = both(gdb, compiled(flags, cc), "area many fact real",
                  "break inner", "run", *FRAMES, "continue", *FRAMES,
                  "continue", *FRAMES, "continue", *FRAMES)
    assert re.search(r"#5  0x\w+ in main \(", result.stdout)  # around fact()


STEPS = {
    "finish": ("finish",) * 2,
    "finish of an outer one": ("up", "finish"),
    "finish of recursion": ("tbreak inner", "continue", "tbreak inner",
                            "continue", "finish", "finish", "finish",
                            "up", "finish", "bt"),
    "next": ("next",) * 9,
    "step": ("step",) * 4 + ("finish",) + ("step",) * 9,
    "until": ("until",) * 9,
    "advance": ("advance inner", "bt", "advance main"),
    "return": ("up", "return", "bt", "next", "next"),
    "breakpoints in callers": ("up", "tbreak +1", "continue", "bt", "up",
                               "tbreak +1", "continue", "bt", "next", "bt"),
}


@pytest.mark.parametrize("optimize, hows", [
    ("-O0", list(STEPS)), ("-O2", ["finish of recursion", "next", "step"])])
def test_steps_stop_where_they_would(gdb: Gdb, optimize: str,
                                     hows: Sequence[str]) -> None:
    commands = ["set confirm off"]
    for how in hows:
        commands += [f"echo \\n== {how}\\n", "tbreak inner", "run",
                     *STEPS[how], "info symbol $pc", "delete", "kill"]
    both(gdb, compiled((optimize,)), "area many fact real", *commands)


def prompt(gdb: Gdb, program: pathlib.Path, extension: bool,
           commands: Sequence[str]) -> List[str]:
    """What GDB shows when commands are typed."""
    extra = ["-x", gdb.root / "ctester.gdb"] * extension
    result = gdb.shell(gdb.executable, "-nx", "-q", "-iex",
                       "set debuginfod enabled off", *extra, program,
                       stdin="\n".join([*commands, "quit"]))
    assert "Traceback" not in result.stderr, result.shown()
    text = plain(result.stdout).replace("(gdb) ", "")
    return [line for line in text.splitlines()[1:]
            if line and not line.startswith("ctester:")]


def test_a_prompt_steps_into_what_is_hooked(gdb: Gdb) -> None:
    """No breakpoint of GDB's is in the jump: nothing is given up."""
    program = compiled(("-O0",))
    commands = ("set confirm off", "break main", "run", "next", "next",
                "next", "step", "bt", "step", "finish", "next", "next",
                "bt", "tbreak fact", "continue", "bt", "finish", "delete",
                "continue")
    shown = prompt(gdb, program, True, [
        *AGENT, "ctester trace area many real", *commands,
        "ctester save trace.jsonl"])
    assert shown == prompt(gdb, program, False, commands)
    calls = parse_events((gdb.directory / "trace.jsonl").read_text())
    assert {call["engine"] for call in calls if call["type"] == "call"} == {
        "agent"}


WALK = """
define hook-stepi
end
define hook-finish
end
python
def names():
    frame, found = gdb.newest_frame(), []
    while frame is not None and len(found) < 20:
        found.append(frame.name() or gdb.solib_name(frame.pc()) or "pad")
        frame = frame.older()
    return [name.rpartition("/")[2] for name in found]

def walk():
    "Each instruction of main, but only the first ones of the agent's C."
    seen, found = set(), names()
    while "main" in found:
        if found[:2] == ["libctester-agent.so", "ctester_agent_enter"]:
            gdb.execute("finish", to_string=True)
        gdb.execute("stepi", to_string=True)
        found = names()
        seen.add(tuple(found))
    for each in seen:
        print("saw", *each)
end
"""


@pytest.mark.parametrize("cc, optimize", [
    ("gcc", "-O0"), ("gcc", "-O2"), ("clang", "-O2")])
def test_every_instruction_has_the_programs_callers(
        gdb: Gdb, cc: str, optimize: str) -> None:
    """In pads, in the agent, and in what is hooked."""
    program = compile_c(HEAD + """
        KEEP int area(int w, int h) { return w * h; }
        KEEP int other(int *p) { return *p + area(*p, 2); }
        int main(void) {
            int n = 3;
            n = other(&n);
            return n != 9;
        }
        """, cc=cc, flags=("-g", optimize))
    result = gdb.run(program, *AGENT, "ctester trace area other",
                     "break main", "run", "python walk()", "continue",
                     "ctester save trace.jsonl", script=WALK)
    assert {call["engine"] for call in result.calls()} == {"agent"}
    rows = {line[4:] for line in result.stdout.splitlines()
            if line.startswith("saw ") and " main" in line}
    inner = ("area other main", "other main", "pad other main", "pad main",
             "ctester_agent_enter other main", "ctester_agent_enter main")
    agent = "libctester-agent.so ctester_agent_enter"
    assert rows == {"main", *inner, f"{agent} other main", f"{agent} main"}


SCENES = """
static volatile int sink;
KEEP int leaf(int n) { sink += n; return n + 1; }
/* The last call is a jump, where that is optimized. */
KEEP int back(int n) { int r = leaf(n) * 2; return r; }
KEEP int front(int n) { sink = n; return back(n + 1); }
/* Their frames are not found from the stack pointer by adding. */
KEEP int aligned(int n)
{
    __attribute__((aligned(64))) char bytes[64];
    bytes[n] = 1;
    leaf((long)bytes & 63);
    return leaf(bytes[n]) + 1;
}
KEEP int sized(int n)
{
    __attribute__((aligned(64))) char bytes[64];
    char *more = __builtin_alloca(n * 100);
    more[n] = bytes[n] = 1;
    leaf((long)bytes & 63);
    return leaf(more[n] + bytes[n]) + 1;
}
static void handler(int number) { leaf(number); sink++; }
KEEP int raises(int n) { raise(SIGUSR1); return leaf(n) + 1; }
static jmp_buf place;
KEEP int jumps(int n) { leaf(n); longjmp(place, 3); }
static int compare(const void *a, const void *b)
{
    leaf(50);
    return *(const int *)a - *(const int *)b;
}
KEEP void sorts(int *v, int n) { qsort(v, n, sizeof(*v), compare); sink++; }
static void *thread(void *arg) { leaf(100); sized(7); return arg; }
KEEP int crashes(int *p) { leaf(1); return *p + 1; }
KEEP int around(int *p) { int r = crashes(p); return r + leaf(2); }
int main(void)
{
    int v[3] = {3, 1, 2};
    pthread_t other;
    signal(SIGUSR1, handler);
    sink = front(3);
    sink = aligned(4);
    sink = sized(5);
    sink = raises(2);
    if (!setjmp(place))
        jumps(7);
    sorts(v, 3);
    pthread_create(&other, NULL, thread, NULL);
    pthread_join(other, NULL);
    return around(NULL);
}
"""
FUNCTIONS = "front back aligned sized raises jumps sorts around crashes qsort"
# Without the frames that GDB adds where functions ended in jumps, and what it
# finds out by them.
STACK = """
python
def stack():
    frame = gdb.newest_frame()
    while frame is not None:
        if frame.type() != gdb.TAILCALL_FRAME:
            print(frame.name(), frame.type(), frame.find_sal().line)
        frame = frame.older()
end
"""


@pytest.mark.parametrize("cc, optimize", [("gcc", "-O0"), ("gcc", "-O2"),
                                          ("clang", "-O2")])
def test_whatever_is_on_the_stack(gdb: Gdb, cc: str, optimize: str) -> None:
    """Jumps at functions' ends, large and aligned frames, handlers of signals,
    callbacks, threads, and the stack of a crash."""
    program = compile_c(HEAD + SCENES, cc=cc, flags=("-g", optimize))
    stops = ["python stack()", "continue"] * 15
    result = both(gdb, program, FUNCTIONS, "break leaf", "run",
                  *stops, "python stack()", script=STACK,
                  prepare=("handle SIGUSR1 nostop noprint pass",))
    for seen in ("back 0 ", "handler 0 ", " 4 0\n", "compare", "thread",
                 "SIGSEGV", "crashes", "around", "sized"):
        assert seen in result.stdout, result.shown()


def test_exceptions_are_thrown_through_what_is_hooked(gdb: Gdb) -> None:
    program = compile_c("""
        #include <stdexcept>
        #define KEEP extern "C" __attribute__((noinline, noipa))
        struct Guard { int *n; ~Guard() { ++*n; } };
        KEEP int throws(int n, int *m) {
            Guard guard{m};
            if (n > 2)
                throw std::runtime_error("x");
            return n;
        }
        KEEP int passes(int n, int *m) {
            Guard guard{m};
            return throws(n, m) + 1;
        }
        KEEP int catches(int n, int *m) {
            try { return passes(n, m); }
            catch (const std::exception &) { return -1; }
        }
        int main() {
            int n = 0;
            return catches(1, &n) != 2 || catches(3, &n) != -1 || n != 4;
        }
        """, cc="g++", flags=("-g", "-O2", "-x", "c++", "-std=gnu++17"))
    both(gdb, program, "throws passes catches", "catch throw", "catch catch",
         "run", "bt", "up", "up", "continue", "bt", "finish", "bt", "delete",
         "break throws", "run", "continue", "next", "next", "bt", "continue",
         prepare=("set confirm off",))


def test_a_child_that_gdb_follows_alone(gdb: Gdb) -> None:
    """It has its parent's stack, and nobody traces it."""
    program = compile_c(HEAD + """
        KEEP int leaf(int n) { return n + 1; }
        KEEP int work(int n) { int r = leaf(n); return r * 2; }
        KEEP int forks(int n) {
            if (fork() == 0)
                _exit(work(n) != 8);
            return wait(NULL) < 0;
        }
        int main(void) { return forks(3); }
        """)
    commands = ("set follow-fork-mode child", "break leaf", "run",
                "bt -raw-frame-arguments", "finish", "up", "finish", "bt")
    shown = [plain(gdb.run(program, *extra, *commands, extension=bool(extra))
                   .stdout).splitlines()[-12:]
             for extra in ((*AGENT, "ctester trace work forks"), ())]
    assert shown[0] == shown[1]
    assert any("in main ()" in line for line in shown[0])


def test_a_program_of_32_bits_after_one_with_the_agent(gdb: Gdb) -> None:
    """It has none of the registers that are asked for."""
    small = compile_c("""
        void leave(void) {
            __asm__("mov $1, %eax; xor %ebx, %ebx; int $0x80");
        }
        void _start(void) { leave(); }
        """, flags=("-g", "-m32", "-nostdlib", "-static", "-fno-pic",
                    "-no-pie"), libraries=())
    program = compile_c(HEAD + f"""
        KEEP int area(int n) {{ return n + 1; }}
        int main(void) {{
            area(1);
            return execl("{small}", "small", (char *)0);
        }}
        """)
    result = gdb.run(program, *AGENT, "ctester trace area", "catch exec",
                     "run", "break leave", "continue", "bt")
    assert "#1  0x" in result.stdout and "in _start ()" in result.stdout
    assert "Python" not in result.stderr


INTO_PAD = WALK + """
python
def into_pad(skip):
    while names()[0] != "pad":
        gdb.execute("stepi", to_string=True)
    for _ in range(skip):
        gdb.execute("stepi", to_string=True)
    print("at", *names())
end
"""


def test_a_pad_that_nothing_leads_to_any_more(gdb: Gdb) -> None:
    program = compiled(("-O0",))
    for skip in (0, 2):
        result = gdb.run(program, *AGENT, "ctester trace area many real",
                         "break main", "run", f"python into_pad({skip})",
                         "set ctester engine breakpoint",
                         "python print('now', *names())", "continue",
                         script=INTO_PAD)
        assert "at pad main" in result.stdout
        assert "now pad main" in result.stdout
        assert "exited normally" in result.stdout
