/* SPDX-License-Identifier: MIT */
/*
 * Names that a loaded file exports, read from the program's own memory: it
 * needs no file, which may be in another namespace or gone.
 */
#ifndef CT_PROCESS_DYNSYM_H
#define CT_PROCESS_DYNSYM_H

#include "base/error.h"
#include "ctester/maps.h"

/*
 * The address of a defined symbol; 0 when the file has none of that name.
 * Of several versions it is any.
 *
 * @return CT_ERROR_BAD_DATA when its tables make no sense.
 */
CT_MUST_CHECK
struct ct_error *ct_process_find_export(pid_t pid,
					const struct ct_loaded *loaded,
					const char *name, uint64_t *ret);

#endif
