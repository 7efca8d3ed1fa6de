# SPDX-License-Identifier: MIT
"""The agent's library gets into programs at their start, and nothing that a
program can see of itself is another than without it."""

import os
import pathlib
import shutil
import subprocess
from typing import Dict, List, Sequence

import pytest

from conftest import BUILD, Gdb, Result, compile_c

LOADER = """
import gdb
from ctester import agent_loading
def on_loaded(pid, tid):
    with open(f"/proc/{pid}/maps") as file:
        there = "libctester-agent.so" in file.read()
    print(f"loaded: {pid == tid and there}", flush=True)
def on_refused(pid, reason):
    print("refused:", reason.replace(str(pid), "PID"), flush=True)
loader = agent_loading.Loader(on_loaded, on_refused)
"""
ON = LOADER + "loader.start()\n"
MUSL = shutil.which("musl-gcc")
WITH_MUSL = [pytest.param("musl-gcc", (), marks=pytest.mark.skipif(
    not MUSL, reason="the package musl-tools is not installed"))]
# What GDB itself says.
TALK = ("[", "Using host", "loaded:", "refused:", "+++", "process ",
        "Temporary breakpoint", "Breakpoint", "\n")


def environment(cc: str = "gcc",
                flags: Sequence[str] = ()) -> pathlib.Path:
    source = (pathlib.Path(__file__).parent.parent / "programs"
              / "preload_environment.c")
    return compile_c(source.read_text(), name="environment", cc=cc,
                     flags=("-g", "-O0", *flags), libraries=())


def said(result: Result) -> List[str]:
    """What the program wrote, its exit status at the end."""
    lines = [line for line in result.stdout.splitlines()
             if line and not line.startswith(TALK)]
    ends = [line for line in result.stdout.splitlines()
            if line.startswith("+++ exited")]
    return lines + ends


def loads(result: Result) -> int:
    assert "refused:" not in result.stdout, result.shown()
    assert "loaded: False" not in result.stdout, result.shown()
    return result.stdout.count("loaded: True")


def compare(gdb: Gdb, program: pathlib.Path, *commands: str,
            args: Sequence[str] = ("a", "b", "c"), expected: int = 1,
            options: Sequence[str] = ()) -> Result:
    """Run with and without the agent: the program must not notice."""
    commands = commands or ("run",)
    without = gdb.run(program, *commands, args=args, options=options,
                      python=LOADER)
    with_it = gdb.run(program, *commands, args=args, options=options,
                      python=ON)
    assert loads(without) == 0
    assert loads(with_it) == expected, with_it.shown()
    assert "has the agent: 0" in without.stderr, without.shown()
    assert "has the agent: 1" in with_it.stderr, with_it.shown()
    assert said(with_it) == said(without)
    assert with_it.status == without.status
    return with_it


@pytest.mark.parametrize("cc,flags", [
    ("gcc", ()), ("gcc", ("-no-pie",)), ("gcc", ("-Wl,-z,now,-z,relro",)),
    ("clang", ("-Wl,--hash-style=sysv",)), *WITH_MUSL])
def test_a_program_does_not_notice(gdb: Gdb, cc: str,
                                   flags: Sequence[str]) -> None:
    result = compare(gdb, environment(cc, flags))
    assert "getenv (null), early (null)" in result.stdout
    assert "exited with 42" in result.stdout or "status 42" in result.shown()


@pytest.mark.parametrize("commands", [
    ("start", "continue"),
    ("set startup-with-shell off", "run"),
    ("set exec-wrapper env ADDED=1", "run"),
    ("set exec-wrapper env -u LINES -u COLUMNS", "run"),
    ("set environment LD_BIND_NOW=1", "run"),
    ("starti", "continue"),
    ("set auto-solib-add off", "run"),
    ("set breakpoint always-inserted on", "run"),
    ("set disable-randomization off", "run"),
    ("set non-stop on", "run"),
    ("set detach-on-fork off", "set schedule-multiple on",
     "set follow-fork-mode parent", "run"),
    ("catch exec", "run"),
])
def test_ways_to_start(gdb: Gdb, commands: Sequence[str]) -> None:
    if "set detach-on-fork off" in commands:
        # The shell that it starts and `env` are programs, too.
        result = gdb.run(environment(), *commands, args=("a", "b", "c"),
                         python=ON)
        assert loads(result) >= 1, result.shown()
        return
    compare(gdb, environment(), *commands)


@pytest.mark.parametrize("cc, linker", [
    ("gcc", "/lib64/ld-linux-x86-64.so.2"),
    *[pytest.param("musl-gcc", "/lib/ld-musl-x86_64.so.1", marks=mark.marks)
      for mark in WITH_MUSL]])
@pytest.mark.parametrize("options", [(), ("--library-path", "/nowhere")])
@pytest.mark.parametrize("commands", [(), (
    "set exec-wrapper env -i LD_BIND_NOW=1", "run")])
def test_a_dynamic_linker_may_be_the_program(
        gdb: Gdb, cc: str, linker: str, options: Sequence[str],
        commands: Sequence[str]) -> None:
    program = environment(cc)
    result = compare(gdb, pathlib.Path(linker), *commands,
                     args=(*options, str(program), "a", "b", "c"))
    assert "getenv (null), early (null)" in result.stdout


def test_a_dynamic_linker_that_fails_is_left_alone(gdb: Gdb) -> None:
    result = gdb.run(pathlib.Path("/lib64/ld-linux-x86-64.so.2"), "run",
                     args=("/nowhere/prog",), python=ON)
    assert "cannot open shared object file" in result.stderr, result.shown()
    assert "loaded: True" not in result.stdout, result.shown()


def test_a_program_that_has_not_begun(gdb: Gdb) -> None:
    result = gdb.run(environment(), python=LOADER + """
gdb.execute("starti")
loader.start()
loader.start()
gdb.execute("continue")
""")
    assert loads(result) == 1
    assert "has the agent: 1" in result.stderr


def test_run_again_and_stopped(gdb: Gdb) -> None:
    result = gdb.run(environment(), python=ON + """
gdb.execute("run")
gdb.execute("run")
loader.stop()
gdb.execute("run")
""")
    assert loads(result) == 2
    assert result.stderr.count("has the agent: 1") == 2
    assert result.stderr.count("has the agent: 0") == 1


@pytest.mark.parametrize("cc,flags", [("gcc", ()), *WITH_MUSL])
@pytest.mark.parametrize("mode", ["empty", "loader", "nothing", "large"])
def test_odd_beginnings(gdb: Gdb, mode: str, cc: str,
                        flags: Sequence[str]) -> None:
    """One program that becomes another: both have the agent."""
    program = environment(cc, flags)
    result = compare(gdb, program, args=(mode, str(program)), expected=2)
    assert "getenv (null), early (null)" in result.stdout
    assert "aligned 0" in result.stdout


@pytest.mark.parametrize("exec_wrapper", ["", "env -i"])
def test_a_program_that_is_let_go_has_nothing(gdb: Gdb,
                                              exec_wrapper: str) -> None:
    """GDB starts it, and detaches before its dynamic linker has run."""
    out = gdb.directory / "out"
    result = gdb.run(environment(), python=f"""
import gdb, os
gdb.execute("set ctester engine agent")
gdb.execute("ctester trace puts")
gdb.execute("set exec-wrapper {exec_wrapper}" if {bool(exec_wrapper)}
            else "show exec-wrapper")
gdb.execute("starti > {out} 2>&1")
pid = gdb.selected_inferior().pid
descriptor = os.pidfd_open(pid)
gdb.execute("detach")
import select
select.select([descriptor], [], [], 30)
""")
    text = out.read_text()
    assert "getenv (null), early (null)" in text, result.shown() + text
    assert "LD_PRELOAD=" not in text
    assert "has the agent: 0" in text
    assert "LINES=" in text or exec_wrapper


def test_another_inferior_for_another_program(gdb: Gdb) -> None:
    program = environment()
    compare(gdb, program, "set follow-exec-mode new", "run",
            args=("empty", str(program)), expected=2)


def test_where_gdb_cannot_stop_nothing_is_left(gdb: Gdb) -> None:
    result = gdb.run(environment(), python=ON + """
class Impossible:
    def __init__(self, *_):
        raise gdb.error("Cannot insert")
breakpoints = agent_loading.breakpoints
place, breakpoints.Place = breakpoints.Place, Impossible
gdb.execute("starti")
breakpoints.Place = place
loader.stop()
gdb.execute("continue")
""")
    assert result.stdout.count("refused: GDB: Cannot insert") == 1
    assert "getenv (null), early (null)" in result.stdout, result.shown()
    assert "has the agent: 0" in result.stderr


LIBRARY = """
#include <stdlib.h>
int mine(void) { return 1; }
static __attribute__((constructor)) void begin(void)
{
    if (!getenv("LD_PRELOAD"))
        abort();
}
"""


@pytest.mark.parametrize("cc", ["gcc", *([MUSL] if MUSL else [])])
def test_the_users_preload_is_as_it_was(gdb: Gdb, cc: str) -> None:
    # Its path has no blanks, whatever that of the checkout has.
    library = shutil.copy(
        compile_c(LIBRARY, name="libmine.so", cc=cc,
                  flags=("-shared", "-fPIC"), libraries=()), gdb.directory)
    preload = f"set environment LD_PRELOAD {library}:"
    result = compare(gdb, environment(cc), "set startup-with-shell off",
                     preload, "run", "info sharedlibrary")
    assert f"getenv {library}:" in result.stdout
    assert f"early {library}:" in result.stdout or cc != "gcc"
    result = gdb.run(environment(cc), "set startup-with-shell off", preload,
                     "break main", "run", "info sharedlibrary", python=ON)
    assert (result.stdout.index("libmine.so\n")
            < result.stdout.index("libctester-agent.so\n"))


BARE = """
void _start(void)
{
    __asm__("movl $60, %eax; movl $7, %edi; syscall");
}
"""


def test_a_program_without_libraries(gdb: Gdb) -> None:
    program = compile_c(BARE, flags=(
        "-nostdlib", "-pie", "-fPIE",
        "-Wl,--dynamic-linker=/lib64/ld-linux-x86-64.so.2"), libraries=())
    result = gdb.run(program, "run", python=ON)
    assert loads(result) == 1
    assert "exited with code 07" in result.stdout


def test_a_path_that_preload_cannot_spell(gdb: Gdb) -> None:
    """The file is known by a link then, as long as GDB lives."""
    build = gdb.directory / "a b:c"
    build.mkdir()
    shutil.copy(BUILD / "libctester-agent.so", build)
    (gdb.directory / "links").mkdir()
    gdb.environment["TMPDIR"] = str(gdb.directory / "links")
    result = gdb.run(environment(), "run", python=LOADER + f"""
from ctester import _core_loading
_core_loading.agent_path = lambda: {str(build / "libctester-agent.so")!r}
loader.start()
""")
    assert loads(result) == 1, result.shown()
    assert "has the agent: 1" in result.stderr
    assert list((gdb.directory / "links").iterdir()) == []


# Programs that are not ours.

PROGRAMS: Dict[str, Sequence[str]] = {
    "python3": ("-c", "import os, json, ctypes, ssl\n"
                "print(json.dumps(dict(os.environ), sort_keys=True))\n"
                "os.system('env')\nraise SystemExit(3)"),
    "git": ("--no-pager", "-C", "/", "config", "--list", "--show-origin"),
    "wget": ("--version",),
    "bash": ("-c", "env; (exec env); echo $0 $#; exit 5"),
    "sort": ("/etc/passwd",),
    "ls": ("-la", "/etc"),
    "perl": ("-e", "print map { \"$_=$ENV{$_}\\n\" } sort keys %ENV; "
             "exit 4"),
    "env": (),
    "gcc": ("-###", "-x", "c", "/dev/null"),
}


@pytest.mark.parametrize("name", sorted(PROGRAMS))
def test_other_peoples_programs(gdb: Gdb, name: str) -> None:
    path = shutil.which(name, path=gdb.environment["PATH"])
    if path is None:
        pytest.skip(f"{name} is not installed")
    run = f"run > {gdb.directory}/out 2> {gdb.directory}/err < /dev/null"
    results = []
    for python in (LOADER, ON):
        result = gdb.run(pathlib.Path(path), run, args=PROGRAMS[name],
                         python=python)
        assert "refused:" not in result.stdout, result.shown()
        results.append((said(result), result.status,
                        (gdb.directory / "out").read_bytes(),
                        (gdb.directory / "err").read_bytes()))
    assert loads(result) >= 1
    assert results[0] == results[1]


# Programs that cannot have it.

def refused(gdb: Gdb, program: pathlib.Path, *commands: str,
            reason: str, args: Sequence[str] = ()) -> Result:
    """The reason is told once, and the program runs as it would."""
    result = gdb.run(program, *(commands or ("run",)), args=args, python=ON)
    told = [line for line in result.stdout.splitlines()
            if line.startswith("refused:")]
    assert len(told) == 1 and reason in told[0], result.shown()
    assert "ERROR: ld.so" not in result.stderr
    return result


def test_a_static_program_is_refused(gdb: Gdb) -> None:
    for flags in (("-static",), ("-static-pie",)):
        result = refused(gdb, environment(flags=flags),
                         reason="linked statically")
        assert "has the agent: 0" in result.stderr


def test_a_32_bit_program_is_left_alone(gdb: Gdb) -> None:
    source = gdb.directory / "small.s"
    source.write_text(".globl _start\n_start: movl $1, %eax\n"
                      "movl $9, %ebx\nint $0x80\n")
    program = gdb.directory / "small"
    for command in (["as", "--32", "-o", f"{program}.o", str(source)],
                    ["ld", "-m", "elf_i386", "-o", str(program),
                     f"{program}.o"]):
        subprocess.run(command, check=True)
    if subprocess.run([program], check=False).returncode != 9:
        pytest.skip("this machine runs no 32-bit programs")
    result = gdb.run(program, "run", python=ON)
    assert "exited with code 011" in result.stdout, result.shown()
    assert "loaded:" not in result.stdout
    assert "32-bit" in result.stderr


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="takes root")


@needs_root
def test_a_setuid_program_is_refused(gdb: Gdb) -> None:
    program = gdb.directory / "setuid"
    shutil.copy(environment(), program)
    os.chown(program, 65534, 65534)
    program.chmod(0o4755)
    for directory in (gdb.directory, *gdb.directory.parents[:2]):
        directory.chmod(0o755)
    result = refused(gdb, program, reason="setuid")
    assert "has the agent: 0" in result.stderr


@needs_root
def test_a_program_that_may_not_read_it_is_refused(gdb: Gdb) -> None:
    build = gdb.directory / "private"
    build.mkdir(mode=0o700)
    for name in ("libctester.so", "libctester-agent.so", "prototypes.so",
                 "syscalls.so"):
        shutil.copy(BUILD / name, build / name)
    gdb.environment["CTESTER_BUILD"] = str(build)
    result = refused(gdb, pathlib.Path("/usr/bin/env"),
                     "set exec-wrapper setpriv --reuid 65534 --clear-groups",
                     "run", reason="Permission denied")
    assert "PATH=" in result.stdout


@needs_root
def test_a_program_in_another_root_is_refused(gdb: Gdb) -> None:
    root = gdb.directory / "root"
    program = compile_c(BARE, flags=(
        "-nostdlib", "-pie", "-fPIE",
        "-Wl,--dynamic-linker=/lib64/ld-linux-x86-64.so.2"), libraries=())
    (root / "lib64").mkdir(parents=True)
    shutil.copy("/lib64/ld-linux-x86-64.so.2", root / "lib64")
    shutil.copy(program, root / "prog")
    # env becomes chroot, which becomes the program.
    result = gdb.run(pathlib.Path(shutil.which("chroot") or ""), "run",
                     args=(str(root), "/prog"), python=ON)
    assert "cannot read" in result.stdout, result.shown()
    assert "exited with code 07" in result.stdout, result.shown()


@needs_root
def test_a_file_system_without_execution_is_refused(gdb: Gdb) -> None:
    """In a mount namespace of the test's own."""
    build = gdb.directory / "noexec"
    build.mkdir()
    script = gdb.directory / "mounts"
    script.write_text(
        f"mount -t tmpfs -o size=64m none {build} || exit 77\n"
        f"cp {BUILD / 'libctester-agent.so'} {build}\n"
        f"mount -o remount,noexec {build} || exit 77\n"
        f"exec {gdb.executable} \"$@\"\n")
    if subprocess.run(["unshare", "-m", "true"],
                      check=False).returncode != 0:
        pytest.skip("no mount namespaces here")
    (gdb.directory / "case.py").write_text(
        LOADER + "from ctester import _core_loading\n"
        "_core_loading.agent_path = lambda: "
        f"{str(build / 'libctester-agent.so')!r}\nloader.start()\n")
    result = gdb.shell(
        "unshare", "-m", "sh", script, "-nx", "-batch", "-iex",
        "set debuginfod enabled off", "-x", gdb.root / "ctester.gdb", "-x",
        gdb.directory / "case.py", "-ex", "run", "/usr/bin/env")
    if result.status == 77:
        pytest.skip("no mounts here")
    assert "noexec" in result.stdout, result.shown()
    assert "PATH=" in result.stdout


# Programs that a sanitizer has changed.

SANITIZED = """
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
struct pair { int x, y; };
__attribute__((noinline)) int area(struct pair *pair, const char *name)
{
    char copy[32];
    snprintf(copy, sizeof(copy), "%s", name);
    return pair->x * pair->y + (int)strlen(copy);
}
static void *work(void *arg)
{
    printf("in a thread %d\\n", area(arg, "thread"));
    return arg;
}
int main(int argc, char **argv)
{
    struct pair *pair = malloc(sizeof(*pair));
    pthread_t thread;
    *pair = (struct pair){3, 4};
    pthread_create(&thread, NULL, work, pair);
    pthread_join(thread, NULL);
    printf("%d\\n", area(pair, "main"));
    free(pair);
    if (argc > 1)
        printf("%d\\n", area(pair, argv[0]));
    return 0;
}
"""
CLANG_ASAN = ("-fsanitize=address", "-shared-libasan")
SANITIZERS = [("gcc", "-fsanitize=address"), ("gcc", "-fsanitize=thread"),
              ("gcc", "-fsanitize=undefined"),
              ("gcc", "-fsanitize=address", "-static-libasan"),
              ("clang", "-fsanitize=address"),
              ("clang", "-fsanitize=thread"),
              ("clang", "-fsanitize=memory"), ("clang", *CLANG_ASAN)]


def runtime_path() -> str:
    found = subprocess.run(
        ["clang", "-print-file-name=libclang_rt.asan-x86_64.so"],
        stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    return f"-Wl,-rpath,{os.path.dirname(found)}"


@pytest.mark.parametrize("compiler", SANITIZERS,
                         ids=[" ".join(words) for words in SANITIZERS])
def test_a_sanitized_program(gdb: Gdb, compiler: Sequence[str]) -> None:
    """It has the agent, its calls are traced by it, and what the sanitizer
    finds is found."""
    cc, *flags = compiler
    if flags == [*CLANG_ASAN]:
        flags.append(runtime_path())
    program = compile_c(SANITIZED, cc=cc,
                        flags=("-g", "-O1", "-pthread", *flags), libraries=())
    # The leak sanitizer does not work under GDB.
    quiet = "set environment ASAN_OPTIONS detect_leaks=0"
    result = gdb.run(program, quiet, "set ctester engine agent",
                     "ctester trace area", "run", "ctester save trace.jsonl")
    assert "in a thread 18" in result.stdout, result.shown()
    assert result.status == 0, result.shown()
    assert [(call["engine"], call["return"]["value"])
            for call in result.calls()] == [("agent", 18), ("agent", 16)]
    assert "ERROR" not in result.stderr
    if flags[0] in ("-fsanitize=address", "-fsanitize=thread"):
        result = gdb.run(program, quiet, "set ctester engine agent",
                         "ctester trace area", "run", args=("freed",))
        assert "heap-use-after-free" in result.stderr, result.shown()
        assert result.status != 0
