/* SPDX-License-Identifier: MIT */
/* What other rooms may know of an image beyond <ctester/image.h>. */
#ifndef CT_IMAGE_IMAGE_H
#define CT_IMAGE_IMAGE_H

#include <stddef.h>

#include "base/error.h"
#include "ctester/image.h"
#include "image/dw.h"
#include "image/elf.h"

/* ct_image_open() over bytes in memory, which must outlive the image; name is
 * for messages.  Separate debug files are not looked for. */
CT_MUST_CHECK
struct ct_error *ct_image_open_memory(const char *name, const void *data,
				      size_t size, struct ct_image **ret);

/* The file itself: never NULL. */
struct ct_elf *ct_image_elf(struct ct_image *image);
/* The separate debug file, or NULL. */
struct ct_elf *ct_image_debug_elf(struct ct_image *image);

/*
 * The DWARF of the image, its own or its debug file's, opened on first use;
 * *ret is NULL when there is none.  DWARF that cannot be opened is an error
 * once; after that there is none, and ct_image_debug_problem() says why.
 */
CT_MUST_CHECK
struct ct_error *ct_image_dw(struct ct_image *image, struct ct_dw **ret);

/* Copy the file's bytes at an address, as they are without breakpoints;
 * returns how many there are. */
size_t ct_image_read_code(const struct ct_image *image, uint64_t addr,
			  void *buf, size_t size);

#endif
