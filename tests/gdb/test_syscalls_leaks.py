# SPDX-License-Identifier: MIT
"""leaks(): descriptors that are open still, and who has opened them."""

from typing import Any

import pytest

from conftest import Gdb
from syscalls import call, run, run_python, shown, syscalls
from ctester.syscalls.collector import Collector
from ctester.syscalls.descriptors import NAMES, opened
from ctester.syscalls.leaks import Ledger
from ctester.syscalls.table import CALLS

SOURCE = r"""
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

void stop(void) {}

static int leak_it(const char *path)
{
	return open(path, O_RDONLY);
}

static void pass(int fd)
{
	int pair[2];
	char byte = 0, control[64] = "";
	struct iovec part = {&byte, 1};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1,
				 .msg_control = control,
				 .msg_controllen = CMSG_SPACE(sizeof(int))};
	socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);
	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(head), &fd, sizeof(int));
	sendmsg(pair[0], &message, 0);
	message.msg_controllen = sizeof(control);
	recvmsg(pair[1], &message, 0);
	close(pair[0]);
	close(pair[1]);
}

int main(int argc, char **argv)
{
	if (argc > 1)
		return 4;
	int a = leak_it("/dev/null");
	close(leak_it("/dev/zero"));
	int copy = dup(a);
	int pair[2];
	pipe2(pair, O_CLOEXEC);
	close(pair[0]);
	int s = socket(AF_INET, SOCK_STREAM, 0);
	fcntl(a, F_DUPFD, 50);
	fcntl(a, F_DUPFD_CLOEXEC, 60);
	dup2(a, 70);
	dup2(a, a);
	dup3(a, 71, O_CLOEXEC);
	eventfd(0, 0);
	memfd_create("mine", 0);
	epoll_create1(0);
	pass(a);
	close(copy);
	for (int i = 80; i < 90; i++)
		dup2(a, i);
	close_range(82, 89, 0);
	close_range(81, 81, CLOSE_RANGE_CLOEXEC);
	fcntl(80, F_SETFD, FD_CLOEXEC);
	stop();
	if (argc < 2 && s > 0)
		execl("/proc/self/exe", argv[0], "again", (char *)NULL);
	return 3;
}
"""

SHOW = """
for leak in syscalls.leaks():
    print("-", leak.fd, leak.call.name, leak.path)
"""


def test_what_is_open_and_by_which_call(gdb: Gdb) -> None:
    lines = shown(run(gdb, SOURCE, """
syscalls.track_leaks()
gdb.execute("break stop")
gdb.execute("run")
""" + SHOW + "gdb.execute('kill')"))
    parts = [line.split(" ", 2) for line in lines]
    assert [name for _, name, _ in parts] == [
        "openat", "pipe2", "socket", "fcntl", "fcntl", "dup2", "dup3",
        "eventfd2", "memfd_create", "epoll_create1", "recvmsg", "dup2",
        "dup2"], lines
    by_name = {name: (int(fd), path) for fd, name, path in parts[:7]}
    assert by_name["openat"][1] == "/dev/null"
    assert by_name["dup2"] == (70, "/dev/null")
    assert by_name["socket"][1].startswith("socket:[")
    assert by_name["pipe2"][1].startswith("pipe:[")
    assert parts[10][2] == "/dev/null"
    assert [fd for fd, _, _ in parts[-2:]] == ["80", "81"]


def test_each_has_the_stack_that_opened_it(gdb: Gdb) -> None:
    lines = shown(run(gdb, SOURCE, """
syscalls.track_leaks()
gdb.execute("break stop")
gdb.execute("run")
first = syscalls.leaks()[0]
print("-", [frame.function for frame in first.traceback][:2])
print("-", [frame.text for frame in first.traceback][:2])
for line in str(first).splitlines():
    print("-", line)
gdb.execute("kill")
"""))
    assert lines[:2] == ["['main', 'leak_it']",
                         "['int a = leak_it(\"/dev/null\");', "
                         "'return open(path, O_RDONLY);']"]
    assert lines[2].startswith("descriptor ")
    assert "(/dev/null)" in lines[2] and "opened by openat:" in lines[2]
    assert "in leak_it" in "".join(lines[3:])


def test_exec_closes_what_was_to_be_closed(gdb: Gdb) -> None:
    lines = shown(run(gdb, SOURCE, "syscalls.track_leaks()\n"
                      "gdb.execute('run')\n" + SHOW), 4)
    assert [line.split()[1] for line in lines] == [
        "openat", "socket", "fcntl", "dup2", "eventfd2", "memfd_create",
        "epoll_create1", "recvmsg"], lines


def test_tracing_everything_notes_leaks(gdb: Gdb) -> None:
    lines = shown(run(gdb, SOURCE.replace("execl", "(void)"), """
with syscalls.context(None):
    gdb.execute("run")
print("-", syscalls.leaks()[0].path)
"""), 3)
    assert lines == ["/dev/null"]


def test_without_being_asked_nothing_is_noted(gdb: Gdb) -> None:
    assert shown(run(gdb, SOURCE, """
with syscalls.context(None, "openat"):
    gdb.execute("run")
print("-", syscalls.leaks())
"""), 4) == ["[]"]


def test_a_child_has_what_its_parent_had(gdb: Gdb) -> None:
    source = r"""
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void)
{
	int fd = open("/dev/null", O_RDONLY);
	if (fork() == 0) {
		open("/dev/zero", O_RDONLY);
		close(fd);
		_exit(0);
	}
	wait(NULL);
	return 3;
}
"""
    lines = shown(run(gdb, source, """
gdb.execute("set ctester follow-fork on")
syscalls.track_leaks()
gdb.execute("run")
leaks = syscalls.leaks()
print("-", [leak.path for leak in leaks])
print("-", leaks[0].process != leaks[1].process)
"""), 3)
    assert lines == ["['/dev/null', '/dev/zero']", "True"]


def test_a_leak_of_a_python_program_has_its_frames(gdb: Gdb) -> None:
    lines = shown(run_python(gdb, """
import os, socket

def forget():
    return os.dup(2)

forget()
kept = socket.socket()
os._exit(0)
""", """
syscalls.track_leaks(python=True)
gdb.execute("run")
for leak in syscalls.leaks():
    print("-", leak.call.name, leak.traceback[-1].function,
          leak.traceback[-1].text)
"""))
    assert lines == ["fcntl forget return os.dup(2)",
                     "socket __init__ _socket.socket.__init__(self, family, "
                     "type, proto, fileno)"]


EVERYTHING = r"""
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

void stop(void) {}

static void *work(void *arg)
{
	open("/dev/zero", O_RDONLY);
	return arg;
}

static int child(void *arg)
{
	(void)arg;
	open("/dev/full", O_RDONLY);
	return 0;
}

static void pass(int s, int count)
{
	int fds[3];
	char byte = 0, control[128] = {0};
	struct iovec part = {&byte, 1};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1,
				 .msg_control = control,
				 .msg_controllen = CMSG_SPACE(4 * count)};
	for (int i = 0; i < count; i++)
		fds[i] = open("/dev/null", O_RDONLY);
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);
	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(4 * count);
	memcpy(CMSG_DATA(head), fds, 4 * count);
	sendmsg(s, &message, 0);
	for (int i = 0; i < count; i++)
		close(fds[i]);
}

static void messages(void)
{
	int pair[2];
	char byte, control[128];
	struct iovec part = {&byte, 1};
	struct mmsghdr many[1] = {{.msg_hdr = {
		.msg_iov = &part, .msg_iovlen = 1, .msg_control = control,
		.msg_controllen = sizeof(control)}}};
	socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
	pass(pair[0], 1);
	recvmsg(pair[1], &many[0].msg_hdr, 0);
	many[0].msg_hdr.msg_controllen = sizeof(control);
	pass(pair[0], 2);
	recvmmsg(pair[1], many, 1, MSG_CMSG_CLOEXEC, NULL);
}

static void network(void)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
				 .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t size = sizeof(at);
	int s = socket(AF_INET, SOCK_STREAM, 0);
	bind(s, (void *)&at, sizeof(at));
	listen(s, 5);
	getsockname(s, (void *)&at, &size);
	for (int i = 0; i < 2; i++) {
		int peer = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		connect(peer, (void *)&at, sizeof(at));
		if (i)
			accept(s, NULL, NULL);
		else
			accept4(s, NULL, NULL, SOCK_CLOEXEC);
	}
}

static void processes(void)
{
	int pidfd;
	struct clone_args args = {.flags = CLONE_PIDFD,
				  .exit_signal = SIGCHLD,
				  .pidfd = (uint64_t)(uintptr_t)&pidfd};
	if (!syscall(SYS_clone, CLONE_PIDFD | SIGCHLD, 0, &pidfd, 0, 0))
		_exit(0);
	if (!syscall(SYS_clone3, &args, sizeof(args)))
		_exit(0);
	syscall(SYS_pidfd_open, getpid(), 0);
	char *stack = malloc(65536);
	clone(child, stack + 65536, CLONE_FILES | SIGCHLD, NULL);
	while (wait(NULL) > 0)
		;
}

static void kernel(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	int signals = signalfd(-1, &set, 0);
	signalfd(signals, &set, 0);
	eventfd(0, EFD_CLOEXEC);
	timerfd_create(CLOCK_MONOTONIC, 0);
	memfd_create("mine", 0);
	epoll_create(1);
	epoll_create1(EPOLL_CLOEXEC);
	inotify_init();
	inotify_init1(IN_CLOEXEC);
	mq_open("/ctester-leaks", O_CREAT | O_RDWR, 0600, NULL);
	mq_unlink("/ctester-leaks");
	syscall(SYS_io_uring_setup, 4, (char[256]){0});
	int terminal = posix_openpt(O_RDWR | O_NOCTTY);
	grantpt(terminal);
	unlockpt(terminal);
	ioctl(terminal, TIOCGPTPEER, O_RDWR | O_NOCTTY);
	ioctl(open("/proc/self/ns/pid", O_RDONLY), 0xb701);
	ioctl(open("/dev/null", O_RDONLY), FIOCLEX);
	ioctl(open("/dev/null", O_CLOEXEC), FIONCLEX);
}

static void listen_to_calls(void)
{
	struct sock_filter all[] = {{6, 0, 0, SECCOMP_RET_ALLOW}};
	struct sock_fprog program = {1, all};
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
		SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
}

int main(void)
{
	pthread_t thread;
	uint64_t how[3] = {O_CLOEXEC, 0, 0};
	int pair[2], fd = open("/dev/null", O_RDONLY);
	creat("made", 0600);
	syscall(SYS_openat2, AT_FDCWD, "/dev/null", how, sizeof(how));
	pipe(pair);
	pipe2(pair, O_CLOEXEC);
	dup(fd);
	dup2(fd, 100);
	dup3(fd, 101, O_CLOEXEC);
	fcntl(fd, F_DUPFD, 110);
	fcntl(fd, F_DUPFD_CLOEXEC, 120);
	messages();
	network();
	kernel();
	for (int i = 200; i < 210; i++)
		dup2(fd, i);
	close_range(203, 207, 0);
	close_range(208, 208, CLOSE_RANGE_CLOEXEC);
	pthread_create(&thread, NULL, work, NULL);
	pthread_join(thread, NULL);
	processes();
	listen_to_calls();
	stop();
	return 3;
}
"""


def test_they_are_those_that_the_kernel_has(gdb: Gdb) -> None:
    """Every way to get a descriptor, held against /proc."""
    lines = shown(run(gdb, EVERYTHING, """
gdb.execute("set ctester follow-fork on")
gdb.execute("break main")
gdb.execute("break stop")
gdb.execute("run")
pid = gdb.selected_inferior().pid
def there():
    found = {}
    for fd in map(int, os.listdir(f"/proc/{pid}/fd")):
        with open(f"/proc/{pid}/fdinfo/{fd}") as file:
            flags = re.search("flags:.*?([0-7]+)", file.read())[1]
        found[fd] = bool(int(flags, 8) & os.O_CLOEXEC)
    return found
before = there()
syscalls.track_leaks()
gdb.execute("continue")
leaks = {leak.fd: leak.cloexec for leak in syscalls.leaks()
         if leak.process == pid}
after = {fd: flag for fd, flag in there().items() if fd not in before}
print("-", len(after) > 40)
print("-", sorted(set(after.items()) ^ set(leaks.items())))
print("-", sorted({leak.call.name for leak in syscalls.leaks()}))
gdb.execute("kill")
""", flags=["-pthread"]))
    assert lines[:2] == ["True", "[]"]
    # Of those that no container refuses.
    for name in ("clone", "clone3", "recvmsg", "recvmmsg", "inotify_init",
                 "signalfd4", "accept4"):
        assert f"'{name}'" in lines[2]


# Without GDB.

class Nobody:
    """A program of which there is no process."""

    def __getattr__(self, name: str) -> Any:
        return lambda *words: []


def ledger(*calls: syscalls.SysCall) -> Ledger:
    found = Ledger(Collector(Nobody()))
    for each in calls:
        found.note(each)
    return found


def simple(name: str, *registers: int, result: int = 0, errno: Any = None,
           seq: int = 0) -> syscalls.SysCall:
    # A process that is not there.
    return syscalls.SysCall(
        f'({seq},0,"{name}",4194400,1,1,1,('
        + "".join(f"('p','int',{value},{value}),"
                  for value in registers) + f"),{result},{errno},'real',{{}})")


def test_every_name_is_a_system_call() -> None:
    assert set(NAMES) <= set(CALLS)


def test_every_call_that_gives_a_descriptor_is_looked_at() -> None:
    giving = {name for name, row in CALLS.items() if row.result == "fd"}
    assert giving - set(NAMES) == set()


def test_a_failed_close_leaves_it_open_but_for_eintr() -> None:
    first = simple("dup", 1, result=9)
    assert [leak.fd for leak in ledger(
        first, simple("close", 9, result=-9, errno=9)).leaks()] == [9]
    assert ledger(first, simple("close", 9, result=-4, errno=4)).leaks() == []
    assert ledger(first, simple("close", 9)).leaks() == []


def test_a_failed_open_opens_nothing() -> None:
    assert opened(simple("openat", 1, 2, 0, result=-2, errno=2)) == []


@pytest.mark.parametrize("name,registers,stays", [
    ("openat", (1, 2, 0o2000000), False), ("openat", (1, 2, 0), True),
    ("dup", (1,), True), ("dup3", (1, 9, 0o2000000), False),
    ("accept4", (1, 2, 3, 0o2000000), False), ("accept", (1, 2, 3), True),
    ("epoll_create1", (0o2000000,), False), ("pidfd_open", (1, 0), False),
    ("memfd_create", (1, 1), False), ("memfd_create", (1, 2), True),
])
def test_exec_leaves_open_what_is_not_marked(name: str, registers: tuple,
                                             stays: bool) -> None:
    left = ledger(simple(name, *registers, result=9),
                  simple("execve", 1, 2, 3)).leaks()
    assert bool(left) is stays


def test_a_mocked_call_opens_nothing() -> None:
    line = '(0,0,"dup",4194400,1,1,1,((\'p\',\'int\',1,1),),9,None,' \
           "'mocked',{})"
    assert ledger(syscalls.SysCall(line)).leaks() == []


def test_a_number_that_is_used_again_has_the_newer_call() -> None:
    left = ledger(simple("dup", 1, result=9, seq=1),
                  simple("dup2", 1, 9, result=9, seq=2)).leaks()
    assert [leak.call.name for leak in left] == ["dup2"]
    assert call("dup2").name == "dup2"


def test_descriptors_in_one_of_many_messages(gdb: Gdb) -> None:
    source = r"""
#define _GNU_SOURCE
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
int main(void)
{
	char bytes[2], control[2][64] = {""};
	struct iovec parts[2] = {{bytes, 1}, {bytes + 1, 1}};
	struct mmsghdr messages[2];
	int pair[2];
	memset(messages, 0, sizeof(messages));
	for (int i = 0; i < 2; i++) {
		struct msghdr *message = &messages[i].msg_hdr;
		message->msg_iov = &parts[i];
		message->msg_iovlen = 1;
		message->msg_control = control[i];
		message->msg_controllen = CMSG_SPACE(sizeof(int));
		*(struct cmsghdr *)control[i] = (struct cmsghdr){
		    CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS};
	}
	socketpair(AF_UNIX, SOCK_DGRAM, 0, pair);
	sendmmsg(pair[0], messages, 2, 0);
	recvmmsg(pair[1], messages, 2, 0, NULL);
	close(pair[0]);
	close(pair[1]);
	return 3;
}
"""
    lines = shown(run(gdb, source, """
syscalls.track_leaks()
gdb.execute("run")
""" + SHOW), 3)
    assert [line.split()[:2] for line in lines] == [
        ["5", "recvmmsg"], ["6", "recvmmsg"]]
