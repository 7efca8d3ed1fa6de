# SPDX-License-Identifier: MIT
"""The rooms of the core depend on each other in one direction, and the doors
to other libraries are where docs/internals.md says."""

import pathlib
import re
from typing import Iterator, List, Set, Tuple

import pytest

from conftest import ROOT

CORE = ROOT / "libcore"
PYTHON = ROOT / "gdbext" / "ctester"
# From bottom to top: a room may include those before it.
ROOMS = ["base", "image", "type", "abi", "prototypes", "value", "trace",
         "syscall", "process", "decide", "agent", "program", "session"]
# A library of its own, for C tests to link: neither knows the other.
KIT = "kit"
# Headers that both compile, with nothing but the contract in them.
SHARED = "shared"
# The modules of GDB's side; the others work without it.
WITH_GDB = {"inferior", "breakpoints", "stacks", "engine", "verdict",
            "parameters", "load", "cli", "steps", "settings", "course",
            "running", "watchdog", "chatter", "runner", "strict",
            "commands/arguments", "commands/trace", "commands/record",
            "commands/strict", "commands/monitor",
            "commands/info", "commands/syscalls", "kit", "catching",
            "syscalls/program", "agent_loading", "frames"}
# Only these touch GDB's inferiors, threads and breakpoints.
GATEWAYS = {"steps", "inferior", "breakpoints", "stacks", "engine",
            "verdict", "course", "kit", "catching", "frames"}


def sources() -> List[pathlib.Path]:
    return sorted(CORE.glob("*/*.[ch]"))


def includes(path: pathlib.Path) -> List[str]:
    return re.findall(r'^#\s*include\s+[<"](.+?)[>"]', path.read_text(), re.M)


def wrong_includes(room: str, names: List[str]) -> List[str]:
    """Those of a room that is not below."""
    above = ROOMS[ROOMS.index(room) + 1:]
    return [name for name in names if name.split("/")[0] in above]


def code(path: pathlib.Path) -> str:
    return re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)


def names_of(pattern: str) -> Set[str]:
    """Files of the core in which the pattern occurs."""
    return {path.relative_to(CORE).as_posix() for path in sources()
            if re.search(pattern, code(path))}


def modules() -> Iterator[Tuple[str, str]]:
    for path in sorted(PYTHON.rglob("*.py")):
        yield (path.relative_to(PYTHON).with_suffix("").as_posix(),
               path.read_text())


def test_every_folder_of_the_core_is_a_room() -> None:
    assert {path.parent.name for path in sources()} == {*ROOMS, KIT, SHARED}


def test_includes_point_downwards() -> None:
    wrong = [f"{path.relative_to(CORE)}: {name}" for path in sources()
             if path.parent.name in ROOMS
             for name in wrong_includes(path.parent.name, includes(path))]
    assert wrong == []


def test_the_kit_and_the_core_know_only_the_contract() -> None:
    for path in sources():
        for name in includes(path):
            if path.relative_to(CORE).as_posix() == "session/kit.c":
                assert not name.startswith("kit/"), name
                continue
            room = name.split("/")[0]
            if path.parent.name == SHARED:
                assert room not in {*ROOMS, KIT, "ctester"}, name
            elif path.parent.name == KIT:
                assert room not in {*ROOMS, "ctester"}, f"{path}: {name}"
            else:
                assert room not in {KIT, "CTester"}, f"{path}: {name}"


@pytest.mark.parametrize("room,name,good", [
    ("image", "base/arena.h", True), ("image", "image/elf.h", True),
    ("image", "type/types.h", False), ("base", "session/internal.h", False),
    ("session", "base/error.h", True), ("value", "string.h", True),
])
def test_a_wrong_include_is_found(room: str, name: str, good: bool) -> None:
    assert (wrong_includes(room, [name]) == []) == good


def test_public_headers_include_no_room() -> None:
    for path in (ROOT / "include" / "ctester").glob("*.h"):
        for name in includes(path):
            assert name.split("/")[0] not in ROOMS, f"{path.name}: {name}"


def test_libdwarf_is_behind_the_door() -> None:
    users = names_of(r"include\s+<libdwarf/libdwarf\.h>")
    assert users == {"image/dw_internal.h"}
    for path in sources():
        if "image/dw_internal.h" in includes(path):
            assert path.name.startswith("dw"), path


def test_libelf_is_behind_the_door() -> None:
    users = names_of(r"include\s+<(libelf|gelf)\.h>")
    assert users and users <= {"image/elf.c", "image/symtab.h",
                               "image/stub.c"}, users


def test_only_the_process_room_uses_ptrace() -> None:
    users = names_of(r"\bptrace\(|\bprocess_vm_(read|write)v\(")
    assert users
    assert {name.split("/")[0] for name in users} == {"process"}


def test_the_core_prints_nothing_and_never_aborts() -> None:
    users = names_of(r"\b(abort|exit|_exit)\(\s*\w*\s*\);|\bf?printf\(stderr"
                     r"|\bperror\(|\bassert\(")
    assert {name for name in users if name.split("/")[0] != KIT} == set()


def test_gdb_is_imported_where_it_may_be() -> None:
    users = {name for name, text in modules()
             if re.search(r"^\s*(import gdb|from gdb)\b", text, re.M)}
    assert users and users <= WITH_GDB, users - WITH_GDB


def test_only_the_gateways_touch_the_inferior() -> None:
    pattern = (r"gdb\.(selected_thread|newest_frame|selected_frame|Breakpoint"
               r"|parse_and_eval|Value|read_memory|inferiors)\b")
    users = {name for name, text in modules() if re.search(pattern, text)}
    assert users and users <= GATEWAYS, users


def test_every_file_has_a_place_in_the_document() -> None:
    text = (ROOT / "docs" / "internals.md").read_text()
    named = set(re.findall(r"`([\w/*.]+)`", text))
    files = [path for path in sources() if path.suffix == ".c"]
    missing = [path.relative_to(CORE).as_posix() for path in files
               if path.name not in named
               and not any(path.match(name) for name in named if "*" in name)]
    missing += [name for name, _ in modules()
                if f"{name.split('/')[-1]}.py" not in named
                and not name.endswith("__init__")]
    assert missing == []
    for room in ROOMS:
        assert f"`{room}/`" in text, room
