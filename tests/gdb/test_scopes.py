# SPDX-License-Identifier: MIT
"""Whose calls count: of the program, from outside a library, or all."""

from typing import List, Sequence

import pytest

from calls import run, trace
from conftest import Gdb

CALLERS = """
    static void *(*volatile pointer)(size_t) = malloc;
    int main(void) {
        char *copy = strdup("seven b");         /* libc's malloc(8) */
        free(copy);
        free(malloc(101));
        free(pointer(102));
        return 0;
    }
    """

LINKS = [
    ("-O0",), ("-O2", "-fno-builtin"), ("-O0", "-fno-plt"),
    ("-O0", "-Wl,-z,relro,-z,now"), ("-O0", "-no-pie", "-fno-pie"),
    ("-O0", "-no-pie", "-fno-pie", "-fno-plt"),
]


def sizes(gdb: Gdb, scope: str, flags: Sequence[str],
          **options: object) -> List[int]:
    calls = run(gdb, CALLERS, f"ctester trace --scope {scope} malloc",
                flags=("-g", *flags), **options).calls()
    return [call["args"][0]["value"] for call in calls
            if call["args"][0]["value"] in (8, 101, 102)]


@pytest.mark.parametrize("flags", LINKS, ids=" ".join)
@pytest.mark.parametrize("scope", ["program", "boundary"])
def test_calls_inside_the_library_do_not_count(
        gdb: Gdb, scope: str, flags: Sequence[str]) -> None:
    assert sizes(gdb, scope, flags) == [101, 102]


@pytest.mark.parametrize("flags", LINKS[:2], ids=" ".join)
def test_all_calls_count(gdb: Gdb, flags: Sequence[str]) -> None:
    assert sizes(gdb, "all", flags) == [8, 101, 102]


def test_slots_that_were_bound_at_the_start(gdb: Gdb) -> None:
    gdb.environment["LD_BIND_NOW"] = "1"
    assert sizes(gdb, "program", ("-O0", "-Wl,-z,lazy")) == [101, 102]


@pytest.mark.parametrize("scope", ["boundary", "all", "program"])
def test_static_program(gdb: Gdb, scope: str) -> None:
    """All of it is one file: the calls of its libc count, too."""
    result = run(gdb, CALLERS, f"ctester trace --scope {scope} malloc",
                 flags=("-g", "-O0", "-static"), libraries=())
    found = [call["args"][0]["value"] for call in result.calls()]
    assert [size for size in found if size in (8, 101, 102)] == [8, 101, 102]


def test_scope_program_costs_other_callers_nothing(gdb: Gdb) -> None:
    result = run(gdb, CALLERS, "ctester trace --scope program malloc",
                 start=["run", "python import ctester.state"])
    assert [call["args"][0]["value"] for call in result.calls()] == [101, 102]


@pytest.mark.parametrize("scope", ["boundary", "program"])
def test_function_called_back_by_a_library(gdb: Gdb, scope: str) -> None:
    calls = trace(gdb, """
        KEEP int compare(const void *a, const void *b) {
            return *(const int *)a - *(const int *)b;
        }
        int main(void) {
            int v[] = {2, 1};
            qsort(v, 2, sizeof(*v), compare);
            return compare(&v[0], &v[1]) != -1;
        }
        """, "--scope", scope, "compare")
    libraries = {call["caller"]["library"] for call in calls}
    assert ("libc.so.6" in libraries) == (scope == "boundary")
    assert "prog" in libraries


def test_mock_by_scope_program_leaves_the_library_alone(gdb: Gdb) -> None:
    result = run(gdb, """
        int main(void) {
            char *copy = strdup("kept");
            printf("%s %d\\n", copy, malloc(3) == NULL);
            return 0;
        }
        """, "ctester mock --scope program libc malloc NULL")
    assert "kept 1" in result.stdout


def test_ifunc_is_met_where_it_leads(gdb: Gdb) -> None:
    calls = trace(gdb, """
        int main(int argc, char **argv) {
            return strlen(argv[0]) == 0 || strlen("four!") != 5;
        }
        """, "strlen", flags=("-g", "-O0", "-fno-builtin"))
    assert len(calls) == 2
    assert calls[1]["args"][0]["value"] == "four!"
    assert calls[1]["return"]["value"] == 5
    assert calls[1]["function"] == "strlen"
