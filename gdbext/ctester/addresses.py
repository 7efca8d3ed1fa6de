# SPDX-License-Identifier: MIT
"""Socket addresses in what was recorded: bytes, which their family tells how
to read."""

from __future__ import annotations

import socket
import struct
from typing import Any

from .values import Enumerator


class SocketAddress(dict):
    """The fields of an address, as of the structure of its family:
    {"sa_family": AF_INET, "sin_port": 80, "sin_addr": "127.0.0.1"}.  Numbers
    are the host's.  raw: the bytes."""

    raw: bytes

    def __init__(self, raw: bytes) -> None:
        super().__init__(_fields(raw))
        self.raw = bytes(raw)

    @property
    def pair(self) -> Any:
        """As Python's socket has it: (host, port), or the path."""
        found = list(self.values())
        if "sin_port" in self:
            return found[2], found[1]
        if "sin6_port" in self:
            return found[3], found[1], found[2], found[4]
        return found[1]


def _fields(raw: bytes) -> dict[str, Any]:
    number = struct.unpack_from("=H", raw)[0]
    family = Enumerator(number, _name(number))
    if number == socket.AF_INET and len(raw) >= 8:
        return {"sa_family": family,
                "sin_port": struct.unpack_from("!H", raw, 2)[0],
                "sin_addr": socket.inet_ntop(number, raw[4:8])}
    if number == socket.AF_INET6 and len(raw) >= 28:
        port, flow = struct.unpack_from("!HI", raw, 2)
        return {"sa_family": family, "sin6_port": port, "sin6_flowinfo": flow,
                "sin6_addr": socket.inet_ntop(number, raw[8:24]),
                "sin6_scope_id": struct.unpack_from("=I", raw, 24)[0]}
    if number == socket.AF_UNIX:
        path = raw[2:]
        # A name that begins with NUL is all that the address has (unix(7)).
        return {"sa_family": family,
                "sun_path": path if path[:1] == b"\0"
                else path.partition(b"\0")[0]}
    return {"sa_family": family, "sa_data": raw[2:]}


def _name(number: int) -> str:
    try:
        return socket.AddressFamily(number).name
    except ValueError:
        return str(number)


def read(value: Any, type_: str) -> Any:
    """What a parameter of a type points to: an address if it is one."""
    if ("struct sockaddr " in type_ and isinstance(value, bytes)
            and len(value) >= 2):
        return SocketAddress(value)
    return value
