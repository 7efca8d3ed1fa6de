# SPDX-License-Identifier: MIT
"""The C library, loaded: where it is, its errors and its strings.

RTLD_DEEPBIND is needed: GDB has elfutils' libdw mapped, whose names libdwarf
shares; bound the ordinary way, libdwarf would call into it and crash GDB.
"""

from __future__ import annotations

import ctypes
import os
from ctypes import c_char_p, c_int, c_void_p
from typing import Any, Callable


class Error(Exception):
    """An error of the core: its message is one line for the user."""

    __module__ = "ctester"

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


CoreError = Error  # beside errors of other kinds


def find(name: str) -> str:
    """A file of the build: in a checkout, or below an installation."""
    here = os.path.dirname(os.path.realpath(__file__))
    top = os.path.dirname(os.path.dirname(here))
    places = [os.environ.get("CTESTER_BUILD"),
              os.path.join(top, "build"),
              os.path.join(top, "..", "..", "lib", "ctester")]
    for place in places:
        if place and os.path.exists(os.path.join(place, name)):
            return os.path.join(place, name)
    raise ImportError(f"{name} is not built: run make in {top}")


def _check_whole(path: str) -> None:
    """The loader maps a file that was cut off, and dies of it."""
    with open(path, "rb") as file:
        header = file.read(64)
        size = os.fstat(file.fileno()).st_size
    if len(header) == 64 and header.startswith(b"\x7fELF"):
        sections = int.from_bytes(header[40:48], "little")
        entry_size = int.from_bytes(header[58:60], "little")
        count = int.from_bytes(header[60:62], "little")
        if sections + entry_size * count <= size:
            return
    raise ImportError(f"{path} is damaged: run make again")


def _load() -> ctypes.CDLL:
    path = find("libctester.so")
    try:
        _check_whole(path)
        library = ctypes.CDLL(path, mode=os.RTLD_NOW | os.RTLD_DEEPBIND)
    except OSError as error:
        raise ImportError(f"{path} cannot be loaded: {error}") from None
    if not hasattr(library, "ct_session_create"):
        raise ImportError(f"{path} is not ctester's library")
    return library


library = _load()


def declare(fallible: dict[str, list[Any]],
            plain: list[tuple[str, Any, list[Any]]]) -> None:
    """Functions that return struct ct_error *, with the types of their
    arguments; and others: name, result, arguments."""
    rows = [(name, c_void_p, arguments)
            for name, arguments in fallible.items()]
    for name, result, arguments in rows + plain:
        # After git pull without make, say.
        if not hasattr(library, name):
            raise ImportError(f"{find('libctester.so')} is of another "
                              f"version, without {name}: run make again")
        function = getattr(library, name)
        function.restype = result
        function.argtypes = arguments


declare({}, [
    ("ct_error_code", c_int, [c_void_p]),
    ("ct_error_message", c_char_p, [c_void_p]),
    ("ct_error_destroy", None, [c_void_p]),
    ("ct_free", None, [c_void_p]),
])


def encode(text: str | None) -> bytes | None:
    return None if text is None else os.fsencode(text)


def check(error: int | None) -> None:
    if not error:
        return
    code = library.ct_error_code(error)
    message = os.fsdecode(library.ct_error_message(error))
    library.ct_error_destroy(error)
    raise CoreError(code, message)


def take(pointer: int | None) -> str | None:
    """A string that the core gave out, released."""
    if not pointer:
        return None
    text = os.fsdecode(ctypes.string_at(pointer))
    library.ct_free(pointer)
    return text


class Part:
    """Of a Session: what its parts have of each other."""

    handle: c_void_p
    # Called before names are looked up: GDB may know other files now.
    before_lookup: Callable[[], None]
    _answer: Any
