# SPDX-License-Identifier: MIT
"""The example: what a newcomer sees first."""

import re
import subprocess

import pytest
from conftest import ROOT, Gdb, Result, compile_c, parse_events


@pytest.fixture
def demo(gdb: Gdb) -> Result:
    """docs/demo/demo.gdb, in a directory where it can save its trace."""
    (gdb.directory / "build" / "demo").mkdir(parents=True)
    source = (ROOT / "docs" / "demo" / "shop.c").read_text()
    program = compile_c(source, name="shop")
    return gdb.run(program, script=(
        ROOT / "docs" / "demo" / "demo.gdb").read_text()).expect_success()


def test_calls_are_shown_with_their_values(demo: Result) -> None:
    for line in (
            "    total(item = NULL) = 0",
            '  open(pathname = "/etc/shop/discount", flags = O_RDONLY) '
            "= -1 ENOENT (No such file or directory)",
            "distance(a = {x = 0.0, y = 0.0}, b = {x = 3.0, y = 4.0} "
            "<unfinished ...>",
            "        speed = EXPRESS,"):
        assert f"\n{line}\n" in demo.stdout, demo.shown()
    assert '&{name = "cup", price = 650, next = NULL}' in demo.stdout


def test_mocks_change_what_the_program_prints(demo: Result) -> None:
    assert "\n  sqrt(x = 25.0) = 100.0 <mocked>\n" in demo.stdout
    assert ") = 42 <mocked>\n" in demo.stdout
    assert "goods 3145, way 100.0 km, shipping 42\n" in demo.stdout
    assert "used 1 of 1" in demo.stdout


def test_nothing_disturbs_the_reader(demo: Result) -> None:
    assert "debuginfod" not in demo.stdout + demo.stderr
    assert "[New Thread" not in demo.stdout
    assert len(demo.stdout.splitlines()) < 50, demo.shown()


def test_the_trace_is_saved_where_it_says(demo: Result) -> None:
    name = re.search(r"8 calls saved in (\S+)$", demo.stdout, re.M)
    assert name, demo.shown()
    events = parse_events((demo.directory / name.group(1)).read_text())
    outcomes = [(event["function"], event["outcome"]) for event in events
                if event["type"] == "call"]
    assert outcomes.count(("total", "real")) == 3
    assert ("sqrt", "mocked") in outcomes and ("fee", "mocked") in outcomes


def test_the_makefile_shows_the_command_that_it_runs() -> None:
    lines = subprocess.run(
        ["make", "-n", "-C", ROOT, "demo"], text=True, check=True,
        stdout=subprocess.PIPE).stdout.splitlines()
    shown = [line for line in lines if line.startswith('echo "gdb ')]
    assert len(shown) == 1
    assert shown[0][6:-1] in lines
