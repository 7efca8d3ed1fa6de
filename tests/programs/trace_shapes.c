/* SPDX-License-Identifier: MIT */
/* Calls with every form that a value has in a trace.  An argument says how the
 * program ends: fork, signal, crash, exec, or nothing. */
#define _GNU_SOURCE
#include <complex.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct point {
	int x, y;
};
struct node {
	int id;
	struct node *next;
};
struct person {
	const char *name;
	int age;
	double height;
	unsigned flags : 3;
	struct point at;
	union {
		int i;
		float f;
	} u;
};
enum color {
	RED = 1,
	GREEN = 2,
	BLUE = 4
};

__attribute__((noinline)) int area(struct point p)
{
	return p.x * p.y;
}
__attribute__((noinline)) struct point moved(struct point p, int by)
{
	p.x += by;
	return p;
}
__attribute__((noinline)) int older(struct person *p)
{
	return ++p->age;
}
__attribute__((noinline)) int walk(struct node *n)
{
	return n->id;
}
__attribute__((noinline)) double real(double d, float f, long double l)
{
	return d + f + (double)l;
}
__attribute__((noinline)) double complex turn(double complex z)
{
	return z * I;
}
__attribute__((noinline)) int bytes(const char *s)
{
	return (int)strlen(s);
}
__attribute__((noinline)) enum color paint(enum color c)
{
	return c;
}
__attribute__((noinline)) int first(int *p)
{
	return p ? 0 : -1;
}
__attribute__((noinline)) int apply(int (*f)(struct point))
{
	return f((struct point){2, 3});
}
__attribute__((noinline)) int sum(int a[300])
{
	return a[0];
}
__attribute__((noinline)) char letter(char c, _Bool b, unsigned __int128 w)
{
	return b ? c : (char)w;
}
__attribute__((noinline)) void nothing(void)
{
}
__attribute__((noinline)) void leaves(int code)
{
	exit(code);
}
static void *thread(void *arg)
{
	return (void *)(long)area((struct point){(int)(long)arg, 2});
}

int main(int argc, char **argv)
{
	struct node a = {1, NULL}, b = {2, &a};
	struct person p = {"Ada", 36, 1.7, 5, {1, 2}, {3}};
	static int many[300];
	a.next = &b;
	area((struct point){3, 4});
	moved((struct point){1, 2}, -5);
	older(&p);
	walk(&a);
	real(NAN, INFINITY, -INFINITY);
	real(-0.0, 1.5f, 1e300L);
	turn(1 + 2 * I);
	bytes("ok \"quoted\" \\ \n \x01");
	bytes("bad \xff\xfe bytes");
	char *big = malloc(1000);
	memset(big, 'x', 999), big[999] = 0;
	bytes(big);
	paint(RED | BLUE);
	paint(64);
	first(NULL);
	first((int *)0x10);
	apply(area);
	sum(many);
	letter('a', 1, (unsigned __int128)1 << 100);
	letter('\xe9', 0, 65);
	nothing();
	printf("%d %s %.2f %c %p\n", 1, "two", 3.0, '4', (void *)5);
	open("/does/not/exist", O_RDONLY);
	pthread_t t[2];
	for (long i = 0; i < 2; i++)
		pthread_create(&t[i], NULL, thread, (void *)i);
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	sqrt(argc);
	if (argc > 1 && !strcmp(argv[1], "fork")) {
		pid_t child = fork();
		if (!child)
			_exit(0);
		waitpid(child, NULL, 0);
	}
	if (argc > 1 && !strcmp(argv[1], "signal"))
		raise(SIGUSR1);
	if (argc > 1 && !strcmp(argv[1], "crash"))
		abort();
	if (argc > 1 && !strcmp(argv[1], "exec"))
		execl("/bin/true", "true", (char *)NULL);
	leaves(3);
}
