# SPDX-License-Identifier: MIT
"""docs/python.md has every public name, as it is.

Signatures stand in headings and in the first columns of tables.  Below the
heading of a class, `.name` in the first column is an attribute.
"""

import ast
import json
import re
from typing import Any, Dict, List, Set

import pytest

from conftest import ROOT, Gdb

TEXT = (ROOT / "docs" / "python.md").read_text()
# Of these what they hold is documented, of others how they are called.
RECORDS = ("Completed", "Counts", "Interaction", "syscalls.CType",
           "syscalls.Counts", "syscalls.Frame", "syscalls.Leak",
           "syscalls.SysCall",
           "syscalls.SysCallArg", "syscalls.SysCallMock",
           "syscalls.SysCallResult")

ASK = r"""
import inspect, json
import ctester

def parameters(thing):
    if isinstance(thing, type) and issubclass(thing, Exception):
        return None
    try:
        found = inspect.signature(thing).parameters.values()
    except (TypeError, ValueError):
        return None
    return [[str(one.kind), one.name,
             None if one.default is one.empty or repr(one.default) == "..."
             else repr(one.default)] for one in found]

names = {name: getattr(ctester, name) for name in ctester.__all__}
plugin = ctester.native.NativePlugin
for name in ("mock_call", "spy", "allow", "assert_call", "NativePlugin"):
    names[f"native.{name}"] = getattr(ctester.native, name)
    assert callable(names[f"native.{name}"])
for name in ctester.syscalls.__all__:
    names[f"syscalls.{name}"] = getattr(ctester.syscalls, name)
told = {}
for name, thing in names.items():
    inner = getattr(plugin, name.split(".")[-1], thing)
    told[name] = {
        "doc": thing.__doc__,
        "is_error": isinstance(thing, type) and issubclass(thing, Exception),
        "bases": [one.__name__ for one in getattr(thing, "__mro__", ())],
        "parameters": [one for one in parameters(inner) or ()
                       if one[1] != "self"],
        "attributes": [one for one in [
            *dir(thing), *getattr(thing, "__dataclass_fields__", ())]
            if one[0] != "_"]}
print("@" + json.dumps(told))
"""


@pytest.fixture(name="public", scope="module")
def _public(tmp_path_factory: pytest.TempPathFactory) -> Dict[str, Any]:
    gdb = Gdb(tmp_path_factory.mktemp("names"))
    result = gdb.run(None, python=ASK).expect_success()
    return json.loads(re.findall(r"^@(.*)$", result.stdout, re.M)[0])


def documented() -> Dict[str, str]:
    """The names, with what is between their parentheses."""
    found = re.findall(r"^(?:###|\|) `ctester\.([\w.]+)(?:\((.*?)\))?`", TEXT,
                       re.M)
    assert len(dict(found)) == len(found), "a name is there twice"
    return dict(found)


def parameters(text: str) -> List[List[Any]]:
    """As inspect.signature() would have them."""
    args = ast.parse(f"def f({text}): ...").body[0].args   # type: ignore
    defaults = [None] * (len(args.args) - len(args.defaults)) + args.defaults
    found = list(zip(["POSITIONAL_OR_KEYWORD"] * len(defaults), args.args,
                     defaults))
    if args.vararg:
        found.append(("VAR_POSITIONAL", args.vararg, None))
    found += zip(["KEYWORD_ONLY"] * len(args.kwonlyargs), args.kwonlyargs,
                 args.kw_defaults)
    return [[kind, one.arg, default and repr(ast.literal_eval(default))]
            for kind, one, default in found]


def test_the_document_has_every_name(public: Dict[str, Any]) -> None:
    assert set(documented()) == set(public) - {"native", "syscalls"}
    assert "ctester.native" in TEXT


def test_signatures_are_as_written(public: Dict[str, Any]) -> None:
    kinds = {"positional or keyword": "POSITIONAL_OR_KEYWORD",
             "keyword-only": "KEYWORD_ONLY",
             "variadic positional": "VAR_POSITIONAL"}
    for name, text in documented().items():
        told = public[name]
        if told["is_error"] or name in RECORDS + ("ANY", "StrictVerifier",
                                                     "syscalls.NULL"):
            assert not text, name
            continue
        assert parameters(text) == [
            [kinds.get(kind, kind), its, default]
            for kind, its, default in told["parameters"]], name


def attributes(section: str) -> Set[str]:
    cells = re.findall(r"^\| (`\..*?`) \|", section, re.M)
    return {name for cell in cells for name in re.findall(r"`\.(\w+)", cell)}


@pytest.mark.parametrize("name", RECORDS)
def test_attributes_are_as_written(public: Dict[str, Any], name: str) -> None:
    section = re.findall(rf"^### `ctester\.{name}`\n(.*?)(?=^#|\Z)", TEXT,
                         re.M | re.S)[0]
    of_tuples = {"count", "index"} if "tuple" in public[name]["bases"] else {}
    assert attributes(section) == set(
        public[name]["attributes"]) - set(of_tuples)


def test_bases_of_errors_are_as_written(public: Dict[str, Any]) -> None:
    rows = re.findall(r"^\| `ctester\.([\w.]+Error)` \| (\w*)", TEXT,
                      re.M)
    assert rows
    for name, base in rows:
        assert base in ["", *public[name]["bases"]], name
    errors = {name for name, told in public.items() if told["is_error"]}
    assert errors - {"Error"} <= {name for name, _ in rows}


def test_every_name_has_a_docstring(public: Dict[str, Any]) -> None:
    for name, told in public.items():
        assert told["doc"], name
