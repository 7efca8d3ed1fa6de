# SPDX-License-Identifier: MIT
"""A filter that asks us, put into programs that stand at a stop of GDB's."""

import os
import select
import subprocess
from typing import Sequence

import pytest

from conftest import Gdb, Result, compile_c

HEAD = f"""\
import os, sys, gdb
sys.path.append({os.path.dirname(os.path.abspath(__file__))!r})
import notifier as notify
from ctester import _core, inferior
from ctester._core import CoreError
GETPPID, GETPGRP = 110, 111
calls = []

def begin(numbers=(GETPPID,), **options):
    global notifier
    notifier = notify.Notifier(numbers, calls.append, **options)

def go(command="continue"):
    gdb.execute(command)
    notifier.drain()

"""

CALLS = """\
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
void middle(void) {}
int main(void)
{
    long before = syscall(SYS_getppid);
    middle();
    for (int i = 0; i < 5; i++)
        if (syscall(SYS_getppid, i, i * i) != before)
            return 1;
    puts("all right");
    return 0;
}
"""


def run(gdb: Gdb, source: str, script: str, *,
        flags: Sequence[str] = (), args: Sequence[str] = ()) -> Result:
    program = compile_c(source, flags=("-g", "-O0", "-D_GNU_SOURCE",
                                       "-pthread", *flags))
    result = gdb.run(program, python=HEAD + script, args=args)
    return result.expect_success()


@pytest.mark.parametrize("flags", [(), ("-static",), ("-no-pie",)])
def test_at_the_start(gdb: Gdb, flags: Sequence[str]) -> None:
    result = run(gdb, CALLS, """
gdb.execute("starti")
begin()
go()
print("seen", [(call.number, call.args[:2]) for call in calls[1:]])
print("own", {call.pid == call.tid == notifier.pid for call in calls})
""", flags=flags)
    assert "all right" in result.stdout
    assert ("seen [(110, (0, 0)), (110, (1, 1)), (110, (2, 4)), "
            "(110, (3, 9)), (110, (4, 16))]") in result.stdout
    assert "own {True}" in result.stdout


def test_in_the_middle(gdb: Gdb) -> None:
    result = run(gdb, CALLS, """
gdb.execute("break middle")
gdb.execute("run")
before = gdb.execute("info registers", to_string=True)
begin()
gdb.execute("maintenance flush register-cache")
print("same", before == gdb.execute("info registers", to_string=True))
print("none", len(calls), notifier.counts().recorded)
go()
print("seen", len(calls))
""")
    for line in ("same True", "none 0 0", "seen 5", "all right"):
        assert line in result.stdout, result.shown()


THREADS = """\
#include <pthread.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
static pthread_barrier_t barrier;
void middle(void) {}
static void *work(void *arg)
{
    pthread_barrier_wait(&barrier);
    pthread_barrier_wait(&barrier);
    for (int i = 0; i < 100; i++)
        syscall(SYS_getppid, arg, i);
    return arg;
}
int main(void)
{
    pthread_t threads[4];
    pthread_barrier_init(&barrier, NULL, 5);
    for (long i = 0; i < 4; i++)
        pthread_create(threads + i, NULL, work, (void *)i);
    pthread_barrier_wait(&barrier);
    middle();
    pthread_barrier_wait(&barrier);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    puts("joined");
    return 0;
}
"""


def test_threads_that_were_there(gdb: Gdb) -> None:
    result = run(gdb, THREADS, """
gdb.execute("break middle")
gdb.execute("run")
begin()
go()
for thread in range(4):
    mine = [call for call in calls if call.args[0] == thread]
    print("thread", thread, [call.args[1] for call in mine]
          == list(range(100)), len({call.tid for call in mine}))
print("threads", len({call.tid for call in calls}), len(calls))
""")
    for thread in range(4):
        assert f"thread {thread} True 1" in result.stdout, result.shown()
    assert "threads 4 400" in result.stdout
    assert "joined" in result.stdout


FILTERED = """\
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>
""" + CALLS.replace("{\n    long before", """{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, FORBIDDEN, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {4, code};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
    long before""")

TRY = """
gdb.execute("break middle")
gdb.execute("run")
try:
    begin()
    go()
    print("seen", len(calls))
except CoreError as error:
    print("refused:", error)
    gdb.execute("continue")
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="takes CAP_SYS_ADMIN")
def test_a_program_with_a_filter_of_its_own(gdb: Gdb) -> None:
    result = run(gdb, FILTERED, TRY, flags=("-DFORBIDDEN=SYS_mkdir",))
    assert "seen 5" in result.stdout, result.shown()
    assert "all right" in result.stdout


def test_a_filter_that_would_kill_is_left_alone(gdb: Gdb) -> None:
    result = run(gdb, FILTERED, TRY, flags=("-DFORBIDDEN=SYS_seccomp",))
    assert "refused: " in result.stdout, result.shown()
    assert "filter of its own" in result.stdout
    assert "all right" in result.stdout


def test_at_a_system_calls_own_stop(gdb: Gdb) -> None:
    result = run(gdb, CALLS, """
gdb.execute("catch syscall getppid")
gdb.execute("run")
try:
    begin()
except CoreError as error:
    print("refused:", error)
gdb.execute("delete")
gdb.execute("stepi")
begin()
go()
print("seen", len(calls))
""")
    assert "refused: " in result.stdout, result.shown()
    assert "system call" in result.stdout
    assert "seen 5" in result.stdout, result.shown()
    assert "all right" in result.stdout


def test_without_a_program(gdb: Gdb) -> None:
    result = run(gdb, CALLS, """
try:
    begin()
except CoreError as error:
    print("refused:", error)
_core.check_notifications()
""")
    assert "refused: a filter needs a program" in result.stdout


LEFT = """
gdb.execute("break middle")
gdb.execute("run")
begin()
keeper = int(notifier.counts().keeper)
ends = [os.pidfd_open(notifier.pid), os.pidfd_open(keeper)]
{}
gdb.execute("detach")
import select
for end in ends:
    print("ended", bool(select.select([end], [], [], 60)[0]))
"""


@pytest.mark.parametrize("how", ["", "notifier.close()",
                                 "notifier.set_quiet(True)"])
def test_a_program_that_is_left_goes_on(gdb: Gdb, how: str) -> None:
    result = run(gdb, CALLS, LEFT.format(how))
    assert result.stdout.count("ended True") == 2, result.shown()
    assert "all right" in result.stdout


def test_a_second_filter_is_refused(gdb: Gdb) -> None:
    result = run(gdb, CALLS, """
gdb.execute("starti")
begin()
first = notifier
try:
    begin()
except CoreError as error:
    print("refused:", error)
go()
print("seen", len(calls), first.describe())
""")
    assert "it has one already" in result.stdout, result.shown()
    # The server may not know yet that the program has ended.
    assert "seen 6 " in result.stdout, result.shown()
    assert "6 calls, 6 recorded, 0 answered" in result.stdout


def test_after_a_kill_the_next_run_is_another(gdb: Gdb) -> None:
    result = run(gdb, CALLS, """
for _ in range(2):
    gdb.execute("break middle")
    gdb.execute("run")
    begin()
    gdb.execute("kill")
    notifier.close()
gdb.execute("delete")
gdb.execute("run")
""")
    assert "all right" in result.stdout, result.shown()


WAITING = """\
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void)
{
    char line[16];
    prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
    puts("ready");
    fflush(stdout);
    for (int i = 0; i < 2; i++) {
        if (!fgets(line, sizeof(line), stdin))
            return 1;
        for (int j = 0; j < 5; j++)
            if (syscall(SYS_getppid) <= 0)
                return 2;
    }
    return 42;
}
"""


# Killed by its own hand, while the program runs.
KILLED = """
def see(call):
    print("seen", call.number, flush=True)
    os.kill(os.getpid(), 9)
notifier._on_call = see
def take():
    notifier.wait()
    notifier.drain()
import threading
threading.Thread(target=take, daemon=True).start()
gdb.execute("continue")
"""


@pytest.mark.parametrize("how", [KILLED, "gdb.execute('quit')"])
def test_an_attached_program_survives_gdb(gdb: Gdb, how: str) -> None:
    program = compile_c(WAITING)
    with subprocess.Popen([program], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True,
                          start_new_session=True) as process:
        assert process.stdout and process.stdin
        assert process.stdout.readline() == "ready\n"
        result = gdb.run(None, python=f"""{HEAD}
gdb.execute("attach {process.pid}")
begin()
print("keeper", int(notifier.counts().keeper), flush=True)
with open("/proc/{process.pid}/fd/0", "w") as stdin:
    stdin.write("go\\n")
{how}
""")
        assert ("seen 110" in result.stdout) == (how is KILLED), result.shown()
        keeper = int(result.stdout.split("keeper ")[1].split()[0])
        pidfd = os.pidfd_open(keeper)
        process.communicate("go on\n", timeout=60)
        assert process.returncode == 42
    # Nobody is left behind.
    assert select.select([pidfd], [], [], 60)[0]
    os.close(pidfd)
