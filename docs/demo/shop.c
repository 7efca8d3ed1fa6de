/* SPDX-License-Identifier: MIT */
/*
 * A shop that ships one order: the program that `make demo` looks into.
 * Structs, a list of them, strings, an enum, recursion, a call of libm, and a
 * file that is not there.
 */
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum speed {
	NORMAL,
	EXPRESS,
};

struct point {
	double x, y;
};

struct item {
	const char *name;
	int price; /* in cents */
	struct item *next;
};

struct order {
	int number;
	enum speed speed;
	struct item *items;
	struct point to;
};

static int total(const struct item *item)
{
	return item ? item->price + total(item->next) : 0;
}

static int read_discount(const char *path)
{
	char text[16] = "0";
	int fd = open(path, O_RDONLY);

	if (fd < 0)
		return 0;
	if (read(fd, text, sizeof(text) - 1) < 0)
		text[0] = '0';
	close(fd);
	return atoi(text);
}

static double distance(struct point a, struct point b)
{
	return sqrt((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y));
}

/* What a real shop would ask its carrier. */
static int fee(const struct order *order, double way)
{
	return (order->speed == EXPRESS ? 500 : 200) + (int)(way * 20);
}

int main(void)
{
	struct item cup = {"cup", 650, NULL};
	struct item lamp = {"lamp", 2495, &cup};
	struct order order = {17, EXPRESS, &lamp, {3, 4}};

	int goods = total(order.items) - read_discount("/etc/shop/discount");
	double way = distance((struct point){0, 0}, order.to);
	int shipping = fee(&order, way);

	printf("goods %d, way %.1f km, shipping %d\n", goods, way, shipping);
	return 0;
}
