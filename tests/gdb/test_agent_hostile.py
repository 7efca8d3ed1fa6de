# SPDX-License-Identifier: MIT
"""The agent in programs that make it hard: memory that goes away while it is
read, system calls that are not allowed.  Nothing of theirs changes, and they
never see a signal that is not their own."""

import pytest

from calls import HEAD
from conftest import Gdb, compile_c

RAW = """
    #include <fcntl.h>
    #include <sys/mman.h>
    #include <sys/syscall.h>
    static long raw(long n, long a, long b, long c, long d, long e, long f) {
        long r;
        register long r10 __asm__("r10") = d;
        register long r8 __asm__("r8") = e;
        register long r9 __asm__("r9") = f;
        __asm__ volatile("syscall" : "=a"(r) : "a"(n), "D"(a), "S"(b), "d"(c),
                         "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
        return r;
    }
"""

# Seen by nobody but the kernel; and a moment later, the agent still believes
# the page to be there.
GOING = HEAD + RAW + """
    struct pair { long a, b; };
    static char *page;
    static int seen;
    KEEP int look(const struct pair *pair, const char *text) {
        return pair != 0 && text != 0;
    }
    static void on_fault(int number) { (void)number; _exit(99); }
    int main(int argc, char **argv) {
        int file = argc > 1 ? open(argv[1], O_RDWR | O_CREAT, 0600) : -1;
        signal(SIGSEGV, on_fault);
        signal(SIGBUS, on_fault);
        page = mmap(0, 4096, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        for (int i = 0; i < 20; i++) {
            if (file >= 0 && ftruncate(file, 4096))
                return 1;
            raw(SYS_mmap, (long)page, 4096, 3, MAP_FIXED | (file < 0
                ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED), file, 0);
            *(struct pair *)page = (struct pair){i, 2};
            strcpy(page + 100, "there");
            look((void *)page, page + 100);
            if (file < 0)
                raw(SYS_munmap, (long)page, 4096, 0, 0, 0, 0);
            else if (ftruncate(file, 0))
                return 1;
            look((void *)page, page + 100);
        }
        return 0;
    }"""


@pytest.mark.parametrize("arguments", ["", "file"])
def test_memory_that_goes_away_while_it_is_read(
        gdb: Gdb, arguments: str) -> None:
    program = compile_c(GOING)
    result = gdb.run(program, "set ctester engine agent", "set ctester live "
                     "off", "ctester trace look", f"run {arguments}",
                     "ctester save trace.jsonl").expect_success()
    assert "exited normally" in result.stdout, result.shown()
    calls = result.calls()
    assert {call["engine"] for call in calls} == {"agent"}
    pairs = [(call["args"][0]["value"].get("value"),
              call["args"][1]["value"]) for call in calls]
    assert pairs[::2] == [({"a": i, "b": 2}, "there") for i in range(20)]
    assert len(pairs) == 40
    for pair, text in pairs[1::2]:
        assert pair is None and "error" in str(text)
