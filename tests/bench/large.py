# SPDX-License-Identifier: MIT
"""A program with some 100 MB of debug information.

One unit is compiled to assembler; every further one is the same text with
other names, so that the compiler runs once and no two units share a name.
"""

import pathlib
import subprocess
from typing import List

TAG = "unit_number"
PER_UNIT = 250  # structs and functions
SIZE = 100 << 20
MAIN = pathlib.Path(__file__).resolve().parent / "programs" / "calls.c"

STRUCT = """
struct {tag}_item_{i} {{
	int number_{i};
	unsigned long flags;
	double weight;
	char name[{bytes}];
	struct {tag}_item_{i} *next;
	int (*compare)(const struct {tag}_item_{i} *a, const void *b);
	union {{ long wide; float narrow; unsigned bits : 5; }} value;
}};
enum {tag}_state_{i} {{ {tag}_NEW_{i}, {tag}_READY_{i}, {tag}_DONE_{i} }};
static int {tag}_check_{i}(struct {tag}_item_{i} *item, double ratio)
{{
	return item->weight > ratio ? item->number_{i} : -1;
}}
int {tag}_function_{i}(struct {tag}_item_{i} *items, const char *path,
		       enum {tag}_state_{i} state, unsigned long count)
{{
	int result = state == {tag}_DONE_{i};
	for (unsigned long i = 0; i < count; i++) {{
		long product = path[i] * items[i].value.wide;
		result += (int)product + {tag}_check_{i}(&items[i], 0.5);
	}}
	return result;
}}
"""


def _assembler(work: pathlib.Path) -> str:
    source = work / "unit.c"
    source.write_text("".join(
        STRUCT.format(tag=TAG, i=i, bytes=i % 60 + 4)
        for i in range(PER_UNIT)))
    output = work / "unit.s"
    subprocess.run(["gcc", "-g", "-O0", "-S", "-o", output, source],
                   check=True)
    return output.read_text()


def _main(work: pathlib.Path) -> pathlib.Path:
    output = work / "main.o"
    subprocess.run(["gcc", "-g", "-O1", "-c", "-o", output, MAIN], check=True)
    return output


def _is_current(program: pathlib.Path) -> bool:
    if not program.exists():
        return False
    made = program.stat().st_mtime
    return all(source.stat().st_mtime <= made
               for source in (MAIN, pathlib.Path(__file__)))


def make(program: pathlib.Path) -> pathlib.Path:
    """The program, made when it is not there or older than its sources."""
    if _is_current(program):
        return program
    print("  making a program with 100 MB of debug information", flush=True)
    work = program.with_suffix(".d")
    work.mkdir(parents=True, exist_ok=True)
    text = _assembler(work)
    objects: List[pathlib.Path] = [_main(work)]
    size = 0
    while size < SIZE:
        unit = work / f"unit{len(objects)}.o"
        subprocess.run(["as", "-o", unit], check=True,
                       input=text.replace(TAG, f"u{len(objects)}").encode())
        size += unit.stat().st_size * 2 // 5  # the rest: relocations, code
        objects.append(unit)
    subprocess.run(["gcc", "-o", program, *objects], check=True)
    for unit in objects:
        unit.unlink()
    return program
