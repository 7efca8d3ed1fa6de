# SPDX-License-Identifier: MIT
"""The agent's jumps go without a trace: every byte of the program's code and
its libraries' is again what their files have."""

import pathlib

from calls import HEAD
from conftest import Gdb, compile_c

# changed(): by file, how many bytes of the program's code are not the file's.
CHANGED = r"""
import gdb, os, re

def changed(pid):
    found = {}
    with open(f"/proc/{pid}/maps") as maps, open(
            f"/proc/{pid}/mem", "rb") as memory:
        for line in maps:
            part = re.match(r"(\w+)-(\w+) ..x. (\w+) \S+ [1-9]\d* +(/.*)", line)
            if part is None:
                continue
            low, high, offset = (int(part[i], 16) for i in (1, 2, 3))
            memory.seek(low)
            now = memory.read(high - low)
            with open(part[4], "rb") as file:
                file.seek(offset)
                then = file.read(high - low).ljust(len(now), b"\0")
            count = sum(a != b for a, b in zip(now, then))
            if count:
                found[os.path.basename(part[4])] = count
    if vdso(pid) != vdso("self"):
        found["vdso"] = 1
    return found

def vdso(pid):
    with open(f"/proc/{pid}/maps") as maps, open(
            f"/proc/{pid}/mem", "rb") as memory:
        line = next(line for line in maps if line.endswith("[vdso]\n"))
        low, high = (int(part, 16) for part in line.split()[0].split("-"))
        memory.seek(low)
        return memory.read(high - low)

def tell(name, pid=None):
    found = changed(pid or gdb.selected_inferior().pid)
    print(name, sorted(found) if found else "whole")
"""

PROGRAM = HEAD + """
    KEEP int twice(int n) { return 2 * n; }
    KEEP int stop(int n) { return n + 1; }
    static void *waits(void *arg) { for (;;) pause(); return arg; }
    int main(void) {
        char text[100];
        pthread_t threads[2];
        for (int i = 0; i < 2; i++)
            pthread_create(&threads[i], NULL, waits, NULL);
        for (int i = 0; i < 3; i++) {
            snprintf(text, sizeof(text), "%d %s %g", twice(i), "text", 0.5);
            free(strdup(text));
            stop(i);
        }
        puts(text);
        fflush(stdout);
        for (;;)
            pause();
    }"""


def program() -> pathlib.Path:
    return compile_c(PROGRAM, flags=("-g", "-O2"), libraries=("-lpthread",))


def test_all_of_libc_is_restored(gdb: Gdb) -> None:
    result = gdb.run(program(), python=CHANGED + """
gdb.execute("set ctester engine agent")
gdb.execute("set ctester live off")
gdb.execute("break stop")
gdb.execute("run")
tell("before")
gdb.execute("ctester trace libc:* twice")
tell("hooked")
gdb.execute("continue")
gdb.execute("ctester untrace")
tell("untraced")
gdb.execute("ctester trace libc:[a-e]* twice")
gdb.execute("delete")
pid = gdb.selected_inferior().pid
tell("again")
gdb.execute("detach")
tell("detached", pid)
os.kill(pid, 9)
""").expect_success()
    for line in ("before whole", "untraced whole", "detached whole"):
        assert f"{line}\n" in result.stdout, result.shown()
    assert "hooked ['libc.so.6', 'prog', 'vdso']\n" in result.stdout, (
        result.shown())
    assert "again ['libc.so.6', 'prog']\n" in result.stdout, result.shown()


def test_a_program_that_is_attached_gets_its_bytes_back(gdb: Gdb) -> None:
    result = gdb.run(program(), python=CHANGED + """
import subprocess
child = subprocess.Popen([gdb.current_progspace().filename],
                         stdout=subprocess.PIPE, text=True)
child.stdout.readline()
gdb.execute("set ctester engine agent")
gdb.execute(f"attach {child.pid}")
gdb.execute("ctester trace libc:[a-h]* twice")
tell("hooked", child.pid)
gdb.execute("ctester clear")
gdb.execute("ctester untrace")
tell("untraced", child.pid)
gdb.execute("ctester trace libc:str* twice")
tell("again", child.pid)
gdb.execute("detach")
tell("detached", child.pid)
child.kill()
child.wait()
""").expect_success()
    for line in ("untraced whole", "detached whole"):
        assert f"{line}\n" in result.stdout, result.shown()
    assert "hooked ['libc.so.6', 'prog', 'vdso']\n" in result.stdout, (
        result.shown())
    assert "again ['libc.so.6', 'prog']\n" in result.stdout, result.shown()


def test_a_thread_among_the_bytes_goes_on(gdb: Gdb) -> None:
    """Wherever it stands, the function is left as it is, or the thread is at
    its beginning."""
    source = compile_c(HEAD + """
        KEEP int f(int a, int b) {
            if (a > 5)
                return a * b;
            return f(a + 1, b) + 1;
        }
        int main(void) {
            printf("%d\\n", f(0, 3) + f(4, 1) + f(9, 9));
            return 0;
        }""", flags=("-g", "-O1"))
    result = gdb.run(source, python=CHANGED + """
gdb.execute("set ctester engine agent")
gdb.execute("set ctester live off")
gdb.execute("break *f")
for steps in range(6):
    gdb.execute("run")
    gdb.execute("stepi " + str(steps)) if steps else None
    gdb.execute("delete")
    gdb.execute("ctester trace f")
    gdb.execute("continue")
    gdb.execute("ctester untrace f")
    gdb.execute("break *f")
""").expect_success()
    assert result.stdout.count("113\n") == 6, result.shown()


def test_hooking_again_takes_no_more_memory(gdb: Gdb) -> None:
    result = gdb.run(program(), python=CHANGED + """
def pads():
    with open(f"/proc/{gdb.selected_inferior().pid}/maps") as maps:
        return [line for line in maps if re.search(r"r-xp 0+ 00:00 0 *$", line)]

gdb.execute("set ctester engine agent")
gdb.execute("set ctester live off")
gdb.execute("break stop")
gdb.execute("run")
sizes = []
for i in range(12):
    gdb.execute("ctester trace libc:str*", False, True)
    gdb.execute("ctester untrace", False, True)
    sizes.append(pads())
print("the same" if sizes[0] == sizes[-1] else sizes)
gdb.execute("ctester trace libc:str* twice snprintf")
gdb.execute("continue")
gdb.execute("kill")
gdb.execute("ctester save trace.jsonl")
""").expect_success()
    assert "the same\n" in result.stdout, result.shown()
    calls = result.calls()
    assert {call["function"] for call in calls} >= {"twice", "strdup"}
    assert {call["engine"] for call in calls} == {"agent"}, result.shown()
