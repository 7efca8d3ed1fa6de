# SPDX-License-Identifier: MIT
"""What the documents say a command prints is what it prints.

The line before a block says what it is.  The blocks of one document share one
scratch copy of the checkout, in their order.

- `<!-- file: NAME -->`: the block is that file; `<!-- more: NAME -->`: it is
  added to that file.
- `<!-- run -->`: a ```console block, which is run.

- A line `$ COMMAND` is given to sh, with the `> ` lines that follow it; a line
  `(gdb) COMMAND` is typed into the command before it.
- Anything else is expected output, standard error included.  A line `...`
  stands for any lines, `...` in a line for anything in that line.
- Addresses, process and thread numbers and times are all alike, as is white
  space at the end of a line.
"""

import pathlib
import re
import shutil
from typing import Iterator, List, NamedTuple

import pytest

from conftest import ROOT, Gdb

SECONDS = 300
EXECUTED = ["tutorial.md", "python.md", "c-tests.md"]     # each block of these
DOCUMENTS = [path for path in [ROOT / "README.md",
                               *sorted((ROOT / "docs").glob("*.md"))]
             if path.exists() and "<!-- run -->" in path.read_text()]
NORMAL = [
    (r"0x[0-9a-f]{4,}", "0xADDRESS"),
    (r"\b(process|Thread|LWP|pid|tid|\"[pt]id\":) ?\d+", r"\1 NUMBER"),
    (r"\b((?:time|duration)_ns\":) ?\d+", r"\1 TIME"),
    (r"\b(duration_ms:) ?\d+", r"\1 TIME"),
    (r"\b\d+(?:\.\d+)? ?(?:s|ms|us|µs|ns)\b", "TIME"),
    (r"[ \t]+$", ""),
]


class Block(NamedTuple):
    """A block of a document."""

    line: int
    what: str       # run, file, more
    name: str
    lines: List[str]


class Step(NamedTuple):
    """One command of a block."""

    line: int
    command: str
    typed: str
    expected: str


def blocks(text: str) -> Iterator[Block]:
    """Those that are run, or are files."""
    for match in re.finditer(
            r"^<!-- (run|file|more)(?:: (\S+))? -->\n+```(\w*)\n(.*?)^```$",
            text, re.M | re.S):
        what, name, language, body = match.groups()
        line = text.count("\n", 0, match.start(4)) + 1
        assert (what == "run") == (language == "console") == (not name), line
        yield Block(line, what, name, body.splitlines())


def steps(first: int, lines: List[str]) -> Iterator[Step]:
    command, typed, expected, start = "", "", "", first
    for number, line in enumerate(lines, first):
        if line.startswith("$ "):
            if command:
                yield Step(start, command, typed, expected)
            command, typed, expected, start = line[2:], "", "", number
        elif line.startswith("> ") and not expected:
            command += "\n" + line[2:]
        elif line.startswith("(gdb)"):
            typed += line[len("(gdb)"):].strip() + "\n"
        else:
            expected += line + "\n"
    if command:
        yield Step(start, command, typed, expected)


def normal(text: str) -> str:
    # Typed lines are not echoed without a terminal; prompts are.
    text = text.replace("(gdb) ", "")
    for pattern, replacement in NORMAL:
        text = re.sub(pattern, replacement, text, flags=re.M)
    return text.strip("\n")


def pattern_of(expected: str) -> str:
    """The regular expression that a block's output must match."""
    pattern = ""
    for line in normal(expected).splitlines():
        if line.strip() == "...":
            pattern += r"(?:[^\n]*\n)*?"
        else:
            pattern += "[^\n]*".join(
                map(re.escape, line.split("..."))) + r"\n"
    return pattern


def difference(step: Step, output: str) -> str:
    """What to print when the output is another, else ""."""
    if re.fullmatch(pattern_of(step.expected), normal(output) + "\n"):
        return ""
    if not step.expected and not normal(output):
        return ""
    return f"line {step.line}: $ {step.command}\n{output}"


@pytest.fixture
def scratch(tmp_path: pathlib.Path) -> pathlib.Path:
    """A copy of the checkout as it is, without what tests have left."""
    copy = tmp_path / "ctester"
    shutil.copytree(ROOT, copy, symlinks=True, ignore=shutil.ignore_patterns(
        ".git", "build-*", "snippets", "fixtures", "logs", "unit", "peers",
        "lint", "fuzz", "__pycache__"))
    return copy


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_commands_print_what_is_written(
        gdb: Gdb, scratch: pathlib.Path, document: pathlib.Path) -> None:
    gdb.directory = scratch
    wrong = []
    for block in blocks(document.read_text()):
        if block.what != "run":
            with open(scratch / block.name,
                      "a" if block.what == "more" else "w") as file:
                file.writelines(line + "\n" for line in block.lines)
            continue
        for step in steps(block.line, block.lines):
            output = gdb.shell("sh", "-c", f"exec 2>&1\n{step.command}",
                               stdin=step.typed, timeout=SECONDS).stdout
            wrong.append(difference(step, output))
    if any(wrong):
        pytest.fail("\n".join(filter(None, wrong)), pytrace=False)


@pytest.mark.parametrize("name", EXECUTED)
def test_every_block_is_executed(name: str) -> None:
    text = (ROOT / "docs" / name).read_text()
    found = list(blocks(text))
    assert found
    fences = len(re.findall(r"^ *```", text, re.M))
    assert fences == 2 * len(found), [block.line for block in found]


@pytest.mark.parametrize("expected,output,same", [
    ("a\n", "a\n", True), ("a\n", "b\n", False), ("", "a\n", False),
    ("a\n...\nd\n", "a\nb\nc\nd\n", True), ("a\n...\n", "a\n", True),
    ("at 0x401136, pid 12\n", "at 0x7ffff7, pid 3456\n", True),
    ("x = ...;\n", "x = 1, y = 2;\n", True), ("a.b\n", "axb\n", False),
    ("took 1.5 ms\n", "took 20 ms\n", True),
    ("a\n", "a\nb\n", False),
])
def test_output_is_compared(expected: str, output: str, same: bool) -> None:
    assert (difference(Step(1, "true", "", expected), output) == "") == same
