# SPDX-License-Identifier: MIT
"""C tests in GDB: which calls go to the kit's wrappers, and what a program
with a kit that does not fit is told."""

import functools
import hashlib
import pathlib
import shutil
from typing import Any, List, Sequence

import pytest

from conftest import BUILD, ROOT, Gdb, Result, compile_c

WRAP = ROOT / "scripts" / "ctester"
INCLUDE = ROOT / "include"
HEAD = """
#include <dlfcn.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include "CTester/kit.h"
#include "CTester/hooks.h"
#include "CTester/wrap.h"
"""
# main() is what a test's body would be.
FRAME = HEAD + """
%s
int main(int argc, char **argv)
{
	volatile bool *used = &monitored.open;
	(void)argc, (void)argv, (void)used;
	%s
	return 3;
}
"""
SHARED, STATIC = "shared", "static"
# How a program can be linked: its name, the compiler, the kit, flags.
KINDS = [
    ("pie", "gcc", SHARED, ["-fPIE", "-pie"]),
    ("pie-now", "gcc", SHARED, ["-fPIE", "-pie", "-Wl,-z,now,-z,relro"]),
    ("no-pie", "gcc", SHARED, ["-fno-pie", "-no-pie", "-Wl,-z,lazy"]),
    ("no-pie-now", "gcc", SHARED, ["-fno-pie", "-no-pie", "-Wl,-z,now"]),
    ("no-plt", "gcc", SHARED, ["-fno-plt", "-O2"]),
    ("archive", "gcc", STATIC, ["-fPIE", "-pie"]),
    ("clang", "clang", SHARED, ["-fPIE", "-pie"]),
    ("clang-no-pie-O2", "clang", SHARED, ["-no-pie", "-O2"]),
    ("static", "gcc", STATIC, ["-static", "-no-pie", "-fno-pie"]),
    ("static-O2", "gcc", STATIC, ["-static", "-O2"]),
    ("static-no-plt", "gcc", STATIC, ["-static", "-fno-plt"]),
    ("static-no-debug", "gcc", STATIC, ["-static", "-g0"]),
    ("static-pie", "gcc", STATIC, ["-static-pie", "-fPIE"]),
    ("clang-static", "clang", STATIC, ["-static"]),
    ("clang-static-pie-O2", "clang", STATIC, ["-static-pie", "-fPIE", "-O2"]),
]
EACH_KIND = pytest.mark.parametrize("kind", KINDS, ids=[k[0] for k in KINDS])


@functools.lru_cache(maxsize=None)
def kit_stamp() -> str:
    """Another one for each state of what is linked."""
    digest = hashlib.sha256()
    for path in [*sorted((INCLUDE / "CTester").glob("*.h")),
                 BUILD / "libctester-kit.a"]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def build(body: str, before: str = "", cc: str = "gcc", kit: str = SHARED,
          flags: Sequence[str] = (), include: pathlib.Path = INCLUDE,
          source: str = "", name: str = "tests") -> pathlib.Path:
    libraries: List[Any] = [f"-L{BUILD}", "-lctester-kit",
                            f"-Wl,-rpath,{BUILD}"]
    if kit == STATIC:
        libraries = [BUILD / "libctester-kit.a"]
    return compile_c(source or FRAME % (before, body), name=name, cc=cc,
                     flags=["-g", "-O0", "-fno-builtin", "-Wno-unused-result",
                            f"-DSTAMP={kit_stamp()}", f"-I{include}", *flags],
                     libraries=[*map(str, libraries), "-lcunit", "-ldl"])


def run_tests(gdb: Gdb, program: pathlib.Path, *commands: str,
              **options: Any) -> Result:
    return gdb.run(program, *commands, **options)


CALLS = r"""
	printf("begin\n"), fflush(stdout);
	monitored.open = monitored.close = monitored.write = true;
	monitored.malloc = monitored.free = monitored.memcpy = true;
	monitored.getpid = true;
	failures.open = FAIL_SECOND;
	failures.open_ret = -1;
	failures.open_errno = EACCES;
	wrap_monitoring = true;
	int fd = open("/dev/null", O_WRONLY);
	int bad = open("/dev/zero", O_RDONLY);
	int code = errno;
	write(fd, "x", 1);
	printf("libc's own write\n"), fflush(stdout);
	int (*volatile taken)(int) = close;
	taken(bad);
	in_data(fd);
	free(strdup("libc's own malloc"));
	free(malloc(10));
	char text[16] = "0123456789", copy[16] = "";
	memcpy(copy, text, (size_t)argc + 4);
	memmove(copy, text, (size_t)argc);
	other();
	if (!fork()) {
		other(), other();
		_exit(stats.getpid.called);
	}
	int status;
	wait(&status);
	wrap_monitoring = false;
	printf("open %d %d %d %s\n", stats.open.called, bad, code == EACCES,
	       stats.open.last_params.pathname);
	printf("write %d close %d %d malloc %d free %d memcpy %d %s\n",
	       stats.write.called, stats.close.called, stats.close.last_return,
	       stats.malloc.called, stats.free.called, stats.memcpy.called,
	       copy);
	printf("getpid %d, in the child %d\n", stats.getpid.called,
	       WEXITSTATUS(status));
"""
CALLED = """\
begin
libc's own write
open 2 -1 1 /dev/zero
write 1 close 2 0 malloc 1 free 2 memcpy 1 01234
getpid 1, in the child 1
"""
OTHER = """
static int (*in_data)(int) = close;
static int __attribute__((noinline)) other(void) { return getpid(); }
"""


@EACH_KIND
def test_exactly_the_programs_own_calls_count(gdb: Gdb, kind: Any) -> None:
    _, cc, kit, flags = kind
    program = build(CALLS, OTHER, cc, kit, flags)
    result = run_tests(gdb, program)
    assert result.status == 3, result.shown()
    assert result.stdout == CALLED, result.shown()
    assert result.stderr == "", result.shown()


@pytest.mark.parametrize("kind", [KINDS[0], KINDS[8]], ids=lambda k: k[0])
def test_a_second_run_is_like_the_first(gdb: Gdb, kind: Any) -> None:
    program = build(CALLS, OTHER, *kind[1:])
    result = run_tests(gdb, program, "run", "run")
    assert result.status == 3, result.shown()
    for line in CALLED.splitlines():
        assert result.stdout.splitlines().count(line) == 2, result.shown()


@pytest.mark.parametrize("follow,count", [("on", 3), ("off", 1)])
def test_a_child_is_monitored_when_gdb_follows_it(
        gdb: Gdb, follow: str, count: int) -> None:
    """Also when it is in a PID namespace of its own, where the test may do
    that: it then calls itself otherwise than GDB does."""
    program = build(r"""
	monitored.getpid = wrap_monitoring = true;
	getpid();
	syscall(SYS_unshare, 0x20000000 /* CLONE_NEWPID */);
	if (!fork()) {
		getpid(), getpid();
		printf("counted %d\n", stats.getpid.called);
		exit(0);
	}
	wait(NULL);
""", "#include <sys/syscall.h>\n")
    result = run_tests(gdb, program, f"set ctester follow-fork {follow}",
                       "run")
    assert f"counted {count}\n" in result.stdout, result.shown()


def test_without_gdb_nothing_is_monitored(gdb: Gdb) -> None:
    result = gdb.shell(build(CALLS, OTHER))
    assert "write 0 close 0 0 malloc 0 free 0 memcpy 0" in result.stdout
    assert result.status == 3


THREADS = r"""
	pthread_t threads[4];
	monitored.getpid = monitored.malloc = monitored.free = true;
	monitored.close = true;
	failures.close = FAIL_ALWAYS;
	failures.close_ret = -7;
	wrap_monitoring = true;
	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, work, NULL);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	wrap_monitoring = false;
	printf("%d %d %d %d %d\n", stats.getpid.called, stats.malloc.called,
	       stats.free.called, stats.close.called, stats.close.last_return);
"""
WORK = r"""
static int (*in_data)(int) = close;
static void *work(void *arg)
{
	for (int i = 0; i < COUNT; i++) {
		getpid();
		free(malloc(1));
		in_data(-1);
	}
	return arg;
}
"""


@pytest.mark.parametrize("kind,count", [(KINDS[0], 20000), (KINDS[8], 300)],
                         ids=["pie", "static"])
def test_counts_are_exact_with_threads(gdb: Gdb, kind: Any,
                                       count: int) -> None:
    program = build(THREADS, WORK.replace("COUNT", str(count)), *kind[1:])
    result = run_tests(gdb, program)
    four = 4 * count
    assert result.stdout == f"{four} {four} {four} {four} -7\n", result.shown()


def test_a_monitored_call_stops_nothing(gdb: Gdb) -> None:
    """That is why time is not lost: GDB has nothing to stop at."""
    program = build("getpid(); end();", "void end(void) {}")
    result = gdb.run(program, "break end", "run", python="""
import gdb
def stop(event):
    from ctester import state
    engine = state.engine
    print("stops at", len(engine.places), "and", len(engine.sites))
gdb.events.stop.connect(stop)
""")
    assert "stops at 0 and 0" in result.stdout, result.shown()


def test_a_library_opened_later_is_not_the_program(gdb: Gdb) -> None:
    library = compile_c("#include <unistd.h>\n"
                        "int call(void) { return getpid(); }\n",
                        name="late.so", flags=["-shared", "-fPIC"])
    program = build(r"""
	void *handle = dlopen(argv[1], RTLD_NOW);
	int (*call)(void) = (int (*)(void))dlsym(handle, "call");
	monitored.getpid = wrap_monitoring = true;
	call(), call(), getpid();
	printf("%d\n", stats.getpid.called);
""")
    assert run_tests(gdb, program, args=[str(library)]).stdout == "1\n"


def test_a_trace_of_the_same_calls_leaves_the_wrappers(gdb: Gdb) -> None:
    program = build(r"""
	monitored.getpid = wrap_monitoring = true;
	getpid(), getpid();
	printf("counted %d\n", stats.getpid.called);
""")
    result = run_tests(gdb, program, "ctester trace --scope program getpid",
                       "run", "ctester save trace.jsonl")
    assert "counted 2" in result.stdout, result.shown()
    assert len(result.calls(function="getpid")) == 2


def test_a_failures_struct_of_garbage_is_survived(gdb: Gdb) -> None:
    program = build(r"""
	memset(&monitored, argc + 1, sizeof(monitored));
	memset(&failures, 0xa5, sizeof(failures));
	wrap_monitoring = true;
	for (int i = 0; i < 100; i++) {
		int fd = open("/dev/null", O_RDONLY);
		char byte;
		read(fd, &byte, 1), close(fd), getpid(), lseek(fd, 0, SEEK_SET);
		htons(1), shutdown(-1, 0), listen(-1, 1), socket(-1, -1, -1);
	}
	wrap_monitoring = false;
	printf("%d %d\n", stats.open.called, stats.getpid.called);
""")
    result = run_tests(gdb, program)
    assert result.stdout == "100 100\n", result.shown()


@pytest.mark.parametrize("kind", [KINDS[0], KINDS[8], KINDS[12]],
                         ids=lambda k: k[0])
def test_names_of_the_same_code_are_told_apart(gdb: Gdb, kind: Any) -> None:
    """glibc has one function for htons() and ntohs()."""
    program = build(r"""
	MONITOR_ALL_BYTEORDER(monitored, true);
	wrap_monitoring = true;
	unsigned sum = htons((uint16_t)argc);
	sum += ntohs((uint16_t)argc);
	sum += ntohs((uint16_t)sum);
	sum += htonl(sum);
	sum += ntohl(sum);
	sum += ntohl(sum), sum += ntohl(sum);
	wrap_monitoring = false;
	printf("%d %d %d %d %d\n", stats.htons.called, stats.ntohs.called,
	       stats.htonl.called, stats.ntohl.called, sum == 0);
""", "#undef htons\n#undef ntohs\n#undef htonl\n#undef ntohl\n", *kind[1:])
    assert run_tests(gdb, program).stdout == "1 2 1 3 0\n"


# ---- functions that are never called

@pytest.mark.parametrize("kind", [KINDS[0], KINDS[5], KINDS[8]],
                         ids=lambda k: k[0])
def test_a_function_without_calls_is_told(gdb: Gdb, kind: Any) -> None:
    result = run_tests(gdb, build(r"""
	monitored.sleep = monitored.listen = monitored.open = true;
	if (argc > 5)
		open("/dev/null", O_RDONLY);
	ctester_tell_absent();
	ctester_tell_absent();
""", "", *kind[1:]))
    assert len(result.stderr.splitlines()) == 1, result.shown()
    assert "no call of sleep, listen: " in result.stderr, result.shown()
    assert "-fno-builtin" in result.stderr


# ---- settings

def test_quirks_are_told_to_the_program(gdb: Gdb) -> None:
    program = build('printf("quirks %d\\n", ctester_upstream_quirks);')
    assert run_tests(gdb, program).stdout == "quirks 0\n"
    on = run_tests(gdb, program, "set ctester upstream-quirks on")
    assert on.stdout == "quirks 1\n", on.shown()
    off = run_tests(gdb, program, "set ctester upstream-quirks on", "start",
                    "set ctester upstream-quirks off", "continue")
    assert "quirks 0" in off.stdout, off.shown()
    strict = build('printf("quirks %d\\n", ctester_upstream_quirks);',
                   flags=["-DCTESTER_STRICT_UPSTREAM"])
    assert run_tests(gdb, strict).stdout == "quirks 1\n"


def test_endless_masks_are_told_to_the_program(gdb: Gdb) -> None:
    body = r"""
	int failed = 0;
	monitored.close = wrap_monitoring = true;
	failures.close = 0x80000000u;
	failures.close_ret = -2;
	for (int i = 0; i < 40; i++)
		failed += close(-1) == -2;
	wrap_monitoring = false;
	printf("failed %d\n", failed);
"""
    for kind in KINDS[0], KINDS[8]:
        program = build(body, "", *kind[1:])
        assert run_tests(gdb, program).stdout == "failed 1\n"
        on = run_tests(gdb, program, "set ctester endless-masks on", "run")
        assert "failed 9\n" in on.stdout, on.shown()
        off = run_tests(gdb, program, "set ctester endless-masks on", "start",
                        "set ctester endless-masks off", "continue")
        assert "failed 1\n" in off.stdout, off.shown()


# ---- signals

CAUGHT = r"""
static sigjmp_buf back;
static void catch(int number)
{
	printf("%d ", number);
	siglongjmp(back, 1);
}
"""
RAISES = r"""
	int all[] = {SIGSEGV, SIGFPE, SIGABRT, SIGALRM, SIGPIPE, SIGBUS, SIGILL};
	for (int i = 0; i < 7; i++) {
		signal(all[i], catch);
		if (!sigsetjmp(back, 1))
			raise(all[i]);
	}
	printf("done\n");
"""


@pytest.mark.parametrize("commands", [(), ("run",)])
def test_a_program_has_its_signals(gdb: Gdb, commands: Any) -> None:
    result = run_tests(gdb, build(RAISES, CAUGHT), *commands)
    assert "11 8 6 14 13 7 4 done" in result.stdout, result.shown()
    assert result.status == 3


def test_signals_are_the_users_again_for_another_program(gdb: Gdb) -> None:
    program = build(RAISES, CAUGHT)
    shown = [run_tests(gdb, given, "info signals SIGSEGV", *more).stdout
             for given, more in ((program, ()), (None, ()))]
    assert "No\tNo\tYes" in shown[0] and "Yes\tYes\tYes" in shown[1], shown
    other = run_tests(gdb, program, "file /bin/true", "info signals SIGSEGV")
    assert "Yes\tYes\tYes" in other.stdout, other.shown()


FAULT = r"""
static char place[200] = "nobody said";
static volatile int zero;
static sigjmp_buf back;
static void caught(int number)
{
	(void)number;
	ctester_ask_place(place, sizeof(place));
	siglongjmp(back, 1);
}
static int __attribute__((noinline)) crash(int *where)
{
	return *where; /* here */
}
static size_t __attribute__((noinline)) measure(const char *text)
{
	return strlen(text + zero); /* there */
}
static int deep(volatile char *outer)
{
	volatile char room[4096];
	room[zero] = *outer;
	return deep(room) + room[zero + 1];
}
"""
FAULTS = r"""
	static char stack[65536];
	stack_t other = {.ss_sp = stack, .ss_size = sizeof(stack)};
	struct sigaction action = {.sa_handler = caught,
				   .sa_flags = SA_ONSTACK | SA_NODEFER};
	sigaltstack(&other, NULL);
	sigaction(SIGSEGV, &action, NULL);
	if (!sigsetjmp(back, 1))
		crash(NULL);
	puts(place);
	if (!sigsetjmp(back, 1))
		measure(NULL);
	puts(place);
	if (!sigsetjmp(back, 1))
		deep(place);
	puts(place);
	char small[6] = "";
	ctester_ask_place(small, sizeof(small));
	puts(small);
"""


@pytest.mark.parametrize("kind", [KINDS[0], KINDS[8]], ids=lambda k: k[0])
def test_the_program_learns_where_a_fault_was(gdb: Gdb, kind: Any) -> None:
    source = FRAME % (FAULT, FAULTS)
    lines = source.splitlines()
    here = lines.index("\treturn *where; /* here */") + 1
    there = lines.index("\treturn strlen(text + zero); /* there */") + 1
    result = run_tests(gdb, build(FAULTS, FAULT, *kind[1:]))
    said = result.stdout.splitlines()
    assert said[0] == f"crash() at source.c:{here}", result.shown()
    assert said[1].startswith(f"measure() at source.c:{there}, in "), said
    assert said[2].startswith("deep() at source.c:"), said
    assert said[3] == "main(", said
    alone = gdb.shell(build(FAULTS, FAULT, *kind[1:]))
    assert alone.stdout.startswith("nobody said\n"), alone.shown()


# ---- kits that do not fit

# A kit of the program's own: what is between the braces differs.
FAKE = HEAD + r"""
static void wrapper(void) {}
static void *real;
static unsigned char absent[8];
static struct ctester_kit_entry entries[] = {
	{.name = "getpid", .wrapper = (void *)wrapper, .real = &real,
	 .monitored = &monitored.getpid, ENTRY},
};
struct ctester_kit ctester_kit = {
	.magic = CTESTER_KIT_MAGIC, .version = CTESTER_VERSION,
	.size = sizeof(struct ctester_kit), .count = 1, .entries = entries,
	.entry_size = sizeof(struct ctester_kit_entry),
	.layout = CTESTER_LAYOUT, .absent = absent, KIT};
int main(void) { puts("it ran"); return 3; }
"""


def fake(kit: str = "", entry: str = "") -> pathlib.Path:
    text = FAKE.replace("ENTRY", entry).replace(", KIT", ", " + kit)
    return build("", source=text, flags=["-Wno-override-init"])


def test_a_kit_that_fits_is_taken(gdb: Gdb) -> None:
    result = run_tests(gdb, fake())
    assert result.stdout == "it ran\n" and result.status == 3, result.shown()


@pytest.mark.parametrize("kit,entry", [
    (".magic = 1", ""), (".size = 8", ""), (".entry_size = 8", ""),
    (".entry_size = 0xffffffff", ""), (".count = 0", ""),
    (".count = 0xffffffff", ""), (".count = 4096", ""),
    (".entries = NULL", ""), (".entries = (void *)-8", ""),
    (".absent = NULL", ""), (".absent = (void *)wrapper", ""),
    (".absent = (void *)-4, .count = 8", ""),
    ("", ".name = NULL"), ("", ".name = \"\""), ("", ".name = (char *)-3"),
    ("", f".name = \"{'n' * 80}\""), ("", ".wrapper = NULL"),
    ("", ".wrapper = &real"), ("", ".wrapper = (void *)puts"),
    ("", ".real = NULL"), ("", ".real = (void *)wrapper"),
    ("", ".real = (void **)((char *)&real + 1)"),
    ("", ".real = (void **)-8"),
])
def test_a_damaged_kit_is_refused(gdb: Gdb, kit: str, entry: str) -> None:
    result = run_tests(gdb, fake(kit, entry))
    result.expect_failure("libctester-kit is damaged", status=2)
    assert result.stdout == "", result.shown()
    assert len(result.stderr.splitlines()) == 1, result.shown()


@pytest.mark.parametrize("command", ["batch", "run", "wrap"])
def test_a_kit_of_another_version_is_refused(gdb: Gdb, command: str) -> None:
    program = fake(".version = 7")
    if command == "wrap":
        result = gdb.shell(WRAP, "wrap", program)
    else:
        result = run_tests(gdb, program, *["run"] * (command == "run"))
    result.expect_failure("version 7", "version 1", status=2)
    assert "it ran" not in result.stdout, result.shown()
    assert len(result.stderr.splitlines()) == 1, result.shown()


def test_headers_of_another_version_are_refused(gdb: Gdb) -> None:
    shutil.copytree(INCLUDE / "CTester", gdb.directory / "old" / "CTester")
    header = gdb.directory / "old" / "CTester" / "wrap.h"
    text = header.read_text()
    assert "CTESTER_VERSION 1\n" in text
    header.write_text(text.replace("CTESTER_VERSION 1\n",
                                   "CTESTER_VERSION 9\n"))
    program = build('puts("it ran");', include=gdb.directory / "old")
    result = run_tests(gdb, program)
    result.expect_failure("headers of version 9", "version 1", status=2)
    assert result.stdout == "", result.shown()


# ---- running them

def test_wrap_runs_a_program_as_if_alone(gdb: Gdb) -> None:
    program = build(r"""
	char line[20] = "";
	fgets(line, sizeof(line), stdin);
	monitored.getpid = wrap_monitoring = true;
	getpid();
	FILE *results = fopen("results.txt", "w");
	fprintf(results, "%d\n", stats.getpid.called);
	fclose(results);
	printf("%s %s %s", argv[1], argv[2], line);
	fprintf(stderr, "complaint\n");
""")
    result = gdb.shell(WRAP, "wrap", program, "-a", "b c", stdin="given\n")
    assert result.status == 3, result.shown()
    assert result.stdout == "-a b c given\n", result.shown()
    assert result.stderr == "complaint\n", result.shown()
    assert (gdb.directory / "results.txt").read_text() == "1\n"


def test_wrap_ends_as_the_program_does(gdb: Gdb) -> None:
    result = gdb.shell(WRAP, "wrap", build("raise(SIGTERM);"))
    assert result.status == -15, result.shown()


@pytest.mark.parametrize("words,status,said", [
    (["/bin/true"], 2, "not linked with libctester-kit"),
    ([], 2, "expected PROGRAM"), (["--quick", "x"], 2, "--quick"),
    (["/nowhere/tests"], 127, "/nowhere/tests"),
])
def test_wrap_says_what_is_wrong(gdb: Gdb, words: List[str], status: int,
                                 said: str) -> None:
    result = gdb.shell(WRAP, "wrap", *words)
    result.expect_failure(said, status=status)


def test_wrap_can_have_the_quirks(gdb: Gdb) -> None:
    program = build('printf("%d\\n", ctester_upstream_quirks);')
    result = gdb.shell(WRAP, "wrap", "--upstream-quirks", program)
    assert result.stdout == "1\n", result.shown()


def test_a_batch_with_a_command_runs_nothing_by_itself(gdb: Gdb) -> None:
    program = build('puts("it ran");')
    for commands in (("info line main",), ("python print(1)",)):
        result = run_tests(gdb, program, *commands)
        assert "it ran" not in result.stdout, result.shown()
    scripted = run_tests(gdb, program, script="echo mine\\n\n")
    assert "it ran" not in scripted.stdout, scripted.shown()


def test_a_batch_runs_no_other_program(gdb: Gdb) -> None:
    program = compile_c('#include <stdio.h>\nint main(void)'
                        '{ puts("it ran"); return 0; }\n')
    assert "it ran" not in run_tests(gdb, program).stdout


def test_a_running_program_can_be_attached_to(gdb: Gdb) -> None:
    program = build(r"""
	getchar();
	monitored.getpid = wrap_monitoring = true;
	getpid(), getpid();
	FILE *results = fopen("results.txt", "w");
	fprintf(results, "%d\n", stats.getpid.called);
	fclose(results);
""")
    result = gdb.shell("/bin/sh", "-c", """
mkfifo pipe
"$0" <pipe & exec 3>pipe
# It is in main() when it reads: there is nothing else that it waits for.
until grep -q pipe_read /proc/$!/wchan 2>/dev/null ||
      grep -q '^0 ' /proc/$!/syscall; do :; done
gdb -nx -batch -iex 'set debuginfod enabled off' -x "$1" -p $! \
    -ex 'shell echo >&3' -ex continue
""", program, ROOT / "ctester.gdb")
    text = gdb.directory / "results.txt"
    assert text.exists() and text.read_text() == "2\n", result.shown()


# ---- the sandbox of CTester.h

SANDBOX = r"""
#include "CTester/CTester.h"
static int __attribute__((noinline)) crash(int *where) { return *where; }
static void test_crash(void)
{
	set_test_metadata("crash", "it ends", 1);
	monitored.getpid = monitored.shutdown = true;
	SANDBOX_BEGIN;
	getpid();
	crash(NULL);
	SANDBOX_END;
	CU_ASSERT_EQUAL(stats.getpid.called, 1);
}
static void test_abort(void)
{
	set_test_metadata("abort", "it ends", 1);
	SANDBOX_BEGIN;
	abort();
	SANDBOX_END;
}
static void test_exit(void)
{
	set_test_metadata("exit", "it ends", 1);
	SANDBOX_BEGIN;
	exit(9);
	SANDBOX_END;
}
int main(int argc, char **argv)
{
	(void)argc, (void)argv;
	RUN(test_crash, test_abort, test_exit);
}
"""


@pytest.mark.parametrize("kind", [KINDS[0], KINDS[8], KINDS[13]],
                         ids=lambda k: k[0])
def test_the_sandbox_says_where_it_ended(gdb: Gdb, kind: Any) -> None:
    program = build("", source=SANDBOX, cc=kind[1], kit=kind[2],
                    flags=kind[3])
    result = run_tests(gdb, program)
    lines = (gdb.directory / "results.txt").read_text().splitlines()
    assert len(lines) == 3, result.shown()
    for line, place in zip(lines, ("crash() at source.c:3", "test_abort() at "
                                   "source.c:18", "test_exit() at "
                                   "source.c:25")):
        assert place in line, result.shown()
    assert "no call of shutdown: " in result.stderr
    assert "needs GDB" not in result.stderr, result.shown()
    assert "Inferior" not in result.stdout, result.shown()
