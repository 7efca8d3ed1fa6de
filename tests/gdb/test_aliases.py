# SPDX-License-Identifier: MIT
"""A function that is called by several names: what FORTIFY makes of open() and
read() jumps into them, and is one call."""

import pytest

from calls import briefs, run
from conftest import Gdb

SOURCE = """
    #include <fcntl.h>
    int main(int argc, char **argv) {
        char buf[32];
        int flags = argc > 5 ? O_CREAT : O_RDONLY;
        size_t size = argc + 4;
        int fd = open("/dev/zero", flags);
        for (int i = 0; i < 3; i++)
            if (read(fd, buf, size) < 0) return 1;
        return 0;
    }
    """
FORTIFY = ("-g", "-O2", "-D_FORTIFY_SOURCE=2")


@pytest.mark.parametrize("flags", [FORTIFY, ("-g", "-O0")],
                         ids=["fortify", "plain"])
def test_a_call_by_another_name_is_one_call(gdb: Gdb, flags) -> None:
    result = run(gdb, SOURCE, "ctester trace open read", flags=flags)
    calls = result.calls()
    assert [call["function"] for call in calls] == ["open"] + 3 * ["read"]
    assert all(call["return"]["value"] == 5 for call in calls[1:])
    assert "unfinished" not in result.stdout


def test_the_nth_call_is_counted_once(gdb: Gdb) -> None:
    calls = run(gdb, SOURCE, "ctester trace read",
                "ctester mock libc read 3 --if '$nth == 2'",
                flags=FORTIFY).calls()
    assert [brief[-1] for brief in briefs(calls)] == [5, 3, 5]
