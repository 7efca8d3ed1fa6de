# SPDX-License-Identifier: MIT
"""Python values as the literals that the core reads (libcore/value/literal.h).
"""

from __future__ import annotations

from typing import Any

from ._core import CoreError

# What has another meaning between the quotes of C.
_ESCAPES = {ord("\\"): "\\\\", ord('"'): '\\"',
            **{number: f"\\x{number:02x}" for number in range(0x20)}}

_DECIMAL_BITS = 2048


def literal(value: Any, quoted: bool = False) -> str | None:
    """The text of a value.

    quoted: str is text; else it is a literal already, as at the prompt.
    """
    if value is None:
        return "None"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _quoted(value) if quoted else value
    if isinstance(value, int):
        # Python writes no more than some thousand digits in decimal.
        return (int.__repr__(value) if value.bit_length() <= _DECIMAL_BITS
                else hex(value))
    if isinstance(value, float):
        return float.__repr__(value)
    if isinstance(value, complex):
        return complex.__repr__(value)
    if isinstance(value, bytes):
        return bytes.__repr__(value)
    if isinstance(value, dict):
        parts = (f"{key} = {literal(part, quoted)}"
                 for key, part in value.items())
        return "{" + ", ".join(parts) + "}"
    if isinstance(value, list | tuple):
        start, end = "[]" if quoted else "{}"
        return start + ", ".join(str(literal(part, quoted))
                                 for part in value) + end
    raise CoreError(0, f"{value!r} is no value of C")


def _quoted(text: str) -> str:
    """In double quotes: in single ones it would be a character."""
    try:
        text.encode(errors="surrogateescape")
    except UnicodeEncodeError:
        raise CoreError(0, f"{text!r} is no text that C could have") from None
    return '"' + text.translate(_ESCAPES) + '"'
