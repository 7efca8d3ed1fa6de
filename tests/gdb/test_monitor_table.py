# SPDX-License-Identifier: MIT
"""Each function of the table, called once over real files, pipes and sockets:
as it is, and made to fail.

Parameters and results are those of kit_calls.c and of the functions' man
pages; the fields are the table's.
"""

import errno
import os
import socket
import sys
from typing import Any, Dict

import pytest

import monitors
from conftest import ROOT, Gdb

sys.path.insert(0, str(ROOT / "gdbext"))

# pylint: disable=wrong-import-position
from ctester import kit_table  # noqa: E402

FAILING = [name for name, row in kit_table.FUNCTIONS.items()
           if row["failures"] is not None]
RETURNING = [name for name in FAILING
             if kit_table.FUNCTIONS[name]["failures"]["ret"]]

DUMP = """
import sys
from ctester import kit_table


def told_of(name):
    of = stats[name]
    found = {key: plain(getattr(of, key)) for key in dir(of) if key != "calls"}
    params = of.last_params
    found["copies"] = {key[:-4]: plain(params[key]) for key in dir(params)
                       if key.endswith("_val")} if hasattr(
                           params, "names") else {}
    found["errno"] = of.calls[0].errno
    found["caller"] = of.calls[0].caller
    return found


for name in kit_table.MONITORED:
    monitored[name] = True
for number, (name, row) in enumerate(kit_table.FUNCTIONS.items()):
    if row["failures"] is None or not FAILS:
        continue
    setattr(failures, name, FAIL_FIRST)
    if row["failures"]["ret"]:
        is_text = row["failures"]["ret"] == "const char *"
        setattr(failures, name + "_ret", "no" if is_text else number)
    if row["failures"]["errno"]:
        setattr(failures, name + "_errno", 100 + number)
with sandbox(timeout=60):
    done = ctester.run()
found = {name: told_of(name) for name in kit_table.MONITORED}
found["left"] = {name: failures[name] for name in kit_table.MONITORED}
found["recv_all"], found["send_all"] = (stats.recv_all.called,
                                        stats.send_all.called)
found["used"] = stats.memory.used
found["stdout"] = done.stdout
tell(found)
"""


def dump(directory: Any, fails: bool) -> Any:
    gdb = Gdb(directory)
    program = gdb.program("kit_calls", flags=monitors.FLAGS,
                          libraries=("-lpthread",))
    found = monitors.told(monitors.run(
        gdb, program, f"FAILS = {fails}\n{DUMP}"))
    found["printed"] = {line.split()[0]: list(map(int, line.split()[1:]))
                        for line in found["stdout"].splitlines()}
    return found


@pytest.fixture(name="real", scope="module")
def _real(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return dump(tmp_path_factory.mktemp("real"), False)


@pytest.fixture(name="failed", scope="module")
def _failed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return dump(tmp_path_factory.mktemp("failed"), True)


O_CREAT_RDWR = os.O_RDWR | os.O_CREAT
ADDRESS = None      # any
PARAMETERS: Dict[str, Dict[str, Any]] = {
    "getpid": {},
    "open": {"pathname": "/dev/null", "flags": O_CREAT_RDWR, "mode": 0o640},
    "creat": {"pathname": "made.txt", "mode": 0o600},
    "close": {"fd": ADDRESS},
    "read": {"fd": ADDRESS, "buf": ADDRESS, "count": 16},
    "write": {"fd": ADDRESS, "buf": ADDRESS, "count": 5},
    "stat": {"path": "/dev/null", "buf": ADDRESS},
    "fstat": {"fd": ADDRESS, "buf": ADDRESS},
    "lseek": {"fd": ADDRESS, "offset": 5000000000, "whence": os.SEEK_SET},
    "free": {"ptr": ADDRESS},
    "malloc": {"size": 100},
    "calloc": {"nmemb": 3, "size": 7},
    "realloc": {"ptr": ADDRESS, "size": 200},
    "pthread_mutex_lock": {"mutex": ADDRESS},
    "pthread_mutex_trylock": {"mutex": ADDRESS},
    "pthread_mutex_unlock": {"mutex": ADDRESS},
    "pthread_mutex_init": {"mutex": ADDRESS, "attr": None},
    "pthread_mutex_destroy": {"mutex": ADDRESS},
    "sleep": {"seconds": 1},
    "getaddrinfo": {"node": "127.0.0.1", "service": "80", "hints": ADDRESS,
                    "res": ADDRESS},
    "getnameinfo": {"addr": ADDRESS, "addrlen": 16, "host": ADDRESS,
                    "hostlen": 64, "serv": ADDRESS, "servlen": 64,
                    "flags": socket.NI_NUMERICHOST | socket.NI_NUMERICSERV},
    "freeaddrinfo": {"res": ADDRESS},
    "accept": {"sockfd": ADDRESS, "addr": ADDRESS, "addrlen": ADDRESS},
    "bind": {"sockfd": ADDRESS, "addr": ADDRESS, "addrlen": 16},
    "connect": {"sockfd": ADDRESS, "addr": ADDRESS, "addrlen": 16},
    "listen": {"sockfd": ADDRESS, "backlog": 7},
    "poll": {"fds_ptr": ADDRESS, "nfds": 2, "timeout": 0,
             "fds_copy": ADDRESS},
    "recv": {"sockfd": ADDRESS, "buf": ADDRESS, "len": 3, "flags": 0},
    "recvfrom": {"sockfd": ADDRESS, "buf": ADDRESS, "len": 16, "flags": 0,
                 "src_addr": ADDRESS, "addrlen": ADDRESS},
    "recvmsg": {"sockfd": ADDRESS, "msg": ADDRESS, "flags": 0},
    "select": {"nfds": ADDRESS, "readfds_ptr": ADDRESS, "writefds_ptr": None,
               "exceptfds_ptr": None, "timeout_ptr": ADDRESS,
               "readfds": ADDRESS, "writefds": None, "exceptfds": None,
               "timeout": {"tv_sec": 0, "tv_usec": 1000}},
    "send": {"sockfd": ADDRESS, "buf": ADDRESS, "len": 5, "flags": 0},
    "sendto": {"sockfd": ADDRESS, "buf": ADDRESS, "len": 4, "flags": 0,
               "dest_addr": ADDRESS, "addrlen": 16},
    "sendmsg": {"sockfd": ADDRESS, "msg": ADDRESS, "flags": 0},
    "shutdown": {"sockfd": ADDRESS, "how": 1},
    "socket": {"domain": socket.AF_INET, "type": socket.SOCK_STREAM,
               "protocol": 0},
    "htons": {"hostshort": 0x1234},
    "ntohs": {"netshort": 0x1234},
    "htonl": {"hostlong": 0x12345678},
    "ntohl": {"netlong": 0x12345678},
    "mmap": {"addr": None, "length": 4096, "prot": 3, "flags": 0x22,
             "fd": -1, "offset": 0},
    "munmap": {"addr": ADDRESS, "length": 4096},
    "msync": {"addr": ADDRESS, "length": 4096, "flags": 4},
    "ftruncate": {"fd": ADDRESS, "length": 4096},
    "memcpy": {"dest": ADDRESS, "src": ADDRESS, "n": 7},
}
RESULTS = {
    "close": 0, "read": 8, "write": 5, "stat": 0, "fstat": 0,
    "lseek": 5000000000, "pthread_mutex_lock": 0, "pthread_mutex_trylock": 0,
    "pthread_mutex_unlock": 0, "pthread_mutex_init": 0,
    "pthread_mutex_destroy": 0, "sleep": 0, "getaddrinfo": 0,
    "getnameinfo": 0, "bind": 0, "connect": 0, "listen": 0, "poll": 1,
    "recv": 3, "recvfrom": 3, "recvmsg": 10, "select": 1, "send": 5,
    "sendto": 4, "sendmsg": 5, "shutdown": 0, "htons": 0x3412,
    "ntohs": 0x3412, "htonl": 0x78563412, "ntohl": 0x78563412, "munmap": 0,
    "msync": 0, "ftruncate": 0,
}


def test_the_program_calls_all_of_the_table(real: Any) -> None:
    assert {*PARAMETERS, "gai_strerror"} == set(kit_table.MONITORED)
    assert set(real["printed"]) == {*PARAMETERS, "gai_strerror"} - {
        "free", "freeaddrinfo"}


@pytest.mark.parametrize("name", kit_table.MONITORED)
def test_a_call_is_counted_once(real: Any, name: str) -> None:
    assert (real[name]["called"], real[name]["failed"]) == (1, 0)
    assert real[name]["caller"] in ("files", "memory", "mutexes", "names",
                                    "connections", "messages", "waiting")


@pytest.mark.parametrize("name", PARAMETERS)
def test_last_params_have_the_fields_of_the_table(real: Any,
                                                  name: str) -> None:
    found = real[name]["last_params"]
    row = kit_table.FUNCTIONS[name]
    if row["last_params"]:
        assert list(found) == [field[1] for field in row["last_params"]]
    for field, value in PARAMETERS[name].items():
        assert field in found
        if value is not None:
            assert found[field] == value, field


def test_a_sole_parameter_has_its_own_field(real: Any) -> None:
    assert real["sleep"]["last_arg"] == 1
    assert real["gai_strerror"]["last_params"] == socket.EAI_NONAME
    assert real["freeaddrinfo"]["last_param"] == (
        real["freeaddrinfo"]["last_params"]["res"])
    lock, unlock, destroy = (
        real[f"pthread_mutex_{what}"]["last_arg"]
        for what in ("lock", "unlock", "destroy"))
    assert lock == unlock == destroy != real["pthread_mutex_init"]["last_arg"]


@pytest.mark.parametrize("name", [
    name for name, row in kit_table.FUNCTIONS.items()
    if row["result"] not in ("void", "const char *")])
def test_last_return_is_what_the_program_got(real: Any, name: str) -> None:
    assert real[name]["last_return"] == real["printed"][name][0]
    if name in RESULTS:
        assert real[name]["last_return"] == RESULTS[name]


def test_nothing_is_returned_by_void(real: Any) -> None:
    assert real["free"]["last_return"] is None
    assert real["freeaddrinfo"]["last_return"] is None
    assert real["gai_strerror"]["last_return"] == "Name or service not known"


@pytest.mark.parametrize("name", RETURNING)
def test_a_call_fails_with_value_and_errno(failed: Any, name: str) -> None:
    number = list(kit_table.FUNCTIONS).index(name)
    row = kit_table.FUNCTIONS[name]["failures"]
    value, code = failed["printed"][name]
    assert (failed[name]["called"], failed[name]["failed"]) == (1, 1)
    assert code == (100 + number if row["errno"] else 0)
    if row["ret"] == "const char *":
        assert failed[name]["last_return"] == "no"
    else:
        assert value == failed[name]["last_return"] == number
    assert failed[name]["errno"] == (100 + number if row["errno"] else None)
    # The parameters are there all the same.
    if name in PARAMETERS:
        for field, expected in PARAMETERS[name].items():
            if expected is not None:
                assert failed[name]["last_params"][field] == expected


def test_masks_are_consumed(failed: Any) -> None:
    assert set(failed["left"].values()) == {0}


def test_a_failing_free_frees_nothing(failed: Any) -> None:
    assert (failed["free"]["called"], failed["free"]["failed"]) == (1, 1)


def test_functions_that_cannot_fail_run(failed: Any) -> None:
    for name in set(kit_table.FUNCTIONS) - set(FAILING):
        assert (failed[name]["called"], failed[name]["failed"]) == (1, 0)
    assert failed["htons"]["last_return"] == 0x3412


def test_copies_are_made_of_what_was_returned(real: Any) -> None:
    for name in ("stat", "fstat"):
        found = real[name]["returned_stat"]
        assert found == real[name]["last_returns"]["buf"]
    status = os.stat("/dev/null")
    assert real["stat"]["returned_stat"]["st_rdev"] == status.st_rdev
    assert real["stat"]["returned_stat"]["st_mode"] == status.st_mode
    peer = real["accept"]["last_returns"]
    assert peer["addrlen"] == 16
    assert peer["addr"]["sin_addr"] == "127.0.0.1"
    sender = real["recvfrom"]["last_returned_addr"]
    assert sender == real["recvfrom"]["last_returns"]
    # It was sent to where it came from.
    assert sender["src_addr"] == real["sendto"]["copies"]["dest_addr"]
    assert real["recvmsg"]["last_returned_msg"]["msg_iovlen"] == 1
    lists = real["getaddrinfo"]["addrinfo_list"]
    assert [one["ai_addrlen"] for one in lists] == [16]
    assert lists[0] == real["freeaddrinfo"]["copies"]["res"]


def test_a_failed_call_has_copied_nothing(failed: Any) -> None:
    for name in ("stat", "fstat"):
        assert failed[name]["returned_stat"] is None
    assert failed["accept"]["last_returns"] == {}
    assert failed["recvfrom"]["last_returned_addr"] == {}
    assert failed["poll"]["last_params"]["fds_copy"] is None
    assert failed["getaddrinfo"]["addrinfo_list"] == []


def test_structures_are_copied_at_the_call(real: Any) -> None:
    for name, field in (("bind", "addr"), ("connect", "addr"),
                        ("getnameinfo", "addr"), ("sendto", "dest_addr")):
        address = real[name]["copies"][field]
        assert list(address) == ["sa_family", "sin_port", "sin_addr"]
        assert address["sa_family"] == socket.AF_INET
        assert address["sin_addr"] == "127.0.0.1"
    assert real["getnameinfo"]["copies"]["addr"]["sin_port"] == 80
    assert real["write"]["copies"]["buf"] == "hello"
    assert real["getaddrinfo"]["copies"]["hints"]["ai_family"] == (
        socket.AF_INET)
    assert real["sendmsg"]["copies"]["msg"]["msg_iovlen"] == 1
    sets = real["select"]["last_params"]
    assert sum(map(lambda word: bin(word).count("1"),
                   sets["readfds"]["fds_bits"])) == 1
    # In: what is waited for.  Out: what there is.
    asked = real["poll"]["copies"]["fds"]
    found = real["poll"]["last_params"]["fds_copy"]
    assert [one["revents"] for one in asked] == [0, 0]
    assert [one["revents"] for one in found] == [1, 0]
    assert [one["events"] for one in found] == [1, 1]


def test_functions_are_counted_together(real: Any, failed: Any) -> None:
    for found in (real, failed):
        assert (found["recv_all"], found["send_all"]) == (3, 3)


def test_memory_in_use_is_what_was_not_freed(real: Any, failed: Any) -> None:
    assert real["used"] == 100 + 3 * 7 + 200
    assert failed["used"] == 0


def test_a_call_that_really_fails_is_told(gdb: Gdb) -> None:
    program = monitors.compile_program("""
int main(void) { return close(1000) != -1 || errno != EBADF; }
""")
    found = monitors.told(monitors.run(gdb, program, """
monitored.close = True
with sandbox():
    done = ctester.run()
call = stats.close.calls[0]
tell([done.exit_code, call.result, call.errno, call.failed])
"""))
    assert found == [0, -1, errno.EBADF, 0]
