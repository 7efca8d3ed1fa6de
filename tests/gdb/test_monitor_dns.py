# SPDX-License-Identifier: MIT
"""Methods in place of getaddrinfo and its like, and lists that are freed as
they must be.  Nothing here asks a network."""

import socket
from typing import Any, List

import pytest

import monitors
from conftest import Gdb

LOOKS = """
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
static void show(const struct addrinfo *list)
{
    char host[64], port[16];
    for (; list; list = list->ai_next) {
        getnameinfo(list->ai_addr, list->ai_addrlen, host, sizeof(host), port,
                    sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV);
        printf("%s %s %d %d\\n", host, port, list->ai_family,
               list->ai_socktype);
    }
}
static int look(const char *node, const char *service, int family, int flags)
{
    struct addrinfo hints = {.ai_family = family, .ai_flags = flags,
                             .ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;
    int code = getaddrinfo(node, service, &hints, &list);
    printf("code %d\\n", code);
    if (code == 0) {
        show(list);
        freeaddrinfo(list);
    }
    return code;
}
static void frees(const char *how)
{
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST,
                             .ai_socktype = SOCK_STREAM};
    struct addrinfo *one = NULL, *two = NULL;
    getaddrinfo("127.0.0.1", NULL, &hints, &one);
    getaddrinfo("127.0.0.2", NULL, &hints, &two);
    freeaddrinfo(one);
    if (how[0] == '2')
        freeaddrinfo(one);
    if (how[0] == 'n' && two) {
        struct addrinfo *copy = calloc(1, sizeof(*copy));
        freeaddrinfo(copy);
    }
    if (how[0] != 'l')
        freeaddrinfo(two);
}
static void names(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(80),
                                  .sin_addr.s_addr = htonl(0xc0000201)};
    char host[32] = "", port[32] = "", little[4] = "abc";
    struct sockaddr *any = (struct sockaddr *)&address;
    int code = getnameinfo(any, sizeof(address), host, sizeof(host), port,
                           sizeof(port), NI_NUMERICSERV);
    printf("%d %s %s\\n", code, host, port);
    code = getnameinfo(any, sizeof(address), little, sizeof(little), NULL, 0,
                       0);
    printf("%d %s\\n", code, little);
    const char *first = gai_strerror(EAI_NONAME);
    printf("%s %s", first, gai_strerror(EAI_AGAIN));
    printf(" %d\\n", first == gai_strerror(EAI_NONAME));
}
int main(int argc, char **argv)
{
    const char *how = argc > 1 ? argv[1] : "look";
    if (!strcmp(how, "look")) {
        look(argc > 2 ? argv[2] : "example.org", argc > 3 ? argv[3] : "80",
             argc > 4 ? atoi(argv[4]) : 0, 0);
    } else if (!strcmp(how, "names")) {
        names();
    } else if (!strcmp(how, "null")) {
        struct addrinfo *list = NULL;
        if (getaddrinfo("example.org", NULL, NULL, &list) == 0) {
            show(list);
            freeaddrinfo(list);
        }
    } else if (!strcmp(how, "passive")) {
        look(NULL, "80", AF_INET, AI_PASSIVE);
    } else {
        frees(how);
    }
    fflush(stdout);
    return 0;
}
"""
SCRIPT = """
import socket
monitored.getaddrinfo = monitored.freeaddrinfo = True
asked = []


def end(*words):
    with sandbox(timeout=60):
        done = ctester.run(*words)
    return done.stdout if done.exit_code == 0 else repr(done)


def method(node, service, hints):
    asked.append([node, service, hints and hints["ai_socktype"]])
    return ["192.0.2.1", ("2001:db8::1", 8080), "192.0.2.7"]
"""
INET, INET6, STREAM = (int(socket.AF_INET), int(socket.AF_INET6),
                       int(socket.SOCK_STREAM))


def run(gdb: Gdb, script: str, **options: Any) -> Any:
    return monitors.told(monitors.run(
        gdb, monitors.compile_program(LOOKS, **options), SCRIPT + script))


ALL = (f"code 0\n192.0.2.1 80 {INET} {STREAM}\n"
       f"2001:db8::1 8080 {INET6} {STREAM}\n192.0.2.7 80 {INET} {STREAM}\n")


def test_a_method_gives_the_list(gdb: Gdb) -> None:
    found = run(gdb, """
set_getaddrinfo_method(method)
text = end()
call = stats.getaddrinfo.calls[0]
tell([text, asked, call.params.node, call.result, call.outcome,
      stats.getaddrinfo.called, stats.freeaddrinfo.called,
      stats.getaddrinfo.addrinfo_list[0]["ai_addrlen"]])
""")
    assert found[0] == ALL
    assert found[1] == [["example.org", "80", STREAM]]
    assert found[2:] == ["example.org", 0, "real", 1, 1, 16]


def test_what_does_not_fit_the_hints_is_left_out(gdb: Gdb) -> None:
    found = run(gdb, f"""
set_getaddrinfo_method(method)
tell([end("look", "a", "80", "{INET}"), end("look", "a", "80", "{INET6}")])
""")
    assert found == [
        f"code 0\n192.0.2.1 80 {INET} {STREAM}\n"
        f"192.0.2.7 80 {INET} {STREAM}\n",
        f"code 0\n2001:db8::1 8080 {INET6} {STREAM}\n"]


def test_hints_may_be_null(gdb: Gdb) -> None:
    found = run(gdb, """
set_getaddrinfo_method(method)
tell([end("null"), asked])
""")
    # One entry a type of socket, of each address.
    assert len(found[0].splitlines()) == 9
    assert found[1] == [["example.org", None, None]]


def test_ways_to_be_called_do_not_matter(gdb: Gdb) -> None:
    for flags in ("-no-pie",), ("-Wl,-z,now",):
        assert run(gdb, "set_getaddrinfo_method(method)\ntell(end())",
                   flags=(*monitors.FLAGS, *flags)) == ALL


@pytest.mark.parametrize("method,words,expected", [
    ("{'example.org': ['192.0.2.9']}", [],
     f"code 0\n192.0.2.9 80 {INET} {STREAM}\n"),
    ("{'example.org': ['192.0.2.9']}", ["look", "other.org"],
     f"code {int(socket.EAI_NONAME)}\n"),
    ("['192.0.2.9']", ["look", "any"],
     f"code 0\n192.0.2.9 80 {INET} {STREAM}\n"),
    ("socket.EAI_AGAIN", [], f"code {int(socket.EAI_AGAIN)}\n"),
    ("lambda *_: socket.EAI_MEMORY", [], f"code {int(socket.EAI_MEMORY)}\n"),
    ("lambda *_: []", [], f"code {int(socket.EAI_NONAME)}\n"),
    ("lambda *_: NotImplemented", ["look", "127.0.0.1", "53"],
     f"code 0\n127.0.0.1 53 {INET} {STREAM}\n"),
    ("simple_getaddrinfo", ["look", "127.0.0.1", "53"],
     f"code 0\n127.0.0.1 53 {INET} {STREAM}\n"),
    ("simple_getaddrinfo", ["look", "localhost", "53"],
     f"code {int(socket.EAI_NONAME)}\n"),
    ("simple_getaddrinfo", ["look", "127.0.0.1", "http"],
     f"code {int(socket.EAI_NONAME)}\n"),
    ("simple_getaddrinfo", ["passive"],
     f"code 0\n0.0.0.0 80 {INET} {STREAM}\n"),
])
def test_methods_reply(gdb: Gdb, method: str, words: List[str],
                       expected: str) -> None:
    assert run(gdb, f"""
set_getaddrinfo_method({method})
tell(end(*{words!r}))
""") == expected


@pytest.mark.parametrize("method,why", [
    ("lambda *_: 1 / 0", "ZeroDivisionError"),
    ("lambda *_: ['localhost']", "ValueError"),
    ("lambda *_: None", "TypeError"),
])
def test_a_method_that_raises_fails_the_call(gdb: Gdb, method: str,
                                             why: str) -> None:
    result = monitors.run(gdb, monitors.compile_program(LOOKS), SCRIPT + f"""
set_getaddrinfo_method({method})
tell(end())
""")
    # The script's own mistake, of which GDB's status tells.
    assert result.status == 2, result.shown()
    assert f'@"code {int(socket.EAI_FAIL)}\\n"' in result.stdout
    assert f"the method of getaddrinfo has raised {why}" in result.stderr


def test_a_mask_comes_first(gdb: Gdb) -> None:
    assert run(gdb, """
set_getaddrinfo_method(method)
failures.getaddrinfo, failures.getaddrinfo_ret = FAIL_FIRST, -10
tell([end(), len(asked), end("look", "a", "80")])
""") == ["code -10\n", 0, ALL]


def test_methods_are_taken_away(gdb: Gdb) -> None:
    assert run(gdb, """
set_gai_methods(socket.EAI_FAIL, simple_freeaddrinfo)
set_getnameinfo_method(lambda *_: socket.EAI_FAIL)
set_gai_strerror_method(lambda code: "text")
reset_gai_fai_gstr_gni_methods()
monitored.getnameinfo = monitored.gai_strerror = True
tell(end("look", "127.0.0.1"))
""") == f"code 0\n127.0.0.1 80 {INET} {STREAM}\n"


def test_both_methods_of_lists(gdb: Gdb) -> None:
    found = run(gdb, """
freed = []
set_gai_methods(["192.0.2.9"], freed.append)
text = end()
found = [text, len(freed), freed[0] == stats.freeaddrinfo.last_param]
set_gai_methods(simple_getaddrinfo, simple_freeaddrinfo)
tell(found + [end("look", "127.0.0.1")])
""")
    assert found == [f"code 0\n192.0.2.9 80 {INET} {STREAM}\n", 1, 1,
                     f"code 0\n127.0.0.1 80 {INET} {STREAM}\n"]


def test_names_and_errors_have_methods(gdb: Gdb) -> None:
    found = run(gdb, """
monitored.getnameinfo = monitored.gai_strerror = True
def name(address, flags):
    asked.append([list(address), flags])
    return "some.host", "web"
set_getnameinfo_method(name)
set_gai_strerror_method(lambda code: f"error {code}")
text = end("names")
tell([text, asked, stats.gai_strerror.last_return,
      [call.result for call in stats.getnameinfo.calls]])
""")
    nothing, again = int(socket.EAI_NONAME), int(socket.EAI_AGAIN)
    over = int(socket.EAI_OVERFLOW)
    assert found[0] == (f"0 some.host web\n{over} abc\n"
                        f"error {nothing} error {again} 1\n")
    assert found[1] == [[["192.0.2.1", 80], socket.NI_NUMERICSERV],
                        [["192.0.2.1", 80], 0]]
    assert found[2:] == [f"error {nothing}", [0, over]]


@pytest.mark.parametrize("how,expected", [
    # how often the reporter was called, and the status of the last call
    ("1", [0, 0, 2]), ("l", [0, 0, 1]), ("n", [1, 0, 3]),
])
def test_freeaddrinfo_is_checked(gdb: Gdb, how: str,
                                 expected: List[int]) -> None:
    assert run(gdb, f"""
set_check_freeaddrinfo(True)
reports = []
set_freeaddrinfo_badarg_report(lambda: reports.append(1))
end("{how}")
tell([len(reports), stats.freeaddrinfo.status, stats.freeaddrinfo.called])
""") == expected


def test_a_list_that_is_freed_twice_is_survived(gdb: Gdb) -> None:
    program = monitors.compile_program(LOOKS + """
__attribute__((constructor)) static void last(void)
{
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST}, *list;
    getaddrinfo("127.0.0.1", NULL, &hints, &list);
    freeaddrinfo(list);
    freeaddrinfo(list);
}
""")
    found = monitors.told(monitors.run(gdb, program, SCRIPT + """
set_check_freeaddrinfo(True)
reports = []
set_freeaddrinfo_badarg_reporter(lambda: reports.append(1))
with sandbox(timeout=20, end="main", start="last"):
    done = ctester.run("nothing", "else")
tell([done.exit_code, len(reports), stats.freeaddrinfo.status,
      stats.freeaddrinfo.called])
"""))
    assert found == [0, 1, 1, 2]


def test_without_a_check_the_status_is_0(gdb: Gdb) -> None:
    assert run(gdb, """
found = [stats.freeaddrinfo.status]
end("1")
tell(found + [stats.freeaddrinfo.status])
""") == [0, 0]


@pytest.mark.parametrize("action", [
    "set_getaddrinfo_method(1.5)", "set_getaddrinfo_method(True)",
    "set_getnameinfo_method('host')", "set_gai_strerror_method({})",
    "set_gai_methods(simple_getaddrinfo, 3)",
    "set_freeaddrinfo_badarg_report(3)",
])
def test_what_is_no_method_is_refused(gdb: Gdb, action: str) -> None:
    found = run(gdb, f"tell(refused(lambda: {action}))")
    assert found.startswith("BadMockError: set_")
    assert "is no function" in found


def test_each_test_function_begins_without_methods(gdb: Gdb) -> None:
    program = monitors.compile_program(LOOKS)
    (gdb.directory / "test_anew.py").write_text("""
import ctester, socket

def look():
    ctester.monitored.getaddrinfo = True
    with ctester.sandbox(timeout=30):
        return ctester.run("look", "127.0.0.1").stdout.splitlines()[0]

def test_one():
    ctester.set_getaddrinfo_method(socket.EAI_FAIL)
    assert look() == f"code {int(socket.EAI_FAIL)}"

def test_two():
    assert look() == "code 0"
""")
    result = gdb.shell(gdb.root / "scripts" / "ctester", "test",
                       "test_anew.py", "--", program)
    assert result.status == 0, result.shown()
