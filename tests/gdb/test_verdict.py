# SPDX-License-Identifier: MIT
"""The exit status of a batch run, where the program does not end by itself."""

from calls import HEAD
from conftest import Gdb, compile_c

CRASH = HEAD + """
    KEEP int f(int n) { if (n) abort(); return n; }
    int main(void) { f(0); f(1); return 0; }
    """


def test_a_program_that_crashes_gives_the_status_of_a_shell(gdb: Gdb) -> None:
    program = compile_c(CRASH, flags=("-g", "-O0"))
    result = gdb.run(program, "ctester trace f",
                     "set ctester trace-file trace.jsonl", "run")
    assert result.status == 128 + 6, result.shown()
    events = result.events()
    assert [event["outcome"] for event in events
            if event["type"] == "call"] == ["real", "unfinished"]
    assert events[-1]["type"] == "exit"
    assert events[-1]["signal"] == "SIGABRT"


def test_a_program_that_is_left_at_a_breakpoint_is_no_failure(
        gdb: Gdb) -> None:
    program = compile_c(CRASH, flags=("-g", "-O0"))
    gdb.run(program, "break f", "run").expect_success()


def test_the_users_own_kill_is_no_verdict(gdb: Gdb) -> None:
    program = compile_c(CRASH, flags=("-g", "-O0"))
    gdb.run(program, "ctester trace f", "break f", "run", "kill",
            ).expect_success()
