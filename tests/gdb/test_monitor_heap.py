# SPDX-License-Identifier: MIT
"""Memory that is freed twice in the sandbox is reported, and survived."""

from typing import Any

import pytest

import monitors
from conftest import Gdb

FREES = """
#include <malloc.h>
static char *kept;
static void twice(char *text)
{
    free(text);
    free(text);
}
static void work(void)
{
    if (kept)
        free(kept);
    kept = malloc(40);
    free(kept);
}
int main(int argc, char **argv)
{
    char *text = malloc(40), *other;
    switch (argv[argc - 1][0]) {
    case 't': /* the address does not come back */
        twice(text);
        other = malloc(40);
        printf("%d", text == other);
        break;
    case 'o': /* libc's own malloc is not watched */
        for (int i = 0; i < 2; i++) {
            other = strdup("a text");
            free(other);
        }
        printf("legitimate");
        break;
    case 'm': /* memory in use does not grow without end */
        for (int i = 0; i < 3000; i++)
            free(malloc(1000));
        for (int i = 0; i < 60; i++)
            free(malloc(1 << 20));
        printf("%d", mallinfo2().uordblks + mallinfo2().hblkhd < 20 << 20);
        break;
    case 'r':
        free(text);
        text = realloc(text, 50);
        printf("%d", text != NULL);
        free(text);
        break;
    case 'z': /* what realloc has moved or freed is no more */
        other = realloc(text, 100000);
        free(other);
        text = malloc(10);
        text = realloc(text, 0);
        free(NULL);
        printf("%d", text == NULL);
        break;
    case 'b': /* between the two sandboxes it is freed, and given out again */
        work();
        free(kept);
        kept = strdup("0123456789012345678901234567890123456");
        work();
        printf("done");
        break;
    case 'l':
        free(text);
        break;
    }
    fflush(stdout);
    return 0;
}
"""
SCRIPT = """
for name in ("malloc", "calloc", "realloc", "free"):
    monitored[name] = True


def end(how, **options):
    del stats.memory
    try:
        with sandbox(**options):
            done = ctester.run(how)
    except ctester.SandboxError as error:
        return [error.tag, str(error), error.stdout, stats.free.called]
    return [done.exit_code, done.stdout, stats.free.called]
"""


def run(gdb: Gdb, script: str) -> Any:
    return monitors.told(monitors.run(
        gdb, monitors.compile_program(FREES), SCRIPT + script))


def line_of(text: str) -> int:
    return (monitors.HEAD + FREES).splitlines().index(text) + 1


def test_a_double_free_is_reported_and_survived(gdb: Gdb) -> None:
    found = run(gdb, """
first = end("t", timeout=20)
tell([first, [call.outcome for call in stats.free.calls],
      stats.memory.used, end("l"), end("t")])
""")
    tag, message, stdout, called = found[0]
    assert (tag, stdout, called) == ("double_free", "0", 2)
    lines = message.splitlines()
    assert lines[0] == "Your code produced a double free."
    assert lines[1].startswith("It happened in twice (text=0x")
    at = line_of("    free(text);") + 1
    assert lines[1].endswith(f" at source.c:{at}.")
    assert found[1:3] == [["real", "real"], 40]
    assert found[3] == [0, "", 1]
    assert found[4][0] == "double_free"


def test_memory_of_libcs_own_is_freed_as_it_is(gdb: Gdb) -> None:
    assert run(gdb, "tell(end('o'))") == [0, "legitimate", 2]


def test_what_is_kept_has_a_limit(gdb: Gdb) -> None:
    assert run(gdb, "tell(end('m', timeout=60))") == [0, "1", 3060]


def test_a_realloc_of_what_is_freed_goes_on(gdb: Gdb) -> None:
    found = run(gdb, "tell(end('r'))")
    assert [found[0], *found[2:]] == ["double_free", "1", 2]


def test_realloc_moves_and_frees(gdb: Gdb) -> None:
    assert run(gdb, "tell(end('z') + [stats.memory.used])") == [0, "1", 2, 0]


def test_behind_the_sandbox_nothing_is_known_any_more(gdb: Gdb) -> None:
    assert run(gdb, "tell(end('b', start='work'))") == [0, "done", 3]


def test_a_free_that_fails_gives_the_block_up(gdb: Gdb) -> None:
    found = run(gdb, """
failures.free = FAIL_ALWAYS
tell(end("t") + [stats.free.failed])
""")
    assert [found[0], *found[2:]] == ["double_free", "0", 2, 2]


def test_with_the_quirks_libc_notices_it(gdb: Gdb) -> None:
    found = run(gdb, """
gdb.execute("set ctester upstream-quirks on")
tell(end("t", timeout=20))
""")
    assert [found[0], found[3]] == ["sigabrt", 2]


def test_what_is_not_monitored_is_not_kept(gdb: Gdb) -> None:
    found = run(gdb, """
monitored.malloc = False
tell(end("t", timeout=20)[0])
""")
    assert found == "sigabrt"


COMMANDS = """
ctester monitor malloc free
ctester sandbox open
run twice
ctester sandbox close
"""


@pytest.mark.parametrize("closes", [True, False])
def test_it_is_told_at_the_prompt_too(gdb: Gdb, closes: bool) -> None:
    commands = COMMANDS.strip().splitlines()[:None if closes else -1]
    result = gdb.run(monitors.compile_program(FREES), *commands)
    assert result.status == 1, result.shown()
    assert "Your code produced a double free." in result.stderr
    assert "It happened in twice (text=0x" in result.stderr


def test_a_verifier_of_the_script_tells_it(gdb: Gdb) -> None:
    program = monitors.compile_program(FREES)
    (gdb.directory / "test_own.py").write_text("""
import ctester

def test_one():
    ctester.monitored.malloc = ctester.monitored.free = True
    mine = ctester.StrictVerifier()
    ctester.native.NativePlugin(mine)
    with mine.sandbox():
        assert ctester.run("twice").exit_code == 0

def test_two():
    with ctester.sandbox():
        assert ctester.run("other").exit_code == 0
""")
    result = gdb.shell(gdb.root / "scripts" / "ctester", "test",
                       "test_own.py", "--", program)
    assert result.status == 1, result.shown()
    assert [line.split(" - ")[0] for line in result.stdout.splitlines()
            if " - " in line] == ["not ok 1", "ok 2"], result.shown()
