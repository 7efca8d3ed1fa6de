# SPDX-License-Identifier: MIT
"""Flags and commands of libc's functions are shown by name, and stay
numbers."""

from calls import run
from conftest import Gdb

SOURCE = """
    #include <fcntl.h>
    #include <signal.h>
    #include <stdio.h>
    #include <sys/mman.h>
    #include <sys/socket.h>
    #include <unistd.h>
    int main(void) {
        close(open("/dev/null", O_RDWR | O_CLOEXEC));
        close(open("/dev/null", O_RDONLY));
        close(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0));
        lseek(0, 0, SEEK_CUR);
        kill(getpid(), 0);
        signal(SIGUSR1, SIG_IGN);
        mmap(NULL, 4096, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        return 0;
    }
    """
# function, parameter, value, symbol
EXPECTED = [
    ("open", 1, 0o2000002, "O_RDWR|O_CLOEXEC"),
    ("socket", 0, 1, "AF_UNIX"),
    ("socket", 1, 0o4001, "SOCK_STREAM|SOCK_NONBLOCK"),
    ("socket", 2, 0, "IPPROTO_IP"),
    ("lseek", 2, 1, "SEEK_CUR"),
    ("kill", 1, 0, None),
    ("signal", 0, 10, "SIGUSR1"),
    ("mmap", 2, 3, "PROT_READ|PROT_WRITE"),
    ("mmap", 3, 0x22, "MAP_PRIVATE|MAP_ANONYMOUS"),
]


def test_numbers_have_names_beside_them(gdb: Gdb) -> None:
    result = run(gdb, SOURCE,
                 "ctester trace open socket lseek kill signal mmap")
    calls = result.calls()
    for function, index, value, symbol in EXPECTED:
        call = next(c for c in calls if c["function"] == function)
        argument = call["args"][index]
        assert argument["value"] == value, function
        assert argument.get("symbol") == symbol, function
    assert "flags = O_RDWR|O_CLOEXEC) = " in result.stdout
    assert "flags = O_RDONLY) = " in result.stdout
    assert "sig = 0) = 0" in result.stdout


def test_a_users_function_of_the_same_name_has_numbers(gdb: Gdb) -> None:
    calls = run(gdb, """
        __attribute__((noinline)) int socket(int type, int shape, int size) {
            return type + shape + size;
        }
        int main(void) { return socket(1, 2, 3) != 6; }
        """, "ctester trace socket").calls()
    assert [argument.get("symbol") for argument in calls[0]["args"]] == \
        [None, None, None]
