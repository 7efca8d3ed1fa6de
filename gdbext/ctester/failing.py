# SPDX-License-Identifier: MIT
"""ctester.failures: which calls of monitored functions fail, and how.

    from ctester import failures, FAIL_ALWAYS, FAIL_FIRST
    failures.open = FAIL_ALWAYS & ~FAIL_FIRST
    failures.open_ret, failures.open_errno = -1, "EACCES"
    failures.open.when = "flags & O_CREAT"

Bit n of a mask, lowest first, is the n-th call from now.  A look consumes it,
unless the mask is FAIL_ALWAYS.  The core has the masks: reading one asks it.
"""

from __future__ import annotations

import dataclasses
import errno as errno_names
from typing import Any, Iterable

from . import kit_table
from .errors import BadMockError
from .monitoring import Program, check_name, is_private, no_such, options

FAIL_ALWAYS = kit_table.CONSTANTS["FAIL_ALWAYS"]
FAIL_NEVER = kit_table.CONSTANTS["FAIL_NEVER"]
FAIL_FIRST = kit_table.CONSTANTS["FAIL_FIRST"]
FAIL_SECOND = kit_table.CONSTANTS["FAIL_SECOND"]
FAIL_TWICE = kit_table.CONSTANTS["FAIL_TWICE"]
FAIL_THIRD = kit_table.CONSTANTS["FAIL_THIRD"]
FAIL_ONCE = kit_table.CONSTANTS["FAIL_ONCE"]

_LAST_OF_32 = 1 << 31
_OF_MASKS = ("ret", "errno", "when", "caller", "thread", "endless")
_ERRNO_MAX = 4095


@dataclasses.dataclass(frozen=True)
class Settings:
    """What failing calls of a function do, and which calls a mask counts."""

    value: Any = None       # None: 0, NULL
    errno: int | None = None    # None: not said
    when: str | None = None
    caller: str | None = None
    thread: int | None = None


class Mask(int):
    """Calls that are still to fail: an int.  What else is said of the
    function's failures can be set here.

    when: a filter expression; other calls are not counted by the mask.
    caller: a function or library; calls of others are not counted.
    thread: the number that GDB gives a thread; likewise.
    ret, errno: what failing calls return and set.
    endless: the last bit goes on for ever.
    """

    _failures: Failures
    _function: str
    endless: bool

    def __new__(cls, number: int, endless: bool, failures: Failures,
                function: str) -> Mask:
        self = super().__new__(cls, number)
        self.endless = endless
        self._failures = failures
        self._function = function
        return self

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in _OF_MASKS and not name.startswith("_"):
            raise no_such(f"failures.{self._function} has no", name,
                          _OF_MASKS[:-1])
        super().__setattr__(name, value)

    def _get(self, name: str) -> Any:
        return getattr(self._failures._settings_of(self._function), name)

    def _set(self, name: str, value: Any) -> None:
        self._failures._change(self._function, name, value)

    @property
    def when(self) -> str | None:
        return self._get("when")

    @when.setter
    def when(self, text: str | None) -> None:
        self._set("when", text)

    @property
    def caller(self) -> str | None:
        return self._get("caller")

    @caller.setter
    def caller(self, name: str | None) -> None:
        self._set("caller", name)

    @property
    def thread(self) -> int | None:
        return self._get("thread")

    @thread.setter
    def thread(self, number: int | None) -> None:
        self._set("thread", number)

    @property
    def ret(self) -> Any:
        return self._get("value")

    @ret.setter
    def ret(self, value: Any) -> None:
        self._set("value", value)

    @property
    def errno(self) -> int:
        return self._get("errno") or 0

    @errno.setter
    def errno(self, number: int | str) -> None:
        self._set("errno", number)

    def __repr__(self) -> str:
        return hex(self) + ("+" if self.endless else "")


class Failures:
    """failures.FUNCTION is a mask; failures.FUNCTION_ret and
    failures.FUNCTION_errno are what failing calls return and set, 0 by
    default.  failures[NAME] is the mask of any name, with .ret and .errno.

    A mask is set to a number, of any length; to numbers of calls, as {1, 3}
    or range(2, 5); or to text, as "always" or "1,3,33-".
    """

    __slots__ = ("_program", "_settings", "_idle")

    def __init__(self, program: Program) -> None:
        object.__setattr__(self, "_program", program)
        object.__setattr__(self, "_settings", {})
        # Masks that the quirks leave without effect.
        object.__setattr__(self, "_idle", {})

    def __getitem__(self, function: str) -> Mask:
        name = check_name("failures", function)
        text = self._idle.get(name) or self._program.failing(name)
        return Mask(int(text.rstrip("+"), 16), text.endswith("+"), self, name)

    def __setitem__(self, function: str, calls: Any) -> None:
        name = check_name("failures", function)
        text = spell(f"failures.{name}", calls)
        # So that errno is what it is to be, whatever is said of it.
        if name not in self._settings:
            self._change(name, "value", None)
        quirks = kit_table.FUNCTIONS.get(name, {}).get("quirks", ())
        self._idle.pop(name, None)
        if options.upstream_quirks and "no_failures" in quirks:
            self._program.fail(name, text, False)
            self._idle[name] = self._program.failing(name)
            text = "never"
        self._program.fail(name, text,
                           options.upstream_quirks and name == "free")

    def __delitem__(self, function: str) -> None:
        """No call fails, and nothing is said of those that would."""
        self[function] = FAIL_NEVER
        self._apply(check_name("failures", function), Settings())

    def __getattr__(self, name: str) -> Any:
        if is_private(name):
            raise AttributeError(name)
        function, field = _split(name)
        if field is None:
            return self[function]
        value = getattr(self[function], field)
        return 0 if value is None else value

    def __setattr__(self, name: str, value: Any) -> None:
        function, field = _split(name)
        if field is None:
            self[function] = value
        else:
            self._change(function, {"ret": "value"}.get(field, field), value)

    def __delattr__(self, name: str) -> None:
        function, field = _split(name)
        if field is None:
            del self[function]
        else:
            setattr(self, name, None)

    def _settings_of(self, function: str) -> Settings:
        return self._settings.get(function, Settings())

    def _change(self, function: str, field: str, value: Any) -> None:
        check = _CHECKS.get(field)
        if check is not None and value is not None:
            value = check(function, value)
        self._apply(function, dataclasses.replace(
            self._settings_of(function), **{field: value}))

    def _apply(self, function: str, settings: Settings) -> None:
        known = kit_table.FUNCTIONS.get(function, {}).get("failures")
        told = settings
        if settings.errno is None and known and known["errno"]:
            told = dataclasses.replace(settings, errno=0)
        self._program.set_failure(function, told)
        self._settings[function] = settings

    def _forget(self) -> None:
        """A new test begins."""
        self._settings.clear()
        self._idle.clear()


def _split(name: str) -> tuple[str, str | None]:
    """open_ret is ("open", "ret")."""
    for field in ("ret", "errno"):
        if name.endswith("_" + field) and name != "_" + field:
            return name[:-len(field) - 1], field
    return name, None


def _check_errno(function: str, value: Any) -> int:
    number = value
    if isinstance(value, str):
        number = getattr(errno_names, value, None)
        number = number if value.startswith("E") else None
    if (isinstance(number, bool) or not isinstance(number, int)
            or not 0 <= number <= _ERRNO_MAX):
        raise BadMockError(f"failures.{function}_errno: {value!r} is no name "
                           "of errno(3) and no number")
    return int(number)


def _check_text(field: str, what: str) -> Any:
    def check(function: str, value: Any) -> str:
        if not isinstance(value, str) or not value.strip():
            raise BadMockError(f"failures.{function}.{field}: {value!r} is no "
                               f"{what}")
        return value
    return check


def _check_thread(function: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise BadMockError(f"failures.{function}.thread: {value!r} is no "
                           "number of a thread, as `info threads` shows it")
    return value


_CHECKS = {
    "errno": _check_errno,
    "when": _check_text("when", "filter expression"),
    "caller": _check_text("caller", "name of a function or library"),
    "thread": _check_thread,
}


def spell(what: str, calls: Any) -> str:
    """Which calls, in the words of libcore/decide/mask.h."""
    if isinstance(calls, bool):
        raise BadMockError(f"{what}: {calls!r} is no mask; FAIL_ALWAYS and "
                           "FAIL_NEVER are")
    if isinstance(calls, str):
        return calls
    if isinstance(calls, int):
        return _spell_mask(calls)
    if not isinstance(calls, Iterable):
        raise BadMockError(f"{what}: {calls!r} is no mask and no numbers of "
                           "calls")
    if isinstance(calls, range) and calls.step == 1 and len(calls):
        numbers = [calls.start, calls.stop - 1]
        text = f"{calls.start}-{calls.stop - 1}"
    else:
        numbers = list(calls)
        text = ",".join(map(str, numbers))
    if any(isinstance(each, bool) or not isinstance(each, int) or each < 1
           for each in numbers):
        raise BadMockError(f"{what}: {calls!r}: calls are numbered from 1 on")
    return text or "never"


def _spell_mask(number: int) -> str:
    endless = getattr(number, "endless", False)
    if number < 0:
        number &= FAIL_ALWAYS
    # The 32nd bit is then that of all that follow, too.
    if options.endless_masks and _LAST_OF_32 <= number < FAIL_ALWAYS:
        endless = True
    return hex(number) + ("+" if endless else "")
