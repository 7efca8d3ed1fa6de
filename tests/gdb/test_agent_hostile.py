# SPDX-License-Identifier: MIT
"""The agent in programs that make it hard: memory that goes away while it is
read, system calls that are not allowed.  Nothing of theirs changes, and they
never see a signal that is not their own."""

import os
import signal
import subprocess
from typing import Iterator

import pytest

from calls import HEAD
from conftest import ROOT, Gdb, compile_c

RAW = """
    #include <fcntl.h>
    #include <sys/mman.h>
    #include <sys/syscall.h>
    static long raw(long n, long a, long b, long c, long d, long e, long f) {
        long r;
        register long r10 __asm__("r10") = d;
        register long r8 __asm__("r8") = e;
        register long r9 __asm__("r9") = f;
        __asm__ volatile("syscall" : "=a"(r) : "a"(n), "D"(a), "S"(b), "d"(c),
                         "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
        return r;
    }
"""

# Seen by nobody but the kernel; and a moment later, the agent still believes
# the page to be there.
GOING = HEAD + RAW + """
    struct pair { long a, b; };
    static char *page;
    static int seen;
    KEEP int look(const struct pair *pair, const char *text) {
        return pair != 0 && text != 0;
    }
    static void on_fault(int number) { (void)number; _exit(99); }
    int main(int argc, char **argv) {
        int file = argc > 1 ? open(argv[1], O_RDWR | O_CREAT, 0600) : -1;
        signal(SIGSEGV, on_fault);
        signal(SIGBUS, on_fault);
        page = mmap(0, 4096, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        for (int i = 0; i < 20; i++) {
            if (file >= 0 && ftruncate(file, 4096))
                return 1;
            raw(SYS_mmap, (long)page, 4096, 3, MAP_FIXED | (file < 0
                ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED), file, 0);
            *(struct pair *)page = (struct pair){i, 2};
            strcpy(page + 100, "there");
            look((void *)page, page + 100);
            if (file < 0)
                raw(SYS_munmap, (long)page, 4096, 0, 0, 0, 0);
            else if (ftruncate(file, 0))
                return 1;
            look((void *)page, page + 100);
        }
        return 0;
    }"""


@pytest.mark.parametrize("arguments", ["", "file"])
def test_memory_that_goes_away_while_it_is_read(
        gdb: Gdb, arguments: str) -> None:
    program = compile_c(GOING)
    result = gdb.run(program, "set ctester engine agent", "set ctester live "
                     "off", "ctester trace look", f"run {arguments}",
                     "ctester save trace.jsonl").expect_success()
    assert "exited normally" in result.stdout, result.shown()
    calls = result.calls()
    assert {call["engine"] for call in calls} == {"agent"}
    pairs = [(call["args"][0]["value"].get("value"),
              call["args"][1]["value"]) for call in calls]
    assert pairs[::2] == [({"a": i, "b": 2}, "there") for i in range(20)]
    assert len(pairs) == 40
    for pair, text in pairs[1::2]:
        assert pair is None and "error" in str(text)


# A program that allows itself little, from some moment on.
LEAST = HEAD + RAW + """
    #include <linux/filter.h>
    #include <linux/seccomp.h>
    #include <stddef.h>
    #include <sys/prctl.h>
    #define LOAD BPF_STMT(BPF_LD | BPF_W | BPF_ABS, \\
                          offsetof(struct seccomp_data, nr))
    #define ALLOW(nr) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1), \\
                      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
    static char *pages;
    KEEP int unit(int n, const char *text) { return n + (text != 0); }
    static void on_signal(int number) { (void)number; _exit(99); }
    static void *body(void *arg) {
        long sum = 0;
        for (int i = 0; i < 5; i++)
            sum += unit(i, "thread");
        return arg ? arg : (void *)sum;
    }
    static long confine(const char *how, const char *what) {
        /* a thread that is made asks for it, too */
        int mask = !strcmp(what, "kill") && strcmp(how, "raw")
            ? SYS_rt_sigprocmask : SYS_write;
        struct sock_filter code[] = {
            LOAD, ALLOW(mask), ALLOW(SYS_write), ALLOW(SYS_exit_group), ALLOW(SYS_exit),
            /* what threads need */
            ALLOW(SYS_mmap), ALLOW(SYS_mprotect), ALLOW(SYS_munmap),
            ALLOW(SYS_madvise), ALLOW(SYS_clone), ALLOW(SYS_clone3),
            ALLOW(SYS_set_robust_list), ALLOW(SYS_futex), ALLOW(SYS_brk),
            ALLOW(334 /* rseq */), ALLOW(SYS_rt_sigaction),
            ALLOW(SYS_prctl), ALLOW(SYS_getrandom),
            BPF_STMT(BPF_RET | BPF_K, !strcmp(what, "trap")
                     ? SECCOMP_RET_TRAP : !strcmp(what, "errno")
                     ? SECCOMP_RET_ERRNO | EPERM
                     : SECCOMP_RET_KILL_PROCESS)};
        struct sock_fprog program = {sizeof(code) / sizeof(*code), code};
        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
            return -1;
        if (!strcmp(how, "prctl"))
            return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
        if (!strcmp(how, "syscall"))
            return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
        if (!strcmp(how, "strict"))
            return prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT);
        return raw(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, (long)&program,
                   0, 0, 0);
    }
    int main(int argc, char **argv) {
        const char *how = argv[1], *what = argv[2];
        int strict = !strcmp(how, "strict");
        pthread_t thread;
        signal(SIGSEGV, on_signal);
        signal(SIGSYS, on_signal);
        pages = mmap(0, 50 * 4096, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        unit(-1, "before");
        if (confine(how, what))
            _exit(90);
        /* pages that nobody has asked about, and some that are not there */
        for (int i = 0; i < 50; i++)
            unit(i, pages + i * 4096);
        unit(50, (const char *)200);
        unit(51, (const char *)0x7000000000);
        if (!strict && !strcmp(what, "kill")) {
            pthread_create(&thread, NULL, body, NULL);
            pthread_join(thread, NULL);
        }
        raw(SYS_write, 1, (long)"end\\n", 4, 0, 0, 0);
        raw(strict ? SYS_exit : SYS_exit_group, 0, 0, 0, 0, 0, 0);
    }"""


@pytest.mark.parametrize("how, what", [
    ("prctl", "kill"), ("syscall", "kill"), ("syscall", "errno"),
    ("strict", "kill"), ("raw", "trap"), ("raw", "errno")])
def test_a_filter_that_does_not_let_the_agent_ask(
        gdb: Gdb, how: str, what: str) -> None:
    """It makes no system calls from then on, and all calls are seen."""
    program = compile_c(LEAST, libraries=("-lpthread",))
    result = gdb.run(program, "set ctester engine agent", "set ctester live "
                     "off", "ctester trace unit", f"run {how} {what}",
                     "ctester save trace.jsonl").expect_success()
    assert "\nend\n" in result.stdout, result.shown()
    calls = result.calls()
    assert {call["engine"] for call in calls} == {"agent"}
    seen = [call["args"][0]["value"] for call in calls]
    threads = [0, 1, 2, 3, 4] if what == "kill" and how != "strict" else []
    assert sorted(seen) == sorted([*range(-1, 52), *threads])
    bad = {call["args"][0]["value"] for call in calls
           if isinstance(call["args"][1]["value"], dict)
           and "error" in call["args"][1]["value"]}
    assert bad == {50, 51}, [call["args"] for call in calls]
    assert len({call["tid"] for call in calls}) == (2 if threads else 1)


def test_a_filter_that_the_agent_has_not_met(gdb: Gdb) -> None:
    """By a system call of the program's own: what has killed it is said."""
    program = compile_c(LEAST, libraries=("-lpthread",))
    result = gdb.run(program, "set ctester engine agent", "ctester trace unit",
                     "run raw kill", "ctester save trace.jsonl")
    assert "SIGSYS" in result.stdout
    assert ("a seccomp filter has killed the program for a system call of the "
            "agent's" in result.stdout), result.shown()


def test_a_confined_program_is_not_made_to_do_what_it_must_not(
        gdb: Gdb) -> None:
    """Later hooks and breakpoints would have it map memory."""
    program = compile_c(HEAD + RAW + LEAST[len(HEAD + RAW):].replace(
        "ALLOW(SYS_mmap),", ""), libraries=("-lpthread",))
    for engine in ("agent", "breakpoint"):
        result = gdb.run(program, f"set ctester engine {engine}",
                         "set ctester live off", "break unit if n == 3",
                         "run prctl errno", "delete", "ctester trace unit",
                         "continue", "ctester save trace.jsonl")
        result.expect_success()
        assert "\nend\n" in result.stdout, result.shown()
        assert len(result.calls()) >= 48


# All of its threads are in `unit` most of the time.
BUSY = HEAD + """
    #include <stdatomic.h>
    static volatile int done;
    static atomic_int wrong;
    KEEP int unit(int n, const char *text) { return n + (int)text[0]; }
    static void *body(void *arg) {
        int n = (int)(long)arg;
        while (!done) {
            if (unit(n, "A") != n + 'A')
                wrong++;
            usleep(100);
        }
        return NULL;
    }
    static void on_signal(int number) { (void)number; done = 1; }
    int main(void) {
        pthread_t threads[4];
        signal(SIGUSR1, on_signal);
        for (long i = 0; i < 4; i++)
            pthread_create(&threads[i], NULL, body, (void *)i);
        puts("ready");
        fflush(stdout);
        for (int i = 0; i < 4; i++)
            pthread_join(threads[i], NULL);
        printf("wrong %d\\n", wrong);
        return 3;
    }"""


@pytest.fixture
def busy() -> Iterator[subprocess.Popen]:
    program = compile_c(BUSY, libraries=("-lpthread",))
    with subprocess.Popen([str(program)], stdout=subprocess.PIPE,
                          text=True) as process:
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


# It is let run until something is recorded.
SESSION = """
import gdb, os, signal, threading, ctester
gdb.execute("set ctester engine agent")
gdb.execute("set ctester live off")
gdb.execute("attach PID")
gdb.execute("ctester trace unit")
while len(ctester.calls()) < 10:
    threading.Timer(0.05, os.kill, [PID, signal.SIGINT]).start()
    gdb.execute("continue", False, True)
gdb.execute("ctester save trace.jsonl")
"""


def end(process: subprocess.Popen) -> list:
    process.send_signal(signal.SIGUSR1)
    out, _ = process.communicate(timeout=30)
    return [out, process.returncode]


@pytest.mark.parametrize("engine", ["agent", "breakpoint"])
def test_a_program_of_many_threads_is_attached_to_and_left(
        gdb: Gdb, busy: subprocess.Popen, engine: str) -> None:
    """What is to be traced is known before: GDB tells of the program's files
    when it has not got all of its threads yet, which a breakpoint would kill.
    """
    program = os.readlink(f"/proc/{busy.pid}/exe")
    result = gdb.run(None, f"set ctester engine {engine}",
                     "set ctester live off", f'file "{program}"',
                     "ctester trace unit", f"attach {busy.pid}",
                     "info ctester targets", "detach", f"attach {busy.pid}",
                     "info ctester targets", "detach").expect_success()
    assert result.stdout.count("intercepted at 1 place") == 2, result.shown()
    assert "another session" not in result.stdout
    assert end(busy) == ["wrong 0\n", 3]


def test_a_later_session_has_the_agent(
        gdb: Gdb, busy: subprocess.Popen) -> None:
    """The one before has left it in the program, without hooks."""
    for i in range(2):
        result = gdb.run(None, python=SESSION.replace("PID", str(busy.pid))
                         + ("gdb.execute('detach')" if i else ""))
        calls = result.expect_success().calls()
        assert len(calls) >= 10
        assert {(call["engine"], call["return"]["value"]
                 - call["args"][0]["value"])
                for call in calls if call["outcome"] == "real"} == {
                    ("agent", 65)}
    assert end(busy) == ["wrong 0\n", 3]


@pytest.mark.skipif(os.geteuid() != 0, reason="takes root")
def test_a_program_that_has_locked_its_memory_is_refused(gdb: Gdb) -> None:
    """The kernel would fill what the agent would have it map."""
    program = compile_c(HEAD + """
        KEEP int unit(int n) { return n + 1; }
        int main(void) {
            printf("locked %d\\n", mlockall(MCL_CURRENT | MCL_FUTURE));
            fflush(stdout);
            return unit(getchar()) - '\\n' - 1;
        }""")
    with subprocess.Popen([str(program)], stdin=subprocess.PIPE, text=True,
                          stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == "locked 0\n"
        result = gdb.run(None, "set ctester engine agent",
                         f"attach {process.pid}",
                         "ctester trace unit", "info ctester targets",
                         "detach").expect_success()
        process.communicate("\n", timeout=30)
        assert process.returncode == 0
    assert "has locked its memory (mlockall)" in result.stdout, result.shown()


def test_a_program_that_forbids_time_stamps(gdb: Gdb) -> None:
    """Then the kernel is asked, and nothing happens before what it follows."""
    program = compile_c(HEAD + """
        #include <sys/prctl.h>
        KEEP int unit(int n) { return n * 3; }
        KEEP int answer(int n) { return n; }
        int main(void) {
            unit(0);
            if (prctl(PR_SET_TSC, PR_TSC_SIGSEGV))
                return 1;
            for (int i = 1; i < 5; i++) {
                unit(i);
                answer(i);
            }
            return answer(5) - 7;
        }""")
    result = gdb.run(program, "set ctester engine agent", "ctester trace unit",
                     "ctester mock - answer 7 --times all", "run",
                     "ctester save trace.jsonl").expect_success()
    calls = result.calls()
    assert {call["engine"] for call in calls} == {"agent"}
    times = [call["time_ns"] for call in calls]
    assert len(times) == 10 and times == sorted(times)
    assert "unfinished" not in result.stdout, result.shown()


# All pages of the session's memory that are there are given to search().
SEARCH = """
    #include <stdint.h>
    #define PAGE 4096
    static void search(char *page);
    static int search_all(void) {
        char line[4096], path[4096];
        unsigned long low, high;
        FILE *maps = fopen("/proc/self/maps", "r");
        while (fgets(line, sizeof(line), maps)) {
            if (sscanf(line, "%lx-%lx rw-s %*s %*s %*s %4000s", &low, &high,
                       path) != 3 || !strstr(path, "memfd:ctester"))
                continue;
            size_t count = (high - low) / PAGE;
            unsigned char *there = malloc(count);
            if (mincore((void *)low, high - low, there))
                return 1;
            for (size_t i = 0; i < count; i++)
                if (there[i] & 1)
                    search((char *)low + i * PAGE);
            printf("searched\\n");
            fflush(stdout);
        }
        return 0;
    }
"""
CORE = [f"-I{ROOT / name}" for name in ("include", "libcore")]


# It writes into the records of its own calls, which nobody reads before it
# ends.
SCRIBBLER = HEAD + SEARCH + """
    #include "value/record.h"
    #define FIRST 0x5ca1ab1e00000000
    KEEP int unit(long n) { return n == 0; }
    static void damage(struct ct_record *record, long n) {
        switch (n) {
        case 1: record->target = UINT32_MAX; break;
        case 2: record->signature = 1 << 20; break;
        case 3: record->outcome = 200; break;
        case 4: record->args_size = 1 << 20; break;
        case 5: record->tail_count = 1 << 30; break;
        case 6: record->entry_blobs_size = 0x7ffffff8; break;
        case 7: record->exit_blobs_size = 4096; break;
        case 8: record->result_size = UINT32_MAX; break;
        case 9: record->size = 8; break;
        case 10: record->size = UINT32_MAX; break;
        case 11: record->caller_index = UINT32_MAX - 1; break;
        case 12: record->engine = 77; break;
        case 13: record->caller = 13; break;
        case 14: record->thread = UINT32_MAX - 1; break;
        }
    }
    static void search(char *page) {
        size_t head = sizeof(struct ct_record);
        for (size_t i = head; i < PAGE; i += 8) {
            long n = (long)(*(uint64_t *)(page + i) - FIRST);
            if (n >= 0 && n < 16)
                damage((struct ct_record *)(page + i - head), n);
        }
    }
    int main(void) {
        for (long i = 0; i < 16; i++)
            unit((long)(FIRST + (uint64_t)i));
        return search_all();
    }"""


def test_what_a_program_writes_into_records_is_not_believed(
        gdb: Gdb) -> None:
    result = gdb.run(compile_c(SCRIBBLER, flags=("-g", "-O0", *CORE)),
                     "set ctester engine agent", "set ctester live off",
                     "set ctester ring flight", "ctester trace unit", "run",
                     "ctester stats", "info ctester",
                     "ctester save trace.jsonl").expect_success()
    assert "searched\n" in result.stdout, result.shown()
    calls = result.calls()
    seen = [call["args"][0]["value"] - 0x5ca1ab1e00000000 for call in calls]
    assert seen == [0, 11, 12, 13, 14, 15], result.shown()
    assert {call["engine"] for call in calls} == {"agent"}
    assert {call["caller"]["function"] for call in calls
            if "caller" in call and call["caller"]} >= {"main"}


def test_an_agent_that_can_neither_ask_nor_fault_gives_up(gdb: Gdb) -> None:
    """As if GDB's side did not see to faults: what the trace has not got is
    said."""
    program = HEAD + RAW + SEARCH + """
        #include "agent/shared.h"
        static void search(char *page) {
            struct ct_agent_shared *shared = (void *)page;
            for (size_t i = 0; i < PAGE; i += 64) {
                shared = (void *)(page + i);
                if (shared->magic == CT_AGENT_MAGIC &&
                    shared->size == sizeof(*shared))
                    shared->recovers = 0;
            }
        }
        """ + LEAST[len(HEAD + RAW):].replace(
            'unit(-1, "before");', 'unit(-1, "before"); search_all();')
    result = gdb.run(
        compile_c(program, libraries=("-lpthread",),
                  flags=("-g", "-O0", *CORE)),
        "set ctester engine agent", "set ctester live off",
        "ctester trace unit", "run prctl kill",
        "ctester save trace.jsonl").expect_success()
    assert "\nend\n" in result.stdout, result.shown()
    assert [call["args"][0]["value"] for call in result.calls()] == [-1]
    assert [event["text"] for event in result.events()
            if event["type"] == "note"] == [
        "the agent has seen no more calls since the program has a seccomp "
        "filter"]
