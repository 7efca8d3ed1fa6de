/* SPDX-License-Identifier: MIT */
/* A function that is called once for real and inlined in two places. */
#include <stdio.h>

static inline __attribute__((always_inline)) int twice(int n)
{
	return 2 * n;
}

/* Its address is taken, so that there is a real one, too. */
int (*volatile taken)(int) = twice;

int main(int argc, char **argv)
{
	(void)argv;
	printf("%d\n", twice(argc));
	printf("%d\n", twice(argc + 1) + taken(3));
	return 0;
}
