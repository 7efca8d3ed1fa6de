/* SPDX-License-Identifier: MIT */
/* The words of an image through which it reaches functions. */
#ifndef CT_IMAGE_SLOTS_H
#define CT_IMAGE_SLOTS_H

#include <stddef.h>

#include "base/error.h"
#include "ctester/image.h"
#include "image/elf.h"

/*
 * All slots of elf, sorted by name (those without one last) and address.
 *
 * @param ret  On success, on the heap, or NULL when there are none; names
 *             are borrowed from elf.
 */
CT_MUST_CHECK
struct ct_error *ct_slots_read(struct ct_elf *elf, size_t *count,
			       struct ct_slot **ret);

#endif
