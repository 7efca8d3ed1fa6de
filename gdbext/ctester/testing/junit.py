# SPDX-License-Identifier: MIT
"""JUnit's XML, as Jenkins and Surefire read it."""

from __future__ import annotations

import datetime
import os
import xml.etree.ElementTree as xml

from .results import ERROR, FAILED, NOT_RUN, PASSED, SKIPPED, Result, Test
from .text import clean

Outcome = tuple[Test, Result]


def to_xml(outcomes: list[Outcome], started: float, seconds: float) -> bytes:
    """A document of all tests, a suite a file; started: time.time()."""
    root = xml.Element("testsuites", name="ctester",
                       **_counts(outcomes, seconds))
    files: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        files.setdefault(outcome[0].file, []).append(outcome)
    moment = datetime.datetime.fromtimestamp(started).replace(microsecond=0)
    for file, of_file in files.items():
        spent = sum(result.seconds for _, result in of_file)
        suite = xml.SubElement(root, "testsuite", name=clean(file),
                               timestamp=moment.isoformat(),
                               **_counts(of_file, spent))
        for test, result in of_file:
            suite.append(_case(test, result))
    xml.indent(root)
    return xml.tostring(root, "utf-8", xml_declaration=True) + b"\n"


def _counts(outcomes: list[Outcome], seconds: float) -> dict[str, str]:
    kinds = [result.kind for _, result in outcomes]
    skipped = kinds.count(SKIPPED) + kinds.count(NOT_RUN)
    failures = kinds.count(FAILED)
    errors = len(kinds) - kinds.count(PASSED) - skipped - failures
    return {"tests": str(len(kinds)), "failures": str(failures),
            "errors": str(errors), "skipped": str(skipped),
            "time": f"{seconds:.3f}"}


def _case(test: Test, result: Result) -> xml.Element:
    stem = os.path.splitext(os.path.normpath(test.file).lstrip("./"))[0]
    case = xml.Element("testcase", classname=clean(stem.replace("/", ".")),
                       name=clean(test.name or "(loading)"),
                       time=f"{result.seconds:.3f}")
    message = clean(result.message)
    if result.kind in (SKIPPED, NOT_RUN):
        xml.SubElement(case, "skipped", message=message or result.kind)
    elif result.kind != PASSED:
        name = "failure" if result.kind == FAILED else "error"
        kind = (result.type if result.kind in (FAILED, ERROR) else "")
        problem = xml.SubElement(case, name, message=message,
                                 type=clean(kind or result.kind))
        problem.text = clean(result.traceback) + message
    said = "\n".join(part.strip("\n") for part in
                     (result.stderr, result.gdb) if part.strip())
    for name, text in (("system-out", result.stdout), ("system-err", said)):
        if text.strip():
            xml.SubElement(case, name).text = clean(text)
    return case
