# SPDX-License-Identifier: MIT
"""Forced returns: the program receives what the mock says, of every type, and
the mocked function does not run."""

from typing import List, NamedTuple, Sequence

import pytest

from calls import OPTIMIZED, briefs, run
from conftest import Gdb, compile_c
import calls as snippets


class Row(NamedTuple):
    """A function's result: its C type, the mock's value, the same in C, and
    how the program prints it (`r` is the result)."""

    type: str
    mock: str
    value: str
    show: str = '"%ld", (long)r'


LONG_DOUBLE = '"%.20Lg", r'
COMPLEX = '"%.20Lg %.20Lg", (long double)creall(r), (long double)cimagl(r)'
PAIR = '"%ld %ld", (long)r.a, (long)r.b'

ROWS = [
    Row("char", "'x'", "'x'"),
    Row("signed char", "-5", "-5"),
    Row("unsigned char", "250", "250"),
    Row("short", "-12345", "-12345"),
    Row("unsigned short", "54321", "54321"),
    Row("int", "-1", "-1"),
    Row("unsigned int", "4000000000", "4000000000u"),
    Row("long", "-1234567890123456789", "-1234567890123456789L"),
    Row("unsigned long", "0xfedcba9876543210", "0xfedcba9876543210ul"),
    Row("long long", "9223372036854775807", "9223372036854775807LL"),
    Row("__int128", "-1267650600228229401496703205383",
        "-((__int128)1 << 100) - 7",
        '"%lx %lx", (long)(r >> 64), (long)r'),
    Row("unsigned __int128", "340282366920938463463374607431768211451",
        "~(unsigned __int128)0 - 4", '"%lx %lx", (long)(r >> 64), (long)r'),
    Row("_Bool", "true", "1"),
    Row("_Bool", "0", "0"),
    Row("float", "0.1", "0.1f", '"%.9g", r'),
    Row("double", "0.1", "0.1", '"%.17g", r'),
    Row("double", "-inf", "-__builtin_inf()", '"%g", r'),
    Row("double", "nan", "__builtin_nan(\"\")", '"%d", r != r'),
    Row("long double", "0.1", "0.1L", LONG_DOUBLE),
    Row("long double", "-1e4000", "-1e4000L", LONG_DOUBLE),
    Row("float _Complex", "1.5-2.25i", "1.5f - 2.25f * I", COMPLEX),
    Row("double _Complex", "0.1+1e300i", "0.1 + 1e300 * I", COMPLEX),
    Row("long double _Complex", "0.1-0.3i", "0.1L - 0.3L * I", COMPLEX),
    Row("enum color", "GREEN", "GREEN"),
    Row("enum access", "READ|EXECUTE", "READ | EXECUTE"),
    Row("const char *", '"one \\"two\\" \\t3"', '"one \\"two\\" \\t3"',
        '"[%s]", r'),
    Row("char *", "NULL", "NULL", '"%d", r == NULL'),
    Row("void *", "0x1234", "(void *)0x1234"),
    Row("int *", "{1, 2, 3}", "(int[]){1, 2, 3}",
        '"%d %d %d", r[0], r[1], r[2]'),
    Row("struct two_longs", "{-7, 1099511627776}", "{-7, 1L << 40}", PAIR),
    Row("struct two_doubles", "{a = 1.5, b = -2}", "{1.5, -2}",
        '"%g %g", r.a, r.b'),
    Row("struct long_double_mix", "{5, 2.5}", "{5, 2.5}",
        '"%ld %g", r.a, r.b'),
    Row("struct double_long_mix", "{2.5, 5}", "{2.5, 5}",
        '"%g %ld", r.a, r.b'),
    Row("struct small", "{a = 1, b = -2, c = 'z'}", "{1, -2, 'z'}",
        '"%d %d %c", r.a, r.b, r.c'),
    Row("struct three_floats", "{0.5, 1.5, -2}", "{0.5f, 1.5f, -2}",
        '"%g %g %g", r.a, r.b, r.c'),
    Row("struct big", "{x = {1, 2, 3}, name = \"inside\", next = NULL}",
        "{{1, 2, 3}, \"inside\", NULL}",
        '"%ld %ld %ld %s %p", r.x[0], r.x[1], r.x[2], r.name, '
        '(void *)r.next'),
    Row("struct named", "{name = \"text\", length = 4}", "{\"text\", 4}",
        '"%s %d", r.name, r.length'),
    Row("struct named *", "{name = \"behind\", length = 6}",
        "&(struct named){\"behind\", 6}", '"%s %d", r->name, r->length'),
    Row("struct wrapped", "{0.25}", "{0.25L}", '"%Lg", r.a'),
    Row("struct bits", "{a = 5, b = -3, c = 1000}", "{5, -3, 1000}",
        '"%d %d %d", r.a, r.b, r.c'),
    Row("union either", "{f = 1.5}", "{.f = 1.5f}", '"%g", r.f'),
    Row("struct tree *", "{value = 1, left = {value = 2}, "
                         "right = {value = 3}}",
        "&(struct tree){1, &(struct tree){2, NULL, NULL}, "
        "&(struct tree){3, NULL, NULL}}",
        '"%d %d %d", r->value, r->left->value, r->right->value'),
    Row("vector", "{1, -2, 3, -4}", "{1, -2, 3, -4}",
        '"%d %d %d %d", r[0], r[1], r[2], r[3]'),
]

TYPES = """
#include <complex.h>
enum color { RED, GREEN = 5 };
enum access { READ = 1, WRITE = 2, EXECUTE = 4 };
struct two_longs { long a, b; };
struct two_doubles { double a, b; };
struct long_double_mix { long a; double b; };
struct double_long_mix { double a; long b; };
struct small { short a; int b; char c; };
struct three_floats { float a, b, c; };
struct big { long x[3]; const char *name; struct big *next; };
struct named { const char *name; int length; };
struct wrapped { long double a; };
struct bits { unsigned a : 3; int b : 5; unsigned c : 20; };
union either { float f; char c; };
struct tree { int value; struct tree *left, *right; };
typedef int vector __attribute__((vector_size(16)));
static int ran;
"""


def table_program(rows: Sequence[Row]) -> str:
    """Each row prints "NUMBER got" as received and "NUMBER want" in C."""
    functions: List[str] = [TYPES]
    body: List[str] = []
    for number, row in enumerate(rows):
        functions.append(
            f"KEEP {row.type} f{number}(void) {{\n"
            f"    {row.type} r; memset(&r, 0, sizeof(r));\n"
            "    ran++; return r;\n}\n"
            f"static void show{number}(const char *what, {row.type} r) {{\n"
            f"    printf(\"{number} %s \", what);\n"
            f"    printf({row.show});\n    printf(\"\\n\");\n}}\n")
        body.append(
            f"    {row.type} w{number} = {row.value};\n"
            f"    show{number}(\"got\", f{number}());\n"
            f"    show{number}(\"want\", w{number});\n")
    return ("".join(functions) + "int main(void) {\n" + "".join(body)
            + "    printf(\"ran %d\\n\", ran);\n    return 0;\n}\n")


@pytest.mark.parametrize("cc", ["gcc", "clang"])
@pytest.mark.parametrize("level", ["-O0", "-O2"])
def test_every_type_is_returned(gdb: Gdb, cc: str, level: str) -> None:
    source = table_program(ROWS)
    if cc == "clang":
        source = "#undef KEEP\n#define KEEP __attribute__((noinline, " \
                 "optnone))\n" + source
    result = run(gdb, source,
                 *(f"ctester mock - f{number} {row.mock}"
                   for number, row in enumerate(ROWS)),
                 flags=("-g", level, "-Wno-psabi"), cc=cc)
    lines = result.stdout.splitlines()
    assert "ran 0" in lines
    different = []
    for number, row in enumerate(ROWS):
        got, want = ([line.split(" ", 2)[2] for line in lines
                      if line.startswith(f"{number} {what} ")]
                     for what in ("got", "want"))
        assert len(want) == 1
        if got != want:
            different.append(f"{row.type}: {got}, not {want}")
    assert different == []
    assert [call["outcome"] for call in result.calls()] == (
        ["mocked"] * len(ROWS))


def test_void_function_does_not_run(gdb: Gdb) -> None:
    result = run(gdb, """
        static int ran;
        KEEP void f(int *p) { ran++; *p = 5; }
        int main(void) {
            int x = 1;
            f(&x); f(&x);
            printf("x %d ran %d\\n", x, ran);
            return 0;
        }
        """, "ctester mock - f void")
    assert "x 5 ran 1" in result.stdout


def test_answers_are_given_in_order(gdb: Gdb) -> None:
    result = run(gdb, """
        KEEP int f(int n) { return n; }
        int main(void) {
            for (int i = 0; i < 8; i++) printf("<%d>", f(i));
            return 0;
        }
        """, "ctester trace f", "ctester mock - f 100",
                 "ctester mock --times 3 - f 200",
                 "ctester mock - f 300", "ctester mock --optional - f 400")
    assert "<100><200><200><200><300><400><6><7>" in result.stdout
    assert [call["outcome"] for call in result.calls()] == (
        ["mocked"] * 6 + ["real"] * 2)


def test_an_answer_for_every_call(gdb: Gdb) -> None:
    result = run(gdb, """
        KEEP int f(int n) { return n; }
        int main(void) {
            long sum = 0;
            for (int i = 0; i < 500; i++) sum += f(i);
            printf("sum %ld\\n", sum);
            return 0;
        }
        """, "ctester mock --times all - f 2")
    assert "sum 1000" in result.stdout


def test_errno_is_set_with_the_answer(gdb: Gdb) -> None:
    result = run(gdb, """
        #include <fcntl.h>
        KEEP int own(void) { return 0; }
        int main(void) {
            errno = 0;
            int fd = open("/dev/null", O_RDONLY);
            printf("open %d %d\\n", fd, errno);
            errno = 0;
            int got = own();
            printf("own %d %d\\n", got, errno);
            return 0;
        }
        """, "ctester mock libc open -1 --errno EMFILE",
                 "ctester mock - own 7 --errno 17")
    assert "open -1 24" in result.stdout and "own 7 17" in result.stdout
    assert [call["errno"] for call in result.calls()] == [24, 17]


def test_unused_answers_fail_a_batch_run(gdb: Gdb) -> None:
    source = "KEEP int f(void) { return 0; } int main(void) { return 0; }"
    program = compile_c(snippets.HEAD + source)
    needed = gdb.run(program, "ctester mock - f 1", "run")
    assert needed.status == 1 and "f" in needed.stderr
    gdb.run(program, "ctester mock --optional - f 1",
            "run").expect_success()


@pytest.mark.parametrize("flags", [("-g", "-O0"), OPTIMIZED],
                         ids=["O0", "O2"])
def test_static_function_is_mocked(gdb: Gdb, flags: Sequence[str]) -> None:
    result = run(gdb, """
        struct pair { long a; double b; };
        static int ran;
        static __attribute__((noinline, noclone))
        struct pair hidden(int n) {
            ran++;
            return (struct pair){n, n};
        }
        int main(int argc, char **argv) {
            struct pair p = hidden(argc);
            printf("%ld %g ran %d\\n", p.a, p.b, ran);
            return 0;
        }
        """, "ctester mock - hidden {a = 12, b = 0.5}", flags=flags)
    assert "12 0.5 ran 0" in result.stdout


def test_clone_is_traced_but_not_mocked(gdb: Gdb) -> None:
    source = snippets.HEAD + """
        struct wide { long a, b, c, d; };
        static __attribute__((noinline)) long
        shrunk(const struct wide *w, int unused, int constant) {
            __asm__ volatile("" : : : "memory");
            return w->b * constant;
        }
        int main(int argc, char **argv) {
            struct wide w = {1, argc, 3, 4};
            return shrunk(&w, argc, 5) + shrunk(&w, 2, 5) != 10;
        }
        """
    program = compile_c(source, flags=OPTIMIZED)
    result = gdb.run(program, "ctester mock - shrunk 1")
    result.expect_failure("shrunk", "cannot be mocked", "compiler",
                          status=2)
    traced = gdb.run(program, "ctester trace shrunk", "run",
                     "ctester save trace.jsonl").expect_success()
    assert [call["return"]["value"] for call in traced.calls()] == [5, 5]


def test_inlined_function_is_reported_with_its_places(gdb: Gdb) -> None:
    source = snippets.HEAD + """
        static inline __attribute__((always_inline)) int in(int n) {
            return n * 3 + 1;
        }
        int main(int argc, char **argv) {
            printf("%d %d\\n", in(argc), in(argc + 4));
            return 0;
        }
        """
    program = compile_c(source, flags=OPTIMIZED)
    result = gdb.run(program, "ctester mock - in 1")
    result.expect_failure("in", "inlined", "2 places", status=2)
    result = gdb.run(program, "ctester trace in")
    result.expect_failure("in", "inlined", "2 places", status=2)


def test_answer_in_the_middle_of_an_open_call(gdb: Gdb) -> None:
    result = run(gdb, """
        KEEP int inner(int n) { return n; }
        KEEP int outer(int n) { return inner(n) + 1; }
        int main(void) { printf("<%d>", outer(1)); return 0; }
        """, "ctester trace outer inner", "ctester mock - inner 41")
    assert "<42>" in result.stdout
    assert briefs(result.calls()) == [("inner", 1, 41), ("outer", 1, 42)]


def test_answer_to_a_tail_call(gdb: Gdb) -> None:
    result = run(gdb, """
        KEEP int last(int n) { return n; }
        KEEP int first(int n) { return last(n + 1); }
        int main(void) { printf("<%d>", first(1)); return 0; }
        """, "ctester trace first last", "ctester mock - last 9",
                 flags=OPTIMIZED)
    assert "<9>" in result.stdout
    assert briefs(result.calls()) == [("last", 2, 9), ("first", 1, 9)]


def test_answer_to_recursion_ends_it(gdb: Gdb) -> None:
    result = run(gdb, """
        KEEP int down(int n) { return n ? down(n - 1) + 1 : 0; }
        int main(void) { printf("<%d>", down(5)); return 0; }
        """, "ctester trace down", "ctester mock - down 50 --if n==2")
    assert "<53>" in result.stdout
    assert briefs(result.calls()) == [
        ("down", 2, 50), ("down", 3, 51), ("down", 4, 52), ("down", 5, 53)]


def test_library_function_is_mocked_for_the_program_alone(gdb: Gdb) -> None:
    """strdup's own malloc is none of the program's."""
    result = run(gdb, """
        int main(void) {
            char *copy = strdup("kept");
            void *p = malloc(10);
            printf("%s %d\\n", copy, p == NULL);
            return 0;
        }
        """, "ctester mock libc malloc NULL --errno ENOMEM")
    assert "kept 1" in result.stdout


def test_x87_and_vector_results_leave_other_registers_alone(
        gdb: Gdb) -> None:
    result = run(gdb, """
        KEEP long double f(void) { return 1; }
        KEEP double g(double x) { return x; }
        int main(void) {
            long double sum = 0;
            double d = 1.5;
            for (int i = 0; i < 20; i++) {
                sum += f() * 2 + i;
                d += g(d) * 0.5;
            }
            printf("%Lg %g\\n", sum, d);
            return 0;
        }
        """, "ctester mock --times all - f 0.25",
                 "ctester mock --times all - g 2.0")
    assert "200 21.5" in result.stdout
