# SPDX-License-Identifier: MIT
"""What a SysCall has: types, values, results.  Without GDB."""

import ctypes
import errno
import pathlib
import re
import traceback

import pytest

from syscalls import call, openat, syscalls
from ctester.syscalls.table import CALLS
from conftest import ROOT

CType = syscalls.CType


@pytest.mark.parametrize("text,names,kind,stars", [
    ("unsigned long", ["unsigned", "long"], ctypes.c_ulong, 0),
    ("long unsigned int", ["long", "unsigned", "int"], ctypes.c_ulong, 0),
    ("const char **", ["const", "char"], ctypes.c_char, 2),
    ("const char *const *", ["const", "char", "const"], ctypes.c_char, 2),
    ("char *", ["char"], ctypes.c_char, 1),
    ("int", ["int"], ctypes.c_int, 0),
    ("unsigned", ["unsigned"], ctypes.c_uint, 0),
    ("size_t", ["size_t"], ctypes.c_size_t, 0),
    ("umode_t", ["umode_t"], ctypes.c_ushort, 0),
    ("loff_t *", ["loff_t"], ctypes.c_longlong, 1),
    ("void *", ["void"], None, 1),
])
def test_a_type_has_names_ctype_and_indirection(text, names, kind, stars
                                                ) -> None:
    found = CType(text)
    assert (found.names, found.ctype, found.ptr_indirection) == (
        names, kind, stars)
    assert str(found) == text


def test_size_t_has_64_bits() -> None:
    assert ctypes.sizeof(CType("size_t").ctype) == 8


def test_a_struct_is_a_structure_of_its_own() -> None:
    found = CType("struct stat *").ctype
    assert issubclass(found, ctypes.Structure)
    assert found is CType("const struct stat *").ctype
    assert found is not CType("struct statx *").ctype


def test_every_type_of_the_table_is_known_to_ctypes() -> None:
    """An opaque struct stands for structs, and for typedefs of structs."""
    allowed = {"fd_set", "siginfo_t", "stack_t"}
    unknown = {parameter.type for row in CALLS.values()
               for parameter in row.parameters
               if isinstance(CType(parameter.type).ctype, type)
               and issubclass(CType(parameter.type).ctype, ctypes.Structure)
               and not re.search(r"struct|union", parameter.type)
               and not set(CType(parameter.type).names) & allowed}
    assert unknown == set()


def test_the_table_is_that_of_the_core() -> None:
    text = (ROOT / "libcore" / "syscall" / "prototypes.h").read_text()
    rows = dict(re.findall(r"^PROTOTYPE\((\w+), \((.*)\)\)$", text, re.M))
    for name, row in CALLS.items():
        shown = ", ".join(
            each.type + ("" if each.type.endswith("*") else " ") + each.name
            for each in row.parameters)
        assert rows[name] == (shown or "void"), name
    numbers = (ROOT / "libcore" / "syscall" / "calls.c").read_text()
    assert {name: int(number) for number, name in
            re.findall(r'^\t\{(\d+), "(\w+)"', numbers, re.M)} == {
                name: row.number for name, row in CALLS.items()}


def test_a_call_says_who_when_and_what() -> None:
    one = call("close", [("fd", "unsigned int", 3, "3")], seq=5, tid=8)
    assert (one.name, one.pid, one.process, one.seq) == ("close", 8, 7, 5)
    assert (one.time, one.duration) == (2.5, 0.0015)
    assert one.errno is None
    assert one.traceback == []


def test_an_argument_has_name_type_register_and_value() -> None:
    arg = openat().args[0]
    assert (arg.name, str(arg.type)) == ("dfd", "int")
    assert arg.raw_value == 2**64 - 100
    assert arg.value == -100 and arg.value == "AT_FDCWD"
    assert arg.value.path == "/home"
    assert repr(arg.value) == "AT_FDCWD</home>"
    assert openat().arg("flags").name == "flags"


def test_text_is_bytes_and_equal_to_str() -> None:
    value = openat().args[1].value
    assert isinstance(value, bytes)
    assert value == b"/dev/null" and value == "/dev/null"
    assert b"/dev/null" == value and "/dev/null" == value
    assert value != "/dev/zero" and value != b"/dev/zero"
    assert value.startswith("/dev") and value.startswith(b"/dev")
    assert value.endswith(("null", "x")) and "null" in value
    assert re.match(b"/dev", value)
    assert hash(value) == hash(b"/dev/null")
    assert value in {"/dev/null"} and value in [b"/dev/null"]
    assert repr(value) == "b'/dev/null'" and str(value) == "/dev/null"


def test_bytes_that_are_no_text_are_equal_to_their_escaped_str() -> None:
    value = openat(path="b'/\\xff'").args[1].value
    assert value == b"/\xff" and value == "/\udcff"


def test_an_embedded_nul_survives() -> None:
    one = call("write", [("fd", "unsigned int", 1, "1"),
                         ("buf", "const char *", 64, "b'a\\x00b'"),
                         ("count", "size_t", 3, "3")], 3)
    assert one.args[1].value == b"a\0b" == one.args[1].value


def test_flags_are_ints_that_print_symbolically() -> None:
    value = openat(flags=0o102).args[2].value
    assert value & 0o100 and value == 0o102
    assert repr(value) == str(value) == "O_RDWR|O_CREAT"


def test_null_is_none_without_a_note() -> None:
    arg = openat(path="None").args[1]
    assert (arg.value, arg.raw_value, arg.note) == (None, 0, None)


def test_what_cannot_be_read_is_none_with_a_note() -> None:
    arg = openat(path="Unreadable(1)", result=-14, errno=14).args[1]
    assert arg.value is None
    assert arg.note == "there is no memory at 0x1"


def test_structs_have_their_members_as_attributes() -> None:
    one = call("nanosleep", [
        ("rqtp", "struct __kernel_timespec *", 64,
         "{'tv_sec':1,'in':{'name':b'x'},'all':[{'a':2}]}")])
    value = one.args[0].value
    assert value == {"tv_sec": 1, "in": {"name": b"x"}, "all": [{"a": 2}]}
    assert value.tv_sec == 1 and value["in"].name == "x"
    with pytest.raises(AttributeError, match="tv_sec"):
        value.tv_nsec


def test_both_sides_of_a_pointer_are_there() -> None:
    one = call("x", [("p", "int *", 64, "[5]", "[4]"), ("q", "int", 1, "1")])
    assert (one.args[0].value, one.args[0].entry) == ([5], [4])
    assert one.args[1].entry == 1


def test_a_descriptor_knows_its_path() -> None:
    result = openat().result
    assert result.value == 3 and result.value.path == "/dev/null"
    assert result.text == "3" and str(result.type) == "long"


@pytest.mark.parametrize("number,text", [
    (errno.ENOENT, "-1 ENOENT (No such file or directory)"),
    (errno.EAGAIN, "-1 EAGAIN (Resource temporarily unavailable)"),
    (errno.EOPNOTSUPP, "-1 EOPNOTSUPP (Operation not supported)"),
    (512, "? ERESTARTSYS (To be restarted if SA_RESTART is set)"),
])
def test_an_error_is_shown_as_strace_does(number: int, text: str) -> None:
    result = openat(result=-number, errno=number).result
    assert result.text == text
    assert result.value == -number and result.errno == number
    assert result.raw_value == 2**64 - number
    assert result.errno == text.split()[1]


def test_an_address_is_shown_in_hexadecimal() -> None:
    one = call("mmap", result=0x7ffff7d4d000)
    assert one.result.text == "0x7ffff7d4d000"
    assert one.result.raw_value == one.result.value == 0x7ffff7d4d000


def test_a_mask_of_permissions_is_shown_in_octal() -> None:
    assert call("umask", result=0o22).result.text == "022"


def test_a_call_that_did_not_come_back_has_no_result() -> None:
    one = call("exit_group", [("error_code", "int", 3, "3")], result=None)
    assert one.result.text == "?"
    assert one.result.value is one.result.raw_value is one.errno is None


def test_an_unknown_call_has_six_unsigned_long() -> None:
    one = call("<9999>", [(f"param{i}", "unsigned long", i, str(i))
                          for i in range(6)], -38, 38, number=9999)
    assert one.name == "<9999>" and one.result.value == -38
    assert [arg.name for arg in one.args] == [f"param{i}" for i in range(6)]
    assert {str(arg.type) for arg in one.args} == {"unsigned long"}
    assert one.result.type == "unsigned long"


def test_frames_are_entries_of_a_traceback() -> None:
    frame = syscalls.Frame("prog.c", 7, "main", "open(path);")
    assert traceback.format_list([frame]) == [
        '  File "prog.c", line 7, in main\n    open(path);\n']


def test_what_is_no_call_is_refused() -> None:
    with pytest.raises(ValueError):
        syscalls.SysCall("(1,2)")


def test_no_module_but_one_needs_gdb() -> None:
    folder = pathlib.Path(syscalls.__file__).parent
    users = {path.name for path in folder.glob("*.py")
             if re.search(r"^\s*import gdb\b", path.read_text(), re.M)}
    assert users == {"program.py"}
