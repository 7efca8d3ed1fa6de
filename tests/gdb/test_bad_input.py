# SPDX-License-Identifier: MIT
"""Bad input: one clear line that names the thing, a status, no traceback."""

import pathlib
import re
import shutil
import struct
import subprocess
from typing import Tuple

import pytest
from conftest import BUILD, ROOT, Gdb, Result, compile_c

PROGRAM = r"""
#include <stdio.h>
#include <stdlib.h>
struct point { int x, y; };
__attribute__((noinline)) int area(struct point p) { return p.x * p.y; }
__attribute__((noinline)) unsigned char small(int n)
{ return (unsigned char)n; }
int main(void)
{
    struct point p = {3, 4};
    printf("%d %d %s\n", area(p), small(7), getenv("HOME") ? "home" : "none");
    return 0;
}
"""


def one_line(result: Result, *words: str) -> None:
    """ctester's complaint is one line with these words in it."""
    assert "Traceback" not in result.stderr + result.stdout, result.shown()
    lines = [line for line in result.stderr.splitlines() if "ctester" in line]
    assert any(all(word in line for word in words) for line in lines), \
        result.shown()


def copied(gdb: Gdb, name: str = "prog") -> pathlib.Path:
    copy = gdb.directory / name
    shutil.copy(compile_c(PROGRAM), copy)
    return copy


def section(program: pathlib.Path, name: str) -> Tuple[int, int]:
    """Offset and size of a section in the file."""
    text = subprocess.run(["readelf", "-SW", program], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    found = re.search(rf" {re.escape(name)}\s+\w+\s+\w+ (\w+) (\w+)", text)
    assert found, name
    return int(found[1], 16), int(found[2], 16)


def damage(program: pathlib.Path, name: str, byte: int) -> None:
    offset, size = section(program, name)
    data = bytearray(program.read_bytes())
    start = offset + size // 4
    data[start:offset + size] = bytes([byte]) * (offset + size - start)
    program.write_bytes(data)


def test_a_function_that_does_not_exist(gdb: Gdb) -> None:
    result = gdb.run(compile_c(PROGRAM), "ctester trace aera", "run")
    one_line(result, "aera", "did you mean", "area")
    assert result.status == 2


def test_statics_of_one_name_are_told_apart_by_file(gdb: Gdb) -> None:
    (gdb.directory / "one.c").write_text(
        "static __attribute__((noinline)) int f(int n) { return n + 1; }\n"
        "int one(void) { return f(1); }\n")
    (gdb.directory / "two.c").write_text(
        "static __attribute__((noinline)) int f(int n) { return n + 2; }\n"
        "int one(void);\nint main(void) { return one() + f(2) - 6; }\n")
    program = gdb.directory / "prog"
    subprocess.run(["gcc", "-g", "-O0", "-o", program, "one.c", "two.c"],
                   cwd=gdb.directory, check=True)
    result = gdb.run(program, "ctester trace f", "run")
    one_line(result, "2 functions are named 'f'", "one.c:f", "two.c:f")
    assert result.status == 2
    result = gdb.run(program, "ctester trace two.c:f", "run").expect_success()
    assert "f(n = 2) = 4" in result.stdout
    assert "f(n = 1)" not in result.stdout


def test_a_stripped_program(gdb: Gdb) -> None:
    program = copied(gdb)
    subprocess.run(["strip", program], check=True)
    result = gdb.run(program, "ctester trace area", "run")
    one_line(result, "area", "stripped")
    result = gdb.run(program, "ctester trace getenv", "run").expect_success()
    assert 'getenv(name = "HOME")' in result.stdout


@pytest.mark.parametrize("size", [10, 64, 400, 5000])
def test_a_truncated_program(gdb: Gdb, size: int) -> None:
    program = copied(gdb)
    program.write_bytes(program.read_bytes()[:size])
    result = gdb.run(program, "ctester trace area", "run")
    assert result.status in (1, 2), result.shown()
    one_line(result, "ctester")


def test_a_program_for_another_machine(gdb: Gdb) -> None:
    program = copied(gdb)
    data = bytearray(program.read_bytes())
    data[18:20] = struct.pack("<H", 183)    # EM_AARCH64
    program.write_bytes(data)
    result = gdb.run(program, "ctester trace area")
    assert result.status in (1, 2), result.shown()
    one_line(result, "x86-64")


@pytest.mark.parametrize("name", [".debug_info", ".debug_abbrev",
                                  ".debug_line", ".debug_str"])
@pytest.mark.parametrize("byte", [0x00, 0x41, 0xff])
def test_damaged_debug_information(gdb: Gdb, name: str, byte: int) -> None:
    program = copied(gdb)
    damage(program, name, byte)
    if "12 7 home" not in gdb.run(program, "run", extension=False).stdout:
        pytest.skip("GDB itself cannot run it")
    result = gdb.run(program, "ctester trace area getenv", "run",
                     "ctester save trace.jsonl")
    assert result.status in (0, 1, 2), result.shown()
    assert "Traceback" not in result.stderr, result.shown()
    assert "Python Exception" not in result.stderr, result.shown()
    assert "12 7 home" in result.stdout, result.shown()
    assert len(result.calls()) in (0, 2)


def test_a_value_that_does_not_fit(gdb: Gdb) -> None:
    program = compile_c(PROGRAM)
    for value in ("256", "-1", "{1}", '"text"', "3.5", "zebra"):
        result = gdb.run(program, f"ctester mock - small {value}", "run")
        one_line(result, "small")
        assert result.status == 2, result.shown()


def test_no_program_is_loaded(gdb: Gdb) -> None:
    result = gdb.run(None, "ctester trace area")
    one_line(result, "area", "no program is loaded")
    assert result.status == 2
    result = gdb.run(None, "ctester mock libm sqrt 3", "info ctester mocks")
    assert result.status in (0, 1, 2)
    assert "Traceback" not in result.stderr


def test_no_such_program(gdb: Gdb) -> None:
    result = gdb.run(gdb.directory / "missing", "ctester trace area", "run")
    one_line(result, "area")
    assert result.status == 2


def test_the_program_crashes_inside_a_call(gdb: Gdb) -> None:
    program = compile_c(
        "int crash(int n) { return *(int *)(long)n; }\n"
        "int main(void) { return crash(8); }")
    result = gdb.run(program, "ctester trace crash", "run",
                     "ctester save trace.jsonl", "kill")
    assert "Traceback" not in result.stderr
    assert "SIGSEGV" in result.stdout + result.stderr
    result = gdb.run(program, "ctester trace crash", "run", "continue",
                     "ctester save trace.jsonl")
    assert result.status == 128 + 11, result.shown()
    assert result.calls()[0]["outcome"] == "unfinished"


def test_gdb_without_python(gdb_without_python: Gdb) -> None:
    result = gdb_without_python.run(None, "echo later\\n")
    assert result.status == 2, result.shown()
    assert "no Python" in result.stdout + result.stderr
    assert "later" not in result.stdout


def test_a_gdb_that_is_too_old(gdb: Gdb) -> None:
    result = gdb.run(None, python=(
        "import ctester.load as load\n"
        "print(load.gdb_problem('11.2'))\n"
        "print(load.gdb_problem('12.1'), load.gdb_problem('13.1'),"
        " load.gdb_problem('14.0.50.20230907-git'))\n")).expect_success()
    old, new = result.stdout.splitlines()
    assert "11.2 is too old" in old and "12.1 or later" in old
    assert new == "None None None"


@pytest.mark.parametrize("state", ["missing", "empty", "damaged", "foreign",
                                   "older"])
def test_a_library_that_cannot_be_loaded(gdb: Gdb, state: str) -> None:
    build = gdb.directory / "build"
    build.mkdir()
    shutil.copy(BUILD / "prototypes.so", build)
    library = build / "libctester.so"
    if state == "empty":
        library.write_bytes(b"")
    elif state == "damaged":
        library.write_bytes((BUILD / "libctester.so").read_bytes()[:9000])
    elif state == "foreign":
        shutil.copy(compile_c("int main(void) { return 0; }"), library)
    elif state == "older":
        shutil.copy(compile_c("int ct_session_create(void) { return 0; }",
                              name="older.so", flags=("-shared", "-fPIC")),
                    library)
    gdb.root = gdb.directory / "copy"
    gdb.root.mkdir()
    shutil.copy(ROOT / "ctester.gdb", gdb.root)
    shutil.copytree(ROOT / "gdbext", gdb.root / "gdbext")
    shutil.move(build, gdb.root / "build")
    gdb.environment.pop("CTESTER_BUILD", None)
    result = gdb.run(None, "echo later\\n")
    assert result.status == 2, result.shown()
    one_line(result, "libctester.so")


def test_a_core_file(gdb: Gdb) -> None:
    program = compile_c(PROGRAM)
    made = gdb.run(program, "break area", "run", "generate-core-file core",
                   "kill")
    assert (gdb.directory / "core").exists(), made.shown()
    result = gdb.run(program, "core-file core", "ctester trace area")
    one_line(result, "core file")
    assert result.status == 2


@pytest.mark.skipif(not shutil.which("gdbserver"), reason="no gdbserver")
def test_a_remote_target(gdb: Gdb) -> None:
    # Copied: neither program nor shell would quote a blank in its path.
    result = gdb.run(copied(gdb), "ctester trace area",
                     "target remote | gdbserver - ./prog", "continue")
    one_line(result, "native")


def test_a_debug_file_of_another_build(gdb: Gdb) -> None:
    program = copied(gdb)
    other = gdb.directory / "prog.debug"
    shutil.copy(compile_c(PROGRAM, flags=("-g", "-O1")), other)
    subprocess.run(["objcopy", f"--add-gnu-debuglink={other}", program],
                   check=True, cwd=gdb.directory)
    subprocess.run(["strip", "-g", program], check=True)
    result = gdb.run(program, "ctester trace area getenv", "run")
    assert "12 7 home" in result.stdout
    assert "area(" in result.stdout
    assert "Traceback" not in result.stderr


def test_odd_names(gdb: Gdb) -> None:
    long_name = "f" * 1000
    program = compile_c(
        f"int {long_name}(int n) {{ return n; }}\n"
        "int plain(int n) __asm__(\"pl\\303\\244in\");\n"
        "int plain(int n) { return n; }\n"
        f"int main(void) {{ return {long_name}(1) + plain(2) - 3; }}")
    result = gdb.run(program, f"ctester trace {long_name} pläin", "run",
                     "ctester save trace.jsonl").expect_success()
    assert [call["function"] for call in result.calls()] == [
        long_name, "pläin"]


def test_the_wrong_way_round(gdb: Gdb) -> None:
    """Commands after the program has ended, and before it has begun."""
    result = gdb.run(compile_c(PROGRAM), "ctester save before.jsonl",
                     "ctester show", "ctester stats", "run",
                     "ctester trace area", "ctester save after.jsonl", "run",
                     "ctester save trace.jsonl").expect_success()
    assert len(result.calls()) == 1


