# SPDX-License-Identifier: MIT
"""Partial reads in scripts: the rules are those of CTester/read_write.h, which
tests/unit/test_kit_read_buffer.c holds C tests to.

What is not there yet comes in an hour, so that nothing depends on how fast a
test is; of a wait it is looked at whether it was long enough.
"""

import errno
import socket
from typing import Any, List

import pytest

import monitors
from conftest import Gdb

# Reads as its arguments say: KIND FD COUNT FLAGS, and prints what it gets.
READER = """
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
static long now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}
static void make(void)
{
    int ends[2], datagrams = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in peer = {.sin_family = AF_INET, .sin_port = htons(7),
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    syscall(SYS_pipe2, ends, O_NONBLOCK);
    syscall(SYS_dup2, ends[0], 100);
    connect(datagrams, (struct sockaddr *)&peer, sizeof(peer));
    syscall(SYS_dup2, datagrams, 101);
    syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, ends);
    syscall(SYS_dup2, ends[0], 102);
    syscall(SYS_pipe2, ends, 0);
    syscall(SYS_dup2, ends[0], 103);
    syscall(SYS_write, ends[1], "real", 4);
}
int main(int argc, char **argv)
{
    (void)argc;
    make();
    for (char **at = argv + 1; *at; at += 4) {
        int fd = atoi(at[1]), flags = atoi(at[3]);
        size_t count = strtoul(at[2], NULL, 10);
        struct sockaddr_in from = {0};
        socklen_t size = sizeof(from);
        char bytes[64] = "";
        long start = now();
        ssize_t got = -2;
        errno = 99;
        if (at[0][0] == 'r')
            got = read(fd, bytes, count);
        if (at[0][0] == 'n')
            got = read(fd, NULL, count);
        if (at[0][0] == 'v')
            got = recv(fd, bytes, count, flags);
        if (at[0][0] == 'f')
            got = recvfrom(fd, bytes, count, flags, (struct sockaddr *)&from,
                           &size);
        int code = errno;
        printf("%zd %d %ld %d %d [%s]\\n", got, code, now() - start,
               ntohs(from.sin_port), (int)size, bytes);
    }
    return 0;
}
"""
SCRIPT = """
REAL, AFTER, BEFORE = (READ_WRITE_REAL_INTERVAL, READ_WRITE_AFTER_INTERVAL,
                       READ_WRITE_BEFORE_INTERVAL)
HOUR = 3600000
monitored.read = monitored.recv = monitored.recvfrom = True


def read_lines(text):
    found = []
    for line in text.splitlines():
        numbers, _, text = line.partition(" [")
        found.append([*map(int, numbers.split()), text.rstrip("]")])
    return found


def reads(*words):
    with sandbox(timeout=60):
        done = ctester.run(*map(str, words))
    return read_lines(done.stdout)
"""
DONT = int(socket.MSG_DONTWAIT)
ALL = int(socket.MSG_WAITALL)
PEEK = int(socket.MSG_PEEK)
OOB = int(socket.MSG_OOB)
BLOCKED = [-1, errno.EAGAIN, 0, ""]


def run(gdb: Gdb, script: str, **options: Any) -> Any:
    program = monitors.compile_program(READER, **options)
    return monitors.told(monitors.run(gdb, program, SCRIPT + script))


def check(found: List[Any], expected: List[Any]) -> None:
    """Result, errno, the least time, text."""
    assert [[one[0], one[1], one[5]] for one in found] == [
        [one[0], one[1], one[3]] for one in expected]
    for got, wanted in zip(found, expected):
        assert got[2] >= wanted[2]


@pytest.mark.parametrize("buffer,calls,expected", [
    # An open chunk is there at once.
    ("'hello world', [5, 6], [0, HOUR], AFTER",
     "r 942 3 0 v 942 9 0 v 942 9 {DONT}",
     [[3, 99, 0, "hel"], [2, 99, 0, "lo"], BLOCKED]),
    # All read gives 0.
    ("'abcdef', [3, 3], [0, 0], AFTER",
     "r 942 9 0 v 942 9 0 f 942 9 0 r 942 9 0",
     [[3, 99, 0, "abc"], [3, 99, 0, "def"], [0, 99, 0, ""],
      [0, 99, 0, ""]]),
    # REAL spans what has arrived.
    ("'abcdefghij', [3, 3, 4], [0, 0, HOUR], REAL",
     "v 942 20 0 v 942 20 {DONT}", [[6, 99, 0, "abcdef"], BLOCKED]),
    ("'abcdef', [3, 3], [50, 50], REAL", "r 942 3 0 r 942 3 0",
     [[3, 99, 0, "abc"], [3, 99, 0, "def"]]),
    # BEFORE waits in the call itself, and only there.
    ("'abcdef', [3, 3], [0, 50], BEFORE",
     "r 942 9 0 v 942 9 {DONT} v 942 9 {DONT} r 942 9 0",
     [[3, 99, 0, "abc"], BLOCKED, BLOCKED, [3, 99, 50, "def"]]),
    ("'abcdef', [3, 3], [0, 60], AFTER", "r 942 3 0 f 942 9 0",
     [[3, 99, 0, "abc"], [3, 99, 0, "def"]]),
    ("'abcdef', [3, 3], [0, 50], AFTER", "v 942 9 {PEEK} v 942 2 0 v 942 9 0",
     [[3, 99, 0, "abc"], [2, 99, 0, "ab"], [1, 99, 0, "c"]]),
    ("'abcdef', [3, 3], [0, 50], BEFORE", "v 942 6 {ALL}",
     [[6, 99, 50, "abcdef"]]),
    ("'abcdef', [3, 3], [0, HOUR], AFTER", "v 942 6 {ALLDONT}",
     [[3, 99, 0, "abc"]]),
    # What was waited for once is there.
    ("'abc', [3], [50], BEFORE", "v 942 9 {PEEK} v 942 9 {DONT}",
     [[3, 99, 50, "abc"], [3, 99, 0, "abc"]]),
    # An empty chunk is a call that returns 0, or a wait.
    ("'abc', [0, 3], [0, 0], AFTER", "r 942 9 0 r 942 9 0",
     [[0, 99, 0, ""], [3, 99, 0, "abc"]]),
    ("'abc', [0, 3], [0, 0], REAL", "r 942 9 0", [[3, 99, 0, "abc"]]),
    ("'abc', [3], [HOUR], AFTER", "r 942 0 0", [[0, 99, 0, ""]]),
    ("'abc', [3], [0], AFTER", "n 942 9 0 r 942 9 0",
     [[-1, errno.EFAULT, 0, ""], [3, 99, 0, "abc"]]),
    ("'abc', [3], [0], AFTER", "v 942 9 {OOB}",
     [[-1, errno.EBADF, 0, ""]]),
    ("'abc', [3], [0], AFTER", "r 942 18446744073709551615 0",
     [[3, 99, 0, "abc"]]),
])
def test_a_buffer_is_read(gdb: Gdb, buffer: str, calls: str,
                          expected: List[Any]) -> None:
    words = calls.format(DONT=DONT, ALL=ALL, PEEK=PEEK, OOB=OOB,
                         ALLDONT=ALL | DONT)
    check(run(gdb, f"""
set_read_buffer(942, create_read_buffer({buffer}))
tell(reads(*{words!r}.split()))
"""), expected)


def test_stats_and_progress_are_of_what_was_read(gdb: Gdb) -> None:
    found = run(gdb, """
found = [set_read_buffer(942, create_read_buffer(b"abcdef", [3, 3], [0, 0],
                                                 AFTER)),
         get_bytes_read(942), get_bytes_read(5), fd_is_read_buffered(942)]
reads(*"r 942 2 0 v 942 9 0 f 942 2 0".split())
found += [get_bytes_read(942), get_current_chunk_id(942),
          stats.read.last_return, stats.recv.last_params.len,
          stats.recvfrom.called, stats.recv_all.called,
          stats.recv.calls[0].outcome, stats.read.failed,
          stats.recvfrom.last_params.sockfd]
part = create_partial_read_buffer("xy", [2], [0])
found.append(refused(lambda: set_read_buffer(942, part)))
part.mode = REAL
found += [set_read_buffer(942, part), get_bytes_read(942),
          set_read_buffer(942, None), set_read_buffer(942, None),
          fd_is_read_buffered(942)]
set_read_buffer(7, part)
reinit_read_fd_table()
tell(found + [fd_is_read_buffered(7), get_current_chunk_id(7)])
""")
    assert found[:13] == [0, 0, -1, 1, 5, 1, 2, 9, 1, 2, "mocked", 0, 942]
    assert found[13].startswith("BadMockError: read buffer: None is no mode")
    assert found[14:] == [1, 0, 1, 0, 0, 0, -1]


def test_a_real_pipe_and_its_flags(gdb: Gdb) -> None:
    found = run(gdb, f"""
late = create_read_buffer("abc", [3], [HOUR], AFTER)
for fd in (100, 103):
    set_read_buffer(fd, late)
found = reads(*"r 100 9 0 v 103 9 {DONT}".split())
monitored.read = False
tell(found + reads(*"r 103 9 0".split()))
""")
    check(found, [BLOCKED, BLOCKED, [4, 99, 0, "real"]])


def test_a_mask_comes_first(gdb: Gdb) -> None:
    found = run(gdb, """
set_read_buffer(942, create_read_buffer("abc", [3], [0], AFTER))
failures.read, failures.read_ret, failures.read_errno = FAIL_FIRST, -1, 5
tell(reads(*"r 942 9 0 r 942 9 0".split()))
""")
    check(found, [[-1, 5, 0, ""], [3, 99, 0, "abc"]])


def test_recvfrom_tells_a_datagrams_peer(gdb: Gdb) -> None:
    found = run(gdb, """
for fd in (101, 102):
    set_read_buffer(fd, create_read_buffer("abc", [3], [0], AFTER))
found = reads(*"f 101 9 0".split())
peer = stats.recvfrom.last_returned_addr
found.append([plain(peer.src_addr), peer.addrlen])
tell(found + reads(*"f 102 9 0".split()))
""")
    assert found[0][:2] + found[0][3:] == [3, 99, 7, 16, "abc"]
    assert found[1] == [{"sa_family": 2, "sin_port": 7,
                         "sin_addr": "127.0.0.1"}, 16]
    assert found[2][:2] + found[2][3:] == [3, 99, 0, 0, "abc"]


def test_checked_variants_have_their_flags_elsewhere(gdb: Gdb) -> None:
    program = monitors.compile_program("""
#include <sys/socket.h>
int main(int argc, char **argv)
{
    char bytes[8] = "", from[32];
    socklen_t size = sizeof(from);
    size_t wanted = (size_t)argc + 4;
    ssize_t one = recv(942, bytes, wanted, MSG_PEEK);
    ssize_t two = recvfrom(942, bytes, wanted, MSG_PEEK,
                           (struct sockaddr *)from, &size);
    ssize_t three = read(942, bytes, wanted);
    printf("%zd %zd %zd %u %s%.0s", one, two, three, size, bytes, argv[0]);
    return 0;
}
""", flags=("-g", "-O2", "-D_FORTIFY_SOURCE=2"))
    found = monitors.told(monitors.run(gdb, program, SCRIPT + """
set_read_buffer(942, create_read_buffer("abc", [3], [0], AFTER))
with sandbox(timeout=20):
    done = ctester.run()
tell([done.stdout, stats.recv.called, stats.recvfrom.called,
      stats.read.called])
"""))
    assert found == ["3 3 3 0 abc", 1, 1, 1]


def test_threads_share_what_there_is(gdb: Gdb) -> None:
    program = monitors.compile_program("""
static void *take(void *arg)
{
    char byte;
    long got = 0;
    while (read(942, &byte, 1) == 1)
        got++;
    (void)arg;
    return (void *)got;
}
int main(void)
{
    pthread_t threads[4];
    long all = 0;
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, take, NULL);
    for (int i = 0; i < 4; i++) {
        void *got;
        pthread_join(threads[i], &got);
        all += (long)got;
    }
    return (int)all;
}
""")
    found = monitors.told(monitors.run(gdb, program, SCRIPT + """
set_read_buffer(942, create_read_buffer("x" * 100, [30, 70], [0, 1], AFTER))
with sandbox(timeout=30):
    done = ctester.run()
tell([done.exit_code, stats.read.called])
"""))
    assert found == [100, 104]


@pytest.mark.parametrize("action,words", [
    ("create_read_buffer('abc', [4], [0], REAL)", "do not cut 3 bytes"),
    ("create_read_buffer('abc', [-1], [0], REAL)", "do not cut 3 bytes"),
    ("create_read_buffer('abc', [1, 2], [0], REAL)",
     "2 sizes and 1 intervals"),
    ("set_read_buffer(0, create_read_buffer('abc', [1], [0], 4))",
     "4 is no mode"),
])
def test_bad_buffers_are_refused(gdb: Gdb, action: str, words: str) -> None:
    found = run(gdb, f"tell(refused(lambda: {action}))")
    assert words in found


def test_each_test_function_begins_without_buffers(gdb: Gdb) -> None:
    program = monitors.compile_program(READER)
    (gdb.directory / "test_anew.py").write_text("""
import ctester

def test_one():
    ctester.set_read_buffer(0, ctester.create_read_buffer(
        "abc", [3], [0], ctester.READ_WRITE_AFTER_INTERVAL))
    assert ctester.fd_is_read_buffered(0)

def test_two():
    assert not ctester.fd_is_read_buffered(0)
""")
    result = gdb.shell(gdb.root / "scripts" / "ctester", "test",
                       "test_anew.py", "--", program)
    assert result.status == 0, result.shown()
