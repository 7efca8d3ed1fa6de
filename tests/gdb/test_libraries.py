# SPDX-License-Identifier: MIT
"""Where functions are: IFUNCs, versions, libraries that come and go."""

import pathlib
import shutil
from typing import Sequence

import pytest
from conftest import Gdb, compile_c

CALLS = r"""
#include <stdio.h>
#include <string.h>
#include <math.h>
int main(int argc, char **argv)
{
    char copy[32] = "";
    memcpy(copy, argv[0] ? "copied" : "", 7);
    printf("%zu %s %g %g\n", strlen(copy), copy, cos((double)argc - 1),
           pow(argc + 1, 3));
    return 0;
}
"""
NO_BUILTIN = ("-g", "-O0", "-fno-builtin")

PLUGIN = r"""
int twice(int n) { return 2 * n; }
static int three(int n) { return 3 * n; }
static int (*pick(void))(int) { return three; }
int thrice(int n) __attribute__((ifunc("pick")));
"""

OPENS = r"""
#include <dlfcn.h>
#include <stdio.h>
int main(int argc, char **argv)
{
    for (int i = 0; i < 2; i++) {
        void *plugin = dlopen(argv[1], RTLD_NOW);
        int (*twice)(int) = (int (*)(int))dlsym(plugin, "twice");
        int (*thrice)(int) = (int (*)(int))dlsym(plugin, "thrice");
        printf("%d %d\n", twice(4), thrice(5));
        dlclose(plugin);
    }
    return argc - 2;
}
"""


@pytest.mark.parametrize("scope", ["boundary", "program", "all"])
def test_ifuncs_are_traced_with_their_own_types(gdb: Gdb, scope: str) -> None:
    program = compile_c(CALLS, flags=NO_BUILTIN)
    result = gdb.run(program, f"ctester trace --scope {scope} strlen memcpy "
                     "cos pow --if '$caller == \"main\"'", "run",
                     "ctester save trace.jsonl").expect_success()
    assert "6 copied 1 8" in result.stdout.splitlines()
    calls = {call["function"]: call for call in result.calls()
             if call["caller"]["function"] == "main"}
    assert set(calls) == {"strlen", "memcpy", "cos", "pow"}
    assert calls["strlen"]["args"][0]["value"] == "copied"
    assert calls["strlen"]["return"]["value"] == 6
    assert calls["memcpy"]["args"][2]["value"] == 7
    assert calls["cos"]["args"][0]["value"] == 0.0
    assert calls["cos"]["return"]["value"] == 1.0
    assert [arg["value"] for arg in calls["pow"]["args"]] == [2.0, 3.0]
    assert [arg["name"] for arg in calls["pow"]["args"]] == ["x", "y"]


def test_ifuncs_are_mocked(gdb: Gdb) -> None:
    program = compile_c(CALLS, flags=NO_BUILTIN)
    result = gdb.run(program, "ctester mock --scope program libc strlen 77",
                     "ctester mock libm cos -0.5", "ctester mock m pow 9",
                     "run").expect_success()
    assert "77 copied -0.5 9" in result.stdout.splitlines()


@pytest.mark.parametrize("flags", [
    ("-static",), ("-static-pie",), ("-no-pie",),
    ("-pie", "-fno-plt", "-Wl,-z,now"), ("-pie", "-Wl,-z,lazy")])
def test_every_way_to_link(gdb: Gdb, flags: Sequence[str]) -> None:
    program = compile_c(CALLS, flags=(*NO_BUILTIN, *flags))
    result = gdb.run(program, "ctester trace --scope program strlen cos pow",
                     "run", "ctester save trace.jsonl").expect_success()
    assert "6 copied 1 8" in result.stdout.splitlines()
    calls = [call for call in result.calls()
             if call["caller"]["function"] == "main"]
    assert {call["function"]: call["return"]["value"] for call in calls} == {
        "strlen": 6, "cos": 1.0, "pow": 8.0}


def test_a_library_that_is_loaded_later(gdb: Gdb) -> None:
    plugin = compile_c(PLUGIN, name="libplug.so",
                       flags=("-g", "-O0", "-shared", "-fPIC"))
    result = gdb.run(compile_c(OPENS), "ctester trace libplug:twice",
                     "ctester trace libplug.so:thrice",
                     "ctester mock libplug twice 70",
                     "run", "ctester save trace.jsonl", args=(plugin,)
                     ).expect_success()
    assert [line for line in result.stdout.splitlines() if line[0] in "78"
            ] == ["70 15", "8 15"]
    assert [(call["function"], call["args"][0]["value"], call["outcome"])
            for call in result.calls() if call["function"] == "twice"] == [
        ("twice", 4, "mocked"), ("twice", 4, "real")]
    assert len(result.calls(function="thrice")) == 2


def test_a_mock_of_a_library_that_never_comes_is_unused(gdb: Gdb) -> None:
    result = gdb.run(compile_c(CALLS, flags=NO_BUILTIN),
                     "ctester mock libnever never 1", "run")
    result.expect_failure("never", status=1)


def test_a_function_in_two_libraries(gdb: Gdb) -> None:
    shared = ("-g", "-O0", "-shared", "-fPIC")
    one = compile_c("int f(int n) { return n + 1; }", name="libone.so",
                    flags=shared)
    two = compile_c("int f(int n) { return n + 2; }", name="libtwo.so",
                    flags=shared)
    program = compile_c(r"""
#include <dlfcn.h>
int main(int argc, char **argv)
{
    int sum = 0;
    for (int i = 1; i < argc; i++)
        sum += ((int (*)(int))dlsym(dlopen(argv[i], RTLD_NOW), "f"))(10);
    return sum - 23;
}
""")
    result = gdb.run(program, "ctester trace libtwo:f", "run",
                     "ctester save trace.jsonl", args=(one, two)
                     ).expect_success()
    assert [(call["library"], call["return"]["value"])
            for call in result.calls()] == [("libtwo.so", 12)]


def test_a_preloaded_interposer(gdb: Gdb) -> None:
    interposer = compile_c(
        "char *getenv(const char *name) { (void)name; return \"mine\"; }",
        name="libmine.so", flags=("-g", "-O0", "-shared", "-fPIC"))
    # The loader takes a blank in LD_PRELOAD for the end of a name.
    shutil.copy(interposer, gdb.directory)
    program = compile_c(
        "#include <stdlib.h>\n#include <stdio.h>\n"
        "int main(void) { puts(getenv(\"HOME\")); return 0; }")
    result = gdb.run(program, "set exec-wrapper env LD_PRELOAD=./libmine.so",
                     "ctester trace libmine:getenv", "run",
                     "ctester save trace.jsonl").expect_success()
    assert "mine" in result.stdout.splitlines()
    assert result.calls()[0]["return"]["value"] == "mine"


def test_a_library_that_is_compiled_anew(gdb: Gdb) -> None:
    shared = ("-g", "-O0", "-shared", "-fPIC")
    plugin = gdb.directory / "libplug.so"
    shutil.copy(compile_c(PLUGIN, name="libplug.so", flags=shared), plugin)
    new = compile_c("int thrice(int n) { return n; }\n" * 1
                    + "int twice(long n) { return (int)n + 1; }",
                    name="libplug.so", flags=shared)
    result = gdb.run(compile_c(OPENS), "ctester trace libplug:twice", "run",
                     f"shell rm libplug.so; cp '{new}' libplug.so", "run",
                     "ctester save trace.jsonl", args=(plugin,)
                     ).expect_success()
    assert [(call["args"][0]["type"], call["return"]["value"])
            for call in result.calls()] == [
        ("int", 8), ("int", 8), ("long", 5), ("long", 5)]


def test_paths_with_blanks(gdb: Gdb) -> None:
    place = gdb.directory / "a b ü"
    place.mkdir()
    program = pathlib.Path(shutil.copy(
        compile_c(CALLS, flags=NO_BUILTIN), place / "my prog"))
    result = gdb.run(program, "ctester trace main cos", "run",
                     "ctester save trace.jsonl").expect_success()
    assert {call["library"] for call in result.calls()} == {
        "my prog", "libm.so.6"}
