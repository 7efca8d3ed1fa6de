# SPDX-License-Identifier: MIT
"""scripts/ctester: the program cannot tell that it is traced."""

import contextlib
import json
import os
import pathlib
import pty
import select
import shutil
import signal
import stat
import subprocess
import time
from typing import Dict, Iterator, List, Optional, Sequence

import pytest
from conftest import BUILD, ROOT, Gdb, clean_environment, compile_c, end_session

COMMAND = ROOT / "scripts" / "ctester"
SECONDS = 60

# What the program was given, one thing a line; then what it is told to do.
PROGRAM = r"""
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

static int twice(int n)
{
	return 2 * n;
}

static void show(const char *text)
{
	for (; *text; text++)
		printf("%02x", (unsigned char)*text);
	putchar('\n');
}

static int disposition(int number)
{
	struct sigaction action;

	return sigaction(number, NULL, &action) ? -1 : action.sa_handler == SIG_IGN;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (!strcmp(what, "exit"))
		return twice(atoi(argv[2]));
	if (!strcmp(what, "raise")) {
		twice(1);
		raise(atoi(argv[2]));
	}
	if (!strcmp(what, "trap"))
		__asm__("int3");
	if (!strcmp(what, "arguments"))
		for (int i = 0; i < argc; i++)
			show(argv[i]);
	if (!strcmp(what, "environment"))
		for (char **variable = environ; *variable; variable++)
			show(*variable);
	if (!strcmp(what, "files"))
		for (int fd = 0; fd < 1024; fd++) {
			struct stat status;
			if (fstat(fd, &status) == 0)
				printf("%d %lu:%lu\n", fd, (long)status.st_dev,
				       (long)status.st_ino);
		}
	if (!strcmp(what, "signals")) {
		sigset_t mask;
		sigprocmask(SIG_BLOCK, NULL, &mask);
		for (int i = 1; i < 32; i++)
			printf("%d %d %d\n", i, disposition(i),
			       sigismember(&mask, i));
	}
	if (!strcmp(what, "group"))
		printf("%d %d\n", (int)getpgrp(), (int)getsid(0));
	if (!strcmp(what, "wait")) {
		twice(21);
		puts("ready");
		fflush(stdout);
		for (;;)
			pause();
	}
	return twice(0);
}
"""


@pytest.fixture(scope="module")
def program() -> pathlib.Path:
    return compile_c(PROGRAM, name="told")


class Done:
    """What a command wrote, as bytes, and its status (-N: signal N)."""

    def __init__(self, status: int, out: bytes, err: bytes) -> None:
        self.status, self.out, self.err = status, out, err.decode()

    def line(self) -> str:
        """The one line that it wrote in place of running a program."""
        lines = self.err.splitlines()
        assert self.out == b"" and len(lines) == 1, (self.out, self.err)
        assert lines[0].startswith("ctester: "), self.err
        return lines[0]


def run(command: Sequence[object], tmp_path: pathlib.Path, stdin: bytes = b"",
        environment: Optional[Dict[bytes, bytes]] = None,
        **options: object) -> Done:
    if environment is None:
        environment = {os.fsencode(name): os.fsencode(value) for name, value
                       in clean_environment(tmp_path).items()}
    options.setdefault("cwd", tmp_path)
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env=environment, start_new_session=True,
        **options)
    try:
        out, err = process.communicate(stdin, SECONDS)
    finally:
        end_session(process.pid)
        process.wait()
    return Done(process.returncode, out, err)


def trace(*words: object, where: pathlib.Path, **options: object) -> Done:
    return run([COMMAND, "trace", "-q", *words], where, **options)


def test_the_calls_are_shown_on_standard_error(
        program: pathlib.Path, tmp_path: pathlib.Path) -> None:
    done = trace("-e", "twice", program, "exit", "21", where=tmp_path)
    assert (done.status, done.out) == (42, b"")
    assert done.err == "twice(n = 21) = 42\n+++ exited with 42 +++\n"


@pytest.mark.parametrize("number", [
    signal.SIGTERM, signal.SIGSEGV, signal.SIGKILL, signal.SIGINT,
    signal.SIGTRAP, signal.SIGABRT, signal.SIGPIPE])
def test_a_signal_that_ends_the_program_ends_the_command(
        program: pathlib.Path, tmp_path: pathlib.Path, number: int) -> None:
    done = trace("-e", "twice", program, "raise", str(int(number)),
                 where=tmp_path)
    assert done.status == -number, done.err
    assert "twice(n = 1) = 2\n" in done.err


def test_a_trap_of_the_programs_own_ends_it(
        program: pathlib.Path, tmp_path: pathlib.Path) -> None:
    done = trace("-e", "twice", program, "trap", where=tmp_path)
    assert done.status == -signal.SIGTRAP, done.err


def test_a_status_above_128_is_not_taken_for_a_signal(
        program: pathlib.Path, tmp_path: pathlib.Path) -> None:
    done = trace("-e", "twice", program, "exit", "69", where=tmp_path)
    assert done.status == 138


HOSTILE = [b"a b", b"", b"'", b'"', b"`date`", b"$HOME", b"a\nb", b"\n", b"*",
           b"--", b"-e", b"\\", b"\\n", b"!", b"\xff\xfe", "é".encode(), b"~",
           b";", b"|", b">x", b"#", b"\t", b"\x01", b"%s", b"\x7f"]


def test_arguments_arrive_unchanged(
        program: pathlib.Path, tmp_path: pathlib.Path) -> None:
    done = trace("-e", "twice", "--", program, "arguments", *HOSTILE,
                 where=tmp_path)
    plain = run([program, "arguments", *HOSTILE], tmp_path)
    assert done.out == plain.out and done.status == 0


def test_a_program_may_have_any_name(
        program: pathlib.Path, tmp_path: pathlib.Path) -> None:
    for name in ("a b", "it's", "-e", "a$b", "a;b", "a(b", "(x)", "a\"b",
                 "`x`", "a|b", "a*b", "a[b", "#", "a\\b", "~", "a\nexit", "é"):
        copy = tmp_path / name
        copy.write_bytes(program.read_bytes())
        copy.chmod(0o755)
        done = trace("-e", "twice", "--", f"./{name}", "exit", "3",
                     where=tmp_path)
        assert done.status == 6, (name, done.err)


def test_a_path_that_gdb_cannot_say_is_refused(
        program: pathlib.Path, tmp_path: pathlib.Path) -> None:
    copy = os.fsencode(tmp_path) + b"/a\xff"
    shutil.copy(program, copy)
    done = trace("-e", "twice", copy, where=tmp_path)
    assert done.status == 126 and "UTF-8" in done.line()


def test_the_environment_arrives_unchanged(
        program: pathlib.Path, tmp_path: pathlib.Path) -> None:
    environment = {
        b"PATH": b"/usr/bin:/bin", b"SHELL": b"/bin/false", b"A": b"\xff x",
        b"PYTHONHOME": b"/nowhere", b"PYTHONPATH": b"/nowhere",
        b"LC_ALL": b"C", b"EMPTY": b"", b"ENV": b"/nowhere", b"B'": b"\n"}
    for more in ({}, {b"LINES": b"7", b"COLUMNS": b"9"}):
        given = {**environment, **more}
        done = trace("-e", "twice", program, "environment", where=tmp_path,
                     environment=given)
        plain = run([program, "environment"], tmp_path, environment=given)
        assert done.out == plain.out, done.err


def test_files_and_signals_are_those_of_the_command(
        program: pathlib.Path, tmp_path: pathlib.Path) -> None:
    def without_pipes(text: bytes) -> List[bytes]:
        lines = text.splitlines()
        return [lines[0].split()[0], lines[1].split()[0],
                lines[2].split()[0], *lines[3:]]

    with open("/etc/passwd", "rb") as file:
        extra = {"pass_fds": (file.fileno(),)}
        done = trace("-e", "twice", program, "files", where=tmp_path, **extra)
        plain = run([program, "files"], tmp_path, **extra)
    assert without_pipes(done.out) == without_pipes(plain.out)
    done = trace("-e", "twice", program, "signals", where=tmp_path)
    plain = run([program, "signals"], tmp_path)
    assert done.out == plain.out


def test_the_program_is_in_the_commands_process_group(
        program: pathlib.Path, tmp_path: pathlib.Path) -> None:
    done = run(["sh", "-c", "echo $$; exec \"$@\"", "sh", COMMAND, "trace",
                "-e", "twice", program, "group"], tmp_path)
    pid, group, session = done.out.split()
    assert group == pid and session == pid


def test_binary_input_and_output_pass(tmp_path: pathlib.Path) -> None:
    data = bytes(range(256)) * 1000
    done = trace("-e", "read", "-o", "t.jsonl", "cat", where=tmp_path,
                 stdin=data)
    assert (done.out, done.err, done.status) == (data, "", 0)
    events = [json.loads(line) for line
              in (tmp_path / "t.jsonl").read_text().splitlines()]
    read = sum(event["return"]["value"] for event in events
               if event["type"] == "call" and event["function"] == "read")
    assert read == len(data)


def test_a_pipeline_ends_when_its_reader_does(
        tmp_path: pathlib.Path) -> None:
    done = run(["sh", "-c", f"yes | '{COMMAND}' trace -q -e read "
                "-o t.txt head -c 100000 | wc -c"], tmp_path)
    assert done.out.strip() == b"100000"
    done = run(["bash", "-c", f"'{COMMAND}' trace -q -e nanosleep -o t.txt "
                "yes | head -n 1; echo ${PIPESTATUS[0]}"], tmp_path)
    assert done.out == b"y\n141\n", done.err


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-"])
def test_a_closed_standard_file_stays_closed(
        program: pathlib.Path, tmp_path: pathlib.Path, closed: str) -> None:
    done = run(["sh", "-c", f"exec \"$@\" {closed}", "sh", COMMAND, "trace",
                "-e", "twice", program, "exit", "4"], tmp_path)
    assert done.status == 8, done.err
    done = run(["sh", "-c", f"exec \"$@\" {closed}", "sh", COMMAND, "trace",
                "-e", "twice", "-o", "t.txt", program, "files"], tmp_path)
    number = b"2" if closed.startswith("2") else b"0"
    seen = [line.split()[0] for line in done.out.splitlines()]
    assert (number in seen) == (closed == ">&-" and done.out != b"")


@pytest.mark.parametrize("words,format_name", [
    (["-o", "t.jsonl"], "jsonl"), (["-o", "t.json"], "jsonl"),
    (["-o", "t.txt"], "text"), (["-o", "t", "--format", "jsonl"], "jsonl"),
    (["-o", "t.jsonl", "--format=text"], "text")])
def test_the_trace_goes_to_a_file(
        program: pathlib.Path, tmp_path: pathlib.Path, words: List[str],
        format_name: str) -> None:
    done = trace("-e", "twice", *words, program, "exit", "1", where=tmp_path)
    assert (done.status, done.err, done.out) == (2, "", b"")
    text = (tmp_path / words[1]).read_text()
    if format_name == "text":
        assert "twice(n = 1) = 2\n" in text
    else:
        events = [json.loads(line) for line in text.splitlines()]
        assert [event["type"] for event in events] == ["start", "call", "exit"]


def test_json_lines_on_standard_error_do_not_overwrite_it(
        program: pathlib.Path, tmp_path: pathlib.Path) -> None:
    done = run(["sh", "-c", "echo before >log; exec \"$@\" 2>>log", "sh",
                COMMAND, "trace", "-e", "twice", "--format", "jsonl", program,
                "exit", "1"], tmp_path)
    lines = (tmp_path / "log").read_text().splitlines()
    assert done.status == 2 and lines[0] == "before"
    assert [json.loads(line)["type"] for line in lines[1:]] == [
        "start", "call", "exit"]


@pytest.mark.parametrize("words,status,parts", [
    (["-e", "twise", "PROGRAM"], 2, ["'twise'", "'twice'"]),
    (["-e", "twice", "./nosuch"], 127, ["./nosuch", "No such file"]),
    (["-e", "twice", "nosuch"], 127, ["nosuch: no such program"]),
    (["-e", "twice", "/etc/passwd"], 126, ["/etc/passwd", "not executable"]),
    (["-e", "twice", "/etc"], 126, ["/etc: is a directory"]),
    (["-e", "twice", "/etc/passwd/x"], 127, ["Not a directory"]),
    (["-e", "twice", "./text"], 126, ["./text"]),
    (["-e", "twice", ""], 127, ["no such program"]),
    (["PROGRAM"], 2, ["expected -e LIST"]),
    (["-e", "twice"], 2, ["expected PROGRAM"]),
    (["-e", "%flie", "PROGRAM"], 2, ["%flie", "%file"]),
    (["-e", "syscall:opena", "PROGRAM"], 2, ["'opena'", "'open'"]),
    (["--scope", "near", "-e", "twice", "PROGRAM"], 2, ["near", "boundary"]),
    (["--depth", "x", "-e", "twice", "PROGRAM"], 2, ["--depth", "no number"]),
    (["--if", "m > 1", "-e", "twice", "PROGRAM"], 2, ["m"]),
    (["-z", "PROGRAM"], 2, ["-z", "--help"]),
    (["-o", "/nowhere/t", "-e", "twice", "PROGRAM"], 2, ["/nowhere/t"]),
    (["--prototypes", "/nowhere.h", "-e", "twice", "PROGRAM"], 2,
     ["/nowhere.h"]),
])
def test_bad_use_is_one_line_and_nothing_runs(
        program: pathlib.Path, tmp_path: pathlib.Path, words: List[str],
        status: int, parts: List[str]) -> None:
    (tmp_path / "text").write_text("no program\n")
    (tmp_path / "text").chmod(0o755)
    done = trace(*[str(program) if word == "PROGRAM" else word
                   for word in words], where=tmp_path)
    assert done.status == status, done.err
    line = done.line()
    for part in parts:
        assert part in line


def test_without_gdb_it_says_so(
        program: pathlib.Path, tmp_path: pathlib.Path) -> None:
    done = trace("-e", "twice", program, where=tmp_path,
                 environment={b"PATH": os.fsencode(tmp_path)})
    assert done.status == 2 and "no gdb" in done.line()


def test_a_gdb_without_python_is_named(
        gdb_without_python: Gdb, program: pathlib.Path,
        tmp_path: pathlib.Path) -> None:
    path = os.fsencode(gdb_without_python.executable.parent)
    done = trace("-e", "twice", program, where=tmp_path,
                 environment={b"PATH": path + b":/usr/bin:/bin"})
    assert done.status == 2 and "no Python" in done.line()


@pytest.mark.parametrize("words,part", [
    (["--help"], "usage: ctester"), (["trace", "--help"], "-e, --trace LIST"),
    (["--version"], "ctester 0.")])
def test_help_and_version_go_to_standard_output(
        tmp_path: pathlib.Path, words: List[str], part: str) -> None:
    done = run([COMMAND, *words], tmp_path)
    assert done.status == 0 and part in done.out.decode() and not done.err


def test_an_unknown_command_is_one_line(tmp_path: pathlib.Path) -> None:
    done = run([COMMAND, "trase"], tmp_path)
    assert done.status == 2 and "trase" in done.line()


def test_it_is_found_through_a_link_and_among_blanks(
        program: pathlib.Path, tmp_path: pathlib.Path,
        spaced_checkout: pathlib.Path) -> None:
    (tmp_path / "linked").symlink_to(spaced_checkout / "scripts" / "ctester")
    (tmp_path / "elsewhere").mkdir()
    for command in (spaced_checkout / "scripts" / "ctester", "../linked"):
        done = run([command, "trace", "-e", "twice", program, "exit", "2"],
                   tmp_path, cwd=tmp_path / "elsewhere")
        assert done.status == 4, done.err


def test_installed_it_works(
        program: pathlib.Path, tmp_path: pathlib.Path) -> None:
    for place, names in (("bin", ["scripts/ctester"]),
                         ("share/ctester", ["ctester.gdb", "gdbext"])):
        (tmp_path / place).mkdir(parents=True)
        for name in names:
            subprocess.run(["cp", "-r", ROOT / name, tmp_path / place],
                           check=True)
    (tmp_path / "lib/ctester").mkdir(parents=True)
    for name in ("libctester.so", "prototypes.so", "syscalls.so"):
        (tmp_path / "lib/ctester" / name).symlink_to(BUILD / name)
    done = run([tmp_path / "bin/ctester", "trace", "-e", "twice", program,
                "exit", "2"], tmp_path)
    assert done.status == 4, done.err
    done = run([tmp_path / "bin/ctester", "--version"], tmp_path)
    assert done.status == 0, done.err


def test_a_static_program_is_traced(tmp_path: pathlib.Path) -> None:
    static = compile_c(PROGRAM, name="static", flags=("-g", "-static"))
    done = trace("-e", "twice", static, "exit", "5", where=tmp_path)
    assert done.err == "twice(n = 5) = 10\n+++ exited with 10 +++\n"
    assert done.status == 10


def test_a_script_runs_its_interpreter(tmp_path: pathlib.Path) -> None:
    script = tmp_path / "a script"
    script.write_text("#!/bin/sh -e\necho \"$0\" \"$1\"\nexit 7\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    done = trace("-e", "getppid", "./a script", "x  y", where=tmp_path)
    assert (done.out, done.status) == (b"./a script x  y\n", 7), done.err


def test_commas_in_brackets_are_letters(
        program: pathlib.Path, tmp_path: pathlib.Path) -> None:
    done = trace("-e", "tw[i,j]ce,sh[o]w", program, "exit", "1",
                 where=tmp_path)
    assert "twice(n = 1) = 2\n" in done.err and done.status == 2


def wait_for(fd: int, text: bytes) -> bytes:
    """Read until `text` comes."""
    seen, end = b"", time.monotonic() + SECONDS
    while text not in seen:
        ready, _, _ = select.select([fd], [], [], end - time.monotonic())
        assert ready, seen
        block = os.read(fd, 4096)
        assert block, seen
        seen += block
    return seen


@contextlib.contextmanager
def waiting(program: pathlib.Path, where: pathlib.Path
            ) -> Iterator["subprocess.Popen[bytes]"]:
    """The command, with a program that waits."""
    process = subprocess.Popen(
        [COMMAND, "trace", "-e", "twice", "-o", "t.txt", program, "wait"],
        cwd=where, env=clean_environment(where), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, start_new_session=True)
    try:
        assert process.stdout
        wait_for(process.stdout.fileno(), b"ready\n")
        yield process
    finally:
        end_session(process.pid)
        process.wait()
        process.stdout.close()


def test_an_interrupt_of_the_group_ends_both_and_keeps_the_trace(
        program: pathlib.Path, tmp_path: pathlib.Path) -> None:
    with waiting(program, tmp_path) as process:
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(SECONDS) == -signal.SIGINT
    text = (tmp_path / "t.txt").read_text()
    assert text == "twice(n = 21) = 42\n+++ killed by SIGINT +++\n"


def test_ending_the_command_ends_the_program_and_keeps_the_trace(
        program: pathlib.Path, tmp_path: pathlib.Path) -> None:
    with waiting(program, tmp_path) as process:
        process.terminate()
        assert process.wait(SECONDS) == -signal.SIGTERM
        assert process.stdout and process.stdout.read() == b""
    assert "twice(n = 21) = 42\n" in (tmp_path / "t.txt").read_text()


def children(pid: int) -> List[int]:
    listed = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in listed.split()]


def test_when_gdb_is_killed_the_trace_stays(
        program: pathlib.Path, tmp_path: pathlib.Path) -> None:
    with waiting(program, tmp_path) as process:
        # What the agent has recorded is there a little later.
        end = time.monotonic() + SECONDS
        while not (tmp_path / "t.txt").read_text():
            assert time.monotonic() < end
            os.sched_yield()
        (gdb,) = children(process.pid)
        os.kill(gdb, signal.SIGKILL)
        assert process.wait(SECONDS) == 2
    assert "twice(n = 21) = 42\n" in (tmp_path / "t.txt").read_text()


def test_a_trace_that_is_not_complete_is_no_success(
        program: pathlib.Path, tmp_path: pathlib.Path) -> None:
    done = trace("-e", "twice", "-o", "/dev/full", program, "exit", "0",
                 where=tmp_path)
    assert done.status == 2 and "/dev/full" in done.line()


def test_children_are_traced_when_asked(tmp_path: pathlib.Path) -> None:
    done = trace("-e", "strlen,getppid", "--follow-fork", "-o", "t.jsonl",
                 "sh", "-c", "(exit 4); exit 9", where=tmp_path)
    assert done.status == 9, done.err
    events = [json.loads(line) for line
              in (tmp_path / "t.jsonl").read_text().splitlines()]
    codes = [event["code"] for event in events if event["type"] == "exit"]
    assert sorted(codes) == [4, 9]


def test_in_a_terminal_the_program_has_it(tmp_path: pathlib.Path) -> None:
    pid, terminal = pty.fork()
    if not pid:
        os.chdir(tmp_path)
        # Another process group could neither read it nor be interrupted.
        os.execve("/bin/sh", [
            "sh", "-c", f"trap : INT; '{COMMAND}' trace -o t.txt -e read cat; "
            "echo status $?"], clean_environment(tmp_path))
    try:
        os.write(terminal, b"hello\n")
        wait_for(terminal, b"hello\r\nhello\r\n")
        os.write(terminal, b"\x03")     # ^C
        wait_for(terminal, b"status 130")
    finally:
        end_session(pid)
        os.waitpid(pid, 0)
        os.close(terminal)
    assert "+++ killed by SIGINT +++\n" in (tmp_path / "t.txt").read_text()
