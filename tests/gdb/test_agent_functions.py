# SPDX-License-Identifier: MIT
"""Functions that are not like others to the agent: some it hooks whether they
are traced or not, some it must not hook."""

import pytest

from calls import HEAD
from conftest import Gdb, compile_c

# Those whose first instructions are not as they were.
CHANGED = """
python
import ctypes
def code(pid, at):
    with open(f"/proc/{pid}/mem", "rb", 0) as memory:
        memory.seek(at)
        return memory.read(16)
def base_of_libc(pid, below=1 << 64):
    # GDB has its file elsewhere, too.
    starts = [int(line.split("-")[0], 16)
              for line in open(f"/proc/{pid}/maps") if "/libc.so" in line
              and line.split()[2] == "00000000"]
    return max(start for start in starts if start < below)
def is_changed(name):
    # GDB's own process has the same library.
    pid = gdb.selected_inferior().pid
    function = getattr(ctypes.CDLL("libc.so.6"), name)
    at = ctypes.cast(function, ctypes.c_void_p).value
    return code("self", at) != code(pid, at - base_of_libc("self", at)
                                    + base_of_libc(pid))
def changed(names):
    return [name for name in names if is_changed(name)]
end
"""

ALWAYS = ["munmap", "mprotect", "mremap", "brk", "shmdt", "sigaltstack",
          "prctl", "syscall", "mlockall", "clone", "vfork", "posix_spawn",
          "posix_spawnp"]


def test_what_the_agent_has_to_know_of_is_hooked(gdb: Gdb) -> None:
    """As long as anything else is; `getppid` is one of the others."""
    result = gdb.run(compile_c(HEAD + """
        KEEP int f(int n) { return n + 1; }
        KEEP int last(int n) { return n + f(n); }
        int main(void) { return last(f(1)) - 5; }"""),
        "set ctester engine agent", "ctester trace f", "break last", "run",
        f"python print('changed', *changed({ALWAYS + ['getppid']}))",
        "ctester untrace",
        f"python print('now', changed({ALWAYS}))",
        "continue", script=CHANGED).expect_success()
    assert "changed " + " ".join(ALWAYS) + "\n" in result.stdout, (
        result.shown())
    assert "now []" in result.stdout, result.shown()


@pytest.mark.parametrize("engine", ["agent", "breakpoint"])
@pytest.mark.parametrize("function", ["posix_spawn", "posix_spawnp"])
def test_what_a_spawned_child_calls_is_nobodys(
        gdb: Gdb, engine: str, function: str) -> None:
    """The C library's code, in its parent's memory, until it executes."""
    result = gdb.run(compile_c(HEAD + """
        #include <spawn.h>
        #include <sys/wait.h>
        extern char **environ;
        KEEP int f(int n) { return n + 1; }
        int main(void) {
            char *words[] = {"sh", "-c", "exit 5", NULL};
            posix_spawn_file_actions_t actions;
            posix_spawn_file_actions_init(&actions);
            posix_spawn_file_actions_adddup2(&actions, 1, 7);
            pid_t child;
            int status;
            f(1);
            if (SPAWN(&child, "/bin/sh", &actions, NULL, words, environ))
                return 1;
            waitpid(child, &status, 0);
            f(2);
            return WEXITSTATUS(status) - 5;
        }""", flags=("-g", "-O0", f"-DSPAWN={function}")),
        f"set ctester engine {engine}", "ctester trace f",
        "ctester trace --scope all libc:dup2 libc:execve", "run",
        "info ctester targets", "ctester save trace.jsonl").expect_success()
    assert "exited normally" in result.stdout, result.shown()
    assert [(call["function"], call["outcome"])
            for call in result.calls()] == [("f", "real"), ("f", "real")]


def test_callers_that_are_looked_at_are_the_programs(gdb: Gdb) -> None:
    """dlopen() searches where its caller's file says, dlsym(RTLD_NEXT) behind
    its caller's file: neither is the agent's."""
    plug = compile_c("int plugged(void) { return 5; }", name="libplug.so",
                     flags=("-shared", "-fPIC"))
    second = compile_c("int f(void) { return 2; }", name="libsecond.so",
                       flags=("-shared", "-fPIC"))
    first = compile_c("""
        #define _GNU_SOURCE
        #include <dlfcn.h>
        int f(void) {
            int (*next)(void) = (int (*)(void))dlsym(RTLD_NEXT, "f");
            return 10 * (next == f ? 9 : next());
        }
        int versioned(void) {
            return dlvsym(RTLD_NEXT, "getpid", "GLIBC_2.2.5") != 0;
        }""", name="libfirst.so", flags=("-shared", "-fPIC"))
    rpath = f"-Wl,--enable-new-dtags,-rpath,{plug.parent}"
    for library in (first, second):
        rpath += f":{library.parent}"
    program = compile_c(HEAD + """
        #include <dlfcn.h>
        int f(void), versioned(void);
        int main(void) {
            void *plug = dlopen("libplug.so", RTLD_NOW);
            int (*plugged)(void) = plug ? dlsym(plug, "plugged") : NULL;
            printf("%d %d %d\\n", plugged ? plugged() : -1, f(), versioned());
            return 0;
        }""", libraries=("-Wl,--no-as-needed", str(first), str(second), rpath))
    result = gdb.run(program, "set ctester engine agent",
                     "ctester trace dlopen dlsym dlvsym", "run",
                     "ctester save trace.jsonl").expect_success()
    assert "5 20 1\n" in result.stdout, result.shown()
    assert {(call["function"], call["engine"]) for call in result.calls()} == {
        (name, "breakpoint") for name in ("dlopen", "dlsym", "dlvsym")}


@pytest.mark.parametrize("engine", ["agent", "breakpoint"])
def test_a_frame_that_is_remembered_is_the_programs(
        gdb: Gdb, engine: str) -> None:
    """getcontext() keeps the frame that it returns to, which is returned to
    when whatever was called then is long gone."""
    result = gdb.run(compile_c(HEAD + """
        #include <ucontext.h>
        static ucontext_t context;
        static volatile int count;
        KEEP int fill(int n) {
            volatile char bytes[400];
            for (int i = 0; i < 400; i++) bytes[i] = (char)n;
            return bytes[n];
        }
        int main(void) {
            getcontext(&context);
            count++;
            fill(count);
            if (count < 5) setcontext(&context);
            printf("count %d\\n", count);
            return 0;
        }"""), f"set ctester engine {engine}",
        "ctester trace getcontext fill", "run", "info ctester targets",
        "ctester save trace.jsonl").expect_success()
    assert "count 5\n" in result.stdout, result.shown()
    engines = {call["function"]: call["engine"] for call in result.calls()}
    assert engines == {"getcontext": "breakpoint", "fill": engine}
