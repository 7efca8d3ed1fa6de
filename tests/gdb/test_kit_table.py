# SPDX-License-Identifier: MIT
"""What is made of the table of monitored functions is what is committed."""

import ast
import json
import subprocess
import sys

import pytest

from conftest import ROOT

GENERATOR = ROOT / "scripts" / "generate-kit"
TABLE = json.loads((ROOT / "libcore/kit/functions.json").read_text())
MADE = ["include/CTester/wrap.h", "libcore/kit/reals.h", "libcore/kit/reals.c",
        "libcore/kit/linked.c", "libcore/kit/wrappers.c",
        "gdbext/ctester/kit_table.py", "docs/c-tests.md"]
KEYS = {text.split()[0] for text in TABLE["doc"][3:]} | {"params_of", "errno"}


@pytest.mark.parametrize("name", MADE)
def test_a_file_is_what_the_table_says(name: str) -> None:
    done = subprocess.run([sys.executable, str(GENERATOR), "--print", name],
                          capture_output=True, text=True, check=True)
    assert done.stdout == (ROOT / name).read_text(encoding="utf-8")


def test_the_table_uses_the_keys_that_it_explains() -> None:
    for row in TABLE["functions"]:
        assert set(row) <= KEYS, row["name"]


def test_python_and_c_have_one_layout() -> None:
    """Read as text: the module is for GDB's Python, whatever that is."""
    module = ast.parse((ROOT / "gdbext/ctester/kit_table.py").read_text())
    values = {node.targets[0].id: ast.literal_eval(node.value)
              for node in module.body if isinstance(node, ast.Assign)}
    header = (ROOT / "include/CTester/wrap.h").read_text()
    assert f"#define CTESTER_VERSION {values['VERSION']}\n" in header
    assert f"#define CTESTER_LAYOUT  {values['LAYOUT']:#x}u\n" in header or (
        f"#define CTESTER_LAYOUT {values['LAYOUT']:#x}u\n" in header)


def test_the_older_dialect_has_nineteen_functions() -> None:
    older = [row["name"] for row in TABLE["functions"]
             if row["dialect"] == "older"]
    assert len(older) == 19
