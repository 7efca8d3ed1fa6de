# SPDX-License-Identifier: MIT
"""scripts/ctester test: each test in a GDB of its own, and what is told of
it."""

import contextlib
import io
import json
import os
import pathlib
import pty
import re
import select
import signal
import subprocess
import sys
from typing import Any, Dict, Iterator, List, NamedTuple, Tuple

import junitparser
import pytest
import yaml
from conftest import (BUILD, ROOT, Gdb, Result, clean_environment, compile_c,
                      end_session, session_members)

sys.path.insert(0, str(ROOT / "gdbext"))

# pylint: disable=wrong-import-position
from ctester.testing import (progress, results, selection,  # noqa: E402
                             tap, text)

COMMAND = ROOT / "scripts" / "ctester"

PROGRAM = r"""
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	const char *variable = getenv("PYTHONSTARTUP");

	printf("%s %s\n", argc > 1 ? argv[1] : "none", variable ? variable : "-");
	return argc > 2 ? atoi(argv[2]) : 0;
}
"""

# A test of each kind.
KINDS = r'''
import functools
import os
import signal
import sys
import unittest

import ctester


def test_passes():
    ctester.native.mock_call("libc", "getenv", returns=None)
    with ctester.sandbox():
        result = ctester.run()
    assert result.exit_code == 3 and result.stdout == "said -\n"
    ctester.native.assert_call("libc", "getenv", args=(b"PYTHONSTARTUP",))
    print("nobody wants to know this")


def test_fails():
    result = ctester.run()
    assert result.exit_code == 0


@functools.lru_cache
def test_decorated():
    assert (1 +
            1 == 3), "two lines\n  and a second"


def make(number):
    def test():
        assert number == 0
    return test


for number in range(2):
    globals()[f"test_made_{number}"] = make(number)


def test_verified():
    ctester.native.mock_call("libc", "getenv", returns=None)


def test_error():
    print("\x1b[31mred\x00 \udcff end\u2028. \ud83d\ufffe")
    print("...")
    helper()


def helper():
    try:
        {}["key"]
    except KeyError as error:
        raise RuntimeError("helper\x01") from error


def test_skips():
    raise unittest.SkipTest("not # today")


def test_exits():
    sys.exit(0)


def test_quits():
    gdb.execute("quit 0")


def test_quits_at_once():
    os._exit(0)


def test_crashes():
    print("last words")
    os.kill(os.getpid(), signal.SIGSEGV)


def test_hangs():
    import subprocess
    subprocess.Popen(["sleep", "1000"])
    while True:
        pass


def test_yields():
    yield


def test_swallows():
    try:
        gdb.execute("ctester trace nosuch")
    except gdb.error:
        pass


def test_leaves_a_daemon():
    import subprocess
    subprocess.run(["sh", "-c", "setsid sleep 1000 &"], check=True)


def test_has_its_own_gdb():
    assert "left" not in sys.modules
    sys.modules["left"] = sys


class test_is_a_class:
    pass
'''

EXPECTED = {
    "test_passes": "passed", "test_fails": "failed",
    "test_decorated": "failed", "test_made_0": "passed",
    "test_made_1": "failed", "test_verified": "failed",
    "test_error": "error", "test_skips": "skipped", "test_exits": "error",
    "test_quits": "error", "test_quits_at_once": "error",
    "test_crashes": "crashed", "test_hangs": "timed out",
    "test_yields": "error", "test_swallows": "error",
    "test_leaves_a_daemon": "passed", "test_has_its_own_gdb": "passed",
}


class TapTest(NamedTuple):
    """A line of TAP with its YAML."""

    number: int
    good: bool
    name: str
    skip: str
    facts: Dict[str, Any]


def parse_tap(stdout: str) -> List[TapTest]:
    lines = stdout.splitlines()
    assert lines[0] == "TAP version 13"
    plan = re.fullmatch(r"1\.\.(\d+)", lines[1])
    assert plan
    tests: List[TapTest] = []
    block: List[str] = []
    for line in lines[2:]:
        if line.startswith("  "):
            block.append(line[2:])
            if line == "  ...":
                tests[-1] = tests[-1]._replace(
                    facts=yaml.safe_load("\n".join(block)))
                block = []
            continue
        assert not block
        if line.startswith("#"):
            continue
        found = re.fullmatch(
            r"(not )?ok (\d+) - (.*?)(?: # SKIP ?(.*))?", line)
        assert found, line
        tests.append(TapTest(int(found[2]), not found[1], found[3],
                             found[4] or "", {}))
    assert not block
    assert [test.number for test in tests] == list(
        range(1, int(plan[1]) + 1))
    return tests


def ctester_test(gdb: Gdb, *words: Any, **more: Any) -> Result:
    if BUILD != ROOT / "build":
        gdb.environment["CTESTER_BUILD"] = str(BUILD)
    return gdb.shell(COMMAND, "test", *words, **more)


class Kinds(NamedTuple):
    """A run of KINDS."""

    result: Result
    tests: Dict[str, TapTest]
    xml: pathlib.Path


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Kinds:
    where = tmp_path_factory.mktemp("kinds")
    (where / "t.py").write_text(KINDS)
    program = compile_c(PROGRAM)
    gdb = Gdb(where)
    gdb.environment["PYTHONSTARTUP"] = "of the user"
    result = ctester_test(gdb, "t.py", "--jobs", "3", "--timeout", "2",
                          "--junit", "report.xml", "--", program, "said", "3")
    tests = parse_tap(result.stdout)
    return Kinds(result, {test.name.split("::")[1]: test for test in tests},
                 where / "report.xml")


def test_results_come_in_the_order_of_definition(kinds: Kinds) -> None:
    assert list(kinds.tests) == list(EXPECTED), kinds.result.shown()
    assert kinds.result.status == 1
    assert kinds.result.stderr == ""
    assert re.search(r"^# 4 passed, 4 failed, 6 error, 1 crashed, 1 timed out, "
                     r"1 skipped in \d+\.\d s$", kinds.result.stdout, re.M)


@pytest.mark.parametrize("name", list(EXPECTED))
def test_each_kind_is_recognised(kinds: Kinds, name: str) -> None:
    test, kind = kinds.tests[name], EXPECTED[name]
    assert test.good == (kind in ("passed", "skipped")), test
    assert test.facts.get("kind") == (None if test.good else kind), test
    assert test.skip == ("not # today" if kind == "skipped" else "")
    if not test.good:
        assert test.facts["severity"] == "fail"
        assert test.facts["duration_ms"] >= 0
        assert test.facts["at"]["file"] == "t.py"


@pytest.mark.parametrize("name,line,message", [
    ("test_fails", "assert result.exit_code == 0",
     "assert result.exit_code == 0\n  result.exit_code = 3\n"),
    ("test_decorated", "assert (1 +", "two lines\n  and a second\n"),
    ("test_made_1", "assert number == 0", "assert number == 0\n  number = 1\n"),
    ("test_verified", "def test_verified", "1 required mock was not used:\n"),
    ("test_error", "raise RuntimeError", "RuntimeError: helper\\x01"),
    ("test_exits", "sys.exit(0)", "the script called sys.exit(0)"),
    ("test_quits", "def test_quits", "GDB ended with status 0 in the middle of "
     "the test"),
    ("test_crashes", "os.kill(", "GDB was ended by SIGSEGV"),
    ("test_hangs", "", "the test took longer than 2 s"),
    ("test_yields", "def test_yields", "TypeError: the test is a generator or "
     "a coroutine: it has not run"),
    ("test_swallows", "def test_swallows", "ctester has complained, and the "
     "test has taken no notice of it"),
])
def test_a_failure_names_the_scripts_line(
        kinds: Kinds, name: str, line: str, message: str) -> None:
    facts = kinds.tests[name].facts
    if name == "test_verified":
        assert facts["message"].startswith(message)
    else:
        assert facts["message"] == message
    lines = KINDS.splitlines()
    at = lines[facts["at"]["line"] - 1]
    assert line in at, facts
    # The time is up in either line of the loop.
    assert name != "test_hangs" or at.strip() in ("while True:", "pass")


def test_a_traceback_has_the_scripts_frames_alone(kinds: Kinds) -> None:
    trace = kinds.tests["test_error"].facts["traceback"]
    assert set(re.findall(r'File "(.*?)"', trace)) == {"t.py"}
    assert "KeyError: 'key'" in trace and "direct cause" in trace
    assert re.search(r"line \d+, in test_error\n    helper\(\)\n", trace)


def test_what_a_failing_test_has_said_is_kept_and_harmless(
        kinds: Kinds) -> None:
    said = kinds.tests["test_error"].facts["gdb"]
    assert "\\x1b[31mred\\x00 " in said and " end\\u2028. " in said
    assert "\n...\n" in said
    assert "last words\n" in kinds.tests["test_crashes"].facts["gdb"]
    assert kinds.tests["test_fails"].facts["stdout"] == "said of the user\n"
    assert "nobody wants" not in kinds.result.stdout
    for letter in kinds.result.stdout:
        assert letter.isprintable() or letter in "\n\t", ascii(letter)


def test_junit_is_read_by_others(kinds: Kinds) -> None:
    xml = junitparser.JUnitXml.fromfile(str(kinds.xml))
    (suite,) = list(xml)
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (
        17, 4, 8, 1)
    assert suite.name == "t.py" and suite.timestamp
    assert (xml.tests, xml.failures, xml.errors) == (17, 4, 8)
    classes = {"passed": [], "failed": [junitparser.Failure],
               "skipped": [junitparser.Skipped]}
    found = {case.name: case for case in suite}
    assert list(found) == list(EXPECTED)
    for name, kind in EXPECTED.items():
        case = found[name]
        assert [type(one) for one in case.result] == classes.get(
            kind, [junitparser.Error]), name
        assert case.classname == "t" and case.time >= 0
    assert found["test_crashes"].result[0].type == "crashed"
    assert "helper\\x01" in found["test_error"].result[0].message
    assert "\\x1b[31mred" in found["test_error"].system_err
    assert "Traceback" in found["test_fails"].result[0].text


def test_nothing_survives_a_test(kinds: Kinds) -> None:
    left = [entry for entry in pathlib.Path("/proc").glob("[0-9]*/cwd")
            if _target(entry) == kinds.xml.parent]
    assert left == []


def _target(link: pathlib.Path) -> pathlib.Path:
    try:
        return link.resolve()
    except OSError:
        return pathlib.Path()


# ---- which tests

TWO = "def test_one(): pass\ndef test_two(): pass\n"


def test_prove_accepts_it(gdb: Gdb) -> None:
    (gdb.directory / "t.py").write_text(
        TWO + "def test_bad():\n    print(' a\\n\\n  b ...')\n"
        "    assert not 1, '  x\\n---\\n\\ny: z'\n"
        "def test_blank():\n    assert not 1, '\\n \\n'\n")
    # prove splits at blanks, whatever the quotes.
    (gdb.directory / "ctester").symlink_to(COMMAND)
    done = gdb.shell("prove", "-v", "--exec", "./ctester test -k one",
                     "t.py").expect_success()
    assert "Result: PASS" in done.stdout and "Tests=1," in done.stdout
    done = gdb.shell("prove", "-v", "--exec", "./ctester test", "t.py")
    assert "Parse errors" not in done.stdout and done.status == 1
    assert "Failed tests:  3-4" in done.stdout, done.shown()
    bad, blank = (test.facts for test in parse_tap(
        done.stdout[done.stdout.index("TAP version"):
                    done.stdout.index("Dubious")])[2:])
    assert blank["message"] == "\\x20\n"
    assert bad["message"] == "\\x20 x\n---\n\ny: z\n", bad
    assert bad["gdb"].endswith("a\n\n  b ...\n")


@pytest.mark.parametrize("expression,chosen", [
    ("one", "ab"), ("ONE", "ab"), ("t_a.py and one", "a"),
    ("not one", ""), ("(one or two) and not t_b", "a"), ("", "ab"),
    ("two or one and zzz", ""), ("not not one", "ab"),
])
def test_expressions_choose(expression: str, chosen: str) -> None:
    choose = selection.compile_expression(expression)
    assert "".join(letter for letter in "ab"
                   if choose(f"t_{letter}.py::test_one")) == chosen


@pytest.mark.parametrize("expression,column", [
    ("one and", 8), ("and one", 1), ("(one", 5), ("one two", 5), ("one)", 4),
    ("not", 4), ("()", 2), ("(" * 1000, 51),
])
def test_a_wrong_expression_says_where(expression: str, column: int) -> None:
    with pytest.raises(selection.BadExpression,
                       match=f"^column {column}: "):
        selection.compile_expression(expression)


@pytest.mark.parametrize("name,words,part", [
    ("t.py", ["-k", "one or ("], "-k: column 9: expected a part of a name"),
    ("t.py", ["--timeout", "nan"], "--timeout: nan is no number"),
    ("t.py", ["--jobs", "-1"], "--jobs: -1 is no number"),
    ("t.py", ["--junit", "/nowhere/x.xml"], "/nowhere/x.xml: No such file"),
    ("t.py", ["--colour"], "--colour"),
    ("nosuch.py", [], "nosuch.py: No such file"),
    ("/etc", [], "/etc: is a directory"),
    ("t.py", ["--"], "expected PROGRAM"),
    ("t.py", ["--", "./nosuch"], "./nosuch: No such file"),
])
def test_bad_use_is_one_line_and_status_2(
        gdb: Gdb, name: str, words: List[str], part: str) -> None:
    (gdb.directory / "t.py").write_text(TWO)
    done = ctester_test(gdb, name, *words).expect_failure(part, status=2)
    assert done.stdout == "" and len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("ctester: test: ")


def test_without_a_file_it_says_what_it_expects(gdb: Gdb) -> None:
    ctester_test(gdb).expect_failure("expected FILE.py", status=2)
    done = ctester_test(gdb, "--help").expect_success()
    assert done.stdout.startswith("usage: ctester test")


@pytest.mark.parametrize("content,words,part", [
    (TWO, ["-k", "three"], "none of 2 tests is chosen by -k"),
    ("x = 1\n", [], "there is no function test_* in t.py"),
])
def test_no_test_is_bad_use(gdb: Gdb, content: str, words: List[str],
                            part: str) -> None:
    (gdb.directory / "t.py").write_text(content)
    done = ctester_test(gdb, "t.py", *words).expect_failure(part, status=2)
    assert done.stdout == ""


def test_files_that_cannot_be_loaded_are_results(gdb: Gdb) -> None:
    files = {"syntax.py": "\n\ndef test_x(:\n", "raises.py": "x = 1\n{}[x]\n",
             "good.py": TWO, "exits.py": "import sys\nsys.exit(0)\n",
             "crashes.py": "import os, signal\n"
             "os.kill(os.getpid(), signal.SIGKILL)\n"}
    for name, content in files.items():
        (gdb.directory / name).write_text(content)
    done = ctester_test(gdb, *files, "-j2", "--junit", "x.xml", "-k", "one")
    assert done.status == 2 and done.stderr == "", done.shown()
    tests = {test.name: test for test in parse_tap(done.stdout)}
    assert list(tests) == ["syntax.py", "raises.py", "good.py::test_one",
                           "exits.py", "crashes.py"]
    assert tests["syntax.py"].facts["at"] == {"file": "syntax.py", "line": 3}
    assert "SyntaxError" in tests["syntax.py"].facts["message"]
    assert tests["raises.py"].facts["at"] == {"file": "raises.py", "line": 2}
    assert tests["raises.py"].facts["message"] == "KeyError: 1"
    assert tests["exits.py"].facts["kind"] == "error"
    assert tests["crashes.py"].facts["message"] == "GDB was ended by SIGKILL"
    assert tests["good.py::test_one"].good
    xml = junitparser.JUnitXml.fromfile(str(gdb.directory / "x.xml"))
    assert (xml.tests, xml.errors) == (5, 4)


def test_so_many_run_at_a_time(gdb: Gdb) -> None:
    # Two meet at the pipe, or wait for ever.
    (gdb.directory / "t.py").write_text("""
import os
def make(name):
    def test():
        runner = os.getppid()
        with open(f"/proc/{runner}/task/{runner}/children") as children:
            assert 1 <= len(children.read().split()) <= 2
        if name in "ab":
            open("pipe", "r" if name == "a" else "w").close()
    return test
for name in "abcd":
    globals()[f"test_{name}"] = make(name)
""")
    os.mkfifo(gdb.directory / "pipe")
    ctester_test(gdb, "t.py", "-j", "2", "--timeout", "30").expect_success()


def test_all_passed_is_status_0(gdb: Gdb) -> None:
    (gdb.directory / "t.py").write_text(TWO + """
import helper
def test_skipped():
    import unittest
    raise unittest.SkipTest("")
""")
    (gdb.directory / "helper.py").write_text("")
    done = ctester_test(gdb, "./t.py", "--jobs=auto").expect_success()
    assert [test.name for test in parse_tap(done.stdout)] == [
        "./t.py::test_one", "./t.py::test_two", "./t.py::test_skipped"]


def test_installed_it_works(gdb: Gdb) -> None:
    where = gdb.directory / "usr"
    gdb.shell("make", "-s", "-C", ROOT, "install-files", f"PREFIX={where}",
              f"BUILD={os.path.relpath(BUILD, ROOT)}").expect_success()
    (gdb.directory / "t.py").write_text(TWO)
    done = gdb.shell(where / "bin/ctester", "test", "t.py").expect_success()
    assert len(parse_tap(done.stdout)) == 2


def test_a_program_that_hangs_has_its_output_kept(gdb: Gdb) -> None:
    program = compile_c(r"""
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	printf("began\n");
	fflush(stdout);
	for (;;)
		pause();
}
""")
    (gdb.directory / "t.py").write_text(
        "import ctester\ndef test_it():\n    ctester.run()\n")
    done = ctester_test(gdb, "t.py", "--timeout=1.5", "--", program)
    (test,) = parse_tap(done.stdout)
    assert test.facts["kind"] == "timed out" and done.status == 1
    assert test.facts["at"] == {"file": "t.py", "line": 3}
    assert test.facts["stdout"] == "began\n"


# ---- ended from outside, and terminals

HANGING = r"""
def test_done(): pass
def test_hangs():
    import os, subprocess, time
    subprocess.Popen(["sleep", "1000"])
    open("pid", "w").write(f"{os.getpid()}\n")
    time.sleep(1000)
def test_never(): pass
"""


@contextlib.contextmanager
def waiting(gdb: Gdb) -> Iterator[Tuple["subprocess.Popen[str]", int]]:
    """The command in the middle of HANGING, and the number of its GDB."""
    os.mkfifo(gdb.directory / "pid")
    fifo = os.open(gdb.directory / "pid", os.O_RDWR | os.O_NONBLOCK)
    process = subprocess.Popen(
        [COMMAND, "test", "t.py", "--junit", "x.xml"], cwd=gdb.directory,
        env=clean_environment(gdb.directory), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True)
    pid = 0
    try:
        assert select.select([fifo], [], [], 60)[0]
        pid = int(os.read(fifo, 100))
        yield process, pid
    finally:
        for session in (process.pid, pid):
            end_session(session)
        process.wait()
        for stream in (process.stdout, process.stderr):
            assert stream
            stream.close()
        os.close(fifo)


def test_an_interrupt_ends_everything_and_says_what_has_not_run(
        gdb: Gdb) -> None:
    (gdb.directory / "t.py").write_text(HANGING)
    with waiting(gdb) as (process, pid):
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGINT, err
    assert [one for one in session_members(pid) if is_running(one)] == []
    assert "ok 1 - t.py::test_done\n" in out and err == ""
    assert "# not run: t.py::test_hangs\n# not run: t.py::test_never\n" in out
    assert "Bail out! ended by SIGINT\n" in out
    assert "# 1 passed, 2 not run in" in out
    cases = list(next(iter(junitparser.JUnitXml.fromfile(
        str(gdb.directory / "x.xml")))))
    assert [len(case.result) for case in cases] == [0, 1, 1]


def test_when_the_runner_is_killed_gdb_ends(gdb: Gdb) -> None:
    (gdb.directory / "t.py").write_text(HANGING)
    with waiting(gdb) as (process, pid):
        end = os.pidfd_open(pid)
        process.kill()
        assert select.select([end], [], [], 60)[0]
        os.close(end)


def is_running(pid: int) -> bool:
    """Not only waited for by somebody."""
    state = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2]
    return state.split()[0] not in "ZX"


def in_terminal(gdb: Gdb, *words: str, **environment: str) -> str:
    """What a terminal gets, of standard output and error."""
    pid, terminal = pty.fork()
    if not pid:
        os.chdir(gdb.directory)
        os.execve(COMMAND, [str(COMMAND), "test", *words],
                  {**clean_environment(gdb.directory), "TERM": "xterm",
                   **environment})
    data = b""
    try:
        while block := _read(terminal):
            data += block
    finally:
        end_session(pid)
        os.waitpid(pid, 0)
        os.close(terminal)
    return data.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""      # the other side is closed


def test_progress_and_colours_are_for_terminals(gdb: Gdb) -> None:
    (gdb.directory / "t.py").write_text(TWO)
    shown = in_terminal(gdb, "t.py")
    line = "[1/2] t.py::test_one"
    assert line + "\r" + " " * len(line) + "\r\x1b[32mok\x1b[0m 1 - t.py" \
        in shown, ascii(shown)
    plain = in_terminal(gdb, "t.py", "-k", "one", NO_COLOR="1")
    assert "[1/1] t.py::test_one" in plain and "\x1b" not in plain


def test_a_reader_that_leaves_ends_the_run(gdb: Gdb) -> None:
    (gdb.directory / "t.py").write_text(TWO)
    done = gdb.shell("bash", "-c", f"'{COMMAND}' test t.py | head -n 1; "
                     "echo ${PIPESTATUS[0]}").expect_success()
    assert done.stdout == "TAP version 13\n1\n" and done.stderr == ""


class Terminal(io.StringIO):
    """Of unknown width."""

    def isatty(self) -> bool:
        return True


def test_progress_takes_the_place_of_what_was_shown() -> None:
    terminal = Terminal()
    shown = progress.Progress(terminal)
    shown.show("long\x1b")
    shown.show("x" * 100)
    shown.erase()
    shown.erase()
    assert terminal.getvalue() == (
        "long\\x1b\r" + " " * 8 + "\r" + "x" * 79 + "\r" + " " * 79 + "\r")


def test_names_do_not_end_a_line_of_tap() -> None:
    line = tap.TapWriter().test(1, results.Test("t.py", "test_a # SKIP\n"),
                                results.Result("passed"))
    assert line == "ok 1 - t.py::test_a \\# SKIP\\n\n"


def test_text_is_made_harmless() -> None:
    assert text.clean("a\tb\r\nc\rd\x7f\x85\ud800\udce9\uffff\U0001f600") == (
        "a\tb\nc\\x0dd\\x7f\\x85\\ud800\\xe9\\uffff\U0001f600")
    assert text.last_part(b"one\ntwo\nthree\n", 8) == "[...]\nthree\n"


# ---- the same file in a plain GDB

def test_a_plain_gdb_runs_the_tests_at_its_end(gdb: Gdb) -> None:
    done = gdb.run(compile_c(PROGRAM), python="""
import ctester
from ctester import runner
def test_runs():
    assert not gdb.selected_inferior().pid
    gdb.execute("run")
    gdb.execute("break main")
    gdb.execute("run")
def test_fresh():
    assert not gdb.selected_inferior().pid
def test_called():
    ctester.native.spy("libc", "getenv")
    ctester.verify_all()
def make(i):
    def test():
        runner.note_called()
        assert i == 0
    return test
for i in range(3):
    globals()[f"test_made_{i}"] = make(i)
test_called()
test_made_0()
""")
    lines = [line for line in done.stdout.splitlines()
             if line.startswith(("test_", "2 passed"))]
    assert lines == ["test_runs: passed", "test_fresh: passed",
                     "2 passed, 2 failed"], done.shown()
    assert done.status == 1
    assert re.search(r"^test_made_1: failed\n  case\.py:\d+: assert i == 0\n"
                     r"    i = 1\ntest_made_2: failed\n", done.stderr, re.M)


def test_the_programs_status_is_for_the_tests(gdb: Gdb) -> None:
    done = gdb.run(compile_c(PROGRAM), args=("said", "3"), python="""
def test_runs():
    gdb.execute("run")
    assert int(gdb.parse_and_eval("$_exitcode")) == 3
""").expect_success()
    assert done.stdout.endswith("test_runs: passed\n1 passed\n")


def test_a_test_that_ends_a_plain_gdb_is_no_success(gdb: Gdb) -> None:
    done = gdb.run(None, python="""
def test_quits():
    gdb.execute("quit 0")
def test_never():
    pass
""")
    assert done.status == 1
    assert ("test_quits: error\n  the test has ended GDB; not run: "
            "test_never\n") in done.stderr


def test_records_survive_half_written_ones(tmp_path: pathlib.Path) -> None:
    fd = os.open(tmp_path / "answer", os.O_RDWR | os.O_CREAT)
    results.write_record(fd, {"result": {"kind": "passed"}})
    os.write(fd, b"garbage\n\xff\n" + json.dumps(
        {"result": {"kind": "failed"}}).encode())
    assert results.last_record(fd, "result") == {"kind": "passed"}
    os.close(fd)


def test_a_script_as_the_program_keeps_its_name(gdb: Gdb) -> None:
    script = gdb.directory / "prog.py"
    script.write_text("#!/usr/bin/python3 -E\nimport sys\nprint(sys.argv)\n")
    script.chmod(0o755)
    (gdb.directory / "t.py").write_text("""
import ctester

def test_arguments():
    assert ctester.run().stdout == "['./prog.py', 'given']\\n"
    assert ctester.run("a b").stdout == "['./prog.py', 'a b']\\n"
""")
    gdb.shell(COMMAND, "test", "t.py", "--", "./prog.py",
              "given").expect_success()


def test_without_a_program_its_functions_are_pasted_with_none(
        gdb: Gdb) -> None:
    (gdb.directory / "t.py").write_text("""
import ctester
def test_one():
    ctester.native.mock_call(None, "area", returns=3)
""")
    done = ctester_test(gdb, "t.py").expect_failure()
    assert "area in the program, returns=3" in done.stdout
    assert ("ctester.native.mock_call(None, 'area', returns=3, required=False)"
            in done.stdout)
