# SPDX-License-Identifier: MIT
"""Text of others, made harmless for a terminal, YAML and XML."""

from __future__ import annotations

import re

# What YAML 1.1 and XML 1.0 both have as letters, without what either of them
# takes for the end of a line (NEL, LS, PS) and without the byte order mark.
_STRANGE = re.compile("[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe"
                      "\uff00-\ufffd\U00010000-\U0010ffff]")


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    # A byte that is no UTF-8, as Python decodes it.
    if 0xdc80 <= code <= 0xdcff:
        code -= 0xdc00
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def clean(text: str) -> str:
    """Several lines; control characters become \\x1b."""
    return _STRANGE.sub(_escape, text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """The same, as part of a line."""
    return clean(text).replace("\n", "\\n").replace("\t", "\\t")


def last_part(data: bytes, size: int) -> str:
    """The end of some output, from the beginning of a line on."""
    if len(data) > size:
        _, _, rest = data[-size:].partition(b"\n")
        data = b"[...]\n" + (rest or data[-size:])
    return data.decode(errors="surrogateescape")
