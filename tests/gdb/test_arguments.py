# SPDX-License-Identifier: MIT
"""Arguments and results of every type, at the entry and at the return."""

import json
import pathlib
from typing import Any, Dict, List

import pytest

from calls import run, trace
from conftest import Gdb

HERE = pathlib.Path(__file__).parent
# All of them take minutes; half of them have each option once.
BUILDS = [pytest.param(f"types-{cc}-{dwarf}-O{level}", marks=[
    pytest.mark.long] if (cc == "clang") ^ (dwarf == 5) ^ (level == 2) else [])
          for cc in ("gcc", "clang") for dwarf in (4, 5) for level in (0, 2)]


@pytest.mark.parametrize("build", BUILDS)
def test_every_call_of_the_types_fixture_is_right(gdb: Gdb,
                                                  build: str) -> None:
    report = gdb.directory / "report.json"
    unoptimized = gdb.fixture(build.replace("-O2", "-O0"))
    gdb.run(
        gdb.fixture(build), timeout=300,
        python=f"import sys; sys.path.insert(0, {str(HERE)!r})\n"
               "import call_checks\n"
               f"call_checks.check({str(gdb.fixture(build))!r},"
               f" {str(unoptimized)!r}, {str(report)!r})\n").expect_success()
    found = json.loads(report.read_text())
    if found["different"]:
        pytest.fail("\n".join(found["different"]), pytrace=False)
    assert found["calls"] >= 300


def shown(call: Dict[str, Any]) -> List[Any]:
    """The values of a call's arguments; a followed pointer's pointee."""
    values = []
    for argument in call["args"]:
        value = argument.get("value")
        if isinstance(value, dict) and "address" in value:
            value = value.get("value", "pointer")
        values.append(value)
    return values


def outputs(call: Dict[str, Any]) -> Dict[str, Any]:
    """What pointed-to arguments became."""
    result = {}
    for argument in call.get("out") or []:
        value = argument.get("value")
        if isinstance(value, dict) and "address" in value:
            value = value.get("value")
        result[argument["name"]] = value
    return result


def test_printf_shows_what_its_format_names(gdb: Gdb) -> None:
    calls = trace(gdb, r"""
        int main(void) {
            char buffer[200];
            printf("%d %ld %s %c %f %%\n", -1, 1L << 40, "text", 'c', 2.5);
            printf("%Lf %p %*d %.*s\n", 1.25L, (void *)0x10, 5, 7, 2, "abc");
            errno = 2;
            printf("%m %d\n", 9);
            printf("%d %d %d %d %d %d %d %f %f %f %f %f %f %f %f %f %d\n",
                   1, 2, 3, 4, 5, 6, 7, .5, 1., 2., 3., 4., 5., 6., 7., 8.,
                   8);
            snprintf(buffer, sizeof(buffer), "%s-%x", "a", 255);
            fprintf(stderr, "%s", "");
            printf("no more\n");
            return 0;
        }
        """, "printf", "snprintf", "fprintf",
                  flags=("-g", "-O0", "-fno-builtin"))
    assert shown(calls[0])[1:] == [-1, 1 << 40, "text", "c", 2.5]
    assert shown(calls[1])[1:] == [1.25, "pointer", 5, 7, 2, "ab"]
    assert shown(calls[2])[1:] == [9]
    assert shown(calls[3])[1:] == [1, 2, 3, 4, 5, 6, 7, .5, 1, 2, 3, 4, 5, 6,
                                   7, 8, 8]
    assert shown(calls[4])[1:] == [200, "%s-%x", "a", 255]
    assert list(outputs(calls[4]).values()) == ["a-ff"]
    assert shown(calls[5])[1:] == ["%s", ""]
    assert len(calls[6]["args"]) == 1


def test_printf_reads_no_more_text_than_its_precision(gdb: Gdb) -> None:
    calls = trace(gdb, r"""
        #include <sys/mman.h>
        int main(void) {
            char text[] = {'a', 'b', 'c', 'd', 'e', 'f', 'g', 0};
            char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
            munmap(page + 4096, 4096);
            char *end = memcpy(page + 4093, "xyz", 3);
            printf("%.2s %5.3s %.9s %-8.*s\n", text, text, text, 4, text);
            printf("%.s %.0s %.*s|\n", text, text, -1, text);
            printf("%.3s %.*s %.2s\n", end, 3, end, (char *)NULL);
            printf("%.2s %s %.3d\n", text, text, 5);
            return 0;
        }
        """, "printf", flags=("-g", "-O0", "-fno-builtin"))
    assert shown(calls[0])[1:] == ["ab", "abc", "abcdefg", 4, "abcd"]
    assert shown(calls[1])[1:] == ["", "", -1, "abcdefg"]
    assert shown(calls[2])[1:] == ["xyz", 3, "xyz", None]
    assert shown(calls[3])[1:] == ["ab", "abcdefg", 5]
    for call in calls:
        assert not [arg for arg in call["args"]
                    if isinstance(arg["value"], dict)
                    and arg["value"].get("truncated")]


def test_open_shows_a_mode_where_it_has_one(gdb: Gdb) -> None:
    calls = trace(gdb, """
        #include <fcntl.h>
        int main(void) {
            close(open("/dev/null", O_RDONLY));
            close(open("made", O_CREAT | O_WRONLY, 0640));
            fcntl(1, F_GETFD);
            fcntl(1, F_DUPFD, 20);
            return 0;
        }
        """, "open", "fcntl")
    assert shown(calls[0])[0] == "/dev/null"
    assert len(calls[0]["args"]) == 2
    assert shown(calls[1])[0] == "made"
    assert shown(calls[1])[2:] == [0o640]
    assert len(calls[2]["args"]) == 2
    assert shown(calls[3])[2:] == [20]


def test_vectors_end_at_null(gdb: Gdb) -> None:
    result = run(gdb, """
        int main(void) {
            char *const args[] = {"true", "one", "two", NULL};
            char *const env[] = {"A=1", NULL};
            if (!vfork()) { execve("/nonexistent", args, env); _exit(0); }
            wait(NULL);
            execve("/nonexistent", args, env);
            execl("/nonexistent", "zero", "first", (char *)NULL);
            return 0;
        }
        """, "ctester trace execve execl")
    execve = result.calls(function="execve")[-1]
    assert shown(execve) == ["/nonexistent", ["true", "one", "two"],
                             ["A=1"]]
    execl = result.calls(function="execl")[-1]
    assert shown(execl)[:3] == ["/nonexistent", "zero", "first"]
    assert execl["errno"] == 2


def test_buffers_have_the_length_that_the_call_says(gdb: Gdb) -> None:
    calls = trace(gdb, r"""
        #include <sys/socket.h>
        int main(void) {
            int pair[2];
            char buffer[64] = "................................";
            char to[16];
            socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
            write(pair[0], "written text", 7);
            read(pair[1], buffer, sizeof(buffer));
            send(pair[1], "back", 4, 0);
            recv(pair[0], buffer, 64, 0);
            FILE *file = tmpfile();
            fwrite("12345678", 2, 4, file);
            rewind(file);
            fread(buffer, 2, 4, file);
            memcpy(to, "copied!", 6);
            chdir("/");
            getcwd(buffer, sizeof(buffer));
            int a = 0; char word[8];
            sscanf("17 word", "%d %7s", &a, word);
            return 0;
        }
        """, "write", "read", "send", "recv", "fread", "fwrite", "memcpy",
                  "getcwd", flags=("-g", "-O0", "-fno-builtin"))
    by_name = {call["function"]: call for call in calls}
    assert shown(by_name["write"])[1:] == ["written", 7]
    # Names are those of libc's debug information, where there is some.
    assert list(outputs(by_name["read"]).values()) == ["written"]
    assert shown(by_name["send"])[1:3] == ["back", 4]
    assert list(outputs(by_name["recv"]).values()) == ["back"]
    assert shown(by_name["fwrite"])[0] == "12345678"
    assert list(outputs(by_name["fread"]).values())[0] == "12345678"
    assert list(outputs(by_name["memcpy"]).values()) == ["copied"]
    assert list(outputs(by_name["getcwd"]).values()) == ["/"]


def test_out_says_only_what_changed(gdb: Gdb) -> None:
    calls = trace(gdb, """
        struct point { int x, y; };
        KEEP int move(struct point *p, const struct point *by, int *same) {
            p->x += by->x;
            return *same;
        }
        int main(void) {
            struct point p = {1, 2}, by = {10, 20};
            int same = 5;
            return move(&p, &by, &same) != 5;
        }
        """, "move")
    assert shown(calls[0]) == [{"x": 1, "y": 2}, {"x": 10, "y": 20}, 5]
    assert outputs(calls[0]) == {"p": {"x": 11, "y": 2}}
