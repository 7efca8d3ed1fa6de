# SPDX-License-Identifier: MIT
"""The agent's library gets into programs that run already."""

import os
import pathlib
import select
import shutil
import signal
import subprocess
from typing import Iterator, List, Sequence

import pytest

from conftest import Gdb, Result, clean_environment, compile_c

# By a loader of its own: the engine has nothing to do.
LOADER = """
import gdb
from ctester import agent_loading, _core
gdb.execute("set ctester engine breakpoint")
def on_loaded(pid, tid):
    with open(f"/proc/{pid}/maps") as file:
        print("loaded:", "libctester-agent.so" in file.read(), flush=True)
loader = agent_loading.Loader(on_loaded, lambda pid, reason: print(reason))
def load():
    try:
        loader.load()
    except _core.CoreError as error:
        print("refused:", error, flush=True)
"""

# What the program has is written before and after: it must be the same.
PROGRAM = """
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static void begin(void)
{
    puts("ready");
    fflush(stdout);
}

static void await(void)
{
    char byte;
    errno = 77;
    if (read(0, &byte, 1) < 0)
        perror("read");
}

static void finish(void)
{
    char line[4096];
    int agent = 0, writable_code = 0;
    printf("errno %d\\n", errno);
    printf("descriptor %d\\n", open("/dev/null", O_RDONLY));
    FILE *file = fopen("/proc/self/maps", "r");
    while (file && fgets(line, sizeof(line), file)) {
        agent |= strstr(line, "libctester-agent") != NULL;
        writable_code |= strstr(line, "rwx") != NULL;
    }
    free(malloc(1000));
    free(malloc(1000000));
    printf("agent %d, left behind %d\\n", agent, writable_code);
}
"""
PLAIN = PROGRAM + """
int main(void)
{
    begin();
    await();
    finish();
    return 3;
}
"""


class Running:
    """A program that waits for a byte, without GDB at first."""

    def __init__(self, program: pathlib.Path, gdb: Gdb,
                 args: Sequence[str] = ()) -> None:
        self._gdb = gdb
        self._process = subprocess.Popen(
            [program, *args], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={**clean_environment(gdb.directory),
                 "ASAN_OPTIONS": "detect_leaks=0"}, text=True)
        self._read_until(b"ready\n")

    def _read_until(self, wanted: bytes) -> None:
        """By bytes: nothing of the rest may get into a buffer."""
        fd, text = self._process.stdout.fileno(), b""
        while not text.endswith(wanted):
            assert select.select([fd], [], [], 60)[0]
            byte = os.read(fd, 1)
            assert byte, "it has ended"
            text += byte

    def attach(self, script: str = "load()\n") -> Result:
        """GDB comes and goes."""
        return self._gdb.run(None, python=LOADER
                             + f"gdb.execute('attach {self._process.pid}')\n"
                             + script + "gdb.execute('detach')\n")

    def end(self) -> List[str]:
        out, _ = self._process.communicate("x", timeout=60)
        return [*out.splitlines(), str(self._process.returncode)]

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def start(gdb: Gdb) -> Iterator:
    running: List[Running] = []

    def start_one(source: str, *args: str, **options) -> Running:
        options.setdefault("flags", ("-g", "-O0", "-pthread"))
        options.setdefault("libraries", ())
        running.append(Running(compile_c(source, **options), gdb, args))
        return running[-1]

    yield start_one
    for each in running:
        each.close()


UNCHANGED = ["errno 77", "descriptor 3", "agent 1, left behind 0", "3"]


@pytest.mark.parametrize("flags", [
    ("-g", "-O0"), ("-g", "-O2", "-no-pie"), ("-O2", "-s"),
    ("-O0", "-static-pie"), ("-O0", "-static")])
def test_a_program_that_waits(start, flags: Sequence[str]) -> None:
    program = start(PLAIN, flags=flags)
    result = program.attach()
    if any("static" in flag for flag in flags):
        assert "refused:" in result.stdout, result.shown()
        assert "linked statically" in result.stdout
        assert program.end() == [*UNCHANGED[:2], "agent 0, left behind 0",
                                 "3"]
        return
    assert "loaded: True" in result.stdout, result.shown()
    assert program.end() == UNCHANGED


def test_registers_are_as_before_and_gdb_knows_the_library(start) -> None:
    program = start(PLAIN)
    result = program.attach("""
before = gdb.execute("info all-registers", to_string=True)
load()
after = gdb.execute("info all-registers", to_string=True)
print("same", before == after)
print(gdb.execute("info sharedlibrary", to_string=True))
load()
""")
    assert "same True" in result.stdout, result.shown()
    assert result.stdout.count("libctester-agent.so") == 1
    # It is not another session's: on_loaded() is asked again.
    assert result.stdout.count("loaded: True") == 2
    assert program.end() == UNCHANGED


def test_at_a_breakpoint(gdb: Gdb) -> None:
    result = gdb.run(compile_c(PLAIN), python=LOADER + """
gdb.execute("break begin")
gdb.execute("run")
load()
gdb.execute("continue")
""", stdin="x")
    assert "loaded: True" in result.stdout, result.shown()
    assert "agent 1, left behind 0" in result.stdout
    assert "exited with code 03" in result.stdout


def test_breakpoints_that_stay_in_the_code_are_in_the_way(gdb: Gdb) -> None:
    result = gdb.run(compile_c(PLAIN), python=LOADER + """
gdb.execute("set breakpoint always-inserted on")
gdb.execute("break begin")
gdb.execute("run")
load()
gdb.execute("continue")
""", stdin="x")
    assert "refused:" in result.stdout, result.shown()
    assert "always-inserted" in result.stdout
    assert "agent 0, left behind 0" in result.stdout
    assert "exited with code 03" in result.stdout


def test_at_the_start_it_is_preloaded(gdb: Gdb) -> None:
    result = gdb.run(compile_c(PLAIN), python=LOADER + """
gdb.execute("starti")
load()
load()
gdb.execute("continue")
""", stdin="x")
    assert "agent 1, left behind 0" in result.stdout, result.shown()
    assert "exited with code 03" in result.stdout


def test_in_the_middle_of_the_allocator(gdb: Gdb) -> None:
    """The thread leaves it first."""
    result = gdb.run(compile_c(PLAIN), python=LOADER + """
gdb.execute("break await")
gdb.execute("run")
gdb.execute("delete")
gdb.execute("tbreak malloc")
gdb.execute("continue")
print("in", gdb.newest_frame().name())
load()
print("now in", [each.function for each in
                 agent_loading.stacks.frames(2)])
gdb.execute("continue")
""", stdin="x")
    assert "in malloc" in result.stdout or "in __libc_malloc" in \
        result.stdout or "in __GI___libc_malloc" in result.stdout
    assert "loaded: True" in result.stdout, result.shown()
    assert "now in ['malloc'" not in result.stdout
    assert "agent 1, left behind 0" in result.stdout
    assert "exited with code 03" in result.stdout


LIBRARY = """
int in_constructor(void) { return 1; }
static __attribute__((constructor)) void begin(void) { in_constructor(); }
"""
OPENS = PROGRAM + """
#include <dlfcn.h>
int main(int argc, char **argv)
{
    void *library = dlopen(argv[argc - 1], RTLD_NOW);
    puts(library ? "opened" : dlerror());
    finish();
    return 3;
}
"""


@pytest.mark.parametrize("stop", ["break in_constructor", "catch load"])
def test_in_the_middle_of_dlopen(gdb: Gdb, stop: str) -> None:
    """A constructor may load libraries; the dynamic linker is left first."""
    library = compile_c(LIBRARY, name="libopened.so",
                        flags=("-g", "-shared", "-fPIC"), libraries=())
    result = gdb.run(compile_c(OPENS), python=LOADER + f"""
gdb.execute("set breakpoint pending on")
gdb.execute("break main")
gdb.execute("run")
gdb.execute({stop + (" libopened" if "catch" in stop else "")!r})
gdb.execute("continue")
load()
gdb.execute("delete")
gdb.execute("continue")
""", args=(str(library),))
    assert "loaded: True" in result.stdout, result.shown()
    assert "opened" in result.stdout
    assert "agent 1, left behind 0" in result.stdout
    assert "exited with code 03" in result.stdout


THREADS = PROGRAM + """
static volatile int stop;
static void *work(void *arg)
{
    while (!stop) {
        char *block = malloc(5000);
        memset(block, 1, 5000);
        free(block);
    }
    return arg;
}
int main(void)
{
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, work, NULL);
    begin();
    await();
    stop = 1;
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    finish();
    return 3;
}
"""


def test_while_other_threads_allocate(start) -> None:
    """That has another outcome each time; the program goes on always."""
    for _ in range(3):
        program = start(THREADS)
        result = program.attach("load()\ngdb.execute('thread 2')\nload()\n")
        assert "loaded: True" in result.stdout or "a little" in \
            result.stdout, result.shown()
        lines = program.end()
        assert lines[1] == "descriptor 3" and lines[3] == "3", lines


# An allocator whose lock a thread has.
LOCKED = PROGRAM + """
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char memory[4 << 20];
static size_t used;
void *malloc(size_t size)
{
    pthread_mutex_lock(&lock);
    void *block = memory + used;
    used += (size + 15) / 16 * 16;
    pthread_mutex_unlock(&lock);
    return block;
}
void free(void *block) { (void)block; }
void *calloc(size_t n, size_t size) { return memset(malloc(n * size), 0, n); }
void *realloc(void *old, size_t size)
{
    return old ? memcpy(malloc(size), old, size) : malloc(size);
}
static void *hold(void *arg)
{
    puts("");
    pthread_mutex_lock(&lock);
    begin();
    await();
    pthread_mutex_unlock(&lock);
    return arg;
}
int main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, hold, NULL);
    pthread_join(thread, NULL);
    finish();
    return 3;
}
"""


def test_a_lock_that_another_thread_has_is_not_waited_for(start) -> None:
    program = start(LOCKED, flags=("-g", "-O0", "-pthread", "-fno-builtin"))
    result = program.attach("gdb.execute('thread 1')\nload()\n")
    assert "refused:" in result.stdout, result.shown()
    assert "would wait for a lock" in result.stdout
    assert program.end()[1:] == ["descriptor 3", "agent 0, left behind 0",
                                 "3"]


ITERATES = PROGRAM + """
#include <link.h>
static int each(struct dl_phdr_info *info, size_t size, void *arg)
{
    (void)info, (void)size, (void)arg;
    begin();
    await();
    return 1;
}
static void *look(void *arg)
{
    dl_iterate_phdr(each, NULL);
    return arg;
}
int main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, look, NULL);
    pthread_join(thread, NULL);
    finish();
    return 3;
}
"""


def test_who_has_a_lock_that_is_wanted_late_is_chosen(start) -> None:
    program = start(ITERATES)
    result = program.attach("gdb.execute('thread 1')\nload()\n")
    assert "loaded: True" in result.stdout, result.shown()
    assert program.end()[1:] == ["descriptor 3", "agent 1, left behind 0",
                                 "3"]


@pytest.mark.skipif(not shutil.which("musl-gcc"),
                    reason="the package musl-tools is not installed")
def test_musl_is_refused(start) -> None:
    program = start(PLAIN, cc="musl-gcc")
    result = program.attach()
    assert "musl" in result.stdout and "refused:" in result.stdout
    assert program.end()[1:] == ["descriptor 3", "agent 0, left behind 0",
                                 "3"]


def test_what_dlerror_says_is_shown(start) -> None:
    program = start(PLAIN)
    result = program.attach(
        "from ctester import _core_loading\n"
        "_core_loading.agent_path = lambda: '/etc/passwd'\nload()\n")
    assert "refused:" in result.stdout, result.shown()
    assert "file too short" in result.stdout or "ELF" in result.stdout
    assert program.end() == [*UNCHANGED[:2], "agent 0, left behind 0", "3"]


# It is killed for a call that dlopen() makes.
SANDBOX = PROGRAM + """
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
int main(int argc, char **argv)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_NUMBER, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {4, code};
    begin();
    if (argc > 1) {
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT);
    } else {
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
    }
    await();
    syscall(SYS_exit, 5);
}
"""


@pytest.mark.parametrize("call", ["openat", "mmap", "mprotect"])
def test_a_filter_that_would_kill_is_asked_before(start, call: str) -> None:
    program = start(SANDBOX, flags=("-g", "-O0", f"-DSYS_NUMBER=SYS_{call}"))
    wait_for_sandbox(program, "2")
    result = program.attach()
    assert "refused:" in result.stdout and "seccomp" in result.stdout
    assert program.end() == ["5"]


def test_strict_mode_is_refused(start) -> None:
    program = start(SANDBOX, "strict",
                    flags=("-g", "-O0", "-DSYS_NUMBER=SYS_mmap"))
    wait_for_sandbox(program, "1")
    result = program.attach()
    assert "refused:" in result.stdout, result.shown()
    assert "strict mode" in result.stdout or "process_vm" in result.stdout
    assert program.end() == ["5"]


def wait_for_sandbox(program: Running, mode: str) -> None:
    """Behind "ready" it needs a moment."""
    status = pathlib.Path(f"/proc/{program._process.pid}/status")
    for _ in range(1000000):
        if f"Seccomp:\t{mode}" in status.read_text():
            return
        os.sched_yield()
    pytest.fail("it has no filter")


@pytest.mark.skipif(os.geteuid() != 0, reason="takes root")
def test_another_root_directory_is_refused(start) -> None:
    source = PLAIN.replace("    begin();\n    await();",
                           '    if (chroot("/proc/self/fdinfo"))\n'
                           "        return 1;\n    begin();\n    await();")
    program = start(source)
    result = program.attach()
    assert "refused:" in result.stdout, result.shown()
    assert "cannot read" in result.stdout
    program._process.send_signal(signal.SIGKILL)


TRACED = PROGRAM + """
__attribute__((noinline)) int area(int a, int b) { return a * b; }
int main(void)
{
    begin();
    await();
    for (int i = 0; i < 3; i++)
        area(i, 7);
    finish();
    return 3;
}
"""


@pytest.mark.parametrize("flags,engine", [
    (("-g", "-O0"), "1 function hooked"),
    (("-g", "-O0", "-fsanitize=address"), "1 function hooked"),
    (("-g", "-O0", "-fsanitize=thread"), "1 function hooked"),
    (("-g", "-O0", "-static"), "linked statically")])
def test_calls_of_an_attached_program_are_traced(
        start, flags: Sequence[str], engine: str) -> None:
    """By the agent, or by breakpoints where it cannot be: it says why."""
    program = start(TRACED, flags=flags)
    result = program.attach("""
gdb.execute("set ctester engine agent")
gdb.execute("ctester trace area")
gdb.execute("info ctester engine")
gdb.execute("info ctester targets")
with open(f"/proc/{gdb.selected_inferior().pid}/fd/0", "w") as file:
    file.write("x")
gdb.execute("tbreak finish")
gdb.execute("continue")
""")
    assert engine in result.stdout, result.shown()
    for number in range(3):
        assert f"area(a = {number}, b = 7) = {number * 7}" in result.stdout
    assert program.end()[-1] == "3"


# Stacks, innermost first, as function@library, and what is to be left.
STACKS = [
    ("read@libc.so.6 main@ _start@", ""),
    ("__GI___libc_malloc@libc.so.6 main@", "libc_malloc"),
    ("_int_free@libc.so.6 __libc_free@libc.so.6 main@", "int_free"),
    ("madvise@libc.so.6 je_free@libjemalloc.so.2 main@", "je_free"),
    ("sched_yield@libc.so.6 __interceptor_malloc@libasan.so.8 main@",
     "malloc"),
    # A signal's handler, in the middle of the allocator.
    ("pause@libc.so.6 handler@ !@libc.so.6 malloc@libc.so.6 main@", "malloc"),
    ("_dl_map_object@ld-linux-x86-64.so.2 dlopen@libc.so.6 main@",
     "dl_map_object"),
    ("@ld-2.31.so dlopen@libdl.so.2 main@", "ld-2.31.so"),
    # A constructor, which may load libraries itself.
    ("read@libc.so.6 begin@libx.so call_init@ld-linux-x86-64.so.2 main@", ""),
    ("handler@ !@libc.so.6 _dl_fixup@ld-linux-x86-64.so.2 main@",
     "dl_fixup"),
    ("clone3@libc.so.6 pthread_create@@GLIBC_2.34@libc.so.6 main@",
     "pthread_create"),
    ("poll@libc.so.6 work@ start_thread@libc.so.6 clone3@libc.so.6", ""),
    ("_Fork@libc.so.6 __libc_fork@libc.so.6 main@", "Fork"),
    ("", ""),
]


def test_what_a_thread_has_to_leave(gdb: Gdb) -> None:
    result = gdb.run(None, python=f"""
from ctester import agent_loading, stacks
for stack, expected in {STACKS!r}:
    frames = []
    for word in stack.split():
        function, _, library = word.rpartition("@")
        frames.append(stacks.Frame(function.strip("!"), "/lib/" + library
                                   if library else "", function == "!",
                                   0, 0))
    found = agent_loading.busy_function(frames)
    print("right" if found == expected else
          f"WRONG {{stack}}: {{found!r}}, not {{expected!r}}")
""")
    assert result.stdout == "right\n" * len(STACKS), result.shown()


# Programs that are not ours, and wait.
WAITING = {
    "python3": ("-c", "import sys, os, json, threading, decimal\n"
                "threading.Thread(target=threading.Event().wait, "
                "daemon=True).start()\n"
                "print('ready', flush=True)\nsys.stdin.read(1)\n"
                "before = os.open('/dev/null', os.O_RDONLY)\n"
                "import sqlite3, ctypes\n"
                "print(before, decimal.Decimal(2).sqrt())\nsys.exit(5)"),
    "bash": ("-c", "echo ready; read -N1; exec 3</dev/null; ls -l "
             "/proc/self/fd | wc -l; exit 6"),
    "perl": ("-e", "$| = 1; print \"ready\\n\"; getc; print 1 / 7; "
             "exit 7"),
}


@pytest.mark.parametrize("name", sorted(WAITING))
def test_other_peoples_programs(gdb: Gdb, name: str) -> None:
    path = shutil.which(name, path=gdb.environment["PATH"])
    if path is None:
        pytest.skip(f"{name} is not installed")
    outputs = []
    for attached in (False, True):
        program = Running(pathlib.Path(path), gdb, WAITING[name])
        try:
            if attached:
                result = program.attach()
                assert "loaded: True" in result.stdout, result.shown()
            outputs.append(program.end())
        finally:
            program.close()
    assert outputs[0] == outputs[1]


def test_without_a_program_it_says_so(gdb: Gdb) -> None:
    result = gdb.run(None, python=LOADER + "load()\n")
    assert "refused: no program is stopped" in result.stdout
