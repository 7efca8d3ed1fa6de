# SPDX-License-Identifier: MIT
"""The texts of strict tests: what happened, then the line to paste."""

from __future__ import annotations

import signal as signals
from typing import Any, Iterator, Sequence

from .interactions import Expected, Interaction, Timeline
from .matchers import compare, matches, matches_word
from .values import paste

# Of a list that may be long.
_SHOWN = 10
# A value that is longer has a line of its own, and is cut at the second.
_COLUMN = 32
_LONGEST = 400


def show(value: Any) -> str:
    """A value for people, in one line."""
    text = repr(value)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "..."


def _show_args(interaction: Interaction) -> str:
    return ", ".join(map(_show_word if interaction.guessed else show,
                         interaction.args))


def _show_word(word: Any) -> str:
    """A register: what is large may be an address."""
    return hex(word) if isinstance(word, int) and word > 0xffff else show(word)


def show_call(interaction: Interaction) -> str:
    """sqrt(9.0) in libm"""
    args = _show_args(interaction)
    return f"{interaction.function}({args}) in {interaction.library}"


def show_interaction(interaction: Interaction) -> str:
    """#0 sqrt(9.0) = 3.0 in libm"""
    text = (f"#{interaction.seq} {interaction.function}"
            f"({_show_args(interaction)})")
    if interaction.raised is not None:
        text += f" raised {interaction.raised}"
    elif interaction.outcome != "unfinished":
        text += f" = {show(interaction.result)}"
    return f"{text} in {interaction.library}{_note(interaction)}"


def _note(interaction: Interaction) -> str:
    """What the reader of the arguments should know."""
    note = interaction.note or (_GUESSED if interaction.guessed else None)
    return f" ({note})" if note else ""


# What the main program is called where GDB has none, so that it has no name.
PROGRAM = "the program"

_GUESSED = "nothing says what it is passed: args may be the first of these"


def _library(name: Any) -> str:
    return "None" if name == PROGRAM else paste(name)


def assert_line(call: Interaction | Expected) -> str:
    """The assert_call(...) that is fulfilled by a call.  Of a guessed one the
    words behind what it was passed are others in the next run: none is
    named."""
    none = isinstance(call.args, tuple) and not call.args
    if isinstance(call, Interaction) and call.guessed:
        none = True
    args = "" if none else f", args={paste(call.args)}"
    return (f"ctester.native.assert_call({_library(call.library)}, "
            f"{paste(call.function)}{args})")


def mock_line(library: str, function: str, returns: str = "...",
              more: str = "") -> str:
    """The mock_call(...) of a function; returns as it is to be written."""
    return (f"ctester.native.mock_call({_library(library)}, {function!r}, "
            f"returns={returns}{more})")


def bounded(lines: Iterator[str], indent: str = "    ") -> str:
    """Some lines, and how many more there are."""
    shown = []
    more = 0
    for line in lines:
        if len(shown) < _SHOWN:
            shown.append(indent + line)
        else:
            more += 1
    if more:
        shown.append(f"{indent}... and {more} more")
    return "\n".join(shown)


def _paste(lines: Sequence[str]) -> str:
    """Lines to paste, without those said twice.  All of them: what is to be
    pasted is not left out."""
    return "\n".join("    " + line for line in dict.fromkeys(lines))


def unmocked(calls: Sequence[Interaction]) -> str:
    """Calls for which no mock was left."""
    happened = bounded(
        (f"{show_call(call)} was called but no mock was registered."
         for call in calls), "")
    lines = [mock_line(call.library, call.function) for call in calls]
    return f"{happened}\nRegister a mock with:\n{_paste(lines)}"


def unasserted(timeline: Timeline) -> str:
    """Interactions that no assertion has named."""
    calls = list(timeline.unasserted())
    count = len(calls)
    were = "interaction was" if count == 1 else "interactions were"
    # As often as it was called: each is asserted by itself.
    lines = "\n".join("    " + assert_line(call) for call in calls)
    return (f"{count} {were} not asserted:\n"
            f"{bounded(map(show_interaction, calls), '  ')}\n"
            f"Assert {'it' if count == 1 else 'them'} with:\n{lines}")


def unused(mocks: Sequence[Any]) -> str:
    """Required mocks that were not used up (native.Mock)."""
    count = len(mocks)
    were = "mock was" if count == 1 else "mocks were"
    happened = bounded(
        (f"{mock.function} in {mock.library}, returns={show(mock.returns)}"
         f"{mock.used_text()}, registered at {mock.place}" for mock in mocks),
        "  ")
    lines = [mock_line(mock.library, mock.function, paste(mock.returns),
                       _options(mock) + ", required=False") for mock in mocks]
    return (f"{count} required {were} not used:\n{happened}\n"
            f"If the program need not call "
            f"{'it' if count == 1 else 'them'}, write:\n{_paste(lines)}")


_DEFAULTS = {"raises": None, "errno": None, "signal": None, "out": {},
             "times": 1, "when": None, "caller": None, "scope": "boundary",
             "delay": 0.0}


def _options(mock: Any) -> str:
    """What a mock was registered with beside its result."""
    given = ((name, getattr(mock, name)) for name in _DEFAULTS)
    return "".join(f", {name}={_option(value)}" for name, value in given
                   if value != _DEFAULTS[name])


def _option(value: Any) -> str:
    if isinstance(value, signals.Signals):
        return f"signal.{value.name}"
    if isinstance(value, type):
        return value.__name__
    return "..." if callable(value) else paste(value)


def inside_sandbox(what: str, lines: Sequence[str]) -> str:
    """Something that must wait for the end of the sandbox."""
    body = "\n".join(f"    {line}" for line in lines)
    return (f"{what} while the sandbox is open: the program may still call.\n"
            "Do it behind the sandbox:\n"
            f"    with ctester.sandbox():\n        ctester.run()\n{body}")


def missing_fields(given: dict[str, Any], missing: Sequence[str]) -> str:
    """An assertion that lacks fields."""
    are = "field is" if len(missing) == 1 else "fields are"
    parts = ", ".join(f"{name}={paste(given[name]) if name in given else '...'}"
                      for name in ("library", "function", "args")
                      if name in given or name in missing)
    call = (f"{_name(given.get('function', '?'))} in "
            f"{_name(given.get('library', '?'))}")
    return (f"assert_call of {call}: the {are} missing: "
            f"{', '.join(missing)}.\n"
            f"Write:\n    ctester.native.assert_call({parts})")


def all_wildcard(timeline: Timeline) -> str:
    """An assertion of nothing."""
    text = "assert_call: every field is a wildcard, so that any call fits."
    actual = timeline.next()
    if actual is None:
        return (f"{text}\nNo interaction is left to assert; take out:\n"
                "    ctester.native.assert_call("
                "ctester.ANY, ctester.ANY, args=ctester.ANY)")
    return (f"{text}\nThe next interaction is {show_interaction(actual)}; "
            f"assert it with:\n    {assert_line(actual)}")


def _rows(name: str, expected: Any,
          actual: Any) -> Iterator[tuple[str, str, str, bool]]:
    """Field by field: its name, what was expected, what there was, whether
    they match.  A dict that does not match is taken apart."""
    if isinstance(expected, tuple | list) and isinstance(
            actual, tuple | list) and name == "args":
        for i in range(max(len(expected), len(actual))):
            field = f"args[{i}]"
            if i >= len(expected):
                yield field, "(none)", show(actual[i]), False
            elif i >= len(actual):
                yield field, show(expected[i]), "(none)", False
            else:
                yield from _rows(field, expected[i], actual[i])
        if isinstance(expected, tuple) != isinstance(actual, tuple):
            yield ("args", type(expected).__name__, type(actual).__name__,
                   False)
        return
    fits = matches(expected, actual)
    if (not fits and isinstance(expected, dict) and isinstance(actual, dict)):
        for key in {**expected, **actual}:
            field = f"{name}.{key}"
            if key not in expected:
                yield field, "(none)", show(actual[key]), False
            elif key not in actual:
                yield field, show(expected[key]), "(none)", False
            else:
                yield from _rows(field, expected[key], actual[key])
        return
    shown = show(expected)
    exploded = compare(expected, actual)
    if isinstance(exploded, str) and not fits:
        shown += f" raised {exploded}"
    yield name, shown, show(actual), fits


def _word_rows(expected: Sequence[Any],
               actual: Sequence[Any]) -> Iterator[tuple[str, str, str, bool]]:
    """Of a guessed call: words that are not named, match."""
    for i in range(max(len(expected), len(actual))):
        wanted = show(expected[i]) if i < len(expected) else ""
        got = _show_word(actual[i]) if i < len(actual) else "(none)"
        fits = i >= len(expected) or (
            i < len(actual) and matches_word(expected[i], actual[i]))
        yield f"args[{i}]", wanted, got, fits


def side_by_side(expected: Expected, actual: Interaction,
                 same_library: bool) -> str:
    """Expected and actual, a line a field; what differs is marked."""
    rows = [("library", show(expected.library), show(actual.library),
             same_library)]
    rows += _rows("function", expected.function, actual.function)
    if actual.guessed and isinstance(expected.args, tuple | list):
        rows += _word_rows(expected.args, actual.args)
    else:
        rows += _rows("args", expected.args, actual.args)
    wide = max(len(text) for text in ("expected", *(row[1] for row in rows))
               if len(text) <= _COLUMN)
    head = max(len(row[0]) for row in rows)
    number = f"actual (#{actual.seq})"
    lines = [f"  {'':{head}}  {'expected':{wide}}  {number}"]
    for name, wanted, got, fits in rows:
        mark = "" if fits else "  <--"
        if len(wanted) <= _COLUMN:
            lines.append(f"  {name:{head}}  {wanted:{wide}}  {got}{mark}")
        else:
            lines.append(f"  {name:{head}}  {wanted}")
            lines.append(f"  {'':{head}}  {'':{wide}}  {got}{mark}")
    note = _note(actual)
    return "\n".join(lines) + (f"\n {note}" if note else "")


def mismatch(expected: Expected, actual: Interaction | None,
             timeline: Timeline, any_order: bool) -> str:
    """An assertion that fits no interaction.  actual: the one to compare
    with; None: nothing is left."""
    wanted = assert_line(expected)
    unplanned = (unmocked(timeline.unmocked) + "\n" if timeline.unmocked
                 else "")
    call = expected_call(expected)
    if actual is None:
        left = ("every interaction has been asserted" if timeline.count
                else "nothing was recorded")
        return (f"{call} was expected, but none is left: {left}.\n"
                f"{unplanned}"
                f"If it is not to be called, take out:\n    {wanted}")
    why = ("no unasserted interaction is like it. The nearest:" if any_order
           else "the next interaction is another one:")
    same_library = timeline.is_library(expected.library, actual.library)
    return (f"{call} was expected, but {why}\n"
            f"{side_by_side(expected, actual, same_library)}\n"
            "Remaining timeline:\n"
            f"{bounded(map(show_interaction, timeline.unasserted()), '  ')}\n"
            f"{unplanned}"
            f"Assert {'it' if any_order else 'the next one'} with:\n"
            f"    {assert_line(actual)}")


def expected_call(expected: Expected) -> str:
    """sqrt(9.0) in libm"""
    args = (", ".join(map(show, expected.args))
            if isinstance(expected.args, tuple | list)
            else show(expected.args))
    return f"{_name(expected.function)}({args}) in {_name(expected.library)}"


def _name(value: Any) -> str:
    """Of a library or function; a matcher may be in its place."""
    return value if isinstance(value, str) else show(value)
