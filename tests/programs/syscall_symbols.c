/* SPDX-License-Identifier: MIT */
/* Makes system calls whose arguments and results have names, between two
 * getppid(): the same ones in every run. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <asm/prctl.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

/* The kernel's own, whatever libc would make of it. */
#define CALL(name, ...) syscall(SYS_##name, ##__VA_ARGS__)

static char room[8192];

static void files(void)
{
	struct stat status;
	struct statx more;
	struct statfs system;
	struct timespec times[2] = {{1, 2}, {0, UTIME_OMIT}};
	int fd = (int)CALL(open, "zoo.tmp", O_RDWR | O_CREAT | O_TRUNC, 0640);
	CALL(write, fd, "text", 4L);
	CALL(fstat, fd, &status);
	CALL(stat, "/dev/zero", &status);
	CALL(statx, AT_FDCWD, "zoo.tmp", AT_SYMLINK_NOFOLLOW, STATX_ALL, &more);
	CALL(statfs, "/proc", &system);
	CALL(mknod, "fifo.tmp", S_IFIFO | 0600, 0);
	CALL(faccessat2, AT_FDCWD, "fifo.tmp", R_OK | W_OK, AT_EACCESS);
	CALL(utimensat, AT_FDCWD, "zoo.tmp", times, AT_SYMLINK_NOFOLLOW);
	CALL(fallocate, fd, FALLOC_FL_KEEP_SIZE, 0L, 100L);
	CALL(fadvise64, fd, 0L, 0L, POSIX_FADV_RANDOM);
	CALL(lseek, fd, 0L, SEEK_END);
	CALL(flock, fd, LOCK_SH | LOCK_NB);
	CALL(unlinkat, AT_FDCWD, "fifo.tmp", AT_REMOVEDIR);
	CALL(unlink, "fifo.tmp");
	CALL(unlink, "zoo.tmp");
	CALL(close, fd);
	CALL(mount, "none", "/nowhere", "tmpfs", MS_NOSUID | MS_NODEV, "a=b");
}

static void commands(void)
{
	struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
	struct termios terminal;
	struct winsize size;
	int fd = (int)CALL(memfd_create, "m", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int pair[2], left;
	CALL(fcntl, fd, F_GETFD);
	CALL(fcntl, fd, F_GETFL);
	CALL(fcntl, fd, F_SETFL, O_APPEND | O_NONBLOCK);
	CALL(fcntl, fd, F_SETLK, &lock);
	CALL(fcntl, fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SEAL);
	CALL(fcntl, fd, F_GET_SEALS);
	CALL(fcntl, fd, F_SETSIG, SIGUSR1);
	CALL(fcntl, fd, F_GETLEASE);
	CALL(pipe2, pair, O_NONBLOCK);
	CALL(ioctl, pair[0], FIONREAD, &left);
	CALL(ioctl, pair[0], TCGETS, &terminal);
	CALL(ioctl, pair[0], TIOCGWINSZ, &size);
	CALL(ioctl, pair[0], FIOCLEX);
	CALL(ioctl, pair[0], TCFLSH, TCIOFLUSH);
	CALL(ioctl, pair[0], _IOC(_IOC_READ, 'z', 33, 4), room);
	CALL(splice, pair[0], NULL, fd, NULL, 1L, SPLICE_F_NONBLOCK);
	CALL(prctl, PR_SET_DUMPABLE, 1);
	CALL(prctl, PR_GET_DUMPABLE);
	CALL(prctl, PR_CAPBSET_READ, 21);
	CALL(prctl, PR_SET_PDEATHSIG, SIGHUP);
	CALL(prctl, PR_SET_PDEATHSIG, 0);
	CALL(arch_prctl, ARCH_GET_FS, room);
}

static void options(void)
{
	int on = 1, fd = (int)CALL(socket, AF_INET, SOCK_STREAM, IPPROTO_TCP);
	int six = (int)CALL(socket, AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	socklen_t length = sizeof(on);
	struct sockaddr_in any = {.sin_family = AF_INET};
	struct linger linger = {1, 2};
	CALL(setsockopt, fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	CALL(setsockopt, fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	CALL(setsockopt, fd, SOL_TCP, TCP_NODELAY, &on, sizeof(on));
	CALL(setsockopt, fd, SOL_IP, IP_TTL, &on, sizeof(on));
	CALL(setsockopt, six, SOL_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	CALL(getsockopt, fd, SOL_SOCKET, SO_ERROR, &on, &length);
	CALL(bind, fd, &any, sizeof(any));
	CALL(accept4, six, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	CALL(shutdown, fd, SHUT_RDWR);
	CALL(socket, AF_NETLINK, SOCK_RAW, 0);
}

static void messages(void)
{
	int pair[2];
	struct iovec part = {"one", 3};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = {{CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS}};
	message.msg_control = &control;
	message.msg_controllen = sizeof(control);
	CALL(socketpair, AF_UNIX, SOCK_DGRAM, 0, pair);
	CALL(sendmsg, pair[0], &message, MSG_NOSIGNAL);
	part = (struct iovec){room, sizeof(room)};
	CALL(recvmsg, pair[1], &message, MSG_CMSG_CLOEXEC);
	CALL(sendto, pair[0], "two", 3L, MSG_DONTWAIT, NULL, 0);
	CALL(recvfrom, pair[1], room, 100L, MSG_PEEK | MSG_TRUNC, NULL, NULL);
}

static void waiting(void)
{
	uint64_t mask = 1ull << (SIGINT - 1) | 1ull << (36 - 1);
	struct timespec none = {0, 0};
	struct itimerspec timer = {{0, 0}, {100, 0}};
	int fd = (int)CALL(eventfd2, 1, EFD_NONBLOCK | EFD_SEMAPHORE);
	struct pollfd polled = {fd, POLLIN | POLLOUT, 0};
	struct epoll_event event = {EPOLLIN | EPOLLET | EPOLLONESHOT, {0}};
	int epoll = (int)CALL(epoll_create1, EPOLL_CLOEXEC), word = 1;
	int clock = (int)CALL(timerfd_create, CLOCK_MONOTONIC, TFD_CLOEXEC);
	CALL(poll, &polled, 1L, 0);
	CALL(ppoll, &polled, 1L, &none, &mask, 8L);
	CALL(epoll_ctl, epoll, EPOLL_CTL_ADD, fd, &event);
	CALL(epoll_wait, epoll, &event, 1, 0);
	CALL(timerfd_settime, clock, TFD_TIMER_ABSTIME, &timer, NULL);
	CALL(signalfd4, -1, &mask, 8L, SFD_NONBLOCK);
	CALL(inotify_init1, IN_CLOEXEC);
	CALL(inotify_add_watch, -1, "/nowhere", IN_CREATE | IN_ONLYDIR);
	CALL(futex, &word, FUTEX_WAKE_PRIVATE, 1);
	CALL(futex, &word, FUTEX_WAIT, 2, NULL);
	CALL(futex, &word, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, 2, NULL,
	     NULL, FUTEX_BITSET_MATCH_ANY);
	CALL(clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, &none, NULL);
}

static void signals_and_children(void)
{
	struct {
		void *handler;
		uint64_t flags;
		void *restorer;
		uint64_t mask;
	} action = {SIG_IGN, SA_RESTART | SA_SIGINFO, NULL,
		    1ull << (SIGTERM - 1)};
	int status;
	CALL(rt_sigaction, SIGUSR2, &action, NULL, 8L);
	CALL(rt_sigaction, 36, NULL, &action, 8L);
	CALL(rt_sigprocmask, SIG_BLOCK, &action.mask, NULL, 8L);
	CALL(sigaltstack, NULL, &(stack_t){0});
	CALL(kill, getpid(), SIGUSR2);
	CALL(wait4, -1, &status, WNOHANG | WUNTRACED, NULL);
	CALL(waitid, P_ALL, 0, NULL, WEXITED | WNOWAIT, NULL);
	CALL(unshare, 0L);
	CALL(setns, -1, CLONE_NEWNET);
	CALL(kcmp, getpid(), getpid(), 1 /* KCMP_VM */, 0L, 0L);
}

static void memory_and_limits(void)
{
	struct rlimit limit;
	void *at = (void *)CALL(mmap, NULL, 8192L, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0L);
	CALL(mprotect, at, 4096L, PROT_NONE);
	CALL(madvise, at, 4096L, MADV_DONTNEED);
	CALL(msync, at, 4096L, MS_SYNC);
	CALL(mremap, at, 8192L, 4096L, MREMAP_MAYMOVE);
	CALL(getrlimit, RLIMIT_NOFILE, &limit);
	CALL(prlimit64, 0, RLIMIT_RSS, NULL, &limit);
	CALL(getrusage, RUSAGE_SELF, room);
	CALL(getpriority, PRIO_PROCESS, 0);
	CALL(sched_getscheduler, 0);
	CALL(sched_get_priority_max, SCHED_FIFO);
	CALL(getrandom, room, 4L, GRND_NONBLOCK);
	CALL(clock_gettime, CLOCK_BOOTTIME, room);
	CALL(setitimer, ITIMER_VIRTUAL, NULL, NULL);
}

static void queues(void)
{
	struct {
		long type;
		char text[8];
	} message = {7, "text"};
	struct sembuf operation = {0, -1, IPC_NOWAIT | SEM_UNDO};
	int queue = (int)CALL(msgget, IPC_PRIVATE, IPC_CREAT | 0600);
	int semaphore = (int)CALL(semget, IPC_PRIVATE, 1, IPC_CREAT | 0600);
	int memory = (int)CALL(shmget, IPC_PRIVATE, 4096L, IPC_CREAT | 0600);
	CALL(msgsnd, queue, &message, 5L, IPC_NOWAIT);
	CALL(msgrcv, queue, &message, 8L, 0L, MSG_NOERROR);
	CALL(semop, semaphore, &operation, 1L);
	void *at = (void *)CALL(shmat, memory, NULL, SHM_RDONLY);
	CALL(shmdt, at);
	CALL(msgctl, queue, IPC_RMID, NULL);
	CALL(semctl, semaphore, 0, IPC_RMID, 0);
	CALL(shmctl, memory, IPC_RMID, NULL);
}

int main(void)
{
	CALL(getppid);
	files();
	commands();
	options();
	messages();
	waiting();
	signals_and_children();
	memory_and_limits();
	queues();
	CALL(getppid);
	return 0;
}
