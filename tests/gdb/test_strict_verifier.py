# SPDX-License-Identifier: MIT
"""What a verifier takes and refuses, and what it says, word by word."""

import contextlib
import time
import traceback
import types
import weakref
from typing import Any, Callable, List, Type

import pytest

from strict import World
from ctester import (ANY, AllWildcardAssertionError,
                     AssertionInsideSandboxError, ConflictError,
                     InteractionMismatchError, MissingAssertionFieldsError,
                     StrictVerifier, UnassertedInteractionsError,
                     UnmockedInteractionError, UnusedMocksError,
                     VerificationError)
import ctester as ctester_package
from ctester import _core, errors, native


@pytest.fixture
def world() -> World:
    return World()


def said(kind: Type[Exception], do: Callable[..., Any], *args: Any,
         **options: Any) -> str:
    with pytest.raises(kind) as caught:
        do(*args, **options)
    assert type(caught.value) is kind
    return str(caught.value)


def test_assertions_match_in_order(world: World) -> None:
    world.program.call("sqrt", 4.0)
    world.program.call("sqrt", 9.0)
    assert world.native.assert_call("libm", "sqrt", args=(4,)).seq == 0
    assert world.native.assert_call("m", "sqrt", args=[9.0]).seq == 1
    world.verifier.verify_all()


def test_what_is_asserted_is_forgotten(world: World) -> None:
    """However many calls there are."""
    kept: List["weakref.ref[Any]"] = []
    for number in range(20000):
        world.program.call("sqrt", float(number))
        kept.append(weakref.ref(world.native.assert_call(
            "libm", "sqrt", args=(float(number),))))
        world.program.calls[-1] = None  # type: ignore[call-overload]
    assert sum(one() is not None for one in kept) < 3000
    world.verifier.verify_all()


def test_what_was_passed_by_is_found_in_any_order(world: World) -> None:
    for number in range(5000):
        world.program.call("cos", float(number), must=False)
        world.program.call("sqrt", float(number))
        world.native.assert_call("libm", "sqrt", args=(float(number),))
    with world.verifier.in_any_order():
        for number in (4999, 0, 2500):
            found = world.native.assert_call("libm", "cos",
                                             args=(float(number),))
            assert found.seq == 2 * number
    world.verifier.verify_all()


def test_a_failed_assertion_consumes_nothing(world: World) -> None:
    world.program.call("sqrt", 4.0)
    for _ in range(2):
        said(InteractionMismatchError, world.native.assert_call, "libm",
             "sqrt", args=(5.0,))
    world.native.assert_call("libm", "sqrt", args=(4.0,))


def test_a_mismatch_is_shown_field_by_field(world: World) -> None:
    world.native.spy("libm", "pow")
    world.program.call("sqrt", 1.0)
    world.program.call("pow", 2.0, 3.0, result=8.0)
    world.program.call("sqrt", 4.0, result=2.0)
    world.native.assert_call("libm", "sqrt", args=(1.0,))
    assert said(InteractionMismatchError, world.native.assert_call, "libm",
                "sqrt", args=(2.0,)) == """\
sqrt(2.0) in libm was expected, but the next interaction is another one:
            expected  actual (#1)
  library   'libm'    'libm'
  function  'sqrt'    'pow'  <--
  args[0]   2.0       2.0
  args[1]   (none)    3.0  <--
Remaining timeline:
  #1 pow(2.0, 3.0) = 8.0 in libm
  #2 sqrt(4.0) = 2.0 in libm
Assert the next one with:
    ctester.native.assert_call('libm', 'pow', args=(2.0, 3.0))"""


def test_a_struct_that_differs_is_taken_apart(world: World) -> None:
    world.program.call("area", {"x": 3, "name": b"pt"}, library="shop")
    text = said(InteractionMismatchError, world.native.assert_call, None,
                "area", args=({"x": 4, "z": 1, "name": b"pt"},))
    assert """
  args[0].x     4         3  <--
  args[0].z     1         (none)  <--
  args[0].name  b'pt'     b'pt'
""" in text


def test_long_values_have_a_line_each(world: World) -> None:
    world.program.call("puts", b"a" * 40, library="libc.so.6")
    text = said(InteractionMismatchError, world.native.assert_call, "libc",
                "puts", args=(b"b" * 40,))
    assert (f"\n  args[0]   b'{'b' * 40}'\n"
            f"{' ' * 22}b'{'a' * 40}'  <--\n") in text


def test_the_remaining_timeline_is_bounded(world: World) -> None:
    for i in range(30):
        world.program.call("sqrt", i)
    text = said(InteractionMismatchError, world.native.assert_call, "libm",
                "cos")
    assert "\n  #9 sqrt(9) = None in libm.so.6\n  ... and 20 more\n" in text
    assert "#10" not in text


def test_each_line_to_paste_is_given(world: World) -> None:
    """Of what happened, ten are enough; with those lines the test passes."""
    for i in range(30):
        world.program.call("sqrt", i % 2)
    text = said(UnassertedInteractionsError, world.verifier.verify_all)
    assert "\n  ... and 20 more\n" in text
    lines = text.split("Assert them with:\n")[1].splitlines()
    assert len(lines) == 30 and set(line[:4] for line in lines) == {"    "}
    ctester = types.SimpleNamespace(native=world.native)
    for line in lines:
        exec(line.strip(), {"ctester": ctester})  # pylint: disable=exec-used
    world.verifier.verify_all()


def test_errors_have_the_names_that_scripts_use() -> None:
    kinds = [kind for kind in vars(errors).values()
             if isinstance(kind, type) and issubclass(kind, Exception)]
    assert len(kinds) > 10
    for kind in kinds:
        assert f"{kind.__module__}.{kind.__qualname__}" \
            == f"ctester.{kind.__name__}"
        assert getattr(ctester_package, kind.__name__) is kind
    error = _core.Error(0, "none")
    assert traceback.format_exception_only(error) == ["ctester.Error: none\n"]


def test_none_left_is_said(world: World) -> None:
    assert said(InteractionMismatchError, world.native.assert_call, "libm",
                "sqrt", args=(2.0,)) == """\
sqrt(2.0) in libm was expected, but none is left: nothing was recorded.
If it is not to be called, take out:
    ctester.native.assert_call('libm', 'sqrt', args=(2.0,))"""
    world.program.call("sqrt", 1)
    world.native.assert_call("libm", "sqrt", args=(1,))
    assert ("none is left: every interaction has been asserted."
            in said(InteractionMismatchError, world.native.assert_call,
                    "libm", "sqrt"))


def test_an_exploding_matcher_is_no_match_and_says_why(world: World) -> None:
    class Bad:
        def __eq__(self, other: object) -> bool:
            raise RuntimeError("boom")

        def __repr__(self) -> str:
            return "Bad()"

    world.program.call("sqrt", 1)
    text = said(InteractionMismatchError, world.native.assert_call, "libm",
                "sqrt", args=(Bad(),))
    assert "  args[0]   Bad() raised RuntimeError: boom" in text


def test_any_order_matches_any_and_ends_with_its_body(world: World) -> None:
    for value in (1, 2, 3, 4):
        world.program.call("sqrt", value)
    with world.verifier.in_any_order():
        world.native.assert_call("libm", "sqrt", args=(3,))
        with world.verifier.in_any_order():
            world.native.assert_call("libm", "sqrt", args=(2,))
        text = said(InteractionMismatchError, world.native.assert_call,
                    "libm", "sqrt", args=(2,))
    assert "no unasserted interaction is like it. The nearest:" in text
    for again in (2, 4):
        said(InteractionMismatchError, world.native.assert_call, "libm",
             "sqrt", args=(again,))
    world.native.assert_call("libm", "sqrt", args=(1,))


def test_an_exception_ends_any_order(world: World) -> None:
    for value in (1, 2):
        world.program.call("sqrt", value)
    with pytest.raises(KeyError):
        with world.verifier.in_any_order():
            raise KeyError
    said(InteractionMismatchError, world.native.assert_call, "libm", "sqrt",
         args=(2,))


def test_any_order_takes_matchers_and_wildcards(world: World) -> None:
    world.program.call("sqrt", 1)
    world.program.call("cos", 2, library="libother.so")
    with world.verifier.in_any_order():
        assert world.native.assert_call(ANY, "cos", args=ANY).seq == 1
        assert world.native.assert_call("libm", ANY, args=(ANY,)).seq == 0


def test_after_any_order_the_rest_is_in_order(world: World) -> None:
    for value in range(4):
        world.program.call("sqrt", value)
    with world.verifier.in_any_order():
        world.native.assert_call("libm", "sqrt", args=(1,))
    for value in (0, 2, 3):
        world.native.assert_call("libm", "sqrt", args=(value,))
    world.verifier.verify_all()


def test_all_wildcards_are_refused_with_the_line_instead(
        world: World) -> None:
    world.program.call("sqrt", 9.0, result=3.0)
    assert said(AllWildcardAssertionError, world.native.assert_call, ANY, ANY,
                args=(ANY,)) == """\
assert_call: every field is a wildcard, so that any call fits.
The next interaction is #0 sqrt(9.0) = 3.0 in libm.so.6; assert it with:
    ctester.native.assert_call('libm.so.6', 'sqrt', args=(9.0,))"""


def test_missing_fields_are_named(world: World) -> None:
    with pytest.raises(MissingAssertionFieldsError) as caught:
        world.native.assert_call(function="sqrt", args=(9.0,))
    assert caught.value.fields == ("library",)
    assert str(caught.value) == """\
assert_call of sqrt in ?: the field is missing: library.
Write:
    ctester.native.assert_call(library=..., function='sqrt', args=(9.0,))"""


def test_nothing_is_asserted_inside_the_sandbox(world: World) -> None:
    with world.verifier.sandbox():
        assert said(AssertionInsideSandboxError, world.native.assert_call,
                    "libm", "sqrt", args=(9.0,)) == """\
sqrt(9.0) in libm was asserted while the sandbox is open: the program may \
still call.
Do it behind the sandbox:
    with ctester.sandbox():
        ctester.run()
    ctester.native.assert_call('libm', 'sqrt', args=(9.0,))"""
        said(AssertionInsideSandboxError, world.verifier.verify_all)
        with pytest.raises(AssertionInsideSandboxError):
            with world.verifier.in_any_order():
                pass
    world.verifier.verify_all()


def test_the_outermost_sandbox_arms_and_disarms(world: World) -> None:
    with world.verifier.sandbox():
        with world.verifier.sandbox():
            assert world.program.log == ["arm"]
        assert world.verifier.is_open
        assert world.program.log == ["arm"]
    assert world.program.log == ["arm", "disarm"]
    with pytest.raises(ValueError):
        world.verifier.close()


def test_a_sandbox_that_cannot_open_leaves_nothing_armed(
        world: World) -> None:
    class Refusing:
        """A second plugin, which cannot."""

        def arm(self) -> None:
            raise ConflictError("libm", "sqrt", "breakpoint 1", "delete 1")

    world.verifier.attach(Refusing())  # type: ignore[arg-type]
    with pytest.raises(ConflictError):
        with world.verifier.sandbox():
            raise AssertionError("not reached")
    assert world.program.log == ["arm", "disarm"]
    assert not world.verifier.is_open


def test_an_exception_closes_the_sandbox(world: World) -> None:
    with pytest.raises(KeyError):
        with world.verifier.sandbox():
            raise KeyError
    assert not world.verifier.is_open
    assert world.program.log == ["arm", "disarm"]


def test_an_unmocked_call_says_the_mock_to_register(world: World) -> None:
    world.native.mock_call("libm", "sqrt", returns=3.0, required=False)
    world.program.call("sqrt", 9.0, outcome="unmocked")
    wanted = """\
sqrt(9.0) in libm was called but no mock was registered.
Register a mock with:
    ctester.native.mock_call('libm', 'sqrt', returns=...)"""
    for _ in range(2):  # sticky
        assert said(UnmockedInteractionError,
                    world.verifier.verify_all) == wanted


def test_an_unmocked_call_cannot_be_asserted_away(world: World) -> None:
    world.program.call("sqrt", 9.0, outcome="unmocked")
    text = said(InteractionMismatchError, world.native.assert_call, "libm",
                "sqrt", args=(9.0,))
    assert "was called but no mock was registered." in text
    said(UnmockedInteractionError, world.verifier.verify_all)


def test_unasserted_interactions_show_the_lines_to_paste(
        world: World) -> None:
    world.native.spy("libm", "sqrt")
    world.program.call("sqrt", 9.0, result=3.0)
    world.program.call("init", library="libcustom.so", raised="OSError: x")
    assert said(UnassertedInteractionsError, world.verifier.verify_all) == """\
2 interactions were not asserted:
  #0 sqrt(9.0) = 3.0 in libm
  #1 init() raised OSError: x in libcustom.so
Assert them with:
    ctester.native.assert_call('libm', 'sqrt', args=(9.0,))
    ctester.native.assert_call('libcustom.so', 'init')"""


def test_an_unused_mock_shows_the_line_that_registered_it(
        world: World) -> None:
    world.native.mock_call("libm", "sqrt", returns=3.0)
    line = test_an_unused_mock_shows_the_line_that_registered_it
    number = line.__code__.co_firstlineno + 2
    assert said(UnusedMocksError, world.verifier.verify_all) == f"""\
1 required mock was not used:
  sqrt in libm, returns=3.0, registered at test_strict_verifier.py:{number}: \
world.native.mock_call("libm", "sqrt", returns=3.0)
If the program need not call it, write:
    ctester.native.mock_call('libm', 'sqrt', returns=3.0, required=False)"""


def test_an_unused_mock_says_whose_calls_it_waited_for(world: World) -> None:
    world.native.mock_call("libm", "sqrt", returns=3.0, caller="mian")
    assert ("\n  sqrt in libm, returns=3.0 (no call came from 'mian'), "
            "registered at "
            in said(UnusedMocksError, world.verifier.verify_all))


def test_the_line_to_paste_has_all_that_the_mock_was_given(
        world: World) -> None:
    world.native.mock_call("libc", "read", returns=-1, errno=5,
                           out={"buf": b"a"}, times=None, when="fd > 2",
                           signal="SIGTERM", caller="main", delay=0.5)
    world.native.mock_call("libc", "open", returns=None, raises=ValueError,
                           when=bool)
    assert said(UnusedMocksError, world.verifier.verify_all).endswith("""
    ctester.native.mock_call('libc', 'read', returns=-1, errno=5, \
signal=signal.SIGTERM, out={'buf': b'a'}, times=None, when='fd > 2', \
caller='main', delay=0.5, required=False)
    ctester.native.mock_call('libc', 'open', returns=None, raises=ValueError, \
when=bool, required=False)""")


def test_a_wildcard_of_all_arguments_stands_in_the_line(world: World) -> None:
    with pytest.raises(InteractionMismatchError) as caught:
        world.native.assert_call("libm", "sqrt", args=ANY)
    assert str(caught.value).endswith(
        "    ctester.native.assert_call('libm', 'sqrt', args=ctester.ANY)")


def test_mocks_that_are_used_up_or_optional_are_no_error(
        world: World) -> None:
    world.native.mock_call("libm", "sqrt", returns=1.0)
    world.native.mock_call("libm", "sqrt", returns=1.0, times=None)
    world.native.mock_call("libm", "sqrt", returns=1.0, required=False)
    world.program.used = {1: 1, 2: 5}
    world.verifier.verify_all()


def test_a_mock_used_too_seldom_says_how_often(world: World) -> None:
    world.native.mock_call("libm", "sqrt", returns=1.0, times=3)
    world.program.used = {1: 2}
    assert ("returns=1.0 (used 2 of 3 times), registered"
            in said(UnusedMocksError, world.verifier.verify_all))


def test_several_kinds_are_sections_of_one_error(world: World) -> None:
    world.native.mock_call("libm", "sqrt", returns=3.0)
    world.program.call("cos", 1.0, outcome="unmocked")
    world.program.call("cos", 2.0)
    with pytest.raises(VerificationError) as caught:
        world.verifier.verify_all()
    assert [type(one) for one in caught.value.sections] == [
        UnmockedInteractionError, UnassertedInteractionsError,
        UnusedMocksError]
    assert str(caught.value) == "\n\n".join(map(str, caught.value.sections))
    assert isinstance(caught.value, AssertionError)


def test_a_conflict_names_target_and_patcher() -> None:
    assert str(ConflictError("libm", "sqrt", "shim.so (LD_PRELOAD)",
                             "unset environment LD_PRELOAD")) == """\
sqrt in libm cannot be intercepted: shim.so (LD_PRELOAD) is there already.
Take it away with:
    unset environment LD_PRELOAD"""


def test_a_second_plugin_is_refused(world: World) -> None:
    assert said(ValueError, native.NativePlugin, world.verifier,
                world.program) == "this verifier has a NativePlugin already"
    assert world.verifier.plugin(native.NativePlugin) is world.native
    native.NativePlugin(StrictVerifier(), world.program)


@pytest.mark.parametrize("order", ["forward", "backward"])
@pytest.mark.parametrize("shape", ["number", "struct", "name"])
def test_asserting_is_linear(order: str, shape: str) -> None:
    from ctester.values import Enumerator

    def argument(i: int, expected: bool) -> Any:
        if shape == "number":
            return i
        if shape == "struct":
            return {"x": i, "l": [b"a", None]}
        return f"E{i}" if expected else Enumerator(i, f"E{i}")

    def cost(count: int) -> float:
        world = World()
        for i in range(count):
            world.program.call("sqrt", argument(i, False))
        numbers = range(count)
        begin = time.process_time()
        if order == "forward":
            for i in numbers:
                world.native.assert_call("libm", "sqrt",
                                         args=(argument(i, True),))
        else:
            with world.verifier.in_any_order():
                for i in reversed(numbers):
                    world.native.assert_call("libm", "sqrt",
                                             args=(argument(i, True),))
        world.verifier.verify_all()
        return (time.process_time() - begin) / count

    # Were it quadratic, it would be 20 times as much.
    assert cost(10000) < 4 * min(cost(500) for _ in range(3))


# Calls of which nobody knows the parameters: six words, and which of them
# were passed only the test can say.

WORDS = (7, 2**64 - 5, 2**32 - 3, 0x7ffc12345678, 0, 1)
GUESSED = "nothing says what it is passed: args may be the first of these"


@pytest.mark.parametrize("in_any_order", [False, True])
def test_of_a_guessed_call_the_first_words_are_enough(
        world: World, in_any_order: bool) -> None:
    expected = [(), (7,), [7, -5], (7, -5, -3), (7, ANY, -3, ANY), WORDS]
    for _ in expected:
        world.program.call("made", *WORDS, guessed=True)
    world.program.call("made", *WORDS)
    with (world.verifier.in_any_order() if in_any_order
          else contextlib.nullcontext()):
        for args in [(8,), (7, -6), (*WORDS, 0), [ANY] * 7]:
            said(InteractionMismatchError, world.native.assert_call, "libm",
                 "made", args=args)
        seqs = [world.native.assert_call("libm", "made", args=args).seq
                for args in expected]
        assert seqs == list(range(6))
        # What is known, is known whole.
        for args in [(), (7,), WORDS[:5]]:
            said(InteractionMismatchError, world.native.assert_call, "libm",
                 "made", args=args)


def test_a_guessed_call_in_messages(world: World) -> None:
    world.native.spy("libm", "made")
    world.program.call("made", *WORDS, guessed=True, result=3)
    call = ("#0 made(7, 0xfffffffffffffffb, 0xfffffffd, 0x7ffc12345678, 0, 1)"
            f" = 3 in libm ({GUESSED})")
    text = said(UnassertedInteractionsError, world.verifier.verify_all)
    assert text == f"""\
1 interaction was not asserted:
  {call}
Assert it with:
    ctester.native.assert_call('libm', 'made')"""
    assert said(InteractionMismatchError, world.native.assert_call, "libm",
                "made", args=(7, -6)) == f"""\
made(7, -6) in libm was expected, but the next interaction is another one:
            expected  actual (#0)
  library   'libm'    'libm'
  function  'made'    'made'
  args[0]   7         7
  args[1]   -6        0xfffffffffffffffb  <--
  args[2]             0xfffffffd
  args[3]             0x7ffc12345678
  args[4]             0
  args[5]             1
  ({GUESSED})
Remaining timeline:
  {call}
Assert the next one with:
    ctester.native.assert_call('libm', 'made')"""
    world.native.assert_call("libm", "made")
    world.verifier.verify_all()


def test_guessed_calls_are_found_at_once(
        world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """In any order, the last of many like the first."""
    looked_at = []
    is_match = world.verifier.timeline.is_match
    monkeypatch.setattr(
        world.verifier.timeline, "is_match",
        lambda *what: looked_at.append(what) or is_match(*what))
    for number in range(500):
        world.program.call("made", number, 1, 2, 3, 4, 5, guessed=True)
    with world.verifier.in_any_order():
        for number in reversed(range(500)):
            world.native.assert_call("libm", "made", args=(number, 1))
    assert len(looked_at) == 500
    world.verifier.verify_all()


def test_a_contradiction_is_told_with_the_call(world: World) -> None:
    note = ("the caller passes int as argument 1 where the prototype of sqrt "
            "wants double")
    world.native.spy("libm", "sqrt")
    world.program.call("sqrt", 4, result=2.0, note=note)
    assert f"#0 sqrt(4) = 2.0 in libm ({note})\n" in said(
        UnassertedInteractionsError, world.verifier.verify_all)
    assert f"  <--\n  ({note})\nRemaining" in said(
        InteractionMismatchError, world.native.assert_call, "libm", "sqrt",
        args=(5,))
    assert world.native.assert_call("libm", "sqrt", args=(4,)).note == note
