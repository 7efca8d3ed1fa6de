# SPDX-License-Identifier: MIT
"""The extension loads, from wherever it lies."""

import pathlib

from conftest import Gdb


def test_ctester_is_a_command_with_help(gdb: Gdb) -> None:
    result = gdb.run(None, "help ctester").expect_success()
    assert "Undefined" not in result.stdout + result.stderr
    for command in ("trace", "mock", "stats", "save"):
        assert f"ctester {command} -- " in result.stdout


def test_without_the_extension_there_is_no_such_command(gdb: Gdb) -> None:
    result = gdb.run(None, "help ctester", extension=False)
    assert result.status == 1
    assert "Undefined command" in result.stderr


def test_nothing_is_printed_on_loading(gdb: Gdb) -> None:
    result = gdb.run(None, "echo ready\\n").expect_success()
    assert (result.stdout, result.stderr) == ("ready\n", "")


def test_it_loads_in_a_directory_with_blanks(
        gdb: Gdb, spaced_checkout: pathlib.Path) -> None:
    gdb.root = spaced_checkout
    result = gdb.run(None, "help ctester").expect_success()
    assert "trace" in result.stdout


def test_loading_it_twice_does_no_harm(gdb: Gdb) -> None:
    again = f"source {gdb.root / 'ctester.gdb'}"
    result = gdb.run(None, again, "help ctester").expect_success()
    assert "trace" in result.stdout
