# SPDX-License-Identifier: MIT
"""What a whole run shows of values: 32-bit calls, limits, permissions, and the
same symbols as strace."""

import errno
import json
import pathlib
import re
import subprocess
from typing import Any, Dict, List

import pytest

from conftest import ROOT, Gdb, clean_environment

COMMAND = ROOT / "scripts" / "ctester"


def build(gdb: Gdb, source: str) -> pathlib.Path:
    (gdb.directory / "prog.c").write_text(source)
    subprocess.run(["gcc", "-g", "-O1", "-w", "-o", "prog", "prog.c"],
                   cwd=gdb.directory, check=True)
    return gdb.directory / "prog"


def trace(gdb: Gdb, *words: object) -> str:
    """Standard error: the trace."""
    done = subprocess.run(
        [COMMAND, "trace", "-q", *map(str, words)], text=True, check=False,
        cwd=gdb.directory, env=clean_environment(gdb.directory),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stderr


def events(gdb: Gdb, *words: object) -> List[Dict[str, Any]]:
    trace(gdb, "-o", "out.jsonl", *words)
    text = (gdb.directory / "out.jsonl").read_text()
    return [json.loads(line) for line in text.splitlines()]


# asm/unistd_32.h: 4 is write, 5 open, 20 getpid; those of 64 bits are stat,
# fstat and writev.
INT_80 = r"""
#include <string.h>
#include <sys/mman.h>
static long call(long number, long a, long b, long c)
{
	long result;
	__asm__ volatile("int $0x80" : "=a"(result)
			 : "a"(number), "b"(a), "c"(b), "d"(c)
			 : "memory", "r8", "r9", "r10", "r11");
	return result;
}
int main(void)
{
	char *low = mmap(0, 4096, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	strcpy(low, "/dev/null");
	return call(5, (long)low, 0, 0) < 0 || call(20, 0, 0, 0) <= 0 ||
	       call(4, -1, (long)low, 3) != -9;
}
"""


def test_32_bit_calls_are_not_taken_for_others(gdb: Gdb) -> None:
    program = build(gdb, INT_80)
    if subprocess.run([program], check=False).returncode < 0:
        pytest.skip("this kernel has no 32-bit calls")
    found = [event for event in events(gdb, "-e", "%all", program)
             if event["type"] == "syscall"]
    names = [event["name"] for event in found]
    at = names.index("<i386 open>")
    assert names[at:at + 3] == ["<i386 open>", "<i386 getpid>",
                                "<i386 write>"]
    written = found[at + 2]
    assert [arg["value"] for arg in written["args"]][::2][:2] == [
        0xffffffff, 3]
    assert (written["return"]["value"], written["errno"]) == (-9, 9)
    assert events(gdb, "-e", "syscall:writev,syscall:getpid", program)[1:-1] \
        == []


DATA = r"""
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
int main(void)
{
	char buf[6000];
	memset(buf, 'x', sizeof(buf));
	write(open("/dev/null", O_WRONLY), buf, sizeof(buf));
	mkdir("made", 0750);
	chmod("made", 0701);
	open("made/file", O_CREAT | O_WRONLY, 0640);
	umask(022);
	return umask(022) != 022;
}
"""


def test_data_is_cut_at_the_limit(gdb: Gdb) -> None:
    program = build(gdb, DATA)
    for words, size, cut in (
            ([], 200, True), (["--string-limit", 7], 7, True),
            (["--string-limit", 6000], 6000, False)):
        call, = [event for event in events(
            gdb, *words, "-e", "syscall:write", program)
            if event["type"] == "syscall"]
        data = call["args"][1]["value"]
        if cut:
            assert data["truncated"] is True
            data = data["value"]
        assert data == "x" * size
        assert call["return"]["value"] == 6000


def test_permissions_are_octal_for_people(gdb: Gdb) -> None:
    program = build(gdb, DATA)
    text = trace(gdb, "-e", "mkdir,chmod,open,umask", program)
    text = re.sub(r"\w+ = ", "", text)
    assert 'mkdir("made", 0750) = ' in text
    assert 'chmod("made", 0701) = 0' in text
    assert 'open("made/file", O_WRONLY|O_CREAT, 0640) = ' in text
    assert "umask(022) = 022\n" in text
    found = {event["function"]: event["args"][-1] for event in
             events(gdb, "-e", "chmod,open", program)
             if event["type"] == "call"}
    assert (found["chmod"]["value"], found["chmod"]["symbol"]) == (
        0o701, "0701")
    assert (found["open"]["value"], found["open"]["symbol"]) == (
        0o640, "0640")


# Each makes one event, with the error that strace sees.
HOSTILE = r"""
#define _GNU_SOURCE
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void)
{
	char *page = mmap(0, 8192, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	munmap(page + 4096, 4096);
	memset(page, 0x41, 4096);
	uint64_t *words = (uint64_t *)(page + 4096 - 64);
	syscall(SYS_getppid);
	syscall(SYS_writev, 1, 1L, 1L);
	syscall(SYS_writev, 1, page, 1000000L);
	syscall(SYS_preadv, 0, words, -1L, 0L, 0L);
	for (int i = 0; i < 8; i++)
		words[i] = (uint64_t)page;
	syscall(SYS_execve, 1L, words, words);
	syscall(SYS_execve, "/nowhere", 1L, 1L);
	syscall(SYS_sendmsg, -1, page, ~0L);
	syscall(SYS_recvmmsg, -1, page, -1L, 0L, 1L);
	syscall(SYS_write, -1, page, (1L << 32) + 7);
	syscall(SYS_read, -1, 1L, -1L);
	syscall(SYS_select, 0x7fffffff, page, page, page, 1L);
	syscall(SYS_setsockopt, -1, 1, 13, page + 4095, -1L);
	syscall(SYS_bpf, 5, words, -1L);
	syscall(SYS_sched_setaffinity, 0, 1L << 40, page + 4088);
	syscall(SYS_ioctl, -1, -1L, -1L);
	syscall(SYS_poll, page, -1L, 0L);
	syscall(SYS_getppid);
	return 0;
}
"""


def test_what_lies_is_one_event_each(gdb: Gdb) -> None:
    program = build(gdb, HOSTILE)
    found = [event for event in events(gdb, "-e", "%all", program)
             if event["type"] == "syscall"]
    names = [event["name"] for event in found]
    first = names.index("getppid")
    last = names.index("getppid", first + 1)
    log = gdb.directory / "log"
    subprocess.run(["strace", "-o", log, program], check=True, timeout=60,
                   cwd=gdb.directory, env=clean_environment(gdb.directory))
    theirs = re.findall(r"^(\w+)\(.* = -1 (\w+)", "\n".join(
        ours_from(log.read_text().splitlines())), re.M)
    assert len(theirs) == 15
    assert [(event["name"], errno.errorcode[event["errno"]])
            for event in found[first + 1:last]] == theirs
    written = found[first + 8]["args"]
    assert written[2]["value"] == (1 << 32) + 7


def test_shows_the_symbols_that_strace_shows(gdb: Gdb) -> None:
    """Whatever has a name there has one here, in the same call."""
    program = gdb.program("syscall_symbols")
    log = gdb.directory / "log"
    subprocess.run(["strace", "-v", "-s", "4096", "-o", log, program],
                   cwd=gdb.directory, check=True, timeout=60,
                   env=clean_environment(gdb.directory))
    theirs = ours_from(log.read_text().splitlines())
    text = re.sub(r"\n(?: +|(?=}))", " ", trace(gdb, "-e", "%all", program))
    ours = ours_from(text.splitlines())
    assert [line.split("(")[0] for line in ours] == [
        line.split("(")[0] for line in theirs]
    missing = [(name, line, mine) for line, mine in zip(theirs, ours)
               for name in sorted(symbols(line)) if name not in symbols(mine)]
    assert missing == []


def ours_from(lines: List[str]) -> List[str]:
    """From the first to the last of the program's own: two getppid()."""
    marks = [i for i, line in enumerate(lines) if line.startswith("getppid")]
    assert len(marks) == 2, lines
    return [line for line in lines[marks[0]:marks[1]]
            if not line.startswith(("+++", "---"))]


# What strace says in words of its own.
OTHERS = {"RLIM64_INFINITY": "RLIM_INFINITY", "INT": "SIGINT",
          "TERM": "SIGTERM", "RT_4": "SIGRT_4", "WSTOPPED": "WUNTRACED"}
ITS_OWN = {"NULL", "WIFEXITED", "WEXITSTATUS", "AT_STATX_SYNC_AS_STAT"}


def symbols(line: str) -> "set[str]":
    bare = re.sub(r'"(?:[^"\\]|\\.)*"|/\*.*?\*/', "", line)
    return {OTHERS.get(name, name) for name
            in re.findall(r"\b[A-Z_][A-Z0-9_]{2,}\b", bare)} - ITS_OWN
