# SPDX-License-Identifier: MIT
"""Which calls --if records, and which mocks it lets answer."""

from typing import Any, Dict, List, Optional

import pytest

from calls import HEAD, briefs, run, trace
from conftest import Gdb, compile_c

FIB = """
    KEEP int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
    int main(void) { return fib(4) != 3; }
    """


def test_a_filter_on_arguments_records_the_calls_that_fit(gdb: Gdb) -> None:
    calls = run(gdb, FIB, "ctester trace --if 'n > 2' fib").calls()
    assert briefs(calls) == [("fib", 3, 2), ("fib", 4, 3)]


def test_a_filter_on_the_result_is_decided_at_the_return(gdb: Gdb) -> None:
    result = run(gdb, FIB, "ctester trace --if '$return == 0' fib")
    assert briefs(result.calls()) == [("fib", 0, 0), ("fib", 0, 0)]
    assert "unfinished" not in result.stdout


def test_the_nth_call_counts_all_calls_in_scope(gdb: Gdb) -> None:
    calls = run(gdb, FIB, "ctester trace --if '$nth == 2' fib").calls()
    assert briefs(calls) == [("fib", 3, 2)]


def test_a_filter_sees_fields_text_and_the_caller(gdb: Gdb) -> None:
    calls = run(gdb, """
        struct buffer { int size; const char *name; };
        KEEP int use(const struct buffer *b) { return b->size; }
        KEEP int one(const struct buffer *b) { return use(b) + 1; }
        KEEP int two(const struct buffer *b) { return use(b) + 2; }
        int main(void) {
            struct buffer a = {1, "/etc/a"}, b = {2, "/tmp/b"};
            one(&a); one(&b); two(&a); two(&b); use(NULL);
            return 0;
        }
        """.replace("return b->size", "return b ? b->size : 0"),
        "ctester trace --if 'b->name ~ \"/etc/*\" && $caller == \"two\"' use"
    ).calls()
    assert [call["caller"]["function"] for call in calls] == ["two"]
    assert calls[0]["args"][0]["value"]["value"]["name"] == "/etc/a"


def test_a_mock_answers_only_what_its_filter_wants(gdb: Gdb) -> None:
    calls = trace_with_mocks(gdb, """
        KEEP int get(int key) { return -key; }
        int main(void) {
            for (int i = 0; i < 6; i++) get(i % 3);
            return 0;
        }
        """, "ctester mock - get 70 --if 'key == 2'",
        "ctester mock - get 71 --times 2")
    assert briefs(calls) == [("get", 0, 71), ("get", 1, 71), ("get", 2, 70),
                             ("get", 0, 0), ("get", 1, -1), ("get", 2, -2)]


def trace_with_mocks(gdb: Gdb, source: str, *mocks: str
                     ) -> List[Dict[str, Any]]:
    return run(gdb, source, "ctester trace get", *mocks).calls()


@pytest.mark.parametrize("condition, words", [
    ("n >", "column 4"),
    ("n > )", "column 5"),
    ("nn > 2", "unknown name 'nn'"),
    ("n ->x", "column"),
])
def test_a_filter_that_makes_no_sense_is_refused(gdb: Gdb, condition: str,
                                                 words: str) -> None:
    program = compile_c(HEAD + FIB, flags=("-g", "-O0"))
    gdb.run(program, f"ctester trace --if '{condition}' fib",
            "run").expect_failure("ctester trace: fib: ", words, status=2)


def test_a_mock_cannot_depend_on_the_result(gdb: Gdb) -> None:
    program = compile_c(HEAD + FIB, flags=("-g", "-O0"))
    gdb.run(program, "ctester mock - fib 3 --if '$return == 1'").expect_failure(
        "$return", status=2)


def test_a_pattern_takes_own_functions_and_calls_but_no_glue(
        gdb: Gdb) -> None:
    calls = trace(gdb, """
        #include <math.h>
        KEEP static double half(double x) { return x / 2; }
        int main(int argc, char **argv) {
            volatile double two = argc + 1;
            return half(sqrt(two)) > 1;
        }
        """, "'*'", libraries=("-lm",))
    assert [call["function"] for call in calls] == ["sqrt", "half", "main"]
    assert calls[-1]["args"][1]["value"]["value"][0].startswith("/")


def test_a_library_pattern_names_functions_as_people_do(gdb: Gdb) -> None:
    calls = trace(gdb, """
        #include <math.h>
        int main(void) { volatile double x = 16; return sqrt(x) != 4; }
        """, "'libm:*sqrt*'", libraries=("-lm",))
    assert briefs(calls) == [("sqrt", 16.0, 4.0)]


def test_guessed_arguments_are_hexadecimal_in_text(gdb: Gdb) -> None:
    result = run(gdb, """
        KEEP long far(long a, char *b) { return (long)b + a; }
        int main(void) { return far(3, "x") == 0; }
        """, "ctester trace far", flags=("-O0",))
    assert "far(\n" in result.stdout or "far(param0" in result.stdout
    assert "param0 = 3," in result.stdout
    assert "param1 = 0x" in result.stdout
    assert [call["guessed"] for call in result.calls()] == [True]


@pytest.mark.parametrize("function, call, errno", [
    ("getenv", "getenv(\"CTESTER_NOT_THERE\")", None),
    ("fopen", "fopen(\"/not/there\", \"r\")", 2),
    ("strchr", "strchr(\"abc\", 'x')", None),
])
def test_errno_counts_where_the_function_sets_it(
        gdb: Gdb, function: str, call: str, errno: Optional[int]) -> None:
    """Here errno is ENOENT before the call, too."""
    calls = trace(gdb, f"""
        int main(void) {{ errno = 2; void *p = {call}; return p != 0; }}
        """, function, flags=("-g", "-O0", "-fno-builtin"))
    assert [each["errno"] for each in calls] == [errno]
