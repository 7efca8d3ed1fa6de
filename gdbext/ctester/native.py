# SPDX-License-Identifier: MIT
"""ctester.native: strict mocks of functions.

    ctester.native.mock_call("libm", "sqrt", returns=3.0)
    with ctester.sandbox():
        ctester.run()
    ctester.native.assert_call("libm", "sqrt", args=(9.0,))

NativePlugin checks what it is given, and says at once what cannot be; what
needs the program (whether a function exists, whether a value fits its type) a
Backend says.  The functions of this module are those of the plugin of the
current test, which is made on first use.
"""

from __future__ import annotations

import copy
import dataclasses
import errno as errno_names
import linecache
import os
import signal as signals
import sys
from typing import Any, Callable, Iterable, Mapping, Protocol, Sequence

from . import messages
from .errors import BadMockError, MissingAssertionFieldsError
from .interactions import Expected, Interaction
from .registration import Refusal, check_delay, check_when
from .verifier import StrictVerifier

SCOPES = ("boundary", "all", "program")
_ERRNO_MAX = 4095  # the kernel's: errno(3) has none beyond
_HERE = os.path.dirname(os.path.abspath(__file__))


@dataclasses.dataclass(frozen=True)
class Place:
    """A line of the script."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        name = os.path.basename(self.file)
        return f"{name}:{self.line}" + (f": {self.text}" if self.text else "")


@dataclasses.dataclass
class Mock:
    """An answer to calls of a function, checked as far as that is possible
    without the program."""

    library: str | None
    function: str
    returns: Any
    raises: BaseException | type[BaseException] | signals.Signals | None
    required: bool
    errno: int | None
    signal: signals.Signals | None
    out: dict[str | int, Any]
    times: int | None
    when: str | Callable[..., Any] | None
    caller: str | None
    scope: str
    delay: float
    place: Place
    number: int = 0  # the backend's
    used: int = 0    # so often, when last asked

    @property
    def is_used_up(self) -> bool:
        return self.used >= (1 if self.times is None else self.times)

    def used_text(self) -> str:
        """For a mock that was not used, or not often enough."""
        if self.used:
            return f" (used {self.used} of {self.times} times)"
        return (f" (no call came from {self.caller!r})"
                if self.caller is not None else "")


class Backend(Protocol):
    """The program, as a plugin sees it."""

    def mock(self, mock: Mock) -> int:
        """Queue it; returns its number.  Raises an error of one line when the
        program has no such function or the value does not fit."""

    def spy(self, library: str | None, function: str, scope: str,
            caller: str | None) -> None:
        """Record the calls of a function."""

    def allow(self, library: str | None, function: str, scope: str,
              caller: str | None) -> None:
        """Let the calls of a function pass, without recording them."""

    def uses(self) -> Sequence[int]:
        """How often the mocks have answered, by their numbers."""

    def interactions(self) -> Iterable[Interaction]:
        """Those that are new, or have returned, since the last time; by
        number."""

    def program_name(self) -> str:
        """What the main program is called in reports."""

    def library_key(self, name: str) -> str:
        """The same for all spellings of a library's name.  Raises an error
        when the name is ambiguous."""

    def arm(self) -> None:
        """Begin to intercept."""

    def disarm(self) -> None:
        """End that."""


def library_stem(name: str) -> str:
    """What is the same in "/lib/libm.so.6", "libm.so.6", "libm" and "m": a
    Backend's key of libraries that are not loaded."""
    stem = os.path.basename(name).partition(".so")[0]
    return stem.removeprefix("lib") or stem


class _Missing:
    """The default of a field that must be given."""

    def __repr__(self) -> str:
        return "..."


_MISSING: Any = _Missing()


class NativePlugin:
    """Strict mocks of the functions of one test; one to a verifier."""

    def __init__(self, verifier: StrictVerifier,
                 backend: Backend | None = None) -> None:
        """backend: the program in this GDB, if none is given.  ValueError
        when the verifier has a NativePlugin."""
        adopt = None
        if backend is None:
            backend, adopt = _in_gdb().backend(), _in_gdb().adopt
        verifier.attach(self)
        if adopt:
            adopt(verifier)
        verifier.library_key = backend.library_key
        self._verifier = verifier
        self._backend = backend
        self._mocks: list[Mock] = []
        self._spellings: dict[str, str] = {}

    def mock_call(self, library: str | None, function: str, *, returns: Any,
                  raises: Any = None, required: bool = True,
                  errno: int | str | None = None,
                  signal: int | str | None = None,
                  out: Mapping[str | int, Any] | None = None,
                  times: int | None = 1,
                  when: str | Callable[..., Any] | None = None,
                  caller: str | None = None, scope: str = "boundary",
                  delay: float = 0) -> None:
        """Queue an answer for a function: the next call that no earlier one
        takes returns it.

        library: in any spelling; None for the program itself.
        returns: what is returned, also when raises is given.
        raises: an OSError with an errno, a signal.Signals, or in a Python
            program any exception.
        required: whether it is an error when the program does not use it.
        errno: a number or a name, set before the call returns.
        signal: a number or a name, sent to the calling thread.
        out: {parameter: value}, written through the pointers; a parameter is
            a name, or a position from 0 on.  bytes are written as they are,
            str as a C string.
        times: how many calls it answers; None for all that no other mock
            answers.
        when: a filter expression, or a function that gets the arguments;
            other calls pass it over.
        caller: a function or library; calls of others pass it over.
        scope: "boundary", "all" or "program"; see docs/commands.md.
        delay: seconds that the call takes.
        Raises BadMockError when that cannot be.
        """
        name = _check_names("mock_call", library, function)
        bad = Refusal(name)
        mock = Mock(
            library=library, function=function, returns=copy.deepcopy(returns),
            raises=_check_raises(bad, raises), required=required,
            errno=_check_errno(bad, errno), signal=_check_signal(bad, signal),
            out=_check_out(bad, out), times=_check_times(bad, times),
            when=check_when(bad, when),
            caller=_check_caller(bad, caller),
            scope=_check_scope(bad, scope), delay=check_delay(bad, delay),
            place=script_place())
        _check_together(bad, mock)
        mock.number = self._backend.mock(mock)
        mock.library = self._spell(library)
        self._mocks.append(mock)

    def spy(self, library: str | None, function: str, *,
            scope: str = "boundary", caller: str | None = None) -> None:
        """Record the calls of a function, which runs as it is; they must be
        asserted.  Mocks of the function answer first.

        Raises BadMockError when there is no such function.
        """
        bad = Refusal(_check_names("spy", library, function))
        self._backend.spy(library, function, _check_scope(bad, scope),
                          _check_caller(bad, caller))
        self._spell(library)

    def allow(self, library: str | None, function: str, *,
              scope: str = "boundary", caller: str | None = None) -> None:
        """Let calls of a function pass, without recording them.  Mocks of
        the function answer first.

        Raises BadMockError when there is no such function.
        """
        bad = Refusal(_check_names("allow", library, function))
        self._backend.allow(library, function, _check_scope(bad, scope),
                            _check_caller(bad, caller))

    def assert_call(self, library: Any = _MISSING, function: Any = _MISSING, *,
                    args: Any = ()) -> Interaction:
        """Assert the next interaction; in in_any_order(), any.

        library: in any spelling, or a matcher; None for the program itself.
        args: what docs/python.md says of values; a matcher anywhere.
        Returns the interaction.  Raises InteractionMismatchError when it is
        another one, and consumes nothing then; MissingAssertionFieldsError,
        AllWildcardAssertionError, AssertionInsideSandboxError.
        """
        fields = {"library": library, "function": function, "args": args}
        missing = [name for name, value in fields.items()
                   if value is _MISSING]
        if missing:
            given = {name: value for name, value in fields.items()
                     if value is not _MISSING}
            raise MissingAssertionFieldsError(
                messages.missing_fields(given, missing), missing)
        if library is None:
            library = self._backend.program_name()
        # A list of arguments is as good as a tuple.
        if isinstance(args, list):
            args = tuple(args)
        return self._verifier.assert_call(Expected(library, function, args))

    # What the verifier asks for.

    def collect(self) -> Sequence[Interaction]:
        """Interactions since the last time, in the spelling of the script."""
        found = list(self._backend.interactions())
        for interaction in found:
            key = self._backend.library_key(interaction.library)
            interaction.library = self._spellings.get(key, interaction.library)
        return found

    def unused_mocks(self) -> Sequence[Mock]:
        """Required mocks that were not used up."""
        uses = self._backend.uses()
        for mock in self._mocks:
            mock.used = uses[mock.number]
        return [mock for mock in self._mocks
                if mock.required and not mock.is_used_up]

    def arm(self) -> None:
        """The sandbox opens."""
        self._backend.arm()

    def disarm(self) -> None:
        """The sandbox closes."""
        self._backend.disarm()

    def _spell(self, library: str | None) -> str:
        """The spelling for reports: the first that was registered."""
        name = self._backend.program_name() if library is None else library
        return self._spellings.setdefault(self._backend.library_key(name),
                                          name)


def _check_names(what: str, library: Any, function: Any) -> str:
    if library is not None and not (isinstance(library, str) and library):
        raise BadMockError(f"{what}: library: {library!r} is no name; None is "
                           "the program itself")
    if not (isinstance(function, str) and function):
        raise BadMockError(f"{what}: function: {function!r} is no name")
    return f"{what} of {function} in {library or 'the program'}"


def _check_raises(bad: Refusal, raises: Any) -> Any:
    is_class = isinstance(raises, type) and issubclass(raises, BaseException)
    if not (raises is None or is_class
            or isinstance(raises, BaseException | signals.Signals)):
        raise bad(f"raises: {raises!r} is no exception and no signal.Signals")
    return raises


def _check_errno(bad: Refusal, errno: Any) -> int | None:
    number = errno
    if isinstance(errno, str):
        number = getattr(errno_names, errno, None)
        number = number if errno.startswith("E") else None
    if errno is None:
        return None
    if type(number) is not int or not 0 <= number <= _ERRNO_MAX:
        raise bad(f"errno: {errno!r} is no name of errno(3) and no number")
    return number


def _check_signal(bad: Refusal, signal: Any) -> signals.Signals | None:
    if signal is None:
        return None
    try:
        if isinstance(signal, str):
            name = signal.upper()
            return signals.Signals[
                name if name.startswith("SIG") else "SIG" + name]
        return signals.Signals(signal)
    except (KeyError, ValueError):
        raise bad(f"signal: {signal!r} is no name of signal(7) and no "
                  "number") from None


def _check_out(bad: Refusal, out: Any) -> dict[str | int, Any]:
    if out is None:
        return {}
    if not isinstance(out, Mapping) or not all(map(_is_parameter, out)):
        raise bad(f"out: {out!r} is no dict of parameters' names")
    return {name: copy.deepcopy(value) for name, value in out.items()}


def _is_parameter(name: Any) -> bool:
    """A name, or a position from 0 on."""
    return isinstance(name, str) or (type(name) is int and name >= 0)


def _check_times(bad: Refusal, times: Any) -> int | None:
    if times is not None and (type(times) is not int or times < 1):
        raise bad(f"times: {times!r} is no number from 1 on; None is for "
                  "every call")
    return times


def _check_caller(bad: Refusal, caller: Any) -> str | None:
    if caller is not None and not (isinstance(caller, str) and caller):
        raise bad(f"caller: {caller!r} is no name of a function or library")
    return caller


def _check_scope(bad: Refusal, scope: Any) -> str:
    if scope not in SCOPES:
        raise bad(f"scope: {scope!r} is none of {', '.join(SCOPES)}")
    return scope


def _check_together(bad: Refusal, mock: Mock) -> None:
    """A call has one errno and gets one signal."""
    number = getattr(mock.raises, "errno", None)
    if isinstance(mock.raises, OSError) and None not in (
            number, mock.errno) and number != mock.errno:
        raise bad(f"errno: {mock.errno} contradicts the {number} of raises")
    if mock.raises is not None and mock.signal is not None:
        raise bad("signal: a call that raises gets no signal as well")


def script_place() -> Place:
    """The line outside of ctester that we are called from."""
    frame = sys._getframe()
    while frame.f_back and os.path.abspath(
            frame.f_code.co_filename).startswith(_HERE + os.sep):
        frame = frame.f_back
    file, line = frame.f_code.co_filename, frame.f_lineno
    return Place(file, line, linecache.getline(file, line).strip())


class Provider(Protocol):
    """What a GDB has: strict.py."""

    def plugin(self) -> NativePlugin:
        """That of the current test."""

    def backend(self) -> Backend:
        """The program in this GDB."""

    def adopt(self, verifier: StrictVerifier) -> None:
        """A verifier that the script has made: to be verified at the end."""


_provider: Provider | None = None


def provide(provider: Provider | None) -> None:
    """Say where the functions below get the current test's plugin."""
    global _provider
    _provider = provider


def _in_gdb() -> Provider:
    if _provider is None:
        raise RuntimeError("ctester.native needs GDB: start it with "
                           "-x ctester.gdb")
    return _provider


def current() -> NativePlugin:
    """The plugin of the current test."""
    return _in_gdb().plugin()


def mock_call(library: str | None, function: str, *, returns: Any,
              **options: Any) -> None:
    """NativePlugin.mock_call() of the current test."""
    current().mock_call(library, function, returns=returns, **options)


def spy(library: str | None, function: str, **options: Any) -> None:
    """NativePlugin.spy() of the current test."""
    current().spy(library, function, **options)


def allow(library: str | None, function: str, **options: Any) -> None:
    """NativePlugin.allow() of the current test."""
    current().allow(library, function, **options)


def assert_call(library: Any = _MISSING, function: Any = _MISSING, *,
                args: Any = ()) -> Interaction:
    """NativePlugin.assert_call() of the current test."""
    return current().assert_call(library, function, args=args)
