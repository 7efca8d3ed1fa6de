# SPDX-License-Identifier: MIT
"""The committed table of system calls against this machine: the headers, the
running kernel's tracefs, GDB's list and strace."""

import pathlib
import re
import subprocess
import xml.etree.ElementTree as ElementTree
from typing import Dict, List, Tuple

import pytest

from conftest import BUILD, ROOT

ROOM = ROOT / "libcore" / "syscall"
HEADER = pathlib.Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")
EVENTS = pathlib.Path("/sys/kernel/tracing/events/syscalls")
GDB_LIST = pathlib.Path("/usr/share/gdb/syscalls/amd64-linux.xml")
# The kernel's function has another name than the call.
KERNEL_NAMES = {"stat": "newstat", "fstat": "newfstat", "lstat": "newlstat",
                "uname": "newuname", "sendfile": "sendfile64",
                "umount2": "umount"}


def rows() -> Dict[str, int]:
    text = (ROOM / "calls.c").read_text()
    return {name: int(number) for number, name in
            re.findall(r'^\t\{(\d+), "(\w+)"', text, re.M)}


def prototypes() -> Dict[str, List[Tuple[str, str]]]:
    """(type, name) of each parameter, by call."""
    found: Dict[str, List[Tuple[str, str]]] = {}
    text = (ROOM / "prototypes.h").read_text()
    for name, inside in re.findall(r"^PROTOTYPE\((\w+), \((.*)\)\)$", text,
                                   re.M):
        parameters = [] if inside == "void" else inside.split(", ")
        found[name] = []
        for parameter in parameters:
            match = re.fullmatch(r"(.*?[ *])(\w+)", parameter)
            assert match, f"{name}: {parameter}"
            found[name].append((match.group(1).strip(), match.group(2)))
    return found


def test_every_number_of_the_headers_is_in_the_table() -> None:
    table = rows()
    numbers = dict(re.findall(r"#define __NR_(\w+) (\d+)",
                              HEADER.read_text()))
    assert numbers
    assert {name: int(number) for name, number in numbers.items()
            if table.get(name) != int(number)} == {}


def test_every_number_that_gdb_knows_is_in_the_table() -> None:
    table = rows()
    numbers = {node.get("name"): int(node.get("number") or -1) for node in
               ElementTree.parse(GDB_LIST).getroot().iter("syscall")}
    assert numbers
    assert {name for name, number in numbers.items()
            if table.get(name or "") != number} == set()


def test_the_table_goes_on_to_469_without_gaps() -> None:
    numbers = set(rows().values())
    assert set(range(424, 470)) <= numbers
    assert set(range(0, 335)) <= numbers


def test_every_call_has_a_prototype_with_names_and_types() -> None:
    known = prototypes()
    assert set(rows()) <= set(known)
    for name, parameters in known.items():
        assert len(parameters) <= 6, name
        names = [parameter for _, parameter in parameters]
        assert len(set(names)) == len(names), name
        for kind, parameter in parameters:
            assert kind not in ("void", "struct", "const"), name
            assert kind != parameter, name


def test_rows_and_prototypes_have_the_same_parameters() -> None:
    text = (ROOM / "calls.c").read_text()
    known = prototypes()
    for _, name, count, body in re.findall(
            r'^\t\{(\d+), "(\w+)", [^{]*?(\d+), \{\n(.*?)^\t\}', text,
            re.M | re.S):
        names = re.findall(r'\{\.name = "(\w+)"', body)
        assert names == [p for _, p in known[name]], name
        assert int(count) == len(names), name


def test_parameters_are_those_of_the_running_kernel() -> None:
    known = prototypes()
    checked = 0
    for name in rows():
        event = EVENTS / f"sys_enter_{KERNEL_NAMES.get(name, name)}"
        # Kernels take uprobes' calls in another way than they say.
        if name in ("uprobe", "uretprobe"):
            continue
        try:
            text = (event / "format").read_text()
        except OSError:
            continue
        fields = re.findall(r"field:(.*?);", text)
        fields = fields[fields.index("int __syscall_nr") + 1:]
        names = [re.split(r"[ *]", field)[-1] for field in fields]
        assert [p for _, p in known[name]] == names, name
        checked += 1
    if not checked:
        pytest.skip("tracefs is not mounted")
    assert checked > 300


def test_names_are_those_of_strace(tmp_path: pathlib.Path) -> None:
    table = rows()
    program = tmp_path / "program.py"
    program.write_text("import socket, threading\n"
                       "open('/etc/passwd').close()\n"
                       "socket.socket().close()\n"
                       "t = threading.Thread(target=print); t.start()\n"
                       "t.join()\n")
    log = tmp_path / "log"
    subprocess.run(["strace", "-f", "-n", "-o", str(log),
                    "/usr/bin/python3", str(program)], check=True,
                   stdout=subprocess.DEVNULL)
    seen = set(re.findall(r"\[ *(\d+)\] (\w+)\(", log.read_text()))
    assert len(seen) > 20
    assert {(number, name) for number, name in seen
            if table.get(name) != int(number)} == set()


def test_gdb_reads_the_prototypes_as_we_do() -> None:
    done = subprocess.run(
        ["gdb", "-nx", "-batch", "-ex", "ptype openat", "-ex",
         "print sizeof(sigset_t)", "-ex", "print sizeof(struct sigaction)",
         "-ex", "ptype write", BUILD / "syscalls.so"], check=True,
        stdout=subprocess.PIPE, text=True)
    assert "type = long (int, const char *, int, umode_t)" in done.stdout
    assert "$1 = 8\n$2 = 32\n" in done.stdout
    assert "type = long (unsigned int, const char *, size_t)" in done.stdout
