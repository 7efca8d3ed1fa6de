# SPDX-License-Identifier: MIT
"""What of a filter the core can decide: requests for it.

A call that a pattern matches is always let through by its request.  Where the
request is exact, the reverse is true, too, and the pattern is not asked again.

The expressions compare what a call is given when it begins; what a pointer
leads to can be another thing at the end, except the name of a file.
"""

from __future__ import annotations

import re
from typing import Any, Iterable, NamedTuple

from . import ctype, glob
from .pattern import (NULL, BadFilterError, SysCallPattern, is_ours,
                      match_name)
from .table import CALLS, Parameter, Row
from .value import encode

# As many as the core can have at a time, with something left for others.
_MOST_REQUESTS = 32
# Numbers that unknown calls are likely to have: <N> for each.
_LIKELY = 1024
_TEXT_MAX = 4095    # of the program's, the core looks at


_TEXT = (str, bytes, re.Pattern)


class Request(NamedTuple):
    """names: () is every call.  patterns: one of them must match; None: all
    calls that the core lets through are meant."""

    names: tuple[str, ...]
    filter: str | None
    patterns: tuple[Any, ...] | None

    @property
    def of_others(self) -> bool:
        """What the filter speaks of may be in other requests' calls."""
        return False


class SharedRequest(Request):
    """One of several for a pattern with a condition."""

    __slots__ = ()

    @property
    def of_others(self) -> bool:
        return True


class _Never(Exception):
    """No call of that name can match."""


def quoted(text: bytes) -> str:
    """As a string of the core's expressions."""
    return '"' + "".join(
        chr(byte) if 0x20 <= byte < 0x7f and byte not in b'"\\'
        else f"\\x{byte:02x}" for byte in text) + '"'


class _Clauses:
    """The expression for the calls of one name."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.is_exact = True

    def add(self, text: str) -> None:
        self.texts.append(text)

    def leave(self) -> None:
        """It is for Python to decide."""
        self.is_exact = False

    @property
    def text(self) -> str | None:
        return " && ".join(self.texts) or None


def _text_clause(place: str, value: Any) -> tuple[str | None, bool]:
    """That a C string is text, or fulfils an expression; and whether that is
    all."""
    if isinstance(value, re.Pattern):
        found = glob.translate(value)
        if found is None:
            return None, False
        if found.pattern == b"*":
            return f"{place} != NULL", False
        return f"{place} ~ {quoted(found.pattern)}", found.is_exact
    data = encode(value) if isinstance(value, str) else value
    if 0 in data or len(data) > _TEXT_MAX:
        raise _Never
    return f"{place} == {quoted(data)}", True


def _add_argument(clauses: _Clauses, place: str, value: Any,
                  parameter: Parameter) -> None:
    if value is None:
        return
    kind = ctype.read(parameter.type)
    if parameter.role == "varies":
        clauses.leave()
    elif value is NULL:
        if not kind.is_pointer:
            raise _Never
        clauses.add(f"{place} == NULL")
    elif isinstance(value, int):
        if kind.is_pointer or not -1 << 63 <= value < 1 << 64:
            clauses.leave()
        else:
            clauses.add(f"{place} == {int(value)}")
    elif not isinstance(value, _TEXT):
        clauses.leave()
    elif parameter.role == "path":
        text, is_exact = _text_clause(place, value)
        if text is not None:
            clauses.add(text)
        if not is_exact:
            clauses.leave()
    elif _is_never_text(kind, parameter):
        raise _Never
    else:
        clauses.leave()


def _is_never_text(kind: ctype.CType, parameter: Parameter) -> bool:
    """A number without a name, or a struct."""
    if parameter.role in ("names", "dirfd"):
        return False
    return not kind.is_pointer or "struct" in kind.names


def _add_any(clauses: _Clauses, row: Row, roles: tuple[str, ...],
             value: Any) -> None:
    """That one of the parameters of a kind is so."""
    either: list[_Clauses] = []
    for i, parameter in enumerate(row.parameters):
        if parameter.role in roles:
            one = _Clauses()
            _add_argument(one, f"${i + 1}", value, parameter)
            either.append(one)
        elif parameter.role == "varies" and "fd" in roles:
            either.append(_Clauses())
            either[-1].leave()
    if not either:
        raise _Never
    if not all(one.is_exact for one in either):
        clauses.leave()
    if all(one.texts for one in either):
        clauses.add("(" + " || ".join(str(one.text) for one in either) + ")"
                    if len(either) > 1 else str(either[0].text))


def _compile(pattern: SysCallPattern, row: Row) -> _Clauses:
    """Of a pattern, for the calls of one name."""
    clauses = _Clauses()
    args = pattern.args or []
    if len(args) > len(row.parameters):
        raise _Never
    for i, value in enumerate(args):
        _add_argument(clauses, f"${i + 1}", value, row.parameters[i])
    if pattern.path is not None:
        _add_any(clauses, row, ("path",), pattern.path)
    if pattern.fd is not None:
        if isinstance(pattern.fd, int):
            _add_any(clauses, row, ("fd", "dirfd"), pattern.fd)
        else:
            _add_any(clauses, row, ("fd", "dirfd"), lambda arg: True)
    _add_end(clauses, pattern)
    return clauses


def _add_end(clauses: _Clauses, pattern: SysCallPattern) -> None:
    """What is said of all calls alike."""
    result = pattern.result
    if isinstance(result, int):
        clauses.add(f"$return == {int(result)}")
    elif result is not None:
        clauses.leave()
    if pattern.condition is not None:
        clauses.add(f"({pattern.condition})")


def _unknown(name: str) -> Row:
    return Row(-1, name, "number", frozenset(), tuple(
        Parameter(f"param{i}", "unsigned long", "") for i in range(6)))


def _names_of(name: Any) -> list[str] | None:
    """The calls whose names a pattern takes; None when it has to be asked of
    each call."""
    if isinstance(name, str) and not name.startswith("%"):
        return [f"<{name}>" if name.isdecimal() else name]
    if isinstance(name, int):
        known = [row.name for row in CALLS.values() if row.number == name]
        return known or [f"<{int(name)}>"]
    if isinstance(name, re.Pattern):
        if any(match_name(name, f"<{number}>") for number in range(_LIKELY)):
            return None
    elif not isinstance(name, str | bytes):
        return None
    return [each for each in CALLS if match_name(name, each)]


def _may_be_unknown(pattern: SysCallPattern) -> bool:
    """Whether a call without a name can match: it has six numbers."""
    return (pattern.path is None and pattern.fd is None
            and not any(isinstance(value, _TEXT) or value is NULL
                        for value in pattern.args or [])
            and len(pattern.args or []) <= 6)


def _plan_pattern(pattern: SysCallPattern) -> Iterable[Request]:
    names = _names_of(pattern.name)
    is_wide = not (pattern.args or pattern.path is not None
                   or pattern.fd is not None)
    if names is None and (pattern.name is not None or is_wide
                          or _may_be_unknown(pattern)):
        # It is not known beforehand which names there are.
        clauses = _Clauses()
        _add_end(clauses, pattern)
        if pattern.name is not None or not is_wide:
            clauses.leave()
        yield _request((), clauses, pattern)
        return
    for name in CALLS if names is None else names:
        try:
            clauses = _compile(pattern, CALLS.get(name) or _unknown(name))
        except _Never:
            continue
        yield _request((name,), clauses, pattern)


def _request(names: tuple[str, ...], clauses: _Clauses,
             pattern: SysCallPattern) -> Request:
    return Request(names, clauses.text,
                   None if clauses.is_exact else (pattern,))


def _share(pattern: SysCallPattern, requests: list[Request]
           ) -> list[Request]:
    """All that a pattern has become: its condition is in each."""
    if pattern.condition is None or len(
            {each.filter for each in requests}) < 2:
        return requests
    return [SharedRequest(*each) for each in requests]


def plan(filter_: list[Any] | None) -> list[Request]:
    """Requests for a filter that read_filter() has read."""
    if filter_ is None:
        return [Request((), None, None)]
    found: list[Request] = []
    for each in filter_:
        found += (_share(each, list(_plan_pattern(each))) if is_ours(each)
                  else [Request((), None, (each,))])
    merged = _merge(found)
    if len(merged) <= _MOST_REQUESTS:
        return merged
    return [_without_filters(filter_, merged)]


def _merge(found: list[Request]) -> list[Request]:
    """Requests that say the same of different calls are one."""
    groups: dict[tuple[Any, ...], list[Request]] = {}
    for each in found:
        key = (each.filter, each.patterns and tuple(map(id, each.patterns)),
               each.names == (), each.of_others)
        groups.setdefault(key, []).append(each)
    return [type(same[0])(_names(same), same[0].filter, same[0].patterns)
            for same in groups.values()]


def _names(requests: list[Request]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for each in requests
                               for name in each.names))


def _without_filters(filter_: list[Any], requests: list[Request]) -> Request:
    """Too many for the core: Python has to ask all patterns."""
    if any(getattr(each, "condition", None) for each in filter_):
        raise BadFilterError(
            f"filter: {len(requests)} different expressions; with conditions "
            f"there can be {_MOST_REQUESTS}")
    is_wide = any(each.names == () for each in requests)
    return Request(() if is_wide else _names(requests), None, tuple(filter_))
