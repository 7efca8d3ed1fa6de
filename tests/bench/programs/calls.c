/* SPDX-License-Identifier: MIT */
/*
 * usage: calls COUNT FILE
 *
 * Calls touch() COUNT times, in blocks, and writes to FILE how long that took:
 * a line a block, nanoseconds of a call of touch() and of one of calibrate(),
 * which is called some times after each block.  Who plants something on both
 * has a ratio block by block, whatever else the machine does meanwhile.
 * Measured in here, so that no tool's start-up counts.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
	BLOCKS_MAX = 200,
	BLOCK_MIN = 50,
};

struct item {
	int id;
	double weight;
	char name[16];
	struct item *next;
};

static int total;

__attribute__((noinline, noipa)) int touch(const struct item *item,
					   const char *path, int flags,
					   int size)
{
	total += item->id + path[0] + flags;
	return size;
}

__attribute__((noinline, noipa)) void calibrate(void)
{
	total++;
}

static uint64_t now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

int main(int argc, char **argv)
{
	static struct item item = {7, 2.5, "screwdriver", NULL};
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
	long calibrations = calls < 1000 ? 10 + calls / 10 : 100;
	for (long block = 0; block < blocks; block++) {
		uint64_t begin = now();
		for (long i = 0; i < calls; i++)
			touch(&item, "/etc/hosts.conf", 0x241, (int)i);
		uint64_t middle = now();
		for (long i = 0; i < calibrations; i++)
			calibrate();
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
