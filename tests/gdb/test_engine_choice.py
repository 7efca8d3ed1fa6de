# SPDX-License-Identifier: MIT
"""Which engine `auto` takes: the agent, but not where the user would meet it."""

import pathlib
from typing import List

import pytest

from calls import HEAD
from conftest import ROOT, Gdb, Result, compile_c, run_bounded

PROGRAM = """
KEEP int area(int w, int h) { return w * h; }
static int n;
KEEP int middle(void)
{
    int side = n++;
    return area(side, side);
}
int main(void) {
    int sum = 0;
    for (int i = 0; i < 3; i++)
        sum += middle();
    return sum - 5;
}
"""


@pytest.fixture(name="program")
def _program() -> pathlib.Path:
    # The body of middle() begins in what a jump replaces.
    return compile_c(HEAD + PROGRAM, flags=("-g", "-O0"))


def engines(result: Result) -> List[str]:
    return [call["engine"] for call in result.calls()]


def test_the_agent_is_taken(gdb: Gdb, program: pathlib.Path) -> None:
    result = gdb.run(program, "ctester trace area", "run",
                     "ctester save trace.jsonl").expect_success()
    assert engines(result) == ["agent"] * 3


def test_a_program_in_which_nothing_is_watched_is_left_alone(
        gdb: Gdb, program: pathlib.Path) -> None:
    result = gdb.run(program, "break middle", "run", "info sharedlibrary",
                     "continue 2", "run").expect_success()
    assert "libc.so" in result.stdout
    assert "libctester-agent" not in result.stdout


def test_the_users_breakpoints_and_steps_are_met_without_it(
        gdb: Gdb, program: pathlib.Path) -> None:
    result = gdb.run(program, "ctester trace area", "tbreak middle", "run",
                     "step", "bt", "delete", "continue",
                     "ctester save trace.jsonl").expect_success()
    assert "agent" not in result.stdout
    # It has come when there were no breakpoints any more.
    assert engines(result) == ["agent"] * 3


def interact(gdb: Gdb, program: pathlib.Path, text: str,
             *options: str) -> Result:
    """A session that is not in batch mode."""
    return run_bounded(["gdb", "-nx", "-q", *options, "-iex",
                        "set debuginfod enabled off", "-iex",
                        "set confirm off", "-x", ROOT / "ctester.gdb",
                        program], gdb.directory, gdb.environment, 60, text)


def test_a_prompt_does_not_keep_it_away(gdb: Gdb,
                                        program: pathlib.Path) -> None:
    result = interact(gdb, program, """ctester trace area
run
ctester save trace.jsonl
quit
""")
    assert engines(result) == ["agent"] * 3, result.shown()


def test_a_frontends_steps_find_whole_functions(
        gdb: Gdb, program: pathlib.Path) -> None:
    """What it says becomes a command of GDB's, which has a hook."""
    result = interact(gdb, program, """\
-interpreter-exec console "set ctester engine agent"
-interpreter-exec console "ctester trace middle"
-exec-run --start
-interpreter-exec console "info ctester targets"
-exec-step
-exec-step
-exec-step
-exec-step
-exec-step
-exec-continue
""", "--interp=mi3", "-iex", "set mi-async off")
    assert result.stdout.count("*stopped") == 7, result.shown()
    assert 'func="middle"' in result.stdout
    assert 'reason="exited-normally"' in result.stdout, result.shown()
