# SPDX-License-Identifier: MIT
"""The user's own breakpoints and steps among traced and mocked calls."""

from typing import List

import pytest

from calls import HEAD, briefs, run
from conftest import Gdb

STEPS = """
int shared;
KEEP int leaf(int n) {
    return n + 1;                   /* leaf body */
}
KEEP int outer(int n) {
    int got = leaf(n);              /* outer call */
    got += leaf(n + 10);            /* outer again */
    return got;                     /* outer end */
}
int main(void) {
    shared = outer(1);              /* main call */
    shared += leaf(100);            /* main leaf */
    shared += outer(2);             /* main again */
    printf("total %d\\n", shared);  /* main print */
    return 0;
}
"""
TOTAL = (2 + 12) + 101 + (3 + 13)
EVERY = [("leaf", 1, 2), ("leaf", 11, 12), ("outer", 1, 14),
         ("leaf", 100, 101), ("leaf", 2, 3), ("leaf", 12, 13),
         ("outer", 2, 16)]


def line(text: str) -> int:
    """The number that GDB shows of a line of the snippet."""
    lines = (HEAD + STEPS).splitlines()
    return next(number for number, one in enumerate(lines, 1) if text in one)


def session(gdb: Gdb, *start: str, traces: str = "leaf outer",
            total: int = TOTAL, before: List[str] = []) -> List[str]:
    """Run commands; "at FUNCTION:LINE" was printed by `where()`."""
    result = run(gdb, STEPS, f"ctester trace {traces}", *before,
                 start=[*start, "continue"],
                 python="import gdb\n"
                        "def where():\n"
                        "    f = gdb.selected_frame()\n"
                        "    chain = []\n"
                        "    line = f.find_sal().line\n"
                        "    while f:\n"
                        "        chain.append(str(f.name()))\n"
                        "        f = f.older()\n"
                        "    gdb.write('at %s:%d\\n'"
                        " % ('<'.join(chain), line))\n")
    assert f"total {total}" in result.stdout, result.shown()
    if not before and traces == "leaf outer":
        assert briefs(result.calls()) == EVERY
    return [one[3:] for one in result.stdout.splitlines()
            if one.startswith("at ")]


WHERE = "python where()"


def test_breakpoint_at_the_entry_of_a_traced_function(gdb: Gdb) -> None:
    places = session(gdb, "break *leaf", "run", WHERE, "continue", WHERE,
                     "delete")
    first = line("int leaf(")
    assert places == [f"leaf<outer<main:{first}"] * 2


def test_breakpoint_behind_the_prologue(gdb: Gdb) -> None:
    places = session(gdb, "break leaf", "run", WHERE, "continue", WHERE,
                     "delete")
    assert places == [f"leaf<outer<main:{line('leaf body')}"] * 2


def test_breakpoint_at_a_return_site(gdb: Gdb) -> None:
    places = session(
        gdb, "break leaf", "run", "up",
        "python gdb.execute('break *%d' % gdb.selected_frame().pc())",
        "delete 1", "continue", WHERE, "delete")
    assert places == [f"outer<main:{line('outer call')}"]


def test_next_goes_over_traced_calls(gdb: Gdb) -> None:
    places = session(gdb, "break main", "run", WHERE, "next", WHERE, "next",
                     WHERE, "next", WHERE)
    assert places == [f"main:{line(text)}" for text in
                      ("main call", "main leaf", "main again", "main print")]


def test_next_inside_a_traced_function(gdb: Gdb) -> None:
    places = session(gdb, "break outer", "run", "delete", WHERE, "next",
                     WHERE, "next", WHERE, "next", "next", WHERE)
    assert places[:3] == [
        f"outer<main:{line(text)}"
        for text in ("outer call", "outer again", "outer end")]
    assert places[3].startswith("main:")


def test_step_goes_into_traced_functions(gdb: Gdb) -> None:
    places = session(gdb, "break main", "run", "step", WHERE, "step", WHERE,
                     "delete")
    assert places == [f"outer<main:{line('outer call')}",
                      f"leaf<outer<main:{line('leaf body')}"]


def test_finish_out_of_traced_calls(gdb: Gdb) -> None:
    places = session(gdb, "break leaf", "run", "delete", "finish", WHERE,
                     "finish", WHERE)
    assert places == [f"outer<main:{line('outer call')}",
                      f"main:{line('main call')}"]


def test_until_and_advance(gdb: Gdb) -> None:
    places = session(gdb, "break outer", "run", "delete",
                     f"until {line('outer end')}", WHERE,
                     "advance leaf", WHERE)
    assert places[0] == f"outer<main:{line('outer end')}"
    assert places[1].startswith("main:")    # advance ends with its frame


def test_single_instructions_through_a_traced_call(gdb: Gdb) -> None:
    places = session(gdb, "break *leaf", "run", "delete", "stepi", "stepi",
                     WHERE, "nexti", "finish", WHERE)
    assert places[0].startswith("leaf<outer<main:")
    assert places[1] == f"outer<main:{line('outer call')}"


@pytest.mark.parametrize("step", ["next", "step"])
def test_stepping_over_a_mocked_call(gdb: Gdb, step: str) -> None:
    """The thread is back in the caller all at once, which stops GDB once more
    on the same line."""
    places = session(gdb, f"tbreak {line('main leaf')}", "run", WHERE, step,
                     WHERE, step, WHERE, traces="outer", total=TOTAL - 101 + 7,
                     before=["ctester mock - leaf 7 --if n==100"])
    assert places == [f"main:{line('main leaf')}"] * 2 + [
        f"main:{line('main again')}"]


def test_next_over_a_function_that_calls_a_mocked_one(gdb: Gdb) -> None:
    places = session(gdb, "break main", "run", "next", WHERE, traces="outer",
                     total=TOTAL - 2 + 50,
                     before=["ctester mock - leaf 50"])
    assert places == [f"main:{line('main leaf')}"]


def test_calls_from_the_prompt_are_recorded(gdb: Gdb) -> None:
    result = run(gdb, STEPS, "ctester trace leaf",
                 start=["break outer", "run", "delete", "print leaf(40)",
                        "print outer(5)", "continue"])
    assert "$1 = 41" in result.stdout and "$2 = 22" in result.stdout
    assert f"total {TOTAL}" in result.stdout
    assert briefs(result.calls())[:3] == [
        ("leaf", 40, 41), ("leaf", 5, 6), ("leaf", 15, 16)]


def test_stopping_does_not_slow_what_follows(gdb: Gdb) -> None:
    """After a `next`, a `continue` sends threads on behind breakpoints."""
    result = run(gdb, STEPS, "ctester trace leaf", start=[
        "break main", "run", "next", "delete",
        "python import ctester.state as s;"
        " s.engine.session.keep_all = lambda keep:"
        " gdb.write('keeps %d\\n' % keep)",
        "continue"])
    assert "keeps 0" in result.stdout and "keeps 1" not in result.stdout
