# SPDX-License-Identifier: MIT
"""The agent in programs that do what few programs do: nothing of theirs
changes, and what can be hooked is hooked."""

from calls import HEAD
from conftest import Gdb, compile_c


def test_code_that_reads_data_first_is_hooked(gdb: Gdb) -> None:
    """Its copy has to be near the library's data: the session's memory must
    not lie around the library."""
    library = compile_c("""
        static int count = 3;
        int count_up(void) { return count++; }""", name="libcount.so",
        flags=("-g", "-O2", "-shared", "-fPIC"))
    program = compile_c(HEAD + """
        int count_up(void);
        int main(void) { return count_up() + count_up() - 7; }""",
        libraries=(str(library), f"-Wl,-rpath,{library.parent}"))
    result = gdb.run(program, "set ctester engine agent",
                     "ctester trace count_up", "run",
                     "ctester save trace.jsonl").expect_success()
    assert [(call["engine"], call["return"]["value"])
            for call in result.calls()] == [("agent", 3), ("agent", 4)]
