# SPDX-License-Identifier: MIT
"""When the agent's library gets into programs: at their start, where GDB has
brought them to the dynamic linker's first instruction, or later, at a prompt.

The core does it (include/ctester/agent_loading.h); here is which moment is
the right one, and which thread.

    loader = Loader(on_loaded, on_refused)
    loader.start()      from now on, programs that begin have the agent
    loader.load()       the selected one, which runs already, too
    loader.stop()       no more programs
"""

from __future__ import annotations

from typing import Callable


class Loader:
    """Has programs load the agent.

    on_loaded: gets the process and a stopped thread when the agent is in it
    and relocated, before the first constructor runs.  It is called in a
    breakpoint's stop(), or at a prompt by load().  It must not raise.
    on_refused: gets the process and why it will have no agent; it may be
    called while GDB starts the program.  It must not raise.
    """

    def __init__(self, on_loaded: Callable[[int, int], None],
                 on_refused: Callable[[int, str], None]) -> None:
        self._on_loaded = on_loaded
        self._on_refused = on_refused

    def start(self) -> None:
        """From now on, programs that GDB starts load the agent, and those that
        they become by exec."""

    def stop(self) -> None:
        """Leave programs alone that are started from now on."""

    def refusal(self, pid: int) -> str | None:
        """Why a process has no agent, when that was tried."""

    def load(self) -> None:
        """Have the selected process, which is stopped, load the agent, where
        it has none; at a prompt or in a command.  Raises the core's error
        with the reason when that is not possible."""
