# SPDX-License-Identifier: MIT
"""System calls as the catchpoint engine sees them: values, threads, children,
signals, and what is under way at the start or the end."""

import collections
import errno
import signal

import pytest
from conftest import Gdb, compile_c
from syscall_runs import TO_MAIN, calls, result_of, run, trace, value

OPENS = "ctester syscall openat"


def test_pipe2_gives_both_descriptors(gdb: Gdb) -> None:
    result, found = trace(gdb, ["values"], "ctester syscall pipe2")
    words = result.stdout.split("pipe2 ")[1].split()[:2]
    assert value(found[0], "fildes", after=True) == [int(word)
                                                     for word in words]
    assert result_of(found[0]) == 0


def test_a_number_that_nobody_knows_has_six_words(gdb: Gdb) -> None:
    result, found = trace(gdb, ["values"], "ctester syscall 9999")
    assert "none -1 38\n" in result.stdout
    assert [(event["name"], event["number"]) for event in found] == [
        ("<9999>", 9999)]
    assert [(each["name"], each["type"], each["value"])
            for each in found[0]["args"]] == [
        (f"param{i}", "unsigned long", i + 1) for i in range(6)]
    assert result_of(found[0]) == -38
    assert found[0]["errno"] == errno.ENOSYS


def test_a_buffer_has_as_many_bytes_as_are_written(gdb: Gdb) -> None:
    _, found = trace(gdb, ["values"], "ctester syscall --if 'fd > 2' write")
    assert [value(event, "buf") for event in found] == [
        "0123456789", "nul\0inside"]


def test_a_count_of_more_than_32_bits_is_shown(gdb: Gdb) -> None:
    _, found = trace(gdb, ["values"], "ctester syscall read")
    assert value(found[0], "count") == 2**32 + 7
    assert result_of(found[0]) == -errno.EBADF


def test_a_long_path_is_whole(gdb: Gdb) -> None:
    _, found = trace(gdb, ["values"], OPENS)
    paths = [value(event, "filename") for event in found]
    assert max(len(path) for path in paths if isinstance(path, str)) == 1500


def test_an_unreadable_path_is_one_event(gdb: Gdb) -> None:
    result, found = trace(gdb, ["values"], OPENS)
    assert "bad -1" in result.stdout
    bad = [event for event in found if event["errno"] == errno.EFAULT]
    assert [result_of(event) for event in bad] == [-errno.EFAULT]
    assert bad[0]["args"][1]["value"] == {"address": "0x1",
                                          "error": "unreadable"}


def test_eight_threads_make_forty_opens(gdb: Gdb) -> None:
    _, found = trace(gdb, ["threads"],
                     "ctester syscall --if 'path ~ \"/dev/zero\"' openat")
    by_thread = collections.Counter(event["tid"] for event in found)
    assert sorted(by_thread.values()) == [5] * 8
    assert all(isinstance(result_of(event), int) and result_of(event) > 2
               for event in found)


def test_a_thread_that_was_there_before_is_seen(gdb: Gdb) -> None:
    result = run(gdb, ["older"], "break here", "run", "continue",
                 "ctester syscall openat read", "continue")
    found = calls(result, "openat")
    assert len(found) == 5
    assert {event["tid"] for event in found} != {found[0]["pid"]}
    # It was in read() when its trace began.
    reads = calls(result, "read")
    assert [result_of(event) for event in reads] == [1]


def test_every_call_is_between_its_neighbours(gdb: Gdb) -> None:
    """Functions and system calls in one order."""
    result, _ = trace(gdb, ["area"], "ctester trace area",
                      "ctester syscall getppid write")
    both = sorted((event for event in result.events()
                   if event["type"] in ("call", "syscall")),
                  key=lambda event: event["seq"])
    assert [event.get("function", event.get("name")) for event in both] == [
        "area", "getppid", "write"]


def test_text_is_indented_below_the_function(gdb: Gdb) -> None:
    result = run(gdb, ["area"], *TO_MAIN, "ctester trace area",
                 "ctester syscall getppid", "continue", "ctester show")
    text = result.stdout.split("area 12\n")[1]
    assert "area(width = 3, height = 4 <unfinished ...>\n  getppid() = " in (
        text)
    assert "<... area resumed>) = 12\n" in text


# Children and other programs.

FOLLOW = "set ctester follow-fork on"


def test_a_forked_child_is_seen(gdb: Gdb) -> None:
    _, found = trace(gdb, ["fork"], FOLLOW,
                     "ctester syscall --if 'path ~ \"/dev/*\"' openat")
    assert [(value(event, "filename"), event["pid"] == found[-1]["pid"])
            for event in found] == [("/dev/zero", False), ("/dev/full", True)]


def test_a_child_that_is_not_followed_is_not_seen(gdb: Gdb) -> None:
    _, found = trace(gdb, ["fork"],
                     "ctester syscall --if 'path ~ \"/dev/*\"' openat")
    assert [value(event, "filename") for event in found] == ["/dev/full"]


def test_a_child_of_vfork_is_seen_from_its_exec_on(gdb: Gdb) -> None:
    _, found = trace(gdb, ["vfork"], FOLLOW, "ctester syscall execve openat")
    executed = [event for event in found if event["name"] == "execve"]
    assert [value(event, "filename") for event in executed] == ["/bin/true"]
    assert [result_of(event) for event in executed] == [0]
    child = executed[0]["pid"]
    assert child != found[-1]["pid"]
    assert any(event["pid"] == child and event["name"] == "openat"
               for event in found)
    assert value(found[-1], "filename") == "/dev/full"


# Three children at a time, which make 200 calls each.
SPAWNS = r"""
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
extern char **environ;
int main(int argc, char **argv)
{
    int running = 0;
    for (int i = 0; argc > 1 && i < 200; i++)
        getppid();
    for (int i = 0; argc == 1 && i < 9; i++) {
        char *words[] = {argv[0], "child", NULL};
        pid_t child;
        if (posix_spawn(&child, argv[0], NULL, NULL, words, environ))
            return 1;
        if (++running == 3 && wait(NULL) > 0)
            running--;
    }
    while (wait(NULL) > 0)
        ;
    return 0;
}
"""


def test_no_call_is_lost_while_other_children_begin_and_end(
        gdb: Gdb) -> None:
    result = gdb.run(compile_c(SPAWNS), FOLLOW, "set ctester live off",
                     "set ctester trace-file trace.jsonl",
                     "ctester syscall getppid", "run")
    result.expect_success()
    counts = collections.Counter(event["pid"] for event in calls(result))
    assert sorted(counts.values()) == [200] * 9
    assert all(event["outcome"] == "real" for event in calls(result))


def test_exec_survives(gdb: Gdb) -> None:
    _, found = trace(gdb, ["exec"], "delete",
                     "ctester syscall --if 'path ~ \"/dev/*\" || "
                     "path ~ \"/nowhere\"' openat")
    assert [value(event, "filename") for event in found] == [
        "/dev/null", "/nowhere", "/dev/zero"]
    assert [event["errno"] for event in found] == [None, errno.ENOENT, None]


def test_a_second_run_is_traced_too(gdb: Gdb) -> None:
    result = run(gdb, ["opens"],
                 "ctester syscall --if 'path ~ \"/dev/*\"' openat", "run",
                 "run")
    assert [value(event, "filename") for event in calls(result)] == [
        "/dev/null", "/dev/zero"] * 2


# Signals.

def test_an_interrupted_call_ends_with_its_handler(gdb: Gdb) -> None:
    result, found = trace(gdb, ["signals"],
                          "ctester syscall nanosleep read")
    for line in ("nanosleep -1 1", "read -1 1", "jumped", "restarted 1"):
        assert line in result.stdout.splitlines()
    assert [(event["name"], result_of(event), event["outcome"])
            for event in found] == [
        ("nanosleep", -errno.EINTR, "real"), ("read", -errno.EINTR, "real"),
        ("read", None, "unfinished"), ("read", 1, "real")]
    assert 0 < value(found[0], "rmtp", after=True)["tv_nsec"] < 10**9


def test_the_calls_of_handlers_are_seen(gdb: Gdb) -> None:
    _, found = trace(gdb, ["signals"], "ctester syscall")
    names = [event["name"] for event in found]
    assert names.count("getppid") == 3
    # The third handler has jumped out.
    assert names.count("rt_sigreturn") == 3


# What does not return.

def test_exit_group_is_unfinished(gdb: Gdb) -> None:
    _, found = trace(gdb, ["opens", "7"], "ctester syscall %process",
                     status=7)
    assert [(event["name"], event["return"], event["outcome"])
            for event in found] == [("exit_group", None, "unfinished")]
    assert value(found[0], "error_code") == 7


def test_a_program_that_is_killed_in_a_call(gdb: Gdb) -> None:
    _, found = trace(gdb, ["killed"], "ctester syscall kill",
                     status=128 + signal.SIGKILL)
    assert [(event["name"], event["outcome"]) for event in found] == [
        ("kill", "unfinished")]


@pytest.mark.parametrize("ending", ["ctester unsyscall", "kill", "detach"])
def test_a_call_under_way_at_the_end(gdb: Gdb, ending: str) -> None:
    result = run(gdb, ["opens"], *TO_MAIN, "catch syscall openat", OPENS,
                 "continue", ending)
    found = calls(result)
    assert [(value(event, "filename"), event["outcome"])
            for event in found] == [("/dev/null", "unfinished")]


def test_a_call_under_way_at_the_start(gdb: Gdb) -> None:
    """Its entry was before: the end says what it was."""
    result = run(gdb, ["opens"], *TO_MAIN, "catch syscall openat", "continue",
                 "delete", OPENS, "continue")
    assert [value(event, "filename") for event in calls(result)] == [
        "/dev/null", "/nowhere", "/dev/zero"]
    notes = [event["text"] for event in result.events()
             if event["type"] == "note"]
    assert len(notes) == 1 and "was under way" in notes[0]


# Nothing is left, and what nobody asked for costs nothing.

def test_nothing_is_left_behind(gdb: Gdb) -> None:
    result = run(gdb, ["opens"], *TO_MAIN, "delete", OPENS,
                 "ctester unsyscall", "info breakpoints", "continue")
    assert calls(result) == []
    assert "No breakpoints or watchpoints." in result.stdout


def test_the_users_catchpoint_goes_on(gdb: Gdb) -> None:
    result = run(gdb, ["opens"], *TO_MAIN, "catch syscall openat", OPENS,
                 "continue", "continue", "delete 2", "continue")
    assert result.stdout.count("(call to syscall openat)") == 1
    assert result.stdout.count("(returned from syscall openat)") == 1
    assert len(calls(result)) == 3


def test_only_what_is_wanted_stops(gdb: Gdb) -> None:
    result = run(gdb, ["opens"], *TO_MAIN, OPENS, "ctester syscall %network",
                 "info breakpoints", "continue")
    caught = [line for line in result.stdout.splitlines()
              if "catchpoint" in line]
    assert len(caught) == 1 and "any syscall" not in caught[0]
    assert "openat" in caught[0] and "socket" in caught[0]
    assert "read" not in caught[0].replace("readv", "")


def test_numbers_beyond_what_gdb_knows(gdb: Gdb) -> None:
    run(gdb, ["opens"], *TO_MAIN, "ctester syscall 451 lsm_list_modules",
        "continue")


def test_catchpoints_that_the_user_deletes_come_back(gdb: Gdb) -> None:
    result = run(gdb, ["opens"], *TO_MAIN, OPENS, "delete",
                 "ctester syscall close", "continue")
    assert len(calls(result, "openat")) == 3
