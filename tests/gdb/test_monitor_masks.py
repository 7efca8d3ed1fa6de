# SPDX-License-Identifier: MIT
"""Which calls of a monitored function fail: masks, conditions, how long."""

import errno
from typing import Any, List

import pytest

import monitors
from conftest import Gdb

FORTY = """
int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 40;
    for (int i = 1; i <= count; i++)
        if (close(1000 + i) == -7)
            printf("%d ", i);
    return 0;
}
"""


def failing(gdb: Gdb, mask: str, before: str = "", count: int = 40
            ) -> List[int]:
    """Numbers of the calls that fail."""
    program = monitors.compile_program(FORTY)
    found = monitors.told(monitors.run(gdb, program, f"""
{before}
monitored.close = True
failures.close = {mask}
failures.close_ret = -7
with sandbox():
    done = ctester.run("{count}")
numbers = [at for at, call in enumerate(stats.close.calls, 1) if call.failed]
assert stats.close.called == {count} and stats.close.failed == len(numbers)
tell([done.stdout, numbers])
"""))
    assert list(map(int, found[0].split())) == found[1]
    return found[1]


def numbers(*ranges: Any) -> List[int]:
    return [at for one in ranges
            for at in (one if isinstance(one, range) else [one])]


# The rows of the contract, then ours.
@pytest.mark.parametrize("mask,calls", [
    ("FAIL_NEVER", []),
    ("FAIL_FIRST", [1]),
    ("FAIL_ONCE", [1]),
    ("FAIL_SECOND", [2]),
    ("FAIL_THIRD", [3]),
    ("FAIL_TWICE", [1, 2]),
    ("FAIL_ALWAYS", numbers(range(1, 41))),
    ("FAIL_ALWAYS & ~FAIL_FIRST", numbers(range(2, 33))),
    ("FAIL_ALWAYS & ~(FAIL_TWICE | 0b1000)", numbers(3, range(5, 33))),
    ("1 << 31", [32]),
    ("~FAIL_FIRST", numbers(range(2, 33))),
    ("-1", numbers(range(1, 41))),
    ("0xff", numbers(range(1, 9))),
    ("0x3ff", numbers(range(1, 11))),
    ("1 << 3", [4]),
    ("1 << 34 | 1", [1, 35]),
    ("(1 << 36) - 1", numbers(range(1, 37))),
    ("{1, 4}", [1, 4]),
    ("[40]", [40]),
    ("range(2, 5)", [2, 3, 4]),
    ("range(1, 10, 4)", [1, 5, 9]),
    ("set()", []),
    ("'always'", numbers(range(1, 41))),
    ("'never'", []),
    ("'1,3,5-9,33-'", numbers(1, 3, range(5, 10), range(33, 41))),
    ("'0x80000001+'", numbers(1, range(32, 41))),
    ("'0b101'", [1, 3]),
])
def test_forty_calls(gdb: Gdb, mask: str, calls: List[int]) -> None:
    assert failing(gdb, mask) == calls


@pytest.mark.parametrize("mask,calls", [
    ("FAIL_ALWAYS & ~FAIL_FIRST", numbers(range(2, 41))),
    ("1 << 31", numbers(range(32, 41))),
    ("0x7fffffff", numbers(range(1, 32))),
    ("FAIL_ALWAYS", numbers(range(1, 41))),
])
def test_endless_masks(gdb: Gdb, mask: str, calls: List[int]) -> None:
    assert failing(gdb, mask, 'gdb.execute("set ctester endless-masks on")'
                   ) == calls


def test_a_mask_of_a_thousand_calls(gdb: Gdb) -> None:
    assert failing(gdb, "1 << 999 | 1 << 64", count=1001) == [65, 1000]


def test_what_is_left_can_be_read(gdb: Gdb) -> None:
    program = monitors.compile_program(FORTY)
    found = monitors.told(monitors.run(gdb, program, """
monitored.close = True
found = []
for mask in (FAIL_ALWAYS, FAIL_ALWAYS & ~FAIL_FIRST, 1 << 50, "1-", {3, 43}):
    failures.close = mask
    with sandbox():
        ctester.run("40")
    found.append([hex(failures.close), failures.close.endless])
tell(found)
"""))
    assert found == [["0xffffffff", 0], ["0x0", 0], ["0x400", 0],
                     ["0xffffffff", 1], ["0x4", 0]]


def test_a_mask_goes_on_from_run_to_run(gdb: Gdb) -> None:
    program = monitors.compile_program(FORTY)
    found = monitors.told(monitors.run(gdb, program, """
monitored.close = True
failures.close = {3, 5}
found = []
for _ in range(3):
    with sandbox():
        ctester.run("2")
    found.append([call.failed for call in stats.close.calls])
tell(found)
"""))
    assert found == [[0, 0], [0, 0, 1, 0], [0, 0, 1, 0, 1, 0]]


# Conditions.

OPENS = """
static int by_caller(void) { return open("/dev/null", O_RDONLY); }
int main(void)
{
    int made = open("made", O_RDWR | O_CREAT, 0600);
    int plain = open("/dev/null", O_RDONLY);
    int again = open("made", O_RDWR | O_CREAT, 0600);
    printf("%d %d %d %d %d\\n", made, plain, again, by_caller(),
           open("made", O_RDWR | O_CREAT, 0600));
    return 0;
}
"""


@pytest.mark.parametrize("setting,failed", [
    ("failures.open = FAIL_ALWAYS; failures.open.when = 'flags & O_CREAT'",
     [1, 0, 1, 0, 1]),
    ("failures.open.when = 'flags & O_CREAT'; failures.open = FAIL_SECOND",
     [0, 0, 1, 0, 0]),
    ("failures.open = FAIL_ALWAYS; failures.open.caller = 'by_caller'",
     [0, 0, 0, 1, 0]),
    ("failures.open = 1; failures.open.when = 'pathname ~ \"/dev/*\"'",
     [0, 1, 0, 0, 0]),
    ("failures.open = FAIL_ALWAYS; failures.open.when = 'flags & O_CREAT'; "
     "failures.open.when = None", [1, 1, 1, 1, 1]),
    ("failures.open = FAIL_ALWAYS; failures.open.thread = 1",
     [1, 1, 1, 1, 1]),
    ("failures.open = FAIL_ALWAYS; failures.open.thread = 2",
     [0, 0, 0, 0, 0]),
])
def test_conditions(gdb: Gdb, setting: str, failed: List[int]) -> None:
    program = monitors.compile_program(OPENS)
    found = monitors.told(monitors.run(gdb, program, f"""
monitored.open = True
{setting}
failures.open_ret, failures.open_errno = -1, "EACCES"
with sandbox():
    ctester.run()
tell([[call.failed for call in stats.open.calls],
      {{call.errno for call in stats.open.calls if call.failed}}.pop()
      if stats.open.failed else None])
"""))
    # In the order of the calls: by_caller's is behind the last one, or not.
    assert sorted(found[0]) == sorted(failed)
    assert found[0][:3] == failed[:3]
    assert found[1] == (errno.EACCES if any(failed) else None)


def test_a_thread_alone_fails(gdb: Gdb) -> None:
    program = monitors.compile_program("""
static void *work(void *arg) { (void)arg; return (void *)(long)close(500); }
int main(void)
{
    pthread_t thread;
    void *result;
    int own = close(600);
    pthread_create(&thread, NULL, work, NULL);
    pthread_join(thread, &result);
    printf("%d %d\\n", own, (int)(long)result);
    return 0;
}
""")
    found = monitors.told(monitors.run(gdb, program, """
monitored.close = True
failures.close, failures.close_ret = FAIL_ALWAYS, -5
failures.close.thread = 2
with sandbox():
    done = ctester.run()
tell([done.stdout, [call.failed for call in stats.close.calls]])
"""))
    assert found == ["-1 -5\n", [0, 1]]


# Defaults.

def test_a_failure_returns_zero_and_sets_errno_to_zero(gdb: Gdb) -> None:
    program = monitors.compile_program("""
int main(void)
{
    errno = 77;
    int closed = close(1000);
    int after = errno;
    errno = 78;
    void *memory = malloc(10);
    printf("%d %d %d %d\\n", closed, after, memory == NULL, errno);
    return 0;
}
""")
    found = monitors.told(monitors.run(gdb, program, """
monitored.close = monitored.malloc = True
failures.close = failures.malloc = FAIL_ALWAYS
assert failures.close_ret == 0 and failures.close_errno == 0
with sandbox():
    done = ctester.run()
tell([done.stdout, stats.malloc.last_return, stats.memory.used])
"""))
    # malloc has no errno field: it leaves errno alone.
    assert found == ["0 0 1 78\n", None, 0]


def test_a_prepared_buffer_is_handed_out(gdb: Gdb) -> None:
    program = monitors.compile_program("""
char pool[64] = "prepared";
int main(void)
{
    char *text = malloc(8);
    printf("%s %d\\n", text, text == pool);
    free(text);
    printf("%s\\n", text);
    return 0;
}
""")
    found = monitors.told(monitors.run(gdb, program, """
monitored.malloc = monitored.free = True
failures.malloc = failures.free = FAIL_ALWAYS
gdb.execute("break main")
gdb.execute("run")
failures.malloc_ret = int(gdb.parse_and_eval("(long)&pool"))
with sandbox():
    gdb.execute("continue")
tell([stats.malloc.last_return == failures.malloc_ret, stats.free.failed,
      logs.malloc.n])
"""))
    assert found == [1, 1, 0]


# W4: an attempt is counted, and its arguments kept, whether it fails or not.

def test_the_real_function_does_not_run(gdb: Gdb) -> None:
    program = monitors.compile_program("""
int main(void)
{
    int fd = open("made-by-open", O_CREAT | O_WRONLY, 0600);
    return access("made-by-open", F_OK) == 0 || fd != -1;
}
""")
    found = monitors.told(monitors.run(gdb, program, """
monitored.open = True
failures.open, failures.open_ret = FAIL_FIRST, -1
with sandbox():
    done = ctester.run()
tell([done.exit_code, stats.open.called, stats.open.last_params.pathname,
      stats.open.last_params.mode, stats.open.last_return])
"""))
    assert found == [0, 1, "made-by-open", 0o600, -1]
