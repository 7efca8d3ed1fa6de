/* SPDX-License-Identifier: MIT */
/*
 * usage: opens COUNT FILE
 *
 * Opens a device COUNT times, in blocks, and writes to FILE how long that took:
 * a line a block, nanoseconds of an openat() and of a read(), which nobody
 * traces.  As calls.c does.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum {
	BLOCKS_MAX = 1000,
	BLOCK = 100
};

static uint64_t now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static double time_opens(void)
{
	int fds[BLOCK];
	uint64_t begin = now();
	for (int i = 0; i < BLOCK; i++)
		fds[i] = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	uint64_t end = now();
	for (int i = 0; i < BLOCK; i++)
		close(fds[i]);
	return (double)(end - begin) / BLOCK;
}

static double time_reads(int fd)
{
	static char buffer[65536];
	uint64_t begin = now();
	for (int i = 0; i < BLOCK; i++)
		if (read(fd, buffer, sizeof(buffer)) < 0)
			exit(1);
	return (double)(now() - begin) / BLOCK;
}

int main(int argc, char **argv)
{
	static double costs[BLOCKS_MAX][2];
	long blocks = argc > 2 ? atol(argv[1]) / BLOCK : 0;
	if (blocks <= 0 || blocks > BLOCKS_MAX)
		return 2;
	int zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	for (long i = 0; i < blocks; i++) {
		costs[i][0] = time_opens();
		costs[i][1] = time_reads(zero);
	}
	FILE *file = fopen(argv[2], "w");
	if (!file)
		return 1;
	for (long i = 0; i < blocks; i++)
		fprintf(file, "%.1f %.1f\n", costs[i][0], costs[i][1]);
	return fclose(file) ? 1 : 0;
}
