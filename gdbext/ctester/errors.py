# SPDX-License-Identifier: MIT
"""What a strict test can fail with.  messages.py writes the texts.

Failures, which say that the program did other things than expected, are
AssertionErrors; the others say that the test itself is wrong.
"""

from __future__ import annotations

from typing import Sequence


class StrictError(Exception):
    """Any of these."""


class AssertionInsideSandboxError(StrictError):
    """Something was asserted while the sandbox is open."""


class ConflictError(StrictError):
    """Somebody else intercepts the function already.

    patcher: who, in words: a breakpoint, a library.
    """

    def __init__(self, library: str, function: str, patcher: str,
                 remedy: str) -> None:
        super().__init__(f"{function} in {library} cannot be intercepted: "
                         f"{patcher} is there already.\n"
                         f"Take it away with:\n    {remedy}")
        self.library = library
        self.function = function
        self.patcher = patcher


class AllWildcardAssertionError(StrictError):
    """An assertion that any interaction would fulfil."""


class MissingAssertionFieldsError(StrictError):
    """An assertion without a field that it must have; `fields` are their
    names."""

    def __init__(self, message: str, fields: Sequence[str]) -> None:
        super().__init__(message)
        self.fields = tuple(fields)


class BadMockError(StrictError, ValueError):
    """A mock, spy or sandbox that cannot be: no such function, a value that
    does not fit its type, parameters that contradict each other."""


class VerificationError(StrictError, AssertionError):
    """What verify_all() found: `sections` has an error for each kind, alone
    this one."""

    def __init__(self, message: str,
                 sections: Sequence[VerificationError] = ()) -> None:
        super().__init__(message)
        self.sections = tuple(sections) or (self,)


class UnmockedInteractionError(VerificationError):
    """A mocked function was called and no mock was left for it."""


class UnassertedInteractionsError(VerificationError):
    """Calls that no assertion has named."""


class UnusedMocksError(VerificationError):
    """Required mocks that the program did not use up."""


class InteractionMismatchError(StrictError, AssertionError):
    """The interaction is not the one asserted."""


class ProgramTimeoutError(StrictError, TimeoutError):
    """The program has not ended in time, and was killed.  `stdout`, `stderr`:
    what it has written until then."""

    def __init__(self, message: str, stdout: str, stderr: str) -> None:
        super().__init__(message)
        self.stdout = stdout
        self.stderr = stderr


class SandboxError(StrictError, AssertionError):
    """The program has not come to the end of a sandbox that has a limit: a
    signal, its time, or exit() has ended it.  Or it has freed memory twice in
    a sandbox.

    tag: "sigsegv", "sigfpe", "sigabrt", "sigbus", "sigpipe", "sigill",
        "timeout", "exit", "double_free", or another signal's name.
    place: the frame, as "parse (text=0x0) at prog.c:12"; None when it is not
        known.
    """

    def __init__(self, message: str, tag: str, place: str | None,
                 stdout: str, stderr: str) -> None:
        super().__init__(message)
        self.tag = tag
        self.place = place
        self.stdout = stdout
        self.stderr = stderr


# As scripts name them, in a traceback too.
for _kind in tuple(vars().values()):
    if isinstance(_kind, type) and issubclass(_kind, StrictError):
        _kind.__module__ = __package__
