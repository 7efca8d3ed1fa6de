# SPDX-License-Identifier: MIT
"""Values of C as Python values, and the reader of what the core writes.

ct_value_encode_python() (include/ctester/value.h) writes an expression; read()
evaluates the forms listed there and nothing else.  All classes here compare as
the Python value they are, so that an assertion needs none of them.
"""

from __future__ import annotations

import ast
import cmath
import math
from typing import Any, Callable


class Enumerator(int):
    """A value of an enum: an int that prints as its enumerators."""

    name: str

    def __new__(cls, number: int, name: str) -> Enumerator:
        self = super().__new__(cls, number)
        self.name = name
        return self

    def __eq__(self, other: object) -> bool:
        """Also equal to its name, so that a test can say 'RED'."""
        if isinstance(other, str):
            return self.name == other
        return int(self) == other

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = int.__hash__

    def __repr__(self) -> str:
        return self.name

    __str__ = __repr__


class Address(int):
    """A pointer that is not followed: void *, an incomplete type, or deeper
    than the limit."""

    def __repr__(self) -> str:
        return hex(self)

    __str__ = __repr__


class LongDouble(float):
    """A long double: the nearest float, with the exact digits in `text`."""

    text: str

    def __new__(cls, text: str) -> LongDouble:
        self = super().__new__(cls, text)
        self.text = text
        return self

    def __repr__(self) -> str:
        return self.text

    __str__ = __repr__


class Callback(str):
    """A pointer to a function: equal to "<callback>"."""

    address: int
    symbol: str | None

    def __new__(cls, address: int, symbol: str | None = None) -> Callback:
        self = super().__new__(cls, "<callback>")
        self.address = address
        self.symbol = symbol
        return self

    def __repr__(self) -> str:
        return f"<callback {self.symbol or hex(self.address)}>"


class CutBytes(bytes):
    """The beginning of a string or buffer that is longer than the limit."""

    truncated = True

    def __repr__(self) -> str:
        return super().__repr__() + "..."


class CutText(str):
    """The same of wide characters."""

    truncated = True

    def __repr__(self) -> str:
        return super().__repr__() + "..."


class CutList(list):
    """The first elements of an array that has more than the limit."""

    truncated = True

    def __repr__(self) -> str:
        return "[" + ", ".join([*map(repr, self), "..."]) + "]"


class CutDict(dict):
    """The first members of a struct too large to be shown."""

    truncated = True

    def __repr__(self) -> str:
        parts = [f"{key!r}: {value!r}" for key, value in self.items()]
        return "{" + ", ".join([*parts, "..."]) + "}"


class _Marker:
    """What stands for a value that is not there.  Without an address it is
    equal to any of its kind."""

    def __init__(self, address: int | None = None) -> None:
        self.address = address

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return (None in (self.address, other.address)
                or self.address == other.address)

    def __hash__(self) -> int:
        return hash(type(self))

    def __repr__(self) -> str:
        address = "" if self.address is None else hex(self.address)
        return f"ctester.{type(self).__name__}({address})"


class Unreadable(_Marker):
    """Memory that was not there, or a value the compiler has left out."""


class Cycle(_Marker):
    """A pointer back to an object that it is part of."""


def _cut(text: bytes | str) -> bytes | str:
    return CutBytes(text) if isinstance(text, bytes) else CutText(text)


_FORMS: dict[str, Callable[..., Any]] = {
    "Address": Address,
    "Callback": Callback,
    "Complex": complex,
    "Cut": _cut,
    "Cycle": Cycle,
    "Enum": Enumerator,
    "Long": LongDouble,
    "Real": float,
    "Unreadable": Unreadable,
}


def read(text: str) -> Any:
    """Evaluate what the core wrote; ValueError for anything else."""
    try:
        return _evaluate(ast.parse(text, mode="eval").body)
    except (SyntaxError, TypeError, RecursionError, MemoryError) as error:
        raise ValueError(f"no value of the core's: {error}") from error


def _evaluate(node: ast.expr) -> Any:
    if isinstance(node, ast.Constant) and node.value is not ...:
        return node.value
    evaluator = _NODES.get(type(node))
    if evaluator is None:
        raise ValueError(f"no value of the core's: {ast.unparse(node)}")
    return evaluator(node)


def _evaluate_minus(node: ast.UnaryOp) -> Any:
    number = _evaluate(node.operand)
    if not isinstance(node.op, ast.USub) or type(number) not in (int, float):
        raise ValueError(f"no value of the core's: {ast.unparse(node)}")
    return -number


def _is_dots(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


def _evaluate_list(node: ast.List) -> list:
    if node.elts and _is_dots(node.elts[-1]):
        return CutList(map(_evaluate, node.elts[:-1]))
    return list(map(_evaluate, node.elts))


def _evaluate_tuple(node: ast.Tuple) -> tuple:
    return tuple(map(_evaluate, node.elts))


def _evaluate_dict(node: ast.Dict) -> dict:
    parts = list(zip(node.keys, node.values))
    make: type[dict] = dict
    if parts and _is_dots(parts[-1][0]) and _is_dots(parts[-1][1]):
        make = CutDict
        parts.pop()
    if any(key is None for key, _ in parts):  # **{}
        raise ValueError(f"no value of the core's: {ast.unparse(node)}")
    return make((_evaluate(key), _evaluate(value)) for key, value in parts)


def _evaluate_form(node: ast.Call) -> Any:
    form = (_FORMS.get(node.func.id) if isinstance(node.func, ast.Name)
            else None)
    if form is None or node.keywords:
        raise ValueError(f"no value of the core's: {ast.unparse(node)}")
    return form(*map(_evaluate, node.args))


_NODES: dict[type, Callable[[Any], Any]] = {
    ast.UnaryOp: _evaluate_minus,
    ast.List: _evaluate_list,
    ast.Tuple: _evaluate_tuple,
    ast.Dict: _evaluate_dict,
    ast.Call: _evaluate_form,
}


def paste(value: Any) -> str:
    """A Python expression that is equal to a value, for a line to paste."""
    if isinstance(value, Enumerator):
        return repr(value.name)
    if isinstance(value, Callback):
        return "'<callback>'"
    if isinstance(value, Address) and value >= _FIRST_ADDRESS:
        return "ctester.ANY"
    if isinstance(value, _Marker):
        return f"ctester.{type(value).__name__}()"
    if isinstance(value, CutBytes):
        return bytes.__repr__(value)
    if isinstance(value, CutText):
        return str.__repr__(value)
    if isinstance(value, float) and not math.isfinite(value):
        return _NAN if math.isnan(value) else f"float('{float(value)}')"
    if isinstance(value, complex) and not cmath.isfinite(value):
        return (_NAN if cmath.isnan(value) else
                f"complex({paste(value.real)}, {paste(value.imag)})")
    if isinstance(value, tuple):
        return ("(" + ", ".join(map(paste, value))
                + (",)" if len(value) == 1 else ")"))
    if isinstance(value, list):
        return "[" + ", ".join(map(paste, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {paste(part)}"
                               for key, part in value.items()) + "}"
    return repr(value)


# An address is another one in the next run; what is below the first that a
# process can map (vm.mmap_min_addr) is a number that was cast.
_FIRST_ADDRESS = 0x10000

# No number is equal to itself then; approx() says what is meant.
_NAN = "ctester.approx(float('nan'))"
