/* SPDX-License-Identifier: MIT */
/*
 * usage: calls COUNT FILE
 *
 * Calls touch() COUNT times and writes to FILE how long that took: one line
 * of nanoseconds for each of (at most) 20 blocks of calls.  Measured in here,
 * so that no tool's start-up counts.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
	BLOCKS = 20
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

static uint64_t now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

int main(int argc, char **argv)
{
	static struct item item = {7, 2.5, "screwdriver", NULL};
	uint64_t spent[BLOCKS] = {0};
	long count = argc > 2 ? atol(argv[1]) : 0;
	if (argc <= 2 || count < 0)
		return 2;
	int blocks = count < BLOCKS ? 1 : BLOCKS;
	for (int block = 0; block < blocks; block++) {
		uint64_t begin = now();
		for (long i = 0; i < count / blocks; i++)
			touch(&item, "/etc/hosts.conf", 0x241, (int)i);
		spent[block] = now() - begin;
	}
	FILE *file = fopen(argv[2], "w");
	if (!file)
		return 1;
	for (int block = 0; block < blocks; block++)
		fprintf(file, "%llu\n", (unsigned long long)spent[block]);
	return fclose(file) ? 1 : 0;
}
