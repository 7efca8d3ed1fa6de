# SPDX-License-Identifier: MIT
"""Programs whose C library is no libc.so.6: static ones, and musl's."""

import shutil

import pytest

from conftest import Gdb, compile_c

PROGRAM = """
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
int main(void)
{
    int fd = open("/nowhere", O_RDONLY);
    printf("%d %d\\n", fd, fd < 0 ? errno : 0);
    return 0;
}
"""


def test_libc_in_a_static_program_is_refused(gdb: Gdb) -> None:
    """Waiting for it would never end."""
    program = compile_c(PROGRAM, flags=("-g", "-O0", "-static"))
    for command in ("ctester trace libc:open", "ctester mock libc open 7"):
        gdb.run(program, command).expect_failure(
            "no library 'libc'", "linked statically", "'open' without",
            status=2)
    result = gdb.run(program, "ctester mock - open -1 --errno EACCES",
                     "run").expect_success()
    assert "-1 13\n" in result.stdout


def test_another_library_of_a_static_program_is_waited_for(gdb: Gdb) -> None:
    program = compile_c(PROGRAM, flags=("-g", "-O0", "-static"))
    result = gdb.run(program, "ctester trace libcustom:f").expect_success()
    assert "waits for the library" in result.stdout


@pytest.mark.skipif(not shutil.which("musl-gcc"),
                    reason="the package musl-tools is not installed")
@pytest.mark.parametrize("library", ["libc", "c", "libc.so", "libpthread.so.0",
                                     "ld-musl-x86_64.so.1"])
def test_musl_is_all_of_libcs_family(gdb: Gdb, library: str) -> None:
    program = compile_c(PROGRAM, cc="musl-gcc", flags=("-g", "-O0"))
    result = gdb.run(program,
                     f"ctester mock {library} open -1 --errno EACCES",
                     "run", "ctester save trace.jsonl").expect_success()
    assert "-1 13\n" in result.stdout
    [call] = result.calls()
    assert call["args"][0]["name"] == "pathname"
    assert call["args"][0]["value"] == "/nowhere"


def test_a_name_of_cpp_is_no_library(gdb: Gdb) -> None:
    program = compile_c(PROGRAM)
    gdb.run(program, "ctester trace shop::total").expect_failure(
        "'shop::total'", "names that nm shows", status=2)


@pytest.mark.skipif(not shutil.which("musl-gcc"),
                    reason="the package musl-tools is not installed")
def test_musl_is_hooked_before_it_begins(gdb: Gdb) -> None:
    """Its dynamic linker is its C library: there is no other to wait for."""
    program = compile_c("""
        #include <pthread.h>
        #include <stdio.h>
        #include <string.h>
        __attribute__((noinline, noipa)) int length(const char *text) {
            return (int)strlen(text);
        }
        static void *body(void *text) {
            length(text);
            return NULL;
        }
        __attribute__((constructor)) static void begin(void) { length("a"); }
        int main(void) {
            pthread_t thread;
            pthread_create(&thread, NULL, body, "bcd");
            pthread_join(thread, NULL);
            printf("%d\\n", length("bc"));
            return 0;
        }""", cc="musl-gcc", flags=("-g", "-O1"))
    result = gdb.run(program, "set ctester engine agent", "set ctester live "
                     "off", "ctester trace length strlen", "run",
                     "ctester save trace.jsonl").expect_success()
    calls = result.calls()
    assert {call["engine"] for call in calls} == {"agent"}
    assert [(call["function"], call["args"][0]["value"])
            for call in calls if call["library"] == program.name] == [
        ("length", "a"), ("length", "bcd"), ("length", "bc")]
    assert [call["return"]["value"] for call in calls
            if call["function"] == "strlen"][:3] == [1, 3, 2]
