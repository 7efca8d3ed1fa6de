/* SPDX-License-Identifier: MIT */
/* Whether a program could load a file of ours, from where it is and as who it
 * is. */
#ifndef CT_PROCESS_REACH_H
#define CT_PROCESS_REACH_H

#include <sys/stat.h>
#include <sys/types.h>

#include "base/error.h"

/*
 * @param path  Absolute, as we see it.
 * @param ret   What the file is.
 * @return CT_ERROR_UNSUPPORTED when the program has another file there or
 *         none (chroot, mount namespaces), may not read it, or may not
 *         execute it (noexec).
 */
CT_MUST_CHECK
struct ct_error *ct_process_check_reach(pid_t pid, const char *path,
					struct stat *ret);

#endif
