# SPDX-License-Identifier: MIT
"""What can be registered with NativePlugin, and what is refused, and why."""

import signal
import subprocess
import sys
from typing import Any, Dict

import pytest

from conftest import ROOT
from strict import World
from ctester import BadMockError
from ctester import native


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize("options", [{}, {"raises": OSError("no")}])
def test_returns_is_mandatory_and_has_a_name(
        world: World, options: Dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="keyword-only argument: 'returns'"):
        world.native.mock_call("libm", "sqrt", **options)
    with pytest.raises(TypeError, match="positional"):
        world.native.mock_call("libm", "sqrt", 3.0)  # type: ignore[misc]
    assert world.program.mocks == []


def test_a_mock_reaches_the_program_checked(world: World) -> None:
    world.native.mock_call("libc.so.6", "read", returns=-1, errno="EINTR",
                           signal="usr1", out={"buf": b"x"}, times=None,
                           when="fd > 2", caller="main", scope="program",
                           delay=1, required=False)
    mock, = world.program.mocks
    assert (mock.library, mock.function, mock.returns) == (
        "libc.so.6", "read", -1)
    assert (mock.errno, mock.signal) == (4, signal.SIGUSR1)
    assert (mock.out, mock.times, mock.when) == ({"buf": b"x"}, None, "fd > 2")
    assert (mock.caller, mock.scope, mock.delay) == ("main", "program", 1.0)
    assert mock.required is False and mock.raises is None


def test_values_are_copied_when_queued(world: World) -> None:
    point, out = {"x": 1}, {"p": [1]}
    world.native.mock_call("lib", "f", returns=point, out=out)
    point["x"] = 2
    out["p"].append(2)
    assert world.program.mocks[0].returns == {"x": 1}
    assert world.program.mocks[0].out == {"p": [1]}


@pytest.mark.parametrize("raises", [
    OSError(2, "no"), ValueError, KeyboardInterrupt(), signal.SIGSEGV])
def test_exceptions_and_signals_can_be_raised(world: World,
                                              raises: Any) -> None:
    world.native.mock_call("lib", "f", returns=None, raises=raises)
    assert world.program.mocks[0].raises is raises


@pytest.mark.parametrize("options,sentence", [
    ({"raises": "x"}, "raises: 'x' is no exception and no signal.Signals"),
    ({"raises": 11}, "raises: 11 is no exception and no signal.Signals"),
    ({"errno": "ENOPE"},
     "errno: 'ENOPE' is no name of errno(3) and no number"),
    ({"errno": "errorcode"},
     "errno: 'errorcode' is no name of errno(3) and no number"),
    ({"errno": 4096}, "errno: 4096 is no name of errno(3) and no number"),
    ({"errno": True}, "errno: True is no name of errno(3) and no number"),
    ({"signal": "NOPE"},
     "signal: 'NOPE' is no name of signal(7) and no number"),
    ({"signal": 999}, "signal: 999 is no name of signal(7) and no number"),
    ({"out": [1]}, "out: [1] is no dict of parameters' names"),
    ({"out": {-1: 2}}, "out: {-1: 2} is no dict of parameters' names"),
    ({"times": 0},
     "times: 0 is no number from 1 on; None is for every call"),
    ({"times": True},
     "times: True is no number from 1 on; None is for every call"),
    ({"when": ""}, "when: '' is no filter expression and no function"),
    ({"when": 3}, "when: 3 is no filter expression and no function"),
    ({"caller": 7}, "caller: 7 is no name of a function or library"),
    ({"caller": ""}, "caller: '' is no name of a function or library"),
    ({"scope": "some"}, "scope: 'some' is none of boundary, all, program"),
    ({"delay": -1}, "delay: -1 is no number of seconds"),
    ({"delay": float("inf")}, "delay: inf is no number of seconds"),
    ({"raises": OSError(2, "no"), "errno": 3},
     "errno: 3 contradicts the 2 of raises"),
    ({"raises": OSError(2, "no"), "signal": "INT"},
     "signal: a call that raises gets no signal as well"),
])
def test_what_cannot_be_is_refused_with_a_sentence(
        world: World, options: Dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadMockError) as caught:
        world.native.mock_call("libm", "sqrt", returns=1.0, **options)
    assert str(caught.value) == f"mock_call of sqrt in libm: {sentence}"
    assert world.program.mocks == []


@pytest.mark.parametrize("what", ["spy", "allow"])
def test_a_caller_is_a_name(world: World, what: str) -> None:
    with pytest.raises(BadMockError) as caught:
        getattr(world.native, what)("libm", "sqrt", caller=7)
    assert str(caught.value) == (f"{what} of sqrt in libm: caller: 7 is no "
                                 "name of a function or library")


@pytest.mark.parametrize("names,sentence", [
    (("", "f"), "library: '' is no name; None is the program itself"),
    ((3, "f"), "library: 3 is no name; None is the program itself"),
    (("lib", ""), "function: '' is no name"),
    (("lib", None), "function: None is no name"),
])
@pytest.mark.parametrize("what", ["mock_call", "spy", "allow"])
def test_names_are_names(world: World, what: str, names: Any,
                         sentence: str) -> None:
    options = {"returns": 1} if what == "mock_call" else {}
    with pytest.raises(BadMockError) as caught:
        getattr(world.native, what)(*names, **options)
    assert str(caught.value) == f"{what}: {sentence}"


@pytest.mark.parametrize("name", [
    "/lib/x86_64-linux-gnu/libm.so.6", "libm.so.6", "libm.so", "libm", "m"])
def test_all_spellings_of_a_library_are_one(world: World, name: str) -> None:
    world.native.mock_call(name, "sqrt", returns=1.0)
    world.program.call("sqrt", 1)
    assert world.native.assert_call("libm", "sqrt", args=(1,)).library == name


def test_none_is_the_program(world: World) -> None:
    world.native.mock_call(None, "area", returns=1, required=False)
    world.program.call("area", library="shop")
    assert world.native.assert_call(None, "area").library == "shop"


def test_registering_is_possible_inside_the_sandbox(world: World) -> None:
    with world.verifier.sandbox():
        world.native.mock_call("libm", "sqrt", returns=1.0)
    assert len(world.program.mocks) == 1


def test_spy_and_allow_reach_the_program(world: World) -> None:
    world.native.spy("libm", "sqrt")
    world.native.allow(None, "log", scope="all", caller="main")
    assert world.program.log == [
        ("spy", "libm", "sqrt", "boundary", None),
        ("allow", None, "log", "all", "main")]


def test_the_functions_are_the_current_plugins(world: World) -> None:
    class Gdb:
        def plugin(self) -> native.NativePlugin:
            return world.native

        def backend(self) -> native.Backend:
            return world.program

    native.provide(Gdb())
    try:
        native.mock_call("libm", "sqrt", returns=3.0, required=False)
        native.spy("libm", "cos")
        native.allow("libm", "sin")
        world.program.call("sqrt", 9.0)
        native.assert_call("libm", "sqrt", args=(9.0,))
    finally:
        native.provide(None)
    assert world.program.mocks[0].place.file == __file__
    with pytest.raises(RuntimeError, match="-x ctester.gdb"):
        native.spy("libm", "cos")


def test_strict_mocks_can_be_imported_without_gdb() -> None:
    code = ("import sys, ctester; from ctester import native, ANY, approx, "
            "StrictVerifier, VerificationError; ctester.native.mock_call; "
            "assert 'gdb' not in sys.modules; "
            "assert 'ctester._core' not in sys.modules")
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60,
                   env={"PYTHONPATH": str(ROOT / "gdbext")})
