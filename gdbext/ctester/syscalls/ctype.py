# SPDX-License-Identifier: MIT
"""Types of C, from their spelling: what a script can ask of them."""

from __future__ import annotations

import ctypes
import functools
import re
from typing import Any, Callable

# Typedefs of the kernel's prototypes, and the words of the plain types in the
# order of the alphabet.
_CTYPES: dict[str, Any] = {
    "void": None, "bool": ctypes.c_bool, "_Bool": ctypes.c_bool,
    "char": ctypes.c_char, "char signed": ctypes.c_byte,
    "char unsigned": ctypes.c_ubyte,
    "short": ctypes.c_short, "short unsigned": ctypes.c_ushort,
    "int": ctypes.c_int, "signed": ctypes.c_int,
    "int unsigned": ctypes.c_uint, "unsigned": ctypes.c_uint,
    "long": ctypes.c_long, "long unsigned": ctypes.c_ulong,
    "long long": ctypes.c_longlong,
    "long long unsigned": ctypes.c_ulonglong,
    "float": ctypes.c_float, "double": ctypes.c_double,
    "double long": ctypes.c_longdouble,
    "size_t": ctypes.c_size_t, "ssize_t": ctypes.c_ssize_t,
    "umode_t": ctypes.c_ushort, "mode_t": ctypes.c_uint,
    "off_t": ctypes.c_long, "loff_t": ctypes.c_longlong,
    "pid_t": ctypes.c_int, "uid_t": ctypes.c_uint, "gid_t": ctypes.c_uint,
    "qid_t": ctypes.c_uint, "key_t": ctypes.c_int,
    "key_serial_t": ctypes.c_int, "timer_t": ctypes.c_int,
    "clockid_t": ctypes.c_int, "mqd_t": ctypes.c_int, "rwf_t": ctypes.c_int,
    "aio_context_t": ctypes.c_ulong, "sigset_t": ctypes.c_ulong,
    "__kernel_old_time_t": ctypes.c_long,
    "cap_user_header_t": ctypes.c_void_p, "cap_user_data_t": ctypes.c_void_p,
    **{prefix + name: kind for prefix in ("", "__") for name, kind in (
        ("u8", ctypes.c_uint8), ("s8", ctypes.c_int8),
        ("u16", ctypes.c_uint16), ("s16", ctypes.c_int16),
        ("u32", ctypes.c_uint32), ("s32", ctypes.c_int32),
        ("u64", ctypes.c_uint64), ("s64", ctypes.c_int64))},
}
_QUALIFIERS = ("const", "volatile", "restrict")
_POINTERS = ("cap_user_header_t", "cap_user_data_t")

# Asks GDB for a type by name; the program's side sets it.
lookup: Callable[[str], Any] = lambda name: None


@functools.lru_cache(maxsize=None)
def _opaque(name: str) -> type[ctypes.Structure]:
    """A struct of which only the name is known."""
    return type(name.replace(" ", "_"), (ctypes.Structure,), {})


def _find_ctype(names: tuple[str, ...]) -> Any:
    words = [word for word in names if word not in _QUALIFIERS]
    if words and words[0] in ("struct", "union"):
        return _opaque(" ".join(words))
    if words and words[0] == "enum":
        return ctypes.c_uint
    # An `int` says nothing beside other words.
    if len(words) > 1 and set(words) - {"int", "unsigned", "signed"}:
        words = [word for word in words if word != "int"]
    key = " ".join(sorted(words))
    return _CTYPES[key] if key in _CTYPES else _opaque(key)


class CType:
    """The type of an argument or a result.

    names: the words of its declaration, as ["const", "char"].
    ctype: the type of ctypes; of a pointer, of what it points to in the end.
        None is void, and a struct is a Structure without fields.
    ptr_indirection: how many pointers lead there.
    """

    __slots__ = ("names", "ctype", "ptr_indirection", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        before = re.split(r"[(\[]", text)[0]
        names = tuple(re.findall(r"\w+", before))
        self.names = list(names)
        self.ctype = _find_ctype(names)
        # The pointer to a function has its star in the brackets.
        self.ptr_indirection = text.count("*") if "(" not in text else (
            text.split(")")[0].count("*"))

    @property
    def is_pointer(self) -> bool:
        """Whether a value is an address."""
        return (self.ptr_indirection > 0 or "[" in self._text
                or self.names[-1:] in [[name] for name in _POINTERS])

    @property
    def gdb_type(self) -> Any:
        """The gdb.Type; None where neither GDB nor the program knows it."""
        base = lookup(" ".join(name for name in self.names
                               if name not in _QUALIFIERS))
        if base is None:
            base = lookup(_GDB_NAMES.get(self.ctype, ""))
        if base is None:
            return None
        if "const" in self.names:
            base = base.const()
        for _ in range(self.ptr_indirection):
            base = base.pointer()
        return base

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"CType({self._text!r})"

    def __eq__(self, other: object) -> bool:
        """Also equal to its spelling."""
        if isinstance(other, str):
            return " ".join(self._text.split()) == " ".join(other.split())
        if isinstance(other, CType):
            return self._text == other._text
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self._text)


# What GDB knows without debug information.  c_longlong is c_long here.
_GDB_NAMES = {
    None: "void", ctypes.c_char: "char", ctypes.c_byte: "signed char",
    ctypes.c_ubyte: "unsigned char", ctypes.c_short: "short",
    ctypes.c_ushort: "unsigned short", ctypes.c_int: "int",
    ctypes.c_uint: "unsigned int", ctypes.c_long: "long",
    ctypes.c_ulong: "unsigned long",
}


@functools.lru_cache(maxsize=None)
def read(text: str) -> CType:
    """The type of that spelling; there are not many."""
    return CType(text)
