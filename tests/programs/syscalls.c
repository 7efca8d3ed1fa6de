/* System calls of known kinds, one case a word of the command line. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define THREADS 8
#define OPENS   5

/* Where a debugger can stop. */
__attribute__((noinline)) void here(void)
{
	__asm__ volatile("" ::: "memory");
}

__attribute__((noinline)) int area(int width, int height)
{
	getppid();
	return width * height;
}

static void values(void)
{
	static char buffer[30] = "0123456789 this is not written";
	char path[1501];
	int ends[2], devnull = open("/dev/null", O_WRONLY);
	if (pipe2(ends, O_CLOEXEC) == 0)
		printf("pipe2 %d %d\n", ends[0], ends[1]);
	write(devnull, buffer, 10);
	write(devnull, "nul\0inside", 10);
	memset(path, 'p', 1500);
	for (int i = 0; i < 1500; i += 100)
		path[i] = '/';
	path[1500] = 0;
	syscall(SYS_openat, AT_FDCWD, path, O_RDONLY, 0);
	printf("bad %ld\n", syscall(SYS_openat, AT_FDCWD, (char *)1, O_RDONLY));
	printf("large %ld\n",
	       syscall(SYS_read, devnull, buffer, (1UL << 32) + 7));
	long none = syscall(9999, 1L, 2L, 3L, 4L, 5L, 6L);
	printf("none %ld %d\n", none, errno);
}

static void *open_some(void *arg)
{
	(void)arg;
	for (int i = 0; i < OPENS; i++)
		close(open("/dev/zero", O_RDONLY));
	return NULL;
}

static void threads(void)
{
	pthread_t ids[THREADS];
	for (int i = 0; i < THREADS; i++)
		pthread_create(&ids[i], NULL, open_some, NULL);
	for (int i = 0; i < THREADS; i++)
		pthread_join(ids[i], NULL);
}

static int ends[2];

static void *wait_and_open(void *arg)
{
	char c;
	(void)arg;
	read(ends[0], &c, 1);
	return open_some(NULL);
}

/* A thread that is there before anybody looks. */
static void older(void)
{
	pthread_t id;
	pipe(ends);
	pthread_create(&id, NULL, wait_and_open, NULL);
	here();
	write(ends[1], "x", 1);
	pthread_join(id, NULL);
}

static int await(pid_t pid)
{
	int status;
	waitpid(pid, &status, 0);
	return status;
}

static void forks(void)
{
	pid_t pid = fork();
	if (!pid) {
		close(open("/dev/zero", O_RDONLY));
		_exit(3);
	}
	await(pid);
	close(open("/dev/full", O_RDONLY));
}

static void vforks(void)
{
	pid_t pid = vfork();
	if (!pid) {
		execl("/bin/true", "true", (char *)NULL);
		_exit(3);
	}
	await(pid);
	close(open("/dev/full", O_RDONLY));
}

static void executes(const char *self)
{
	execl(self, self, "opens", (char *)NULL);
}

/* By a thread that is not the first. */
static void *execute_there(void *self)
{
	executes(self);
	return NULL;
}

static void thread_executes(char *self)
{
	pthread_t id;
	pthread_create(&id, NULL, execute_there, self);
	pthread_join(id, NULL);
}

static void handler(int number)
{
	(void)number;
	getppid();
}

static sigjmp_buf before;

static void jump(int number)
{
	(void)number;
	siglongjmp(before, 1);
}

static void on_alarm(void (*function)(int), int flags)
{
	struct sigaction action = {.sa_handler = function, .sa_flags = flags};
	const struct itimerval soon = {.it_value = {.tv_usec = 20000}};
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &soon, NULL);
}

static void signals(void)
{
	struct timespec left, second = {1, 0};
	char c;
	pipe(ends);
	on_alarm(handler, SA_RESTART);
	int result = syscall(SYS_nanosleep, &second, &left);
	printf("nanosleep %d %d\n", result, errno == EINTR);
	on_alarm(handler, 0);
	result = read(ends[0], &c, 1);
	printf("read %d %d\n", result, errno == EINTR);
	on_alarm(jump, 0);
	if (!sigsetjmp(before, 1))
		read(ends[0], &c, 1);
	printf("jumped\n");
	/* Made again by the kernel. */
	pid_t parent = getpid(), pid = fork();
	if (!pid) {
		usleep(20000);
		kill(parent, SIGUSR1);
		usleep(20000);
		write(ends[1], "x", 1);
		_exit(0);
	}
	printf("restarted %zd\n", read(ends[0], &c, 1));
	await(pid);
}

static void mocked(void)
{
	char text[8] = "before";
	struct timespec start, end;
	int fd = open("/etc/passwd", O_RDONLY);
	printf("open %d %s\n", fd, fd < 0 ? strerrorname_np(errno) : "");
	ssize_t got = read(0, text, sizeof(text) - 1);
	printf("read %zd %.7s\n", got, text);
	for (int i = 0; i < 4; i++)
		printf("getppid %d\n", getppid() == 77);
	clock_gettime(CLOCK_MONOTONIC, &start);
	printf("getuid %ld\n", syscall(SYS_getuid));
	printf("getgid %d\n", syscall(SYS_getgid) == getgid());
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("slept %d\n", (end.tv_sec - start.tv_sec) * 1000000000 +
				     (end.tv_nsec - start.tv_nsec) >
				 100000000);
	printf("lseek %ld\n", (long)syscall(SYS_lseek, fd, 5L, SEEK_SET));
}

static void opens(void)
{
	close(open("/dev/null", O_RDONLY));
	close(open("/nowhere", O_RDONLY));
	close(open("/dev/zero", O_RDONLY));
}

int main(int argc, char **argv)
{
	signal(SIGUSR1, handler);
	setvbuf(stdout, NULL, _IONBF, 0);
	here();
	for (int i = 1; i < argc; i++) {
		const char *word = argv[i];
		if (!strcmp(word, "values"))
			values();
		else if (!strcmp(word, "threads"))
			threads();
		else if (!strcmp(word, "older"))
			older();
		else if (!strcmp(word, "fork"))
			forks();
		else if (!strcmp(word, "vfork"))
			vforks();
		else if (!strcmp(word, "exec"))
			executes(argv[0]);
		else if (!strcmp(word, "thread-exec"))
			thread_executes(argv[0]);
		else if (!strcmp(word, "signals"))
			signals();
		else if (!strcmp(word, "mocked"))
			mocked();
		else if (!strcmp(word, "opens"))
			opens();
		else if (!strcmp(word, "area"))
			printf("area %d\n", area(3, 4));
		else if (!strcmp(word, "killed"))
			kill(getpid(), SIGKILL);
		else if (!strcmp(word, "crash"))
			abort();
		else
			return atoi(word);
	}
	return 0;
}
