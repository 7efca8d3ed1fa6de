# SPDX-License-Identifier: MIT
"""The extension loads, from wherever it lies."""

import pathlib

from conftest import BUILD, ROOT, Gdb


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


def test_a_gdb_without_python_says_what_to_do(
        gdb_without_python: Gdb) -> None:
    result = gdb_without_python.run(None, "help ctester")
    assert result.status != 0
    assert "no Python" in result.stdout + result.stderr
    assert "Traceback" not in result.stderr


def test_it_works_where_it_is_installed(gdb: Gdb,
                                        tmp_path: pathlib.Path) -> None:
    prefix = tmp_path / "a prefix"
    gdb.shell("make", "-s", "-C", ROOT, "install-files", f"PREFIX={prefix}",
              f"BUILD={BUILD.relative_to(ROOT)}").expect_success()
    gdb.root = prefix / "share" / "ctester"
    # Whoever uses it may not be allowed to write there.
    assert list(gdb.root.rglob("_core.*.pyc"))
    result = gdb.run(None, "help ctester", "python import ctester._core as c",
                     "python print(c.find('libctester.so'))")
    result.expect_success()
    assert str(prefix / "lib" / "ctester") in str(
        pathlib.Path(result.stdout.splitlines()[-1]).resolve())
    help_text = gdb.shell(prefix / "bin" / "ctester", "--help")
    assert "trace" in help_text.expect_success().stdout
    gdb.shell("make", "-s", "-C", ROOT, "uninstall",
              f"PREFIX={prefix}").expect_success()
    assert [path for path in prefix.rglob("*") if path.is_file()] == []
