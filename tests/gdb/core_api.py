# SPDX-License-Identifier: MIT
"""The core's decoder, called from GDB's Python, against the oracle.

Runs in GDB.  It declares only what decoding needs, by hand, and not through
the extension's own table of the library: a mistake there must not hide here.
"""

import ctypes
import json
import os
from typing import Any, Dict, List, Optional, Tuple

import gdb
import oracle

# GDB may have libdw loaded, which exports names of libdwarf's: DEEPBIND.
MODE = os.RTLD_NOW | os.RTLD_DEEPBIND

READ = ctypes.CFUNCTYPE(ctypes.c_size_t, ctypes.c_void_p, ctypes.c_uint64,
                        ctypes.c_void_p, ctypes.c_size_t)
NAME = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint64)


class Decoder(ctypes.Structure):
    """struct ct_decoder: ct_memory, ct_symbolizer, ct_limits."""

    _fields_ = [("read", READ), ("read_arg", ctypes.c_void_p),
                ("name", NAME), ("name_arg", ctypes.c_void_p),
                ("string", ctypes.c_uint32), ("array", ctypes.c_uint32),
                ("depth", ctypes.c_uint32)]


class Value(ctypes.Structure):
    """struct ct_value."""

    _fields_ = [("type", ctypes.c_void_p), ("bytes", ctypes.c_void_p),
                ("size", ctypes.c_size_t), ("addr", ctypes.c_uint64),
                ("extent_kind", ctypes.c_int), ("extent", ctypes.c_uint64)]


class Buffer(ctypes.Structure):
    """struct ct_buffer."""

    _fields_ = [("data", ctypes.c_void_p), ("size", ctypes.c_size_t),
                ("capacity", ctypes.c_size_t), ("failed", ctypes.c_bool)]


class CoreError(Exception):
    """What the core said."""


def readable_prefix(address: int, size: int) -> bytes:
    """As much as can be read from the start of a range."""
    inferior = gdb.selected_inferior()
    while size > 0:
        try:
            return bytes(inferior.read_memory(address, size))
        except gdb.MemoryError as error:
            # "Cannot access memory at address 0x…": so far it is readable.
            size = min(size - 1, int(str(error).split()[-1], 16) - address)
        except OverflowError:
            break
    return b""


class Core:
    """The types of one program, and its values as the core writes them."""

    def __init__(self, library: str, program: str) -> None:
        self.lib = ctypes.CDLL(library, mode=MODE)
        pointer, text = ctypes.c_void_p, ctypes.c_char_p
        self.declare("ct_error_message", text, pointer)
        self.declare("ct_image_open", pointer, text, pointer)
        self.declare("ct_types_create", pointer, pointer, pointer)
        self.declare("ct_types_variable", pointer, pointer, text, pointer,
                     pointer)
        self.declare("ct_type_size", ctypes.c_uint64, pointer)
        self.declare("ct_type_spell", pointer, pointer, pointer)
        self.declare("ct_value_encode_json", pointer, pointer, pointer,
                     pointer)
        self.declare("ct_buffer_deinit", None, pointer)
        self.names: Dict[int, Optional[ctypes.Array]] = {}
        self.decoder = Decoder(READ(self.read), None, NAME(self.name), None,
                               *oracle.Limits()[::-1])
        image = self.result("ct_image_open", os.fsencode(program))
        self.types = self.result("ct_types_create", image)

    def declare(self, name: str, result: Any, *arguments: Any) -> None:
        function = getattr(self.lib, name)
        function.restype, function.argtypes = result, arguments

    def check(self, error: Optional[int]) -> None:
        if error:
            raise CoreError(os.fsdecode(self.lib.ct_error_message(error)))

    def result(self, function: str, *arguments: Any) -> int:
        """What a fallible function leaves in its last argument."""
        result = ctypes.c_void_p()
        self.check(getattr(self.lib, function)(*arguments,
                                               ctypes.byref(result)))
        return result.value or 0

    def text(self, function: str, *arguments: Any) -> str:
        """What a fallible function appends to a buffer."""
        buffer = Buffer()
        self.check(getattr(self.lib, function)(*arguments,
                                               ctypes.byref(buffer)))
        text = ctypes.string_at(buffer.data, buffer.size)
        self.lib.ct_buffer_deinit(ctypes.byref(buffer))
        return text.decode("utf-8")

    def read(self, _arg: Any, address: int, out: int, size: int) -> int:
        data = readable_prefix(address, size)
        ctypes.memmove(out, data, len(data))
        return len(data)

    def name(self, _arg: Any, address: int) -> Optional[int]:
        if address not in self.names:
            symbol = oracle.function_pointer(address).get("symbol")
            self.names[address] = symbol and ctypes.create_string_buffer(
                os.fsencode(symbol))
        name = self.names[address]
        return ctypes.addressof(name) if name else None

    def variable(self, name: str) -> Tuple[int, int]:
        """Type and file address of a variable."""
        kind, address = ctypes.c_void_p(), ctypes.c_uint64()
        self.check(self.lib.ct_types_variable(
            self.types, name.encode(), ctypes.byref(kind),
            ctypes.byref(address)))
        if not kind.value:
            raise CoreError("no variable " + name)
        return kind.value, address.value

    def spell(self, kind: int) -> str:
        return self.text("ct_type_spell", kind)

    def encode(self, kind: int, address: int) -> str:
        """The JSON of what lies at an address of the program."""
        size = self.lib.ct_type_size(kind)
        data = ctypes.create_string_buffer(
            bytes(gdb.selected_inferior().read_memory(address, size))
            if size else b"", max(size, 1))
        value = Value(kind, ctypes.addressof(data), size, address)
        return self.text("ct_value_encode_json", ctypes.byref(self.decoder),
                         ctypes.byref(value))


def as_shown(want: Any) -> Any:
    """What can be asked of the core: it writes a __float128 with the
    precision of a long double."""
    if isinstance(want, oracle.Real) and want.bits == 113:
        want.bits = 64
    elif isinstance(want, dict):
        for part in want.values():
            as_shown(part)
    return want


def compare_variable(core: Core, name: str, want: Dict[str, Any],
                     bias: Dict[str, int]) -> List[str]:
    """Where the core and GDB differ on v_NAME."""
    address = int(want["address"], 16)
    try:
        kind, file_address = core.variable("v_" + name)
        got = core.encode(kind, address)
        spelt = core.spell(kind)
        lines = oracle.disagreements(as_shown(want["value"]),
                                     oracle.parse(got), name)
    except (CoreError, ValueError) as error:
        return ["%s: %s" % (name, error)]
    # GDB 13 takes Clang's "unsigned __int128" for "unsigned" and a name.
    if spelt != want["type"].replace("unsigned int __int128",
                                     "unsigned __int128"):
        lines.append("%s: type %s, not %s" % (name, spelt, want["type"]))
    size = core.lib.ct_type_size(kind)
    if size != oracle.variable(name).type.sizeof:
        lines.append("%s: size %d" % (name, size))
    # One difference for the whole program: its load bias.
    if bias.setdefault("is", address - file_address) != address - file_address:
        lines.append("%s: file address %#x" % (name, file_address))
    return lines


def compare_globals(library: str, report: str) -> None:
    """Run the types fixture; write what was compared, and what differs."""
    oracle.run_to("finished")
    core = Core(library, gdb.current_progspace().filename)
    wanted = oracle.globals_expected()
    bias: Dict[str, int] = {}
    different = [line for name, want in wanted.items()
                 for line in compare_variable(core, name, want, bias)]
    with open(report, "w", encoding="ascii") as out:
        json.dump({"compared": len(wanted),
                   "types": len({want["type"] for want in wanted.values()}),
                   "different": different}, out)
