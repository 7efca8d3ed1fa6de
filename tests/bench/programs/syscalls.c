/* SPDX-License-Identifier: MIT */
/*
 * usage: syscalls COUNT FILE
 *
 * Like calls.c, with system calls: faccessat() is what tools look at, and
 * faccessat2(), which does the same, is what GDB's floor is measured on.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum {
	BLOCKS_MAX = 200,
	BLOCK_MIN = 50,
};

static uint64_t now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

int main(int argc, char **argv)
{
	static double costs[BLOCKS_MAX][2];
	long count = argc > 2 ? atol(argv[1]) : 0;
	if (count <= 0)
		return 2;
	long blocks = count / BLOCK_MIN;
	if (blocks < 1)
		blocks = 1;
	if (blocks > BLOCKS_MAX)
		blocks = BLOCKS_MAX;
	long calls = count / blocks;
	long calibrations = calls < 1000 ? calls : 1000;
	for (long block = 0; block < blocks; block++) {
		uint64_t begin = now();
		for (long i = 0; i < calls; i++)
			syscall(SYS_faccessat, AT_FDCWD, "/etc/hosts.conf",
				R_OK);
		uint64_t middle = now();
		for (long i = 0; i < calibrations; i++)
			syscall(SYS_faccessat2, AT_FDCWD, "/etc/hosts.conf",
				R_OK, 0);
		costs[block][0] = (double)(middle - begin) / (double)calls;
		costs[block][1] =
		    (double)(now() - middle) / (double)calibrations;
	}
	FILE *file = fopen(argv[2], "w");
	if (!file)
		return 1;
	for (long block = 0; block < blocks; block++)
		fprintf(file, "%.3f %.3f\n", costs[block][0], costs[block][1]);
	return fclose(file) ? 1 : 0;
}
