/* SPDX-License-Identifier: MIT */
/*
 * Stub libraries: a shared object made of nothing but names, for a program
 * that opens a library which does not exist.
 *
 * Every function has code and an address of its own, so that a breakpoint at
 * it means it alone.  Called without one, it returns zero, whether the caller
 * looks for that in general or in vector registers, and leaves errno alone.
 * (A caller that wants a long double, or a large struct in memory, gets
 * nothing: no code does that for every prototype.)
 */
#ifndef CT_IMAGE_STUB_H
#define CT_IMAGE_STUB_H

#include <stddef.h>

#include "base/error.h"

enum {
	CT_STUB_FUNCTIONS_MAX = 10000,
};

/*
 * Write a shared object for x86-64.  What is at `path` is replaced at once or
 * not at all: a process that has mapped it keeps its own.  The same SONAME
 * and names, in whatever order, give the same bytes.
 *
 * @param soname  DT_SONAME: what the program asks for.
 * @param names   Functions.  Any bytes, but one or more and no longer than
 *                what is read back as a name (CT_MAX_SYMBOL_NAME); a name
 *                that is there twice is written once.
 * @return CT_ERROR_BAD_ARGUMENT for such names and for more than
 *         CT_STUB_FUNCTIONS_MAX of them, CT_ERROR_OS when `path` cannot be
 *         written.
 */
CT_MUST_CHECK
struct ct_error *ct_stub_write(const char *path, const char *soname,
			       const char *const *names, size_t count);

#endif
