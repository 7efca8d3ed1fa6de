# SPDX-License-Identifier: MIT
"""The sandbox around programs: when it is open, and what it does not let
pass."""

import shutil

import pytest

from conftest import Gdb, compile_c
from strict_script import HEAD, carry_out, kit


def test_open_and_closed(gdb: Gdb) -> None:
    carry_out(gdb, """
def test_outside_functions_are_real_and_not_recorded():
    native.mock_call(None, "add", returns=7)
    native.spy("libm", "sqrt")
    assert run("add,1,2", "sqrt,4") == ["3", "2"]
    assert left() == [] and ctester.calls() == []
    with ctester.sandbox():
        assert run("add,1,2", "sqrt,4") == ["7", "2"]
    assert_all()
    assert run("add,1,2", "sqrt,4") == ["3", "2"]
    assert len(ctester.calls()) == 2

def test_it_nests():
    native.mock_call(None, "add", returns=7, times=2)
    with ctester.sandbox():
        with ctester.sandbox() as verifier:
            assert run("add,1,2") == ["7"]
        assert verifier.is_open
        said(ctester.AssertionInsideSandboxError, ctester.verify_all)
        assert run("add,1,2") == ["7"]
    assert not verifier.is_open
    assert_all()

def test_closed_and_opened_again():
    native.mock_call(None, "add", returns=7, times=3)
    gdb.execute("break end")
    with ctester.sandbox():
        gdb.execute("run add,1,2 end add,1,2 end add,1,2 add,1,2 >again.txt")
    gdb.execute("continue")
    with ctester.sandbox():
        gdb.execute("delete")
        gdb.execute("continue")
    assert open("again.txt").read().split() == ["7", "3", "7", "7"]
    assert_all()

def test_nothing_is_asserted_inside():
    native.mock_call(None, "add", returns=7)
    with ctester.sandbox():
        run("add,1,2")
        for do in (ctester.verify_all,
                   lambda: ctester.in_any_order().__enter__(),
                   lambda: native.assert_call(None, "add", args=(1, 2))):
            assert "while the sandbox is open" in said(
                ctester.AssertionInsideSandboxError, do)
    native.assert_call(None, "add", args=(1, 2))
""")


def test_what_leaves_the_sandbox(gdb: Gdb) -> None:
    carry_out(gdb, """
def test_an_exception_closes_it_unverified():
    native.mock_call(None, "add", returns=7)
    error = KeyError("mine")
    try:
        with ctester.sandbox() as verifier:
            run("add,1,2", "sqrt,4")
            with ctester.sandbox():
                raise error
    except KeyError as caught:
        assert caught is error
    assert not verifier.is_open
    assert run("add,1,2") == ["3"]
    native.assert_call(None, "add", args=(1, 2))

def test_an_exception_leaves_the_program_as_it_is():
    native.mock_call(None, "add", returns=7, required=False)
    gdb.execute("break end")
    try:
        with ctester.sandbox():
            gdb.execute("run add,1,2 end add,1,2 sqrt,9 >left.txt")
            raise ValueError
    except ValueError:
        gdb.execute("delete")
    gdb.execute("continue")
    assert open("left.txt").read().split() == ["7", "3", "3"]
    native.assert_call(None, "add", args=(1, 2))

def test_what_the_test_leaves_open_is_no_matter_of_the_next():
    with ctester.sandbox():
        native.mock_call(None, "add", returns=9, times=None, required=False)
        gdb.execute("break end")
        gdb.execute("run end add,1,2 >/dev/null")
        gdb.execute("delete")

def test_the_next():
    assert run("add,1,2") == ["3"]
    assert left() == []
    ctester.verify_all()
""")


def test_a_verifier_of_the_users_own(gdb: Gdb) -> None:
    outcome = carry_out(gdb, """
def test_verifier_and_plugin():
    from ctester.native import NativePlugin
    verifier = ctester.StrictVerifier()
    plugin = NativePlugin(verifier)
    assert "NativePlugin" in said(ValueError, NativePlugin, verifier)
    plugin.mock_call("libm", "sqrt", returns=3.0)
    assert run("sqrt,81") == ["9"]
    with verifier.sandbox():
        assert run("sqrt,81") == ["3"]
    said(ctester.UnassertedInteractionsError, verifier.verify_all)
    with verifier.in_any_order():
        plugin.assert_call("libm", "sqrt", args=(81.0,))
    verifier.verify_all()

def test_each_has_its_own_calls():
    verifier = ctester.StrictVerifier()
    plugin = native.NativePlugin(verifier)
    native.mock_call(None, "add", returns=50)
    plugin.mock_call("libm", "sqrt", returns=3.0)
    with ctester.sandbox():
        assert run("add,1,2") == ["50"]
    with verifier.sandbox():
        assert run("sqrt,81") == ["3"]
    assert [one.function for one in left()] == ["add"]
    plugin.assert_call("libm", "sqrt", args=(81.0,))
    native.assert_call(None, "add", args=(1, 2))
    verifier.verify_all()

def test_an_unmocked_call_is_told_of_in_any_case():
    verifier = ctester.StrictVerifier()
    plugin = native.NativePlugin(verifier)
    plugin.mock_call("libm", "sqrt", returns=3.0, required=False, when="x < 0")
    try:
        with verifier.sandbox():
            run("sqrt,81")
    except ctester.UnmockedInteractionError as error:
        note(str(error))

def test_a_second_plugin_of_the_script():
    from ctester import strict
    said(ValueError, native.NativePlugin, strict.verifier())
""", failing=["test_an_unmocked_call_is_told_of_in_any_case"])
    (said,), = outcome.notes()
    assert said.startswith("sqrt(81.0) in libm was called"), said
    assert said in outcome.failed[
        "test_an_unmocked_call_is_told_of_in_any_case"]


UNVERIFIED = """
def made(required=True):
    verifier = ctester.StrictVerifier()
    plugin = native.NativePlugin(verifier)
    plugin.mock_call("libm", "sqrt", returns=3.0)
    plugin.mock_call("libm", "pow", returns=3.0, required=required)
    with verifier.sandbox():
        assert run("sqrt,81") == ["3"]
    return verifier, plugin
"""


def test_a_verifier_that_nobody_asks_is_asked_at_the_end(gdb: Gdb) -> None:
    outcome = carry_out(gdb, UNVERIFIED + """
def test_nobody_asks():
    made()

def test_of_the_next_test_it_knows_nothing():
    pass

def test_all_is_asserted():
    made(False)[1].assert_call("libm", "sqrt", args=(81.0,))

def test_what_it_has_told_is_not_told_again():
    verifier, plugin = made()
    said(ctester.VerificationError, verifier.verify_all)

def test_what_came_after_that_is():
    verifier, plugin = made()
    said(ctester.VerificationError, verifier.verify_all)
    plugin.assert_call("libm", "sqrt", args=(81.0,))
    with verifier.sandbox():
        assert run("pow,1,2") == ["3"]

def test_both_are_told():
    made(False)
    native.spy(None, "add")
    with ctester.sandbox():
        run("add,1,2")
""", failing=["test_nobody_asks", "test_what_came_after_that_is",
              "test_both_are_told"])
    nobody = outcome.failed["test_nobody_asks"]
    assert "#0 sqrt(81.0) = 3.0 in libm" in nobody, nobody
    assert "pow in libm, returns=3.0, registered at" in nobody, nobody
    after = outcome.failed["test_what_came_after_that_is"]
    assert "pow(1.0, 2.0) = 3.0" in after and "not used" not in after, after
    both = outcome.failed["test_both_are_told"]
    assert "sqrt(81.0)" in both and "add(1, 2)" in both, both


def test_at_the_end_of_a_script_that_is_no_test(gdb: Gdb) -> None:
    result = gdb.run(kit(), python=HEAD + UNVERIFIED + "made()\n")
    result.expect_failure("1 interaction was not asserted", "sqrt(81.0)",
                          "1 required mock was not used", status=1)
    result = gdb.run(kit(), python=HEAD + UNVERIFIED + """
made(False)[1].assert_call("libm", "sqrt", args=(81.0,))
""")
    result.expect_success()


def test_bounds(gdb: Gdb) -> None:
    carry_out(gdb, """
CALLS = ("add,9,9", "begin,3", "add,8,8", "end", "add,7,7", "begin,1",
         "add,6,6")

def added():
    return [one.args for one in left() if one.function == "add"]

def test_from_a_function_to_its_return():
    native.spy(None, "add")
    with ctester.sandbox(start="begin"):
        assert run(*CALLS) == ["18", "12", "16", "14", "2", "12"]
    # In the recursion, too, behind the return of the innermost.
    assert added() == [(1, 1), (2, 2), (3, 3), (1, 1)], added()
    assert_all()

def test_from_one_to_another():
    native.mock_call(None, "add", returns=100, times=None)
    with ctester.sandbox(start="begin", end="end"):
        assert run(*CALLS) == ["18", "300", "100", "14", "100", "100"]
    assert added() == [(1, 1), (2, 2), (3, 3), (8, 8), (1, 1), (6, 6)]
    assert_all()

def test_which_is_itself_mocked():
    native.mock_call(None, "end", returns=None)
    native.spy(None, "begin")
    with ctester.sandbox(start="begin", end="end"):
        run("end", "begin,0", "end", "end")
    assert [one.function for one in left()] == ["begin", "end"]
    assert_all()

def test_never_begun():
    native.mock_call(None, "add", returns=100, required=False)
    with ctester.sandbox(start="begin", end="end"):
        assert run("add,1,2", "end", "add,1,2") == ["3", "3"]

def test_a_later_sandbox_has_no_bounds():
    native.mock_call(None, "add", returns=100, times=2)
    with ctester.sandbox(start="begin", end="end"):
        run("add,1,2")
    with ctester.sandbox():
        assert run("add,1,2", "add,3,4") == ["100", "100"]
    assert_all()

def test_a_library_can_have_them():
    native.mock_call(None, "add", returns=100)
    with ctester.sandbox(start="libm:sqrt", end="end"):
        assert run("add,1,2", "sqrt,4", "add,1,2", "end", "add,1,2") == [
            "3", "2", "100", "3"]
    assert_all()

def test_refused():
    def sandbox(**options):
        with ctester.sandbox(**options):
            pass
    run()
    for options, words in (
            (dict(start="begn"), "no function 'begn'"),
            (dict(start="begin", end="nd"), "no function 'nd'"),
            (dict(end="end"), "a sandbox with an end needs a start"),
            (dict(strict="all"), "strict: 'all' is not \\"library\\"")):
        text = said(ctester.BadMockError, sandbox, **options)
        assert text.startswith("sandbox: ") and words in text, text
    with ctester.sandbox():
        for options in (dict(start="begin"), dict(strict="library")):
            assert "outermost" in said(ctester.BadMockError, sandbox,
                                       **options)
    native.mock_call(None, "add", returns=5)
    with ctester.sandbox():
        assert run("add,1,2") == ["5"]
    assert_all()
""")


def test_an_unmocked_call(gdb: Gdb) -> None:
    outcome = carry_out(gdb, """
def test_ends_the_run():
    native.mock_call("libm", "sqrt", returns=2.0)
    with ctester.sandbox():
        ctester.run("sqrt,81", "sqrt,9", "sqrt,4")

def test_the_script_cannot_swallow_it():
    native.mock_call("libm", "sqrt", returns=2.0)
    try:
        with ctester.sandbox():
            ctester.run("sqrt,81", "sqrt,9")
    except ctester.UnmockedInteractionError as error:
        note(str(error))
    native.assert_call("libm", "sqrt", args=(81.0,))

def test_verify_all_says_it_again():
    native.mock_call("libm", "sqrt", returns=2.0, when="x > 5")
    native.mock_call("libm", "pow", returns=2.0)
    try:
        with ctester.sandbox():
            ctester.run("sqrt,81", "sqrt,4")
    except ctester.UnmockedInteractionError:
        pass
    try:
        ctester.verify_all()
    except ctester.VerificationError as error:
        note([type(one).__name__ for one in error.sections])
        note(str(error))
    # It cannot be asserted away.
    note(said(ctester.InteractionMismatchError, native.assert_call, "libm",
              "sqrt", args=(4.0,)))

def test_one_alone_is_of_its_own_class():
    native.mock_call("libm", "sqrt", returns=2.0, required=False, when="x < 0")
    with ctester.sandbox():
        said(ctester.UnmockedInteractionError, ctester.run, "sqrt,81")
    note(said(ctester.UnmockedInteractionError, ctester.verify_all))
""", failing=("test_ends_the_run", "test_the_script_cannot_swallow_it",
              "test_verify_all_says_it_again",
              "test_one_alone_is_of_its_own_class"))
    message = """\
sqrt({0}) in libm was called but no mock was registered.
Register a mock with:
    ctester.native.mock_call('libm', 'sqrt', returns=...)"""
    for name, value in (("test_ends_the_run", 9.0),
                        ("test_the_script_cannot_swallow_it", 9.0),
                        ("test_verify_all_says_it_again", 4.0),
                        ("test_one_alone_is_of_its_own_class", 81.0)):
        assert message.format(value) in outcome.failed[name]
    (first,), (kinds,), (second,), (third,), (fourth,) = outcome.notes()
    assert first == message.format(9.0)
    assert kinds == ["UnmockedInteractionError", "UnassertedInteractionsError",
                     "UnusedMocksError"]
    assert second.startswith(message.format(4.0) + "\n\n1 interaction was not")
    assert "sqrt(4.0) in libm was called but no mock was registered" in third
    assert fourth == message.format(81.0)


SWALLOWS = r"""
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
static sigjmp_buf back;
static void on_any(int number) { siglongjmp(back, number); }
static void at_end(void) { _exit(0); }
int main(int argc, char **argv)
{
    for (int number = 1; number < 32; number++)
        signal(number, on_any);
    atexit(at_end);
    setvbuf(stdout, NULL, _IONBF, 0);
    if (!sigsetjmp(back, 1)) {
        printf("%g\n", sqrt(argc + 3));
        printf("%g\n", sqrt(argc + 8));
    }
    puts("fine");
    return 0;
}
"""


@pytest.fixture
def swallows() -> object:
    """A program that is fine whatever happens to it."""
    return compile_c(SWALLOWS, name="swallows")


SETUP = HEAD + """
native.mock_call("libm", "sqrt", returns=5.0)
from ctester import strict
strict.verifier().open()
"""


@pytest.mark.parametrize("commands,lines", [
    (["run"], ["5"]), (["run", "continue"], ["5", "3", "fine"]),
    (["run", "signal SIGSEGV"], ["5", "fine"]),
    (["run", "call (void)0", "continue"], ["5", "3", "fine"]),
    (["python ctester.run()"], []),
])
def test_the_program_cannot_swallow_it(gdb: Gdb, swallows: object,
                                       commands: list, lines: list) -> None:
    result = gdb.run(swallows, *commands, "ctester sandbox close",
                     "ctester verify", "python end()",
                     "ctester save trace.jsonl", python=SETUP + """
def end():
    if gdb.selected_inferior().pid:
        gdb.execute("kill")
""")
    assert result.status == 1, result.shown()
    found = [line for line in result.stdout.splitlines()
             if line in ("5", "3", "fine")]
    assert found == lines, result.shown()
    text = "sqrt(9.0) in libm was called but no mock was registered.\n"
    # At the stop, and by verify.
    assert result.stderr.count(text) == 2, result.shown()
    assert "#1 " in result.stdout or commands[0] != "run"
    outcomes = [(one["args"][0]["value"], one["outcome"])
                for one in result.calls()]
    assert outcomes == [(4.0, "mocked"), (9.0, "unmocked")], outcomes


def test_without_verify_the_end_of_gdb_says_it(gdb: Gdb,
                                               swallows: object) -> None:
    result = gdb.run(swallows, "run", "continue", python=SETUP)
    assert "sqrt(9.0) in libm was called" in result.stderr
    assert result.status == 1, result.shown()


def test_strict_libraries(gdb: Gdb) -> None:
    outcome = carry_out(gdb, """
def test_neighbours_need_mocks():
    native.mock_call("libm", "sqrt", returns=2.0, required=False)
    with ctester.sandbox(strict="library"):
        ctester.run("add,1,2", "pow,2,3")

def test_others_do_not():
    native.mock_call("libm", "sqrt", returns=2.0, required=False)
    with ctester.sandbox():
        assert run("add,1,2", "pow,2,3") == ["3", "8"]

def test_registered_before_and_inside():
    native.mock_call("libm", "sqrt", returns=2.0)
    with ctester.sandbox(strict="library"):
        native.mock_call("libm", "pow", returns=9.0)
        assert run("pow,2,3", "sqrt,1") == ["9", "2"]
    assert_all()

def test_allowed_and_spied_ones_may():
    native.mock_call("libm", "sqrt", returns=2.0, required=False)
    native.allow("libm", "pow")
    with ctester.sandbox(strict="library"):
        assert run("add,1,2", "pow,2,3") == ["3", "8"]
    native.spy("libm", "pow")
    with ctester.sandbox(strict="library"):
        assert run("add,1,2", "pow,2,3") == ["3", "8"]
    native.assert_call("libm", "pow", args=(2.0, 3.0))

def test_not_in_the_next_sandbox():
    native.mock_call("libm", "sqrt", returns=2.0, required=False)
    with ctester.sandbox(strict="library"):
        pass
    with ctester.sandbox():
        assert run("pow,2,3") == ["8"]
""", failing=["test_neighbours_need_mocks"])
    assert """pow(2.0, 3.0) in libm was called but no mock was registered.
Register a mock with:
    ctester.native.mock_call('libm', 'pow', returns=...)
""" in outcome.failed["test_neighbours_need_mocks"]


def test_the_c_library_and_the_loader_need_no_mocks_of_their_own(
        gdb: Gdb) -> None:
    """At its start, in a constructor, at exit, and in between."""
    program = compile_c("""
    #include <dlfcn.h>
    #include <stdio.h>
    #include <stdlib.h>
    #include <unistd.h>
    static void at_end(void) { }
    int main(void)
    {
        atexit(at_end);
        int ok = dlopen("libm.so.6", RTLD_NOW) != NULL;
        printf("%d %d\\n", getpid(), ok);
        return 0;
    }
    """, libraries=("-ldl",))
    carry_out(gdb, """
def use(*allowed):
    native.mock_call("libc", "getpid", returns=7, required=False)
    for name in allowed:
        native.allow("libc", name)
    with ctester.sandbox(strict="library"):
        assert run() == ["7 1"]

def test_of_its_own():
    use("__cxa_atexit", "dlopen", "printf", "puts")
    assert_all()

def test_of_the_program():
    use("__cxa_atexit", "dlopen")
""", program, failing=["test_of_the_program"])


INTERPOSER = r"""
double sqrt(double x) { return x + 1000; }
"""
PATCHED = r"""
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#define KEEP __attribute__((noinline))
KEEP int target(int n) { return n + 1; }
KEEP int other(int n) { return n + 1000; }
KEEP void ready(void) { __asm__(""); }
int main(void)
{
    uint8_t jump[14] = {0xff, 0x25};
    int (*function)(int) = other;
    memcpy(jump + 6, &function, 8);
    uintptr_t page = (uintptr_t)target & ~4095UL;
    mprotect((void *)page, 8192, PROT_READ | PROT_WRITE | PROT_EXEC);
    memcpy((void *)target, jump, sizeof(jump));
    ready();
    printf("%d\n", target(1));
    return 0;
}
"""


# The loader takes a blank in LD_PRELOAD for the end of a name.
SHIM = "SHIM = './libshim.so'\n"


def shim(gdb: Gdb, source: str) -> None:
    """A library to preload, in the directory of the case."""
    shutil.copy(compile_c(source, name="libshim.so",
                          flags=("-g", "-shared", "-fPIC"), libraries=()),
                gdb.directory)


def test_who_else_intercepts(gdb: Gdb) -> None:
    shim(gdb, INTERPOSER)
    carry_out(gdb, SHIM + """
def test_a_preloaded_library():
    native.mock_call("libm", "sqrt", returns=3.0, required=False)
    with ctester.sandbox():
        try:
            ctester.run("sqrt,81", env={"LD_PRELOAD": SHIM})
        except ctester.ConflictError as error:
            found = error
    assert (found.library, found.function) == ("libm", "sqrt")
    assert found.patcher == "the preloaded libshim.so"
    assert str(found) == (
        "sqrt in libm cannot be intercepted: the preloaded libshim.so is "
        "there already.\\nTake it away with:\\n"
        "    ctester.run(env={'LD_PRELOAD': None})"), str(found)
""")


def test_a_preloaded_library_that_is_no_matter(gdb: Gdb) -> None:
    shim(gdb, "int unrelated(void) { return 1; }")
    carry_out(gdb, SHIM + """
def test_another_symbol():
    native.mock_call("libm", "sqrt", returns=3.0)
    with ctester.sandbox():
        assert run("sqrt,81", env={"LD_PRELOAD": SHIM}) == ["3"]
    assert_all()

def test_the_shim_itself_can_be_mocked():
    native.mock_call("libshim", "unrelated", returns=2, required=False)
    with ctester.sandbox():
        assert run("sqrt,81", env={"LD_PRELOAD": SHIM}) == ["9"]
""")


def test_a_breakpoint_at_the_entry(gdb: Gdb) -> None:
    outcome = carry_out(gdb, """
def test_before_the_sandbox_opens():
    gdb.execute("break end")
    gdb.execute("run end add,1,2 >conflict.txt")
    gdb.execute("break *area")
    number = gdb.breakpoints()[-1].number
    native.mock_call(None, "area", returns=3, required=False)
    try:
        with ctester.sandbox():
            note("not reached")
    except ctester.ConflictError as error:
        note(str(error), number)
        assert error.patcher == f"breakpoint {number}"
    gdb.execute("delete")
    gdb.execute("kill")

def test_elsewhere_it_is_none():
    gdb.execute("break area")
    gdb.execute("disable")
    native.mock_call(None, "add", returns=3)
    with ctester.sandbox():
        assert run("add,1,2") == ["3"]
    assert_all()
    gdb.execute("delete")
""")
    (said, number), = outcome.notes()
    assert said == (f"area in kit cannot be intercepted: breakpoint {number} "
                    "is there already.\nTake it away with:\n"
                    f"    delete {number}")


def test_an_entry_that_the_program_has_patched(gdb: Gdb) -> None:
    outcome = carry_out(gdb, """
def test_patched():
    gdb.execute("break ready")
    gdb.execute("run >patched.txt")
    native.mock_call(None, "target", returns=3, required=False)
    try:
        with ctester.sandbox():
            note("not reached")
    except ctester.ConflictError as error:
        note(str(error), error.function)
    gdb.execute("continue")
    assert open("patched.txt").read() == "1001\\n"
""", compile_c(PATCHED, name="patched"))
    (said, function), = outcome.notes()
    assert function == "target"
    assert said.startswith("target in patched cannot be intercepted: a jump "
                           "to patched is there already.\n"), said


@pytest.mark.parametrize("error,status,words", [
    ("assert 1 == 2, 'mine'", 1, ["AssertionError: mine", "line LINE"]),
    ("int('x')", 2, ["ValueError: invalid literal", "line LINE"]),
    ("native.mock_call(None, 'addd', returns=1)", 2,
     ["case.py:LINE: mock_call of addd in the program: no function 'addd' in "
      "kit; did you mean 'add'?"
      "\n"]),
    ("native.mock_call(None, 'add', returns=1, when='a >')", 2,
     ["case.py:LINE: mock_call of add in the program: unexpected end at column 4 of 'a >'\n"]),
    ("native.mock_call(None, 'add', returns='x')", 2,
     ["case.py:LINE: mock_call of add in the program: expected an integer for int, not "]),
    ("native.mock_call(None, 'fetch', returns=1, out={'gott': 1})", 2,
     ["case.py:LINE: mock_call of fetch in the program: out: there is no "
      "parameter 'gott'; did "
      "you mean 'got'?\n"]),
    ("native.mock_call('libm', 'sqrt', returns=1.0, signal='SIGNOPE')", 2,
     ["case.py:LINE: mock_call of sqrt in libm: signal: 'SIGNOPE' is no name"]),
    ("native.assert_call(None, 'add', args=(1, 2))", 2,
     ["case.py:LINE: add(1, 2) in kit was asserted while the sandbox is open"]),
    ("ctester.run('sqrt,81', timeout=-1)", 2,
     ["case.py:LINE: run: timeout: -1 is no number"]),
    ("run('add,1,2', 'add,1,2', 'add,3,4')", 1,
     ["add(1, 2) in kit was called but no mock was registered.\n"]),
])
def test_an_error_in_a_script_in_the_middle_of_a_sandbox(
        gdb: Gdb, error: str, status: int, words: list) -> None:
    result = gdb.run(kit(), "ctester save trace.jsonl",
                     "python print('open', ctester.sandbox.__module__ and "
                     "__import__('ctester.strict').strict.verifier().is_open)",
                     python=HEAD.rstrip() + f"""
native.mock_call(None, "add", returns=7)
with ctester.sandbox():
    run("add,1,2")
    {error}
""")
    assert result.status == status, result.shown()
    line = len(HEAD.rstrip().splitlines()) + 4
    for word in words:
        assert word.replace("LINE", str(line)) in result.stderr, result.shown()
    assert "gdbext" not in result.stderr, result.shown()
    assert "not asserted" not in result.stderr, result.shown()
    assert "open False" in result.stdout, result.shown()
    assert result.calls()[0]["return"]["value"] == 7
