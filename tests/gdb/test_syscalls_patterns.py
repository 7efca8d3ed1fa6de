# SPDX-License-Identifier: MIT
"""Which calls a filter means, and what of that the core is asked.  Without
GDB."""

import os
import re
from typing import Any, Optional

import pytest

from syscalls import Pattern, call, openat, requests, syscalls
from ctester.syscalls import glob
from ctester.syscalls.plan import quoted
from ctester.syscalls.table import CALLS

NULL = syscalls.NULL
Bad = syscalls.BadFilterError


def write(fd: int = 1, text: str = "b'hello'", result: Any = 5
          ) -> syscalls.SysCall:
    return call("write", [("fd", "unsigned int", fd, str(fd)),
                          ("buf", "const char *", 64, text),
                          ("count", "size_t", 5, "5")], result,
                paths="{0:'/dev/pts/1',}", number=1)


@pytest.mark.parametrize("name,matches", [
    ("openat", True), ("open", False), (re.compile("pen"), False),
    (re.compile("open.*"), True), (re.compile(b"open.*"), True),
    ("%file", True), ("%desc", True), ("%network", False),
    (257, True), (2, False), (None, True), (b"openat", True),
    (lambda name: isinstance(name, str) and name.endswith("at"), True),
])
def test_a_name_can_be_any_pattern(name: Any, matches: bool) -> None:
    assert Pattern(name).match(openat()) is matches


@pytest.mark.parametrize("args,matches", [
    ([], True), ([None], True), ([None, b"/dev/null"], True),
    ([None, "/dev/null"], True), ([None, "/dev/zero"], False),
    ([None, re.compile(b".*/null")], True),
    ([None, re.compile(".*/null")], True),
    ([None, re.compile(b"null")], False),
    (["AT_FDCWD"], True), ([-100], True),
    ([None, None, os.O_RDWR | os.O_CREAT], True),
    ([None, None, "O_RDWR|O_CREAT"], True),
    ([None, None, re.compile(".*O_CREAT")], True),
    ([None, None, lambda arg: arg.value & os.O_CREAT], True),
    ([None, None, lambda arg: arg.value & os.O_EXCL], False),
    ([None, NULL], False), ([None] * 4, True), ([None] * 5, False),
    ([None, None, None, re.compile("0")], False),
])
def test_arguments_are_matched_in_order(args: Any, matches: bool) -> None:
    one = openat(flags=os.O_RDWR | os.O_CREAT)
    assert Pattern("openat", args).match(one) is matches


def test_null_matches_a_null_pointer_and_nothing_else() -> None:
    assert Pattern(args=[None, NULL]).match(openat(path="None"))
    assert not Pattern(args=[None, NULL]).match(
        openat(path="Unreadable(1)"))
    # A number that is 0 is no pointer.
    assert not Pattern(args=[None, None, None, NULL]).match(openat())


def test_the_result_can_be_any_pattern() -> None:
    failed = openat(result=-2, errno=2)
    assert Pattern(result=lambda r: r.value < 0).match(failed)
    assert not Pattern(result=lambda r: r.value < 0).match(openat())
    assert Pattern(result=-2).match(failed)
    assert not Pattern(result=3).match(failed)
    assert Pattern(result=3).match(openat())


def test_an_error_is_matched_by_its_name() -> None:
    failed, opened = openat(result=-2, errno=2), openat()
    for pattern in ("ENOENT", b"ENOENT", re.compile("ENO|EACCES"),
                    re.compile(b"EN")):
        assert Pattern(result=pattern).match(failed)
        assert not Pattern(result=pattern).match(opened)
    assert not Pattern(result="EACCES").match(failed)
    assert not Pattern(result=re.compile("OENT")).match(failed)


def test_a_call_without_a_result_matches_no_pattern_of_results() -> None:
    one = call("exit_group", result=None)
    assert Pattern("exit_group").match(one)
    assert not Pattern(result=lambda r: True).match(one)


def test_an_object_with_match_gets_the_value() -> None:
    class Ends:
        def match(self, value: Any) -> bool:
            return value.endswith(b"null")

    class OfText:
        def match(self, value: Any) -> bool:
            return "/dev/" + "null" == value and value + "" == value

    assert Pattern(args=[None, Ends()]).match(openat())
    assert Pattern(args=[None, OfText()]).match(openat())


def test_a_path_is_found_at_any_position() -> None:
    renamed = call("renameat2", [
        ("olddfd", "int", 3, "3"), ("oldname", "const char *", 64, "b'/a'"),
        ("newdfd", "int", 4, "4"), ("newname", "const char *", 64, "b'/b'"),
        ("flags", "unsigned int", 0, "Enum(0,'0')")])
    assert Pattern(path="/b").match(renamed)
    assert Pattern(path=b"/a").match(renamed)
    assert Pattern(path=re.compile("/[bc]")).match(renamed)
    assert Pattern(path=lambda arg: arg.name == "newname").match(renamed)
    assert not Pattern(path="/c").match(renamed)
    assert not Pattern(path="hello").match(write())


def test_a_descriptor_is_found_by_number_and_by_path() -> None:
    assert Pattern(fd=1).match(write())
    assert not Pattern(fd=5).match(write())     # that is the count
    assert Pattern(fd="/dev/pts/1").match(write())
    assert Pattern(fd=re.compile("/dev/pts/.*")).match(write())
    assert not Pattern(fd="/dev/null").match(write())
    assert Pattern(fd=lambda arg: arg.value < 2).match(write())


def test_everything_given_must_hold() -> None:
    both = Pattern("openat", [None, "/dev/null"], lambda r: r.value > 0)
    assert both.match(openat())
    assert not both.match(openat(result=-2, errno=2))
    assert not both.match(openat(path="b'/x'"))


# What the core is asked.

def test_no_filter_is_every_call() -> None:
    assert requests(None) == [((), None, None)]


def test_an_empty_filter_is_no_call() -> None:
    assert requests([]) == []


def test_patterns_are_ored_and_a_generator_works() -> None:
    assert requests([Pattern("open"), Pattern("close")]) == [
        (("open", "close"), None, None)]
    assert requests(Pattern(name) for name in ("open", "close")) == [
        (("open", "close"), None, None)]


def test_names_alone_are_patterns() -> None:
    assert requests("openat") == [(("openat",), None, None)]
    assert requests(["openat", "<9999>", "9998"]) == [
        (("openat", "<9999>", "<9998>"), None, None)]


def test_a_group_and_an_expression_become_names() -> None:
    names = requests("%network")[0].names
    assert {"socket", "connect"} <= set(names) and "open" not in names
    assert set(requests(Pattern(re.compile("open")))[0].names) == {
        name for name in CALLS if name.startswith("open")}
    assert requests(Pattern(re.compile("pen"))) == []


def test_an_expression_that_could_be_an_unknown_number_is_asked_always(
        ) -> None:
    pattern = Pattern(re.compile("<"))
    assert requests(pattern) == [((), None, (pattern,))]


@pytest.mark.parametrize("pattern,text", [
    (Pattern("openat", [None, "/tmp/x"]), '$2 == "/tmp/x"'),
    (Pattern("openat", [None, b'/"\\']), '$2 == "/\\x22\\x5c"'),
    (Pattern("openat", [-100, None, 0o102]), "$1 == -100 && $3 == 66"),
    (Pattern("openat", [None, NULL]), "$2 == NULL"),
    (Pattern("openat", [None, re.compile(b"/tmp/.*")]), '$2 ~ "/tmp/*"'),
    (Pattern("openat", result=-2), "$return == -2"),
    (Pattern("openat", path="/x"), '$2 == "/x"'),
    (Pattern("renameat2", path="/x"), '($2 == "/x" || $4 == "/x")'),
    (Pattern("dup2", fd=3), "($1 == 3 || $2 == 3)"),
    (Pattern("read", condition="count > 4"), "(count > 4)"),
])
def test_plain_values_are_for_the_core_alone(pattern: Any, text: str
                                             ) -> None:
    assert requests(pattern) == [((pattern.name,), text, None)]


@pytest.mark.parametrize("pattern,text", [
    # What is behind a pointer can change until the call returns.
    (Pattern("write", [1, "text"]), "$1 == 1"),
    (Pattern("openat", [None, re.compile(b".*/null"), None]),
     '$2 ~ "*/null*"'),
    (Pattern("openat", [None, "/x", lambda arg: arg.value & 1]),
     '$2 == "/x"'),
    (Pattern("openat", [-100], lambda r: r.value < 0), "$1 == -100"),
    (Pattern("renameat2", path=re.compile("/.*x")),
     '($2 ~ "/*x*" || $4 ~ "/*x*")'),
    (Pattern("renameat2", path=lambda arg: arg.value == "/x"), None),
    (Pattern("dup2", fd="/dev/null"), None),
])
def test_the_rest_is_asked_again(pattern: Any, text: Optional[str]) -> None:
    assert requests(pattern) == [((pattern.name,), text, (pattern,))]


@pytest.mark.parametrize("pattern", [
    Pattern("close", [1, 2]),               # longer than the call's
    Pattern("close", ["text"]),             # a number is no text
    Pattern("openat", [None, b"a\0b"]),     # no path
    Pattern("close", [NULL]),               # no pointer
    Pattern("getpid", path="/x"), Pattern("getpid", fd=3),
])
def test_what_cannot_match_is_not_asked_for(pattern: Any) -> None:
    assert requests(pattern) == []


def test_many_different_patterns_are_left_to_python() -> None:
    patterns = [Pattern("openat", [None, f"/{i}"]) for i in range(100)]
    assert requests(patterns) == [(("openat",), None, tuple(patterns))]
    patterns[0].condition = "flags > 0"
    with pytest.raises(Bad, match="100"):
        requests(patterns)


@pytest.mark.parametrize("filter_,words", [
    (3, "3"), ([5], "5"), (b"opn", "did you mean open"),
    ("opnat", "did you mean openat"), (Pattern("wrte"), "write"),
    ("%netwrk", "%network"), (Pattern(args=3), "args"),
    (Pattern(args="/x"), "args"), (Pattern(fd=True), "fd"),
    (Pattern(path=5), "path"),
    (Pattern(True), "name"), (Pattern(args={1: "x"}), "list of patterns"),
    (Pattern(args={"x"}), "list of patterns"), (Pattern(condition=" "), "condition"),
    (Pattern(object()), "name"),
])
def test_a_bad_filter_is_refused_with_clear_words(filter_: Any, words: str
                                                  ) -> None:
    with pytest.raises(Bad, match=words):
        requests(filter_)


def test_a_regular_expression_or_bytes_mean_the_name() -> None:
    assert requests(b"openat") == requests([b"openat"]) != []
    only = requests(re.compile("open(at|at2)$"))
    assert only == requests([re.compile("open(at|at2)$")])
    assert {name for request in only for name in request[0]} == {
        "openat", "openat2"}


def test_an_object_with_match_is_a_filter() -> None:
    class Short:
        def match(self, syscall: Any) -> bool:
            return len(syscall.name) < 5

    short = Short()
    assert requests(short) == [((), None, (short,))]
    assert requests([short, "openat"]) == [
        ((), None, (short,)), (("openat",), None, None)]


def test_a_pattern_with_a_match_of_its_own_is_asked() -> None:
    class Long(Pattern):
        def match(self, syscall: Any) -> bool:
            return super().match(syscall) and syscall.duration > 1

    one = Long("openat")
    assert requests(one) == [((), None, (one,))]


# Regular expressions as globs.

@pytest.mark.parametrize("pattern,found", [
    (b"/tmp/.*", (b"/tmp/*", True)), (b"/tmp", (b"/tmp*", True)),
    ("/tmp/.*", (b"/tmp/*", True)), (rb"/tmp\Z", (b"/tmp", True)),
    (rb"/a\.b\Z", (b"/a.b", True)), (b"a*", (b"*", True)),
    (b".*", (b"*", True)),
    (rb"\*\?\[", (b"\\*\\?\\[*", True)),
    (b"^/x", (b"/x*", True)), (b"/x$", (b"/x*", False)),
    (b"/.*/null", (b"/*/null*", False)), (b"a|b", (b"?*", False)),
    (b"(x|y)z", (b"?z*", False)), (b"/[ab]", (b"/?*", False)),
    ("é", ("é".encode() + b"*", True)),
    ("/.x", (b"/?*x*", False)),
    (b"/(aa|b)c", (b"/*c*", False)), (b"(aa|b)", None),
    (b"(?i)/x", None), (b"/a+", (b"/*", False)),
    (b"(?s)/.*x", (b"/*x*", True)), (b"/x(?=y)", (b"/x*", False)),
])
def test_an_expression_becomes_a_glob(pattern: Any, found: Any) -> None:
    assert glob.translate(re.compile(pattern)) == found


@pytest.mark.parametrize("pattern", [
    rb"/tmp/.*\.c\Z", rb"/(tmp|var)/.+", rb"/t?m*p", rb"[^/]*", rb"/..p.*",
    r"/.é.*", r"(/\w+)+\Z", rb"/tmp$", rb".*\n.", rb"(?s).*\n.\Z", r"(a)\1",
    rb"/tmp/{2,3}a", rb"\W", rb"(?:/tmp/a)?.c",
])
def test_a_glob_lets_all_through_that_the_expression_takes(pattern: Any
                                                           ) -> None:
    expression = re.compile(pattern)
    found = glob.translate(expression)
    texts = [b"/tmp/a.c", b"/var/x", b"/tmp", b"/tmp\n", b"/tmp/\nx", b"",
             "/xéy".encode(), b"aa", b"/tmp///a", b"\xff", b"/\xff", b"\n\n",
             b"/*", b"/[a]", b"a\n-", b".c"]
    for text in texts:
        string = (text.decode("utf-8", "surrogateescape")
                  if isinstance(pattern, str) else text)
        taken = expression.match(string) is not None
        let_through = found is None or matches_glob(found.pattern, text)
        assert let_through or not taken, (pattern, text)
        if found is not None and found.is_exact:
            assert let_through == taken, (pattern, text)


def matches_glob(pattern: bytes, text: bytes) -> bool:
    """As libcore/decide/filter.h says; by another way."""
    parts, at = [], 0
    while at < len(pattern):
        byte = pattern[at:at + 1]
        if byte == b"\\":
            at += 1
            parts.append(re.escape(pattern[at:at + 1]))
        else:
            parts.append({b"*": b".*", b"?": b"."}.get(byte,
                                                       re.escape(byte)))
        at += 1
    return re.fullmatch(b"".join(parts), text, re.S) is not None


def test_text_is_quoted_for_the_core() -> None:
    assert quoted(b'a"b\\\n\xff') == '"a\\x22b\\x5c\\x0a\\xff"'
