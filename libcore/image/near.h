/* SPDX-License-Identifier: MIT */
/*
 * Names near to one that nothing has, for "did you mean".  A pure search:
 * offer it candidates, read what is left.
 *
 *	struct ct_near near;
 *	ct_near_init(&near, "mallco", 3);
 *	for (...)
 *		ct_near_offer(&near, names[i]);
 *	// near.names[0 .. near.count), nearest first
 */
#ifndef CT_IMAGE_NEAR_H
#define CT_IMAGE_NEAR_H

#include <stddef.h>

#include "base/error.h"
#include "ctester/image.h"

enum {
	CT_NEAR_MAX = 8,
};

struct ct_near {
	const char *wanted;
	size_t max;
	size_t count;
	const char *names[CT_NEAR_MAX]; /* borrowed from the offers */
	unsigned costs[CT_NEAR_MAX];
};

/* max is cut to CT_NEAR_MAX. */
void ct_near_init(struct ct_near *near, const char *wanted, size_t max);
/* A name offered twice is kept once. */
void ct_near_offer(struct ct_near *near, const char *candidate);

/* The function names of an image that are near to name; they live as long as
 * the image. */
CT_MUST_CHECK
struct ct_error *ct_image_near_names(struct ct_image *image, const char *name,
				     size_t max, struct ct_near *ret);

#endif
