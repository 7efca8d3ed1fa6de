# SPDX-License-Identifier: MIT
"""The session as mocks.py wants it."""

from __future__ import annotations

from typing import Any

from .. import _core, backend, strict
from ..errors import BadMockError
from ..literals import literal
from ..state import catcher, session
from .mocks import Answer, SysCallMock, missed
from .value import unpack

_WORD = (1 << 64) - 1


class SessionBackend:
    """See mocks.Backend."""

    def add(self, answer: Answer) -> int:
        """See mocks.Backend."""
        mock, keep = _options(answer)
        try:
            number = session.mock_syscall(mock)
        except _core.CoreError as error:
            raise BadMockError(f"mock of {answer.name}: {error}") from None
        del keep
        if callable(answer.when):
            when = answer.when
            backend.judge_also(number, answer.name,
                               lambda *args: when(*map(unpack, args)))
        catcher.refresh()
        return number

    def remove(self, number: int) -> None:
        """See mocks.Backend."""
        session.clear_syscall_mocks(number)
        catcher.refresh()

    def uses(self, number: int) -> int:
        """See mocks.Backend."""
        uses = session.mock_uses()
        return uses[number] if number < len(uses) else 0


def _options(answer: Answer) -> tuple[_core.SyscallMock, Any]:
    """For the core, and what must live as long."""
    outs = [_core.MockOut(str(name).encode(), _text(answer, value))
            for name, value in answer.out.items()]
    out = (_core.MockOut * len(outs))(*outs)
    arguments = [_core.SyscallArgument(str(name).encode(), value & _WORD)
                 for name, value in answer.args.items()]
    args = (_core.SyscallArgument * len(arguments))(*arguments)
    mock = _core.SyscallMock(
        name=answer.name.encode(), returns=answer.result is not None,
        result=answer.result or 0,
        calls=answer.calls.encode() if answer.calls is not None else None,
        filter=(answer.when.encode() if isinstance(answer.when, str)
                else None),
        times=answer.times or 0, required=answer.required,
        asks=callable(answer.when), delay_ns=round(answer.delay * 1e9),
        out_count=len(outs), out=out, argument_count=len(arguments),
        arguments=args)
    return mock, (out, args)


def _text(answer: Answer, value: Any) -> bytes:
    try:
        return str(literal(value, quoted=True)).encode(
            errors="surrogateescape")
    except _core.CoreError as error:
        raise BadMockError(f"mock of {answer.name}: out: {error}") from None


_mocks: list[SysCallMock] = []


def add(answer: Answer) -> SysCallMock:
    """Queue an answer of the current test."""
    _mocks.append(SysCallMock(SessionBackend(), answer))
    return _mocks[-1]


def _forget() -> None:
    _mocks.clear()
    session.clear_syscall_mocks()
    catcher.refresh()


strict.at_finish.append(lambda: missed(_mocks))
strict.at_forget.append(_forget)
