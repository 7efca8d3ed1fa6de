# SPDX-License-Identifier: MIT
"""What the tests of monitored functions share: a program runs under a script,
which prints what it has found as JSON."""

import json
import pathlib
import re
from typing import Any, Sequence

import conftest

FLAGS = ("-g", "-O0", "-fno-builtin")
HEAD = """
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
"""
SCRIPT = """
import errno, json, os
import ctester, gdb
from ctester import *


def plain(value):
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if hasattr(value, "names"):
        return {name: plain(value[name]) for name in value.names}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    if value is None or isinstance(value, (str, float)):
        return value
    return int(value)


def tell(value):
    print("@" + json.dumps(plain(value)))


def refused(action):
    try:
        action()
    except (ctester.StrictError, ctester.Error, AttributeError) as error:
        return f"{type(error).__name__}: {error}"
    return "accepted"


gdb.execute("set ctester live off")
"""


def compile_program(source: str, flags: Sequence[str] = FLAGS,
                    **options: Any) -> pathlib.Path:
    return conftest.compile_c(HEAD + source, flags=flags,
                              libraries=("-lm", "-lpthread"), **options)


def run(gdb: conftest.Gdb, program: pathlib.Path, script: str,
        **options: Any) -> conftest.Result:
    """Run a script; its program is not started yet."""
    return gdb.run(program, python=SCRIPT + script, **options)


def told(result: conftest.Result, status: int = 0) -> Any:
    """What the last tell() has told."""
    assert result.status == status, result.shown()
    return json.loads(re.findall(r"^@(.*)$", result.stdout, re.M)[-1])
