# SPDX-License-Identifier: MIT
"""Which test runs, on a line of the terminal that vanishes again."""

from __future__ import annotations

import os
from typing import IO

from .text import one_line


def has_colour(stream: IO[str]) -> bool:
    """Whether people look at it and want colours (https://no-color.org)."""
    return (stream.isatty() and not os.environ.get("NO_COLOR")
            and os.environ.get("TERM", "dumb") != "dumb")


class Progress:
    """Shows nothing where standard error is no terminal."""

    def __init__(self, stream: IO[str] | None) -> None:
        self._stream = stream if stream and stream.isatty() else None
        self._shown = 0

    def show(self, text: str) -> None:
        """Instead of what is shown."""
        if not self._stream:
            return
        self.erase()
        try:
            columns = os.get_terminal_size(self._stream.fileno()).columns
        except OSError:
            columns = 80
        # The last column would wrap.
        text = one_line(text)[:max(columns or 80, 2) - 1]
        self._stream.write(text)
        self._stream.flush()
        self._shown = len(text)

    def erase(self) -> None:
        """Before anything else is printed."""
        if self._stream and self._shown:
            # Any terminal can do that, a dumb one as well.
            self._stream.write("\r" + " " * self._shown + "\r")
            self._stream.flush()
            self._shown = 0
