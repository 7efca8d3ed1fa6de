# SPDX-License-Identifier: MIT
"""Decoded values agree with what GDB itself prints of them."""

import json
import pathlib
import re

import pytest

from conftest import Gdb

HERE = pathlib.Path(__file__).parent
# All of them take minutes; half of them have each option once.
BUILDS = [pytest.param(f"types-{cc}-{dwarf}-O{level}", marks=[
    pytest.mark.long] if (cc == "clang") ^ (dwarf == 5) ^ (level == 2) else [])
          for cc in ("gcc", "clang") for dwarf in (4, 5) for level in (0, 2)]


@pytest.mark.parametrize("build", BUILDS)
def test_values_agree_with_gdb(gdb: Gdb, build: str) -> None:
    report = gdb.directory / "report.json"
    result = gdb.run(
        gdb.fixture(build), extension=False, timeout=300,
        python=f"import sys; sys.path.insert(0, {str(HERE)!r})\n"
               "import core_api\n"
               f"core_api.compare_globals({str(gdb.library)!r},"
               f" {str(report)!r})\n")
    result.expect_success()
    found = json.loads(report.read_text())
    if found["different"]:
        pytest.fail("\n".join(found["different"]), pytrace=False)
    cases = sum(len(re.findall(r"^(?:CASE|QUALIFIED|SCALAR|ARRAY)\(",
                               (HERE.parent / "programs" / name).read_text(),
                               re.M))
                for name in ("types.c", "types_more.c", "types_members.c"))
    assert found["compared"] >= cases
    assert found["types"] >= 200
