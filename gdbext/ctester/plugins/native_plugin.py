# SPDX-License-Identifier: MIT
"""Strict mocks of functions, under the name that a script imports them by
where it makes a verifier of its own."""

from ..native import NativePlugin

__all__ = ["NativePlugin"]
