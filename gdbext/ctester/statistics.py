# SPDX-License-Identifier: MIT
"""ctester.stats and ctester.logs: what is known of monitored calls.

    from ctester import stats
    stats.open.called
    stats.open.last_params.flags
    stats.open.calls[3].errno

All of it is computed from the recorded calls.  Fields of functions in the
table (docs/c-tests.md) have the table's names, others those of the function's
debug information.
"""

from __future__ import annotations

import bisect
import dataclasses
import re
from typing import Any, Callable, Iterator, NamedTuple, Sequence

from . import addresses as socket_addresses, kit_table
from .errors import BadMockError
from .monitoring import Program, check_name, is_private, no_such, options
from .values import Address, Callback

_LOG_MAX = 1000     # of the reference's log


class Params:
    """Arguments of a call, by name or by position.

    For a parameter NAME that points to something, NAME is the address (of
    char * the text), NAME_val a copy of what it pointed to, and NAME_ptr the
    address in any case.  Equal to a tuple or a dict of the same.
    """

    __slots__ = ("_names", "_values", "_extra")

    def __init__(self, names: Sequence[str], values: Sequence[Any],
                 extra: dict[str, Any]) -> None:
        self._names = tuple(names)
        self._values = tuple(values)
        self._extra = extra

    @property
    def names(self) -> tuple[str, ...]:
        """Of the parameters, in their order."""
        return self._names

    def points(self, name: str) -> bool:
        """Whether a parameter has passed a pointer that was followed."""
        return f"{name}_val" in self._extra

    def __getattr__(self, name: str) -> Any:
        if name in self._names:
            return self._values[self._names.index(name)]
        if name in self._extra:
            return self._extra[name]
        if is_private(name):
            raise AttributeError(name)
        raise no_such("no parameter", name, [*self._names, *self._extra])

    def __getitem__(self, key: int | str) -> Any:
        return (getattr(self, key) if isinstance(key, str)
                else self._values[key])

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Params):
            return self._values == other._values
        if isinstance(other, dict):
            return dict(zip(self._names, self._values)) == other
        return self._values == other

    __hash__ = None  # type: ignore[assignment]

    def __dir__(self) -> list[str]:
        return [*self._names, *self._extra]

    def __repr__(self) -> str:
        pairs = zip(self._names, self._values)
        return "(" + ", ".join(f"{name}={value!r}"
                               for name, value in pairs) + ")"


@dataclasses.dataclass(frozen=True)
class Call:
    """A monitored call.

    params: the arguments; params_after: the same at the return, where what
        they point to may have changed.
    result: what it returned; errno: what it has set, or None.
    thread: the thread's id; caller: the calling function, or None.
    outcome: "real", "failed", "mocked", "unfinished" and so on, as in traces.
    """

    seq: int
    library: str
    function: str
    params: Params
    params_after: Params
    result: Any
    errno: int | None
    thread: int
    caller: str | None
    outcome: str
    is_open: bool

    @property
    def failed(self) -> bool:
        """Whether it was made to fail."""
        return self.outcome == "failed"


class _Shape:
    """How the parameters of a function are called in its statistics."""

    def __init__(self, function: str,
                 prototype: list[tuple[str, str]]) -> None:
        self.row = kit_table.FUNCTIONS.get(function)
        self.result = self.row["result"] if self.row else ""
        # As the core calls them, and their types.
        self.own = [name for name, _ in prototype[:-1]]
        self.types = [type_ for _, type_ in prototype[:-1]]
        self.fields: list[list[str]] = [
            [name or f"arg{i}"] for i, name in enumerate(self.own)]
        self.extra: list[str] = []
        if self.row is not None:
            self._take(self.row)

    def _take(self, row: dict[str, Any]) -> None:
        """The table's names; of one with a sole field, its parameters'."""
        params = row["params"]
        listed = row["last_params"] or params
        self.types = [each[0] for each in params] or self.types
        for i, (_, *names) in enumerate(listed[:len(params)]):
            names = [*names, params[i][1]]
            self.fields[i:i + 1] = [list(dict.fromkeys(names))]
        self.extra = [each[1] for each in listed[len(params):]]

    def type_of(self, i: int) -> str:
        return self.types[i] if i < len(self.types) else ""

    def is_written(self, i: int) -> bool:
        """Whether what a pointer leads to may be changed by the function, and
        is no text."""
        type_ = self.type_of(i)
        return (i < len(self.fields) and self.result != "void"
                and not re.match(r"(const|char|void)\b", type_))

    def names_of(self, i: int) -> list[str]:
        return self.fields[i] if i < len(self.fields) else [f"arg{i}"]

    def params(self, args: Sequence[Any], addresses: Sequence[int | None],
               after: Sequence[Any]) -> Params:
        """args: what is pointed to; after: the same at the return."""
        names, values, extra = [], [], {}
        for i, value in enumerate(args):
            address = addresses[i] if i < len(addresses) else None
            value = socket_addresses.read(value, self.type_of(i))
            known = self.names_of(i)
            beyond = i - len(self.fields)
            if beyond >= 0 and self.row:
                # The mode of open(); a size that __read_chk() gets is not the
                # program's.
                if not self.row["variadic"] or beyond >= len(self.extra):
                    break
                known = [self.extra[beyond]]
            plain = _as_passed(value, address, self.type_of(i))
            names.append(known[0])
            values.append(plain)
            for name in known:
                extra[name] = plain
                if address is not None:
                    extra[f"{name}_val"] = value
                    extra[f"{name}_ptr"] = Address(address)
        for name in self.extra:
            if name not in names:
                names.append(name)
                values.append(self._copy(name, args, after))
        return Params(names, values, extra)

    def _copy(self, name: str, args: Sequence[Any],
              after: Sequence[Any]) -> Any:
        """A field that is no parameter: a copy of what one points to; 0 for
        the argument that a call of open() has left out."""
        params = [each[1] for each in (self.row or {"params": []})["params"]]
        if name in params and params.index(name) < len(args):
            return args[params.index(name)]
        base = name.removesuffix("_copy")
        if base in params and params.index(base) < len(after):
            return after[params.index(base)]
        return 0

    def empty(self) -> Params:
        """Of a function that was not called."""
        names = [each[0] for each in self.fields] + self.extra
        extra = {f"{name}{suffix}": None for known in self.fields
                 for name in known for suffix in ("", "_val", "_ptr")}
        return Params(names, [None] * len(names), extra)


def _as_passed(value: Any, address: int | None, type_: str) -> Any:
    """The argument itself, where that is not a pointer to text."""
    if (address is None or value is None
            or isinstance(value, Address | Callback)):
        return value
    if isinstance(value, bytes | str) and "char" in type_:
        return value
    return Address(address)


class History:
    """The monitored calls of the program, in the order they were made."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._since = 0
        self._calls: dict[int, Call] = {}
        self._order: list[int] = []
        self._shapes: dict[tuple[str, str], _Shape] = {}
        # By function, the number from which on calls count.
        self._first: dict[str, int] = {}

    def forget(self) -> None:
        """A new test begins."""
        self.__init__(self.program)     # type: ignore[misc]

    def skip(self, function: str) -> None:
        """Calls until now do not count any more."""
        self.update()
        self._first[function] = self._order[-1] + 1 if self._order else 0

    def update(self) -> None:
        """Take what was called since the last time."""
        lines, self._since = self.program.new_calls(self._since)
        for line in lines:
            call = self._read(line)
            if call.seq not in self._calls:
                bisect.insort(self._order, call.seq)
            self._calls[call.seq] = call

    def of(self, *functions: str) -> list[Call]:
        """The calls of functions, in order."""
        self.update()
        chosen = [(*_name_of(each), self._first.get(each, 0))
                  for each in functions]
        return [call for call in map(self._calls.__getitem__, self._order)
                if any(call.function == name and call.seq >= first
                       and self._is_of(call, library)
                       for library, name, first in chosen)]

    def _is_of(self, call: Call, library: str) -> bool:
        """A unit is one of the program's."""
        found = call.library
        if not library or library == found:
            return True
        if library.endswith(".c") and found.endswith(".c"):
            return False
        key = self.program.library_key
        return len({key(self.program.name() if name.endswith(".c") else name)
                    for name in (library, found)}) == 1

    def shape(self, library: str, function: str) -> _Shape:
        """Names of its parameters."""
        shape = self._shapes.get((library, function))
        if shape is None:
            what = f"{library}:{function}" if library else function
            prototype = self.program.prototype(what)
            shape = _Shape(function, prototype)
            # Before there is a program, nothing is known for good.
            if prototype:
                self._shapes[library, function] = shape
        return shape

    def _read(self, line: tuple) -> Call:
        (seq, library, function, args, result, errno, out, thread, caller,
         outcome, _raised, _must, is_open, _guessed, _note,
         addresses) = line
        shape = self.shape(library, function)
        after = list(args)
        for i, value in enumerate(args):
            name = shape.own[i] if i < len(shape.own) else ""
            after[i] = out.get(name or i, value)
        # Nothing is copied of what has not run.
        copied = after if outcome != "failed" else [None] * len(after)
        return Call(
            seq, library, function, shape.params(args, addresses, copied),
            shape.params(after, addresses, copied), result, errno, thread,
            caller, outcome, is_open)


def _name_of(what: str) -> tuple[str, str]:
    library, _, function = what.rpartition(":")
    return library, function


class FunctionStats:
    """The statistics of a function.

    called: how often; failed: how often it was made to fail.
    calls: all calls, each a Call.
    last_params, last_return: of the last call; None before there is one.
    last_returns: copies of what the last call's pointers led to at its
        return.
    The table's own fields, as stats.sleep.last_arg.
    """

    def __init__(self, history: History, what: str) -> None:
        self._history = history
        self._what = what
        self._row = kit_table.FUNCTIONS.get(what) or {}

    @property
    def calls(self) -> list[Call]:
        return self._history.of(self._what)

    @property
    def called(self) -> int:
        return len(self.calls)

    @property
    def failed(self) -> int:
        return sum(call.failed for call in self.calls)

    @property
    def last_params(self) -> Any:
        calls = self.calls
        params = calls[-1].params if calls else self._shape().empty()
        # A sole parameter may stand for them all: gai_strerror's.
        sole = self._row.get("sole")
        return params[0] if sole and sole[1] == "last_params" else params

    @property
    def last_return(self) -> Any:
        for call in reversed(self._returning()):
            if not call.is_open and self._is_stored(call):
                return self._truncated(call.result)
        return None

    @property
    def last_returns(self) -> Params:
        params, shape = self._filled(), self._shape()
        if params is None:
            return Params((), (), {})
        is_quirk = options.upstream_quirks and self._what == "accept"
        names = [name for i, name in enumerate(params.names)
                 if shape.is_written(i) and params.points(name)
                 and params[f"{name}_val"] is not None]
        values = [None if is_quirk else params[f"{name}_val"]
                  for name in names]
        return Params(names, values, {})

    def __getattr__(self, name: str) -> Any:
        """What only this function has."""
        sole = self._row.get("sole")
        if sole and sole[1] == name:
            return (self.calls[-1].params[0] if self.calls else None)
        if name in (self._row.get("returns") or {}).get("names", ()):
            return self.last_returns
        for field in self._row.get("stats", ()):
            if isinstance(field, list) and field[1] == name:
                return _OWN[name](self) if name in _OWN else self._returned(
                    field[0])
        if is_private(name) or name.startswith("_"):
            raise AttributeError(name)
        raise no_such(f"stats.{self._what} has no", name, dir(self))

    def _returned(self, type_: str) -> Any:
        """What the pointer to that type has led to at the last return."""
        params = self._filled()
        for i, (declared, _) in enumerate(self._row["params"]):
            if params is not None and declared.replace(" *", "") == type_:
                name = params.names[i]
                return params[f"{name}_val"] if params.points(name) else None
        return None

    def _lists(self) -> list[Any]:
        """What getaddrinfo() has returned."""
        return [call.params_after["res_val"] for call in self.calls
                if not call.failed and call.result == 0]

    def _status(self) -> int:
        """Whether the last freeaddrinfo() was of what is no list."""
        calls = self.calls
        return self._history.program.status(calls[-1].seq) if calls else 0

    def _filled(self) -> Params | None:
        """Of the last call that has filled in what its pointers lead to."""
        for call in reversed(self.calls):
            if not call.failed and not call.is_open:
                return call.params_after
        return None

    def _shape(self) -> _Shape:
        return self._history.shape(*_name_of(self._what))

    def _returning(self) -> list[Call]:
        """Whose results count; a failed recvfrom() wrote recv()'s."""
        if not options.upstream_quirks:
            return self.calls
        if self._what == "recv":
            return [call for call in self._history.of("recv", "recvfrom")
                    if call.function == "recv" or call.failed]
        return [call for call in self.calls
                if self._what != "recvfrom" or not call.failed]

    def _is_stored(self, call: Call) -> bool:
        quirks = self._row.get("quirks", ())
        lost = ("no_return_on_failure" if call.failed
                else "no_return_on_success")
        return not options.upstream_quirks or lost not in quirks

    def _truncated(self, result: Any) -> Any:
        if (options.upstream_quirks and isinstance(result, int)
                and "truncates_return" in self._row.get("quirks", ())):
            return (result + 2**31) % 2**32 - 2**31
        return result

    def __dir__(self) -> list[str]:
        own = [field[1] for field in self._row.get("stats", ())
               if isinstance(field, list)]
        sole = self._row.get("sole")
        names = (self._row.get("returns") or {}).get("names", [])
        return ["called", "failed", "calls", "last_params", "last_return",
                "last_returns", *([sole[1]] if sole else []), *names, *own]

    def __repr__(self) -> str:
        return f"<stats of {self._what}: called {self.called} times>"


_OWN = {"addrinfo_list": FunctionStats._lists,
        "status": FunctionStats._status}


class Together:
    """Calls of several functions, as stats.recv_all; called: how often."""

    def __init__(self, history: History, functions: Sequence[str]) -> None:
        self._history = history
        self._functions = functions

    @property
    def calls(self) -> list[Call]:
        return self._history.of(*self._functions)

    @property
    def called(self) -> int:
        return len(self.calls)


class Block(NamedTuple):
    """Memory that was allocated."""

    size: int
    ptr: int


class Heap:
    """What monitored calls of malloc() and its like have allocated.

    used: bytes that were allocated and not freed.
    """

    FUNCTIONS = ("malloc", "calloc", "realloc", "free")

    def __init__(self, history: History) -> None:
        self._history = history

    def blocks(self) -> list[Block]:
        """What is not freed, in the order it was allocated."""
        live: dict[int, int] = {}
        for call in self._history.of(*self.FUNCTIONS):
            _ACCOUNTS[call.function](live, call)
        return [Block(size, ptr) for ptr, size in live.items()]

    @property
    def used(self) -> int:
        return sum(block.size for block in self.blocks())

    def has(self, address: int | None) -> bool:
        """Whether an address is in a block that is not freed."""
        if address is None:
            return False
        # The entry of a freed block was one of all sizes.
        if options.upstream_quirks and any(
                not call.failed for call in self._history.of("free")):
            return True
        return any(block.ptr <= address < block.ptr + max(block.size, 1)
                   for block in self.blocks())


def _allocate(live: dict[int, int], call: Call, size: int) -> None:
    """What is handed out in place of memory was not allocated."""
    if call.result and not call.failed:
        live.pop(call.result, None)
        live[int(call.result)] = size


def _account_malloc(live: dict[int, int], call: Call) -> None:
    _allocate(live, call, call.params[0])


def _account_calloc(live: dict[int, int], call: Call) -> None:
    _allocate(live, call, call.params[0] * call.params[1])


def _account_realloc(live: dict[int, int], call: Call) -> None:
    """One that fails leaves the block; one to nothing frees it."""
    if not call.failed and (call.result or not call.params[1]):
        live.pop(call.params[0] or 0, None)
    _allocate(live, call, call.params[1])


def _account_free(live: dict[int, int], call: Call) -> None:
    if not call.failed:
        live.pop(call.params[0] or 0, None)


_ACCOUNTS: dict[str, Callable[[dict[int, int], Call], None]] = {
    "malloc": _account_malloc, "calloc": _account_calloc,
    "realloc": _account_realloc, "free": _account_free,
}


class MallocLog:
    """n: how many blocks are not freed; log: them, each with size and ptr, in
    the order they were allocated."""

    def __init__(self, heap: Heap) -> None:
        self._heap = heap

    @property
    def log(self) -> list[Block]:
        blocks = self._heap.blocks()
        return blocks[:_LOG_MAX] if options.upstream_quirks else blocks

    @property
    def n(self) -> int:
        return len(self.log)

    def __repr__(self) -> str:
        return repr(self.log)


class Logs:
    """logs.malloc is a MallocLog."""

    def __init__(self, heap: Heap) -> None:
        self.malloc = MallocLog(heap)


class Stats:
    """stats.FUNCTION is what is known of the monitored calls of a function;
    stats[NAME] is the same for a name such as "libm:sqrt".  stats.memory is
    the heap, stats.recv_all and stats.send_all the calls of three functions.
    del forgets a function's calls.

    Called, as stats() or stats(FUNCTION), the table of `ctester stats`.
    """

    def __init__(self, history: History, heap: Heap,
                 table: Callable[[str | None], str]) -> None:
        self._history = history
        self._table = table
        self._together: dict[str, Any] = {"memory": heap}
        for name in ("recv_all", "send_all"):
            self._together[name] = Together(history, [
                function for function, row in kit_table.FUNCTIONS.items()
                if row["counted_in"] == name])

    def __call__(self, function: str | None = None) -> str:
        return self._table(function)

    def __getitem__(self, function: str) -> Any:
        name = check_name("stats", function)
        if name in self._together:
            return self._together[name]
        self._history.shape(*_name_of(name))    # or there is none of the name
        return FunctionStats(self._history, name)

    def __delitem__(self, function: str) -> None:
        for name in (Heap.FUNCTIONS if function == "memory" else [function]):
            self._history.skip(check_name("stats", name))

    def __getattr__(self, function: str) -> Any:
        if is_private(function):
            raise AttributeError(function)
        return self[function]

    def __delattr__(self, function: str) -> None:
        del self[function]

    def __setattr__(self, name: str, value: Any) -> None:
        if not re.match("_[a-z]", name):
            raise BadMockError(f"stats.{name}: statistics are only read; del "
                               "forgets them")
        super().__setattr__(name, value)
