# SPDX-License-Identifier: MIT
"""What GDB shows and where it stops in a program with the agent in it: the
same as without ctester, whose own output is the reference."""

import pathlib
import re
from typing import Any, Sequence

import pytest

from calls import HEAD
from conftest import Gdb, Result, compile_c

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
    # The rest is where GDB's steps have a breakpoint.
    assert "agent" in {call["engine"] for call in agent.calls()}
    return agent


def compiled(flags: Sequence[str], cc: str = "gcc") -> pathlib.Path:
    return compile_c(HEAD + PROGRAM, cc=cc, flags=("-g", *flags))


KEPT = "info registers rbx r12 r13 r14 r15 rip"
FRAMES = ("bt", "up", KEPT, "info args", "up", KEPT, "frame function main",
          KEPT, "info registers rbp", "print a + b + c + d", "info line *$pc")


@pytest.mark.parametrize("cc, flags", [
    ("gcc", ("-O0",)), ("gcc", ("-O2",)), ("clang", ("-O2",)),
    ("clang", ("-O2", "-fno-omit-frame-pointer"))], ids=str)
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


@pytest.mark.parametrize("optimize", ["-O0", "-O2"])
def test_steps_stop_where_they_would(gdb: Gdb, optimize: str) -> None:
    commands = ["set confirm off"]
    for how, steps in STEPS.items():
        commands += [f"echo \\n== {how}\\n", "tbreak inner", "run", *steps,
                     "info symbol $pc", "delete", "kill"]
    both(gdb, compiled((optimize,)), "area many fact real", *commands)
