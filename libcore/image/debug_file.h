/* SPDX-License-Identifier: MIT */
/*
 * Separate debug files, found as GDB finds them ("Debugging Information in
 * Separate Files" in its manual): by build-id, then by .gnu_debuglink.
 */
#ifndef CT_IMAGE_DEBUG_FILE_H
#define CT_IMAGE_DEBUG_FILE_H

#include "base/error.h"
#include "image/elf.h"

/*
 * Find the debug file of elf.
 *
 * @param directories  Where debug files are kept, separated by ':'.
 * @param problem      Why a file that was found does not fit, on the heap;
 *                     NULL when there is nothing to say.
 * @param ret          The file, or NULL.
 */
CT_MUST_CHECK
struct ct_error *ct_debug_file_find(struct ct_elf *elf, const char *directories,
				    char **problem, struct ct_elf **ret);

#endif
