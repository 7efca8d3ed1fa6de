/* SPDX-License-Identifier: MIT */
/*
 * The prototypes of system calls as debug information.
 *
 * This is no part of libctester.so.  It becomes syscalls.so, whose code never
 * runs, and which is read like the debug information of any other file.  No
 * header of the system is wanted here: the types are the kernel's, which libc's
 * often are not (struct sigaction, sigset_t, struct termios).
 *
 * Variants, named open__1 and so on, have other types for some parameters; see
 * struct ct_syscall_variant.
 */
#include "own_types.h"

#include "types.h"

#define PROTOTYPE(name, parameters) \
	long name parameters        \
	{                           \
		return 0;           \
	}
#include "prototypes.h"
