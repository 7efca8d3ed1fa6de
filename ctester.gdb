# SPDX-License-Identifier: MIT
# Load ctester into GDB:  gdb -x ctester.gdb ./prog
#
# This file is read by GDB alone, so that a GDB without Python can still say
# what is missing: $_streq is one of the functions that GDB's own Python adds.
if $_isvoid($_streq)
  echo ctester: this GDB has no Python, which ctester needs; install Debian's package gdb (not gdb-minimal), or build GDB --with-python\n
  quit 2
end
python
import os, sys
def _ctester_directory():
    """Where this file lies: GDB does not say, its own open files do."""
    import glob
    script = None
    try:
        import gdb
        for argument in open("/proc/self/cmdline", "rb").read().split(b"\0"):
            name = os.fsdecode(argument).removeprefix("--command=").removeprefix("-x=")
            if os.path.basename(name) == "ctester.gdb" and os.path.exists(name):
                script = name
    except OSError:
        pass
    for fd in glob.glob("/proc/self/fd/*"):
        try:
            target = os.readlink(fd)
        except OSError:
            continue
        if os.path.basename(target) == "ctester.gdb":
            script = target
    return os.path.dirname(os.path.realpath(script)) if script else os.getcwd()
def _ctester_load():
    """Run load.py, which says what is missing before the rest is imported."""
    import importlib.util
    place = os.path.join(_ctester_directory(), "gdbext")
    sys.path.insert(0, place)
    spec = importlib.util.spec_from_file_location(
        "ctester_load", os.path.join(place, "ctester", "load.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.load()
_ctester_load()
end
