# SPDX-License-Identifier: MIT
"""Which system calls are meant: SysCallPattern, and filters of them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Set
from typing import Any, Callable, Iterable, Mapping, Protocol

from .call import SysCall, SysCallArg, SysCallResult, error_of
from .table import CALLS
from .value import Text, encode

GROUPS = tuple(sorted({group for row in CALLS.values()
                       for group in row.groups}))
_NUMBER = re.compile(r"<(\d{1,19})>")


class BadFilterError(ValueError):
    """A filter or a callback that cannot be."""

    __module__ = "ctester.syscalls"


class _Null:
    """Matches the null pointer."""

    def __repr__(self) -> str:
        return "ctester.syscalls.NULL"


NULL = _Null()


class Matcher(Protocol):
    """What a filter can consist of."""

    def match(self, syscall: SysCall) -> Any:
        """Whether the call is meant."""


def _unknown(condition: str, syscall: SysCall) -> bool:
    raise RuntimeError("a condition is judged inside of GDB")


# Whether a condition is true of a call.
holds: Callable[[str, SysCall], bool] = _unknown


def _as_text(value: Any) -> str | None:
    """What a regular expression is held against: text, and numbers that have
    a name."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    if isinstance(value, int):
        return getattr(value, "name", None)
    return value if isinstance(value, str) else None


def _match_expression(pattern: re.Pattern[Any], value: Any) -> bool:
    text = _as_text(value)
    if text is None:
        return False
    if isinstance(pattern.pattern, bytes):
        return pattern.match(encode(text)) is not None
    return pattern.match(text) is not None


def _match_object(pattern: Any, value: Any) -> bool:
    """An object with match(): of text it gets bytes, and where it cannot do
    with these, str."""
    if isinstance(pattern, re.Pattern):
        return _match_expression(pattern, value)
    if not isinstance(value, bytes):
        return bool(pattern.match(value))
    try:
        return bool(pattern.match(value))
    except TypeError:
        return bool(pattern.match(_as_text(value)))


def _has_match(pattern: Any) -> bool:
    return (callable(getattr(pattern, "match", None))
            and not isinstance(pattern, type))


def match_value(pattern: Any, what: Any, value: Any) -> bool:
    """Whether one pattern takes a value; a callable gets `what` it is of."""
    if _has_match(pattern):
        return _match_object(pattern, value)
    if callable(pattern):
        return bool(pattern(what))
    if isinstance(pattern, str | bytes) and isinstance(value, bytes):
        return Text(value) == pattern
    return bool(pattern == value)


def _match_arg(pattern: Any, arg: SysCallArg) -> bool:
    if pattern is None:
        return True
    if pattern is NULL:
        return arg.type.is_pointer and arg.raw_value == 0
    return match_value(pattern, arg, arg.value)


def _match_result(pattern: Any, result: SysCallResult) -> bool:
    if pattern is NULL:
        return result.raw_value == 0
    if isinstance(pattern, str | bytes | re.Pattern):
        return result.errno is not None and match_value(
            pattern, result, encode(error_of(int(result.errno))[0]))
    # A call that did not come back has no result to be matched.
    return (result.value is not None
            and match_value(pattern, result, result.value))


def match_name(pattern: Any, name: str) -> bool:
    """Whether a pattern takes the name of a call."""
    if pattern is None:
        return True
    if isinstance(pattern, str) and pattern.startswith("%"):
        row = CALLS.get(name)
        return row is not None and pattern[1:] in row.groups
    if isinstance(pattern, int) and not isinstance(pattern, bool):
        row = CALLS.get(name)
        return (row.number == pattern if row is not None
                else name == f"<{int(pattern)}>")
    if isinstance(pattern, bytes):
        return encode(name) == pattern
    return match_value(pattern, name, name)


class SysCallPattern:
    """System calls that fulfil all that is given.

    name: a name, a number, a group such as "%file".
    args: a list of what the arguments are, from the first on; None is any.
    result: what the call has returned; calls that do not come back have none.
    path: of any argument that is the name of a file.
    fd: of any argument that is a descriptor: a number; or text or a regular
        expression that the descriptor's path fulfils.
    condition: an expression as for `ctester syscall --if`.

    Each of the first five can be a value, which is compared; an object with
    match(), such as a regular expression, which gets the value; or a
    function, which gets the SysCallArg, the SysCallResult or the name.
    """

    def __init__(self, name: Any = None, args: Any = None, result: Any = None,
                 *, path: Any = None, fd: Any = None,
                 condition: str | None = None) -> None:
        self.name = name
        self.args = args
        self.result = result
        self.path = path
        self.fd = fd
        self.condition = condition

    def match(self, syscall: SysCall) -> bool:
        """Whether the call is one of these."""
        return self.match_rest(syscall) and (
            self.condition is None or holds(self.condition, syscall))

    def match_rest(self, syscall: SysCall) -> bool:
        """The same without the condition, which the core has judged of calls
        that a filter has let through."""
        return (match_name(self.name, syscall.name)
                and self._match_args(syscall)
                and (self.result is None
                     or _match_result(self.result, syscall.result))
                and self._match_path(syscall) and self._match_fd(syscall))

    def _match_args(self, syscall: SysCall) -> bool:
        if self.args is None:
            return True
        args = syscall.args
        return len(self.args) <= len(args) and all(
            map(_match_arg, self.args, args))

    def _match_path(self, syscall: SysCall) -> bool:
        if self.path is None:
            return True
        return any(_match_arg(self.path, arg)
                   for arg in _of_role(syscall, "path"))

    def _match_fd(self, syscall: SysCall) -> bool:
        if self.fd is None:
            return True
        return any(_match_descriptor(self.fd, arg)
                   for arg in _of_role(syscall, "fd", "dirfd"))

    def check(self) -> None:
        """BadFilterError when it could match nothing by mistake."""
        self._check_name()
        if self.args is not None:
            if isinstance(self.args, str | bytes | Set | Mapping) or (
                    not isinstance(self.args, Iterable)):
                raise BadFilterError(f"args: {self.args!r} is no list of "
                                     "patterns")
            self.args = list(self.args)
        if isinstance(self.fd, bool) or not (
                self.fd is None or isinstance(self.fd, int | str | bytes)
                or callable(self.fd) or _has_match(self.fd)):
            raise BadFilterError(f"fd: {self.fd!r} is no descriptor and no "
                                 "pattern")
        if not (self.path is None or isinstance(self.path, str | bytes)
                or self.path is NULL or callable(self.path)
                or _has_match(self.path)):
            raise BadFilterError(f"path: {self.path!r} is no path and no "
                                 "pattern")
        if self.condition is not None and not (
                isinstance(self.condition, str) and self.condition.strip()):
            raise BadFilterError(f"condition: {self.condition!r} is no "
                                 "expression")

    def _check_name(self) -> None:
        name = self.name
        if isinstance(name, bytes):
            check_call(name.decode("utf-8", "surrogateescape"))
        elif isinstance(name, str):
            check_call(name)
        elif isinstance(name, bool) or not (
                name is None or isinstance(name, int)
                or callable(name) or _has_match(name)):
            raise BadFilterError(f"name: {name!r} is no name of a system call "
                                 "and no pattern")

    def __repr__(self) -> str:
        given = [f"{field}={value!r}" for field, value in vars(self).items()
                 if value is not None]
        return f"SysCallPattern({', '.join(given)})"


def is_ours(pattern: Any) -> bool:
    """One with a match() of its own is like any other object."""
    return getattr(type(pattern), "match", None) is SysCallPattern.match


def _match_descriptor(pattern: Any, arg: SysCallArg) -> bool:
    path = getattr(arg.value, "path", None)
    if isinstance(pattern, str | bytes):
        return path is not None and Text(encode(path)) == pattern
    if isinstance(pattern, re.Pattern):
        return _match_expression(pattern, path)
    return match_value(pattern, arg, arg.value)


def _of_role(syscall: SysCall, *roles: str) -> list[SysCallArg]:
    row = CALLS.get(syscall.name)
    if row is None:
        return []
    return [arg for arg, parameter in zip(syscall.args, row.parameters)
            if parameter.role in roles
            or (parameter.role == "varies" and "fd" in roles
                and hasattr(arg.value, "path"))]


def check_call(name: str) -> None:
    """Refuse what is no name of a call, <NUMBER> or group."""
    if (name in CALLS or name[1:] in GROUPS and name.startswith("%")
            or _NUMBER.fullmatch(name) or name.isdecimal()):
        return
    if name.startswith("%"):
        known: Iterable[str] = [f"%{group}" for group in GROUPS]
        hint = "; there is " + ", ".join(known)
        raise BadFilterError(f"no group of system calls is called '{name}'"
                             + hint)
    near = difflib.get_close_matches(name, CALLS, 3)
    raise BadFilterError(
        f"no system call is called '{name}'"
        + (f"; did you mean {' or '.join(near)}?" if near else ""))


def _is_of_name(pattern: Any) -> bool:
    """Whether it stands for a pattern of names alone: nothing else of a call
    is text."""
    return isinstance(pattern, str | bytes | re.Pattern)


def read_filter(filter_: Any) -> list[Any] | None:
    """The patterns of a filter, checked; None is every call."""
    if filter_ is None:
        return None
    if _is_of_name(filter_):
        patterns: list[Any] = [SysCallPattern(filter_)]
    elif isinstance(filter_, SysCallPattern) or _has_match(filter_):
        patterns = [filter_]
    elif isinstance(filter_, Iterable):
        patterns = [SysCallPattern(each) if _is_of_name(each) else each
                    for each in filter_]
    else:
        raise BadFilterError(f"filter: {filter_!r} is no pattern and no list "
                             "of patterns")
    for each in patterns:
        if isinstance(each, SysCallPattern):
            each.check()
        elif not _has_match(each):
            raise BadFilterError(f"filter: {each!r} has no match()")
    return patterns


def check_callback(callback: Any) -> Callable[[SysCall], Any] | None:
    """Something to call, or None: the calls are only kept."""
    if callback is not None and not callable(callback):
        raise BadFilterError(f"callback: {callback!r} is no function")
    return callback
