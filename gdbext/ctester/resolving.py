# SPDX-License-Identifier: MIT
"""What monitored calls of getaddrinfo and its like do in the sandbox, in place
of asking the network; and whether freeaddrinfo is checked.

    from ctester import monitored, set_getaddrinfo_method
    monitored.getaddrinfo = True
    set_getaddrinfo_method({"example.org": ["192.0.2.1", "2001:db8::1"]})

A method is asked when the mask of the function lets the call run.  The lists
are made by the program's own getaddrinfo, of numbers, so that freeaddrinfo can
free them.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Any, Callable, Iterable, NamedTuple

from . import _core, addresses, guard, stacks, values
from .errors import BadMockError
from .monitoring import options
from .state import engine, session


class Numbers(NamedTuple):
    """What simple_getaddrinfo() returns: look these up, both numbers; None is
    none."""

    node: str | None
    service: str | None


class _Resolver:
    """The methods, and the book of lists."""

    def __init__(self) -> None:
        # Replies are the core's until the next call.
        self._kept: list[Any] = []
        self.reset()

    def reset(self) -> None:
        """As at the start of a test."""
        self.reset_methods()
        self.checks = False
        self.report: Callable[[], Any] | None = None
        self.listed: set[int] = set()
        # Freed by the real freeaddrinfo, and not returned again since.
        self.freed: set[int] = set()
        self.statuses: dict[int, int] = {}

    def reset_methods(self) -> None:
        self.getaddrinfo: Any = None
        self.freeaddrinfo: Any = None
        self.getnameinfo: Any = None
        self.gai_strerror: Any = None

    def apply(self) -> None:
        """Tell the core which functions have methods now."""
        books = bool(self.checks)
        session.set_methods(
            (_core.METHOD_GETADDRINFO * (books or self.getaddrinfo is not None)
             | _core.METHOD_FREEADDRINFO * (books
                                            or self.freeaddrinfo is not None)
             | _core.METHOD_GETNAMEINFO * (self.getnameinfo is not None)
             | _core.METHOD_GAI_STRERROR * (self.gai_strerror is not None)),
            self.hear)

    def hear(self, call: _core.MethodCall) -> None:
        """The core's question; in a stop of the program."""
        if call.event == _core.METHOD_DOUBLE_FREE:
            guard.note_double_free(stacks.where())
        elif call.event == _core.METHOD_RETURN:
            self._note_list(call)
        else:
            self._kept.clear()
            self._answer(call)

    def _answer(self, call: _core.MethodCall) -> None:
        name, answer = _ANSWERS[call.which]
        try:
            answer(self, call, values.read(call.arguments.decode(
                errors="surrogateescape")))
        except Exception as error:  # the script's own code: any
            engine.complain_once(f"the method of {name} has raised "
                                 f"{type(error).__name__}: {error}")
            # Not the network, whatever it was.
            call.reply, call.result = _core.REPLY_RETURN, socket.EAI_FAIL
            if name == "gai_strerror":
                call.reply = _core.REPLY_RUN

    def _note_list(self, call: _core.MethodCall) -> None:
        if call.result:
            return
        self.freed.discard(call.list)
        if self.checks:
            self.listed.add(call.list)

    def _keep(self, text: str | None) -> bytes:
        found = (text or "").encode(errors="surrogateescape")
        self._kept.append(found)
        return found

    def on_getaddrinfo(self, call: _core.MethodCall, args: tuple) -> None:
        if self.getaddrinfo is None:
            return
        node, service, hints = args[:3]
        found = _of_method(self.getaddrinfo, _text(node), _text(service),
                           hints)
        if found is NotImplemented:
            return
        if isinstance(found, int) and not isinstance(found, bool):
            call.reply, call.result = _core.REPLY_RETURN, int(found)
            return
        lines = [f"{one.node or ''}\t{one.service or ''}"
                 for one in _numbers(found)]
        if not lines:
            call.reply, call.result = _core.REPLY_RETURN, socket.EAI_NONAME
            return
        call.reply, call.text = (_core.REPLY_NAMES,
                                 self._keep("\n".join(lines)))

    def on_freeaddrinfo(self, call: _core.MethodCall, _: tuple) -> None:
        address, method = call.passed[0], self.freeaddrinfo
        known = address in self.listed
        self.listed.discard(address)
        again = (self.checks and not known and method is None
                 and address in self.freed)
        bad = self.checks and not known
        if method is None and address and (known or again):
            self.freed.add(address)
        self.statuses[call.seq] = int(bad)
        if bad and self.report is not None:
            self.report()
        if method is not None:
            if method(values.Address(address)) is not NotImplemented:
                call.reply = _core.REPLY_RETURN
        elif again and not options.upstream_quirks:
            call.reply = _core.REPLY_RETURN

    def on_getnameinfo(self, call: _core.MethodCall, args: tuple) -> None:
        raw, flags = args[0], args[-1]
        found = self.getnameinfo(
            addresses.SocketAddress(raw).pair
            if isinstance(raw, bytes) and len(raw) >= 2 else None, flags)
        if found is NotImplemented:
            return
        call.reply = _core.REPLY_RETURN
        if isinstance(found, int):
            call.result = found
            return
        call.result = 0
        for i, text in enumerate(found):
            where, room = call.passed[2 + 2 * i], call.passed[3 + 2 * i]
            room &= 2**32 - 1   # socklen_t
            written = self._keep(text) + b"\0"
            if not where or not room:
                continue
            if len(written) > room:
                call.result = socket.EAI_OVERFLOW
                break
            self._kept.append(written)
            call.writes[i] = _core.MethodWrite(where, written, len(written))
        if call.result:
            for write in call.writes:
                write.addr = 0

    def on_gai_strerror(self, call: _core.MethodCall, args: tuple) -> None:
        found = self.gai_strerror(args[0])
        if found is not NotImplemented:
            call.reply, call.text = _core.REPLY_TEXT, self._keep(found)


_ANSWERS: dict[int, tuple[str, Callable[..., None]]] = {
    _core.METHOD_GETADDRINFO: ("getaddrinfo", _Resolver.on_getaddrinfo),
    _core.METHOD_FREEADDRINFO: ("freeaddrinfo", _Resolver.on_freeaddrinfo),
    _core.METHOD_GETNAMEINFO: ("getnameinfo", _Resolver.on_getnameinfo),
    _core.METHOD_GAI_STRERROR: ("gai_strerror", _Resolver.on_gai_strerror),
}


def _text(value: Any) -> str | None:
    return (value.decode(errors="surrogateescape")
            if isinstance(value, bytes) else None)


def _of_method(method: Any, node: str | None, service: str | None,
               hints: Any) -> Any:
    if callable(method):
        try:
            return method(node, service, hints)
        except socket.gaierror as error:
            return error.errno
    if isinstance(method, dict):
        return method.get(node, socket.EAI_NONAME)
    return method


def _numbers(found: Any) -> list[Numbers]:
    if isinstance(found, Numbers | str):
        found = [found]
    if not isinstance(found, Iterable):
        raise TypeError(f"{found!r} is no list of addresses, and no EAI_ code")
    return [one if isinstance(one, Numbers) else _number(one)
            for one in found]


def _number(one: Any) -> Numbers:
    host, *more = (one,) if isinstance(one, str) else one
    ipaddress.ip_address(host)      # or ValueError
    port = more[0] if more else None
    return Numbers(host, None if port is None else str(int(port)))


_resolver = _Resolver()


def _check(what: str, method: Any, data: bool = False) -> Any:
    kinds = (list, tuple, dict, str, int) if data else ()
    if method is None or callable(method) or (
            isinstance(method, kinds) and not isinstance(method, bool)):
        return method
    raise BadMockError(f"{what}: {method!r} is no function")


def set_getaddrinfo_method(method: Any) -> None:
    """What getaddrinfo looks up; the method of freeaddrinfo stays.

    method: called with node and service, text or None, and hints, a dict or
        None.  It returns the addresses, each text or (text, port); or an
        EAI_ code of Python's socket; or NotImplemented, and the real function
        runs.  Also a list of addresses or a code, for all nodes; a dict of
        these by node, all others being EAI_NONAME; None: there is none.
    """
    _resolver.getaddrinfo = _check("set_getaddrinfo_method", method, True)
    _resolver.apply()


def set_gai_methods(gai: Any, fai: Any) -> None:
    """Methods of getaddrinfo and freeaddrinfo.  fai: called with the address;
    if it does not return NotImplemented, the list is not freed."""
    _check("set_gai_methods", gai, True)
    _resolver.freeaddrinfo = _check("set_gai_methods", fai)
    set_getaddrinfo_method(gai)


def set_getnameinfo_method(method: Callable[..., Any] | None) -> None:
    """method: called with the address as Python's socket has it, and the
    flags; returns host and service, or an EAI_ code."""
    _resolver.getnameinfo = _check("set_getnameinfo_method", method)
    _resolver.apply()


def set_gai_strerror_method(method: Callable[..., Any] | None) -> None:
    """method: called with the code; returns the text."""
    _resolver.gai_strerror = _check("set_gai_strerror_method", method)
    _resolver.apply()


def reset_gai_fai_gstr_gni_methods() -> None:
    """No methods any more."""
    _resolver.reset_methods()
    _resolver.apply()


def set_check_freeaddrinfo(check: bool) -> None:
    """Remember from now on what getaddrinfo returns, and look whether that is
    what freeaddrinfo gets: the very list, once.  If not,
    stats.freeaddrinfo.status is 1 and the reporter is called.  The list is
    freed all the same, unless it was already."""
    _resolver.checks = bool(check)
    _resolver.apply()


def set_freeaddrinfo_badarg_report(
        reporter: Callable[[], Any] | None) -> None:
    """Who is called then."""
    _resolver.report = _check("set_freeaddrinfo_badarg_report", reporter)


set_freeaddrinfo_badarg_reporter = set_freeaddrinfo_badarg_report


def simple_getaddrinfo(node: str | None, service: str | None,
                       hints: Any = None) -> Numbers:
    """A method for numbers only: it asks nobody."""
    del hints   # the real function has them
    return Numbers(node, service)


def simple_freeaddrinfo(address: int) -> Any:
    """The method that goes with it: the real freeaddrinfo."""
    del address
    return NotImplemented


def status(seq: int) -> int:
    """What the check has found of a call of freeaddrinfo."""
    return _resolver.statuses.get(seq, 0)


def forget() -> None:
    """A new test."""
    _resolver.reset()
    _resolver.apply()


forget()
