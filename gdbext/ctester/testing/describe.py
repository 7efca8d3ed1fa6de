# SPDX-License-Identifier: MIT
"""What a test raised, for its author: the script's own lines, and the values
that a failing assert has compared."""

from __future__ import annotations

import ast
import linecache
import os
import sys
import sysconfig
import traceback
from types import FrameType, ModuleType, TracebackType
from typing import Any, Iterator

from .. import errors
from .results import ERROR, FAILED, SKIPPED, Result

_OURS = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
_LONGEST_TRACEBACK = 20000
_LONGEST_VALUE = 200
_MOST_VALUES = 8
# What looking at a value may raise; what it calls is not ours.
_UNKNOWN = (ArithmeticError, AssertionError, AttributeError, LookupError,
            OSError, RuntimeError, TypeError, ValueError)


def describe(error: BaseException, script: str, shown: str) -> Result:
    """The result of a test that has raised.

    script: the absolute path of its file, in the results called `shown`.
    """
    told = traceback.TracebackException.from_exception(error)
    skip = getattr(sys.modules.get("unittest.case"), "SkipTest", ())
    if isinstance(error, skip):
        return Result(SKIPPED, _words(told))
    is_failure = isinstance(error, (AssertionError, errors.StrictError))
    result = Result(FAILED if is_failure else ERROR, type=_class(error))
    result.message = (_words(told) if is_failure
                      else _sentence(error, told))
    line = _line(error.__traceback__, script)
    if isinstance(error, SyntaxError) and error.filename == script:
        line = error.lineno
    if line is not None:
        result.file, result.line = shown, line
    if type(error) is AssertionError:
        result.message = _assertion(error, result.message)
    _keep_own(told, script, shown)
    result.traceback = _trace(told)
    return result


def _class(error: BaseException) -> str:
    """As a script names it."""
    kind = type(error)
    is_known = kind.__module__ in ("gdb", "ctester")
    return f"{kind.__module__}." * is_known + kind.__name__


def _words(told: traceback.TracebackException) -> str:
    """The exception's own; its __str__ may be broken."""
    return str(told) if str(told) != "None" else ""


def _sentence(error: BaseException,
              told: traceback.TracebackException) -> str:
    """For what is no failure: with the name of its class."""
    if isinstance(error, SystemExit):
        return f"the script called sys.exit({_show(error.code)})"
    if isinstance(error, KeyboardInterrupt):
        return "the script was interrupted"
    if isinstance(error, SyntaxError):
        return list(told.format_exception_only())[-1].strip()
    names = {"ctester.Error": ""}
    name = ("GDB: " if type(error).__module__ == "gdb" else
            names.get(_class(error), f"{type(error).__name__}: "))
    return f"{name}{_words(told)}".removesuffix(": ")


def _trace(told: traceback.TracebackException) -> str:
    """The lines, and what was raised only where the message does not say it
    all."""
    if told.__cause__ or told.__context__ and not told.__suppress_context__ \
            or told.exc_type is None or issubclass(told.exc_type, SyntaxError):
        return _bounded("".join(told.format()))
    if not told.stack:
        return ""
    return _bounded("Traceback (most recent call last):\n"
                    + "".join(told.stack.format()))


def _bounded(text: str) -> str:
    if len(text) <= _LONGEST_TRACEBACK:
        return text
    half = _LONGEST_TRACEBACK // 2
    return f"{text[:half]}\n[...]\n{text[-half:]}"


# ---- where

def _line(trace: TracebackType | None, script: str) -> int | None:
    """The last of the script's that the exception has passed."""
    line = None
    while trace:
        if trace.tb_frame.f_code.co_filename == script:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _keep_own(told: traceback.TracebackException | None, script: str,
              shown: str) -> None:
    """Take out ctester's frames and Python's, here and in what it is caused
    by."""
    seen = set()
    while told is not None and id(told) not in seen:
        seen.add(id(told))
        own = [frame for frame in told.stack if _is_own(frame.filename)]
        for frame in own:
            if frame.filename == script:
                frame.line      # is looked up by the name that it has now
                frame.filename = shown
        told.stack[:] = own
        if getattr(told, "filename", None) == script:
            told.filename = shown
        told = told.__cause__ or told.__context__


def _is_own(file: str) -> bool:
    path = os.path.realpath(file)
    library = sysconfig.get_paths()["stdlib"]
    return not (file.startswith("<") or path.startswith(_OURS + os.sep)
                or (path.startswith(library + os.sep)
                    and "-packages" not in path))


# ---- what

def _assertion(error: AssertionError, said: str) -> str:
    """What was asserted, and the values in it.

    Only of an assert that is in the function that has raised; evaluated again
    are names, attributes and items alone."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    if trace is None or not _is_own(trace.tb_frame.f_code.co_filename):
        return said
    node = _assert_at(trace.tb_frame.f_code.co_filename, trace.tb_lineno)
    if node is None:
        return said
    lines = [said or f"assert {_source(node.test)}"]
    lines += [f"  {text} = {value}"
              for text, value in _values(node.test, trace.tb_frame)]
    return "\n".join(lines)


def _source(node: ast.expr) -> str:
    text = ast.unparse(node)
    return (text if len(text) <= _LONGEST_VALUE
            else text[:_LONGEST_VALUE] + "...")


def _assert_at(file: str, line: int) -> ast.Assert | None:
    """The innermost assert statement that this line is of."""
    try:
        tree = ast.parse("".join(linecache.getlines(file)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None     # changed since it was loaded
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Assert)
             and node.lineno <= line <= (node.end_lineno or node.lineno)]
    return max(found, key=lambda node: (node.lineno, node.col_offset),
               default=None)


def _values(test: ast.expr, frame: FrameType) -> list[tuple[str, str]]:
    shown: dict[str, str] = {}
    for node in _simple_parts(test):
        text = ast.unparse(node)
        if text in shown or len(shown) == _MOST_VALUES:
            continue
        try:
            value = _evaluate(node, frame)
        except _UNKNOWN:
            continue
        if not (callable(value) or isinstance(value, ModuleType)):
            shown[text] = _show(value)
    return list(shown.items())


def _simple_parts(node: ast.AST) -> Iterator[ast.expr]:
    """The largest parts that are names, attributes and items."""
    if _is_simple(node):
        yield node      # type: ignore[misc]
        return
    # Their names are not the frame's.
    if isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp,
                         ast.GeneratorExp)):
        return
    for child in ast.iter_child_nodes(node):
        # Of a method its object, of a function nothing.
        if isinstance(node, ast.Call) and child is node.func:
            child = getattr(child, "value", child)
            if isinstance(child, ast.Name) and child is node.func:
                continue
        yield from _simple_parts(child)


def _is_simple(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return _is_simple(node.value)
    if isinstance(node, ast.Subscript):
        return _is_simple(node.value) and (
            isinstance(node.slice, ast.Constant) or _is_simple(node.slice))
    return isinstance(node, ast.Name)


def _evaluate(node: ast.expr, frame: FrameType) -> Any:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Attribute):
        return getattr(_evaluate(node.value, frame), node.attr)
    if isinstance(node, ast.Subscript):
        return _evaluate(node.value, frame)[_evaluate(node.slice, frame)]
    assert isinstance(node, ast.Name)
    for names in (frame.f_locals, frame.f_globals):
        if node.id in names:
            return names[node.id]
    raise LookupError(node.id)


def _show(value: Any) -> str:
    try:
        text = repr(value)
    except _UNKNOWN as error:
        return f"<repr() raised {type(error).__name__}>"
    return (text if len(text) <= _LONGEST_VALUE
            else text[:_LONGEST_VALUE] + "...")
