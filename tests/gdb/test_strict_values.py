# SPDX-License-Identifier: MIT
"""Values as the core writes them for Python, and how they are matched."""

import math
import re
from typing import Any

import pytest

import strict  # noqa: F401: finds ctester
from ctester import ANY, Cycle, Unreadable, approx
from ctester.matchers import is_wildcard, key_of, matches
from ctester.values import Callback, LongDouble, paste, read


class Exploding:
    def __eq__(self, other: object) -> bool:
        raise RuntimeError("boom")


class Undecided:
    def __eq__(self, other: object) -> Any:
        return self

    def __bool__(self) -> bool:
        raise ValueError("neither")


@pytest.mark.parametrize("text,value", [
    ("-42", -42), ("18446744073709551615", 2**64 - 1), ("1e-05", 1e-5),
    ("True", True), ("None", None), ("b'a\\x00\\xff'", b"a\0\xff"),
    ("'caf\u00e9'", "caf\u00e9"), ("[]", []), ("{}", {}),
    ("{'x': 1, 'in': {'y': [1.5, b'c']}}", {"x": 1, "in": {"y": [1.5, b"c"]}}),
    ("Enum(-1, 'NONE')", -1), ("Real('-inf')", -math.inf),
    ("Long('1.5')", 1.5), ("Complex(1.0, -2.5)", 1 - 2.5j),
    ("Address(0x7ffe10)", 0x7ffe10), ("Callback(0x10, 'f')", "<callback>"),
    ("Callback(0x10)", "<callback>"), ("Cut(b'abc')", b"abc"),
    ("Cut('abc')", "abc"), ("[1, 2, ...]", [1, 2]), ("[...]", []),
    ("{'x': 1, ...: ...}", {"x": 1}), ("Unreadable(0x10)", Unreadable(0x10)),
    ("Unreadable()", Unreadable()), ("Cycle(0x10)", Cycle(0x10)),
    ("(1, b'a')", (1, b"a")),
])
def test_what_the_core_writes_is_read_as_an_equal_value(
        text: str, value: Any) -> None:
    assert read(text) == value
    assert matches(value, read(text))


@pytest.mark.parametrize("text,shown", [
    ("Enum(3, 'RED|BLUE')", "RED|BLUE"), ("Address(0x10)", "0x10"),
    ("Long('1.189731495357231765e+4932')", "1.189731495357231765e+4932"),
    ("Callback(0x10, 'handler')", "<callback handler>"),
    ("Callback(0x10)", "<callback 0x10>"), ("Cut(b'abc')", "b'abc'..."),
    ("Cut('abc')", "'abc'..."), ("[1, ...]", "[1, ...]"),
    ("{'x': Cut(b'a'), ...: ...}", "{'x': b'a'..., ...}"),
    ("Unreadable(0x10)", "ctester.Unreadable(0x10)"),
    ("Cycle(0x10)", "ctester.Cycle(0x10)"),
])
def test_values_show_what_they_are(text: str, shown: str) -> None:
    assert repr(read(text)) == shown


@pytest.mark.parametrize("text", [
    "x", "__import__('os')", "f(1)", "Enum()", "Real('x')", "1 + 1", "...",
    "[..., 1]", "-'a'", "-True", "Cut(text='a')", "a.b", "(lambda: 1)()",
    "[x for x in ()]", "", "1 2", "[" * 500 + "]" * 500, "-" * 20000 + "1",
    "Unreadable('x'", "{**{}}",
])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read(text)


@pytest.mark.parametrize("text", [
    "Enum(3, 'RED|BLUE')", "Callback(0x10, 'f')", "Cut(b'abc')", "[1, ...]",
    "Real('nan')", "Real('-inf')", "Long('0.1')", "Complex(1.0, -2.5)",
    "Unreadable(0x10)", "Cycle(0x10)", "Address(0x10)", "(1.5,)", "()",
    "Address(0x7ffe10)", "{'x': [Cut(b'a'), Unreadable()], ...: ...}", "None", "b'a'",
])
def test_a_pasted_value_matches(text: str) -> None:
    import ctester  # pylint: disable=import-outside-toplevel
    value = read(text)
    pasted = eval(paste(value), {"ctester": ctester})  # pylint: disable=W0123
    assert matches(pasted, value), paste(value)


def test_a_pasted_address_fits_the_next_run() -> None:
    assert paste(read("(Address(0x7ffe10),)")) == "(ctester.ANY,)"
    assert paste(read("Address(0x10)")) == "0x10"


def test_an_enumerator_is_a_number_and_a_name() -> None:
    red = read("Enum(2, 'RED')")
    assert red == 2 and red == "RED" and red != 3 and red != "BLUE"
    assert red + 1 == 3 and hash(red) == hash(2) and str(red) == "RED"


def test_a_callback_knows_its_symbol() -> None:
    callback = read("Callback(0x401156, 'handler')")
    assert (callback.symbol, callback.address) == ("handler", 0x401156)
    assert isinstance(callback, Callback)


def test_a_long_double_keeps_its_text() -> None:
    value = read("Long('0.1000000000000000000013552527')")
    assert isinstance(value, LongDouble) and value == 0.1
    assert value.text == "0.1000000000000000000013552527"


def test_a_marker_without_an_address_is_any_of_its_kind() -> None:
    assert Unreadable() == Unreadable(1) != Unreadable(2)
    assert Unreadable() != Cycle()
    assert Unreadable(1) != 1


@pytest.mark.parametrize("expected,actual,good", [
    (4, 4.0, True), (True, 1, True), (b"a", "a", False), ((1,), [1], False),
    (ANY, None, True), (approx(0.3), 0.1 + 0.2, True),
    (approx(0.3), 0.31, False), (approx(1000, abs=2), 1001, True),
    (approx(1), "1", False), (approx(math.nan), math.nan, True),
    (approx(math.inf), math.inf, True), (approx(1.0), math.inf, False),
    (math.nan, float("nan"), False),
    (re.compile("a.c"), "abc", True), (re.compile("a.c"), b"abc", True),
    (re.compile(b"a.c"), b"abc", True), (re.compile(b"a.c"), "abc", False),
    (re.compile("a"), "abc", False), (re.compile("1"), 1, False),
    ({"x": ANY, "s": re.compile("p.*")}, {"x": 1, "s": b"pt"}, True),
    ({"x": 1}, {"x": 1, "y": 2}, False), ([ANY, 2], [1, 2], True),
    ([ANY], [1, 2], False), (Exploding(), 1, False),
    ([1, Exploding()], [1, 2], False), (Undecided(), 1, False),
])
def test_equality_decides_and_matchers_work_inside(
        expected: Any, actual: Any, good: bool) -> None:
    assert matches(expected, actual) is good


def test_approx_takes_only_numbers() -> None:
    with pytest.raises(TypeError, match="approx: 'x' is no number"):
        approx("x")  # type: ignore[arg-type]


@pytest.mark.parametrize("value,good", [
    (ANY, True), ((ANY, ANY), True), ((), False), ((ANY, 1), False),
    ((1,), False),
])
def test_a_wildcard_is_one_in_all_its_parts(value: Any, good: bool) -> None:
    assert is_wildcard(value) is good


def test_equal_values_have_equal_keys() -> None:
    one = read("({'a': 1, 'b': [Enum(2, 'RED')]}, None)")
    other = ({"b": [2.0], "a": True}, None)
    assert key_of(one) == key_of(other) is not None
    assert key_of(one, names=True) == key_of(({"a": 1, "b": ["RED"]}, None))
    assert key_of((1,)) != key_of([1])
    assert key_of((ANY,)) is None and key_of((Unreadable(),)) is None
