/* SPDX-License-Identifier: MIT */
/* Turning the declarations of a header into definitions. */
#ifndef CT_PROGRAM_HEADER_NAMES_H
#define CT_PROGRAM_HEADER_NAMES_H

#include <stddef.h>

/*
 * A definition for every function that a header declares.
 *
 * @param declared  What gcc's -aux-info wrote: which functions, and where.
 * @param text      The preprocessed header, without line markers.
 * @param count     Set to the number of definitions.
 * @return C source on the heap; NULL when memory is short.  Functions of the
 *         system's headers are left out.
 */
char *ct_header_definitions(const char *declared, const char *text,
			    size_t *count);

#endif
