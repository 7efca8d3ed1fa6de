# SPDX-License-Identifier: MIT
"""One fresh GDB a case, bounded and with nothing of the user's around it."""

import contextlib
import functools
import hashlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Sequence

import jsonschema
import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = pathlib.Path(os.environ.get("CTESTER_BUILD", ROOT / "build"))
SCHEMA = ROOT / "docs" / "trace-format.schema.json"
# All cases under one engine, by hand: CTESTER_TEST_ENGINE=agent
ENGINE = os.environ.get("CTESTER_TEST_ENGINE")
GDB_MINIMAL = BUILD / "peers" / "gdb-minimal" / "usr" / "bin" / "gdb"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "long: takes minutes; only run by `make check-long`")


def pytest_collection_modifyitems(config: pytest.Config,
                                  items: List[pytest.Item]) -> None:
    if "long" not in config.option.markexpr:
        items[:] = [item for item in items
                    if not item.get_closest_marker("long")]


@functools.lru_cache(maxsize=None)
def validator() -> jsonschema.protocols.Validator:
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def parse_events(text: str) -> List[Dict[str, Any]]:
    """The events of a trace, each line of which must fit the schema."""
    events = []
    for number, line in enumerate(text.splitlines(), 1):
        event = json.loads(line)
        for error in validator().iter_errors(event):
            pytest.fail(f"line {number}: {error.json_path}: {error.message}"
                        f"\n{line}")
        events.append(event)
    return events


class Result(NamedTuple):
    """What a command wrote, and its exit status (-N: signal N)."""

    stdout: str
    stderr: str
    status: int
    directory: pathlib.Path

    def expect_success(self) -> "Result":
        assert self.status == 0, self.shown()
        assert "Traceback" not in self.stderr, self.shown()
        return self

    def expect_failure(self, *words: str, status: int = 1) -> "Result":
        """A clear line for a person: no traceback, each word in it."""
        assert self.status == status, self.shown()
        assert "Traceback" not in self.stderr, self.shown()
        for word in words:
            assert word in self.stderr, self.shown()
        return self

    def events(self, name: str = "trace.jsonl") -> List[Dict[str, Any]]:
        """The trace in the directory of the case."""
        return parse_events((self.directory / name).read_text())

    def calls(self, name: str = "trace.jsonl",
              function: Optional[str] = None) -> List[Dict[str, Any]]:
        return [event for event in self.events(name)
                if event["type"] == "call"
                and function in (None, event["function"])]

    def shown(self) -> str:
        return (f"status {self.status}\n--- stdout\n{self.stdout}"
                f"--- stderr\n{self.stderr}")


def session_members(session: int) -> List[int]:
    """Processes of a session: GDB gives the inferior a group of its own."""
    members = []
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == session:
                members.append(int(entry.name))
    return members


def end_session(session: int) -> None:
    for pid in session_members(session):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def run_bounded(command: Sequence[Any], directory: pathlib.Path,
                environment: Dict[str, str], timeout: float,
                stdin: str = "") -> Result:
    """Run a command in a session of its own, of which nothing survives.

    Output goes to files: a child that holds a pipe open could make us wait.
    """
    with contextlib.ExitStack() as stack:
        given, out, err = (
            stack.enter_context(tempfile.TemporaryFile()) for _ in range(3))
        given.write(stdin.encode())
        given.seek(0)
        process = subprocess.Popen(
            [os.fspath(word) for word in command], cwd=directory,
            env=environment, stdin=given, stdout=out, stderr=err,
            start_new_session=True)
        timed_out = False
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired:
            timed_out = True
        finally:
            end_session(process.pid)
            process.wait()
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode(errors="surrogateescape"))
    result = Result(*texts, process.returncode, directory)
    if timed_out:
        pytest.fail(f"still running after {timeout} s: {command}\n"
                    + result.shown())
    return result


def clean_environment(home: pathlib.Path) -> Dict[str, str]:
    return {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
            "HOME": str(home), "LC_ALL": "C.UTF-8", "TERM": "dumb",
            "TZ": "UTC"}


def compile_c(source: str, name: str = "prog", cc: str = "gcc",
              flags: Sequence[str] = ("-g", "-O0"),
              libraries: Sequence[str] = ("-lm",),
              includes: Sequence[pathlib.Path] = ()) -> pathlib.Path:
    """Compile a program or, with -shared, a library.

    Kept under its content in the build directory; `includes` are files to
    have beside the source.
    """
    extra = {path.name: path.read_text() for path in includes}
    command = [cc, "-std=gnu11", *flags, "-o", name, "source.c", *libraries]
    key = hashlib.sha256(
        json.dumps([source, extra, command]).encode()).hexdigest()[:20]
    place = BUILD / "snippets" / key
    if not (place / name).exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        scratch = pathlib.Path(tempfile.mkdtemp(dir=place.parent))
        scratch.chmod(0o755)
        for file, text in {**extra, "source.c": source}.items():
            (scratch / file).write_text(text)
        # The debug information names the place where the source will be.
        moved = f"-fdebug-prefix-map={scratch}={place}"
        done = subprocess.run([*command, moved], cwd=scratch, text=True,
                              check=False, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        assert done.returncode == 0, done.stdout
        # Two workers may have had the same wish: the first one stays.
        try:
            scratch.rename(place)
        except OSError:
            shutil.rmtree(scratch)
    return place / name


# GDB looks through the C library's debug information at each start, if it has
# no index of it: a fifth of what a case takes.
SETTINGS = ("debuginfod enabled off",
            f"index-cache directory {BUILD / 'gdb-index'}",
            "index-cache enabled on")


class Gdb:
    """Runs GDB, once for each call of run(), in the directory of a case."""

    def __init__(self, directory: pathlib.Path) -> None:
        self.directory = directory
        self.root = ROOT
        self.executable = pathlib.Path(shutil.which("gdb") or "/usr/bin/gdb")
        self.environment = clean_environment(directory)
        self.library = BUILD / "libctester.so"

    def fixture(self, name: str) -> pathlib.Path:
        """A program that the Makefile has built."""
        return BUILD / "fixtures" / name

    def program(self, name: str, **options: Any) -> pathlib.Path:
        """tests/programs/NAME.c, compiled as compile_c() is told."""
        programs = ROOT / "tests" / "programs"
        return compile_c((programs / f"{name}.c").read_text(), name=name,
                         includes=sorted(programs.glob("*.h")), **options)

    def run(self, program: Optional[pathlib.Path], *commands: str,
            args: Sequence[str] = (), python: str = "", script: str = "",
            extension: bool = True, options: Sequence[str] = (),
            stdin: str = "", timeout: float = 60) -> Result:
        """Run GDB in batch mode.

        In this order: the extension, `script` (GDB commands) and `python`
        from files, then `commands` by -ex.
        """
        if self.root == ROOT and BUILD != ROOT / "build":
            self.environment["CTESTER_BUILD"] = str(BUILD)
        line: List[Any] = [self.executable, "-nx", "-batch"]
        for setting in SETTINGS:
            line += ["-iex", f"set {setting}"]
        line += options
        if extension:
            line += ["-x", self.root / "ctester.gdb"]
        if extension and ENGINE:
            line += ["-ex", f"set ctester engine {ENGINE}"]
        for text, name in ((script, "case.gdb"), (python, "case.py")):
            if text:
                (self.directory / name).write_text(text)
                line += ["-x", self.directory / name]
        for command in commands:
            line += ["-ex", command]
        if program is not None:
            line += ["--args", program, *args]
        return run_bounded(line, self.directory, self.environment, timeout,
                           stdin)

    def shell(self, *command: Any, stdin: str = "",
              timeout: float = 60) -> Result:
        """Run another command, scripts/ctester for one, the same way."""
        return run_bounded(command, self.directory, self.environment, timeout,
                           stdin)


@pytest.fixture
def gdb(tmp_path: pathlib.Path) -> Gdb:
    return Gdb(tmp_path)


@pytest.fixture
def gdb_without_python(tmp_path: pathlib.Path) -> Gdb:
    if not GDB_MINIMAL.exists():
        pytest.skip("the package gdb-minimal could not be fetched")
    without = Gdb(tmp_path)
    without.executable = GDB_MINIMAL
    return without


@pytest.fixture(scope="session")
def spaced_checkout(
        tmp_path_factory: pytest.TempPathFactory) -> Iterator[pathlib.Path]:
    """A copy of what a user runs, in a directory with blanks."""
    copy = tmp_path_factory.mktemp("with blanks") / "c tester"
    (copy / "build").mkdir(parents=True)
    for name in ("libctester.so", "prototypes.so", "syscalls.so"):
        shutil.copy2(BUILD / name, copy / "build" / name)
    shutil.copy2(ROOT / "ctester.gdb", copy)
    for folder in ("gdbext", "scripts"):
        shutil.copytree(ROOT / folder, copy / folder)
    yield copy
    shutil.rmtree(copy)
