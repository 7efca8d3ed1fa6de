# SPDX-License-Identifier: MIT
"""Arguments and results of every type, at the entry and at the return."""

import json
import pathlib

import pytest

from conftest import Gdb

HERE = pathlib.Path(__file__).parent
BUILDS = [f"types-{cc}-{dwarf}-O{level}" for cc in ("gcc", "clang")
          for dwarf in (4, 5) for level in (0, 2)]


@pytest.mark.parametrize("build", BUILDS)
def test_every_call_of_the_types_fixture_is_right(gdb: Gdb,
                                                  build: str) -> None:
    report = gdb.directory / "report.json"
    unoptimized = gdb.fixture(build.replace("-O2", "-O0"))
    gdb.run(
        gdb.fixture(build), timeout=300,
        python=f"import sys; sys.path.insert(0, {str(HERE)!r})\n"
               "import call_checks\n"
               f"call_checks.check({str(gdb.fixture(build))!r},"
               f" {str(unoptimized)!r}, {str(report)!r})\n").expect_success()
    found = json.loads(report.read_text())
    if found["different"]:
        pytest.fail("\n".join(found["different"]), pytrace=False)
    assert found["calls"] >= 300
