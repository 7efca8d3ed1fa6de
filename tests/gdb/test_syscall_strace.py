# SPDX-License-Identifier: MIT
"""The same deterministic program under strace and under ctester: the same
calls in the same order, thread by thread, with the same names of files, the
same flags and the same results."""

import contextlib
import http.server
import json
import os
import pathlib
import re
import subprocess
import threading
from typing import Any, Dict, Iterator, List, NamedTuple, Sequence, Tuple

import pytest

from conftest import ROOT, Gdb, clean_environment

COMMAND = ROOT / "scripts" / "ctester"
# What does not depend on time, or on where memory is.
NAMES = ("openat,close,read,newfstatat,lseek,socket,connect,bind,listen,"
         "accept4,sendto,getsockname,pipe2,readlink,getcwd,dup,dup2,unlink,"
         "mkdir,rename,execve,exit_group,access,faccessat2,statx,socketpair,"
         "chdir,pread64,shutdown,getdents64")
LINE = re.compile(r"^(?P<name>\w+)\((?P<args>.*)\) += "
                  r"(?P<result>-?\d+|\?)(?: (?P<errno>E[A-Z0-9]+))?")
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
FLAGS = re.compile(r"\b(?:O|SOCK|AF|SEEK)_\w+(?:\|(?:O|SOCK)_\w+)*")


class Call(NamedTuple):
    """One call, as far as both say it in the same way."""

    name: str
    paths: Tuple[str, ...]
    flags: Tuple[str, ...]
    result: str


def simple_flags(text: str) -> Tuple[str, ...]:
    """Names of flags, in an order of their own."""
    return tuple(sorted(name for name in text.split("|")
                        if name.startswith(("O_", "SOCK_"))))


def of_strace(text: str) -> List[Call]:
    calls = []
    for line in text.splitlines():
        match = LINE.match(line)
        if not match:
            assert line.startswith(("+++", "---")), line
            continue
        name, args = match["name"], match["args"]
        paths = STRING.findall(args) if name in PATHS else []
        flags = "|".join(FLAGS.findall(re.sub(STRING, "", args)))
        calls.append(Call(name, tuple(paths[:PATHS.get(name, 0)]),
                          simple_flags(flags) if name in FLAGGED else (),
                          match["errno"] or match["result"]))
    return calls


# How many of its strings are names of files.
PATHS = {"openat": 1, "newfstatat": 1, "readlink": 1, "unlink": 1, "mkdir": 1,
         "rename": 2, "execve": 1, "access": 1, "faccessat2": 1, "statx": 1,
         "chdir": 1}
FLAGGED = ("openat", "pipe2", "socket")


def of_event(event: Dict[str, Any]) -> Call:
    name = event["name"]
    texts = [arg["value"] for arg in event["args"]
             if arg["type"] == "const char *"]
    flags = "|".join(arg.get("symbol", "") for arg in event["args"])
    number = event["errno"]
    result = ("?" if event["return"] is None else
              ERRORS[number] if number else str(event["return"]["value"]))
    return Call(name, tuple(texts[:PATHS.get(name, 0)]),
                simple_flags(flags) if name in FLAGGED else (), result)


ERRORS = {number: name for number, name in
          ((value, key) for key, value in vars(__import__("errno")).items()
           if key.startswith("E") and isinstance(value, int))
          if name not in ("EWOULDBLOCK", "EDEADLOCK", "ENOTSUP")}


def after_exec(calls: List[Call]) -> List[Call]:
    """A debugger sees a program from its first instruction on."""
    return calls[1:] if calls and calls[0].name == "execve" else calls


def work(gdb: Gdb) -> pathlib.Path:
    """Where the program runs: some look at all files that are there."""
    place = gdb.directory / "work"
    place.mkdir(exist_ok=True)
    return place


def under_strace(gdb: Gdb, words: Sequence[object]) -> List[List[Call]]:
    """By thread, in the order of their numbers."""
    place = gdb.directory / "strace"
    place.mkdir()
    subprocess.run(
        ["strace", "-ff", "-s", "4096", "-e", "signal=none", "-e",
         f"trace={NAMES}", "-o", place / "log", "--", *map(str, words)],
        cwd=work(gdb), env=clean_environment(gdb.directory), check=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    logs = sorted(place.iterdir(), key=lambda log: int(log.suffix[1:]))
    return [of_strace(log.read_text()) for log in logs]


def under_ctester(gdb: Gdb, words: Sequence[object],
                  *options: str) -> List[List[Call]]:
    trace = gdb.directory / "trace.jsonl"
    what = ",".join(f"syscall:{name}" for name in NAMES.split(","))
    done = subprocess.run(
        [COMMAND, "trace", *options, "-e", what, "--follow-fork", "-o", trace,
         "--", *map(str, words)], cwd=work(gdb), text=True,
        env=clean_environment(gdb.directory), check=False,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    events = [json.loads(line) for line in trace.read_text().splitlines()]
    by_thread: Dict[int, List[Dict[str, Any]]] = {}
    for event in events:
        if event["type"] == "syscall":
            by_thread.setdefault(event["tid"], []).append(event)
    return [[of_event(event) for event in
             sorted(by_thread[tid], key=lambda event: event["seq"])]
            for tid in sorted(by_thread)]


def compare(gdb: Gdb, words: Sequence[object],
            clean: Sequence[pathlib.Path] = (),
            entries: bool = False) -> List[List[Call]]:
    theirs = under_strace(gdb, words)
    for path in clean:
        path.unlink()
    ours = under_ctester(gdb, words, *["--entries"] * entries)
    if entries:
        theirs = [[call._replace(result="?") for call in calls]
                  for calls in theirs]
    theirs[0] = after_exec(theirs[0])
    theirs = [calls for calls in theirs if calls]
    assert len(ours) == len(theirs)
    for mine, other in zip(ours, theirs):
        assert mine == other
    return ours


PYTHON = """
import os, socket, threading

def work(number):
    for path in ("/etc/passwd", "/dev/null", "/nowhere/%d" % number):
        try:
            with open(path, "rb") as file:
                file.read(10)
        except OSError:
            pass
    one, two = socket.socketpair()
    one.sendall(b"x" * number)
    two.recv(100)
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen(1)
    client = socket.create_connection(server.getsockname())
    peer, _ = server.accept()
    for each in (peer, client, server, one, two):
        each.close()

for number in range(1, 5):
    thread = threading.Thread(target=work, args=(number,))
    thread.start()
    thread.join()
"""


@pytest.mark.parametrize("entries", [False, True])
def test_python_with_threads_files_and_sockets(gdb: Gdb,
                                               entries: bool) -> None:
    script = gdb.directory / "script.py"
    script.write_text(PYTHON)
    threads = compare(gdb, ["/usr/bin/python3", "-I", "-S", script],
                      entries=entries)
    assert len(threads) == 5
    assert ("/nowhere/3",) in [call.paths for call in threads[3]]
    if entries:
        return
    assert [call.result for call in threads[2]
            if call.name == "connect"] == ["0"]


class Server(http.server.BaseHTTPRequestHandler):
    """Answers every request with the same few bytes."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextlib.contextmanager
def serving() -> Iterator[int]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_wget_from_a_server_of_this_machine(gdb: Gdb) -> None:
    target = gdb.directory / "got"
    with serving() as port:
        threads = compare(gdb, [
            "wget", "-q", "--no-config", "--no-hsts", "--no-proxy", "-O",
            target, f"http://127.0.0.1:{port}/file"], clean=[target])
    assert target.read_text() == "hello"
    assert any(call.name == "connect" and call.result == "0"
               for call in threads[0])


def test_forked_children_by_their_entries(gdb: Gdb) -> None:
    program = gdb.program("syscalls", libraries=("-lpthread",))
    processes = compare(gdb, [program, "opens", "fork", "fork", "exec"],
                        entries=True)
    assert [[call.paths for call in calls if call.name == "openat"][-1]
            for calls in processes] == [("/dev/zero",)] * 3


def test_make_with_children(gdb: Gdb) -> None:
    (work(gdb) / "Makefile").write_text(
        "all: one two\n"
        "one two:\n\t@cat /etc/hostname >$@.out; rm $@.out\n")
    processes = compare(gdb, ["make", "-s", "-j1"])
    assert [call.paths for calls in processes for call in calls
            if call.name == "execve" and call.result == "0"].count(
                ("/bin/sh",)) == 2
    assert len(processes) == 7


def test_git_with_a_repository(gdb: Gdb) -> None:
    home = work(gdb)
    environment = clean_environment(gdb.directory)
    for words in (["init", "-q", "repository"],
                  ["-C", "repository", "-c", "user.name=a", "-c",
                   "user.email=a@b", "commit", "-q", "--allow-empty", "-m",
                   "first"]):
        subprocess.run(["git", *words], cwd=home, env=environment, check=True)
    processes = compare(gdb, ["git", "-C", "repository", "rev-parse",
                              "--verify", "HEAD"])
    assert len(processes) == 1
    assert any(path.endswith("HEAD") for call in processes[0]
               for path in call.paths)
    assert os.path.isdir(home / "repository")
