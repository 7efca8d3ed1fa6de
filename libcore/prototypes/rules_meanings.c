/* SPDX-License-Identifier: MIT */
/*
 * Which set of names.txt the numbers of a function are from.  Sorted by
 * function, then by parameter; each row is from the man page of its function.
 */
#include <stdlib.h>
#include <string.h>

#include "prototypes/rules.h"

#define ROW(f, i, parameter, names)          \
	{                                    \
#f, {#parameter, i }, #names \
	}

static const struct {
	const char *function;
	struct ct_rule_parameter parameter;
	const char *set;
} rows[] = {
    ROW(accept4, 3, flags, accept_flags),
    ROW(access, 1, mode, access_mode),
    ROW(clock_getres, 0, clockid, clocks),
    ROW(clock_gettime, 0, clockid, clocks),
    ROW(clock_nanosleep, 0, clockid, clocks),
    ROW(clock_nanosleep, 1, flags, timer_flags),
    ROW(clock_settime, 0, clockid, clocks),
    ROW(dup3, 2, flags, cloexec),
    ROW(epoll_create1, 0, flags, epoll_flags),
    ROW(epoll_ctl, 1, op, epoll_operations),
    ROW(eventfd, 1, flags, eventfd_flags),
    ROW(faccessat, 2, mode, access_mode),
    ROW(faccessat, 3, flags, faccessat_flags),
    ROW(fallocate, 1, mode, fallocate_mode),
    ROW(fchmodat, 3, flags, at_flags),
    ROW(fchownat, 4, flags, at_flags),
    ROW(fcntl, 1, cmd, fcntl_commands),
    ROW(flock, 1, operation, flock_operations),
    ROW(fseek, 2, whence, whence),
    ROW(fseeko, 2, whence, whence),
    ROW(fstatat, 3, flags, at_flags),
    ROW(getitimer, 0, which, itimers),
    ROW(getpriority, 0, which, priority_which),
    ROW(getrandom, 2, flags, getrandom_flags),
    ROW(getrlimit, 0, resource, resources),
    ROW(getrusage, 0, who, rusage_who),
    ROW(getsockopt, 1, level, socket_levels),
    ROW(inotify_add_watch, 2, mask, inotify_mask),
    ROW(inotify_init1, 0, flags, inotify_flags),
    ROW(ioctl, 1, request, ioctl_requests),
    ROW(kill, 1, sig, signals),
    ROW(killpg, 1, sig, signals),
    ROW(linkat, 4, flags, at_flags),
    ROW(lseek, 2, whence, whence),
    ROW(madvise, 2, advice, madvise),
    ROW(memfd_create, 1, flags, memfd_flags),
    ROW(mlockall, 0, flags, mlockall_flags),
    ROW(mmap, 2, prot, mmap_prot),
    ROW(mmap, 3, flags, mmap_flags),
    ROW(mount, 3, mountflags, mount_flags),
    ROW(mprotect, 2, prot, mmap_prot),
    ROW(mq_open, 1, oflag, open_flags),
    ROW(mremap, 3, flags, mremap_flags),
    ROW(msync, 2, flags, msync_flags),
    ROW(open, 1, flags, open_flags),
    ROW(openat, 2, flags, open_flags),
    ROW(pipe2, 1, flags, cloexec),
    ROW(posix_fadvise, 3, advice, fadvise),
    ROW(prctl, 0, option, prctl_options),
    ROW(pthread_kill, 1, sig, signals),
    ROW(pthread_sigmask, 0, how, sigprocmask_how),
    ROW(ptrace, 0, request, ptrace_requests),
    ROW(raise, 0, sig, signals),
    ROW(recv, 3, flags, message_flags),
    ROW(recvfrom, 3, flags, message_flags),
    ROW(recvmmsg, 3, flags, message_flags),
    ROW(recvmsg, 2, flags, message_flags),
    ROW(renameat2, 4, flags, rename_flags),
    ROW(sched_setscheduler, 1, policy, scheduling_policies),
    ROW(send, 3, flags, message_flags),
    ROW(sendmmsg, 3, flags, message_flags),
    ROW(sendmsg, 2, flags, message_flags),
    ROW(sendto, 3, flags, message_flags),
    ROW(setitimer, 0, which, itimers),
    ROW(setns, 1, nstype, unshare_flags),
    ROW(setpriority, 0, which, priority_which),
    ROW(setrlimit, 0, resource, resources),
    ROW(setsockopt, 1, level, socket_levels),
    ROW(shutdown, 1, how, shutdown_how),
    ROW(sigaction, 0, signum, signals),
    ROW(sigaddset, 1, signum, signals),
    ROW(sigdelset, 1, signum, signals),
    ROW(sigismember, 1, signum, signals),
    ROW(signal, 0, signum, signals),
    ROW(signalfd, 2, flags, signalfd_flags),
    ROW(sigprocmask, 0, how, sigprocmask_how),
    ROW(sigqueue, 1, sig, signals),
    ROW(socket, 0, domain, families),
    ROW(socket, 1, type, socket_types),
    ROW(socket, 2, protocol, socket_protocols),
    ROW(socketpair, 0, domain, families),
    ROW(socketpair, 1, type, socket_types),
    ROW(socketpair, 2, protocol, socket_protocols),
    ROW(splice, 5, flags, splice_flags),
    ROW(statx, 2, flags, at_flags),
    ROW(statx, 3, mask, statx_mask),
    ROW(tee, 3, flags, splice_flags),
    ROW(tgkill, 2, sig, signals),
    ROW(timerfd_create, 0, clockid, clocks),
    ROW(timerfd_create, 1, flags, timerfd_flags),
    ROW(timerfd_settime, 1, flags, timerfd_set_flags),
    ROW(umount2, 1, flags, umount_flags),
    ROW(unlinkat, 2, flags, at_flags),
    ROW(unshare, 0, flags, unshare_flags),
    ROW(utimensat, 3, flags, at_flags),
    ROW(vmsplice, 3, flags, splice_flags),
    ROW(wait4, 2, options, wait_options),
    ROW(waitid, 0, idtype, wait_which),
    ROW(waitid, 3, options, wait_options),
    ROW(waitpid, 2, options, wait_options),
};

static int compare_function(const void *key, const void *row)
{
	return strcmp(key, *(const char *const *)row);
}

const struct ct_names *ct_rules_names(const char *function, size_t parameter)
{
	const size_t count = sizeof(rows) / sizeof(rows[0]);
	struct ct_rules rules;
	/* open64 is open; a printf, whose parameters move, has no names. */
	if (ct_rules_find(function, &rules))
		function = rules.function;
	const void *found =
	    bsearch(function, rows, count, sizeof(rows[0]), compare_function);
	if (!found)
		return NULL;
	size_t at = (size_t)((const char *)found - (const char *)rows) /
		    sizeof(rows[0]);
	while (at > 0 && !strcmp(rows[at - 1].function, function))
		at--;
	for (; at < count && !strcmp(rows[at].function, function); at++)
		if ((size_t)rows[at].parameter.index == parameter)
			return ct_names_find(rows[at].set);
	return NULL;
}
