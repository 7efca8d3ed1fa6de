# SPDX-License-Identifier: MIT
"""What is counted of monitored functions, when, and what is known of calls."""

from typing import Any, List

import pytest

import monitors
from conftest import Gdb, clean_environment, run_bounded

SCOPES = """
int main(void)
{
    void *(*volatile allocate)(size_t) = malloc;
    char *own = malloc(10);
    char *copy = strdup("libc's own malloc");
    FILE *file = fopen("/dev/null", "w");   /* its open, and its buffer */
    fprintf(file, "its write");
    fclose(file);
    void *other = allocate(20);
    write(1, "x\\n", 2);
    free(own);
    free(other);
    free(copy);
    return 0;
}
"""


def test_the_programs_own_calls_count_through_pointers_too(gdb: Gdb) -> None:
    program = monitors.compile_program(SCOPES)
    found = monitors.told(monitors.run(gdb, program, """
for name in ("malloc", "open", "write", "free", "close"):
    monitored[name] = True
with sandbox():
    ctester.run()
tell({name: stats[name].called for name in monitored})
"""))
    assert found == {"malloc": 2, "open": 0, "write": 1, "free": 3,
                     "close": 0}


def test_nothing_counts_outside_of_the_sandbox(gdb: Gdb) -> None:
    program = monitors.compile_program("""
int main(void) { return close(900) + close(901) + 2; }
""")
    found = monitors.told(monitors.run(gdb, program, """
monitored.close = True
failures.close, failures.close_ret = FAIL_TWICE, -9
first = ctester.run()
with sandbox():
    second = ctester.run()
monitored.close = False
failures.close = FAIL_ALWAYS
with sandbox():
    third = ctester.run()
tell([first.exit_code, second.exit_code, third.exit_code,
      stats.close.called, failures.close])
"""))
    # The mask was not consumed where nothing was counted.
    assert found == [0, (-16) % 256, 0, 2, 0xFFFFFFFF]


def test_monitored_is_looked_at_on_every_call(gdb: Gdb) -> None:
    program = monitors.compile_program("""
void on(void) { }
void off(void) { }
int main(void)
{
    close(1); close(2);
    on(); close(3); close(4); off();
    close(5);
    on(); close(6); off();
    return close(7) + 1;
}
""")
    found = monitors.told(monitors.run(gdb, program, """
class Switch(gdb.Breakpoint):
    def stop(self):
        monitored.close = self.location == "on"
        return False

gdb.execute("start", False, True)
Switch("on"), Switch("off")
monitored.open = True
with sandbox():
    gdb.execute("continue")
tell([call.params.fd for call in stats.close.calls])
"""))
    assert found == [3, 4, 6]


def test_four_threads_are_counted_exactly(gdb: Gdb) -> None:
    program = monitors.compile_program("""
static void *work(void *arg)
{
    for (int i = 0; i < 100; i++)
        if (close(1000 + (int)(long)arg * 100 + i) == -3)
            errno = 0;
    return NULL;
}
int main(void)
{
    pthread_t threads[4];
    for (long i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, work, (void *)i);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
""")
    found = monitors.told(monitors.run(gdb, program, """
monitored.close = True
failures.close, failures.close_ret = range(101, 201), -3
with sandbox():
    ctester.run()
calls = stats.close.calls
tell([stats.close.called, stats.close.failed,
      len({call.thread for call in calls}),
      sorted(call.params.fd for call in calls) == list(range(1000, 1400)),
      [at for at, call in enumerate(calls, 1) if call.failed]
      == list(range(101, 201))])
"""))
    assert found == [400, 100, 4, 1, 1]


def test_a_forked_child_has_the_real_functions(gdb: Gdb) -> None:
    program = monitors.compile_program("""
int main(void)
{
    int status;
    int own = close(900);
    if (fork() == 0)
        _exit(close(dup(1)) == 0 && getpid() != -4 ? 5 : 6);
    wait(&status);
    int last = close(901);
    printf("%d %d %d\\n", own, WEXITSTATUS(status), last);
    return 0;
}
""")
    found = monitors.told(monitors.run(gdb, program, """
monitored.close = monitored.getpid = True
failures.close, failures.close_ret = FAIL_ALWAYS, -4
with sandbox():
    done = ctester.run()
tell([done.stdout, stats.close.called, stats.getpid.called])
"""))
    assert found == ["-4 5 -4\n", 2, 0]


@pytest.mark.parametrize("flags", [("-static",), ("-no-pie", "-fno-plt"),
                                   ("-Wl,-z,now",)])
def test_other_ways_to_link(gdb: Gdb, flags: Any) -> None:
    program = monitors.compile_program("""
int main(void)
{
    int fd = open("/dev/null", O_RDONLY);
    char *own = malloc(10), *copy = strdup("not the program's malloc");
    free(own);
    free(copy);
    close(fd);
    return fd != -2;
}
""", flags=(*monitors.FLAGS, *flags))
    found = monitors.told(monitors.run(gdb, program, """
for name in ("open", "malloc", "free", "close"):
    monitored[name] = True
failures.open, failures.open_ret = FAIL_FIRST, -2
with sandbox():
    done = ctester.run()
tell([done.exit_code, [stats[name].called for name in monitored],
      stats.open.last_params.pathname, stats.close.last_return])
"""))
    assert found == [0, [1, 1, 2, 1], "/dev/null", -1]


def test_two_static_functions_of_one_name_are_two(gdb: Gdb) -> None:
    (gdb.directory / "one.c").write_text("""
static int helper(int x) { return x + 1; }
int one(int x) { return helper(x); }
""")
    program = monitors.compile_program("""
int one(int x);
static int helper(int x, int y) { return x * y; }
int main(void)
{
    return one(1) + one(2) + helper(3, 4) - 17;
}
""", flags=(*monitors.FLAGS, "one.c"), includes=[gdb.directory / "one.c"])
    found = monitors.told(monitors.run(gdb, program, """
names = ["one.c:helper", "source.c:helper"]
for name in names:
    monitored[name] = True
failures["source.c:helper"] = FAIL_NEVER
with sandbox():
    assert ctester.run().exit_code == 0
tell([[tuple(call.params) + (call.result,) for call in stats[name].calls]
      for name in names] + [stats["source.c:helper"].last_params["y"]])
"""))
    assert found == [[[1, 2], [2, 3]], [[3, 4, 12]], 4]


@pytest.mark.parametrize("flags", [("-g", "-O2", "-D_FORTIFY_SOURCE=2"),
                                   ("-g", "-O0", "-D_FILE_OFFSET_BITS=64")])
def test_other_names_of_a_function_are_it(gdb: Gdb, flags: Any) -> None:
    program = monitors.compile_program("""
#include <sys/stat.h>
int main(int argc, char **argv)
{
    char buffer[8];
    struct stat found;
    int fd = open("/dev/zero", O_RDONLY);
    int got = (int)read(fd, buffer, argc * 3);
    int failed = stat(argv[0], &found);
    return got != 3 || failed || lseek(fd, 5, SEEK_SET) < 0;
}
""", flags=flags)
    result = monitors.run(gdb, program, """
for name in ("open", "read", "stat", "lseek"):
    monitored[name] = True
with sandbox():
    done = ctester.run()
tell([done.exit_code, [stats[name].called for name in monitored],
      list(stats.read.last_params.names), stats.read.last_params.count])
""")
    assert monitors.told(result) == [0, [1, 1, 1, 1], ["fd", "buf", "count"],
                                     3]
    assert "warning" not in result.stderr, result.shown()


# History.

POINTS = """
struct point { int x, y; const char *name; };
static int move(struct point *point, int by, const char *why)
{
    point->x += by;
    (void)why;
    return point->x;
}
int main(void)
{
    struct point here = {1, 2, "here"};
    move(&here, 10, "first");
    here.y = 5;
    move(&here, 100, "then");
    return 0;
}
"""


def test_the_whole_history_before_and_after(gdb: Gdb) -> None:
    program = monitors.compile_program(POINTS)
    found = monitors.told(monitors.run(gdb, program, """
monitored["source.c:move"] = True
with sandbox():
    ctester.run()
of = stats["source.c:move"]
first, last = of.calls
tell({"before": [first.params.point_val, last.params.point_val],
      "after": [first.params_after.point_val, last.params_after.point_val],
      "results": [first.result, last.result], "called": of.called,
      "by": [call.params["by"] for call in of.calls],
      "why": [call.params[2] for call in of.calls],
      "names": list(last.params.names), "caller": last.caller,
      "same": of.last_params == last.params, "seq": first.seq < last.seq,
      "pointer": of.last_params.point == of.last_params.point_ptr > 4096,
      "returns": of.last_returns, "library": last.function})
"""))
    assert found == {
        "before": [{"x": 1, "y": 2, "name": "here"},
                   {"x": 11, "y": 5, "name": "here"}],
        "after": [{"x": 11, "y": 2, "name": "here"},
                  {"x": 111, "y": 5, "name": "here"}],
        "results": [11, 111], "called": 2, "by": [10, 100],
        "why": ["first", "then"], "names": ["point", "by", "why"],
        "caller": "main", "same": 1, "seq": 1, "pointer": 1,
        "returns": {"point": {"x": 111, "y": 5, "name": "here"}},
        "library": "move"}


def test_without_a_call_fields_are_none(gdb: Gdb) -> None:
    program = monitors.compile_program("""
int main(int argc, char **argv) { return argc > 9 ? open(*argv, 0) : 0; }
""")
    found = monitors.told(monitors.run(gdb, program, """
monitored.open = True
with sandbox():
    ctester.run()
of = stats.open
tell([of.called, of.failed, of.last_params.flags, of.last_return, of.calls,
      of.last_returns])
"""))
    assert found == [0, 0, None, None, [], {}]


def test_calls_are_forgotten_on_demand(gdb: Gdb) -> None:
    program = monitors.compile_program("""
int main(void) { return close(900) + close(901) + 2; }
""")
    found = monitors.told(monitors.run(gdb, program, """
monitored.close = True
with sandbox():
    ctester.run()
    before = stats.close.called
    del stats.close
    none = stats.close.called
    ctester.run()
tell([before, none, stats.close.called, stats.close.calls[0].params.fd])
"""))
    assert found == [2, 0, 2, 900]


def test_stats_can_be_called_for_its_table(gdb: Gdb) -> None:
    program = monitors.compile_program("""
int main(void) { return close(900) + 1; }
""")
    found = monitors.told(monitors.run(gdb, program, """
monitored.close = True
failures.close, failures.close_errno = FAIL_SECOND, "EIO"
with sandbox():
    ctester.run()
tell([stats(), stats("close"), refused(lambda: stats("nosuch"))])
"""))
    for table in found[:2]:
        assert "libc.so.6:close" in table
        assert "0  0x1         close, last: (fd=900) = -1 EBADF" in table
    assert found[2] == "Error: 'nosuch' is not traced or mocked"


# Memory.

def test_the_log_of_allocations(gdb: Gdb) -> None:
    program = monitors.compile_program("""
int main(void)
{
    char *one = malloc(10), *two = calloc(4, 5);
    one = realloc(one, 100);
    free(two);
    free(NULL);
    char *three = realloc(NULL, 700);
    printf("%ld %ld\\n", (long)one, (long)three);
    return 0;
}
""")
    found = monitors.told(monitors.run(gdb, program, """
for name in ("malloc", "calloc", "realloc", "free"):
    monitored[name] = True
with sandbox():
    done = ctester.run()
one, three = map(int, done.stdout.split())
two = stats.calloc.last_return
tell({"log": [block.size for block in logs.malloc.log], "n": logs.malloc.n,
      "where": [block.ptr for block in logs.malloc.log] == [one, three],
      "used": stats.memory.used, "all": malloc_allocated(),
      "known": [malloced(one), malloced(one + 99), malloced(one + 100),
                malloced(two), malloced(None), malloced(three)]})
"""))
    assert found == {"log": [100, 700], "n": 2, "where": 1, "used": 800,
                     "all": 800, "known": [1, 1, 0, 0, 0, 1]}


def test_the_log_has_no_end(gdb: Gdb) -> None:
    program = monitors.compile_program("""
int main(void)
{
    for (int i = 0; i < 1100; i++)
        malloc(2);
    return 0;
}
""")
    found = monitors.told(monitors.run(gdb, program, """
monitored.malloc = True
with sandbox():
    ctester.run()
found = [logs.malloc.n, stats.memory.used]
gdb.execute("set ctester upstream-quirks on")
tell(found + [logs.malloc.n])
""", timeout=120))
    assert found == [1100, 2200, 1000]


# W10.

QUIRKS = """
#include <poll.h>
#include <sys/stat.h>
int main(void)
{
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    struct stat found;
    struct pollfd nothing = {-1, 0, 0};
    pthread_mutex_lock(&mutex);
    poll(&nothing, 1, 0);
    fstat(1, &found);
    fstat(1, &found);
    free(malloc(5));
    void *kept = malloc(6);
    free(malloc(7));
    return kept == NULL;
}
"""


@pytest.mark.parametrize("on,expected", [
    # mutex failed, poll's result, fstat's result, what is left of free's
    # mask, whether any address was allocated
    (False, [1, 0, -9, 0, 0]),
    (True, [0, None, 0, 0b10, 1]),
])
def test_upstream_quirks(gdb: Gdb, on: bool, expected: List[Any]) -> None:
    program = monitors.compile_program(QUIRKS)
    found = monitors.told(monitors.run(gdb, program, f"""
gdb.execute("set ctester upstream-quirks {'on' if on else 'off'}")
for name in ("pthread_mutex_lock", "poll", "fstat", "free", "malloc"):
    monitored[name] = True
failures.pthread_mutex_lock = FAIL_ALWAYS
failures.fstat, failures.fstat_ret = FAIL_SECOND, -9
failures.free = 0b10
with sandbox():
    ctester.run()
tell([stats.pthread_mutex_lock.failed, stats.poll.last_return,
      stats.fstat.last_return, failures.free, malloced(12345)])
"""))
    assert found == expected


SOCKETS = """
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
int main(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(address);
    int server = (int)syscall(SYS_socket, AF_INET, SOCK_STREAM, 0);
    int client = (int)syscall(SYS_socket, AF_INET, SOCK_STREAM, 0);
    char byte;
    syscall(SYS_bind, server, &address, size);
    syscall(SYS_listen, server, 1);
    syscall(SYS_getsockname, server, &address, &size);
    syscall(SYS_connect, client, &address, size);
    accept(server, (struct sockaddr *)&address, &size);
    recv(client, &byte, 1, MSG_DONTWAIT);
    recvfrom(client, &byte, 1, 0, NULL, NULL);
    lseek((int)syscall(SYS_memfd_create, "memory", 0), 5000000001, SEEK_SET);
    return 0;
}
"""


@pytest.mark.parametrize("on,expected", [
    (False, [{"addr": "127.0.0.1", "addrlen": 16}, -1, -7, 5000000001]),
    # accept has filled in nothing, a failed recvfrom has written recv's, and
    # an int has no room for the offset.
    (True, [{"addr": None, "addrlen": None}, -7, None,
            5000000001 - 2**32]),
])
def test_upstream_quirks_of_sockets_and_lseek(
        gdb: Gdb, on: bool, expected: List[Any]) -> None:
    program = monitors.compile_program(SOCKETS)
    found = monitors.told(monitors.run(gdb, program, f"""
gdb.execute("set ctester upstream-quirks {'on' if on else 'off'}")
for name in ("accept", "recv", "recvfrom", "lseek"):
    monitored[name] = True
failures.recvfrom, failures.recvfrom_ret = FAIL_FIRST, -7
with sandbox(timeout=20):
    assert ctester.run().exit_code == 0
peer = plain(stats.accept.last_returns)
if peer["addr"]:
    assert peer["addr"]["sin_port"] > 0
    peer["addr"] = peer["addr"]["sin_addr"]
tell([peer, stats.recv.last_return, stats.recvfrom.last_return,
      stats.lseek.last_return])
"""))
    assert found == expected


# W7.

def test_each_test_function_begins_anew(gdb: Gdb) -> None:
    program = monitors.compile_program("""
int main(void) { return close(900) == -1 ? 0 : 9; }
""")
    (gdb.directory / "test_anew.py").write_text("""
import ctester
from ctester import FAIL_ALWAYS, failures, logs, monitored, sandbox, stats

def test_one():
    monitored.close = monitored.malloc = True
    failures.close, failures.close_ret = FAIL_ALWAYS, 5
    failures.close_errno = 3
    failures.close.when = "fd == 900"
    with sandbox():
        assert ctester.run().exit_code == 9
    assert stats.close.called == 1

def test_two():
    assert not monitored.close and list(monitored) == []
    assert stats.close.called == 0 and failures.close == 0
    assert failures.close_ret == 0 and failures.close_errno == 0
    assert failures.close.when is None and logs.malloc.n == 0
    monitored.close = True
    with sandbox():
        assert ctester.run().exit_code == 0
    assert stats.close.called == 1 and stats.close.failed == 0
""")
    for command in (
            [gdb.root / "scripts" / "ctester", "test", "test_anew.py", "--",
             program],
            [gdb.executable, "-nx", "-batch", "-iex",
             "set debuginfod enabled off", "-x", gdb.root / "ctester.gdb",
             "-x", "test_anew.py", program]):
        result = run_bounded(command, gdb.directory,
                             {**clean_environment(gdb.directory),
                              **gdb.environment}, 60)
        result.expect_success()
        assert "2 passed" in result.stdout, result.shown()


def test_clear_forgets_it_all(gdb: Gdb) -> None:
    program = monitors.compile_program("""
int main(void) { return close(900) == -1 ? 0 : 9; }
""")
    found = monitors.told(monitors.run(gdb, program, """
monitored.close = True
failures.close, failures.close_ret = FAIL_ALWAYS, 5
with sandbox():
    ctester.run()
ctester.clear()
tell([stats.close.called, monitored.close, failures.close,
      ctester.run().exit_code])
"""))
    assert found == [0, 0, 0, 0]


# Bad input.

@pytest.mark.parametrize("action,words", [
    ("setattr(monitored, 'opne', True)",
     ["BadMockError: monitored.opne: no function 'opne'", "'open'"]),
    ("monitored.opne", ["no function 'opne'", "'open'"]),
    ("setattr(monitored, 'open', 2)", ["monitored.open: 2 is not True"]),
    ("setattr(monitored, 'open', 'yes')", ["'yes' is not True or False"]),
    ("monitored[3]", ["3 is no name of a function"]),
    ("monitored.__setitem__('op*', True)", ["'op*' is a pattern"]),
    ("monitored.__setitem__('libc:opne', True)",
     ["no function 'opne' in libc", "'open'"]),
    ("setattr(failures, 'opne_ret', 1)", ["no function 'opne'", "'open'"]),
    ("setattr(failures, 'open', 1.5)", ["failures.open: 1.5 is no mask"]),
    ("setattr(failures, 'open', True)", ["True is no mask; FAIL_ALWAYS"]),
    ("setattr(failures, 'open', None)", ["None is no mask"]),
    ("setattr(failures, 'open', {0})", ["calls are numbered from 1 on"]),
    ("setattr(failures, 'open', {'a'})", ["calls are numbered from 1 on"]),
    ("setattr(failures, 'open', 'sometimes')", ["'sometimes' names no calls"]),
    ("setattr(failures, 'open_ret', 2**40)",
     ["failures.open: 1099511627776 does not fit in int"]),
    ("setattr(failures, 'open_ret', 'text')", ["failures.open: ", "int"]),
    ("setattr(failures, 'open_ret', 1.5)", ["failures.open: ", "int"]),
    ("setattr(failures, 'free_ret', 1)", ["failures.free: "]),
    ("setattr(failures, 'malloc_ret', 1.5)", ["failures.malloc: ", "1.5"]),
    ("setattr(failures, 'open_errno', 'ENOSUCH')",
     ["failures.open_errno: 'ENOSUCH' is no name of errno(3)"]),
    ("setattr(failures, 'open_errno', -1)", ["-1 is no name of errno(3)"]),
    ("setattr(failures.open, 'when', 'flgs & 1')",
     ["failures.open: unknown name 'flgs' (did you mean flags?)"]),
    ("setattr(failures.open, 'when', 7)", ["7 is no filter expression"]),
    ("setattr(failures.open, 'caller', '')", ["'' is no name of a function"]),
    ("setattr(failures.open, 'thread', 0)", ["0 is no number of a thread"]),
    ("setattr(failures.open, 'wen', 'fd')", ["'wen'", "'when'"]),
    ("stats.opne", ["stats.opne: no function 'opne'", "'open'"]),
    ("stats.open.caled", ["stats.open has no 'caled'", "'called'"]),
    ("stats.open.last_params.flag", ["no parameter 'flag'", "'flags'?"]),
    ("setattr(stats, 'open', 3)", ["stats.open: statistics are only read"]),
    ("stats.memory.usd", ["'usd'"]),
    ("sandbox(timeout=0).__enter__()", ["timeout: 0 is no number of seconds"]),
    ("sandbox(timeout='2').__enter__()", ["timeout: '2' is no number"]),
])
def test_bad_input(gdb: Gdb, action: str, words: List[str]) -> None:
    program = monitors.compile_program("""
int main(void) { free(malloc(3)); return open("/dev/null", 0) < 0; }
""")
    found = monitors.told(monitors.run(gdb, program, f"""
tell(refused(lambda: {action}))
"""))
    for word in words:
        assert word in found


def test_what_was_wrong_changes_nothing(gdb: Gdb) -> None:
    program = monitors.compile_program("""
int main(void) { return open("/dev/null", 0) != -3 || errno != EACCES; }
""")
    found = monitors.told(monitors.run(gdb, program, """
monitored.open = True
failures.open = FAIL_FIRST
failures.open_ret, failures.open_errno = -3, "EACCES"
for name, value in (("open", "no"), ("open_ret", 2**99),
                    ("open_errno", "EX"), ("opne", 1)):
    refused(lambda: setattr(failures, name, value))
refused(lambda: setattr(failures.open, "when", "no such"))
with sandbox():
    tell(ctester.run().exit_code)
"""))
    assert found == 0


@pytest.mark.parametrize("source,name,words", [
    ("int main(int argc, char **argv) { char *memory = malloc(argc); "
     "free(memory); return 0; }", "malloc",
     ["malloc: the program has no call of it", "-O0 -fno-builtin"]),
    ("static inline int twice(int x) { return 2 * x; }\n"
     "int (*volatile pointer)(int) = twice;\n"
     "int main(int argc, char **argv) { return twice(argc) + pointer(argc); }",
     "twice", ["twice: inlined at 1 place", "-fno-inline"]),
])
def test_calls_that_the_compiler_took_away_are_warned_of(
        gdb: Gdb, source: str, name: str, words: List[str]) -> None:
    program = monitors.compile_program(source, flags=("-g", "-O2"))
    result = monitors.run(gdb, program, f"""
monitored[{name!r}] = True
with sandbox():
    ctester.run()
""").expect_success()
    assert result.stderr.count("warning") == 1, result.shown()
    for word in words:
        assert word in result.stderr, result.shown()


def test_a_name_is_waited_for_without_a_program(gdb: Gdb) -> None:
    program = monitors.compile_program("""
int main(void) { return close(900) == -1 ? 0 : 9; }
""")
    found = monitors.told(gdb.run(None, python=monitors.SCRIPT + f"""
monitored.close = True
failures.close, failures.close_ret = FAIL_FIRST, 5
with sandbox():
    done = ctester.run({str(program)!r})
tell([done.exit_code, stats.close.called, stats.close.failed])
"""))
    assert found == [9, 1, 1]
