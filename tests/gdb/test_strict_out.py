# SPDX-License-Identifier: MIT
"""What mocks write through pointers of which nothing says where they lead."""

import json
import pathlib

from conftest import Gdb, compile_c
from strict_script import carry_out


NOTHING_SAID = r"""
#include <stdio.h>
#include <string.h>
__attribute__((noinline)) int take(void *to, int n) { return n + !to; }
int main(void)
{
    char buf[32] = "..........";
    int result = take(buf, 3);
    result += take(buf, 4);
    result += take(NULL, 5);
    printf("%d %s\n", result, buf);
    return 0;
}
"""


def test_out_through_a_pointer_to_nobody_knows_what(
        gdb: Gdb, tmp_path: pathlib.Path) -> None:
    trace = tmp_path / "out.jsonl"
    carry_out(gdb, f"""
def test_the_bytes_that_were_written_are_the_interactions():
    native.mock_call(None, "take", returns=1, out={{"to": b"a\\0b"}})
    native.mock_call(None, "take", returns=2, out={{"to": "x" * 20}})
    native.mock_call(None, "take", returns=3, out={{"to": "lost"}})
    with ctester.sandbox():
        assert run() == ["6 " + "x" * 20]
    first, second, third = left()
    assert first.out == {{"to": b"a\\0b"}}, first.out
    assert second.out == {{"to": b"x" * 20 + b"\\0"}}, second.out
    assert third.out == {{}}, third.out
    assert_all()
    gdb.execute("ctester save {trace}")
""", compile_c(NOTHING_SAID, name="nothing_said"))
    calls = [json.loads(line) for line in trace.read_text().splitlines()]
    outs = [call.get("out") for call in calls if call["type"] == "call"]
    assert [out and [(one["name"], one["value"]) for one in out]
            for out in outs] == [
                [("to", "a\x00b")], [("to", "x" * 20 + "\x00")], None]


def test_out_of_a_guessed_function(gdb: Gdb) -> None:
    """Nothing says that its second word is a pointer."""
    carry_out(gdb, """
def test_the_bytes_that_were_written_are_the_interactions():
    native.mock_call("libmade", "ask", returns=1, out={1: b"abc"})
    with ctester.sandbox():
        assert run() == ["1 abc......."]
    one, = left()
    assert one.out == {"param1": b"abc"}, one.out
    assert_all()
""", compile_c(r"""
#include <dlfcn.h>
#include <stdio.h>
int main(void)
{
    char buf[] = "..........";
    void *made = dlopen("libmade.so", RTLD_NOW);
    int (*ask)(int, char *) = (int (*)(int, char *))dlsym(made, "ask");
    int result = ask(7, buf);
    printf("%d %s\n", result, buf);
    return 0;
}
""", name="asks_made", libraries=("-ldl",)))
