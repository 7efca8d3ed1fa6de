# SPDX-License-Identifier: MIT
"""Commands and settings as people use them: mistakes, completion, help."""

import pathlib
import re
from typing import Dict, List, Set

import pytest

from conftest import ROOT, Gdb, Result

COMMANDS = ["ctester trace", "ctester untrace", "ctester mock",
            "ctester monitor", "ctester fail", "ctester prototypes",
            "ctester stats", "ctester save",
            "ctester show", "ctester clear", "info ctester",
            "info ctester targets", "info ctester mocks",
            "info ctester engine", "ctester sandbox", "ctester assert",
            "ctester verify", "ctester syscall", "ctester unsyscall",
            "info ctester syscalls"]
SETTINGS = ["string-limit", "array-limit", "depth", "live", "trace-file",
            "engine", "syscall-engine", "ring", "ring-size", "pin",
            "follow-fork",
            "upstream-quirks", "endless-masks"]


@pytest.fixture(name="program")
def fixture_program(gdb: Gdb) -> pathlib.Path:
    return gdb.program("trace_shapes", flags=("-g", "-O0", "-fno-builtin"),
                       libraries=("-lm", "-pthread"))


# One line that names the thing, and status 2.

@pytest.mark.parametrize("command,words", [
    ("ctester bogus", "bogus"),
    ("info ctester bogus", "bogus"),
    ("set ctester bogus 3", "bogus"),
    ("ctester trace", "expected FUNCTION"),
    ("ctester trace --bogus area", "no option --bogus; there is --scope"),
    ("ctester trace -s all area", "no option -s"),
    ("ctester trace --scope area", "--scope: 'area' is none of boundary"),
    ("ctester trace --scope=wide area", "'wide' is none of boundary, all"),
    ("ctester trace area --if", "--if needs a value"),
    ("ctester trace area --if=", "--if needs a value"),
    ("ctester trace area --if 'nosuch > 1'", "nosuch"),
    ("ctester trace area --if x > 1", "'>' is no function"),
    ("ctester trace area,moved", "'area,moved': blanks, not commas"),
    ("ctester trace nosuch", "no function 'nosuch'"),
    ("ctester trace 'area", "a quote is not closed"),
    ("ctester trace :area", "':area'"),
    ("ctester untrace nosuch", "'nosuch' is not traced"),
    ("ctester untrace a b", "expected one FUNCTION"),
    ("ctester mock", "expected LIBRARY FUNCTION VALUE"),
    ("ctester mock libm sqrt", "expected LIBRARY FUNCTION VALUE"),
    ("ctester mock libm sqrt --times 3", "expected LIBRARY FUNCTION VALUE"),
    ("ctester mock - area x", "expected an integer for int"),
    ("ctester mock - area void", "expected an integer for int"),
    ("ctester mock - nothing 3", "expected no value for void"),
    ("ctester mock - area 99999999999", "does not fit in int"),
    ("ctester mock - moved {x = 1, z = 2}", "z"),
    ("ctester mock - area 5 --times 0", "--times: '0'"),
    ("ctester mock - area 5 --times x", "--times: 'x'"),
    ("ctester mock - area 5 --times -1", "--times: '-1'"),
    ("ctester mock - area 5 --times 99999999999", "99999999999"),
    ("ctester mock - area 5 --errno ENOSUCH", "'ENOSUCH' is no name"),
    ("ctester mock - area 5 --errno -3", "'-3' is no name"),
    ("ctester mock - area 5 --optional=3", "--optional takes no value"),
    ("ctester mock --bogus - area 5", "no option --bogus"),
    ("ctester stats nosuch", "'nosuch' is not traced or mocked"),
    ("ctester stats a b", "expected one FUNCTION"),
    ("ctester save", "expected one FILE"),
    ("ctester save ''", "expected one FILE"),
    ("ctester save a b", "expected one FILE"),
    ("ctester save /nonexistent/x", "/nonexistent/x cannot be written"),
    ("ctester save x --format xml", "'xml' is none of jsonl, text"),
    ("ctester show x", "expected a COUNT"),
    ("ctester show -1", "expected a COUNT"),
    ("ctester clear x", "it takes no argument, not 'x'"),
    ("ctester prototypes", "expected FILE.h"),
    ("ctester prototypes /nonexistent.h", "/nonexistent.h"),
    ("info ctester mocks x", "it takes no argument"),
    ("info ctester targets nosuch", "'nosuch' is not traced or mocked"),
    ("set ctester depth 99999", "99999 is more than"),
    ("set ctester trace-file /nonexistent/x", "/nonexistent/x"),
])
def test_a_mistake_is_one_line_and_status_2(
        gdb: Gdb, program: pathlib.Path, command: str, words: str) -> None:
    result = gdb.run(program, command)
    result.expect_failure(words, status=2)
    assert len(result.stderr.splitlines()) == 1, result.shown()


@pytest.mark.parametrize("command", [
    "set ctester depth", "set ctester depth -1", "set ctester engine fast",
    "set ctester live maybe", "show ctester bogus"])
def test_a_mistake_that_gdb_finds_is_an_error(
        gdb: Gdb, program: pathlib.Path, command: str) -> None:
    result = gdb.run(program, command)
    assert result.status != 0 and result.stderr, result.shown()
    assert "Traceback" not in result.stderr


def test_a_failed_command_decides_the_status_of_a_good_run(
        gdb: Gdb, program: pathlib.Path) -> None:
    gdb.run(program, "ctester trace nosuch", "run",
            "echo good\\n").expect_failure("nosuch", status=2)


# Words of mocks.

@pytest.mark.parametrize("words,shown", [
    ("- area -5", "trace_shapes:area = -5, used 0 of 1"),
    ("- area --optional -5", "area = -5, used 0 of 1, optional"),
    ("--optional - area -5", "area = -5, used 0 of 1, optional"),
    ("- area -- -5", "area = -5, used 0 of 1"),
    ("- area -5 --times all", "area = -5, whenever no other answers: used 0 times"),
    ("- area -5 --times=3 --errno=ENOENT", "errno ENOENT, used 0 of 3"),
    ("- area 7 --errno 2", "errno ENOENT"),
    ("- moved {x = 1, y = -2} --errno ENOENT --times 3",
     "moved = {x = 1, y = -2}, errno ENOENT, used 0 of 3"),
    ("libm sqrt -1.5e3 --scope program", "libm.so.6:sqrt = -1.5e3"),
    ("m sqrt 2", "libm.so.6:sqrt = 2"),
    ("libm.so.6 sqrt nan", "libm.so.6:sqrt = nan"),
    ("trace_shapes area 5", "trace_shapes:area = 5"),
    ("'-' 'area' 5", "trace_shapes:area = 5"),
    ("- nothing void", "nothing = void"),
    ("- paint RED|BLUE", "paint = RED|BLUE"),
    ("- area 5 --if 'p.x > 3 && p.y < 2'", "area = 5"),
])
def test_words_of_a_mock(gdb: Gdb, program: pathlib.Path, words: str,
                         shown: str) -> None:
    result = gdb.run(program, f"ctester mock {words}", "info ctester mocks",
                     "ctester clear").expect_success()
    assert shown in result.stdout, result.shown()


@pytest.mark.parametrize("value", [
    '"a b"', '"--times 3"', '"say \\"x\\" -- \\\\"', "NULL", '"{"'])
def test_a_value_keeps_its_quotes_blanks_and_dashes(
        gdb: Gdb, program: pathlib.Path, value: str) -> None:
    result = gdb.run(program, f"ctester mock libc getenv {value} --times 2",
                     "info ctester mocks", "ctester clear").expect_success()
    assert f"getenv = {value}, used 0 of 2" in result.stdout, result.shown()


# Completion.

def completions(gdb: Gdb, program: pathlib.Path, text: str,
                *before: str) -> List[str]:
    result = gdb.run(program, *before, f"complete {text}").expect_success()
    return result.stdout.splitlines()


@pytest.mark.parametrize("text,offered", [
    ("ctester trace are", ["ctester trace area"]),
    ("ctester trace libm:sqrtf128", ["ctester trace libm:sqrtf128"]),
    ("ctester trace --", ["ctester trace --if", "ctester trace --scope"]),
    ("ctester trace --sc", ["ctester trace --scope"]),
    ("ctester trace --scope a", ["ctester trace --scope all"]),
    ("ctester trace --scope=p", ["ctester trace --scope=program"]),
    ("ctester mock libm", ["ctester mock libm.so.6"]),
    ("ctester mock ld-l", ["ctester mock ld-linux-x86-64.so.2"]),
    ("ctester mock - are", ["ctester mock - area"]),
    ("ctester mock libm sqrtf128", ["ctester mock libm sqrtf128"]),
    ("ctester mock --optional - are", ["ctester mock --optional - area"]),
    ("ctester mock --errno ENOENT - are",
     ["ctester mock --errno ENOENT - area"]),
    ("ctester mock - area 5 --ti", ["ctester mock - area 5 --times"]),
    ("ctester mock - area 5 --errno ENOEN",
     ["ctester mock - area 5 --errno ENOENT"]),
    ("ctester save --fo", ["ctester save --format"]),
    ("ctester save --format j", ["ctester save --format jsonl"]),
    ("set ctester engine b", ["set ctester engine breakpoint"]),
])
def test_completion(gdb: Gdb, program: pathlib.Path, text: str,
                    offered: List[str]) -> None:
    assert completions(gdb, program, text) == offered


@pytest.mark.parametrize("command", ["ctester untrace", "ctester stats",
                                     "info ctester targets"])
def test_watched_functions_complete(gdb: Gdb, program: pathlib.Path,
                                    command: str) -> None:
    assert completions(gdb, program, f"{command} ", "ctester trace area walk"
                       ) == [f"{command} area", f"{command} walk"]


# What is shown.

def test_targets_are_declared_as_in_c(gdb: Gdb, program: pathlib.Path) -> None:
    result = gdb.run(program, "ctester trace apply libc:qsort libc:signal",
                     "info ctester targets").expect_success()
    assert "int apply(int (*f)(struct point))" in result.stdout
    assert "signal(int signum, " in result.stdout
    assert "The program is not running." in result.stdout
    assert "prototype: debug information; scope: boundary; traced" in (
        result.stdout)


def test_targets_of_a_running_program_have_places(
        gdb: Gdb, program: pathlib.Path) -> None:
    result = gdb.run(program, "set ctester live off",
                     "ctester trace area open libnone:f",
                     "ctester mock - first 3", "break leaves", "run",
                     "info ctester targets", "info ctester targets libc:op*",
                     "continue")
    targets = result.stdout
    assert "scope: boundary; traced\n    intercepted at 1 place" in targets
    assert "first(int *p)\n    prototype: debug information; " \
           "scope: boundary; mocked" in targets
    assert "libnone:f\n    waits for the library to be loaded" in targets
    # What a header makes of the name is shown with the function.
    assert targets.count("libc.so.6:open\n") == 2
    assert "also as __open_2: " in targets


def test_copies_that_are_inlined_are_counted(gdb: Gdb) -> None:
    program = gdb.program("trace_inlined", flags=("-g", "-O2"))
    result = gdb.run(program, "ctester trace twice", "info ctester targets")
    assert "inlined at 2 places, which are not seen" in result.stdout, (
        result.shown())


def test_stats_count_and_time(gdb: Gdb, program: pathlib.Path) -> None:
    result = gdb.run(program, "set ctester live off",
                     "ctester trace area first libm:sqrt",
                     "ctester mock - first 3", "run", "ctester stats",
                     "ctester stats libm:*", "ctester stats first")
    rows: Dict[str, List[str]] = {}
    for line in result.stdout.splitlines():
        words = line.split()
        if len(words) == 5 and ":" in words[4] and words[0].isdecimal():
            rows[words[4].split(":")[1]] = words
    assert rows["area"][:2] == ["4", "0"] and rows["first"][:2] == ["2", "1"]
    mean, longest = map(float, rows["area"][2:4])
    assert 0 < mean <= longest
    assert result.stdout.count(":sqrt\n") == 2
    assert result.stdout.count(":first\n") == 2
    assert result.stdout.count(":area\n") == 1


def test_show_takes_a_count(gdb: Gdb, program: pathlib.Path) -> None:
    result = gdb.run(program, "set ctester live off", "ctester trace area walk",
                     "run", "echo all\\n", "ctester show", "echo last\\n",
                     "ctester show 1", "echo none\\n", "ctester show 0",
                     "echo end\\n")
    def between(start: str, end: str) -> List[str]:
        inner = result.stdout.split(f"\n{start}\n")[1].split(f"{end}\n")[0]
        return re.findall(r"(?:area|walk)\(", inner)
    assert len(between("all", "last")) == 5, result.shown()
    assert len(between("last", "none")) == 1
    assert between("none", "end") == []


def test_show_ctester_lists_every_setting(gdb: Gdb) -> None:
    result = gdb.run(None, "show ctester").expect_success()
    names = [line.split(":")[0] for line in result.stdout.splitlines()]
    assert names == SETTINGS


@pytest.mark.parametrize("command,sentence", [
    ("set ctester depth 5", "Pointers are followed 5 deep."),
    ("set ctester string-limit 10", "At most 10 bytes of a string are kept."),
    ("set ctester array-limit 7", "At most 7 elements of an array are kept."),
    ("set ctester live off", "Calls are not shown as they happen."),
    ("set ctester trace-file t.jsonl", "Calls are written to t.jsonl."),
    ("set ctester engine breakpoint", "The engine is breakpoint; in use: "),
    ("set ctester syscall-engine catchpoint",
     "The engine for system calls is catchpoint."),
    ("set ctester ring drop", "When a buffer of the agent is full: Calls are "
     "not recorded, and counted."),
    ("set ctester ring-size 4",
     "The agent's buffers have 4 MiB for each thread."),
    ("set ctester pin on", "GDB and the program share one processor."),
    ("set ctester follow-fork on", "Forked children are traced."),
    ("set ctester upstream-quirks on",
     "Monitored functions behave as the reference's code."),
    ("set ctester endless-masks on",
     "The 32nd bit of a mask means all further calls, too."),
])
def test_a_setting_is_shown_in_a_sentence(gdb: Gdb, command: str,
                                          sentence: str) -> None:
    name = command.split()[2]
    result = gdb.run(None, command, f"show ctester {name}", "show ctester")
    result.expect_success()
    assert result.stdout.count(sentence) == 2, result.shown()


def test_a_wrong_limit_changes_nothing(gdb: Gdb) -> None:
    result = gdb.run(None, "set ctester depth 99999", "show ctester depth")
    assert "followed 3 deep" in result.stdout


def test_limits_cut_values(gdb: Gdb, program: pathlib.Path) -> None:
    result = gdb.run(program, "set ctester string-limit 4",
                     "set ctester depth 1", "ctester trace bytes walk", "run")
    assert 'bytes(s = "ok \\""...)' in result.stdout, result.shown()
    assert re.search(r"walk\(n = &\{id = 1, next = 0x[0-9a-f]+\}\)",
                     result.stdout)


def test_a_limit_counts_for_what_is_watched_already(
        gdb: Gdb, program: pathlib.Path) -> None:
    result = gdb.run(program, "ctester trace bytes",
                     "set ctester string-limit 4", "run")
    assert 'bytes(s = "ok \\""...)' in result.stdout, result.shown()


# GDB's own ways to give commands.

def test_user_commands_scripts_and_breakpoint_commands(
        gdb: Gdb, program: pathlib.Path) -> None:
    result = gdb.run(program, "watch-one area", "run", script="""
define watch-one
  ctester trace $arg0
end
break walk
commands
  silent
  ctester trace paint
  ctester mock - first 3
  continue
end
""")
    assert "area(p = {x = 3, y = 4}) = 12" in result.stdout, result.shown()
    assert "paint(c = RED | BLUE) = RED | BLUE" in result.stdout
    assert "first(p = NULL) = 3 <mocked>" in result.stdout
    assert result.status == 3


def test_abbreviations_that_gdb_allows(gdb: Gdb, program: pathlib.Path) -> None:
    result = gdb.run(program, "ctest tr area", "info ctest tar",
                     "set ctest dep 2", "show ctest dep").expect_success()
    assert "int area(struct point p)" in result.stdout


def test_return_repeats_nothing(gdb: Gdb, program: pathlib.Path) -> None:
    result = gdb.shell("gdb", "-nx", "-q", "-x", ROOT / "ctester.gdb", program,
                       stdin="ctester mock - area 5\n\n\ninfo ctester mocks\n")
    assert result.stdout.count("area = 5") == 1, result.shown()


# Help, and the document that repeats it.

def test_everything_is_found_by_apropos(gdb: Gdb) -> None:
    result = gdb.run(None, "apropos ctester").expect_success()
    for line in result.stdout.splitlines():
        # The first line of a help text is a whole sentence.
        assert line.endswith("."), line
    for command in COMMANDS:
        assert f"{command} -- " in result.stdout, command


def helps(gdb: Gdb) -> Dict[str, str]:
    """The help text of each command and setting."""
    names = COMMANDS + [f"set ctester {name}" for name in SETTINGS]
    commands = []
    for name in names:
        commands += [f"echo @@{name}\\n", f"help {name}"]
    result: Result = gdb.run(None, *commands).expect_success()
    return dict(part.split("\n", 1)
                for part in result.stdout.split("@@")[1:])


def flat(text: str) -> str:
    return " ".join(text.split())


def test_the_document_has_what_help_says(gdb: Gdb) -> None:
    text = (ROOT / "docs" / "commands.md").read_text()
    sections = {match[1]: match[2] for match in re.finditer(
        r"^### `(.+?)`\n(.*?)(?=^##|\Z)", text, re.M | re.S)}
    expected: Set[str] = set()
    for name, said in helps(gdb).items():
        expected.add(name)
        section = sections.get(name, "")
        assert section, f"docs/commands.md has no section of {name}"
        for usage in re.findall(r"^Usage: (.+)$", said, re.M):
            assert f"```\n{usage}\n```" in section, usage
        # The options, in GDB's help and in the document.
        options = set(re.findall(r"(?<![\w-])--[a-z]+\b", said))
        assert options <= set(re.findall(r"--[a-z]+\b", section)), name
        assert set(re.findall(r"`(--[a-z]+)", section)) <= options | {
            "--wrap"}, name
        # The sentence that says what it is for.
        first = said.splitlines()[0].rstrip(".")
        assert flat(first).lower() in flat(section).lower(), first
    assert set(sections) == expected
