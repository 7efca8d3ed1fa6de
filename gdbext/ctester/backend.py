# SPDX-License-Identifier: MIT
"""The program in this GDB, as native.NativePlugin wants it: a Backend over the
session."""

from __future__ import annotations

import builtins
import ctypes
import signal as signals
from typing import Any, Callable, Iterable

from . import _core, messages, values
from .errors import BadMockError
from .interactions import Interaction
from .literals import literal
from .native import Mock, script_place
from .state import engine, session

# What an exception's argument may be, to be made again in the program.
_PLAIN = (str, bytes, int, float, complex, bool, type(None))

_mocks: dict[int, Mock] = {}


def _judge(number: int, arguments: str) -> bool:
    """Whether a mock whose `when` is a function takes a call."""
    mock = _mocks.get(number)
    if mock is None or not callable(mock.when):
        return False
    try:
        return bool(mock.when(*values.read(arguments)))
    except Exception as error:  # the script's own code: any
        engine.complain_once(
            f"when= of the mock of {mock.function} registered at "
            f"{mock.place} raised {type(error).__name__}: {error}; the mock "
            "was passed over")
        return False


session.set_judge(_judge)


def judge_also(number: int, name: str, when: Callable[..., Any]) -> None:
    """A mock of a system call that asks a function."""
    mock = Mock(None, name, None, None, False, None, None, {}, None, when,
                None, "program", 0, script_place(), number)
    _mocks[number] = mock


# Calls in the sandboxes of scripts that have several verifiers: whose they are.
_owners: dict[int, SessionBackend] = {}
_armed: list[SessionBackend] = []
# How scripts spell libraries, by their keys, whichever verifier has mocks.
_spellings: dict[str, str] = {}


def forget() -> None:
    """A new test: no call is anybody's."""
    _owners.clear()
    _armed.clear()
    _spellings.clear()


class SessionBackend:
    """from_now: the backend of a verifier that the script has made beside the
    test's.  What was recorded before, and calls that are open now, belong to
    another one."""

    def __init__(self, from_now: bool = False) -> None:
        self._next = 0
        self._from_now = from_now
        self._since = 0
        self._others: set[int] = set()
        if from_now:
            for text, self._next in session.interactions(
                    session.call_count()):
                self._others.update(one.seq for one in _read(text))
        self._keys: dict[str, str] = {}

    def mock(self, mock: Mock) -> int:
        """Queue it; returns its number."""
        try:
            options, keep = _options(mock)
            number = session.mock(
                mock.library or "", mock.function,
                None if mock.returns is None and mock.raises is not None
                else literal(mock.returns, quoted=True), options)
        except _core.CoreError as error:
            raise _refused("mock_call", mock.library, mock.function,
                           error) from None
        del keep
        _mocks[number] = mock
        self._changed()
        self._spell(mock.library)
        return number

    def spy(self, library: str | None, function: str, scope: str,
            caller: str | None) -> None:
        """Record the calls of a function."""
        self._permit("spy", _core.ATTITUDE_SPY, library, function, scope,
                     caller)

    def allow(self, library: str | None, function: str, scope: str,
              caller: str | None) -> None:
        """Let the calls of a function pass, without recording them."""
        self._permit("allow", _core.ATTITUDE_ALLOW, library, function, scope,
                     caller)

    def _permit(self, name: str, attitude: int, library: str | None,
                function: str, scope: str, caller: str | None) -> None:
        try:
            session.permit(library or "", function, attitude, scope, caller)
        except _core.CoreError as error:
            raise _refused(name, library, function, error) from None
        self._changed()
        self._spell(library)

    def _spell(self, library: str | None) -> None:
        if library is not None:
            _spellings.setdefault(self.library_key(library), library)

    def _changed(self) -> None:
        self._keys.clear()
        engine.refresh()

    def uses(self) -> list[int]:
        """How often the mocks have answered, by their numbers."""
        return session.mock_uses()

    def interactions(self) -> Iterable[Interaction]:
        """Those that are new, or have returned, since the last time."""
        self._keys.clear()
        for backend in _armed:
            backend._claim()
        found = []
        for text, self._next in session.interactions(self._next):
            found += filter(self._is_ours, _read(text))
        for one in found:
            one.library = _spellings.get(self.library_key(one.library),
                                         one.library)
        return sorted(found, key=lambda one: one.seq)

    def _claim(self) -> None:
        """What was called while this verifier's sandbox is open is its own."""
        for text, self._since in session.interactions(self._since):
            for one in _read(text):
                _owners.setdefault(one.seq, self)

    def _is_ours(self, one: Interaction) -> bool:
        """Of a call without a mock, the test's verifier knows in any case: it
        is not up to the script to ask."""
        if one.seq in self._others:
            return False
        owner = _owners.get(one.seq)
        if self._from_now:
            return owner is self
        return owner is None or one.outcome == "unmocked"

    def program_name(self) -> str:
        """What the main program is called in reports."""
        return engine.program_name() or messages.PROGRAM

    def library_key(self, name: str) -> str:
        """The same for all spellings of a library's name."""
        key = self._keys.get(name)
        if key is None:
            try:
                key = self._keys[name] = session.library_key(name)
            except _core.CoreError as error:
                raise BadMockError(f"library: {error}") from None
        return key

    def arm(self) -> None:
        """Begin to intercept."""
        engine.arm(True)
        conflict = engine.conflict
        if conflict is not None:
            engine.arm(False)
            raise conflict
        # The test's verifier has what is nobody else's.
        if self._from_now:
            self._since = session.call_count()
            _armed.append(self)

    def disarm(self) -> None:
        """End that."""
        if self in _armed:
            self._claim()
            _armed.remove(self)
        engine.arm(False)


def _refused(what: str, library: str | None, function: str,
             error: _core.CoreError) -> BadMockError:
    """The core's sentence, which may begin with the function."""
    sentence = str(error).removeprefix(f"{function}: ")
    return BadMockError(f"{what} of {function} in {library or 'the program'}: "
                        f"{sentence}")


def _read(text: str) -> list[Interaction]:
    """The lines of ct_session_interactions()."""
    found = []
    for line in text.splitlines():
        (seq, library, function, args, result, errno, out, thread, caller,
         outcome, raised, must, is_open, guessed, note,
         _) = values.read(line)
        found.append(Interaction(
            seq, library, function, args, result, errno, thread, caller,
            outcome, raised, out, must, is_open, guessed, note))
    return found


def _options(mock: Mock) -> tuple[_core.MockOptions, list[Any]]:
    """For the core; and what must live as long as they are used."""
    outs = (_core.MockOut * len(mock.out))()
    for row, (name, value) in zip(outs, mock.out.items()):
        row.parameter = str(name).encode()
        try:
            text = literal(value, quoted=True) or ""
        except _core.CoreError as error:
            raise _core.CoreError(0, f"out: {name}: {error}") from None
        row.value = text.encode(errors="surrogateescape")
    raised = mock.raises() if isinstance(mock.raises, type) else mock.raises
    number = mock.errno
    if number is None and isinstance(raised, OSError):
        number = raised.errno
    signal = raised if isinstance(raised, signals.Signals) else mock.signal
    options = _core.MockOptions(
        times=mock.times or 0, required=mock.required, strict=True,
        set_errno=number is not None, errno_value=number or 0,
        asks=callable(mock.when), signal=signal or 0,
        scope=_core.SCOPES[mock.scope], delay_ns=round(mock.delay * 1e9),
        filter=_encoded(mock.when if isinstance(mock.when, str) else None),
        caller=_encoded(mock.caller), raises=_encoded(_raised_text(raised)),
        exception=_encoded(_expression(raised)), out_count=len(outs),
        out=ctypes.cast(outs, ctypes.POINTER(_core.MockOut)))
    return options, [outs]


def _encoded(text: str | None) -> bytes | None:
    return None if text is None else text.encode(errors="surrogateescape")


def _raised_text(raised: Any) -> str | None:
    """As in "OSError: no disk"."""
    if raised is None:
        return None
    if isinstance(raised, signals.Signals):
        return raised.name
    text = str(raised)
    name = type(raised).__qualname__
    return f"{name}: {text}" if text else name


def _expression(raised: Any) -> str | None:
    """Makes the exception in the program."""
    if not isinstance(raised, BaseException):
        return None
    kind = type(raised)
    args = (raised.args if all(isinstance(one, _PLAIN) for one in raised.args)
            else (str(raised),))
    call = "(" + ", ".join(map(_plain, args)) + ")"
    if getattr(builtins, kind.__name__, None) is kind:
        return kind.__name__ + call
    # A class of the script: the program's own of that name, if it has one.
    base = next(one.__name__ for one in kind.__mro__
                if getattr(builtins, one.__name__, None) is one)
    return (f"getattr(__import__('sys').modules.get({kind.__module__!r}), "
            f"{kind.__name__!r}, None) and getattr(__import__('sys').modules["
            f"{kind.__module__!r}], {kind.__name__!r}){call} or "
            f"type({kind.__name__!r}, ({base},), {{}}){call}")


def _plain(value: Any) -> str:
    if isinstance(value, float) and not abs(value) < float("inf"):
        return f"float({str(value)!r})"
    return repr(value)
