# SPDX-License-Identifier: MIT
"""The agent as engine, as far as it differs from breakpoints: what it hooks,
what it leaves to GDB, what it leaves behind, and how records come out."""

import json
import os
import pathlib
import signal
import subprocess
from typing import Any

import pytest

from calls import HEAD
from conftest import Gdb, Result, compile_c

AGENT = "set ctester engine agent"
QUIET = "set ctester live off"

AREA = """
KEEP int area(int w, int h) { return w * h; }
KEEP int after(int n) { return n + 1; }
"""


def run(gdb: Gdb, source: str, *commands: str, **options: Any) -> Result:
    libraries = options.pop("libraries", ("-lpthread",))
    program = compile_c(HEAD + source, flags=("-g", "-O0"),
                        libraries=libraries)
    return gdb.run(program, AGENT, QUIET, *commands, **options)


def test_info_says_what_is_hooked_and_what_is_not(gdb: Gdb) -> None:
    result = run(gdb, AREA + """
        __asm__(".text\\n.globl tiny\\n.type tiny, @function\\n"
                "tiny: ret\\n.size tiny, 1\\n"
                ".globl next\\nnext: xor %eax, %eax\\nret\\n");
        void tiny(void);
        int main(void) { tiny(); return area(3, 4) != 12; }
        """, "ctester trace area tiny", "break main", "run",
                 "info ctester engine", "info ctester targets", "continue",
                 "ctester save trace.jsonl").expect_success()
    assert "agent: 1 function hooked in the program" in result.stdout
    assert "by GDB: it is too short" in result.stdout
    engines = {call["function"]: call["engine"] for call in result.calls()}
    assert engines == {"area": "agent", "tiny": "breakpoint"}


CODE = """
python
def code(name):
    address = int(gdb.parse_and_eval(f"(long)&{name}"))
    pid = gdb.selected_inferior().pid
    with open(f"/proc/{pid}/mem", "rb") as file:
        file.seek(address)
        return file.read(32)
end
"""


@pytest.mark.parametrize("command", [
    "ctester untrace", "set ctester engine breakpoint"])
def test_every_byte_is_restored(gdb: Gdb, command: str) -> None:
    result = run(gdb, AREA + """
        int main(void) { area(1, 2); after(1); return area(3, 4) != 12; }
        """, "ctester trace area", "starti", "python was = code('area')",
                 "break after", "continue",
                 "python print('hooked', code('area') != was)", command,
                 "python print('restored', code('area') == was)", "delete",
                 "continue", "ctester save trace.jsonl", script=CODE)
    result.expect_success()
    assert "hooked True" in result.stdout
    assert "restored True" in result.stdout


def test_a_program_that_is_let_go(gdb: Gdb, tmp_path: pathlib.Path) -> None:
    """It has its own code back, and goes on."""
    result = run(gdb, AREA + """
        int main(void) {
            area(1, 2);
            after(1);
            FILE *self = fopen("/proc/self/exe", "r");
            FILE *out = fopen("gone", "w");
            fprintf(out, "%d %02x\\n", area(3, 4),
                    *((unsigned char *)area + 4));
            return !self || fclose(out);
        }
        """, "ctester trace area", "break after", "run",
                 "python print('%02x' % code('area')[4])", "detach",
                 "shell while ! [ -s gone ]; do sleep 0.05; done",
                 "ctester save trace.jsonl", script=CODE).expect_success()
    hooked = [line for line in result.stdout.splitlines()
              if len(line) == 2][-1]
    number, byte = (tmp_path / "gone").read_text().split()
    assert number == "12"
    assert hooked == "e9" != byte
    assert len(result.calls()) == 1


@pytest.mark.parametrize("engine", ["breakpoint", "agent"])
def test_calls_are_counted_when_a_program_is_let_go(gdb: Gdb,
                                                    engine: str) -> None:
    program = compile_c(HEAD + AREA + """
        __attribute__((noinline)) int perimeter(int w, int h) {
            return 2 * (w + h);
        }
        int main(void) {
            for (int i = 0; i < 7; i++) area(i, 2);
            for (int i = 0; i < 5; i++) perimeter(i, 2);
            after(1);
            return 0;
        }
        """, flags=("-g", "-O0"))
    result = gdb.run(program, f"set ctester engine {engine}", QUIET,
                     "ctester trace area perimeter",
                     "ctester mock '' perimeter 8 --times all",
                     "break after", "run", "detach",
                     "ctester stats").expect_success()
    counts = {line.split(":")[-1]: line.split()[:2]
              for line in result.stdout.splitlines()
              if line.endswith((":area", ":perimeter"))}
    assert counts == {"area": ["7", "0"], "perimeter": ["5", "5"]}


def test_a_breakpoint_in_the_replaced_instructions(gdb: Gdb) -> None:
    result = run(gdb, AREA + """
        int main(void) {
            area(1, 2);
            after(1);
            return area(3, 4) != 12;
        }
        """, "ctester trace area", "break after", "run",
                 "break *(char *)area + 4", "info ctester targets",
                 "continue", "print $pc == (void *)area + 4", "continue",
                 "ctester save trace.jsonl").expect_success()
    assert "by GDB: a breakpoint is in its first instructions" in (
        result.stdout)
    assert "$1 = 1" in result.stdout
    assert [call["engine"] for call in result.calls()] == [
        "agent", "breakpoint"]


def test_break_stands_behind_the_prologue_of_what_is_hooked(
        gdb: Gdb) -> None:
    result = run(gdb, AREA + """
        int main(void) { after(1); return area(3, 4) != 12; }
        """, "ctester trace area", "break after", "run", "break area",
                 "continue", "info args", "continue")
    assert "w = 3\nh = 4" in result.stdout, result.shown()


def test_calls_in_constructors(gdb: Gdb) -> None:
    library = compile_c("""
        int early(int n) { return n + 1; }
        __attribute__((constructor)) static void begin(void) { early(5); }
        """, name="libearly.so", flags=("-g", "-O0", "-shared", "-fPIC"))
    result = run(gdb, """
        int early(int n);
        __attribute__((constructor)) static void begin(void) { early(6); }
        int main(void) { return early(7) != 8; }
        """, "ctester trace libearly:early --scope all", "run",
                 "ctester save trace.jsonl",
                 libraries=(str(library), f"-Wl,-rpath,{library.parent}"))
    result.expect_success()
    assert [(call["args"][0]["value"], call["engine"])
            for call in result.calls()] == [
        (5, "agent"), (6, "agent"), (7, "agent")]


def test_nothing_is_lost_when_the_program_is_killed(gdb: Gdb) -> None:
    result = run(gdb, """
        KEEP int deep(int n) {
            if (n == 3) kill(getpid(), SIGKILL);
            return n ? deep(n + 1) : 0;
        }
        int main(void) {
            for (int i = 0; i < 5000; i++) deep(0);
            return deep(1);
        }
        """, "ctester trace deep", "run", "ctester save trace.jsonl")
    assert result.status == 128 + signal.SIGKILL, result.shown()
    calls = result.calls()
    assert len(calls) == 5003
    assert [(call["args"][0]["value"], call["outcome"])
            for call in calls[-4:]] == [
        (0, "real"), (3, "unfinished"), (2, "unfinished"),
        (1, "unfinished")]


def test_records_come_while_the_program_runs(gdb: Gdb) -> None:
    """It waits until its calls are in the trace file."""
    run(gdb, AREA + """
        int main(void) {
            for (int i = 0; i < 10; i++) area(i, 1);
            for (;;) {
                char text[65536];
                FILE *file = fopen("live.jsonl", "r");
                text[fread(text, 1, sizeof(text) - 1, file)] = 0;
                fclose(file);
                if (strstr(text, "\\"value\\":9")) return 0;
                usleep(1000);
            }
        }
        """, "set ctester trace-file live.jsonl", "ctester trace area",
        "run").expect_success()


MANY = AREA + """
int main(void) {
    for (int i = 0; i < 100000; i++) area(i, 1);
    raise(SIGSEGV);
    return 0;
}
"""


def test_flight_shows_the_last_calls_at_a_crash(gdb: Gdb) -> None:
    result = run(gdb, MANY, "set ctester live on", "set ctester ring flight",
                 "ctester trace area", "run", "echo asked\\n",
                 "info ctester", "kill", "ctester save trace.jsonl")
    assert "area(w = 99999, h = 1) = 99999" in result.stdout
    assert "area(w = 0, h = 1)" not in result.stdout
    numbers = [call["args"][0]["value"] for call in result.calls()]
    assert numbers == list(range(numbers[0], 100000))
    assert f"{numbers[0]} not recorded" in result.stdout
    # At the crash, before anything else is asked.
    assert (result.stdout.index("area(w = 99999")
            < result.stdout.index("asked\n"))
    # And before the signal in the trace, as in the program.
    kinds = [event["type"] for event in result.events()]
    assert "call" not in kinds[kinds.index("signal"):]
    notes = [event["text"] for event in result.events()
             if event["type"] == "note"]
    assert (f"{numbers[0]} earlier calls were forgotten: only the last ones "
            "are kept") in notes


def test_what_has_no_room_is_counted(gdb: Gdb) -> None:
    result = run(gdb, MANY, "set ctester ring drop", "ctester trace area",
                 "handle SIGSEGV nostop", "run", "info ctester",
                 "ctester stats", "ctester save trace.jsonl")
    # Too many for the schema.
    events = [json.loads(line) for line in (
        result.directory / "trace.jsonl").read_text().splitlines()]
    notes = [event["text"] for event in events if event["type"] == "note"]
    missing = 100000 - sum(event["type"] == "call" for event in events)
    assert notes == ([f"{missing} calls were not recorded: the ring was full"]
                     if missing else [])
    assert "100000         0" in result.stdout


def test_a_library_that_comes_and_goes(gdb: Gdb) -> None:
    plugin = compile_c("int twice(int n) { return 2 * n; }", name="libgo.so",
                       flags=("-g", "-O0", "-shared", "-fPIC"))
    result = run(gdb, """
        #include <dlfcn.h>
        int main(int argc, char **argv) {
            for (int i = 1; i < 4; i++) {
                void *handle = dlopen(argv[1], RTLD_NOW);
                ((int (*)(int))dlsym(handle, "twice"))(i);
                dlclose(handle);
            }
            return argc != 2;
        }
        """, "ctester trace libgo:twice", "run", "ctester save trace.jsonl",
                 libraries=("-ldl",), args=(plugin,)).expect_success()
    assert [(call["return"]["value"], call["engine"])
            for call in result.calls()] == [
        (2, "agent"), (4, "agent"), (6, "agent")]


def test_a_running_program(gdb: Gdb, tmp_path: pathlib.Path) -> None:
    program = compile_c(HEAD + AREA + """
        int main(void) {
            puts("here");
            fflush(stdout);
            for (;;) { area(3, 4); after(1); usleep(1000); }
        }
        """, flags=("-g", "-O0"))
    with subprocess.Popen([program], stdout=subprocess.PIPE) as running:
        assert running.stdout and running.stdout.readline() == b"here\n"
        try:
            result = gdb.run(
                None, AGENT, QUIET, f"attach {running.pid}",
                "ctester trace area", "tbreak after if $_ctester_enough()",
                "continue", "ctester save trace.jsonl", "detach",
                python="""
import gdb, ctester
class Enough(gdb.Function):
    def invoke(self):
        return len(ctester.calls()) >= 20
Enough("_ctester_enough")
""")
            result.expect_success()
            with open(f"/proc/{running.pid}/stat", encoding="ascii") as file:
                assert file.read().split()[2] in "RS"
        finally:
            os.kill(running.pid, signal.SIGKILL)
    lines = (tmp_path / "trace.jsonl").read_text().splitlines()
    calls = [event for event in map(json.loads, lines)
             if event["type"] == "call"]
    assert len(calls) >= 20
    assert {call["engine"] for call in calls} == {"agent"}


def test_a_program_that_becomes_another_has_the_agent_again(
        gdb: Gdb) -> None:
    """By exec, and in children that are followed; each goes on to the next
    number."""
    result = run(gdb, """
        #include <spawn.h>
        extern char **environ;
        KEEP int work(int n) { return n + 1; }
        int main(int argc, char **argv) {
            int n = argc > 1 ? atoi(argv[1]) : 0;
            char next[12];
            char *words[] = {argv[0], next, 0};
            snprintf(next, sizeof(next), "%d", work(n));
            pid_t child;
            if (n == 0)
                execv(argv[0], words);
            else if (n == 1 && !fork())
                execv(argv[0], words);
            else if (n == 2 && !vfork())
                execv(argv[0], words);
            else if (n == 3)
                posix_spawn(&child, argv[0], 0, 0, words, environ);
            if (n < 4)
                wait(0);
            return 0;
        }
        """, "set ctester follow-fork on", "ctester trace work", "run",
                 "ctester save trace.jsonl").expect_success()
    calls = result.calls()
    assert [(call["args"][0]["value"], call["engine"])
            for call in calls] == [(n, "agent") for n in range(5)]
    assert len({call["pid"] for call in calls}) == 4


def test_mocks_are_added_while_threads_are_deciding(gdb: Gdb) -> None:
    """One that was stopped with a lock would keep GDB waiting for ever."""
    result = run(gdb, """
        KEEP int answer(int n) { return n + 1; }
        KEEP int after(int n) { return n; }
        static volatile int done;
        static void *spin(void *arg) { while (!done) answer(1); return arg; }
        int main(void) {
            pthread_t threads[2];
            for (int i = 0; i < 2; i++)
                pthread_create(&threads[i], NULL, spin, NULL);
            for (int i = 0; i < 15; i++) { usleep(300); after(i); }
            done = 1;
            for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
            return 0;
        }
        """, "set ctester ring drop", python="""
import gdb, ctester

def mock(times):
    ctester.mock(None, "answer", 5, times=times, required=False,
                 condition="n > 0")

gdb.execute("set ctester engine agent")
gdb.execute("set ctester live off")
mock(None)
gdb.execute("break after")
gdb.execute("run")
while gdb.selected_inferior().pid:
    mock(3)
    gdb.execute("continue", False, True)
""")
    result.expect_success()


def test_mocked_calls_of_threads_are_in_their_order(gdb: Gdb) -> None:
    """Numbers, and in each thread arguments and times, go up; what was
    changed at a stop is so from there on."""
    count, threads = 300, 3
    result = run(gdb, f"""
        #include <pthread.h>
        KEEP int answer(int number, long thread) {{ return number; }}
        KEEP void between(void) {{ }}
        static void *call(void *arg)
        {{
            long sum = 0;
            for (int i = 0; i < {count}; i++)
                sum += answer(i, (long)arg);
            return (void *)sum;
        }}
        static int call_all(long expected)
        {{
            pthread_t all[{threads}];
            int bad = 0;
            for (long i = 0; i < {threads}; i++)
                pthread_create(&all[i], NULL, call, (void *)i);
            for (int i = 0; i < {threads}; i++) {{
                void *sum;
                pthread_join(all[i], &sum);
                bad |= (long)sum != expected * {count};
            }}
            return bad;
        }}
        int main(void)
        {{
            int bad = call_all(7);
            between();
            return bad | call_all(8);
        }}
        """, "ctester mock '' answer 7 --times all", "tbreak between", "run",
                 "ctester clear", "ctester mock '' answer 8 --times all",
                 "continue", "ctester save trace.jsonl", timeout=60
                 ).expect_success()
    calls = result.calls()
    assert len(calls) == count * threads
    assert [call["seq"] for call in calls] == \
        sorted(call["seq"] for call in calls)
    for thread in range(threads):
        its = [call for call in calls if call["args"][1]["value"] == thread]
        assert [call["args"][0]["value"] for call in its] == \
            list(range(count))
        assert len({call["tid"] for call in its}) == 1
        times = [call["time_ns"] for call in its]
        assert times == sorted(times)
        assert {call["return"]["value"] for call in its} == {8}
