# SPDX-License-Identifier: MIT
"""context(), enable() and disable(): which calls a script is given, and when.

The programs make their calls by syscall(2) where the C library would choose
another one.
"""

from typing import Any

import pytest

from conftest import Gdb
from syscalls import run, run_python, shown

# ---- a program with calls of many kinds, between two marks

SOURCE = r"""
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <stdlib.h>

void begin(void) {}
void end(void) {}

int main(int argc, char **argv)
{
	char long_path[1501];
	memset(long_path, 'x', 1500);
	memcpy(long_path, "/tmp/", 5);
	long_path[1500] = 0;
	for (int i = 100; i < 1500; i += 100)
		long_path[i] = '/';
	int null = open("/dev/null", O_WRONLY);
	begin();
	syscall(SYS_openat, AT_FDCWD, "/nonexistent", O_RDONLY);
	int fd = syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDWR | O_CREAT,
			 0640);
	char buffer[30] = "0123456789abcdefghij";
	write(fd, buffer, 10);
	write(fd, "a\0b", 3);
	read(fd, buffer, 30);
	syscall(SYS_openat, AT_FDCWD, long_path, O_RDONLY);
	syscall(SYS_write, fd, buffer, 0x100000007);
	syscall(SYS_openat, AT_FDCWD, (char *)1, O_RDONLY);
	syscall(SYS_openat, AT_FDCWD, NULL, O_RDONLY);
	int pair[2];
	pipe2(pair, O_CLOEXEC);
	syscall(9999, 1, 2, 3, 4, 5, 6);
	close(fd);
	end();
	return 3;
}
"""


def trace(gdb: Gdb, filter_: str, what: str = "call.name",
          source: str = SOURCE, more: str = "", **options: Any) -> list:
    """What a callback prints of the calls that a filter means, as repr()."""
    result = run(gdb, source, f"""
def callback(call):
    print("-", repr({what}))
with syscalls.context(callback, {filter_}{more}) as tracing:
    done = ctester.run()
assert done.exit_code == 3, done
""", **options)
    assert "Traceback" not in result.stderr, result.shown()
    return [eval(line[2:]) for line in result.stdout.splitlines()
            if line.startswith("- ")]


MINE = "SysCallPattern('openat', [None, re.compile('/nonex|/dev/null')])"


def test_the_example_of_the_reference_runs(gdb: Gdb) -> None:
    result = run(gdb, SOURCE, """
def callback(syscall):
    print('{}({}) -> {}'.format(
        syscall.name,
        ', '.join(repr(arg.value) for arg in syscall.args),
        syscall.result.text))
    print('Traceback: ')
    print(''.join(traceback.format_list(syscall.traceback)))

with syscalls.context(callback):
    ctester.run()
""")
    assert ("b'/nonexistent', O_RDONLY, 0) -> -1 ENOENT (No such file or "
            "directory)\nTraceback: \n") in result.stdout, result.shown()
    assert "exit_group(3) -> ?" in result.stdout
    assert 'in main\n    syscall(SYS_openat, AT_FDCWD, "/nonexistent"' in (
        result.stdout)
    assert "Traceback" not in result.stderr


def test_the_filter_of_the_reference_works(gdb: Gdb) -> None:
    found = trace(gdb, """[SysCallPattern(
        name='openat',
        args=[None, re.compile(b'/dev/.*'),
              lambda arg: arg.value & os.O_RDWR],
        result=lambda res: res.value > 0)]""",
                  "(call.args[1].value, call.result.value > 2)")
    assert found == [(b"/dev/null", True)]


def test_two_patterns_are_ored(gdb: Gdb) -> None:
    found = trace(gdb, "[SysCallPattern('write'), SysCallPattern('pipe2')]")
    assert found == ["write", "write", "write", "pipe2"]


def test_a_generator_filter_works(gdb: Gdb) -> None:
    assert trace(gdb, "(SysCallPattern(name) for name in ['pipe2', 'x'[:0]"
                      " or 'write'])") == ["write"] * 3 + ["pipe2"]


def test_an_empty_filter_matches_nothing(gdb: Gdb) -> None:
    assert trace(gdb, "[]") == []


def test_names_are_anchored(gdb: Gdb) -> None:
    assert trace(gdb, "SysCallPattern(re.compile('pen'))") == []
    assert "openat" in trace(gdb, "SysCallPattern(re.compile('.*pen'))")


def test_only_failed_opens_by_result(gdb: Gdb) -> None:
    found = trace(gdb, "SysCallPattern('openat', "
                       "[None, re.compile('/(nonex|dev/null)')], "
                       "result=lambda r: r.value < 0)", "call.result.value")
    assert found == [-2]
    assert trace(gdb, "SysCallPattern('openat', result=-2)",
                 "call.args[1].value[:6]") == [b"/nonex", b"/tmp/x"]


def test_a_path_by_an_expression_of_bytes_and_of_str(gdb: Gdb) -> None:
    for pattern in ("b'.*/null'", "'.*/null'"):
        found = trace(gdb, f"SysCallPattern(args=[None, re.compile({pattern})]"
                           ")", "(call.name, call.args[1].value)")
        assert set(found) == {("openat", b"/dev/null")}


@pytest.mark.parametrize("value", ["'/dev/null'", "b'/dev/null'"])
def test_a_path_by_str_and_by_bytes(gdb: Gdb, value: str) -> None:
    assert len(trace(gdb, f"SysCallPattern('openat', [None, {value}])")) == 2
    assert len(trace(gdb, f"SysCallPattern(path={value})")) == 2


def test_a_pattern_with_more_arguments_than_the_call_is_no_match(gdb: Gdb
                                                                   ) -> None:
    """Asked in the core, and in Python; some calls of a group have fewer."""
    for more in ("[None, None, 0, None, None]",
                 "[None, None, lambda arg: True, None, None]",
                 "[None] * 7"):
        assert trace(gdb, f"SysCallPattern('openat', {more})") == []
    assert trace(gdb, "SysCallPattern(re.compile('openat|write|close'), "
                 "[None, None, 3])") == ["write"]
    assert trace(gdb, "SysCallPattern('<9999>', [None] * 6)") == ["<9999>"]
    assert trace(gdb, "SysCallPattern('<9999>', [None] * 7)") == []


def test_null_is_matched_by_null(gdb: Gdb) -> None:
    assert trace(gdb, "SysCallPattern('openat', [None, NULL])",
                 "(call.args[1].value, call.result.value)") == [(None, -14)]


def test_text_that_was_written_by_the_call_is_matched_at_its_end(
        gdb: Gdb) -> None:
    found = trace(gdb, "SysCallPattern('write', [None, '0123456789'])",
                  "call.args[1].value")
    assert found == [b"0123456789"]


def test_a_group_and_a_descriptor(gdb: Gdb) -> None:
    found = trace(gdb, "SysCallPattern('%desc', fd='/dev/null', "
                       "condition='$1 > 2')")
    assert found == ["write", "write", "read", "write", "close"]


def test_a_condition_is_the_cores(gdb: Gdb) -> None:
    assert trace(gdb, "SysCallPattern('write', condition='count < 5')",
                 "call.args[1].value") == [b"a\0b"]


def test_match_asks_the_condition_too(gdb: Gdb) -> None:
    """Of calls that a script has: when the program has ended, in a callback,
    and inside of a filter that is an object."""
    lines = shown(run(gdb, SOURCE, """
def names(condition, calls, **more):
    pattern = SysCallPattern(condition=condition, **more)
    return [call.name for call in calls if pattern.match(call)]
class Either:
    def match(self, call):
        return any(SysCallPattern(condition=each).match(call) for each in (
            'path == "/nonexistent"', 'count == 3'))
with syscalls.context(lambda call: inside.extend(names("count == 10", [call])),
                      ["openat", "write", "pipe2", "<9999>"]) as tracing:
    inside = []
    ctester.run()
with syscalls.context(None, Either()) as either:
    ctester.run()
print("-", inside)
print("-", names('path ~ "/none*" || count == 3', tracing.calls))
print("-", names("$return == -38", tracing.calls))
print("-", names("$errno == EFAULT", tracing.calls, name="openat"))
print("-", names("flags == 02000000", tracing.calls, name="pipe2"))
print("-", names("param5 == 6", tracing.calls))
print("-", names("path", [each for each in tracing.calls if
                          each.args[1].raw_value == 0]))
print("-", [call.name for call in either.calls])
try:
    names("count >", tracing.calls)
except syscalls.BadFilterError as error:
    print("-", error)
try:
    names("nobody_has_this > 1", tracing.calls)
except syscalls.BadFilterError as error:
    print("-", error)
"""))
    assert lines[:-2] == [
        "['write']", "['openat', 'write']", "['<9999>']",
        "['openat', 'openat']",
        "['pipe2']", "['<9999>']", "[]", "['openat', 'write']"]
    assert "column" in lines[-2] and "nobody_has_this" in lines[-1]


def test_what_is_plain_is_not_asked_in_python(gdb: Gdb) -> None:
    """Each finds something, and no pattern is asked about a call."""
    assert shown(run(gdb, SOURCE, """
def refuse(*words):
    raise AssertionError("asked in Python")
import ctester.syscalls.collector
syscalls.collector.Subscriber._ask = refuse
for pattern in (
        SysCallPattern("openat", [None, "/dev/null"]),
        SysCallPattern(re.compile("open(at)?"), [-100, b"/nonexistent"]),
        SysCallPattern("openat", [None, re.compile(b"/tmp/x.*")]),
        SysCallPattern("openat", [None, NULL], result=-14),
        SysCallPattern("%desc", fd=4, result=3),
        SysCallPattern(path=re.compile("/nonex")),
        SysCallPattern("write", condition="count == 3")):
    with syscalls.context(None, pattern) as tracing:
        ctester.run()
    print("-", len(tracing.calls), tracing.errors)
"""), 0) == ["2 0", "1 0", "1 0", "1 0", "1 0", "1 0", "1 0"]


def test_an_object_with_match_gets_the_call(gdb: Gdb) -> None:
    found = trace(gdb, "type('Mine', (), {'match': lambda self, call: "
                       "call.name == 'pipe2'})()")
    assert found == ["pipe2"]


def test_the_name_for_a_callable_is_a_str(gdb: Gdb) -> None:
    found = trace(gdb, "SysCallPattern(lambda name: type(name) is str and "
                       "name.startswith('pipe'))")
    assert found == ["pipe2"]


# ---- values

def test_a_write_shows_what_was_written(gdb: Gdb) -> None:
    found = trace(gdb, "SysCallPattern('write')", "call.args[1].value[:40]")
    assert found[:2] == [b"0123456789", b"a\0b"]


def test_a_long_path_is_whole(gdb: Gdb) -> None:
    found = trace(gdb, "SysCallPattern('openat', [None, "
                       "re.compile('/tmp/x')])",
                  "len(call.args[1].value)")
    assert found == [1500]


def test_a_huge_count_shows_as_such(gdb: Gdb) -> None:
    found = trace(gdb, "SysCallPattern('write', [None, None, 0x100000007])",
                  "call.args[2].value")
    assert found == [2**32 + 7]


def test_an_unreadable_path_is_one_event_with_a_note(gdb: Gdb) -> None:
    found = trace(gdb, "SysCallPattern('openat', result=-14)",
                  "(call.args[1].value, call.args[1].raw_value, "
                  "call.args[1].note, call.errno == 'EFAULT')")
    assert found == [(None, 1, "there is no memory at 0x1", True),
                     (None, 0, None, True)]


def test_pipe2_gives_both_descriptors(gdb: Gdb) -> None:
    (pair, flags), = trace(gdb, "'pipe2'",
                           "(call.args[0].value, repr(call.args[1].value))")
    assert pair[1] == pair[0] + 1 > 3
    assert flags == "O_CLOEXEC"


def test_an_unknown_number_has_its_number_for_a_name(gdb: Gdb) -> None:
    found = trace(gdb, "'<9999>'", "(call.name, [a.value for a in call.args],"
                  " [a.name for a in call.args], call.result.value)")
    assert found == [("<9999>", [1, 2, 3, 4, 5, 6],
                      [f"param{i}" for i in range(6)], -38)]


def test_flags_and_descriptors_are_ints_that_know_more(gdb: Gdb) -> None:
    found = trace(gdb, "SysCallPattern('openat', [None, '/dev/null', 0o102])",
                  "(repr(call.args[2].value), call.args[2].value & os.O_CREAT,"
                  " repr(call.args[3].value), call.result.value.path,"
                  " call.args[0].value == 'AT_FDCWD')")
    assert found == [("O_RDWR|O_CREAT", 0o100, "416", "/dev/null", True)]


def test_types_are_those_of_the_kernel_and_of_gdb(gdb: Gdb) -> None:
    found = trace(gdb, "SysCallPattern('openat', [None, '/nonexistent'])",
                  "[(str(a.type), a.type.ptr_indirection, "
                  "str(a.type.gdb_type)) for a in call.args]")
    assert found[0][:2] == [("int", 0, "int"),
                            ("const char *", 1, "const char *")]
    assert found[0][3] == ("umode_t", 0, "unsigned short")


def test_both_sides_of_a_buffer_are_there(gdb: Gdb) -> None:
    source = SOURCE.replace("read(fd, buffer, 30);",
                            "read(open(\"/proc/self/comm\", 0), buffer, 4);")
    (value, pid, process), = trace(
        gdb, "SysCallPattern('read', [None, None, 4])",
        "(call.args[1].value, call.pid, call.process)", source)
    assert len(value) == 4 and pid == process > 0


# ---- life

def test_enable_twice_is_an_error_and_disable_twice_is_none(gdb: Gdb) -> None:
    assert shown(run(gdb, SOURCE, """
syscalls.disable()
syscalls.enable(None)
try:
    syscalls.enable(None)
except RuntimeError as error:
    print("-", error)
try:
    with syscalls.context(None):
        print("- entered")
except RuntimeError as error:
    print("-", error)
syscalls.disable()
syscalls.disable()
with syscalls.context(None):
    print("- again")
""")) == ["already enabled", "already enabled", "again"]


def test_a_stretch_between_two_stops_is_traced(gdb: Gdb) -> None:
    assert shown(run(gdb, SOURCE, """
gdb.execute("break begin")
gdb.execute("break end")
gdb.execute("run")
with syscalls.context(lambda call: names.append(call.name)) as tracing:
    names = []
    gdb.execute("continue")
print("-", names[0], names[-1], len(names))
print("-", [call.name for call in tracing.calls] == names)
gdb.execute("continue")
print("-", len(names), ctester.syscalls.leaks()[-1].call.name)
"""), 3) == ["openat close 12", "True", "12 pipe2"]


def test_all_calls_are_delivered_before_disable_returns(gdb: Gdb) -> None:
    assert shown(run(gdb, SOURCE, """
got = []
syscalls.enable(got.append, 'write')
gdb.execute("break end")
gdb.execute("run")
syscalls.disable()
print("-", len(got))
gdb.execute("continue")
"""), 3) == ["3"]


def test_callbacks_run_while_the_thread_stands_at_the_exit(gdb: Gdb) -> None:
    found = trace(gdb, "'pipe2'", "int(gdb.parse_and_eval('fd')) > 2 if "
                  "gdb.newest_frame().older().select() is None else None")
    assert found == [True]


def test_calls_are_in_the_order_of_completion(gdb: Gdb) -> None:
    assert trace(gdb, "[SysCallPattern('write', result=lambda r: True), "
                      "SysCallPattern('openat', result=-2), 'pipe2', "
                      "SysCallPattern(name='write', result=10)]"
                 ) == ["openat", "write", "write", "openat", "write",
                       "pipe2"]


def test_a_raising_callback_is_told_once_and_stops_nothing(gdb: Gdb) -> None:
    result = run(gdb, SOURCE, """
def callback(call):
    raise ZeroDivisionError("of mine")
with syscalls.context(callback, 'write') as tracing:
    done = ctester.run()
print("-", done.exit_code, tracing.errors, len(tracing.calls))
""")
    assert "- 3 3 3\n" in result.stdout, result.shown()
    assert result.stderr.count("Traceback (most recent call last)") == 1
    assert "ZeroDivisionError: of mine" in result.stderr
    assert "in callback" in result.stderr
    assert "ZeroDivisionError 3 times at case.py" in result.stderr
    assert result.status == 2, result.shown()


@pytest.mark.parametrize("raised", ["SystemExit(9)", "GeneratorExit",
                                    "type('Own', (BaseException,), {})"])
def test_no_exception_of_a_callback_stops_the_program(gdb: Gdb,
                                                      raised: str) -> None:
    result = run(gdb, SOURCE, f"""
def callback(call):
    raise {raised}
def bad(arg):
    raise {raised}
with syscalls.context(callback, 'write') as tracing:
    done = ctester.run()
print("-", done.exit_code, tracing.errors, len(tracing.calls))
with syscalls.context(None, SysCallPattern('write', [bad])) as tracing:
    done = ctester.run()
print("-", done.exit_code, tracing.errors, len(tracing.calls))
""")
    assert [line for line in result.stdout.splitlines()
            if line.startswith("-")] == ["- 3 3 3", "- 3 3 0"]
    assert result.stderr.count("Traceback (most recent call last)") == 2
    assert result.status == 2, result.shown()


def test_a_raising_filter_is_told_once_and_matches_nothing(gdb: Gdb) -> None:
    result = run(gdb, SOURCE, """
def bad(arg):
    return arg.nothing
with syscalls.context(None, SysCallPattern('write', [bad])) as tracing:
    done = ctester.run()
print("-", done.exit_code, tracing.errors, len(tracing.calls))
""")
    assert "- 3 3 0\n" in result.stdout, result.shown()
    assert result.stderr.count("Traceback (most recent call last)") == 1
    assert "AttributeError" in result.stderr and result.status == 2


@pytest.mark.parametrize("filter_,words", [
    ("'opnat'", "did you mean openat"), ("[5]", "5"),
    ("SysCallPattern('write', condition='coun > 1')", "coun"),
    ("SysCallPattern('write', condition='count >')", "column"),
])
def test_a_bad_filter_is_an_error_at_enable(gdb: Gdb, filter_: str,
                                            words: str) -> None:
    result = run(gdb, SOURCE, f"""
try:
    syscalls.enable(print, {filter_})
except syscalls.BadFilterError as error:
    print("-", error)
syscalls.enable(None, 'write')
""")
    line, = shown(result)
    assert words in line


def test_a_callback_that_is_no_function_is_refused(gdb: Gdb) -> None:
    assert shown(run(gdb, SOURCE, """
try:
    syscalls.context(3)
except ValueError as error:
    print("-", error)
""")) == ["callback: 3 is no function"]


def test_a_callback_can_end_the_tracing(gdb: Gdb) -> None:
    found = trace(gdb, "'write'", "(call.args[2].value, syscalls.disable())")
    assert found == [(10, None)]


def test_the_program_ends_without_leaving(gdb: Gdb) -> None:
    result = run(gdb, SOURCE, "syscalls.enable(lambda call: print('-', "
                 "call.name, call.result.text), ['exit_group'])\n", "run")
    assert "- exit_group ?\n" in result.stdout, result.shown()
    assert result.status == 3


THREADS = r"""
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

static pthread_barrier_t ready;

void begin(void) {}

static void *work(void *arg)
{
	pthread_barrier_wait(&ready);
	for (int i = 0; i < 5; i++)
		close(open("/dev/null", O_RDONLY));
	return arg;
}

int main(void)
{
	pthread_t threads[8];
	pthread_barrier_init(&ready, NULL, 9);
	for (int i = 0; i < 8; i++)
		pthread_create(&threads[i], NULL, work, NULL);
	begin();
	pthread_barrier_wait(&ready);
	for (int i = 0; i < 8; i++)
		pthread_join(threads[i], NULL);
	return 3;
}
"""


def test_calls_are_counted_with_their_errors(gdb: Gdb) -> None:
    lines = shown(run(gdb, SOURCE, """
with syscalls.context(None, [SysCallPattern("write", [None, None, 3]),
                             SysCallPattern("openat", result=-14)]):
    ctester.run()
for name, counted in sorted(syscalls.counts().items()):
    print("-", name, counted.calls, counted.errors, counted.total_ns > 0)
ctester.clear()
print("-", syscalls.counts())
"""))
    assert lines == ["openat 2 2 True", "write 1 0 True", "{}"]


def test_threads_that_exist_before_are_seen_each_by_its_id(gdb: Gdb) -> None:
    assert shown(run(gdb, THREADS, """
gdb.execute("break begin")
gdb.execute("run")
with syscalls.context(None, SysCallPattern(path='/dev/null')) as tracing:
    gdb.execute("continue")
pids = {call.pid for call in tracing.calls}
print("-", len(tracing.calls), len(pids), len({c.process for c in
                                               tracing.calls}))
print("-", all(call.traceback[-2].function == "work" for call in
               tracing.calls))
""", flags=["-pthread"]), 3) == ["40 8 1", "True"]


CHILD = r"""
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	if (argc > 1) {
		open("/dev/full", O_RDONLY);
		return 4;
	}
	if (fork() == 0) {
		open("/dev/zero", O_RDONLY);
		_exit(5);
	}
	wait(NULL);
	open("/dev/null", O_RDONLY);
	execl("/proc/self/exe", argv[0], "again", (char *)NULL);
	return 3;
}
"""


def test_a_forked_child_and_exec_are_followed(gdb: Gdb) -> None:
    lines = shown(run(gdb, CHILD, """
gdb.execute("set ctester follow-fork on")
with syscalls.context(None, SysCallPattern(path=re.compile('/dev/'))) as t:
    gdb.execute("run")
calls = t.calls
print("-", [str(call.args[1].value) for call in calls])
print("-", [call.process == calls[0].process for call in calls])
"""), 4)
    assert lines == ["['/dev/zero', '/dev/null', '/dev/full']",
                     "[True, False, False]"]


def test_a_thousand_calls_take_no_more_memory_or_time_each(gdb: Gdb) -> None:
    """Nothing is left in the core; the stack is not looked at."""
    source = r"""
#include <unistd.h>
#include <sys/syscall.h>
int main(void)
{
	for (int i = 0; i < 1000; i++)
		syscall(SYS_getppid);
	return 3;
}
"""
    assert shown(run(gdb, source, """
seen = []
with syscalls.context(lambda call: seen.append(call.seq), 'getppid',
                      traceback=False) as tracing:
    ctester.run()
print("-", len(seen), seen == sorted(set(seen)))
print("-", tracing.calls[0].traceback, tracing.calls[999].result.value > 0)
""")) == ["1000 True", "[] True"]


WAITS = r"""
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int ends[2];
static volatile pid_t tid;

void begin(void) {}

static void *work(void *arg)
{
	char byte;
	tid = syscall(SYS_gettid);
	read(ends[0], &byte, 1);
	return arg;
}

static int has(const char *file, const char *what)
{
	char path[64], text[512] = "";
	snprintf(path, sizeof(path), "/proc/self/task/%d/%s", (int)tid, file);
	int fd = open(path, O_RDONLY);
	if (fd < 0 || syscall(SYS_pread64, fd, text, sizeof(text) - 1, 0) < 1)
		abort();
	close(fd);
	char *at = strstr(text, what);
	return at && (*what != '0' || at == text);
}

int main(int argc, char **argv)
{
	pthread_t thread;
	pipe(ends);
	pthread_create(&thread, NULL, work, NULL);
	while (!tid)
		sched_yield();
	/* Until it waits there, and not for the debugger. */
	while (!has("syscall", "0 ") || !has("stat", ") S "))
		sched_yield();
	begin();
	if (argc > 1)
		raise(SIGKILL);
	write(ends[1], "x", 1);
	pthread_join(thread, NULL);
	return 3;
}
"""


def test_a_call_in_flight_at_the_end_is_delivered_without_a_result(
        gdb: Gdb) -> None:
    lines = shown(run(gdb, WAITS, """
gdb.execute("break begin")
syscalls.enable(lambda call: print("-", call.name, call.result.text,
                                   call.args[0].value.path[:5]),
                SysCallPattern("read", fd=re.compile("pipe")))
gdb.execute("run")
print("- disable")
syscalls.disable()
print("- disabled")
gdb.execute("continue")
""", flags=["-pthread"]), 3)
    assert lines == ["disable", "read ? pipe:", "disabled"]


def test_a_call_in_flight_at_the_beginning_is_seen_at_its_end(gdb: Gdb
                                                              ) -> None:
    lines = shown(run(gdb, WAITS, """
gdb.execute("break begin")
gdb.execute("run")
with syscalls.context(None, ["read", "write"]) as tracing:
    gdb.execute("continue")
for call in sorted(tracing.calls, key=lambda call: call.name):
    print("-", call.name, call.result.value)
""", flags=["-pthread"]), 3)
    assert lines == ["read 1", "write 1"]


def test_a_program_that_is_killed_loses_no_call(gdb: Gdb) -> None:
    result = run(gdb, WAITS, """
syscalls.enable(lambda call: print("-", call.name, call.result.text),
                [SysCallPattern("read", fd=re.compile("pipe")), "tgkill"])
gdb.execute("run")
""", flags=["-pthread"], args=["kill"])
    assert sorted(shown(result, 128 + 9)) == ["read ?", "tgkill ?"]


def test_a_callback_can_call_functions_of_the_program(gdb: Gdb) -> None:
    found = trace(gdb, "'pipe2'", "int(gdb.parse_and_eval("
                  "'(int)getppid()')) > 0")
    assert found == [True]


def test_a_python_program_with_threads_and_sockets(gdb: Gdb) -> None:
    lines = shown(run_python(gdb, """
import socket, threading
listener = socket.create_server(("127.0.0.1", 0))

def serve():
    for _ in range(4):
        with listener.accept()[0] as connection:
            connection.sendall(connection.recv(100).upper())

def ask(number):
    with socket.create_connection(listener.getsockname()) as connection:
        connection.sendall(b"hello %d" % number)
        assert connection.recv(100) == b"HELLO %d" % number

threads = [threading.Thread(target=serve)] + [
    threading.Thread(target=ask, args=(i,)) for i in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
""", """
with syscalls.context(None, "%network") as tracing:
    gdb.execute("run")
def named(*names):
    return [call for call in tracing.calls if call.name in names]
print("-", sorted(call.args[1].value for call in named("sendto")))
print("-", len({call.pid for call in named("sendto")}))
print("-", {(c.args[1].value.sin_addr, str(c.args[1].value.sa_family))
            for c in named("connect")})
print("-", [call.result.value.path[:8] for call in named("accept4")])
print("-", sorted(call.args[1].value for call in named("recvfrom")))
"""))
    said = [b"hello %d" % i for i in range(4)]
    heard = [text.upper() for text in said]
    assert lines[0] == repr(sorted(said + heard)).replace("'", "'")
    assert lines[1] == "5"
    assert "127.0.0.1" in lines[2] and "AF_INET" in lines[2]
    assert lines[3] == repr(["socket:["] * 4)
    assert lines[4] == repr(sorted(said + heard))
