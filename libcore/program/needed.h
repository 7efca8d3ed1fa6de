/* SPDX-License-Identifier: MIT */
/* The libraries that a program will load, asked of its own dynamic loader. */
#ifndef CT_PROGRAM_NEEDED_H
#define CT_PROGRAM_NEEDED_H

#include "base/error.h"
#include "ctester/image.h"

typedef struct ct_error *ct_needed_fn(const char *path, void *arg);

/*
 * Call visit with the path of each library, in the order in which symbols are
 * looked up.  The loader is run with --list, which runs no code of the
 * program (ld.so(8)).  A static program has none; a loader that is missing or
 * fails leaves the list empty: the libraries are then known at the start.
 */
CT_MUST_CHECK
struct ct_error *ct_needed_for_each(struct ct_image *image, ct_needed_fn *visit,
				    void *arg);

#endif
