# SPDX-License-Identifier: MIT
"""System calls that go by notification: what is recorded and answered without
a stop, which engine is taken, and how it ends."""

import subprocess
from typing import Any, List

import pytest

from conftest import Gdb, compile_c
from syscall_runs import TO_MAIN, Event, calls, run, trace, value
from syscalls import run as run_script

ENTRIES = "ctester syscall --entries"
ENGINE = "info ctester engine"
DEV = "--if 'path ~ \"/dev/*\"' openat"


def engines(found: List[Event]) -> List[str]:
    return [event["engine"] for event in found]


def paths(found: List[Event]) -> List[Any]:
    return [value(event, "filename") for event in found]


def test_entries_are_recorded_without_stops(gdb: Gdb) -> None:
    result, found = trace(gdb, ["opens"], f"{ENTRIES} openat", ENGINE,
                          "info breakpoints")
    assert "notify: GDB is asked at the entries of 1 system call of process " \
        in result.stdout
    assert "catch:" not in result.stdout
    assert "catchpoint" not in result.stdout
    assert paths(found) == ["/dev/null", "/nowhere", "/dev/zero"]
    assert engines(found) == ["notify"] * 3
    assert [(event["return"], event["errno"], event["duration_ns"],
             event["outcome"]) for event in found] == [
        (None, None, 0, "real")] * 3
    assert found[0]["args"][2]["symbol"] == "O_RDONLY"


def test_what_was_asked_for_before_the_program_begins(gdb: Gdb) -> None:
    result = run(gdb, ["opens"], f"{ENTRIES} {DEV}", "run", "run")
    found = calls(result)
    assert paths(found) == ["/dev/null", "/dev/zero"] * 2
    assert engines(found) == ["notify"] * 4
    assert len({event["pid"] for event in found}) == 2


@pytest.mark.parametrize("flags", [("-static",), ("-no-pie",)])
def test_static_and_fixed_programs(gdb: Gdb, flags: Any) -> None:
    program = gdb.program("syscalls", libraries=("-lpthread",),
                          flags=("-g", "-O0", *flags))
    result = gdb.run(program, "set ctester live off", f"{ENTRIES} {DEV}",
                     "run", "ctester save trace.jsonl", args=["opens"])
    result.expect_success()
    assert engines(calls(result)) == ["notify"] * 2


def test_every_call_and_numbers_that_nobody_knows(gdb: Gdb) -> None:
    result, found = trace(gdb, ["values"], ENTRIES, ENGINE)
    assert "asked at the entries of all system calls of process" in (
        result.stdout)
    assert "none -1 38\n" in result.stdout
    none = [event for event in found if event["name"] == "<9999>"]
    assert [[argument["value"] for argument in event["args"]]
            for event in none] == [[1, 2, 3, 4, 5, 6]]
    assert [event["outcome"] for event in found
            if event["name"] == "exit_group"] == ["unfinished"]
    assert set(engines(found)) == {"notify"}


def test_eight_threads_make_forty_opens(gdb: Gdb) -> None:
    _, found = trace(gdb, ["threads"], f"{ENTRIES} {DEV}")
    tids = [event["tid"] for event in found]
    assert sorted(tids.count(tid) for tid in set(tids)) == [5] * 8
    assert set(engines(found)) == {"notify"}
    seqs = [event["seq"] for event in found]
    assert len(set(seqs)) == 40


def test_a_thread_that_was_there_before(gdb: Gdb) -> None:
    result = run(gdb, ["older"], "break here", "run", "continue",
                 f"{ENTRIES} {DEV}", "continue")
    found = calls(result)
    assert len(found) == 5
    assert {event["tid"] for event in found} != {found[0]["pid"]}


def test_in_one_order_with_functions(gdb: Gdb) -> None:
    result, _ = trace(gdb, ["area", "area"], "ctester trace area",
                      f"{ENTRIES} getppid write")
    both = sorted((event for event in result.events()
                   if event["type"] in ("call", "syscall")),
                  key=lambda event: event["seq"])
    assert [event.get("function", event.get("name")) for event in both] == [
        "area", "getppid", "write"] * 2
    assert [event["depth"] for event in both if event["type"] == "call"
            and "depth" in event] in ([], [0, 0])
    text = run(gdb, ["area"], *TO_MAIN, "ctester trace area",
               f"{ENTRIES} getppid", "continue", "ctester show").stdout
    assert ("area(width = 3, height = 4 <unfinished ...>\n  getppid() = ?\n"
            "<... area resumed>) = 12\n") in text.split("area 12\n")[1]


# Which engine.

def test_results_are_stopped_for(gdb: Gdb) -> None:
    result, found = trace(gdb, ["opens"], f"{ENTRIES} close",
                          "ctester syscall openat", ENGINE)
    assert "catch: GDB stops at" in result.stdout
    assert "notify: GDB is asked at the entries of 1 system call" in (
        result.stdout)
    by_name = {(event["name"], event["engine"]) for event in found}
    assert by_name == {("openat", "catch"), ("close", "notify")}
    assert len(found) == 6
    assert all(event["return"] for event in found if event["name"] == "openat")


def test_a_call_that_two_requests_mean_is_recorded_once(gdb: Gdb) -> None:
    _, found = trace(gdb, ["opens"], f"{ENTRIES} openat",
                     "ctester syscall openat")
    assert engines(found) == ["catch"] * 3
    assert all(event["return"] for event in found)


def test_the_set_cannot_grow(gdb: Gdb) -> None:
    result, found = trace(gdb, ["opens"], f"{ENTRIES} openat",
                          f"{ENTRIES} close", ENGINE)
    assert "catch: GDB stops at" in result.stdout
    assert {(event["name"], event["engine"]) for event in found} == {
        ("openat", "notify"), ("close", "catch")}
    assert len(found) == 6


def test_an_end_is_quiet_and_the_filter_is_used_again(gdb: Gdb) -> None:
    program = gdb.program("syscalls", libraries=("-lpthread",))
    result = gdb.run(
        program, "set ctester live off", "break here", f"{ENTRIES} openat",
        "run", "ctester unsyscall", ENGINE, "continue",
        "ctester save trace.jsonl", args=["opens"]).expect_success()
    found = calls(result)
    # The loader's.
    assert len(found) == 2 and set(engines(found)) == {"notify"}
    assert "serving, quiet\n" in result.stdout
    again = gdb.run(
        program, "set ctester live off", "break here", f"{ENTRIES} openat",
        "run", "ctester unsyscall", f"{ENTRIES} openat", ENGINE, "continue",
        "ctester save again.jsonl", args=["opens"]).expect_success()
    assert "catch:" not in again.stdout
    assert len([event for event in again.events("again.jsonl")
                if event["type"] == "syscall"]) == 5


def test_catchpoints_on_request(gdb: Gdb) -> None:
    result, found = trace(gdb, ["opens"],
                          "set ctester syscall-engine catchpoint",
                          f"{ENTRIES} openat", ENGINE)
    assert engines(found) == ["catch"] * 3
    assert "notify" not in result.stdout


def test_notification_on_request_has_no_results(gdb: Gdb) -> None:
    _, found = trace(gdb, ["opens"],
                     "set ctester syscall-engine notification",
                     "ctester syscall openat",
                     "ctester syscall --if '$return < 0' close")
    assert [(event["name"], event["engine"], event["errno"])
            for event in found] == [
        ("openat", "notify", None), ("openat", "notify", None),
        ("close", "catch", 9), ("openat", "notify", None)]


def test_entries_have_no_results_to_ask_for(gdb: Gdb) -> None:
    result = gdb.run(None, f"{ENTRIES} --if '$return < 0' openat")
    result.expect_failure("entries only", "$return", status=2)


FILTERED = """\
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
void here(void) {}
int main(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_seccomp, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {4, code};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
    here();
    for (int i = 0; i < 3; i++)
        syscall(SYS_getppid);
    puts("all right");
    return 0;
}
"""


@pytest.mark.parametrize("engine", ["auto", "notification"])
def test_a_program_that_refuses_is_stopped(gdb: Gdb, engine: str) -> None:
    result = gdb.run(compile_c(FILTERED), "set ctester live off",
                     f"set ctester syscall-engine {engine}", "break here",
                     "run", f"{ENTRIES} getppid", ENGINE, "continue",
                     "ctester save trace.jsonl").expect_success()
    assert "all right" in result.stdout
    assert engines(calls(result)) == ["catch"] * 3
    assert "notify: not in process " in result.stdout
    assert "filter of its own" in result.stdout
    assert ("ctester: warning: no notification of system calls: "
            in result.stderr) == (engine == "notification"), result.shown()


UNPRIVILEGED = """\
#include <linux/capability.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
void here(void) {}
int main(void)
{
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct none[2] = {{0}, {0}};
    syscall(SYS_capset, &header, none);
    here();
    syscall(SYS_getppid);
    printf("no_new_privs %d\\n", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
    return 0;
}
"""


@pytest.mark.parametrize("engine", ["auto", "notification"])
def test_privileges_of_setuid_programs(gdb: Gdb, engine: str) -> None:
    """They are not taken unless that is asked for, and then it is said."""
    result = gdb.run(compile_c(UNPRIVILEGED), "set ctester live off",
                     f"set ctester syscall-engine {engine}", "break here",
                     "run", f"{ENTRIES} getppid", ENGINE, "continue",
                     "ctester save trace.jsonl").expect_success()
    forced = engine == "notification"
    assert f"no_new_privs {int(forced)}\n" in result.stdout
    assert engines(calls(result)) == ["notify" if forced else "catch"]
    assert ("no_new_privs" in result.stderr) == forced
    assert ("CAP_SYS_ADMIN" in result.stdout) != forced


# Children and other programs.

FOLLOW = "set ctester follow-fork on"


def test_a_forked_child_is_seen(gdb: Gdb) -> None:
    _, found = trace(gdb, ["fork"], FOLLOW, f"{ENTRIES} {DEV}")
    assert [(value(event, "filename"), event["pid"] == found[-1]["pid"])
            for event in found] == [("/dev/zero", False), ("/dev/full", True)]
    assert set(engines(found)) == {"notify"}


def test_a_child_that_is_not_followed_is_not_seen(gdb: Gdb) -> None:
    _, found = trace(gdb, ["fork"], f"{ENTRIES} {DEV}")
    assert paths(found) == ["/dev/full"]


def test_exec_survives(gdb: Gdb) -> None:
    _, found = trace(gdb, ["exec"], "delete", f"{ENTRIES} {DEV}")
    assert paths(found) == ["/dev/null", "/dev/zero"]
    assert engines(found) == ["notify"] * 2


ATTACHED = """\
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
void here(void) {}
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
        here();
    }
    return 42;
}
"""


def test_an_attached_process_goes_on_afterwards(gdb: Gdb) -> None:
    program = compile_c(ATTACHED)
    with subprocess.Popen([program], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True,
                          start_new_session=True) as process:
        assert process.stdout and process.stdin
        assert process.stdout.readline() == "ready\n"
        result = gdb.run(None, python=f"""
gdb.execute("set ctester live off")
gdb.execute("attach {process.pid}")
gdb.execute("{ENTRIES} getppid")
gdb.execute("break here")
with open("/proc/{process.pid}/fd/0", "w") as stdin:
    stdin.write("go\\n")
gdb.execute("continue")
gdb.execute("ctester save trace.jsonl")
gdb.execute("detach")
""")
        process.communicate("go on\n", timeout=60)
        assert process.returncode == 42, result.shown()
    assert engines(calls(result)) == ["notify"] * 5


# Mocks.

MOCKED = r"""
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
int main(void)
{
    char buffer[8] = "before";
    struct timespec a, b;
    setbuf(stdout, NULL);
    for (int i = 1; i <= 4; i++)
        printf("getppid %d\n", syscall(SYS_getppid) == 77);
    long result = syscall(SYS_umask, 022);
    printf("umask %ld %s\n", result, strerrorname_np(errno));
    result = syscall(SYS_read, 99, buffer, 8);
    printf("read %ld %s\n", result, buffer);
    clock_gettime(CLOCK_MONOTONIC, &a);
    result = syscall(SYS_getpgrp);
    clock_gettime(CLOCK_MONOTONIC, &b);
    printf("late %d %d\n", result == getpgrp(),
           (b.tv_sec - a.tv_sec) * 1000 + (b.tv_nsec - a.tv_nsec) / 1000000
               >= 200);
    return 3;
}
"""


def test_mocks_without_stops(gdb: Gdb) -> None:
    result = run_script(gdb, MOCKED, """
third = syscalls.mock("getppid", returns=77, calls="3")
syscalls.mock("umask", errno="EPERM")
syscalls.mock("read", returns=3, out={"buf": b"new"}, when="fd == 99")
syscalls.mock("getpgrp", delay=0.2)
gdb.execute("set ctester live off")
with syscalls.context(None, ["getppid", "umask", "read", "getpgrp"],
                      entries=True) as tracing:
    done = ctester.run()
print("".join("- " + line + "\\n" for line in done.stdout.splitlines()))
print("used", third.used)
gdb.execute("info ctester engine")
for call in tracing.calls:
    if call.name != "read" or call.args[0].value == 99:
        print("seen", call.name, call.result.text, call.outcome,
              call.duration >= 0.2)
read = [call for call in tracing.calls if call.outcome == "mocked"
        and call.name == "read"][0]
print("buffer", read.args[1].value, read.args[1].entry)
""")
    out = result.stdout
    for line in ("- getppid 0\n- getppid 0\n- getppid 1\n- getppid 0\n",
                 "- umask -1 EPERM\n", "- read 3 newore\n", "- late 1 1\n",
                 "used 1\n", "seen getppid 77 mocked False\n",
                 "seen umask -1 EPERM (Operation not permitted) mocked "
                 "False\n", "seen read 3 mocked False\n",
                 "seen getpgrp ? real True\n"):
        assert line in out, result.shown()
    assert out.count("seen getppid ? real False\n") == 3
    assert "catch:" not in out
    assert "buffer new 0x" in out, out


DELAYED = r"""
#include <pthread.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
static void *work(void *arg) { syscall(SYS_getppid); return arg; }
int main(int argc, char **argv)
{
    pthread_t thread;
    setlinebuf(stdout);
    if (argc > 1)
        pthread_create(&thread, NULL, work, NULL);
    else
        printf("got %ld\n", syscall(SYS_getppid));
    if (argc > 1)
        pthread_join(thread, NULL);
    puts("over");
    return 5;
}
"""

# When the call is under way, something happens to the program.
MEANWHILE = """
import select, signal, threading
from ctester import state
gdb.execute("set ctester live off")
gdb.execute("set confirm off")
syscalls.mock("getppid", returns=77, delay=%s, required=False)
gdb.execute("%s getppid")
gdb.execute("starti")
pid = gdb.selected_inferior().pid
def act():
    while " 1 waiting" not in state.session.describe_notifying():
        pass
    gdb.post_event(lambda: os.kill(pid, signal.%s))
threading.Thread(target=act, daemon=True).start()
gdb.execute("continue")
"""


def test_a_program_killed_in_a_delayed_call(gdb: Gdb) -> None:
    result = run_script(gdb, DELAYED, MEANWHILE % (3600, ENTRIES, "SIGKILL")
                        + 'gdb.execute("ctester save trace.jsonl")\n')
    assert [(event["outcome"], event["return"], event["engine"])
            for event in calls(result)] == [("unfinished", None, "notify")]
    assert "got" not in result.stdout


@pytest.mark.parametrize("args", [(), ("thread",)])
def test_gdbs_interrupt_in_a_delayed_call(gdb: Gdb, args: Any) -> None:
    """It is seen at once, and the call goes on behind it."""
    result = run_script(gdb, DELAYED, MEANWHILE % (2, ENTRIES, "SIGINT") + """
print("stopped", len(gdb.selected_inferior().threads()))
gdb.execute("ctester save first.jsonl")
gdb.execute("info ctester engine")
gdb.execute("continue")
gdb.execute("ctester save trace.jsonl")
""", args=args)
    assert f"stopped {len(args) + 1}\n" in result.stdout, result.shown()
    assert ("got 77\n" in result.stdout) == (not args)
    assert "over\n" in result.stdout
    assert [event for event in result.events("first.jsonl")
            if event["type"] == "syscall"] == []
    found = calls(result)
    assert [(event["outcome"], event["return"]["value"])
            for event in found] == [("mocked", 77)]
    assert found[0]["duration_ns"] >= 2 * 10**9


READING = r"""
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void)
{
    char c;
    int ends[2];
    pipe(ends);
    if (!fork()) {
        close(ends[0]);
        for (;;)
            if (access("go", F_OK) == 0)
                _exit(write(ends[1], "x", 1) != 1);
    }
    printf("read %ld\n", syscall(SYS_read, ends[0], &c, 1));
    return 0;
}
"""


def test_a_call_that_gdb_interrupts_is_one(gdb: Gdb) -> None:
    result = run_script(gdb, READING, """
import signal, threading
gdb.execute("set ctester live off")
gdb.execute("ctester syscall --entries --if 'fd > 2 && count == 1' read")
gdb.execute("starti")
pid = gdb.selected_inferior().pid
def act():
    while True:
        with open(f"/proc/{pid}/syscall") as file:
            words = file.read().split()
        if words[0] == "0" and words[3] == "0x1":
            break
    os.kill(pid, signal.SIGINT)
for _ in range(3):
    thread = threading.Thread(target=act, daemon=True)
    thread.start()
    gdb.execute("continue")
    thread.join()
open("go", "w").close()
gdb.execute("continue")
gdb.execute("ctester save trace.jsonl")
""")
    assert "read 1\n" in result.stdout, result.shown()
    assert result.stdout.count("received signal SIGINT") == 3
    assert engines(calls(result)) == ["notify"]


# The API.

def test_the_callback_gets_calls_while_the_program_runs(gdb: Gdb) -> None:
    result = run_script(gdb, r"""
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(int argc, char **argv)
{
    (void)argc;
    for (int i = 0; i < 3000; i++)
        syscall(SYS_getppid);
    while (access(argv[1], F_OK))
        usleep(1000);
    syscall(SYS_getpgrp);
    puts("it is there");
    return 0;
}
""", """
seen = []
def see(call):
    seen.append(call.name)
    if len(seen) == 3000:
        open("flag", "w").close()
tracing = syscalls.enable(see, ["getppid", "getpgrp"], entries=True)
gdb.execute("run")
print("seen", len(seen), seen[-1])
before = len(seen)
syscalls.disable()
print("more", len(seen) - before, len(tracing.calls))
print("frames", tracing.calls[0].traceback, tracing.calls[0].result.value)
""", args=("flag",))
    for line in ("it is there", "seen 3001 getpgrp", "more 0 3001",
                 "frames [] None"):
        assert line in result.stdout, result.shown()


def test_all_calls_are_delivered_before_disable_returns(gdb: Gdb) -> None:
    result = run_script(gdb, r"""
#include <sys/syscall.h>
#include <unistd.h>
void here(void) {}
int main(void)
{
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 500; i++)
            syscall(SYS_getppid);
        here();
    }
    return 0;
}
""", """
gdb.execute("break main")
gdb.execute("break here")
gdb.execute("run")
counts = []
for rounds in range(3):
    got = []
    syscalls.enable(got.append, "getppid", entries=True)
    if rounds == 1:
        syscalls.disable()
    gdb.execute("continue")
    syscalls.disable()
    counts.append(len(got))
print("counts", counts)
print("engine", syscalls.counts()["getppid"])
""")
    assert "counts [500, 0, 500]" in result.stdout, result.shown()
    assert "Counts(calls=1000, errors=0, total_ns=0)" in result.stdout


def test_a_function_of_a_mock_may_end_the_tracing(gdb: Gdb) -> None:
    """It is asked in a stop."""
    result = run_script(gdb, r"""
#include <pthread.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
static void *work(void *arg)
{
    for (int i = 0; i < 2000; i++)
        syscall(SYS_getppid);
    return arg;
}
int main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
    for (int i = 0; i < 50; i++)
        syscall(SYS_getpgrp);
    pthread_join(thread, NULL);
    puts("over");
    return 0;
}
""", """
asked = 0
def when(*args):
    global asked
    asked += 1
    syscalls.disable()
    syscalls.enable(None, "getppid", entries=True)
    return False
syscalls.mock("getpgrp", returns=1, when=when, times=None, required=False)
syscalls.enable(None, "getppid", entries=True)
gdb.execute("run")
print("asked", asked)
""")
    assert "over" in result.stdout and "asked 50" in result.stdout


def test_tracebacks_and_results_are_refused_or_stopped_for(gdb: Gdb) -> None:
    result = run_script(gdb, DELAYED, """
try:
    syscalls.enable(None, SysCallPattern(result=3), entries=True)
except syscalls.BadFilterError as error:
    print("refused:", error)
with syscalls.context(None, "getppid", entries=True, traceback=True) as t:
    ctester.run()
print("frames", [frame.function for frame in t.calls[0].traceback][-2:])
""")
    assert "refused: filter: with entries=True" in result.stdout
    assert "frames ['main', 'syscall']" in result.stdout, result.shown()


def test_a_hundred_thousand_calls_do_not_grow(gdb: Gdb) -> None:
    result = run_script(gdb, r"""
#include <sys/syscall.h>
#include <unistd.h>
void here(void) {}
int main(void)
{
    for (int round = 0; round < 5; round++) {
        for (int i = 0; i < 25000; i++)
            syscall(SYS_getppid);
        here();
    }
    return 0;
}
""", """
import ctypes, gc, sys
class Memory(ctypes.Structure):
    # See mallinfo(3).
    _fields_ = [(name, ctypes.c_size_t) for name in (
        "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks",
        "fsmblks", "uordblks", "fordblks", "keepcost")]
mallinfo2 = ctypes.CDLL(None).mallinfo2
mallinfo2.restype = Memory
# What is in use: pages also count what free blocks lie between.
def in_use():
    gc.collect()
    memory = mallinfo2()
    return memory.uordblks + memory.hblkhd, sys.getallocatedblocks()
count = 0
def is_at_here():
    with open(f"/proc/{gdb.selected_inferior().pid}/stat") as file:
        return file.read().rpartition(")")[2].split()[0] == "t"
def see(call):
    global count
    count += 1
    # All of a round wait to be read, in each round.
    while count % 25000 == 1 and not is_at_here():
        os.sched_yield()
gdb.execute("break here")
tracing = syscalls.enable(see, "getppid", entries=True)
sizes = []
gdb.execute("run")
for _ in range(4):
    tracing.calls.clear()
    sizes.append(in_use())
    gdb.execute("continue")
print("seen", count)
grown = [last - first for first, last in zip(sizes[1], sizes[-1])]
# 50,000 calls: less than two bytes, and than an object in ten calls.
print("flat", grown[0] < 100000 and grown[1] < 5000, sizes)
gdb.execute("kill")
""", timeout=120)
    assert "seen 125000" in result.stdout, result.shown()
    assert "flat True" in result.stdout, result.shown()
