# SPDX-License-Identifier: MIT
"""ctester.run(): the program of a script, from its start to its end."""

import json
import os
import pathlib
import re
import signal
from typing import Any, List

import pytest

from conftest import Gdb, Result, compile_c, parse_events

SOURCE = r"""
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static volatile int seen;

static void note(int number)
{
	seen += number;
}

static int twice(int n)
{
	return 2 * n;
}

int main(int argc, char **argv)
{
	if (argc > 2 && !strcmp(argv[1], "exit"))
		return twice(atoi(argv[2]));
	if (argc > 2 && !strcmp(argv[1], "raise"))
		raise(atoi(argv[2]));
	if (argc > 2 && !strcmp(argv[1], "handle")) {
		signal(atoi(argv[2]), note);
		raise(atoi(argv[2]));
		return seen;
	}
	for (int i = 1; i < argc; i++)
		fwrite(argv[i], 1, strlen(argv[i]) + 1, stdout);
	return 0;
}
"""

HEAD = """
import json, os, pathlib, time
import ctester, gdb
from ctester import running

def told(result):
    return [result.exit_code, result.signal, result.stdout, result.stderr,
            result.running]

def say(value):
    print("@" + json.dumps(value))

def refused(*argv, **options):
    try:
        ctester.run(*argv, **options)
    except ctester.Error as error:
        return str(error)
"""


@pytest.fixture(scope="module")
def program() -> pathlib.Path:
    return compile_c(SOURCE, name="told")


def script(gdb: Gdb, text: str, program: Any = None, *args: str,
           ) -> List[Any]:
    """What the script says, one value a line."""
    result = gdb.run(program, python=HEAD + text, args=args, timeout=40)
    result.expect_success()
    return said(result)


def said(result: Result) -> List[Any]:
    return [json.loads(line) for line
            in re.findall(r"^@(.*)$", result.stdout, re.M)]


def test_a_program_of_path_runs_to_its_end(gdb: Gdb) -> None:
    assert script(gdb, """
say(told(ctester.run("sh", "-c", "cat; echo oh >&2; exit 7", stdin="hey")))
say(told(ctester.run("/usr/bin/python3", "-c", "print(1)")))
say([len(running.completed), running.forget(), len(running.completed)])
""") == [[7, None, "hey", "oh\n", False], [0, None, "1\n", "", False],
         [2, None, 0]]


def test_the_caller_judges_the_program(
        gdb: Gdb, program: pathlib.Path) -> None:
    assert script(gdb, """
say(ctester.run("exit", "4").exit_code)     # and GDB's own status is 0
""", program) == [8]


def test_gdb_says_nothing_of_its_own(gdb: Gdb, program: pathlib.Path) -> None:
    result = gdb.run(program, python=HEAD + """
gdb.execute("set ctester live off")
for words in (["exit", "3"], ["handle", "2"], ["raise", "9"]):
    ctester.run(*words)
""").expect_success()
    assert (result.stdout, result.stderr) == ("", "")


HOSTILE = ["a b", "", "'", '"', "`date`", "$HOME", "a\nb", "*", "--", "\\",
           "é", "\udcff", "#", ";", "<x", "!", "~"]


def test_arguments_arrive_exactly(gdb: Gdb, program: pathlib.Path) -> None:
    given, own = script(gdb, f"""
say(ctester.run(*{HOSTILE!r}, pathlib.Path("p")).stdout)
say(ctester.run().stdout)
""", program, "o w", "$n\n")
    assert given == "".join(word + "\0" for word in [*HOSTILE, "p"])
    assert own == "o w\0$n\n\0"


def test_input_may_be_large_and_is_empty_without(gdb: Gdb) -> None:
    assert script(gdb, """
data = bytes(range(256)) * 20000
say(ctester.run("cat", stdin=data).stdout_bytes == data)
say(ctester.run("cat").stdout)
""") == [True, ""]


def test_the_environment_is_gdbs_with_changes(gdb: Gdb) -> None:
    gdb.environment.update({"LINED": "1\nB=2", "GONE": "x", "COLUMNS": "9"})
    (text,) = script(gdb, """
gdb.execute("set environment ADDED of gdb")
gdb.execute("set width 50")
say(ctester.run("env", "-0", env={"GONE": None, "MINE": "a\\nb"}).stdout)
""")
    given = dict(entry.split("=", 1) for entry in text.split("\0") if entry)
    assert given == {**{name: value for name, value
                        in gdb.environment.items() if name != "GONE"},
                     "ADDED": "of gdb", "MINE": "a\nb"}


@pytest.mark.parametrize("number", [
    signal.SIGSEGV, signal.SIGTRAP, signal.SIGINT, signal.SIGKILL,
    signal.SIGALRM, signal.SIGTERM])
def test_a_signal_that_ends_it_is_told(
        gdb: Gdb, program: pathlib.Path, number: int) -> None:
    assert script(gdb, f"""
say(told(ctester.run("raise", "{int(number)}")))
""", program) == [[None, number, "", "", False]]


def test_signals_on_the_way_are_the_programs(
        gdb: Gdb, program: pathlib.Path) -> None:
    numbers = [int(number) for number in (
        signal.SIGSEGV, signal.SIGTRAP, signal.SIGINT, signal.SIGUSR1,
        signal.SIGALRM, signal.SIGTSTP)]
    assert script(gdb, f"""
gdb.execute("handle SIGUSR1 stop print nopass", False, True)
say([ctester.run("handle", str(n)).exit_code for n in {numbers}])
say(ctester.run("raise", "19").exit_code)
say(ctester.run("raise", "40").signal)
""", program) == [numbers, 0, 40]


def test_settings_are_put_back(gdb: Gdb, program: pathlib.Path) -> None:
    assert script(gdb, """
def settings():
    names = ("exec-wrapper", "confirm", "startup-with-shell", "inferior-tty",
             "print inferior-events", "print thread-events", "args",
             "suppress-cli-notifications")
    return [[gdb.parameter(name) for name in names], os.environ.get("SHELL"),
            gdb.execute("info signals", False, True)]
gdb.execute("handle SIGUSR1 nostop print nopass", False, True)
gdb.execute("handle SIGALRM stop print pass", False, True)
gdb.execute("set startup-with-shell off")
gdb.execute("set confirm on")
before = settings()
ctester.run("exit", "1")
say(settings() == before)
try:
    ctester.run("raise", "19", timeout=1e-6)
except ctester.ProgramTimeoutError:
    say(settings() == before)
""", program, "a") == [True, True]


def test_time_is_limited(gdb: Gdb) -> None:
    taken, text, out, processes = script(gdb, """
start = time.monotonic()
try:
    ctester.run("sh", "-c", "echo so far; sleep 30 & setsid sleep 30 & wait",
                timeout=1.5)
except ctester.ProgramTimeoutError as error:
    assert isinstance(error, TimeoutError)
    say(time.monotonic() - start)
    say(str(error))
    say(error.stdout)
say([one.pid for one in gdb.inferiors()])
""")
    assert 1.5 <= taken < 10 and "sh" in text and "1.5 s" in text
    assert out == "so far\n" and processes == [0]


def test_a_limit_in_the_middle_of_the_start_harms_no_later_run(
        gdb: Gdb) -> None:
    """/usr/bin/python3 takes GDB some tenths of a second to start."""
    assert script(gdb, """
gdb.execute("set ctester trace-file trace.jsonl")
for timeout in (1e-6, 0.01, 0.03, 0.06, 0.09, 0.12, 0.2, 0.3):
    try:
        ctester.run("/usr/bin/python3", "-c", "import time; time.sleep(300)",
                    timeout=timeout)
    except ctester.ProgramTimeoutError:
        done = ctester.run("/usr/bin/python3", "-c", "print(5)")
        say([done.exit_code, done.stdout])
""") == [[0, "5\n"]] * 8
    events = parse_events((gdb.directory / "trace.jsonl").read_text())
    assert [event.get("signal", event.get("code")) for event in events
            if event["type"] != "start"] == ["SIGKILL", 0] * 8


STUBBORN = """
import signal, sys, time
if sys.argv[1] == "ignores":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
else:
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
while sys.argv[1] == "waits for":
    signal.sigwait([signal.SIGINT])
time.sleep(300)
"""


@pytest.mark.parametrize("how", ["ignores", "blocks", "waits for"])
def test_a_program_that_takes_no_interrupt_is_killed(
        gdb: Gdb, how: str) -> None:
    assert script(gdb, f"""
for _ in range(2):
    try:
        ctester.run("/usr/bin/python3", "-c", {STUBBORN!r}, {how!r},
                    timeout=0.5)
    except ctester.ProgramTimeoutError:
        say(running.completed[-1].signal)
say(ctester.run("sh", "-c", "exit 6").exit_code)
""") == [9, 9, 6]


def test_a_child_that_holds_the_output_is_not_waited_for(gdb: Gdb) -> None:
    assert script(gdb, """
say(told(ctester.run("sh", "-c", "sleep 300 & echo started")))
""") == [[0, None, "started\n", "", False]]


def test_at_a_breakpoint_of_the_users_it_stands(
        gdb: Gdb, program: pathlib.Path) -> None:
    assert script(gdb, """
point = gdb.Breakpoint("twice")
say(told(ctester.run("exit", "3")))
say(gdb.selected_frame().name())
point.delete()
say(ctester.run("exit", "4").exit_code)     # it is started anew
""", program) == [[None, None, "", "", True], "twice", 8]


def test_what_raises_after_a_stop_leaves_run(
        gdb: Gdb, program: pathlib.Path) -> None:
    assert script(gdb, """
class Wrong(Exception):
    pass
def check():
    raise Wrong("indeed")
running.after_stop.append(check)
say(ctester.run("raise", "10").signal)      # no stop for a user
gdb.Breakpoint("twice")
try:
    ctester.run("exit", "1")
except Wrong as error:
    say([str(error), gdb.selected_inferior().pid])
""", program) == [10, ["indeed", 0]]


def test_words_of_the_users_are_not_lost(
        gdb: Gdb, program: pathlib.Path) -> None:
    result = gdb.run(program, python=HEAD + """
class Mine(gdb.Breakpoint):
    def stop(self):
        print("in stop", gdb.execute("echo kept", False, True))
        gdb.write("trouble\\n", gdb.STDERR)
        return False
Mine("twice")
point = gdb.Breakpoint("twice")
point.commands = "silent\\nprint n + 1\\ncontinue"
say(ctester.run("exit", "41").exit_code)
""").expect_success()
    assert "in stop kept\n" in result.stdout and "$1 = 42\n" in result.stdout
    assert said(result) == [82] and result.stderr == "trouble\n"


def test_calls_are_traced_in_every_run(
        gdb: Gdb, program: pathlib.Path) -> None:
    assert script(gdb, """
ctester.trace("twice")
say([ctester.run("exit", str(n)).exit_code for n in range(3)])
say([call["return"]["value"] for call in ctester.calls()])
""", program) == [[0, 2, 4], [0, 2, 4]]


@pytest.mark.parametrize("call,parts", [
    ("", ["no program"]), ("'./nosuch'", ["./nosuch", "No such file"]),
    ("'nosuch'", ["nosuch: no such program"]), ("'/etc'", ["a directory"]),
    ("'./text'", ["./text", "not a program"]),
    ("'./foreign'", ["./foreign", "Exec format error"]),
    ("1", ["argument 1", "int"]), ("'a', 'b\\0'", ["argument 2", "NUL"]),
    ("'true', timeout=-1", ["timeout: -1"]),
    ("'true', timeout=0", ["timeout: 0"]),
    ("'true', timeout=True", ["timeout: True"]),
    ("'true', timeout=float('nan')", ["timeout: nan"]),
    ("'true', env={'A=': ''}", ["'A='"]), ("'true', stdin=1", ["stdin"]),
])
def test_bad_use_is_one_line(
        gdb: Gdb, tmp_path: pathlib.Path, call: str, parts: List[str]) -> None:
    for name, content in (("text", b"no program\n"),
                          ("foreign", foreign_program())):
        (tmp_path / name).write_bytes(content)
        (tmp_path / name).chmod(0o755)
    text, again = script(gdb, f"""
say(refused({call}))
say(ctester.run("true").exit_code)
""")
    assert text and "\n" not in text and again == 0
    for part in parts:
        assert part in text


def foreign_program() -> bytes:
    """A program of another machine: EM_AARCH64 in its ELF header."""
    data = bytearray(pathlib.Path("/bin/true").read_bytes())
    data[18:20] = (183).to_bytes(2, "little")
    return bytes(data)


def test_a_script_runs_its_interpreter(
        gdb: Gdb, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "a script"
    path.write_text("#!/bin/sh -e\necho \"$0\" \"$1\"\nexit 4\n")
    os.chmod(path, 0o755)
    assert script(gdb, "say(told(ctester.run('./a script', 'x  y')))") == [
        [4, None, "./a script x  y\n", "", False]]


# Its child outlives it.  A shell would do that with vfork, and GDB hangs when
# one process ends while another one is in that.
OUTLIVED = r"""
#include <stdlib.h>
#include <unistd.h>
int main(int argc, char **argv)
{
	pid_t parent = getpid();
	if (fork())
		return 5;
	while (!atoi(argv[1]))
		pause();
	while (getppid() == parent)
		usleep(1000);
	return 3;
}
"""


def test_children_that_are_followed_are_waited_for(gdb: Gdb) -> None:
    program = compile_c(OUTLIVED)
    assert script(gdb, f"""
gdb.execute("set ctester follow-fork on")
result = ctester.run({str(program)!r}, "1", timeout=30)
say([result.exit_code, [one.pid for one in gdb.inferiors() if one.pid]])
try:
    ctester.run({str(program)!r}, "0", timeout=0.5)
except ctester.ProgramTimeoutError:
    say([one.pid for one in gdb.inferiors() if one.pid])
say(ctester.run("sh", "-c", "exit 6").exit_code)
""") == [[5, []], [], 6]
