# SPDX-License-Identifier: MIT
"""For tests of ctester.syscalls: without GDB, calls as the core would write
them; with it, a script around a program."""

import pathlib
import sys
from typing import Any, List, Sequence, Tuple

from conftest import ROOT, Gdb, Result, compile_c

sys.path.insert(0, str(ROOT / "gdbext"))

from ctester import syscalls                      # noqa: E402
from ctester.syscalls.plan import Request, plan   # noqa: E402
from ctester.syscalls.pattern import read_filter  # noqa: E402

Pattern = syscalls.SysCallPattern


def call(name: str, args: Sequence[Tuple[Any, ...]] = (), result: Any = 0,
         errno: Any = None, paths: str = "{}", number: int = 0, seq: int = 0,
         tid: int = 7) -> syscalls.SysCall:
    """args: (name, type, register, text of the value[, of the entry's])."""
    words = "".join(
        "({!r},{!r},{},{}),".format(*arg[:3], ",".join(arg[3:]))
        for arg in args)
    line = (f'({seq},{number},"{name}",7,{tid},2500000000,1500000,({words}),'
            f"{result},{errno},'real',{paths})")
    return syscalls.SysCall(line)


def openat(path: str = "b'/dev/null'", flags: int = 0, result: int = 3,
           errno: Any = None) -> syscalls.SysCall:
    return call("openat", [
        ("dfd", "int", 2**64 - 100, "Enum(-100,'AT_FDCWD')"),
        ("filename", "const char *", 0x4000 if path != "None" else 0, path),
        ("flags", "int", flags,
         f"Enum({flags},'{'O_RDWR|O_CREAT' if flags else 'O_RDONLY'}')"),
        ("mode", "umode_t", 0, "0")], result, errno,
        "{0:'/home',-1:'/dev/null',}", 257)


def requests(filter_: Any) -> List[Request]:
    """What the core is asked for a filter."""
    return plan(read_filter(filter_))


HEAD = """\
import ctester, gdb, os, re, traceback
from ctester import syscalls
from ctester.syscalls import NULL, SysCallPattern
"""


def run(gdb: Gdb, source: str, script: str, *commands: str,
        args: Sequence[str] = (), **options: Any) -> Result:
    """A script in GDB with a program of C."""
    program = compile_c(source, flags=("-g", "-O0", "-D_GNU_SOURCE",
                                       *options.pop("flags", ())))
    # It was moved after it was compiled.
    where = f"gdb.execute('directory {program.parent}', False, True)\n"
    return gdb.run(program, *commands, python=HEAD + where + script,
                   args=args, **options)


def run_python(gdb: Gdb, program: str, script: str) -> Result:
    """The same with a program in Python."""
    path = gdb.directory / "program.py"
    path.write_text(program)
    return gdb.run(pathlib.Path("/usr/bin/python3"), python=HEAD + script,
                   args=["-S", str(path)])


def shown(result: Result, status: int = 0) -> List[str]:
    """What the script has printed, where lines begin with "- "."""
    assert result.status == status, result.shown()
    assert "Traceback" not in result.stderr, result.shown()
    return [line[2:] for line in result.stdout.splitlines()
            if line.startswith("- ")]
