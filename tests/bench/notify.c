/* SPDX-License-Identifier: MIT */
/*
 * usage: notify PROGRAM [ARGUMENT...]
 *
 * Run a program with its openat() served by notification, the path captured,
 * and say how many there were: "seen N".
 */
#define _GNU_SOURCE
#include <poll.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ctester/notify.h"
#include "ctester/process.h"

static void read_path(void *arg, struct ct_notify *notify,
		      const struct ct_notify_call *call, void *payload,
		      size_t capacity, struct ct_notify_answer *answer)
{
	(void)arg;
	(void)notify;
	(void)capacity;
	answer->payload_size =
	    (uint32_t)ct_process_read(call->tid, call->args[1], payload, 64);
}

static pid_t start(char **argv)
{
	pid_t pid = fork();
	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		execv(argv[0], argv);
		_exit(127);
	}
	int status;
	if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
		return -1;
	return pid;
}

int main(int argc, char **argv)
{
	const uint32_t numbers[] = {SYS_openat};
	const struct ct_notify_options options = {.decide = read_path};
	struct ct_notify *notify;
	pid_t pid = argc > 1 ? start(argv + 1) : -1;
	if (pid < 0)
		return 2;
	struct ct_error *err =
	    ct_notify_start(pid, pid, numbers, 1, &options, &notify);
	if (err) {
		fprintf(stderr, "%s\n", ct_error_message(err));
		return 1;
	}
	ptrace(PTRACE_CONT, pid, NULL, NULL);
	struct pollfd wake = {ct_notify_wake_fd(notify), POLLIN, 0};
	struct ct_notify_counts counts = {0};
	size_t seen = 0;
	while (counts.state == CT_NOTIFY_SERVING) {
		poll(&wake, 1, -1);
		ct_notify_get_counts(notify, &counts);
		seen += ct_notify_drain(notify, NULL, NULL);
	}
	int status;
	waitpid(pid, &status, 0);
	printf("seen %zu\n", seen);
	ct_notify_destroy(notify);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
