# SPDX-License-Identifier: MIT
"""Scripts of test functions that a batch GDB runs, and what came of them."""

import json
import pathlib
import re
from typing import Any, Dict, List, NamedTuple, Optional, Sequence

from conftest import Gdb, Result, compile_c

# What the scripts have at hand.
HEAD = """
import json, re, signal
import gdb
import ctester
from ctester import native

def note(*values):
    print("@" + json.dumps(values, default=repr))

def said(kind, do, *args, **options):
    try:
        do(*args, **options)
    except kind as error:
        assert type(error) is kind, type(error)
        return str(error)
    raise AssertionError(f"{args} {options}: nothing was raised")

def run(*argv, **options):
    result = ctester.run(*argv, **options)
    assert result.exit_code == 0, (result.exit_code, result.signal,
                                   result.stdout, result.stderr)
    return result.stdout.splitlines()

def left():
    '''All that is not asserted, as tuples.'''
    from ctester import strict
    strict.verifier().collect()
    return list(strict.verifier().timeline.unasserted())

def assert_all():
    with ctester.in_any_order():
        for one in left():
            native.assert_call(one.library, one.function, args=one.args)
"""

# Each argument is a call: its words are separated by commas.
KIT = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#define KEEP __attribute__((noinline))

struct point { int x, y; };

static volatile int handled_by;
static void on_signal(int number)
{
    handled_by = (int)syscall(SYS_gettid);
}

static KEEP int add(int a, int b) { return a + b; }
KEEP int area(struct point p) { return p.x * p.y; }
KEEP int twice(int n) { return add(n, n); }
KEEP double root(double x) { return sqrt(x); }
KEEP int begin(int n) { return n ? begin(n - 1) + add(n, n) : 0; }
KEEP void end(void) { __asm__(""); }
KEEP int fetch(const char *name, char *buf, unsigned long size, int *got)
{
    if (buf)
        snprintf(buf, size, "real %s", name);
    if (got)
        *got = 4;
    return 0;
}
KEEP int half(const int *n) { return *n / 2; }

int main(int argc, char **argv)
{
    signal(SIGUSR1, on_signal);
    for (int i = 1; i < argc; i++) {
        char *word = strtok(strdup(argv[i]), ",");
        char *first = strtok(NULL, ","), *second = strtok(NULL, ",");
        double x = first ? atof(first) : 0, y = second ? atof(second) : 0;
        int a = (int)x, b = (int)y;
        if (!strcmp(word, "sqrt"))
            printf("%g\n", sqrt(x));
        else if (!strcmp(word, "pow"))
            printf("%g\n", pow(x, y));
        else if (!strcmp(word, "root"))
            printf("%g\n", root(x));
        else if (!strcmp(word, "add"))
            printf("%d\n", add(a, b));
        else if (!strcmp(word, "area"))
            printf("%d\n", area((struct point){a, b}));
        else if (!strcmp(word, "twice"))
            printf("%d\n", twice(a));
        else if (!strcmp(word, "begin"))
            printf("%d\n", begin(a));
        else if (!strcmp(word, "end"))
            end();
        else if (!strcmp(word, "half"))
            printf("%d\n", half(&a));
        else if (!strcmp(word, "fetch")) {
            char buf[16] = "..............";
            int got = -7;
            errno = 0;
            int result = second ? fetch(first, NULL, 0, NULL)
                                : fetch(first, buf, sizeof(buf), &got);
            printf("%d %s %d %d\n", result, buf, got, errno);
        } else if (!strcmp(word, "open")) {
            errno = 0;
            int fd = open(first, O_RDONLY);
            printf("%d %d\n", fd, errno);
        } else if (!strcmp(word, "kill")) {
            handled_by = 0;
            int result = add(a, b);
            printf("%d %d\n", result,
                   handled_by == (int)syscall(SYS_gettid));
        } else if (!strcmp(word, "load")) {
            void *library = dlopen(first, RTLD_NOW);
            int (*function)(int) =
                library ? (int (*)(int))dlsym(library, second) : NULL;
            printf("%d\n", function ? function(20) : -99);
        } else
            return 99;
        fflush(stdout);
    }
    return 0;
}
"""


def kit() -> pathlib.Path:
    """A program whose arguments are what it calls."""
    return compile_c(KIT, name="kit", libraries=("-lm", "-ldl"))


class Outcome(NamedTuple):
    """What became of a script's tests."""

    result: Result
    passed: List[str]
    failed: Dict[str, str]

    def notes(self) -> List[Any]:
        """What the script's note() was told."""
        return [json.loads(line[1:]) for line in
                self.result.stdout.splitlines() if line.startswith("@")]


def read(result: Result) -> Outcome:
    passed = re.findall(r"^(test_\w+): passed$", result.stdout, re.M)
    failed: Dict[str, str] = {}
    name = None
    for line in result.stderr.splitlines():
        found = re.match(r"(test_\w+): (?:failed|error|skipped)", line)
        if found:
            name = found.group(1)
            failed[name] = ""
        elif name and (line.startswith("  ") or not line):
            failed[name] += line[2:] + "\n"
        else:
            name = None
    return Outcome(result, passed, failed)


def carry_out(gdb: Gdb, script: str, program: Optional[pathlib.Path] = None,
              failing: Sequence[str] = (), status: Optional[int] = None,
              **options: Any) -> Outcome:
    """Run each test function of a script in one GDB; those named in `failing`
    must fail, the others pass."""
    result = gdb.run(program or kit(), python=HEAD + script, **options)
    outcome = read(result)
    names = re.findall(r"^def (test_\w+)", script, re.M)
    assert names, script
    wanted = [name for name in names if name not in failing]
    assert outcome.passed == wanted, result.shown()
    assert sorted(outcome.failed) == sorted(failing), result.shown()
    assert "Traceback" not in result.stderr, result.shown()
    if status is None:
        status = 1 if failing else 0
    assert result.status == status, result.shown()
    return outcome
