# SPDX-License-Identifier: MIT
"""Values of system calls: those of ../values.py, with what a call adds.

Each is the Python value that the kernel's is: a number is an int, text is
bytes.  Text is equal to str, too, a struct has its members as attributes, a
descriptor knows its path.
"""

from __future__ import annotations

from typing import Any

from .. import values


def encode(text: str) -> bytes:
    """As the program has it."""
    return text.encode("utf-8", "surrogateescape")


def _bytes(text: Any) -> Any:
    if isinstance(text, tuple):
        return tuple(map(_bytes, text))
    return encode(text) if isinstance(text, str) else text


class Text(bytes):
    """bytes that are equal to a str of the same text, and take one where
    bytes are asked about."""

    truncated = False

    def __eq__(self, other: object) -> bool:
        return bytes.__eq__(self, _bytes(other))

    def __ne__(self, other: object) -> bool:
        return not self == other

    # Python hashes ASCII text and bytes alike.
    __hash__ = bytes.__hash__

    def __contains__(self, other: Any) -> bool:
        return bytes.__contains__(self, _bytes(other))

    def startswith(self, prefix: Any, *bounds: Any) -> bool:
        """As that of bytes; also of a str, or a tuple of them."""
        return bytes.startswith(self, _bytes(prefix), *bounds)

    def endswith(self, suffix: Any, *bounds: Any) -> bool:
        """As that of bytes; also of a str, or a tuple of them."""
        return bytes.endswith(self, _bytes(suffix), *bounds)

    def find(self, part: Any, *bounds: Any) -> int:
        """As that of bytes; also of a str."""
        return bytes.find(self, _bytes(part), *bounds)

    def count(self, part: Any, *bounds: Any) -> int:
        """As that of bytes; also of a str."""
        return bytes.count(self, _bytes(part), *bounds)

    def split(self, separator: Any = None, maxsplit: int = -1) -> list[Any]:
        """As that of bytes; also by a str."""
        return [Text(part) for part in
                bytes.split(self, _bytes(separator), maxsplit)]

    def __str__(self) -> str:
        return self.decode("utf-8", "surrogateescape")

    def __repr__(self) -> str:
        return bytes.__repr__(bytes(self)) + ("..." if self.truncated else "")


class CutText(Text):
    """The beginning of one that is longer than the limit."""

    truncated = True


class Struct(dict):
    """A struct: a dict whose members are attributes, too."""

    truncated = False

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"the struct has no member {name!r}; it has "
                                 + ", ".join(self)) from None


class CutStruct(Struct):
    """The first members of a struct too large to be shown."""

    truncated = True


class Descriptor(int):
    """A file descriptor.

    path: what it was when the call was made, such as "/dev/null" or
        "socket:[7]"; None when that is not known.
    """

    path: str | None
    name: str | None

    def __new__(cls, number: int, path: str | None) -> Descriptor:
        self = super().__new__(cls, number)
        self.path = path
        # AT_FDCWD
        self.name = (number.name if isinstance(number, values.Enumerator)
                     else None)
        return self

    def __eq__(self, other: object) -> bool:
        """Also equal to its name, AT_FDCWD."""
        if isinstance(other, str):
            return self.name == other
        return int(self) == other

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = int.__hash__

    def __repr__(self) -> str:
        shown = self.name or int.__repr__(self)
        return shown + (f"<{self.path}>" if self.path is not None else "")

    __str__ = __repr__


def unpack(value: Any) -> Any:
    """What values.read() has read, with the classes of this module."""
    if isinstance(value, bytes):
        return CutText(value) if getattr(value, "truncated", 0) else (
            Text(value))
    if isinstance(value, dict):
        kind = CutStruct if getattr(value, "truncated", 0) else Struct
        return kind((key, unpack(part)) for key, part in value.items())
    if isinstance(value, list):
        return type(value)(map(unpack, value))
    return value
