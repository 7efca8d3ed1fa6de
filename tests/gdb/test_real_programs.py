# SPDX-License-Identifier: MIT
"""Programs that we did not write: sqlite3 and python3, as Debian ships them."""

import pathlib

from conftest import Gdb

SQL = ("create table pets(name text, legs int); "
       "insert into pets values('cat', 4), ('hen', 2); "
       "select name, legs from pets order by legs;")


def test_sqlite3_creates_a_database(gdb: Gdb) -> None:
    database = gdb.directory / "pets.db"
    result = gdb.run(
        pathlib.Path("/usr/bin/sqlite3"), "set ctester live off",
        "ctester trace open64 libc:open openat pread64 pwrite64 libc:read "
        "libc:write libc:fsync libc:fdatasync libc:close",
        "run", "info ctester targets", "ctester save trace.jsonl",
        args=(str(database), SQL), timeout=120).expect_success()
    assert "hen|2\ncat|4\n" in result.stdout
    assert "guessed" not in result.stdout
    opened = [call for call in result.calls()
              if call["function"] in ("open64", "open")
              and call["args"][0]["value"] == str(database)]
    fd = opened[0]["return"]["value"]
    assert fd > 2
    writes = [call for call in result.calls(function="pwrite64")
              if call["args"][0]["value"] == fd]
    assert writes
    for call in writes:
        assert call["return"]["value"] == call["args"][2]["value"]
    assert str(writes[0]["args"][1]["value"]).find("SQLite format 3") >= 0
    assert database.read_bytes().startswith(b"SQLite format 3\0")
    synced = [call for call in result.calls()
              if call["function"] in ("fdatasync", "fsync")]
    assert any(call["args"][0]["value"] == fd for call in synced)
    assert all(call["return"]["value"] == 0 for call in synced)


LIBM = """
import ctypes
libm = ctypes.CDLL("libm.so.6")
libm.sqrt.restype = libm.pow.restype = ctypes.c_double
libm.sqrt.argtypes = [ctypes.c_double]
libm.pow.argtypes = [ctypes.c_double] * 2
print(libm.sqrt(16.0), libm.pow(2.0, 10.0))
"""


def test_python_calls_libm_through_ctypes(gdb: Gdb) -> None:
    (gdb.directory / "libm.py").write_text(LIBM)
    python = pathlib.Path("/usr/bin/python3")
    result = gdb.run(python, "ctester trace libm:sqrt libm:pow", "run",
                     "ctester save trace.jsonl", args=("libm.py",),
                     timeout=120).expect_success()
    assert "4.0 1024.0" in result.stdout.splitlines()
    calls = {call["function"]: call for call in result.calls()
             if [arg["value"] for arg in call["args"]] in ([16.0],
                                                           [2.0, 10.0])}
    assert calls["sqrt"]["return"]["value"] == 4.0
    assert calls["pow"]["return"]["value"] == 1024.0
    result = gdb.run(python, "ctester mock --if 'x == 16.0' libm sqrt 5.5",
                     "run", args=("libm.py",), timeout=120).expect_success()
    assert "5.5 1024.0" in result.stdout.splitlines()
