# SPDX-License-Identifier: MIT
"""Where prototypes come from: the sources, in their order."""

import subprocess

from conftest import Gdb, compile_c

PROGRAM = r"""
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
static int compare(const void *a, const void *b)
{ return *(const int *)a - *(const int *)b; }
int main(void)
{
    int numbers[] = {3, 1, 2};
    char buffer[8] = "";
    int fd = open("/dev/zero", O_RDONLY);
    read(fd, buffer, 4);
    qsort(numbers, 3, sizeof(int), compare);
    struct addrinfo *list = NULL;
    getaddrinfo("127.0.0.1", "80", NULL, &list);
    printf("%d %s\n", numbers[0], list ? "found" : "none");
    return 0;
}
"""
# gcc writes no declarations without -g: then only ctester's own list is left.
BARE = ("-O0", "-fno-builtin")
ELSEWHERE = "set debug-file-directory /nowhere"
FUNCTIONS = "open read qsort getaddrinfo printf"


def test_libc_without_its_debug_information(gdb: Gdb) -> None:
    result = gdb.run(compile_c(PROGRAM, flags=BARE), ELSEWHERE,
                     f"ctester trace {FUNCTIONS}", "run",
                     "info ctester targets", "ctester save trace.jsonl"
                     ).expect_success()
    assert result.stdout.count("the shipped list") == 5
    calls = {call["function"]: call for call in result.calls()
             if call["caller"]["library"] == "prog"}
    args = {name: {arg["name"]: arg["value"] for arg in call["args"]}
            for name, call in calls.items()}
    assert args["open"]["pathname"] == "/dev/zero"
    assert list(args["read"]) == ["fd", "buf", "count"]
    assert args["read"]["count"] == 4
    assert list(args["qsort"]) == ["base", "nmemb", "size", "compar"]
    assert args["getaddrinfo"]["node"] == "127.0.0.1"
    assert args["printf"]["format"] == "%d %s\n"
    assert [arg["value"] for arg in calls["printf"]["args"][1:]] == [
        1, "found"]


def test_debug_information_comes_first(gdb: Gdb) -> None:
    result = gdb.run(compile_c(PROGRAM), f"ctester trace {FUNCTIONS}",
                     "info ctester targets").expect_success()
    assert result.stdout.count("prototype: debug information") == 5


def test_declarations_of_the_caller_come_before_the_list(gdb: Gdb) -> None:
    result = gdb.run(compile_c(PROGRAM), ELSEWHERE, "ctester trace qsort",
                     "info ctester targets").expect_success()
    assert "a caller's declaration" in result.stdout
    # With the names of the list: declarations have none.
    assert "void *base" in result.stdout and "nmemb" in result.stdout


LIBRARY = r"""
struct shape { int sides; double length; const char *name; };
typedef int visit_fn(struct shape *shape, void *arg);
double measure(const struct shape *shape, int times)
{ return shape->sides * shape->length * times; }
int visit(struct shape *shape, visit_fn *fn, void *arg)
{ return fn(shape, arg); }
"""
HEADER = r"""
#ifndef SHAPE_H
#define SHAPE_H
#include "shape_types.h"
#define API extern __attribute__((visibility("default")))
#define MANY(name) int name##_count(int n)
API double measure(const struct shape *shape, int times);
API int visit(struct shape *shape, visit_fn *fn, void *arg);
static inline int doubled(int n) { return 2 * n; }
MANY(shape);
#endif
"""
TYPES = """
struct shape { int sides; double length; const char *name; };
typedef int visit_fn(struct shape *shape, void *arg);
"""
USER = r"""
#include "shape.h"
int show(struct shape *shape, void *arg) { return arg ? shape->sides : 0; }
int main(void)
{
    struct shape s = {4, 2.5, "square"};
    return (int)measure(&s, 2) - 20 + visit(&s, show, &s) - 4;
}
"""


def test_a_users_header_describes_a_library_without_debug_information(
        gdb: Gdb) -> None:
    include = gdb.directory / "include"
    include.mkdir()
    (include / "shape.h").write_text(HEADER)
    (include / "shape_types.h").write_text(TYPES)
    (gdb.directory / "user.c").write_text(USER)
    (gdb.directory / "lib.c").write_text(LIBRARY)
    for command in ("gcc -shared -fPIC -O0 -o libshape.so lib.c",
                    "gcc -O0 -Iinclude -o user user.c -L. -lshape "
                    "-Wl,-rpath,."):
        subprocess.run(command.split(), cwd=gdb.directory, check=True)
    user = gdb.directory / "user"
    guessed = gdb.run(user, "ctester trace measure", "info ctester targets")
    assert "guessed" in guessed.stdout, guessed.shown()
    assert "param0" in guessed.stdout
    result = gdb.run(user, "ctester prototypes include/shape.h",
                     "ctester trace measure visit",
                     "ctester mock --optional --times 3 --if 'times == 99' "
                     "libshape measure 1.5", "run",
                     "info ctester targets", "ctester save trace.jsonl"
                     ).expect_success()
    assert "the user's header" in result.stdout, result.shown()
    measure, visit = result.calls()
    assert [arg["name"] for arg in measure["args"]] == ["shape", "times"]
    assert measure["args"][0]["value"]["value"] == {
        "sides": 4, "length": 2.5, "name": "square"}
    assert measure["return"]["value"] == 20.0
    assert visit["args"][1]["value"]["symbol"] == "show"


def test_a_header_with_an_error(gdb: Gdb) -> None:
    (gdb.directory / "bad.h").write_text("int f(int;\nint g(strange x);\n")
    result = gdb.run(None, "ctester prototypes bad.h")
    result.expect_failure("bad.h", "error", status=2)
    assert len(result.stderr.splitlines()) == 1, result.shown()
    result = gdb.run(None, "ctester prototypes missing.h")
    result.expect_failure("missing.h", "No such file", status=2)


def test_structs_of_libc_are_decoded(gdb: Gdb) -> None:
    program = compile_c(r"""
#include <stdio.h>
#include <time.h>
int main(void)
{
    time_t when = 86400;
    struct tm *tm = gmtime(&when);
    char text[40];
    strftime(text, sizeof(text), "%Y-%m-%d", tm);
    FILE *file = fopen("/dev/null", "w");
    fputs(text, file);
    return fclose(file);
}
""", flags=("-O0",))
    result = gdb.run(program, "ctester trace strftime fputs", "run",
                     "ctester save trace.jsonl").expect_success()
    strftime, fputs = result.calls()
    tm = strftime["args"][3]["value"]["value"]
    assert (tm["tm_year"], tm["tm_mday"], tm["tm_wday"]) == (70, 2, 5)
    assert strftime["return"]["value"] == 10
    assert fputs["args"][0]["value"] == "1970-01-02"
    # A stream's members are libc's own, and lead to all other streams.
    assert list(fputs["args"][1]["value"]) == ["address"]
    assert fputs["args"][1]["type"] == "FILE *"


def test_what_a_va_list_has_is_not_shown(gdb: Gdb) -> None:
    program = compile_c(r"""
#include <stdarg.h>
#include <stdio.h>
static int put(char *to, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int size = vsnprintf(to, 20, format, list);
    va_end(list);
    return size;
}
int main(void) { char text[20]; return put(text, "%d", 7) - 1; }
""")
    result = gdb.run(program, "ctester trace vsnprintf", "run",
                     "ctester save trace.jsonl").expect_success()
    [call] = result.calls()
    assert list(call["args"][3]["value"]) == ["address"]
    assert [out["name"] for out in call["out"]] == ["str"]


STATIC = r"""
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
int index(int count, const char *text) { return text[0] + count; }
int main(void)
{
    printf("visit %d\n", 5);
    open("/dev/null", O_RDONLY);
    open("/nonexistent/x", O_WRONLY | O_CREAT, 0640);
    getenv("HOME");
    return index(1, "a") != 'b';
}
"""


def arguments(calls: list[dict]) -> list[tuple]:
    return [(arg["name"], arg["value"]) for call in calls
            for arg in call["args"]]


def test_libc_in_a_static_program(gdb: Gdb) -> None:
    program = compile_c(STATIC, flags=("-g", "-O0", "-fno-builtin", "-static"))
    result = gdb.run(program, "break main", "run",
                     "ctester trace printf open getenv index", "continue",
                     "ctester save trace.jsonl").expect_success()
    printf, read, create, getenv, index = result.calls()
    assert printf["function"] == "printf"
    assert printf["args"][0]["name"] == "format"
    assert [arg["value"] for arg in printf["args"]] == ["visit %d\n", 5]
    assert arguments([read]) == [("pathname", "/dev/null"), ("flags", 0)]
    assert [arg["value"] for arg in create["args"]] == [
        "/nonexistent/x", 0o101, 0o640]
    assert getenv["args"][0]["name"] == "name"
    # The program's own: index(const char *s, int c) is libc's.
    assert arguments([index]) == [("count", 1), ("text", "a")]


def test_a_function_named_as_one_of_libc_has_none_of_its_rules(
        gdb: Gdb) -> None:
    program = compile_c(r"""
#include <stdarg.h>
int printf(const char *format, ...) { return format[0]; }
static int open(const char *path, int flags, ...) { return path[flags & 1]; }
int main(void) { return printf("%d", 5) + open("abc", 64, 1) < 0; }
""", flags=("-g", "-O0", "-fno-builtin", "-static"))
    result = gdb.run(program, "ctester trace printf open", "break main", "run",
                     "continue", "ctester save trace.jsonl").expect_success()
    # libc's own start calls neither.
    printf, opened = result.calls()
    assert arguments([printf]) == [("format", "%d")]
    assert arguments([opened]) == [("path", "abc"), ("flags", 64)]


LINES_ONLY = """
#include <stdio.h>
__attribute__((noinline)) int plus(int a, int b) { return a + b; }
int main(void) { printf("%d\\n", plus(2, 3)); return 0; }
"""


def test_debug_information_without_types_describes_nothing(gdb: Gdb) -> None:
    """With -g1 an entry looks like that of `void plus()`."""
    program = compile_c(LINES_ONLY, flags=("-g1", "-O0"))
    result = gdb.run(program, "ctester mock - plus 9 --if '$1 == 2'",
                     "run", "info ctester targets",
                     "ctester save trace.jsonl").expect_success()
    assert "9\n" in result.stdout and "guessed" in result.stdout
    call = result.calls(function="plus")[0]
    assert call["guessed"]
    assert [arg["value"] for arg in call["args"][:2]] == [2, 3]


def test_a_function_that_takes_nothing_is_no_guess(gdb: Gdb) -> None:
    program = compile_c("static int n; void tick() { n++; }\n"
                        "int main(void) { tick(); return n - 1; }\n")
    result = gdb.run(program, "ctester trace tick", "run").expect_success()
    assert "tick()\n" in result.stdout
