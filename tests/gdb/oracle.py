# SPDX-License-Identifier: MIT
"""What GDB says a value is, in the JSON that the traces promise.

Runs in GDB's own Python and knows nothing of ctester: types, fields, names
and numbers come from gdb.Type, gdb.Value and GDB's printing.  A test decodes
the same object with the core and compares with disagreements().

At a prompt or in batch mode:

    gdb -nx -batch -x tests/gdb/oracle.py \\
        -ex 'python dump_globals("out.json")' ./types

runs the program to finished() and writes every global v_NAME.

What the table of values leaves open is decided here:

- The depth counts pointers from the root.  At the limit nothing is read,
  neither a string nor an object: the address alone is left.  NULL, void
  pointers and function pointers look the same at every depth.
- The path on which a cycle is found holds the root, if it has an address,
  the objects that pointers led to, and the members and elements of both.
- A limit of elements holds for each array by itself, rows of a matrix too.
- The limit of a string counts bytes, or elements of a wide string.  A
  character that crosses it is left out.  It holds for arrays of characters
  as well: {"value", "truncated"}.
- A string that runs into memory that cannot be read, but not at once, is cut
  there.  In wide strings, what is no character becomes U+FFFD.
- A type that only another file completes, a library with debug information
  on one machine and not on the next, stays incomplete.
- Pointers to FILE and to what a va_list has are addresses alone.
- An array without elements, or of unknown length, is [], of characters too.
- Flags are what GDB takes for flags, an enum whose enumerators all are zero
  or positive and have one bit at most.
- A function pointer has a symbol only where the function begins.
"""

import codecs
import decimal
import fractions
import json
import math
import re
from typing import Any, Dict, List, NamedTuple, Tuple, Union

import gdb


class Limits(NamedTuple):
    """Where decoding stops."""

    depth: int = 3
    elements: int = 200
    string: int = 200


class Real(decimal.Decimal):
    """A finite float as GDB prints it, and the format it was stored in.

    GDB prints digits enough to find the stored bits again, so two decimal
    texts agree when the format rounds them to the same number.
    """

    bits: int  # of the significand, the leading one included
    least: int  # exponent of the least denormal: 2 ** least


# (size in bytes, is it binary128): (significand bits, least exponent).
FORMATS = {
    (2, False): (11, -24),
    (4, False): (24, -149),
    (8, False): (53, -1074),
    (16, False): (64, -16445),
    (16, True): (113, -16494),
}

# Types that may be incomplete, and whose members may be inlined.
RECORDS = (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION)
PRIVATE_NAMES = ("_IO_FILE", "__va_list_tag")
WIDE_NAMES = ("wchar_t", "char16_t", "char32_t")
WIDE_CODECS = {2: "utf-16-le", 4: "utf-32-le"}


# Types -----------------------------------------------------------------


def spelling(type_: gdb.Type) -> str:
    """The C spelling, as GDB has it: "const char *", "int (*)(int)"."""
    return str(type_)


def stripped(type_: gdb.Type) -> gdb.Type:
    """The type itself: no typedefs, no qualifiers, completed if it can be."""
    return type_.strip_typedefs().unqualified().strip_typedefs()


def is_plain_char(type_: gdb.Type) -> bool:
    type_ = stripped(type_)
    return (type_.code == gdb.TYPE_CODE_INT and type_.sizeof == 1
            and type_.name == "char")


def is_wide_char(type_: gdb.Type) -> bool:
    """Whether a typedef on the way down is one of C's wide characters."""
    while True:
        type_ = type_.unqualified()
        if type_.name in WIDE_NAMES:
            return type_.sizeof in WIDE_CODECS
        if type_.code != gdb.TYPE_CODE_TYPEDEF:
            return False
        type_ = type_.target()


def is_textual(type_: gdb.Type) -> bool:
    return is_plain_char(type_) or is_wide_char(type_)


def is_vector(type_: gdb.Type) -> bool:
    return "__attribute__ ((vector_size" in str(stripped(type_))


def element_count(type_: gdb.Type) -> int:
    """Elements of an array; none where the type does not say how many."""
    if type_.sizeof == 0 and stripped(type_.target()).sizeof != 0:
        return 0
    low, high = type_.range()
    return high - low + 1


# Scalars ---------------------------------------------------------------


def expected_integer(value: gdb.Value) -> int:
    if value.type.sizeof > 8:  # int() refuses these
        return int(value.format_string(raw=True))
    return int(value)


def expected_char(value: gdb.Value) -> str:
    return bytes([int(value) & 0xff]).decode("ascii", "surrogateescape")


def real(text: str, type_: gdb.Type, size: int) -> Union[Real, str]:
    """A number as GDB prints it: 0.1, -inf, -nan(0x8000000000000).

    It calls long doubles invalid that the processor takes for NaNs.
    """
    if "nan" in text or text == "<invalid float value>":
        return "nan"
    if "inf" in text:
        return text
    number = Real(text)
    binary128 = "loat128" in spelling(stripped(type_))
    number.bits, number.least = FORMATS[size, binary128]
    return number


def expected_float(value: gdb.Value) -> Union[Real, str]:
    return real(value.format_string(raw=True), value.type, value.type.sizeof)


def expected_complex(value: gdb.Value) -> Dict[str, Any]:
    text = value.format_string(raw=True)
    parts = re.fullmatch(r"(\S+) \+ (\S+)i", text)
    if parts is None:
        raise ValueError("not a complex number: " + text)
    size = value.type.sizeof // 2
    return {"re": real(parts[1], value.type, size),
            "im": real(parts[2], value.type, size)}


def expected_enum(value: gdb.Value) -> Union[str, int]:
    """GDB prints NAME, (NAME | NAME), (NAME | unknown: 0x8) or a number."""
    text = value.format_string(raw=True)
    if re.fullmatch(r"[A-Za-z_]\w*", text):
        return text
    if re.fullmatch(r"\(\w+( \| \w+)*\)", text):
        return text[1:-1].replace(" | ", "|")
    return int(value)


# Text ------------------------------------------------------------------


def whole_text(raw: bytes, width: int) -> str:
    if width == 1:
        return raw.decode("utf-8", "surrogateescape")
    return raw.decode(WIDE_CODECS[width], "replace")


def cut_text(raw: bytes, limit: int, width: int) -> str:
    """The text before the limit, without a character that crosses it.

    Behind the limit raw goes on, which tells a character that is cut in two
    from bytes that are wrong in themselves.
    """
    at = limit * width
    for back in range(1, 4):
        start, end = at - back * width, at + width
        if start < 0 or back * width >= 4:
            break
        decoder = codecs.getincrementaldecoder(
            "utf-8" if width == 1 else WIDE_CODECS[width])("strict")
        try:
            if not decoder.decode(raw[start:at]):  # begun, and not ended
                decoder.decode(raw[at:end])
                return whole_text(raw[:start], width)
        except UnicodeDecodeError:
            continue
    return whole_text(raw[:at], width)


def limited_text(raw: bytes, width: int, limits: Limits) -> Tuple[str, bool]:
    """The text to show, and whether it is cut."""
    if len(raw) > limits.string * width:
        return cut_text(raw, limits.string, width), True
    return whole_text(raw, width), False


def until_nul(raw: bytes, width: int) -> bytes:
    """What precedes the terminator; all of it where there is none."""
    for at in range(0, len(raw), width):
        if not any(raw[at:at + width]):
            return raw[:at]
    return raw


def read_string(address: int, width: int, count: int) -> Tuple[bytes, bool]:
    """Up to count elements before the NUL, and whether there was one."""
    inferior = gdb.selected_inferior()
    raw = b""
    for index in range(count):
        try:
            element = bytes(inferior.read_memory(address + index * width,
                                                 width))
        except gdb.MemoryError:
            break
        if not any(element):
            return raw, True
        raw += element
    return raw, False


def expected_string(address: int, width: int, limits: Limits) -> Any:
    raw, ended = read_string(address, width, limits.string + 1)
    if not raw and not ended:
        return {"address": hex(address), "error": "unreadable"}
    text, _ = limited_text(raw, width, limits)
    if ended:
        return text
    return {"address": hex(address), "value": text, "truncated": True}


def value_bytes(value: gdb.Value, count: int) -> bytes:
    """The elements' bytes, also where the value is not in memory."""
    width = value.type.strip_typedefs().target().sizeof
    mask = (1 << 8 * width) - 1
    return b"".join((int(value[index]) & mask).to_bytes(width, "little")
                    for index in range(count))


def expected_char_array(value: gdb.Value, count: int, limits: Limits) -> Any:
    width = value.type.strip_typedefs().target().sizeof
    raw = until_nul(value_bytes(value, count), width)
    text, cut = limited_text(raw, width, limits)
    return {"value": text, "truncated": True} if cut else text


# Aggregates and pointers -----------------------------------------------


class Walk:
    """One value from its root: limits, depth, and the objects above."""

    def __init__(self, type_: gdb.Type, limits: Limits, rooted: bool) -> None:
        self.objfile = type_.objfile
        self.limits = limits
        self.path: List[Tuple[int, gdb.Type]] = []
        self.depth = 0
        self.located = rooted

    def value(self, value: gdb.Value) -> Any:
        if not self.located or value.address is None:
            return self.parts(value)
        self.path.append((int(value.address), stripped(value.type)))
        result = self.parts(value)
        self.path.pop()
        return result

    def parts(self, value: gdb.Value) -> Any:
        if value.is_optimized_out:
            return {"error": "optimized out"}
        type_ = stripped(value.type)
        scalar = SCALARS.get(type_.code)
        if scalar is not None and is_lost(value):
            return {"error": "optimized out"}
        if is_plain_char(type_):
            return expected_char(value)
        if scalar is not None:
            return scalar(value)
        return getattr(self, AGGREGATES[type_.code])(value)

    def members(self, value: gdb.Value) -> Dict[str, Any]:
        result: Dict[str, Any] = {}
        # A field belongs to a type with its qualifiers: do not strip them.
        for field in value.type.strip_typedefs().fields():
            if field.name:
                result[field.name] = self.value(value[field])
            elif stripped(field.type).code in RECORDS:
                result.update(self.members(value[field]))
        return result

    def array(self, value: gdb.Value) -> Any:
        type_ = value.type.strip_typedefs()
        count = element_count(type_)
        if count and is_textual(type_.target()) and not is_vector(type_):
            return expected_char_array(value, count, self.limits)
        shown = min(count, self.limits.elements)
        elements = [self.value(value[index]) for index in range(shown)]
        if shown < count:
            return {"value": elements, "truncated": True}
        return elements

    def pointer(self, value: gdb.Value) -> Any:
        address = int(value)
        if address == 0:
            return None
        spelt = value.type.strip_typedefs().target()
        target = stripped(spelt)
        if target.code == gdb.TYPE_CODE_FUNC:
            return function_pointer(address)
        if target.code == gdb.TYPE_CODE_VOID:
            return {"address": hex(address)}
        if self.depth == self.limits.depth:
            return {"address": hex(address)}
        if is_textual(spelt):
            return expected_string(address, target.sizeof, self.limits)
        return self.pointee(value, address, spelt)

    def pointee(self, pointer: gdb.Value, address: int,
                spelt: gdb.Type) -> Any:
        target = stripped(spelt)
        if (address, target) in self.path:
            return {"address": hex(address), "cycle": True}
        if target.code in RECORDS:
            if (target.objfile != self.objfile
                    or target.name in PRIVATE_NAMES):
                return {"address": hex(address)}
            pointer = pointer.cast(target.pointer())
        value = pointer.dereference()
        try:
            value.fetch_lazy()
        except gdb.MemoryError:
            return {"address": hex(address), "error": "unreadable"}
        if is_incomplete(value):
            return {"address": hex(address)}
        located, self.located = self.located, True
        self.depth += 1
        result = self.value(value)
        self.depth -= 1
        self.located = located
        return {"address": hex(address), "value": result}


def is_lost(value: gdb.Value) -> bool:
    """Whether a piece of a value is gone while others are there."""
    return value.format_string(raw=True) == "<optimized out>"


def is_incomplete(value: gdb.Value) -> bool:
    return (stripped(value.type).code in RECORDS
            and value.format_string(raw=True) == "<incomplete type>")


def function_pointer(address: int) -> Dict[str, str]:
    result = {"address": hex(address)}
    text = gdb.Value(address).cast(
        gdb.lookup_type("void").pointer()).format_string(raw=True,
                                                         symbols=True)
    name = re.fullmatch(r"(?:\(.*\) )?0x[0-9a-f]+ <([^+>]+)>", text)
    if name is not None and is_code(address):
        result["symbol"] = name[1]
    return result


def is_code(address: int) -> bool:
    """Whether GDB's symbol at the address is a function's."""
    return " in section .text" in gdb.execute("info symbol %#x" % address,
                                              to_string=True)


SCALARS = {
    gdb.TYPE_CODE_INT: expected_integer,
    gdb.TYPE_CODE_CHAR: expected_integer,
    gdb.TYPE_CODE_BOOL: bool,
    gdb.TYPE_CODE_FLT: expected_float,
    gdb.TYPE_CODE_COMPLEX: expected_complex,
    gdb.TYPE_CODE_ENUM: expected_enum,
}

AGGREGATES = {
    gdb.TYPE_CODE_STRUCT: "members",
    gdb.TYPE_CODE_UNION: "members",
    gdb.TYPE_CODE_ARRAY: "array",
    gdb.TYPE_CODE_PTR: "pointer",
}


def expected(value: gdb.Value, limits: Limits = Limits(),
             rooted: bool = True) -> Any:
    """The JSON value that the trace must have for this one.

    With rooted=False the value's own address is not on the path, as for a
    copy in registers: a pointer back to the original is followed once more.
    """
    return Walk(value.type, limits, rooted).value(value)


# Comparing -------------------------------------------------------------


def rounded(number: decimal.Decimal, bits: int, least: int) -> Any:
    """The exact value of the nearest float of that format, sign included."""
    exact = fractions.Fraction(number)
    if exact == 0:
        return exact, number.is_signed()
    size = abs(exact)
    exponent = size.numerator.bit_length() - size.denominator.bit_length()
    if size < fractions.Fraction(2) ** exponent:
        exponent -= 1
    unit = fractions.Fraction(2) ** max(exponent - bits + 1, least)
    return round(exact / unit) * unit, exact < 0


def same_real(want: Real, got: Any) -> bool:
    if isinstance(got, bool) or not isinstance(got,
                                               (int, float, decimal.Decimal)):
        return False
    if isinstance(got, float) and not math.isfinite(got):
        return False
    return (rounded(want, want.bits, want.least)
            == rounded(decimal.Decimal(got), want.bits, want.least))


def parse(text: Union[str, bytes]) -> Any:
    """JSON with every digit of its numbers; a zero keeps its sign."""
    return json.loads(
        text, parse_float=decimal.Decimal,
        parse_int=lambda digits: decimal.Decimal(digits)
        if digits == "-0" else int(digits))


def disagreements(want: Any, got: Any, where: str = "") -> List[str]:
    """Where a decoded value, through parse(), is not what GDB says."""
    if isinstance(want, Real):
        same = same_real(want, got)
    elif isinstance(want, dict) and isinstance(got, dict):
        if list(want) != list(got):
            return ["%s: members %s, not %s" % (where, list(got), list(want))]
        return [line for key in want
                for line in disagreements(want[key], got[key],
                                          "%s.%s" % (where, key))]
    elif isinstance(want, list) and isinstance(got, list):
        if len(want) != len(got):
            return ["%s: %d elements, not %d" % (where, len(got), len(want))]
        return [line for index, pair in enumerate(zip(want, got))
                for line in disagreements(pair[0], pair[1],
                                          "%s[%d]" % (where, index))]
    else:
        same = type(want) is type(got) and want == got
    if same:
        return []
    return ["%s: %s, not %s" % (where, to_json(got), to_json(want))]


def to_json(value: Any) -> str:
    """json.dumps, but a Decimal is written with all its digits."""
    if isinstance(value, decimal.Decimal):
        text = str(value).lower()
        return text if re.search("[.e]", text) else text + ".0"
    if isinstance(value, dict):
        return "{%s}" % ", ".join(
            "%s: %s" % (json.dumps(key), to_json(item))
            for key, item in value.items())
    if isinstance(value, list):
        return "[%s]" % ", ".join(map(to_json, value))
    return json.dumps(value)


# The types fixture -----------------------------------------------------


def stop_at(function: str) -> None:
    gdb.Breakpoint(function, internal=True).silent = True


def run_to(function: str) -> None:
    """Start the program and stop in the function."""
    gdb.execute("set debuginfod enabled off")
    # Without a limit, GDB dies of an array whose bound is not yet computed.
    gdb.execute("set max-value-size 1048576")
    gdb.execute("set confirm off")
    stop_at(function)
    gdb.execute("run", to_string=True)
    if gdb.selected_frame().name() != function:
        raise gdb.GdbError("oracle: the program did not reach " + function)


def names(kind: str, prefix: str) -> List[str]:
    """NAME of every PREFIX_NAME in the debug information, in GDB's order."""
    listing = gdb.execute("info %s -q ^%s_" % (kind, prefix), to_string=True)
    typed = listing.split("Non-debugging symbols:")[0]
    return re.findall(r"^\d+:.*?\b%s_(\w+)" % prefix, typed, re.MULTILINE)


def case_names() -> List[str]:
    return names("variables", "v")


def global_value(name: str) -> gdb.Value:
    symbol = gdb.lookup_global_symbol(name)
    if symbol is None:
        raise gdb.GdbError("oracle: no global " + name)
    return symbol.value()


def variable(name: str) -> gdb.Value:
    return global_value("v_" + name)


def function_address(name: str) -> int:
    """Entry of take_NAME."""
    return int(global_value("take_" + name).address)


def globals_expected(limits: Limits = Limits()) -> Dict[str, Dict[str, Any]]:
    """{NAME: {"type", "address", "value"}} for every v_NAME."""
    result = {}
    for name in case_names():
        value = variable(name)
        result[name] = {"type": spelling(value.type),
                        "address": hex(int(value.address)),
                        "value": expected(value, limits)}
    return result


def dump_globals(path: str, limits: Limits = Limits()) -> None:
    """Run the fixture and write what globals_expected() returns."""
    run_to("finished")
    with open(path, "w", encoding="ascii") as out:
        rows = ["%s: %s" % (json.dumps(name), to_json(entry))
                for name, entry in globals_expected(limits).items()]
        out.write("{\n" + ",\n".join(rows) + "\n}\n")


def arguments_expected(frame: gdb.Frame,
                       limits: Limits = Limits()) -> Dict[str, Any]:
    """{NAME: value} of a frame's parameters.

    True in code that is not optimized.  In optimized code GDB shows other
    values for structs in registers, without a warning.
    """
    block = frame.block()
    while block.function is None:
        block = block.superblock
    return {symbol.name: expected(symbol.value(frame), limits, rooted=False)
            for symbol in block if symbol.is_argument}


def calls_expected(limits: Limits = Limits()) -> Dict[str, Dict[str, Any]]:
    """{NAME: {"args", "return"}} of every take_NAME without a v_NAME.

    Runs the program, which must be built with -O0.  A function that returns
    something leaves it in r_NAME too: GDB 13 misreads returned __int128,
    vectors and __float128.  The same calls of an optimized build have the
    same values, apart from addresses.
    """
    stop_at("finished")
    run_to("arguments_ready")
    result: Dict[str, Dict[str, Any]] = {}
    while gdb.newest_frame().name() == "arguments_ready":
        frame = gdb.newest_frame().older()
        frame.select()  # bounds of variable arrays are looked up there
        result[frame.name().replace("take_", "", 1)] = {
            "args": arguments_expected(frame, limits)}
        gdb.execute("continue", to_string=True)
    for name in names("variables", "r"):
        result[name]["return"] = expected(global_value("r_" + name), limits,
                                          rooted=False)
    return result
