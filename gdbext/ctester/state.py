# SPDX-License-Identifier: MIT
"""What there is one of in a GDB: the session, the engine, the verdict."""

from __future__ import annotations

from . import _core
from .catching import Catcher
from .engine import BreakpointEngine
from .verdict import Verdict

session = _core.Session()
verdict = Verdict(session)
engine = BreakpointEngine(session, verdict)
catcher = Catcher(session, engine)
